//! What is new on the screen: compares each view with the one before, so that only changes are told.
//!
//! It gives the bands of the list numbers that stay, and knows their full addresses. It words nothing.

use std::collections::BTreeMap;

use rescue_core::event::{Event, Task};
use rescue_core::view::{
    Ask, BandLabel, BandRow, Choose, Ended, HidingPlace, Leaving, Prompt, Rescue, Screen, StepRow, StepState,
};
use rescue_core::{Address, PeerId, View};

/// Something that is new on the screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// The search for bands has begun.
    Searching {
        /// What for.
        task: Task,
    },
    /// The list of bands is another one (signal strengths aside).
    Bands(Vec<NumberedRow>),
    /// Nothing was found for a while.
    Hints(Vec<HidingPlace>),
    /// A question.
    Asked {
        /// The task it belongs to.
        task: Task,
        /// The question and its answers.
        ask: Ask,
    },
    /// "Stop here?"
    Leaving(Leaving),
    /// The steps begin.
    Began {
        /// The task.
        task: Task,
        /// The band.
        band: Option<BandLabel>,
    },
    /// A step is in another state.
    Step(StepRow),
    /// The person must do something at the band.
    Prompted(Prompt),
    /// They need not do it any more.
    PromptOver,
    /// It is over.
    Ended(Box<Ended>),
}

/// A band of the list, by the number a person types.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumberedRow {
    /// From 1, in the order in which the bands were first heard; never given to another band.
    pub(crate) number: usize,
    /// Its full address, where the radio tells.
    pub(crate) address: Option<Address>,
    /// The row.
    pub(crate) row: BandRow,
}

/// Remembers what was shown.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    shown: Option<View>,
    rows: Vec<NumberedRow>,
    numbers: Vec<PeerId>,
    addresses: BTreeMap<PeerId, Address>,
}

impl Changes {
    /// Notes the address of a band that was heard.
    pub(crate) fn heard(&mut self, event: &Event) {
        if let Event::Seen(seen) = event
            && let Some(address) = seen.address
        {
            self.addresses.insert(seen.peer.clone(), address);
        }
    }

    /// The rows of the list, with their numbers.
    pub(crate) fn rows(&self) -> &[NumberedRow] {
        &self.rows
    }

    /// What the screen shows now.
    pub(crate) fn shown(&self) -> Option<&View> {
        self.shown.as_ref()
    }

    /// Takes a new view and returns what is new in it, in the order to tell it.
    pub(crate) fn show(&mut self, view: View) -> Vec<Change> {
        let before = self.shown.take();
        let old = before.as_ref().map(|view| &view.screen);
        let mut changes = Vec::new();
        match &view.screen {
            Screen::Home(_) | Screen::Keys(_) => {}
            Screen::Choose(choose) => self.list(old, choose, &mut changes),
            Screen::Question(question) => {
                let open = if let Some(Screen::Question(old)) = old { Some(old.ask.id) } else { None };
                if open != Some(question.ask.id) {
                    changes.push(Change::Asked { task: question.task, ask: question.ask.clone() });
                }
            }
            Screen::Rescue(rescue) => steps_of(old, rescue, &mut changes),
            Screen::Ended(ended) => {
                if !matches!(old, Some(Screen::Ended(_))) {
                    if prompt_of(old).is_some() {
                        changes.push(Change::PromptOver);
                    }
                    moved(steps(old), &ended.steps, &mut changes);
                    changes.push(Change::Ended(Box::new(ended.clone())));
                }
            }
        }
        if let Some(leaving) = &view.leaving
            && before.as_ref().and_then(|view| view.leaving.as_ref()).map(|old| old.ask) != Some(leaving.ask)
        {
            changes.push(Change::Leaving(leaving.clone()));
        }
        self.shown = Some(view);
        changes
    }

    fn list(&mut self, old: Option<&Screen>, choose: &Choose, changes: &mut Vec<Change>) {
        let shown_before = if let Some(Screen::Choose(old)) = old { Some(old) } else { None };
        if shown_before.is_none() {
            changes.push(Change::Searching { task: choose.task });
        }
        let rows = choose.bands.iter().map(|row| self.numbered(row)).collect::<Vec<_>>();
        let known = shown_before.map_or(&[][..], |_| &self.rows[..]);
        if !same_bands(known, &rows) {
            changes.push(Change::Bands(rows.clone()));
        }
        self.rows = rows;
        if shown_before.map_or(&[][..], |old| &old.hints[..]) != choose.hints && !choose.hints.is_empty() {
            changes.push(Change::Hints(choose.hints.clone()));
        }
    }

    fn numbered(&mut self, row: &BandRow) -> NumberedRow {
        let number = match self.numbers.iter().position(|peer| *peer == row.peer) {
            Some(index) => index + 1,
            None => {
                self.numbers.push(row.peer.clone());
                self.numbers.len()
            }
        };
        NumberedRow { number, address: self.addresses.get(&row.peer).copied(), row: row.clone() }
    }
}

/// Whether two lists tell a person the same: which bands there are, whether a phone holds them, what a buzz came to.
/// Strengths and the order by strength change all the time.
fn same_bands(old: &[NumberedRow], new: &[NumberedRow]) -> bool {
    let told = |rows: &[NumberedRow]| {
        let mut told: Vec<_> = rows
            .iter()
            .map(|NumberedRow { number, row, .. }| (*number, row.held, row.bonded, row.buzz, row.kind))
            .collect();
        told.sort_by_key(|(number, ..)| *number);
        told
    };
    told(old) == told(new)
}

fn steps_of(old: Option<&Screen>, rescue: &Rescue, changes: &mut Vec<Change>) {
    let running = if let Some(Screen::Rescue(old)) = old { Some(old) } else { None };
    let ask_before = running.and_then(|old| old.ask.as_ref()).map(|ask| ask.id);
    if running.is_none() {
        changes.push(Change::Began { task: rescue.task, band: rescue.band.clone() });
    }
    let prompt_before = prompt_of(old);
    if prompt_before.is_some() && rescue.prompt.is_none() {
        changes.push(Change::PromptOver);
    }
    moved(steps(old), &rescue.steps, changes);
    if let Some(prompt) = rescue.prompt
        && prompt_before != Some(prompt)
    {
        changes.push(Change::Prompted(prompt));
    }
    if let Some(ask) = &rescue.ask
        && ask_before != Some(ask.id)
    {
        changes.push(Change::Asked { task: rescue.task, ask: ask.clone() });
    }
}

/// The steps that are in another state than before. A step that was waiting from the start is no news.
fn moved(old: &[StepRow], new: &[StepRow], changes: &mut Vec<Change>) {
    for row in new {
        let before = old.iter().find(|before| before.step == row.step);
        let news = match before {
            Some(before) => before != row,
            None => row.state != StepState::Waiting,
        };
        if news {
            changes.push(Change::Step(row.clone()));
        }
    }
}

fn steps(screen: Option<&Screen>) -> &[StepRow] {
    match screen {
        Some(Screen::Rescue(rescue)) => &rescue.steps,
        Some(Screen::Ended(ended)) => &ended.steps,
        Some(Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Question(_)) | None => &[],
    }
}

fn prompt_of(screen: Option<&Screen>) -> Option<Prompt> {
    match screen {
        Some(Screen::Rescue(rescue)) => rescue.prompt,
        Some(
            Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Question(_) | Screen::Ended(_),
        )
        | None => None,
    }
}
