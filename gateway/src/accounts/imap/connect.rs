//! A protected stream to an IMAP server.

use super::sign_in;
use crate::accounts::{
    login::{ConnectError, MailServer},
    net::{connect_tcp, protect},
};
use postern_shared::session::Security;

pub use crate::accounts::net::Transport;

/// A stream the server has not greeted on yet, or has before STARTTLS.
#[derive(Debug)]
pub struct Opened {
    /// The stream.
    pub transport: Box<dyn Transport>,
    /// Whether the greeting is behind us.
    pub greeted: bool,
}

/// Connects to `server` and protects the stream as it says. STARTTLS is mandatory where it is asked for
/// (RFC 8314 §4.1, security of the choice): a server that does not offer it is not talked to.
pub async fn open(server: &MailServer) -> Result<Opened, ConnectError> {
    let tcp = connect_tcp(server).await?;
    match server.security {
        Security::None => Ok(Opened { transport: Box::new(tcp), greeted: false }),
        Security::Tls => Ok(Opened { transport: protect(tcp, server).await?, greeted: false }),
        Security::StartTls => {
            let tcp = sign_in::start_tls(tcp).await?;
            Ok(Opened { transport: protect(tcp, server).await?, greeted: true })
        }
    }
}
