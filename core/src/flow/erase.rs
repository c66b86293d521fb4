//! Erase a band completely, with a key that is known or, asked first, after taking it over.

use crate::auth::{self, Opened};
use crate::band::{self, EraseCommand, Family, Identity};
use crate::command;
use crate::cx::{Cx, Deadline, Stop};
use crate::event::Task;
use crate::flow::open::{self, Way};
use crate::flow::{by_hand, charge, choose, consent, earlier, prove, right_band};
use crate::link::{CLOSED_HERE, Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::phone;
use crate::scan;
use crate::time::Millis;
use crate::view::{LeftState, Prompt, Step, StepSeen};
use crate::wire::configuration::EraseReply;

/// The band answers within 0.15 s, or drops the link, or is silent.
const ANSWER: Millis = Millis::secs(5);
/// After that it may be waiting for its button.
const BUTTON: Millis = Millis::secs(20);
/// After an acknowledged erase the band drops the link.
const GOES_AWAY: Millis = Millis::secs(5);
/// How often a lost link is made anew before the erase is sent.
const LOSSES: u32 = 3;

/// The whole task.
pub(crate) async fn erase(cx: &Cx) -> Result<End, Stop> {
    let plan = match consent::resumed(cx) {
        Some(plan) => plan,
        None => loop {
            let target = choose::band(cx, Task::Erase).await?;
            if let Some(plan) = consent::erase(cx, target).await? {
                break plan;
            }
        },
    };
    if let Some(end) = earlier::erase(cx, &plan).await? {
        return Ok(end);
    }
    cx.begin_steps(&plan.steps());
    let target = plan.target;

    cx.step(Step::FreePhone);
    phone::release(cx, &target).await?;

    cx.step(Step::Connect);
    choose::in_the_air(cx, &target).await?;
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Identify);
    let band = band::identify(cx, &mut link, &target).await?;
    let charge_known = charge::enough_if_told(cx, band.charge).await?;

    // A known key, or, with explicit consent, a tap: it removes the present pairing, as the erase does anyway.
    let (mut opened, tapped) = match open::to_command(cx, &mut link, &band, &target).await? {
        Way::Open { opened, tapped } if band.model.row().erase != EraseCommand::Unknown => (opened, tapped),
        Way::Open { .. } | Way::ByHand | Way::Nobody => {
            return by_hand::reset(cx, link, &band, &target).await;
        }
    };
    if !charge_known {
        charge::enough(cx, &mut link, &band, &mut opened).await?;
    }

    cx.step(Step::RightBand);
    if tapped {
        cx.step_seen(StepSeen::RightBand);
    } else {
        right_band::confirm(cx, &mut link, &band, &mut opened).await?;
    }

    cx.step(Step::Erase);
    send(cx, link, &band, &mut opened).await?;

    prove::came_back(cx, &target).await
}

/// Sends the erase over an authenticated link. Returns when the band has acknowledged it, dropped the link, or
/// said nothing for long: [`prove::came_back`] tells what it did.
pub(crate) async fn send(
    cx: &Cx,
    mut link: Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    scan::note_the_air(cx).await?;
    listen_to_answers(cx, &mut link, band, opened).await?;
    let before = cx.case(|case| case.left).unwrap_or(LeftState::TakenOver);
    cx.set_case(|case| case.left = LeftState::EraseSent);
    cx.checkpoint().await?;
    if let Err(LinkError::Failed(failure)) = command::erase(&mut link, opened).await {
        cx.note(format!("the erase could not be sent: {failure:?}"));
        return not_erased(cx, before).await;
    }
    let mut reply =
        command::erase_reply(cx, &mut link, opened, cx.within(ANSWER, "the band answers the erase")).await;
    // A Mi Band 1 has nothing to confirm with and says nothing.
    if reply == Err(LinkError::Late) && band.model.row().family != Family::UserInfo {
        let until = cx.now() + BUTTON;
        cx.prompt(Some(Prompt::PressButton { until, total: BUTTON }));
        let deadline = Deadline { at: until, reason: "a press of the button" };
        reply = command::erase_reply(cx, &mut link, opened, deadline).await;
        cx.prompt(None);
    }
    match reply {
        Ok(EraseReply::Refused) => {
            cx.saw(Evidence::EraseRefused);
            return not_erased(cx, before).await;
        }
        Ok(EraseReply::Accepted) => {
            cx.saw(Evidence::EraseAcknowledged);
            cx.step_seen(StepSeen::Acknowledged);
            let gone = link.watch(cx.within(GOES_AWAY, "the band goes away"), |_| None::<()>).await;
            went_away(cx, gone);
        }
        Ok(EraseReply::Unrelated) => {}
        Err(error) => went_away(cx, Err(error)),
    }
    Ok(())
}

async fn not_erased(cx: &Cx, left: LeftState) -> Result<(), Stop> {
    cx.set_case(|case| case.left = left);
    cx.checkpoint().await?;
    Err(Stop(End::NotErased))
}

fn went_away(cx: &Cx, gone: Result<(), LinkError>) {
    match gone {
        Err(LinkError::Lost { status }) if status != CLOSED_HERE => {
            cx.saw(Evidence::LinkDropped);
            cx.step_seen(StepSeen::WentAway);
        }
        Err(LinkError::Lost { .. } | LinkError::Late | LinkError::Failed(_)) | Ok(()) => {
            cx.note("the band did not drop the link after the erase");
        }
    }
}

async fn listen_to_answers(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    for _ in 0..LOSSES {
        auth::reopen(cx, link, band, opened).await?;
        match command::listen_to_erase(link, opened).await {
            Ok(()) => return Ok(()),
            Err(LinkError::Failed(failure)) => {
                cx.note(format!("answers to the erase cannot be heard: {failure:?}"));
                return Ok(());
            }
            Err(LinkError::Lost { .. } | LinkError::Late) => {}
        }
    }
    Err(Stop(End::NoAnswer))
}
