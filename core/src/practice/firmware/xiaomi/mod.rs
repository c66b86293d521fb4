//! Smart Bands that speak protobuf: they say to everybody whether they are bound, open only to their key, and erase
//! themselves when whoever opened them says so. Timing and limits are those of a Smart Band 10.
//!
//! Of a local bind nobody has seen a real band: that one is practised as one open tool describes it.

mod account;
mod frames;
mod framing;
mod packets;
mod system;

use std::collections::VecDeque;

use uuid::Uuid;

use self::account::{Binding, Login, Owner};
use self::framing::{Arrived, Framing};
use super::Firmware;
use super::huami;
use crate::address::{Address, AddressKind};
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::practice::band::{Deed, Written};
use crate::practice::body::Body;
use crate::practice::gatt::{self, id, property, short};
use crate::practice::kinds::Kind;
use crate::practice::random::Random;
use crate::practice::traits::{BandTraits, Flags, HeldKey};
use crate::time::Millis;
use crate::wire::xiaomi::messages::WearPacket;
use crate::wire::xiaomi::session::SessionKeys;

/// A band that speaks protobuf.
pub(in crate::practice) fn protobuf(
    kind: Kind,
    traits: &BandTraits,
    random: &mut Random,
) -> Box<dyn Firmware> {
    let edition = match kind {
        Kind::SmartBand8 => &SMART_BAND_8,
        Kind::SmartBand10 => &SMART_BAND_10,
        Kind::SmartBand9LocalBind => &SMART_BAND_9_LOCAL_BIND,
        Kind::SmartBand9
        | Kind::MiBand1
        | Kind::MiBand1A
        | Kind::MiBand1S
        | Kind::MiBand2
        | Kind::MiBand3
        | Kind::MiBand4
        | Kind::MiBand5
        | Kind::MiBand5Of2021
        | Kind::MiBand6
        | Kind::MiBand6Of2021
        | Kind::SmartBand7
        | Kind::LookAlike => &SMART_BAND_9,
    };
    let owners = |key| Some(Owner { key, app: None });
    let owner = match traits.key {
        HeldKey::Nothing => None,
        HeldKey::SomebodysKey => owners(kind.key().unwrap_or_else(|| AuthKey::new(random.bytes()))),
        HeldKey::AnotherKey => owners(AuthKey::new(random.bytes())),
        HeldKey::OldSharedDefault => owners(AuthKey::OLD_SHARED_DEFAULT),
    };
    Box::new(Protobuf { edition, owner, next_randoms: VecDeque::new(), link: LinkState::new(edition) })
}

/// What differs between the models.
#[derive(Debug)]
struct Edition {
    name: &'static str,
    /// What it calls its model.
    model: &'static str,
    firmware: &'static str,
    speech: Speech,
    /// Whether it binds without the vendor.
    binds_locally: bool,
    /// Whether it drops the link of whoever wants to bind it although it is bound; else it says so.
    drops_binders: bool,
}

/// The framing that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speech {
    V1,
    V2,
}

const SMART_BAND_8: Edition = Edition {
    name: "Xiaomi Smart Band 8",
    model: "miwear.watch.m66gl",
    firmware: "1.2.113",
    speech: Speech::V1,
    binds_locally: false,
    drops_binders: false,
};
const SMART_BAND_9: Edition = Edition {
    name: "Xiaomi Smart Band 9",
    model: "miwear.watch.n66gl",
    firmware: "2.3.93",
    speech: Speech::V2,
    drops_binders: true,
    ..SMART_BAND_8
};
const SMART_BAND_9_LOCAL_BIND: Edition = Edition { binds_locally: true, ..SMART_BAND_9 };
const SMART_BAND_10: Edition = Edition {
    name: "Xiaomi Smart Band 10",
    model: "miwear.watch.o66gl",
    firmware: "3.1.171",
    ..SMART_BAND_9
};

/// Their service.
const FE95: Uuid = short(0xFE95);
const NAME: CharacteristicId = id(short(0x1800), short(0x2A00));
const BATTERY_LEVEL: CharacteristicId = id(short(0x180F), short(0x2A19));
/// A few bytes of which nobody knows the meaning.
const ABOUT: CharacteristicId = id(FE95, short(0x0050));

#[derive(Debug)]
struct Protobuf {
    edition: &'static Edition,
    owner: Option<Owner>,
    next_randoms: VecDeque<[u8; 16]>,
    link: LinkState,
}

/// What goes on in one connection.
#[derive(Debug)]
struct LinkState {
    framing: Framing,
    login: Option<Login>,
    binding: Binding,
    /// Once the phone has proved the key.
    keys: Option<SessionKeys>,
    /// Shall everything be erased? Asked until then.
    erase_waits: Option<Millis>,
}

impl LinkState {
    fn new(edition: &Edition) -> Self {
        Self {
            framing: Framing::new(edition.speech),
            login: None,
            binding: Binding::Nothing,
            keys: None,
            erase_waits: None,
        }
    }
}

impl Firmware for Protobuf {
    fn new_address(&self, random: &mut Random) -> Address {
        huami::static_address(random)
    }

    fn address_kind(&self) -> AddressKind {
        AddressKind::Public
    }

    /// No advertisement of theirs was published but the names; that they hold service data of FE95 is one reader's word.
    fn advertisement(&self, body: &Body, held: bool, _now: Millis) -> AdvertisedFields {
        AdvertisedFields {
            flags: Some(if held { 0x04 } else { 0x06 }),
            name: Some(format!("{} {}", self.edition.name, body.address.tail().replace(':', ""))),
            services: if body.traits.look_alike { Vec::new() } else { vec![FE95] },
            ..AdvertisedFields::default()
        }
    }

    fn services(&self) -> Vec<GattService> {
        gatt::services(match self.edition.speech {
            Speech::V1 => TABLE_V1,
            Speech::V2 => TABLE_V2,
        })
    }

    fn handshake_services(&self) -> &'static [Uuid] {
        &[FE95]
    }

    fn largest_mtu(&self) -> u16 {
        247
    }

    fn link_ended(&mut self) {
        self.link = LinkState::new(self.edition);
    }

    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        Ok(match characteristic {
            NAME => self.edition.name.into(),
            BATTERY_LEVEL => vec![body.traits.charge],
            ABOUT => vec![0x02, 0x01, 0x05],
            _ => vec![0x00],
        })
    }

    fn write(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written {
        if body.traits.flags == Flags::SilentToAny {
            return Written::done(Vec::new());
        }
        let keys = self.link.keys.as_ref();
        let Arrived { mut deeds, messages } = self.link.framing.take(body, characteristic, value, keys);
        for (bytes, encrypted) in messages {
            let Ok(packet) = WearPacket::parse(bytes.as_slice()) else { continue };
            deeds.extend(self.answer(body, now, &packet, encrypted));
        }
        Written::done(deeds)
    }

    fn set_challenge(&mut self, random: [u8; 16]) {
        self.next_randoms.push_back(random);
    }

    fn asks(&self) -> bool {
        self.link.binding.asks() || self.link.erase_waits.is_some()
    }

    fn tap(&mut self, body: &mut Body, now: Millis) -> Vec<Deed> {
        if self.link.erase_waits.take_if(|until| now < *until).is_some() {
            return self.erase_now(body);
        }
        self.agreed(body)
    }

    fn end_prompt(&mut self, _body: &mut Body, prompt: u32) -> Vec<Deed> {
        self.link.binding.end(prompt);
        Vec::new()
    }

    fn has_screen(&self) -> bool {
        true
    }

    fn is_free(&self) -> bool {
        self.owner.is_none()
    }

    fn holds(&self, key: &AuthKey) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.key == *key)
    }

    fn forget_owner(&mut self) {
        self.owner = None;
    }
}

impl Protobuf {
    fn answer(&mut self, body: &mut Body, now: Millis, packet: &WearPacket, encrypted: bool) -> Vec<Deed> {
        match (packet.account.as_deref(), encrypted) {
            (Some(account), false) => self.account(body, packet.id, account),
            // Commands are taken in the encrypted session only.
            (None, true) => self.command(body, now, packet),
            (Some(_), true) | (None, false) => Vec::new(),
        }
    }

    /// Sends a message as the answer to one that has just come.
    fn say(&mut self, body: &mut Body, message: &WearPacket) -> Vec<Deed> {
        // The acknowledgement of the message, which took an answer's time, comes first.
        let after = body.answer_time() + Millis(body.random.between(21, 60));
        self.link.framing.send(body, after, message, self.link.keys.as_ref())
    }
}

const DEVICE: (Uuid, &[(Uuid, u8)]) = (short(0x1800), &[(short(0x2A00), property::READ)]);
const BATTERY: (Uuid, &[(Uuid, u8)]) = (short(0x180F), &[(short(0x2A19), property::READ | property::NOTIFY)]);

/// First framing, with the characteristics that one open tool uses.
const TABLE_V1: &gatt::Table = &[
    DEVICE,
    BATTERY,
    (
        FE95,
        &[
            (short(0x0051), property::NOTIFY | property::WRITE_WITHOUT_RESPONSE),
            (short(0x0052), property::NOTIFY | property::WRITE_WITHOUT_RESPONSE),
            (short(0x0053), property::NOTIFY | property::WRITE_WITHOUT_RESPONSE),
            (short(0x0055), property::NOTIFY | property::WRITE_WITHOUT_RESPONSE),
        ],
    ),
];

/// Second framing.
const TABLE_V2: &gatt::Table = &[
    DEVICE,
    BATTERY,
    (
        FE95,
        &[
            (short(0x0050), property::READ),
            (short(0x005E), property::NOTIFY),
            (short(0x005F), property::WRITE_WITHOUT_RESPONSE),
        ],
    ),
];
