//! How a session waits: until something is due or typed. A virtual clock jumps, and stands still for a person.

use std::time::Duration;

use rescue_core::Millis;
use rescue_core::event::Task;
use rescue_core::view::{Prompt, Screen};

use super::{Session, SessionError, Who};
use crate::air::Air;
use crate::answers;
use crate::keyboard::Typed;
use crate::picker::Picker;

/// On a real clock the air is asked again after this, and what moves on the screen moves on.
const PACE: Duration = Duration::from_millis(20);
/// On a virtual clock the list is shown to the person when nothing new came for this long.
const LIST_SETTLES: Millis = Millis::secs(3);

impl<A: Air> Session<A> {
    /// Waits until something is due or typed. A virtual clock jumps there, unless the person is needed.
    pub(super) fn wait(&mut self, now: Millis) -> Result<Option<Typed>, SessionError> {
        let stand_in = match &self.who {
            Who::StandIn(stand_in, _) => stand_in.acts_at(),
            Who::AtTheKeyboard(_) | Who::Nobody => None,
        };
        let picker = self.picker.as_ref().and_then(Picker::decides_at);
        let due = [self.wake_at, self.air.wake_at(), stand_in, picker].into_iter().flatten().min();
        if !self.clock.is_virtual() {
            let due = due.map_or(PACE, |at| Duration::from_millis((at - now).0).min(PACE));
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
            Who::StandIn(..) | Who::Nobody => return false,
            Who::AtTheKeyboard(_) => {}
        }
        let Some(view) = self.changes.shown() else { return false };
        if view.leaving.is_some() || answers::question(view).is_some() {
            return true;
        }
        match &view.screen {
            Screen::Choose(choose) => {
                let settled = now >= self.list_changed + LIST_SETTLES;
                choose.task != Task::Scan && settled && !choose.bands.is_empty()
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

    pub(super) fn prompt(&self) -> Option<Prompt> {
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
