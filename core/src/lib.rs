//! Every decision of Band Rescue, and nothing that touches the world.
//!
//! A shell (the Android app, the command line, a test) hands in an [`Input`]: the time and one thing that
//! happened. The [`Engine`] answers with a [`Reply`]: what to do now ([`Effect`]), when to call again at the
//! latest, and what the screen shows ([`View`]). This crate has no clock, thread, I/O, randomness or locale;
//! the same inputs give the same replies, byte for byte.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod auth;
mod command;
mod cx;
mod engine;
mod flow;
mod guide;
mod inbox;
mod journal;
mod lines;
mod link;
mod phone;
mod random;
mod report;
mod scan;
mod task;

pub mod address;
pub mod band;
pub mod effect;
pub mod event;
pub mod facts;
pub mod keys;
pub mod outcome;
pub mod payload;
pub mod practice;
pub mod time;
pub mod view;
pub mod wire;

pub use address::{Address, AddressKind, PeerId};
pub use band::Model;
pub use effect::{Effect, Reply};
pub use engine::Engine;
pub use event::{Event, Input, Task};
pub use keys::AuthKey;
pub use lines::Intact;
pub use outcome::{End, Evidence, Outcome};
pub use payload::Payload;
pub use time::{Millis, WallMillis};
pub use view::View;
