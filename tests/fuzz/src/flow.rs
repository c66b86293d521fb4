//! A whole task with a practice band, disturbed by a script: answers altered, lost, doubled or swapped, links that drop,
//! a person who does anything, an app that is killed and finds its files damaged.
//!
//! The first bytes say which band, scenario, errand and key. Then each byte is a move: below [`UNDISTURBED`] so many
//! events go by as they come, from there on something is done to the next one (see `Shell::disturb`). When the script is
//! over the task goes on undisturbed, and is stopped if it does not end soon.

use std::collections::VecDeque;

use rescue_core::effect::{Effect, Radio, Store, StoreFile};
use rescue_core::event::{
    Adapter, Bond, CharacteristicId, Choice, Entropy, Event, Failure, Holders, Input, KeyText, OpId, Opened,
    Permission, PermissionKind, PersonEvent, PhoneFacts, RescueId, Seen, Task, Value,
};
use rescue_core::keys::{KeyId, KeyStore};
use rescue_core::practice::{Errand, Kind, Person, Scenario, World};
use rescue_core::view::Screen;
use rescue_core::wire::{advertisement, gatt};
use rescue_core::{Engine, Millis, Payload, PeerId, WallMillis};

use crate::script::Script;

/// Moves below this let the world go on.
const UNDISTURBED: u8 = 0x80;
/// So many events are handed in at most while the script lasts; a task of the ordinary kind has about 100.
const MOST_EVENTS: u32 = 600;
/// And so many after it, before the task is stopped.
const MOST_EVENTS_AFTER: u32 = 200;
/// The longest report: head and 400 lines of 200 characters, with times.
const LONGEST_REPORT: usize = 400 * 4 * 230;

/// Where notifications may come from.
const PLACES: [CharacteristicId; 8] = [
    gatt::AUTH,
    gatt::CONFIGURATION,
    gatt::EVENTS,
    gatt::CHUNKS_FROM_BAND,
    gatt::XIAOMI_V1_FROM_BAND,
    gatt::XIAOMI_V1_TO_BAND,
    gatt::XIAOMI_V2_FROM_BAND,
    gatt::mi_band_1::NOTIFICATION,
];

/// Plays a script.
pub(crate) fn flow(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let kinds: Vec<Kind> = Kind::all().collect();
    let kind = script.one_of(&kinds, Kind::MiBand2);
    let scenarios: Vec<Scenario> =
        Scenario::all().filter(|scenario| scenario.row().course(kind).is_some()).collect();
    let scenario = script.one_of(&scenarios, Scenario::Owned);
    let errands: Vec<Option<Errand>> = Errand::all().map(Some).chain([None]).collect();
    let errand = script.one_of(&errands, None);
    let key_given = script.byte() % 2 == 1;

    let mut shell = Shell::new(kind, scenario, errand, key_given);
    shell.begin();
    while !script.is_over() && shell.handed_in < MOST_EVENTS {
        match script.byte() {
            events @ 0..UNDISTURBED => shell.go_on(u32::from(events) + 1),
            what => shell.disturb(what, &mut script),
        }
    }
    shell.go_on(MOST_EVENTS_AFTER);
    shell.stop();
}

/// A shell that does what is asked for, and watches.
struct Shell {
    engine: Engine,
    world: World,
    person: Person,
    task: Task,
    now: Millis,
    wake_at: Option<Millis>,
    screen: Option<Screen>,
    waiting: VecDeque<Event>,
    saves: VecDeque<(OpId, StoreFile, Payload)>,
    save_fails: bool,
    journal: Option<Payload>,
    keys: Option<Payload>,
    /// The link as the engine sees it, and the operation under way on it.
    link: Option<OpId>,
    under_way: Option<OpId>,
    starts: u8,
    handed_in: u32,
}

impl Shell {
    fn new(kind: Kind, scenario: Scenario, errand: Option<Errand>, key_given: bool) -> Self {
        let person = Person::new(scenario, errand.map_or(Choice::OfficialApp, Errand::used_with));
        let person = match kind.key().filter(|_| key_given) {
            Some(key) => person.with_key(key),
            None => person,
        };
        let mut shell = Self {
            engine: Engine::new(),
            world: World::new(kind, scenario, 11),
            person,
            task: errand.map_or(Task::Scan, Errand::task),
            now: Millis(60_000),
            wake_at: None,
            screen: None,
            waiting: VecDeque::new(),
            saves: VecDeque::new(),
            save_fails: false,
            journal: None,
            keys: None,
            link: None,
            under_way: None,
            starts: 0,
            handed_in: 0,
        };
        shell.open();
        shell
    }

    fn open(&mut self) {
        self.starts = self.starts.wrapping_add(1);
        self.hand_in(Event::Opened(Opened {
            journal: self.journal.clone(),
            keys: self.keys.clone(),
            entropy: Entropy([self.starts; 32]),
            boot_id: "boot".to_owned(),
            phone: "a phone".to_owned(),
            app_version: "test".to_owned(),
        }));
    }

    /// Continues the newest interrupted rescue, or begins the task if there is none.
    fn begin(&mut self) {
        let unfinished = match &self.screen {
            Some(Screen::Home(home)) => home.unfinished.first().map(|unfinished| unfinished.rescue),
            Some(_) | None => None,
        };
        let begin = unfinished.map_or(PersonEvent::Begin(self.task), PersonEvent::Resume);
        self.hand_in(Event::Person(begin));
    }

    // --- the world goes on

    fn go_on(&mut self, events: u32) {
        for _ in 0..events {
            if self.handed_in >= MOST_EVENTS + MOST_EVENTS_AFTER {
                return;
            }
            let Some(event) = self.next_event() else { return };
            self.hand_in(event);
        }
    }

    /// The next thing that happens; nothing once the task has ended.
    fn next_event(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            if !self.task_runs() {
                return None;
            }
            let next = [self.world.wake_at(), self.person.acts_at(), self.wake_at];
            let next = if self.saves.is_empty() { next.into_iter().flatten().min() } else { Some(self.now) };
            self.go_to(next?.max(self.now));
        }
        self.waiting.pop_front()
    }

    fn go_to(&mut self, moment: Millis) {
        self.now = moment;
        let happened = self.world.events(moment);
        self.waiting.extend(happened);
        while let Some((op, file, content)) = self.saves.pop_front() {
            let event = if std::mem::take(&mut self.save_fails) {
                Event::Failed { op, failure: Failure::Refused }
            } else {
                match file {
                    StoreFile::Journal => self.journal = Some(content),
                    StoreFile::Keys => self.keys = Some(content),
                    StoreFile::DamagedJournal | StoreFile::DamagedKeys => {}
                }
                Event::Done { op, value: Value::Nothing }
            };
            self.waiting.push_back(event);
        }
        if self.person.acts_at().is_some_and(|at| at <= moment) {
            let said = self.person.acts(moment, &mut self.world);
            self.waiting.extend(said.map(Event::Person));
        }
        if self.waiting.is_empty() && self.wake_at.is_some_and(|at| at <= moment) {
            self.waiting.push_back(Event::Timer);
        }
    }

    /// Lets the world go on to the first of the next 64 events that is such a one, and gives that.
    fn next_such(&mut self, such: impl Fn(&Event) -> bool) -> Option<Event> {
        for _ in 0..64 {
            let event = self.next_event()?;
            if such(&event) {
                return Some(event);
            }
            self.hand_in(event);
        }
        None
    }

    // --- disturbances

    fn disturb(&mut self, what: u8, script: &mut Script<'_>) {
        match what {
            0x80..=0x8F => self.alter_bytes(what, script),
            0x90 => {
                let _lost = self.next_event();
            }
            0x91 => {
                let Some(event) = self.next_such(is_answer) else { return };
                self.hand_in(event.clone());
                self.hand_in(event);
            }
            0x92 => {
                let Some(Event::Done { op, .. }) = self.next_such(is_answer) else { return };
                let failure = failure(script.byte());
                self.hand_in(Event::Failed { op, failure });
            }
            0x93 => {
                let Some(Event::Done { op, .. }) = self.next_such(is_answer) else { return };
                let value = self.odd_value(script);
                self.hand_in(Event::Done { op, value });
            }
            0x94 => {
                let Some(first) = self.next_event() else { return };
                let second = self.next_event();
                self.waiting.push_front(first);
                if let Some(second) = second {
                    self.hand_in(second);
                }
            }
            0x95 => {
                let status = u16::from_le_bytes(script.array());
                self.link_down(status);
            }
            0x96..=0x99 => {
                let characteristic = script.one_of(&PLACES, gatt::AUTH);
                let value = script.piece().into();
                let link = self.link.unwrap_or(OpId(0));
                self.hand_in(Event::Notified { link, characteristic, value });
            }
            0x9A => {
                let seen = self.heard(script);
                self.hand_in(Event::Seen(seen));
            }
            0x9B..=0x9D => {
                let deed = self.deed(script);
                self.hand_in(Event::Person(deed));
            }
            0x9E => {
                let adapter = script.one_of(&[Adapter::On, Adapter::Off, Adapter::Missing], Adapter::On);
                self.hand_in(Event::Adapter(adapter));
            }
            0x9F => self.hand_in(Event::Resumed),
            0xA0 => {
                let state = script.one_of(&[Bond::None, Bond::Bonding, Bond::Bonded], Bond::None);
                self.hand_in(Event::BondChanged { peer: self.world.own_peer(), state });
            }
            0xA1 => {
                self.now = self.now + Millis(1 << (script.byte() % 22));
                self.hand_in(Event::Timer);
            }
            0xA2 => {
                let now = self.now;
                self.now = now - Millis(1 << (script.byte() % 40));
                self.hand_in(Event::Timer);
                self.now = now;
            }
            0xA3 => {
                let value = self.odd_value(script);
                self.hand_in(Event::Done { op: OpId(u64::from(script.byte()) | 1 << 40), value });
            }
            0xA4 => self.save_fails = true,
            0xA5 => self.kill_and_reopen(),
            0xA6 => {
                damage(&mut self.journal, script);
                damage(&mut self.keys, script);
                self.kill_and_reopen();
            }
            0xA7..=0xA9 => self.alter_table(script),
            0xAA => self.world.tap(self.now),
            0xAB => {
                let _reached = self.world.menu_reset(self.now);
            }
            _ => self.go_on(1),
        }
    }

    /// Puts other bytes into the next answer or notification that has any.
    fn alter_bytes(&mut self, how: u8, script: &mut Script<'_>) {
        let notified = how % 2 == 1;
        let such = |event: &Event| match notified {
            true => matches!(event, Event::Notified { .. }),
            false => matches!(event, Event::Done { value: Value::Bytes(_), .. }),
        };
        let Some(mut event) = self.next_such(such) else { return };
        let (Event::Done { value: Value::Bytes(bytes), .. } | Event::Notified { value: bytes, .. }) =
            &mut event
        else {
            return;
        };
        match how & 0x0E {
            0x00 => bytes.0 = script.piece().to_vec(),
            0x02 => bytes.0.truncate(usize::from(script.byte())),
            0x04 => bytes.0.extend_from_slice(script.piece()),
            0x06 => {
                let at = usize::from(script.byte()).min(bytes.0.len());
                bytes.0.truncate(at);
                bytes.0.extend_from_slice(script.piece());
            }
            _ => {
                let [at, mask] = script.array();
                let at = usize::from(at).checked_rem(bytes.0.len()).unwrap_or(0);
                if let Some(byte) = bytes.0.get_mut(at) {
                    *byte ^= mask;
                }
            }
        }
        self.hand_in(event);
    }

    /// Takes characteristics out of the next table, doubles some, and changes what others can do.
    fn alter_table(&mut self, script: &mut Script<'_>) {
        let such = |event: &Event| matches!(event, Event::Done { value: Value::Services(_), .. });
        let Some(Event::Done { op, value: Value::Services(mut services) }) = self.next_such(such) else {
            return;
        };
        for _ in 0..script.byte() % 8 {
            let [service, characteristic, change] = script.array().map(usize::from);
            let count = services.len();
            let Some(service) = services.get_mut(service.checked_rem(count).unwrap_or(0)) else { break };
            let list = &mut service.characteristics;
            let place = characteristic.checked_rem(list.len()).unwrap_or(0);
            let Some(found) = list.get_mut(place) else { continue };
            match change % 3 {
                0 => found.properties = change.to_le_bytes()[0],
                1 => list.extend_from_within(place..=place),
                _ => drop(list.remove(place)),
            }
        }
        self.hand_in(Event::Done { op, value: Value::Services(services) });
    }

    fn odd_value(&self, script: &mut Script<'_>) -> Value {
        match script.byte() % 6 {
            0 => Value::Nothing,
            1 => Value::Bytes(script.piece().into()),
            2 => Value::Services(Vec::new()),
            3 => Value::Bond(script.one_of(&[Bond::None, Bond::Bonding, Bond::Bonded], Bond::None)),
            4 => Value::Holders(Holders { connected: vec![self.world.own_peer()], apps: Vec::new() }),
            _ => Value::Facts(PhoneFacts {
                adapter: script.one_of(&[Adapter::On, Adapter::Off, Adapter::Missing], Adapter::On),
                permission: script.one_of(
                    &[Permission::Granted, Permission::Missing, Permission::RefusedForGood],
                    Permission::Granted,
                ),
                permission_kind: PermissionKind::Location,
                location_switch: script.one_of(&[None, Some(true), Some(false)], None),
            }),
        }
    }

    fn heard(&self, script: &mut Script<'_>) -> Seen {
        let number = script.byte();
        let peer =
            if number.is_multiple_of(2) { self.world.own_peer() } else { PeerId(format!("peer {number}")) };
        Seen {
            peer,
            address: None,
            address_kind: None,
            rssi: -i16::from(script.byte()),
            connectable: script.one_of(&[None, Some(true), Some(false)], None),
            fields: advertisement::parse(script.piece()),
        }
    }

    fn deed(&self, script: &mut Script<'_>) -> PersonEvent {
        let [what, number] = script.array();
        match what % 16 {
            0 => PersonEvent::Begin(self.task),
            1 => PersonEvent::Resume(RescueId(u32::from(number))),
            2 => PersonEvent::Discard(RescueId(u32::from(number))),
            3 => PersonEvent::ShowKeys,
            4 => PersonEvent::DeleteKey(KeyId(u32::from(number))),
            5 => PersonEvent::CopyKey(KeyId(u32::from(number))),
            6 => PersonEvent::Pick(self.world.own_peer()),
            7 => PersonEvent::Buzz(self.world.own_peer()),
            8 => PersonEvent::EnterKey(KeyText(
                String::from_utf8_lossy(script.take(number.into())).into_owned(),
            )),
            9 => PersonEvent::Back,
            10 => PersonEvent::Cancel,
            11 => PersonEvent::OpenOfficialApp,
            12 => PersonEvent::AppAccepted(number % 2 == 1),
            13 => PersonEvent::ShareReport,
            14 => PersonEvent::Finish,
            _ => self.answer(number).unwrap_or(PersonEvent::CopyEndKey),
        }
    }

    /// Any of the answers that the screen offers.
    fn answer(&self, number: u8) -> Option<PersonEvent> {
        let ask = match self.screen.as_ref()? {
            Screen::Question(question) => &question.ask,
            Screen::Rescue(rescue) => rescue.ask.as_ref()?,
            Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Ended(_) => return None,
        };
        let place = usize::from(number).checked_rem(ask.choices.len())?;
        let choice = *ask.choices.get(place)?;
        Some(PersonEvent::Answer { ask: ask.id, choice })
    }

    fn link_down(&mut self, status: u16) {
        if let Some(link) = self.link.take() {
            self.under_way = None;
            self.hand_in(Event::LinkDown { link, status });
        }
    }

    fn kill_and_reopen(&mut self) {
        self.world.app_killed(self.now);
        self.waiting.clear();
        self.saves.clear();
        self.engine = Engine::new();
        self.person.app_restarted();
        (self.screen, self.wake_at, self.link, self.under_way) = (None, None, None, None);
        self.open();
        self.begin();
    }

    /// A task that still runs can be stopped, and leaves nothing open.
    fn stop(&mut self) {
        if self.task_runs() {
            self.hand_in(Event::Person(PersonEvent::Cancel));
            assert!(matches!(self.screen, Some(Screen::Ended(_))), "it cannot be stopped");
        }
        assert_eq!((self.link, self.under_way), (None, None), "a link is left open after the end");
        let report = self.engine.report();
        assert!(!report.contains("fault of the app"), "{report}");
        assert!(report.len() <= LONGEST_REPORT, "the report has {} bytes", report.len());
    }

    // --- what must hold

    fn task_runs(&self) -> bool {
        match self.screen {
            Some(Screen::Choose(_) | Screen::Question(_) | Screen::Rescue(_)) => true,
            Some(Screen::Home(_) | Screen::Keys(_) | Screen::Ended(_)) | None => false,
        }
    }

    fn hand_in(&mut self, event: Event) {
        self.handed_in += 1;
        self.settle(&event);
        let reply = self.engine.handle(Input { now: self.now, wall: WallMillis(self.now.0), event });
        self.wake_at = reply.wake_at;
        for effect in reply.effects {
            self.perform(effect);
        }
        if let Some(view) = reply.view {
            self.person.looks(self.now, &view, &self.world);
            self.screen = Some(view.screen);
        }
        assert!(!self.task_runs() || self.wake_at.is_some(), "a wait without a deadline");
    }

    /// What an event means for the link and the operation on it.
    fn settle(&mut self, event: &Event) {
        if let Event::Done { op, .. } | Event::Failed { op, .. } = event
            && self.under_way == Some(*op)
        {
            self.under_way = None;
        }
        // A failed attempt to connect, or a link that went down.
        if let Event::Failed { op: link, .. } | Event::LinkDown { link, .. } = event
            && self.link == Some(*link)
        {
            (self.link, self.under_way) = (None, None);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Store(Store::Save { op, file, content }) => self.saves.push_back((op, file, content)),
            Effect::Radio(ref radio) => {
                self.watch(radio);
                self.world.perform(self.now, &effect);
            }
            Effect::Phone(_) => self.world.perform(self.now, &effect),
            Effect::Person(_) => {}
        }
    }

    fn watch(&mut self, radio: &Radio) {
        match radio {
            Radio::StartScan { .. } | Radio::StopScan => {}
            Radio::Close { link } => {
                if self.link == Some(*link) {
                    (self.link, self.under_way) = (None, None);
                }
            }
            Radio::Connect { op, .. } => {
                assert_eq!(self.link, None, "a second link");
                self.link = Some(*op);
                self.under_way = Some(*op);
            }
            Radio::Discover { op, link }
            | Radio::ClearCache { op, link }
            | Radio::RequestMtu { op, link, .. }
            | Radio::Read { op, link, .. }
            | Radio::Subscribe { op, link, .. } => self.begins(*op, *link),
            Radio::Write { op, link, characteristic, value, .. } => {
                self.begins(*op, *link);
                if *characteristic == gatt::AUTH {
                    self.is_safe(value.as_slice());
                }
            }
        }
    }

    fn begins(&mut self, op: OpId, link: OpId) {
        assert_eq!(self.link, Some(link), "an operation on a link that is not there");
        assert_eq!(self.under_way, None, "two operations under way");
        self.under_way = Some(op);
    }

    /// A key that is offered to a band is on disk.
    fn is_safe(&self, frame: &[u8]) {
        if let [0x01, _, key @ ..] = frame
            && let Ok(key) = <[u8; 16]>::try_from(key)
        {
            let keys = self.keys.clone().unwrap_or_default();
            let (store, _) = KeyStore::load(keys.as_slice());
            assert!(
                store.all().iter().any(|saved| *saved.key.bytes() == key),
                "a key was sent before it was safe"
            );
        }
    }
}

const fn is_answer(event: &Event) -> bool {
    matches!(event, Event::Done { .. } | Event::Failed { .. })
}

fn failure(number: u8) -> Failure {
    match number % 6 {
        0 => Failure::Unsupported,
        1 => Failure::Denied,
        2 => Failure::Refused,
        3 => Failure::Missing,
        4 => Failure::BluetoothOff,
        _ => Failure::Status(u16::from(number)),
    }
}

/// Writes some bytes over those of a file.
fn damage(file: &mut Option<Payload>, script: &mut Script<'_>) {
    let at = usize::from(u16::from_le_bytes(script.array()));
    let piece = script.piece();
    if let Some(content) = file {
        for (to, from) in content.0.iter_mut().skip(at).zip(piece) {
            *to = *from;
        }
    }
}
