//! The command line as it is typed: what there is, what belongs together, what is wrong use.
//!
//! It decides nothing about bands and does nothing; [`Cli::job`] turns it into what is to be done.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use rescue_core::band::Model;
use rescue_core::event::Task;
use rescue_core::keys::KeyId;
use rescue_core::practice::Scenario;
use rescue_core::view::Choice;

/// Gets a stuck Mi Band working again ("Band is paired by another person").
///
/// This build of the command line practises on virtual bands; a real band needs the Android app.
#[derive(Debug, Parser)]
#[command(name = "band-rescue", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    what: What,

    /// Practise on a virtual band of this model
    #[arg(long, global = true, value_name = "MODEL", value_parser = models())]
    practice: Option<Model>,

    /// How the practice band and phone behave ("band-rescue scenarios" lists them) [default: owned]
    #[arg(long, global = true, value_name = "NAME", value_parser = scenarios(), hide_possible_values = true)]
    scenario: Option<Scenario>,

    /// Makes the same practice world again
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,

    /// Practise on a virtual clock: nothing is really waited for
    #[arg(long, global = true)]
    fast: bool,

    /// Answer every question and tap the practice band, without a person
    #[arg(long, global = true)]
    yes: bool,

    /// One JSON object a line, the outcome last
    #[arg(long, global = true)]
    json: bool,

    /// Write the report of the rescue, without keys and with addresses shortened, to a file
    #[arg(long, global = true, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Keep journal and keys here instead of in your data folder
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Exit code: 0 done, 1 an honest failure (the outcome says which), 2 wrong use.

Try it: band-rescue --practice mi-band-2 unpair";

/// What a person can ask for.
#[derive(Debug, Subcommand)]
enum What {
    /// Free a band from its other owner
    Unpair {
        /// Where the band will be used afterwards
        #[arg(long = "for", value_name = "WHERE")]
        used_with: Option<Used>,
    },
    /// Erase a band completely
    Erase,
    /// Restart a band
    Restart,
    /// Make a band buzz
    Find,
    /// List the bands in range
    Scan,
    /// List what can be practised, and how it ends
    Scenarios,
    /// List, show or delete saved keys (of practice bands with --practice)
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        deed: Option<KeyDeed>,
    },
}

/// Where a band will be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Used {
    /// With the official app: the band is erased, so that the app meets it as a new one
    OfficialApp,
    /// With another app: the band is taken over and its key is shown
    AnotherApp,
}

/// What can be done with saved keys.
#[derive(Debug, Subcommand)]
enum KeyDeed {
    /// Show a key
    Show {
        /// Its number in the list
        #[arg(value_name = "ID")]
        id: u32,
    },
    /// Delete a key for good
    Delete {
        /// Its number in the list
        #[arg(value_name = "ID")]
        id: u32,
    },
}

/// What is to be done, with everything that belongs to it.
#[derive(Debug)]
pub(crate) enum Job {
    /// Run a task on a practice band.
    Run(Run),
    /// Print the table of scenarios.
    Scenarios {
        /// As JSON.
        json: bool,
    },
    /// Something with saved keys.
    Keys(Keys),
}

/// A task on a practice band.
#[derive(Debug)]
pub(crate) struct Run {
    /// The task.
    pub(crate) task: Task,
    /// Where the band will be used, if that was said.
    pub(crate) used_with: Option<Choice>,
    /// The model of the practice band.
    pub(crate) model: Model,
    /// How it behaves.
    pub(crate) scenario: Scenario,
    /// The seed, if one was given.
    pub(crate) seed: Option<u64>,
    /// On a virtual clock.
    pub(crate) fast: bool,
    /// Without a person.
    pub(crate) yes: bool,
    /// Speak JSON.
    pub(crate) json: bool,
    /// Where the report goes.
    pub(crate) report: Option<PathBuf>,
    /// Where journal and keys are.
    pub(crate) data_dir: Option<PathBuf>,
}

/// Something with saved keys.
#[derive(Debug)]
pub(crate) struct Keys {
    /// What.
    pub(crate) deed: WithKeys,
    /// Keys of practice bands.
    pub(crate) practice: bool,
    /// Do not ask.
    pub(crate) yes: bool,
    /// Speak JSON.
    pub(crate) json: bool,
    /// Where they are.
    pub(crate) data_dir: Option<PathBuf>,
}

/// What can be done with saved keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WithKeys {
    /// List them.
    List,
    /// Show one.
    Show(KeyId),
    /// Delete one.
    Delete(KeyId),
}

impl Cli {
    /// What is to be done; an error where options do not belong together.
    pub(crate) fn job(self) -> Result<Job, clap::Error> {
        let without_practice = [
            (self.fast, "--fast", "a real band cannot be hurried"),
            (self.scenario.is_some(), "--scenario", "a real band behaves as it likes"),
            (self.seed.is_some(), "--seed", "a real band has none"),
        ];
        for (given, option, why) in without_practice {
            if given && self.practice.is_none() {
                let told = format!("{option} is for practice only ({why}); add --practice <MODEL>");
                return Err(wrong(ErrorKind::MissingRequiredArgument, &told));
            }
        }
        let (task, used_with) = match self.what {
            What::Unpair { used_with } => (Task::Unpair, used_with),
            What::Erase => (Task::Erase, None),
            What::Restart => (Task::Restart, None),
            What::Find => (Task::Find, None),
            What::Scan => (Task::Scan, None),
            What::Scenarios | What::Keys { .. } if self.report.is_some() => {
                return Err(wrong(
                    ErrorKind::ArgumentConflict,
                    "--report belongs to a rescue; there is none here",
                ));
            }
            What::Scenarios => return Ok(Job::Scenarios { json: self.json }),
            What::Keys { deed } => {
                let deed = match deed {
                    None => WithKeys::List,
                    Some(KeyDeed::Show { id }) => WithKeys::Show(KeyId(id)),
                    Some(KeyDeed::Delete { id }) => WithKeys::Delete(KeyId(id)),
                };
                let practice = self.practice.is_some();
                return Ok(Job::Keys(Keys {
                    deed,
                    practice,
                    yes: self.yes,
                    json: self.json,
                    data_dir: self.data_dir,
                }));
            }
        };
        let Some(model) = self.practice else {
            return Err(wrong(ErrorKind::MissingRequiredArgument, REAL_BAND));
        };
        let scenario = self.scenario.unwrap_or(Scenario::Owned);
        if !scenario.row().models.contains(&model) {
            let told = format!("the scenario {} is not for {}", scenario.name(), model.row().name);
            return Err(wrong(ErrorKind::InvalidValue, &told));
        }
        Ok(Job::Run(Run {
            task,
            used_with: used_with.map(|used| match used {
                Used::OfficialApp => Choice::OfficialApp,
                Used::AnotherApp => Choice::AnotherApp,
            }),
            model,
            scenario,
            seed: self.seed,
            fast: self.fast,
            yes: self.yes,
            json: self.json,
            report: self.report,
            data_dir: self.data_dir,
        }))
    }
}

const REAL_BAND: &str = "this build of the command line practises only: add --practice mi-band-2 or --practice \
                         mi-band-3; for a real band use the Android app";

/// An error of use, as clap words and ends it (exit code 2).
pub(crate) fn wrong(kind: ErrorKind, told: &str) -> clap::Error {
    Cli::command().error(kind, told)
}

fn models() -> impl clap::builder::TypedValueParser<Value = Model> {
    PossibleValuesParser::new(Model::all().map(|model| model.row().slug))
        .try_map(|slug| Model::from_slug(&slug).ok_or("no such model"))
}

fn scenarios() -> impl clap::builder::TypedValueParser<Value = Scenario> {
    PossibleValuesParser::new(Scenario::all().map(Scenario::name))
        .try_map(|slug| Scenario::from_name(&slug).ok_or("no such scenario"))
}
