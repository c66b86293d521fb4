//! Keys the person may still need: the 16 bytes that open a band, and the file they are kept in.

pub mod doctor;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroize;

use crate::address::{Address, PeerId};
use crate::band::{Model, Target};
use crate::lines::{self, Format, Intact};
use crate::payload::Payload;
use crate::time::WallMillis;

/// The 16-byte authentication key inside a band of the second generation and later.
///
/// Zeroised when dropped; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthKey([u8; 16]);

impl AuthKey {
    /// The key that nearly every open tool of 2017 to 2019 stored ("0123456789@ABCDE").
    ///
    /// Source: Gadgetbridge and amazfish, both by fact (docs/protocol.md, "Keys").
    pub const OLD_SHARED_DEFAULT: Self = Self(*b"0123456789@ABCDE");

    /// A key of these bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the cipher and the frame that carries the key.
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// 32 lower-case hex digits, for the person alone.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads 32 hex digits; an `0x` in front and white space around are taken away.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let trimmed = text.trim();
        let digits = trimmed.strip_prefix("0x").or_else(|| trimmed.strip_prefix("0X")).unwrap_or(trimmed);
        if let Some(found) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(KeyError::NotHex { found });
        }
        let mut bytes = [0; 16];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| KeyError::Length { found: digits.len() })?;
        Ok(Self(bytes))
    }
}

impl Drop for AuthKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthKey(hidden)")
    }
}

/// A text that is not a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not 32 digits.
    #[error("read the key: it has {found} hex digits, a key has 32")]
    Length {
        /// How many digits there were.
        found: usize,
    },
    /// Something that is not a hex digit.
    #[error("read the key: \"{found}\" is not a hex digit (0 to 9, a to f)")]
    NotHex {
        /// The first such character.
        found: char,
    },
}

/// Names a saved key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(pub u32);

/// A key in the key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedKey {
    /// Its name.
    pub id: KeyId,
    /// The model it is for.
    pub model: Model,
    /// The radio's name of the band it is for.
    pub peer: PeerId,
    /// The band's address, where known.
    pub address: Option<Address>,
    /// The key.
    pub key: AuthKey,
    /// Whether the band is known to have taken it; before that it is a candidate.
    pub confirmed: bool,
    /// When it was made.
    pub saved_at: WallMillis,
}

/// All keys that the person may still need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyStore {
    keys: Vec<SavedKey>,
    next: u32,
}

/// The most keys that are kept; the oldest candidate goes first, then the oldest key.
const KEY_LIMIT: usize = 64;

#[derive(Serialize, Deserialize)]
struct KeyLine {
    id: KeyId,
    model: Model,
    peer: PeerId,
    address: Option<Address>,
    key: String,
    confirmed: bool,
    saved_at: WallMillis,
}

impl KeyStore {
    const FORMAT: Format = Format { name: "band-rescue-keys", version: 1 };

    /// Reads a key file. Lines that cannot be read are left out; says whether there were any.
    pub fn load(file: &[u8]) -> (Self, Intact) {
        let (lines, mut intact) = lines::load::<KeyLine>(file, Self::FORMAT);
        let mut store = Self::default();
        for line in lines {
            let Ok(key) = AuthKey::from_hex(&line.key) else {
                intact = Intact::Damaged;
                continue;
            };
            let KeyLine { id, model, peer, address, key: _, confirmed, saved_at } = line;
            store.next = store.next.max(id.0.saturating_add(1));
            store.keys.push(SavedKey { id, model, peer, address, key, confirmed, saved_at });
        }
        (store, intact)
    }

    /// The whole file.
    pub fn save(&self) -> Payload {
        let lines = self.keys.iter().map(|saved| KeyLine {
            id: saved.id,
            model: saved.model,
            peer: saved.peer.clone(),
            address: saved.address,
            key: saved.key.to_hex(),
            confirmed: saved.confirmed,
            saved_at: saved.saved_at,
        });
        lines::save(lines, Self::FORMAT)
    }

    /// All keys, oldest first.
    pub fn all(&self) -> &[SavedKey] {
        &self.keys
    }

    /// The key with this name.
    pub fn get(&self, id: KeyId) -> Option<&SavedKey> {
        self.keys.iter().find(|saved| saved.id == id)
    }

    /// The keys for a band, the newest first.
    pub fn of<'a>(&'a self, peer: &'a PeerId) -> impl Iterator<Item = &'a SavedKey> {
        self.keys.iter().rev().filter(move |saved| saved.peer == *peer)
    }

    /// Adds a candidate and names it.
    pub(crate) fn add(&mut self, target: &Target, key: AuthKey, now: WallMillis) -> KeyId {
        if self.keys.len() >= KEY_LIMIT {
            let oldest = self.keys.iter().position(|saved| !saved.confirmed).unwrap_or(0);
            self.keys.remove(oldest);
        }
        let id = KeyId(self.next);
        self.next = self.next.saturating_add(1);
        let Target { peer, model, address } = target.clone();
        self.keys.push(SavedKey { id, model, peer, address, key, confirmed: false, saved_at: now });
        id
    }

    /// The band took the key.
    pub(crate) fn confirm(&mut self, id: KeyId) {
        if let Some(saved) = self.keys.iter_mut().find(|saved| saved.id == id) {
            saved.confirmed = true;
        }
    }

    /// Forgets a key; says whether there was one.
    pub(crate) fn forget(&mut self, id: KeyId) -> bool {
        let before = self.keys.len();
        self.keys.retain(|saved| saved.id != id);
        self.keys.len() < before
    }
}
