//! What must survive being killed: one entry for each rescue that is under way.

use serde::{Deserialize, Serialize};

use crate::address::{Address, PeerId};
use crate::band::Target;
use crate::event::{RescueId, Task};
use crate::keys::KeyId;
use crate::lines::{self, Format, Intact};
use crate::outcome::Evidence;
use crate::payload::Payload;
use crate::time::WallMillis;
use crate::view::{LeftState, Road, Unfinished};
use crate::wire::auth_v1::Flag;

/// The most rescues that are kept; the oldest goes first.
const CASE_LIMIT: usize = 16;

/// A rescue, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: RescueId,
    pub(crate) task: Task,
    pub(crate) target: Target,
    /// How it is to be opened.
    pub(crate) road: Road,
    /// Whether the band is to be erased (for the official app) or only taken over.
    pub(crate) erases: bool,
    /// How the band is left if things stop here.
    pub(crate) left: LeftState,
    /// The key that was sent, by its name in the key file.
    pub(crate) key: Option<KeyId>,
    /// The user that was sent to a Mi Band 1, which has no key.
    pub(crate) user: Option<u32>,
    /// The flag it was sent with.
    pub(crate) flag: Option<Flag>,
    /// The serial number before the erase.
    pub(crate) serial: Option<String>,
    /// Who was in the air before the erase.
    pub(crate) air_before: Vec<PeerId>,
    /// The address it came back with.
    pub(crate) new_address: Option<Address>,
    /// The radio's name for it since then.
    #[serde(default)]
    pub(crate) new_peer: Option<PeerId>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) started: WallMillis,
    /// The boot of the phone in which it was written.
    pub(crate) boot_id: String,
}

impl Case {
    /// A rescue that begins. A key that an earlier, unfinished one of the same band sent is still tried first.
    pub(crate) fn new(id: RescueId, task: Task, target: Target, earlier: Option<&Self>) -> Self {
        let left = match earlier.map(|earlier| earlier.left) {
            Some(LeftState::KeySent) => LeftState::KeySent,
            // The band is in the air under its old address, so an erase that was sent did not free it.
            Some(LeftState::TakenOver | LeftState::EraseSent) => LeftState::TakenOver,
            Some(
                LeftState::Untouched
                | LeftState::PhoneChanged
                | LeftState::RestartSent
                | LeftState::ResetByHand
                | LeftState::Erased,
            )
            | None => LeftState::Untouched,
        };
        Self {
            id,
            task,
            target,
            road: Road::AskTheBand,
            erases: false,
            left,
            key: earlier.and_then(|earlier| earlier.key),
            user: earlier.and_then(|earlier| earlier.user),
            flag: earlier.and_then(|earlier| earlier.flag),
            serial: None,
            air_before: Vec::new(),
            new_address: None,
            new_peer: None,
            evidence: Vec::new(),
            started: WallMillis(0),
            boot_id: String::new(),
        }
    }

    /// Whether stopping here leaves something to continue.
    pub(crate) const fn is_unfinished(&self) -> bool {
        match self.left {
            LeftState::Untouched | LeftState::PhoneChanged | LeftState::RestartSent | LeftState::Erased => {
                false
            }
            LeftState::KeySent | LeftState::TakenOver | LeftState::EraseSent | LeftState::ResetByHand => true,
        }
    }
}

/// All rescues that are under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Journal {
    cases: Vec<Case>,
    next: u32,
}

impl Journal {
    const FORMAT: Format = Format { name: "band-rescue-journal", version: 1 };

    /// Reads a journal file. Lines that cannot be read are left out.
    pub(crate) fn load(file: &[u8]) -> (Self, Intact) {
        let (cases, intact) = lines::load::<Case>(file, Self::FORMAT);
        let next = cases.iter().map(|case| case.id.0.saturating_add(1)).max().unwrap_or(0);
        (Self { cases, next }, intact)
    }

    /// The whole file.
    pub(crate) fn save(&self) -> Payload {
        lines::save(self.cases.iter(), Self::FORMAT)
    }

    /// A number for a new rescue.
    pub(crate) fn next_id(&mut self) -> RescueId {
        let id = RescueId(self.next);
        self.next = self.next.saturating_add(1);
        id
    }

    pub(crate) fn get(&self, id: RescueId) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// The unfinished rescue of a band.
    pub(crate) fn of(&self, peer: &PeerId) -> Option<&Case> {
        self.cases.iter().find(|case| case.target.peer == *peer)
    }

    /// Writes a rescue as it stands now. A band has one: an earlier one of the same band gives way.
    pub(crate) fn put(&mut self, case: Case) {
        self.cases.retain(|earlier| earlier.id != case.id && earlier.target.peer != case.target.peer);
        if self.cases.len() >= CASE_LIMIT {
            self.cases.remove(0);
        }
        self.cases.push(case);
    }

    /// Forgets a rescue; says whether there was one.
    pub(crate) fn remove(&mut self, id: RescueId) -> bool {
        let before = self.cases.len();
        self.cases.retain(|case| case.id != id);
        self.cases.len() < before
    }

    /// For the home screen, newest first.
    pub(crate) fn unfinished(&self) -> Vec<Unfinished> {
        let row = |case: &Case| Unfinished {
            rescue: case.id,
            task: case.task,
            band: case.target.label(),
            left: case.left,
        };
        self.cases.iter().rev().map(row).collect()
    }
}
