//! Restart a band, with a key that is known or, asked first, after taking it over.

use crate::auth;
use crate::band;
use crate::command;
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::open::{self, Way};
use crate::flow::{choose, consent};
use crate::link::{CLOSED_HERE, Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::phone;
use crate::scan::Scan;
use crate::time::Millis;
use crate::view::{LeftState, Prompt, Road, Step, StepSeen};

/// A band that restarts drops the link within this.
const GOES_AWAY: Millis = Millis::secs(10);
/// And is back within this.
const COMES_BACK: Millis = Millis::secs(60);

/// The whole task.
pub(crate) async fn restart(cx: &Cx) -> Result<End, Stop> {
    let plan = match consent::resumed(cx) {
        Some(plan) => plan,
        None => loop {
            let target = choose::band(cx, Task::Restart).await?;
            if let Some(plan) = consent::restart(cx, target).await? {
                break plan;
            }
        },
    };
    cx.begin_steps(match plan.road {
        Road::Key => &[Step::Connect, Step::Identify, Step::Unlock, Step::Restart, Step::Prove],
        Road::Tap | Road::AskTheBand | Road::ByHand | Road::NotNeeded => {
            &[Step::Connect, Step::Identify, Step::Restart, Step::Prove]
        }
    });
    let target = plan.target;

    cx.step(Step::Connect);
    choose::in_the_air(cx, &target).await?;
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Identify);
    let band = band::identify(cx, &mut link, &target).await?;

    // A known key, or, with explicit consent, a tap.
    let mut opened = match open::to_command(cx, &mut link, &band, &target).await? {
        Way::Open { opened, .. } => opened,
        Way::ByHand | Way::Nobody => return Err(Stop(End::NeedsOwnerOrKey)),
    };

    cx.step(Step::Restart);
    auth::reopen(cx, &mut link, &band, &mut opened).await?;
    if cx.case(|case| case.left) != Some(LeftState::TakenOver) {
        cx.set_case(|case| case.left = LeftState::RestartSent);
    }
    let sent = command::restart(&mut link, &mut opened).await;
    if let Err(LinkError::Failed(failure)) = sent {
        cx.note(format!("the restart could not be sent: {failure:?}"));
        return Err(Stop(End::Refused));
    }
    let gone = link.watch(cx.within(GOES_AWAY, "the band goes away"), |_| None::<()>).await;
    match gone {
        Err(LinkError::Lost { status }) if status != CLOSED_HERE => {}
        Err(LinkError::Lost { .. } | LinkError::Late | LinkError::Failed(_)) | Ok(()) => {
            return Err(Stop(End::NoAnswer));
        }
    }
    cx.saw(Evidence::LinkDropped);
    cx.step_seen(StepSeen::WentAway);
    drop(link);

    cx.step(Step::Prove);
    let since = cx.now();
    phone::ready(cx).await?;
    let _scan = Scan::start(cx).await?;
    let deadline = cx.within(COMES_BACK, "the band comes back");
    cx.prompt(Some(Prompt::HoldNear { until: deadline.at, total: COMES_BACK }));
    let back =
        cx.wait(deadline, |inbox| inbox.heard(&target.peer).filter(|heard| heard.last > since).map(|_| ()));
    let back = back.await;
    cx.prompt(None);
    back.map_err(|_| Stop(End::NotSeen))?;
    cx.saw(Evidence::CameBack);
    cx.step_seen(StepSeen::CameBack { address_tail: target.label().address_tail });
    Ok(End::Restarted)
}
