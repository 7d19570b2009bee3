use super::*;

fn ada() -> AccountId {
    "ada@example.org".into()
}

fn address(name: &str, email: &str) -> Address {
    Address { name: name.into(), email: email.into() }
}

const DAY: i64 = 86_400;

/// What completes a text, by address.
async fn completed(store: &Store, text: &str) -> Vec<String> {
    let found = store.complete(&ada(), text, 8).await.unwrap();
    found.into_iter().map(|address| address.email).collect()
}

#[tokio::test]
async fn people_are_found_by_words_of_name_and_address() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let people = [
        address("Zoë Müller-Lüdenscheidt", "zoe@bücher.test"),
        address("田中 太郎", "tanaka@x.test"),
        address("", "grace.hopper@navy.test"),
        address("100%_", "percent@y.test"),
        address("no address", "nobody"),
        address("a list", "a@b.test, c@d.test"),
        address("breaks", "a\r\nb@c.test"),
    ];
    store.learn(&ada(), &people, 1, Met::Read).await.unwrap();
    let (zoe, tanaka, grace, percent) =
        ("zoe@bücher.test", "tanaka@x.test", "grace.hopper@navy.test", "percent@y.test");
    let table: [(&str, &[&str]); 18] = [
        ("zoe", &[zoe]),
        ("ZOË MÜL", &[zoe]),
        ("mueller", &[]),
        ("muller-lud", &[zoe]),
        ("lüd", &[zoe]),
        ("müller-lüdenscheidt zoë", &[zoe]),
        ("oe", &[]),
        ("zoe@bucher", &[zoe]),
        ("bücher", &[zoe]),
        ("田", &[tanaka]),
        ("太郎", &[tanaka]),
        ("中太", &[tanaka]),
        ("hopper", &[grace]),
        ("grace.h", &[grace]),
        ("@navy", &[grace]),
        ("%", &[]),
        ("100", &[percent]),
        ("", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(completed(&store, text).await, expected, "{text}");
    }
    assert!(store.complete(&"grace@example.org".into(), "zoe", 8).await.unwrap().is_empty());
    assert!(store.complete(&ada(), "zoe", 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn use_and_recency_make_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let now = 700 * DAY;
    let uses: [(&str, &[(i64, Met)]); 5] = [
        ("x-once-long-ago@x.test", &[(now - 600 * DAY, Met::Sent)]),
        ("x-read-today@x.test", &[(now, Met::Read)]),
        ("x-written-last-month@x.test", &[(now - 30 * DAY, Met::Sent)]),
        ("x-written-today@x.test", &[(now, Met::Sent)]),
        ("x-often@x.test", &[(now - DAY, Met::Sent), (now - 2 * DAY, Met::Sent), (now - 3 * DAY, Met::Sent)]),
    ];
    for (email, uses) in uses {
        for &(at, how) in uses {
            store.learn(&ada(), &[address("", email)], at, how).await.unwrap();
        }
    }
    let expected = [
        "x-often@x.test",
        "x-written-today@x.test",
        "x-written-last-month@x.test",
        "x-read-today@x.test",
        "x-once-long-ago@x.test",
    ];
    assert_eq!(completed(&store, "x-").await, expected);
    assert_eq!(store.complete(&ada(), "x", 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn mail_that_comes_does_not_rename_whom_the_user_writes_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let table = [
        ("", Met::Read, ""),
        ("Grace", Met::Read, "Grace"),
        ("Grace Hopper", Met::Read, "Grace Hopper"),
        ("Amazing Grace", Met::Sent, "Amazing Grace"),
        ("Your bank", Met::Read, "Amazing Grace"),
        ("", Met::Sent, "Amazing Grace"),
        ("Admiral", Met::Sent, "Admiral"),
    ];
    for (number, (name, how, expected)) in table.into_iter().enumerate() {
        let at = i64::try_from(number).unwrap();
        store.learn(&ada(), &[address(name, "Grace@navy.test")], at, how).await.unwrap();
        let found = store.complete(&ada(), "GRACE@NAVY.test", 8).await.unwrap();
        assert_eq!(found, [address(expected, "Grace@navy.test")], "{name}");
    }
    // Keys of names that are no more are gone.
    assert!(completed(&store, "amazing").await.is_empty());
    assert_eq!(completed(&store, "admiral").await, ["Grace@navy.test"]);
}

#[test]
fn ranks_of_uses_add_up() {
    // Two uses at once count as one twice as heavy, in any order, also at the ends of time.
    assert!((joined(rank(0, 1.0), rank(0, 1.0)) - rank(0, 2.0)).abs() <= 1);
    assert_eq!(joined(5, 900), joined(900, 5));
    assert_eq!(joined(i64::MIN, i64::MAX), i64::MAX);
    assert!(rank(i64::MAX, 1.0) > rank(0, 1.0));
}

#[tokio::test]
async fn those_used_least_make_room_and_contacts_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let card = b"BEGIN:VCARD\nFN:x\nEMAIL:x-contact@x.test\nEND:VCARD\n";
    store.import_contacts(&ada(), card).await.unwrap();
    for number in 0..6 {
        let email = format!("x{number}@x.test");
        store.learn(&ada(), &[address("x", &email)], number * DAY, Met::Read).await.unwrap();
    }
    let other = AccountId::from("grace@example.org");
    store.learn(&other, &[address("x", "x@x.test")], 0, Met::Read).await.unwrap();
    for (kept, spare, left) in [(7, 2, 7), (6, 2, 4), (1, 0, 1)] {
        let mut change = store.change().await.unwrap();
        change.keep_at_most(&ada(), kept, spare).await.unwrap();
        change.commit().await.unwrap();
        let there = completed(&store, "x").await;
        assert_eq!(there.len(), left, "{there:?}");
        assert!(there.contains(&"x-contact@x.test".to_owned()), "{there:?}");
    }
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM correspondent_keys WHERE account = ?")
        .bind(ada().as_str())
        .fetch_one(&store.pool)
        .await
        .unwrap();
    // The domain, the address, its second word; the name is the beginning of the address.
    assert_eq!(keys, 3);
    assert_eq!(store.complete(&other, "x", 8).await.unwrap().len(), 1);
}
