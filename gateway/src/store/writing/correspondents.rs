//! People that mail came from and went to, for the completion of addresses.
//!
//! Each has keys, what people may type to find them, and a rank that grows with use and needs no clock to fade: it is
//! the logarithm of all uses, each worth twice as much as one a half-life earlier. What was used lately therefore
//! outranks what was used as much before, and ranks of any times compare.

mod keys;

use crate::store::{Store, StoreError, mail::words, transaction::Transaction};
use keys::{keys, typed};
use postern_shared::{address::Address, ids::AccountId};
use sqlx::Row;
use std::{cmp::Reverse, collections::HashMap};

pub use keys::worth_learning;

/// People kept for an account; those used least and longest ago make room.
const KEPT: i64 = 50_000;

/// When there is no room, so many more go at once, so that it is seldom.
const SPARE: i64 = 100;

/// A use counts half after so long, in seconds: 30 days.
const HALF_LIFE: f64 = 2_592_000.0;

/// Ranks are whole numbers: millionths of a half-life.
const UNIT: f64 = 1_000_000.0;

/// A message written counts as much as so many read.
const SENT_WEIGHT: f64 = 16.0;

/// The longest address, in bytes (RFC 5321 §4.5.3.1: local part, @, domain).
const LONGEST_ADDRESS: usize = 64 + 1 + 255;

/// Of a name, so many bytes are kept.
const LONGEST_NAME: usize = 200;

/// Completions at most.
const MOST: usize = 50;

/// How somebody became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Met {
    /// Mail of theirs, or to them, was read.
    Read,
    /// Mail was sent to them.
    Sent,
}

/// What a name is worth: one of a later kind is not changed by an earlier one. Whoever writes to a user cannot rename
/// the people that the user writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Read,
    Sent,
    Contact,
}

impl Source {
    fn number(self) -> i64 {
        match self {
            Self::Read => 0,
            Self::Sent => 1,
            Self::Contact => 2,
        }
    }
}

/// Somebody as they are kept.
struct Known {
    id: i64,
    name: String,
    source: i64,
    rank: i64,
}

impl Store {
    /// Learns people from a message that was read or sent at that time, in seconds since 1970. What is no address is
    /// passed over.
    pub async fn learn(
        &self,
        account: &AccountId,
        addresses: &[Address],
        at: i64,
        how: Met,
    ) -> Result<(), StoreError> {
        let (source, weight) = match how {
            Met::Read => (Source::Read, 1.0),
            Met::Sent => (Source::Sent, SENT_WEIGHT),
        };
        let mut change = self.change().await?;
        for address in addresses {
            change.meet(account, address, source, rank(at, weight)).await?;
        }
        change.make_room(account).await?;
        change.commit().await
    }

    /// People whose name or address goes on like the text, neither case nor accents counting: any word of the name, the
    /// address, its words before the `@`, its domain. Those used most and last come first; at most `limit`, and at
    /// most 50.
    pub async fn complete(
        &self,
        account: &AccountId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Address>, StoreError> {
        let limit = limit.min(MOST);
        // Somebody may be found by several keys.
        let rows = i64::try_from(limit.saturating_mul(8)).unwrap_or(i64::MAX);
        let mut found: HashMap<i64, i64> = HashMap::new();
        for begin in typed(text) {
            let keys = sqlx::query(
                "SELECT correspondent, rank FROM correspondent_keys
                 WHERE account = ? AND key >= ? AND key < ? ORDER BY rank DESC, correspondent LIMIT ?",
            )
            .bind(account.as_str())
            .bind(&begin)
            .bind(format!("{begin}\u{10ffff}"))
            .bind(rows)
            .fetch_all(&self.pool)
            .await?;
            for key in keys {
                found.insert(key.try_get(0)?, key.try_get(1)?);
            }
        }
        let mut ranked: Vec<(i64, i64)> = found.into_iter().collect();
        ranked.sort_unstable_by_key(|&(id, rank)| (Reverse(rank), id));
        let mut addresses = Vec::new();
        for (id, _) in ranked.into_iter().take(limit) {
            let row = sqlx::query("SELECT name, email FROM correspondents WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
            if let Some(row) = row {
                addresses.push(Address { name: row.try_get(0)?, email: row.try_get(1)? });
            }
        }
        Ok(addresses)
    }
}

impl Transaction {
    /// Learns one address. Its rank grows, its name is the newest of the best source.
    pub(super) async fn meet(
        &mut self,
        account: &AccountId,
        address: &Address,
        source: Source,
        use_rank: i64,
    ) -> Result<(), StoreError> {
        let Some(Address { name, email }) = cleaned(address) else { return Ok(()) };
        let folded = email.to_lowercase();
        let source = source.number();
        let row =
            sqlx::query("SELECT id, name, source, rank FROM correspondents WHERE account = ? AND folded = ?")
                .bind(account.as_str())
                .bind(&folded)
                .fetch_optional(self.sql())
                .await?;
        let Some(row) = row else {
            let id = sqlx::query_scalar(
                "INSERT INTO correspondents (account, folded, email, name, source, rank)
                 VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            )
            .bind(account.as_str())
            .bind(&folded)
            .bind(&email)
            .bind(&name)
            .bind(source)
            .bind(use_rank)
            .fetch_one(self.sql())
            .await?;
            return self.add_keys(account, id, &keys(&name, &folded), use_rank).await;
        };
        let known = Known {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            source: row.try_get(2)?,
            rank: row.try_get(3)?,
        };
        let rank = joined(known.rank, use_rank);
        let renamed =
            !name.is_empty() && name != known.name && (source >= known.source || known.name.is_empty());
        let name = if renamed { &name } else { &known.name };
        sqlx::query("UPDATE correspondents SET name = ?, source = max(source, ?), rank = ? WHERE id = ?")
            .bind(name)
            .bind(source)
            .bind(rank)
            .bind(known.id)
            .execute(self.sql())
            .await?;
        self.drop_keys(account, known.id, &keys(&known.name, &folded)).await?;
        self.add_keys(account, known.id, &keys(name, &folded), rank).await
    }

    async fn add_keys(
        &mut self,
        account: &AccountId,
        id: i64,
        keys: &[String],
        rank: i64,
    ) -> Result<(), StoreError> {
        for key in keys {
            sqlx::query(
                "INSERT OR REPLACE INTO correspondent_keys (account, key, correspondent, rank) VALUES (?, ?, ?, ?)",
            )
            .bind(account.as_str())
            .bind(key)
            .bind(id)
            .bind(rank)
            .execute(self.sql())
            .await?;
        }
        Ok(())
    }

    async fn drop_keys(&mut self, account: &AccountId, id: i64, keys: &[String]) -> Result<(), StoreError> {
        for key in keys {
            sqlx::query("DELETE FROM correspondent_keys WHERE account = ? AND key = ? AND correspondent = ?")
                .bind(account.as_str())
                .bind(key)
                .bind(id)
                .execute(self.sql())
                .await?;
        }
        Ok(())
    }

    /// Forgets those of the lowest rank where there are too many; contacts last.
    pub(super) async fn make_room(&mut self, account: &AccountId) -> Result<(), StoreError> {
        self.keep_at_most(account, KEPT, SPARE).await
    }

    async fn keep_at_most(&mut self, account: &AccountId, kept: i64, spare: i64) -> Result<(), StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM correspondents WHERE account = ?")
            .bind(account.as_str())
            .fetch_one(self.sql())
            .await?;
        if count <= kept {
            return Ok(());
        }
        let least = sqlx::query(
            "SELECT id, name, folded FROM correspondents WHERE account = ?
             ORDER BY source = 2, rank LIMIT ?",
        )
        .bind(account.as_str())
        .bind(count - kept + spare)
        .fetch_all(self.sql())
        .await?;
        for row in least {
            let id: i64 = row.try_get(0)?;
            self.drop_keys(account, id, &keys(row.try_get(1)?, row.try_get(2)?)).await?;
            sqlx::query("DELETE FROM correspondents WHERE id = ?").bind(id).execute(self.sql()).await?;
        }
        Ok(())
    }
}

/// The rank of one use.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "times and ranks are small")]
pub(super) fn rank(at: i64, weight: f64) -> i64 {
    ((at as f64 / HALF_LIFE + weight.log2()) * UNIT) as i64
}

/// The rank of all uses of two ranks.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "ranks are small")]
fn joined(one: i64, other: i64) -> i64 {
    let (low, high) = (one.min(other), one.max(other));
    let below = low.saturating_sub(high) as f64 / UNIT;
    high.saturating_add(((1.0 + below.exp2()).log2() * UNIT) as i64)
}

/// An address as it is kept, where it is one that mail can go to.
fn cleaned(address: &Address) -> Option<Address> {
    let email = address.email.trim();
    let (local, domain) = email.rsplit_once('@')?;
    let odd = |letter: char| letter.is_control() || letter.is_whitespace() || "<>,;\"()".contains(letter);
    if local.is_empty() || domain.is_empty() || email.len() > LONGEST_ADDRESS || email.contains(odd) {
        return None;
    }
    let name: String = address.name.chars().filter(|letter| !letter.is_control()).collect();
    let name = name.trim();
    let name = name[..name.floor_char_boundary(LONGEST_NAME)].trim_end();
    // A name that only says the address again says nothing.
    let name = if words::fold(name) == words::fold(email) { "" } else { name };
    Some(Address { name: name.to_owned(), email: email.to_owned() })
}

#[cfg(test)]
mod tests;
