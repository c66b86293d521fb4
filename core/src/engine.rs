//! The engine: one input in, one reply out. Runs at most one flow, and owns what is around it: the home screen, the
//! saved keys, cancelling, the end.

use std::sync::{Arc, Mutex};

use crate::cx::{BackMeans, Cx, Place, Running, Shared, Stop};
use crate::effect::{Effect, Person, Reply, Store, StoreFile};
use crate::event::{
    Adapter, AskId, Bond, Choice, Event, Input, KeyText, OpId, Opened, PersonEvent, RescueId, Task,
};
use crate::flow;
use crate::guide;
use crate::inbox::Deed;
use crate::journal::{Case, Journal};
use crate::keys::{KeyId, KeyStore};
use crate::lines::Intact;
use crate::outcome::{End, Evidence, Outcome};
use crate::payload::Payload;
use crate::random::Random;
use crate::report::status_name;
use crate::task::{Progress, Task as Flow};
use crate::view::{Ended, Leaving, LeftState, StepState, View};

/// Decides everything. See the crate's documentation.
pub struct Engine {
    cx: Cx,
    flow: Option<Flow<Result<End, Stop>>>,
    sent_view: Option<View>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An engine that waits for [`Event::Opened`]. Practice gets an engine and stored files of its own.
    pub fn new() -> Self {
        Self { cx: Cx::new(Arc::new(Mutex::new(Shared::new()))), flow: None, sent_view: None }
    }

    /// Takes in what happened; gives back what to do, when to call again, and the screen if it changed.
    ///
    /// Never panics for any input: events of operations that never were, answers to old questions and a clock that
    /// goes backwards are noted in the report and otherwise ignored.
    pub fn handle(&mut self, input: Input) -> Reply {
        {
            let mut shared = self.cx.lock();
            shared.now = shared.now.max(input.now);
            shared.wall = input.wall;
        }
        self.take_in(input.event);
        self.go_on();
        self.reply()
    }

    /// The account of the present or last task, redacted: no keys, and of addresses the last two bytes.
    pub fn report(&self) -> String {
        self.cx.lock().report.text()
    }

    // --- taking in

    fn take_in(&mut self, event: Event) {
        match event {
            Event::Opened(opened) => self.open(opened),
            Event::Timer => {}
            Event::Resumed => self.cx.lock().inbox.resumed += 1,
            Event::Person(deed) => self.person(deed),
            Event::Done { op, value } => self.answer(op, Ok(value)),
            Event::Failed { op, failure } => self.answer(op, Err(failure)),
            Event::Seen(seen) => {
                let mut shared = self.cx.lock();
                let now = shared.now;
                shared.inbox.hear(seen, now);
            }
            Event::Notified { link, characteristic, value } => {
                let mut shared = self.cx.lock();
                let now = shared.now;
                if !shared.inbox.notify(link, characteristic, value, now) {
                    shared.note("a notification of a link that is not up was ignored");
                }
            }
            Event::LinkDown { link, status } => {
                let mut shared = self.cx.lock();
                if shared.inbox.link_down(link, status) {
                    shared.note(format!("link down: {}", status_name(status)));
                }
            }
            Event::Adapter(adapter) => self.adapter(adapter),
            Event::BondChanged { peer, state } => {
                let mut shared = self.cx.lock();
                let name = match state {
                    Bond::None => "gone",
                    Bond::Bonding => "being made",
                    Bond::Bonded => "there",
                };
                shared.note(format!("a bond is {name}"));
                shared.inbox.bond_changed(peer, state);
            }
        }
    }

    fn answer(&self, op: OpId, answer: crate::inbox::Answer) {
        let mut shared = self.cx.lock();
        if !shared.inbox.answer(op, answer) {
            shared.note("an answer that nobody waits for was ignored");
        }
    }

    fn adapter(&self, adapter: Adapter) {
        let mut shared = self.cx.lock();
        shared.note(match adapter {
            Adapter::On => "Bluetooth is on",
            Adapter::Off => "Bluetooth went off",
            Adapter::Missing => "Bluetooth is missing",
        });
        shared.inbox.adapter = Some(adapter);
    }

    fn open(&self, opened: Opened) {
        let mut shared = self.cx.lock();
        let Opened { journal, keys, entropy, boot_id, phone, app_version } = opened;
        shared.report.head(format!("Band Rescue {app_version} on {phone}"));
        shared.boot_id = boot_id;
        shared.random = Some(Random::new(&entropy));
        if let Some(file) = keys {
            let (store, intact) = KeyStore::load(file.as_slice());
            shared.keys = store;
            set_aside(&mut shared, intact, StoreFile::DamagedKeys, file);
        }
        if let Some(file) = journal {
            let (journal, intact) = Journal::load(file.as_slice());
            shared.journal = journal;
            set_aside(&mut shared, intact, StoreFile::DamagedJournal, file);
        }
        shared.dirty = true;
    }

    // --- the person

    fn person(&mut self, deed: PersonEvent) {
        match deed {
            PersonEvent::Begin(task) => self.begin(task, None),
            PersonEvent::Resume(rescue) => {
                let case = self.cx.lock().journal.get(rescue).cloned();
                if let Some(case) = case {
                    self.begin(case.task, Some(case));
                }
            }
            PersonEvent::Discard(rescue) => {
                let mut shared = self.cx.lock();
                shared.forget_case(rescue);
                shared.dirty = true;
            }
            PersonEvent::ShowKeys if self.flow.is_none() => self.show(Place::Keys),
            PersonEvent::ShowKeys => {}
            PersonEvent::DeleteKey(key) => {
                let mut shared = self.cx.lock();
                shared.forget_key(key);
                shared.dirty = true;
            }
            PersonEvent::CopyKey(key) => self.copy(key),
            PersonEvent::Pick(peer) => self.cx.lock().inbox.did(Deed::Pick(peer)),
            PersonEvent::Buzz(peer) => self.cx.lock().inbox.did(Deed::Buzz(peer)),
            PersonEvent::EnterKey(KeyText(text)) => self.cx.lock().inbox.did(Deed::Entered(text)),
            PersonEvent::Answer { ask, choice } => self.answered(ask, choice),
            PersonEvent::Back => self.back(),
            PersonEvent::Cancel => self.cancel(),
            PersonEvent::OpenOfficialApp => self.open_official_app(),
            PersonEvent::AppAccepted(accepted) => {
                self.cx.note(format!("the official app accepted the band: {accepted}"));
                self.with_ended(|ended| {
                    ended.app_accepted = Some(accepted);
                    if !accepted && !ended.advice.contains(&crate::view::Advice::AccountLock) {
                        ended.advice.push(crate::view::Advice::AccountLock);
                        ended.advice.push(crate::view::Advice::AskOwner);
                    }
                });
            }
            PersonEvent::CopyEndKey => self.copy_end_key(),
            PersonEvent::ShareReport => {
                let text = self.report();
                self.cx.emit(Effect::Person(Person::Share(text)));
            }
            PersonEvent::Finish => self.finish(),
        }
    }

    fn begin(&mut self, task: Task, case: Option<Case>) {
        if self.flow.is_some() {
            self.cx.note("a task was begun while another runs: ignored");
            return;
        }
        {
            let mut shared = self.cx.lock();
            let now = shared.now;
            shared.report.begin(now);
            shared.note(format!("task: {task:?}{}", if case.is_some() { ", continued" } else { "" }));
            if shared.random.is_none() {
                shared.note("the session was not opened: ignored");
                return;
            }
            shared.inbox.forget_deeds();
            shared.running = Some(Running {
                task,
                evidence: case.as_ref().map(|case| case.evidence.clone()).unwrap_or_default(),
                case,
                steps: Vec::new(),
                prompt: None,
                ask: None,
                key: None,
                given_keys: Vec::new(),
                facts: None,
                back: BackMeans::DropTask,
                leaving: None,
            });
            shared.effects.push(Effect::Person(Person::KeepScreenOn(true)));
            shared.dirty = true;
        }
        self.flow = Some(Flow::new(flow::run(self.cx.clone(), task)));
    }

    fn answered(&mut self, ask: AskId, choice: Choice) {
        if self.take_leaving(ask) {
            if choice == Choice::Stop {
                self.cancel();
            }
            return;
        }
        let mut shared = self.cx.lock();
        let asked = match &shared.place {
            Place::Question(question) => Some(question),
            Place::Home | Place::Keys | Place::Choose(_) | Place::Steps | Place::Ended(_) => {
                shared.running.as_ref().and_then(|running| running.ask.as_ref())
            }
        };
        if asked.is_some_and(|asked| asked.id == ask && asked.choices.contains(&choice)) {
            shared.inbox.chosen = Some((ask, choice));
        } else {
            shared.note("an answer to no present question was ignored");
        }
    }

    /// Takes the question "stop here?" away if this answers it.
    fn take_leaving(&self, ask: AskId) -> bool {
        let mut shared = self.cx.lock();
        shared.dirty = true;
        let running = shared.running.as_mut();
        running.and_then(|running| running.leaving.take_if(|leaving| leaving.ask == ask)).is_some()
    }

    /// One step back.
    fn back(&mut self) {
        let back = self.cx.lock().running.as_ref().map(|running| running.back);
        match (self.flow.is_some(), back) {
            (true, Some(BackMeans::DropTask)) => {
                self.flow = None;
                self.go_home();
            }
            (true, Some(BackMeans::TellFlow)) => self.cx.lock().inbox.did(Deed::Back),
            (true, Some(BackMeans::AskFirst) | None) => self.ask_to_leave(),
            (false, _) => {
                let at_home = matches!(self.cx.lock().place, Place::Home);
                if at_home {
                    self.cx.emit(Effect::Person(Person::Leave));
                } else {
                    self.finish();
                }
            }
        }
    }

    fn ask_to_leave(&self) {
        let mut shared = self.cx.lock();
        let left = shared.left();
        let ask = shared.next_ask();
        shared.dirty = true;
        if let Some(running) = &mut shared.running {
            // A second step back takes the question away.
            running.leaving = if running.leaving.is_some() { None } else { Some(Leaving { ask, left }) };
        }
    }

    fn cancel(&mut self) {
        if self.flow.is_some() {
            self.flow = None;
            self.cx.note("the person stopped the task");
            self.end(Err(Stop(End::Cancelled)));
        }
    }

    fn copy(&self, id: KeyId) {
        let mut shared = self.cx.lock();
        if let Some(key) = shared.keys.get(id).map(|saved| saved.key.to_hex()) {
            shared.effects.push(Effect::Person(Person::Copy(Payload(key.into_bytes()))));
        }
    }

    fn copy_end_key(&self) {
        let mut shared = self.cx.lock();
        let key = match &shared.place {
            Place::Ended(ended) => ended.outcome.key.as_ref().map(crate::keys::AuthKey::to_hex),
            Place::Home | Place::Keys | Place::Choose(_) | Place::Question(_) | Place::Steps => None,
        };
        if let Some(key) = key {
            shared.effects.push(Effect::Person(Person::Copy(Payload(key.into_bytes()))));
        }
    }

    fn open_official_app(&self) {
        let mut shared = self.cx.lock();
        let app = match &shared.place {
            Place::Ended(ended) => ended.official_apps.first().copied(),
            Place::Home | Place::Keys | Place::Choose(_) | Place::Question(_) | Place::Steps => None,
        };
        if let Some(app) = app {
            shared.effects.push(Effect::Person(Person::OpenApp(app)));
        }
    }

    /// Leaves the end screen or the keys.
    fn finish(&mut self) {
        if self.flow.is_none() {
            self.go_home();
        }
    }

    // --- going on and ending

    fn go_on(&mut self) {
        self.cx.lock().wake = None;
        let Some(flow) = &mut self.flow else { return };
        let end = match flow.poll() {
            Progress::Waits => return,
            Progress::Done(end) => end,
            Progress::Panicked(said) => {
                self.cx.note(format!("fault of the app: {said}"));
                Err(Stop(End::AppFault))
            }
        };
        // Dropping a flow closes its link and stops its scan.
        self.flow = None;
        self.cx.lock().wake = None;
        self.end(end);
    }

    fn end(&mut self, end: Result<End, Stop>) {
        let end = end.unwrap_or_else(|Stop(end)| end);
        let mut shared = self.cx.lock();
        shared.note(format!("end: {end:?}"));
        let before_the_steps = !matches!(shared.place, Place::Steps);
        let Some(mut running) = shared.running.take() else { return };
        shared.effects.push(Effect::Person(Person::KeepScreenOn(false)));
        for row in &mut running.steps {
            row.state = match (row.state, end.is_success()) {
                (StepState::Doing | StepState::NeedsYou, true) => StepState::Done,
                (StepState::Doing | StepState::NeedsYou, false) => StepState::Failed,
                (StepState::Waiting, true) => StepState::Skipped,
                (
                    state @ (StepState::Waiting | StepState::Done | StepState::Skipped | StepState::Failed),
                    _,
                ) => state,
            };
        }
        let resumable = settle(&mut shared, &running, end);
        let case = running.case.as_ref();
        let outcome = Outcome {
            end,
            old_address: case.and_then(|case| case.target.address),
            new_address: case.and_then(|case| case.new_address),
            evidence: running.evidence.clone(),
            key: running.key.clone().filter(|_| end == End::TakenOver),
        };
        let key_saved = case.is_some_and(|case| shared.keys.of(&case.target.peer).next().is_some());
        let official_apps =
            case.map(|case| case.target.model.row().official_apps.to_vec()).unwrap_or_default();
        let model = case.map(|case| case.target.model);
        let mut advice = guide::advice(running.task, &outcome, model, resumable.is_some());
        if before_the_steps && end == End::Cancelled {
            advice.clear();
        }
        let ended = Ended {
            task: running.task,
            band: case.map(|case| case.target.label()),
            left: case.map_or(LeftState::Untouched, |case| case.left),
            outcome,
            steps: running.steps,
            advice,
            official_apps,
            app_accepted: None,
            key_saved,
            resumable,
            facts: running.facts,
        };
        shared.place = Place::Ended(Box::new(ended));
        shared.dirty = true;
    }

    fn go_home(&self) {
        let mut shared = self.cx.lock();
        if shared.running.take().is_some() {
            shared.effects.push(Effect::Person(Person::KeepScreenOn(false)));
        }
        shared.place = Place::Home;
        shared.dirty = true;
    }

    fn show(&self, place: Place) {
        let mut shared = self.cx.lock();
        shared.place = place;
        shared.dirty = true;
    }

    fn with_ended(&self, change: impl FnOnce(&mut Ended)) {
        let mut shared = self.cx.lock();
        if let Place::Ended(ended) = &mut shared.place {
            change(ended);
        }
        shared.dirty = true;
    }

    fn reply(&mut self) -> Reply {
        let mut shared = self.cx.lock();
        let effects = std::mem::take(&mut shared.effects);
        let wake_at = shared.wake;
        let view = std::mem::take(&mut shared.dirty).then(|| shared.view());
        drop(shared);
        let view = view.filter(|view| self.sent_view.as_ref() != Some(view));
        if view.is_some() {
            self.sent_view.clone_from(&view);
        }
        Reply { effects, wake_at, view }
    }
}

/// Keeps a file that could not be read whole, before anything is written over it.
fn set_aside(shared: &mut Shared, intact: Intact, file: StoreFile, content: Payload) {
    match intact {
        Intact::Whole => {}
        Intact::Damaged => {
            let op = shared.next_op();
            shared.effects.push(Effect::Store(Store::Save { op, file, content }));
            shared.damaged_file = true;
            shared.note(format!("a stored file could not be read whole; kept as {file:?}"));
        }
    }
}

/// What stays after the end: the journal entry of a rescue that can be continued, and keys that may be needed.
fn settle(shared: &mut Shared, running: &Running, end: End) -> Option<RescueId> {
    let case = running.case.as_ref()?;
    let freed = matches!(end, End::Freed | End::FreedSameAddress | End::Erased | End::ErasedSameAddress);
    if freed && (case.left == LeftState::Erased || running.evidence.contains(&Evidence::NotBound)) {
        // The erase is proved, or the band says that it is nobody's: no key from before opens anything.
        let useless: Vec<KeyId> = shared.keys.of(&case.target.peer).map(|saved| saved.id).collect();
        for key in useless {
            shared.forget_key(key);
        }
    }
    if end.is_success() || !case.is_unfinished() {
        shared.forget_case(case.id);
        return None;
    }
    let mut case = case.clone();
    case.evidence.clone_from(&running.evidence);
    let id = case.id;
    shared.journal.put(case);
    shared.save_quietly(StoreFile::Journal);
    Some(id)
}
