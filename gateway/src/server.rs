//! The running server: from a checked configuration to its end.

use crate::{
    accept::accept,
    app::{App, SharedApp},
    config::Config,
    router::router,
    session::{SecretError, ServerSecret},
    store::{
        Mail, Store, StoreError,
        writing::{DraftFiles, FileError},
    },
};
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    time::{interval, timeout},
};

/// How long requests, sockets and sign-outs may take to end. The accounts have five seconds more.
const TASKS: Duration = Duration::from_secs(4);

/// How long the database may take to close. What is committed is safe either way.
const CLOSING: Duration = Duration::from_millis(500);

/// Files that no draft has stay for so long: they come before their draft is saved.
const UNUSED_FILES: Duration = Duration::from_secs(24 * 60 * 60);

/// How often what has expired is forgotten.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// The gateway cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secret key of the S3 service cannot be read.
    #[error("store.s3.secret_access_key_file: {0}")]
    S3Secret(io::Error),
    /// There is no server secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The listener is broken.
    #[error("the listener: {0}")]
    Listener(#[from] io::Error),
}

/// Serves until `shutdown` completes; then tells browsers to come back, ends what is in flight, and returns within
/// ten seconds. The configuration is taken as checked, and the listener's own address counts, not `listen`.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    let store = Store::open(&config.data_dir).await?;
    let mail = Mail::open(&config.mail_store().map_err(ServeError::S3Secret)?, &store).await?;
    let secret = ServerSecret::load(config.secret_file.as_deref(), &config.data_dir)?;
    let files = DraftFiles::open(&config.data_dir)?;
    let app = App::new(config, store, mail, files, secret, address);
    let waiting = app.store.accounts_with_mail_waiting().await?.len();
    if waiting > 0 {
        tracing::info!("mail of {waiting} accounts waits in their outboxes until they sign in");
    }
    let sweeper = tokio::spawn(sweep(app.clone()));
    tracing::info!("listening on http://{address}");
    tokio::select! {
        () = accept(listener, router(app.clone()), &app) => {}
        () = shutdown => {}
    }
    tracing::info!("stopping");
    sweeper.abort();
    stop(&app).await;
    Ok(())
}

/// Ends requests, sockets and sign-outs, then accounts, then the database, each in its time.
async fn stop(app: &App) {
    app.stopping.cancel();
    app.tasks.close();
    if timeout(TASKS, app.tasks.wait()).await.is_err() {
        // Browsers ask again for what was cut off.
        tracing::warn!("some requests did not end in time");
    }
    app.accounts.shutdown().await;
    if timeout(CLOSING, app.mail.store.close()).await.is_err() {
        tracing::warn!("the mail store did not close in time");
    }
    if timeout(CLOSING, app.store.close()).await.is_err() {
        tracing::warn!("the database did not close in time");
    }
}

async fn sweep(app: SharedApp) {
    let mut ticks = interval(SWEEP);
    loop {
        ticks.tick().await;
        app.sign_in_limit.sweep(Instant::now());
        app.probe_limit.sweep(Instant::now());
        if let Err(error) = app.sessions.sweep().await {
            tracing::error!(%error, "expired sessions could not be forgotten");
        }
        if let Err(error) = app.mail.sweep().await {
            tracing::error!(%error, "contents of removed messages could not be removed");
        }
        if let Err(error) = sweep_draft_files(&app).await {
            tracing::error!(%error, "files of drafts that are gone could not be removed");
        }
    }
}

async fn sweep_draft_files(app: &App) -> Result<(), FileError> {
    let used = app.store.files_in_use().await?;
    app.draft_files.sweep(used, UNUSED_FILES).await?;
    Ok(())
}
