//! A real socket over a real connection; the account behind it is the test's.

use super::socket::{Peer, run};
use crate::{
    accounts::handle::{AccountHandle, Request},
    app::{App, SharedApp},
    config::Config,
    hub::outbox::{Outbox, Outgoing},
    session::{Credential, ServerSecret},
    store::{Mail, Store, writing::DraftFiles},
};
use axum::{Router, extract::WebSocketUpgrade, routing::get};
use futures::{SinkExt, StreamExt};
use postern_shared::{
    account::AccountKind,
    command::{AccountCommand, Command, Resume},
    error::ErrorCode,
    event::{Envelope, Event},
    ids::{AccountId, Epoch, RequestId, Seq},
    reply::{Attached, Reply},
    session::SignIn,
    wire::{ClientFrame, Codec, MAX_CLIENT_FRAME, ServerFrame, close},
};
use std::sync::Arc;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, protocol::CloseFrame},
};

const ACCOUNT: &str = "ada@example.org";

/// A browser on one side, the account's actor on the other, and the gateway between them.
struct Conversation {
    browser: WebSocketStream<MaybeTlsStream<TcpStream>>,
    codec: Codec,
    actor: mpsc::Receiver<Request>,
    app: SharedApp,
    sign_out: crate::session::Token,
    _data: tempfile::TempDir,
}

impl Conversation {
    async fn begin(codec: Codec) -> Self {
        let data = tempfile::tempdir().unwrap();
        let text = format!("data_dir = \"{}\"\nallow_custom_servers = true", data.path().display());
        let store = Store::open(data.path()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = App::new(
            Config::parse(&text).unwrap(),
            store,
            Mail::memory(),
            DraftFiles::open(data.path()).unwrap(),
            ServerSecret::of(&[1; 32]),
            address,
        );

        let account = AccountId::from(ACCOUNT);
        let token = app.sessions.create(&account, &credential(), false).await.unwrap();
        let session = app.sessions.open(&token).await.unwrap().unwrap();
        let (requests, actor) = mpsc::channel(8);
        let peer = Arc::new(std::sync::Mutex::new(Some(Peer {
            codec,
            session,
            account: AccountHandle::new(requests),
        })));
        let shared = app.clone();
        let route = get(async move |upgrade: WebSocketUpgrade| {
            let peer = peer.lock().unwrap().take().unwrap();
            let upgrade = upgrade.max_message_size(MAX_CLIENT_FRAME);
            upgrade.on_upgrade(move |socket| run(shared, socket, peer))
        });
        tokio::spawn(axum::serve(listener, Router::new().route("/", route)).into_future());
        let (browser, _) = connect_async(format!("ws://{address}/")).await.unwrap();
        Self { browser, codec, actor, app, sign_out: token, _data: data }
    }

    /// Says Hello and takes the welcome; returns where the account's frames go.
    async fn greeted(codec: Codec) -> (Self, Outbox) {
        let mut conversation = Self::begin(codec).await;
        conversation.say(1, hello(Vec::new())).await;
        let Some(Request::Attach { outbox, attached, resume: None, .. }) = conversation.actor.recv().await
        else {
            panic!("no attach");
        };
        attached.send(Attached::Resumed).unwrap();
        let frame = conversation.hear().await;
        assert!(matches!(frame, ServerFrame::Reply { id: RequestId(1), reply: Reply::Welcome { .. } }));
        (conversation, outbox)
    }

    async fn say(&mut self, id: u32, command: Command) {
        let bytes = self.codec.encode(&ClientFrame { id: RequestId(id), command }).unwrap();
        let message = match self.codec {
            Codec::Postcard => Message::Binary(bytes.into()),
            Codec::Json => Message::Text(String::from_utf8(bytes).unwrap().into()),
        };
        self.browser.send(message).await.unwrap();
    }

    async fn next(&mut self) -> Option<Message> {
        loop {
            match self.browser.next().await?.ok()? {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return Some(message),
            }
        }
    }

    async fn hear(&mut self) -> ServerFrame {
        let message = self.next().await.expect("the socket closed");
        assert_eq!(message.is_text(), self.codec == Codec::Json);
        self.codec.decode(&message.into_data()).unwrap()
    }

    async fn close_code(&mut self) -> Option<u16> {
        while let Some(message) = self.next().await {
            if let Message::Close(frame) = message {
                return frame.map(|CloseFrame { code, .. }| code.into());
            }
        }
        None
    }
}

fn credential() -> Credential {
    Credential::new(SignIn {
        address: ACCOUNT.to_owned(),
        password: "secret".to_owned(),
        stay: false,
        kind: AccountKind::Imap,
        incoming: None,
        outgoing: None,
    })
    .unwrap()
}

fn hello(resume: Vec<Resume>) -> Command {
    Command::Hello { build: "test".to_owned(), resume }
}

fn refresh(account: &str) -> Command {
    Command::Account { account: account.into(), command: AccountCommand::Refresh }
}

fn event(seq: u64) -> Outgoing {
    let event = Event::Folders(Vec::new());
    Outgoing::Event(Arc::new(Envelope { account: ACCOUNT.into(), seq: Seq(seq), cause: None, event }))
}

#[tokio::test]
async fn the_welcome_comes_before_any_event_in_either_encoding() {
    for codec in Codec::ALL {
        let mut conversation = Conversation::begin(codec).await;
        let resume = Resume { account: ACCOUNT.into(), epoch: Epoch(7), last_seq: Seq(3) };
        conversation.say(1, hello(vec![resume])).await;
        let Some(Request::Attach { outbox, attached, resume, .. }) = conversation.actor.recv().await else {
            panic!("no attach");
        };
        assert_eq!(resume, Some((Epoch(7), Seq(3))));
        outbox.send(event(4));
        attached.send(Attached::Resumed).unwrap();
        let ServerFrame::Reply { id, reply: Reply::Welcome { build, accounts } } = conversation.hear().await
        else {
            panic!("no welcome");
        };
        assert_eq!((id, accounts), (RequestId(1), vec![Attached::Resumed]));
        assert_eq!(build, conversation.app.files.build().await);
        assert!(matches!(conversation.hear().await, ServerFrame::Event(Envelope { seq: Seq(4), .. })));
    }
}

#[tokio::test]
async fn commands_reach_their_account_and_no_other() {
    let (mut conversation, outbox) = Conversation::greeted(Codec::Json).await;
    conversation.say(2, Command::Ping).await;
    assert_eq!(conversation.hear().await, ServerFrame::Reply { id: RequestId(2), reply: Reply::Accepted });

    conversation.say(3, refresh("grace@example.org")).await;
    let ServerFrame::Reply { id: RequestId(3), reply: Reply::Failed(failure) } = conversation.hear().await
    else {
        panic!("another account's command was not refused");
    };
    assert_eq!(failure.code, ErrorCode::NotSignedIn);

    conversation.say(4, refresh(ACCOUNT)).await;
    let Some(Request::Command { id, command, .. }) = conversation.actor.recv().await else {
        panic!("no command");
    };
    assert_eq!((id, command), (RequestId(4), AccountCommand::Refresh));
    outbox.send(Outgoing::Reply(id, Reply::Accepted));
    assert_eq!(conversation.hear().await, ServerFrame::Reply { id: RequestId(4), reply: Reply::Accepted });
}

#[tokio::test]
async fn a_conversation_begins_with_hello() {
    let mut conversation = Conversation::begin(Codec::Json).await;
    conversation.say(1, Command::Ping).await;
    assert_eq!(conversation.close_code().await, Some(close::BAD_FRAME));
}

#[tokio::test]
async fn what_cannot_be_decoded_ends_it() {
    let (mut conversation, _outbox) = Conversation::greeted(Codec::Json).await;
    conversation.browser.send(Message::Text("{\"id\":".into())).await.unwrap();
    assert_eq!(conversation.close_code().await, Some(close::BAD_FRAME));
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_it() {
    let (mut conversation, _outbox) = Conversation::greeted(Codec::Json).await;
    let large = " ".repeat(MAX_CLIENT_FRAME + 1);
    // The gateway may hang up while the frame is still on its way.
    let _ = conversation.browser.send(Message::Text(large.into())).await;
    assert!(matches!(conversation.actor.recv().await, Some(Request::Detach { .. })));
}

#[tokio::test]
async fn signing_out_ends_it_and_detaches() {
    let (mut conversation, _outbox) = Conversation::greeted(Codec::Postcard).await;
    conversation.app.sessions.end(&conversation.sign_out).await.unwrap();
    assert_eq!(conversation.close_code().await, Some(close::SIGNED_OUT));
    assert!(matches!(conversation.actor.recv().await, Some(Request::Detach { .. })));
}

#[tokio::test]
async fn stopping_ends_it() {
    let (mut conversation, _outbox) = Conversation::greeted(Codec::Postcard).await;
    conversation.app.stopping.cancel();
    assert_eq!(conversation.close_code().await, Some(close::RESTARTING));
}

#[tokio::test]
async fn an_actor_that_is_gone_asks_to_come_back() {
    let (mut conversation, _outbox) = Conversation::greeted(Codec::Postcard).await;
    conversation.actor.close();
    conversation.say(2, refresh(ACCOUNT)).await;
    assert_eq!(conversation.close_code().await, Some(close::RESTARTING));
}

#[tokio::test]
async fn a_browser_that_does_not_read_is_cut_off() {
    let (mut conversation, outbox) = Conversation::greeted(Codec::Postcard).await;
    // Nothing yields in between, so the socket's task cannot drain the queue meanwhile.
    for seq in 0..10_000 {
        outbox.send(event(seq));
    }
    assert_eq!(conversation.close_code().await, Some(close::TOO_SLOW));
    assert_eq!(conversation.app.metrics.slow_sockets.get(), 1);
}
