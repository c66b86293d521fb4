//! Pairing v1, for Mi Band 2 and 3 and old firmware of their successors: taking over by a tap, and opening with a
//! known key.
//!
//! A key is on disk before it is sent. A band drops a stranger 30 s after the connection came up, whatever happens,
//! so a tap has until 28 s after that, or 25 s after the key was sent, whichever is earlier. After silence or a lost
//! link the next link first tries the key that was sent: the tap may have counted.

use crate::auth::{Challenge, LOSSES, own_key};
use crate::band::Gesture;
use crate::cx::{Cx, Deadline, Stop};
use crate::inbox::Inbox;
use crate::keys::{AuthKey, KeyId};
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::time::Millis;
use crate::view::{LeftState, Prompt};
use crate::wire::auth_v1::{self, Flag, Reply, Verdict};
use crate::wire::gatt;

/// For the tap, after the key was sent.
const TAP: Millis = Millis::secs(25);
/// For the tap, after the connection came up.
const TAP_ON_LINK: Millis = Millis::secs(28);
/// A band drops a stranger 30 s after the connection came up, not earlier.
const STRANGER: Millis = Millis::secs(29);
const CLOSED_BY_BAND: u16 = 19;
/// A prompt is not begun with less time than this.
const TAP_LEAST: Millis = Millis::secs(15);
/// A refusal that comes before this was not about the tap.
const AT_ONCE: Millis = Millis::secs(2);
/// After a tap the band has this long to take the key.
const AFTER_TAP: Millis = Millis::secs(5);
/// The band answers a request within 0.1 s; a slow one gets this.
const ANSWER: Millis = Millis::secs(5);
/// How often the person is asked to tap.
const PROMPTS: u32 = 2;

/// Takes the band over by a tap: afterwards it holds our key, and the link is authenticated.
pub(super) async fn take_over(cx: &Cx, link: &mut Link<'_>, gesture: Gesture) -> Result<AuthKey, Stop> {
    let Offer { id, key, mut flag, mut sent } = Offer::of_case(cx).await?;
    let mut prompts = 0;
    let mut losses = 0;
    let mut flag_refused = false;
    let mut flag_met_silence = false;
    loop {
        if losses > LOSSES {
            return give_up(cx, id, false);
        }
        link.ensure_open().await?;
        if listen(cx, link).await.is_err() {
            losses += 1;
            continue;
        }
        if sent {
            let answer = match challenge(cx, link, &key, flag).await {
                Ok(Challenge::Opened) => {
                    own_key::taken(cx, id).await;
                    return Ok(key);
                }
                Ok(answer) => answer,
                Err(_) => {
                    losses += 1;
                    continue;
                }
            };
            if prompts >= PROMPTS {
                return give_up(cx, id, answer != Challenge::Silent);
            }
        }
        if flag_met_silence && !flag_refused {
            flag = flag.other();
            flag_met_silence = false;
        }
        if TAP_ON_LINK - (cx.now() - link.up_at()) < TAP_LEAST {
            link.close();
            sent = false;
            continue;
        }
        cx.set_case(|case| {
            case.flag = Some(flag);
            case.left = LeftState::KeySent;
        });
        cx.checkpoint().await?;
        sent = true;
        prompts += 1;
        match offer(cx, link, &key, flag, gesture).await {
            Ok(Sent::Accepted) => {}
            Ok(Sent::RefusedAtOnce) if flag_refused => {
                cx.saw(Evidence::KeyRefused);
                own_key::never_taken(cx, id);
                return Err(Stop(End::Refused));
            }
            Ok(Sent::RefusedAtOnce) => {
                cx.note("the band refused this flag at once: trying the other");
                flag_refused = true;
                flag = flag.other();
                sent = false;
                prompts -= 1;
            }
            Ok(Sent::Denied) => {
                cx.saw(Evidence::DeniedOnBand);
                own_key::never_taken(cx, id);
                return Err(Stop(End::Refused));
            }
            Ok(Sent::SpeaksV2) => {
                own_key::never_taken(cx, id);
                return Err(Stop(End::NeedsOwnerOrKey));
            }
            Ok(Sent::NotConfirmed) => link.close(),
            Ok(Sent::Silence) => {
                flag_met_silence = true;
                link.close();
            }
            Err(error) => {
                let strangers_time = cx.now() - link.up_at() >= STRANGER;
                if strangers_time && error == (LinkError::Lost { status: CLOSED_BY_BAND }) {
                    cx.saw(Evidence::DroppedAsStranger);
                }
                link.close();
            }
        }
    }
}

/// The key that is offered, and whether it was sent in an earlier run of the app.
struct Offer {
    id: KeyId,
    key: AuthKey,
    flag: Flag,
    sent: bool,
}

impl Offer {
    /// The key that the case names, or a new one, which is saved before this returns.
    async fn of_case(cx: &Cx) -> Result<Self, Stop> {
        if let Some(offer) = Self::sent_before(cx) {
            return Ok(offer);
        }
        let Some(target) = cx.case(|case| case.target.clone()) else { return Err(Stop(End::AppFault)) };
        let key = cx.lock().random.as_mut().map(crate::random::Random::key);
        let Some(key) = key else { return Err(Stop(End::AppFault)) };
        let id = own_key::save(cx, &target, &key).await?;
        Ok(Self { id, key, flag: Flag::Vendor, sent: false })
    }

    fn sent_before(cx: &Cx) -> Option<Self> {
        let (id, flag, left) = cx.case(|case| (case.key, case.flag, case.left))?;
        let id = id?;
        let key = cx.lock().keys.get(id).map(|saved| saved.key.clone())?;
        let sent = match left {
            LeftState::Untouched
            | LeftState::PhoneChanged
            | LeftState::RestartSent
            | LeftState::ResetByHand
            | LeftState::Erased => false,
            LeftState::KeySent | LeftState::TakenOver | LeftState::EraseSent => true,
        };
        Some(Self { id, key, flag: flag.unwrap_or(Flag::Vendor), sent })
    }
}

/// The person was asked often enough. `refused`: the band answered that it does not hold our key.
fn give_up(cx: &Cx, id: KeyId, refused: bool) -> Result<AuthKey, Stop> {
    if refused {
        own_key::never_taken(cx, id);
    }
    let tapped = cx.has_seen(Evidence::TapSeen);
    Err(Stop(if tapped || !refused { End::NoAnswer } else { End::NotTapped }))
}

/// Switches on what the handshake listens to: the answers, and the button to tell "not tapped" from "not answered".
async fn listen(cx: &Cx, link: &mut Link<'_>) -> Result<(), LinkError> {
    link.listen(gatt::AUTH).await?;
    if link.has(gatt::EVENTS)
        && let Err(LinkError::Failed(failure)) = link.listen(gatt::EVENTS).await
    {
        cx.note(format!("the button cannot be watched: {failure:?}"));
    }
    Ok(())
}

enum Sent {
    Accepted,
    RefusedAtOnce,
    NotConfirmed,
    Denied,
    SpeaksV2,
    Silence,
}

enum Heard {
    Key(Verdict, Millis),
    SpeaksV2,
    Tap,
}

/// Sends the key and waits for the tap.
async fn offer(
    cx: &Cx,
    link: &mut Link<'_>,
    key: &AuthKey,
    flag: Flag,
    gesture: Gesture,
) -> Result<Sent, LinkError> {
    link.forget_notifications(gatt::AUTH);
    link.forget_notifications(gatt::EVENTS);
    link.write(gatt::AUTH, auth_v1::offer_key(flag, key)).await?;
    let sent_at = cx.now();
    let mut until = (sent_at + TAP).min(link.up_at() + TAP_ON_LINK);
    cx.prompt(Some(Prompt::Tap { until, total: TAP, gesture }));
    let mut heard = link.watch(Deadline { at: until, reason: "the tap" }, hear).await;
    if matches!(heard, Ok(Heard::Tap)) {
        cx.saw(Evidence::TapSeen);
        cx.prompt(None);
        until = until.min(cx.now() + AFTER_TAP);
        heard = link.watch(Deadline { at: until, reason: "the band takes the key" }, hear_key).await;
    }
    cx.prompt(None);
    match heard {
        Ok(Heard::Key(Verdict::Success, _)) => Ok(Sent::Accepted),
        Ok(Heard::Key(Verdict::Denied, _)) => Ok(Sent::Denied),
        Ok(Heard::Key(_, at)) if at - sent_at <= AT_ONCE => Ok(Sent::RefusedAtOnce),
        Ok(Heard::Key(..)) => Ok(Sent::NotConfirmed),
        Ok(Heard::SpeaksV2) => Ok(Sent::SpeaksV2),
        Ok(Heard::Tap) | Err(LinkError::Late) => Ok(Sent::Silence),
        Err(error) => Err(error),
    }
}

fn hear(inbox: &mut Inbox) -> Option<Heard> {
    hear_key(inbox).or_else(|| {
        inbox
            .take_notification(gatt::EVENTS, |bytes, _| (bytes == [gatt::BUTTON_EVENT]).then_some(Heard::Tap))
    })
}

fn hear_key(inbox: &mut Inbox) -> Option<Heard> {
    inbox.take_notification(gatt::AUTH, |bytes, at| match auth_v1::parse(bytes) {
        Reply::Key(verdict) => Some(Heard::Key(verdict, at)),
        Reply::SpeaksV2 => Some(Heard::SpeaksV2),
        Reply::Random(_) | Reply::NoRandom(_) | Reply::Answer(_) | Reply::Unknown => None,
    })
}

/// Asks for a random and answers it. The notifications must be on.
async fn challenge(cx: &Cx, link: &mut Link<'_>, key: &AuthKey, flag: Flag) -> Result<Challenge, LinkError> {
    link.forget_notifications(gatt::AUTH);
    link.write(gatt::AUTH, auth_v1::request_random(flag)).await?;
    let given =
        link.notification(
            gatt::AUTH,
            cx.within(ANSWER, "the band's random"),
            |bytes, _| match auth_v1::parse(bytes) {
                Reply::Random(random) => Some(Some(random)),
                Reply::NoRandom(_) => Some(None),
                Reply::Key(_) | Reply::Answer(_) | Reply::SpeaksV2 | Reply::Unknown => None,
            },
        );
    let random = match given.await {
        Ok(Some(random)) => random,
        Ok(None) => return Ok(Challenge::NoRandom),
        Err(LinkError::Late) => return Ok(Challenge::Silent),
        Err(error) => return Err(error),
    };
    link.write(gatt::AUTH, auth_v1::answer(flag, key, &random)).await?;
    let judged =
        link.notification(
            gatt::AUTH,
            cx.within(ANSWER, "the band's verdict"),
            |bytes, _| match auth_v1::parse(bytes) {
                Reply::Answer(verdict) => Some(verdict),
                Reply::Key(_) | Reply::Random(_) | Reply::NoRandom(_) | Reply::SpeaksV2 | Reply::Unknown => {
                    None
                }
            },
        );
    match judged.await {
        Ok(Verdict::Success) => Ok(Challenge::Opened),
        Ok(Verdict::Denied | Verdict::Failed | Verdict::WrongKey | Verdict::Other(_)) => {
            Ok(Challenge::WrongKey)
        }
        Err(LinkError::Late) => Ok(Challenge::Silent),
        Err(error) => Err(error),
    }
}

/// Opens a link with a known key.
/// The flag the key was sent with first, or the vendor's; where that brings no random, the other.
pub(super) async fn open_with(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<Challenge, LinkError> {
    link.listen(gatt::AUTH).await?;
    let flag = cx.case(|case| case.flag).flatten().unwrap_or(Flag::Vendor);
    let answer = challenge(cx, link, key, flag).await?;
    match answer {
        Challenge::Opened | Challenge::WrongKey | Challenge::OtherProtocol => Ok(answer),
        Challenge::NoRandom | Challenge::Silent => challenge(cx, link, key, flag.other()).await,
    }
}
