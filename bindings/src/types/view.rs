//! Mirrors of `rescue_core::view`: what a screen shows. From the core to the app, but for the answers to questions.
#![expect(
    missing_docs,
    reason = "the twin of the same name in rescue_core says what each variant and field means"
)]

use std::fmt;

use rescue_core::{keys, view as core};

use super::band::{BandLabel, Gesture, Model, ResetMenu};
use super::each;
use super::event::{BandApp, Choice, PermissionKind, Task};
use super::facts::Facts;
use super::number::{int, long};
use super::outcome::Outcome;

/// Everything that is on the screen. Kotlin calls it `CoreView`: Android has a `View` of its own.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi(name = "CoreView")]
pub struct View {
    pub screen: Screen,
    pub leaving: Option<Leaving>,
}

impl From<core::View> for View {
    fn from(view: core::View) -> Self {
        let core::View { screen, leaving } = view;
        Self { screen: screen.into(), leaving: leaving.map(Leaving::from) }
    }
}

/// "Stop here?"
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Leaving {
    pub ask: u32,
    pub left: LeftState,
}

impl From<core::Leaving> for Leaving {
    fn from(leaving: core::Leaving) -> Self {
        let core::Leaving { ask, left } = leaving;
        Self { ask: ask.0, left: left.into() }
    }
}

/// The screens.
#[expect(clippy::large_enum_variant, reason = "one at a time, and a box has no twin in Kotlin")]
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Screen {
    Home { home: Home },
    Keys { rows: Vec<KeyRow> },
    Choose { choose: Choose },
    Question { question: QuestionScreen },
    Rescue { rescue: Rescue },
    Ended { ended: Ended },
}

impl From<core::Screen> for Screen {
    fn from(screen: core::Screen) -> Self {
        match screen {
            core::Screen::Home(home) => Self::Home { home: home.into() },
            core::Screen::Keys(rows) => Self::Keys { rows: each(rows) },
            core::Screen::Choose(choose) => Self::Choose { choose: choose.into() },
            core::Screen::Question(question) => Self::Question { question: question.into() },
            core::Screen::Rescue(rescue) => Self::Rescue { rescue: rescue.into() },
            core::Screen::Ended(ended) => Self::Ended { ended: ended.into() },
        }
    }
}

/// The home screen.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Home {
    pub unfinished: Vec<Unfinished>,
    pub saved_keys: i32,
    pub damaged_file: bool,
}

impl From<core::Home> for Home {
    fn from(home: core::Home) -> Self {
        let core::Home { unfinished, saved_keys, damaged_file } = home;
        Self { unfinished: each(unfinished), saved_keys: int(saved_keys), damaged_file }
    }
}

/// A rescue that was interrupted.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Unfinished {
    pub rescue: u32,
    pub task: Task,
    pub band: BandLabel,
    pub left: LeftState,
}

impl From<core::Unfinished> for Unfinished {
    fn from(unfinished: core::Unfinished) -> Self {
        let core::Unfinished { rescue, task, band, left } = unfinished;
        Self { rescue: rescue.0, task: task.into(), band: band.into(), left: left.into() }
    }
}

/// A saved key. Its text form hides the key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct KeyRow {
    pub id: u32,
    pub band: BandLabel,
    pub key: String,
    pub confirmed: bool,
    pub saved_at_ms: i64,
}

impl From<core::KeyRow> for KeyRow {
    fn from(row: core::KeyRow) -> Self {
        let core::KeyRow { id, band, key, confirmed, saved_at } = row;
        Self { id: id.0, band: band.into(), key: key.to_hex(), confirmed, saved_at_ms: long(saved_at.0) }
    }
}

impl fmt::Display for KeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRow({}, {:?})", self.id, self.band.model)
    }
}

/// The list of bands in range.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Choose {
    pub task: Task,
    pub bands: Vec<BandRow>,
    pub hints: Vec<HidingPlace>,
    pub can_buzz: bool,
}

impl From<core::Choose> for Choose {
    fn from(choose: core::Choose) -> Self {
        let core::Choose { task, bands, hints, can_buzz } = choose;
        Self { task: task.into(), bands: each(bands), hints: each(hints), can_buzz }
    }
}

/// A band in the list.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct BandRow {
    pub peer: String,
    pub kind: RowKind,
    pub advertised_name: String,
    pub address_tail: String,
    pub rssi: i32,
    pub signal: Signal,
    pub held: Option<bool>,
    pub bonded: bool,
    pub buzz: Option<Buzz>,
}

impl From<core::BandRow> for BandRow {
    fn from(row: core::BandRow) -> Self {
        let core::BandRow { peer, kind, advertised_name, address_tail, rssi, signal, held, bonded, buzz } =
            row;
        Self {
            peer: peer.0,
            kind: kind.into(),
            advertised_name,
            address_tail,
            rssi: rssi.into(),
            signal: signal.into(),
            held,
            bonded,
            buzz: buzz.map(Buzz::from),
        }
    }
}

/// What a row of the list is.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum RowKind {
    Band { model: Model },
    Related,
    UnknownBand,
    LookAlike,
}

impl From<core::RowKind> for RowKind {
    fn from(kind: core::RowKind) -> Self {
        match kind {
            core::RowKind::Band(model) => Self::Band { model: model.into() },
            core::RowKind::Related => Self::Related,
            core::RowKind::UnknownBand => Self::UnknownBand,
            core::RowKind::LookAlike => Self::LookAlike,
        }
    }
}

mirror! {
    /// Signal strength in words.
    Signal = core::Signal { Strong, Medium, Weak }
}

mirror! {
    /// A buzz from the list.
    Buzz = core::Buzz { Trying, Sent, Failed }
}

/// What may hide a band.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum HidingPlace {
    AnotherPhone,
    AppOnThisPhone { app: BandApp },
    EmptyBattery,
    TooFar,
}

impl From<core::HidingPlace> for HidingPlace {
    fn from(place: core::HidingPlace) -> Self {
        match place {
            core::HidingPlace::AnotherPhone => Self::AnotherPhone,
            core::HidingPlace::AppOnThisPhone(app) => Self::AppOnThisPhone { app: app.into() },
            core::HidingPlace::EmptyBattery => Self::EmptyBattery,
            core::HidingPlace::TooFar => Self::TooFar,
        }
    }
}

/// A question on a whole screen.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct QuestionScreen {
    pub task: Task,
    pub band: Option<BandLabel>,
    pub ask: Ask,
}

impl From<core::QuestionScreen> for QuestionScreen {
    fn from(screen: core::QuestionScreen) -> Self {
        let core::QuestionScreen { task, band, ask } = screen;
        Self { task: task.into(), band: band.map(BandLabel::from), ask: ask.into() }
    }
}

/// A question with its answers.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Ask {
    pub id: u32,
    pub question: Question,
    pub choices: Vec<Choice>,
}

impl From<core::Ask> for Ask {
    fn from(ask: core::Ask) -> Self {
        let core::Ask { id, question, choices } = ask;
        Self { id: id.0, question: question.into(), choices: each(choices) }
    }
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Question {
    NeedsPermission { kind: PermissionKind, refused_for_good: bool },
    NeedsBluetooth,
    NeedsLocationSwitch,
    WhereUsed,
    HaveKey { problem: Option<KeyProblem> },
    WhatHappens { road: Road, erases: bool, losses: Vec<Loss>, minutes: i32 },
    ForgetByHand,
    HeldByPhone { this_phone: bool, apps: Vec<BandApp> },
    BatteryLow { percent: i32 },
    BatteryUnknown,
    DidItBuzz,
    TakeOverToGoOn,
    ResetOnBand { menu: ResetMenu },
    TryExperiment,
    ShowsPairingScreen,
}

impl From<core::Question> for Question {
    fn from(question: core::Question) -> Self {
        match question {
            core::Question::NeedsPermission { kind, refused_for_good } => {
                Self::NeedsPermission { kind: kind.into(), refused_for_good }
            }
            core::Question::NeedsBluetooth => Self::NeedsBluetooth,
            core::Question::NeedsLocationSwitch => Self::NeedsLocationSwitch,
            core::Question::WhereUsed => Self::WhereUsed,
            core::Question::HaveKey { problem } => Self::HaveKey { problem: problem.map(KeyProblem::from) },
            core::Question::WhatHappens { road, erases, losses, minutes } => {
                Self::WhatHappens { road: road.into(), erases, losses: each(losses), minutes: int(minutes) }
            }
            core::Question::ForgetByHand => Self::ForgetByHand,
            core::Question::HeldByPhone { this_phone, apps } => {
                Self::HeldByPhone { this_phone, apps: each(apps) }
            }
            core::Question::BatteryLow { percent } => Self::BatteryLow { percent: percent.into() },
            core::Question::BatteryUnknown => Self::BatteryUnknown,
            core::Question::DidItBuzz => Self::DidItBuzz,
            core::Question::TakeOverToGoOn => Self::TakeOverToGoOn,
            core::Question::ResetOnBand { menu } => Self::ResetOnBand { menu: menu.into() },
            core::Question::TryExperiment => Self::TryExperiment,
            core::Question::ShowsPairingScreen => Self::ShowsPairingScreen,
        }
    }
}

/// What is wrong with a text that was entered as a key.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum KeyProblem {
    Length {
        found: i32,
    },
    /// The first character that is not a hex digit, as text.
    NotHex {
        found: String,
    },
}

impl From<keys::KeyError> for KeyProblem {
    fn from(error: keys::KeyError) -> Self {
        match error {
            keys::KeyError::Length { found } => {
                Self::Length { found: i32::try_from(found).unwrap_or(i32::MAX) }
            }
            keys::KeyError::NotHex { found } => Self::NotHex { found: found.to_string() },
        }
    }
}

mirror! {
    /// How a band is opened.
    Road = core::Road { Tap, Key, AskTheBand, ByHand, NotNeeded }
}

mirror! {
    /// What a task destroys.
    Loss = core::Loss { UnsyncedRecords, Settings, OldPairing, OldKeys }
}

/// The rescue screen.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Rescue {
    pub task: Task,
    pub band: Option<BandLabel>,
    pub steps: Vec<StepRow>,
    pub prompt: Option<Prompt>,
    pub ask: Option<Ask>,
}

impl From<core::Rescue> for Rescue {
    fn from(rescue: core::Rescue) -> Self {
        let core::Rescue { task, band, steps, prompt, ask } = rescue;
        Self {
            task: task.into(),
            band: band.map(BandLabel::from),
            steps: each(steps),
            prompt: prompt.map(Prompt::from),
            ask: ask.map(Ask::from),
        }
    }
}

/// A step and its state.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct StepRow {
    pub step: Step,
    pub state: StepState,
    pub seen: Option<StepSeen>,
}

impl From<core::StepRow> for StepRow {
    fn from(row: core::StepRow) -> Self {
        let core::StepRow { step, state, seen } = row;
        Self { step: step.into(), state: state.into(), seen: seen.map(StepSeen::from) }
    }
}

mirror! {
    /// The steps of all tasks.
    Step = core::Step {
        FreePhone,
        Connect,
        Identify,
        TakeOver,
        ResetOnBand,
        Experiment,
        Unlock,
        Charge,
        RightBand,
        Buzz,
        Erase,
        Restart,
        Prove,
    }
}

mirror! {
    /// The state of a step.
    StepState = core::StepState { Waiting, Doing, NeedsYou, Done, Skipped, Failed }
}

/// What was seen in a step.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum StepSeen {
    PhoneKnewNothing,
    PhoneHasForgotten,
    Connected { tries: i32 },
    Identified { model: Model, firmware: Option<String> },
    KeyTaken,
    Opened,
    WantsVendor,
    NotBound,
    RightBand,
    Acknowledged,
    WentAway,
    CameBack { address_tail: String },
}

impl From<core::StepSeen> for StepSeen {
    fn from(seen: core::StepSeen) -> Self {
        match seen {
            core::StepSeen::PhoneKnewNothing => Self::PhoneKnewNothing,
            core::StepSeen::PhoneHasForgotten => Self::PhoneHasForgotten,
            core::StepSeen::Connected { tries } => Self::Connected { tries: int(tries) },
            core::StepSeen::Identified { model, firmware } => {
                Self::Identified { model: model.into(), firmware }
            }
            core::StepSeen::KeyTaken => Self::KeyTaken,
            core::StepSeen::Opened => Self::Opened,
            core::StepSeen::WantsVendor => Self::WantsVendor,
            core::StepSeen::NotBound => Self::NotBound,
            core::StepSeen::RightBand => Self::RightBand,
            core::StepSeen::Acknowledged => Self::Acknowledged,
            core::StepSeen::WentAway => Self::WentAway,
            core::StepSeen::CameBack { address_tail } => Self::CameBack { address_tail },
        }
    }
}

/// What the person must do at the band now, until when.
#[derive(Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Prompt {
    Tap { until_ms: i64, total_ms: i64, gesture: Gesture },
    PressButton { until_ms: i64, total_ms: i64 },
    HoldNear { until_ms: i64, total_ms: i64 },
}

impl From<core::Prompt> for Prompt {
    fn from(prompt: core::Prompt) -> Self {
        match prompt {
            core::Prompt::Tap { until, total, gesture } => {
                Self::Tap { until_ms: long(until.0), total_ms: long(total.0), gesture: gesture.into() }
            }
            core::Prompt::PressButton { until, total } => {
                Self::PressButton { until_ms: long(until.0), total_ms: long(total.0) }
            }
            core::Prompt::HoldNear { until, total } => {
                Self::HoldNear { until_ms: long(until.0), total_ms: long(total.0) }
            }
        }
    }
}

mirror! {
    /// How a band is left when things stop here.
    LeftState = core::LeftState {
        Untouched,
        PhoneChanged,
        KeySent,
        TakenOver,
        EraseSent,
        ResetByHand,
        Erased,
        RestartSent,
    }
}

/// The end screen.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Ended {
    pub task: Task,
    pub band: Option<BandLabel>,
    pub outcome: Outcome,
    pub left: LeftState,
    pub steps: Vec<StepRow>,
    pub advice: Vec<Advice>,
    pub official_apps: Vec<BandApp>,
    pub app_accepted: Option<bool>,
    pub key_saved: bool,
    pub resumable: Option<u32>,
    pub facts: Option<Facts>,
}

impl From<core::Ended> for Ended {
    fn from(ended: core::Ended) -> Self {
        let core::Ended {
            task,
            band,
            outcome,
            left,
            steps,
            advice,
            official_apps,
            app_accepted,
            key_saved,
            resumable,
            facts,
        } = ended;
        Self {
            task: task.into(),
            band: band.map(BandLabel::from),
            outcome: outcome.into(),
            left: left.into(),
            steps: each(steps),
            advice: each(advice),
            official_apps: each(official_apps),
            app_accepted,
            key_saved,
            resumable: resumable.map(|rescue| rescue.0),
            facts: facts.map(|facts| Facts::from(*facts)),
        }
    }
}

mirror! {
    /// What can be done next.
    Advice = core::Advice {
        OpenOfficialApp,
        CopyKey,
        TryAgain,
        Continue,
        FreeOtherPhones,
        StopOtherApp,
        ToggleBluetooth,
        ForgetByHand,
        ChargeBand,
        AskOwner,
        ResetOnBand,
        OwnKey,
        CheckKey,
        AccountLock,
        CheckGenuine,
        ShareReport,
    }
}
