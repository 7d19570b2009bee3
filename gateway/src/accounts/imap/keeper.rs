//! Reads and writes what deleting has to remember, in order, beside the actor.

use super::actor::Happened;
use crate::{
    store::{DeletingStore, Marked, MarkedFolder, StoreError},
    sync::output::Remember,
};
use postern_shared::{
    account::DeletingSettings,
    ids::{AccountId, FolderId, UidValidity},
    uid_set::UidSet,
};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Something to read or write.
#[derive(Debug)]
pub enum Keep {
    /// Write the choices for deleting.
    Settings(DeletingSettings),
    /// Write marked messages.
    Remember(FolderId, UidValidity, Remember),
    /// Read a folder's marked messages; the actor hears of them.
    Recall(FolderId, UidValidity),
}

/// Does what comes in until the actor is gone. A store that fails is logged: deleting goes on without its memory.
pub async fn keep(
    account: AccountId,
    store: Arc<dyn DeletingStore>,
    mut jobs: mpsc::UnboundedReceiver<Keep>,
    happened: mpsc::Sender<Happened>,
) {
    while let Some(job) = jobs.recv().await {
        let done = match job {
            Keep::Settings(settings) => store.set_settings(&account, settings).await,
            Keep::Remember(folder, validity, remember) => {
                let folder = MarkedFolder { account: account.clone(), folder, validity };
                let (marked, uids) = match remember {
                    Remember::StruckHere(uids) => (Marked::Here, uids),
                    Remember::PutBack(uids) => (Marked::PutBack, uids),
                };
                store.set_marked(&folder, marked, uids).await
            }
            Keep::Recall(folder, validity) => {
                let folder = MarkedFolder { account: account.clone(), folder, validity };
                recall(&*store, folder, &happened).await
            }
        };
        if let Err(error) = done {
            tracing::error!(%error, "marks and choices cannot be kept");
        }
    }
}

async fn recall(
    store: &dyn DeletingStore,
    folder: MarkedFolder,
    happened: &mpsc::Sender<Happened>,
) -> Result<(), StoreError> {
    let struck_here = store.marked(&folder, Marked::Here).await?;
    let put_back: UidSet = store.marked(&folder, Marked::PutBack).await?;
    // An actor that is gone needs no marks.
    let _ = happened.send(Happened::Recalled { folder, struck_here, put_back }).await;
    Ok(())
}
