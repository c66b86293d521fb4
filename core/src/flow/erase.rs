//! Erase a band completely, with a key that is known or, asked first, after taking it over.

use crate::auth::{self, Unlock};
use crate::band;
use crate::cx::{Cx, Deadline, Scan, Stop};
use crate::event::Task;
use crate::flow::{charge, choose, consent, prove, right_band};
use crate::keys::AuthKey;
use crate::link::{CLOSED_HERE, Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::payload::Payload;
use crate::phone;
use crate::time::Millis;
use crate::view::{Choice, LeftState, Prompt, Question, Step, StepSeen};
use crate::wire::configuration::{self, EraseReply};
use crate::wire::gatt;

const STEPS: [Step; 7] =
    [Step::FreePhone, Step::Connect, Step::Identify, Step::Unlock, Step::RightBand, Step::Erase, Step::Prove];

/// Noting who else is in the air.
const LISTEN: Millis = Millis::secs(3);
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
    let target = plan.target;
    cx.begin_steps(&STEPS);
    if plan.left == LeftState::EraseSent
        && let Some(end) = prove::an_earlier_erase(cx, &target).await?
    {
        return Ok(end);
    }

    cx.step(Step::FreePhone);
    phone::release(cx, &target).await?;

    cx.step(Step::Connect);
    choose::in_the_air(cx, &target).await?;
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Identify);
    let band = band::identify(cx, &mut link, &target).await?;
    let charge_known = charge::enough_if_told(cx, band.charge).await?;

    // A known key, or, with explicit consent, a tap: it removes the present pairing, as the erase does anyway.
    let (key, tapped) = key_for(cx, &mut link, &target).await?;
    if !charge_known {
        charge::enough(cx, &mut link, &key).await?;
    }

    cx.step(Step::RightBand);
    if tapped {
        cx.step_seen(StepSeen::RightBand);
    } else {
        right_band::confirm(cx, &mut link, &key).await?;
    }

    cx.step(Step::Erase);
    send(cx, link, &key).await?;

    prove::came_back(cx, &target).await
}

/// Opens the band with a key that is known, else takes it over if the person agrees. Says whether a tap did it.
pub(crate) async fn key_for(
    cx: &Cx,
    link: &mut Link<'_>,
    target: &band::Target,
) -> Result<(AuthKey, bool), Stop> {
    cx.step(Step::Unlock);
    let saved = cx.saved_keys(&target.peer);
    let keys: Vec<AuthKey> = saved.iter().map(|(_, key)| key.clone()).collect();
    if let Unlock::Opened(key) = auth::unlock(cx, link, &keys).await? {
        if let Some((id, _)) = saved.iter().find(|(_, known)| *known == key) {
            let id = *id;
            cx.set_case(|case| case.key = Some(id));
        }
        return Ok((key, false));
    }
    // The band drops a stranger's link while the person reads.
    link.close();
    if cx.ask(Question::TakeOverToGoOn, &[Choice::GoOn, Choice::Stop]).await? != Choice::GoOn {
        return Err(Stop(End::NeedsOwnerOrKey));
    }
    cx.step(Step::TakeOver);
    let key = auth::take_over(cx, link).await?;
    Ok((key, true))
}

/// Sends the erase over an authenticated link. Returns when the band has acknowledged it, dropped the link, or
/// said nothing for long: [`prove::came_back`] tells what it did.
pub(crate) async fn send(cx: &Cx, mut link: Link<'_>, key: &AuthKey) -> Result<(), Stop> {
    note_the_air(cx).await?;
    listen_to_answers(cx, &mut link, key).await?;
    let before = cx.case(|case| case.left);
    cx.set_case(|case| case.left = LeftState::EraseSent);
    cx.checkpoint().await?;
    if let Err(LinkError::Failed(failure)) =
        link.write(gatt::CONFIGURATION, Payload::from(&configuration::ERASE[..])).await
    {
        cx.note(format!("the erase could not be sent: {failure:?}"));
        cx.set_case(|case| case.left = before.unwrap_or(LeftState::TakenOver));
        cx.checkpoint().await?;
        return Err(Stop(End::NotErased));
    }
    let mut reply = erase_reply(&link, cx.within(ANSWER, "the band answers the erase")).await;
    if reply == Err(LinkError::Late) {
        let until = cx.now() + BUTTON;
        cx.prompt(Some(Prompt::PressButton { until, total: BUTTON }));
        reply = erase_reply(&link, Deadline { at: until, reason: "a press of the button" }).await;
        cx.prompt(None);
    }
    match reply {
        Ok(EraseReply::Refused) => {
            cx.saw(Evidence::EraseRefused);
            cx.set_case(|case| case.left = before.unwrap_or(LeftState::TakenOver));
            cx.checkpoint().await?;
            return Err(Stop(End::NotErased));
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

async fn erase_reply(link: &Link<'_>, deadline: Deadline) -> Result<EraseReply, LinkError> {
    let reply = link.notification(gatt::CONFIGURATION, deadline, |bytes, _| {
        match configuration::parse_erase_reply(bytes) {
            EraseReply::Unrelated => None,
            reply @ (EraseReply::Accepted | EraseReply::Refused) => Some(reply),
        }
    });
    reply.await
}

/// Whoever is in the air now cannot be the band that comes back.
async fn note_the_air(cx: &Cx) -> Result<(), Stop> {
    let scan = Scan::start(cx).await?;
    cx.pause(LISTEN, "who else is in the air").await;
    drop(scan);
    let air: Vec<_> = cx.lock().inbox.air().map(|heard| heard.seen.peer.clone()).collect();
    cx.note(format!("{} devices in the air before the erase", air.len()));
    cx.set_case(|case| case.air_before = air);
    Ok(())
}

async fn listen_to_answers(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<(), Stop> {
    for _ in 0..LOSSES {
        auth::reopen(cx, link, key).await?;
        match link.subscribe(gatt::CONFIGURATION).await {
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
