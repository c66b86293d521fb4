//! Speaks to a person: each change as a line or two, the present step as a line that moves.
//!
//! On a pipe or in a file nothing moves and nothing is coloured; the lines are the same.

use std::collections::BTreeMap;

use rescue_core::band::Model;
use rescue_core::event::{Choice, Task};
use rescue_core::facts::Facts;
use rescue_core::outcome::End;
use rescue_core::view::{Advice, Ask, Ended, HidingPlace, Leaving, Prompt, Question, StepRow, StepState};
use rescue_core::{Millis, View};

use super::paper::{Ink, Paper};
use super::wording::{self, Plan, choice_text, doing, facts, label, saw, wording};
use super::{Act, Opening, Voice, about, live, words};
use crate::answers::Touch;
use crate::changes::{Change, NumberedRow};
use crate::practice::Practice;
use crate::texts::{self, say};

/// Tells a person what happens.
pub(crate) struct Plain {
    paper: Paper,
    /// Whether a person sits at the keyboard: then it says what to type.
    asks: bool,
    /// Whether the report is written to a file.
    reports: bool,
    touch: Touch,
    /// Rows of the list as they were last told.
    told: BTreeMap<usize, String>,
    scanning: bool,
    /// It was told why Bluetooth cannot be used.
    explained: bool,
    /// What the band is, once the steps have begun.
    model: Option<Model>,
}

impl Plain {
    /// Speaks on this paper; `asks` if a person answers, `reports` if the report is written to a file.
    pub(crate) const fn new(paper: Paper, asks: bool, reports: bool, touch: Touch) -> Self {
        Self {
            paper,
            asks,
            reports,
            touch,
            told: BTreeMap::new(),
            scanning: false,
            explained: false,
            model: None,
        }
    }

    fn title(&mut self, text: &str) {
        self.paper.gap();
        self.paper.write("", Ink::Title, text);
    }

    fn searching(&mut self, task: Task) {
        self.scanning = task == Task::Scan;
        self.told.clear();
        let title = if self.scanning { say!("choose_scan_title") } else { say!("choose_title") };
        self.title(title);
        self.paper.write("  ", Ink::Muted, say!("choose_searching"));
        self.paper.write("  ", Ink::Muted, say!("choose_searching_note"));
    }

    fn bands(&mut self, rows: &[NumberedRow]) {
        let mut any = false;
        for (index, row) in rows.iter().enumerate() {
            let told = facts(row);
            if self.told.get(&row.number) == Some(&told) {
                continue;
            }
            any = true;
            let mut place = texts::of(&row.row.signal).to_owned();
            if index == 0 {
                place = format!("{place}, {}", say!("row_nearest"));
            }
            let first = format!("  {}  ", row.number);
            self.paper.write(&first, Ink::Plain, &format!("{told} ({place})"));
            if let Some(note) = texts::note_of(&row.row.kind) {
                self.paper.write("     ", Ink::Muted, note);
            }
            self.told.insert(row.number, told);
        }
        if any && self.asks {
            self.paper.write("  ", Ink::Attention, if self.scanning { words::END_SCAN } else { words::PICK });
        }
    }

    fn hints(&mut self, hints: &[HidingPlace]) {
        self.paper.gap();
        self.paper.write("  ", Ink::Plain, say!("choose_hints"));
        for hint in hints {
            let place = match hint {
                HidingPlace::AppOnThisPhone(app) => texts::fill(texts::of(hint), &[&texts::of(app)]),
                HidingPlace::AnotherPhone | HidingPlace::EmptyBattery | HidingPlace::TooFar => {
                    texts::of(hint).to_owned()
                }
            };
            self.paper.write("  - ", Ink::Plain, &place);
            if let Some(note) = texts::note_of(hint) {
                self.paper.write("    ", Ink::Muted, note);
            }
        }
        if self.asks {
            self.paper.write("  ", Ink::Attention, words::STILL_LOOKING);
        }
    }

    fn question(&mut self, task: Task, model: Option<Model>, ask: &Ask) {
        let (title, note) = wording(&ask.question);
        self.title(&title);
        if let Question::HaveKey { problem: Some(problem) } = &ask.question {
            // The explanation stands a few lines above.
            self.paper.write("  ", Ink::Bad, &wording::wrong_key(problem));
            self.choices(ask);
            return;
        }
        self.paper.write("  ", Ink::Plain, note);
        match &ask.question {
            Question::WhatHappens { road, erases, losses, minutes } => {
                self.plan(&Plan { task, model, road: *road, erases: *erases, losses, minutes: *minutes })
            }
            Question::HaveKey { .. } => {
                self.paper.write("  ", Ink::Muted, say!("key_entry_form"));
                self.paper.write("  ", Ink::Muted, say!("key_entry_void"));
            }
            Question::ResetOnBand { menu } => {
                for step in wording::menu_path(*menu) {
                    self.paper.write("  - ", Ink::Plain, step);
                }
            }
            Question::HeldByPhone { apps, .. } if !apps.is_empty() => {
                let apps = apps.iter().map(texts::of).collect::<Vec<_>>().join(", ");
                self.paper.write("  ", Ink::Plain, &say!("question_held_by_phone_apps", apps));
            }
            Question::HeldByPhone { .. }
            | Question::NeedsPermission { .. }
            | Question::NeedsBluetooth
            | Question::NeedsLocationSwitch
            | Question::WhereUsed
            | Question::ForgetByHand
            | Question::BatteryLow { .. }
            | Question::BatteryUnknown
            | Question::DidItBuzz
            | Question::TakeOverToGoOn
            | Question::TryExperiment
            | Question::ShowsPairingScreen => {}
        }
        self.choices(ask);
    }

    /// The answers, and what to type.
    fn choices(&mut self, ask: &Ask) {
        let choices =
            ask.choices.iter().map(|choice| (choice_text(&ask.question, *choice), texts::note_of(choice)));
        self.numbered(&choices.collect::<Vec<_>>(), &what_to_type(ask, self.touch));
    }

    fn numbered(&mut self, choices: &[(&str, Option<&str>)], type_what: &str) {
        if !self.asks {
            return;
        }
        for (index, (text, note)) in choices.iter().enumerate() {
            self.paper.write(&format!("  {}  ", index + 1), Ink::Plain, text);
            if let Some(note) = note {
                self.paper.write("     ", Ink::Muted, note);
            }
        }
        self.paper.write("  ", Ink::Attention, type_what);
    }

    fn plan(&mut self, plan: &Plan<'_>) {
        for line in wording::steps_of(plan) {
            self.paper.write("  - ", Ink::Plain, line);
        }
        let Plan { losses, erases, minutes, .. } = *plan;
        if losses.is_empty() {
            self.paper.write("  ", Ink::Plain, say!("plan_no_losses"));
        } else {
            self.paper.write("  ", Ink::Title, say!("plan_losses"));
            for loss in losses {
                self.paper.write("  - ", Ink::Plain, texts::of(loss));
            }
        }
        self.paper.write("  ", Ink::Title, say!("plan_needs"));
        self.paper.write("  - ", Ink::Plain, say!("need_in_hand"));
        if erases {
            self.paper.write("  - ", Ink::Plain, say!("need_charge"));
        }
        self.paper.write("  - ", Ink::Plain, say!("need_other_phones_off"));
        self.paper.write("  ", Ink::Muted, &say!("plan_minutes", minutes));
    }

    fn leaving(&mut self, leaving: &Leaving) {
        self.title(say!("leaving_title"));
        self.paper.write("  ", Ink::Plain, say!("leaving_note"));
        self.paper.write("  ", Ink::Plain, texts::of(&leaving.left));
        let choices = [(say!("leaving_stop"), None), (say!("leaving_go_on"), None)];
        self.numbered(&choices, &words::choose(choices.len()));
    }

    fn step(&mut self, row: &StepRow) {
        let (mark, ink) = match row.state {
            StepState::Waiting | StepState::Doing | StepState::NeedsYou => return,
            StepState::Done => ("✓", Ink::Good),
            StepState::Skipped => ("–", Ink::Muted),
            StepState::Failed => ("✗", Ink::Bad),
        };
        let first = format!("  {} ", self.paper.ink(ink, mark));
        self.paper.write(&first, Ink::Plain, texts::of(&row.step));
        if let Some(seen) = &row.seen {
            self.paper.write("    ", Ink::Muted, &saw(seen));
        }
    }

    fn prompt(&mut self, now: Millis, prompt: Prompt) {
        let (until, _) = live::span(prompt);
        let first = format!("  {} ", self.paper.ink(Ink::Attention, "!"));
        self.paper.write(&first, Ink::Attention, texts::of(&prompt));
        if let Some(note) = texts::note_of(&prompt) {
            self.paper.write("    ", Ink::Plain, note);
        }
        if let Some(gesture) = wording::gesture(prompt, self.model) {
            self.paper.write("    ", Ink::Plain, texts::of(&gesture));
        }
        if !self.paper.redraws() {
            self.paper.write("    ", Ink::Muted, &say!("prompt_seconds", live::seconds(until - now)));
        }
        match prompt {
            Prompt::Tap { .. } | Prompt::PressButton { .. } if self.asks => {
                let where_to_tap = match self.touch {
                    Touch::ByEnter => words::TAP,
                    Touch::ByHand => words::TOUCH_IT,
                };
                self.paper.write("    ", Ink::Attention, where_to_tap);
            }
            Prompt::Tap { .. } | Prompt::PressButton { .. } | Prompt::HoldNear { .. } => {}
        }
    }

    fn ended(&mut self, ended: &Ended) {
        let outcome = &ended.outcome;
        let lacks_bluetooth = matches!(outcome.end, End::NoBluetooth | End::NoPermission);
        if lacks_bluetooth && self.explained && ended.steps.is_empty() {
            // That line says it all: nothing has begun.
            return;
        }
        if self.scanning && self.told.is_empty() {
            self.paper.write("  ", Ink::Plain, words::NO_BANDS);
        }
        self.paper.gap();
        let good = outcome.end.is_success();
        let title =
            self.paper.ink(if good { Ink::Good } else { Ink::Bad }, wording::end(ended.task, outcome));
        self.paper.write("", Ink::Title, &title);
        if let Some(note) = wording::meaning(ended.task, outcome) {
            self.paper.write("  ", Ink::Plain, note);
        }
        if !good {
            self.paper.write("  ", Ink::Plain, texts::of(&ended.left));
        }
        if let Some(facts) = &ended.facts {
            self.facts(ended.task, facts);
        }
        if !outcome.evidence.is_empty() {
            self.title(say!("ended_proof"));
            let model = ended.band.as_ref().map(|band| band.model);
            for evidence in &outcome.evidence {
                self.paper.write("  - ", Ink::Plain, wording::witness(*evidence, model));
            }
        }
        let (before, now) = (say!("ended_address_before"), say!("ended_address_after"));
        match (outcome.old_address, outcome.new_address) {
            (Some(old), Some(new)) => {
                self.paper.write("  ", Ink::Plain, &format!("{old} ({before})"));
                self.paper.write("  ", Ink::Plain, &format!("{new} ({now})"));
            }
            // Among the facts it stands once more.
            (Some(_), None) if ended.task == Task::Info => {}
            (Some(only), None) | (None, Some(only)) => self.paper.write("  ", Ink::Muted, &only.to_string()),
            (None, None) => {}
        }
        if let Some(key) = &outcome.key {
            self.title(say!("ended_key"));
            self.paper.write("  ", Ink::Attention, &key.to_hex());
            self.paper.write("  ", Ink::Muted, say!("ended_key_note"));
        }
        self.advice(ended);
        if ended.key_saved {
            self.paper.gap();
            self.paper.write("", Ink::Muted, say!("ended_key_saved"));
        }
    }

    fn facts(&mut self, task: Task, facts: &Facts) {
        let rows = if task == Task::Battery { about::battery(facts) } else { about::rows(facts) };
        self.paper.gap();
        for (what, told) in rows {
            self.paper.write(&format!("  {what}: "), Ink::Plain, &told);
        }
        if task == Task::Battery {
            return;
        }
        self.title(say!("locks_title"));
        for lock in about::locks(&facts.locks) {
            self.paper.write("  ", Ink::Title, lock.name);
            self.paper.write("    ", Ink::Plain, lock.seen);
            self.paper.write("    ", Ink::Muted, lock.way);
        }
    }

    fn advice(&mut self, ended: &Ended) {
        if ended.advice.is_empty() {
            return;
        }
        self.title(say!("ended_next"));
        for advice in &ended.advice {
            self.paper.write("  - ", Ink::Plain, texts::of(advice));
            if let Some(note) = texts::note_of(advice) {
                self.paper.write("    ", Ink::Muted, note);
            }
            match advice {
                Advice::OpenOfficialApp => {
                    let apps = ended.official_apps.iter().map(texts::of).collect::<Vec<_>>().join(", ");
                    if !apps.is_empty() {
                        self.paper.write("    ", Ink::Muted, &say!("ended_official_app_name", apps));
                    }
                }
                Advice::Continue => self.paper.write("    ", Ink::Muted, words::CONTINUE),
                Advice::ShareReport if !self.reports => self.paper.write("    ", Ink::Muted, words::REPORT),
                Advice::ShareReport => {}
                Advice::CopyKey
                | Advice::TryAgain
                | Advice::FreeOtherPhones
                | Advice::StopOtherApp
                | Advice::ToggleBluetooth
                | Advice::ForgetByHand
                | Advice::ChargeBand
                | Advice::AskOwner
                | Advice::ResetOnBand
                | Advice::OwnKey
                | Advice::CheckKey
                | Advice::AccountLock
                | Advice::CheckGenuine => {}
            }
        }
    }

    fn did(&mut self, text: &str) {
        self.paper.write("  → ", Ink::Plain, text);
    }
}

impl Voice for Plain {
    fn open(&mut self, opening: &Opening) {
        self.paper.write("", Ink::Title, texts::of(&opening.task));
        if let Some(Practice { kind, scenario, seed }) = opening.practice {
            self.paper.write("", Ink::Attention, say!("practice_badge"));
            self.paper.write("", Ink::Muted, &words::world(kind.slug(), scenario.name(), seed));
        }
        if opening.continues {
            self.paper.write("", Ink::Muted, words::CONTINUES);
        }
    }

    fn tell(&mut self, now: Millis, change: &Change) {
        self.paper.draw(None);
        match change {
            Change::Searching { task } => self.searching(*task),
            Change::Bands(rows) => self.bands(rows),
            Change::Hints(hints) => self.hints(hints),
            Change::Asked { task, band, ask } => {
                self.question(*task, band.as_ref().map(|band| band.model), ask);
            }
            Change::Leaving(leaving) => self.leaving(leaving),
            Change::Began { task, band } => {
                self.title(doing(*task));
                self.model = band.as_ref().map(|band| band.model);
                if let Some(band) = band {
                    self.paper.write("  ", Ink::Muted, &label(band));
                }
            }
            Change::Step(row) => self.step(row),
            Change::Prompted(prompt) => self.prompt(now, *prompt),
            Change::PromptOver => {}
            Change::Ended(ended) => self.ended(ended),
        }
    }

    fn note(&mut self, _now: Millis, act: &Act<'_>) {
        self.paper.draw(None);
        match act {
            Act::KeptAside => self.paper.write("", Ink::Attention, say!("home_damaged_file")),
            Act::Cleared(unfinished) => {
                self.paper.write("", Ink::Muted, &words::cleared(&label(&unfinished.band)));
                self.paper.write("", Ink::Muted, texts::of(&unfinished.left));
            }
            Act::Unfinished(number, unfinished) => {
                let what = format!("{}: {}", texts::of(&unfinished.task), label(&unfinished.band));
                self.paper.write("", Ink::Attention, &words::unfinished(*number, &what));
                self.paper.write("", Ink::Muted, texts::of(&unfinished.left));
            }
            Act::Picked(row) => self.did(&facts(row)),
            Act::Buzzed(row) => self.did(&format!("{}: {}", say!("row_buzz"), facts(row))),
            Act::Answered(question, choice) => self.did(choice_text(question, *choice)),
            Act::Left(Choice::Stop) => self.did(say!("leaving_stop")),
            Act::Left(_) => self.did(say!("leaving_go_on")),
            Act::UnusedKey => self.paper.write("", Ink::Attention, words::UNUSED_KEY),
            Act::KeyEntered => self.did(words::KEY_ENTERED),
            Act::Tapped => self.did(words::TAPPED),
            Act::ResetInMenu => self.did(words::RESET_IN_MENU),
            Act::MenuLocked => self.paper.write("  ", Ink::Attention, say!("practice_menu_locked")),
            Act::InTrouble(trouble) => {
                self.explained = true;
                self.paper.write("", Ink::Bad, &words::trouble(trouble));
            }
            Act::Stopping => self.did(texts::of(&Choice::Stop)),
            Act::NotUnderstood { wanted } => self.paper.write("  ", Ink::Attention, wanted),
        }
    }

    fn keep_moving(&mut self, now: Millis, view: &View) {
        let line = live::line(view, now, self.paper.width()).filter(|_| self.paper.redraws());
        self.paper.draw(line.as_deref());
    }

    fn detail(&mut self, line: &str) {
        self.paper.draw(None);
        eprintln!("{line}");
    }

    fn line_typed(&mut self) {
        self.paper.step_back();
    }

    fn alert(&mut self) {
        self.paper.ring();
    }
}

/// What to type at a question.
fn what_to_type(ask: &Ask, touch: Touch) -> String {
    match &ask.question {
        Question::HaveKey { .. } => words::ENTER_KEY.to_owned(),
        Question::ResetOnBand { .. } => match touch {
            Touch::ByEnter => words::RESET.to_owned(),
            Touch::ByHand => words::RESET_IT.to_owned(),
        },
        Question::TryExperiment => words::EXPERIMENT.to_owned(),
        Question::NeedsPermission { .. }
        | Question::NeedsBluetooth
        | Question::NeedsLocationSwitch
        | Question::WhereUsed
        | Question::WhatHappens { .. }
        | Question::ForgetByHand
        | Question::HeldByPhone { .. }
        | Question::BatteryLow { .. }
        | Question::BatteryUnknown
        | Question::DidItBuzz
        | Question::TakeOverToGoOn
        | Question::ShowsPairingScreen => words::choose(ask.choices.len()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use rescue_core::band::{BandLabel, Gesture, ResetMenu};
    use rescue_core::event::AskId;
    use rescue_core::keys::KeyError;
    use rescue_core::outcome::{Evidence, Outcome};
    use rescue_core::view::{LeftState, Loss, Road, Step, StepSeen};
    use rescue_core::{Address, AuthKey};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(width: usize, asks: bool, changes: &[Change]) -> String {
        let page = Page::default();
        let mut plain = Plain::new(Paper::of(Box::new(page.clone()), width), asks, false, Touch::ByEnter);
        for change in changes {
            plain.tell(Millis(0), change);
        }
        String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
    }

    fn ended(end: End) -> Ended {
        let address = |text: &str| Some(text.parse::<Address>().unwrap());
        Ended {
            task: Task::Unpair,
            band: None,
            outcome: Outcome {
                end,
                old_address: address("FA:8E:E3:12:B4:A9"),
                new_address: address("C4:00:11:22:33:44"),
                evidence: vec![Evidence::EraseAcknowledged, Evidence::SameSerial],
                key: (end == End::TakenOver).then(|| AuthKey::from_hex(&"5a".repeat(16)).unwrap()),
            },
            left: LeftState::EraseSent,
            steps: Vec::new(),
            advice: vec![Advice::OpenOfficialApp, Advice::AskOwner],
            official_apps: vec![rescue_core::event::BandApp::ZeppLife],
            app_accepted: None,
            key_saved: false,
            resumable: None,
            facts: None,
        }
    }

    fn what_happens() -> Change {
        let question = Question::WhatHappens {
            road: Road::Tap,
            erases: true,
            losses: vec![Loss::Settings, Loss::OldPairing],
            minutes: 4,
        };
        Change::Asked {
            task: Task::Unpair,
            band: None,
            ask: Ask { id: AskId(1), question, choices: vec![Choice::Start] },
        }
    }

    #[test]
    fn nobody_starts_an_erase_without_having_read_what_is_lost() {
        let told = told(80, true, &[what_happens()]);
        for loss in [Loss::Settings, Loss::OldPairing] {
            assert!(told.contains(texts::of(&loss)), "{told}");
        }
        assert!(told.contains("  1  Start\n"), "{told}");
    }

    fn asked(question: Question, choices: &[Choice]) -> Change {
        let ask = Ask { id: AskId(1), question, choices: choices.to_vec() };
        let band = BandLabel { model: Model::MiBand1S, address_tail: "B4:A9".to_owned() };
        Change::Asked { task: Task::Unpair, band: Some(band), ask }
    }

    #[test]
    fn nobody_is_promised_a_key_or_an_address_that_their_band_does_not_have() {
        let question =
            Question::WhatHappens { road: Road::Tap, erases: false, losses: Vec::new(), minutes: 2 };
        let told = told(400, true, &[asked(question, &[Choice::Start])]);
        assert!(told.contains(say!("plan_keeps_address")), "{told}");
        assert!(!told.contains(say!("plan_key")), "{told}");
    }

    #[test]
    fn nobody_agrees_to_an_untested_bind_without_having_read_that_it_is() {
        for (model, erases, tells) in [
            (Model::SmartBand9, false, true),
            (Model::SmartBand9, true, false),
            (Model::MiBand4, false, false),
        ] {
            let question =
                Question::WhatHappens { road: Road::AskTheBand, erases, losses: Vec::new(), minutes: 2 };
            let Change::Asked { task, ask, .. } = asked(question, &[Choice::Start]) else { unreachable!() };
            let band = Some(BandLabel { model, address_tail: String::new() });
            let told = told(400, true, &[Change::Asked { task, band, ask }]);
            assert_eq!(told.contains(say!("plan_bind_untested")), tells, "{told}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_asked_for_again_with_what_is_wrong_with_it() {
        let problem = Some(KeyError::NotHex { found: 'g' });
        let told = told(400, true, &[asked(Question::HaveKey { problem }, &[Choice::NoKey])]);
        assert!(told.contains("“g”") && told.contains(words::ENTER_KEY), "{told}");
    }

    #[test]
    fn whoever_resets_by_hand_reads_every_step_of_the_menu() {
        let reset = |menu| {
            let question = Question::ResetOnBand { menu };
            told(400, true, &[asked(question, &[Choice::DidIt, Choice::CannotFind, Choice::Stop])])
        };
        let told = reset(ResetMenu::SettingsSystem);
        for step in wording::menu_path(ResetMenu::SettingsSystem) {
            assert!(told.contains(step), "{told}");
        }
        assert!(told.contains("  2  I cannot find this"), "{told}");
        assert!(reset(ResetMenu::More).contains(say!("reset_step_hold")));
    }

    #[test]
    fn a_neighbour_cannot_write_on_the_terminal_with_the_name_of_a_band() {
        let row = rescue_core::view::BandRow {
            peer: rescue_core::PeerId("a".to_owned()),
            kind: rescue_core::view::RowKind::Related,
            advertised_name: "Amazfit\u{1b}[2J\nfreed".to_owned(),
            address_tail: "B4:A9".to_owned(),
            rssi: -50,
            signal: rescue_core::view::Signal::Strong,
            held: None,
            bonded: false,
            buzz: None,
        };
        let told = told(400, false, &[Change::Bands(vec![NumberedRow { number: 1, address: None, row }])]);
        assert!(told.contains("Amazfit[2Jfreed (A relative of the Mi Band)"), "{told}");
        assert!(!told.contains('\u{1b}'));
    }

    #[test]
    fn the_end_shows_both_addresses_and_only_what_was_seen() {
        let told = told(80, false, &[Change::Ended(Box::new(ended(End::Freed)))]);
        assert!(
            told.contains("FA:8E:E3:12:B4:A9 (before)") && told.contains("C4:00:11:22:33:44 (now)"),
            "{told}"
        );
        assert!(told.contains(texts::of(&Evidence::SameSerial)), "{told}");
        assert!(!told.contains(texts::of(&Evidence::OldKeyRefused)), "{told}");
        assert!(told.contains(texts::of(&rescue_core::event::BandApp::ZeppLife)), "{told}");
    }

    #[test]
    fn an_end_that_is_no_success_says_how_the_band_is_left() {
        let failed = told(80, false, &[Change::Ended(Box::new(ended(End::NotErased)))]);
        assert!(failed.contains(texts::of(&LeftState::EraseSent)), "{failed}");
        assert!(failed.contains(texts::of(&Advice::AskOwner)), "{failed}");
    }

    #[test]
    fn the_key_is_shown_where_there_is_one() {
        let told = told(80, false, &[Change::Ended(Box::new(ended(End::TakenOver)))]);
        assert!(told.contains(&"5a".repeat(16)), "{told}");
    }

    #[test]
    fn a_narrow_window_breaks_lines_between_words() {
        let failed = Change::Ended(Box::new(ended(End::ErasedUnproven)));
        let told = told(40, true, &[what_happens(), failed]);
        for line in told.lines() {
            assert!(console::measure_text_width(line) <= 40, "{line}");
        }
    }

    #[test]
    fn a_step_is_told_when_it_is_over_with_what_was_seen() {
        let row = |state, seen| Change::Step(StepRow { step: Step::Connect, state, seen });
        assert_eq!(told(80, false, &[row(StepState::Doing, None)]), "");
        let done = told(80, false, &[row(StepState::Done, Some(StepSeen::Connected { tries: 3 }))]);
        assert!(done.starts_with("  ✓ ") && done.contains(" 3 "), "{done}");
        assert!(told(80, false, &[row(StepState::Failed, None)]).starts_with("  ✗ "));
        assert!(told(80, false, &[row(StepState::Skipped, None)]).starts_with("  – "));
        let seen = StepSeen::Identified { model: Model::MiBand3, firmware: Some("V1.2".to_owned()) };
        let identified = told(80, false, &[row(StepState::Done, Some(seen))]);
        assert!(identified.contains("Mi Band 3") && identified.contains("V1.2"), "{identified}");
    }

    #[test]
    fn no_text_is_left_with_an_unfilled_place() {
        let hint = Change::Hints(vec![HidingPlace::AppOnThisPhone(rescue_core::event::BandApp::Zepp)]);
        let asked = |question| Change::Asked {
            task: Task::Erase,
            band: None,
            ask: Ask { id: AskId(1), question, choices: vec![Choice::GoOn, Choice::Stop] },
        };
        let seen = StepSeen::CameBack { address_tail: "B4:A9".to_owned() };
        let told = told(
            80,
            true,
            &[
                hint,
                what_happens(),
                asked(Question::BatteryLow { percent: 15 }),
                asked(Question::HeldByPhone {
                    this_phone: true,
                    apps: vec![rescue_core::event::BandApp::Zepp],
                }),
                Change::Step(StepRow { step: Step::Prove, state: StepState::Done, seen: Some(seen) }),
                asked(Question::HaveKey { problem: Some(KeyError::Length { found: 15 }) }),
                asked(Question::HaveKey { problem: Some(KeyError::NotHex { found: 'g' }) }),
                Change::Prompted(Prompt::Tap {
                    until: Millis::secs(25),
                    total: Millis::secs(25),
                    gesture: Gesture::TouchScreen,
                }),
                Change::Ended(Box::new(ended(End::Freed))),
            ],
        );
        assert!(!told.contains('%') || told.contains("15 percent"), "{told}");
        assert!(!told.contains("$s") && !told.contains("$d"), "{told}");
    }
}
