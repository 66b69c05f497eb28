//! Coverage: when, where and for what a source was watching. It stands beside every figure; without it a zero says
//! nothing.

use crate::card::Card;
use crate::formats::fields;
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows, read_each};
use crate::intake::{ReadError, Summary};
use crate::reject::{Fault, RejectReason, Rejected};
use base::limits::{NOTE_BYTES_MAX, VERTICES_MAX};
use base::{CivilZone, Instant, Interval, LonLat};
use std::collections::BTreeMap;
use std::io::Read;

const NAME: &str = "coverage";

/// How well a source was watching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It would have perceived what it can perceive.
    Effective,
    /// It would have perceived a part: cloud, night, noise, few people.
    Degraded,
    /// It was not working, or nobody was there.
    Down,
    /// It was kept away.
    Denied,
    /// It was interfered with.
    Jammed,
}

impl Status {
    /// All, with their names.
    pub const ALL: [(Status, &'static str); 5] = [
        (Status::Effective, "effective"),
        (Status::Degraded, "degraded"),
        (Status::Down, "down"),
        (Status::Denied, "denied"),
        (Status::Jammed, "jammed"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Status::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, n)| n)
    }

    /// The status of that name, upper or lower case.
    #[must_use]
    pub fn named(name: &str) -> Option<Status> {
        Status::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map(|(s, _)| *s)
    }
}

/// What a source can see from where it is.
#[derive(Clone, Debug, PartialEq)]
pub enum CoverageArea {
    /// Everything within a distance of a point.
    Circle {
        /// The middle.
        at: LonLat,
        /// The distance, metres.
        radius_m: f64,
    },
    /// A polygon: closed rings, the outer first.
    Polygon(Vec<Vec<LonLat>>),
}

/// One stretch of watching, or of not watching.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The source.
    pub source: String,
    /// The kinds of fact that it can perceive; empty: all that it ever reports.
    pub kinds: Vec<String>,
    /// When.
    pub interval: Interval,
    /// Where.
    pub area: CoverageArea,
    /// How well.
    pub status: Status,
    /// Why it was not effective, in the reporter's words; may be empty.
    pub cause: String,
}

/// Most kinds that one record names.
const KINDS_MAX: usize = 1_024;
/// Longest name of a kind, bytes.
const KIND_BYTES_MAX: usize = 1_024;

impl Coverage {
    /// Whether the record can be kept, whoever stated it: what the store would refuse is refused here, as one row.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let too_large = |column: &str, n: usize, what: &str, most: usize| {
            Fault::new(column, RejectReason::TooLarge, format!("{n} {what}, {most} at most"))
        };
        if self.kinds.len() > KINDS_MAX {
            return Err(too_large("kinds", self.kinds.len(), "kinds", KINDS_MAX));
        }
        for kind in &self.kinds {
            if kind.trim().is_empty() {
                return Err(Fault::new("kinds", RejectReason::MissingValue, ""));
            }
            if kind.len() > KIND_BYTES_MAX {
                return Err(too_large("kinds", kind.len(), "bytes in the name of a kind", KIND_BYTES_MAX));
            }
        }
        if self.cause.len() > NOTE_BYTES_MAX {
            return Err(too_large("cause", self.cause.len(), "bytes", NOTE_BYTES_MAX));
        }
        if self.interval.end < self.interval.start {
            let end = self.interval.end.to_string();
            return Err(Fault::new("end", RejectReason::EndsBeforeStart, end));
        }
        match &self.area {
            CoverageArea::Circle { radius_m, .. } if !(radius_m.is_finite() && *radius_m >= 0.0) => {
                Err(Fault::new("radius_m", RejectReason::OutOfRange, radius_m.to_string()))
            }
            CoverageArea::Polygon(rings) => {
                let vertices = rings.iter().map(Vec::len).fold(0, usize::saturating_add);
                let is_few = vertices <= VERTICES_MAX;
                if is_few { Ok(()) } else { Err(too_large("area", vertices, "positions", VERTICES_MAX)) }
            }
            CoverageArea::Circle { .. } => Ok(()),
        }
    }
}

/// Coverage as far as the cards of the sources let it count: nobody watches for a kind that the card says it is blind
/// to, or farther than the card says it detects. Records of sources without a card stay as they are; a record that
/// names no kinds counts for those on the card. Light and weather on a card are for people: what a night or a fog
/// took away is stated as coverage.
#[must_use]
pub fn as_far_as_cards_say(records: &[Coverage], cards: &BTreeMap<String, Card>) -> Vec<Coverage> {
    let mut out = Vec::with_capacity(records.len());
    for record in records {
        match cards.get(&record.source) {
            Some(card) if !(card.detects.is_empty() && card.blind_to.is_empty()) => {
                carded(record, card, &mut out);
            }
            _ => out.push(record.clone()),
        }
    }
    out
}

fn carded(record: &Coverage, card: &Card, out: &mut Vec<Coverage>) {
    if record.kinds.is_empty() && card.detects.is_empty() {
        // All that it reports but what it is blind to: it cannot be listed, so it stays as it is.
        out.push(record.clone());
        return;
    }
    let stated = if record.kinds.is_empty() {
        card.detects.iter().map(|r| r.kind.clone()).collect()
    } else {
        record.kinds.clone()
    };
    let kinds =
        stated.into_iter().filter(|k| card.detects(k) != Some(false) || record.status != Status::Effective);
    // Kinds that are detected equally far share a record.
    let mut by_radius: Vec<(Option<f64>, Vec<String>)> = Vec::new();
    for kind in kinds {
        let farthest =
            card.detects.iter().filter(|r| r.kind == kind).map(|r| r.range_m.unwrap_or(f64::INFINITY));
        let range_m = farthest.fold(None, |most: Option<f64>, m| Some(most.map_or(m, |n| n.max(m))));
        let range_m = range_m.filter(|m| m.is_finite());
        match by_radius.iter_mut().find(|(r, _)| *r == range_m) {
            Some((_, kinds)) => kinds.push(kind),
            None => by_radius.push((range_m, vec![kind])),
        }
    }
    for (range_m, kinds) in by_radius {
        let area = match (&record.area, range_m) {
            (CoverageArea::Circle { at, radius_m }, Some(m)) => {
                CoverageArea::Circle { at: *at, radius_m: radius_m.min(m) }
            }
            (area, _) => area.clone(),
        };
        out.push(Coverage { kinds, area, ..record.clone() });
    }
}

/// Reads coverage records from CSV with the columns `source, status, start, end, lon, lat, radius_m, kinds, cause`
/// (the last two may be missing; kinds are parted by `;`). Dates and times without an offset are civil in `zone`; an
/// end that is a date means that whole day, an end with a time means up to that moment. `each` takes every record or
/// its rejection. In the summary, `observations` counts the records taken.
///
/// # Errors
/// When the input fails, is empty, or is another table.
pub fn read_coverage(
    input: Box<dyn Read + '_>,
    zone: &CivilZone,
    each: &mut dyn FnMut(Result<Coverage, Rejected>),
) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(NAME, crate::unpack::decompress(input), None)?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header)?;
    let clock = Clock::new(zone.clone());
    let taken = |rows: &Rows<'_>| columns.record(rows, &header, &clock);
    read_each(&mut rows, Summary::default(), taken, &mut |_, one| each(one))
}

/// Places of the required columns, in order, and of the optional ones.
struct Columns {
    required: [usize; 7],
    kinds: Option<usize>,
    cause: Option<usize>,
}

const REQUIRED: [&str; 7] = ["source", "status", "start", "end", "lon", "lat", "radius_m"];

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let missing: Vec<&str> = REQUIRED.into_iter().filter(|n| header.find(n).is_none()).collect();
        if !missing.is_empty() {
            return Err(header.missing(NAME, &missing));
        }
        let required = REQUIRED.map(|n| header.find(n).unwrap_or_default());
        Ok(Columns { required, kinds: header.find("kinds"), cause: header.find("cause") })
    }

    fn record(&self, rows: &Rows<'_>, header: &Header, clock: &Clock) -> Result<Coverage, Fault> {
        if rows.len() != header.len() {
            let more = rows.len() > header.len();
            let reason = if more { RejectReason::TooManyFields } else { RejectReason::TooFewFields };
            return Err(Fault::new("", reason, format!("{} fields, {} columns", rows.len(), header.len())));
        }
        let [source, status, start, end, lon, lat, radius] = self.required;
        let needed = |column: usize| {
            let text = fields::text(header.name(column), rows.field(column))?;
            let missing = || Fault::new(header.name(column), RejectReason::MissingValue, "");
            if text.is_empty() { Err(missing()) } else { Ok(text) }
        };
        let optional =
            |column: Option<usize>| column.map_or(Ok(""), |c| fields::text(header.name(c), rows.field(c)));
        let status_text = needed(status)?;
        let unknown = || Fault::new("status", RejectReason::UnknownWord, status_text);
        let at = fields::position(
            ("lon", fields::number("lon", rows.field(lon))?),
            ("lat", fields::number("lat", rows.field(lat))?),
        )?;
        let radius_m = fields::radius("radius_m", needed(radius)?.as_bytes(), 1.0)?.unwrap_or_default();
        let kinds = optional(self.kinds)?.split(';').map(str::trim).filter(|k| !k.is_empty());
        let coverage = Coverage {
            source: needed(source)?.to_owned(),
            kinds: kinds.map(str::to_owned).collect(),
            interval: interval(clock, needed(start)?, needed(end)?)?,
            area: CoverageArea::Circle { at, radius_m },
            status: Status::named(status_text).ok_or_else(unknown)?,
            cause: optional(self.cause)?.to_owned(),
        };
        coverage.check().map(|()| coverage)
    }
}

fn interval(clock: &Clock, start: &str, end: &str) -> Result<Interval, Fault> {
    let first = clock.read("start", start, &[])?;
    let last = clock.read("end", end, &[])?;
    let is_date = last.precision == crate::draft::TimePrecision::Day;
    let end_at: Instant = if is_date { last.event.end } else { last.event.start };
    let is_before = if is_date { end_at <= first.event.start } else { end_at < first.event.start };
    if is_before {
        return Err(Fault::new("end", RejectReason::EndsBeforeStart, end));
    }
    Ok(Interval { start: first.event.start, end: end_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Coverage>, Vec<Rejected>, Summary) {
        let (mut taken, mut rejected) = (Vec::new(), Vec::new());
        let zone = CivilZone::named("Europe/Kyiv").unwrap();
        let summary = read_coverage(Box::new(text.as_bytes()), &zone, &mut |r| match r {
            Ok(c) => taken.push(c),
            Err(r) => rejected.push(r),
        });
        (taken, rejected, summary.unwrap())
    }

    const HEADER: &str = "source,status,start,end,lon,lat,radius_m,kinds,cause\n";

    #[test]
    fn a_watch_that_ends_on_a_date_ends_with_that_day_and_one_that_ends_at_a_time_ends_then() {
        let (taken, rejected, summary) = read(&format!(
            "{HEADER}cam-1,effective,2026-03-01,2026-03-02,37.8,48.0,3000,explosion; flare,\n\
             cam-1,DOWN,2026-03-03 06:00,2026-03-03 18:00,37.8,48.0,3000,,no power\n"
        ));
        assert!(rejected.is_empty(), "{rejected:?}");
        assert_eq!((summary.rows, summary.observations), (2, 2));
        let ends: Vec<String> = taken.iter().map(|c| c.interval.end.to_string()).collect();
        assert_eq!(ends, ["2026-03-02T22:00:00Z", "2026-03-03T16:00:00Z"]);
        assert_eq!(taken[0].kinds, ["explosion", "flare"]);
        assert_eq!((taken[1].status, taken[1].cause.as_str()), (Status::Down, "no power"));
    }

    #[test]
    fn bad_records_are_rejected_one_by_one_with_their_reason() {
        let (taken, rejected, summary) = read(&format!(
            "{HEADER}a,working,2026-03-01,2026-03-02,37.8,48.0,1,,\n\
             a,down,2026-03-02,2026-03-01,37.8,48.0,1,,\n\
             a,down,2026-03-01,,37.8,48.0,1,,\n\
             a,down,2026-03-01,2026-03-02,37.8,148.0,1,,\n\
             a,down,2026-03-01,2026-03-02,37.8,48.0,-1,,\n\
             a,down\n\
             a,down,2026-03-01,2026-03-02,37.8,48.0,1,,\n"
        ));
        let reasons: Vec<&str> = rejected.iter().map(|r| r.reason.code()).collect();
        let expected = [
            "unknown-word",
            "ends-before-start",
            "missing-value",
            "looks-swapped",
            "out-of-range",
            "too-few-fields",
        ];
        assert_eq!(reasons, expected);
        assert_eq!((taken.len(), summary.rows, summary.rejected()), (1, 7, 6));
    }

    #[test]
    fn records_that_could_not_be_kept_are_rejected() {
        let row =
            |kinds: &str, cause: &str| format!("a,down,2026-03-01,2026-03-02,37.8,48.0,1,{kinds},{cause}\n");
        let many: Vec<String> = (0..1_025).map(|i| format!("k{i}")).collect();
        let text = [
            row(&"x".repeat(1_025), ""),
            row(&many.join(";"), ""),
            row("", &"x".repeat(4_097)),
            row(&"x".repeat(1_024), &"x".repeat(4_096)),
        ];
        let (taken, rejected, _) = read(&format!("{HEADER}{}", text.concat()));
        let found: Vec<(&str, &str)> =
            rejected.iter().map(|r| (r.column.as_str(), r.reason.code())).collect();
        assert_eq!(found, [("kinds", "too-large"), ("kinds", "too-large"), ("cause", "too-large")]);
        assert_eq!(taken.len(), 1);
    }

    #[test]
    fn nobody_watches_for_what_its_card_says_it_cannot_detect() {
        let card = |detects: &[(&str, Option<f64>)], blind: &[&str]| Card {
            id: "a".into(),
            detects: detects
                .iter()
                .map(|(kind, range_m)| crate::card::Reach {
                    kind: (*kind).into(),
                    range_m: *range_m,
                    light: crate::card::Light::Any,
                    clear_weather_only: false,
                })
                .collect(),
            blind_to: blind.iter().map(|b| (*b).into()).collect(),
            ..Card::default()
        };
        let (taken, _, _) = read(&format!(
            "{HEADER}a,effective,2026-03-01,2026-03-02,37.8,48.0,6000,explosion;shot;flare,\n\
             b,effective,2026-03-01,2026-03-02,37.8,48.0,6000,,\n"
        ));
        let with = |card: Card| as_far_as_cards_say(&taken, &BTreeMap::from([("a".to_owned(), card)]));
        let radius = |c: &Coverage| match c.area {
            CoverageArea::Circle { radius_m, .. } => radius_m,
            CoverageArea::Polygon(_) => f64::NAN,
        };
        let found = with(card(&[("explosion", Some(3_000.0)), ("flare", None)], &["shot"]));
        let told: Vec<(String, f64)> = found.iter().map(|c| (c.kinds.join(";"), radius(c))).collect();
        let expected = [("explosion", 3_000.0), ("flare", 6_000.0), ("", 6_000.0)];
        assert_eq!(told, expected.map(|(k, r)| (k.to_owned(), r)));
        assert_eq!(with(card(&[], &[])), taken, "a card that says nothing of it changes nothing");
        let blind = with(card(&[], &["shot"]));
        assert_eq!(blind[0].kinds, ["explosion", "flare"]);
    }

    #[test]
    fn a_table_without_its_columns_is_refused_by_name() {
        let zone = CivilZone::utc();
        let error = read_coverage(Box::new(&b"source,status,from\n"[..]), &zone, &mut |_| {}).unwrap_err();
        assert!(
            error.to_string().contains("column `start`, `end`, `lon`, `lat`, `radius_m` is missing"),
            "{error}"
        );
    }
}
