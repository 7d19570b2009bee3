use super::*;
use crate::store::writing::Met;

const FILE: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nFN:Lovelace\\, Ada\r\nEMAIL:ada@a.test\r\n\
    EMAIL:ada@b.test\r\nTEL:123\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoë\r\nEMAIL:zoe@a.test\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nbroken\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nUID:urn:uuid:3\r\nFN:The Math Club\r\nMEMBER:urn:uuid:1\r\n\
    MEMBER:urn:uuid:404\r\nMEMBER:mailto:grace@navy.test\r\nEND:VCARD\r\n";

fn me() -> AccountId {
    "me@example.org".into()
}

fn address(name: &str, email: &str) -> Address {
    Address { name: name.into(), email: email.into() }
}

#[tokio::test]
async fn contacts_come_in_and_go_out_and_complete() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let imported = Imported { kept: 3, skipped: 1 };
    assert_eq!(store.import_contacts(&me(), FILE.as_bytes()).await.unwrap(), imported);
    let exported = store.export_contacts(&me()).await.unwrap();
    assert_eq!(store.import_contacts(&me(), FILE.as_bytes()).await.unwrap(), imported);
    assert_eq!(store.export_contacts(&me()).await.unwrap(), exported);
    assert_eq!(exported.matches("BEGIN:VCARD").count(), 3);
    assert!(exported.contains("TEL:123\r\n"));

    let found = store.complete(&me(), "lovel", 8).await.unwrap();
    assert_eq!(found, [address("Lovelace, Ada", "ada@a.test"), address("Lovelace, Ada", "ada@b.test")]);
    // Mail of theirs does not rename them; use brings them to the front.
    store.learn(&me(), &[address("Mallory", "ada@b.test")], 1_000_000, Met::Sent).await.unwrap();
    let found = store.complete(&me(), "ada", 1).await.unwrap();
    assert_eq!(found, [address("Lovelace, Ada", "ada@b.test")]);

    store.learn(&me(), &[address("Grace, \"H\"", "grace@navy.test")], 1, Met::Sent).await.unwrap();
    store.learn(&me(), &[address("Spam", "spam@x.test")], 1, Met::Read).await.unwrap();
    let exported = store.export_contacts(&me()).await.unwrap();
    assert_eq!(exported.matches("BEGIN:VCARD").count(), 4);
    assert!(exported.contains("FN:Grace\\, \"H\"\r\nEMAIL:grace@navy.test\r\n"));

    // Taken to another account.
    let other = AccountId::from("other@example.org");
    let imported = store.import_contacts(&other, exported.as_bytes()).await.unwrap();
    assert_eq!(imported, Imported { kept: 4, skipped: 0 });
    let found = store.complete(&other, "grace", 8).await.unwrap();
    assert_eq!(found, [address("Grace, \"H\"", "grace@navy.test")]);
}

#[tokio::test]
async fn groups_are_found_with_their_members() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    store.import_contacts(&me(), FILE.as_bytes()).await.unwrap();
    let group = ContactGroup {
        name: "The Math Club".into(),
        members: vec![address("Lovelace, Ada", "ada@a.test"), address("", "grace@navy.test")],
    };
    for (text, expected) in [("math cl", 1), ("THE", 1), ("ath", 0), ("", 0), ("lovelace", 0)] {
        let found = store.contact_groups(&me(), text, 8).await.unwrap();
        assert_eq!(found, vec![group.clone(); expected], "{text}");
    }
    assert!(store.contact_groups(&"other@example.org".into(), "math", 8).await.unwrap().is_empty());
}
