//! The computer that a rescue runs on: its randomness, its present start, its name in the report.

use std::env::consts::{ARCH, OS};
use std::fs;

use rescue_core::event::Entropy;

/// Fresh random bytes for the keys of a session.
pub(crate) fn entropy() -> Result<Entropy, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Entropy(bytes))
}

/// Changes with every start of the computer; where the system does not tell, with every start of the program.
pub(crate) fn boot_id() -> Result<String, getrandom::Error> {
    match fs::read_to_string("/proc/sys/kernel/random/boot_id") {
        Ok(id) => Ok(id.trim().to_owned()),
        Err(_) => Ok(getrandom::u64()?.to_string()),
    }
}

/// For the report, such as `a computer (linux 6.12.9, x86_64)`.
pub(crate) fn name() -> String {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = format!("{OS} {}", kernel.trim());
    format!("a computer ({}, {ARCH})", system.trim())
}
