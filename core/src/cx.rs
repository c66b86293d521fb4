//! What a flow can do: emit effects, wait with a deadline, ask the person, show steps, write down what was seen.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use crate::address::{Address, PeerId};
use crate::band::Target;
use crate::effect::{Effect, Person, Store, StoreFile};
use crate::event::{AskId, Choice, OpId, Task};
use crate::facts::Facts;
use crate::inbox::{Answer, Deed, Inbox};
use crate::journal::{Case, Journal};
use crate::keys::{AuthKey, KeyId, KeyStore, doctor};
use crate::outcome::{End, Evidence};
use crate::random::Random;
use crate::report::Report;
use crate::time::{Millis, WallMillis};
use crate::view::{
    Ask, Choose, Ended, Home, KeyRow, Leaving, LeftState, Prompt, Question, QuestionScreen, Rescue, Screen,
    Step, StepRow, StepSeen, StepState, View,
};

/// A person is waited for this long.
pub(crate) const PATIENCE: Millis = Millis::secs(15 * 60);
/// Storage and the phone's own records answer within this.
pub(crate) const PHONE_ANSWERS: Millis = Millis::secs(10);

/// Why a flow ends early: honestly, with one of the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop(pub(crate) End);

/// A moment and why nothing is waited for longer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Millis,
    pub(crate) reason: &'static str,
}

/// The deadline came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late;

/// Where the person is.
#[derive(Debug)]
pub(crate) enum Place {
    Home,
    Keys,
    Choose(Choose),
    Question(Ask),
    Steps,
    Ended(Box<Ended>),
}

/// What the back gesture means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackMeans {
    /// Nothing was changed: the task is dropped.
    DropTask,
    /// The flow itself goes a step back.
    TellFlow,
    /// The person is asked whether to stop.
    AskFirst,
}

/// The task that runs, or has just ended.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) task: Task,
    pub(crate) case: Option<Case>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) ask: Option<Ask>,
    pub(crate) key: Option<AuthKey>,
    /// The readings of a key that the person entered.
    pub(crate) given_keys: Vec<AuthKey>,
    /// What the band told, for a task that only looks.
    pub(crate) facts: Option<Box<Facts>>,
    pub(crate) back: BackMeans,
    /// The person is being asked whether to stop.
    pub(crate) leaving: Option<Leaving>,
}

/// Everything behind the one lock. It is never held across a poll of a flow.
pub(crate) struct Shared {
    pub(crate) now: Millis,
    pub(crate) wall: WallMillis,
    pub(crate) boot_id: String,
    pub(crate) inbox: Inbox,
    pub(crate) effects: Vec<Effect>,
    /// The earliest deadline that the flow waits for.
    pub(crate) wake: Option<Millis>,
    next_op: u64,
    next_ask: u32,
    pub(crate) random: Option<Random>,
    pub(crate) journal: Journal,
    pub(crate) keys: KeyStore,
    pub(crate) damaged_file: bool,
    pub(crate) report: Report,
    pub(crate) place: Place,
    pub(crate) running: Option<Running>,
    pub(crate) scan_starts: VecDeque<Millis>,
    /// The view may differ from the one that was sent last.
    pub(crate) dirty: bool,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            now: Millis(0),
            wall: WallMillis(0),
            boot_id: String::new(),
            inbox: Inbox::default(),
            effects: Vec::new(),
            wake: None,
            next_op: 1,
            next_ask: 1,
            random: None,
            journal: Journal::default(),
            keys: KeyStore::default(),
            damaged_file: false,
            report: Report::default(),
            place: Place::Home,
            running: None,
            scan_starts: VecDeque::new(),
            dirty: true,
        }
    }

    pub(crate) fn next_op(&mut self) -> OpId {
        let op = OpId(self.next_op);
        self.next_op += 1;
        op
    }

    pub(crate) fn next_ask(&mut self) -> AskId {
        let ask = AskId(self.next_ask);
        self.next_ask = self.next_ask.wrapping_add(1);
        ask
    }

    pub(crate) fn note(&mut self, line: impl Into<String>) {
        self.report.note(self.now, line);
    }

    /// Writes a file anew; nobody waits for the answer.
    pub(crate) fn save_quietly(&mut self, file: StoreFile) {
        let op = self.next_op();
        let content = self.content(file);
        self.effects.push(Effect::Store(Store::Save { op, file, content }));
    }

    fn content(&self, file: StoreFile) -> crate::Payload {
        match file {
            StoreFile::Journal | StoreFile::DamagedJournal => self.journal.save(),
            StoreFile::Keys | StoreFile::DamagedKeys => self.keys.save(),
        }
    }

    pub(crate) fn forget_key(&mut self, id: KeyId) {
        if self.keys.forget(id) {
            self.save_quietly(StoreFile::Keys);
        }
    }

    pub(crate) fn forget_case(&mut self, id: crate::event::RescueId) {
        if self.journal.remove(id) {
            self.save_quietly(StoreFile::Journal);
        }
    }

    /// How the band is left if things stop now.
    pub(crate) fn left(&self) -> LeftState {
        let case = self.running.as_ref().and_then(|running| running.case.as_ref());
        case.map_or(LeftState::Untouched, |case| case.left)
    }

    pub(crate) fn view(&self) -> View {
        let running = self.running.as_ref();
        let band = || running.and_then(|running| running.case.as_ref()).map(|case| case.target.label());
        let screen = match (&self.place, running) {
            (Place::Keys, _) => Screen::Keys(self.key_rows()),
            (Place::Choose(choose), Some(_)) => Screen::Choose(choose.clone()),
            (Place::Question(ask), Some(running)) => {
                Screen::Question(QuestionScreen { task: running.task, band: band(), ask: ask.clone() })
            }
            (Place::Steps, Some(running)) => Screen::Rescue(Rescue {
                task: running.task,
                band: band(),
                steps: running.steps.clone(),
                prompt: running.prompt,
                ask: running.ask.clone(),
            }),
            (Place::Ended(ended), _) => Screen::Ended(ended.as_ref().clone()),
            (Place::Home, _) | (_, None) => Screen::Home(Home {
                unfinished: self.journal.unfinished(),
                saved_keys: u32::try_from(self.keys.all().len()).unwrap_or(u32::MAX),
                damaged_file: self.damaged_file,
            }),
        };
        View { screen, leaving: running.and_then(|running| running.leaving.clone()) }
    }

    fn key_rows(&self) -> Vec<KeyRow> {
        let row = |saved: &crate::keys::SavedKey| KeyRow {
            id: saved.id,
            band: Target { peer: saved.peer.clone(), model: saved.model, address: saved.address }.label(),
            key: saved.key.clone(),
            confirmed: saved.confirmed,
            saved_at: saved.saved_at,
        };
        self.keys.all().iter().rev().map(row).collect()
    }
}

/// A flow's hands.
#[derive(Clone)]
pub(crate) struct Cx {
    shared: Arc<Mutex<Shared>>,
}

impl Cx {
    pub(crate) fn new(shared: Arc<Mutex<Shared>>) -> Self {
        Self { shared }
    }

    /// The state behind the lock; a lock poisoned by a panic is taken over as it is.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Millis {
        self.lock().now
    }

    /// A deadline a span from now.
    pub(crate) fn within(&self, span: Millis, reason: &'static str) -> Deadline {
        Deadline { at: self.now() + span, reason }
    }

    pub(crate) fn emit(&self, effect: Effect) {
        self.lock().effects.push(effect);
    }

    /// A line in the report.
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.lock().note(line);
    }

    // --- waiting

    /// Waits until `look` finds something, or the deadline comes.
    pub(crate) async fn wait<T>(
        &self,
        deadline: Deadline,
        mut look: impl FnMut(&mut Inbox) -> Option<T>,
    ) -> Result<T, Late> {
        poll_fn(|_| {
            let mut shared = self.lock();
            if let Some(found) = look(&mut shared.inbox) {
                return Poll::Ready(Ok(found));
            }
            if shared.now >= deadline.at {
                return Poll::Ready(Err(Late));
            }
            let wake = shared.wake.map_or(deadline.at, |wake| wake.min(deadline.at));
            shared.wake = Some(wake);
            Poll::Pending
        })
        .await
    }

    /// Waits a span, whatever happens.
    pub(crate) async fn pause(&self, span: Millis, reason: &'static str) {
        let _: Result<(), Late> = self.wait(self.within(span, reason), |_| None).await;
    }

    /// Starts an operation.
    pub(crate) fn start(&self, effect: impl FnOnce(OpId) -> Effect) -> Operation<'_> {
        let mut shared = self.lock();
        let op = shared.next_op();
        shared.inbox.expect(op);
        shared.effects.push(effect(op));
        Operation { cx: self, op }
    }

    /// Starts an operation of phone or storage and waits for its answer.
    pub(crate) async fn call(
        &self,
        span: Millis,
        reason: &'static str,
        effect: impl FnOnce(OpId) -> Effect,
    ) -> Result<Answer, Late> {
        let operation = self.start(effect);
        self.wait(self.within(span, reason), |inbox| inbox.take_answer(operation.op)).await
    }

    // --- the person

    /// Asks on a whole screen, before the steps begin. `None`: the person went a step back.
    pub(crate) async fn ask_first(
        &self,
        question: Question,
        choices: &[Choice],
    ) -> Result<Option<Choice>, Stop> {
        let ask = self.new_ask(question, choices);
        let id = ask.id;
        self.show_question(ask);
        let deadline = self.within(PATIENCE, "the person reads the question");
        let chosen = self.wait(deadline, |inbox| {
            let answer = inbox.chosen.take_if(|(asked, _)| *asked == id).map(|(_, choice)| Some(choice));
            answer.or_else(|| inbox.take_deed(|deed| *deed == Deed::Back).map(|_| None))
        });
        chosen.await.map_err(|Late| Stop(End::LeftAlone))
    }

    /// Asks for a key on a whole screen. `None`: the person went a step back.
    pub(crate) async fn ask_for_key(&self) -> Result<Option<KeyAnswer>, Stop> {
        let mut problem = None;
        loop {
            let ask = self.new_ask(Question::HaveKey { problem }, &[Choice::NoKey]);
            let id = ask.id;
            self.show_question(ask);
            let deadline = self.within(PATIENCE, "the person looks for a key");
            let answer = self.wait(deadline, |inbox| {
                // The one choice is to have no key.
                let none = inbox.chosen.take_if(|(asked, _)| *asked == id).map(|_| None);
                none.or_else(|| {
                    inbox.take_deed(|deed| matches!(deed, Deed::Back | Deed::Entered(_))).map(Some)
                })
            });
            match answer.await.map_err(|Late| Stop(End::LeftAlone))? {
                None => return Ok(Some(KeyAnswer::None)),
                Some(Deed::Entered(text)) => match doctor::readings(&text) {
                    Ok(keys) => return Ok(Some(KeyAnswer::Keys(keys))),
                    Err(error) => problem = Some(error),
                },
                Some(Deed::Back | Deed::Pick(_) | Deed::Buzz(_)) => return Ok(None),
            }
        }
    }

    /// The same in the middle of the steps, which are shown again afterwards. `None`: the person went a step back.
    pub(crate) async fn ask_for_key_meanwhile(&self) -> Result<Option<KeyAnswer>, Stop> {
        let answer = self.ask_for_key().await;
        self.lock().place = Place::Steps;
        self.set_back(BackMeans::AskFirst);
        answer
    }

    fn show_question(&self, ask: Ask) {
        {
            let mut shared = self.lock();
            shared.inbox.forget_deeds();
            shared.place = Place::Question(ask);
            shared.dirty = true;
        }
        self.set_back(BackMeans::TellFlow);
    }

    /// Asks in the middle of the steps.
    pub(crate) async fn ask(&self, question: Question, choices: &[Choice]) -> Result<Choice, Stop> {
        let ask = self.new_ask(question, choices);
        let id = ask.id;
        {
            let mut shared = self.lock();
            shared.inbox.chosen = None;
            shared.effects.push(Effect::Person(Person::VibratePhone));
            if let Some(running) = &mut shared.running {
                running.ask = Some(ask);
            }
        }
        self.set_step_state(StepState::NeedsYou);
        let deadline = self.within(PATIENCE, "the person answers");
        let chosen = self.wait(deadline, |inbox| {
            inbox.chosen.take_if(|(asked, _)| *asked == id).map(|(_, choice)| choice)
        });
        let chosen = chosen.await;
        self.with_running(|running| running.ask = None);
        self.set_step_state(StepState::Doing);
        if let Ok(choice) = chosen {
            self.note(format!("the person answered {choice:?}"));
        }
        chosen.map_err(|Late| Stop(End::LeftAlone))
    }

    fn new_ask(&self, question: Question, choices: &[Choice]) -> Ask {
        let mut shared = self.lock();
        let id = shared.next_ask();
        shared.note(format!("asked: {question:?}"));
        Ask { id, question, choices: choices.to_vec() }
    }

    pub(crate) fn set_back(&self, back: BackMeans) {
        self.with_running(|running| running.back = back);
    }

    /// Shows the list of bands.
    pub(crate) fn show_choose(&self, choose: Choose) {
        let mut shared = self.lock();
        shared.place = Place::Choose(choose);
        shared.dirty = true;
    }

    /// Shows or hides what the person must do at the band now.
    pub(crate) fn prompt(&self, prompt: Option<Prompt>) {
        self.with_running(|running| running.prompt = prompt);
        match prompt {
            Some(Prompt::Tap { .. } | Prompt::PressButton { .. }) => {
                self.emit(Effect::Person(Person::VibratePhone));
                self.set_step_state(StepState::NeedsYou);
            }
            Some(Prompt::HoldNear { .. }) | None => self.set_step_state(StepState::Doing),
        }
    }

    // --- the steps

    /// From now on the steps are shown, and going back asks first.
    pub(crate) fn begin_steps(&self, steps: &[Step]) {
        {
            let mut shared = self.lock();
            shared.inbox.forget_deeds();
            shared.place = Place::Steps;
        }
        self.with_running(|running| {
            let row = |step: &Step| StepRow { step: *step, state: StepState::Waiting, seen: None };
            running.steps = steps.iter().map(row).collect();
            running.back = BackMeans::AskFirst;
        });
    }

    /// Begins a step: what was being done is done, and what was planned before it is left out. A step that was not
    /// planned, or that comes again, is put after those that were begun.
    pub(crate) fn step(&self, step: Step) {
        self.note(format!("step: {step:?}"));
        self.with_running(|running| {
            let rows = &mut running.steps;
            rows.retain(|row| row.step != step || row.state == StepState::Waiting);
            if !rows.iter().any(|row| row.step == step) {
                let begun = rows.iter().take_while(|row| row.state != StepState::Waiting).count();
                rows.insert(begun, StepRow { step, state: StepState::Waiting, seen: None });
            }
            for row in rows.iter_mut() {
                if row.step == step {
                    row.state = StepState::Doing;
                    break;
                }
                row.state = match row.state {
                    StepState::Waiting => StepState::Skipped,
                    StepState::Doing | StepState::NeedsYou => StepState::Done,
                    ended @ (StepState::Done | StepState::Skipped | StepState::Failed) => ended,
                };
            }
        });
    }

    /// The present step was not possible with this band; the task goes on without it.
    pub(crate) fn step_skipped(&self) {
        self.set_step_state(StepState::Skipped);
    }

    /// The present step was tried and did not work; the task goes on another way.
    pub(crate) fn step_failed(&self) {
        self.set_step_state(StepState::Failed);
    }

    /// What was seen in the present step.
    pub(crate) fn step_seen(&self, seen: StepSeen) {
        self.with_running(|running| {
            let at = running.steps.iter_mut().rev().find(|row| row.state != StepState::Waiting);
            if let Some(row) = at {
                row.seen = Some(seen);
            }
        });
    }

    fn set_step_state(&self, state: StepState) {
        self.with_running(|running| {
            let at = running
                .steps
                .iter_mut()
                .find(|row| matches!(row.state, StepState::Doing | StepState::NeedsYou));
            if let Some(row) = at {
                row.state = state;
            }
        });
    }

    // --- what is known and what must not be lost

    /// Something was seen.
    pub(crate) fn saw(&self, evidence: Evidence) {
        self.note(format!("saw: {evidence:?}"));
        self.with_running(|running| {
            if !running.evidence.contains(&evidence) {
                running.evidence.push(evidence);
            }
        });
    }

    /// What was seen no longer says anything about the end.
    pub(crate) fn forget_evidence(&self, outdated: &[Evidence]) {
        self.with_running(|running| running.evidence.retain(|evidence| !outdated.contains(evidence)));
    }

    pub(crate) fn has_seen(&self, evidence: Evidence) -> bool {
        self.lock().running.as_ref().is_some_and(|running| running.evidence.contains(&evidence))
    }

    /// Opens the case of a band that was chosen.
    pub(crate) fn open_case(&self, target: &Target) {
        let mut shared = self.lock();
        let id = shared.journal.next_id();
        let (started, boot_id) = (shared.wall, shared.boot_id.clone());
        let line = format!("band: {}, {}", target.model.row().name, masked(target.address));
        shared.note(line);
        shared.dirty = true;
        let earlier = shared.journal.of(&target.peer).cloned();
        if earlier.is_some() {
            shared.note("an earlier rescue of this band was not finished");
        }
        if let Some(running) = &mut shared.running {
            let case = Case::new(id, running.task, target.clone(), earlier.as_ref());
            running.case = Some(Case { started, boot_id, ..case });
        }
    }

    /// The person went back to the list: no band is chosen any more.
    pub(crate) fn close_case(&self) {
        self.with_running(|running| running.case = None);
    }

    /// Changes what the journal will say; saved by the next checkpoint.
    pub(crate) fn set_case(&self, change: impl FnOnce(&mut Case)) {
        self.with_running(|running| {
            if let Some(case) = &mut running.case {
                change(case);
            }
        });
    }

    /// Looks something up in the case.
    pub(crate) fn case<T>(&self, look: impl FnOnce(&Case) -> T) -> Option<T> {
        self.lock().running.as_ref().and_then(|running| running.case.as_ref()).map(look)
    }

    /// Saves the case and waits until it is safe.
    pub(crate) async fn checkpoint(&self) -> Result<(), Stop> {
        {
            let mut shared = self.lock();
            if let Some(running) = &shared.running
                && let Some(mut case) = running.case.clone()
            {
                case.evidence.clone_from(&running.evidence);
                shared.journal.put(case);
            }
        }
        self.save(StoreFile::Journal).await
    }

    /// Saves a file and waits until it is safe.
    pub(crate) async fn save(&self, file: StoreFile) -> Result<(), Stop> {
        let content = self.lock().content(file);
        let save = |op| Effect::Store(Store::Save { op, file, content });
        match self.call(PHONE_ANSWERS, "storage saves", save).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failure)) => {
                self.note(format!("saving {file:?} failed: {failure:?}"));
                Err(Stop(End::CouldNotSave))
            }
            Err(Late) => {
                self.note(format!("saving {file:?} took too long"));
                Err(Stop(End::CouldNotSave))
            }
        }
    }

    /// The key that another app may need, for the end screen.
    pub(crate) fn show_key(&self, key: Option<&AuthKey>) {
        self.with_running(|running| running.key = key.cloned());
    }

    /// What the band told so far, for the end screen.
    pub(crate) fn show_facts(&self, facts: Facts) {
        self.with_running(|running| running.facts = Some(Box::new(facts)));
    }

    /// The band told more. Does nothing in a task that shows no facts.
    pub(crate) fn add_facts(&self, change: impl FnOnce(&mut Facts)) {
        self.with_running(|running| {
            if let Some(facts) = &mut running.facts {
                change(facts);
            }
        });
    }

    /// The readings of a key that the person entered for this task.
    pub(crate) fn given_keys(&self) -> Vec<AuthKey> {
        self.lock().running.as_ref().map(|running| running.given_keys.clone()).unwrap_or_default()
    }

    /// Takes the keys that the person entered since they were asked.
    pub(crate) fn give_keys(&self, keys: Vec<AuthKey>) {
        self.with_running(|running| running.given_keys = keys);
    }

    /// Saves a key that is known to open the band.
    pub(crate) async fn keep_key(&self, target: &Target, key: &AuthKey) {
        let id = {
            let mut shared = self.lock();
            let wall = shared.wall;
            let id = shared.keys.add(target, key.clone(), wall);
            shared.keys.confirm(id);
            id
        };
        self.set_case(|case| case.key = Some(id));
        // The person has this key elsewhere too: a failure costs nothing but typing.
        let _ = self.save(StoreFile::Keys).await;
    }

    /// The keys that are saved for a band, newest first.
    pub(crate) fn saved_keys(&self, peer: &PeerId) -> Vec<(KeyId, AuthKey)> {
        self.lock().keys.of(peer).map(|saved| (saved.id, saved.key.clone())).collect()
    }

    fn with_running(&self, change: impl FnOnce(&mut Running)) {
        let mut shared = self.lock();
        if let Some(running) = &mut shared.running {
            change(running);
        }
        shared.dirty = true;
    }
}

/// What a person says when asked for a key.
pub(crate) enum KeyAnswer {
    /// They have none.
    None,
    /// The readings of what they entered.
    Keys(Vec<AuthKey>),
}

/// An address for the report.
pub(crate) fn masked(address: Option<Address>) -> String {
    address.map_or_else(|| "address unknown".to_owned(), |address| address.masked())
}

/// An operation that was started. Dropping it means that nobody waits for the answer any more.
pub(crate) struct Operation<'a> {
    cx: &'a Cx,
    pub(crate) op: OpId,
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        self.cx.lock().inbox.forget(self.op);
    }
}
