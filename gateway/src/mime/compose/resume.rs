//! A message in Drafts as the draft it is, whichever program put it there. Its files are fetched apart.

use super::{editor::structure_only, original::Received, quote::Quote};
use postern_shared::{
    address::Address,
    writing::{Answer, Answers, Draft, DraftText},
};

/// The draft. What it answers is known by its Message-ID alone, so the answered message is not marked when it is sent.
pub fn draft_of(received: Received) -> Draft {
    let Received { detail, text, references, in_reply_to, .. } = received;
    let answers =
        in_reply_to.map(|id| Answers { key: None, how: Answer::Reply, message_id: Some(id), references });
    Draft {
        from: detail.from.into_iter().next().unwrap_or_default(),
        to: real(detail.to),
        cc: real(detail.cc),
        bcc: real(detail.bcc),
        subject: detail.subject,
        text: match text {
            Quote::Plain(text) => DraftText::Plain(text),
            // Whoever put it there, the editor gets structure alone.
            Quote::Html(html) => DraftText::Html(structure_only(&html, |_| None)),
        },
        files: Vec::new(),
        answers,
    }
}

/// An empty group, as in `undisclosed-recipients:;`, is nobody.
fn real(list: Vec<Address>) -> Vec<Address> {
    list.into_iter().filter(|address| !address.email.is_empty()).collect()
}
