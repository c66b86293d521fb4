//! The command line as it is typed: what there is, what belongs together, what is wrong use.
//!
//! It decides nothing about bands and does nothing; [`Cli::job`] turns it into what is to be done.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use rescue_core::Address;
use rescue_core::address::AddressError;
use rescue_core::event::{Choice, KeyText, Task};
use rescue_core::keys::{KeyId, doctor};
use rescue_core::practice::{Kind, Scenario};

use crate::compute::Compute;
use crate::decode::Format;
use crate::keyfile;

/// Gets a stuck Mi Band working again ("Band is paired by another person").
///
/// It uses this computer's Bluetooth. With --practice it practises on a virtual band and touches no real one.
// Without Debug: it may hold a key.
#[derive(Parser)]
#[command(name = "band-rescue", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    what: What,

    /// The band with this address, without asking which
    // Text, since "compute" has an option of this name too and clap wants one type for both.
    #[arg(long, global = true, value_name = "ADDRESS")]
    address: Option<String>,

    /// The Bluetooth adapter to use, such as hci1 [default: the first that is on]
    #[arg(long, global = true, value_name = "NAME")]
    adapter: Option<String>,

    /// Practise on this virtual band
    #[arg(long, global = true, value_name = "BAND", value_parser = kinds())]
    practice: Option<Kind>,

    /// How the practice band and phone behave ("band-rescue scenarios" lists them) [default: owned]
    #[arg(long, global = true, value_name = "NAME", value_parser = scenarios(), hide_possible_values = true)]
    scenario: Option<Scenario>,

    /// Makes the same practice world again
    // Text, since "compute key-from-seed" has an option of this name too and clap wants one type for both.
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = number)]
    seed: Option<String>,

    /// The band's key, in whatever form you have it ("band-rescue scenarios" shows those of practice bands)
    // Text, since "compute" has an option of this name too and clap wants one type for both.
    #[arg(long, global = true, value_name = "KEY")]
    key: Option<String>,

    /// A file with the band's key, so that it does not stand in your shell's history
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "key")]
    key_file: Option<PathBuf>,

    /// Practise on a virtual clock: nothing is really waited for
    #[arg(long, global = true)]
    fast: bool,

    /// Answer every question without a person: the only band in range is meant, and what will be lost may be lost
    #[arg(long, global = true)]
    yes: bool,

    /// One JSON object a line, the outcome last
    #[arg(long, global = true)]
    json: bool,

    /// Tell on standard error what happens on the radio, without keys and with addresses shortened
    #[arg(short, long, global = true)]
    verbose: bool,

    /// Write the report of the rescue, without keys and with addresses shortened, to a file
    #[arg(long, global = true, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Keep journal and keys here instead of in your data folder
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  band-rescue scan                            which bands are near, with their addresses
  band-rescue unpair                          free a band; asks, and says when to touch it
  band-rescue unpair --for another-app        take it over and show its new key
  band-rescue unpair --yes --address FA:8E:E3:12:B4:A9
                                              without questions; a touch is still wanted
  band-rescue erase --key-file key.txt        with the key that its owner has
  band-rescue continue                        go on where a rescue was interrupted
  band-rescue --practice mi-band-2 unpair     try it first, without a band

Exit code: 0 done, 1 an honest failure (the outcome says which), 2 wrong use.";

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
    /// Show what a band tells of itself, its charge and its locks; changes nothing
    Info,
    /// Show the charge of a band; changes nothing
    Battery,
    /// Make this computer forget a band; the band itself is not changed
    Forget,
    /// Go on with a rescue that was interrupted
    Continue {
        /// Its number, where there are several
        #[arg(value_name = "N")]
        number: Option<usize>,
        /// Forget it instead: the band is left as it is
        #[arg(long)]
        discard: bool,
    },
    /// List what can be practised, and how it ends
    Scenarios,
    /// List, show or delete saved keys (of practice bands with --practice)
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        deed: Option<KeyDeed>,
    },
    /// Show what bytes of a band mean
    #[command(after_help = DECODE_HELP)]
    Decode {
        /// What they are
        #[arg(value_name = "FORMAT")]
        format: Format,
        /// The bytes in hex, with or without spaces, colons and 0x; one frame an argument where there are several
        #[arg(value_name = "HEX", required = true)]
        hex: Vec<String>,
    },
    /// Compute an answer, a key or a frame as the app does
    #[command(after_help = COMPUTE_HELP)]
    Compute {
        /// What to compute.
        #[command(subcommand)]
        what: Compute,
    },
    /// Print what completes the words of this command line in a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// Write the pages of all commands into this folder instead
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

const DECODE_HELP: &str = "\
Frames of one message are put together; one that is not whole is shown with \"complete\": false. What is encrypted is \
shown as it is. Bytes that are not what you say end with exit code 2.

Examples:
  band-rescue decode advertisement 0201061bff570100000102030405060708090a0b0c0d0e0f01c0ffee000002
  band-rescue decode auth-reply 10 83 07
  band-rescue decode chunk-2021 --json 0303000500030000008200100501
  band-rescue decode packet-xiaomi a5a503010a00c77801010801101b1a021803";

const COMPUTE_HELP: &str = "\
Keys are printed as they are: mind who looks at your screen. Nothing is saved or sent.

Examples:
  band-rescue compute auth-answer --key 30313233343536373839404142434445 --random 000102030405060708090a0b0c0d0e0f
  band-rescue compute key-from-seed --address C0:FF:EE:00:00:04 --seed a0a1a2a3a4a5a6a7a8a9aaabacadaeaf
  band-rescue compute user-info --model mi-band-1 --address C0:FF:EE:00:00:23 --uid 1550050550 --gender 1 --age 25 \
--height 175 --weight 70 --type 0 --alias 1550050550";

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
    /// Run a task on a band.
    Run(Run),
    /// Print the table of scenarios.
    Scenarios {
        /// Of this practice band alone.
        of: Option<Kind>,
        /// As JSON.
        json: bool,
    },
    /// Forget a rescue that was interrupted.
    Discard(Discard),
    /// Something with saved keys.
    Keys(Keys),
    /// Show what bytes mean.
    Decode {
        /// What they are.
        format: Format,
        /// The bytes.
        hex: Vec<String>,
        /// As JSON.
        json: bool,
    },
    /// Print completions.
    Completions(Shell),
    /// Print the manual page, or write all pages to a folder.
    Man(Option<PathBuf>),
    /// Compute something.
    Compute {
        /// What.
        what: Compute,
        /// As JSON.
        json: bool,
    },
}

/// A task on a band.
#[derive(Debug)]
pub(crate) struct Run {
    /// How it begins.
    pub(crate) start: Start,
    /// Where the band will be used, if that was said.
    pub(crate) used_with: Option<Choice>,
    /// Its key, if one was given; it reads as one.
    pub(crate) key: Option<KeyText>,
    /// The band.
    pub(crate) band: Band,
    /// Without a person.
    pub(crate) yes: bool,
    /// Speak JSON.
    pub(crate) json: bool,
    /// Tell what happens on the radio.
    pub(crate) verbose: bool,
    /// Where the report goes.
    pub(crate) report: Option<PathBuf>,
    /// Where journal and keys are.
    pub(crate) data_dir: Option<PathBuf>,
}

/// How a task begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// From its beginning.
    Begin(Task),
    /// Where an interrupted one stopped: the one of this number, or the only one.
    Continue(Option<usize>),
}

/// A rescue to forget.
#[derive(Debug)]
pub(crate) struct Discard {
    /// Its number, where there are several.
    pub(crate) number: Option<usize>,
    /// Speak JSON.
    pub(crate) json: bool,
    /// Where the journal is.
    pub(crate) data_dir: Option<PathBuf>,
}

/// Which band a task is for.
#[derive(Debug)]
pub(crate) enum Band {
    /// A practice band.
    Practice {
        /// Which.
        kind: Kind,
        /// How it behaves.
        scenario: Scenario,
        /// The seed, if one was given.
        seed: Option<u64>,
        /// On a virtual clock.
        fast: bool,
    },
    /// A real one.
    Real {
        /// Its address, if that was said.
        address: Option<Address>,
        /// The adapter, if one was named.
        adapter: Option<String>,
    },
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
        let looks_only = matches!(
            self.what,
            What::Decode { .. } | What::Compute { .. } | What::Completions { .. } | What::Man { .. }
        );
        if looks_only {
            self.refuse_options_of_a_rescue()?;
        }
        for (given, option) in [(self.address.is_some(), "--address"), (self.adapter.is_some(), "--adapter")]
        {
            if given && self.practice.is_some() {
                let told = format!("{option} is for a real band; --practice has a band of its own");
                return Err(wrong(ErrorKind::ArgumentConflict, &told));
            }
            if given && !self.what.may_name_a_band(option) {
                let told = format!("{option} belongs to a rescue; there is none here");
                return Err(wrong(ErrorKind::ArgumentConflict, &told));
            }
        }
        for (given, option, why) in without_practice {
            if given && self.practice.is_none() && !looks_only {
                let told = format!("{option} is for practice only ({why}); add --practice <BAND>");
                return Err(wrong(ErrorKind::MissingRequiredArgument, &told));
            }
        }
        if let What::Continue { .. } = self.what
            && self.practice.is_some()
        {
            let told = "a practice cannot be continued: its band was gone when it ended";
            return Err(wrong(ErrorKind::ArgumentConflict, told));
        }
        if (self.key.is_some() || self.key_file.is_some()) && !self.what.may_take_a_key() {
            let told = if matches!(self.what, What::Continue { .. }) {
                "--key and --key-file are asked for at the beginning; a rescue that goes on uses the key it had"
            } else {
                "--key and --key-file open a band; no band is opened here"
            };
            return Err(wrong(ErrorKind::ArgumentConflict, told));
        }
        let (start, used_with) = match self.what {
            What::Unpair { used_with } => (Start::Begin(Task::Unpair), used_with),
            What::Erase => (Start::Begin(Task::Erase), None),
            What::Restart => (Start::Begin(Task::Restart), None),
            What::Find => (Start::Begin(Task::Find), None),
            What::Scan => (Start::Begin(Task::Scan), None),
            What::Info => (Start::Begin(Task::Info), None),
            What::Battery => (Start::Begin(Task::Battery), None),
            What::Forget => (Start::Begin(Task::Forget), None),
            What::Continue { number, discard: false } => (Start::Continue(number), None),
            What::Scenarios | What::Keys { .. } | What::Continue { .. } if self.report.is_some() => {
                return Err(wrong(
                    ErrorKind::ArgumentConflict,
                    "--report belongs to a rescue; there is none here",
                ));
            }
            What::Continue { number, discard: true } => {
                return Ok(Job::Discard(Discard { number, json: self.json, data_dir: self.data_dir }));
            }
            What::Scenarios => return Ok(Job::Scenarios { of: self.practice, json: self.json }),
            What::Decode { format, hex } => return Ok(Job::Decode { format, hex, json: self.json }),
            What::Completions { shell } => return Ok(Job::Completions(shell)),
            What::Man { folder } => return Ok(Job::Man(folder)),
            What::Compute { what } => return Ok(Job::Compute { what, json: self.json }),
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
        let band = match self.practice {
            Some(kind) => practised(kind, self.scenario, self.seed, self.fast)?,
            None => Band::Real {
                address: self.address.as_deref().map(address).transpose()?,
                adapter: self.adapter,
            },
        };
        if self.yes && matches!(band, Band::Real { address: None, .. }) && is_for_one_band(start) {
            let told = "with --yes nobody says which band is meant, and this changes it: add --address <ADDRESS> \
                        (\"band-rescue scan\" lists them)";
            return Err(wrong(ErrorKind::MissingRequiredArgument, told));
        }
        let key = match (self.key, self.key_file) {
            (Some(key), _) => Some(readable(key)?),
            (None, Some(file)) => Some(key_in(&file)?),
            (None, None) => None,
        };
        Ok(Job::Run(Run {
            start,
            used_with: used_with.map(|used| match used {
                Used::OfficialApp => Choice::OfficialApp,
                Used::AnotherApp => Choice::AnotherApp,
            }),
            key,
            band,
            yes: self.yes,
            json: self.json,
            verbose: self.verbose,
            report: self.report,
            data_dir: self.data_dir,
        }))
    }

    /// Where bytes are only looked at, no band takes part.
    fn refuse_options_of_a_rescue(&self) -> Result<(), clap::Error> {
        let options = [
            (self.practice.is_some(), "--practice"),
            (self.scenario.is_some(), "--scenario"),
            (self.fast, "--fast"),
            (self.yes, "--yes"),
            (self.verbose, "--verbose"),
            (self.key_file.is_some(), "--key-file"),
            (self.report.is_some(), "--report"),
        ];
        match options.into_iter().find(|(given, _)| *given) {
            None => Ok(()),
            Some((_, option)) => {
                let told = format!("{option} belongs to a rescue; there is none here");
                Err(wrong(ErrorKind::ArgumentConflict, &told))
            }
        }
    }
}

/// Checks that it is one.
fn number(typed: &str) -> Result<String, std::num::ParseIntError> {
    typed.parse::<u64>().map(|_| typed.to_owned())
}

/// An error of use, as clap words and ends it (exit code 2).
pub(crate) fn wrong(kind: ErrorKind, told: &str) -> clap::Error {
    Cli::command().error(kind, told)
}

impl What {
    /// Whether a band or an adapter may be named with it; "compute" has an option `--address` of its own.
    fn may_name_a_band(&self, option: &str) -> bool {
        match self {
            Self::Unpair { .. }
            | Self::Erase
            | Self::Restart
            | Self::Find
            | Self::Info
            | Self::Battery
            | Self::Forget => true,
            Self::Scan | Self::Continue { discard: false, .. } => option == "--adapter",
            Self::Compute { .. } => option == "--address",
            Self::Scenarios
            | Self::Continue { .. }
            | Self::Keys { .. }
            | Self::Decode { .. }
            | Self::Completions { .. }
            | Self::Man { .. } => false,
        }
    }

    /// Whether `--key` may be given with it: where a band is opened, and "compute" has an option of that name.
    const fn may_take_a_key(&self) -> bool {
        match self {
            Self::Unpair { .. }
            | Self::Erase
            | Self::Restart
            | Self::Find
            | Self::Info
            | Self::Battery
            | Self::Compute { .. } => true,
            Self::Forget
            | Self::Scan
            | Self::Continue { .. }
            | Self::Scenarios
            | Self::Keys { .. }
            | Self::Decode { .. }
            | Self::Completions { .. }
            | Self::Man { .. } => false,
        }
    }
}

/// Whether a task without a tap changes the band: then nobody guesses which one is meant.
const fn is_for_one_band(start: Start) -> bool {
    match start {
        Start::Begin(Task::Erase | Task::Restart) => true,
        Start::Begin(Task::Unpair | Task::Find | Task::Scan | Task::Info | Task::Battery | Task::Forget)
        | Start::Continue(_) => false,
    }
}

/// A practice band, with the scenario that was named or else the ordinary one.
fn practised(
    kind: Kind,
    scenario: Option<Scenario>,
    seed: Option<String>,
    fast: bool,
) -> Result<Band, clap::Error> {
    let scenario = scenario.unwrap_or(Scenario::Owned);
    if scenario.row().course(kind).is_none() {
        return Err(wrong(ErrorKind::InvalidValue, &does_not_fit(scenario, kind)));
    }
    Ok(Band::Practice { kind, scenario, seed: seed.and_then(|seed| seed.parse().ok()), fast })
}

/// A text that reads as an address.
fn address(typed: &str) -> Result<Address, clap::Error> {
    let told = |error| wrong(ErrorKind::ValueValidation, &format!("--address {typed}: could not {error}"));
    typed.parse().map_err(|error: AddressError| told(error))
}

/// A text that reads as a key. What is wrong with another is told without repeating it.
fn readable(key: String) -> Result<KeyText, clap::Error> {
    match doctor::readings(&key) {
        Ok(_) => Ok(KeyText(key)),
        Err(error) => Err(wrong(ErrorKind::ValueValidation, &format!("--key is no key: could not {error}"))),
    }
}

/// The key of a file.
fn key_in(file: &Path) -> Result<KeyText, clap::Error> {
    keyfile::read(file).map_err(|error| {
        wrong(ErrorKind::ValueValidation, &format!("--key-file {}: could not {error}", file.display()))
    })
}

fn does_not_fit(scenario: Scenario, kind: Kind) -> String {
    let kinds = Kind::all().filter(|other| scenario.row().course(*other).is_some()).map(Kind::slug);
    let scenarios = Scenario::all().filter(|other| other.row().course(kind).is_some()).map(Scenario::name);
    format!(
        "the scenario {} is not for {}\n\nPractice bands for it: {}\nScenarios for {}: {}",
        scenario.name(),
        kind.slug(),
        kinds.collect::<Vec<_>>().join(", "),
        kind.slug(),
        scenarios.collect::<Vec<_>>().join(", "),
    )
}

fn kinds() -> impl clap::builder::TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::all().map(Kind::slug))
        .try_map(|slug| Kind::from_slug(&slug).ok_or("no such practice band"))
}

fn scenarios() -> impl clap::builder::TypedValueParser<Value = Scenario> {
    PossibleValuesParser::new(Scenario::all().map(Scenario::name))
        .try_map(|slug| Scenario::from_name(&slug).ok_or("no such scenario"))
}
