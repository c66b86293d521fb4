//! The published vectors for the other models, and that every decoder of theirs takes any bytes: if one of these
//! fails, the app misreads or misleads a real band.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use proptest::prelude::*;
use rescue_core::wire::auth_v2::{self, Form, Random, Reply, Verdict};
use rescue_core::wire::battery::{LocalTime, When};
use rescue_core::wire::mi_band_1::{BatteryState, ConnectionParameters, Edition, Version};
use rescue_core::wire::user_info::{Answer, FrameError, Gender, Kind, Layout, Motor, UserInfo};
use rescue_core::wire::{advertisement, battery, gatt, mi_band_1, user_info};
use rescue_core::{Address, AuthKey, Payload};
use rescue_tests::{Vector, vector};
use serde_json::Value;

fn number(vector: &Vector, path: &str) -> u64 {
    vector.at(path).as_u64().unwrap()
}

fn byte(vector: &Vector, path: &str) -> u8 {
    u8::try_from(number(vector, path)).unwrap()
}

fn user(vector: &Vector, at: &str) -> UserInfo {
    UserInfo {
        uid: u32::try_from(number(vector, &format!("{at}/uid"))).unwrap(),
        gender: Gender::from_byte(byte(vector, &format!("{at}/gender"))),
        age: byte(vector, &format!("{at}/age")),
        height: byte(vector, &format!("{at}/height")),
        weight: byte(vector, &format!("{at}/weight")),
        kind: Kind::from_byte(byte(vector, &format!("{at}/type"))),
        alias: vector.text(&format!("{at}/alias")).into(),
    }
}

fn written<'a>(dialogue: &'a Vector, operation: &str, characteristic: &str) -> Vec<Vec<u8>> {
    let fits = |frame: &&'a Value| frame[1] == operation && frame[2] == characteristic;
    let frames = dialogue.list("/expected/frames").iter().filter(fits);
    frames.map(|frame| hex::decode(frame[3].as_str().unwrap()).unwrap()).collect()
}

#[test]
fn user_information_has_the_bytes_of_the_vendors_app() {
    let extended = Layout::Extended { feature: 5, appearance: 0 };
    for (id, at, layout) in [
        ("v01", "/inputs", Layout::Plain),
        ("v02", "/inputs", extended),
        ("v112", "/inputs/fields", Layout::Plain),
    ] {
        let vector = vector(id);
        let end = vector.bytes("/inputs/mac_last")[0];
        let user = user(&vector, at);
        let frame = vector.bytes("/expected/frame");
        assert_eq!(user_info::frame(&user, layout, end), Payload(frame.clone()), "{id}");
        assert_eq!(user_info::parse(&frame, layout, end), Ok((user.clone(), layout)), "{id}");
        assert_eq!(user_info::parse(&frame, layout, end ^ 1), Err(FrameError::Checksum), "for another band");
        assert!(!format!("{user:?}").contains(&user.alias), "who knows the user can open the band");
    }
}

#[test]
fn a_real_take_over_of_a_mi_band_1_is_understood_from_end_to_end() {
    use Answer::{Authenticated, ResetSucceeded, TapAwaited, TapFelt, UnknownUser};
    let real: Address = "88:0F:10:10:73:DA".parse().unwrap();
    let [.., end] = real.0;
    for (id, kind, answers) in [
        ("v96", Kind::Clear, vec![UnknownUser, TapAwaited, ResetSucceeded, TapFelt]),
        ("v97", Kind::Normal, vec![Authenticated]),
    ] {
        let dialogue = vector(id);
        let [frame] = written(&dialogue, "write-request", "ff04").try_into().unwrap();
        let (user, layout) = user_info::parse(&frame, Layout::Plain, end).unwrap();
        assert_eq!((user.uid, user.kind), (1_548_672_638, kind));
        assert_eq!(user_info::frame(&user, layout, end), Payload(frame));
        let said = written(&dialogue, "notify", "ff03");
        let said: Vec<_> = said.iter().map(|bytes| user_info::parse_answer(bytes).unwrap()).collect();
        assert_eq!(said, answers);
        let [read] = written(&dialogue, "read", "ff01").try_into().unwrap();
        assert!(mi_band_1::device_information(&read).unwrap().fits(&real));
        let [read] = written(&dialogue, "read", "ff0c").try_into().unwrap();
        assert_eq!(mi_band_1::battery(&read).unwrap().level, 93);
    }
    let v118 = vector("v118");
    let said = |path: &str| user_info::parse_answer(&v118.bytes(path));
    assert_eq!(said("/expected/type1_notify"), Ok(ResetSucceeded));
    assert_eq!(said("/expected/type0_notify"), Ok(Authenticated));
}

#[test]
fn every_answer_of_a_mi_band_1_has_its_meaning_and_unknown_ones_are_kept() {
    let all: Vec<_> = (0..=0xFF).map(|code| user_info::parse_answer(&[code]).unwrap()).collect();
    let unknown = |code: usize| Answer::Unknown(u8::try_from(code).unwrap());
    let known: Vec<usize> = (0..256).filter(|code| all[*code] != unknown(*code)).collect();
    let expected = (0x01..=0x06).chain(0x08..=0x16).chain([0xEF, 0xFF]);
    assert_eq!(known, expected.collect::<Vec<_>>());
    assert_eq!(all[0x09], Answer::ResetFailed);
    assert_eq!(all[0x14], Answer::Motor(Motor::Shutdown));
    assert_eq!(all[0x16], Answer::Motor(Motor::Test));
    assert_eq!(all[0xEF], Answer::PairingCancelled);
    assert_eq!(user_info::parse_answer(&[]).unwrap_err().length, 0);
    assert_eq!(user_info::parse_answer(&[5, 5]).unwrap_err().length, 2);
}

#[test]
fn what_a_mi_band_1_says_of_itself_is_read() {
    for (id, edition) in [("v03", Edition::OneA), ("v98", Edition::One)] {
        let vector = vector(id);
        let raw = vector.bytes("/inputs/raw");
        let read = mi_band_1::device_information(&raw).unwrap();
        assert_eq!(hex::encode(read.id), vector.text("/expected/device_id"));
        assert_eq!(read.feature, byte(&vector, "/expected/feature"));
        assert_eq!(read.appearance, byte(&vector, "/expected/appearance"));
        assert_eq!(read.hardware, byte(&vector, "/expected/hw"));
        assert_eq!(read.profile.to_string(), vector.text("/expected/profile"));
        assert_eq!(read.firmware.to_string(), vector.text("/expected/firmware"));
        assert_eq!(read.heart_rate, None);
        assert_eq!(read.edition(), Some(edition));
        assert!(read.checksum_ok);
        let mut damaged = raw;
        damaged[4] ^= 1;
        assert!(!mi_band_1::device_information(&damaged).unwrap().checksum_ok);
    }
    let v04 = vector("v04");
    let version = Version(u32::try_from(number(&v04, "/inputs/u32")).unwrap());
    assert_eq!(version.to_string(), v04.text("/expected/text"));

    let v99 = vector("v99");
    let address = mi_band_1::address(&v99.bytes("/expected/reads/fec9")).unwrap();
    let read = mi_band_1::device_information(&vector("v98").bytes("/inputs/raw")).unwrap();
    assert!(read.fits(&address));
    assert_eq!(read.address_end(), address.0[5]);
    assert!(!read.fits(&Address([0x88, 0x0F, 0x10, 0x10, 0x73, 0xDB])));
    let shown = format!("{read:?}");
    assert!(!shown.contains("115") && !shown.contains("218"), "{shown} has bytes of the address");
    assert_eq!(mi_band_1::is_paired(&v99.bytes("/expected/reads/ff0f paired")), Some(true));
    assert_eq!(mi_band_1::is_paired(&v99.bytes("/expected/reads/ff0f not paired")), Some(false));
    assert_eq!(mi_band_1::is_paired(&[]), None);
}

/// The rule is Gadgetbridge's, by fact; its issues 364 and 368 are about a 1A with the hardware number of a 1.
#[test]
fn the_edition_is_told_by_the_vendors_numbers_and_then_by_the_firmware() {
    let edition = |feature, appearance, hardware, firmware_major, heart_rate: bool| {
        let mut raw = vec![0x88, 0x10, 0x73, 0xDA, feature, appearance, hardware, 0];
        raw.extend([0, 0, 0, 2, 9, 4, 0, firmware_major]);
        raw.extend(heart_rate.then_some([1, 0, 3, 1]).into_iter().flatten());
        mi_band_1::device_information(&raw).unwrap().edition()
    };
    assert_eq!(edition(0, 0, 2, 1, false), Some(Edition::One));
    assert_eq!(edition(0, 0, 8, 1, false), Some(Edition::One));
    assert_eq!(edition(5, 0, 208, 5, false), Some(Edition::OneA));
    assert_eq!(edition(0, 0, 208, 5, false), Some(Edition::OneA));
    assert_eq!(edition(5, 0, 8, 5, false), Some(Edition::OneA));
    assert_eq!(edition(0, 0, 8, 5, false), Some(Edition::OneA), "the firmware is a 1A's");
    assert_eq!(edition(4, 0, 4, 4, true), Some(Edition::OneS));
    assert_eq!(edition(9, 9, 4, 4, true), Some(Edition::OneS));
    assert_eq!(edition(9, 9, 99, 4, true), Some(Edition::OneS));
    assert_eq!(edition(0, 0, 6, 1, false), None, "an Amazfit");
    assert_eq!(edition(9, 9, 99, 7, false), None);
}

#[test]
fn batteries_of_mi_bands_1_are_read() {
    for id in ["v74", "v113"] {
        let vector = vector(id);
        let battery = mi_band_1::battery(&vector.bytes("/inputs/raw")).unwrap();
        assert_eq!(battery.level, byte(&vector, "/expected/level"));
        assert_eq!(u64::from(battery.charges), number(&vector, "/expected/charges"));
        assert_eq!(battery.state, BatteryState::from_byte(byte(&vector, "/expected/status")));
        let time = battery.last_charge.and_then(When::time).unwrap();
        assert_eq!(time.to_string(), vector.text("/expected/last_charge"));
    }
    assert_eq!(
        mi_band_1::battery(&vector("v74").bytes("/inputs/raw")).unwrap().state,
        BatteryState::Charging
    );
}

#[test]
fn date_and_connection_parameters_have_the_published_bytes() {
    let v05 = vector("v05");
    assert_eq!(v05.text("/inputs/datetime"), "2015-05-26T17:06:58");
    let date =
        LocalTime { year: 2015, month: 5, day: 26, hour: 17, minute: 6, second: 58, zone_quarters: None };
    assert_eq!(mi_band_1::set_date(&date), Payload(v05.bytes("/expected/frame")));

    let expected = |vector: &Vector, at: &str| {
        let value = |name: &str| u16::try_from(number(vector, &format!("{at}/{name}"))).unwrap();
        ConnectionParameters {
            least: value("min"),
            greatest: value("max"),
            latency: value("latency"),
            timeout: value("timeout"),
            interval: value("conn_int"),
            advertising: value("adv_int"),
        }
    };
    for (id, parameters) in [("v07", ConnectionParameters::FAST), ("v08", ConnectionParameters::SPARING)] {
        let vector = vector(id);
        assert_eq!(parameters, expected(&vector, "/inputs"));
        assert_eq!(parameters.frame(), Payload(vector.bytes("/expected/frame")));
    }
    let v114 = vector("v114");
    let read = mi_band_1::connection_parameters(&v114.bytes("/inputs/raw"));
    assert_eq!(read, Ok(expected(&v114, "/expected")));
}

#[test]
fn commands_of_mi_bands_1_have_the_published_bytes_and_places() {
    for (id, command, place) in [
        ("v41", &mi_band_1::ERASE, gatt::mi_band_1::CONTROL),
        ("v42", &mi_band_1::RESTART, gatt::mi_band_1::CONTROL),
        ("v43", &mi_band_1::STOP_VIBRATING, gatt::mi_band_1::CONTROL),
        ("v44", &mi_band_1::MARK_PAIRED, gatt::mi_band_1::PAIR),
    ] {
        let vector = vector(id);
        assert_eq!(command.as_slice(), vector.bytes("/expected/write"));
        let short = u16::from_str_radix(vector.text("/inputs/characteristic"), 16).unwrap();
        assert_eq!(place.characteristic, gatt::short(short));
    }
    let self_test = format!("FF0D <- {} self test", hex::encode(mi_band_1::SELF_TEST));
    assert!(vector("v117").list("/expected/write_works").contains(&Value::from(self_test)));
}

#[test]
fn everything_that_a_mi_band_1_is_asked_is_in_a_real_service_table() {
    use gatt::mi_band_1 as places;
    let v99 = vector("v99");
    let service = |uuid| match uuid {
        gatt::FEE0 => "fee0",
        gatt::FEE7 => "fee7",
        other => panic!("{other} is not in the table"),
    };
    let properties = |place: rescue_core::event::CharacteristicId| {
        let short = &place.characteristic.to_string()[4..8];
        v99.bytes(&format!("/expected/{}/{short}", service(place.service)))[0]
    };
    for read in [places::DEVICE_INFORMATION, places::DATE, places::BATTERY, places::PAIR, places::ADDRESS] {
        assert_eq!(properties(read) & 0x02, 0x02);
    }
    assert_eq!(properties(places::NOTIFICATION) & 0x10, 0x10);
    let written = [
        places::USER_INFO,
        places::CONTROL,
        places::CONNECTION_PARAMETERS,
        places::DATE,
        places::TEST,
        places::PAIR,
    ];
    for place in written {
        assert_eq!(properties(place) & gatt::WRITE, gatt::WRITE);
    }
}

#[test]
fn a_mi_band_1_is_told_by_its_services_and_by_the_address_in_its_scan_response() {
    let (v110, v111) = (vector("v110"), vector("v111"));
    let fields = advertisement::parse(&v110.bytes("/inputs/raw"));
    assert_eq!(fields.flags, Some(byte(&v110, "/expected/flags")));
    assert_eq!(fields.services, [gatt::FEE0, gatt::FEE1, gatt::FEE7]);
    assert_eq!(advertisement::mi_band_1(&fields), None, "the address comes in the scan response");

    let fields = advertisement::parse(&v111.bytes("/inputs/raw"));
    assert_eq!(fields.name.as_deref(), Some(v111.text("/expected/name")));
    let address = advertisement::mi_band_1(&fields).unwrap();
    assert_eq!(address.to_string(), v111.text("/expected/address"));
    assert!(advertisement::begins_like_mi_band_1(&address));
    assert_eq!(advertisement::huami(&fields), None);
    assert!(advertisement::begins_like_mi_band_1(&"C8:0F:10:01:02:03".parse().unwrap()));

    for (id, path) in [("v69", "/inputs/raw"), ("v70", "/inputs/raw"), ("v90", "/inputs/flags_ad")] {
        assert_eq!(advertisement::mi_band_1(&advertisement::parse(&vector(id).bytes(path))), None);
    }
    for raw in vector("v95").list("/inputs/raw") {
        let content = hex::decode(raw.as_str().unwrap()).unwrap();
        let structure = [&[u8::try_from(content.len() + 1).unwrap(), 0xFF], content.as_slice()].concat();
        assert_eq!(advertisement::mi_band_1(&advertisement::parse(&structure)), None);
    }
}

#[test]
fn advertisements_of_mi_bands_4_to_6_are_read() {
    for id in ["v27", "v28"] {
        let vector = vector(id);
        let fields = advertisement::parse(&vector.bytes("/inputs/raw"));
        assert_eq!(fields.name.as_deref(), Some(vector.text("/expected/name")));
        assert_eq!(fields.services, [gatt::FEE0]);
        let steps = fields.service_data.first().map(|(service, data)| (*service, data.as_slice()));
        assert_eq!(steps, (id == "v27").then_some((gatt::FEE0, &[0; 4][..])));
    }
    for id in ["v69", "v70"] {
        let vector = vector(id);
        let huami = advertisement::huami(&advertisement::parse(&vector.bytes("/inputs/raw"))).unwrap();
        assert_eq!(huami.address.to_string(), vector.text("/expected/address"));
        assert_eq!(
            (huami.kind, huami.state),
            (byte(&vector, "/expected/frame_kind"), byte(&vector, "/expected/flag"))
        );
    }
    let v90 = vector("v90");
    let fields = advertisement::parse(&v90.bytes("/inputs/flags_ad"));
    assert_eq!(fields.flags, Some(byte(&v90, "/expected/flags")));
}

#[test]
fn the_key_of_pairing_v2_follows_from_address_and_random() {
    let v71 = vector("v71");
    let address: Address = v71.text("/inputs/address").parse().unwrap();
    let random = Random(v71.block("/inputs/seed"));
    assert_eq!(auth_v2::derive_key(&address, &random).to_hex(), v71.text("/expected/auth_key"));
    assert_eq!(format!("{random:?}"), "Random(hidden)", "with the address it is the key");
}

#[test]
fn frames_of_pairing_v2_have_the_published_bytes() {
    let v83 = vector("v83");
    let writes = v83.list("/inputs/writes_0009");
    let begins = |payload: &Payload| hex::encode(&payload.0[..2]);
    let v72 = vector("v72");
    let (key, random) = (AuthKey::new(v72.block("/inputs/key")), Random(v72.block("/inputs/random")));
    for (form, request, answer) in [(Form::Short, 0, 1), (Form::Old, 2, 3)] {
        assert_eq!(hex::encode(auth_v2::request_random(form).0), writes[request].as_str().unwrap());
        let proof = auth_v2::answer(form, &key, &random);
        assert!(writes[answer].as_str().unwrap().starts_with(&begins(&proof)));
        assert_eq!(hex::encode(&proof.0[2..]), v72.text("/expected/response"));
    }
    let long = auth_v2::request_random(Form::Long);
    assert_eq!(hex::encode(&long.0), format!("{}0100", writes[0].as_str().unwrap()));
    assert_eq!(auth_v2::answer(Form::Long, &key, &random), auth_v2::answer(Form::Short, &key, &random));
}

#[test]
fn answers_of_pairing_v2_are_understood() {
    let table = vector("v12");
    let said = |text: &str| {
        let mut meanings = table.at("/expected/table").as_object().unwrap().keys();
        assert!(meanings.any(|key| key == text), "{text} is not in the vector");
        let (opcode, random) = text.split_once('<').map_or((text, ""), |(opcode, _)| (opcode, "00112233"));
        auth_v2::parse(&hex::decode(format!("{opcode}{}", random.repeat(4))).unwrap())
    };
    let sixteen: [u8; 16] = hex::decode("00112233".repeat(4)).unwrap().try_into().unwrap();
    assert_eq!(said("10018101<16B>"), Reply::SpeaksV2 { vendor_key_hash: sixteen });
    assert_eq!(said("100181"), Reply::SignatureWanted);
    assert_eq!(said("100104"), Reply::Key(Verdict::Failed));
    assert_eq!(said("100101"), Reply::Key(Verdict::Success));
    assert_eq!(said("100201<16B>"), Reply::Random(Random(sixteen)));
    assert_eq!(said("108201<16B>"), Reply::Random(Random(sixteen)));
    assert_eq!(said("100204"), Reply::NoRandom(Verdict::Failed));
    for (text, verdict) in [
        ("100301", Verdict::Success),
        ("108301", Verdict::Success),
        ("100304", Verdict::Failed),
        ("108304", Verdict::Failed),
        ("100308", Verdict::WrongKey),
        ("100307", Verdict::Refused),
        ("108307", Verdict::Refused),
    ] {
        assert_eq!(said(text), Reply::Answer(verdict), "{text}");
    }
}

#[test]
fn a_firmware_that_wants_the_newer_protocol_does_not_look_like_a_wrong_key() {
    let v83 = vector("v83");
    let answers: Vec<_> = v83
        .list("/expected/answers_0009")
        .iter()
        .map(|answer| auth_v2::parse(&hex::decode(answer.as_str().unwrap()).unwrap()))
        .collect();
    assert!(matches!(answers[0], Reply::Random(Random(random)) if random[0] == 0x6B));
    assert_eq!(answers[1], Reply::Answer(Verdict::Refused));
    assert!(matches!(answers[2], Reply::Random(Random(random)) if random[0] == 0x28));
    assert_eq!(answers[3], Reply::Answer(Verdict::Refused));
}

/// As the vectors write it: `1970-01-01 …` for never, else date and clock with a space, then the zone.
fn as_written(when: When) -> String {
    let Some(time) = when.time() else { return "1970-01-01 00:00:00 tz +0/4 h".into() };
    format!("{} tz {:+}/4 h", time.to_string().replace('T', " "), time.zone_quarters.unwrap())
}

#[test]
fn whole_batteries_of_mi_bands_4_and_6_are_read() {
    for id in ["v85", "v86", "v87"] {
        let vector = vector(id);
        let read = battery::parse(&vector.bytes("/inputs/raw")).unwrap();
        assert_eq!(read.level, byte(&vector, "/expected/level"));
        assert_eq!(vector.text("/expected/state"), "normal");
        assert_eq!(read.state, Some(battery::BatteryState::Normal));
        assert_eq!(as_written(read.last_off.unwrap()), vector.text("/expected/last_off"));
        assert_eq!(as_written(read.last_charge.unwrap()), vector.text("/expected/last_charge"));
        assert_eq!(read.level_at_last_charge, Some(byte(&vector, "/expected/level_at_last_charge")));
    }
    let v13 = vector("v13");
    let read = battery::parse(&v13.bytes("/inputs/raw")).unwrap();
    let off = read.last_off.and_then(When::time).unwrap();
    assert_eq!(off.to_string(), v13.text("/expected/last_off"));
    assert_eq!(i64::from(off.zone_quarters.unwrap()), v13.at("/expected/tz_quarters").as_i64().unwrap());
    assert_eq!(read.level_at_last_charge, Some(byte(&v13, "/expected/level_at_last_charge")));
}

#[test]
fn a_band_that_was_never_charged_shows_no_invented_date() {
    let mut raw = vector("v86").bytes("/inputs/raw");
    assert_eq!(battery::parse(&raw).unwrap().last_charge, Some(When::Never));
    raw[11..13].copy_from_slice(&2106u16.to_le_bytes());
    assert_eq!(battery::parse(&raw).unwrap().last_charge, Some(When::Never));
    raw[11..13].copy_from_slice(&2024u16.to_le_bytes());
    raw[13] = 13;
    assert_eq!(battery::parse(&raw).unwrap().last_charge, None, "there is no 13th month");
    let short = battery::parse(&raw[..2]).unwrap();
    assert_eq!(
        (short.level, short.state, short.last_off, short.level_at_last_charge),
        (65, None, None, None)
    );
}

#[test]
fn the_standard_battery_level_is_one_byte() {
    assert_eq!(battery::parse_level(&[0x2E]), Ok(46));
    assert!(battery::parse_level(&[]).is_err());
    assert!(battery::parse_level(&[101]).is_err());
}

fn any_user() -> impl Strategy<Value = UserInfo> {
    let numbers = any::<(u32, u8, u8, u8, u8, u8)>();
    (numbers, "[^\u{0}]{0,8}").prop_map(|((uid, gender, age, height, weight, kind), alias)| UserInfo {
        uid,
        gender: Gender::from_byte(gender),
        age,
        height,
        weight,
        kind: Kind::from_byte(kind),
        alias,
    })
}

fn any_layout() -> impl Strategy<Value = Layout> {
    any::<Option<(u8, u8)>>().prop_map(|numbers| match numbers {
        None => Layout::Plain,
        Some((feature, appearance)) => Layout::Extended { feature, appearance },
    })
}

fn any_time() -> impl Strategy<Value = LocalTime> {
    let zone = proptest::option::of(-48i8..=56);
    (2000u16..2100, 1u8..=12, 1u8..=31, 0u8..24, 0u8..60, 0u8..60, zone).prop_map(
        |(year, month, day, hour, minute, second, zone_quarters)| LocalTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            zone_quarters,
        },
    )
}

fn on_the_wire(time: &LocalTime) -> Vec<u8> {
    let LocalTime { year, month, day, hour, minute, second, zone_quarters } = *time;
    let zone = zone_quarters.map_or(0x80, i8::cast_unsigned);
    [&year.to_le_bytes()[..], &[month, day, hour, minute, second, zone]].concat()
}

proptest! {
    #[test]
    fn user_information_comes_back_as_it_was_sent(user in any_user(), layout in any_layout(), end: u8) {
        let frame = user_info::frame(&user, layout, end);
        prop_assert_eq!(frame.0.len(), user_info::LENGTH);
        let (back, back_layout) = user_info::parse(&frame.0, layout, end).unwrap();
        prop_assert!(user.alias.starts_with(&back.alias));
        prop_assert!(user.alias.len() > 8 || user.alias == back.alias);
        prop_assert_eq!(back_layout, layout);
        prop_assert_eq!(UserInfo { alias: user.alias.clone(), ..back }, user);
    }

    #[test]
    fn connection_parameters_come_back_as_they_were_sent(values: [u16; 6]) {
        let [least, greatest, latency, timeout, interval, advertising] = values;
        let sent = ConnectionParameters { least, greatest, latency, timeout, interval, advertising };
        prop_assert_eq!(mi_band_1::connection_parameters(&sent.frame().0), Ok(sent));
    }

    #[test]
    fn a_date_is_read_back_as_it_was_set(time in any_time(), level in 0u8..=100, charges: u16, state: u8) {
        let date = mi_band_1::set_date(&time);
        let raw = [&[level], &date.0[..6], &charges.to_le_bytes(), &[state]].concat();
        let read = mi_band_1::battery(&raw).unwrap();
        prop_assert_eq!(read.last_charge, Some(When::At(LocalTime { zone_quarters: None, ..time })));
        prop_assert_eq!((read.level, read.charges, read.state.byte()), (level, charges, state));
    }

    #[test]
    fn a_battery_is_read_back_as_it_was_sent(
        off in any_time(), charge in any_time(), level in 0u8..=100, last in 0u8..=100, charging: bool,
    ) {
        use battery::BatteryState::{Charging, Normal};
        let start = [0x0F, level, u8::from(charging)];
        let raw = [&start[..], &on_the_wire(&off), &on_the_wire(&charge), &[last]].concat();
        let expected = battery::Battery {
            level,
            state: Some(if charging { Charging } else { Normal }),
            last_off: Some(When::At(off)),
            last_charge: Some(When::At(charge)),
            level_at_last_charge: Some(last),
        };
        prop_assert_eq!(battery::parse(&raw), Ok(expected));
    }

    #[test]
    fn a_random_goes_out_encrypted_with_the_key_and_nothing_else(key: [u8; 16], random: [u8; 16]) {
        let Reply::Random(given) = auth_v2::parse(&[&[0x10, 0x82, 0x01], &random[..]].concat()) else {
            return Err(TestCaseError::fail("no random"));
        };
        prop_assert_eq!(given, Random(random));
        let proof = auth_v2::answer(Form::Short, &AuthKey::new(key), &given);
        let mut block: aes::Block = <[u8; 16]>::try_from(&proof.0[2..]).unwrap().into();
        Aes128::new(&key.into()).decrypt_block(&mut block);
        prop_assert_eq!(<[u8; 16]>::from(block), random);
    }

    #[test]
    fn a_mi_beacon_is_read_back_as_it_was_sent(
        control: u16, product: u16, counter: u8, address: [u8; 6], more in proptest::collection::vec(any::<u8>(), 0..8),
    ) {
        let with_address = control | 0x10;
        let reversed: Vec<u8> = address.iter().rev().copied().collect();
        let content = [
            &[0x95, 0xFE][..], &with_address.to_le_bytes(), &product.to_le_bytes(), &[counter], &reversed, &more,
        ].concat();
        let structure = [&[u8::try_from(content.len() + 1).unwrap(), 0x16], content.as_slice()].concat();
        let beacon = advertisement::mi_beacon(&advertisement::parse(&structure)).unwrap();
        prop_assert_eq!((beacon.frame_control, beacon.product, beacon.counter), (with_address, product, counter));
        prop_assert_eq!(beacon.address, Some(Address(address)));
        let shown = format!("{beacon:?}");
        prop_assert!(!shown.contains(&Address(address).to_string()));
    }

    #[test]
    fn any_bytes_are_read(bytes: Vec<u8>, end: u8, layout in any_layout()) {
        let fields = advertisement::parse(&bytes);
        let _ = advertisement::mi_band_1(&fields);
        let _ = advertisement::mi_beacon(&fields);
        let _ = user_info::parse(&bytes, layout, end);
        let _ = user_info::parse_answer(&bytes);
        if let Ok(read) = mi_band_1::device_information(&bytes) {
            let _ = read.edition();
        }
        let _ = mi_band_1::battery(&bytes);
        let _ = mi_band_1::connection_parameters(&bytes);
        let _ = mi_band_1::address(&bytes);
        let _ = mi_band_1::is_paired(&bytes);
        let _ = auth_v2::parse(&bytes);
        let _ = battery::parse(&bytes);
        let _ = battery::parse_level(&bytes);
    }

    #[test]
    fn any_bytes_of_the_right_length_are_read(
        frame: [u8; user_info::LENGTH], information: [u8; 16], with_heart_rate: [u8; 20], battery: [u8; 10],
        end: u8, layout in any_layout(),
    ) {
        let body = &frame[..19];
        let refused = user_info::parse(&frame, layout, end);
        prop_assert!(matches!(refused, Ok(_) | Err(FrameError::Checksum)), "{refused:?}");
        let whole = (0..=0xFF).filter(|check| user_info::parse(&[body, &[*check]].concat(), layout, end).is_ok());
        prop_assert_eq!(whole.count(), 1, "one last byte alone makes a frame whole");
        prop_assert_eq!(mi_band_1::device_information(&information).unwrap().heart_rate, None);
        prop_assert!(mi_band_1::device_information(&with_heart_rate).unwrap().heart_rate.is_some());
        prop_assert_eq!(mi_band_1::battery(&battery).is_ok(), battery[0] <= 100);
        let _ = advertisement::mi_beacon(&advertisement::parse(&[&[0x15, 0x16, 0x95, 0xFE], &information[..]].concat()));
    }
}
