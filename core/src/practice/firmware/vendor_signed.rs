//! Mi Band 4, 5 and 6 with firmware from before the protocol of 2021: the band keeps a new key only with a signature of
//! the vendor, so a stranger gets nowhere, while its key opens it over Bluetooth.

use uuid::Uuid;

use super::Firmware;
use super::huami::{self, AUTH, Keyed, Papers};
use super::newer::{self, BASE, BATTERY_SERVICE, Edition, OldKeys};
use crate::address::{Address, AddressKind};
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::practice::band::{Deed, Written};
use crate::practice::body::Body;
use crate::practice::gatt;
use crate::practice::kinds::Kind;
use crate::practice::random::Random;
use crate::practice::traits::BandTraits;
use crate::time::Millis;

/// A band that takes a key only with the vendor's signature.
pub(in crate::practice) fn vendor_signed(
    kind: Kind,
    traits: &BandTraits,
    random: &mut Random,
) -> Box<dyn Firmware> {
    let edition = match kind {
        Kind::MiBand5 => &MI_BAND_5,
        Kind::MiBand6 => &MI_BAND_6,
        Kind::MiBand4
        | Kind::MiBand1
        | Kind::MiBand1A
        | Kind::MiBand1S
        | Kind::MiBand2
        | Kind::MiBand3
        | Kind::MiBand5Of2021
        | Kind::MiBand6Of2021
        | Kind::SmartBand7
        | Kind::SmartBand8
        | Kind::SmartBand9
        | Kind::SmartBand9LocalBind
        | Kind::SmartBand10
        | Kind::LookAlike => &MI_BAND_4,
    };
    Box::new(VendorSigned { edition, keyed: Keyed::new(kind.key(), traits, random) })
}

const MI_BAND_4: Edition = Edition {
    papers: Papers {
        name: "Mi Smart Band 4",
        hardware: "V0.25.18.5",
        firmware: "V1.0.9.66",
        product: (0x0024, 0x0101),
        shares_steps: true,
    },
    table: &[BASE[0], BASE[1], BASE[2], BASE[3], BASE[4], BASE[5], BASE[6], BASE[7], BASE[8], BASE[9]],
    old_chunks: 0x04,
    sound: 0x0C,
    old_keys: OldKeys::Judged { wrong_in_the_old_way: 0x08 },
};

/// Its firmware is one that took the old pairing on a real band; of its table only the published clone is known.
const MI_BAND_5: Edition = Edition {
    papers: Papers {
        name: "Mi Smart Band 5",
        hardware: "V0.44.18.2",
        firmware: "V1.0.2.66",
        product: (0x003D, 0x0101),
        ..MI_BAND_4.papers
    },
    old_keys: OldKeys::Judged { wrong_in_the_old_way: 0x04 },
    ..MI_BAND_4
};

/// The firmware on which the old pairing was seen to work; newer ones refuse it. The hardware is that of a band with a
/// newer one. Of its table the chunks of 2021 are left out, which that firmware is taken not to have.
const MI_BAND_6: Edition = Edition {
    papers: Papers {
        name: "Mi Smart Band 6",
        hardware: "V0.82.35.3",
        firmware: "V1.0.0.34",
        product: (0x005B, 0x0101),
        ..MI_BAND_4.papers
    },
    table: &[
        BASE[0],
        BASE[1],
        BASE[2],
        BASE[3],
        BASE[4],
        BASE[5],
        BASE[6],
        BASE[7],
        BASE[8],
        BATTERY_SERVICE,
        BASE[9],
    ],
    old_chunks: 0x0B,
    sound: 0x02,
    old_keys: OldKeys::Judged { wrong_in_the_old_way: 0x04 },
};

#[derive(Debug)]
struct VendorSigned {
    edition: &'static Edition,
    keyed: Keyed,
}

impl Firmware for VendorSigned {
    fn new_address(&self, random: &mut Random) -> Address {
        huami::static_address(random)
    }

    /// They call their addresses public, though these begin like random ones and change with every reset.
    fn address_kind(&self) -> AddressKind {
        AddressKind::Public
    }

    fn advertisement(&self, body: &Body, held: bool, now: Millis) -> AdvertisedFields {
        self.edition.papers.advertisement(body, held, now)
    }

    fn services(&self) -> Vec<GattService> {
        gatt::services(self.edition.table)
    }

    fn handshake_services(&self) -> &'static [Uuid] {
        &[AUTH.service]
    }

    fn link_ended(&mut self) {
        self.keyed.link_ended();
    }

    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16> {
        newer::read(body, self.edition, characteristic)
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
        if characteristic == AUTH {
            return Written::done(newer::old_handshake(self.edition, &mut self.keyed, body, value));
        }
        self.keyed.command(body, now, characteristic, value)
    }

    fn set_challenge(&mut self, random: [u8; 16]) {
        self.keyed.set_challenge(random);
    }

    fn asks(&self) -> bool {
        self.keyed.erase_waits.is_some()
    }

    fn tap(&mut self, body: &mut Body, now: Millis) -> Vec<Deed> {
        self.keyed.confirm_erase(body, now).unwrap_or_default()
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
