//! What a person can do about a POP3 account, and the probe for "IMAP or POP3?".

use crate::{model::mailbox::Mailbox, net::http, state::context::App};
use leptos::prelude::*;
use postern_shared::{
    ids::{FolderId, MessageKey},
    pop3::Pop3Settings,
    probe::{Probe, ProbeRequest},
    session::{HttpFailure, ServerAddress},
};

impl App {
    /// Whether the account shown is a POP3 account; tracked.
    pub fn is_pop3(self) -> bool {
        self.pop3.with(Option::is_some)
    }

    /// Whether a folder is Deleted Items or inside it.
    pub fn is_in_trash(self, folder: &FolderId) -> bool {
        self.client.with_untracked(|client| client.mailbox().is_some_and(|mailbox| mailbox.in_trash(folder)))
    }

    /// Chooses how the account is checked and what becomes of the copies on its server.
    pub fn set_pop3(self, settings: Pop3Settings) {
        self.change(|mailbox| mailbox.set_pop3(settings));
    }

    /// Stops the download under way. What is downloaded stays.
    pub fn cancel_download(self) {
        self.change(Mailbox::cancel_download);
    }

    /// Downloads the rest of a message.
    pub fn download_rest(self, key: &MessageKey) {
        self.change(|mailbox| mailbox.download_rest(key));
    }

    /// Whether the rest of a message is on its way; tracked.
    pub fn downloads_rest(self, key: &MessageKey) -> bool {
        self.client.with(|client| client.mailbox().is_some_and(|mailbox| mailbox.downloads_rest(key)))
    }

    /// Uploads the mail that lives here to the IMAP server.
    pub fn upload(self) {
        self.change(Mailbox::upload);
    }

    /// Whether this browser's upload is under way; tracked.
    pub fn uploads(self) -> bool {
        self.client.with(|client| client.mailbox().is_some_and(Mailbox::uploads))
    }

    /// Downloads the folders of the IMAP server: of the one that is known, or of another one.
    pub fn download_folders(self, server: Option<ServerAddress>) {
        self.change(|mailbox| mailbox.download_folders(server));
    }

    /// Stops that download. What came stays.
    pub fn cancel_folders(self) {
        self.change(Mailbox::cancel_folders);
    }

    /// It is offered no more.
    pub fn decline_folders(self) {
        self.change(Mailbox::decline_folders);
    }

    /// Asks for the copies on the server that go at the next connection.
    pub fn show_waiting(self) {
        self.change(Mailbox::show_waiting);
    }

    /// They are not looked at any more.
    pub fn close_waiting(self) {
        self.change(Mailbox::close_waiting);
    }

    /// Removes for good what was asked about.
    pub fn confirm_removal(self) {
        self.change(Mailbox::confirm_removal);
    }

    /// Removes nothing of what was asked about.
    pub fn close_removal(self) {
        self.change(Mailbox::close_removal);
    }

    /// Finds out what a mail server offers and how far away it is.
    ///
    /// # Errors
    /// What the gateway told, or that it cannot be reached.
    pub async fn probe(self, request: ProbeRequest) -> Result<Probe, HttpFailure> {
        http::post("/api/probe", &request).await
    }
}
