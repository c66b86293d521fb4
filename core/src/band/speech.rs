//! Which protocol a connected band speaks, by its service table.

use crate::band::Family;
use crate::event::{CharacteristicId, GattService};
use crate::wire::gatt;

/// The protocol of a band, decided before anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Mi Band 1: user information to FF04.
    UserInfo,
    /// A key over 0009, in the way of Mi Band 2 or of Mi Band 4.
    Legacy,
    /// Both 0009 and the chunked characteristics 0016 and 0017 of 2021.
    LegacyAndModern,
    /// 0016 and 0017 alone.
    Modern,
    /// Protobuf in frames over 0051 and 0052.
    XiaomiV1,
    /// Protobuf in packets over 005E and 005F.
    XiaomiV2,
}

impl Speech {
    /// The protocol of a service table; `None` if it is that of no band.
    pub(crate) fn of(services: &[GattService]) -> Option<Self> {
        let has = |wanted| has(services, wanted);
        let modern = has(gatt::CHUNKS_TO_BAND) && has(gatt::CHUNKS_FROM_BAND);
        match (has(gatt::AUTH), modern) {
            (true, true) => return Some(Self::LegacyAndModern),
            (true, false) => return Some(Self::Legacy),
            (false, true) => return Some(Self::Modern),
            (false, false) => {}
        }
        if has(gatt::XIAOMI_V2_FROM_BAND) && has(gatt::XIAOMI_V2_TO_BAND) {
            Some(Self::XiaomiV2)
        } else if has(gatt::XIAOMI_V1_FROM_BAND) && has(gatt::XIAOMI_V1_TO_BAND) {
            Some(Self::XiaomiV1)
        } else if has(gatt::mi_band_1::USER_INFO) {
            Some(Self::UserInfo)
        } else {
            None
        }
    }

    /// The family that speaks so.
    pub(crate) const fn family(self) -> Family {
        match self {
            Self::UserInfo => Family::UserInfo,
            Self::Legacy | Self::LegacyAndModern | Self::Modern => Family::Huami,
            Self::XiaomiV1 | Self::XiaomiV2 => Family::Xiaomi,
        }
    }
}

fn has(services: &[GattService], wanted: CharacteristicId) -> bool {
    services.iter().filter(|service| service.uuid == wanted.service).any(|service| {
        service.characteristics.iter().any(|characteristic| characteristic.uuid == wanted.characteristic)
    })
}
