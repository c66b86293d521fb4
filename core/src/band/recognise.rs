//! Recognising a band by what it says in the air; nothing is connected here.

use crate::address::Address;
use crate::band::Model;
use crate::event::Seen;
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

/// Recognises a band; `None` for everything that is no band at all, or has not said enough yet.
///
/// Signs of the maker are the company id and the service FEE0. The name (in the scan response, so it may come
/// later) tells the model; a name without any of the signs is a look-alike.
pub fn recognise(seen: &Seen) -> Option<Recognised> {
    let fields = &seen.fields;
    let huami = advertisement::huami(fields);
    let genuine = fields.manufacturer.iter().any(|(company, _)| *company == advertisement::HUAMI)
        || fields.services.contains(&gatt::FEE0)
        || fields.service_data.iter().any(|(service, _)| *service == gatt::FEE0);
    let kind = match (fields.name.as_deref().and_then(Model::from_advertised), genuine) {
        (Some(model), true) => RowKind::Band(model),
        (Some(_), false) => RowKind::LookAlike,
        (None, true) if fields.name.is_some() => RowKind::UnknownBand,
        (None, _) => return None,
    };
    let held = match (seen.connectable, fields.flags) {
        (Some(false), _) | (_, Some(FLAGS_HELD)) => Some(true),
        (Some(true), _) => Some(false),
        (None, _) => None,
    };
    Some(Recognised { kind, address: seen.address.or(huami.map(|huami| huami.address)), held })
}
