//! Contacts: brought in and taken out as vCards (RFC 6350 and before), and their groups.

mod vcard;

use super::correspondents::{Source, rank};
use crate::store::{Store, StoreError, mail::words, transaction::Transaction};
use postern_shared::{address::Address, ids::AccountId, writing::ContactGroup};
use sqlx::Row;
use std::collections::HashSet;
use vcard::{Card, card_of, cards, decoded, members};

/// Contacts kept for an account.
const KEPT: i64 = 20_000;

/// Bytes of all cards of an account.
const KEPT_BYTES: i64 = 64 * 1024 * 1024;

/// Members of a group that are looked up.
const MEMBERS: usize = 500;

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Contacts and groups that are kept now.
    pub kept: u32,
    /// Cards that were broken, empty, too large or too many.
    pub skipped: u32,
}

impl Store {
    /// Brings contacts in. A card of the same UID takes the place of the one before; one without a UID is known by its
    /// content, so that the same file twice is the same contacts. Their addresses complete like others. Either all of
    /// it is kept or nothing.
    pub async fn import_contacts(&self, account: &AccountId, file: &[u8]) -> Result<Imported, StoreError> {
        let (cards, mut skipped) = cards(&decoded(file));
        let mut change = self.change().await?;
        let (mut count, mut bytes): (i64, i64) = change.contacts(account).await?;
        let mut kept: u32 = 0;
        for card in cards {
            let size = i64::try_from(card.text.len()).unwrap_or(i64::MAX);
            if count >= KEPT || bytes.saturating_add(size) > KEPT_BYTES {
                skipped = skipped.saturating_add(1);
                continue;
            }
            change.keep_contact(account, &card).await?;
            count += 1;
            bytes += size;
            kept = kept.saturating_add(1);
        }
        change.make_room(account).await?;
        change.commit().await?;
        Ok(Imported { kept, skipped })
    }

    /// All contacts as one file of vCards: those brought in as they came, then the people that the user wrote to.
    pub async fn export_contacts(&self, account: &AccountId) -> Result<String, StoreError> {
        let cards: Vec<String> =
            sqlx::query_scalar("SELECT card FROM contacts WHERE account = ? ORDER BY is_group, name, uid")
                .bind(account.as_str())
                .fetch_all(&self.pool)
                .await?;
        let mut file = cards.concat();
        let written_to = sqlx::query(
            "SELECT name, email FROM correspondents WHERE account = ? AND source = 1 ORDER BY rank DESC, id",
        )
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        for row in written_to {
            file.push_str(&card_of(&Address { name: row.try_get(0)?, email: row.try_get(1)? }));
        }
        Ok(file)
    }

    /// Groups with a word in their name that goes on like the text, in alphabetical order.
    pub async fn contact_groups(
        &self,
        account: &AccountId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<ContactGroup>, StoreError> {
        let wanted = words::words(text);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let rows =
            sqlx::query("SELECT name, uid FROM contacts WHERE account = ? AND is_group ORDER BY name, uid")
                .bind(account.as_str())
                .fetch_all(&self.pool)
                .await?;
        let mut groups = Vec::new();
        for row in rows {
            if groups.len() == limit {
                break;
            }
            let name: String = row.try_get(0)?;
            if words::found(&wanted, &words::words(&name)) {
                let members = self.members_of(account, row.try_get(1)?).await?;
                groups.push(ContactGroup { name, members });
            }
        }
        Ok(groups)
    }

    async fn members_of(&self, account: &AccountId, group: &str) -> Result<Vec<Address>, StoreError> {
        let Some(card) = self.contact(account, group).await? else { return Ok(Vec::new()) };
        let mut addresses = Vec::new();
        let mut seen = HashSet::new();
        for member in members(&card).into_iter().take(MEMBERS) {
            let address = match member.strip_prefix("mailto:") {
                Some(email) => Some(Address { name: String::new(), email: email.to_owned() }),
                None => self.contact(account, &member).await?.and_then(|card| {
                    let (cards, _) = cards(&card);
                    let card = cards.into_iter().next()?;
                    Some(Address { name: card.name, email: card.emails.into_iter().next()? })
                }),
            };
            addresses.extend(address.filter(|address| seen.insert(address.email.to_lowercase())));
        }
        Ok(addresses)
    }

    async fn contact(&self, account: &AccountId, uid: &str) -> Result<Option<String>, StoreError> {
        let card = sqlx::query_scalar("SELECT card FROM contacts WHERE account = ? AND uid = ?")
            .bind(account.as_str())
            .bind(uid)
            .fetch_optional(&self.pool)
            .await?;
        Ok(card)
    }
}

impl Transaction {
    /// How many contacts there are, and their bytes.
    async fn contacts(&mut self, account: &AccountId) -> Result<(i64, i64), StoreError> {
        let sums = sqlx::query_as(
            "SELECT count(*), coalesce(sum(octet_length(card)), 0) FROM contacts WHERE account = ?",
        )
        .bind(account.as_str())
        .fetch_one(self.sql())
        .await?;
        Ok(sums)
    }

    async fn keep_contact(&mut self, account: &AccountId, card: &Card) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT OR REPLACE INTO contacts (account, uid, name, is_group, card) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(account.as_str())
        .bind(&card.uid)
        .bind(&card.name)
        .bind(card.is_group)
        .bind(&card.text)
        .execute(self.sql())
        .await?;
        if card.is_group {
            return Ok(());
        }
        for email in &card.emails {
            let address = Address { name: card.name.clone(), email: email.clone() };
            // Never used: below all that was.
            self.meet(account, &address, Source::Contact, rank(0, 1.0)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
