//! What became of an erase or a reset by hand around which the app was killed: first it is looked for, then nothing is
//! done twice that was done.

use crate::cx::{Cx, Stop};
use crate::flow::consent::Plan;
use crate::flow::{by_hand, experiment, prove};
use crate::outcome::{End, Evidence};
use crate::view::{LeftState, Step};

/// After the app was killed around the erase. `None`: it was not, or the band still opens with its key, so the erase
/// never reached it and has to be sent again.
pub(crate) async fn erase(cx: &Cx, plan: &Plan) -> Result<Option<End>, Stop> {
    let target = &plan.target;
    if !matches!(plan.left, LeftState::EraseSent | LeftState::ResetByHand) {
        return Ok(None);
    }
    cx.begin_steps(&[Step::Prove]);
    if plan.left == LeftState::ResetByHand {
        return by_hand::interrupted(cx, target).await;
    }
    let proof = prove::came_back(cx, target).await;
    if cx.has_seen(Evidence::ExperimentTried) {
        return match experiment::seen(cx, proof) {
            Err(Stop(End::NeedsOwnerOrKey)) | Ok(End::FreedSameAddress) => {
                cx.note("whether the experiment had reached the band is not known: the task begins anew");
                cx.forget_evidence(&[Evidence::ExperimentTried, Evidence::OldAddressGone]);
                Ok(None)
            }
            proof => proof.map(Some),
        };
    }
    match proof {
        Ok(end) => Ok(Some(end)),
        Err(Stop(End::NotErased)) => {
            cx.note("the erase had not reached the band: it is sent again");
            cx.forget_evidence(&[Evidence::SameAddress, Evidence::OldKeyAccepted]);
            Ok(None)
        }
        Err(stop) => Err(stop),
    }
}
