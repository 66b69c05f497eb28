//! `truceline score`: fusion against a known truth: what people coded, or what the rehearsal's generator made happen.

mod rehearsal;

use crate::cli::{Score, ScoreUcdp, Truth};
use crate::exit::{Code, Failure, chain};
use base::Instant;
use incidents::Settings;
use incidents::score::exploded::second_half;
use incidents::score::measure::{Measured, mean};
use incidents::score::ucdp::{measure, read};
use incidents::score::{Agreement, Reliability, plot};
use std::fs::File;
use std::path::Path;

pub fn run(args: &Score) -> Result<Code, Failure> {
    match &args.truth {
        Truth::Ucdp(args) => ucdp(args),
        Truth::Rehearsal(args) => rehearsal::run(args),
    }
}

fn ucdp(args: &ScoreUcdp) -> Result<Code, Failure> {
    let (from, to) = (day(&args.from)?, day(&args.to)?);
    let seeds: Vec<u64> = (1..=args.seeds).collect();
    let mut all: Vec<(String, Measured)> = Vec::new();
    for path in &args.files {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let named = |e: &dyn std::fmt::Display| Failure::bad_input(format!("{}: {e}", path.display()));
        let file = File::open(path).map_err(|e| named(&e))?;
        let coded =
            read(evidence::unpack::decompress(Box::new(file)), from, to).map_err(|e| named(&chain(&e)))?;
        let events = if args.whole { coded.events } else { second_half(coded.events) };
        if events.is_empty() {
            return Err(named(&"no event of these days has a known day and place"));
        }
        let measured = measure(&events, &seeds, &Settings::default());
        let part = if args.whole { "all, what was learnt from included" } else { "second half, held out" };
        print(&name, &format!("({part}), {} seeds, mean ± spread", seeds.len()), &measured);
        all.push((name, measured));
    }
    if let Some(path) = &args.plot {
        write_plot(path, &all)?;
    }
    Ok(Code::Done)
}

fn day(text: &str) -> Result<Instant, Failure> {
    Instant::parse(&format!("{}T00:00:00Z", text.trim()))
        .ok_or_else(|| Failure::bad_input(format!("`{text}` is not a day")).hint("write it as 2018-01-31"))
}

fn print(name: &str, which: &str, m: &Measured) {
    println!("{name}: {} reports of {} events {which}", m.reports, m.events);
    println!(
        "  {:<26} {:>6} {:>6} {:>14} {:>14} {:>16}",
        "rule", "B³ P", "B³ R", "B³ F1", "pair F1", "incident count"
    );
    for (rule, agreements) in &m.rules {
        let figure = |f: fn(&Agreement) -> f64| mean(agreements, f);
        let ((f, df), (pf, dpf), (c, dc)) =
            (figure(Agreement::f1), figure(|a| a.pair_f1), figure(Agreement::count_error));
        // Of one set there is no spread.
        let several = agreements.len() > 1;
        let with = |spread: f64| if several { format!(" ± {spread:.3}") } else { String::new() };
        let counted = if several { format!(" ± {:.1}", 100.0 * dc) } else { String::new() };
        println!(
            "  {rule:<26} {:>6.3} {:>6.3} {:>14} {:>14} {:>16}",
            figure(|a| a.precision).0,
            figure(|a| a.recall).0,
            format!("{f:.3}{}", with(df)),
            format!("{pf:.3}{}", with(dpf)),
            format!("{:+.1} %{counted}", 100.0 * c),
        );
    }
    reliability("two reports are one event", &m.pairs);
    reliability("all reports of an incident are one event", &m.incidents);
    reliability("a link by rule is of the lead's event (its score is closeness, no probability)", &m.links);
    println!();
}

fn reliability(what: &str, r: &Reliability) {
    if r.bins.iter().all(|b| b.n == 0) {
        return;
    }
    println!("  {what}: Brier {:.3} (of the share alone {:.3})", r.brier, r.brier_of_share);
    let bins = r.bins.iter().filter(|b| b.n > 0);
    let told: Vec<String> = bins.map(|b| format!("{:.2}→{:.2} ({})", b.stated, b.came, b.n)).collect();
    println!("    stated→came (n): {}", told.join("  "));
}

fn write_plot(path: &Path, all: &[(String, Measured)]) -> Result<(), Failure> {
    let mut squares = Vec::new();
    for (name, m) in all {
        let short = name.split(['_', '.']).next().unwrap_or_default();
        squares.push((format!("{short}: two reports one event"), &m.pairs));
        squares.push((format!("{short}: an incident is one event"), &m.incidents));
        squares.push((format!("{short}: a link by rule is right"), &m.links));
    }
    squares.retain(|(_, r)| r.bins.iter().any(|b| b.n > 0));
    std::fs::write(path, plot::svg(&squares))
        .map_err(|e| Failure::failed(format!("{} could not be written: {e}", path.display())))
}
