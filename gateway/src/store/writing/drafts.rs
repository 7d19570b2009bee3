//! Messages being written.

use super::columns::{draft_id, from_json, number, to_json};
use crate::store::{Store, StoreError, transaction::Transaction};
use postern_shared::{
    ids::{AccountId, DraftId, MessageKey},
    writing::Draft,
};
use serde::{Deserialize, Serialize};
use sqlx::{Row, sqlite::SqliteRow};

/// What a broken row is called.
const WHAT: &str = "draft";

/// A draft as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDraft {
    /// Which one.
    pub id: DraftId,
    /// How often it was changed.
    pub revision: u32,
    /// What is written.
    pub content: Draft,
    /// When it was saved, in seconds since 1970.
    pub saved_at: i64,
    /// Its Message-ID: that of its first save, in the folder Drafts and when it is sent.
    pub message_id: String,
    /// What lies of it in the folder Drafts.
    pub copy: Option<DraftCopy>,
}

/// A draft's copy in the folder Drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftCopy {
    /// Where it lies.
    pub key: MessageKey,
    /// Which revision it is.
    pub revision: u32,
}

/// What may lie in the folder Drafts of a draft that was thrown away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftCopy {
    /// Which draft.
    pub draft: DraftId,
    /// The Message-ID of all its copies.
    pub message_id: String,
    /// The copy that was noted.
    pub copy: Option<DraftCopy>,
}

impl LeftCopy {
    /// What may lie there of a draft.
    pub fn of(draft: StoredDraft) -> Self {
        Self { draft: draft.id, message_id: draft.message_id, copy: draft.copy }
    }
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is kept, as this revision.
    Kept(u32),
    /// Somebody else changed it meanwhile: this is its revision now. Nothing was kept.
    Changed(u32),
    /// It was sent or thrown away, or is on its way. Nothing was kept.
    Gone,
}

impl Store {
    /// The account's drafts, the one saved last first.
    pub async fn drafts(&self, account: &AccountId) -> Result<Vec<StoredDraft>, StoreError> {
        let rows = sqlx::query("SELECT * FROM drafts WHERE account = ? ORDER BY saved_at DESC, id")
            .bind(account.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A draft, where there is one of this id.
    pub async fn draft(&self, account: &AccountId, id: DraftId) -> Result<Option<StoredDraft>, StoreError> {
        let row = sqlx::query("SELECT * FROM drafts WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(id))
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps what is written as the revision after `base`, 0 for a draft never saved, if nobody saved it in between.
    /// The same again is kept already: a browser that heard no answer may repeat itself. A draft that is not known at
    /// all is taken in whatever its base: it is better kept than lost. `message_id` counts for the first save.
    pub async fn save_draft(
        &self,
        account: &AccountId,
        id: DraftId,
        base: u32,
        content: &Draft,
        at: i64,
        message_id: &str,
    ) -> Result<Saved, StoreError> {
        let text = to_json(content, WHAT)?;
        let mut change = self.change().await?;
        if change.is_gone(account, id).await? {
            change.commit().await?;
            return Ok(Saved::Gone);
        }
        let kept = change.draft(account, id).await?;
        let revision = base.saturating_add(1);
        let saved = match kept {
            Some(kept) if kept.content == *content => Saved::Kept(kept.revision),
            Some(kept) if kept.revision != base => Saved::Changed(kept.revision),
            Some(_) => {
                sqlx::query(
                    "UPDATE drafts SET revision = ?, content = ?, saved_at = ? WHERE account = ? AND id = ?",
                )
                .bind(revision)
                .bind(text)
                .bind(at)
                .bind(account.as_str())
                .bind(number(id))
                .execute(change.sql())
                .await?;
                Saved::Kept(revision)
            }
            None => {
                let draft = StoredDraft {
                    id,
                    revision,
                    content: content.clone(),
                    saved_at: at,
                    message_id: message_id.to_owned(),
                    copy: None,
                };
                change.insert_draft(account, &draft).await?;
                Saved::Kept(revision)
            }
        };
        change.commit().await?;
        Ok(saved)
    }

    /// Notes what lies of a draft in the folder Drafts. Tells whether the draft is still there.
    pub async fn set_draft_copy(
        &self,
        account: &AccountId,
        id: DraftId,
        copy: Option<&DraftCopy>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE drafts SET copy = ? WHERE account = ? AND id = ?")
            .bind(copy.map(|copy| to_json(copy, WHAT)).transpose()?)
            .bind(account.as_str())
            .bind(number(id))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Throws a draft away for ever, also one that was never saved: a save of it may be on its way. What is in the
    /// outbox stays there. Where a copy lies in the folder Drafts, or may lie there unnoted, that is returned, and kept
    /// until [`Store::forget_left`].
    pub async fn discard_draft(
        &self,
        account: &AccountId,
        id: DraftId,
        unnoted: bool,
    ) -> Result<Option<LeftCopy>, StoreError> {
        let mut change = self.change().await?;
        let mut left = None;
        if !change.is_gone(account, id).await? {
            change.end_draft(account, id, false).await?;
            let draft = change.take_draft(account, id).await?;
            left = draft.filter(|draft| unnoted || draft.copy.is_some()).map(LeftCopy::of);
            if let Some(left) = &left {
                change.leave(account, left).await?;
            }
        }
        change.commit().await?;
        Ok(left)
    }

    /// What is still to be removed from the folder Drafts.
    pub async fn left(&self, account: &AccountId) -> Result<Vec<LeftCopy>, StoreError> {
        let rows = sqlx::query("SELECT id, message_id, copy FROM left_copies WHERE account = ?")
            .bind(account.as_str())
            .fetch_all(&self.pool)
            .await?;
        let left = |row: &SqliteRow| {
            Ok(LeftCopy {
                draft: draft_id(row.try_get("id")?),
                message_id: row.try_get("message_id")?,
                copy: copy_of(row)?,
            })
        };
        rows.iter().map(left).collect()
    }

    /// Notes what is to be removed from the folder Drafts.
    pub async fn leave(&self, account: &AccountId, left: &LeftCopy) -> Result<(), StoreError> {
        let mut change = self.change().await?;
        change.leave(account, left).await?;
        change.commit().await
    }

    /// It is removed from the folder Drafts.
    pub async fn forget_left(&self, account: &AccountId, left: &LeftCopy) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM left_copies WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(left.draft))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl Transaction {
    /// Whether a draft has ended or is on its way.
    async fn is_gone(&mut self, account: &AccountId, id: DraftId) -> Result<bool, StoreError> {
        let gone = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM ended_drafts WHERE account = ?1 AND id = ?2)
                 OR EXISTS (SELECT 1 FROM outbox WHERE account = ?1 AND id = ?2)",
        )
        .bind(account.as_str())
        .bind(number(id))
        .fetch_one(self.sql())
        .await?;
        Ok(gone)
    }

    /// Remembers that a draft is no more.
    pub(super) async fn end_draft(
        &mut self,
        account: &AccountId,
        id: DraftId,
        sent: bool,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO ended_drafts (account, id, sent) VALUES (?, ?, ?)")
            .bind(account.as_str())
            .bind(number(id))
            .bind(sent)
            .execute(self.sql())
            .await?;
        Ok(())
    }

    async fn leave(&mut self, account: &AccountId, left: &LeftCopy) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO left_copies (account, id, message_id, copy) VALUES (?, ?, ?, ?)")
            .bind(account.as_str())
            .bind(number(left.draft))
            .bind(&left.message_id)
            .bind(left.copy.as_ref().map(|copy| to_json(copy, WHAT)).transpose()?)
            .execute(self.sql())
            .await?;
        Ok(())
    }

    pub(super) async fn draft(
        &mut self,
        account: &AccountId,
        id: DraftId,
    ) -> Result<Option<StoredDraft>, StoreError> {
        let row = sqlx::query("SELECT * FROM drafts WHERE account = ? AND id = ?")
            .bind(account.as_str())
            .bind(number(id))
            .fetch_optional(self.sql())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Removes a draft's row.
    pub(super) async fn take_draft(
        &mut self,
        account: &AccountId,
        id: DraftId,
    ) -> Result<Option<StoredDraft>, StoreError> {
        let row = sqlx::query("DELETE FROM drafts WHERE account = ? AND id = ? RETURNING *")
            .bind(account.as_str())
            .bind(number(id))
            .fetch_optional(self.sql())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Adds a draft that has no row.
    pub(super) async fn insert_draft(
        &mut self,
        account: &AccountId,
        draft: &StoredDraft,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO drafts (account, id, revision, content, saved_at, message_id, copy)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(account.as_str())
        .bind(number(draft.id))
        .bind(draft.revision)
        .bind(to_json(&draft.content, WHAT)?)
        .bind(draft.saved_at)
        .bind(&draft.message_id)
        .bind(draft.copy.as_ref().map(|copy| to_json(copy, WHAT)).transpose()?)
        .execute(self.sql())
        .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<StoredDraft, StoreError> {
    Ok(StoredDraft {
        id: draft_id(row.try_get("id")?),
        revision: row.try_get("revision")?,
        content: from_json(row.try_get("content")?, WHAT)?,
        saved_at: row.try_get("saved_at")?,
        message_id: row.try_get("message_id")?,
        copy: copy_of(row)?,
    })
}

fn copy_of(row: &SqliteRow) -> Result<Option<DraftCopy>, StoreError> {
    let copy: Option<&str> = row.try_get("copy")?;
    copy.map(|copy| from_json(copy, WHAT)).transpose()
}
