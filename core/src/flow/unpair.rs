//! Unpair from other owner: take the band over by a tap, erase it, and prove it by the band coming back.

use crate::auth;
use crate::band;
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::{charge, choose, consent, erase, prove};
use crate::link::Link;
use crate::outcome::End;
use crate::phone;
use crate::view::{LeftState, Step};

const FOR_THE_OFFICIAL_APP: [Step; 6] =
    [Step::FreePhone, Step::Connect, Step::Identify, Step::TakeOver, Step::Erase, Step::Prove];
const FOR_ANOTHER_APP: [Step; 4] = [Step::FreePhone, Step::Connect, Step::Identify, Step::TakeOver];

/// The whole main job. An interrupted one goes the same way: a key that was sent is tried first, and an erase
/// that was sent is looked for before it is sent again.
pub(crate) async fn unpair(cx: &Cx) -> Result<End, Stop> {
    let plan = match consent::resumed(cx) {
        Some(plan) => plan,
        None => loop {
            // The live list; nothing is touched yet.
            let target = choose::band(cx, Task::Unpair).await?;
            // Official app or another? What will be lost: "Start".
            if let Some(plan) = consent::unpair(cx, target).await? {
                break plan;
            }
        },
    };
    let target = plan.target;
    cx.begin_steps(if plan.erases { &FOR_THE_OFFICIAL_APP } else { &FOR_ANOTHER_APP });
    if plan.left == LeftState::EraseSent
        && let Some(end) = prove::an_earlier_erase(cx, &target).await?
    {
        return Ok(end);
    }

    // The bond goes, and nobody on this phone holds the band.
    cx.step(Step::FreePhone);
    phone::release(cx, &target).await?;

    // Stale cached services are refreshed in here.
    cx.step(Step::Connect);
    choose::in_the_air(cx, &target).await?;
    let mut link = Link::open(cx, &target).await?;

    // Model, firmware, serial: remembered for the proof.
    cx.step(Step::Identify);
    let band = band::identify(cx, &mut link, &target).await?;
    let charge_known = plan.erases && charge::enough_if_told(cx, band.charge).await?;

    // "Tap your band now"; the tap proves that it is the right band.
    cx.step(Step::TakeOver);
    let key = auth::take_over(cx, &mut link).await?;
    if !plan.erases {
        cx.show_key(key);
        return Ok(End::TakenOver);
    }
    if !charge_known {
        charge::enough(cx, &mut link, &key).await?;
    }

    cx.step(Step::Erase);
    erase::send(cx, link, &key).await?;

    // Looks, connects, says what it saw.
    prove::came_back(cx, &target).await
}
