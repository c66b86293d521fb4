//! Prints core's table of what can be practised, for people and for scripts: the practice bands with their keys, and
//! how each scenario ends without and with the key.

use rescue_core::event::Choice;
use rescue_core::practice::{self, Course, Errand, Kind, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

use crate::names::Named as _;
use crate::voice::paper::{Ink, Paper};
use crate::voice::words;

/// Prints the table, or what concerns one practice band.
pub(crate) fn print(of: Option<Kind>, json: bool) {
    let kinds: Vec<Kind> = Kind::all().filter(|kind| of.is_none_or(|wanted| wanted == *kind)).collect();
    if json { print_json(&kinds) } else { print_plain(&kinds, &mut Paper::stdout()) }
}

fn print_plain(kinds: &[Kind], paper: &mut Paper) {
    paper.write("", Ink::Title, words::PRACTICE_BANDS);
    for kind in kinds {
        let key = kind.key().map(|key| format!(", key {}", key.to_hex())).unwrap_or_default();
        paper.write("  ", Ink::Plain, &format!("{} ({}){key}", kind.slug(), kind.model().row().name));
    }
    paper.gap();
    for row in Scenario::all().map(Scenario::row) {
        let courses: Vec<_> = row.courses.iter().map(|course| (course, those_of(course, kinds))).collect();
        if courses.iter().all(|(_, kinds)| kinds.is_empty()) {
            continue;
        }
        paper.write("", Ink::Title, row.name);
        paper.write("  ", Ink::Plain, row.what);
        for (course, kinds) in courses.iter().filter(|(_, kinds)| !kinds.is_empty()) {
            let names = kinds.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(", ");
            paper.write("  ", Ink::Muted, &names);
            paper.write("    ", Ink::Plain, &ends(|errand| course.without_key(errand)));
            if kinds.iter().any(|kind| kind.key().is_some()) {
                let with_key = ends(|errand| course.with_key(errand));
                paper.write("    ", Ink::Plain, &format!("{} {with_key}", words::WITH_ITS_KEY));
            }
        }
        paper.gap();
    }
}

fn those_of(course: &Course, kinds: &[Kind]) -> Vec<Kind> {
    course.kinds.iter().copied().filter(|kind| kinds.contains(kind)).collect()
}

fn ends(expected: impl Fn(Errand) -> practice::Expected) -> String {
    let ends = Errand::all().map(|errand| format!("{} → {}", command(errand), expected(errand).end.name()));
    ends.collect::<Vec<_>>().join("; ")
}

#[derive(Serialize)]
struct Line {
    model: &'static str,
    scenario: &'static str,
    what: &'static str,
    expected: BTreeMap<String, Expected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_with_key: Option<BTreeMap<String, Expected>>,
}

#[derive(Serialize)]
struct Expected {
    outcome: &'static str,
    evidence: Vec<&'static str>,
}

fn print_json(kinds: &[Kind]) {
    let mut out = io::stdout().lock();
    for (kind, row) in
        kinds.iter().flat_map(|kind| Scenario::all().map(move |scenario| (*kind, scenario.row())))
    {
        let Some(course) = row.course(kind) else { continue };
        let line = Line {
            model: kind.slug(),
            scenario: row.name,
            what: row.what,
            expected: table(|errand| course.without_key(errand)),
            key: kind.key().map(|key| key.to_hex()),
            expected_with_key: kind.key().map(|_| table(|errand| course.with_key(errand))),
        };
        // A reader that went away wants no more lines.
        if serde_json::to_string(&line).map_or(true, |line| writeln!(out, "{line}").is_err()) {
            return;
        }
    }
}

fn table(expected: impl Fn(Errand) -> practice::Expected) -> BTreeMap<String, Expected> {
    let row = |errand| {
        let practice::Expected { end, evidence } = expected(errand);
        Expected { outcome: end.name(), evidence: evidence.iter().map(|seen| seen.name()).collect() }
    };
    Errand::all().map(|errand| (command(errand), row(errand))).collect()
}

/// What to type for an errand.
fn command(errand: Errand) -> String {
    let task = errand.task().name();
    match errand {
        Errand::UnpairForOfficialApp | Errand::UnpairForAnotherApp => {
            format!("{task} --for {}", place(errand.used_with()))
        }
        Errand::Erase | Errand::Restart | Errand::Find | Errand::Info | Errand::Forget => task.to_owned(),
    }
}

fn place(used_with: Choice) -> String {
    used_with.name().replace('_', "-")
}
