//! Keys the person may still need: the 16 bytes that open a band, and the file they are kept in.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroize;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct KeyId(pub u32);
