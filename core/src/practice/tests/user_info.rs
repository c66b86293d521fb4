//! Mi Band 1, 1A and 1S: that they behave as in the trace of a take-over and as developers reported.

use super::*;
use crate::address::AddressKind;
use crate::practice::firmware::mi_band_1;
use crate::wire::user_info::{Gender, Kind as UserKind, Layout, UserInfo, frame};

const MI_BAND_1_FAMILY: [Kind; 3] = [Kind::MiBand1, Kind::MiBand1A, Kind::MiBand1S];

fn layout(kind: Kind) -> Layout {
    match kind {
        Kind::MiBand1A => Layout::Extended { feature: 5, appearance: 0 },
        Kind::MiBand1S => Layout::Extended { feature: 4, appearance: 0 },
        _ => Layout::Plain,
    }
}

/// The user of the trace.
fn user(kind: UserKind) -> UserInfo {
    let alias = "1548672638".to_owned();
    UserInfo { uid: 1_548_672_638, gender: Gender::Male, age: 30, height: 189, weight: 78, kind, alias }
}

impl Client {
    /// Sends user information made for this very band; returns when the response came.
    fn introduce(&mut self, link: OpId, user: &UserInfo, layout: Layout) -> Millis {
        let [.., end] = self.world.address().0;
        let answer = self.write(link, mi_band_1::USER_INFO, frame(user, layout, end).as_slice(), true);
        assert_eq!(answer, Some(Ok(Value::Nothing)));
        let response = self.heard.iter().rev().find(|(_, event)| matches!(event, Event::Done { .. }));
        response.unwrap().0
    }

    /// Connected, with the band's words switched on.
    fn listening(&mut self) -> OpId {
        let link = self.ready();
        assert_eq!(self.subscribe(link, mi_band_1::NOTIFICATION), Some(Ok(Value::Nothing)));
        link
    }

    /// When the band said what.
    fn words(&self) -> Vec<(Millis, u8)> {
        let said = self.heard.iter().filter_map(|(at, event)| match event {
            Event::Notified { characteristic: mi_band_1::NOTIFICATION, value, .. } => Some((*at, value.0[0])),
            _ => None,
        });
        said.collect()
    }
}

#[test]
fn a_mi_band_1_is_taken_over_as_in_the_trace() {
    // felipeq/miband lab/capture.log: 06 and 13 together 3 ms after the response, after the tap 0A, 97 ms later 15.
    for kind in MI_BAND_1_FAMILY {
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.listening();
        let response = client.introduce(link, &user(UserKind::Clear), layout(kind));
        client.run(Millis(500));
        let asked = response + Millis(3);
        assert_eq!(client.words(), [(asked, 0x06), (asked, 0x13)], "{kind:?}");
        assert_eq!(client.world.face(client.now), Face::Prompt);
        client.world.tap(client.now);
        client.run(Millis(500));
        let [(taken, 0x0A), (felt, 0x15)] = client.words()[2..] else { panic!("{:?}", client.words()) };
        assert_eq!(felt - taken, Millis(97));
        client.run(Millis::secs(40));
        assert_eq!(client.link_down(), None, "it knows whom it talks to");
        // On the next link the same user is let in at once, and nobody else.
        client.world.perform(client.now, &Effect::Radio(Radio::Close { link }));
        let link = client.listening();
        let response = client.introduce(link, &user(UserKind::Normal), layout(kind));
        client.run(Millis(500));
        assert_eq!(client.words()[4..], [(response + Millis(8), 0x05)], "{kind:?}");
        let older = UserInfo { age: 31, ..user(UserKind::Normal) };
        let response = client.introduce(link, &older, layout(kind));
        client.run(Millis(500));
        assert_eq!(client.words()[5..], [(response + Millis(3), 0x06)], "changed data are another user");
    }
}

#[test]
fn user_information_made_for_another_band_or_edition_is_not_taken() {
    let mut client = Client::of(Kind::MiBand1S, Scenario::Owned);
    let link = client.listening();
    client.introduce(link, &user(UserKind::Clear), Layout::Plain);
    let mut damaged = frame(&user(UserKind::Clear), layout(Kind::MiBand1S), 0).0;
    damaged[19] ^= 0x5A ^ client.world.address().0[5];
    client.write(link, mi_band_1::USER_INFO, &damaged, true);
    client.run(Millis(500));
    let said: Vec<u8> = client.words().into_iter().map(|(_, word)| word).collect();
    assert_eq!(said, [0x06, 0x06]);
    assert_eq!(client.world.prompts(), 0);
}

#[test]
fn before_the_tap_a_mi_band_1_takes_no_command_but_the_self_test() {
    for kind in MI_BAND_1_FAMILY {
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.ready();
        for command in [0x09, 0x0C] {
            let answer = client.write(link, mi_band_1::CONTROL, &[command], true);
            assert_eq!(answer, Some(Err(Failure::Status(133))), "{kind:?}");
        }
        assert!(client.read(link, mi_band_1::BATTERY).unwrap().is_ok());
        client.write(link, mi_band_1::TEST, &[0x02], true);
        assert_eq!(client.world.buzzes(), 1, "{kind:?}");
        client.run(Millis::secs(31));
        assert_eq!(client.link_down().map(|(_, status)| status), Some(19), "{kind:?}");
        assert!(!client.world.band_was_erased());
    }
}

#[test]
fn a_mi_band_1_tells_of_itself_what_the_real_one_told() {
    let mut client = Client::of(Kind::MiBand1, Scenario::Owned);
    let address = client.world.address();
    assert_eq!(address.0[..3], [0x88, 0x0F, 0x10]);
    let seen = client.scan(Millis::secs(1)).remove(0);
    assert_eq!(seen.address_kind, Some(AddressKind::Public));
    assert_eq!((seen.fields.flags, seen.fields.name.as_deref()), (Some(6), Some("MI")));
    assert_eq!(seen.fields.services, [gatt::short(0xFEE0), gatt::short(0xFEE1), gatt::short(0xFEE7)]);
    assert_eq!(seen.fields.manufacturer, [(0x0157, address.0.to_vec())]);
    let link = client.connect();
    let services = client.discover(link);
    assert_eq!(services.iter().map(|service| service.characteristics.len()).sum::<usize>(), 21);
    let information = client.bytes(link, mi_band_1::INFORMATION);
    assert_eq!(information[..4], [0x88, address.0[3], address.0[4], address.0[5]]);
    assert_eq!(hex::encode(&information[8..]), "0006000209040001");
    let read = crate::wire::mi_band_1::device_information(&information).unwrap();
    assert!(read.checksum_ok && read.fits(&address));
    assert_eq!(client.bytes(link, mi_band_1::ADDRESS), address.0);
    assert_eq!(hex::encode(client.bytes(link, mi_band_1::BATTERY)), "520e0912043718050004");
    assert_eq!(client.bytes(link, mi_band_1::PAIR), [0xFF, 0xFF]);
}

#[test]
fn a_1s_is_told_by_its_name_and_the_makers_address_alone() {
    let mut client = Client::of(Kind::MiBand1S, Scenario::Owned);
    let seen = client.scan(Millis::secs(1)).remove(0);
    assert_eq!(seen.address.unwrap().0[..3], [0xC8, 0x0F, 0x10]);
    assert!(seen.fields.services.is_empty());
    let kind = crate::band::recognise(&seen).unwrap().kind;
    assert_eq!(kind, crate::view::RowKind::Band(crate::Model::MiBand1S));
}

#[test]
fn a_reset_mi_band_1_forgets_its_user_and_keeps_its_address() {
    for (scenario, forgets, drops) in [
        (Scenario::Owned, true, false),
        (Scenario::EraseSilent, true, true),
        (Scenario::IgnoresErase, false, false),
    ] {
        let mut client = Client::of(Kind::MiBand1, scenario);
        let address = client.world.address();
        let link = client.listening();
        client.introduce(link, &user(UserKind::Clear), Layout::Plain);
        client.world.tap(client.now);
        client.run(Millis(500));
        client.write(link, mi_band_1::CONTROL, &[0x09], true);
        client.run(Millis::secs(3));
        assert_eq!((client.world.band_has_no_owner(), client.link_down().is_some()), (forgets, drops));
        client.run(Millis::secs(8));
        assert_eq!((client.world.address(), client.world.face(client.now)), (address, Face::Dark));
    }
}
