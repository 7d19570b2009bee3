//! Which build of the app this is, and loading a newer one.

use crate::net::http;
use leptos::prelude::{document, window};

/// Where the tab remembers which build it reloaded for.
const RELOADED_FOR: &str = "postern-reloaded-for";

/// The build of this app, as its page names it.
pub fn own() -> String {
    let meta = document().query_selector("meta[name=postern-build]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// Reloads the page for another build. Once for each: a cache that goes on serving the old page must not make the tab
/// reload for ever.
pub fn reload_for(build: &str) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let tried = storage.get_item(RELOADED_FOR).ok().flatten();
    if tried.as_deref() != Some(build) && storage.set_item(RELOADED_FOR, build).is_ok() {
        // A page that cannot be reloaded goes on as it is.
        let _ = window().location().reload();
    }
}

/// Reloads the page if the gateway serves another build by now. For sockets that are refused or not understood: such a
/// gateway may speak another version of the wire, and cannot say so on it.
pub async fn reload_if_replaced() {
    let page = http::page("/").await.unwrap_or_default();
    if let Some(build) = named_by(&page).filter(|build| *build != own()) {
        reload_for(build);
    }
}

/// The build that a page names in its meta element. Minifiers take the quotes off.
fn named_by(page: &str) -> Option<&str> {
    let tag = page.split('<').find(|tag| tag.starts_with("meta") && tag.contains("postern-build"))?;
    let (_, value) = tag.split_once("content=")?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split(|end: char| end.is_whitespace() || end == '>' || end == '/').next(),
    };
    value.filter(|build| !build.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_is_read_from_the_page() {
        let cases = [
            (r#"<head><meta name="postern-build" content="ab12"><title>x</title>"#, Some("ab12")),
            ("<meta charset=utf-8><meta name=postern-build content=ab12><title>x</title>", Some("ab12")),
            ("<meta content=ab12 name=postern-build>", Some("ab12")),
            (r#"<meta name="postern-build" content="">"#, None),
            ("<title>Bad gateway</title>", None),
        ];
        for (page, build) in cases {
            assert_eq!(named_by(page), build, "{page}");
        }
    }
}
