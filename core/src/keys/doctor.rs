//! Reads whatever a person pastes as a key, and says what is wrong if it is none.
//!
//! A key is 16 bytes, written as 32 hex digits: with `0x`, spaces, dashes, colons, quotes, line ends, in upper case,
//! or somewhere in the line of a table. Some apps took the first 16 *characters* of such a text instead, so a text may
//! have two readings; the band tells which is right.

use crate::keys::{AuthKey, KeyError};

const HEX_DIGITS: usize = 32;
const BYTES: usize = 16;

/// All readings of a text, the likelier first.
pub fn readings(text: &str) -> Result<Vec<AuthKey>, KeyError> {
    let text = text.trim().trim_matches(['"', '\'', '`', '“', '”']).trim();
    let hex = one_token(text).or_else(|| joined(text));
    let ascii = ascii(text, hex.as_deref());
    match (hex.and_then(|digits| AuthKey::from_hex(&digits).ok()), ascii) {
        (Some(hex), Some(ascii)) => Ok(vec![hex, ascii]),
        (Some(key), None) | (None, Some(key)) => Ok(vec![key]),
        (None, None) => Err(problem(text)),
    }
}

/// The one run of 32 hex digits among other words: the line of a table, or a key with `0x`.
fn one_token(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).map(without_0x);
    let mut keys = words.filter(|word| word.len() == HEX_DIGITS && is_hex(word));
    let found = keys.next()?;
    keys.all(|other| other == found).then(|| found.to_owned())
}

/// 32 hex digits in groups.
fn joined(text: &str) -> Option<String> {
    let groups = text.split(is_separator).map(without_0x);
    let digits: String = groups.collect();
    (digits.len() == HEX_DIGITS && is_hex(&digits)).then_some(digits)
}

/// The characters themselves: 16 of them, or the first 16 of 32 digits that were given without `0x`.
fn ascii(text: &str, hex: Option<&str>) -> Option<AuthKey> {
    let plain = text.is_ascii() && !text.contains(|c: char| c.is_ascii_control());
    let taken = match text.len() {
        BYTES if plain => text,
        HEX_DIGITS if hex == Some(text) => text.get(..BYTES)?,
        _ => return None,
    };
    taken.as_bytes().try_into().ok().map(AuthKey::new)
}

fn problem(text: &str) -> KeyError {
    let digits: Vec<char> = text.split(is_separator).map(without_0x).flat_map(str::chars).collect();
    match digits.iter().find(|c| !c.is_ascii_hexdigit()) {
        Some(found) => KeyError::NotHex { found: *found },
        None => KeyError::Length { found: digits.len() },
    }
}

fn without_0x(word: &str) -> &str {
    word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word)
}

fn is_hex(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_hexdigit())
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | ':' | ',' | ';' | '"' | '\'' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff";

    fn first(text: &str) -> String {
        readings(text).unwrap()[0].to_hex()
    }

    #[test]
    fn whatever_form_a_key_is_pasted_in_it_is_read() {
        for text in [
            KEY,
            "0x00112233445566778899AABBCCDDEEFF\n",
            "  \"00112233-44556677-8899AABB-CCDDEEFF\" ",
            "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff",
            "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
            "0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff",
            "│ Mi Smart Band 4 │ C1:2E:DA:EA:DA:59 │ 0x00112233445566778899aabbccddeeff │",
            "auth_key: 00112233445566778899aabbccddeeff, active",
            "0011223344556677\n8899aabbccddeeff",
        ] {
            assert_eq!(first(text), KEY, "{text}");
        }
    }

    #[test]
    fn sixteen_characters_are_a_key_too() {
        assert_eq!(first("0123456789@ABCDE"), AuthKey::OLD_SHARED_DEFAULT.to_hex());
        let both = readings(KEY).unwrap();
        assert_eq!(both[1], AuthKey::new(*b"0011223344556677"));
        assert_eq!(readings("0x00112233445566778899aabbccddeeff").unwrap().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(readings("00112233"), Err(KeyError::Length { found: 8 }));
        assert_eq!(readings(""), Err(KeyError::Length { found: 0 }));
        assert_eq!(readings("00112233445566778899aabbccddeefg"), Err(KeyError::NotHex { found: 'g' }));
        let two = "00112233445566778899aabbccddeeff 10112233445566778899aabbccddeeff";
        assert_eq!(readings(two), Err(KeyError::Length { found: 64 }));
    }
}
