//! Find a band: make it vibrate, as far as that goes without a key or with a known one. Never takes over.

use crate::auth::{self, Opened, Unlock};
use crate::band::{self, TakeOver};
use crate::command;
use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::flow::{choose, consent};
use crate::keys::AuthKey;
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::view::{Choice, Question, Step};

const STEPS: [Step; 2] = [Step::Connect, Step::Buzz];

/// The whole task. Whether these bands vibrate for a stranger is not known, so a known key is the second try.
pub(crate) async fn find(cx: &Cx) -> Result<End, Stop> {
    let target = choose::band(cx, Task::Find).await?;
    consent::none_needed(cx, &target);
    cx.begin_steps(&STEPS);

    cx.step(Step::Connect);
    let mut link = Link::open(cx, &target).await?;

    cx.step(Step::Buzz);
    if buzz(cx, &mut link, None).await? {
        return Ok(End::Found);
    }
    link.ensure_open().await?;
    let band = band::identify(cx, &mut link, &target).await?;
    let saved: Vec<AuthKey> = cx.saved_keys(&target.peer).into_iter().map(|(_, key)| key).collect();
    let mut opened = match auth::unlock(cx, &mut link, &band, &saved).await? {
        Unlock::Opened(opened) => opened,
        // A Mi Band 1 has no key that could help.
        Unlock::Refused if band.model.row().take_over == TakeOver::ByTap => return Err(Stop(End::NoAnswer)),
        Unlock::Refused => return Err(Stop(End::NeedsOwnerOrKey)),
        Unlock::Silent => return Err(Stop(End::NoAnswer)),
    };
    if buzz(cx, &mut link, Some(&mut opened)).await? { Ok(End::Found) } else { Err(Stop(End::NoAnswer)) }
}

/// Makes the band vibrate until the person has an answer.
async fn buzz(cx: &Cx, link: &mut Link<'_>, mut opened: Option<&mut Opened>) -> Result<bool, Stop> {
    loop {
        link.ensure_open().await?;
        let told = match &mut opened {
            Some(opened) => command::vibrate(link, opened).await,
            None => command::vibrate_as_stranger(link).await,
        };
        if let Err(error) = told {
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
