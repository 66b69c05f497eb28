//! The queue, the ledger of allegations, and the figures of equal treatment.

use super::{Lens, at, clause_name, may};
use crate::docket::Which;
use crate::docket::types::{
    AllegationCounts, AllegationPage, CaseLine, ClauseChoice, ClockView, Counted, EqualTreatment, LedgerView,
    PartyName, Queue, ShareView, SideView,
};
use crate::problem::Problem;
use base::time::HOUR_MS;
use base::{Instant, Interval};
use cases::Ref;
use cases::allegation::{Allegation, State};
use cases::equal::{Ledger, Share, Side, sides};
use cases::words::{Dismissal, Outcome, Stage};
use publication::coverage::statement;
use publication::docket::Sight;

/// Remedies and clocks in the queue, at most: the rest stands in the cases.
const NEAREST_MAX: usize = 200;

impl Lens<'_> {
    /// What waits for somebody.
    pub fn queue(&self) -> Queue {
        let mut cases: Vec<&cases::case::Case> =
            self.docket.cases.iter().filter(|c| self.reader.sees_case(self.docket, c)).collect();
        cases.sort_by_key(|c| {
            (c.stage == Stage::Closed, std::cmp::Reverse(c.history.last().map_or(c.opened_ms, |h| h.at_ms)))
        });
        let work = self.reader.sees_work();
        let clocks = self.docket.clocks.iter().filter(|c| work && c.stopped.is_none());
        let mut clocks: Vec<_> = clocks.filter(|c| self.reader.knows_case(self.docket, &c.case)).collect();
        clocks.sort_by_key(|c| c.due_ms(self.now_ms));
        let remedies =
            self.docket.remedies.iter().filter(|r| r.is_open() && self.reader.sees_remedy(self.docket, r));
        let mut remedies: Vec<_> = remedies.filter(|r| !self.is_restricted(&r.case)).collect();
        remedies.sort_by_key(|r| r.text.due_ms);
        let setting = &self.docket.setting;
        Queue {
            // To others than officers by the minute, so that the same is told in the same bytes.
            at: at(if work { self.now_ms } else { self.now_ms.div_euclid(60_000) * 60_000 }),
            zone: setting.zone.name().to_owned(),
            cases: cases.into_iter().map(|c| self.queued(c)).collect(),
            allegations: counts(self.seen()),
            clocks: clocks.into_iter().take(NEAREST_MAX).map(|c| self.ticking(c)).collect(),
            remedies: remedies.into_iter().take(NEAREST_MAX).map(|r| self.remedy(r)).collect(),
            refused: if work { self.docket.refused.len() } else { 0 },
            parties: self.parties(),
            clauses: setting
                .clauses
                .iter()
                .map(|c| ClauseChoice {
                    clause: clause_name(&c.clause),
                    source: c.source.clone(),
                    elements: c.elements.clone(),
                    standard: setting.standard(&c.clause).map(str::to_owned),
                })
                .collect(),
            may: may::anywhere(self.seat),
        }
    }

    /// Whether a case is in a compartment.
    pub fn is_restricted(&self, case: &Ref) -> bool {
        self.docket.case(case).is_ok_and(|c| !c.compartments.is_empty())
    }

    /// A case's line in the queue. Of one in a compartment it says that it waits, and not what it is about: what is
    /// restricted is read on its own page, where the reading is logged.
    fn queued(&self, case: &cases::case::Case) -> CaseLine {
        let line = self.line(case);
        if case.compartments.is_empty() {
            return line;
        }
        let (clauses, findings) = (Vec::new(), Vec::new());
        let (incidents, allegations) = (Vec::new(), Vec::new());
        CaseLine { title: String::new(), suspended: None, clauses, incidents, allegations, findings, ..line }
    }

    /// A clock on the wall; of a case in a compartment it says when it runs out, and not what it is for.
    fn ticking(&self, c: &cases::clock::Clock) -> ClockView {
        let view = self.clock(c);
        if !self.is_restricted(&c.case) {
            return view;
        }
        ClockView { purpose: String::new(), started_by: String::new(), stood: Vec::new(), ..view }
    }

    /// Whether a page holds an allegation whose case is in a compartment.
    pub fn tells_restricted(&self, page: &AllegationPage) -> bool {
        page.items.iter().any(|a| a.case.as_ref().is_some_and(|c| self.is_restricted(&Ref(c.clone()))))
    }

    fn parties(&self) -> Vec<PartyName> {
        let name = |(code, name): &(String, String)| PartyName { code: code.clone(), name: name.clone() };
        self.docket.setting.parties.iter().map(name).collect()
    }

    fn seen(&self) -> impl Iterator<Item = &Allegation> {
        self.docket.allegations.iter().filter(|a| self.reader.sight(self.docket, a) != Sight::Hidden)
    }

    /// A page of the ledger, the latest first.
    pub fn allegations(&self, which: &Which, from: usize, limit: usize) -> AllegationPage {
        let words = which.q.as_deref().unwrap_or("").to_lowercase();
        let fits = |a: &&Allegation| {
            which.state.as_deref().is_none_or(|s| a.state.name() == s)
                && which.against.as_deref().is_none_or(|p| a.claim.against == p)
                && (words.is_empty()
                    || a.claim.text.to_lowercase().contains(&words)
                    || a.claim.place.to_lowercase().contains(&words)
                    || a.reference.0.to_lowercase() == words)
        };
        let mut fitting: Vec<&Allegation> = self.seen().filter(fits).collect();
        fitting.reverse();
        let total = fitting.len();
        let page = fitting.into_iter().skip(from).take(limit);
        AllegationPage {
            counts: counts(self.seen()),
            items: page.filter_map(|a| self.allegation(a)).collect(),
            total,
            next: from.checked_add(limit).filter(|next| *next < total),
        }
    }

    /// The same figures for each party.
    pub fn equal_treatment(&self) -> Result<EqualTreatment, Problem> {
        if !self.reader.sees_figures() {
            return Err(Problem::not_found("no such address for you"));
        }
        let names = self.parties();
        let of = |s: Side| side(names.iter().find(|n| n.code == s.party).map_or("", |n| &n.name), s);
        Ok(EqualTreatment {
            at: at(self.now_ms),
            sides: sides(self.docket, self.now_ms).into_iter().map(of).collect(),
            coverage: statement(&self.desk.record.coverage, self.since_the_first()),
            note: "Allegations are claims and count as nothing else. A share is of what has been decided, with its 95 % \
                   interval; where nothing has been, there is no share. Differences between the sides may come from what \
                   they did, from what they alleged, or from where the mission could look."
                .to_owned(),
        })
    }

    /// From the first allegation or case until now.
    fn since_the_first(&self) -> Interval {
        let alleged = self.docket.allegations.iter().map(|a| a.received_ms);
        let first_ms = alleged.chain(self.docket.cases.iter().map(|c| c.opened_ms)).min();
        let from = Instant(first_ms.unwrap_or(self.now_ms).min(self.now_ms));
        Interval { start: from, end: Instant(self.now_ms) }
    }
}

fn counts<'a>(all: impl Iterator<Item = &'a Allegation>) -> AllegationCounts {
    let mut counts = AllegationCounts::default();
    for a in all {
        counts.made += 1;
        match a.state {
            State::Received => {
                counts.received += 1;
                counts.alike += usize::from(a.alike.is_some());
                counts.lacking += usize::from(!a.lacks.is_empty());
            }
            State::Registered => counts.registered += 1,
            State::Dismissed(_) => counts.dismissed += 1,
            State::Withdrawn => counts.withdrawn += 1,
        }
    }
    counts
}

fn share(s: Share) -> ShareView {
    ShareView { of: s.of, all: s.all, low: s.interval.0, high: s.interval.1 }
}

fn ledger(l: Ledger) -> LedgerView {
    let dismissed = Dismissal::ALL.iter().zip(&l.dismissed);
    LedgerView {
        made: l.made,
        waiting: l.waiting,
        registered: l.registered,
        dismissed: dismissed.map(|(r, n)| Counted { name: r.name().to_owned(), n: *n }).collect(),
        withdrawn: l.withdrawn,
        substantiated: l.substantiated,
        unsubstantiated: l.unsubstantiated,
        undetermined: l.undetermined,
        pending: l.pending,
        substantiation: l.substantiation.map(share),
    }
}

fn side(name: &str, s: Side) -> SideView {
    let findings = Outcome::ALL.iter().zip(&s.findings);
    let hours = |ms: i64| (ms as f64 / HOUR_MS as f64 * 10.0).round() / 10.0;
    let [remedies, remedies_verified, remedies_overdue] = s.remedies;
    let [steps, steps_done] = s.steps;
    SideView {
        name: name.to_owned(),
        by: ledger(s.by),
        against: ledger(s.against),
        answered: s.answered.map(share),
        findings: findings.map(|(o, n)| Counted { name: o.name().to_owned(), n: *n }).collect(),
        finding_after_h: s.finding_after_ms.map(|(ms, _)| hours(ms)),
        finding_after_of: s.finding_after_ms.map_or(0, |(_, of)| of),
        steps,
        steps_done,
        refused: s.refused,
        access: s.access.map(share),
        remedies,
        remedies_verified,
        remedies_overdue,
        party: s.party,
    }
}
