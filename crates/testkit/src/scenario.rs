//! Literate scenarios: one Markdown file with prose, one or more agreement texts, inline geometry, reports, and what is
//! to be found. The file is run as the program would run it, and once more in the mirror.
//!
//! Every level-one heading with a `terms` block under it begins a text; where there are several, the words before the
//! colon of the heading name it. Other fenced blocks:
//!
//! - `geojson PATH`: a geometry file that the texts name;
//! - `csv reports`: observations, see [`reports`];
//! - `csv records`: what is declared, metered, notified and done, see [`evidence::records`];
//! - `csv coverage`: who watched what and when, see [`evidence::coverage`];
//! - `csv sources` and `csv decisions`: cards of sources, and what people decided to be one event, see [`fusing`];
//! - `acts`: what people do, see [`acting`];
//! - `expect`: one line a question, `id | clause | outcome | what is missing`. The id is that of a report;
//!   `incident ID` asks for the incident that holds the report; `incidents` for how many there are; `counts` for the
//!   observations under a clause. With several texts the clause is `TEXT CLAUSE`; of a text with brackets every reading
//!   is a text, and its label stands in the place of the text's (behind it, where there are several texts). A line
//!   `now INSTANT` says as of when the following questions are answered: what is `reported` later is not known then;
//!   questions about clauses judged over a period are described in [`standing`], those about indicators in
//!   `watching`. An empty block, or one with `now` lines only, is filled by `BLESS=1`.

pub mod acting;
pub mod fusing;
mod mirror;
pub mod reports;
pub mod standing;
mod watching;

use crate::reference::Reference;
use atlas::Atlas;
use atlas::answer::NO_SHAPE;
use atlas::source::{Feature, read_geojson};
use base::{CivilZone, Digest, Instant, ObservationId};
use evidence::batch::{Batch, NOT_STATED_MS, WordIndex};
use evidence::card::Card;
use evidence::coverage::{Coverage, read_coverage};
use evidence::records::{Record, read_records};
use evidence::settle::Ledger;
use findings::standing::{Decided, Settled, StandingFinding};
use findings::{Missing, Outcome, ReadingOf, State, Version};
use incidents::{Context, Decision, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

pub use mirror::{answers as mirrored_answers, mirrored};

/// A scenario file, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// Texts: label and Markdown.
    pub texts: Vec<(String, String)>,
    /// Geometry files by path.
    pub geometry: BTreeMap<String, String>,
    /// Tables of reports, each as it arrives.
    pub reports: Vec<String>,
    /// Tables of records.
    pub records: Vec<String>,
    /// Tables of coverage.
    pub coverage: Vec<String>,
    /// Tables of source cards.
    pub sources: Vec<String>,
    /// Tables of decisions about what is one event.
    pub decisions: Vec<String>,
    /// What people do, one line an act.
    pub acts: Vec<String>,
    /// The questions with the answers that the file expects.
    pub expected: Vec<Answer>,
}

/// One line of an `expect` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is asked about.
    pub id: String,
    /// Under which clause; with the text's label where there are several.
    pub clause: String,
    /// What is found.
    pub outcome: String,
    /// What is missing.
    pub missing: String,
}

impl Answer {
    fn read(line: &str) -> Answer {
        let mut parts = line.split('|').map(|p| p.trim().to_owned());
        let mut next = || parts.next().unwrap_or_default();
        Answer { id: next(), clause: next(), outcome: next(), missing: next() }
    }

    /// The moment as of which the questions after this line are asked, if it is such a line.
    fn now(&self) -> Option<&str> {
        self.id.strip_prefix("now ")
    }

    /// The line as it is written.
    #[must_use]
    pub fn line(&self) -> String {
        let line = format!("{:<14} | {:<8} | {:<14} | {}", self.id, self.clause, self.outcome, self.missing);
        line.trim_end_matches([' ', '|']).to_owned()
    }
}

/// A stretch of the file: a fenced block with its info string, or lines outside.
enum Part<'a> {
    Line(&'a str),
    Block { info: &'a str, body: String, whole: String },
}

fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            out.push(Part::Line(line));
            continue;
        };
        let (mut body, mut whole) = (String::new(), format!("{line}\n"));
        for inner in lines.by_ref() {
            whole += inner;
            whole.push('\n');
            if inner == "```" {
                break;
            }
            body += inner;
            body.push('\n');
        }
        out.push(Part::Block { info: info.trim(), body, whole });
    }
    out
}

impl Scenario {
    /// Takes a file apart.
    #[must_use]
    pub fn read(markdown: &str) -> Scenario {
        let mut out = Scenario::default();
        let mut section = (String::new(), String::new(), false);
        let mut close = |section: &mut (String, String, bool)| {
            let (label, text, has_terms) = std::mem::take(section);
            if has_terms {
                out.texts.push((label, text));
            }
        };
        let mut rest = Scenario::default();
        for part in parts(markdown) {
            match part {
                Part::Line(line) => {
                    if let Some(heading) = line.strip_prefix("# ") {
                        close(&mut section);
                        section.0 = heading.split(':').next().unwrap_or_default().trim().to_owned();
                    }
                    section.1 += line;
                    section.1.push('\n');
                }
                Part::Block { info: "terms", whole, .. } => {
                    section.1 += &whole;
                    section.2 = true;
                }
                Part::Block { info, body, .. } => rest.block(info, body),
            }
        }
        close(&mut section);
        Scenario { texts: out.texts, ..rest }
    }

    fn block(&mut self, info: &str, body: String) {
        match info.split_once(' ') {
            Some(("geojson", path)) => {
                self.geometry.insert(path.trim().to_owned(), body);
            }
            Some(("csv", "reports")) => self.reports.push(body),
            Some(("csv", "records")) => self.records.push(body),
            Some(("csv", "coverage")) => self.coverage.push(body),
            Some(("csv", "sources")) => self.sources.push(body),
            Some(("csv", "decisions")) => self.decisions.push(body),
            _ if info == "acts" => self.acts.push(body),
            _ if info == "expect" => {
                self.expected.extend(body.lines().filter(|l| !l.trim().is_empty()).map(Answer::read))
            }
            _ => {}
        }
    }

    /// Runs it; the error is what an author has to mend in the file.
    pub fn run(&self) -> Result<Run, String> {
        if self.texts.is_empty() {
            return Err("there is no `terms` block".to_owned());
        }
        let mut versions = Vec::new();
        for text in &self.texts {
            versions.extend(self.versions(text)?);
        }
        let zone = versions.first().map_or_else(CivilZone::utc, |v| v.agreement.zone.clone());
        let observations = self.observations(&zone, None)?;
        let facts = (self.records(&zone)?, self.coverage(&zone)?);
        let names = reports::names(&self.reports)?;
        let cards = fusing::cards(&self.sources)?;
        let decisions = fusing::decisions(&self.decisions, &names)?;
        let context = Context { cards: &cards, coverage: &facts.1, decisions: &decisions };
        let borrowed: Vec<&Version> = versions.iter().collect();
        let mut at = BTreeMap::new();
        for line in self.expected.iter().filter_map(Answer::now) {
            let now = Instant::parse(line).ok_or_else(|| format!("`now {line}` names no instant"))?;
            let settings = Settings::default();
            let known = (facts.0.as_slice(), facts.1.as_slice());
            at.insert(
                now,
                Settled::derive_in(
                    self.observations(&zone, Some(now))?,
                    &borrowed,
                    &settings,
                    &context,
                    known,
                    now,
                ),
            );
        }
        // Coverage alone is of use to fusion where sources have cards.
        let unasked = !facts.0.is_empty() || (!facts.1.is_empty() && cards.is_empty());
        if at.is_empty() && unasked {
            return Err("there are records or coverage, and no line `now INSTANT`".to_owned());
        }
        let state = match at.first_key_value() {
            Some((_, settled)) => settled.state.clone(),
            None => State::derive_in(observations, &borrowed, &Settings::default(), &context, &[]),
        };
        let (records, coverage) = facts;
        let mut run = Run { names, versions, state, at, cards, coverage, decisions, records, acted: None };
        if !self.acts.is_empty() {
            run.acted = Some(acting::act(&run, &self.acts, &zone)?);
        }
        Ok(run)
    }

    /// Settled observations; with a moment, without what is stated to have been reported only later.
    fn observations(&self, zone: &CivilZone, known_at: Option<Instant>) -> Result<Batch, String> {
        let mut ledger = Ledger::new();
        for table in &self.reports {
            for batch in reports::batches(table, zone)? {
                let is_known = |row: &usize| {
                    let reported = batch.reported_ms.get(*row).copied().unwrap_or(NOT_STATED_MS);
                    known_at.is_none_or(|now| reported == NOT_STATED_MS || reported <= now.0)
                };
                let (mut known, mut words) = (Batch::default(), WordIndex::default());
                (0..batch.len()).filter(is_known).for_each(|row| known.push_row(&batch, row, &mut words));
                ledger.add(&known);
            }
        }
        Ok(ledger.settle().observations)
    }

    fn records(&self, zone: &CivilZone) -> Result<Vec<Record>, String> {
        let (mut out, mut rejected) = (Vec::new(), Vec::new());
        for table in &self.records {
            let summary = read_records(Box::new(table.as_bytes()), zone, &mut |r| match r {
                Ok(record) => out.push(record),
                Err(why) => rejected.push(why.to_string()),
            });
            summary.map_err(|e| e.to_string())?;
        }
        if rejected.is_empty() { Ok(out) } else { Err(rejected.join("\n")) }
    }

    fn coverage(&self, zone: &CivilZone) -> Result<Vec<Coverage>, String> {
        let (mut out, mut rejected) = (Vec::new(), Vec::new());
        for table in &self.coverage {
            let summary = read_coverage(Box::new(table.as_bytes()), zone, &mut |r| match r {
                Ok(coverage) => out.push(coverage),
                Err(why) => rejected.push(why.to_string()),
            });
            summary.map_err(|e| e.to_string())?;
        }
        if rejected.is_empty() { Ok(out) } else { Err(rejected.join("\n")) }
    }

    /// The readings of a text, one version each.
    fn versions(&self, (label, text): &(String, String)) -> Result<Vec<Version>, String> {
        let checked = terms::check(label, text.as_bytes());
        let told: Vec<String> = checked
            .problems
            .iter()
            .filter(|p| p.severity == terms::Severity::Error)
            .map(|p| format!("{label}:{}: {} ({})", p.span.line, p.message, p.help))
            .collect();
        if checked.readings.is_empty() {
            return Err(told.join("\n"));
        }
        let mut out = Vec::new();
        for reading in checked.readings {
            let mut load = |g: &atlas::GeometryRef| {
                let text =
                    self.geometry.get(&g.path).ok_or_else(|| format!("no block `geojson {}`", g.path))?;
                read_geojson(text.as_bytes()).map_err(|e| e.to_string())
            };
            let agreement = reading.agreement;
            let compiled = Atlas::compile(&agreement.plan, &agreement.zone, &mut load);
            let atlas = compiled
                .map_err(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?
                .atlas;
            let named = match (self.texts.len(), reading.label.as_str()) {
                (_, "") => label.clone(),
                (1, of) => of.to_owned(),
                (_, of) => format!("{label}, {of}"),
            };
            let (text, atlas) = (Digest::of(text.as_bytes()), Arc::new(atlas));
            let reading = ReadingOf { label: reading.label, choice: reading.choice };
            out.push(Version { label: named, text, agreement, atlas, reading });
        }
        Ok(out)
    }

    /// The features of a geometry block.
    fn features(&self, path: &str) -> Vec<Feature> {
        let text = self.geometry.get(path).map_or("", String::as_str);
        read_geojson(text.as_bytes()).map(|(features, _)| features).unwrap_or_default()
    }

    /// Where the slow reference says otherwise than the desk, one line each. Sectors, polygons and positions at the
    /// very edge are not compared.
    #[must_use]
    pub fn against_reference(&self, run: &Run) -> Vec<String> {
        let mut out = Vec::new();
        for settled in run.at.values() {
            out.extend(self.state_against_reference(run, &settled.state, &settled.decided));
        }
        if run.at.is_empty() {
            out.extend(self.state_against_reference(run, &run.state, &[]));
        }
        out
    }

    /// The same of any state of the run's versions, judged with `decided`.
    #[must_use]
    pub fn state_against_reference(&self, run: &Run, state: &State, decided: &[Decided]) -> Vec<String> {
        let mut out = Vec::new();
        let batch = &state.observations;
        for (i, (version, found)) in run.versions.iter().zip(&state.versions).enumerate() {
            let reference = Reference::new(&version.agreement, |path| self.features(path));
            let reference = reference.with_decided(decided.get(i));
            for row in
                (0..batch.len()).filter(|r| batch.shape[*r] == NO_SHAPE && !reference.on_the_edge(batch, *r))
            {
                for (clause, outcomes) in version.agreement.clauses.iter().zip(&found.outcomes) {
                    let expected = reference.outcome(batch, row, clause);
                    let real = Outcome::from_code(outcomes[row]);
                    if expected != real {
                        let (label, clause) = (&version.label, &clause.label);
                        let line = format!(
                            "{label} {clause}, row {row}: desk {}, reference {}",
                            real.name(),
                            expected.name()
                        );
                        out.push(line);
                    }
                }
            }
        }
        out
    }
}

/// What came of it.
pub struct Run {
    /// Observation of each report's id.
    pub names: BTreeMap<String, ObservationId>,
    /// The texts, compiled.
    pub versions: Vec<Version>,
    /// Everything derived from the reports; where there are `now` lines, as of the first.
    pub state: State,
    /// As of each `now` line: everything derived.
    pub at: BTreeMap<Instant, Settled>,
    /// The sources' cards.
    pub cards: Vec<Card>,
    /// Who watched what and when.
    pub coverage: Vec<Coverage>,
    /// What people decided to be one event or not.
    pub decisions: Vec<Decision>,
    /// What was declared, notified and visited.
    pub records: Vec<Record>,
    /// What people's acts come to, where they act.
    pub acted: Option<acting::Acted>,
}

impl Run {
    /// Answers the questions; without any, every report under every clause that is about it, and every finding of the
    /// other clauses.
    #[must_use]
    pub fn answers(&self, questions: &[Answer]) -> Vec<Answer> {
        let open = questions.iter().all(|q| q.now().is_some());
        let mut out = Vec::new();
        let mut settled = self.at.first_key_value().map(|(_, s)| s);
        let mut now_ms = self.acted.as_ref().map_or(0, |a| a.last_ms);
        for question in questions {
            let told = self.acted.as_ref().and_then(|a| a.answer(&question.id, now_ms));
            let told = told
                .or_else(|| watching::answer(self, settled, Instant(now_ms), &question.id, &question.clause));
            if let Some((outcome, missing)) = told {
                out.push(Answer { outcome, missing, ..question.clone() });
            } else if let Some(now) = question.now().and_then(Instant::parse) {
                now_ms = now.0;
                settled = self.at.get(&now);
                out.push(question.clone());
                if open {
                    out.extend(self.everything(settled));
                }
            } else {
                out.push(self.answer(settled, question));
            }
        }
        if questions.is_empty() {
            out.extend(self.everything(settled));
        }
        out
    }

    fn everything(&self, settled: Option<&Settled>) -> Vec<Answer> {
        let mut out = Vec::new();
        for id in self.names.keys() {
            for clause in self.clauses() {
                let ask = Answer { id: id.clone(), clause, outcome: String::new(), missing: String::new() };
                let answer = self.answer(settled, &ask);
                if answer.outcome != Outcome::NotApplicable.name() {
                    out.push(answer);
                }
            }
        }
        for clause in self.clauses() {
            let found = self.find(&clause).map(|found| self.standing_of(settled, found));
            for question in standing::questions(&clause, &found.unwrap_or_default()) {
                out.push(self.answer(settled, &question));
            }
        }
        out
    }

    fn standing_of<'s>(
        &self,
        settled: Option<&'s Settled>,
        (version, clause): (usize, usize),
    ) -> Vec<&'s StandingFinding> {
        let all = settled.and_then(|s| s.standing.get(version)).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|f| f.clause == clause).collect()
    }

    fn clauses(&self) -> Vec<String> {
        let several = self.versions.len() > 1;
        let mut out = Vec::new();
        for version in &self.versions {
            for clause in &version.agreement.clauses {
                let label = &clause.label;
                out.push(if several { format!("{} {label}", version.label) } else { label.clone() });
            }
        }
        out
    }

    fn answer(&self, settled: Option<&Settled>, question: &Answer) -> Answer {
        let state = settled.map_or(&self.state, |s| &s.state);
        if let Some((version, clause)) = self.find(&question.clause) {
            let zone = &self.versions[version].agreement.zone;
            let found = self.standing_of(settled, (version, clause));
            if let Some((outcome, missing)) = standing::answer(&question.id, &found, zone) {
                return Answer { outcome, missing, ..question.clone() };
            }
        }
        if let Some((outcome, missing)) = fusing::answer(self, state, &question.id) {
            return Answer { outcome, missing, ..question.clone() };
        }
        let (outcome, missing) = match question.id.as_str() {
            "incidents" => (state.incidents.len().to_string(), String::new()),
            "counts" => (self.counts(state, &question.clause), String::new()),
            id => self.outcome(state, id, &question.clause),
        };
        Answer { outcome, missing, ..question.clone() }
    }

    /// Index of the version and of the clause.
    fn find(&self, clause: &str) -> Option<(usize, usize)> {
        let (text, label) = clause.rsplit_once(' ').unwrap_or(("", clause));
        let version = if text.is_empty() { 0 } else { self.versions.iter().position(|v| v.label == text)? };
        let clauses = &self.versions.get(version)?.agreement.clauses;
        Some((version, clauses.iter().position(|c| c.label == label)?))
    }

    fn counts(&self, state: &State, clause: &str) -> String {
        let Some((version, clause)) = self.find(clause) else { return "no such clause".to_owned() };
        let counts = state.versions[version].observation_counts(clause);
        let named = Outcome::COUNTED.iter().zip(counts).map(|(o, n)| format!("{} {n}", o.name()));
        named.collect::<Vec<_>>().join(", ")
    }

    fn outcome(&self, state: &State, id: &str, clause: &str) -> (String, String) {
        let nothing = |what: &str| (what.to_owned(), String::new());
        let Some((version, clause)) = self.find(clause) else { return nothing("no such clause") };
        let found = &state.versions[version];
        let (of_incident, id) = match id.strip_prefix("incident ") {
            Some(id) => (true, id),
            None => (false, id),
        };
        if !self.names.contains_key(id) {
            return nothing("no such report");
        }
        let Some(row) = self.row_in(state, id) else { return nothing("not reported yet") };
        if of_incident {
            let incident = state.incidents.of_row[row];
            let code = found.incident_outcomes[clause].get(incident as usize);
            return nothing(code.map_or("no incident", |c| Outcome::from_code(*c).name()));
        }
        let missing = Missing(found.missing[clause][row]).names().join(", ");
        (Outcome::from_code(found.outcomes[clause][row]).name().to_owned(), missing)
    }

    pub(crate) fn row_in(&self, state: &State, id: &str) -> Option<usize> {
        let wanted = self.names.get(id)?;
        state.observations.id.iter().position(|i| i == wanted)
    }

    /// The observations, settled.
    #[must_use]
    pub fn observations(&self) -> &Batch {
        &self.state.observations
    }
}

/// The file with its `expect` blocks filled: all answers in the first, none in the others.
#[must_use]
pub fn blessed(markdown: &str, answers: &[Answer]) -> String {
    let mut out = String::new();
    let mut done = false;
    for part in parts(markdown) {
        match part {
            Part::Line(line) => {
                out += line;
                out.push('\n');
            }
            Part::Block { info: "expect", .. } => {
                out += "```expect\n";
                for answer in answers.iter().filter(|_| !done) {
                    out += &answer.line();
                    out.push('\n');
                }
                out += "```\n";
                done = true;
            }
            Part::Block { whole, .. } => out += &whole,
        }
    }
    out
}

/// The lines that differ, `-` as expected and `+` as found; empty if none do.
#[must_use]
pub fn difference(expected: &[Answer], found: &[Answer]) -> String {
    let mut out = String::new();
    for (e, f) in expected.iter().zip(found).filter(|(e, f)| e != f) {
        out += &format!("- {}\n+ {}\n", e.line(), f.line());
    }
    for f in found.iter().skip(expected.len()) {
        out += &format!("+ {}\n", f.line());
    }
    for e in expected.iter().skip(found.len()) {
        out += &format!("- {}\n", e.line());
    }
    out
}
