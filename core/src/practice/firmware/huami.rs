//! What the bands from Mi Band 2 to 6 have in common: names of characteristics, advertisement, device information,
//! battery, commands, and the proof of a key. How a key gets into a band differs and stands elsewhere.

use std::collections::VecDeque;

use crate::address::Address;
use crate::band::Model;
use crate::event::{AdvertisedFields, CharacteristicId};
use crate::keys::AuthKey;
use crate::practice::band::{Act, Deed, READ_NOT_PERMITTED, WRITE_NOT_PERMITTED, Written};
use crate::practice::body::Body;
use crate::practice::gatt::{id, maker, short};
use crate::practice::random::Random;
use crate::practice::traits::{BandTraits, EraseEffect, HeldKey};
use crate::time::Millis;
use crate::wire::auth_v1;

/// An erase that waits for the button waits so long.
const BUTTON_TIME: Millis = Millis(30_000);

/// Handshake.
pub(in crate::practice) const AUTH: CharacteristicId = id(short(0xFEE1), maker(0x0009));
/// Configuration, the erase command among it.
pub(in crate::practice) const CONFIGURATION: CharacteristicId = id(short(0xFEE0), maker(0x0003));
/// Battery.
pub(in crate::practice) const BATTERY: CharacteristicId = id(short(0xFEE0), maker(0x0006));
/// Events of the band: its button among them.
pub(in crate::practice) const DEVICE_EVENT: CharacteristicId = id(short(0xFEE0), maker(0x0010));
/// Realtime steps.
pub(in crate::practice) const STEPS: CharacteristicId = id(short(0xFEE0), maker(0x0007));
/// Firmware control, the restart command among it.
pub(in crate::practice) const FIRMWARE_CONTROL: CharacteristicId = id(maker(0x1530), maker(0x1531));
/// Vibration.
pub(in crate::practice) const ALERT: CharacteristicId = id(short(0x1802), short(0x2A06));
/// Control of the heart-rate sensor.
pub(in crate::practice) const HEART_RATE_CONTROL: CharacteristicId = id(short(0x180D), short(0x2A39));
/// Serial number.
pub(in crate::practice) const SERIAL: CharacteristicId = id(short(0x180A), short(0x2A25));
/// Hardware revision.
pub(in crate::practice) const HARDWARE: CharacteristicId = id(short(0x180A), short(0x2A27));
/// Software revision: the firmware.
pub(in crate::practice) const FIRMWARE: CharacteristicId = id(short(0x180A), short(0x2A28));
/// PnP id.
pub(in crate::practice) const PNP_ID: CharacteristicId = id(short(0x180A), short(0x2A50));
/// Name.
const NAME: CharacteristicId = id(short(0x1800), short(0x2A00));
/// System id: the present address as EUI-64.
const SYSTEM_ID: CharacteristicId = id(short(0x180A), short(0x2A23));
/// A constant of the maker.
const FEDF: CharacteristicId = id(short(0xFEE1), short(0xFEDF));

/// What a model says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Papers {
    /// The name it advertises.
    pub(super) name: &'static str,
    pub(super) hardware: &'static str,
    pub(super) firmware: &'static str,
    /// PnP product and version.
    pub(super) product: (u16, u16),
    /// Whether it shares its steps in the air.
    pub(super) shares_steps: bool,
}

/// The key in a band, the proof of it, and an erase that waits for the wearer.
#[derive(Debug)]
pub(super) struct Keyed {
    pub(super) key: Option<AuthKey>,
    challenge: Option<[u8; 16]>,
    next_challenges: VecDeque<[u8; 16]>,
    /// Shall everything be erased? Asked until then.
    pub(super) erase_waits: Option<Millis>,
}

impl Keyed {
    /// With the key that a band holds at the start.
    pub(super) fn new(owners: Option<AuthKey>, traits: &BandTraits, random: &mut Random) -> Self {
        let key = match traits.key {
            HeldKey::Nothing => None,
            HeldKey::SomebodysKey => Some(owners.unwrap_or_else(|| AuthKey::new(random.bytes()))),
            HeldKey::AnotherKey => Some(AuthKey::new(random.bytes())),
            HeldKey::OldSharedDefault => Some(AuthKey::OLD_SHARED_DEFAULT),
        };
        Self { key, challenge: None, next_challenges: VecDeque::new(), erase_waits: None }
    }

    pub(super) fn set_challenge(&mut self, random: [u8; 16]) {
        self.next_challenges.push_back(random);
    }

    pub(super) const fn link_ended(&mut self) {
        self.challenge = None;
        self.erase_waits = None;
    }

    /// A random, to be encrypted.
    pub(super) fn challenge(&mut self, body: &mut Body) -> [u8; 16] {
        let random = self.next_challenges.pop_front().unwrap_or_else(|| body.random.bytes());
        self.challenge = Some(random);
        random
    }

    /// Whether this is the random, encrypted with the key; each random serves once.
    pub(super) fn check(&mut self, body: &mut Body, response: [u8; 16]) -> bool {
        let Some(key) = &self.key else { return false };
        let right = self.challenge.take().is_some_and(|random| auth_v1::encrypt(key, &random) == response);
        if right {
            body.let_in();
        }
        right
    }

    /// The wearer says yes to an erase that waits for it. `None`: none does.
    pub(super) fn confirm_erase(&mut self, body: &mut Body, now: Millis) -> Option<Vec<Deed>> {
        self.confirmed(now).map(|configured| configured.said_on_0003(body))
    }

    /// The same, to be said elsewhere.
    pub(super) fn confirmed(&mut self, now: Millis) -> Option<Configured> {
        let until = self.erase_waits.take()?;
        let yes = Configured { reply: Some(ERASES.to_vec()), erases_after: Some((500, 500)) };
        Some(if now < until { yes } else { Configured::default() })
    }

    /// Takes a write to anything but the handshake.
    pub(super) fn command(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written {
        let known = body.knows_phone();
        match characteristic {
            // A stranger's write is accepted by the link and ignored (seen on Mi Band 6).
            CONFIGURATION if known || body.traits.obeys_strangers => {
                let configured = self.configure(body, now, value);
                Written::done(configured.said_on_0003(body))
            }
            ALERT if known || body.traits.alert_open => {
                alert(body, now, value);
                Written::done(Vec::new())
            }
            FIRMWARE_CONTROL if !known => Written::refused(WRITE_NOT_PERMITTED),
            FIRMWARE_CONTROL if value == [0x05] => {
                let after = Millis(body.random.between(250, 400));
                Written::done(vec![Deed { after, connection: None, act: Act::Restart }])
            }
            _ => Written::done(Vec::new()),
        }
    }

    /// Takes a configuration command.
    pub(super) fn configure(&mut self, body: &Body, now: Millis, value: &[u8]) -> Configured {
        let reply = match value {
            [0x06, 0x0B, 0x00, 0x01] => return self.erase_command(body, now),
            // The sub-commands that a Mi Band 2 was seen to know.
            [0x06, sub @ (0x01 | 0x02 | 0x03 | 0x05 | 0x06 | 0x07 | 0x0A | 0x0D | 0x10), ..] => {
                vec![0x10, 0x06, *sub, 0x00, 0x01]
            }
            [0x06, ..] => vec![0x10, 0x06, 0x06],
            [0x0C] => vec![0x10, 0x0C, 0x01, 0x02, 0x01, 0x00],
            [operation, ..] => vec![0x10, *operation, 0x01],
            [] => return Configured::default(),
        };
        Configured { reply: Some(reply), erases_after: None }
    }

    fn erase_command(&mut self, body: &Body, now: Millis) -> Configured {
        let says = |reply: &[u8]| Configured { reply: Some(reply.to_vec()), erases_after: None };
        match body.traits.erase {
            EraseEffect::Erases => Configured { erases_after: Some((150, 400)), ..says(&ERASES) },
            EraseEffect::ErasesSilently | EraseEffect::ErasesUnseen => {
                Configured { reply: None, erases_after: Some((40, 90)) }
            }
            EraseEffect::WaitsForButton => {
                self.erase_waits = Some(now + BUTTON_TIME);
                Configured::default()
            }
            EraseEffect::Nothing => Configured::default(),
            EraseEffect::Fails => says(&[0x10, 0x06, 0x0B, 0x00, 0x04]),
            EraseEffect::Unknown => says(&[0x10, 0x06, 0x06]),
        }
    }
}

/// What a band says before it erases itself.
const ERASES: [u8; 5] = [0x10, 0x06, 0x0B, 0x00, 0x01];

/// What came of a configuration command.
#[derive(Debug, Default)]
pub(super) struct Configured {
    /// What the band says to it.
    reply: Option<Vec<u8>>,
    /// The band erases itself so many milliseconds after it has said that, at least and at most.
    erases_after: Option<(u64, u64)>,
}

impl Configured {
    /// The answer and what follows from it, where answers are notifications of 0003.
    fn said_on_0003(self, body: &mut Body) -> Vec<Deed> {
        self.said(body, |body, after, reply| body.notification(after, CONFIGURATION, reply))
    }

    /// The answer and what follows from it.
    pub(super) fn said(
        self,
        body: &mut Body,
        say: impl FnOnce(&mut Body, Millis, Vec<u8>) -> Vec<Deed>,
    ) -> Vec<Deed> {
        let (mut said_after, mut deeds) = (Millis(0), Vec::new());
        if let Some(reply) = self.reply {
            // 76 to 149 ms, in two traces.
            said_after = body.traits.slow.unwrap_or(Millis(body.random.between(76, 149)));
            deeds = say(body, said_after, reply);
        }
        if let Some((least, most)) = self.erases_after {
            let after = Millis(body.random.between(least, most));
            deeds.push(Deed { after: said_after + after, connection: None, act: Act::Erase });
        }
        deeds
    }
}

fn alert(body: &mut Body, now: Millis, value: &[u8]) {
    match value {
        [0x00] => body.hush(),
        [0x01..=0x03, ..] => body.buzz(now, if value == [0x03] { Millis(10_000) } else { Millis(1_500) }),
        _ => {}
    }
}

/// Reads what all these bands tell alike; a stranger is told less.
pub(super) fn read(body: &Body, papers: &Papers, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
    let protected = [HEART_RATE_CONTROL, STEPS].contains(&characteristic)
        || (characteristic == BATTERY && !body.traits.battery_open);
    if protected && !body.knows_phone() {
        return Err(READ_NOT_PERMITTED);
    }
    Ok(match characteristic {
        NAME => papers.name.into(),
        SERIAL if body.traits.tells_serial => body.serial.to_vec(),
        // How a band without a readable serial number says so is not known: both ways are practised.
        SERIAL if body.kind.model() == Model::MiBand2 => Vec::new(),
        SERIAL => return Err(READ_NOT_PERMITTED),
        HARDWARE => papers.hardware.into(),
        FIRMWARE => papers.firmware.into(),
        SYSTEM_ID => system_id(body.address).to_vec(),
        PNP_ID => papers.pnp_id(),
        BATTERY => battery(body.traits.charge),
        FEDF => vec![0x01],
        _ => vec![0x00],
    })
}

/// A random static address: its two highest bits are ones.
pub(super) fn static_address(random: &mut Random) -> Address {
    let mut bytes: [u8; 6] = random.bytes();
    bytes[0] |= 0xC0;
    Address(bytes)
}

/// An address as EUI-64, the way 2A23 shows it.
const fn system_id(address: Address) -> [u8; 8] {
    let [a, b, c, d, e, f] = address.0;
    [a, b, c, 0xFF, 0xFE, d, e, f]
}

/// Twenty bytes: 0F, level, state, two dates, the level at the last charge. The dates are those of a trace.
pub(super) fn battery(charge: u8) -> Vec<u8> {
    let mut bytes = vec![0x0F, charge, 0x00];
    bytes.extend([0xE2, 0x07, 0x03, 0x12, 0x13, 0x1E, 0x17, 0x08]);
    bytes.extend([0xE2, 0x07, 0x03, 0x12, 0x14, 0x24, 0x08, 0x08]);
    bytes.push(0x64);
    bytes
}

impl Papers {
    /// The maker's PnP id.
    fn pnp_id(&self) -> Vec<u8> {
        let (product, version) = self.product;
        let mut bytes = vec![0x01, 0x57, 0x01];
        bytes.extend(product.to_le_bytes());
        bytes.extend(version.to_le_bytes());
        bytes
    }

    /// What a band with these papers advertises now.
    pub(super) fn advertisement(&self, body: &Body, held: bool, now: Millis) -> AdvertisedFields {
        // The opaque bytes change about once a minute.
        let mut opaque = Random::new(u64::from(body.address.0[5]) ^ (now.0 / 60_000) << 8);
        let advertisement = Advertisement {
            name: self.name,
            address: body.address,
            held,
            opaque: opaque.bytes(),
            flag: 1,
            steps: self.shares_steps.then_some(if body.erased { 0 } else { 5_422 }),
            look_alike: body.traits.look_alike,
        };
        advertisement.fields()
    }
}

/// What a band advertises.
struct Advertisement {
    name: &'static str,
    /// Its present address.
    address: Address,
    /// Whether a phone holds it.
    held: bool,
    /// Sixteen bytes without a known meaning.
    opaque: [u8; 16],
    /// The flag byte without a known meaning; 1 to 3 were seen.
    flag: u8,
    /// Steps of today, where it shares them.
    steps: Option<u32>,
    /// It has the name, but none of the maker's signs.
    look_alike: bool,
}

impl Advertisement {
    /// The fields of advertisement and scan response together, as an active scan brings them.
    fn fields(&self) -> AdvertisedFields {
        let flags = Some(if self.held { 0x04 } else { 0x06 });
        let name = Some(self.name.to_owned());
        if self.look_alike {
            return AdvertisedFields { flags, name, ..AdvertisedFields::default() };
        }
        let steps = self.steps.map(|steps| (short(0xFEE0), steps.to_le_bytes().to_vec()));
        AdvertisedFields {
            flags,
            name,
            services: vec![short(0xFEE0)],
            manufacturer: vec![(0x0157, self.manufacturer())],
            service_data: steps.into_iter().collect(),
        }
    }

    /// What follows the company id: kind 00, the opaque bytes, the flag byte, the address.
    fn manufacturer(&self) -> Vec<u8> {
        let mut bytes = vec![0x00];
        bytes.extend(self.opaque);
        bytes.push(self.flag);
        bytes.extend(self.address.0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advertisement_is_that_of_a_real_free_band() {
        // The manufacturer structure of a Mi Band 2, from the trace of the maker's app (creotiv/MiBand2).
        let captured = "5701002c04e3a09ee1beab4773fa4501ec4fd703fa8ee312b4a9";
        let advertisement = Advertisement {
            name: "MI Band 2",
            address: Address([0xFA, 0x8E, 0xE3, 0x12, 0xB4, 0xA9]),
            held: false,
            opaque: hex::decode("2c04e3a09ee1beab4773fa4501ec4fd7").unwrap().try_into().unwrap(),
            flag: 3,
            steps: None,
            look_alike: false,
        };
        let fields = advertisement.fields();
        assert_eq!(format!("5701{}", hex::encode(&fields.manufacturer[0].1)), captured);
        assert_eq!((fields.flags, fields.name.as_deref()), (Some(6), Some("MI Band 2")));
        assert_eq!(fields.services, [short(0xFEE0)]);
    }

    #[test]
    fn the_system_id_is_the_address_as_in_the_trace() {
        let address = Address([0xFA, 0x8E, 0xE3, 0x12, 0xB4, 0xA9]);
        assert_eq!(hex::encode(system_id(address)), "fa8ee3fffe12b4a9");
    }
}
