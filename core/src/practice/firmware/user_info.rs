//! Mi Band 1, 1A and 1S: no key, but one remembered user; a tap makes the band remember another. Bytes and timing of the
//! Mi Band 1 are those of a trace of the vendor's app; of the others what developers reported.

use uuid::Uuid;

use super::Firmware;
use crate::address::{Address, AddressKind};
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::practice::band::{Act, Deed, STATUS_CLOSED_BY_BAND, STATUS_TIME_OUT, Written};
use crate::practice::body::Body;
use crate::practice::gatt::{self, id, short};
use crate::practice::kinds::Kind;
use crate::practice::random::Random;
use crate::practice::traits::{BandTraits, EraseEffect, Flags, HeldKey, TapEffect};
use crate::time::Millis;
use crate::wire::user_info::{self as frame, Gender, Layout, UserInfo as User};

/// A band that remembers one user.
pub(in crate::practice) fn user_info(
    kind: Kind,
    traits: &BandTraits,
    random: &mut Random,
) -> Box<dyn Firmware> {
    let edition = match kind {
        Kind::MiBand1A => &MI_BAND_1A,
        Kind::MiBand1S => &MI_BAND_1S,
        Kind::MiBand1
        | Kind::MiBand2
        | Kind::MiBand3
        | Kind::MiBand4
        | Kind::MiBand5
        | Kind::MiBand5Of2021
        | Kind::MiBand6
        | Kind::MiBand6Of2021
        | Kind::SmartBand7
        | Kind::SmartBand8
        | Kind::SmartBand9
        | Kind::SmartBand9LocalBind
        | Kind::SmartBand10
        | Kind::LookAlike => &MI_BAND_1,
    };
    let user = match traits.key {
        HeldKey::Nothing => None,
        HeldKey::SomebodysKey | HeldKey::AnotherKey | HeldKey::OldSharedDefault => Some(somebody(random)),
    };
    Box::new(UserInfo { edition, user, asked: None, paired: vec![0xFF, 0xFF] })
}

/// What differs between the three.
#[derive(Debug)]
struct Edition {
    name: &'static str,
    /// The beginning of its address, which the maker has registered.
    maker: [u8; 3],
    /// Feature, appearance, hardware.
    numbers: [u8; 3],
    firmware: [u8; 4],
    heart_rate: Option<[u8; 4]>,
    table: &'static gatt::Table,
}

const MI_BAND_1: Edition = Edition {
    name: "MI",
    maker: [0x88, 0x0F, 0x10],
    numbers: [0, 0, 2],
    firmware: [1, 0, 4, 9],
    heart_rate: None,
    table: &[MAIN, FEE1, FEE7],
};
const MI_BAND_1A: Edition = Edition {
    name: "MI1A",
    numbers: [5, 0, 8],
    firmware: [5, 15, 11, 19],
    table: &[MAIN, FEE1, FEE7, IMMEDIATE_ALERT],
    ..MI_BAND_1
};
const MI_BAND_1S: Edition = Edition {
    name: "MI1S",
    maker: [0xC8, 0x0F, 0x10],
    numbers: [4, 0, 4],
    firmware: [4, 16, 3, 7],
    heart_rate: Some([1, 3, 76, 20]),
    table: &[MAIN, FEE1, FEE7, IMMEDIATE_ALERT, HEART_RATE],
};

const FEE0: Uuid = short(0xFEE0);
/// Device information.
pub(in crate::practice) const INFORMATION: CharacteristicId = id(FEE0, short(0xFF01));
const NAME: CharacteristicId = id(FEE0, short(0xFF02));
/// Answers and events, one byte each.
pub(in crate::practice) const NOTIFICATION: CharacteristicId = id(FEE0, short(0xFF03));
/// User information.
pub(in crate::practice) const USER_INFO: CharacteristicId = id(FEE0, short(0xFF04));
/// Commands.
pub(in crate::practice) const CONTROL: CharacteristicId = id(FEE0, short(0xFF05));
const PARAMETERS: CharacteristicId = id(FEE0, short(0xFF09));
const DATE: CharacteristicId = id(FEE0, short(0xFF0A));
/// Battery.
pub(in crate::practice) const BATTERY: CharacteristicId = id(FEE0, short(0xFF0C));
/// Self test and disconnect.
pub(in crate::practice) const TEST: CharacteristicId = id(FEE0, short(0xFF0D));
/// Pairing mark.
pub(in crate::practice) const PAIR: CharacteristicId = id(FEE0, short(0xFF0F));
/// The whole address.
pub(in crate::practice) const ADDRESS: CharacteristicId = id(short(0xFEE7), short(0xFEC9));
const FEDF: CharacteristicId = id(short(0xFEE1), short(0xFEDF));
const ALERT: CharacteristicId = id(short(0x1802), short(0x2A06));

/// What a command before the handshake comes to.
const NOT_AUTHENTICATED: u16 = 133;
/// From the answer to a write until what the band says of it.
const SAYS_AFTER: Millis = Millis(3);
/// The same for a user that it knows.
const KNOWS_AFTER: Millis = Millis(8);
/// From one word about a tap to the other.
const SECOND_WORD: Millis = Millis(97);

#[derive(Debug)]
struct UserInfo {
    edition: &'static Edition,
    /// Whom it remembers.
    user: Option<User>,
    /// Shall this user be remembered? By the number of the prompt.
    asked: Option<(u32, User)>,
    paired: Vec<u8>,
}

impl Firmware for UserInfo {
    fn new_address(&self, random: &mut Random) -> Address {
        let [a, b, c] = self.edition.maker;
        let [d, e, f] = random.bytes();
        Address([a, b, c, d, e, f])
    }

    fn address_kind(&self) -> AddressKind {
        AddressKind::Public
    }

    fn advertisement(&self, body: &Body, held: bool, _now: Millis) -> AdvertisedFields {
        let flags = Some(if held { 0x04 } else { 0x06 });
        let name = Some(self.edition.name.to_owned());
        let nothing = AdvertisedFields { flags, name, ..AdvertisedFields::default() };
        if body.traits.look_alike {
            return nothing;
        }
        if body.kind == Kind::MiBand1S {
            // Six bytes of manufacturer data and no service were seen of a 1S; what the six say was not shown.
            let mut opaque = Random::new(u64::from(body.address.0[5]));
            let company = u16::from_le_bytes(opaque.bytes());
            return AdvertisedFields {
                manufacturer: vec![(company, opaque.bytes::<4>().to_vec())],
                ..nothing
            };
        }
        AdvertisedFields {
            services: vec![FEE0, short(0xFEE1), short(0xFEE7)],
            manufacturer: vec![(0x0157, body.address.0.to_vec())],
            ..nothing
        }
    }

    fn services(&self) -> Vec<GattService> {
        gatt::services(self.edition.table)
    }

    fn handshake_services(&self) -> &'static [Uuid] {
        &[FEE0]
    }

    fn link_ended(&mut self) {
        self.asked = None;
    }

    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        Ok(match characteristic {
            INFORMATION => self.information(body.address),
            NAME => {
                let mut name = self.edition.name.as_bytes().to_vec();
                name.resize(20, 0);
                name
            }
            BATTERY => {
                vec![body.traits.charge, 0x0E, 0x09, 0x12, 0x04, 0x37, 0x18, 0x05, 0x00, 0x04]
            }
            PARAMETERS => vec![0xCC, 0x01, 0xF4, 0x01, 0x00, 0x00, 0xBC, 0x02, 0x27, 0x00, 0x60, 0x09],
            DATE => vec![0x0E, 0x0B, 0x05, 0x15, 0x0D, 0x33, 0x0E, 0x0B, 0x05, 0x15, 0x0E, 0x1B],
            TEST => vec![0x05, 0x00],
            PAIR => self.paired.clone(),
            ADDRESS => body.address.0.to_vec(),
            FEDF => vec![0x01],
            _ => Vec::new(),
        })
    }

    fn write(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written {
        let open = body.knows_phone() || body.traits.alert_open;
        match (characteristic, value) {
            (USER_INFO, _) => return self.handshake(body, value),
            (CONTROL, _) if !body.knows_phone() => return Written::refused(NOT_AUTHENTICATED),
            (CONTROL, _) => return Written::done(self.command(body, now, value)),
            (TEST, [0x02]) if open => body.buzz(now, Millis(1_500)),
            (TEST, [0x01]) => return Written::done(body.drops(Millis(120), STATUS_CLOSED_BY_BAND)),
            (ALERT, [0x01 | 0x02]) if open => body.buzz(now, Millis(1_500)),
            (ALERT, [0x00]) => body.hush(),
            // On a 1A somebody saw nothing come of it.
            (PAIR, [0x02]) if body.kind != Kind::MiBand1A => self.paired = vec![0x02],
            _ => {}
        }
        Written::done(Vec::new())
    }

    /// It sends no random.
    fn set_challenge(&mut self, _random: [u8; 16]) {}

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn tap(&mut self, body: &mut Body, _now: Millis) -> Vec<Deed> {
        let Some((_, user)) = self.asked.take() else { return Vec::new() };
        match body.traits.tap {
            TapEffect::Takes => {
                self.user = Some(user);
                body.let_in();
                let after = body.answer_time();
                let mut deeds = body.notification(after, NOTIFICATION, vec![0x0A]);
                deeds.extend(body.notification(after + SECOND_WORD, NOTIFICATION, vec![0x15]));
                deeds
            }
            TapEffect::TakesUnheard => {
                body.traits.tap = TapEffect::Takes;
                self.user = Some(user);
                body.drops(Millis(120), STATUS_TIME_OUT)
            }
            TapEffect::Denies => body.notify(NOTIFICATION, vec![0xEF]),
            TapEffect::Nothing => Vec::new(),
        }
    }

    fn end_prompt(&mut self, body: &mut Body, prompt: u32) -> Vec<Deed> {
        match self.asked.take_if(|(asked, _)| *asked == prompt) {
            Some(_) => body.notify(NOTIFICATION, vec![0x09]),
            None => Vec::new(),
        }
    }

    /// Three lights.
    fn has_screen(&self) -> bool {
        false
    }

    fn is_free(&self) -> bool {
        self.user.is_none()
    }

    /// There are no keys here.
    fn holds(&self, _key: &AuthKey) -> bool {
        false
    }

    fn forget_owner(&mut self) {
        self.user = None;
        self.paired = vec![0xFF, 0xFF];
    }
}

impl UserInfo {
    fn handshake(&mut self, body: &mut Body, value: &[u8]) -> Written {
        let takes = body.answer_time();
        let written = |deeds| Written { takes: Some(takes), ..Written::done(deeds) };
        match body.traits.flags {
            Flags::SilentToAny => return written(Vec::new()),
            Flags::TakesAny | Flags::Refuses00 | Flags::SilentTo00 | Flags::RefusesAny => {}
        }
        let unknown = |body: &Body| body.notification(takes + SAYS_AFTER, NOTIFICATION, vec![0x06]);
        let Some(user) = self.parse(body, value) else { return written(unknown(body)) };
        match user.kind {
            frame::Kind::Normal if self.user.as_ref().is_some_and(|known| *known == user) => {
                body.let_in();
                written(body.notification(takes + KNOWS_AFTER, NOTIFICATION, vec![0x05]))
            }
            frame::Kind::Normal | frame::Kind::Other(_) => written(unknown(body)),
            frame::Kind::Clear | frame::Kind::Retain => {
                let mut deeds = unknown(body);
                deeds.extend(body.notification(takes + SAYS_AFTER, NOTIFICATION, vec![0x13]));
                let (prompt, later) = body.prompt();
                deeds.extend(later);
                self.asked = Some((prompt, User { kind: frame::Kind::Normal, ..user }));
                written(deeds)
            }
        }
    }

    /// A user in the form that this edition takes, made for this very band.
    fn parse(&self, body: &Body, value: &[u8]) -> Option<User> {
        let [feature, appearance, _] = self.edition.numbers;
        let layout = match body.kind {
            Kind::MiBand1A | Kind::MiBand1S => Layout::Extended { feature, appearance },
            Kind::MiBand1
            | Kind::MiBand2
            | Kind::MiBand3
            | Kind::MiBand4
            | Kind::MiBand5
            | Kind::MiBand5Of2021
            | Kind::MiBand6
            | Kind::MiBand6Of2021
            | Kind::SmartBand7
            | Kind::SmartBand8
            | Kind::SmartBand9
            | Kind::SmartBand9LocalBind
            | Kind::SmartBand10
            | Kind::LookAlike => Layout::Plain,
        };
        let [.., end] = body.address.0;
        let (user, found) = frame::parse(value, layout, end).ok()?;
        (found == layout).then_some(user)
    }

    fn command(&mut self, body: &mut Body, now: Millis, value: &[u8]) -> Vec<Deed> {
        let deed = |after, act| vec![Deed { after: Millis(after), connection: None, act }];
        match value {
            [0x09] => match body.traits.erase {
                EraseEffect::ErasesUnseen => deed(body.random.between(40, 90), Act::EraseUnseen),
                EraseEffect::Erases | EraseEffect::ErasesSilently => {
                    deed(body.random.between(40, 90), Act::Erase)
                }
                // It has no words for these.
                EraseEffect::WaitsForButton
                | EraseEffect::Nothing
                | EraseEffect::Fails
                | EraseEffect::Unknown => Vec::new(),
            },
            [0x0C] => deed(body.random.between(250, 400), Act::Restart),
            [0x08, _] => {
                body.buzz(now, Millis(1_500));
                Vec::new()
            }
            [0x13] => {
                body.hush();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Bytes 0, 3, 4, 5 of the address, three numbers, a checksum, the version of the protocol and of the firmware; of a
    /// 1S that of its heart-rate firmware too.
    fn information(&self, address: Address) -> Vec<u8> {
        let [a, _, _, d, e, f] = address.0;
        let mut bytes = vec![a, d, e, f];
        bytes.extend(self.edition.numbers);
        bytes.push(frame::checksum(&bytes) ^ f);
        bytes.extend([0x00, 0x06, 0x00, 0x02]);
        for version in [Some(self.edition.firmware), self.edition.heart_rate].into_iter().flatten() {
            bytes.extend(version.iter().rev());
        }
        bytes
    }
}

/// A user that nobody here knows.
fn somebody(random: &mut Random) -> User {
    let uid = u32::from_le_bytes(random.bytes());
    User {
        uid,
        gender: Gender::Female,
        age: 41,
        height: 168,
        weight: 61,
        kind: frame::Kind::Normal,
        alias: uid.to_string(),
    }
}

/// The table of a Mi Band 1 with firmware 1.0.4.9.
const MAIN: (Uuid, &[(Uuid, u8)]) = (
    FEE0,
    &[
        (short(0xFF01), 0x02),
        (short(0xFF02), 0x0A),
        (short(0xFF03), 0x12),
        (short(0xFF04), 0x0A),
        (short(0xFF05), 0x08),
        (short(0xFF06), 0x12),
        (short(0xFF07), 0x12),
        (short(0xFF08), 0x04),
        (short(0xFF09), 0x0A),
        (short(0xFF0A), 0x0A),
        (short(0xFF0B), 0x0A),
        (short(0xFF0C), 0x12),
        (short(0xFF0D), 0x0A),
        (short(0xFF0E), 0x12),
        (short(0xFF0F), 0x0A),
    ],
);
const FEE1: (Uuid, &[(Uuid, u8)]) =
    (short(0xFEE1), &[(short(0xFEDD), 0x08), (short(0xFEDE), 0x02), (short(0xFEDF), 0x02)]);
const FEE7: (Uuid, &[(Uuid, u8)]) =
    (short(0xFEE7), &[(short(0xFEC7), 0x08), (short(0xFEC8), 0x22), (short(0xFEC9), 0x02)]);
/// Later editions and firmware have it.
const IMMEDIATE_ALERT: (Uuid, &[(Uuid, u8)]) = (short(0x1802), &[(short(0x2A06), 0x04)]);
const HEART_RATE: (Uuid, &[(Uuid, u8)]) = (short(0x180D), &[(short(0x2A37), 0x10), (short(0x2A39), 0x0A)]);
