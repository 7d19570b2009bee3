//! What the reading pane asks of attachments.

use crate::{model::failure::explain, net::http, state::context::App};
use postern_shared::body::TextPreview;

impl App {
    /// The text of an attachment, or why it cannot be had, in words to show.
    pub async fn text_preview(self, url: &str) -> Result<TextPreview, String> {
        http::get(url).await.map_err(|failure| explain(&failure.failure))
    }
}
