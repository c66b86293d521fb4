//! A band made of a recorded dialogue: it answers with the captured bytes, and only to the captured bytes.

use std::collections::{BTreeMap, VecDeque};

use rescue_core::address::PeerId;
use rescue_core::effect::{Effect, Phone, Radio, Store};
use rescue_core::event::{
    Adapter, AdvertisedFields, Bond, CharacteristicId, Choice, Entropy, Event, Failure, GattCharacteristic,
    GattService, Holders, Input, OpId, Opened, Permission, PermissionKind, PersonEvent, PhoneFacts, Seen,
    Task, Value,
};
use rescue_core::view::{Ask, Screen};
use rescue_core::wire::{advertisement, gatt};
use rescue_core::{Engine, Millis, Payload, WallMillis};
use uuid::Uuid;

use crate::{Vector, vector};

/// One frame of a captured handshake.
#[derive(Clone, Debug)]
struct Frame {
    /// Seconds after the frame before it, where the capture has times.
    after: Millis,
    operation: String,
    value: Vec<u8>,
}

/// The band, and the phone it talks to, with an engine that takes it over.
pub struct Recorded {
    engine: Engine,
    frames: VecDeque<Frame>,
    reads: BTreeMap<CharacteristicId, Vec<u8>>,
    services: Vec<GattService>,
    peer: PeerId,
    /// What it advertises.
    fields: AdvertisedFields,
    /// Where it takes the handshake, and where it answers.
    places: (CharacteristicId, CharacteristicId),
    /// What was written so far of a frame that goes in pieces.
    written: Vec<u8>,
    wanted: &'static [Choice],
    link: Option<OpId>,
    now: Millis,
    due: VecDeque<(Millis, Event)>,
    ended: Option<rescue_core::Outcome>,
    /// What was written to the authentication characteristic and did not fit the capture.
    pub unexpected: Vec<String>,
    /// Every subscription and read, in order.
    pub others: Vec<CharacteristicId>,
}

impl Recorded {
    /// A real Mi Band 2 (vectors v75, v77, v79, v80) with the handshake of another vector.
    #[allow(clippy::unwrap_used)]
    pub fn new(handshake: &Vector) -> Self {
        let v77 = vector("v77");
        let reads = BTreeMap::from([
            (gatt::SERIAL, v77.bytes("/inputs/2a25")),
            (gatt::HARDWARE, v77.bytes("/inputs/2a27")),
            (gatt::FIRMWARE, v77.bytes("/inputs/2a28")),
            (gatt::PNP, v77.bytes("/inputs/2a50")),
            (gatt::BATTERY, vector("v79").bytes("/inputs/raw")),
        ]);
        let v75 = vector("v75");
        let raw = [v75.bytes("/inputs/advertisement"), v75.bytes("/inputs/scan_response")].concat();
        Self {
            reads,
            services: services(&vector("v80")),
            peer: PeerId(v77.text("/expected/address").to_owned()),
            fields: advertisement::parse(&raw),
            ..Self::of(handshake, (gatt::AUTH, gatt::AUTH), &[Choice::AnotherApp, Choice::Start])
        }
    }

    /// A real Smart Band 10 with one of its logins. The person wants to use it with the official app, has no key and
    /// does not reset it by hand.
    pub fn smart_band_10(login: &Vector) -> Self {
        let (to_band, from_band) = (gatt::XIAOMI_V2_TO_BAND, gatt::XIAOMI_V2_FROM_BAND);
        let characteristic =
            |id: CharacteristicId, properties| GattCharacteristic { uuid: id.characteristic, properties };
        let characteristics = vec![characteristic(from_band, 0x10), characteristic(to_band, 0x04)];
        Self {
            services: vec![GattService { uuid: gatt::FE95, characteristics }],
            fields: AdvertisedFields {
                name: Some(login.text("/inputs/name").to_owned()),
                ..AdvertisedFields::default()
            },
            ..Self::of(
                login,
                (to_band, from_band),
                &[Choice::OfficialApp, Choice::NoKey, Choice::Start, Choice::Stop],
            )
        }
    }

    #[allow(clippy::unwrap_used)]
    fn of(
        handshake: &Vector,
        places: (CharacteristicId, CharacteristicId),
        wanted: &'static [Choice],
    ) -> Self {
        let mut before = 0.0;
        let frame = |frame: &serde_json::Value| {
            let at = frame[0].as_f64().unwrap_or(before);
            let after = Millis(((at - before) * 1000.0) as u64);
            before = at;
            let text = |index: usize| frame[index].as_str().unwrap().to_owned();
            Frame { after, operation: text(1), value: hex::decode(text(3)).unwrap() }
        };
        Self {
            engine: Engine::new(),
            frames: handshake.list("/expected/frames").iter().map(frame).collect(),
            reads: BTreeMap::new(),
            services: Vec::new(),
            peer: PeerId("band".to_owned()),
            fields: AdvertisedFields::default(),
            places,
            written: Vec::new(),
            wanted,
            link: None,
            now: Millis(1000),
            due: VecDeque::new(),
            ended: None,
            unexpected: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Runs `unpair` to its end, drawing keys from this entropy; gives the outcome.
    pub fn unpair(&mut self, entropy: Entropy) -> Option<&rescue_core::Outcome> {
        self.hand_in(Event::Opened(Opened {
            journal: None,
            keys: None,
            entropy,
            boot_id: "boot".to_owned(),
            phone: "a phone".to_owned(),
            app_version: "test".to_owned(),
        }));
        self.hand_in(Event::Person(PersonEvent::Begin(Task::Unpair)));
        for _ in 0..1000 {
            if self.ended.is_some() {
                break;
            }
            self.step();
        }
        self.ended.as_ref()
    }

    /// How many captured frames were not used.
    pub fn frames_left(&self) -> usize {
        self.frames.iter().filter(|frame| !frame.operation.ends_with("subscribe")).count()
    }

    fn step(&mut self) {
        let (at, event) = self.due.pop_front().unwrap_or((self.now + Millis(50), Event::Timer));
        self.now = self.now.max(at);
        self.hand_in(event);
    }

    fn hand_in(&mut self, event: Event) {
        let reply = self.engine.handle(Input { now: self.now, wall: WallMillis(0), event });
        for effect in reply.effects {
            self.perform(effect);
        }
        if let Some(view) = reply.view {
            self.look(&view.screen);
        }
    }

    /// The person: picks the band, wants to use it with another app, starts.
    fn look(&mut self, screen: &Screen) {
        let event = match screen {
            Screen::Choose(choose) => choose.bands.first().map(|row| PersonEvent::Pick(row.peer.clone())),
            Screen::Question(question) => self.answer(&question.ask),
            Screen::Ended(ended) => {
                self.ended = Some(ended.outcome.clone());
                None
            }
            Screen::Rescue(rescue) => rescue.ask.as_ref().and_then(|ask| self.answer(ask)),
            Screen::Home(_) | Screen::Keys(_) => None,
        };
        if let Some(event) = event {
            self.soon(Millis(1), Event::Person(event));
        }
    }

    fn answer(&self, ask: &Ask) -> Option<PersonEvent> {
        let choice = ask.choices.iter().find(|choice| self.wanted.contains(choice));
        choice.map(|choice| PersonEvent::Answer { ask: ask.id, choice: *choice })
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Store(Store::Save { op, .. }) => self.done(op, Value::Nothing),
            Effect::Person(_) => {}
            Effect::Phone(phone) => self.perform_phone(phone),
            Effect::Radio(radio) => self.perform_radio(radio),
        }
    }

    fn perform_phone(&mut self, phone: Phone) {
        let facts = PhoneFacts {
            adapter: Adapter::On,
            permission: Permission::Granted,
            permission_kind: PermissionKind::NearbyDevices,
            location_switch: None,
        };
        match phone {
            Phone::Facts { op } | Phone::AskPermission { op } | Phone::AskBluetooth { op } => {
                self.done(op, Value::Facts(facts));
            }
            Phone::Bond { op, .. } => self.done(op, Value::Bond(Bond::None)),
            Phone::Holders { op } => self.done(op, Value::Holders(Holders::default())),
            Phone::RemoveBond { op, .. } | Phone::CancelBond { op, .. } => {
                self.soon(Millis(1), Event::Failed { op, failure: Failure::Unsupported });
            }
            Phone::OpenSettings(_) => {}
        }
    }

    fn perform_radio(&mut self, radio: Radio) {
        match radio {
            Radio::StartScan { op } => {
                self.done(op, Value::Nothing);
                let seen = Seen {
                    peer: self.peer.clone(),
                    address: None,
                    address_kind: None,
                    rssi: -50,
                    connectable: Some(true),
                    fields: self.fields.clone(),
                };
                self.soon(Millis(100), Event::Seen(seen));
            }
            Radio::StopScan | Radio::Close { .. } => {}
            Radio::Connect { op, .. } => {
                self.link = Some(op);
                self.done(op, Value::Nothing);
            }
            Radio::Discover { op, .. } => self.done(op, Value::Services(self.services.clone())),
            Radio::ClearCache { op, .. } | Radio::RequestMtu { op, .. } => {
                self.soon(Millis(1), Event::Failed { op, failure: Failure::Missing });
            }
            Radio::Read { op, characteristic, .. } => {
                self.others.push(characteristic);
                let value = self.reads.get(&characteristic).cloned().unwrap_or_default();
                self.done(op, Value::Bytes(Payload(value)));
            }
            Radio::Subscribe { op, characteristic, .. } => {
                self.others.push(characteristic);
                self.done(op, Value::Nothing);
            }
            Radio::Write { op, characteristic, value, with_response, .. } => {
                self.done(op, Value::Nothing);
                self.written(characteristic, &value, with_response);
            }
        }
    }

    /// Compares with the next captured write, and sends what the real band sent next.
    fn written(&mut self, characteristic: CharacteristicId, value: &Payload, with_response: bool) {
        while self.frames.front().is_some_and(|frame| frame.operation == "subscribe") {
            self.frames.pop_front();
        }
        let (to_band, from_band) = self.places;
        self.written.extend_from_slice(value.as_slice());
        let begun = self.frames.front().is_some_and(|frame| {
            frame.value.len() > self.written.len() && frame.value.starts_with(&self.written)
        });
        if begun && characteristic == to_band {
            return;
        }
        let written = std::mem::take(&mut self.written);
        let expected = self.frames.pop_front();
        let fits = expected.as_ref().is_some_and(|frame| {
            frame.operation == "write-command" && frame.value == written && !with_response
        });
        if !fits || characteristic != to_band {
            self.unexpected.push(format!("{} instead of {expected:?}", hex::encode(&written)));
            return;
        }
        while self.frames.front().is_some_and(|frame| frame.operation == "notify") {
            let (Some(frame), Some(link)) = (self.frames.pop_front(), self.link) else { return };
            let notified = Event::Notified { link, characteristic: from_band, value: Payload(frame.value) };
            self.soon(frame.after, notified);
        }
    }

    fn done(&mut self, op: OpId, value: Value) {
        self.soon(Millis(1), Event::Done { op, value });
    }

    fn soon(&mut self, after: Millis, event: Event) {
        let at = self.now + after;
        let place = self.due.iter().position(|(due, _)| *due > at).unwrap_or(self.due.len());
        self.due.insert(place, (at, event));
    }
}

/// The service table of a vector.
#[allow(clippy::unwrap_used)]
pub fn services(table: &Vector) -> Vec<GattService> {
    let uuid = |value: &serde_json::Value| -> Uuid {
        let text = value.as_str().unwrap();
        u16::from_str_radix(text, 16).map_or_else(|_| text.parse().unwrap(), gatt::short)
    };
    let services = table.list("/expected/services").iter();
    let service = |service: &serde_json::Value| {
        let rows = service[1].as_array().unwrap().iter();
        let characteristics = rows.map(|row| GattCharacteristic {
            uuid: uuid(&row[1]),
            properties: u8::from_str_radix(row[2].as_str().unwrap(), 16).unwrap(),
        });
        GattService { uuid: uuid(&service[0]), characteristics: characteristics.collect() }
    };
    services.map(service).collect()
}
