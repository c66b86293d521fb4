//! Pairing v1, for Mi Band 2 and 3: taking over by a tap, and opening with a known key.
//!
//! A key is on disk before it is sent. A band drops a stranger 30 s after the connection came up, whatever happens,
//! so a tap has until 28 s after that, or 25 s after the key was sent, whichever is earlier. After silence or a lost
//! link the next link first tries the key that was sent: the tap may have counted.

use crate::cx::{Cx, Deadline, Stop};
use crate::effect::StoreFile;
use crate::inbox::Inbox;
use crate::keys::{AuthKey, KeyId};
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::time::Millis;
use crate::view::{LeftState, Prompt, StepSeen};
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
/// How many links may be lost in the handshake.
const LOSSES: u32 = 4;

/// Takes the band over by a tap: afterwards it holds our key, and the link is authenticated.
pub(crate) async fn take_over(cx: &Cx, link: &mut Link<'_>) -> Result<AuthKey, Stop> {
    let Offer { id, key, mut flag, mut sent } = Offer::of_case(cx).await?;
    let mut prompts = 0;
    let mut losses = 0;
    let mut subscribed = false;
    let mut flag_refused = false;
    let mut flag_met_silence = false;
    loop {
        if losses > LOSSES {
            return give_up(cx, id, false);
        }
        subscribed &= !link.ensure_open().await?;
        if !subscribed && subscribe(cx, link).await.is_err() {
            losses += 1;
            continue;
        }
        subscribed = true;
        if sent {
            let answer = match challenge(cx, link, &key, flag).await {
                Ok(Challenge::Opened) => return Ok(taken(cx, id, key).await),
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
        match offer(cx, link, &key, flag).await {
            Ok(Sent::Accepted) => {}
            Ok(Sent::RefusedAtOnce) if flag_refused => {
                cx.saw(Evidence::KeyRefused);
                never_taken(cx, id);
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
                never_taken(cx, id);
                return Err(Stop(End::Refused));
            }
            Ok(Sent::SpeaksV2) => {
                never_taken(cx, id);
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
        let made = {
            let mut shared = cx.lock();
            let wall = shared.wall;
            let key = shared.random.as_mut().map(crate::random::Random::key);
            key.map(|key| (shared.keys.add(&target, key.clone(), wall), key))
        };
        let Some((id, key)) = made else { return Err(Stop(End::AppFault)) };
        if let Err(stop) = cx.save(StoreFile::Keys).await {
            cx.lock().keys.forget(id);
            return Err(stop);
        }
        cx.set_case(|case| case.key = Some(id));
        Ok(Self { id, key, flag: Flag::Vendor, sent: false })
    }

    fn sent_before(cx: &Cx) -> Option<Self> {
        let (id, flag, left) = cx.case(|case| (case.key, case.flag, case.left))?;
        let id = id?;
        let key = cx.lock().keys.get(id).map(|saved| saved.key.clone())?;
        let sent = match left {
            LeftState::Untouched | LeftState::PhoneChanged | LeftState::RestartSent | LeftState::Erased => {
                false
            }
            LeftState::KeySent | LeftState::TakenOver | LeftState::EraseSent => true,
        };
        Some(Self { id, key, flag: flag.unwrap_or(Flag::Vendor), sent })
    }
}

/// The key proved to be in the band.
async fn taken(cx: &Cx, id: KeyId, key: AuthKey) -> AuthKey {
    cx.saw(Evidence::KeyAccepted);
    cx.step_seen(StepSeen::KeyTaken);
    cx.lock().keys.confirm(id);
    cx.set_case(|case| case.left = LeftState::TakenOver);
    // The key itself is on disk already; that it was taken is found out again if this fails.
    let _ = cx.save(StoreFile::Keys).await;
    let _ = cx.checkpoint().await;
    key
}

/// The band never took the key: it is of no use to anybody.
fn never_taken(cx: &Cx, id: KeyId) {
    cx.set_case(|case| {
        case.key = None;
        case.left = LeftState::PhoneChanged;
    });
    cx.lock().forget_key(id);
}

/// The person was asked often enough. `refused`: the band answered that it does not hold our key.
fn give_up(cx: &Cx, id: KeyId, refused: bool) -> Result<AuthKey, Stop> {
    if refused {
        never_taken(cx, id);
    }
    let tapped = cx.has_seen(Evidence::TapSeen);
    Err(Stop(if tapped || !refused { End::NoAnswer } else { End::NotTapped }))
}

/// Switches on what the handshake listens to: the answers, and the button to tell "not tapped" from "not answered".
async fn subscribe(cx: &Cx, link: &mut Link<'_>) -> Result<(), LinkError> {
    link.subscribe(gatt::AUTH).await?;
    if link.has(gatt::EVENTS)
        && let Err(LinkError::Failed(failure)) = link.subscribe(gatt::EVENTS).await
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
async fn offer(cx: &Cx, link: &mut Link<'_>, key: &AuthKey, flag: Flag) -> Result<Sent, LinkError> {
    link.forget_notifications(gatt::AUTH);
    link.forget_notifications(gatt::EVENTS);
    link.write(gatt::AUTH, auth_v1::offer_key(flag, key)).await?;
    let sent_at = cx.now();
    let mut until = (sent_at + TAP).min(link.up_at() + TAP_ON_LINK);
    cx.prompt(Some(Prompt::Tap { until, total: TAP }));
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

/// What a band says to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// It is the right one; the link is authenticated.
    Opened,
    /// It is not.
    WrongKey,
    /// It gives no random: it holds no key, or not with this flag.
    NoRandom,
    /// It does not answer.
    Silent,
}

/// Asks for a random and answers it. The notifications must be on.
pub(crate) async fn challenge(
    cx: &Cx,
    link: &mut Link<'_>,
    key: &AuthKey,
    flag: Flag,
) -> Result<Challenge, LinkError> {
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

/// What trying the known keys came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unlock {
    /// This key opened the band; the link is authenticated.
    Opened(AuthKey),
    /// It answers, and takes none of them.
    Refused,
    /// It does not answer. A band that holds no key may be silent too: nobody knows.
    Silent,
}

/// Tries the saved keys of the band, newest first, then the old shared default key.
pub(crate) async fn unlock(cx: &Cx, link: &mut Link<'_>, saved: &[AuthKey]) -> Result<Unlock, Stop> {
    let mut losses = 0;
    let mut subscribed = false;
    for key in saved.iter().chain([&AuthKey::OLD_SHARED_DEFAULT]) {
        let answer = loop {
            let fresh = link.ensure_open().await?;
            match open_with(cx, link, key, fresh || !subscribed).await {
                Ok(answer) => break answer,
                Err(error) if losses < LOSSES => {
                    cx.note(format!("the link was lost while trying a key: {error:?}"));
                    losses += 1;
                }
                Err(_) => return Err(Stop(End::NoAnswer)),
            }
        };
        subscribed = true;
        match answer {
            Challenge::Opened => {
                cx.saw(Evidence::OpenedWithKey);
                cx.step_seen(StepSeen::Opened);
                return Ok(Unlock::Opened(key.clone()));
            }
            Challenge::WrongKey | Challenge::NoRandom => {}
            Challenge::Silent => {
                cx.note("the band does not answer to keys");
                return Ok(Unlock::Silent);
            }
        }
    }
    if !saved.is_empty() {
        cx.saw(Evidence::OldKeyRefused);
    }
    Ok(Unlock::Refused)
}

/// Makes a lost link anew and opens it with the key that the band is known to hold.
pub(crate) async fn reopen(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<(), Stop> {
    for _ in 0..LOSSES {
        if !link.ensure_open().await? {
            return Ok(());
        }
        match open_with(cx, link, key, true).await {
            Ok(Challenge::Opened) => return Ok(()),
            Ok(answer) => cx.note(format!("the band no longer opens: {answer:?}")),
            Err(error) => cx.note(format!("the link was lost while opening it: {error:?}")),
        }
        link.close();
    }
    Err(Stop(End::NoAnswer))
}

async fn open_with(cx: &Cx, link: &mut Link<'_>, key: &AuthKey, fresh: bool) -> Result<Challenge, LinkError> {
    if fresh {
        link.subscribe(gatt::AUTH).await?;
    }
    challenge_with_any_flag(cx, link, key).await
}

/// The flag the key was sent with first, or the vendor's; where that brings no random, the other.
pub(crate) async fn challenge_with_any_flag(
    cx: &Cx,
    link: &mut Link<'_>,
    key: &AuthKey,
) -> Result<Challenge, LinkError> {
    let flag = cx.case(|case| case.flag).flatten().unwrap_or(Flag::Vendor);
    let answer = challenge(cx, link, key, flag).await?;
    match answer {
        Challenge::Opened | Challenge::WrongKey => Ok(answer),
        Challenge::NoRandom | Challenge::Silent => challenge(cx, link, key, flag.other()).await,
    }
}
