//! What HTTP clients here need before they are made, though all of them stay on this machine without TLS.

/// Makes ring the process's cryptography. Once is enough; more often does no harm.
pub fn provide() {
    // One that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
