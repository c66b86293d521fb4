//! Mirrors of `rescue_core::outcome`: how it ended and what was seen. From the core to the app only.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use std::fmt;

use rescue_core::outcome as core;

use super::each;

/// How a task ended. Its text form hides addresses and key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Outcome {
    pub end: End,
    pub old_address: Option<String>,
    pub new_address: Option<String>,
    pub evidence: Vec<Evidence>,
    pub key: Option<String>,
}

impl From<core::Outcome> for Outcome {
    fn from(outcome: core::Outcome) -> Self {
        let core::Outcome { end, old_address, new_address, evidence, key } = outcome;
        Self {
            end: end.into(),
            old_address: old_address.map(String::from),
            new_address: new_address.map(String::from),
            evidence: each(evidence),
            key: key.map(|key| key.to_hex()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({:?}, {:?})", self.end, self.evidence)
    }
}

mirror! {
    /// The ends of all tasks.
    End = core::End {
        Freed,
        FreedSameAddress,
        TakenOver,
        Erased,
        ErasedSameAddress,
        Restarted,
        Found,
        Done,
        ErasedUnproven,
        NotErased,
        NotTapped,
        Refused,
        NoAnswer,
        HeldByAPhone,
        NotSeen,
        NeedsOwnerOrKey,
        NotSupported,
        WrongBand,
        ChargeFirst,
        PhoneKeepsTheBond,
        NoBluetooth,
        NoPermission,
        CouldNotSave,
        LeftAlone,
        Cancelled,
        AppFault,
    }
}

mirror! {
    /// One thing that was seen.
    Evidence = core::Evidence {
        PhoneHasForgotten,
        PhoneKeepsBond,
        NotConnectable,
        ConnectedOnThisPhone,
        TapSeen,
        KeyAccepted,
        KeyRefused,
        DeniedOnBand,
        OpenedWithKey,
        UserKnown,
        NeedsVendor,
        BoundToSomebody,
        NotBound,
        ResetByHand,
        MenuOutOfReach,
        ExperimentTried,
        OldKeyRefused,
        OldKeyAccepted,
        EraseAcknowledged,
        EraseRefused,
        LinkDropped,
        DroppedAsStranger,
        NewAddress,
        SameAddress,
        OldAddressGone,
        SameSerial,
        OtherSerial,
        NoSerial,
        PersonSawPairingScreen,
        PersonFeltBuzz,
        CameBack,
    }
}
