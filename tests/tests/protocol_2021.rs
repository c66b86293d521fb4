//! The 2021 protocol against its published vectors and against bad input: if one of these fails, a newer Mi Band 5,
//! a Mi Band 6 or a Smart Band 7 stays locked although the person has its key.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rescue_core::wire::b163::{PrivateKey, PrivateKeyError, PublicKey, PublicKeyError};
use rescue_core::wire::chunks_2021::{
    Acknowledgement, Body, ChunkError, Endpoint, Frame, Handles, LONGEST_MESSAGE, MOST_MESSAGES, Message,
    Mtu, News, Reassembler, parse, split,
};
use rescue_core::wire::session_2021::{
    self, AuthReply, AuthReplyError, BatteryReplyError, DecryptError, FindReply, Seal, Session,
};
use rescue_core::wire::{battery, device_information, gatt};
use rescue_core::{AuthKey, Payload};
use rescue_tests::{Vector, vector};

fn private_key(bytes: &[u8]) -> PrivateKey {
    PrivateKey::new(bytes.try_into().unwrap()).unwrap()
}

fn public_key(bytes: &[u8]) -> PublicKey {
    PublicKey::from_bytes(bytes.try_into().unwrap()).unwrap()
}

#[test]
fn the_shared_secret_and_the_session_are_those_of_a_real_implementation() {
    let (v14, v15) = (vector("v14"), vector("v15"));
    let private = private_key(&v14.bytes("/inputs/private"));
    assert_eq!(hex::encode(private.public().to_bytes()), v14.text("/expected/public"));
    let shared = private.agree(&public_key(&v14.bytes("/inputs/remote_public")));
    assert_eq!(hex::encode(shared.bytes()), v14.text("/expected/shared"));
    assert_eq!(hex::encode(shared.bytes()), v15.text("/inputs/shared"));

    let session = Session::new(&shared, &AuthKey::new(v15.block("/inputs/auth_key")));
    assert_eq!(hex::encode(session.key()), v15.text("/expected/session_key"));
    assert_eq!(u64::from(session.sequence()), v15.at("/expected/seq").as_u64().unwrap());
}

#[test]
fn a_public_key_is_the_private_key_times_the_published_generator() {
    let generator = public_key(&vector("v16").bytes("/expected/g_wire"));
    let private = private_key(&vector("v14").bytes("/inputs/private"));
    assert_eq!(private.agree(&generator).bytes(), &private.public().to_bytes());
}

#[test]
fn a_private_key_that_is_too_small_is_not_used_and_its_top_bits_do_not_count() {
    let with_bit = |bit: usize| {
        let mut bytes = [0; 24];
        bytes[bit / 8] = 1 << (bit % 8);
        bytes
    };
    for bit in (0..81).chain(162..192) {
        assert_eq!(PrivateKey::new(&with_bit(bit)).err(), Some(PrivateKeyError::TooSmall), "bit {bit}");
    }
    for bit in 81..162 {
        assert!(PrivateKey::new(&with_bit(bit)).is_ok(), "bit {bit}");
    }
    let (mut low, mut high) = ([0x5A; 24], [0x5A; 24]);
    (low[20], high[20]) = (0x01, 0xFD);
    low[21..].fill(0);
    high[21..].fill(0xFF);
    assert_eq!(private_key(&low).public(), private_key(&high).public());
}

#[test]
fn a_peer_that_is_no_point_of_the_curve_is_refused() {
    let good: [u8; 48] = vector("v14").bytes("/inputs/remote_public").try_into().unwrap();
    let refused = |bytes: [u8; 48]| PublicKey::from_bytes(&bytes).err();
    assert_eq!(refused([0; 48]), Some(PublicKeyError::Infinity));
    assert_eq!(refused([0xFF; 48]), Some(PublicKeyError::TooLarge));
    for place in [20, 21, 22, 23, 44, 45, 46, 47] {
        let mut bad = good;
        bad[place] |= 0x80;
        assert_eq!(refused(bad), Some(PublicKeyError::TooLarge));
    }
    for bit in (0..163).chain(192..192 + 163) {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(refused(bad), Some(PublicKeyError::OffTheCurve), "bit {bit}");
    }
    // The generator of sect163k1 (SEC 2), a curve that is easily taken for this one.
    let other_curve = "e8ee945c5e6d4ede93d707aaac11bc7b53c013fe02000000\
                       d9a3dacc38d53605802e1f3258ff385db00f078902000000";
    assert_eq!(
        refused(hex::decode(other_curve).unwrap().try_into().unwrap()),
        Some(PublicKeyError::OffTheCurve)
    );
}

#[test]
fn the_proof_has_the_documented_bytes() {
    let v17 = vector("v17");
    let session = Session::from_parts(v17.block("/inputs/session_key"), 0);
    let proof = session.prove(&AuthKey::new(v17.block("/inputs/auth_key")), &v17.block("/inputs/random"));
    assert_eq!(proof, Payload(v17.bytes("/expected/payload")));
}

/// The message of a vector, encrypted where the vector says so.
fn message(vector: &Vector) -> Message {
    let payload = vector.bytes("/inputs/payload");
    let endpoint = Endpoint(u16::from_str_radix(vector.text("/inputs/endpoint"), 16).unwrap());
    let handle = number(vector, "/inputs/handle");
    match vector.at("/inputs/session_key").as_str() {
        Some(_) => session(vector).encrypt(endpoint, handle, &payload),
        None => Message { endpoint, handle, body: Body::Plain(Payload(payload)) },
    }
}

fn session(vector: &Vector) -> Session {
    Session::from_parts(vector.block("/inputs/session_key"), number(vector, "/inputs/seq"))
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(vector: &Vector, path: &str) -> T {
    vector.at(path).as_u64().unwrap().try_into().unwrap()
}

fn chunks(vector: &Vector, path: &str) -> Vec<Payload> {
    let texts = vector.list(path).iter();
    texts.map(|text| Payload(hex::decode(text.as_str().unwrap()).unwrap())).collect()
}

/// What comes out of whole messages, put together from these chunks.
fn reassemble(chunks: &[Payload]) -> Vec<Message> {
    let mut reassembler = Reassembler::default();
    let mut whole = Vec::new();
    for chunk in chunks {
        if let News::Message(message) = reassembler.take(chunk.as_slice()).unwrap().news {
            whole.push(message);
        }
    }
    assert_eq!(reassembler.open(), []);
    whole
}

#[test]
fn messages_are_cut_and_encrypted_as_documented_and_read_back() {
    for id in ["v18", "v19", "v20", "v21", "v22", "v23", "v24"] {
        let vector = vector(id);
        let message = message(&vector);
        let cut = split(&message, Mtu::new(number(&vector, "/inputs/mtu")));
        let expected = chunks(&vector, "/expected/chunks");
        assert_eq!(cut, expected, "{id}");
        assert_eq!(reassemble(&expected), std::slice::from_ref(&message), "{id}");
        if vector.at("/inputs/session_key").is_string() {
            let decrypted = session(&vector).decrypt(&message).unwrap();
            assert_eq!(decrypted.plain, Payload(vector.bytes("/inputs/payload")));
            assert_eq!(decrypted.seal, Seal::Intact { sequence: number(&vector, "/inputs/seq") });
        }
    }
}

#[test]
fn the_commands_have_the_published_bytes() {
    let payload = |id: &str| vector(id).bytes("/inputs/payload");
    let public = public_key(&vector("v14").bytes("/expected/public"));
    assert_eq!(session_2021::offer_public_key(&public), Payload(payload("v18")));
    assert_eq!(session_2021::FIND_START.as_slice(), payload("v21"));
    assert_eq!(session_2021::ERASE.as_slice(), payload("v23"));
    assert_eq!(session_2021::BATTERY_REQUEST.as_slice(), payload("v24"));
    for (id, endpoint) in [
        ("v18", Endpoint::AUTH),
        ("v21", Endpoint::FIND),
        ("v23", Endpoint::COMPATIBILITY),
        ("v24", Endpoint::BATTERY),
    ] {
        assert_eq!(format!("{:04x}", endpoint.0), vector(id).text("/inputs/endpoint"));
    }
}

#[test]
fn logins_of_real_bands_are_read_and_our_side_would_have_sent_the_same_chunks() {
    for id in ["v81", "v82"] {
        let vector = vector(id);
        let mut app = Reassembler::default();
        let mut sent = Vec::new();
        for path in ["/inputs/app_key_chunks_0016", "/inputs/app_proof_chunks_0016"] {
            let captured = chunks(&vector, path);
            for chunk in &captured {
                if let News::Message(message) = app.take(chunk.as_slice()).unwrap().news {
                    assert_eq!(split(&message, Mtu::LEAST), captured);
                    sent.push(message);
                }
            }
        }
        let mut handles = Handles::starting_at(number(&vector, "/expected/app_handle"));
        let plain = |handle: u8, path: &str| Message {
            endpoint: Endpoint::AUTH,
            handle,
            body: Body::Plain(Payload(vector.bytes(path))),
        };
        assert_eq!(
            sent,
            [
                plain(handles.draw(), "/expected/app_payload"),
                plain(handles.draw(), "/expected/proof_payload")
            ]
        );
        let app_key = public_key(&vector.bytes("/expected/app_payload")[4..]);
        assert_eq!(session_2021::offer_public_key(&app_key), Payload(vector.bytes("/expected/app_payload")));

        let mut band = Reassembler::default();
        let mut said = |path: &str, handle: &str| {
            let taken = band.take(&vector.bytes(path)).unwrap();
            assert_eq!(taken.acknowledge, None);
            let News::Message(message) = taken.news else { panic!("one notification is the whole message") };
            assert_eq!((message.endpoint, message.handle), (Endpoint::AUTH, number::<u8>(&vector, handle)));
            let Body::Plain(payload) = message.body else { panic!("authentication is plain") };
            session_2021::parse_auth_reply(payload.as_slice()).unwrap()
        };
        assert_eq!(
            said("/inputs/band_answer_0017", "/expected/band_handle"),
            AuthReply::PublicKey {
                random: vector.block("/expected/band_random"),
                public: public_key(&vector.bytes("/expected/band_public_key")),
            }
        );
        assert_eq!(said("/inputs/band_result_0017", "/expected/result_handle"), AuthReply::Authenticated);
    }
}

#[test]
fn device_information_of_a_real_mi_band_6_is_read() {
    let v84 = vector("v84");
    let text = |path: &str| device_information::text(&v84.bytes(path)).unwrap();
    assert_eq!(text("/inputs/2a27"), v84.text("/expected/hardware"));
    assert_eq!(text("/inputs/2a28"), v84.text("/expected/firmware"));
    let pnp = device_information::pnp(&v84.bytes("/inputs/2a50")).unwrap();
    assert_eq!(pnp.source, number::<u8>(&v84, "/expected/vendor_source"));
    assert_eq!(pnp.vendor, number::<u16>(&v84, "/expected/vendor"));
    assert_eq!(pnp.product, number::<u16>(&v84, "/expected/product"));
    assert_eq!(pnp.version, number::<u16>(&v84, "/expected/version"));
}

#[test]
fn answers_of_the_authentication_are_told_apart() {
    let reply = |text: &str| session_2021::parse_auth_reply(&hex::decode(text).unwrap());
    assert_eq!(reply("100501"), Ok(AuthReply::Authenticated));
    assert_eq!(reply("100525"), Ok(AuthReply::WrongKey));
    assert_eq!(reply("100502"), Ok(AuthReply::Refused(2)));
    assert_eq!(reply("100428"), Ok(AuthReply::OffTheCurve));
    assert_eq!(reply("100402"), Ok(AuthReply::NoPublicKey(2)));
    assert_eq!(reply("1005"), Ok(AuthReply::Unknown));
    assert_eq!(reply(""), Ok(AuthReply::Unknown));
    let whole = format!("100401{}{}", "11".repeat(16), vector("v14").text("/inputs/remote_public"));
    assert!(matches!(reply(&whole), Ok(AuthReply::PublicKey { random: [0x11, ..], .. })));
    for length in 3..67 {
        assert_eq!(reply(&whole[..2 * length]), Err(AuthReplyError::CutOff { length }));
    }
    let zeros = format!("100401{}", "00".repeat(64));
    assert_eq!(reply(&zeros), Err(AuthReplyError::PublicKey(PublicKeyError::Infinity)));
}

#[test]
fn answers_to_commands_are_understood() {
    let raw = vector("v79").bytes("/inputs/raw");
    let read = session_2021::parse_battery_reply(&[&[0x04], raw.as_slice()].concat());
    assert_eq!(read, Ok(battery::parse(&raw).unwrap()));
    assert_eq!(session_2021::parse_battery_reply(&raw), Err(BatteryReplyError::Unrelated));
    assert_eq!(
        session_2021::parse_battery_reply(&[0x04, 0x0F]),
        Err(BatteryReplyError::Battery(battery::BatteryError::TooShort { length: 1, needed: 2 }))
    );
    assert_eq!(session_2021::parse_find_reply(&[0x04, 0x01]), FindReply::Started);
    assert_eq!(session_2021::parse_find_reply(&[0x07]), FindReply::StoppedOnTheBand);
    assert_eq!(session_2021::parse_find_reply(&[]), FindReply::Unknown);
    assert_eq!(session_2021::connection_answer(&[0x03]), Some([0x04]));
    assert_eq!(session_2021::connection_answer(&[0x02, 0xF7, 0x00]), None);
    assert!(gatt::CHUNKS_TO_BAND.characteristic.to_string().starts_with("00000016-0000-3512-2118"));
    assert!(gatt::CHUNKS_FROM_BAND.characteristic.to_string().starts_with("00000017-0000-3512-2118"));
}

#[test]
fn a_band_that_wants_an_acknowledgement_gets_one_and_ours_is_understood() {
    let mut reassembler = Reassembler::default();
    let chunk = hex::decode("030700fe0001000000290003").unwrap();
    let wanted = Acknowledgement { handle: 0xFE, count: 0 };
    assert_eq!(reassembler.take(&chunk).unwrap().acknowledge, Some(wanted));
    let again = reassembler.take(&chunk).unwrap();
    assert_eq!((again.news, again.acknowledge), (News::Repeat, Some(wanted)));
    let written = wanted.to_payload();
    assert_eq!(written.as_slice(), [0x04, 0x00, 0xFE, 0x01, 0x00]);
    let taken = reassembler.take(written.as_slice()).unwrap();
    assert_eq!(taken.news, News::Acknowledged(wanted));
    assert_eq!(taken.acknowledge, None);
}

fn chunk(flags: u8, handle: u8, count: u8, piece: &[u8]) -> Vec<u8> {
    [&[0x03, flags, 0x00, handle, count], piece].concat()
}

fn first(flags: u8, handle: u8, length: u32, piece: &[u8]) -> Vec<u8> {
    let head = [length.to_le_bytes().as_slice(), &[0x82, 0x00], piece].concat();
    chunk(flags | 0x01, handle, 0, &head)
}

#[test]
fn chunks_that_lie_end_their_message_with_a_reason_and_no_other() {
    let other = first(0x00, 200, 2, &[7]);
    let check = |chunks: &[Vec<u8>], error: ChunkError| {
        let mut reassembler = Reassembler::default();
        assert_eq!(reassembler.take(&other).unwrap().news, News::More);
        let (bad, good) = chunks.split_last().unwrap();
        for chunk in good {
            assert_eq!(reassembler.take(chunk).unwrap().news, News::More);
        }
        assert_eq!(reassembler.take(bad), Err(error));
        assert_eq!(reassembler.open().len(), 1, "only the other message is left");
        let rest = reassembler.take(&chunk(0x02, 200, 1, &[8])).unwrap();
        assert!(
            matches!(rest.news, News::Message(message) if message.body == Body::Plain(Payload(vec![7, 8])))
        );
    };
    check(&[vec![]], ChunkError::NoChunk);
    check(&[vec![0x05, 1, 2, 3, 4]], ChunkError::NoChunk);
    check(&[vec![0x03, 0x00, 0x00, 9]], ChunkError::CutOff { length: 4 });
    check(&[first(0x00, 9, 1, &[])[..10].to_vec()], ChunkError::CutOff { length: 10 });
    check(&[vec![0x04, 0x00, 0x09]], ChunkError::CutOff { length: 3 });
    check(&[chunk(0x02, 9, 1, &[1])], ChunkError::NeverOpened { handle: 9 });
    let out_of_order = |expected, found| ChunkError::OutOfOrder { handle: 9, expected, found };
    check(&[first(0, 9, 9, &[1]), chunk(0, 9, 2, &[2])], out_of_order(1, 2));
    check(&[first(0, 9, 9, &[1]), chunk(0, 9, 1, &[2]), chunk(0, 9, 1, &[3])], out_of_order(2, 1));
    let mut opened_late = first(0, 9, 9, &[1]);
    opened_late[4] = 1;
    check(&[opened_late], out_of_order(0, 1));
    check(&[first(0, 9, 9, &[1]), chunk(0x0A, 9, 1, &[2])], ChunkError::HalfEncrypted { handle: 9 });
    let length = |expected, found| ChunkError::Length { handle: 9, expected, found };
    check(&[first(0x02, 9, 4, &[1, 2, 3])], length(4, 3));
    check(&[first(0x02, 9, 4, &[1, 2, 3, 4, 5])], length(4, 5));
    check(&[first(0x00, 9, 2, &[1]), chunk(0, 9, 1, &[2, 3, 4])], length(2, 4));
    check(&[first(0x0A, 9, 8, &[0; 32])], length(16, 32));
    check(&[first(0x0A, 9, 9, &[0; 16])], length(32, 16));
    let too_long = |length| ChunkError::TooLong { handle: 9, length };
    check(&[first(0x00, 9, u32::MAX, &[1])], too_long(u32::MAX));
    check(&[first(0x08, 9, 16 * 1024 + 1, &[1])], too_long(16 * 1024 + 1));
}

#[test]
fn a_message_begun_anew_replaces_the_old_one() {
    let mut reassembler = Reassembler::default();
    reassembler.take(&first(0, 9, 3, &[1])).unwrap();
    reassembler.take(&first(0, 9, 2, &[5])).unwrap();
    assert_eq!(reassembler.open().len(), 1);
    let taken = reassembler.take(&chunk(0x02, 9, 1, &[6])).unwrap();
    assert!(matches!(taken.news, News::Message(message) if message.body == Body::Plain(Payload(vec![5, 6]))));
}

#[test]
fn messages_that_never_end_do_not_fill_the_memory() {
    let mut reassembler = Reassembler::default();
    for handle in 0..=255 {
        reassembler.take(&first(0, handle, 100, &[handle])).unwrap();
    }
    assert_eq!(reassembler.open().len(), MOST_MESSAGES);
    assert_eq!(reassembler.take(&chunk(0, 251, 1, &[])), Err(ChunkError::NeverOpened { handle: 251 }));
    assert_eq!(reassembler.take(&chunk(0, 252, 1, &[1])).unwrap().news, News::More);

    let mut endless = Reassembler::default();
    endless.take(&first(0, 1, u32::try_from(LONGEST_MESSAGE).unwrap(), &[])).unwrap();
    let error = (1..).find_map(|count| endless.take(&chunk(0, 1, count as u8, &[0; 500])).err());
    assert!(matches!(error, Some(ChunkError::Length { handle: 1, .. })));
    assert_eq!(endless.open(), []);
}

#[test]
fn counters_that_wrap_go_on_at_zero() {
    let mut handles = Handles::starting_at(254);
    assert_eq!([handles.draw(), handles.draw(), handles.draw()], [254, 255, 0]);

    let mut session = Session::from_parts([9; 16], u32::MAX);
    let sealed = |session: &mut Session| {
        let message = session.encrypt(Endpoint::FIND, 0, &[3]);
        session.decrypt(&message).unwrap().seal
    };
    assert_eq!(sealed(&mut session), Seal::Intact { sequence: u32::MAX });
    assert_eq!(sealed(&mut session), Seal::Intact { sequence: 0 });

    let long: Vec<u8> = (0..LONGEST_MESSAGE).map(|place| (place / 7) as u8).collect();
    let message = Message { endpoint: Endpoint(0x17), handle: 255, body: Body::Plain(Payload(long)) };
    let chunks = split(&message, Mtu::LEAST);
    assert!(chunks.len() > 1000, "the counts go round several times");
    assert_eq!(reassemble(&chunks), [message]);
}

#[test]
fn an_mtu_that_bluetooth_does_not_allow_is_brought_into_range() {
    for (said, meant) in [(0, 23), (22, 23), (518, 517), (u16::MAX, 517)] {
        assert_eq!(Mtu::new(said), Mtu::new(meant));
    }
}

#[test]
fn a_changed_message_is_noticed_and_a_lying_length_is_an_error() {
    let mut session = Session::from_parts([0x42; 16], 5);
    let message = session.encrypt(Endpoint::COMPATIBILITY, 7, &session_2021::ERASE);
    let Body::Encrypted { length: 5, bytes } = &message.body else { panic!("it is encrypted") };
    let with = |length, bytes| {
        let body = Body::Encrypted { length, bytes: Payload(bytes) };
        session.decrypt(&Message { body, ..message.clone() })
    };
    for bit in 0..128 {
        let mut changed = bytes.0.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(with(5, changed).unwrap().seal, Seal::Broken, "bit {bit}");
    }
    let other_handle = session.decrypt(&Message { handle: 8, ..message.clone() });
    assert_eq!(other_handle.unwrap().seal, Seal::Broken);
    assert_eq!(with(9, bytes.0.clone()), Err(DecryptError { length: 9, found: 16 }));
    assert_eq!(with(u32::MAX, bytes.0.clone()), Err(DecryptError { length: u32::MAX, found: 16 }));
    assert_eq!(with(5, Vec::new()), Err(DecryptError { length: 5, found: 0 }));
    assert_eq!(with(5, bytes.0[..15].to_vec()), Err(DecryptError { length: 5, found: 15 }));
}

#[test]
fn no_key_is_shown_in_debug_output() {
    let v14 = vector("v14");
    let private = private_key(&v14.bytes("/inputs/private"));
    let shared = private.agree(&public_key(&v14.bytes("/inputs/remote_public")));
    let key = AuthKey::new(vector("v15").block("/inputs/auth_key"));
    let session = Session::new(&shared, &key);
    assert_eq!(format!("{private:?} {shared:?}"), "PrivateKey(hidden) Shared(hidden)");
    assert_eq!(format!("{session:?}"), "Session(hidden)");
    let mut reassembler = Reassembler::default();
    reassembler.take(&first(0, 9, 99, session.key())).unwrap();
    let message = session.clone().encrypt(Endpoint::AUTH, 1, key.bytes());
    let decrypted = session.decrypt(&message).unwrap();
    let proof = session.prove(&key, &[1; 16]);
    let shown = format!(
        "{reassembler:?} {message:?} {decrypted:?} {proof:?} {:?}",
        parse(&first(2, 9, 16, key.bytes()))
    );
    for secret in [session.key().as_slice(), key.bytes(), shared.bytes(), proof.as_slice()] {
        let numbers = format!("{:?}", &secret[..4]);
        assert!(
            !shown.contains(numbers.trim_matches(['[', ']'])) && !shown.contains(&hex::encode(&secret[..4]))
        );
    }
}

fn scalars() -> impl Strategy<Value = PrivateKey> {
    any::<[u8; 24]>().prop_filter_map("too small", |bytes| PrivateKey::new(&bytes).ok())
}

fn messages() -> impl Strategy<Value = (Message, Session)> {
    let contents = prop::collection::vec(any::<u8>(), 0..2000);
    let session =
        (any::<[u8; 16]>(), any::<u32>()).prop_map(|(key, sequence)| Session::from_parts(key, sequence));
    (any::<u16>(), any::<u8>(), contents, any::<bool>(), session).prop_map(
        |(endpoint, handle, contents, encrypted, session)| {
            let endpoint = Endpoint(endpoint);
            let message = match encrypted {
                true => session.clone().encrypt(endpoint, handle, &contents),
                false => Message { endpoint, handle, body: Body::Plain(Payload(contents)) },
            };
            (message, session)
        },
    )
}

/// Bytes that are nearly chunks, so that the deeper checks are reached too.
fn nearly_chunks() -> impl Strategy<Value = Vec<u8>> {
    let head = (0_u8..16, 0_u8..6, 0_u8..4, prop::option::of(0_u32..64));
    let piece = prop::collection::vec(any::<u8>(), 0..40);
    let chunk = (head, piece).prop_map(|((flags, handle, count, length), piece)| match length {
        Some(length) => first(flags, handle, length, &piece),
        None => chunk(flags, handle, count, &piece),
    });
    prop_oneof![4 => chunk, 1 => prop::collection::vec(any::<u8>(), 0..600)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_sides_come_to_the_same_secret(ours in scalars(), theirs in scalars()) {
        let (our_public, their_public) = (ours.public(), theirs.public());
        prop_assert_eq!(PublicKey::from_bytes(&our_public.to_bytes()), Ok(our_public));
        let shared = ours.agree(&their_public);
        prop_assert!(shared == theirs.agree(&our_public));
        prop_assert!(PublicKey::from_bytes(shared.bytes()).is_ok(), "it is a point of the curve again");
    }

    #[test]
    fn no_random_bytes_pass_as_a_public_key(x in any::<[u8; 24]>(), y in any::<[u8; 24]>()) {
        let bytes: [u8; 48] = [x, y].concat().try_into().unwrap();
        prop_assert!(PublicKey::from_bytes(&bytes).is_err());
    }
}

proptest! {
    #[test]
    fn a_message_survives_any_mtu_and_repeated_chunks(
        (message, session) in messages(),
        mtu in 23_u16..=517,
        repeats in prop::collection::vec(1_usize..4, 1..9),
    ) {
        let chunks = split(&message, Mtu::new(mtu));
        prop_assert!(chunks.iter().all(|chunk| chunk.as_slice().len() <= usize::from(mtu - 3).min(512)));
        let repeated: Vec<Payload> = chunks
            .into_iter()
            .zip(repeats.iter().cycle())
            .flat_map(|(chunk, times)| std::iter::repeat_n(chunk, *times))
            .collect();
        prop_assert_eq!(reassemble(&repeated), std::slice::from_ref(&message));
        let seal = session.decrypt(&message).unwrap().seal;
        let expected = match message.body {
            Body::Plain(_) => Seal::Plain,
            Body::Encrypted { .. } => Seal::Intact { sequence: session.sequence() },
        };
        prop_assert_eq!(seal, expected);
    }

    #[test]
    fn a_message_with_a_lost_chunk_is_never_handed_out_and_the_next_one_is(
        (message, _) in messages(),
        (next, _) in messages(),
        mtu in 23_u16..=517,
        lost in any::<prop::sample::Index>(),
    ) {
        let mut reassembler = Reassembler::default();
        let mut chunks = split(&message, Mtu::new(mtu));
        chunks.remove(lost.index(chunks.len()));
        for chunk in &chunks {
            let taken = reassembler.take(chunk.as_slice());
            let handed_out = matches!(taken.map(|taken| taken.news), Ok(News::Message(_)));
            prop_assert!(!handed_out);
        }
        let mut whole = Vec::new();
        for chunk in split(&next, Mtu::new(mtu)) {
            if let News::Message(message) = reassembler.take(chunk.as_slice()).unwrap().news {
                whole.push(message);
            }
        }
        prop_assert_eq!(whole, [next]);
    }

    #[test]
    fn two_messages_may_cross(
        (one, _) in messages(),
        (two, _) in messages(),
        mtu in 23_u16..=517,
        order in prop::collection::vec(any::<bool>(), 1..50),
    ) {
        prop_assume!(one.handle != two.handle);
        let (one_cut, two_cut) = (split(&one, Mtu::new(mtu)), split(&two, Mtu::new(mtu)));
        let (mut first, mut second) = (one_cut.into_iter(), two_cut.into_iter());
        let mut mixed = Vec::new();
        for from_first in order.iter().cycle() {
            let next = if *from_first { first.next().or_else(|| second.next()) } else { second.next().or_else(|| first.next()) };
            let Some(chunk) = next else { break };
            mixed.push(chunk);
        }
        let whole = reassemble(&mixed);
        prop_assert_eq!(whole.len(), 2);
        prop_assert!(whole.contains(&one) && whole.contains(&two));
    }

    #[test]
    fn any_bytes_give_a_value_or_an_error_in_bounded_memory(
        frames in prop::collection::vec(nearly_chunks(), 0..60),
    ) {
        let mut reassembler = Reassembler::default();
        let session = Session::from_parts([3; 16], 3);
        for frame in &frames {
            if let Ok(News::Message(message)) = reassembler.take(frame).map(|taken| taken.news) {
                let decrypted = session.decrypt(&message);
                prop_assert!(decrypted.is_ok(), "a whole message has a length that can be decrypted");
            }
            let held: usize = reassembler.open().iter().map(|partial| partial.body.as_slice().len()).sum();
            prop_assert!(held <= MOST_MESSAGES * (LONGEST_MESSAGE + 24));
            if let Ok(Frame::Chunk(chunk)) = parse(frame) {
                prop_assert_eq!(chunk.start.is_some(), chunk.flags & 1 == 1);
            }
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for head in [&[][..], &[0x10, 0x04, 0x01], &[0x10, 0x04], &[0x10, 0x05], &[0x04]] {
            let bytes = [head, bytes.as_slice()].concat();
            let _ = session_2021::parse_auth_reply(&bytes);
            let _ = session_2021::parse_battery_reply(&bytes);
            session_2021::parse_find_reply(&bytes);
            session_2021::connection_answer(&bytes);
        }
    }
}
