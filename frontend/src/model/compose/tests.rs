//! The writing desk, with a gateway's part played by the test.

use super::desk::{Desk, WritingAsked};
use crate::model::change::{Outcome, Undo};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{DraftId, FileId},
    reply::Reply,
    writing::{
        Beginning, Draft, DraftFile, DraftText, OutboxItem, RefusedRecipient, SendState, WritingCommand,
        WritingEvent, WritingReply,
    },
};

const ID: DraftId = DraftId(7);

fn says(subject: &str) -> Draft {
    Draft { subject: subject.to_owned(), ..Draft::default() }
}

fn draft(revision: u32, content: Draft) -> Reply {
    Reply::Writing(WritingReply::Draft { draft: ID, revision, content: Box::new(content) })
}

fn saved(revision: u32) -> Reply {
    Reply::Writing(WritingReply::Saved { revision, at: 5 })
}

fn failed(code: ErrorCode) -> Reply {
    Reply::Failed(Failure::new(code, ""))
}

/// A desk with one draft open, as the gateway began it.
fn writing() -> Desk {
    let mut desk = Desk::default();
    desk.poll();
    desk.begin(ID, Beginning::Blank);
    assert!(matches!(take(&mut desk), (_, WritingCommand::Begin { draft: ID, .. })));
    desk.answer(WritingAsked::Begin(1), draft(0, says("")));
    assert!(desk.poll().is_empty());
    desk
}

/// The one request that goes out.
fn take(desk: &mut Desk) -> (WritingAsked, WritingCommand) {
    let mut requests = desk.poll();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

fn words(desk: &mut Desk) -> Vec<String> {
    let outcomes = std::mem::take(&mut desk.outcomes);
    let text = |outcome| match outcome {
        Outcome::Say { text, .. } | Outcome::Warn(text) => Some(text),
        _ => None,
    };
    outcomes.into_iter().filter_map(text).collect()
}

#[test]
fn what_is_written_is_saved_one_revision_after_the_other() {
    let mut desk = writing();
    desk.write(1, says("a"));
    let (asked, command) = take(&mut desk);
    assert!(matches!(&command, WritingCommand::Save { revision: 0, content, .. } if content.subject == "a"));
    // Written meanwhile: it waits for the answer, whose revision it changes.
    desk.write(1, says("ab"));
    assert!(desk.poll().is_empty());
    desk.apply(WritingEvent::DraftSaved { draft: ID, revision: 1 });
    desk.answer(asked, saved(1));
    let (asked, command) = take(&mut desk);
    assert!(matches!(&command, WritingCommand::Save { revision: 1, content, .. } if content.subject == "ab"));
    desk.answer(asked, saved(2));
    let state = desk.state().drafts[0].clone();
    assert!(!state.unsaved && !state.changed && state.saved_at == Some(5));
    // The same again is no change.
    desk.write(1, says("ab"));
    assert!(desk.poll().is_empty());
}

#[test]
fn a_save_whose_answer_was_lost_is_no_conflict() {
    let mut desk = writing();
    desk.write(1, says("a"));
    take(&mut desk);
    desk.lost();
    desk.write(1, says("a"));
    let requests = desk.poll();
    let compare = (WritingAsked::Compare(1), WritingCommand::Begin { draft: ID, from: Beginning::Saved });
    assert_eq!(requests, [(WritingAsked::Look, WritingCommand::Look), compare]);
    desk.answer(WritingAsked::Compare(1), draft(1, says("a")));
    assert!(!desk.state().drafts[0].unsaved);
    assert!(desk.poll().is_empty());
}

#[test]
fn a_save_that_never_arrived_is_made_again() {
    let mut desk = writing();
    desk.write(1, says("a"));
    take(&mut desk);
    desk.lost();
    desk.poll();
    desk.answer(WritingAsked::Compare(1), failed(ErrorCode::NoSuchDraft));
    assert!(matches!(take(&mut desk).1, WritingCommand::Save { revision: 0, .. }));
    assert!(!desk.state().drafts[0].gone);
}

#[test]
fn two_browsers_never_overwrite_each_other() {
    let conflict = || {
        let mut desk = writing();
        desk.write(1, says("mine"));
        let (asked, _) = take(&mut desk);
        desk.answer(asked, failed(ErrorCode::DraftChanged));
        assert!(matches!(take(&mut desk).1, WritingCommand::Begin { from: Beginning::Saved, .. }));
        desk.answer(WritingAsked::Compare(1), draft(3, says("theirs")));
        assert!(desk.state().drafts[0].changed);
        desk.write(1, says("mine!"));
        assert!(desk.poll().is_empty());
        desk
    };
    let mut desk = conflict();
    desk.keep(1, DraftId(8));
    let (_, command) = take(&mut desk);
    assert!(
        matches!(&command, WritingCommand::Save { draft: DraftId(8), revision: 0, content } if content.subject == "mine!")
    );
    let mut desk = conflict();
    let edition = desk.state().drafts[0].edition;
    desk.show_other(1);
    assert_eq!(desk.content(1).unwrap(), (3, &says("theirs")));
    assert!(desk.state().drafts[0].edition > edition);
    assert!(desk.poll().is_empty());
}

#[test]
fn a_draft_that_becomes_two_has_its_files_twice() {
    let file = DraftFile {
        id: FileId(1),
        name: "a".into(),
        media_type: "text/plain".into(),
        size: 1,
        inline: false,
    };
    let shows = |draft: DraftId| Draft {
        files: vec![file.clone()],
        text: DraftText::Html(format!("<img src=\"/api/accounts/a/drafts/{draft}/files/1\">")),
        ..says("mine")
    };
    let mut desk = writing();
    desk.write(1, shows(ID));
    let (asked, _) = take(&mut desk);
    desk.answer(asked, failed(ErrorCode::DraftChanged));
    take(&mut desk);
    desk.answer(WritingAsked::Compare(1), draft(3, says("theirs")));
    let fresh = DraftId(8);
    desk.keep(1, fresh);
    let copy = WritingCommand::CopyFiles { draft: fresh, from: ID };
    assert_eq!(take(&mut desk), (WritingAsked::Files(1), copy.clone()));
    assert!(desk.poll().is_empty());
    desk.lost();
    assert!(desk.poll().contains(&(WritingAsked::Files(1), copy.clone())));
    desk.answer(WritingAsked::Files(1), failed(ErrorCode::DiskFull));
    assert!(desk.poll().is_empty());
    desk.save_again(1);
    assert_eq!(take(&mut desk), (WritingAsked::Files(1), copy));
    desk.answer(WritingAsked::Files(1), Reply::Accepted);
    let save = |content| WritingCommand::Save { draft: fresh, revision: 0, content: Box::new(content) };
    assert_eq!(take(&mut desk).1, save(shows(fresh)));
    // Its window shows the pictures where they were.
    desk.answer(WritingAsked::Save(1), saved(1));
    desk.write(1, shows(ID));
    assert!(desk.poll().is_empty());
}

#[test]
fn a_window_that_only_shows_follows_the_other_browser() {
    let mut desk = writing();
    desk.apply(WritingEvent::DraftSaved { draft: ID, revision: 4 });
    take(&mut desk);
    desk.answer(WritingAsked::Compare(1), draft(4, says("theirs")));
    assert_eq!(desk.content(1).unwrap(), (4, &says("theirs")));
    desk.apply(WritingEvent::DraftGone(ID));
    assert!(desk.state().drafts[0].gone);
}

#[test]
fn a_closed_window_stays_until_it_is_saved() {
    let mut desk = writing();
    desk.write(1, says("a"));
    desk.close(1);
    assert!(desk.state().drafts.is_empty());
    let (asked, _) = take(&mut desk);
    desk.answer(asked, failed(ErrorCode::DiskFull));
    // It cannot be saved: the window is there again, and says why.
    assert!(desk.state().drafts[0].failure.as_ref().unwrap().contains("disk"));
    desk.close(1);
    desk.save_again(1);
    let (asked, _) = take(&mut desk);
    desk.answer(asked, saved(1));
    assert_eq!(desk.outcomes, [Outcome::Safe(ID), Outcome::Unkept(ID)]);
    assert!(desk.content(1).is_none());
}

fn item(state: SendState) -> WritingEvent {
    WritingEvent::Outbox(vec![OutboxItem {
        draft: ID,
        to: vec![],
        recipients: 1,
        subject: "a".into(),
        state,
    }])
}

#[test]
fn sending_is_asked_until_it_is_answered_and_its_end_is_told() {
    let mut desk = writing();
    desk.write(1, says("a"));
    desk.send(1, None);
    assert!(matches!(take(&mut desk).1, WritingCommand::Send { draft: ID, at: None, .. }));
    desk.lost();
    let requests = desk.poll();
    assert!(matches!(requests[1].1, WritingCommand::Send { draft: ID, .. }), "{requests:?}");
    desk.answer(WritingAsked::Send(1), Reply::Accepted);
    assert!(desk.state().drafts.is_empty());
    assert!(desk.outcomes.contains(&Outcome::Say { text: "Sending…".into(), undo: Some(Undo::Send(ID)) }));
    words(&mut desk);
    desk.apply(item(SendState::Queued { at: 9, delayed_by: None }));
    assert!(desk.state().outbox.is_empty() && desk.outcomes.is_empty());
    desk.apply(item(SendState::Sending));
    assert_eq!(desk.outcomes, [Outcome::Settled(Undo::Send(ID))]);
    words(&mut desk);
    desk.apply(item(SendState::Sent { refused: vec![] }));
    desk.apply(WritingEvent::Outbox(vec![]));
    assert_eq!(words(&mut desk), ["Sent"]);
}

#[test]
fn sending_waits_for_a_save_under_way_and_survives_its_loss() {
    let mut desk = writing();
    desk.write(1, says("a"));
    let (asked, _) = take(&mut desk);
    desk.send(1, None);
    assert!(desk.poll().is_empty());
    desk.answer(asked, saved(1));
    assert!(matches!(take(&mut desk).1, WritingCommand::Send { revision: 1, .. }));
    // Both answers are lost: the draft is on its way already. It is sent again, which changes nothing.
    let mut desk = writing();
    desk.write(1, says("a"));
    take(&mut desk);
    desk.send(1, None);
    desk.lost();
    let requests = desk.poll();
    assert!(matches!(requests[1], (WritingAsked::Compare(1), _)), "{requests:?}");
    desk.answer(WritingAsked::Compare(1), failed(ErrorCode::NoSuchDraft));
    assert!(matches!(take(&mut desk).1, WritingCommand::Send { .. }));
    desk.answer(WritingAsked::Send(1), Reply::Accepted);
    assert!(desk.state().drafts.is_empty());
}

#[test]
fn nobody_sends_what_another_browser_wrote() {
    // The gateway refuses: it has another revision.
    let mut desk = writing();
    desk.write(1, says("mine"));
    let (asked, _) = take(&mut desk);
    desk.answer(asked, saved(1));
    desk.send(1, None);
    take(&mut desk);
    desk.answer(WritingAsked::Send(1), failed(ErrorCode::DraftChanged));
    assert!(matches!(take(&mut desk).1, WritingCommand::Begin { from: Beginning::Saved, .. }));
    desk.answer(WritingAsked::Compare(1), draft(2, says("theirs")));
    assert!(desk.state().drafts[0].changed && !desk.state().drafts[0].sending);
    desk.show_other(1);
    assert!(desk.poll().is_empty());
    // It is heard of while Send is pressed.
    let mut desk = writing();
    desk.apply(WritingEvent::DraftSaved { draft: ID, revision: 4 });
    take(&mut desk);
    desk.send(1, None);
    desk.answer(WritingAsked::Compare(1), draft(4, says("theirs")));
    assert!(desk.state().drafts[0].changed);
    assert!(desk.poll().is_empty());
}

#[test]
fn a_save_whose_answer_was_lost_is_ones_own_also_after_more_words() {
    let mut desk = writing();
    desk.write(1, says("a"));
    take(&mut desk);
    desk.write(1, says("ab"));
    desk.lost();
    desk.poll();
    desk.answer(WritingAsked::Compare(1), draft(1, says("a")));
    assert!(!desk.state().drafts[0].changed);
    assert!(
        matches!(take(&mut desk).1, WritingCommand::Save { revision: 1, content, .. } if content.subject == "ab")
    );
}

#[test]
fn a_draft_that_ended_elsewhere_is_not_saved_for_ever() {
    let mut desk = writing();
    desk.write(1, says("a"));
    let (asked, _) = take(&mut desk);
    desk.answer(asked, failed(ErrorCode::NoSuchDraft));
    assert!(desk.state().drafts[0].gone);
    assert!(desk.poll().is_empty());
}

#[test]
fn what_was_not_sent_stands_in_the_outbox_and_is_told() {
    let mut desk = writing();
    desk.send(1, None);
    desk.poll();
    desk.answer(WritingAsked::Send(1), Reply::Accepted);
    words(&mut desk);
    let refused = vec![RefusedRecipient { email: "bob@demo.test".into(), reason: "550 nobody".into() }];
    desk.apply(item(SendState::Failed { failure: Failure::new(ErrorCode::Refused, "550 nobody"), refused }));
    assert_eq!(words(&mut desk), ["Not sent. bob@demo.test was refused: “550 nobody”."]);
    assert_eq!(desk.state().outbox.len(), 1);
}

#[test]
fn sending_is_undone() {
    let mut desk = writing();
    desk.send(1, None);
    desk.poll();
    desk.answer(WritingAsked::Send(1), Reply::Accepted);
    desk.undo(ID);
    let (asked, command) = take(&mut desk);
    assert_eq!(command, WritingCommand::Unsend { draft: ID });
    desk.answer(asked, draft(2, says("a")));
    assert_eq!(desk.state().drafts[0].id, ID);
    assert!(desk.outcomes.contains(&Outcome::Settled(Undo::Send(ID))));
}

#[test]
fn discarding_can_be_undone_for_a_while() {
    let mut desk = writing();
    desk.write(1, says("a"));
    desk.discard(1);
    assert!(desk.state().drafts.is_empty() && desk.poll().is_empty());
    desk.undo(ID);
    assert_eq!(desk.content(1).unwrap().1, &says("a"));
    assert!(!desk.forget(ID));
    desk.discard(1);
    assert!(desk.forget(ID));
    assert_eq!(take(&mut desk).1, WritingCommand::Discard { draft: ID });
}

#[test]
fn a_draft_kept_through_a_reload_goes_on_from_its_revision() {
    let mut desk = Desk::default();
    desk.poll();
    desk.take_up(ID, 2, says("mine"));
    take(&mut desk);
    desk.answer(WritingAsked::Compare(1), draft(2, says("saved")));
    assert!(matches!(take(&mut desk).1, WritingCommand::Save { revision: 2, .. }));
    assert!(!desk.state().drafts[0].changed);
}
