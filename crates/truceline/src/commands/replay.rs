//! `truceline replay`: what would this text have caught, and what would that one? Needs no mission directory.

use super::rejects::Rejects;
use super::{table, texts};
use crate::cli::{Form, Reading, Replay};
use crate::exit::{Code, Failure};
use crate::source;
use atlas::answer::{Answers, Inside};
use base::{CivilZone, Instant};
use evidence::batch::{Batch, WordIndex};
use evidence::coverage::{Coverage, read_coverage};
use evidence::intake::{Options, ReadError, Summary};
use evidence::intake::{Sink, SinkError};
use evidence::records::{Record, read_records};
use evidence::reject::Rejected;
use evidence::settle::{Ledger, Settled};
use findings::state::{answers_for, stretches};
use findings::{StandingFinding, State, Version};
use incidents::Settings;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::io::Write;
use std::path::{Path, PathBuf};

pub fn run(args: &Replay) -> Result<Code, Failure> {
    let entry =
        args.entry_into_force.as_deref().map(|t| source::moment(t, "--entry-into-force")).transpose()?;
    let until = args.until.as_deref().map(|t| source::moment(t, "--until")).transpose()?;
    let mut versions = Vec::new();
    for path in &args.agreement {
        versions.extend(texts::load(path, args.geometry_from.as_deref(), entry)?.versions);
    }
    let versions: Vec<&Version> = versions.iter().collect();
    let Gathered { settled, records, coverage, duplicates, files, rejected } =
        gather(&args.evidence, &args.reading, args.rejects.clone())?;
    super::desk::tell_dropped(&settled);
    let superseded = settled.superseded;
    let observations = match until {
        Some(until) => before(&settled.observations, until),
        None => settled.observations,
    };
    let now = match args.now.as_deref() {
        Some(text) => source::moment(text, "--now")?,
        None => last_moment(&observations, &records),
    };
    let told = (records.as_slice(), coverage.as_slice());
    let derived =
        findings::standing::Settled::derive(observations, &versions, &Settings::default(), told, now);
    if let Some(path) = &args.reasons {
        super::reasons::write(path, &derived, &versions)?;
    }
    let (state, standing) = (derived.state, derived.standing);
    if let Some(path) = &args.observations {
        write_observations(path, &state.observations, &versions)?;
    }
    match args.format {
        Form::Json => {
            let told = Told { standing: &standing, now, covered: !coverage.is_empty() };
            print_json(&state, &versions, &told, files, &rejected, duplicates, superseded);
        }
        Form::Table => {
            table::print(&state, &versions, &standing, now);
            println!(
                "{} observations ({duplicates} duplicates, {superseded} superseded), {} incidents, {} rows rejected",
                state.observations.len(),
                state.incidents.len(),
                rejected.values().sum::<u64>()
            );
            if coverage.is_empty() {
                println!("coverage: not stated; a count of zero here means not observed, not none");
            } else {
                println!("coverage: {} records; a count of zero says nothing beyond them", coverage.len());
            }
        }
    }
    Ok(if rejected.is_empty() { Code::Done } else { Code::DoneWithRejects })
}

/// A ledger that also takes rejected rows.
struct Gathering {
    ledger: Ledger,
    coverage: Vec<Coverage>,
    duplicates: u64,
    rejects: Rejects,
    file: String,
}

impl Sink for Gathering {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.duplicates += self.ledger.add(&batch).duplicate;
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        self.coverage.push(coverage);
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejects.take(&self.file, &rejected);
    }
}

/// What was read.
pub struct Gathered {
    /// Settled evidence.
    pub settled: Settled,
    /// What was declared, metered, notified, visited, done and decided.
    pub records: Vec<Record>,
    /// What sources could and could not see.
    pub coverage: Vec<Coverage>,
    /// How many rows were duplicates.
    pub duplicates: u64,
    /// A summary a file.
    pub files: Vec<Value>,
    /// Rejected rows by reason.
    pub rejected: BTreeMap<&'static str, u64>,
}

/// Reads and settles the evidence of `FORMAT:FILE` arguments.
pub fn gather(evidence: &[String], reading: &Reading, rejects: Option<PathBuf>) -> Result<Gathered, Failure> {
    let options = source::options(reading)?;
    let mut sink = Gathering {
        ledger: Ledger::new(),
        coverage: Vec::new(),
        duplicates: 0,
        rejects: Rejects::to(rejects),
        file: String::new(),
    };
    let mut files = Vec::new();
    let mut records = Vec::new();
    for argument in evidence {
        if let Some(path) = argument.strip_prefix("records:") {
            files.push(read_table(
                "records",
                path,
                &mut sink,
                |input, zone, sink| {
                    read_records(input, zone, &mut |one| match one {
                        Ok(record) => records.push(record),
                        Err(rejected) => sink.rejected(rejected),
                    })
                },
                &options,
            )?);
            continue;
        }
        if let Some(path) = argument.strip_prefix("coverage:") {
            files.push(read_table(
                "coverage",
                path,
                &mut sink,
                |input, zone, sink| {
                    read_coverage(input, zone, &mut |one| match one {
                        Ok(one) => sink.coverage.push(one),
                        Err(rejected) => sink.rejected(rejected),
                    })
                },
                &options,
            )?);
            continue;
        }
        let (format, path) = source::split_evidence(argument)?;
        sink.file = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let name = sink.file.clone();
        let summary = source::read_file(format, &options, format.name(), &path, &name, &mut sink)?;
        summary.warnings.iter().for_each(|w| eprintln!("note: {name}: {w}"));
        files.push(json!({
            "format": format.name(), "file": name, "rows": summary.rows, "observations": summary.observations,
            "rejected": summary.rejected(), "rejected_by_reason": summary.rejected_by_reason,
            "incomplete": summary.is_incomplete(), "warnings": summary.warnings,
        }));
    }
    let rejected = sink.rejects.finish()?;
    let settled = sink.ledger.settle();
    Ok(Gathered { settled, records, coverage: sink.coverage, duplicates: sink.duplicates, files, rejected })
}

/// Reads a table of records or coverage; a summary of the file.
fn read_table(
    format: &str,
    path: &str,
    sink: &mut Gathering,
    read: impl FnOnce(Box<dyn Read>, &CivilZone, &mut Gathering) -> Result<Summary, ReadError>,
    options: &Options,
) -> Result<Value, Failure> {
    let path = Path::new(path);
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    sink.file.clone_from(&name);
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let file = std::fs::File::open(path).map_err(named)?;
    let zone = options.zone.clone().unwrap_or_else(CivilZone::utc);
    let summary =
        read(Box::new(file), &zone, sink).map_err(|e| Failure::bad_input(format!("`{name}`: {e}")))?;
    Ok(json!({
        "format": format, "file": name, "rows": summary.rows, "observations": summary.observations,
        "rejected": summary.rejected(), "rejected_by_reason": summary.rejected_by_reason,
        "incomplete": summary.is_incomplete(), "warnings": summary.warnings,
    }))
}

/// The last moment that the evidence speaks of: what is judged over a period is judged as of then.
fn last_moment(observations: &Batch, records: &[Record]) -> Instant {
    let events = observations.end_ms.iter().copied().map(Instant);
    let told = records.iter().flat_map(|r| [r.at.map(|at| at.end), r.until, r.reported]).flatten();
    events.chain(told).max().unwrap_or(Instant(0))
}

/// What was found beside the state.
struct Told<'a> {
    standing: &'a [Vec<StandingFinding>],
    now: Instant,
    covered: bool,
}

/// The rows whose events begin before `until`.
fn before(batch: &Batch, until: Instant) -> Batch {
    let mut out = Batch::default();
    let mut words = WordIndex::default();
    let rows = batch.start_ms.iter().enumerate().filter(|(_, s)| **s < until.0);
    rows.for_each(|(row, _)| out.push_row(batch, row, &mut words));
    out
}

fn print_json(
    state: &State,
    versions: &[&Version],
    told: &Told<'_>,
    files: Vec<Value>,
    rejected: &BTreeMap<&'static str, u64>,
    duplicates: u64,
    superseded: u64,
) {
    let per_version: Vec<Value> = versions
        .iter()
        .zip(&state.versions)
        .enumerate()
        .map(|(index, (version, found))| {
            let clauses = version.agreement.clauses.iter().enumerate();
            let clauses: Vec<Value> = clauses
                .map(|(i, clause)| {
                    let heading = version.agreement.articles.get(clause.article).map(|a| a.heading.as_str());
                    let explanation = terms::explain(&version.agreement, i);
                    json!({
                        "clause": clause.label, "article": heading, "explanation": explanation,
                        "kind": clause.duty.kind().name(),
                        "observations": of_facts(clause).then(|| table::counts(found.observation_counts(i))),
                        "incidents": of_facts(clause).then(|| table::counts(found.incident_counts(i))),
                        "standing": table::standing(told.standing.get(index), i, &version.agreement.zone),
                    })
                })
                .collect();
            json!({
                "label": version.label, "title": version.agreement.title, "version": version.agreement.version,
                "text_sha256": version.text.to_string(), "time_zone": version.agreement.zone.name(), "clauses": clauses,
            })
        })
        .collect();
    let out = json!({
        "schema": "truceline replay 2",
        "algorithms": [incidents::ALGORITHM, findings::ALGORITHM],
        "state_digest": state.digest().to_string(),
        "observations": state.observations.len(), "duplicates": duplicates, "superseded": superseded,
        "incidents": state.incidents.len(),
        "rejected_by_reason": rejected,
        "coverage": if told.covered { "stated" } else { "not stated" },
        "as_of": told.now.to_string(),
        "evidence": files, "versions": per_version,
    });
    match serde_json::to_string_pretty(&out) {
        Ok(text) => println!("{text}"),
        Err(e) => eprintln!("error: {e}"),
    }
}

fn of_facts(clause: &terms::agreement::Clause) -> bool {
    clause.duty.is_of_observations()
}

fn write_observations(path: &Path, batch: &Batch, versions: &[&Version]) -> Result<(), Failure> {
    let failed = |e: &dyn std::fmt::Display| {
        Failure::failed(format!("`{}` could not be written: {e}", path.display()))
    };
    let mut out = csv::Writer::from_path(path).map_err(|e| failed(&e))?;
    out.write_record(header(versions)).map_err(|e| failed(&e))?;
    let zone = versions.first().map_or_else(base::CivilZone::utc, |v| v.agreement.zone.clone());
    let mut record = csv::StringRecord::new();
    for rows in stretches(batch.len()) {
        let answers: Vec<Answers> = versions.iter().map(|v| answers_for(v, batch, rows.clone())).collect();
        for (i, row) in rows.clone().enumerate() {
            record.clear();
            let event = batch.event(row);
            let id = batch.id.get(row).map_or_else(String::new, ToString::to_string);
            record.push_field(&id);
            record.push_field(&zone.rfc3339(event.start));
            record.push_field(&zone.rfc3339(event.end));
            let (lon, lat) = (batch.lon_deg.get(row).copied(), batch.lat_deg.get(row).copied());
            record.push_field(&number(lon));
            record.push_field(&number(lat));
            answers.iter().for_each(|a| push_answers(&mut record, a, i));
            out.write_record(&record).map_err(|e| failed(&e))?;
        }
    }
    out.flush().map_err(|e| failed(&e))
}

fn header(versions: &[&Version]) -> Vec<String> {
    let mut out: Vec<String> =
        ["event_id", "event_time", "event_end", "lon", "lat"].map(str::to_owned).to_vec();
    for version in versions {
        let prefix = if versions.len() == 1 { String::new() } else { format!("{}/", version.label) };
        let plan = &version.agreement.plan;
        out.extend(plan.zones.iter().map(|z| format!("{prefix}{}", z.name)));
        for line in &plan.lines {
            out.push(format!("{prefix}{}_distance_m", line.name));
            out.push(format!("{prefix}{}_margin_m", line.name));
        }
    }
    out
}

fn push_answers(record: &mut csv::StringRecord, answers: &Answers, i: usize) {
    for zone in &answers.zones {
        record.push_field(match zone.get(i) {
            Some(Inside::Inside) => "inside",
            Some(Inside::Outside) => "outside",
            _ => "unclear",
        });
    }
    for line in &answers.lines {
        let short =
            |v: Option<f64>| v.filter(|v| v.is_finite()).map_or_else(String::new, |v| format!("{v:.1}"));
        record.push_field(&short(line.distance_m.get(i).copied()));
        record.push_field(&short(line.margin_m.get(i).copied().map(f64::from)));
    }
}

/// A coordinate as short as it reads back exactly; empty: undetermined.
fn number(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map_or_else(String::new, |v| v.to_string())
}

/// Flushes standard output, so that an acknowledgement printed is an acknowledgement seen.
pub fn flush() {
    let _ = std::io::stdout().flush();
}
