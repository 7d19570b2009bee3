//! The HTTP side: sessions, message bodies, downloads, the embedded app.
