//! A whole message of any bytes: scanned, planned and rendered, as mail kept here is. It is never a blank, its scan does
//! not depend on how it was cut, and its page asks nobody.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postern_fuzz::{forbidden, page_of, scan};

fuzz_target!(|data: &[u8]| {
    let Some((&step, message)) = data.split_first() else { return };
    let scanned = scan(message, message.len().max(1));
    assert_eq!(scanned, scan(message, usize::from(step).max(1)), "cutting the message changes what is found");
    let page = page_of(message, &scanned.layout);
    let (_, body) = page.split_once("<body").unwrap_or_default();
    assert!(!body.is_empty(), "no body in {page}");
    assert_eq!(forbidden(body), Vec::<String>::new(), "{page}");
});
