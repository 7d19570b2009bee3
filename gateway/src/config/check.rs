//! What single values cannot tell: whether they make sense together. Every problem is told, not only the first.

use super::{Config, ConfigError, Server, origins::is_local};
use std::collections::HashMap;
use tracing_subscriber::EnvFilter;
use url::Url;

impl Config {
    /// Checks how the values go together.
    pub fn check(&self) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        self.check_addresses(&mut problems);
        self.check_limits(&mut problems);
        self.check_servers(&mut problems);
        self.check_store(&mut problems);
        self.check_reading(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(problems)) }
    }

    /// Whether browsers reach the gateway over https, so that cookies can be for https alone.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    fn check_addresses(&self, problems: &mut Vec<String>) {
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            problems.push(format!(
                "public_url: needed because {} is not a loopback address: say what people type, \
                 such as \"https://mail.example.org\"",
                self.listen
            ));
        }
        let urls = self.public_url.iter().map(|url| ("public_url", url));
        let origins = self.trusted_origins.iter().map(|url| ("trusted_origins", url));
        problems.extend(urls.chain(origins).filter_map(|(key, url)| url_problem(key, url)));
        if let Some(dir) = self.app_dir.as_ref().filter(|dir| !dir.join("index.html").is_file()) {
            problems.push(format!("app_dir: there is no index.html in {}", dir.display()));
        }
    }

    fn check_limits(&self, problems: &mut Vec<String>) {
        for (key, value) in [("session_days", self.session_days), ("idle_minutes", self.idle_minutes)] {
            if value == 0 {
                problems.push(format!("{key}: at least 1"));
            }
        }
        if self.allow_insecure && !self.allow_custom_servers {
            problems.push("allow_insecure: has no meaning without allow_custom_servers".to_owned());
        }
        if let Err(error) = EnvFilter::try_new(&self.log.level) {
            problems.push(format!("log.level: {error}"));
        }
    }

    fn check_reading(&self, problems: &mut Vec<String>) {
        problems.extend(self.reading.problems());
        if !self.reading.image_proxy && !self.reading.image_proxy_allow.is_empty() {
            problems.push("reading.image_proxy_allow: has no meaning without image_proxy".to_owned());
        }
    }

    fn check_store(&self, problems: &mut Vec<String>) {
        let other =
            self.store.database.as_ref().filter(|url| !["postgres", "postgresql"].contains(&url.scheme()));
        if let Some(url) = other {
            problems
                .push(format!("store.database: {}:// is not known; leave it out for SQLite", url.scheme()));
        }
        if self.store.blobs.is_some() && self.store.s3.is_some() {
            problems.push("store: either blobs or s3, not both".to_owned());
        }
    }

    fn check_servers(&self, problems: &mut Vec<String>) {
        if self.servers.is_empty() && !self.allow_custom_servers {
            problems.push(
                "servers: without one, and without allow_custom_servers, nobody can sign in".to_owned(),
            );
        }
        let mut served: HashMap<String, &str> = HashMap::new();
        for (index, server) in self.servers.iter().enumerate() {
            problems
                .extend(server_problems(server).into_iter().map(|text| format!("servers[{index}].{text}")));
            for domain in &server.domains {
                if let Some(other) = served.insert(domain.to_lowercase(), &server.name) {
                    problems
                        .push(format!("servers[{index}].domains: \"{domain}\" is served by \"{other}\" too"));
                }
            }
        }
    }
}

fn url_problem(key: &str, url: &Url) -> Option<String> {
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.scheme() {
        "https" if bare => None,
        "http" if bare && is_local(url) => None,
        "http" if bare => Some(format!("{key}: {url} must be https: plain http is for this machine alone")),
        "http" | "https" => Some(format!("{key}: {url} must end after host and port")),
        scheme => Some(format!("{key}: {scheme} is neither http nor https")),
    }
}

fn server_problems(server: &Server) -> Vec<String> {
    let mut problems = Vec::new();
    if server.name.trim().is_empty() {
        problems.push("name: empty".to_owned());
    }
    if server.domains.is_empty() {
        problems.push("domains: empty: name the domains it serves, or \"*\" for any".to_owned());
    }
    if server.imap.is_none() && server.pop3.is_none() {
        problems.push("imap: missing, and so is pop3: mail has to come from somewhere".to_owned());
    }
    let endpoints = [("imap", &server.imap), ("pop3", &server.pop3), ("smtp", &server.smtp)];
    for (key, endpoint) in endpoints.into_iter().filter_map(|(key, endpoint)| Some((key, endpoint.as_ref()?)))
    {
        if endpoint.host.trim().is_empty() {
            problems.push(format!("{key}.host: empty"));
        }
        if endpoint.port == 0 {
            problems.push(format!("{key}.port: 0 is no port"));
        }
    }
    problems
}
