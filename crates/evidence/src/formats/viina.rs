//! VIINA 2.0 (Violent Incident Information from News Articles): `{"YYYYMMDD": [[lon, lat, place, code, reports,
//! [addresses]], …], …}`, JSON.

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::fields::{Days, key_part, position};
use crate::formats::frames::{Cut, Frame, Frames};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Interval, Place};
use hashbrown::HashMap;
use std::io::Read;

const NAME: &str = "viina";
/// Exact repeats are told apart among this many events of one day; beyond, they count as the same event.
const REPEATS_TRACKED_MAX: usize = 1_000_000;

/// The codes of the published map, and the kinds they stand for. VIINA's first matching code wins, so that a
/// firefight with casualties has the code of the firefight.
const CODES: [(&str, &str); 9] = [
    ("S", "airstrike"),
    ("D", "drone strike"),
    ("A", "artillery fire"),
    ("F", "firefight"),
    ("C", "casualty"),
    ("V", "armour"),
    ("M", "casualty"),
    ("L", "air alert"),
    ("O", "other"),
];

#[derive(serde::Deserialize)]
struct Event(f64, f64, String, String, u64, Vec<String>);

struct Scratch {
    days: Days,
    day: Interval,
    member: Vec<u8>,
    member_is_a_day: Option<Fault>,
    seen: HashMap<u128, u32>,
    key: Vec<u8>,
}

/// Reads the document.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut frames = Frames::open(NAME, input, Cut::EveryMember)?;
    let mut scratch = Scratch {
        days: Days::new(zone),
        day: Interval::at(base::Instant(0)),
        member: Vec::new(),
        member_is_a_day: None,
        seen: HashMap::new(),
        key: Vec::new(),
    };
    loop {
        let next = frames.next();
        let at = At { line: frames.starts_on_line(), raw: frames.element() };
        match next {
            Frame::Element => {
                if let Err(fault) = event(&frames, &mut scratch, intake)? {
                    intake.rejected(at, fault);
                }
            }
            Frame::TooLong => intake.rejected(at, Fault::new("", RejectReason::RecordTooLong, "")),
            Frame::Failed(e) => return intake.ended(e, at),
            Frame::CutOff => {
                intake.rejected(at, Fault::new("", RejectReason::TruncatedFile, ""));
                return Ok(());
            }
            Frame::End if intake.rows() == 0 => {
                let found = "it has no arrays of events by day".to_owned();
                return Err(ReadError::WrongKind { format: NAME, found });
            }
            Frame::End => return Ok(()),
        }
    }
}

fn event(
    frames: &Frames<'_>,
    s: &mut Scratch,
    intake: &mut Intake<'_>,
) -> Result<Result<(), Fault>, ReadError> {
    enter_day(frames.member(), s);
    if let Some(fault) = &s.member_is_a_day {
        return Ok(Err(fault.clone()));
    }
    let event: Event = match serde_json::from_slice(frames.element()) {
        Ok(event) => event,
        Err(e) => return Ok(Err(not_an_event(&e))),
    };
    let Event(lon, lat, place, code, reports, links) = event;
    let at = match position(("lon", lon), ("lat", lat)) {
        Ok(at) => at,
        Err(fault) => return Ok(Err(fault)),
    };
    let kind = CODES.iter().find(|(c, _)| *c == code).map(|(_, k)| *k);
    if kind.is_none() {
        intake.warn("type codes that are not in VIINA's list; kept as kinds of their own");
    }
    native_key(s, (lon, lat), &place, &code, reports, &links);
    let note = match reports {
        1 => format!("{place}, 1 report"),
        n => format!("{place}, {n} reports"),
    };
    intake.observed(&Draft {
        native_key: &s.key,
        kind: kind.unwrap_or(&code),
        event: s.day,
        precision: TimePrecision::Day,
        place: Place::Point { at, radius_m: intake.radius_m },
        means: Means::OpenSource,
        note: &note,
        links: &links.join("\n"),
        ..Draft::default()
    })?;
    Ok(Ok(()))
}

/// Sets the day when the member changes.
fn enter_day(member: &[u8], s: &mut Scratch) {
    if member == s.member && !member.is_empty() {
        return;
    }
    s.member = member.to_vec();
    s.seen.clear();
    match s.days.read("day", member) {
        Ok(day) => (s.day, s.member_is_a_day) = (day, None),
        Err(fault) => s.member_is_a_day = Some(fault),
    }
}

/// The event has no id: its whole content is its key, and exact repeats of a day are numbered.
fn native_key(s: &mut Scratch, at: (f64, f64), place: &str, code: &str, reports: u64, links: &[String]) {
    s.key.clear();
    // The day as written: reading it in another civil zone revises the event, and makes no second one.
    key_part(&mut s.key, &s.member);
    key_part(&mut s.key, &at.0.to_le_bytes());
    key_part(&mut s.key, &at.1.to_le_bytes());
    key_part(&mut s.key, place.as_bytes());
    key_part(&mut s.key, code.as_bytes());
    key_part(&mut s.key, &reports.to_le_bytes());
    links.iter().for_each(|l| key_part(&mut s.key, l.as_bytes()));
    let content = base::ObservationId::of("", &s.key).0;
    if s.seen.len() >= REPEATS_TRACKED_MAX && !s.seen.contains_key(&content) {
        return;
    }
    let times = s.seen.entry(content).or_default();
    if *times > 0 {
        key_part(&mut s.key, b"repeat");
        key_part(&mut s.key, &times.to_le_bytes());
    }
    *times = times.saturating_add(1);
}

fn not_an_event(error: &serde_json::Error) -> Fault {
    let reason = match error.classify() {
        serde_json::error::Category::Data => RejectReason::WrongShape,
        _ => RejectReason::BadJson,
    };
    Fault::new("", reason, error.to_string())
}
