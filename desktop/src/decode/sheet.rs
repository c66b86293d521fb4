//! What was read, as named values in order. It knows nothing of formats; how it looks is here alone: JSON for scripts,
//! an aligned list for people.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// Named values in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sheet(Vec<(Cow<'static, str>, Entry)>);

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The format has it, the input does not tell it.
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(i64),
    /// A number that no `i64` holds, or bytes, or words.
    Text(String),
    /// Several values.
    List(Vec<Entry>),
    /// Named values.
    Sheet(Sheet),
}

impl Sheet {
    /// With one more value at the end.
    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Entry>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// With one more value, if there is one: a script is to ask whether the name is there.
    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<Entry>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With a value under a name that may be there already: both stand in a list then.
    pub(crate) fn add(&mut self, name: String, value: Entry) {
        match self.0.iter_mut().find(|(there, _)| *there == name) {
            Some((_, Entry::List(values))) => values.push(value),
            Some((_, before)) => *before = Entry::List(vec![before.clone(), value]),
            None => self.0.push((name.into(), value)),
        }
    }

    /// With all values of another one at the end.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// A list for people: names on the left, values below each other.
    pub(crate) fn listing(&self, width: usize) -> String {
        let mut lines = String::new();
        self.list(&mut lines, 0, width);
        lines
    }

    fn list(&self, lines: &mut String, indent: usize, width: usize) {
        let longest = self.0.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in &self.0 {
            let name = name.replace('_', " ");
            let before = format!("{:indent$}{name:longest$}  ", "");
            match value {
                Entry::Sheet(sheet) => {
                    lines.push_str(&format!("{:indent$}{name}\n", ""));
                    sheet.list(lines, indent + 2, width);
                }
                Entry::Absent => lines.push_str(&format!("{before}–\n")),
                Entry::Flag(true) => lines.push_str(&format!("{before}yes\n")),
                Entry::Flag(false) => lines.push_str(&format!("{before}no\n")),
                Entry::Number(_) | Entry::Text(_) | Entry::List(_) => {
                    let below = " ".repeat(indent + longest + 2);
                    // Bytes stay in one piece, to be copied.
                    let room = textwrap::Options::new(width.max(below.len() + 24))
                        .break_words(false)
                        .word_splitter(textwrap::WordSplitter::NoHyphenation)
                        .initial_indent(&before)
                        .subsequent_indent(&below);
                    lines.push_str(&textwrap::fill(&value.words(), room));
                    lines.push('\n');
                }
            }
        }
    }
}

impl Entry {
    fn words(&self) -> String {
        match self {
            Self::Absent => "–".to_owned(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) if text.is_empty() => "(empty)".to_owned(),
            Self::Text(text) => text.clone(),
            Self::List(values) => values.iter().map(Self::words).collect::<Vec<_>>().join(", "),
            Self::Sheet(Sheet(values)) => {
                let words = values.iter().map(|(name, value)| format!("{name} {}", value.words()));
                format!("({})", words.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values),
            Self::Sheet(sheet) => sheet.serialize(serializer),
        }
    }
}

/// Bytes as they stand in JSON and in a list: hex, lower case.
pub(crate) fn bytes(bytes: impl AsRef<[u8]>) -> Entry {
    Entry::Text(hex::encode(bytes))
}

/// An id: four hex digits.
pub(crate) fn id(number: u16) -> Entry {
    Entry::Text(format!("{number:04x}"))
}

/// A byte that is a code, not a number: two hex digits.
pub(crate) fn code(byte: u8) -> Entry {
    Entry::Text(format!("{byte:02x}"))
}

impl From<bool> for Entry {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for Entry {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Entry {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Sheet> for Entry {
    fn from(sheet: Sheet) -> Self {
        Self::Sheet(sheet)
    }
}

impl From<Vec<Entry>> for Entry {
    fn from(values: Vec<Entry>) -> Self {
        Self::List(values)
    }
}

impl<T: Into<Self>> From<Option<T>> for Entry {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Entry {
            fn from(number: $number) -> Self {
                Self::Number(i64::from(number))
            }
        })+
    };
}

numbers!(u8, i8, u16, u32);

impl From<u64> for Entry {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Number)
    }
}

impl From<usize> for Entry {
    fn from(number: usize) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_aligned_and_keeps_bytes_in_one_piece() {
        let long = "ab".repeat(80);
        let inner = Sheet::default().with("id", 27_u8);
        let sheet = Sheet::default()
            .with("key", long.as_str())
            .with("level_now", 5_u8)
            .with("held", None::<bool>)
            .with("message", inner);
        let listing = sheet.listing(80);
        assert!(listing.contains(&long), "{listing}");
        assert!(listing.ends_with("level now  5\nheld       –\nmessage\n  id  27\n"), "{listing}");
    }

    #[test]
    fn json_keeps_the_order_and_says_null_where_the_input_does_not_tell() {
        let mut sheet = Sheet::default().with("b", None::<u8>).with("a", bytes([0xAB]));
        sheet.add("7".into(), 1_u8.into());
        sheet.add("7".into(), 2_u8.into());
        assert_eq!(serde_json::to_string(&sheet).unwrap(), r#"{"b":null,"a":"ab","7":[1,2]}"#);
    }
}
