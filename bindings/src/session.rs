//! The session: the engine behind a lock. One event in, one reply out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rescue_core::Engine;

use crate::error::MisuseError;
use crate::platform;
use crate::types::{Input, Reply};

/// A run of the app. Practice has a session and stored files of its own. Every event goes through [`Session::handle`], from one thread.
#[derive(uniffi::Object)]
pub struct Session {
    engine: Mutex<Engine>,
}

#[uniffi::export]
impl Session {
    /// A session that waits for its first event, `Opened`.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        platform::start();
        Arc::new(Self { engine: Mutex::new(Engine::new()) })
    }

    /// Takes an event, says what to do now. An error means that the input could not be understood; it changed nothing.
    pub fn handle(&self, input: Input) -> Result<Reply, MisuseError> {
        let input = input.try_into()?;
        Ok(self.engine().handle(input).into())
    }

    /// The redacted account of the rescue, at any time, also after a panic.
    pub fn report(&self) -> String {
        self.engine().report()
    }

    /// Panics on purpose while the engine is in use: the proof that a panic arrives in Kotlin as an exception and that
    /// the session still works afterwards.
    pub fn provoke_panic(&self) {
        let _engine = self.engine();
        panic!("provoked on purpose");
    }
}

impl Session {
    /// A panic leaves the lock poisoned. The engine keeps its state whole between polls, so it is used further.
    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::types::{Event, Opened, Screen};

    #[test]
    fn a_session_goes_on_after_a_panic_poisoned_its_lock() {
        let session = Session::new();
        assert!(catch_unwind(AssertUnwindSafe(|| session.provoke_panic())).is_err());
        assert!(session.engine.is_poisoned());
        let reply = session.handle(opened(vec![7; 32])).unwrap();
        assert!(matches!(reply.view.map(|view| view.screen), Some(Screen::Home { .. })));
        assert!(session.report().contains("Pixel 6"));
    }

    #[test]
    fn a_bad_call_changes_nothing_and_the_next_good_one_works() {
        let session = Session::new();
        let error = session.handle(opened(vec![7; 31])).err();
        assert_eq!(error, Some(MisuseError::Entropy { found: 31 }));
        assert!(session.handle(opened(vec![7; 32])).unwrap().view.is_some());
    }

    fn opened(entropy: Vec<u8>) -> Input {
        let opened = Opened {
            journal: None,
            keys: None,
            entropy,
            boot_id: "boot".into(),
            phone: "Pixel 6".into(),
            app_version: "0.1.0".into(),
        };
        Input { now_ms: 1, wall_ms: 1, event: Event::Opened { opened } }
    }
}
