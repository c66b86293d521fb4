//! Is it the right band? It is made to vibrate, and the person says whether theirs did.

use crate::auth;
use crate::cx::{Cx, Stop};
use crate::keys::AuthKey;
use crate::link::Link;
use crate::outcome::{End, Evidence};
use crate::payload::Payload;
use crate::view::{Choice, Question, StepSeen};
use crate::wire::gatt;

/// Returns when the person has confirmed the band; nothing but the vibration happens here.
pub(crate) async fn confirm(cx: &Cx, link: &mut Link<'_>, key: &AuthKey) -> Result<(), Stop> {
    loop {
        auth::reopen(cx, link, key).await?;
        if let Err(error) = link.write(gatt::ALERT, Payload::from(&gatt::VIBRATE[..])).await {
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
