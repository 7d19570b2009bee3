//! Mail bodies, pure: choosing parts, decoding, making HTML safe.
//!
//! The way of a body: [`select::BodyPlan::of`] a message's structure says which parts to fetch; they go as they come
//! into [`page::render`], which makes the isolated document. A download asks [`select::download`] and runs what it
//! fetches through a [`decode::Decoder`]. Where no server tells of structures, [`scan`] finds them in the mail itself; where one
//! tells of nothing to read, [`reread`] looks again.

pub mod archive_names;
pub mod attached;
pub mod authentication;
mod authentication_tokens;
mod calendar;
pub mod card;
mod charset_of_html;
pub mod compose;
pub mod decode;
pub mod detail;
pub mod enriched;
pub mod escape;
pub mod file_kind;
pub mod file_name;
pub mod header_fields;
pub mod links;
pub mod notice;
pub mod page;
pub mod passage;
pub mod print;
pub mod protection;
mod quotes;
pub mod raster;
mod raw_text;
pub mod reread;
pub mod sanitize;
pub mod scan;
pub mod select;
pub mod sender;
pub mod text;
pub mod unpack;

#[cfg(test)]
mod tests;
