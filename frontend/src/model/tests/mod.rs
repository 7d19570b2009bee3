//! What a person does and what the gateway answers, played against the whole model.

mod deleting;
pub mod fixture;
mod listing;
mod moving;
mod pop3;
mod purging;
mod reconnecting;
mod stage;
