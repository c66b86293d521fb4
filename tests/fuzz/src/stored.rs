//! What people type, and what is found in the files of the app.

use rescue_core::event::{Entropy, Event, Input, Opened, PersonEvent, RescueId};
use rescue_core::keys::{KeyStore, doctor};
use rescue_core::view::Screen;
use rescue_core::{Address, AuthKey, Engine, Intact, Millis, Payload, WallMillis};

use crate::script::Script;

/// A key or an address, in whatever form.
pub(crate) fn typed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match doctor::readings(&text) {
        Ok(keys) => {
            assert!((1..=2).contains(&keys.len()));
            for key in keys {
                assert_eq!(AuthKey::from_hex(&key.to_hex()), Ok(key.clone()));
                assert_eq!(
                    doctor::readings(&key.to_hex()).ok().and_then(|keys| keys.first().cloned()),
                    Some(key)
                );
            }
        }
        Err(error) => assert!(error.to_string().len() <= 100),
    }
    let _ = AuthKey::from_hex(&text);
    if let Ok(address) = text.parse::<Address>() {
        assert_eq!(address.to_string().parse(), Ok(address));
        assert!(address.to_string().ends_with(&address.tail()));
    }
}

/// Journal and keys of any content: the app opens, and whatever it offers to continue can be begun and stopped.
pub(crate) fn files(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let journal = script.take_until(0).to_vec();
    let keys = script.rest().to_vec();
    let (store, _) = KeyStore::load(&keys);
    let saved = store.save();
    let (again, intact) = KeyStore::load(saved.as_slice());
    assert!(again.all() == store.all() && intact == Intact::Whole);

    let mut opened = App::open(journal, keys);
    let unfinished: Vec<RescueId> = match &opened.screen {
        Some(Screen::Home(home)) => home.unfinished.iter().map(|unfinished| unfinished.rescue).collect(),
        Some(_) | None => Vec::new(),
    };
    opened.says(PersonEvent::ShowKeys);
    opened.says(PersonEvent::Back);
    for rescue in unfinished.into_iter().take(20) {
        opened.says(PersonEvent::Resume(rescue));
        for _ in 0..4 {
            opened.hand_in(Event::Timer);
        }
        opened.says(PersonEvent::Cancel);
        assert!(matches!(opened.screen, Some(Screen::Ended(_))), "it cannot be stopped");
        opened.says(PersonEvent::Finish);
        opened.says(PersonEvent::Discard(rescue));
    }
    let report = opened.engine.report();
    assert!(!report.contains("fault of the app"), "{report}");
}

/// The app, with nothing but a clock.
struct App {
    engine: Engine,
    now: Millis,
    screen: Option<Screen>,
}

impl App {
    fn open(journal: Vec<u8>, keys: Vec<u8>) -> Self {
        let mut app = Self { engine: Engine::new(), now: Millis(0), screen: None };
        app.hand_in(Event::Opened(Opened {
            journal: Some(Payload(journal)),
            keys: Some(Payload(keys)),
            entropy: Entropy([1; 32]),
            boot_id: "boot".to_owned(),
            phone: "a phone".to_owned(),
            app_version: "test".to_owned(),
        }));
        app
    }

    fn says(&mut self, event: PersonEvent) {
        self.hand_in(Event::Person(event));
    }

    fn hand_in(&mut self, event: Event) {
        self.now = self.now + Millis(11_000);
        let reply = self.engine.handle(Input { now: self.now, wall: WallMillis(0), event });
        self.screen = reply.view.map(|view| view.screen).or(self.screen.take());
    }
}
