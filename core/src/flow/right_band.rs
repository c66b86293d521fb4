//! Is it the right band? It is made to vibrate, and the person says whether theirs did.

use crate::auth::{self, Opened};
use crate::band::Identity;
use crate::command;
use crate::cx::{Cx, Stop};
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::view::{Choice, Question, StepSeen};

/// Returns when the person has confirmed the band; nothing but the vibration happens here.
pub(crate) async fn confirm(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    loop {
        auth::reopen(cx, link, band, opened).await?;
        if let Err(error) = command::vibrate(link, opened).await {
            cx.note(format!("the band could not be told to vibrate: {error:?}"));
        }
        let felt = cx.ask(Question::DidItBuzz, &[Choice::Yes, Choice::No, Choice::Again]).await?;
        if felt == Choice::Yes {
            break;
        }
        if felt != Choice::Again {
            return Err(Stop(End::WrongBand));
        }
    }
    cx.saw(Evidence::PersonFeltBuzz);
    cx.step_seen(StepSeen::RightBand);
    Ok(())
}
