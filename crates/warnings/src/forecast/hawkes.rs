//! A linear negative binomial regression with coefficients that are not negative, pooled over zones: a discrete
//! self-exciting process whose kernel is a sum of exponentials, with a share for neighbours and a background
//! (Browning et al. 2024 for the likes of it; here fitted directly to each horizon).

use super::features::{Features, Spans};
use super::size::{Pair, SizeByLevel, size_of};

/// Least mean that a row is fitted at: rarer counts would otherwise weigh without bound.
const MEAN_MIN: f64 = 1e-3;
/// Most rounds of scoring.
const ROUNDS: usize = 8;
/// The scoring ends when no coefficient moves by more than this part of their sum.
const MOVED_MIN: f64 = 2e-3;
/// The round after which the size is taken for the last time.
const SIZED_AT: usize = 3;
/// Sweeps over the coefficients in a round, each exact in one coefficient.
const SWEEPS: usize = 60;
/// How much each coefficient's weight is raised, so that rates that move together share.
const RIDGE: f64 = 1e-4;

/// The mean over a horizon as a sum of rates, and the sizes about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hawkes {
    /// One for each rate of [`Features`], at least 0: counts over the horizon for each count a step.
    pub coefficients: Vec<f64>,
    /// Sizes by level of the mean.
    pub sizes: SizeByLevel,
}

/// The rows that are fitted: all zones and steps whose horizon had ended by `known` steps.
struct Rows<'f> {
    features: Vec<&'f [f64]>,
    counts: Vec<u64>,
    seen: Vec<f64>,
}

impl Hawkes {
    /// Fits sums over the next `horizon_steps` to rates, for origins whose outcome lies within the first `known` steps
    /// (Fisher scoring with the size at its likeliest, coordinate descent for the constraint).
    #[must_use]
    pub fn fit(
        features: &Features,
        spans: &Spans,
        zones: usize,
        horizon_steps: usize,
        known: usize,
    ) -> Hawkes {
        let rows = rows(features, spans, zones, horizon_steps, known);
        let width = features.width();
        // To begin with: the mean of all decays.
        let mut coefficients = vec![horizon_steps as f64 / width.max(1) as f64; width];
        let mut size = 1.0;
        for round in 0..ROUNDS {
            let before = coefficients.clone();
            let (curvature, slope) = normal_equations(&rows, &coefficients, size);
            descend(&curvature, &slope, &mut coefficients);
            let least = MOVED_MIN * coefficients.iter().sum::<f64>();
            let rests = before.iter().zip(&coefficients).all(|(b, a)| (a - b).abs() <= least);
            if rests && round > SIZED_AT {
                break;
            }
            if round == 1 || round == SIZED_AT {
                size = size_of(&pairs(&rows, &coefficients));
            }
        }
        let sizes = SizeByLevel::fit(&pairs(&rows, &coefficients), horizon_steps as f64, size);
        Hawkes { coefficients, sizes }
    }

    /// The mean over the horizon that a row of rates gives.
    #[must_use]
    pub fn mean(&self, rates: &[f64]) -> f64 {
        dot(&self.coefficients, rates)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn rows<'f>(features: &'f Features, spans: &Spans, zones: usize, horizon: usize, known: usize) -> Rows<'f> {
    let mut rows = Rows { features: Vec::new(), counts: Vec::new(), seen: Vec::new() };
    for zone in 0..zones {
        for origin in 0..known.saturating_sub(horizon) {
            if let Some(span) = spans.span(zone, origin + 1, horizon) {
                rows.features.push(features.row(zone, origin));
                rows.counts.push(span.count);
                rows.seen.push(span.seen);
            }
        }
    }
    rows
}

fn pairs(rows: &Rows<'_>, coefficients: &[f64]) -> Vec<Pair> {
    let means =
        rows.features.iter().zip(&rows.seen).map(|(x, seen)| (dot(coefficients, x) * seen).max(MEAN_MIN));
    means.zip(rows.counts.iter().copied()).collect()
}

/// Curvature (`width × width`) and slope of weighted least squares at the present means.
fn normal_equations(rows: &Rows<'_>, coefficients: &[f64], size: f64) -> (Vec<f64>, Vec<f64>) {
    let width = coefficients.len();
    let mut curvature = vec![0.0; width * width];
    let mut slope = vec![0.0; width];
    for ((x, count), seen) in rows.features.iter().zip(&rows.counts).zip(&rows.seen) {
        let mean = (dot(coefficients, x) * seen).max(MEAN_MIN);
        let weight = seen / (mean * (1.0 + mean / size));
        let (outer, pull) = (weight * seen, weight * *count as f64);
        for (xi, row) in x.iter().zip(curvature.chunks_exact_mut(width)) {
            let scaled = xi * outer;
            row.iter_mut().zip(x.iter()).for_each(|(c, xj)| *c += scaled * xj);
        }
        slope.iter_mut().zip(x.iter()).for_each(|(s, xi)| *s += pull * xi);
    }
    (curvature, slope)
}

/// Minimises the quadratic over coefficients that are not negative.
fn descend(curvature: &[f64], slope: &[f64], coefficients: &mut [f64]) {
    let width = coefficients.len().max(1);
    for _ in 0..SWEEPS {
        for (i, (row, slope)) in curvature.chunks_exact(width).zip(slope).enumerate() {
            let own = row.get(i).copied().unwrap_or(0.0) * (1.0 + RIDGE);
            let pull = slope - dot(row, coefficients);
            if let Some(b) = coefficients.get_mut(i).filter(|_| own > 0.0) {
                *b = (*b + pull / own).max(0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::features::FeatureSettings;
    use crate::panel::{Panel, Zone};
    use rand_distr::{Distribution, Poisson};
    use rand_pcg::rand_core::SeedableRng;

    /// Counts that excite their own zone: 0.6 of the decayed rate at a half-life of 3 and a background of 0.2.
    fn excited(zones: usize, steps: usize) -> Panel {
        let mut draw = rand_pcg::Pcg64::seed_from_u64(9);
        let keep = 0.5_f64.powf(1.0 / 3.0);
        let mut counts = Vec::new();
        for _ in 0..zones {
            let (mut sum, mut weight) = (0.0, 0.0);
            for _ in 0..steps {
                let rate = if weight > 0.0 { sum / weight } else { 0.5 };
                let y: f64 = Poisson::new(0.2 + 0.6 * rate).unwrap().sample(&mut draw);
                (sum, weight) = (sum * keep + y, weight * keep + 1.0);
                counts.push(y as u32);
            }
        }
        let zone = |i: usize| Zone { name: i.to_string(), lon_deg: 5.0 * i as f64, lat_deg: 0.0 };
        Panel::new((0..zones).map(zone).collect(), 0, 86_400_000, counts, None).unwrap()
    }

    #[test]
    fn the_excitation_that_was_drawn_from_is_found() {
        let panel = excited(30, 400);
        let features = Features::of(&panel, &FeatureSettings::default());
        let spans = Spans::of(&panel);
        let hawkes = Hawkes::fit(&features, &spans, 30, 1, 400);
        assert!(hawkes.coefficients.iter().all(|b| *b >= 0.0));
        let short: f64 = hawkes.coefficients[..3].iter().sum();
        assert!((short - 0.6).abs() < 0.15, "{:?}", hawkes.coefficients);
        assert!(hawkes.sizes.at(0.5) > 3.0, "nearly Poisson: {:?}", hawkes.sizes);
    }

    #[test]
    fn counts_after_what_is_known_change_no_fit_and_a_billion_breaks_none() {
        let panel = excited(4, 120);
        let mut counts: Vec<u32> = (0..4).flat_map(|z| panel.counts(z).to_vec()).collect();
        counts[119] = 1_000_000_000;
        let planted = Panel::new(panel.zones().to_vec(), 0, 86_400_000, counts, None).unwrap();
        let fit = |panel: &Panel, known| {
            Hawkes::fit(&Features::of(panel, &FeatureSettings::default()), &Spans::of(panel), 4, 7, known)
        };
        assert_eq!(fit(&panel, 119), fit(&planted, 119));
        let wild = fit(&planted, 120);
        assert!(wild.coefficients.iter().all(|b| b.is_finite()));
        assert_ne!(fit(&panel, 120), wild);
    }
}
