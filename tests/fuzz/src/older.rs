//! The decoders of advertisements, of what bands tell of themselves, and of the protocols before 2021.

use rescue_core::wire::battery::LocalTime;
use rescue_core::wire::user_info::{Gender, Kind, Layout, UserInfo};
use rescue_core::wire::{
    advertisement as ad, auth_v1 as v1, auth_v2 as v2, battery as huami_battery, configuration as config,
    device_information as about, hci as controller, mi_band_1 as band_1, user_info as user,
};
use rescue_core::{Address, AuthKey};

use crate::script::Script;

/// Advertisement and scan response, and what is read from their fields.
pub(crate) fn advertisement(bytes: &[u8]) {
    let (fields, whole) = ad::parse_until_cut(bytes);
    assert_eq!(fields, ad::parse(bytes));
    assert!(whole.is_ok() || whole.is_err_and(|cut| cut.claimed > cut.found));
    assert!(fields.name.as_ref().is_none_or(|name| name.chars().count() <= 64));
    assert!(
        fields.services.len() <= 16 && fields.manufacturer.len() <= 16 && fields.service_data.len() <= 16
    );
    if let Some(huami) = ad::huami(&fields) {
        assert_ne!(huami.heart_rate(), Some(0));
    }
    if let Some(beacon) = ad::mi_beacon(&fields) {
        assert!(beacon.version() < 16);
        let _ = beacon.encrypted();
    }
    let _ = (ad::steps(&fields), ad::mi_band_1(&fields));
}

/// Advertising reports of a controller, and what they hold.
pub(crate) fn hci(bytes: &[u8]) {
    if let Some(Ok(reports)) = controller::advertising_reports(bytes) {
        assert!((1..=255).contains(&reports.len()));
        for report in reports {
            assert!(report.content.len() <= 255 && report.content.len() <= bytes.len());
            advertisement(&report.content);
        }
    }
}

/// Answers of pairing v1, and what is sent because of them.
pub(crate) fn auth_v1(bytes: &[u8]) {
    if let v1::Reply::Random(random) = v1::parse(bytes) {
        for flag in [v1::Flag::Open, v1::Flag::Vendor] {
            let answer = v1::answer(flag, &AuthKey::OLD_SHARED_DEFAULT, &random);
            assert_eq!(answer.as_slice().len(), 18);
        }
    }
}

/// Answers of pairing v2, and what is sent because of them.
pub(crate) fn auth_v2(bytes: &[u8]) {
    let reply = v2::parse(bytes);
    if let v2::Reply::Random(random) = reply {
        for form in [v2::Form::Long, v2::Form::Short, v2::Form::Old] {
            let answer = v2::answer(form, &AuthKey::OLD_SHARED_DEFAULT, &random);
            assert_eq!(answer.as_slice().len(), 18);
        }
        let address = Address([0xC1, 0, 0, 0, 0, 1]);
        let digest = v2::pairing_digest(&address, &random);
        assert!(digest.starts_with(v2::derive_key(&address, &random).bytes()));
    }
    // What proves that a band speaks v2 must prove it to whoever asks in v1 as well.
    if matches!(reply, v2::Reply::SpeaksV2 { .. } | v2::Reply::SignatureWanted) {
        assert_eq!(v1::parse(bytes), v1::Reply::SpeaksV2);
    }
}

/// The battery of Mi Band 2 and later, and the one byte of Bluetooth's own.
pub(crate) fn battery(bytes: &[u8]) {
    if let Ok(battery) = huami_battery::parse(bytes) {
        assert!(battery.level <= 100 && battery.level_at_last_charge.is_none_or(|level| level <= 100));
        for time in
            [battery.last_off, battery.last_charge].into_iter().flatten().filter_map(|when| when.time())
        {
            assert_eq!(time.to_string().len(), "2026-01-01T00:00:00".len());
        }
    }
    assert!(
        huami_battery::parse_level(bytes).is_ok_and(|level| level <= 100) || !matches!(bytes, [0..=100, ..])
    );
}

/// Answers to configuration commands.
pub(crate) fn configuration(bytes: &[u8]) {
    let accepted = config::parse_erase_reply(bytes) == config::EraseReply::Accepted;
    assert_eq!(accepted, bytes.starts_with(&[0x10, 0x06, 0x0B, 0x00, 0x01]));
}

/// Revisions, serial number and PnP id.
pub(crate) fn device_information(bytes: &[u8]) {
    if let Some(text) = about::text(bytes) {
        assert!((1..=32).contains(&text.len()));
        assert_eq!(about::text(text.as_bytes()), Some(text));
    }
    if let Ok(pnp) = about::pnp(bytes) {
        let about::Pnp { source, vendor, product, version } = pnp;
        let numbers = [vendor, product, version].map(u16::to_le_bytes);
        assert_eq!([&[source], numbers.as_flattened()].concat(), bytes);
    }
}

/// The user information of a Mi Band 1, as the band reads it, and the band's answers.
pub(crate) fn user_info(bytes: &[u8]) {
    let _ = user::parse_answer(bytes);
    for layout in [Layout::Plain, Layout::Extended { feature: 0, appearance: 0 }] {
        if let Ok((read, layout)) = user::parse(bytes, layout, 0x7E) {
            comes_back(&read, layout, 0x7E);
        }
    }
    let mut script = Script::new(bytes);
    let layout = match script.byte() % 2 {
        0 => Layout::Plain,
        _ => Layout::Extended { feature: script.byte(), appearance: script.byte() },
    };
    let [gender, age, height, weight, kind, address_end] = script.array();
    let made = UserInfo {
        uid: u32::from_le_bytes(script.array()),
        gender: Gender::from_byte(gender),
        age,
        height,
        weight,
        kind: Kind::from_byte(kind),
        alias: String::from_utf8_lossy(script.rest()).into_owned(),
    };
    comes_back(&made, layout, address_end);
}

/// What is sent to a band is what the band reads, but for the end of a long name.
#[allow(clippy::panic)]
fn comes_back(sent: &UserInfo, layout: Layout, address_end: u8) {
    let frame = user::frame(sent, layout, address_end);
    assert_eq!(frame.as_slice().len(), user::LENGTH);
    let Ok((read, read_layout)) = user::parse(frame.as_slice(), layout, address_end) else {
        panic!("a frame of our own cannot be read")
    };
    assert_eq!(read_layout, layout);
    assert!(sent.alias.starts_with(&read.alias));
    assert_eq!(UserInfo { alias: sent.alias.clone(), ..read }, *sent);
    assert!(user::parse(frame.as_slice(), layout, !address_end).is_err());
}

/// What a Mi Band 1 tells.
pub(crate) fn mi_band_1(bytes: &[u8]) {
    if let Ok(information) = band_1::device_information(bytes) {
        if let Some(edition) = information.edition() {
            let _ = information.layout(edition);
        }
        let end = Address([0x88, 0x0F, 0x10, 0, 0, information.address_end()]);
        let _ = (information.fits(&end), information.firmware.to_string(), information.firmware.major());
    }
    if let Ok(address) = band_1::address(bytes) {
        assert_eq!(address.0, bytes);
    }
    if let Ok(battery) = band_1::battery(bytes) {
        assert!(battery.level <= 100);
        assert_eq!(bytes.last(), Some(&battery.state.byte()));
        if let Some(date) = battery.last_charge.and_then(|when| when.time()) {
            assert_eq!(band_1::set_date(&date).as_slice().get(..6), bytes.get(1..7));
        }
    }
    if let Ok(parameters) = band_1::connection_parameters(bytes) {
        assert_eq!(parameters.frame().as_slice(), bytes);
    }
    let _ = band_1::is_paired(bytes);
    let mut script = Script::new(bytes);
    let year = u16::from_le_bytes(script.array());
    let [month, day, hour, minute, second] = script.array();
    let date = LocalTime { year, month, day, hour, minute, second, zone_quarters: None };
    assert_eq!(band_1::set_date(&date).as_slice().len(), 12);
}
