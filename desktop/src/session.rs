//! One task from its beginning to its end: lets engine, air, storage, clock and person meet.
//!
//! It decides nothing about bands: effects go where they belong, events come back, changes of the screen are told.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use rescue_core::Engine;
use rescue_core::effect::{Effect, Person, Store};
use rescue_core::event::{Event, Failure, Input, Opened, PersonEvent, Task, Value};
use rescue_core::outcome::{End, Outcome};
use rescue_core::view::{Advice, Choice, Ended, LeftState, Prompt, Question, RescueId, Screen};
use rescue_core::{Millis, PeerId, View};
use thiserror::Error;

use crate::air::Air;
use crate::answers::{self, Meant};
use crate::changes::{Change, Changes};
use crate::clock::Clock;
use crate::keyboard::Typed;
use crate::shelf::{Shelf, ShelfError};
use crate::standin::{Did, StandIn};
use crate::voice::paper::FRAME;
use crate::voice::{Act, Voice};

/// So often in a row may something happen without any time passing; more is a fault.
const STANDSTILL: u32 = 10_000;
/// On a virtual clock the list is shown to the person when nothing new came for this long.
const LIST_SETTLES: Millis = Millis::secs(3);

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
    /// Nothing would ever happen again.
    #[error("go on: nothing is left to wait for (a fault of this program; the report says where)")]
    Standstill,
}

/// Who answers and taps.
pub(crate) enum Who<A> {
    /// Somebody else, in the person's name.
    StandIn(Box<dyn StandIn<A>>),
    /// The person at the keyboard; where the band will be used may be said already.
    AtTheKeyboard(Option<Choice>),
    /// Nobody: a question ends the session.
    Nobody,
}

/// Everything that a task needs.
pub(crate) struct Session<A> {
    engine: Engine,
    air: A,
    shelf: Shelf,
    clock: Clock,
    voice: Box<dyn Voice>,
    who: Who<A>,
    typed: Receiver<Typed>,
    /// Keeps the channel open where nobody types.
    _keyboard: Sender<Typed>,
    changes: Changes,
    /// Answers of the storage that the engine has not yet heard.
    answers: VecDeque<Event>,
    wake_at: Option<Millis>,
    task: Task,
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
    pub(crate) fn new(
        task: Task,
        air: A,
        shelf: Shelf,
        clock: Clock,
        voice: Box<dyn Voice>,
        who: Who<A>,
        (keyboard, typed): (Sender<Typed>, Receiver<Typed>),
    ) -> Self {
        Self {
            engine: Engine::new(),
            air,
            shelf,
            clock,
            voice,
            who,
            typed,
            _keyboard: keyboard,
            changes: Changes::default(),
            answers: VecDeque::new(),
            wake_at: None,
            task,
            ended: None,
            resumable: None,
            lets_pass: None,
            list_changed: Millis(0),
            still: (Millis(0), 0),
        }
    }

    /// Runs the task to its end.
    pub(crate) fn run(&mut self, opened: Opened) -> Result<Outcome, SessionError> {
        self.handle(Event::Opened(opened));
        self.clear_interrupted();
        self.handle(Event::Person(PersonEvent::Begin(self.task)));
        loop {
            if let Some(outcome) = self.ended.clone() {
                self.finish();
                return Ok(outcome);
            }
            self.step()?;
        }
    }

    /// The redacted account.
    pub(crate) fn report(&self) -> String {
        self.engine.report()
    }

    /// A practice that was interrupted cannot go on: its world is gone. Its entry goes; its key stays.
    fn clear_interrupted(&mut self) {
        let home = match self.changes.shown() {
            Some(View { screen: Screen::Home(home), .. }) => home.clone(),
            Some(_) | None => return,
        };
        let now = self.clock.now();
        if home.damaged_file {
            self.voice.note(now, &Act::KeptAside);
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
        if let Some(rescue) = self.resumable.take() {
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

    // --- the engine

    fn handle(&mut self, event: Event) {
        self.changes.heard(&event);
        let reply = self.engine.handle(Input { now: self.clock.now(), wall: self.clock.wall(), event });
        self.wake_at = reply.wake_at;
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
            if let Change::Ended(ended) = &mut change {
                cannot_continue(ended);
            }
            self.voice.tell(now, &change);
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
        if let (Who::StandIn(stand_in), Some(view)) = (&mut self.who, self.changes.shown()) {
            stand_in.looks(now, view, &self.air);
        }
    }

    /// The person went back to where nothing had begun: a list is then complete, anything else was stopped.
    fn dropped(&mut self) {
        if self.ended.is_some() {
            return;
        }
        let end = match self.task {
            Task::Scan => End::Done,
            Task::Unpair | Task::Erase | Task::Restart | Task::Find => End::Cancelled,
        };
        let outcome = Outcome { end, old_address: None, new_address: None, evidence: Vec::new(), key: None };
        let ended = Ended {
            task: self.task,
            band: None,
            outcome: outcome.clone(),
            left: LeftState::Untouched,
            steps: Vec::new(),
            advice: Vec::new(),
            official_apps: Vec::new(),
            app_accepted: None,
            key_saved: false,
            resumable: None,
        };
        self.voice.tell(self.clock.now(), &Change::Ended(Box::new(ended)));
        self.ended = Some(outcome);
    }

    // --- the person

    /// Does what is to be done without asking them; says whether there was anything.
    fn acts_in_their_name(&mut self, now: Millis) -> Result<bool, SessionError> {
        let question = self.changes.shown().and_then(answers::question);
        match &mut self.who {
            Who::Nobody => {
                return match question {
                    Some(ask) => Err(SessionError::NobodyThere { question: ask.question.clone() }),
                    None => Ok(false),
                };
            }
            Who::StandIn(stand_in) => match stand_in.acts(now, &mut self.air) {
                Did::Nothing => return Ok(false),
                Did::Tapped => self.voice.note(now, &Act::Tapped),
                // A plain list is only looked at.
                Did::Said(PersonEvent::Pick(_)) if self.task == Task::Scan => {}
                Did::Said(said) => self.say(now, said),
            },
            Who::AtTheKeyboard(used_with) => {
                let asked = question.filter(|ask| ask.question == Question::WhereUsed);
                let Some(ask) = asked else { return Ok(false) };
                let Some(choice) = used_with.take() else { return Ok(false) };
                let answer = PersonEvent::Answer { ask: ask.id, choice };
                self.say(now, answer);
            }
        }
        Ok(true)
    }

    fn hear(&mut self, typed: Typed) {
        let now = self.clock.now();
        let line = match typed {
            Typed::Line(line) => line,
            Typed::End | Typed::Interrupt => {
                self.voice.note(now, &Act::Stopping);
                self.handle(Event::Person(PersonEvent::Cancel));
                return;
            }
        };
        self.voice.line_typed();
        let Some(view) = self.changes.shown() else { return };
        match answers::understand(view, self.changes.rows(), &line) {
            Ok(meant) => self.act(meant),
            Err(wanted) => self.voice.note(now, &Act::NotUnderstood { wanted }),
        }
    }

    fn act(&mut self, meant: Meant) {
        let now = self.clock.now();
        // What was chosen from the list takes a moment to show.
        self.list_changed = now;
        match meant {
            Meant::Tap => {
                self.voice.note(now, &Act::Tapped);
                self.air.tap(now);
                self.lets_pass = self.prompt();
            }
            Meant::Wait => self.lets_pass = self.prompt(),
            Meant::Say(said) => {
                let held = self.changes.shown().and_then(answers::question);
                let held = held.is_some_and(|ask| matches!(ask.question, Question::HeldByPhone { .. }));
                if held && said != PersonEvent::Back {
                    self.air.let_go(now);
                }
                self.say(now, said);
            }
        }
    }

    fn say(&mut self, now: Millis, said: PersonEvent) {
        self.tell_what_is_said(now, &said);
        self.handle(Event::Person(said));
    }

    fn tell_what_is_said(&mut self, now: Millis, said: &PersonEvent) {
        let Some(view) = self.changes.shown() else { return };
        let row = |peer: &PeerId| self.changes.rows().iter().find(|row| row.row.peer == *peer);
        if let PersonEvent::Pick(peer) = said
            && let Some(row) = row(peer)
        {
            self.voice.note(now, &Act::Picked(row));
        } else if let PersonEvent::Buzz(peer) = said
            && let Some(row) = row(peer)
        {
            self.voice.note(now, &Act::Buzzed(row));
        } else if let PersonEvent::Answer { ask, choice } = said {
            if view.leaving.as_ref().is_some_and(|leaving| leaving.ask == *ask) {
                self.voice.note(now, &Act::Left(*choice));
            } else if let Some(asked) = answers::question(view) {
                self.voice.note(now, &Act::Answered(&asked.question, *choice));
            }
        }
    }

    // --- time

    /// Waits until something is due or typed. A virtual clock jumps there, unless the person is needed.
    fn wait(&mut self, now: Millis) -> Result<Option<Typed>, SessionError> {
        let stand_in = match &self.who {
            Who::StandIn(stand_in) => stand_in.acts_at(),
            Who::AtTheKeyboard(_) | Who::Nobody => None,
        };
        let due = [self.wake_at, self.air.wake_at(), stand_in].into_iter().flatten().min();
        if !self.clock.is_virtual() {
            let due = due.map_or(FRAME, |at| Duration::from_millis((at - now).0).min(FRAME));
            return Ok(self.typed.recv_timeout(due).ok());
        }
        if self.needs_the_person(now) {
            // A closed keyboard sends its end first; the channel itself stays open.
            return Ok(self.typed.recv().ok());
        }
        if let Ok(typed) = self.typed.try_recv() {
            return Ok(Some(typed));
        }
        self.clock.jump(due.ok_or(SessionError::Standstill)?);
        Ok(None)
    }

    /// Whether the virtual clock stands still for the person at the keyboard.
    fn needs_the_person(&self, now: Millis) -> bool {
        match self.who {
            Who::StandIn(_) | Who::Nobody => return false,
            Who::AtTheKeyboard(_) => {}
        }
        let Some(view) = self.changes.shown() else { return false };
        if view.leaving.is_some() || answers::question(view).is_some() {
            return true;
        }
        match &view.screen {
            Screen::Choose(choose) => {
                let settled = now >= self.list_changed + LIST_SETTLES;
                choose.task != Task::Scan && settled && (!choose.bands.is_empty() || !choose.hints.is_empty())
            }
            Screen::Rescue(_) => match self.prompt() {
                Some(prompt @ (Prompt::Tap { .. } | Prompt::PressButton { .. })) => {
                    self.lets_pass != Some(prompt)
                }
                Some(Prompt::HoldNear { .. }) | None => false,
            },
            Screen::Home(_) | Screen::Keys(_) | Screen::Question(_) | Screen::Ended(_) => false,
        }
    }

    fn prompt(&self) -> Option<Prompt> {
        match self.changes.shown().map(|view| &view.screen) {
            Some(Screen::Rescue(rescue)) => rescue.prompt,
            Some(
                Screen::Home(_)
                | Screen::Keys(_)
                | Screen::Choose(_)
                | Screen::Question(_)
                | Screen::Ended(_),
            )
            | None => None,
        }
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
