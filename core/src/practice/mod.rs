//! Practice: a virtual band, a virtual phone and a virtual person that behave as real ones were seen to.
//!
//! They serve the app's practice mode, the command line, the tests and the benches. Nothing here is used in a
//! real rescue, and nothing here keeps time or does I/O.

mod band;
mod body;
mod firmware;
mod gatt;
mod kinds;
mod pair;
mod person;
mod phone;
mod radio;
mod random;
mod scenarios;
mod setup;
#[cfg(test)]
mod tests;
mod traits;
mod world;

pub use band::Face;
pub use kinds::Kind;
pub use pair::{Files, Pair, Storage, Traced};
pub use person::Person;
pub use radio::{Operations, RadioCounts};
pub use scenarios::{Course, Errand, Expected, Row, Scenario};
pub use world::World;
