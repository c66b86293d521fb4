//! The handshake of Mi Band 1, 1A and 1S: who the user is, and what the band says to it. There is no key.
//!
//! User information, 20 bytes, written to [`USER_INFO`](crate::wire::gatt::mi_band_1::USER_INFO):
//!
//! | byte | Mi Band 1 | 1A and 1S |
//! |---|---|---|
//! | 0-3 | user id, little-endian | same |
//! | 4 | gender: 0 female, 1 male | same |
//! | 5, 6, 7 | age, height in cm, weight in kg | same |
//! | 8 | 0 known user, 1 clear, 2 retain | same |
//! | 9, 10 | alias | feature and appearance, as the band's device information has them |
//! | to 18 | alias (10 bytes from 9), filled with zeros | alias (8 bytes from 11) |
//! | 19 | CRC-8 of bytes 0 to 18, XOR the last byte of the band's address | same |
//!
//! Sources: the vendor's own app, Gadgetbridge and Mili-iOS by fact; frames of the first column in a trace.
//! The band's answers come on [`NOTIFICATION`](crate::wire::gatt::mi_band_1::NOTIFICATION), one byte each.

use std::fmt;

use crc::{CRC_8_MAXIM_DOW, Crc};
use thiserror::Error;

use crate::payload::Payload;

/// Bytes of a frame.
pub const LENGTH: usize = 20;

/// The checksum of this family: Dallas/Maxim.
const CRC: Crc<u8> = Crc::<u8>::new(&CRC_8_MAXIM_DOW);

/// The checksum of this family over some bytes.
pub(crate) fn checksum(bytes: &[u8]) -> u8 {
    CRC.checksum(bytes)
}

/// Who the user is. A band that knows these values lets their sender in, so `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub struct UserInfo {
    /// The user's number.
    pub uid: u32,
    /// Gender.
    pub gender: Gender,
    /// Age in years.
    pub age: u8,
    /// Height in centimetres.
    pub height: u8,
    /// Weight in kilograms.
    pub weight: u8,
    /// What the band shall do with what it holds.
    pub kind: Kind,
    /// A name. What does not fit is cut off at a whole character; a zero ends it.
    pub alias: String,
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The byte for the gender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// 0.
    Female,
    /// 1.
    Male,
    /// Another byte.
    Other(u8),
}

impl Gender {
    /// The byte on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Female => 0,
            Self::Male => 1,
            Self::Other(byte) => byte,
        }
    }

    /// What a byte means.
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Female,
            1 => Self::Male,
            other => Self::Other(other),
        }
    }
}

/// What the band shall do with what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 0: let me in, you know me.
    Normal,
    /// 1: take me as your user after a tap, and clear what you have recorded.
    Clear,
    /// 2: take me as your user after a tap, and keep what you have recorded.
    Retain,
    /// Another byte.
    Other(u8),
}

impl Kind {
    /// The byte on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::Clear => 1,
            Self::Retain => 2,
            Self::Other(byte) => byte,
        }
    }

    /// What a byte means.
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Normal,
            1 => Self::Clear,
            2 => Self::Retain,
            other => Self::Other(other),
        }
    }
}

/// How bytes 9 to 18 are used. The frame itself does not tell; the band's edition does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Mi Band 1.
    Plain,
    /// Mi Band 1A and 1S.
    Extended {
        /// From the band's device information.
        feature: u8,
        /// From the band's device information.
        appearance: u8,
    },
}

/// The frame for a band whose address ends with this byte.
pub fn frame(user: &UserInfo, layout: Layout, address_end: u8) -> Payload {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(&user.uid.to_le_bytes());
    bytes.extend_from_slice(&[user.gender.byte(), user.age, user.height, user.weight, user.kind.byte()]);
    if let Layout::Extended { feature, appearance } = layout {
        bytes.extend_from_slice(&[feature, appearance]);
    }
    let room = LENGTH - 1 - bytes.len();
    bytes.extend_from_slice(cut(&user.alias, room).as_bytes());
    bytes.resize(LENGTH - 1, 0);
    bytes.push(checksum(&bytes) ^ address_end);
    Payload(bytes)
}

/// The longest beginning that fits and does not break a character.
fn cut(text: &str, room: usize) -> &str {
    text.get(..text.floor_char_boundary(room)).unwrap_or_default()
}

/// A frame that a band would not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// Not 20 bytes.
    #[error("read the user information: it has {length} bytes, not 20")]
    Length {
        /// How many there were.
        length: usize,
    },
    /// Damaged, or made for a band with another address.
    #[error("read the user information: its checksum does not fit this band")]
    Checksum,
}

/// Reads a frame as the band does whose address ends with this byte. Of the layout only the kind counts;
/// the values found are given back.
pub fn parse(bytes: &[u8], layout: Layout, address_end: u8) -> Result<(UserInfo, Layout), FrameError> {
    let wrong_length = FrameError::Length { length: bytes.len() };
    let (&check, body) = bytes.split_last().ok_or(wrong_length)?;
    let &[u0, u1, u2, u3, gender, age, height, weight, kind, ref name @ ..] = body else {
        return Err(wrong_length);
    };
    if bytes.len() != LENGTH {
        return Err(wrong_length);
    }
    if checksum(body) ^ address_end != check {
        return Err(FrameError::Checksum);
    }
    let (layout, alias) = match (layout, name) {
        (Layout::Extended { .. }, &[feature, appearance, ref alias @ ..]) => {
            (Layout::Extended { feature, appearance }, alias)
        }
        (Layout::Extended { .. } | Layout::Plain, alias) => (Layout::Plain, alias),
    };
    let alias: Vec<u8> = alias.iter().copied().take_while(|byte| *byte != 0).collect();
    let user = UserInfo {
        uid: u32::from_le_bytes([u0, u1, u2, u3]),
        gender: Gender::from_byte(gender),
        age,
        height,
        weight,
        kind: Kind::from_byte(kind),
        alias: String::from_utf8_lossy(&alias).into_owned(),
    };
    Ok((user, layout))
}

/// What the band says.
///
/// After [`Kind::Clear`] or [`Kind::Retain`] a real band said `06` and `13` together, and after the tap `0A`, then
/// `15` (trace): so `06` is the end only if no `13` follows at once, and `0A` is success. A known user gets `05` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 01.
    FirmwareUpdateFailed,
    /// 02.
    FirmwareUpdated,
    /// 03.
    ConnectionParametersFailed,
    /// 04.
    ConnectionParametersSet,
    /// 05: known user; authenticated.
    Authenticated,
    /// 06: unknown user.
    UnknownUser,
    /// 08.
    LatencySet,
    /// 09: after [`Kind::Clear`] or [`Kind::Retain`], not taken.
    ResetFailed,
    /// 0A: after [`Kind::Clear`] or [`Kind::Retain`], taken; authenticated.
    ResetSucceeded,
    /// 0B.
    FirmwareCheckFailed,
    /// 0C.
    FirmwareChecked,
    /// 13: vibrates, blinks, and waits for the tap.
    TapAwaited,
    /// 15: the tap was felt.
    TapFelt,
    /// The motor runs for another reason.
    Motor(Motor),
    /// EF: pairing was cancelled.
    PairingCancelled,
    /// FF: out of order.
    Malfunction,
    /// Another byte.
    Unknown(u8),
}

/// Why the motor runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motor {
    /// 0D.
    Notification,
    /// 0E.
    Call,
    /// 0F.
    Disconnected,
    /// 10.
    SmartAlarm,
    /// 11.
    Alarm,
    /// 12.
    Goal,
    /// 14.
    Shutdown,
    /// 16.
    Test,
}

/// Bytes that are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read the band's answer: it has {length} bytes, not 1")]
pub struct AnswerError {
    /// How many there were.
    pub length: usize,
}

/// Reads a notification of the band.
pub const fn parse_answer(bytes: &[u8]) -> Result<Answer, AnswerError> {
    let &[code] = bytes else { return Err(AnswerError { length: bytes.len() }) };
    Ok(match code {
        0x01 => Answer::FirmwareUpdateFailed,
        0x02 => Answer::FirmwareUpdated,
        0x03 => Answer::ConnectionParametersFailed,
        0x04 => Answer::ConnectionParametersSet,
        0x05 => Answer::Authenticated,
        0x06 => Answer::UnknownUser,
        0x08 => Answer::LatencySet,
        0x09 => Answer::ResetFailed,
        0x0A => Answer::ResetSucceeded,
        0x0B => Answer::FirmwareCheckFailed,
        0x0C => Answer::FirmwareChecked,
        0x0D => Answer::Motor(Motor::Notification),
        0x0E => Answer::Motor(Motor::Call),
        0x0F => Answer::Motor(Motor::Disconnected),
        0x10 => Answer::Motor(Motor::SmartAlarm),
        0x11 => Answer::Motor(Motor::Alarm),
        0x12 => Answer::Motor(Motor::Goal),
        0x13 => Answer::TapAwaited,
        0x14 => Answer::Motor(Motor::Shutdown),
        0x15 => Answer::TapFelt,
        0x16 => Answer::Motor(Motor::Test),
        0xEF => Answer::PairingCancelled,
        0xFF => Answer::Malfunction,
        other => Answer::Unknown(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(checksum(b"123456789"), 0xA1);
    }

    #[test]
    fn a_long_name_is_cut_at_a_whole_character() {
        assert_eq!(cut("Zoë Müller", 8), "Zoë Mü");
        assert_eq!(cut("Zoë", 8), "Zoë");
        assert_eq!(cut("日本語", 8), "日本");
    }
}
