//! The command line as scripts use it: exit codes, JSON, files, and every wrong use.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

fn band_rescue(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_band-rescue"));
    command.args(arguments).arg("--data-dir").arg(data).stdin(Stdio::null());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    band_rescue(data, arguments).output().unwrap()
}

fn fresh(arguments: &[&str]) -> Output {
    let data = tempfile::tempdir().unwrap();
    run(data.path(), arguments)
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

fn last(output: &Output) -> Value {
    lines(output).pop().unwrap_or_else(|| panic!("no line; {}", stderr(output)))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Wrong use: exit code 2, nothing on standard output, and the message says this.
fn wrong(arguments: &[&str], says: &[&str]) {
    let output = fresh(arguments);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for part in says {
        assert!(told.contains(part), "{arguments:?} should say {part:?}, but says {told}");
    }
}

// --- outcomes

#[test]
fn a_band_is_freed_and_comes_back_under_another_address() {
    for model in ["mi-band-2", "mi-band-3"] {
        let output = fresh(&["--practice", model, "--fast", "--yes", "--json", "unpair"]);
        let end = last(&output);
        assert_eq!(end["outcome"], "freed", "{end}");
        let (old, new) = (end["old_address"].as_str().unwrap(), end["new_address"].as_str().unwrap());
        assert_ne!(old, new);
        assert_eq!((old.len(), new.len()), (17, 17), "addresses are full on the person's own terminal");
        assert!(names(&end["evidence"]).contains(&"same_serial".to_owned()), "{end}");
        assert!(end.get("key").is_none(), "a key stands there only after taken_over");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn the_key_is_told_after_taking_over_and_stays_saved() {
    let data = tempfile::tempdir().unwrap();
    let practice = ["--practice", "mi-band-2", "--json"];
    let unpair = [&practice[..], &["--fast", "--yes", "unpair", "--for", "another-app"]].concat();
    let end = last(&run(data.path(), &unpair));
    assert_eq!(end["outcome"], "taken_over", "{end}");
    assert!(end["old_address"].is_string() && end["new_address"].is_null(), "{end}");
    let key = end["key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 32);

    let list = lines(&run(data.path(), &[&practice[..], &["keys"]].concat()));
    assert_eq!(list.len(), 1);
    assert!(list[0].get("key").is_none(), "the list shows no keys");
    assert_eq!((&list[0]["model"], &list[0]["confirmed"]), (&Value::from("mi-band-2"), &Value::from(true)));
    let id = list[0]["id"].to_string();
    let shown = last(&run(data.path(), &[&practice[..], &["keys", "show", &id]].concat()));
    assert_eq!(shown["key"], key.as_str());
    assert!(
        lines(&run(data.path(), &["--json", "keys"])).is_empty(),
        "practice keys are not among the real ones"
    );

    let refused = run(data.path(), &[&practice[..], &["keys", "delete", &id]].concat());
    assert_eq!(refused.status.code(), Some(2), "no key is deleted without a person or --yes");
    assert_eq!(lines(&run(data.path(), &[&practice[..], &["keys"]].concat())).len(), 1);
    let deleted = run(data.path(), &[&practice[..], &["keys", "delete", &id, "--yes"]].concat());
    assert_eq!(deleted.status.code(), Some(0), "{}", stderr(&deleted));
    assert!(lines(&run(data.path(), &[&practice[..], &["keys"]].concat())).is_empty());
}

/// Runs an errand of a practice band without a person; its last line.
fn ends(practice: &str, scenario: &str, key: Option<&str>, command: &str) -> Value {
    let mut arguments = vec!["--practice", practice, "--scenario", scenario, "--fast", "--yes", "--json"];
    // Forgetting opens no band, so that a key is wrong use there.
    let key = key.filter(|_| command != "forget");
    arguments.extend(key.into_iter().flat_map(|key| ["--key", key]));
    arguments.extend(command.split(' '));
    let output = fresh(&arguments);
    let code = output.status.code();
    assert!(code == Some(0) || code == Some(1), "{arguments:?} ended with {code:?}: {}", stderr(&output));
    last(&output)
}

/// The key of every practice band, and whether its menu can be locked.
fn practice_bands() -> BTreeMap<String, (Option<String>, bool)> {
    let mut bands = BTreeMap::new();
    for row in lines(&fresh(&["scenarios", "--json"])) {
        let key = row.get("key").map(|key| key.as_str().unwrap().to_owned());
        let band = bands.entry(row["model"].as_str().unwrap().to_owned()).or_insert((key, false));
        band.1 |= row["scenario"] == "menu-locked";
    }
    bands
}

#[test]
fn every_band_tells_what_it_is_and_its_charge_and_no_key_is_asked_for() {
    for (band, (key, _)) in practice_bands().iter().filter(|(band, _)| *band != "look-alike") {
        for key in [None, key.as_deref()] {
            let end = ends(band, "owned", key, "info");
            assert_eq!(end["outcome"], "done", "{band}: {end}");
            assert!(band.starts_with(end["model"].as_str().unwrap()), "{band}: {end}");
            assert_eq!(end["address"], end["old_address"], "{band}: {end}");
            assert!(names(&end["recognised_by"]).contains(&"name".to_owned()), "{band}: {end}");
            assert_eq!(end["battery"]["level"], 82, "{band}: {end}");
            let opens = end["locks"]["key"] == "opens_to_us";
            assert_eq!(opens, key.is_some(), "{band}: {end}");
            let asked = band.starts_with("smart-band-") && band != "smart-band-7";
            assert_eq!(end["bound"] == "somebody", asked, "{band}: {end}");
        }
    }
    assert_eq!(ends("look-alike", "owned", None, "info")["outcome"], "not_supported");
}

#[test]
fn a_charge_that_wants_the_key_says_so_and_is_no_success() {
    let end = ends("mi-band-4", "battery-hidden", None, "battery");
    assert_eq!(end["outcome"], "needs_owner_or_key", "{end}");
    assert!(end["battery"].is_null() && end["battery_missing"] == "wants_key", "{end}");
    let (key, _) = practice_bands().remove("mi-band-4").unwrap();
    let end = ends("mi-band-4", "battery-hidden", key.as_deref(), "battery");
    assert_eq!(end["outcome"], "done", "{end}");
    let battery = serde_json::json!({
        "level": 82, "state": "in_use", "last_charge": "2018-03-18T20:36:08", "charges": null,
    });
    assert_eq!(end["battery"], battery);
    assert!(end.get("model").is_none(), "the charge was asked for, and nothing else: {end}");
}

#[test]
fn to_forget_is_done_when_the_phone_has_no_bond_and_not_before() {
    for (scenario, outcome) in [("bonded", "done"), ("owned", "done"), ("bond-stays", "phone_keeps_the_bond")]
    {
        let end = ends("mi-band-3", scenario, None, "forget");
        assert_eq!(end["outcome"], outcome, "{end}");
        let forgotten = names(&end["evidence"]).contains(&"phone_has_forgotten".to_owned());
        assert_eq!(forgotten, outcome == "done", "{end}");
        assert!(end.get("battery").is_none(), "nothing was asked of the band: {end}");
    }
}

#[test]
fn whoever_reads_what_a_band_tells_reads_its_locks_and_that_nothing_was_changed() {
    let told = |arguments: &[&str]| {
        let output = fresh(&[&["--fast", "--yes", "--seed", "1", "--practice"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let info = told(&["mi-band-1s", "info"]);
    for part in [
        "Nothing was changed.",
        "Charge: 82 percent, not charging",
        "Charged so far: 5 times",
        "Account lock",
    ] {
        assert!(info.contains(part), "{info}");
    }
    assert!(info.contains("thought never to change"), "the account lock of a Mi Band 1 stays: {info}");
    let battery = told(&["mi-band-1s", "battery"]);
    assert!(battery.contains("82 percent") && !battery.contains("Account lock"), "{battery}");
    let forget = told(&["mi-band-2", "--scenario", "bonded", "forget"]);
    assert!(forget.contains("The band itself is unchanged"), "{forget}");
    assert!(!forget.contains("npaired"), "only the phone's pairing went: {forget}");
}

#[test]
fn every_band_is_freed_with_the_proof_that_fits_it() {
    let bands = practice_bands();
    assert!(bands.len() >= 13, "{bands:?}");
    for (band, (key, has_menu)) in &bands {
        let key = key.as_deref();
        let unpaired = |scenario, key| ends(band, scenario, key, "unpair");
        let end = unpaired("owned", None);
        let seen = names(&end["evidence"]);
        let saw = |evidence: &str| seen.iter().any(|seen| seen == evidence);
        if band.starts_with("mi-band-1") {
            assert_eq!(
                (&end["outcome"], &end["new_address"]),
                (&"taken_over".into(), &Value::Null),
                "{band}"
            );
            assert!(key.is_none() && end.get("key").is_none(), "{band} has no key");
        } else if band == "look-alike" {
            assert_eq!(end["outcome"], "not_supported", "{band}");
        } else {
            assert_eq!(end["outcome"], "freed", "{band}: {end}");
            assert_ne!(end["old_address"], end["new_address"], "{band}: {end}");
            assert!(end["new_address"].is_string(), "{band}: {end}");
        }
        let Some(key) = key else {
            assert!(!saw("reset_by_hand"), "{band} needs no hands: {end}");
            continue;
        };
        assert!(saw("reset_by_hand"), "{band} is freed by hand: {end}");
        let speaks_protobuf =
            ["smart-band-8", "smart-band-9", "smart-band-10"].iter().any(|name| band.starts_with(name));
        assert_eq!(saw("not_bound"), speaks_protobuf, "{band}: {end}");
        assert!(has_menu, "{band} can be practised with a locked menu");
        assert_eq!(unpaired("menu-locked", None)["outcome"], "needs_owner_or_key", "{band}");
        let opened = unpaired("owned", Some(key));
        assert_eq!(opened["outcome"], "freed", "{band}: {opened}");
        assert!(names(&opened["evidence"]).contains(&"opened_with_key".to_owned()), "{band}: {opened}");
        if band != "smart-band-7" {
            // That one's reset command is not known: its menu is the only way.
            assert!(!names(&opened["evidence"]).contains(&"reset_by_hand".to_owned()), "{band}: {opened}");
            assert_eq!(unpaired("menu-locked", Some(key))["outcome"], "freed", "{band}");
        }
    }
}

#[test]
fn a_band_that_binds_without_the_vendor_is_taken_over_for_another_app() {
    let end = ends("smart-band-9-local-bind", "owned", None, "unpair --for another-app");
    assert_eq!(end["outcome"], "taken_over", "{end}");
    assert_eq!(end["key"].as_str().unwrap().len(), 32);
}

#[test]
fn a_key_is_read_in_whatever_form_it_is_given() {
    let bands = practice_bands();
    let key = bands["mi-band-4"].0.as_deref().unwrap();
    let spaced: Vec<&str> = (0..16).map(|byte| &key[byte * 2..byte * 2 + 2]).collect();
    for form in [format!("0x{}", key.to_uppercase()), spaced.join(" "), format!("\"{key}\"\n")] {
        let end = ends("mi-band-4", "menu-locked", Some(&form), "unpair");
        assert_eq!(end["outcome"], "freed", "{form}: {end}");
    }
}

#[test]
fn a_key_is_not_repeated_in_what_a_script_reads() {
    let bands = practice_bands();
    let key = bands["mi-band-6"].0.as_deref().unwrap();
    let output = fresh(&["--practice", "mi-band-6", "--fast", "--yes", "--json", "--key", key, "unpair"]);
    let told = lines(&output);
    assert!(told.iter().any(|line| line["event"] == "key_entered"), "{told:?}");
    assert!(!String::from_utf8(output.stdout).unwrap().contains(key));
}

#[test]
fn a_key_that_nobody_asked_for_is_said_to_be_unused() {
    let key = "00112233445566778899aabbccddeeff";
    let output = fresh(&["--practice", "mi-band-2", "--fast", "--yes", "--json", "--key", key, "unpair"]);
    let told = lines(&output);
    assert!(told.iter().any(|line| line["event"] == "unused_key"), "{told:?}");
    assert_eq!(told.last().unwrap()["outcome"], "freed");
}

#[test]
fn without_a_person_nothing_unproven_is_tried_on_a_band() {
    let output = fresh(&[
        "--practice",
        "mi-band-4",
        "--scenario",
        "menu-locked",
        "--fast",
        "--yes",
        "--json",
        "unpair",
    ]);
    let told = lines(&output);
    let answered =
        told.iter().find(|line| line["event"] == "answered" && line["question"] == "try_experiment");
    assert_eq!(answered.unwrap()["choice"], "stop");
    assert!(!names(&told.last().unwrap()["evidence"]).contains(&"experiment_tried".to_owned()));
}

#[test]
fn what_hands_did_is_told_as_a_reset_and_not_as_a_tap() {
    let told = lines(&fresh(&["--practice", "mi-band-4", "--fast", "--yes", "--json", "unpair"]));
    let asked = told.iter().find(|line| line["question"] == "reset_on_band").unwrap();
    assert_eq!(asked["menu"], "more_settings");
    assert!(told.iter().any(|line| line["event"] == "reset_in_menu"), "{told:?}");
    assert!(told.iter().all(|line| line["event"] != "tapped"), "{told:?}");
}

/// One errand of each line, all of them in turn; core's tests run them all.
#[test]
fn every_scenario_of_every_band_ends_as_the_table_says() {
    let mut errands = Vec::new();
    for (index, row) in lines(&fresh(&["scenarios", "--json"])).into_iter().enumerate() {
        for (field, key, turn) in
            [("expected", None, index), ("expected_with_key", row["key"].as_str(), index + 2)]
        {
            let Some(expected) = row.get(field).and_then(Value::as_object) else { continue };
            let (command, expected) = expected.iter().nth(turn % expected.len()).unwrap();
            let (command, key) = (command.clone(), key.map(str::to_owned));
            errands.push((row["model"].clone(), row["scenario"].clone(), key, command, expected.clone()));
        }
    }
    assert!(errands.len() >= 100, "the table has {} errands", errands.len());
    let half = errands.len() / 2;
    let run_all = |errands: &[(Value, Value, Option<String>, String, Value)]| {
        for (practice, scenario, key, command, expected) in errands {
            let (practice, scenario) = (practice.as_str().unwrap(), scenario.as_str().unwrap());
            let end = ends(practice, scenario, key.as_deref(), command);
            let errand = format!("{practice} {scenario} {command}, with key: {}", key.is_some());
            assert_eq!(end["outcome"], expected["outcome"], "{errand}: {end}");
            let seen = names(&end["evidence"]);
            for evidence in names(&expected["evidence"]) {
                assert!(seen.contains(&evidence), "{errand} lacks {evidence}: {end}");
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| run_all(&errands[..half]));
        run_all(&errands[half..]);
    });
}

#[test]
fn an_honest_failure_is_exit_code_1_with_its_name() {
    let output = fresh(&[
        "--practice",
        "mi-band-2",
        "--scenario",
        "never-tapped",
        "--fast",
        "--yes",
        "--json",
        "unpair",
    ]);
    assert_eq!(last(&output)["outcome"], "not_tapped");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_same_seed_makes_the_same_practice_to_the_byte() {
    let practice = |seed: &str| {
        fresh(&["--practice", "mi-band-3", "--seed", seed, "--fast", "--yes", "--json", "unpair"]).stdout
    };
    assert_eq!(practice("41"), practice("41"));
    assert_ne!(practice("41"), practice("42"));
}

#[test]
fn a_scan_needs_nobody_and_lists_the_band() {
    let output = fresh(&["scan", "--practice", "mi-band-2", "--fast", "--json"]);
    let bands = lines(&output).into_iter().find(|line| line["event"] == "bands").unwrap();
    assert_eq!(bands["bands"][0]["model"], "mi-band-2");
    assert_eq!(bands["bands"][0]["address"].as_str().unwrap().len(), 17);
    assert_eq!(last(&output)["outcome"], "done");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_scan_picks_nothing_and_asks_nobody() {
    let scan = ["--practice", "mi-band-2", "--fast", "--json", "scan"];
    let told = lines(&fresh(&[&scan[..], &["--yes"]].concat()));
    assert!(told.iter().all(|line| line["event"] != "picked"), "{told:?}");
    let off = [&scan[..], &["--scenario", "bluetooth-off"]].concat();
    let refused = fresh(&off);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("Bluetooth is off") && stderr(&refused).contains("--yes"));
    assert_eq!(last(&fresh(&[&off[..], &["--yes"]].concat()))["outcome"], "done");
}

#[test]
fn options_may_stand_before_or_after_the_task() {
    let after = fresh(&["unpair", "--yes", "--fast", "--json", "--practice", "mi-band-2", "--seed", "3"]);
    let before = fresh(&["--seed", "3", "--practice", "mi-band-2", "--json", "--fast", "--yes", "unpair"]);
    assert_eq!(after.stdout, before.stdout);
    assert_eq!(last(&after)["outcome"], "freed");
}

#[test]
fn a_step_can_be_followed_while_it_is_done() {
    let output = fresh(&["--practice", "mi-band-2", "--fast", "--yes", "--json", "unpair"]);
    let told = lines(&output);
    assert_eq!(told[0]["event"], "started");
    let states: Vec<_> =
        told.iter().filter(|line| line["step"] == "take_over").map(|line| &line["state"]).collect();
    assert_eq!(states.first(), Some(&&Value::from("doing")));
    assert!(states.contains(&&Value::from("needs_you")), "{states:?}");
    assert_eq!(states.last(), Some(&&Value::from("done")));
    let outcomes = told.iter().filter(|line| line.get("outcome").is_some()).count();
    assert_eq!(outcomes, 1, "there is exactly one outcome");
}

#[test]
fn a_pipe_gets_no_colours_and_no_moving_line() {
    let output = fresh(&["--practice", "mi-band-2", "--fast", "--yes", "unpair"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!output.stdout.contains(&0x1b) && !output.stdout.contains(&b'\r'));
}

// --- wrong use

#[test]
fn nobody_is_waited_for_where_nobody_can_answer() {
    wrong(&["--practice", "mi-band-2", "unpair"], &["terminal", "--yes", "tap"]);
    wrong(&["--practice", "mi-band-2", "--fast", "--json", "erase"], &["terminal", "--yes"]);
    wrong(&["--practice", "mi-band-2", "restart"], &["--yes"]);
    wrong(&["--practice", "mi-band-2", "find"], &["--yes"]);
}

#[test]
fn an_unknown_name_is_told_with_the_known_ones() {
    wrong(
        &["--practice", "mi-band-9", "unpair"],
        &["mi-band-9", "mi-band-1a", "mi-band-3", "smart-band-9-local-bind", "look-alike"],
    );
    wrong(
        &["--practice", "mi-band-2", "--scenario", "sunny", "--yes", "--fast", "unpair"],
        &["sunny", "owned", "never-tapped", "wrong-table"],
    );
    wrong(&["--practice", "mi-band-2", "unpair", "--for", "fun"], &["fun", "official-app", "another-app"]);
    wrong(&["--practice", "mi-band-2", "fly"], &["fly"]);
}

#[test]
fn a_scenario_that_does_not_fit_is_told_with_those_that_do() {
    wrong(
        &["--practice", "mi-band-4", "--scenario", "tap-late", "--yes", "--fast", "unpair"],
        &["tap-late is not for mi-band-4", "mi-band-1, mi-band-1a", "menu-locked", "wrong-key"],
    );
}

#[test]
fn what_is_no_key_is_told_without_repeating_it() {
    for (key, says) in [
        ("00112233445566778899aabbccddeef", "31 hex digits"),
        ("", "0 hex digits"),
        ("00112233445566778899aabbccddeefg", "\"g\" is not a hex digit"),
    ] {
        let arguments = ["--practice", "mi-band-4", "--yes", "--fast", "--key", key, "unpair"];
        wrong(&arguments, &["--key", says]);
        let told = stderr(&fresh(&arguments));
        assert!(key.is_empty() || !told.contains(key), "{told}");
    }
}

#[test]
fn a_key_file_without_just_one_key_is_told_without_repeating_it() {
    let folder = tempfile::tempdir().unwrap();
    let key = "00112233445566778899aabbccddeeff";
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let two = format!("{key}\n{}\n", "5a".repeat(16));
    for (path, says) in [
        (folder.path().join("missing").to_str().unwrap().to_owned(), "No such file"),
        (folder.path().to_str().unwrap().to_owned(), "directory"),
        (file("short", &key.as_bytes()[..31]), "31 hex digits"),
        (file("empty", b""), "0 hex digits"),
        (file("two", two.as_bytes()), "2 of its lines are keys"),
        (file("bytes", &[0xff; 16]), "no text"),
        (file("long", &[b'0'; 70_000]), "longer"),
    ] {
        let arguments = ["--practice", "mi-band-4", "--yes", "--fast", "--key-file", &path, "unpair"];
        wrong(&arguments, &["--key-file", says]);
        assert!(!stderr(&fresh(&arguments)).contains(&key[..31]));
    }
    let good = file("good", key.as_bytes());
    wrong(&["--yes", "unpair", "--key", key, "--key-file", &good], &["--key", "--key-file"]);
    wrong(&["scan", "--key-file", &good], &["key"]);
    wrong(&["decode", "pnp", "01570104000001", "--key-file", &good], &["--key-file"]);
}

#[test]
fn a_key_in_a_file_opens_the_band_and_is_never_printed() {
    let bands = practice_bands();
    let key = bands["mi-band-4"].0.as_deref().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.txt");
    fs::write(&file, format!("My old band\n0x{}\n", key.to_uppercase())).unwrap();
    let practice =
        ["--practice", "mi-band-4", "--scenario", "menu-locked", "--fast", "--yes", "--json", "-v"];
    let output = fresh(&[&practice[..], &["unpair", "--key-file", file.to_str().unwrap()]].concat());
    assert_eq!(last(&output)["outcome"], "freed");
    let told = [output.stdout.clone(), output.stderr.clone()].concat();
    assert!(!String::from_utf8(told).unwrap().to_lowercase().contains(key));
}

#[test]
fn what_happens_on_the_radio_is_told_beside_the_rest() {
    let practice = ["--practice", "mi-band-2", "--seed", "7", "--fast", "--yes", "--json", "unpair"];
    let quiet = fresh(&practice);
    let verbose = fresh(&[&practice[..], &["--verbose"]].concat());
    assert_eq!(verbose.stdout, quiet.stdout);
    assert!(quiet.stderr.is_empty());
    let told = stderr(&verbose);
    assert!(
        told.contains("task: Unpair") && told.contains("link down") && told.contains("end: Freed"),
        "{told}"
    );
    assert_eq!(told.matches("task: Unpair").count(), 1, "{told}");
    let end = last(&verbose);
    for address in ["old_address", "new_address"] {
        assert!(!told.contains(end[address].as_str().unwrap()), "{told}");
    }
}

#[test]
fn a_key_where_no_band_is_opened_is_refused() {
    let key = "00112233445566778899aabbccddeeff";
    for task in ["scan", "scenarios", "keys"] {
        wrong(&["--practice", "mi-band-4", "--key", key, task], &["--key"]);
    }
}

#[test]
fn what_is_for_practice_only_says_so_without_practice() {
    wrong(&["--fast", "unpair"], &["--fast", "--practice"]);
    wrong(&["--fast", "scenarios"], &["--fast", "--practice"]);
    wrong(&["--scenario", "owned", "unpair"], &["--scenario", "--practice"]);
    wrong(&["--seed", "1", "unpair"], &["--seed", "--practice"]);
}

#[test]
fn a_band_that_is_changed_without_a_person_has_to_be_named() {
    wrong(&["unpair"], &["terminal", "--yes", "tap"]);
    for task in ["erase", "restart"] {
        wrong(&[task, "--yes"], &["--address", "band-rescue scan"]);
    }
}

#[test]
fn an_address_that_is_none_is_told_with_what_one_looks_like() {
    for address in ["", "B4:A9", "FA:8E:E3:12:B4:A9:00", "FA:8E:E3:12:B4:XY"] {
        wrong(&["--yes", "unpair", "--address", address], &["--address", "FA:8E:E3:12:B4:A9"]);
    }
}

/// Where the system bus cannot be reached.
#[cfg(target_os = "linux")]
fn without_bluetooth(arguments: &[&str]) -> Output {
    let data = tempfile::tempdir().unwrap();
    let nowhere = "unix:path=/no/such/bus";
    band_rescue(data.path(), arguments).env("DBUS_SYSTEM_BUS_ADDRESS", nowhere).output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_computer_without_bluetooth_says_so_at_once_in_one_line() {
    let before = Instant::now();
    let scan = without_bluetooth(&["scan"]);
    let told = String::from_utf8(scan.stdout).unwrap();
    assert_eq!(scan.status.code(), Some(1), "{told}");
    let [_title, why] = told.lines().collect::<Vec<_>>()[..] else { panic!("{told}") };
    assert!(why.contains("No Bluetooth") && why.contains("D-Bus"), "{told}");

    let address = ["--address", "FA:8E:E3:12:B4:A9"];
    for task in [&["scan"][..], &["unpair"], &["find"], &[&["erase"][..], &address].concat()] {
        let output = without_bluetooth(&[task, &["--yes", "--json"]].concat());
        let told = lines(&output);
        assert!(told.iter().any(|line| line["trouble"] == "no_bus"), "{told:?}");
        assert_eq!(told.last().unwrap()["outcome"], "no_bluetooth", "{told:?}");
        assert_eq!(output.status.code(), Some(1));
    }
    assert!(before.elapsed() < Duration::from_secs(5), "nothing is waited for");
}

#[test]
fn a_band_or_adapter_is_named_only_where_there_is_a_real_one() {
    let address = ["--address", "FA:8E:E3:12:B4:A9"];
    let adapter = ["--adapter", "hci0"];
    for option in [address, adapter] {
        wrong(&[&option[..], &["--practice", "mi-band-2", "--yes", "unpair"]].concat(), &[option[0], "real"]);
        for words in [&["keys"][..], &["scenarios"], &["decode", "pnp", "01570104000001"]] {
            wrong(&[&option[..], words].concat(), &[option[0]]);
        }
    }
    wrong(&["scan", "--address", "FA:8E:E3:12:B4:A9"], &["--address"]);
}

#[test]
fn numbers_that_are_none_and_options_that_do_not_fit_are_refused() {
    wrong(&["--practice", "mi-band-2", "--seed", "-1", "unpair"], &["--seed"]);
    wrong(&["--practice", "mi-band-2", "--seed", "many", "unpair"], &["many"]);
    wrong(&["--practice", "mi-band-2", "erase", "--for", "official-app"], &["--for"]);
    wrong(&["keys", "show", "first"], &["first"]);
    wrong(&["keys", "show", "7"], &["no key 7"]);
    wrong(&["--report", "somewhere", "scenarios"], &["--report"]);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_happens() {
    let data = tempfile::tempdir().unwrap();
    let practice = ["--practice", "mi-band-2", "--fast", "--yes", "unpair", "--report"];
    for report in ["/no/such/folder/report.txt", data.path().to_str().unwrap()] {
        wrong(&[&practice[..], &[report]].concat(), &["report", report]);
    }
}

// --- papers

#[test]
fn shells_and_manuals_know_every_command() {
    let help = String::from_utf8(fresh(&["--help"]).stdout).unwrap();
    let list = help.split_once("Commands:").unwrap().1.split_once("Options:").unwrap().0;
    let commands: Vec<&str> =
        list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert!(commands.contains(&"unpair") && commands.contains(&"continue"), "{commands:?}");
    let folder = tempfile::tempdir().unwrap();
    assert!(fresh(&["man", folder.path().to_str().unwrap()]).status.success());
    let page = String::from_utf8(fresh(&["man"]).stdout).unwrap();
    assert!(page.contains("Exit code") && page.contains("key\\-file"), "{page}");
    for command in commands.iter().filter(|command| !command.is_empty() && **command != "help") {
        assert!(folder.path().join(format!("band-rescue-{command}.1")).exists(), "{command}");
        assert!(page.contains(command), "{command}");
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            let script = String::from_utf8(fresh(&["completions", shell]).stdout).unwrap();
            assert!(script.contains(command), "{command} in {shell}");
        }
    }
    wrong(&["completions", "tcsh"], &["tcsh", "bash"]);
    wrong(&["completions", "bash", "--yes"], &["--yes"]);
}

#[test]
fn the_help_has_examples_and_exit_codes() {
    let help = String::from_utf8(fresh(&["--help"]).stdout).unwrap();
    for part in
        ["band-rescue unpair --yes", "band-rescue continue", "0 done", "1 an honest failure", "2 wrong"]
    {
        assert!(help.contains(part), "{part}: {help}");
    }
}

// --- files

#[test]
fn the_report_can_be_shared_it_holds_no_key_and_no_whole_address() {
    let data = tempfile::tempdir().unwrap();
    let report = data.path().join("report.txt");
    fs::write(&report, "an older report").unwrap();
    let practice = ["--practice", "mi-band-2", "--fast", "--yes", "--json", "unpair", "--for", "another-app"];
    let end = last(&run(data.path(), &[&practice[..], &["--report", report.to_str().unwrap()]].concat()));
    let written = fs::read_to_string(&report).unwrap();
    assert!(written.contains("Band Rescue"), "{written}");
    assert!(!written.contains("an older report"));
    assert!(!written.to_lowercase().contains(end["key"].as_str().unwrap()));
    assert!(!written.to_uppercase().contains(end["old_address"].as_str().unwrap()));
}

#[cfg(unix)]
#[test]
fn journal_and_keys_are_readable_by_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["--practice", "mi-band-2", "--fast", "--yes", "unpair", "--for", "another-app"]);
    let folder = data.path().join("practice");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.contains(&folder.join("keys")) && files.contains(&folder.join("journal")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
}

#[test]
fn rescues_at_the_same_time_lose_no_key() {
    let data = tempfile::tempdir().unwrap();
    let practice = ["--practice", "mi-band-2", "--json"];
    let unpair = [&practice[..], &["--fast", "--yes", "unpair", "--for", "another-app"]].concat();
    let running: Vec<_> =
        (0..6).map(|_| band_rescue(data.path(), &unpair).stdout(Stdio::null()).spawn()).collect();
    for rescue in running {
        assert!(rescue.unwrap().wait().unwrap().success());
    }
    assert_eq!(lines(&run(data.path(), &[&practice[..], &["keys"]].concat())).len(), 6);
}

#[test]
fn damaged_files_are_kept_aside_and_stop_nobody() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("practice");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("keys"), b"\xff\x00 no keys at all").unwrap();
    fs::write(folder.join("journal"), b"{\"half\":").unwrap();
    let told = lines(&run(data.path(), &["--practice", "mi-band-2", "--fast", "--yes", "--json", "unpair"]));
    assert!(told.iter().any(|line| line["event"] == "damaged_file"), "{told:?}");
    assert_eq!(told.last().unwrap()["outcome"], "freed");
    assert_eq!(fs::read(folder.join("keys-damaged")).unwrap(), b"\xff\x00 no keys at all");
    assert_eq!(fs::read(folder.join("journal-damaged")).unwrap(), b"{\"half\":");
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir_all(data.path().join("practice/keys")).unwrap();
    let output = run(data.path(), &["--practice", "mi-band-2", "--fast", "--yes", "--json", "unpair"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("could not read"), "{}", stderr(&output));
}

#[test]
fn a_data_folder_that_is_a_file_is_told_by_name() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    fs::write(&file, "").unwrap();
    let output = run(&file, &["--practice", "mi-band-2", "--fast", "--yes", "unpair"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("could not make"), "{}", stderr(&output));
}

#[test]
fn a_practice_that_was_killed_is_cleared_and_its_key_kept() {
    let data = tempfile::tempdir().unwrap();
    let practice = ["--practice", "mi-band-2", "--json"];
    let mut killed = band_rescue(
        data.path(),
        &[&practice[..], &["--scenario", "never-tapped", "--yes", "unpair"]].concat(),
    )
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    let mut told = BufReader::new(killed.stdout.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains(r#""prompt":"tap""#)), "it was killed too late");
    killed.kill().unwrap();
    killed.wait().unwrap();

    let find = [&practice[..], &["--fast", "--yes", "find"]].concat();
    let next = lines(&run(data.path(), &find));
    let cleared: Vec<_> = next.iter().filter(|line| line["event"] == "cleared").collect();
    assert_eq!(cleared.len(), 1, "{next:?}");
    assert_eq!(
        (&cleared[0]["task"], &cleared[0]["left"]),
        (&Value::from("unpair"), &Value::from("key_sent"))
    );
    assert_eq!(next.last().unwrap()["outcome"], "found");
    let again = lines(&run(data.path(), &find));
    assert!(again.iter().all(|line| line["event"] != "cleared"), "it is told once");
    let keys = lines(&run(data.path(), &[&practice[..], &["keys"]].concat()));
    assert_eq!(keys.len(), 1, "the key that was sent is kept");
    assert_eq!(keys[0]["confirmed"], false);
}

#[cfg(unix)]
#[test]
fn a_program_that_is_told_to_end_says_first_how_the_band_is_left() {
    let data = tempfile::tempdir().unwrap();
    let practice = ["--practice", "mi-band-2", "--json", "--scenario", "never-tapped", "--yes", "unpair"];
    let mut asked = band_rescue(data.path(), &practice).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(asked.stdout.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains(r#""prompt":"tap""#)));
    let terminate = Command::new("kill").arg(asked.id().to_string()).status().unwrap();
    assert!(terminate.success());
    let rest: Vec<Value> = told.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert_eq!(rest.last().unwrap()["outcome"], "cancelled", "{rest:?}");
    assert!(rest.iter().any(|line| line["left"] == "key_sent"), "{rest:?}");
    assert_eq!(asked.wait().unwrap().code(), Some(1));
}

/// A journal of an interrupted rescue, as if of a real band.
#[cfg(target_os = "linux")]
fn interrupted(data: &Path) {
    let practice = ["--practice", "mi-band-2", "--json", "--scenario", "never-tapped", "--yes", "unpair"];
    let mut killed = band_rescue(data, &practice).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(killed.stdout.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains(r#""prompt":"tap""#)));
    killed.kill().unwrap();
    killed.wait().unwrap();
    fs::create_dir(data.join("rescues")).unwrap();
    for file in ["journal", "keys"] {
        fs::copy(data.join("practice").join(file), data.join("rescues").join(file)).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_rescue_is_told_continued_and_forgotten() {
    let data = tempfile::tempdir().unwrap();
    interrupted(data.path());
    let real = |arguments: &[&str]| {
        let mut command = band_rescue(data.path(), arguments);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/no/such/bus").output().unwrap()
    };
    let scan = real(&["scan"]);
    let told = String::from_utf8(scan.stdout).unwrap();
    assert!(told.contains("band-rescue continue 1") && told.contains("A tap may still"), "{told}");

    for words in [&["continue"][..], &["unpair"], &["continue", "1"]] {
        let goes_on = real(&[words, &["--yes", "--json"]].concat());
        let told = lines(&goes_on);
        assert_eq!((&told[0]["task"], &told[0]["continues"]), (&"unpair".into(), &true.into()), "{told:?}");
        assert_eq!(told.last().unwrap()["outcome"], "no_bluetooth", "{told:?}");
        assert!(told.iter().any(|line| line["event"] == "ended" && line["left"] == "key_sent"), "{told:?}");
    }
    for words in [&["find"][..], &["unpair", "--for", "official-app"]] {
        let begins = lines(&real(&[words, &["--yes", "--json"]].concat()));
        assert_eq!(begins[0]["continues"], false, "{begins:?}");
        assert!(begins.iter().any(|line| line["event"] == "unfinished" && line["number"] == 1), "{begins:?}");
    }
    let wrong_number = real(&["continue", "2", "--yes"]);
    assert_eq!(wrong_number.status.code(), Some(2));
    assert!(stderr(&wrong_number).contains("Mi Band 2"), "{}", stderr(&wrong_number));

    let forgotten = real(&["continue", "--discard"]);
    assert_eq!(forgotten.status.code(), Some(0), "{}", stderr(&forgotten));
    let nothing = real(&["continue", "--yes"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(stderr(&nothing).contains("nothing to continue"), "{}", stderr(&nothing));
    assert_eq!(lines(&real(&["keys", "--json"])).len(), 1, "its key stays");
}

#[test]
fn only_what_can_go_on_is_continued() {
    wrong(&["continue"], &["terminal", "--yes"]);
    wrong(&["--practice", "mi-band-2", "continue", "--yes"], &["practice"]);
    wrong(&["continue", "first", "--yes"], &["first"]);
    wrong(&["continue", "--yes", "--key", "00112233445566778899aabbccddeeff"], &["key"]);
    wrong(&["continue", "--discard", "--report", "somewhere"], &["--report"]);
}

#[test]
fn a_practice_that_failed_leaves_nothing_to_continue() {
    let data = tempfile::tempdir().unwrap();
    let practice =
        ["--practice", "mi-band-2", "--scenario", "never-tapped", "--fast", "--yes", "--json", "unpair"];
    let first = lines(&run(data.path(), &practice));
    let advice = first.iter().find(|line| line["event"] == "ended").unwrap();
    assert!(!names(&advice["advice"]).contains(&"continue".to_owned()), "{advice}");
    let second = lines(&run(data.path(), &practice));
    assert!(second.iter().all(|line| line["event"] != "cleared"));
}

#[test]
fn the_table_of_scenarios_is_printed_for_people_too() {
    let output = fresh(&["scenarios"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for row in lines(&fresh(&["scenarios", "--json"])) {
        for field in ["model", "scenario", "key"] {
            assert!(row[field].as_str().is_none_or(|name| text.contains(name)), "{field} of {row}");
        }
    }
    assert!(text.contains("taken_over"), "{text}");
}

#[test]
fn the_table_can_be_narrowed_to_one_band() {
    let rows = lines(&fresh(&["--practice", "mi-band-5", "scenarios", "--json"]));
    assert!(rows.iter().all(|row| row["model"] == "mi-band-5"), "{rows:?}");
    assert!(rows.iter().any(|row| row["scenario"] == "menu-locked"));
}

/// How `unpair` ends with every practice band: without a key, with its key, and with a menu that cannot be reached.
const UNPAIR: &[(&str, &str, Option<&str>)] = &[
    ("mi-band-1", "taken_over", None),
    ("mi-band-1a", "taken_over", None),
    ("mi-band-1s", "taken_over", None),
    ("mi-band-2", "freed", None),
    ("mi-band-3", "freed", None),
    ("mi-band-4", "freed", Some("freed")),
    ("mi-band-5", "freed", Some("freed")),
    ("mi-band-5-2021", "freed", Some("freed")),
    ("mi-band-6", "freed", Some("freed")),
    ("mi-band-6-2021", "freed", Some("freed")),
    ("smart-band-7", "freed", Some("freed")),
    ("smart-band-8", "freed", Some("freed")),
    ("smart-band-9", "freed", Some("freed")),
    ("smart-band-9-local-bind", "freed", Some("freed")),
    ("smart-band-10", "freed", Some("freed")),
    ("look-alike", "not_supported", None),
];

#[test]
fn every_band_ends_as_readme_says_with_and_without_its_key() {
    use rescue_core::practice::Kind;
    assert_eq!(
        Kind::all().map(Kind::slug).collect::<Vec<_>>(),
        UNPAIR.iter().map(|row| row.0).collect::<Vec<_>>()
    );
    let outcome = |arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_band-rescue"))
            .args(["--fast", "--yes", "--json", "--seed", "5", "--data-dir"])
            .arg(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        last["outcome"].as_str().unwrap().to_owned()
    };
    for (kind, without, with) in UNPAIR {
        assert_eq!(outcome(&["--practice", kind, "unpair"]), *without, "{kind}");
        let key = Kind::from_slug(kind).unwrap().key().map(|key| key.to_hex());
        if let (Some(end), Some(key)) = (with, key) {
            assert_eq!(outcome(&["--practice", kind, "--key", &key, "unpair"]), *end, "{kind} with its key");
            let locked = outcome(&["--practice", kind, "--scenario", "menu-locked", "unpair"]);
            assert_eq!(locked, "needs_owner_or_key", "{kind} with a locked menu");
        }
    }
    let bound = outcome(&["--practice", "smart-band-9-local-bind", "unpair", "--for", "another-app"]);
    assert_eq!(bound, "taken_over");
}
