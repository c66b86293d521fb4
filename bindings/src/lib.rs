//! The core of Band Rescue for the Android app: mirror types, two objects, the hidden calls of Android.
//!
//! This crate translates. It decides nothing, keeps no state but the engine's, starts no thread and calls nobody back:
//! a call goes in, its answer comes out. Misuse is a [`MisuseError`]; a panic becomes an exception in Kotlin.
#![deny(missing_docs)]

// Android's C library brings no unwinder for others; see Cargo.toml.
#[cfg(all(target_os = "android", not(target_arch = "arm")))]
extern crate unwinding;

uniffi::setup_scaffolding!();

pub mod error;
pub mod facts;
pub mod platform;
pub mod practice;
pub mod session;
pub mod types;

pub use error::MisuseError;
pub use practice::PracticeBand;
pub use session::Session;

/// The version of the core, for the report and the about page.
#[uniffi::export]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
