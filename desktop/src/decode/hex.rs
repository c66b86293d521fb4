//! Bytes as a person pastes them: hex with or without spaces, colons, dashes, commas and 0x.

use thiserror::Error;

/// A text that is no hex.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum HexError {
    /// Nothing was given.
    #[error("read the bytes: none were given")]
    Nothing,
    /// Something that is not a hex digit.
    #[error("read the bytes: {found:?} is not a hex digit (0 to 9, a to f)")]
    NotHex {
        /// The first such character.
        found: char,
    },
    /// Half a byte.
    #[error("read the bytes: {text:?} has an odd number of hex digits ({digits})")]
    Odd {
        /// Where it stands.
        text: String,
        /// How many.
        digits: usize,
    },
    /// Another number of bytes than this has.
    #[error("read the {what}: it has {found} bytes, not {wanted}")]
    Length {
        /// What it was to be.
        what: &'static str,
        /// How many there were.
        found: usize,
        /// How many it has.
        wanted: usize,
    },
}

/// The most of a wrong text that is repeated to the person.
const SHOWN: usize = 24;

/// The frames in some arguments: one an argument, or one a line of it.
pub(crate) fn frames(arguments: &[String]) -> Result<Vec<Vec<u8>>, HexError> {
    let lines = arguments.iter().flat_map(|argument| argument.lines()).map(bytes);
    let frames = lines.filter(|read| read.as_ref().is_ok_and(|frame| !frame.is_empty()) || read.is_err());
    let frames = frames.collect::<Result<Vec<_>, _>>()?;
    if frames.is_empty() { Err(HexError::Nothing) } else { Ok(frames) }
}

/// The bytes of one text.
pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | ',')) {
        let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        if let Some(found) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(HexError::NotHex { found });
        }
        let read = hex::decode(digits)
            .map_err(|_| HexError::Odd { text: word.chars().take(SHOWN).collect(), digits: digits.len() });
        bytes.extend(read?);
    }
    Ok(bytes)
}

/// Just so many bytes.
pub(crate) fn fixed<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], HexError> {
    let bytes = bytes(text)?;
    bytes.as_slice().try_into().map_err(|_| HexError::Length { what, found: bytes.len(), wanted: N })
}

/// One frame of all arguments: spaces that the shell took away belong inside it.
pub(crate) fn joined(frames: &[Vec<u8>]) -> Vec<u8> {
    frames.concat()
}

/// The frames as they are; or one, where a piece is too short to be a frame, so that it was the shell that cut them.
pub(crate) fn at_least(shortest: usize, frames: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let cut_by_the_shell = frames.iter().any(|frame| frame.len() < shortest);
    if cut_by_the_shell { vec![frames.concat()] } else { frames }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_between_the_bytes_of_a_capture_is_no_part_of_it() {
        for text in
            ["02 01 06", "020106", "0x020106", "0x02, 0x01, 0x06", "02:01:06", "02-01-06", " 0201\t06 "]
        {
            assert_eq!(bytes(text), Ok(vec![2, 1, 6]), "{text}");
        }
    }

    #[test]
    fn half_a_byte_is_never_guessed() {
        assert_eq!(bytes("2 1"), Err(HexError::Odd { text: "2".into(), digits: 1 }));
        assert_eq!(bytes("0x123"), Err(HexError::Odd { text: "0x123".into(), digits: 3 }));
        assert_eq!(bytes("12 3x"), Err(HexError::NotHex { found: 'x' }));
    }

    #[test]
    fn every_line_is_a_frame_and_single_bytes_are_one() {
        let lines = frames(&["0303\n0400".into(), String::new(), "05".into()]).unwrap();
        assert_eq!(lines, [vec![3, 3], vec![4, 0], vec![5]]);
        assert_eq!(at_least(2, lines), [vec![3, 3, 4, 0, 5]]);
        assert_eq!(frames(&[" ".into()]), Err(HexError::Nothing));
    }
}
