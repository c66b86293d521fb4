//! A message of the protobuf bands: what its parts say by name, and all its fields by number.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rescue_core::wire::xiaomi::messages::{
    self, ACCOUNT, Account, AppConfirm, AppVerify, BatteryStatus, BindInfo, BindStart, DeviceInfo,
    DeviceVerify, ErrorCode, Field, FieldValue, LastCharge, LocalAnswer, LocalOffer, LocalProof, SYSTEM,
    System, Verdict, WearPacket,
};

use super::sheet::{self, Entry, Sheet};

/// What a message says.
pub(super) fn sheet(packet: &WearPacket, bytes: &[u8]) -> Sheet {
    let WearPacket { kind, id, account, system, error } = packet;
    let (type_name, name) = names(*kind, *id);
    let mut fields = Sheet::default();
    for Field { number, value } in messages::fields(bytes).unwrap_or_default() {
        if number > 2 {
            fields.add(number.to_string(), by_number(value, 2));
        }
    }
    Sheet::default()
        .with("type", *kind)
        .with("id", *id)
        .with("type_name", type_name)
        .with("name", name)
        .with_some("error", *error)
        .with_some("error_meaning", error.map(|_| "the band does not serve this request"))
        .with_some("account", account.as_deref().map(|account| self::account(*id, account)))
        .with_some("system", system.as_deref().map(self::system))
        .with("fields", fields)
}

const fn names(kind: u32, id: u32) -> (Option<&'static str>, Option<&'static str>) {
    match kind {
        ACCOUNT => {
            let name = match id {
                0 => "bind_status",
                5 => "login_by_user_id",
                16 => "bond_apply",
                17 => "bind_start",
                18 => "bind_verify",
                19 => "bind_confirm",
                25 => "bind_result",
                26 => "verify",
                27 => "confirm",
                _ => return (Some("account"), None),
            };
            (Some("account"), Some(name))
        }
        SYSTEM => {
            let name = match id {
                0 => "reset",
                1 => "battery",
                2 => "device_info",
                3 => "set_time",
                18 => "find",
                _ => return (Some("system"), None),
            };
            (Some("system"), Some(name))
        }
        _ => (None, None),
    }
}

/// A field that has no name here. Parts are messages, and so may be what is in them; below that bytes stay bytes,
/// since nothing tells them from a message.
fn by_number(value: FieldValue<'_>, depth: u8) -> Entry {
    match value {
        FieldValue::Number(number) => number.into(),
        FieldValue::Four(bytes) => sheet::bytes(bytes),
        FieldValue::Eight(bytes) => sheet::bytes(bytes),
        FieldValue::Bytes(bytes) => match messages::fields(bytes) {
            Some(inner) if depth > 0 && !inner.is_empty() => {
                let mut fields = Sheet::default();
                for Field { number, value } in inner {
                    fields.add(number.to_string(), by_number(value, depth - 1));
                }
                fields.into()
            }
            Some(_) | None => text_or_bytes(bytes),
        },
    }
}

fn text_or_bytes(bytes: &[u8]) -> Entry {
    let printable = bytes.len() > 3 && bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    if printable { text(bytes) } else { sheet::bytes(bytes) }
}

fn text(bytes: impl AsRef<[u8]>) -> Entry {
    String::from_utf8_lossy(bytes.as_ref()).into_owned().into()
}

fn hex(bytes: &Option<Vec<u8>>) -> Option<Entry> {
    bytes.as_ref().map(sheet::bytes)
}

fn words(bytes: &Option<Vec<u8>>) -> Option<Entry> {
    bytes.as_ref().map(text)
}

fn account(id: u32, account: &Account) -> Sheet {
    let Account {
        error,
        bind_start,
        bind_info,
        local_offer,
        local_answer,
        local_proof,
        local_verdict,
        bind_result,
        app_verify,
        device_verify,
        app_confirm,
        device_confirm,
    } = account;
    let content = |verdict: &Option<Verdict>| {
        verdict.map(|Verdict { content }| Sheet::default().with("content", content))
    };
    Sheet::default()
        .with_some("error", *error)
        .with_some("error_meaning", error.map(|code| error_meaning(id, code)))
        .with_some("bind_start", bind_start.as_ref().map(self::bind_start))
        .with_some("bind_info", bind_info.as_ref().map(self::bind_info))
        .with_some("local_offer", local_offer.as_ref().map(self::local_offer))
        .with_some("local_answer", local_answer.as_ref().map(self::local_answer))
        .with_some("local_proof", local_proof.as_ref().map(self::local_proof))
        .with_some("local_verdict", content(local_verdict))
        .with_some(
            "bind_result",
            bind_result.as_ref().map(|result| Sheet::default().with_some("sealed", hex(&result.sealed))),
        )
        .with_some("app_verify", app_verify.as_ref().map(self::app_verify))
        .with_some("device_verify", device_verify.as_ref().map(self::device_verify))
        .with_some("app_confirm", app_confirm.as_ref().map(self::app_confirm))
        .with_some("device_confirm", content(device_confirm))
}

const fn error_meaning(id: u32, code: u32) -> &'static str {
    match (ErrorCode::read(code), id) {
        (None, _) => "none",
        (Some(ErrorCode::InvalidParameter), 27) => {
            "what the phone says of itself is wrong; the session is open all the same"
        }
        (Some(ErrorCode::AlreadyBound), _) => "bound to somebody already",
        (Some(ErrorCode::InfoMissing), _) => "something is missing in the request",
        (Some(ErrorCode::InvalidParameter), _) => "something in the request is wrong",
        (Some(ErrorCode::NotBound), _) => "bound to nobody",
        (Some(ErrorCode::Server), _) => "the vendor's server",
        (Some(ErrorCode::Cancelled), _) => "the person said no on the band",
        (Some(ErrorCode::VerifyFailed), _) => "a proof does not fit",
        (Some(ErrorCode::WrongState), _) => "not now",
        (Some(ErrorCode::UserChanged), _) => "bound to another user than before",
        (Some(ErrorCode::TooManyConnections), _) => "too many phones",
        (Some(ErrorCode::Unknown), _) => "the band itself does not know",
        (Some(ErrorCode::Other(_)), _) => "nobody knows this number",
    }
}

fn bind_start(BindStart { flag, user_digest, app_name }: &BindStart) -> Sheet {
    Sheet::default()
        .with("flag", *flag)
        .with_some("user_digest", words(user_digest))
        .with_some("app_name", words(app_name))
}

fn bind_info(info: &BindInfo) -> Sheet {
    let BindInfo { verify_mode, serial, address, model, gesture, random, vendor_id } = info;
    let verify = verify_mode.map(|mode| match mode {
        1 => "the vendor's server takes part",
        2 => "band and app alone",
        _ => "nobody knows this number",
    });
    let oob = gesture.map(|gesture| match gesture {
        0 => "nothing",
        1 => "compares two numbers",
        2 => "types a code",
        3 => "presses a button",
        _ => "nobody knows this number",
    });
    Sheet::default()
        .with_some("verify_mode", *verify_mode)
        .with_some("verify_mode_meaning", verify)
        .with_some("serial", words(serial))
        .with_some("address", address.as_deref().map(text_or_bytes))
        .with_some("model", words(model))
        .with_some("oob_mode", *gesture)
        .with_some("person", oob)
        .with_some("random", hex(random))
        .with_some("vendor_id", words(vendor_id))
}

fn local_offer(LocalOffer { app_device_id, public_key }: &LocalOffer) -> Sheet {
    Sheet::default().with_some("app_device_id", words(app_device_id)).with_some("public_key", hex(public_key))
}

/// Random and proof are told apart by their lengths: sources disagree about their order.
fn local_answer(LocalAnswer { public_key, second, third }: &LocalAnswer) -> Sheet {
    let swapped = second.as_ref().is_some_and(|bytes| bytes.len() == 32);
    let (random, sign) = if swapped { (third, second) } else { (second, third) };
    Sheet::default()
        .with_some("public_key", hex(public_key))
        .with_some("random", hex(random))
        .with_some("sign", hex(sign))
}

fn local_proof(LocalProof { random, sign }: &LocalProof) -> Sheet {
    Sheet::default().with_some("random", hex(random)).with_some("sign", hex(sign))
}

fn app_verify(AppVerify { random, app_device_id, flag }: &AppVerify) -> Sheet {
    Sheet::default()
        .with_some("random", hex(random))
        .with_some("app_device_id", words(app_device_id))
        .with_some("flag", *flag)
}

fn device_verify(DeviceVerify { random, sign }: &DeviceVerify) -> Sheet {
    Sheet::default().with_some("random", hex(random)).with_some("sign", hex(sign))
}

fn app_confirm(AppConfirm { sign, companion }: &AppConfirm) -> Sheet {
    Sheet::default().with_some("sign", hex(sign)).with_some("companion", hex(companion))
}

fn system(System { reset_mode, status, device_info, find_mode }: &System) -> Sheet {
    let battery = status.and_then(|status| status.battery);
    let reset = reset_mode.map(|mode| match mode {
        0 => "erases nothing",
        1 => "erases everything",
        _ => "nobody knows this number",
    });
    let find = find_mode.map(|mode| match mode {
        0 => "start",
        1 => "stop",
        _ => "nobody knows this number",
    });
    Sheet::default()
        .with_some("reset_mode", *reset_mode)
        .with_some("reset_mode_meaning", reset)
        .with_some("battery", battery.map(|battery| self::battery(&battery)))
        .with_some("device_info", device_info.as_ref().map(self::device_info))
        .with_some("find_mode", *find_mode)
        .with_some("find_mode_meaning", find)
}

fn battery(BatteryStatus { percent, charge, last_charge }: &BatteryStatus) -> Sheet {
    let state = charge.map(|charge| match charge {
        1 => "charging".into(),
        2 => "not_charging".into(),
        3 => "full".into(),
        other => Entry::from(other),
    });
    let seconds = last_charge.and_then(|LastCharge { state: _, seconds }| seconds);
    Sheet::default()
        .with("level", *percent)
        .with("state", state)
        .with("last_charge", seconds.and_then(local_time))
        .with_some("last_charge_unix", seconds)
        .with_some("charge", *charge)
        .with_some("last_charge_state", last_charge.and_then(|last| last.state))
}

/// The band says seconds since 1970; shown as this computer's local time.
fn local_time(seconds: u32) -> Option<String> {
    let at = Timestamp::from_second(i64::from(seconds)).ok()?;
    Some(TimeZone::system().to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

fn device_info(DeviceInfo { serial, firmware, imei, model, product }: &DeviceInfo) -> Sheet {
    Sheet::default()
        .with_some("serial", words(serial))
        .with_some("firmware", words(firmware))
        .with_some("imei", words(imei))
        .with_some("model", words(model))
        .with_some("product", words(product))
}
