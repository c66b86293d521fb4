//! What is new on the screen: compares each view with the one before, so that only changes are told.
//!
//! It gives the bands of the list numbers that stay, and knows their full addresses. It words nothing.

use std::collections::BTreeMap;

use rescue_core::band::BandLabel;
use rescue_core::event::{Event, Task};
use rescue_core::view::{
    Ask, BandRow, Choose, Ended, HidingPlace, Leaving, Prompt, Rescue, Screen, StepRow, StepState,
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
        /// The band, if one was chosen.
        band: Option<BandLabel>,
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
                    changes.push(Change::Asked {
                        task: question.task,
                        band: question.band.clone(),
                        ask: question.ask.clone(),
                    });
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
            .map(|NumberedRow { number, row, .. }| {
                (*number, row.held, row.bonded, row.buzz, row.kind, row.advertised_name.clone())
            })
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
        changes.push(Change::Asked { task: rescue.task, band: rescue.band.clone(), ask: ask.clone() });
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

#[cfg(test)]
mod tests {
    use rescue_core::band::{Gesture, Model};
    use rescue_core::event::{AdvertisedFields, AskId, Seen};
    use rescue_core::view::{LeftState, Question, RowKind, Signal, Step, StepSeen};
    use rescue_core::{Millis, view};

    use super::*;

    fn row(peer: &str, rssi: i16) -> BandRow {
        BandRow {
            peer: PeerId(peer.to_owned()),
            kind: RowKind::Band(Model::MiBand2),
            advertised_name: String::new(),
            address_tail: "B4:A9".to_owned(),
            rssi,
            signal: Signal::Strong,
            held: Some(false),
            bonded: false,
            buzz: None,
        }
    }

    fn list(bands: Vec<BandRow>) -> View {
        let choose = Choose { task: Task::Unpair, bands, hints: Vec::new(), can_buzz: true };
        View { screen: Screen::Choose(choose), leaving: None }
    }

    fn rescue(steps: &[(Step, StepState, Option<StepSeen>)], prompt: Option<Prompt>) -> View {
        let steps = steps.iter().map(|(step, state, seen)| StepRow {
            step: *step,
            state: *state,
            seen: seen.clone(),
        });
        let rescue =
            Rescue { task: Task::Unpair, band: None, steps: steps.collect::<Vec<_>>(), prompt, ask: None };
        View { screen: Screen::Rescue(rescue), leaving: None }
    }

    fn numbers(changes: &[Change]) -> Vec<usize> {
        let rows =
            changes.iter().flat_map(|change| if let Change::Bands(rows) = change { &rows[..] } else { &[] });
        rows.map(|row| row.number).collect()
    }

    #[test]
    fn a_number_stays_with_its_band_though_another_one_comes_nearer() {
        let mut changes = Changes::default();
        assert_eq!(numbers(&changes.show(list(vec![row("a", -50)]))), [1]);
        assert_eq!(numbers(&changes.show(list(vec![row("b", -40), row("a", -50)]))), [2, 1]);
        changes.show(list(vec![row("b", -40)]));
        assert_eq!(numbers(&changes.show(list(vec![row("a", -30), row("b", -40)]))), [1, 2]);
        let rows: Vec<_> = changes.rows().iter().map(|row| (row.number, row.row.peer.0.as_str())).collect();
        assert_eq!(rows, [(1, "a"), (2, "b")]);
    }

    #[test]
    fn a_list_that_only_flickers_is_not_told_again() {
        let mut changes = Changes::default();
        assert_eq!(changes.show(list(vec![row("a", -50), row("b", -60)])).len(), 2);
        assert_eq!(changes.show(list(vec![row("b", -49), row("a", -51)])), []);
        let held = BandRow { held: Some(true), ..row("a", -51) };
        assert_eq!(changes.show(list(vec![row("b", -49), held])).len(), 1, "that a phone took it is news");
    }

    #[test]
    fn a_band_is_shown_with_the_address_it_was_heard_with() {
        let address: Address = "FA:8E:E3:12:B4:A9".parse().unwrap();
        let mut changes = Changes::default();
        changes.heard(&Event::Seen(Seen {
            peer: PeerId("a".to_owned()),
            address: Some(address),
            address_kind: None,
            rssi: -50,
            connectable: None,
            fields: AdvertisedFields::default(),
        }));
        changes.show(list(vec![row("a", -50), row("b", -50)]));
        assert_eq!(changes.rows()[0].address, Some(address));
        assert_eq!(changes.rows()[1].address, None);
    }

    #[test]
    fn each_step_is_told_once_a_state_and_waiting_ones_not_at_all() {
        let mut changes = Changes::default();
        let waiting = (Step::Erase, StepState::Waiting, None);
        let doing = (Step::Connect, StepState::Doing, None);
        let done = (Step::Connect, StepState::Done, Some(StepSeen::Connected { tries: 2 }));
        let told = changes.show(rescue(&[doing.clone(), waiting.clone()], None));
        let row = |(step, state, seen)| Change::Step(StepRow { step, state, seen });
        assert_eq!(told, [Change::Began { task: Task::Unpair, band: None }, row(doing.clone())]);
        assert_eq!(changes.show(rescue(&[doing, waiting.clone()], None)), []);
        assert_eq!(changes.show(rescue(&[done.clone(), waiting], None)), [row(done)]);
    }

    #[test]
    fn a_second_prompt_is_told_though_it_follows_the_first_at_once() {
        let mut changes = Changes::default();
        let prompt = |seconds| Prompt::Tap {
            until: Millis::secs(seconds),
            total: Millis::secs(25),
            gesture: Gesture::TapButton,
        };
        changes.show(rescue(&[], None));
        assert_eq!(changes.show(rescue(&[], Some(prompt(25)))), [Change::Prompted(prompt(25))]);
        assert_eq!(changes.show(rescue(&[], Some(prompt(25)))), []);
        assert_eq!(changes.show(rescue(&[], Some(prompt(60)))), [Change::Prompted(prompt(60))]);
        assert_eq!(changes.show(rescue(&[], None)), [Change::PromptOver]);
    }

    #[test]
    fn a_question_is_asked_once_and_a_new_one_again() {
        let asks = |number| {
            let ask = Ask { id: AskId(number), question: Question::DidItBuzz, choices: Vec::new() };
            let question = view::QuestionScreen { task: Task::Find, band: None, ask };
            View { screen: Screen::Question(question), leaving: None }
        };
        let mut changes = Changes::default();
        assert_eq!(changes.show(asks(1)).len(), 1);
        assert_eq!(changes.show(asks(1)), []);
        assert_eq!(changes.show(asks(2)).len(), 1);
        let leaving = Leaving { ask: AskId(3), left: LeftState::Untouched };
        let asked = View { leaving: Some(leaving.clone()), ..asks(2) };
        assert_eq!(changes.show(asked.clone()), [Change::Leaving(leaving)]);
        assert_eq!(changes.show(asked), []);
    }
}
