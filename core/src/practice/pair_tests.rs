//! The real engine in the practice world, in virtual time: every errand in every scenario, and what becomes of
//! a rescue that is killed, cancelled or cannot save.

use super::*;
use crate::band::Model;
use crate::event::PersonEvent;
use crate::keys::KeyStore;
use crate::outcome::{End, Evidence};

const SEED: u64 = 11;

#[test]
fn every_errand_ends_in_every_scenario_as_the_table_says() {
    let mut wrong = Vec::new();
    for row in Scenario::all().map(Scenario::row) {
        for &model in row.models {
            for errand in Errand::all() {
                wrong.extend(what_is_wrong(row, model, errand));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn what_is_wrong(row: &Row, model: Model, errand: Errand) -> Option<String> {
    let mut pair = Pair::new(model, row.scenario, errand, SEED);
    let expected = row.expected(errand);
    let at = format!("{} {model:?} {errand:?}", row.name);
    let Some(outcome) = pair.run().map(|ended| ended.outcome.clone()) else {
        return Some(format!("{at}: did not end\n{}", pair.report()));
    };
    let missing: Vec<_> = expected.evidence.iter().filter(|seen| !outcome.evidence.contains(seen)).collect();
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

#[test]
fn no_end_claims_what_the_band_does_not_know() {
    for row in Scenario::all().map(Scenario::row) {
        for errand in Errand::all() {
            let mut pair = Pair::new(Model::MiBand2, row.scenario, errand, SEED);
            let before = pair.world().address();
            let Some(outcome) = pair.run().map(|ended| ended.outcome.clone()) else { continue };
            let world = pair.world();
            let at = format!("{} {errand:?}", row.name);
            let erased = [End::Freed, End::FreedSameAddress, End::Erased, End::ErasedSameAddress];
            if erased.contains(&outcome.end) {
                assert!(world.band_was_erased(), "{at}: not erased");
            }
            if [End::Freed, End::Erased].contains(&outcome.end) {
                assert_eq!(outcome.old_address, Some(before), "{at}");
                assert_eq!(outcome.new_address, Some(world.address()), "{at}: the proof is of another band");
            }
            assert_eq!(outcome.end == End::TakenOver, outcome.key.is_some(), "{at}");
            assert!(
                outcome.key.is_none_or(|key| world.band_holds(&key)),
                "{at}: the key does not open the band"
            );
            if outcome.evidence.contains(&Evidence::PersonFeltBuzz) {
                assert!(world.buzzes() > 0, "{at}");
            }
        }
    }
}

#[test]
fn the_main_job_needs_at_most_eleven_radio_operations() {
    for model in [Model::MiBand2, Model::MiBand3] {
        let mut pair = Pair::new(model, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
        pair.run();
        let counts = pair.world().counts();
        assert!(counts.work.on_characteristics() <= 11, "{counts:?}");
        assert_eq!((counts.work.connections, counts.proof.connections), (1, 1));
    }
}

#[test]
fn a_key_that_the_band_took_is_on_disk_whenever_the_app_is_killed() {
    let mut pair = Pair::new(Model::MiBand2, Scenario::Unowned, Errand::UnpairForAnotherApp, SEED);
    pair.begin();
    let mut taken = 0;
    while pair.ended().is_none() && pair.step() {
        if !pair.world().band_has_no_key() {
            taken += 1;
            let file = pair.files().keys.clone().expect("the key file is written before the key is sent");
            let (store, _) = KeyStore::load(file.as_slice());
            let saved = store.all().iter().any(|saved| pair.world().band_holds(&saved.key));
            assert!(saved, "the band has a key that nobody has, after input {}", pair.inputs());
        }
    }
    assert!(taken > 0, "the band never took a key");
}

#[test]
fn an_app_killed_at_any_moment_frees_the_band_after_all() {
    let inputs = {
        let mut whole = Pair::new(Model::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
        whole.run();
        whole.inputs()
    };
    assert!(inputs > 30);
    for killed_after in 1..inputs {
        let mut pair = Pair::new(Model::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
        pair.begin();
        while pair.inputs() < killed_after && pair.step() {}
        pair.kill_and_reopen();
        pair.resume();
        let end = pair.go_on().map(|ended| ended.outcome.end);
        assert_eq!(end, Some(End::Freed), "killed after input {killed_after}\n{}", pair.report());
        assert_eq!(pair.world().overlaps(), 0);
    }
}

#[test]
fn a_cancelled_rescue_leaves_no_link_and_no_scan_at_any_moment() {
    for scenario in [Scenario::Owned, Scenario::Bonded, Scenario::AppGrabs, Scenario::NoSerial] {
        for cancelled_after in 2.. {
            let mut pair = Pair::new(Model::MiBand2, scenario, Errand::UnpairForOfficialApp, SEED);
            pair.begin();
            while pair.inputs() < cancelled_after && pair.ended().is_none() && pair.step() {}
            if pair.ended().is_some() {
                break;
            }
            pair.say(PersonEvent::Cancel);
            assert_eq!(pair.ended().map(|ended| ended.outcome.end), Some(End::Cancelled), "{scenario:?}");
            assert_eq!((pair.world().open_links(), pair.world().is_scanning()), (0, false), "{scenario:?}");
        }
    }
}

#[test]
fn a_key_that_cannot_be_saved_is_not_sent() {
    for storage in [Storage::FailsFrom(1), Storage::SilentFrom(1)] {
        let mut pair = Pair::new(Model::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
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
        let mut pair = Pair::new(Model::MiBand3, Scenario::Neighbour, Errand::UnpairForOfficialApp, seed);
        pair.run();
        pair.trace().to_vec()
    };
    assert_eq!(run(SEED), run(SEED));
    assert_ne!(run(SEED), run(SEED + 1));
}

#[test]
fn a_killed_app_hears_nothing_of_what_it_had_asked_for() {
    let mut pair = Pair::new(Model::MiBand2, Scenario::Owned, Errand::UnpairForOfficialApp, SEED);
    pair.begin();
    while pair.world().open_links() == 0 && pair.step() {}
    pair.kill_and_reopen();
    assert_eq!((pair.world().open_links(), pair.world().is_scanning()), (0, false));
    let before = pair.trace().len();
    assert!(!pair.step(), "nothing is under way: {:?}", &pair.trace()[before..]);
}
