//! Is it the right band? It is made to vibrate, and the person says whether theirs did. Nobody is asked about a vibration
//! that could not be sent.

use crate::auth::{self, LOSSES, Opened};
use crate::band::Identity;
use crate::command;
use crate::cx::{Cx, Stop};
use crate::event::{Choice, Failure};
use crate::link::{Link, LinkError};
use crate::outcome::{End, Evidence};
use crate::view::{Question, StepSeen};

/// What came of making a band vibrate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Buzz {
    /// The person felt it.
    Felt,
    /// It was sent, and the person says that their band did not vibrate.
    NotFelt,
    /// It could not be sent.
    NotSent(LinkError),
}

/// Returns when the person has confirmed the band; nothing but the vibration happens here.
pub(crate) async fn confirm(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    match buzz(cx, link, Some((band, opened))).await? {
        Buzz::Felt => {}
        Buzz::NotFelt => return Err(Stop(End::WrongBand)),
        Buzz::NotSent(LinkError::Failed(Failure::Refused)) => return Err(Stop(End::Refused)),
        Buzz::NotSent(_) => return Err(Stop(End::NoAnswer)),
    }
    cx.step_seen(StepSeen::RightBand);
    Ok(())
}

/// Makes a band vibrate, opened or as a stranger, until the person has an answer.
pub(crate) async fn buzz(
    cx: &Cx,
    link: &mut Link<'_>,
    mut opened: Option<(&Identity, &mut Opened)>,
) -> Result<Buzz, Stop> {
    let mut losses = 0;
    loop {
        let told = match &mut opened {
            Some((band, opened)) => {
                auth::reopen(cx, link, band, opened).await?;
                command::vibrate(link, opened).await
            }
            None => {
                link.ensure_open().await?;
                command::vibrate_as_stranger(link).await
            }
        };
        if let Err(error) = told {
            cx.note(format!("the band could not be told to vibrate: {error:?}"));
            match error {
                LinkError::Lost { .. } | LinkError::Late if losses < LOSSES => losses += 1,
                LinkError::Lost { .. } | LinkError::Late | LinkError::Failed(_) => {
                    return Ok(Buzz::NotSent(error));
                }
            }
            continue;
        }
        let felt = cx.ask(Question::DidItBuzz, &[Choice::Yes, Choice::No, Choice::Again]).await?;
        if felt == Choice::Yes {
            cx.saw(Evidence::PersonFeltBuzz);
            return Ok(Buzz::Felt);
        }
        if felt != Choice::Again {
            return Ok(Buzz::NotFelt);
        }
    }
}
