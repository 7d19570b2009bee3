//! People are known from the mail that is read and sent.

use super::{actor::Desk, outbox::Waiting};
use crate::{
    accounts::clock,
    mime::detail::detail,
    store::writing::{Met, worth_learning},
};
use postern_shared::{address::Address, ids::MessageKey, writing::Draft};
use std::time::Duration;

/// By then the actor has what the reader asked it for, and need not ask the server twice.
const AFTERWARDS: Duration = Duration::from_secs(2);

impl Desk {
    /// The user opened a message: who it is from, and who else it is for.
    pub fn learn_from(&mut self, key: MessageKey) {
        let Some(actor) = self.actors.last().cloned() else { return };
        let (account, store) = (self.account.clone(), self.store.clone());
        let own: Vec<Address> = self.settings.identities.iter().map(|own| own.address.clone()).collect();
        tokio::spawn(async move {
            tokio::time::sleep(AFTERWARDS).await;
            let Ok(structure) = actor.structure(key.clone()).await else { return };
            let detail = detail(key, &structure);
            let others: Vec<Address> = detail.to.into_iter().chain(detail.cc).collect();
            let people = worth_learning(&detail.from, &others, &own);
            if let Err(error) = store.learn(&account, &people, clock::now(), Met::Read).await {
                tracing::error!(%error, "whom mail came from cannot be kept");
            }
        });
    }

    /// Whom the user wrote to is known from then on.
    pub async fn learn(&mut self) {
        let sent = |waiting: &&Waiting| waiting.passage.taken && !waiting.queued.after.learned;
        while let Some(waiting) = self.outbox.iter().find(sent) {
            let Draft { to, cc, bcc, .. } = &waiting.queued.content;
            let all: Vec<Address> = to.iter().chain(cc).chain(bcc).cloned().collect();
            let draft = waiting.queued.draft;
            if let Err(error) = self.store.learn(&self.account, &all, clock::now(), Met::Sent).await {
                tracing::error!(%error, "whom mail was sent to cannot be kept");
            }
            self.followed(draft, |queued| queued.after.learned = true).await;
        }
    }
}
