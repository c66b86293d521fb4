//! Mi Band 2 and 3: the band takes any key that a tap confirms. Its table and its timing are those of traces.

use uuid::Uuid;

use super::Firmware;
use super::huami::{self, AUTH, DEVICE_EVENT, Keyed, Papers};
use super::shared;
use crate::address::{Address, AddressKind};
use crate::band::Model;
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::practice::band::{Deed, STATUS_TIME_OUT, Written};
use crate::practice::body::Body;
use crate::practice::gatt::{self, maker, short};
use crate::practice::kinds::Kind;
use crate::practice::random::Random;
use crate::practice::traits::{BandTraits, Flags, TapEffect};
use crate::time::Millis;

/// A band that takes a key by a tap.
pub(in crate::practice) fn key_by_tap(
    kind: Kind,
    traits: &BandTraits,
    random: &mut Random,
) -> Box<dyn Firmware> {
    let papers = if kind.model() == Model::MiBand3 { &MI_BAND_3 } else { &MI_BAND_2 };
    Box::new(KeyByTap { papers, keyed: Keyed::new(kind.key(), traits, random), offered: None })
}

const MI_BAND_2: Papers = Papers {
    name: "MI Band 2",
    hardware: "V0.1.3.2",
    firmware: "V1.0.1.69",
    product: (0x0004, 0x0100),
    shares_steps: false,
};
const MI_BAND_3: Papers = Papers {
    name: "Mi Band 3",
    hardware: "V0.18.4.3",
    firmware: "V1.4.0.32",
    product: (0x0013, 0x0100),
    shares_steps: true,
};

#[derive(Debug)]
struct KeyByTap {
    papers: &'static Papers,
    keyed: Keyed,
    /// Shall this key be taken? By the number of the prompt.
    offered: Option<(u32, AuthKey)>,
}

impl Firmware for KeyByTap {
    fn new_address(&self, random: &mut Random) -> Address {
        huami::static_address(random)
    }

    fn address_kind(&self) -> AddressKind {
        AddressKind::RandomStatic
    }

    fn advertisement(&self, body: &Body, held: bool, now: Millis) -> AdvertisedFields {
        self.papers.advertisement(body, held, now)
    }

    fn services(&self) -> Vec<GattService> {
        gatt::services(TABLE)
    }

    fn handshake_services(&self) -> &'static [Uuid] {
        &[AUTH.service]
    }

    fn link_ended(&mut self) {
        self.keyed.link_ended();
        self.offered = None;
    }

    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        huami::read(body, self.papers, characteristic)
    }

    fn write(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written {
        if characteristic == AUTH {
            return Written::done(self.handshake(body, value));
        }
        let written = self.keyed.command(body, now, characteristic, value);
        if self.keyed.erase_waits.is_some() {
            self.offered = None;
        }
        written
    }

    fn set_challenge(&mut self, random: [u8; 16]) {
        self.keyed.set_challenge(random);
    }

    fn asks(&self) -> bool {
        self.offered.is_some() || self.keyed.erase_waits.is_some()
    }

    /// The tap and the button are one on these models.
    fn tap(&mut self, body: &mut Body, now: Millis) -> Vec<Deed> {
        let mut deeds = body.notify(DEVICE_EVENT, vec![0x04]);
        if let Some((_, key)) = self.offered.take() {
            deeds.extend(self.tapped_to_pair(body, key));
        } else if let Some(erase) = self.keyed.confirm_erase(body, now) {
            deeds.extend(erase);
        }
        deeds
    }

    fn end_prompt(&mut self, body: &mut Body, prompt: u32) -> Vec<Deed> {
        match self.offered.take_if(|(asked, _)| *asked == prompt) {
            Some(_) => body.notify(AUTH, vec![0x10, 0x01, 0x04]),
            None => Vec::new(),
        }
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

impl KeyByTap {
    fn handshake(&mut self, body: &mut Body, value: &[u8]) -> Vec<Deed> {
        let (Some(&operation), Some(&flag)) = (value.first(), value.get(1)) else { return Vec::new() };
        let answer = |result: u8| vec![0x10, operation, result];
        let refused = match body.traits.flags {
            Flags::TakesAny => false,
            Flags::SilentToAny => return Vec::new(),
            Flags::SilentTo00 if flag == 0x00 => return Vec::new(),
            Flags::Refuses00 => flag == 0x00,
            Flags::RefusesAny => true,
            Flags::SilentTo00 => false,
        };
        let rest = value.get(2..).unwrap_or_default();
        match (operation, <[u8; 16]>::try_from(rest)) {
            // The bare probe; the answer means "pairing of the first kind".
            (0x01, Err(_)) => body.notify(AUTH, answer(0x04)),
            (0x01 | 0x03, Ok(_)) if refused => body.notify(AUTH, answer(0x04)),
            (0x02, _) if refused => body.notify(AUTH, answer(0x04)),
            (0x01, Ok(key)) => self.ask_to_pair(body, AuthKey::new(key)),
            (0x02, Err(_)) if rest.is_empty() => self.challenge(body),
            (0x02, _) => body.notify(AUTH, answer(0x04)),
            (0x03, Ok(response)) => {
                let right = self.keyed.check(body, response);
                body.notify(AUTH, answer(if right { 0x01 } else { 0x04 }))
            }
            (0x03, Err(_)) => body.notify(AUTH, answer(0x04)),
            _ => body.notify(AUTH, answer(0x03)),
        }
    }

    /// Vibrates and waits for a tap.
    fn ask_to_pair(&mut self, body: &mut Body, key: AuthKey) -> Vec<Deed> {
        let (prompt, deeds) = body.prompt();
        self.offered = Some((prompt, key));
        self.keyed.erase_waits = None;
        deeds
    }

    /// Answers with a random, if there is a key to prove.
    fn challenge(&mut self, body: &mut Body) -> Vec<Deed> {
        if self.keyed.key.is_none() {
            return body.notify(AUTH, vec![0x10, 0x02, 0x04]);
        }
        let mut answer = vec![0x10, 0x02, 0x01];
        answer.extend(self.keyed.challenge(body));
        body.notify(AUTH, answer)
    }

    fn tapped_to_pair(&mut self, body: &mut Body, key: AuthKey) -> Vec<Deed> {
        match body.traits.tap {
            TapEffect::Takes => {
                self.keyed.key = Some(key);
                body.notify(AUTH, vec![0x10, 0x01, 0x01])
            }
            TapEffect::TakesUnheard => {
                body.traits.tap = TapEffect::Takes;
                self.keyed.key = Some(key);
                body.drops(Millis(120), STATUS_TIME_OUT)
            }
            TapEffect::Denies => body.notify(AUTH, vec![0x10, 0x01, 0x02]),
            TapEffect::Nothing => Vec::new(),
        }
    }
}

/// The whole table of a Mi Band 2 with firmware V1.0.1.69, as two bands showed it in traces of their radio. No table of
/// a Mi Band 3 was ever captured; published clones of it have the same services.
const TABLE: &gatt::Table = &[
    shared::ACCESS,
    shared::ATTRIBUTES,
    shared::DEVICE_INFORMATION,
    shared::UPDATE,
    (short(0x1811), &[(short(0x2A46), 0x08), (short(0x2A44), 0x1A)]),
    shared::ALERT,
    shared::HEART,
    (
        short(0xFEE0),
        &[
            (short(0x2A2B), 0x1A),
            (maker(0x0020), 0x16),
            (maker(0x0001), 0x14),
            (maker(0x0002), 0x10),
            (maker(0x0003), 0x14),
            (short(0x2A04), 0x16),
            (maker(0x0004), 0x14),
            (maker(0x0005), 0x10),
            (maker(0x0006), 0x12),
            (maker(0x0007), 0x12),
            (maker(0x0008), 0x18),
            (maker(0x0010), 0x10),
        ],
    ),
    shared::HANDSHAKE,
];

#[cfg(test)]
mod tests {
    use super::super::huami::{ALERT, CONFIGURATION, FIRMWARE_CONTROL};
    use super::*;

    #[test]
    fn the_table_has_what_the_rescue_needs() {
        let whole = gatt::services(TABLE);
        let properties = |wanted: CharacteristicId| {
            whole.iter().find(|service| service.uuid == wanted.service).and_then(|service| {
                service.characteristics.iter().find(|c| c.uuid == wanted.characteristic).map(|c| c.properties)
            })
        };
        assert_eq!(properties(AUTH), Some(0x16));
        assert_eq!(properties(CONFIGURATION), Some(0x14));
        assert_eq!(properties(FIRMWARE_CONTROL), Some(0x18));
        assert_eq!(properties(ALERT), Some(0x04));
        assert_eq!(whole.iter().map(|service| service.characteristics.len()).sum::<usize>(), 37);
    }
}
