//! Logging to standard error, as text or JSON.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{ParseError, filter_fn},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Libraries that write passwords and mail into their finer logs. Nothing below a warning of theirs is ever logged.
const LOOSE_TONGUES: [&str; 4] = ["async_imap", "imap_proto", "tungstenite", "tokio_tungstenite"];

/// Logs from now on.
///
/// # Errors
/// The filter cannot be read.
pub fn start(log: &Log) -> Result<(), ParseError> {
    subscriber(log, std::io::stderr)?.init();
    Ok(())
}

/// A subscriber that writes to `writer`.
pub fn subscriber<W>(log: &Log, writer: W) -> Result<impl Subscriber + Send + Sync, ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.level)?;
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    Ok(tracing_subscriber::registry().with(lines.with_filter(filter_fn(is_discreet))).with(filter))
}

fn is_discreet(event: &Metadata<'_>) -> bool {
    let crate_name = event.target().split("::").next().unwrap_or_default();
    !LOOSE_TONGUES.contains(&crate_name) || *event.level() <= Level::WARN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let written = Written::default();
        let writer = written.clone();
        let log = Log { format, level: "trace,async_imap=trace".to_owned() };
        let subscriber = subscriber(&log, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::trace!("ours");
            tracing::trace!(target: "async_imap::client", "A1 LOGIN ada canary");
            tracing::info!(target: "imap_proto", "canary");
            tracing::warn!(target: "async_imap::client", "broken");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_libraries_say_of_passwords_is_never_logged() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let text = logged(format);
            assert!(text.contains("ours") && text.contains("broken"), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[test]
    fn json_is_an_object_a_line() {
        for line in logged(LogFormat::Json).lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).unwrap().is_object());
        }
    }
}
