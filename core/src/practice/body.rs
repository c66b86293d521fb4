//! What every practice band has, whatever its firmware: an address, a serial number, a motor, its one connection
//! and what is subscribed on it. It answers nothing; that is the firmware's work.

use std::collections::BTreeSet;

use super::band::{Act, Deed};
use super::kinds::Kind;
use super::random::Random;
use super::traits::BandTraits;
use crate::address::Address;
use crate::event::CharacteristicId;
use crate::time::Millis;

/// A notification carries no more at the smallest MTU (23).
const SMALLEST_ROOM: usize = 20;

/// A band without its firmware.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) kind: Kind,
    pub(super) traits: BandTraits,
    pub(super) address: Address,
    pub(super) serial: [u8; 12],
    /// Whether it was erased.
    pub(super) erased: bool,
    /// How often it was told to vibrate and did.
    pub(super) buzzes: u32,
    pub(super) buzz_ends: Option<Millis>,
    /// How often it has asked for a tap.
    pub(super) prompts: u32,
    pub(super) random: Random,
    session: Option<Session>,
}

/// One connection.
#[derive(Clone, Debug)]
struct Session {
    connection: u64,
    subscribed: BTreeSet<CharacteristicId>,
    authenticated: bool,
    /// The longest value that fits into a packet.
    room: usize,
}

impl Body {
    /// A body that nothing has happened to.
    pub(super) fn new(kind: Kind, traits: BandTraits, address: Address, mut random: Random) -> Self {
        let serial = serial(&mut random);
        Self {
            kind,
            traits,
            address,
            serial,
            erased: false,
            buzzes: 0,
            buzz_ends: None,
            prompts: 0,
            random,
            session: None,
        }
    }

    /// A new serial number.
    pub(super) fn renumber(&mut self) {
        self.serial = serial(&mut self.random);
    }

    // ---- the connection --------------------------------------------------------------------------------

    /// A phone has connected.
    pub(super) fn connect(&mut self, connection: u64) {
        let subscribed = BTreeSet::new();
        self.session = Some(Session { connection, subscribed, authenticated: false, room: SMALLEST_ROOM });
    }

    /// The connection is over.
    pub(super) fn disconnect(&mut self) {
        self.session = None;
    }

    /// The number of the connection, while there is one.
    pub(super) fn connection(&self) -> Option<u64> {
        self.session.as_ref().map(|session| session.connection)
    }

    /// Whether the phone at the other end has authenticated.
    pub(super) fn knows_phone(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.authenticated)
    }

    /// The phone at the other end has authenticated.
    pub(super) fn let_in(&mut self) {
        if let Some(session) = &mut self.session {
            session.authenticated = true;
        }
    }

    /// Notifications of a characteristic are on.
    pub(super) fn subscribe(&mut self, characteristic: CharacteristicId) {
        if let Some(session) = &mut self.session {
            session.subscribed.insert(characteristic);
        }
    }

    /// The longest value that can be written or notified.
    pub(super) fn room(&self) -> usize {
        self.session.as_ref().map_or(SMALLEST_ROOM, |session| session.room)
    }

    /// Longer packets were agreed upon.
    pub(super) fn widen(&mut self, mtu: u16) {
        if let Some(session) = &mut self.session {
            session.room = usize::from(mtu).saturating_sub(3).max(SMALLEST_ROOM);
        }
    }

    // ---- what it does ----------------------------------------------------------------------------------

    /// How long a request takes.
    pub(super) fn answer_time(&mut self) -> Millis {
        self.traits.slow.unwrap_or(Millis(self.random.between(80, 100)))
    }

    /// Drops the link.
    pub(super) fn drops(&self, after: Millis, status: u16) -> Vec<Deed> {
        let deed = |connection| Deed { after, connection: Some(connection), act: Act::Drop(status) };
        self.connection().map(deed).into_iter().collect()
    }

    /// A notification as the answer to a request.
    pub(super) fn notify(&mut self, characteristic: CharacteristicId, value: Vec<u8>) -> Vec<Deed> {
        let after = self.answer_time();
        self.notification(after, characteristic, value)
    }

    /// A notification, if it is switched on; cut to what a packet carries.
    pub(super) fn notification(
        &self,
        after: Millis,
        characteristic: CharacteristicId,
        mut value: Vec<u8>,
    ) -> Vec<Deed> {
        let Some(session) = &self.session else { return Vec::new() };
        if !session.subscribed.contains(&characteristic) {
            return Vec::new();
        }
        value.truncate(session.room);
        let deed =
            Deed { after, connection: Some(session.connection), act: Act::Notify(characteristic, value) };
        if !self.traits.repeats {
            return vec![deed];
        }
        let again = Deed { after: after + Millis(7), ..deed.clone() };
        vec![deed, again]
    }

    /// Vibrates for so long.
    pub(super) fn buzz(&mut self, now: Millis, lasts: Millis) {
        self.buzzes += 1;
        self.buzz_ends = Some(now + lasts);
    }

    /// Vibrates no more.
    pub(super) fn hush(&mut self) {
        self.buzz_ends = None;
    }

    /// Asks for a tap; returns the number of this prompt and what becomes of it if nobody taps.
    pub(super) fn prompt(&mut self) -> (u32, Vec<Deed>) {
        self.prompts += 1;
        let prompt = self.prompts;
        let connection = self.connection();
        let deed = |after, act| Deed { after, connection, act };
        let mut deeds = Vec::new();
        if let Some(lasts) = self.traits.prompt_lasts {
            deeds.push(deed(lasts, Act::EndPrompt(prompt)));
        }
        if std::mem::take(&mut self.traits.drops_early) {
            deeds.push(deed(Millis(700), Act::Drop(super::band::STATUS_TIME_OUT)));
        }
        (prompt, deeds)
    }
}

/// Twelve hex digits, in ASCII.
fn serial(random: &mut Random) -> [u8; 12] {
    std::array::from_fn(|_| {
        let digit = (random.next() & 0x0F) as u8;
        if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
    })
}
