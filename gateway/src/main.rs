//! Postern's gateway as a program.

use clap::{Args, Parser, Subcommand};
use postern_gateway::{
    archive::{self, ArchiveError, Format},
    config::{Config, ConfigError},
    logging,
    server::{ServeError, serve},
    store::{Mail as StoredMail, Store, StoreError},
};
use postern_shared::ids::AccountId;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// A self-hosted webmail: mail sessions on one side, browsers on the other.
#[derive(Parser)]
#[command(name = "postern", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve the app and keep mail sessions open. SIGTERM or Ctrl-C ends it within ten seconds.
    Serve(ConfigFile),
    /// Say what is wrong with the configuration, or print it as it takes effect.
    CheckConfig(ConfigFile),
    /// Write all mail that is stored here for an account into files that other programs read.
    Export(Export),
    /// Store mail from files here, for an account. Importing what was exported brings back the same.
    Import(Import),
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    mail: Mail,
    /// A folder that is empty or not there yet.
    #[arg(long)]
    to: PathBuf,
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    mail: Mail,
    /// A folder that was exported, or another program's mail: a folder, or a single mbox.
    #[arg(long)]
    from: PathBuf,
}

/// Whose mail, and how it is kept in files.
#[derive(Args)]
struct Mail {
    #[command(flatten)]
    config: ConfigFile,
    /// The account: the address it is signed in with.
    #[arg(long)]
    account: String,
    /// How mail is kept in files.
    #[arg(long, value_enum)]
    format: Format,
}

#[derive(Args)]
struct ConfigFile {
    /// The configuration file; postern.example.toml documents it.
    #[arg(long, env = "POSTERN_CONFIG", default_value = "postern.toml")]
    config: PathBuf,
}

/// Why the program ends with a failure.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the configuration is not valid:\n{0}")]
    Config(#[from] ConfigError),
    #[error("the configuration cannot be printed: {0}")]
    Print(#[from] toml::ser::Error),
    #[error("the log cannot be started: {0}")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, io::Error),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even standard error is gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "postern: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failed> {
    match arguments.task {
        Task::Serve(file) => start(load(&file)?),
        Task::CheckConfig(file) => {
            let config = load(&file)?;
            Ok(writeln!(io::stdout(), "{}", toml::to_string(&config)?)?)
        }
        Task::Export(Export { mail, to }) => archived(mail, Way::Out(to)),
        Task::Import(Import { mail, from }) => archived(mail, Way::In(from)),
    }
}

fn load(file: &ConfigFile) -> Result<Config, ConfigError> {
    Config::load(&file.config, |name| std::env::var(name).ok())
}

fn start(config: Config) -> Result<(), Failed> {
    logging::start(&config.log)?;
    // Passwords are in memory: no core dump may take them out.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(io::Error::from)?;
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(listen_and_serve(config));
    // Whoever still computes something computes it for nobody.
    runtime.shutdown_background();
    ended
}

async fn listen_and_serve(config: Config) -> Result<(), Failed> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| Failed::Listen(address, error))?;
    Ok(serve(config, listener, stop_signal()?).await?)
}

/// Where mail goes.
enum Way {
    Out(PathBuf),
    In(PathBuf),
}

/// Exports or imports, and says what it was.
fn archived(mail: Mail, way: Way) -> Result<(), Failed> {
    let config = load(&mail.config)?;
    logging::start(&config.log)?;
    let (account, format) = (AccountId(mail.account.to_lowercase()), mail.format);
    let tally = Runtime::new()?.block_on(async {
        let own = Store::open(&config.data_dir).await?;
        let stored = StoredMail::open(&config.mail_store()?, &own).await?;
        let done = match &way {
            Way::Out(to) => archive::export(&*stored.store, &stored.blobs, &account, format, to).await,
            Way::In(from) => archive::import(&*stored.store, &stored.blobs, &account, format, from).await,
        };
        stored.store.close().await;
        Ok::<_, Failed>(done?)
    })?;
    let (did, archive::Tally { folders, messages, bytes }) = match way {
        Way::Out(_) => ("exported", tally),
        Way::In(_) => ("imported", tally),
    };
    Ok(writeln!(io::stdout(), "{did} {messages} messages ({bytes} bytes) in {folders} folders")?)
}

/// Completes at SIGTERM or Ctrl-C.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
