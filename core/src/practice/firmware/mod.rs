//! The firmware of practice bands, one file for each kind of it: what a band advertises, which services it has, what
//! it answers to reads and writes, what a tap or its menu does. A firmware knows its band's body and no radio.

mod huami;
mod key_by_tap;
pub(super) mod modern;
mod newer;
mod shared;
mod user_info;
mod vendor_signed;
mod xiaomi;

use std::fmt;

use uuid::Uuid;

use super::band::{Deed, Written};
use super::body::Body;
use super::kinds::Kind;
use super::random::Random;
use super::traits::BandTraits;
use crate::address::{Address, AddressKind};
use crate::event::{AdvertisedFields, CharacteristicId, GattService};
use crate::keys::AuthKey;
use crate::time::Millis;

#[cfg(test)]
pub(super) use huami::{
    ALERT, AUTH, BATTERY, CONFIGURATION, DEVICE_EVENT, FIRMWARE, FIRMWARE_CONTROL, HARDWARE, PNP_ID, SERIAL,
    STEPS,
};
pub(super) use key_by_tap::key_by_tap;
pub(super) use modern::modern;
pub(super) use user_info::user_info;
pub(super) use vendor_signed::vendor_signed;
pub(super) use xiaomi::protobuf;

/// Makes the firmware of a new band.
pub(super) type Make = fn(Kind, &BandTraits, &mut Random) -> Box<dyn Firmware>;

/// What differs between bands.
pub(super) trait Firmware: fmt::Debug + Send {
    // ---- in the air ----

    /// An address as bands with this firmware have them.
    fn new_address(&self, random: &mut Random) -> Address;

    /// The kind of its address.
    fn address_kind(&self) -> AddressKind;

    /// What it advertises now.
    fn advertisement(&self, body: &Body, held: bool, now: Millis) -> AdvertisedFields;

    // ---- the connection ----

    /// Its true service table.
    fn services(&self) -> Vec<GattService>;

    /// The services in which its handshakes are; an old table that a phone remembers lacks them.
    fn handshake_services(&self) -> &'static [Uuid];

    /// The characteristics that an earlier firmware did not have.
    fn came_with_an_update(&self) -> &'static [CharacteristicId] {
        &[]
    }

    /// The longest packets it agrees to.
    fn largest_mtu(&self) -> u16 {
        23
    }

    /// The connection is over: what was going on in it is void.
    fn link_ended(&mut self);

    /// Reads a characteristic that has the property; or an ATT error.
    fn read(&self, body: &Body, characteristic: CharacteristicId) -> Result<Vec<u8>, u16>;

    /// Whether notifications of a characteristic that has them may be switched on; or an ATT error.
    fn may_subscribe(&self, _body: &Body, _characteristic: CharacteristicId) -> Result<(), u16> {
        Ok(())
    }

    /// Takes a write to a characteristic that has the property.
    fn write(
        &mut self,
        body: &mut Body,
        now: Millis,
        characteristic: CharacteristicId,
        value: &[u8],
    ) -> Written;

    /// Its next random is this one.
    fn set_challenge(&mut self, random: [u8; 16]);

    // ---- its wearer ----

    /// Whether it asks its wearer something.
    fn asks(&self) -> bool;

    /// Its wearer taps it, or says yes on its screen.
    fn tap(&mut self, body: &mut Body, now: Millis) -> Vec<Deed>;

    /// The wait for a tap is over, unless it was for another prompt.
    fn end_prompt(&mut self, body: &mut Body, prompt: u32) -> Vec<Deed>;

    /// Whether it has a screen that asks to be paired when it belongs to nobody.
    fn has_screen(&self) -> bool;

    // ---- whose it is ----

    /// Whether it belongs to nobody.
    fn is_free(&self) -> bool;

    /// Whether its key is this one.
    fn holds(&self, key: &AuthKey) -> bool;

    /// Forgets whose it is.
    fn forget_owner(&mut self);
}

#[cfg(test)]
pub(super) mod mi_band_1 {
    //! Names of characteristics.
    pub(in super::super) use super::user_info::{
        ADDRESS, BATTERY, CONTROL, INFORMATION, NOTIFICATION, PAIR, TEST, USER_INFO,
    };
}
