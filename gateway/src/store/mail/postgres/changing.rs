//! Flags, moving, removing.

use super::{PostgresMailStore, columns, uids};
use crate::store::{StoreError, mail::folder_ids};
use postern_shared::{
    flags::{FlagChange, Flags},
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use std::collections::{BTreeMap, HashMap};

/// Messages of a locked account.
#[derive(Clone, Copy)]
pub(super) struct InFolder<'a> {
    /// The account's number.
    pub number: i64,
    /// Where they are.
    pub folder: &'a FolderId,
    /// Which ones; others than those in the folder are passed over.
    pub uids: &'a UidSet,
}

impl InFolder<'_> {
    /// Adds the condition that a message is one of these.
    fn push(&self, query: &mut QueryBuilder<'_, Postgres>) {
        query.push(" WHERE account = ").push_bind(self.number);
        query.push(" AND folder = ").push_bind(columns::text(self.folder.as_str())).push(" AND ");
        uids::push(query, self.uids);
    }

    /// Runs a change that returns UIDs.
    async fn change(
        &self,
        connection: &mut PgConnection,
        mut change: QueryBuilder<'_, Postgres>,
    ) -> Result<UidSet, StoreError> {
        self.push(&mut change);
        change.push(" RETURNING uid");
        let changed: Vec<i64> = change.build_query_scalar().fetch_all(connection).await?;
        changed.into_iter().map(columns::uid).collect()
    }
}

/// Removes messages for good; tells which.
pub(super) async fn remove(
    connection: &mut PgConnection,
    messages: InFolder<'_>,
) -> Result<UidSet, StoreError> {
    let gone = messages.change(connection, QueryBuilder::new("DELETE FROM messages")).await?;
    for begin in ["DELETE FROM contents WHERE account = ", "UPDATE ledger SET uid = NULL WHERE account = "] {
        let mut query = QueryBuilder::new(begin);
        query.push_bind(messages.number).push(" AND ");
        uids::push(&mut query, &gone);
        query.build().execute(&mut *connection).await?;
    }
    Ok(gone)
}

/// Changes flags that have bits; tells which messages changed.
async fn change_bits(
    connection: &mut PgConnection,
    messages: InFolder<'_>,
    change: &FlagChange,
) -> Result<UidSet, StoreError> {
    let (kept, added) = (!columns::bits(&change.remove), columns::bits(&change.add));
    let mut query = QueryBuilder::new("UPDATE messages SET flags = flags & ");
    query.push_bind(kept).push(" | ").push_bind(added);
    messages.push(&mut query);
    query.push(" AND flags <> flags & ").push_bind(kept).push(" | ").push_bind(added).push(" RETURNING uid");
    let changed: Vec<i64> = query.build_query_scalar().fetch_all(connection).await?;
    changed.into_iter().map(columns::uid).collect()
}

/// Changes any flags; tells which messages changed.
async fn change_all(
    connection: &mut PgConnection,
    messages: InFolder<'_>,
    change: &FlagChange,
) -> Result<UidSet, StoreError> {
    let mut query = QueryBuilder::new("SELECT uid, flags, keywords FROM messages");
    messages.push(&mut query);
    let rows: Vec<(i64, i16, String)> = query.build_query_as().fetch_all(&mut *connection).await?;
    let mut changed: HashMap<Flags, Vec<Uid>> = HashMap::new();
    for (uid, bits, keywords) in rows {
        let before = columns::flags(bits, &keywords)?;
        let mut after = before.clone();
        change.apply(&mut after);
        if after != before {
            changed.entry(after).or_default().push(columns::uid(uid)?);
        }
    }
    let mut all = UidSet::new();
    for (flags, uids) in changed {
        let uids: UidSet = uids.into_iter().collect();
        let mut query = QueryBuilder::new("UPDATE messages SET flags = ");
        query.push_bind(columns::bits(&flags)).push(", keywords = ").push_bind(columns::keywords(&flags)?);
        all = all.union(&InFolder { uids: &uids, ..messages }.change(connection, query).await?);
    }
    Ok(all)
}

impl PostgresMailStore {
    pub(super) async fn set_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        change: &FlagChange,
    ) -> Result<UidSet, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else { return Ok(UidSet::new()) };
        let messages = InFolder { number: locked.number, folder, uids };
        let bits_only = change.add.keywords().is_empty() && change.remove.keywords().is_empty();
        let changed = if bits_only {
            change_bits(&mut transaction, messages, change).await?
        } else {
            change_all(&mut transaction, messages, change).await?
        };
        transaction.commit().await?;
        Ok(changed)
    }

    pub(super) async fn move_messages(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        let to = columns::text(to.as_str());
        let exists: Option<i32> = sqlx::query_scalar("SELECT 1 FROM folders WHERE account = $1 AND id = $2")
            .bind(locked.number)
            .bind(&to)
            .fetch_optional(&mut *transaction)
            .await?;
        exists.ok_or(StoreError::NoSuchFolder)?;
        if from.as_str() == to {
            return Ok(UidSet::new());
        }
        let origin = if to == folder_ids::DELETED_ITEMS { "folder" } else { "NULL" };
        let mut query = QueryBuilder::new("UPDATE messages SET origin = ");
        query.push(origin).push(", folder = ").push_bind(to);
        let messages = InFolder { number: locked.number, folder: from, uids };
        let moved = messages.change(&mut transaction, query).await?;
        transaction.commit().await?;
        Ok(moved)
    }

    pub(super) async fn restore(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else { return Ok(Vec::new()) };
        let mut query = QueryBuilder::new("UPDATE messages SET origin = NULL, folder = coalesce(");
        query
            .push("(SELECT id FROM folders WHERE folders.account = messages.account AND id = origin), ")
            .push_bind(folder_ids::INBOX)
            .push(")");
        let folder = FolderId::from(folder_ids::DELETED_ITEMS);
        InFolder { number: locked.number, folder: &folder, uids }.push(&mut query);
        query.push(" RETURNING folder, uid");
        let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        let mut places: BTreeMap<FolderId, Vec<Uid>> = BTreeMap::new();
        for (folder, uid) in rows {
            places.entry(FolderId(folder)).or_default().push(columns::uid(uid)?);
        }
        Ok(places.into_iter().map(|(folder, uids)| (folder, uids.into_iter().collect())).collect())
    }

    pub(super) async fn remove(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else { return Ok(UidSet::new()) };
        let messages = InFolder { number: locked.number, folder, uids };
        let gone = remove(&mut transaction, messages).await?;
        transaction.commit().await?;
        Ok(gone)
    }
}
