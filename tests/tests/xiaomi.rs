//! The protobuf bands (Smart Band 7 Pro to 11): every published vector, two whole logins of a real Smart Band 10, and
//! what must hold for any bytes and any link.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::collection::vec;
use proptest::prelude::*;
use rescue_core::wire::xiaomi::account::{
    self, BindGesture, BindReply, ConfirmReply, LocalReply, StepReply, VerifyMode, VerifyReply,
};
use rescue_core::wire::xiaomi::frames_v1::{self, Frame, FrameError, Inbound, Next, Outbound};
use rescue_core::wire::xiaomi::local_bind::{self, BindError, PrivateKey};
use rescue_core::wire::xiaomi::messages::{
    self, Account, AnswerError, BindInfo, CompanionDevice, DeviceVerify, ErrorCode, FieldValue, LocalAnswer,
    MessageError, NewOwner, Verdict, WearPacket,
};
use rescue_core::wire::xiaomi::packets_v2::{
    Coding, Content, Form, Kind, PROTOBUF, Packet, RETRIES, Received, Receiver, SendError, Sender, Session,
    SessionCommand, Stream, writes,
};
use rescue_core::wire::xiaomi::session::SessionKeys;
use rescue_core::wire::xiaomi::system::{self, Charge, ResetMode};
use rescue_core::{AuthKey, Millis, Payload};
use rescue_tests::{Vector, vector};
use serde_json::Value;

fn key(vector: &Vector, path: &str) -> AuthKey {
    AuthKey::new(vector.block(path))
}

fn hex(payload: &Payload) -> String {
    hex::encode(payload.as_slice())
}

fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// The keys of v50, v51 and v64.
fn keys() -> SessionKeys {
    let v50 = vector("v50");
    let (phone, band) = (v50.block("/inputs/phone_random"), v50.block("/inputs/band_random"));
    SessionKeys::derive(&key(&v50, "/inputs/key"), &phone, &band)
}

// Keys

#[test]
fn a_right_key_and_a_wrong_key_are_told_apart_by_the_bands_proof() {
    let v51 = vector("v51");
    let (phone, band) = (v51.block("/inputs/phone_random"), v51.block("/inputs/band_random"));
    let proof: [u8; 32] = v51.bytes("/expected/band_sign").try_into().unwrap();
    assert!(keys().verify(&phone, &band, &proof));
    assert_eq!(keys().prove(&phone, &band).to_vec(), v51.bytes("/expected/phone_sign"));
    assert_eq!(keys().other_side().prove(&band, &phone), proof);

    let wrong = SessionKeys::derive(&AuthKey::new([7; 16]), &phone, &band);
    assert!(!wrong.verify(&phone, &band, &proof));
    assert!(!keys().verify(&band, &phone, &proof), "randoms the wrong way round");
}

#[test]
fn what_the_band_must_read_is_encrypted_as_published() {
    for (id, counter) in [("v52", 0), ("v53", 1)] {
        let vector = vector(id);
        let sealed = keys().seal(counter, &vector.bytes("/inputs/plain"));
        assert_eq!(hex(&sealed), vector.text("/expected/cipher"), "{id}");
        let opened = keys().other_side().open(counter, sealed.as_slice()).unwrap();
        assert_eq!(hex(&opened), vector.text("/inputs/plain"));
    }
    let v54 = vector("v54");
    assert_eq!(hex(&keys().seal_v2(&v54.bytes("/inputs/plain"))), v54.text("/expected/cipher"));
    let opened = keys().other_side().open_v2(&v54.bytes("/expected/cipher"));
    assert_eq!(hex(&opened), v54.text("/inputs/plain"));
}

#[test]
fn in_the_first_framing_the_counter_leads_and_the_band_counts_nothing() {
    let v53 = vector("v53");
    let body = keys().seal_v1(1, &v53.bytes("/inputs/plain"));
    assert_eq!(hex(&body), format!("0100{}", v53.text("/expected/cipher")));
    let band = keys().other_side();
    assert_eq!(band.open_v1_counted(body.as_slice()).unwrap().as_slice(), v53.bytes("/inputs/plain"));

    let answer = band.seal(0, b"answer");
    assert_eq!(keys().open_v1(answer.as_slice()).unwrap().as_slice(), b"answer");
    let counted = [&[0, 0], answer.as_slice()].concat();
    assert_eq!(keys().open_v1(&counted).unwrap().as_slice(), b"answer");
}

#[test]
fn a_changed_message_is_not_decrypted() {
    let mut sealed = keys().seal(1, b"hello").0;
    for position in 0..sealed.len() {
        sealed[position] ^= 1;
        assert!(keys().other_side().open(1, &sealed).is_err(), "at {position}");
        sealed[position] ^= 1;
    }
    assert!(keys().other_side().open(2, &sealed).is_err(), "another counter");
    assert!(keys().open_v1(&[1]).is_err());
}

// Local bind

fn private(vector: &Vector, path: &str) -> PrivateKey {
    PrivateKey::new(&vector.bytes(path).try_into().unwrap()).unwrap()
}

#[test]
fn a_local_bind_gives_both_sides_the_same_new_key() {
    let v65 = vector("v65");
    let [app, band] = ["/inputs/app_private", "/inputs/device_private"].map(|path| private(&v65, path));
    assert_eq!(app.public_key().to_vec(), v65.bytes("/expected/app_public"));
    assert_eq!(band.public_key().to_vec(), v65.bytes("/expected/device_public"));

    let (ours, theirs) = (app.agree(&band.public_key()).unwrap(), band.agree(&app.public_key()).unwrap());
    assert_eq!(ours, theirs);
    let (phone_random, band_random) = (v65.block("/inputs/phone_random"), v65.block("/inputs/band_random"));
    assert_eq!(ours.prove(&phone_random).to_vec(), v65.bytes("/expected/phone_sign"));
    assert!(ours.verify(&band_random, &v65.bytes("/expected/band_sign").try_into().unwrap()));
    assert!(!ours.verify(&phone_random, &v65.bytes("/expected/band_sign").try_into().unwrap()));

    let (keys, new_key) = ours.derive(&phone_random, &band_random);
    assert_eq!(new_key.to_hex(), v65.text("/expected/auth_key"));
    let v66 = vector("v66");
    let sealed = local_bind::seal_result(&keys, &v66.bytes("/inputs/plain"));
    assert_eq!(hex(&sealed), v66.text("/expected/cipher"));
    let opened = local_bind::open_result(&keys.other_side(), sealed.as_slice()).unwrap();
    assert_eq!(hex(&opened), v66.text("/inputs/plain"));
}

#[test]
fn a_public_key_that_is_no_point_and_a_zero_private_key_are_refused() {
    let own = private(&vector("v65"), "/inputs/app_private");
    let mut point = own.public_key();
    point[63] ^= 1;
    assert_eq!(own.agree(&point).unwrap_err(), BindError::NotOnCurve);
    assert_eq!(own.agree(&[0; 64]).unwrap_err(), BindError::NotOnCurve);
    assert_eq!(own.agree(&[0xFF; 64]).unwrap_err(), BindError::NotOnCurve);
    assert_eq!(PrivateKey::new(&[0; 32]).unwrap_err(), BindError::PrivateKey);
    assert_eq!(PrivateKey::new(&[0xFF; 32]).unwrap_err(), BindError::PrivateKey);
}

// Messages

#[test]
fn every_request_has_the_published_bytes() {
    let v56 = vector("v56");
    let probe = account::verify(&v56.block("/inputs/phone_random"), None);
    assert_eq!(hex(&probe.to_bytes()), v56.text("/expected/protobuf"));
    for (id, request) in [
        ("v58", system::reset(ResetMode::EraseAll)),
        ("v59", system::reset(ResetMode::KeepAll)),
        ("v60", system::find(true)),
        ("v61", system::find(false)),
        ("v62", system::battery()),
        ("v63", system::device_info()),
    ] {
        assert_eq!(hex(&request.to_bytes()), vector(id).text("/expected/protobuf"), "{id}");
    }
}

#[test]
fn the_battery_of_a_real_band_is_read() {
    let v102 = vector("v102");
    let packet = WearPacket::parse(&v102.bytes("/inputs/plain")).unwrap();
    let battery = system::battery_reply(&packet).unwrap();
    assert_eq!(u64::from(battery.level), v102.at("/expected/percent").as_u64().unwrap());
    assert_eq!(battery.charge, Some(Charge::NotCharging));
    assert_eq!(battery.last_charge.map(u64::from), v102.at("/expected/last_charge/unix").as_u64());
}

#[test]
fn a_band_that_does_not_serve_a_request_is_not_taken_for_one_that_answered() {
    let v105 = vector("v105");
    let packet = WearPacket::parse(&v105.bytes("/expected/plain")).unwrap();
    assert_eq!((packet.kind, packet.id, packet.error), (2, 92, Some(1)));
    assert_eq!(system::reset_reply(&packet), Err(AnswerError::Unrelated { kind: 2, id: 92 }));

    let refused = WearPacket { error: Some(1), ..WearPacket::bare(2, 0) };
    assert_eq!(system::reset_reply(&refused), Err(AnswerError::NotServed { code: 1 }));
    assert_eq!(system::reset_reply(&WearPacket::bare(2, 0)), Ok(()));
}

#[test]
fn a_band_without_an_owner_is_recognised_without_a_key() {
    let v106 = vector("v106");
    let probe = account::verify(&[9; 16], None).to_bytes();
    assert!(probe.as_slice().starts_with(&v106.bytes("/inputs/request")));
    let packet = WearPacket::parse(&v106.bytes("/expected/answer")).unwrap();
    assert_eq!(account::verify_reply(&packet), Ok(VerifyReply::NotBound));
}

#[test]
fn error_3_after_our_proof_is_an_open_session_and_not_a_wrong_key() {
    let v100 = vector("v100");
    let packet = WearPacket::parse(&v100.bytes("/expected/confirm_answer")).unwrap();
    assert_eq!(account::confirm_reply(&packet), Ok(ConfirmReply::OpenWithoutCompanion));
}

#[test]
fn the_good_answer_to_our_proof_is_read_whatever_else_the_model_says() {
    let v109 = vector("v109");
    let packets = Stream::default().take(&v109.bytes("/inputs/raw"));
    let content = Content::parse(packets[0].payload.as_slice()).unwrap();
    assert_eq!((content.channel, content.coding), (PROTOBUF, Coding::Plain));
    let packet = WearPacket::parse(content.bytes.as_slice()).unwrap();
    assert_eq!(account::confirm_reply(&packet), Ok(ConfirmReply::Open));

    // People who look at captures see the fields that we skip.
    let fields = messages::fields(content.bytes.as_slice()).unwrap();
    let FieldValue::Bytes(account) = fields[2].value else { panic!("field 3 is a message") };
    let account = messages::fields(account).unwrap();
    assert_eq!(account[0].number, 33);
    let FieldValue::Bytes(confirm) = account[0].value else { panic!("field 33 is a message") };
    let said: Vec<(u32, u64)> = messages::fields(confirm)
        .unwrap()
        .into_iter()
        .map(|field| match field.value {
            FieldValue::Number(number) => (field.number, number),
            FieldValue::Four(_) | FieldValue::Eight(_) | FieldValue::Bytes(_) => panic!("a number"),
        })
        .collect();
    let expected = |number: u32| v109.at(&format!("/expected/field33/{number}")).as_u64().unwrap();
    assert_eq!(said, [(1, expected(1)), (2, expected(2)), (3, expected(3))]);

    // Another model: fields 2 to 4 of other kinds.
    let odd = unhex("0801101b1a0d8a020a08011201ff1d00000000");
    assert_eq!(account::confirm_reply(&WearPacket::parse(&odd).unwrap()), Ok(ConfirmReply::Open));
}

fn answer(id: u32, account: Account) -> WearPacket {
    WearPacket::parse(WearPacket::account(id, account).to_bytes().as_slice()).unwrap()
}

#[test]
fn every_error_number_has_its_meaning_and_a_new_one_is_kept() {
    for code in (0..200).chain([u32::MAX]) {
        match ErrorCode::read(code) {
            None => assert_eq!(code, 0),
            Some(error) => assert_eq!(error.number(), code),
        }
    }
    assert_eq!(ErrorCode::read(11), Some(ErrorCode::Other(11)));
    for (id, read) in [
        (17, ErrorCode::AlreadyBound),
        (18, ErrorCode::Cancelled),
        (19, ErrorCode::WrongState),
        (25, ErrorCode::UserChanged),
        (26, ErrorCode::TooManyConnections),
        (27, ErrorCode::VerifyFailed),
    ] {
        let packet = answer(id, Account { error: Some(read.number()), ..Account::default() });
        let found = match id {
            17 => matches!(account::bind_reply(&packet), Ok(BindReply::Error(error)) if error == read),
            18 => matches!(account::local_reply(&packet), Ok(LocalReply::Error(error)) if error == read),
            19 => account::local_proof_reply(&packet) == Ok(StepReply::Error(read)),
            25 => account::bind_result_reply(&packet) == Ok(StepReply::Error(read)),
            26 => account::verify_reply(&packet) == Ok(VerifyReply::Error(read)),
            _ => account::confirm_reply(&packet) == Ok(ConfirmReply::Error(read)),
        };
        assert!(found, "{id}");
    }
}

#[test]
fn a_band_that_may_be_bound_without_the_vendor_says_so() {
    for address in ["C0:FF:EE:00:00:09", "c0ffee000009", "\u{0}"] {
        let raw = if address.len() == 1 { vec![0xC0, 0xFF, 0xEE, 0, 0, 9] } else { address.into() };
        let info = BindInfo {
            verify_mode: Some(2),
            serial: Some(b"12345/ABC".to_vec()),
            address: Some(raw),
            model: Some(b"miwear.watch.n66cn".to_vec()),
            gesture: Some(3),
            random: Some(vec![1; 16]),
            vendor_id: Some(b"id".to_vec()),
        };
        let packet = answer(17, Account { bind_info: Some(info), ..Account::default() });
        let Ok(BindReply::Offer(offer)) = account::bind_reply(&packet) else { panic!("an offer") };
        assert_eq!((offer.verify_mode, offer.gesture), (VerifyMode::Local, BindGesture::PressButton));
        assert_eq!(offer.address.unwrap().to_string(), "C0:FF:EE:00:00:09");
        assert_eq!(offer.serial.as_deref(), Some("12345/ABC"));
        assert_eq!(offer.model.as_deref(), Some("miwear.watch.n66cn"));
        assert!(!format!("{packet:?}{offer:?}").contains("C0:FF"));
    }
    let empty = answer(17, Account { bind_info: Some(BindInfo::default()), ..Account::default() });
    assert_eq!(account::bind_reply(&empty), Err(AnswerError::Incomplete { field: "verify mode" }));
}

#[test]
fn the_bands_random_and_proof_are_told_apart_in_either_order() {
    let (random, sign) = (vec![1; 16], vec![2; 32]);
    for (second, third) in [(&random, &sign), (&sign, &random)] {
        let local_answer = LocalAnswer {
            public_key: Some(vec![3; 64]),
            second: Some(second.clone()),
            third: Some(third.clone()),
        };
        let packet = answer(18, Account { local_answer: Some(local_answer), ..Account::default() });
        let Ok(LocalReply::Agreed { public_key, proof }) = account::local_reply(&packet) else {
            panic!("agreed")
        };
        assert_eq!((public_key, proof.random, proof.sign), ([3; 64], [1; 16], [2; 32]));
    }
    let short = LocalAnswer { public_key: Some(vec![3; 63]), second: Some(random), third: Some(sign) };
    let packet = answer(18, Account { local_answer: Some(short), ..Account::default() });
    assert_eq!(account::local_reply(&packet), Err(AnswerError::Incomplete { field: "public key" }));
}

#[test]
fn a_band_is_bound_only_if_it_says_so() {
    let yes = answer(25, Account { error: Some(0), ..Account::default() });
    assert_eq!(account::bind_result_reply(&yes), Ok(StepReply::Taken));
    let silent = answer(25, Account::default());
    assert_eq!(account::bind_result_reply(&silent), Err(AnswerError::Incomplete { field: "error code" }));

    let verdict = |content| Account { local_verdict: Some(Verdict { content }), ..Account::default() };
    assert_eq!(account::local_proof_reply(&answer(19, verdict(Some(true)))), Ok(StepReply::Taken));
    assert_eq!(account::local_proof_reply(&answer(19, verdict(Some(false)))), Ok(StepReply::Refused));
}

#[test]
fn what_we_send_while_binding_is_what_the_band_reads() {
    let sent = account::bind_start("d41d8cd98f00b204e9800998ecf8427e", "Band Rescue").to_bytes();
    let start = WearPacket::parse(sent.as_slice()).unwrap().account.unwrap().bind_start.unwrap();
    assert_eq!(start.user_digest.unwrap(), b"d41d8cd98f00b204e9800998ecf8427e");
    // Field 1 is on the wire although it is false.
    assert!(sent.as_slice().starts_with(&[0x08, 0x01, 0x10, 0x11, 0x1A, 0x33, 0x5A, 0x31, 0x08, 0x00]));

    let companion = CompanionDevice::android("A phone");
    assert!(companion.to_bytes().as_slice().starts_with(&[0x08, 0x00]), "type 0 is on the wire");
    let owner = NewOwner { user_id: Some(b"7".to_vec()), companion: Some(companion) };
    assert_eq!(NewOwner::parse(owner.to_bytes().as_slice()), Ok(owner));
}

#[test]
fn unknown_fields_are_skipped_and_absurd_sizes_refused() {
    let battery = vector("v102").bytes("/inputs/plain");
    let known = WearPacket::parse(&battery).unwrap();
    // Fields 7 (text), 999 (number), 1000 (fixed) that no band of today sends.
    let more = [&battery[..], &unhex("3a03616263b83e05c53e01020304")].concat();
    assert_eq!(WearPacket::parse(&more).unwrap(), known);

    let long = vec![0; messages::MESSAGE_LIMIT + 1];
    assert_eq!(WearPacket::parse(&long), Err(MessageError::TooLong { length: long.len() }));
    // A part that claims 4 GB.
    let lie = unhex("08011011 1a ffffffff0f 00".replace(' ', "").as_str());
    assert_eq!(WearPacket::parse(&lie), Err(MessageError::Malformed { length: lie.len() }));
    assert_eq!(messages::fields(&lie), None);
}

#[test]
fn nothing_secret_is_in_debug_output() {
    let v100 = vector("v100");
    let random = v100.block("/expected/phone_random");
    let device_verify = DeviceVerify {
        random: Some(v100.bytes("/expected/band_random")),
        sign: Some(v100.bytes("/expected/band_sign")),
    };
    let verify = answer(26, Account { device_verify: Some(device_verify), ..Account::default() });
    let reply = account::verify_reply(&verify).unwrap();
    let shared = private(&vector("v65"), "/inputs/app_private");
    let agreed = shared.agree(&shared.public_key()).unwrap();
    let content = Content::message(Coding::Plain, account::verify(&random, None).to_bytes());
    let mut sender = Sender::new(Session::WANTED);
    sender.push(&content).unwrap();
    sender.poll(Millis(0)).unwrap();
    let device = system::device_info_reply(&WearPacket::parse(&unhex(DEVICE_INFO)).unwrap());
    assert!(device.is_ok());
    let all = format!(
        "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
        keys(),
        shared,
        agreed,
        verify,
        verify.account,
        reply,
        account::verify(&random, Some("an app")),
        sender,
        messages::fields(verify.to_bytes().as_slice()),
    );
    // Runs of numbers, as bytes would be printed, in either base.
    assert!(!all.contains("234, 218") && !all.to_lowercase().contains("eada25"), "{all}");
    assert!(!all.contains("143, 63") && !all.contains("0x11"), "{all}");
    assert!(all.contains("SessionKeys(hidden)PrivateKey(hidden)Shared(hidden)WearPacket(1/26, account)"));
}

/// An answer about who the band is, made from the layout: serial, firmware, no number, model, product.
const DEVICE_INFO: &str = "08021002222d1a2b0a053132332f34\
                           1209332e3130312e303336\
                           2212\
                           6d69776561722e77617463682e6e3636636e2a03426e64";

#[test]
fn who_the_band_is_is_read() {
    let identity = system::device_info_reply(&WearPacket::parse(&unhex(DEVICE_INFO)).unwrap()).unwrap();
    assert_eq!(identity.serial.as_deref(), Some("123/4"));
    assert_eq!(identity.firmware.as_deref(), Some("3.101.036"));
    assert_eq!(identity.model.as_deref(), Some("miwear.watch.n66cn"));
    assert_eq!(identity.product.as_deref(), Some("Bnd"));
}

// Second framing

#[test]
fn packets_have_the_published_bytes() {
    let v56 = vector("v56");
    let probe = account::verify(&v56.block("/inputs/phone_random"), None).to_bytes();
    let mut sender = Sender::new(Session::WANTED);
    sender.push(&Content::message(Coding::Plain, probe)).unwrap();
    let sent = sender.poll(Millis(0)).unwrap();
    assert_eq!(hex(&sent[0]), v56.text("/expected/v2_packet"), "the first data packet has sequence 0");

    let v57 = vector("v57");
    let ask = SessionCommand::Ask(Session::WANTED);
    let bytes = |form| hex(&ask.packet(0, form).to_bytes());
    assert_eq!(bytes(Form::Regular), v57.text("/expected/with_full_tlv"));
    assert_eq!(bytes(Form::ShortLast), v57.text("/expected/as_in_gadgetbridge_2024_12"));

    let v64 = vector("v64");
    let reset = system::reset(ResetMode::EraseAll).to_bytes();
    let content = Content::message(Coding::Encrypted, keys().seal_v2(reset.as_slice()));
    let packet = Packet { kind: Kind::Data, sequence: 5, payload: content.to_payload() };
    assert_eq!(hex(&packet.to_bytes()), v64.text("/expected/packet"));
}

#[test]
fn the_checksum_is_the_one_of_its_definition() {
    let v55 = vector("v55");
    let packet = Packet { kind: Kind::Data, sequence: 0, payload: Payload(v55.text("/inputs/ascii").into()) };
    let bytes = packet.to_bytes();
    let crc = u16::from_le_bytes([bytes.as_slice()[6], bytes.as_slice()[7]]);
    assert_eq!(format!("{crc:04x}"), v55.text("/expected/crc16"));
}

#[test]
fn the_bands_own_window_and_time_out_are_read() {
    for id in ["v107", "v108"] {
        let vector = vector(id);
        let packets = Stream::default().take(&vector.bytes("/expected/response"));
        let Ok(SessionCommand::Grant(session)) = SessionCommand::parse(packets[0].payload.as_slice()) else {
            panic!("{id} grants")
        };
        let number = |path| vector.at(path).as_u64().unwrap();
        assert_eq!(hex::encode(session.version), vector.text("/expected/version"));
        assert_eq!(u64::from(session.max_packet), number("/expected/max_packet"));
        assert_eq!(u64::from(session.window), number("/expected/tx_window"));
        assert_eq!(session.timeout.0, number("/expected/timeout_ms"));
    }
    let v57 = vector("v57");
    for path in ["/expected/with_full_tlv", "/expected/as_in_gadgetbridge_2024_12"] {
        let packets = Stream::default().take(&v57.bytes(path));
        let asked = SessionCommand::parse(packets[0].payload.as_slice());
        assert_eq!(asked, Ok(SessionCommand::Ask(Session::WANTED)), "{path}");
    }
    // A grant without a window: one packet at a time is always right.
    let Ok(SessionCommand::Grant(session)) = SessionCommand::parse(&[2]) else { panic!("a grant") };
    assert_eq!(session.window, 1);
}

#[test]
fn a_packet_over_two_notifications_is_whole_again() {
    let v104 = vector("v104");
    let mut stream = Stream::default();
    assert_eq!(stream.take(&v104.bytes("/inputs/notify1")), []);
    let packets = stream.take(&v104.bytes("/inputs/notify2"));
    let length = packets[0].payload.as_slice().len();
    assert_eq!(Some(length as u64), v104.at("/expected/payload_len").as_u64());
}

#[test]
fn a_lost_half_of_a_packet_does_not_swallow_the_next_one() {
    let v104 = vector("v104");
    let mut stream = Stream::default();
    assert_eq!(stream.take(&v104.bytes("/inputs/notify1")), []);
    // The other half never comes; the next notification is a whole packet.
    let next = Packet::taken(7);
    assert_eq!(stream.take(next.to_bytes().as_slice()), [next]);
}

/// The recorded logins, message by message: all that can be known without the key.
#[test]
fn both_recorded_logins_of_a_real_band_are_understood_and_sent_alike() {
    for id in ["v100", "v101"] {
        let login = vector(id);
        let random = login.block("/expected/phone_random");
        let mut from_band = Receiver::default();
        let mut from_app = Receiver::default();
        let mut sender: Option<Sender> = None;
        let mut acknowledged: Vec<u8> = Vec::new();
        let mut to_acknowledge: Vec<u8> = Vec::new();
        let mut answers = Vec::new();
        for frame in login.list("/expected/frames") {
            let direction = frame.pointer("/1").and_then(Value::as_str).unwrap();
            let bytes = unhex(frame.pointer("/3").and_then(Value::as_str).unwrap());
            let receiver = if direction == "notify" { &mut from_band } else { &mut from_app };
            let received = receiver.take(&bytes);
            assert_eq!(received.len(), 1, "one packet a frame");
            match (direction, received.into_iter().next().unwrap()) {
                ("write-command", Received::Command(command)) => {
                    assert_eq!(command, Ok(SessionCommand::Ask(Session::WANTED)));
                    let ours = SessionCommand::Ask(Session::WANTED).packet(0, Form::Regular);
                    assert_eq!(ours.to_bytes().0, bytes);
                }
                ("notify", Received::Command(command)) => {
                    let Ok(SessionCommand::Grant(session)) = command else { panic!("a grant") };
                    assert_eq!(session.window, 3);
                    sender = Some(Sender::new(session));
                }
                // What the app sent, ours sends too, with the same numbers.
                ("write-command", Received::Content { content, .. }) => {
                    let content = content.unwrap();
                    let sender = sender.as_mut().unwrap();
                    sender.push(&content).unwrap();
                    let sent = sender.poll(Millis(0)).unwrap();
                    assert_eq!(sent.iter().map(hex).collect::<Vec<_>>(), [hex::encode(&bytes)]);
                    if content.coding == Coding::Plain {
                        let packet = WearPacket::parse(content.bytes.as_slice()).unwrap();
                        let ours = match packet.id {
                            26 => account::verify(&random, None),
                            _ => account::confirm(
                                &login.bytes("/expected/phone_sign").try_into().unwrap(),
                                &Payload(login.bytes("/expected/companion_blob")),
                            ),
                        };
                        assert_eq!(ours.to_bytes(), content.bytes);
                    }
                }
                ("notify", Received::Content { sequence, content }) => {
                    to_acknowledge.push(sequence);
                    answers.push(content.unwrap());
                }
                ("notify", Received::Taken(sequence)) => sender.as_mut().unwrap().taken(sequence),
                (_, Received::Taken(sequence)) => {
                    acknowledged.push(sequence);
                    assert_eq!(Packet::taken(sequence).to_bytes().0, bytes);
                }
                (_, Received::Refused(_)) | (_, Received::Command(_)) | (_, Received::Content { .. }) => {
                    panic!("{id}: not in this recording")
                }
            }
        }
        assert_eq!(acknowledged, to_acknowledge, "every packet of the band is acknowledged");
        assert!(sender.unwrap().is_idle(), "the band took all of ours");

        let plain = |index: usize| WearPacket::parse(answers[index].bytes.as_slice()).unwrap();
        let Ok(VerifyReply::Bound(proof)) = account::verify_reply(&plain(0)) else { panic!("bound") };
        assert_eq!(proof.random, login.block("/expected/band_random"));
        assert_eq!(proof.sign.to_vec(), login.bytes("/expected/band_sign"));
        assert_eq!(account::confirm_reply(&plain(1)), Ok(ConfirmReply::OpenWithoutCompanion));
        // The key stream is known from the recording: it starts anew at every message.
        let key_stream = login.bytes("/expected/band_to_app_keystream_start");
        let (mut decrypted, expected) = (
            answers.iter().skip(2).filter(|answer| answer.channel == PROTOBUF),
            "/expected/decrypted_band_answers",
        );
        for text in login.list(expected) {
            let sealed = decrypted.next().unwrap();
            assert_eq!(sealed.coding, Coding::Encrypted);
            let opened: Vec<u8> =
                sealed.bytes.as_slice().iter().zip(&key_stream).map(|(a, b)| a ^ b).collect();
            assert_eq!(hex::encode(&opened), text.as_str().unwrap());
            WearPacket::parse(&opened).unwrap();
        }
    }
}

/// The band never answers a first data packet with another number than 0 (v103).
#[test]
fn asking_for_the_session_does_not_use_up_a_number_of_the_messages() {
    let v103 = vector("v103");
    let wrong = Stream::default().take(&v103.bytes("/inputs/sent"));
    assert_eq!(wrong[0].sequence, 1);
    for asked in 0..3 {
        let _ask = SessionCommand::Ask(Session::WANTED).packet(asked, Form::Regular).to_bytes();
        let mut sender = Sender::new(Session::WANTED);
        sender.push(&Content::parse(wrong[0].payload.as_slice()).unwrap()).unwrap();
        let sent = Stream::default().take(sender.poll(Millis(0)).unwrap()[0].as_slice());
        assert_eq!(sent[0].sequence, 0);
    }
}

fn small(number: u8) -> Content {
    Content::message(Coding::Plain, Payload(vec![number; 3]))
}

#[test]
fn never_more_packets_are_under_way_than_the_band_said() {
    let mut sender = Sender::new(Session { window: 3, ..Session::WANTED });
    for number in 0..6 {
        sender.push(&small(number)).unwrap();
    }
    assert_eq!(sender.poll(Millis(0)).unwrap().len(), 3);
    assert_eq!(sender.poll(Millis(1)).unwrap().len(), 0);
    sender.taken(1);
    sender.taken(9);
    assert_eq!(
        sender.poll(Millis(2)).unwrap().len(),
        0,
        "number 0 is still missing, so 3 is beyond the window"
    );
    sender.taken(0);
    assert_eq!(sender.poll(Millis(3)).unwrap().len(), 2);
}

#[test]
fn a_packet_is_repeated_three_times_after_the_bands_time_out_and_then_given_up() {
    let mut sender = Sender::new(Session { timeout: Millis::secs(6), ..Session::WANTED });
    sender.push(&small(1)).unwrap();
    let first = sender.poll(Millis(0)).unwrap();
    let mut now = Millis(0);
    for _ in 0..RETRIES {
        assert_eq!(sender.wake_at(), Some(now + Millis::secs(6)));
        assert_eq!(sender.poll(now + Millis(5_999)).unwrap(), []);
        now = now + Millis::secs(6);
        assert_eq!(sender.poll(now).unwrap(), first);
    }
    now = now + Millis::secs(6);
    assert_eq!(sender.poll(now), Err(SendError::NeverTaken { sequence: 0 }));
}

#[test]
fn a_refused_packet_is_sent_again_at_once_but_not_for_ever() {
    let mut sender = Sender::new(Session::WANTED);
    sender.push(&small(1)).unwrap();
    let first = sender.poll(Millis(0)).unwrap();
    for _ in 0..RETRIES {
        sender.refused(0);
        assert_eq!(sender.wake_at(), Some(Millis(0)));
        assert_eq!(sender.poll(Millis(0)).unwrap(), first);
    }
    sender.refused(0);
    assert_eq!(sender.poll(Millis(0)), Err(SendError::NeverTaken { sequence: 0 }));
}

#[test]
fn absurd_words_of_the_band_do_not_stop_a_session() {
    let grant = SessionCommand::parse(&unhex("0202040000000000030200ffff0408000000000000000000")).unwrap();
    let SessionCommand::Grant(session) = grant else { panic!("a grant") };
    let mut sender = Sender::new(session);
    for _ in 0..rescue_core::wire::xiaomi::packets_v2::QUEUE_LIMIT {
        sender.push(&small(0)).unwrap();
    }
    assert_eq!(sender.push(&small(0)), Err(SendError::Full));
    assert_eq!(sender.poll(Millis(0)).unwrap().len(), 32);
    assert_eq!(sender.wake_at(), Some(Millis::secs(10)), "no time-out counts as ours");

    let never = Session { timeout: Millis(u64::MAX), max_packet: 4, window: 0, ..Session::WANTED };
    let mut sender = Sender::new(never);
    assert_eq!(sender.push(&small(0)), Err(SendError::TooLong { length: 5, limit: 4 }));
    sender.push(&Content::message(Coding::Plain, Payload(vec![1]))).unwrap();
    assert_eq!(sender.poll(Millis(0)).unwrap().len(), 1);
    assert_eq!(sender.wake_at(), Some(Millis::secs(60)));

    assert!(SessionCommand::parse(&[]).is_err());
    assert!(SessionCommand::parse(&[9]).is_err());
    assert!(SessionCommand::parse(&[2, 3, 9, 0, 1]).is_err());
}

// First framing

#[test]
fn the_first_message_in_the_first_framing_has_the_published_bytes() {
    let v56 = vector("v56");
    let body = account::verify(&v56.block("/inputs/phone_random"), None).to_bytes();
    let outbound = Outbound::new(&frames_v1::Message { encrypted: false, body }, 247).unwrap();
    assert_eq!(hex(&outbound.begin()), v56.text("/expected/v1_frame"));
    assert_eq!(outbound.heard(&Frame::parse(&[0, 0, 3, 0]).unwrap()), Next::Arrived);
}

#[test]
fn every_frame_is_written_as_it_is_read() {
    for text in [
        "00000200",
        "0000030000",
        "000000010300",
        "00000101",
        "00000100",
        "00000102",
        "0000010501000200",
        "00000201010068656c6c6f",
        "0100616263",
        "ffff",
        "0000",
        "00",
        "",
        "0000000103",
        "00000107",
        "00000400",
        "000002030000",
        "00000003ffff",
    ] {
        let bytes = unhex(text);
        match Frame::parse(&bytes) {
            Ok(Frame::Taken) => {}
            Ok(frame) => assert_eq!(hex(&frame.to_bytes()), text),
            Err(FrameError::TooShort { length }) => assert_eq!(length, bytes.len()),
            Err(FrameError::Unknown { byte, position }) => assert_eq!(bytes[position], byte),
        }
    }
    assert_eq!(Frame::parse(&unhex("00000105")), Ok(Frame::Again(vec![])));
    assert_eq!(
        Frame::parse(&unhex("000000020300")),
        Ok(Frame::Start { encrypted: false, pieces: 3 }),
        "02 is plain"
    );
}

#[test]
fn a_message_that_would_fill_the_memory_is_refused() {
    let mut inbound = Inbound::default();
    let refused = Some(Frame::Refused.to_bytes());
    assert_eq!(inbound.take(Frame::Start { encrypted: false, pieces: 0 }).answer, refused);
    assert_eq!(inbound.take(Frame::Start { encrypted: false, pieces: u16::MAX }).answer, refused);
    inbound.take(Frame::Start { encrypted: false, pieces: 1000 });
    let answers: Vec<_> = (1..=40)
        .filter_map(|index| inbound.take(Frame::Piece { index, bytes: Payload(vec![0; 512]) }).answer)
        .collect();
    assert_eq!(answers, [Frame::Refused.to_bytes()]);
    assert_eq!(inbound.missing(247), None);

    let body = Payload(vec![0; messages::MESSAGE_LIMIT + 1]);
    assert!(Outbound::new(&frames_v1::Message { encrypted: false, body }, 247).is_err());
}

proptest! {
    #[test]
    fn a_message_survives_any_mtu_and_lost_and_repeated_pieces(
        body in vec(any::<u8>(), 0..1500),
        encrypted: bool,
        mtu in 20..=517_u16,
        lost in vec(any::<bool>(), 0..120),
        repeated in vec(any::<bool>(), 0..120),
    ) {
        let message = frames_v1::Message { encrypted, body: Payload(body) };
        let outbound = Outbound::new(&message, mtu).unwrap();
        let mut inbound = Inbound::default();
        let room = usize::from(mtu.max(23)) - 3;
        let mut arrived = None;
        let mut sender_knows = false;
        let mut wire = vec![outbound.begin()];
        let (mut lost, mut repeated) = (lost.into_iter(), repeated.into_iter());
        while !sender_knows {
            let Some(bytes) = (!wire.is_empty()).then(|| wire.remove(0)) else {
                // Nothing came for long: the receiver asks again, and the first write is repeated if it never arrived.
                wire = match inbound.missing(mtu) {
                    Some(again) => match outbound.heard(&Frame::parse(again.as_slice()).unwrap()) {
                        Next::Write(pieces) => pieces,
                        other @ (Next::Arrived | Next::Refused | Next::Unrelated) => {
                            panic!("asked for pieces, but {other:?}")
                        }
                    },
                    None => vec![outbound.begin()],
                };
                continue;
            };
            prop_assert!(bytes.as_slice().len() <= room);
            if lost.next() == Some(true) {
                continue;
            }
            for _ in 0..=usize::from(repeated.next() == Some(true)) {
                let heard = inbound.take(Frame::parse(bytes.as_slice()).unwrap());
                arrived = heard.message.or(arrived);
                if let Some(answer) = heard.answer {
                    match outbound.heard(&Frame::parse(answer.as_slice()).unwrap()) {
                        Next::Write(pieces) => wire.extend(pieces),
                        Next::Arrived => sender_knows = true,
                        Next::Refused => panic!("refused"),
                        Next::Unrelated => {}
                    }
                }
            }
        }
        prop_assert_eq!(arrived, Some(message));
    }

    #[test]
    fn packets_survive_any_cutting_and_any_garbage_between_them(
        payloads in vec(vec(any::<u8>(), 0..700), 1..6),
        garbage in vec(vec(0..0xA5_u8, 0..40), 6),
        cut in 1..517_usize,
    ) {
        let packets: Vec<Packet> = (0..)
            .zip(payloads)
            .map(|(sequence, payload)| Packet { kind: Kind::Data, sequence, payload: Payload(payload) })
            .collect();
        let mut bytes = Vec::new();
        for (packet, garbage) in packets.iter().zip(garbage) {
            bytes.extend(garbage);
            bytes.extend(packet.to_bytes().0);
        }
        let mut stream = Stream::default();
        let found: Vec<Packet> = bytes.chunks(cut).flat_map(|piece| stream.take(piece)).collect();
        prop_assert_eq!(found, packets);
    }

    /// Sender, a link that loses what it likes in both directions, and receiver, through more than 256 numbers.
    #[test]
    fn every_message_arrives_once_over_a_link_that_loses_packets_and_word_of_them(
        count in 1..400_usize,
        window in 1..40_u16,
        mtu in 23..=517_u16,
        lost in vec(prop::bool::weighted(0.2), 0..600),
    ) {
        let mut sender = Sender::new(Session { window, ..Session::WANTED });
        let mut receiver = Receiver::default();
        let mut back = Receiver::default();
        let mut lost = lost.into_iter();
        let mut repeats = 0;
        let mut now = Millis(0);
        let mut expected = Vec::new();
        let mut arrived = Vec::new();
        let mut pushed = 0;
        loop {
            while pushed < count {
                let number = u16::try_from(pushed).unwrap().to_le_bytes();
                if sender.push(&Content::message(Coding::Plain, Payload(number.to_vec()))).is_err() {
                    break;
                }
                expected.push(number.to_vec());
                pushed += 1;
            }
            if sender.is_idle() {
                break;
            }
            let Ok(sent) = sender.poll(now) else {
                // Four losses of the same packet: an honest end.
                prop_assert!(repeats >= usize::from(RETRIES));
                return Ok(());
            };
            prop_assert!(sent.len() <= usize::from(window));
            if sent.is_empty() {
                now = sender.wake_at().unwrap();
                repeats += 1;
            }
            for packet in sent {
                if lost.next() == Some(true) {
                    continue;
                }
                for received in writes(&packet, mtu).iter().flat_map(|write| receiver.take(write.as_slice())).collect::<Vec<_>>() {
                    let Received::Content { sequence, content } = received else { panic!("only messages") };
                    arrived.extend(content.map(|content| content.bytes.0));
                    if lost.next() != Some(true) {
                        let word = back.take(Packet::taken(sequence).to_bytes().as_slice());
                        prop_assert_eq!(word.as_slice(), [Received::Taken(sequence)]);
                        sender.taken(sequence);
                    }
                }
            }
        }
        arrived.sort();
        expected.sort();
        prop_assert_eq!(arrived, expected);
    }

    #[test]
    fn sealed_messages_open_on_the_other_side(
        key: [u8; 16], phone: [u8; 16], band: [u8; 16], counter: u16, plain in vec(any::<u8>(), 0..300),
    ) {
        let ours = SessionKeys::derive(&AuthKey::new(key), &phone, &band);
        let theirs = ours.other_side();
        prop_assert!(theirs.verify(&band, &phone, &ours.prove(&phone, &band)));
        prop_assert_eq!(theirs.open_v1_counted(ours.seal_v1(counter, &plain).as_slice()), Ok(Payload(plain.clone())));
        prop_assert_eq!(theirs.open_v2(ours.seal_v2(&plain).as_slice()), Payload(plain));
    }

    #[test]
    fn any_bytes_give_a_value_or_an_error(bytes in vec(any::<u8>(), 0..2000), cut in 1..600_usize) {
        if let Ok(packet) = WearPacket::parse(&bytes) {
            read_as_everything(&packet);
        }
        let _ = messages::fields(&bytes);
        let _ = SessionCommand::parse(&bytes);
        let _ = Content::parse(&bytes);
        let _ = keys().open_v1(&bytes);
        let _ = keys().open_v1_counted(&bytes);
        let mut receiver = Receiver::default();
        let mut inbound = Inbound::default();
        let outbound = Outbound::new(&frames_v1::Message { encrypted: true, body: Payload(bytes.clone()) }, 23).unwrap();
        for piece in bytes.chunks(cut) {
            receiver.take(piece);
            if let Ok(frame) = Frame::parse(piece) {
                outbound.heard(&frame);
                inbound.take(frame);
                inbound.missing(23);
            }
        }
    }

    /// Bytes that begin like what we look for get further than any bytes do.
    #[test]
    fn bytes_that_begin_well_give_a_value_or_an_error(
        id in 0..30_u8, field in 0..40_u8, bytes in vec(any::<u8>(), 0..60), pieces in vec((0..4_u16, vec(any::<u8>(), 0..40)), 0..40),
    ) {
        let length = u8::try_from(bytes.len()).unwrap();
        let tag = (u16::from(field) << 3) | 2;
        let mut part = vec![(tag & 0x7F) as u8 | 0x80, (tag >> 7) as u8, length];
        part.extend(&bytes);
        for (kind, outer) in [(1, 0x1A), (2, 0x22)] {
            let mut message = vec![0x08, kind, 0x10, id, outer, u8::try_from(part.len()).unwrap()];
            message.extend(&part);
            if let Ok(packet) = WearPacket::parse(&message) {
                read_as_everything(&packet);
            }
        }
        let mut stream = Stream::default();
        let mut inbound = Inbound::default();
        for (index, piece) in pieces {
            stream.take(&[&[0xA5, 0xA5, 3, 0], piece.as_slice()].concat());
            inbound.take(Frame::Start { encrypted: index == 1, pieces: index });
            inbound.take(Frame::Piece { index, bytes: Payload(piece) });
        }
    }
}

fn read_as_everything(packet: &WearPacket) {
    let _ = account::verify_reply(packet);
    let _ = account::confirm_reply(packet);
    let _ = account::bind_reply(packet);
    let _ = account::local_reply(packet);
    let _ = account::local_proof_reply(packet);
    let _ = account::bind_result_reply(packet);
    let _ = system::battery_reply(packet);
    let _ = system::device_info_reply(packet);
    let _ = system::find_reply(packet);
    let _ = system::reset_reply(packet);
}

#[test]
fn a_flood_without_end_is_not_kept() {
    let mut stream = Stream::default();
    // A header that claims 64512 bytes, then megabytes of further such headers.
    let header = [0xA5, 0xA5, 3, 0, 0x00, 0xFC, 0, 0];
    for _ in 0..2000 {
        assert_eq!(stream.take(&header.repeat(64)), []);
        // `Debug` tells how many bytes wait, never which.
        let kept = format!("{stream:?}");
        let kept: usize = kept.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
        assert!(kept < 70_000, "{kept} bytes are kept");
    }
    // And a real packet is still found.
    let packet = Packet::taken(3);
    assert_eq!(stream.take(packet.to_bytes().as_slice()), [packet]);
}
