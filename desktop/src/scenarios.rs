//! Prints core's table of what can be practised, for people and for scripts.

use rescue_core::band::Model;
use rescue_core::practice::{Errand, Scenario};
use rescue_core::view::Choice;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

use crate::names::Named as _;
use crate::texts;
use crate::voice::paper::{Ink, Paper};

/// Prints the table.
pub(crate) fn print(json: bool) {
    if json { print_json() } else { print_plain(&mut Paper::stdout()) }
}

fn print_plain(paper: &mut Paper) {
    for scenario in Scenario::all() {
        let row = scenario.row();
        paper.write("", Ink::Title, row.name);
        paper.write("  ", Ink::Plain, row.what);
        let models = row.models.iter().map(texts::of).collect::<Vec<_>>().join(", ");
        paper.write("  ", Ink::Muted, &models);
        let ends =
            Errand::all().map(|errand| format!("{} → {}", command(errand), row.expected(errand).end.name()));
        paper.write("  ", Ink::Plain, &ends.collect::<Vec<_>>().join("; "));
        paper.gap();
    }
}

#[derive(Serialize)]
struct Line {
    model: &'static str,
    scenario: &'static str,
    what: &'static str,
    expected: BTreeMap<String, Expected>,
}

#[derive(Serialize)]
struct Expected {
    outcome: &'static str,
    evidence: Vec<&'static str>,
}

fn print_json() {
    let mut out = io::stdout().lock();
    for (model, scenario) in
        Model::all().flat_map(|model| Scenario::all().map(move |scenario| (model, scenario)))
    {
        let row = scenario.row();
        if !row.models.contains(&model) {
            continue;
        }
        let expected = |errand| {
            let expected = row.expected(errand);
            let evidence = expected.evidence.iter().map(|seen| seen.name()).collect();
            Expected { outcome: expected.end.name(), evidence }
        };
        let line = Line {
            model: model.row().slug,
            scenario: row.name,
            what: row.what,
            expected: Errand::all().map(|errand| (command(errand), expected(errand))).collect(),
        };
        // A reader that went away wants no more lines.
        if serde_json::to_string(&line).map_or(true, |line| writeln!(out, "{line}").is_err()) {
            return;
        }
    }
}

/// What to type for an errand.
fn command(errand: Errand) -> String {
    let task = errand.task().name();
    match errand {
        Errand::UnpairForOfficialApp | Errand::UnpairForAnotherApp => {
            format!("{task} --for {}", place(errand.used_with()))
        }
        Errand::Erase | Errand::Restart | Errand::Find => task.to_owned(),
    }
}

fn place(used_with: Choice) -> String {
    used_with.name().replace('_', "-")
}
