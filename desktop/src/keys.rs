//! Saved keys: lists them, shows one, deletes one. The engine does the work; this asks and prints.

use std::io::{self, IsTerminal as _, Write as _};

use clap::error::ErrorKind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rescue_core::Engine;
use rescue_core::effect::{Effect, Store};
use rescue_core::event::{Entropy, Event, Input, Opened, PersonEvent};
use rescue_core::keys::KeyId;
use rescue_core::view::{KeyRow, Screen};
use rescue_core::{Millis, View, WallMillis};
use serde::Serialize;
use thiserror::Error;

use crate::cli::{self, Keys, WithKeys};
use crate::shelf::{Purpose, Shelf, ShelfError};
use crate::texts::say;
use crate::voice::paper::{Ink, Paper};
use crate::voice::{wording, words};

/// Why nothing was done with the keys.
#[derive(Debug, Error)]
pub(crate) enum KeysError {
    /// It is wrong use.
    #[error(transparent)]
    Use(#[from] clap::Error),
    /// The folder or a file in it.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The key is still there.
    #[error("delete the key: {0}")]
    Save(io::Error),
    /// The terminal went away.
    #[error("read the answer: {0}")]
    Answer(io::Error),
}

/// Does it.
pub(crate) fn run(job: &Keys) -> Result<(), KeysError> {
    let purpose = if job.practice { Purpose::Practice } else { Purpose::Real };
    let shelf = Shelf::open(job.data_dir.as_deref(), purpose)?;
    let mut drawer = Drawer::open(shelf)?;
    let mut paper = Paper::stdout();
    match job.deed {
        WithKeys::List => list(&drawer.rows, job.json, &mut paper),
        WithKeys::Show(id) => show(drawer.find(id)?, job.json, &mut paper),
        WithKeys::Delete(id) => {
            let row = drawer.find(id)?;
            if !job.yes && !confirmed(row, &mut paper)? {
                paper.write("", Ink::Plain, say!("keys_keep"));
                return Ok(());
            }
            drawer.delete(id)?;
            if job.json {
                print_json(&Deleted { deleted: id.0 })
            } else {
                paper.write("", Ink::Good, words::DELETED)
            }
        }
    }
    Ok(())
}

/// The engine with its stored files, at the screen of saved keys.
struct Drawer {
    engine: Engine,
    shelf: Shelf,
    rows: Vec<KeyRow>,
}

impl Drawer {
    fn open(shelf: Shelf) -> Result<Self, KeysError> {
        let opened = Opened {
            journal: shelf.read(rescue_core::effect::StoreFile::Journal)?,
            keys: shelf.read(rescue_core::effect::StoreFile::Keys)?,
            // No key is made here.
            entropy: Entropy([0; 32]),
            boot_id: String::new(),
            phone: String::new(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut drawer = Self { engine: Engine::new(), shelf, rows: Vec::new() };
        drawer.handle(Event::Opened(opened))?;
        drawer.handle(Event::Person(PersonEvent::ShowKeys))?;
        Ok(drawer)
    }

    fn find(&self, id: KeyId) -> Result<&KeyRow, KeysError> {
        self.rows.iter().find(|row| row.id == id).ok_or_else(|| {
            let saved = self.rows.iter().map(|row| row.id.0.to_string()).collect::<Vec<_>>().join(", ");
            let saved =
                if saved.is_empty() { "none is saved".to_owned() } else { format!("saved are {saved}") };
            KeysError::Use(cli::wrong(ErrorKind::InvalidValue, &format!("there is no key {}: {saved}", id.0)))
        })
    }

    fn delete(&mut self, id: KeyId) -> Result<(), KeysError> {
        self.handle(Event::Person(PersonEvent::DeleteKey(id)))
    }

    fn handle(&mut self, event: Event) -> Result<(), KeysError> {
        let reply = self.engine.handle(Input { now: Millis(0), wall: WallMillis(0), event });
        for effect in reply.effects {
            match effect {
                Effect::Store(Store::Save { op: _, file, content }) => {
                    self.shelf.save(file, &content).map_err(KeysError::Save)?;
                }
                // No task runs: there is nothing for a radio, a phone or a person to do.
                Effect::Radio(_) | Effect::Phone(_) | Effect::Person(_) => {}
            }
        }
        if let Some(View { screen: Screen::Keys(rows), .. }) = reply.view {
            self.rows = rows;
        }
        Ok(())
    }
}

fn list(rows: &[KeyRow], json: bool, paper: &mut Paper) {
    if json {
        for row in rows {
            print_json(&Line::from(row));
        }
        return;
    }
    if rows.is_empty() {
        paper.write("", Ink::Plain, say!("keys_empty"));
        return;
    }
    paper.write("", Ink::Title, say!("keys_title"));
    paper.write("", Ink::Muted, say!("keys_note"));
    paper.gap();
    for row in rows {
        describe(row, paper);
    }
}

fn show(row: &KeyRow, json: bool, paper: &mut Paper) {
    if json {
        print_json(&Line { key: Some(row.key.to_hex()), ..Line::from(row) });
        return;
    }
    describe(row, paper);
    paper.gap();
    paper.write("  ", Ink::Attention, &row.key.to_hex());
    paper.write("  ", Ink::Muted, say!("ended_key_note"));
}

/// A key without itself: its number, its band, when it was saved, whether the band took it.
fn describe(row: &KeyRow, paper: &mut Paper) {
    paper.write(&format!("  {}  ", row.id.0), Ink::Plain, &wording::label(&row.band));
    let confirmed = if row.confirmed { say!("keys_confirmed") } else { say!("keys_unconfirmed") };
    paper.write("     ", Ink::Muted, confirmed);
    if let Some(at) = timestamp(row.saved_at) {
        let saved = TimeZone::system().to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string();
        paper.write("     ", Ink::Muted, &say!("keys_saved_at", saved));
    }
}

/// Asks the person; without one it is wrong use, since nobody may be waited for.
fn confirmed(row: &KeyRow, paper: &mut Paper) -> Result<bool, KeysError> {
    if !io::stdin().is_terminal() {
        let told = "deleting a key has to be confirmed: run this in a terminal, or add --yes";
        return Err(KeysError::Use(cli::wrong(ErrorKind::MissingRequiredArgument, told)));
    }
    describe(row, paper);
    paper.write("", Ink::Title, say!("keys_delete_title"));
    paper.write("", Ink::Plain, say!("keys_delete_note"));
    paper.write("", Ink::Attention, words::CONFIRM_DELETE);
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(KeysError::Answer)?;
    Ok(line.trim().eq_ignore_ascii_case("yes"))
}

#[derive(Serialize)]
struct Line {
    id: u32,
    model: &'static str,
    address_tail: String,
    confirmed: bool,
    saved_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl From<&KeyRow> for Line {
    fn from(row: &KeyRow) -> Self {
        Self {
            id: row.id.0,
            model: row.band.model.row().slug,
            address_tail: row.band.address_tail.clone(),
            confirmed: row.confirmed,
            saved_at: timestamp(row.saved_at).map(|at| at.to_string()),
            key: None,
        }
    }
}

#[derive(Serialize)]
struct Deleted {
    deleted: u32,
}

fn print_json(line: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(line) {
        // A reader that went away wants no more lines.
        drop(writeln!(io::stdout(), "{text}"));
    }
}

fn timestamp(at: WallMillis) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(at.0).ok()?).ok()
}
