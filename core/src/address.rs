//! Bluetooth addresses and the radio's own names for what it hears.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A 48-bit Bluetooth device address, most significant byte first, as people read it.
///
/// `Display` prints it whole (`FA:8E:E3:12:B4:A9`); `Debug` and [`Address::masked`] show the last two bytes only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(pub [u8; 6]);

impl Address {
    /// The last two bytes, as shown to people: `B4:A9`.
    pub fn tail(&self) -> String {
        let [.., e, f] = self.0;
        format!("{e:02X}:{f:02X}")
    }

    /// For reports: `··:··:··:··:B4:A9`.
    pub fn masked(&self) -> String {
        format!("··:··:··:··:{}", self.tail())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.masked())
    }
}

/// A text that is not six hex bytes with colons.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read the address: it must look like FA:8E:E3:12:B4:A9")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut bytes = [0; 6];
        let mut parts = text.trim().split([':', '-']);
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2 && part.is_ascii()).ok_or(AddressError)?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| AddressError)?;
        }
        match parts.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(AddressError),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

/// How an address came to be; connecting to a random one declared public fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// Registered by the maker; never changes.
    Public,
    /// Rolled by the band itself; kept until it is reset.
    RandomStatic,
}

/// A radio's own name for a device in the air: an address on Android and Linux, an opaque id on macOS.
///
/// `Debug` hides it, since it may be an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PeerId(pub String);

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail: String = self.0.chars().rev().take(5).collect::<Vec<_>>().into_iter().rev().collect();
        write!(f, "PeerId(…{tail})")
    }
}
