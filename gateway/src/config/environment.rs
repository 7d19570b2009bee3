//! The environment overrides the file: `POSTERN_` and the key in capitals.

use super::{Config, ConfigError, LogFormat};
use std::{fmt::Display, str::FromStr};

/// Sets one key from a variable's text, or says what is wrong with it.
type Setter = fn(&mut Config, &str) -> Result<(), String>;

const VARIABLES: [(&str, Setter); 8] = [
    ("POSTERN_LISTEN", |config, text| set(&mut config.listen, text)),
    ("POSTERN_DATA_DIR", |config, text| set(&mut config.data_dir, text)),
    ("POSTERN_PUBLIC_URL", |config, text| set_some(&mut config.public_url, text)),
    ("POSTERN_SECRET_FILE", |config, text| set_some(&mut config.secret_file, text)),
    ("POSTERN_APP_DIR", |config, text| set_some(&mut config.app_dir, text)),
    ("POSTERN_LOG_LEVEL", |config, text| set(&mut config.log.level, text)),
    ("POSTERN_LOG_FORMAT", |config, text| set(&mut config.log.format, text)),
    ("POSTERN_SESSION_DAYS", |config, text| set(&mut config.session_days, text)),
];

/// Applies every variable that is set.
pub(super) fn apply(
    config: &mut Config,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(), ConfigError> {
    for (name, set) in VARIABLES {
        if let Some(text) = variable(name) {
            set(config, &text).map_err(|reason| ConfigError::Environment { name, reason })?;
        }
    }
    Ok(())
}

fn set<T: FromStr<Err: Display>>(key: &mut T, text: &str) -> Result<(), String> {
    *key = text.parse().map_err(|error: T::Err| error.to_string())?;
    Ok(())
}

fn set_some<T: FromStr<Err: Display>>(key: &mut Option<T>, text: &str) -> Result<(), String> {
    *key = Some(text.parse().map_err(|error: T::Err| error.to_string())?);
    Ok(())
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("expected `text` or `json`"),
        }
    }
}
