//! `decode` and `compute` against the published vectors, as a script calls them: if one of these fails, a person reads
//! something into a capture that the band never said.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::process::{Command, Output};

use serde_json::{Value, json};

const VECTORS: [&str; 4] = [
    include_str!("../../tests/vectors/mi-band-2-and-3.json"),
    include_str!("../../tests/vectors/other-models.json"),
    include_str!("../../tests/vectors/protocol-2021.json"),
    include_str!("../../tests/vectors/xiaomi.json"),
];

/// A value of a vector, at a path such as `/inputs/raw`.
fn at(id: &str, path: &str) -> Value {
    let all = VECTORS.into_iter().flat_map(|file| serde_json::from_str::<Vec<Value>>(file).unwrap());
    let vector = all.into_iter().find(|vector| vector["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    vector.pointer(path).unwrap_or_else(|| panic!("{id} has no {path}")).clone()
}

fn text(id: &str, path: &str) -> String {
    at(id, path).as_str().unwrap_or_else(|| panic!("{id}{path} is no text")).to_owned()
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_band-rescue")).args(arguments).env("TZ", "UTC").output().unwrap()
}

/// Every line of JSON.
fn lines(arguments: &[&str]) -> Vec<Value> {
    let output = run(&[arguments, &["--json"]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
    assert!(told.is_empty(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The only line of JSON.
fn line(arguments: &[&str]) -> Value {
    let mut lines = lines(arguments);
    assert_eq!(lines.len(), 1, "{arguments:?}: {lines:?}");
    lines.remove(0)
}

fn decode(format: &str, frames: &[&str]) -> Value {
    line(&[&["decode", format], frames].concat())
}

/// Every named value is there, whatever else is.
fn has(found: &Value, wanted: &Value) {
    for (name, value) in wanted.as_object().unwrap() {
        if value.is_object() {
            has(&found[name], value);
        } else {
            assert_eq!(&found[name], value, "{name} of {found}");
        }
    }
}

// --- in the air

#[test]
fn advertisements_tell_who_and_whether_a_phone_holds_it() {
    for (id, name) in
        [("v25", "MI Band 2"), ("v26", "Mi Band 3"), ("v27", "Mi Smart Band 4"), ("v28", "Mi Smart Band 5")]
    {
        let read = decode("scan-response", &[&text(id, "/inputs/raw")]);
        has(&read, &json!({"name": name, "services": ["fee0"], "address": null, "held": null, "rssi": null}));
    }
    for id in ["v67", "v68", "v69", "v70"] {
        let read = decode("advertisement", &[&text(id, "/inputs/raw")]);
        has(&read, &json!({"company": "0157", "flags": 6, "held": false, "rssi": null, "name": null}));
        for (name, expected) in
            [("address", "address"), ("opaque", "opaque"), ("state", "flag"), ("kind", "frame_kind")]
        {
            assert_eq!(read[name], at(id, &format!("/expected/{expected}")), "{id}");
        }
    }
    let both = [text("v75", "/inputs/advertisement"), text("v75", "/inputs/scan_response")];
    let wanted = json!({
        "address": "FA:8E:E3:12:B4:A9", "name": "MI Band 2", "company": "0157", "flags": 6, "held": false,
        "rssi": null, "state": 3, "model": "Mi Band 2", "complete": true,
    });
    has(&decode("advertisement", &[&both[0], &both[1]]), &wanted);
    has(&decode("scan-response", &[&both[1], &both[0]]), &wanted);
    has(&decode("advertisement", &[&both.concat()]), &wanted);
}

#[test]
fn a_band_that_a_phone_holds_is_told_from_a_free_one() {
    for (nth, state) in [(0, 2), (1, 1)] {
        let advertisement = text("v94", &format!("/inputs/ad/{nth}"));
        let read = decode("advertisement", &[&advertisement, &text("v94", "/inputs/scan_response")]);
        has(
            &read,
            &json!({"held": true, "flags": 4, "state": state, "steps": 5422, "address": "CF:A7:00:9E:C5:02"}),
        );
    }
}

#[test]
fn a_controllers_report_adds_signal_strength_and_the_kind_of_address() {
    let report = text("v90", "/inputs/hci");
    let wanted = json!({
        "address": "C9:7E:82:93:5B:59", "rssi": -48, "held": false, "connectable": true, "address_type": "public",
        "complete": false,
    });
    has(&decode("advertisement", &[&report]), &wanted);
    has(
        &decode("advertisement", &[&report, &text("v90", "/inputs/flags_ad")]),
        &json!({"flags": 6, "rssi": -48}),
    );
    let spaced: Vec<String> =
        report.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into()).collect();
    let spaced: Vec<&str> = spaced.iter().map(String::as_str).collect();
    has(&decode("advertisement", &spaced), &wanted);
    // A scannable report with flags 04 and the scan response that follows it, both as an older controller tells.
    let held = "043e0f0201020102c59e00a7cf03020104c4";
    let answer = "043e170201040102c59e00a7cf0b0a094d492042616e642032b0";
    let read = decode("advertisement", &[held, answer]);
    has(&read, &json!({"held": true, "name": "MI Band 2", "rssi": -80, "address_type": "random_static"}));
    let two = lines(&["decode", "advertisement", held, "043e0f02010001030000eeffc003020106c4"]);
    assert_eq!(two.len(), 2, "two bands are two lines: {two:?}");
}

#[test]
fn the_makers_bytes_are_read_as_scanners_show_them_and_short_ones_have_no_address() {
    let read = decode("advertisement", &[&text("v91", "/inputs/raw")]);
    has(&read, &json!({"company": "0157", "address": at("v91", "/expected/address"), "state": 1, "kind": 0}));
    for nth in 0..3 {
        let read = decode("advertisement", &[&text("v95", &format!("/inputs/raw/{nth}"))]);
        has(&read, &json!({"company": "0157", "address": at("v95", &format!("/expected/address/{nth}"))}));
    }
}

#[test]
fn a_mi_band_1_and_a_protobuf_band_tell_themselves_in_their_own_ways() {
    let read = decode("advertisement", &[&text("v110", "/inputs/raw"), &text("v111", "/inputs/raw")]);
    let wanted = json!({
        "name": "MI", "address": "88:0F:10:10:73:DA", "company": "0157", "flags": 6, "services": ["fee0", "fee1", "fee7"],
    });
    has(&read, &wanted);
    let read = decode("advertisement", &["020106", "0b1695fe5759128807aabbccdd"]);
    has(
        &read,
        &json!({"company": null, "mi_beacon": {"product": "8812", "frame_control": "5957", "address": null}}),
    );
}

// --- what a band says of itself

#[test]
fn pnp_ids_are_four_digits_each() {
    for (raw, product, version) in [
        (text("v29", "/inputs/raw"), "0004", "0100"),
        (text("v30", "/inputs/raw"), "0013", "0100"),
        ("0157 0124 0001 01".to_owned(), "0024", "0101"),
        ("01:57:01:3d:00:01:01".to_owned(), "003d", "0101"),
        ("0x0157011a000100".to_owned(), "001a", "0001"),
        (text("v84", "/inputs/2a50"), "005b", "0101"),
    ] {
        let wanted = json!({"vendor": "0157", "product": product, "version": version, "vendor_source": 1});
        has(&decode("pnp", &[&raw]), &wanted);
    }
}

#[test]
fn device_information_of_the_first_bands_tells_the_edition() {
    let read = decode("device-info-mb1", &[&text("v03", "/inputs/raw")]);
    let wanted = json!({
        "device_id": "112233440500d01c", "feature": 5, "appearance": 0, "hardware": 208, "profile": "1.2.3.4",
        "firmware": "5.15.11.19", "checksum_ok": true, "model": "Mi Band 1A", "edition": "1A",
        "heart_rate_firmware": null,
    });
    has(&read, &wanted);
    let read = decode("device-info-mb1", &[&text("v98", "/inputs/raw")]);
    has(
        &read,
        &json!({"firmware": "1.0.4.9", "profile": "2.0.6.0", "model": "Mi Band 1", "checksum_ok": true}),
    );
}

#[test]
fn batteries_have_level_state_and_dates_of_the_bands_own_clock() {
    for (id, state) in [("v74", "charging"), ("v113", "not_charging")] {
        let read = decode("battery-mb1", &[&text(id, "/inputs/raw")]);
        for name in ["level", "last_charge", "charges"] {
            assert_eq!(read[name], at(id, &format!("/expected/{name}")), "{id}");
        }
        has(&read, &json!({"state": state, "state_byte": at(id, "/expected/status")}));
    }
    for (id, state, last_charge, zone) in [
        ("v13", "normal", json!("2016-11-26T23:43:59"), json!("+01:00")),
        ("v73", "charging", json!("2024-01-02T03:04:05"), json!("+02:00")),
        ("v79", "normal", json!("2018-03-18T20:36:08"), json!("+02:00")),
        ("v85", "normal", json!("2026-10-04T23:06:51"), json!("+05:30")),
        ("v86", "normal", json!(null), json!(null)),
        ("v87", "normal", json!("2026-01-31T11:41:47"), json!("-05:00")),
    ] {
        let raw = text(id, "/inputs/raw");
        let wanted = json!({
            "level": at(id, "/expected/level"), "state": state, "last_charge": last_charge,
            "last_charge_zone": zone, "level_at_last_charge": at(id, "/expected/level_at_last_charge"),
        });
        has(&decode("battery-huami", &[&raw]), &wanted);
        has(&decode("battery-huami", &[&format!("04{raw}")]), &wanted);
    }
    has(&decode("battery-huami", &["0f30"]), &json!({"level": 48, "state": null, "last_charge": null}));
}

// --- proving to be the owner

#[test]
fn every_known_answer_is_told_in_words() {
    for (answer, step, verdict, means) in [
        ("100101", "key", "success", "tapped"),
        ("100102", "key", "denied", "said no"),
        ("100104", "key", "failed", "bare probe"),
        ("100181", "key", "signature_wanted", "signature"),
        ("100181011863c2cce5d159413bed92c4b163c279", "key", "signature_wanted", "v2"),
        ("100204", "random", "refused", "no random"),
        ("100301", "answer", "success", "authenticated"),
        ("100304", "answer", "wrong_key", "wrong key"),
        ("100307", "answer", "refused", "no proof of a wrong key"),
        ("100308", "answer", "wrong_key", "wrong key"),
        ("108301", "answer", "success", "authenticated"),
        ("108304", "answer", "wrong_key", "wrong key"),
        ("108307", "answer", "refused", "2021"),
        ("100501", "answer", "success", "authenticated"),
        ("100525", "answer", "wrong_key", "wrong key"),
        ("100428", "public_key", "refused", "not on the curve"),
        ("05", "user_info", "success", "known user"),
        ("06", "user_info", "unknown_user", "unknown user"),
        ("0a", "user_info", "success", "taken"),
        ("13", "user_info", "tap_awaited", "tap"),
        ("15", "user_info", "tap_felt", "tap"),
    ] {
        let read = decode("auth-reply", &[answer]);
        has(&read, &json!({"step": step, "verdict": verdict}));
        let told = read["meaning"].as_str().unwrap();
        assert!(told.contains(means), "{answer}: {told}");
    }
    for (nth, random) in [(0, "6b86ea231822f351a98de0fadf545b6b"), (2, "28ace047bd2e15ff425044abf4c2a4e1")] {
        let read = decode("auth-reply", &[&text("v83", &format!("/expected/answers_0009/{nth}"))]);
        has(&read, &json!({"step": "random", "verdict": "success", "random": random}));
    }
}

// --- 2021

#[test]
fn chunks_become_the_message_they_were_cut_from() {
    for id in ["v18", "v19", "v20", "v24"] {
        let chunks = at(id, "/expected/chunks");
        let chunks: Vec<&str> =
            chunks.as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap()).collect();
        let handle = format!("{:02x}", at(id, "/inputs/handle").as_u64().unwrap());
        let wanted = json!({
            "endpoint": at(id, "/inputs/endpoint"), "handle": handle, "payload": at(id, "/inputs/payload"),
            "complete": true, "encrypted": false, "flags": 7, "chunks": chunks.len(),
        });
        has(&decode("chunk-2021", &chunks), &wanted);
        has(&decode("chunk-2021", &[&chunks.join("\n")]), &wanted);
    }
    for id in ["v21", "v22", "v23"] {
        let chunks = at(id, "/expected/chunks");
        let chunks: Vec<&str> =
            chunks.as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap()).collect();
        let read = decode("chunk-2021", &chunks);
        let plain = text(id, "/inputs/payload").len() / 2;
        has(&read, &json!({"encrypted": true, "complete": true, "flags": 15, "length": plain}));
        assert_eq!(read["payload"].as_str().unwrap().len(), 2 * 16, "as it is: the key is in no capture");
    }
}

#[test]
fn real_logins_in_the_2021_protocol_are_read_from_both_sides() {
    for id in ["v81", "v82"] {
        for (chunks, payload, handle) in [
            ("app_key_chunks_0016", "app_payload", "app_handle"),
            ("app_proof_chunks_0016", "proof_payload", "proof_handle"),
        ] {
            let chunks = at(id, &format!("/inputs/{chunks}"));
            let chunks: Vec<&str> =
                chunks.as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap()).collect();
            let handle = format!("{:02x}", at(id, &format!("/expected/{handle}")).as_u64().unwrap());
            let payload = at(id, &format!("/expected/{payload}"));
            let read = decode("chunk-2021", &chunks);
            has(&read, &json!({"endpoint": "0082", "handle": handle, "payload": payload, "complete": true}));
        }
        let read = decode("chunk-2021", &[&text(id, "/inputs/band_answer_0017")]);
        let message = json!({
            "verdict": "success", "random": at(id, "/expected/band_random"),
            "public_key": at(id, "/expected/band_public_key"),
        });
        has(&read, &json!({"complete": true, "flags": 3, "message": message}));
        let read = decode("chunk-2021", &[&text(id, "/inputs/band_result_0017")]);
        has(&read, &json!({"payload": "100501", "message": {"verdict": "success"}}));
    }
}

#[test]
fn a_message_with_something_missing_is_shown_as_far_as_it_goes() {
    let chunks = at("v18", "/expected/chunks");
    let chunks: Vec<&str> = chunks.as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap()).collect();
    let beginning =
        json!({"endpoint": "0082", "handle": "01", "payload": "04020002a7bf78d434", "complete": false});
    has(&decode("chunk-2021", &chunks[..1]), &beginning);
    has(&decode("chunk-2021", &[chunks[0], chunks[2], chunks[3]]), &beginning);
    let end =
        json!({"endpoint": null, "handle": "01", "payload": "a27f5f1c3038abb56404000000", "complete": false});
    has(&decode("chunk-2021", &chunks[3..]), &end);
    let cut = &text("v81", "/inputs/band_result_0017")[..26];
    has(&decode("chunk-2021", &[cut]), &json!({"payload": "1005", "complete": false}));
    let two = lines(&[
        "decode",
        "chunk-2021",
        chunks[0],
        &text("v81", "/inputs/band_result_0017"),
        chunks[1],
        "0400010102",
    ]);
    let complete: Vec<&Value> = two.iter().map(|line| &line["complete"]).collect();
    assert_eq!(complete, [&json!(false), &json!(true), &Value::Null], "messages, then acknowledgements");
    assert_eq!((&two[2]["acknowledges"], &two[2]["chunk"]), (&json!("01"), &json!(2)));
}

// --- protobuf

#[test]
fn one_message_is_the_same_in_both_framings_and_alone() {
    let protobuf = text("v56", "/expected/protobuf");
    let message = json!({"type": 1, "id": 26, "name": "verify", "account": {"app_verify": {"random": at("v56", "/inputs/phone_random")}}});
    let wanted = json!({"payload": protobuf, "complete": true, "message": message});
    let packet = decode("packet-xiaomi", &[&text("v56", "/expected/v2_packet")]);
    has(&packet, &wanted);
    has(
        &packet,
        &json!({"type": 3, "type_name": "data", "sequence": 0, "channel": 1, "opcode": 1, "encrypted": false}),
    );
    has(&decode("packet-xiaomi", &[&text("v56", "/expected/v1_frame")]), &wanted);
    has(&decode("packet-xiaomi", &[&protobuf]), &wanted);
    let pieces = [
        format!("0300{}", &protobuf[40..]),
        format!("0100{}", &protobuf[..20]),
        format!("0200{}", &protobuf[20..40]),
    ];
    let pieces = ["000000000300", &pieces[0], &pieces[1], &pieces[2]];
    has(&decode("packet-xiaomi", &pieces), &wanted);
    let partial = decode("packet-xiaomi", &pieces[..3]);
    has(&partial, &json!({"payload": &protobuf[..20], "complete": false, "missing_pieces": [2]}));
}

#[test]
fn what_is_encrypted_is_shown_as_it_is() {
    let read = decode("packet-xiaomi", &[&text("v64", "/expected/packet")]);
    has(
        &read,
        &json!({"type": 3, "sequence": 5, "channel": 1, "opcode": 2, "encrypted": true, "payload": "b7e6503c52ba71b5"}),
    );
    assert!(read.get("message").is_none());
    has(
        &decode("packet-xiaomi", &["000002010100aabb"]),
        &json!({"encrypted": true, "sequence": 1, "payload": "0100aabb"}),
    );
}

#[test]
fn a_whole_login_of_a_smart_band_10_is_read_packet_by_packet() {
    for id in ["v100", "v101"] {
        let frames = at(id, "/expected/frames");
        let frames: Vec<&str> =
            frames.as_array().unwrap().iter().map(|frame| frame[3].as_str().unwrap()).collect();
        let read = lines(&[&["decode", "packet-xiaomi"], &frames[..]].concat());
        assert_eq!(read.len(), frames.len(), "{id}");
        let message = |nth: usize| &read[nth]["message"];
        has(
            &read[1],
            &json!({"type": 2, "opcode": 2, "version": "030041", "max_packet": 32768, "tx_window": 3, "timeout_ms": 16000}),
        );
        let sent = at(id, "/expected/phone_random");
        has(message(2), &json!({"type": 1, "id": 26, "account": {"app_verify": {"random": sent}}}));
        has(&read[3], &json!({"type": 1, "type_name": "ack", "sequence": 0, "payload": "", "channel": null}));
        let proof = json!({"random": at(id, "/expected/band_random"), "sign": at(id, "/expected/band_sign")});
        has(message(4), &json!({"type": 1, "id": 26, "account": {"device_verify": proof}}));
        let proof =
            json!({"sign": at(id, "/expected/phone_sign"), "companion": at(id, "/expected/companion_blob")});
        has(message(6), &json!({"id": 27, "account": {"app_confirm": proof}}));
        has(message(8), &json!({"id": 27, "account": {"error": 3}}));
    }
}

#[test]
fn messages_say_what_their_parts_say() {
    let confirm = decode("packet-xiaomi", &[&text("v109", "/inputs/raw")]);
    has(&confirm, &json!({"type": 3, "sequence": 1, "channel": 1, "opcode": 1}));
    let fields = json!({"3": {"33": at("v109", "/expected/field33")}});
    has(
        &confirm["message"],
        &json!({"type": 1, "id": 27, "account": {"device_confirm": {"content": true}}, "fields": fields}),
    );
    let battery = decode("packet-xiaomi", &[&text("v102", "/inputs/plain")]);
    let told = json!({
        "level": 99, "state": "not_charging", "last_charge": "2026-08-01T08:51:49",
        "last_charge_unix": at("v102", "/expected/last_charge/unix"),
    });
    has(&battery["message"], &json!({"type": 2, "id": 1, "system": {"battery": told}}));
    let unbound = decode("packet-xiaomi", &[&text("v106", "/expected/answer")]);
    has(&unbound["message"], &json!({"id": 26, "account": {"error": 4, "error_meaning": "bound to nobody"}}));
    let refused = decode("packet-xiaomi", &[&text("v105", "/expected/plain")]);
    has(&refused["message"], &json!({"type": 2, "id": 92, "error": 1}));
    for (id, part) in [
        ("v58", json!({"reset_mode": 1})),
        ("v59", json!({"reset_mode": 0})),
        ("v60", json!({"find_mode": 0})),
        ("v61", json!({"find_mode": 1})),
    ] {
        let read = decode("packet-xiaomi", &[&text(id, "/expected/protobuf")]);
        has(
            &read["message"],
            &json!({"type": at(id, "/inputs/type"), "id": at(id, "/inputs/id"), "system": part}),
        );
    }
    for id in ["v62", "v63"] {
        let read = decode("packet-xiaomi", &[&text(id, "/expected/protobuf")]);
        has(&read["message"], &json!({"type": at(id, "/inputs/type"), "id": at(id, "/inputs/id")}));
    }
}

#[test]
fn session_packets_tell_window_size_and_time_out_in_either_form() {
    for form in ["with_full_tlv", "as_in_gadgetbridge_2024_12"] {
        let read = decode("packet-xiaomi", &[&text("v57", &format!("/expected/{form}"))]);
        has(
            &read,
            &json!({"type": 2, "opcode": 1, "version": "010000", "max_packet": 64512, "tx_window": 32, "timeout_ms": 10000}),
        );
    }
    for id in ["v107", "v108"] {
        let read = decode("packet-xiaomi", &[&text(id, "/expected/response")]);
        for name in ["opcode", "version", "max_packet", "tx_window", "timeout_ms"] {
            assert_eq!(read[name], at(id, &format!("/expected/{name}")), "{id}");
        }
    }
}

#[test]
fn a_packet_in_two_notifications_is_one_and_its_first_half_is_incomplete() {
    let (first, second) = (text("v104", "/inputs/notify1"), text("v104", "/inputs/notify2"));
    let whole = json!({
        "type": 3, "sequence": 9, "channel": 1, "encrypted": true, "complete": true,
        "length": at("v104", "/expected/payload_len"),
    });
    has(&decode("packet-xiaomi", &[&first, &second]), &whole);
    let half = decode("packet-xiaomi", &[&first]);
    has(&half, &json!({"sequence": 9, "channel": 1, "complete": false, "length": 599, "found": 487}));
    let between = lines(&["decode", "packet-xiaomi", &first, "a5a5010800000000", &second]);
    let complete: Vec<&Value> = between.iter().map(|line| &line["type_name"]).collect();
    assert_eq!(complete, ["ack", "data"], "the other side may speak in between");
}

// --- compute

#[test]
fn computed_keys_and_answers_are_the_published_ones() {
    for id in ["v09", "v72"] {
        let (key, random) = (text(id, "/inputs/key"), text(id, "/inputs/random"));
        let read = line(&["compute", "auth-answer", "--key", &key, "--random", &random]);
        let answer = text(id, "/expected/response");
        has(
            &read,
            &json!({"answer": answer, "frame_v1": format!("0300{answer}"), "frame_v2": format!("8300{answer}")}),
        );
    }
    let (address, seed) = (text("v71", "/inputs/address"), text("v71", "/inputs/seed"));
    let read = line(&["compute", "key-from-seed", "--address", &address, "--seed", &seed]);
    has(
        &read,
        &json!({"auth_key": at("v71", "/expected/auth_key"), "digest": at("v71", "/expected/digest")}),
    );

    let (private, public) = (text("v14", "/inputs/private"), text("v14", "/inputs/remote_public"));
    let b163 = ["compute", "b163", "--private", &private, "--public", &public];
    let agreed = json!({"public": at("v14", "/expected/public"), "shared": at("v14", "/expected/shared")});
    let read = line(&b163);
    has(&read, &agreed);
    assert!(read.get("session_key").is_none(), "there is none without the band's key");
    let read = line(&[&b163[..], &["--auth-key", &text("v15", "/inputs/auth_key")]].concat());
    has(&read, &agreed);
    has(
        &read,
        &json!({"session_key": at("v15", "/expected/session_key"), "sequence": at("v15", "/expected/seq")}),
    );

    let (key, phone, band) =
        (text("v50", "/inputs/key"), text("v50", "/inputs/phone_random"), text("v50", "/inputs/band_random"));
    let read =
        line(&["compute", "xiaomi-keys", "--key", &key, "--phone-nonce", &phone, "--band-nonce", &band]);
    for name in ["dec_key", "enc_key", "dec_nonce", "enc_nonce"] {
        assert_eq!(read[name], at("v50", &format!("/expected/{name}")));
    }
    for name in ["band_sign", "phone_sign"] {
        assert_eq!(read[name], at("v51", &format!("/expected/{name}")));
    }
}

#[test]
fn user_information_is_made_in_both_layouts() {
    for (id, fields, model) in [
        ("v01", "/inputs", "mi-band-1"),
        ("v02", "/inputs", "mi-band-1a"),
        ("v112", "/inputs/fields", "mi-band-1"),
    ] {
        let mut typed =
            vec!["compute".to_owned(), "user-info".to_owned(), "--model".to_owned(), model.to_owned()];
        typed.extend(["--address".to_owned(), format!("88:0F:10:10:73:{}", text(id, "/inputs/mac_last"))]);
        let numbers = ["uid", "gender", "age", "height", "weight", "type", "alias"];
        let extended = if id == "v02" { &["feature", "appearance"][..] } else { &[] };
        for name in numbers.iter().chain(extended) {
            let value = at(id, &format!("{fields}/{name}"));
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            typed.extend([format!("--{name}"), value]);
        }
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        let read = line(&typed);
        assert_eq!(read["frame"], at(id, "/expected/frame"), "{id}");
        assert_eq!(read["alias"], at(id, &format!("{fields}/alias")), "{id}");
        if id == "v112" {
            assert_eq!(read["crc8"], at(id, "/expected/crc8"));
        }
    }
}

// --- for people

#[test]
fn without_json_it_is_a_list_with_the_values_below_each_other() {
    let output = run(&["decode", "pnp", "01570104000001"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("vendor         0157\nproduct        0004\nversion        0100\n"), "{told}");
    for command in ["decode", "compute"] {
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        assert!(help.contains("Examples:"), "{help}");
    }
}

#[test]
fn wrong_input_ends_with_2_and_one_line_that_says_what_is_wrong() {
    let broken = text("v14", "/inputs/remote_public").replace("e6016a", "e7016a");
    let private = text("v14", "/inputs/private");
    let crc = text("v109", "/inputs/raw").replace("8001", "8002");
    for (arguments, says) in [
        (&["decode", "pnp", "0157"][..], "2 bytes, not 7"),
        (&["decode", "pnp", "zz"], "'z' is not a hex digit"),
        (&["decode", "pnp", "015"], "odd number of hex digits"),
        (&["decode", "pnp", " "], "none were given"),
        (&["decode", "advertisement", "deadbeef"], "claims 222 bytes"),
        (&["decode", "advertisement", "000000"], "nothing in it"),
        (&["decode", "scan-response", "0a094d49"], "claims 10 bytes"),
        (&["decode", "advertisement", "043e020201"], "end before an address"),
        (&["decode", "device-info-mb1", "112233"], "3 bytes"),
        (&["decode", "battery-mb1", "5d0e09120437180500"], "9 bytes"),
        (&["decode", "battery-mb1", "ff0e0912043718050004"], "255 percent"),
        (&["decode", "battery-huami", "0f"], "1 bytes"),
        (&["decode", "battery-huami", "0fff"], "255 percent"),
        (&["decode", "auth-reply", "2001"], "no band is known"),
        (&["decode", "auth-reply", "100201aabb"], "random of 16 bytes"),
        (&["decode", "chunk-2021", "0501000100"], "no chunk"),
        (&["decode", "chunk-2021", "0301000100340000"], "within its head"),
        (&["decode", "chunk-2021", "03070005000100000029000304"], "2 bytes, not 1"),
        (&["decode", "chunk-2021", "030700050000ffff290003"], "would have"),
        (&["decode", "packet-xiaomi", &crc], "its checksum is"),
        (&["decode", "packet-xiaomi", "a5a507000000"], "nobody knows its type 07"),
        (&["decode", "packet-xiaomi", "ffff"], "neither a5 a5 nor 00 00"),
        (&["decode", "packet-xiaomi", "00000901"], "nobody knows its byte 09"),
        (&["compute", "auth-answer", "--key", "00", "--random", "00"], "the key: it has 1 bytes, not 16"),
        (&["compute", "b163", "--private", &private, "--public", &broken], "not on the curve"),
        (&["compute", "b163", "--private", &"00".repeat(24), "--public", &broken], "too small"),
        (&["compute", "key-from-seed", "--address", "C0:FF:EE", "--seed", "00"], "3 bytes, not 6"),
    ] {
        let output = run(&[arguments, &["--json"]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.starts_with("band-rescue: could not ") && told.contains(says), "{arguments:?}: {told}");
    }
    for arguments in [
        &["decode", "pnp"][..],
        &["decode", "nonsense", "00"],
        &["compute", "b163"],
        &["--practice", "mi-band-2", "decode", "pnp", "01570104000001"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}
