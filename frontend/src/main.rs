//! Postern in the browser.

use leptos::mount::mount_to_body;
use postern_app::ui::{app::Root, crash};

fn main() {
    crash::install();
    crash::remove_splash();
    mount_to_body(Root);
}
