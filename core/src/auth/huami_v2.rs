//! Pairing v2, for Mi Band 4 to 6 with older firmware: a known key opens the band. There is no taking over here: such a
//! band stores a key only with a signature of the vendor.

use crate::auth::Challenge;
use crate::cx::{Cx, Stop};
use crate::keys::AuthKey;
use crate::link::{Link, LinkError};
use crate::outcome::End;
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::auth_v2::{self, Form, Reply, Verdict};
use crate::wire::gatt;

/// The band answers a request within 0.1 s; a slow one gets this.
const ANSWER: Millis = Millis::secs(5);
/// How many links may be lost while asking.
const LOSSES: u32 = 3;
/// The forms of the handshake, the captured one first.
const FORMS: [Form; 3] = [Form::Short, Form::Long, Form::Old];

/// Whether the band takes a new key only with the vendor's signature. The band decides, not its model: older firmware
/// may still speak v1. A band that is silent to the question is taken to want the signature.
pub(super) async fn wants_vendor(cx: &Cx, link: &mut Link<'_>) -> Result<bool, Stop> {
    for _ in 0..LOSSES {
        link.ensure_open().await?;
        match probe(cx, link).await {
            Ok(wants) => return Ok(wants),
            Err(LinkError::Late) => return Ok(true),
            Err(error) => cx.note(format!("the link was lost while asking: {error:?}")),
        }
    }
    Err(Stop(End::NoAnswer))
}

async fn probe(cx: &Cx, link: &mut Link<'_>) -> Result<bool, LinkError> {
    link.listen(gatt::AUTH).await?;
    link.forget_notifications(gatt::AUTH);
    link.write(gatt::AUTH, Payload::from(&auth_v2::PROBE[..])).await?;
    let answer =
        link.notification(gatt::AUTH, cx.within(ANSWER, "which pairing the band speaks"), |bytes, _| {
            match auth_v2::parse(bytes) {
                Reply::SpeaksV2 { .. } | Reply::SignatureWanted => Some(true),
                Reply::Key(_) => Some(false),
                Reply::Random(_) | Reply::NoRandom(_) | Reply::Answer(_) | Reply::Unknown => None,
            }
        });
    answer.await
}

/// Opens a link with a known key, in the first form of the handshake that the band goes along with.
pub(super) async fn open_with(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<Challenge, LinkError> {
    link.listen(gatt::AUTH).await?;
    let mut answer = Challenge::Silent;
    for form in FORMS {
        answer = challenge(cx, link, key, form).await?;
        match answer {
            Challenge::Opened | Challenge::WrongKey | Challenge::OtherProtocol => return Ok(answer),
            Challenge::NoRandom | Challenge::Silent => {}
        }
    }
    Ok(answer)
}

async fn challenge(cx: &Cx, link: &mut Link<'_>, key: &AuthKey, form: Form) -> Result<Challenge, LinkError> {
    link.forget_notifications(gatt::AUTH);
    link.write(gatt::AUTH, auth_v2::request_random(form)).await?;
    let given =
        link.notification(
            gatt::AUTH,
            cx.within(ANSWER, "the band's random"),
            |bytes, _| match auth_v2::parse(bytes) {
                Reply::Random(random) => Some(Some(random)),
                Reply::NoRandom(_) => Some(None),
                Reply::Key(_)
                | Reply::Answer(_)
                | Reply::SpeaksV2 { .. }
                | Reply::SignatureWanted
                | Reply::Unknown => None,
            },
        );
    let random = match given.await {
        Ok(Some(random)) => random,
        Ok(None) => return Ok(Challenge::NoRandom),
        Err(LinkError::Late) => return Ok(Challenge::Silent),
        Err(error) => return Err(error),
    };
    link.write(gatt::AUTH, auth_v2::answer(form, key, &random)).await?;
    let judged =
        link.notification(
            gatt::AUTH,
            cx.within(ANSWER, "the band's verdict"),
            |bytes, _| match auth_v2::parse(bytes) {
                Reply::Answer(verdict) => Some(verdict),
                Reply::Key(_)
                | Reply::Random(_)
                | Reply::NoRandom(_)
                | Reply::SpeaksV2 { .. }
                | Reply::SignatureWanted
                | Reply::Unknown => None,
            },
        );
    match judged.await {
        Ok(Verdict::Success) => Ok(Challenge::Opened),
        Ok(Verdict::Refused) => Ok(Challenge::OtherProtocol),
        Ok(Verdict::Denied | Verdict::Failed | Verdict::WrongKey | Verdict::Other(_)) => {
            Ok(Challenge::WrongKey)
        }
        Err(LinkError::Late) => Ok(Challenge::Silent),
        Err(error) => Err(error),
    }
}
