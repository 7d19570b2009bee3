//! One WebSocket: frames in and out.

use js_sys::{ArrayBuffer, JsString, Uint8Array};
use postern_shared::wire::{ClientFrame, Codec, ServerFrame, close};
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket tells.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is taken in at once")]
#[derive(Debug)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A frame came.
    Frame(ServerFrame),
    /// It is closed, with the close code (RFC 6455 §7.4); 1006 where it never opened or was cut.
    Closed(u16),
}

/// One WebSocket. Dropping it closes it, and nothing is heard of it any more.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _open: Closure<dyn Fn(Event)>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _close: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Opens a socket to `path` on the app's own host. Absent where the browser refuses the URL.
    pub fn open(path: &str, tell: Rc<dyn Fn(SocketEvent)>) -> Option<Self> {
        let socket = WebSocket::new_with_str(path, codec().subprotocol()).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let open = {
            let tell = Rc::clone(&tell);
            Closure::new(move |_: Event| tell(SocketEvent::Opened))
        };
        let message = {
            let tell = Rc::clone(&tell);
            Closure::new(move |event: MessageEvent| tell(heard(&event)))
        };
        let closed = Closure::new(move |event: CloseEvent| tell(SocketEvent::Closed(event.code())));
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _open: open, _message: message, _close: closed })
    }

    /// Sends a frame. One that cannot be sent is lost with the socket, which then tells that it is closed.
    pub fn send(&self, frame: &ClientFrame) {
        let Ok(bytes) = codec().encode(frame) else { return };
        // A socket that is closing refuses: its end is told by its own event.
        let _ = match codec() {
            Codec::Postcard => self.socket.send_with_u8_array(&bytes),
            Codec::Json => self.socket.send_with_str(&String::from_utf8_lossy(&bytes)),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing a socket twice is an error that matters to nobody.
        let _ = self.socket.close();
    }
}

/// How frames are encoded. JSON is readable in the browser's tools, `?wire=json` asks for it; the app as it is shipped
/// leaves it out, for it would be a fifth larger.
fn codec() -> Codec {
    #[cfg(debug_assertions)]
    if leptos::prelude::window().location().search().is_ok_and(|query| query.contains("wire=json")) {
        return Codec::Json;
    }
    Codec::Postcard
}

/// A frame that cannot be decoded is of another build: the socket is of no use.
fn heard(event: &MessageEvent) -> SocketEvent {
    let bytes = match event.data().dyn_into::<ArrayBuffer>() {
        Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
        Err(text) => text.dyn_into::<JsString>().map(String::from).unwrap_or_default().into_bytes(),
    };
    match codec().decode(&bytes) {
        Ok(frame) => SocketEvent::Frame(frame),
        Err(_) => SocketEvent::Closed(close::BAD_FRAME),
    }
}
