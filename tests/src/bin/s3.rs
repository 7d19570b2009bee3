//! `s3 PORT FOLDER`: an S3 API of its own, for tests. Buckets are the folders in FOLDER; port 0 takes a free one. It says
//! where it listens, and then nothing more.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use postern_tests::{error::Error, s3};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::io::{self, Write};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "usage: s3 PORT FOLDER").into());
    };
    let port: u16 = port.parse().map_err(io::Error::other)?;
    let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(s3::ACCESS_KEY_ID, s3::SECRET_ACCESS_KEY));
    let service = service.build();
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    loop {
        let (socket, _) = listener.accept().await?;
        let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
        // A connection that breaks is the other side's to notice.
        tokio::spawn(async move { connection.await.ok() });
    }
}
