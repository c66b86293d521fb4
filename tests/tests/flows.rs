//! The real engine in the practice world, in virtual time: every errand in every scenario, and what becomes of
//! a rescue that is killed, cancelled or cannot save.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fmt::Write;

use rescue_core::event::{AskId, Choice, PersonEvent};
use rescue_core::keys::KeyStore;
use rescue_core::practice::{Course, Errand, Expected, Kind, Pair, Row, Scenario, Storage, Traced};
use rescue_core::view::{Advice, Question, Screen, Step, StepState};
use rescue_core::{End, Evidence};

const SEED: u64 = 11;

#[test]
fn every_errand_ends_in_every_scenario_as_the_table_says() {
    let mut wrong = Vec::new();
    for run in every_run() {
        wrong.extend(run.what_is_wrong());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// One errand with one practice band in one scenario, with the band's key or without.
#[derive(Clone, Copy)]
struct Run {
    row: &'static Row,
    course: &'static Course,
    kind: Kind,
    errand: Errand,
    key_given: bool,
}

/// Every line of the table; where a band needs no key, just without one.
fn every_run() -> impl Iterator<Item = Run> {
    Scenario::all().map(Scenario::row).flat_map(|row| row.kinds().flat_map(move |kind| runs(row, kind)))
}

fn runs(row: &'static Row, kind: Kind) -> impl Iterator<Item = Run> {
    let course = row.course(kind).unwrap();
    let given: &[bool] = if kind.key().is_some() { &[false, true] } else { &[false] };
    given.iter().flat_map(move |key_given| {
        Errand::all().map(move |errand| Run { row, course, kind, errand, key_given: *key_given })
    })
}

impl Run {
    fn pair(&self) -> Pair {
        let make = if self.key_given { Pair::with_key } else { Pair::new };
        make(self.kind, self.row.scenario, self.errand, SEED)
    }

    fn expected(&self) -> Expected {
        if self.key_given { self.course.with_key(self.errand) } else { self.course.without_key(self.errand) }
    }

    fn name(&self) -> String {
        let key = if self.key_given { ", key given" } else { "" };
        format!("{} {} {:?}{key}", self.kind.slug(), self.row.name, self.errand)
    }

    fn what_is_wrong(&self) -> Option<String> {
        let mut pair = self.pair();
        let expected = self.expected();
        let at = self.name();
        let Some(outcome) = pair.run().map(|ended| ended.outcome.clone()) else {
            return Some(format!("{at}: did not end\n{}", pair.report()));
        };
        let missing: Vec<_> =
            expected.evidence.iter().filter(|seen| !outcome.evidence.contains(seen)).collect();
        let world = pair.world();
        let tidy = world.overlaps() == 0 && world.open_links() == 0 && !world.is_scanning();
        let right = outcome.end == expected.end && missing.is_empty() && tidy;
        (!right).then(|| {
            format!(
                "{at}: {:?} instead of {:?}, missing {missing:?}, saw {:?}, tidy: {tidy}",
                outcome.end, expected.end, outcome.evidence
            )
        })
    }

    /// The inputs of an undisturbed run; of very long ones (much listening) only the beginning is tried.
    fn last_input(&self) -> u32 {
        let mut whole = self.pair();
        whole.run();
        whole.inputs().min(300)
    }

    fn until(&self, inputs: u32) -> Pair {
        let mut pair = self.pair();
        pair.begin();
        while pair.inputs() < inputs && pair.ended().is_none() && pair.step() {}
        pair
    }
}

#[test]
fn no_end_claims_what_the_band_does_not_know() {
    for run in every_run() {
        let mut pair = run.pair();
        let before = pair.world().address();
        let Some(outcome) = pair.run().map(|ended| ended.outcome.clone()) else { continue };
        let world = pair.world();
        let at = run.name();
        let erased = [End::Freed, End::FreedSameAddress, End::Erased, End::ErasedSameAddress];
        // A protobuf band that nobody owns says so, others show it, and nothing has to be erased.
        let signs = [Evidence::NotBound, Evidence::PersonSawPairingScreen];
        let nobodys = run.row.scenario == Scenario::Unowned
            && signs.into_iter().any(|sign| outcome.evidence.contains(&sign));
        if nobodys && [End::Freed, End::FreedSameAddress].contains(&outcome.end) {
            assert!(world.band_has_no_owner(), "{at}: somebody owns it");
            assert_eq!(outcome.new_address, None, "{at}");
        } else if erased.contains(&outcome.end) {
            assert!(world.band_was_erased(), "{at}: not erased");
        }
        if [End::Freed, End::Erased].contains(&outcome.end) && !nobodys {
            assert_eq!(outcome.old_address, Some(before), "{at}");
            assert_eq!(outcome.new_address, Some(world.address()), "{at}: the proof is of another band");
        }
        // A Mi Band 1 has no key to show: that it knows our user is its proof.
        let proved = outcome.key.is_some() || outcome.evidence.contains(&Evidence::UserKnown);
        assert!(outcome.end != End::TakenOver || proved, "{at}");
        assert!(outcome.end == End::TakenOver || outcome.key.is_none(), "{at}");
        assert!(outcome.key.is_none_or(|key| world.band_holds(&key)), "{at}: the key does not open the band");
        if outcome.evidence.contains(&Evidence::PersonFeltBuzz) {
            assert!(world.buzzes() > 0, "{at}");
        }
    }
}

#[test]
fn nobody_is_asked_about_a_buzz_that_could_not_be_sent() {
    for kind in [Kind::SmartBand8, Kind::SmartBand9, Kind::SmartBand10] {
        let mut pair = Pair::new(kind, Scenario::Owned, Errand::Find, SEED);
        pair.run();
        assert!(!pair.report().contains("DidItBuzz"), "{}", pair.report());
        let advice = pair.ended().map(|ended| ended.advice.clone());
        assert_eq!(advice, Some(vec![Advice::OwnKey, Advice::ShareReport]));
    }
}

#[test]
fn a_key_that_was_used_for_finding_is_not_asked_for_again() {
    let mut pair = Pair::with_key(Kind::SmartBand10, Scenario::Owned, Errand::Find, SEED);
    for _ in 0..2 {
        assert_eq!(pair.run().map(|ended| ended.outcome.end), Some(End::Found), "{}", pair.report());
        pair.say(PersonEvent::Finish);
    }
    let report = pair.report();
    assert!(!report.contains("HaveKey"), "the key is saved, and asked for again\n{report}");
    assert!(!report.contains("TakeOver"), "{report}");
}

#[test]
fn a_table_from_before_an_update_is_doubted_once_and_the_right_key_opens_the_band() {
    for kind in [Kind::MiBand5Of2021, Kind::MiBand6Of2021] {
        let mut pair = Pair::with_key(kind, Scenario::StaleAfterUpdate, Errand::UnpairForOfficialApp, SEED);
        let outcome = pair.run().map(|ended| ended.outcome.clone()).unwrap();
        assert_eq!(outcome.end, End::Freed, "{}", pair.report());
        assert!(!outcome.evidence.contains(&Evidence::OldKeyRefused), "{}", pair.report());
        assert_eq!(pair.report().matches("older than the band's firmware").count(), 1, "{}", pair.report());
    }
    // Where the band judges the key, its table is believed.
    let doubts = |kind| {
        let mut pair = Pair::with_key(kind, Scenario::WrongKey, Errand::Restart, SEED);
        pair.run();
        pair.report().contains("older than the band's firmware")
    };
    assert_eq!([Kind::MiBand4, Kind::MiBand5, Kind::MiBand6].map(doubts), [false; 3]);
}

#[test]
fn no_step_is_ticked_that_was_never_begun() {
    for run in every_run() {
        let mut pair = run.pair();
        let Some(steps) = pair.run().map(|ended| ended.steps.clone()) else { continue };
        let report = pair.report();
        for row in steps.iter().filter(|row| row.state == StepState::Done) {
            assert!(report.contains(&format!("step: {:?}", row.step)), "{}: {:?}", run.name(), row.step);
        }
    }
}

#[test]
fn what_a_band_without_its_key_does_not_allow_is_left_out_and_not_ticked() {
    let mut pair = Pair::new(Kind::MiBand4, Scenario::Owned, Errand::Erase, SEED);
    let states: Vec<_> = pair.run().unwrap().steps.iter().skip(3).map(|row| (row.step, row.state)).collect();
    let left_out = (Step::TakeOver, StepState::Skipped);
    assert_eq!(states, [left_out, (Step::ResetOnBand, StepState::Done), (Step::Prove, StepState::Done)]);

    let mut pair = Pair::with_key(Kind::MiBand4, Scenario::WrongKey, Errand::Erase, SEED);
    let states: Vec<_> = pair.run().unwrap().steps.iter().skip(3).map(|row| (row.step, row.state)).collect();
    assert_eq!(states[..2], [(Step::Unlock, StepState::Failed), left_out]);
    assert_eq!(states.last(), Some(&(Step::Prove, StepState::Done)));
}

#[test]
fn a_reset_that_the_person_only_says_is_not_believed() {
    let without = Pair::new(Kind::MiBand4, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    let with = Pair::with_key(Kind::SmartBand7, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    let asked = Pair::new(Kind::SmartBand10, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    for mut pair in [without, with, asked] {
        pair.begin();
        while asks_for_the_menu(&pair).is_none() {
            assert!(pair.step(), "{}", pair.report());
        }
        let ask = asks_for_the_menu(&pair).unwrap();
        pair.say(PersonEvent::Answer { ask, choice: Choice::DidIt });
        let end = pair.go_on().map(|ended| ended.outcome.end);
        assert_eq!(end, Some(End::NotErased), "{}", pair.report());
        assert!(!pair.world().band_was_erased());
    }
}

fn asks_for_the_menu(pair: &Pair) -> Option<AskId> {
    let shown = pair.trace().iter().rev().find_map(|traced| match traced {
        Traced::Shown(_, view) => Some(&view.screen),
        Traced::In(..) | Traced::Out(..) => None,
    });
    let Some(Screen::Rescue(rescue)) = shown else { return None };
    let ask = rescue.ask.as_ref();
    ask.filter(|ask| matches!(ask.question, Question::ResetOnBand { .. })).map(|ask| ask.id)
}

#[test]
fn the_main_job_needs_at_most_eleven_radio_operations() {
    for kind in [Kind::MiBand2, Kind::MiBand3] {
        let mut pair = Pair::new(kind, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
        pair.run();
        let counts = pair.world().counts();
        assert!(counts.work.on_characteristics() <= 11, "{counts:?}");
        assert_eq!((counts.work.connections, counts.proof.connections), (1, 1));
    }
}

#[test]
fn a_key_that_the_band_took_is_on_disk_whenever_the_app_is_killed() {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::Unowned, Errand::UnpairForAnotherApp, SEED);
    pair.begin();
    let mut taken = 0;
    while pair.ended().is_none() && pair.step() {
        if !pair.world().band_has_no_owner() {
            taken += 1;
            let file = pair.files().keys.clone().expect("the key file is written before the key is sent");
            let (store, _) = KeyStore::load(file.as_slice());
            let saved = store.all().iter().any(|saved| pair.world().band_holds(&saved.key));
            assert!(saved, "the band has a key that nobody has, after input {}", pair.inputs());
        }
    }
    assert!(taken > 0, "the band never took a key");
}

/// Where a kill costs the proof: the band's word that it erases itself was lost with the app, and nothing that the
/// band tells afterwards makes up for it.
const UNHEARD: [Scenario; 2] = [Scenario::LosesSerial, Scenario::NoSerial];

#[test]
fn an_app_killed_at_any_moment_ends_as_if_it_had_not_been() {
    let mut wrong = Vec::new();
    let tasks = [Errand::UnpairForOfficialApp, Errand::UnpairForAnotherApp, Errand::Erase];
    for run in one_of_each_firmware().filter(|run| tasks.contains(&run.errand)) {
        for killed_after in 1..=run.last_input() {
            let mut pair = run.until(killed_after);
            if pair.ended().is_some() {
                break;
            }
            pair.kill_and_reopen();
            pair.resume();
            let end = pair.go_on().map(|ended| ended.outcome.end);
            let unheard = UNHEARD.contains(&run.row.scenario) && end == Some(End::ErasedUnproven);
            if (end != Some(run.expected().end) && !unheard) || pair.world().overlaps() > 0 {
                wrong.push(format!("{} after input {killed_after}: {end:?}", run.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every line of the table for one practice band of each firmware, and the ordinary one for the others that have a firmware
/// of their own in part.
fn one_of_each_firmware() -> impl Iterator<Item = Run> {
    let kinds = [Kind::MiBand1, Kind::MiBand2, Kind::MiBand4, Kind::SmartBand8, Kind::SmartBand9LocalBind];
    let others = [Kind::MiBand6Of2021, Kind::SmartBand7, Kind::SmartBand9, Kind::SmartBand10];
    every_run().filter(move |run| {
        kinds.contains(&run.kind) || (run.row.scenario == Scenario::Owned && others.contains(&run.kind))
    })
}

#[test]
fn a_rescue_begun_anew_tries_the_key_of_the_interrupted_one_first() {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    pair.begin();
    while !saved_key_opens(&pair) && pair.step() {}
    pair.kill_and_reopen();
    let end = pair.run().map(|ended| ended.outcome.end);
    assert_eq!(end, Some(End::Freed));
    assert_eq!(pair.world().prompts(), 1, "the person had to tap again\n{}", pair.report());
    while pair.step() {}
    assert_eq!(KeyStore::load(pair.files().keys.clone().unwrap().as_slice()).0.all(), []);
}

fn saved_key_opens(pair: &Pair) -> bool {
    let keys = pair.files().keys.clone().unwrap_or_default();
    let (store, _) = KeyStore::load(keys.as_slice());
    store.all().iter().any(|saved| pair.world().band_holds(&saved.key))
}

#[test]
fn a_task_cancelled_at_any_moment_leaves_no_link_and_no_scan() {
    for run in one_of_each_firmware() {
        for cancelled_after in 2..=run.last_input() {
            let mut pair = run.until(cancelled_after);
            if pair.ended().is_some() {
                break;
            }
            pair.say(PersonEvent::Cancel);
            let at = format!("{} after input {cancelled_after}", run.name());
            assert_eq!(pair.ended().map(|ended| ended.outcome.end), Some(End::Cancelled), "{at}");
            assert_eq!((pair.world().open_links(), pair.world().is_scanning()), (0, false), "{at}");
        }
    }
}

#[test]
fn every_task_needs_just_these_radio_operations() {
    let of_mi_band_2 = every_run().filter(|run| run.kind == Kind::MiBand2);
    let table = operations(of_mi_band_2.map(|run| (format!("{} {:?}", run.row.name, run.errand), run)));
    insta::assert_snapshot!(table);
}

#[test]
fn every_practice_band_needs_just_these_radio_operations() {
    let ordinary = every_run().filter(|run| run.row.scenario == Scenario::Owned);
    let table = operations(ordinary.map(|run| (run.name(), run)));
    insta::assert_snapshot!(table);
}

fn operations(runs: impl Iterator<Item = (String, Run)>) -> String {
    let mut table = String::from(
        "scenario, errand: reads + writes + subscriptions (connections); for the proof; virtual time\n",
    );
    for (name, run) in runs {
        let mut pair = run.pair();
        pair.run();
        let counts = pair.world().counts();
        let (work, proof) = (counts.work, counts.proof);
        let operations = |of: rescue_core::practice::Operations| {
            format!("{}+{}+{} ({})", of.reads, of.writes, of.subscriptions, of.connections)
        };
        let seconds = pair.elapsed().0 as f64 / 1000.0;
        writeln!(table, "{name:50} {:14} {:14} {seconds:.1} s", operations(work), operations(proof)).unwrap();
    }
    table
}

#[test]
fn a_report_holds_no_key_and_no_whole_address() {
    for run in one_of_each_firmware() {
        let mut pair = run.pair();
        let before = pair.world().address();
        pair.run();
        let report = pair.report();
        assert!(
            !report.contains(&before.to_string()) && !report.contains(&pair.world().address().to_string())
        );
        let keys = pair.files().keys.clone().unwrap_or_default();
        let (store, _) = KeyStore::load(keys.as_slice());
        for key in store.all().iter().map(|saved| &saved.key).chain(&run.kind.key()) {
            assert!(!report.contains(&key.to_hex()), "{}", run.name());
        }
        let debug = format!("{:?}", pair.trace());
        for address in [before, pair.world().address()] {
            assert!(!debug.contains(&address.to_string()), "an address in debug output");
            // In the maker's bytes it stands one way round, in service data the other.
            let mut reversed = address.0;
            reversed.reverse();
            for bytes in [address.0, reversed] {
                let bytes = format!("{bytes:?}");
                assert!(!debug.contains(bytes.trim_matches(['[', ']'])), "its bytes in debug output");
            }
        }
    }
}

#[test]
fn a_key_that_cannot_be_saved_is_not_sent() {
    for storage in [Storage::FailsFrom(1), Storage::SilentFrom(1)] {
        let mut pair = Pair::new(Kind::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
        pair.set_storage(storage);
        let end = pair.run().map(|ended| ended.outcome.end);
        assert_eq!(end, Some(End::CouldNotSave), "{storage:?}");
        assert_eq!(
            pair.world().prompts(),
            0,
            "{storage:?}: the band was asked to take a key that is nowhere"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_run_byte_for_byte() {
    let run = |seed| {
        let mut pair = Pair::new(Kind::MiBand3, Scenario::Neighbour, Errand::UnpairForOfficialApp, seed);
        pair.run();
        pair.trace().to_vec()
    };
    assert_eq!(run(SEED), run(SEED));
    assert_ne!(run(SEED), run(SEED + 1));
}

#[test]
fn a_killed_app_hears_nothing_of_what_it_had_asked_for() {
    let mut pair = Pair::new(Kind::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    pair.begin();
    while pair.world().open_links() == 0 && pair.step() {}
    pair.kill_and_reopen();
    assert_eq!((pair.world().open_links(), pair.world().is_scanning()), (0, false));
    let before = pair.trace().len();
    assert!(!pair.step(), "nothing is under way: {:?}", &pair.trace()[before..]);
}
