//! Paired clauses: each is shown beside the other, and what one side has done beside what the other has.

use super::context::Context;
use super::{Pair, StandingFinding, StandingOutcome, Value};
use base::Truth;

/// Shares nearer than this are alike: rounding, not imbalance.
const ALIKE: f64 = 1e-6;

/// How much of its duty was done: what is verified, and what is so if all that is reported is true.
#[derive(Clone, Copy)]
struct Progress {
    verified: f64,
    reported: f64,
}

/// Notes on every finding of a paired clause how the other stands.
pub(super) fn note(context: &Context<'_>, findings: &mut [StandingFinding]) {
    let progress: Vec<Option<Progress>> =
        (0..context.agreement().clauses.len()).map(|ix| of_clause(findings, ix)).collect();
    for finding in findings.iter_mut() {
        let Some(clause) = context.clause(finding.clause) else { continue };
        for label in &clause.paired {
            let Some(other) = context.clause_of_label(label) else { continue };
            let own = progress.get(finding.clause).copied().flatten();
            finding.pairs.push(pair(label, own, progress.get(other).copied().flatten()));
        }
    }
}

fn pair(other: &str, own: Option<Progress>, theirs: Option<Progress>) -> Pair {
    let (Some(own), Some(theirs)) = (own, theirs) else {
        let words = "how far one of the two has been carried out is not known".to_owned();
        return Pair { other: other.to_owned(), balanced: Truth::Undetermined, words };
    };
    let alike = |a: f64, b: f64| (a - b).abs() <= ALIKE;
    let verified = alike(own.verified, theirs.verified);
    let reported = alike(own.reported, theirs.reported);
    let balanced = match (verified, reported) {
        (true, true) => Truth::True,
        (false, false) => Truth::False,
        _ => Truth::Undetermined,
    };
    let percent = |share: f64| super::number(share * 100.0);
    let words = format!(
        "verified here {} %, there {} %; reported here {} %, there {} %",
        percent(own.verified),
        percent(theirs.verified),
        percent(own.reported),
        percent(theirs.reported)
    );
    Pair { other: other.to_owned(), balanced, words }
}

/// Over all whom a clause binds: the least that any of them has done.
fn of_clause(findings: &[StandingFinding], ix: usize) -> Option<Progress> {
    let mut least: Option<Progress> = None;
    for finding in findings.iter().filter(|f| f.clause == ix) {
        let one = of_finding(finding)?;
        least = Some(match least {
            None => one,
            Some(l) => {
                Progress { verified: l.verified.min(one.verified), reported: l.reported.min(one.reported) }
            }
        });
    }
    least
}

fn of_finding(finding: &StandingFinding) -> Option<Progress> {
    let share = |name| match finding.figures.iter().find(|f| f.name == name).map(|f| &f.value) {
        Some(Value::Number(n, _)) => Some(*n / 100.0),
        _ => None,
    };
    if let (Some(verified), Some(reported)) = (share("verified_share"), share("reported_share")) {
        return Some(Progress { verified, reported });
    }
    match finding.outcome {
        StandingOutcome::Kept => Some(Progress { verified: 1.0, reported: 1.0 }),
        StandingOutcome::Breached => Some(Progress { verified: 0.0, reported: 0.0 }),
        _ => None,
    }
}
