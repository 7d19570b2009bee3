//! What readers ask of a message: its parts, its structure, its head.

use super::{Actor, Happened};
use crate::{
    accounts::{handle::Structure, imap::piece, unpacking},
    browser::BrowserId,
    imap::{command::FetchItem, response::Fetch},
    mime::{detail::detail, unpack},
    sync::output::Ticket,
};
use futures::FutureExt;
use postern_shared::{
    error::Failure,
    ids::{MessageKey, RequestId},
    reply::Reply,
};
use std::time::Instant;
use tokio::sync::oneshot;

/// Somebody wants items of a message.
#[derive(Debug)]
pub struct FetchRequest {
    /// Which message.
    pub key: MessageKey,
    /// Which items.
    pub items: Vec<FetchItem>,
    /// The answer.
    pub answer: oneshot::Sender<Result<Box<Fetch>, Failure>>,
}

/// Who waits for a fetch.
#[derive(Debug)]
pub enum Waiter {
    /// Somebody who reads a piece.
    Piece(oneshot::Sender<Result<Box<Fetch>, Failure>>),
    /// Somebody who needs the structure of that message.
    Structure(MessageKey, oneshot::Sender<Result<Structure, Failure>>),
    /// A browser that opened that message.
    Message(MessageKey, BrowserId, RequestId),
}

impl Actor {
    pub(super) fn fetch(&mut self, key: MessageKey, items: Vec<FetchItem>, waiter: Waiter) {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        self.waiters.insert(ticket, waiter);
        self.engine.fetch(ticket, key, items, Instant::now());
    }

    pub(super) fn open_message(&mut self, browser: BrowserId, id: RequestId, key: MessageKey) {
        match self.structures.get(&key) {
            Some(structure) => self.tell_message(browser, id, key, Ok(structure)),
            None => self.fetch(key.clone(), self.structures.items(), Waiter::Message(key, browser, id)),
        }
    }

    pub(super) fn fetched(&mut self, ticket: Ticket, result: Result<Box<Fetch>, Failure>) {
        // Whoever waits may be gone.
        match self.waiters.remove(&ticket) {
            Some(Waiter::Piece(answer)) => drop(answer.send(result)),
            Some(waiter) => self.structure_came(result, waiter),
            None => {}
        }
    }

    /// Looks into the parts that want it, beside everything else, before anybody is told.
    fn structure_came(&mut self, result: Result<Box<Fetch>, Failure>, waiter: Waiter) {
        let structure = match result {
            Ok(fetch) => Structure::from(*fetch),
            Err(failure) => return self.tell_structure(Err(failure), waiter),
        };
        let (Waiter::Structure(key, _) | Waiter::Message(key, ..)) = &waiter else { return };
        if unpack::packed(&structure).is_empty() {
            return self.tell_structure(Ok(structure), waiter);
        }
        let (key, happened) = (key.clone(), self.happened.clone());
        tokio::spawn(async move {
            let fetch = |piece| piece::whole(key.clone(), piece, &structure, happened.clone()).boxed();
            let opened = unpacking::open(structure.clone(), &fetch).await;
            drop(happened.send(Happened::Unpacked(opened, waiter)).await);
        });
    }

    pub(super) fn tell_structure(&mut self, result: Result<Structure, Failure>, waiter: Waiter) {
        match waiter {
            Waiter::Structure(key, answer) => drop(answer.send(self.keep_structure(key, result))),
            Waiter::Message(key, browser, id) => {
                let structure = self.keep_structure(key.clone(), result);
                self.tell_message(browser, id, key, structure);
            }
            Waiter::Piece(_) => {}
        }
    }

    fn keep_structure(
        &mut self,
        key: MessageKey,
        result: Result<Structure, Failure>,
    ) -> Result<Structure, Failure> {
        let structure = result?;
        self.structures.insert(key, structure.clone());
        Ok(structure)
    }

    fn tell_message(
        &mut self,
        browser: BrowserId,
        id: RequestId,
        key: MessageKey,
        structure: Result<Structure, Failure>,
    ) {
        let message = structure.map(|structure| {
            let mut detail = detail(key, &structure);
            self.recipient.judge(&mut detail, structure.header_fields());
            Reply::Message(Box::new(detail))
        });
        self.hub.reply(browser, id, message.unwrap_or_else(Reply::Failed));
    }
}
