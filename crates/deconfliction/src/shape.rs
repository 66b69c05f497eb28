//! Ground, height and hours as people state them, each with its doubt. What cannot be a place or a period is refused;
//! what is not stated stays not stated.

use crate::limits::{
    AREA_DEG_MAX, DOUBT_M_MAX, EXTENT_M_MAX, LATITUDE_DEG_MAX, NAME_BYTES_MAX, PERIOD_MS_MAX, ROUTE_M_MAX,
    TEXT_BYTES_MAX, VERTICES_MAX,
};
use atlas::geodesy::geodesic_m;
use base::limits::{EVENT_MS_MAX, EVENT_MS_MIN};
use base::{CivilZone, Instant, Interval, LonLat, Refusal};
use serde::{Deserialize, Serialize};

/// Longitude and latitude, degrees.
pub type Position = [f64; 2];

/// Where something takes place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ground {
    /// A place and what lies around it.
    Point {
        /// The place.
        at: Position,
        /// How far what is done reaches from there, metres.
        #[serde(default)]
        radius_m: f64,
        /// How well the place is known, metres; `None`: not stated.
        #[serde(default)]
        doubt_m: Option<f64>,
    },
    /// A way, with its corridor.
    Route {
        /// Its corners, in the order in which it is travelled.
        path: Vec<Position>,
        /// Width of the whole corridor, metres.
        width_m: f64,
        /// Speed along it, km/h; `None`: the whole corridor is taken for the whole period.
        #[serde(default)]
        speed_kmh: Option<f64>,
        /// By how much it may be late anywhere on the way, milliseconds; `None`: not stated.
        #[serde(default)]
        late_ms: Option<i64>,
        /// How well the way is known, metres; `None`: not stated.
        #[serde(default)]
        doubt_m: Option<f64>,
    },
    /// An area.
    Area {
        /// Its edge; the last corner is joined to the first.
        edge: Vec<Position>,
        /// How well the edge is known, metres; `None`: not stated.
        #[serde(default)]
        doubt_m: Option<f64>,
    },
    /// Nobody has said where.
    #[default]
    Undetermined,
}

/// How high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "datum", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Height {
    /// Nobody has said.
    #[default]
    NotStated,
    /// On the ground.
    Surface,
    /// Metres above the ground beneath.
    AboveGround {
        /// Lowest.
        low_m: f64,
        /// Highest.
        high_m: f64,
    },
    /// Metres above mean sea level.
    AboveSea {
        /// Lowest.
        low_m: f64,
        /// Highest.
        high_m: f64,
    },
}

/// Hours as one side states them, in its own civil time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The IANA zone of these times: `Europe/Kyiv`.
    pub zone: String,
    /// First minute: `2022-03-05T09:00`.
    pub from: String,
    /// The minute at which they end; empty: not stated.
    #[serde(default)]
    pub until: String,
    /// Who states them so; empty: all.
    #[serde(default)]
    pub by: String,
}

impl Hours {
    /// First moment, and the end if one is stated.
    ///
    /// # Errors
    /// When the zone is not known, or a time cannot be read.
    pub fn resolve(&self) -> Result<(Instant, Option<Instant>), Refusal> {
        let zone = CivilZone::named(&self.zone).map_err(|e| Refusal::wrong("hours", e.to_string()))?;
        let from = civil(&zone, &self.from)?;
        let until = if self.until.is_empty() { None } else { Some(civil(&zone, &self.until)?) };
        if until.is_some_and(|u| u <= from) {
            return Err(Refusal::wrong("hours", format!("they end at {} before they begin", self.until)));
        }
        if until.is_some_and(|u| u.0.saturating_sub(from.0) > PERIOD_MS_MAX) {
            return Err(Refusal::wrong("hours", "longer than 366 days"));
        }
        Ok((from, until))
    }
}

fn civil(zone: &CivilZone, text: &str) -> Result<Instant, Refusal> {
    let wrong = || Refusal::wrong("hours", format!("`{text}` is not a time such as 2026-03-05T09:00"));
    let (date, time) = text.split_once('T').ok_or_else(wrong)?;
    let date = base::time::parse_date(date).ok_or_else(wrong)?;
    let (hour, minute) = time.split_once(':').ok_or_else(wrong)?;
    let number = |t: &str| t.parse::<i8>().ok().filter(|_| t.len() == 2);
    let (hour, minute) = (number(hour).ok_or_else(wrong)?, number(minute).ok_or_else(wrong)?);
    let at = zone.at(date, hour, minute, 0).ok_or_else(wrong)?;
    moment("hours", at.0)?;
    Ok(at)
}

/// The civil minute of a moment, as [`Hours`] states it.
#[must_use]
pub fn civil_minute(zone: &CivilZone, at: Instant) -> String {
    zone.rfc3339(at).get(..16).unwrap_or_default().to_owned()
}

/// Whether a moment is one that a record may have.
pub(crate) fn moment(field: &'static str, ms: i64) -> Result<(), Refusal> {
    if (EVENT_MS_MIN..=EVENT_MS_MAX).contains(&ms) {
        return Ok(());
    }
    Err(Refusal::wrong(field, "not between the years 1900 and 2100; milliseconds since 1970 are wanted"))
}

/// A period that ends after it begins.
pub(crate) fn period(from_ms: i64, until_ms: i64) -> Result<Interval, Refusal> {
    moment("from_ms", from_ms)?;
    moment("until_ms", until_ms)?;
    if until_ms <= from_ms {
        return Err(Refusal::wrong("until_ms", "it ends before it begins"));
    }
    if until_ms - from_ms > PERIOD_MS_MAX {
        return Err(Refusal::wrong("until_ms", "longer than 366 days; give notice of parts of it"));
    }
    Ok(Interval { start: Instant(from_ms), end: Instant(until_ms) })
}

/// A name that is there and not too long.
pub(crate) fn name(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::wrong(field, "is empty"));
    }
    short(field, text, NAME_BYTES_MAX)
}

/// Words that are there and not too many.
pub(crate) fn words(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::wrong(field, "is empty; say it in words"));
    }
    short(field, text, TEXT_BYTES_MAX)
}

/// A text that is not too long.
pub(crate) fn short(field: &'static str, text: &str, bytes_max: usize) -> Result<(), Refusal> {
    if text.len() > bytes_max {
        return Err(Refusal::wrong(field, format!("{} bytes; at most {bytes_max}", text.len())));
    }
    Ok(())
}

/// No more of something than are taken at once.
pub(crate) fn few(field: &'static str, count: usize, most: usize) -> Result<(), Refusal> {
    if count > most {
        return Err(Refusal::wrong(field, format!("{count} members; at most {most} at once")));
    }
    Ok(())
}

fn metres(field: &'static str, value: f64, most: f64) -> Result<(), Refusal> {
    if (0.0..=most).contains(&value) {
        return Ok(());
    }
    Err(Refusal::wrong(field, format!("`{value}` m is not between 0 and {most} m")))
}

/// A position that this room can measure from.
pub(crate) fn position(field: &'static str, [lon, lat]: Position) -> Result<(), Refusal> {
    LonLat::new(lon, lat).map_err(|e| Refusal::wrong(field, e.to_string()))?;
    if lat.abs() > LATITUDE_DEG_MAX {
        return Err(Refusal::wrong(field, format!("beyond {LATITUDE_DEG_MAX} degrees of latitude")));
    }
    Ok(())
}

impl Ground {
    /// Whether it can be a place.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self {
            Ground::Point { at, radius_m, doubt_m } => {
                position("ground", *at)?;
                metres("ground", *radius_m, EXTENT_M_MAX)?;
                doubt(*doubt_m)
            }
            Ground::Route { path, width_m, speed_kmh, late_ms, doubt_m } => {
                corners(path, 2)?;
                metres("ground", *width_m, EXTENT_M_MAX)?;
                if speed_kmh.is_some_and(|s| !(0.1..=3_000.0).contains(&s)) {
                    return Err(Refusal::wrong("ground", "the speed is not between 0.1 and 3000 km/h"));
                }
                if late_ms.is_some_and(|l| !(0..=PERIOD_MS_MAX).contains(&l)) {
                    return Err(Refusal::wrong("ground", "the lateness is not between 0 and 366 days"));
                }
                if self.length_m() > ROUTE_M_MAX {
                    let says = format!("the route is longer than {} km", ROUTE_M_MAX / 1_000.0);
                    return Err(Refusal::wrong("ground", says));
                }
                doubt(*doubt_m)
            }
            Ground::Area { edge, doubt_m } => {
                corners(edge, 3)?;
                doubt(*doubt_m)
            }
            Ground::Undetermined => Ok(()),
        }
    }

    /// Length of a route, metres; 0 for anything else.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        let Ground::Route { path, .. } = self else { return 0.0 };
        path.iter().zip(path.iter().skip(1)).map(|(a, b)| geodesic_m(*a, *b)).sum()
    }

    /// How long the way takes at the stated speed, milliseconds; `None`: no route, or no speed stated.
    #[must_use]
    pub fn takes_ms(&self) -> Option<i64> {
        let Ground::Route { speed_kmh: Some(speed), .. } = self else { return None };
        Some((self.length_m() / speed * 3_600.0).ceil() as i64)
    }

    /// A first position; `None`: none is stated.
    #[must_use]
    pub fn somewhere(&self) -> Option<Position> {
        match self {
            Ground::Point { at, .. } => Some(*at),
            Ground::Route { path, .. } => path.first().copied(),
            Ground::Area { edge, .. } => edge.first().copied(),
            Ground::Undetermined => None,
        }
    }
}

fn doubt(doubt_m: Option<f64>) -> Result<(), Refusal> {
    doubt_m.map_or(Ok(()), |d| metres("ground", d, DOUBT_M_MAX))
}

fn corners(path: &[Position], least: usize) -> Result<(), Refusal> {
    few("ground", path.len(), VERTICES_MAX)?;
    let mut different = 0;
    let mut before: Option<Position> = None;
    let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
    for corner in unwrapped(path) {
        let [lon, lat] = corner;
        position("ground", [(lon + 180.0).rem_euclid(360.0) - 180.0, lat])?;
        different += usize::from(before != Some(corner));
        before = Some(corner);
        low = [low[0].min(lon), low[1].min(lat)];
        high = [high[0].max(lon), high[1].max(lat)];
    }
    for given in path {
        position("ground", *given)?;
    }
    if different < least {
        return Err(Refusal::wrong("ground", format!("fewer than {least} different corners")));
    }
    if high[0] - low[0] > AREA_DEG_MAX || high[1] - low[1] > AREA_DEG_MAX {
        return Err(Refusal::wrong("ground", format!("more than {AREA_DEG_MAX} degrees across")));
    }
    Ok(())
}

/// The same positions with longitudes that run on over the antimeridian, from one in -180..180.
pub(crate) fn unwrapped(path: &[Position]) -> Vec<Position> {
    let mut out: Vec<Position> = Vec::with_capacity(path.len());
    for [lon, lat] in path {
        let lon = match out.last() {
            None => (lon + 180.0).rem_euclid(360.0) - 180.0,
            Some([before, _]) => before + (lon - before + 180.0).rem_euclid(360.0) - 180.0,
        };
        out.push([lon, *lat]);
    }
    out
}

impl Height {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let (low_m, high_m) = match self {
            Height::NotStated | Height::Surface => return Ok(()),
            Height::AboveGround { low_m, high_m } if *low_m < 0.0 => {
                return Err(Refusal::wrong("height", format!("{low_m} to {high_m} m is below the ground")));
            }
            Height::AboveGround { low_m, high_m } | Height::AboveSea { low_m, high_m } => (*low_m, *high_m),
        };
        if low_m.is_finite()
            && high_m.is_finite()
            && low_m <= high_m
            && high_m <= 100_000.0
            && low_m >= -500.0
        {
            return Ok(());
        }
        Err(Refusal::wrong("height", format!("{low_m} to {high_m} m is no band of altitude")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_hours_in_moscow_and_kyiv_are_the_same_moments_in_winter_and_not_in_summer() {
        let hours = |zone: &str, from: &str| {
            let hours =
                Hours { zone: zone.into(), from: from.into(), until: String::new(), by: String::new() };
            hours.resolve().unwrap().0
        };
        assert_eq!(hours("Europe/Kyiv", "2022-03-05T09:00"), hours("Europe/Moscow", "2022-03-05T10:00"));
        assert_ne!(hours("Europe/Kyiv", "2022-04-05T09:00"), hours("Europe/Moscow", "2022-04-05T10:00"));
    }

    #[test]
    fn a_place_that_cannot_be_is_refused_and_one_that_nobody_knows_is_not() {
        assert!(Ground::Undetermined.check().is_ok());
        let point = |at| Ground::Point { at, radius_m: 0.0, doubt_m: None };
        assert!(point([36.0, 48.0]).check().is_ok());
        for at in [[48.0, 136.0], [f64::NAN, 0.0], [0.0, 85.0]] {
            assert!(point(at).check().is_err());
        }
        let line = Ground::Area { edge: vec![[1.0, 1.0], [2.0, 2.0]], doubt_m: None };
        assert!(line.check().is_err());
    }
}
