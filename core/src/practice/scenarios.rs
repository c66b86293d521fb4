//! The one table of what is practised: per scenario what it is, for which practice bands, and how each errand has to
//! end. The tests run it, the command line prints it. It says nothing about how a scenario comes about.

use super::kinds::Kind;
use crate::event::{Choice, Task};
use crate::outcome::{End, Evidence, Evidence as Saw};
use crate::time::Millis;

/// What can be practised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// The band belongs to somebody else; its wearer taps it two seconds after being asked, or resets it in its menu.
    Owned,
    /// The band belongs to nobody; one with a screen asks to be paired and shows no menu.
    Unowned,
    /// The menu of the band cannot be reached, though the band belongs to somebody.
    MenuLocked,
    /// The menu cannot be reached, and the band erases itself without a key; nobody has seen a real one do that.
    ExperimentWorks,
    /// The menu cannot be reached, and the band ignores the reset without a key.
    ExperimentIgnored,
    /// The key that the person has is not the band's any more.
    WrongKey,
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
    /// The phone shows the service table from before the band's firmware was updated, which hides the newer protocol.
    StaleAfterUpdate,
    /// The phone cannot ask for longer packets: what is long goes in pieces of twenty bytes.
    ShortPackets,
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
    /// Hear what the band tells.
    Info,
    /// Make the phone forget the band.
    Forget,
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
    /// How it goes, for those practice bands that can do it.
    pub courses: &'static [Course],
}

/// How a scenario goes with some of the practice bands.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// With which.
    pub kinds: &'static [Kind],
    /// How the errands that change the band end, in the order of [`Errand::all`], where no key is given.
    without_key: [Expected; 5],
    /// And where the key that the person has is given.
    with_key: [Expected; 5],
    /// How the others end, in the same order; a key makes no difference to that.
    unchanging: [Expected; 2],
}

impl Row {
    /// The practice bands that can do it.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.courses.iter().flat_map(|course| course.kinds.iter().copied())
    }

    /// How it goes with a practice band; `None` if that cannot do it.
    pub fn course(&self, kind: Kind) -> Option<&'static Course> {
        self.courses.iter().find(|course| course.kinds.contains(&kind))
    }
}

impl Course {
    /// Where the errands that do not change the band do not just end well.
    const fn unchanging(self, info: Expected, forget: Expected) -> Self {
        Self { unchanging: [info, forget], ..self }
    }

    /// How an errand has to end where no key is given.
    pub const fn without_key(&self, errand: Errand) -> Expected {
        of(&self.without_key, &self.unchanging, errand)
    }

    /// How an errand has to end where the person gives the key that they have, if the band needs one.
    pub const fn with_key(&self, errand: Errand) -> Expected {
        of(&self.with_key, &self.unchanging, errand)
    }
}

const fn of(changing: &[Expected; 5], unchanging: &[Expected; 2], errand: Errand) -> Expected {
    let [official_app, another_app, erase, restart, find] = *changing;
    let [info, forget] = *unchanging;
    match errand {
        Errand::UnpairForOfficialApp => official_app,
        Errand::UnpairForAnotherApp => another_app,
        Errand::Erase => erase,
        Errand::Restart => restart,
        Errand::Find => find,
        Errand::Info => info,
        Errand::Forget => forget,
    }
}

impl Errand {
    /// All errands.
    pub fn all() -> impl Iterator<Item = Self> {
        [
            Self::UnpairForOfficialApp,
            Self::UnpairForAnotherApp,
            Self::Erase,
            Self::Restart,
            Self::Find,
            Self::Info,
            Self::Forget,
        ]
        .into_iter()
    }

    /// The task to begin.
    pub const fn task(self) -> Task {
        match self {
            Self::UnpairForOfficialApp | Self::UnpairForAnotherApp => Task::Unpair,
            Self::Erase => Task::Erase,
            Self::Restart => Task::Restart,
            Self::Find => Task::Find,
            Self::Info => Task::Info,
            Self::Forget => Task::Forget,
        }
    }

    /// The answer to "where will the band be used?"
    pub const fn used_with(self) -> Choice {
        match self {
            Self::UnpairForAnotherApp => Choice::AnotherApp,
            Self::UnpairForOfficialApp
            | Self::Erase
            | Self::Restart
            | Self::Find
            | Self::Info
            | Self::Forget => Choice::OfficialApp,
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

/// Bands that a tap opens: they take any key.
const TAPPED: &[Kind] = &[Kind::MiBand2, Kind::MiBand3];
/// Bands that a tap opens: they remember a user.
const USER: &[Kind] = &[Kind::MiBand1, Kind::MiBand1A, Kind::MiBand1S];
/// Bands that only their key opens, or the hands of their wearer.
const SIGNED: &[Kind] =
    &[Kind::MiBand4, Kind::MiBand5, Kind::MiBand5Of2021, Kind::MiBand6, Kind::MiBand6Of2021];
/// Those of them that an update of their firmware gave the protocol of 2021.
const UPDATED: &[Kind] = &[Kind::MiBand5Of2021, Kind::MiBand6Of2021];
/// One whose erase command nobody knows.
const MENU: &[Kind] = &[Kind::SmartBand7];

/// Bands that say to everybody whether they are bound.
const ASKED: &[Kind] = &[Kind::SmartBand8, Kind::SmartBand9, Kind::SmartBand10];
/// And one that binds without the vendor.
const LOCAL: &[Kind] = &[Kind::SmartBand9LocalBind];
/// All of these.
const ASKED_OR_LOCAL: &[Kind] =
    &[Kind::SmartBand8, Kind::SmartBand9, Kind::SmartBand10, Kind::SmartBand9LocalBind];

const fn row(scenario: Scenario, name: &'static str, what: &'static str, courses: &'static [Course]) -> Row {
    Row { scenario, name, what, courses }
}

/// It makes no difference whether a key is given.
const fn all(kinds: &'static [Kind], expected: [Expected; 5]) -> Course {
    keyed(kinds, expected, expected)
}

/// Without a key and with it.
const fn keyed(kinds: &'static [Kind], without_key: [Expected; 5], with_key: [Expected; 5]) -> Course {
    Course { kinds, without_key, with_key, unchanging: [TOLD, FORGOTTEN] }
}

/// All errands end in the same way.
const fn every(kinds: &'static [Kind], expected: Expected) -> Course {
    all(kinds, [expected; 5]).unchanging(expected, expected)
}

const OWNED_ROW: Row = row(
    Scenario::Owned,
    "owned",
    "The band belongs to somebody else; its wearer taps it two seconds after being asked, or resets it in its menu.",
    &[
        all(TAPPED, OWNED),
        all(USER, REMEMBERED),
        keyed(SIGNED, BY_HAND, OPENED),
        keyed(MENU, MENU_BY_HAND, MENU_OPENED),
        keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
        keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        every(&[Kind::LookAlike], NOT_SUPPORTED),
    ],
);

static TABLE: &[Row] = &[
    OWNED_ROW,
    row(
        Scenario::Unowned,
        "unowned",
        "The band belongs to nobody; one with a screen asks to be paired and shows no menu.",
        &[
            all(TAPPED, UNOWNED),
            all(USER, REMEMBERED),
            all(SIGNED, NOBODYS),
            all(MENU, NOBODYS_WITH_MENU),
            all(ASKED, UNBOUND),
            all(LOCAL, UNBOUND_LOCAL),
        ],
    ),
    row(
        Scenario::MenuLocked,
        "menu-locked",
        "The menu of the band cannot be reached, though the band belongs to somebody.",
        &[
            keyed(SIGNED, OUT_OF_REACH, OPENED),
            keyed(MENU, NO_MENU, NO_MENU_OPENED),
            keyed(ASKED_OR_LOCAL, BOUND_OUT_OF_REACH, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::ExperimentWorks,
        "experiment-works",
        "The menu cannot be reached, and the band erases itself without a key; nobody has seen a real one do that.",
        &[keyed(SIGNED, TRIED, OPENED)],
    ),
    row(
        Scenario::ExperimentIgnored,
        "experiment-ignored",
        "The menu cannot be reached, and the band ignores the reset without a key.",
        &[keyed(SIGNED, TRIED_IN_VAIN, OPENED)],
    ),
    row(
        Scenario::WrongKey,
        "wrong-key",
        "The key that the person has is not the band's any more.",
        &[
            keyed(SIGNED, BY_HAND, WRONG_KEY),
            keyed(MENU, MENU_BY_HAND, MENU_WRONG_KEY),
            keyed(ASKED, ASKED_BY_HAND, ASKED_WRONG_KEY),
        ],
    ),
    row(
        Scenario::OldDefaultKey,
        "old-default-key",
        "The band holds the key that nearly every open tool stored once, so it opens without a tap.",
        &[all(TAPPED, OLD_KEY)],
    ),
    row(
        Scenario::TapLate,
        "tap-late",
        "The wearer taps twenty seconds after being asked, just in time.",
        &[all(TAPPED, OWNED), all(USER, REMEMBERED)],
    ),
    row(
        Scenario::TapAfterTheDrop,
        "tap-after-the-drop",
        "The wearer misses the first prompt and taps at the second, on a new link.",
        &[all(TAPPED, OWNED), all(USER, REMEMBERED)],
    ),
    row(
        Scenario::NeverTapped,
        "never-tapped",
        "Nobody taps the band.",
        &[
            all(TAPPED, [NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, FOUND]),
            all(USER, [NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, NOT_TAPPED, FOUND]),
            keyed(LOCAL, LOCAL_NOT_TAPPED, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::TappedNoAnswer,
        "tapped-no-answer",
        "The band reports the tap but never answers, as bands that another phone still uses are said to do.",
        &[all(TAPPED, [UNANSWERED_TAP, UNANSWERED_TAP, UNANSWERED_TAP, UNANSWERED_TAP, FOUND])],
    ),
    row(
        Scenario::TapCountedUnheard,
        "tap-counted-unheard",
        "The band takes the key, but its answer is lost and the link drops; the key opens the next link.",
        &[all(TAPPED, OWNED_KEY_OPENS), all(USER, [KNOWN, KNOWN, FORGOT, STARTED_ANEW, FOUND])],
    ),
    row(
        Scenario::DeniedOnBand,
        "denied-on-band",
        "Somebody says no on the band.",
        &[all(TAPPED, [DENIED, DENIED, DENIED, DENIED, FOUND]), keyed(LOCAL, LOCAL_DENIED, ASKED_OPENED)],
    ),
    row(
        Scenario::RefusesFlag00,
        "refuses-flag-00",
        "The band refuses the first way of asking at once; the second works.",
        &[all(TAPPED, OWNED)],
    ),
    row(
        Scenario::SilentToFlag00,
        "silent-to-flag-00",
        "The band is silent to the first way of asking; the second works on a new link.",
        &[all(TAPPED, OWNED)],
    ),
    row(
        Scenario::RefusesEveryFlag,
        "refuses-every-flag",
        "The band refuses every new key at once.",
        &[all(TAPPED, [KEY_REFUSED, KEY_REFUSED, KEY_REFUSED, KEY_REFUSED, FOUND])],
    ),
    row(
        Scenario::Silent,
        "silent",
        "The band connects but never answers, asks or vibrates.",
        &[
            all(TAPPED, [NO_ANSWER; 5]),
            all(USER, [NO_ANSWER; 5]),
            keyed(
                SIGNED,
                [FREED_BY_HAND, FREED_BY_HAND, ERASED_BY_HAND, WANTS_VENDOR, NEEDS_KEY],
                [FREED_BY_HAND, FREED_BY_HAND, ERASED_BY_HAND, WANTS_VENDOR, NO_ANSWER],
            ),
            keyed(
                MENU,
                [MENU_FREED, MENU_FREED, MENU_ERASED, NEEDS_KEY, NEEDS_KEY],
                [MENU_FREED, MENU_FREED, MENU_ERASED, NEEDS_KEY, NO_ANSWER],
            ),
            keyed(
                ASKED_OR_LOCAL,
                [FREED_SEEN_BY_HAND, FREED_SEEN_BY_HAND, ERASED_SEEN_BY_HAND, NEEDS_KEY, NEEDS_KEY],
                [FREED_SEEN_BY_HAND, FREED_SEEN_BY_HAND, ERASED_SEEN_BY_HAND, NEEDS_KEY, NO_ANSWER],
            ),
        ],
    ),
    row(
        Scenario::DropsEarly,
        "drops-early",
        "The link drops once in the middle of the handshake.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::AnswersTwice,
        "answers-twice",
        "The band sends each notification twice.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::AnswersLate,
        "answers-late",
        "The band takes a second and a half for each answer.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED_UNHEARD),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED_UNHEARD),
        ],
    ),
    row(
        Scenario::KeepsAddress,
        "keeps-address",
        "The band comes back from the erase under its old address.",
        &[
            all(TAPPED, [FREED_SAME_ADDRESS, TAKEN_OVER, ERASED_SAME_ADDRESS, RESTARTED, FOUND]),
            keyed(
                SIGNED,
                [FREED_SEEN_HERE, FREED_SEEN_HERE, ERASED_SEEN_HERE, WANTS_VENDOR, FOUND],
                [FREED_SAME_ADDRESS, OPENED_ONLY, ERASED_SAME_ADDRESS, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                MENU,
                [FREED_SEEN_HERE, FREED_SEEN_HERE, ERASED_SEEN_HERE, NEEDS_KEY, FOUND],
                [KEY_GONE, OPENED_ONLY, ERASED_KEY_GONE, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                ASKED,
                ASKED_SAME_ADDRESS,
                [
                    UNBOUND_SAME_ADDRESS,
                    OPENED_ONLY,
                    UNBOUND_ERASED_SAME_ADDRESS,
                    RESTARTED_WITH_KEY,
                    FOUND_WITH_KEY,
                ],
            ),
        ],
    ),
    row(
        Scenario::IgnoresErase,
        "ignores-erase",
        "The band ignores the erase command and keeps its key.",
        &[
            all(TAPPED, [NOT_ERASED, TAKEN_OVER, NOT_ERASED, RESTARTED, FOUND]),
            all(USER, [KNOWN, KNOWN, NOT_ERASED, STARTED_ANEW, FOUND]),
            keyed(SIGNED, BY_HAND, [NOT_ERASED, OPENED_ONLY, NOT_ERASED, RESTARTED_WITH_KEY, FOUND]),
            keyed(
                ASKED,
                ASKED_BY_HAND,
                [NOT_ERASED, OPENED_ONLY, NOT_ERASED, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            ),
        ],
    ),
    row(
        Scenario::RefusesErase,
        "refuses-erase",
        "The band answers the erase command with a refusal.",
        &[
            all(TAPPED, [ERASE_REFUSED, TAKEN_OVER, ERASE_REFUSED, RESTARTED, FOUND]),
            keyed(SIGNED, BY_HAND, [ERASE_REFUSED, OPENED_ONLY, ERASE_REFUSED, RESTARTED_WITH_KEY, FOUND]),
            keyed(
                ASKED,
                ASKED_BY_HAND,
                [ERASE_REFUSED, OPENED_ONLY, ERASE_REFUSED, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            ),
        ],
    ),
    row(
        Scenario::EraseSilent,
        "erase-silent",
        "The band erases itself and drops the link without a word.",
        &[
            all(TAPPED, [FREED_SILENTLY, TAKEN_OVER, ERASED_SILENTLY, RESTARTED, FOUND]),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, [FREED_SILENTLY, OPENED_ONLY, ERASED_SILENTLY, RESTARTED_WITH_KEY, FOUND]),
            keyed(
                ASKED,
                ASKED_BY_HAND,
                [UNBOUND_SILENTLY, OPENED_ONLY, UNBOUND_ERASED_SILENTLY, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            ),
        ],
    ),
    row(
        Scenario::EraseNeedsButton,
        "erase-needs-button",
        "The band erases itself only when its button is pressed after the command.",
        &[
            all(TAPPED, OWNED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::LosesSerial,
        "loses-serial",
        "The band comes back from the erase with another serial number.",
        &[
            all(TAPPED, [FREED_OTHER_SERIAL, TAKEN_OVER, ERASED_OTHER_SERIAL, RESTARTED, FOUND]),
            keyed(
                SIGNED,
                [FREED_SEEN_BY_HAND, FREED_SEEN_BY_HAND, ERASED_SEEN_BY_HAND, WANTS_VENDOR, FOUND],
                [FREED_OTHER_SERIAL, OPENED_ONLY, ERASED_OTHER_SERIAL, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(MENU, MENU_SEEN_BY_HAND, MENU_SEEN_OPENED),
        ],
    ),
    row(
        Scenario::NoSerial,
        "no-serial",
        "The band does not tell its serial number.",
        &[
            all(TAPPED, [FREED_NO_SERIAL, TAKEN_OVER, ERASED_NO_SERIAL, RESTARTED, FOUND]),
            keyed(
                SIGNED,
                [FREED_SEEN_BY_HAND, FREED_SEEN_BY_HAND, ERASED_SEEN_BY_HAND, WANTS_VENDOR, FOUND],
                [FREED_NO_SERIAL, OPENED_ONLY, ERASED_NO_SERIAL, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(MENU, MENU_SEEN_BY_HAND, MENU_SEEN_OPENED),
        ],
    ),
    row(
        Scenario::LateReturn,
        "late-return",
        "The band comes back from the erase after forty-five seconds.",
        &[
            all(TAPPED, OWNED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::NeverReturns,
        "never-returns",
        "The band does not come back from the erase.",
        &[
            all(TAPPED, [UNPROVEN, TAKEN_OVER, UNPROVEN, RESTARTED, FOUND]),
            keyed(
                SIGNED,
                [UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, WANTS_VENDOR, FOUND],
                [UNPROVEN, OPENED_ONLY, UNPROVEN, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                MENU,
                [UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, NEEDS_KEY, FOUND],
                [UNPROVEN_BY_HAND, OPENED_ONLY, UNPROVEN_BY_HAND, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                ASKED_OR_LOCAL,
                [UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, UNPROVEN_BY_HAND, BOUND, NEEDS_KEY],
                [UNPROVEN, OPENED_ONLY, UNPROVEN, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            ),
        ],
    ),
    row(
        Scenario::Neighbour,
        "neighbour",
        "While the band is away an equal band of somebody else comes into range.",
        &[
            all(TAPPED, OWNED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::HeldSilent,
        "held-silent",
        "Another phone holds the band, which is silent meanwhile.",
        &[
            every(TAPPED, NOT_SEEN),
            every(USER, NOT_SEEN),
            every(SIGNED, NOT_SEEN),
            every(MENU, NOT_SEEN),
            every(ASKED_OR_LOCAL, NOT_SEEN),
        ],
    ),
    row(
        Scenario::HeldVisible,
        "held-visible",
        "Another phone holds the band, and its advertisement says so.",
        &[
            all(TAPPED, [HELD; 5]).unchanging(HELD, FORGOTTEN),
            all(SIGNED, [HELD; 5]).unchanging(HELD, FORGOTTEN),
            all(MENU, [HELD; 5]).unchanging(HELD, FORGOTTEN),
            all(ASKED_OR_LOCAL, [HELD; 5]).unchanging(HELD, FORGOTTEN),
        ],
    ),
    row(
        Scenario::HeldThenFreed,
        "held-then-freed",
        "Another phone holds the band and lets go when its Bluetooth is switched off.",
        &[
            all(TAPPED, OWNED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::FlatBattery,
        "flat-battery",
        "The band has five percent of charge.",
        &[
            all(TAPPED, [CHARGE_FIRST, TAKEN_OVER, CHARGE_FIRST, RESTARTED, FOUND]),
            all(USER, [KNOWN, KNOWN, CHARGE_FIRST, STARTED_ANEW, FOUND]),
            keyed(
                SIGNED,
                [CHARGE_FIRST, CHARGE_FIRST, CHARGE_FIRST, WANTS_VENDOR, FOUND],
                [CHARGE_FIRST, OPENED_ONLY, CHARGE_FIRST, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                MENU,
                [CHARGE_FIRST, CHARGE_FIRST, CHARGE_FIRST, NEEDS_KEY, FOUND],
                [CHARGE_FIRST, OPENED_ONLY, CHARGE_FIRST, RESTARTED_WITH_KEY, FOUND],
            ),
            keyed(
                ASKED,
                [CHARGE_FIRST, CHARGE_FIRST, CHARGE_FIRST, BOUND, NEEDS_KEY],
                [CHARGE_FIRST, OPENED_ONLY, CHARGE_FIRST, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            ),
        ],
    ),
    row(
        Scenario::LowBattery,
        "low-battery",
        "The band has fifteen percent of charge; its wearer goes on.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::BatteryHidden,
        "battery-hidden",
        "The band tells its charge only to those who hold its key.",
        &[all(TAPPED, OWNED), keyed(SIGNED, BY_HAND, OPENED), keyed(MENU, MENU_BY_HAND, MENU_OPENED)],
    ),
    row(
        Scenario::Bonded,
        "bonded",
        "The phone has a bond with the band and removes it when told.",
        &[
            all(TAPPED, BONDED),
            all(USER, BONDED_USER),
            keyed(SIGNED, BONDED_BY_HAND, BONDED_OPENED),
            keyed(MENU, BONDED_MENU_BY_HAND, BONDED_MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::BondStuck,
        "bond-stuck",
        "The phone refuses to remove the bond; by hand it goes.",
        &[
            all(TAPPED, BONDED),
            all(USER, BONDED_USER),
            keyed(SIGNED, BONDED_BY_HAND, BONDED_OPENED),
            keyed(MENU, BONDED_MENU_BY_HAND, BONDED_MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::BondStays,
        "bond-stays",
        "The bond never goes.",
        &[
            all(TAPPED, [BOND_STAYS, BOND_STAYS, BOND_STAYS, RESTARTED, FOUND]).unchanging(TOLD, BOND_STAYS),
            all(USER, [BOND_STAYS, BOND_STAYS, BOND_STAYS, STARTED_ANEW, FOUND]).unchanging(TOLD, BOND_STAYS),
            keyed(
                SIGNED,
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, WANTS_VENDOR, FOUND],
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, RESTARTED_WITH_KEY, FOUND],
            )
            .unchanging(TOLD, BOND_STAYS),
            keyed(
                MENU,
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, NEEDS_KEY, FOUND],
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, RESTARTED_WITH_KEY, FOUND],
            )
            .unchanging(TOLD, BOND_STAYS),
            keyed(
                ASKED_OR_LOCAL,
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, BOUND, NEEDS_KEY],
                [BOND_STAYS, BOND_STAYS, BOND_STAYS, RESTARTED_WITH_KEY, FOUND_WITH_KEY],
            )
            .unchanging(TOLD, BOND_STAYS),
        ],
    ),
    row(
        Scenario::NoRemoveBond,
        "no-remove-bond",
        "The phone has no call to remove a bond; by hand it goes.",
        &[
            all(TAPPED, BONDED),
            all(USER, BONDED_USER),
            keyed(SIGNED, BONDED_BY_HAND, BONDED_OPENED),
            keyed(MENU, BONDED_MENU_BY_HAND, BONDED_MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::NoRefresh,
        "no-refresh",
        "The phone shows an old service table and has no call to forget it; a new connection looks anew.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::StaleCache,
        "stale-cache",
        "The phone shows an old service table until its cache is cleared.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::StaleAfterUpdate,
        "stale-after-update",
        "The phone shows the service table from before the band's firmware was updated, which hides the newer protocol.",
        &[keyed(UPDATED, BY_HAND, OPENED)],
    ),
    row(
        Scenario::ShortPackets,
        "short-packets",
        "The phone cannot ask for longer packets: what is long goes in pieces of twenty bytes.",
        &[
            keyed(UPDATED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::FirstConnect133,
        "first-connect-133",
        "The first connection fails with status 133.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::ConnectAlways133,
        "connect-always-133",
        "Every connection fails with status 133.",
        &[
            all(TAPPED, [NO_ANSWER; 5]).unchanging(NO_ANSWER, FORGOTTEN),
            all(USER, [NO_ANSWER; 5]).unchanging(NO_ANSWER, FORGOTTEN),
            all(SIGNED, [NO_ANSWER; 5]).unchanging(NO_ANSWER, FORGOTTEN),
            all(MENU, [NO_ANSWER; 5]).unchanging(NO_ANSWER, FORGOTTEN),
            all(ASKED_OR_LOCAL, [NO_ANSWER; 5]).unchanging(NO_ANSWER, FORGOTTEN),
        ],
    ),
    row(
        Scenario::AppGrabs,
        "app-grabs",
        "Another app on this phone takes the band in the middle, until its user stops it.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::BluetoothOff,
        "bluetooth-off",
        "Bluetooth is off; its user switches it on when asked.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::BluetoothStaysOff,
        "bluetooth-stays-off",
        "Bluetooth is off and stays off.",
        &[
            every(TAPPED, NO_BLUETOOTH),
            every(USER, NO_BLUETOOTH),
            every(SIGNED, NO_BLUETOOTH),
            every(MENU, NO_BLUETOOTH),
            every(ASKED_OR_LOCAL, NO_BLUETOOTH),
        ],
    ),
    row(
        Scenario::BluetoothOffInTheMiddle,
        "bluetooth-off-in-the-middle",
        "Bluetooth goes off soon after connecting, and on again when asked.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::NoPermission,
        "no-permission",
        "The permission to find bands is refused for good.",
        &[
            every(TAPPED, NO_PERMISSION),
            every(USER, NO_PERMISSION),
            every(SIGNED, NO_PERMISSION),
            every(MENU, NO_PERMISSION),
            every(ASKED_OR_LOCAL, NO_PERMISSION),
        ],
    ),
    row(
        Scenario::PermissionGiven,
        "permission-given",
        "The permission to find bands is given when asked for.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::LocationOff,
        "location-off",
        "The location switch of Android 8 to 11 is off until its user turns it on.",
        &[
            all(TAPPED, OWNED),
            all(USER, REMEMBERED),
            keyed(SIGNED, BY_HAND, OPENED),
            keyed(MENU, MENU_BY_HAND, MENU_OPENED),
            keyed(ASKED, ASKED_BY_HAND, ASKED_OPENED),
            keyed(LOCAL, LOCAL_BIND, ASKED_OPENED),
        ],
    ),
    row(
        Scenario::NoBluetooth,
        "no-bluetooth",
        "There is no Bluetooth.",
        &[
            every(TAPPED, NO_BLUETOOTH),
            every(USER, NO_BLUETOOTH),
            every(SIGNED, NO_BLUETOOTH),
            every(MENU, NO_BLUETOOTH),
            every(ASKED_OR_LOCAL, NO_BLUETOOTH),
        ],
    ),
    row(
        Scenario::LookAlike,
        "look-alike",
        "Something has the name of the band but none of its maker's signs.",
        &[every(TAPPED, NOT_SUPPORTED)],
    ),
    row(
        Scenario::WrongTable,
        "wrong-table",
        "The band lacks the service in which the handshake is.",
        &[
            all(TAPPED, [NOT_SUPPORTED; 5]).unchanging(NOT_SUPPORTED, FORGOTTEN),
            all(USER, [NOT_SUPPORTED; 5]).unchanging(NOT_SUPPORTED, FORGOTTEN),
            all(SIGNED, [NOT_SUPPORTED; 5]).unchanging(NOT_SUPPORTED, FORGOTTEN),
            all(MENU, [NOT_SUPPORTED; 5]).unchanging(NOT_SUPPORTED, FORGOTTEN),
            all(ASKED_OR_LOCAL, [NOT_SUPPORTED; 5]).unchanging(NOT_SUPPORTED, FORGOTTEN),
        ],
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

// A Mi Band 1 has no key and keeps its address. It remembers our user, until it is erased.
const REMEMBERED: [Expected; 5] = [REMEMBERED_NOW, REMEMBERED_NOW, FORGOT, STARTED_ANEW, FOUND];
const REMEMBERED_NOW: Expected = ends(End::TakenOver, &[Saw::TapSeen, Saw::UserKnown]);
const KNOWN: Expected = ends(End::TakenOver, &[Saw::UserKnown]);
const FORGOT: Expected =
    ends(End::ErasedSameAddress, &[Saw::UserKnown, Saw::SameAddress, Saw::OldKeyRefused]);
const STARTED_ANEW: Expected = ends(End::Restarted, &[Saw::UserKnown, Saw::CameBack]);

// A band that wants the vendor's signature is reset by its wearer, in its menu.
const BY_HAND: [Expected; 5] = [FREED_BY_HAND, FREED_BY_HAND, ERASED_BY_HAND, WANTS_VENDOR, FOUND];
const FREED_BY_HAND: Expected =
    ends(End::Freed, &[Saw::NeedsVendor, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]);
const ERASED_BY_HAND: Expected =
    ends(End::Erased, &[Saw::NeedsVendor, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]);
const WANTS_VENDOR: Expected = ends(End::NeedsOwnerOrKey, &[Saw::NeedsVendor]);

// Where the menu cannot be reached either, nothing is left.
const OUT_OF_REACH: [Expected; 5] =
    [MENU_OUT_OF_REACH, MENU_OUT_OF_REACH, MENU_OUT_OF_REACH, WANTS_VENDOR, FOUND];
const MENU_OUT_OF_REACH: Expected = ends(End::NeedsOwnerOrKey, &[Saw::NeedsVendor, Saw::MenuOutOfReach]);

// A band that nobody owns shows no menu either, and its wearer sees that it asks to be paired.
const NOBODYS: [Expected; 5] = [
    ends(End::FreedSameAddress, &[Saw::NeedsVendor, Saw::MenuOutOfReach, Saw::PersonSawPairingScreen]),
    ends(End::FreedSameAddress, &[Saw::NeedsVendor, Saw::MenuOutOfReach, Saw::PersonSawPairingScreen]),
    MENU_OUT_OF_REACH,
    WANTS_VENDOR,
    FOUND,
];
const NOBODYS_WITH_MENU: [Expected; 5] = [
    ends(End::FreedSameAddress, &[Saw::MenuOutOfReach, Saw::PersonSawPairingScreen]),
    ends(End::FreedSameAddress, &[Saw::MenuOutOfReach, Saw::PersonSawPairingScreen]),
    MENU_UNREACHED,
    NEEDS_KEY,
    FOUND,
];

// The experiment: what is seen of it counts, a new address or nothing.
const TRIED: [Expected; 5] = [
    ends(
        End::Freed,
        &[Saw::MenuOutOfReach, Saw::ExperimentTried, Saw::LinkDropped, Saw::NewAddress, Saw::SameSerial],
    ),
    ends(End::Freed, &[Saw::MenuOutOfReach, Saw::ExperimentTried, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Erased, &[Saw::MenuOutOfReach, Saw::ExperimentTried, Saw::NewAddress, Saw::SameSerial]),
    WANTS_VENDOR,
    FOUND,
];
const TRIED_IN_VAIN: [Expected; 5] = [IN_VAIN, IN_VAIN, IN_VAIN, WANTS_VENDOR, FOUND];
const IN_VAIN: Expected =
    ends(End::NeedsOwnerOrKey, &[Saw::NeedsVendor, Saw::MenuOutOfReach, Saw::ExperimentTried]);

// Its key opens such a band over Bluetooth; before an erase the person confirms by its buzz that it is theirs.
const OPENED: [Expected; 5] = [FREED_WITH_KEY, OPENED_ONLY, ERASED_WITH_KEY, RESTARTED_WITH_KEY, FOUND];
const FREED_WITH_KEY: Expected = ends(
    End::Freed,
    &[Saw::OpenedWithKey, Saw::PersonFeltBuzz, Saw::EraseAcknowledged, Saw::NewAddress, Saw::SameSerial],
);
const OPENED_ONLY: Expected = ends(End::TakenOver, &[Saw::OpenedWithKey]);
const ERASED_WITH_KEY: Expected = ends(
    End::Erased,
    &[Saw::OpenedWithKey, Saw::PersonFeltBuzz, Saw::EraseAcknowledged, Saw::NewAddress, Saw::SameSerial],
);
const RESTARTED_WITH_KEY: Expected = ends(End::Restarted, &[Saw::OpenedWithKey, Saw::CameBack]);

// A key that is not the band's leaves the menu.
const WRONG_KEY: [Expected; 5] = [
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::NeedsVendor, Saw::ResetByHand, Saw::NewAddress]),
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::NeedsVendor, Saw::ResetByHand, Saw::NewAddress]),
    ends(End::Erased, &[Saw::OldKeyRefused, Saw::NeedsVendor, Saw::ResetByHand, Saw::NewAddress]),
    ends(End::NeedsOwnerOrKey, &[Saw::OldKeyRefused, Saw::NeedsVendor]),
    FOUND,
];

// A band whose erase command nobody knows: its key opens it, and its wearer resets it all the same.
const MENU_BY_HAND: [Expected; 5] = [MENU_FREED, MENU_FREED, MENU_ERASED, NEEDS_KEY, FOUND];
const MENU_FREED: Expected = ends(End::Freed, &[Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]);
const MENU_ERASED: Expected = ends(End::Erased, &[Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]);
const MENU_OPENED: [Expected; 5] = [
    ends(End::Freed, &[Saw::OpenedWithKey, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    OPENED_ONLY,
    ends(End::Erased, &[Saw::OpenedWithKey, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    RESTARTED_WITH_KEY,
    FOUND,
];
const NO_MENU: [Expected; 5] = [MENU_UNREACHED, MENU_UNREACHED, MENU_UNREACHED, NEEDS_KEY, FOUND];
const MENU_UNREACHED: Expected = ends(End::NeedsOwnerOrKey, &[Saw::MenuOutOfReach]);
const NO_MENU_OPENED: [Expected; 5] = [
    ends(End::NeedsOwnerOrKey, &[Saw::OpenedWithKey, Saw::MenuOutOfReach]),
    OPENED_ONLY,
    ends(End::NeedsOwnerOrKey, &[Saw::OpenedWithKey, Saw::MenuOutOfReach]),
    RESTARTED_WITH_KEY,
    FOUND,
];
const MENU_WRONG_KEY: [Expected; 5] = [
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Erased, &[Saw::OldKeyRefused, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::NeedsOwnerOrKey, &[Saw::OldKeyRefused]),
    FOUND,
];
const BONDED_MENU_BY_HAND: [Expected; 5] = [
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Erased, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    NEEDS_KEY,
    FOUND,
];
const BONDED_MENU_OPENED: [Expected; 5] = [
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey, Saw::ResetByHand, Saw::SameSerial]),
    ends(End::TakenOver, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey]),
    ends(End::Erased, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey, Saw::ResetByHand, Saw::SameSerial]),
    RESTARTED_WITH_KEY,
    FOUND,
];
const MENU_SEEN_BY_HAND: [Expected; 5] =
    [FREED_SEEN_BY_HAND, FREED_SEEN_BY_HAND, ERASED_SEEN_BY_HAND, NEEDS_KEY, FOUND];
const MENU_SEEN_OPENED: [Expected; 5] =
    [FREED_SEEN_BY_HAND, OPENED_ONLY, ERASED_SEEN_BY_HAND, RESTARTED_WITH_KEY, FOUND];

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
const BONDED_USER: [Expected; 5] = [
    ends(End::TakenOver, &[Saw::PhoneHasForgotten, Saw::UserKnown]),
    ends(End::TakenOver, &[Saw::PhoneHasForgotten, Saw::UserKnown]),
    ends(End::ErasedSameAddress, &[Saw::PhoneHasForgotten, Saw::UserKnown, Saw::OldKeyRefused]),
    STARTED_ANEW,
    FOUND,
];
const BONDED_BY_HAND: [Expected; 5] = [
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    ends(End::Erased, &[Saw::PhoneHasForgotten, Saw::ResetByHand, Saw::NewAddress, Saw::SameSerial]),
    WANTS_VENDOR,
    FOUND,
];
const BONDED_OPENED: [Expected; 5] = [
    ends(End::Freed, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey, Saw::NewAddress, Saw::SameSerial]),
    ends(End::TakenOver, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey]),
    ends(End::Erased, &[Saw::PhoneHasForgotten, Saw::OpenedWithKey, Saw::NewAddress, Saw::SameSerial]),
    RESTARTED_WITH_KEY,
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

const FREED_SEEN_BY_HAND: Expected =
    ends(End::Freed, &[Saw::ResetByHand, Saw::NewAddress, Saw::OldAddressGone, Saw::PersonSawPairingScreen]);
const ERASED_SEEN_BY_HAND: Expected =
    ends(End::Erased, &[Saw::ResetByHand, Saw::NewAddress, Saw::OldAddressGone, Saw::PersonSawPairingScreen]);

// Reset by hand, and in the air as before: its wearer sees the pairing screen, or it refuses the key that opened it.
const FREED_SEEN_HERE: Expected =
    ends(End::FreedSameAddress, &[Saw::ResetByHand, Saw::SameAddress, Saw::PersonSawPairingScreen]);
const ERASED_SEEN_HERE: Expected =
    ends(End::ErasedSameAddress, &[Saw::ResetByHand, Saw::SameAddress, Saw::PersonSawPairingScreen]);
const KEY_GONE: Expected = ends(
    End::FreedSameAddress,
    &[Saw::OpenedWithKey, Saw::ResetByHand, Saw::SameAddress, Saw::OldKeyRefused],
);
const ERASED_KEY_GONE: Expected = ends(
    End::ErasedSameAddress,
    &[Saw::OpenedWithKey, Saw::ResetByHand, Saw::SameAddress, Saw::OldKeyRefused],
);

// Bands that say to everybody whether they are bound.
const BOUND_FREED_BY_HAND: Expected =
    ends(End::Freed, &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::NewAddress, Saw::NotBound]);
const BOUND_ERASED_BY_HAND: Expected =
    ends(End::Erased, &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::NewAddress, Saw::NotBound]);
const BOUND: Expected = ends(End::NeedsOwnerOrKey, &[Saw::BoundToSomebody]);
const ASKED_BY_HAND: [Expected; 5] =
    [BOUND_FREED_BY_HAND, ASKED_FOR_ANOTHER_APP, BOUND_ERASED_BY_HAND, BOUND, NEEDS_KEY];
const ASKED_FOR_ANOTHER_APP: Expected = ends(
    End::Freed,
    &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::NewAddress, Saw::NotBound, Saw::NeedsVendor],
);
const ASKED_WRONG_KEY: [Expected; 5] = [
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::BoundToSomebody, Saw::ResetByHand, Saw::NotBound]),
    ends(End::Freed, &[Saw::OldKeyRefused, Saw::BoundToSomebody, Saw::ResetByHand, Saw::NotBound]),
    ends(End::Erased, &[Saw::OldKeyRefused, Saw::BoundToSomebody, Saw::ResetByHand, Saw::NotBound]),
    ends(End::NeedsOwnerOrKey, &[Saw::OldKeyRefused, Saw::BoundToSomebody]),
    ends(End::NeedsOwnerOrKey, &[Saw::OldKeyRefused]),
];
/// Nobody owns it: nothing has to be erased.
const UNBOUND: [Expected; 5] = [
    ends(End::Freed, &[Saw::NotBound]),
    ends(End::Freed, &[Saw::NotBound, Saw::NeedsVendor]),
    UNBOUND_NO_MENU,
    UNBOUND_NO_KEY,
    NEEDS_KEY,
];
const UNBOUND_LOCAL: [Expected; 5] = [
    ends(End::Freed, &[Saw::NotBound]),
    ends(End::TakenOver, &[Saw::NotBound, Saw::TapSeen, Saw::KeyAccepted]),
    UNBOUND_NO_MENU,
    UNBOUND_NO_KEY,
    NEEDS_KEY,
];
const UNBOUND_NO_MENU: Expected = ends(End::NeedsOwnerOrKey, &[Saw::NotBound, Saw::MenuOutOfReach]);
const UNBOUND_NO_KEY: Expected = ends(End::NeedsOwnerOrKey, &[Saw::NotBound]);
const BOUND_OUT_OF_REACH: [Expected; 5] = [BOUND_NO_MENU, BOUND_NO_MENU, BOUND_NO_MENU, BOUND, NEEDS_KEY];
const BOUND_NO_MENU: Expected = ends(End::NeedsOwnerOrKey, &[Saw::BoundToSomebody, Saw::MenuOutOfReach]);
const ASKED_SAME_ADDRESS: [Expected; 5] = [
    ends(End::FreedSameAddress, &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::SameAddress, Saw::NotBound]),
    ends(End::FreedSameAddress, &[Saw::ResetByHand, Saw::SameAddress, Saw::NotBound, Saw::NeedsVendor]),
    ends(End::ErasedSameAddress, &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::SameAddress, Saw::NotBound]),
    BOUND,
    NEEDS_KEY,
];
const UNBOUND_SAME_ADDRESS: Expected =
    ends(End::FreedSameAddress, &[Saw::EraseAcknowledged, Saw::LinkDropped, Saw::SameAddress, Saw::NotBound]);
const UNBOUND_ERASED_SAME_ADDRESS: Expected = ends(
    End::ErasedSameAddress,
    &[Saw::EraseAcknowledged, Saw::LinkDropped, Saw::SameAddress, Saw::NotBound],
);
const UNBOUND_SILENTLY: Expected = ends(End::Freed, &[Saw::LinkDropped, Saw::NewAddress, Saw::NotBound]);
const UNBOUND_ERASED_SILENTLY: Expected =
    ends(End::Erased, &[Saw::LinkDropped, Saw::NewAddress, Saw::NotBound]);
/// The band is free by then; the key for another app is not in it.
const LOCAL_NOT_TAPPED: [Expected; 5] = [
    BOUND_FREED_BY_HAND,
    ends(End::NotTapped, &[Saw::ResetByHand, Saw::NotBound]),
    BOUND_ERASED_BY_HAND,
    BOUND,
    NEEDS_KEY,
];
const LOCAL_DENIED: [Expected; 5] = [
    BOUND_FREED_BY_HAND,
    ends(End::Refused, &[Saw::ResetByHand, Saw::NotBound, Saw::DeniedOnBand]),
    BOUND_ERASED_BY_HAND,
    BOUND,
    NEEDS_KEY,
];
const LOCAL_BIND: [Expected; 5] = [
    BOUND_FREED_BY_HAND,
    ends(
        End::TakenOver,
        &[Saw::BoundToSomebody, Saw::ResetByHand, Saw::NotBound, Saw::TapSeen, Saw::KeyAccepted],
    ),
    BOUND_ERASED_BY_HAND,
    BOUND,
    NEEDS_KEY,
];
const ASKED_OPENED: [Expected; 5] = [
    ends(
        End::Freed,
        &[
            Saw::OpenedWithKey,
            Saw::PersonFeltBuzz,
            Saw::EraseAcknowledged,
            Saw::LinkDropped,
            Saw::NewAddress,
            Saw::NotBound,
        ],
    ),
    OPENED_ONLY,
    ends(End::Erased, &[Saw::OpenedWithKey, Saw::EraseAcknowledged, Saw::NewAddress, Saw::NotBound]),
    RESTARTED_WITH_KEY,
    FOUND_WITH_KEY,
];
const FOUND_WITH_KEY: Expected = ends(End::Found, &[Saw::OpenedWithKey, Saw::PersonFeltBuzz]);
/// The word that it erases itself may come too late to be heard.
const ASKED_OPENED_UNHEARD: [Expected; 5] = [
    ends(End::Freed, &[Saw::OpenedWithKey, Saw::PersonFeltBuzz, Saw::NewAddress, Saw::NotBound]),
    OPENED_ONLY,
    ends(End::Erased, &[Saw::OpenedWithKey, Saw::PersonFeltBuzz, Saw::NewAddress, Saw::NotBound]),
    RESTARTED_WITH_KEY,
    FOUND_WITH_KEY,
];
/// Nothing was sent that the band could vibrate for, or it did not.
const NEEDS_KEY: Expected = ends(End::NeedsOwnerOrKey, &[]);

// What does not change the band ends well for owners and strangers alike.
const TOLD: Expected = ends(End::Done, &[]);
const FORGOTTEN: Expected = ends(End::Done, &[Saw::PhoneHasForgotten]);

// Honest failures.
const UNPROVEN_BY_HAND: Expected = ends(End::ErasedUnproven, &[Saw::ResetByHand]);
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
