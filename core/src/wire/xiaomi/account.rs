//! Account messages: what is asked of a band to log in and to bind, and what its answers mean. Never decides which.
//!
//! | to the band | its answer |
//! |---|---|
//! | 26: our random | 26: its random and proof; error 4: bound to nobody |
//! | 27: our proof, companion part | 27: content; error 3: open all the same |
//! | 17: bind | 17: who it is, how it may be bound; a bound one drops the link, or error 1 |
//! | 18: our public key | 18, after the person confirmed: its key, random and proof |
//! | 19: our random and proof | 19: content |
//! | 25: the new owner | 25: error 0 |

use crate::address::Address;
use crate::payload::Payload;
use crate::wire::device_information;
use crate::wire::xiaomi::messages::{
    ACCOUNT, Account, AnswerError, AppConfirm, AppVerify, BindInfo, BindStart, DeviceVerify, ErrorCode,
    LocalAnswer, LocalOffer, LocalProof, Sealed, Verdict, WearPacket, fixed,
};

const BIND_START: u32 = 17;
const BIND_VERIFY: u32 = 18;
const BIND_CONFIRM: u32 = 19;
const BIND_RESULT: u32 = 25;
const VERIFY: u32 = 26;
const CONFIRM: u32 = 27;

/// 26: our random. Harmless without a key: the answer tells whether the band is bound. After a local bind the same
/// app is named again.
pub fn verify(phone_random: &[u8; 16], app_device_id: Option<&str>) -> WearPacket {
    let app_verify = AppVerify {
        random: Some(phone_random.to_vec()),
        app_device_id: app_device_id.map(|id| id.as_bytes().to_vec()),
        flag: None,
    };
    WearPacket::account(VERIFY, Account { app_verify: Some(app_verify), ..Account::default() })
}

/// What a band says to our random.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyReply {
    /// It is bound, and proves that it holds a key; whether ours, its proof tells.
    Bound(BandProof),
    /// It is bound to nobody and holds no key.
    NotBound,
    /// It will not.
    Error(ErrorCode),
}

/// A band's random and proof.
#[derive(Clone, PartialEq, Eq)]
pub struct BandProof {
    /// Its random.
    pub random: [u8; 16],
    /// Its proof.
    pub sign: [u8; 32],
}

impl std::fmt::Debug for BandProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BandProof(hidden)")
    }
}

/// Reads the answer to [`verify`].
pub fn verify_reply(packet: &WearPacket) -> Result<VerifyReply, AnswerError> {
    let account = account_of(packet, VERIFY)?;
    match (error_of(account), &account.device_verify) {
        (Some(ErrorCode::NotBound), _) => Ok(VerifyReply::NotBound),
        (Some(error), _) => Ok(VerifyReply::Error(error)),
        (None, Some(DeviceVerify { random, sign })) => Ok(VerifyReply::Bound(BandProof {
            random: fixed("random", random.as_ref())?,
            sign: fixed("proof", sign.as_ref())?,
        })),
        (None, None) => Err(AnswerError::Incomplete { field: "random" }),
    }
}

/// 27: our proof, and the companion part as [`super::session::SessionKeys::seal`] made it with counter 0.
pub fn confirm(sign: &[u8; 32], companion: &Payload) -> WearPacket {
    let app_confirm =
        AppConfirm { sign: Some(sign.to_vec()), companion: Some(companion.as_slice().to_vec()) };
    WearPacket::account(CONFIRM, Account { app_confirm: Some(app_confirm), ..Account::default() })
}

/// What a band says to our proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmReply {
    /// The session is open.
    Open,
    /// Error 3: the companion part is not as the band likes it; the session is open all the same.
    OpenWithoutCompanion,
    /// The band does not take our proof.
    Refused,
    /// It will not.
    Error(ErrorCode),
}

/// Reads the answer to [`confirm`].
pub fn confirm_reply(packet: &WearPacket) -> Result<ConfirmReply, AnswerError> {
    let account = account_of(packet, CONFIRM)?;
    match (error_of(account), account.device_confirm) {
        (Some(ErrorCode::InvalidParameter), _) => Ok(ConfirmReply::OpenWithoutCompanion),
        (Some(error), _) => Ok(ConfirmReply::Error(error)),
        (None, Some(Verdict { content: Some(true) })) => Ok(ConfirmReply::Open),
        (None, Some(Verdict { content: Some(false) })) => Ok(ConfirmReply::Refused),
        (None, Some(Verdict { content: None }) | None) => Err(AnswerError::Incomplete { field: "result" }),
    }
}

/// 17: asks to bind. The digest is the MD5 of a user id as 32 hex digits; whoever has none invents one.
pub fn bind_start(user_digest: &str, app_name: &str) -> WearPacket {
    let bind_start = BindStart {
        flag: false,
        user_digest: Some(user_digest.as_bytes().to_vec()),
        app_name: Some(app_name.as_bytes().to_vec()),
    };
    WearPacket::account(BIND_START, Account { bind_start: Some(bind_start), ..Account::default() })
}

/// What a band says to being bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindReply {
    /// Who it is and how it may be bound.
    Offer(Offer),
    /// It will not; [`ErrorCode::AlreadyBound`] among them.
    Error(ErrorCode),
}

/// Who a band is and how it may be bound. `Debug` hides the serial number.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who has to take part.
    pub verify_mode: VerifyMode,
    /// What the person does.
    pub gesture: BindGesture,
    /// Serial number.
    pub serial: Option<String>,
    /// Bluetooth address.
    pub address: Option<Address>,
    /// Model, such as `miwear.watch.n66cn`.
    pub model: Option<String>,
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Offer")
            .field("verify_mode", &self.verify_mode)
            .field("gesture", &self.gesture)
            .field("address", &self.address)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Who has to take part in binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// 1: the vendor's server; nobody can take the band over without it.
    Server,
    /// 2: band and app alone.
    Local,
    /// Another number.
    Other(u32),
}

/// What the person does while binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindGesture {
    /// 0: nothing.
    None,
    /// 1: compares two numbers.
    CompareNumbers,
    /// 2: types a code.
    TypeCode,
    /// 3: presses a button.
    PressButton,
    /// Another number.
    Other(u32),
}

/// Reads the answer to [`bind_start`].
pub fn bind_reply(packet: &WearPacket) -> Result<BindReply, AnswerError> {
    let account = account_of(packet, BIND_START)?;
    if let Some(error) = error_of(account) {
        return Ok(BindReply::Error(error));
    }
    let info = account.bind_info.as_ref().ok_or(AnswerError::Incomplete { field: "bind information" })?;
    offer(info).map(BindReply::Offer)
}

fn offer(info: &BindInfo) -> Result<Offer, AnswerError> {
    let verify_mode = match info.verify_mode.ok_or(AnswerError::Incomplete { field: "verify mode" })? {
        1 => VerifyMode::Server,
        2 => VerifyMode::Local,
        other => VerifyMode::Other(other),
    };
    let gesture = match info.gesture.unwrap_or(0) {
        0 => BindGesture::None,
        1 => BindGesture::CompareNumbers,
        2 => BindGesture::TypeCode,
        3 => BindGesture::PressButton,
        other => BindGesture::Other(other),
    };
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(device_information::text);
    Ok(Offer {
        verify_mode,
        gesture,
        serial: text(&info.serial),
        address: info.address.as_deref().and_then(address),
        model: text(&info.model),
    })
}

/// An address as six bytes, twelve hex digits, or the same with colons: no source tells which.
fn address(bytes: &[u8]) -> Option<Address> {
    if let Ok(address) = bytes.try_into() {
        return Some(Address(address));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let mut address = [0; 6];
    match hex::decode_to_slice(text, &mut address) {
        Ok(()) => Some(Address(address)),
        Err(_) => text.parse().ok(),
    }
}

/// 18: offers a local bind.
pub fn local_offer(app_device_id: &str, public_key: &[u8; 64]) -> WearPacket {
    let local_offer = LocalOffer {
        app_device_id: Some(app_device_id.as_bytes().to_vec()),
        public_key: Some(public_key.to_vec()),
    };
    WearPacket::account(BIND_VERIFY, Account { local_offer: Some(local_offer), ..Account::default() })
}

/// What a band says to a local bind, after the person said yes or no on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalReply {
    /// Yes.
    Agreed {
        /// The band's public key.
        public_key: [u8; 64],
        /// Its random, and the proof that it knows the shared point.
        proof: BandProof,
    },
    /// No; [`ErrorCode::Cancelled`] if the person said so.
    Error(ErrorCode),
}

/// Reads the answer to [`local_offer`]. Random and proof are told apart by their lengths.
pub fn local_reply(packet: &WearPacket) -> Result<LocalReply, AnswerError> {
    let account = account_of(packet, BIND_VERIFY)?;
    if let Some(error) = error_of(account) {
        return Ok(LocalReply::Error(error));
    }
    let LocalAnswer { public_key, second, third } =
        account.local_answer.as_ref().ok_or(AnswerError::Incomplete { field: "public key" })?;
    let swapped = second.as_ref().is_some_and(|bytes| bytes.len() == 32);
    let (random, sign) = if swapped { (third, second) } else { (second, third) };
    Ok(LocalReply::Agreed {
        public_key: fixed("public key", public_key.as_ref())?,
        proof: BandProof { random: fixed("random", random.as_ref())?, sign: fixed("proof", sign.as_ref())? },
    })
}

/// 19: our random and the proof that we know the shared point.
pub fn local_proof(random: &[u8; 16], sign: &[u8; 32]) -> WearPacket {
    let local_proof = LocalProof { random: Some(random.to_vec()), sign: Some(sign.to_vec()) };
    WearPacket::account(BIND_CONFIRM, Account { local_proof: Some(local_proof), ..Account::default() })
}

/// What a band says to a step of binding that it only takes or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepReply {
    /// It goes on.
    Taken,
    /// It does not take it.
    Refused,
    /// It will not.
    Error(ErrorCode),
}

/// Reads the answer to [`local_proof`].
pub fn local_proof_reply(packet: &WearPacket) -> Result<StepReply, AnswerError> {
    let account = account_of(packet, BIND_CONFIRM)?;
    match (error_of(account), account.local_verdict) {
        (Some(error), _) => Ok(StepReply::Error(error)),
        (None, Some(Verdict { content: Some(true) })) => Ok(StepReply::Taken),
        (None, Some(Verdict { content: Some(false) })) => Ok(StepReply::Refused),
        (None, Some(Verdict { content: None }) | None) => Err(AnswerError::Incomplete { field: "result" }),
    }
}

/// 25: the new owner, as [`super::local_bind::seal_result`] made it.
pub fn bind_result(sealed: &Payload) -> WearPacket {
    let bind_result = Sealed { sealed: Some(sealed.as_slice().to_vec()) };
    WearPacket::account(BIND_RESULT, Account { bind_result: Some(bind_result), ..Account::default() })
}

/// Reads the answer to [`bind_result`]: bound only if the band says error 0.
pub fn bind_result_reply(packet: &WearPacket) -> Result<StepReply, AnswerError> {
    let account = account_of(packet, BIND_RESULT)?;
    let code = account.error.ok_or(AnswerError::Incomplete { field: "error code" })?;
    Ok(ErrorCode::read(code).map_or(StepReply::Taken, StepReply::Error))
}

fn account_of(packet: &WearPacket, id: u32) -> Result<&Account, AnswerError> {
    packet.answers(ACCOUNT, id)?;
    packet.account.as_deref().ok_or(AnswerError::Incomplete { field: "account part" })
}

fn error_of(account: &Account) -> Option<ErrorCode> {
    account.error.and_then(ErrorCode::read)
}
