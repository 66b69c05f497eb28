//! Forecasts of counts in zones over the next days, as distributions, walked forward through time.
//!
//! A pool of three members, all re-fitted as time goes: a negative binomial about a decayed rate ("EWMA"); the
//! regression of [`super::hawkes`], direct for each horizon; the zone's own past over spans of that length, weighted
//! by age and spread log-normally, with first counts after quiet ("conflictology"). The pool's weights begin equal
//! and are drawn to what would have given earlier outcomes the best CRPS; the pool is then recalibrated by how its
//! earlier forecasts did. Outcomes of one origin hang together, and those of overlapping spans: all of a span's
//! length count as one, for both.

use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::baselines::Known;
use super::features::{FeatureSettings, Features, Spans, decayed};
use super::hawkes::Hawkes;
use super::history::spread_points;
use super::predictive::Predictive;
use super::recalibrate::{BinConditional, Recalibration};
use super::size::{Pair, SizeByLevel, size_of};
use super::weights::weights_by_crps;
use crate::panel::Panel;
use crate::score::Pit;

/// Members of the pool.
pub const MEMBERS: usize = 3;
/// Their names.
pub const MEMBER_NAMES: [&str; MEMBERS] = ["EWMA, size by level", "Hawkes-NB", "decayed conflictology"];
/// Points that stand for a log-normal spread.
const SPREAD_POINTS: usize = 15;
/// Probabilities at which a forecast is given.
pub const QUANTILES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// How forecasts are made. Steps are days for daily panels.
#[derive(Clone, Debug, PartialEq)]
pub struct DailySettings {
    /// Rates of the regression.
    pub features: FeatureSettings,
    /// Half-life of the rate of the first member, and of the EWMA baselines.
    pub ewma_half_life_steps: f64,
    /// Half-life of the weight of own past spans.
    pub past_half_life_steps: f64,
    /// How far back own past is looked at.
    pub past_steps: usize,
    /// Standard deviations of the logarithm about a past count.
    pub spreads: Vec<f64>,
    /// Steps without any count that make a zone quiet.
    pub quiet_steps: usize,
    /// First origin that is forecast from: what comes before is only learnt from.
    pub origin_min: usize,
    /// How often all is fitted anew.
    pub refit_steps: usize,
    /// How many independent origins the equal weights weigh as much as.
    pub prior_origins: f64,
    /// What an escalation is.
    pub escalation: Escalation,
}

impl Default for DailySettings {
    fn default() -> Self {
        DailySettings {
            features: FeatureSettings::default(),
            ewma_half_life_steps: 14.0,
            past_half_life_steps: 14.0,
            past_steps: 365,
            spreads: vec![0.3, 0.5],
            quiet_steps: 28,
            origin_min: 60,
            refit_steps: 30,
            prior_origins: 10.0,
            escalation: Escalation { count_min: 3, times: 2.0, trailing_steps: 28 },
        }
    }
}

/// An escalation: at least so many, and at least so many times what the last steps would give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Escalation {
    /// Least count.
    pub count_min: u64,
    /// Times the trailing rate.
    pub times: f64,
    /// Steps of the trailing rate.
    pub trailing_steps: usize,
}

/// A forecast as it is given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The zone, by its place in the panel.
    pub zone: usize,
    /// The last step it knows of.
    pub origin: usize,
    /// How many steps after it are summed.
    pub horizon_steps: usize,
    /// The mean.
    pub mean: f64,
    /// Counts that are not exceeded with the probabilities of [`QUANTILES`].
    pub quantiles: [u64; QUANTILES.len()],
    /// Probability that nothing comes.
    pub none: f64,
    /// Probability of at least the agreed limit, where there is one.
    pub at_limit: Option<f64>,
    /// The count from which on it is an escalation.
    pub escalation_from: u64,
    /// Probability of an escalation.
    pub escalation: f64,
}

/// One forecast of a walk, with what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The zone, by its place in the panel.
    pub zone: usize,
    /// The last step known.
    pub origin: usize,
    /// The members' distributions.
    pub members: Vec<Predictive>,
    /// Their pool.
    pub pool: Predictive,
    /// The pool recalibrated: the forecast.
    pub forecast: Predictive,
    /// The count from which on it is an escalation.
    pub escalation_from: u64,
    /// The rate and the size of the EWMA baselines.
    pub ewma: (f64, f64),
}

impl Made {
    /// As it is given, with the probability of at least `limit`.
    #[must_use]
    pub fn given(&self, horizon_steps: usize, limit: Option<u64>) -> Forecast {
        Forecast {
            zone: self.zone,
            origin: self.origin,
            horizon_steps,
            mean: self.forecast.mean(),
            quantiles: QUANTILES.map(|p| self.forecast.quantile(p)),
            none: self.forecast.cdf(0),
            at_limit: limit.map(|limit| self.forecast.tail(limit)),
            escalation_from: self.escalation_from,
            escalation: self.forecast.tail(self.escalation_from),
        }
    }
}

/// An outcome that waits to be known.
struct Pending {
    /// The step after the last of its span.
    end: usize,
    outcome: u64,
    products: [[f64; MEMBERS]; MEMBERS],
    mean: f64,
    pool: Pit,
}

/// What is fitted at the beginning of a block of origins.
struct Fitted {
    hawkes: Hawkes,
    ewma_sizes: SizeByLevel,
    ewma_size: f64,
    onsets: Onsets,
    weights: [f64; MEMBERS],
}

/// What came over a span after quiet.
struct Onsets {
    /// How likely anything is.
    share: f64,
    /// Counts, where anything came.
    sizes: Vec<u64>,
}

/// A walk through a panel for one horizon. Blocks of origins must be asked for in order of time.
pub struct Walk<'p> {
    panel: &'p Panel,
    settings: &'p DailySettings,
    horizon: usize,
    features: Features,
    spans: Spans,
    rates: Vec<Vec<f64>>,
    pending: Vec<Pending>,
    /// Sum of products of the outcomes learnt from, and how many.
    products: [[f64; MEMBERS]; MEMBERS],
    outcomes: f64,
    recalibration: Recalibration,
    sets: BinConditional,
}

impl<'p> Walk<'p> {
    /// Through a panel, with sums over `horizon_steps`.
    #[must_use]
    pub fn new(panel: &'p Panel, settings: &'p DailySettings, horizon_steps: usize) -> Walk<'p> {
        let zones = 0..panel.zones().len();
        Walk {
            panel,
            settings,
            horizon: horizon_steps,
            features: Features::of(panel, &settings.features),
            spans: Spans::of(panel),
            rates: zones.map(|zone| decayed(panel, zone, settings.ewma_half_life_steps)).collect(),
            pending: Vec::new(),
            products: [[0.0; MEMBERS]; MEMBERS],
            outcomes: 0.0,
            recalibration: Recalibration::default(),
            sets: BinConditional::default(),
        }
    }

    /// Sums over spans of the panel.
    #[must_use]
    pub fn spans(&self) -> &Spans {
        &self.spans
    }

    /// The sets by bin of outcome, as learnt so far.
    #[must_use]
    pub fn sets(&self) -> &BinConditional {
        &self.sets
    }

    /// The blocks of origins of the whole panel.
    pub fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (first, steps, refit) =
            (self.settings.origin_min, self.panel.steps(), self.settings.refit_steps.max(1));
        (first..steps).step_by(refit).map(move |from| from..steps.min(from + refit))
    }

    /// Forecasts of all zones from each origin of a block. All that is fitted rests on the steps up to the block's
    /// first origin, each forecast on those up to its own.
    #[must_use]
    pub fn block(&mut self, origins: Range<usize>) -> Vec<Made> {
        let known = origins.start + 1;
        self.learn(known);
        let fitted = self.fit(known);
        let zones = self.panel.zones().len();
        let cells: Vec<(usize, usize)> =
            origins.flat_map(|origin| (0..zones).map(move |zone| (origin, zone))).collect();
        let made: Vec<Made> =
            cells.into_par_iter().map(|(origin, zone)| self.make(&fitted, origin, zone)).collect();
        let pending: Vec<Pending> = made.par_iter().filter_map(|made| self.wait(made)).collect();
        self.pending.extend(pending);
        made
    }

    /// Takes the outcomes that are known by now.
    fn learn(&mut self, known: usize) {
        let (now, later) =
            std::mem::take(&mut self.pending).into_iter().partition(|p: &Pending| p.end <= known);
        self.pending = later;
        let now: Vec<Pending> = now;
        for pending in now {
            let sums = self.products.iter_mut().flatten();
            sums.zip(pending.products.iter().flatten()).for_each(|(sum, product)| *sum += product);
            self.outcomes += 1.0;
            self.recalibration.learn(pending.mean, pending.pool, self.alike().recip());
            self.sets.learn(pending.outcome, pending.pool);
        }
    }

    /// How many outcomes count as one: those of all zones, and of spans that overlap.
    fn alike(&self) -> f64 {
        (self.horizon * self.panel.zones().len().max(1)) as f64
    }

    fn fit(&self, known: usize) -> Fitted {
        let zones = self.panel.zones().len();
        let pairs = self.ewma_pairs(known);
        let alike = self.horizon as f64;
        let outcomes = self.outcomes.max(1.0);
        let products = self.products.map(|row| row.map(|sum| sum / outcomes));
        let origins = self.outcomes / self.alike();
        let ewma_size = size_of(&pairs);
        Fitted {
            hawkes: Hawkes::fit(&self.features, &self.spans, zones, self.horizon, known),
            ewma_sizes: SizeByLevel::fit(&pairs, alike, ewma_size),
            ewma_size,
            onsets: self.onsets(known),
            weights: weights_by_crps(&products, origins, self.settings.prior_origins),
        }
    }

    /// Means of the decayed rate and what came, for origins whose outcome is known.
    fn ewma_pairs(&self, known: usize) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (zone, rates) in self.rates.iter().enumerate() {
            for (origin, rate) in rates.iter().enumerate().take(known.saturating_sub(self.horizon)) {
                if let Some(span) = self.spans.span(zone, origin + 1, self.horizon) {
                    pairs.push(((rate * self.horizon as f64 * span.seen).max(1e-6), span.count));
                }
            }
        }
        pairs
    }

    fn onsets(&self, known: usize) -> Onsets {
        let quiet = self.settings.quiet_steps;
        let (mut sizes, mut spans) = (Vec::new(), 0.0);
        for zone in 0..self.panel.zones().len() {
            for first in quiet..(known + 1).saturating_sub(self.horizon) {
                if self.is_quiet(zone, first) {
                    let span = self.spans.span(zone, first, self.horizon);
                    spans += f64::from(u8::from(span.is_some()));
                    sizes.extend(span.map(|s| s.count).filter(|count| *count > 0));
                }
            }
        }
        Onsets { share: (sizes.len() as f64 + 0.5) / (spans + 1.0), sizes }
    }

    /// Whether nothing came over the quiet steps before `step`.
    fn is_quiet(&self, zone: usize, step: usize) -> bool {
        let quiet = self.settings.quiet_steps;
        step.checked_sub(quiet)
            .and_then(|from| self.spans.span(zone, from, quiet))
            .is_some_and(|s| s.count == 0)
    }

    fn make(&self, fitted: &Fitted, origin: usize, zone: usize) -> Made {
        let rate = self.rates.get(zone).and_then(|r| r.get(origin)).copied().unwrap_or(0.0);
        let horizon = self.horizon as f64;
        let known = Known {
            spans: &self.spans,
            zone,
            origin,
            horizon_steps: self.horizon,
            rate,
            size: fitted.ewma_size,
        };
        let mean = fitted.hawkes.mean(self.features.row(zone, origin));
        let members = vec![
            Predictive::of_negbin(&fitted.ewma_sizes.negbin(rate * horizon)),
            Predictive::of_negbin(&fitted.hawkes.sizes.negbin(mean)),
            self.past(&known, &fitted.onsets),
        ];
        let weighted: Vec<(&Predictive, f64)> = members.iter().zip(fitted.weights.iter().copied()).collect();
        let pool = Predictive::pool(&weighted);
        let forecast = self.recalibration.apply(&pool);
        let escalation_from = self.escalation_from(zone, origin);
        Made { zone, origin, members, pool, forecast, escalation_from, ewma: (rate, fitted.ewma_size) }
    }

    /// The zone's own past, or onsets where it is quiet.
    fn past(&self, known: &Known<'_>, onsets: &Onsets) -> Predictive {
        let mut past: Vec<(u64, f64)> = known
            .aged(self.settings.past_steps)
            .map(|(age, count)| (count, 0.5_f64.powf(age as f64 / self.settings.past_half_life_steps)))
            .collect();
        past.sort_unstable_by_key(|p| p.0);
        let is_quiet = self.is_quiet(known.zone, known.origin + 1);
        let onset = if is_quiet && !onsets.sizes.is_empty() { onsets.share } else { 0.0 };
        let whole: f64 = past.iter().map(|p| p.1).sum();
        let share = (1.0 - onset) / whole.max(f64::MIN_POSITIVE);
        let factors: Vec<f64> =
            self.settings.spreads.iter().flat_map(|s| spread_points(*s, SPREAD_POINTS)).collect();
        let mut weighted: Vec<(u64, f64)> = Vec::new();
        for same in past.chunk_by(|a, b| a.0 == b.0) {
            let count = same.first().map_or(0, |s| s.0);
            let weight = same.iter().map(|s| s.1).sum::<f64>() * share;
            if count == 0 {
                weighted.push((0, weight));
                continue;
            }
            let near = |f: &f64| ((count as f64 * f).round() as u64, weight / factors.len() as f64);
            weighted.extend(factors.iter().map(near));
        }
        if onset > 0.0 {
            weighted.extend(onsets.sizes.iter().map(|size| (*size, onset / onsets.sizes.len() as f64)));
        }
        Predictive::of_weighted(weighted)
    }

    fn escalation_from(&self, zone: usize, origin: usize) -> u64 {
        let Escalation { count_min, times, trailing_steps } = self.settings.escalation;
        let from = (origin + 1).saturating_sub(trailing_steps);
        let steps = self.panel.observed(zone).skip(from).take(origin + 1 - from);
        let (count, seen) = steps
            .flatten()
            .fold((0.0, 0.0), |(c, s), (count, exposure)| (c + f64::from(count), s + f64::from(exposure)));
        let usual = if seen > 0.0 { count / seen * self.horizon as f64 } else { 0.0 };
        count_min.max((times * usual).ceil() as u64)
    }

    /// The outcome of a forecast, kept until its span has ended; nothing where it cannot be known.
    fn wait(&self, made: &Made) -> Option<Pending> {
        let span = self.spans.span(made.zone, made.origin + 1, self.horizon).filter(|s| s.seen > 0.999)?;
        let products = Predictive::crps_products(&made.members, span.count);
        let end = made.origin + 1 + self.horizon;
        Some(Pending {
            end,
            outcome: span.count,
            products,
            mean: made.pool.mean(),
            pool: made.pool.pit(span.count),
        })
    }
}

/// Forecasts of all zones from the panel's last step, for each horizon, with the probability of at least `limit`:
/// walked through the panel, so that weights and recalibration rest on what earlier forecasts would have met.
#[must_use]
pub fn forecast(
    panel: &Panel,
    settings: &DailySettings,
    horizons_steps: &[usize],
    limit: Option<u64>,
) -> Vec<Forecast> {
    let one = |horizon: &usize| {
        let mut walk = Walk::new(panel, settings, *horizon);
        let last = panel.steps().saturating_sub(1);
        for block in walk.blocks() {
            let upto = block.end.min(last);
            if block.start < upto {
                let _made = walk.block(block.start..upto);
            }
        }
        let made = if panel.steps() > 0 { walk.block(last..last + 1) } else { Vec::new() };
        made.iter().map(|made| made.given(*horizon, limit)).collect::<Vec<_>>()
    };
    horizons_steps.iter().flat_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Zone;
    use proptest::prelude::*;

    fn panel(counts: &[u32], steps: usize) -> Panel {
        let zone = |i: usize| Zone { name: i.to_string(), lon_deg: 44.0 + 0.5 * i as f64, lat_deg: 33.0 };
        let zones = (0..counts.len() / steps).map(zone).collect();
        Panel::new(zones, 0, 86_400_000, counts.to_vec(), None).unwrap()
    }

    fn walked(panel: &Panel, settings: &DailySettings, horizon: usize, before: usize) -> Vec<Made> {
        let mut walk = Walk::new(panel, settings, horizon);
        let blocks: Vec<_> = walk.blocks().collect();
        let made = blocks.into_iter().flat_map(|b| walk.block(b));
        made.filter(|m| m.origin < before).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4))]
        #[test]
        fn what_comes_later_changes_no_forecast_and_what_is_known_does(
            counts in proptest::collection::vec(prop_oneof![2 => Just(0_u32), 1 => 0_u32..9], 3 * 120),
            zone in 0_usize..3, step in 70_usize..119, planted in 50_u32..1_000_000,
            horizon in prop_oneof![Just(1_usize), Just(7)],
        ) {
            let settings = DailySettings { refit_steps: 10, ..DailySettings::default() };
            let mut leak = counts.clone();
            leak[zone * 120 + step] += planted;
            let (clean, leak) = (panel(&counts, 120), panel(&leak, 120));
            prop_assert_eq!(walked(&clean, &settings, horizon, step), walked(&leak, &settings, horizon, step));
            prop_assert_ne!(
                walked(&clean, &settings, horizon, step + 1),
                walked(&leak, &settings, horizon, step + 1)
            );
        }
    }

    #[test]
    fn a_forecast_says_its_quantiles_in_order_and_its_chances() {
        let counts: Vec<u32> = (0..3 * 200).map(|i| (i * 7919 % 11) as u32 % 5).collect();
        let forecasts = forecast(&panel(&counts, 200), &DailySettings::default(), &[1, 7, 30], Some(4));
        assert_eq!(forecasts.len(), 9);
        for f in &forecasts {
            assert!(f.quantiles.is_sorted() && (0.0..=1.0).contains(&f.none));
            assert!(f.at_limit.is_some_and(|p| (0.0..=1.0).contains(&p)) && f.origin == 199);
            assert!(f.escalation <= f.at_limit.unwrap() || f.escalation_from < 4);
        }
        assert!(forecasts[8].mean > forecasts[2].mean);
    }

    #[test]
    fn an_empty_panel_and_one_never_observed_give_no_alarm() {
        let none = Panel::new(vec![], 0, 1, vec![], None).unwrap();
        assert!(forecast(&none, &DailySettings::default(), &[1], None).is_empty());
        let zone = Zone { name: "a".to_owned(), lon_deg: 0.0, lat_deg: 0.0 };
        let dark = Panel::new(vec![zone], 0, 1, vec![0; 90], Some(vec![0.0; 90])).unwrap();
        let forecasts = forecast(&dark, &DailySettings::default(), &[1], None);
        assert!(forecasts.iter().all(|f| f.mean.is_finite() && f.escalation <= 1.0));
    }
}
