//! What Mi Band 4 and the newer bands have in common, with either protocol: services, what a stranger may read, and what
//! is said of keys over 0009. A key gets into none of them this way.

use super::huami::{self, AUTH, HEART_RATE_CONTROL, Keyed, Papers};
use super::shared;
use crate::event::CharacteristicId;
use crate::practice::band::{Deed, READ_NOT_PERMITTED, WRITE_NOT_PERMITTED};
use crate::practice::body::Body;
use crate::practice::gatt::{self, Service, id, maker, short};
use crate::practice::traits::Flags;

/// What differs between them.
#[derive(Debug)]
pub(super) struct Edition {
    pub(super) papers: Papers,
    pub(super) table: &'static gatt::Table,
    /// What 0020 and 0012 read.
    pub(super) old_chunks: u8,
    pub(super) sound: u8,
    pub(super) old_keys: OldKeys,
}

/// What a band makes of a key that is proved over 0009.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldKeys {
    /// It says whether it is the right one.
    Judged {
        /// The verdict on a wrong key that was proved in the way of Mi Band 2.
        wrong_in_the_old_way: u8,
    },
    /// It gives a random, and refuses the right key too: only the protocol of 2021 opens it.
    Refused,
}

/// The beginning of the SHA-1 of a key of the vendor, the same in every capture of the answer to the probe.
const VENDOR_KEY_HASH: [u8; 16] =
    [0x18, 0x63, 0xC2, 0xCC, 0xE5, 0xD1, 0x59, 0x41, 0x3B, 0xED, 0x92, 0xC4, 0xB1, 0x63, 0xC2, 0x79];

/// Current time; the band holds local time.
const TIME: CharacteristicId = id(short(0xFEE0), short(0x2A2B));
/// A time that was read of a Mi Band 6 by a stranger.
const SOME_TIME: [u8; 11] = [0xEA, 0x07, 0x08, 0x1E, 0x0E, 0x19, 0x29, 0x07, 0x00, 0x00, 0x20];
/// The older way to send what is long.
const OLD_CHUNKS: CharacteristicId = id(short(0xFEE0), maker(0x0020));
const SOUND: CharacteristicId = id(short(0xFEE0), maker(0x0012));
const NEW_ALERT: CharacteristicId = id(short(0x1811), short(0x2A46));
const BATTERY_LEVEL: CharacteristicId = id(short(0x180F), short(0x2A19));
const HEART_RATE: CharacteristicId = id(short(0x180D), short(0x2A37));
/// What a stranger was refused on a Mi Band 6, beside what all bands refuse.
const REFUSED: [CharacteristicId; 2] = [id(short(0xFEE0), maker(0x0011)), id(short(0x3802), short(0x4A02))];

/// Reads a characteristic; a stranger is told less.
pub(super) fn read(body: &Body, edition: &Edition, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
    match characteristic {
        _ if REFUSED.contains(&characteristic) && !body.knows_phone() => Err(READ_NOT_PERMITTED),
        HEART_RATE_CONTROL if body.knows_phone() => Ok(vec![0x00, 0x01]),
        AUTH => Ok(vec![0x01, 0x00, 0x00, 0x00]),
        TIME => Ok(SOME_TIME.to_vec()),
        OLD_CHUNKS => Ok(vec![edition.old_chunks]),
        SOUND => Ok(vec![edition.sound]),
        NEW_ALERT => Ok(vec![0x05]),
        BATTERY_LEVEL => Ok(vec![body.traits.charge]),
        _ => huami::read(body, &edition.papers, characteristic),
    }
}

/// Whether notifications may be switched on.
pub(super) fn may_subscribe(body: &Body, characteristic: CharacteristicId) -> Result<(), u16> {
    if characteristic == HEART_RATE && !body.knows_phone() { Err(WRITE_NOT_PERMITTED) } else { Ok(()) }
}

/// Takes a write to 0009.
pub(super) fn old_handshake(
    edition: &Edition,
    keyed: &mut Keyed,
    body: &mut Body,
    value: &[u8],
) -> Vec<Deed> {
    let (Some(&operation), Some(&flag)) = (value.first(), value.get(1)) else { return Vec::new() };
    match body.traits.flags {
        Flags::SilentToAny => return Vec::new(),
        Flags::TakesAny | Flags::Refuses00 | Flags::SilentTo00 | Flags::RefusesAny => {}
    }
    let answer = |result: u8| vec![0x10, operation, result];
    let rest = value.get(2..).unwrap_or_default();
    match (operation, rest) {
        (0x01, []) => {
            let mut speaks = answer(0x81);
            speaks.push(0x01);
            speaks.extend(VENDOR_KEY_HASH);
            body.notify(AUTH, speaks)
        }
        // A key without a signature: not taken, and nothing vibrates.
        (0x01, _) => body.notify(AUTH, answer(0x81)),
        // A band without a key gives one too: in a pairing the new key is made of it.
        (0x82, [0x02] | [0x02, 0x01, 0x00]) | (0x02, []) => {
            let mut random = answer(0x01);
            random.extend(keyed.challenge(body));
            body.notify(AUTH, random)
        }
        (0x82 | 0x02, _) => body.notify(AUTH, answer(0x04)),
        // With another flag the right key was refused.
        (0x83 | 0x03, _) if flag != 0x00 => body.notify(AUTH, answer(0x07)),
        (0x83 | 0x03, response) => {
            let OldKeys::Judged { wrong_in_the_old_way } = edition.old_keys else {
                return body.notify(AUTH, answer(0x07));
            };
            let right = <[u8; 16]>::try_from(response).is_ok_and(|response| keyed.check(body, response));
            let wrong = if operation == 0x03 { wrong_in_the_old_way } else { 0x04 };
            body.notify(AUTH, answer(if right { 0x01 } else { wrong }))
        }
        // The reset that one tool is said to write here is ignored.
        (0x06, _) => Vec::new(),
        _ => body.notify(AUTH, answer(0x03)),
    }
}

/// The standard service of the battery, on Mi Band 6.
pub(super) const BATTERY_SERVICE: Service = (short(0x180F), &[(short(0x2A19), 0x12)]);

/// The services in the order of a Mi Band 4. Where nobody has published the properties of a characteristic (0011 to 0013
/// and 4A02) they are what was seen to work.
pub(super) const BASE: [Service; 10] = [
    shared::ACCESS,
    shared::ATTRIBUTES,
    shared::DEVICE_INFORMATION,
    shared::UPDATE,
    (short(0x1811), &[(short(0x2A46), 0x0A), (short(0x2A44), 0x1A)]),
    shared::ALERT,
    shared::HEART,
    (
        short(0xFEE0),
        &[
            (short(0x2A2B), 0x1A),
            (maker(0x0001), 0x14),
            (maker(0x0002), 0x10),
            (maker(0x0003), 0x14),
            (short(0x2A04), 0x16),
            (maker(0x0004), 0x14),
            (maker(0x0005), 0x10),
            (maker(0x0006), 0x12),
            (maker(0x0007), 0x12),
            (maker(0x0008), 0x18),
            (maker(0x0010), 0x10),
            (maker(0x0020), 0x16),
            (maker(0x000E), 0x08),
            (maker(0x000F), 0x14),
            (maker(0x0011), 0x02),
            (maker(0x0012), 0x02),
            (maker(0x0013), 0x10),
        ],
    ),
    shared::HANDSHAKE,
    (short(0x3802), &[(short(0x4A02), 0x02)]),
];
