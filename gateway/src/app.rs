//! What every request shares.

use crate::{
    accounts::{
        handle::AccountHandle,
        supervisor::{Accounts, Patience, Stores, Writing},
    },
    config::{Config, Origins},
    discovery::{Internet, Network, Outgoing},
    http::{
        app_files::AppFiles,
        images::Images,
        message::{content::Tracks, remote::Contents},
        probe_limit::ProbeLimit,
        sign_in_limit::SignInLimit,
    },
    metrics::Metrics,
    session::{ServerSecret, Session, Sessions},
    store::{Mail, Others, Store, writing::DraftFiles},
};
use postern_shared::error::Failure;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const MINUTE: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The running gateway.
pub struct App {
    /// What the operator decided.
    pub config: Config,
    /// Where the app may be opened from.
    pub origins: Origins,
    /// The database.
    pub store: Store,
    /// The mail that lives here.
    pub mail: Mail,
    /// The files of drafts.
    pub draft_files: DraftFiles,
    /// Signed-in browsers.
    pub sessions: Sessions,
    /// Running accounts.
    pub accounts: Accounts,
    /// How often people may try to sign in.
    pub sign_in_limit: SignInLimit,
    /// How often people may look for mail servers.
    pub probe_limit: ProbeLimit,
    /// What looking for mail servers asks of the world outside.
    pub network: Arc<dyn Network>,
    /// What fetches remote images.
    pub images: Images,
    /// What rendered bodies would load from elsewhere.
    pub remote: Contents,
    /// What is counted.
    pub metrics: Metrics,
    /// How attachments went through their decoders.
    pub tracks: Tracks,
    /// The app's files.
    pub files: AppFiles,
    /// Cancelled when the gateway stops.
    pub stopping: CancellationToken,
    /// Work that outlives its request: sockets, sign-outs. The gateway waits for it when it stops.
    pub tasks: TaskTracker,
}

/// How handlers hold it.
pub type SharedApp = Arc<App>;

impl App {
    /// A gateway that listens at an address.
    pub fn new(
        config: Config,
        store: Store,
        mail: Mail,
        files: DraftFiles,
        secret: ServerSecret,
        listening: SocketAddr,
    ) -> SharedApp {
        let kept = Arc::new(store.clone());
        let network: Arc<dyn Network> = Arc::new(Internet::default());
        let outgoing = Arc::new(Outgoing::new(&config, network.clone()));
        let writing = Some(Writing { store: store.clone(), files: files.clone(), outgoing });
        let stores = Stores { deleting: kept.clone(), mail: mail.clone(), reading: kept, writing };
        let patience = Patience {
            idle: MINUTE * u32::from(config.idle_minutes),
            checking: DAY * u32::from(config.session_days),
        };
        Arc::new(Self {
            origins: Origins::of(&config, listening),
            sessions: Sessions::new(store.clone(), secret, config.session_days),
            accounts: Accounts::new(stores, patience, config.reading.authserv_ids.as_slice().into()),
            sign_in_limit: SignInLimit::new(config.rate_limit),
            probe_limit: ProbeLimit::new(config.rate_limit),
            network,
            images: Images::new(&config.reading),
            remote: Contents::default(),
            metrics: Metrics::default(),
            tracks: Tracks::default(),
            files: AppFiles::new(config.app_dir.clone()),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            store,
            mail,
            draft_files: files,
            config,
        })
    }

    /// The actor of a session's account, started if it does not run.
    ///
    /// # Errors
    /// The configuration no longer lets the account sign in.
    pub fn account(&self, session: &Session) -> Result<AccountHandle, Failure> {
        let login = session.credential.login(&self.config, None)?;
        Ok(self.accounts.handle(login))
    }

    /// What follows from the end of a session: an account without others ends its work, in its own time.
    pub fn session_ended(&self, session: &Session, others: Option<Others>) {
        let login = session.credential.login(&self.config, None);
        let running = login.ok().and_then(|login| self.accounts.running(&login));
        if let (Some(Others::None), Some(account)) = (others, running) {
            self.tasks.spawn(async move { account.sign_out().await });
        }
    }
}
