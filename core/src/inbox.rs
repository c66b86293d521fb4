//! What has happened and was not used yet: devices in the air, folded by peer, and everything else in order.

use std::collections::{BTreeMap, VecDeque};

use crate::address::PeerId;
use crate::event::{Adapter, AskId, Bond, CharacteristicId, Choice, Failure, OpId, Seen, Value};
use crate::payload::Payload;
use crate::time::Millis;

/// The most devices that are remembered; the one that was heard longest ago goes first.
const AIR_LIMIT: usize = 256;
/// The most notifications that wait; the oldest goes first.
const NOTIFICATION_LIMIT: usize = 64;
/// The most bonds whose changes are remembered.
const BOND_LIMIT: usize = 64;

/// A device in the air, as far as it was heard.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// What it said, parts of all its advertisements together; signal and connectability are the latest.
    pub(crate) seen: Seen,
    /// When it was last heard.
    pub(crate) last: Millis,
}

/// An answer to an operation.
pub(crate) type Answer = Result<Value, Failure>;

/// A link that is being made, is up, or has just gone down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkState {
    pub(crate) id: OpId,
    /// Set when it went down, with the platform's status.
    pub(crate) down: Option<u16>,
}

/// What the person did that a flow may wait for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Pick(PeerId),
    Buzz(PeerId),
    /// A key, as it was typed or pasted.
    Entered(String),
    Back,
}

#[derive(Default)]
pub(crate) struct Inbox {
    air: BTreeMap<PeerId, Heard>,
    /// Grows with every change of the air that a list would show.
    pub(crate) air_version: u64,
    /// The operations under way or just answered; a handful.
    operations: Vec<(OpId, Option<Answer>)>,
    notifications: VecDeque<(CharacteristicId, Payload, Millis)>,
    pub(crate) link: Option<LinkState>,
    pub(crate) adapter: Option<Adapter>,
    bonds: BTreeMap<PeerId, Bond>,
    /// How often the app came to the front.
    pub(crate) resumed: u64,
    deeds: VecDeque<Deed>,
    pub(crate) chosen: Option<(AskId, Choice)>,
}

impl Inbox {
    /// Notes that an operation was started and will be answered.
    pub(crate) fn expect(&mut self, op: OpId) {
        self.operations.push((op, None));
    }

    /// Nobody waits for the operation any more; a late answer is dropped.
    pub(crate) fn forget(&mut self, op: OpId) {
        self.operations.retain(|(expected, _)| *expected != op);
    }

    /// Files an answer; says whether anybody waits for it.
    pub(crate) fn answer(&mut self, op: OpId, answer: Answer) -> bool {
        let waiting =
            self.operations.iter_mut().find(|(expected, answer)| *expected == op && answer.is_none());
        let Some((_, place)) = waiting else { return false };
        *place = Some(answer);
        true
    }

    pub(crate) fn take_answer(&mut self, op: OpId) -> Option<Answer> {
        let index = self.operations.iter().position(|(done, answer)| *done == op && answer.is_some())?;
        self.operations.swap_remove(index).1
    }

    /// Folds an advertisement into what is known of its sender.
    pub(crate) fn hear(&mut self, seen: Seen, now: Millis) {
        if let Some(heard) = self.air.get_mut(&seen.peer) {
            merge(&mut heard.seen, seen);
            heard.last = now;
        } else {
            if self.air.len() >= AIR_LIMIT {
                let oldest =
                    self.air.iter().min_by_key(|(_, heard)| heard.last).map(|(peer, _)| peer.clone());
                if let Some(peer) = oldest {
                    self.air.remove(&peer);
                }
            }
            self.air.insert(seen.peer.clone(), Heard { seen, last: now });
        }
        self.air_version += 1;
    }

    /// Everything in the air, by peer.
    pub(crate) fn air(&self) -> impl Iterator<Item = &Heard> {
        self.air.values()
    }

    pub(crate) fn heard(&self, peer: &PeerId) -> Option<&Heard> {
        self.air.get(peer)
    }

    /// Files a notification if it belongs to the link that is up.
    pub(crate) fn notify(&mut self, link: OpId, from: CharacteristicId, value: Payload, now: Millis) -> bool {
        let belongs = self.link.is_some_and(|state| state.id == link && state.down.is_none());
        if belongs {
            if self.notifications.len() >= NOTIFICATION_LIMIT {
                self.notifications.pop_front();
            }
            self.notifications.push_back((from, value, now));
        }
        belongs
    }

    /// Takes the first notification of a characteristic that the reader makes something of; those before it
    /// from the same characteristic, which it made nothing of, are dropped.
    pub(crate) fn take_notification<T>(
        &mut self,
        from: CharacteristicId,
        mut read: impl FnMut(&[u8], Millis) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        self.notifications.retain(|(characteristic, value, at)| {
            if *characteristic != from || found.is_some() {
                return true;
            }
            found = read(value.as_slice(), *at);
            false
        });
        found
    }

    pub(crate) fn forget_notifications(&mut self, from: CharacteristicId) {
        self.notifications.retain(|(characteristic, ..)| *characteristic != from);
    }

    /// A link is being made.
    pub(crate) fn open_link(&mut self, id: OpId) {
        self.link = Some(LinkState { id, down: None });
        self.notifications.clear();
    }

    /// The link went down: what belonged to it is dropped, nothing else.
    pub(crate) fn link_down(&mut self, id: OpId, status: u16) -> bool {
        match &mut self.link {
            Some(state) if state.id == id && state.down.is_none() => {
                state.down = Some(status);
                true
            }
            Some(_) | None => false,
        }
    }

    pub(crate) fn close_link(&mut self, id: OpId) {
        if self.link.is_some_and(|state| state.id == id) {
            self.link = None;
            self.notifications.clear();
        }
    }

    /// This phone let go of a device: what it said before of being held was about us.
    pub(crate) fn let_go(&mut self, peer: &PeerId) {
        if let Some(heard) = self.air.get_mut(peer) {
            heard.seen.connectable = None;
            heard.seen.fields.flags = None;
        }
    }

    pub(crate) fn bond_changed(&mut self, peer: PeerId, state: Bond) {
        if self.bonds.len() < BOND_LIMIT || self.bonds.contains_key(&peer) {
            self.bonds.insert(peer, state);
        }
    }

    pub(crate) fn bond(&self, peer: &PeerId) -> Option<Bond> {
        self.bonds.get(peer).copied()
    }

    pub(crate) fn forget_bond(&mut self, peer: &PeerId) {
        self.bonds.remove(peer);
    }

    /// The person did something; only the latest few matter.
    pub(crate) fn did(&mut self, deed: Deed) {
        if self.deeds.len() >= 8 {
            self.deeds.pop_front();
        }
        self.deeds.push_back(deed);
    }

    pub(crate) fn take_deed(&mut self, wanted: impl Fn(&Deed) -> bool) -> Option<Deed> {
        let index = self.deeds.iter().position(wanted)?;
        self.deeds.remove(index)
    }

    /// A new screen: what was done on the old one no longer counts.
    pub(crate) fn forget_deeds(&mut self) {
        self.deeds.clear();
        self.chosen = None;
    }
}

/// Adds a newer advertisement to an older one of the same peer: the name may come in one and the maker's bytes in
/// another.
fn merge(old: &mut Seen, new: Seen) {
    old.rssi = new.rssi;
    old.connectable = new.connectable.or(old.connectable);
    old.address = new.address.or(old.address);
    old.address_kind = new.address_kind.or(old.address_kind);
    let fields = &mut old.fields;
    fields.flags = new.fields.flags.or(fields.flags);
    fields.name = new.fields.name.or(fields.name.take());
    replace_unless_empty(&mut fields.services, new.fields.services);
    replace_unless_empty(&mut fields.manufacturer, new.fields.manufacturer);
    replace_unless_empty(&mut fields.service_data, new.fields.service_data);
}

fn replace_unless_empty<T>(old: &mut Vec<T>, new: Vec<T>) {
    if !new.is_empty() {
        *old = new;
    }
}
