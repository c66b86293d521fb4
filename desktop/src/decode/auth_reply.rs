//! What a band says while somebody proves to be its owner, of every generation: one byte (Mi Band 1), pairing v1 and
//! v2 (Mi Band 2 to 6), and the 2021 protocol (Mi Band 6, Smart Band 7).

use rescue_core::wire::auth_v2::{self, Reply, Verdict};
use rescue_core::wire::session_2021::{self, AuthReply};
use rescue_core::wire::user_info::{self, Answer};

use super::DecodeError;
use super::sheet::{self, Entry, Sheet};

/// Reads it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    match bytes {
        [code] => user_info(*code, bytes),
        [0x10, 0x04 | 0x05, ..] => protocol_2021(bytes),
        [0x10, opcode, result, ..] => pairing(*opcode, *result, bytes),
        _ => Err(DecodeError::NoAuthReply),
    }
}

fn sheet(protocol: &str, step: &str, verdict: &str, meaning: &str) -> Sheet {
    Sheet::default()
        .with("verdict", verdict)
        .with("meaning", meaning)
        .with("protocol", protocol)
        .with("step", step)
}

fn user_info(code: u8, bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let (verdict, meaning) = match user_info::parse_answer(bytes)? {
        Answer::Authenticated => ("success", "known user: authenticated"),
        Answer::UnknownUser => {
            ("unknown_user", "unknown user; if 13 follows at once, the band now waits for the tap")
        }
        Answer::TapAwaited => ("tap_awaited", "vibrates, blinks, and waits for the tap"),
        Answer::TapFelt => ("tap_felt", "the tap was felt"),
        Answer::ResetSucceeded => ("success", "the new user was taken: authenticated"),
        Answer::ResetFailed => ("failed", "the new user was not taken"),
        Answer::PairingCancelled => ("cancelled", "pairing was cancelled"),
        Answer::Malfunction => ("malfunction", "the band is out of order"),
        Answer::FirmwareUpdateFailed => ("unrelated", "not about authentication: firmware update failed"),
        Answer::FirmwareUpdated => ("unrelated", "not about authentication: firmware updated"),
        Answer::ConnectionParametersFailed => {
            ("unrelated", "not about authentication: connection parameters refused")
        }
        Answer::ConnectionParametersSet => {
            ("unrelated", "not about authentication: connection parameters set")
        }
        Answer::LatencySet => ("unrelated", "not about authentication: latency set"),
        Answer::FirmwareCheckFailed => ("unrelated", "not about authentication: firmware check failed"),
        Answer::FirmwareChecked => ("unrelated", "not about authentication: firmware checked"),
        Answer::Motor(_) => ("unrelated", "not about authentication: the motor runs for another reason"),
        Answer::Unknown(_) => return Err(DecodeError::NoAuthReply),
    };
    Ok(sheet("user_info", "user_info", verdict, meaning).with("result", sheet::code(code)))
}

fn pairing(opcode: u8, result: u8, bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let protocol = if opcode & 0x80 == 0 { "v1" } else { "v2" };
    let codes = Sheet::default().with("opcode", sheet::code(opcode)).with("result", sheet::code(result));
    Ok(match auth_v2::parse(bytes) {
        Reply::SpeaksV2 { vendor_key_hash } => sheet(
            "v2",
            "key",
            "signature_wanted",
            "pairing v2: this band takes a new key only with a signature of the vendor",
        )
        .and(codes)
        .with("vendor_key_hash", sheet::bytes(vendor_key_hash)),
        Reply::SignatureWanted => sheet(
            "v2",
            "key",
            "signature_wanted",
            "the offered key was not taken: this band wants a signature of the vendor (pairing v2)",
        )
        .and(codes),
        Reply::Key(verdict) => {
            let (verdict, meaning) = key(verdict);
            sheet(protocol, "key", verdict, meaning).and(codes)
        }
        Reply::Random(random) => {
            sheet(protocol, "random", "success", "here is a random: encrypt it with the key")
                .and(codes)
                .with("random", sheet::bytes(random.0))
        }
        Reply::NoRandom(verdict) => {
            let meaning = match verdict {
                Verdict::Denied => "no random: invalid state",
                Verdict::Success
                | Verdict::Failed
                | Verdict::Refused
                | Verdict::WrongKey
                | Verdict::Other(_) => {
                    "no random: not paired with anybody, or this form of the request is not known to the firmware"
                }
            };
            sheet(protocol, "random", "refused", meaning).and(codes)
        }
        Reply::Answer(verdict) => {
            let (verdict, meaning) = answer(verdict);
            sheet(protocol, "answer", verdict, meaning).and(codes)
        }
        Reply::Unknown if opcode & 0x0F == 0x02 => return Err(DecodeError::RandomCutOff),
        Reply::Unknown => return Err(DecodeError::NoAuthReply),
    })
}

const fn key(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Success => ("success", "the key was taken: somebody tapped"),
        Verdict::Denied => ("denied", "the person said no on the band, or the band was not ready"),
        Verdict::Failed => (
            "failed",
            "after the bare probe 01 00: pairing v1 is spoken here; within 2 s of a key: flag or key refused; later: \
             not tapped in time",
        ),
        Verdict::Refused => ("refused", "refused: wrong flag, or not with this firmware"),
        Verdict::WrongKey => ("wrong_key", "wrong key"),
        Verdict::Other(0x03) => ("unknown_command", "the firmware does not know this command"),
        Verdict::Other(_) => ("unknown", "nobody knows this result"),
    }
}

const fn answer(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Success => ("success", "authenticated"),
        Verdict::Denied => ("denied", "invalid state"),
        Verdict::Failed | Verdict::WrongKey => ("wrong_key", "wrong key"),
        Verdict::Refused => (
            "refused",
            "wrong flag, or this firmware wants the 2021 protocol, or wrong key: no proof of a wrong key",
        ),
        Verdict::Other(0x03) => ("unknown_command", "the firmware does not know this command"),
        Verdict::Other(_) => ("unknown", "nobody knows this result"),
    }
}

fn protocol_2021(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let (step, verdict, meaning) = match session_2021::parse_auth_reply(bytes)? {
        AuthReply::PublicKey { random, public } => {
            return Ok(sheet("2021", "public_key", "success", "here are a random and the band's public key")
                .and(codes(bytes))
                .with("random", sheet::bytes(random))
                .with("public_key", sheet::bytes(public.to_bytes())));
        }
        AuthReply::OffTheCurve => ("public_key", "refused", "the phone's public key is not on the curve"),
        AuthReply::NoPublicKey(_) => ("public_key", "unknown", "no public key; nobody knows this result"),
        AuthReply::Authenticated => ("answer", "success", "authenticated"),
        AuthReply::WrongKey => ("answer", "wrong_key", "wrong key"),
        AuthReply::Refused(_) => ("answer", "unknown", "refused; nobody knows this result"),
        AuthReply::Unknown => return Err(DecodeError::NoAuthReply),
    };
    Ok(sheet("2021", step, verdict, meaning).and(codes(bytes)))
}

fn codes(bytes: &[u8]) -> Sheet {
    let byte = |at: usize| bytes.get(at).map_or(Entry::Absent, |byte| sheet::code(*byte));
    Sheet::default().with("opcode", byte(1)).with("result", byte(2))
}
