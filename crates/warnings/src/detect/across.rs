//! Across zones: a short list at a stated share of false discoveries, neighbours that rise together, and falls that
//! all zones share, which are more likely an outage than a peace.

use crate::count::NegBin;
use crate::panel::Zone;

/// Radius of the Earth, km.
const EARTH_KM: f64 = 6_371.0;

/// Which zones to list so that at most the share `fdr` of them is expected to be false: e-BH (Wang & Ramdas 2022),
/// valid under any dependence. Takes e-values; gives the places of those listed, greatest first.
#[must_use]
pub fn e_bh(e_values: &[f64], fdr: f64) -> Vec<usize> {
    let mut order: Vec<(usize, f64)> = e_values.iter().copied().enumerate().filter(|e| e.1 > 0.0).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let zones = e_values.len() as f64;
    let enough = |at: usize, e: f64| e * fdr * (at + 1) as f64 >= zones;
    let listed = order.iter().enumerate().rposition(|(at, e)| enough(at, e.1)).map_or(0, |at| at + 1);
    order.into_iter().take(listed).map(|(zone, _)| zone).collect()
}

/// Which zones lie next to which.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    near: Vec<Vec<usize>>,
}

impl Neighbours {
    /// Zones whose middles are at most `distance_km` apart; each zone is among its own.
    #[must_use]
    pub fn within(zones: &[Zone], distance_km: f64) -> Neighbours {
        let near = zones.iter().map(|a| {
            let close = zones.iter().enumerate().filter(|(_, b)| apart_km(a, b) <= distance_km);
            close.map(|(at, _)| at).collect()
        });
        Neighbours { near: near.collect() }
    }

    /// Those of a zone, itself among them.
    #[must_use]
    pub fn of(&self, zone: usize) -> &[usize] {
        self.near.get(zone).map_or(&[], Vec::as_slice)
    }

    /// The connected group of marked zones that holds `zone`, in order.
    fn group(&self, zone: usize, marked: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut group = vec![zone];
        let mut at = 0;
        while let Some(next) = group.get(at).copied() {
            for near in self.of(next) {
                if marked(*near) && !group.contains(near) {
                    group.push(*near);
                }
            }
            at += 1;
        }
        group.sort_unstable();
        group
    }
}

/// The distance of two zones' middles, km.
#[must_use]
pub fn apart_km(a: &Zone, b: &Zone) -> f64 {
    let (lat_a, lat_b) = (a.lat_deg.to_radians(), b.lat_deg.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.lon_deg - a.lon_deg).to_radians() / 2.0).sin();
    let square = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_KM * square.sqrt().min(1.0).asin()
}

/// How neighbours together are watched for.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct TogetherSettings {
    /// How long a zone counts as raised after its low alarm, steps.
    pub window_steps: usize,
    /// False signals per year over the whole area, if zones are independent.
    pub alarms_per_year: f64,
    /// Steps of a year.
    pub steps_per_year: f64,
    /// The fewest zones that are together.
    pub zones_min: usize,
}

impl Default for TogetherSettings {
    /// 2 steps, 1 signal a year, at least 3 zones.
    fn default() -> Self {
        TogetherSettings {
            window_steps: 2,
            alarms_per_year: 1.0,
            steps_per_year: super::DAYS_PER_YEAR,
            zones_min: 3,
        }
    }
}

/// Neighbouring zones that rose together.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Together {
    /// The zones of the group.
    pub zones: Vec<usize>,
    /// The probability of so many raised zones about one, were zones independent.
    pub probability: f64,
}

/// Watches for neighbouring zones that rise together. Takes low alarms: each says little, several at once much.
#[derive(Clone, Debug, PartialEq)]
pub struct TogetherWatch {
    settings: TogetherSettings,
    neighbours: Neighbours,
    since: Vec<Option<usize>>,
    quiet_until: usize,
    share: f64,
    step: usize,
}

impl TogetherWatch {
    /// `share` is the share of zones that a low alarm raises on a step, as its budget has it; it is then measured.
    #[must_use]
    pub fn new(neighbours: Neighbours, settings: &TogetherSettings, share: f64) -> TogetherWatch {
        let since = vec![None; neighbours.near.len()];
        TogetherWatch { settings: *settings, neighbours, since, quiet_until: 0, share, step: 0 }
    }

    /// Takes the zones with a low alarm on a step; the group that stands out most, if one does.
    pub fn step(&mut self, raised: &[bool]) -> Option<Together> {
        let step = self.step;
        self.step += 1;
        for (since, raised) in self.since.iter_mut().zip(raised) {
            if *raised {
                *since = Some(step);
            }
        }
        let window = self.settings.window_steps.max(1);
        let is_up = |zone: usize| self.since.get(zone).copied().flatten().is_some_and(|s| step < s + window);
        let chance = (1.0 - (1.0 - self.share).powf(window as f64)).clamp(1e-6, 0.5);
        let mut best: Option<(f64, usize)> = None;
        for zone in (0..self.since.len()).filter(|z| is_up(*z)) {
            let near = self.neighbours.of(zone);
            let up = near.iter().filter(|z| is_up(**z)).count();
            let tail = binomial_tail(near.len(), chance, up);
            if up >= self.settings.zones_min && best.is_none_or(|(least, _)| tail < least) {
                best = Some((tail, zone));
            }
        }
        let zones = self.since.len().max(1) as f64;
        let allowed = self.settings.alarms_per_year / (self.settings.steps_per_year * zones);
        let together = best.filter(|(tail, _)| *tail <= allowed && step >= self.quiet_until);
        let found = together
            .map(|(probability, zone)| Together { zones: self.neighbours.group(zone, is_up), probability });
        if found.is_some() {
            self.quiet_until = step + 7;
        }
        // Measured slowly, and after use: a step does not judge itself.
        let share = raised.iter().filter(|r| **r).count() as f64 / zones;
        self.share = self.share * 0.99 + share * 0.01;
        found
    }
}

/// The probability of at least `least` of `n` at chance `p`.
fn binomial_tail(n: usize, p: f64, least: usize) -> f64 {
    let mut one = (1.0 - p).powf(n as f64);
    let mut below = 0.0;
    let mut terms = Vec::with_capacity(n + 1);
    for k in 0..=n {
        terms.push(one);
        one *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    }
    for term in terms.iter().skip(least) {
        below += term;
    }
    below.min(1.0)
}

/// Whether a whole feed looks dead at a step: next to nothing came from all zones together where much was expected.
/// Then the step is unobserved for all of them. `expected` are the laws of the zones, `counted` what came from all.
#[must_use]
pub fn feed_looks_dead<'l>(expected: impl IntoIterator<Item = &'l NegBin>, counted: u64) -> bool {
    let (mut total, mut log_none) = (0.0, 0.0);
    for law in expected {
        total += law.mean();
        log_none += law.ln_pmf(0);
    }
    // Zones are not independent: `e⁻¹²` of independent zones is asked for where 1 % would do.
    log_none <= -12.0 && counted as f64 <= 0.1 * total
}

/// Whether a fall is one that the area shares: more likely reporting than calm. Holds what all zones together counted
/// and were expected to over the last few steps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SharedFall {
    counted: f64,
    expected: f64,
}

impl SharedFall {
    /// What a step leaves of the one before: a half-life of two steps.
    const KEEP: f64 = std::f64::consts::FRAC_1_SQRT_2;
    /// Below this part of what was expected the fall is shared.
    const PART: f64 = 0.6;

    /// Takes a step: what all observed zones together counted, and were expected to. True when no single zone should be
    /// called calm, since all have gone quiet at once.
    pub fn step(&mut self, counted: u64, expected: f64) -> bool {
        self.counted = self.counted * Self::KEEP + counted as f64;
        self.expected = self.expected * Self::KEEP + expected.max(0.0);
        self.counted < Self::PART * self.expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::archive::zone_of;
    use proptest::prelude::*;

    #[test]
    fn few_strong_zones_are_listed_and_many_weak_ones_are_not() {
        let mut e_values = vec![0.5; 50];
        e_values[7] = 2_000.0;
        e_values[9] = 600.0;
        assert_eq!(e_bh(&e_values, 0.1), [7, 9]);
        assert!(e_bh(&[15.0; 50], 0.1).len() == 50 && e_bh(&[9.0; 50], 0.1).is_empty());
        assert!(e_bh(&[], 0.1).is_empty() && e_bh(&[f64::NAN, -1.0], 0.1).is_empty());
    }

    #[test]
    fn neighbours_together_are_a_signal_and_the_same_number_far_apart_is_none() {
        let zones: Vec<Zone> =
            (0..10).flat_map(|row| (0..10).map(move |c| zone_of(row * 720 + 129_700 + c))).collect();
        let neighbours = Neighbours::within(&zones, 85.0);
        assert_eq!(neighbours.of(55).len(), 9);
        let mut watch = TogetherWatch::new(neighbours, &TogetherSettings::default(), 0.01);
        let raise = |marked: &[usize]| (0..100).map(|z| marked.contains(&z)).collect::<Vec<_>>();
        assert_eq!(watch.step(&raise(&[0, 9, 90, 99])), None);
        for _ in 0..5 {
            assert_eq!(watch.step(&raise(&[])), None);
        }
        let found = watch.step(&raise(&[44, 45, 54, 55])).unwrap();
        assert_eq!(found.zones, [44, 45, 54, 55]);
        assert!(found.probability < 1e-4);
    }

    #[test]
    fn a_dead_feed_and_a_shared_fall_are_seen() {
        let laws = vec![NegBin::new(2.0, 2.0); 25];
        assert!(feed_looks_dead(&laws, 0) && feed_looks_dead(&laws, 4));
        assert!(!feed_looks_dead(&laws, 20) && !feed_looks_dead(&laws[..3], 0));
        let mut fall = SharedFall::default();
        assert!((0..20).all(|_| !fall.step(48, 50.0)));
        assert!(!fall.step(10, 50.0) && fall.step(10, 50.0));
    }

    proptest! {
        #[test]
        fn more_evidence_never_shortens_the_list(mut e_values in proptest::collection::vec(0.0..500.0_f64, 1..40),
            at in 0_usize..40, more in 1.0..50.0_f64) {
            let before = e_bh(&e_values, 0.1).len();
            let at = at % e_values.len();
            e_values[at] *= more;
            prop_assert!(e_bh(&e_values, 0.1).len() >= before);
        }
    }
}
