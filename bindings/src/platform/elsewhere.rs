//! On a computer, where the app's tests run: no log, and panics are printed as Rust always does.

/// Nothing to start.
pub(crate) fn start() {}
