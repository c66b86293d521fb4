//! Which texts say what core shows: the finer twins of a text, its arguments, what will happen in which task.

use rescue_core::band::{AddressAfterErase, BandLabel, Family, Gesture, Model, ResetMenu, TakeOver};
use rescue_core::event::{Choice, PermissionKind, Task};
use rescue_core::keys::KeyError;
use rescue_core::outcome::{End, Evidence, Outcome};
use rescue_core::view::{Loss, Prompt, Question, Road, RowKind, StepSeen};

use crate::changes::NumberedRow;
use crate::texts::{self, say};

/// A band as people tell it from another, with its full address where the radio tells it.
pub(crate) fn facts(row: &NumberedRow) -> String {
    let name = match &row.row.kind {
        RowKind::Band(model) => model.row().name.to_owned(),
        kind @ (RowKind::Related | RowKind::UnknownBand | RowKind::LookAlike) => {
            match harmless(&row.row.advertised_name) {
                own if own.is_empty() => texts::of(kind).to_owned(),
                own => format!("{own} ({})", texts::of(kind)),
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

/// What anybody may have sent, without what a terminal would obey.
fn harmless(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
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
        Task::Info => say!("rescue_title_info"),
        Task::Battery => say!("rescue_title_battery"),
        Task::Forget => say!("rescue_title_forget"),
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
        | Question::WhatHappens { .. }
        | Question::ForgetByHand
        | Question::BatteryUnknown
        | Question::DidItBuzz
        | Question::TakeOverToGoOn
        | Question::ResetOnBand { .. }
        | Question::TryExperiment
        | Question::ShowsPairingScreen => (title, note),
    }
}

/// What is wrong with what was entered as a key.
pub(crate) fn wrong_key(problem: &KeyError) -> String {
    match problem {
        KeyError::Length { found: 0 } => say!("key_error_length_nothing").to_owned(),
        KeyError::Length { found } => texts::fill(texts::of(problem), &[found]),
        KeyError::NotHex { found } => texts::fill(texts::of(problem), &[found]),
    }
}

/// The way through the band's menu, step by step.
pub(crate) fn menu_path(menu: ResetMenu) -> Vec<&'static str> {
    let confirm = match menu {
        ResetMenu::None => return vec![texts::of(&menu)],
        ResetMenu::More => say!("reset_step_hold"),
        ResetMenu::MoreSettings | ResetMenu::Settings | ResetMenu::SettingsSystem => say!("reset_step_tick"),
    };
    vec![
        say!("reset_step_wake"),
        texts::of(&menu),
        confirm,
        say!("reset_step_wait"),
        say!("reset_step_locked"),
    ]
}

/// How a prompt is obeyed on a band of this model.
pub(crate) fn gesture(prompt: Prompt, model: Option<Model>) -> Option<Gesture> {
    match prompt {
        Prompt::Tap { gesture, .. } => Some(gesture),
        Prompt::PressButton { .. } => model.map(|model| model.row().gesture),
        Prompt::HoldNear { .. } => None,
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
        (Question::TryExperiment, Choice::GoOn) => say!("choice_go_on_experiment"),
        (Question::TryExperiment, Choice::Stop) => say!("choice_stop_experiment"),
        (_, choice) => texts::of(&choice),
    }
}

/// What a person is told before they agree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    /// The task.
    pub(crate) task: Task,
    /// The band.
    pub(crate) model: Option<Model>,
    /// How it is opened.
    pub(crate) road: Road,
    /// Whether it is erased.
    pub(crate) erases: bool,
    /// What is lost.
    pub(crate) losses: &'a [Loss],
    /// The longest it usually takes.
    pub(crate) minutes: u32,
}

/// What will happen, in order.
pub(crate) fn steps_of(plan: &Plan<'_>) -> Vec<&'static str> {
    match plan.task {
        Task::Unpair => {
            let mut steps = vec![say!("plan_free_phone"), texts::of(&plan.road)];
            steps.extend(after_opening(plan));
            let may_bind =
                plan.model.map(|model| model.row().take_over) == Some(TakeOver::LocalBindIfOffered);
            steps.extend((may_bind && !plan.erases).then_some(say!("plan_bind_untested")));
            let keeps_address =
                plan.model.is_some_and(|model| model.row().address_after_erase == AddressAfterErase::Stays);
            steps.extend(keeps_address.then_some(say!("plan_keeps_address")));
            steps
        }
        Task::Erase => match plan.road {
            Road::Tap | Road::Key => vec![
                say!("plan_free_phone"),
                say!("plan_unlock"),
                say!("plan_right_band"),
                say!("plan_erase"),
                say!("plan_prove"),
            ],
            Road::AskTheBand | Road::ByHand | Road::NotNeeded => {
                vec![say!("plan_free_phone"), texts::of(&plan.road), say!("plan_prove")]
            }
        },
        Task::Restart => vec![
            say!("plan_free_phone"),
            say!("plan_unlock"),
            say!("plan_right_band"),
            say!("plan_restart"),
            say!("plan_prove"),
        ],
        Task::Find | Task::Scan | Task::Info | Task::Battery | Task::Forget => Vec::new(),
    }
}

fn after_opening(plan: &Plan<'_>) -> Vec<&'static str> {
    match (plan.road, plan.erases) {
        (Road::Tap, true) => vec![say!("plan_erase"), say!("plan_prove")],
        (Road::Tap, false) if plan.model.is_some_and(has_no_key) => Vec::new(),
        (Road::Tap, false) => vec![say!("plan_key")],
        (Road::Key, true) => vec![say!("plan_right_band"), say!("plan_erase"), say!("plan_prove")],
        (Road::Key, false) => vec![say!("plan_key"), say!("plan_erase_if_needed")],
        (Road::AskTheBand, false) => vec![say!("plan_erase_if_needed"), say!("plan_prove")],
        (Road::AskTheBand, true) | (Road::ByHand, _) => vec![say!("plan_prove")],
        (Road::NotNeeded, _) => Vec::new(),
    }
}

fn has_no_key(model: Model) -> bool {
    match model.row().family {
        Family::UserInfo => true,
        Family::Huami | Family::Xiaomi => false,
    }
}

/// An end in a few words.
pub(crate) fn end(task: Task, outcome: &Outcome) -> &'static str {
    match (task, outcome.end) {
        (Task::Info, End::Done) => say!("end_done_info"),
        (Task::Battery, End::Done) => say!("end_done_battery"),
        (Task::Forget, End::Done) => say!("end_done_forget"),
        (_, end) => texts::of(&end),
    }
}

/// What an end means, after what was seen.
pub(crate) fn meaning(task: Task, outcome: &Outcome) -> Option<&'static str> {
    match (task, outcome.end) {
        (Task::Forget, End::Done) => return Some(say!("end_done_forget_note")),
        (Task::Battery, End::NeedsOwnerOrKey) => return Some(say!("end_needs_owner_or_key_battery_note")),
        (_, _) => {}
    }
    let seen = |evidence| outcome.evidence.contains(&evidence);
    if outcome.end == End::TakenOver && outcome.key.is_none() {
        return Some(say!("end_taken_over_no_key_note"));
    }
    if outcome.end == End::TakenOver && seen(Evidence::OpenedWithKey) {
        return Some(say!("end_taken_over_known_key_note"));
    }
    if outcome.end == End::Freed && outcome.new_address.is_none() {
        return Some(say!("end_freed_not_bound_note"));
    }
    if outcome.end == End::NeedsOwnerOrKey && seen(Evidence::NeedsVendor) {
        return Some(say!("end_needs_owner_or_key_vendor_note"));
    }
    if outcome.end == End::FreedSameAddress && seen(Evidence::MenuOutOfReach) {
        return Some(say!("end_freed_same_address_pairing_note"));
    }
    if outcome.end == End::NotErased && seen(Evidence::ResetByHand) {
        return Some(say!("end_not_erased_by_hand_note"));
    }
    if outcome.end == End::ErasedUnproven && seen(Evidence::ResetByHand) {
        return Some(say!("end_erased_unproven_by_hand_note"));
    }
    texts::note_of(&outcome.end)
}

/// What was seen, of a band of this model.
pub(crate) fn witness(evidence: Evidence, model: Option<Model>) -> &'static str {
    if evidence == Evidence::OldKeyRefused && model.is_some_and(has_no_key) {
        return say!("evidence_old_key_refused_no_key");
    }
    texts::of(&evidence)
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
