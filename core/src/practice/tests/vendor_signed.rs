//! Mi Band 4, 5 and 6 with firmware from before 2021: that they open to their key alone, and what hands can do.

use super::*;
use crate::address::AddressKind;

const SIGNED: [Kind; 3] = [Kind::MiBand4, Kind::MiBand5, Kind::MiBand6];

impl Client {
    fn signed(kind: Kind, scenario: Scenario) -> (Self, OpId) {
        let mut client = Self::of(kind, scenario);
        let link = client.ready();
        client.subscribe(link, firmware::AUTH);
        client.subscribe(link, firmware::CONFIGURATION);
        (client, link)
    }

    /// Proves a key with these opcodes; returns the band's last word.
    fn prove(&mut self, link: OpId, ask: &[u8], answer: u8, flag: u8, key: [u8; 16]) -> String {
        let challenge = [0xA5; 16];
        self.world.set_challenge(challenge);
        self.send(link, firmware::AUTH, ask);
        self.run(Millis(200));
        let given = self.notified(firmware::AUTH).pop().unwrap_or_default();
        assert_eq!(given, format!("10{:02x}01{}", ask[0], hex::encode(challenge)));
        self.send(link, firmware::AUTH, &[&[answer, flag], &encrypted(key, challenge)[..]].concat());
        self.run(Millis(200));
        self.notified(firmware::AUTH).pop().unwrap_or_default()
    }
}

#[test]
fn a_band_that_wants_the_vendor_says_so_and_takes_no_key() {
    for kind in SIGNED {
        let (mut client, link) = Client::signed(kind, Scenario::Owned);
        client.send(link, firmware::AUTH, &[0x01, 0x00]);
        client.run(Millis(200));
        client.send(link, firmware::AUTH, &[&[0x01, 0x00], &OUR_KEY[..]].concat());
        client.run(Millis(200));
        client.world.tap(client.now);
        client.run(Millis(200));
        // Freeyourgadget/Gadgetbridge#1536.
        let said = ["100181011863c2cce5d159413bed92c4b163c279", "100181"];
        assert_eq!(client.notified(firmware::AUTH), said, "{kind:?}");
        assert!(!client.world.band_holds(&AuthKey::new(OUR_KEY)) && client.world.prompts() == 0);
    }
}

#[test]
fn its_key_opens_such_a_band_in_every_form_and_another_key_in_none() {
    for kind in SIGNED {
        let key = *kind.key().unwrap().bytes();
        for (ask, answer) in
            [(&[0x82, 0x00, 0x02][..], 0x83), (&[0x82, 0x00, 0x02, 0x01, 0x00], 0x83), (&[0x02, 0x00], 0x03)]
        {
            let (mut client, link) = Client::signed(kind, Scenario::Owned);
            let verdict = |result: u8| format!("10{answer:02x}{result:02x}");
            let wrong = if kind == Kind::MiBand4 && answer == 0x03 { 0x08 } else { 0x04 };
            assert_eq!(client.prove(link, ask, answer, 0x00, OUR_KEY), verdict(wrong), "{kind:?}");
            assert_eq!(client.prove(link, ask, answer, 0x08, key), verdict(0x07), "{kind:?}");
            assert_eq!(client.prove(link, ask, answer, 0x00, key), verdict(0x01), "{kind:?}");
        }
        let (mut client, link) = Client::signed(kind, Scenario::WrongKey);
        assert_eq!(client.prove(link, &[0x82, 0x00, 0x02], 0x83, 0x00, key), "108304", "{kind:?}");
    }
}

#[test]
fn only_who_has_the_key_erases_such_a_band_over_bluetooth() {
    let erase = [0x06, 0x0B, 0x00, 0x01];
    for kind in SIGNED {
        let (mut client, link) = Client::signed(kind, Scenario::Owned);
        let (old, serial) = (client.world.address(), client.bytes(link, firmware::SERIAL));
        client.send(link, firmware::CONFIGURATION, &erase);
        client.send(link, firmware::AUTH, &erase);
        client.run(Millis::secs(3));
        let said = [client.notified(firmware::CONFIGURATION), client.notified(firmware::AUTH)].concat();
        assert!(said.is_empty() && !client.world.band_was_erased(), "{kind:?}");
        client.prove(link, &[0x82, 0x00, 0x02], 0x83, 0x00, *kind.key().unwrap().bytes());
        client.send(link, firmware::CONFIGURATION, &erase);
        client.run(Millis::secs(10));
        assert_eq!(client.notified(firmware::CONFIGURATION), ["10060b0001"]);
        assert_ne!(client.world.address(), old, "{kind:?}");
        let link = client.ready();
        assert_eq!(client.bytes(link, firmware::SERIAL), serial, "{kind:?}");
        assert!(client.world.band_has_no_owner());
    }
}

#[test]
fn a_stranger_reads_of_such_a_band_what_strangers_read() {
    let refused =
        [(0xFEE0, gatt::maker(0x0007)), (0xFEE0, gatt::maker(0x0011)), (0x3802, gatt::short(0x4A02))];
    let told = [
        (0xFEE1, gatt::maker(0x0009), "01000000"),
        (0xFEE0, gatt::maker(0x0020), "0b"),
        (0xFEE0, gatt::maker(0x0012), "02"),
        (0x180F, gatt::short(0x2A19), "52"),
        (0x1811, gatt::short(0x2A46), "05"),
        (0x180A, gatt::short(0x2A50), "0157015b000101"),
    ];
    let mut client = Client::of(Kind::MiBand6, Scenario::Owned);
    let seen = client.scan(Millis::secs(1)).remove(0);
    assert_eq!(seen.address_kind, Some(AddressKind::Public));
    let link = client.ready();
    for (service, characteristic) in refused {
        let read = client.read(link, gatt::id(gatt::short(service), characteristic));
        assert_eq!(read, Some(Err(Failure::Status(2))), "{characteristic}");
    }
    for (service, characteristic, value) in told {
        let read = client.bytes(link, gatt::id(gatt::short(service), characteristic));
        assert_eq!(hex::encode(read), value, "{characteristic}");
    }
    let heart_rate = gatt::id(gatt::short(0x180D), gatt::short(0x2A37));
    assert_eq!(client.subscribe(link, heart_rate), Some(Err(Failure::Status(3))));
    client.run(Millis::secs(120));
    assert_eq!(client.link_down(), None, "one was listened to for two minutes");
}

#[test]
fn an_old_firmware_has_no_chunks_of_2021() {
    for kind in SIGNED {
        let mut client = Client::of(kind, Scenario::Owned);
        let link = client.connect();
        let services = client.discover(link);
        let all = services.iter().flat_map(|service| &service.characteristics);
        assert!(all.clone().all(|c| ![gatt::maker(0x0016), gatt::maker(0x0017)].contains(&c.uuid)));
        assert!(all.clone().any(|c| c.uuid == gatt::maker(0x0009)), "{kind:?}");
    }
}

#[test]
fn hands_reset_a_band_in_its_menu_where_it_has_one_and_lets_them() {
    for (kind, scenario, reached) in [
        (Kind::MiBand4, Scenario::Owned, true),
        (Kind::MiBand6, Scenario::Owned, true),
        (Kind::MiBand4, Scenario::MenuLocked, false),
        (Kind::MiBand4, Scenario::Unowned, false),
        (Kind::MiBand2, Scenario::Owned, false),
        (Kind::MiBand1S, Scenario::Owned, false),
    ] {
        let mut client = Client::of(kind, scenario);
        let old = client.world.address();
        assert_eq!(client.world.menu_reset(client.now), reached, "{kind:?} {scenario:?}");
        client.run(Millis::secs(2));
        assert_eq!(client.world.face(client.now) == Face::Restarting, reached);
        client.run(Millis::secs(8));
        assert_eq!(client.world.address() != old, reached, "{kind:?} {scenario:?}");
        assert_eq!(client.world.band_was_erased(), reached);
    }
}

#[test]
fn longer_packets_are_agreed_upon_and_never_shorter_ones() {
    let mut client = Client::of(Kind::MiBand4, Scenario::Owned);
    let link = client.ready();
    for mtu in [0, 23, 517] {
        let answer = client.ask(|op| Effect::Radio(Radio::RequestMtu { op, link, mtu }));
        assert_eq!(answer, Some(Ok(Value::Mtu(23))));
        assert_eq!(client.write(link, firmware::AUTH, &[0x01; 18], false), Some(Ok(Value::Nothing)));
    }
}
