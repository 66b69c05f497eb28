//! What is expected at every place: a decaying mean of its own past, drawn towards its neighbourhood where it has
//! little.

use super::circles::Circles;
use super::kernel::{Columns, LANES, Means};
use crate::panel::Panel;

/// The least rate worked with, events a step: where nothing ever happened is not where nothing can.
const RATE_MIN: f64 = 1e-7;
/// Counts of a step above this are taken for it: so many are never placed one by one, and a burst stays a burst.
const COUNT_MAX: u32 = 100_000_000;
/// How many steps the windows have.
const STEPS: [f32; LANES] =
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0];

/// How the expected counts come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// After how many steps an observation weighs half.
    pub half_life_steps: f64,
    /// How much past the mean around weighs against a place's own, events.
    pub prior_events: f64,
    /// How far around a place the mean is taken, km.
    pub around_km: f64,
    /// How many steps of the record are only learnt from.
    pub warm_up_steps: usize,
}

impl Default for Baseline {
    fn default() -> Self {
        Baseline { half_life_steps: 28.0, prior_events: 1.0, around_km: 25.0, warm_up_steps: 42 }
    }
}

/// Counts, exposure and rates of all places, in the order of `Circles`, ready for any last step.
#[derive(Clone, Debug)]
pub struct Field {
    places: usize,
    steps: usize,
    /// Counts of each place before each step, latest first, wrapped around; shape `places × (steps + 1 + LANES)`, the
    /// last value repeated. A window's sum is a difference, right as long as it is below 2³¹.
    counted: Vec<i32>,
    /// The same of exposure; nothing for all when every step of every place is seen in full.
    seen: Option<Vec<f64>>,
    /// Events a fully seen step, from the steps up to and with each; shape `steps × places`.
    rates: Vec<f32>,
}

impl Field {
    /// Of a panel, for the places of `circles`. A rate rests on its step and those before: on nothing later.
    #[must_use]
    pub fn new(panel: &Panel, circles: &Circles, baseline: &Baseline) -> Field {
        let (places, steps) = (circles.places(), panel.steps());
        let mut counted = Vec::with_capacity(places * (steps + 1 + LANES));
        let mut seen = Vec::with_capacity(places * (steps + 1 + LANES));
        let mut full = true;
        let (mut counts, mut exposures) = (Vec::new(), Vec::new());
        for zone in circles.zones() {
            let (mut count, mut exposure) = (0_i32, 0.0_f64);
            counts.clear();
            exposures.clear();
            for step in panel.observed(*zone as usize) {
                counts.push(count);
                exposures.push(exposure);
                let (more, part) = step.unwrap_or((0, 0.0));
                full &= part >= 1.0;
                count = count.wrapping_add(more.min(COUNT_MAX).cast_signed());
                exposure += f64::from(part);
            }
            counted.push(count);
            counted.extend(counts.iter().rev());
            counted.extend([0; LANES]);
            seen.push(exposure);
            seen.extend(exposures.iter().rev());
            seen.extend([0.0; LANES]);
        }
        let seen = (!full).then_some(seen);
        let mut field = Field { places, steps, counted, seen, rates: Vec::with_capacity(places * steps) };
        field.learn(circles, baseline);
        field
    }

    fn learn(&mut self, circles: &Circles, baseline: &Baseline) {
        let decay = 0.5_f64.powf(1.0 / baseline.half_life_steps.max(1e-3));
        let prior = baseline.prior_events.max(1e-3);
        let mut past = vec![(0.0_f64, 0.0_f64); self.places];
        for step in 0..self.steps {
            for (place, (events, weight)) in past.iter_mut().enumerate() {
                let (count, seen) = self.sums(place, step + 1, 1);
                *events = *events * decay + count as f64;
                *weight = *weight * decay + seen;
            }
            let all = total(past.iter());
            let mean = if all.1 > 0.0 { all.0 / all.1 } else { 0.0 };
            for (ring, own) in circles.rings().zip(&past) {
                let near = ring.distances_km.partition_point(|km| f64::from(*km) <= baseline.around_km);
                let members = ring.members.iter().take(near.max(1));
                let around = total(members.filter_map(|m| past.get(*m as usize)));
                let rate = drawn(*own, drawn(around, mean.max(RATE_MIN), prior), prior);
                self.rates.push(rate.max(RATE_MIN) as f32);
            }
        }
    }

    /// How many steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How many events the last `steps` steps before step `end` have at a place, and how much of them was seen.
    #[must_use]
    pub fn sums(&self, place: usize, end: usize, steps: usize) -> (u64, f64) {
        let steps = steps.min(end);
        let to = self.row(place) + self.steps.saturating_sub(end);
        let counted = |at: usize| self.counted.get(at).copied().unwrap_or(0);
        let sum = counted(to).wrapping_sub(counted(to + steps)).cast_unsigned();
        let seen = self.seen.as_ref().map_or(steps as f64, |seen| {
            let seen = |at: usize| seen.get(at).copied().unwrap_or(0.0);
            seen(to) - seen(to + steps)
        });
        (u64::from(sum), seen)
    }

    fn row(&self, place: usize) -> usize {
        place * (self.steps + 1 + LANES)
    }

    /// Events a fully seen step at a place, from the steps up to and with `step`.
    #[must_use]
    pub fn rate(&self, place: usize, step: usize) -> f64 {
        f64::from(self.rates.get(step * self.places + place).copied().unwrap_or(RATE_MIN as f32))
    }

    /// Columns of the right kind for `fill`, of windows of 1 to `steps_max` steps.
    #[must_use]
    pub fn blank(&self, steps_max: usize) -> Columns {
        let mut profile = [0.0; LANES];
        profile.iter_mut().zip(STEPS).take(steps_max).for_each(|(part, steps)| *part = steps);
        let means = match self.seen {
            None => Means::Shared(vec![0.0; self.places], profile),
            Some(_) => Means::Own(vec![[0.0; LANES]; self.places]),
        };
        Columns { counts: vec![[0.0; LANES]; self.places], means }
    }

    /// Fills in a place for the windows of 1 to `steps_max` steps that end with step `last`, with what is expected
    /// from the steps before the longest of them. Longer windows stay empty.
    pub fn fill(&self, columns: &mut Columns, place: usize, last: usize, steps_max: usize) {
        let rate = self.rate(place, last.saturating_sub(steps_max)) as f32;
        let from = self.row(place) + self.steps.saturating_sub(last + 1);
        let counted = self.counted.get(from..).and_then(<[i32]>::split_first);
        let counted = counted.and_then(|(all, before)| Some((all, before.first_chunk::<LANES>()?)));
        if let (Some((all, before)), Some(counts)) = (counted, columns.counts.get_mut(place)) {
            *counts = before.map(|before| all.wrapping_sub(before) as f32);
            counts.iter_mut().skip(steps_max).for_each(|count| *count = 0.0);
        }
        let seen = self.seen.as_ref().and_then(|seen| seen.get(from..)).and_then(<[f64]>::split_first);
        match &mut columns.means {
            Means::Shared(weights, _) => weights.get_mut(place).into_iter().for_each(|weight| *weight = rate),
            Means::Own(means) => {
                let (Some((all, before)), Some(means)) = (seen, means.get_mut(place)) else { return };
                for (mean, before) in means.iter_mut().zip(before).take(steps_max) {
                    *mean = (all - before) as f32 * rate;
                }
            }
        }
    }

    /// All places filled in for the windows that end with step `last`.
    #[must_use]
    pub fn columns(&self, last: usize, steps_max: usize) -> Columns {
        let mut columns = self.blank(steps_max);
        (0..self.places).for_each(|place| self.fill(&mut columns, place, last, steps_max));
        columns
    }
}

/// The rate of `(events, exposure)`, drawn towards `mean` as if `prior` events had been seen at it: the mean of the
/// gamma posterior.
fn drawn((events, weight): (f64, f64), mean: f64, prior: f64) -> f64 {
    mean * (events + prior) / (mean * weight + prior)
}

fn total<'p>(past: impl Iterator<Item = &'p (f64, f64)>) -> (f64, f64) {
    past.fold((0.0, 0.0), |(events, weight), (e, w)| (events + e, weight + w))
}
