//! What random bytes are given to: every decoder of `core/src/wire`, what people type, what is stored, and the engine in
//! a disturbed practice world. Each target is a plain function that takes any bytes and panics at a fault.
//!
//! Two things call them: the programs in `libfuzzer/`, which make up bytes without end (`scripts/fuzz`), and the test
//! `tests/kept.rs`, which needs no nightly Rust and gives every target what was found worth keeping.

mod flow;
mod modern;
mod older;
mod script;
mod seeds;
mod stored;
mod xiaomi;

pub use script::Script;
pub use seeds::seeds;

/// A name, and what is done with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by name.
pub const TARGETS: [Target; 20] = [
    ("advertisement", older::advertisement),
    ("auth_v1", older::auth_v1),
    ("auth_v2", older::auth_v2),
    ("b163", modern::b163),
    ("battery", older::battery),
    ("chunks_2021", modern::chunks),
    ("configuration", older::configuration),
    ("device_information", older::device_information),
    ("flow", flow::flow),
    ("hci", older::hci),
    ("local_bind", xiaomi::local_bind),
    ("mi_band_1", older::mi_band_1),
    ("session_2021", modern::session),
    ("stored_files", stored::files),
    ("typed_text", stored::typed),
    ("user_info", older::user_info),
    ("xiaomi_frames", xiaomi::frames),
    ("xiaomi_messages", xiaomi::messages),
    ("xiaomi_packets", xiaomi::packets),
    ("xiaomi_session", xiaomi::session),
];

/// Gives the bytes to the target with this name. Panics if there is none.
#[allow(clippy::panic)]
pub fn run(name: &str, bytes: &[u8]) {
    match TARGETS.iter().find(|(known, _)| *known == name) {
        Some((_, target)) => target(bytes),
        None => panic!("no target {name}"),
    }
}
