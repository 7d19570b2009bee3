//! What the gateway keeps: sessions, settings, and later mail.
