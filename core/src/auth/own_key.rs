//! A key of our own on its way into a band: on disk before the band gets it, confirmed once the band has it, forgotten
//! when the band never took it. Never sends anything itself.

use crate::band::Target;
use crate::cx::{Cx, Stop};
use crate::effect::StoreFile;
use crate::keys::{AuthKey, KeyId};
use crate::outcome::Evidence;
use crate::view::{LeftState, StepSeen};

/// Saves a key that a band is about to get. A key that cannot be saved must not be sent.
pub(super) async fn save(cx: &Cx, target: &Target, key: &AuthKey) -> Result<KeyId, Stop> {
    let id = {
        let mut shared = cx.lock();
        let wall = shared.wall;
        shared.keys.add(target, key.clone(), wall)
    };
    if let Err(stop) = cx.save(StoreFile::Keys).await {
        cx.lock().keys.forget(id);
        return Err(stop);
    }
    cx.set_case(|case| case.key = Some(id));
    Ok(id)
}

/// The key proved to be in the band.
pub(super) async fn taken(cx: &Cx, id: KeyId) {
    cx.saw(Evidence::KeyAccepted);
    cx.step_seen(StepSeen::KeyTaken);
    cx.lock().keys.confirm(id);
    cx.set_case(|case| case.left = LeftState::TakenOver);
    // The key itself is on disk already; that it was taken is found out again if this fails.
    let _ = cx.save(StoreFile::Keys).await;
    let _ = cx.checkpoint().await;
}

/// The band never took the key: it is of no use to anybody.
pub(super) fn never_taken(cx: &Cx, id: KeyId) {
    cx.set_case(|case| {
        case.key = None;
        case.left = LeftState::PhoneChanged;
    });
    cx.lock().forget_key(id);
}
