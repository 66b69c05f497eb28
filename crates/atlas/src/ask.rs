//! Answers a batch: for each position the epochs its event meets, and from them one answer.

use crate::answer::{Answers, Inside, LineColumn, NO_SHAPE, Positions, Shape};
use crate::atlas::{Atlas, LineShape, ZoneShapes};
use crate::extent::Extent;
use crate::index::line::{LineIndex, distance_bound_m};
use crate::plan::{LineIx, LinePlan, Side, ZoneIx, ZonePlan, ZoneShape};
use crate::timeline::{Met, Timeline};
use base::{Instant, Interval};

/// One position of a batch.
#[derive(Clone, Copy)]
struct Row {
    lon_deg: f64,
    lat_deg: f64,
    radius_m: f64,
    event: Interval,
    /// Index of its shape, if it is neither point nor circle.
    shape: Option<usize>,
}

/// The range of distances from a line that a position's doubt leaves open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    near_m: f64,
    far_m: f64,
    side: i8,
}

impl Atlas {
    /// Answers for every zone and line of the plan. Runs on the calling thread; batches may be answered in parallel.
    #[must_use]
    pub fn answer(&self, positions: &Positions<'_>) -> Answers {
        let zones: Vec<ZoneIx> = (0..self.plan.zones.len()).map(|i| ZoneIx(i as u16)).collect();
        let lines: Vec<LineIx> = (0..self.plan.lines.len()).map(|i| LineIx(i as u16)).collect();
        self.answer_some(positions, &zones, &lines)
    }

    /// Answers only for the zones and lines asked for: other columns are empty. What derived zones need is
    /// computed on the way.
    #[must_use]
    pub fn answer_some(&self, positions: &Positions<'_>, zones: &[ZoneIx], lines: &[LineIx]) -> Answers {
        let rows = rows(positions);
        let mut asked = Columns::new(self, &rows, positions.shapes);
        for line in lines {
            asked.line(*line);
        }
        for zone in zones {
            asked.zone(*zone);
        }
        let wanted_line = |i: usize| lines.iter().any(|l| usize::from(l.0) == i);
        let wanted_zone = |i: usize| zones.iter().any(|z| usize::from(z.0) == i);
        Answers {
            zones: asked
                .zones
                .into_iter()
                .enumerate()
                .map(|(i, c)| c.filter(|_| wanted_zone(i)).unwrap_or_default())
                .collect(),
            lines: asked
                .lines
                .into_iter()
                .enumerate()
                .map(|(i, c)| c.filter(|_| wanted_line(i)).unwrap_or_default())
                .collect(),
        }
    }

    /// Answers for every zone, no line column: what a test of places alone needs.
    #[must_use]
    pub fn answer_zones_only(&self, positions: &Positions<'_>) -> Answers {
        let zones: Vec<ZoneIx> = (0..self.plan.zones.len()).map(|i| ZoneIx(i as u16)).collect();
        self.answer_some(positions, &zones, &[])
    }

    /// The geodesic distance, to a micrometre, from a position to the line valid at `moment`, metres: for the
    /// verdict when a stored distance is within [`distance_bound_m`] of a threshold. NaN: no epoch or no place.
    #[must_use]
    pub fn exact_distance_m(&self, line: LineIx, lon_deg: f64, lat_deg: f64, moment: Instant) -> f64 {
        let line = self.lines.get(usize::from(line.0));
        let epoch = line.and_then(|l| l.timeline.at(moment));
        epoch.map_or(f64::NAN, |e| e.shape.index().exact_distance_m(lon_deg, lat_deg))
    }
}

fn rows(p: &Positions<'_>) -> Vec<Row> {
    let mut out = Vec::with_capacity(p.lon_deg.len());
    let places = p.lon_deg.iter().zip(p.lat_deg).zip(p.radius_m);
    let times = p.start_ms.iter().zip(p.end_ms).zip(p.shape);
    for (((lon, lat), radius), ((start, end), shape)) in places.zip(times) {
        let known = (-360.0..=360.0).contains(lon) && (-90.0..=90.0).contains(lat) && !radius.is_nan();
        out.push(Row {
            lon_deg: if known { *lon } else { f64::NAN },
            lat_deg: *lat,
            radius_m: f64::from(radius.max(0.0)),
            event: Interval { start: Instant(*start), end: Instant((*end).max(*start)) },
            shape: (*shape != NO_SHAPE).then_some(*shape as usize),
        });
    }
    out
}

/// Columns computed so far, one pass.
struct Columns<'a> {
    atlas: &'a Atlas,
    rows: &'a [Row],
    zones: Vec<Option<Vec<Inside>>>,
    lines: Vec<Option<LineColumn>>,
    /// Sectors and polygons of the batch, sampled once; `None` for one that says nothing.
    extents: Vec<Option<Extent>>,
}

impl<'a> Columns<'a> {
    fn new(atlas: &'a Atlas, rows: &'a [Row], shapes: &[Shape]) -> Columns<'a> {
        let extents = shapes.iter().map(Extent::of).collect();
        let (zones, lines) = (vec![None; atlas.plan.zones.len()], vec![None; atlas.plan.lines.len()]);
        Columns { atlas, rows, zones, lines, extents }
    }

    fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let extent = |row: &Row| row.shape.and_then(|i| self.extents.get(i)).and_then(Option::as_ref);
        self.rows.iter().map(move |row| Place { row, extent: extent(row) })
    }

    fn line(&mut self, line: LineIx) {
        let i = usize::from(line.0);
        let (Some(plan), Some(compiled)) = (self.atlas.plan.lines.get(i), self.atlas.lines.get(i)) else {
            return;
        };
        if !matches!(self.lines.get(i), Some(None)) {
            return;
        }
        let mut column = LineColumn::default();
        for place in self.places() {
            let (distance_m, margin_m, side) = line_entry(&place, plan, &compiled.timeline);
            column.distance_m.push(distance_m);
            column.margin_m.push(margin_m as f32);
            column.side.push(side);
        }
        if let Some(slot) = self.lines.get_mut(i) {
            *slot = Some(column);
        }
    }

    fn zone(&mut self, zone: ZoneIx) {
        let i = usize::from(zone.0);
        let Some(plan) = self.atlas.plan.zones.get(i) else { return };
        if !matches!(self.zones.get(i), Some(None)) {
            return;
        }
        let column = match &plan.shape {
            ZoneShape::Drawn(_) => self.drawn(i, plan),
            ZoneShape::Band { line, from_m, to_m, side } => {
                let band = Band { from_m: *from_m, to_m: *to_m, side: *side, tolerance_m: plan.tolerance_m };
                self.band(*line, &band)
            }
            ZoneShape::SideOf { line, side } => {
                let band = Band {
                    from_m: 0.0,
                    to_m: f64::INFINITY,
                    side: Some(*side),
                    tolerance_m: plan.tolerance_m,
                };
                self.band(*line, &band)
            }
            ZoneShape::Both(a, b) => self.combine(*a, *b, both),
            ZoneShape::Either(a, b) => self.combine(*a, *b, |a, b| not(both(not(a), not(b)))),
            ZoneShape::Except(a, b) => self.combine(*a, *b, |a, b| both(a, not(b))),
        };
        if let Some(slot) = self.zones.get_mut(i) {
            *slot = Some(column);
        }
    }

    fn combine(&mut self, a: ZoneIx, b: ZoneIx, with: fn(Inside, Inside) -> Inside) -> Vec<Inside> {
        self.zone(a);
        self.zone(b);
        let column = |z: ZoneIx| self.zones.get(usize::from(z.0)).and_then(Option::as_ref);
        match (column(a), column(b)) {
            (Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| with(*a, *b)).collect(),
            _ => vec![Inside::NoEpoch; self.rows.len()],
        }
    }

    fn drawn(&self, zone: usize, plan: &ZonePlan) -> Vec<Inside> {
        let Some(Some(compiled)) = self.atlas.zones.get(zone) else {
            return vec![Inside::NoEpoch; self.rows.len()];
        };
        self.places().map(|place| drawn_entry(&place, plan, &compiled.timeline)).collect()
    }

    fn band(&self, line: LineIx, band: &Band) -> Vec<Inside> {
        let i = usize::from(line.0);
        let (Some(plan), Some(compiled)) = (self.atlas.plan.lines.get(i), self.atlas.lines.get(i)) else {
            return vec![Inside::NoEpoch; self.rows.len()];
        };
        self.places().map(|place| band_entry(&place, plan, &compiled.timeline, band)).collect()
    }
}

/// One position with its sampled extent, if it has one.
struct Place<'a> {
    row: &'a Row,
    extent: Option<&'a Extent>,
}

impl Place<'_> {
    fn unknown(&self) -> bool {
        if self.row.shape.is_some() {
            self.extent.is_none()
        } else {
            self.row.lon_deg.is_nan() || self.row.lat_deg.is_nan()
        }
    }

    /// Distances that the place's doubt and the line's tolerance leave open, in one epoch. `edges_m` are distances
    /// that will be compared with: near them the exact geodesic is taken.
    fn range(&self, index: &LineIndex, tolerance_m: f64, edges_m: &[f64]) -> Option<Range> {
        let row = self.row;
        if let Some(extent) = self.extent {
            let (near_m, far_m, side) = extent.distances(index)?;
            let doubt_m = row.radius_m + tolerance_m;
            let (near_m, far_m) = (near_m - doubt_m, far_m + doubt_m);
            return Some(Range { near_m, far_m, side: if near_m > 0.0 { side } else { 0 } });
        }
        let standing = index.standing(row.lon_deg, row.lat_deg)?;
        let margin_m = row.radius_m + tolerance_m;
        let mut d = standing.distance_m;
        let bound_m = distance_bound_m(d);
        let close = |to_m: f64| (d - to_m).abs() <= bound_m;
        if (margin_m > 0.0 && close(margin_m))
            || edges_m.iter().any(|e| close(e - margin_m) || close(e + margin_m))
        {
            d = index.exact_distance_m(row.lon_deg, row.lat_deg);
        }
        let side = if margin_m > 0.0 && margin_m >= d { 0 } else { standing.side };
        Some(Range { near_m: d - margin_m, far_m: d + margin_m, side })
    }
}

/// Distance, margin and side over the epochs met. An epoch missing for a part of the event leaves any distance open.
fn line_entry(place: &Place<'_>, plan: &LinePlan, timeline: &Timeline<LineShape>) -> (f64, f64, i8) {
    let met = timeline.met(place.row.event);
    let Some(range) = over_epochs(place, plan.tolerance_m, &met, &[]) else { return (f64::NAN, 0.0, 0) };
    let (middle_m, half_m) = (0.5 * (range.near_m + range.far_m), 0.5 * (range.far_m - range.near_m));
    if met.complete { (middle_m, half_m, range.side) } else { (middle_m, f64::INFINITY, 0) }
}

fn over_epochs(
    place: &Place<'_>,
    tolerance_m: f64,
    met: &Met<'_, LineShape>,
    edges_m: &[f64],
) -> Option<Range> {
    if place.unknown() {
        return None;
    }
    let mut all: Option<Range> = None;
    for epoch in met.epochs {
        let range = place.range(epoch.shape.index(), tolerance_m, edges_m)?;
        all = Some(all.map_or(range, |a| Range {
            near_m: a.near_m.min(range.near_m),
            far_m: a.far_m.max(range.far_m),
            side: if a.side == range.side { a.side } else { 0 },
        }));
    }
    all
}

struct Band {
    from_m: f64,
    to_m: f64,
    side: Option<Side>,
    tolerance_m: f64,
}

fn band_entry(place: &Place<'_>, plan: &LinePlan, timeline: &Timeline<LineShape>, band: &Band) -> Inside {
    let met = timeline.met(place.row.event);
    if met.epochs.is_empty() {
        return Inside::NoEpoch;
    }
    let edges_m = [band.from_m, band.to_m];
    let mut all = None;
    for epoch in met.epochs {
        let one = Met { epochs: std::slice::from_ref(epoch), complete: true };
        let range = over_epochs(place, plan.tolerance_m + band.tolerance_m, &one, &edges_m);
        all = agree(all, range.map_or(Inside::Unclear, |r| in_band(r, band)));
    }
    if met.complete { all.unwrap_or(Inside::NoEpoch) } else { Inside::Unclear }
}

fn in_band(range: Range, band: &Band) -> Inside {
    let outside = range.near_m > band.to_m || (band.from_m > 0.0 && range.far_m < band.from_m);
    let inside = range.far_m < band.to_m && (band.from_m <= 0.0 || range.near_m > band.from_m);
    let ring = match (outside, inside) {
        (true, _) => Inside::Outside,
        (_, true) => Inside::Inside,
        _ => Inside::Unclear,
    };
    let Some(side) = band.side else { return ring };
    let on_side = match (side, range.side) {
        (_, 0) => Inside::Unclear,
        (Side::Left, 1..) | (Side::Right, ..=-1) => Inside::Inside,
        _ => Inside::Outside,
    };
    both(ring, on_side)
}

fn drawn_entry(place: &Place<'_>, plan: &ZonePlan, timeline: &Timeline<ZoneShapes>) -> Inside {
    let met = timeline.met(place.row.event);
    if met.epochs.is_empty() {
        return Inside::NoEpoch;
    }
    if place.unknown() || !met.complete {
        return Inside::Unclear;
    }
    let row = place.row;
    let mut all = None;
    for epoch in met.epochs {
        let margin_m = row.radius_m + plan.tolerance_m;
        let one = match place.extent {
            Some(extent) => extent.inside(epoch.shape.index(), &epoch.shape.drawing, margin_m),
            None => epoch.shape.index().inside(0, row.lon_deg, row.lat_deg, margin_m),
        };
        all = agree(all, one);
    }
    all.unwrap_or(Inside::NoEpoch)
}

/// One answer for two epochs of an event: what both say, or unclear.
fn agree(before: Option<Inside>, now: Inside) -> Option<Inside> {
    Some(before.map_or(now, |b| if b == now { b } else { Inside::Unclear }))
}

fn not(a: Inside) -> Inside {
    match a {
        Inside::Outside => Inside::Inside,
        Inside::Inside => Inside::Outside,
        undecided => undecided,
    }
}

/// Conjunction (strong Kleene). Undecided for want of an epoch is told apart, because it says what to seek.
fn both(a: Inside, b: Inside) -> Inside {
    match (a, b) {
        (Inside::Outside, _) | (_, Inside::Outside) => Inside::Outside,
        (Inside::Inside, Inside::Inside) => Inside::Inside,
        (Inside::NoEpoch, _) | (_, Inside::NoEpoch) => Inside::NoEpoch,
        _ => Inside::Unclear,
    }
}
