//! The POP3 reader: answers of several lines, listings, status lines and capabilities.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postern_fuzz::pop3::{
    capabilities::Capabilities, lines::Lines, listing::Listing, multiline::Multiline, status::Status,
};

fuzz_target!(|data: &[u8]| {
    let [step, bare, answer @ ..] = data else { return };
    let (step, bare) = (usize::from(*step).max(1), bare & 1 == 1);
    let whole = content(answer, answer.len().max(1), bare);
    assert_eq!(whole, content(answer, step, bare), "cutting the answer changes it");
    assert!(whole.0.len() <= answer.len());

    let (mut sizes, mut ids) = (Listing::default(), Listing::default());
    let (mut capabilities, mut lines) = (Capabilities::default(), Lines::default());
    for piece in whole.0.chunks(step) {
        lines.push(piece, |line| {
            sizes.push_size(line);
            ids.push_unique_id(line);
            capabilities.push(line);
            let _ = Status::parse(line);
        });
    }
    let lines = whole.0.iter().filter(|&&byte| byte == b'\n').count();
    assert!(sizes.messages().len() <= lines && ids.messages().len() <= lines);
    let _ = (capabilities.login_delay(), capabilities.top(), capabilities.pipelining());
});

/// What an answer says, read in pieces of `step` bytes; whether it ended; and how much of the stream it was.
fn content(stream: &[u8], step: usize, bare: bool) -> (Vec<u8>, bool, usize) {
    let (mut reader, mut content, mut used) = (Multiline::new(bare), Vec::new(), 0);
    for piece in stream.chunks(step) {
        used += reader.push(piece, |piece| content.extend_from_slice(piece));
    }
    (content, reader.is_done(), used)
}
