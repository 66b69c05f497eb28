//! Cursor on Target: events of ATAK, WinTAK, iTAK and TAK servers, XML. One event, events one after another as they
//! come over TCP, or a data package (ZIP).

mod kinds;

use crate::coverage::{Coverage, CoverageArea, Status};
use crate::draft::{Draft, TimePrecision};
use crate::formats::fields::{self, key_part};
use crate::formats::moments::{Clock, Stated};
use crate::formats::xml::archive::{self, Wanted};
use crate::formats::xml::scan::{Scanner, Signal};
use crate::formats::xml::{self, Element, Piece, Xml};
use crate::intake::{Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::{COT_EVENT_BYTES_MAX, RADIUS_M_MAX};
use base::{CivilZone, Instant, Interval, LonLat, Place};
use kinds::Meaning;
use std::fmt::Write;
use std::io::Read;

const NAME: &str = "cot";
const EVENT: &[&str] = &["event"];
/// From this figure on, an error of position is "not known".
const NOT_KNOWN_M: f64 = 9_999_999.0;
/// Observers' own positions are moved to a grid this fine: 50 of a degree, some 2 km.
const OWN_GRID_PER_DEG: f64 = 50.0;
/// Reach of an observer with a device around the point of the grid, metres; it holds the true position.
const OWN_REACH_M: f64 = 3_000.0;
/// Longest stretch that one message of a device speaks for, milliseconds: devices report every few minutes at least.
const OWN_WATCH_MS_MAX: i64 = 15 * 60_000;
/// Why the watch of a device is not effective.
const OWN_WATCH_CAUSE: &str = "a device is there; what it sees is not stated";
/// Most addresses taken from one event.
const LINKS_MAX: usize = 32;

/// Where the first complete event of a stream's buffer ends: the number of bytes up to and with its end tag, with
/// whatever stands before it. An end tag in a comment, a CDATA section or an attribute ends nothing; an event that is
/// broken off by the next one is counted with it.
///
/// Nothing: the event is not complete within the buffer, or not within its first
/// [`base::limits::COT_EVENT_BYTES_MAX`] bytes; whoever holds more than that without an end should give up the stream.
#[must_use]
pub fn event_end(buffer: &[u8]) -> Option<usize> {
    let mut scanner = Scanner::new(EVENT, &[]);
    let mut bytes = buffer.iter().take(COT_EVENT_BYTES_MAX);
    let last = bytes.position(|b| matches!(scanner.take(*b), Signal::Ends | Signal::Stray))?;
    Some(last + 1)
}

/// Reads events.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut reading = Reading { clock: Clock::new(zone), seen: 0, key: Vec::new(), note: String::new() };
    let (is_archive, input) = xml::is_archive(input);
    if is_archive {
        let wanted = Wanted { format: NAME, endings: &[".cot", ".xml", ".zip"] };
        archive::read(&wanted, input, intake, &mut |text, intake| reading.events(text, intake))?;
    } else {
        reading.events(input, intake)?;
    }
    if reading.seen == 0 && intake.rows() == 0 {
        let what = if is_archive { "the archive" } else { "it" };
        let found = format!("{what} has no `event` in it, as Cursor on Target has");
        return Err(ReadError::WrongKind { format: NAME, found });
    }
    Ok(())
}

struct Reading {
    clock: Clock,
    /// Events met, read or not.
    seen: u64,
    key: Vec<u8>,
    note: String,
}

/// When an event was and until when it holds.
struct Times {
    start: Stated,
    reported: Option<Instant>,
    stale: Option<Instant>,
}

impl Reading {
    fn events(&mut self, text: Box<dyn Read + '_>, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let seen = self.seen;
        let mut xml = Xml::open(NAME, text, EVENT, &[])?;
        loop {
            match xml.next() {
                Piece::Element => {
                    self.seen += 1;
                    let done = match xml::element(xml.bytes()) {
                        Ok(event) => self.event(&event, intake)?,
                        Err(fault) => Err(fault),
                    };
                    if let Err(fault) = done {
                        intake.rejected(xml.at(), fault);
                    }
                }
                Piece::End if self.seen == seen => {
                    let found = "it has no `event` in it, as Cursor on Target has".to_owned();
                    return Err(ReadError::WrongKind { format: NAME, found });
                }
                Piece::End => return Ok(()),
                other => {
                    self.seen += 1;
                    if !xml.reject(other, intake)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// One event: outer error ends the reading, inner rejects the event.
    fn event(&mut self, event: &Element, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        let kind = event.attribute("type").unwrap_or("");
        let how = event.attribute("how").unwrap_or("");
        let meaning = match withdrawn(event) {
            true => Meaning::Withdrawal,
            false => kinds::meaning(kind, how),
        };
        let taken = match meaning {
            Meaning::Passed(says) => {
                intake.warn(says);
                return Ok(Ok(()));
            }
            Meaning::OwnDevice => match self.own_device(event, how) {
                Ok(Some(coverage)) => return intake.covered(coverage),
                Ok(None) => {
                    intake.warn("devices that do not know where they are; not read");
                    return Ok(Ok(()));
                }
                Err(fault) => Err(fault),
            },
            Meaning::Fact(kind, weapon) => self.fact(event, Some((kind, weapon)), how, intake),
            Meaning::WithoutPlace => self.fact(event, None, how, intake),
            Meaning::OwnPosition => Err(Fault::new("type", RejectReason::OwnPosition, kind)),
            Meaning::Withdrawal => Err(Fault::new("uid", RejectReason::Withdrawn, withdraws(event))),
            Meaning::Unknown if kind.is_empty() => Err(Fault::new("type", RejectReason::MissingValue, "")),
            Meaning::Unknown => Err(Fault::new("type", RejectReason::UnknownWord, kind)),
        };
        match taken {
            Ok(draft) => intake.observed(&draft.with(&self.key, &self.note)).map(Ok),
            Err(fault) => Ok(Err(fault)),
        }
    }

    fn times(&self, event: &Element) -> Result<Times, Fault> {
        let read = |name: &str| event.attribute(name).map(|t| self.clock.read(name, t, &[])).transpose();
        let (time, start, stale) = (read("time")?, read("start")?, read("stale")?);
        let reported = time.map(|t| t.event.start);
        let start = start.or(time).ok_or_else(|| Fault::new("start", RejectReason::MissingValue, ""))?;
        let stale = stale.map(|s| s.event.start);
        if stale.is_some_and(|s| s < start.event.start) {
            let text = event.attribute("stale").unwrap_or("");
            return Err(Fault::new("stale", RejectReason::EndsBeforeStart, text));
        }
        Ok(Times { start, reported, stale })
    }

    /// An observation; `kind` and weapon, or nothing where the place is not taken.
    fn fact(
        &mut self,
        event: &Element,
        kind: Option<(&'static str, &'static str)>,
        how: &str,
        intake: &mut Intake<'_>,
    ) -> Result<Fact, Fault> {
        let uid = event.attribute("uid").ok_or_else(|| Fault::new("uid", RejectReason::MissingValue, ""))?;
        let times = self.times(event)?;
        let exercise = is_exercise(event, how)?;
        let place = match kind {
            Some(_) => place(event, intake)?,
            None => Place::Undetermined,
        };
        if times.stale.is_none() {
            intake.warn("events that state no `stale`");
        }
        self.key.clear();
        key_part(&mut self.key, uid.as_bytes());
        key_part(&mut self.key, &times.start.event.start.0.to_le_bytes());
        note(event, how, kind.is_some(), &mut self.note);
        let (kind, weapon) = kind.unwrap_or(("other", ""));
        Ok(Fact { kind, weapon, times, exercise, place, links: links(event) })
    }

    /// A device of an observer: the source was there. Nothing says who, not quite where, and not what it sees.
    fn own_device(&self, event: &Element, how: &str) -> Result<Option<Coverage>, Fault> {
        let times = self.times(event)?;
        is_exercise(event, how)?;
        let Some((at, _)) = point(event)? else { return Ok(None) };
        let missing = || Fault::new("stale", RejectReason::MissingValue, "");
        let start = times.reported.unwrap_or(times.start.event.start);
        let latest = Instant(start.0.saturating_add(OWN_WATCH_MS_MAX));
        let end = times.stale.ok_or_else(missing)?.min(latest);
        if end < start {
            let text = event.attribute("stale").unwrap_or("");
            return Err(Fault::new("stale", RejectReason::EndsBeforeStart, text));
        }
        let coarse = |deg: f64| (deg * OWN_GRID_PER_DEG).round() / OWN_GRID_PER_DEG;
        let at = fields::position(("lon", coarse(at.lon_deg())), ("lat", coarse(at.lat_deg())))?;
        Ok(Some(Coverage {
            source: String::new(),
            kinds: Vec::new(),
            interval: Interval { start, end },
            area: CoverageArea::Circle { at, radius_m: OWN_REACH_M },
            // Effective would claim that everything in the circle would have been seen.
            status: Status::Degraded,
            cause: OWN_WATCH_CAUSE.to_owned(),
        }))
    }
}

/// An observation but for its key and note.
struct Fact {
    kind: &'static str,
    weapon: &'static str,
    times: Times,
    exercise: bool,
    place: Place,
    links: String,
}

impl Fact {
    fn with<'d>(&'d self, key: &'d [u8], note: &'d str) -> Draft<'d> {
        Draft {
            native_key: key,
            kind: self.kind,
            weapon: self.weapon,
            event: self.times.start.event,
            precision: self.times.start.precision.max(TimePrecision::Second),
            reported_ms: self.times.reported.map(|t| t.0),
            place: self.place.clone(),
            exercise: self.exercise,
            note,
            links: &self.links,
            ..Draft::default()
        }
    }
}

/// Whether the event asks for a deletion, whatever its type.
fn withdrawn(event: &Element) -> bool {
    event.child("detail").is_some_and(|d| d.child("__forcedelete").is_some())
}

/// The event that is taken back, by its uid.
fn withdraws(event: &Element) -> &str {
    let linked = event.child("detail").and_then(|d| d.child("link")).and_then(|l| l.attribute("uid"));
    linked.or_else(|| event.attribute("uid")).unwrap_or("")
}

/// Exercises are marked; what was simulated is no fact.
fn is_exercise(event: &Element, how: &str) -> Result<bool, Fault> {
    let opex = event.attribute("opex").unwrap_or("");
    let is = |text: &str, word: &str| text == word || text.starts_with(&format!("{word}-"));
    if is(how, "m-s") {
        return Err(Fault::new("how", RejectReason::NotActual, how));
    }
    if is(opex, "s") {
        return Err(Fault::new("opex", RejectReason::NotActual, opex));
    }
    let kind = event.attribute("type").unwrap_or("");
    Ok(is(opex, "e") || is(kind, "a-j") || is(kind, "a-k"))
}

/// The position and its stated radius; nothing where the sender does not know it.
fn point(event: &Element) -> Result<Option<(LonLat, Option<f64>)>, Fault> {
    let missing = |name: &str| Fault::new(name, RejectReason::MissingValue, "");
    let point = event.child("point").ok_or_else(|| missing("point"))?;
    let number = |name: &str| {
        let text = point.attribute(name).ok_or_else(|| missing(name))?;
        fields::number(name, text.as_bytes())
    };
    let (lon, lat) = (number("lon")?, number("lat")?);
    let ce_m = point.attribute("ce").map(|t| fields::number("ce", t.as_bytes())).transpose()?;
    if ce_m.is_some_and(|m| m < 0.0) {
        return Err(Fault::new("ce", RejectReason::OutOfRange, point.attribute("ce").unwrap_or("")));
    }
    let is_known = ce_m.is_some_and(|m| m < NOT_KNOWN_M);
    if lon == 0.0 && lat == 0.0 && !is_known {
        return Ok(None);
    }
    let at = fields::position(("lon", lon), ("lat", lat))?;
    // An error of exactly nothing is a field that nobody filled.
    Ok(Some((at, ce_m.filter(|m| is_known && *m > 0.0))))
}

fn place(event: &Element, intake: &mut Intake<'_>) -> Result<Place, Fault> {
    Ok(match point(event)? {
        None => {
            intake.warn("events at 0, 0 with an unknown error; their place is undetermined");
            Place::Undetermined
        }
        Some((_, Some(m))) if m > RADIUS_M_MAX => Place::Undetermined,
        Some((at, radius_m)) => Place::Point { at, radius_m: radius_m.or(intake.radius_m) },
    })
}

/// What the sender says of it. `named`: its name is that of the thing, and not that of the observer.
fn note(event: &Element, how: &str, named: bool, to: &mut String) {
    to.clear();
    let kind = event.attribute("type").unwrap_or("");
    // Writing to a string cannot fail.
    let _ = write!(to, "type {kind}");
    if let Some(claim) = kinds::affiliation(kind) {
        let _ = write!(to, " ({claim}, says the sender)");
    }
    if !how.is_empty() {
        let _ = write!(to, ", how {how}");
    }
    let Some(detail) = event.child("detail") else { return };
    let name = detail.child("contact").and_then(|c| c.attribute("callsign")).filter(|_| named);
    for text in name.into_iter().chain(detail.text_of("remarks")) {
        let _ = write!(to, "; {text}");
    }
    let track = detail.child("track").filter(|_| named);
    for (attribute, before, after) in [("course", "course", "degrees"), ("speed", "speed", "m/s")] {
        if let Some(value) = track.and_then(|t| t.attribute(attribute)) {
            let _ = write!(to, "; {before} {value} {after}");
        }
    }
}

/// Addresses of the web that the event links to, without those that hold a name or password.
fn links(event: &Element) -> String {
    let Some(detail) = event.child("detail") else { return String::new() };
    let urls = detail.all("link").filter_map(|l| l.attribute("url"));
    let web = urls.filter(|u| u.starts_with("http://") || u.starts_with("https://"));
    let open = web.filter(|u| !u.contains('@') && !u.contains(char::is_whitespace));
    open.take(LINKS_MAX).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_event_is_found_past_end_tags_that_end_nothing() {
        let ends = |text: &str| event_end(text.as_bytes());
        let one = "<?xml version='1.0'?>\n<event uid='>'><!-- </event> --><a b='</event'/><![CDATA[</event>]]></event>";
        assert_eq!(ends(one), Some(one.len()));
        assert_eq!(ends(&format!("{one}\n<event/>")), Some(one.len()));
        assert_eq!(ends("<event/><event>"), Some(8));
        for n in 0..one.len() {
            assert_eq!(ends(&one[..n]), None, "{n}");
        }
        assert_eq!(ends(""), None);
        assert_eq!(ends("</event> "), Some(8), "what never began is not waited for");
        assert_eq!(ends("<event a='<event></event>"), Some(25));
    }

    #[test]
    fn the_end_of_an_event_is_looked_for_within_a_limit() {
        let long = format!("<event>{}</event>", " ".repeat(COT_EVENT_BYTES_MAX));
        assert_eq!(event_end(long.as_bytes()), None);
        let fits = format!("<event>{}</event>", " ".repeat(COT_EVENT_BYTES_MAX - 15));
        assert_eq!(event_end(fits.as_bytes()), Some(COT_EVENT_BYTES_MAX));
    }
}
