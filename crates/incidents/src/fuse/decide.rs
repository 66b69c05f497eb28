//! People's decisions, applied last and in order, so that a later one overrules an earlier one and no new report can
//! undo them.

use super::Status;
use super::gather::Groups;
use super::rule::NONE;
use crate::decision::{Decision, Verdict};
use base::ObservationId;
use evidence::batch::Batch;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The groups as people decided.
pub(super) fn decided(batch: &Batch, mut groups: Groups, decisions: &[Decision]) -> Groups {
    if decisions.is_empty() {
        return groups;
    }
    let row_of: HashMap<ObservationId, u32> =
        batch.id.iter().enumerate().map(|(row, id)| (*id, row as u32)).collect();
    let mut members: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (row, name) in groups.name_of.iter().enumerate().filter(|(_, n)| **n != NONE) {
        members.entry(*name).or_default().insert(row as u32);
    }
    for decision in decisions {
        let rows = |ids: &[ObservationId]| -> BTreeSet<u32> {
            let known = ids.iter().filter_map(|id| row_of.get(id).copied());
            known.filter(|row| groups.name(*row) != NONE).collect()
        };
        let (these, those) = (rows(&decision.these), rows(&decision.those));
        match decision.verdict {
            Verdict::Together => join(&mut groups, &mut members, &these, &those),
            Verdict::Apart => part(&mut groups, &mut members, &these, &those),
        }
    }
    groups
}

fn join(
    groups: &mut Groups,
    members: &mut BTreeMap<u32, BTreeSet<u32>>,
    these: &BTreeSet<u32>,
    those: &BTreeSet<u32>,
) {
    let named: BTreeSet<u32> = these.union(those).copied().collect();
    let names: BTreeSet<u32> = named.iter().map(|row| groups.name(*row)).collect();
    let Some(first) = names.first().copied() else { return };
    if names.len() > 1 {
        let all: BTreeSet<u32> = names.iter().filter_map(|n| members.remove(n)).flatten().collect();
        groups.rename(&all, first);
        members.insert(first, all);
    }
    groups.mark(&named);
}

/// Of each group that holds some of both, `those` leave together.
fn part(
    groups: &mut Groups,
    members: &mut BTreeMap<u32, BTreeSet<u32>>,
    these: &BTreeSet<u32>,
    those: &BTreeSet<u32>,
) {
    let names: BTreeSet<u32> = these.iter().map(|row| groups.name(*row)).collect();
    for name in names {
        let Some(all) = members.get(&name).cloned() else { continue };
        let leaving: BTreeSet<u32> =
            all.intersection(those).filter(|r| !these.contains(r)).copied().collect();
        let staying: BTreeSet<u32> = all.difference(&leaving).copied().collect();
        let (Some(out), Some(left)) = (leaving.first().copied(), staying.first().copied()) else { continue };
        members.remove(&name);
        let kept = if staying.contains(&name) { name } else { left };
        groups.rename(&staying, kept);
        groups.rename(&leaving, out);
        groups.mark(&leaving);
        members.insert(kept, staying);
        members.insert(out, leaving);
    }
}

impl Groups {
    fn name(&self, row: u32) -> u32 {
        self.name_of.get(row as usize).copied().unwrap_or(NONE)
    }

    fn rename(&mut self, rows: &BTreeSet<u32>, name: u32) {
        for row in rows {
            if let Some(slot) = self.name_of.get_mut(*row as usize) {
                self.together.remove(slot);
                *slot = name;
            }
        }
    }

    fn mark(&mut self, rows: &BTreeSet<u32>) {
        for row in rows {
            if let Some(link) = self.links.get_mut(*row as usize) {
                link.status = Status::Decided;
            }
            self.evidence.remove(row);
        }
    }
}
