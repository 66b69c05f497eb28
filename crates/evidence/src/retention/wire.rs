//! Retention rules as they are written: YAML, or any notation that says the same.

use super::{OfCase, Rule, Rules};
use serde::Deserialize;

/// Most rules.
const RULES_MAX: usize = 200;
/// Longest time to keep, days: a hundred years.
const KEEP_DAYS_MAX: u32 = 36_525;
/// Longest name, media type or source, bytes.
const TEXT_BYTES_MAX: usize = 200;

/// A retention file as it is written. Unknown members are refused: a misspelt rule would be no rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesWire {
    /// How many custodians it takes to erase.
    #[serde(default = "two")]
    pub persons: u8,
    /// The rules, in order.
    #[serde(default)]
    pub rules: Vec<RuleWire>,
}

fn two() -> u8 {
    2
}

/// One rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleWire {
    /// Its name.
    pub name: String,
    /// How the media type begins.
    #[serde(default)]
    pub media: String,
    /// The source, or how its id begins.
    #[serde(default)]
    pub source: String,
    /// `any`, `none` or `closed`.
    #[serde(default)]
    pub case: Option<String>,
    /// Days.
    pub keep_days: u32,
}

impl TryFrom<RulesWire> for Rules {
    type Error = Vec<String>;

    fn try_from(wire: RulesWire) -> Result<Rules, Vec<String>> {
        let mut problems = Vec::new();
        if !(1..=2).contains(&wire.persons) {
            problems.push(format!("persons is {}; 1 or 2 custodians erase", wire.persons));
        }
        if wire.rules.len() > RULES_MAX {
            problems.push(format!("{} rules; there may be at most {RULES_MAX}", wire.rules.len()));
        }
        let mut rules: Vec<Rule> = Vec::new();
        for one in wire.rules.into_iter().take(RULES_MAX) {
            match rule(one) {
                Ok(rule) if rules.iter().any(|r| r.name == rule.name) => {
                    problems.push(format!("two rules are called `{}`", rule.name));
                }
                Ok(rule) => rules.push(rule),
                Err(says) => problems.push(says),
            }
        }
        if problems.is_empty() { Ok(Rules { rules, persons: wire.persons }) } else { Err(problems) }
    }
}

fn rule(wire: RuleWire) -> Result<Rule, String> {
    let name = wire.name.trim();
    let bad = |says: String| Err(format!("rule `{}`: {says}", name.escape_debug()));
    let is_long = |t: &str| t.len() > TEXT_BYTES_MAX || t.contains(char::is_control);
    if name.is_empty() {
        return Err("a rule has no name; the record says by which rule something fell due".to_owned());
    }
    if is_long(name) || is_long(&wire.media) || is_long(&wire.source) {
        return bad(format!("a text is longer than {TEXT_BYTES_MAX} bytes, or not of one line"));
    }
    if wire.keep_days == 0 || wire.keep_days > KEEP_DAYS_MAX {
        return bad(format!("keep_days is {}; between 1 and {KEEP_DAYS_MAX}", wire.keep_days));
    }
    let case = match wire.case.as_deref() {
        None | Some("any") => OfCase::Any,
        Some("none") => OfCase::None,
        Some("closed") => OfCase::Closed,
        Some("open") => return bad("what is part of an open case is held, whatever the rules".to_owned()),
        Some(other) => return bad(format!("case is `{}`; any, none or closed", other.escape_debug())),
    };
    let media = wire.media.to_ascii_lowercase();
    Ok(Rule { name: name.to_owned(), media, source: wire.source, case, keep_days: wire.keep_days })
}
