//! Where lines are written: how wide it is, whether it takes colours, and whether a line can be redrawn.

use std::env;
use std::io::{self, IsTerminal as _, Write};

use console::{Style, Term};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Longer lines are hard to read, however wide the window is.
const WIDEST: usize = 88;
/// Where nobody says how wide it is.
const UNKNOWN_WIDTH: usize = 80;

/// The meaning of a piece of text; its colour where there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Ordinary.
    Plain,
    /// A heading.
    Title,
    /// Less important.
    Muted,
    /// It went well.
    Good,
    /// It did not.
    Bad,
    /// The person is needed.
    Attention,
}

/// A terminal, a file or a pipe.
pub(crate) struct Paper {
    out: Box<dyn Write>,
    width: usize,
    colours: bool,
    redraws: bool,
    live: Option<ProgressBar>,
}

impl Paper {
    /// Standard output, as it is.
    pub(crate) fn stdout() -> Self {
        let term = Term::stdout();
        let is_terminal = io::stdout().is_terminal();
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = term.size_checked().map_or(UNKNOWN_WIDTH, |(_, columns)| usize::from(columns));
        let redraws = is_terminal && !dumb;
        Self {
            out: Box::new(io::stdout()),
            width: width.min(WIDEST),
            colours: redraws && !no_color,
            redraws,
            live: None,
        }
    }

    /// Something to write to, without colours or a live line.
    #[cfg(test)]
    pub(crate) fn of(out: Box<dyn Write>, width: usize) -> Self {
        Self { out, width, colours: false, redraws: false, live: None }
    }

    /// Whether one line can be redrawn.
    pub(crate) const fn redraws(&self) -> bool {
        self.redraws
    }

    /// Columns to write in.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Text in its ink.
    pub(crate) fn ink(&self, ink: Ink, text: &str) -> String {
        let style = match ink {
            Ink::Plain => Style::new(),
            Ink::Title => Style::new().bold(),
            Ink::Muted => Style::new().dim(),
            Ink::Good => Style::new().green(),
            Ink::Bad => Style::new().red(),
            Ink::Attention => Style::new().yellow().bold(),
        };
        style.force_styling(self.colours).apply_to(text).to_string()
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.write_line("");
    }

    /// Text, wrapped; the first line begins with `first`, the others stand below it.
    pub(crate) fn write(&mut self, first: &str, ink: Ink, text: &str) {
        let below = " ".repeat(console::measure_text_width(first));
        let room = textwrap::Options::new(self.width.max(20)).initial_indent(first).subsequent_indent(&below);
        for paragraph in text.lines() {
            for line in textwrap::wrap(paragraph, &room) {
                let line = self.ink(ink, &line);
                self.write_line(&line);
            }
        }
    }

    /// The live line is to be taken away before. A reader that went away (a closed pipe) is no reason to stop a rescue: its steps matter more than its story.
    fn write_line(&mut self, line: &str) {
        drop(writeln!(self.out, "{line}").and_then(|()| self.out.flush()));
    }

    /// Redraws the live line, or takes it away.
    pub(crate) fn draw(&mut self, text: Option<&str>) {
        match text {
            Some(text) if self.redraws => {
                let bar = self.live.get_or_insert_with(live_line);
                bar.set_message(text.to_owned());
                bar.tick();
            }
            Some(_) => {}
            None => {
                if let Some(bar) = self.live.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }

    /// Enter was pressed on the live line: goes back up onto it.
    pub(crate) fn step_back(&mut self) {
        if self.live.is_some() {
            drop(Term::stdout().move_cursor_up(1));
        }
    }

    /// Rings the terminal's bell.
    pub(crate) fn ring(&mut self) {
        if self.redraws {
            drop(self.out.write_all(b"\x07").and_then(|()| self.out.flush()));
        }
    }
}

fn live_line() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {wide_msg}") {
        bar.set_style(style.tick_strings(&["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏", " "]));
    }
    bar
}
