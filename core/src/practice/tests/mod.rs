//! Talks GATT to the practice world directly, without an engine: that it behaves as real bands and phones do.
//! Captured bytes come from the traces that docs/protocol.md names.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for the events it is about")]

mod modern;
mod user_info;
mod vendor_signed;

use super::*;
use crate::address::PeerId;
use crate::effect::{Effect, Phone, Radio, SettingsPage};
use crate::event::{Adapter, Bond, CharacteristicId, Event, Failure, GattService, OpId, Seen, Value};
use crate::keys::AuthKey;
use crate::time::Millis;

const OUR_KEY: [u8; 16] = *b"a key of our own";

/// A phone's side of the conversation, in virtual time.
struct Client {
    world: World,
    now: Millis,
    ops: u64,
    heard: Vec<(Millis, Event)>,
}

impl Client {
    fn new(scenario: Scenario) -> Self {
        Self::of(Kind::MiBand2, scenario)
    }

    fn of(kind: Kind, scenario: Scenario) -> Self {
        Self { world: World::new(kind, scenario, 7), now: Millis(1_000), ops: 0, heard: Vec::new() }
    }

    fn start(&mut self, effect: impl FnOnce(OpId) -> Effect) -> OpId {
        self.ops += 1;
        let op = OpId(self.ops);
        self.world.perform(self.now, &effect(op));
        op
    }

    fn run(&mut self, span: Millis) {
        let end = self.now + span;
        while let Some(at) = self.world.wake_at().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            for event in self.world.events(self.now) {
                self.heard.push((self.now, event));
            }
        }
        self.now = end;
    }

    /// Starts an operation and waits for its answer; `None` if the link went down or nothing came.
    fn ask(&mut self, effect: impl FnOnce(OpId) -> Effect) -> Option<Result<Value, Failure>> {
        let from = self.heard.len();
        let wanted = self.start(effect);
        for _ in 0..9_000 {
            self.run(Millis(5));
            for (_, event) in &self.heard[from..] {
                match event {
                    Event::Done { op, value } if *op == wanted => return Some(Ok(value.clone())),
                    Event::Failed { op, failure } if *op == wanted => return Some(Err(*failure)),
                    Event::LinkDown { .. } => return None,
                    _ => {}
                }
            }
        }
        None
    }

    fn connect(&mut self) -> OpId {
        let peer = self.world.own_peer();
        self.connect_to(&peer).expect("the band takes the connection")
    }

    fn connect_to(&mut self, peer: &PeerId) -> Result<OpId, Failure> {
        let answer = self.ask(|op| Effect::Radio(Radio::Connect { op, peer: peer.clone() }));
        answer.expect("connecting is answered").map(|_| OpId(self.ops))
    }

    fn discover(&mut self, link: OpId) -> Vec<GattService> {
        match self.ask(|op| Effect::Radio(Radio::Discover { op, link })) {
            Some(Ok(Value::Services(services))) => services,
            other => panic!("no services: {other:?}"),
        }
    }

    fn ready(&mut self) -> OpId {
        let link = self.connect();
        self.discover(link);
        link
    }

    fn subscribe(&mut self, link: OpId, characteristic: CharacteristicId) -> Option<Result<Value, Failure>> {
        self.ask(|op| Effect::Radio(Radio::Subscribe { op, link, characteristic }))
    }

    fn read(&mut self, link: OpId, characteristic: CharacteristicId) -> Option<Result<Value, Failure>> {
        self.ask(|op| Effect::Radio(Radio::Read { op, link, characteristic }))
    }

    fn bytes(&mut self, link: OpId, characteristic: CharacteristicId) -> Vec<u8> {
        match self.read(link, characteristic) {
            Some(Ok(Value::Bytes(bytes))) => bytes.0,
            other => panic!("not read: {other:?}"),
        }
    }

    fn write(
        &mut self,
        link: OpId,
        characteristic: CharacteristicId,
        value: &[u8],
        with_response: bool,
    ) -> Option<Result<Value, Failure>> {
        let value = value.into();
        self.ask(|op| Effect::Radio(Radio::Write { op, link, characteristic, value, with_response }))
    }

    fn send(&mut self, link: OpId, characteristic: CharacteristicId, value: &[u8]) {
        assert_eq!(self.write(link, characteristic, value, false), Some(Ok(Value::Nothing)));
    }

    fn notified(&self, from: CharacteristicId) -> Vec<String> {
        let bytes = self.heard.iter().filter_map(|(_, event)| match event {
            Event::Notified { characteristic, value, .. } if *characteristic == from => {
                Some(hex::encode(&value.0))
            }
            _ => None,
        });
        bytes.collect()
    }

    fn link_down(&self) -> Option<(Millis, u16)> {
        self.heard.iter().find_map(|(at, event)| match event {
            Event::LinkDown { status, .. } => Some((*at, *status)),
            _ => None,
        })
    }

    fn scan(&mut self, span: Millis) -> Vec<Seen> {
        let from = self.heard.len();
        assert_eq!(self.ask(|op| Effect::Radio(Radio::StartScan { op })), Some(Ok(Value::Nothing)));
        self.run(span);
        self.world.perform(self.now, &Effect::Radio(Radio::StopScan));
        let seen = self.heard[from..].iter().filter_map(|(_, event)| match event {
            Event::Seen(seen) => Some(seen.clone()),
            _ => None,
        });
        seen.collect()
    }

    /// Takes the band over by a tap and authenticates with the new key.
    fn take_over(&mut self, link: OpId) {
        self.subscribe(link, firmware::AUTH);
        let key = [&[0x01, 0x00], &OUR_KEY[..]].concat();
        self.send(link, firmware::AUTH, &key);
        self.run(Millis(1_000));
        self.world.tap(self.now);
        self.run(Millis(200));
        assert_eq!(self.authenticate(link, OUR_KEY), "100301");
    }

    /// Proves a key; returns the band's last word.
    fn authenticate(&mut self, link: OpId, key: [u8; 16]) -> String {
        let challenge = [0x5A; 16];
        self.world.set_challenge(challenge);
        self.send(link, firmware::AUTH, &[0x02, 0x00]);
        self.run(Millis(200));
        let response = encrypted(key, challenge);
        self.send(link, firmware::AUTH, &[&[0x03, 0x00], &response[..]].concat());
        self.run(Millis(200));
        self.notified(firmware::AUTH).pop().unwrap_or_default()
    }
}

fn encrypted(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    use aes::cipher::{BlockCipherEncrypt, KeyInit};
    let mut block = block.into();
    aes::Aes128::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

fn block(hex_digits: &str) -> [u8; 16] {
    hex::decode(hex_digits).unwrap().try_into().unwrap()
}

/// The phone's side of a captured pairing, and what the band said to it.
struct Captured {
    key: &'static str,
    random: &'static str,
    response: &'static str,
}

fn replay(captured: &Captured) {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.world.set_challenge(block(captured.random));
    client.subscribe(link, firmware::AUTH);
    let send =
        |client: &mut Client, text: &str| client.send(link, firmware::AUTH, &hex::decode(text).unwrap());
    send(&mut client, &format!("0100{}", captured.key));
    client.run(Millis(1_190));
    assert_eq!(client.world.face(client.now), Face::Prompt);
    client.world.tap(client.now);
    client.run(Millis(100));
    send(&mut client, "0200");
    client.run(Millis(100));
    send(&mut client, &format!("0300{}", captured.response));
    client.run(Millis(100));
    let said = ["100101".to_owned(), format!("100201{}", captured.random), "100301".to_owned()];
    assert_eq!(client.notified(firmware::AUTH), said);
    assert!(client.world.band_holds(&AuthKey::new(block(captured.key))));
}

#[test]
fn the_band_answers_as_the_one_whose_pairing_was_noted_down() {
    // zviryatko/notifymi, Protocol-parse.md: the maker's app, firmware V1.0.1.81.
    replay(&Captured {
        key: "d88ca0fef504cc82735f15feb6bf9b1f",
        random: "689c1dd58a666f0f8c90a1a96e1ab3a3",
        response: "ce1c0135db39e61f1a27012fb907df3b",
    });
}

#[test]
fn the_band_answers_as_the_one_whose_pairing_was_traced() {
    // creotiv/MiBand2, btsnoop_hci.dump: the maker's app, firmware V1.0.1.69.
    replay(&Captured {
        key: "91c7954727b7ec7fb89c65b311bdd59f",
        random: "0da69623f798f0c5416aaa47eb1cc4a9",
        response: "87182190ce01474799c86985a03284a1",
    });
}

#[test]
fn a_free_band_is_heard_twice_a_second_and_invites_connections() {
    let seen = Client::new(Scenario::Owned).scan(Millis::secs(10));
    assert!((18..=22).contains(&seen.len()), "{} advertisements", seen.len());
    assert!(seen.iter().all(|seen| seen.connectable == Some(true) && seen.fields.flags == Some(6)));
    assert!(seen.iter().all(|seen| seen.address.unwrap().0[0] & 0xC0 == 0xC0), "not a random static address");
    assert!(seen.iter().any(|one| one.rssi != seen[0].rssi));
}

#[test]
fn a_held_band_says_that_it_takes_no_connection_or_says_nothing() {
    let seen = Client::new(Scenario::HeldVisible).scan(Millis::secs(3));
    assert!(!seen.is_empty());
    assert!(seen.iter().all(|seen| seen.connectable == Some(false) && seen.fields.flags == Some(4)));
    assert!(Client::new(Scenario::HeldSilent).scan(Millis::secs(10)).is_empty());
}

#[test]
fn a_held_band_takes_no_second_connection() {
    let mut client = Client::new(Scenario::HeldVisible);
    let peer = client.world.own_peer();
    assert_eq!(client.connect_to(&peer), Err(Failure::Status(133)));
    let mut client = Client::new(Scenario::Owned);
    client.connect();
    assert_eq!(client.connect_to(&peer), Err(Failure::Status(133)));
}

#[test]
fn a_band_that_is_let_go_takes_a_connection_again() {
    let mut client = Client::new(Scenario::HeldThenFreed);
    client.scan(Millis::secs(2));
    client.world.let_go(client.now);
    client.connect();
}

#[test]
fn nothing_is_told_to_a_phone_that_has_not_switched_notifications_on() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.send(link, firmware::AUTH, &[0x01, 0x00]);
    client.run(Millis(500));
    assert!(client.notified(firmware::AUTH).is_empty());
    client.subscribe(link, firmware::AUTH);
    client.send(link, firmware::AUTH, &[0x01, 0x00]);
    client.run(Millis(500));
    assert_eq!(client.notified(firmware::AUTH), ["100104"]);
}

#[test]
fn a_stranger_is_dropped_after_thirty_seconds_whatever_they_do() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    let up = client
        .heard
        .iter()
        .find(|(_, event)| matches!(event, Event::Done { op, .. } if *op == link))
        .unwrap()
        .0;
    client.subscribe(link, firmware::AUTH);
    client.send(link, firmware::AUTH, &[&[0x01, 0x00], &OUR_KEY[..]].concat());
    client.run(Millis::secs(20));
    client.bytes(link, firmware::SERIAL);
    client.run(Millis::secs(20));
    let (at, status) = client.link_down().expect("dropped");
    assert_eq!(status, 19);
    assert!((30_390..=30_420).contains(&(at - up).0), "{:?}", at - up);
}

#[test]
fn a_known_phone_is_not_dropped() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.take_over(link);
    client.run(Millis::secs(60));
    assert_eq!(client.link_down(), None);
}

#[test]
fn the_tap_is_told_as_a_button_too_and_replaces_the_old_key() {
    let mut client = Client::new(Scenario::OldDefaultKey);
    let link = client.ready();
    client.subscribe(link, firmware::AUTH);
    client.subscribe(link, firmware::DEVICE_EVENT);
    assert_eq!(client.authenticate(link, *AuthKey::OLD_SHARED_DEFAULT.bytes()), "100301");
    client.take_over(link);
    assert_eq!(client.notified(firmware::DEVICE_EVENT), ["04"]);
    assert_eq!(client.authenticate(link, *AuthKey::OLD_SHARED_DEFAULT.bytes()), "100304");
}

#[test]
fn a_random_serves_once() {
    let mut client = Client::new(Scenario::OldDefaultKey);
    let link = client.ready();
    client.subscribe(link, firmware::AUTH);
    let key = *AuthKey::OLD_SHARED_DEFAULT.bytes();
    assert_eq!(client.authenticate(link, key), "100301");
    client.send(link, firmware::AUTH, &[&[0x03, 0x00], &encrypted(key, [0x5A; 16])[..]].concat());
    client.run(Millis(200));
    assert_eq!(client.notified(firmware::AUTH).pop().unwrap(), "100304");
}

#[test]
fn a_band_without_a_key_has_nothing_to_prove() {
    let mut client = Client::new(Scenario::Unowned);
    let link = client.ready();
    assert_eq!(client.world.face(client.now), Face::PairingScreen);
    client.subscribe(link, firmware::AUTH);
    client.send(link, firmware::AUTH, &[0x02, 0x00]);
    client.run(Millis(200));
    assert_eq!(client.notified(firmware::AUTH), ["100204"]);
}

#[test]
fn the_flags_are_refused_or_passed_over_as_the_scenario_says() {
    for (scenario, flag, said) in [
        (Scenario::RefusesFlag00, 0x00, Some("100104")),
        (Scenario::RefusesEveryFlag, 0x08, Some("100104")),
        (Scenario::SilentToFlag00, 0x00, None),
        (Scenario::Silent, 0x08, None),
    ] {
        let mut client = Client::new(scenario);
        let link = client.ready();
        client.subscribe(link, firmware::AUTH);
        client.send(link, firmware::AUTH, &[&[0x01, flag], &OUR_KEY[..]].concat());
        client.run(Millis(2_000));
        assert_eq!(client.notified(firmware::AUTH).first().map(String::as_str), said, "{scenario:?}");
        assert_eq!(client.world.prompts(), 0, "{scenario:?}");
    }
    for scenario in [Scenario::RefusesFlag00, Scenario::SilentToFlag00] {
        let mut client = Client::new(scenario);
        let link = client.ready();
        client.subscribe(link, firmware::AUTH);
        client.send(link, firmware::AUTH, &[&[0x01, 0x08], &OUR_KEY[..]].concat());
        assert_eq!(client.world.prompts(), 1, "{scenario:?}");
    }
}

#[test]
fn taps_end_as_the_scenario_says() {
    for (scenario, answer, event, taken) in [
        (Scenario::TappedNoAnswer, None, true, false),
        (Scenario::DeniedOnBand, Some("100102"), true, false),
        (Scenario::TapCountedUnheard, None, true, true),
        (Scenario::Owned, Some("100101"), true, true),
    ] {
        let mut client = Client::new(scenario);
        let link = client.ready();
        client.subscribe(link, firmware::AUTH);
        client.subscribe(link, firmware::DEVICE_EVENT);
        client.send(link, firmware::AUTH, &[&[0x01, 0x00], &OUR_KEY[..]].concat());
        client.run(Millis(500));
        client.world.tap(client.now);
        client.run(Millis(2_500));
        assert_eq!(client.notified(firmware::AUTH).first().map(String::as_str), answer, "{scenario:?}");
        assert_eq!(!client.notified(firmware::DEVICE_EVENT).is_empty(), event, "{scenario:?}");
        assert_eq!(client.world.band_holds(&AuthKey::new(OUR_KEY)), taken, "{scenario:?}");
        let dropped = client.link_down().map(|(_, status)| status);
        assert_eq!(dropped, (scenario == Scenario::TapCountedUnheard).then_some(8), "{scenario:?}");
    }
}

#[test]
fn a_prompt_that_nobody_taps_ends_with_a_refusal() {
    let mut client = Client::new(Scenario::NeverTapped);
    let link = client.ready();
    client.subscribe(link, firmware::AUTH);
    client.send(link, firmware::AUTH, &[&[0x01, 0x00], &OUR_KEY[..]].concat());
    client.run(Millis(23_000));
    assert!(client.notified(firmware::AUTH).is_empty());
    client.run(Millis(2_000));
    assert_eq!(client.notified(firmware::AUTH), ["100104"]);
    client.world.tap(client.now);
    client.run(Millis(500));
    assert!(!client.world.band_holds(&AuthKey::new(OUR_KEY)), "a tap after the prompt must not count");
}

#[test]
fn an_erased_band_comes_back_as_a_new_one_with_its_old_serial() {
    for kind in [Kind::MiBand2, Kind::MiBand3] {
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.ready();
        let serial = client.bytes(link, firmware::SERIAL);
        let old = client.world.address();
        client.take_over(link);
        client.subscribe(link, firmware::CONFIGURATION);
        client.send(link, firmware::CONFIGURATION, &[0x06, 0x0B, 0x00, 0x01]);
        client.run(Millis(2_500));
        assert_eq!(client.notified(firmware::CONFIGURATION), ["10060b0001"]);
        let (_, status) = client.link_down().expect("the erase drops the link");
        assert!([8, 19].contains(&status));
        assert_eq!(client.world.face(client.now), Face::Restarting);
        client.run(Millis::secs(8));
        assert_eq!(client.world.face(client.now), Face::PairingScreen);
        assert_ne!(client.world.address(), old);
        assert!(client.world.band_was_erased() && client.world.band_has_no_owner());
        let link = client.ready();
        assert_eq!(client.bytes(link, firmware::SERIAL), serial);
        assert_eq!(client.world.counts().proof.connections, 1, "the proving connection is counted apart");
    }
}

#[test]
fn a_stranger_cannot_erase_or_restart_the_band() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.subscribe(link, firmware::CONFIGURATION);
    client.send(link, firmware::CONFIGURATION, &[0x06, 0x0B, 0x00, 0x01]);
    assert!(matches!(client.write(link, firmware::FIRMWARE_CONTROL, &[0x05], true), Some(Err(_))));
    client.run(Millis::secs(5));
    assert!(client.notified(firmware::CONFIGURATION).is_empty());
    assert!(!client.world.band_was_erased());
    assert_eq!(client.link_down(), None);
}

#[test]
fn configuration_is_answered_as_in_the_trace() {
    // creotiv/MiBand2, btsnoop_hci.dump.
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.take_over(link);
    client.subscribe(link, firmware::CONFIGURATION);
    for (written, _) in CONFIGURATION_IN_THE_TRACE {
        client.send(link, firmware::CONFIGURATION, &hex::decode(written).unwrap());
        client.run(Millis(160));
    }
    let said: Vec<&str> = CONFIGURATION_IN_THE_TRACE.iter().map(|(_, said)| *said).collect();
    assert_eq!(client.notified(firmware::CONFIGURATION), said);
}

const CONFIGURATION_IN_THE_TRACE: [(&str, &str); 3] =
    [("061700656e5f5553", "100606"), ("0c", "100c01020100"), ("0240070080", "100201")];

#[test]
fn erasing_goes_wrong_as_the_scenario_says() {
    for (kind, scenario, said, erased) in [
        (Kind::MiBand2, Scenario::IgnoresErase, None, false),
        (Kind::MiBand2, Scenario::RefusesErase, Some("10060b0004"), false),
        (Kind::MiBand3, Scenario::RefusesErase, Some("100606"), false),
        (Kind::MiBand2, Scenario::EraseSilent, None, true),
        (Kind::MiBand2, Scenario::EraseNeedsButton, None, false),
    ] {
        let mut client = Client::of(kind, scenario);
        let link = client.ready();
        client.take_over(link);
        client.subscribe(link, firmware::CONFIGURATION);
        client.send(link, firmware::CONFIGURATION, &[0x06, 0x0B, 0x00, 0x01]);
        client.run(Millis::secs(3));
        assert_eq!(
            client.notified(firmware::CONFIGURATION).first().map(String::as_str),
            said,
            "{scenario:?}"
        );
        assert_eq!(client.world.band_was_erased(), erased, "{scenario:?}");
        assert_eq!(client.link_down().is_some(), erased, "{scenario:?}");
        if scenario == Scenario::EraseNeedsButton {
            client.world.tap(client.now);
            client.run(Millis::secs(3));
            assert!(client.world.band_was_erased());
        }
    }
}

#[test]
fn a_restarted_band_keeps_its_key_and_address() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    let old = client.world.address();
    client.take_over(link);
    assert_eq!(client.write(link, firmware::FIRMWARE_CONTROL, &[0x05], true), Some(Ok(Value::Nothing)));
    client.run(Millis::secs(2));
    assert!(client.link_down().is_some());
    let link = client.ready();
    client.subscribe(link, firmware::AUTH);
    assert_eq!(client.authenticate(link, OUR_KEY), "100301");
    assert_eq!(client.world.address(), old);
}

#[test]
fn a_buzz_is_seen_and_ends() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.send(link, firmware::ALERT, &[0x03]);
    assert_eq!((client.world.face(client.now), client.world.buzzes()), (Face::Buzzing, 1));
    client.send(link, firmware::ALERT, &[0x00]);
    assert_eq!((client.world.face(client.now), client.world.buzzes()), (Face::Dark, 1));
    let mut silent = Client::new(Scenario::Silent);
    let link = silent.ready();
    silent.send(link, firmware::ALERT, &[0x03]);
    assert_eq!(silent.world.buzzes(), 0);
}

#[test]
fn device_information_is_read_by_strangers_and_the_battery_where_the_band_allows() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    assert_eq!(client.bytes(link, firmware::HARDWARE), b"V0.1.3.2");
    assert_eq!(client.bytes(link, firmware::FIRMWARE), b"V1.0.1.69");
    assert_eq!(hex::encode(client.bytes(link, firmware::PNP_ID)), "01570104000001");
    assert_eq!(client.bytes(link, firmware::SERIAL).len(), 12);
    assert_eq!(
        hex::encode(client.bytes(link, firmware::BATTERY)),
        "0f5200e2070312131e1708e20703121424080864"
    );
    let mut hidden = Client::new(Scenario::BatteryHidden);
    let link = hidden.ready();
    assert_eq!(hidden.read(link, firmware::BATTERY), Some(Err(Failure::Status(2))));
    hidden.take_over(link);
    assert_eq!(hidden.bytes(link, firmware::BATTERY)[1], 82);
}

#[test]
fn a_serial_that_is_not_told_is_empty_or_refused() {
    let mut client = Client::of(Kind::MiBand2, Scenario::NoSerial);
    let link = client.ready();
    assert!(client.bytes(link, firmware::SERIAL).is_empty());
    let mut client = Client::of(Kind::MiBand3, Scenario::NoSerial);
    let link = client.ready();
    assert_eq!(client.read(link, firmware::SERIAL), Some(Err(Failure::Status(2))));
}

#[test]
fn what_the_table_does_not_offer_fails() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.connect();
    assert_eq!(
        client.read(link, firmware::SERIAL),
        Some(Err(Failure::Missing)),
        "nothing was discovered yet"
    );
    client.discover(link);
    assert_eq!(client.subscribe(link, firmware::ALERT), Some(Err(Failure::Missing)));
    assert_eq!(client.read(link, firmware::CONFIGURATION), Some(Err(Failure::Status(2))));
    assert_eq!(client.write(link, firmware::CONFIGURATION, &[0x0C], true), Some(Err(Failure::Status(3))));
    assert_eq!(client.write(link, firmware::AUTH, &[0; 21], false), Some(Ok(Value::Nothing)));
    client.world.perform(client.now, &Effect::Radio(Radio::Close { link }));
    assert_eq!(client.write(link, firmware::AUTH, &[0x01, 0x00], false), Some(Err(Failure::Missing)));
    assert_eq!(client.world.overlaps(), 0);
}

#[test]
fn a_second_operation_at_the_same_time_is_refused_and_noticed() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    client.start(|op| Effect::Radio(Radio::Read { op, link, characteristic: firmware::SERIAL }));
    assert_eq!(client.read(link, firmware::FIRMWARE), Some(Err(Failure::Status(201))));
    assert_eq!(client.world.overlaps(), 1);
}

#[test]
fn an_answer_takes_the_time_it_took_in_the_trace() {
    let mut client = Client::new(Scenario::Owned);
    let link = client.ready();
    for _ in 0..20 {
        let op = client.start(|op| Effect::Radio(Radio::Read { op, link, characteristic: firmware::SERIAL }));
        let asked = client.now;
        client.run(Millis(200));
        let answered =
            client.heard.iter().find(|(_, e)| matches!(e, Event::Done { op: done, .. } if *done == op));
        assert!((80..=100).contains(&(answered.unwrap().0 - asked).0));
    }
}

#[test]
fn the_old_table_stays_until_the_cache_is_cleared_or_the_link_is_new() {
    let has_handshake = |services: &[GattService]| services.iter().any(|s| s.uuid == firmware::AUTH.service);
    let mut client = Client::new(Scenario::StaleCache);
    let link = client.connect();
    assert!(!has_handshake(&client.discover(link)));
    assert!(!has_handshake(&client.discover(link)));
    let cleared = client.ask(|op| Effect::Radio(Radio::ClearCache { op, link }));
    assert_eq!(cleared, Some(Ok(Value::Nothing)));
    assert!(has_handshake(&client.discover(link)));

    let mut client = Client::new(Scenario::NoRefresh);
    let link = client.connect();
    assert!(!has_handshake(&client.discover(link)));
    let cleared = client.ask(|op| Effect::Radio(Radio::ClearCache { op, link }));
    assert_eq!(cleared, Some(Err(Failure::Missing)));
    client.world.perform(client.now, &Effect::Radio(Radio::Close { link }));
    let link = client.connect();
    assert!(has_handshake(&client.discover(link)));
}

#[test]
fn the_first_connection_or_all_fail_with_133() {
    let mut client = Client::new(Scenario::FirstConnect133);
    let peer = client.world.own_peer();
    assert_eq!(client.connect_to(&peer), Err(Failure::Status(133)));
    client.connect();
    let mut client = Client::new(Scenario::ConnectAlways133);
    let peer = client.world.own_peer();
    for _ in 0..4 {
        assert_eq!(client.connect_to(&peer), Err(Failure::Status(133)));
    }
}

#[test]
fn a_name_that_nobody_bears_is_given_up_after_half_a_minute() {
    let mut client = Client::new(Scenario::Owned);
    let before = client.now;
    assert_eq!(client.connect_to(&PeerId("C0:FF:EE:00:00:02".into())), Err(Failure::Status(133)));
    assert!((30_000..31_000).contains(&(client.now - before).0));
}

#[test]
fn a_removed_bond_goes_a_moment_after_the_call() {
    let mut client = Client::new(Scenario::Bonded);
    let peer = client.world.own_peer();
    let bond = |client: &mut Client| client.ask(|op| Effect::Phone(Phone::Bond { op, peer: peer.clone() }));
    let remove = |op| Effect::Phone(Phone::RemoveBond { op, peer: peer.clone() });
    assert_eq!(bond(&mut client), Some(Ok(Value::Bond(Bond::Bonded))));
    assert_eq!(client.ask(remove), Some(Ok(Value::Nothing)));
    assert_eq!(bond(&mut client), Some(Ok(Value::Bond(Bond::Bonded))), "started is not done");
    client.run(Millis(500));
    assert_eq!(bond(&mut client), Some(Ok(Value::Bond(Bond::None))));
    let told = Event::BondChanged { peer: peer.clone(), state: Bond::None };
    assert_eq!(client.heard.iter().filter(|(_, event)| *event == told).count(), 1);
}

#[test]
fn a_bond_that_no_call_removes_goes_by_hand_unless_it_never_goes() {
    for (scenario, answer, goes) in [
        (Scenario::BondStuck, Err(Failure::Refused), true),
        (Scenario::NoRemoveBond, Err(Failure::Missing), true),
        (Scenario::BondStays, Ok(Value::Nothing), false),
    ] {
        let mut client = Client::new(scenario);
        let peer = client.world.own_peer();
        let removed = client.ask(|op| Effect::Phone(Phone::RemoveBond { op, peer }));
        assert_eq!(removed, Some(answer), "{scenario:?}");
        client.run(Millis::secs(10));
        assert!(client.world.phone_has_bond(), "{scenario:?}");
        client.world.perform(client.now, &Effect::Phone(Phone::OpenSettings(SettingsPage::Bluetooth)));
        client.run(Millis::secs(10));
        assert!(client.heard.iter().any(|(_, event)| *event == Event::Resumed), "{scenario:?}");
        assert_eq!(!client.world.phone_has_bond(), goes, "{scenario:?}");
    }
}

#[test]
fn bluetooth_that_goes_off_in_the_middle_takes_link_and_scan_with_it() {
    let mut client = Client::new(Scenario::BluetoothOffInTheMiddle);
    client.start(|op| Effect::Radio(Radio::StartScan { op }));
    client.connect();
    client.run(Millis::secs(3));
    assert!(client.heard.iter().any(|(_, event)| *event == Event::Adapter(Adapter::Off)));
    assert!(client.link_down().is_some());
    assert_eq!((client.world.open_links(), client.world.is_scanning()), (0, false));
    let peer = client.world.own_peer();
    assert_eq!(client.connect_to(&peer), Err(Failure::BluetoothOff));
    let asked = client.ask(|op| Effect::Phone(Phone::AskBluetooth { op }));
    assert!(matches!(asked, Some(Ok(Value::Facts(facts))) if facts.adapter == Adapter::On));
    client.connect();
}

#[test]
fn bluetooth_and_permission_stand_in_the_way_as_the_scenario_says() {
    for (scenario, failure) in [
        (Scenario::BluetoothOff, Failure::BluetoothOff),
        (Scenario::NoBluetooth, Failure::Missing),
        (Scenario::NoPermission, Failure::Denied),
    ] {
        let mut client = Client::new(scenario);
        let started = client.ask(|op| Effect::Radio(Radio::StartScan { op }));
        assert_eq!(started, Some(Err(failure)), "{scenario:?}");
    }
    let mut client = Client::new(Scenario::PermissionGiven);
    client.ask(|op| Effect::Phone(Phone::AskPermission { op }));
    assert!(!client.scan(Millis::secs(2)).is_empty());
}

#[test]
fn without_the_location_switch_a_scan_finds_nothing_silently() {
    let mut client = Client::new(Scenario::LocationOff);
    assert!(client.scan(Millis::secs(10)).is_empty());
    client.world.perform(client.now, &Effect::Phone(Phone::OpenSettings(SettingsPage::Location)));
    client.run(Millis::secs(10));
    assert!(!client.scan(Millis::secs(2)).is_empty());
}

#[test]
fn a_sixth_scan_within_half_a_minute_is_refused_as_android_does() {
    let mut client = Client::new(Scenario::Owned);
    for _ in 0..5 {
        client.scan(Millis::secs(1));
    }
    let sixth = client.ask(|op| Effect::Radio(Radio::StartScan { op }));
    assert_eq!(sixth, Some(Err(Failure::Status(6))));
    client.run(Millis::secs(30));
    assert!(!client.scan(Millis::secs(1)).is_empty());
}

#[test]
fn an_app_that_grabs_the_band_holds_it_until_it_is_stopped() {
    let mut client = Client::new(Scenario::AppGrabs);
    client.ready();
    client.run(Millis::secs(3));
    assert_eq!(client.link_down().map(|(_, status)| status), Some(19));
    let peer = client.world.own_peer();
    assert_eq!(client.connect_to(&peer), Err(Failure::Status(133)));
    assert!(client.scan(Millis::secs(2)).iter().all(|seen| seen.connectable == Some(false)));
    match client.ask(|op| Effect::Phone(Phone::Holders { op })) {
        Some(Ok(Value::Holders(holders))) => {
            assert_eq!(holders.connected, [peer]);
            assert!(!holders.apps.is_empty());
        }
        other => panic!("no holders: {other:?}"),
    }
    client.world.let_go(client.now);
    client.connect();
}

#[test]
fn a_neighbours_band_comes_into_range_only_while_ours_is_away() {
    let mut client = Client::new(Scenario::Neighbour);
    assert!(client.scan(Millis::secs(3)).iter().all(|seen| seen.peer == client.world.own_peer()));
    let link = client.ready();
    let serial = client.bytes(link, firmware::SERIAL);
    client.take_over(link);
    client.send(link, firmware::CONFIGURATION, &[0x06, 0x0B, 0x00, 0x01]);
    client.run(Millis(4_000));
    let seen = client.scan(Millis(1_500));
    assert!(!seen.is_empty() && seen.iter().all(|seen| seen.peer != client.world.own_peer()));
    let neighbour = client.connect_to(&seen[0].peer).unwrap();
    client.discover(neighbour);
    assert_ne!(client.bytes(neighbour, firmware::SERIAL), serial);
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let tell = |seed| {
        let mut client = Client {
            world: World::new(Kind::MiBand3, Scenario::Owned, seed),
            ..Client::new(Scenario::Owned)
        };
        let link = client.ready();
        client.take_over(link);
        client.heard
    };
    assert_eq!(tell(3), tell(3));
    assert_ne!(tell(3), tell(4));
}

#[test]
fn odd_times_and_unknown_links_harm_nobody() {
    for scenario in Scenario::all() {
        let mut client = Client::new(scenario);
        client.start(|op| Effect::Radio(Radio::StartScan { op }));
        client.world.events(Millis(u64::MAX / 2));
        client.world.tap(Millis(0));
        client.world.let_go(Millis(5));
        let nowhere = OpId(99);
        for radio in [
            Radio::Discover { op: OpId(50), link: nowhere },
            Radio::ClearCache { op: OpId(51), link: nowhere },
            Radio::Read { op: OpId(52), link: nowhere, characteristic: firmware::SERIAL },
            Radio::Subscribe { op: OpId(53), link: nowhere, characteristic: firmware::AUTH },
            Radio::Close { link: nowhere },
        ] {
            client.world.perform(Millis(3), &Effect::Radio(radio));
        }
        client.world.perform(Millis(3), &Effect::Radio(Radio::StopScan));
        let answered = client
            .world
            .events(Millis(u64::MAX))
            .into_iter()
            .filter(|event| matches!(event, Event::Failed { op: OpId(50..=53), .. }));
        assert_eq!(answered.count(), 4, "{scenario:?}");
    }
}
