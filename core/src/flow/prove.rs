//! The proof: the band comes back. Looks for a band that was not in the air before, connects, compares the serial. A
//! protobuf band tells no stranger its serial, but says whether it is bound to somebody.
//!
//! That an erased Mi Band 2 or 3 comes back under a new address, and whether it keeps its serial number, is
//! reported but not proven: every other course has its road here and ends in what was seen.

use std::collections::BTreeMap;

use crate::address::PeerId;
use crate::auth::{self, Bound, Challenge};
use crate::band::{self, Family, Target, recognise};
use crate::cx::{Cx, Deadline, Late, Stop};
use crate::event::{Choice, Task};
use crate::inbox::{Heard, Inbox};
use crate::link;
use crate::outcome::{End, Evidence};
use crate::phone;
use crate::scan::Scan;
use crate::time::Millis;
use crate::view::{LeftState, Prompt, Question, RowKind, Step, StepSeen};

/// How long the band is looked for; slow ones took three quarters of a minute.
const WINDOW: Millis = Millis::secs(90);
/// A band that was not heard for this long is gone.
const GONE: Millis = Millis::secs(15);
/// How often a band is connected to before its serial is taken as unreadable.
const TRIES: u32 = 2;
/// How often a band that is reset by hand is asked under its old address.
const ASK_AGAIN: Millis = Millis::secs(10);

/// Looks until the band is recognised, or the window closes.
pub(crate) async fn came_back(cx: &Cx, target: &Target) -> Result<End, Stop> {
    cx.step(Step::Prove);
    // What the band said to the erase must survive being killed from here on.
    cx.checkpoint().await?;
    let by_hand = cx.case(|case| case.left) == Some(LeftState::ResetByHand);
    let says_whose = target.model.row().family == Family::Xiaomi;
    let asks_old = if by_hand {
        cx.has_seen(Evidence::OpenedWithKey) || (says_whose && cx.has_seen(Evidence::BoundToSomebody))
    } else {
        !cx.has_seen(Evidence::ExperimentTried)
    };
    let mut look = Look {
        cx,
        target,
        by_hand,
        says_whose,
        asks_old,
        unchanged: false,
        before: cx.case(|case| case.air_before.clone()).unwrap_or_default(),
        serial: cx.case(|case| case.serial.clone()).flatten(),
        since: cx.now(),
        until: cx.now() + WINDOW,
        tries: BTreeMap::new(),
        others: Vec::new(),
    };
    cx.prompt(Some(Prompt::HoldNear { until: look.until, total: WINDOW }));
    while let Some(found) = look.next().await? {
        let end = match found {
            Found::Old => look.check_old().await,
            Found::New(new) => look.check_new(new).await,
        };
        if let Some(end) = end {
            cx.prompt(None);
            return end;
        }
    }
    cx.prompt(None);
    look.without_recognition().await
}

enum Found {
    /// The old address is in the air again.
    Old,
    /// A band of the same model that was not in the air before.
    New(Target),
}

struct Look<'a> {
    cx: &'a Cx,
    target: &'a Target,
    /// The person resets the band in its menu; else it was told to erase itself.
    by_hand: bool,
    /// It says to everybody whether it is bound.
    says_whose: bool,
    /// Whether it is asked under its old address. A band that is reset by hand is there until the person has done it;
    /// only one that a key opened, or that said that it is bound, tells before from after. One that no key has opened,
    /// in the experiment, tells nothing.
    asks_old: bool,
    /// Under its old address it said last that it is as it was before the reset by hand.
    unchanged: bool,
    before: Vec<PeerId>,
    serial: Option<String>,
    since: Millis,
    until: Millis,
    tries: BTreeMap<PeerId, Tries>,
    /// New bands that could not be recognised by their serial number.
    others: Vec<Target>,
}

/// How a band was tried.
#[derive(Clone, Copy, Default)]
struct Tries {
    /// How often it counted.
    count: u32,
    /// When it was last connected to; it must be heard again before the next time.
    last: Option<Millis>,
}

impl Look<'_> {
    /// Scans for the next band to check. `None`: the window has closed.
    async fn next(&self) -> Result<Option<Found>, Stop> {
        phone::ready(self.cx).await?;
        if self.cx.now() >= self.until {
            return Ok(None);
        }
        let _scan = Scan::start(self.cx).await?;
        let deadline = Deadline { at: self.until, reason: "the band comes back" };
        match self.cx.wait(deadline, |inbox| self.candidate(inbox)).await {
            Ok(found) => Ok(Some(found)),
            Err(Late) => Ok(None),
        }
    }

    fn candidate(&self, inbox: &Inbox) -> Option<Found> {
        inbox.air().filter(|heard| heard.last > self.since).find_map(|heard| self.judge(heard))
    }

    fn judge(&self, heard: &Heard) -> Option<Found> {
        let peer = &heard.seen.peer;
        let recognised = recognise(&heard.seen)?;
        let tries = self.tries.get(peer).copied().unwrap_or_default();
        let worn_out = tries.count >= TRIES;
        let pause = if self.by_hand { ASK_AGAIN } else { Millis(0) };
        let silent_since = tries.last.is_some_and(|at| heard.last <= at + pause);
        if worn_out
            || silent_since
            || recognised.kind != RowKind::Band(self.target.model)
            || recognised.held == Some(true)
        {
            return None;
        }
        if *peer == self.target.peer {
            return self.asks_old.then_some(Found::Old);
        }
        let new = Target { peer: peer.clone(), model: self.target.model, address: recognised.address };
        (!self.before.contains(peer)).then_some(Found::New(new))
    }

    /// Under its old address: does it still know the key?
    async fn check_old(&mut self) -> Option<Result<End, Stop>> {
        let cx = self.cx;
        let answer =
            link::briefly(cx, self.target, async |link| auth::still_opens(cx, link, self.target).await);
        let answer = answer.await;
        self.tries_of(&self.target.peer).last = Some(cx.now());
        if answer.is_ok() && !self.by_hand {
            self.count(&self.target.peer);
            cx.saw(Evidence::SameAddress);
        }
        match answer {
            Ok(answer) if self.says_whose && answer != Challenge::Opened => {
                self.unchanged = answer == Challenge::WrongKey;
                (answer == Challenge::NoRandom).then(|| self.bound_to_nobody())
            }
            // Its menu was not used yet.
            Ok(Challenge::Opened) if self.by_hand => {
                self.unchanged = true;
                None
            }
            Ok(Challenge::Opened) => {
                cx.saw(Evidence::OldKeyAccepted);
                cx.set_case(|case| case.left = LeftState::TakenOver);
                Some(cx.checkpoint().await.and(Err(Stop(End::NotErased))))
            }
            // A key that opened it before.
            Ok(Challenge::WrongKey | Challenge::NoRandom) => {
                cx.saw(Evidence::OldKeyRefused);
                Some(Ok(self.came_back_as_before()))
            }
            Ok(Challenge::OtherProtocol) if !self.by_hand => {
                cx.saw(Evidence::OldKeyRefused);
                Some(Ok(self.came_back_as_before()))
            }
            Ok(Challenge::Silent | Challenge::OtherProtocol) | Err(_) => None,
        }
    }

    /// Under its old address, where it was bound before.
    fn bound_to_nobody(&self) -> Result<End, Stop> {
        self.cx.saw(Evidence::NotBound);
        Ok(self.came_back_as_before())
    }

    /// Under a new address: is it bound to nobody? Any other band of the model is its owner's.
    async fn check_whose(&mut self, new: Target) -> Option<Result<End, Stop>> {
        let cx = self.cx;
        let tries = self.count(&new.peer);
        let bound = link::briefly(cx, &new, async |link| auth::bound_briefly(cx, link).await).await;
        self.tries_of(&new.peer).last = Some(cx.now());
        match bound {
            Ok(Bound::Nobody) => {
                cx.saw(Evidence::NewAddress);
                cx.saw(Evidence::NotBound);
                return Some(Ok(self.came_back_as(&new)));
            }
            Ok(Bound::Somebody) => {
                cx.note("a band that was not in the air before is bound to somebody: not this one");
                self.tries_of(&new.peer).count = TRIES;
            }
            Err(_) if tries < TRIES => {}
            Err(_) => {
                cx.saw(Evidence::NewAddress);
                self.others.push(new);
            }
        }
        None
    }

    /// Under a new address: has it the same serial number?
    async fn check_new(&mut self, new: Target) -> Option<Result<End, Stop>> {
        if self.says_whose {
            return self.check_whose(new).await;
        }
        let cx = self.cx;
        let tries = self.count(&new.peer);
        let serial = link::briefly(cx, &new, async |link| band::serial(link).await).await;
        self.tries_of(&new.peer).last = Some(cx.now());
        let evidence = match (&self.serial, &serial) {
            (Some(before), Ok(Some(now))) if before == now => {
                cx.saw(Evidence::NewAddress);
                cx.saw(Evidence::SameSerial);
                return Some(Ok(self.came_back_as(&new)));
            }
            (Some(_), Ok(Some(_))) => Evidence::OtherSerial,
            (None, Ok(_)) | (Some(_), Ok(None)) => Evidence::NoSerial,
            (_, Err(_)) if tries < TRIES => return None,
            (_, Err(_)) => Evidence::NoSerial,
        };
        cx.saw(Evidence::NewAddress);
        cx.saw(evidence);
        self.tries_of(&new.peer).count = TRIES;
        self.others.push(new);
        None
    }

    fn count(&mut self, peer: &PeerId) -> u32 {
        let tries = self.tries_of(peer);
        tries.count += 1;
        tries.count
    }

    fn tries_of(&mut self, peer: &PeerId) -> &mut Tries {
        self.tries.entry(peer.clone()).or_default()
    }

    /// Nobody was recognised. If just one new band came and all signs agree, the person's eyes decide; so they do if a
    /// band that was reset by hand, and cannot say what became of it, is in the air as before.
    async fn without_recognition(&self) -> Result<End, Stop> {
        let cx = self.cx;
        let now = cx.now();
        let heard = cx.lock().inbox.heard(&self.target.peer).map(|heard| heard.last);
        let gone = heard.is_none_or(|last| now - last > GONE);
        if gone {
            cx.saw(Evidence::OldAddressGone);
        }
        let signs = [Evidence::EraseAcknowledged, Evidence::LinkDropped, Evidence::ResetByHand];
        let accepted = signs.into_iter().any(|sign| cx.has_seen(sign));
        if let ([other], true, true) = (self.others.as_slice(), gone, accepted)
            && cx.ask(Question::ShowsPairingScreen, &[Choice::Yes, Choice::No]).await? == Choice::Yes
        {
            cx.saw(Evidence::PersonSawPairingScreen);
            return Ok(self.came_back_as(other));
        }
        if self.by_hand && !gone && self.others.is_empty() {
            return self.still_there().await;
        }
        Err(Stop(End::ErasedUnproven))
    }

    /// A band that was reset by hand is in the air as before: what it said last counts; where it says nothing, what the
    /// person sees on it.
    async fn still_there(&self) -> Result<End, Stop> {
        let cx = self.cx;
        if !self.asks_old
            && cx.ask(Question::ShowsPairingScreen, &[Choice::Yes, Choice::No]).await? == Choice::Yes
        {
            cx.saw(Evidence::PersonSawPairingScreen);
            return Ok(self.came_back_as_before());
        }
        if self.asks_old && !self.unchanged {
            return Err(Stop(End::ErasedUnproven));
        }
        cx.saw(Evidence::SameAddress);
        cx.set_case(|case| case.left = LeftState::PhoneChanged);
        Err(Stop(End::NotErased))
    }

    /// Under its old address.
    fn came_back_as_before(&self) -> End {
        self.cx.saw(Evidence::SameAddress);
        self.cx.step_seen(StepSeen::CameBack { address_tail: self.target.label().address_tail });
        self.end(End::FreedSameAddress, End::ErasedSameAddress)
    }

    fn came_back_as(&self, new: &Target) -> End {
        self.cx.set_case(|case| {
            case.new_address = new.address;
            case.new_peer = Some(new.peer.clone());
        });
        self.cx.step_seen(StepSeen::CameBack { address_tail: new.label().address_tail });
        self.end(End::Freed, End::Erased)
    }

    fn end(&self, unpair: End, erase: End) -> End {
        self.cx.set_case(|case| case.left = LeftState::Erased);
        match self.cx.case(|case| case.task) {
            Some(Task::Erase) => erase,
            Some(
                Task::Unpair
                | Task::Restart
                | Task::Find
                | Task::Scan
                | Task::Info
                | Task::Battery
                | Task::Forget,
            )
            | None => unpair,
        }
    }
}
