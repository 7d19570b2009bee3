//! The layers that keep a hostile mail from doing anything. Each has to be enough alone, so tests switch the others off,
//! in debug builds by the environment variable `POSTERN_LAYERS_OFF`. Release builds have none of it.
//!
//! The third layer, the frame's `sandbox` attribute, is the app's: tests make a frame of their own without it.

/// A layer of the gateway's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// `sanitizer`: what makes a mail's HTML safe. Without it the HTML stands in the document as it was sent.
    Sanitizer,
    /// `policy`: the `Content-Security-Policy` of the response that brings a body, its `sandbox` included. Without it the
    /// response may do everything.
    Policy,
}

impl Layer {
    /// Whether the layer does its work: always, unless `POSTERN_LAYERS_OFF` names it (several with commas between) and
    /// this is a debug build.
    #[inline]
    pub fn is_on(self) -> bool {
        #[cfg(debug_assertions)]
        return !switched::off().contains(&self);
        #[cfg(not(debug_assertions))]
        true
    }
}

#[cfg(debug_assertions)]
mod switched {
    use super::Layer;
    use std::{env, sync::OnceLock};

    static OFF: OnceLock<Vec<Layer>> = OnceLock::new();

    pub(super) fn off() -> &'static [Layer] {
        OFF.get_or_init(|| parse(&env::var("POSTERN_LAYERS_OFF").unwrap_or_default()))
    }

    pub(super) fn parse(names: &str) -> Vec<Layer> {
        let layer = |name: &str| match name {
            "sanitizer" => Some(Layer::Sanitizer),
            "policy" => Some(Layer::Policy),
            _ => {
                debug_assert!(name.is_empty(), "POSTERN_LAYERS_OFF: no layer is called {name}");
                None
            }
        };
        names.split(',').map(str::trim).filter_map(layer).collect()
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::{
        Layer::{Policy, Sanitizer},
        switched::parse,
    };

    #[test]
    fn layers_are_named() {
        assert_eq!(parse(""), []);
        assert_eq!(parse("policy"), [Policy]);
        assert_eq!(parse("sanitizer, policy"), [Sanitizer, Policy]);
        assert!(Sanitizer.is_on() && Policy.is_on());
    }
}
