//! Speaks to a script: one JSON object a line, the outcome last.
//!
//! Every line but the last has `event` and `at_ms` (time since the start). Addresses are full: it is the person's own
//! terminal. A key stands in the last line only, and only after `taken_over`; see [`Last`].

use std::io::{self, Write};

use rescue_core::band::{BandLabel, Model};
use rescue_core::event::{BandApp, Choice, Task};
use rescue_core::view::{
    Ask, Ended, HidingPlace, Leaving, Loss, Prompt, Question, RowKind, StepRow, StepSeen, Unfinished,
};
use rescue_core::{Millis, View};
use serde::Serialize;

use super::about::Fields;
use super::{Act, Opening, Voice, live, words};
use crate::changes::{Change, NumberedRow};
use crate::names::Named;

/// Tells a script what happens.
pub(crate) struct Json {
    out: Box<dyn Write>,
}

impl Json {
    /// Speaks on standard output.
    pub(crate) fn stdout() -> Self {
        Self::of(Box::new(io::stdout()))
    }

    /// Speaks on this.
    pub(crate) const fn of(out: Box<dyn Write>) -> Self {
        Self { out }
    }

    fn event(&mut self, now: Millis, event: Event<'_>) {
        self.line(&Timed { event, at_ms: now.0 });
    }

    /// A reader that went away is no reason to stop a rescue.
    fn line(&mut self, line: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(line) {
            drop(writeln!(self.out, "{text}").and_then(|()| self.out.flush()));
        }
    }
}

/// The last line.
#[derive(Debug, Serialize)]
pub(crate) struct Last {
    outcome: &'static str,
    old_address: Option<String>,
    new_address: Option<String>,
    evidence: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    facts: Option<Fields>,
}

impl From<&Ended> for Last {
    fn from(ended: &Ended) -> Self {
        let outcome = &ended.outcome;
        Self {
            outcome: outcome.end.name(),
            old_address: outcome.old_address.map(|address| address.to_string()),
            new_address: outcome.new_address.map(|address| address.to_string()),
            evidence: outcome.evidence.iter().map(Named::name).collect(),
            key: outcome.key.as_ref().map(|key| key.to_hex()),
            facts: ended.facts.as_ref().map(|facts| Fields::of(ended.task, facts)),
        }
    }
}

#[derive(Serialize)]
struct Timed<'a> {
    #[serde(flatten)]
    event: Event<'a>,
    at_ms: u64,
}

/// A line before the last.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Started {
        task: &'static str,
        practice: bool,
        continues: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        model: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        scenario: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seed: Option<u64>,
    },
    Searching {
        task: &'static str,
    },
    Bands {
        bands: Vec<Band>,
    },
    Hints {
        hints: Vec<Hint>,
    },
    Question {
        #[serde(flatten)]
        question: Asked,
        choices: Vec<&'static str>,
    },
    StopHere {
        left: &'static str,
        choices: [&'static str; 2],
    },
    Steps {
        task: &'static str,
        band: Option<Label>,
    },
    Step {
        step: &'static str,
        state: &'static str,
        #[serde(flatten)]
        seen: Option<Saw>,
    },
    Prompt {
        prompt: &'static str,
        seconds: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        gesture: Option<&'static str>,
    },
    PromptOver,
    Ended {
        task: &'static str,
        left: &'static str,
        advice: Vec<&'static str>,
        official_apps: Vec<&'static str>,
        key_saved: bool,
    },
    DamagedFile,
    Unfinished {
        number: usize,
        task: &'static str,
        band: Label,
        left: &'static str,
    },
    Cleared {
        task: &'static str,
        band: Label,
        left: &'static str,
    },
    Picked {
        number: usize,
    },
    BuzzAsked {
        number: usize,
    },
    Answered {
        question: &'static str,
        choice: &'static str,
    },
    UnusedKey,
    KeyEntered,
    Tapped,
    ResetInMenu,
    MenuLocked,
    Trouble {
        trouble: &'static str,
        told: String,
    },
    Stopping,
    NotUnderstood {
        wanted: &'a str,
    },
}

#[derive(Serialize)]
struct Band {
    number: usize,
    kind: &'static str,
    model: Option<&'static str>,
    advertised_name: String,
    address: Option<String>,
    rssi: i16,
    signal: &'static str,
    held: Option<bool>,
    bonded: bool,
    buzz: Option<&'static str>,
}

#[derive(Serialize)]
struct Label {
    model: &'static str,
    address_tail: String,
}

#[derive(Serialize)]
struct Hint {
    place: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'static str>,
}

/// A question by its name, with what else it says.
#[derive(Serialize, Default)]
struct Asked {
    question: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_for_good: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    road: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    menu: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erases: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    losses: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    this_phone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apps: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
}

/// What was seen in a step.
#[derive(Serialize, Default)]
struct Saw {
    seen: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_tail: Option<String>,
}

impl Voice for Json {
    fn open(&mut self, opening: &Opening) {
        let practice = opening.practice;
        let started = Event::Started {
            task: opening.task.name(),
            practice: practice.is_some(),
            continues: opening.continues,
            model: practice.map(|practice| practice.kind.slug()),
            scenario: practice.map(|practice| practice.scenario.name()),
            seed: practice.map(|practice| practice.seed),
        };
        self.event(Millis(0), started);
    }

    fn tell(&mut self, now: Millis, change: &Change) {
        match change {
            Change::Searching { task } => self.event(now, Event::Searching { task: task.name() }),
            Change::Bands(rows) => self.event(now, Event::Bands { bands: rows.iter().map(band).collect() }),
            Change::Hints(hints) => self.event(now, Event::Hints { hints: hints.iter().map(hint).collect() }),
            Change::Asked { task: _, band: _, ask } => self.event(now, asked(ask)),
            Change::Leaving(leaving) => self.event(now, stop_here(leaving)),
            Change::Began { task, band } => {
                self.event(now, Event::Steps { task: task.name(), band: band.as_ref().map(label) });
            }
            Change::Step(row) => self.event(now, step(row)),
            Change::Prompted(prompt) => self.event(now, prompted(*prompt, now)),
            Change::PromptOver => self.event(now, Event::PromptOver),
            Change::Ended(ended) => {
                self.event(now, over(ended));
                self.line(&Last::from(&**ended));
            }
        }
    }

    fn note(&mut self, now: Millis, act: &Act<'_>) {
        let event = match act {
            Act::KeptAside => Event::DamagedFile,
            Act::Cleared(Unfinished { rescue: _, task, band, left }) => {
                Event::Cleared { task: task.name(), band: label(band), left: left.name() }
            }
            Act::Unfinished(number, Unfinished { rescue: _, task, band, left }) => {
                Event::Unfinished { number: *number, task: task.name(), band: label(band), left: left.name() }
            }
            Act::Picked(row) => Event::Picked { number: row.number },
            Act::Buzzed(row) => Event::BuzzAsked { number: row.number },
            Act::Answered(question, choice) => {
                Event::Answered { question: question.name(), choice: choice.name() }
            }
            Act::Left(choice) => Event::Answered { question: "stop_here", choice: choice.name() },
            Act::UnusedKey => Event::UnusedKey,
            Act::KeyEntered => Event::KeyEntered,
            Act::Tapped => Event::Tapped,
            Act::ResetInMenu => Event::ResetInMenu,
            Act::MenuLocked => Event::MenuLocked,
            Act::InTrouble(trouble) => {
                Event::Trouble { trouble: trouble.name(), told: words::trouble(trouble) }
            }
            Act::Stopping => Event::Stopping,
            Act::NotUnderstood { wanted } => Event::NotUnderstood { wanted },
        };
        self.event(now, event);
    }

    fn detail(&mut self, line: &str) {
        eprintln!("{line}");
    }

    /// A script needs no spinner.
    fn keep_moving(&mut self, _now: Millis, _view: &View) {}
}

/// A model as the command line calls it.
fn slug(model: Model) -> &'static str {
    model.row().slug
}

fn names<T: Named>(named: &[T]) -> Vec<&'static str> {
    named.iter().map(Named::name).collect()
}

fn label(band: &BandLabel) -> Label {
    Label { model: slug(band.model), address_tail: band.address_tail.clone() }
}

fn band(numbered: &NumberedRow) -> Band {
    let NumberedRow { number, address, row } = numbered;
    Band {
        number: *number,
        kind: row.kind.name(),
        model: match row.kind {
            RowKind::Band(model) => Some(slug(model)),
            RowKind::Related | RowKind::UnknownBand | RowKind::LookAlike => None,
        },
        advertised_name: row.advertised_name.clone(),
        address: address.map(|address| address.to_string()),
        rssi: row.rssi,
        signal: row.signal.name(),
        held: row.held,
        bonded: row.bonded,
        buzz: row.buzz.as_ref().map(Named::name),
    }
}

fn hint(place: &HidingPlace) -> Hint {
    let app = match place {
        HidingPlace::AppOnThisPhone(app) => Some(BandApp::name(app)),
        HidingPlace::AnotherPhone | HidingPlace::EmptyBattery | HidingPlace::TooFar => None,
    };
    Hint { place: place.name(), app }
}

fn asked(ask: &Ask) -> Event<'static> {
    let base = Asked { question: ask.question.name(), ..Asked::default() };
    let question = match &ask.question {
        Question::NeedsPermission { kind: _, refused_for_good } => {
            Asked { refused_for_good: Some(*refused_for_good), ..base }
        }
        Question::HaveKey { problem } => Asked { problem: problem.as_ref().map(Named::name), ..base },
        Question::ResetOnBand { menu } => Asked { menu: Some(menu.name()), ..base },
        Question::WhatHappens { road, erases, losses, minutes } => Asked {
            road: Some(road.name()),
            erases: Some(*erases),
            losses: Some(names::<Loss>(losses)),
            minutes: Some(*minutes),
            ..base
        },
        Question::HeldByPhone { this_phone, apps } => {
            Asked { this_phone: Some(*this_phone), apps: Some(names(apps)), ..base }
        }
        Question::BatteryLow { percent } => Asked { percent: Some(*percent), ..base },
        Question::NeedsBluetooth
        | Question::NeedsLocationSwitch
        | Question::WhereUsed
        | Question::ForgetByHand
        | Question::BatteryUnknown
        | Question::DidItBuzz
        | Question::TakeOverToGoOn
        | Question::TryExperiment
        | Question::ShowsPairingScreen => base,
    };
    Event::Question { question, choices: names::<Choice>(&ask.choices) }
}

fn stop_here(leaving: &Leaving) -> Event<'static> {
    Event::StopHere { left: leaving.left.name(), choices: [Choice::Stop.name(), Choice::GoOn.name()] }
}

fn step(row: &StepRow) -> Event<'static> {
    let seen = row.seen.as_ref().map(|seen| {
        let base = Saw { seen: seen.name(), ..Saw::default() };
        match seen {
            StepSeen::Connected { tries } => Saw { tries: Some(*tries), ..base },
            StepSeen::Identified { model, firmware } => {
                Saw { model: Some(slug(*model)), firmware: firmware.clone(), ..base }
            }
            StepSeen::CameBack { address_tail } => Saw { address_tail: Some(address_tail.clone()), ..base },
            StepSeen::PhoneKnewNothing
            | StepSeen::PhoneHasForgotten
            | StepSeen::KeyTaken
            | StepSeen::Opened
            | StepSeen::WantsVendor
            | StepSeen::NotBound
            | StepSeen::RightBand
            | StepSeen::Acknowledged
            | StepSeen::WentAway => base,
        }
    });
    Event::Step { step: row.step.name(), state: row.state.name(), seen }
}

fn prompted(prompt: Prompt, now: Millis) -> Event<'static> {
    let (until, _) = live::span(prompt);
    let gesture = match &prompt {
        Prompt::Tap { gesture, .. } => Some(gesture.name()),
        Prompt::PressButton { .. } | Prompt::HoldNear { .. } => None,
    };
    Event::Prompt { prompt: prompt.name(), seconds: live::seconds(until - now), gesture }
}

fn over(ended: &Ended) -> Event<'static> {
    Event::Ended {
        task: Task::name(&ended.task),
        left: ended.left.name(),
        advice: names(&ended.advice),
        official_apps: names(&ended.official_apps),
        key_saved: ended.key_saved,
    }
}
