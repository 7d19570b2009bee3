//! What a Postfix is to be like, and its configuration (Postfix 3.5 and later).

use super::fakeroot::VARIABLES;
use crate::{
    dovecot::Dovecot,
    error::{AtPath, Error, Result},
    process::{self, free_port},
};
use rustix::process::getuid;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{self as unix, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

/// The largest message, in bytes, where a test does not choose another.
const SIZE_LIMIT: u64 = 50 * 1024 * 1024;

/// The folders of the queue.
const QUEUES: [&str; 11] = [
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
    "trace",
];

/// What a Postfix is to be like.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(super) port: u16,
    pub(super) tls_port: u16,
    /// The ports were chosen here.
    any_ports: bool,
    size_limit: u64,
}

impl Default for Setup {
    /// A server on free ports.
    fn default() -> Self {
        Self { port: free_port(), tls_port: free_port(), any_ports: true, size_limit: SIZE_LIMIT }
    }
}

impl Setup {
    /// Listens at these ports: with STARTTLS, and with TLS from the beginning.
    #[must_use]
    pub fn at_ports(mut self, port: u16, tls_port: u16) -> Self {
        (self.port, self.tls_port) = (port, tls_port);
        self.any_ports = false;
        self
    }

    /// Other ports, where any will do: somebody else may have taken one since it was found free.
    pub(super) fn at_other_ports(&self) -> Option<Self> {
        let Self { size_limit, .. } = *self;
        self.any_ports.then(|| Self { size_limit, ..Self::default() })
    }

    /// Takes messages of so many bytes at most, and says so.
    #[must_use]
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.size_limit = bytes;
        self
    }

    /// Writes its configuration, and makes the folders it needs.
    pub(super) fn write(&self, folder: &Path, dovecot: &Dovecot) -> Result<()> {
        let config = folder.join("config");
        fs::create_dir_all(&config).at(&config)?;
        make_folders(folder)?;
        for (name, text) in [
            ("main.cf", self.main(folder, dovecot)),
            ("master.cf", self.services()),
            ("mailboxes", dovecot.users().iter().map(|user| format!("{user} {user}\n")).collect()),
        ] {
            let file = config.join(name);
            fs::write(&file, text).at(&file)?;
        }
        Ok(())
    }

    fn main(&self, folder: &Path, dovecot: &Dovecot) -> String {
        let folder = folder.display();
        let size_limit = self.size_limit;
        let domains: BTreeSet<&str> = dovecot
            .users()
            .iter()
            .filter_map(|user| user.rsplit_once('@'))
            .map(|(_, domain)| domain)
            .collect();
        let environment = VARIABLES.join(" ");
        let domains = domains.into_iter().collect::<Vec<_>>().join(", ");
        let (auth, lmtp) = (dovecot.auth_socket(), dovecot.lmtp_socket());
        let (auth, lmtp) = (auth.display(), lmtp.display());
        let (certificate, key) = dovecot.certificate();
        let (certificate, key) = (certificate.display(), key.display());
        format!(
            r"compatibility_level = 3.5
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
myhostname = mail.test
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
local_recipient_maps =
alias_maps =
relay_domains =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/config/mailboxes
virtual_transport = lmtp:unix:{lmtp}
# Nothing leaves the machine.
default_transport = error:5.1.2 Mail stays on this machine
smtp_dns_support_level = disabled
lmtp_host_lookup = native
mynetworks =
smtpd_peername_lookup = no
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unauth_destination, permit_sasl_authenticated, reject
smtpd_tls_security_level = may
smtpd_tls_auth_only = no
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_client_event_limit_exceptions = 127.0.0.0/8
smtpd_error_sleep_time = 0
message_size_limit = {size_limit}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
biff = no
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG {environment}
export_environment = {environment}
"
        )
    }

    /// The processes it is made of; none in a root of its own.
    fn services(&self) -> String {
        let (port, tls_port) = (self.port, self.tls_port);
        format!(
            "127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
        )
    }
}

/// Where the parts of the installed Postfix are.
pub(super) fn daemons() -> Result<PathBuf> {
    Ok(PathBuf::from(default_of("daemon_directory")?))
}

/// What the installed Postfix takes for a parameter where nothing is set.
fn default_of(parameter: &str) -> Result<String> {
    let output = Command::new(process::program("postconf")?).args(["-d", "-h", parameter]).output()?;
    let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if value.is_empty() {
        let got = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Unexpected { what: format!("postconf -d {parameter}"), got });
    }
    Ok(value)
}

/// The folders that the installed package would have made for the system's instance.
fn make_folders(folder: &Path) -> Result<()> {
    let (queue, data) = (folder.join("queue"), folder.join("data"));
    let owner = Owner::of(&default_of("mail_owner")?, &default_of("setgid_group")?)?;
    make(&queue, 0o755, None, None)?;
    make(&queue.join("pid"), 0o755, None, None)?;
    make(&data, 0o700, Some(owner.user), None)?;
    for name in QUEUES {
        make(&queue.join(name), 0o700, Some(owner.user), None)?;
    }
    make(&queue.join("maildrop"), 0o1730, Some(owner.user), Some(owner.group))?;
    make(&queue.join("public"), 0o2710, Some(owner.user), Some(owner.group))
}

fn make(path: &Path, mode: u32, user: Option<u32>, group: Option<u32>) -> Result<()> {
    fs::create_dir_all(path).at(path)?;
    if getuid().is_root() {
        unix::chown(path, user, group).at(path)?;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).at(path)
}

/// Whom its processes run as, and the group of those who may hand mail over on the machine.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    fn of(user: &str, group: &str) -> Result<Self> {
        Ok(Self { user: id("passwd", user)?, group: id("group", group)? })
    }
}

/// The number of a user or a group.
fn id(database: &str, name: &str) -> Result<u32> {
    let output = Command::new("getent").args([database, name]).output()?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = line.split(':').nth(2).and_then(|number| number.trim().parse().ok());
    number.ok_or_else(|| Error::Unexpected { what: format!("getent {database} {name}"), got: line })
}
