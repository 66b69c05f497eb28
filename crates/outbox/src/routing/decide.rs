//! Who is told of a message, by which way and when; and who is not, by which rule and why.

use super::{Address, GroupBy, Recipient, Routing, Rule, Silence, WayTo};
use crate::message::{Kind, Level, Message};
use base::{CivilZone, Instant};
use std::collections::BTreeMap;

/// What is decided for one way to one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The recipient's name.
    pub recipient: String,
    /// The way's name.
    pub way: String,
    /// The rule that decided.
    pub rule: String,
    /// What it decided.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub why: String,
}

/// Whether it goes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It goes.
    Send {
        /// Not before this moment, milliseconds since 1970.
        not_before_ms: i64,
        /// With what it is bundled.
        group: Option<Group>,
        /// On which condition.
        condition: Condition,
    },
    /// It does not go.
    Withheld(Withheld),
}

/// On which condition a message goes out when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// On none.
    Always,
    /// If no person has acknowledged the message by then.
    UnlessAcknowledged,
    /// If this recipient was told earlier of the same thread: who heard of it hears of its end.
    IfTold,
}

/// Why a message does not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// A silence.
    Silenced,
    /// It is not worded for this recipient.
    WrongAudience,
    /// The way needs a place, and the message has none.
    NoPlace,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its messages share.
    pub key: String,
    /// How long the first waits for others, milliseconds.
    pub wait_ms: i64,
    /// How long after a bundle the next goes at the earliest, milliseconds.
    pub interval_ms: i64,
}

/// When, and on which condition, a rule reaches a recipient.
struct Turn<'a> {
    recipient: &'a Recipient,
    rule: &'a Rule,
    after_ms: i64,
    is_next: bool,
}

/// Who is told of the message when it is ready at `at_ms`: one decision for each way of each recipient that a rule
/// reaches, in the order in which rules reach them. Where two rules reach the same way, the one that tells it for
/// certain and soonest decides. Nobody, if no rule takes the message.
#[must_use]
pub fn route(routing: &Routing, message: &Message, at_ms: i64) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let silence = routing.silences.iter().find(|s| s.withholds(message, at_ms));
    for rule in routing.routes.iter().filter(|r| r.matches.takes(message)) {
        for turn in turns(routing, rule) {
            for way in &turn.recipient.ways {
                let decision = decide(&turn, way, silence, message, at_ms);
                let key = (decision.recipient.clone(), decision.way.clone());
                match places.get(&key).and_then(|at| decisions.get_mut(*at)) {
                    Some(earlier) if rank(&decision) < rank(earlier) => *earlier = decision,
                    Some(_) => {}
                    None => {
                        places.insert(key, decisions.len());
                        decisions.push(decision);
                    }
                }
            }
        }
        if !rule.goes_on {
            break;
        }
    }
    decisions
}

fn turns<'a>(routing: &'a Routing, rule: &'a Rule) -> Vec<Turn<'a>> {
    let named = |names: &'a [String]| names.iter().filter_map(|n| routing.recipient(n));
    let first = named(&rule.to).map(|recipient| Turn { recipient, rule, after_ms: 0, is_next: false });
    let next = rule.escalate.iter().flat_map(|step| {
        named(&step.to).map(|recipient| Turn { recipient, rule, after_ms: step.after_ms, is_next: true })
    });
    first.chain(next).collect()
}

/// What tells for certain and soonest comes first.
fn rank(decision: &Decision) -> (u8, i64) {
    match &decision.outcome {
        Outcome::Send { condition: Condition::Always, not_before_ms, group } => {
            (0, not_before_ms.saturating_add(group.as_ref().map_or(0, |g| g.wait_ms)))
        }
        Outcome::Send { not_before_ms, .. } => (1, *not_before_ms),
        Outcome::Withheld(_) => (2, 0),
    }
}

fn decide(
    turn: &Turn<'_>,
    way: &WayTo,
    silence: Option<&Silence>,
    message: &Message,
    at_ms: i64,
) -> Decision {
    let (outcome, why) = outcome(turn, way, silence, message, at_ms);
    Decision {
        recipient: turn.recipient.name.clone(),
        way: way.name.clone(),
        rule: turn.rule.name.clone(),
        outcome,
        why,
    }
}

fn outcome(
    turn: &Turn<'_>,
    way: &WayTo,
    silence: Option<&Silence>,
    message: &Message,
    at_ms: i64,
) -> (Outcome, String) {
    let (recipient, rule) = (turn.recipient, turn.rule);
    if !recipient.audiences.contains(&message.audience) {
        let may = recipient.audiences.join("`, `");
        let why = format!("it is worded for `{}`; `{}` may see `{may}`", message.audience, recipient.name);
        return (Outcome::Withheld(Withheld::WrongAudience), why);
    }
    if matches!(way.to, Address::Cot(_)) && crate::cot::circle(message).is_none() {
        let why = "a map event needs a place, and the message states none".to_owned();
        return (Outcome::Withheld(Withheld::NoPlace), why);
    }
    let ends = message.kind == Kind::Cancel;
    if let Some(silence) = silence {
        let says =
            format!("`{}` silences it until {}: {}", silence.by, show(silence.until_ms), silence.reason);
        if !ends {
            return (Outcome::Withheld(Withheld::Silenced), says);
        }
        let why = format!("{says}; but who was told of it is told that it ended");
        return (send(at_ms, None, Condition::IfTold), why);
    }
    if turn.is_next && ends {
        let why =
            format!("rule `{}` would have told them later; who was told is told that it ended", rule.name);
        return (send(at_ms, None, Condition::IfTold), why);
    }
    let ready_ms = at_ms.saturating_add(turn.after_ms);
    let not_before_ms = recipient.quiet.as_ref().map_or(ready_ms, |q| q.ends_ms(message.level, ready_ms));
    let mut why = format!("rule `{}` takes it", rule.name);
    if turn.is_next {
        why.push_str(&format!("; told at {} unless somebody acknowledges it before", show(ready_ms)));
    }
    if not_before_ms > ready_ms {
        why.push_str(&format!("; their quiet hours end at {}", show(not_before_ms)));
    }
    let group = group(rule, message);
    if group.is_some() && !turn.is_next {
        why.push_str("; bundled with others");
    }
    let condition = if turn.is_next { Condition::UnlessAcknowledged } else { Condition::Always };
    (send(not_before_ms, group.filter(|_| !turn.is_next), condition), why)
}

fn send(not_before_ms: i64, group: Option<Group>, condition: Condition) -> Outcome {
    Outcome::Send { not_before_ms, group, condition }
}

/// The bundle of a message. The gravest level waits for nobody.
fn group(rule: &Rule, message: &Message) -> Option<Group> {
    let grouping = rule.group.filter(|_| message.level != Level::Warning)?;
    let what = match grouping.by {
        GroupBy::Stream => format!("stream {}", message.stream),
        GroupBy::Zone => {
            let mut names: Vec<&str> = message.zones.iter().map(|z| z.name.as_str()).collect();
            names.sort_unstable();
            format!("zones {}", names.join(", "))
        }
    };
    let key = format!("{}: {what}", rule.name);
    Some(Group { key, wait_ms: grouping.wait_ms, interval_ms: grouping.interval_ms })
}

fn show(at_ms: i64) -> String {
    CivilZone::utc().show(Instant(at_ms))
}
