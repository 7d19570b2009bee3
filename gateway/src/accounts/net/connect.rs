//! From a host name to a protected stream.

use super::{address_policy::may_connect, tls};
use crate::accounts::login::{ConnectError, MailServer};
use postern_shared::session::Security;
use std::{fmt::Debug, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// How long one address may take to answer.
const ADDRESS_PATIENCE: Duration = Duration::from_secs(10);

/// How long a server may be silent while a connection is made.
pub const CONNECT_PATIENCE: Duration = Duration::from_secs(30);

/// A stream to a mail server, protected or not.
pub trait Transport: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Transport for T {}

/// A stream the server has not greeted on yet, or has before STARTTLS.
#[derive(Debug)]
pub struct Opened {
    /// The stream.
    pub transport: Box<dyn Transport>,
    /// Whether the greeting is behind us.
    pub greeted: bool,
}

/// Connects to `server` and protects the stream as it says. STARTTLS is mandatory where it is asked for
/// (RFC 8314 §4.1, security of the choice): a server that does not offer it is not talked to. `start_tls` speaks the
/// protocol's words up to the handshake, and gives back the bare stream with nothing that was said on it.
pub async fn open(
    server: &MailServer,
    start_tls: impl AsyncFnOnce(TcpStream) -> Result<TcpStream, ConnectError>,
) -> Result<Opened, ConnectError> {
    let tcp = connect_tcp(server).await?;
    let patiently = |protecting| timeout(CONNECT_PATIENCE, protecting);
    match server.security {
        Security::None => Ok(Opened { transport: Box::new(tcp), greeted: false }),
        Security::Tls => {
            let stream = patiently(tls::protect(tcp, server)).await.map_err(|_| ConnectError::Timeout)??;
            Ok(Opened { transport: Box::new(stream), greeted: false })
        }
        Security::StartTls => {
            let tcp = start_tls(tcp).await?;
            let stream = patiently(tls::protect(tcp, server)).await.map_err(|_| ConnectError::Timeout)??;
            Ok(Opened { transport: Box::new(stream), greeted: true })
        }
    }
}

/// Resolves once, judges what came out, and connects to exactly that.
pub async fn connect_tcp(server: &MailServer) -> Result<TcpStream, ConnectError> {
    let resolving = timeout(ADDRESS_PATIENCE, lookup_host((server.host.as_str(), server.port)));
    let resolved: Vec<SocketAddr> = match resolving.await {
        Ok(Ok(addresses)) => addresses.filter(|address| may_connect(server, *address)).collect(),
        Ok(Err(_)) | Err(_) => return Err(ConnectError::Unreachable),
    };
    for address in resolved {
        if let Ok(Ok(stream)) = timeout(ADDRESS_PATIENCE, TcpStream::connect(address)).await {
            // A connection works without it; commands only wait longer for each other.
            let _ = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    Err(ConnectError::Unreachable)
}

/// A broken stream.
pub fn stream_error(error: &std::io::Error) -> ConnectError {
    match error.kind() {
        std::io::ErrorKind::TimedOut => ConnectError::Timeout,
        _ => ConnectError::Lost(error.to_string()),
    }
}
