//! 10: what a guarantee falls due on: each element met, not met, or undetermined, with its reasons. No conclusion is
//! drawn from them, ever: that there was an attack, or that a guarantee is due, is for others to say.

use super::context::{Context, Gate};
use super::elements::{self, Scene};
use super::{Instance, StandingFinding, StandingOutcome, Value};
use base::Truth;
use terms::agreement::{ActorIx, Element, ElementName, Guarantee};

pub(super) fn evaluate(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &Guarantee,
) -> Vec<StandingFinding> {
    let attackers: Vec<ActorIx> = duty
        .elements
        .iter()
        .flat_map(|e| match &e.name {
            ElementName::Fire(actors) | ElementName::ArmedAttack(actors) => actors.clone(),
            _ => Vec::new(),
        })
        .collect();
    let line = duty.elements.iter().find_map(|e| match e.name {
        ElementName::Across(line) => Some(line),
        _ => None,
    });
    let scene = Scene::of(context, gate, duty.beneficiary, &attackers, line);
    let instance =
        Instance { name: context.code(duty.beneficiary), actor: Some(duty.beneficiary), period: None };
    let mut finding =
        StandingFinding::new(ix, instance, StandingOutcome::Listed, "elements").because(format!(
            "guarantee of {} to {}: elements only, no conclusion",
            context.names(&duty.guarantors),
            context.name(duty.beneficiary)
        ));
    for element in &duty.elements {
        let part = elements::part(context, &scene, element);
        finding.missing.extend(part.missing.iter().cloned());
        finding.parts.push(part);
    }
    let count = |truth: Truth| finding.parts.iter().filter(|p| p.truth == truth).count() as f64;
    let (met, not_met, open) = (count(Truth::True), count(Truth::False), count(Truth::Undetermined));
    vec![
        finding
            .with("met", "", Value::Number(met, String::new()))
            .with("not_met", "", Value::Number(not_met, String::new()))
            .with("undetermined", "", Value::Number(open, String::new())),
    ]
}

/// The name of an element with whom or what it names.
pub(super) fn name_of(context: &Context<'_>, element: &Element) -> String {
    match &element.name {
        ElementName::Fire(by) | ElementName::ArmedAttack(by) => {
            let codes: Vec<String> = by.iter().map(|a| context.code(*a)).collect();
            format!("{} by {}", element.name.word(), codes.join(", "))
        }
        ElementName::Across(line) => {
            let lines = &context.agreement().plan.lines;
            format!("across {}", lines.get(usize::from(line.0)).map_or("", |l| l.name.as_str()))
        }
        other => other.word().to_owned(),
    }
}
