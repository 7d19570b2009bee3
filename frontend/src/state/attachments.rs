//! What the reading pane asks of attachments.

use crate::{model::failure::explain, net::http, state::context::App};
use postern_shared::body::{MessageDetail, TextPreview};

impl App {
    /// The text of an attachment, or why it cannot be had, in words to show.
    pub async fn text_preview(self, url: &str) -> Result<TextPreview, String> {
        http::get(url).await.map_err(|failure| explain(&failure.failure))
    }

    /// Headers and attachments of an attached message, or why they cannot be had, in words to show. `message` is where the
    /// message around it is.
    pub async fn attached_message(self, message: &str, part: &str) -> Result<MessageDetail, String> {
        let part = js_sys::encode_uri_component(part).as_string().unwrap_or_default();
        http::get(&format!("{message}/attached/{part}")).await.map_err(|failure| explain(&failure.failure))
    }
}
