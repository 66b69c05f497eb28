//! 12: who may decide what. Nothing is judged.

use super::context::Context;
use super::{Instance, StandingFinding, StandingOutcome};
use terms::agreement::{MandateClause, Rule};

pub(super) fn evaluate(context: &Context<'_>, ix: usize, duty: &MandateClause) -> Vec<StandingFinding> {
    let instance = Instance { name: context.code(duty.body), actor: Some(duty.body), period: None };
    let powers: Vec<&str> = duty.powers.iter().map(|p| p.word()).collect();
    let mut finding = StandingFinding::new(ix, instance, StandingOutcome::Listed, "mandate")
        .because(format!("{} may decide: {}", context.name(duty.body), powers.join(", ")));
    match context.agreement().mandates.get(duty.mandate) {
        Some(mandate) => {
            finding = match mandate.rule {
                Some(rule) => finding.because(format!("by {}", rule_words(rule))),
                None => finding.lacking("rule", "the text does not say by which rule it decides"),
            };
            if let Some(quorum) = mandate.quorum {
                finding = finding.because(format!("quorum {quorum}"));
            }
            if let Some(standard) = &mandate.standard {
                finding = finding.because(format!("standard of proof: {standard}"));
            }
            if mandate.absence_noted {
                finding = finding.because("an absent member is noted and the work goes on");
            }
        }
        None => finding = finding.lacking("rule", "the text does not say by which rule it decides"),
    }
    vec![finding]
}

fn rule_words(rule: Rule) -> String {
    match rule {
        Rule::Chair => "the chair's ruling".to_owned(),
        Rule::Consensus => "consensus".to_owned(),
        Rule::Unanimity => "unanimity".to_owned(),
        Rule::Majority => "majority".to_owned(),
        Rule::Silence(ms) => format!("silence for {}", super::lasting(ms)),
        Rule::EachForItself => "each member for itself".to_owned(),
    }
}
