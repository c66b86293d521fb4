//! The protobuf messages, as far as they are used. Fields that are not named here are skipped, whatever is in them.
//!
//! Every message is one [`WearPacket`]: `1` type, `2` id (both always on the wire, also when 0), then one part that
//! belongs to the type (`3` account, `4` system), or `100`, an error instead of an answer. A part whose contents
//! differ from model to model is left out on purpose: a field of an unexpected kind would spoil the whole packet.
//! Texts are taken as bytes, so that one odd letter spoils nothing either.
//!
//! `Debug` never shows contents: they hold keys' proofs, serial numbers and addresses.

use std::fmt;

use prost::Message;
use thiserror::Error;

use crate::payload::Payload;

/// The longest message that is read. Those that are used have fewer than 200 bytes, the longest seen had 599.
pub const MESSAGE_LIMIT: usize = 16 * 1024;

/// Type of account messages: authentication and binding.
pub const ACCOUNT: u32 = 1;
/// Type of system messages: battery, reset and the like.
pub const SYSTEM: u32 = 2;

/// The outermost message.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct WearPacket {
    /// What it is about: [`ACCOUNT`], [`SYSTEM`] or another.
    #[prost(uint32, required, tag = "1")]
    pub kind: u32,
    /// Which request or answer of that kind.
    #[prost(uint32, required, tag = "2")]
    pub id: u32,
    /// Contents of account messages.
    #[prost(message, optional, boxed, tag = "3")]
    pub account: Option<Box<Account>>,
    /// Contents of system messages.
    #[prost(message, optional, boxed, tag = "4")]
    pub system: Option<Box<System>>,
    /// The band does not serve this request.
    #[prost(uint32, optional, tag = "100")]
    pub error: Option<u32>,
}

impl fmt::Debug for WearPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, id, account, system, error } = self;
        write!(f, "WearPacket({kind}/{id}")?;
        if let Some(account) = account {
            write!(f, ", {account:?}")?;
        }
        if system.is_some() {
            f.write_str(", system")?;
        }
        if let Some(error) = error {
            write!(f, ", error {error}")?;
        }
        f.write_str(")")
    }
}

impl WearPacket {
    /// A message without contents.
    pub fn bare(kind: u32, id: u32) -> Self {
        Self { kind, id, ..Self::default() }
    }

    /// An account message.
    pub fn account(id: u32, account: Account) -> Self {
        Self { account: Some(Box::new(account)), ..Self::bare(ACCOUNT, id) }
    }

    /// A system message.
    pub fn system(id: u32, system: System) -> Self {
        Self { system: Some(Box::new(system)), ..Self::bare(SYSTEM, id) }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Payload {
        Payload(self.encode_to_vec())
    }

    /// Reads a message.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        parse(bytes)
    }
}

/// Reads any of the messages, after a look at the size.
pub(crate) fn parse<M: Message + Default>(bytes: &[u8]) -> Result<M, MessageError> {
    if bytes.len() > MESSAGE_LIMIT {
        return Err(MessageError::TooLong { length: bytes.len() });
    }
    M::decode(bytes).map_err(|_| MessageError::Malformed { length: bytes.len() })
}

/// Bytes that are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// Longer than [`MESSAGE_LIMIT`].
    #[error("read the message: it has {length} bytes, at most {MESSAGE_LIMIT} are possible")]
    TooLong {
        /// How many there were.
        length: usize,
    },
    /// Not protobuf, or a known field of another kind.
    #[error("read the message: its {length} bytes are no such message")]
    Malformed {
        /// How many there were.
        length: usize,
    },
}

/// Contents of account messages. Fields 9, 10 and 13 to 16 (the vendor's server takes part) are not read.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct Account {
    /// What went wrong; 0 where nothing did. See [`ErrorCode`].
    #[prost(uint32, optional, tag = "3")]
    pub error: Option<u32>,
    /// We ask to bind.
    #[prost(message, optional, tag = "11")]
    pub bind_start: Option<BindStart>,
    /// Who the band is and how it may be bound.
    #[prost(message, optional, tag = "12")]
    pub bind_info: Option<BindInfo>,
    /// Local bind: our public key.
    #[prost(message, optional, tag = "17")]
    pub local_offer: Option<LocalOffer>,
    /// Local bind: the band's public key and its proof.
    #[prost(message, optional, tag = "18")]
    pub local_answer: Option<LocalAnswer>,
    /// Local bind: our proof.
    #[prost(message, optional, tag = "19")]
    pub local_proof: Option<LocalProof>,
    /// Local bind: what the band thinks of it.
    #[prost(message, optional, tag = "20")]
    pub local_verdict: Option<Verdict>,
    /// The end of binding: who the new owner is, encrypted.
    #[prost(message, optional, tag = "29")]
    pub bind_result: Option<Sealed>,
    /// Our random.
    #[prost(message, optional, tag = "30")]
    pub app_verify: Option<AppVerify>,
    /// The band's random and proof.
    #[prost(message, optional, tag = "31")]
    pub device_verify: Option<DeviceVerify>,
    /// Our proof.
    #[prost(message, optional, tag = "32")]
    pub app_confirm: Option<AppConfirm>,
    /// What the band thinks of it. Its other fields differ per model and are not read.
    #[prost(message, optional, tag = "33")]
    pub device_confirm: Option<Verdict>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error {
            Some(error) => write!(f, "account error {error}"),
            None => f.write_str("account"),
        }
    }
}

/// Defines the parts whose contents are nobody's business in a log.
macro_rules! hidden {
    ($($part:ident),*) => {
        $(impl fmt::Debug for $part {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($part), "(hidden)"))
            }
        })*
    };
}

hidden!(
    BindStart,
    BindInfo,
    LocalOffer,
    LocalAnswer,
    LocalProof,
    Sealed,
    AppVerify,
    DeviceVerify,
    AppConfirm,
    CompanionDevice,
    NewOwner,
    System,
    DeviceInfo
);

/// 11: we ask to bind.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct BindStart {
    /// Meaning unknown; the vendor's app sends false.
    #[prost(bool, required, tag = "1")]
    pub flag: bool,
    /// MD5 of the user id.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub user_digest: Option<Vec<u8>>,
    /// The app's name.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub app_name: Option<Vec<u8>>,
}

/// 12: who the band is and how it may be bound.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct BindInfo {
    /// 1: the vendor's server takes part; 2: band and app alone.
    #[prost(uint32, optional, tag = "1")]
    pub verify_mode: Option<u32>,
    /// Serial number.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub serial: Option<Vec<u8>>,
    /// Bluetooth address.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub address: Option<Vec<u8>>,
    /// Model, such as `miwear.watch.n66cn`.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub model: Option<Vec<u8>>,
    /// What the person does: 0 nothing, 1 compare numbers, 2 type a code, 3 press a button.
    #[prost(uint32, optional, tag = "5")]
    pub gesture: Option<u32>,
    /// A random.
    #[prost(bytes = "vec", optional, tag = "6")]
    pub random: Option<Vec<u8>>,
    /// The vendor's id of this band.
    #[prost(bytes = "vec", optional, tag = "7")]
    pub vendor_id: Option<Vec<u8>>,
}

/// 17: our public key.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct LocalOffer {
    /// Names this app; later logins must name the same.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub app_device_id: Option<Vec<u8>>,
    /// P-256 public key: x, then y, 32 bytes each, big-endian.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub public_key: Option<Vec<u8>>,
}

/// 18: the band's public key, a random (16) and a proof (32); sources disagree about the order of the last two.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct LocalAnswer {
    /// P-256 public key: x, then y.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub public_key: Option<Vec<u8>>,
    /// The random, or the proof.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub second: Option<Vec<u8>>,
    /// The proof, or the random.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub third: Option<Vec<u8>>,
}

/// 19: our random and proof.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct LocalProof {
    /// Our random.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub random: Option<Vec<u8>>,
    /// HMAC over it.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub sign: Option<Vec<u8>>,
}

/// 20 and 33: yes or no.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Verdict {
    /// Whether the band is content.
    #[prost(bool, optional, tag = "1")]
    pub content: Option<bool>,
}

/// 29: something encrypted.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct Sealed {
    /// Ciphertext and tag.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub sealed: Option<Vec<u8>>,
}

/// 30: our random.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct AppVerify {
    /// 16 bytes.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub random: Option<Vec<u8>>,
    /// Names this app, after a local bind.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub app_device_id: Option<Vec<u8>>,
    /// Meaning unknown; never sent by us.
    #[prost(bool, optional, tag = "3")]
    pub flag: Option<bool>,
}

/// 31: the band's random and proof.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct DeviceVerify {
    /// 16 bytes.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub random: Option<Vec<u8>>,
    /// 32 bytes.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub sign: Option<Vec<u8>>,
}

/// 32: our proof, and an encrypted [`CompanionDevice`].
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct AppConfirm {
    /// 32 bytes.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub sign: Option<Vec<u8>>,
    /// Ciphertext and tag.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub companion: Option<Vec<u8>>,
}

/// What the phone says about itself.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub struct CompanionDevice {
    /// 0 Android, 1 iOS; on the wire also when 0.
    #[prost(uint32, required, tag = "1")]
    pub system: u32,
    /// Version of the phone's system.
    #[prost(float, optional, tag = "2")]
    pub system_version: Option<f32>,
    /// The phone's name.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub name: Option<Vec<u8>>,
    /// Bits of what the app can do.
    #[prost(uint32, optional, tag = "4")]
    pub capability: Option<u32>,
    /// Region, two letters.
    #[prost(bytes = "vec", optional, tag = "5")]
    pub region: Option<Vec<u8>>,
    /// Prefix of the vendor's server.
    #[prost(bytes = "vec", optional, tag = "6")]
    pub server_prefix: Option<Vec<u8>>,
}

impl CompanionDevice {
    /// An Android phone with this name; all else as an open app says it, which bands take.
    pub fn android(name: &str) -> Self {
        Self {
            system: 0,
            system_version: Some(14.0),
            name: Some(name.as_bytes().to_vec()),
            capability: Some(224),
            region: Some(b"US".to_vec()),
            server_prefix: None,
        }
    }

    /// Its bytes, to be encrypted.
    pub fn to_bytes(&self) -> Payload {
        Payload(self.encode_to_vec())
    }

    /// Reads it, once decrypted.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        parse(bytes)
    }
}

/// Inside [`Sealed`] at the end of binding.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub struct NewOwner {
    /// User id.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub user_id: Option<Vec<u8>>,
    /// The phone.
    #[prost(message, optional, tag = "2")]
    pub companion: Option<CompanionDevice>,
}

impl NewOwner {
    /// Its bytes, to be encrypted.
    pub fn to_bytes(&self) -> Payload {
        Payload(self.encode_to_vec())
    }

    /// Reads it, once decrypted.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        parse(bytes)
    }
}

/// Contents of system messages.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct System {
    /// Reset: 0 without, 1 with erasing everything.
    #[prost(uint32, optional, tag = "1")]
    pub reset_mode: Option<u32>,
    /// The band's state.
    #[prost(message, optional, tag = "2")]
    pub status: Option<Status>,
    /// Who the band is.
    #[prost(message, optional, tag = "3")]
    pub device_info: Option<DeviceInfo>,
    /// Find the band: 0 start, 1 stop.
    #[prost(uint32, optional, tag = "5")]
    pub find_mode: Option<u32>,
}

/// The band's state.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Status {
    /// The battery.
    #[prost(message, optional, tag = "1")]
    pub battery: Option<BatteryStatus>,
}

/// The battery.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct BatteryStatus {
    /// Charge in percent.
    #[prost(uint32, optional, tag = "1")]
    pub percent: Option<u32>,
    /// 1 charging, 2 not charging, 3 full.
    #[prost(uint32, optional, tag = "2")]
    pub charge: Option<u32>,
    /// The last charge.
    #[prost(message, optional, tag = "3")]
    pub last_charge: Option<LastCharge>,
}

/// The last charge.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct LastCharge {
    /// Seen 3.
    #[prost(uint32, optional, tag = "1")]
    pub state: Option<u32>,
    /// Seconds since 1970.
    #[prost(uint32, optional, tag = "2")]
    pub seconds: Option<u32>,
}

/// Who the band is.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct DeviceInfo {
    /// Serial number.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub serial: Option<Vec<u8>>,
    /// Firmware version.
    #[prost(bytes = "vec", optional, tag = "2")]
    pub firmware: Option<Vec<u8>>,
    /// Number of a mobile network radio, where there is one.
    #[prost(bytes = "vec", optional, tag = "3")]
    pub imei: Option<Vec<u8>>,
    /// Model, such as `miwear.watch.n66cn`.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub model: Option<Vec<u8>>,
    /// Product name.
    #[prost(bytes = "vec", optional, tag = "5")]
    pub product: Option<Vec<u8>>,
}

/// What a band says went wrong with an account message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// 1: bound to somebody already.
    AlreadyBound,
    /// 2: something is missing in the request.
    InfoMissing,
    /// 3: something in the request is wrong. After our proof: only the companion part is, the session is open.
    InvalidParameter,
    /// 4: bound to nobody.
    NotBound,
    /// 5: the vendor's server.
    Server,
    /// 6: the person said no on the band.
    Cancelled,
    /// 7: a proof does not fit.
    VerifyFailed,
    /// 8: not now.
    WrongState,
    /// 9: bound to another user than before.
    UserChanged,
    /// 10: too many phones.
    TooManyConnections,
    /// 100: the band itself does not know.
    Unknown,
    /// Another number.
    Other(u32),
}

impl ErrorCode {
    /// The meaning of a number; 0 means that nothing went wrong.
    pub const fn read(code: u32) -> Option<Self> {
        Some(match code {
            0 => return None,
            1 => Self::AlreadyBound,
            2 => Self::InfoMissing,
            3 => Self::InvalidParameter,
            4 => Self::NotBound,
            5 => Self::Server,
            6 => Self::Cancelled,
            7 => Self::VerifyFailed,
            8 => Self::WrongState,
            9 => Self::UserChanged,
            10 => Self::TooManyConnections,
            100 => Self::Unknown,
            other => Self::Other(other),
        })
    }

    /// Its number on the wire.
    pub const fn number(self) -> u32 {
        match self {
            Self::AlreadyBound => 1,
            Self::InfoMissing => 2,
            Self::InvalidParameter => 3,
            Self::NotBound => 4,
            Self::Server => 5,
            Self::Cancelled => 6,
            Self::VerifyFailed => 7,
            Self::WrongState => 8,
            Self::UserChanged => 9,
            Self::TooManyConnections => 10,
            Self::Unknown => 100,
            Self::Other(other) => other,
        }
    }
}

/// What a band answered that is no answer to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// An answer to something else, or a message of the band's own accord.
    #[error("use the message: it is {kind}/{id}, not the answer")]
    Unrelated {
        /// Its type.
        kind: u32,
        /// Its id.
        id: u32,
    },
    /// The band does not serve this request (field 100).
    #[error("get an answer: the band does not serve this request (error {code})")]
    NotServed {
        /// The number the band gave.
        code: u32,
    },
    /// A field that must be there is missing or has the wrong length.
    #[error("use the answer: its {field} is missing or of the wrong length")]
    Incomplete {
        /// Which one.
        field: &'static str,
    },
}

impl WearPacket {
    /// Takes it as the answer to a request of this type and id.
    pub(crate) fn answers(&self, kind: u32, id: u32) -> Result<(), AnswerError> {
        if (self.kind, self.id) != (kind, id) {
            return Err(AnswerError::Unrelated { kind: self.kind, id: self.id });
        }
        match self.error {
            Some(code) if code != 0 => Err(AnswerError::NotServed { code }),
            Some(_) | None => Ok(()),
        }
    }
}

/// A field of a fixed length.
pub(crate) fn fixed<const N: usize>(
    field: &'static str,
    bytes: Option<&Vec<u8>>,
) -> Result<[u8; N], AnswerError> {
    bytes.and_then(|bytes| bytes.as_slice().try_into().ok()).ok_or(AnswerError::Incomplete { field })
}

/// One field of any message, for people who look at captures: what the named messages skip is here too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its number.
    pub number: u32,
    /// What is in it.
    pub value: FieldValue<'a>,
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({}, hidden)", self.number)
    }
}

/// What is in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// A number or a bool.
    Number(u64),
    /// Four bytes of fixed width.
    Four([u8; 4]),
    /// Eight bytes of fixed width.
    Eight([u8; 8]),
    /// A text, bytes or a message.
    Bytes(&'a [u8]),
}

/// Reads the fields of a message one level deep, in order. `None` if the bytes are no message.
pub fn fields(mut bytes: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    if bytes.len() > MESSAGE_LIMIT {
        return None;
    }
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number != 0)?;
        let value = match tag & 7 {
            0 => FieldValue::Number(varint(&mut bytes)?),
            1 => FieldValue::Eight(take(&mut bytes, 8)?.try_into().ok()?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                FieldValue::Bytes(take(&mut bytes, length)?)
            }
            5 => FieldValue::Four(take(&mut bytes, 4)?.try_into().ok()?),
            _ => return None,
        };
        fields.push(Field { number, value });
    }
    Some(fields)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    prost::encoding::decode_varint(bytes).ok()
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}
