//! What a band says in the air: advertisement and scan response, one or both, in any order. Taken are their bare
//! structures, a controller's advertising reports with these in them, and the maker's bytes alone as scanners show them.

use rescue_core::Address;
use rescue_core::address::PeerId;
use rescue_core::band::recognise;
use rescue_core::event::{AdvertisedFields, Seen};
use rescue_core::view::RowKind;
use rescue_core::wire::advertisement::{self, CutOff, HUAMI, Huami, MiBeacon};
use rescue_core::wire::gatt;
use rescue_core::wire::hci::{self, AddressType, Report};

use super::sheet::{self, Entry, Sheet};
use super::{DecodeError, company_name, hex};
use crate::names::Named as _;

/// Reads them; one sheet a band.
pub(super) fn read(frames: &[Vec<u8>]) -> Result<Vec<Sheet>, DecodeError> {
    let mut heard: Vec<Heard> = Vec::new();
    for frame in pieces(frames) {
        match hci::advertising_reports(&frame) {
            Some(reports) => reports?.iter().for_each(|report| hear(&mut heard, report)),
            None => match heard.last_mut() {
                Some(last) => last.content.extend(frame),
                None => heard.push(Heard { content: frame, whole: true, ..Heard::default() }),
            },
        }
    }
    heard.iter().map(Heard::sheet).collect()
}

/// The frames, or one if the shell cut it at its spaces.
fn pieces(frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let joined = hex::joined(frames);
    if let Some(structure) = makers_bytes(&joined) {
        return vec![structure];
    }
    let report = |bytes: &[u8]| matches!(hci::advertising_reports(bytes), Some(Ok(_)));
    if report(&joined) && !frames.iter().any(|frame| report(frame)) {
        return vec![joined];
    }
    // No structure is shorter, and no report.
    hex::at_least(2, frames.to_vec())
}

/// The maker's bytes without length and type in front, as many scanners show them, with both in front. Read as a
/// structure they would claim more bytes than an advertisement has.
fn makers_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    let claimed = usize::from(*bytes.first()?);
    let length = u8::try_from(bytes.len() + 1).ok()?;
    (bytes.starts_with(&HUAMI.to_le_bytes()) && claimed >= bytes.len())
        .then(|| [&[length, 0xFF], bytes].concat())
}

/// What one band sent.
#[derive(Default)]
struct Heard {
    address: Option<Address>,
    address_type: Option<AddressType>,
    connectable: Option<bool>,
    rssi: Option<i8>,
    content: Vec<u8>,
    whole: bool,
}

fn hear(heard: &mut Vec<Heard>, report: &Report) {
    let same = |heard: &&mut Heard| heard.address.is_none_or(|address| address == report.address);
    match heard.iter_mut().find(same) {
        Some(before) => before.add(report),
        None => {
            let mut new = Heard { whole: true, ..Heard::default() };
            new.add(report);
            heard.push(new);
        }
    }
}

impl Heard {
    fn add(&mut self, report: &Report) {
        self.address = Some(report.address);
        self.address_type = Some(report.address_type);
        self.connectable = report.connectable.or(self.connectable);
        self.rssi = report.rssi.or(self.rssi);
        self.content.extend(&report.content);
        self.whole &= report.whole;
    }

    fn sheet(&self) -> Result<Sheet, DecodeError> {
        let (fields, cut) = advertisement::parse_until_cut(&self.content);
        let nothing = fields == AdvertisedFields::default() && self.address.is_none();
        match cut {
            Err(cut) if nothing => return Err(cut.into()),
            Ok(()) if nothing && self.content.iter().all(|byte| *byte == 0) => {
                return Err(DecodeError::EmptyAdvertisement);
            }
            Ok(()) | Err(CutOff { .. }) => {}
        }
        let huami = advertisement::huami(&fields);
        let beacon = advertisement::mi_beacon(&fields);
        let company = company(&fields);
        let address = self
            .address
            .or(huami.map(|huami| huami.address))
            .or(advertisement::mi_band_1(&fields))
            .or(beacon.and_then(|beacon| beacon.address));
        Ok(Sheet::default()
            .with("address", address.map(|address| address.to_string()))
            .with("name", fields.name.clone())
            .with("company", company.map(sheet::id))
            .with("flags", fields.flags)
            .with("held", held(self.connectable, fields.flags))
            .with("rssi", self.rssi)
            .with("complete", self.whole && cut.is_ok())
            .and(self.recognised(&fields))
            .with("company_name", company.and_then(company_name))
            .with(
                "services",
                fields.services.iter().map(|service| uuid(service.as_u128())).collect::<Vec<_>>(),
            )
            .with_some("steps", advertisement::steps(&fields))
            .and(huami.map(|huami| makers(&huami)).unwrap_or_default())
            .and(
                beacon
                    .map(|beacon| Sheet::default().with("mi_beacon", mi_beacon(&beacon)))
                    .unwrap_or_default(),
            )
            .with_some("address_type", self.address_type.map(address_type))
            .with_some("connectable", self.connectable))
    }

    /// What the app takes it for.
    fn recognised(&self, fields: &AdvertisedFields) -> Sheet {
        let seen = Seen {
            peer: PeerId(String::new()),
            address: self.address,
            address_kind: None,
            rssi: self.rssi.unwrap_or_default().into(),
            connectable: self.connectable,
            fields: fields.clone(),
        };
        let kind = recognise(&seen).map(|recognised| recognised.kind);
        let model = if let Some(RowKind::Band(model)) = kind { Some(model.row().name) } else { None };
        Sheet::default().with("model", model).with("recognised_as", kind.map(|kind| kind.name()))
    }
}

/// The company whose bytes are in it; the bands' own if there are several.
fn company(fields: &AdvertisedFields) -> Option<u16> {
    let mut companies = fields.manufacturer.iter().map(|(company, _)| *company);
    let first = companies.clone().next();
    companies.find(|company| *company == HUAMI).or(first)
}

/// Whether a phone holds it. A capture often lacks the platform's word on connecting; the flags tell as well: a free
/// band is discoverable (06), one that a phone holds is not (04).
fn held(connectable: Option<bool>, flags: Option<u8>) -> Option<bool> {
    const DISCOVERABLE: u8 = 0x03;
    const HELD: u8 = 0x04;
    match (connectable, flags) {
        (Some(false), _) | (_, Some(HELD)) => Some(true),
        (Some(true), _) => Some(false),
        (None, Some(flags)) if flags & DISCOVERABLE != 0 => Some(false),
        (None, Some(_) | None) => None,
    }
}

/// The maker's bytes of a Mi Band 2 and later.
fn makers(huami: &Huami) -> Sheet {
    Sheet::default()
        .with("kind", huami.kind)
        .with("state", huami.state)
        .with("heart_rate", huami.heart_rate())
        .with("opaque", sheet::bytes(huami.opaque))
}

fn mi_beacon(beacon: &MiBeacon) -> Sheet {
    Sheet::default()
        .with("product", sheet::id(beacon.product))
        .with("frame_control", sheet::id(beacon.frame_control))
        .with("version", beacon.version())
        .with("counter", beacon.counter)
        .with("encrypted", beacon.encrypted())
        .with("address", beacon.address.map(|address| address.to_string()))
}

fn address_type(kind: AddressType) -> Entry {
    match kind {
        AddressType::Public => "public".into(),
        AddressType::RandomStatic => "random_static".into(),
        AddressType::RandomPrivate => "random_private".into(),
        AddressType::Other(byte) => byte.into(),
    }
}

/// A service: four hex digits where it has them, or all.
fn uuid(service: u128) -> Entry {
    let short = u16::try_from((service >> 96) & 0xFFFF).unwrap_or_default();
    if gatt::short(short).as_u128() == service {
        return sheet::id(short);
    }
    let [a, b, c, d, e] = [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)].map(|(from, digits): (u32, u32)| {
        let bits = (service >> from) & ((1 << (4 * digits)) - 1);
        format!("{bits:0width$x}", width = digits as usize)
    });
    Entry::Text(format!("{a}-{b}-{c}-{d}-{e}"))
}
