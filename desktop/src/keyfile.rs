//! A key in a file, so that it stands neither in the shell's history nor in the list of processes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rescue_core::event::KeyText;
use rescue_core::keys::{KeyError, doctor};
use thiserror::Error;

/// No file with one key is longer, whatever else it says about it.
const LONGEST: u64 = 64 * 1024;
/// As long is a key that is given as characters.
const CHARACTERS: usize = 16;

/// Why a file gives no key. Nothing of its content is repeated.
#[derive(Debug, Error)]
pub(crate) enum KeyFileError {
    /// The system refused.
    #[error("read it: {0}")]
    Read(#[from] io::Error),
    /// It is something else.
    #[error("take it for a file with a key: it is longer than {LONGEST} bytes")]
    TooLong,
    /// It is no text.
    #[error("take it for a file with a key: it is no text")]
    NoText,
    /// It has no key.
    #[error(transparent)]
    NoKey(#[from] KeyError),
    /// It has more than one.
    #[error("tell which key is meant: {lines} of its lines are keys, leave one")]
    Several {
        /// Lines that read as a key.
        lines: usize,
    },
}

/// The one key of a file; other lines, such as headings, may stand beside it.
pub(crate) fn read(path: &Path) -> Result<KeyText, KeyFileError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST) {
        return Err(KeyFileError::TooLong);
    }
    one_key(String::from_utf8(bytes).map_err(|_| KeyFileError::NoText)?)
}

fn one_key(text: String) -> Result<KeyText, KeyFileError> {
    let keys: Vec<&str> = text.lines().filter(|line| doctor::readings(line).is_ok()).collect();
    // Sixteen characters may be a key, and any line of that length; beside one in hex they are taken for words.
    let in_hex: Vec<&str> = keys.iter().copied().filter(|line| line.trim().len() != CHARACTERS).collect();
    match (keys.as_slice(), in_hex.as_slice()) {
        ([only], _) | (_, [only]) => Ok(KeyText((*only).to_owned())),
        ([], _) => {
            doctor::readings(&text)?;
            Ok(KeyText(text))
        }
        (several, _) => Err(KeyFileError::Several { lines: several.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff";

    fn key_of(text: &str) -> String {
        one_key(text.to_owned()).unwrap().0
    }

    #[test]
    fn the_one_key_is_found_among_other_lines() {
        assert_eq!(key_of(&format!("{KEY}\n")), KEY);
        assert_eq!(key_of(&format!("\nmy band, from my account:\n0x{KEY}\r\n\n")), format!("0x{KEY}"));
        assert_eq!(
            key_of(&format!("Mi Band of Paula\n{KEY}\n")),
            KEY,
            "a heading of 16 characters is no key"
        );
        assert_eq!(key_of("0123456789@ABCDE\n"), "0123456789@ABCDE");
        let broken = format!("{}\n{}\n", &KEY[..12], &KEY[12..]);
        assert!(doctor::readings(&key_of(&broken)).is_ok(), "a key may go over two lines");
    }

    #[test]
    fn several_keys_and_none_are_told_apart() {
        let two = format!("{KEY}\n{}\n", "5a".repeat(16));
        assert!(matches!(one_key(two), Err(KeyFileError::Several { lines: 2 })));
        assert!(matches!(one_key("nothing here".to_owned()), Err(KeyFileError::NoKey(_))));
        assert!(matches!(one_key(String::new()), Err(KeyFileError::NoKey(_))));
    }
}
