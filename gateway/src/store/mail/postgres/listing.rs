//! Lists: what a query finds, in the order asked for.

use super::{PostgresMailStore, columns};
use crate::{
    store::{
        StoreError,
        mail::{ListSpec, day, words},
    },
    sync::query::{Query, What},
};
use postern_shared::{
    ids::{AccountId, Uid},
    view::SortKey,
};
use sqlx::{Postgres, QueryBuilder};

type Select<'a> = QueryBuilder<'a, Postgres>;

/// The beginning of an account's number, before its name.
const ACCOUNT: &str = "(SELECT number FROM accounts WHERE account = ";

/// The column a list is ordered by.
fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Arrival => "received",
        SortKey::Date => "by_date",
        SortKey::Sender => "by_sender",
        SortKey::Subject => "by_subject",
        SortKey::Size => "size",
    }
}

/// Adds a condition a term.
fn push_terms(select: &mut Select<'_>, account: &AccountId, query: &Query) {
    for term in query.terms() {
        if matches!(&term.what, What::Words(text) if words::words(text).is_empty()) {
            // Nothing that could be a word says nothing.
            continue;
        }
        select.push(if term.excluded { " AND NOT (" } else { " AND (" });
        push_term(select, account, &term.what);
        select.push(")");
    }
}

fn push_term(select: &mut Select<'_>, account: &AccountId, what: &What) {
    match what {
        What::Words(text) => push_words(select, account, &words::words(text)),
        What::From(text) => push_part(select, account, "senders", text),
        What::To(text) => push_part(select, account, "recipients", text),
        What::Subject(text) => push_part(select, account, "subject", text),
        What::Flag(flag, on) => {
            let not = if *on { "<>" } else { "=" };
            select.push(format!("flags & {} {not} 0", columns::mask(*flag)));
        }
        What::Attachment => {
            select.push("has_attachment");
        }
        What::Before(day) => {
            select.push("received < ").push_bind(day::begins(*day));
        }
        What::Since(day) => {
            select.push("received >= ").push_bind(day::begins(*day));
        }
        What::Larger(size) => {
            select.push("size > ").push_bind(i64::from(*size));
        }
    }
}

/// Adds a condition on what is only searched. It is looked for once, with the index where there is one, and gathered as
/// ranges of UIDs: whatever the database believes of how much it will find, no message is compared with all others.
fn push_contents(select: &mut Select<'_>, account: &AccountId, condition: impl FnOnce(&mut Select<'_>)) {
    select.push("uid <@ coalesce((SELECT range_agg(int8range(uid, uid, '[]')) FROM contents WHERE ");
    condition(select);
    select.push(" AND account = ").push(ACCOUNT).push_bind(account.as_str().to_owned());
    select.push(")), '{}'::int8multirange)");
}

/// A text is part of a folded column.
fn push_part(select: &mut Select<'_>, account: &AccountId, column: &str, part: &str) {
    push_contents(select, account, |select| {
        select.push(format!("strpos({column}, ")).push_bind(columns::folded(part)).push(") > 0");
    });
}

/// Words stand in a row; the last one may be the beginning of a word. The index tells who has them all; the whole
/// text, whether they stand in a row, and what is behind the end of a long word.
fn push_words(select: &mut Select<'_>, account: &AccountId, wanted: &[String]) {
    let Some((last, before)) = wanted.split_last() else { return };
    let mut search = String::new();
    for word in before {
        search.extend(["'", columns::short(word), "' & "]);
    }
    search.extend(["'", columns::short(last), "':*"]);
    push_contents(select, account, |select| {
        select.push("search @@ ").push_bind(search).push("::text::tsquery");
        if !before.is_empty() || last.len() > columns::LONGEST_WORD {
            select.push(" AND strpos(words, ").push_bind(format!(" {}", wanted.join(" "))).push(") > 0");
        }
    });
}

impl PostgresMailStore {
    pub(super) async fn list(
        &self,
        account: &AccountId,
        spec: &ListSpec,
    ) -> Result<Vec<(u16, Uid)>, StoreError> {
        let folders: Vec<String> = spec.folders.iter().map(|folder| columns::text(folder.as_str())).collect();
        // One row of one array, whatever the length of the list: place and UID in one number.
        let mut select = QueryBuilder::new("SELECT ARRAY(SELECT ");
        match &*folders {
            // The index then has the order of the list.
            [only] => select.push("uid FROM messages WHERE folder = ").push_bind(only),
            _ => select
                .push("((array_position(")
                .push_bind(&folders)
                .push(", folder) - 1)::bigint << 32) | uid FROM messages WHERE folder = ANY(")
                .push_bind(&folders)
                .push(")"),
        };
        select.push(" AND account = ").push(ACCOUNT).push_bind(account.as_str()).push(")");
        push_terms(&mut select, account, &spec.query);
        let direction = if spec.sort.descending { "DESC" } else { "ASC" };
        select.push(format!(" ORDER BY {} {direction}, uid {direction})", column(spec.sort.key)));
        let rows: Vec<i64> = select.build_query_scalar().fetch_one(&self.pool).await?;
        let row = |packed: i64| {
            let place = u16::try_from(packed >> 32).map_err(|_| StoreError::Broken("place"))?;
            Ok((place, columns::uid(packed & i64::from(u32::MAX))?))
        };
        rows.into_iter().map(row).collect()
    }
}
