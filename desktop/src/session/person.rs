//! The person's part of a session: what they type, what is done in their name, what is told of it.

use rescue_core::Millis;
use rescue_core::PeerId;
use rescue_core::event::{Choice, Event, PersonEvent, Task};
use rescue_core::outcome::End;
use rescue_core::view::Question;

use super::{Session, SessionError, Who};
use crate::air::Air;
use crate::answers::{self, Meant, Touch};
use crate::keyboard::Typed;
use crate::picker::Picked;
use crate::standin::Did;
use crate::voice::Act;

impl<A: Air> Session<A> {
    /// Does what is to be done without asking them; says whether there was anything.
    pub(super) fn acts_in_their_name(&mut self, now: Millis) -> Result<bool, SessionError> {
        match self.picker.as_ref().map_or(Picked::NotYet, |picker| picker.decides(now)) {
            Picked::NotYet => {}
            Picked::This(peer) => {
                // Whoever goes back to the list wants another one.
                self.picker = None;
                self.say(now, PersonEvent::Pick(peer));
                return Ok(true);
            }
            Picked::Several(addresses) => return Err(SessionError::SeveralBands { addresses }),
            Picked::NotSeen => {
                self.dropped_as = End::NotSeen;
                self.handle(Event::Person(PersonEvent::Back));
                return Ok(true);
            }
        }
        let question = self.changes.shown().and_then(answers::question);
        let given = self.who.given_mut();
        if let Some(answer) = given.and_then(|given| given.answer(question?)) {
            self.say(now, answer);
            return Ok(true);
        }
        match &mut self.who {
            Who::AtTheKeyboard(_) => return Ok(false),
            Who::Nobody => {
                return match question {
                    Some(ask) => Err(SessionError::NobodyThere { question: ask.question.clone() }),
                    None => Ok(false),
                };
            }
            Who::StandIn(stand_in, _) => match stand_in.acts(now, &mut self.air) {
                Did::Nothing => return Ok(false),
                Did::AtTheBand => {
                    let resets =
                        question.is_some_and(|ask| matches!(ask.question, Question::ResetOnBand { .. }));
                    self.voice.note(now, if resets { &Act::ResetInMenu } else { &Act::Tapped });
                }
                // A plain list is only looked at.
                Did::Said(PersonEvent::Pick(_)) if self.task == Task::Scan => {}
                Did::Said(said) => self.say(now, said),
            },
        }
        Ok(true)
    }

    pub(super) fn hear(&mut self, typed: Typed) {
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
        match answers::understand(view, self.changes.rows(), &line, self.touch) {
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
                if let PersonEvent::Answer { choice: Choice::DidIt, .. } = said {
                    if !self.air.menu_reset(now) {
                        self.voice.note(now, &Act::MenuLocked);
                        return;
                    }
                    if self.touch == Touch::ByEnter {
                        self.voice.note(now, &Act::ResetInMenu);
                    }
                }
                self.say(now, said);
            }
        }
    }

    pub(super) fn say(&mut self, now: Millis, said: PersonEvent) {
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
        } else if let PersonEvent::EnterKey(_) = said {
            self.voice.note(now, &Act::KeyEntered);
        } else if let PersonEvent::Answer { ask, choice } = said {
            if view.leaving.as_ref().is_some_and(|leaving| leaving.ask == *ask) {
                self.voice.note(now, &Act::Left(*choice));
            } else if let Some(asked) = answers::question(view) {
                self.voice.note(now, &Act::Answered(&asked.question, *choice));
            }
        }
    }
}
