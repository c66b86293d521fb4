//! Chunks of the 2021 protocol (Mi Band 6 and Smart Band 7, newer Mi Band 5): messages cut to fit the MTU and put
//! together again. It never looks into a message; what is encrypted is [`crate::wire::session_2021`]'s.
//!
//! | chunk | bytes |
//! |---|---|
//! | first | `03 flags 00 handle 00`, length of the message (4, little-endian), endpoint (2, little-endian), a piece |
//! | next | `03 flags 00 handle count`, a piece |
//! | acknowledgement | `04 00 handle 01 count` |
//!
//! Flags: 01 first, 02 last, 04 acknowledgement wanted, 08 encrypted. The handle counts messages and the count
//! counts chunks of one; both wrap. The length is that of the plain message: an encrypted one has 8 bytes more and is
//! filled up to a multiple of 16. Real bands send a whole message as one chunk, start with any handle, and go on
//! counting over connections (Mi Band 6, six logins in traces; acknowledgements and encryption by Gadgetbridge alone).

use thiserror::Error;

use crate::payload::Payload;

/// The longest message that is put together: far more than any that a rescue asks for.
pub const LONGEST_MESSAGE: usize = 16 * 1024;
/// The most messages that are put together at the same time; the oldest is given up for one more.
pub const MOST_MESSAGES: usize = 4;

const CHUNK: u8 = 0x03;
const ACKNOWLEDGEMENT: u8 = 0x04;
const FIRST: u8 = 0x01;
const LAST: u8 = 0x02;
const ACKNOWLEDGE: u8 = 0x04;
const ENCRYPTED: u8 = 0x08;
const FIRST_HEAD: usize = 11;
const NEXT_HEAD: usize = 5;

/// Whom a message is for inside a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint(pub u16);

impl Endpoint {
    /// The connection itself.
    pub const CONNECTION: Self = Self(0x0015);
    /// Finding the band by vibration.
    pub const FIND: Self = Self(0x001A);
    /// Battery.
    pub const BATTERY: Self = Self(0x0029);
    /// Authentication.
    pub const AUTH: Self = Self(0x0082);
    /// Configuration commands of the older protocols.
    pub const COMPATIBILITY: Self = Self(0x0090);
}

/// A whole message, to or from a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whom it is for.
    pub endpoint: Endpoint,
    /// Its number.
    pub handle: u8,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// As it is.
    Plain(Payload),
    /// Encrypted, with checksum and filling.
    Encrypted {
        /// How many bytes it has when decrypted.
        length: u32,
        /// The encrypted bytes.
        bytes: Payload,
    },
}

impl Body {
    fn encrypted(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Encrypted { .. } => true,
        }
    }

    fn length(&self) -> u32 {
        match self {
            Self::Plain(payload) => u32::try_from(payload.as_slice().len()).unwrap_or(u32::MAX),
            Self::Encrypted { length, .. } => *length,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(payload) => payload.as_slice(),
            Self::Encrypted { bytes, .. } => bytes.as_slice(),
        }
    }
}

/// How many bytes a message of this plain length has on the way.
pub(crate) const fn encrypted_length(plain: usize) -> usize {
    plain.saturating_add(8).next_multiple_of(16)
}

/// Numbers for messages, one after another; after 255 comes 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handles(u8);

impl Handles {
    /// Numbers from this one on. The vendor's app starts at 0, open tools at 1.
    pub const fn starting_at(first: u8) -> Self {
        Self(first)
    }

    /// The next number.
    pub const fn draw(&mut self) -> u8 {
        let Self(handle) = *self;
        *self = Self(handle.wrapping_add(1));
        handle
    }
}

/// How many bytes fit: the MTU of a link, 23 to 517.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mtu(u16);

impl Mtu {
    /// What every link has.
    pub const LEAST: Self = Self(23);

    /// An MTU; one that Bluetooth does not allow becomes the nearest that it does.
    pub fn new(mtu: u16) -> Self {
        Self(mtu.clamp(23, 517))
    }

    /// The longest value of one write: three bytes less than the MTU, and 512 at most.
    fn value(self) -> usize {
        usize::from(self.0.saturating_sub(3)).min(512)
    }
}

/// Cuts a message into chunks, each the value of one write. The last asks for an acknowledgement, as apps do.
pub fn split(message: &Message, mtu: Mtu) -> Vec<Payload> {
    let Message { endpoint, handle, body } = message;
    let (first, rest) =
        body.bytes().split_at_checked(mtu.value() - FIRST_HEAD).unwrap_or((body.bytes(), &[]));
    let mut pieces = rest.chunks(mtu.value() - NEXT_HEAD).peekable();
    let flags = |first: bool, last: bool| {
        let encrypted = if body.encrypted() { ENCRYPTED } else { 0 };
        encrypted | if first { FIRST } else { 0 } | if last { LAST | ACKNOWLEDGE } else { 0 }
    };

    let mut chunk = vec![CHUNK, flags(true, pieces.peek().is_none()), 0, *handle, 0];
    chunk.extend(body.length().to_le_bytes());
    chunk.extend(endpoint.0.to_le_bytes());
    chunk.extend(first);
    let mut chunks = vec![Payload(chunk)];
    let mut count = 0_u8;
    while let Some(piece) = pieces.next() {
        count = count.wrapping_add(1);
        let mut chunk = vec![CHUNK, flags(false, pieces.peek().is_none()), 0, *handle, count];
        chunk.extend(piece);
        chunks.push(Payload(chunk));
    }
    chunks
}

/// Says that a chunk came, or that one came to the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The message's number.
    pub handle: u8,
    /// The chunk's number.
    pub count: u8,
}

impl Acknowledgement {
    /// `04 00 handle 01 count`.
    pub fn to_payload(self) -> Payload {
        Payload(vec![ACKNOWLEDGEMENT, 0x00, self.handle, 0x01, self.count])
    }
}

/// One notification, or one write, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A part of a message.
    Chunk(Chunk),
    /// About a chunk that was sent.
    Acknowledgement(Acknowledgement),
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its flags, as they came.
    pub flags: u8,
    /// The number of the message.
    pub handle: u8,
    /// Its own number.
    pub count: u8,
    /// What stands in the first chunk only.
    pub start: Option<Start>,
    /// Its part of the body.
    pub piece: Payload,
}

/// What the first chunk says of the whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The length of the plain message.
    pub length: u32,
    /// Whom it is for.
    pub endpoint: Endpoint,
}

impl Chunk {
    /// Whether the message ends with it.
    pub const fn is_last(&self) -> bool {
        self.flags & LAST != 0
    }

    /// Whether its message is encrypted.
    pub const fn is_encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    /// What is to be answered, where an answer is wanted.
    pub fn acknowledgement(&self) -> Option<Acknowledgement> {
        let Self { handle, count, .. } = *self;
        (self.flags & ACKNOWLEDGE != 0).then_some(Acknowledgement { handle, count })
    }
}

/// What is wrong with a chunk. The message it belongs to is given up, and all others go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChunkError {
    /// Neither a chunk nor an acknowledgement.
    #[error("read what the band sent: it is no chunk of the 2021 protocol")]
    NoChunk,
    /// It ends within its head.
    #[error("read what the band sent: a chunk has {length} bytes and ends within its head")]
    CutOff {
        /// How many there were.
        length: usize,
    },
    /// The message has no beginning: it was lost, or given up.
    #[error("read what the band sent: the beginning of message {handle} is missing")]
    NeverOpened {
        /// The message's number.
        handle: u8,
    },
    /// A chunk is missing.
    #[error("read what the band sent: message {handle} goes on with chunk {found}, not {expected}")]
    OutOfOrder {
        /// The message's number.
        handle: u8,
        /// The chunk that should have come.
        expected: u8,
        /// The chunk that came.
        found: u8,
    },
    /// One chunk says that the message is encrypted, another that it is not.
    #[error("read what the band sent: message {handle} is only partly encrypted")]
    HalfEncrypted {
        /// The message's number.
        handle: u8,
    },
    /// More than [`LONGEST_MESSAGE`].
    #[error("read what the band sent: message {handle} would have {length} bytes")]
    TooLong {
        /// The message's number.
        handle: u8,
        /// What the first chunk said.
        length: u32,
    },
    /// It has more or fewer bytes than its first chunk said.
    #[error("read what the band sent: message {handle} has {found} bytes, not {expected}")]
    Length {
        /// The message's number.
        handle: u8,
        /// What the first chunk led to expect.
        expected: usize,
        /// What came; the message may have gone on.
        found: usize,
    },
}

/// Reads one notification of [`crate::wire::gatt::CHUNKS_FROM_BAND`], or one write.
pub fn parse(bytes: &[u8]) -> Result<Frame, ChunkError> {
    let cut_off = ChunkError::CutOff { length: bytes.len() };
    match *bytes {
        [CHUNK, flags, _, handle, count, ref piece @ ..] if flags & FIRST == 0 => {
            Ok(Frame::Chunk(Chunk { flags, handle, count, start: None, piece: piece.into() }))
        }
        [CHUNK, flags, _, handle, count, l0, l1, l2, l3, e0, e1, ref piece @ ..] => {
            let length = u32::from_le_bytes([l0, l1, l2, l3]);
            let start = Some(Start { length, endpoint: Endpoint(u16::from_le_bytes([e0, e1])) });
            Ok(Frame::Chunk(Chunk { flags, handle, count, start, piece: piece.into() }))
        }
        [ACKNOWLEDGEMENT, _, handle, _, count, ..] => {
            Ok(Frame::Acknowledgement(Acknowledgement { handle, count }))
        }
        [CHUNK | ACKNOWLEDGEMENT, ..] => Err(cut_off),
        _ => Err(ChunkError::NoChunk),
    }
}

/// What a notification led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What is known now.
    pub news: News,
    /// What the band wants to be written to [`crate::wire::gatt::CHUNKS_FROM_BAND`].
    pub acknowledge: Option<Acknowledgement>,
}

/// What is known after a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A message goes on.
    More,
    /// The notification before this one came again.
    Repeat,
    /// A message is whole.
    Message(Message),
    /// The band acknowledges what was sent.
    Acknowledged(Acknowledgement),
}

/// A message that is not whole yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Its number.
    pub handle: u8,
    /// What its first chunk said.
    pub start: Start,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// What came so far.
    pub body: Payload,
    next: u8,
}

/// Puts messages together. One a connection; it holds at most [`MOST_MESSAGES`] of [`LONGEST_MESSAGE`].
#[derive(Clone, Debug, Default)]
pub struct Reassembler {
    open: Vec<Partial>,
    last: Payload,
}

impl Reassembler {
    /// Takes a notification. A chunk that does not fit ends its message, so that a lost one is never glossed over.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Taken, ChunkError> {
        let chunk = match parse(bytes)? {
            Frame::Chunk(chunk) => chunk,
            Frame::Acknowledgement(sent) => {
                return Ok(Taken { news: News::Acknowledged(sent), acknowledge: None });
            }
        };
        let acknowledge = chunk.acknowledgement();
        if self.last.as_slice() == bytes {
            return Ok(Taken { news: News::Repeat, acknowledge });
        }
        let news = self.add(chunk)?;
        self.last = bytes.into();
        Ok(Taken { news, acknowledge })
    }

    /// The messages that are not whole, the oldest first.
    pub fn open(&self) -> &[Partial] {
        &self.open
    }

    fn add(&mut self, chunk: Chunk) -> Result<News, ChunkError> {
        let handle = chunk.handle;
        let before = self.open.iter().position(|partial| partial.handle == handle);
        let before = before.map(|place| self.open.remove(place));
        let mut partial = match chunk.start {
            Some(start) => {
                Partial { handle, start, encrypted: chunk.is_encrypted(), body: Payload::default(), next: 0 }
            }
            None => before.ok_or(ChunkError::NeverOpened { handle })?,
        };
        partial.add(&chunk)?;
        if chunk.is_last() {
            return partial.whole().map(News::Message);
        }
        if self.open.len() >= MOST_MESSAGES {
            self.open.remove(0);
        }
        self.open.push(partial);
        Ok(News::More)
    }
}

impl Partial {
    fn add(&mut self, chunk: &Chunk) -> Result<(), ChunkError> {
        let (handle, found) = (self.handle, chunk.count);
        if found != self.next {
            return Err(ChunkError::OutOfOrder { handle, expected: self.next, found });
        }
        if chunk.is_encrypted() != self.encrypted {
            return Err(ChunkError::HalfEncrypted { handle });
        }
        let expected = self.expected()?;
        self.body.0.extend_from_slice(chunk.piece.as_slice());
        let found = self.body.as_slice().len();
        if found > expected {
            return Err(ChunkError::Length { handle, expected, found });
        }
        self.next = self.next.wrapping_add(1);
        Ok(())
    }

    /// How many bytes the body has when it is whole.
    fn expected(&self) -> Result<usize, ChunkError> {
        let length = self.start.length;
        match usize::try_from(length) {
            Ok(plain) if plain <= LONGEST_MESSAGE => {
                Ok(if self.encrypted { encrypted_length(plain) } else { plain })
            }
            _ => Err(ChunkError::TooLong { handle: self.handle, length }),
        }
    }

    fn whole(self) -> Result<Message, ChunkError> {
        let expected = self.expected()?;
        let Self { handle, start: Start { length, endpoint }, encrypted, body, next: _ } = self;
        let found = body.as_slice().len();
        if found != expected {
            return Err(ChunkError::Length { handle, expected, found });
        }
        let body = if encrypted { Body::Encrypted { length, bytes: body } } else { Body::Plain(body) };
        Ok(Message { endpoint, handle, body })
    }
}
