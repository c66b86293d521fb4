//! Which bands there are, how they are recognised in the air and identified after connecting.

mod identify;
mod model;
mod recognise;
mod speech;

pub(crate) use identify::{Identity, brief_identity, charge, identify, serial};
pub use model::{
    AddressAfterErase, AdvertisedName, EraseCommand, Family, Gesture, Model, ModelRow, ResetMenu, TakeOver,
};
pub use recognise::{Recognised, recognise};
pub(crate) use speech::Speech;

use serde::{Deserialize, Serialize};

use crate::address::{Address, PeerId};

/// The band that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// The radio's name for it.
    pub(crate) peer: PeerId,
    /// Its model.
    pub(crate) model: Model,
    /// Its address, where known.
    pub(crate) address: Option<Address>,
}

impl Target {
    /// How people tell it from another.
    pub(crate) fn label(&self) -> BandLabel {
        BandLabel {
            model: self.model,
            address_tail: self.address.map(|address| address.tail()).unwrap_or_default(),
        }
    }
}

/// How people tell their band from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandLabel {
    /// The model.
    pub model: Model,
    /// The last four digits of its address, `B4:A9`; empty where the platform hides addresses.
    pub address_tail: String,
}
