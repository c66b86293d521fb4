//! Who answers on a real radio when no person does: careful, without hands, eyes or opinions of their own.
//!
//! What `--yes` agrees to is what the person has read and wants: that the band is theirs, hence also that it was theirs
//! which buzzed, and that what it holds may be lost. What else somebody would have to do or see is declined.

use rescue_core::event::{AskId, Choice, PersonEvent};
use rescue_core::view::{Ask, Question};
use rescue_core::{Millis, View};

use crate::answers;
use crate::standin::{Did, StandIn};

/// How often the same remedy is tried.
const PATIENCE: u32 = 2;

/// Answers in the person's name.
#[derive(Debug)]
pub(crate) struct Careful {
    used_with: Choice,
    /// Whether the person agreed to what is asked (`--yes`); otherwise nothing is changed at all.
    agreed: bool,
    answer: Option<(Millis, PersonEvent)>,
    answered: Option<AskId>,
    tries: u32,
}

impl Careful {
    /// Somebody whom the person has told where the band will be used, and whether they agree to what will be asked.
    pub(crate) const fn new(used_with: Choice, agreed: bool) -> Self {
        Self { used_with, agreed, answer: None, answered: None, tries: 0 }
    }

    fn decides(&mut self, ask: &Ask) -> Choice {
        if !self.agreed {
            return Choice::Stop;
        }
        match ask.question {
            Question::WhereUsed => self.used_with,
            Question::HaveKey { .. } => Choice::NoKey,
            Question::NeedsBluetooth => self.again(Choice::Allow),
            Question::HeldByPhone { .. } => self.again(Choice::CheckAgain),
            Question::WhatHappens { .. } => Choice::Start,
            Question::BatteryUnknown | Question::TakeOverToGoOn => Choice::GoOn,
            Question::DidItBuzz => Choice::Yes,
            Question::ShowsPairingScreen => Choice::No,
            Question::NeedsPermission { .. }
            | Question::NeedsLocationSwitch
            | Question::ForgetByHand
            | Question::BatteryLow { .. }
            | Question::ResetOnBand { .. }
            | Question::TryExperiment => Choice::Stop,
        }
    }

    const fn again(&mut self, remedy: Choice) -> Choice {
        self.tries += 1;
        if self.tries > PATIENCE { Choice::Stop } else { remedy }
    }
}

impl<A> StandIn<A> for Careful {
    fn looks(&mut self, now: Millis, view: &View, _air: &A) {
        let Some(ask) = answers::question(view) else { return };
        if self.answered != Some(ask.id) {
            self.answered = Some(ask.id);
            let choice = self.decides(ask);
            self.answer = Some((now, PersonEvent::Answer { ask: ask.id, choice }));
        }
    }

    fn acts_at(&self) -> Option<Millis> {
        self.answer.as_ref().map(|(at, _)| *at)
    }

    fn acts(&mut self, _now: Millis, _air: &mut A) -> Did {
        self.answer.take().map_or(Did::Nothing, |(_, answer)| Did::Said(answer))
    }
}

#[cfg(test)]
mod tests {
    use rescue_core::band::ResetMenu;

    use super::*;

    fn chosen(careful: &mut Careful, question: Question, choices: &[Choice]) -> Choice {
        careful.decides(&Ask { id: AskId(1), question, choices: choices.to_vec() })
    }

    #[test]
    fn what_needs_hands_or_eyes_is_declined() {
        let mut careful = Careful::new(Choice::OfficialApp, true);
        for (question, choices) in [
            (
                Question::ResetOnBand { menu: ResetMenu::More },
                &[Choice::DidIt, Choice::CannotFind, Choice::Stop][..],
            ),
            (Question::TryExperiment, &[Choice::Stop, Choice::GoOn]),
            (Question::ForgetByHand, &[Choice::OpenSettings, Choice::CheckAgain, Choice::Stop]),
            (Question::BatteryLow { percent: 15 }, &[Choice::GoOn, Choice::Stop]),
        ] {
            assert_eq!(chosen(&mut careful, question.clone(), choices), Choice::Stop, "{question:?}");
        }
        let shows = chosen(&mut careful, Question::ShowsPairingScreen, &[Choice::Yes, Choice::No]);
        assert_eq!(shows, Choice::No);
    }

    #[test]
    fn a_remedy_that_does_not_help_is_tried_twice() {
        let mut careful = Careful::new(Choice::OfficialApp, true);
        let said =
            [(); 3].map(|()| chosen(&mut careful, Question::NeedsBluetooth, &[Choice::Allow, Choice::Stop]));
        assert_eq!(said, [Choice::Allow, Choice::Allow, Choice::Stop]);
    }

    #[test]
    fn without_a_yes_nothing_is_changed_not_even_bluetooth() {
        let mut careful = Careful::new(Choice::OfficialApp, false);
        let said = chosen(&mut careful, Question::NeedsBluetooth, &[Choice::Allow, Choice::Stop]);
        assert_eq!(said, Choice::Stop);
    }
}
