//! Indicators, checked: what could never be worked out is an error, what is only unwise is for the analysis.

use super::clauses::{Checker, lift};
use super::moments::Edge;
use crate::agreement::{Baseline, Indicator, Level, Measure, Signal, Turn};
use crate::parsed::{self, LevelRead, SignalRead, TurnRead, Versus};
use crate::problem::Bad;
use atlas::plan::ZoneIx;

impl<'a> Checker<'_, 'a, '_> {
    pub(super) fn indicator(
        &mut self,
        clause: &parsed::Clause<'a>,
        found: &parsed::Indicator<'a>,
        zone: Option<Option<ZoneIx>>,
    ) -> Option<Indicator> {
        let label = clause.label;
        self.phrases_of_indicator(clause);
        let signal = self.signal(&found.signal);
        let told = self.actor_list(&found.told);
        let baseline = lift(found.versus.as_ref().map(|(versus, _)| self.baseline(*versus)));
        if found.window_ms.is_none() {
            let message = format!("indicator {} does not say over how long it is counted", label.text);
            self.problems.error(Bad::new("no-window", label.at, message, "write `over 7 days`"));
        }
        if found.turn.is_none() {
            let message = format!("indicator {} does not say what meets it", label.text);
            let help = "write `rises to 5`, `rises to 3 times`, `falls to 2` or `stops`";
            self.problems.error(Bad::new("no-level", label.at, message, help));
        }
        let turn = found.turn.map(|(turn, _)| turn_of(turn));
        self.turn_fits(found, turn.as_ref());
        Some(Indicator {
            title: found.title.text.to_owned(),
            signal: signal?,
            zone: lift(zone)?,
            window_ms: found.window_ms?.0,
            baseline: baseline?,
            turn: turn?,
            coverage_min: found.coverage.map_or(Indicator::COVERAGE_MIN, |q| q.value / 100.0),
            told: told?,
        })
    }

    /// What binds nobody has no deadline, no exemption and no exception.
    fn phrases_of_indicator(&mut self, clause: &parsed::Clause<'a>) {
        let odd = [
            (clause.complete.map(|m| m.at), "`complete`"),
            (clause.except.first().map(|n| n.at), "`except`"),
            (clause.unless.first().map(|e| e.at), "`unless`"),
        ];
        for (at, words) in odd {
            let Some(at) = at else { continue };
            let message = format!("an indicator binds nobody, and {words} says nothing of it");
            self.problems.error(Bad::new("phrase-without-meaning", at, message, "leave it out"));
        }
    }

    fn signal(&mut self, signal: &SignalRead<'a>) -> Option<Signal> {
        Some(match signal {
            SignalRead::Facts(what) => Signal::Facts(self.what(*what)?),
            SignalRead::Missing(what) => {
                if let Some(size) = what.calibre_min.or(what.calibre_below) {
                    let message = "who counts a store counts classes: their records have no calibre";
                    let help = "leave the calibre out, or declare a class for it";
                    self.problems.error(Bad::new("no-calibre", size.at, message, help));
                    return None;
                }
                Signal::Missing(self.weapon(*what)?)
            }
            SignalRead::Notices(of) => {
                let mut acts = Vec::new();
                for what in of {
                    acts.push(self.act_or_weapon(*what)?);
                }
                Signal::Notices(acts)
            }
            SignalRead::Calls => Signal::Calls,
        })
    }

    fn baseline(&mut self, versus: Versus<'a>) -> Option<Baseline> {
        Some(match versus {
            Versus::Before(ms) => Baseline::Before(ms),
            Versus::Since(moment) => {
                Baseline::Since(self.times.when(moment, Edge::From, self.names, self.problems)?)
            }
            Versus::Between(from, to) => {
                let first = self.times.when(from, Edge::From, self.names, self.problems);
                let last = self.times.when(to, Edge::Until, self.names, self.problems);
                let (first, last) = (first?, last?);
                if self.not_before(&first, &last) {
                    let message = "the baseline ends before it begins";
                    let help = "the later moment comes last";
                    self.problems.error(Bad::new("moments-inverted", to.at, message, help));
                    return None;
                }
                Baseline::Between(first, last)
            }
        })
    }

    /// Levels that mean nothing of what is counted.
    fn turn_fits(&mut self, found: &parsed::Indicator<'a>, turn: Option<&Turn>) {
        let Some((_, at)) = found.turn else { return };
        let times = turn.and_then(Turn::level).is_some_and(|l| l.measure == Measure::Times);
        if times && found.versus.is_none() {
            let message = "a level in times the baseline needs a baseline";
            let help = "write `against the 28 days before`, or a fixed level such as `rises to 5`";
            self.problems.error(Bad::new("no-baseline", at, message, help));
        }
        let missing = matches!(found.signal, SignalRead::Missing(_));
        let counted = matches!(turn, Some(Turn::Rises(l)) if l.measure == Measure::Count);
        if missing && (!counted || found.versus.is_some()) {
            let message = "weapons that are missing are counted, against what was declared";
            let help = "write `over 30 days rises to 3`: so many fewer than were declared";
            self.problems.error(Bad::new("level-of-missing", at, message, help));
        }
    }
}

fn turn_of(turn: TurnRead) -> Turn {
    match turn {
        TurnRead::Stops => Turn::Stops,
        TurnRead::Rises(level) => Turn::Rises(level_of(level)),
        TurnRead::Falls(level) => Turn::Falls(level_of(level)),
    }
}

fn level_of(level: LevelRead) -> Level {
    Level { number: level.number.value, measure: level.measure, at_least: level.at_least.map(|q| q.value) }
}
