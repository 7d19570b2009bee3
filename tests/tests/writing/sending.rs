//! A message from Send to Sent, and what can come between.

use crate::stage::{ADA, BOB, Stage, Writer, accepted, failed, is_sent, message, newest, unexpected};
use postern_shared::{
    error::ErrorCode,
    ids::DraftId,
    reply::Reply,
    writing::{Answer, Answers, Draft, RefusedRecipient, SendState, WritingCommand, WritingReply},
};
use postern_tests::{error::Result, fake_smtp::Moment};

const CAROL: &str = "carol@demo.test";
const DAVE: &str = "dave@demo.test";

fn is_delayed(state: &SendState) -> bool {
    matches!(state, SendState::Queued { delayed_by: Some(_), .. })
}

fn is_unknown(state: &SendState) -> bool {
    matches!(state, SendState::Unknown(_))
}

fn is_failed(state: &SendState) -> bool {
    matches!(state, SendState::Failed { .. })
}

/// The server's words in a state.
fn words(state: &SendState) -> &str {
    match state {
        SendState::Queued { delayed_by: Some(failure), .. }
        | SendState::Failed { failure, .. }
        | SendState::Unknown(failure) => &failure.detail,
        _ => "",
    }
}

async fn retried(ada: &mut Writer, draft: DraftId) -> Result<()> {
    accepted(ada.ask(WritingCommand::Retry { draft }).await?)?;
    ada.stands(draft, is_sent).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_sent_is_taken_once_and_lies_in_sent() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let (draft, content) = (DraftId(1), message(&[BOB], "hello"));
    ada.save(draft, 0, &content).await?;
    accepted(ada.send(draft, &content).await?)?;
    // However often it is asked.
    accepted(ada.send(draft, &content).await?)?;
    let state = ada.stands(draft, is_sent).await?;
    assert_eq!(state, SendState::Sent { refused: vec![] });
    accepted(ada.send(draft, &content).await?)?;
    let taken = stage.smtp.takes(1).await?;
    assert_eq!(taken[0].to, [BOB]);
    assert!(taken[0].text().contains("Subject: hello"), "{}", taken[0].text());
    stage.holds("Sent", "SUBJECT hello", 1).await?;
    assert_eq!(stage.smtp.taken().len(), 1);
    // It is gone for ever: a late save brings nothing back.
    let late = WritingCommand::Save { draft, revision: 1, content: Box::new(content) };
    assert_eq!(failed(ada.ask(late).await?)?.code, ErrorCode::NoSuchDraft);
    Ok(())
}

/// Wherever the connection breaks around the end of a message: it is taken once, or nobody knows and it is not sent
/// again.
#[tokio::test]
async fn a_break_anywhere_around_the_end_sends_nothing_twice() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    // How long a message is on the wire, as every one here is.
    accepted(ada.send(DraftId(1), &message(&[BOB], "nxx")).await?)?;
    ada.stands(DraftId(1), is_sent).await?;
    let length = stage.smtp.takes(1).await?[0].wire.len();
    let reply = "250 2.0.0 Ok\r\n".len();
    let within = (length - 12..=length).map(Moment::Content);
    let after = [Moment::End].into_iter().chain((0..=reply).map(Moment::Taken));
    let before = ["MAIL", "RCPT", "DATA"].map(Moment::command);
    for (number, at) in before.into_iter().chain(within).chain(after).enumerate() {
        let (draft, subject) = (DraftId(number as u64 + 2), format!("n{number:02}"));
        stage.smtp.cut(at.clone());
        accepted(ada.send(draft, &message(&[BOB], &subject)).await?)?;
        let is_over = |state: &SendState| is_sent(state) || is_unknown(state) || is_delayed(state);
        let state = ada.stands(draft, is_over).await?;
        let count = || {
            let taken = stage.smtp.taken();
            taken.iter().filter(|taken| taken.text().contains(&format!("Subject: {subject}"))).count()
        };
        let taken = count();
        assert!(taken <= 1, "{at:?}");
        if is_delayed(&state) {
            assert_eq!(taken, 0, "{at:?}: it was thought unsent");
            retried(&mut ada, draft).await?;
        } else if is_unknown(&state) {
            // Nothing but the user's word moves it.
            let retry = ada.ask(WritingCommand::Retry { draft }).await?;
            assert_eq!(failed(retry)?.code, ErrorCode::BadInput);
            accepted(ada.ask(WritingCommand::Settle { draft, sent: taken == 1 }).await?)?;
            if taken == 0 {
                accepted(ada.send(draft, &message(&[BOB], &subject)).await?)?;
            }
            ada.stands(draft, is_sent).await?;
        }
        assert_eq!(count(), 1, "{at:?} {state:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_refusal_says_what_the_server_said_and_only_a_delay_is_tried_again() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let table = [
        ("MAIL", "451 4.3.0 busy", true),
        ("RCPT", "450 4.7.1 greylisted", true),
        ("DATA", "452 4.3.1 no room", true),
        (".", "451 4.3.2 try again", true),
        ("MAIL", "530 5.7.0 not you", false),
        ("RCPT", "550 5.1.1 nobody", false),
        ("DATA", "554 5.5.1 no", false),
        (".", "552 5.3.4 too large", false),
        ("AUTH", "454 4.7.0 later", true),
        ("AUTH", "535 5.7.8 wrong", false),
        ("EHLO", "421 4.3.2 closing", true),
    ];
    for (number, (command, reply, delayed)) in table.into_iter().enumerate() {
        let draft = DraftId(number as u64 + 1);
        stage.smtp.answer_once(command, reply);
        accepted(ada.send(draft, &message(&[BOB], "hello")).await?)?;
        let state = ada.stands(draft, |state| is_delayed(state) || is_failed(state)).await?;
        assert_eq!((is_delayed(&state), words(&state)), (delayed, reply), "{command}");
        assert_eq!(stage.smtp.taken().len(), number, "{command} {reply}");
        retried(&mut ada, draft).await?;
        assert_eq!(stage.smtp.taken().len(), number + 1, "{command} {reply}");
    }
    Ok(())
}

#[tokio::test]
async fn recipients_are_told_one_by_one_and_deferred_ones_go_alone() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    stage.smtp.answer(&format!("RCPT TO:<{CAROL}"), "550 5.1.1 no carol");
    stage.smtp.answer_once(&format!("RCPT TO:<{DAVE}"), "451 4.7.1 wait");
    let draft = DraftId(1);
    accepted(ada.send(draft, &message(&[BOB, CAROL, DAVE], "all")).await?)?;
    let state = ada.stands(draft, is_delayed).await?;
    assert_eq!(words(&state), "451 4.7.1 wait");
    // Some have it: it cannot be a draft again, and those who are left go alone.
    accepted(ada.ask(WritingCommand::Retry { draft }).await?)?;
    let state = ada.stands(draft, is_sent).await?;
    let refused = vec![RefusedRecipient { email: CAROL.to_owned(), reason: "550 5.1.1 no carol".to_owned() }];
    assert_eq!(state, SendState::Sent { refused });
    let to: Vec<_> = stage.smtp.taken().into_iter().map(|taken| taken.to).collect();
    assert_eq!(to, [vec![BOB.to_owned()], vec![DAVE.to_owned()]]);
    stage.holds("Sent", "SUBJECT all", 1).await?;
    // Told, it can be put away.
    accepted(ada.ask(WritingCommand::Discard { draft }).await?)?;
    assert_eq!(ada.look().await?.1, []);
    Ok(())
}

#[tokio::test]
async fn what_waits_can_be_taken_back_and_sent_again() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let (draft, content) = (DraftId(1), message(&[BOB], "later"));
    let revision = ada.save(draft, 0, &content).await?;
    let tomorrow = 24 * 3600 + now();
    let later =
        WritingCommand::Send { draft, revision: 0, content: Box::new(content.clone()), at: Some(tomorrow) };
    accepted(ada.ask(later).await?)?;
    let state = ada.stands(draft, |state| matches!(state, SendState::Queued { .. })).await?;
    assert_eq!(state, SendState::Queued { at: tomorrow, delayed_by: None });
    let unsent = ada.ask(WritingCommand::Unsend { draft }).await?;
    let Reply::Writing(WritingReply::Draft { revision: again, content: back, .. }) = unsent else {
        return Err(unexpected("Unsend", &unsent));
    };
    assert_eq!(*back, content);
    assert!(again > revision);
    let changed = Draft { subject: "changed".to_owned(), ..content };
    ada.save(draft, again, &changed).await?;
    accepted(ada.send(draft, &changed).await?)?;
    ada.stands(draft, is_sent).await?;
    let unsent = ada.ask(WritingCommand::Unsend { draft }).await?;
    assert_eq!(failed(unsent)?.code, ErrorCode::CannotUndo);
    assert!(stage.smtp.takes(1).await?[0].text().contains("Subject: changed"));
    Ok(())
}

#[tokio::test]
async fn mail_goes_out_with_no_browser_open() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let (mut settings, _) = ada.look().await?;
    settings.undo_seconds = 1;
    accepted(ada.ask(WritingCommand::Choose { settings }).await?)?;
    let send = |draft, at| WritingCommand::Send {
        draft,
        revision: 0,
        content: Box::new(message(&[BOB], "alone")),
        at,
    };
    accepted(ada.ask(send(DraftId(1), None)).await?)?;
    accepted(ada.ask(send(DraftId(2), Some(now() + 2))).await?)?;
    assert_eq!(stage.smtp.taken().len(), 0);
    // The window is closed, and nobody is signed in any more.
    assert!(ada.session.end().await?.status().is_success());
    drop(ada);
    stage.smtp.takes(2).await?;
    stage.holds("Sent", "SUBJECT alone", 2).await
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_queued() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let nobody = message(&[], "x");
    let odd = message(&["bob"], "x");
    let evil = message(&["bob@x.test>\r\nRCPT TO:<eve@x.test"], "x");
    for (number, content) in [nobody, odd, evil].into_iter().enumerate() {
        let failure = failed(ada.send(DraftId(number as u64), &content).await?)?;
        assert_eq!(failure.code, ErrorCode::BadInput);
    }
    assert_eq!(ada.look().await?.1, []);
    assert_eq!(stage.smtp.count("MAIL"), 0);
    Ok(())
}

#[tokio::test]
async fn bcc_is_told_to_the_server_and_kept_and_never_sent() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let bcc = message(&[CAROL], "").to;
    let content = Draft { bcc, ..message(&[BOB, BOB], "secret") };
    accepted(ada.send(DraftId(1), &content).await?)?;
    ada.stands(DraftId(1), is_sent).await?;
    let taken = stage.smtp.takes(1).await?;
    assert_eq!(taken[0].from, ADA);
    assert_eq!(taken[0].to, [BOB, CAROL]);
    assert!(!taken[0].text().to_lowercase().contains("carol"));
    stage.holds("Sent", &format!("BCC {CAROL}"), 1).await
}

#[tokio::test]
async fn what_lies_in_sent_was_sent() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let (draft, content) = (DraftId(1), message(&[BOB], "hello"));
    ada.save(draft, 0, &content).await?;
    // The server keeps a copy of what it sends, under the Message-ID that the draft has from its first save.
    let key = newest(&mut ada.wire, "Drafts", 1).await?;
    let copy = ada.session.source(&key).await?;
    stage.dovecot.client(ADA).await?.append("Sent", "\\Seen", &copy).await?;
    stage.smtp.cut(Moment::End);
    accepted(ada.send(draft, &content).await?)?;
    stage.smtp.was_cut(1).await?;
    ada.stands(draft, is_sent).await?;
    // Removed from Drafts last: by then a second copy would lie in Sent.
    stage.holds("Drafts", "ALL", 0).await?;
    assert_eq!(stage.count("Sent", "ALL").await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_was_answered_or_passed_on_is_marked() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    for (number, how, mark) in [(1, Answer::Reply, "ANSWERED"), (2, Answer::Forward, "KEYWORD $Forwarded")] {
        stage.dovecot.deliver(ADA, &[postern_tests::mail::numbered(number).to_bytes()?]).await?;
        let key = newest(&mut ada.wire, "Inbox", number).await?;
        let answers = Some(Answers { key: Some(key), how, message_id: None, references: Vec::new() });
        let draft = DraftId(u64::from(number));
        accepted(ada.send(draft, &Draft { answers, ..message(&[BOB], "re") }).await?)?;
        ada.stands(draft, is_sent).await?;
        stage.holds("INBOX", mark, 1).await?;
    }
    Ok(())
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}
