//! Mirrors of `rescue_core::event`: what happened. From the app to the core; back only from the practice band.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use std::fmt;

use rescue_core::address::{self, Address, PeerId};
use rescue_core::event::{self as core, Entropy, OpId};
use rescue_core::event::{AskId, RescueId};
use rescue_core::keys::KeyId;
use rescue_core::payload::Payload;
use uuid::Uuid;

use super::number::{low_byte, millis, mtu, rssi, status, wall_millis};
use super::{advertisement, each};
use crate::error::MisuseError;

/// One call of the session: when it is, and what happened.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Input {
    pub now_ms: i64,
    pub wall_ms: i64,
    pub event: Event,
}

impl TryFrom<Input> for core::Input {
    type Error = MisuseError;

    fn try_from(input: Input) -> Result<Self, MisuseError> {
        let Input { now_ms, wall_ms, event } = input;
        Ok(Self { now: millis(now_ms), wall: wall_millis(wall_ms), event: event.try_into()? })
    }
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Event {
    Opened { opened: Opened },
    Timer,
    Resumed,
    Person { did: PersonEvent },
    Done { op: u64, value: Value },
    Failed { op: u64, failure: Failure },
    Seen { seen: Seen },
    Notified { link: u64, characteristic: CharacteristicId, value: Vec<u8> },
    LinkDown { link: u64, status: i32 },
    Adapter { state: Adapter },
    BondChanged { peer: String, state: Bond },
}

impl TryFrom<Event> for core::Event {
    type Error = MisuseError;

    fn try_from(event: Event) -> Result<Self, MisuseError> {
        Ok(match event {
            Event::Opened { opened } => Self::Opened(opened.try_into()?),
            Event::Timer => Self::Timer,
            Event::Resumed => Self::Resumed,
            Event::Person { did } => Self::Person(did.into()),
            Event::Done { op, value } => Self::Done { op: OpId(op), value: value.try_into()? },
            Event::Failed { op, failure } => Self::Failed { op: OpId(op), failure: failure.into() },
            Event::Seen { seen } => Self::Seen(seen.try_into()?),
            Event::Notified { link, characteristic, value } => Self::Notified {
                link: OpId(link),
                characteristic: characteristic.try_into()?,
                value: Payload(value),
            },
            Event::LinkDown { link, status: code } => {
                Self::LinkDown { link: OpId(link), status: status(code) }
            }
            Event::Adapter { state } => Self::Adapter(state.into()),
            Event::BondChanged { peer, state } => {
                Self::BondChanged { peer: PeerId(peer), state: state.into() }
            }
        })
    }
}

impl From<core::Event> for Event {
    fn from(event: core::Event) -> Self {
        match event {
            core::Event::Opened(opened) => Self::Opened { opened: opened.into() },
            core::Event::Timer => Self::Timer,
            core::Event::Resumed => Self::Resumed,
            core::Event::Person(did) => Self::Person { did: did.into() },
            core::Event::Done { op, value } => Self::Done { op: op.0, value: value.into() },
            core::Event::Failed { op, failure } => Self::Failed { op: op.0, failure: failure.into() },
            core::Event::Seen(seen) => Self::Seen { seen: seen.into() },
            core::Event::Notified { link, characteristic, value } => {
                Self::Notified { link: link.0, characteristic: characteristic.into(), value: value.0 }
            }
            core::Event::LinkDown { link, status } => Self::LinkDown { link: link.0, status: status.into() },
            core::Event::Adapter(state) => Self::Adapter { state: state.into() },
            core::Event::BondChanged { peer, state } => {
                Self::BondChanged { peer: peer.0, state: state.into() }
            }
        }
    }
}

/// The first event.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Opened {
    pub journal: Option<Vec<u8>>,
    pub keys: Option<Vec<u8>>,
    /// 32 bytes of `SecureRandom`.
    pub entropy: Vec<u8>,
    pub boot_id: String,
    pub phone: String,
    pub app_version: String,
}

impl TryFrom<Opened> for core::Opened {
    type Error = MisuseError;

    fn try_from(opened: Opened) -> Result<Self, MisuseError> {
        let Opened { journal, keys, entropy, boot_id, phone, app_version } = opened;
        let entropy: [u8; 32] = entropy
            .as_slice()
            .try_into()
            .map_err(|_| MisuseError::Entropy { found: entropy.len() as u64 })?;
        Ok(Self {
            journal: journal.map(Payload),
            keys: keys.map(Payload),
            entropy: Entropy(entropy),
            boot_id,
            phone,
            app_version,
        })
    }
}

impl From<core::Opened> for Opened {
    fn from(opened: core::Opened) -> Self {
        let core::Opened { journal, keys, entropy, boot_id, phone, app_version } = opened;
        Self {
            journal: journal.map(|payload| payload.0),
            keys: keys.map(|payload| payload.0),
            entropy: entropy.0.to_vec(),
            boot_id,
            phone,
            app_version,
        }
    }
}

/// What a person can do.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum PersonEvent {
    Begin { task: Task },
    Resume { rescue: u32 },
    Discard { rescue: u32 },
    ShowKeys,
    DeleteKey { id: u32 },
    CopyKey { id: u32 },
    Pick { peer: String },
    Buzz { peer: String },
    EnterKey { text: KeyText },
    Answer { ask: u32, choice: Choice },
    Back,
    Cancel,
    OpenOfficialApp,
    AppAccepted { accepted: bool },
    CopyEndKey,
    ShareReport,
    Finish,
}

impl From<PersonEvent> for core::PersonEvent {
    fn from(did: PersonEvent) -> Self {
        match did {
            PersonEvent::Begin { task } => Self::Begin(task.into()),
            PersonEvent::Resume { rescue } => Self::Resume(RescueId(rescue)),
            PersonEvent::Discard { rescue } => Self::Discard(RescueId(rescue)),
            PersonEvent::ShowKeys => Self::ShowKeys,
            PersonEvent::DeleteKey { id } => Self::DeleteKey(KeyId(id)),
            PersonEvent::CopyKey { id } => Self::CopyKey(KeyId(id)),
            PersonEvent::Pick { peer } => Self::Pick(PeerId(peer)),
            PersonEvent::Buzz { peer } => Self::Buzz(PeerId(peer)),
            PersonEvent::EnterKey { text } => Self::EnterKey(core::KeyText(text.entered)),
            PersonEvent::Answer { ask, choice } => Self::Answer { ask: AskId(ask), choice: choice.into() },
            PersonEvent::Back => Self::Back,
            PersonEvent::Cancel => Self::Cancel,
            PersonEvent::OpenOfficialApp => Self::OpenOfficialApp,
            PersonEvent::AppAccepted { accepted } => Self::AppAccepted(accepted),
            PersonEvent::CopyEndKey => Self::CopyEndKey,
            PersonEvent::ShareReport => Self::ShareReport,
            PersonEvent::Finish => Self::Finish,
        }
    }
}

impl From<core::PersonEvent> for PersonEvent {
    fn from(did: core::PersonEvent) -> Self {
        match did {
            core::PersonEvent::Begin(task) => Self::Begin { task: task.into() },
            core::PersonEvent::Resume(rescue) => Self::Resume { rescue: rescue.0 },
            core::PersonEvent::Discard(rescue) => Self::Discard { rescue: rescue.0 },
            core::PersonEvent::ShowKeys => Self::ShowKeys,
            core::PersonEvent::DeleteKey(id) => Self::DeleteKey { id: id.0 },
            core::PersonEvent::CopyKey(id) => Self::CopyKey { id: id.0 },
            core::PersonEvent::Pick(peer) => Self::Pick { peer: peer.0 },
            core::PersonEvent::Buzz(peer) => Self::Buzz { peer: peer.0 },
            core::PersonEvent::EnterKey(text) => Self::EnterKey { text: KeyText { entered: text.0 } },
            core::PersonEvent::Answer { ask, choice } => Self::Answer { ask: ask.0, choice: choice.into() },
            core::PersonEvent::Back => Self::Back,
            core::PersonEvent::Cancel => Self::Cancel,
            core::PersonEvent::OpenOfficialApp => Self::OpenOfficialApp,
            core::PersonEvent::AppAccepted(accepted) => Self::AppAccepted { accepted },
            core::PersonEvent::CopyEndKey => Self::CopyEndKey,
            core::PersonEvent::ShareReport => Self::ShareReport,
            core::PersonEvent::Finish => Self::Finish,
        }
    }
}

/// What a person typed or pasted as a key. Its text form hides it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct KeyText {
    pub entered: String,
}

impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyText({} characters)", self.entered.chars().count())
    }
}

mirror! {
    /// What a person can ask for.
    Task = core::Task { Unpair, Erase, Restart, Find, Scan, Info, Battery, Forget }
}

/// What an operation brought.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Value {
    Nothing,
    Bytes { bytes: Vec<u8> },
    Services { services: Vec<GattService> },
    Facts { facts: PhoneFacts },
    Bond { state: Bond },
    Holders { holders: Holders },
    Mtu { mtu: i32 },
}

impl TryFrom<Value> for core::Value {
    type Error = MisuseError;

    fn try_from(value: Value) -> Result<Self, MisuseError> {
        Ok(match value {
            Value::Nothing => Self::Nothing,
            Value::Bytes { bytes } => Self::Bytes(Payload(bytes)),
            Value::Services { services } => Self::Services(try_each(services)?),
            Value::Facts { facts } => Self::Facts(facts.into()),
            Value::Bond { state } => Self::Bond(state.into()),
            Value::Holders { holders } => Self::Holders(holders.into()),
            Value::Mtu { mtu: agreed } => Self::Mtu(mtu(agreed)),
        })
    }
}

impl From<core::Value> for Value {
    fn from(value: core::Value) -> Self {
        match value {
            core::Value::Nothing => Self::Nothing,
            core::Value::Bytes(bytes) => Self::Bytes { bytes: bytes.0 },
            core::Value::Services(services) => Self::Services { services: each(services) },
            core::Value::Facts(facts) => Self::Facts { facts: facts.into() },
            core::Value::Bond(state) => Self::Bond { state: state.into() },
            core::Value::Holders(holders) => Self::Holders { holders: holders.into() },
            core::Value::Mtu(mtu) => Self::Mtu { mtu: mtu.into() },
        }
    }
}

/// Why an operation failed.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Failure {
    Unsupported,
    Denied,
    Refused,
    Missing,
    BluetoothOff,
    Status { status: i32 },
}

impl From<Failure> for core::Failure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unsupported => Self::Unsupported,
            Failure::Denied => Self::Denied,
            Failure::Refused => Self::Refused,
            Failure::Missing => Self::Missing,
            Failure::BluetoothOff => Self::BluetoothOff,
            Failure::Status { status: code } => Self::Status(status(code)),
        }
    }
}

impl From<core::Failure> for Failure {
    fn from(failure: core::Failure) -> Self {
        match failure {
            core::Failure::Unsupported => Self::Unsupported,
            core::Failure::Denied => Self::Denied,
            core::Failure::Refused => Self::Refused,
            core::Failure::Missing => Self::Missing,
            core::Failure::BluetoothOff => Self::BluetoothOff,
            core::Failure::Status(status) => Self::Status { status: status.into() },
        }
    }
}

/// A service of a band's table.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct GattService {
    pub uuid: String,
    pub characteristics: Vec<GattCharacteristic>,
}

impl TryFrom<GattService> for core::GattService {
    type Error = MisuseError;

    fn try_from(service: GattService) -> Result<Self, MisuseError> {
        let GattService { uuid, characteristics } = service;
        Ok(Self { uuid: parse_uuid(uuid)?, characteristics: try_each(characteristics)? })
    }
}

impl From<core::GattService> for GattService {
    fn from(service: core::GattService) -> Self {
        let core::GattService { uuid, characteristics } = service;
        Self { uuid: uuid.to_string(), characteristics: each(characteristics) }
    }
}

/// A characteristic of a band's table.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct GattCharacteristic {
    pub uuid: String,
    pub properties: i32,
}

impl TryFrom<GattCharacteristic> for core::GattCharacteristic {
    type Error = MisuseError;

    fn try_from(characteristic: GattCharacteristic) -> Result<Self, MisuseError> {
        let GattCharacteristic { uuid, properties } = characteristic;
        Ok(Self { uuid: parse_uuid(uuid)?, properties: low_byte(properties) })
    }
}

impl From<core::GattCharacteristic> for GattCharacteristic {
    fn from(characteristic: core::GattCharacteristic) -> Self {
        let core::GattCharacteristic { uuid, properties } = characteristic;
        Self { uuid: uuid.to_string(), properties: properties.into() }
    }
}

/// Names a characteristic.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct CharacteristicId {
    pub service: String,
    pub characteristic: String,
}

impl TryFrom<CharacteristicId> for core::CharacteristicId {
    type Error = MisuseError;

    fn try_from(id: CharacteristicId) -> Result<Self, MisuseError> {
        let CharacteristicId { service, characteristic } = id;
        Ok(Self { service: parse_uuid(service)?, characteristic: parse_uuid(characteristic)? })
    }
}

impl From<core::CharacteristicId> for CharacteristicId {
    fn from(id: core::CharacteristicId) -> Self {
        let core::CharacteristicId { service, characteristic } = id;
        Self { service: service.to_string(), characteristic: characteristic.to_string() }
    }
}

/// A device that was heard.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Seen {
    pub peer: String,
    pub address: Option<String>,
    pub address_kind: Option<AddressKind>,
    pub rssi: i32,
    pub connectable: Option<bool>,
    /// Advertisement and scan response, one after the other, as `ScanRecord.getBytes` gives them.
    pub advertisement: Vec<u8>,
}

impl TryFrom<Seen> for core::Seen {
    type Error = MisuseError;

    fn try_from(seen: Seen) -> Result<Self, MisuseError> {
        let Seen { peer, address, address_kind, rssi: strength, connectable, advertisement } = seen;
        Ok(Self {
            peer: PeerId(peer),
            address: address.map(|text| text.parse::<Address>()).transpose()?,
            address_kind: address_kind.map(address::AddressKind::from),
            rssi: rssi(strength),
            connectable,
            fields: rescue_core::wire::advertisement::parse(&advertisement),
        })
    }
}

impl From<core::Seen> for Seen {
    fn from(seen: core::Seen) -> Self {
        let core::Seen { peer, address, address_kind, rssi, connectable, fields } = seen;
        Self {
            peer: peer.0,
            address: address.map(String::from),
            address_kind: address_kind.map(AddressKind::from),
            rssi: rssi.into(),
            connectable,
            advertisement: advertisement::encode(&fields),
        }
    }
}

mirror! {
    /// How an address came to be.
    AddressKind = address::AddressKind { Public, RandomStatic }
}

mirror! {
    /// The state of the phone's Bluetooth.
    Adapter = core::Adapter { On, Off, Missing }
}

/// What the app is allowed to do.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PhoneFacts {
    pub adapter: Adapter,
    pub permission: Permission,
    pub permission_kind: PermissionKind,
    pub location_switch: Option<bool>,
}

impl From<PhoneFacts> for core::PhoneFacts {
    fn from(facts: PhoneFacts) -> Self {
        let PhoneFacts { adapter, permission, permission_kind, location_switch } = facts;
        Self {
            adapter: adapter.into(),
            permission: permission.into(),
            permission_kind: permission_kind.into(),
            location_switch,
        }
    }
}

impl From<core::PhoneFacts> for PhoneFacts {
    fn from(facts: core::PhoneFacts) -> Self {
        let core::PhoneFacts { adapter, permission, permission_kind, location_switch } = facts;
        Self {
            adapter: adapter.into(),
            permission: permission.into(),
            permission_kind: permission_kind.into(),
            location_switch,
        }
    }
}

mirror! {
    /// State of a permission.
    Permission = core::Permission { Granted, Missing, RefusedForGood }
}

mirror! {
    /// Which permission finding a band needs.
    PermissionKind = core::PermissionKind { NearbyDevices, Location, Nothing }
}

mirror! {
    /// State of the phone's bond with a device.
    Bond = core::Bond { None, Bonding, Bonded }
}

/// Who on this phone may hold a band.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Holders {
    pub connected: Vec<String>,
    pub apps: Vec<BandApp>,
}

impl From<Holders> for core::Holders {
    fn from(holders: Holders) -> Self {
        let Holders { connected, apps } = holders;
        Self { connected: connected.into_iter().map(PeerId).collect(), apps: each(apps) }
    }
}

impl From<core::Holders> for Holders {
    fn from(holders: core::Holders) -> Self {
        let core::Holders { connected, apps } = holders;
        Self { connected: connected.into_iter().map(|peer| peer.0).collect(), apps: each(apps) }
    }
}

mirror! {
    /// An app that talks to bands.
    BandApp = core::BandApp { ZeppLife, Zepp, MiFitness, Notify, Gadgetbridge }
}

fn parse_uuid(text: String) -> Result<Uuid, MisuseError> {
    Uuid::try_parse(&text).map_err(|_| MisuseError::Uuid { text })
}

fn try_each<T, U: TryFrom<T, Error = MisuseError>>(items: Vec<T>) -> Result<Vec<U>, MisuseError> {
    items.into_iter().map(U::try_from).collect()
}

mirror! {
    /// The answers to questions.
    Choice = core::Choice {
        Allow,
        OpenSettings,
        CheckAgain,
        OfficialApp,
        AnotherApp,
        Start,
        GoOn,
        Stop,
        Yes,
        No,
        Again,
        NoKey,
        DidIt,
        CannotFind,
    }
}
