//! From a host name to a TCP connection, and its protection.

use super::{address_policy::may_connect, tls};
use crate::accounts::login::{ConnectError, MailServer};
use std::{fmt::Debug, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// How long a server may be silent while a connection is made.
pub const CONNECT_PATIENCE: Duration = Duration::from_secs(30);

/// How long one address may take to answer.
const ADDRESS_PATIENCE: Duration = Duration::from_secs(10);

/// A stream to a mail server, protected or not.
pub trait Transport: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Transport for T {}

/// Resolves once, judges what came out, and connects to exactly that.
///
/// # Errors
/// [`ConnectError::Unreachable`], whatever the reason.
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

/// Protects a stream with TLS, in [`CONNECT_PATIENCE`].
///
/// # Errors
/// Those of [`tls::protect`], and [`ConnectError::Timeout`].
pub async fn protect<S>(stream: S, server: &MailServer) -> Result<Box<dyn Transport>, ConnectError>
where
    S: Transport + 'static,
{
    let protecting = timeout(CONNECT_PATIENCE, tls::protect(stream, server));
    Ok(Box::new(protecting.await.map_err(|_| ConnectError::Timeout)??))
}
