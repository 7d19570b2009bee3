//! Messages come in.

use super::{PostgresMailStore, columns};
use crate::store::{StoreError, mail::NewMessage};
use postern_shared::ids::{AccountId, Uid};
use sqlx::PgConnection;
use std::collections::HashSet;

/// So many messages go to the database at once.
const AT_ONCE: usize = 100;

/// Columns of a lot of messages, one value each.
#[derive(Default)]
struct Lot {
    uid: Vec<i64>,
    folder: Vec<String>,
    hash: Vec<Vec<u8>>,
    size: Vec<i64>,
    flags: Vec<i16>,
    keywords: Vec<String>,
    senders: Vec<String>,
    recipients: Vec<String>,
    subject: Vec<String>,
    preview: Vec<Option<String>>,
    sent: Vec<Option<i64>>,
    received: Vec<i64>,
    has_attachment: Vec<bool>,
    unreadable: Vec<bool>,
    partial: Vec<bool>,
    by_date: Vec<i64>,
    by_sender: Vec<String>,
    by_subject: Vec<String>,
}

impl Lot {
    fn push(&mut self, uid: i64, new: &NewMessage) -> Result<(), StoreError> {
        self.uid.push(uid);
        self.folder.push(columns::text(new.folder.as_str()));
        self.hash.push(new.hash.to_vec());
        self.size.push(columns::signed(new.size));
        self.flags.push(columns::bits(&new.flags));
        self.keywords.push(columns::keywords(&new.flags)?);
        self.senders.push(columns::encoded(&new.from)?);
        self.recipients.push(columns::encoded(&new.to)?);
        self.subject.push(columns::text(&new.subject));
        self.preview.push(new.preview.as_deref().map(columns::text));
        self.sent.push(new.sent);
        self.received.push(new.received);
        self.has_attachment.push(new.has_attachment);
        self.unreadable.push(new.unreadable);
        self.partial.push(new.partial);
        self.by_date.push(new.sent.unwrap_or(new.received));
        self.by_sender.push(columns::by_sender(&new.from));
        self.by_subject.push(columns::by_subject(&new.subject));
        Ok(())
    }

    /// Puts them in, or in the place of what they were.
    async fn put(self, connection: &mut PgConnection, account: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO messages (account, uid, folder, hash, size, flags, keywords, senders, recipients, subject,
                 preview, sent, received, has_attachment, unreadable, partial, by_date, by_sender, by_subject)
             SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bytea[], $5::bigint[], $6::smallint[],
                 $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
                 $14::boolean[], $15::boolean[], $16::boolean[], $17::bigint[], $18::text[], $19::text[])
             ON CONFLICT (account, uid) DO UPDATE SET hash = excluded.hash, size = excluded.size,
                 senders = excluded.senders, recipients = excluded.recipients, subject = excluded.subject,
                 preview = excluded.preview, sent = excluded.sent, received = excluded.received,
                 has_attachment = excluded.has_attachment, unreadable = excluded.unreadable,
                 partial = excluded.partial, by_date = excluded.by_date, by_sender = excluded.by_sender,
                 by_subject = excluded.by_subject",
        )
        .bind(account)
        .bind(self.uid)
        .bind(self.folder)
        .bind(self.hash)
        .bind(self.size)
        .bind(self.flags)
        .bind(self.keywords)
        .bind(self.senders)
        .bind(self.recipients)
        .bind(self.subject)
        .bind(self.preview)
        .bind(self.sent)
        .bind(self.received)
        .bind(self.has_attachment)
        .bind(self.unreadable)
        .bind(self.partial)
        .bind(self.by_date)
        .bind(self.by_sender)
        .bind(self.by_subject)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Stores what is large, or only searched.
async fn put_contents(
    connection: &mut PgConnection,
    account: i64,
    messages: &[(i64, &NewMessage)],
) -> Result<(), StoreError> {
    let (mut uids, mut layouts, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    let (mut senders, mut recipients, mut subjects) = (Vec::new(), Vec::new(), Vec::new());
    let (mut words, mut vectors) = (Vec::new(), Vec::new());
    for (uid, new) in messages {
        uids.push(*uid);
        layouts.push(new.layout.clone());
        sources.push(new.source.as_deref());
        senders.push(columns::folded_addresses(&[&new.from]));
        recipients.push(columns::folded_addresses(&[&new.to, &new.cc]));
        subjects.push(columns::folded(&new.subject));
        let (all, vector) = columns::searchable(new);
        words.push(all);
        vectors.push(vector);
    }
    sqlx::query(
        "INSERT INTO contents (account, uid, layout, senders, recipients, subject, words, search, source)
         SELECT $1, uid, layout, senders, recipients, subject, words, search::tsvector, source
         FROM unnest($2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::bytea[]) AS lot (uid, layout, senders, recipients, subject, words, search, source)
         ON CONFLICT (account, uid) DO UPDATE SET layout = excluded.layout, senders = excluded.senders,
             recipients = excluded.recipients, subject = excluded.subject, words = excluded.words,
             search = excluded.search, source = excluded.source",
    )
    .bind(account)
    .bind(uids)
    .bind(layouts)
    .bind(senders)
    .bind(recipients)
    .bind(subjects)
    .bind(words)
    .bind(vectors)
    .bind(sources)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what was downloaded.
async fn put_ledger(
    connection: &mut PgConnection,
    account: i64,
    messages: &[(i64, &NewMessage)],
) -> Result<(), StoreError> {
    let (mut uids, mut unique_ids, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut partial, mut times) = (Vec::new(), Vec::new());
    let (mut senders, mut subjects) = (Vec::new(), Vec::new());
    for (uid, new) in messages {
        let Some(download) = &new.download else { continue };
        uids.push(*uid);
        unique_ids.push(download.unique_id.as_deref().map(columns::text));
        hashes.push(new.hash.to_vec());
        partial.push(new.partial);
        times.push(download.at);
        senders.push(new.from.first().map(columns::encoded).transpose()?);
        subjects.push(columns::text(&new.subject));
    }
    if uids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO ledger (account, uid, unique_id, hash, partial, downloaded_at, sender, subject)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bytea[], $5::boolean[], $6::bigint[], $7::text[],
             $8::text[]) AS lot (uid, unique_id, hash, partial, downloaded_at, sender, subject)
         ORDER BY uid",
    )
    .bind(account)
    .bind(uids)
    .bind(unique_ids)
    .bind(hashes)
    .bind(partial)
    .bind(times)
    .bind(senders)
    .bind(subjects)
    .execute(connection)
    .await?;
    Ok(())
}

/// Checks that all of the folders exist.
async fn check_folders(
    connection: &mut PgConnection,
    account: i64,
    messages: &[NewMessage],
) -> Result<(), StoreError> {
    let wanted: HashSet<String> = messages.iter().map(|new| columns::text(new.folder.as_str())).collect();
    let count = columns::signed(wanted.len() as u64);
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM folders WHERE account = $1 AND id = ANY($2)")
        .bind(account)
        .bind(wanted.into_iter().collect::<Vec<_>>())
        .fetch_one(connection)
        .await?;
    if there == count { Ok(()) } else { Err(StoreError::NoSuchFolder) }
}

/// Checks that none of the unique-ids is in the ledger, or there twice.
async fn check_unique_ids(
    connection: &mut PgConnection,
    account: i64,
    messages: &[NewMessage],
) -> Result<(), StoreError> {
    let downloads = messages.iter().filter_map(|new| new.download.as_ref());
    let wanted: Vec<String> =
        downloads.filter_map(|download| download.unique_id.as_deref().map(columns::text)).collect();
    let known: Vec<String> =
        sqlx::query_scalar("SELECT unique_id FROM ledger WHERE account = $1 AND unique_id = ANY($2)")
            .bind(account)
            .bind(&wanted)
            .fetch_all(connection)
            .await?;
    let mut known: HashSet<String> = known.into_iter().collect();
    match wanted.into_iter().find(|id| !known.insert(id.clone())) {
        Some(id) => Err(StoreError::AlreadyDownloaded(id)),
        None => Ok(()),
    }
}

/// Puts messages, with all that belongs to them, into an account whose row is locked.
pub(super) async fn put_messages(
    connection: &mut PgConnection,
    account: i64,
    messages: &[NewMessage],
) -> Result<Vec<Uid>, StoreError> {
    check_folders(connection, account, messages).await?;
    check_unique_ids(connection, account, messages).await?;
    let last: i64 = sqlx::query_scalar(
        "UPDATE accounts SET last_uid = last_uid + $2 WHERE number = $1 RETURNING last_uid",
    )
    .bind(account)
    .bind(columns::signed(messages.len() as u64))
    .fetch_one(&mut *connection)
    .await?;
    let first = last - columns::signed(messages.len() as u64) + 1;
    let numbered: Vec<(i64, &NewMessage)> = (first..).zip(messages).collect();
    for some in numbered.chunks(AT_ONCE) {
        let mut lot = Lot::default();
        for (uid, new) in some {
            lot.push(*uid, new)?;
        }
        lot.put(connection, account).await?;
        put_contents(connection, account, some).await?;
        put_ledger(connection, account, some).await?;
    }
    numbered.iter().map(|(number, _)| columns::uid(*number)).collect()
}

impl PostgresMailStore {
    pub(super) async fn add(
        &self,
        account: &AccountId,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        let uids = put_messages(&mut transaction, locked.number, messages).await?;
        transaction.commit().await?;
        Ok(uids)
    }

    pub(super) async fn complete(
        &self,
        account: &AccountId,
        uid: Uid,
        whole: &NewMessage,
    ) -> Result<(), StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchMessage);
        };
        let number = i64::from(uid.0);
        let folder: Option<String> =
            sqlx::query_scalar("SELECT folder FROM messages WHERE account = $1 AND uid = $2")
                .bind(locked.number)
                .bind(number)
                .fetch_optional(&mut *transaction)
                .await?;
        folder.ok_or(StoreError::NoSuchMessage)?;
        let mut lot = Lot::default();
        lot.push(number, whole)?;
        lot.put(&mut transaction, locked.number).await?;
        put_contents(&mut transaction, locked.number, &[(number, whole)]).await?;
        sqlx::query("UPDATE ledger SET hash = $3, partial = $4 WHERE account = $1 AND uid = $2")
            .bind(locked.number)
            .bind(number)
            .bind(whole.hash.to_vec())
            .bind(whole.partial)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}
