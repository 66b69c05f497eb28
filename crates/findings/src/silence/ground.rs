//! Sample points inside a zone: a grid over its box, the same for the same zone always.

use super::GRID;
use atlas::Atlas;
use atlas::answer::{Inside, NO_SHAPE, Positions};
use atlas::plan::{ZoneIx, ZoneShape};
use base::Instant;

/// How often the box is tightened around the zone.
const PASSES: usize = 8;
/// Cells along each side of the box while it is tightened.
const COARSE: usize = 24;
/// Metres of one degree of latitude, to within 1 %.
const METRES_A_DEGREE: f64 = 111_200.0;

/// A point: longitude and latitude, degrees.
pub(super) type Point = [f64; 2];

/// West, south, east and north, degrees.
type Extent = [f64; 4];

/// Whether a zone ends on every side.
pub(crate) fn is_bounded(atlas: &Atlas, zone: ZoneIx) -> bool {
    let zones = &atlas.plan().zones;
    match zones.get(usize::from(zone.0)).map(|z| &z.shape) {
        Some(ZoneShape::Drawn(_) | ZoneShape::Band { .. }) => true,
        // A derived zone refers only to zones before it.
        Some(ZoneShape::Both(a, b)) if a.0 < zone.0 && b.0 < zone.0 => {
            is_bounded(atlas, *a) || is_bounded(atlas, *b)
        }
        Some(ZoneShape::Either(a, b)) if a.0 < zone.0 && b.0 < zone.0 => {
            is_bounded(atlas, *a) && is_bounded(atlas, *b)
        }
        Some(ZoneShape::Except(a, _)) if a.0 < zone.0 => is_bounded(atlas, *a),
        _ => false,
    }
}

/// The sample points of a zone as it is at `moment`; empty if it has no geometry then.
pub(super) fn points(atlas: &Atlas, zone: ZoneIx, moment: Instant) -> Vec<Point> {
    let Some(mut extent) = whole(atlas) else { return Vec::new() };
    for _ in 0..PASSES {
        let (cells, reach_m) = middles(extent, COARSE);
        let near = ask(atlas, zone, moment, &cells, reach_m);
        let kept = cells.iter().zip(&near).filter(|(_, i)| matches!(i, Inside::Inside | Inside::Unclear));
        let half =
            [(extent[2] - extent[0]) / COARSE as f64 / 2.0, (extent[3] - extent[1]) / COARSE as f64 / 2.0];
        let mut tight: Option<Extent> = None;
        for ([lon, lat], _) in kept {
            let cell = [lon - half[0], lat - half[1], lon + half[0], lat + half[1]];
            tight = Some(tight.map_or(cell, |t| {
                [t[0].min(cell[0]), t[1].min(cell[1]), t[2].max(cell[2]), t[3].max(cell[3])]
            }));
        }
        let Some(tight) = tight else { return Vec::new() };
        let shrunk = (tight[2] - tight[0]) * (tight[3] - tight[1]);
        let before = (extent[2] - extent[0]) * (extent[3] - extent[1]);
        extent = tight;
        if shrunk > before * 0.8 {
            break;
        }
    }
    let (cells, _) = middles(extent, GRID);
    let inside = ask(atlas, zone, moment, &cells, 0.0);
    // A boundary with a tolerance leaves some cells open: they count as ground, so that no part of it goes unwatched.
    let of = cells.into_iter().zip(inside).filter(|(_, i)| matches!(i, Inside::Inside | Inside::Unclear));
    of.map(|(point, _)| point).collect()
}

/// The box of everything drawn, as wide as the widest band reaches.
fn whole(atlas: &Atlas) -> Option<Extent> {
    let [west, south, east, north] = atlas.bounds()?;
    let reach_m = atlas.plan().zones.iter().fold(0.0_f64, |most, z| match z.shape {
        ZoneShape::Band { to_m, .. } => most.max(to_m),
        _ => most,
    });
    let lat = reach_m / METRES_A_DEGREE * 1.02;
    let cos = south.abs().max(north.abs()).min(89.0).to_radians().cos();
    let lon = (lat / cos.max(0.01)).min(180.0);
    Some([west - lon, (south - lat).max(-90.0), east + lon, (north + lat).min(90.0)])
}

/// The middles of the cells of a box, and how far the farthest corner of a cell is from its middle, metres.
fn middles(extent: Extent, along: usize) -> (Vec<Point>, f64) {
    let [west, south, east, north] = extent;
    let step = [(east - west) / along as f64, (north - south) / along as f64];
    let mut out = Vec::with_capacity(along * along);
    for (i, j) in (0..along).flat_map(|i| (0..along).map(move |j| (i, j))) {
        out.push([west + step[0] * (i as f64 + 0.5), south + step[1] * (j as f64 + 0.5)]);
    }
    let reach_m = f64::hypot(step[0], step[1]) / 2.0 * METRES_A_DEGREE * 1.02;
    (out, reach_m)
}

fn ask(atlas: &Atlas, zone: ZoneIx, moment: Instant, points: &[Point], radius_m: f64) -> Vec<Inside> {
    let n = points.len();
    let lon: Vec<f64> = points.iter().map(|[lon, _]| *lon).collect();
    let lat: Vec<f64> = points.iter().map(|[_, lat]| *lat).collect();
    let answers = atlas.answer_some(
        &Positions {
            lon_deg: &lon,
            lat_deg: &lat,
            radius_m: &vec![radius_m as f32; n],
            start_ms: &vec![moment.0; n],
            end_ms: &vec![moment.0; n],
            shape: &vec![NO_SHAPE; n],
            shapes: &[],
        },
        &[zone],
        &[],
    );
    answers.zones.into_iter().nth(usize::from(zone.0)).unwrap_or_default()
}
