//! In what a practice world can differ from the ordinary one. Plain choices without behaviour; the scenarios
//! set them, band and phone follow them.

use crate::event::{BandApp, PermissionKind};
use crate::time::Millis;

/// A whole world.
#[derive(Clone, Debug, Default)]
pub(super) struct Setup {
    /// The band of the person.
    pub(super) band: BandTraits,
    /// Their phone.
    pub(super) phone: PhoneTraits,
    /// An equal band of somebody else comes into range while ours is away.
    pub(super) neighbour: bool,
}

impl Setup {
    /// Whether the phone or app that holds the band lets go when it is stopped.
    pub(super) fn holder_lets_go(&self) -> bool {
        self.band.hold == (Hold::Visible { lets_go: true }) || self.phone.grabbed_after.is_some()
    }
}

/// How a band behaves.
#[derive(Clone, Debug)]
pub(super) struct BandTraits {
    pub(super) key: HeldKey,
    pub(super) flags: Flags,
    pub(super) tap: TapEffect,
    /// How long a prompt waits before the band refuses (`10 01 04`); `None` leaves it to the end of the link.
    pub(super) prompt_lasts: Option<Millis>,
    /// Drops the link shortly after the first key was sent, once.
    pub(super) drops_early: bool,
    /// Sends each notification twice.
    pub(super) repeats: bool,
    /// Answers only after so long.
    pub(super) slow: Option<Millis>,
    pub(super) erase: EraseEffect,
    /// How long it is away after an erase; `None` is for ever.
    pub(super) away: Option<Millis>,
    /// Whether an erase rolls a new address.
    pub(super) new_address: bool,
    /// Whether an erase changes the serial number.
    pub(super) new_serial: bool,
    /// Whether it tells its serial number.
    pub(super) tells_serial: bool,
    /// Charge in percent.
    pub(super) charge: u8,
    /// Whether the charge is told to strangers. Not known for Mi Band 2 and 3; newer models tell it.
    pub(super) battery_open: bool,
    /// Whether strangers can make it vibrate. Not known for Mi Band 2 and 3; Mi Band 4 lets them.
    pub(super) alert_open: bool,
    /// Whether it ends the link of a stranger after half a minute.
    pub(super) drops_strangers: bool,
    /// Whether its menu cannot be reached.
    pub(super) menu_locked: bool,
    /// Whether it erases itself for a stranger. Nobody has seen a real band do that.
    pub(super) obeys_strangers: bool,
    pub(super) hold: Hold,
    /// Whether it has the handshake's characteristic.
    pub(super) has_handshake: bool,
    /// It has the name of a band and nothing else of it.
    pub(super) look_alike: bool,
}

/// The key a band holds at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeldKey {
    /// None: it shows the pairing screen.
    Nothing,
    /// Its owner's; of some kinds the person has it.
    SomebodysKey,
    /// One that nobody here knows, and not the one that the person has.
    AnotherKey,
    /// The one that nearly every open tool stored once.
    OldSharedDefault,
}

/// What a band makes of the flag byte in the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flags {
    /// It takes any.
    TakesAny,
    /// It refuses 00 at once.
    Refuses00,
    /// It says nothing to 00.
    SilentTo00,
    /// It refuses any at once.
    RefusesAny,
    /// It says nothing to anything.
    SilentToAny,
}

/// What a tap does while the band asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TapEffect {
    /// The band takes the key and says so.
    Takes,
    /// The button is reported, but the band neither takes the key nor answers.
    Nothing,
    /// The band takes the key, but its answer is lost and the link drops; once.
    TakesUnheard,
    /// It counts as "no".
    Denies,
}

/// What the erase command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EraseEffect {
    /// Acknowledges, drops the link, erases.
    Erases,
    /// Erases and drops the link without a word.
    ErasesSilently,
    /// Erases, and nothing can be seen of it.
    ErasesUnseen,
    /// Erases when its button is pressed within half a minute.
    WaitsForButton,
    /// Nothing at all.
    Nothing,
    /// Says that it failed (`10 06 0B 00 04`).
    Fails,
    /// Says that it does not know the command (`10 06 06`).
    Unknown,
}

/// Who holds the band's one connection at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Nobody.
    Free,
    /// Another phone, and the band is silent meanwhile.
    Silent,
    /// Another phone, and the band advertises that it takes no connection.
    Visible {
        /// Whether that phone ever lets go.
        lets_go: bool,
    },
}

/// How a phone behaves.
#[derive(Clone, Debug)]
pub(super) struct PhoneTraits {
    pub(super) bluetooth: Bluetooth,
    pub(super) permission: PermissionAnswer,
    pub(super) permission_kind: PermissionKind,
    /// The location switch, where it matters.
    pub(super) location: Option<bool>,
    pub(super) bond: BondStrength,
    pub(super) cache: Cache,
    pub(super) connects: Connects,
    /// Whether it can ask a band for longer packets.
    pub(super) longer_packets: bool,
    /// After this time from the first link another app takes the band away.
    pub(super) grabbed_after: Option<Millis>,
    /// Installed apps that connect to bands.
    pub(super) apps: Vec<BandApp>,
}

/// The phone's Bluetooth, and what the person does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bluetooth {
    /// On.
    On,
    /// Off; switched on when asked.
    Off,
    /// Off; stays off.
    StaysOff,
    /// On; switched off this long after the first link came up, and on again when asked.
    OffAfter(Millis),
    /// There is none.
    Missing,
}

/// The permission, and what the person does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PermissionAnswer {
    /// Given already.
    Given,
    /// Given when asked.
    GivenWhenAsked,
    /// Refused, and then refused for good.
    Refused,
}

/// The phone's bond with the band, and what makes it go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BondStrength {
    /// There is none.
    None,
    /// The hidden call removes it.
    Goes,
    /// The hidden call is refused; by hand it goes.
    CallRefused,
    /// There is no such call; by hand it goes.
    CallMissing,
    /// It never goes.
    Stays,
}

/// What the phone has in its cache of service tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cache {
    /// Nothing, or what is right.
    Right,
    /// An old table of this band, until the cache is cleared.
    Stale,
    /// An old table, and no call to clear the cache; a new connection looks anew.
    StaleWithoutCall,
    /// The table from before the band got its present firmware, until the cache is cleared.
    BeforeUpdate,
}

/// What becomes of attempts to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connects {
    /// They work.
    Well,
    /// The first ends with status 133.
    SecondTry,
    /// All end with status 133.
    Never,
}

impl Default for BandTraits {
    fn default() -> Self {
        Self {
            key: HeldKey::SomebodysKey,
            flags: Flags::TakesAny,
            tap: TapEffect::Takes,
            prompt_lasts: None,
            drops_early: false,
            repeats: false,
            slow: None,
            erase: EraseEffect::Erases,
            away: Some(Millis(6_500)),
            new_address: true,
            new_serial: false,
            tells_serial: true,
            charge: 82,
            battery_open: true,
            alert_open: true,
            drops_strangers: true,
            menu_locked: false,
            obeys_strangers: false,
            hold: Hold::Free,
            has_handshake: true,
            look_alike: false,
        }
    }
}

impl Default for PhoneTraits {
    fn default() -> Self {
        Self {
            bluetooth: Bluetooth::On,
            permission: PermissionAnswer::Given,
            permission_kind: PermissionKind::NearbyDevices,
            location: None,
            bond: BondStrength::None,
            cache: Cache::Right,
            connects: Connects::Well,
            longer_packets: true,
            grabbed_after: None,
            apps: Vec::new(),
        }
    }
}
