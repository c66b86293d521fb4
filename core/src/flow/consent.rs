//! Asking before anything is changed: where the band will be used, and whether what will be lost may be lost.

use crate::band::{AddressAfterErase, Family, TakeOver, Target};
use crate::cx::{Cx, KeyAnswer, Stop};
use crate::event::Choice;
use crate::view::{LeftState, Loss, Question, Road, Step};

/// What was agreed, and how far an interrupted rescue had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) road: Road,
    /// Whether the band is to be erased; a band whose address cannot change is only taken over.
    pub(crate) erases: bool,
    pub(crate) left: LeftState,
}

impl Plan {
    /// The steps of freeing or erasing that are certain; others come in where the band asks for them.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::FreePhone, Step::Connect, Step::Identify];
        steps.extend(match self.road {
            Road::Tap => [Step::TakeOver].as_slice(),
            Road::Key if self.erases => &[Step::Unlock, Step::RightBand],
            Road::Key => &[Step::Unlock],
            Road::AskTheBand | Road::NotNeeded => &[],
            Road::ByHand => &[Step::ResetOnBand],
        });
        match self.road {
            Road::Tap | Road::Key if self.erases => steps.extend([Step::Erase, Step::Prove]),
            Road::Tap | Road::Key | Road::NotNeeded => {}
            Road::AskTheBand | Road::ByHand => steps.push(Step::Prove),
        }
        steps
    }
}

const ALL_LOSSES: [Loss; 4] = [Loss::OldPairing, Loss::UnsyncedRecords, Loss::Settings, Loss::OldKeys];

/// The plan of an interrupted rescue; it was agreed to before.
pub(crate) fn resumed(cx: &Cx) -> Option<Plan> {
    cx.case(|case| Plan {
        target: case.target.clone(),
        road: case.road,
        erases: case.erases,
        left: case.left,
    })
}

/// Where will it be used, is there a key, and may it be lost? `None`: back to the list.
pub(crate) async fn unpair(cx: &Cx, target: Target) -> Result<Option<Plan>, Stop> {
    cx.open_case(&target);
    let row = target.model.row();
    loop {
        let official =
            match cx.ask_first(Question::WhereUsed, &[Choice::OfficialApp, Choice::AnotherApp]).await? {
                Some(Choice::AnotherApp) => false,
                Some(_) => true,
                None => {
                    cx.close_case();
                    return Ok(None);
                }
            };
        let erases = official && row.address_after_erase != AddressAfterErase::Stays;
        let by_tap = matches!(row.take_over, TakeOver::ByTap | TakeOver::ByTapWithKey);
        let Some(road) = (if by_tap { Some(Road::Tap) } else { road_with_a_key(cx, &target).await? }) else {
            continue;
        };
        let erases = erases || road == Road::ByHand;
        let losses = losses(&target, road, erases);
        if started(cx, road, erases, losses, if erases { 4 } else { 2 }).await? {
            return Ok(Some(plan(cx, target, road, erases)));
        }
    }
}

/// What is lost. A band that is not opened by a tap may have to be reset by hand in the end, which erases it too.
fn losses(target: &Target, road: Road, erases: bool) -> &'static [Loss] {
    if target.model.row().family == Family::UserInfo {
        // It has no key, and clears its records when it is taken over.
        return &[Loss::OldPairing, Loss::UnsyncedRecords];
    }
    match road {
        Road::Tap if !erases => &[Loss::OldPairing, Loss::OldKeys],
        Road::Tap | Road::Key | Road::AskTheBand | Road::ByHand | Road::NotNeeded => &ALL_LOSSES,
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

/// A task that changes nothing in the band. What an interrupted rescue of it has left stays in the journal as it is.
pub(crate) fn none_needed(cx: &Cx, target: &Target) {
    cx.open_case(target);
    cx.set_case(|case| case.left = LeftState::Untouched);
}

async fn simple(
    cx: &Cx,
    target: Target,
    erases: bool,
    losses: &[Loss],
    minutes: u32,
) -> Result<Option<Plan>, Stop> {
    cx.open_case(&target);
    loop {
        let by_tap = matches!(target.model.row().take_over, TakeOver::ByTap | TakeOver::ByTapWithKey);
        let road = if by_tap { Some(Road::Key) } else { road_with_a_key(cx, &target).await? };
        let Some(road) = road else { break };
        if started(cx, road, erases, losses, minutes).await? {
            return Ok(Some(plan(cx, target, road, erases)));
        }
        if by_tap {
            break;
        }
    }
    cx.close_case();
    Ok(None)
}

/// Models whose key the vendor signs: a saved key, or one that the person has, else what the band allows.
/// `None`: a step back.
async fn road_with_a_key(cx: &Cx, target: &Target) -> Result<Option<Road>, Stop> {
    if !cx.saved_keys(&target.peer).is_empty() {
        return Ok(Some(Road::Key));
    }
    let without = match target.model.row().take_over {
        TakeOver::AskTheBand | TakeOver::LocalBindIfOffered => Road::AskTheBand,
        TakeOver::ByTap | TakeOver::ByTapWithKey | TakeOver::Never => Road::ByHand,
    };
    Ok(match cx.ask_for_key().await? {
        Some(KeyAnswer::Keys(keys)) => {
            cx.give_keys(keys);
            Some(Road::Key)
        }
        Some(KeyAnswer::None) => Some(without),
        None => None,
    })
}

async fn started(cx: &Cx, road: Road, erases: bool, losses: &[Loss], minutes: u32) -> Result<bool, Stop> {
    let question = Question::WhatHappens { road, erases, losses: losses.to_vec(), minutes };
    Ok(cx.ask_first(question, &[Choice::Start]).await?.is_some())
}

fn plan(cx: &Cx, target: Target, road: Road, erases: bool) -> Plan {
    cx.set_case(|case| {
        case.erases = erases;
        case.road = road;
    });
    let left = cx.case(|case| case.left).unwrap_or(LeftState::Untouched);
    Plan { target, road, erases, left }
}
