//! Bands with the protocol of 2021: that they answer as the Mi Band 6 of the recorded logins, and open to their key alone.
//! The logins and what was refused are from mkashyap69/tempo and MiBand6BleExplorer; their key was not published.

use super::*;
use crate::band::Target;
use crate::keys::KeyStore;
use crate::outcome::End;
use crate::practice::firmware::modern::{FROM_BAND, TO_BAND};
use crate::time::WallMillis;
use crate::wire::b163::PrivateKey;
use crate::wire::chunks_2021::{Body, Endpoint, Message, Mtu, News, Reassembler, split};
use crate::wire::session_2021::{self, AuthReply, Session};

const MODERN: [Kind; 3] = [Kind::MiBand5Of2021, Kind::MiBand6Of2021, Kind::SmartBand7];

/// The key of the app, and its proof of it, in two recorded logins.
const RECORDED: [(&[&str], &[&str]); 2] = [
    (
        &[
            "03010000003400000082000402000266d3c92323",
            "0300000001a3b26edae32348ba9f845d9310efef",
            "030000000200000000da11d7343c684aa8e335d2",
            "0306000003bb68f85ea0e6b38c0002000000",
        ],
        &[
            "0301000100210000008200050e3d8755bb0b0c80",
            "0300000101c053373db665bee156ac5da6f40af0",
            "0306000102f7f21d29d9b0ff7690",
        ],
    ),
    (
        &[
            "030100000034000000820004020002d221d2af53",
            "0300000001ef31bceb8a1453d7573155a951ebb2",
            "030000000205000000e628928077bb529e38090e",
            "0306000003d3d71dee2e78423ce403000000",
        ],
        &[
            "0301000100210000008200052dbd19bf70fa0dc5",
            "03000001015bb8e13d2e9046efe9b62c0f810213",
            "0306000102484790979f7658298f",
        ],
    ),
];

/// A phone that speaks the protocol of 2021.
struct Phone {
    client: Client,
    link: OpId,
    handle: u8,
    session: Option<Session>,
}

impl Phone {
    /// Connected, with packets of this length.
    fn of(kind: Kind, scenario: Scenario, mtu: u16) -> Self {
        let client = Client::of(kind, scenario);
        let mut phone = Self { client, link: OpId(0), handle: 0, session: None };
        phone.connect(mtu);
        phone
    }

    fn connect(&mut self, mtu: u16) {
        let link = self.client.ready();
        self.link = link;
        self.client.subscribe(link, FROM_BAND);
        self.client.ask(|op| Effect::Radio(Radio::RequestMtu { op, link, mtu }));
        self.client.heard.clear();
    }

    fn send(&mut self, endpoint: Endpoint, body: Body) {
        self.handle = self.handle.wrapping_add(1);
        let message = Message { endpoint, handle: self.handle, body };
        self.send_message(&message);
    }

    fn send_message(&mut self, message: &Message) {
        for chunk in split(message, Mtu::LEAST) {
            self.client.send(self.link, TO_BAND, chunk.as_slice());
        }
    }

    fn send_sealed(&mut self, endpoint: Endpoint, plain: &[u8]) -> Message {
        self.handle = self.handle.wrapping_add(1);
        let message = self.session.as_mut().unwrap().encrypt(endpoint, self.handle, plain);
        self.send_message(&message);
        message
    }

    fn write(&mut self, chunks: &[&str]) {
        for chunk in chunks {
            self.client.send(self.link, TO_BAND, &hex::decode(chunk).unwrap());
        }
    }

    /// The band's notifications since the last time.
    fn notifications(&mut self) -> Vec<String> {
        let said = self.client.notified(FROM_BAND);
        self.client.heard.retain(|(_, event)| !matches!(event, Event::Notified { .. }));
        said
    }

    /// The band's messages since the last time, decrypted.
    fn messages(&mut self) -> Vec<(Endpoint, String)> {
        let mut incoming = Reassembler::default();
        let mut messages = Vec::new();
        for chunk in self.notifications() {
            if let News::Message(message) = incoming.take(&hex::decode(chunk).unwrap()).unwrap().news {
                let plain = match &message.body {
                    Body::Plain(plain) => plain.clone(),
                    Body::Encrypted { .. } => self.session.as_ref().unwrap().decrypt(&message).unwrap().plain,
                };
                messages.push((message.endpoint, hex::encode(&plain.0)));
            }
        }
        messages
    }

    /// Agrees on a key; returns the random that it has to encrypt.
    fn agree(&mut self, key: &AuthKey) -> [u8; 16] {
        let private = PrivateKey::new(&[0x5C; 24]).unwrap();
        self.send(Endpoint::AUTH, Body::Plain(session_2021::offer_public_key(&private.public())));
        self.client.run(Millis(2_300));
        let (_, answer) = self.messages().pop().expect("a public key");
        match session_2021::parse_auth_reply(&hex::decode(answer).unwrap()) {
            Ok(AuthReply::PublicKey { random, public }) => {
                self.session = Some(Session::new(&private.agree(&public), key));
                random
            }
            other => panic!("no public key: {other:?}"),
        }
    }

    /// Proves a key; returns the band's verdict.
    fn log_in(&mut self, key: &AuthKey) -> String {
        let random = self.agree(key);
        let proof = self.session.as_ref().unwrap().prove(key, &random);
        self.send(Endpoint::AUTH, Body::Plain(proof));
        self.client.run(Millis(200));
        let (endpoint, verdict) = self.messages().pop().expect("a verdict");
        assert_eq!(endpoint, Endpoint::AUTH);
        verdict
    }

    fn opened(kind: Kind, scenario: Scenario) -> Self {
        let mut phone = Self::of(kind, scenario, 247);
        assert_eq!(phone.log_in(&kind.key().unwrap()), "100501", "{kind:?}");
        phone
    }
}

#[test]
fn a_recorded_app_is_answered_as_the_band_of_the_recording_did_until_it_needs_the_key() {
    for (offer, proof) in RECORDED {
        let mut phone = Phone::of(Kind::MiBand6Of2021, Scenario::Owned, 247);
        phone.write(offer);
        let sent = phone.client.now;
        phone.client.run(Millis(2_300));
        let (at, _) = phone.client.heard.iter().find(|(_, e)| matches!(e, Event::Notified { .. })).unwrap();
        assert!((1_780..=2_200).contains(&(*at - sent).0), "{:?}", *at - sent);
        let said = phone.notifications();
        // Flags, third byte, count, length and endpoint are those of the recording; the handle is a counter.
        let [answer] = said.as_slice() else { panic!("not one notification: {said:?}") };
        assert_eq!(answer.len(), 2 * 78);
        assert_eq!((&answer[..6], &answer[8..28]), ("030300", "00430000008200100401"));
        let handle = u8::from_str_radix(&answer[6..8], 16).unwrap();
        phone.write(proof);
        phone.client.run(Millis(100));
        let verdict = format!("030300{:02x}00030000008200100525", handle.wrapping_add(1));
        assert_eq!(phone.notifications(), [verdict], "the key of that app is another");
    }
}

#[test]
fn the_bands_counter_goes_on_after_a_lost_link_and_differs_between_bands() {
    let handles = |seed| {
        let mut phone = Phone::of(Kind::MiBand6Of2021, Scenario::Owned, 247);
        phone.client.world = World::new(Kind::MiBand6Of2021, Scenario::Owned, seed);
        phone.connect(247);
        let mut handles = Vec::new();
        for _ in 0..2 {
            phone.write(RECORDED[0].0);
            phone.client.run(Millis(2_300));
            handles.push(hex::decode(&phone.notifications()[0]).unwrap()[3]);
            let link = phone.link;
            phone.client.world.perform(phone.client.now, &Effect::Radio(Radio::Close { link }));
            phone.client.run(Millis::secs(1));
            phone.connect(247);
        }
        (handles[0], handles[1].wrapping_sub(handles[0]))
    };
    let (first, then) = handles(1);
    let (other, then_other) = handles(2);
    assert_eq!((then, then_other), (1, 1));
    assert_ne!(first, other);
}

#[test]
fn its_key_opens_such_a_band_with_long_and_short_packets_and_another_key_does_not() {
    for kind in MODERN {
        let key = kind.key().unwrap();
        for mtu in [23, 80, 81, 247] {
            let mut phone = Phone::of(kind, Scenario::Owned, mtu);
            assert_eq!(phone.log_in(&AuthKey::new(OUR_KEY)), "100525", "{kind:?} {mtu}");
            assert_eq!(phone.log_in(&key), "100501", "{kind:?} {mtu}");
        }
        for scenario in [Scenario::WrongKey, Scenario::Unowned] {
            let mut phone = Phone::of(kind, scenario, 247);
            assert_eq!(phone.log_in(&key), "100525", "{kind:?} {scenario:?}");
        }
    }
}

#[test]
fn a_key_off_the_curve_is_called_so_and_a_proof_without_an_agreement_is_wrong() {
    for kind in MODERN {
        let mut phone = Phone::of(kind, Scenario::Owned, 247);
        let mut off = vec![0x04, 0x02, 0x00, 0x02];
        off.extend([0x01; 48]);
        phone.send(Endpoint::AUTH, Body::Plain(off.into()));
        phone.client.run(Millis(200));
        assert_eq!(phone.messages(), [(Endpoint::AUTH, "100428".to_owned())], "{kind:?}");
        phone.send(Endpoint::AUTH, Body::Plain([&[0x05][..], &[0; 32]].concat().into()));
        phone.client.run(Millis(200));
        assert_eq!(phone.messages(), [(Endpoint::AUTH, "100525".to_owned())], "{kind:?}");
    }
}

#[test]
fn a_proof_serves_once() {
    let kind = Kind::MiBand6Of2021;
    let key = kind.key().unwrap();
    let mut phone = Phone::of(kind, Scenario::Owned, 247);
    let random = phone.agree(&key);
    let proof = phone.session.as_ref().unwrap().prove(&key, &random);
    for verdict in ["100501", "100525"] {
        phone.send(Endpoint::AUTH, Body::Plain(proof.clone()));
        phone.client.run(Millis(200));
        assert_eq!(phone.messages(), [(Endpoint::AUTH, verdict.to_owned())]);
    }
}

#[test]
fn the_old_login_is_refused_with_the_right_key_in_both_forms_as_in_the_recording() {
    for kind in [Kind::MiBand5Of2021, Kind::MiBand6Of2021] {
        let key = *kind.key().unwrap().bytes();
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.ready();
        client.subscribe(link, firmware::AUTH);
        for (ask, answer, random) in [
            (&[0x82, 0x00, 0x02][..], 0x83, "6b86ea231822f351a98de0fadf545b6b"),
            (&[0x02, 0x00], 0x03, "28ace047bd2e15ff425044abf4c2a4e1"),
        ] {
            client.world.set_challenge(block(random));
            client.send(link, firmware::AUTH, ask);
            client.run(Millis(200));
            let proof = encrypted(key, block(random));
            client.send(link, firmware::AUTH, &[&[answer, 0x00], &proof[..]].concat());
            client.run(Millis(200));
        }
        let said = client.notified(firmware::AUTH);
        let recorded = [
            "1082016b86ea231822f351a98de0fadf545b6b",
            "108307",
            "10020128ace047bd2e15ff425044abf4c2a4e1",
            "100307",
        ];
        assert_eq!(said, recorded, "{kind:?}");
        assert_eq!(
            client.read(link, firmware::STEPS),
            Some(Err(Failure::Status(2))),
            "it is a stranger still"
        );
    }
}

#[test]
fn a_stranger_reads_what_a_stranger_read_of_a_mi_band_6() {
    let (fee0, fee1) = (gatt::short(0xFEE0), gatt::short(0xFEE1));
    let refused = [
        (gatt::short(0x180D), gatt::short(0x2A39)),
        (fee0, gatt::maker(0x0007)),
        (fee0, gatt::maker(0x0011)),
        (gatt::short(0x3802), gatt::short(0x4A02)),
    ];
    let told = [
        (gatt::short(0x180A), gatt::short(0x2A27), "56302e38322e33352e33"),
        (gatt::short(0x180A), gatt::short(0x2A28), "56312e302e362e3230"),
        (gatt::short(0x180A), gatt::short(0x2A50), "0157015b000101"),
        (gatt::short(0x180F), gatt::short(0x2A19), "52"),
        (gatt::short(0x1811), gatt::short(0x2A46), "05"),
        (gatt::short(0x1811), gatt::short(0x2A44), "00"),
        (fee0, gatt::maker(0x0020), "0b"),
        (fee0, gatt::maker(0x0012), "02"),
        (fee1, gatt::maker(0x0009), "01000000"),
        (fee1, gatt::short(0xFEDF), "01"),
    ];
    let mut client = Client::of(Kind::MiBand6Of2021, Scenario::Owned);
    let link = client.ready();
    for (service, characteristic) in refused {
        let read = client.read(link, gatt::id(service, characteristic));
        assert_eq!(read, Some(Err(Failure::Status(2))), "{characteristic}");
    }
    for (service, characteristic, value) in told {
        let read = client.bytes(link, gatt::id(service, characteristic));
        assert_eq!(hex::encode(read), value, "{characteristic}");
    }
    assert_eq!(client.bytes(link, gatt::id(fee0, gatt::short(0x2A2B))).len(), 11);
    assert_eq!(client.bytes(link, firmware::BATTERY).len(), 20);
    assert_eq!(client.bytes(link, firmware::SERIAL).len(), 12);
    let heart_rate = gatt::id(gatt::short(0x180D), gatt::short(0x2A37));
    assert_eq!(client.subscribe(link, heart_rate), Some(Err(Failure::Status(3))));
    client.run(Millis::secs(120));
    assert_eq!(client.link_down(), None, "one was listened to for two minutes");
}

#[test]
fn the_tables_have_the_chunks_and_the_smart_band_7_has_no_0009() {
    for kind in MODERN {
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.connect();
        let services = client.discover(link);
        let has = |service, characteristic| {
            let mut found = services.iter().filter(|found| found.uuid == service);
            found.any(|found| found.characteristics.iter().any(|one| one.uuid == characteristic))
        };
        assert!(has(TO_BAND.service, TO_BAND.characteristic), "{kind:?}");
        assert!(has(FROM_BAND.service, FROM_BAND.characteristic), "{kind:?}");
        let old = has(firmware::AUTH.service, firmware::AUTH.characteristic);
        assert_eq!(old, kind != Kind::SmartBand7, "{kind:?}");
        assert!(services.iter().any(|service| service.uuid == firmware::AUTH.service), "{kind:?}");
        let hid = services.iter().any(|service| service.uuid == gatt::short(0x1812));
        assert_eq!(hid, kind == Kind::MiBand6Of2021, "{kind:?}");
    }
}

#[test]
fn only_an_encrypted_command_of_whoever_has_the_key_erases_the_band() {
    let erase = [0x06, 0x0B, 0x00, 0x01];
    for (kind, said) in [(Kind::MiBand5Of2021, "10060b0001"), (Kind::MiBand6Of2021, "0110060b0001")] {
        let mut phone = Phone::of(kind, Scenario::Owned, 247);
        let plain = Body::Plain(session_2021::ERASE.as_slice().into());
        let in_vain = |phone: &mut Phone| {
            let link = phone.link;
            phone.client.send(link, firmware::CONFIGURATION, &erase);
            phone.client.send(link, firmware::AUTH, &erase);
            phone.send(Endpoint::COMPATIBILITY, plain.clone());
            phone.client.run(Millis::secs(3));
            assert!(!phone.client.world.band_was_erased(), "{kind:?}");
            assert_eq!(phone.messages(), [], "{kind:?}");
        };
        in_vain(&mut phone);
        assert_eq!(phone.log_in(&kind.key().unwrap()), "100501");
        in_vain(&mut phone);
        let old = phone.client.world.address();
        phone.send_sealed(Endpoint::COMPATIBILITY, &session_2021::ERASE);
        phone.client.run(Millis::secs(10));
        assert_eq!(phone.messages(), [(Endpoint::COMPATIBILITY, said.to_owned())], "{kind:?}");
        assert!(phone.client.world.band_was_erased() && phone.client.world.band_has_no_owner());
        assert_ne!(phone.client.world.address(), old, "{kind:?}");
    }
}

#[test]
fn a_smart_band_7_ignores_the_reset_of_the_others() {
    let mut phone = Phone::opened(Kind::SmartBand7, Scenario::Owned);
    phone.send_sealed(Endpoint::COMPATIBILITY, &session_2021::ERASE);
    phone.client.run(Millis::secs(10));
    assert_eq!(phone.messages(), []);
    assert!(!phone.client.world.band_was_erased());
    assert!(phone.client.world.menu_reset(phone.client.now));
    phone.client.run(Millis::secs(10));
    assert!(phone.client.world.band_was_erased());
}

#[test]
fn a_message_that_is_sent_again_or_broken_is_not_obeyed() {
    let mut phone = Phone::opened(Kind::MiBand6Of2021, Scenario::Owned);
    let once = phone.send_sealed(Endpoint::FIND, &session_2021::FIND_START);
    phone.client.run(Millis(200));
    phone.send_message(&once);
    let Body::Encrypted { length, mut bytes } = once.body else { panic!("not encrypted") };
    bytes.0[0] ^= 1;
    phone.send_message(&Message { body: Body::Encrypted { length, bytes }, ..once });
    phone.client.run(Millis(200));
    assert_eq!(phone.client.world.buzzes(), 1);
}

#[test]
fn a_band_is_found_in_chunks_or_by_the_plain_alert_and_says_when_its_wearer_stops_it() {
    for kind in MODERN {
        let find = |said: &str| (Endpoint::FIND, said.to_owned());
        let mut phone = Phone::opened(kind, Scenario::Owned);
        phone.send_sealed(Endpoint::FIND, &session_2021::FIND_START);
        phone.client.run(Millis(200));
        assert_eq!(phone.client.world.face(phone.client.now), Face::Buzzing, "{kind:?}");
        assert_eq!(phone.messages(), [find("04")], "{kind:?}");
        phone.client.world.tap(phone.client.now);
        phone.client.run(Millis(200));
        assert_eq!(phone.client.world.face(phone.client.now), Face::Dark, "{kind:?}");
        assert_eq!(phone.messages(), [find("07")], "{kind:?}");
        phone.send_sealed(Endpoint::FIND, &session_2021::FIND_START);
        phone.send_sealed(Endpoint::FIND, &session_2021::FIND_STOP);
        assert_eq!(phone.client.world.face(phone.client.now), Face::Dark, "{kind:?}");
        phone.client.send(phone.link, firmware::ALERT, &[0x03]);
        assert_eq!(phone.client.world.buzzes(), 3, "{kind:?}");
    }
}

#[test]
fn the_charge_is_told_in_chunks_after_the_login() {
    let mut phone = Phone::of(Kind::MiBand6Of2021, Scenario::Owned, 247);
    let ask = Body::Plain(session_2021::BATTERY_REQUEST.as_slice().into());
    phone.send(Endpoint::BATTERY, ask.clone());
    phone.client.run(Millis(200));
    assert_eq!(phone.messages(), []);
    phone.log_in(&Kind::MiBand6Of2021.key().unwrap());
    phone.send(Endpoint::BATTERY, ask);
    phone.client.run(Millis(200));
    let (endpoint, said) = phone.messages().remove(0);
    let battery = session_2021::parse_battery_reply(&hex::decode(said).unwrap()).unwrap();
    assert_eq!((endpoint, battery.level), (Endpoint::BATTERY, 82));
}

#[test]
fn a_smart_band_7_asks_for_acknowledgements_and_a_mi_band_6_does_not() {
    for (kind, acknowledges) in [(Kind::MiBand6Of2021, false), (Kind::SmartBand7, true)] {
        let mut phone = Phone::of(kind, Scenario::Owned, 247);
        phone.write(RECORDED[0].0);
        phone.client.run(Millis(2_300));
        let said = phone.notifications();
        assert_eq!(said.contains(&"0400000103".to_owned()), acknowledges, "{kind:?}");
        assert_eq!(said.last().unwrap().starts_with("0307"), acknowledges, "{kind:?}");
    }
}

#[test]
fn an_older_saved_key_opens_a_band_that_refuses_the_newer_one_twice() {
    for kind in MODERN {
        for scenario in [Scenario::Owned, Scenario::AnswersTwice] {
            let mut pair = Pair::new(kind, scenario, Errand::UnpairForAnotherApp, 11);
            let mut keys = KeyStore::default();
            let peer = pair.world().own_peer();
            let target = Target { peer, model: kind.model(), address: Some(pair.world().address()) };
            // The newest is tried first.
            for key in [kind.key().unwrap(), AuthKey::new(OUR_KEY)] {
                let id = keys.add(&target, key, WallMillis(0));
                keys.confirm(id);
            }
            pair.set_files(Files { keys: Some(keys.save()), ..Files::default() });
            pair.kill_and_reopen();
            let ended = pair.run().map(|ended| (ended.outcome.end, ended.outcome.key.clone()));
            assert_eq!(ended, Some((End::TakenOver, kind.key())), "{kind:?} {scenario:?}\n{}", pair.report());
        }
    }
}
