//! `band-rescue decode`: shows what bytes of a band mean, for reports and for people who look at captures. It reads
//! with the functions the app reads with, one file a format; [`sheet`] shows what they found. It touches no band.

mod advertisement;
mod auth_reply;
mod battery_huami;
mod battery_mb1;
mod chunk_2021;
mod device_info_mb1;
pub(crate) mod hex;
mod message_xiaomi;
mod packet_xiaomi;
mod pnp;
pub(crate) mod sheet;

use std::fmt::Display;
use std::io::{self, Write as _};

use clap::ValueEnum;
use rescue_core::wire::advertisement::{CutOff, HUAMI};
use rescue_core::wire::b163::{PrivateKeyError, PublicKeyError};
use rescue_core::wire::battery::BatteryError;
use rescue_core::wire::chunks_2021::ChunkError;
use rescue_core::wire::device_information::PnpError;
use rescue_core::wire::hci::ReportError;
use rescue_core::wire::mi_band_1::MiBand1Error;
use rescue_core::wire::session_2021::{AuthReplyError, BatteryReplyError};
use rescue_core::wire::user_info::AnswerError;
use rescue_core::wire::xiaomi::frames_v1::FrameError;
use rescue_core::wire::xiaomi::packets_v2::PacketError;
use thiserror::Error;

use self::hex::HexError;
use self::sheet::Sheet;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Advertisement, scan response or both, or a controller's advertising report with them
    Advertisement,
    /// The same
    ScanResponse,
    /// PnP id, 2A50
    Pnp,
    /// Device information of Mi Band 1, 1A and 1S, FF01
    #[value(name = "device-info-mb1")]
    DeviceInfoMb1,
    /// Battery of Mi Band 1, 1A and 1S, FF0C
    #[value(name = "battery-mb1")]
    BatteryMb1,
    /// Battery of Mi Band 2 to Smart Band 7, 0006 or endpoint 0029
    BatteryHuami,
    /// What a band answers to authentication: FF03, 0009, or endpoint 0082
    AuthReply,
    /// Chunks of the 2021 protocol, 0016 and 0017
    #[value(name = "chunk-2021")]
    Chunk2021,
    /// Packets of Smart Band 7 Pro to 11, 005E and 005F, or 0051 and 0052
    PacketXiaomi,
}

/// Why the bytes cannot be read.
#[derive(Debug, Error)]
pub(crate) enum DecodeError {
    /// They are no hex, or too many or too few.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// An advertisement.
    #[error(transparent)]
    Advertisement(#[from] CutOff),
    /// Nothing but zeros.
    #[error("read the advertisement: there is nothing in it")]
    EmptyAdvertisement,
    /// A controller's event.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A PnP id.
    #[error(transparent)]
    Pnp(#[from] PnpError),
    /// Something of a Mi Band 1.
    #[error(transparent)]
    MiBand1(#[from] MiBand1Error),
    /// A battery.
    #[error(transparent)]
    Battery(#[from] BatteryError),
    /// A battery in the 2021 protocol.
    #[error(transparent)]
    BatteryReply(#[from] BatteryReplyError),
    /// An answer of a Mi Band 1.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// An answer in the 2021 protocol.
    #[error(transparent)]
    AuthReply(#[from] AuthReplyError),
    /// Something else.
    #[error("read the answer: no band is known to say this about authentication")]
    NoAuthReply,
    /// A random of fewer than 16 bytes.
    #[error("read the answer: it should bring a random of 16 bytes, and ends before")]
    RandomCutOff,
    /// A chunk.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// A packet.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// A packet of which hardly anything is there.
    #[error("read the packet: {found} bytes are too few to tell anything")]
    PacketCutOff {
        /// How many.
        found: usize,
    },
    /// A frame of the first framing.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Neither framing, and no message.
    #[error("read the packet: it begins with neither a5 a5 nor 00 00, and is no message")]
    NoXiaomiPacket,
    /// A private key.
    #[error(transparent)]
    PrivateKey(#[from] PrivateKeyError),
    /// A public key.
    #[error(transparent)]
    PublicKey(#[from] PublicKeyError),
}

/// Shows what the bytes mean.
pub(crate) fn run(format: Format, arguments: &[String], json: bool) -> Result<(), DecodeError> {
    print(&read(format, arguments)?, json);
    Ok(())
}

/// Reads the bytes.
pub(crate) fn read(format: Format, arguments: &[String]) -> Result<Vec<Sheet>, DecodeError> {
    let frames = hex::frames(arguments)?;
    let one = || hex::joined(&frames);
    Ok(match format {
        Format::Advertisement | Format::ScanResponse => advertisement::read(&frames)?,
        Format::Pnp => vec![pnp::read(&one())?],
        Format::DeviceInfoMb1 => vec![device_info_mb1::read(&one())?],
        Format::BatteryMb1 => vec![battery_mb1::read(&one())?],
        Format::BatteryHuami => vec![battery_huami::read(&one())?],
        Format::AuthReply => vec![auth_reply::read(&one())?],
        Format::Chunk2021 => chunk_2021::read(frames)?,
        Format::PacketXiaomi => packet_xiaomi::read(frames)?,
    })
}

/// Where nobody says how wide it is.
const WIDTH: usize = 88;

/// Prints what was read: a line of JSON each, or lists with an empty line between them.
pub(crate) fn print(sheets: &[Sheet], json: bool) {
    let lists = sheets.iter().map(|sheet| {
        if json { serde_json::to_string(sheet).unwrap_or_default() + "\n" } else { sheet.listing(WIDTH) }
    });
    let text = lists.collect::<Vec<_>>().join(if json { "" } else { "\n" });
    // A reader that went away wants no more lines.
    drop(io::stdout().write_all(text.as_bytes()));
}

/// An error as a finding in a list rather than the end: without the "read the …" in front.
fn told(error: &impl Display) -> String {
    let error = error.to_string();
    error.split_once(": ").map_or_else(|| error.clone(), |(_, told)| told.to_owned())
}

/// The makers of these bands, by the number of their company.
const fn company_name(company: u16) -> Option<&'static str> {
    match company {
        HUAMI => Some("Anhui Huami"),
        0x038F => Some("Xiaomi"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames that are whole, to be damaged.
    const WHOLE: [&str; 7] = [
        "0201061bff570100000102030405060708090a0b0c0d0e0f01c0ffee000002",
        "043e0f0201020102c59e00a7cf03020104c4",
        "0303000500030000008200100501",
        "030100010034000000820004020002a7bf78d434",
        "a5a503001d00668a01010801101a1a15f201120a10101112131415161718191a1b1c1d1e1f",
        "000002020801101a1a15f201120a10101112131415161718191a1b1c1d1e1f",
        "000000000300",
    ];

    #[test]
    fn whatever_is_pasted_is_shown_or_refused_and_never_ends_in_a_crash() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..2000 {
            let mut frames = Vec::new();
            for _ in 0..=random(3) {
                let mut frame = hex::bytes(WHOLE[random(WHOLE.len())]).unwrap();
                for _ in 0..random(4) {
                    let at = random(frame.len());
                    frame[at] = random(256).try_into().unwrap();
                }
                frame.truncate(1 + random(frame.len()));
                frames.push(::hex::encode(frame));
            }
            for format in Format::value_variants() {
                for sheet in read(*format, &frames).unwrap_or_default() {
                    let json = serde_json::to_string(&sheet).unwrap();
                    assert!(
                        serde_json::from_str::<serde_json::Value>(&json).is_ok_and(|value| value.is_object())
                    );
                    assert!(!sheet.listing(WIDTH).is_empty());
                }
            }
        }
    }
}
