//! Styles of a mail, in attributes and in `<style>` elements: parsed, and written anew from an allow-list of rules,
//! selectors, properties and values. What loads, positions, animates or computes is not on it.
//!
//! A mail's rules apply below its own container only, and nothing of ours in there relies on a declaration of its own. So
//! `!important` is kept: it decides among the mail's rules, and reaches nothing else. What the container itself must
//! keep (`page.css`, the layer `guard`) is important in an earlier layer, which wins over later important ones.

mod color;
mod declaration;
mod media;
mod property;
mod selector;
mod sheet;
mod value;

pub use self::{
    color::{Color, Role},
    declaration::{Declaration, declarations, write},
    media::Scheme,
    selector::{BODY, CARD, name},
    sheet::{Sheet, brings_dark, filter, is_ground, supports_dark},
};

use super::Loads;

/// What decides about values.
pub struct Styling<'s> {
    /// Where pictures come from.
    pub loads: &'s mut Loads,
    /// Which colours are written.
    pub colors: Colors,
}

/// Which colours are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colors {
    /// The mail's.
    #[default]
    AsIs,
    /// The mail's, and beside each one made from it for dark surroundings: `light-dark()` takes the one that fits the
    /// container's colour scheme.
    Both,
}
