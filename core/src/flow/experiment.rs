//! An experiment that nobody has confirmed to work: the erase command to a band that was not opened. Only with explicit
//! consent, and its result is what was seen: a new address, or nothing.

use crate::band::{Identity, Speech, Target};
use crate::cx::{Cx, Stop};
use crate::event::{CharacteristicId, Choice};
use crate::flow::prove;
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::payload::Payload;
use crate::time::Millis;
use crate::view::{LeftState, Question, Step};
use crate::wire::{configuration, gatt};

/// A band that takes it drops the link within this.
const GOES_AWAY: Millis = Millis::secs(5);

/// Offers the experiment where it makes sense: Mi Band 4 to 6. Declined, or without effect, the owner or their key is
/// what is left.
pub(crate) async fn offer(
    cx: &Cx,
    mut link: Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<End, Stop> {
    if !matches!(band.speech, Speech::Legacy | Speech::LegacyAndModern)
        || cx.ask(Question::TryExperiment, &[Choice::Stop, Choice::GoOn]).await? != Choice::GoOn
    {
        return nothing_left(cx);
    }
    cx.step(Step::Experiment);
    cx.saw(Evidence::ExperimentTried);
    cx.set_case(|case| case.left = LeftState::EraseSent);
    cx.checkpoint().await?;
    for place in [gatt::CONFIGURATION, gatt::AUTH] {
        link.ensure_open().await?;
        if gone_after_erase(cx, &mut link, place).await {
            cx.saw(Evidence::LinkDropped);
            break;
        }
    }
    link.close();
    seen(cx, prove::came_back(cx, target).await)
}

/// What the experiment came to: a new address, or nothing.
pub(crate) fn seen(cx: &Cx, proof: Result<End, Stop>) -> Result<End, Stop> {
    match proof {
        Ok(End::FreedSameAddress | End::ErasedSameAddress)
        | Err(Stop(End::ErasedUnproven | End::NotErased)) => {
            cx.set_case(|case| case.left = LeftState::PhoneChanged);
            nothing_left(cx)
        }
        proof => proof,
    }
}

/// The owner or their key are what is left; of a band that asks to be paired nobody is, and the account lock may be.
fn nothing_left(cx: &Cx) -> Result<End, Stop> {
    if cx.has_seen(Evidence::PersonSawPairingScreen) {
        return Ok(End::FreedSameAddress);
    }
    Err(Stop(End::NeedsOwnerOrKey))
}

async fn gone_after_erase(cx: &Cx, link: &mut Link<'_>, place: CharacteristicId) -> bool {
    if let Err(error) = link.write(place, Payload::from(&configuration::ERASE[..])).await {
        cx.note(format!("the experiment could not be sent: {error:?}"));
        return false;
    }
    let gone = link.watch(cx.within(GOES_AWAY, "the band goes away"), |_| None::<()>).await;
    matches!(gone, Err(LinkError::Lost { .. }))
}
