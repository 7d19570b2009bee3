//! Postern's gateway as a program.

use clap::{Args, Parser, Subcommand};
use postern_gateway::{
    config::{Config, ConfigError},
    logging,
    server::{ServeError, serve},
};
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
