//! Sets of UIDs in conditions.

use postern_shared::uid_set::UidSet;
use sqlx::{Postgres, QueryBuilder};
use std::fmt::Write;

/// Up to so many are looked up one by one; more are picked out of all that are in the folder.
const ONE_BY_ONE: u64 = 5_000;

/// Adds the condition that `uid` is in the set.
pub(super) fn push(query: &mut QueryBuilder<'_, Postgres>, uids: &UidSet) {
    if uids.len() <= ONE_BY_ONE {
        let numbers: Vec<i64> = uids.iter().map(|uid| i64::from(uid.0)).collect();
        query.push("uid = ANY(").push_bind(numbers).push(")");
        return;
    }
    let mut ranges = String::from("{");
    for (first, last) in uids.ranges() {
        let comma = if ranges.len() > 1 { "," } else { "" };
        // Writing to a string does not fail.
        write!(ranges, "{comma}[{first},{last}]").ok();
    }
    ranges.push('}');
    query.push("uid <@ ").push_bind(ranges).push("::text::int8multirange");
}
