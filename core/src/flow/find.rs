//! Find a band: make it vibrate, as far as that goes without a key, else with a known one. Never takes over, and asks
//! about no vibration that could not be sent.

use crate::auth::Unlock;
use crate::band::{self, Family};
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::right_band::{Buzz, buzz};
use crate::flow::{choose, consent, open};
use crate::link::Link;
use crate::outcome::End;
use crate::view::Step;

const STEPS: [Step; 2] = [Step::Connect, Step::Buzz];

/// The whole task. Which of these bands vibrate for a stranger is not known of all, so a key is the second try.
pub(crate) async fn find(cx: &Cx) -> Result<End, Stop> {
    let target = choose::band(cx, Task::Find).await?;
    consent::none_needed(cx, &target);
    cx.begin_steps(&STEPS);

    cx.step(Step::Connect);
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Buzz);
    match buzz(cx, &mut link, None).await? {
        Buzz::Felt => return Ok(End::Found),
        Buzz::NotFelt => cx.step_failed(),
        Buzz::NotSent(_) => cx.step_skipped(),
    }

    // A key that is saved, or that the person has; a Mi Band 1 has none that could help.
    let band = band::identify(cx, &mut link, &target).await?;
    if band.model.row().family == Family::UserInfo {
        return Err(Stop(End::NoAnswer));
    }
    let mut opened = match open::to_find(cx, &mut link, &band, &target).await? {
        Unlock::Opened(opened) => opened,
        Unlock::Refused => return Err(Stop(End::NeedsOwnerOrKey)),
        Unlock::Silent => return Err(Stop(End::NoAnswer)),
    };
    cx.step(Step::Buzz);
    match buzz(cx, &mut link, Some((&band, &mut opened))).await? {
        Buzz::Felt => Ok(End::Found),
        Buzz::NotFelt | Buzz::NotSent(_) => Err(Stop(End::NoAnswer)),
    }
}
