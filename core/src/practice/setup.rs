//! What each scenario changes about the ordinary world. Without behaviour and without expectations: those
//! stand in the table of scenarios.

use super::kinds::Kind;
use super::scenarios::Scenario;
use super::traits::{
    BandTraits, Bluetooth, BondStrength, Cache, Connects, EraseEffect, Flags, HeldKey, Hold,
    PermissionAnswer, PhoneTraits, Setup, TapEffect,
};
use crate::event::{BandApp, PermissionKind};
use crate::time::Millis;

/// The world of a scenario.
pub(super) fn of(kind: Kind, scenario: Scenario) -> Setup {
    let band = kind.traits();
    let phone = PhoneTraits::default();
    match scenario {
        Scenario::Owned | Scenario::TapLate | Scenario::TapAfterTheDrop => with_band(band),
        Scenario::Unowned => with_band(BandTraits { key: HeldKey::Nothing, ..band }),
        Scenario::WrongKey => with_band(BandTraits { key: HeldKey::AnotherKey, ..band }),
        Scenario::MenuLocked | Scenario::ExperimentIgnored => {
            with_band(BandTraits { menu_locked: true, ..band })
        }
        Scenario::ExperimentWorks => {
            with_band(BandTraits { menu_locked: true, obeys_strangers: true, ..band })
        }
        Scenario::OldDefaultKey => with_band(BandTraits { key: HeldKey::OldSharedDefault, ..band }),
        Scenario::NeverTapped => with_band(BandTraits { prompt_lasts: Some(Millis(24_000)), ..band }),
        Scenario::TappedNoAnswer => with_band(BandTraits { tap: TapEffect::Nothing, ..band }),
        Scenario::TapCountedUnheard => with_band(BandTraits { tap: TapEffect::TakesUnheard, ..band }),
        Scenario::DeniedOnBand => with_band(BandTraits { tap: TapEffect::Denies, ..band }),
        Scenario::RefusesFlag00 => with_band(BandTraits { flags: Flags::Refuses00, ..band }),
        Scenario::SilentToFlag00 => with_band(BandTraits { flags: Flags::SilentTo00, ..band }),
        Scenario::RefusesEveryFlag => with_band(BandTraits { flags: Flags::RefusesAny, ..band }),
        Scenario::Silent => with_band(BandTraits { flags: Flags::SilentToAny, alert_open: false, ..band }),
        Scenario::DropsEarly => with_band(BandTraits { drops_early: true, ..band }),
        Scenario::AnswersTwice => with_band(BandTraits { repeats: true, ..band }),
        Scenario::AnswersLate => with_band(BandTraits { slow: Some(Millis(1_500)), ..band }),
        Scenario::KeepsAddress => with_band(BandTraits { new_address: false, ..band }),
        Scenario::IgnoresErase => with_band(BandTraits { erase: EraseEffect::Nothing, ..band }),
        Scenario::RefusesErase => {
            // Both ways to refuse are known, so each kind practises one.
            let erase = if kind == Kind::MiBand2 { EraseEffect::Fails } else { EraseEffect::Unknown };
            with_band(BandTraits { erase, ..band })
        }
        Scenario::EraseSilent => with_band(BandTraits { erase: EraseEffect::ErasesSilently, ..band }),
        Scenario::EraseNeedsButton => with_band(BandTraits { erase: EraseEffect::WaitsForButton, ..band }),
        Scenario::LosesSerial => with_band(BandTraits { new_serial: true, ..band }),
        Scenario::NoSerial => with_band(BandTraits { tells_serial: false, ..band }),
        Scenario::LateReturn => with_band(BandTraits { away: Some(Millis(45_000)), ..band }),
        Scenario::NeverReturns => with_band(BandTraits { away: None, ..band }),
        Scenario::Neighbour => Setup { neighbour: true, ..with_band(band) },
        Scenario::HeldSilent => with_band(BandTraits { hold: Hold::Silent, ..band }),
        Scenario::HeldVisible => with_band(BandTraits { hold: Hold::Visible { lets_go: false }, ..band }),
        Scenario::HeldThenFreed => with_band(BandTraits { hold: Hold::Visible { lets_go: true }, ..band }),
        Scenario::FlatBattery => with_band(BandTraits { charge: 5, ..band }),
        Scenario::LowBattery => with_band(BandTraits { charge: 15, ..band }),
        Scenario::BatteryHidden => with_band(BandTraits { battery_open: false, ..band }),
        Scenario::Bonded => with_phone(band, PhoneTraits { bond: BondStrength::Goes, ..phone }),
        Scenario::BondStuck => with_phone(band, PhoneTraits { bond: BondStrength::CallRefused, ..phone }),
        Scenario::BondStays => with_phone(band, PhoneTraits { bond: BondStrength::Stays, ..phone }),
        Scenario::NoRemoveBond => with_phone(band, PhoneTraits { bond: BondStrength::CallMissing, ..phone }),
        Scenario::NoRefresh => with_phone(band, PhoneTraits { cache: Cache::StaleWithoutCall, ..phone }),
        Scenario::StaleCache => with_phone(band, PhoneTraits { cache: Cache::Stale, ..phone }),
        Scenario::StaleAfterUpdate => with_phone(band, PhoneTraits { cache: Cache::BeforeUpdate, ..phone }),
        Scenario::ShortPackets => with_phone(band, PhoneTraits { longer_packets: false, ..phone }),
        Scenario::FirstConnect133 => with_phone(band, PhoneTraits { connects: Connects::SecondTry, ..phone }),
        Scenario::ConnectAlways133 => with_phone(band, PhoneTraits { connects: Connects::Never, ..phone }),
        Scenario::AppGrabs => with_phone(
            band,
            PhoneTraits { grabbed_after: Some(Millis(2_000)), apps: vec![BandApp::ZeppLife], ..phone },
        ),
        Scenario::BluetoothOff => with_phone(band, PhoneTraits { bluetooth: Bluetooth::Off, ..phone }),
        Scenario::BluetoothStaysOff => {
            with_phone(band, PhoneTraits { bluetooth: Bluetooth::StaysOff, ..phone })
        }
        Scenario::BluetoothOffInTheMiddle => {
            with_phone(band, PhoneTraits { bluetooth: Bluetooth::OffAfter(Millis(1_500)), ..phone })
        }
        Scenario::NoPermission => {
            with_phone(band, PhoneTraits { permission: PermissionAnswer::Refused, ..phone })
        }
        Scenario::PermissionGiven => {
            with_phone(band, PhoneTraits { permission: PermissionAnswer::GivenWhenAsked, ..phone })
        }
        Scenario::LocationOff => with_phone(
            band,
            PhoneTraits { permission_kind: PermissionKind::Location, location: Some(false), ..phone },
        ),
        Scenario::NoBluetooth => with_phone(band, PhoneTraits { bluetooth: Bluetooth::Missing, ..phone }),
        Scenario::LookAlike => with_band(BandTraits { look_alike: true, has_handshake: false, ..band }),
        Scenario::WrongTable => with_band(BandTraits { has_handshake: false, ..band }),
    }
}

fn with_band(band: BandTraits) -> Setup {
    Setup { band, ..Setup::default() }
}

fn with_phone(band: BandTraits, phone: PhoneTraits) -> Setup {
    Setup { band, phone, ..Setup::default() }
}
