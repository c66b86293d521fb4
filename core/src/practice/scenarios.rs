//! The one table of what is practised: per scenario what it is, for which models, and how each errand has to
//! end. The tests run it, the command line prints it. It says nothing about how a scenario comes about.

use crate::band::Model;
use crate::event::Task;
use crate::outcome::{End, Evidence, Evidence as Saw};
use crate::time::Millis;
use crate::view::Choice;

/// What can be practised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// The band holds somebody else's key; its wearer taps it two seconds after being asked.
    Owned,
    /// The band holds no key and shows the pairing screen.
    Unowned,
    /// The band holds the key that nearly every open tool stored once, so it opens without a tap.
    OldDefaultKey,
    /// The wearer taps twenty seconds after being asked, just in time.
    TapLate,
    /// The wearer misses the first prompt and taps at the second, on a new link.
    TapAfterTheDrop,
    /// Nobody taps the band.
    NeverTapped,
    /// The band reports the tap but never answers, as bands that another phone still uses are said to do.
    TappedNoAnswer,
    /// The band takes the key, but its answer is lost and the link drops; the key opens the next link.
    TapCountedUnheard,
    /// Somebody says no on the band.
    DeniedOnBand,
    /// The band refuses the first way of asking at once; the second works.
    RefusesFlag00,
    /// The band is silent to the first way of asking; the second works on a new link.
    SilentToFlag00,
    /// The band refuses every new key at once.
    RefusesEveryFlag,
    /// The band connects but never answers, asks or vibrates.
    Silent,
    /// The link drops once in the middle of the handshake.
    DropsEarly,
    /// The band sends each notification twice.
    AnswersTwice,
    /// The band takes a second and a half for each answer.
    AnswersLate,
    /// The band comes back from the erase under its old address.
    KeepsAddress,
    /// The band ignores the erase command and keeps its key.
    IgnoresErase,
    /// The band answers the erase command with a refusal.
    RefusesErase,
    /// The band erases itself and drops the link without a word.
    EraseSilent,
    /// The band erases itself only when its button is pressed after the command.
    EraseNeedsButton,
    /// The band comes back from the erase with another serial number.
    LosesSerial,
    /// The band does not tell its serial number.
    NoSerial,
    /// The band comes back from the erase after forty-five seconds.
    LateReturn,
    /// The band does not come back from the erase.
    NeverReturns,
    /// While the band is away an equal band of somebody else comes into range.
    Neighbour,
    /// Another phone holds the band, which is silent meanwhile.
    HeldSilent,
    /// Another phone holds the band, and its advertisement says so.
    HeldVisible,
    /// Another phone holds the band and lets go when its Bluetooth is switched off.
    HeldThenFreed,
    /// The band has five percent of charge.
    FlatBattery,
    /// The band has fifteen percent of charge; its wearer goes on.
    LowBattery,
    /// The band tells its charge only to those who hold its key.
    BatteryHidden,
    /// The phone has a bond with the band and removes it when told.
    Bonded,
    /// The phone refuses to remove the bond; by hand it goes.
    BondStuck,
    /// The bond never goes.
    BondStays,
    /// The phone has no call to remove a bond; by hand it goes.
    NoRemoveBond,
    /// The phone shows an old service table and has no call to forget it; a new connection looks anew.
    NoRefresh,
    /// The phone shows an old service table until its cache is cleared.
    StaleCache,
    /// The first connection fails with status 133.
    FirstConnect133,
    /// Every connection fails with status 133.
    ConnectAlways133,
    /// Another app on this phone takes the band in the middle, until its user stops it.
    AppGrabs,
    /// Bluetooth is off; its user switches it on when asked.
    BluetoothOff,
    /// Bluetooth is off and stays off.
    BluetoothStaysOff,
    /// Bluetooth goes off soon after connecting, and on again when asked.
    BluetoothOffInTheMiddle,
    /// The permission to find bands is refused for good.
    NoPermission,
    /// The permission to find bands is given when asked for.
    PermissionGiven,
    /// The location switch of Android 8 to 11 is off until its user turns it on.
    LocationOff,
    /// There is no Bluetooth.
    NoBluetooth,
    /// Something has the name of the band but none of its maker's signs.
    LookAlike,
    /// The band lacks the service in which the handshake is.
    WrongTable,
}

/// What a person wants, with the answer that shapes the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Errand {
    /// Unpair, to use the band with the official app.
    UnpairForOfficialApp,
    /// Unpair, to use the band with another app.
    UnpairForAnotherApp,
    /// Erase.
    Erase,
    /// Restart.
    Restart,
    /// Find.
    Find,
}

/// How an errand has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The end.
    pub end: End,
    /// What must be among the evidence.
    pub evidence: &'static [Evidence],
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The scenario.
    pub scenario: Scenario,
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// For which models.
    pub models: &'static [Model],
    /// How the errands end, in the order of [`Errand::all`].
    expected: [Expected; 5],
}

impl Row {
    /// How an errand has to end.
    pub const fn expected(&self, errand: Errand) -> Expected {
        let [official_app, another_app, erase, restart, find] = self.expected;
        match errand {
            Errand::UnpairForOfficialApp => official_app,
            Errand::UnpairForAnotherApp => another_app,
            Errand::Erase => erase,
            Errand::Restart => restart,
            Errand::Find => find,
        }
    }
}

impl Errand {
    /// All errands.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::UnpairForOfficialApp, Self::UnpairForAnotherApp, Self::Erase, Self::Restart, Self::Find]
            .into_iter()
    }

    /// The task to begin.
    pub const fn task(self) -> Task {
        match self {
            Self::UnpairForOfficialApp | Self::UnpairForAnotherApp => Task::Unpair,
            Self::Erase => Task::Erase,
            Self::Restart => Task::Restart,
            Self::Find => Task::Find,
        }
    }

    /// The answer to "where will the band be used?"
    pub const fn used_with(self) -> Choice {
        match self {
            Self::UnpairForAnotherApp => Choice::AnotherApp,
            Self::UnpairForOfficialApp | Self::Erase | Self::Restart | Self::Find => Choice::OfficialApp,
        }
    }
}

impl Scenario {
    /// All scenarios, the ordinary one first.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.scenario)
    }

    /// The scenario with this name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.scenario)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its line in the table.
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.scenario == self).unwrap_or(&OWNED_ROW)
    }

    /// How long after the tap prompt of this number (from 1) the wearer taps; `None`: not at all.
    pub fn tap_after(self, prompt: u32) -> Option<Millis> {
        if self == Self::NeverTapped || (self == Self::TapAfterTheDrop && prompt < 2) {
            return None;
        }
        Some(if self == Self::TapLate { Millis(20_000) } else { Millis(2_000) })
    }
}

const BOTH: &[Model] = &[Model::MiBand2, Model::MiBand3];

const fn row(
    scenario: Scenario,
    name: &'static str,
    what: &'static str,
    models: &'static [Model],
    expected: [Expected; 5],
) -> Row {
    Row { scenario, name, what, models, expected }
}

const OWNED_ROW: Row = row(
    Scenario::Owned,
    "owned",
    "The band holds somebody else's key; its wearer taps it two seconds after being asked.",
    BOTH,
    OWNED,
);

static TABLE: &[Row] = &[
    OWNED_ROW,
    row(Scenario::Unowned, "unowned", "The band holds no key and shows the pairing screen.", BOTH, UNOWNED),
    row(
        Scenario::OldDefaultKey,
        "old-default-key",
        "The band holds the key that nearly every open tool stored once, so it opens without a tap.",
        BOTH,
        OLD_KEY,
    ),
    row(
        Scenario::TapLate,
        "tap-late",
        "The wearer taps twenty seconds after being asked, just in time.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::TapAfterTheDrop,
        "tap-after-the-drop",
        "The wearer misses the first prompt and taps at the second, on a new link.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::NeverTapped,
        "never-tapped",
        "Nobody taps the band.",
        BOTH,
        [NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, FOUND],
    ),
    row(
        Scenario::TappedNoAnswer,
        "tapped-no-answer",
        "The band reports the tap but never answers, as bands that another phone still uses are said to do.",
        BOTH,
        [UNANSWERED_TAP, UNANSWERED_TAP, UNANSWERED_TAP, UNANSWERED_TAP, FOUND],
    ),
    row(
        Scenario::TapCountedUnheard,
        "tap-counted-unheard",
        "The band takes the key, but its answer is lost and the link drops; the key opens the next link.",
        BOTH,
        OWNED_KEY_OPENS,
    ),
    row(
        Scenario::DeniedOnBand,
        "denied-on-band",
        "Somebody says no on the band.",
        BOTH,
        [DENIED, DENIED, DENIED, DENIED, FOUND],
    ),
    row(
        Scenario::RefusesFlag00,
        "refuses-flag-00",
        "The band refuses the first way of asking at once; the second works.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::SilentToFlag00,
        "silent-to-flag-00",
        "The band is silent to the first way of asking; the second works on a new link.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::RefusesEveryFlag,
        "refuses-every-flag",
        "The band refuses every new key at once.",
        BOTH,
        [KEY_REFUSED, KEY_REFUSED, KEY_REFUSED, KEY_REFUSED, FOUND],
    ),
    row(
        Scenario::Silent,
        "silent",
        "The band connects but never answers, asks or vibrates.",
        BOTH,
        [NO_ANSWER; 5],
    ),
    row(
        Scenario::DropsEarly,
        "drops-early",
        "The link drops once in the middle of the handshake.",
        BOTH,
        OWNED,
    ),
    row(Scenario::AnswersTwice, "answers-twice", "The band sends each notification twice.", BOTH, OWNED),
    row(
        Scenario::AnswersLate,
        "answers-late",
        "The band takes a second and a half for each answer.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::KeepsAddress,
        "keeps-address",
        "The band comes back from the erase under its old address.",
        BOTH,
        [FREED_SAME_ADDRESS, TAKEN_OVER, ERASED_SAME_ADDRESS, RESTARTED, FOUND],
    ),
    row(
        Scenario::IgnoresErase,
        "ignores-erase",
        "The band ignores the erase command and keeps its key.",
        BOTH,
        [NOT_ERASED, TAKEN_OVER, NOT_ERASED, RESTARTED, FOUND],
    ),
    row(
        Scenario::RefusesErase,
        "refuses-erase",
        "The band answers the erase command with a refusal.",
        BOTH,
        [ERASE_REFUSED, TAKEN_OVER, ERASE_REFUSED, RESTARTED, FOUND],
    ),
    row(
        Scenario::EraseSilent,
        "erase-silent",
        "The band erases itself and drops the link without a word.",
        BOTH,
        [FREED_SILENTLY, TAKEN_OVER, ERASED_SILENTLY, RESTARTED, FOUND],
    ),
    row(
        Scenario::EraseNeedsButton,
        "erase-needs-button",
        "The band erases itself only when its button is pressed after the command.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::LosesSerial,
        "loses-serial",
        "The band comes back from the erase with another serial number.",
        BOTH,
        [FREED_OTHER_SERIAL, TAKEN_OVER, ERASED_OTHER_SERIAL, RESTARTED, FOUND],
    ),
    row(
        Scenario::NoSerial,
        "no-serial",
        "The band does not tell its serial number.",
        BOTH,
        [FREED_NO_SERIAL, TAKEN_OVER, ERASED_NO_SERIAL, RESTARTED, FOUND],
    ),
    row(
        Scenario::LateReturn,
        "late-return",
        "The band comes back from the erase after forty-five seconds.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::NeverReturns,
        "never-returns",
        "The band does not come back from the erase.",
        BOTH,
        [UNPROVEN, TAKEN_OVER, UNPROVEN, RESTARTED, FOUND],
    ),
    row(
        Scenario::Neighbour,
        "neighbour",
        "While the band is away an equal band of somebody else comes into range.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::HeldSilent,
        "held-silent",
        "Another phone holds the band, which is silent meanwhile.",
        BOTH,
        [NOT_SEEN; 5],
    ),
    row(
        Scenario::HeldVisible,
        "held-visible",
        "Another phone holds the band, and its advertisement says so.",
        BOTH,
        [HELD; 5],
    ),
    row(
        Scenario::HeldThenFreed,
        "held-then-freed",
        "Another phone holds the band and lets go when its Bluetooth is switched off.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::FlatBattery,
        "flat-battery",
        "The band has five percent of charge.",
        BOTH,
        [CHARGE_FIRST, TAKEN_OVER, CHARGE_FIRST, RESTARTED, FOUND],
    ),
    row(
        Scenario::LowBattery,
        "low-battery",
        "The band has fifteen percent of charge; its wearer goes on.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::BatteryHidden,
        "battery-hidden",
        "The band tells its charge only to those who hold its key.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::Bonded,
        "bonded",
        "The phone has a bond with the band and removes it when told.",
        BOTH,
        BONDED,
    ),
    row(
        Scenario::BondStuck,
        "bond-stuck",
        "The phone refuses to remove the bond; by hand it goes.",
        BOTH,
        BONDED,
    ),
    row(
        Scenario::BondStays,
        "bond-stays",
        "The bond never goes.",
        BOTH,
        [BOND_STAYS, BOND_STAYS, BOND_STAYS, RESTARTED, FOUND],
    ),
    row(
        Scenario::NoRemoveBond,
        "no-remove-bond",
        "The phone has no call to remove a bond; by hand it goes.",
        BOTH,
        BONDED,
    ),
    row(
        Scenario::NoRefresh,
        "no-refresh",
        "The phone shows an old service table and has no call to forget it; a new connection looks anew.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::StaleCache,
        "stale-cache",
        "The phone shows an old service table until its cache is cleared.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::FirstConnect133,
        "first-connect-133",
        "The first connection fails with status 133.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::ConnectAlways133,
        "connect-always-133",
        "Every connection fails with status 133.",
        BOTH,
        [NO_ANSWER; 5],
    ),
    row(
        Scenario::AppGrabs,
        "app-grabs",
        "Another app on this phone takes the band in the middle, until its user stops it.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::BluetoothOff,
        "bluetooth-off",
        "Bluetooth is off; its user switches it on when asked.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::BluetoothStaysOff,
        "bluetooth-stays-off",
        "Bluetooth is off and stays off.",
        BOTH,
        [NO_BLUETOOTH; 5],
    ),
    row(
        Scenario::BluetoothOffInTheMiddle,
        "bluetooth-off-in-the-middle",
        "Bluetooth goes off soon after connecting, and on again when asked.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::NoPermission,
        "no-permission",
        "The permission to find bands is refused for good.",
        BOTH,
        [NO_PERMISSION; 5],
    ),
    row(
        Scenario::PermissionGiven,
        "permission-given",
        "The permission to find bands is given when asked for.",
        BOTH,
        OWNED,
    ),
    row(
        Scenario::LocationOff,
        "location-off",
        "The location switch of Android 8 to 11 is off until its user turns it on.",
        BOTH,
        OWNED,
    ),
    row(Scenario::NoBluetooth, "no-bluetooth", "There is no Bluetooth.", BOTH, [NO_BLUETOOTH; 5]),
    row(
        Scenario::LookAlike,
        "look-alike",
        "Something has the name of the band but none of its maker's signs.",
        BOTH,
        [NOT_SUPPORTED; 5],
    ),
    row(
        Scenario::WrongTable,
        "wrong-table",
        "The band lacks the service in which the handshake is.",
        BOTH,
        [NOT_SUPPORTED; 5],
    ),
];

const fn ends(end: End, evidence: &'static [Evidence]) -> Expected {
    Expected { end, evidence }
}

// The ordinary ends: a stranger's band is taken over by a tap.
const OWNED: [Expected; 5] = [FREED, TAKEN_OVER, ERASED, RESTARTED, FOUND];
const FREED: Expected = ends(
    End::Freed,
    &[Saw::KeyAccepted, Saw::EraseAcknowledged, Saw::LinkDropped, Saw::NewAddress, Saw::SameSerial],
);
const TAKEN_OVER: Expected = ends(End::TakenOver, &[Saw::KeyAccepted]);
const ERASED: Expected = ends(
    End::Erased,
    &[Saw::KeyAccepted, Saw::EraseAcknowledged, Saw::LinkDropped, Saw::NewAddress, Saw::SameSerial],
);
const RESTARTED: Expected = ends(End::Restarted, &[Saw::KeyAccepted, Saw::CameBack]);
const FOUND: Expected = ends(End::Found, &[Saw::PersonFeltBuzz]);

// A band that nobody owns is taken over like one that somebody owns.
const UNOWNED: [Expected; 5] = OWNED;

// A known key opens the band: no tap, so before an erase the person confirms by its buzz that it is theirs.
const OLD_KEY: [Expected; 5] = [
    FREED,
    TAKEN_OVER,
    ends(
        End::Erased,
        &[Saw::OpenedWithKey, Saw::PersonFeltBuzz, Saw::EraseAcknowledged, Saw::NewAddress, Saw::SameSerial],
    ),
    ends(End::Restarted, &[Saw::OpenedWithKey, Saw::CameBack]),
    FOUND,
];

// The key that was sent opens the next link.
const OWNED_KEY_OPENS: [Expected; 5] = OWNED;

// The phone has to forget the band first; to restart or find it, a bond does not matter.
const BONDED: [Expected; 5] = [
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::KeyAccepted, Saw::NewAddress, Saw::SameSerial]),
    ends(End::TakenOver, &[Saw::PhoneHasForgotten, Saw::KeyAccepted]),
    ends(End::Erased, &[Saw::PhoneHasForgotten, Saw::KeyAccepted, Saw::NewAddress, Saw::SameSerial]),
    RESTARTED,
    FOUND,
];
const BOND_STAYS: Expected = ends(End::PhoneKeepsTheBond, &[Saw::PhoneKeepsBond]);

// Other ways to be erased.
const FREED_SAME_ADDRESS: Expected = ends(
    End::FreedSameAddress,
    &[Saw::EraseAcknowledged, Saw::LinkDropped, Saw::SameAddress, Saw::OldKeyRefused],
);
const ERASED_SAME_ADDRESS: Expected = ends(
    End::ErasedSameAddress,
    &[Saw::EraseAcknowledged, Saw::LinkDropped, Saw::SameAddress, Saw::OldKeyRefused],
);
const FREED_SILENTLY: Expected = ends(End::Freed, &[Saw::LinkDropped, Saw::NewAddress, Saw::SameSerial]);
const ERASED_SILENTLY: Expected = ends(End::Erased, &[Saw::LinkDropped, Saw::NewAddress, Saw::SameSerial]);
const FREED_OTHER_SERIAL: Expected = ends(
    End::Freed,
    &[
        Saw::EraseAcknowledged,
        Saw::NewAddress,
        Saw::OtherSerial,
        Saw::OldAddressGone,
        Saw::PersonSawPairingScreen,
    ],
);
const ERASED_OTHER_SERIAL: Expected = ends(
    End::Erased,
    &[
        Saw::EraseAcknowledged,
        Saw::NewAddress,
        Saw::OtherSerial,
        Saw::OldAddressGone,
        Saw::PersonSawPairingScreen,
    ],
);
const FREED_NO_SERIAL: Expected = ends(
    End::Freed,
    &[
        Saw::EraseAcknowledged,
        Saw::NewAddress,
        Saw::NoSerial,
        Saw::OldAddressGone,
        Saw::PersonSawPairingScreen,
    ],
);
const ERASED_NO_SERIAL: Expected = ends(
    End::Erased,
    &[
        Saw::EraseAcknowledged,
        Saw::NewAddress,
        Saw::NoSerial,
        Saw::OldAddressGone,
        Saw::PersonSawPairingScreen,
    ],
);

// Honest failures.
const UNPROVEN: Expected = ends(End::ErasedUnproven, &[Saw::EraseAcknowledged, Saw::LinkDropped]);
const NOT_ERASED: Expected = ends(End::NotErased, &[]);
const ERASE_REFUSED: Expected = ends(End::NotErased, &[Saw::EraseRefused]);
const NOT_TAPPED: Expected = ends(End::NotTapped, &[]);
const UNANSWERED_TAP: Expected = ends(End::NoAnswer, &[Saw::TapSeen]);
const DENIED: Expected = ends(End::Refused, &[Saw::DeniedOnBand]);
const KEY_REFUSED: Expected = ends(End::Refused, &[Saw::KeyRefused]);
const NO_ANSWER: Expected = ends(End::NoAnswer, &[]);
const NOT_SEEN: Expected = ends(End::NotSeen, &[]);
const HELD: Expected = ends(End::HeldByAPhone, &[Saw::NotConnectable]);
const CHARGE_FIRST: Expected = ends(End::ChargeFirst, &[]);
const NO_BLUETOOTH: Expected = ends(End::NoBluetooth, &[]);
const NO_PERMISSION: Expected = ends(End::NoPermission, &[]);
const NOT_SUPPORTED: Expected = ends(End::NotSupported, &[]);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scenario_has_one_name_and_is_found_by_it() {
        let mut names = BTreeSet::new();
        for scenario in Scenario::all() {
            let name = scenario.name();
            assert!(names.insert(name), "two scenarios are called {name}");
            assert_eq!(Scenario::from_name(name), Some(scenario));
            assert_eq!(scenario.row().scenario, scenario);
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        }
        assert_eq!(Scenario::from_name("Owned"), None);
    }

    #[test]
    fn no_scenario_is_missing_from_the_table() {
        let listed: Vec<usize> = Scenario::all().map(|scenario| scenario as usize).collect();
        assert_eq!(listed, (0..=Scenario::WrongTable as usize).collect::<Vec<_>>());
    }

    #[test]
    fn the_name_is_the_variant_in_kebab_case_so_that_nothing_is_practised_under_a_wrong_name() {
        for scenario in Scenario::all() {
            let squeezed = scenario.name().replace('-', "");
            assert_eq!(format!("{scenario:?}").to_lowercase(), squeezed);
        }
    }
}
