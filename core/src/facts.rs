//! What a band tells about itself, read without changing anything: keys and numbers, no prose.

use std::fmt;

use crate::address::Address;
use crate::band::{AddressAfterErase, EraseCommand, Model, ModelRow, TakeOver};
use crate::time::WallMillis;
use crate::wire::battery::{self, LocalTime, When};
use crate::wire::mi_band_1;
use crate::wire::xiaomi::system;

/// What a band tells. Nothing in it is known by guessing; what was not told is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The model.
    pub model: Model,
    /// What it was recognised by, the strongest sign last.
    pub signs: Vec<Sign>,
    /// Its address, where the platform tells it.
    pub address: Option<Address>,
    /// Hardware revision, such as `V0.1.3.2`.
    pub hardware: Option<String>,
    /// Firmware, which these bands tell as their software revision, such as `V1.0.1.69`.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<Serial>,
    /// Its battery.
    pub battery: Battery,
    /// Whether it is bound, as protobuf bands say to everybody.
    pub bound: Option<Bound>,
    /// The three locks.
    pub locks: Locks,
}

/// What a band was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The name that it advertises.
    Name,
    /// Mi Band 1: what it says of itself.
    Edition,
    /// Its hardware revision.
    Hardware,
    /// Its PnP product.
    Product,
}

/// A serial number, for the person alone; hidden in debug output, and never in a report.
#[derive(Clone, PartialEq, Eq)]
pub struct Serial(pub String);

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Serial(hidden)")
    }
}

/// What is known of a band's battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Battery {
    /// The band told it.
    Told(Charge),
    /// The band tells it to nobody whose key it has not seen.
    WantsKey,
    /// The band did not tell it.
    NotTold,
}

/// The charge of a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// In percent, 0 to 100.
    pub percent: u8,
    /// What the battery does, where the band says so.
    pub state: Option<ChargeState>,
    /// When it was last charged, where the band says so.
    pub last_charge: Option<LastCharge>,
    /// How often it was charged, where the band counts.
    pub charges: Option<u16>,
}

/// What a battery does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeState {
    /// It is being used up.
    InUse,
    /// It is being used up, and low.
    Low,
    /// It is being charged.
    Charging,
    /// It is on the charger, and full.
    Full,
}

/// When a band was last charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastCharge {
    /// Not since it was started for the first time, or erased.
    Never,
    /// Then, by its own clock, which may be wrong.
    ByItsClock(LocalTime),
    /// Then.
    At(WallMillis),
}

/// Whether a band is bound, as it says to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// To nobody.
    Nobody,
    /// To somebody.
    Somebody,
}

/// The three locks: what was seen of them, and what opens them on this model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locks {
    /// The phone lock.
    pub phone: PhoneLock,
    /// The key lock.
    pub key: KeyLock,
    /// What this app can do about the key lock.
    pub key_way: TakeOver,
    /// What this app can do about the account lock, of which no band says anything.
    pub account_way: AccountWay,
}

/// What was seen of the phone lock. A band that was connected is held by no other phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneLock {
    /// No phone holds the band, and this one has no bond with it.
    Open,
    /// This phone has a bond with the band.
    BondHere,
    /// No phone holds the band; this one does not tell of bonds.
    BondNotTold,
}

/// What was seen of the key lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLock {
    /// Nothing: the band was not asked, or does not say.
    NotTold,
    /// The band says that it is bound to nobody.
    Nobody,
    /// The band says that it is bound to somebody.
    Somebody,
    /// It opens with a key that is saved or was given.
    OpensToUs,
    /// It refused every key that is saved or was given.
    RefusesUs,
}

/// What this app can do about the account lock of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountWay {
    /// Nothing: the address stays, so only the owner can open it.
    OwnerOnly,
    /// An erase, after which the band comes back under another address.
    Erase,
    /// The reset in the band's own menu; its erase command is not known.
    ResetByHand,
}

impl AccountWay {
    /// Of a model.
    pub(crate) const fn of(row: &ModelRow) -> Self {
        match (row.address_after_erase, row.erase) {
            (AddressAfterErase::Stays, _) => Self::OwnerOnly,
            (_, EraseCommand::Unknown) => Self::ResetByHand,
            (_, EraseCommand::Erases | EraseCommand::MayDoNothing) => Self::Erase,
        }
    }
}

impl Charge {
    /// A level alone.
    pub(crate) const fn level(percent: u8) -> Self {
        Self { percent, state: None, last_charge: None, charges: None }
    }
}

impl From<battery::Battery> for Charge {
    fn from(battery: battery::Battery) -> Self {
        let state = battery.state.and_then(|state| match state {
            battery::BatteryState::Normal => Some(ChargeState::InUse),
            battery::BatteryState::Charging => Some(ChargeState::Charging),
            battery::BatteryState::Unknown(_) => None,
        });
        Self { state, last_charge: battery.last_charge.map(LastCharge::from), ..Self::level(battery.level) }
    }
}

impl From<mi_band_1::Battery> for Charge {
    fn from(battery: mi_band_1::Battery) -> Self {
        let state = match battery.state {
            mi_band_1::BatteryState::Normal | mi_band_1::BatteryState::NotCharging => {
                Some(ChargeState::InUse)
            }
            mi_band_1::BatteryState::Low => Some(ChargeState::Low),
            mi_band_1::BatteryState::Charging => Some(ChargeState::Charging),
            mi_band_1::BatteryState::Full => Some(ChargeState::Full),
            mi_band_1::BatteryState::Unknown(_) => None,
        };
        let last_charge = battery.last_charge.map(LastCharge::from);
        Self { state, last_charge, charges: Some(battery.charges), ..Self::level(battery.level) }
    }
}

impl From<system::Battery> for Charge {
    fn from(battery: system::Battery) -> Self {
        let state = battery.charge.and_then(|charge| match charge {
            system::Charge::Charging => Some(ChargeState::Charging),
            system::Charge::NotCharging => Some(ChargeState::InUse),
            system::Charge::Full => Some(ChargeState::Full),
            system::Charge::Other(_) => None,
        });
        let at = |seconds| LastCharge::At(WallMillis(u64::from(seconds) * 1000));
        Self { state, last_charge: battery.last_charge.map(at), ..Self::level(battery.level) }
    }
}

impl From<When> for LastCharge {
    fn from(when: When) -> Self {
        when.time().map_or(Self::Never, Self::ByItsClock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_promised_an_erase_that_the_model_does_not_have() {
        let way = |model: Model| AccountWay::of(model.row());
        assert_eq!(way(Model::MiBand1S), AccountWay::OwnerOnly);
        assert_eq!(way(Model::MiBand2), AccountWay::Erase);
        assert_eq!(way(Model::SmartBand7), AccountWay::ResetByHand);
        assert_eq!(way(Model::SmartBand9), AccountWay::Erase);
    }

    #[test]
    fn a_serial_number_does_not_show_in_debug_output() {
        let shown = format!("{:?}", Serial("0123456789ab".to_owned()));
        assert!(!shown.contains("0123456789ab"));
    }
}
