//! A network between the gateway and a mail server that can be slow.

use crate::error::Result;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep_until},
};

/// What is in flight between two ends, in chunks.
const IN_FLIGHT: usize = 1024;

/// Passes connections on to a port of this machine. It ends when it is dropped, with all of its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    delay: Arc<AtomicU64>,
    task: AbortHandle,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes connections on to `to`, without delay.
    pub async fn start(to: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let delay = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(accept(listener, to, Arc::clone(&delay))).abort_handle();
        Ok(Self { port, delay, task })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets everything the server says from now on arrive this much later, in whole milliseconds.
    pub fn set_delay(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, to: u16, delay: Arc<AtomicU64>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { continue };
        client.set_nodelay(true).ok();
        server.set_nodelay(true).ok();
        let (client_read, client_write) = client.into_split();
        let (server_read, server_write) = server.into_split();
        connections.spawn(pass(client_read, server_write, Arc::default()));
        connections.spawn(pass(server_read, client_write, Arc::clone(&delay)));
        while connections.try_join_next().is_some() {}
    }
}

/// Copies one direction. Chunks overlap in flight: a delay costs time once, not once a chunk.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Arc<AtomicU64>) {
    let (sender, mut receiver) = mpsc::channel::<(Instant, Vec<u8>)>(IN_FLIGHT);
    let read = async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let due = Instant::now() + Duration::from_millis(delay.load(Ordering::Relaxed));
            if sender.send((due, buffer[..count].to_vec())).await.is_err() {
                break;
            }
        }
    };
    let write = async move {
        while let Some((due, chunk)) = receiver.recv().await {
            sleep_until(due).await;
            if to.write_all(&chunk).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(read, write);
}
