//! A real gateway: the binary `postern`, as a person would start it.

use crate::{
    error::{AtPath, Error, Result},
    process::Process,
};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// What a gateway is to be like: the text of its `postern.toml`, but for address and folders.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    top: String,
    servers: String,
    environment: BTreeMap<String, String>,
}

impl Settings {
    /// A gateway for one mail server without TLS, for all addresses.
    pub fn plain(imap_port: u16) -> Self {
        Self::default().server("*", imap_port, "none")
    }

    /// A gateway for one mail server that speaks both protocols, without TLS, for all addresses.
    pub fn both(imap_port: u16, pop3_port: u16) -> Self {
        Self::default().mail_server("*", Some(imap_port), Some(pop3_port), "none")
    }

    /// A gateway for one POP3 server without TLS, for all addresses.
    pub fn pop3(port: u16) -> Self {
        Self::default().mail_server("*", None, Some(port), "none")
    }

    /// Serves the addresses of a domain with a mail server on this machine.
    #[must_use]
    pub fn server(self, domain: &str, imap_port: u16, security: &str) -> Self {
        self.mail_server(domain, Some(imap_port), None, security)
    }

    /// Serves the addresses of a domain with a mail server on this machine that speaks IMAP, POP3, or both.
    #[must_use]
    pub fn mail_server(mut self, domain: &str, imap: Option<u16>, pop3: Option<u16>, security: &str) -> Self {
        let servers = &mut self.servers;
        writeln!(servers, "[[servers]]\nname = \"Test {domain}\"\ndomains = [\"{domain}\"]").ok();
        for (protocol, port) in [("imap", imap), ("pop3", pop3)] {
            let Some(port) = port else { continue };
            writeln!(
                servers,
                "{protocol} = {{ host = \"127.0.0.1\", port = {port}, security = \"{security}\" }}"
            )
            .ok();
        }
        self
    }

    /// Mail of the server named last is handed over at this port of this machine.
    #[must_use]
    pub fn sending(mut self, smtp_port: u16, security: &str) -> Self {
        writeln!(
            self.servers,
            "smtp = {{ host = \"127.0.0.1\", port = {smtp_port}, security = \"{security}\" }}"
        )
        .ok();
        self
    }

    /// The server named last is trusted with the certificate of this fingerprint, and with no other.
    #[must_use]
    pub fn pinned(mut self, fingerprint: &str) -> Self {
        writeln!(self.servers, "pinned_certificate = \"{fingerprint}\"").ok();
        self
    }

    /// Keeps downloaded mail as these keys say, such as `database = "postgres://…"`, `blobs = "…"` or
    /// `s3 = { endpoint = "…", … }`, separated by commas.
    #[must_use]
    pub fn store(self, keys: &str) -> Self {
        self.line(&format!("store = {{ {keys} }}"))
    }

    /// Starts the gateway with this environment variable.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Adds a line such as `idle_minutes = 1`.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        writeln!(self.top, "{line}").ok();
        self
    }
}

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    process: Process,
    binary: PathBuf,
    folder: PathBuf,
    settings: Settings,
    port: u16,
    // Removed when the gateway has died with `process` above.
    _temporary: Option<TempDir>,
}

impl Gateway {
    /// Starts the debug build on a free port, with a data folder of its own, logging all it can.
    pub async fn start(settings: Settings) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("postern-").tempdir()?;
        let folder = temporary.path().to_owned();
        // Sign-ins of many tests come from one address.
        let settings = settings
            .line("log = { format = \"json\", level = \"trace\" }")
            .line("rate_limit = { per_account = 1000, per_address = 1000 }");
        Self::start_in(&debug_binary()?, folder, settings, 0, Some(temporary)).await
    }

    /// Starts a binary on a port, with its data in `folder`.
    pub async fn start_at(binary: &Path, folder: &Path, settings: Settings, port: u16) -> Result<Self> {
        Self::start_in(binary, folder.to_owned(), settings, port, None).await
    }

    async fn start_in(
        binary: &Path,
        folder: PathBuf,
        settings: Settings,
        port: u16,
        temporary: Option<TempDir>,
    ) -> Result<Self> {
        let (process, port) = spawn(binary, &folder, &settings, port).await?;
        let binary = binary.to_owned();
        Ok(Self { process, binary, folder, settings, port, _temporary: temporary })
    }

    /// The address to open, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The port it listens at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills it at once (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.stop().await
    }

    /// Starts it again at the same address, with the same data.
    pub async fn restart(&mut self) -> Result<()> {
        (self.process, self.port) = spawn(&self.binary, &self.folder, &self.settings, self.port).await?;
        Ok(())
    }

    /// The next start has this environment variable, or has it no more.
    pub fn set_environment(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.environment.insert(name.to_owned(), value.to_owned()),
            None => self.settings.environment.remove(name),
        };
    }

    /// Whether it has died.
    pub fn is_dead(&mut self) -> bool {
        self.process.check().is_err()
    }

    /// Waits until it has died by itself.
    pub async fn death(&mut self) -> Result<()> {
        self.process.ended().await
    }

    /// All it logged, since its first start.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Every file it keeps, by path.
    pub fn files(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let mut files = Vec::new();
        read_all(&self.folder.join("data"), &mut files)?;
        Ok(files)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// The binary that Cargo built beside this test.
pub fn debug_binary() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let found = test.ancestors().map(|folder| folder.join("postern")).find(|file| file.is_file());
    found.ok_or_else(|| Error::Start {
        program: "postern".to_owned(),
        source: std::io::Error::new(
            std::io::ErrorKind::NotFound,
            "not built: run `cargo build -p postern-gateway`, or all tests by `cargo xtask test`",
        ),
    })
}

async fn spawn(binary: &Path, folder: &Path, settings: &Settings, port: u16) -> Result<(Process, u16)> {
    let (config, data, log) = (folder.join("postern.toml"), folder.join("data"), folder.join("postern.log"));
    let Settings { top, servers, environment } = settings;
    let text = format!("listen = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\n{top}\n{servers}");
    fs::write(&config, text).at(&config)?;
    let earlier = fs::read(&log).map(|log| log.len()).unwrap_or_default();
    let mut process = Process::spawn(binary, &log, |command| {
        command.arg("serve").arg("--config").arg(&config).envs(environment);
    })?;
    let port = process.logged("the gateway's address", |log| listening_port(log.get(earlier..)?)).await?;
    Ok((process, port))
}

/// The port in the line that says where the gateway listens.
fn listening_port(log: &str) -> Option<u16> {
    let line = log.lines().find(|line| line.contains("listening"))?;
    let (_, rest) = line.split_once("127.0.0.1:")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}

fn read_all(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_all(&path, files)?;
        } else {
            let bytes = fs::read(&path).at(&path)?;
            files.push((path, bytes));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::listening_port;

    #[test]
    fn the_address_is_found_in_both_log_formats() {
        let json = r#"{"fields":{"message":"listening","address":"127.0.0.1:34567"}}"#;
        assert_eq!(listening_port(json), Some(34567));
        assert_eq!(listening_port("INFO listening address=127.0.0.1:8080\n"), Some(8080));
        assert_eq!(listening_port("INFO connecting to 127.0.0.1:8080\n"), None);
    }
}
