//! The model's way to the gateway: what it wants to send goes out, what comes goes in, and what came of it is said.

use crate::{
    model::{
        change::{Outcome, Undo},
        client::Client,
    },
    net::connection::{Connection, ConnectionEvent},
    state::{build, context::App, session::Session},
};
use leptos::prelude::*;
use postern_shared::wire::ClientFrame;
use std::time::Duration;

/// How often the socket is asked whether it still works.
const PING: Duration = Duration::from_secs(20);

impl App {
    /// Does something to the model, sends what it wants to send, and says what came of it.
    pub(super) fn act<R>(self, act: impl FnOnce(&mut Client) -> R) -> Option<R> {
        let done = self.client.try_update(|client| (act(client), client.frames(), client.outcomes()));
        self.after(done)
    }

    /// The same for what shows nowhere: nothing is drawn again.
    pub(super) fn act_unseen<R>(self, act: impl FnOnce(&mut Client) -> R) -> Option<R> {
        let done =
            self.client.try_update_untracked(|client| (act(client), client.frames(), client.outcomes()));
        self.after(done)
    }

    /// Opens the connection to the gateway, unless there is one.
    pub(super) fn connect(self) {
        if self.connection.with_value(Option::is_some) {
            return;
        }
        let connection = Connection::start("/api/ws", move |event| self.hear(event));
        self.connection.set_value(Some(connection));
    }

    /// Ends the connection and forgets all mail.
    pub(super) fn disconnect(self) {
        self.connection.set_value(None);
        self.act(Client::signed_out);
    }

    /// Keeps asking whether the socket works; gives it up when it does not answer. Once, at start.
    pub(super) fn watch_socket(self) {
        set_interval(move || self.ping(), PING);
    }

    fn ping(self) {
        match self.act_unseen(Client::ping) {
            Some(Some(frame)) => self.send([frame]),
            Some(None) => self.reconnect(),
            None => {}
        }
    }

    fn hear(self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::Opened => {
                let hello = self.act(Client::connected);
                self.send(hello);
            }
            ConnectionEvent::Frame(frame) => {
                self.act(|client| client.receive(frame));
            }
            ConnectionEvent::Lost { network, refused } => {
                self.act(|client| client.disconnected(network));
                if refused && network {
                    self.ask_why_refused();
                }
            }
            ConnectionEvent::SignedOut => self.set_session(Session::SignedOut),
        }
    }

    fn after<R>(self, done: Option<(R, Vec<ClientFrame>, Vec<Outcome>)>) -> Option<R> {
        let (result, frames, outcomes) = done?;
        self.send(frames);
        outcomes.into_iter().for_each(|outcome| self.tell(outcome));
        Some(result)
    }

    fn send(self, frames: impl IntoIterator<Item = ClientFrame>) {
        let connection = self.connection.get_value();
        for frame in frames {
            if let Some(connection) = &connection {
                connection.send(&frame);
            }
        }
    }

    fn reconnect(self) {
        if let Some(connection) = self.connection.get_value() {
            connection.reconnect();
        }
    }

    fn tell(self, outcome: Outcome) {
        match outcome {
            Outcome::Say { text, undo } => {
                if let Some(Undo::Discard(draft)) = undo {
                    self.discard_later(draft);
                }
                self.show_toast(text, undo, false);
            }
            Outcome::Warn(text) => self.show_toast(text, None, true),
            Outcome::Settled(undo) => self.settle_toasts(undo),
            Outcome::Safe(draft) => self.unkeep_text(draft),
            Outcome::Unkept(draft) => self.unkeep(draft),
            Outcome::Reconnect => self.reconnect(),
            Outcome::Reload(build) => build::reload_for(&build),
        }
    }
}
