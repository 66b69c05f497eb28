//! Geolocated incidents as Bellingcat's TimeMap shows them, JSON: the incidents of Civilian Harm in Ukraine with or
//! without ids, and the events of a TimeMap export.

use crate::draft::{Draft, Means};
use crate::formats::fields::{self, key_part};
use crate::formats::frames::Cut;
use crate::formats::json::{self, Unread, add_note, canonical, scalar};
use crate::formats::moments::{Clock, Stated, time_of_day};
use crate::intake::{Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Place};
use jiff::civil::Date;
use serde_json::Value;
use std::io::Read;

const NAME: &str = "timemap";
/// Members that are read.
const READ: [&str; 9] =
    ["id", "date", "time", "latitude", "longitude", "location", "description", "sources", "filters"];
/// Nearer to 0, 0 than this, degrees, a position is a form left empty.
const NULL_ISLAND_DEG: f64 = 0.01;
/// The filter that names the weapon.
const WEAPON_FILTER: &str = "Weapon System";

struct Reading {
    clock: Clock,
    unread: Unread,
    key: Vec<u8>,
    note: String,
    links: String,
}

/// Reads the document.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut reading = Reading {
        clock: Clock::new(zone),
        unread: Unread::default(),
        key: Vec::new(),
        note: String::new(),
        links: String::new(),
    };
    json::each(NAME, input, Cut::Listed(&["events"]), intake, &mut |incident, _, intake| {
        reading.incident(incident, intake)
    })?;
    intake.unread(reading.unread.into_names());
    Ok(())
}

impl Reading {
    fn incident(
        &mut self,
        incident: &Value,
        intake: &mut Intake<'_>,
    ) -> Result<Result<(), Fault>, ReadError> {
        let ((date, stated), place) = match self.when_and_where(incident, intake) {
            Ok(facts) => facts,
            Err(fault) => return Ok(Err(fault)),
        };
        self.native_key(incident, date, &place);
        self.narratives(incident, intake);
        if let Some(members) = incident.as_object() {
            members.keys().filter(|n| !READ.contains(&n.as_str())).for_each(|n| self.unread.note(n));
        }
        intake.observed(&Draft {
            native_key: &self.key,
            kind: "violence",
            event: stated.event,
            precision: stated.precision,
            place,
            means: Means::OpenSource,
            note: &self.note,
            links: &self.links,
            ..Draft::default()
        })?;
        Ok(Ok(()))
    }

    fn when_and_where(
        &self,
        incident: &Value,
        intake: &mut Intake<'_>,
    ) -> Result<((Date, Stated), Place), Fault> {
        let is_other = incident.get("paths").is_some() || incident.get("filter_paths").is_some();
        if is_other || !incident.is_object() {
            let says = "not an incident; sources and associations of an export are not read by themselves";
            return Err(Fault::new("", RejectReason::WrongShape, says));
        }
        Ok((self.when(incident)?, place(incident, intake)?))
    }

    fn when(&self, incident: &Value) -> Result<(Date, Stated), Fault> {
        let missing = || Fault::new("date", RejectReason::MissingValue, "");
        let text = scalar(incident.get("date")).ok_or_else(missing)?;
        let bad = || Fault::new("date", RejectReason::BadDate, text.as_bytes());
        let date = date(&text).ok_or_else(bad)?;
        // Exports write midnight where no time is stated.
        let time = scalar(incident.get("time")).filter(|t| !matches!(t.as_ref(), "00:00" | "00:00:00"));
        let stated = match time {
            None => self.clock.day(date),
            Some(t) => self.clock.on(date, time_of_day("time", &t)?),
        };
        let stated = stated.ok_or_else(bad)?;
        fields::within_limits("date", stated.event, text.as_bytes())?;
        Ok((date, stated))
    }

    /// The id, day and position, for some ids were given to two events; or, without an id, the whole content.
    fn native_key(&mut self, incident: &Value, date: Date, place: &Place) {
        self.key.clear();
        let Some(id) = scalar(incident.get("id")) else {
            canonical(incident, &mut self.key);
            return;
        };
        key_part(&mut self.key, b"id");
        key_part(&mut self.key, id.as_bytes());
        // The day as written: reading it in another civil zone revises the event, and makes no second one.
        key_part(&mut self.key, date.to_string().as_bytes());
        if let Place::Point { at, .. } = place {
            key_part(&mut self.key, &at.lon_deg().to_le_bytes());
            key_part(&mut self.key, &at.lat_deg().to_le_bytes());
        }
    }

    /// Description, place, weapon in the source's words; and the addresses.
    fn narratives(&mut self, incident: &Value, intake: &mut Intake<'_>) {
        self.note.clear();
        self.links.clear();
        for name in ["description", "location"] {
            add_note(&mut self.note, &scalar(incident.get(name)).unwrap_or_default());
        }
        for filter in list(incident, "filters") {
            let value = scalar(filter.get("value")).unwrap_or_default();
            match scalar(filter.get("key")).as_deref() {
                Some(WEAPON_FILTER) if value == "Unknown" => {}
                // What investigators read from a picture is no certain weapon, and no clause is judged on it.
                Some(WEAPON_FILTER) => add_note(&mut self.note, &format!("weapon, as assessed: {value}")),
                Some(_) => add_note(&mut self.note, &value),
                None => {}
            }
        }
        let mut unnamed = 0_usize;
        for source in list(incident, "sources") {
            let address = source.as_str().or_else(|| source.get("path").and_then(Value::as_str));
            match address.map(str::trim).filter(|a| a.starts_with("http")) {
                Some(address) if !address.contains(char::is_whitespace) => {
                    let newline = if self.links.is_empty() { "" } else { "\n" };
                    self.links.push_str(newline);
                    self.links.push_str(address);
                }
                _ => unnamed += 1,
            }
        }
        if unnamed > 0 {
            intake.warn("incidents with sources that are no addresses (ids of another file, or hidden)");
        }
    }
}

fn list<'v>(incident: &'v Value, name: &str) -> &'v [Value] {
    incident.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn place(incident: &Value, intake: &mut Intake<'_>) -> Result<Place, Fault> {
    let degrees = |name: &'static str| {
        let text = scalar(incident.get(name));
        text.map_or(Ok(None), |t| fields::number(name, t.as_bytes()).map(Some))
    };
    let (lon_deg, lat_deg) = match (degrees("longitude")?, degrees("latitude")?) {
        (Some(lon), Some(lat)) => (lon, lat),
        (None, None) => {
            intake.warn("incidents without a position; the place is undetermined");
            return Ok(Place::Undetermined);
        }
        (None, _) => return Err(Fault::new("longitude", RejectReason::MissingValue, "")),
        (_, None) => return Err(Fault::new("latitude", RejectReason::MissingValue, "")),
    };
    let at = fields::position(("longitude", lon_deg), ("latitude", lat_deg))?;
    if lon_deg.abs() < NULL_ISLAND_DEG && lat_deg.abs() < NULL_ISLAND_DEG {
        intake.warn("incidents at 0, 0, where nobody was; the place is undetermined");
        return Ok(Place::Undetermined);
    }
    Ok(Place::Point { at, radius_m: intake.radius_m })
}

/// `2022-02-24`, or month first, `02/24/2022` and `3/2/2022`.
fn date(text: &str) -> Option<Date> {
    if let Some((y, m, d)) = fields::year_month_day(text.as_bytes()) {
        return Date::new(y, m, d).ok();
    }
    let mut parts = text.split('/');
    let (m, d, y) = (parts.next()?, parts.next()?, parts.next()?);
    let digits =
        |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits(m, 2) || !digits(d, 2) || y.len() != 4 || !digits(y, 4) {
        return None;
    }
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_comes_first_where_strokes_part_the_date() {
        let day = Date::new(2026, 3, 2).ok();
        for text in ["2026-03-02", "03/02/2026", "3/2/2026", "20260302"] {
            assert_eq!(date(text), day, "{text}");
        }
        for bad in ["", "31/12/2026", "3/2/26", "3/2", "3/2/2026/1", "+3/2/2026", "3-2-2026"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
