//! The demo: a mail server with three accounts that can write to each other, and a gateway at http://localhost:8080. Run it by `cargo xtask demo`,
//! which builds what it needs.

use postern_tests::{
    demo,
    dovecot::{Dovecot, PASSWORD, Setup},
    error::Result,
    gateway::{Gateway, Settings},
    postfix::{self, Postfix},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio::signal::unix::{SignalKind, signal};

const PORT: u16 = 8080;
/// The mail server's ports stay the same, so that sessions outlive a restart.
const IMAP_PORT: u16 = 31_143;
const IMAPS_PORT: u16 = 31_993;
const POP3_PORT: u16 = 31_110;
const POP3S_PORT: u16 = 31_995;
const SMTP_PORT: u16 = 31_587;
const SMTPS_PORT: u16 = 31_465;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts everything, and stops it at Ctrl-C.
async fn run() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(binary), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: demo BINARY FOLDER");
        return Ok(());
    };
    let mut dovecot = start_dovecot(&folder.join("dovecot")).await?;
    let setup = postfix::Setup::default().at_ports(SMTP_PORT, SMTPS_PORT);
    let mut postfix = Postfix::start_at(&folder.join("postfix"), &dovecot, setup).await?;
    let gateway_folder = folder.join("gateway");
    std::fs::create_dir_all(&gateway_folder)?;
    let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port()).sending(postfix.port(), "none");
    let mut gateway = Gateway::start_at(&binary, &gateway_folder, settings, PORT).await?;
    announce(&gateway.url(), &folder);

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    gateway.stop().await?;
    postfix.stop().await?;
    dovecot.stop().await
}

/// Starts the mail server; the first time it is filled.
async fn start_dovecot(folder: &Path) -> Result<Dovecot> {
    let filled = folder.join("filled");
    // A demo that was filled before it had a third account is filled up.
    let filled_pop3 = folder.join("filled-pop3");
    let setup = Setup::new(&[demo::ADA, demo::GRACE, demo::MARY])
        .at_ports(IMAP_PORT, IMAPS_PORT)
        .at_pop3_ports(POP3_PORT, POP3S_PORT);
    let dovecot = Dovecot::start_at(folder, setup).await?;
    if !filled.exists() {
        demo::fill(&dovecot)?;
        std::fs::write(&filled, "")?;
    }
    if !filled_pop3.exists() {
        demo::fill_pop3(&dovecot)?;
        std::fs::write(&filled_pop3, "")?;
    }
    // What was written behind its back is numbered before anything can arrive.
    for user in [demo::ADA, demo::GRACE, demo::MARY] {
        dovecot.client(user).await?.select("INBOX").await?;
    }
    Ok(dovecot)
}

#[expect(clippy::print_stdout, reason = "a program a person starts")]
fn announce(url: &str, folder: &Path) {
    println!(
        "\n  Postern is at {url}\n\n  sign in as  {}  or  {}\n  or by POP3  {}  (Server settings, Account type POP3)\n  \
         password    {PASSWORD}\n  They can write to each other; nothing leaves this machine.\n\n  Mail and logs are in {}. \
         Remove that folder to start afresh.\n  Ctrl-C stops everything.\n",
        demo::ADA,
        demo::GRACE,
        demo::MARY,
        folder.display()
    );
}
