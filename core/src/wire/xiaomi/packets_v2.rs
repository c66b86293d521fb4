//! The second framing (Smart Band 9 and later): a stream of packets, written to
//! [`XIAOMI_V2_TO_BAND`](crate::wire::gatt::XIAOMI_V2_TO_BAND) and notified by
//! [`XIAOMI_V2_FROM_BAND`](crate::wire::gatt::XIAOMI_V2_FROM_BAND). Writes and notifications are pieces of the
//! stream: a packet may span several, several may stand in one.
//!
//! ```text
//! A5 A5 | type 1 | sequence 1 | length 2 | CRC-16/ARC of the payload 2 | payload
//! ```
//!
//! Numbers are little-endian. The low half of the type is 0 refused, 1 taken (both with an empty payload and the
//! sequence of the packet they are about), 2 command, 3 data. A data payload is channel (1 protobuf), opcode
//! (1 plain, 2 encrypted), bytes. A command payload is opcode (1 asks for a session, 2 grants it), then entries
//! `key 1, length 2, value`: 1 version (3 bytes), 2 longest packet, 3 window, 4 time-out in ms.
//!
//! Commands and data count apart. **The first data packet has sequence 0**, or the band is silent for ever. No more
//! packets are under way than the band's window says, whatever was asked for.
//! This file keeps no time of its own: [`Sender::poll`] is told it.

use std::collections::VecDeque;

use crc::{CRC_16_ARC, Crc};
use thiserror::Error;

use crate::payload::Payload;
use crate::time::Millis;

const MARK: [u8; 2] = [0xA5, 0xA5];
const HEADER: usize = 8;
const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_ARC);

/// Bytes of a GATT write that are not payload.
const ATT_OVERHEAD: u16 = 3;
/// The smallest MTU there is.
const LEAST_MTU: u16 = 23;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The packet with this sequence is refused.
    Refused,
    /// The packet with this sequence was taken.
    Taken,
    /// About the session.
    Command,
    /// A message.
    Data,
}

impl Kind {
    /// The low half of the type on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Refused => 0,
            Self::Taken => 1,
            Self::Command => 2,
            Self::Data => 3,
        }
    }

    const fn read(byte: u8) -> Option<Self> {
        Some(match byte & 0x0F {
            0 => Self::Refused,
            1 => Self::Taken,
            2 => Self::Command,
            3 => Self::Data,
            _ => return None,
        })
    }
}

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// What it is.
    pub kind: Kind,
    /// Its number, or that of the packet it is about.
    pub sequence: u8,
    /// Its payload, at most [`PAYLOAD_LIMIT`] bytes.
    pub payload: Payload,
}

/// The longest payload: what we tell the band, and no more than the length field can say.
pub const PAYLOAD_LIMIT: usize = 0xFC00;

impl Packet {
    /// The word that a packet was taken.
    pub fn taken(sequence: u8) -> Self {
        Self { kind: Kind::Taken, sequence, payload: Payload::default() }
    }

    /// Its bytes. A payload beyond [`PAYLOAD_LIMIT`] is cut.
    pub fn to_bytes(&self) -> Payload {
        let payload = self.payload.as_slice();
        let payload = payload.get(..PAYLOAD_LIMIT).unwrap_or(payload);
        let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend(MARK);
        bytes.extend([self.kind.byte(), self.sequence]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(CRC.checksum(payload).to_le_bytes());
        bytes.extend_from_slice(payload);
        Payload(bytes)
    }
}

/// Cuts a packet into GATT writes for a link with this MTU.
pub fn writes(packet: &Payload, mtu: u16) -> Vec<Payload> {
    let room = usize::from(mtu.max(LEAST_MTU) - ATT_OVERHEAD);
    packet.as_slice().chunks(room).map(Payload::from).collect()
}

/// The packet at the start of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// It is whole; so many bytes.
    Whole(Packet, usize),
    /// More bytes are needed.
    Incomplete(Cut),
}

/// What can be read of a packet whose end is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// What it is.
    pub kind: Option<Kind>,
    /// Its number.
    pub sequence: Option<u8>,
    /// How long its payload will be.
    pub length: Option<usize>,
    /// How many bytes of the payload are there; they are the last ones.
    pub found: usize,
}

/// Bytes that begin no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PacketError {
    /// No `A5 A5`.
    #[error("read the packet: it does not begin with a5 a5")]
    Mark,
    /// A type that nobody knows.
    #[error("read the packet: nobody knows its type {kind:02x}")]
    Kind {
        /// The byte.
        kind: u8,
    },
    /// Longer than [`PAYLOAD_LIMIT`].
    #[error("read the packet: {length} bytes are more than it may have ({PAYLOAD_LIMIT})")]
    TooLong {
        /// What its header says.
        length: usize,
    },
    /// It was changed on its way, or these are two halves of different packets.
    #[error("read packet {sequence}: its checksum is {found:04x}, but its header says {said:04x}")]
    Checksum {
        /// Its number.
        sequence: u8,
        /// What stands in its header.
        said: u16,
        /// What its payload has.
        found: u16,
    },
}

/// Looks at the packet at the start of some bytes.
pub fn begin(bytes: &[u8]) -> Result<Begin, PacketError> {
    let [a, b] = MARK;
    let rest = match bytes {
        [first, second, rest @ ..] if (*first, *second) == (a, b) => rest,
        [first] if *first == a => &[],
        [] => &[],
        _ => return Err(PacketError::Mark),
    };
    let kind = match rest.first() {
        Some(byte) => Some(Kind::read(*byte).ok_or(PacketError::Kind { kind: *byte })?),
        None => None,
    };
    let (Some(kind), &[_, sequence, l0, l1, c0, c1, ref rest @ ..]) = (kind, rest) else {
        return Ok(Begin::Incomplete(Cut { kind, sequence: rest.get(1).copied(), ..Cut::default() }));
    };
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    if length > PAYLOAD_LIMIT {
        return Err(PacketError::TooLong { length });
    }
    let Some(payload) = rest.get(..length) else {
        let found = rest.len();
        let (kind, sequence, length) = (Some(kind), Some(sequence), Some(length));
        return Ok(Begin::Incomplete(Cut { kind, sequence, length, found }));
    };
    let (said, found) = (u16::from_le_bytes([c0, c1]), CRC.checksum(payload));
    if said != found {
        return Err(PacketError::Checksum { sequence, said, found });
    }
    Ok(Begin::Whole(Packet { kind, sequence, payload: payload.into() }, HEADER + length))
}

/// Finds packets in the stream of notifications, whatever garbage is between them. Never holds more than one
/// incomplete packet.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    waiting: Payload,
}

/// After so many wrong checksums in one go all that waits is dropped: each costs a look at up to 64 KB.
const CORRUPT_LIMIT: u8 = 16;
/// How much of a notification is looked at in one go; longer ones do not exist.
const GULP: usize = 4096;

impl Stream {
    /// Takes a notification; gives the packets that are now complete.
    ///
    /// A notification that itself begins with a whole packet ends the wait for the rest of an earlier one: its other
    /// part was lost, and what is left of it must not swallow what follows.
    pub fn take(&mut self, notification: &[u8]) -> Vec<Packet> {
        if !self.waiting.0.is_empty() && matches!(begin(notification), Ok(Begin::Whole(..))) {
            self.waiting.0.clear();
        }
        let mut packets = Vec::new();
        for gulp in notification.chunks(GULP) {
            self.waiting.0.extend_from_slice(gulp);
            self.find(&mut packets);
        }
        packets
    }

    fn find(&mut self, packets: &mut Vec<Packet>) {
        let mut rest = self.waiting.as_slice();
        let mut corrupt = 0;
        loop {
            match begin(rest) {
                Ok(Begin::Whole(packet, length)) => {
                    packets.push(packet);
                    rest = rest.get(length..).unwrap_or_default();
                }
                Ok(Begin::Incomplete(_)) => break,
                Err(PacketError::Mark | PacketError::Kind { .. } | PacketError::TooLong { .. }) => {
                    rest = next_mark(rest);
                }
                Err(PacketError::Checksum { .. }) if corrupt < CORRUPT_LIMIT => {
                    corrupt += 1;
                    rest = next_mark(rest);
                }
                Err(PacketError::Checksum { .. }) => rest = &[],
            }
        }
        let done = self.waiting.0.len() - rest.len();
        self.waiting.0.drain(..done);
    }
}

/// From the next byte after the first that could begin a packet.
fn next_mark(bytes: &[u8]) -> &[u8] {
    let [mark, _] = MARK;
    let after = bytes.get(1..).unwrap_or_default();
    let skipped = after.iter().position(|byte| *byte == mark).unwrap_or(after.len());
    after.get(skipped..).unwrap_or_default()
}

/// What a session is like: what we ask for, or what the band grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Version, three bytes.
    pub version: [u8; 3],
    /// The longest packet.
    pub max_packet: u32,
    /// How many packets may be under way.
    pub window: u16,
    /// How long an answer may take.
    pub timeout: Millis,
}

impl Session {
    /// What we ask for, as open apps do.
    pub const WANTED: Self =
        Self { version: [1, 0, 0], max_packet: 0xFC00, window: 32, timeout: Millis::secs(10) };
}

/// How a session command is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every length has two bytes; taken by Smart Band 10 and 11.
    Regular,
    /// The last length has one byte, as one open app sends it.
    ShortLast,
}

/// Asks for a session, or grants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionCommand {
    /// Opcode 1.
    Ask(Session),
    /// Opcode 2.
    Grant(Session),
}

/// A command payload that is none about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SessionError {
    /// No payload.
    #[error("read the session command: it is empty")]
    Empty,
    /// Another command.
    #[error("read the session command: nobody knows opcode {opcode}")]
    Opcode {
        /// Which one.
        opcode: u8,
    },
    /// An entry claims more bytes than there are.
    #[error("read the session command: entry {key} claims more bytes than there are")]
    Length {
        /// Which one.
        key: u8,
    },
}

impl SessionCommand {
    /// The packet with this number on the counter of commands.
    pub fn packet(self, sequence: u8, form: Form) -> Packet {
        let (opcode, session) = match self {
            Self::Ask(session) => (1, session),
            Self::Grant(session) => (2, session),
        };
        let Session { version, max_packet, window, timeout } = session;
        let [v0, v1, v2] = version;
        let mut payload = vec![opcode, 1, 3, 0, v0, v1, v2];
        for (key, value) in [(2, u64::from(max_packet)), (3, u64::from(window)), (4, timeout.0)] {
            let value = u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes();
            payload.extend([key, 2]);
            if key != 4 || form == Form::Regular {
                payload.push(0);
            }
            payload.extend(value);
        }
        Packet { kind: Kind::Command, sequence, payload: Payload(payload) }
    }

    /// Reads the payload of a command packet, in either form. Unknown entries are skipped; a missing entry or a zero
    /// counts as what we ask for, a missing window as 1.
    pub fn parse(payload: &[u8]) -> Result<Self, SessionError> {
        let (&opcode, mut rest) = payload.split_first().ok_or(SessionError::Empty)?;
        if !matches!(opcode, 1 | 2) {
            return Err(SessionError::Opcode { opcode });
        }
        let mut session = Session { window: 1, ..Session::WANTED };
        while let Some((&key, after)) = rest.split_first() {
            let value;
            (value, rest) = entry(after).ok_or(SessionError::Length { key })?;
            let number = value.iter().rev().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            match key {
                1 => session.version = value.first_chunk().copied().unwrap_or(session.version),
                2 if number != 0 => session.max_packet = u32::try_from(number).unwrap_or(u32::MAX),
                3 if number != 0 => session.window = u16::try_from(number).unwrap_or(u16::MAX),
                4 if number != 0 => session.timeout = Millis(number),
                _ => {}
            }
        }
        Ok(if opcode == 1 { Self::Ask(session) } else { Self::Grant(session) })
    }
}

/// The value of an entry and what follows it.
fn entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let regular = bytes
        .split_first_chunk::<2>()
        .and_then(|(&length, rest)| rest.split_at_checked(usize::from(u16::from_le_bytes(length))));
    regular.or_else(|| {
        // One byte of length, if that is just what is left.
        let (&length, rest) = bytes.split_first()?;
        (usize::from(length) == rest.len()).then_some((rest, &[]))
    })
}

/// What a data packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// 1 protobuf, 2 mass, 5 fitness.
    pub channel: u8,
    /// How the bytes are to be read.
    pub coding: Coding,
    /// The bytes.
    pub bytes: Payload,
}

/// How the bytes of a data packet are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// 1: as they are.
    Plain,
    /// 2: encrypted with the session's key.
    Encrypted,
    /// Another opcode.
    Other(u8),
}

/// The channel of protobuf messages.
pub const PROTOBUF: u8 = 1;

impl Content {
    /// A protobuf message.
    pub fn message(coding: Coding, bytes: Payload) -> Self {
        Self { channel: PROTOBUF, coding, bytes }
    }

    /// The payload of a data packet.
    pub fn to_payload(&self) -> Payload {
        let opcode = match self.coding {
            Coding::Plain => 1,
            Coding::Encrypted => 2,
            Coding::Other(opcode) => opcode,
        };
        let mut payload = vec![self.channel, opcode];
        payload.extend_from_slice(self.bytes.as_slice());
        Payload(payload)
    }

    /// Reads the payload of a data packet; `None` if it has fewer than two bytes.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (&[channel, opcode], bytes) = payload.split_first_chunk()?;
        let coding = match opcode {
            1 => Coding::Plain,
            2 => Coding::Encrypted,
            other => Coding::Other(other),
        };
        Some(Self { channel, coding, bytes: bytes.into() })
    }
}

/// How often a packet is sent again before the link is given up.
pub const RETRIES: u8 = 3;
/// The most packets that wait for their turn.
pub const QUEUE_LIMIT: usize = 32;
/// The largest window that is used, whatever the band says: half of what the counter can tell apart.
const WINDOW_LIMIT: u16 = 127;
/// The shortest and the longest time-out that are used, whatever the band says (6 and 16 s were seen).
const TIMEOUTS: (Millis, Millis) = (Millis::secs(1), Millis::secs(60));

/// The sending side of a session's data packets.
#[derive(Clone, Debug)]
pub struct Sender {
    max_packet: usize,
    window: usize,
    timeout: Millis,
    next: u8,
    queue: VecDeque<Payload>,
    under_way: VecDeque<UnderWay>,
}

#[derive(Clone, Debug)]
struct UnderWay {
    packet: Packet,
    sent: Millis,
    /// Refused by the band: to be sent again at once.
    refused: bool,
    repeats: u8,
    taken: bool,
}

/// A packet that cannot be sent, or did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// Longer than the band takes.
    #[error("send the packet: its {length} bytes are more than the band takes ({limit})")]
    TooLong {
        /// How many there are.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// [`QUEUE_LIMIT`] packets wait already.
    #[error("send the packet: too many wait for the band already")]
    Full,
    /// Sent [`RETRIES`] times again, and never taken.
    #[error("send packet {sequence}: the band never said that it arrived")]
    NeverTaken {
        /// Which one.
        sequence: u8,
    },
}

impl Sender {
    /// For a session as the band granted it. The first packet gets sequence 0.
    pub fn new(granted: Session) -> Self {
        let (shortest, longest) = TIMEOUTS;
        Self {
            max_packet: usize::try_from(granted.max_packet).unwrap_or(usize::MAX).min(PAYLOAD_LIMIT),
            window: usize::from(granted.window.clamp(1, WINDOW_LIMIT)),
            timeout: granted.timeout.clamp(shortest, longest),
            next: 0,
            queue: VecDeque::new(),
            under_way: VecDeque::new(),
        }
    }

    /// Puts a data payload at the end of the queue.
    pub fn push(&mut self, content: &Content) -> Result<(), SendError> {
        let payload = content.to_payload();
        let length = payload.as_slice().len();
        if length > self.max_packet {
            return Err(SendError::TooLong { length, limit: self.max_packet });
        }
        if self.queue.len() >= QUEUE_LIMIT {
            return Err(SendError::Full);
        }
        self.queue.push_back(payload);
        Ok(())
    }

    /// The band took the packet with this sequence. Word about packets that are not under way changes nothing.
    pub fn taken(&mut self, sequence: u8) {
        if let Some(flying) = self.find(sequence) {
            flying.taken = true;
        }
        while self.under_way.front().is_some_and(|flying| flying.taken) {
            self.under_way.pop_front();
        }
    }

    /// The band refused the packet with this sequence: the next [`Self::poll`] sends it again.
    pub fn refused(&mut self, sequence: u8) {
        if let Some(flying) = self.find(sequence) {
            flying.refused = true;
        }
    }

    fn find(&mut self, sequence: u8) -> Option<&mut UnderWay> {
        self.under_way.iter_mut().find(|flying| flying.packet.sequence == sequence && !flying.taken)
    }

    /// The packets to write now: those whose time is over once more, then as many new ones as the window has room for.
    pub fn poll(&mut self, now: Millis) -> Result<Vec<Payload>, SendError> {
        let mut packets = Vec::new();
        let timeout = self.timeout;
        let due = |flying: &&mut UnderWay| !flying.taken && (flying.refused || now >= flying.sent + timeout);
        for flying in self.under_way.iter_mut().filter(due) {
            if flying.repeats >= RETRIES {
                return Err(SendError::NeverTaken { sequence: flying.packet.sequence });
            }
            flying.repeats += 1;
            flying.refused = false;
            flying.sent = now;
            packets.push(flying.packet.to_bytes());
        }
        while self.under_way.len() < self.window {
            let Some(payload) = self.queue.pop_front() else { break };
            let packet = Packet { kind: Kind::Data, sequence: self.next, payload };
            self.next = self.next.wrapping_add(1);
            packets.push(packet.to_bytes());
            self.under_way.push_back(UnderWay {
                packet,
                sent: now,
                refused: false,
                repeats: 0,
                taken: false,
            });
        }
        Ok(packets)
    }

    /// When to poll again at the latest, while a packet is under way.
    pub fn wake_at(&self) -> Option<Millis> {
        let open = self.under_way.iter().filter(|flying| !flying.taken);
        open.map(|flying| if flying.refused { flying.sent } else { flying.sent + self.timeout }).min()
    }

    /// Whether everything has arrived.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.under_way.is_empty()
    }
}

/// The receiving side: the stream, and which data packets were here before.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    stream: Stream,
    recent: VecDeque<u8>,
}

/// What a notification brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A packet of ours was taken: for [`Sender::taken`].
    Taken(u8),
    /// A packet of ours was refused: for [`Sender::refused`].
    Refused(u8),
    /// About the session.
    Command(Result<SessionCommand, SessionError>),
    /// A message. Answer with [`Packet::taken`].
    Content {
        /// The packet's number.
        sequence: u8,
        /// The message; `None` if it was here before (our word that it was taken got lost) or is too short.
        content: Option<Content>,
    },
}

/// How many numbers are remembered; a number comes again by right after 256 packets.
const RECENT: usize = 64;

impl Receiver {
    /// Takes a notification. Messages are given in the order of their arrival.
    pub fn take(&mut self, notification: &[u8]) -> Vec<Received> {
        self.stream.take(notification).into_iter().map(|packet| self.read(packet)).collect()
    }

    fn read(&mut self, Packet { kind, sequence, payload }: Packet) -> Received {
        match kind {
            Kind::Taken => Received::Taken(sequence),
            Kind::Refused => Received::Refused(sequence),
            Kind::Command => Received::Command(SessionCommand::parse(payload.as_slice())),
            Kind::Data => {
                let content = if self.recent.contains(&sequence) {
                    None
                } else {
                    if self.recent.len() == RECENT {
                        self.recent.pop_front();
                    }
                    self.recent.push_back(sequence);
                    Content::parse(payload.as_slice())
                };
                Received::Content { sequence, content }
            }
        }
    }
}
