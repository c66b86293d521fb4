//! The format of stored files: one JSON object a line, the first names format and version.
//!
//! A file that was cut short or spoiled in one place loses that line alone.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::payload::Payload;

/// What the first line of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
}

/// Whether a file could be read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intact {
    /// Every line was understood.
    Whole,
    /// Some lines, or all, were not.
    Damaged,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}

pub(crate) fn load<T: DeserializeOwned>(file: &[u8], format: Format) -> (Vec<T>, Intact) {
    let text = String::from_utf8_lossy(file);
    let mut rows = text.lines().filter(|row| !row.trim().is_empty());
    let header = rows.next().and_then(|row| serde_json::from_str::<Header>(row).ok());
    if !header.is_some_and(|header| header.format == format.name && header.version == format.version) {
        return (Vec::new(), Intact::Damaged);
    }
    let mut intact = Intact::Whole;
    let mut lines = Vec::new();
    for row in rows {
        match serde_json::from_str(row) {
            Ok(line) => lines.push(line),
            Err(_) => intact = Intact::Damaged,
        }
    }
    (lines, intact)
}

pub(crate) fn save<T: Serialize>(lines: impl Iterator<Item = T>, format: Format) -> Payload {
    let mut file = Vec::new();
    append(&mut file, &Header { format: format.name.to_owned(), version: format.version });
    for line in lines {
        append(&mut file, &line);
    }
    Payload(file)
}

/// Our own types have string keys only and cannot fail to serialise; if one did, its line would be missing.
fn append(file: &mut Vec<u8>, line: &impl Serialize) {
    if let Ok(row) = serde_json::to_string(line) {
        file.extend_from_slice(row.as_bytes());
        file.push(b'\n');
    }
}
