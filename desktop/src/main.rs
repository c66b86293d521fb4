//! Band Rescue on the command line. Here it begins and ends: arguments in, exit code out.

mod air;
mod answers;
mod careful;
mod changes;
mod cli;
mod clock;
mod compute;
mod computer;
mod decode;
mod keyboard;
mod keyfile;
mod keys;
mod names;
mod papers;
mod picker;
mod practice;
mod radio;
mod rescue;
mod scenarios;
mod session;
mod shelf;
mod standin;
mod texts;
mod trace;
mod unfinished;
mod voice;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Job};
use crate::decode::DecodeError;
use crate::keys::KeysError;
use crate::papers::PapersError;
use crate::rescue::RescueError;
use crate::unfinished::DiscardError;

/// An honest failure; wrong use ends with 2, by clap.
const FAILED: u8 = 1;
/// Bytes that are not what they were said to be: wrong use as well.
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let job = Cli::parse().job().unwrap_or_else(|wrong| wrong.exit());
    match job {
        Job::Run(run) => match rescue::run(run) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(FAILED),
            Err(RescueError::Use(wrong)) => wrong.exit(),
            Err(error) => failed(&error),
        },
        Job::Keys(keys) => match keys::run(&keys) {
            Ok(()) => ExitCode::SUCCESS,
            Err(KeysError::Use(wrong)) => wrong.exit(),
            Err(error) => failed(&error),
        },
        Job::Discard(discard) => match unfinished::discard(&discard) {
            Ok(()) => ExitCode::SUCCESS,
            Err(DiscardError::Use(wrong)) => wrong.exit(),
            Err(error) => failed(&error),
        },
        Job::Scenarios { of, json } => {
            scenarios::print(of, json);
            ExitCode::SUCCESS
        }
        Job::Decode { format, hex, json } => shown(decode::run(format, &hex, json)),
        Job::Completions(shell) => written(papers::completions(shell)),
        Job::Man(folder) => written(papers::man(folder.as_deref())),
        Job::Compute { what, json } => shown(compute::run(&what, json)),
    }
}

fn shown(result: Result<(), DecodeError>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("band-rescue: could not {error}");
    ExitCode::from(WRONG)
}

fn written(result: Result<(), PapersError>) -> ExitCode {
    result.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("band-rescue: could not {error}");
    ExitCode::from(FAILED)
}
