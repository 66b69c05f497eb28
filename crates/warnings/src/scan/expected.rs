//! What is expected at every place: a decaying mean of its own past, drawn towards its neighbourhood where it has little.

use super::circles::Circles;
use super::kernel::{Column, LANES};
use crate::panel::Panel;

/// The least rate worked with, events a step: where nothing ever happened is not where nothing can.
const RATE_MIN: f64 = 1e-7;

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
    /// Sums of counts before each step; shape `places × (steps + 1)`.
    counted: Vec<u64>,
    /// Sums of exposure before each step; shape `places × (steps + 1)`.
    seen: Vec<f64>,
    /// Events a fully seen step, from the steps up to and with each; shape `steps × places`.
    rates: Vec<f32>,
}

impl Field {
    /// Of a panel, for the places of `circles`. A rate rests on its step and those before: on nothing later.
    #[must_use]
    pub fn new(panel: &Panel, circles: &Circles, baseline: &Baseline) -> Field {
        let (places, steps) = (circles.places(), panel.steps());
        let mut counted = Vec::with_capacity(places * (steps + 1));
        let mut seen = Vec::with_capacity(places * (steps + 1));
        for zone in circles.zones() {
            let (mut count, mut exposure) = (0_u64, 0.0_f64);
            counted.push(count);
            seen.push(exposure);
            for step in panel.observed(*zone as usize) {
                let (more, part) = step.unwrap_or((0, 0.0));
                count += u64::from(more);
                exposure += f64::from(part);
                counted.push(count);
                seen.push(exposure);
            }
        }
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
        let row = place * (self.steps + 1);
        let (from, to) = (row + end.saturating_sub(steps), row + end);
        let counted = |at: usize| self.counted.get(at).copied().unwrap_or(0);
        let seen = |at: usize| self.seen.get(at).copied().unwrap_or(0.0);
        (counted(to).saturating_sub(counted(from)), seen(to) - seen(from))
    }

    /// Events a fully seen step at a place, from the steps up to and with `step`.
    #[must_use]
    pub fn rate(&self, place: usize, step: usize) -> f64 {
        f64::from(self.rates.get(step * self.places + place).copied().unwrap_or(RATE_MIN as f32))
    }

    /// The column of a place for the windows of 1 to `steps_max` steps that end with step `last`, with what is expected from
    /// the steps before the longest of them. Longer windows can be no cluster.
    #[must_use]
    pub fn column(&self, place: usize, last: usize, steps_max: usize) -> Column {
        let steps_max = steps_max.min(LANES).min(last);
        let row = place * (self.steps + 1);
        let (from, to) = (row + last + 1 - steps_max, row + last + 1);
        let rate = self.rate(place, last - steps_max);
        let counted = self.counted.get(from..=to).unwrap_or_default();
        let seen = self.seen.get(from..=to).unwrap_or_default();
        let (count_end, counted) = counted.split_last().unwrap_or((&0, &[]));
        let (seen_end, seen) = seen.split_last().unwrap_or((&0.0, &[]));
        let mut column = Column::NONE;
        for (lane, before) in column.counts.iter_mut().zip(counted.iter().rev()) {
            *lane = (count_end - before) as f32;
        }
        for (lane, before) in column.expected.iter_mut().zip(seen.iter().rev()) {
            *lane = ((seen_end - before) * rate) as f32;
        }
        column
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
