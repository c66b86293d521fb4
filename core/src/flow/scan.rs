//! Only lists the bands in range; nothing is connected.

use crate::cx::{Cx, Stop};
use crate::flow::choose;
use crate::outcome::End;

/// The whole task.
pub(crate) async fn scan(cx: &Cx) -> Result<End, Stop> {
    choose::list(cx).await?;
    Ok(End::Done)
}
