//! Firmware with the protocol of 2021: newer Mi Band 6, Smart Band 7, and a Mi Band 5 that nobody has seen. Its key opens
//! such a band over chunks on 0016 and 0017; a stranger gets nowhere, and no new key gets in.
//!
//! Timing, framing and refusals of the Mi Band 6 are those of recorded logins. Encrypted messages, acknowledgements and
//! the answer to the erase were recorded of no band: there this is what open tools expect.

mod table;

use uuid::Uuid;

use super::Firmware;
use super::huami::{self, AUTH, CONFIGURATION, Keyed, Papers};
use super::newer::{self, OldKeys};
use crate::address::{Address, AddressKind};
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::practice::band::{Deed, Written};
use crate::practice::body::Body;
use crate::practice::gatt::{self, id, maker, short};
use crate::practice::kinds::Kind;
use crate::practice::random::Random;
use crate::practice::traits::{BandTraits, Flags};
use crate::time::Millis;
use crate::wire::b163::{PrivateKey, PublicKey, Shared};
use crate::wire::chunks_2021::{self, Endpoint, Handles, Message, Mtu, News, Reassembler};
use crate::wire::session_2021::{Seal, Session};

/// A band that its key opens in the protocol of 2021 alone.
pub(in crate::practice) fn modern(kind: Kind, traits: &BandTraits, random: &mut Random) -> Box<dyn Firmware> {
    let edition = match kind {
        Kind::MiBand5Of2021 => &MI_BAND_5,
        Kind::SmartBand7 => &SMART_BAND_7,
        Kind::MiBand6Of2021
        | Kind::MiBand1
        | Kind::MiBand1A
        | Kind::MiBand1S
        | Kind::MiBand2
        | Kind::MiBand3
        | Kind::MiBand4
        | Kind::MiBand5
        | Kind::MiBand6
        | Kind::SmartBand8
        | Kind::SmartBand9
        | Kind::SmartBand9LocalBind
        | Kind::SmartBand10
        | Kind::LookAlike => &MI_BAND_6,
    };
    let keyed = Keyed::new(kind.key(), traits, random);
    // The counter of a real band was met at any number.
    let [first] = random.bytes();
    Box::new(Modern { edition, keyed, handles: Handles::starting_at(first), link: LinkState::default() })
}

/// What differs between the three.
#[derive(Debug)]
struct Edition {
    newer: newer::Edition,
    /// Whether the name in the air ends with the last digits of the address.
    tail: bool,
    /// The services in which its handshakes are.
    handshakes: &'static [Uuid],
    /// Whether it asks for acknowledgements and gives them. A Mi Band 6 did neither; one open tool is ready for both.
    acknowledges: bool,
    /// What it puts before the answer to a configuration command; `None`: it takes none, in no form that is known.
    before_answers: Option<&'static [u8]>,
}

const MI_BAND_6: Edition = Edition {
    newer: newer::Edition {
        papers: Papers {
            name: "Mi Smart Band 6",
            hardware: "V0.82.35.3",
            firmware: "V1.0.6.20",
            product: (0x005B, 0x0101),
            shares_steps: true,
        },
        table: table::MI_BAND_6,
        old_chunks: 0x0B,
        sound: 0x02,
        old_keys: OldKeys::Refused,
    },
    tail: false,
    handshakes: &[short(0xFEE0), short(0xFEE1)],
    acknowledges: false,
    before_answers: Some(&[0x01]),
};

/// Hypothetical: a Mi Band 5 that behaves like the Mi Band 6. Its firmware is newer than all that were seen to take the
/// old pairing. It answers configuration commands in the other of the two ways that are thinkable.
const MI_BAND_5: Edition = Edition {
    newer: newer::Edition {
        papers: Papers {
            name: "Mi Smart Band 5",
            hardware: "V0.44.18.2",
            firmware: "V1.0.2.82",
            product: (0x003D, 0x0101),
            shares_steps: true,
        },
        table: table::MI_BAND_5,
        old_chunks: 0x04,
        sound: 0x0C,
        old_keys: OldKeys::Refused,
    },
    before_answers: Some(&[]),
    ..MI_BAND_6
};

/// Which hardware, product and firmware it names is not known: its table lacks them.
const SMART_BAND_7: Edition = Edition {
    newer: newer::Edition {
        papers: Papers {
            name: "Xiaomi Smart Band 7",
            hardware: "",
            firmware: "",
            product: (0, 0),
            shares_steps: false,
        },
        table: table::SMART_BAND_7,
        old_chunks: 0x0B,
        sound: 0x02,
        old_keys: OldKeys::Refused,
    },
    tail: true,
    handshakes: &[short(0xFEE0)],
    acknowledges: true,
    before_answers: None,
};

/// Chunks to the band.
pub(in crate::practice) const TO_BAND: CharacteristicId = id(short(0xFEE0), maker(0x0016));
/// Chunks from the band; the phone's acknowledgements are written to it.
pub(in crate::practice) const FROM_BAND: CharacteristicId = id(short(0xFEE0), maker(0x0017));

/// Between two chunks of one message.
const NEXT_CHUNK: Millis = Millis(10);
/// It vibrates so long, unless it is told to stop.
const FINDING: Millis = Millis(30_000);
/// In the flags of a chunk: an acknowledgement is wanted.
const ACKNOWLEDGE: u8 = 0x04;

#[derive(Debug)]
struct Modern {
    edition: &'static Edition,
    keyed: Keyed,
    /// Counts its messages, over all connections.
    handles: Handles,
    link: LinkState,
}

/// What goes on in one connection.
#[derive(Debug, Default)]
struct LinkState {
    incoming: Reassembler,
    login: Option<Login>,
    open: Option<Open>,
    /// Somebody makes it vibrate to find it.
    is_sought: bool,
}

/// A key was agreed upon, and waits to be proved.
#[derive(Debug)]
struct Login {
    random: [u8; 16],
    shared: Shared,
}

/// The key was proved.
#[derive(Debug)]
struct Open {
    session: Session,
    /// The sequence that the phone's next message must have.
    expected: u32,
}

impl Firmware for Modern {
    fn new_address(&self, random: &mut Random) -> Address {
        huami::static_address(random)
    }

    /// As a Mi Band 6 does.
    fn address_kind(&self) -> AddressKind {
        AddressKind::Public
    }

    fn advertisement(&self, body: &Body, held: bool, now: Millis) -> AdvertisedFields {
        let mut fields = self.edition.newer.papers.advertisement(body, held, now);
        if self.edition.tail
            && let Some(name) = &mut fields.name
        {
            *name = format!("{name} {}", body.address.tail().replace(':', ""));
        }
        fields
    }

    fn services(&self) -> Vec<GattService> {
        gatt::services(self.edition.newer.table)
    }

    fn handshake_services(&self) -> &'static [Uuid] {
        self.edition.handshakes
    }

    fn came_with_an_update(&self) -> &'static [CharacteristicId] {
        &[TO_BAND, FROM_BAND]
    }

    fn largest_mtu(&self) -> u16 {
        247
    }

    fn link_ended(&mut self) {
        self.keyed.link_ended();
        self.link = LinkState::default();
    }

    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        newer::read(body, &self.edition.newer, characteristic)
    }

    fn may_subscribe(&self, body: &Body, characteristic: CharacteristicId) -> Result<(), u16> {
        newer::may_subscribe(body, characteristic)
    }

    fn write(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written {
        match characteristic {
            TO_BAND => Written::done(self.chunk(body, now, value)),
            AUTH => Written::done(newer::old_handshake(&self.edition.newer, &mut self.keyed, body, value)),
            // Commands come encrypted, in chunks: what is written here is accepted by the link and ignored.
            CONFIGURATION if !body.traits.obeys_strangers => Written::done(Vec::new()),
            _ => self.keyed.command(body, now, characteristic, value),
        }
    }

    fn set_challenge(&mut self, random: [u8; 16]) {
        self.keyed.set_challenge(random);
    }

    fn asks(&self) -> bool {
        self.keyed.erase_waits.is_some()
    }

    fn tap(&mut self, body: &mut Body, now: Millis) -> Vec<Deed> {
        if let Some(configured) = self.keyed.confirmed(now) {
            return configured
                .said(body, |body, after, reply| self.seal(body, after, Endpoint::COMPATIBILITY, &reply));
        }
        if !std::mem::take(&mut self.link.is_sought) {
            return Vec::new();
        }
        let after = body.answer_time();
        self.seal(body, after, Endpoint::FIND, &[0x07])
    }

    /// It never asks for a tap: it would, after a signature of the vendor.
    fn end_prompt(&mut self, _body: &mut Body, _prompt: u32) -> Vec<Deed> {
        Vec::new()
    }

    fn has_screen(&self) -> bool {
        true
    }

    fn is_free(&self) -> bool {
        self.keyed.key.is_none()
    }

    fn holds(&self, key: &AuthKey) -> bool {
        self.keyed.key.as_ref() == Some(key)
    }

    fn forget_owner(&mut self) {
        self.keyed.key = None;
    }
}

impl Modern {
    /// Takes a chunk; what cannot be read is ignored.
    fn chunk(&mut self, body: &mut Body, now: Millis, value: &[u8]) -> Vec<Deed> {
        if body.traits.flags == Flags::SilentToAny {
            return Vec::new();
        }
        let Ok(taken) = self.link.incoming.take(value) else { return Vec::new() };
        let mut deeds = Vec::new();
        if let Some(acknowledgement) = taken.acknowledge.filter(|_| self.edition.acknowledges) {
            deeds = body.notification(Millis(20), FROM_BAND, acknowledgement.to_payload().0);
        }
        if let News::Message(message) = taken.news {
            deeds.extend(self.message(body, now, &message));
        }
        deeds
    }

    fn message(&mut self, body: &mut Body, now: Millis, message: &Message) -> Vec<Deed> {
        if let chunks_2021::Body::Plain(said) = &message.body {
            return match (message.endpoint, said.as_slice()) {
                (Endpoint::AUTH, said) => self.authenticate(body, said),
                (Endpoint::BATTERY, [0x03]) if body.knows_phone() => {
                    let battery = [&[0x04], huami::battery(body.traits.charge).as_slice()].concat();
                    let after = body.answer_time();
                    self.say(body, after, Endpoint::BATTERY, &battery)
                }
                (_, _) => Vec::new(),
            };
        }
        let Some(plain) = self.link.open.as_mut().and_then(|open| open.unseal(message)) else {
            return Vec::new();
        };
        match (message.endpoint, plain.as_slice()) {
            (Endpoint::FIND, [0x03]) => {
                body.buzz(now, FINDING);
                self.link.is_sought = true;
                let after = body.answer_time();
                self.seal(body, after, Endpoint::FIND, &[0x04])
            }
            (Endpoint::FIND, [0x06]) => {
                body.hush();
                self.link.is_sought = false;
                Vec::new()
            }
            (Endpoint::COMPATIBILITY, [0x01, command @ ..]) if self.edition.before_answers.is_some() => {
                let configured = self.keyed.configure(body, now, command);
                configured
                    .said(body, |body, after, reply| self.seal(body, after, Endpoint::COMPATIBILITY, &reply))
            }
            (_, _) => Vec::new(),
        }
    }

    // ---- the login ---------------------------------------------------------------------------------------

    fn authenticate(&mut self, body: &mut Body, said: &[u8]) -> Vec<Deed> {
        let slow = body.traits.slow.unwrap_or_default();
        let (after, answer) = match said {
            [0x04, 0x02, 0x00, 0x02, theirs @ ..] => match theirs.try_into().map(PublicKey::from_bytes) {
                Ok(Ok(theirs)) => {
                    // From the last chunk of the phone's key to the band's, in recorded logins.
                    (Millis(body.random.between(1_780, 2_200)) + slow, self.agree(body, &theirs))
                }
                Ok(Err(_)) | Err(_) => (body.answer_time(), vec![0x10, 0x04, 0x28]),
            },
            [0x05, ..] => {
                let verdict = if self.is_proved(body, said) { 0x01 } else { 0x25 };
                (Millis(body.random.between(50, 65)) + slow, vec![0x10, 0x05, verdict])
            }
            _ => return Vec::new(),
        };
        self.say(body, after, Endpoint::AUTH, &answer)
    }

    /// A random and a public key. Whether a band that belongs to nobody gives them is not known.
    fn agree(&mut self, body: &mut Body, theirs: &PublicKey) -> Vec<u8> {
        let private = loop {
            if let Ok(private) = PrivateKey::new(&body.random.bytes()) {
                break private;
            }
        };
        let random = self.keyed.challenge(body);
        self.link.login = Some(Login { random, shared: private.agree(theirs) });
        [&[0x10, 0x04, 0x01], random.as_slice(), &private.public().to_bytes()].concat()
    }

    /// Whether this proves the key; each random serves once.
    fn is_proved(&mut self, body: &mut Body, said: &[u8]) -> bool {
        let (Some(login), Some(key)) = (self.link.login.take(), &self.keyed.key) else { return false };
        let session = Session::new(&login.shared, key);
        let right = session.prove(key, &login.random).as_slice() == said;
        if right {
            body.let_in();
            self.link.open = Some(Open { expected: session.sequence(), session });
        }
        right
    }

    // ---- what it says ------------------------------------------------------------------------------------

    fn say(&mut self, body: &Body, after: Millis, endpoint: Endpoint, plain: &[u8]) -> Vec<Deed> {
        let handle = self.handles.draw();
        let said = chunks_2021::Body::Plain(plain.into());
        self.send(body, after, &Message { endpoint, handle, body: said })
    }

    /// Says it encrypted; nothing, to a stranger.
    fn seal(&mut self, body: &Body, after: Millis, endpoint: Endpoint, plain: &[u8]) -> Vec<Deed> {
        let before = match endpoint {
            Endpoint::COMPATIBILITY => self.edition.before_answers.unwrap_or_default(),
            _ => &[],
        };
        let Some(open) = &mut self.link.open else { return Vec::new() };
        let handle = self.handles.draw();
        let message = open.session.encrypt(endpoint, handle, &[before, plain].concat());
        self.send(body, after, &message)
    }

    /// In one notification where the link has room for it.
    fn send(&self, body: &Body, mut after: Millis, message: &Message) -> Vec<Deed> {
        let mtu = u16::try_from(body.room() + 3).map_or(Mtu::LEAST, Mtu::new);
        let mut deeds = Vec::new();
        for mut chunk in chunks_2021::split(message, mtu) {
            if let Some(flags) = chunk.0.get_mut(1).filter(|_| !self.edition.acknowledges) {
                *flags &= !ACKNOWLEDGE;
            }
            deeds.extend(body.notification(after, FROM_BAND, chunk.0));
            after = after + NEXT_CHUNK;
        }
        deeds
    }
}

impl Open {
    /// What an encrypted message says, if it is whole and the next one. Whether a real band is as strict is not known.
    fn unseal(&mut self, message: &Message) -> Option<Vec<u8>> {
        let decrypted = self.session.decrypt(message).ok()?;
        if decrypted.seal != (Seal::Intact { sequence: self.expected }) {
            return None;
        }
        self.expected = self.expected.wrapping_add(1);
        Some(decrypted.plain.0)
    }
}
