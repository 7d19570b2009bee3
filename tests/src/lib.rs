//! Everything an end-to-end test starts and speaks with. Whatever is started here dies with the value that stands
//! for it, also when a test panics.
//!
//! | module | subject |
//! |---|---|
//! | [`error`] | how the harness fails |
//! | [`wait`] | waiting for a condition, with a deadline |
//! | [`process`] | a child process, and free ports |
//! | [`dovecot`] | a real mail server of one's own, and mail put into it |
//! | [`postfix`] | a real server to send by, in front of that one |
//! | [`postgres`] | a real PostgreSQL of one's own |
//! | [`proxy`] | a network that can be slow, break, and lie |
//! | [`fake_imap`], [`fake_pop3`], [`fake_smtp`] | mail servers for what no real one here does |
//! | [`imap`], [`pop3`], [`smtp`] | other mail programs on the same account |
//! | [`mail`], [`picture`] | single messages of our own making |
//! | [`letters`] | a busy person's mail, made up, as much as one wants |
//! | [`demo`] | the demo's accounts, full of mail |
//! | [`gateway`] | a real gateway |
//! | [`crypto`] | what HTTP clients need |
//! | [`session`], [`wire`] | a signed-in person without a browser, and their socket |
//! | [`s3`] | a real S3 API |
//! | [`sink`] | a web server that nobody should ask |
//! | [`image_server`] | a web server of strangers that has a picture for everybody |
//! | [`browser`] | a real browser: Chromium or Firefox |
//! | [`frames`] | bodies in it, without the app around them |
//! | [`corpus`] | a folder of mail, each opened |
//! | [`hostile`] | hostile mail in real browsers, its guards switched off one by one |
//! | [`page`] | Postern in it |

mod axe;
pub mod browser;
pub mod corpus;
pub mod crypto;
pub mod demo;
pub mod dovecot;
pub mod error;
pub mod fake_imap;
pub mod fake_pop3;
pub mod fake_smtp;
pub mod frames;
pub mod gateway;
pub mod hostile;
pub mod image_server;
pub mod imap;
pub mod letters;
pub mod mail;
pub mod page;
pub mod picture;
pub mod pop3;
pub mod postfix;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod s3;
pub mod session;
pub mod sink;
pub mod smtp;
pub mod wait;
pub mod wire;
