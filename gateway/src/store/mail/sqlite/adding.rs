//! Adding messages, and completing them.

use super::{SqliteMailStore, StoreError, change::Change, rows};
use crate::store::mail::{
    Downloaded, NewMessage,
    words::{spaced, words},
};
use postern_shared::{
    address::Address,
    ids::{AccountId, FolderId, Uid},
};
use sqlx::Row;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Rows of one statement: so many as there are, by few statements that stay prepared.
const AT_ONCE: [usize; 4] = [64, 16, 4, 1];

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns = rows::CONTENT.map(|column| format!("{column} = ?")).join(", ");
    format!("UPDATE mail_messages SET {columns} WHERE id = ?")
});

/// A message on its way into the tables.
struct Coming<'a> {
    id: i64,
    folder: i64,
    message: &'a NewMessage,
    words: Words,
}

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
        let indexed = indexed(messages);
        let mut change = self.begin().await?;
        let uids = change.put_messages(account, messages, indexed).await?;
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
        let row = sqlx::query(
            "SELECT m.id, m.folder FROM mail_accounts a JOIN mail_messages m ON m.id = (a.id << 32 | ?)
             WHERE a.name = ?",
        )
        .bind(uid.0)
        .bind(account.as_str())
        .fetch_optional(change.sql())
        .await?
        .ok_or(StoreError::NoSuchMessage)?;
        let (id, folder) = (row.try_get(0)?, row.try_get(1)?);
        rows::content(sqlx::query(&UPDATE), whole)?.bind(id).execute(change.sql()).await?;
        for table in ["DELETE FROM mail_layouts WHERE message = ?", "DELETE FROM mail_words WHERE rowid = ?"]
        {
            sqlx::query(table).bind(id).execute(change.sql()).await?;
        }
        change.put_rest(&[Coming { id, folder, message: whole, words }]).await?;
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

/// Cut into parts that a statement takes at once.
fn lots<T>(mut rest: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = AT_ONCE.into_iter().find(|&size| size <= rest.len())?;
        let (now, later) = rest.split_at(size);
        rest = later;
        Some(now)
    })
}

/// A statement that puts so many rows of these columns into a table.
fn insert(table: &str, columns: &[&str], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), vec![row.as_str(); rows].join(", "))
}

/// The words of messages, in their order.
pub(super) fn indexed(messages: &[NewMessage]) -> Vec<Words> {
    messages.iter().map(Words::of).collect()
}

impl Change {
    /// Puts messages, with all that belongs to them; `indexed` are their words.
    pub(super) async fn put_messages(
        &mut self,
        account: &AccountId,
        messages: &[NewMessage],
        indexed: Vec<Words>,
    ) -> Result<Vec<Uid>, StoreError> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let (account_row, first) = draw_uids(self, account, messages.len()).await?;
        self.check_unique_ids(account_row, messages).await?;
        let mut folders: HashMap<&FolderId, i64> = HashMap::new();
        let mut coming = Vec::with_capacity(messages.len());
        for ((message, words), uid) in messages.iter().zip(indexed).zip(first..) {
            let folder = match folders.get(&message.folder) {
                Some(&folder) => folder,
                None => {
                    let (_, folder) = self.folder_row(account, &message.folder).await?;
                    folders.insert(&message.folder, folder);
                    folder
                }
            };
            coming.push(Coming { id: rows::row_id(account_row, Uid(uid)), folder, message, words });
        }
        for lot in lots(&coming) {
            self.put_rows(lot).await?;
            self.put_rest(lot).await?;
        }
        self.put_entries(account_row, &coming).await?;
        Ok(coming.iter().map(|coming| rows::uid(coming.id)).collect())
    }

    /// Checks that none of the unique-ids is in the ledger, or there twice.
    async fn check_unique_ids(&mut self, account: i64, messages: &[NewMessage]) -> Result<(), StoreError> {
        let downloads = messages.iter().filter_map(|new| new.download.as_ref());
        let wanted: Vec<&str> = downloads.filter_map(|download| download.unique_id.as_deref()).collect();
        let known: Vec<String> = sqlx::query_scalar(
            "SELECT l.unique_id FROM json_each(?) w
             CROSS JOIN mail_ledger l ON l.account = ? AND l.unique_id = w.value",
        )
        .bind(rows::json(&wanted)?)
        .bind(account)
        .fetch_all(self.sql())
        .await?;
        let mut known: HashSet<&str> = known.iter().map(String::as_str).collect();
        match wanted.into_iter().find(|id| !known.insert(id)) {
            Some(id) => Err(StoreError::AlreadyDownloaded(id.to_owned())),
            None => Ok(()),
        }
    }

    /// Puts the rows themselves.
    async fn put_rows(&mut self, lot: &[Coming<'_>]) -> Result<(), StoreError> {
        let columns = [&["id", "folder", "flags", "keywords"], rows::CONTENT.as_slice()].concat();
        let statement = insert("mail_messages", &columns, lot.len());
        let mut put = sqlx::query(&statement);
        for Coming { id, folder, message, .. } in lot {
            put = put
                .bind(id)
                .bind(folder)
                .bind(rows::bits(&message.flags))
                .bind(rows::json(message.flags.keywords())?);
            put = rows::content(put, message)?;
        }
        put.execute(self.sql()).await?;
        Ok(())
    }

    /// Puts what is kept apart from the rows.
    async fn put_rest(&mut self, lot: &[Coming<'_>]) -> Result<(), StoreError> {
        let statement = insert("mail_layouts", &["message", "layout", "source"], lot.len());
        let mut put = sqlx::query(&statement);
        for Coming { id, message, .. } in lot {
            put = put.bind(id).bind(message.layout.as_slice()).bind(message.source.as_deref());
        }
        put.execute(self.sql()).await?;
        let columns = ["rowid", "subject", "senders", "recipients", "text"];
        let statement = insert("mail_words", &columns, lot.len());
        let mut put = sqlx::query(&statement);
        for Coming { id, words: Words { subject, senders, recipients, text }, .. } in lot {
            put = put.bind(id);
            for words in [subject, senders, recipients, text] {
                put = put.bind(words.as_str());
            }
        }
        put.execute(self.sql()).await?;
        Ok(())
    }

    /// Puts the entries of those that were downloaded into the ledger.
    async fn put_entries(&mut self, account: i64, coming: &[Coming<'_>]) -> Result<(), StoreError> {
        let downloaded: Vec<(i64, &NewMessage, &Downloaded)> = coming
            .iter()
            .filter_map(|coming| Some((coming.id, coming.message, coming.message.download.as_ref()?)))
            .collect();
        let columns =
            ["account", "unique_id", "hash", "partial", "message", "downloaded_at", "sender", "subject"];
        for lot in lots(&downloaded) {
            let statement = insert("mail_ledger", &columns, lot.len());
            let mut put = sqlx::query(&statement);
            for (id, message, download) in lot {
                put = put
                    .bind(account)
                    .bind(download.unique_id.as_deref())
                    .bind(message.hash.as_slice())
                    .bind(message.partial)
                    .bind(id)
                    .bind(download.at)
                    .bind(message.from.first().map(rows::json).transpose()?)
                    .bind(message.subject.as_str());
            }
            put.execute(self.sql()).await?;
        }
        Ok(())
    }
}

/// The words of a message, as the index takes them.
pub(super) struct Words {
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
