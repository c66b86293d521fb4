//! Find a band: make it vibrate, as far as that goes without a key or with a known one. Never takes over.

use crate::auth::{self, Unlock};
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::{choose, consent};
use crate::keys::AuthKey;
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::payload::Payload;
use crate::view::{Choice, Question, Step};
use crate::wire::gatt;

const STEPS: [Step; 2] = [Step::Connect, Step::Buzz];

/// The whole task. Whether these bands vibrate for a stranger is not known, so a known key is the second try.
pub(crate) async fn find(cx: &Cx) -> Result<End, Stop> {
    let target = choose::band(cx, Task::Find).await?;
    consent::none_needed(cx, &target);
    cx.begin_steps(&STEPS);

    cx.step(Step::Connect);
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Buzz);
    if buzz(cx, &mut link).await? {
        return Ok(End::Found);
    }
    let saved: Vec<AuthKey> = cx.saved_keys(&target.peer).into_iter().map(|(_, key)| key).collect();
    match auth::unlock(cx, &mut link, &saved).await? {
        Unlock::Opened(_) => {}
        Unlock::Refused => return Err(Stop(End::NeedsOwnerOrKey)),
        Unlock::Silent => return Err(Stop(End::NoAnswer)),
    }
    if buzz(cx, &mut link).await? { Ok(End::Found) } else { Err(Stop(End::NoAnswer)) }
}

/// Makes the band vibrate until the person has an answer.
async fn buzz(cx: &Cx, link: &mut Link<'_>) -> Result<bool, Stop> {
    loop {
        link.ensure_open().await?;
        if let Err(error) = link.write(gatt::ALERT, Payload::from(&gatt::VIBRATE[..])).await {
            cx.note(format!("the band could not be told to vibrate: {error:?}"));
        }
        let felt = cx.ask(Question::DidItBuzz, &[Choice::Yes, Choice::No, Choice::Again]).await?;
        if felt == Choice::Yes {
            cx.saw(Evidence::PersonFeltBuzz);
            return Ok(true);
        }
        if felt != Choice::Again {
            return Ok(false);
        }
    }
}
