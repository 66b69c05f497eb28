//! From groups of rows to incidents in columns.

use super::rows::{Rows, flat_m};
use super::rule::{self, NONE, Ruled};
use super::weigh::Weighed;
use super::{Incidents, Link, Proposal, Settings, Status, Weights};
use crate::context::{Context, Sources};
use crate::{copies, place};
use base::IncidentId;
use evidence::batch::{Batch, FLAG_ALLEGATION};
use std::collections::BTreeMap;

/// Every row's group, called by the row of its lead.
pub(super) struct Groups {
    /// By row: the lead's row, or [`NONE`] for allegations.
    pub name_of: Vec<u32>,
    /// By row: the reason.
    pub links: Vec<Link>,
    /// By weighed row: its evidence.
    pub evidence: BTreeMap<u32, Weights>,
    /// By lead: the probability that what was weighed is one event.
    pub together: BTreeMap<u32, f32>,
    /// Row, lead of the group it may belong to, log-odds.
    pub possible: Vec<(u32, u32, Option<f32>)>,
}

impl Groups {
    pub fn of(batch: &Batch, ruled: Ruled, weighed: Weighed) -> Groups {
        let lead = |incident: u32| ruled.leads.get(incident as usize).copied();
        let mut name_of: Vec<u32> = (0..batch.len())
            .map(|row| {
                let own = if batch.flag(row, FLAG_ALLEGATION) { NONE } else { row as u32 };
                ruled.of_row.get(row).copied().and_then(lead).unwrap_or(own)
            })
            .collect();
        for (row, name) in weighed.groups {
            if let Some(slot) = name_of.get_mut(row as usize) {
                *slot = name;
            }
        }
        let by_rule = ruled.beside.iter().filter_map(|(row, i)| Some((*row, lead(*i)?, None)));
        let possible = by_rule
            .chain(
                weighed
                    .possible
                    .iter()
                    .chain(&weighed.beside)
                    .map(|(row, name, lo)| (*row, *name, Some(*lo))),
            )
            .collect();
        let (evidence, together) = (weighed.evidence, weighed.together);
        Groups { name_of, links: ruled.links, evidence, together, possible }
    }
}

/// Turns the groups into columns: leads in order, a counting sort by incident, rows in order.
pub(super) fn gather(
    rows: &Rows<'_>,
    mut groups: Groups,
    settings: &Settings,
    context: &Context<'_>,
) -> Incidents {
    let batch = rows.batch;
    let sources = Sources::of(batch, context.cards);
    relink(rows, &mut groups, settings, (&sources, !context.cards.is_empty()));
    let mut out = Incidents::default();
    let mut index = vec![NONE; batch.len()];
    for (row, name) in groups.name_of.iter().enumerate() {
        if *name as usize == row
            && let Some(slot) = index.get_mut(row)
        {
            *slot = out.lead.len() as u32;
            out.lead.push(*name);
        }
    }
    let incident = |name: u32| index.get(name as usize).copied().unwrap_or(NONE);
    out.of_row = groups.name_of.iter().map(|name| incident(*name)).collect();
    fill(&mut out, &groups);
    out.id = out.lead.iter().filter_map(|l| batch.id.get(*l as usize)).map(|o| IncidentId(o.0)).collect();
    let together = out.lead.iter().map(|l| groups.together.get(l).copied().unwrap_or(1.0));
    out.together = together.collect();
    for i in 0..out.id.len() {
        describe(rows, &mut out, i, &sources);
    }
    out.repeats.sort_unstable();
    let name_of = |row: u32| groups.name_of.get(row as usize).copied().unwrap_or(NONE);
    for (row, lead, log_odds) in &groups.possible {
        let to = incident(name_of(*lead));
        if to != NONE && name_of(*row) != name_of(*lead) {
            out.proposals.push(Proposal { row: *row, incident: to, log_odds: *log_odds });
        }
    }
    out.proposals.sort_by_key(|p| (p.row, p.incident));
    out.weighed = groups.evidence;
    out
}

/// The reason of every member beside its lead, where weighing or a decision put it there, and whether it is proposed.
fn relink(rows: &Rows<'_>, groups: &mut Groups, settings: &Settings, known: (&Sources<'_>, bool)) {
    for (row, name) in groups.name_of.iter().enumerate() {
        let Some(link) = groups.links.get_mut(row).filter(|_| *name != NONE && *name as usize != row) else {
            continue;
        };
        let weighed = groups.evidence.get(&(row as u32));
        if weighed.is_some() || link.status == Status::Decided {
            *link = beside(rows, row, *name as usize, settings, link.status);
        }
        if let Some(w) = weighed {
            (link.status, link.score) = (Status::Proposed, w.probability());
        }
        // Sensors link by rule; what a person reports is proposed.
        let (sources, some) = known;
        let person = some && sources.kind(rows.batch, row).is_some_and(|k| !k.is_sensor());
        if person && link.status == Status::Linked {
            link.status = Status::Proposed;
        }
    }
}

/// How a row lies to its lead, whatever is allowed.
fn beside(rows: &Rows<'_>, row: usize, lead: usize, settings: &Settings, status: Status) -> Link {
    if let Some(by_rule) = rule::link(rows, row, lead, settings) {
        return Link { status, ..by_rule };
    }
    let (Some(a), Some(b)) = (rows.at(row), rows.at(lead)) else {
        return Link { status, ..Link::of_lead(settings) };
    };
    let spread_m = super::radius_m(rows.batch, row).hypot(super::radius_m(rows.batch, lead));
    Link {
        distance_m: flat_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg) as f32,
        allowed_m: (4.0 * spread_m).max(settings.reach_m) as f32,
        gap_ms: a.event.gap_ms(b.event),
        same_kind: a.kind == b.kind,
        score: 1.0,
        status,
    }
}

/// Members and links by incident, the lead first.
fn fill(out: &mut Incidents, groups: &Groups) {
    out.first = vec![0; out.lead.len() + 1];
    for incident in out.of_row.iter().filter(|i| **i != NONE) {
        if let Some(n) = out.first.get_mut(*incident as usize + 1) {
            *n += 1;
        }
    }
    let mut sum = 0;
    for n in &mut out.first {
        sum += *n;
        *n = sum;
    }
    let lead_link = groups.links.first().copied();
    let Some(blank) = lead_link else { return };
    out.members = vec![0; sum as usize];
    out.links = vec![blank; sum as usize];
    // The lead takes the first place of its incident, the others follow in row order.
    let mut next: Vec<u32> = out.first.iter().map(|f| f + 1).collect();
    for (row, incident) in out.of_row.iter().enumerate().filter(|(_, i)| **i != NONE) {
        let is_lead = out.lead.get(*incident as usize).is_some_and(|l| *l as usize == row);
        let Some(free) = next.get_mut(*incident as usize) else { continue };
        let slot = if is_lead {
            out.first.get(*incident as usize).copied().unwrap_or(0)
        } else {
            *free += 1;
            *free - 1
        };
        if let (Some(m), Some(l), Some(link)) =
            (out.members.get_mut(slot as usize), out.links.get_mut(slot as usize), groups.links.get(row))
        {
            *m = row as u32;
            *l = *link;
        }
    }
}

/// Who places and times an incident, where it was, and what stands behind it.
fn describe(rows: &Rows<'_>, out: &mut Incidents, incident: usize, sources: &Sources<'_>) {
    let members = out.members_of(incident);
    let (placed, timed) = best_members(rows, members);
    let place = place::place(rows.batch, members, placed);
    let mut independent = 1;
    let mut repeats = Vec::new();
    if members.len() > 1 {
        repeats = copies::repeats(rows.batch, members, sources);
        let counted = members.iter().filter(|m| repeats.binary_search(m).is_err());
        let mut groups: Vec<u32> = counted.map(|m| sources.group(rows.batch, *m as usize)).collect();
        groups.sort_unstable();
        groups.dedup();
        independent = groups.len() as u32;
    }
    let weak = |m: &u32| {
        let kind = sources.kind(rows.batch, *m as usize);
        kind.and_then(evidence::card::SourceKind::can_verify_alone) == Some(false)
    };
    let cannot = members.iter().all(weak);
    out.unverifiable.push(cannot);
    out.independent.push(independent);
    out.repeats.extend(repeats);
    out.placed_by.push(placed);
    out.place.push(place);
    out.timed_by.push(timed);
}

/// The best-placed and the best-timed member; the earlier row where two are alike.
fn best_members(rows: &Rows<'_>, members: &[u32]) -> (u32, u32) {
    let lead = members.first().copied().unwrap_or(0);
    // A precision that is not stated is no good precision.
    let radius = |m: u32| {
        let stated = rows.batch.shape.get(m as usize).is_some_and(|s| *s != atlas::answer::NO_SHAPE)
            || rows.batch.radius_m.get(m as usize).is_some_and(|r| !r.is_nan());
        rows.radius_m.get(m as usize).copied().filter(|_| stated).unwrap_or(f32::INFINITY)
    };
    let length = |m: u32| {
        let event = rows.batch.event(m as usize);
        event.end.0 - event.start.0
    };
    members.iter().fold((lead, lead), |(placed, timed), m| {
        (
            if radius(*m) < radius(placed) { *m } else { placed },
            if length(*m) < length(timed) { *m } else { timed },
        )
    })
}
