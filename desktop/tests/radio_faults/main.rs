//! What BlueZ cannot be made to show: bluetoothd ends, refuses, falls silent or talks nonsense in the middle of a rescue.
//! Whatever it does, the program ends by itself, with the right outcome, and says in one line what is wrong.
//!
//! Each case has a bus of its own with a stand-in for bluetoothd on it, and the cases of a test run side by side. The
//! stack itself is tested in `tests/bluez`.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod band;
mod bluez;
mod bus;

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use dbus::arg::{PropMap, RefArg};
use serde_json::Value;

use crate::bluez::{Bluez, Deed, Fault, Habits, RESOLVING, Tree, boxed};
use crate::bus::Bus;

const ALWAYS: u32 = u32::MAX;
/// The outcome of a rescue that went well.
const FREED: &str = "freed";

/// A rescue with something wrong.
struct Case {
    what: String,
    /// How the stand-in behaves; `None`: nobody is on the bus.
    habits: Option<Habits>,
    /// What the bus itself forbids, as rules of dbus-daemon.
    forbidden: &'static str,
    outcome: &'static str,
    /// The trouble with Bluetooth that is told of, if any is.
    trouble: Option<&'static str>,
}

impl Case {
    fn of(what: &str, habits: Habits, outcome: &'static str) -> Self {
        Self { what: what.to_owned(), habits: Some(habits), forbidden: "", outcome, trouble: None }
    }

    /// This goes wrong so many times.
    fn fault(at: &'static str, times: u32, deed: Deed, outcome: &'static str) -> Self {
        let what = format!("{at}: {deed:?}, {times} times");
        Self::of(&what, Habits { faults: vec![Fault { at, times, deed }], ..Habits::default() }, outcome)
    }

    fn telling(self, trouble: &'static str) -> Self {
        Self { trouble: Some(trouble), ..self }
    }

    /// Runs it; an account of what was wrong with how it ended.
    fn run(self, limit: Duration) -> Result<(), String> {
        let bus = Bus::start(self.forbidden);
        let _bluez = self.habits.map(|habits| Bluez::start(&bus.address(), habits));
        let folder = tempfile::tempdir().unwrap();
        let (told, complained) = (folder.path().join("told"), folder.path().join("complained"));
        let mut program = Command::new(env!("CARGO_BIN_EXE_band-rescue"))
            .args(["--yes", "--json", "unpair", "--address", band::ADDRESSES[0], "--data-dir"])
            .arg(folder.path())
            .env("DBUS_SYSTEM_BUS_ADDRESS", bus.address())
            .stdin(Stdio::null())
            .stdout(File::create(&told).unwrap())
            .stderr(File::create(&complained).unwrap())
            .spawn()
            .unwrap();
        let end = Instant::now() + limit;
        let code = loop {
            match program.try_wait().unwrap() {
                Some(status) => break status.code(),
                None if Instant::now() > end => {
                    program.kill().unwrap();
                    program.wait().unwrap();
                    break None;
                }
                None => sleep(Duration::from_millis(50)),
            }
        };
        let (told, complained) = (fs::read_to_string(told).unwrap(), fs::read_to_string(complained).unwrap());
        let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let outcome = lines.last().and_then(|last| last["outcome"].as_str());
        let troubles: Vec<&Value> = lines.iter().filter(|line| line["event"] == "trouble").collect();
        let in_one_line = |trouble: &&Value| {
            let told = trouble["told"].as_str().unwrap();
            told.starts_with("No Bluetooth: could not ") && !told.contains('\n')
        };
        let right = code == Some(if self.outcome == FREED { 0 } else { 1 })
            && outcome == Some(self.outcome)
            && troubles.is_empty() == self.trouble.is_none()
            && troubles.iter().all(|trouble| trouble["trouble"].as_str() == self.trouble)
            && troubles.iter().all(in_one_line)
            && complained.is_empty();
        if right {
            return Ok(());
        }
        Err(format!(
            "{}\n  should end as {} {:?}, but ended with code {code:?} as {outcome:?} {troubles:?}\n{told}{complained}",
            self.what, self.outcome, self.trouble
        ))
    }
}

/// Runs cases side by side; each has to end within so many seconds.
fn all(seconds: u64, cases: Vec<Case>) {
    let limit = Duration::from_secs(seconds);
    let running: Vec<_> = cases.into_iter().map(|case| thread::spawn(move || case.run(limit))).collect();
    let ended: Vec<_> = running.into_iter().map(|case| case.join().unwrap()).collect();
    let wrong: Vec<String> = ended.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bluez_error(name: &'static str) -> Deed {
    Deed::Error(name, "it is only pretended")
}

/// The calls in the middle of a rescue, from the first to the last.
const IN_THE_MIDDLE: [&str; 6] = [
    "Connect",
    "ReadValue 2a25",
    "StartNotify 0009",
    "WriteValue 0009 01",
    "WriteValue 0009 03",
    "WriteValue 0003",
];

#[test]
fn a_stand_in_with_which_nothing_is_wrong_frees_its_band() {
    all(40, vec![Case::of("nothing", Habits::default(), FREED)]);
}

#[test]
fn bluetooth_that_cannot_be_used_is_told_at_once() {
    let off = |deed| {
        let faults = vec![Fault { at: "Set ", times: ALWAYS, deed }];
        Case::of("off", Habits { powered: false, faults, ..Habits::default() }, "no_bluetooth").telling("off")
    };
    let none = Habits { has_adapter: false, ..Habits::default() };
    let forbidden = r#"<deny send_destination="org.bluez"/>"#;
    let no_scan = r#"<deny send_destination="org.bluez" send_interface="org.bluez.Adapter1" send_member="StartDiscovery"/>"#;
    all(
        30,
        vec![
            Case { habits: None, ..Case::of("nobody", Habits::default(), "no_bluetooth") }
                .telling("no_service"),
            Case::of("no adapter", none, "no_bluetooth").telling("no_adapter"),
            off(Deed::Error("org.bluez.Error.Blocked", "Blocked through rfkill")),
            off(bluez_error("org.bluez.Error.Failed")),
            off(bluez_error("org.freedesktop.DBus.Error.AccessDenied")),
            Case { forbidden, ..Case::of("forbidden", Habits::default(), "no_bluetooth") }
                .telling("not_allowed"),
            Case { forbidden: no_scan, ..Case::of("no scan", Habits::default(), "no_permission") }
                .telling("not_allowed"),
            Case::fault(
                "StartDiscovery",
                ALWAYS,
                bluez_error("org.bluez.Error.NotAuthorized"),
                "no_permission",
            )
            .telling("not_allowed"),
            Case::fault("GetManagedObjects", ALWAYS, Deed::Silence, "no_bluetooth").telling("silent"),
            Case::fault("", ALWAYS, Deed::Silence, "no_bluetooth").telling("silent"),
            Case::fault("StartDiscovery", ALWAYS, Deed::Silence, "no_bluetooth").telling("silent"),
        ],
    );
}

#[test]
fn bluetooth_that_is_off_is_switched_on() {
    all(40, vec![Case::of("off", Habits { powered: false, ..Habits::default() }, FREED)]);
}

#[test]
fn bluetoothd_or_the_adapter_that_goes_in_the_middle_ends_the_rescue() {
    let cases = ["StartDiscovery"].into_iter().chain(IN_THE_MIDDLE).flat_map(|at| {
        [
            Case::fault(at, 1, Deed::Ends, "no_bluetooth").telling("no_service"),
            Case::fault(at, 1, Deed::Unplugged, "no_bluetooth").telling("gone"),
        ]
    });
    all(30, cases.collect());
}

#[test]
fn bluetooth_that_goes_off_and_a_link_that_is_lost_are_made_good_at_every_step() {
    // After the erase was sent, the band comes back only if it got it: that is for the stack's own tests.
    let before_the_erase = &IN_THE_MIDDLE[..5];
    let cases = before_the_erase.iter().flat_map(|at| {
        [Case::fault(at, 1, Deed::SwitchedOff, FREED), Case::fault(at, 1, Deed::LinkLost, FREED)]
    });
    all(40, cases.collect());
}

#[test]
fn a_band_that_bluetoothd_forgets_and_does_not_hear_again_is_not_seen() {
    let cases = ["Connect", "ReadValue 2a25", "WriteValue 0009 01"];
    all(
        80,
        cases.into_iter().map(|at| Case::fault(at, 1, Deed::Forgotten { back: None }, "not_seen")).collect(),
    );
}

#[test]
fn a_band_that_bluetoothd_forgets_for_a_while_is_looked_for_and_freed() {
    let back = |seconds, address| Deed::Forgotten { back: Some((Duration::from_secs(seconds), address)) };
    let fault = |at, deed| Fault { at, times: 1, deed };
    // The link is lost over the erase; the band is connected to where it still seems to be, and is gone. What the attempts
    // at it have begun must not be in the way of the scan that finds it under its new address.
    let faults = vec![
        fault("Connect", Deed::AnswersLast),
        fault("WriteValue 0003", Deed::LinkLost),
        fault("Connect", back(12, band::ADDRESSES[1])),
    ];
    all(
        90,
        vec![
            Case::fault("WriteValue 0009 01", 1, back(12, band::ADDRESSES[0]), FREED),
            Case::of("gone where it was", Habits { faults, ..Habits::default() }, FREED),
        ],
    );
}

#[test]
fn a_connection_that_is_refused_is_tried_again_and_then_given_up() {
    const REFUSALS: [&str; 10] = [
        "org.bluez.Error.AlreadyConnected",
        "org.bluez.Error.AuthenticationFailed",
        "org.bluez.Error.DoesNotExist",
        "org.bluez.Error.Failed",
        "org.bluez.Error.InProgress",
        "org.bluez.Error.InvalidArguments",
        "org.bluez.Error.NotAuthorized",
        "org.bluez.Error.NotAvailable",
        "org.bluez.Error.NotSupported",
        "org.freedesktop.DBus.Error.NoReply",
    ];
    let cases = REFUSALS.into_iter().flat_map(|name| {
        [
            Case::fault("Connect", 1, bluez_error(name), FREED),
            Case::fault("Connect", ALWAYS, bluez_error(name), "no_answer"),
        ]
    });
    let off = Case::fault("Connect", ALWAYS, bluez_error("org.bluez.Error.NotReady"), "no_bluetooth");
    all(60, cases.chain([off]).collect());
}

#[test]
fn a_band_that_is_spoken_to_in_vain_is_left_with_an_honest_end() {
    let names = [
        "org.bluez.Error.NotPermitted",
        "org.bluez.Error.NotAuthorized",
        "org.bluez.Error.InProgress",
        "org.bluez.Error.Failed",
    ];
    let cases = names.into_iter().flat_map(|name| {
        [
            Case::fault("ReadValue 0006", ALWAYS, bluez_error(name), FREED),
            Case::fault("StartNotify 0009", ALWAYS, bluez_error(name), "no_answer"),
            Case::fault("WriteValue 0009", ALWAYS, bluez_error(name), "no_answer"),
            Case::fault("WriteValue 0003", ALWAYS, bluez_error(name), "not_erased"),
        ]
    });
    all(60, cases.collect());
}

#[test]
fn answers_of_the_band_that_overtake_those_of_bluetoothd_are_not_lost() {
    all(40, vec![Case::fault("WriteValue", ALWAYS, Deed::AnswersLast, FREED)]);
}

#[test]
fn silence_in_the_middle_ends_each_attempt_and_then_the_rescue() {
    all(
        120,
        vec![
            Case::fault(RESOLVING, 1, Deed::Silence, FREED),
            Case::fault(RESOLVING, ALWAYS, Deed::Silence, "no_answer"),
            Case::fault("Connect", 1, Deed::Silence, FREED),
            Case::fault("Connect", ALWAYS, Deed::Silence, "no_answer"),
            Case::fault("ReadValue 2a25", ALWAYS, Deed::Silence, "no_answer"),
            Case::fault("StartNotify 0009", ALWAYS, Deed::Silence, "no_answer"),
            Case::fault("WriteValue 0009 03", ALWAYS, Deed::Silence, "no_answer"),
        ],
    );
}

#[test]
fn a_bond_that_bluetoothd_does_not_give_up_is_told() {
    let bonded = |faults| Habits {
        faults,
        spoil: |tree| set(tree, "org.bluez.Device1", "Paired", true),
        ..Habits::default()
    };
    let refused = |deed| vec![Fault { at: "RemoveDevice", times: ALWAYS, deed }];
    all(
        40,
        vec![
            Case::of("a bond", bonded(Vec::new()), FREED),
            Case::of("kept", bonded(refused(bluez_error("org.bluez.Error.Failed"))), "phone_keeps_the_bond"),
            Case::of("kept in silence", bonded(refused(Deed::Silence)), "phone_keeps_the_bond"),
        ],
    );
}

#[test]
fn properties_that_make_no_sense_are_no_band_or_do_no_harm() {
    let spoilt = |what, spoil, outcome| Case::of(what, Habits { spoil, ..Habits::default() }, outcome);
    all(
        60,
        vec![
            spoilt(
                "an address that is none",
                |tree| set(tree, "org.bluez.Device1", "Address", text("here")),
                "not_seen",
            ),
            spoilt("no address", |tree| remove(tree, "org.bluez.Device1", "Address"), "not_seen"),
            spoilt(
                "loudness in words",
                |tree| set(tree, "org.bluez.Device1", "RSSI", text("loud")),
                "not_seen",
            ),
            spoilt(
                "a link in words",
                |tree| set(tree, "org.bluez.Device1", "Connected", text("yes")),
                "not_seen",
            ),
            spoilt("services as a number", |tree| set(tree, "org.bluez.Device1", "UUIDs", 7_u32), FREED),
            spoilt(
                "no maker's data",
                |tree| set(tree, "org.bluez.Device1", "ManufacturerData", text("?")),
                FREED,
            ),
            spoilt("flags", |tree| set(tree, CHARACTERISTIC, "Flags", vec![text("sings")]), "no_answer"),
            spoilt("a UUID that is none", |tree| set(tree, CHARACTERISTIC, "UUID", text("?")), "no_answer"),
            spoilt(
                "power in words",
                |tree| set(tree, "org.bluez.Adapter1", "Powered", text("on")),
                "no_bluetooth",
            )
            .telling("no_adapter"),
        ],
    );
}

const CHARACTERISTIC: &str = "org.bluez.GattCharacteristic1";

fn text(text: &str) -> String {
    text.to_owned()
}

fn of_interface<'a>(tree: &'a mut Tree, interface: &'a str) -> impl Iterator<Item = &'a mut PropMap> {
    tree.values_mut().filter_map(move |interfaces| interfaces.get_mut(interface))
}

fn set<T: RefArg + Clone + 'static>(tree: &mut Tree, interface: &str, name: &str, value: T) {
    of_interface(tree, interface).for_each(|all| drop(all.insert(name.to_owned(), boxed(value.clone()))));
}

fn remove(tree: &mut Tree, interface: &str, name: &str) {
    of_interface(tree, interface).for_each(|all| drop(all.remove(name)));
}
