//! The one line that moves: what is being done now, or how long the person still has.

use rescue_core::event::Task;
use rescue_core::view::{Prompt, Screen, StepState};
use rescue_core::{Millis, View};

use crate::texts::{self, say};

/// Columns that the spinner takes, with the space around it.
const SPINNER: usize = 4;
/// Cells of the bar of a count-down.
const CELLS: u64 = 20;

/// What the moving line says; `None` while the person types or nothing goes on.
/// The bar of a count-down is left out where it would push the seconds out of sight.
pub(crate) fn line(view: &View, now: Millis, width: usize) -> Option<String> {
    if view.leaving.is_some() {
        return None;
    }
    match &view.screen {
        Screen::Choose(choose) => (choose.task == Task::Scan).then(|| say!("choose_searching").to_owned()),
        Screen::Rescue(rescue) if rescue.ask.is_some() => None,
        Screen::Rescue(rescue) => match rescue.prompt {
            Some(prompt) => Some(count_down(prompt, now, width)),
            None => rescue
                .steps
                .iter()
                .find(|row| matches!(row.state, StepState::Doing | StepState::NeedsYou))
                .map(|row| texts::of(&row.step).to_owned()),
        },
        Screen::Home(_) | Screen::Keys(_) | Screen::Question(_) | Screen::Ended(_) => None,
    }
}

fn count_down(prompt: Prompt, now: Millis, width: usize) -> String {
    let (until, total) = span(prompt);
    let left = until - now;
    let filled = if total.0 == 0 { 0 } else { (left.0.min(total.0) * CELLS).div_ceil(total.0) };
    let bar: String = (0..CELLS).map(|cell| if cell < filled { '▰' } else { '▱' }).collect();
    let text = format!("{}: {}", texts::of(&prompt), say!("prompt_seconds", seconds(left)));
    let whole = format!("{bar} {text}");
    if console::measure_text_width(&whole) + SPINNER <= width { whole } else { text }
}

/// Until when a prompt stands, and its whole span.
pub(crate) const fn span(prompt: Prompt) -> (Millis, Millis) {
    match prompt {
        Prompt::Tap { until, total, gesture: _ }
        | Prompt::PressButton { until, total }
        | Prompt::HoldNear { until, total } => (until, total),
    }
}

/// Whole seconds, the one that has begun included.
pub(crate) const fn seconds(span: Millis) -> u64 {
    span.0.div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use rescue_core::band::Gesture;

    use super::*;

    #[test]
    fn the_count_down_shows_what_is_left_and_ends_at_nothing() {
        let (until, total) = (Millis::secs(30), Millis::secs(25));
        let prompt = Prompt::Tap { until, total, gesture: Gesture::TapButton };
        let at = |seconds| count_down(prompt, Millis::secs(seconds), 80);
        assert_eq!(at(5), "▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ Tap your band now: 25 seconds left");
        assert_eq!(at(20), "▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱ Tap your band now: 10 seconds left");
        assert_eq!(at(31), "▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ Tap your band now: 0 seconds left");
        assert_eq!(count_down(prompt, Millis::secs(29), 40), "Tap your band now: 1 seconds left");
    }
}
