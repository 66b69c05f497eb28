//! Evidence of several sources about one zone: averaged, those who copy each other counted once, none able to raise an
//! alarm alone.

use super::Direction;
use super::shiryaev::EDetector;
use crate::baseline::{Area, Baseline, BaselineSettings};

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Independent of the parties.
    Independent,
    /// A party to the ceasefire: its reports alone raise nothing.
    Party,
}

/// A source of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which group of sources it copies from or into; a source that copies nobody has a group of its own.
    pub copy_group: usize,
    /// What kind it is.
    pub standing: Standing,
}

/// What the sources say together.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Together {
    /// Log of the averaged evidence, each group capped.
    pub log_evidence: f64,
    /// What part of the averaged evidence each source brought; sums to 1.
    pub shares: Vec<f64>,
    /// The least log-evidence that is left when one group is left out; nothing where there is one group only.
    pub log_evidence_without_one: Option<f64>,
    /// The alarm stands: over the level, and over half of it whichever group is left out.
    pub raised: bool,
    /// The source that alone says so, when one does: it may have changed its reporting.
    pub alone: Option<usize>,
}

/// The detectors of one zone, one per source. The mean of e-detectors is an e-detector under any dependence.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceWatch {
    sources: Vec<Source>,
    detectors: Vec<EDetector>,
    baselines: Vec<Baseline>,
    /// Weight of each source: groups weigh the same, sources of a group share its weight.
    weights: Vec<f64>,
    groups: Vec<usize>,
    log_threshold: f64,
}

impl SourceWatch {
    /// For these sources; alarm at `log_threshold`.
    #[must_use]
    pub fn new(sources: &[Source], settings: &BaselineSettings, log_threshold: f64) -> SourceWatch {
        let mut groups: Vec<usize> = sources.iter().map(|s| s.copy_group).collect();
        groups.sort_unstable();
        groups.dedup();
        let of_group = |group: usize| sources.iter().filter(|s| s.copy_group == group).count();
        let weight = |s: &Source| (groups.len() * of_group(s.copy_group)) as f64;
        SourceWatch {
            sources: sources.to_vec(),
            detectors: vec![EDetector::new(Direction::Up); sources.len()],
            baselines: vec![Baseline::new(settings); sources.len()],
            weights: sources.iter().map(|s| weight(s).recip()).collect(),
            groups,
            log_threshold,
        }
    }

    /// Takes a step: what each source counted and what part of the step it was up; nothing for one that was down.
    pub fn step(&mut self, seen: &[Option<(u32, f32)>]) -> Together {
        let each = self.detectors.iter_mut().zip(&mut self.baselines).zip(seen);
        for ((detector, baseline), seen) in each {
            let Some((count, part)) = *seen else { continue };
            let law = baseline.law(&Area::default());
            baseline.push(count, part, law.as_ref());
            if let Some(law) = law {
                detector.take(count, &law.with_mean(law.mean() * f64::from(part)));
            }
        }
        let together = self.together();
        if together.raised {
            use super::Detector;
            self.detectors.iter_mut().for_each(EDetector::reset);
        }
        together
    }

    fn together(&self) -> Together {
        let weighted: Vec<f64> =
            self.detectors.iter().zip(&self.weights).map(|(d, w)| d.evidence() * w).collect();
        let level = self.log_threshold.exp();
        let of_group = |group: usize| {
            let sources = self.sources.iter().zip(&weighted).filter(move |(s, _)| s.copy_group == group);
            sources.map(|(_, e)| *e).sum::<f64>()
        };
        // One group brings at most half of what an alarm takes; where there is but one, nothing can be averaged.
        let cap = if self.groups.len() > 1 { level / 2.0 } else { f64::INFINITY };
        let capped: f64 = self.groups.iter().map(|g| of_group(*g).min(cap)).sum();
        let n = self.groups.len() as f64;
        let without = self.groups.iter().map(|left_out| {
            let rest: f64 = self.groups.iter().filter(|g| *g != left_out).map(|g| of_group(*g)).sum();
            rest * n / (n - 1.0)
        });
        let without_one = if n > 1.0 { without.reduce(f64::min).map(f64::ln) } else { None };
        let total: f64 = weighted.iter().sum();
        let shares = weighted.iter().map(|e| if total > 0.0 { e / total } else { 0.0 }).collect();
        let half = self.log_threshold / 2.0;
        let enough_without = without_one.is_none_or(|e| e >= half);
        let log_evidence = capped.ln();
        let raised = log_evidence >= self.log_threshold && enough_without && self.others_than_parties(half);
        let alone = (!enough_without).then(|| self.loudest(level)).flatten();
        Together { log_evidence, shares, log_evidence_without_one: without_one, raised, alone }
    }

    /// Whether some source that is no party has at least that log-evidence itself.
    fn others_than_parties(&self, log_evidence: f64) -> bool {
        let each = self.sources.iter().zip(&self.detectors);
        each.filter(|(s, _)| s.standing == Standing::Independent)
            .any(|(_, d)| d.log_evidence() >= log_evidence)
    }

    /// The source with the most evidence, if that alone is over the level.
    fn loudest(&self, level: f64) -> Option<usize> {
        let each = self.detectors.iter().map(EDetector::evidence).enumerate();
        each.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, e)| *e >= level).map(|(source, _)| source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Budget;

    fn watch(groups: &[usize], standing: &[Standing]) -> SourceWatch {
        let source =
            |(group, standing): (&usize, &Standing)| Source { copy_group: *group, standing: *standing };
        let sources: Vec<Source> = groups.iter().zip(standing).map(source).collect();
        SourceWatch::new(&sources, &BaselineSettings::default(), Budget::daily(2.0).log_threshold())
    }

    /// Sixty steps of 3 a source, then thirty in which source `s` reports `after(s)`.
    fn played(watch: &mut SourceWatch, after: &[u32]) -> Vec<Together> {
        let before = vec![Some((3, 1.0)); after.len()];
        let after: Vec<_> = after.iter().map(|c| Some((*c, 1.0))).collect();
        let steps = (0..60).map(|_| &before).chain((0..30).map(|_| &after));
        steps.map(|s| watch.step(s)).collect()
    }

    const FREE: [Standing; 3] = [Standing::Independent; 3];

    #[test]
    fn one_source_that_triples_its_reporting_overnight_raises_nothing_and_is_named() {
        let said = played(&mut watch(&[0, 1, 2], &FREE), &[9, 3, 3]);
        assert!(said.iter().all(|t| !t.raised));
        assert!(said.iter().any(|t| t.alone == Some(0)));
    }

    #[test]
    fn three_that_rise_together_raise_an_alarm_and_its_evidence_splits_among_them() {
        let said = played(&mut watch(&[0, 1, 2], &FREE), &[9, 9, 9]);
        let raised = said.iter().find(|t| t.raised).unwrap();
        assert!((raised.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_copier_adds_nothing_to_the_one_it_copies() {
        let said = played(&mut watch(&[0, 0, 1], &FREE), &[9, 9, 3]);
        assert!(said.iter().all(|t| !t.raised));
        let alone = played(&mut watch(&[0, 1], &FREE[..2]), &[9, 3]);
        for (with, without) in said.iter().zip(&alone) {
            assert!(
                (with.log_evidence - without.log_evidence).abs() < 1e-9
                    || with.log_evidence == without.log_evidence
            );
        }
    }

    #[test]
    fn what_only_parties_say_raises_nothing() {
        let said = played(&mut watch(&[0, 1], &[Standing::Party; 2]), &[9, 9]);
        assert!(said.iter().all(|t| !t.raised));
    }
}
