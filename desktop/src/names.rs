//! The names of core's enums: under them a text is found and a JSON line speaks of them.
//!
//! Every name is the snake_case of its variant; a new variant in core does not compile until it has one here.

use rescue_core::band::{Gesture, ResetMenu, TakeOver};
use rescue_core::event::{BandApp, Choice, Task};
use rescue_core::facts::{AccountWay, Battery, Bound, ChargeState, KeyLock, LastCharge, PhoneLock, Sign};
use rescue_core::keys::KeyError;
use rescue_core::outcome::{End, Evidence};
use rescue_core::view::{
    Advice, Buzz, HidingPlace, LeftState, Loss, Prompt, Question, Road, RowKind, Signal, Step, StepSeen,
    StepState,
};

/// Something of core's that has a name.
pub(crate) trait Named {
    /// The snake_case name of the type.
    const KIND: &'static str;
    /// The names of all variants.
    #[cfg(test)]
    const ALL: &'static [&'static str];

    /// The snake_case name of this variant.
    fn name(&self) -> &'static str;

    /// The key of its text.
    fn key(&self) -> String {
        format!("{}_{}", Self::KIND, self.name())
    }
}

macro_rules! names {
    ($($type:ty, $kind:literal { $($variant:pat => $name:literal),+ $(,)? })+) => {$(
        impl Named for $type {
            const KIND: &'static str = $kind;
            #[cfg(test)]
            const ALL: &'static [&'static str] = &[$($name),+];

            fn name(&self) -> &'static str {
                match self {
                    $($variant => $name),+
                }
            }
        }
    )+};
}

names! {
    Task, "task" {
        Self::Unpair => "unpair",
        Self::Erase => "erase",
        Self::Restart => "restart",
        Self::Find => "find",
        Self::Scan => "scan",
        Self::Info => "info",
        Self::Battery => "battery",
        Self::Forget => "forget",
    }
    Sign, "sign" {
        Self::Name => "name",
        Self::Edition => "edition",
        Self::Hardware => "hardware",
        Self::Product => "product",
    }
    Battery, "battery" {
        Self::Told(_) => "told",
        Self::WantsKey => "wants_key",
        Self::NotTold => "not_told",
    }
    ChargeState, "charge_state" {
        Self::InUse => "in_use",
        Self::Low => "low",
        Self::Charging => "charging",
        Self::Full => "full",
    }
    LastCharge, "last_charge" {
        Self::Never => "never",
        Self::ByItsClock(_) => "by_its_clock",
        Self::At(_) => "at",
    }
    Bound, "bound" {
        Self::Nobody => "nobody",
        Self::Somebody => "somebody",
    }
    PhoneLock, "phone_lock" {
        Self::Open => "open",
        Self::BondHere => "bond_here",
        Self::BondNotTold => "bond_not_told",
    }
    KeyLock, "key_lock" {
        Self::NotTold => "not_told",
        Self::Nobody => "nobody",
        Self::Somebody => "somebody",
        Self::OpensToUs => "opens_to_us",
        Self::RefusesUs => "refuses_us",
    }
    TakeOver, "take_over" {
        Self::ByTap => "by_tap",
        Self::ByTapWithKey => "by_tap_with_key",
        Self::AskTheBand => "ask_the_band",
        Self::LocalBindIfOffered => "local_bind_if_offered",
        Self::Never => "never",
    }
    AccountWay, "account_way" {
        Self::OwnerOnly => "owner_only",
        Self::Erase => "erase",
        Self::ResetByHand => "reset_by_hand",
    }
    BandApp, "band_app" {
        Self::ZeppLife => "zepp_life",
        Self::Zepp => "zepp",
        Self::MiFitness => "mi_fitness",
        Self::Notify => "notify",
        Self::Gadgetbridge => "gadgetbridge",
    }
    RowKind, "row_kind" {
        Self::Band(_) => "band",
        Self::Related => "related",
        Self::UnknownBand => "unknown_band",
        Self::LookAlike => "look_alike",
    }
    Signal, "signal" {
        Self::Strong => "strong",
        Self::Medium => "medium",
        Self::Weak => "weak",
    }
    Buzz, "buzz" {
        Self::Trying => "trying",
        Self::Sent => "sent",
        Self::Failed => "failed",
    }
    HidingPlace, "hiding_place" {
        Self::AnotherPhone => "another_phone",
        Self::AppOnThisPhone(_) => "app_on_this_phone",
        Self::EmptyBattery => "empty_battery",
        Self::TooFar => "too_far",
    }
    Question, "question" {
        Self::NeedsPermission { .. } => "needs_permission",
        Self::NeedsBluetooth => "needs_bluetooth",
        Self::NeedsLocationSwitch => "needs_location_switch",
        Self::WhereUsed => "where_used",
        Self::HaveKey { .. } => "have_key",
        Self::WhatHappens { .. } => "what_happens",
        Self::ForgetByHand => "forget_by_hand",
        Self::HeldByPhone { .. } => "held_by_phone",
        Self::BatteryLow { .. } => "battery_low",
        Self::BatteryUnknown => "battery_unknown",
        Self::DidItBuzz => "did_it_buzz",
        Self::TakeOverToGoOn => "take_over_to_go_on",
        Self::ResetOnBand { .. } => "reset_on_band",
        Self::TryExperiment => "try_experiment",
        Self::ShowsPairingScreen => "shows_pairing_screen",
    }
    KeyError, "key_error" {
        Self::Length { .. } => "length",
        Self::NotHex { .. } => "not_hex",
    }
    Road, "road" {
        Self::Tap => "tap",
        Self::Key => "key",
        Self::AskTheBand => "ask_the_band",
        Self::ByHand => "by_hand",
        Self::NotNeeded => "not_needed",
    }
    ResetMenu, "reset_menu" {
        Self::None => "none",
        Self::More => "more",
        Self::MoreSettings => "more_settings",
        Self::Settings => "settings",
        Self::SettingsSystem => "settings_system",
    }
    Gesture, "gesture" {
        Self::TapSeveralTimes => "tap_several_times",
        Self::TapButton => "tap_button",
        Self::TouchScreen => "touch_screen",
    }
    Loss, "loss" {
        Self::UnsyncedRecords => "unsynced_records",
        Self::Settings => "settings",
        Self::OldPairing => "old_pairing",
        Self::OldKeys => "old_keys",
    }
    Choice, "choice" {
        Self::Allow => "allow",
        Self::OpenSettings => "open_settings",
        Self::CheckAgain => "check_again",
        Self::OfficialApp => "official_app",
        Self::AnotherApp => "another_app",
        Self::Start => "start",
        Self::GoOn => "go_on",
        Self::Stop => "stop",
        Self::Yes => "yes",
        Self::No => "no",
        Self::Again => "again",
        Self::NoKey => "no_key",
        Self::DidIt => "did_it",
        Self::CannotFind => "cannot_find",
    }
    Step, "step" {
        Self::FreePhone => "free_phone",
        Self::Connect => "connect",
        Self::Identify => "identify",
        Self::TakeOver => "take_over",
        Self::ResetOnBand => "reset_on_band",
        Self::Experiment => "experiment",
        Self::Unlock => "unlock",
        Self::Charge => "charge",
        Self::RightBand => "right_band",
        Self::Buzz => "buzz",
        Self::Erase => "erase",
        Self::Restart => "restart",
        Self::Prove => "prove",
    }
    StepState, "step_state" {
        Self::Waiting => "waiting",
        Self::Doing => "doing",
        Self::NeedsYou => "needs_you",
        Self::Done => "done",
        Self::Skipped => "skipped",
        Self::Failed => "failed",
    }
    StepSeen, "step_seen" {
        Self::PhoneKnewNothing => "phone_knew_nothing",
        Self::PhoneHasForgotten => "phone_has_forgotten",
        Self::Connected { .. } => "connected",
        Self::Identified { .. } => "identified",
        Self::KeyTaken => "key_taken",
        Self::Opened => "opened",
        Self::WantsVendor => "wants_vendor",
        Self::NotBound => "not_bound",
        Self::RightBand => "right_band",
        Self::Acknowledged => "acknowledged",
        Self::WentAway => "went_away",
        Self::CameBack { .. } => "came_back",
    }
    Prompt, "prompt" {
        Self::Tap { .. } => "tap",
        Self::PressButton { .. } => "press_button",
        Self::HoldNear { .. } => "hold_near",
    }
    LeftState, "left_state" {
        Self::Untouched => "untouched",
        Self::PhoneChanged => "phone_changed",
        Self::KeySent => "key_sent",
        Self::TakenOver => "taken_over",
        Self::EraseSent => "erase_sent",
        Self::ResetByHand => "reset_by_hand",
        Self::Erased => "erased",
        Self::RestartSent => "restart_sent",
    }
    End, "end" {
        Self::Freed => "freed",
        Self::FreedSameAddress => "freed_same_address",
        Self::TakenOver => "taken_over",
        Self::Erased => "erased",
        Self::ErasedSameAddress => "erased_same_address",
        Self::Restarted => "restarted",
        Self::Found => "found",
        Self::Done => "done",
        Self::ErasedUnproven => "erased_unproven",
        Self::NotErased => "not_erased",
        Self::NotTapped => "not_tapped",
        Self::Refused => "refused",
        Self::NoAnswer => "no_answer",
        Self::HeldByAPhone => "held_by_a_phone",
        Self::NotSeen => "not_seen",
        Self::NeedsOwnerOrKey => "needs_owner_or_key",
        Self::NotSupported => "not_supported",
        Self::WrongBand => "wrong_band",
        Self::ChargeFirst => "charge_first",
        Self::PhoneKeepsTheBond => "phone_keeps_the_bond",
        Self::NoBluetooth => "no_bluetooth",
        Self::NoPermission => "no_permission",
        Self::CouldNotSave => "could_not_save",
        Self::LeftAlone => "left_alone",
        Self::Cancelled => "cancelled",
        Self::AppFault => "app_fault",
    }
    Evidence, "evidence" {
        Self::PhoneHasForgotten => "phone_has_forgotten",
        Self::PhoneKeepsBond => "phone_keeps_bond",
        Self::NotConnectable => "not_connectable",
        Self::ConnectedOnThisPhone => "connected_on_this_phone",
        Self::TapSeen => "tap_seen",
        Self::KeyAccepted => "key_accepted",
        Self::KeyRefused => "key_refused",
        Self::DeniedOnBand => "denied_on_band",
        Self::OpenedWithKey => "opened_with_key",
        Self::UserKnown => "user_known",
        Self::NeedsVendor => "needs_vendor",
        Self::BoundToSomebody => "bound_to_somebody",
        Self::NotBound => "not_bound",
        Self::ResetByHand => "reset_by_hand",
        Self::MenuOutOfReach => "menu_out_of_reach",
        Self::ExperimentTried => "experiment_tried",
        Self::OldKeyRefused => "old_key_refused",
        Self::OldKeyAccepted => "old_key_accepted",
        Self::EraseAcknowledged => "erase_acknowledged",
        Self::EraseRefused => "erase_refused",
        Self::LinkDropped => "link_dropped",
        Self::DroppedAsStranger => "dropped_as_stranger",
        Self::NewAddress => "new_address",
        Self::SameAddress => "same_address",
        Self::OldAddressGone => "old_address_gone",
        Self::SameSerial => "same_serial",
        Self::OtherSerial => "other_serial",
        Self::NoSerial => "no_serial",
        Self::PersonSawPairingScreen => "person_saw_pairing_screen",
        Self::PersonFeltBuzz => "person_felt_buzz",
        Self::CameBack => "came_back",
    }
    Advice, "advice" {
        Self::OpenOfficialApp => "open_official_app",
        Self::CopyKey => "copy_key",
        Self::TryAgain => "try_again",
        Self::Continue => "continue",
        Self::FreeOtherPhones => "free_other_phones",
        Self::StopOtherApp => "stop_other_app",
        Self::ToggleBluetooth => "toggle_bluetooth",
        Self::ForgetByHand => "forget_by_hand",
        Self::ChargeBand => "charge_band",
        Self::AskOwner => "ask_owner",
        Self::ResetOnBand => "reset_on_band",
        Self::OwnKey => "own_key",
        Self::CheckKey => "check_key",
        Self::AccountLock => "account_lock",
        Self::CheckGenuine => "check_genuine",
        Self::ShareReport => "share_report",
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    /// Core names what it stores; a script must find the same names.
    fn named_as_stored<T: Named + Serialize + DeserializeOwned>() {
        for name in T::ALL {
            let stored: T = serde_json::from_value((*name).into()).unwrap();
            assert_eq!(stored.name(), *name);
        }
    }

    #[test]
    fn the_names_are_those_in_which_core_stores_them() {
        named_as_stored::<Task>();
        named_as_stored::<End>();
        named_as_stored::<Evidence>();
        named_as_stored::<Step>();
        named_as_stored::<Road>();
        named_as_stored::<LeftState>();
    }
}
