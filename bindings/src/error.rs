//! What a caller of the bindings can do wrong. That a band refuses or a phone lacks something is never an error here:
//! those are outcomes.

use rescue_core::address::AddressError;

/// A call that this app should not have made. Its text fits "could not …" and names what was wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum MisuseError {
    /// A text that is not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A text that is not a UUID.
    #[error("read the UUID \"{text}\": it must look like 0000fee0-0000-1000-8000-00805f9b34fb")]
    Uuid {
        /// The text.
        text: String,
    },
    /// Too few or too many random bytes.
    #[error("take the entropy: there are {found} bytes, 32 are needed")]
    Entropy {
        /// How many there were.
        found: u64,
    },
    /// A practice band that does not exist.
    #[error("find the practice band \"{name}\"")]
    Kind {
        /// The name.
        name: String,
    },
    /// A practice scenario that does not exist.
    #[error("find the practice scenario \"{name}\"")]
    Scenario {
        /// The name.
        name: String,
    },
}
