//! Observations from records by a mapping: the part that tables and GeoJSON share.

mod named;
mod sector;

pub(crate) use named::Named;

use crate::draft::{Assessment, Draft, Means, TimePrecision};
use crate::formats::fields;
use crate::formats::moments::{Clock, Stated, time_of_day};
use crate::intake::{Intake, ReadError};
use crate::mapping::{Degrees, Field, Mapping};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Count, Interval, LonLat, Place};
use std::borrow::Cow;

/// A record whose values stand in numbered slots.
pub(crate) trait Record {
    /// The value of one slot; empty if there is none.
    fn get(&self, slot: usize) -> &[u8];
}

/// A field whose columns are known.
struct Source {
    name: String,
    /// Slots, each with its alternatives.
    slots: Vec<Vec<usize>>,
    field: Field,
}

impl Source {
    fn bind(
        field: &Field,
        find: &mut dyn FnMut(&str) -> Vec<usize>,
        missing: &mut Vec<String>,
    ) -> Option<Source> {
        let mut slots = Vec::new();
        let mut name = None;
        for alternatives in &field.columns {
            let mut found = Vec::new();
            for alternative in alternatives {
                let here = find(alternative);
                if !here.is_empty() && name.is_none() {
                    name = Some(alternative.clone());
                }
                found.extend(here);
            }
            if !found.is_empty() {
                slots.push(found);
            } else if field.required {
                missing.extend(alternatives.first().cloned());
            }
        }
        if slots.is_empty() && field.constant.is_none() {
            return None;
        }
        Some(Source { name: name.unwrap_or_default(), slots, field: field.clone() })
    }

    fn is_unknown(&self, text: &str) -> bool {
        text.is_empty() || self.field.unknown.iter().any(|u| u.trim().eq_ignore_ascii_case(text))
    }

    fn cell<'r>(slots: &[usize], record: &'r dyn Record) -> &'r [u8] {
        slots.iter().map(|s| record.get(*s).trim_ascii()).find(|c| !c.is_empty()).unwrap_or_default()
    }

    /// The cell, or the constant where it is empty or unknown, or nothing.
    fn text<'r>(&'r self, record: &'r dyn Record) -> Result<Option<&'r str>, Fault> {
        let cell = self.slots.first().map_or(&b""[..], |s| Source::cell(s, record));
        let text = fields::text(&self.name, cell)?;
        Ok(if self.is_unknown(text) { self.field.constant.as_deref() } else { Some(text) })
    }

    /// The same, in this side's words; whether it was in the list.
    fn word<'r>(&'r self, record: &'r dyn Record) -> Result<Option<(&'r str, bool)>, Fault> {
        let Some(text) = self.text(record)? else { return Ok(None) };
        let values = &self.field.values;
        if let Some((_, word)) =
            values.iter().find(|(from, _)| from == text || from.eq_ignore_ascii_case(text))
        {
            return Ok(Some((word, true)));
        }
        let is_ours = self.field.constant.as_deref() == Some(text);
        match &self.field.otherwise {
            Some(word) if !is_ours => Ok(Some((word, true))),
            _ => Ok(Some((text, values.is_empty() || is_ours))),
        }
    }

    /// All columns together; bytes that are not UTF-8 are replaced.
    fn narrative<'r>(&'r self, record: &'r dyn Record, between: &str) -> (Cow<'r, str>, bool) {
        let mut out: Cow<'r, str> = Cow::Borrowed("");
        let mut replaced = false;
        for slots in &self.slots {
            let (text, bad) = fields::narrative(Source::cell(slots, record));
            replaced |= bad;
            if out.is_empty() {
                out = text;
            } else if !text.is_empty() {
                out.to_mut().push_str(between);
                out.to_mut().push_str(&text);
            }
        }
        if out.is_empty() {
            out = Cow::Borrowed(self.field.constant.as_deref().unwrap_or(""));
        }
        (out, replaced)
    }
}

/// A mapping bound to the columns of one file.
pub(crate) struct Bound {
    clock: Clock,
    sources: Vec<(&'static str, Source)>,
    key: Vec<u8>,
    note: String,
}

/// Time, with the fault's column.
type Taken<T> = Result<T, Fault>;

impl Bound {
    /// Binds `mapping`; `find` gives the slots of a column's name. The error names columns that are not there.
    pub(crate) fn bind(
        mapping: &Mapping,
        zone: CivilZone,
        find: &mut dyn FnMut(&str) -> Vec<usize>,
    ) -> Result<Bound, Vec<String>> {
        let mut missing = Vec::new();
        let zone = mapping.zone.clone().unwrap_or(zone);
        let mut sources = Vec::new();
        for (name, field) in mapping.fields() {
            if let Some(source) = Source::bind(field, find, &mut missing) {
                sources.push((name, source));
            }
        }
        let bound = Bound { clock: Clock::new(zone), sources, key: Vec::new(), note: String::new() };
        if missing.is_empty() {
            let needed = [("kind", bound.of("kind").is_none()), ("date", !bound.has_time())];
            missing.extend(needed.iter().filter(|(_, lacks)| *lacks).map(|(name, _)| (*name).to_owned()));
        }
        if missing.is_empty() { Ok(bound) } else { Err(missing) }
    }

    fn of(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|(n, _)| *n == name).map(|(_, s)| s)
    }

    fn has_time(&self) -> bool {
        ["date", "time", "start"].iter().any(|n| self.of(n).is_some())
    }

    /// Whether any field reads `slot`.
    pub(crate) fn reads(&self, slot: usize) -> bool {
        self.sources.iter().any(|(_, s)| s.slots.iter().flatten().any(|x| *x == slot))
    }

    fn word<'r>(&'r self, name: &str, record: &'r dyn Record) -> Taken<Option<(&'r str, bool)>> {
        self.of(name).map_or(Ok(None), |s| s.word(record))
    }

    fn fault(&self, name: &str, reason: RejectReason, value: &str) -> Fault {
        Fault::new(self.of(name).map_or(name, |s| &s.name), reason, value)
    }

    /// One observation of `record`. `place`: stated outside the record (a geometry); `whole`: its content, the key
    /// of records without id. Outer error ends the reading, inner rejects the record.
    pub(crate) fn observe(
        &mut self,
        record: &dyn Record,
        place: Option<Place>,
        whole: &[u8],
        intake: &mut Intake<'_>,
    ) -> Result<Result<(), Fault>, ReadError> {
        let (mut key, mut note) = (std::mem::take(&mut self.key), std::mem::take(&mut self.note));
        let result = match self.draft(record, place, whole, &mut key, &mut note, intake) {
            Ok(draft) => intake.observed(&draft).map(Ok),
            Err(fault) => Ok(Err(fault)),
        };
        (self.key, self.note) = (key, note);
        result
    }

    fn draft<'r>(
        &'r self,
        record: &'r dyn Record,
        place: Option<Place>,
        whole: &'r [u8],
        key: &'r mut Vec<u8>,
        note: &'r mut String,
        intake: &mut Intake<'_>,
    ) -> Taken<Draft<'r>> {
        let Some((kind, listed)) = self.word("kind", record)? else {
            return Err(self.fault("kind", RejectReason::MissingValue, ""));
        };
        if !listed {
            intake.warn("kinds that the mapping does not name; kept as they stand");
        }
        let stated = self.when(record)?;
        let place = self.place(record, place, intake)?;
        let allegation = match self.word("nature", record)?.map(|(w, _)| w) {
            None | Some("observation") => false,
            Some("allegation") => true,
            Some(other) => return Err(self.fault("nature", RejectReason::UnknownWord, other)),
        };
        self.native_key(record, whole, key)?;
        self.narrative(record, note, intake);
        let links = self.of("link").map_or(Cow::Borrowed(""), |s| s.narrative(record, "\n").0);
        // Addresses stand after the narrative in one buffer, so that a row needs no memory of its own.
        let cut = note.len();
        note.push_str(&links);
        let (note, links) = note.split_at(cut);
        Ok(Draft {
            native_key: key,
            kind,
            event: stated.event,
            precision: stated.precision,
            observed_ms: self.moment_ms("observed", record)?,
            reported_ms: self.moment_ms("reported", record)?,
            place,
            means: self.means(record)?,
            assessment: self.assessment(record)?,
            count: self.count(record)?,
            unit: self.word("unit", record)?.map_or("", |(w, _)| w),
            weapon: self.word("weapon", record)?.map_or("", |(w, _)| w),
            calibre_mm: self.calibre(record)?,
            actor: self.word("actor", record)?.map_or("", |(w, _)| w),
            exercise: self.exercise(record)?,
            allegation,
            note,
            links,
        })
    }

    fn native_key(&self, record: &dyn Record, whole: &[u8], key: &mut Vec<u8>) -> Taken<()> {
        key.clear();
        let stated = |id: &&Source| id.slots.iter().any(|s| !Source::cell(s, record).is_empty());
        let id = self.of("id").filter(|id| id.field.required || stated(id));
        let Some(id) = id else {
            key.extend_from_slice(whole);
            return Ok(());
        };
        if !stated(&id) {
            return Err(self.fault("id", RejectReason::MissingValue, ""));
        }
        fields::key_part(key, b"id");
        for slots in &id.slots {
            fields::key_part(key, fields::text(&id.name, Source::cell(slots, record))?.as_bytes());
        }
        Ok(())
    }

    fn narrative(&self, record: &dyn Record, note: &mut String, intake: &mut Intake<'_>) {
        note.clear();
        for name in ["note", "origin"] {
            let Some((text, replaced)) = self.of(name).map(|s| s.narrative(record, "; ")) else { continue };
            if replaced {
                intake.warn("narratives with bytes that are not UTF-8; those bytes are replaced");
            }
            if !text.is_empty() && !note.is_empty() {
                note.push_str("; ");
            }
            if name == "origin" && !text.is_empty() {
                note.push_str("source: ");
            }
            note.push_str(&text);
        }
    }

    /// When it happened.
    fn when(&self, record: &dyn Record) -> Taken<Stated> {
        let start = self.starts(record)?;
        let Some(source) = self.of("end") else { return Ok(start) };
        let Some(text) = source.text(record)? else { return Ok(start) };
        let end = self.clock.read(&source.name, text, &source.field.formats)?;
        // A date as the end means its whole day, which may begin before a start that has a time.
        let is_before = match end.precision {
            TimePrecision::Day => end.event.end <= start.event.start,
            _ => end.event.start < start.event.start,
        };
        if is_before {
            return Err(Fault::new(&source.name, RejectReason::EndsBeforeStart, text));
        }
        let event = Interval { start: start.event.start, end: end.event.end.max(start.event.end) };
        let days = [start.precision, end.precision].contains(&TimePrecision::Day);
        let precision = if days && event != start.event {
            TimePrecision::Coarser
        } else {
            start.precision.max(end.precision)
        };
        Ok(Stated { event, precision })
    }

    fn starts<'r>(&'r self, record: &'r dyn Record) -> Taken<Stated> {
        if let Some(source) = self.of("start")
            && let Some(text) = source.text(record)?
        {
            return self.clock.read(&source.name, text, &source.field.formats);
        }
        let cell = |source: Option<&'r Source>| match source {
            Some(source) => source.text(record).map(|text| text.map(|t| (source, t))),
            None => Ok(None),
        };
        let (date, clock_time) = match (cell(self.of("date"))?, cell(self.of("time"))?) {
            (Some(date), clock_time) => (date, clock_time),
            // A time alone is a date and time.
            (None, Some((time, text))) => return self.clock.read(&time.name, text, &time.field.formats),
            (None, None) => {
                let name =
                    ["date", "time", "start"].into_iter().find(|n| self.of(n).is_some()).unwrap_or("date");
                return Err(self.fault(name, RejectReason::MissingValue, ""));
            }
        };
        let (date, text) = date;
        let Some((source, clock_text)) = clock_time else {
            return self.clock.read(&date.name, text, &date.field.formats);
        };
        let day = self.clock.read_date(&date.name, text, &date.field.formats)?;
        let time = time_of_day(&source.name, clock_text)?;
        let bad = || Fault::new(&date.name, RejectReason::BadDate, text);
        let stated = self.clock.on(day, time).ok_or_else(bad)?;
        fields::within_limits(&date.name, stated.event, text.as_bytes())?;
        Ok(stated)
    }

    fn moment_ms(&self, name: &str, record: &dyn Record) -> Taken<Option<i64>> {
        let Some(source) = self.of(name) else { return Ok(None) };
        let Some(text) = source.text(record)? else { return Ok(None) };
        Ok(Some(self.clock.read(&source.name, text, &source.field.formats)?.event.start.0))
    }

    /// The stated position.
    fn point(&self, record: &dyn Record, assumed_m: Option<f64>) -> Taken<Place> {
        let at = match (self.of("position"), self.of("lon"), self.of("lat")) {
            (Some(pair), _, _) => match pair.text(record)? {
                None => return Ok(Place::Undetermined),
                Some(text) => both(pair, text)?,
            },
            (None, Some(lon), Some(lat)) => match (lon.text(record)?, lat.text(record)?) {
                (None, None) => return Ok(Place::Undetermined),
                (None, _) => return Err(Fault::new(&lon.name, RejectReason::MissingValue, "")),
                (_, None) => return Err(Fault::new(&lat.name, RejectReason::MissingValue, "")),
                (Some(x), Some(y)) => {
                    let x_deg = degrees(&lon.name, x, lon.field.degrees)?;
                    let y_deg = degrees(&lat.name, y, lat.field.degrees)?;
                    fields::position((&lon.name, x_deg), (&lat.name, y_deg))?
                }
            },
            _ => return Ok(Place::Undetermined),
        };
        Ok(Place::Point { at, radius_m: self.radius_m(record)?.or(assumed_m) })
    }

    /// The stated radius, metres.
    pub(crate) fn radius_m(&self, record: &dyn Record) -> Taken<Option<f64>> {
        let Some(source) = self.of("radius") else { return Ok(None) };
        source
            .text(record)?
            .map_or(Ok(None), |t| fields::radius(&source.name, t.as_bytes(), source.field.scale))
    }

    fn means(&self, record: &dyn Record) -> Taken<Means> {
        match self.word("means", record)? {
            None => Ok(Means::Undetermined),
            Some((w, _)) => Means::named(w).ok_or_else(|| self.fault("means", RejectReason::UnknownWord, w)),
        }
    }

    fn assessment(&self, record: &dyn Record) -> Taken<Assessment> {
        match self.word("assessment", record)? {
            None => Ok(Assessment::Undetermined),
            Some((w, _)) => {
                Assessment::named(w).ok_or_else(|| self.fault("assessment", RejectReason::UnknownWord, w))
            }
        }
    }

    fn count(&self, record: &dyn Record) -> Taken<Option<Count>> {
        let Some(source) = self.of("count") else { return Ok(None) };
        source.word(record)?.map_or(Ok(None), |(w, _)| fields::count(&source.name, w.as_bytes()).map(Some))
    }

    fn calibre(&self, record: &dyn Record) -> Taken<Option<f32>> {
        let Some(source) = self.of("calibre") else { return Ok(None) };
        let Some(text) = source.text(record)? else { return Ok(None) };
        let bare = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim();
        let mm = fields::number(&source.name, bare.as_bytes())? * source.field.scale;
        if !(0.1..=2_000.0).contains(&mm) {
            return Err(Fault::new(&source.name, RejectReason::OutOfRange, text));
        }
        Ok(Some(mm as f32))
    }

    fn exercise(&self, record: &dyn Record) -> Taken<bool> {
        let Some((word, _)) = self.word("exercise", record)? else { return Ok(false) };
        match word.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" | "y" => Ok(true),
            "no" | "false" | "0" | "n" => Ok(false),
            _ => Err(self.fault("exercise", RejectReason::UnknownWord, word)),
        }
    }
}

/// A pair in one cell: `48.0159, 37.8028`.
fn both(pair: &Source, text: &str) -> Taken<LonLat> {
    let bad = || Fault::new(&pair.name, RejectReason::NotANumber, text);
    let separators: &[char] = match pair.field.degrees {
        Degrees::Decimal => &[',', ';', ' ', '/'],
        Degrees::DecimalComma => &[';', '/', ' '],
        Degrees::Dms => &[',', ';', '/'],
    };
    let mut parts = text.split(separators).map(str::trim).filter(|p| !p.is_empty());
    let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad());
    };
    let first = degrees(&pair.name, first, pair.field.degrees)?;
    let second = degrees(&pair.name, second, pair.field.degrees)?;
    let (lon, lat) = if pair.field.lat_first { (second, first) } else { (first, second) };
    fields::position((&pair.name, lon), (&pair.name, lat))
}

/// One coordinate, degrees.
fn degrees(column: &str, text: &str, written: Degrees) -> Taken<f64> {
    match written {
        Degrees::Decimal => fields::number(column, text.as_bytes()),
        Degrees::DecimalComma => fields::number(column, text.replacen(',', ".", 1).as_bytes()),
        Degrees::Dms => dms(text).ok_or_else(|| Fault::new(column, RejectReason::NotANumber, text)),
    }
}

/// `48°00'57.2"N`, `48 00 57 N`, `-37 48 10`, `E037°48'`; degrees.
fn dms(text: &str) -> Option<f64> {
    let upper = text.to_uppercase();
    let letters: Vec<char> = upper.chars().filter(|c| c.is_alphabetic()).collect();
    let south_or_west = match letters.as_slice() {
        [] => false,
        [letter @ ('N' | 'S' | 'E' | 'W')] => matches!(letter, 'S' | 'W'),
        _ => return None,
    };
    let minus = upper.trim_start().starts_with('-');
    let known = |c: char| c.is_ascii_digit() || c.is_alphabetic() || " .-°º'’′\"”″\u{a0}".contains(c);
    if !upper.chars().all(known)
        || upper.matches('-').count() > usize::from(minus)
        || (minus && south_or_west)
    {
        return None;
    }
    let numbers = upper.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|p| !p.is_empty());
    let numbers: Vec<f64> = numbers.map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let whole = |n: &f64| n.fract() == 0.0;
    let value = match numbers.as_slice() {
        [d] => *d,
        [d, m] if whole(d) && *m < 60.0 => d + m / 60.0,
        [d, m, s] if whole(d) && whole(m) && *m < 60.0 && *s < 60.0 => d + m / 60.0 + s / 3600.0,
        _ => return None,
    };
    Some(if minus || south_or_west { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::dms;

    #[test]
    fn degrees_minutes_and_seconds_are_read() {
        let near = |t: &str, v: f64| assert!((dms(t).unwrap() - v).abs() < 1e-9, "{t}");
        near("48°00'57.2\"N", 48.0 + 57.2 / 3600.0);
        near("37 48 10 W", -(37.0 + 48.0 / 60.0 + 10.0 / 3600.0));
        near("E037°48.5'", 37.0 + 48.5 / 60.0);
        near("-12.5", -12.5);
        for bad in ["", "48°61'00\"N", "48.5°10'", "-48 S", "48 N E", "1 2 3 4", "48_5"] {
            assert_eq!(dms(bad), None, "{bad}");
        }
    }
}
