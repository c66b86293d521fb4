//! Recognising a band by what it says in the air; nothing is connected here.

use crate::address::Address;
use crate::band::{Family, Model};
use crate::event::{AdvertisedFields, Seen};
use crate::view::RowKind;
use crate::wire::{advertisement, gatt};

/// AD flags of a band that takes connections; a band that a phone holds says 04 instead (read in a trace of
/// a Mi Band 2, seen on others too).
const FLAGS_HELD: u8 = 0x04;

/// What a device in the air is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// A band, an unknown one of the same maker, or a look-alike.
    pub kind: RowKind,
    /// Its address, from the platform or from its own words.
    pub address: Option<Address>,
    /// Whether a phone holds it right now; `None` where nothing tells.
    pub held: Option<bool>,
}

/// Names of relatives that are no Mi Band: little can be done for them here.
const RELATED: [&str; 6] =
    ["Redmi Smart Band", "Redmi Band", "Amazfit Band", "Amazfit Cor", "Amazfit Bip", "Amazfit"];

/// Recognises a band; `None` for everything that is no band at all, or has not said enough yet.
///
/// Signs of the maker are the company id, the services FEE0 and FE95, and for a Mi Band 1 the beginning of its address.
/// The name (in the scan response, so it may come later) tells the model; a name without any of the signs is a
/// look-alike.
pub fn recognise(seen: &Seen) -> Option<Recognised> {
    let fields = &seen.fields;
    let beacon = advertisement::mi_beacon(fields);
    let told = advertisement::huami(fields).map(|huami| huami.address).or(advertisement::mi_band_1(fields));
    let address = seen.address.or(told).or(beacon.and_then(|beacon| beacon.address));
    let name = fields.name.as_deref();
    let huami = told.is_some()
        || has_sign(fields)
        || address.as_ref().is_some_and(advertisement::begins_like_mi_band_1);
    let xiaomi = beacon.is_some() || fields.services.contains(&gatt::FE95);
    let related = name.is_some_and(|name| RELATED.iter().any(|start| name.starts_with(start)));
    let kind = match name.and_then(Model::from_advertised) {
        Some(model) => {
            let genuine = match model.row().family {
                Family::UserInfo | Family::Huami => huami,
                // Of the newest bands no advertisement without the name was published: the name may stand alone.
                Family::Xiaomi => true,
            };
            if genuine { RowKind::Band(model) } else { RowKind::LookAlike }
        }
        None if related => RowKind::Related,
        None if name.is_some() && has_sign(fields) => RowKind::UnknownBand,
        None if name.is_some_and(|name| name.starts_with("Xiaomi Smart Band")) && xiaomi => {
            RowKind::UnknownBand
        }
        None => return None,
    };
    let held = match (seen.connectable, fields.flags) {
        (Some(false), _) | (_, Some(FLAGS_HELD)) => Some(true),
        (Some(true), _) => Some(false),
        (None, _) => None,
    };
    Some(Recognised { kind, address, held })
}

fn has_sign(fields: &AdvertisedFields) -> bool {
    fields.manufacturer.iter().any(|(company, _)| *company == advertisement::HUAMI)
        || fields.services.contains(&gatt::FEE0)
        || fields.service_data.iter().any(|(service, _)| *service == gatt::FEE0)
}
