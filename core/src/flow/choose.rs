//! Choosing the band: a live list, strongest first. Nothing is touched, but a band may be asked to buzz.

use std::collections::BTreeMap;

use crate::address::PeerId;
use crate::band::{Target, recognise};
use crate::command;
use crate::cx::{BackMeans, Cx, Late, PATIENCE, Stop};
use crate::event::{Bond, Holders, Task};
use crate::inbox::{Deed, Inbox};
use crate::link;
use crate::outcome::End;
use crate::phone;
use crate::scan::Scan;
use crate::time::Millis;
use crate::view::{BandRow, Buzz, Choose, HidingPlace, RowKind, Signal};

/// The list changes at most this often.
const REFRESH: Millis = Millis(250);
/// Without a find after this, what may hide the band is shown.
const HINT: Millis = Millis::secs(8);
/// Without a find after this, looking ends.
const NOTHING: Millis = Millis::secs(90);
/// A band that was not heard for this long is taken off the list.
const STALE: Millis = Millis::secs(30);
/// How long the plain list runs.
const LISTING: Millis = Millis::secs(12);

/// Shows the list until a band is chosen.
pub(crate) async fn band(cx: &Cx, task: Task) -> Result<Target, Stop> {
    let mut list = List::start(cx, task).await?;
    let deadline = cx.now() + PATIENCE;
    loop {
        match list.next(deadline).await? {
            Happened::Picked(peer) => return target(cx, &peer),
            Happened::Buzz(peer) => list.buzz(peer).await?,
            Happened::TimeIsUp if list.is_empty() => return Err(Stop(End::NotSeen)),
            Happened::TimeIsUp => return Err(Stop(End::LeftAlone)),
        }
    }
}

/// Shows the list for a while; picking does nothing.
pub(crate) async fn list(cx: &Cx) -> Result<(), Stop> {
    let mut list = List::start(cx, Task::Scan).await?;
    let deadline = cx.now() + LISTING;
    loop {
        match list.next(deadline).await? {
            Happened::Picked(_) => {}
            Happened::Buzz(peer) => list.buzz(peer).await?,
            Happened::TimeIsUp => return Ok(()),
        }
    }
}

/// Makes sure that the band was heard since the app started: after a restart of the phone an address alone may
/// not be enough to connect to.
pub(crate) async fn in_the_air(cx: &Cx, target: &Target) -> Result<(), Stop> {
    if cx.lock().inbox.heard(&target.peer).is_some() {
        return Ok(());
    }
    link::find_again(cx, target).await
}

fn target(cx: &Cx, peer: &PeerId) -> Result<Target, Stop> {
    let recognised = cx.lock().inbox.heard(peer).and_then(|heard| recognise(&heard.seen));
    match recognised.map(|recognised| (recognised.kind, recognised.address)) {
        Some((RowKind::Band(model), address)) => Ok(Target { peer: peer.clone(), model, address }),
        Some((RowKind::Related | RowKind::UnknownBand | RowKind::LookAlike, _)) => {
            Err(Stop(End::NotSupported))
        }
        None => Err(Stop(End::NotSeen)),
    }
}

enum Happened {
    Picked(PeerId),
    Buzz(PeerId),
    TimeIsUp,
}

struct List<'a> {
    cx: &'a Cx,
    task: Task,
    scan: Option<Scan<'a>>,
    holders: Holders,
    known: BTreeMap<PeerId, Known>,
    rows: Vec<BandRow>,
    hints: Vec<HidingPlace>,
    since: Millis,
    found_at: Millis,
    shown_version: u64,
}

/// What is known of a band besides what it says.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Whether the phone has a bond with it, once that was asked.
    bonded: Option<bool>,
    /// What became of making it vibrate.
    buzz: Option<Buzz>,
}

impl<'a> List<'a> {
    async fn start(cx: &'a Cx, task: Task) -> Result<Self, Stop> {
        phone::ready(cx).await?;
        cx.set_back(BackMeans::DropTask);
        let holders = phone::holders(cx).await;
        let now = cx.now();
        let mut list = Self {
            cx,
            task,
            scan: None,
            holders,
            known: BTreeMap::new(),
            rows: Vec::new(),
            hints: Vec::new(),
            since: now,
            found_at: now,
            shown_version: 0,
        };
        list.show();
        list.scan = Some(Scan::start(cx).await?);
        Ok(list)
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Goes on showing the list until the person does something.
    async fn next(&mut self, deadline: Millis) -> Result<Happened, Stop> {
        loop {
            let now = self.cx.now();
            let until = self.next_change(now).min(deadline);
            let shown = self.shown_version;
            let wait = crate::cx::Deadline { at: until, reason: "the list changes" };
            let deed = self.cx.wait(wait, |inbox| match picked(inbox) {
                Some(deed) => Some(Some(deed)),
                None if adapter_off(inbox) || inbox.air_version != shown => Some(None),
                None => None,
            });
            match deed.await {
                Ok(Some(Deed::Pick(peer))) => return Ok(Happened::Picked(peer)),
                Ok(Some(Deed::Buzz(peer))) => return Ok(Happened::Buzz(peer)),
                Ok(Some(Deed::Back | Deed::Entered(_)) | None) | Err(Late) => {}
            }
            if adapter_off(&self.cx.lock().inbox) {
                self.restart().await?;
            }
            self.refresh().await;
            let now = self.cx.now();
            if now >= deadline || (self.rows.is_empty() && now >= self.found_at + NOTHING) {
                return Ok(Happened::TimeIsUp);
            }
            self.cx.pause(REFRESH, "the list changes at most four times a second").await;
        }
    }

    /// When the list changes though nothing was heard: hints come, silent bands go.
    fn next_change(&self, now: Millis) -> Millis {
        if !self.rows.is_empty() {
            return now + Millis::secs(5);
        }
        let hint = self.since + HINT;
        if now < hint { hint } else { self.found_at + NOTHING }
    }

    async fn refresh(&mut self) {
        let now = self.cx.now();
        let mut rows = {
            let shared = self.cx.lock();
            self.shown_version = shared.inbox.air_version;
            let fresh = shared.inbox.air().filter(|heard| now - heard.last < STALE);
            let rows = fresh.filter_map(|heard| {
                let recognised = recognise(&heard.seen)?;
                let rssi = heard.seen.rssi;
                Some(BandRow {
                    peer: heard.seen.peer.clone(),
                    kind: recognised.kind,
                    advertised_name: heard.seen.fields.name.clone().unwrap_or_default(),
                    address_tail: recognised.address.map(|address| address.tail()).unwrap_or_default(),
                    rssi,
                    signal: signal(rssi),
                    held: recognised.held,
                    bonded: false,
                    buzz: None,
                })
            });
            rows.collect::<Vec<_>>()
        };
        for row in &mut rows {
            row.bonded = self.is_bonded(&row.peer).await;
            row.buzz = self.known(&row.peer).buzz;
        }
        rows.sort_by(|a, b| b.rssi.cmp(&a.rssi).then_with(|| a.peer.cmp(&b.peer)));
        if !rows.is_empty() {
            self.found_at = now;
        }
        self.rows = rows;
        self.hints =
            if self.rows.is_empty() && now >= self.since + HINT { self.hiding_places() } else { Vec::new() };
        self.show();
    }

    async fn is_bonded(&mut self, peer: &PeerId) -> bool {
        if let Some(bonded) = self.known(peer).bonded {
            return bonded;
        }
        let bonded = phone::bond(self.cx, peer).await == Ok(Bond::Bonded);
        self.known(peer).bonded = Some(bonded);
        bonded
    }

    fn known(&mut self, peer: &PeerId) -> &mut Known {
        self.known.entry(peer.clone()).or_default()
    }

    fn hiding_places(&self) -> Vec<HidingPlace> {
        let apps = self.holders.apps.iter().map(|app| HidingPlace::AppOnThisPhone(*app));
        let others = [HidingPlace::AnotherPhone, HidingPlace::EmptyBattery, HidingPlace::TooFar];
        apps.chain(others).collect()
    }

    fn show(&self) {
        self.cx.show_choose(Choose {
            task: self.task,
            bands: self.rows.clone(),
            hints: self.hints.clone(),
            can_buzz: self.scan.is_some(),
        });
    }

    /// Bluetooth went off and comes on again: the list begins anew.
    async fn restart(&mut self) -> Result<(), Stop> {
        self.scan = None;
        phone::ready(self.cx).await?;
        self.cx.set_back(BackMeans::DropTask);
        self.since = self.cx.now();
        self.found_at = self.since;
        self.scan = Some(Scan::start(self.cx).await?);
        Ok(())
    }

    /// Makes a band of the list vibrate, as far as it does that for a stranger.
    async fn buzz(&mut self, peer: PeerId) -> Result<(), Stop> {
        self.scan = None;
        self.note_buzz(&peer, Buzz::Trying);
        let sent = match target(self.cx, &peer) {
            Ok(target) => {
                link::briefly(self.cx, &target, async |link| command::vibrate_as_stranger(link).await)
                    .await
                    .is_ok()
            }
            Err(_) => false,
        };
        self.note_buzz(&peer, if sent { Buzz::Sent } else { Buzz::Failed });
        self.scan = Some(Scan::start(self.cx).await?);
        self.show();
        Ok(())
    }

    fn note_buzz(&mut self, peer: &PeerId, buzz: Buzz) {
        self.known(peer).buzz = Some(buzz);
        for row in self.rows.iter_mut().filter(|row| row.peer == *peer) {
            row.buzz = Some(buzz);
        }
        self.show();
    }
}

fn picked(inbox: &mut Inbox) -> Option<Deed> {
    inbox.take_deed(|deed| match deed {
        Deed::Pick(_) | Deed::Buzz(_) => true,
        Deed::Entered(_) | Deed::Back => false,
    })
}

fn adapter_off(inbox: &Inbox) -> bool {
    inbox.adapter.is_some_and(|adapter| adapter != crate::event::Adapter::On)
}

const fn signal(rssi: i16) -> Signal {
    match rssi {
        -60.. => Signal::Strong,
        -75..-60 => Signal::Medium,
        ..-75 => Signal::Weak,
    }
}
