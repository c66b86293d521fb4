//! What a typed line means on the screen that is shown. It does nothing itself.

use rescue_core::event::{AskId, Choice, KeyText, PersonEvent, Task};
use rescue_core::view::{Ask, Choose, Question, QuestionScreen, Screen};
use rescue_core::{PeerId, View};

use crate::changes::NumberedRow;
use crate::names::Named as _;
use crate::voice::words;

/// What a person wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meant {
    /// To say something to the engine.
    Say(PersonEvent),
    /// To tap the band.
    Tap,
    /// To do nothing while the band asks.
    Wait,
}

/// How the band is touched and reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Enter stands for the hand at a practice band.
    ByEnter,
    /// The person has the band in their hands.
    ByHand,
}

/// The question that is open, "Stop here?" aside.
pub(crate) const fn question(view: &View) -> Option<&Ask> {
    match &view.screen {
        Screen::Question(question) => Some(&question.ask),
        Screen::Rescue(rescue) => rescue.ask.as_ref(),
        Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Ended(_) => None,
    }
}

/// What a line means; an error says what would be understood.
pub(crate) fn understand(
    view: &View,
    rows: &[NumberedRow],
    typed: &str,
    touch: Touch,
) -> Result<Meant, String> {
    let line = typed.trim().to_lowercase();
    if let Some(leaving) = &view.leaving {
        return answer(leaving.ask, &[Choice::Stop, Choice::GoOn], &line, Choice::Stop);
    }
    match &view.screen {
        Screen::Choose(choose) => pick(choose, rows, &line),
        Screen::Question(QuestionScreen { ask, .. }) if matches!(ask.question, Question::HaveKey { .. }) => {
            Ok(Meant::Say(key_or_none(ask, &line, typed)))
        }
        Screen::Question(question) => reply(&question.ask, &line, touch),
        Screen::Rescue(rescue) => match (&rescue.ask, touch) {
            (Some(ask), _) => reply(ask, &line, touch),
            (None, _) if is_stop(&line) => Ok(Meant::Say(PersonEvent::Back)),
            (None, Touch::ByEnter) if line.is_empty() => Ok(Meant::Tap),
            (None, Touch::ByEnter) if line == "w" => Ok(Meant::Wait),
            (None, Touch::ByEnter) => Err(words::TAP_OR_STOP.to_owned()),
            (None, Touch::ByHand) => Err(words::TOUCH_IT.to_owned()),
        },
        Screen::Home(_) | Screen::Keys(_) | Screen::Ended(_) => Ok(Meant::Say(PersonEvent::Finish)),
    }
}

fn pick(choose: &Choose, rows: &[NumberedRow], line: &str) -> Result<Meant, String> {
    if is_stop(line) || (choose.task == Task::Scan && line.is_empty()) {
        return Ok(Meant::Say(PersonEvent::Back));
    }
    let peer = |number: &str| -> Option<PeerId> {
        let number: usize = number.trim().parse().ok()?;
        rows.iter().find(|row| row.number == number).map(|row| row.row.peer.clone())
    };
    let meant = match line.strip_prefix('b') {
        Some(number) => peer(number).map(PersonEvent::Buzz),
        None if choose.task == Task::Scan => None,
        None => peer(line).map(PersonEvent::Pick),
    };
    let wanted = if choose.task == Task::Scan { words::END_SCAN } else { words::PICK };
    meant.map(Meant::Say).ok_or_else(|| wanted.to_owned())
}

/// Whatever is no other answer is a key; as it was typed, since some keys tell capital letters from small ones.
/// Enter alone is none: no tap can come before this question.
fn key_or_none(ask: &Ask, line: &str, typed: &str) -> PersonEvent {
    if is_stop(line) {
        return PersonEvent::Back;
    }
    let none = PersonEvent::Answer { ask: ask.id, choice: Choice::NoKey };
    match chosen(&ask.choices, line) {
        Some(_) => none,
        None if line.is_empty() => none,
        None => PersonEvent::EnterKey(KeyText(typed.to_owned())),
    }
}

/// What Enter alone answers. That key taps the band too and may come a moment too late, so it answers only where it
/// stands for the hands at a practice band, or declines.
const fn enter_alone(question: &Question, touch: Touch) -> Option<Choice> {
    match question {
        Question::ResetOnBand { .. } => match touch {
            Touch::ByEnter => Some(Choice::DidIt),
            Touch::ByHand => None,
        },
        Question::TryExperiment => Some(Choice::Stop),
        Question::NeedsPermission { .. }
        | Question::NeedsBluetooth
        | Question::NeedsLocationSwitch
        | Question::WhereUsed
        | Question::HaveKey { .. }
        | Question::WhatHappens { .. }
        | Question::ForgetByHand
        | Question::HeldByPhone { .. }
        | Question::BatteryLow { .. }
        | Question::BatteryUnknown
        | Question::DidItBuzz
        | Question::TakeOverToGoOn
        | Question::ShowsPairingScreen => None,
    }
}

fn reply(ask: &Ask, line: &str, touch: Touch) -> Result<Meant, String> {
    if line.is_empty()
        && let Some(choice) = enter_alone(&ask.question, touch)
    {
        return Ok(Meant::Say(PersonEvent::Answer { ask: ask.id, choice }));
    }
    if is_stop(line) && !ask.choices.contains(&Choice::Stop) {
        return Ok(Meant::Say(PersonEvent::Back));
    }
    answer(ask.id, &ask.choices, line, Choice::Stop)
}

fn answer(ask: AskId, choices: &[Choice], line: &str, stop: Choice) -> Result<Meant, String> {
    match if is_stop(line) { Some(stop) } else { chosen(choices, line) } {
        Some(choice) => Ok(Meant::Say(PersonEvent::Answer { ask, choice })),
        None => Err(words::choose(choices.len())),
    }
}

/// An answer by its number or by its name.
fn chosen(choices: &[Choice], line: &str) -> Option<Choice> {
    let by_number = || line.parse::<usize>().ok()?.checked_sub(1).and_then(|index| choices.get(index));
    let by_name =
        || choices.iter().find(|choice| choice.name().replace('_', " ") == line.replace(['_', '-'], " "));
    by_number().or_else(by_name).copied()
}

fn is_stop(line: &str) -> bool {
    line == "q" || line == "quit"
}

#[cfg(test)]
mod tests {
    use rescue_core::band::Model;
    use rescue_core::band::ResetMenu;
    use rescue_core::view::{BandRow, Leaving, LeftState, Rescue, Road, RowKind, Signal};

    use super::*;

    /// At a practice band.
    fn understand(view: &View, rows: &[NumberedRow], typed: &str) -> Result<Meant, String> {
        super::understand(view, rows, typed, Touch::ByEnter)
    }

    fn view(screen: Screen) -> View {
        View { screen, leaving: None }
    }

    fn row(number: usize) -> NumberedRow {
        let row = BandRow {
            peer: PeerId(format!("peer {number}")),
            kind: RowKind::Band(Model::MiBand2),
            advertised_name: String::new(),
            address_tail: "B4:A9".to_owned(),
            rssi: -50,
            signal: Signal::Strong,
            held: Some(false),
            bonded: false,
            buzz: None,
        };
        NumberedRow { number, address: None, row }
    }

    fn list(task: Task) -> View {
        view(Screen::Choose(Choose { task, bands: Vec::new(), hints: Vec::new(), can_buzz: true }))
    }

    fn steps(ask: Option<Ask>) -> View {
        view(Screen::Rescue(Rescue { task: Task::Unpair, band: None, steps: Vec::new(), prompt: None, ask }))
    }

    fn plan() -> Ask {
        let question =
            Question::WhatHappens { road: Road::Tap, erases: true, losses: Vec::new(), minutes: 3 };
        Ask { id: AskId(7), question, choices: vec![Choice::Start, Choice::Stop] }
    }

    fn said(choice: Choice) -> Result<Meant, String> {
        Ok(Meant::Say(PersonEvent::Answer { ask: AskId(7), choice }))
    }

    #[test]
    fn enter_taps_while_the_band_asks_and_never_answers_a_question() {
        assert_eq!(understand(&steps(None), &[], ""), Ok(Meant::Tap));
        assert!(understand(&steps(Some(plan())), &[], "").is_err());
        let screen = Screen::Question(QuestionScreen { task: Task::Unpair, band: None, ask: plan() });
        assert!(understand(&view(screen), &[], "").is_err());
        assert!(understand(&list(Task::Unpair), &[row(1)], "").is_err());
    }

    #[test]
    fn enter_does_nothing_to_a_band_in_the_hand() {
        let by_hand = |view: &View, line| super::understand(view, &[], line, Touch::ByHand);
        let reset = Question::ResetOnBand { menu: ResetMenu::Settings };
        let reset = steps(Some(asks(reset, &[Choice::DidIt, Choice::CannotFind, Choice::Stop])));
        for line in ["", "w", "tap"] {
            assert!(by_hand(&steps(None), line).is_err(), "{line}");
            assert!(by_hand(&reset, line).is_err(), "{line}");
        }
        assert_eq!(by_hand(&reset, "1"), said(Choice::DidIt));
        assert_eq!(by_hand(&steps(None), "q"), Ok(Meant::Say(PersonEvent::Back)));
    }

    #[test]
    fn a_question_is_answered_by_number_or_by_name() {
        let asked = steps(Some(plan()));
        assert_eq!(understand(&asked, &[], " 1 "), said(Choice::Start));
        assert_eq!(understand(&asked, &[], "Start"), said(Choice::Start));
        assert_eq!(understand(&asked, &[], "2"), said(Choice::Stop));
        assert_eq!(understand(&asked, &[], "q"), said(Choice::Stop));
        for wrong in ["0", "3", "-1", "99999999999999999999", "yes", "start now"] {
            assert!(understand(&asked, &[], wrong).is_err(), "{wrong}");
        }
    }

    fn asks(question: Question, choices: &[Choice]) -> Ask {
        Ask { id: AskId(7), question, choices: choices.to_vec() }
    }

    #[test]
    fn a_key_is_taken_as_it_was_typed_and_enter_alone_is_none() {
        let ask = asks(Question::HaveKey { problem: None }, &[Choice::NoKey]);
        let view = view(Screen::Question(QuestionScreen { task: Task::Unpair, band: None, ask }));
        let entered = |text: &str| Ok(Meant::Say(PersonEvent::EnterKey(KeyText(text.to_owned()))));
        for key in ["0123456789@ABCDE", "0x00112233445566778899AABBCCDDEEFF", "not a key"] {
            assert_eq!(understand(&view, &[], key), entered(key), "what is wrong with it, core says");
        }
        for none in ["", "  ", "1", "no key", "No-Key"] {
            assert_eq!(understand(&view, &[], none), said(Choice::NoKey), "{none}");
        }
        assert_eq!(understand(&view, &[], "q"), Ok(Meant::Say(PersonEvent::Back)));
    }

    #[test]
    fn enter_resets_a_practice_band_in_its_menu_but_never_begins_the_experiment() {
        let reset = Question::ResetOnBand { menu: ResetMenu::Settings };
        let reset = steps(Some(asks(reset, &[Choice::DidIt, Choice::CannotFind, Choice::Stop])));
        assert_eq!(understand(&reset, &[], ""), said(Choice::DidIt));
        assert_eq!(understand(&reset, &[], "cannot find"), said(Choice::CannotFind));
        let experiment = steps(Some(asks(Question::TryExperiment, &[Choice::Stop, Choice::GoOn])));
        for no in ["", "1", "q", "stop"] {
            assert_eq!(understand(&experiment, &[], no), said(Choice::Stop), "{no}");
        }
        assert!(understand(&experiment, &[], "yes").is_err());
        assert_eq!(understand(&experiment, &[], "2"), said(Choice::GoOn));
    }

    #[test]
    fn a_band_is_picked_by_the_number_it_was_shown_with_and_no_other_is() {
        let rows = [row(2), row(1)];
        let pick = |line| understand(&list(Task::Unpair), &rows, line);
        assert_eq!(pick("2"), Ok(Meant::Say(PersonEvent::Pick(PeerId("peer 2".to_owned())))));
        assert_eq!(pick("b 1"), Ok(Meant::Say(PersonEvent::Buzz(PeerId("peer 1".to_owned())))));
        assert_eq!(pick("q"), Ok(Meant::Say(PersonEvent::Back)));
        assert!(pick("3").is_err());
        assert!(pick("b").is_err());
    }

    #[test]
    fn a_scan_only_ends() {
        let rows = [row(1)];
        assert_eq!(understand(&list(Task::Scan), &rows, ""), Ok(Meant::Say(PersonEvent::Back)));
        assert!(understand(&list(Task::Scan), &rows, "1").is_err());
    }

    #[test]
    fn stopping_in_the_middle_is_asked_once_more_and_q_then_means_it() {
        assert_eq!(understand(&steps(None), &[], "q"), Ok(Meant::Say(PersonEvent::Back)));
        let leaving = Leaving { ask: AskId(7), left: LeftState::KeySent };
        let asked = View { leaving: Some(leaving), ..steps(None) };
        assert_eq!(understand(&asked, &[], "q"), said(Choice::Stop));
        assert_eq!(understand(&asked, &[], "go on"), said(Choice::GoOn));
        assert!(understand(&asked, &[], "").is_err());
    }
}
