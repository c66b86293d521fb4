//! Making this phone let go of a band: its bond, and whoever on this phone is connected.

use crate::band::Target;
use crate::cx::{Cx, Late, PHONE_ANSWERS, Stop};
use crate::effect::{Effect, Phone, SettingsPage};
use crate::event::{Bond, Choice, OpId};
use crate::link::{self, failure_name};
use crate::outcome::{End, Evidence};
use crate::phone::{self, ready::settings};
use crate::time::Millis;
use crate::view::{LeftState, Question, StepSeen};

/// Android tells of a removed bond within this; some phones never do, so the bond is looked at afterwards.
const BOND_GONE: Millis = Millis::secs(8);
/// Between a removed bond and the next connection.
const AFTER_BOND: Millis = Millis(1000);
/// A pairing that hangs ends by itself within this.
const PAIRING_ENDS: Millis = Millis::secs(30);
/// How often the person is sent to the settings.
const BY_HAND_ROUNDS: u32 = 2;

/// Returns when this phone has no bond with the band. Each rung ends only when that was looked up.
pub(crate) async fn release(cx: &Cx, target: &Target) -> Result<(), Stop> {
    match phone::bond(cx, &target.peer).await {
        Ok(Bond::None) => {
            cx.step_seen(StepSeen::PhoneKnewNothing);
            return Ok(());
        }
        Err(failure) => {
            cx.note(format!("this system does not tell of bonds: {}", failure_name(failure)));
            return Ok(());
        }
        Ok(Bond::Bonding) => end_pairing(cx, target).await,
        Ok(Bond::Bonded) => {}
    }
    cx.set_case(|case| {
        if case.left == LeftState::Untouched {
            case.left = LeftState::PhoneChanged;
        }
    });
    let removed = attempt(cx, target, "removing the bond", |op, peer| Phone::RemoveBond { op, peer }).await;
    if removed && gone(cx, target).await {
        forgotten(cx).await;
        return Ok(());
    }
    for _ in 0..BY_HAND_ROUNDS {
        let choices = [Choice::OpenSettings, Choice::CheckAgain, Choice::Stop];
        let choice = cx.ask(Question::ForgetByHand, &choices).await?;
        if choice == Choice::Stop {
            break;
        }
        if choice == Choice::OpenSettings {
            settings(cx, SettingsPage::Bluetooth).await;
        }
        if phone::bond(cx, &target.peer).await == Ok(Bond::None) {
            forgotten(cx).await;
            return Ok(());
        }
    }
    cx.saw(Evidence::PhoneKeepsBond);
    Err(Stop(End::PhoneKeepsTheBond))
}

async fn forgotten(cx: &Cx) {
    cx.saw(Evidence::PhoneHasForgotten);
    cx.step_seen(StepSeen::PhoneHasForgotten);
    cx.pause(AFTER_BOND, "Android is busy after a bond was removed").await;
}

/// Makes this phone forget the services that it remembers of a band, which takes a connection: done where that comes
/// up at once, left where it does not. Nothing is asked of the band.
pub(crate) async fn forget_services(cx: &Cx, target: &Target) {
    if link::says_it_is_held(cx, &target.peer) {
        cx.note("the services that the phone remembers were left: a phone holds the band");
        return;
    }
    match link::briefly(cx, target, async |link| link.clear_cache().await).await {
        Ok(()) => cx.note("the phone has forgotten the services that it remembered of the band"),
        Err(error) => cx.note(format!("the services that the phone remembers were left: {error:?}")),
    }
}

/// Cancels a pairing that is under way, or waits for its end.
async fn end_pairing(cx: &Cx, target: &Target) {
    attempt(cx, target, "cancelling the pairing", |op, peer| Phone::CancelBond { op, peer }).await;
    let deadline = cx.within(PAIRING_ENDS, "a pairing that hangs ends by itself");
    let _ = cx.wait(deadline, |inbox| inbox.bond(&target.peer).filter(|bond| *bond != Bond::Bonding)).await;
}

/// Makes a call that the phone may refuse, lack or forbid; says whether it was at least started.
async fn attempt(
    cx: &Cx,
    target: &Target,
    what: &'static str,
    call: impl FnOnce(OpId, crate::PeerId) -> Phone,
) -> bool {
    cx.lock().inbox.forget_bond(&target.peer);
    let peer = target.peer.clone();
    match cx.call(PHONE_ANSWERS, what, |op| Effect::Phone(call(op, peer))).await {
        Ok(Ok(_)) => true,
        Ok(Err(failure)) => {
            cx.note(format!("{what}: {}", failure_name(failure)));
            false
        }
        Err(Late) => {
            cx.note(format!("{what}: no answer"));
            false
        }
    }
}

/// Waits for the news that the bond is gone, then looks it up in any case.
async fn gone(cx: &Cx, target: &Target) -> bool {
    let deadline = cx.within(BOND_GONE, "the bond goes");
    let _ = cx.wait(deadline, |inbox| inbox.bond(&target.peer).filter(|bond| *bond == Bond::None)).await;
    phone::bond(cx, &target.peer).await == Ok(Bond::None)
}
