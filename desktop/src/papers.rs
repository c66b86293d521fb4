//! What a package or a shell needs to know of the command line: completions and manual pages.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use thiserror::Error;

use crate::cli::Cli;

const NAME: &str = "band-rescue";

/// Why something was not written.
#[derive(Debug, Error)]
pub(crate) enum PapersError {
    /// Standard output is closed.
    #[error("write to standard output: {0}")]
    Output(io::Error),
    /// The folder.
    #[error("write the manual pages to {}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), PapersError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    io::stdout().write_all(&script).map_err(PapersError::Output)
}

/// Prints the manual page, or writes those of all commands to a folder.
pub(crate) fn man(folder: Option<&Path>) -> Result<(), PapersError> {
    let Some(folder) = folder else {
        return clap_mangen::Man::new(Cli::command()).render(&mut io::stdout()).map_err(PapersError::Output);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .map_err(|source| PapersError::Folder { path: folder.to_owned(), source })
}
