//! Who answers, taps and resets when no person does (`--yes`). In practice that is core's practised person.

use rescue_core::event::PersonEvent;
use rescue_core::practice::{Person, World};
use rescue_core::{Millis, View};

/// Somebody who looks at the screen and acts in the person's name, through an air of this kind.
pub(crate) trait StandIn<A> {
    /// The screen is a new one.
    fn looks(&mut self, now: Millis, view: &View, air: &A);
    /// When they will do something.
    fn acts_at(&self) -> Option<Millis>;
    /// Does what is due.
    fn acts(&mut self, now: Millis, air: &mut A) -> Did;
}

/// What they did.
#[derive(Debug)]
pub(crate) enum Did {
    /// Nothing was due.
    Nothing,
    /// Something at the band: the tap or the reset that the screen asks for.
    AtTheBand,
    /// Said this.
    Said(PersonEvent),
}

impl StandIn<World> for Person {
    fn looks(&mut self, now: Millis, view: &View, air: &World) {
        Self::looks(self, now, view, air);
    }

    fn acts_at(&self) -> Option<Millis> {
        Self::acts_at(self)
    }

    fn acts(&mut self, now: Millis, air: &mut World) -> Did {
        let due = self.acts_at().is_some_and(|at| at <= now);
        match Self::acts(self, now, air) {
            Some(said) => Did::Said(said),
            None if due => Did::AtTheBand,
            None => Did::Nothing,
        }
    }
}
