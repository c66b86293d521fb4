//! What is said in the 2021 protocol: authentication, encryption, and the few commands of a rescue. How it is cut
//! into chunks is [`crate::wire::chunks_2021`]'s, the curve is [`crate::wire::b163`]'s.
//!
//! Authentication, on [`Endpoint::AUTH`], plain:
//!
//! | to the band | its answer |
//! |---|---|
//! | `04 02 00 02` + our public key (48) | `10 04 01` + random (16) + its public key (48), after about 2 s; `10 04 28`: our key is off the curve |
//! | `05` + AES(auth key, random) + AES(session key, random) | `10 05 01`; `10 05 25`: wrong key |
//!
//! The session key is bytes 8 to 24 of the shared secret XOR the auth key; its first four bytes, little-endian, are
//! where the sequence starts. AES is AES-128-ECB everywhere.
//!
//! An encrypted message is plain bytes, sequence (4), CRC-32 of both (4), each little-endian, and zeros up to a
//! multiple of 16; its key is the session key with the message's handle XORed into every byte. The sequence grows by
//! one with each message we encrypt, and wraps.
//! Sources: Gadgetbridge and patyork for all of it; six logins of a real Mi Band 6 for the authentication; encrypted
//! messages of a real band were never seen by anybody who has its key.

use std::fmt;

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use crc::{CRC_32_ISO_HDLC, Crc};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::keys::AuthKey;
use crate::payload::Payload;
use crate::wire::b163::{PublicKey, PublicKeyError, Shared};
use crate::wire::battery::{self, Battery, BatteryError};
use crate::wire::chunks_2021::{Body, Endpoint, Message, encrypted_length};
use crate::wire::{auth_v1, configuration};

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// `04 02 00 02` + our public key, to [`Endpoint::AUTH`].
pub fn offer_public_key(public: &PublicKey) -> Payload {
    let mut bytes = vec![0x04, 0x02, 0x00, 0x02];
    bytes.extend(public.to_bytes());
    Payload(bytes)
}

/// What a band says on [`Endpoint::AUTH`]. `Debug` hides the random and the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AuthReply {
    /// `10 04 01` + random + public key.
    PublicKey {
        /// What we have to encrypt.
        random: [u8; 16],
        /// The band's public key, checked.
        public: PublicKey,
    },
    /// `10 04 28`: it says that our public key is off the curve.
    OffTheCurve,
    /// `10 04 r` with another result.
    NoPublicKey(u8),
    /// `10 05 01`.
    Authenticated,
    /// `10 05 25`.
    WrongKey,
    /// `10 05 r` with another result.
    Refused(u8),
    /// Anything else.
    Unknown,
}

impl fmt::Debug for AuthReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PublicKey { .. } => f.write_str("PublicKey(hidden)"),
            Self::OffTheCurve => f.write_str("OffTheCurve"),
            Self::NoPublicKey(result) => write!(f, "NoPublicKey({result:02x})"),
            Self::Authenticated => f.write_str("Authenticated"),
            Self::WrongKey => f.write_str("WrongKey"),
            Self::Refused(result) => write!(f, "Refused({result:02x})"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// An answer with a public key that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AuthReplyError {
    /// Shorter than a random and a key.
    #[error("read the band's public key: its answer has {length} bytes, not 67")]
    CutOff {
        /// How many there were.
        length: usize,
    },
    /// No point of the curve.
    #[error(transparent)]
    PublicKey(#[from] PublicKeyError),
}

/// Reads a message from [`Endpoint::AUTH`].
pub fn parse_auth_reply(bytes: &[u8]) -> Result<AuthReply, AuthReplyError> {
    Ok(match bytes {
        [0x10, 0x04, 0x01, rest @ ..] => {
            let parts = rest.split_first_chunk::<16>();
            let parts = parts.and_then(|(random, rest)| Some((*random, rest.first_chunk::<48>()?)));
            let Some((random, public)) = parts else {
                return Err(AuthReplyError::CutOff { length: bytes.len() });
            };
            AuthReply::PublicKey { random, public: PublicKey::from_bytes(public)? }
        }
        [0x10, 0x04, 0x28, ..] => AuthReply::OffTheCurve,
        [0x10, 0x04, result, ..] => AuthReply::NoPublicKey(*result),
        [0x10, 0x05, 0x01, ..] => AuthReply::Authenticated,
        [0x10, 0x05, 0x25, ..] => AuthReply::WrongKey,
        [0x10, 0x05, result, ..] => AuthReply::Refused(*result),
        _ => AuthReply::Unknown,
    })
}

/// What both sides hold after authentication. Zeroised when dropped; `Debug` never shows it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Session {
    key: [u8; 16],
    sequence: u32,
}

impl Session {
    /// The session that follows from a shared secret and the auth key.
    pub fn new(shared: &Shared, auth_key: &AuthKey) -> Self {
        let [s0, s1, s2, s3, _, _, _, _, rest @ ..] = shared.bytes();
        let mut key = *auth_key.bytes();
        for (byte, secret) in key.iter_mut().zip(rest) {
            *byte ^= secret;
        }
        Self { key, sequence: u32::from_le_bytes([*s0, *s1, *s2, *s3]) }
    }

    /// A session with this session key, whose next message has this sequence.
    pub const fn from_parts(key: [u8; 16], sequence: u32) -> Self {
        Self { key, sequence }
    }

    /// The session key, for the person alone.
    pub const fn key(&self) -> &[u8; 16] {
        &self.key
    }

    /// The sequence of the next message that is encrypted.
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// `05` + the random under either key, to [`Endpoint::AUTH`]: proves that we hold both.
    pub fn prove(&self, auth_key: &AuthKey, random: &[u8; 16]) -> Payload {
        let mut bytes = vec![0x05];
        bytes.extend(auth_v1::encrypt(auth_key, random));
        bytes.extend(auth_v1::encrypt(&AuthKey::new(self.key), random));
        Payload(bytes)
    }

    /// Encrypts a message, and counts it.
    pub fn encrypt(&mut self, endpoint: Endpoint, handle: u8, plain: &[u8]) -> Message {
        let mut bytes = Vec::with_capacity(encrypted_length(plain.len()));
        bytes.extend_from_slice(plain);
        bytes.extend(self.sequence.to_le_bytes());
        bytes.extend(CRC.checksum(&bytes).to_le_bytes());
        bytes.resize(encrypted_length(plain.len()), 0);
        self.sequence = self.sequence.wrapping_add(1);
        let cipher = self.cipher(handle);
        for block in bytes.as_chunks_mut::<16>().0 {
            cipher.encrypt_block(block.into());
        }
        let length = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        Message { endpoint, handle, body: Body::Encrypted { length, bytes: Payload(bytes) } }
    }

    /// Decrypts a message; a plain one is handed through.
    pub fn decrypt(&self, message: &Message) -> Result<Decrypted, DecryptError> {
        let (length, bytes) = match &message.body {
            Body::Plain(payload) => return Ok(Decrypted { plain: payload.clone(), seal: Seal::Plain }),
            Body::Encrypted { length, bytes } => (*length, bytes.as_slice()),
        };
        let wrong = DecryptError { length, found: bytes.len() };
        let plain_length = usize::try_from(length).map_err(|_| wrong)?;
        if bytes.len() != encrypted_length(plain_length) {
            return Err(wrong);
        }
        let mut plain = bytes.to_vec();
        let cipher = self.cipher(message.handle);
        for block in plain.as_chunks_mut::<16>().0 {
            cipher.decrypt_block(block.into());
        }
        let seal = seal(&plain, plain_length);
        plain.truncate(plain_length);
        Ok(Decrypted { plain: Payload(plain), seal })
    }

    fn cipher(&self, handle: u8) -> Aes128 {
        let mut key = self.key.map(|byte| byte ^ handle);
        let cipher = Aes128::new((&key).into());
        key.zeroize();
        cipher
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(hidden)")
    }
}

/// A message that was decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decrypted {
    /// What it says.
    pub plain: Payload,
    /// Whether it is surely what the band said.
    pub seal: Seal,
}

/// What stands behind a message. No open tool looks at it in what bands send, so it is not known whether they all
/// write it: a broken one makes a message doubtful, not unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The message was not encrypted.
    Plain,
    /// The checksum fits.
    Intact {
        /// The message's sequence.
        sequence: u32,
    },
    /// The checksum does not fit: other key, other handle, or a band that writes none.
    Broken,
}

fn seal(decrypted: &[u8], plain_length: usize) -> Seal {
    let Some((plain, tail)) = decrypted.split_at_checked(plain_length) else { return Seal::Broken };
    let &[s0, s1, s2, s3, c0, c1, c2, c3, ..] = tail else { return Seal::Broken };
    let sequence = [s0, s1, s2, s3];
    let mut digest = CRC.digest();
    digest.update(plain);
    digest.update(&sequence);
    if digest.finalize() != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Seal::Broken;
    }
    Seal::Intact { sequence: u32::from_le_bytes(sequence) }
}

/// A message whose bytes cannot be those of an encrypted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("decrypt what the band sent: {length} bytes cannot become {found}")]
pub struct DecryptError {
    /// The length that was said.
    pub length: u32,
    /// How many encrypted bytes there are.
    pub found: usize,
}

/// Asks for the battery, to [`Endpoint::BATTERY`], plain.
pub const BATTERY_REQUEST: [u8; 1] = [0x03];

/// What is wrong with an answer from [`Endpoint::BATTERY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatteryReplyError {
    /// It does not begin with 04.
    #[error("read the battery: the band said something else")]
    Unrelated,
    /// It does, and what follows is no battery.
    #[error(transparent)]
    Battery(#[from] BatteryError),
}

/// Reads `04` + battery (20) from [`Endpoint::BATTERY`].
pub fn parse_battery_reply(bytes: &[u8]) -> Result<Battery, BatteryReplyError> {
    let [0x04, rest @ ..] = bytes else { return Err(BatteryReplyError::Unrelated) };
    Ok(battery::parse(rest)?)
}

/// Makes the band vibrate, to [`Endpoint::FIND`], encrypted.
pub const FIND_START: [u8; 1] = [0x03];
/// Ends it, to [`Endpoint::FIND`], encrypted.
pub const FIND_STOP: [u8; 1] = [0x06];

/// What a band says on [`Endpoint::FIND`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindReply {
    /// `04`: it vibrates.
    Started,
    /// `07`: somebody ended it on the band.
    StoppedOnTheBand,
    /// Anything else.
    Unknown,
}

/// Reads a message from [`Endpoint::FIND`].
pub fn parse_find_reply(bytes: &[u8]) -> FindReply {
    match bytes {
        [0x04, ..] => FindReply::Started,
        [0x07, ..] => FindReply::StoppedOnTheBand,
        _ => FindReply::Unknown,
    }
}

/// The factory reset, to [`Endpoint::COMPATIBILITY`], encrypted: `01` + the command of the older protocols
/// ([`configuration::ERASE`]). For Mi Band 5 and 6; that of Smart Band 7 is not known.
pub const ERASE: [u8; 5] = {
    let [a, b, c, d] = configuration::ERASE;
    [0x01, a, b, c, d]
};

/// What to answer on [`Endpoint::CONNECTION`], plain: `04` where the band says `03`, nothing otherwise.
pub fn connection_answer(bytes: &[u8]) -> Option<[u8; 1]> {
    match bytes {
        [0x03, ..] => Some([0x04]),
        _ => None,
    }
}
