//! What writing needs besides the socket: the files of drafts, and contacts.

pub mod contacts;
pub mod files;

use super::{error::ApiError, session::SignedIn};
use axum::extract::Path;
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::AccountId,
};

/// The account of the path, if it is the session's.
fn own(session: SignedIn, account: AccountId) -> Result<AccountId, ApiError> {
    if account != session.0.account {
        return Err(Failure::new(ErrorCode::Forbidden, "the session is another account's").into());
    }
    Ok(account)
}

/// A path that does not say what it has to.
fn odd_path<T>(path: Result<Path<T>, axum::extract::rejection::PathRejection>) -> Result<T, ApiError> {
    let odd = |_| Failure::new(ErrorCode::BadInput, "the address does not name what is asked for");
    Ok(path.map_err(odd)?.0)
}
