//! The practised person: looks at the screen and at their band, and says what they do and when. For automated
//! runs; always the same for the same scenario. They never begin a task, and never touch a neighbour's band.

use super::band::Face;
use super::scenarios::Scenario;
use super::world::World;
use crate::event::{AskId, Choice, KeyText, PersonEvent};
use crate::keys::AuthKey;
use crate::time::Millis;
use crate::view::{Ask, Choose, Prompt, Question, Screen, View};

/// A person reads a question and answers it.
const READING: Millis = Millis(1_500);
/// A person looks for the other phone and switches its Bluetooth off.
const FREEING: Millis = Millis(6_000);
/// A person presses the button when asked.
const PRESSING: Millis = Millis(2_000);
/// A person finds the factory reset in their band's menu.
const MENU: Millis = Millis(8_000);
/// A person sees the band restart and says so.
const SEEING: Millis = Millis(2_000);
/// How often a person tries the same remedy.
const PATIENCE: u32 = 2;

/// A person with a band and an opinion about where it will be used.
#[derive(Clone, Debug)]
pub struct Person {
    scenario: Scenario,
    used_with: Choice,
    key: Option<AuthKey>,
    plan: Option<(Millis, Deed)>,
    answered: Option<AskId>,
    prompt: Option<Prompt>,
    tap_prompts: u32,
    buzzes_felt: u32,
    /// They have reset their band in its menu, and know it whatever becomes of the app.
    has_reset: bool,
    remedies_tried: Tries,
}

/// How often what was tried.
#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    bluetooth: u32,
    location: u32,
    freeing: u32,
}

/// Something the person is going to do.
#[derive(Clone, Debug)]
enum Deed {
    Say(PersonEvent),
    /// Says whether the band buzzed, as it really did.
    SayWhetherItBuzzed(AskId),
    /// Says whether the band shows the pairing screen, as it really does.
    SayWhatItShows(AskId),
    /// Stops whatever holds the band, and says so.
    FreeTheBand(PersonEvent),
    /// Resets the band in its menu, or says that they cannot get there.
    ResetTheBand(AskId),
    Tap,
}

impl Person {
    /// A person as the scenario needs one; `used_with` is the answer to "where will the band be used?".
    pub fn new(scenario: Scenario, used_with: Choice) -> Self {
        Self {
            scenario,
            used_with,
            key: None,
            plan: None,
            answered: None,
            prompt: None,
            tap_prompts: 0,
            buzzes_felt: 0,
            has_reset: false,
            remedies_tried: Tries::default(),
        }
    }

    /// They have a key of the band and enter it when asked for one.
    pub fn with_key(self, key: AuthKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The key that they have, as they enter it.
    pub(super) fn key_text(&self) -> Option<KeyText> {
        self.key.as_ref().map(|key| KeyText(key.to_hex()))
    }

    /// The app was closed and opened again: its screen is a new one.
    pub fn app_restarted(&mut self) {
        self.plan = None;
        self.answered = None;
        self.prompt = None;
    }

    /// Looks at the screen.
    pub fn looks(&mut self, now: Millis, view: &View, world: &World) {
        match &view.screen {
            Screen::Choose(choose) => self.looks_for_the_band(now, choose, world),
            Screen::Question(question) => self.reads(now, &question.ask),
            Screen::Rescue(rescue) => match &rescue.ask {
                Some(ask) => self.reads(now, ask),
                None => self.sees_prompt(now, rescue.prompt),
            },
            Screen::Home(_) | Screen::Keys(_) | Screen::Ended(_) => self.plan = None,
        }
    }

    /// When they will do something.
    pub fn acts_at(&self) -> Option<Millis> {
        self.plan.as_ref().map(|(at, _)| *at)
    }

    /// Does what is due: taps the band, or says something to the app.
    pub fn acts(&mut self, now: Millis, world: &mut World) -> Option<PersonEvent> {
        let (_, deed) = self.plan.take_if(|(at, _)| *at <= now)?;
        match deed {
            Deed::Say(event) => Some(event),
            Deed::SayWhetherItBuzzed(ask) => {
                let felt = world.buzzes() > self.buzzes_felt;
                self.buzzes_felt = world.buzzes();
                Some(PersonEvent::Answer { ask, choice: yes_or_no(felt) })
            }
            Deed::SayWhatItShows(ask) => {
                let shown = world.face(now) == Face::PairingScreen;
                Some(PersonEvent::Answer { ask, choice: yes_or_no(shown) })
            }
            Deed::FreeTheBand(event) => {
                world.let_go(now);
                Some(event)
            }
            Deed::ResetTheBand(ask) if self.has_reset || world.menu_reset(now) => {
                self.has_reset = true;
                let done = PersonEvent::Answer { ask, choice: Choice::DidIt };
                self.plan = Some((now + SEEING, Deed::Say(done)));
                None
            }
            Deed::ResetTheBand(ask) => Some(PersonEvent::Answer { ask, choice: Choice::CannotFind }),
            Deed::Tap => {
                world.tap(now);
                None
            }
        }
    }

    fn looks_for_the_band(&mut self, now: Millis, choose: &Choose, world: &World) {
        let own = world.own_peer();
        let listed = choose.bands.iter().any(|row| row.peer == own);
        if listed && self.plan.is_none() {
            self.plan = Some((now + READING, Deed::Say(PersonEvent::Pick(own))));
        }
    }

    fn sees_prompt(&mut self, now: Millis, prompt: Option<Prompt>) {
        if self.prompt == prompt {
            return;
        }
        self.prompt = prompt;
        self.plan = match prompt {
            Some(Prompt::Tap { .. }) => {
                self.tap_prompts += 1;
                self.scenario.tap_after(self.tap_prompts).map(|after| (now + after, Deed::Tap))
            }
            Some(Prompt::PressButton { .. }) => Some((now + PRESSING, Deed::Tap)),
            Some(Prompt::HoldNear { .. }) | None => None,
        };
    }

    fn reads(&mut self, now: Millis, ask: &Ask) {
        if self.answered == Some(ask.id) {
            return;
        }
        self.answered = Some(ask.id);
        self.prompt = None;
        let wanted = self.decides(&ask.question);
        let choice = if ask.choices.contains(&wanted) { Some(wanted) } else { ask.choices.first().copied() };
        let Some(choice) = choice else { return };
        let answer = PersonEvent::Answer { ask: ask.id, choice };
        self.plan = Some(match ask.question {
            Question::DidItBuzz => (now + READING, Deed::SayWhetherItBuzzed(ask.id)),
            Question::ShowsPairingScreen => (now + READING, Deed::SayWhatItShows(ask.id)),
            Question::HeldByPhone { .. } if choice == Choice::CheckAgain => {
                (now + FREEING, Deed::FreeTheBand(answer))
            }
            Question::ResetOnBand { .. } => (now + MENU, Deed::ResetTheBand(ask.id)),
            Question::HaveKey { problem: None } if let Some(key) = self.key_text() => {
                (now + READING, Deed::Say(PersonEvent::EnterKey(key)))
            }
            Question::HeldByPhone { .. }
            | Question::NeedsPermission { .. }
            | Question::NeedsBluetooth
            | Question::NeedsLocationSwitch
            | Question::WhereUsed
            | Question::HaveKey { .. }
            | Question::WhatHappens { .. }
            | Question::TryExperiment
            | Question::ForgetByHand
            | Question::BatteryLow { .. }
            | Question::BatteryUnknown
            | Question::TakeOverToGoOn => (now + READING, Deed::Say(answer)),
        });
    }

    fn decides(&mut self, question: &Question) -> Choice {
        let tries = &mut self.remedies_tried;
        match question {
            Question::NeedsPermission { refused_for_good: false, .. } => Choice::Allow,
            Question::NeedsPermission { refused_for_good: true, .. } => Choice::Stop,
            Question::NeedsBluetooth => again(&mut tries.bluetooth, Choice::Allow),
            Question::NeedsLocationSwitch => again(&mut tries.location, Choice::OpenSettings),
            Question::HeldByPhone { .. } => again(&mut tries.freeing, Choice::CheckAgain),
            Question::WhereUsed => self.used_with,
            Question::HaveKey { .. } => Choice::NoKey,
            Question::WhatHappens { .. } => Choice::Start,
            Question::ResetOnBand { .. } => Choice::DidIt,
            Question::TryExperiment => {
                let tries = [Scenario::ExperimentWorks, Scenario::ExperimentIgnored];
                if tries.contains(&self.scenario) { Choice::GoOn } else { Choice::Stop }
            }
            Question::ForgetByHand => Choice::OpenSettings,
            Question::BatteryLow { .. } | Question::BatteryUnknown | Question::TakeOverToGoOn => Choice::GoOn,
            Question::DidItBuzz | Question::ShowsPairingScreen => Choice::Yes,
        }
    }
}

/// The remedy, until patience is at its end.
const fn again(tries: &mut u32, remedy: Choice) -> Choice {
    *tries += 1;
    if *tries > PATIENCE { Choice::Stop } else { remedy }
}

const fn yes_or_no(yes: bool) -> Choice {
    if yes { Choice::Yes } else { Choice::No }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::PeerId;
    use crate::band::{Gesture, Model};
    use crate::event::Task;
    use crate::practice::Kind;
    use crate::view::{BandRow, QuestionScreen, Rescue, RowKind, Signal};

    fn asks(number: u32, question: Question, choices: &[Choice]) -> View {
        let ask = Ask { id: AskId(number), question, choices: choices.to_vec() };
        view(Screen::Question(QuestionScreen { task: Task::Unpair, band: None, ask }))
    }

    fn prompts(prompt: Option<Prompt>) -> View {
        view(Screen::Rescue(Rescue { task: Task::Unpair, band: None, steps: Vec::new(), prompt, ask: None }))
    }

    fn view(screen: Screen) -> View {
        View { screen, leaving: None }
    }

    fn tap_until(seconds: u64) -> View {
        prompts(Some(Prompt::Tap {
            until: Millis::secs(seconds),
            total: Millis::secs(25),
            gesture: Gesture::TapButton,
        }))
    }

    fn listed(peer: PeerId) -> BandRow {
        BandRow {
            peer,
            kind: RowKind::Band(Model::MiBand2),
            advertised_name: String::new(),
            address_tail: String::new(),
            rssi: -40,
            signal: Signal::Strong,
            held: Some(false),
            bonded: false,
            buzz: None,
        }
    }

    #[test]
    fn the_neighbours_band_is_never_picked_though_it_is_nearer() {
        let mut world = World::new(Kind::MiBand2, Scenario::Owned, 1);
        let mut person = Person::new(Scenario::Owned, Choice::OfficialApp);
        let neighbour = listed(PeerId("C0:FF:EE:00:00:02".into()));
        let choose = |bands| {
            view(Screen::Choose(Choose { task: Task::Unpair, bands, hints: Vec::new(), can_buzz: true }))
        };
        person.looks(Millis(0), &choose(vec![neighbour.clone()]), &world);
        assert_eq!(person.acts_at(), None);
        let own = world.own_peer();
        person.looks(Millis(0), &choose(vec![neighbour, listed(own.clone())]), &world);
        assert_eq!(person.acts(Millis::secs(9), &mut world), Some(PersonEvent::Pick(own)));
    }

    #[test]
    fn the_band_is_tapped_only_while_the_screen_asks_for_it() {
        let world = World::new(Kind::MiBand2, Scenario::TapLate, 1);
        let mut person = Person::new(Scenario::TapLate, Choice::OfficialApp);
        person.looks(Millis(0), &tap_until(25), &world);
        assert_eq!(person.acts_at(), Some(Millis::secs(20)));
        person.looks(Millis::secs(1), &tap_until(25), &world);
        assert_eq!(person.acts_at(), Some(Millis::secs(20)), "the same prompt is not a new one");
        person.looks(Millis::secs(2), &prompts(None), &world);
        assert_eq!(person.acts_at(), None);
    }

    #[test]
    fn the_first_prompt_is_missed_where_the_scenario_says_so() {
        let world = World::new(Kind::MiBand2, Scenario::TapAfterTheDrop, 1);
        let mut person = Person::new(Scenario::TapAfterTheDrop, Choice::OfficialApp);
        person.looks(Millis(0), &tap_until(25), &world);
        assert_eq!(person.acts_at(), None);
        person.looks(Millis::secs(30), &prompts(None), &world);
        person.looks(Millis::secs(31), &tap_until(56), &world);
        assert_eq!(person.acts_at(), Some(Millis::secs(33)));
    }

    #[test]
    fn nobody_says_that_a_band_buzzed_which_did_not() {
        let mut world = World::new(Kind::MiBand2, Scenario::Owned, 1);
        let mut person = Person::new(Scenario::Owned, Choice::OfficialApp);
        person.looks(Millis(0), &asks(1, Question::DidItBuzz, &[Choice::Yes, Choice::No]), &world);
        let said = person.acts(Millis::secs(9), &mut world);
        assert_eq!(said, Some(PersonEvent::Answer { ask: AskId(1), choice: Choice::No }));
    }

    #[test]
    fn nobody_says_that_a_band_shows_the_pairing_screen_which_does_not() {
        for (scenario, choice) in [(Scenario::Owned, Choice::No), (Scenario::Unowned, Choice::Yes)] {
            let mut world = World::new(Kind::MiBand2, scenario, 1);
            let mut person = Person::new(scenario, Choice::OfficialApp);
            let question = asks(1, Question::ShowsPairingScreen, &[Choice::Yes, Choice::No]);
            person.looks(Millis(0), &question, &world);
            let said = person.acts(Millis::secs(9), &mut world);
            assert_eq!(said, Some(PersonEvent::Answer { ask: AskId(1), choice }));
        }
    }

    #[test]
    fn a_remedy_that_does_not_help_is_tried_twice() {
        let mut world = World::new(Kind::MiBand2, Scenario::HeldVisible, 1);
        let mut person = Person::new(Scenario::HeldVisible, Choice::OfficialApp);
        let mut said = Vec::new();
        for number in 1..=3 {
            let question = Question::HeldByPhone { this_phone: false, apps: Vec::new() };
            person.looks(Millis(0), &asks(number, question, &[Choice::CheckAgain, Choice::Stop]), &world);
            if let Some(PersonEvent::Answer { choice, .. }) = person.acts(Millis::secs(9), &mut world) {
                said.push(choice);
            }
        }
        assert_eq!(said, [Choice::CheckAgain, Choice::CheckAgain, Choice::Stop]);
    }
}
