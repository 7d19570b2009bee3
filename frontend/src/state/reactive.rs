//! Values and deeds that follow what they read. leptos has the same; each closure given to it brings a copy of its
//! machinery into the app, and these share one for each type of value.

use leptos::prelude::{Effect, Memo, Signal};

/// A value that is computed anew when something changes that it read, and tells only when it is another one.
pub fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    memo_of(Box::new(read))
}

fn memo_of<T: PartialEq + Send + Sync + 'static>(read: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| read())
}

/// Something done now and again whenever something changes that it read.
pub fn effect(act: impl FnMut() + 'static) {
    effect_of(Box::new(act));
}

fn effect_of(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}

/// A value that is computed at each look; for attributes of views.
pub fn follow<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(read)
}
