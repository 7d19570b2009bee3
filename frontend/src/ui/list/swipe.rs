//! Fingers on a row: to the left deletes or undeletes, to the right marks as read or unread, a long press selects.

use leptos::{ev::PointerEvent, prelude::*};
use std::time::Duration;

/// How far a finger moves before it swipes, in CSS pixels.
const SLACK: f64 = 12.0;
/// How far it has to swipe to do something.
const FAR: f64 = 72.0;
/// How long a long press is.
const LONG: Duration = Duration::from_millis(500);

/// What a finger did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// Swiped to the left.
    Left,
    /// Swiped to the right.
    Right,
    /// Pressed long.
    Press,
}

/// The finger on one row; copied freely.
#[derive(Clone, Copy)]
pub struct Swipe {
    /// How far the row is pushed aside, in CSS pixels, to the right if positive.
    pub pushed: RwSignal<f64>,
    from: StoredValue<Option<(f64, f64)>>,
    /// The finger did something: the click that follows is no click.
    spent: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    act: Callback<Gesture>,
}

impl Swipe {
    /// Fingers on a row; `act` does what they ask for.
    pub fn new(act: Callback<Gesture>) -> Self {
        Self {
            pushed: RwSignal::new(0.0),
            from: StoredValue::new(None),
            spent: StoredValue::new(false),
            timer: StoredValue::new(None),
            act,
        }
    }

    /// A pointer went down. Only fingers swipe.
    pub fn down(self, event: &PointerEvent) {
        self.spent.set_value(false);
        if event.pointer_type() != "touch" {
            return;
        }
        self.from.set_value(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
        let timer = set_timeout_with_handle(move || self.pressed_long(), LONG);
        self.timer.set_value(timer.ok());
    }

    /// A pointer moved. Up and down the browser scrolls, and takes the finger from us.
    pub fn moved(self, event: &PointerEvent) {
        let Some((x, y)) = self.from.get_value() else { return };
        let (right, down) = (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y);
        if right.abs().max(down.abs()) > SLACK {
            self.stop_timer();
        }
        let pushed = pushed(right, down, self.pushed.get_untracked());
        if pushed != self.pushed.get_untracked() {
            self.pushed.set(pushed);
        }
    }

    /// The finger was lifted.
    pub fn up(self) {
        let pushed = self.pushed.get_untracked();
        self.end();
        if pushed != 0.0 {
            self.spent.set_value(true);
        }
        if let Some(gesture) = gesture(pushed) {
            self.act.run(gesture);
        }
    }

    /// The browser took the finger: nothing happens.
    pub fn end(self) {
        self.stop_timer();
        self.from.set_value(None);
        if self.pushed.get_untracked() != 0.0 {
            self.pushed.set(0.0);
        }
    }

    /// Whether the finger did something, so that the click that follows is no click. Asked once.
    pub fn took_click(self) -> bool {
        let spent = self.spent.get_value();
        self.spent.set_value(false);
        spent
    }

    fn pressed_long(self) {
        // The row may be gone by now.
        if self.from.try_get_value().flatten().is_some() {
            self.end();
            self.spent.set_value(true);
            self.act.run(Gesture::Press);
        }
    }

    fn stop_timer(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(None);
    }
}

/// How far a row is pushed by a finger that moved this much: a finger that moves up or down does not push.
fn pushed(right: f64, down: f64, before: f64) -> f64 {
    let swipes = before != 0.0 || (right.abs() > SLACK && right.abs() > 2.0 * down.abs());
    if swipes { right } else { 0.0 }
}

fn gesture(pushed: f64) -> Option<Gesture> {
    match pushed {
        far if far <= -FAR => Some(Gesture::Left),
        far if far >= FAR => Some(Gesture::Right),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swipe_has_to_be_far_and_sideways() {
        assert_eq!(pushed(8.0, 0.0, 0.0), 0.0);
        assert_eq!(pushed(40.0, 30.0, 0.0), 0.0);
        assert_eq!(pushed(40.0, 10.0, 0.0), 40.0);
        assert_eq!(pushed(-3.0, 50.0, -40.0), -3.0);
        assert_eq!((gesture(-80.0), gesture(80.0)), (Some(Gesture::Left), Some(Gesture::Right)));
        assert_eq!((gesture(50.0), gesture(0.0)), (None, None));
    }
}
