//! Runs a task on a band, real or practice: puts the session together, and ends with its exit code.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use clap::error::ErrorKind;
use rescue_core::Address;
use rescue_core::effect::StoreFile;
use rescue_core::event::{Choice, Entropy, Opened, RescueId, Task};
use rescue_core::practice::Person;
use rescue_core::view::{Question, Unfinished};
use tempfile::NamedTempFile;
use thiserror::Error;

use crate::air::Air;
use crate::answers::Touch;
use crate::careful::Careful;
use crate::cli::{self, Band, Run, Start};
use crate::clock::Clock;
use crate::computer;
use crate::keyboard;
use crate::picker::Picker;
use crate::practice::{self, Practice};
use crate::radio::Bluetooth;
use crate::session::{Around, Given, Session, SessionError, Who};
use crate::shelf::{Purpose, Shelf, ShelfError};
use crate::texts;
use crate::trace::Trace;
use crate::unfinished;
use crate::voice::json::Json;
use crate::voice::paper::Paper;
use crate::voice::plain::Plain;
use crate::voice::{Opening, Voice};

/// Why a task had no end.
#[derive(Debug, Error)]
pub(crate) enum RescueError {
    /// It is wrong use.
    #[error(transparent)]
    Use(#[from] clap::Error),
    /// The folder or a file in it.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The system gives no random numbers.
    #[error("draw random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// The radio's thread cannot be started.
    #[error("start the radio: {0}")]
    Radio(io::Error),
    /// Ctrl-C cannot be caught.
    #[error("watch for Ctrl-C: {0}")]
    Interrupt(#[from] ctrlc::Error),
    /// The rescue is over, but its report is not written.
    #[error("write the report {}: {source}", path.display())]
    Report {
        /// Where to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Runs it; says whether the end is a success.
pub(crate) fn run(job: Run) -> Result<bool, RescueError> {
    let attended = !job.yes && io::stdin().is_terminal();
    if !job.yes && !attended && needs_a_person(job.start) {
        return Err(unattended(job.start).into());
    }
    let report = job.report.as_deref().map(ReportFile::begin).transpose()?;
    let given = Given { used_with: job.used_with, key: job.key.clone() };
    match &job.band {
        Band::Practice { kind, scenario, seed, fast } => {
            let seed = match seed {
                Some(seed) => *seed,
                None => practice::any_seed()?,
            };
            let practice = Practice { kind: *kind, scenario: *scenario, seed };
            let who = if attended {
                Who::AtTheKeyboard(given)
            } else if job.yes {
                let person = Person::new(practice.scenario, given.used_with.unwrap_or(Choice::OfficialApp));
                Who::StandIn(Box::new(person), Given { used_with: None, ..given })
            } else {
                Who::Nobody
            };
            let place = Place {
                practice: Some(practice),
                entropy: practice.entropy(),
                boot_id: format!("practice {seed}"),
                phone: "a practice phone".to_owned(),
                fast: *fast,
                picker: None,
            };
            go(&job, practice.world(), who, place, attended, report)
        }
        Band::Real { address, adapter } => {
            let radio = Bluetooth::start(adapter.clone()).map_err(RescueError::Radio)?;
            let who = if attended {
                Who::AtTheKeyboard(given)
            } else {
                let used_with = given.used_with.unwrap_or(Choice::OfficialApp);
                Who::StandIn(Box::new(Careful::new(used_with, job.yes)), Given { used_with: None, ..given })
            };
            let place = Place {
                practice: None,
                entropy: computer::entropy()?,
                boot_id: computer::boot_id()?,
                phone: computer::name(),
                fast: false,
                picker: (address.is_some() || !attended).then(|| Picker::new(*address)),
            };
            go(&job, radio, who, place, attended, report)
        }
    }
}

/// What differs between a practice and a real rescue besides the air.
struct Place {
    practice: Option<Practice>,
    entropy: Entropy,
    boot_id: String,
    phone: String,
    fast: bool,
    picker: Option<Picker>,
}

fn go<A: Air>(
    job: &Run,
    air: A,
    who: Who<A>,
    place: Place,
    attended: bool,
    report: Option<ReportFile>,
) -> Result<bool, RescueError> {
    let (purpose, touch) = match place.practice {
        Some(_) => (Purpose::Practice, Touch::ByEnter),
        None => (Purpose::Real, Touch::ByHand),
    };
    let shelf = Shelf::open(job.data_dir.as_deref(), purpose)?;
    let opened = Opened {
        journal: shelf.read(StoreFile::Journal)?,
        keys: shelf.read(StoreFile::Keys)?,
        entropy: place.entropy,
        boot_id: place.boot_id,
        phone: place.phone,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let (task, interrupted) = beginning(job, &unfinished::of(&shelf)?)?;
    let (keyboard, typed) = mpsc::channel();
    keyboard::listen_for_interrupt(keyboard.clone())?;
    if attended {
        keyboard::listen(keyboard.clone());
    }
    let mut voice: Box<dyn Voice> = if job.json {
        Box::new(Json::stdout())
    } else {
        Box::new(Plain::new(Paper::stdout(), attended, report.is_some(), touch))
    };
    voice.open(&Opening { task, continues: interrupted.is_some(), practice: place.practice });

    let around = Around {
        shelf,
        clock: Clock::start(place.fast),
        voice,
        who,
        picker: place.picker,
        touch,
        trace: job.verbose.then(Trace::default),
        keyboard: (keyboard, typed),
    };
    let mut session = Session::new(task, air, around);
    let outcome = session.run(opened, interrupted);
    if let Some(report) = report {
        report.end(&session.report())?;
    }
    match outcome {
        Ok(outcome) => Ok(outcome.end.is_success()),
        Err(SessionError::NobodyThere { question }) => Err(unanswered(&question).into()),
        Err(SessionError::SeveralBands { addresses }) => Err(several(&addresses).into()),
        Err(error) => Err(error.into()),
    }
}

/// The task, and the interrupted rescue that is to go on: the one that is asked for; without a person also the very task
/// that is begun again, on the same band and without another wish.
fn beginning(job: &Run, unfinished: &[Unfinished]) -> Result<(Task, Option<RescueId>), clap::Error> {
    let task = match job.start {
        Start::Begin(task) => task,
        Start::Continue(number) => {
            let rescue = unfinished::choose(unfinished, number)?;
            return Ok((rescue.task, Some(rescue.rescue)));
        }
    };
    let Band::Real { address, .. } = &job.band else { return Ok((task, None)) };
    let mut same = unfinished.iter().filter(|rescue| {
        rescue.task == task && address.is_none_or(|address| address.tail() == rescue.band.address_tail)
    });
    let goes_on = job.yes && job.used_with.is_none() && job.key.is_none();
    match (same.next(), same.next()) {
        (Some(only), None) if goes_on => Ok((task, Some(only.rescue))),
        _ => Ok((task, None)),
    }
}

/// A list of bands needs nobody.
const fn needs_a_person(start: Start) -> bool {
    match start {
        Start::Begin(Task::Scan) => false,
        Start::Begin(_) | Start::Continue(_) => true,
    }
}

fn unattended(start: Start) -> clap::Error {
    let needs = match start {
        Start::Continue(_) => "perhaps a tap or a reset on the band, or a look at it",
        Start::Begin(Task::Unpair) => {
            "which band it is, where it will be used, a yes to what will be lost, and a tap or a reset on the band"
        }
        Start::Begin(Task::Erase | Task::Restart) => {
            "which band it is, a yes to what will happen, and perhaps a tap on the band"
        }
        Start::Begin(Task::Find | Task::Scan) => "which band it is, and whether it buzzed",
        Start::Begin(Task::Info | Task::Battery | Task::Forget) => "which band it is",
    };
    let told = format!("nobody can answer here (this is no terminal), and it needs {needs}; add --yes");
    cli::wrong(ErrorKind::MissingRequiredArgument, &told)
}

fn unanswered(question: &Question) -> clap::Error {
    let told = format!("nobody can answer here (this is no terminal): {}; add --yes", texts::of(question));
    cli::wrong(ErrorKind::MissingRequiredArgument, &told)
}

fn several(addresses: &[Address]) -> clap::Error {
    let list = addresses.iter().map(|address| format!("\n  --address {address}")).collect::<String>();
    let how = if list.is_empty() { "; run it in a terminal and pick one" } else { "; add one of" };
    let told = format!("several bands are in range, and which one is meant is not guessed{how}{list}");
    cli::wrong(ErrorKind::MissingRequiredArgument, &told)
}

/// The file for the report: begun before the rescue, so that a wrong path costs nothing; put in place at its end.
struct ReportFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl ReportFile {
    fn begin(path: &Path) -> Result<Self, RescueError> {
        let wrong = |why: String| {
            let told = format!("the report cannot be written to {}: {why}", path.display());
            RescueError::Use(cli::wrong(ErrorKind::InvalidValue, &told))
        };
        if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            return Err(wrong("it is a folder".to_owned()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    fn end(mut self, report: &str) -> Result<(), RescueError> {
        let written = self.file.write_all(report.as_bytes()).and_then(|()| self.file.as_file().sync_all());
        let placed =
            written.and_then(|()| self.file.persist(&self.path).map(drop).map_err(|error| error.error));
        placed.map_err(|source| RescueError::Report { path: self.path, source })
    }
}
