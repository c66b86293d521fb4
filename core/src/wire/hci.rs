//! Advertising reports as a Bluetooth controller hands them to a computer, for people who look at captures. The app
//! itself never sees one: its platform reads them.
//!
//! ```text
//! [04] 3E | length 1 | 02 | reports 1 | event type 1, address type 1, address 6, length 1, content, rssi 1 | …
//! [04] 3E | length 1 | 0D | reports 1 | event type 2, address type 1, address 6, primary PHY 1, secondary PHY 1,
//!                                       set 1, power 1, rssi 1, interval 2, address type 1, address 6, length 1,
//!                                       content | …
//! ```
//!
//! The 04 stands there in captures of the H4 kind. Addresses and numbers are little-endian. Source: Bluetooth Core
//! Specification, LE Advertising Report and LE Extended Advertising Report.

use thiserror::Error;

use crate::address::Address;

const H4_EVENT: u8 = 0x04;
const LE_META: u8 = 0x3E;
const LEGACY: u8 = 0x02;
const EXTENDED: u8 = 0x0D;
/// An rssi that was not measured.
const NO_RSSI: i8 = 127;

/// What one device sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether it takes connections; `None` for a scan response, which does not tell.
    pub connectable: Option<bool>,
    /// Where its address comes from.
    pub address_type: AddressType,
    /// Its address.
    pub address: Address,
    /// Signal strength in dBm, where it was measured.
    pub rssi: Option<i8>,
    /// The structures, for [`super::advertisement::parse`].
    pub content: Vec<u8>,
    /// Whether the capture has all of them.
    pub whole: bool,
}

/// Where an address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressType {
    /// Registered by the maker.
    Public,
    /// Made by the device, and kept.
    RandomStatic,
    /// Made by the device, and soon changed.
    RandomPrivate,
    /// Another byte; FF means that there is none.
    Other(u8),
}

impl AddressType {
    fn read(byte: u8, address: &Address) -> Self {
        let [first, ..] = address.0;
        match (byte, first >> 6) {
            (0x00 | 0x02, _) => Self::Public,
            (0x01 | 0x03, 0b11) => Self::RandomStatic,
            (0x01 | 0x03, _) => Self::RandomPrivate,
            (other, _) => Self::Other(other),
        }
    }
}

/// An advertising report that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read the advertising report: its {length} bytes end before an address")]
pub struct ReportError {
    /// How many there were.
    pub length: usize,
}

/// Reads the reports in an event; `None` if these bytes are no such event. What is cut off is left out.
pub fn advertising_reports(bytes: &[u8]) -> Option<Result<Vec<Report>, ReportError>> {
    let event = match bytes {
        [H4_EVENT, rest @ ..] if rest.first() == Some(&LE_META) => rest,
        bytes => bytes,
    };
    let &[LE_META, _, kind @ (LEGACY | EXTENDED), count, ref rest @ ..] = event else { return None };
    let mut rest = rest;
    let mut reports = Vec::new();
    for _ in 0..count {
        let read = if kind == LEGACY { legacy(&mut rest) } else { extended(&mut rest) };
        let Some(report) = read else { break };
        reports.push(report);
    }
    Some(if reports.is_empty() { Err(ReportError { length: bytes.len() }) } else { Ok(reports) })
}

fn legacy(rest: &mut &[u8]) -> Option<Report> {
    let (&[event_type, address_type, a, b, c, d, e, f, length], after) = rest.split_first_chunk()?;
    let (content, after) = split(after, length);
    let (rssi, after) = after.split_first().map_or((None, after), |(rssi, after)| (Some(*rssi), after));
    *rest = after;
    let address = Address([f, e, d, c, b, a]);
    Some(Report {
        connectable: match event_type {
            0 | 1 => Some(true),
            2 | 3 => Some(false),
            _ => None,
        },
        address_type: AddressType::read(address_type, &address),
        address,
        rssi: rssi.and_then(measured),
        content: content.to_vec(),
        whole: content.len() == usize::from(length),
    })
}

fn extended(rest: &mut &[u8]) -> Option<Report> {
    const SCAN_RESPONSE: u8 = 0x08;
    const CONNECTABLE: u8 = 0x01;
    let (&[event_type, _, address_type, a, b, c, d, e, f], after) = rest.split_first_chunk()?;
    let address = Address([f, e, d, c, b, a]);
    let middle = after.split_first_chunk::<15>();
    let rssi = after.get(4).copied().and_then(measured);
    let (length, (content, after)) = match middle {
        Some((&[.., length], after)) => (length, split(after, length)),
        None => (u8::MAX, (&[][..], &[][..])),
    };
    *rest = after;
    Some(Report {
        connectable: (event_type & SCAN_RESPONSE == 0).then_some(event_type & CONNECTABLE != 0),
        address_type: AddressType::read(address_type, &address),
        address,
        rssi,
        content: content.to_vec(),
        whole: content.len() == usize::from(length),
    })
}

fn split(bytes: &[u8], length: u8) -> (&[u8], &[u8]) {
    bytes.split_at_checked(usize::from(length)).unwrap_or((bytes, &[]))
}

fn measured(rssi: u8) -> Option<i8> {
    Some(rssi.cast_signed()).filter(|rssi| *rssi != NO_RSSI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_cut_off_after_its_head_still_tells_who_sent_it_and_how_strong() {
        let bytes = hex::decode("043e390d01130000595b93827ec90100ff7fd00000000000000000001f").unwrap();
        let reports = advertising_reports(&bytes).unwrap().unwrap();
        let [report] = &reports[..] else { panic!("one report") };
        assert_eq!(report.address.to_string(), "C9:7E:82:93:5B:59");
        assert_eq!(report.address_type, AddressType::Public);
        assert_eq!((report.connectable, report.rssi, report.whole), (Some(true), Some(-48), false));
    }

    #[test]
    fn two_reports_in_one_event_stay_apart() {
        let held = "0201bbaa0000eeff03020104c4";
        let answer = "0400daee0000eecc0403094d49b0";
        let bytes = hex::decode(format!("3e1d0202{held}{answer}"));
        let reports = advertising_reports(&bytes.unwrap()).unwrap().unwrap();
        assert_eq!(reports.len(), 2);
        assert_eq!((reports[0].connectable, reports[0].rssi), (Some(false), Some(-60)));
        assert_eq!(reports[0].address_type, AddressType::RandomStatic);
        assert_eq!(reports[1].connectable, None, "a scan response does not tell");
        assert_eq!((&reports[1].content[..], reports[1].rssi), (&b"\x03\x09MI"[..], Some(-80)));
    }

    #[test]
    fn an_advertisement_is_no_report() {
        assert_eq!(advertising_reports(&[0x02, 0x01, 0x06]), None);
        assert!(advertising_reports(&[0x04, 0x3E, 0x20, 0x02, 0x01, 0x00]).unwrap().is_err());
    }
}
