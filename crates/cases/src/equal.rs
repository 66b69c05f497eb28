//! Equal treatment: for each party the same figures, so that anybody can see whether the same rules were applied to
//! both. Shares stand with their intervals; a share of nothing is no figure.

use crate::act::Ref;
use crate::allegation::{Allegation, State};
use crate::case::{Task, TaskReturn};
use crate::docket::Docket;
use crate::finding::Finding;
use crate::words::{Dismissal, Outcome, TaskEnd};
use std::collections::HashSet;

/// A share, with its 95 % interval (Wilson 1927).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// How many.
    pub of: u64,
    /// Of how many; never 0.
    pub all: u64,
    /// The interval, 0 to 1.
    pub interval: (f64, f64),
}

impl Share {
    /// `of` out of `all`; `None` where there is nothing to have a share of.
    #[must_use]
    pub fn new(of: u64, all: u64) -> Option<Share> {
        if all == 0 || of > all {
            return None;
        }
        let (n, z) = (all as f64, 1.959_963_984_540_054_f64);
        let p = of as f64 / n;
        let middle = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let low = if of == 0 { 0.0 } else { (middle - half) / (1.0 + z * z / n) };
        let high = if of == all { 1.0 } else { (middle + half) / (1.0 + z * z / n) };
        Some(Share { of, all, interval: (low, high) })
    }
}

/// What became of allegations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Made.
    pub made: u64,
    /// Nobody has looked at them yet.
    pub waiting: u64,
    /// Taken up.
    pub registered: u64,
    /// Not taken up, by reason, in the order of [`Dismissal::ALL`].
    pub dismissed: Vec<u64>,
    /// Withdrawn.
    pub withdrawn: u64,
    /// In a case with a finding of a violation that counts.
    pub substantiated: u64,
    /// In a case with findings that count, none of them a violation or undetermined.
    pub unsubstantiated: u64,
    /// In a case whose findings do not decide it.
    pub undetermined: u64,
    /// Taken up, with no finding that counts yet.
    pub pending: u64,
    /// Substantiated out of those with findings that count. Never a share of what was made.
    pub substantiation: Option<Share>,
}

/// The figures of one party.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The party.
    pub party: String,
    /// What it alleged.
    pub by: Ledger,
    /// What was alleged against it.
    pub against: Ledger,
    /// Allegations against it that it has answered, of those whose time to answer has passed or that were answered.
    pub answered: Option<Share>,
    /// Findings about it that count, by outcome, in the order of [`Outcome::ALL`].
    pub findings: Vec<u64>,
    /// From the opening of the case to the first finding about it that counts: median, milliseconds, and of how many.
    pub finding_after_ms: Option<(i64, u64)>,
    /// Steps of verification in cases that concern it: asked for, and done.
    pub steps: [u64; 2],
    /// Steps of verification that it refused.
    pub refused: u64,
    /// Access given, of what was asked in cases that concern it and done or refused by it.
    pub access: Option<Share>,
    /// Remedies ordered of it, verified, and overdue.
    pub remedies: [u64; 3],
}

/// The figures of every party, in the order of the text, as at `now_ms`.
#[must_use]
pub fn sides(docket: &Docket, now_ms: i64) -> Vec<Side> {
    docket.setting.parties.iter().map(|(party, _)| side(docket, party, now_ms)).collect()
}

fn side(docket: &Docket, party: &str, now_ms: i64) -> Side {
    let all = || docket.allegations.iter();
    let counting = || docket.findings.iter().filter(|f| f.signing.counts() && f.text.about == party);
    let asked = all().filter(|a| {
        a.claim.against == party && (!a.answers.is_empty() || a.answer_due_ms.is_some_and(|due| due < now_ms))
    });
    let asked: Vec<&Allegation> = asked.collect();
    let answered = asked.iter().filter(|a| !a.answers.is_empty()).count() as u64;
    let returns = docket.cases.iter().flat_map(|c| &c.tasks).filter_map(|t| t.end.as_ref());
    let concerned = concerned(docket, party);
    let of_it = docket.cases.iter().filter(|c| concerned.contains(&c.reference));
    let steps: Vec<&Task> = of_it.flat_map(|c| &c.tasks).collect();
    let ended = |is: &dyn Fn(&TaskReturn) -> bool| {
        steps.iter().filter(|t| t.end.as_ref().is_some_and(is)).count() as u64
    };
    let done = ended(&|r| r.end == TaskEnd::Done);
    let denied = ended(&|r| r.end == TaskEnd::Refused && r.of == party);
    let of_it = || docket.remedies.iter().filter(|r| r.text.actor == party);
    let verified = of_it().filter(|r| r.standing() == crate::remedy::Standing::Verified).count();
    let overdue = of_it().filter(|r| r.is_overdue(now_ms)).count();
    Side {
        party: party.to_owned(),
        by: ledger(docket, all().filter(|a| a.claim.complainant == party)),
        against: ledger(docket, all().filter(|a| a.claim.against == party)),
        answered: Share::new(answered, asked.len() as u64),
        findings: Outcome::ALL
            .iter()
            .map(|o| counting().filter(|f| f.text.outcome == *o).count() as u64)
            .collect(),
        finding_after_ms: median(counting().filter_map(|f| after_ms(docket, f)).collect()),
        steps: [steps.len() as u64, done],
        access: Share::new(done, done + denied),
        refused: returns.filter(|r| r.end == TaskEnd::Refused && r.of == party).count() as u64,
        remedies: [of_it().count(), verified, overdue].map(|n| n as u64),
    }
}

/// The cases that are about what a party is said, or was found, to have done.
fn concerned<'a>(docket: &'a Docket, party: &str) -> HashSet<&'a Ref> {
    let alleged =
        docket.allegations.iter().filter(|a| a.claim.against == party).filter_map(|a| a.case.as_ref());
    let found = docket.findings.iter().filter(|f| f.text.about == party).map(|f| &f.case);
    alleged.chain(found).collect()
}

fn after_ms(docket: &Docket, finding: &Finding) -> Option<i64> {
    let first =
        docket.findings.iter().find(|f| f.reference == finding.reference && f.signing.issued_ms().is_some());
    let case = docket.case(&finding.case).ok()?;
    Some(first?.signing.issued_ms()? - case.opened_ms)
}

fn median(mut of: Vec<i64>) -> Option<(i64, u64)> {
    of.sort_unstable();
    let (low, high) = (of.get(of.len().checked_sub(1)? / 2)?, of.get(of.len() / 2)?);
    Some((low + (high - low) / 2, of.len() as u64))
}

/// The ledger of some allegations.
pub fn ledger<'a>(docket: &Docket, allegations: impl Iterator<Item = &'a Allegation>) -> Ledger {
    let mut ledger = Ledger { dismissed: vec![0; Dismissal::ALL.len()], ..Ledger::default() };
    for allegation in allegations {
        ledger.made += 1;
        match &allegation.state {
            State::Received => ledger.waiting += 1,
            State::Withdrawn => ledger.withdrawn += 1,
            State::Dismissed(reason) => {
                let at = Dismissal::ALL.iter().position(|r| r == reason).unwrap_or(0);
                if let Some(n) = ledger.dismissed.get_mut(at) {
                    *n += 1;
                }
            }
            State::Registered => {
                ledger.registered += 1;
                match substantiated(docket, allegation) {
                    None => ledger.pending += 1,
                    Some(Outcome::Violation) => ledger.substantiated += 1,
                    Some(Outcome::NoViolation | Outcome::OutOfMandate) => ledger.unsubstantiated += 1,
                    Some(Outcome::Undetermined) => ledger.undetermined += 1,
                }
            }
        }
    }
    let decided = ledger.substantiated + ledger.unsubstantiated + ledger.undetermined;
    ledger.substantiation = Share::new(ledger.substantiated, decided);
    ledger
}

/// What the findings of its case that count say of the party accused; `None`: none does yet.
#[must_use]
pub fn substantiated(docket: &Docket, allegation: &Allegation) -> Option<Outcome> {
    let case = allegation.case.as_ref()?;
    let about = |f: &&Finding| {
        f.case == *case
            && f.signing.counts()
            && (f.text.about == allegation.claim.against || f.text.about.is_empty())
            && (allegation.claim.clauses.is_empty()
                || allegation.claim.clauses.contains(&f.text.clause.clause))
    };
    let outcomes: Vec<Outcome> = docket.findings.iter().filter(about).map(|f| f.text.outcome).collect();
    let has = |outcome: Outcome| outcomes.contains(&outcome);
    match () {
        () if has(Outcome::Violation) => Some(Outcome::Violation),
        () if has(Outcome::Undetermined) => Some(Outcome::Undetermined),
        () => outcomes.first().copied(),
    }
}
