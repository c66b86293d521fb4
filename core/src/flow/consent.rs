//! Asking before anything is changed: where the band will be used, and whether what will be lost may be lost.

use crate::band::Target;
use crate::cx::{Cx, Stop};
use crate::view::{Choice, LeftState, Loss, Question};

/// What was agreed, and how far an interrupted rescue had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) erases: bool,
    pub(crate) left: LeftState,
}

const ALL_LOSSES: [Loss; 4] = [Loss::OldPairing, Loss::UnsyncedRecords, Loss::Settings, Loss::OldKeys];

/// The plan of an interrupted rescue; it was agreed to before.
pub(crate) fn resumed(cx: &Cx) -> Option<Plan> {
    cx.case(|case| Plan { target: case.target.clone(), erases: case.erases, left: case.left })
}

/// Where will it be used, and may it be lost? `None`: back to the list.
pub(crate) async fn unpair(cx: &Cx, target: Target) -> Result<Option<Plan>, Stop> {
    cx.open_case(&target);
    loop {
        let erases =
            match cx.ask_first(Question::WhereUsed, &[Choice::OfficialApp, Choice::AnotherApp]).await? {
                Some(Choice::AnotherApp) => false,
                Some(_) => true,
                None => {
                    cx.close_case();
                    return Ok(None);
                }
            };
        let losses: &[Loss] = if erases { &ALL_LOSSES } else { &[Loss::OldPairing, Loss::OldKeys] };
        let minutes = if erases { 4 } else { 2 };
        if started(cx, erases, losses, minutes).await? {
            return Ok(Some(plan(cx, target, erases)));
        }
    }
}

/// May everything in the band be lost? `None`: back to the list.
pub(crate) async fn erase(cx: &Cx, target: Target) -> Result<Option<Plan>, Stop> {
    simple(cx, target, true, &ALL_LOSSES, 4).await
}

/// May the band be restarted? `None`: back to the list.
pub(crate) async fn restart(cx: &Cx, target: Target) -> Result<Option<Plan>, Stop> {
    simple(cx, target, false, &[], 2).await
}

/// A task that changes nothing.
pub(crate) fn none_needed(cx: &Cx, target: &Target) {
    cx.open_case(target);
}

async fn simple(
    cx: &Cx,
    target: Target,
    erases: bool,
    losses: &[Loss],
    minutes: u32,
) -> Result<Option<Plan>, Stop> {
    cx.open_case(&target);
    if started(cx, erases, losses, minutes).await? {
        return Ok(Some(plan(cx, target, erases)));
    }
    cx.close_case();
    Ok(None)
}

async fn started(cx: &Cx, erases: bool, losses: &[Loss], minutes: u32) -> Result<bool, Stop> {
    let question = Question::WhatHappens { erases, losses: losses.to_vec(), minutes };
    Ok(cx.ask_first(question, &[Choice::Start]).await?.is_some())
}

fn plan(cx: &Cx, target: Target, erases: bool) -> Plan {
    cx.set_case(|case| case.erases = erases);
    let left = cx.case(|case| case.left).unwrap_or(LeftState::Untouched);
    Plan { target, erases, left }
}
