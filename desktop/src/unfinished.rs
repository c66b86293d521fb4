//! Rescues of real bands that were interrupted: which there are, which one is meant, and forgetting one.

use std::io;

use clap::error::ErrorKind;
use rescue_core::effect::{Effect, Store, StoreFile};
use rescue_core::event::{Entropy, Event, Input, Opened, PersonEvent};
use rescue_core::view::{Screen, Unfinished};
use rescue_core::{Engine, Millis, View, WallMillis};
use thiserror::Error;

use crate::cli::{self, Discard};
use crate::shelf::{Purpose, Shelf, ShelfError};
use crate::texts;
use crate::voice::paper::{Ink, Paper};
use crate::voice::{wording, words};

/// Why a rescue was not forgotten.
#[derive(Debug, Error)]
pub(crate) enum DiscardError {
    /// It is wrong use.
    #[error(transparent)]
    Use(#[from] clap::Error),
    /// The folder or a file in it.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// It is still there.
    #[error("forget the rescue: {0}")]
    Save(io::Error),
}

/// All of them, newest first.
pub(crate) fn of(shelf: &Shelf) -> Result<Vec<Unfinished>, ShelfError> {
    Ok(Journal::open(shelf)?.unfinished)
}

/// The one that is meant: by its number, or the only one.
pub(crate) fn choose(all: &[Unfinished], number: Option<usize>) -> Result<&Unfinished, clap::Error> {
    let wrong = |told: String| cli::wrong(ErrorKind::InvalidValue, &told);
    let list = || {
        let line = |(index, rescue): (usize, &Unfinished)| format!("\n  {}  {}", index + 1, label(rescue));
        all.iter().enumerate().map(line).collect::<String>()
    };
    match (all, number) {
        ([], _) => Err(wrong("no rescue was interrupted: there is nothing to continue".to_owned())),
        ([only], None) => Ok(only),
        (_, None) => {
            Err(wrong(format!("several rescues were interrupted; add the number of one:{}", list())))
        }
        (_, Some(number)) => {
            let found = number.checked_sub(1).and_then(|index| all.get(index));
            found.ok_or_else(|| {
                wrong(format!("there is no interrupted rescue {number}; there are:{}", list()))
            })
        }
    }
}

/// What it is, for a list.
fn label(rescue: &Unfinished) -> String {
    format!("{}: {}", texts::of(&rescue.task), wording::label(&rescue.band))
}

/// Forgets one. Its band stays as it is, and a key that was made stays saved.
pub(crate) fn discard(job: &Discard) -> Result<(), DiscardError> {
    let shelf = Shelf::open(job.data_dir.as_deref(), Purpose::Real)?;
    let mut journal = Journal::open(&shelf)?;
    let rescue = choose(&journal.unfinished, job.number)?.clone();
    for effect in journal.handle(Event::Person(PersonEvent::Discard(rescue.rescue))) {
        if let Effect::Store(Store::Save { op: _, file, content }) = effect {
            shelf.save(file, &content).map_err(DiscardError::Save)?;
        }
    }
    let mut paper = Paper::stdout();
    if job.json {
        println!("{}", serde_json::json!({ "discarded": rescue.rescue.0 }));
    } else {
        paper.write("", Ink::Good, &words::discarded(&label(&rescue)));
        paper.write("", Ink::Plain, texts::of(&rescue.left));
    }
    Ok(())
}

/// An engine at its first screen, without a radio.
struct Journal {
    engine: Engine,
    unfinished: Vec<Unfinished>,
}

impl Journal {
    fn open(shelf: &Shelf) -> Result<Self, ShelfError> {
        let opened = Opened {
            journal: shelf.read(StoreFile::Journal)?,
            keys: shelf.read(StoreFile::Keys)?,
            // No key is made here.
            entropy: Entropy([0; 32]),
            boot_id: String::new(),
            phone: String::new(),
            app_version: String::new(),
        };
        let mut journal = Self { engine: Engine::new(), unfinished: Vec::new() };
        // A damaged file is kept aside when a rescue begins.
        drop(journal.handle(Event::Opened(opened)));
        Ok(journal)
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        let reply = self.engine.handle(Input { now: Millis(0), wall: WallMillis(0), event });
        if let Some(View { screen: Screen::Home(home), .. }) = reply.view {
            self.unfinished = home.unfinished;
        }
        reply.effects
    }
}

#[cfg(test)]
mod tests {
    use rescue_core::Model;
    use rescue_core::band::BandLabel;
    use rescue_core::event::{RescueId, Task};
    use rescue_core::view::LeftState;

    use super::*;

    fn rescue(number: u32) -> Unfinished {
        let band = BandLabel { model: Model::MiBand2, address_tail: format!("B4:A{number}") };
        Unfinished { rescue: RescueId(number), task: Task::Unpair, band, left: LeftState::KeySent }
    }

    #[test]
    fn of_several_rescues_none_is_guessed() {
        let two = [rescue(7), rescue(3)];
        assert_eq!(choose(&two[..1], None).unwrap(), &two[0]);
        assert_eq!(choose(&two, Some(2)).unwrap(), &two[1]);
        let told = choose(&two, None).unwrap_err().to_string();
        assert!(told.contains("1  ") && told.contains("B4:A7") && told.contains("B4:A3"), "{told}");
        for wrong in [0, 3, usize::MAX] {
            assert!(choose(&two, Some(wrong)).is_err(), "{wrong}");
        }
        assert!(choose(&[], None).is_err() && choose(&[], Some(1)).is_err());
    }
}
