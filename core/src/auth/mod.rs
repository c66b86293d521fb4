//! The key lock: how a band is opened. One handshake a file; here it is decided which one a band gets.

mod huami_2021;
mod huami_v1;
mod huami_v2;
mod own_key;
mod user_info;
mod xiaomi;

use crate::band::{self, Family, Gesture, Identity, Model, Speech, TakeOver, Target};
use crate::cx::{Cx, Stop};
pub(crate) use crate::facts::Bound;
use crate::keys::AuthKey;
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::view::StepSeen;
pub(crate) use huami_2021::Modern;
pub(crate) use xiaomi::Xiaomi;

/// An opened band: with what, and how it is spoken to from now on.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The key that opens it; Mi Band 1 has none.
    pub(crate) key: Option<AuthKey>,
    /// The session of the present link.
    pub(crate) session: Session,
}

/// How an opened band is spoken to.
#[derive(Debug)]
pub(crate) enum Session {
    /// Mi Band 1: plain bytes to its control point.
    UserInfo,
    /// Mi Band 2 to 6, old protocol: plain bytes to the characteristics. Authenticated in the way of Mi Band 2.
    V1,
    /// The same, authenticated in the way of Mi Band 4.
    V2,
    /// The 2021 protocol: chunked messages, encrypted; the plain characteristics go on working beside it.
    Modern(Box<Modern>),
    /// Protobuf messages, encrypted.
    Xiaomi(Box<Xiaomi>),
}

/// What a band says to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// It is the right one; the link is authenticated.
    Opened,
    /// It is not.
    WrongKey,
    /// It gives no random: it holds no key, or not with this flag.
    NoRandom,
    /// This protocol is not taken by this firmware.
    OtherProtocol,
    /// It does not answer.
    Silent,
}

/// What trying keys came to.
#[derive(Debug)]
pub(crate) enum Unlock {
    /// One of them opened the band; the link is authenticated.
    Opened(Opened),
    /// It answers, and takes none of them.
    Refused,
    /// It does not answer. A band that holds no key may be silent too: nobody knows.
    Silent,
}

/// How many links may be lost in a handshake.
pub(crate) const LOSSES: u32 = 4;

/// Takes a band over, mostly by a tap. A band that wants the vendor says so: [`End::NeedsOwnerOrKey`], and nothing was
/// changed.
pub(crate) async fn take_over(cx: &Cx, link: &mut Link<'_>, band: &Identity) -> Result<Opened, Stop> {
    let gesture = band.model.row().gesture;
    match band.model.row().take_over {
        TakeOver::ByTap => {
            user_info::take_over(cx, link, band, gesture).await?;
            Ok(Opened { key: None, session: Session::UserInfo })
        }
        TakeOver::ByTapWithKey => with_own_key(cx, link, gesture).await,
        TakeOver::AskTheBand => {
            if huami_v2::wants_vendor(cx, link).await? {
                cx.saw(Evidence::NeedsVendor);
                cx.step_seen(StepSeen::WantsVendor);
                return Err(Stop(End::NeedsOwnerOrKey));
            }
            with_own_key(cx, link, gesture).await
        }
        TakeOver::LocalBindIfOffered => xiaomi::take_over(cx, link, gesture).await,
        TakeOver::Never => Err(Stop(End::NeedsOwnerOrKey)),
    }
}

async fn with_own_key(cx: &Cx, link: &mut Link<'_>, gesture: Gesture) -> Result<Opened, Stop> {
    let key = huami_v1::take_over(cx, link, gesture).await?;
    Ok(Opened { key: Some(key), session: Session::V1 })
}

/// Whether a protobuf band is bound to somebody, as it says without a key; `None` if it says nothing.
pub(crate) async fn bound(cx: &Cx, link: &mut Link<'_>) -> Result<Option<Bound>, Stop> {
    for _ in 0..LOSSES {
        link.ensure_open().await?;
        let answer = xiaomi::bound(cx, link).await;
        // A connection carries one talk.
        link.close();
        match answer {
            Ok(bound) => return Ok(Some(bound)),
            Err(LinkError::Late) => return Ok(None),
            Err(error) => cx.note(format!("the link was lost while asking whether it is bound: {error:?}")),
        }
    }
    Err(Stop(End::NoAnswer))
}

/// The same on a link that is used for nothing else.
pub(crate) async fn bound_briefly(cx: &Cx, link: &mut Link<'_>) -> Result<Bound, LinkError> {
    xiaomi::bound(cx, link).await
}

/// Tries these keys in order, and for the models that had it the old shared default key.
pub(crate) async fn unlock(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    keys: &[AuthKey],
) -> Result<Unlock, Stop> {
    let default =
        matches!(band.model, Model::MiBand2 | Model::MiBand3).then_some(AuthKey::OLD_SHARED_DEFAULT);
    let mut losses = 0;
    for key in keys.iter().chain(&default) {
        let (answer, session) = loop {
            link.ensure_open().await?;
            match open_with(cx, link, band.model, key).await {
                Ok(answer) => break answer,
                Err(error) if losses < LOSSES => {
                    cx.note(format!("the link was lost while trying a key: {error:?}"));
                    losses += 1;
                }
                Err(_) => return Err(Stop(End::NoAnswer)),
            }
        };
        match answer {
            Challenge::Opened => {
                cx.saw(Evidence::OpenedWithKey);
                cx.step_seen(StepSeen::Opened);
                return Ok(Unlock::Opened(Opened { key: Some(key.clone()), session }));
            }
            Challenge::WrongKey | Challenge::NoRandom | Challenge::OtherProtocol => {}
            Challenge::Silent => {
                cx.note("the band does not answer to keys");
                return Ok(Unlock::Silent);
            }
        }
    }
    if !keys.is_empty() {
        cx.saw(Evidence::OldKeyRefused);
    }
    Ok(Unlock::Refused)
}

/// Makes a lost link anew and opens it with what is known to open it.
pub(crate) async fn reopen(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    for _ in 0..LOSSES {
        if !link.ensure_open().await? {
            return Ok(());
        }
        let answer = match &opened.key {
            Some(key) => open_with(cx, link, band.model, key).await,
            None => user_info::known(cx, link, band).await.map(|answer| (answer, Session::UserInfo)),
        };
        match answer {
            Ok((Challenge::Opened, session)) => {
                opened.session = session;
                return Ok(());
            }
            Ok((answer, _)) => cx.note(format!("the band no longer opens: {answer:?}")),
            Err(error) => cx.note(format!("the link was lost while opening it: {error:?}")),
        }
        link.close();
    }
    Err(Stop(End::NoAnswer))
}

/// Whether a band still opens with what opened it before: its key (the old shared one is the one that is not saved), or
/// our user on a Mi Band 1. A protobuf band of which there is no key is only asked whether it is bound.
pub(crate) async fn still_opens(
    cx: &Cx,
    link: &mut Link<'_>,
    target: &Target,
) -> Result<Challenge, LinkError> {
    if target.model.row().family == Family::UserInfo {
        let band = band::brief_identity(link, target).await?;
        return user_info::known(cx, link, &band).await;
    }
    let used = cx.case(|case| case.key).flatten();
    let saved = cx.saved_keys(&target.peer);
    let saved = saved.iter().find(|(id, _)| Some(*id) == used).or(saved.first()).cloned();
    if target.model.row().family == Family::Xiaomi && saved.is_none() {
        return Ok(match xiaomi::bound(cx, link).await? {
            Bound::Nobody => Challenge::NoRandom,
            Bound::Somebody => Challenge::WrongKey,
        });
    }
    let key = saved.map_or(AuthKey::OLD_SHARED_DEFAULT, |(_, key)| key);
    Ok(open_with(cx, link, target.model, &key).await?.0)
}

/// Opens a link with a key, in the protocol that the band speaks.
pub(crate) async fn open_with(
    cx: &Cx,
    link: &mut Link<'_>,
    model: Model,
    key: &AuthKey,
) -> Result<(Challenge, Session), LinkError> {
    match link.speech() {
        Some(Speech::Legacy) if matches!(model, Model::MiBand2 | Model::MiBand3) => {
            Ok((huami_v1::open_with(cx, link, key).await?, Session::V1))
        }
        Some(Speech::Legacy) => {
            let answer = huami_v2::open_with(cx, link, key).await?;
            // A band whose firmware was updated since the phone learnt its table answers the right key so.
            if answer == Challenge::OtherProtocol
                && matches!(model, Model::MiBand5 | Model::MiBand6)
                && link.doubt_the_table().await?
                && matches!(link.speech(), Some(Speech::LegacyAndModern | Speech::Modern))
            {
                cx.note("the old protocol is not taken: trying the one of 2021");
                return modern(cx, link, key).await;
            }
            Ok((answer, Session::V2))
        }
        Some(Speech::LegacyAndModern) => {
            // A Mi Band 6 with both refuses the right key in the old protocol; a Mi Band 5 takes it.
            if model != Model::MiBand6 {
                match huami_v2::open_with(cx, link, key).await? {
                    Challenge::OtherProtocol | Challenge::Silent => {
                        cx.note("the old protocol is not taken: trying the one of 2021");
                    }
                    answer @ (Challenge::Opened | Challenge::WrongKey | Challenge::NoRandom) => {
                        return Ok((answer, Session::V2));
                    }
                }
            }
            modern(cx, link, key).await
        }
        Some(Speech::Modern) => modern(cx, link, key).await,
        Some(Speech::XiaomiV1 | Speech::XiaomiV2) => {
            let (answer, session) = xiaomi::open_with(cx, link, key).await?;
            Ok((answer, session.map_or(Session::V2, |session| Session::Xiaomi(Box::new(session)))))
        }
        Some(Speech::UserInfo) | None => Ok((Challenge::OtherProtocol, Session::V2)),
    }
}

async fn modern(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<(Challenge, Session), LinkError> {
    let (answer, session) = huami_2021::open_with(cx, link, key).await?;
    Ok((answer, session.map_or(Session::V2, |session| Session::Modern(Box::new(session)))))
}
