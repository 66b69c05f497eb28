//! What lists, maps and charts look at, in columns by incident, computed once a desk.

use base::Interval;
use evidence::batch::FLAG_ALLEGATION;
use publication::{Policy, Record, view};
use std::collections::BTreeSet;

/// Columns by incident.
#[derive(Default)]
pub(crate) struct Index {
    /// Start of the incident, milliseconds since 1970.
    pub start_ms: Vec<i64>,
    /// End (exclusive), milliseconds since 1970.
    pub end_ms: Vec<i64>,
    /// Longitude as the audience may see it; NaN: undetermined.
    pub lon_deg: Vec<f64>,
    /// Latitude.
    pub lat_deg: Vec<f64>,
    /// Incidents by start, then id.
    pub order: Vec<u32>,
    /// The gravest outcome over all clauses, by version, by incident.
    pub gravest: Vec<Vec<u8>>,
    /// Kinds with the number of incidents that have a member of that kind.
    pub kinds: Vec<(String, u64)>,
    /// Observations that are allegations.
    pub allegations: u64,
    /// First start and last end of everything observed, milliseconds since 1970.
    pub reach: Option<(i64, i64)>,
    /// West, south, east, north of all incidents; west beyond east: across the antimeridian.
    pub bounds: Option<[f64; 4]>,
}

impl Index {
    pub fn of(record: &Record, policy: &Policy) -> Index {
        let incidents = &record.state.incidents;
        let batch = &record.state.observations;
        let mut out = Index::default();
        for incident in 0..incidents.len() {
            let Interval { start, end } = view::event_of(record, incident);
            out.start_ms.push(start.0);
            out.end_ms.push(end.0);
            let spot = policy.spot_of_incident(batch, incidents, incident);
            out.lon_deg.push(spot.map_or(f64::NAN, |s| s.lon_deg));
            out.lat_deg.push(spot.map_or(f64::NAN, |s| s.lat_deg));
        }
        out.order = (0..incidents.len() as u32).collect();
        out.order.sort_unstable_by_key(|i| key(&out.start_ms, record, *i));
        out.gravest =
            record.state.versions.iter().map(|v| gravest(&v.incident_outcomes, incidents.len())).collect();
        out.kinds = kinds(record);
        out.allegations = (0..batch.len()).filter(|r| batch.flag(*r, FLAG_ALLEGATION)).count() as u64;
        out.reach = reach(record);
        out.bounds = bounds(&out.lon_deg, &out.lat_deg);
        out
    }
}

fn key(start_ms: &[i64], record: &Record, incident: u32) -> (i64, u128) {
    let i = incident as usize;
    (start_ms.get(i).copied().unwrap_or(0), record.state.incidents.id.get(i).map_or(0, |id| id.0))
}

fn gravest(columns: &[Vec<u8>], incidents: usize) -> Vec<u8> {
    let mut out = vec![0_u8; incidents];
    for column in columns {
        out.iter_mut().zip(column).for_each(|(gravest, code)| *gravest = (*gravest).max(*code));
    }
    out
}

fn kinds(record: &Record) -> Vec<(String, u64)> {
    let batch = &record.state.observations;
    let mut by_word = vec![0_u64; batch.words.len()];
    let mut seen: BTreeSet<u16> = BTreeSet::new();
    for incident in 0..record.state.incidents.len() {
        seen.clear();
        let members = record.state.incidents.members_of(incident);
        seen.extend(members.iter().filter_map(|m| batch.kind.get(*m as usize)));
        for word in &seen {
            if let Some(n) = by_word.get_mut(usize::from(*word)) {
                *n += 1;
            }
        }
    }
    let mut out: Vec<(String, u64)> =
        batch.words.iter().zip(by_word).filter(|(_, n)| *n > 0).map(|(w, n)| (w.clone(), n)).collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    out
}

fn reach(record: &Record) -> Option<(i64, i64)> {
    let batch = &record.state.observations;
    let first = batch.start_ms.iter().min()?;
    let last = batch.end_ms.iter().max()?;
    Some((*first, *last.max(first)))
}

/// The narrower of the boxes that cross and do not cross the antimeridian.
fn bounds(lon_deg: &[f64], lat_deg: &[f64]) -> Option<[f64; 4]> {
    let placed = || lon_deg.iter().zip(lat_deg).filter(|(x, y)| x.is_finite() && y.is_finite());
    let across = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    placed().next()?;
    let (south, north) = across(&mut placed().map(|(_, y)| *y));
    let (west, east) = across(&mut placed().map(|(x, _)| *x));
    let (west2, east2) = across(&mut placed().map(|(x, _)| if *x < 0.0 { *x + 360.0 } else { *x }));
    if east2 - west2 < east - west && east2 > 180.0 {
        return Some([west2, south, east2 - 360.0, north]);
    }
    Some([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn bounds_take_the_short_way_round_the_world() {
        assert_eq!(bounds(&[179.0, -179.0], &[10.0, 12.0]), Some([179.0, 10.0, -179.0, 12.0]));
        assert_eq!(bounds(&[-10.0, 10.0, f64::NAN], &[0.0, 1.0, f64::NAN]), Some([-10.0, 0.0, 10.0, 1.0]));
        assert_eq!(bounds(&[f64::NAN], &[f64::NAN]), None);
    }
}
