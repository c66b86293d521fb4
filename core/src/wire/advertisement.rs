//! Advertisement and scan response: AD structures, and the maker's 24 bytes inside them.
//!
//! A structure is `length, type, content`. Of Mi Band 2 and later the manufacturer structure (type FF) is
//! 26 bytes: company 0157 (little-endian), kind, 16 opaque bytes, one state byte, the address (big-endian).
//! Of the Mi Band 1 family it is 8 bytes: company 0157, the address (big-endian).
//!
//! Bands with the protobuf protocol send a MiBeacon instead, service data (type 16) of FE95: frame control, product
//! id, counter (2, 2, 1 bytes, little-endian), then the address (little-endian) if bit 4 of frame control is set, and
//! more that is not used here. Source: the maker's published description of MiBeacon.

use thiserror::Error;
use uuid::Uuid;

use crate::address::Address;
use crate::event::AdvertisedFields;
use crate::wire::gatt;

/// The maker's company id (Anhui Huami).
pub const HUAMI: u16 = 0x0157;

/// Bytes after the company id in a manufacturer structure that carries the address.
const HUAMI_LENGTH: usize = 24;
/// The longest name that is kept; a longer one is cut.
const NAME_LIMIT: usize = 64;
/// The most entries that are kept of each list.
const LIST_LIMIT: usize = 16;

/// Reads advertisement and scan response, concatenated in any order. What cannot be read is left out;
/// a structure that claims more bytes than there are ends the reading.
pub fn parse(bytes: &[u8]) -> AdvertisedFields {
    let (fields, _) = parse_until_cut(bytes);
    fields
}

/// A structure that claims more bytes than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read the advertisement: a structure claims {claimed} bytes, but {found} are left")]
pub struct CutOff {
    /// What its length says.
    pub claimed: usize,
    /// How many bytes follow.
    pub found: usize,
}

/// As [`parse`], and says whether something claimed more bytes than there are.
pub fn parse_until_cut(mut bytes: &[u8]) -> (AdvertisedFields, Result<(), CutOff>) {
    let mut fields = AdvertisedFields::default();
    while let Some((&length, rest)) = bytes.split_first() {
        if length == 0 {
            // Zero padding between advertisement and scan response.
            bytes = rest;
            continue;
        }
        let claimed = usize::from(length);
        let Some((structure, rest)) = rest.split_at_checked(claimed) else {
            return (fields, Err(CutOff { claimed, found: rest.len() }));
        };
        bytes = rest;
        if let Some((&kind, content)) = structure.split_first() {
            read_structure(&mut fields, kind, content);
        }
    }
    (fields, Ok(()))
}

fn read_structure(fields: &mut AdvertisedFields, kind: u8, content: &[u8]) {
    match kind {
        0x01 => fields.flags = content.first().copied().or(fields.flags),
        0x02 | 0x03 => {
            for id in content.chunks_exact(2) {
                push(&mut fields.services, short(id));
            }
        }
        0x06 | 0x07 => {
            for id in content.chunks_exact(16) {
                let mut big_endian: Vec<u8> = id.to_vec();
                big_endian.reverse();
                if let Ok(uuid) = Uuid::from_slice(&big_endian) {
                    push(&mut fields.services, uuid);
                }
            }
        }
        0x08 | 0x09 => {
            let name: String = String::from_utf8_lossy(content).chars().take(NAME_LIMIT).collect();
            fields.name = Some(name);
        }
        0x16 => {
            if let Some((id, data)) = content.split_at_checked(2) {
                push(&mut fields.service_data, (short(id), data.to_vec()));
            }
        }
        0xFF => {
            if let Some((id, data)) = content.split_at_checked(2) {
                push(&mut fields.manufacturer, (little_endian(id), data.to_vec()));
            }
        }
        _ => {}
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, entry: T) {
    if list.len() < LIST_LIMIT && !list.contains(&entry) {
        list.push(entry);
    }
}

fn short(id: &[u8]) -> Uuid {
    gatt::short(little_endian(id))
}

fn little_endian(bytes: &[u8]) -> u16 {
    bytes.iter().take(2).rev().fold(0, |value, &byte| (value << 8) | u16::from(byte))
}

/// What the maker's manufacturer structure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Huami {
    /// `00`: opaque bytes follow; `02`: filled with FF, or a shared heart rate.
    pub kind: u8,
    /// Under kind 00 they change about once a minute; their meaning is unknown.
    pub opaque: [u8; 16],
    /// State, seen 01, 02, 03; its meaning is unknown.
    pub state: u8,
    /// The band's present address.
    pub address: Address,
}

/// Finds the maker's structure. The company id alone promises nothing: shorter ones exist and give `None`.
pub fn huami(fields: &AdvertisedFields) -> Option<Huami> {
    let (_, content) =
        fields.manufacturer.iter().find(|(company, data)| *company == HUAMI && data.len() == HUAMI_LENGTH)?;
    let kind = *content.first()?;
    let opaque = content.get(1..17)?.try_into().ok()?;
    let state = *content.get(17)?;
    let address = content.get(18..24)?.try_into().ok()?;
    Some(Huami { kind, opaque, state, address: Address(address) })
}

impl Huami {
    /// The heart rate in beats a minute that the band shares; FF and 00 mean none (read by one open scanner).
    pub fn heart_rate(&self) -> Option<u8> {
        let [_, _, rate, ..] = self.opaque;
        (self.kind == 0x02 && !matches!(rate, 0x00 | 0xFF)).then_some(rate)
    }
}

/// Today's steps, in the service data of FEE0 of a Mi Band 2 to 6.
pub fn steps(fields: &AdvertisedFields) -> Option<u32> {
    let (_, content) = fields.service_data.iter().find(|(service, _)| *service == gatt::FEE0)?;
    content.as_slice().try_into().ok().map(u32::from_le_bytes)
}

/// How the public addresses of Mi Band 1, 1A and 1S begin.
pub const MI_BAND_1_MAKERS: [[u8; 3]; 2] = [[0x88, 0x0F, 0x10], [0xC8, 0x0F, 0x10]];

/// Whether an address begins as those of the Mi Band 1 family do. It is the only sign of a 1S that has not sent its
/// name yet, and no proof: the maker has used these beginnings for other things.
pub fn begins_like_mi_band_1(address: &Address) -> bool {
    address.0.first_chunk::<3>().is_some_and(|maker| MI_BAND_1_MAKERS.contains(maker))
}

/// The names of Mi Band 1, 1A and 1S; a 1S is also said to use the first.
const MI_BAND_1_NAMES: [&str; 3] = ["MI", "MI1A", "MI1S"];

/// The address in the manufacturer structure of a Mi Band 1, 1A or 1S. Six bytes after the company id could be anything,
/// so one more sign is wanted: the beginning of the address, the name, or one of this family's services.
pub fn mi_band_1(fields: &AdvertisedFields) -> Option<Address> {
    let six_bytes = |(company, content): &(u16, Vec<u8>)| match <[u8; 6]>::try_from(content.as_slice()) {
        Ok(address) if *company == HUAMI => Some(Address(address)),
        Ok(_) | Err(_) => None,
    };
    let address = fields.manufacturer.iter().find_map(six_bytes)?;
    let named = fields.name.as_deref().is_some_and(|name| MI_BAND_1_NAMES.contains(&name));
    let serves = fields.services.iter().any(|service| [gatt::FEE0, gatt::FEE1, gatt::FEE7].contains(service));
    (begins_like_mi_band_1(&address) || named || serves).then_some(address)
}

/// What a MiBeacon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MiBeacon {
    /// Which parts follow, and the version in the upper four bits.
    pub frame_control: u16,
    /// The model, by the maker's numbers.
    pub product: u16,
    /// Counts frames, to tell a repeated one.
    pub counter: u8,
    /// The address, where the frame has it.
    pub address: Option<Address>,
}

impl MiBeacon {
    /// Version of the format.
    pub const fn version(&self) -> u8 {
        (self.frame_control >> 12).to_le_bytes()[0]
    }

    /// Whether what follows the address is encrypted.
    pub const fn encrypted(&self) -> bool {
        self.frame_control & 0x0008 != 0
    }

    /// Whether frame control promises an address.
    const fn has_address(frame_control: u16) -> bool {
        frame_control & 0x0010 != 0
    }
}

/// Finds the MiBeacon. An address that is promised but cut off is left out.
pub fn mi_beacon(fields: &AdvertisedFields) -> Option<MiBeacon> {
    let (_, content) = fields.service_data.iter().find(|(service, _)| *service == gatt::FE95)?;
    let &[f0, f1, p0, p1, counter, ref rest @ ..] = content.as_slice() else { return None };
    let frame_control = u16::from_le_bytes([f0, f1]);
    let address = rest.first_chunk::<6>().filter(|_| MiBeacon::has_address(frame_control)).map(|reversed| {
        let [a, b, c, d, e, f] = *reversed;
        Address([f, e, d, c, b, a])
    });
    Some(MiBeacon { frame_control, product: u16::from_le_bytes([p0, p1]), counter, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An advertisement of a thermometer that ble_monitor's protocol.md takes apart.
    const THERMOMETER: &str = "020106151695fe5020aa01fe9bb8dda8654c0d1004b2007502";

    #[test]
    fn a_mi_beacon_tells_product_and_address_as_its_published_example_says() {
        let beacon = mi_beacon(&parse(&hex::decode(THERMOMETER).unwrap())).unwrap();
        assert_eq!((beacon.frame_control, beacon.product, beacon.counter), (0x2050, 0x01AA, 0xFE));
        assert_eq!(beacon.address.unwrap().to_string(), "4C:65:A8:DD:B8:9B");
        assert_eq!((beacon.version(), beacon.encrypted()), (2, false));
    }

    #[test]
    fn a_mi_beacon_without_its_address_still_tells_the_product() {
        let cut = parse(&[0x0B, 0x16, 0x95, 0xFE, 0x17, 0x59, 0x12, 0x88, 0x07, 1, 2, 3]);
        let beacon = mi_beacon(&cut).unwrap();
        assert_eq!((beacon.product, beacon.version(), beacon.address), (0x8812, 5, None));
        let none_promised = parse(&[0x0E, 0x16, 0x95, 0xFE, 0x07, 0x59, 0x12, 0x88, 0x07, 1, 2, 3, 4, 5, 6]);
        assert_eq!(mi_beacon(&none_promised).unwrap().address, None);
        assert_eq!(mi_beacon(&parse(&[0x07, 0x16, 0x95, 0xFE, 0x17, 0x59, 0x12, 0x88])), None);
    }

    #[test]
    fn six_bytes_of_the_maker_alone_are_no_address() {
        let structure = [0x09, 0xFF, 0x57, 0x01, 0xC0, 0xFF, 0xEE, 0x00, 0x00, 0x01];
        assert_eq!(mi_band_1(&parse(&structure)), None);
        let named = [&structure[..], &[0x05, 0x09, b'M', b'I', b'1', b'S']].concat();
        assert_eq!(mi_band_1(&parse(&named)).unwrap().to_string(), "C0:FF:EE:00:00:01");
    }

    #[test]
    fn a_length_that_lies_ends_the_reading_and_keeps_what_came_before() {
        let fields = parse(&[0x02, 0x01, 0x06, 0x09, 0x09, b'M']);
        assert_eq!(fields.flags, Some(6));
        assert_eq!(fields.name, None);
    }

    #[test]
    fn zero_padding_between_advertisement_and_scan_response_is_skipped() {
        let fields = parse(&[0x02, 0x01, 0x06, 0, 0, 0, 0x03, 0x02, 0xE0, 0xFE]);
        assert_eq!(fields.services, [gatt::FEE0]);
    }

    #[test]
    fn a_short_structure_of_the_maker_has_no_address() {
        assert_eq!(huami(&parse(&[0x07, 0xFF, 0x57, 0x01, 0x01, 0xA7, 0x01, 0xFF])), None);
    }
}
