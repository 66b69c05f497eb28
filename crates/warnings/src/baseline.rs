//! What is expected of a step: an exposure-adjusted, exponentially weighted mean, drawn to the mean of the area, with a
//! negative binomial about it; and a reference that is frozen.
//!
//! The newest steps wait in a guard gap, so that a rise does not hide itself. Unobserved steps change nothing: they are
//! neither none nor time gone by.

use crate::count::NegBin;

/// The longest guard gap, steps.
pub const GUARD_STEPS_MAX: usize = 32;
/// A count enters the baseline as at most this many times what was expected, and this many more.
const INTO_BASELINE_MAX: f64 = 20.0;
/// A zone that showed nothing is taken to have shown this many incidents in the time it was watched.
const UNSHOWN_HITS: f64 = 0.25;
/// How much of a zone's own scatter outweighs the pooled one: information `mean / (1 + mean)`, summed over steps.
const SCATTER_PRIOR: f64 = 60.0;
/// Scatter assumed before any is measured, `1 / size`.
const INVERSE_SIZE_AT_FIRST: f64 = 0.5;
/// Least and greatest `1 / size` that is worked with.
const INVERSE_SIZE: (f64, f64) = (1e-3, 20.0);
/// Scatter is forgotten slower than the mean: its half-life is this many times as long.
const SCATTER_LONGER: f64 = 12.0;

/// How a baseline remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaselineSettings {
    /// After how many observed steps a count weighs half.
    pub half_life_steps: f64,
    /// How many of the newest observed steps are left out; at most [`GUARD_STEPS_MAX`].
    pub guard_steps: usize,
    /// How many observed steps must be in the mean before anything is expected.
    pub warm_up_steps: u32,
}

impl BaselineSettings {
    /// What detection works with: a half-life of 14 steps. Chosen on records that no figure is scored on (Iraq 2006,
    /// the first half of Iraq 2007–08, the first half of Syria 2016–19), where it kept promised rates better than 28
    /// and found rises sooner.
    pub const DETECTION: BaselineSettings =
        BaselineSettings { half_life_steps: 14.0, guard_steps: 7, warm_up_steps: 28 };
}

impl Default for BaselineSettings {
    /// 28 steps of half-life, 7 of guard gap, 28 of warm-up.
    fn default() -> Self {
        BaselineSettings { half_life_steps: 28.0, guard_steps: 7, warm_up_steps: 28 }
    }
}

/// What the zones of an area have in common at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Mean rate over its zones, incidents per fully seen step.
    pub mean: f64,
    /// How many steps of watching the mean of the area is worth to a zone: the gamma prior of empirical Bayes.
    pub worth_steps: f64,
    /// Pooled scatter, `1 / size`.
    pub inverse_size: f64,
}

impl Default for Area {
    /// An area of which nothing is known: a zone stands for itself.
    fn default() -> Self {
        Area { mean: 0.0, worth_steps: 0.0, inverse_size: INVERSE_SIZE_AT_FIRST }
    }
}

impl Area {
    /// Of the baselines of its zones, by moments: the less the zones differ, the more the mean is worth.
    #[must_use]
    pub fn of<'b>(zones: impl IntoIterator<Item = &'b Baseline>) -> Area {
        let (mut n, mut sum, mut squares, mut noise) = (0.0, 0.0, 0.0, 0.0);
        let (mut excess, mut information) = (0.0, 0.0);
        for zone in zones.into_iter().filter(|z| z.exposure > 0.0) {
            let per_step = zone.exposure.recip();
            let rate = zone.hits * per_step;
            n += 1.0;
            sum += rate;
            squares += rate * rate;
            noise += rate * per_step;
            excess += zone.excess;
            information += zone.information;
        }
        let pooled = (excess + SCATTER_PRIOR * INVERSE_SIZE_AT_FIRST) / (information + SCATTER_PRIOR);
        let inverse_size = pooled.clamp(INVERSE_SIZE.0, INVERSE_SIZE.1);
        if n < 2.0 {
            return Area { inverse_size, ..Area::default() };
        }
        let mean = sum / n;
        let between = (squares / n - mean * mean) * n / (n - 1.0) - noise / n;
        // Zones that differ no more than chance makes them share one rate: the mean is worth a half-life.
        let worth_steps = if between > 0.0 { (mean / between).min(28.0) } else { 28.0 };
        Area { mean, worth_steps, inverse_size }
    }
}

/// The baseline of one zone, a step at a time, in constant time and room.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    keep: f64,
    keep_scatter: f64,
    guard_steps: usize,
    warm_up_steps: u32,
    hits: f64,
    exposure: f64,
    steps: u32,
    excess: f64,
    information: f64,
    waiting: [(f64, f64); GUARD_STEPS_MAX],
    at: usize,
    filled: usize,
}

impl Baseline {
    /// A baseline that has seen nothing.
    #[must_use]
    pub fn new(settings: &BaselineSettings) -> Baseline {
        let half_life = if settings.half_life_steps > 0.0 { settings.half_life_steps } else { 28.0 };
        Baseline {
            keep: 0.5_f64.powf(half_life.recip()),
            keep_scatter: 0.5_f64.powf((half_life * SCATTER_LONGER).recip()),
            guard_steps: settings.guard_steps.min(GUARD_STEPS_MAX),
            warm_up_steps: settings.warm_up_steps.max(1),
            hits: 0.0,
            exposure: 0.0,
            steps: 0,
            excess: 0.0,
            information: 0.0,
            waiting: [(0.0, 0.0); GUARD_STEPS_MAX],
            at: 0,
            filled: 0,
        }
    }

    /// What a fully seen step is expected to count; nothing while the baseline warms up.
    #[must_use]
    pub fn law(&self, area: &Area) -> Option<NegBin> {
        if self.steps < self.warm_up_steps {
            return None;
        }
        let own = self.hits + area.worth_steps * area.mean;
        let mean = own.max(UNSHOWN_HITS) / (self.exposure + area.worth_steps);
        let excess = (self.excess + SCATTER_PRIOR * area.inverse_size).max(1e-9);
        let size = (self.information + SCATTER_PRIOR) / excess;
        Some(NegBin::new(mean, size.clamp(INVERSE_SIZE.1.recip(), INVERSE_SIZE.0.recip())))
    }

    /// Takes an observed step: its count, what part of it was seen (0 to 1), and what was expected of a full one.
    pub fn push(&mut self, count: u32, seen: f32, law: Option<&NegBin>) {
        let seen = f64::from(seen);
        if !(seen > 0.0 && seen <= 1.0) {
            return;
        }
        let mut counted = f64::from(count);
        if let Some(law) = law {
            let mean = law.mean() * seen;
            counted = counted.min(INTO_BASELINE_MAX * (mean + 1.0));
            let off = counted - mean;
            let weight = (mean + mean * mean).max(1e-12).recip();
            self.excess = self.excess * self.keep_scatter + (off * off - counted) * weight;
            self.information = self.information * self.keep_scatter + mean * mean * weight;
        }
        let Some(next) = self.leave_guard(counted, seen) else { return };
        self.hits = self.hits * self.keep + next.0;
        self.exposure = self.exposure * self.keep + next.1;
        self.steps = self.steps.saturating_add(1);
    }

    /// Puts a step into the guard gap; the one that leaves it.
    fn leave_guard(&mut self, counted: f64, seen: f64) -> Option<(f64, f64)> {
        if self.guard_steps == 0 {
            return Some((counted, seen));
        }
        let slot = self.waiting.get_mut(self.at)?;
        let leaving = std::mem::replace(slot, (counted, seen));
        self.at = if self.at + 1 >= self.guard_steps { 0 } else { self.at + 1 };
        if self.filled < self.guard_steps {
            self.filled += 1;
            return None;
        }
        Some(leaving)
    }

    /// Forgets the level and warms up anew: a ceasefire has entered into force, or ended. The scatter is kept.
    pub fn rebase(&mut self) {
        (self.hits, self.exposure, self.steps) = (0.0, 0.0, 0);
        (self.at, self.filled) = (0, 0);
    }

    /// Its own scatter, `1 / size`, where enough was seen to tell; for a stream that stands for itself.
    #[must_use]
    pub fn inverse_size(&self) -> Option<f64> {
        let enough = self.information >= 10.0;
        enough.then(|| (self.excess / self.information).clamp(INVERSE_SIZE.0, INVERSE_SIZE.1))
    }

    /// The plain rate, incidents per fully seen step; nothing before anything was seen.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.exposure > 0.0).then(|| self.hits / self.exposure)
    }
}

/// A level that stays as it was: that of the first steps of a ceasefire, or the one agreed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrozenReference {
    steps_wanted: u32,
    steps: u32,
    hits: f64,
    exposure: f64,
    agreed: Option<f64>,
}

impl FrozenReference {
    /// To be taken from the first `steps` observed steps (28 by custom).
    #[must_use]
    pub fn of_first_steps(steps: u32) -> FrozenReference {
        FrozenReference { steps_wanted: steps.max(1), steps: 0, hits: 0.0, exposure: 0.0, agreed: None }
    }

    /// The agreed level, incidents per fully seen step.
    #[must_use]
    pub fn agreed(level: f64) -> FrozenReference {
        FrozenReference { agreed: Some(level.max(0.0)), ..FrozenReference::of_first_steps(1) }
    }

    /// Takes an observed step while the reference is being taken; true when the step went into it.
    pub fn take(&mut self, count: u32, seen: f32) -> bool {
        let open = self.agreed.is_none() && self.steps < self.steps_wanted;
        if open {
            self.hits += f64::from(count);
            self.exposure += f64::from(seen);
            self.steps += 1;
        }
        open
    }

    /// The level, incidents per fully seen step, once it stands.
    #[must_use]
    pub fn level(&self) -> Option<f64> {
        let taken = (self.steps >= self.steps_wanted && self.exposure > 0.0)
            .then(|| self.hits.max(UNSHOWN_HITS) / self.exposure);
        self.agreed.or(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fed(counts: impl IntoIterator<Item = (u32, f32)>) -> Baseline {
        let mut baseline = Baseline::new(&BaselineSettings::default());
        for (count, seen) in counts {
            let law = baseline.law(&Area::default());
            baseline.push(count, seen, law.as_ref());
        }
        baseline
    }

    #[test]
    fn a_rise_of_the_last_seven_steps_is_not_in_the_mean_and_half_a_step_seen_counts_half() {
        let calm = fed((0..100).map(|_| (2, 0.5)));
        assert!((calm.rate().unwrap() - 4.0).abs() < 1e-9);
        let mut risen = calm.clone();
        for _ in 0..7 {
            risen.push(40, 0.5, None);
        }
        assert!((risen.rate().unwrap() - 4.0).abs() < 1e-9);
        risen.push(40, 0.5, None);
        assert!(risen.rate().unwrap() > 4.5);
    }

    #[test]
    fn nothing_is_expected_before_the_warm_up_and_after_a_rebase() {
        let mut baseline = fed((0..34).map(|_| (3, 1.0)));
        assert_eq!(baseline.law(&Area::default()), None);
        baseline.push(3, 1.0, None);
        assert!((baseline.law(&Area::default()).unwrap().mean() - 3.0).abs() < 1e-9);
        baseline.rebase();
        assert_eq!(baseline.law(&Area::default()), None);
    }

    #[test]
    fn a_count_of_a_thousand_million_does_not_blind_the_zone() {
        let mut baseline = fed((0..200).map(|_| (1, 1.0)));
        let law = baseline.law(&Area::default());
        baseline.push(1_000_000_000, 1.0, law.as_ref());
        for _ in 0..7 {
            baseline.push(1, 1.0, law.as_ref());
        }
        assert!(baseline.law(&Area::default()).unwrap().mean() < 3.0);
    }

    #[test]
    fn zones_alike_are_drawn_to_the_mean_and_zones_unlike_are_not() {
        let mut zones: Vec<Baseline> =
            (0..10).map(|z| fed((0..90).map(move |s| ((s + z) % 2, 1.0)))).collect();
        let alike = Area::of(&zones);
        assert!(alike.worth_steps > 20.0 && (alike.mean - 0.5).abs() < 0.05, "{alike:?}");
        zones.push(fed((0..90).map(|_| (60, 1.0))));
        assert!(Area::of(&zones).worth_steps < 0.1);
        let quiet = fed((0..90).map(|_| (0, 1.0)));
        assert!(quiet.law(&alike).unwrap().mean() > 0.1);
    }

    #[test]
    fn a_frozen_reference_stays_as_it_was() {
        let mut reference = FrozenReference::of_first_steps(2);
        assert!(reference.take(4, 1.0) && reference.level().is_none());
        assert!(reference.take(2, 0.5));
        assert!(!reference.take(90, 1.0));
        assert_eq!(reference.level(), Some(4.0));
        assert_eq!(FrozenReference::agreed(0.5).level(), Some(0.5));
    }

    proptest! {
        #[test]
        fn no_count_and_no_exposure_makes_a_law_that_is_none(
            steps in proptest::collection::vec((any::<u32>(), any::<f32>()), 0..120),
        ) {
            let baseline = fed(steps);
            let area = Area::of([&baseline, &baseline]);
            if let Some(law) = baseline.law(&area) {
                prop_assert!(law.mean().is_finite() && law.mean() > 0.0 && law.size() > 0.0);
            }
        }
    }
}
