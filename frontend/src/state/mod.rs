//! The model made reactive, and what a person can do.
//!
//! | module | subject |
//! |---|---|
//! | [`context`] | what components read |
//! | [`intents`] | what components call |
//! | [`session`] | signing in and out |
//! | [`toasts`] | short messages that go by themselves |

pub mod context;
pub mod intents;
pub mod session;
pub mod toasts;
