//! The server secret: a file, so that a stolen database opens nothing even with a stolen cookie.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretSlice};
use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The generated file's name in the data folder.
const FILE: &str = "secret";

/// The fewest bytes a secret may have.
const MINIMUM: usize = 32;

/// The secret's bytes; prints as redacted.
#[derive(Debug)]
pub struct ServerSecret(SecretSlice<u8>);

/// The secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// The file is too short to be a secret.
    #[error("{0}: a server secret has {MINIMUM} bytes or more")]
    Short(PathBuf),
}

impl ServerSecret {
    /// Reads the operator's file, or the one in the data folder, which is generated where it is missing.
    pub fn load(configured: Option<&Path>, data_dir: &Path) -> Result<Self, SecretError> {
        let path = configured.map_or_else(|| data_dir.join(FILE), Path::to_owned);
        if configured.is_none() && !path.exists() {
            generate(&path).map_err(|error| SecretError::File { path: path.clone(), error })?;
        }
        let bytes = std::fs::read(&path).map_err(|error| SecretError::File { path: path.clone(), error })?;
        let bytes = bytes.trim_ascii_end();
        if bytes.len() < MINIMUM { Err(SecretError::Short(path)) } else { Ok(Self::of(bytes)) }
    }

    /// A secret of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(bytes.to_vec().into())
    }

    pub(super) fn expose_secret(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// Writes a new secret that only this user can read. It appears whole or not at all.
fn generate(path: &Path) -> io::Result<()> {
    let mut bytes = [0; MINIMUM];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let new = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(bytes))?;
    file.sync_all()?;
    std::fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_generated_secret_stays_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = ServerSecret::load(None, folder.path()).unwrap();
        let second = ServerSecret::load(None, folder.path()).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        let mode = folder.path().join(FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!format!("{first:?}").contains(&format!("{:?}", first.expose_secret())));
    }

    #[test]
    fn a_configured_secret_has_to_be_there_and_long_enough() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own");
        assert!(matches!(ServerSecret::load(Some(&file), folder.path()), Err(SecretError::File { .. })));
        std::fs::write(&file, "short\n").unwrap();
        assert!(matches!(ServerSecret::load(Some(&file), folder.path()), Err(SecretError::Short(_))));
        std::fs::write(&file, "x".repeat(32)).unwrap();
        assert!(ServerSecret::load(Some(&file), folder.path()).is_ok());
    }
}
