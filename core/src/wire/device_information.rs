//! Device information (service 180A): revision texts, serial number, PnP id.

use thiserror::Error;

/// The longest text that is taken from a band.
const TEXT_LIMIT: usize = 32;

/// A serial number or revision: printable ASCII without the zeros some firmware appends. `None` if nothing is left.
pub fn text(bytes: &[u8]) -> Option<String> {
    let text: String =
        bytes.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_graphic).take(TEXT_LIMIT).collect();
    (!text.is_empty()).then_some(text)
}

/// PnP id: `01` or `02` (who gave the vendor id), vendor, product, version, each little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pnp {
    /// 1: the vendor id is one of the Bluetooth SIG; 2: of the USB forum.
    pub source: u8,
    /// Vendor id; 0157 for this maker.
    pub vendor: u16,
    /// Product id, one a model.
    pub product: u16,
    /// Product version.
    pub version: u16,
}

/// Bytes that are no PnP id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read the PnP id: it has {length} bytes, not 7")]
pub struct PnpError {
    /// How many there were.
    pub length: usize,
}

/// Reads a PnP id.
pub fn pnp(bytes: &[u8]) -> Result<Pnp, PnpError> {
    let &[source, v0, v1, p0, p1, r0, r1] = bytes else { return Err(PnpError { length: bytes.len() }) };
    Ok(Pnp {
        source,
        vendor: u16::from_le_bytes([v0, v1]),
        product: u16::from_le_bytes([p0, p1]),
        version: u16::from_le_bytes([r0, r1]),
    })
}
