//! Mirrors of `rescue_core::effect`: what is to be done. From the core to the app; back only for the practice band.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use rescue_core::address::PeerId;
use rescue_core::effect as core;
use rescue_core::event::OpId;
use rescue_core::payload::Payload;

use super::each;
use super::event::{BandApp, CharacteristicId};
use super::number::{long, mtu};
use super::view::View;
use crate::error::MisuseError;

/// The answer to an input: what to do, when to call again at the latest, what the screen shows now if that changed.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Reply {
    pub effects: Vec<Effect>,
    pub wake_at_ms: Option<i64>,
    pub view: Option<View>,
}

impl From<core::Reply> for Reply {
    fn from(reply: core::Reply) -> Self {
        let core::Reply { effects, wake_at, view } = reply;
        Self { effects: each(effects), wake_at_ms: wake_at.map(|at| long(at.0)), view: view.map(View::from) }
    }
}

/// Something to do.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Effect {
    Radio { work: Radio },
    Phone { work: Phone },
    Store { work: Store },
    Person { work: Person },
}

impl From<core::Effect> for Effect {
    fn from(effect: core::Effect) -> Self {
        match effect {
            core::Effect::Radio(work) => Self::Radio { work: work.into() },
            core::Effect::Phone(work) => Self::Phone { work: work.into() },
            core::Effect::Store(work) => Self::Store { work: work.into() },
            core::Effect::Person(work) => Self::Person { work: work.into() },
        }
    }
}

impl TryFrom<Effect> for core::Effect {
    type Error = MisuseError;

    fn try_from(effect: Effect) -> Result<Self, MisuseError> {
        Ok(match effect {
            Effect::Radio { work } => Self::Radio(work.try_into()?),
            Effect::Phone { work } => Self::Phone(work.into()),
            Effect::Store { work } => Self::Store(work.into()),
            Effect::Person { work } => Self::Person(work.into()),
        })
    }
}

/// Radio work.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Radio {
    StartScan { op: u64 },
    StopScan,
    Connect { op: u64, peer: String },
    Discover { op: u64, link: u64 },
    ClearCache { op: u64, link: u64 },
    RequestMtu { op: u64, link: u64, mtu: i32 },
    Read { op: u64, link: u64, characteristic: CharacteristicId },
    Write { op: u64, link: u64, characteristic: CharacteristicId, value: Vec<u8>, with_response: bool },
    Subscribe { op: u64, link: u64, characteristic: CharacteristicId },
    Close { link: u64 },
}

impl From<core::Radio> for Radio {
    fn from(work: core::Radio) -> Self {
        match work {
            core::Radio::StartScan { op } => Self::StartScan { op: op.0 },
            core::Radio::StopScan => Self::StopScan,
            core::Radio::Connect { op, peer } => Self::Connect { op: op.0, peer: peer.0 },
            core::Radio::Discover { op, link } => Self::Discover { op: op.0, link: link.0 },
            core::Radio::ClearCache { op, link } => Self::ClearCache { op: op.0, link: link.0 },
            core::Radio::RequestMtu { op, link, mtu } => {
                Self::RequestMtu { op: op.0, link: link.0, mtu: mtu.into() }
            }
            core::Radio::Read { op, link, characteristic } => {
                Self::Read { op: op.0, link: link.0, characteristic: characteristic.into() }
            }
            core::Radio::Write { op, link, characteristic, value, with_response } => Self::Write {
                op: op.0,
                link: link.0,
                characteristic: characteristic.into(),
                value: value.0,
                with_response,
            },
            core::Radio::Subscribe { op, link, characteristic } => {
                Self::Subscribe { op: op.0, link: link.0, characteristic: characteristic.into() }
            }
            core::Radio::Close { link } => Self::Close { link: link.0 },
        }
    }
}

impl TryFrom<Radio> for core::Radio {
    type Error = MisuseError;

    fn try_from(work: Radio) -> Result<Self, MisuseError> {
        Ok(match work {
            Radio::StartScan { op } => Self::StartScan { op: OpId(op) },
            Radio::StopScan => Self::StopScan,
            Radio::Connect { op, peer } => Self::Connect { op: OpId(op), peer: PeerId(peer) },
            Radio::Discover { op, link } => Self::Discover { op: OpId(op), link: OpId(link) },
            Radio::ClearCache { op, link } => Self::ClearCache { op: OpId(op), link: OpId(link) },
            Radio::RequestMtu { op, link, mtu: wanted } => {
                Self::RequestMtu { op: OpId(op), link: OpId(link), mtu: mtu(wanted) }
            }
            Radio::Read { op, link, characteristic } => {
                Self::Read { op: OpId(op), link: OpId(link), characteristic: characteristic.try_into()? }
            }
            Radio::Write { op, link, characteristic, value, with_response } => Self::Write {
                op: OpId(op),
                link: OpId(link),
                characteristic: characteristic.try_into()?,
                value: Payload(value),
                with_response,
            },
            Radio::Subscribe { op, link, characteristic } => {
                Self::Subscribe { op: OpId(op), link: OpId(link), characteristic: characteristic.try_into()? }
            }
            Radio::Close { link } => Self::Close { link: OpId(link) },
        })
    }
}

/// The phone's settings and records.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Phone {
    Facts { op: u64 },
    AskPermission { op: u64 },
    AskBluetooth { op: u64 },
    Bond { op: u64, peer: String },
    RemoveBond { op: u64, peer: String },
    CancelBond { op: u64, peer: String },
    Holders { op: u64 },
    OpenSettings { page: SettingsPage },
}

impl From<core::Phone> for Phone {
    fn from(work: core::Phone) -> Self {
        match work {
            core::Phone::Facts { op } => Self::Facts { op: op.0 },
            core::Phone::AskPermission { op } => Self::AskPermission { op: op.0 },
            core::Phone::AskBluetooth { op } => Self::AskBluetooth { op: op.0 },
            core::Phone::Bond { op, peer } => Self::Bond { op: op.0, peer: peer.0 },
            core::Phone::RemoveBond { op, peer } => Self::RemoveBond { op: op.0, peer: peer.0 },
            core::Phone::CancelBond { op, peer } => Self::CancelBond { op: op.0, peer: peer.0 },
            core::Phone::Holders { op } => Self::Holders { op: op.0 },
            core::Phone::OpenSettings(page) => Self::OpenSettings { page: page.into() },
        }
    }
}

impl From<Phone> for core::Phone {
    fn from(work: Phone) -> Self {
        match work {
            Phone::Facts { op } => Self::Facts { op: OpId(op) },
            Phone::AskPermission { op } => Self::AskPermission { op: OpId(op) },
            Phone::AskBluetooth { op } => Self::AskBluetooth { op: OpId(op) },
            Phone::Bond { op, peer } => Self::Bond { op: OpId(op), peer: PeerId(peer) },
            Phone::RemoveBond { op, peer } => Self::RemoveBond { op: OpId(op), peer: PeerId(peer) },
            Phone::CancelBond { op, peer } => Self::CancelBond { op: OpId(op), peer: PeerId(peer) },
            Phone::Holders { op } => Self::Holders { op: OpId(op) },
            Phone::OpenSettings { page } => Self::OpenSettings(page.into()),
        }
    }
}

mirror! {
    /// A page of the phone's settings.
    SettingsPage = core::SettingsPage { App, Bluetooth, Location }
}

/// App-private storage.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Store {
    Save { op: u64, file: StoreFile, content: Vec<u8> },
}

impl From<core::Store> for Store {
    fn from(work: core::Store) -> Self {
        match work {
            core::Store::Save { op, file, content } => {
                Self::Save { op: op.0, file: file.into(), content: content.0 }
            }
        }
    }
}

impl From<Store> for core::Store {
    fn from(work: Store) -> Self {
        match work {
            Store::Save { op, file, content } => {
                Self::Save { op: OpId(op), file: file.into(), content: Payload(content) }
            }
        }
    }
}

mirror! {
    /// A file in the app-private storage.
    StoreFile = core::StoreFile { Journal, Keys, DamagedJournal, DamagedKeys }
}

/// For the person.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Person {
    VibratePhone,
    KeepScreenOn { on: bool },
    Share { text: String },
    Copy { text: String },
    OpenApp { app: BandApp },
    Leave,
}

impl From<core::Person> for Person {
    fn from(work: core::Person) -> Self {
        match work {
            core::Person::VibratePhone => Self::VibratePhone,
            core::Person::KeepScreenOn(on) => Self::KeepScreenOn { on },
            core::Person::Share(text) => Self::Share { text },
            core::Person::Copy(text) => {
                Self::Copy { text: String::from_utf8_lossy(text.as_slice()).into_owned() }
            }
            core::Person::OpenApp(app) => Self::OpenApp { app: app.into() },
            core::Person::Leave => Self::Leave,
        }
    }
}

impl From<Person> for core::Person {
    fn from(work: Person) -> Self {
        match work {
            Person::VibratePhone => Self::VibratePhone,
            Person::KeepScreenOn { on } => Self::KeepScreenOn(on),
            Person::Share { text } => Self::Share(text),
            Person::Copy { text } => Self::Copy(Payload(text.into_bytes())),
            Person::OpenApp { app } => Self::OpenApp(app.into()),
            Person::Leave => Self::Leave,
        }
    }
}
