//! Makes this phone forget a band: its bond, and the services that it remembers. The band itself is not changed, and
//! whoever owns it still does.

use crate::cx::{Cx, Stop};
use crate::event::{Bond, Task};
use crate::flow::{choose, consent};
use crate::outcome::{End, Evidence};
use crate::phone;
use crate::view::Step;

const STEPS: [Step; 1] = [Step::FreePhone];

/// The whole task. That the phone was told is no proof: it is done when the phone says that there is no bond.
pub(crate) async fn forget(cx: &Cx) -> Result<End, Stop> {
    let target = choose::band(cx, Task::Forget).await?;
    consent::none_needed(cx, &target);
    cx.begin_steps(&STEPS);

    cx.step(Step::FreePhone);
    phone::release(cx, &target).await?;
    match phone::bond(cx, &target.peer).await {
        Ok(Bond::None) => cx.saw(Evidence::PhoneHasForgotten),
        Ok(Bond::Bonding | Bond::Bonded) | Err(_) => return Err(Stop(End::PhoneKeepsTheBond)),
    }
    phone::forget_services(cx, &target).await;
    Ok(End::Done)
}
