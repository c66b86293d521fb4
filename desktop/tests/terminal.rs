//! The command line as a person uses it: in a terminal, with typed answers, Enter for the tap and Ctrl-C.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

/// How long a test waits for a text.
const PATIENCE_MS: u64 = 20_000;

fn at_a_terminal(data: &Path, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_band-rescue"));
    command.args(arguments).arg("--data-dir").arg(data);
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR");
    spawn_command(command, Some(PATIENCE_MS)).unwrap()
}

/// Reads on until this text; returns what came before.
fn until(session: &mut PtySession, text: &str) -> String {
    session.exp_string(text).unwrap_or_else(|error| panic!("waiting for {text:?}: {error}"))
}

fn answer(session: &mut PtySession, after: &str, line: &str) {
    until(session, after);
    session.send_line(line).unwrap();
}

fn exit_code(session: &mut PtySession) -> i32 {
    session.exp_eof().unwrap();
    let status = session.process().wait().unwrap();
    let WaitStatus::Exited(_, code) = status else { panic!("it did not exit: {status:?}") };
    code
}

#[test]
fn a_person_frees_a_practice_band_by_typing_and_tapping() {
    let data = tempfile::tempdir().unwrap();
    let mut person = at_a_terminal(data.path(), &["--practice", "mi-band-2", "--fast", "unpair"]);
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "With another app", "1");
    answer(&mut person, "Start", "start");
    answer(&mut person, "Tap your band now", "");
    until(&mut person, "Tapped.");
    until(&mut person, "Your band is free");
    assert_eq!(exit_code(&mut person), 0);
}

/// The key of a practice band, as "scenarios" prints it.
fn key_of(practice: &str) -> String {
    let mut scenarios = Command::new(env!("CARGO_BIN_EXE_band-rescue"));
    let printed = scenarios.args(["--practice", practice, "scenarios"]).output().unwrap().stdout;
    let printed = String::from_utf8(printed).unwrap();
    printed.lines().find_map(|line| line.split_once(", key ")).unwrap().1.trim().to_owned()
}

#[test]
fn a_mistyped_key_is_told_and_the_right_one_opens_the_band() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "smart-band-8", "--fast", "unpair", "--for", "official-app"];
    let mut person = at_a_terminal(data.path(), &arguments);
    let key = key_of("smart-band-8");
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "Type or paste the key", &key[1..]);
    until(&mut person, "here are 31");
    answer(&mut person, "Type or paste the key", &format!("0x{}", key.to_uppercase()));
    until(&mut person, "Key entered.");
    answer(&mut person, "Type 1 and press Enter", "1");
    until(&mut person, "Did your band buzz");
    person.send_line("1").unwrap();
    until(&mut person, "Your band is free");
    assert_eq!(exit_code(&mut person), 0);
}

#[test]
fn a_person_without_a_key_frees_the_band_in_its_menu() {
    let data = tempfile::tempdir().unwrap();
    for practice in ["mi-band-4", "smart-band-10"] {
        let arguments = ["--practice", practice, "--fast", "unpair", "--for", "official-app"];
        let mut person = at_a_terminal(data.path(), &arguments);
        answer(&mut person, "Type the number of your band", "1");
        answer(&mut person, "Type or paste the key", "");
        answer(&mut person, "Type 1 and press Enter", "1");
        until(&mut person, "Factory reset");
        answer(&mut person, "Press Enter to do that with the practice band", "");
        until(&mut person, "Reset in its menu.");
        until(&mut person, "Your band is free");
        assert_eq!(exit_code(&mut person), 0);
    }
}

#[test]
fn a_locked_menu_is_found_out_and_the_experiment_needs_more_than_enter() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "mi-band-6", "--scenario", "menu-locked", "--fast", "unpair"];
    let mut person = at_a_terminal(data.path(), &[&arguments[..], &["--for", "official-app"]].concat());
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "Type or paste the key", "");
    answer(&mut person, "Type 1 and press Enter", "1");
    answer(&mut person, "Press Enter to do that with the practice band", "");
    until(&mut person, "Its menu does not open");
    person.send_line("cannot find").unwrap();
    until(&mut person, "Does your band ask to be paired?");
    person.send_line("no").unwrap();
    answer(&mut person, "Enter alone does not", "");
    until(&mut person, "Do not try it");
    until(&mut person, "This needs its key or its owner");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn a_key_of_the_command_line_is_not_asked_for_again() {
    let data = tempfile::tempdir().unwrap();
    let key = key_of("mi-band-4");
    let arguments = ["--practice", "mi-band-4", "--fast", "--key", &key, "unpair", "--for", "another-app"];
    let mut person = at_a_terminal(data.path(), &arguments);
    answer(&mut person, "Type the number of your band", "1");
    let between = until(&mut person, "Type 1 and press Enter");
    assert!(!between.contains("Type or paste"), "{between}");
    person.send_line("1").unwrap();
    until(&mut person, &key);
    assert_eq!(exit_code(&mut person), 0);
}

#[test]
fn time_really_passes_without_fast_and_the_count_down_runs() {
    let data = tempfile::tempdir().unwrap();
    let mut person =
        at_a_terminal(data.path(), &["unpair", "--for", "another-app", "--practice", "mi-band-2"]);
    answer(&mut person, "Type the number of your band", "1");
    let between = until(&mut person, "Type 1 and press Enter");
    assert!(!between.contains("Type a number"), "what --for says is not asked again");
    person.send_line("1").unwrap();
    until(&mut person, "25 seconds left");
    until(&mut person, "24 seconds left");
    person.send_line("").unwrap();
    until(&mut person, "The key of your band");
    assert_eq!(exit_code(&mut person), 0);
}

#[test]
fn a_tap_that_never_comes_is_an_honest_end() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "mi-band-2", "--fast", "unpair", "--for", "another-app"];
    let mut person = at_a_terminal(data.path(), &arguments);
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "Type 1 and press Enter", "1");
    answer(&mut person, "w lets the time pass", "w");
    answer(&mut person, "w lets the time pass", "w");
    until(&mut person, "No tap was seen in time");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn ctrl_c_stops_safely_and_says_how_the_band_is_left() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "mi-band-2", "unpair", "--for", "another-app"];
    let mut person = at_a_terminal(data.path(), &arguments);
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "Type 1 and press Enter", "1");
    until(&mut person, "Tap your band now");
    person.send_control('c').unwrap();
    until(&mut person, "A tap may still make it agree");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn stopping_in_the_middle_is_asked_once_more() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "mi-band-2", "--fast", "unpair", "--for", "another-app"];
    let mut person = at_a_terminal(data.path(), &arguments);
    answer(&mut person, "Type the number of your band", "1");
    answer(&mut person, "Type 1 and press Enter", "1");
    answer(&mut person, "Tap your band now", "q");
    answer(&mut person, "Stop here?", "2");
    until(&mut person, "Go on with the rescue");
    person.send_line("q").unwrap();
    answer(&mut person, "Stop here?", "stop");
    until(&mut person, "You stopped here.");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn leaving_the_list_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut person = at_a_terminal(data.path(), &["--practice", "mi-band-2", "--fast", "unpair"]);
    answer(&mut person, "Type the number of your band", "7");
    answer(&mut person, "Type the number of your band", "q");
    until(&mut person, "Nothing was changed.");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn a_band_that_is_not_heard_is_an_honest_end_with_where_it_may_hide() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--practice", "mi-band-2", "--fast", "--scenario", "held-silent", "unpair"];
    let mut person = at_a_terminal(data.path(), &arguments);
    until(&mut person, "Another phone or tablet is holding it");
    until(&mut person, "Your band was not heard");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn a_band_of_the_list_buzzes_when_asked() {
    let data = tempfile::tempdir().unwrap();
    let mut person = at_a_terminal(data.path(), &["--practice", "mi-band-2", "--fast", "unpair"]);
    answer(&mut person, "Type the number of your band", "b1");
    until(&mut person, "It was told to buzz");
    answer(&mut person, "Type the number of your band", "q");
    assert_eq!(exit_code(&mut person), 1);
}

#[test]
fn no_color_is_respected() {
    let data = tempfile::tempdir().unwrap();
    for (no_color, coloured) in [("", true), ("1", false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_band-rescue"));
        command.args(["scenarios", "--data-dir"]).arg(data.path());
        command.env("TERM", "xterm-256color").env("NO_COLOR", no_color);
        let mut person = spawn_command(command, Some(PATIENCE_MS)).unwrap();
        let shown = person.exp_eof().unwrap();
        assert_eq!(shown.contains("\u{1b}["), coloured, "NO_COLOR={no_color:?}");
    }
}

#[test]
fn a_key_is_deleted_only_after_yes() {
    let data = tempfile::tempdir().unwrap();
    let mut taken = Command::new(env!("CARGO_BIN_EXE_band-rescue"));
    taken.args([
        "--practice",
        "mi-band-2",
        "--fast",
        "--yes",
        "unpair",
        "--for",
        "another-app",
        "--data-dir",
    ]);
    assert!(taken.arg(data.path()).output().unwrap().status.success());

    let delete = ["--practice", "mi-band-2", "keys", "delete", "0"];
    let mut person = at_a_terminal(data.path(), &delete);
    answer(&mut person, "Type yes", "");
    until(&mut person, "Keep it");
    assert_eq!(exit_code(&mut person), 0);
    let mut person = at_a_terminal(data.path(), &delete);
    answer(&mut person, "Type yes", "yes");
    until(&mut person, "Deleted.");
    assert_eq!(exit_code(&mut person), 0);
    let mut person = at_a_terminal(data.path(), &["--practice", "mi-band-2", "keys"]);
    until(&mut person, "No keys are saved.");
}
