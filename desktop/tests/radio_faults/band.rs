//! A Mi Band 2 as far as BlueZ would show it: its table, and what it answers. It takes every key, is tapped at once, and
//! comes back under another address when it is erased.

use std::time::Duration;

/// Where it is before it is erased, and afterwards.
pub(crate) const ADDRESSES: [&str; 2] = ["C8:0F:10:12:34:56", "D1:22:33:44:55:66"];
pub(crate) const NAME: &str = "MI Band 2";
/// What it advertises under the maker's number.
pub(crate) const MAKER: u16 = 0x0157;

/// A characteristic: its name in BlueZ's paths, its short UUID, its flags.
pub(crate) type Characteristic = (&'static str, &'static str, &'static [&'static str]);

/// Its services: their names in BlueZ's paths, short UUIDs and characteristics.
pub(crate) const SERVICES: [(&str, &str, &[Characteristic]); 4] = [
    (
        "service0010",
        "180a",
        &[
            ("char0011", "2a25", &["read"]),
            ("char0013", "2a27", &["read"]),
            ("char0015", "2a28", &["read"]),
            ("char0017", "2a50", &["read"]),
        ],
    ),
    ("service0020", "1802", &[("char0021", "2a06", &["write-without-response"])]),
    (
        "service0030",
        "fee0",
        &[
            ("char0031", "0003", &["write-without-response", "notify"]),
            ("char0034", "0006", &["read", "notify"]),
            ("char0037", "0010", &["notify"]),
        ],
    ),
    ("service0040", "fee1", &[("char0041", "0009", &["read", "write-without-response", "notify"])]),
];

/// The whole of a short UUID: four of the characteristics stand on the maker's base.
pub(crate) fn uuid(short: &str) -> String {
    let base = if short.starts_with("00") { "3512-2118-0009af100700" } else { "1000-8000-00805f9b34fb" };
    format!("0000{short}-0000-{base}")
}

/// What is read.
pub(crate) fn value(short: &str) -> Vec<u8> {
    match short {
        "2a25" => b"1b2c3d4e5f60".to_vec(),
        "2a27" => b"V0.1.3.2".to_vec(),
        "2a28" => b"V1.0.1.69".to_vec(),
        "2a50" => vec![0x01, 0x57, 0x01, 0x04, 0x00, 0x00, 0x01],
        // Charge: 82 percent.
        "0006" => vec![0x0F, 82, 0],
        _ => Vec::new(),
    }
}

/// What a write leads to.
pub(crate) enum Reaction {
    /// This is notified on the same characteristic.
    Says(Vec<u8>),
    /// It restarts as an erased band.
    IsErased,
}

/// What it does when something is written, each after a while.
pub(crate) fn reactions(short: &str, written: &[u8]) -> Vec<(Duration, Reaction)> {
    let soon = Duration::from_millis(40);
    let says = |value: &[u8]| (soon, Reaction::Says(value.to_vec()));
    match (short, written) {
        ("0009", [0x01, ..]) => vec![says(&[0x10, 0x01, 0x01])],
        ("0009", [0x02, ..]) => vec![says(&[&[0x10, 0x02, 0x01][..], &[7; 16]].concat())],
        ("0009", [0x03, ..]) => vec![says(&[0x10, 0x03, 0x01])],
        ("0003", [0x06, 0x0B, 0x00, 0x01]) => {
            vec![says(&[0x10, 0x06, 0x0B, 0x00, 0x01]), (soon * 5, Reaction::IsErased)]
        }
        _ => Vec::new(),
    }
}
