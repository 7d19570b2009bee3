//! Which build of the app this is, and loading a newer one.

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
