//! `truceline compare A B`

use super::package::{self, Text};
use super::{replay, texts};
use crate::cli::{Compare, Form};
use crate::exit::{Code, Failure};
use crate::source;
use base::Instant;
use findings::{Outcome, State, Version};
use incidents::Settings;
use serde_json::{Value, json};
use terms::compare::{Comparison, Package, Pair, Place, Shown, compare, render};

/// Combinations of readings that are compared at most.
const READINGS_MAX: usize = 64;

pub fn run(args: &Compare) -> Result<Code, Failure> {
    let (first, second) = (package::read(&args.first)?, package::read(&args.second)?);
    let (a, b) = (choices(&first), choices(&second));
    if a.len().saturating_mul(b.len()) > READINGS_MAX {
        let message = format!("the brackets leave more than {READINGS_MAX} pairs of texts to compare");
        return Err(Failure::bad_input(message).hint("settle some of them, or compare files without them"));
    }
    let mut all = Vec::new();
    let mut before: Option<Comparison> = None;
    for x in &a {
        for y in &b {
            let (p, q) = (packed(&first, x), packed(&second, y));
            let comparison = compare(&p, &q);
            match args.format {
                Form::Json => {
                    all.push(as_json(&comparison, &p, &q, &read_as(&first, x), &read_as(&second, y)))
                }
                Form::Table => {
                    tell_reading("A", &read_as(&first, x));
                    tell_reading("B", &read_as(&second, y));
                    match &before {
                        Some(known) => println!("{}", render(&beyond(&comparison, known), &p, &q)),
                        None => println!("{}", render(&comparison, &p, &q)),
                    }
                }
            }
            before = Some(comparison);
        }
    }
    if args.format == Form::Json {
        println!("{:#}", json!({ "schema": "truceline compare 1", "comparisons": all }));
    }
    if !args.evidence.is_empty() {
        return judge(args, &first, &second);
    }
    Ok(Code::Done)
}

/// What a reading says beyond the one before.
fn beyond(comparison: &Comparison, before: &Comparison) -> Comparison {
    println!("(only what differs from the reading before)");
    let new = |p: &&Pair| !before.pairs.contains(p);
    let place = |known: &[Place], all: &[Place]| all.iter().filter(|p| !known.contains(p)).copied().collect();
    let contradictions = comparison.contradictions.iter().filter(|c| !before.contradictions.contains(c));
    Comparison {
        pairs: comparison.pairs.iter().filter(new).cloned().collect(),
        only_first: place(&before.only_first, &comparison.only_first),
        only_second: place(&before.only_second, &comparison.only_second),
        contradictions: contradictions.cloned().collect(),
    }
}

fn tell_reading(side: &str, reading: &str) {
    if !reading.is_empty() {
        println!("{side} read {reading}");
    }
}

/// Every combination of the readings of a package's texts: by text, which reading.
fn choices(texts: &[Text]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for text in texts {
        all = all
            .into_iter()
            .flat_map(|before: Vec<usize>| {
                (0..text.readings.len()).map(move |reading| {
                    let mut longer = before.clone();
                    longer.push(reading);
                    longer
                })
            })
            .take(READINGS_MAX + 1)
            .collect();
    }
    all
}

fn packed<'a>(texts: &'a [Text], choice: &[usize]) -> Package<'a> {
    let one = |(text, reading): (&'a Text, &usize)| {
        Some((text.name.clone(), &text.readings.get(*reading)?.agreement))
    };
    Package { texts: texts.iter().zip(choice).filter_map(one).collect() }
}

fn read_as(texts: &[Text], choice: &[usize]) -> String {
    let one = |(text, reading): (&Text, &usize)| {
        let label = &text.readings.get(*reading)?.label;
        (!label.is_empty()).then(|| format!("{}: {label}", text.name))
    };
    texts.iter().zip(choice).filter_map(one).collect::<Vec<_>>().join("; ")
}

fn as_json(c: &Comparison, a: &Package<'_>, b: &Package<'_>, read_a: &str, read_b: &str) -> Value {
    let shown = |s: &Shown| {
        let fact = s.witness.as_ref().map(
            |w| json!({ "who": w.who, "what": w.what, "when": w.when, "circumstances": w.circumstances }),
        );
        json!({ "witness": s.sentence, "fact": fact, "a": s.first, "b": s.second })
    };
    let names =
        |package: &Package<'_>, places: &[Place]| places.iter().map(|p| package.name(*p)).collect::<Vec<_>>();
    json!({
        "a": a.texts.iter().map(|(n, t)| json!({ "name": n, "title": t.title })).collect::<Vec<_>>(),
        "b": b.texts.iter().map(|(n, t)| json!({ "name": n, "title": t.title })).collect::<Vec<_>>(),
        "a_read": read_a, "b_read": read_b,
        "pairs": c.pairs.iter().map(|p| json!({
            "a": a.name(p.first), "b": b.name(p.second), "verdict": p.verdict.word(),
            "shown": p.shown.iter().map(shown).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "only_a": names(a, &c.only_first),
        "only_b": names(b, &c.only_second),
        "contradictions": c.contradictions.iter().map(|x| json!({
            "matter": x.matter.name(), "title": x.title, "a": names(a, &x.first), "b": names(b, &x.second),
            "shown": x.shown.iter().map(shown).collect::<Vec<_>>(), "help": x.help,
        })).collect::<Vec<_>>(),
    })
}

/// Judges one archive under both packages, and lists every observation whose outcome differs under clauses about
/// the same matter.
fn judge(args: &Compare, first: &[Text], second: &[Text]) -> Result<Code, Failure> {
    let entry =
        args.entry_into_force.as_deref().map(|t| source::moment(t, "--entry-into-force")).transpose()?;
    let (a, b) = (versions(args, first, entry)?, versions(args, second, entry)?);
    let gathered = replay::gather(&args.evidence, &args.reading, None)?;
    super::desk::tell_dropped(&gathered.settled);
    let all: Vec<&Version> = a.iter().chain(&b).flatten().collect();
    let state = State::derive(gathered.settled.observations, &all, &Settings::default());
    let mut differing = 0_usize;
    for (x, y, comparison) in pairs_of(&a, &b) {
        differing += list(&state, &all, x, y, &comparison);
    }
    println!("{} observations judged, {differing} outcomes differ", state.observations.len());
    println!("coverage: not stated; what nobody observed is not shown here");
    Ok(if gathered.rejected.is_empty() { Code::Done } else { Code::DoneWithRejects })
}

/// By text of a package: its versions, one a reading.
fn versions(args: &Compare, texts: &[Text], entry: Option<Instant>) -> Result<Vec<Vec<Version>>, Failure> {
    let load = |t: &Text| texts::load(&t.path, args.geometry_from.as_deref(), entry).map(|l| l.versions);
    texts.iter().map(load).collect()
}

/// Every pair of versions with the comparison of their texts.
fn pairs_of<'a>(a: &'a [Vec<Version>], b: &'a [Vec<Version>]) -> Vec<(&'a Version, &'a Version, Comparison)> {
    let mut out = Vec::new();
    for x in a.iter().flatten() {
        for y in b.iter().flatten() {
            let (p, q) = (Package::of(&x.label, &x.agreement), Package::of(&y.label, &y.agreement));
            out.push((x, y, compare(&p, &q)));
        }
    }
    out
}

/// Prints the observations whose outcomes differ; how many.
fn list(state: &State, all: &[&Version], x: &Version, y: &Version, comparison: &Comparison) -> usize {
    let at = |v: &Version| all.iter().position(|o| std::ptr::eq(*o, v)).and_then(|i| state.versions.get(i));
    let (Some(found_x), Some(found_y)) = (at(x), at(y)) else { return 0 };
    let mut differing = 0;
    for pair in &comparison.pairs {
        let columns = (found_x.outcomes.get(pair.first.clause), found_y.outcomes.get(pair.second.clause));
        let (Some(one), Some(two)) = columns else { continue };
        let label = |v: &Version, p: Place| {
            v.agreement.clauses.get(p.clause).map_or_else(String::new, |c| format!("{} {}", v.label, c.label))
        };
        for (row, (a, b)) in one.iter().zip(two).enumerate().filter(|(_, (a, b))| a != b) {
            differing += 1;
            let event = state.observations.event(row);
            let id = state.observations.id.get(row).map_or_else(String::new, ToString::to_string);
            let kind = state.observations.word_at(&state.observations.kind, row);
            println!(
                "{}  {kind}  {id}  {}: {}  {}: {}",
                x.agreement.zone.show(event.start),
                label(x, pair.first),
                Outcome::from_code(*a).name(),
                label(y, pair.second),
                Outcome::from_code(*b).name()
            );
        }
    }
    differing
}
