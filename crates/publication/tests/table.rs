//! The annex: what leaves in it, what does not, and that it reads back to the same facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use base::{CivilZone, Count, Instant, Interval, LonLat, Place, Sector};
use evidence::batch::{Batch, Builder};
use evidence::coverage::Coverage;
use evidence::draft::{Assessment, Draft, Means, TimePrecision};
use evidence::mapping::Mapping;
use evidence::{Format, Options, Rejected, Sink};
use proptest::prelude::*;
use publication::table::{About, Form, Written, rows_during, write};
use publication::{Policy, SourceCard};

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), evidence::intake::SinkError> {
        self.0.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), evidence::intake::SinkError> {
        panic!("{coverage:?}");
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{rejected}");
    }
}

fn zone() -> CivilZone {
    CivilZone::named("Etc/GMT-2").unwrap()
}

fn written(batch: &Batch, rows: &[usize], policy: &Policy, form: Form) -> (String, Written) {
    let zone = zone();
    let watching = publication::Coverage {
        source: "post-3".to_owned(),
        status: "impaired".to_owned(),
        during: Interval { start: Instant(0), end: Instant(1_900_000_000_000) },
        cause: "fog".to_owned(),
        area: Vec::new(),
    };
    let card = evidence::card::Card { id: "post-3".to_owned(), reliability: 'B', ..Default::default() };
    let card = SourceCard { card, ..SourceCard::default() };
    let about = About {
        zone: &zone,
        recorded_ms: &[1_772_400_000_000],
        sources: &[card],
        coverage: &[watching],
        now: Instant(1_772_450_000_000),
    };
    let mut to = csv::Writer::from_writer(Vec::new());
    let done = write(batch, rows, &about, policy, form, &mut to).unwrap();
    (String::from_utf8(to.into_inner().unwrap()).unwrap(), done)
}

fn all(batch: &Batch) -> Vec<usize> {
    (0..batch.len()).collect()
}

/// Kind, weapon, when, how finely, how many, of what, allegation, exercise.
type Fact = (String, String, Interval, TimePrecision, Option<Count>, String, bool, bool);

/// What the annex has to give back. The zone stands in the table, so none is told to the reader.
fn facts(batch: &Batch) -> Vec<Fact> {
    let mut facts: Vec<Fact> = all(batch)
        .into_iter()
        .map(|r| {
            (
                batch.word_at(&batch.kind, r).to_owned(),
                batch.word_at(&batch.weapon, r).to_owned(),
                batch.event(r),
                batch.precision_at(r),
                batch.count(r),
                batch.word_at(&batch.unit, r).to_owned(),
                batch.flag(r, evidence::batch::FLAG_ALLEGATION),
                batch.flag(r, evidence::batch::FLAG_EXERCISE),
            )
        })
        .collect();
    facts.sort_by_key(|f| format!("{f:?}"));
    facts
}

fn read_back(text: &str) -> Batch {
    let mut kept = Kept::default();
    let options = Options::default();
    evidence::read(Format::Smm, &options, "annex", Box::new(text.as_bytes()), &mut kept).unwrap();
    kept.0.into_iter().next().unwrap_or_default()
}

fn patrols() -> Batch {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/demo");
    let mapping = Mapping::parse(&std::fs::read_to_string(dir.join("patrols.json")).unwrap()).unwrap();
    let options = Options { mapping: Some(mapping), zone: Some(zone()), ..Options::default() };
    let mut kept = Kept::default();
    let file = std::fs::File::open(dir.join("patrols.csv")).unwrap();
    evidence::read(Format::Csv, &options, "patrols", Box::new(file), &mut kept).unwrap();
    assert_eq!(kept.0.len(), 1);
    kept.0.remove(0)
}

#[test]
fn every_patrol_report_of_the_rehearsal_reads_back_to_the_same_facts() {
    let batch = patrols();
    assert!(batch.len() > 50, "{}", batch.len());
    let (text, done) = written(&batch, &all(&batch), &Policy::desk(), Form::Smm);
    assert_eq!(done, Written { rows: batch.len(), withheld: 0 });
    assert_eq!(facts(&read_back(&text)), facts(&batch));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_choice_of_patrol_reports_reads_back(rows in prop::collection::btree_set(0usize..60, 1..40)) {
        let batch = patrols();
        let rows: Vec<usize> = rows.into_iter().filter(|r| *r < batch.len()).collect();
        let (text, _) = written(&batch, &rows, &Policy::desk(), Form::Smm);
        let back = facts(&read_back(&text));
        let mut builder = Batch::default();
        let mut words = evidence::batch::WordIndex::over(&builder);
        rows.iter().for_each(|r| builder.push_row(&batch, *r, &mut words));
        prop_assert_eq!(back, facts(&builder));
    }
}

fn heard(note: &str) -> Batch {
    let mut builder = Builder::new("post-3");
    let place = Place::Sector(Sector {
        observer: LonLat::new(-30.123_456, 47.234_567).unwrap(),
        observer_radius_m: 10.0,
        bearing_deg: 157.5,
        half_width_deg: 11.25,
        range_min_m: 1_000.0,
        range_max_m: 4_500.0,
    });
    let start = Instant::parse("2026-03-01T19:30:00Z").unwrap();
    let draft = Draft {
        native_key: b"1",
        kind: "explosion",
        event: Interval { start, end: Instant(start.0 + 60_000) },
        precision: TimePrecision::Minute,
        place,
        means: Means::Heard,
        assessment: Assessment::Outgoing,
        count: Some(Count { min: 2, max: 3, approximate: true }),
        weapon: "=cmd|' /C calc'!A0",
        note,
        ..Draft::default()
    };
    builder.push(&draft).unwrap();
    builder.take()
}

fn cell(text: &str, name: &str) -> String {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let at = rows.headers().unwrap().iter().position(|h| h == name).unwrap();
    rows.records().next().unwrap().unwrap()[at].to_owned()
}

#[test]
fn the_annex_has_every_column_and_nowhere_the_observer() {
    let batch = heard("SMM position: Karsk mill; event location: 1-4.5km SSE; remark: twice");
    let (text, _) = written(&batch, &[0], &Policy::desk(), Form::Smm);
    for (name, value) in [
        ("Event location", "1-4.5 km SSE"),
        ("Means", "heard"),
        ("No.", "about 2–3"),
        ("Observation", "explosion"),
        ("Description", "outgoing"),
        ("Date, time", "2026-03-01, 21:30"),
        ("Start UTC", "2026-03-01T19:30:00Z"),
        ("Precision", "minute"),
        ("Zone", "Etc/GMT-2"),
        ("Count about", "yes"),
        ("Direction deg", "157.5"),
        ("Range max m", "4500"),
        ("Reliability", "B"),
        ("Coverage", "impaired"),
        ("Remark", "twice"),
    ] {
        assert_eq!(cell(&text, name), value, "{name}");
    }
    assert!(cell(&text, "SMM position").starts_with("in the cell of 0.01 degrees at lat 47.23"), "{text}");
    for secret in ["Karsk mill", "30.1234", "47.2345", "47.2346"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn the_public_is_told_a_cell_and_no_direction_and_only_after_the_delay() {
    let batch = heard("SMM position: Karsk mill; event location: 1-4.5km SSE; remark: twice");
    let (text, _) = written(&batch, &[0], &Policy::public(1, 0.1), Form::Smm);
    assert!(cell(&text, "Event location").starts_with("lat 47."), "{text}");
    for name in ["SMM position", "Direction deg", "Range min m", "Remark"] {
        assert_eq!(cell(&text, name), "", "{name}");
    }
    assert!(!text.contains("SSE") && !text.contains("Karsk"), "{text}");
    let (_, done) = written(&batch, &[0], &Policy::public(1_000, 0.1), Form::Smm);
    assert_eq!(done, Written { rows: 0, withheld: 1 });
}

#[test]
fn no_cell_is_a_formula_and_the_plain_form_has_the_same_rows() {
    let batch = heard("@SUM(A1)");
    for (form, weapon, note) in [(Form::Smm, "Weapon", "Remark"), (Form::Plain, "weapon", "note")] {
        let (text, done) = written(&batch, &[0], &Policy::desk(), form);
        assert_eq!(
            (cell(&text, weapon).as_str(), cell(&text, note).as_str()),
            ("'=cmd|' /C calc'!A0", "'@SUM(A1)")
        );
        assert_eq!(done.rows, 1);
    }
}

#[test]
fn rows_of_a_period_are_those_that_meet_it_in_order_of_time() {
    let batch = patrols();
    let first = (0..batch.len()).map(|r| batch.event(r).start).min().unwrap();
    let during = Interval { start: first, end: Instant(first.0 + 86_400_000) };
    let rows = rows_during(&batch, during);
    assert!(!rows.is_empty() && rows.len() < batch.len());
    assert!(rows.windows(2).all(|w| batch.event(w[0]).start <= batch.event(w[1]).start));
    assert!(rows.iter().all(|r| batch.event(*r).start < during.end));
}
