//! Indicators of the text, and what they raised.

use super::streams::word;
use super::{Lens, at, ground};
use crate::watch::types::{FiguresView, IndicationView, IndicatorLine};
use base::Truth;
use warnings::indicators::{Figures, Indicated};
use warnings::raised::{Indication, Raised};
use warnings::watching::asked;

/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

impl Lens<'_> {
    /// All indicators of the text, as they stand; those that are met first, then those that cannot be told.
    pub(super) fn indicator_lines(&self) -> Vec<IndicatorLine> {
        let Some(watching) = self.watching() else { return Vec::new() };
        let one = |indicated: &Indicated| {
            let is_of = |r: &&Raised| r.indications.iter().any(|i| i.clause == indicated.label);
            let open = watching.raised.iter().filter(|r| r.stands_at(watching.now_ms)).filter(is_of);
            line(indicated, open.map(|r| r.reference.clone()).collect())
        };
        let mut lines: Vec<IndicatorLine> = watching.indicators.iter().map(one).collect();
        let order = |l: &IndicatorLine| ["met", "undetermined"].iter().position(|m| *m == l.met).unwrap_or(2);
        lines.sort_by_key(order);
        lines
    }
}

fn line(indicated: &Indicated, warnings: Vec<String>) -> IndicatorLine {
    let now = &indicated.now;
    let is_met = now.met == Truth::True;
    IndicatorLine {
        clause: indicated.label.clone(),
        text: indicated.version.clone(),
        title: indicated.title.clone(),
        ground: ground(&indicated.ground),
        what: indicated.what.clone(),
        signal: indicated.asks.signal.name().to_owned(),
        turn: indicated.asks.turn.name().to_owned(),
        asks: asked(&indicated.asks.turn),
        coverage_min: indicated.asks.coverage_min,
        met: met(now.met).to_owned(),
        since: indicated.met.last().filter(|_| is_met).map(|m| at(m.first.at_ms)),
        lacks: now.lacks.iter().map(word).collect(),
        window: figures(&now.window),
        baseline: now.baseline.as_ref().map(figures),
        told: indicated.told.clone(),
        times_met: indicated.met.len(),
        judged_days: indicated.judged_ms as f64 / DAY_MS,
        met_per_year: indicated.met_per_year(),
        warnings,
    }
}

fn met(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "not-met",
        Truth::Undetermined => "undetermined",
    }
}

fn figures(of: &Figures) -> FiguresView {
    FiguresView {
        from: at(of.from_ms),
        to: at(of.to_ms),
        counted: of.counted,
        unclear: of.unclear,
        late: of.late,
        watched_h: of.watched_h(),
        part: of.part(),
        per_hour: of.per_hour(),
    }
}

/// What indicators say of a warning.
pub(super) fn indications(raised: &Raised) -> Vec<IndicationView> {
    let one = |i: &Indication| IndicationView {
        clause: i.clause.clone(),
        text: i.version.clone(),
        title: i.title.clone(),
        turn: i.turn.clone(),
        since: at(i.since_ms),
        last: at(i.last_ms),
        window: figures(&i.window),
        baseline: i.baseline.as_ref().map(figures),
        met_before: i.met_before,
        judged_days: i.judged_ms as f64 / DAY_MS,
        met_per_year: i.met_per_year,
    };
    raised.indications.iter().map(one).collect()
}

/// The clause and title of the indicator that alone raised a warning.
pub(super) fn raised_by(raised: &Raised) -> Option<String> {
    raised.by_indicator().map(|i| format!("{} {}", i.clause, i.title))
}
