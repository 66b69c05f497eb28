//! What is known of a zone at the end of each step: rates of its own and of its neighbours, decayed at several
//! half-lives.

use rayon::prelude::*;

use crate::panel::{Panel, Zone};

/// Mean radius of the Earth, kilometres.
const EARTH_KM: f64 = 6_371.0;

/// Which rates are formed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureSettings {
    /// Half-lives of the zone's own counts.
    pub own_half_lives_steps: Vec<f64>,
    /// Half-lives of the mean of its neighbours.
    pub neighbour_half_lives_steps: Vec<f64>,
    /// Zones whose middles are nearer than this are neighbours.
    pub neighbour_km: f64,
}

impl Default for FeatureSettings {
    /// For days and cells of half a degree: the eight cells around.
    fn default() -> Self {
        FeatureSettings {
            own_half_lives_steps: vec![1.0, 3.0, 7.0, 21.0, 60.0, 180.0],
            neighbour_half_lives_steps: vec![3.0, 7.0, 21.0],
            neighbour_km: 80.0,
        }
    }
}

/// Rates by zone and step: counts a step, at full exposure. A row holds what was known when its step had ended: own
/// decays, decays of the neighbours, the zone's mean so far, the mean of all zones so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    steps: usize,
    width: usize,
    /// `zones × steps × width`.
    values: Vec<f64>,
}

impl Features {
    /// Of a panel.
    #[must_use]
    pub fn of(panel: &Panel, settings: &FeatureSettings) -> Features {
        let zones = panel.zones().len();
        let near = neighbours(panel.zones(), settings.neighbour_km);
        let everywhere = mean_of_all(panel);
        let of_neighbours: Vec<Vec<Vec<f64>>> = settings
            .neighbour_half_lives_steps
            .par_iter()
            .map(|half_life| (0..zones).map(|zone| decayed(panel, zone, *half_life)).collect())
            .collect();
        let width = settings.own_half_lives_steps.len() + of_neighbours.len() + 2;
        let rows = (0..zones).into_par_iter().zip(&near).flat_map_iter(|(zone, near)| {
            let own = settings.own_half_lives_steps.iter().map(|h| decayed(panel, zone, *h));
            let mut columns: Vec<Vec<f64>> = own.collect();
            columns.extend(of_neighbours.iter().map(|rates| mean_over(rates, near, panel.steps())));
            columns.push(decayed(panel, zone, f64::INFINITY));
            columns.push(everywhere.clone());
            transposed(&columns, panel.steps())
        });
        Features { steps: panel.steps(), width, values: rows.collect() }
    }

    /// How many rates a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The row of a zone and a step.
    #[must_use]
    pub fn row(&self, zone: usize, step: usize) -> &[f64] {
        let from = (zone * self.steps + step) * self.width;
        self.values.get(from..from + self.width).unwrap_or_default()
    }
}

/// The zone's mean count a step, the weight of a step halving with each half-life: what is known at the end of each
/// step. Steps that were not observed have no weight; before any was the rate is 0.
#[must_use]
pub fn decayed(panel: &Panel, zone: usize, half_life_steps: f64) -> Vec<f64> {
    let keep = 0.5_f64.powf(half_life_steps.recip());
    let (mut counts, mut seen) = (0.0, 0.0);
    let rate = |step: Option<(u32, f32)>| {
        let (count, exposure) = step.unwrap_or((0, 0.0));
        counts = counts * keep + f64::from(count);
        seen = seen * keep + f64::from(exposure);
        if seen > 0.0 { counts / seen } else { 0.0 }
    };
    panel.observed(zone).map(rate).collect()
}

fn mean_of_all(panel: &Panel) -> Vec<f64> {
    let (mut counts, mut seen) = (vec![0.0; panel.steps()], vec![0.0; panel.steps()]);
    for zone in 0..panel.zones().len() {
        for ((c, s), step) in counts.iter_mut().zip(&mut seen).zip(panel.observed(zone)) {
            if let Some((count, exposure)) = step {
                *c += f64::from(count);
                *s += f64::from(exposure);
            }
        }
    }
    let so_far = |(count, seen): &mut (f64, f64), (c, s): (f64, f64)| {
        (*count, *seen) = (*count + c, *seen + s);
        Some(if *seen > 0.0 { *count / *seen } else { 0.0 })
    };
    counts.into_iter().zip(seen).scan((0.0, 0.0), so_far).collect()
}

fn mean_over(rates: &[Vec<f64>], zones: &[usize], steps: usize) -> Vec<f64> {
    let mut out = vec![0.0; steps];
    for rates in zones.iter().filter_map(|zone| rates.get(*zone)) {
        out.iter_mut().zip(rates).for_each(|(o, r)| *o += r / zones.len() as f64);
    }
    out
}

fn transposed(columns: &[Vec<f64>], steps: usize) -> Vec<f64> {
    let row = |step: usize| columns.iter().map(move |c| c.get(step).copied().unwrap_or(0.0));
    (0..steps).flat_map(row).collect()
}

/// The zones near each zone, itself left out.
#[must_use]
pub fn neighbours(zones: &[Zone], within_km: f64) -> Vec<Vec<usize>> {
    let near = |at: usize, zone: &Zone| {
        let others = zones.iter().enumerate().filter(|(other, _)| *other != at);
        others.filter(|(_, o)| distance_km(zone, o) < within_km).map(|(i, _)| i).collect()
    };
    zones.iter().enumerate().map(|(at, zone)| near(at, zone)).collect()
}

/// Great-circle distance of two middles, kilometres.
fn distance_km(a: &Zone, b: &Zone) -> f64 {
    let (north, east) = ((b.lat_deg - a.lat_deg).to_radians(), (b.lon_deg - a.lon_deg).to_radians());
    let cosines = a.lat_deg.to_radians().cos() * b.lat_deg.to_radians().cos();
    let h = (north / 2.0).sin().powi(2) + cosines * (east / 2.0).sin().powi(2);
    2.0 * EARTH_KM * h.sqrt().min(1.0).asin()
}

/// Sums of counts over spans of steps.
#[derive(Clone, Debug)]
pub struct Spans {
    steps: usize,
    /// By zone and step: counts, exposure and number of unobserved steps before it.
    before: Vec<(u64, f64, u32)>,
}

/// What came over a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The count.
    pub count: u64,
    /// What part of it could have been seen, 0 to 1.
    pub seen: f64,
}

impl Spans {
    /// Of a panel.
    #[must_use]
    pub fn of(panel: &Panel) -> Spans {
        let mut before = Vec::with_capacity(panel.zones().len() * (panel.steps() + 1));
        for zone in 0..panel.zones().len() {
            let mut sum = (0, 0.0, 0);
            before.push(sum);
            for step in panel.observed(zone) {
                sum = match step {
                    Some((count, seen)) => (sum.0 + u64::from(count), sum.1 + f64::from(seen), sum.2),
                    None => (sum.0, sum.1, sum.2 + 1),
                };
                before.push(sum);
            }
        }
        Spans { steps: panel.steps(), before }
    }

    /// The `length` steps from `first`; nothing where any of them was not observed, or lies outside.
    #[must_use]
    pub fn span(&self, zone: usize, first: usize, length: usize) -> Option<Span> {
        let row = zone * (self.steps + 1);
        let end = first.checked_add(length).filter(|end| *end <= self.steps && length > 0)?;
        let (from, to) = (self.before.get(row + first)?, self.before.get(row + end)?);
        let seen = (to.1 - from.1) / length as f64;
        (to.2 == from.2).then_some(Span { count: to.0 - from.0, seen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(counts: Vec<u32>, zones: usize, exposure: Option<Vec<f32>>) -> Panel {
        let zone = |i: usize| Zone { name: i.to_string(), lon_deg: 0.5 * i as f64, lat_deg: 33.0 };
        Panel::new((0..zones).map(zone).collect(), 0, 86_400_000, counts, exposure).unwrap()
    }

    #[test]
    fn an_unobserved_step_leaves_a_rate_where_it_was() {
        let gone = panel(vec![4, 4, 0, 0], 1, Some(vec![1.0, 1.0, 0.0, 0.0]));
        assert_eq!(decayed(&gone, 0, 7.0), [4.0; 4]);
        let half = panel(vec![2, 2], 1, Some(vec![0.5, 0.5]));
        assert_eq!(decayed(&half, 0, 7.0), [4.0; 2]);
        assert_eq!(Spans::of(&gone).span(0, 1, 2), None);
        assert_eq!(Spans::of(&gone).span(0, 0, 2), Some(Span { count: 8, seen: 1.0 }));
        assert_eq!(Spans::of(&gone).span(0, 3, 2), None);
    }

    #[test]
    fn a_row_holds_own_rates_those_of_neighbours_and_the_means_so_far() {
        let two = panel(vec![0, 3, 1, 1], 2, None);
        let features = Features::of(&two, &FeatureSettings::default());
        let row = features.row(0, 0);
        assert_eq!(row, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.5]);
        assert!((features.row(0, 1)[9] - 1.5).abs() < 1e-12);
        assert!((features.row(1, 1)[10] - 1.25).abs() < 1e-12);
    }
}
