//! The one enum of ends, and what was seen on the way.

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::keys::AuthKey;

/// How a task ended, with just what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The end.
    pub end: End,
    /// The band's address before, where known.
    pub old_address: Option<Address>,
    /// The address it came back with, where another was seen.
    pub new_address: Option<Address>,
    /// What was seen, in the order it was seen; no entry twice.
    pub evidence: Vec<Evidence>,
    /// The key now in the band; only after [`End::TakenOver`].
    pub key: Option<AuthKey>,
}

/// The ends of all tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Erased, and it came back under a new address: every lock that can be opened is open.
    Freed,
    /// Erased under its old address, or nobody's when it was met: the account lock, which looks at the address, may still
    /// hold.
    FreedSameAddress,
    /// The band holds our key now and nobody else's.
    TakenOver,
    /// `erase`: erased, and it came back under a new address.
    Erased,
    /// `erase`: erased, and it came back under its old address.
    ErasedSameAddress,
    /// The band went away after the restart command and is back.
    Restarted,
    /// The band buzzed.
    Found,
    /// A task without a proof of its own is done (scan, info, battery), or this phone has forgotten the band (forget).
    Done,
    /// The erase was sent and signs agree, but the band was not recognised afterwards.
    ErasedUnproven,
    /// The band still knows the key, or refused to erase.
    NotErased,
    /// Nobody tapped the band in time.
    NotTapped,
    /// The band, or the person on the band, said no.
    Refused,
    /// The band is there but does not answer.
    NoAnswer,
    /// A phone holds the band: this one (another app) or another one.
    HeldByAPhone,
    /// The band was not heard.
    NotSeen,
    /// Only the owner, their key or the band's own menu can go on.
    NeedsOwnerOrKey,
    /// This is not a band that this task can do.
    NotSupported,
    /// The person says that the band that buzzed, or did not, is not theirs; nothing was changed.
    WrongBand,
    /// The battery is too low to erase safely.
    ChargeFirst,
    /// The phone could not be made to forget the band.
    PhoneKeepsTheBond,
    /// Bluetooth is off or missing.
    NoBluetooth,
    /// A permission or the location switch is missing.
    NoPermission,
    /// The phone could not save the new key, so it was not sent.
    CouldNotSave,
    /// The person did not answer a question for a long time.
    LeftAlone,
    /// The person stopped.
    Cancelled,
    /// A fault of the app itself; the report says where.
    AppFault,
}

impl End {
    /// Whether the task did what it was for.
    pub const fn is_success(self) -> bool {
        match self {
            Self::Freed
            | Self::FreedSameAddress
            | Self::TakenOver
            | Self::Erased
            | Self::ErasedSameAddress
            | Self::Restarted
            | Self::Found
            | Self::Done => true,
            Self::ErasedUnproven
            | Self::NotErased
            | Self::NotTapped
            | Self::Refused
            | Self::NoAnswer
            | Self::HeldByAPhone
            | Self::NotSeen
            | Self::NeedsOwnerOrKey
            | Self::NotSupported
            | Self::WrongBand
            | Self::ChargeFirst
            | Self::PhoneKeepsTheBond
            | Self::NoBluetooth
            | Self::NoPermission
            | Self::CouldNotSave
            | Self::LeftAlone
            | Self::Cancelled
            | Self::AppFault => false,
        }
    }
}

/// One thing that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The phone had no bond with the band, or has none any more.
    PhoneHasForgotten,
    /// The phone still has a bond with the band.
    PhoneKeepsBond,
    /// The band advertises that it takes no connection: a phone holds it.
    NotConnectable,
    /// The band is connected to this phone by another app.
    ConnectedOnThisPhone,
    /// The button was pressed after the prompt.
    TapSeen,
    /// The band took the new key.
    KeyAccepted,
    /// The band refused the new key at once, with every flag.
    KeyRefused,
    /// Somebody said no on the band.
    DeniedOnBand,
    /// The band opened with a key that we have.
    OpenedWithKey,
    /// The band knows our user and asked for no tap (Mi Band 1, which has no key).
    UserKnown,
    /// The band takes a new key only with a signature of the vendor.
    NeedsVendor,
    /// The band says that it is bound to somebody.
    BoundToSomebody,
    /// The band says that it is bound to nobody.
    NotBound,
    /// The person says that they reset the band in its menu.
    ResetByHand,
    /// The person says that the menu cannot be reached.
    MenuOutOfReach,
    /// The reset without a key was tried.
    ExperimentTried,
    /// The band refused the keys that we have.
    OldKeyRefused,
    /// The band still opens with the key from before the erase.
    OldKeyAccepted,
    /// The band acknowledged the erase command.
    EraseAcknowledged,
    /// The band refused the erase command.
    EraseRefused,
    /// The band dropped the link.
    LinkDropped,
    /// The band dropped the link after 30 seconds, as it does with strangers.
    DroppedAsStranger,
    /// A band of the same model appeared under an address that was not in the air before.
    NewAddress,
    /// A band appeared under the old address.
    SameAddress,
    /// The old address is no longer in the air.
    OldAddressGone,
    /// The band that appeared has the same serial number.
    SameSerial,
    /// The band that appeared has another serial number.
    OtherSerial,
    /// No serial number could be compared.
    NoSerial,
    /// The person says that their band shows the pairing screen.
    PersonSawPairingScreen,
    /// The person says that their band buzzed.
    PersonFeltBuzz,
    /// The band went away and came back after the restart command.
    CameBack,
}
