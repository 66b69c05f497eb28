//! First fusion: observations that are near in space, time and kind are one incident. Each incident has a *lead*, its
//! earliest observation; another joins it only if it is near the lead itself, so incidents never chain across a
//! front. Observations are taken in order of event time and id, whatever order they arrived in: any arrival order
//! settles to the same incidents.

use crate::kind::natures;
use atlas::answer::Shape;
use base::{IncidentId, Interval};
use evidence::batch::{Batch, FLAG_ALLEGATION};
use hashbrown::HashMap;

/// Name and version of this algorithm, cited by everything derived from it.
pub const ALGORITHM: &str = "fusion 1 (lead, space-time-kind)";

const METRES_PER_DEGREE: f64 = 111_200.0;

/// How near is near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Distance that two exactly placed observations of one event may be apart, metres.
    pub reach_m: f64,
    /// Time that two observations of one event may be apart beyond their own intervals, milliseconds.
    pub reach_ms: i64,
    /// Position uncertainty beyond this widens the reach no further, metres.
    pub radius_m_max: f64,
    /// Observations whose interval is longer stand alone: "some time in May" joins nothing, milliseconds.
    pub interval_ms_max: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            reach_m: 1_000.0,
            reach_ms: 10 * 60_000,
            radius_m_max: 5_000.0,
            interval_ms_max: 36 * 3_600_000,
        }
    }
}

/// Why an observation belongs to its incident: its relation to the lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Distance to the lead, metres.
    pub distance_m: f32,
    /// Distance allowed: reach plus both stated uncertainties, metres.
    pub allowed_m: f32,
    /// Time between the two intervals, milliseconds.
    pub gap_ms: i64,
    /// Whether the kinds are the same, not only compatible.
    pub same_kind: bool,
    /// 1 for the lead itself, falling towards 0 at the edge of what is allowed.
    pub score: f32,
}

/// Incidents in columns, in order of their leads (event time, then id).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incidents {
    /// Ids.
    pub id: Vec<IncidentId>,
    /// Row of the lead observation.
    pub lead: Vec<u32>,
    /// Row of the best-placed member: the incident's place is its place.
    pub placed_by: Vec<u32>,
    /// Row of the member with the shortest interval: the incident's time is its time.
    pub timed_by: Vec<u32>,
    /// Where each incident's members begin in `members`; one more entry than incidents.
    pub first: Vec<u32>,
    /// Rows of members, the lead first, then in row order.
    pub members: Vec<u32>,
    /// The reason for each member, parallel to `members`.
    pub links: Vec<Link>,
    /// Incident of each observation row; `u32::MAX`: none (allegations).
    pub of_row: Vec<u32>,
}

impl Incidents {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    fn range(&self, incident: usize) -> std::ops::Range<usize> {
        let at = |i: usize| self.first.get(i).map_or(0, |f| *f as usize);
        at(incident)..at(incident + 1)
    }

    /// Member rows of one incident.
    #[must_use]
    pub fn members_of(&self, incident: usize) -> &[u32] {
        self.members.get(self.range(incident)).unwrap_or(&[])
    }

    /// Reasons of one incident's members.
    #[must_use]
    pub fn links_of(&self, incident: usize) -> &[Link] {
        self.links.get(self.range(incident)).unwrap_or(&[])
    }

    /// The incident of that id.
    #[must_use]
    pub fn find(&self, id: IncidentId) -> Option<usize> {
        self.id.iter().position(|i| *i == id)
    }
}

/// Fuses settled observations (sorted by event start, then id).
#[must_use]
pub fn fuse(batch: &Batch, settings: &Settings) -> Incidents {
    let rows = Rows::read(batch, settings);
    let mut open = Open::new(&rows, settings);
    let mut incident_of = vec![u32::MAX; batch.len()];
    let mut links = vec![None; batch.len()];
    let mut leads: Vec<u32> = Vec::new();
    for row in 0..batch.len() {
        if batch.flag(row, FLAG_ALLEGATION) {
            continue;
        }
        let found = open.best(&rows, row, &leads);
        let (incident, link) = match found {
            Some(found) => found,
            None => {
                leads.push(row as u32);
                let incident = (leads.len() - 1) as u32;
                open.add(&rows, row, incident);
                (
                    incident,
                    Link {
                        distance_m: 0.0,
                        allowed_m: settings.reach_m as f32,
                        gap_ms: 0,
                        same_kind: true,
                        score: 1.0,
                    },
                )
            }
        };
        if let (Some(i), Some(l)) = (incident_of.get_mut(row), links.get_mut(row)) {
            *i = incident;
            *l = Some(link);
        }
    }
    gather(batch, &rows, leads, incident_of, &links)
}

/// What fusion needs of each row.
struct Rows {
    lon_deg: Vec<f64>,
    lat_deg: Vec<f64>,
    radius_m: Vec<f32>,
    event: Vec<Interval>,
    kind: Vec<u16>,
    natures: Vec<u32>,
    radius_m_widest: f64,
}

impl Rows {
    fn read(batch: &Batch, settings: &Settings) -> Rows {
        let by_word: Vec<u32> = batch.words.iter().map(|w| natures(w).unwrap_or(0)).collect();
        let radius_m: Vec<f32> =
            (0..batch.len()).map(|r| radius_of(batch, r, settings.radius_m_max)).collect();
        Rows {
            lon_deg: batch.lon_deg.clone(),
            lat_deg: batch.lat_deg.clone(),
            event: (0..batch.len()).map(|r| batch.event(r)).collect(),
            kind: batch.kind.clone(),
            natures: batch.kind.iter().map(|k| by_word.get(usize::from(*k)).copied().unwrap_or(0)).collect(),
            radius_m_widest: radius_m.iter().copied().fold(0.0_f32, f32::max).into(),
            radius_m,
        }
    }

    fn at(&self, row: usize) -> Option<(f64, f64, f64, Interval, u16, u32)> {
        let lon = *self.lon_deg.get(row)?;
        Some((
            lon,
            *self.lat_deg.get(row)?,
            f64::from(*self.radius_m.get(row)?),
            *self.event.get(row)?,
            *self.kind.get(row)?,
            *self.natures.get(row)?,
        ))
        .filter(|_| lon.is_finite())
    }

    /// The link of `row` to `lead`, if they may be one event.
    fn link(&self, row: usize, lead: usize, settings: &Settings) -> Option<Link> {
        let (x1, y1, r1, event1, kind1, natures1) = self.at(row)?;
        let (x2, y2, r2, event2, kind2, natures2) = self.at(lead)?;
        if kind1 != kind2 && natures1 & natures2 == 0 {
            return None;
        }
        let gap_ms = event1.gap_ms(event2);
        if gap_ms > settings.reach_ms {
            return None;
        }
        let distance_m = flat_m(x1, y1, x2, y2);
        let allowed_m = settings.reach_m + r1 + r2;
        if distance_m > allowed_m {
            return None;
        }
        let (space, time) = (distance_m / allowed_m, gap_ms as f64 / settings.reach_ms.max(1) as f64);
        let same_kind = kind1 == kind2;
        let score = (1.0 - 0.5 * space * space) * (1.0 - 0.5 * time) * if same_kind { 1.0 } else { 0.8 };
        Some(Link {
            distance_m: distance_m as f32,
            allowed_m: allowed_m as f32,
            gap_ms,
            same_kind,
            score: score as f32,
        })
    }
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

/// Leads that can still be joined, by cell. Cells are as wide as the farthest reach, so that nine hold every candidate.
struct Open {
    settings: Settings,
    cell_deg: f64,
    cells: HashMap<(i32, i32), Vec<u32>>,
}

impl Open {
    fn new(rows: &Rows, settings: &Settings) -> Open {
        let reach_m = settings.reach_m + 2.0 * rows.radius_m_widest;
        Open { settings: *settings, cell_deg: (reach_m / METRES_PER_DEGREE).max(1e-4), cells: HashMap::new() }
    }

    /// Longitudes are in cells of the width that holds at that band's poleward edge, so that a cell is never
    /// narrower than the reach.
    fn lon_cells(&self, band: i32) -> i32 {
        let poleward_deg =
            (f64::from(band) * self.cell_deg).abs().max((f64::from(band + 1) * self.cell_deg).abs());
        let scale = poleward_deg.min(89.0).to_radians().cos();
        (((360.0 * scale) / self.cell_deg).floor() as i32).max(1)
    }

    fn column(&self, lon_deg: f64, band: i32) -> i32 {
        let n = self.lon_cells(band);
        (((lon_deg + 180.0) / 360.0 * f64::from(n)).floor() as i32).rem_euclid(n)
    }

    fn band(&self, lat_deg: f64) -> i32 {
        (lat_deg / self.cell_deg).floor() as i32
    }

    fn joinable(&self, event: Interval) -> bool {
        event.end.0 - event.start.0 <= self.settings.interval_ms_max
    }

    fn add(&mut self, rows: &Rows, row: usize, incident: u32) {
        let Some((lon, lat, _, event, ..)) = rows.at(row) else { return };
        if !self.joinable(event) {
            return;
        }
        let band = self.band(lat);
        let cell = (band, self.column(lon, band));
        self.cells.entry(cell).or_default().push(incident);
    }

    /// The best lead for `row`: highest score, then the earlier lead. Leads too old for any later row are dropped.
    fn best(&mut self, rows: &Rows, row: usize, leads: &[u32]) -> Option<(u32, Link)> {
        let (lon, lat, _, event, ..) = rows.at(row)?;
        if !self.joinable(event) {
            return None;
        }
        let mut best: Option<(u32, Link)> = None;
        let band = self.band(lat);
        for near_band in band - 1..=band + 1 {
            let n = self.lon_cells(near_band);
            let column = self.column(lon, near_band);
            let mut columns = [(column - 1).rem_euclid(n), column, (column + 1).rem_euclid(n)];
            columns.sort_unstable();
            let mut previous = None;
            for near_column in columns {
                if previous.replace(near_column) == Some(near_column) {
                    continue;
                }
                let Some(here) = self.cells.get_mut(&(near_band, near_column)) else { continue };
                consider(here, rows, row, event, leads, &self.settings, &mut best);
                if here.is_empty() {
                    self.cells.remove(&(near_band, near_column));
                }
            }
        }
        best
    }
}

fn consider(
    here: &mut Vec<u32>,
    rows: &Rows,
    row: usize,
    event: Interval,
    leads: &[u32],
    settings: &Settings,
    best: &mut Option<(u32, Link)>,
) {
    here.retain(|incident| {
        let Some(lead) = leads.get(*incident as usize).map(|l| *l as usize) else { return false };
        let Some(lead_event) = rows.event.get(lead) else { return false };
        // Rows come in order of start: a lead that ended a reach before this start can meet no later row either.
        if lead_event.end.0.max(lead_event.start.0).saturating_add(settings.reach_ms) < event.start.0 {
            return false;
        }
        if let Some(link) = rows.link(row, lead, settings) {
            let better = best
                .as_ref()
                .is_none_or(|(b, l)| link.score > l.score || (link.score == l.score && incident < b));
            if better {
                *best = Some((*incident, link));
            }
        }
        true
    });
}

/// Turns the assignment into columns: a counting sort by incident, rows in order.
fn gather(
    batch: &Batch,
    rows: &Rows,
    leads: Vec<u32>,
    of_row: Vec<u32>,
    links: &[Option<Link>],
) -> Incidents {
    let mut out = Incidents { first: vec![0; leads.len() + 1], ..Incidents::default() };
    for incident in of_row.iter().filter(|i| **i != u32::MAX) {
        if let Some(n) = out.first.get_mut(*incident as usize + 1) {
            *n += 1;
        }
    }
    let mut sum = 0;
    for n in &mut out.first {
        sum += *n;
        *n = sum;
    }
    let mut next = out.first.clone();
    out.members = vec![0; sum as usize];
    out.links =
        vec![Link { distance_m: 0.0, allowed_m: 0.0, gap_ms: 0, same_kind: true, score: 1.0 }; sum as usize];
    for (row, incident) in of_row.iter().enumerate().filter(|(_, i)| **i != u32::MAX) {
        let Some(slot) = next.get_mut(*incident as usize) else { continue };
        if let (Some(m), Some(l), Some(Some(link))) =
            (out.members.get_mut(*slot as usize), out.links.get_mut(*slot as usize), links.get(row))
        {
            *m = row as u32;
            *l = *link;
        }
        *slot += 1;
    }
    out.id = leads.iter().filter_map(|l| batch.id.get(*l as usize)).map(|o| IncidentId(o.0)).collect();
    out.lead = leads;
    for incident in 0..out.id.len() {
        let (placed, timed) = best_members(rows, out.members_of(incident));
        out.placed_by.push(placed);
        out.timed_by.push(timed);
    }
    out.of_row = of_row;
    out
}

/// The best-placed and the best-timed member; the earlier row where two are alike.
fn best_members(rows: &Rows, members: &[u32]) -> (u32, u32) {
    let lead = members.first().copied().unwrap_or(0);
    let radius = |m: u32| rows.radius_m.get(m as usize).copied().unwrap_or(f32::INFINITY);
    let length = |m: u32| rows.event.get(m as usize).map_or(i64::MAX, |e| e.end.0 - e.start.0);
    members.iter().fold((lead, lead), |(placed, timed), m| {
        (
            if radius(*m) < radius(placed) { *m } else { placed },
            if length(*m) < length(timed) { *m } else { timed },
        )
    })
}

#[cfg(test)]
mod tests;
