//! The identity of a browser's socket, for every room that has to do with browsers.

/// One socket of one browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrowserId(pub u64);
