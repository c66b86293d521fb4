//! What a person can ask for, one file each; every file reads like the instructions of a patient friend.

mod bind;
mod by_hand;
mod charge;
mod choose;
mod consent;
mod earlier;
mod erase;
mod experiment;
mod find;
mod forget;
mod info;
mod open;
mod prove;
mod restart;
mod right_band;
mod scan;
mod unpair;

use crate::cx::{Cx, Stop};
use crate::event::Task;
use crate::outcome::End;

/// Runs a task from its beginning, or an interrupted one from its case.
pub(crate) async fn run(cx: Cx, task: Task) -> Result<End, Stop> {
    match task {
        Task::Unpair => unpair::unpair(&cx).await,
        Task::Erase => erase::erase(&cx).await,
        Task::Restart => restart::restart(&cx).await,
        Task::Find => find::find(&cx).await,
        Task::Scan => scan::scan(&cx).await,
        Task::Info => info::info(&cx).await,
        Task::Battery => info::battery(&cx).await,
        Task::Forget => forget::forget(&cx).await,
    }
}
