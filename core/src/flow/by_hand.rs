//! What only hands can do: the factory reset in the band's own menu, and the proof that it happened.

use crate::band::{Family, Identity, ResetMenu, Target};
use crate::cx::{Cx, Stop};
use crate::event::{Choice, Task};
use crate::flow::{experiment, prove};
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::scan;
use crate::view::{LeftState, Question, Step};

/// Guides the person through the band's menu, then looks for the band as after an erase over Bluetooth. A menu that
/// cannot be reached (a band that says "pair device first") leaves the owner, their key, or an experiment.
pub(crate) async fn reset(
    cx: &Cx,
    mut link: Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<End, Stop> {
    let menu = band.model.row().reset_menu;
    if menu == ResetMenu::None {
        return Err(Stop(End::NeedsOwnerOrKey));
    }
    cx.step(Step::ResetOnBand);
    scan::note_the_air(cx).await?;
    link.close();
    cx.set_case(|case| case.left = LeftState::ResetByHand);
    cx.checkpoint().await?;
    match ask(cx, menu).await? {
        Answer::Done => prove::came_back(cx, target).await,
        Answer::OutOfReach => {
            cx.saw(Evidence::MenuOutOfReach);
            look_at_its_screen(cx, band).await?;
            cx.step_failed();
            experiment::offer(cx, link, band, target).await
        }
    }
}

/// A band that nobody owns shows the pairing screen and no menu. Where nothing was heard of an owner, and no key has opened
/// it, the person is asked whether theirs does.
async fn look_at_its_screen(cx: &Cx, band: &Identity) -> Result<(), Stop> {
    let known = [Evidence::OpenedWithKey, Evidence::BoundToSomebody, Evidence::NotBound];
    let asked = cx.case(|case| case.task) == Some(Task::Unpair)
        && band.model.row().family != Family::UserInfo
        && !known.into_iter().any(|seen| cx.has_seen(seen));
    if asked && cx.ask(Question::ShowsPairingScreen, &[Choice::Yes, Choice::No]).await? == Choice::Yes {
        cx.saw(Evidence::PersonSawPairingScreen);
    }
    Ok(())
}

/// After the app was killed while the person was sent to the menu. `None`: they cannot get there, and the task begins
/// from its first step.
pub(crate) async fn interrupted(cx: &Cx, target: &Target) -> Result<Option<End>, Stop> {
    if !cx.has_seen(Evidence::ResetByHand) {
        cx.step(Step::ResetOnBand);
        match ask(cx, target.model.row().reset_menu).await? {
            Answer::Done => {}
            Answer::OutOfReach => return Ok(None),
        }
    }
    prove::came_back(cx, target).await.map(Some)
}

enum Answer {
    Done,
    OutOfReach,
}

async fn ask(cx: &Cx, menu: ResetMenu) -> Result<Answer, Stop> {
    let choices = [Choice::DidIt, Choice::CannotFind, Choice::Stop];
    let choice = cx.ask(Question::ResetOnBand { menu }, &choices).await?;
    if choice == Choice::DidIt {
        cx.saw(Evidence::ResetByHand);
        return Ok(Answer::Done);
    }
    cx.set_case(|case| case.left = LeftState::PhoneChanged);
    if choice == Choice::CannotFind { Ok(Answer::OutOfReach) } else { Err(Stop(End::NeedsOwnerOrKey)) }
}
