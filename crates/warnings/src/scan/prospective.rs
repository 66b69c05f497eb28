//! The scan of one day: where counts are above what was expected, since when, and how rare that is.

use super::circles::Circles;
use super::expected::{Baseline, Field};
use super::kernel::{Dispersion, LANES, Peak, peaks};
use super::null::Past;
use super::permutation::{Permuted, permutation_scan};
use super::tail::{Maxima, Tail};
use crate::panel::Panel;

/// Least number of past steps from which ordinary times are learnt.
pub const PAST_STEPS_MIN: usize = 28;
/// Longest part of a record that is only learnt from, steps.
const WARM_UP_STEPS_MAX: usize = 1_000_000;
/// Most replicas.
const REPLICAS_MAX: u32 = 1_000_000;

/// How a scan is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Greatest radius of a circle, km.
    pub radius_km_max: f64,
    /// Most places in a circle.
    pub places_max: usize,
    /// Longest window, steps; at most 16.
    pub window_steps_max: usize,
    /// How the expected counts come about.
    pub baseline: Baseline,
    /// The dispersion of counts; nothing to read it off the past before the scan.
    pub dispersion: Option<Dispersion>,
    /// Side of the tiles that keep their past together, km; at least two radii.
    pub tile_km: f64,
    /// How many past steps ordinary times are learnt from, at most.
    pub past_steps_max: usize,
    /// How many replicas.
    pub replicas: u32,
    /// How a probability is read off the replicas.
    pub tail: Tail,
    /// Most clusters that are given.
    pub clusters_max: usize,
    /// From what the replicas are drawn.
    pub seed: u64,
}

impl Default for Settings {
    /// Chosen on the record of Iraq before September 2007: the half-life is that of the other detectors, the least
    /// past and the error added to the tail keep the promise on short pasts, where ranks alone do not.
    fn default() -> Self {
        Settings {
            radius_km_max: 50.0,
            places_max: 10_000,
            window_steps_max: 14,
            baseline: Baseline::default(),
            dispersion: None,
            tile_km: 200.0,
            past_steps_max: 365,
            replicas: 999,
            tail: Tail::Larger,
            clusters_max: 10,
            seed: 1,
        }
    }
}

/// Why no scan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Some setting is out of its range.
    #[error("a setting of the scan is out of range: {0}")]
    Setting(&'static str),
    /// More circles than can be held.
    #[error("too many places within a circle's reach")]
    TooManyCircles,
    /// The panel has no such step.
    #[error("the panel has no step {0}")]
    Step(usize),
    /// Too little past to say what is ordinary: missing so many steps.
    #[error("the past is {0} steps too short to say what is ordinary")]
    Past(usize),
}

/// A part of a cluster: a place or a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The row of the place in the panel, or the step.
    pub at: usize,
    /// How many events were counted.
    pub observed: u64,
    /// How many were expected.
    pub expected: f64,
}

/// Places that lie together with more events since some step than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The row of the place in the middle.
    pub centre: usize,
    /// From the middle to the farthest place, km.
    pub radius_km: f64,
    /// The first step of the window.
    pub since_step: usize,
    /// How many events were counted.
    pub observed: u64,
    /// How many were expected.
    pub expected: f64,
    /// The statistic: a log-likelihood ratio.
    pub statistic: f64,
    /// The probability that ordinary times give a statistic as great anywhere that day.
    pub p_value: f64,
    /// Once in how many scans ordinary times give one as great, on average.
    pub recurrence_steps: f64,
    /// What each place adds, that with most events above the expected first.
    pub by_place: Vec<Part>,
    /// What each step adds, in order.
    pub by_step: Vec<Part>,
}

impl Cluster {
    /// How many times what was expected.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.observed as f64 / self.expected.max(1e-9)
    }

    /// Whether the place of row `zone` is in it.
    #[must_use]
    pub fn holds(&self, zone: usize) -> bool {
        self.by_place.iter().any(|part| part.at == zone)
    }
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The last step looked at.
    pub last_step: usize,
    /// Clusters that share no place, that with the greatest statistic first, rare or not.
    pub clusters: Vec<Cluster>,
    /// The dispersion the statistic took.
    pub dispersion: Dispersion,
    /// The greatest statistics of the replicas.
    pub maxima: Maxima,
}

impl Scan {
    /// The clusters that ordinary times give at most once in `recurrence_steps` scans.
    pub fn rare(&self, recurrence_steps: f64) -> impl Iterator<Item = &Cluster> {
        self.clusters.iter().filter(move |c| c.recurrence_steps >= recurrence_steps)
    }
}

/// A panel made ready to be scanned on any of its steps.
#[derive(Clone, Debug)]
pub struct Scanner {
    settings: Settings,
    circles: Circles,
    field: Field,
}

impl Scanner {
    /// Makes `panel` ready. Its zones are the places: all cells of the area, also those where nothing happened yet.
    ///
    /// # Errors
    /// When a setting is out of range, or circles would hold too many places.
    pub fn new(panel: &Panel, settings: Settings) -> Result<Scanner, ScanError> {
        check(&settings)?;
        let circles = Circles::new(panel.zones(), settings.radius_km_max, settings.places_max)
            .ok_or(ScanError::TooManyCircles)?;
        let field = Field::new(panel, &circles, &settings.baseline);
        Ok(Scanner { settings, circles, field })
    }

    /// How many circles are looked at, each with every window.
    #[must_use]
    pub fn circles(&self) -> usize {
        self.circles.len()
    }

    /// The first step that can be scanned.
    #[must_use]
    pub fn first_step(&self) -> usize {
        let Settings { window_steps_max, baseline, .. } = self.settings;
        baseline.warm_up_steps + 2 * window_steps_max + PAST_STEPS_MIN - 1
    }

    /// Scans the windows that end with `last_step`. Nothing later is looked at.
    ///
    /// # Errors
    /// When there is no such step, or too little past before it.
    pub fn scan(&self, last_step: usize) -> Result<Scan, ScanError> {
        let past = self.past(last_step)?;
        let steps_max = self.settings.window_steps_max;
        let dispersion = self.settings.dispersion.unwrap_or_else(|| past.dispersion());
        let maxima = past.maxima(&dispersion, self.settings.replicas, self.settings.seed);
        let maxima = Maxima::new(maxima, past.len() as f64 / steps_max as f64);
        let mut columns = self.field.columns(last_step, steps_max);
        let found = peaks(&self.circles, &mut columns, steps_max, self.settings.clusters_max, &dispersion);
        let clusters = found.iter().map(|found| self.cluster(found, last_step, &maxima)).collect();
        Ok(Scan { last_step, clusters, dispersion, maxima })
    }

    /// The space-time permutation scan of the same circles and windows, as a peer, against `replicas` replicas.
    ///
    /// # Errors
    /// When there is no such step, or fewer before it than a window has.
    pub fn permutation(&self, last_step: usize, replicas: u32) -> Result<Vec<Permuted>, ScanError> {
        let Settings { window_steps_max: steps_max, clusters_max, seed, .. } = self.settings;
        if last_step >= self.field.steps() {
            return Err(ScanError::Step(last_step));
        }
        if last_step < steps_max {
            return Err(ScanError::Past(steps_max - last_step));
        }
        let draws = (replicas.clamp(1, REPLICAS_MAX), seed);
        Ok(permutation_scan(&self.field, &self.circles, last_step, steps_max, clusters_max, draws))
    }

    fn past(&self, last_step: usize) -> Result<Past<'_>, ScanError> {
        if last_step >= self.field.steps() {
            return Err(ScanError::Step(last_step));
        }
        if last_step < self.first_step() {
            return Err(ScanError::Past(self.first_step() - last_step));
        }
        let steps_max = self.settings.window_steps_max;
        // The windows of the scan itself are no past.
        let end = last_step - steps_max;
        let start = self.settings.baseline.warm_up_steps + steps_max;
        let start = start.max((end + 1).saturating_sub(self.settings.past_steps_max.max(PAST_STEPS_MIN)));
        let (field, circles) = (&self.field, &self.circles);
        Ok(Past { field, circles, ends: start..=end, steps_max, tile_km: self.settings.tile_km })
    }

    fn cluster(&self, found: &Peak, last_step: usize, maxima: &Maxima) -> Cluster {
        let ring = self.circles.ring(found.centre);
        let members: Vec<usize> = ring.members.iter().take(found.places).map(|m| *m as usize).collect();
        let since_step = last_step + 1 - found.steps;
        let row = |place: usize| self.circles.zones().get(place).map_or(0, |zone| *zone as usize);
        let mut by_place: Vec<Part> = members
            .iter()
            .map(|place| self.part(row(*place), &[*place], last_step, last_step, found.steps))
            .collect();
        by_place.sort_by(|a, b| above(b).total_cmp(&above(a)));
        let by_step: Vec<Part> =
            (since_step..=last_step).map(|step| self.part(step, &members, last_step, step, 1)).collect();
        let p_value = maxima.p_value(found.value, self.settings.tail);
        Cluster {
            centre: row(found.centre),
            radius_km: found
                .places
                .checked_sub(1)
                .and_then(|at| ring.distances_km.get(at))
                .map_or(0.0, |km| f64::from(*km)),
            since_step,
            observed: by_step.iter().map(|p| p.observed).sum(),
            expected: by_step.iter().map(|p| p.expected).sum(),
            statistic: found.value,
            p_value,
            recurrence_steps: 1.0 / p_value,
            by_place,
            by_step,
        }
    }

    /// What `places` add on the `steps` steps up to `end`, with the rates of a scan of `last_step`.
    fn part(&self, at: usize, places: &[usize], last_step: usize, end: usize, steps: usize) -> Part {
        let learnt = last_step - self.settings.window_steps_max;
        let mut part = Part { at, observed: 0, expected: 0.0 };
        for place in places {
            let (count, seen) = self.field.sums(*place, end + 1, steps);
            part.observed += count;
            part.expected += seen * self.field.rate(*place, learnt);
        }
        part
    }
}

fn above(part: &Part) -> f64 {
    part.observed as f64 - part.expected
}

fn check(settings: &Settings) -> Result<(), ScanError> {
    let positive = |value: f64| value.is_finite() && value > 0.0;
    let faults = [
        (positive(settings.radius_km_max) && settings.radius_km_max <= 20_000.0, "radius_km_max"),
        ((1..=LANES).contains(&settings.window_steps_max), "window_steps_max"),
        (positive(settings.baseline.half_life_steps), "half_life_steps"),
        (positive(settings.baseline.prior_events), "prior_events"),
        (settings.baseline.around_km >= 0.0, "around_km"),
        (positive(settings.tile_km), "tile_km"),
        ((1..=REPLICAS_MAX).contains(&settings.replicas), "replicas"),
        (settings.baseline.warm_up_steps <= WARM_UP_STEPS_MAX, "warm_up_steps"),
        (settings.dispersion.is_none_or(|d| d.factor >= 1.0 && d.slope >= 0.0), "dispersion"),
        (settings.dispersion.is_none_or(|d| d.factor <= 1e6 && d.slope <= 1e6), "dispersion"),
    ];
    match faults.iter().find(|(fits, _)| !fits) {
        Some((_, name)) => Err(ScanError::Setting(name)),
        None => Ok(()),
    }
}
