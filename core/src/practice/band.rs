//! One practice band, seen over its one connection: what it answers to reads and writes, what its button
//! does, how it looks. It knows no phone and no scheduler; what it will do later it returns as [`Deed`]s.

use std::collections::{BTreeSet, VecDeque};

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

use super::random::Random;
use super::table::{self, Table};
use super::traits::{BandTraits, EraseEffect, Flags, HeldKey, Hold, TapEffect};
use crate::address::Address;
use crate::band::Model;
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::time::Millis;

/// The link of a stranger ends this long after it came up (30.39 s in a trace), whatever happens on it.
const STRANGER_TIME: Millis = Millis(30_390);
/// Away for so long after the restart command.
const RESTART_TIME: Millis = Millis(4_500);
/// An erase that waits for the button waits so long.
const BUTTON_TIME: Millis = Millis(30_000);
/// A notification carries no more at the smallest MTU (23).
const LONGEST_NOTIFICATION: usize = 20;

/// Closed by the band.
const STATUS_CLOSED_BY_BAND: u16 = 19;
/// Not heard of any more.
const STATUS_TIME_OUT: u16 = 8;
/// ATT error: read not permitted; the way newer bands refuse strangers.
const READ_NOT_PERMITTED: u16 = 2;
/// ATT error: write not permitted.
const WRITE_NOT_PERMITTED: u16 = 3;
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
    /// Erase itself.
    Erase,
    /// Restart.
    Restart,
    /// Come back into the air.
    ComeBack,
}

/// The answer to a write, and what follows from it.
pub(super) struct Written {
    /// Zero, or an ATT error.
    pub(super) status: Result<(), u16>,
    /// What follows.
    pub(super) deeds: Vec<Deed>,
}

/// A band.
#[derive(Clone, Debug)]
pub(super) struct Band {
    model: Model,
    traits: BandTraits,
    address: Address,
    serial: [u8; 12],
    key: Option<AuthKey>,
    holder: Holder,
    session: Option<Session>,
    in_the_air: bool,
    erased: bool,
    buzzes: u32,
    buzz_ends: Option<Millis>,
    prompts: u32,
    random: Random,
    next_challenges: VecDeque<[u8; 16]>,
}

/// One connection.
#[derive(Clone, Debug)]
struct Session {
    connection: u64,
    subscribed: BTreeSet<CharacteristicId>,
    authenticated: bool,
    challenge: Option<[u8; 16]>,
    asking: Option<Asking>,
}

/// What the band asks its wearer.
#[derive(Clone, Debug)]
enum Asking {
    /// Shall this key be taken?
    Pair(u32, AuthKey),
    /// Shall everything be erased?
    Erase(Millis),
}

impl Band {
    /// A band with such traits.
    pub(super) fn new(model: Model, traits: BandTraits, mut random: Random) -> Self {
        let key = match traits.key {
            HeldKey::Nothing => None,
            HeldKey::SomebodysKey => Some(AuthKey::new(random.bytes())),
            HeldKey::OldSharedDefault => Some(AuthKey::OLD_SHARED_DEFAULT),
        };
        let holder = match traits.hold {
            Hold::Free => Holder::Nobody,
            Hold::Silent | Hold::Visible { .. } => Holder::AnotherPhone,
        };
        Self {
            model,
            traits,
            address: static_address(&mut random),
            serial: serial(&mut random),
            key,
            holder,
            session: None,
            in_the_air: true,
            erased: false,
            buzzes: 0,
            buzz_ends: None,
            prompts: 0,
            random,
            next_challenges: VecDeque::new(),
        }
    }

    // ---- what others see -------------------------------------------------------------------------------

    /// Its present address.
    pub(super) const fn address(&self) -> Address {
        self.address
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
        self.key.as_ref() == Some(key)
    }

    /// Whether it has a key at all.
    pub(super) const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Whether it was erased.
    pub(super) const fn was_erased(&self) -> bool {
        self.erased
    }

    /// How often it was told to vibrate and did.
    pub(super) const fn buzzes(&self) -> u32 {
        self.buzzes
    }

    /// How often it has asked for a tap.
    pub(super) const fn prompts(&self) -> u32 {
        self.prompts
    }

    /// How it looks.
    pub(super) fn face(&self, now: Millis) -> Face {
        if !self.in_the_air {
            return Face::Restarting;
        }
        if self.session.as_ref().is_some_and(|session| session.asking.is_some()) {
            return Face::Prompt;
        }
        if self.buzz_ends.is_some_and(|ends| now < ends) {
            return Face::Buzzing;
        }
        if self.key.is_none() { Face::PairingScreen } else { Face::Dark }
    }

    /// What it advertises now, and whether that invites a connection; `None` if it is silent.
    pub(super) fn advertisement(&self, now: Millis) -> Option<(AdvertisedFields, bool)> {
        let held = self.holder != Holder::Nobody;
        let silent_when_held = self.traits.hold == Hold::Silent;
        if !self.in_the_air || (held && silent_when_held) {
            return None;
        }
        // The opaque bytes change about once a minute.
        let mut opaque = Random::new(u64::from(self.address.0[5]) ^ (now.0 / 60_000) << 8);
        let advertisement = table::Advertisement {
            model: self.model,
            address: self.address,
            held,
            opaque: opaque.bytes(),
            flag: 1,
            steps: if self.erased { 0 } else { 5_422 },
            look_alike: self.traits.look_alike,
        };
        Some((advertisement.fields(), !held))
    }

    /// Its true service table.
    pub(super) fn services(&self) -> Vec<GattService> {
        table::services(if self.traits.has_handshake { Table::Whole } else { Table::WithoutHandshake })
    }

    /// The randoms it will answer next, before its own chance again.
    pub(super) fn set_challenge(&mut self, random: [u8; 16]) {
        self.next_challenges.push_back(random);
    }

    // ---- the connection --------------------------------------------------------------------------------

    /// A phone has connected.
    pub(super) fn connected(&mut self, connection: u64) -> Vec<Deed> {
        self.holder = Holder::Us;
        self.session = Some(Session {
            connection,
            subscribed: BTreeSet::new(),
            authenticated: false,
            challenge: None,
            asking: None,
        });
        vec![Deed { after: STRANGER_TIME, connection: Some(connection), act: Act::DropStranger }]
    }

    /// The connection is over, whoever ended it; somebody else may hold the band from now on.
    pub(super) fn disconnected(&mut self, holder: Holder) {
        self.holder = holder;
        self.session = None;
    }

    /// How long a request takes.
    pub(super) fn answer_time(&mut self) -> Millis {
        self.traits.slow.unwrap_or(Millis(self.random.between(80, 100)))
    }

    /// Reads a characteristic that has the property.
    pub(super) fn read(&self, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        let known = self.session.as_ref().is_some_and(|session| session.authenticated);
        let protected = [table::HEART_RATE_CONTROL, table::STEPS].contains(&characteristic)
            || (characteristic == table::BATTERY && !self.traits.battery_open);
        if protected && !known {
            return Err(READ_NOT_PERMITTED);
        }
        Ok(match characteristic {
            table::NAME => table::name(self.model).into(),
            table::SERIAL if self.traits.tells_serial => self.serial.to_vec(),
            // How a band without a readable serial number says so is not known: both ways are practised.
            table::SERIAL => match self.model {
                Model::MiBand2 => Vec::new(),
                Model::MiBand3 => return Err(READ_NOT_PERMITTED),
            },
            table::HARDWARE => table::hardware(self.model).into(),
            table::FIRMWARE => table::firmware(self.model).into(),
            table::SYSTEM_ID => table::system_id(self.address).to_vec(),
            table::PNP_ID => table::pnp_id(self.model).to_vec(),
            table::BATTERY => battery(self.traits.charge),
            table::FEDF => vec![0x01],
            _ => vec![0x00],
        })
    }

    /// Switches notifications of a characteristic on.
    pub(super) fn subscribe(&mut self, characteristic: CharacteristicId) {
        if let Some(session) = &mut self.session {
            session.subscribed.insert(characteristic);
        }
    }

    /// Takes a write to a characteristic that has the property.
    pub(super) fn write(&mut self, now: Millis, characteristic: CharacteristicId, value: &[u8]) -> Written {
        let nothing = Written { status: Ok(()), deeds: Vec::new() };
        if value.len() > LONGEST_NOTIFICATION {
            return Written { status: Err(INVALID_LENGTH), ..nothing };
        }
        let Some(session) = &self.session else { return nothing };
        let (connection, known) = (session.connection, session.authenticated);
        match characteristic {
            table::AUTH => Written { deeds: self.handshake(connection, value), ..nothing },
            // A stranger's write is accepted by the link and ignored (seen on Mi Band 6).
            table::CONFIGURATION if known => Written { deeds: self.configure(now, value), ..nothing },
            table::ALERT if known || self.traits.alert_open => {
                self.alert(now, value);
                nothing
            }
            table::FIRMWARE_CONTROL if !known => Written { status: Err(WRITE_NOT_PERMITTED), ..nothing },
            table::FIRMWARE_CONTROL if value == [0x05] => {
                let after = Millis(self.random.between(250, 400));
                Written { deeds: vec![Deed { after, connection: None, act: Act::Restart }], ..nothing }
            }
            _ => nothing,
        }
    }

    // ---- the handshake ---------------------------------------------------------------------------------

    fn handshake(&mut self, connection: u64, value: &[u8]) -> Vec<Deed> {
        let (Some(&operation), Some(&flag)) = (value.first(), value.get(1)) else { return Vec::new() };
        let answer = |result: u8| vec![0x10, operation, result];
        let refused = match self.traits.flags {
            Flags::TakesAny => false,
            Flags::SilentToAny => return Vec::new(),
            Flags::SilentTo00 if flag == 0x00 => return Vec::new(),
            Flags::Refuses00 => flag == 0x00,
            Flags::RefusesAny => true,
            Flags::SilentTo00 => false,
        };
        let rest = value.get(2..).unwrap_or_default();
        match (operation, <[u8; 16]>::try_from(rest)) {
            // The bare probe; the answer means "pairing of the first kind".
            (0x01, Err(_)) => self.notify(table::AUTH, answer(0x04)),
            (0x01 | 0x03, Ok(_)) if refused => self.notify(table::AUTH, answer(0x04)),
            (0x02, _) if refused => self.notify(table::AUTH, answer(0x04)),
            (0x01, Ok(key)) => self.ask_to_pair(connection, AuthKey::new(key)),
            (0x02, Err(_)) if rest.is_empty() => self.challenge(),
            (0x02, _) => self.notify(table::AUTH, answer(0x04)),
            (0x03, Ok(response)) => {
                let right = self.check(response);
                self.notify(table::AUTH, answer(if right { 0x01 } else { 0x04 }))
            }
            (0x03, Err(_)) => self.notify(table::AUTH, answer(0x04)),
            _ => self.notify(table::AUTH, answer(0x03)),
        }
    }

    /// Vibrates and waits for a tap.
    fn ask_to_pair(&mut self, connection: u64, key: AuthKey) -> Vec<Deed> {
        self.prompts += 1;
        let prompt = self.prompts;
        if let Some(session) = &mut self.session {
            session.asking = Some(Asking::Pair(prompt, key));
        }
        let deed = |after, act| Deed { after, connection: Some(connection), act };
        let mut deeds = Vec::new();
        if let Some(lasts) = self.traits.prompt_lasts {
            deeds.push(deed(lasts, Act::EndPrompt(prompt)));
        }
        if std::mem::take(&mut self.traits.drops_early) {
            deeds.push(deed(Millis(700), Act::Drop(STATUS_TIME_OUT)));
        }
        deeds
    }

    /// Answers with a random, if there is a key to prove.
    fn challenge(&mut self) -> Vec<Deed> {
        if self.key.is_none() {
            return self.notify(table::AUTH, vec![0x10, 0x02, 0x04]);
        }
        let random = self.next_challenges.pop_front().unwrap_or_else(|| self.random.bytes());
        if let Some(session) = &mut self.session {
            session.challenge = Some(random);
        }
        let mut answer = vec![0x10, 0x02, 0x01];
        answer.extend(random);
        self.notify(table::AUTH, answer)
    }

    /// Whether this is the random, encrypted with the key; each random serves once.
    fn check(&mut self, response: [u8; 16]) -> bool {
        let (Some(session), Some(key)) = (&mut self.session, &self.key) else { return false };
        let right = session.challenge.take().is_some_and(|random| encrypt(key, random) == response);
        session.authenticated |= right;
        right
    }

    // ---- commands --------------------------------------------------------------------------------------

    fn configure(&mut self, now: Millis, value: &[u8]) -> Vec<Deed> {
        match value {
            [0x06, 0x0B, 0x00, 0x01] => self.erase_command(now),
            // The sub-commands that a Mi Band 2 was seen to know.
            [0x06, sub @ (0x01 | 0x02 | 0x03 | 0x05 | 0x06 | 0x07 | 0x0A | 0x0D | 0x10), ..] => {
                self.acknowledge(vec![0x10, 0x06, *sub, 0x00, 0x01])
            }
            [0x06, ..] => self.acknowledge(vec![0x10, 0x06, 0x06]),
            [0x0C] => self.acknowledge(vec![0x10, 0x0C, 0x01, 0x02, 0x01, 0x00]),
            [operation, ..] => self.acknowledge(vec![0x10, *operation, 0x01]),
            [] => Vec::new(),
        }
    }

    fn erase_command(&mut self, now: Millis) -> Vec<Deed> {
        let erase = |after| Deed { after, connection: None, act: Act::Erase };
        match self.traits.erase {
            EraseEffect::Erases => {
                let mut deeds = self.acknowledge(vec![0x10, 0x06, 0x0B, 0x00, 0x01]);
                let acknowledged = deeds.last().map_or(Millis(149), |deed| deed.after);
                deeds.push(erase(acknowledged + Millis(self.random.between(150, 400))));
                deeds
            }
            EraseEffect::ErasesSilently => vec![erase(Millis(self.random.between(40, 90)))],
            EraseEffect::WaitsForButton => {
                if let Some(session) = &mut self.session {
                    session.asking = Some(Asking::Erase(now + BUTTON_TIME));
                }
                Vec::new()
            }
            EraseEffect::Nothing => Vec::new(),
            EraseEffect::Fails => self.acknowledge(vec![0x10, 0x06, 0x0B, 0x00, 0x04]),
            EraseEffect::Unknown => self.acknowledge(vec![0x10, 0x06, 0x06]),
        }
    }

    fn alert(&mut self, now: Millis, value: &[u8]) {
        match value {
            [0x00] => self.buzz_ends = None,
            [0x01..=0x03, ..] => {
                self.buzzes += 1;
                let lasts = if value == [0x03] { Millis(10_000) } else { Millis(1_500) };
                self.buzz_ends = Some(now + lasts);
            }
            _ => {}
        }
    }

    // ---- what the band does on its own -----------------------------------------------------------------

    /// The wearer taps the band, or presses its button; the two are one on these models.
    pub(super) fn tap(&mut self, now: Millis) -> Vec<Deed> {
        self.buzz_ends = None;
        let Some(session) = &mut self.session else { return Vec::new() };
        let connection = session.connection;
        let asking = session.asking.take();
        let mut deeds = self.notify(table::DEVICE_EVENT, vec![0x04]);
        match asking {
            Some(Asking::Pair(_, key)) => deeds.extend(self.tapped_to_pair(connection, key)),
            Some(Asking::Erase(until)) if now < until => {
                deeds.extend(self.acknowledge(vec![0x10, 0x06, 0x0B, 0x00, 0x01]));
                deeds.push(Deed { after: Millis(500), connection: None, act: Act::Erase });
            }
            Some(Asking::Erase(_)) | None => {}
        }
        deeds
    }

    fn tapped_to_pair(&mut self, connection: u64, key: AuthKey) -> Vec<Deed> {
        match self.traits.tap {
            TapEffect::Takes => {
                self.key = Some(key);
                self.notify(table::AUTH, vec![0x10, 0x01, 0x01])
            }
            TapEffect::TakesUnheard => {
                self.traits.tap = TapEffect::Takes;
                self.key = Some(key);
                vec![Deed {
                    after: Millis(120),
                    connection: Some(connection),
                    act: Act::Drop(STATUS_TIME_OUT),
                }]
            }
            TapEffect::Denies => self.notify(table::AUTH, vec![0x10, 0x01, 0x02]),
            TapEffect::Nothing => Vec::new(),
        }
    }

    /// The wait for the tap is over, unless it was for another prompt.
    pub(super) fn end_prompt(&mut self, prompt: u32) -> Vec<Deed> {
        let Some(session) = &mut self.session else { return Vec::new() };
        match &session.asking {
            Some(Asking::Pair(asked, _)) if *asked == prompt => {
                session.asking = None;
                self.notify(table::AUTH, vec![0x10, 0x01, 0x04])
            }
            Some(Asking::Pair(..) | Asking::Erase(_)) | None => Vec::new(),
        }
    }

    /// Whether the connection is still a stranger's, which the band ends now.
    pub(super) fn drops_stranger(&self) -> Option<u16> {
        self.session.as_ref().filter(|session| !session.authenticated).map(|_| STATUS_CLOSED_BY_BAND)
    }

    /// Whether it is switched on.
    pub(super) const fn is_on(&self) -> bool {
        self.in_the_air
    }

    /// Forgets everything and goes away; returns how the link ends.
    pub(super) fn erase(&mut self) -> (u16, Vec<Deed>) {
        self.key = None;
        self.erased = true;
        if self.traits.new_address {
            self.address = static_address(&mut self.random);
        }
        if self.traits.new_serial {
            self.serial = serial(&mut self.random);
        }
        self.go_away(self.traits.away)
    }

    /// Goes away and keeps everything; returns how the link ends.
    pub(super) fn restart(&mut self) -> (u16, Vec<Deed>) {
        self.go_away(Some(RESTART_TIME))
    }

    fn go_away(&mut self, back_after: Option<Millis>) -> (u16, Vec<Deed>) {
        self.in_the_air = false;
        self.buzz_ends = None;
        // Both endings are known after a restart: closed properly, or just not heard of any more.
        let status = if self.random.between(0, 1) == 0 { STATUS_TIME_OUT } else { STATUS_CLOSED_BY_BAND };
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

    /// An answer on 0003, which takes 76 to 149 ms.
    fn acknowledge(&mut self, value: Vec<u8>) -> Vec<Deed> {
        let after = self.traits.slow.unwrap_or(Millis(self.random.between(76, 149)));
        self.notification(after, table::CONFIGURATION, value)
    }

    fn notify(&mut self, characteristic: CharacteristicId, value: Vec<u8>) -> Vec<Deed> {
        let after = self.answer_time();
        self.notification(after, characteristic, value)
    }

    /// A notification, if it is switched on; cut to what the smallest MTU carries.
    fn notification(&self, after: Millis, characteristic: CharacteristicId, mut value: Vec<u8>) -> Vec<Deed> {
        let Some(session) = &self.session else { return Vec::new() };
        if !session.subscribed.contains(&characteristic) {
            return Vec::new();
        }
        value.truncate(LONGEST_NOTIFICATION);
        let deed =
            Deed { after, connection: Some(session.connection), act: Act::Notify(characteristic, value) };
        if !self.traits.repeats {
            return vec![deed];
        }
        let again = Deed { after: after + Millis(7), ..deed.clone() };
        vec![deed, again]
    }
}

/// A random static address: its two highest bits are ones.
fn static_address(random: &mut Random) -> Address {
    let mut bytes: [u8; 6] = random.bytes();
    bytes[0] |= 0xC0;
    Address(bytes)
}

/// Twelve hex digits, in ASCII.
fn serial(random: &mut Random) -> [u8; 12] {
    std::array::from_fn(|_| {
        let digit = (random.next() & 0x0F) as u8;
        if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
    })
}

/// Twenty bytes: 0F, level, state, two dates, the level at the last charge. The dates are those of a trace.
fn battery(charge: u8) -> Vec<u8> {
    let mut bytes = vec![0x0F, charge, 0x00];
    bytes.extend([0xE2, 0x07, 0x03, 0x12, 0x13, 0x1E, 0x17, 0x08]);
    bytes.extend([0xE2, 0x07, 0x03, 0x12, 0x14, 0x24, 0x08, 0x08]);
    bytes.push(0x64);
    bytes
}

/// One block of AES-128, as the band computes it.
fn encrypt(key: &AuthKey, block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    Aes128::new(&(*key.bytes()).into()).encrypt_block(&mut block);
    block.into()
}
