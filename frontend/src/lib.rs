//! Postern's web app. Imports run one way: `ui -> state -> {net, model} -> shared`.
//!
//! | module | subject |
//! |---|---|
//! | [`model`] | what the app knows and decides; no browser, tested on the host |
//! | [`net`] | the WebSocket and HTTP |
//! | [`state`] | the model made reactive, and what a person can do |
//! | [`ui`] | components |

pub mod model;
pub mod net;
pub mod state;
pub mod ui;
