//! Frames of pairing v2 (Mi Band 4 to 6 with older firmware), on [`crate::wire::gatt::AUTH`].
//!
//! | to the band | meaning | its answer |
//! |---|---|---|
//! | `01 00` | which pairing do you speak? | `10 01 04`: v1; `10 01 81 01` + 16 bytes of a hash: v2 |
//! | `82 00 02`, also with `01 00` behind | give me a random | `10 82 01` + random (16) |
//! | `83 00` + AES-128-ECB(key, random) | my answer | `10 83 r` |
//! | `02 00`, `03 00` + the same | the old opcodes, which a Mi Band 4 takes too | `10 02 …`, `10 03 r` |
//!
//! A v2 band stores a key only with a signature of the vendor, so there is no frame here that gives it one. The flag
//! byte is always 00: with 08 the right key was refused. Answers are told apart by the lower half of the opcode.

use std::fmt;

use sha2::digest::Output;
use sha2::digest::consts::U16;
use sha2::{Digest, Sha256};

use crate::address::Address;
use crate::keys::AuthKey;
use crate::payload::Payload;
use crate::wire::auth_v1;

/// Asks which pairing the band speaks; changes nothing.
pub const PROBE: [u8; 2] = [0x01, 0x00];

/// The opcodes of one handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `82 00 02 01 00`, as open tools send it since 2020; newer firmware wants it, older takes it.
    Long,
    /// `82 00 02`, as in the captures.
    Short,
    /// `02 00`, those of pairing v1.
    Old,
}

/// Asks for a random.
pub fn request_random(form: Form) -> Payload {
    let bytes: &[u8] = match form {
        Form::Long => &[0x82, 0x00, 0x02, 0x01, 0x00],
        Form::Short => &[0x82, 0x00, 0x02],
        Form::Old => &[0x02, 0x00],
    };
    bytes.into()
}

/// The encrypted random: proves that we hold the key.
pub fn answer(form: Form, key: &AuthKey, random: &Random) -> Payload {
    let opcode = match form {
        Form::Long | Form::Short => 0x83,
        Form::Old => 0x03,
    };
    let mut bytes = vec![opcode, 0x00];
    bytes.extend_from_slice(&auth_v1::encrypt(key, &random.0));
    Payload(bytes)
}

/// The key that a band with this address keeps after a pairing in which it gave this random: the first half of
/// SHA-256(address, most significant byte first; random).
pub fn derive_key(address: &Address, random: &Random) -> AuthKey {
    let (key, _) = digest(address, random).split::<U16>();
    AuthKey::new(key.into())
}

/// The whole digest that [`derive_key`] takes the key from; the vendor's app sends it to the vendor while pairing.
pub fn pairing_digest(address: &Address, random: &Random) -> [u8; 32] {
    digest(address, random).into()
}

fn digest(address: &Address, random: &Random) -> Output<Sha256> {
    Sha256::new().chain_update(address.0).chain_update(random.0).finalize()
}

/// What a band gives to be encrypted. While pairing the key follows from it, so `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Random(pub [u8; 16]);

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random(hidden)")
    }
}

/// A notification of the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `10 01 81 01` + 16 bytes, the beginning of the SHA-1 of a key of the vendor: pairing v2 is spoken.
    SpeaksV2 {
        /// The bytes; the same in every capture.
        vendor_key_hash: [u8; 16],
    },
    /// `10 01 81` without them: a key that was offered without a signature is not taken, so this is v2 as well.
    SignatureWanted,
    /// `10 01 r`: after [`PROBE`], [`Verdict::Failed`] means that pairing v1 is spoken.
    Key(Verdict),
    /// `10 x2 01` + random.
    Random(Random),
    /// `10 x2 r`: no random.
    NoRandom(Verdict),
    /// `10 x3 r`: about our answer.
    Answer(Verdict),
    /// Anything else.
    Unknown,
}

/// The result byte of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 01.
    Success,
    /// 02: invalid state; while pairing, somebody said no on the band.
    Denied,
    /// 04: refused; of our answer: wrong key.
    Failed,
    /// 07: wrong flag, or this firmware wants the 2021 protocol, or wrong key. No proof of a wrong key.
    Refused,
    /// 08: wrong key.
    WrongKey,
    /// Another byte.
    Other(u8),
}

/// Reads a notification of [`crate::wire::gatt::AUTH`].
pub fn parse(bytes: &[u8]) -> Reply {
    let [0x10, opcode, result, rest @ ..] = bytes else { return Reply::Unknown };
    match (opcode & 0x0F, *result) {
        (0x01, 0x81) => match rest.split_first_chunk::<17>() {
            Some((&[0x01, ref hash @ ..], _)) => Reply::SpeaksV2 { vendor_key_hash: *hash },
            Some(_) | None => Reply::SignatureWanted,
        },
        (0x01, result) => Reply::Key(verdict(result)),
        (0x02, 0x01) => match rest.first_chunk::<16>() {
            Some(random) => Reply::Random(Random(*random)),
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
        0x07 => Verdict::Refused,
        0x08 => Verdict::WrongKey,
        other => Verdict::Other(other),
    }
}
