//! The protobuf bands, Smart Band 7 Pro and later: whether somebody owns a band, opening it with a known key, and what
//! an opened one is told. Binding without the vendor's server is in [`local_bind`].

mod frames;
mod local_bind;
mod packets;
mod talk;

use crate::auth::Challenge;
use crate::cx::{Cx, Deadline};
use crate::event::Failure;
use crate::facts::{Bound, Charge};
use crate::keys::AuthKey;
use crate::link::{Link, LinkError};
use crate::time::Millis;
use crate::wire::configuration::EraseReply;
use crate::wire::xiaomi::account::{self, ConfirmReply, VerifyReply};
use crate::wire::xiaomi::messages::CompanionDevice;
use crate::wire::xiaomi::session::SessionKeys;
use crate::wire::xiaomi::system::{self, Identity, ResetMode};
pub(super) use local_bind::take_over;
use talk::{Heard, Talk};

/// A band answers within 0.4 s. A packet that got lost is sent again after the band's own time-out, which is up to
/// 16 s.
const ANSWER: Millis = Millis::secs(20);
/// A find that is not answered has been heard all the same.
const FIND: Millis = Millis::secs(3);
/// How long a band is made to draw attention.
const FINDING: Millis = Millis::secs(2);
/// How the app is named to bands. After a local bind a band may want to hear the same name again.
const APP: &str = "Band Rescue";
const APP_ID: &str = "62616e642d7265736375652d6170702d";

/// Asks whether the band is bound. Harmless: it changes nothing, and no key is needed.
pub(super) async fn bound(cx: &Cx, link: &mut Link<'_>) -> Result<Bound, LinkError> {
    let mut talk = Talk::begin(link).await?;
    let random = random(cx)?;
    let question = account::verify(&random, None);
    Ok(match talk.ask(link, &question, ANSWER, account::verify_reply).await? {
        Heard::Answer(VerifyReply::NotBound) => Bound::Nobody,
        Heard::Answer(VerifyReply::Bound(_) | VerifyReply::Error(_)) | Heard::Refusal => Bound::Somebody,
    })
}

/// A session that is open: messages go both ways encrypted.
#[derive(Debug)]
pub(crate) struct Xiaomi {
    talk: Talk,
}

/// Proves a known key. Gives the session if the band takes it. [`Challenge::NoRandom`]: it is bound to nobody.
pub(super) async fn open_with(
    cx: &Cx,
    link: &mut Link<'_>,
    key: &AuthKey,
) -> Result<(Challenge, Option<Xiaomi>), LinkError> {
    match log_in(cx, link, key).await {
        Ok(Ok(session)) => Ok((Challenge::Opened, Some(session))),
        Ok(Err(challenge)) => {
            // A connection carries one talk: the next key gets a connection of its own.
            link.close();
            Ok((challenge, None))
        }
        Err(LinkError::Late) => Ok((Challenge::Silent, None)),
        Err(error) => Err(error),
    }
}

async fn log_in(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<Result<Xiaomi, Challenge>, LinkError> {
    let mut talk = Talk::begin(link).await?;
    let ours = random(cx)?;
    let theirs = match verified(&mut talk, link, &ours).await? {
        Ok(proof) => proof,
        Err(challenge) => return Ok(Err(challenge)),
    };

    let keys = SessionKeys::derive(key, &ours, &theirs.random);
    if !keys.verify(&ours, &theirs.random, &theirs.sign) {
        cx.note("the band holds another key");
        return Ok(Err(Challenge::WrongKey));
    }
    let companion = keys.seal(0, CompanionDevice::android(APP).to_bytes().as_slice());
    let proof = account::confirm(&keys.prove(&ours, &theirs.random), &companion);
    match talk.ask(link, &proof, ANSWER, account::confirm_reply).await? {
        Heard::Answer(ConfirmReply::Open | ConfirmReply::OpenWithoutCompanion) => {
            talk.encrypt_with(keys);
            Ok(Ok(Xiaomi { talk }))
        }
        Heard::Answer(reply @ (ConfirmReply::Refused | ConfirmReply::Error(_))) => {
            cx.note(format!("the key was not taken: {reply:?}"));
            Ok(Err(Challenge::WrongKey))
        }
        Heard::Refusal => Ok(Err(Challenge::OtherProtocol)),
    }
}

/// The band's random and proof. A band that was bound by this app may want to hear its name.
async fn verified(
    talk: &mut Talk,
    link: &mut Link<'_>,
    ours: &[u8; 16],
) -> Result<Result<account::BandProof, Challenge>, LinkError> {
    for app_id in [None, Some(APP_ID)] {
        let question = account::verify(ours, app_id);
        match talk.ask(link, &question, ANSWER, account::verify_reply).await? {
            Heard::Answer(VerifyReply::Bound(proof)) => return Ok(Ok(proof)),
            Heard::Answer(VerifyReply::NotBound) => return Ok(Err(Challenge::NoRandom)),
            Heard::Answer(VerifyReply::Error(error)) => {
                link.cx().note(format!("no login: {error:?}"));
            }
            Heard::Refusal => return Ok(Err(Challenge::OtherProtocol)),
        }
    }
    Ok(Err(Challenge::WrongKey))
}

impl Xiaomi {
    /// The charge.
    pub(crate) async fn charge(&mut self, link: &mut Link<'_>) -> Result<Option<Charge>, LinkError> {
        let read = |packet: &_| match system::battery_reply(packet) {
            Ok(battery) => Ok(Some(Charge::from(battery))),
            Err(system::BatteryError::Answer(error)) => Err(error),
            Err(system::BatteryError::Level { .. }) => Ok(None),
        };
        match self.talk.ask(link, &system::battery(), ANSWER, read).await? {
            Heard::Answer(charge) => Ok(charge),
            Heard::Refusal => Ok(None),
        }
    }

    /// Who the band says it is; it tells only whoever has opened it.
    pub(crate) async fn identity(&mut self, link: &mut Link<'_>) -> Result<Option<Identity>, LinkError> {
        match self.talk.ask(link, &system::device_info(), ANSWER, system::device_info_reply).await? {
            Heard::Answer(identity) => Ok(Some(identity)),
            Heard::Refusal => Ok(None),
        }
    }

    /// Makes the band draw attention for a short while.
    pub(crate) async fn find(&mut self, link: &mut Link<'_>) -> Result<(), LinkError> {
        match self.talk.ask(link, &system::find(true), FIND, system::find_reply).await {
            Ok(Heard::Answer(())) | Err(LinkError::Late) => {}
            Ok(Heard::Refusal) => return Err(LinkError::Failed(Failure::Refused)),
            Err(error) => return Err(error),
        }
        link.cx().pause(FINDING, "the person looks and feels").await;
        self.talk.say(link, &system::find(false)).await
    }

    /// Tells the band to erase itself, or only to restart.
    pub(crate) async fn reset(&mut self, link: &mut Link<'_>, mode: ResetMode) -> Result<(), LinkError> {
        self.talk.say(link, &system::reset(mode)).await
    }

    /// Waits for what the band says to it. No answer was ever captured.
    pub(crate) async fn reset_reply(
        &mut self,
        link: &mut Link<'_>,
        deadline: Deadline,
    ) -> Result<EraseReply, LinkError> {
        Ok(match self.talk.hear(link, deadline, system::reset_reply).await? {
            Heard::Answer(()) => EraseReply::Accepted,
            Heard::Refusal => EraseReply::Refused,
        })
    }
}

fn random<const N: usize>(cx: &Cx) -> Result<[u8; N], LinkError> {
    let mut shared = cx.lock();
    let random = shared.random.as_mut().map(crate::random::Random::bytes);
    random.ok_or(LinkError::Failed(Failure::Missing))
}
