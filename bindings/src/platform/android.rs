//! Android's log, and every panic noted in it.

use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use android_logger::Config;
use log::LevelFilter;

/// Starts the log, once in a process; later calls do nothing.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        android_logger::init_once(Config::default().with_tag("BandRescue").with_max_level(LevelFilter::Info));
        panic::set_hook(Box::new(note_panic));
    });
}

/// Where it was, never with what: a panic's message may hold what was being worked on.
fn note_panic(panic: &PanicHookInfo<'_>) {
    match panic.location() {
        Some(place) => log::error!("panic at {place}"),
        None => log::error!("panic at an unknown place"),
    }
}
