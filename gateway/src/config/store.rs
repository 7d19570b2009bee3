//! Where the mail of POP3 accounts is kept.

use super::Config;
use crate::store::{MailSettings, blob::S3Settings};
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use std::{io, path::PathBuf};
use url::Url;

/// The `[store]` section.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// A `postgres://` URL; absent: SQLite in `data_dir`. A password in it is never written out.
    #[serde(serialize_with = "without_password")]
    pub database: Option<Url>,
    /// The folder of the messages' contents; absent: `blobs` in `data_dir`.
    pub blobs: Option<PathBuf>,
    /// An S3-compatible store in place of the folder.
    pub s3: Option<S3Config>,
}

/// The `[store.s3]` section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Config {
    /// The address of the service.
    pub endpoint: Url,
    /// The bucket, which has to exist.
    pub bucket: String,
    /// The region's name.
    #[serde(default = "default_region")]
    pub region: String,
    /// The access key's name.
    pub access_key_id: String,
    /// A file with the secret access key.
    pub secret_access_key_file: PathBuf,
    /// What the names of all objects begin with.
    #[serde(default)]
    pub prefix: String,
}

fn without_password<S: Serializer>(url: &Option<Url>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut url = url.clone();
    if let Some(url) = url.as_mut().filter(|url| url.password().is_some()) {
        // A URL that has a password can have another one.
        let _ = url.set_password(Some("***"));
    }
    url.serialize(serializer)
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

impl Config {
    /// Where mail is kept.
    ///
    /// # Errors
    /// The file of the secret access key cannot be read.
    pub fn mail_store(&self) -> io::Result<MailSettings> {
        let StoreConfig { database, blobs, s3 } = &self.store;
        Ok(MailSettings {
            postgres: database.as_ref().map(Url::to_string),
            blobs: blobs.clone().unwrap_or_else(|| self.data_dir.join("blobs")),
            s3: s3.as_ref().map(S3Config::settings).transpose()?,
        })
    }
}

impl S3Config {
    fn settings(&self) -> io::Result<S3Settings> {
        let secret = std::fs::read_to_string(&self.secret_access_key_file)?;
        Ok(S3Settings {
            endpoint: self.endpoint.clone(),
            bucket: self.bucket.clone(),
            region: self.region.clone(),
            access_key_id: self.access_key_id.clone(),
            secret_access_key: SecretString::from(secret.trim().to_owned()),
            prefix: self.prefix.clone(),
        })
    }
}
