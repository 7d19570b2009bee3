use super::answer::Original;
use postern_shared::writing::{Answer, DraftText};
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote { Plain(String), Html(String) }
impl Default for Quote { fn default() -> Self { Self::Plain(String::new()) } }
pub fn quote(_: Answer, original: &Original, _: &str) -> DraftText { match &original.quote { Quote::Plain(t) => DraftText::Plain(t.clone()), Quote::Html(t) => DraftText::Html(t.clone()) } }
pub fn signed(signature: &str, plain: bool) -> DraftText { if plain { DraftText::Plain(signature.to_owned()) } else { DraftText::Html(signature.to_owned()) } }
pub fn text_of_html(html: &str) -> String { html.to_owned() }
