//! The obligation kinds beyond prohibition and distance, checked.

use super::clauses::{Checker, lift};
use super::names::Sort;
use crate::agreement::{
    Access, ActorIx, Amount, Bound, Condition, Counted, DeedDuty, Duty, Effect, Element, ElementName, FlowIx,
    ForWhom, Guarantee, Limit, MandateClause, Notify, Quota, Remedy, Respond, Share, Step, Test, Tier,
    UnitIx, What, Zero,
};
use crate::parsed;
use crate::problem::Bad;
use crate::source::Stretch;
use atlas::plan::ZoneIx;

/// Acts that meddle with what has to be left alone, by the word of the language: kinds of [`base::vocabulary`].
const MEDDLING: [(&str, &[&str]); 5] = [
    ("sensors", &["sensor blinded", "sensor destroyed", "sensor moved"]),
    ("signals", &["jamming"]),
    ("markers", &["marker moved", "marker destroyed"]),
    ("seals", &["seal broken"]),
    ("staff", &["staff threatened", "staff attacked", "access denied", "access delayed"]),
];

impl<'a> Checker<'_, 'a, '_> {
    /// `zone`: `None`: the clause names no place; `Some(None)`: it could not be known.
    pub(super) fn duty_of_kind(
        &mut self,
        clause: &parsed::Clause<'a>,
        bound: Option<Bound>,
        zone: Option<Option<ZoneIx>>,
        when: &[Condition],
    ) -> Option<Duty> {
        let parsed::Action::Duty(duty) = &clause.action else { return None };
        self.place_fits(duty, clause);
        match &**duty {
            parsed::Duty::Interfere { targets, of } => {
                let of = of.map(|name| self.names.actor(name, self.problems));
                Some(Duty::Abstention {
                    bound: bound?,
                    what: meddling(targets),
                    zone: lift(zone)?,
                    of: lift(of)?,
                })
            }
            parsed::Duty::Limit { amount, thing, supported } => {
                self.limit(clause, bound, lift(zone), *amount, *thing, *supported).map(Duty::Limit)
            }
            parsed::Duty::Share { .. } => self.share(duty).map(Duty::Share),
            parsed::Duty::Deed { .. } | parsed::Duty::Withdraw { .. } => {
                self.deed(duty, bound, lift(zone)).map(Duty::Deed)
            }
            parsed::Duty::Notify { .. } => self.notify(clause, duty, bound, lift(zone)).map(Duty::Notify),
            parsed::Duty::Admit { .. } | parsed::Duty::Inspect { .. } => {
                self.access(duty, bound, lift(zone)).map(Duty::Access)
            }
            parsed::Duty::Remedy { of, by, within, report_to } => {
                let of = self.labels_of(of);
                let report_to = self.actor_list(report_to)?;
                let (by, within) = (by.text.to_owned(), *within);
                Some(Duty::Remedy(Remedy { bound: bound?, of, by, within, report_to }))
            }
            parsed::Duty::Guarantee { guarantors, beneficiary, elements } => {
                self.guarantee(guarantors, *beneficiary, elements).map(Duty::Guarantee)
            }
            parsed::Duty::Respond(found) => self.respond(found, bound).map(Duty::Respond),
            parsed::Duty::Effect(found) => self.effect(found, when).map(Duty::Effect),
            parsed::Duty::Indicator(found) => self.indicator(clause, found, zone).map(Duty::Indicator),
            parsed::Duty::Mandate { body, mandate } => {
                let body = self.body(*body)?;
                let label = clause.label.text.to_owned();
                let index = self.mandates.len();
                let powers = mandate.powers.clone();
                self.mandates.push(super::declared::mandate(body, &label, mandate, self.lines));
                Some(Duty::Mandate(MandateClause { body, powers, mandate: index }))
            }
        }
    }

    /// Kinds that have no place of their own say nothing by one.
    fn place_fits(&mut self, duty: &parsed::Duty<'a>, clause: &parsed::Clause<'a>) {
        let of_no_place = |i: &parsed::Indicator<'a>| {
            matches!(i.signal, parsed::SignalRead::Notices(_) | parsed::SignalRead::Calls)
        };
        let placeless = matches!(
            duty,
            parsed::Duty::Share { .. }
                | parsed::Duty::Remedy { .. }
                | parsed::Duty::Guarantee { .. }
                | parsed::Duty::Respond(_)
                | parsed::Duty::Effect(_)
                | parsed::Duty::Mandate { .. }
                | parsed::Duty::Withdraw { .. }
        ) || matches!(duty, parsed::Duty::Indicator(i) if of_no_place(i));
        if placeless && clause.area.flatten().is_some() {
            let message = "a clause of this kind cannot be limited to a place";
            let help = "leave the place out, or say it in the words of the duty";
            self.problems.error(Bad::new("place-without-meaning", clause.label.at, message, help));
        }
    }

    /// A name that is an act, or else a weapon class.
    pub(super) fn act_or_weapon(&mut self, what: parsed::What<'a>) -> Option<What> {
        if self.names.sort_of(what.name.text) == Some(Sort::Weapon) {
            self.weapon(what)
        } else {
            self.act(what)
        }
    }

    /// The actor of that name, who must be a body.
    pub(super) fn body(&mut self, name: parsed::Name<'a>) -> Option<ActorIx> {
        self.names.actor(name, self.problems)
    }

    pub(super) fn actor_list(&mut self, names: &[parsed::Name<'a>]) -> Option<Vec<ActorIx>> {
        self.actors(names).map(|all| all.into_iter().map(|(a, _)| a).collect())
    }

    fn unit(&mut self, name: parsed::Name<'a>) -> Option<UnitIx> {
        let index = self.names.find(name, Sort::Unit, self.problems)?;
        u16::try_from(index).ok().map(UnitIx)
    }

    fn limit(
        &mut self,
        clause: &parsed::Clause<'a>,
        bound: Option<Bound>,
        zone: Option<Option<ZoneIx>>,
        amount: parsed::AmountRead,
        thing: parsed::What<'a>,
        supported: Option<parsed::Name<'a>>,
    ) -> Option<Limit> {
        let is_weapon = self.names.sort_of(thing.name.text) == Some(Sort::Weapon);
        let counted = if is_weapon {
            self.weapon(thing).map(Counted::Weapon)
        } else {
            self.unit(thing.name).map(Counted::Unit)
        };
        let supported = supported.map(|name| self.names.actor(name, self.problems));
        let amount = match (amount.least, amount.most, amount.level) {
            (Some(least), Some(most), _) => Amount::Between(least.value, most.value),
            (Some(least), None, _) => Amount::AtLeast(least.value),
            (None, Some(most), _) => Amount::AtMost(most.value),
            (None, None, level) => Amount::Level(level?.value),
        };
        let while_words = clause.while_words.map(|w| w.text.to_owned()).unwrap_or_default();
        Some(Limit {
            bound: bound?,
            supported: lift(supported)?,
            counted: counted?,
            amount,
            zone: zone?,
            while_words,
        })
    }

    fn share(&mut self, duty: &parsed::Duty<'a>) -> Option<Share> {
        let parsed::Duty::Share { flow, shares, per, tolerance, nothing_at_zero } = duty else { return None };
        let index = self.names.find(*flow, Sort::Flow, self.problems);
        let names: Vec<parsed::Name<'a>> = shares.iter().map(|(name, _)| *name).collect();
        let actors = self.actor_list(&names)?;
        let flow = u16::try_from(index?).ok().map(FlowIx)?;
        let shares = actors.into_iter().zip(shares).map(|(actor, (_, share))| (actor, share.value)).collect();
        let tolerance_pct = tolerance.map(|q| q.value);
        Some(Share { flow, shares, per: *per, tolerance_pct, nothing_at_zero: *nothing_at_zero })
    }

    fn deed(
        &mut self,
        duty: &parsed::Duty<'a>,
        bound: Option<Bound>,
        zone: Option<Option<ZoneIx>>,
    ) -> Option<DeedDuty> {
        match duty {
            parsed::Duty::Deed { words, amount, test } => {
                let amount = match amount {
                    None => None,
                    Some((number, unit)) => Some((number.value, self.unit(*unit)?)),
                };
                let test = test.map(|t| t.text.to_owned()).unwrap_or_default();
                let (words, leaves) = (words.text.to_owned(), Vec::new());
                Some(DeedDuty { bound: bound?, words, zone: zone?, leaves, withdrawal: false, amount, test })
            }
            parsed::Duty::Withdraw { leaves, zone } => {
                let zone = self.map.area(parsed::Area::Named(*zone), self.names, self.problems);
                let mut whole = true;
                let mut left = Vec::new();
                for what in leaves {
                    let found = self.weapon(*what);
                    whole &= found.is_some();
                    left.extend(found);
                }
                let (words, test) = ("withdrawal".to_owned(), String::new());
                let zone = Some(zone?);
                let found = DeedDuty {
                    bound: bound?,
                    words,
                    zone,
                    leaves: left,
                    withdrawal: true,
                    amount: None,
                    test,
                };
                whole.then_some(found)
            }
            _ => None,
        }
    }

    fn notify(
        &mut self,
        clause: &parsed::Clause<'a>,
        duty: &parsed::Duty<'a>,
        bound: Option<Bound>,
        zone: Option<Option<ZoneIx>>,
    ) -> Option<Notify> {
        let parsed::Duty::Notify { of, lead, content, to, levels, read_back } = duty else { return None };
        let mut acts = Vec::new();
        let mut whole = true;
        for what in of {
            let found = self.act_or_weapon(*what);
            whole &= found.is_some();
            acts.extend(found);
        }
        if to.is_empty() {
            let message = format!("clause {} does not say who is notified", clause.label.text);
            self.problems.error(Bad::new("no-addressee", clause.label.at, message, "add `to` and a name"));
            whole = false;
        }
        let to = self.actor_list(to);
        let words = |all: &[parsed::Name<'a>]| all.iter().map(|n| n.text.to_owned()).collect::<Vec<_>>();
        let (content, levels) = (words(content), words(levels));
        let found = Notify {
            bound: bound?,
            of: acts,
            zone: zone?,
            lead: *lead,
            content,
            to: to?,
            levels,
            read_back: *read_back,
        };
        whole.then_some(found)
    }

    fn access(
        &mut self,
        duty: &parsed::Duty<'a>,
        bound: Option<Bound>,
        zone: Option<Option<ZoneIx>>,
    ) -> Option<Access> {
        let (who, own_zone, within_ms, quota) = match duty {
            parsed::Duty::Admit { who, zone, within_ms } => (who, *zone, *within_ms, None),
            parsed::Duty::Inspect { times, per, who, within_ms } => {
                (who, None, *within_ms, Some(Quota { times: *times, per: *per }))
            }
            _ => return None,
        };
        let admit = self.actor_list(who);
        let zone = match own_zone {
            Some(name) => Some(self.map.area(parsed::Area::Named(name), self.names, self.problems)?),
            None => zone?,
        };
        Some(Access { bound: bound?, admit: admit?, zone, within_ms, quota })
    }

    fn guarantee(
        &mut self,
        guarantors: &[parsed::Name<'a>],
        beneficiary: parsed::Name<'a>,
        elements: &[parsed::Element<'a>],
    ) -> Option<Guarantee> {
        let guarantors = self.actor_list(guarantors);
        let beneficiary = self.names.actor(beneficiary, self.problems);
        let mut whole = true;
        let mut found: Vec<Element> = Vec::new();
        for element in elements {
            let Some(checked) = self.element(element) else {
                whole = false;
                continue;
            };
            if found.iter().any(|e| e.name == checked.name) {
                let message = format!("the element `{}` is named twice", checked.name.word());
                self.problems.error(Bad::new("said-twice", element.at, message, "keep one of them"));
            }
            found.push(checked);
        }
        let (guarantors, beneficiary) = (guarantors?, beneficiary?);
        whole.then_some(Guarantee { guarantors, beneficiary, elements: found })
    }

    fn element(&mut self, element: &parsed::Element<'a>) -> Option<Element> {
        let name = match &element.name {
            parsed::ElementWord::Fire(who) => ElementName::Fire(self.actor_list(who)?),
            parsed::ElementWord::ArmedAttack(who) => ElementName::ArmedAttack(self.actor_list(who)?),
            parsed::ElementWord::Significant => ElementName::Significant,
            parsed::ElementWord::Deliberate => ElementName::Deliberate,
            parsed::ElementWord::Sustained => ElementName::Sustained,
            parsed::ElementWord::Unprovoked => ElementName::Unprovoked,
            parsed::ElementWord::Across(line) => {
                ElementName::Across(self.map.line_of(*line, self.names, self.problems)?)
            }
            parsed::ElementWord::Other(words) => ElementName::Other(words.text.to_owned()),
        };
        let mut tests = Vec::new();
        for test in &element.tests {
            tests.push(self.test(test)?);
        }
        Some(Element { name, tests })
    }

    fn test(&mut self, test: &parsed::Test<'a>) -> Option<Test> {
        Some(match test {
            parsed::Test::Weapon { what, or_heavier } => {
                Test::Weapon { what: self.weapon(*what)?, or_heavier: *or_heavier }
            }
            parsed::Test::Casualties(n) => Test::Casualties(*n),
            parsed::Test::DepthM(m) => Test::DepthM(*m),
            parsed::Test::Days { on, out_of } => Test::Days { on: *on, out_of: *out_of },
            parsed::Test::FoundBy { body, what } => Test::FoundBy {
                what: what.map(|w| w.text.to_owned()).unwrap_or_default(),
                body: self.body(*body)?,
            },
            parsed::Test::FirstShot => Test::FirstShot,
            parsed::Test::Words(words) => Test::Words(words.text.to_owned()),
        })
    }

    fn respond(&mut self, found: &parsed::Respond<'a>, bound: Option<Bound>) -> Option<Respond> {
        let zero = match &found.zero {
            None => Zero::NotSaid,
            Some(parsed::Zero::FirstViolation) => Zero::FirstViolation,
            Some(parsed::Zero::FirstRecorded) => Zero::FirstRecorded,
            Some(parsed::Zero::Request) => Zero::Request,
            Some(parsed::Zero::Decision(body)) => Zero::Decision(self.body(*body)?),
            Some(parsed::Zero::Moment(moment)) => Zero::Moment(self.times.when(
                *moment,
                super::moments::Edge::From,
                self.names,
                self.problems,
            )?),
        };
        self.tiers_in_order(&found.tiers);
        let tier = |t: &parsed::Tier<'a>| Tier {
            number: t.number,
            within: t.within,
            when: t.when.map(|w| w.text.to_owned()).unwrap_or_default(),
            what: t.what.text.to_owned(),
        };
        Some(Respond {
            bound: bound?,
            verb: found.verb.to_owned(),
            within: found.within,
            zero,
            restarts: found.restarts,
            tiers: found.tiers.iter().map(tier).collect(),
            measures: found.measures.iter().map(|m| m.text.to_owned()).collect(),
            procedure: found.procedure.map(|p| p.text.to_owned()).unwrap_or_default(),
        })
    }

    fn tiers_in_order(&mut self, tiers: &[parsed::Tier<'a>]) {
        for pair in tiers.windows(2) {
            let [before, next] = pair else { continue };
            if next.number <= before.number {
                let message = format!("tier {} comes after tier {}", next.number, before.number);
                self.problems.error(Bad::new(
                    "tiers-out-of-order",
                    next.at,
                    message,
                    "number the tiers upwards, each once",
                ));
            }
        }
    }

    fn effect(&mut self, found: &parsed::Effect<'a>, when: &[Condition]) -> Option<Effect> {
        let mut of = self.labels_of(&found.labels);
        of.extend(found.words.map(|w| w.text.to_owned()));
        let whom = match &found.whom {
            None => ForWhom::All,
            Some(parsed::ForWhom::TheOther) => ForWhom::TheOther,
            Some(parsed::ForWhom::Actors(names)) => ForWhom::Actors(self.actor_list(names)?),
        };
        let ordered_by = found.ordered_by.map(|b| self.body(b));
        let unless = found.unless_decided_by.map(|b| self.body(b));
        if let Some(step) = found.steps.first().filter(|s| s.parallel) {
            let message = "the first step has none before it to run beside";
            self.problems.error(Bad::new(
                "first-step-parallel",
                step.who.at,
                message,
                "write `after step` first",
            ));
        }
        let step = |s: &parsed::Step<'a>| Step {
            who: s.who.text.to_owned(),
            within: s.within,
            parallel: s.parallel,
            extendable: s.extendable,
        };
        Some(Effect {
            of,
            becomes: found.becomes,
            whom,
            when: when.to_vec(),
            steps: found.steps.iter().map(step).collect(),
            ordered_by: lift(ordered_by)?,
            unless_decided_by: lift(unless)?,
        })
    }

    /// Every label that a clause refers to has to be one of the file's, in some reading of it.
    pub(super) fn labels_known(&mut self, known: &std::collections::HashSet<&'a str>) {
        for label in self.labels_used.clone() {
            if known.contains(label.text) {
                continue;
            }
            let near = crate::suggest::nearest(label.text, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the label of a clause of this text".to_owned(),
            };
            let message = format!("no clause has the label `{}`", label.text);
            self.problems.error(Bad::new("undefined-label", label.at, message, help));
        }
    }

    /// Sensors by name, methods by their words.
    pub(super) fn methods(&mut self, methods: &[parsed::Method<'a>]) -> Vec<String> {
        for method in methods.iter().filter(|m| !m.is_text) {
            if self.names.sort_of(method.name.text) == Some(Sort::Actor) {
                self.names.find(method.name, Sort::Actor, self.problems);
            } else {
                self.names.find(method.name, Sort::Sensor, self.problems);
            }
        }
        methods.iter().map(|m| m.name.text.to_owned()).collect()
    }
}

fn meddling(targets: &[(&'static str, Stretch)]) -> What {
    let names: Vec<&str> = targets.iter().map(|(name, _)| *name).collect();
    let mut kinds: Vec<String> = Vec::new();
    for (name, meddle) in MEDDLING {
        if names.contains(&name) {
            kinds.extend(meddle.iter().map(|k| (*k).to_owned()));
        }
    }
    What::Act { name: format!("interfere with {}", names.join(", ")), kinds }
}
