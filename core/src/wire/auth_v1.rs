//! Frames of pairing v1 (Mi Band 2 and 3), written to and notified by [`crate::wire::gatt::AUTH`].
//!
//! | to the band | meaning | its answer |
//! |---|---|---|
//! | `01 f` + key (16) | take this key; the band vibrates and waits for a tap | `10 01 r` |
//! | `02 f` | give me a random | `10 02 01` + random (16), or `10 02 r` |
//! | `03 f` + AES-128-ECB(key, random) | my answer | `10 03 r` |
//!
//! `f` is a flag: 00 (the vendor's app, in a trace) or 08 (open tools, in a trace). Result bytes `r`: 01 success,
//! 02 invalid state or denied, 03 unknown command, 04 failed, 08 wrong key.

use std::fmt;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

use crate::keys::AuthKey;
use crate::payload::Payload;

/// The flag byte of all frames of one handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// 00, as the vendor's app sends it.
    Vendor,
    /// 08, as open tools send it to a Mi Band 2.
    Open,
}

impl Flag {
    /// The byte on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Vendor => 0x00,
            Self::Open => 0x08,
        }
    }

    /// The one to try when this one is refused.
    pub const fn other(self) -> Self {
        match self {
            Self::Vendor => Self::Open,
            Self::Open => Self::Vendor,
        }
    }
}

/// `01 f` + key: offers a key, which takes effect by a tap.
pub fn offer_key(flag: Flag, key: &AuthKey) -> Payload {
    frame(0x01, flag, key.bytes())
}

/// `02 f`: asks for a random.
pub fn request_random(flag: Flag) -> Payload {
    frame(0x02, flag, &[])
}

/// `03 f` + the encrypted random: proves that we hold the key.
pub fn answer(flag: Flag, key: &AuthKey, random: &[u8; 16]) -> Payload {
    frame(0x03, flag, &encrypt(key, random))
}

fn frame(opcode: u8, flag: Flag, body: &[u8]) -> Payload {
    let mut bytes = vec![opcode, flag.byte()];
    bytes.extend_from_slice(body);
    Payload(bytes)
}

/// One block of AES-128-ECB without padding.
pub fn encrypt(key: &AuthKey, random: &[u8; 16]) -> [u8; 16] {
    let mut block = (*random).into();
    Aes128::new(key.bytes().into()).encrypt_block(&mut block);
    block.into()
}

/// A notification of the band. `Debug` hides the random.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// `10 01 r`: about the key that was offered.
    Key(Verdict),
    /// `10 02 01` + random.
    Random([u8; 16]),
    /// `10 02 r`: no random.
    NoRandom(Verdict),
    /// `10 03 r`: about our answer.
    Answer(Verdict),
    /// `10 01 81 …`: this band speaks pairing v2 and takes no key without the vendor's signature.
    SpeaksV2,
    /// Anything else.
    Unknown,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(verdict) => write!(f, "Key({verdict:?})"),
            Self::Random(_) => f.write_str("Random(hidden)"),
            Self::NoRandom(verdict) => write!(f, "NoRandom({verdict:?})"),
            Self::Answer(verdict) => write!(f, "Answer({verdict:?})"),
            Self::SpeaksV2 => f.write_str("SpeaksV2"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// The result byte of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 01.
    Success,
    /// 02: invalid state; while pairing, somebody said no on the band.
    Denied,
    /// 04: refused, not confirmed in time, or wrong key, by what was sent and how long ago.
    Failed,
    /// 08: wrong key.
    WrongKey,
    /// Another byte.
    Other(u8),
}

/// Reads a notification of [`crate::wire::gatt::AUTH`]. The upper half of the opcode byte is ignored, as some
/// firmware sets it.
pub fn parse(bytes: &[u8]) -> Reply {
    let [0x10, opcode, result, rest @ ..] = bytes else { return Reply::Unknown };
    match (opcode & 0x0F, *result) {
        (0x01, 0x81) => Reply::SpeaksV2,
        (0x01, result) => Reply::Key(verdict(result)),
        (0x02, 0x01) => match rest.get(..16).and_then(|random| random.try_into().ok()) {
            Some(random) => Reply::Random(random),
            None => Reply::Unknown,
        },
        (0x02, result) => Reply::NoRandom(verdict(result)),
        (0x03, result) => Reply::Answer(verdict(result)),
        _ => Reply::Unknown,
    }
}

const fn verdict(result: u8) -> Verdict {
    match result {
        0x01 => Verdict::Success,
        0x02 => Verdict::Denied,
        0x04 => Verdict::Failed,
        0x08 => Verdict::WrongKey,
        other => Verdict::Other(other),
    }
}
