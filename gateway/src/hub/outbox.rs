//! The queue of frames that wait for one socket. It never grows without bound: a browser that does not read is cut
//! off, reconnects, and gets what it missed.

use postern_shared::{event::Envelope, ids::RequestId, reply::Reply};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Frames that may wait for one socket.
const CAPACITY: usize = 256;

/// A frame on its way to one browser. Events are shared among the browsers of an account.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// The answer to a request.
    Reply(RequestId, Reply),
    /// An event of an account.
    Event(Arc<Envelope>),
}

/// The sending end, cloned into every account the browser is attached to.
#[derive(Clone, Debug)]
pub struct Outbox {
    frames: mpsc::Sender<Outgoing>,
    overflow: CancellationToken,
}

/// The receiving end, held by the socket's task.
#[derive(Debug)]
pub struct Inbox {
    /// The frames, in order.
    pub frames: mpsc::Receiver<Outgoing>,
    /// Cancelled when a frame found no room: close the socket with
    /// [`TOO_SLOW`](postern_shared::wire::close::TOO_SLOW).
    pub overflow: CancellationToken,
}

impl Outbox {
    /// A queue for one socket.
    pub fn new() -> (Self, Inbox) {
        let (sender, frames) = mpsc::channel(CAPACITY);
        let overflow = CancellationToken::new();
        (Self { frames: sender, overflow: overflow.clone() }, Inbox { frames, overflow })
    }

    /// Queues a frame without waiting. A full queue cuts the browser off; a closed one is ignored, the socket is gone.
    pub fn send(&self, frame: Outgoing) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.frames.try_send(frame) {
            self.overflow.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_does_not_read_is_cut_off() {
        let (outbox, inbox) = Outbox::new();
        for id in 0..CAPACITY as u32 {
            outbox.send(Outgoing::Reply(RequestId(id), Reply::Accepted));
        }
        assert!(!inbox.overflow.is_cancelled());
        outbox.send(Outgoing::Reply(RequestId(0), Reply::Accepted));
        assert!(inbox.overflow.is_cancelled());
    }
}
