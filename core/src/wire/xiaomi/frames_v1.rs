//! The first framing (Smart Band 8, 7 Pro and their generation): written to
//! [`XIAOMI_V1_TO_BAND`](crate::wire::gatt::XIAOMI_V1_TO_BAND), notified by
//! [`XIAOMI_V1_FROM_BAND`](crate::wire::gatt::XIAOMI_V1_FROM_BAND), and acknowledged on the characteristic that
//! carried the frame.
//!
//! | bytes | meaning |
//! |---|---|
//! | `00 00 02 e` + body | a whole message; `e` 01 encrypted, 02 plain |
//! | `00 00 03 00` | taken |
//! | `00 00 00 e n16` | a message in `n` pieces follows; `e` 01 encrypted, else plain |
//! | `00 00 01 01` | go on |
//! | `i16` + bytes | piece `i`, counted from 1 |
//! | `00 00 01 00` | all pieces taken |
//! | `00 00 01 02` | refused |
//! | `00 00 01 05` + `i16`… | send these pieces again |
//!
//! Numbers are little-endian. The body of an encrypted message is made by [`super::session`]. This file keeps no
//! time: whoever waits [`PATIENCE`] in vain asks [`Inbound::missing`].

use std::collections::BTreeMap;

use thiserror::Error;

use super::messages::MESSAGE_LIMIT;
use crate::payload::Payload;
use crate::time::Millis;

/// How long a missing piece is waited for before it is asked for again.
pub const PATIENCE: Millis = Millis::secs(5);

/// The most pieces of a message that are taken: [`MESSAGE_LIMIT`] at the smallest MTU.
pub const PIECE_LIMIT: u16 = 1024;

/// Bytes of a GATT write that are not payload.
const ATT_OVERHEAD: u16 = 3;
/// The smallest MTU there is.
const LEAST_MTU: u16 = 23;

/// A message on its way: plain before authentication, encrypted after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whether the body is encrypted.
    pub encrypted: bool,
    /// Its bytes.
    pub body: Payload,
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole message.
    Whole(Message),
    /// A whole message was taken.
    Taken,
    /// A message in pieces follows.
    Start {
        /// Whether its body is encrypted.
        encrypted: bool,
        /// How many pieces.
        pieces: u16,
    },
    /// Go on with the pieces.
    GoOn,
    /// A piece.
    Piece {
        /// Counted from 1.
        index: u16,
        /// Its bytes.
        bytes: Payload,
    },
    /// All pieces were taken.
    AllTaken,
    /// The message is refused.
    Refused,
    /// These pieces are missing.
    Again(Vec<u16>),
}

/// Bytes that are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// Too few bytes for what it begins like.
    #[error("read the frame: its {length} bytes are too few")]
    TooShort {
        /// How many there were.
        length: usize,
    },
    /// A kind, encryption or answer byte that nobody knows.
    #[error("read the frame: nobody knows its byte {byte:02x} at {position}")]
    Unknown {
        /// The byte.
        byte: u8,
        /// Where it stands.
        position: usize,
    },
}

impl Frame {
    /// Reads a frame.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let too_short = FrameError::TooShort { length: bytes.len() };
        let (&head, rest) = bytes.split_first_chunk::<2>().ok_or(too_short)?;
        let index = u16::from_le_bytes(head);
        if index != 0 {
            return Ok(Self::Piece { index, bytes: rest.into() });
        }
        let (&[kind, detail], rest) = rest.split_first_chunk::<2>().ok_or(too_short)?;
        match (kind, detail) {
            (0x00, 0x00..=0x02) => {
                let (&pieces, _) = rest.split_first_chunk::<2>().ok_or(too_short)?;
                Ok(Self::Start { encrypted: detail == 1, pieces: u16::from_le_bytes(pieces) })
            }
            (0x01, 0x00) => Ok(Self::AllTaken),
            (0x01, 0x01) => Ok(Self::GoOn),
            (0x01, 0x02) => Ok(Self::Refused),
            (0x01, 0x05) => {
                let (indices, _) = rest.as_chunks::<2>();
                Ok(Self::Again(indices.iter().map(|index| u16::from_le_bytes(*index)).collect()))
            }
            (0x02, 0x01 | 0x02) => Ok(Self::Whole(Message { encrypted: detail == 1, body: rest.into() })),
            (0x03, _) => Ok(Self::Taken),
            (0x00..=0x02, byte) => Err(FrameError::Unknown { byte, position: 3 }),
            (byte, _) => Err(FrameError::Unknown { byte, position: 2 }),
        }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Payload {
        let mut bytes = vec![0, 0];
        match self {
            Self::Whole(Message { encrypted, body }) => {
                bytes.extend([2, if *encrypted { 1 } else { 2 }]);
                bytes.extend_from_slice(body.as_slice());
            }
            Self::Taken => bytes.extend([3, 0]),
            Self::Start { encrypted, pieces } => {
                bytes.extend([0, u8::from(*encrypted)]);
                bytes.extend(pieces.to_le_bytes());
            }
            Self::GoOn => bytes.extend([1, 1]),
            Self::Piece { index, bytes: piece } => {
                bytes = index.to_le_bytes().to_vec();
                bytes.extend_from_slice(piece.as_slice());
            }
            Self::AllTaken => bytes.extend([1, 0]),
            Self::Refused => bytes.extend([1, 2]),
            Self::Again(indices) => {
                bytes.extend([1, 5]);
                bytes.extend(indices.iter().flat_map(|index| index.to_le_bytes()));
            }
        }
        Payload(bytes)
    }
}

/// A message that is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    encrypted: bool,
    pieces: Vec<Payload>,
    whole: bool,
}

/// A message that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("send the message: its {length} bytes are more than {MESSAGE_LIMIT}")]
pub struct TooLong {
    /// How many there are.
    pub length: usize,
}

/// What follows from a frame of the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Write these, in order.
    Write(Vec<Payload>),
    /// The message has arrived.
    Arrived,
    /// The message is refused.
    Refused,
    /// The frame has nothing to do with it.
    Unrelated,
}

impl Outbound {
    /// Prepares a message for a link with this MTU.
    pub fn new(message: &Message, mtu: u16) -> Result<Self, TooLong> {
        let body = message.body.as_slice();
        if body.len() > MESSAGE_LIMIT {
            return Err(TooLong { length: body.len() });
        }
        let room = usize::from(mtu.max(LEAST_MTU) - ATT_OVERHEAD);
        let whole = body.len() + 4 <= room;
        let pieces = if whole {
            vec![message.body.clone()]
        } else {
            body.chunks(room.saturating_sub(2).max(1)).map(Payload::from).collect()
        };
        Ok(Self { encrypted: message.encrypted, pieces, whole })
    }

    /// The first write; the same again if no answer came.
    pub fn begin(&self) -> Payload {
        let Self { encrypted, pieces, whole } = self;
        let first = match pieces.first() {
            Some(body) if *whole => Frame::Whole(Message { encrypted: *encrypted, body: body.clone() }),
            Some(_) | None => {
                let pieces = u16::try_from(pieces.len()).unwrap_or(u16::MAX);
                Frame::Start { encrypted: *encrypted, pieces }
            }
        };
        first.to_bytes()
    }

    /// What follows from a frame of the receiver.
    pub fn heard(&self, frame: &Frame) -> Next {
        match frame {
            Frame::Taken if self.whole => Next::Arrived,
            Frame::AllTaken if !self.whole => Next::Arrived,
            Frame::GoOn if !self.whole => Next::Write(self.pieces(|_| true)),
            Frame::Again(missing) if !self.whole => {
                Next::Write(self.pieces(|index| missing.contains(&index)))
            }
            Frame::Refused => Next::Refused,
            Frame::Taken
            | Frame::AllTaken
            | Frame::GoOn
            | Frame::Again(_)
            | Frame::Whole(_)
            | Frame::Start { .. }
            | Frame::Piece { .. } => Next::Unrelated,
        }
    }

    fn pieces(&self, wanted: impl Fn(u16) -> bool) -> Vec<Payload> {
        (1..)
            .zip(&self.pieces)
            .filter(|(index, _)| wanted(*index))
            .map(|(index, bytes)| Frame::Piece { index, bytes: bytes.clone() }.to_bytes())
            .collect()
    }
}

/// The receiving side: puts pieces together, in whatever order and however often they come.
#[derive(Clone, Debug, Default)]
pub struct Inbound {
    open: Option<Open>,
    /// The last message in pieces is complete; the sender may not know yet.
    closed: bool,
}

#[derive(Clone, Debug)]
struct Open {
    encrypted: bool,
    expected: u16,
    pieces: BTreeMap<u16, Payload>,
    length: usize,
}

impl Open {
    /// The pieces up to the first gap, and the numbers of all that are missing.
    fn so_far(&self) -> (Payload, Vec<u16>) {
        let missing: Vec<u16> =
            (1..=self.expected).filter(|index| !self.pieces.contains_key(index)).collect();
        let gap = missing.first().copied().unwrap_or(u16::MAX);
        let bytes = self.pieces.range(..gap).flat_map(|(_, piece)| piece.as_slice()).copied();
        (Payload(bytes.collect()), missing)
    }
}

/// A message that is not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Whether its body is encrypted.
    pub encrypted: bool,
    /// The body up to the first gap.
    pub so_far: Payload,
    /// The pieces that are missing.
    pub missing: Vec<u16>,
}

/// What follows from a frame of the sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What to write to the characteristic that the frame came from.
    pub answer: Option<Payload>,
    /// A message that is now complete.
    pub message: Option<Message>,
}

impl Inbound {
    /// Takes a frame. Frames that are answers to our own messages change nothing.
    pub fn take(&mut self, frame: Frame) -> Heard {
        match frame {
            Frame::Whole(message) => Heard { answer: Some(Frame::Taken.to_bytes()), message: Some(message) },
            Frame::Start { encrypted, pieces } => self.start(encrypted, pieces),
            Frame::Piece { index, bytes } => self.piece(index, bytes),
            Frame::Taken | Frame::GoOn | Frame::AllTaken | Frame::Refused | Frame::Again(_) => {
                Heard::default()
            }
        }
    }

    fn start(&mut self, encrypted: bool, expected: u16) -> Heard {
        let possible = (1..=PIECE_LIMIT).contains(&expected);
        self.closed = false;
        self.open = possible.then(|| Open { encrypted, expected, pieces: BTreeMap::new(), length: 0 });
        answer(if possible { Frame::GoOn } else { Frame::Refused })
    }

    fn piece(&mut self, index: u16, bytes: Payload) -> Heard {
        let Some(open) = &mut self.open else {
            // Our word that all is taken was lost, or we never knew of the message.
            return if self.closed { answer(Frame::AllTaken) } else { Heard::default() };
        };
        if index > open.expected || open.pieces.contains_key(&index) {
            return Heard::default();
        }
        open.length += bytes.as_slice().len();
        if open.length > MESSAGE_LIMIT {
            self.open = None;
            return answer(Frame::Refused);
        }
        open.pieces.insert(index, bytes);
        if open.pieces.len() < usize::from(open.expected) {
            return Heard::default();
        }
        let body: Vec<u8> = open.pieces.values().flat_map(|piece| piece.as_slice()).copied().collect();
        let message = Message { encrypted: open.encrypted, body: Payload(body) };
        self.open = None;
        self.closed = true;
        Heard { message: Some(message), ..answer(Frame::AllTaken) }
    }

    /// What there is of a message that is not complete yet.
    pub fn partial(&self) -> Option<Partial> {
        let open = self.open.as_ref()?;
        let (so_far, missing) = open.so_far();
        Some(Partial { encrypted: open.encrypted, so_far, missing })
    }

    /// What to write after [`PATIENCE`] without a new piece; nothing if no message is incomplete.
    ///
    /// At most as many pieces are asked for as fit into a write at this MTU.
    pub fn missing(&self, mtu: u16) -> Option<Payload> {
        let open = self.open.as_ref()?;
        let most = usize::from(mtu.max(LEAST_MTU) - ATT_OVERHEAD - 4) / 2;
        let (_, mut missing) = open.so_far();
        missing.truncate(most);
        Some(Frame::Again(missing).to_bytes())
    }
}

fn answer(frame: Frame) -> Heard {
    Heard { answer: Some(frame.to_bytes()), message: None }
}
