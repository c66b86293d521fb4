//! Advertisement and scan response: AD structures, and the maker's 24 bytes inside them.
//!
//! A structure is `length, type, content`. Of Mi Band 2 and later the manufacturer structure (type FF) is
//! 26 bytes: company 0157 (little-endian), kind, 16 opaque bytes, one state byte, the address (big-endian).

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
pub fn parse(mut bytes: &[u8]) -> AdvertisedFields {
    let mut fields = AdvertisedFields::default();
    while let Some((&length, rest)) = bytes.split_first() {
        if length == 0 {
            // Zero padding between advertisement and scan response.
            bytes = rest;
            continue;
        }
        let Some((structure, rest)) = rest.split_at_checked(usize::from(length)) else { break };
        bytes = rest;
        if let Some((&kind, content)) = structure.split_first() {
            read_structure(&mut fields, kind, content);
        }
    }
    fields
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
    let state = *content.get(17)?;
    let address = content.get(18..24)?.try_into().ok()?;
    Some(Huami { kind, state, address: Address(address) })
}

#[cfg(test)]
mod tests {
    use super::*;

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
