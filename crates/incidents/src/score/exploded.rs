//! A semi-synthetic truth: events coded by people, taken apart into the reports that they were coded from. The coders'
//! event is the truth; each report gets the event's place and day back with the doubt that a report has.

use super::measure::Labelled;
use base::{Instant, Interval, LonLat, ObservationId, Place};
use evidence::batch::Builder;
use evidence::draft::{Draft, TimePrecision};
use evidence::settle::Ledger;
use hashbrown::HashMap;
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;
const METRES_PER_DEGREE: f64 = 111_200.0;
/// This share of reports is a day off, as often early as late.
const DAY_OFF: f64 = 0.1;

/// An event as it was coded.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id: the truth.
    pub id: u64,
    /// Start of its day, UTC.
    pub day: Instant,
    /// Where.
    pub at: LonLat,
    /// How precisely a report of it says where, metres: the spread of the jitter, and what the report states.
    pub spread_m: f64,
    /// Who, such as the pair of parties.
    pub actor: String,
    /// The articles it was coded from, `"source,date,headline";"…"`.
    pub articles: String,
}

/// Takes events apart: one report for each article, its place moved by a bell curve of the event's spread on each
/// axis, one in ten a day off. The same seed gives the same reports.
#[must_use]
pub fn exploded(events: &[Event], seed: u64) -> Labelled {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut builders: BTreeMap<String, Builder> = BTreeMap::new();
    let mut truth_of: HashMap<ObservationId, u64> = HashMap::new();
    let mut ledger = Ledger::new();
    for event in events {
        for (i, article) in articles(&event.articles).into_iter().enumerate() {
            let source = article.split(',').next().unwrap_or_default().trim().to_lowercase();
            let key = format!("{}/{i}", event.id);
            let place = random.moved(event.at, event.spread_m);
            let start = event.day.0 + random.day_off() * DAY_MS;
            let draft = Draft {
                native_key: key.as_bytes(),
                kind: "violence",
                event: Interval { start: Instant(start), end: Instant(start + DAY_MS) },
                precision: TimePrecision::Day,
                place,
                actor: &event.actor,
                note: article.splitn(3, ',').last().unwrap_or_default(),
                links: article,
                ..Draft::default()
            };
            truth_of.insert(ObservationId::of(&source, key.as_bytes()), event.id);
            let builder = builders.entry(source.clone()).or_insert_with(|| Builder::new(&source));
            // A source with more words than a batch holds would need another batch; no country has that many pairs.
            let _ = builder.push(&draft);
        }
    }
    for builder in builders.values_mut() {
        ledger.add(&builder.take());
    }
    let batch = ledger.settle().observations;
    let truth = batch.id.iter().map(|id| truth_of.get(id).copied().unwrap_or_default()).collect();
    Labelled { batch, truth }
}

/// The events whose reports make the second half of all reports in time; the first half is what was learnt from.
#[must_use]
pub fn second_half(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|e| (e.day, e.id));
    let counted: Vec<usize> = events.iter().map(|e| articles(&e.articles).len()).collect();
    let half = counted.iter().sum::<usize>() / 2;
    let mut before = 0;
    let middle = events.iter().zip(&counted).find(|(_, n)| {
        before += **n;
        before > half
    });
    let cut = middle.map(|(e, _)| e.day);
    events.retain(|e| cut.is_some_and(|c| e.day >= c));
    events
}

/// The articles of a cell, which are quoted and parted by semicolons; one nameless if there is none.
fn articles(cell: &str) -> Vec<&str> {
    let whole = cell.trim().trim_matches('"');
    // Between two articles stands `";"`, with or without spaces.
    let mut out = Vec::new();
    let mut rest = whole;
    while let Some(at) = boundary(rest) {
        let (one, after) = rest.split_at(at);
        out.push(one.trim());
        let after = after.trim_start_matches('"').trim_start().trim_start_matches(';').trim_start();
        rest = after.strip_prefix('"').unwrap_or(after);
    }
    out.push(rest.trim());
    out.retain(|a| !a.is_empty());
    if out.is_empty() {
        out.push("");
    }
    out
}

/// Where an article ends: at a quotation mark that is followed by a semicolon and another quotation mark.
fn boundary(text: &str) -> Option<usize> {
    text.match_indices('"').map(|(at, _)| at).find(|at| {
        let after = text.get(at + 1..).unwrap_or_default().trim_start();
        after.strip_prefix(';').is_some_and(|a| a.trim_start().starts_with('"'))
    })
}

/// Seeded randomness that is the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Bell-shaped around 0 with spread 1: twelve uniform numbers.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn day_off(&mut self) -> i64 {
        let (is_off, is_late) = (self.unit() < DAY_OFF, self.unit() < 0.5);
        if !is_off {
            0
        } else if is_late {
            1
        } else {
            -1
        }
    }

    fn moved(&mut self, at: LonLat, spread_m: f64) -> Place {
        let scale = at.lat_deg().to_radians().cos().max(1e-6);
        let lon = at.lon_deg() + self.bell() * spread_m / METRES_PER_DEGREE / scale;
        let lat = at.lat_deg() + self.bell() * spread_m / METRES_PER_DEGREE;
        Place::Point { at: LonLat::new(lon, lat).unwrap_or(at), radius_m: Some(spread_m) }
    }
}

#[cfg(test)]
mod tests {
    use super::articles;

    #[test]
    fn articles_are_parted_where_a_quotation_ends_and_another_begins() {
        let cell = "\"Post,2026-01-02,Shells on \"the mill\"; two hurt\";\"Herald,2026-01-03,Mill hit\"";
        assert_eq!(
            articles(cell),
            vec!["Post,2026-01-02,Shells on \"the mill\"; two hurt", "Herald,2026-01-03,Mill hit"]
        );
        assert_eq!(articles(""), vec![""]);
        assert_eq!(articles("Post, no date"), vec!["Post, no date"]);
    }
}
