//! Binding a band without the vendor's server, where it offers that. Untested on real bands: nobody has seen one offer
//! it.
//!
//! The key comes out of the agreement with the band and is on disk before the message that makes the band keep it.
//! Whatever is heard of that message, the key is proved on a new link afterwards.

use crate::auth::xiaomi::{ANSWER, APP, APP_ID, Heard, Talk, open_with, random};
use crate::auth::{Challenge, LOSSES, Opened, Session, own_key};
use crate::band::Gesture;
use crate::cx::{Cx, Stop};
use crate::keys::{AuthKey, KeyId};
use crate::link::{CLOSED_HERE, Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::time::Millis;
use crate::view::{LeftState, Prompt, StepSeen};
use crate::wire::xiaomi::account::{
    self, BandProof, BindGesture, BindReply, LocalReply, StepReply, VerifyMode,
};
use crate::wire::xiaomi::local_bind::{self, PrivateKey, Shared};
use crate::wire::xiaomi::messages::{CompanionDevice, ErrorCode, NewOwner};
use crate::wire::xiaomi::session::SessionKeys;

/// For the person to agree on the band.
const AGREE: Millis = Millis::secs(25);
/// For that, after the connection came up: a band may drop a stranger 30 s after it.
const AGREE_ON_LINK: Millis = Millis::secs(28);

/// Binds the band to us if it offers that. [`End::NeedsOwnerOrKey`]: it does not, and nothing was changed.
pub(crate) async fn take_over(cx: &Cx, link: &mut Link<'_>, gesture: Gesture) -> Result<Opened, Stop> {
    // The band counts from the beginning of a connection.
    link.close();
    link.ensure_open().await?;
    let user = user(cx)?;
    let asked = match Talk::begin(link).await {
        Ok(talk) => is_offered(talk, link, &user).await,
        Err(error) => Err(error),
    };
    let mut talk = match asked {
        Ok(Some(talk)) => talk,
        Ok(None) => return Err(Stop(End::NeedsOwnerOrKey)),
        // A bound band drops the link of whoever wants to bind it.
        Err(LinkError::Lost { status }) if status != CLOSED_HERE => {
            cx.saw(Evidence::BoundToSomebody);
            return Err(Stop(End::NeedsOwnerOrKey));
        }
        Err(error) => {
            cx.note(format!("no answer to being bound: {error:?}"));
            return Err(Stop(End::NeedsOwnerOrKey));
        }
    };

    let (shared, proof) = agree(cx, &mut talk, link, gesture).await?;
    let ours = random(cx).map_err(|_| Stop(End::AppFault))?;
    let sent = account::local_proof(&ours, &shared.prove(&ours));
    expect_taken(cx, talk.ask(link, &sent, ANSWER, account::local_proof_reply).await)?;

    let (keys, key) = shared.derive(&ours, &proof.random);
    let id = own_key::save(cx, link.target(), &key).await?;
    cx.set_case(|case| case.left = LeftState::KeySent);
    cx.checkpoint().await?;
    let told = talk.ask(link, &new_owner(&keys, &user), ANSWER, account::bind_result_reply).await;
    cx.note(format!("the band to its new owner: {told:?}"));
    prove(cx, link, id, key).await
}

/// Asks to bind. The talk goes on if the band binds without the vendor.
async fn is_offered(mut talk: Talk, link: &mut Link<'_>, user: &str) -> Result<Option<Talk>, LinkError> {
    let offer = match talk.ask(link, &account::bind_start(user, APP), ANSWER, account::bind_reply).await? {
        Heard::Answer(BindReply::Offer(offer)) => offer,
        Heard::Answer(BindReply::Error(ErrorCode::AlreadyBound)) => {
            link.cx().saw(Evidence::BoundToSomebody);
            return Ok(None);
        }
        Heard::Answer(BindReply::Error(error)) => {
            link.cx().note(format!("not to be bound: {error:?}"));
            return Ok(None);
        }
        Heard::Refusal => return Ok(None),
    };
    link.cx().note(format!("how it may be bound: {:?}, {:?}", offer.verify_mode, offer.gesture));
    match (offer.verify_mode, offer.gesture) {
        // Nobody knows how a code is proved.
        (VerifyMode::Local, BindGesture::TypeCode) => Ok(None),
        (
            VerifyMode::Local,
            BindGesture::None
            | BindGesture::CompareNumbers
            | BindGesture::PressButton
            | BindGesture::Other(_),
        ) => Ok(Some(talk)),
        (VerifyMode::Server | VerifyMode::Other(_), _) => {
            link.cx().saw(Evidence::NeedsVendor);
            link.cx().step_seen(StepSeen::WantsVendor);
            Ok(None)
        }
    }
}

/// Exchanges public keys while the person agrees on the band.
async fn agree(
    cx: &Cx,
    talk: &mut Talk,
    link: &mut Link<'_>,
    gesture: Gesture,
) -> Result<(Shared, BandProof), Stop> {
    let private = private_key(cx)?;
    let offer = account::local_offer(APP_ID, &private.public_key());
    let until = (cx.now() + AGREE).min(link.up_at() + AGREE_ON_LINK);
    cx.prompt(Some(Prompt::Tap { until, total: AGREE, gesture }));
    let patience = until - cx.now();
    let reply = talk.ask(link, &offer, patience, account::local_reply).await;
    cx.prompt(None);
    let (public_key, proof) = match reply {
        Ok(Heard::Answer(LocalReply::Agreed { public_key, proof })) => (public_key, proof),
        Ok(Heard::Answer(LocalReply::Error(ErrorCode::Cancelled))) => {
            cx.saw(Evidence::DeniedOnBand);
            return Err(Stop(End::Refused));
        }
        Ok(Heard::Answer(LocalReply::Error(error))) => {
            cx.note(format!("not bound: {error:?}"));
            return Err(Stop(End::Refused));
        }
        Ok(Heard::Refusal) => return Err(Stop(End::Refused)),
        Err(LinkError::Late) => return Err(Stop(End::NotTapped)),
        Err(LinkError::Lost { .. } | LinkError::Failed(_)) => return Err(Stop(End::NoAnswer)),
    };
    cx.saw(Evidence::TapSeen);
    let shared = private.agree(&public_key).map_err(|error| {
        cx.note(format!("could not {error}"));
        Stop(End::Refused)
    })?;
    if !shared.verify(&proof.random, &proof.sign) {
        cx.note("the band's proof does not fit its public key");
        return Err(Stop(End::Refused));
    }
    Ok((shared, proof))
}

fn expect_taken(cx: &Cx, reply: Result<Heard<StepReply>, LinkError>) -> Result<(), Stop> {
    match reply {
        Ok(Heard::Answer(StepReply::Taken)) => Ok(()),
        Ok(Heard::Answer(StepReply::Refused | StepReply::Error(_)) | Heard::Refusal) => {
            cx.note(format!("the band does not go on: {reply:?}"));
            Err(Stop(End::Refused))
        }
        Err(_) => Err(Stop(End::NoAnswer)),
    }
}

/// Opens the band with the new key on a new link.
async fn prove(cx: &Cx, link: &mut Link<'_>, id: KeyId, key: AuthKey) -> Result<Opened, Stop> {
    for _ in 0..LOSSES {
        link.close();
        link.ensure_open().await?;
        match open_with(cx, link, &key).await {
            Ok((Challenge::Opened, Some(session))) => {
                own_key::taken(cx, id).await;
                return Ok(Opened { key: Some(key), session: Session::Xiaomi(Box::new(session)) });
            }
            Ok((Challenge::NoRandom | Challenge::WrongKey, _)) => {
                cx.saw(Evidence::KeyRefused);
                own_key::never_taken(cx, id);
                return Err(Stop(End::Refused));
            }
            Ok((Challenge::Opened | Challenge::OtherProtocol | Challenge::Silent, _)) => {}
            Err(error) => cx.note(format!("the link was lost while proving the key: {error:?}")),
        }
    }
    Err(Stop(End::NoAnswer))
}

fn new_owner(keys: &SessionKeys, user: &str) -> crate::wire::xiaomi::messages::WearPacket {
    let companion = Some(CompanionDevice::android(APP));
    let owner = NewOwner { user_id: Some(user.as_bytes().to_vec()), companion };
    account::bind_result(&local_bind::seal_result(keys, owner.to_bytes().as_slice()))
}

/// A user of our own, in the form of a digest; the vendor's server is not asked about it.
fn user(cx: &Cx) -> Result<String, Stop> {
    let bytes: [u8; 16] = random(cx).map_err(|_| Stop(End::AppFault))?;
    Ok(hex::encode(bytes))
}

fn private_key(cx: &Cx) -> Result<PrivateKey, Stop> {
    // A draw is unusable once in 2^32 times.
    let drawn = (0..4).find_map(|_| PrivateKey::new(&random(cx).ok()?).ok());
    drawn.ok_or(Stop(End::AppFault))
}
