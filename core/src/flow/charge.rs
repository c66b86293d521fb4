//! Whether the battery lasts: an erase that runs out of charge may leave a band dark.

use crate::auth::{self, Opened};
use crate::band::Identity;
use crate::command;
use crate::cx::{Cx, Stop};
use crate::event::Choice;
use crate::facts::Charge;
use crate::link::Link;
use crate::outcome::End;
use crate::view::Question;

/// Below this the band is not erased.
const TOO_LOW: u8 = 10;
/// Below this the person is warned.
const LOW: u8 = 20;

/// Judges a charge that could be read without a key. Says whether it could.
pub(crate) async fn enough_if_told(cx: &Cx, charge: Option<Charge>) -> Result<bool, Stop> {
    let Some(charge) = charge else { return Ok(false) };
    judge(cx, charge.percent).await?;
    Ok(true)
}

/// Reads the charge over an authenticated link; asks the person where it cannot be read.
pub(crate) async fn enough(
    cx: &Cx,
    link: &mut Link<'_>,
    band: &Identity,
    opened: &mut Opened,
) -> Result<(), Stop> {
    auth::reopen(cx, link, band, opened).await?;
    match command::charge(link, opened).await {
        Ok(Some(charge)) => judge(cx, charge.percent).await,
        Ok(None) | Err(_) => go_on_if(cx, Question::BatteryUnknown).await,
    }
}

async fn judge(cx: &Cx, percent: u8) -> Result<(), Stop> {
    match percent {
        ..TOO_LOW => Err(Stop(End::ChargeFirst)),
        TOO_LOW..LOW => go_on_if(cx, Question::BatteryLow { percent }).await,
        LOW.. => Ok(()),
    }
}

async fn go_on_if(cx: &Cx, question: Question) -> Result<(), Stop> {
    let choice = cx.ask(question, &[Choice::GoOn, Choice::Stop]).await?;
    if choice == Choice::GoOn { Ok(()) } else { Err(Stop(End::ChargeFirst)) }
}
