//! B2: counts by cell over the next days, played forward through a record of events.
//!
//! Every origin is forecast from what was known at its day; fits, weights and recalibration are renewed every 30 days
//! from outcomes known by then. Origins from day 120 are scored, at the strides of the figures that were to be
//! beaten.
//!
//! What was chosen beforehand and what was not. The members were set down beforehand, and so were the half-lives of
//! the regression. With scores in sight, from about six variants: the weights by CRPS instead of log score, the
//! weight of the priors of weights and recalibration (10 origins), the half-life of own past (14 days, that of the
//! EWMA, instead of 30). Cells are those with a floor of events over the whole record, which a forecaster of the time
//! did not know; it is the same for all models. Events are as coded later: no reporting lag.

use rayon::prelude::*;
use serde::Serialize;

use crate::backtest::archive::day_of_ms;
use crate::forecast::daily::{MEMBER_NAMES, QUANTILES};
use crate::forecast::{Baseline, DailySettings, Known, Made, Predictive, Walk};
use crate::panel::Panel;
use crate::score::{Block, Interval, Pit, PitHistogram, Reliability};
use crate::score::{
    auroc, average_precision, block_bootstrap, brier, coverage, log_score, mean, reliability,
};

/// Least steps of a block of the bootstrap: a week of days.
const BLOCK_STEPS_MIN: usize = 7;
/// Classes of histograms.
const CLASSES: usize = 10;
/// Probability of the intervals that are judged.
const LEVEL: f64 = 0.9;
/// Most points of a fan: the last ones.
const FAN_POINTS_MAX: usize = 90;
/// Names of what stands after baselines and members.
const OURS: [&str; 2] = ["pool", "pool, recalibrated"];

/// How the back-test is run.
#[derive(Clone, Debug)]
pub struct DailyTestSettings {
    /// How forecasts are made.
    pub forecast: DailySettings,
    /// The horizons, in steps.
    pub horizons_steps: Vec<usize>,
    /// The first origin that is scored; earlier ones are only learnt from.
    pub origin_first: usize,
    /// For each horizon, every how many steps an origin is scored.
    pub strides_steps: Vec<usize>,
    /// Resamples of the block bootstrap.
    pub replicas: usize,
    /// Seed of the block bootstrap.
    pub seed: u64,
}

impl Default for DailyTestSettings {
    fn default() -> Self {
        DailyTestSettings {
            forecast: DailySettings::default(),
            horizons_steps: vec![1, 7, 30],
            origin_first: 120,
            strides_steps: vec![1, 1, 1],
            replicas: 2_000,
            seed: 1_730,
        }
    }
}

/// One model's scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DailyScores {
    /// Its name.
    pub model: &'static str,
    /// Mean CRPS, counts.
    pub crps: f64,
    /// Mean log score of the count that came, nats.
    pub log_score: f64,
    /// By how much the recalibrated pool's CRPS is less, with the 95 % interval of a bootstrap of weeks or horizons.
    pub gain: Interval,
}

/// How well an event was foretold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventScores {
    /// Share of the outcomes that were one.
    pub base_rate: f64,
    /// Area under the receiver operating characteristic.
    pub auroc: Option<f64>,
    /// Average precision.
    pub aupr: Option<f64>,
    /// Brier score.
    pub brier: f64,
    /// Part of the Brier score of the base rate that is saved.
    pub brier_skill: Option<f64>,
    /// Reliability in ten classes.
    pub reliability: Vec<Reliability>,
}

/// A forecast of the zone whose fan is drawn, with what came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FanPoint {
    /// The last day of the span that is forecast, days since 1970.
    pub day: i32,
    /// Counts that are not exceeded with the probabilities of [`QUANTILES`].
    pub quantiles: [u64; QUANTILES.len()],
    /// What came.
    pub outcome: u64,
}

/// The forecasts of one zone, one after the other, no span overlapping the next: the zone with the most counts in the
/// first half of the record.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fan {
    /// The zone.
    pub zone: String,
    /// The last of its forecasts that were scored.
    pub points: Vec<FanPoint>,
}

/// One horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HorizonResult {
    /// Its length, steps.
    pub horizon_steps: usize,
    /// How many origins were scored.
    pub origins: usize,
    /// How many outcomes: origins × zones, less what was not observed.
    pub outcomes: usize,
    /// Models: baselines, members, the pool, the pool recalibrated.
    pub models: Vec<DailyScores>,
    /// Coverage of the central 90 % of the pool and of the pool recalibrated, outcomes on an edge in part.
    pub coverage_90: [f64; 2],
    /// The same of the central half.
    pub coverage_50: [f64; 2],
    /// Share of outcomes in the closed interval from the 0.05 to the 0.95 quantile of the recalibrated pool.
    pub closed_90: f64,
    /// Share of outcomes in the sets conditional on the bin of the outcome, of all and of the outcomes over zero.
    pub by_bin_90: [f64; 2],
    /// Histogram of transforms, recalibrated.
    pub pit: PitHistogram,
    /// Escalations.
    pub escalation: EventScores,
    /// Anything at all.
    pub any: EventScores,
    /// One zone's forecasts and what came.
    pub fan: Fan,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DailyResult {
    /// Its name and how it was taken.
    pub stream: String,
    /// Zones.
    pub zones: usize,
    /// Steps.
    pub steps: usize,
    /// By horizon.
    pub horizons: Vec<HorizonResult>,
}

/// One outcome scored.
struct Row {
    origin: usize,
    /// By model: CRPS and log score.
    scores: Vec<(f64, f64)>,
    pool: Pit,
    recalibrated: Pit,
    closed: bool,
    by_bin: bool,
    outcome: u64,
    escalation: (f64, bool),
    any: (f64, bool),
    /// Of the zone whose fan is drawn.
    quantiles: Option<[u64; QUANTILES.len()]>,
}

/// Runs the back-test on a record.
#[must_use]
pub fn daily(stream: &str, panel: &Panel, settings: &DailyTestSettings) -> DailyResult {
    let strides = settings.strides_steps.iter().copied().chain(std::iter::repeat(1));
    DailyResult {
        stream: stream.to_owned(),
        zones: panel.zones().len(),
        steps: panel.steps(),
        horizons: settings
            .horizons_steps
            .iter()
            .zip(strides)
            .map(|(h, s)| horizon(panel, *h, s, settings))
            .collect(),
    }
}

fn horizon(
    panel: &Panel,
    horizon_steps: usize,
    stride: usize,
    settings: &DailyTestSettings,
) -> HorizonResult {
    let mut walk = Walk::new(panel, &settings.forecast, horizon_steps);
    let first = settings.origin_first;
    let is_scored = |origin: usize| origin >= first && (origin - first).is_multiple_of(stride.max(1));
    let mut rows = Vec::new();
    let shown = busiest(panel);
    for block in walk.blocks() {
        let made = walk.block(block);
        let scored = made.par_iter().filter(|m| is_scored(m.origin));
        rows.par_extend(scored.filter_map(|m| scored_row(&walk, m, horizon_steps, shown)));
    }
    let mut told = summary(horizon_steps, &rows, settings);
    told.fan = fan(panel, shown, &rows, horizon_steps);
    told
}

/// The zone with the most counts in the first half of the record.
fn busiest(panel: &Panel) -> usize {
    let half = panel.steps() / 2;
    let early = |zone: usize| panel.counts(zone).iter().take(half).map(|c| u64::from(*c)).sum::<u64>();
    (0..panel.zones().len()).max_by_key(|z| (early(*z), std::cmp::Reverse(*z))).unwrap_or(0)
}

fn fan(panel: &Panel, zone: usize, rows: &[Row], horizon_steps: usize) -> Fan {
    let mut points: Vec<FanPoint> = Vec::new();
    let mut free_from = 0;
    for row in rows {
        let Some(quantiles) = row.quantiles.filter(|_| row.origin >= free_from) else { continue };
        free_from = row.origin + horizon_steps;
        let day = day_of_ms(panel.begins_ms(row.origin + horizon_steps));
        points.push(FanPoint { day, quantiles, outcome: row.outcome });
    }
    points.drain(..points.len().saturating_sub(FAN_POINTS_MAX));
    Fan { zone: panel.zones().get(zone).map_or_else(String::new, |z| z.name.clone()), points }
}

fn scored_row(walk: &Walk<'_>, made: &Made, horizon_steps: usize, shown: usize) -> Option<Row> {
    let span = walk.spans().span(made.zone, made.origin + 1, horizon_steps).filter(|s| s.seen > 0.999)?;
    let y = span.count;
    let (rate, size) = made.ewma;
    let known =
        Known { spans: walk.spans(), zone: made.zone, origin: made.origin, horizon_steps, rate, size };
    let score = |p: &Predictive| (p.crps(y), log_score(p.pmf(y)));
    let mut scores: Vec<(f64, f64)> = Baseline::ALL.iter().map(|b| score(&known.forecast(*b))).collect();
    scores.extend(made.members.iter().chain([&made.pool, &made.forecast]).map(score));
    let forecast = &made.forecast;
    let pool = made.pool.pit(y);
    Some(Row {
        origin: made.origin,
        scores,
        pool,
        recalibrated: forecast.pit(y),
        closed: (forecast.quantile(0.05)..=forecast.quantile(0.95)).contains(&y),
        by_bin: walk.sets().holds(y, pool, LEVEL),
        outcome: y,
        escalation: (forecast.tail(made.escalation_from), y >= made.escalation_from),
        any: (1.0 - forecast.cdf(0), y > 0),
        quantiles: (made.zone == shown).then(|| QUANTILES.map(|p| forecast.quantile(p))),
    })
}

fn summary(horizon_steps: usize, rows: &[Row], settings: &DailyTestSettings) -> HorizonResult {
    let names = Baseline::ALL.map(Baseline::name).into_iter().chain(MEMBER_NAMES).chain(OURS);
    let models = names.enumerate().map(|(at, model)| model_scores(at, model, rows, horizon_steps, settings));
    let pits = [
        rows.iter().map(|r| r.pool).collect::<Vec<_>>(),
        rows.iter().map(|r| r.recalibrated).collect::<Vec<_>>(),
    ];
    let share = |of: &dyn Fn(&Row) -> Option<bool>| {
        mean(rows.iter().filter_map(of).map(|held| f64::from(u8::from(held))))
    };
    let origins = rows.chunk_by(|a, b| a.origin == b.origin).count();
    HorizonResult {
        horizon_steps,
        origins,
        outcomes: rows.len(),
        models: models.collect(),
        coverage_90: [0, 1].map(|i| pits.get(i).map_or(0.0, |p| coverage(p, LEVEL))),
        coverage_50: [0, 1].map(|i| pits.get(i).map_or(0.0, |p| coverage(p, 0.5))),
        closed_90: share(&|r| Some(r.closed)),
        by_bin_90: [share(&|r| Some(r.by_bin)), share(&|r| (r.outcome > 0).then_some(r.by_bin))],
        pit: PitHistogram::of(pits.get(1).map_or(&[], Vec::as_slice), CLASSES),
        escalation: event_scores(rows.iter().map(|r| r.escalation).collect()),
        any: event_scores(rows.iter().map(|r| r.any).collect()),
        fan: Fan::default(),
    }
}

fn model_scores(
    at: usize,
    model: &'static str,
    rows: &[Row],
    horizon_steps: usize,
    settings: &DailyTestSettings,
) -> DailyScores {
    let of = |row: &Row| row.scores.get(at).copied().unwrap_or_default();
    let length = horizon_steps.max(BLOCK_STEPS_MIN);
    let blocks: Vec<Block> = rows
        .chunk_by(|a, b| a.origin / length == b.origin / length)
        .map(|rows| {
            let mut block = Block::default();
            rows.iter().for_each(|r| block.add(of(r).0 - r.scores.last().copied().unwrap_or_default().0));
            block
        })
        .collect();
    DailyScores {
        model,
        crps: mean(rows.iter().map(|r| of(r).0)),
        log_score: mean(rows.iter().map(|r| of(r).1)),
        gain: block_bootstrap(&blocks, 0.95, settings.replicas, settings.seed),
    }
}

fn event_scores(pairs: Vec<(f64, bool)>) -> EventScores {
    let base_rate = mean(pairs.iter().map(|p| f64::from(u8::from(p.1))));
    let score = mean(pairs.iter().map(|p| brier(p.0, p.1)));
    let of_base = base_rate * (1.0 - base_rate);
    EventScores {
        base_rate,
        auroc: auroc(&pairs),
        aupr: average_precision(&pairs),
        brier: score,
        brier_skill: (of_base > 0.0).then(|| 1.0 - score / of_base),
        reliability: reliability(&pairs, CLASSES),
    }
}

impl HorizonResult {
    fn crps(&self, model: &str) -> f64 {
        self.models.iter().find(|m| m.model == model).map_or(0.0, |m| m.crps)
    }

    /// What part of the CRPS of a model the recalibrated pool saves.
    #[must_use]
    pub fn skill_over(&self, model: &str) -> f64 {
        let theirs = self.crps(model);
        let ours = self.models.last().map_or(0.0, |m| m.crps);
        if theirs > 0.0 { 1.0 - ours / theirs } else { 0.0 }
    }

    fn table(&self) -> String {
        let mut out = format!(
            "\n{} d ahead: {} origins, {} outcomes\n{:24}{:>10}{:>8}{:>9}   gain of ours in CRPS [95 %]\n",
            self.horizon_steps, self.origins, self.outcomes, "model", "CRPS", "skill", "log"
        );
        for m in &self.models {
            let Interval { mean, lower, upper } = m.gain;
            let skill = 100.0 * self.skill_over(m.model);
            out += &format!("{:24}{:10.4}{skill:+7.1}%{:9.4}", m.model, m.crps, m.log_score);
            out += &format!("   {mean:+.4} [{lower:+.4}, {upper:+.4}]\n");
        }
        let ([raw, ours], [raw_half, half]) = (self.coverage_90, self.coverage_50);
        out += &format!(
            "90 % covers {ours:.3} (before recalibration {raw:.3}); 50 % {half:.3} ({raw_half:.3}); "
        );
        let [of_all, over_zero] = self.by_bin_90;
        out += &format!("closed 90 % {:.3}; sets by bin of outcome {of_all:.3}, ", self.closed_90);
        out += &format!("of outcomes over zero {over_zero:.3}\nPIT");
        self.pit.shares.iter().for_each(|s| out += &format!(" {s:.3}"));
        for (name, e) in [("escalation", &self.escalation), ("any", &self.any)] {
            // What never came, or always did, tells nothing apart: there is no figure.
            let told = |figure: Option<f64>| figure.map_or_else(|| "none".to_owned(), |f| format!("{f:.3}"));
            out += &format!(
                "\n{name}: base {:.4}, AUROC {}, AUPR {}, Brier {:.4}, skill {}",
                e.base_rate,
                told(e.auroc),
                told(e.aupr),
                e.brier,
                e.brier_skill.map_or_else(|| "none".to_owned(), |s| format!("{:+.1}%", 100.0 * s))
            );
        }
        out + "\n"
    }
}

impl DailyResult {
    /// As plain text.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!("{}: {} cells, {} days; less is better\n", self.stream, self.zones, self.steps);
        self.horizons.iter().for_each(|h| out += &h.table());
        out
    }
}
