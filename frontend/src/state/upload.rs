//! A draft's files on their way to the gateway: in slices, from where it stopped, through lost connections.

use crate::{model::failure::explain, net::http, state::context::App};
use leptos::prelude::*;
use postern_shared::{error::ErrorCode, ids::DraftId, writing::DraftFile};
use serde::Deserialize;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Bytes of one request: what is lost at most when it breaks.
const SLICE: u64 = 512 * 1024;
/// How long until a request that got no answer is made again, in milliseconds.
const AGAIN: i32 = 2000;

/// How far the gateway has a file.
#[derive(Deserialize)]
struct Begun {
    offset: u64,
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// So many bytes are there.
    Going(u64),
    /// The connection is lost; it goes on by itself.
    Waiting(u64),
    /// All of it is there.
    Done,
    /// It cannot be had: why, in words to show.
    Failed(String),
}

impl App {
    /// Brings a file to the gateway. `tell` hears how far it is and says whether it is still wanted.
    pub async fn attach(
        self,
        draft: DraftId,
        file: DraftFile,
        content: Blob,
        tell: impl Fn(Transfer) -> bool,
    ) {
        let url = self.file_url(draft, file.id);
        let mut offset = 0;
        let mut known = false;
        loop {
            let sent = if known {
                let end = (offset + SLICE).min(file.size);
                match content.slice_with_f64_and_f64(offset as f64, end as f64) {
                    Ok(slice) => http::append(&url, offset, &slice).await,
                    Err(_) => {
                        tell(Transfer::Failed("The file cannot be read.".to_owned()));
                        return;
                    }
                }
            } else {
                http::put::<Begun>(&url, &file).await.map(|begun| begun.offset)
            };
            match sent {
                Ok(there) => (known, offset) = (true, there),
                Err(failure)
                    if failure.failure.code != ErrorCode::Internal || failure.retry_after.is_some() =>
                {
                    tell(Transfer::Failed(explain(&failure.failure)));
                    return;
                }
                // No answer, or none that says why: the gateway may be away for a moment.
                Err(_) => {
                    known = false;
                    if !tell(Transfer::Waiting(offset)) {
                        return;
                    }
                    pause(AGAIN).await;
                    continue;
                }
            }
            let done = offset >= file.size;
            if !tell(if done { Transfer::Done } else { Transfer::Going(offset) }) || done {
                return;
            }
        }
    }
}

async fn pause(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // It fails only in a window that is gone.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(promise).await;
}
