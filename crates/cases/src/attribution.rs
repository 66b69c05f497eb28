//! Attribution: who did it, as a decision of its own, by the body that a text gives that power. *Not attributed* is a
//! result. Likelihood ratios are shown beside the evidence; nothing multiplies them into a score.

use crate::act::{Act, AttributionText, Hypothesis, Ref, Strand, Weighed};
use crate::docket::{Docket, Done, done, not_yours, within, written};
use crate::finding::{Signing, or_nobody};
use crate::limits::PARTS_MAX;
use crate::refusal::Refusal;
use crate::words::{Likelihood, Outcome, Standing, Weight};
use std::collections::BTreeSet;
use terms::agreement::Power;

/// How likely a hypothesis must be to be adopted: 80 %. A wrong party is far worse than none.
pub const ADOPTED_FROM: Likelihood = Likelihood::VeryLikely;

/// One version of an attribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Its reference, without its version.
    pub reference: Ref,
    /// Its version, from 1.
    pub version: u32,
    /// The case.
    pub case: Ref,
    /// The version of the finding that it is of.
    pub finding: Ref,
    /// What it says.
    pub text: AttributionText,
    /// How far it has come.
    pub signing: Signing,
}

impl Attribution {
    /// The reference of this version.
    #[must_use]
    pub fn versioned(&self) -> Ref {
        Ref(format!("{}/v{}", self.reference, self.version))
    }

    /// Whether a reference means it: with this version, or without any.
    #[must_use]
    pub fn is(&self, reference: &Ref) -> bool {
        self.reference == *reference || self.versioned() == *reference
    }
}

impl Weighed {
    /// The strands that speak for it, or against it.
    pub fn strands(&self, weight: Weight) -> impl Iterator<Item = &Strand> {
        self.strands.iter().filter(move |s| s.weight == weight)
    }

    /// Whether all that speaks for it comes from one party.
    #[must_use]
    pub fn rests_on_one_party(&self) -> bool {
        let sides: BTreeSet<&str> = self.strands(Weight::Supports).map(|s| s.side.as_str()).collect();
        sides.len() == 1 && !sides.contains("")
    }
}

impl Docket {
    pub(crate) fn attribute(
        &mut self,
        act: &Act,
        finding: &Ref,
        text: &AttributionText,
    ) -> Result<Done, Refusal> {
        let found = self.counting(finding)?;
        let (case, of) = (found.case.clone(), found.versioned());
        if !found.signing.counts() || found.text.outcome != Outcome::Violation {
            return Err(Refusal::NotNow {
                what: of,
                state: format!("{}, {}", found.signing.standing.name(), found.text.outcome.name()),
                when: "a violation that two people have signed: attribution needs a finding".to_owned(),
            });
        }
        let bodies = self.setting.deciders(&found.text.clause, Power::Attribution);
        if !bodies.iter().any(|b| b.code == act.by.body()) {
            let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
            return Err(not_yours(format!("a member of {}", or_nobody(&may)), &act.by));
        }
        let seen = self.case(&case)?;
        self.seen(act, seen)?;
        self.not_recused(act, &case)?;
        self.is_fair(text)?;
        let before = self.attributions.iter().rev().find(|a| a.finding == of);
        let before = before.map(|a| (a.reference.clone(), a.version));
        let (reference, version) = match before {
            Some((reference, version)) => (reference, version + 1),
            None => (self.number("ATT", act), 1),
        };
        for old in self.attributions.iter_mut().filter(|a| a.reference == reference && !a.signing.counts()) {
            old.signing.standing = Standing::Superseded;
        }
        let attribution = Attribution {
            reference,
            version,
            case: case.clone(),
            finding: of,
            text: text.clone(),
            signing: Signing::new(act),
        };
        let on = attribution.versioned();
        self.attributions.push(attribution);
        let said = if text.adopted.is_some() { "attributed" } else { "not attributed" };
        self.note(act, &case, &on, None, said);
        Ok(done(on, Some(case)))
    }

    /// Whether every party was considered alike, and what is adopted may be.
    fn is_fair(&self, text: &AttributionText) -> Result<(), Refusal> {
        if text.weighed.len() > PARTS_MAX {
            return Err(Refusal::wrong("weighed", format!("at most {PARTS_MAX} hypotheses")));
        }
        let distinct: BTreeSet<&Hypothesis> = text.weighed.iter().map(|w| &w.hypothesis).collect();
        if distinct.len() != text.weighed.len() {
            return Err(Refusal::wrong("weighed", "a hypothesis stands there twice"));
        }
        for (party, _) in &self.setting.parties {
            if !distinct.contains(&Hypothesis::Party(party.clone())) {
                return Err(Refusal::wrong(
                    "weighed",
                    format!("{party} is not among the hypotheses: weigh every party"),
                ));
            }
        }
        let of_nobody = [Hypothesis::Third, Hypothesis::Accident, Hypothesis::NoEvent];
        if !of_nobody.iter().any(|h| distinct.contains(h)) {
            return Err(Refusal::wrong(
                "weighed",
                "weigh also that it was somebody else, an accident, or nothing",
            ));
        }
        text.weighed.iter().try_for_each(|w| self.is_stated(w))?;
        text.would_settle.iter().try_for_each(|w| within(w, "would_settle"))?;
        match &text.adopted {
            None if text.would_settle.iter().all(|w| w.trim().is_empty()) => {
                Err(Refusal::wrong("would_settle", "say what would settle it"))
            }
            None => Ok(()),
            Some(adopted) => may_adopt(text, adopted),
        }
    }

    fn is_stated(&self, weighed: &Weighed) -> Result<(), Refusal> {
        if let Hypothesis::Party(code) | Hypothesis::Proxy(code) = &weighed.hypothesis
            && !self.setting.is_party(code)
        {
            return Err(Refusal::wrong("weighed", format!("`{code}` is no party")));
        }
        if weighed.strands.len() > PARTS_MAX {
            return Err(Refusal::wrong("strands", format!("at most {PARTS_MAX}")));
        }
        for strand in &weighed.strands {
            written(&strand.kind, "kind")?;
            written(&strand.text, "text")?;
            if matches!(strand.weight, Weight::Supports | Weight::Against) && strand.cites.is_empty() {
                return Err(Refusal::wrong("cites", format!("`{}` cites nothing", strand.kind)));
            }
            if !strand.side.is_empty() && !self.setting.is_party(&strand.side) {
                return Err(Refusal::wrong("side", format!("`{}` is no party", strand.side)));
            }
            let is_ratio = |(low, high): (f64, f64)| low > 0.0 && low <= high && high.is_finite();
            if strand.ratio.is_some_and(|r| !is_ratio(r)) {
                return Err(Refusal::wrong("ratio", "two positive figures, the lesser first"));
            }
        }
        Ok(())
    }
}

fn may_adopt(text: &AttributionText, adopted: &Hypothesis) -> Result<(), Refusal> {
    let Some(weighed) = text.weighed.iter().find(|w| w.hypothesis == *adopted) else {
        return Err(Refusal::wrong("adopted", "it is not among the hypotheses"));
    };
    if weighed.likelihood < ADOPTED_FROM {
        let says =
            format!("only what is at least `{}` is adopted: otherwise not attributed", ADOPTED_FROM.name());
        return Err(Refusal::wrong("adopted", says));
    }
    if text.weighed.iter().any(|w| w.hypothesis != *adopted && w.likelihood >= Likelihood::Even) {
        return Err(Refusal::wrong("adopted", "another hypothesis is held to be at least roughly even"));
    }
    if weighed.strands(Weight::Supports).next().is_none() {
        return Err(Refusal::wrong("adopted", "nothing speaks for it"));
    }
    if weighed.rests_on_one_party() {
        return Err(Refusal::wrong(
            "adopted",
            "all that speaks for it comes from one party: that does not suffice",
        ));
    }
    let names_party = matches!(adopted, Hypothesis::Party(_) | Hypothesis::Proxy(_) | Hypothesis::Both);
    if names_party != text.responsibility.is_some() {
        return Err(Refusal::wrong(
            "responsibility",
            "say in what way, where a party is named, and only there",
        ));
    }
    Ok(())
}
