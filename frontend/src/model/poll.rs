//! What an account has to send, and what becomes of it when the socket is lost and found.

use crate::model::{
    failure::explain_lost_purge, mailbox::Mailbox, opened::Detail, purge::PurgeDialog, requests::Asked,
    view::Phase,
};
use postern_shared::{
    command::{AccountCommand, Resume},
    reply::Snapshot,
};

impl Mailbox {
    /// The requests to send now. Each is handed out once.
    pub fn poll(&mut self) -> Vec<(Asked, AccountCommand)> {
        let mut requests = self.poll_view();
        if let Some(reading) = &mut self.reading
            && reading.detail == Detail::Loading
            && !reading.asked
        {
            reading.asked = true;
            let key = reading.key.clone();
            requests.push((Asked::Message(key.clone()), AccountCommand::OpenMessage { key }));
        }
        let changes = self.pending.unsent().into_iter();
        requests.extend(changes.map(|(op, command)| (Asked::Change(op), command)));
        requests.append(&mut self.calls);
        requests
    }

    /// Rows on their way out are counted out of the list. After every change of the model.
    pub fn refresh_gaps(&mut self) {
        let rows = self.view.as_ref().filter(|_| self.pending.any_leaves()).map(|view| view.rows());
        let leaving =
            rows.into_iter().flat_map(|rows| rows.iter()).filter(|(_, row)| self.pending.leaves(&row.key));
        self.gaps = leaving.map(|(index, _)| index).collect();
    }

    /// The socket is gone: no answer will come to what was asked.
    pub fn lost(&mut self) {
        self.pending.lost();
        self.desk.lost();
        if let Some(view) = &mut self.view {
            view.forget_requests();
        }
        if let Some(reading) = &mut self.reading {
            reading.asked = false;
        }
        let queued =
            self.calls.iter().any(|(asked, _)| matches!(asked, Asked::PurgePlan { unasked: false, .. }));
        if let PurgeDialog::Counting(folder) = self.purge.clone()
            && !queued
        {
            self.prepare_purge(folder);
        }
    }

    /// Where the account's events stopped.
    pub fn resume(&self) -> Resume {
        Resume { account: self.account.id.clone(), epoch: self.epoch, last_seq: self.seq }
    }

    /// The account starts anew: what shows stays until the view is open again.
    pub fn restart(&mut self, snapshot: Snapshot) {
        self.account = snapshot.account;
        self.epoch = snapshot.epoch;
        self.seq = snapshot.seq;
        self.folders = snapshot.folders;
        self.pending.restart();
        self.calls.retain(|(_, command)| !matches!(command, AccountCommand::CloseView { .. }));
        if let Some(view) = &mut self.view {
            view.reopen();
        }
        if let PurgeDialog::Running { op, done, total } = self.purge
            && self.pending.get_mut(op).is_none()
        {
            self.purge = PurgeDialog::Failed(explain_lost_purge(done, total));
        }
    }

    fn poll_view(&mut self) -> Vec<(Asked, AccountCommand)> {
        let Some(view) = &mut self.view else { return Vec::new() };
        if *view.phase() == Phase::Closed {
            view.opening();
            let spec = view.spec().clone();
            return vec![(Asked::View(spec.clone()), AccountCommand::OpenView { spec })];
        }
        let Some(id) = view.id() else { return Vec::new() };
        let ask = |range: std::ops::Range<u32>| {
            let (start, count) = (range.start, range.end - range.start);
            (Asked::Rows(range), AccountCommand::FetchRows { view: id, start, count })
        };
        view.requests().into_iter().map(ask).collect()
    }
}
