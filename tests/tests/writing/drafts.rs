//! Drafts: kept by the gateway at once, and in Drafts after a while.

use crate::stage::{BOB, Stage, Writer, accepted, failed, is_sent, message, newest, unexpected};
use postern_shared::{
    error::ErrorCode,
    event::Event,
    ids::DraftId,
    reply::Reply,
    writing::{Beginning, Draft, WritingCommand, WritingEvent, WritingReply},
};
use postern_tests::{dovecot::Setup, error::Result, session::Session};

const DRAFT: DraftId = DraftId(7);

/// The draft that a browser is given.
async fn taken_up(ada: &mut Writer, draft: DraftId, from: Beginning) -> Result<(DraftId, u32, Draft)> {
    match ada.ask(WritingCommand::Begin { draft, from }).await? {
        Reply::Writing(WritingReply::Draft { draft, revision, content }) => Ok((draft, revision, *content)),
        other => Err(unexpected("Begin", &other)),
    }
}

#[tokio::test]
async fn a_draft_lies_in_drafts_once_and_goes_when_it_is_sent() -> Result<()> {
    for hidden in [&[][..], &["UIDPLUS"]] {
        let stage = Stage::with(Setup::new(&[crate::stage::ADA, BOB]).without(hidden)).await?;
        let mut ada = stage.ada().await?;
        let mut revision = 0;
        for subject in ["one", "two", "three"] {
            revision = ada.save(DRAFT, revision, &message(&[BOB], subject)).await?;
            stage.holds("Drafts", &format!("UNDELETED DRAFT SUBJECT {subject}"), 1).await?;
            stage.holds("Drafts", "UNDELETED", 1).await?;
        }
        assert_eq!(revision, 3);
        accepted(ada.send(DRAFT, &message(&[BOB], "three")).await?)?;
        ada.stands(DRAFT, is_sent).await?;
        stage.holds("Drafts", "UNDELETED", 0).await?;
        stage.holds("Sent", "SUBJECT three", 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_discarded_draft_is_gone_everywhere_and_for_ever() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    ada.save(DRAFT, 0, &message(&[BOB], "one")).await?;
    stage.holds("Drafts", "ALL", 1).await?;
    accepted(ada.ask(WritingCommand::Discard { draft: DRAFT }).await?)?;
    let gone = |event: &Event| matches!(event, Event::Writing(WritingEvent::DraftGone(DRAFT)));
    ada.wire.event("the draft to go", |envelope| gone(&envelope.event).then_some(())).await?;
    stage.holds("Drafts", "ALL", 0).await?;
    let late = WritingCommand::Save { draft: DRAFT, revision: 1, content: Box::default() };
    assert_eq!(failed(ada.ask(late).await?)?.code, ErrorCode::NoSuchDraft);
    let again = WritingCommand::Begin { draft: DRAFT, from: Beginning::Saved };
    assert_eq!(failed(ada.ask(again).await?)?.code, ErrorCode::NoSuchDraft);
    Ok(())
}

#[tokio::test]
async fn of_two_browsers_the_second_is_told() -> Result<()> {
    let stage = Stage::begin().await?;
    let (mut one, mut two) = (stage.ada().await?, stage.ada().await?);
    let revision = one.save(DRAFT, 0, &message(&[BOB], "one")).await?;
    let saved = |event: &Event| match event {
        Event::Writing(WritingEvent::DraftSaved { draft: DRAFT, revision }) => Some(*revision),
        _ => None,
    };
    let told = two.wire.event("a save elsewhere", |envelope| saved(&envelope.event)).await?;
    assert_eq!(told, revision);
    let (_, seen, content) = taken_up(&mut two, DRAFT, Beginning::Saved).await?;
    assert_eq!((seen, content.subject.as_str()), (revision, "one"));
    one.save(DRAFT, revision, &message(&[BOB], "mine")).await?;
    let theirs = Box::new(message(&[BOB], "theirs"));
    let save = WritingCommand::Save { draft: DRAFT, revision: seen, content: theirs };
    assert_eq!(failed(two.ask(save).await?)?.code, ErrorCode::DraftChanged);
    assert_eq!(taken_up(&mut two, DRAFT, Beginning::Saved).await?.2.subject, "mine");
    Ok(())
}

#[tokio::test]
async fn a_draft_is_opened_from_the_list_as_it_was_written() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let bcc = message(&["carol@demo.test"], "").to;
    let content = Draft { bcc, ..message(&[BOB], "secret") };
    ada.save(DRAFT, 0, &content).await?;
    let key = newest(&mut ada.wire, "Drafts", 1).await?;
    let (draft, revision, opened) = taken_up(&mut ada, DraftId(8), Beginning::Message(key)).await?;
    assert_eq!((draft, revision), (DRAFT, 1), "it is the one that is kept");
    assert_eq!(opened, content);
    Ok(())
}

#[tokio::test]
async fn drafts_and_sent_of_a_pop3_account_lie_here() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = Writer::of(Session::start_pop3(&stage.gateway, crate::stage::ADA).await?).await?;
    let mut revision = 0;
    for subject in ["one", "two"] {
        revision = ada.save(DRAFT, revision, &message(&[BOB], subject)).await?;
        let mut shown = String::new();
        while shown != subject {
            let folder = ada.wire.holds("Drafts", 1).await?;
            // The old one may go while the list is read.
            let rows = ada.wire.rows(&folder).await.unwrap_or_default();
            shown = rows.first().map(|row| row.subject.clone()).unwrap_or_default();
        }
    }
    accepted(ada.send(DRAFT, &message(&[BOB], "two")).await?)?;
    ada.stands(DRAFT, is_sent).await?;
    stage.smtp.takes(1).await?;
    ada.wire.holds("Sent", 1).await?;
    ada.wire.holds("Drafts", 0).await?;
    Ok(())
}
