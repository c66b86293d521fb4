//! A key for another app, from a band that binds without the vendor where it offers that; untested on real bands. What
//! does not offer it is freed all the same.

use crate::band::{self, Identity, TakeOver, Target};
use crate::cx::{Cx, Stop};
use crate::flow::{by_hand, charge, open};
use crate::link::Link;
use crate::outcome::End;
use crate::view::LeftState;

/// Of a band that says to belong to somebody, or says nothing: asks it, and if it does not offer that as it is, again
/// after the reset by hand.
pub(crate) async fn or_by_hand(
    cx: &Cx,
    mut link: Link<'_>,
    band: &Identity,
    target: &Target,
) -> Result<End, Stop> {
    if let Some(end) = offered(cx, &mut link, band).await? {
        return Ok(end);
    }
    // The reset erases the band, for whatever app.
    charge::enough_if_told(cx, band.charge).await?;
    let freed = by_hand::reset(cx, link, band, target).await?;
    after_reset(cx, target, freed).await
}

/// Of a band that belongs to nobody.
pub(crate) async fn or_freed(cx: &Cx, mut link: Link<'_>, band: &Identity) -> Result<End, Stop> {
    Ok(offered(cx, &mut link, band).await?.unwrap_or(End::Freed))
}

/// Whether an interrupted rescue had come as far as to bind a band that had come back from its reset.
pub(crate) fn was_begun(cx: &Cx) -> bool {
    let begun = |case: &crate::journal::Case| {
        case.new_peer.is_some() && matches!(case.left, LeftState::KeySent | LeftState::TakenOver)
    };
    cx.case(begun) == Some(true)
}

/// Of a band that has come back from its reset, perhaps under another address. A key that was sent there is tried first.
pub(crate) async fn after_reset(cx: &Cx, target: &Target, freed: End) -> Result<End, Stop> {
    if target.model.row().take_over != TakeOver::LocalBindIfOffered {
        return Ok(freed);
    }
    let peer = cx.case(|case| case.new_peer.clone()).flatten().unwrap_or_else(|| target.peer.clone());
    let address = cx.case(|case| case.new_address).flatten().or(target.address);
    let now = Target { peer, address, ..target.clone() };
    let Ok(mut link) = Link::open(cx, &now).await else { return Ok(freed) };
    let band = band::identify(cx, &mut link, &now).await?;
    if let Some(opened) = open::with_saved_keys(cx, &mut link, &band, &now).await? {
        cx.show_key(opened.key.as_ref());
        return Ok(End::TakenOver);
    }
    Ok(offered(cx, &mut link, &band).await?.unwrap_or(freed))
}

async fn offered(cx: &Cx, link: &mut Link<'_>, band: &Identity) -> Result<Option<End>, Stop> {
    let Some(opened) = open::bind_where_offered(cx, link, band).await? else { return Ok(None) };
    cx.show_key(opened.key.as_ref());
    Ok(Some(End::TakenOver))
}
