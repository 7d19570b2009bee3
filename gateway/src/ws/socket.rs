//! The conversation with one browser.

use super::{
    dispatch::Dispatch,
    link::{End, Heard, Link},
};
use crate::{
    accounts::handle::{AccountHandle, BrowserId},
    app::{App, SharedApp},
    hub::outbox::{Inbox, Outbox, Outgoing},
    metrics::Metrics,
    session::Session,
};
use axum::extract::ws::WebSocket;
use postern_shared::{
    command::{Command, Resume},
    ids::RequestId,
    reply::Reply,
    wire::{Codec, ServerFrame},
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long a new socket may take to say Hello.
const HELLO: Duration = Duration::from_secs(10);

/// How often a sign of life is asked for.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// How long a browser may be silent: it answers every ping.
const SILENCE: Duration = Duration::from_secs(75);

/// Frames written at once.
const BATCH: usize = 32;

/// Numbers the sockets of this run.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Whom a socket talks for.
pub(super) struct Peer {
    /// How its frames are encoded.
    pub codec: Codec,
    /// Its session.
    pub session: Session,
    /// The session's account.
    pub account: AccountHandle,
}

/// Talks with a browser until one of them, or the session, ends.
pub(super) async fn run(app: SharedApp, socket: WebSocket, peer: Peer) {
    let _counted = OpenSocket::count(&app.metrics);
    let browser = BrowserId(NEXT.fetch_add(1, Ordering::Relaxed));
    let mut link = Link::new(socket, peer.codec);
    let (outbox, inbox) = Outbox::new();
    let overflow = inbox.overflow.clone();
    let end = tokio::select! {
        end = cut_off(&app, &peer.session, &overflow) => end,
        end = converse(&app, &mut link, &peer, Queue { browser, outbox, inbox }) => end,
    };
    peer.account.detach(browser).await;
    if end == End::TooSlow {
        app.metrics.slow_sockets.inc();
    }
    tracing::debug!(browser = browser.0, ?end, "socket closed");
    link.close(end).await;
}

/// Both ends of the browser's queue.
struct Queue {
    browser: BrowserId,
    outbox: Outbox,
    inbox: Inbox,
}

/// Completes when the conversation has to end whatever it is at.
async fn cut_off(app: &App, session: &Session, overflow: &CancellationToken) -> End {
    tokio::select! {
        () = app.stopping.cancelled() => End::Restarting,
        () = session.watch.ended() => End::SignedOut,
        () = sleep(session.remaining) => End::SignedOut,
        () = overflow.cancelled() => End::TooSlow,
    }
}

async fn converse(app: &App, link: &mut Link, peer: &Peer, queue: Queue) -> End {
    let ended = async {
        let (id, resume) = timeout(HELLO, hello(link)).await.map_err(|_| End::Gone)??;
        link.tell([welcome(app, peer, &queue, id, resume).await?]).await?;
        relay(app, link, peer, queue).await
    };
    ended.await.err().unwrap_or(End::Gone)
}

/// The first frame has to be Hello.
async fn hello(link: &mut Link) -> Result<(RequestId, Vec<Resume>), End> {
    loop {
        match link.hear().await? {
            Heard::Alive => {}
            Heard::Frame(frame) => match frame.command {
                Command::Hello { build, resume } => {
                    tracing::debug!(build, "hello");
                    return Ok((frame.id, resume));
                }
                _ => return Err(End::BadFrame),
            },
        }
    }
}

/// Attaches the browser. The answer is written before any event that waits in the outbox.
async fn welcome(
    app: &App,
    peer: &Peer,
    queue: &Queue,
    id: RequestId,
    resume: Vec<Resume>,
) -> Result<ServerFrame, End> {
    let resume = resume.into_iter().find(|resume| resume.account == peer.session.account);
    let resume = resume.map(|resume| (resume.epoch, resume.last_seq));
    let attached = peer.account.attach(queue.browser, resume, queue.outbox.clone()).await;
    let accounts = vec![attached.map_err(|_| End::Restarting)?];
    let build = app.files.build().await;
    Ok(ServerFrame::Reply { id, reply: Reply::Welcome { build, accounts } })
}

/// Passes commands in and frames out. It only ever returns why it ended.
async fn relay(app: &App, link: &mut Link, peer: &Peer, queue: Queue) -> Result<(), End> {
    let Queue { browser, outbox, mut inbox } = queue;
    let dispatch = Dispatch { browser, account: &peer.session.account, handle: &peer.account, outbox };
    let mut heartbeat = interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard_at = Instant::now();
    let mut waiting = Vec::new();
    loop {
        tokio::select! {
            heard = link.hear() => {
                heard_at = Instant::now();
                if let Heard::Frame(frame) = heard? {
                    app.metrics.frame_in();
                    app.metrics.command(dispatch.pass(frame).await?);
                }
            }
            count = inbox.frames.recv_many(&mut waiting, BATCH) => {
                app.metrics.frames_out(count);
                link.tell(waiting.drain(..).map(framed)).await?;
            }
            _ = heartbeat.tick() => {
                if heard_at.elapsed() > SILENCE {
                    return Err(End::Gone);
                }
                link.ping().await?;
            }
        }
    }
}

fn framed(outgoing: Outgoing) -> ServerFrame {
    match outgoing {
        Outgoing::Reply(id, reply) => ServerFrame::Reply { id, reply },
        Outgoing::Event(envelope) => ServerFrame::Event((*envelope).clone()),
    }
}

/// Counts a socket for as long as it is open.
struct OpenSocket<'a>(&'a Metrics);

impl<'a> OpenSocket<'a> {
    fn count(metrics: &'a Metrics) -> Self {
        metrics.sockets.inc();
        Self(metrics)
    }
}

impl Drop for OpenSocket<'_> {
    fn drop(&mut self) {
        self.0.sockets.dec();
    }
}
