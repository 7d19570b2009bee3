//! Other programs that download by POP3, into folders that are thrown away.

use crate::stage::READER;
use postern_tests::{
    dovecot::PASSWORD,
    error::{Error, Result},
    process,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// mpop into a Maildir, as it is set up by default but for the copies, which stay.
pub async fn mpop(port: u16) -> Result<Duration> {
    let folder = tempfile::Builder::new().prefix("postern-mpop-").tempdir()?;
    let mail = folder.path().join("mail");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(mail.join(part))?;
    }
    let mut command = Command::new(process::program("mpop")?);
    command.args(["--host=127.0.0.1", "--tls=off", "--auth=user", "--keep=on", "--quiet"]);
    command.arg(format!("--port={port}")).arg(format!("--user={READER}"));
    command.arg(format!("--passwordeval=echo {PASSWORD}"));
    command.arg(format!("--delivery=maildir,{}", mail.display()));
    command.arg(format!("--uidls-file={}", folder.path().join("uidls").display()));
    run(command).await
}

/// fetchmail into one file, which is the quickest it can do: no program is started for each message.
pub async fn fetchmail(port: u16) -> Result<Duration> {
    let folder = tempfile::Builder::new().prefix("postern-fetchmail-").tempdir()?;
    let settings = folder.path().join("fetchmailrc");
    let text = format!(
        "poll 127.0.0.1 service {port} protocol pop3 username \"{READER}\" password \"{PASSWORD}\" \
         sslproto \"\" keep fetchall\n"
    );
    fs::write(&settings, text)?;
    fs::set_permissions(&settings, fs::Permissions::from_mode(0o600))?;
    let mut command = Command::new(process::program("fetchmail")?);
    command.env("FETCHMAILHOME", folder.path()).arg("--silent").arg("--nosyslog").arg("--fetchmailrc");
    command.arg(&settings).arg("--bsmtp").arg(folder.path().join("mail"));
    run(command).await
}

async fn run(mut command: Command) -> Result<Duration> {
    let begun = Instant::now();
    let output = command.output().await?;
    if output.status.success() {
        return Ok(begun.elapsed());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::Unexpected { what: format!("{command:?}"), got: said })
}
