//! Every published vector for Mi Band 2 and 3: if one of these fails, the app misreads or misleads a real band.

#![allow(clippy::unwrap_used)]

use rescue_core::address::PeerId;
use rescue_core::band::{Model, recognise};
use rescue_core::event::Seen;
use rescue_core::view::RowKind;
use rescue_core::wire::auth_v1::{self, Flag, Reply, Verdict};
use rescue_core::wire::b163::{PrivateKey, PublicKey};
use rescue_core::wire::battery::{BatteryState, When};
use rescue_core::wire::configuration::{self, EraseReply};
use rescue_core::wire::session_2021::AuthReply;
use rescue_core::wire::{advertisement, auth_v2, battery, device_information, gatt};
use rescue_core::{AuthKey, Payload};
use rescue_tests::{Vector, vector};

fn seen(raw: &[u8]) -> Seen {
    Seen {
        peer: PeerId("peer".into()),
        address: None,
        address_kind: None,
        rssi: -50,
        connectable: None,
        fields: advertisement::parse(raw),
    }
}

#[test]
fn a_free_mi_band_2_is_recognised_by_what_a_real_one_says() {
    let v75 = vector("v75");
    let fields = advertisement::parse(&v75.bytes("/inputs/advertisement"));
    let huami = advertisement::huami(&fields).unwrap();
    assert_eq!(fields.flags, Some(6));
    assert_eq!((huami.kind, huami.state), (0, 3));
    assert_eq!(huami.address.to_string(), v75.text("/expected/address"));

    let both = [v75.bytes("/inputs/advertisement"), v75.bytes("/inputs/scan_response")].concat();
    let band = recognise(&seen(&both)).unwrap();
    assert_eq!(band.kind, RowKind::Band(Model::MiBand2));
    assert_eq!(band.address.unwrap().to_string(), v75.text("/expected/address"));
    assert_eq!(band.held, None, "flags 06 do not tell without the platform's word on connecting");
}

#[test]
fn a_band_that_a_phone_holds_is_shown_as_held() {
    let v94 = vector("v94");
    for ad in v94.list("/inputs/ad") {
        let ad = hex::decode(ad.as_str().unwrap()).unwrap();
        let band = recognise(&seen(&[ad, v94.bytes("/inputs/scan_response")].concat())).unwrap();
        assert_eq!(band.kind, RowKind::Band(Model::MiBand2));
        assert_eq!(band.held, Some(true));
        assert_eq!(band.address.unwrap().to_string(), v94.text("/expected/address"));
    }
}

#[test]
fn names_in_scan_responses_tell_the_model() {
    for (id, model) in [("v25", Model::MiBand2), ("v26", Model::MiBand3)] {
        let vector = vector(id);
        let seen = seen(&vector.bytes("/inputs/raw"));
        assert_eq!(seen.fields.name.as_deref(), Some(vector.text("/expected/name")));
        assert_eq!(seen.fields.services, [gatt::FEE0]);
        assert_eq!(recognise(&seen).unwrap().kind, RowKind::Band(model));
    }
}

#[test]
fn the_address_stands_in_the_makers_bytes() {
    for id in ["v67", "v68"] {
        let vector = vector(id);
        let huami = advertisement::huami(&advertisement::parse(&vector.bytes("/inputs/raw"))).unwrap();
        assert_eq!(huami.address.to_string(), vector.text("/expected/address"));
        assert_eq!(u64::from(huami.state), vector.at("/expected/flag").as_u64().unwrap());
    }
    let v91 = vector("v91");
    let huami = manufacturer(&v91.bytes("/inputs/raw")).unwrap();
    assert_eq!(huami.address.to_string(), v91.text("/expected/address"));
}

#[test]
fn the_company_id_alone_promises_no_address() {
    let v95 = vector("v95");
    for (raw, address) in v95.list("/inputs/raw").iter().zip(v95.list("/expected/address")) {
        let huami = manufacturer(&hex::decode(raw.as_str().unwrap()).unwrap());
        assert_eq!(huami.map(|huami| huami.address.to_string()).as_deref(), address.as_str());
    }
}

fn manufacturer(content: &[u8]) -> Option<advertisement::Huami> {
    let length = u8::try_from(content.len() + 1).unwrap();
    advertisement::huami(&advertisement::parse(&[&[length, 0xFF], content].concat()))
}

#[test]
fn the_key_is_proved_as_real_apps_prove_it() {
    for id in ["v09", "v72"] {
        let vector = vector(id);
        let key = AuthKey::new(vector.block("/inputs/key"));
        let answer = auth_v1::encrypt(&key, &vector.block("/inputs/random"));
        assert_eq!(hex::encode(answer), vector.text("/expected/response"));
    }
}

#[test]
fn frames_of_the_handshake_have_the_right_bytes_with_either_flag() {
    let v11 = vector("v11");
    let key = AuthKey::OLD_SHARED_DEFAULT;
    assert_eq!(key.to_hex(), v11.text("/inputs/key"));
    let random = v11.block("/inputs/random");
    for (flag, suffix) in [(Flag::Open, "08"), (Flag::Vendor, "00")] {
        let expected = |name: &str| v11.bytes(&format!("/expected/{name}{suffix}"));
        assert_eq!(auth_v1::offer_key(flag, &key), Payload(expected("pair")));
        assert_eq!(auth_v1::request_random(flag), Payload(expected("req")));
        assert_eq!(auth_v1::answer(flag, &key, &random), Payload(expected("resp")));
    }
}

#[test]
fn answers_of_the_handshake_are_understood() {
    let table = vector("v12");
    let known = |text: &str| {
        let listed = table.at("/expected/table").as_object().unwrap().keys();
        assert!(listed.clone().any(|key| key == text), "{text} is not in the vector");
        auth_v1::parse(&hex::decode(text.split('<').next().unwrap()).unwrap())
    };
    assert_eq!(known("100101"), Reply::Key(Verdict::Success));
    assert_eq!(known("100104"), Reply::Key(Verdict::Failed));
    assert_eq!(known("100102"), Reply::Key(Verdict::Denied));
    assert_eq!(known("100181"), Reply::SpeaksV2);
    assert_eq!(known("100204"), Reply::NoRandom(Verdict::Failed));
    assert_eq!(known("100301"), Reply::Answer(Verdict::Success));
    assert_eq!(known("100304"), Reply::Answer(Verdict::Failed));
    assert_eq!(known("100308"), Reply::Answer(Verdict::WrongKey));
    assert_eq!(known("100307"), Reply::Answer(Verdict::Other(7)));
    let random: Vec<u8> = (0..16).collect();
    assert_eq!(
        auth_v1::parse(&[&[0x10, 0x02, 0x01], random.as_slice()].concat()),
        Reply::Random(random.try_into().unwrap())
    );
}

#[test]
fn what_a_band_gives_to_be_encrypted_is_not_in_debug_output() {
    let random: Vec<u8> = (0x41..0x51).collect();
    let shown = format!("{random:?}");
    let v1 = auth_v1::parse(&[&[0x10, 0x02, 0x01], random.as_slice()].concat());
    let v2 = auth_v2::parse(&[&[0x10, 0x82, 0x01], random.as_slice()].concat());
    for debug in [format!("{v1:?}"), format!("{v2:?}")] {
        assert!(debug.contains("hidden") && !debug.contains(shown.trim_matches(['[', ']'])), "{debug}");
    }
    let key: PublicKey = PrivateKey::new(&[7; 24]).unwrap().public();
    let random = [0x41; 16];
    let reply = format!("{:?}", AuthReply::PublicKey { random, public: key });
    assert_eq!(reply, "PublicKey(hidden)");
}

#[test]
fn batteries_of_real_bands_are_read() {
    for id in ["v13", "v73", "v79"] {
        let vector = vector(id);
        let battery = battery::parse(&vector.bytes("/inputs/raw")).unwrap();
        assert_eq!(u64::from(battery.level), vector.at("/expected/level").as_u64().unwrap());
        let charging = vector.at("/expected").get("charging").and_then(serde_json::Value::as_bool);
        let state = if charging == Some(true) { BatteryState::Charging } else { BatteryState::Normal };
        assert_eq!(battery.state, Some(state));
        let time = battery.last_charge.and_then(When::time).unwrap();
        let date = format!("{}-{:02}-{:02}", time.year, time.month, time.day);
        let clock = format!("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
        let expected = vector.text("/expected/last_charge");
        assert!(expected.starts_with(&date) && expected.contains(&clock), "{date} {clock} is not {expected}");
    }
    assert_eq!(
        battery::parse(&vector("v79").bytes("/inputs/raw"))
            .unwrap()
            .last_charge
            .and_then(When::time)
            .unwrap()
            .zone_quarters,
        Some(8)
    );
}

#[test]
fn device_information_of_a_real_band_is_read() {
    let v77 = vector("v77");
    let text = |path: &str| device_information::text(&v77.bytes(path)).unwrap();
    assert_eq!(text("/inputs/2a25"), v77.text("/expected/serial"));
    assert_eq!(text("/inputs/2a27"), v77.text("/expected/hardware"));
    assert_eq!(text("/inputs/2a28"), v77.text("/expected/firmware"));
    assert_eq!(Model::from_hardware(&text("/inputs/2a27")), Some(Model::MiBand2));
    assert_eq!(pnp(&v77, "/inputs/2a50"), (0x0157, 4));
    for (id, model) in [("v29", Model::MiBand2), ("v30", Model::MiBand3)] {
        let (vendor, product) = pnp(&vector(id), "/inputs/raw");
        assert_eq!(vendor, 0x0157);
        assert_eq!(Model::from_product(product), Some(model));
    }
    for id in ["v34", "v35", "v38"] {
        let vector = vector(id);
        let text = device_information::text(&vector.bytes("/inputs/raw")).unwrap();
        assert_eq!(text, vector.text("/expected/text"));
    }
}

fn pnp(vector: &Vector, path: &str) -> (u16, u16) {
    let pnp = device_information::pnp(&vector.bytes(path)).unwrap();
    (pnp.vendor, pnp.product)
}

#[test]
fn commands_have_the_published_bytes_and_places() {
    let v45 = vector("v45");
    assert_eq!(configuration::ERASE.as_slice(), v45.bytes("/expected/write"));
    assert_eq!(gatt::CONFIGURATION.characteristic.to_string(), v45.text("/inputs/characteristic"));
    let v46 = vector("v46");
    assert_eq!(gatt::RESTART.as_slice(), v46.bytes("/expected/write"));
    assert_eq!(gatt::FIRMWARE_CONTROL.characteristic.to_string(), v46.text("/inputs/characteristic"));
    assert_eq!(gatt::VIBRATE.as_slice(), vector("v47").bytes("/expected/write"));
}

#[test]
fn answers_to_configuration_writes_follow_the_captured_rule() {
    for pair in vector("v78").list("/expected/pairs") {
        let reply = hex::decode(pair[1].as_str().unwrap()).unwrap();
        let expected = if reply == [0x10, 0x06, 0x06] { EraseReply::Refused } else { EraseReply::Unrelated };
        assert_eq!(configuration::parse_erase_reply(&reply), expected);
    }
    assert_eq!(configuration::parse_erase_reply(&[0x10, 0x06, 0x0B, 0x00, 0x01]), EraseReply::Accepted);
    assert_eq!(configuration::parse_erase_reply(&[0x10, 0x06, 0x0B, 0x00, 0x04]), EraseReply::Refused);
}

#[test]
fn everything_that_a_rescue_uses_is_in_a_real_service_table() {
    let v80 = vector("v80");
    let full = |id: &str| match id.len() {
        4 => gatt::short(u16::from_str_radix(id, 16).unwrap()),
        _ => id.parse().unwrap(),
    };
    let mut table = Vec::new();
    for service in v80.list("/expected/services") {
        for characteristic in service[1].as_array().unwrap() {
            let properties = u8::from_str_radix(characteristic[2].as_str().unwrap(), 16).unwrap();
            let uuid = full(characteristic[1].as_str().unwrap());
            table.push((full(service[0].as_str().unwrap()), uuid, properties));
        }
    }
    let properties = |id: rescue_core::event::CharacteristicId| {
        let found =
            table.iter().find(|(service, uuid, _)| (*service, *uuid) == (id.service, id.characteristic));
        found.map(|(.., properties)| *properties)
    };
    for read in [gatt::SERIAL, gatt::HARDWARE, gatt::FIRMWARE, gatt::PNP, gatt::BATTERY] {
        assert_eq!(properties(read).unwrap() & 0x02, 0x02);
    }
    for notify in [gatt::AUTH, gatt::EVENTS, gatt::CONFIGURATION] {
        assert_eq!(properties(notify).unwrap() & 0x10, 0x10);
    }
    for write in [gatt::AUTH, gatt::CONFIGURATION, gatt::ALERT] {
        assert_eq!(properties(write).unwrap() & gatt::WRITE_WITHOUT_RESPONSE, gatt::WRITE_WITHOUT_RESPONSE);
    }
    assert_eq!(properties(gatt::FIRMWARE_CONTROL).unwrap() & gatt::WRITE, gatt::WRITE);
}
