//! The pure core of mail synchronisation: no tokio, no async, no clock. Inputs go in; actions and events come out.

pub mod folder_list;
pub mod folder_role;
pub mod order;
pub mod query;
