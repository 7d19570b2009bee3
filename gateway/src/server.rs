//! The running server: from a checked configuration to its end.

use crate::{
    app::{App, SharedApp},
    config::Config,
    router::router,
    session::{SecretError, ServerSecret, SessionError},
    store::{Store, StoreError},
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    time::{interval, timeout},
};

/// How long sockets and sign-outs may take to end, and then as long for the accounts.
const STOPPING: Duration = Duration::from_secs(4);

/// How often what has expired is forgotten.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// The gateway cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    let secret = ServerSecret::load(config.secret_file.as_deref(), &config.data_dir)?;
    let app = App::new(config, store, secret, address);
    let sweeper = tokio::spawn(sweep(app.clone()));
    tracing::info!("listening on http://{address}");

    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        shutdown.await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    let stopped = app.stopping.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(stopped.cancelled_owned());
    let served = tokio::select! {
        served = server.into_future() => served,
        // Downloads that take longer are cut off; browsers ask again.
        () = overdue(&app) => Ok(()),
    };
    sweeper.abort();
    stop(&app).await;
    Ok(served?)
}

/// Completes when requests had their time to end after the gateway was told to stop.
async fn overdue(app: &App) {
    app.stopping.cancelled().await;
    tokio::time::sleep(STOPPING).await;
}

/// Ends sockets, then accounts, then the database.
async fn stop(app: &App) {
    app.stopping.cancel();
    app.tasks.close();
    let in_time = timeout(STOPPING, async {
        app.tasks.wait().await;
        app.accounts.shutdown().await;
    });
    if in_time.await.is_err() {
        tracing::warn!("some work did not end in time");
    }
    app.store.close().await;
}

async fn sweep(app: SharedApp) {
    let mut ticks = interval(SWEEP);
    loop {
        ticks.tick().await;
        app.sign_in_limit.sweep(std::time::Instant::now());
        if let Err(error) = app.sessions.sweep().await {
            log_sweep(&error);
        }
    }
}

fn log_sweep(error: &SessionError) {
    tracing::error!(%error, "expired sessions could not be forgotten");
}
