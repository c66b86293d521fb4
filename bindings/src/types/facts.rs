//! Mirrors of `rescue_core::facts`: what a band tells about itself. From the core to the app only.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use std::fmt;

use rescue_core::facts as core;
use rescue_core::wire::battery;

use super::band::{Model, TakeOver};
use super::each;
use super::number::long;

/// What a band tells. Its text form hides address and serial number.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Facts {
    pub model: Model,
    pub signs: Vec<Sign>,
    pub address: Option<String>,
    pub hardware: Option<String>,
    pub firmware: Option<String>,
    pub serial: Option<String>,
    pub battery: Battery,
    pub bound: Option<Bound>,
    pub locks: Locks,
}

impl From<core::Facts> for Facts {
    fn from(facts: core::Facts) -> Self {
        let core::Facts { model, signs, address, hardware, firmware, serial, battery, bound, locks } = facts;
        Self {
            model: model.into(),
            signs: each(signs),
            address: address.map(String::from),
            hardware,
            firmware,
            serial: serial.map(|core::Serial(serial)| serial),
            battery: battery.into(),
            bound: bound.map(Bound::from),
            locks: locks.into(),
        }
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Facts({:?}, {:?}, {:?}, {:?})", self.model, self.battery, self.bound, self.locks)
    }
}

mirror! {
    /// What a band was recognised by.
    Sign = core::Sign { Name, Edition, Hardware, Product }
}

/// What is known of a band's battery.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Battery {
    Told { charge: Charge },
    WantsKey,
    NotTold,
}

impl From<core::Battery> for Battery {
    fn from(battery: core::Battery) -> Self {
        match battery {
            core::Battery::Told(charge) => Self::Told { charge: charge.into() },
            core::Battery::WantsKey => Self::WantsKey,
            core::Battery::NotTold => Self::NotTold,
        }
    }
}

/// The charge of a band.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Charge {
    pub percent: i32,
    pub state: Option<ChargeState>,
    pub last_charge: Option<LastCharge>,
    pub charges: Option<i32>,
}

impl From<core::Charge> for Charge {
    fn from(charge: core::Charge) -> Self {
        let core::Charge { percent, state, last_charge, charges } = charge;
        Self {
            percent: percent.into(),
            state: state.map(ChargeState::from),
            last_charge: last_charge.map(LastCharge::from),
            charges: charges.map(i32::from),
        }
    }
}

mirror! {
    /// What a battery does.
    ChargeState = core::ChargeState { InUse, Low, Charging, Full }
}

/// When a band was last charged.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LastCharge {
    Never,
    ByItsClock { time: LocalTime },
    At { wall_ms: i64 },
}

impl From<core::LastCharge> for LastCharge {
    fn from(last: core::LastCharge) -> Self {
        match last {
            core::LastCharge::Never => Self::Never,
            core::LastCharge::ByItsClock(time) => Self::ByItsClock { time: time.into() },
            core::LastCharge::At(at) => Self::At { wall_ms: long(at.0) },
        }
    }
}

/// A date of the band's own clock.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LocalTime {
    pub year: i32,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
}

impl From<battery::LocalTime> for LocalTime {
    fn from(time: battery::LocalTime) -> Self {
        // The zone says how the clock was set, not what it shows.
        let battery::LocalTime { year, month, day, hour, minute, second, zone_quarters: _ } = time;
        Self {
            year: year.into(),
            month: month.into(),
            day: day.into(),
            hour: hour.into(),
            minute: minute.into(),
            second: second.into(),
        }
    }
}

mirror! {
    /// Whether a band is bound.
    Bound = core::Bound { Nobody, Somebody }
}

/// The three locks.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Locks {
    pub phone: PhoneLock,
    pub key: KeyLock,
    pub key_way: TakeOver,
    pub account_way: AccountWay,
}

impl From<core::Locks> for Locks {
    fn from(locks: core::Locks) -> Self {
        let core::Locks { phone, key, key_way, account_way } = locks;
        Self {
            phone: phone.into(),
            key: key.into(),
            key_way: key_way.into(),
            account_way: account_way.into(),
        }
    }
}

mirror! {
    /// What was seen of the phone lock.
    PhoneLock = core::PhoneLock { Open, BondHere, BondNotTold }
}

mirror! {
    /// What was seen of the key lock.
    KeyLock = core::KeyLock { NotTold, Nobody, Somebody, OpensToUs, RefusesUs }
}

mirror! {
    /// What can be done about the account lock.
    AccountWay = core::AccountWay { OwnerOnly, Erase, ResetByHand }
}
