//! An engine and a practice world with a person between them, in virtual time: for tests, benches and the
//! command line's fast runs. Everything that goes in and comes out is written down; files are kept in memory.

use std::collections::VecDeque;

use super::kinds::Kind;
use super::person::Person;
use super::scenarios::{Errand, Scenario};
use super::world::World;
use crate::effect::{Effect, Store, StoreFile};
use crate::engine::Engine;
use crate::event::{Entropy, Event, Failure, Input, OpId, Opened, PersonEvent, Value};
use crate::payload::Payload;
use crate::time::{Millis, WallMillis};
use crate::view::{Ended, Screen, View};

/// The virtual run begins at this time of the monotonic clock.
const START: Millis = Millis(60_000);
/// And at this time of the wall clock (2026-01-01, UTC).
const START_WALL: u64 = 1_767_225_600_000;
/// A run that takes longer is not worth waiting for, even virtually.
const LONGEST: Millis = Millis::secs(2 * 60 * 60);
/// So many inputs at one instant mean that the engine and the world talk in circles.
const CIRCLES: u32 = 10_000;
/// Storage takes so long to make a file safe.
const SAVING: Millis = Millis(20);

/// What the storage does with saves, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// Saves everything.
    #[default]
    Works,
    /// Fails from this save on.
    FailsFrom(u32),
    /// Never answers from this save on.
    SilentFrom(u32),
}

/// The stored files as they are on the virtual disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Rescues.
    pub journal: Option<Payload>,
    /// Keys.
    pub keys: Option<Payload>,
    /// A journal that could not be read.
    pub damaged_journal: Option<Payload>,
    /// Keys that could not be read.
    pub damaged_keys: Option<Payload>,
}

/// Something that went in or came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Traced {
    /// An input.
    In(Millis, Event),
    /// An effect.
    Out(Millis, Effect),
    /// A new screen.
    Shown(Millis, View),
}

/// An engine, a world and a person.
pub struct Pair {
    engine: Engine,
    world: World,
    person: Person,
    errand: Errand,
    seed: u64,
    starts: u64,
    now: Millis,
    view: Option<View>,
    wake_at: Option<Millis>,
    waiting: VecDeque<Event>,
    saves: VecDeque<(Millis, OpId, StoreFile, Payload)>,
    saves_begun: u32,
    storage: Storage,
    files: Files,
    trace: Vec<Traced>,
    inputs: u32,
    inputs_now: u32,
}

impl Pair {
    /// The app is open, nothing is begun.
    pub fn new(kind: Kind, scenario: Scenario, errand: Errand, seed: u64) -> Self {
        Self::with(kind, Person::new(scenario, errand.used_with()), scenario, errand, seed)
    }

    /// The same, with a person who has the band's key, if there is such a key.
    pub fn with_key(kind: Kind, scenario: Scenario, errand: Errand, seed: u64) -> Self {
        let person = Person::new(scenario, errand.used_with());
        let person = match kind.key() {
            Some(key) => person.with_key(key),
            None => person,
        };
        Self::with(kind, person, scenario, errand, seed)
    }

    fn with(kind: Kind, person: Person, scenario: Scenario, errand: Errand, seed: u64) -> Self {
        let mut pair = Self {
            engine: Engine::new(),
            world: World::new(kind, scenario, seed),
            person,
            errand,
            seed,
            starts: 0,
            now: START,
            view: None,
            wake_at: None,
            waiting: VecDeque::new(),
            saves: VecDeque::new(),
            saves_begun: 0,
            storage: Storage::Works,
            files: Files::default(),
            trace: Vec::new(),
            inputs: 0,
            inputs_now: 0,
        };
        pair.open();
        pair
    }

    /// Begins the errand and goes on until it has ended. `None`: it did not end in two virtual hours.
    pub fn run(&mut self) -> Option<&Ended> {
        self.begin();
        self.go_on()
    }

    /// Begins the errand.
    pub fn begin(&mut self) {
        self.say(PersonEvent::Begin(self.errand.task()));
        // Nothing asks for a key there.
        if self.errand == Errand::Info
            && let Some(key) = self.person.key_text()
        {
            self.say(PersonEvent::EnterKey(key));
        }
    }

    /// Continues the newest interrupted rescue, or begins the errand if there is none.
    pub fn resume(&mut self) {
        let unfinished = match self.view.as_ref().map(|view| &view.screen) {
            Some(Screen::Home(home)) => home.unfinished.first().map(|unfinished| unfinished.rescue),
            Some(
                Screen::Keys(_)
                | Screen::Choose(_)
                | Screen::Question(_)
                | Screen::Rescue(_)
                | Screen::Ended(_),
            )
            | None => None,
        };
        match unfinished {
            Some(rescue) => self.say(PersonEvent::Resume(rescue)),
            None => self.begin(),
        }
    }

    /// Goes on until the end screen. `None`: it did not come in two virtual hours.
    pub fn go_on(&mut self) -> Option<&Ended> {
        while self.ended().is_none() && self.step() {}
        self.ended()
    }

    /// Hands the next input to the engine. False when nothing will ever happen, or not in time.
    pub fn step(&mut self) -> bool {
        while self.waiting.is_empty() {
            let Some(next) = self.next_moment() else { return false };
            if next > START + LONGEST {
                return false;
            }
            self.go_to(next);
        }
        let Some(event) = self.waiting.pop_front().filter(|_| self.inputs_now < CIRCLES) else {
            return false;
        };
        self.hand_in(event);
        true
    }

    /// The person says something at once, outside of what the practised person does.
    pub fn say(&mut self, event: PersonEvent) {
        self.hand_in(Event::Person(event));
    }

    /// The app is killed and opened again from its files; the world goes on. Nothing is begun.
    pub fn kill_and_reopen(&mut self) {
        self.world.app_killed(self.now);
        self.waiting.retain(survives_the_app);
        self.saves.clear();
        self.engine = Engine::new();
        self.view = None;
        self.wake_at = None;
        self.person.app_restarted();
        self.open();
    }

    /// What the storage does from now on.
    pub fn set_storage(&mut self, storage: Storage) {
        self.storage = storage;
    }

    /// The end screen, if it is shown.
    pub fn ended(&self) -> Option<&Ended> {
        match self.view.as_ref().map(|view| &view.screen) {
            Some(Screen::Ended(ended)) => Some(ended),
            Some(
                Screen::Home(_)
                | Screen::Keys(_)
                | Screen::Choose(_)
                | Screen::Question(_)
                | Screen::Rescue(_),
            )
            | None => None,
        }
    }

    /// The screen.
    pub const fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// The virtual time since the app was first opened.
    pub fn elapsed(&self) -> Millis {
        self.now - START
    }

    /// The virtual time.
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// How many inputs the engine was given, over all its lives.
    pub const fn inputs(&self) -> u32 {
        self.inputs
    }

    /// Everything that went in and came out.
    pub fn trace(&self) -> &[Traced] {
        &self.trace
    }

    /// The files.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// Replaces the files, before [`Pair::kill_and_reopen`] reads them.
    pub fn set_files(&mut self, files: Files) {
        self.files = files;
    }

    /// The world.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The world, to disturb it.
    pub const fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The engine's report.
    pub fn report(&self) -> String {
        self.engine.report()
    }

    // ---- the shell's part ---------------------------------------------------------------------------------

    fn open(&mut self) {
        self.starts += 1;
        let mut entropy = super::random::Random::new(self.seed ^ self.starts << 32);
        self.hand_in(Event::Opened(Opened {
            journal: self.files.journal.clone(),
            keys: self.files.keys.clone(),
            entropy: Entropy(entropy.bytes()),
            boot_id: "practice".to_owned(),
            phone: "a practice phone".to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
        }));
    }

    fn next_moment(&self) -> Option<Millis> {
        let saved = self.saves.front().map(|(at, ..)| *at);
        let next = [self.world.wake_at(), saved, self.person.acts_at(), self.wake_at];
        next.into_iter().flatten().min().map(|at| at.max(self.now))
    }

    /// Lets time pass and collects what happens at its end: first in the world, then by the person's hand.
    fn go_to(&mut self, moment: Millis) {
        if moment > self.now {
            self.inputs_now = 0;
        }
        self.now = moment;
        let happened = self.world.events(moment);
        self.waiting.extend(happened);
        while let Some((_, op, file, content)) = self.saves.pop_front_if(|(at, ..)| *at <= moment) {
            self.file(file, content);
            self.waiting.push_back(Event::Done { op, value: Value::Nothing });
        }
        if self.person.acts_at().is_some_and(|at| at <= moment) {
            let said = self.person.acts(moment, &mut self.world);
            self.waiting.extend(said.map(Event::Person));
        }
        if self.waiting.is_empty() && self.wake_at.is_some_and(|at| at <= moment) {
            self.waiting.push_back(Event::Timer);
        }
    }

    fn hand_in(&mut self, event: Event) {
        self.inputs += 1;
        self.inputs_now += 1;
        self.trace.push(Traced::In(self.now, event.clone()));
        let wall = WallMillis(START_WALL + self.now.0);
        let reply = self.engine.handle(Input { now: self.now, wall, event });
        self.wake_at = reply.wake_at;
        for effect in reply.effects {
            self.perform(&effect);
            self.trace.push(Traced::Out(self.now, effect));
        }
        if let Some(view) = reply.view {
            self.person.looks(self.now, &view, &self.world);
            self.trace.push(Traced::Shown(self.now, view.clone()));
            self.view = Some(view);
        }
    }

    fn perform(&mut self, effect: &Effect) {
        match effect {
            Effect::Radio(_) | Effect::Phone(_) => self.world.perform(self.now, effect),
            Effect::Store(Store::Save { op, file, content }) => self.save(*op, *file, content.clone()),
            Effect::Person(_) => {}
        }
    }

    fn save(&mut self, op: OpId, file: StoreFile, content: Payload) {
        self.saves_begun += 1;
        match self.storage {
            Storage::FailsFrom(first) if self.saves_begun >= first => {
                self.waiting.push_back(Event::Failed { op, failure: Failure::Refused });
            }
            Storage::SilentFrom(first) if self.saves_begun >= first => {}
            Storage::Works | Storage::FailsFrom(_) | Storage::SilentFrom(_) => {
                self.saves.push_back((self.now + SAVING, op, file, content));
            }
        }
    }

    fn file(&mut self, file: StoreFile, content: Payload) {
        let place = match file {
            StoreFile::Journal => &mut self.files.journal,
            StoreFile::Keys => &mut self.files.keys,
            StoreFile::DamagedJournal => &mut self.files.damaged_journal,
            StoreFile::DamagedKeys => &mut self.files.damaged_keys,
        };
        *place = Some(content);
    }
}

/// Whether an event that was on its way still reaches an app that was killed in the meantime.
const fn survives_the_app(event: &Event) -> bool {
    match event {
        Event::Resumed | Event::Adapter(_) | Event::BondChanged { .. } => true,
        Event::Opened(_)
        | Event::Timer
        | Event::Person(_)
        | Event::Done { .. }
        | Event::Failed { .. }
        | Event::Seen(_)
        | Event::Notified { .. }
        | Event::LinkDown { .. } => false,
    }
}
