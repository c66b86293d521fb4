//! Every target with what its search begins with, and with every file that a search left worth keeping.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;

use rescue_fuzz::{TARGETS, run, seeds};

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The files kept for a target, with their names. Where its search begins with enough there are none.
fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(files) = fs::read_dir(corpus().join(target)) else { return Vec::new() };
    let paths = files.map(|file| file.unwrap().path());
    paths.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

#[test]
fn what_a_search_once_found_is_taken_without_a_fault() {
    for (target, _) in TARGETS {
        for (file, bytes) in kept(target) {
            let taken = catch_unwind(|| run(target, &bytes));
            assert!(taken.is_ok(), "{target} fails with {file}");
        }
    }
}

#[test]
fn what_a_search_begins_with_is_taken_without_a_fault() {
    for (target, _) in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty());
        for bytes in seeds {
            let taken = catch_unwind(|| run(target, &bytes));
            assert!(taken.is_ok(), "{target} fails with {}", hex::encode(&bytes));
        }
    }
}

#[test]
fn every_folder_belongs_to_a_target() {
    let mut files = 0;
    for folder in fs::read_dir(corpus()).unwrap() {
        let target = folder.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|(known, _)| *known == target), "nothing runs {target}");
        files += kept(&target).len();
    }
    assert!(files > 0);
}
