//! Fusion against the events of the Uppsala Conflict Data Program's georeferenced event data: read, exploded, fused,
//! and scored beside the fixed rules.

use super::baseline::Box;
use super::exploded::{Event, exploded};
use super::{Agreement, Reliability};
use crate::context::Context;
use crate::fuse::{Settings, fuse, pairs, sigmoid};
use base::time::parse_date;
use base::{CivilZone, Instant, LonLat};
use std::io::Read;

/// Name of fusion's line in a table.
pub const FUSION: &str = "truceline fusion 2";

/// Events read from a file.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// Events whose day is known and whose place is known to a village (precision 1) or to its surroundings (2).
    pub events: Vec<Event>,
    /// Rows that are neither, or are coded more vaguely.
    pub passed_over: u64,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadTruth {
    /// It is no table.
    #[error("the table cannot be read")]
    Table(#[source] csv::Error),
    /// A column is missing.
    #[error("the table has no column `{0}`; UCDP GED tables have it")]
    Column(&'static str),
}

/// Reads the events of `[from, to)`.
///
/// # Errors
/// When the table cannot be read or lacks a column.
pub fn read(input: impl Read, from: Instant, to: Instant) -> Result<Coded, BadTruth> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers().map_err(BadTruth::Table)?.clone();
    let column =
        |name: &'static str| header.iter().position(|h| h == name.as_bytes()).ok_or(BadTruth::Column(name));
    let at = [
        column("id")?,
        column("date_start")?,
        column("longitude")?,
        column("latitude")?,
        column("where_prec")?,
        column("date_prec")?,
        column("dyad_name")?,
        column("source_article")?,
    ];
    let mut out = Coded::default();
    for record in reader.byte_records() {
        let record = record.map_err(BadTruth::Table)?;
        let cells = at.map(|i| String::from_utf8_lossy(record.get(i).unwrap_or_default()).into_owned());
        match event(&cells).filter(|e| e.day >= from && e.day < to) {
            Some(event) => out.events.push(event),
            None => out.passed_over += 1,
        }
    }
    out.events.sort_by_key(|e| (e.day, e.id));
    Ok(out)
}

fn event([id, day, lon, lat, place, date, dyad, articles]: &[String; 8]) -> Option<Event> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let spread_m = match number(place)? {
        1.0 => 1_000.0,
        2.0 => 8_000.0,
        _ => return None,
    };
    if number(date)? != 1.0 {
        return None;
    }
    let (year, month, of_month) = parse_date(day.get(..10)?)?;
    Some(Event {
        id: number(id)? as u64,
        day: CivilZone::utc().day(year, month, of_month)?.start,
        at: LonLat::new(number(lon)?, number(lat)?).ok()?,
        spread_m,
        actor: dyad.trim().to_owned(),
        articles: articles.clone(),
    })
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Reports.
    pub reports: usize,
    /// True events.
    pub events: usize,
    /// By rule: its name, and its agreement for each seed.
    pub rules: Vec<(&'static str, Vec<Agreement>)>,
    /// Of the probabilities that two reports are one event, all seeds together.
    pub pairs: Reliability,
    /// Of the probabilities that all of an incident's reports, if it has several, are one event.
    pub incidents: Reliability,
}

impl Measured {
    /// The agreements of a rule.
    #[must_use]
    pub fn of(&self, rule: &str) -> &[Agreement] {
        self.rules.iter().find(|(name, _)| *name == rule).map_or(&[], |(_, a)| a.as_slice())
    }
}

/// Mean of `figure` over the seeds, and its spread.
#[must_use]
pub fn mean(agreements: &[Agreement], figure: impl Fn(&Agreement) -> f64) -> (f64, f64) {
    let n = (agreements.len() as f64).max(1.0);
    let mean = agreements.iter().map(&figure).sum::<f64>() / n;
    let spread = agreements.iter().map(|a| (figure(a) - mean).powi(2)).sum::<f64>() / n;
    (mean, spread.sqrt())
}

/// Explodes the events with each seed, fuses the reports, and scores.
#[must_use]
pub fn measure(events: &[Event], seeds: &[u64], settings: &Settings) -> Measured {
    let mut rules: Vec<(&'static str, Vec<Agreement>)> =
        Box::ALL.iter().map(|b| (b.name, Vec::new())).collect();
    rules.push((FUSION, Vec::new()));
    let (mut stated_pairs, mut stated_incidents) = (Vec::new(), Vec::new());
    let (mut reports, mut count) = (0, 0);
    for seed in seeds {
        let made = exploded(events, *seed);
        let truth = |row: u32| made.truth.get(row as usize).copied().unwrap_or(u64::MAX);
        let incidents = fuse(&made.batch, settings, &Context::default());
        let fused: Vec<u64> = incidents.of_row.iter().map(|i| u64::from(*i)).collect();
        let groups = Box::ALL.iter().map(|b| b.groups(&made.batch)).chain([fused]);
        for ((_, agreements), groups) in rules.iter_mut().zip(groups) {
            let both: Vec<(u64, u64)> = made.truth.iter().copied().zip(groups).collect();
            let agreement = Agreement::of(&both);
            (reports, count) = (both.len(), agreement.truth);
            agreements.push(agreement);
        }
        for (a, b, log_odds) in pairs(&made.batch, settings) {
            stated_pairs.push((sigmoid(f64::from(log_odds)), truth(a) == truth(b)));
        }
        for i in 0..incidents.len() {
            let members = incidents.members_of(i);
            if let ([first, others @ ..], Some(p)) = (members, incidents.together.get(i))
                && !others.is_empty()
            {
                stated_incidents.push((f64::from(*p), others.iter().all(|m| truth(*m) == truth(*first))));
            }
        }
    }
    Measured {
        reports,
        events: count,
        rules,
        pairs: Reliability::of(&stated_pairs),
        incidents: Reliability::of(&stated_incidents),
    }
}
