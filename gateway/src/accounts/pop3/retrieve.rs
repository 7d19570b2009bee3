//! Messages one after the other, asked for ahead where the server can take that (RFC 2449 §6.6).

use super::{
    connection::{Pop3Connection, broken},
    wire::Wire,
};
use crate::{
    accounts::login::ConnectError,
    pop3::{command::Command, multiline::Multiline, status::Status},
    sync::pop3::plan::{Extent, Fetch},
};
use std::collections::VecDeque;

/// Bytes asked for ahead, by the sizes the server told; one message may be larger.
const AHEAD: u64 = 8 * 1024 * 1024;

/// Fetches messages in order.
pub struct Retriever {
    wire: Wire,
    window: usize,
    waiting: VecDeque<Fetch>,
    asked: VecDeque<Fetch>,
    /// The answer that is read.
    reading: Option<Multiline>,
}

/// How a message's answer begins.
#[derive(Debug)]
pub enum Answer {
    /// Its content follows: [`Retriever::piece`].
    Content(Fetch),
    /// It cannot be had.
    Refused(Fetch, Status),
}

impl Retriever {
    /// Over a connection that nothing else uses meanwhile.
    pub fn new(connection: &Pop3Connection, fetches: Vec<Fetch>) -> Self {
        Self {
            wire: connection.wire.clone(),
            window: connection.window(),
            waiting: fetches.into(),
            asked: VecDeque::new(),
            reading: None,
        }
    }

    /// The next message, once the one before is read to its end; nothing when all are.
    ///
    /// # Errors
    /// [`ConnectError`]; the connection is of no more use then.
    pub async fn next(&mut self) -> Result<Option<Answer>, ConnectError> {
        self.ask().await?;
        let Some(fetch) = self.asked.front().cloned() else { return Ok(None) };
        let (status, bare) = self.wire.status().await.map_err(|error| broken(&error))?;
        if status.ok {
            self.reading = Some(Multiline::new(bare));
            return Ok(Some(Answer::Content(fetch)));
        }
        self.asked.pop_front();
        Ok(Some(Answer::Refused(fetch, status)))
    }

    /// Puts the next piece of content into `piece`; `false` when it was the last one.
    ///
    /// # Errors
    /// As [`Retriever::next`].
    pub async fn piece(&mut self, piece: &mut Vec<u8>) -> Result<bool, ConnectError> {
        piece.clear();
        let Some(reading) = &mut self.reading else { return Ok(false) };
        let taken = self.wire.read(|input| (reading.push(input, |part| piece.extend_from_slice(part)), ()));
        taken.await.map_err(|error| broken(&error))?;
        let more = !reading.is_done();
        if !more {
            self.reading = None;
            self.asked.pop_front();
        }
        Ok(more)
    }

    /// Whether everything asked for was read: other commands can be said.
    pub fn is_idle(&self) -> bool {
        self.asked.is_empty()
    }

    /// Asks for as many as may be under way.
    async fn ask(&mut self) -> Result<(), ConnectError> {
        let mut lines = String::new();
        let mut ahead: u64 = self.asked.iter().map(|fetch| fetch.size).sum();
        while let Some(next) = self.waiting.front() {
            let fits = self.asked.len() < self.window && ahead.saturating_add(next.size) <= AHEAD;
            if !(fits || self.asked.is_empty()) {
                break;
            }
            lines += &match next.extent {
                Extent::Whole => Command::Retr(next.number),
                Extent::FirstLines(count) => Command::Top(next.number, count),
            }
            .line();
            ahead = ahead.saturating_add(next.size);
            self.asked.extend(self.waiting.pop_front());
        }
        if lines.is_empty() {
            return Ok(());
        }
        self.wire.send(lines.as_bytes()).await.map_err(|error| broken(&error))
    }
}
