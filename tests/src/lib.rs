//! What the tests share: the published protocol vectors, and a band made of a recorded dialogue.

pub mod recorded;

use serde_json::Value;

/// One vector: what goes in and what has to come out, with its source.
#[derive(Clone, Debug)]
pub struct Vector(Value);

/// The files of vectors; a number stands in one of them only.
pub const FILES: [&str; 4] = [
    include_str!("../vectors/mi-band-2-and-3.json"),
    include_str!("../vectors/other-models.json"),
    include_str!("../vectors/protocol-2021.json"),
    include_str!("../vectors/xiaomi.json"),
];

/// The vector with this number, such as `v76`. Panics, and so fails the test, if there is none.
#[allow(clippy::expect_used, clippy::panic)]
pub fn vector(id: &str) -> Vector {
    let read = |file| serde_json::from_str::<Vec<Value>>(file).expect("the vectors are JSON");
    let found =
        FILES.into_iter().flat_map(read).find(|vector| vector.get("id").and_then(Value::as_str) == Some(id));
    Vector(found.unwrap_or_else(|| panic!("no vector {id}")))
}

impl Vector {
    /// A value at a path such as `/inputs/key`.
    #[allow(clippy::panic)]
    pub fn at(&self, path: &str) -> &Value {
        self.0.pointer(path).unwrap_or_else(|| panic!("the vector has no {path}"))
    }

    /// A text.
    #[allow(clippy::panic)]
    pub fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or_else(|| panic!("{path} is no text"))
    }

    /// Bytes given as hex.
    #[allow(clippy::panic)]
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        hex::decode(self.text(path)).unwrap_or_else(|_| panic!("{path} is no hex"))
    }

    /// Sixteen bytes given as hex: a key or a random.
    #[allow(clippy::panic)]
    pub fn block(&self, path: &str) -> [u8; 16] {
        self.bytes(path).try_into().unwrap_or_else(|_| panic!("{path} is not 16 bytes"))
    }

    /// A list.
    #[allow(clippy::panic)]
    pub fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().unwrap_or_else(|| panic!("{path} is no list"))
    }
}
