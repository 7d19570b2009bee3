//! How values stand in columns.

use crate::store::StoreError;
use postern_shared::ids::DraftId;
use serde::{Serialize, de::DeserializeOwned};

/// A draft's id in a column, which has signed numbers.
pub(super) fn number(draft: DraftId) -> i64 {
    draft.0.cast_signed()
}

/// A draft's id out of a column.
pub(super) fn draft_id(number: i64) -> DraftId {
    DraftId(number.cast_unsigned())
}

/// A value as JSON.
pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Broken(what))
}

/// A value out of JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Broken(what))
}
