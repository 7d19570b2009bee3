//! Servers that are busy, break off, or list what is not so.

use crate::stage::{INBOX, check, choose, enter, numbers, scripted, subjects};
use postern_shared::{account::Connection, pop3::CopyPolicy};
use postern_tests::{error::Result, fake_pop3::Manner, wait};

#[tokio::test]
async fn a_mailbox_in_use_is_waited_for() -> Result<()> {
    let (server, gateway) = scripted(2, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 2).await?;
    for refusal in ["[IN-USE] Another program has it", "[LOGIN-DELAY] Not so often", "[SYS/TEMP] Later"] {
        server.behave(|manner| manner.refusal = Some(refusal.to_owned()));
        check(&mut wire).await?;
        let account = wire
            .account_that(refusal, |account| matches!(account.connection, Connection::Reconnecting { .. }))
            .await?;
        assert!(!matches!(account.connection, Connection::SignInNeeded { .. }), "the password is right");
        server.behave(|manner| manner.refusal = None);
        check(&mut wire).await?;
        wire.account_that("to be online", |account| account.connection == Connection::Online).await?;
    }
    Ok(())
}

#[tokio::test]
async fn lists_of_unique_ids_that_are_wrong_lose_nothing_and_bring_nothing_twice() -> Result<()> {
    let (server, gateway) = scripted(6, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    wire.holds(INBOX, 6).await?;
    let mut number = 6;
    // Each oddity is followed by one more message in a good list: when that is here, the odd list was dealt with.
    for oddity in ["empty", "breaks", "missing", "duplicate", "overlong", "changed"] {
        let visits = server.count("QUIT") + server.count("PASS");
        match oddity {
            "empty" => server.behave(|manner| manner.uidl_ends_after = Some(0)),
            "breaks" => server.behave(|manner| manner.uidl_breaks_after = Some(3)),
            _ => server.change(|letters| {
                for letter in letters.iter_mut().take(4) {
                    letter.unique_id = match oddity {
                        "missing" => None,
                        "duplicate" => Some("the same".to_owned()),
                        "overlong" => Some(format!("{}{}", "x".repeat(80), letter.number)),
                        _ => Some(format!("changed-{}", letter.number)),
                    };
                }
            }),
        }
        check(&mut wire).await?;
        let look = async || Ok(server.count("QUIT") + server.count("PASS"));
        wait::until(oddity, look, |now| *now > visits).await?;
        server.behave(|manner| (manner.uidl_ends_after, manner.uidl_breaks_after) = (None, None));
        number += 1;
        let mail = postern_tests::mail::numbered(number);
        server.deliver(&crate::stage::crlf(&mail.to_bytes()?));
        check(&mut wire).await?;
        wire.folder_that(INBOX, |folder| folder.counts.is_some_and(|counts| counts.total >= number)).await?;
        assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=number), "{oddity}");
    }
    assert_eq!((server.removed().len(), server.count("DELE")), (0, 0));
    Ok(())
}

#[tokio::test]
async fn sizes_that_are_not_so_do_no_harm() -> Result<()> {
    let (server, gateway) = scripted(4, Manner::default()).await?;
    server.change(|letters| {
        for (letter, size) in letters.iter_mut().zip([0, 1, 1 << 40, u64::MAX]) {
            letter.told_size = Some(size);
        }
    });
    let (_, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 4).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=4));
    Ok(())
}

#[tokio::test]
async fn connections_that_break_anywhere_lose_nothing() -> Result<()> {
    let (server, gateway) = scripted(0, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    choose(&mut wire, CopyPolicy::RemoveAfterDownload).await?;
    let mut delivered = 0;
    for cut in (0..1600).step_by(160) {
        for _ in 0..2 {
            delivered += 1;
            let mail = postern_tests::mail::numbered(delivered);
            server.deliver(&crate::stage::crlf(&mail.to_bytes()?));
        }
        server.behave(|manner| manner.cut_after = Some(cut));
        check(&mut wire).await?;
        // The broken one is tried again when it is asked for, if not before.
        check(&mut wire).await?;
        wire.holds(INBOX, delivered).await?;
        server.holds(0).await?;
    }
    server.behave(|manner| manner.silent_quit = true);
    delivered += 1;
    server.deliver(&crate::stage::crlf(&postern_tests::mail::numbered(delivered).to_bytes()?));
    check(&mut wire).await?;
    server.holds(0).await?;
    wire.holds(INBOX, delivered).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=delivered));
    Ok(())
}
