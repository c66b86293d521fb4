//! The tasks that leave a band as it is: what it tells, its charge, and making the phone forget it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write;

use rescue_core::effect::{Effect, Radio};
use rescue_core::event::{KeyText, PersonEvent, Task};
use rescue_core::facts::{Battery, Bound, ChargeState, Facts, KeyLock, LastCharge, PhoneLock, Serial};
use rescue_core::keys::KeyStore;
use rescue_core::outcome::{End, Evidence};
use rescue_core::practice::{Errand, Kind, Pair, Scenario, Traced};
use rescue_core::view::{Ask, Ended, LeftState, Question, Screen};
use rescue_core::wire::gatt;
use rescue_core::{Millis, PeerId};

const SEED: u64 = 11;

/// Every practice band in every scenario that it can do, with its key or without.
fn every_look() -> impl Iterator<Item = (String, Pair)> {
    Scenario::all().map(Scenario::row).flat_map(|row| row.kinds().map(move |kind| (row, kind))).flat_map(
        |(row, kind)| {
            [Pair::new, Pair::with_key].into_iter().map(move |make| {
                let pair = make(kind, row.scenario, Errand::Info, SEED);
                (format!("{} {}", kind.slug(), row.name), pair)
            })
        },
    )
}

#[test]
fn to_look_at_a_band_writes_nothing_but_what_opens_it() {
    for (at, mut pair) in every_look() {
        let owned_by_nobody = pair.world().band_has_no_owner();
        let address = pair.world().address();
        pair.run().unwrap_or_else(|| panic!("{at} did not end"));
        for traced in pair.trace() {
            if let Traced::Out(_, Effect::Radio(Radio::Write { characteristic, value, .. })) = traced {
                let first = value.as_slice().first().copied().unwrap_or_default();
                let harmless = if *characteristic == gatt::AUTH {
                    // To ask for a random, and to answer it; not 01, which gives the band a key.
                    matches!(first & 0x0F, 0x02 | 0x03)
                } else {
                    // Talk in which a key is proved, and in which a protobuf band is asked.
                    [
                        gatt::CHUNKS_TO_BAND,
                        gatt::CHUNKS_FROM_BAND,
                        gatt::XIAOMI_V1_FROM_BAND,
                        gatt::XIAOMI_V1_TO_BAND,
                        gatt::XIAOMI_V2_TO_BAND,
                    ]
                    .contains(characteristic)
                };
                assert!(harmless, "{at}: wrote {first:02x} to {characteristic:?}");
            }
        }
        let world = pair.world();
        assert_eq!((world.prompts(), world.buzzes()), (0, 0), "{at}: the wearer was bothered");
        assert!(!world.band_was_erased(), "{at}");
        assert_eq!(world.band_has_no_owner(), owned_by_nobody, "{at}");
        assert_eq!(world.address(), address, "{at}");
    }
}

fn asked(traced: &Traced) -> Option<&Ask> {
    match traced {
        Traced::Shown(_, view) => match &view.screen {
            Screen::Question(question) => Some(&question.ask),
            Screen::Rescue(rescue) => rescue.ask.as_ref(),
            Screen::Home(_) | Screen::Keys(_) | Screen::Choose(_) | Screen::Ended(_) => None,
        },
        Traced::In(..) | Traced::Out(..) => None,
    }
}

#[test]
fn whoever_looks_is_asked_for_nothing_but_what_the_phone_needs_to_connect() {
    for (at, mut pair) in every_look() {
        pair.run();
        for ask in pair.trace().iter().filter_map(asked) {
            let to_connect = matches!(
                ask.question,
                Question::NeedsPermission { .. }
                    | Question::NeedsBluetooth
                    | Question::NeedsLocationSwitch
                    | Question::HeldByPhone { .. }
            );
            assert!(to_connect && !at.ends_with(" owned"), "{at}: asked {:?}", ask.question);
        }
    }
}

fn told(kind: Kind, scenario: Scenario, with_key: bool) -> Facts {
    let make = if with_key { Pair::with_key } else { Pair::new };
    let mut pair = make(kind, scenario, Errand::Info, SEED);
    let ended = pair.run().expect("it ends");
    assert_eq!(ended.left, LeftState::Untouched);
    *ended.facts.clone().expect("facts")
}

#[test]
fn every_practice_band_tells_just_this() {
    let mut table = String::new();
    for kind in Kind::all().filter(|kind| *kind != Kind::LookAlike) {
        for with_key in [false, true].into_iter().filter(|with_key| !*with_key || kind.key().is_some()) {
            let facts = told(kind, Scenario::Owned, with_key);
            assert_eq!(facts.model, kind.model());
            let key = if with_key { ", key given" } else { "" };
            let Facts { signs, hardware, firmware, serial, battery, bound, locks, .. } = facts;
            let serial = serial.map_or("not told", |_| "told");
            let line = format!(
                "{}{key}: {signs:?}, hardware {hardware:?}, firmware {firmware:?}, serial {serial}, {battery:?}, bound \
                 {bound:?}, {locks:?}",
                kind.slug()
            );
            writeln!(table, "{line}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_key_lock_is_named_as_far_as_the_band_showed_it() {
    let key = |kind, scenario, with_key| told(kind, scenario, with_key).locks.key;
    assert_eq!(key(Kind::MiBand4, Scenario::Owned, false), KeyLock::NotTold);
    assert_eq!(key(Kind::MiBand4, Scenario::Owned, true), KeyLock::OpensToUs);
    assert_eq!(key(Kind::MiBand4, Scenario::WrongKey, true), KeyLock::RefusesUs);
    assert_eq!(key(Kind::SmartBand9, Scenario::Owned, false), KeyLock::Somebody);
    assert_eq!(key(Kind::SmartBand9, Scenario::Unowned, false), KeyLock::Nobody);
    assert_eq!(key(Kind::SmartBand9, Scenario::Unowned, true), KeyLock::Nobody);
    assert_eq!(told(Kind::SmartBand9, Scenario::Silent, false).bound, None);
    assert_eq!(told(Kind::SmartBand9, Scenario::Unowned, false).bound, Some(Bound::Nobody));
}

#[test]
fn a_bond_is_named_and_kept() {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::Bonded, Errand::Info, SEED);
    let facts = pair.run().and_then(|ended| ended.facts.clone()).expect("facts");
    assert_eq!(facts.locks.phone, PhoneLock::BondHere);
    assert!(pair.world().phone_has_bond());
}

/// Runs a task that no errand stands for, with a key that came with it or without.
fn run(task: Task, kind: Kind, scenario: Scenario, with_key: bool) -> Pair {
    let mut pair = Pair::new(kind, scenario, Errand::Info, SEED);
    pair.say(PersonEvent::Begin(task));
    if let Some(key) = kind.key().filter(|_| with_key) {
        pair.say(PersonEvent::EnterKey(KeyText(key.to_hex())));
    }
    pair.go_on().expect("it ends");
    pair
}

fn charge(kind: Kind, scenario: Scenario, with_key: bool) -> (End, Option<Battery>) {
    let pair = run(Task::Battery, kind, scenario, with_key);
    let Ended { outcome, facts, .. } = pair.ended().expect("ended");
    (outcome.end, facts.as_ref().map(|facts| facts.battery))
}

#[test]
fn a_charge_that_only_the_key_opens_is_not_called_unknown() {
    let hidden = Scenario::BatteryHidden;
    // From Mi Band 6 on the level stands in a second place, which is not hidden.
    for kind in [Kind::MiBand2, Kind::MiBand4, Kind::MiBand5] {
        let without = charge(kind, hidden, false);
        assert_eq!(without, (End::NeedsOwnerOrKey, Some(Battery::WantsKey)), "{kind:?}");
    }
    for kind in [Kind::MiBand4, Kind::MiBand5] {
        let (end, battery) = charge(kind, hidden, true);
        assert_eq!(end, End::Done, "{kind:?}");
        assert!(matches!(battery, Some(Battery::Told(_))), "{kind:?}: {battery:?}");
    }
}

#[test]
fn the_charge_of_a_mi_band_1_comes_with_its_state_and_count() {
    let (end, battery) = charge(Kind::MiBand1, Scenario::Owned, false);
    let Some(Battery::Told(charge)) = battery else { panic!("{battery:?}") };
    // The bytes of docs/protocol.md, "Mi Band 1", practised: last charge 2014-10-18 04:55:24, 5 charges, not charging.
    assert_eq!((end, charge.charges, charge.state), (End::Done, Some(5), Some(ChargeState::InUse)));
    let Some(LastCharge::ByItsClock(time)) = charge.last_charge else { panic!("{charge:?}") };
    assert_eq!(time.to_string(), "2014-10-18T04:55:24");
}

#[test]
fn to_ask_for_the_charge_tries_no_key_that_is_not_needed() {
    let pair = run(Task::Battery, Kind::MiBand4, Scenario::Owned, true);
    assert_eq!(pair.world().counts().work.writes, 0);
}

#[test]
fn a_key_that_came_with_the_task_and_opens_the_band_is_saved() {
    for (scenario, saved) in [(Scenario::Owned, 1), (Scenario::WrongKey, 0)] {
        let mut pair = run(Task::Info, Kind::MiBand4, scenario, true);
        while pair.step() {}
        let file = pair.files().keys.clone().unwrap_or_default();
        assert_eq!(KeyStore::load(file.as_slice()).0.all().len(), saved, "{scenario:?}");
    }
}

#[test]
fn to_look_or_forget_leaves_an_interrupted_rescue_as_it_is() {
    for task in [Task::Find, Task::Info, Task::Battery, Task::Forget] {
        let mut pair = Pair::new(Kind::MiBand2, Scenario::TappedNoAnswer, Errand::UnpairForAnotherApp, SEED);
        pair.begin();
        while pair.world().prompts() == 0 && pair.step() {}
        pair.kill_and_reopen();
        let before = pair.files().journal.clone().expect("a journal");
        pair.say(PersonEvent::Begin(task));
        // Stopped when it has begun, which is a failure, so the task itself would be kept if anything of it were.
        while pair.world().open_links() == 0 && pair.ended().is_none() && pair.step() {}
        if pair.ended().is_none() {
            pair.say(PersonEvent::Cancel);
        }
        while pair.step() {}
        assert_eq!(pair.files().journal, Some(before), "{task:?}");
    }
}

#[test]
fn a_serial_number_is_told_to_the_person_and_stays_out_of_report_and_trace() {
    let mut pair = Pair::new(Kind::MiBand3, Scenario::Owned, Errand::Info, SEED);
    let facts = pair.run().and_then(|ended| ended.facts.clone()).expect("facts");
    let Some(Serial(serial)) = facts.serial else { panic!("no serial") };
    assert!(serial.len() >= 8, "{serial}");
    assert!(!pair.report().contains(&serial));
    assert!(!format!("{facts:?}", facts = pair.ended()).contains(&serial));
}

#[test]
fn only_a_phone_that_says_so_has_forgotten() {
    for row in Scenario::all().map(Scenario::row) {
        for kind in row.kinds() {
            let at = format!("{} {}", kind.slug(), row.name);
            let mut pair = Pair::new(kind, row.scenario, Errand::Forget, SEED);
            let before = (pair.world().band_has_no_owner(), pair.world().address());
            let outcome = pair.run().map(|ended| ended.outcome.clone()).expect("it ends");
            let world = pair.world();
            assert_eq!((world.band_has_no_owner(), world.address()), before, "{at}: the band was changed");
            assert_eq!(world.counts().work.writes, 0, "{at}");
            let forgotten = outcome.evidence.contains(&Evidence::PhoneHasForgotten);
            assert_eq!(outcome.end == End::Done, forgotten, "{at}: {outcome:?}");
            assert!(!forgotten || !world.phone_has_bond(), "{at}: there is a bond");
        }
    }
}

#[test]
fn to_forget_takes_no_time_for_a_band_that_is_held() {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::HeldVisible, Errand::Forget, SEED);
    pair.run();
    assert_eq!(pair.world().counts().work.connections, 0);
    assert!(pair.elapsed() < Millis::secs(10));
    let connects = pair.trace().iter().any(|traced| {
        matches!(traced, Traced::Out(_, Effect::Radio(Radio::Connect { peer: PeerId(_), .. })))
    });
    assert!(!connects);
}
