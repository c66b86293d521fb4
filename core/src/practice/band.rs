//! One practice band, seen over its one connection: who holds it, whether it is in the air, what it does on its own, how
//! it looks. What it answers is its firmware's business. It knows no phone and no scheduler; what it will do later it
//! returns as [`Deed`]s.

use super::body::Body;
use super::firmware::Firmware;
use super::kinds::Kind;
use super::random::Random;
use super::traits::{BandTraits, Hold};
use crate::address::{Address, AddressKind};
use crate::band::ResetMenu;
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::time::Millis;

/// The link of a stranger ends this long after it came up (30.39 s in a trace), whatever happens on it.
const STRANGER_TIME: Millis = Millis(30_390);
/// Away for so long after the restart command.
const RESTART_TIME: Millis = Millis(4_500);
/// From the last press in the band's menu until it erases itself.
const MENU_TIME: Millis = Millis(700);

/// Closed by the band.
pub(super) const STATUS_CLOSED_BY_BAND: u16 = 19;
/// Not heard of any more.
pub(super) const STATUS_TIME_OUT: u16 = 8;
/// ATT error: read not permitted; the way newer bands refuse strangers.
pub(super) const READ_NOT_PERMITTED: u16 = 2;
/// ATT error: write not permitted.
pub(super) const WRITE_NOT_PERMITTED: u16 = 3;
/// What every link has.
const LEAST_MTU: u16 = 23;
/// ATT error: the value is too long.
const INVALID_LENGTH: u16 = 13;

/// What a person sees when they look at the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Nothing.
    Dark,
    /// It vibrates and asks for a tap.
    Prompt,
    /// It vibrates because it was told to.
    Buzzing,
    /// It asks to be paired.
    PairingScreen,
    /// It restarts, or is being erased.
    Restarting,
}

/// Who has the band's one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Nobody.
    Nobody,
    /// We.
    Us,
    /// Another phone.
    AnotherPhone,
    /// Another app on this phone.
    AnotherApp,
}

/// Something the band will do.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    /// How long from now.
    pub(super) after: Millis,
    /// On which connection; it is void once that is over. `None`: also without, as the erase that a band has
    /// begun does not stop when the phone goes away.
    pub(super) connection: Option<u64>,
    /// What.
    pub(super) act: Act,
}

/// What a band can do on its own.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Send a notification.
    Notify(CharacteristicId, Vec<u8>),
    /// Drop the link with this status.
    Drop(u16),
    /// Drop the link if nobody has authenticated.
    DropStranger,
    /// Give up waiting for a tap on this prompt.
    EndPrompt(u32),
    /// Erase itself, and go away for that.
    Erase,
    /// Erase itself, and nothing can be seen of it.
    EraseUnseen,
    /// Restart.
    Restart,
    /// Come back into the air.
    ComeBack,
}

/// The answer to a write, and what follows from it.
pub(super) struct Written {
    /// Zero, or an ATT error.
    pub(super) status: Result<(), u16>,
    /// How long a response takes, where what follows is counted from it; else as long as any.
    pub(super) takes: Option<Millis>,
    /// What follows.
    pub(super) deeds: Vec<Deed>,
}

impl Written {
    /// It was taken.
    pub(super) const fn done(deeds: Vec<Deed>) -> Self {
        Self { status: Ok(()), takes: None, deeds }
    }

    /// It was refused.
    pub(super) const fn refused(status: u16) -> Self {
        Self { status: Err(status), takes: None, deeds: Vec::new() }
    }
}

/// A band.
#[derive(Debug)]
pub(super) struct Band {
    body: Body,
    firmware: Box<dyn Firmware>,
    holder: Holder,
    in_the_air: bool,
}

impl Band {
    /// A band of this kind with such traits.
    pub(super) fn new(kind: Kind, traits: BandTraits, mut random: Random) -> Self {
        let holder = match traits.hold {
            Hold::Free => Holder::Nobody,
            Hold::Silent | Hold::Visible { .. } => Holder::AnotherPhone,
        };
        let firmware = kind.make()(kind, &traits, &mut random);
        let address = firmware.new_address(&mut random);
        Self { body: Body::new(kind, traits, address, random), firmware, holder, in_the_air: true }
    }

    // ---- what others see -------------------------------------------------------------------------------

    /// Its present address.
    pub(super) const fn address(&self) -> Address {
        self.body.address
    }

    /// The kind of its addresses.
    pub(super) fn address_kind(&self) -> AddressKind {
        self.firmware.address_kind()
    }

    /// Who holds it.
    pub(super) const fn holder(&self) -> Holder {
        self.holder
    }

    /// Whether it takes a connection now.
    pub(super) fn is_free(&self) -> bool {
        self.in_the_air && self.holder == Holder::Nobody
    }

    /// Whether its key is this one.
    pub(super) fn holds(&self, key: &AuthKey) -> bool {
        self.firmware.holds(key)
    }

    /// Whether it belongs to somebody.
    pub(super) fn has_owner(&self) -> bool {
        !self.firmware.is_free()
    }

    /// Whether it was erased.
    pub(super) const fn was_erased(&self) -> bool {
        self.body.erased
    }

    /// How often it was told to vibrate and did.
    pub(super) const fn buzzes(&self) -> u32 {
        self.body.buzzes
    }

    /// How often it has asked for a tap.
    pub(super) const fn prompts(&self) -> u32 {
        self.body.prompts
    }

    /// How it looks.
    pub(super) fn face(&self, now: Millis) -> Face {
        if !self.in_the_air {
            return Face::Restarting;
        }
        if self.firmware.asks() {
            return Face::Prompt;
        }
        if self.body.buzz_ends.is_some_and(|ends| now < ends) {
            return Face::Buzzing;
        }
        if self.firmware.is_free() && self.firmware.has_screen() { Face::PairingScreen } else { Face::Dark }
    }

    /// What it advertises now, and whether that invites a connection; `None` if it is silent.
    pub(super) fn advertisement(&self, now: Millis) -> Option<(AdvertisedFields, bool)> {
        let held = self.holder != Holder::Nobody;
        let silent_when_held = self.body.traits.hold == Hold::Silent;
        if !self.in_the_air || (held && silent_when_held) {
            return None;
        }
        Some((self.firmware.advertisement(&self.body, held, now), !held))
    }

    /// Its true service table.
    pub(super) fn services(&self) -> Vec<GattService> {
        if self.body.traits.has_handshake { self.firmware.services() } else { self.old_services() }
    }

    /// A table that a phone may remember of an earlier firmware.
    pub(super) fn old_services(&self) -> Vec<GattService> {
        let without = self.firmware.handshake_services();
        self.firmware.services().into_iter().filter(|service| !without.contains(&service.uuid)).collect()
    }

    /// The table of the firmware before the present one, which a phone may remember.
    pub(super) fn services_before_update(&self) -> Vec<GattService> {
        let newer = self.firmware.came_with_an_update();
        let mut services = self.firmware.services();
        for service in &mut services {
            service.characteristics.retain(|has| !newer.iter().any(|id| id.characteristic == has.uuid));
        }
        services
    }

    /// The randoms it will answer next, before its own chance again.
    pub(super) fn set_challenge(&mut self, random: [u8; 16]) {
        self.firmware.set_challenge(random);
    }

    // ---- the connection --------------------------------------------------------------------------------

    /// A phone has connected.
    pub(super) fn connected(&mut self, connection: u64) -> Vec<Deed> {
        self.holder = Holder::Us;
        self.body.connect(connection);
        if !self.body.traits.drops_strangers {
            return Vec::new();
        }
        vec![Deed { after: STRANGER_TIME, connection: Some(connection), act: Act::DropStranger }]
    }

    /// The connection is over, whoever ended it; somebody else may hold the band from now on.
    pub(super) fn disconnected(&mut self, holder: Holder) {
        self.holder = holder;
        self.body.disconnect();
        self.firmware.link_ended();
    }

    /// How long a request takes.
    pub(super) fn answer_time(&mut self) -> Millis {
        self.body.answer_time()
    }

    /// Agrees on the length of packets, and says on which.
    pub(super) fn agree_on_mtu(&mut self, wanted: u16) -> u16 {
        let mtu = wanted.min(self.firmware.largest_mtu()).max(LEAST_MTU);
        self.body.widen(mtu);
        mtu
    }

    /// Reads a characteristic that has the property.
    pub(super) fn read(&self, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        self.firmware.read(&self.body, characteristic)
    }

    /// Switches notifications of a characteristic on.
    pub(super) fn subscribe(&mut self, characteristic: CharacteristicId) -> Result<(), u16> {
        self.firmware.may_subscribe(&self.body, characteristic)?;
        self.body.subscribe(characteristic);
        Ok(())
    }

    /// Takes a write to a characteristic that has the property.
    pub(super) fn write(&mut self, now: Millis, characteristic: CharacteristicId, value: &[u8]) -> Written {
        if value.len() > self.body.room() {
            return Written::refused(INVALID_LENGTH);
        }
        if self.body.connection().is_none() {
            return Written::done(Vec::new());
        }
        self.firmware.write(&mut self.body, now, characteristic, value)
    }

    // ---- its wearer --------------------------------------------------------------------------------------

    /// The wearer taps the band, presses its button or touches the tick on its screen.
    pub(super) fn tap(&mut self, now: Millis) -> Vec<Deed> {
        self.body.hush();
        if self.body.connection().is_none() {
            return Vec::new();
        }
        self.firmware.tap(&mut self.body, now)
    }

    /// The wearer goes through its menu to the factory reset. `None`: they cannot get there.
    pub(super) fn menu_reset(&mut self) -> Option<Vec<Deed>> {
        // A band that belongs to nobody shows the pairing screen and no menu.
        let reachable = self.in_the_air
            && self.has_owner()
            && !self.body.traits.menu_locked
            && self.body.kind.model().row().reset_menu != ResetMenu::None;
        reachable.then(|| vec![Deed { after: MENU_TIME, connection: None, act: Act::Erase }])
    }

    /// The wait for the tap is over, unless it was for another prompt.
    pub(super) fn end_prompt(&mut self, prompt: u32) -> Vec<Deed> {
        self.firmware.end_prompt(&mut self.body, prompt)
    }

    // ---- what it does on its own -------------------------------------------------------------------------

    /// Whether the connection is still a stranger's, which the band ends now.
    pub(super) fn drops_stranger(&self) -> Option<u16> {
        let stranger = self.body.connection().is_some() && !self.body.knows_phone();
        stranger.then_some(STATUS_CLOSED_BY_BAND)
    }

    /// Whether it is switched on.
    pub(super) const fn is_on(&self) -> bool {
        self.in_the_air
    }

    /// Forgets everything and goes away; returns how the link ends.
    pub(super) fn erase(&mut self) -> (u16, Vec<Deed>) {
        self.erase_unseen();
        if self.body.traits.new_address {
            self.body.address = self.firmware.new_address(&mut self.body.random);
        }
        if self.body.traits.new_serial {
            self.body.renumber();
        }
        self.go_away(self.body.traits.away)
    }

    /// Forgets everything where it is.
    pub(super) fn erase_unseen(&mut self) {
        self.firmware.forget_owner();
        self.body.erased = true;
    }

    /// Goes away and keeps everything; returns how the link ends.
    pub(super) fn restart(&mut self) -> (u16, Vec<Deed>) {
        self.go_away(Some(RESTART_TIME))
    }

    fn go_away(&mut self, back_after: Option<Millis>) -> (u16, Vec<Deed>) {
        self.in_the_air = false;
        self.body.hush();
        // Both endings are known after a restart: closed properly, or just not heard of any more.
        let status =
            if self.body.random.between(0, 1) == 0 { STATUS_TIME_OUT } else { STATUS_CLOSED_BY_BAND };
        let come_back = |after| Deed { after, connection: None, act: Act::ComeBack };
        (status, back_after.map(come_back).into_iter().collect())
    }

    /// Is back in the air.
    pub(super) const fn come_back(&mut self) {
        self.in_the_air = true;
    }

    /// Is not in the air from now on.
    pub(super) const fn leave_the_air(&mut self) {
        self.in_the_air = false;
    }

    /// The phone or app that held it has let go.
    pub(super) const fn let_go(&mut self) {
        if matches!(self.holder, Holder::AnotherPhone | Holder::AnotherApp) {
            self.holder = Holder::Nobody;
        }
    }
}
