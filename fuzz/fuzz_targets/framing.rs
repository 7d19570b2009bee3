//! The tap's framing: however the stream is cut, the same responses come out, and none is longer than what went in.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postern_fuzz::imap::frame::{Frame, FrameError, Framer};

fuzz_target!(|data: &[u8]| {
    let Some((&step, stream)) = data.split_first() else { return };
    let (whole, failed) = frames(stream, stream.len().max(1));
    let (cut, failed_cut) = frames(stream, usize::from(step).max(1));
    assert_eq!(whole, cut, "cutting the stream changes its responses");
    assert_eq!(failed.is_some(), failed_cut.is_some(), "cutting the stream changes whether it fails");
    let octets: usize = whole.iter().map(length).sum();
    assert!(octets <= stream.len(), "{octets} octets out of {}", stream.len());
});

fn frames(stream: &[u8], step: usize) -> (Vec<Frame>, Option<FrameError>) {
    let (mut framer, mut frames) = (Framer::default(), Vec::new());
    for piece in stream.chunks(step) {
        framer.push(piece);
        loop {
            match framer.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    (frames, None)
}

fn length(frame: &Frame) -> usize {
    match frame {
        Frame::Untagged(octets) | Frame::Continuation(octets) | Frame::Other(octets) => octets.len(),
    }
}
