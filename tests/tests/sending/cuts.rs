//! The connection to the server breaks: a message arrives exactly once, or nobody knows and the user is asked.

use crate::stage::{Scripted, accepted, letter, retry, send, sent, settled};
use postern_shared::{
    ids::DraftId,
    writing::{SendState, WritingCommand},
};
use postern_tests::{
    error::Result,
    fake_smtp::{Manner, Moment},
    wire::Wire,
};

/// What the scripted server says when it takes a message.
const TAKEN: &str = "250 2.0.0 Ok: queued\r\n";
/// So many bytes before the end of a message are tried one by one: the end, and the end of the last line.
const AROUND_THE_END: usize = 12;
/// Who is written to.
const GRACE: &str = "grace@elsewhere.test";

/// Sends a message over a connection that breaks at `at`. Returns where it stands then.
async fn cut_at(stage: &Scripted, wire: &mut Wire, number: u64, at: Moment) -> Result<SendState> {
    let draft = DraftId(number);
    stage.smtp.cut(at);
    send(wire, draft, &message(number)).await?;
    let state = settled(wire, draft).await?;
    stage.smtp.was_cut(usize::try_from(number).unwrap_or(usize::MAX)).await?;
    Ok(state)
}

fn message(number: u64) -> postern_shared::writing::Draft {
    letter(&[GRACE], &subject(number), "All is well.")
}

fn subject(number: u64) -> String {
    format!("Cut {number:03}")
}

/// The user looked: it is there, or it is not and has to go again, as another message.
async fn settle(wire: &mut Wire, draft: DraftId, is_sent: bool) -> Result<()> {
    let reply = wire.writing(WritingCommand::Settle { draft, sent: is_sent }).await?;
    if is_sent { accepted(reply) } else { Ok(()) }
}

#[tokio::test]
async fn a_cut_at_any_byte_around_the_end_never_sends_twice() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    send(&mut wire, DraftId(1000), &message(0)).await?;
    sent(&mut wire, DraftId(1000)).await?;
    let whole = stage.smtp.takes(1).await?[0].wire.len();
    let before = (whole - AROUND_THE_END..=whole).map(Moment::Content);
    let after = (0..=TAKEN.len()).map(Moment::Taken);
    let moments: Vec<_> = before.chain([Moment::End]).chain(after).collect();
    let mut unknown = 0;
    for (number, moment) in (1..).zip(moments) {
        let draft = DraftId(number);
        let state = cut_at(&stage, &mut wire, number, moment.clone()).await?;
        let taken = stage.times_taken(&subject(number));
        match (&moment, &state) {
            // The whole answer was heard.
            (Moment::Taken(said), SendState::Sent { .. }) if *said == TAKEN.len() => assert_eq!(taken, 1),
            (_, SendState::Unknown(_)) => {
                unknown += 1;
                assert_eq!(taken, usize::from(matches!(moment, Moment::Taken(_))), "{moment:?}");
                settle(&mut wire, draft, taken == 1).await?;
            }
            (Moment::Content(_), SendState::Queued { .. }) => {
                assert_eq!(taken, 0, "{moment:?}");
                assert!(matches!(retry(&mut wire, draft).await?, SendState::Sent { .. }), "{moment:?}");
                assert_eq!(stage.times_taken(&subject(number)), 1, "{moment:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(unknown >= TAKEN.len(), "after the end nobody can know");
    Ok(())
}

#[tokio::test]
async fn a_cut_before_the_end_is_tried_again() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    let commands = ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"].map(Moment::command);
    let moments: Vec<_> = [Moment::Greeting].into_iter().chain(commands).collect();
    for (number, moment) in (1..).zip(moments) {
        let state = cut_at(&stage, &mut wire, number, moment.clone()).await?;
        assert!(matches!(state, SendState::Queued { .. }), "{moment:?}: {state:?}");
        assert_eq!(stage.times_taken(&subject(number)), 0, "{moment:?}");
        let state = retry(&mut wire, DraftId(number)).await?;
        assert!(matches!(state, SendState::Sent { .. }), "{moment:?}: {state:?}");
        assert_eq!(stage.times_taken(&subject(number)), 1, "{moment:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cut_within_sign_in_is_tried_again() -> Result<()> {
    let stage = Scripted::start(Manner::offering(&["AUTH LOGIN"])).await?;
    let mut wire = stage.enter().await?;
    for (number, moment) in (1..).zip(["AUTH", "(name)", "(password)"].map(Moment::command)) {
        let state = cut_at(&stage, &mut wire, number, moment.clone()).await?;
        assert!(matches!(state, SendState::Queued { .. }), "{moment:?}: {state:?}");
        retry(&mut wire, DraftId(number)).await?;
        assert_eq!(stage.times_taken(&subject(number)), 1, "{moment:?}");
    }
    Ok(())
}
