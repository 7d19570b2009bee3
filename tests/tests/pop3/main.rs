//! POP3 accounts over the wire, with real servers and with a scripted one; in one binary because linking is what takes
//! long.

mod copies;
mod crashes;
mod deleting;
mod downloading;
mod faults;
mod folders;
mod full;
mod killed;
mod large;
mod outages;
mod reading;
mod server_folders;
mod servers;
mod stage;
mod uploading;
