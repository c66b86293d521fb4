//! Mi Band 1, 1A and 1S: a frame of user information instead of a key. The band remembers one user; a tap makes it
//! remember another.
//!
//! The user is made up, written to the journal before it is sent, and proved afterwards on a new link, where a known
//! user is let in without a tap.

use crate::auth::{Challenge, LOSSES};
use crate::band::{Gesture, Identity};
use crate::cx::{Cx, Stop};
use crate::inbox::Inbox;
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::time::Millis;
use crate::view::{LeftState, Prompt, StepSeen};
use crate::wire::gatt::mi_band_1 as gatt;
use crate::wire::user_info::{self, Answer, Gender, Kind, UserInfo};

/// For the tap, after the frame was sent; the vendor's app waits 30 s.
const TAP: Millis = Millis::secs(25);
/// A band drops a stranger 30 s after the connection came up: a prompt ends before.
const TAP_ON_LINK: Millis = Millis::secs(28);
/// A known user is let in within some milliseconds.
const ANSWER: Millis = Millis::secs(10);
/// How often the person is asked to tap.
const PROMPTS: u32 = 2;

/// Makes the band remember our user by a tap, and proves it.
pub(super) async fn take_over(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    gesture: Gesture,
) -> Result<(), Stop> {
    let mut sent = cx.case(|case| case.user.is_some()).unwrap_or(false);
    let mut prompts = 0;
    for _ in 0..=LOSSES {
        link.ensure_open().await?;
        if sent {
            match known(cx, link, band).await {
                Ok(Challenge::Opened) => {
                    cx.saw(Evidence::UserKnown);
                    cx.step_seen(StepSeen::KeyTaken);
                    cx.set_case(|case| case.left = LeftState::TakenOver);
                    return cx.checkpoint().await;
                }
                Ok(Challenge::Silent) if prompts >= PROMPTS => return Err(Stop(End::NoAnswer)),
                Ok(_) if prompts >= PROMPTS => return Err(Stop(End::NotTapped)),
                Ok(_) => {}
                Err(_) => continue,
            }
        }
        let user = the_user(cx);
        cx.set_case(|case| {
            case.user = Some(user);
            case.left = LeftState::KeySent;
        });
        cx.checkpoint().await?;
        sent = true;
        prompts += 1;
        match offer(cx, link, band, user, gesture).await {
            Ok(Sent::Taken | Sent::Silence) => {}
            Ok(Sent::Denied) => {
                cx.saw(Evidence::DeniedOnBand);
                return Err(Stop(End::Refused));
            }
            Err(error) => cx.note(format!("the link was lost while waiting for the tap: {error:?}")),
        }
        link.close();
    }
    Err(Stop(End::NoAnswer))
}

/// Whether the band lets our user in without a tap.
pub(super) async fn known(cx: &Cx, link: &mut Link<'_>, band: &Identity) -> Result<Challenge, LinkError> {
    let Some(user) = cx.case(|case| case.user).flatten() else { return Ok(Challenge::WrongKey) };
    link.listen(gatt::NOTIFICATION).await?;
    link.forget_notifications(gatt::NOTIFICATION);
    link.write(gatt::USER_INFO, frame(band, user, Kind::Normal)).await?;
    let answer =
        link.notification(gatt::NOTIFICATION, cx.within(ANSWER, "the band knows the user"), |bytes, _| {
            match user_info::parse_answer(bytes) {
                Ok(Answer::Authenticated) => Some(Challenge::Opened),
                Ok(Answer::UnknownUser | Answer::TapAwaited) => Some(Challenge::WrongKey),
                Ok(_) | Err(_) => None,
            }
        });
    match answer.await {
        Err(LinkError::Late) => Ok(Challenge::Silent),
        answer => answer,
    }
}

/// A user of our own; the same for the whole rescue.
fn the_user(cx: &Cx) -> u32 {
    if let Some(user) = cx.case(|case| case.user).flatten() {
        return user;
    }
    let mut shared = cx.lock();
    let key = shared.random.as_mut().map(crate::random::Random::key);
    let bytes = key.and_then(|key| key.bytes().first_chunk::<4>().copied()).unwrap_or([1; 4]);
    // The vendor's numbers have ten digits; ours look alike.
    u32::from_le_bytes(bytes) % 1_000_000_000 + 1_000_000_000
}

fn frame(band: &Identity, uid: u32, kind: Kind) -> crate::Payload {
    let alias = uid.to_string();
    let user = UserInfo { uid, gender: Gender::Male, age: 30, height: 175, weight: 70, kind, alias };
    user_info::frame(&user, band.layout, band.address_end)
}

enum Sent {
    Taken,
    Denied,
    Silence,
}

/// Sends our user and waits for the tap. `06` comes together with `13` and is not the end.
async fn offer(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    user: u32,
    gesture: Gesture,
) -> Result<Sent, LinkError> {
    link.listen(gatt::NOTIFICATION).await?;
    link.forget_notifications(gatt::NOTIFICATION);
    link.write(gatt::USER_INFO, frame(band, user, Kind::Clear)).await?;
    let until = (cx.now() + TAP).min(link.up_at() + TAP_ON_LINK);
    cx.prompt(Some(Prompt::Tap { until, total: TAP, gesture }));
    let heard = link.watch(crate::cx::Deadline { at: until, reason: "the tap" }, hear).await;
    cx.prompt(None);
    match heard {
        Ok(Answer::PairingCancelled) => Ok(Sent::Denied),
        // The vendor's app waits half a minute for it: nobody tapped in time.
        Ok(Answer::ResetFailed) => Ok(Sent::Silence),
        Ok(_) => {
            cx.saw(Evidence::TapSeen);
            Ok(Sent::Taken)
        }
        Err(LinkError::Late) => Ok(Sent::Silence),
        Err(error) => Err(error),
    }
}

/// The answers that end the wait.
fn hear(inbox: &mut Inbox) -> Option<Answer> {
    inbox.take_notification(gatt::NOTIFICATION, |bytes, _| match user_info::parse_answer(bytes) {
        Ok(
            answer @ (Answer::ResetSucceeded
            | Answer::TapFelt
            | Answer::Authenticated
            | Answer::ResetFailed
            | Answer::PairingCancelled),
        ) => Some(answer),
        Ok(_) | Err(_) => None,
    })
}
