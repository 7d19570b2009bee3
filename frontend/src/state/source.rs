//! The opened message as it stands: source, header, paper.

use crate::{model::failure::explain, net::http, state::context::App};
use leptos::prelude::*;
use postern_shared::{header::HeaderFields, session::HttpFailure};

/// The source of a message, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The text.
    pub text: String,
    /// There is more than that.
    pub cut: bool,
}

impl App {
    /// The address below which the opened message's source, header and printed page are.
    pub fn opened_url(self) -> Option<String> {
        let account =
            self.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()))?;
        let key = self.opened.with_untracked(|opened| opened.as_ref().map(|opened| opened.key.clone()))?;
        Some(Self::message_url(&account, &key))
    }

    /// When the opened message was sent, in seconds since 1970, if that is known yet.
    pub fn opened_sent(self) -> Option<i64> {
        self.opened.with_untracked(|opened| {
            let summary = &opened.as_ref()?.row.as_ref()?.summary;
            Some(summary.sent.unwrap_or(summary.received))
        })
    }

    /// The source of the message at `url`; a failure in words.
    pub async fn source(url: &str) -> Result<Source, String> {
        let answer = http::text(&format!("{url}/source?view=1")).await.map_err(|failure| words(&failure))?;
        Ok(Source { text: answer.text, cut: answer.cut })
    }

    /// The header of the message at `url`, field by field; a failure in words.
    pub async fn header_fields(url: &str) -> Result<HeaderFields, String> {
        http::get(&format!("{url}/fields")).await.map_err(|failure| words(&failure))
    }
}

fn words(failure: &HttpFailure) -> String {
    explain(&failure.failure)
}
