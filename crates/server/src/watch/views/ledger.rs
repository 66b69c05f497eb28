//! What people did about warnings, and what a reader could do now.

use super::super::types::{HandOver, MayDo, Noticed, SkillView, WarningDone};
use super::{Lens, at};
use base::{By, Grant};
use warnings::act::Audience;
use warnings::ledger::{Life, Skill, Stage, is_of, may};
use warnings::raised::Raised;

/// Hand-overs that are listed.
const HAND_OVERS_MAX: usize = 20;

pub(super) fn noticed(life: &Life) -> Vec<Noticed> {
    let one =
        |(by, ms): &(By, i64)| Noticed { role: by.role.name().to_owned(), of: by.of.clone(), at: at(*ms) };
    life.acknowledged.iter().map(one).collect()
}

pub(super) fn history(life: &Life) -> Vec<WarningDone> {
    let one = |l: &warnings::ledger::Line| WarningDone {
        at: at(l.at_ms),
        person: l.by.person.clone(),
        role: l.by.role.name().to_owned(),
        deed: l.deed.to_owned(),
        words: l.words.clone(),
    };
    life.history.iter().map(one).collect()
}

pub(super) fn skill_view(skill: &Skill) -> SkillView {
    SkillView {
        looked_at: skill.looked_at,
        issued: skill.issued,
        suppressed: skill.suppressed,
        right: skill.right,
        wrong: skill.wrong,
        undetermined: skill.undetermined,
        open: skill.open,
        suppressed_right: skill.suppressed_right,
        missed: skill.missed,
        right_share: skill.right_share,
        lead_h: skill.lead_h,
        leads: skill.leads,
    }
}

impl Lens<'_> {
    pub(super) fn hand_overs(&self) -> Vec<HandOver> {
        let latest = self.ledger.hand_overs.iter().rev().take(HAND_OVERS_MAX);
        latest
            .map(|(by, ms, text)| HandOver { at: at(*ms), person: by.person.clone(), text: text.clone() })
            .collect()
    }

    /// Deeds that are about no warning.
    pub(super) fn may_of_none(&self) -> Vec<MayDo> {
        self.may_do(&["raise", "missed", "hand-over"], |_, _| true)
    }

    /// What the reader could do about a warning now. The ledger itself decides when the act comes.
    pub(super) fn may(&self, life: Option<&Life>, raised: Option<&Raised>) -> Vec<MayDo> {
        let stage = life.map_or(Stage::Raised, |l| l.stage);
        let deeds: &[&str] = match stage {
            Stage::Raised => &["check", "issue", "suppress", "escalate"],
            Stage::Checked => &["check", "issue", "suppress", "escalate", "stand-down"],
            Stage::Issued => &["publish", "update", "acknowledge", "escalate", "stand-down"],
            Stage::Suppressed => &["check", "issue", "stand-down"],
            Stage::StoodDown => &[],
        };
        let issued = life.and_then(|l| l.issued.as_ref());
        let only_parties = raised.is_some_and(|r| r.only_parties);
        self.may_do(deeds, |deed, grant| match deed {
            "publish" => {
                let waits = |i: &warnings::ledger::Issued| {
                    i.by.person != self.seat.person && !i.audiences.contains(&Audience::Public)
                };
                issued.is_some_and(waits) && !only_parties
            }
            "acknowledge" => {
                let by = By::under(&self.seat.person, grant);
                issued.is_some_and(|i| i.audiences.iter().any(|a| is_of(&by, *a)))
                    && !life.is_some_and(|l| l.acknowledged.iter().any(|(who, _)| *who == by))
            }
            _ => true,
        })
    }

    fn may_do(&self, deeds: &[&str], fits: impl Fn(&str, &Grant) -> bool) -> Vec<MayDo> {
        let mut out = Vec::new();
        for deed in deeds {
            let roles = may(deed);
            let held = self.seat.grants.iter().find(|g| roles.contains(&g.role) && fits(deed, g));
            if let Some(grant) = held.filter(|_| !self.seat.person.is_empty()) {
                out.push(MayDo {
                    deed: (*deed).to_owned(),
                    role: grant.role.name().to_owned(),
                    of: grant.of.clone(),
                });
            }
        }
        out
    }
}
