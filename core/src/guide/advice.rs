//! For every end the next steps, the best first.

use crate::band::{AddressAfterErase, Family, Model};
use crate::event::Task;
use crate::outcome::{End, Evidence, Outcome};
use crate::view::Advice;

/// What a person can do after an outcome of a task. `resumable`: the task can be continued where it stopped.
pub(crate) fn advice(task: Task, outcome: &Outcome, model: Option<Model>, resumable: bool) -> Vec<Advice> {
    let mut advice = if resumable { vec![Advice::Continue] } else { Vec::new() };
    // No owner has to unpair a band for it to be found: a key does it.
    if (task, outcome.end) != (Task::Find, End::NeedsOwnerOrKey) {
        advice.extend(own(outcome));
    }
    if let Some(model) = model {
        advice.extend(of_model(outcome, model));
    }
    if !outcome.end.is_success() {
        advice.push(Advice::ShareReport);
    }
    advice
}

/// What depends on the model.
fn of_model(outcome: &Outcome, model: Model) -> &'static [Advice] {
    let row = model.row();
    let key_refused = outcome.evidence.contains(&Evidence::OldKeyRefused);
    if outcome.end == End::TakenOver && row.address_after_erase == AddressAfterErase::Stays {
        // The account lock looks at the same address as before.
        &[Advice::OpenOfficialApp, Advice::AccountLock, Advice::AskOwner]
    } else if outcome.end == End::NeedsOwnerOrKey && key_refused {
        &[Advice::CheckKey, Advice::OwnKey]
    } else if outcome.end == End::NeedsOwnerOrKey && row.family != Family::UserInfo {
        &[Advice::OwnKey]
    } else {
        &[]
    }
}

fn own(outcome: &Outcome) -> &'static [Advice] {
    let tapped = outcome.evidence.contains(&Evidence::TapSeen);
    match outcome.end {
        End::Freed | End::Erased => &[Advice::OpenOfficialApp],
        End::FreedSameAddress | End::ErasedSameAddress => {
            &[Advice::OpenOfficialApp, Advice::AccountLock, Advice::AskOwner]
        }
        End::TakenOver if outcome.key.is_some() => &[Advice::CopyKey],
        End::TakenOver => &[],
        End::Restarted | End::Found | End::Done => &[],
        End::ErasedUnproven => &[Advice::OpenOfficialApp, Advice::AccountLock],
        End::NotErased if outcome.evidence.contains(&Evidence::ResetByHand) => {
            &[Advice::ResetOnBand, Advice::AskOwner]
        }
        End::NotErased => &[Advice::TryAgain, Advice::ChargeBand],
        End::NotTapped => &[Advice::TryAgain],
        End::Refused => &[Advice::TryAgain, Advice::FreeOtherPhones, Advice::AskOwner],
        End::NoAnswer if tapped => &[Advice::FreeOtherPhones, Advice::TryAgain, Advice::ChargeBand],
        End::NoAnswer => {
            &[Advice::TryAgain, Advice::FreeOtherPhones, Advice::ToggleBluetooth, Advice::ChargeBand]
        }
        End::HeldByAPhone if outcome.evidence.contains(&Evidence::ConnectedOnThisPhone) => {
            &[Advice::StopOtherApp, Advice::TryAgain, Advice::ToggleBluetooth]
        }
        End::HeldByAPhone => &[Advice::FreeOtherPhones, Advice::TryAgain],
        End::NotSeen => {
            &[Advice::TryAgain, Advice::FreeOtherPhones, Advice::ChargeBand, Advice::ToggleBluetooth]
        }
        End::NeedsOwnerOrKey => &[Advice::AskOwner],
        End::NotSupported => &[Advice::CheckGenuine],
        End::WrongBand => &[Advice::TryAgain],
        End::ChargeFirst => &[Advice::ChargeBand],
        End::PhoneKeepsTheBond => &[Advice::ForgetByHand, Advice::TryAgain],
        End::NoBluetooth | End::NoPermission | End::CouldNotSave => &[Advice::TryAgain],
        End::LeftAlone | End::Cancelled | End::AppFault => &[Advice::TryAgain],
    }
}
