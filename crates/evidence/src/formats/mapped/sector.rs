//! Places of those who heard or saw something from a distance: a bearing and a range band from where they stood.

use super::{Bound, Record, Source, Taken, degrees};
use crate::formats::{compass, fields};
use crate::intake::Intake;
use crate::reject::{Fault, RejectReason};
use base::{LonLat, Place, Sector};

/// A bearing of those who know only how far off it was.
const ALL_ROUND: &str = "all round";

impl Source {
    /// The cell itself, never the constant; nothing where it is empty or unknown.
    fn own<'r>(&self, record: &'r dyn Record) -> Taken<Option<&'r str>> {
        let cell = self.slots.first().map_or(&b""[..], |s| Source::cell(s, record));
        Ok(Some(fields::text(&self.name, cell)?).filter(|t| !self.is_unknown(t)))
    }
}

impl Bound {
    /// Where it was. A bearing or range in the record itself is the statement of somebody at a distance, and goes
    /// before a position, which may be that of the observer; constants place only what has no position of its own.
    pub(super) fn place(
        &self,
        record: &dyn Record,
        geometry: Option<Place>,
        intake: &mut Intake<'_>,
    ) -> Taken<Place> {
        if self.states_sector(record, intake)? {
            let place = Place::Sector(self.sector(record, intake.radius_m)?);
            if self.has_position(record, geometry.as_ref()) {
                intake.warn("positions beside a bearing or range; the place is the sector");
            }
            return Ok(place);
        }
        let place = match geometry {
            Some(place) => place,
            None => self.point(record, intake.radius_m)?,
        };
        let constants = ["observer_lon", "observer_lat", "bearing", "range_min", "range_max"];
        let is_whole = || -> Taken<bool> {
            constants.iter().try_fold(true, |all, name| Ok(all && self.text_of(name, record)?.is_some()))
        };
        if place == Place::Undetermined && self.is_mapped("bearing") && is_whole()? {
            return Ok(Place::Sector(self.sector(record, intake.radius_m)?));
        }
        Ok(place)
    }

    /// Whether the record, and no constant, states a bearing or a distance. Where no mapping says what `bearing`
    /// means it may be the course of a vehicle; there the observer has to be stated too.
    fn states_sector(&self, record: &dyn Record, intake: &mut Intake<'_>) -> Taken<bool> {
        let states = |names: &[&str]| -> Taken<bool> {
            names.iter().try_fold(false, |any, name| Ok(any || self.own_of(name, record)?.is_some()))
        };
        if !states(&["bearing", "range_min", "range_max"])? {
            return Ok(false);
        }
        let is_meant = self.is_mapped("bearing") || states(&["observer_lon", "observer_lat"])?;
        if !is_meant {
            intake.warn("bearings or ranges without an observer's position; not used");
        }
        Ok(is_meant)
    }

    fn sector(&self, record: &dyn Record, assumed_m: Option<f64>) -> Taken<Sector> {
        let observer = self.observer(record)?;
        // A sector needs a circle to stand in; a position without one cannot be used to place anything.
        let observer_radius_m = match self.metres("observer_radius", record)?.or(assumed_m) {
            Some(m) => m,
            None => return Err(self.lacks("observer_radius")),
        };
        let (bearing_deg, half_width_deg) = self.opening(record)?;
        let band = self.metres("range_min", record)?.zip(self.metres("range_max", record)?);
        let Some((range_min_m, range_max_m)) = band else {
            let has_min = self.text_of("range_min", record)?.is_some();
            return Err(self.lacks(if has_min { "range_max" } else { "range_min" }));
        };
        if range_min_m > range_max_m {
            let band = format!("{range_min_m} m to {range_max_m} m");
            return Err(Fault::new(self.column("range_min"), RejectReason::OutOfRange, band));
        }
        Ok(Sector { observer, observer_radius_m, bearing_deg, half_width_deg, range_min_m, range_max_m })
    }

    fn observer(&self, record: &dyn Record) -> Taken<LonLat> {
        let one = |name: &'static str| -> Taken<f64> {
            let text = self.text_of(name, record)?.ok_or_else(|| self.lacks(name))?;
            let written = self.of(name).map(|s| s.field.degrees).unwrap_or_default();
            degrees(self.column(name), text, written)
        };
        let (lon, lat) = (one("observer_lon")?, one("observer_lat")?);
        fields::position((self.column("observer_lon"), lon), (self.column("observer_lat"), lat))
    }

    /// Middle and half-width, degrees. A word is as wide as it is unless the record says otherwise; a constant
    /// width is that of figures.
    fn opening(&self, record: &dyn Record) -> Taken<(f64, f64)> {
        let Some((text, _)) = self.word("bearing", record)? else { return Err(self.lacks("bearing")) };
        let column = self.column("bearing");
        let own = self.own_of("half_width_deg", record)?;
        let (bearing_deg, stated) = if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            let figure = angle(column, text)?;
            if !(0.0..=360.0).contains(&figure) {
                return Err(Fault::new(column, RejectReason::OutOfRange, text));
            }
            // 360 is 0, and so is -0.
            (figure % 360.0 + 0.0, own.or(self.text_of("half_width_deg", record)?))
        } else {
            let word = if text.eq_ignore_ascii_case(ALL_ROUND) {
                Some((0.0, 180.0))
            } else {
                compass::bearing(text)
            };
            let Some((middle, half)) = word else {
                return Err(Fault::new(column, RejectReason::UnknownWord, text));
            };
            if own.is_none() {
                return Ok((middle, half));
            }
            (middle, own)
        };
        let column = self.column("half_width_deg");
        let Some(width) = stated else { return Err(self.lacks("half_width_deg")) };
        let half_width_deg = angle(column, width)?;
        if half_width_deg <= 0.0 || half_width_deg > 180.0 {
            return Err(Fault::new(column, RejectReason::OutOfRange, width));
        }
        Ok((bearing_deg, half_width_deg))
    }

    /// A length, metres.
    fn metres(&self, name: &str, record: &dyn Record) -> Taken<Option<f64>> {
        let Some(source) = self.of(name) else { return Ok(None) };
        let Some(text) = source.text(record)? else { return Ok(None) };
        fields::radius(self.column(name), text.as_bytes(), source.field.scale)
    }

    fn text_of<'r>(&'r self, name: &str, record: &'r dyn Record) -> Taken<Option<&'r str>> {
        self.of(name).map_or(Ok(None), |s| s.text(record))
    }

    fn own_of<'r>(&self, name: &str, record: &'r dyn Record) -> Taken<Option<&'r str>> {
        self.of(name).map_or(Ok(None), |s| s.own(record))
    }

    /// Whether a mapping, and not a usual name, gives the field.
    fn is_mapped(&self, name: &str) -> bool {
        self.of(name).is_some_and(|s| s.field.required)
    }

    fn has_position(&self, record: &dyn Record, geometry: Option<&Place>) -> bool {
        let is_there = |name: &&str| self.of(name).is_some_and(|s| s.own(record).is_ok_and(|t| t.is_some()));
        geometry.is_some_and(|g| *g != Place::Undetermined) || ["position", "lon", "lat"].iter().any(is_there)
    }

    /// The column to name in a fault, also where there is none.
    fn column<'n>(&'n self, name: &'n str) -> &'n str {
        let usual = match name {
            "observer_radius" => "observer_radius_m",
            "range_min" => "range_min_m",
            "range_max" => "range_max_m",
            other => other,
        };
        self.of(name).map(|s| s.name.as_str()).filter(|n| !n.is_empty()).unwrap_or(usual)
    }

    fn lacks(&self, name: &str) -> Fault {
        Fault::new(self.column(name), RejectReason::MissingValue, "")
    }
}

/// Degrees, with or without the sign.
fn angle(column: &str, text: &str) -> Taken<f64> {
    fields::number(column, text.trim_end_matches('°').trim_end().as_bytes())
}
