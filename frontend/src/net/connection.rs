//! A socket that comes back by itself: after a wait, at once when the network or the tab comes back, and never after
//! the session ended.

use crate::net::{
    backoff::Backoff,
    socket::{Socket, SocketEvent},
};
use js_sys::Date;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle, window, window_event_listener_untyped};
use postern_shared::wire::{ClientFrame, ServerFrame, close};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::Duration,
};

/// What a connection tells.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is taken in at once")]
#[derive(Debug)]
pub enum ConnectionEvent {
    /// A socket is open: say Hello.
    Opened,
    /// A frame came.
    Frame(ServerFrame),
    /// The socket is lost; another one is tried by itself.
    Lost {
        /// Whether the browser has a network.
        network: bool,
        /// It was never open, or not understood: the session may have ended, or the gateway may be another build.
        refused: bool,
    },
    /// The session ended; nothing is tried any more.
    SignedOut,
}

/// A socket that comes back by itself. Dropping it ends that.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

struct Inner {
    path: String,
    tell: Box<dyn Fn(ConnectionEvent)>,
    socket: RefCell<Option<Socket>>,
    /// When the socket opened, in milliseconds since 1970; absent until then.
    opened_at: Cell<Option<f64>>,
    backoff: RefCell<Backoff>,
    retry: Cell<Option<TimeoutHandle>>,
}

impl Connection {
    /// Connects to `path` on the app's own host.
    pub fn start(path: &str, tell: impl Fn(ConnectionEvent) + 'static) -> Self {
        let connection = Self(Rc::new(Inner {
            path: path.to_owned(),
            tell: Box::new(tell),
            socket: RefCell::default(),
            opened_at: Cell::default(),
            backoff: RefCell::default(),
            retry: Cell::default(),
        }));
        connection.0.watch_network();
        connection.0.connect();
        connection
    }

    /// Sends a frame, if the socket is open.
    pub fn send(&self, frame: &ClientFrame) {
        if let Some(socket) = &*self.0.socket.borrow() {
            socket.send(frame);
        }
    }

    /// Gives the socket up and tries another one.
    pub fn reconnect(&self) {
        self.0.lost(close::TOO_SLOW);
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        self.cancel_retry();
        let weak = Rc::downgrade(self);
        let tell = Rc::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                inner.heard(event);
            }
        });
        self.opened_at.set(None);
        let socket = Socket::open(&self.path, tell);
        let opened = socket.is_some();
        self.socket.replace(socket);
        if !opened {
            self.retry_later();
        }
    }

    fn heard(self: &Rc<Self>, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                self.opened_at.set(Some(Date::now()));
                (self.tell)(ConnectionEvent::Opened);
            }
            SocketEvent::Frame(frame) => (self.tell)(ConnectionEvent::Frame(frame)),
            SocketEvent::Closed(close::SIGNED_OUT) => {
                self.give_up();
                (self.tell)(ConnectionEvent::SignedOut);
            }
            SocketEvent::Closed(code) => self.lost(code),
        }
    }

    fn lost(self: &Rc<Self>, code: u16) {
        let held = self.opened_at.take().map(|at| Duration::from_millis((Date::now() - at).max(0.0) as u64));
        self.give_up();
        if let Some(held) = held {
            self.backoff.borrow_mut().ended(held);
        }
        let network = window().navigator().on_line();
        let refused = held.is_none() || code == close::BAD_FRAME;
        (self.tell)(ConnectionEvent::Lost { network, refused });
        let at_once = held.is_some() && matches!(code, close::TOO_SLOW | close::RESTARTING);
        if at_once && self.backoff.borrow().is_fresh() {
            self.backoff.borrow_mut().wait(0.0);
            self.connect();
        } else {
            self.retry_later();
        }
    }

    /// Closes the socket. Its closures are running when it tells of its own end: it is dropped a moment later.
    fn give_up(&self) {
        self.cancel_retry();
        if let Some(socket) = self.socket.take() {
            leptos::prelude::queue_microtask(move || drop(socket));
        }
    }

    fn retry_later(self: &Rc<Self>) {
        let wait = self.backoff.borrow_mut().wait(js_sys::Math::random());
        let weak = Rc::downgrade(self);
        let retry = move || retry(&weak);
        self.retry.set(set_timeout_with_handle(retry, wait).ok());
    }

    fn cancel_retry(&self) {
        if let Some(retry) = self.retry.take() {
            retry.clear();
        }
    }

    /// When the network or the tab comes back the next try need not wait. When the network goes, the socket is given
    /// up: it may take minutes to notice by itself.
    fn watch_network(self: &Rc<Self>) {
        for event in ["online", "focus", "pageshow"] {
            let weak = Rc::downgrade(self);
            window_event_listener_untyped(event, move |_| {
                if let Some(inner) = weak.upgrade().filter(|inner| inner.socket.borrow().is_none()) {
                    inner.connect();
                }
            });
        }
        let weak = Rc::downgrade(self);
        window_event_listener_untyped("offline", move |_| {
            if let Some(inner) = weak.upgrade().filter(|inner| inner.socket.borrow().is_some()) {
                inner.lost(close::TOO_SLOW);
            }
        });
    }
}

fn retry(inner: &Weak<Inner>) {
    if let Some(inner) = inner.upgrade() {
        inner.connect();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.give_up();
    }
}
