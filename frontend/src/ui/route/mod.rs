//! Where the app is: the URL always names what is shown.
//!
//! | module | subject |
//! |---|---|
//! | [`place`] | places and their URLs, pure |
//! | [`history`] | the address bar and Back |
//! | [`follow`] | what is shown follows the place |

pub mod follow;
pub mod history;
pub mod place;
