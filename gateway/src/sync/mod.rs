//! The pure core of mail synchronisation: no tokio, no async, no clock. Inputs go in; actions and events come out.
