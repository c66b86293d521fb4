//! What the platform says went wrong, in core's terms.

use btleplug::Error;
use rescue_core::event::Failure;

/// Nothing is known but that it failed.
const GENERAL: u16 = 133;
/// Nothing answered in time.
pub(super) const TIMED_OUT: u16 = 147;

/// Translates an error of btleplug.
pub(super) fn failure(error: &Error) -> Failure {
    match error {
        Error::PermissionDenied => Failure::Denied,
        Error::DeviceNotFound | Error::NoSuchCharacteristic | Error::NoAdapterAvailable => Failure::Missing,
        Error::NotSupported(_) => Failure::Unsupported,
        Error::TimedOut(_) => Failure::Status(TIMED_OUT),
        Error::NotConnected => Failure::Status(0),
        Error::Other(cause) => of_platform(cause.as_ref()),
        Error::UnexpectedCallback
        | Error::UnexpectedCharacteristic
        | Error::Uuid(_)
        | Error::InvalidBDAddr(_)
        | Error::RuntimeError(_) => Failure::Status(GENERAL),
    }
}

#[cfg(not(target_os = "linux"))]
fn of_platform(_: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::Status(GENERAL)
}

#[cfg(target_os = "linux")]
fn of_platform(cause: &(dyn std::error::Error + 'static)) -> Failure {
    use bluez_async::BluetoothError;

    // It is not among the sources of that error: that one stands for it.
    match cause.downcast_ref() {
        Some(BluetoothError::DbusError(error)) => of_bluez(error),
        Some(BluetoothError::NoBluetoothAdapters) => Failure::Missing,
        Some(BluetoothError::ServiceDiscoveryTimedOut) => Failure::Status(TIMED_OUT),
        Some(_) | None => Failure::Status(GENERAL),
    }
}

/// Translates an error of BlueZ.
#[cfg(target_os = "linux")]
pub(super) fn of_bluez(error: &dbus::Error) -> Failure {
    const READING: u16 = 2;
    const WRITING: u16 = 3;
    const AUTHENTICATION: u16 = 5;
    const NOT_MADE: u16 = 62;
    let message = error.message().unwrap_or_default();
    match error.name().unwrap_or_default() {
        "org.bluez.Error.NotReady" => Failure::BluetoothOff,
        "org.bluez.Error.NotSupported" => Failure::Unsupported,
        "org.bluez.Error.NotAuthorized" | "org.freedesktop.DBus.Error.AccessDenied" => Failure::Denied,
        "org.bluez.Error.NotPermitted" => Failure::Status(match message {
            "Read not permitted" => READING,
            "Write not permitted" => WRITING,
            _ => AUTHENTICATION,
        }),
        "org.bluez.Error.DoesNotExist"
        | "org.freedesktop.DBus.Error.UnknownObject"
        | "org.freedesktop.DBus.Error.UnknownMethod"
        | "org.freedesktop.DBus.Error.UnknownInterface"
        | "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.Disconnected" => Failure::Missing,
        "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Timeout" => {
            Failure::Status(TIMED_OUT)
        }
        "org.bluez.Error.NotConnected" => Failure::Status(0),
        "org.bluez.Error.Failed" if message.starts_with("le-connection-") => Failure::Status(NOT_MADE),
        _ => Failure::Status(att_error(message).unwrap_or(GENERAL)),
    }
}

/// BlueZ names errors of the band by number only: "Operation failed with ATT error: 0x81".
#[cfg(target_os = "linux")]
fn att_error(message: &str) -> Option<u16> {
    let (_, code) = message.split_once("ATT error: 0x")?;
    u16::from_str_radix(code.get(..2)?, 16).ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_bluez_is_found_in_what_btleplug_makes_of_it() {
        let refused = dbus::Error::new_custom("org.freedesktop.DBus.Error.AccessDenied", "no");
        assert_eq!(failure(&bluez_async::BluetoothError::DbusError(refused).into()), Failure::Denied);
    }

    #[test]
    fn what_bluez_says_is_told_as_what_it_means() {
        let told = |name: &'static str, message| of_bluez(&dbus::Error::new_custom(name, message));
        assert_eq!(told("org.bluez.Error.NotReady", "Resource Not Ready"), Failure::BluetoothOff);
        assert_eq!(told("org.bluez.Error.NotPermitted", "Read not permitted"), Failure::Status(2));
        assert_eq!(
            told("org.bluez.Error.Failed", "Operation failed with ATT error: 0x81 (Unknown)"),
            Failure::Status(0x81)
        );
        assert_eq!(told("org.bluez.Error.Failed", "le-connection-abort-by-local"), Failure::Status(62));
        assert_eq!(told("org.bluez.Error.Failed", "ATT error: 0x"), Failure::Status(133));
        assert_eq!(told("org.freedesktop.DBus.Error.UnknownObject", ""), Failure::Missing);
    }
}
