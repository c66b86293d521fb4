//! Prints, as two tables, what every flow costs on the practice bands: on all of them in short, and for the two that
//! take a key by a touch beside the least that the protocol permits.
#![allow(clippy::print_stdout)]

use rescue_core::End;
use rescue_core::practice::{Errand, Kind, Operations, Pair, RadioCounts, Scenario};

const SEED: u64 = 11;

/// Two ordinary bands: one that holds a stranger's key, one that holds a key everybody knows.
const SCENARIOS: [Scenario; 2] = [Scenario::Owned, Scenario::OldDefaultKey];

fn main() {
    println!("| practice band | key given | {} |", Errand::all().map(name).collect::<Vec<_>>().join(" | "));
    println!("|---|---{}|", "|---".repeat(Errand::all().count()));
    for row in rows() {
        println!("{row}");
    }
    println!(
        "\n| flow | band | reads | writes | subscriptions | together | least | for the proof | virtual time |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for kind in [Kind::MiBand2, Kind::MiBand3] {
        for scenario in SCENARIOS {
            for errand in Errand::all() {
                if let Some(line) = line(kind, scenario, errand) {
                    println!("{line}");
                }
            }
        }
    }
}

/// A line for each practice band, with its key and without; bands that cost the same share one.
fn rows() -> Vec<String> {
    let mut rows: Vec<(Vec<&str>, bool, String)> = Vec::new();
    for kind in Kind::all() {
        for key_given in [false, true] {
            if key_given && kind.key().is_none() {
                continue;
            }
            let cells: Vec<String> = Errand::all().map(|errand| cell(kind, errand, key_given)).collect();
            let cells = cells.join(" | ");
            match rows.iter_mut().find(|(_, given, known)| *given == key_given && *known == cells) {
                Some((names, ..)) => names.push(kind.slug()),
                None => rows.push((vec![kind.slug()], key_given, cells)),
            }
        }
    }
    let row = |(names, key_given, cells): (Vec<&str>, bool, String)| {
        let given = if key_given { "yes" } else { "no" };
        format!("| {} | {given} | {cells} |", names.join(", "))
    };
    rows.into_iter().map(row).collect()
}

/// What an errand costs on a band that a stranger owns: the work, then the proof; slanted where it did not succeed.
fn cell(kind: Kind, errand: Errand, key_given: bool) -> String {
    let make = if key_given { Pair::with_key } else { Pair::new };
    let mut pair = make(kind, Scenario::Owned, errand, SEED);
    let success = pair.run().is_some_and(|ended| ended.outcome.end.is_success());
    let RadioCounts { work, proof, .. } = pair.world().counts();
    let cost = match *proof {
        none if none == Operations::default() => short(*work),
        proof => format!("{}, {}", short(*work), short(proof)),
    };
    if success { cost } else { format!("*{cost}*") }
}

fn short(operations: Operations) -> String {
    let Operations { reads, writes, subscriptions, connections } = operations;
    format!("{reads}+{writes}+{subscriptions} ({connections})")
}

fn line(kind: Kind, scenario: Scenario, errand: Errand) -> Option<String> {
    let by_key = scenario == Scenario::OldDefaultKey;
    let least = least(errand, by_key)?;
    let mut pair = Pair::new(kind, scenario, errand, SEED);
    let end = pair.run().map(|ended| ended.outcome.end).filter(|end| End::is_success(*end))?;
    let counts = pair.world().counts();
    let Operations { reads, writes, subscriptions, .. } = counts.work;
    let together = counts.work.on_characteristics();
    let band = format!("{}, {}", kind.model().row().name, scenario.name());
    let seconds = pair.elapsed().0 as f64 / 1000.0;
    Some(format!(
        "| {} ({}) | {band} | {reads} | {writes} | {subscriptions} | **{together}** | {least} | {} | {seconds:.1} s |",
        name(errand),
        format!("{end:?}").to_lowercase(),
        counts.proof.on_characteristics(),
    ))
}

const fn name(errand: Errand) -> &'static str {
    match errand {
        Errand::UnpairForOfficialApp => "unpair for the official app",
        Errand::UnpairForAnotherApp => "unpair for another app",
        Errand::Erase => "erase",
        Errand::Restart => "restart",
        Errand::Find => "find",
        Errand::Info => "info",
        Errand::Forget => "forget",
    }
}

/// The fewest operations with which the protocol lets the flow be done at all: subscribe to 0009, then either send a
/// key, or not, then ask for a random and answer it, then the command. `None`: the same road as another line.
const fn least(errand: Errand, by_key: bool) -> Option<u32> {
    match (errand, by_key) {
        (Errand::UnpairForOfficialApp, false) | (Errand::Erase | Errand::Restart, false) => Some(5),
        (Errand::UnpairForAnotherApp, false) => Some(4),
        (Errand::Erase | Errand::Restart, true) => Some(4),
        (Errand::Find, false) => Some(1),
        (Errand::UnpairForOfficialApp | Errand::UnpairForAnotherApp | Errand::Find, true) => None,
        // Neither has a least: what a band tells is read as far as it tells, and forgetting needs no radio.
        (Errand::Info | Errand::Forget, _) => None,
    }
}
