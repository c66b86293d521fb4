//! The practice phone: its Bluetooth, permissions, bonds and settings, and the person who answers its
//! dialogs. It never touches the radio; what it will do later it returns as [`PhoneDeed`]s.

use super::traits::{Bluetooth, BondStrength, Cache, PermissionAnswer, PhoneTraits};
use crate::address::PeerId;
use crate::effect::{Phone, SettingsPage};
use crate::event::{Adapter, Bond, Failure, Holders, OpId, Permission, PhoneFacts, Value};
use crate::time::Millis;

/// Looking something up.
const LOOK_UP_TIME: Millis = Millis(12);
/// A person reads a dialog and answers it.
const DIALOG_TIME: Millis = Millis(1_800);
/// A person does something in the settings and comes back.
const SETTINGS_TIME: Millis = Millis(5_000);
/// Bluetooth takes so long to come up.
const SWITCH_TIME: Millis = Millis(900);
/// From the call that removes a bond until it is gone.
const UNBOND_TIME: Millis = Millis(400);

/// Something the phone will do.
#[derive(Clone, Debug)]
pub(super) struct PhoneDeed {
    /// How long from now.
    pub(super) after: Millis,
    /// What.
    pub(super) act: PhoneAct,
}

/// What the phone, or the person in front of it, does later.
#[derive(Clone, Debug)]
pub(super) enum PhoneAct {
    /// Answer an operation.
    Answer(OpId, Result<Value, Failure>),
    /// Answer an operation with the facts as they are then.
    TellFacts(OpId),
    /// The person has answered the permission dialog.
    PermissionAnswered,
    /// Bluetooth is switched on.
    SwitchOn,
    /// The bond with this device is gone.
    Unbonded(PeerId),
    /// The person is back from the settings.
    LeaveSettings(SettingsPage),
}

/// A phone.
#[derive(Clone, Debug)]
pub(super) struct PracticePhone {
    traits: PhoneTraits,
    adapter: Adapter,
    permission: Permission,
    location: Option<bool>,
    /// What it has a bond with.
    bonded: Option<PeerId>,
    /// Whose old service table it believes in.
    stale: Option<PeerId>,
}

impl PracticePhone {
    /// A phone with such traits, and what it remembers of the band under its present name.
    pub(super) fn new(traits: PhoneTraits, band: PeerId) -> Self {
        let adapter = match traits.bluetooth {
            Bluetooth::On | Bluetooth::OffAfter(_) => Adapter::On,
            Bluetooth::Off | Bluetooth::StaysOff => Adapter::Off,
            Bluetooth::Missing => Adapter::Missing,
        };
        let permission = match traits.permission {
            PermissionAnswer::Given => Permission::Granted,
            PermissionAnswer::GivenWhenAsked | PermissionAnswer::Refused => Permission::Missing,
        };
        let bonded = match traits.bond {
            BondStrength::None => None,
            BondStrength::Goes
            | BondStrength::CallRefused
            | BondStrength::CallMissing
            | BondStrength::Stays => Some(band.clone()),
        };
        let stale = match traits.cache {
            Cache::Right => None,
            Cache::Stale | Cache::StaleWithoutCall | Cache::BeforeUpdate => Some(band),
        };
        let location = traits.location;
        Self { traits, adapter, permission, location, bonded, stale }
    }

    /// What the phone is like.
    pub(super) const fn traits(&self) -> &PhoneTraits {
        &self.traits
    }

    /// Whether radio work is possible, or why not.
    pub(super) const fn radio_works(&self) -> Result<(), Failure> {
        match (self.adapter, self.permission) {
            (Adapter::Missing, _) => Err(Failure::Missing),
            (Adapter::Off, _) => Err(Failure::BluetoothOff),
            (Adapter::On, Permission::Missing | Permission::RefusedForGood) => Err(Failure::Denied),
            (Adapter::On, Permission::Granted) => Ok(()),
        }
    }

    /// Whether scans find anything: without the location switch they find nothing, silently.
    pub(super) fn hears(&self) -> bool {
        self.radio_works().is_ok() && self.location != Some(false)
    }

    /// Bluetooth is off from now on.
    pub(super) const fn switch_off(&mut self) {
        self.adapter = Adapter::Off;
    }

    /// Bluetooth is on from now on.
    pub(super) const fn switch_on(&mut self) {
        self.adapter = Adapter::On;
    }

    /// The bond with a device.
    pub(super) fn bond(&self, peer: &PeerId) -> Bond {
        if self.bonded.as_ref() == Some(peer) { Bond::Bonded } else { Bond::None }
    }

    /// The bond with a device is gone; whether there was one.
    pub(super) fn unbond(&mut self, peer: &PeerId) -> bool {
        self.bonded.take_if(|bonded| bonded == peer).is_some()
    }

    /// Whether the phone believes in an old service table of this device.
    pub(super) fn believes_old_table(&self, peer: &PeerId) -> bool {
        self.stale.as_ref() == Some(peer)
    }

    /// The hidden call that forgets the cached table.
    pub(super) fn clear_cache(&mut self, peer: &PeerId) -> Result<Value, Failure> {
        match self.traits.cache {
            Cache::Right | Cache::Stale | Cache::BeforeUpdate => {
                self.stale.take_if(|stale| stale == peer);
                Ok(Value::Nothing)
            }
            Cache::StaleWithoutCall => Err(Failure::Missing),
        }
    }

    /// A link is over. Tables of devices without a bond are looked up anew at the next connection.
    pub(super) fn link_over(&mut self, peer: &PeerId) {
        if self.bonded.as_ref() != Some(peer) {
            self.stale.take_if(|stale| stale == peer);
        }
    }

    /// The permission dialog was answered.
    pub(super) const fn permission_answered(&mut self) {
        self.permission = match (self.traits.permission, self.permission) {
            (PermissionAnswer::Given | PermissionAnswer::GivenWhenAsked, _) => Permission::Granted,
            (PermissionAnswer::Refused, _) => Permission::RefusedForGood,
        };
    }

    /// The person has been in the settings; what bond they removed there.
    pub(super) fn been_in_settings(&mut self, page: SettingsPage) -> Option<PeerId> {
        match page {
            SettingsPage::App => None,
            SettingsPage::Location => {
                self.location = self.location.map(|_| true);
                None
            }
            SettingsPage::Bluetooth => match self.traits.bond {
                BondStrength::None | BondStrength::Stays => None,
                BondStrength::Goes | BondStrength::CallRefused | BondStrength::CallMissing => {
                    self.bonded.take()
                }
            },
        }
    }

    /// The facts as they are.
    pub(super) const fn facts(&self) -> PhoneFacts {
        PhoneFacts {
            adapter: self.adapter,
            permission: self.permission,
            permission_kind: self.traits.permission_kind,
            location_switch: self.location,
        }
    }

    /// Starts what was asked of the phone. `connected` are the devices connected to it now.
    pub(super) fn perform(&mut self, effect: &Phone, connected: Vec<PeerId>) -> Vec<PhoneDeed> {
        let deed = |after, act| PhoneDeed { after, act };
        let answer = |op: &OpId, result| deed(LOOK_UP_TIME, PhoneAct::Answer(*op, result));
        match effect {
            Phone::Facts { op } => vec![deed(LOOK_UP_TIME, PhoneAct::TellFacts(*op))],
            Phone::AskPermission { op } => vec![
                deed(DIALOG_TIME, PhoneAct::PermissionAnswered),
                deed(DIALOG_TIME + LOOK_UP_TIME, PhoneAct::TellFacts(*op)),
            ],
            Phone::AskBluetooth { op } => self.ask_bluetooth(*op),
            Phone::Bond { op, peer } => vec![answer(op, Ok(Value::Bond(self.bond(peer))))],
            Phone::RemoveBond { op, peer } => self.remove_bond(*op, peer),
            // Nothing is ever being paired on this phone, so there is nothing to cancel.
            Phone::CancelBond { op, .. } => vec![answer(op, Err(Failure::Refused))],
            Phone::Holders { op } => {
                let apps = self.traits.apps.clone();
                vec![answer(op, Ok(Value::Holders(Holders { connected, apps })))]
            }
            Phone::OpenSettings(page) => vec![deed(SETTINGS_TIME, PhoneAct::LeaveSettings(*page))],
        }
    }

    fn ask_bluetooth(&self, op: OpId) -> Vec<PhoneDeed> {
        let tell = |after| PhoneDeed { after, act: PhoneAct::TellFacts(op) };
        match (self.adapter, self.traits.bluetooth) {
            (Adapter::Missing, _) => {
                vec![PhoneDeed { after: LOOK_UP_TIME, act: PhoneAct::Answer(op, Err(Failure::Missing)) }]
            }
            (Adapter::On, _) => vec![tell(LOOK_UP_TIME)],
            (Adapter::Off, Bluetooth::StaysOff) => vec![tell(DIALOG_TIME)],
            (Adapter::Off, Bluetooth::On | Bluetooth::Off | Bluetooth::OffAfter(_) | Bluetooth::Missing) => {
                let on = PhoneDeed { after: DIALOG_TIME + SWITCH_TIME, act: PhoneAct::SwitchOn };
                vec![on, tell(DIALOG_TIME + SWITCH_TIME + LOOK_UP_TIME)]
            }
        }
    }

    fn remove_bond(&self, op: OpId, peer: &PeerId) -> Vec<PhoneDeed> {
        let answer = |result| PhoneDeed { after: LOOK_UP_TIME, act: PhoneAct::Answer(op, result) };
        if self.traits.bond == BondStrength::CallMissing {
            return vec![answer(Err(Failure::Missing))];
        }
        // Android says "no" when Bluetooth is off or there is no bond.
        if self.adapter != Adapter::On || self.bonded.as_ref() != Some(peer) {
            return vec![answer(Err(Failure::Refused))];
        }
        match self.traits.bond {
            BondStrength::Goes => {
                let gone = PhoneDeed { after: UNBOND_TIME, act: PhoneAct::Unbonded(peer.clone()) };
                vec![answer(Ok(Value::Nothing)), gone]
            }
            // It says that it has started, and nothing comes of it.
            BondStrength::Stays => vec![answer(Ok(Value::Nothing))],
            BondStrength::None | BondStrength::CallRefused | BondStrength::CallMissing => {
                vec![answer(Err(Failure::Refused))]
            }
        }
    }
}
