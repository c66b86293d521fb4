//! Runs one task on the real radio to its end, without a person: answers "go on" and leaves the tapping to the virtual
//! band. Speaks as `band-rescue --json` does in its last line, so that the tests can drive either.
//!
//! usage: radio-driver TASK [--address ADDRESS] [--for another-app] [--key HEX] [--adapter NAME] [--report FILE]

#[path = "../../../../desktop/src/radio/mod.rs"]
mod radio;

use std::collections::{BTreeMap, VecDeque};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs};

use radio::Bluetooth;
use rescue_core::effect::{Effect, Store};
use rescue_core::event::{Entropy, Event, Input, KeyText, Opened, PersonEvent, Task, Value};
use rescue_core::view::{AskId, Choice, Choose, Question, RowKind, Screen};
use rescue_core::{Engine, Millis, PeerId, View, WallMillis};
use serde_json::json;

/// How long the list must be the same before the only band in it is taken.
const LIST_SETTLES: Duration = Duration::from_millis(1500);
const FRAME: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let task = match words.next().as_deref() {
        Some("unpair") => Task::Unpair,
        Some("erase") => Task::Erase,
        Some("restart") => Task::Restart,
        Some("find") => Task::Find,
        Some("scan") => Task::Scan,
        Some(_) | None => return ExitCode::from(2),
    };
    let words: Vec<String> = words.collect();
    let options: BTreeMap<&str, &str> =
        words.chunks(2).filter_map(|pair| Some((pair.first()?.as_str(), pair.get(1)?.as_str()))).collect();
    match Driver::new(task, &options) {
        Ok(mut driver) => driver.run(&options),
        Err(error) => {
            eprintln!("radio-driver: could not {error}");
            ExitCode::from(1)
        }
    }
}

struct Driver {
    engine: Engine,
    radio: Bluetooth,
    start: Instant,
    events: VecDeque<Event>,
    wake_at: Option<Millis>,
    view: Option<View>,
    answered: Option<AskId>,
    freeing: u32,
    listed: (Vec<PeerId>, Instant),
    picked: bool,
    address: Option<String>,
    key: Option<String>,
    used_with: Choice,
}

impl Driver {
    fn new(task: Task, options: &BTreeMap<&str, &str>) -> Result<Self, Box<dyn std::error::Error>> {
        let adapter = options.get("--adapter").map(|name| (*name).to_owned());
        let mut entropy = [0; 32];
        getrandom::fill(&mut entropy)?;
        let opened = Opened {
            journal: None,
            keys: None,
            entropy: Entropy(entropy),
            boot_id: "test bed".to_owned(),
            phone: "a computer, BlueZ".to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let begin = Event::Person(PersonEvent::Begin(task));
        let another = options.get("--for") == Some(&"another-app");
        Ok(Self {
            engine: Engine::new(),
            radio: Bluetooth::start(adapter)?,
            start: Instant::now(),
            events: [Event::Opened(opened), begin].into(),
            wake_at: None,
            view: None,
            answered: None,
            freeing: 0,
            listed: (Vec::new(), Instant::now()),
            picked: false,
            address: options.get("--address").map(|address| (*address).to_owned()),
            key: options.get("--key").map(|key| (*key).to_owned()),
            used_with: if another { Choice::AnotherApp } else { Choice::OfficialApp },
        })
    }

    fn run(&mut self, options: &BTreeMap<&str, &str>) -> ExitCode {
        let end = loop {
            while let Some(event) = self.events.pop_front() {
                self.handle(event);
            }
            if let Some(View { screen: Screen::Ended(ended), .. }) = &self.view {
                break ended.outcome.clone();
            }
            self.act();
            self.events.extend(self.radio.events());
            if self.events.is_empty() {
                if self.wake_at.is_some_and(|at| at <= self.now()) {
                    self.events.push_back(Event::Timer);
                } else {
                    sleep(FRAME);
                }
            }
        };
        if let Some(path) = options.get("--report") {
            drop(fs::write(path, self.engine.report()));
        }
        let line = json!({
            "outcome": end.end,
            "old_address": end.old_address,
            "new_address": end.new_address,
            "evidence": end.evidence,
            "key": end.key.as_ref().map(rescue_core::AuthKey::to_hex),
            "seconds": self.start.elapsed().as_secs_f32(),
        });
        println!("{line}");
        ExitCode::from(u8::from(!end.end.is_success()))
    }

    fn now(&self) -> Millis {
        Millis(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn handle(&mut self, event: Event) {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = WallMillis(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX));
        let reply = self.engine.handle(Input { now: self.now(), wall, event });
        for effect in reply.effects {
            match effect {
                Effect::Store(Store::Save { op, .. }) => {
                    self.events.push_back(Event::Done { op, value: Value::Nothing });
                }
                Effect::Person(_) => {}
                Effect::Radio(_) | Effect::Phone(_) => self.radio.perform(&effect),
            }
        }
        self.wake_at = reply.wake_at;
        if reply.view.is_some() {
            self.view = reply.view;
        }
    }

    fn act(&mut self) {
        let said = match self.view.as_ref().map(|view| view.screen.clone()) {
            Some(Screen::Choose(choose)) if choose.task != Task::Scan => self.pick(&choose),
            Some(Screen::Question(question)) => self.answer(&question.ask),
            Some(Screen::Rescue(rescue)) => rescue.ask.as_ref().and_then(|ask| self.answer(ask)),
            Some(Screen::Choose(_) | Screen::Home(_) | Screen::Keys(_) | Screen::Ended(_)) | None => None,
        };
        self.events.extend(said.map(Event::Person));
    }

    fn pick(&mut self, choose: &Choose) -> Option<PersonEvent> {
        let bands: Vec<PeerId> = choose
            .bands
            .iter()
            .filter(|row| matches!(row.kind, RowKind::Band(_)))
            .map(|row| row.peer.clone())
            .filter(|peer| self.address.as_ref().is_none_or(|address| *address == peer.0))
            .collect();
        if bands != self.listed.0 {
            self.listed = (bands, Instant::now());
        }
        let settled = self.listed.1.elapsed() >= LIST_SETTLES;
        match self.listed.0.as_slice() {
            [only] if settled && !self.picked => {
                self.picked = true;
                Some(PersonEvent::Pick(only.clone()))
            }
            _ => None,
        }
    }

    fn answer(&mut self, ask: &rescue_core::view::Ask) -> Option<PersonEvent> {
        if self.answered == Some(ask.id) {
            return None;
        }
        self.answered = Some(ask.id);
        let wanted = match ask.question {
            Question::WhereUsed => self.used_with,
            Question::HeldByPhone { .. } | Question::NeedsBluetooth => {
                self.freeing += 1;
                if self.freeing > 2 { Choice::Stop } else { *ask.choices.first()? }
            }
            // Nobody has hands here.
            Question::ResetOnBand { .. } | Question::TryExperiment => Choice::Stop,
            Question::HaveKey { .. } => match self.key.take() {
                Some(key) => return Some(PersonEvent::EnterKey(KeyText(key))),
                None => *ask.choices.first()?,
            },
            Question::NeedsPermission { .. }
            | Question::NeedsLocationSwitch
            | Question::WhatHappens { .. }
            | Question::ForgetByHand
            | Question::BatteryLow { .. }
            | Question::BatteryUnknown
            | Question::DidItBuzz
            | Question::TakeOverToGoOn
            | Question::ShowsPairingScreen => *ask.choices.first()?,
        };
        Some(PersonEvent::Answer { ask: ask.id, choice: wanted })
    }
}
