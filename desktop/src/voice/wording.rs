//! Which texts say what core shows: the finer twins of a text, its arguments, what will happen in which task.

use rescue_core::event::{PermissionKind, Task};
use rescue_core::keys::KeyError;
use rescue_core::outcome::{End, Evidence, Outcome};
use rescue_core::view::{BandLabel, Choice, Question, Road, RowKind, StepSeen};

use crate::changes::NumberedRow;
use crate::texts::{self, say};

/// A band as people tell it from another, with its full address where the radio tells it.
pub(crate) fn facts(row: &NumberedRow) -> String {
    let name = match &row.row.kind {
        RowKind::Band(model) => model.row().name.to_owned(),
        kind @ (RowKind::Related | RowKind::UnknownBand | RowKind::LookAlike) => {
            match row.row.advertised_name.as_str() {
                "" => texts::of(kind).to_owned(),
                advertised => format!("{advertised} ({})", texts::of(kind)),
            }
        }
    };
    let address = match row.address {
        Some(address) => address.to_string(),
        None => say!("row_address", row.row.address_tail),
    };
    let mut facts = format!("{name}, {address}");
    let more = [
        (row.row.held == Some(true)).then_some(say!("row_held")),
        row.row.bonded.then_some(say!("row_bonded")),
        row.row.buzz.as_ref().map(texts::of),
    ];
    for fact in more.into_iter().flatten() {
        facts = format!("{facts}. {fact}");
    }
    facts
}

/// A band in a heading.
pub(crate) fn label(band: &BandLabel) -> String {
    let model = band.model.row().name;
    if band.address_tail.is_empty() {
        model.to_owned()
    } else {
        say!("rescue_band", model, band.address_tail)
    }
}

/// The heading over the steps.
pub(crate) const fn doing(task: Task) -> &'static str {
    match task {
        Task::Unpair => say!("rescue_title_unpair"),
        Task::Erase => say!("rescue_title_erase"),
        Task::Restart => say!("rescue_title_restart"),
        Task::Find => say!("rescue_title_find"),
        Task::Scan => say!("rescue_title_scan"),
    }
}

/// Title and explanation of a question.
pub(crate) fn wording(question: &Question) -> (String, &'static str) {
    let title = texts::of(question).to_owned();
    let note = texts::note_of(question).unwrap_or_default();
    match question {
        Question::NeedsPermission { refused_for_good: true, .. } => {
            (title, say!("question_needs_permission_refused_note"))
        }
        Question::NeedsPermission { kind, .. } => (
            title,
            match kind {
                PermissionKind::NearbyDevices => say!("question_needs_permission_nearby_devices_note"),
                PermissionKind::Location => say!("question_needs_permission_location_note"),
                PermissionKind::Nothing => note,
            },
        ),
        Question::HeldByPhone { this_phone: true, .. } => (
            say!("question_held_by_phone_this_phone").to_owned(),
            say!("question_held_by_phone_this_phone_note"),
        ),
        Question::BatteryLow { percent } => (texts::fill(&title, &[percent]), note),
        Question::HeldByPhone { this_phone: false, .. }
        | Question::NeedsBluetooth
        | Question::NeedsLocationSwitch
        | Question::WhereUsed
        | Question::HaveKey { .. }
        | Question::ResetOnBand { .. }
        | Question::TryExperiment
        | Question::WhatHappens { .. }
        | Question::ForgetByHand
        | Question::BatteryUnknown
        | Question::DidItBuzz
        | Question::TakeOverToGoOn
        | Question::ShowsPairingScreen => (title, note),
    }
}

/// An answer, as its question calls it.
pub(crate) fn choice_text(question: &Question, choice: Choice) -> &'static str {
    match (question, choice) {
        (Question::NeedsBluetooth, Choice::Allow) => say!("choice_allow_bluetooth"),
        (Question::NeedsPermission { .. } | Question::HeldByPhone { .. }, Choice::OpenSettings) => {
            say!("choice_open_settings_app")
        }
        (Question::ForgetByHand, Choice::OpenSettings) => say!("choice_open_settings_bluetooth"),
        (Question::NeedsLocationSwitch, Choice::OpenSettings) => say!("choice_open_settings_location"),
        (
            Question::NeedsPermission { .. }
            | Question::NeedsBluetooth
            | Question::NeedsLocationSwitch
            | Question::WhatHappens { .. },
            Choice::Stop,
        ) => say!("choice_stop_not_now"),
        (_, choice) => texts::of(&choice),
    }
}

/// What will happen, in order.
pub(crate) fn plan(task: Task, road: Road, erases: bool) -> Vec<&'static str> {
    let open = [say!("plan_free_phone"), texts::of(&road)];
    match (task, road) {
        (Task::Unpair | Task::Erase, Road::ByHand | Road::AskTheBand) => {
            [&open[..], &[say!("plan_erase_if_needed"), say!("plan_prove")]].concat()
        }
        (Task::Unpair, _) if erases => [&open[..], &[say!("plan_erase"), say!("plan_prove")]].concat(),
        (Task::Unpair, _) => [&open[..], &[say!("plan_key")]].concat(),
        (Task::Erase, _) => vec![
            say!("plan_free_phone"),
            say!("plan_unlock"),
            say!("plan_right_band"),
            say!("plan_erase"),
            say!("plan_prove"),
        ],
        (Task::Restart, _) => vec![say!("plan_unlock"), say!("plan_restart"), say!("plan_prove")],
        (Task::Find | Task::Scan, _) => Vec::new(),
    }
}

/// What an end means, by what was seen on the way to it.
pub(crate) fn end_note(outcome: &Outcome) -> Option<&'static str> {
    let saw = |evidence| outcome.evidence.contains(&evidence);
    if outcome.end == End::TakenOver && outcome.key.is_none() {
        Some(say!("end_taken_over_no_key_note"))
    } else if outcome.end == End::TakenOver && saw(Evidence::OpenedWithKey) {
        Some(say!("end_taken_over_known_key_note"))
    } else if outcome.end == End::Freed && outcome.new_address.is_none() {
        Some(say!("end_freed_not_bound_note"))
    } else if outcome.end == End::NeedsOwnerOrKey && saw(Evidence::NeedsVendor) {
        Some(say!("end_needs_owner_or_key_vendor_note"))
    } else {
        texts::note_of(&outcome.end)
    }
}

/// What is wrong with what was entered as a key.
pub(crate) fn key_problem(problem: &KeyError) -> String {
    match problem {
        KeyError::Length { found: 0 } => say!("key_error_length_nothing").to_owned(),
        KeyError::Length { found } => say!("key_error_length", found),
        KeyError::NotHex { found } => say!("key_error_not_hex", found),
    }
}

/// What was seen in a step.
pub(crate) fn saw(seen: &StepSeen) -> String {
    match seen {
        StepSeen::Connected { tries } if *tries > 1 => say!("step_seen_connected_tries", tries),
        StepSeen::Identified { model, firmware: Some(firmware) } => {
            texts::fill(texts::of(seen), &[&model.row().name, firmware])
        }
        StepSeen::Identified { model, firmware: None } => {
            say!("step_seen_identified_no_firmware", model.row().name)
        }
        StepSeen::CameBack { address_tail } => texts::fill(texts::of(seen), &[address_tail]),
        StepSeen::Connected { .. }
        | StepSeen::PhoneKnewNothing
        | StepSeen::PhoneHasForgotten
        | StepSeen::KeyTaken
        | StepSeen::Opened
        | StepSeen::WantsVendor
        | StepSeen::NotBound
        | StepSeen::RightBand
        | StepSeen::Acknowledged
        | StepSeen::WentAway => texts::of(seen).to_owned(),
    }
}
