//! Adding messages, and completing them.

use super::{SqliteMailStore, StoreError, change::Change, rows};
use crate::store::mail::{
    NewMessage,
    words::{spaced, words},
};
use postern_shared::{
    address::Address,
    ids::{AccountId, FolderId, Uid},
};
use sqlx::Row;
use std::{collections::HashMap, sync::LazyLock};

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns = rows::CONTENT.join(", ");
    let places = ["?"; 4 + rows::CONTENT.len()].join(", ");
    format!("INSERT INTO mail_messages (id, folder, flags, keywords, {columns}) VALUES ({places})")
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns = rows::CONTENT.map(|column| format!("{column} = ?")).join(", ");
    format!("UPDATE mail_messages SET {columns} WHERE id = ?")
});

impl SqliteMailStore {
    pub(super) async fn add_messages(
        &self,
        account: &AccountId,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        // Before the transaction: others need not wait for it.
        let indexed: Vec<Words> = messages.iter().map(Words::of).collect();
        let mut change = self.begin().await?;
        let (account_row, first) = draw_uids(&mut change, account, messages.len()).await?;
        let mut folders: HashMap<&FolderId, i64> = HashMap::new();
        let mut uids = Vec::with_capacity(messages.len());
        for ((message, words), uid) in messages.iter().zip(&indexed).zip(first..) {
            let folder = match folders.get(&message.folder) {
                Some(&folder) => folder,
                None => {
                    let (_, folder) = change.folder_row(account, &message.folder).await?;
                    folders.insert(&message.folder, folder);
                    folder
                }
            };
            let id = rows::row_id(account_row, Uid(uid));
            let row = sqlx::query(&INSERT)
                .bind(id)
                .bind(folder)
                .bind(rows::bits(&message.flags))
                .bind(rows::json(message.flags.keywords())?);
            rows::content(row, message)?.execute(change.sql()).await?;
            change.put_rest(id, message, words).await?;
            change.put_entry(account_row, id, message).await?;
            uids.push(Uid(uid));
        }
        change.commit().await?;
        Ok(uids)
    }

    pub(super) async fn complete_message(
        &self,
        account: &AccountId,
        uid: Uid,
        whole: &NewMessage,
    ) -> Result<(), StoreError> {
        let words = Words::of(whole);
        let mut change = self.begin().await?;
        let row = sqlx::query("SELECT id FROM mail_accounts WHERE name = ?")
            .bind(account.as_str())
            .fetch_optional(change.sql())
            .await?
            .ok_or(StoreError::NoSuchMessage)?;
        let id = rows::row_id(row.try_get(0)?, uid);
        let changed = rows::content(sqlx::query(&UPDATE), whole)?.bind(id).execute(change.sql()).await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NoSuchMessage);
        }
        for table in ["DELETE FROM mail_layouts WHERE message = ?", "DELETE FROM mail_words WHERE rowid = ?"]
        {
            sqlx::query(table).bind(id).execute(change.sql()).await?;
        }
        change.put_rest(id, whole, &words).await?;
        sqlx::query("UPDATE mail_ledger SET hash = ?, partial = ? WHERE message = ?")
            .bind(whole.hash.as_slice())
            .bind(whole.partial)
            .bind(id)
            .execute(change.sql())
            .await?;
        change.commit().await
    }
}

/// Draws so many UIDs: the account's row id, and the first of them.
async fn draw_uids(change: &mut Change, account: &AccountId, count: usize) -> Result<(i64, u32), StoreError> {
    let row =
        sqlx::query("UPDATE mail_accounts SET last_uid = last_uid + ? WHERE name = ? RETURNING id, last_uid")
            .bind(count as i64)
            .bind(account.as_str())
            .fetch_optional(change.sql())
            .await?
            .ok_or(StoreError::NoSuchFolder)?;
    let last = u32::try_from(row.try_get::<i64, _>(1)?).map_err(|_| StoreError::Broken("count of UIDs"))?;
    Ok((row.try_get(0)?, last - (count as u32 - 1)))
}

impl Change {
    /// Puts what is kept apart from a message's row.
    async fn put_rest(&mut self, id: i64, message: &NewMessage, words: &Words) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO mail_layouts (message, layout, source) VALUES (?, ?, ?)")
            .bind(id)
            .bind(message.layout.as_slice())
            .bind(message.source.as_deref())
            .execute(self.sql())
            .await?;
        sqlx::query(
            "INSERT INTO mail_words (rowid, subject, senders, recipients, text) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(words.subject.as_str())
        .bind(words.senders.as_str())
        .bind(words.recipients.as_str())
        .bind(words.text.as_str())
        .execute(self.sql())
        .await?;
        Ok(())
    }

    /// Puts a message's entry into the ledger, if it was downloaded.
    async fn put_entry(&mut self, account: i64, id: i64, message: &NewMessage) -> Result<(), StoreError> {
        let Some(download) = &message.download else { return Ok(()) };
        let put = sqlx::query(
            "INSERT INTO mail_ledger (account, unique_id, hash, partial, message, downloaded_at, sender, subject)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(account)
        .bind(download.unique_id.as_deref())
        .bind(message.hash.as_slice())
        .bind(message.partial)
        .bind(id)
        .bind(download.at)
        .bind(message.from.first().map(rows::json).transpose()?)
        .bind(message.subject.as_str())
        .execute(self.sql())
        .await;
        match (put, &download.unique_id) {
            (Err(sqlx::Error::Database(error)), Some(unique_id)) if error.is_unique_violation() => {
                Err(StoreError::AlreadyDownloaded(unique_id.clone()))
            }
            (put, _) => Ok(put.map(|_| ())?),
        }
    }
}

/// The words of a message, as the index takes them.
struct Words {
    subject: String,
    senders: String,
    recipients: String,
    text: String,
}

impl Words {
    fn of(message: &NewMessage) -> Self {
        let of_addresses = |addresses: &[Address]| {
            let texts = addresses.iter().flat_map(|address| [&address.name, &address.email]);
            texts.flat_map(|text| words(text)).collect::<Vec<_>>().join(" ")
        };
        Self {
            subject: spaced(&message.subject),
            senders: of_addresses(&message.from),
            recipients: of_addresses(&[message.to.as_slice(), &message.cc].concat()),
            text: spaced(&message.text),
        }
    }
}
