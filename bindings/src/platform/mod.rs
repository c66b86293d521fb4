//! What this library needs of the platform it runs on: a log, and the calls that Android hides from apps.
//!
//! The log is Android's alone. The hidden calls compile on every target, so that tests on a computer's JVM run the
//! very code that a phone runs.

pub mod hidden_calls;

#[cfg(target_os = "android")]
mod android;
#[cfg(not(target_os = "android"))]
mod elsewhere;

#[cfg(target_os = "android")]
pub(crate) use android::start;
#[cfg(not(target_os = "android"))]
pub(crate) use elsewhere::start;
