//! Messages on their way.

use super::{
    columns::{draft_id, from_json, number, to_json},
    drafts::{DraftCopy, StoredDraft},
    files::FileKey,
};
use crate::store::{Store, StoreError, transaction::Transaction};
use postern_shared::{
    ids::{AccountId, DraftId},
    writing::{Draft, RefusedRecipient, SendState},
};
use sqlx::{Row, sqlite::SqliteRow};
use std::collections::HashSet;

/// What a broken row is called.
const WHAT: &str = "message on its way";

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The draft it was.
    pub draft: DraftId,
    /// What is written. It stays as it was queued.
    pub content: Draft,
    /// Its Message-ID. It stays as it was queued.
    pub message_id: String,
    /// Its Date, in seconds since 1970.
    pub date: i64,
    /// Where it stands.
    pub state: SendState,
    /// How often it was tried.
    pub attempts: u32,
    /// Recipients that it has still to reach.
    pub left: Vec<String>,
    /// Recipients that refused it while others took it.
    pub refused: Vec<RefusedRecipient>,
    /// What was done of what comes after sending.
    pub after: After,
    /// What is still to be removed from the folder Drafts.
    pub copy: Option<DraftCopy>,
}

/// What comes after sending, and whether it was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// A copy lies in the folder Sent.
    pub copied: bool,
    /// The message it answers is marked as answered or forwarded.
    pub marked: bool,
    /// Its recipients are learned.
    pub learned: bool,
}

/// What became of a wish to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queue {
    /// It is queued for certain, and no draft any more.
    Queued,
    /// It was queued before: this stands there.
    AlreadyThere(Box<Queued>),
    /// It was sent before.
    Sent,
    /// It was thrown away before.
    Discarded,
    /// Somebody else changed it meanwhile: this is its revision now. Nothing was queued.
    Changed(u32),
}

impl Store {
    /// Makes a draft a message on its way, if nobody saved something else in it since the revision `base`. An id is
    /// queued once, however often it is asked for. Where the draft has a copy in the folder Drafts, that is noted with
    /// it.
    pub async fn queue(&self, account: &AccountId, queued: &Queued, base: u32) -> Result<Queue, StoreError> {
        let mut change = self.change().await?;
        let result = if let Some((there, _)) = change.queued(account, queued.draft).await? {
            Queue::AlreadyThere(Box::new(there))
        } else {
            match change.ended(account, queued.draft).await? {
                Some(true) => Queue::Sent,
                Some(false) => Queue::Discarded,
                None => {
                    let kept = change.draft(account, queued.draft).await?;
                    let changed = kept.filter(|kept| kept.revision != base && kept.content != queued.content);
                    if let Some(kept) = changed {
                        return Ok(Queue::Changed(kept.revision));
                    }
                    let draft = change.take_draft(account, queued.draft).await?;
                    let revision = draft.as_ref().map_or(0, |draft| draft.revision);
                    let copy = draft.and_then(|draft| draft.copy).or_else(|| queued.copy.clone());
                    let queued = Queued { copy, ..queued.clone() };
                    change.insert_queued(account, &queued, revision).await?;
                    Queue::Queued
                }
            }
        };
        change.commit().await?;
        Ok(result)
    }

    /// What is on its way, in the order in which it was queued.
    pub async fn outbox(&self, account: &AccountId) -> Result<Vec<Queued>, StoreError> {
        let rows = sqlx::query("SELECT * FROM outbox WHERE account = ? ORDER BY rowid")
            .bind(account.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Keeps where a message stands: everything but its content and its Message-ID. Tells whether it is still there.
    pub async fn update_queued(&self, account: &AccountId, queued: &Queued) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET date = ?, stage = ?, state = ?, attempts = ?, left_over = ?, refused = ?, copied = ?, marked = ?,
                 learned = ?, copy = ?
             WHERE account = ? AND id = ?",
        )
        .bind(queued.date)
        .bind(stage(&queued.state))
        .bind(to_json(&queued.state, WHAT)?)
        .bind(queued.attempts)
        .bind(to_json(&queued.left, WHAT)?)
        .bind(to_json(&queued.refused, WHAT)?)
        .bind(queued.after.copied)
        .bind(queued.after.marked)
        .bind(queued.after.learned)
        .bind(queued.copy.as_ref().map(|copy| to_json(copy, WHAT)).transpose()?)
        .bind(account.as_str())
        .bind(number(queued.draft))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Makes a message a draft again, one revision on, where it is not being sent and was not sent.
    pub async fn unqueue(&self, account: &AccountId, id: DraftId) -> Result<Option<StoredDraft>, StoreError> {
        let mut change = self.change().await?;
        let draft = match change.queued(account, id).await? {
            Some((queued, revision)) if can_be_taken_back(&queued.state) => {
                let draft = StoredDraft {
                    id,
                    revision: revision.saturating_add(1),
                    content: queued.content,
                    saved_at: queued.date,
                    message_id: queued.message_id,
                    copy: queued.copy,
                };
                change.take_queued(account, id).await?;
                change.insert_draft(account, &draft).await?;
                Some(draft)
            }
            _ => None,
        };
        change.commit().await?;
        Ok(draft)
    }

    /// Takes a message off the list: it is done with, and counts as sent for ever. Tells whether it was there.
    pub async fn remove_queued(&self, account: &AccountId, id: DraftId) -> Result<bool, StoreError> {
        let mut change = self.change().await?;
        let was_there = change.take_queued(account, id).await?;
        if was_there {
            change.end_draft(account, id, true).await?;
        }
        change.commit().await?;
        Ok(was_there)
    }

    /// The files of all drafts and of all that is on its way: those that [`super::DraftFiles::sweep`] leaves.
    ///
    /// # Errors
    /// Also where one of them cannot be read: then nothing may be swept.
    pub async fn files_in_use(&self) -> Result<HashSet<FileKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT account, id, content FROM drafts UNION ALL SELECT account, id, content FROM outbox",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut used = HashSet::new();
        for row in rows {
            let account = AccountId(row.try_get("account")?);
            let draft = draft_id(row.try_get("id")?);
            let content: Draft = from_json(row.try_get("content")?, WHAT)?;
            used.extend(content.files.into_iter().map(|file| (account.clone(), draft, file.id)));
        }
        Ok(used)
    }

    /// The accounts with something to do for a message: everything but those that failed for good, which wait for
    /// their user.
    pub async fn accounts_with_mail_waiting(&self) -> Result<Vec<AccountId>, StoreError> {
        let accounts = sqlx::query_scalar(
            "SELECT DISTINCT account FROM outbox WHERE stage <> 'failed' ORDER BY account",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(accounts.into_iter().map(AccountId).collect())
    }
}

impl Transaction {
    /// A message on its way, and the last revision of its draft.
    async fn queued(
        &mut self,
        account: &AccountId,
        id: DraftId,
    ) -> Result<Option<(Queued, u32)>, StoreError> {
        let row = sqlx::query("SELECT * FROM outbox WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(id))
            .fetch_optional(self.sql())
            .await?;
        row.map(|row| Ok((read(&row)?, row.try_get("revision")?))).transpose()
    }

    /// Whether a draft that is no more was sent.
    async fn ended(&mut self, account: &AccountId, id: DraftId) -> Result<Option<bool>, StoreError> {
        let sent = sqlx::query_scalar("SELECT sent FROM ended_drafts WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(id))
            .fetch_optional(self.sql())
            .await?;
        Ok(sent)
    }

    async fn insert_queued(
        &mut self,
        account: &AccountId,
        queued: &Queued,
        revision: u32,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO outbox (account, id, revision, content, message_id, date, stage, state, attempts, left_over,
                 refused, copied, marked, learned, copy)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(account.as_str())
        .bind(number(queued.draft))
        .bind(revision)
        .bind(to_json(&queued.content, WHAT)?)
        .bind(&queued.message_id)
        .bind(queued.date)
        .bind(stage(&queued.state))
        .bind(to_json(&queued.state, WHAT)?)
        .bind(queued.attempts)
        .bind(to_json(&queued.left, WHAT)?)
        .bind(to_json(&queued.refused, WHAT)?)
        .bind(queued.after.copied)
        .bind(queued.after.marked)
        .bind(queued.after.learned)
        .bind(queued.copy.as_ref().map(|copy| to_json(copy, WHAT)).transpose()?)
        .execute(self.sql())
        .await?;
        Ok(())
    }

    /// Removes a message's row; whether there was one.
    async fn take_queued(&mut self, account: &AccountId, id: DraftId) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM outbox WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(id))
            .execute(self.sql())
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

/// Whether it may be made a draft again: nothing of it is under way, and it is not known to have arrived.
fn can_be_taken_back(state: &SendState) -> bool {
    match state {
        SendState::Queued { .. } | SendState::Failed { .. } | SendState::Unknown(_) => true,
        SendState::Sending | SendState::Sent { .. } => false,
    }
}

fn stage(state: &SendState) -> &'static str {
    match state {
        SendState::Queued { .. } => "queued",
        SendState::Sending => "sending",
        SendState::Sent { .. } => "sent",
        SendState::Unknown(_) => "unknown",
        SendState::Failed { .. } => "failed",
    }
}

fn read(row: &SqliteRow) -> Result<Queued, StoreError> {
    let copy: Option<&str> = row.try_get("copy")?;
    Ok(Queued {
        draft: draft_id(row.try_get("id")?),
        content: from_json(row.try_get("content")?, WHAT)?,
        message_id: row.try_get("message_id")?,
        date: row.try_get("date")?,
        state: from_json(row.try_get("state")?, WHAT)?,
        attempts: row.try_get("attempts")?,
        left: from_json(row.try_get("left_over")?, WHAT)?,
        refused: from_json(row.try_get("refused")?, WHAT)?,
        after: After {
            copied: row.try_get("copied")?,
            marked: row.try_get("marked")?,
            learned: row.try_get("learned")?,
        },
        copy: copy.map(|copy| from_json(copy, WHAT)).transpose()?,
    })
}
