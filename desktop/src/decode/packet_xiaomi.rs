//! What protobuf bands send and get: packets of the second framing (`a5 a5 …`), frames of the first (`00 00 …`), or
//! one of their messages alone. What is encrypted stays so.

use rescue_core::wire::xiaomi::frames_v1::{self, Frame, Inbound};
use rescue_core::wire::xiaomi::messages::WearPacket;
use rescue_core::wire::xiaomi::packets_v2::{
    self, Begin, Coding, Content, Cut, Kind, PROTOBUF, Packet, Session, SessionCommand,
};

use super::sheet::{self, Entry, Sheet};
use super::{DecodeError, hex, message_xiaomi};

/// Reads them; one sheet a packet, or a message that came in pieces.
pub(super) fn read(frames: Vec<Vec<u8>>) -> Result<Vec<Sheet>, DecodeError> {
    let joined = hex::joined(&frames);
    if joined.first() == Some(&0xA5) {
        return second_framing(&frames);
    }
    if let Ok(packet) = WearPacket::parse(&joined) {
        return Ok(vec![bare(&packet, &joined)]);
    }
    // No frame is shorter than the last piece of a message.
    let frames = hex::at_least(3, frames);
    if frames.iter().any(|frame| frame.starts_with(&[0, 0])) {
        return first_framing(&frames);
    }
    Err(DecodeError::NoXiaomiPacket)
}

/// How a line begins, whatever carried the message.
struct Head {
    framing: &'static str,
    /// The byte on the wire.
    kind: Option<u8>,
    kind_name: Option<&'static str>,
    sequence: Option<u16>,
    channel: Option<u8>,
    payload: Vec<u8>,
    complete: bool,
}

impl Head {
    fn sheet(&self) -> Sheet {
        Sheet::default()
            .with("type", self.kind)
            .with("sequence", self.sequence)
            .with("channel", self.channel)
            .with("payload", sheet::bytes(&self.payload))
            .with("complete", self.complete)
            .with("type_name", self.kind_name)
            .with("framing", self.framing)
    }
}

/// The message in a payload, or why there is none.
fn message(payload: &[u8]) -> Sheet {
    match WearPacket::parse(payload) {
        Ok(packet) => Sheet::default().with("message", message_xiaomi::sheet(&packet, payload)),
        Err(error) => Sheet::default().with("problem", super::told(&error)),
    }
}

fn bare(packet: &WearPacket, bytes: &[u8]) -> Sheet {
    let head = Head {
        framing: "none",
        kind: None,
        kind_name: None,
        sequence: None,
        channel: None,
        payload: bytes.to_vec(),
        complete: true,
    };
    head.sheet().with("encrypted", false).with("message", message_xiaomi::sheet(packet, bytes))
}

// --- second framing

/// A packet may go on in a later frame, with whole packets of the other side in between.
fn second_framing(frames: &[Vec<u8>]) -> Result<Vec<Sheet>, DecodeError> {
    let mut sheets = Vec::new();
    let mut waiting = Vec::new();
    for frame in frames {
        if matches!(packets_v2::begin(frame), Ok(Begin::Whole(..))) {
            if let Some(cut) = packets_of(frame.clone(), &mut sheets)? {
                waiting.extend(cut);
            }
        } else {
            waiting.extend(frame);
            waiting = packets_of(waiting, &mut sheets)?.unwrap_or_default();
        }
    }
    if let (false, Begin::Incomplete(cut)) = (waiting.is_empty(), packets_v2::begin(&waiting)?) {
        sheets.push(incomplete(&cut, &waiting)?);
    }
    Ok(sheets)
}

/// Reads whole packets; gives the bytes of one that is cut off at the end.
fn packets_of(bytes: Vec<u8>, sheets: &mut Vec<Sheet>) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        match packets_v2::begin(rest)? {
            Begin::Whole(packet, length) => {
                sheets.push(whole(&packet));
                rest = rest.get(length..).unwrap_or_default();
            }
            Begin::Incomplete(_) => return Ok(Some(rest.to_vec())),
        }
    }
    Ok(None)
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Refused => "nak",
        Kind::Taken => "ack",
        Kind::Command => "command",
        Kind::Data => "data",
    }
}

fn whole(packet: &Packet) -> Sheet {
    let payload = packet.payload.as_slice();
    let head = |channel, bytes: &[u8]| Head {
        framing: "v2",
        kind: Some(packet.kind.byte()),
        kind_name: Some(kind_name(packet.kind)),
        sequence: Some(packet.sequence.into()),
        channel,
        payload: bytes.to_vec(),
        complete: true,
    };
    let length = |sheet: Sheet| sheet.with("length", payload.len());
    match packet.kind {
        Kind::Refused | Kind::Taken => length(head(None, payload).sheet()),
        Kind::Command => length(head(None, payload).sheet()).and(command(payload)),
        Kind::Data => match Content::parse(payload) {
            Some(content) => {
                let bytes = content.bytes.as_slice();
                length(head(Some(content.channel), bytes).sheet()).and(data(&content))
            }
            None => length(head(payload.first().copied(), &[]).sheet())
                .with("problem", "a data packet has at least a channel and an opcode"),
        },
    }
}

fn command(payload: &[u8]) -> Sheet {
    let (opcode, name, session) = match SessionCommand::parse(payload) {
        Ok(SessionCommand::Ask(session)) => (1_u8, "start_request", session),
        Ok(SessionCommand::Grant(session)) => (2, "start_answer", session),
        Err(error) => {
            let opcode = payload.first().copied();
            return Sheet::default().with("opcode", opcode).with("problem", super::told(&error));
        }
    };
    let Session { version, max_packet, window, timeout } = session;
    Sheet::default()
        .with("opcode", opcode)
        .with("opcode_name", name)
        .with("version", sheet::bytes(version))
        .with("max_packet", max_packet)
        .with("tx_window", window)
        .with("timeout_ms", timeout.0)
}

fn data(content: &Content) -> Sheet {
    let (opcode, encrypted) = coding(content.coding);
    let sheet = Sheet::default().with("opcode", opcode).with("encrypted", encrypted);
    if content.channel == PROTOBUF && content.coding == Coding::Plain {
        sheet.and(message(content.bytes.as_slice()))
    } else {
        sheet
    }
}

const fn coding(coding: Coding) -> (u8, Option<bool>) {
    match coding {
        Coding::Plain => (1, Some(false)),
        Coding::Encrypted => (2, Some(true)),
        Coding::Other(opcode) => (opcode, None),
    }
}

fn incomplete(cut: &Cut, bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let kind = cut.kind.ok_or(DecodeError::PacketCutOff { found: bytes.len() })?;
    let (_, found) = bytes.split_at_checked(bytes.len().saturating_sub(cut.found)).unwrap_or_default();
    let content = Content::parse(found).filter(|_| kind == Kind::Data);
    let payload = content.as_ref().map_or(found, |content| content.bytes.as_slice());
    let head = Head {
        framing: "v2",
        kind: Some(kind.byte()),
        kind_name: Some(kind_name(kind)),
        sequence: cut.sequence.map(u16::from),
        channel: content.as_ref().map(|content| content.channel),
        payload: payload.to_vec(),
        complete: false,
    };
    let (opcode, encrypted) = content
        .as_ref()
        .map_or((None, None), |content| (Some(coding(content.coding).0), coding(content.coding).1));
    Ok(head
        .sheet()
        .with("length", cut.length)
        .with("found", cut.found)
        .with("opcode", opcode)
        .with("encrypted", encrypted))
}

// --- first framing

fn first_framing(frames: &[Vec<u8>]) -> Result<Vec<Sheet>, DecodeError> {
    let mut sheets = Vec::new();
    let mut inbound = Inbound::default();
    let mut begun = false;
    let mut loose = Vec::new();
    for frame in frames {
        let frame = Frame::parse(frame)?;
        if let Frame::Start { .. } = frame {
            begun = true;
            sheets.extend(unfinished(&inbound));
        } else if let Some(answer) = answer(&frame) {
            sheets.push(answer);
        }
        if let (Frame::Piece { bytes, .. }, false) = (&frame, begun) {
            loose.extend_from_slice(bytes.as_slice());
        }
        let kind = first_framing_kind(&frame);
        if let Some(message) = inbound.take(frame).message {
            sheets.push(first_framing_message(kind, &message));
        }
    }
    sheets.extend(unfinished(&inbound));
    if !loose.is_empty() {
        let sheet = first_framing_head(0, "pieces", None, loose, false).sheet();
        sheets.push(sheet.with("encrypted", None::<bool>).with("problem", "the beginning is missing"));
    }
    Ok(sheets)
}

fn first_framing_head(
    kind: u8,
    kind_name: &'static str,
    sequence: Option<u16>,
    payload: Vec<u8>,
    complete: bool,
) -> Head {
    Head {
        framing: "v1",
        kind: Some(kind),
        kind_name: Some(kind_name),
        sequence,
        channel: None,
        payload,
        complete,
    }
}

/// The third byte of a frame, and what it means; pieces have none and belong to their start.
const fn first_framing_kind(frame: &Frame) -> (u8, &'static str) {
    match frame {
        Frame::Start { .. } | Frame::Piece { .. } => (0, "pieces"),
        Frame::GoOn | Frame::AllTaken | Frame::Refused | Frame::Again(_) => (1, "answer"),
        Frame::Whole(_) => (2, "single"),
        Frame::Taken => (3, "ack"),
    }
}

fn first_framing_message((kind, kind_name): (u8, &'static str), whole: &frames_v1::Message) -> Sheet {
    let body = whole.body.as_slice();
    // The phone puts its counter in front of what it has encrypted; whether bands do is not known.
    let counter = body.first_chunk::<2>().copied().map(u16::from_le_bytes).filter(|_| whole.encrypted);
    let sheet = first_framing_head(kind, kind_name, counter, body.to_vec(), true).sheet();
    let sheet = sheet.with("encrypted", whole.encrypted);
    if whole.encrypted { sheet } else { sheet.and(message(body)) }
}

fn unfinished(inbound: &Inbound) -> Option<Sheet> {
    let partial = inbound.partial()?;
    let head = first_framing_head(0, "pieces", None, partial.so_far.0, false);
    let missing: Vec<Entry> = partial.missing.into_iter().map(Entry::from).collect();
    Some(head.sheet().with("encrypted", partial.encrypted).with("missing_pieces", missing))
}

/// A word about a message of the other side.
fn answer(frame: &Frame) -> Option<Sheet> {
    let (meaning, missing) = match frame {
        Frame::Taken => ("the message was taken", None),
        Frame::GoOn => ("go on with the pieces", None),
        Frame::AllTaken => ("all pieces were taken", None),
        Frame::Refused => ("the message is refused", None),
        Frame::Again(missing) => ("send these pieces again", Some(missing)),
        Frame::Whole(_) | Frame::Start { .. } | Frame::Piece { .. } => return None,
    };
    let (kind, name) = first_framing_kind(frame);
    let missing = missing.map(|missing| missing.iter().copied().map(Entry::from).collect::<Vec<_>>());
    let head = first_framing_head(kind, name, None, Vec::new(), true);
    Some(head.sheet().with("meaning", meaning).with_some("missing_pieces", missing))
}
