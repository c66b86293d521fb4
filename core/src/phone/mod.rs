//! The phone lock: what the phone itself needs or holds before a band can be reached.
//!
//! Nothing here changes the band.

mod ready;
mod release;

pub(crate) use ready::ready;
pub(crate) use release::{forget_services, release};

use crate::address::PeerId;
use crate::cx::{Cx, PHONE_ANSWERS};
use crate::effect::{Effect, Phone};
use crate::event::{Bond, Failure, Holders, Value};

/// Who on this phone may hold a band; nobody, where the phone does not tell.
pub(crate) async fn holders(cx: &Cx) -> Holders {
    let answer = cx.call(PHONE_ANSWERS, "who is connected", |op| Effect::Phone(Phone::Holders { op })).await;
    match answer {
        Ok(Ok(Value::Holders(holders))) => holders,
        Ok(_) | Err(_) => Holders::default(),
    }
}

/// The bond with a band; `Err` where the phone does not tell.
pub(crate) async fn bond(cx: &Cx, peer: &PeerId) -> Result<Bond, Failure> {
    let peer = peer.clone();
    match cx.call(PHONE_ANSWERS, "the bond", |op| Effect::Phone(Phone::Bond { op, peer })).await {
        Ok(Ok(Value::Bond(state))) => Ok(state),
        Ok(Err(failure)) => Err(failure),
        Ok(Ok(_)) | Err(_) => Err(Failure::Unsupported),
    }
}
