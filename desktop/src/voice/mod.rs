//! How the command line speaks: to a person in lines of text, or to a script in lines of JSON.

pub(crate) mod about;
pub(crate) mod json;
pub(crate) mod live;
pub(crate) mod paper;
pub(crate) mod plain;
pub(crate) mod wording;
pub(crate) mod words;

use rescue_core::event::{Choice, Task};
use rescue_core::view::{Question, Unfinished};
use rescue_core::{Millis, View};

use crate::changes::{Change, NumberedRow};
use crate::practice::Practice;
use crate::radio::Trouble;

/// What is told before anything happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    /// What was asked for.
    pub(crate) task: Task,
    /// An interrupted rescue goes on.
    pub(crate) continues: bool,
    /// The practice; `None` on a real band.
    pub(crate) practice: Option<Practice>,
}

/// What was done, by the person or in their name.
#[derive(Clone, Debug)]
pub(crate) enum Act<'a> {
    /// A stored file could not be read and was kept aside.
    KeptAside,
    /// An unfinished practice rescue was taken off the list: its practice band is gone.
    Cleared(&'a Unfinished),
    /// A rescue of a real band was interrupted; by its number.
    Unfinished(usize, &'a Unfinished),
    /// A band was chosen.
    Picked(&'a NumberedRow),
    /// A band of the list was asked to buzz.
    Buzzed(&'a NumberedRow),
    /// A question was answered.
    Answered(&'a Question, Choice),
    /// "Stop here?" was answered.
    Left(Choice),
    /// A key was given and nobody asked for it.
    UnusedKey,
    /// A key was entered.
    KeyEntered,
    /// The practice band was tapped.
    Tapped,
    /// The practice band was reset in its menu.
    ResetInMenu,
    /// The menu of the practice band cannot be reached.
    MenuLocked,
    /// Bluetooth cannot be used.
    InTrouble(&'a Trouble),
    /// The person wants to stop.
    Stopping,
    /// What was typed is no answer here.
    NotUnderstood {
        /// What would be one.
        wanted: String,
    },
}

/// Somebody who tells what happens.
pub(crate) trait Voice {
    /// Before anything happens.
    fn open(&mut self, opening: &Opening);
    /// Something is new on the screen.
    fn tell(&mut self, now: Millis, change: &Change);
    /// Something was done.
    fn note(&mut self, now: Millis, act: &Act<'_>);
    /// The time has moved on: count-downs and spinners follow. Says when it wants to be called again, if at all.
    fn keep_moving(&mut self, now: Millis, view: &View);
    /// A line was typed: the cursor stands one line lower.
    fn line_typed(&mut self) {}
    /// A line of what happens on the radio, for standard error.
    fn detail(&mut self, line: &str);
    /// The attention of the person is needed now.
    fn alert(&mut self) {}
}
