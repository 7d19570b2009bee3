//! The tolerant IMAP parser: any response is read as something, and what it tells can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postern_fuzz::{
    imap::{convert, parse, response::Untagged},
    mime::{detail::detail, select::BodyPlan},
};
use postern_shared::ids::{FolderId, MessageKey, Uid, UidValidity};

fuzz_target!(|data: &[u8]| {
    let _ = parse::tagged(data);
    if let Untagged::Fetch(fetch) = parse::untagged(data) {
        let (folder, validity) = (FolderId::from("INBOX"), UidValidity(1));
        let _ = convert::summary(&fetch, &folder, validity);
        let _ = detail(MessageKey { folder, validity, uid: Uid(1) }, &fetch);
        let _ = BodyPlan::of(fetch.structure.as_ref());
    }
});
