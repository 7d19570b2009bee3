//! Frames and their two encodings. The WebSocket subprotocol picks one.

use crate::{command::Command, event::Envelope, ids::RequestId, reply::Reply};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The largest frame a gateway takes from a browser, in bytes.
pub const MAX_CLIENT_FRAME: usize = 1024 * 1024;

/// A frame from a browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClientFrame {
    /// Comes back in the reply.
    pub id: RequestId,
    /// The request.
    pub command: Command,
}

/// A frame from the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ServerFrame {
    /// The answer to a request.
    Reply {
        /// The request's number.
        id: RequestId,
        /// The answer.
        reply: Reply,
    },
    /// Something happened.
    Event(Envelope),
}

/// Close codes of the application's range (RFC 6455 §7.4.2).
pub mod close {
    /// The browser was too slow and was cut off: reconnect and say Hello with the last number.
    pub const TOO_SLOW: u16 = 4001;
    /// The session ended: sign in again.
    pub const SIGNED_OUT: u16 = 4002;
    /// The gateway shuts down: reconnect.
    pub const RESTARTING: u16 = 4003;
    /// A frame could not be decoded.
    pub const BAD_FRAME: u16 = 4004;
}

/// An encoding of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Compact, in binary messages.
    Postcard,
    /// Readable, in text messages.
    Json,
}

/// A frame that cannot be encoded or decoded.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Postcard's word.
    #[error("postcard: {0}")]
    Postcard(#[from] postcard::Error),
    /// JSON's word.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

impl Codec {
    /// The encodings, the preferred one first.
    pub const ALL: [Codec; 2] = [Codec::Postcard, Codec::Json];

    /// The WebSocket subprotocol that names it.
    pub fn subprotocol(self) -> &'static str {
        match self {
            Codec::Postcard => "postern.v1",
            Codec::Json => "postern.v1.json",
        }
    }

    /// The encoding a subprotocol names.
    pub fn from_subprotocol(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.subprotocol() == name)
    }

    /// Encodes a frame.
    pub fn encode<T: Serialize>(self, frame: &T) -> Result<Vec<u8>, CodecError> {
        Ok(match self {
            Codec::Postcard => postcard::to_allocvec(frame)?,
            Codec::Json => serde_json::to_vec(frame)?,
        })
    }

    /// Decodes a frame.
    pub fn decode<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, CodecError> {
        Ok(match self {
            Codec::Postcard => postcard::from_bytes(bytes)?,
            Codec::Json => serde_json::from_slice(bytes)?,
        })
    }
}
