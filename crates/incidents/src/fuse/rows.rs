//! What fusion needs of each observation, in columns of its own, and how far apart two of them are.

use super::Settings;
use crate::kind::natures;
use atlas::answer::Shape;
use base::{Interval, Sector};
use evidence::batch::Batch;

const METRES_PER_DEGREE: f64 = 111_200.0;

/// How a row can be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Its time is known finely: near its lead in space and time, it is the same event by rule.
    Rule,
    /// Its time is known to about a day: it is weighed against what is near it.
    Weighed,
    /// Its time or place is too vague to join anything.
    Alone,
}

/// What fusion needs of each row.
pub(super) struct Rows<'a> {
    pub batch: &'a Batch,
    pub radius_m: Vec<f32>,
    pub natures: Vec<u32>,
    pub radius_m_widest: f64,
}

/// One row's place, time and kind.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub lon_deg: f64,
    pub lat_deg: f64,
    pub radius_m: f64,
    pub event: Interval,
    pub kind: u16,
    pub natures: u32,
}

impl<'a> Rows<'a> {
    pub fn read(batch: &'a Batch, settings: &Settings) -> Rows<'a> {
        let by_word: Vec<u32> = batch.words.iter().map(|w| natures(w).unwrap_or(0)).collect();
        let radius_m: Vec<f32> =
            (0..batch.len()).map(|r| radius_of(batch, r, settings.radius_m_max)).collect();
        Rows {
            batch,
            natures: batch.kind.iter().map(|k| by_word.get(usize::from(*k)).copied().unwrap_or(0)).collect(),
            radius_m_widest: radius_m.iter().copied().fold(0.0_f32, f32::max).into(),
            radius_m,
        }
    }

    /// The row, if its place is known at all.
    pub fn at(&self, row: usize) -> Option<Seen> {
        let lon_deg = *self.batch.lon_deg.get(row)?;
        lon_deg.is_finite().then_some(())?;
        Some(Seen {
            lon_deg,
            lat_deg: *self.batch.lat_deg.get(row)?,
            radius_m: f64::from(*self.radius_m.get(row)?),
            event: self.batch.event(row),
            kind: *self.batch.kind.get(row)?,
            natures: *self.natures.get(row)?,
        })
    }

    pub fn manner(&self, row: usize, settings: &Settings) -> Manner {
        let Some(seen) = self.at(row) else { return Manner::Alone };
        let length_ms = seen.event.end.0 - seen.event.start.0;
        if length_ms > settings.interval_ms_max {
            Manner::Alone
        } else if length_ms <= settings.fine_ms_max {
            Manner::Rule
        } else {
            Manner::Weighed
        }
    }

    pub fn sector(&self, row: usize) -> Option<&Sector> {
        let shape = *self.batch.shape.get(row)?;
        match self.batch.shapes.get(shape as usize)? {
            Shape::Sector(sector) => Some(sector),
            Shape::Polygon(_) => None,
        }
    }
}

/// Whether two kinds can be of one event, and whether they are the same.
pub(super) fn kinds_meet(a: &Seen, b: &Seen) -> Option<bool> {
    let same = a.kind == b.kind;
    (same || a.natures & b.natures != 0).then_some(same)
}

/// Distance on a local plane, metres: good to half a per cent over the few kilometres that fusion looks at.
#[must_use]
pub fn flat_m(x1: f64, y1: f64, x2: f64, y2: f64) -> f64 {
    let mut dx = x1 - x2;
    if dx.abs() > 180.0 {
        dx = 360.0 - dx.abs();
    }
    let scale = f64::midpoint(y1, y2).to_radians().cos();
    (dx * scale).hypot(y1 - y2) * METRES_PER_DEGREE
}

/// Radius of the circle around a row's drawn position that holds it, metres; unstated precision counts as 0.
#[must_use]
pub fn radius_m(batch: &Batch, row: usize) -> f64 {
    f64::from(radius_of(batch, row, base::limits::RADIUS_M_MAX))
}

/// As [`radius_m`], at most `max`.
fn radius_of(batch: &Batch, row: usize, max: f64) -> f32 {
    let shape = batch.shape.get(row).and_then(|s| batch.shapes.get(*s as usize));
    let radius_m = match shape {
        Some(Shape::Sector(s)) => {
            let middle_m = f64::midpoint(s.range_min_m, s.range_max_m);
            let across_m = 2.0 * s.range_max_m * (s.half_width_deg.min(90.0).to_radians() / 2.0).sin();
            ((s.range_max_m - middle_m).hypot(across_m) + s.observer_radius_m).min(max) as f32
        }
        Some(Shape::Polygon(rings)) => {
            let (x, y) = (batch.lon_deg.get(row).copied(), batch.lat_deg.get(row).copied());
            let (x, y) = (x.unwrap_or(f64::NAN), y.unwrap_or(f64::NAN));
            let farthest = rings
                .first()
                .into_iter()
                .flatten()
                .map(|[px, py]| flat_m(x, y, *px, *py))
                .fold(0.0, f64::max);
            farthest.min(max) as f32
        }
        None => batch.radius_m.get(row).copied().unwrap_or(f32::NAN).min(max as f32),
    };
    if radius_m.is_nan() { 0.0 } else { radius_m }
}

/// Cells of one width everywhere: bands of latitude, cut into columns as wide as holds at each band's poleward edge,
/// so that no cell is narrower than the width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    cell_deg: f64,
}

impl Grid {
    pub fn of_m(width_m: f64) -> Grid {
        Grid { cell_deg: (width_m / METRES_PER_DEGREE).max(1e-4) }
    }

    fn columns(self, band: i32) -> i32 {
        let poleward_deg =
            (f64::from(band) * self.cell_deg).abs().max((f64::from(band + 1) * self.cell_deg).abs());
        let scale = poleward_deg.min(89.0).to_radians().cos();
        (((360.0 * scale) / self.cell_deg).floor() as i32).max(1)
    }

    pub fn band(self, lat_deg: f64) -> i32 {
        (lat_deg / self.cell_deg).floor() as i32
    }

    fn column(self, lon_deg: f64, columns: i32) -> i32 {
        (((lon_deg + 180.0) / 360.0 * f64::from(columns)).floor() as i32).rem_euclid(columns)
    }

    pub fn cell(self, lon_deg: f64, lat_deg: f64) -> u64 {
        let band = self.band(lat_deg);
        key(band, self.column(lon_deg, self.columns(band)))
    }

    /// The cells within `half` bands and columns of the position, each once.
    pub fn around(self, lon_deg: f64, lat_deg: f64, half: i32, mut each: impl FnMut(u64)) {
        let band = self.band(lat_deg);
        for near in band - half..=band + half {
            let n = self.columns(near);
            let column = self.column(lon_deg, n);
            // Near a pole a band has few columns: none of them twice.
            let (from, to) = if 2 * half + 1 >= n { (0, n - 1) } else { (column - half, column + half) };
            for c in from..=to {
                each(key(near, c.rem_euclid(n)));
            }
        }
    }
}

fn key(band: i32, column: i32) -> u64 {
    u64::from(band as u32) << 32 | u64::from(column as u32)
}
