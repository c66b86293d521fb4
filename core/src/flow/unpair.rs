//! Unpair from other owner: open the band, erase it, and prove it by the band coming back.

use crate::band::{self, AddressAfterErase, EraseCommand};
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::open::{self, Way};
use crate::flow::{bind, by_hand, charge, choose, consent, earlier, erase, prove, right_band};
use crate::link::Link;
use crate::outcome::End;
use crate::phone;
use crate::view::Step;

/// The whole main job. An interrupted one goes the same way: a key that was sent is tried first, and an erase
/// that was sent is looked for before it is sent again.
pub(crate) async fn unpair(cx: &Cx) -> Result<End, Stop> {
    let plan = match consent::resumed(cx) {
        Some(plan) => plan,
        None => loop {
            // The live list; nothing is touched yet.
            let target = choose::band(cx, Task::Unpair).await?;
            // Official app or another? A key? What will be lost: "Start".
            if let Some(plan) = consent::unpair(cx, target).await? {
                break plan;
            }
        },
    };
    let target = plan.target.clone();
    if let Some(end) = earlier::erase(cx, &plan).await? {
        return if plan.erases { Ok(end) } else { bind::after_reset(cx, &target, end).await };
    }
    if !plan.erases && bind::was_begun(cx) {
        cx.begin_steps(&[Step::Connect]);
        cx.step(Step::Connect);
        return bind::after_reset(cx, &target, End::Freed).await;
    }
    cx.begin_steps(&plan.steps());

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

    // "Tap your band now" (the tap proves that it is the right band), a key, or the band's own menu; nothing, if the
    // band says that nobody owns it.
    let (mut opened, tapped) = match open::to_free(cx, &mut link, &band, &target).await? {
        Way::Open { opened, tapped } => (opened, tapped),
        Way::Nobody if plan.erases => return Ok(End::Freed),
        Way::Nobody => return bind::or_freed(cx, link, &band).await,
        Way::ByHand if plan.erases => return by_hand::reset(cx, link, &band, &target).await,
        Way::ByHand => return bind::or_by_hand(cx, link, &band, &target).await,
    };
    let row = band.model.row();
    if !plan.erases || row.address_after_erase == AddressAfterErase::Stays {
        cx.show_key(opened.key.as_ref());
        return Ok(End::TakenOver);
    }
    if row.erase == EraseCommand::Unknown {
        return by_hand::reset(cx, link, &band, &target).await;
    }
    if !charge_known {
        charge::enough(cx, &mut link, &band, &mut opened).await?;
    }

    // A tap has proved already that it is the right band.
    if !tapped {
        cx.step(Step::RightBand);
        right_band::confirm(cx, &mut link, &band, &mut opened).await?;
    }

    cx.step(Step::Erase);
    erase::send(cx, link, &band, &mut opened).await?;

    // Looks, connects, says what it saw.
    prove::came_back(cx, &target).await
}
