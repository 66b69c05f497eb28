//! Clauses and their duties as JSON: every duty has its `kind`, and the fields of that kind.

use super::moment;
use atlas::plan::{LineIx, Side, ZoneIx, ZonePlan, ZoneShape};
use serde_json::{Value, json};
use terms::agreement::{
    ActorIx, Agreement, Amount, Baseline, Bound, Clause, Condition, Counted, Duty, Element, ElementName,
    ForWhom, Indicator, Offset, Reference, Signal, Test, UnitIx, What, When, Zero,
};

/// An agreement whose indices become names.
#[derive(Clone, Copy)]
pub(super) struct Exported<'a> {
    pub agreement: &'a Agreement,
}

pub(super) fn offset(offset: Offset) -> Value {
    match offset {
        Offset::None => json!({}),
        Offset::Days(n) => json!({ "days": n }),
        Offset::Ms(n) => json!({ "ms": n }),
        Offset::WholeDays(n) => json!({ "whole_days": n }),
        Offset::Months(n) => json!({ "months": n }),
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}

impl Exported<'_> {
    pub fn actor(&self, actor: ActorIx) -> Option<String> {
        self.agreement.actor(actor).map(|a| a.code.clone())
    }

    fn actors(&self, actors: &[ActorIx]) -> Vec<Option<String>> {
        actors.iter().map(|a| self.actor(*a)).collect()
    }

    pub fn line(&self, line: LineIx) -> Option<String> {
        self.agreement.plan.lines.get(usize::from(line.0)).map(|l| l.name.clone())
    }

    pub fn zone(&self, zone: Option<ZoneIx>) -> Option<String> {
        self.agreement.plan.zones.get(usize::from(zone?.0)).map(|z| z.name.clone())
    }

    pub fn when(&self, when: &When) -> Value {
        moment(self.agreement, when)
    }

    fn unit(&self, unit: UnitIx) -> Option<String> {
        self.agreement.units.get(usize::from(unit.0)).map(|u| u.name.clone())
    }

    pub fn zone_plan(&self, plan: &ZonePlan) -> Value {
        let shape = match &plan.shape {
            ZoneShape::Drawn(g) => json!({ "drawn": { "file": g.path, "layer": g.layer } }),
            ZoneShape::Band { line, from_m, to_m, side: of } => json!({
                "band": { "line": self.line(*line), "from_m": from_m, "to_m": to_m, "side": of.map(side) }
            }),
            ZoneShape::SideOf { line, side: of } => {
                json!({ "side_of": { "line": self.line(*line), "side": side(*of) } })
            }
            ZoneShape::Both(a, b) => json!({ "both": [self.zone(Some(*a)), self.zone(Some(*b))] }),
            ZoneShape::Either(a, b) => json!({ "either": [self.zone(Some(*a)), self.zone(Some(*b))] }),
            ZoneShape::Except(a, b) => json!({ "except": [self.zone(Some(*a)), self.zone(Some(*b))] }),
        };
        json!({ "name": plan.name, "tolerance_m": plan.tolerance_m, "shape": shape })
    }

    pub fn clause(&self, clause: &Clause) -> Value {
        let exceptions = clause.exceptions.iter().map(|e| {
            json!({
                "label": e.label, "title": e.title, "burden": e.burden,
                "conditions": e.conditions.iter().map(|c| self.condition(c)).collect::<Vec<_>>(),
            })
        });
        let heading = self.agreement.articles.get(clause.article).map(|a| a.heading.clone());
        json!({
            "label": clause.label, "article": heading, "line": clause.span.line, "source": clause.source,
            "kind": clause.duty.kind().name(), "duty": self.duty(&clause.duty),
            "from": self.when(&clause.from),
            "until": clause.until.as_ref().map(|w| self.when(w)),
            "complete": clause.complete.as_ref().map(|w| self.when(w)),
            "when": clause.when.iter().map(|c| self.condition(c)).collect::<Vec<_>>(),
            "exceptions": exceptions.collect::<Vec<_>>(),
            "standard": clause.standard, "decided_by": clause.decided_by.and_then(|b| self.actor(b)),
            "verified_by": clause.verified_by, "remedies": clause.remedies, "paired": clause.paired,
            "replaces": clause.replaces, "within": clause.within,
        })
    }

    fn bound(&self, bound: &Bound) -> Value {
        json!({
            "actors": bound.actors.as_ref().map(|a| self.actors(a)), "except": self.actors(&bound.except),
        })
    }

    fn what(&self, what: &What) -> Value {
        match what {
            What::Act { name, kinds } => json!({ "act": name, "kinds": kinds }),
            What::Weapon { class, calibre_min_mm, calibre_below_mm } => json!({
                "weapon": self.agreement.weapon(*class).map(|w| w.name.clone()),
                "calibre_min_mm": calibre_min_mm, "calibre_below_mm": calibre_below_mm,
            }),
        }
    }

    fn whats(&self, all: &[What]) -> Vec<Value> {
        all.iter().map(|w| self.what(w)).collect()
    }

    fn condition(&self, condition: &Condition) -> Value {
        let by = |by: &Option<Vec<ActorIx>>| by.as_ref().map(|b| self.actors(b));
        match condition {
            Condition::InZone(zone) => json!({ "in_zone": self.zone(Some(*zone)) }),
            Condition::Exercise => json!({ "exercise": true }),
            Condition::ToBeShown(words) => json!({ "shown": words }),
            Condition::Notified(label) => json!({ "notified_under": label }),
            Condition::Silent { zone, what, lasts_ms, coverage_min } => json!({ "silent": {
                "zone": self.zone(Some(*zone)), "what": self.what(what), "lasts_ms": lasts_ms,
                "coverage_min": coverage_min,
            } }),
            Condition::Come(moment) => {
                json!({ "come": self.agreement.moments.get(usize::from(moment.0)).map(|m| m.name.clone()) })
            }
            Condition::Breached { clause, by: who } => json!({ "breached": clause, "by": by(who) }),
            Condition::Done { clause, by: who } => json!({ "done": clause, "by": by(who) }),
            Condition::FoundBy { what, body } => json!({ "found": what, "body": self.actor(*body) }),
        }
    }

    fn duty(&self, duty: &Duty) -> Value {
        match duty {
            Duty::Prohibition { bound, what, zone, objects } => {
                let categories = objects
                    .iter()
                    .filter_map(|c| self.agreement.categories.get(usize::from(c.0)))
                    .map(|c| c.name.clone());
                json!({
                    "bound": self.bound(bound), "what": self.what(what), "zone": self.zone(*zone),
                    "objects": categories.collect::<Vec<_>>(),
                })
            }
            Duty::Abstention { bound, what, zone, of } => json!({
                "bound": self.bound(bound), "what": self.what(what), "zone": self.zone(*zone),
                "of": of.and_then(|o| self.actor(o)),
            }),
            Duty::Distance { bound, items, reference } => {
                let rows = items.iter().map(|i| {
                    json!({
                        "what": self.what(&i.what), "at_least_m": i.at_least_m, "side_to_side_m": i.side_to_side_m,
                    })
                });
                let line = match reference {
                    Reference::Line(line) => json!(self.line(*line)),
                    Reference::PerParty => json!({ "reference": "of each party" }),
                };
                json!({ "bound": self.bound(bound), "rows": rows.collect::<Vec<_>>(), "line": line })
            }
            _ => self.standing(duty),
        }
    }

    fn standing(&self, duty: &Duty) -> Value {
        match duty {
            Duty::Limit(d) => {
                let amount = match d.amount {
                    Amount::AtMost(n) => json!({ "at_most": n }),
                    Amount::AtLeast(n) => json!({ "at_least": n }),
                    Amount::Between(a, b) => json!({ "at_least": a, "at_most": b }),
                    Amount::Level(n) => json!({ "level": n }),
                };
                let counted = match &d.counted {
                    Counted::Unit(unit) => json!({ "unit": self.unit(*unit) }),
                    Counted::Weapon(what) => self.what(what),
                };
                json!({
                    "bound": self.bound(&d.bound), "supported": d.supported.and_then(|s| self.actor(s)),
                    "counted": counted, "amount": amount, "zone": self.zone(d.zone), "while": d.while_words,
                })
            }
            Duty::Share(d) => json!({
                "flow": self.agreement.flows.get(usize::from(d.flow.0)).map(|f| f.name.clone()),
                "shares": d.shares.iter().map(|(a, p)| json!({ "actor": self.actor(*a), "percent": p }))
                    .collect::<Vec<_>>(),
                "per": d.per.map(|p| p.word()), "tolerance_percent": d.tolerance_pct,
                "nothing_at_zero": d.nothing_at_zero,
            }),
            Duty::Deed(d) => json!({
                "bound": self.bound(&d.bound), "words": d.words, "withdrawal": d.withdrawal,
                "zone": self.zone(d.zone), "leaves": self.whats(&d.leaves), "test": d.test,
                "amount": d.amount.map(|(n, unit)| json!({ "number": n, "unit": self.unit(unit) })),
            }),
            Duty::Notify(d) => json!({
                "bound": self.bound(&d.bound), "of": self.whats(&d.of), "zone": self.zone(d.zone),
                "lead": d.lead.map(offset), "content": d.content, "to": self.actors(&d.to), "levels": d.levels,
                "read_back": d.read_back,
            }),
            Duty::Access(d) => json!({
                "bound": self.bound(&d.bound), "admit": self.actors(&d.admit), "zone": self.zone(d.zone),
                "within_ms": d.within_ms,
                "quota": d.quota.map(|q| json!({ "times": q.times, "per": q.per.word() })),
            }),
            Duty::Remedy(d) => json!({
                "bound": self.bound(&d.bound), "of": d.of, "by": d.by, "within": d.within.map(offset),
                "report_to": self.actors(&d.report_to),
            }),
            other => self.response(other),
        }
    }

    fn response(&self, duty: &Duty) -> Value {
        match duty {
            Duty::Guarantee(d) => json!({
                "guarantors": self.actors(&d.guarantors), "beneficiary": self.actor(d.beneficiary),
                "elements": d.elements.iter().map(|e| self.element(e)).collect::<Vec<_>>(),
            }),
            Duty::Respond(d) => {
                let zero = match &d.zero {
                    Zero::FirstViolation => json!("first violation"),
                    Zero::FirstRecorded => json!("first recorded violation"),
                    Zero::Request => json!("request"),
                    Zero::Decision(body) => json!({ "decision_of": self.actor(*body) }),
                    Zero::Moment(when) => self.when(when),
                    Zero::NotSaid => Value::Null,
                };
                let tiers = d.tiers.iter().map(|t| {
                    json!({ "number": t.number, "within": t.within.map(offset), "when": t.when, "what": t.what })
                });
                json!({
                    "bound": self.bound(&d.bound), "verb": d.verb, "within": d.within.map(offset), "zero": zero,
                    "restarts": d.restarts, "tiers": tiers.collect::<Vec<_>>(), "measures": d.measures,
                    "procedure": d.procedure,
                })
            }
            Duty::Effect(d) => {
                let whom = match &d.whom {
                    ForWhom::All => json!("all"),
                    ForWhom::TheOther => json!("the other"),
                    ForWhom::Actors(all) => json!(self.actors(all)),
                };
                let steps = d.steps.iter().map(|s| {
                    json!({
                        "who": s.who, "within": offset(s.within), "parallel": s.parallel, "extendable": s.extendable,
                    })
                });
                json!({
                    "of": d.of, "becomes": d.becomes.word(), "for": whom,
                    "when": d.when.iter().map(|c| self.condition(c)).collect::<Vec<_>>(),
                    "steps": steps.collect::<Vec<_>>(),
                    "ordered_by": d.ordered_by.and_then(|b| self.actor(b)),
                    "unless_decided_by": d.unless_decided_by.and_then(|b| self.actor(b)),
                })
            }
            Duty::Indicator(d) => self.indicator(d),
            Duty::Mandate(d) => json!({
                "body": self.actor(d.body), "powers": d.powers.iter().map(|p| p.word()).collect::<Vec<_>>(),
            }),
            _ => Value::Null,
        }
    }

    fn indicator(&self, indicator: &Indicator) -> Value {
        let of = match &indicator.signal {
            Signal::Facts(what) | Signal::Missing(what) => vec![self.what(what)],
            Signal::Notices(of) => self.whats(of),
            Signal::Calls => Vec::new(),
        };
        let baseline = indicator.baseline.as_ref().map(|b| match b {
            Baseline::Before(ms) => json!({ "before_ms": ms }),
            Baseline::Since(from) => json!({ "since": self.when(from) }),
            Baseline::Between(from, to) => json!({ "from": self.when(from), "to": self.when(to) }),
        });
        let level = indicator
            .turn
            .level()
            .map(|l| json!({ "number": l.number, "measure": l.measure.name(), "at_least": l.at_least }));
        json!({
            "title": indicator.title, "signal": indicator.signal.name(), "of": of,
            "zone": self.zone(indicator.zone), "window_ms": indicator.window_ms, "baseline": baseline,
            "turn": indicator.turn.name(), "level": level, "coverage_min": indicator.coverage_min,
            "told": self.actors(&indicator.told),
        })
    }

    fn element(&self, element: &Element) -> Value {
        let of = match &element.name {
            ElementName::Fire(by) | ElementName::ArmedAttack(by) => json!({ "by": self.actors(by) }),
            ElementName::Across(line) => json!({ "line": self.line(*line) }),
            _ => json!({}),
        };
        let tests = element.tests.iter().map(|t| match t {
            Test::Weapon { what, or_heavier } => {
                json!({ "weapon": self.what(what), "or_heavier": or_heavier })
            }
            Test::Casualties(n) => json!({ "casualties": n }),
            Test::DepthM(m) => json!({ "depth_m": m }),
            Test::Days { on, out_of } => json!({ "days": on, "out_of": out_of }),
            Test::FoundBy { what, body } => json!({ "found": what, "body": self.actor(*body) }),
            Test::FirstShot => json!({ "first_shot": true }),
            Test::Words(words) => json!({ "words": words }),
        });
        json!({ "name": element.name.word(), "of": of, "tests": tests.collect::<Vec<_>>() })
    }
}
