//! Exceptions and preconditions, checked.

use super::clauses::Checker;
use super::names::Sort;
use crate::agreement::{Condition, Exception, MomentIx};
use crate::parsed;
use crate::problem::Bad;

/// Coverage that silence needs where the text does not say: all of the zone, at every moment.
const COVERAGE_UNSAID: f64 = 1.0;

impl<'a> Checker<'_, 'a, '_> {
    pub(super) fn exception(&mut self, exception: parsed::Exception<'a>, label: &str) -> Option<Exception> {
        let conditions = self.conditions(exception.conditions);
        conditions.map(|conditions| Exception {
            label: label.to_owned(),
            title: exception.title,
            span: self.lines.span(exception.at),
            conditions,
            burden: exception.burden,
        })
    }

    /// All of the conditions; `None` if one of them could not be known.
    pub(super) fn conditions(&mut self, all: Vec<parsed::Condition<'a>>) -> Option<Vec<Condition>> {
        let mut checked = Vec::with_capacity(all.len());
        let mut whole = true;
        for condition in all {
            let one = self.condition(condition);
            whole &= one.is_some();
            checked.extend(one);
        }
        whole.then_some(checked)
    }

    fn condition(&mut self, condition: parsed::Condition<'a>) -> Option<Condition> {
        match condition {
            parsed::Condition::Area(area) => {
                self.map.area(area, self.names, self.problems).map(Condition::InZone)
            }
            parsed::Condition::Exercise => Some(Condition::Exercise),
            parsed::Condition::Shown { words, at, explicit } => {
                if !explicit {
                    let message = "no observation can decide these words: somebody has to show it";
                    let help = "to say so in the text, write `shown: \"…\"`";
                    self.problems.note(Bad::new("to-be-shown", at, message, help));
                }
                Some(Condition::ToBeShown(words))
            }
            parsed::Condition::Notified(label) => Some(Condition::Notified(self.label(label))),
            parsed::Condition::Breached { label, by } => {
                let by = self.by(by);
                Some(Condition::Breached { clause: self.label(label), by: by? })
            }
            parsed::Condition::Done { label, by } => {
                let by = self.by(by);
                Some(Condition::Done { clause: self.label(label), by: by? })
            }
            parsed::Condition::Come(moment) => self.come(moment),
            parsed::Condition::FoundBy { body, what } => {
                let body = self.body(body)?;
                Some(Condition::FoundBy { what: what.text.to_owned(), body })
            }
            parsed::Condition::Silent { zone, what, lasts_ms, coverage, at } => {
                if coverage.is_none() {
                    let message =
                        "how much of the zone must be covered is not said: all of it, at every moment";
                    let help = "write `with coverage >= 80 %`, or nothing less than the whole zone is silent";
                    self.problems.note(Bad::new("coverage-not-said", at, message, help));
                }
                let coverage_min = coverage.map_or(COVERAGE_UNSAID, |q| q.value / 100.0);
                let zone = self.map.area(parsed::Area::Named(zone), self.names, self.problems);
                let what = self.act_or_weapon(what);
                Some(Condition::Silent { zone: zone?, what: what?, lasts_ms, coverage_min })
            }
        }
    }

    fn come(&mut self, moment: parsed::Name<'a>) -> Option<Condition> {
        match self.names.find(moment, Sort::Moment, self.problems)? {
            0 => {
                let message = "every clause waits for entry into force as it is";
                let help = "name another moment, or leave the condition out";
                self.problems.error(Bad::new("entry-has-come", moment.at, message, help));
                None
            }
            index => u16::try_from(index - 1).ok().map(|i| Condition::Come(MomentIx(i))),
        }
    }

    fn by(&mut self, names: Option<Vec<parsed::Name<'a>>>) -> Option<Option<Vec<crate::agreement::ActorIx>>> {
        match names {
            None => Some(None),
            Some(names) => self.actor_list(&names).map(Some),
        }
    }

    /// The label, remembered: it has to be that of a clause.
    pub(super) fn label(&mut self, label: parsed::Name<'a>) -> String {
        self.labels_used.push(label);
        label.text.to_owned()
    }

    pub(super) fn labels_of(&mut self, labels: &[parsed::Name<'a>]) -> Vec<String> {
        labels.iter().map(|l| self.label(*l)).collect()
    }
}
