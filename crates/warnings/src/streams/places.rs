//! Where is watched: the zones that clauses name, and a grid over the ground of the text, so that a rise outside of
//! every named zone is seen too, and within a large one it is seen where.

use super::series::Counted;
use super::{Inputs, Watched};
use crate::panel::Zone;
use atlas::{Inside, ZoneIx};
use base::{Instant, Interval, Truth};
use findings::exposure::{self, Watch};
use findings::state::answers_for;

/// Most cells of a grid; a larger ground has larger cells.
pub const CELLS_MAX: usize = 1_000;
/// Sides that cells may have, degrees.
const SIDES_DEG: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0];
/// How far beyond what is drawn the grid reaches, degrees.
const BEYOND_DEG: f64 = 0.05;
/// Of latitude; a grid is no survey.
const METRES_PER_DEGREE: f64 = 111_000.0;

/// Where a stream is.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Ground {
    /// A zone of the text.
    Zone {
        /// Its name there.
        name: String,
    },
    /// A cell of the grid.
    Cell {
        /// Its south-west corner and side: `47.00N 30.25W 0.25`.
        name: String,
        /// West, south, east and north, degrees.
        bounds_deg: [f64; 4],
    },
    /// Wherever: clauses that name no zone.
    Everywhere,
}

impl Ground {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Ground::Zone { name } | Ground::Cell { name, .. } => name,
            Ground::Everywhere => "everywhere",
        }
    }
}

/// A ground as it is counted on.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Which.
    pub ground: Ground,
    pub(super) zone: Option<ZoneIx>,
}

impl Spot {
    /// Labels of the clauses that are about it here; `None`: none is.
    pub(super) fn clauses(&self, watched: &Watched) -> Option<Vec<String>> {
        let of = |wanted: &dyn Fn(Option<ZoneIx>) -> bool| {
            let labels = watched.clauses.iter().filter(|(_, zone)| wanted(*zone)).map(|(label, _)| label);
            labels.cloned().collect::<Vec<String>>()
        };
        let labels = match self.ground {
            Ground::Zone { .. } => of(&|zone| zone == self.zone),
            Ground::Everywhere => of(&|zone| zone.is_none()),
            Ground::Cell { .. } => of(&|_| true),
        };
        (!labels.is_empty()).then_some(labels)
    }

    /// The middle of it, where it has one.
    #[must_use]
    pub fn middle(&self) -> Option<Zone> {
        middle(&self.ground)
    }

    /// How well it was watched for one kind.
    pub(super) fn watch(&self, inputs: &Inputs<'_>, kind: &str, over: Interval) -> Watch {
        let kinds = [kind.to_owned()];
        match (&self.ground, self.zone) {
            (Ground::Cell { bounds_deg: [w, s, e, n], .. }, _) => {
                let at = |part: f64, from: f64, to: f64| from + (to - from) * part;
                let points: Vec<[f64; 2]> = [0.125, 0.375, 0.625, 0.875]
                    .iter()
                    .flat_map(|x| {
                        [0.125, 0.375, 0.625, 0.875].iter().map(|y| [at(*x, *w, *e), at(*y, *s, *n)])
                    })
                    .collect();
                exposure::watch_at(&points, inputs.coverage, &kinds, over)
            }
            (_, Some(zone)) => exposure::watch(inputs.version, inputs.coverage, zone, &kinds, over),
            _ => Watch::Unbounded,
        }
    }
}

/// The middle of a ground as a place of a panel; `None`: it has none.
#[must_use]
pub fn middle(ground: &Ground) -> Option<Zone> {
    match ground {
        Ground::Cell { name, bounds_deg: [w, s, e, n] } => {
            Some(Zone { name: name.clone(), lon_deg: f64::midpoint(*w, *e), lat_deg: f64::midpoint(*s, *n) })
        }
        _ => None,
    }
}

/// The zones of the text that clauses name, everywhere, and the cells of a grid.
pub(super) fn spots(inputs: &Inputs<'_>) -> Vec<Spot> {
    let agreement = &inputs.version.agreement;
    let mut out = Vec::new();
    for (ix, zone) in agreement.plan.zones.iter().enumerate() {
        let Ok(ix) = u16::try_from(ix) else { break };
        out.push(Spot { ground: Ground::Zone { name: zone.name.clone() }, zone: Some(ZoneIx(ix)) });
    }
    out.push(Spot { ground: Ground::Everywhere, zone: None });
    if let Some(bounds) = inputs.version.atlas.bounds() {
        let cells = cells(bounds).into_iter();
        out.extend(cells.map(|ground| Spot { ground, zone: None }));
    }
    out
}

/// Cells over some ground: the smallest of [`SIDES_DEG`] with which they are at most [`CELLS_MAX`].
fn cells([w, s, e, n]: [f64; 4]) -> Vec<Ground> {
    let (w, s, e, n) = (w - BEYOND_DEG, s - BEYOND_DEG, e + BEYOND_DEG, n + BEYOND_DEG);
    let span = |from: f64, to: f64, side: f64| {
        let (first, last) = ((from / side).floor(), (to / side).ceil());
        // A ground is at most the whole Earth.
        (first as i64, (last - first).clamp(0.0, 4_000.0) as i64)
    };
    let fits = |side: &&f64| span(w, e, **side).1 * span(s, n, **side).1 <= CELLS_MAX as i64;
    let Some(side) = SIDES_DEG.iter().find(fits) else { return Vec::new() };
    let ((x, wide), (y, high)) = (span(w, e, *side), span(s, n, *side));
    let cell = |row: i64, column: i64| {
        let (west, south) = ((x + column) as f64 * side, (y + row) as f64 * side);
        let bounds_deg = [west, south, west + side, south + side];
        Ground::Cell { name: cell_name(west, south, *side), bounds_deg }
    };
    (0..high).flat_map(|row| (0..wide).map(move |column| cell(row, column))).collect()
}

fn cell_name(west_deg: f64, south_deg: f64, side_deg: f64) -> String {
    let letter = |value: f64, plus: char, minus: char| if value < 0.0 { minus } else { plus };
    let (ns, ew) = (letter(south_deg, 'N', 'S'), letter(west_deg, 'E', 'W'));
    format!("{:.2}{ns} {:.2}{ew} {side_deg}", south_deg.abs(), west_deg.abs())
}

/// Which counted incidents lie on which ground.
pub(super) struct Answers {
    /// By zone of the plan, by counted incident.
    zones: Vec<Vec<Truth>>,
    /// By counted incident: longitude and latitude in degrees, and how well that is known, metres.
    at: Vec<Option<[f64; 3]>>,
}

impl Answers {
    pub(super) fn of(inputs: &Inputs<'_>, _spots: &[Spot], counted: &Counted) -> Answers {
        let batch = inputs.observations;
        let zones_n = inputs.version.agreement.plan.zones.len();
        let mut zones = vec![vec![Truth::Undetermined; counted.all.len()]; zones_n];
        // By stretch of rows: the map is asked for the rows in order, as the judges ask it.
        let mut by_row: Vec<(usize, usize)> =
            counted.all.iter().enumerate().map(|(ix, one)| (one.placed_by, ix)).collect();
        by_row.sort_unstable();
        for rows in findings::state::stretches(batch.len()) {
            let from = by_row.partition_point(|(row, _)| *row < rows.start);
            let until = by_row.partition_point(|(row, _)| *row < rows.end);
            let wanted = by_row.get(from..until).unwrap_or_default();
            if wanted.is_empty() || zones_n == 0 {
                continue;
            }
            let answers = answers_for(inputs.version, batch, rows.clone());
            for (row, ix) in wanted {
                for (zone, column) in zones.iter_mut().zip(&answers.zones) {
                    let inside = column.get(row - rows.start).copied();
                    if let Some(slot) = zone.get_mut(*ix) {
                        *slot = truth(inside);
                    }
                }
            }
        }
        let at = counted.all.iter().map(|one| one.at).collect();
        Answers { zones, at }
    }

    /// Whether a counted incident lies on a ground.
    pub(super) fn lies(&self, spot: &Spot, counted: usize) -> Truth {
        match (&spot.ground, spot.zone) {
            (Ground::Everywhere, _) => Truth::True,
            (Ground::Cell { bounds_deg: [w, s, e, n], .. }, _) => match self.at.get(counted) {
                // The place as it is drawn: a grid says about where, and nobody is judged by it. A place that is
                // known no better than half a cell may be in this one or the next.
                Some(Some([lon, lat, radius_m])) => {
                    let is_here = lon >= w && lon < e && lat >= s && lat < n;
                    let half_m = (n - s) / 2.0 * METRES_PER_DEGREE;
                    match (is_here, *radius_m <= half_m) {
                        (true, true) => Truth::True,
                        (true, false) => Truth::Undetermined,
                        (false, _) => Truth::False,
                    }
                }
                _ => Truth::Undetermined,
            },
            (_, Some(zone)) => {
                let column = self.zones.get(usize::from(zone.0));
                column.and_then(|c| c.get(counted)).copied().unwrap_or(Truth::Undetermined)
            }
            _ => Truth::False,
        }
    }
}

fn truth(inside: Option<Inside>) -> Truth {
    match inside {
        Some(Inside::Inside) => Truth::True,
        Some(Inside::Outside) => Truth::False,
        // Where the text has no ground at that time, it cannot be told either.
        Some(Inside::Unclear | Inside::NoEpoch) | None => Truth::Undetermined,
    }
}

/// The whole of a stretch of steps.
pub(super) fn whole(edges_ms: &[i64]) -> Option<Interval> {
    let (first, last) = (*edges_ms.first()?, *edges_ms.last()?);
    (last > first).then_some(Interval { start: Instant(first), end: Instant(last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_covers_its_ground_and_has_few_cells() {
        for bounds in [[-30.5, 46.4, -29.5, 47.6], [22.1, 44.3, 40.2, 52.4], [-180.0, -90.0, 180.0, 90.0]] {
            let cells = cells(bounds);
            assert!(!cells.is_empty() && cells.len() <= CELLS_MAX, "{bounds:?} {}", cells.len());
            let [w, s, e, n] = bounds;
            for (lon, lat) in [(w, s), (e, n), (f64::midpoint(w, e), f64::midpoint(s, n))] {
                let holds = |g: &Ground| {
                    matches!(g, Ground::Cell { bounds_deg: [a, b, c, d], .. }
                        if lon >= *a && lon < *c && lat >= *b && lat < *d)
                };
                assert_eq!(cells.iter().filter(|g| holds(g)).count(), 1, "{bounds:?}");
            }
        }
        assert_eq!(cell_name(-30.25, 47.0, 0.25), "47.00N 30.25W 0.25");
    }
}
