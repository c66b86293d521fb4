//! The account of a rescue that a person can share: what was done and seen, in English, for people who help.
//!
//! Never holds a key, nor more of an address than its last two bytes: lines are written with types that cannot
//! show more ([`crate::Address::masked`], [`crate::Payload`]'s length).

use std::collections::VecDeque;
use std::fmt::Write;

use crate::time::Millis;

/// The most lines that are kept; the oldest goes first.
const LINE_LIMIT: usize = 400;
/// The longest line.
const LINE_LENGTH: usize = 200;

#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    head: Vec<String>,
    lines: VecDeque<(Millis, String)>,
    dropped: u64,
    start: Millis,
}

impl Report {
    /// Begins anew: the lines of an earlier task are gone, the head about phone and app stays.
    pub(crate) fn begin(&mut self, now: Millis) {
        self.lines.clear();
        self.dropped = 0;
        self.start = now;
    }

    pub(crate) fn head(&mut self, line: String) {
        self.head.push(line);
    }

    pub(crate) fn note(&mut self, now: Millis, line: impl Into<String>) {
        if self.lines.len() >= LINE_LIMIT {
            self.lines.pop_front();
            self.dropped += 1;
        }
        let line: String = line.into().chars().take(LINE_LENGTH).collect();
        self.lines.push_back((now, line));
    }

    /// The whole text; times in seconds since the task began.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("Band Rescue report (no keys; of addresses the last two bytes)\n");
        for line in &self.head {
            text.push_str(line);
            text.push('\n');
        }
        if self.dropped > 0 {
            let _ = writeln!(text, "({} older lines left out)", self.dropped);
        }
        for (at, line) in &self.lines {
            let span = *at - self.start;
            let _ = writeln!(text, "{:>5}.{:03} s  {line}", span.0 / 1000, span.0 % 1000);
        }
        text
    }
}

/// A link or GATT status with its usual meaning.
pub(crate) fn status_name(status: u16) -> String {
    let meaning = match status {
        0 => "no reason given",
        2 => "reading not permitted",
        3 => "writing not permitted",
        5 => "insufficient authentication",
        8 => "connection timed out",
        15 => "insufficient encryption",
        19 => "closed by the band",
        22 => "closed by this phone",
        62 => "connection could not be made",
        133 => "general failure",
        137 => "pairing failed",
        147 => "connecting timed out",
        257 => "too many connections",
        _ => "unnamed",
    };
    format!("status {status} ({meaning})")
}
