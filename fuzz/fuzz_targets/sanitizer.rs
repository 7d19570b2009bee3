//! The sanitiser: nothing that runs, loads or leaves is in what it lets through, and a browser reads that as it stands.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postern_fuzz::mime::sanitize::{Surroundings, sanitize};
use postern_fuzz::{forbidden, read_again};

fuzz_target!(|data: &[u8]| {
    let html = String::from_utf8_lossy(data);
    let safe = sanitize(&html, &Surroundings::default()).html;
    assert_eq!(forbidden(&safe), Vec::<String>::new(), "{html}\nbecame\n{safe}");
    assert_eq!(read_again(&safe), safe, "read again, what {html} became changes");
    assert!(safe.len() <= 64 * html.len() + 64 * 1024, "{} became {}", html.len(), safe.len());
});
