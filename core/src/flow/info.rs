//! What a band tells about itself. Nothing is changed in it, nobody is asked for a key, and nothing is taken over; a key
//! that is saved or came with the task may open the band, which then tells more.

use crate::auth::{self, Opened};
use crate::band::{self, Family, Identity, TakeOver, Target};
use crate::command;
use crate::cx::{Cx, Stop};
use crate::event::{Bond, Task};
use crate::facts::{AccountWay, Battery, Bound, Charge, Facts, KeyLock, Locks, PhoneLock};
use crate::flow::{choose, consent, open};
use crate::inbox::Deed;
use crate::keys::doctor;
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::phone;
use crate::view::Step;

const STEPS: [Step; 2] = [Step::Connect, Step::Identify];
const STEPS_TO_THE_CHARGE: [Step; 3] = [Step::Connect, Step::Identify, Step::Charge];

/// Everything that it tells.
pub(crate) async fn info(cx: &Cx) -> Result<End, Stop> {
    look(cx, Task::Info, &STEPS).await?;
    Ok(End::Done)
}

/// Its charge.
pub(crate) async fn battery(cx: &Cx) -> Result<End, Stop> {
    let battery = look(cx, Task::Battery, &STEPS_TO_THE_CHARGE).await?;
    cx.step(Step::Charge);
    match battery {
        Battery::Told(_) => Ok(End::Done),
        Battery::WantsKey => Err(Stop(End::NeedsOwnerOrKey)),
        Battery::NotTold => Err(Stop(End::NoAnswer)),
    }
}

async fn look(cx: &Cx, task: Task, steps: &[Step]) -> Result<Battery, Stop> {
    let target = choose::band(cx, task).await?;
    take_key_that_came(cx);
    consent::none_needed(cx, &target);
    cx.begin_steps(steps);

    cx.step(Step::Connect);
    let phone = phone_lock(cx, &target).await;
    let mut link = Link::open(cx, &target).await?;

    // Shown from here on, also if the band is lost before it has told more.
    cx.step(Step::Identify);
    let band = band::identify(cx, &mut link, &target).await?;
    cx.show_facts(first_facts(&band, &target, phone));

    let mut opened = None;
    if opening_tells_more(cx, task, &band, &target) {
        opened = open::with_known_keys(cx, &mut link, &band, &target).await?;
    }
    // What was told with its state is not told better to those who have the key.
    let charge = match &mut opened {
        Some(opened) if band.charge.is_none_or(|charge| charge.state.is_none()) => {
            charge(cx, &mut link, &band, opened).await?.or(band.charge)
        }
        Some(_) | None => band.charge,
    };
    let battery = battery_of(&band, charge, opened.is_some());
    cx.add_facts(|facts| facts.battery = battery);

    if task == Task::Info {
        let bound = bound(cx, &mut link, &band, opened.is_some()).await?;
        let key = key_lock(cx, opened.is_some(), bound);
        cx.add_facts(|facts| {
            facts.bound = bound;
            facts.locks.key = key;
        });
    }
    Ok(battery)
}

/// A key that came with the task was entered while the list was shown.
fn take_key_that_came(cx: &Cx) {
    let entered = cx.lock().inbox.take_deed(|deed| matches!(deed, Deed::Entered(_)));
    let Some(Deed::Entered(text)) = entered else { return };
    match doctor::readings(&text) {
        Ok(keys) => cx.give_keys(keys),
        Err(_) => cx.note("what was entered is no key"),
    }
}

async fn phone_lock(cx: &Cx, target: &Target) -> PhoneLock {
    match phone::bond(cx, &target.peer).await {
        Ok(Bond::None) => PhoneLock::Open,
        Ok(Bond::Bonding | Bond::Bonded) => PhoneLock::BondHere,
        Err(_) => PhoneLock::BondNotTold,
    }
}

fn first_facts(band: &Identity, target: &Target, phone: PhoneLock) -> Facts {
    let row = band.model.row();
    let papers = band.papers.clone();
    Facts {
        model: band.model,
        signs: papers.signs,
        address: target.address,
        hardware: papers.hardware,
        firmware: papers.firmware,
        serial: papers.serial,
        battery: battery_of(band, band.charge, false),
        bound: None,
        locks: Locks {
            phone,
            key: KeyLock::NotTold,
            key_way: row.take_over,
            account_way: AccountWay::of(row),
        },
    }
}

/// Whether a known key is worth trying: to hear the charge, or to see whether it opens the band. A Mi Band 1 has none;
/// a Mi Band 2 or 3 may have the old shared one.
fn opening_tells_more(cx: &Cx, task: Task, band: &Identity, target: &Target) -> bool {
    let row = band.model.row();
    let has_keys = !cx.given_keys().is_empty() || !cx.saved_keys(&target.peer).is_empty();
    let may_open = has_keys || row.take_over == TakeOver::ByTapWithKey;
    match row.family {
        Family::UserInfo => false,
        Family::Huami | Family::Xiaomi => match band.charge {
            None => may_open,
            Some(_) => has_keys && task == Task::Info,
        },
    }
}

/// The charge as an opened band tells it.
async fn charge(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<Option<Charge>, Stop> {
    auth::reopen(cx, link, band, opened).await?;
    Ok(command::charge(link, opened).await.unwrap_or_else(|error| {
        cx.note(format!("the charge could not be read: {error:?}"));
        None
    }))
}

fn battery_of(band: &Identity, charge: Option<Charge>, opened: bool) -> Battery {
    match (charge, band.model.row().family, opened) {
        (Some(charge), _, _) => Battery::Told(charge),
        (None, Family::Huami | Family::Xiaomi, false) => Battery::WantsKey,
        (None, Family::Huami | Family::Xiaomi, true) | (None, Family::UserInfo, _) => Battery::NotTold,
    }
}

/// A protobuf band says to everybody whether it is bound. One that has opened with a key is.
async fn bound(cx: &Cx, link: &mut Link<'_>, band: &Identity, opened: bool) -> Result<Option<Bound>, Stop> {
    match band.model.row().family {
        Family::UserInfo | Family::Huami => Ok(None),
        Family::Xiaomi if opened => Ok(Some(Bound::Somebody)),
        Family::Xiaomi => open::bound(cx, link).await,
    }
}

fn key_lock(cx: &Cx, opened: bool, bound: Option<Bound>) -> KeyLock {
    match bound {
        _ if opened => KeyLock::OpensToUs,
        Some(Bound::Nobody) => KeyLock::Nobody,
        _ if cx.has_seen(Evidence::OldKeyRefused) => KeyLock::RefusesUs,
        Some(Bound::Somebody) => KeyLock::Somebody,
        None => KeyLock::NotTold,
    }
}
