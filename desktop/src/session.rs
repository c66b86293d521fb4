//! One task from its beginning to its end: lets engine, air, storage, clock and person meet.
//!
//! It decides nothing about bands: effects go where they belong, events come back, changes of the screen are told.

mod person;
mod waiting;

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::mpsc::{Receiver, Sender};

use rescue_core::Engine;
use rescue_core::effect::{Effect, Person, Store};
use rescue_core::event::{
    Choice, Event, Failure, Input, KeyText, Opened, PersonEvent, RescueId, Task, Value,
};
use rescue_core::outcome::{End, Outcome};
use rescue_core::view::{Advice, Ask, Ended, LeftState, Prompt, Question, Screen};
use rescue_core::{Address, Millis, View};
use thiserror::Error;

use crate::air::Air;
use crate::answers::Touch;
use crate::changes::{Change, Changes};
use crate::clock::Clock;
use crate::keyboard::Typed;
use crate::picker::Picker;
use crate::radio::{Block, Trouble};
use crate::shelf::{Shelf, ShelfError};
use crate::standin::StandIn;
use crate::trace::Trace;
use crate::voice::{Act, Voice};

/// So often in a row may something happen without any time passing; more is a fault.
const STANDSTILL: u32 = 10_000;

/// Why a session ended without an end of its task.
#[derive(Debug, Error)]
pub(crate) enum SessionError {
    /// A stored file could not be read.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A question, and nobody to answer it.
    #[error("go on: nobody is there to answer")]
    NobodyThere {
        /// What is asked.
        question: Question,
    },
    /// Several bands may be meant, and nobody is there to say which.
    #[error("go on: several bands are in range and none was named")]
    SeveralBands {
        /// Their addresses, where the radio tells them.
        addresses: Vec<Address>,
    },
    /// Nothing would ever happen again.
    #[error("go on: nothing is left to wait for (a fault of this program; the report says where)")]
    Standstill,
}

/// Who answers and taps.
pub(crate) enum Who<A> {
    /// Somebody else, in the person's name; the command line comes first.
    StandIn(Box<dyn StandIn<A>>, Given),
    /// The person at the keyboard, who may have answered something already.
    AtTheKeyboard(Given),
    /// Nobody: a question ends the session.
    Nobody,
}

impl<A> Who<A> {
    const fn given_mut(&mut self) -> Option<&mut Given> {
        match self {
            Self::StandIn(_, given) | Self::AtTheKeyboard(given) => Some(given),
            Self::Nobody => None,
        }
    }

    const fn given(&self) -> Option<&Given> {
        match self {
            Self::StandIn(_, given) | Self::AtTheKeyboard(given) => Some(given),
            Self::Nobody => None,
        }
    }
}

/// What the command line has answered; each answer is given once.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Where the band will be used.
    pub(crate) used_with: Option<Choice>,
    /// Its key.
    pub(crate) key: Option<KeyText>,
}

impl Given {
    fn answers(&self, question: &Question) -> bool {
        match question {
            Question::WhereUsed => self.used_with.is_some(),
            Question::HaveKey { problem } => problem.is_none() && self.key.is_some(),
            Question::NeedsPermission { .. }
            | Question::NeedsBluetooth
            | Question::NeedsLocationSwitch
            | Question::WhatHappens { .. }
            | Question::ForgetByHand
            | Question::HeldByPhone { .. }
            | Question::BatteryLow { .. }
            | Question::BatteryUnknown
            | Question::DidItBuzz
            | Question::TakeOverToGoOn
            | Question::ResetOnBand { .. }
            | Question::TryExperiment
            | Question::ShowsPairingScreen => false,
        }
    }

    fn answer(&mut self, ask: &Ask) -> Option<PersonEvent> {
        if !self.answers(&ask.question) {
            return None;
        }
        if ask.question == Question::WhereUsed {
            return self.used_with.take().map(|choice| PersonEvent::Answer { ask: ask.id, choice });
        }
        self.key.take().map(PersonEvent::EnterKey)
    }
}

/// What a session needs besides its task and its air.
pub(crate) struct Around<A> {
    /// Journal and keys.
    pub(crate) shelf: Shelf,
    /// The time.
    pub(crate) clock: Clock,
    /// Tells what happens.
    pub(crate) voice: Box<dyn Voice>,
    /// Answers.
    pub(crate) who: Who<A>,
    /// Picks the band, where the person does not.
    pub(crate) picker: Option<Picker>,
    /// How the band is touched.
    pub(crate) touch: Touch,
    /// Tells what happens on the radio.
    pub(crate) trace: Option<Trace>,
    /// What is typed; the sender keeps the channel open where nobody types.
    pub(crate) keyboard: (Sender<Typed>, Receiver<Typed>),
}

/// Everything that a task needs.
pub(crate) struct Session<A> {
    engine: Engine,
    air: A,
    shelf: Shelf,
    clock: Clock,
    voice: Box<dyn Voice>,
    who: Who<A>,
    /// Picks the band, where the person does not.
    picker: Option<Picker>,
    touch: Touch,
    trace: Option<Trace>,
    typed: Receiver<Typed>,
    /// Keeps the channel open where nobody types.
    _keyboard: Sender<Typed>,
    changes: Changes,
    /// Answers of the storage that the engine has not yet heard.
    answers: VecDeque<Event>,
    wake_at: Option<Millis>,
    task: Task,
    /// How a task ends that is left from its list.
    dropped_as: End,
    ended: Option<Outcome>,
    /// The journal's entry of a rescue that ended unfinished.
    resumable: Option<RescueId>,
    /// The virtual clock goes on under this prompt: the person has tapped, or lets the time pass.
    lets_pass: Option<Prompt>,
    list_changed: Millis,
    still: (Millis, u32),
}

impl<A: Air> Session<A> {
    /// A session for a task; nothing happens yet.
    pub(crate) fn new(task: Task, air: A, around: Around<A>) -> Self {
        let Around { shelf, clock, voice, who, picker, touch, trace, keyboard: (keyboard, typed) } = around;
        Self {
            engine: Engine::new(),
            air,
            shelf,
            clock,
            voice,
            who,
            picker,
            touch,
            trace,
            typed,
            _keyboard: keyboard,
            changes: Changes::default(),
            answers: VecDeque::new(),
            wake_at: None,
            task,
            dropped_as: if task == Task::Scan { End::Done } else { End::Cancelled },
            ended: None,
            resumable: None,
            lets_pass: None,
            list_changed: Millis(0),
            still: (Millis(0), 0),
        }
    }

    /// Runs the task to its end; an interrupted one from where it stopped.
    pub(crate) fn run(
        &mut self,
        opened: Opened,
        interrupted: Option<RescueId>,
    ) -> Result<Outcome, SessionError> {
        self.handle(Event::Opened(opened));
        self.look_back(interrupted);
        self.handle(Event::Person(match interrupted {
            Some(rescue) => PersonEvent::Resume(rescue),
            None => PersonEvent::Begin(self.task),
        }));
        self.enter_key_with_the_task();
        loop {
            if let Some(outcome) = self.ended.clone() {
                self.finish();
                return Ok(outcome);
            }
            self.step()?;
        }
    }

    /// A task that only looks asks for no key: one that was given comes with it.
    fn enter_key_with_the_task(&mut self) {
        let key = match self.task {
            Task::Info | Task::Battery => self.who.given_mut().and_then(|given| given.key.take()),
            Task::Unpair | Task::Erase | Task::Restart | Task::Find | Task::Scan | Task::Forget => None,
        };
        if let Some(key) = key {
            self.say(self.clock.now(), PersonEvent::EnterKey(key));
        }
    }

    /// The redacted account.
    pub(crate) fn report(&self) -> String {
        self.engine.report()
    }

    /// Tells what is left of earlier rescues. A practice that was interrupted cannot go on: its world is gone. Its entry
    /// goes; its key stays.
    fn look_back(&mut self, goes_on: Option<RescueId>) {
        let home = match self.changes.shown() {
            Some(View { screen: Screen::Home(home), .. }) => home.clone(),
            Some(_) | None => return,
        };
        let now = self.clock.now();
        if home.damaged_file {
            self.voice.note(now, &Act::KeptAside);
        }
        if self.touch == Touch::ByHand {
            for (index, rescue) in home.unfinished.iter().enumerate() {
                if goes_on != Some(rescue.rescue) {
                    self.voice.note(now, &Act::Unfinished(index + 1, rescue));
                }
            }
            return;
        }
        for rescue in home.unfinished {
            self.voice.note(now, &Act::Cleared(&rescue));
            self.handle(Event::Person(PersonEvent::Discard(rescue.rescue)));
        }
        self.hear_the_storage();
    }

    /// Leaves the end screen, and lets the storage finish.
    fn finish(&mut self) {
        self.handle(Event::Person(PersonEvent::Finish));
        if self.touch == Touch::ByEnter
            && let Some(rescue) = self.resumable.take()
        {
            self.handle(Event::Person(PersonEvent::Discard(rescue)));
        }
        self.hear_the_storage();
    }

    fn hear_the_storage(&mut self) {
        while let Some(event) = self.answers.pop_front() {
            self.handle(event);
        }
    }

    /// The next thing that happens.
    fn step(&mut self) -> Result<(), SessionError> {
        let now = self.clock.now();
        self.check_standstill(now)?;
        if let Some(event) = self.answers.pop_front() {
            self.handle(event);
            return Ok(());
        }
        let events = self.air.events(now);
        if !events.is_empty() {
            for event in events {
                self.handle(event);
            }
            return Ok(());
        }
        if self.wake_at.is_some_and(|at| at <= now) {
            self.handle(Event::Timer);
            return Ok(());
        }
        if self.acts_in_their_name(now)? {
            return Ok(());
        }
        match self.wait(now)? {
            Some(typed) => self.hear(typed),
            None => {
                if let Some(view) = self.changes.shown() {
                    self.voice.keep_moving(self.clock.now(), view);
                }
            }
        }
        Ok(())
    }

    fn check_standstill(&mut self, now: Millis) -> Result<(), SessionError> {
        let (since, count) = self.still;
        self.still = if now > since { (now, 0) } else { (since, count + 1) };
        if count > STANDSTILL { Err(SessionError::Standstill) } else { Ok(()) }
    }

    fn handle(&mut self, event: Event) {
        self.changes.heard(&event);
        let reply = self.engine.handle(Input { now: self.clock.now(), wall: self.clock.wall(), event });
        self.wake_at = reply.wake_at;
        if let Some(trace) = &mut self.trace {
            for line in trace.news(&self.engine.report()) {
                self.voice.detail(line);
            }
        }
        for effect in reply.effects {
            self.perform(effect);
        }
        if let Some(view) = reply.view {
            self.show(view);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match &effect {
            Effect::Radio(_) | Effect::Phone(_) => self.air.perform(self.clock.now(), &effect),
            Effect::Store(Store::Save { op, file, content }) => {
                let saved = self.shelf.save(*file, content);
                self.answers.push_back(match saved {
                    Ok(()) => Event::Done { op: *op, value: Value::Nothing },
                    Err(error) => Event::Failed { op: *op, failure: failure(&error) },
                });
            }
            Effect::Person(Person::VibratePhone) => self.voice.alert(),
            // The task was left from its first screen.
            Effect::Person(Person::Leave) => self.dropped(),
            // A terminal has no screen to keep on, and none of the buttons that ask for the others.
            Effect::Person(
                Person::KeepScreenOn(_) | Person::Share(_) | Person::Copy(_) | Person::OpenApp(_),
            ) => {}
        }
    }

    fn show(&mut self, view: View) {
        let now = self.clock.now();
        let begun = self.changes.shown().is_some_and(|view| !matches!(view.screen, Screen::Home(_)));
        let home = matches!(view.screen, Screen::Home(_));
        for mut change in self.changes.show(view) {
            if let Some(trouble) = self.explains(&change) {
                self.voice.note(now, &Act::InTrouble(&trouble));
            }
            if let Change::Ended(ended) = &mut change {
                if self.touch == Touch::ByEnter {
                    cannot_continue(ended);
                }
                if self.who.given().is_some_and(|given| given.key.is_some()) {
                    self.voice.note(now, &Act::UnusedKey);
                }
            }
            if !self.is_answered_already(&change) {
                self.voice.tell(now, &change);
            }
            match change {
                Change::Ended(ended) => {
                    self.resumable = ended.resumable;
                    self.ended = Some(ended.outcome);
                }
                Change::Bands(_) => self.list_changed = now,
                Change::Searching { .. }
                | Change::Hints(_)
                | Change::Asked { .. }
                | Change::Leaving(_)
                | Change::Began { .. }
                | Change::Step(_)
                | Change::Prompted(_)
                | Change::PromptOver => {}
            }
        }
        if home && begun {
            self.dropped();
        }
        if let Some(picker) = &mut self.picker {
            match self.changes.shown().map(|view| &view.screen) {
                Some(Screen::Choose(choose)) if choose.task != Task::Scan => {
                    picker.looks(now, self.changes.rows());
                }
                Some(_) | None => picker.looks_away(),
            }
        }
        if let (Who::StandIn(stand_in, _), Some(view)) = (&mut self.who, self.changes.shown()) {
            stand_in.looks(now, view, &self.air);
        }
    }

    /// What is wrong with Bluetooth, where that is why something is shown.
    fn explains(&self, change: &Change) -> Option<Trouble> {
        let trouble = self.air.trouble()?;
        let explains = match change {
            Change::Ended(ended) => matches!(ended.outcome.end, End::NoBluetooth | End::NoPermission),
            // That it is off, the question says itself.
            Change::Asked { ask, .. } => {
                ask.question == Question::NeedsBluetooth && trouble != Trouble::Off(Block::None)
            }
            Change::Searching { .. }
            | Change::Bands(_)
            | Change::Hints(_)
            | Change::Leaving(_)
            | Change::Began { .. }
            | Change::Step(_)
            | Change::Prompted(_)
            | Change::PromptOver => false,
        };
        explains.then_some(trouble)
    }

    /// A question that the command line has answered is not put to the person.
    fn is_answered_already(&self, change: &Change) -> bool {
        let Change::Asked { ask, .. } = change else { return false };
        matches!(&self.who, Who::AtTheKeyboard(given) if given.answers(&ask.question))
    }

    /// The person went back to where nothing had begun: a list is then complete, anything else was stopped.
    fn dropped(&mut self) {
        if self.ended.is_some() {
            return;
        }
        let end = self.dropped_as;
        let advice: &[Advice] = if end == End::NotSeen {
            &[Advice::TryAgain, Advice::FreeOtherPhones, Advice::ChargeBand, Advice::ToggleBluetooth]
        } else {
            &[]
        };
        let outcome = Outcome { end, old_address: None, new_address: None, evidence: Vec::new(), key: None };
        let ended = Ended {
            task: self.task,
            band: None,
            outcome: outcome.clone(),
            left: LeftState::Untouched,
            steps: Vec::new(),
            advice: advice.to_vec(),
            official_apps: Vec::new(),
            app_accepted: None,
            key_saved: false,
            resumable: None,
            facts: None,
        };
        self.voice.tell(self.clock.now(), &Change::Ended(Box::new(ended)));
        self.ended = Some(outcome);
    }
}

/// A practice world ends with its program: nothing can be continued in it.
fn cannot_continue(ended: &mut Ended) {
    ended.advice.retain(|advice| *advice != Advice::Continue);
}

/// Why a file could not be saved, in core's terms.
fn failure(error: &io::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
        return Failure::Denied;
    }
    Failure::Status(error.raw_os_error().and_then(|code| u16::try_from(code).ok()).unwrap_or(0))
}
