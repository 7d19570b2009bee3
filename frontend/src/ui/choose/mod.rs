//! "IMAP or POP3?": measures, asks at most three questions, and recommends at once.
//!
//! | module | subject |
//! |---|---|
//! | [`dialog`] | the dialog |
//! | [`questions`] | the questions |
//! | [`comparison`] | both beside each other |

pub mod comparison;
pub mod dialog;
pub mod questions;

use postern_shared::account::AccountKind;

/// What an account type is called.
pub fn name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Imap => "IMAP",
        AccountKind::Pop3 => "POP3",
    }
}
