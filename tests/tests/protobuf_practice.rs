//! The captured bytes of another app's logins to a real Smart Band 10, sent to our practice bands: they answer as that
//! band did, as far as that goes without its key, which was not published.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use rescue_core::effect::{Effect, Radio};
use rescue_core::event::{CharacteristicId, Event, OpId};
use rescue_core::practice::{Kind, Scenario, World};
use rescue_core::wire::gatt::{self, XIAOMI_V2_FROM_BAND, XIAOMI_V2_TO_BAND};
use rescue_core::wire::xiaomi::account;
use rescue_core::wire::xiaomi::packets_v2::{Coding, Content, Kind as Type, Packet};
use rescue_core::{Millis, Payload};
use rescue_tests::vector;

/// A phone that sends what it is told to, in virtual time.
struct Phone {
    world: World,
    now: Millis,
    link: OpId,
    ops: u64,
    notified: Vec<Vec<u8>>,
    link_down: bool,
}

impl Phone {
    fn connected_to(kind: Kind, scenario: Scenario) -> Self {
        let world = World::new(kind, scenario, 5);
        let mut phone =
            Self { world, now: Millis(1000), link: OpId(0), ops: 0, notified: Vec::new(), link_down: false };
        let peer = phone.world.own_peer();
        phone.link = phone.start(|op, _| Radio::Connect { op, peer });
        phone.run(Millis::secs(3));
        phone.start(|op, link| Radio::Discover { op, link });
        phone.run(Millis::secs(3));
        phone.start(|op, link| Radio::RequestMtu { op, link, mtu: 247 });
        phone.run(Millis::secs(1));
        phone
    }

    fn start(&mut self, radio: impl FnOnce(OpId, OpId) -> Radio) -> OpId {
        self.ops += 1;
        let op = OpId(self.ops);
        self.world.perform(self.now, &Effect::Radio(radio(op, self.link)));
        op
    }

    fn run(&mut self, span: Millis) {
        let end = self.now + span;
        while let Some(at) = self.world.wake_at().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            for event in self.world.events(self.now) {
                self.hear(event);
            }
        }
        self.now = end;
    }

    fn hear(&mut self, event: Event) {
        if let Event::LinkDown { .. } = event {
            self.link_down = true;
        }
        if let Event::Notified { value, .. } = event {
            self.notified.push(value.0);
        }
    }

    fn listen(&mut self, characteristic: CharacteristicId) {
        self.start(|op, link| Radio::Subscribe { op, link, characteristic });
        self.run(Millis::secs(1));
    }

    /// Writes, and gives what is notified within a second.
    fn write(&mut self, characteristic: CharacteristicId, value: &[u8]) -> Vec<Vec<u8>> {
        self.notified.clear();
        let value = Payload::from(value);
        self.start(|op, link| Radio::Write { op, link, characteristic, value, with_response: false });
        self.run(Millis::secs(1));
        std::mem::take(&mut self.notified)
    }
}

fn smart_band_10(scenario: Scenario) -> Phone {
    let mut phone = Phone::connected_to(Kind::SmartBand10, scenario);
    phone.listen(XIAOMI_V2_FROM_BAND);
    phone
}

/// The frames of a login: whether the phone wrote it, and its bytes.
fn login(id: &str) -> Vec<(bool, Vec<u8>)> {
    let frames = vector(id);
    let frame = |frame: &serde_json::Value| {
        let bytes = hex::decode(frame[3].as_str().unwrap()).unwrap();
        (frame[1] == "write-command", bytes)
    };
    frames.list("/expected/frames").iter().map(frame).collect()
}

#[test]
fn the_practised_band_answers_the_recorded_logins_as_the_real_one_did() {
    for id in ["v100", "v101"] {
        let frames = login(id);
        let mut phone = smart_band_10(Scenario::Owned);
        phone.world.set_challenge(vector(id).block("/expected/band_random"));
        let config = phone.write(XIAOMI_V2_TO_BAND, &frames[0].1);
        assert_eq!(config, [frames[1].1.clone()], "{id}: the session");
        let verify = phone.write(XIAOMI_V2_TO_BAND, &frames[2].1);
        assert_eq!(verify[0], frames[3].1, "{id}: the acknowledgement");
        // The proof differs, as the key does, and so does the checksum.
        let (ours, real) = (&verify[1], &frames[4].1);
        assert_eq!((ours.len(), &ours[..6], &ours[8..39]), (real.len(), &real[..6], &real[8..39]), "{id}");
        assert!(
            phone.write(XIAOMI_V2_TO_BAND, &frames[5].1).is_empty(),
            "{id}: an acknowledgement is not answered"
        );
        // The proof of another key: acknowledged all the same, and refused.
        let confirm = phone.write(XIAOMI_V2_TO_BAND, &frames[6].1);
        assert_eq!(confirm[0], frames[7].1, "{id}");
        assert_eq!(confirm[1][8..], hex::decode("01010801101b1a021807").unwrap(), "{id}");
    }
}

#[test]
fn a_login_that_begins_with_another_number_than_0_is_never_answered() {
    let mut phone = smart_band_10(Scenario::Owned);
    phone.write(XIAOMI_V2_TO_BAND, &login("v100")[0].1);
    assert!(phone.write(XIAOMI_V2_TO_BAND, &vector("v103").bytes("/inputs/sent")).is_empty());
    phone.run(Millis::secs(20));
    assert!(phone.notified.is_empty());
}

#[test]
fn without_a_session_nothing_is_answered() {
    let mut phone = smart_band_10(Scenario::Owned);
    assert!(phone.write(XIAOMI_V2_TO_BAND, &login("v100")[2].1).is_empty());
}

#[test]
fn a_band_that_nobody_owns_says_so_in_the_captured_bytes() {
    let frames = login("v100");
    let mut phone = smart_band_10(Scenario::Unowned);
    phone.write(XIAOMI_V2_TO_BAND, &frames[0].1);
    let answers = phone.write(XIAOMI_V2_TO_BAND, &frames[2].1);
    assert_eq!(answers[1][10..], vector("v106").bytes("/expected/answer"));
}

#[test]
fn a_bound_band_drops_whoever_wants_to_bind_it() {
    let frames = login("v100");
    let mut phone = smart_band_10(Scenario::Owned);
    phone.write(XIAOMI_V2_TO_BAND, &frames[0].1);
    let bind = account::bind_start("00", "app").to_bytes();
    let content = Content::message(Coding::Plain, bind);
    let packet = Packet { kind: Type::Data, sequence: 0, payload: content.to_payload() };
    phone.write(XIAOMI_V2_TO_BAND, packet.to_bytes().as_slice());
    assert!(phone.link_down);
}

#[test]
fn the_charge_is_told_to_strangers() {
    for kind in [Kind::SmartBand8, Kind::SmartBand9, Kind::SmartBand10] {
        let mut phone = Phone::connected_to(kind, Scenario::FlatBattery);
        let op = phone.start(|op, link| Radio::Read { op, link, characteristic: gatt::BATTERY_LEVEL });
        let mut told = None;
        for _ in 0..200 {
            phone.now = phone.now + Millis(5);
            for event in phone.world.events(phone.now) {
                if let Event::Done { op: done, value } = event
                    && done == op
                {
                    told = Some(value);
                }
            }
        }
        assert_eq!(told, Some(rescue_core::event::Value::Bytes(Payload(vec![5]))), "{kind:?}");
    }
}
