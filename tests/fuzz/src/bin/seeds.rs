//! Writes what a search begins with as files into a folder: `seeds TARGET FOLDER`.

use std::io::{Error, Result};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(target), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(Error::other("wanted: the name of a target, and a folder"));
    };
    std::fs::create_dir_all(&folder)?;
    for (number, bytes) in rescue_fuzz::seeds(&target).iter().enumerate() {
        std::fs::write(format!("{folder}/seed-{number}"), bytes)?;
    }
    Ok(())
}
