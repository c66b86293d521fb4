//! Why this computer's Bluetooth cannot be used, for people: what is missing, and what helps.

use std::fmt;

use rescue_core::event::Failure;
use thiserror::Error;

use super::failure::TIMED_OUT;

/// What is wrong with Bluetooth here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Trouble {
    /// No system bus, or none for this program.
    #[error("reach the system bus (is D-Bus running here?)")]
    NoBus,
    /// Nobody runs Bluetooth.
    #[error("reach bluetoothd (install BlueZ, or \"systemctl start bluetooth\")")]
    NoService,
    /// The one who does says nothing.
    #[error("get an answer from bluetoothd (\"systemctl restart bluetooth\" may help)")]
    Silent,
    /// The system forbids it.
    #[error("use Bluetooth: the system forbids it (is your user in the group \"bluetooth\"?)")]
    NotAllowed,
    /// There is no adapter.
    #[error("find a Bluetooth adapter in this computer (plug one in)")]
    NoAdapter,
    /// There is none of that name.
    #[error("find the Bluetooth adapter {wanted}: {}", present(there))]
    NoSuchAdapter {
        /// The name.
        wanted: String,
        /// Those that are there.
        there: Vec<String>,
    },
    /// It was there and is there no longer.
    #[error("go on: the Bluetooth adapter is gone (was it unplugged?)")]
    Gone,
    /// It is off.
    #[error("use Bluetooth: {0}")]
    Off(Block),
}

/// What keeps Bluetooth off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Nothing but its switch.
    None,
    /// The system's block, which a command lifts.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux tells"))]
    BySystem,
    /// A switch or key of the computer.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux tells"))]
    ByHardware,
    /// Something: it was to be switched on, and stayed off.
    Unknown,
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None if cfg!(target_os = "macos") => {
                "it is off, or your terminal may not use it (System Settings, Privacy & Security, Bluetooth)"
            }
            Self::None if cfg!(target_os = "linux") => "it is off (\"bluetoothctl power on\" switches it on)",
            Self::None => "it is off (the system's settings switch it on)",
            Self::BySystem => "it is blocked (\"rfkill unblock bluetooth\" lifts that)",
            Self::Unknown => "it is off and does not go on (\"rfkill list\" tells whether it is blocked)",
            Self::ByHardware => "a switch or key of this computer blocks it",
        })
    }
}

impl Trouble {
    /// For scripts.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::NoBus => "no_bus",
            Self::NoService => "no_service",
            Self::Silent => "silent",
            Self::NotAllowed => "not_allowed",
            Self::NoAdapter => "no_adapter",
            Self::NoSuchAdapter { .. } => "no_such_adapter",
            Self::Gone => "gone",
            Self::Off(Block::None | Block::Unknown) => "off",
            Self::Off(Block::BySystem) => "blocked",
            Self::Off(Block::ByHardware) => "blocked_by_hardware",
        }
    }

    /// Why the adapters could not be listed.
    pub(super) const fn of(failure: Failure) -> Self {
        match failure {
            Failure::Denied => Self::NotAllowed,
            Failure::Status(TIMED_OUT) => Self::Silent,
            Failure::Status(_)
            | Failure::Unsupported
            | Failure::Refused
            | Failure::Missing
            | Failure::BluetoothOff => Self::NoService,
        }
    }
}

fn present(there: &[String]) -> String {
    match there {
        [] => "there is none at all".to_owned(),
        [one] => format!("there is {one}"),
        several => format!("there are {}", several.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_is_told_with_the_right_ones() {
        let told = |there: &[&str]| {
            let there = there.iter().map(|name| (*name).to_owned()).collect();
            Trouble::NoSuchAdapter { wanted: "hci7".to_owned(), there }.to_string()
        };
        assert_eq!(told(&[]), "find the Bluetooth adapter hci7: there is none at all");
        assert_eq!(told(&["hci0"]), "find the Bluetooth adapter hci7: there is hci0");
        assert_eq!(told(&["hci0", "hci1"]), "find the Bluetooth adapter hci7: there are hci0 and hci1");
    }
}
