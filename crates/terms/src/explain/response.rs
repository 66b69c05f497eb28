//! Guarantees, responses, effects and mandates in sentences.

use super::phrases::{self as p, Phrase};
use super::speech::Speech;
use crate::agreement::{
    Becomes, Effect, Element, ElementName, ForWhom, Guarantee, Mandate, Power, Respond, Rule, Step, Test,
    Zero,
};

impl Speech<'_> {
    pub(super) fn guarantee(&self, guarantee: &Guarantee) -> (String, Vec<String>) {
        let elements: Vec<String> = guarantee.elements.iter().map(|e| self.element(e)).collect();
        let holes = [
            ("who", self.names(&guarantee.guarantors)),
            ("whom", self.name(guarantee.beneficiary)),
            ("elements", elements.join(&self.plain(&p::SEMICOLON))),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        (self.say(&p::GUARANTEE, &holes), vec![self.plain(&p::NEVER_DECIDES)])
    }

    fn element(&self, element: &Element) -> String {
        let name = match &element.name {
            ElementName::Fire(by) => self.say(&p::FIRE_BY, &[("who", &self.names(by))]),
            ElementName::ArmedAttack(by) => self.say(&p::ATTACK_BY, &[("who", &self.names(by))]),
            ElementName::Significant => self.plain(&p::SIGNIFICANT),
            ElementName::Deliberate => self.plain(&p::DELIBERATE),
            ElementName::Sustained => self.plain(&p::SUSTAINED),
            ElementName::Unprovoked => self.plain(&p::UNPROVOKED),
            ElementName::Across(line) => self.say(&p::ACROSS, &[("line", &self.line(*line))]),
            ElementName::Other(words) => words.clone(),
        };
        let needs_test = !matches!(element.name, ElementName::Fire(_) | ElementName::Across(_));
        if element.tests.is_empty() {
            return if needs_test { self.say(&p::ELEMENT_OPEN, &[("element", &name)]) } else { name };
        }
        let tests: Vec<String> = element.tests.iter().map(|t| self.test(t)).collect();
        self.say(&p::ELEMENT_IS, &[("element", &name), ("tests", &self.join(&tests, &p::OR))])
    }

    fn test(&self, test: &Test) -> String {
        match test {
            Test::Weapon { what, or_heavier } => {
                let weapon = self.thing(what);
                if *or_heavier { self.say(&p::HEAVIER, &[("weapon", &weapon)]) } else { weapon }
            }
            Test::Casualties(n) => self.say(&p::CASUALTIES, &[("n", &n.to_string())]),
            Test::DepthM(m) => self.say(&p::DEPTH, &[("distance", &self.metres(*m))]),
            Test::Days { on, out_of } => {
                self.say(&p::DAYS_OF, &[("on", &on.to_string()), ("of", &out_of.to_string())])
            }
            Test::FoundBy { what, body } => {
                self.say(&p::FOUND, &[("body", &self.name(*body)), ("words", what)])
            }
            Test::FirstShot => self.plain(&p::FIRST_SHOT),
            Test::Words(words) => format!("“{words}”"),
        }
    }

    pub(super) fn respond(&self, respond: &Respond) -> (String, Vec<String>) {
        let verb = match respond.verb.as_str() {
            "consult" => self.plain(&p::CONSULT),
            "respond" => self.plain(&p::RESPOND_VERB),
            _ => self.plain(&p::TAKE_MEASURES),
        };
        let zero = match &respond.zero {
            Zero::FirstViolation => self.plain(&p::ZERO_VIOLATION),
            Zero::FirstRecorded => self.plain(&p::ZERO_RECORDED),
            Zero::Request => self.plain(&p::ZERO_REQUEST),
            Zero::Decision(body) => self.say(&p::ZERO_DECISION, &[("body", &self.name(*body))]),
            Zero::Moment(when) => self.moment(when),
            Zero::NotSaid => self.plain(&p::ZERO_UNSAID),
        };
        let time = self.length_or_unsaid(respond.within);
        let deed = self.say(&p::RESPOND, &[("verb", &verb), ("time", &time), ("zero", &zero)]);
        let mut more = Vec::new();
        for tier in &respond.tiers {
            let within = tier.within.map(|w| self.say(&p::TIER_WITHIN, &[("time", &self.length(w))]));
            let when = (!tier.when.is_empty()).then(|| self.say(&p::TIER_WHEN, &[("words", &tier.when)]));
            let holes = [
                ("n", tier.number.to_string()),
                ("within", within.unwrap_or_default()),
                ("when", when.unwrap_or_default()),
                ("what", tier.what.clone()),
            ];
            let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
            more.push(self.say(&p::TIER, &holes));
        }
        if !respond.measures.is_empty() {
            more.push(self.say(&p::MEASURES, &[("all", &respond.measures.join(", "))]));
        }
        if !respond.procedure.is_empty() {
            more.push(self.say(&p::PROCEDURE, &[("words", &respond.procedure)]));
        }
        more.push(self.plain(match respond.restarts {
            Some(true) => &p::RESTARTS,
            Some(false) => &p::NO_RESTART,
            None => &p::RESTART_UNSAID,
        }));
        (self.shall(&respond.bound, &deed), more)
    }

    pub(super) fn effect(&self, effect: &Effect) -> (String, Vec<String>) {
        let becomes = self.plain(match effect.becomes {
            Becomes::Void => &p::VOID,
            Becomes::Suspended => &p::SUSPENDED,
            Becomes::Released => &p::RELEASED,
            Becomes::Reimposed => &p::REIMPOSED,
            Becomes::Ended => &p::ENDED,
        });
        let whom = match &effect.whom {
            ForWhom::All => self.plain(&p::FOR_ALL),
            ForWhom::TheOther => self.plain(&p::THE_OTHER),
            ForWhom::Actors(all) => self.names(all),
        };
        let holes = [
            ("of", effect.of.join(", ")),
            ("becomes", becomes),
            ("whom", whom),
            ("conditions", self.conditions(&effect.when)),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        let mut more = Vec::new();
        if !effect.steps.is_empty() {
            let steps: Vec<String> = effect.steps.iter().map(|s| self.step(s)).collect();
            more.push(self.say(&p::STEPS, &[("all", &steps.join(&self.plain(&p::SEMICOLON)))]));
        }
        if let Some(body) = effect.unless_decided_by {
            more.push(self.say(&p::UNLESS_DECIDED, &[("body", &self.name(body))]));
        }
        if let Some(body) = effect.ordered_by {
            more.push(self.say(&p::ORDERED_BY, &[("body", &self.name(body))]));
        }
        if effect.ordered_by.is_none() && effect.unless_decided_by.is_none() {
            more.push(self.plain(&p::BY_NOBODY));
        }
        (self.say(&p::EFFECT, &holes), more)
    }

    fn step(&self, step: &Step) -> String {
        let extendable = if step.extendable { self.plain(&p::EXTENDABLE) } else { String::new() };
        let time = self.length(step.within);
        let words = self.say(&p::STEP, &[("who", &step.who), ("time", &time), ("extendable", &extendable)]);
        if step.parallel { self.say(&p::AT_THE_SAME_TIME, &[("step", &words)]) } else { words }
    }

    pub(super) fn mandate(&self, mandate: &Mandate) -> (String, Vec<String>) {
        let body = self.name(mandate.body);
        if mandate.powers.iter().all(|p| *p == Power::Record) {
            let phrase = match (mandate.powers.is_empty(), mandate.decides_nothing) {
                (true, _) => &p::DECIDES_NOTHING,
                (false, true) => &p::RECORDS_ONLY,
                (false, false) => &p::RECORDS,
            };
            return (self.say(phrase, &[("body", &body)]), Vec::new());
        }
        let powers: Vec<String> = mandate.powers.iter().map(|x| self.plain(power(*x))).collect();
        let rule = match mandate.rule {
            None => String::new(),
            Some(Rule::Chair) => self.plain(&p::CHAIR),
            Some(Rule::Consensus) => self.plain(&p::CONSENSUS),
            Some(Rule::Unanimity) => self.plain(&p::UNANIMITY),
            Some(Rule::Majority) => self.plain(&p::MAJORITY),
            Some(Rule::EachForItself) => self.plain(&p::EACH_FOR_ITSELF),
            Some(Rule::Silence(ms)) => self.say(&p::SILENCE, &[("time", &self.span(ms))]),
        };
        let quorum = mandate.quorum.map(|n| self.say(&p::QUORUM, &[("n", &n.to_string())]));
        let deadline = mandate.within_ms.map(|ms| self.say(&p::DEADLINE, &[("time", &self.span(ms))]));
        let holes = [
            ("body", body),
            ("powers", self.join(&powers, &p::AND)),
            ("rule", rule),
            ("quorum", quorum.unwrap_or_default()),
            ("deadline", deadline.unwrap_or_default()),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        let mut more = Vec::new();
        if let Some(standard) = &mandate.standard {
            more.push(self.say(&p::STANDARD, &[("words", standard)]));
        }
        if mandate.absence_noted {
            more.push(self.plain(&p::ABSENCE));
        }
        (self.say(&p::DECIDES, &holes), more)
    }
}

fn power(power: Power) -> &'static Phrase {
    match power {
        Power::Record => &p::P_RECORD,
        Power::Verify => &p::P_VERIFY,
        Power::Occurrence => &p::P_OCCURRENCE,
        Power::Attribution => &p::P_ATTRIBUTION,
        Power::Remedy => &p::P_REMEDY,
        Power::Guarantee => &p::P_GUARANTEE,
        Power::Effect => &p::P_EFFECT,
        Power::Interpretation => &p::P_INTERPRETATION,
    }
}
