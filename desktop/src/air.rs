//! The seam to the world: a radio with the computer or phone around it. The session speaks to nothing else.
//!
//! Practice fills it with a virtual world, a rescue with the computer's Bluetooth. That one works on a thread of its own:
//! it starts in [`Air::perform`] and hands over in [`Air::events`], for which a session on a real clock asks many times a
//! second.

use rescue_core::Millis;
use rescue_core::effect::Effect;
use rescue_core::event::Event;
use rescue_core::practice::World;

use crate::radio::{Bluetooth, Trouble};

/// A radio and the phone around it.
pub(crate) trait Air {
    /// Starts what was asked for; takes radio and phone effects.
    fn perform(&mut self, now: Millis, effect: &Effect);
    /// What has happened until now and was not told yet, in order.
    fn events(&mut self, now: Millis) -> Vec<Event>;
    /// When to ask for events again.
    fn wake_at(&self) -> Option<Millis>;
    /// The person taps the band by way of the keyboard. A real band has a place to tap.
    fn tap(&mut self, now: Millis);
    /// The person resets the band in its own menu by way of the keyboard; false where they cannot get there. A real
    /// band is reset by their hands before they say so.
    fn menu_reset(&mut self, now: Millis) -> bool;
    /// The person says that they stopped the phone or app that holds the band.
    fn let_go(&mut self, now: Millis);
    /// Why Bluetooth cannot be used at present, where that is known.
    fn trouble(&self) -> Option<Trouble>;
}

impl Air for World {
    fn perform(&mut self, now: Millis, effect: &Effect) {
        Self::perform(self, now, effect);
    }

    fn events(&mut self, now: Millis) -> Vec<Event> {
        Self::events(self, now)
    }

    fn wake_at(&self) -> Option<Millis> {
        Self::wake_at(self)
    }

    fn tap(&mut self, now: Millis) {
        Self::tap(self, now);
    }

    fn menu_reset(&mut self, now: Millis) -> bool {
        Self::menu_reset(self, now)
    }

    fn let_go(&mut self, now: Millis) {
        Self::let_go(self, now);
    }

    /// The scenario says it.
    fn trouble(&self) -> Option<Trouble> {
        None
    }
}

impl Air for Bluetooth {
    fn perform(&mut self, _now: Millis, effect: &Effect) {
        Self::perform(self, effect);
    }

    fn events(&mut self, _now: Millis) -> Vec<Event> {
        Self::events(self)
    }

    /// Nobody knows when a real band says something.
    fn wake_at(&self) -> Option<Millis> {
        None
    }

    fn tap(&mut self, _now: Millis) {}

    fn menu_reset(&mut self, _now: Millis) -> bool {
        true
    }

    fn let_go(&mut self, _now: Millis) {}

    fn trouble(&self) -> Option<Trouble> {
        Self::trouble(self)
    }
}
