//! What a Dovecot is to be like, and its configuration (Dovecot 2.3).

use super::PASSWORD;
use crate::{
    error::{AtPath, Result},
    process::free_port,
};
use rustix::process::{getgid, getuid};
use std::{fmt::Write, fs, os::unix::fs as unix, path::Path, process::Command};

/// What Dovecot 2.3 offers after sign-in.
const CAPABILITIES: &str = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES \
    THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS \
    LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY \
    MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE";

/// Where another server asks who somebody is, in the folder `run`.
pub(super) const AUTH_SOCKET: &str = "auth-smtp";
/// Where another server brings mail, likewise.
pub(super) const LMTP_SOCKET: &str = "lmtp-smtp";

/// Nobody's user and group id on Debian: who touches mail where root starts the server.
const NOBODY: u32 = 65_534;

/// What a Dovecot is to be like.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(super) imap_port: u16,
    pub(super) imaps_port: u16,
    pub(super) pop3_port: u16,
    pub(super) pop3s_port: u16,
    pub(super) users: Vec<String>,
    pub(super) password: String,
    hidden: Vec<&'static str>,
}

impl Setup {
    /// A server with these users, on free ports.
    pub fn new(users: &[&str]) -> Self {
        Self {
            imap_port: free_port(),
            imaps_port: free_port(),
            pop3_port: free_port(),
            pop3s_port: free_port(),
            users: users.iter().map(|user| (*user).to_owned()).collect(),
            password: PASSWORD.to_owned(),
            hidden: Vec::new(),
        }
    }

    /// Listens at these ports.
    #[must_use]
    pub fn at_ports(mut self, imap: u16, imaps: u16) -> Self {
        (self.imap_port, self.imaps_port) = (imap, imaps);
        self
    }

    /// Listens for POP3 at these ports.
    #[must_use]
    pub fn at_pop3_ports(mut self, pop3: u16, pop3s: u16) -> Self {
        (self.pop3_port, self.pop3s_port) = (pop3, pop3s);
        self
    }

    /// Gives every user this password.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        password.clone_into(&mut self.password);
        self
    }

    /// Does not offer these capabilities.
    #[must_use]
    pub fn without(mut self, capabilities: &[&'static str]) -> Self {
        self.hidden.extend(capabilities);
        self
    }

    /// Writes its configuration, its users and its certificate.
    pub(super) fn write(&self, folder: &Path, identity: &Identity) -> Result<()> {
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        for (name, text) in [
            ("dovecot.conf", self.config(folder, identity)),
            ("users", self.users()),
            ("cert.pem", key.cert.pem()),
            ("key.pem", key.signing_key.serialize_pem()),
        ] {
            let file = folder.join(name);
            fs::write(&file, text).at(&file)?;
        }
        Ok(())
    }

    /// The file of users and their passwords.
    pub(super) fn users(&self) -> String {
        self.users.iter().fold(String::new(), |mut text, user| {
            writeln!(text, "{user}:{{PLAIN}}{}", self.password).ok();
            text
        })
    }

    fn config(&self, folder: &Path, identity: &Identity) -> String {
        let folder = folder.display();
        let (imap, imaps) = (self.imap_port, self.imaps_port);
        let (pop3, pop3s) = (self.pop3_port, self.pop3s_port);
        let offered = CAPABILITIES
            .split_ascii_whitespace()
            .filter(|capability| !self.hidden.contains(capability))
            .collect::<Vec<_>>()
            .join(" ");
        let Identity { mail_uid, mail_gid, .. } = identity;
        let services = identity.services();
        format!(
            r#"base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
listen = 127.0.0.1
protocols = imap pop3 lmtp
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 0
# The demo's mail is written behind the server's back; a look at the folder is enough to find it.
mailbox_list_index = yes
maildir_very_dirty_syncs = no
mail_location = maildir:{folder}/mail/%u:LAYOUT=fs:UTF-8
mail_uid = {mail_uid}
mail_gid = {mail_gid}
first_valid_uid = 1
imap_capability = {offered}
{services}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
# For the server that mail is sent by: it asks here who somebody is, and brings mail here.
service auth {{
  unix_listener {AUTH_SOCKET} {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {LMTP_SOCKET} {{
    mode = 0666
  }}
}}
postmaster_address = postmaster@mail.test
# To read by POP3 is not to have seen.
pop3_no_flag_updates = yes
pop3_uidl_format = %08Xu%08Xv
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \Sent
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \Archive
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \Junk
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \Trash
    auto = subscribe
  }}
}}
"#
        )
    }
}

/// Under whose name Dovecot works. Root may start it, but it refuses to touch mail as root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    root: bool,
    mail_uid: u32,
    mail_gid: u32,
}

impl Identity {
    /// What the user we are allows.
    pub(super) fn of_this_process() -> Result<Self> {
        let uid = getuid();
        Ok(if uid.is_root() {
            Self { root: true, mail_uid: NOBODY, mail_gid: NOBODY }
        } else {
            Self { root: false, mail_uid: uid.as_raw(), mail_gid: getgid().as_raw() }
        })
    }

    /// Makes a folder the mail user's.
    pub(super) fn give(&self, folder: &Path) -> Result<()> {
        if self.root {
            unix::chown(folder, Some(self.mail_uid), Some(self.mail_gid)).at(folder)?;
        }
        Ok(())
    }

    /// Settings for a server that cannot change users or roots: everything runs under our own name.
    fn services(&self) -> String {
        if self.root {
            return String::new();
        }
        let (user, group) = (own_name("-un"), own_name("-gn"));
        format!(
            "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             service anvil {{\n  chroot =\n}}\nservice imap-login {{\n  chroot =\n}}\n\
             service pop3-login {{\n  chroot =\n}}\n"
        )
    }
}

fn own_name(which: &str) -> String {
    let output = Command::new("id").arg(which).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
