//! The practice band: a virtual band and phone in place of the real ones. Reads no clock, keeps no file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rescue_core::band;
use rescue_core::practice::{Scenario, World};

use crate::error::MisuseError;
use crate::types::{Effect, Event, Face, Model, number};

/// A band to practise with. It takes the radio and phone effects of a practice session and gives its events.
#[derive(uniffi::Object)]
pub struct PracticeBand {
    world: Mutex<World>,
}

#[uniffi::export]
impl PracticeBand {
    /// A band of this model in one of [`practice_scenarios`]. The same seed gives the same band and the same course.
    #[uniffi::constructor]
    pub fn new(model: Model, scenario: String, seed: i64) -> Result<Arc<Self>, MisuseError> {
        let Some(known) = Scenario::from_name(&scenario) else {
            return Err(MisuseError::Scenario { name: scenario });
        };
        Ok(Arc::new(Self { world: Mutex::new(World::new(model.into(), known, seed.cast_unsigned())) }))
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

/// The models that can be practised with.
#[uniffi::export]
pub fn practice_models() -> Vec<Model> {
    band::Model::all().map(Model::from).collect()
}

/// The names of the scenarios, the plain one first.
#[uniffi::export]
pub fn practice_scenarios() -> Vec<String> {
    Scenario::all().map(|scenario| scenario.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use rescue_core::event::OpId;
    use rescue_core::{Millis, effect, event};

    use super::*;

    #[test]
    fn every_scenario_that_is_offered_can_be_played_with_every_model() {
        for model in practice_models() {
            for name in practice_scenarios() {
                assert!(PracticeBand::new(model, name.clone(), -1).is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_scenario_is_named_in_the_message() {
        let error = PracticeBand::new(Model::MiBand2, "no-such-thing".into(), 1).err().unwrap();
        assert_eq!(error.to_string(), "find the practice scenario \"no-such-thing\"");
    }

    #[test]
    fn what_a_practice_band_says_reaches_the_session_unchanged() {
        let scan = effect::Effect::Radio(effect::Radio::StartScan { op: OpId(1) });
        let mut heard = 0;
        for (model, scenario) in band::Model::all().flat_map(|model| Scenario::all().map(move |s| (model, s)))
        {
            let mut world = World::new(model, scenario, 1);
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
