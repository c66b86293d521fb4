//! The practice band: a virtual band and phone in place of the real ones. Reads no clock, keeps no file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rescue_core::practice::{Kind, Scenario, World};

use crate::error::MisuseError;
use crate::types::{Effect, Event, Face, PracticeKind, number};

/// A band to practise with. It takes the radio and phone effects of a practice session and gives its events.
#[derive(uniffi::Object)]
pub struct PracticeBand {
    world: Mutex<World>,
}

#[uniffi::export]
impl PracticeBand {
    /// One of [`practice_kinds`] in one of its scenarios. The same seed gives the same band and the same course.
    #[uniffi::constructor]
    pub fn new(kind: String, scenario: String, seed: i64) -> Result<Arc<Self>, MisuseError> {
        let Some(kind) = Kind::from_slug(&kind) else {
            return Err(MisuseError::Kind { name: kind });
        };
        let Some(known) = Scenario::from_name(&scenario) else {
            return Err(MisuseError::Scenario { name: scenario });
        };
        Ok(Arc::new(Self { world: Mutex::new(World::new(kind, known, seed.cast_unsigned())) }))
    }

    /// Starts what a radio or phone effect asks for. Effects for storage and person are not for it: nothing happens.
    pub fn perform(&self, now_ms: i64, effect: Effect) -> Result<(), MisuseError> {
        let effect = effect.try_into()?;
        self.world().perform(number::millis(now_ms), &effect);
        Ok(())
    }

    /// Everything that has happened until now and was not yet told, in order.
    pub fn events(&self, now_ms: i64) -> Vec<Event> {
        self.world().events(number::millis(now_ms)).into_iter().map(Event::from).collect()
    }

    /// When to ask for events again; nothing if none will come by itself.
    pub fn wake_at_ms(&self) -> Option<i64> {
        self.world().wake_at().map(|at| number::long(at.0))
    }

    /// The person taps the band.
    pub fn tap(&self, now_ms: i64) {
        self.world().tap(number::millis(now_ms));
    }

    /// The person resets the band in its own menu; says whether they can get there.
    pub fn menu_reset(&self, now_ms: i64) -> bool {
        self.world().menu_reset(number::millis(now_ms))
    }

    /// The key that the person has, if the band needs one. It opens nothing real.
    pub fn key(&self) -> Option<String> {
        self.world().key().map(|key| key.to_hex())
    }

    /// The person stops the app or the other phone that holds the band, where the scenario lets them.
    pub fn let_go(&self, now_ms: i64) {
        self.world().let_go(number::millis(now_ms));
    }

    /// How the band looks now.
    pub fn face(&self, now_ms: i64) -> Face {
        self.world().face(number::millis(now_ms)).into()
    }
}

impl PracticeBand {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bands that can be practised with, the oldest model first.
#[uniffi::export]
pub fn practice_kinds() -> Vec<PracticeKind> {
    Kind::all().map(PracticeKind::from).collect()
}

#[cfg(test)]
mod tests {
    use rescue_core::event::OpId;
    use rescue_core::{Millis, effect, event};

    use super::*;

    #[test]
    fn every_scenario_that_is_offered_can_be_played_and_each_band_has_the_plain_one() {
        for kind in practice_kinds() {
            assert_eq!(kind.scenarios.first().map(String::as_str), Some("owned"), "{}", kind.slug);
            for name in kind.scenarios {
                assert!(
                    PracticeBand::new(kind.slug.clone(), name.clone(), -1).is_ok(),
                    "{} {name}",
                    kind.slug
                );
            }
        }
    }

    #[test]
    fn an_unknown_band_or_scenario_is_named_in_the_message() {
        let error = PracticeBand::new("mi-band-2".into(), "no-such-thing".into(), 1).err().unwrap();
        assert_eq!(error.to_string(), "find the practice scenario \"no-such-thing\"");
        let error = PracticeBand::new("mi-band-0".into(), "owned".into(), 1).err().unwrap();
        assert_eq!(error.to_string(), "find the practice band \"mi-band-0\"");
    }

    #[test]
    fn a_locked_menu_is_told_from_one_that_can_be_reached() {
        let band = |scenario: &str| PracticeBand::new("mi-band-4".into(), scenario.into(), 1).unwrap();
        assert!(band("owned").menu_reset(0));
        assert!(!band("menu-locked").menu_reset(0));
    }

    #[test]
    fn a_person_who_practises_has_a_key_only_where_the_band_needs_one() {
        let key = |kind: &str| PracticeBand::new(kind.into(), "owned".into(), 1).unwrap().key();
        assert_eq!(key("mi-band-4").map(|key| key.len()), Some(32));
        assert_eq!(key("mi-band-2"), None);
    }

    #[test]
    fn what_a_practice_band_says_reaches_the_session_unchanged() {
        let scan = effect::Effect::Radio(effect::Radio::StartScan { op: OpId(1) });
        let mut heard = 0;
        for (kind, scenario) in Kind::all().flat_map(|kind| Scenario::all().map(move |s| (kind, s))) {
            if scenario.row().course(kind).is_none() {
                continue;
            }
            let mut world = World::new(kind, scenario, 1);
            world.perform(Millis(0), &scan);
            while let Some(now) = world.wake_at().filter(|at| *at < Millis::secs(5)) {
                for event in world.events(now) {
                    heard += u32::from(matches!(event, event::Event::Seen(_)));
                    let there_and_back = event::Event::try_from(Event::from(event.clone())).unwrap();
                    assert_eq!(there_and_back, event, "{}", scenario.name());
                }
            }
        }
        assert!(heard > 100, "heard only {heard}");
    }
}
