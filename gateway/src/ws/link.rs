//! A WebSocket as frames of the wire.

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt, StreamExt};
use postern_shared::wire::{ClientFrame, Codec, ServerFrame, close};
use std::time::Duration;
use tokio::time::timeout;

/// How long a write may take before the browser counts as too slow.
const WRITE: Duration = Duration::from_secs(30);

/// How long the closing handshake may take (RFC 6455 §7.1.1).
const CLOSE: Duration = Duration::from_secs(1);

/// Why a conversation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The browser closed the socket, broke its rules, or is silent.
    Gone,
    /// The browser did not read.
    TooSlow,
    /// The session ended.
    SignedOut,
    /// The gateway stops, or the account's actor did: coming back helps.
    Restarting,
    /// A frame could not be decoded.
    BadFrame,
}

/// One message of the browser's.
pub(super) enum Heard {
    /// A frame.
    Frame(ClientFrame),
    /// A sign of life.
    Alive,
}

/// A socket and the encoding of its frames.
pub(super) struct Link {
    socket: WebSocket,
    codec: Codec,
}

impl Link {
    pub fn new(socket: WebSocket, codec: Codec) -> Self {
        Self { socket, codec }
    }

    /// The next message. Cancelling it loses nothing.
    pub async fn hear(&mut self) -> Result<Heard, End> {
        let message = self.socket.next().await.ok_or(End::Gone)?;
        match message.map_err(|_| End::Gone)? {
            Message::Ping(_) | Message::Pong(_) => Ok(Heard::Alive),
            Message::Close(_) => Err(End::Gone),
            frame => self.codec.decode(&frame.into_data()).map(Heard::Frame).map_err(|_| End::BadFrame),
        }
    }

    /// Writes frames and waits until they are on their way.
    pub async fn tell(&mut self, frames: impl IntoIterator<Item = ServerFrame>) -> Result<(), End> {
        let messages = frames.into_iter().map(|frame| self.message(&frame)).collect::<Result<Vec<_>, _>>()?;
        self.write(messages).await
    }

    /// Asks for a sign of life.
    pub async fn ping(&mut self) -> Result<(), End> {
        self.write([Message::Ping(Vec::new().into())]).await
    }

    /// Says why the conversation ended, unless the browser ended it, and closes the socket.
    pub async fn close(mut self, end: End) {
        let handshake = async {
            if let Some(frame) = end.close_frame() {
                self.socket.send(Message::Close(Some(frame))).await?;
            }
            // Reading answers the browser's own Close, and waits for its answer to ours.
            while let Some(Ok(_)) = self.socket.next().await {}
            Ok::<_, axum::Error>(())
        };
        // The browser comes back by itself if it did not hear the reason.
        let _ = timeout(CLOSE, handshake).await;
    }

    async fn write(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
        let written = timeout(WRITE, async {
            for message in messages {
                self.socket.feed(message).await?;
            }
            self.socket.flush().await
        });
        written.await.map_err(|_| End::TooSlow)?.map_err(|_: axum::Error| End::Gone)
    }

    fn message(&self, frame: &ServerFrame) -> Result<Message, End> {
        let encoded = self.codec.encode(frame).ok();
        let message = encoded.and_then(|bytes| match self.codec {
            Codec::Postcard => Some(Message::Binary(bytes.into())),
            Codec::Json => String::from_utf8(bytes).ok().map(|text| Message::Text(text.into())),
        });
        message.ok_or_else(|| {
            tracing::error!("a frame could not be encoded");
            End::Restarting
        })
    }
}

impl End {
    fn close_frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::TooSlow => (close::TOO_SLOW, "too slow"),
            Self::SignedOut => (close::SIGNED_OUT, "signed out"),
            Self::Restarting => (close::RESTARTING, "restarting"),
            Self::BadFrame => (close::BAD_FRAME, "bad frame"),
        };
        Some(CloseFrame { code, reason: reason.into() })
    }
}
