//! Configuration commands and their answers on [`crate::wire::gatt::CONFIGURATION`].
//!
//! A write `06 xx 00 …` is answered by `10 06 xx 00 01` when done, and by `10 06 06` when the firmware does not
//! know the sub-command (both read in traces of two Mi Bands 2, within 76 to 149 ms). The factory reset is
//! `06 0B 00 01`; its own answer was never captured: silence and a dropped link are as likely.

/// The factory reset.
pub const ERASE: [u8; 4] = [0x06, 0x0B, 0x00, 0x01];

/// What a notification says about the factory reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EraseReply {
    /// `10 06 0B 00 01`.
    Accepted,
    /// `10 06 06`, or `10 06 0B 00` with another result.
    Refused,
    /// Something else.
    Unrelated,
}

/// Reads a notification after the factory reset was written.
pub fn parse_erase_reply(bytes: &[u8]) -> EraseReply {
    match bytes {
        [0x10, 0x06, 0x0B, 0x00, 0x01, ..] => EraseReply::Accepted,
        [0x10, 0x06, 0x0B, ..] | [0x10, 0x06, 0x06] => EraseReply::Refused,
        _ => EraseReply::Unrelated,
    }
}
