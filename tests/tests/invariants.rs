//! What must hold whatever happens in whatever order: no panic, one GATT operation at a time, a deadline for every
//! wait, one end, a key on disk before it is sent, nothing but clean-up after cancelling, and equal replies to
//! equal inputs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::sample::Index;
use rescue_core::address::PeerId;
use rescue_core::effect::{Effect, Phone, Radio, Store, StoreFile};
use rescue_core::event::{
    Adapter, Bond, Entropy, Event, Failure, Holders, Input, KeyText, OpId, Opened, Permission,
    PermissionKind, PersonEvent, PhoneFacts, RescueId, Seen, Task, Value,
};
use rescue_core::view::{Screen, View};
use rescue_core::wire::{advertisement, gatt};
use rescue_core::{Engine, Millis, Payload, Reply, WallMillis};
use rescue_tests::recorded::services;
use rescue_tests::vector;

/// One thing that happens next.
#[derive(Clone, Debug)]
enum Move {
    Wait(u64),
    ClockBack(u64),
    AnswerWell(Index),
    AnswerOddly(Index, u8),
    Fail(Index, u8),
    AnswerNobody(u64),
    Hear { peer: u8, raw: Vec<u8> },
    HearBand { peer: u8, held: bool },
    Notify { place: u8, value: Vec<u8> },
    BandSays(u8),
    LinkDown(u16),
    Adapter(bool),
    BondGone,
    Resumed,
    Choose(Index),
    Pick(u8),
    Buzz(u8),
    Back,
    Cancel,
    Other(u8),
    Begin(u8),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => prop_oneof![0..200u64, 0..40_000u64].prop_map(Move::Wait),
        1 => any::<u64>().prop_map(Move::ClockBack),
        30 => any::<Index>().prop_map(Move::AnswerWell),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(index, kind)| Move::AnswerOddly(index, kind)),
        3 => (any::<Index>(), any::<u8>()).prop_map(|(index, kind)| Move::Fail(index, kind)),
        1 => any::<u64>().prop_map(Move::AnswerNobody),
        1 => (0..4u8, prop::collection::vec(any::<u8>(), 0..62)).prop_map(|(peer, raw)| Move::Hear { peer, raw }),
        6 => (0..4u8, any::<bool>()).prop_map(|(peer, held)| Move::HearBand { peer, held: held && peer == 3 }),
        1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..21))
            .prop_map(|(place, value)| Move::Notify { place, value }),
        14 => any::<u8>().prop_map(Move::BandSays),
        1 => any::<u16>().prop_map(Move::LinkDown),
        1 => any::<bool>().prop_map(Move::Adapter),
        1 => Just(Move::BondGone),
        1 => Just(Move::Resumed),
        12 => any::<Index>().prop_map(Move::Choose),
        8 => (0..4u8).prop_map(Move::Pick),
        1 => (0..4u8).prop_map(Move::Buzz),
        1 => Just(Move::Back),
        1 => Just(Move::Cancel),
        1 => any::<u8>().prop_map(Move::Other),
        3 => (0..7u8).prop_map(Move::Begin),
    ];
    prop::collection::vec(one, 1..220)
}

/// A shell that does what the moves say, and watches.
struct Watched {
    engine: Engine,
    now: Millis,
    wake_at: Option<Millis>,
    view: Option<View>,
    waiting: Vec<(OpId, Effect)>,
    link: Option<OpId>,
    saved_keys: Vec<u8>,
    begun: u32,
    ended: u32,
    replies: Vec<Reply>,
}

impl Watched {
    fn new() -> Self {
        let mut watched = Self {
            engine: Engine::new(),
            now: Millis(5_000),
            wake_at: None,
            view: None,
            waiting: Vec::new(),
            link: None,
            saved_keys: Vec::new(),
            begun: 0,
            ended: 0,
            replies: Vec::new(),
        };
        watched.hand_in(Event::Opened(Opened {
            journal: None,
            keys: None,
            entropy: Entropy([9; 32]),
            boot_id: "boot".into(),
            phone: "phone".into(),
            app_version: "test".into(),
        }));
        watched
    }

    fn hand_in(&mut self, event: Event) -> Vec<Effect> {
        let reply = self.engine.handle(Input { now: self.now, wall: WallMillis(0), event });
        self.wake_at = reply.wake_at;
        for effect in &reply.effects {
            self.watch(effect);
        }
        if let Some(view) = &reply.view {
            let was_ended = matches!(self.view.as_ref().map(|view| &view.screen), Some(Screen::Ended(_)));
            if matches!(view.screen, Screen::Ended(_)) && !was_ended {
                self.ended += 1;
                assert!(self.ended <= self.begun, "an end for nothing that was begun");
            }
            self.view = Some(view.clone());
        }
        if self.task_runs() {
            assert!(self.wake_at.is_some(), "a wait without a deadline in {:?}", self.view);
        } else {
            assert_eq!(self.link, None, "a link is left open after the end");
        }
        self.replies.push(reply.clone());
        reply.effects
    }

    fn task_runs(&self) -> bool {
        match self.view.as_ref().map(|view| &view.screen) {
            Some(Screen::Choose(_) | Screen::Question(_) | Screen::Rescue(_)) => true,
            Some(Screen::Home(_) | Screen::Keys(_) | Screen::Ended(_)) | None => false,
        }
    }

    fn watch(&mut self, effect: &Effect) {
        let op = match effect {
            Effect::Radio(radio) => self.watch_radio(radio),
            Effect::Phone(phone) => match phone {
                Phone::Facts { op } | Phone::AskPermission { op } | Phone::AskBluetooth { op } => Some(*op),
                Phone::Bond { op, .. } | Phone::RemoveBond { op, .. } | Phone::CancelBond { op, .. } => {
                    Some(*op)
                }
                Phone::Holders { op } => Some(*op),
                Phone::OpenSettings(_) => None,
            },
            Effect::Store(Store::Save { op, .. }) => Some(*op),
            Effect::Person(_) => None,
        };
        if let Some(op) = op {
            assert!(self.waiting.iter().all(|(known, _)| *known != op), "an operation number was used twice");
            self.waiting.push((op, effect.clone()));
        }
    }

    fn watch_radio(&mut self, radio: &Radio) -> Option<OpId> {
        match radio {
            Radio::StopScan => None,
            Radio::StartScan { op } => Some(*op),
            Radio::Close { link } => {
                if self.link == Some(*link) {
                    self.link = None;
                }
                self.waiting.retain(|(_, effect)| !is_gatt(effect));
                None
            }
            Radio::Connect { op, .. } => {
                assert_eq!(self.link, None, "a second link");
                self.only_one();
                self.link = Some(*op);
                Some(*op)
            }
            Radio::Write { op, link, characteristic, value, .. } => {
                assert_eq!(self.link, Some(*link), "a write to a link that is not there");
                self.only_one();
                if *characteristic == gatt::AUTH && value.as_slice().first() == Some(&0x01) {
                    let key = hex::encode(&value.as_slice()[2..]);
                    let file = String::from_utf8_lossy(&self.saved_keys);
                    assert!(file.contains(&key), "a key was sent before it was safe");
                }
                Some(*op)
            }
            Radio::Discover { op, link }
            | Radio::ClearCache { op, link }
            | Radio::RequestMtu { op, link, .. }
            | Radio::Read { op, link, .. }
            | Radio::Subscribe { op, link, .. } => {
                assert_eq!(self.link, Some(*link), "an operation on a link that is not there");
                self.only_one();
                Some(*op)
            }
        }
    }

    fn only_one(&self) {
        let flying: Vec<_> = self.waiting.iter().filter(|(_, effect)| is_gatt(effect)).collect();
        assert!(flying.is_empty(), "two GATT operations in flight: {flying:?}");
    }

    fn take(&mut self, index: Index) -> Option<(OpId, Effect)> {
        // Mostly the oldest, now and then any.
        let place = if index.index(4) > 0 { 0 } else { index.index(self.waiting.len().max(1)) };
        (place < self.waiting.len()).then(|| self.waiting.remove(place))
    }

    fn go(&mut self, step: Move) {
        let event = match step {
            Move::Wait(span) => {
                self.now = self.now + Millis(span);
                Event::Timer
            }
            Move::ClockBack(span) => {
                let event = Event::Timer;
                let before = self.now;
                self.now = self.now - Millis(span);
                self.hand_in(event);
                self.now = before;
                return;
            }
            Move::AnswerWell(index) => {
                let Some((op, effect)) = self.take(index) else { return };
                if let Effect::Store(Store::Save { file: StoreFile::Keys, content, .. }) = &effect {
                    self.saved_keys = content.0.clone();
                }
                Event::Done { op, value: good(&effect) }
            }
            Move::AnswerOddly(index, kind) => {
                let Some((op, effect)) = self.take(index) else { return };
                if let Effect::Store(Store::Save { file: StoreFile::Keys, content, .. }) = &effect {
                    self.saved_keys = content.0.clone();
                }
                Event::Done { op, value: odd(kind) }
            }
            Move::Fail(index, kind) => {
                let Some((op, _)) = self.take(index) else { return };
                if self.link == Some(op) {
                    self.link = None;
                }
                Event::Failed { op, failure: failure(kind) }
            }
            Move::AnswerNobody(op) => Event::Done { op: OpId(op | 1 << 40), value: Value::Nothing },
            Move::Hear { peer, raw } => Event::Seen(heard(peer, &raw, None)),
            Move::HearBand { peer, held } => Event::Seen(band(peer, held)),
            Move::Notify { place, value } => self.notified(place, value),
            Move::BandSays(what) => self.notified(what, said(what)),
            Move::LinkDown(status) => {
                let Some(link) = self.link else { return };
                self.waiting.retain(|(_, effect)| !is_gatt(effect));
                self.link = None;
                Event::LinkDown { link, status }
            }
            Move::Adapter(on) => Event::Adapter(if on { Adapter::On } else { Adapter::Off }),
            Move::BondGone => Event::BondChanged { peer: peer(0), state: Bond::None },
            Move::Resumed => Event::Resumed,
            Move::Choose(index) => {
                let Some((ask, choice)) = self.question(index) else { return };
                Event::Person(PersonEvent::Answer { ask, choice })
            }
            Move::Pick(number) => Event::Person(PersonEvent::Pick(peer(number))),
            Move::Buzz(number) => Event::Person(PersonEvent::Buzz(peer(number))),
            Move::Back => Event::Person(PersonEvent::Back),
            Move::Cancel => {
                let effects = self.hand_in(Event::Person(PersonEvent::Cancel));
                for effect in effects {
                    assert!(is_clean_up(&effect), "cancelling did {effect:?}");
                }
                return;
            }
            Move::Other(kind) => Event::Person(other(kind)),
            Move::Begin(kind) => {
                if !self.task_runs() {
                    self.begun += 1;
                }
                Event::Person(PersonEvent::Begin(task(kind)))
            }
        };
        self.hand_in(event);
    }

    fn question(&self, index: Index) -> Option<(rescue_core::event::AskId, rescue_core::event::Choice)> {
        let ask = match self.view.as_ref().map(|view| &view.screen)? {
            Screen::Question(question) => &question.ask,
            Screen::Rescue(rescue) => rescue.ask.as_ref()?,
            Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Ended(_) => return None,
        };
        let place = if index.index(3) > 0 { 0 } else { index.index(ask.choices.len()) };
        Some((ask.id, ask.choices[place]))
    }

    fn notified(&self, place: u8, value: Vec<u8>) -> Event {
        let places = [gatt::AUTH, gatt::AUTH, gatt::AUTH, gatt::CONFIGURATION, gatt::EVENTS];
        let characteristic = places[usize::from(place) % places.len()];
        Event::Notified { link: self.link.unwrap_or(OpId(0)), characteristic, value: Payload(value) }
    }
}

fn is_gatt(effect: &Effect) -> bool {
    match effect {
        Effect::Radio(Radio::StartScan { .. } | Radio::StopScan | Radio::Close { .. }) => false,
        Effect::Radio(_) => true,
        Effect::Phone(_) | Effect::Store(_) | Effect::Person(_) => false,
    }
}

fn is_clean_up(effect: &Effect) -> bool {
    match effect {
        Effect::Radio(Radio::StopScan | Radio::Close { .. }) => true,
        Effect::Radio(_) | Effect::Phone(_) => false,
        Effect::Store(_) | Effect::Person(_) => true,
    }
}

fn peer(number: u8) -> PeerId {
    PeerId(format!("C0:FF:EE:00:00:{number:02X}"))
}

fn heard(number: u8, raw: &[u8], connectable: Option<bool>) -> Seen {
    let fields = advertisement::parse(raw);
    Seen {
        peer: peer(number),
        address: None,
        address_kind: None,
        rssi: -50 - i16::from(number),
        connectable,
        fields,
    }
}

fn band(number: u8, held: bool) -> Seen {
    let v75 = vector("v75");
    let mut raw = v75.bytes("/inputs/advertisement");
    if held {
        raw[2] = 0x04;
    }
    *raw.last_mut().unwrap() = number;
    raw.extend(v75.bytes("/inputs/scan_response"));
    heard(number, &raw, Some(!held))
}

/// What a well-meaning phone and band answer.
fn good(effect: &Effect) -> Value {
    let facts = PhoneFacts {
        adapter: Adapter::On,
        permission: Permission::Granted,
        permission_kind: PermissionKind::NearbyDevices,
        location_switch: None,
    };
    match effect {
        Effect::Radio(Radio::Discover { .. }) => Value::Services(services(&vector("v80"))),
        Effect::Radio(Radio::Read { characteristic, .. }) if *characteristic == gatt::PNP => {
            Value::Bytes(Payload(vector("v77").bytes("/inputs/2a50")))
        }
        Effect::Radio(Radio::Read { characteristic, .. }) if *characteristic == gatt::BATTERY => {
            Value::Bytes(Payload(vector("v79").bytes("/inputs/raw")))
        }
        Effect::Radio(Radio::Read { .. }) => Value::Bytes(Payload(vector("v77").bytes("/inputs/2a25"))),
        Effect::Radio(_) | Effect::Store(_) | Effect::Person(_) => Value::Nothing,
        Effect::Phone(Phone::Bond { .. }) => Value::Bond(Bond::None),
        Effect::Phone(Phone::Holders { .. }) => Value::Holders(Holders::default()),
        Effect::Phone(_) => Value::Facts(facts),
    }
}

fn odd(kind: u8) -> Value {
    match kind % 6 {
        5 => Value::Mtu(u16::from(kind) << 8),
        0 => Value::Nothing,
        1 => Value::Bytes(Payload(vec![kind; usize::from(kind)])),
        2 => Value::Services(Vec::new()),
        3 => Value::Bond(Bond::Bonding),
        _ => Value::Holders(Holders { connected: vec![peer(0)], apps: Vec::new() }),
    }
}

fn failure(kind: u8) -> Failure {
    match kind % 6 {
        0 => Failure::Unsupported,
        1 => Failure::Denied,
        2 => Failure::Refused,
        3 => Failure::Missing,
        4 => Failure::BluetoothOff,
        _ => Failure::Status(133),
    }
}

/// What bands say, right or wrong.
fn said(what: u8) -> Vec<u8> {
    let random: Vec<u8> = (0..16).collect();
    match what / 5 % 9 {
        0 | 1 => vec![0x10, 0x01, 0x01],
        2 => [&[0x10, 0x02, 0x01], random.as_slice()].concat(),
        3 | 4 => vec![0x10, 0x03, 0x01],
        5 => vec![0x10, 0x01, 0x04],
        6 => vec![0x10, 0x03, 0x04],
        7 => vec![0x10, 0x06, 0x0B, 0x00, 0x01],
        _ => vec![0x04],
    }
}

fn task(kind: u8) -> Task {
    match kind {
        0 | 1 => Task::Unpair,
        2 => Task::Erase,
        3 => Task::Restart,
        4 => Task::Find,
        5 => Task::Info,
        _ => Task::Forget,
    }
}

fn other(kind: u8) -> PersonEvent {
    match kind % 10 {
        9 => PersonEvent::EnterKey(KeyText("00112233445566778899aabbccddeeff".into())),
        0 => PersonEvent::ShowKeys,
        1 => PersonEvent::Finish,
        2 => PersonEvent::Resume(RescueId(u32::from(kind) % 3)),
        3 => PersonEvent::OpenOfficialApp,
        4 => PersonEvent::AppAccepted(kind > 99),
        5 => PersonEvent::CopyEndKey,
        6 => PersonEvent::ShareReport,
        7 => PersonEvent::CopyKey(rescue_core::keys::KeyId(0)),
        _ => PersonEvent::Discard(RescueId(7)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_in_whatever_order(moves in moves()) {
        let run = |moves: Vec<Move>| {
            let mut watched = Watched::new();
            for step in moves {
                watched.go(step);
            }
            (watched.replies, watched.engine.report())
        };
        let first = run(moves.clone());
        prop_assert!(!first.1.contains("fault of the app"), "{}", first.1);
        let again = run(moves);
        prop_assert_eq!(first, again);
    }

    #[test]
    fn stored_files_of_any_content_open_and_are_kept(journal: Vec<u8>, keys: Vec<u8>) {
        let mut engine = Engine::new();
        let opened = Opened {
            journal: Some(Payload(journal.clone())),
            keys: Some(Payload(keys.clone())),
            entropy: Entropy([1; 32]),
            boot_id: String::new(),
            phone: String::new(),
            app_version: String::new(),
        };
        let event = Event::Opened(opened);
        let reply = engine.handle(Input { now: Millis(0), wall: WallMillis(0), event });
        let kept: Vec<_> = reply.effects.iter().filter_map(|effect| match effect {
            Effect::Store(Store::Save { content, .. }) => Some(content.0.clone()),
            Effect::Radio(_) | Effect::Phone(_) | Effect::Person(_) => None,
        }).collect();
        prop_assert_eq!(kept, vec![keys, journal]);
    }

    #[test]
    fn any_bytes_are_read_by_every_decoder(bytes: Vec<u8>) {
        let _ = advertisement::huami(&advertisement::parse(&bytes));
        let _ = rescue_core::wire::auth_v1::parse(&bytes);
        let _ = rescue_core::wire::battery::parse(&bytes);
        let _ = rescue_core::wire::configuration::parse_erase_reply(&bytes);
        let _ = rescue_core::wire::device_information::pnp(&bytes);
        let _ = rescue_core::wire::device_information::text(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let _ = rescue_core::AuthKey::from_hex(&text);
        let _ = text.parse::<rescue_core::Address>();
    }
}
