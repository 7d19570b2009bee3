//! Writing: what the app knows of its account's writing desk, and what it decides.
//!
//! | module | subject |
//! |---|---|
//! | [`desk`] | the drafts that are open, what is on its way, the choices |
//! | [`answers`] | replies and events, folded in |
//! | [`draft`] | one draft: saved, in conflict, sent |
//! | [`pace`] | when a draft is saved by itself |
//! | [`recipients`] | addresses as they are typed and pasted |
//! | [`signature`] | the signature, when its writer becomes another one |
//! | [`suggestion`] | who goes on like what is typed |
//! | [`checks`] | what is asked before a message goes |
//! | [`outbox`] | what is on its way, in words |

pub mod answers;
pub mod checks;
pub mod desk;
pub mod draft;
pub mod outbox;
pub mod pace;
pub mod recipients;
pub mod signature;
pub mod suggestion;
#[cfg(test)]
mod tests;
