//! Lists. The order comes from an index, and the list itself as one text: a hundred thousand rows would take long.

use super::{ListSpec, SqliteMailStore, StoreError, rows};
use crate::{
    store::mail::{day, words},
    sync::query::{Term, What},
};
use postern_shared::{
    ids::{AccountId, FolderId, Uid},
    view::{Sort, SortKey},
};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;

/// So many terms stand side by side: SQLite takes conditions up to a depth of a thousand, and each one more is one
/// deeper. Somebody may paste a whole letter into the search field.
const TERMS: usize = 100;

impl SqliteMailStore {
    pub(super) async fn listed(
        &self,
        account: &AccountId,
        spec: &ListSpec,
    ) -> Result<Vec<(u16, Uid)>, StoreError> {
        let folders = self.places(account, &spec.folders).await?;
        if folders.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = listing(folders.keys().copied(), spec);
        let row = query.build().fetch_one(&self.pool).await?;
        let joined: Option<&str> = row.try_get(0)?;
        let lone = if folders.len() == 1 { folders.values().next().copied() } else { None };
        joined
            .into_iter()
            .flat_map(|joined| joined.split(','))
            .map(|entry| read(entry, lone, &folders))
            .collect()
    }

    /// The folders of a list that exist, by row id, with their index in it.
    async fn places(
        &self,
        account: &AccountId,
        folders: &[FolderId],
    ) -> Result<HashMap<i64, u16>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.id, u.key FROM json_each(?) u JOIN mail_accounts a ON a.name = ?
             JOIN mail_folders f ON f.account = a.id AND f.key = u.value ORDER BY u.key DESC",
        )
        .bind(rows::json(folders)?)
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

/// One entry of a list: a UID, with its folder in front where there are several.
fn read(entry: &str, lone: Option<u16>, folders: &HashMap<i64, u16>) -> Result<(u16, Uid), StoreError> {
    let parsed = match (lone, entry.split_once(':')) {
        (Some(place), _) => entry.parse().ok().map(|uid| (place, Uid(uid))),
        (None, Some((folder, uid))) => (|| {
            let place = folders.get(&folder.parse().ok()?)?;
            Some((*place, Uid(uid.parse().ok()?)))
        })(),
        (None, None) => None,
    };
    parsed.ok_or(StoreError::Broken("list"))
}

/// The statement that makes a list.
pub(super) fn listing(
    folders: impl ExactSizeIterator<Item = i64>,
    spec: &ListSpec,
) -> QueryBuilder<'_, Sqlite> {
    let entry =
        if folders.len() == 1 { "m.id & 4294967295" } else { "m.folder || ':' || (m.id & 4294967295)" };
    let mut query = QueryBuilder::new("SELECT group_concat(entry) FROM (SELECT ");
    query.push(entry).push(" AS entry FROM mail_messages m WHERE m.folder IN (");
    let mut list = query.separated(", ");
    for folder in folders {
        list.push_bind(folder);
    }
    query.push(")");
    for terms in spec.query.terms().chunks(TERMS) {
        query.push(" AND (true");
        for term in terms {
            push_term(&mut query, term);
        }
        query.push(")");
    }
    let Sort { key, descending } = spec.sort;
    let column = match key {
        SortKey::Arrival => "received",
        SortKey::Date => "dated",
        SortKey::Sender => "sender_key",
        SortKey::Subject => "subject_key",
        SortKey::Size => "size",
    };
    let direction = if descending { "DESC" } else { "ASC" };
    query.push(format_args!(" ORDER BY m.{column} {direction}, m.id {direction})"));
    query
}

fn push_term(query: &mut QueryBuilder<'_, Sqlite>, term: &Term) {
    let not = if term.excluded { "NOT " } else { "" };
    let contains = |query: &mut QueryBuilder<'_, Sqlite>, column: &str, text: &str| {
        query.push(format_args!("instr(m.{column}, ")).push_bind(words::fold(text)).push(") > 0");
    };
    if let What::Words(text) = &term.what {
        let words = words::words(text);
        if !words.is_empty() {
            query.push(format_args!(
                " AND {not}m.id IN (SELECT rowid FROM mail_words WHERE mail_words MATCH "
            ));
            query.push_bind(format!("\"{}\" *", words.join(" "))).push(")");
        }
        return;
    }
    query.push(format_args!(" AND {not}("));
    match &term.what {
        What::Words(_) => {}
        What::From(text) => contains(query, "folded_senders", text),
        What::To(text) => contains(query, "folded_recipients", text),
        What::Subject(text) => contains(query, "folded_subject", text),
        What::Flag(flag, on) => {
            query.push(format_args!("m.flags & {} {} 0", rows::bit(*flag), if *on { "<>" } else { "=" }));
        }
        What::Attachment => {
            query.push("m.has_attachment");
        }
        What::Before(day) => {
            query.push("m.received < ").push_bind(day::begins(*day));
        }
        What::Since(day) => {
            query.push("m.received >= ").push_bind(day::begins(*day));
        }
        What::Larger(size) => {
            query.push("m.size > ").push_bind(i64::from(*size));
        }
    }
    query.push(")");
}
