//! Numbers an account's events and hands them to every browser that is attached.

use super::{
    outbox::{Outbox, Outgoing},
    replay::Replay,
};
use crate::browser::BrowserId;
use postern_shared::{
    event::{Envelope, Event},
    ids::{AccountId, Epoch, OpId, RequestId, Seq},
    reply::Reply,
};
use std::{collections::HashMap, sync::Arc};

/// The browsers of one account, in one run of it.
#[derive(Debug)]
pub struct Hub {
    account: AccountId,
    epoch: Epoch,
    last: Seq,
    replay: Replay,
    browsers: HashMap<BrowserId, Outbox>,
}

impl Hub {
    /// A hub without browsers. The epoch is to be drawn at random, so that no browser takes this run for another.
    pub fn new(account: AccountId, epoch: Epoch) -> Self {
        Self { account, epoch, last: Seq(0), replay: Replay::default(), browsers: HashMap::new() }
    }

    /// The epoch of its numbers.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The number of the last event.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Whether no browser is attached.
    pub fn is_empty(&self) -> bool {
        self.browsers.is_empty()
    }

    /// Attaches a browser. True if it gets, from here on, every event after those it has; else it needs a snapshot.
    pub fn attach(&mut self, browser: BrowserId, resume: Option<(Epoch, Seq)>, outbox: Outbox) -> bool {
        let known = resume.filter(|(epoch, _)| *epoch == self.epoch);
        let missed = known.and_then(|(_, seq)| self.replay.after(seq, self.last));
        let resumed = missed.is_some();
        for event in missed.into_iter().flatten() {
            outbox.send(Outgoing::Event(event));
        }
        self.browsers.insert(browser, outbox);
        resumed
    }

    /// Detaches a browser.
    pub fn detach(&mut self, browser: BrowserId) {
        self.browsers.remove(&browser);
    }

    /// Tells every browser.
    pub fn publish(&mut self, cause: Option<OpId>, event: Event) {
        self.last = Seq(self.last.0 + 1);
        let envelope = Arc::new(Envelope { account: self.account.clone(), seq: self.last, cause, event });
        for outbox in self.browsers.values() {
            outbox.send(Outgoing::Event(envelope.clone()));
        }
        self.replay.push(envelope);
    }

    /// Answers one browser, behind every event published before.
    pub fn reply(&self, browser: BrowserId, id: RequestId, reply: Reply) {
        if let Some(outbox) = self.browsers.get(&browser) {
            outbox.send(Outgoing::Reply(id, reply));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::outbox::Inbox;
    use postern_shared::ids::ViewId;

    fn seqs(inbox: &mut Inbox) -> Vec<u64> {
        std::iter::from_fn(|| inbox.frames.try_recv().ok())
            .map(|frame| match frame {
                Outgoing::Event(envelope) => envelope.seq.0,
                Outgoing::Reply(..) => 0,
            })
            .collect()
    }

    fn hub() -> Hub {
        Hub::new("ada@demo.test".into(), Epoch(7))
    }

    fn publish(hub: &mut Hub, count: u32) {
        for _ in 0..count {
            hub.publish(None, Event::ViewClosed { view: ViewId(1) });
        }
    }

    #[test]
    fn a_browser_that_comes_back_gets_what_it_missed() {
        let table = [
            (Some((Epoch(7), Seq(3))), true, vec![4, 5, 6]),
            (Some((Epoch(7), Seq(5))), true, vec![6]),
            (Some((Epoch(7), Seq(9))), false, vec![6]),
            (Some((Epoch(8), Seq(3))), false, vec![6]),
            (None, false, vec![6]),
        ];
        for (resume, resumed, expected) in table {
            let mut hub = hub();
            publish(&mut hub, 5);
            let (outbox, mut inbox) = Outbox::new();
            assert_eq!(hub.attach(BrowserId(1), resume, outbox), resumed, "{resume:?}");
            publish(&mut hub, 1);
            assert_eq!(seqs(&mut inbox), expected, "{resume:?}");
        }
    }

    #[test]
    fn what_was_forgotten_is_not_skipped() {
        let mut hub = hub();
        publish(&mut hub, 600);
        let (outbox, mut inbox) = Outbox::new();
        assert!(!hub.attach(BrowserId(1), Some((Epoch(7), Seq(50))), outbox));
        assert!(seqs(&mut inbox).is_empty());
        let (outbox, mut inbox) = Outbox::new();
        assert!(hub.attach(BrowserId(2), Some((Epoch(7), Seq(500))), outbox));
        assert_eq!(seqs(&mut inbox), (501..=600).collect::<Vec<_>>());
    }

    #[test]
    fn replies_and_events_keep_their_order() {
        let mut hub = hub();
        let (outbox, mut inbox) = Outbox::new();
        hub.attach(BrowserId(1), None, outbox);
        publish(&mut hub, 1);
        hub.reply(BrowserId(1), RequestId(4), Reply::Accepted);
        hub.reply(BrowserId(2), RequestId(5), Reply::Accepted);
        publish(&mut hub, 1);
        assert_eq!(seqs(&mut inbox), [1, 0, 2]);
    }
}
