//! How a band is opened: by a tap, with a key, or not at all over Bluetooth. Chooses the road for every model.

use crate::auth::{self, Bound, Opened, Session, Unlock};
use crate::band::{Identity, TakeOver, Target};
use crate::cx::{Cx, KeyAnswer, Stop};
use crate::event::Choice;
use crate::facts::Serial;
use crate::keys::AuthKey;
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::view::{Question, Step, StepSeen};

/// Where the road has led.
#[derive(Debug)]
pub(crate) enum Way {
    /// The band is open.
    Open {
        /// With what.
        opened: Opened,
        /// A tap opened it, which also proved that it is the right band.
        tapped: bool,
    },
    /// Nothing opens it over Bluetooth.
    ByHand,
    /// Nothing has to be opened: it says that it is bound to nobody.
    Nobody,
}

/// For freeing a band from its owner: models that take a key by a tap are taken over at once, which is one road and
/// proves the right band. The others need a key that is saved or was given.
pub(crate) async fn to_free(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Way, Stop> {
    let by_tap = matches!(band.model.row().take_over, TakeOver::ByTap | TakeOver::ByTapWithKey);
    if by_tap && cx.given_keys().is_empty() {
        cx.step(Step::TakeOver);
        let opened = auth::take_over(cx, link, band).await?;
        return Ok(Way::Open { opened, tapped: true });
    }
    if let Some(opened) = with_known_keys(cx, link, band, target).await? {
        return Ok(Way::Open { opened, tapped: false });
    }
    match band.model.row().take_over {
        TakeOver::LocalBindIfOffered => ask_whose(cx, link).await,
        TakeOver::ByTap | TakeOver::ByTapWithKey | TakeOver::AskTheBand | TakeOver::Never => {
            or_by_hand(cx, by_tap_if_the_band_allows(cx, link, band).await)
        }
    }
}

/// For a task that an owner does: a known key first, and one that the person has; then, only with explicit consent since
/// it removes the present pairing, a tap.
pub(crate) async fn to_command(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Way, Stop> {
    if let Some(opened) = with_known_keys(cx, link, band, target).await? {
        return Ok(Way::Open { opened, tapped: false });
    }
    match band.model.row().take_over {
        TakeOver::LocalBindIfOffered => return ask_whose(cx, link).await,
        TakeOver::Never => return Ok(Way::ByHand),
        // Of the others the person was asked for a key before.
        TakeOver::ByTapWithKey => {
            if let Unlock::Opened(opened) = with_a_key_asked_for(cx, link, band, target).await? {
                return Ok(Way::Open { opened, tapped: false });
            }
        }
        TakeOver::ByTap | TakeOver::AskTheBand => {}
    }
    // The band drops a stranger's link while the person reads.
    link.close();
    if cx.ask(Question::TakeOverToGoOn, &[Choice::GoOn, Choice::Stop]).await? != Choice::GoOn {
        return Err(Stop(End::NeedsOwnerOrKey));
    }
    or_by_hand(cx, by_tap_if_the_band_allows(cx, link, band).await)
}

/// For another app, where a band takes a key without the vendor: binds it to us. `None`: it does not offer that.
/// Untested on real bands.
pub(crate) async fn bind_where_offered(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
) -> Result<Option<Opened>, Stop> {
    if band.model.row().take_over != TakeOver::LocalBindIfOffered {
        return Ok(None);
    }
    cx.step(Step::TakeOver);
    match auth::take_over(cx, link, band).await {
        Ok(opened) => Ok(Some(opened)),
        Err(Stop(End::NeedsOwnerOrKey)) => {
            cx.step_skipped();
            Ok(None)
        }
        Err(stop) => Err(stop),
    }
}

/// A protobuf band says to everybody whether it is bound.
async fn ask_whose(cx: &Cx, link: &mut Link<'_>) -> Result<Way, Stop> {
    Ok(match bound(cx, link).await? {
        Some(Bound::Nobody) => Way::Nobody,
        Some(Bound::Somebody) | None => Way::ByHand,
    })
}

/// Whether a protobuf band is bound; `None` if it says nothing.
pub(crate) async fn bound(cx: &Cx, link: &mut Link<'_>) -> Result<Option<Bound>, Stop> {
    let bound = auth::bound(cx, link).await?;
    match bound {
        Some(Bound::Nobody) => {
            cx.saw(Evidence::NotBound);
            cx.step_seen(StepSeen::NotBound);
        }
        Some(Bound::Somebody) => cx.saw(Evidence::BoundToSomebody),
        None => {}
    }
    Ok(bound)
}

async fn by_tap_if_the_band_allows(cx: &Cx, link: &mut Link<'_>, band: &Identity) -> Result<Way, Stop> {
    if matches!(band.model.row().take_over, TakeOver::LocalBindIfOffered | TakeOver::Never) {
        return Ok(Way::ByHand);
    }
    cx.step(Step::TakeOver);
    let opened = auth::take_over(cx, link, band).await?;
    Ok(Way::Open { opened, tapped: true })
}

/// A band that wants the vendor's signature leaves only the hands.
fn or_by_hand(cx: &Cx, way: Result<Way, Stop>) -> Result<Way, Stop> {
    match way {
        Err(Stop(End::NeedsOwnerOrKey)) => {
            cx.step_skipped();
            Ok(Way::ByHand)
        }
        way => way,
    }
}

/// Tries the keys that were given, those that are saved, and an old shared one. A given key that opens the band is
/// saved from then on.
pub(crate) async fn with_known_keys(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Option<Opened>, Stop> {
    Ok(opened(in_a_step(cx, link, band, target, with_saved(cx, target, cx.given_keys())).await?))
}

/// The same without those that were given.
pub(crate) async fn with_saved_keys(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Option<Opened>, Stop> {
    Ok(opened(in_a_step(cx, link, band, target, with_saved(cx, target, Vec::new())).await?))
}

/// For making a band vibrate, which never takes it over: a saved key, else one that the person has.
pub(crate) async fn to_find(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Unlock, Stop> {
    let unlock = in_a_step(cx, link, band, target, with_saved(cx, target, Vec::new())).await?;
    let Unlock::Refused = unlock else { return Ok(unlock) };
    with_a_key_asked_for(cx, link, band, target).await
}

/// Nothing that is known opens the band: has the person a key of it?
async fn with_a_key_asked_for(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<Unlock, Stop> {
    // The band drops a stranger's link while the person looks for it.
    link.close();
    let Some(KeyAnswer::Keys(keys)) = cx.ask_for_key_meanwhile().await? else { return Ok(Unlock::Refused) };
    in_a_step(cx, link, band, target, keys).await
}

fn with_saved(cx: &Cx, target: &Target, mut keys: Vec<AuthKey>) -> Vec<AuthKey> {
    keys.extend(cx.saved_keys(&target.peer).into_iter().map(|(_, key)| key));
    keys
}

fn opened(unlock: Unlock) -> Option<Opened> {
    match unlock {
        Unlock::Opened(opened) => Some(opened),
        Unlock::Refused | Unlock::Silent => None,
    }
}

/// Tries keys, if there are any to try: models that a tap opens may hold the old shared one.
async fn in_a_step(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    target: &Target,
    keys: Vec<AuthKey>,
) -> Result<Unlock, Stop> {
    if keys.is_empty() && band.model.row().take_over != TakeOver::ByTapWithKey {
        return Ok(Unlock::Refused);
    }
    cx.step(Step::Unlock);
    let mut unlock = auth::unlock(cx, link, band, &keys).await?;
    let Unlock::Opened(opened) = &mut unlock else {
        cx.step_failed();
        return Ok(unlock);
    };
    if let Some(key) = &opened.key {
        remember(cx, target, key).await;
    }
    note_identity(cx, link, opened).await;
    Ok(unlock)
}

/// A protobuf band says only now who it is.
async fn note_identity(cx: &Cx, link: &mut Link<'_>, opened: &mut Opened) {
    let Session::Xiaomi(session) = &mut opened.session else { return };
    if let Ok(Some(identity)) = session.identity(link).await {
        cx.note(format!(
            "the band says: model {}, firmware {}",
            identity.model.as_deref().unwrap_or("unknown"),
            identity.firmware.as_deref().unwrap_or("unknown"),
        ));
        cx.add_facts(|facts| {
            facts.firmware = identity.firmware.or(facts.firmware.take());
            facts.serial = identity.serial.map(Serial).or(facts.serial.take());
        });
    }
}

async fn remember(cx: &Cx, target: &Target, key: &AuthKey) {
    if let Some((id, _)) = cx.saved_keys(&target.peer).into_iter().find(|(_, known)| known == key) {
        cx.set_case(|case| case.key = Some(id));
    } else if *key != AuthKey::OLD_SHARED_DEFAULT {
        cx.keep_key(target, key).await;
    }
}
