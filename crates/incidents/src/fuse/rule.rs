//! Linking by rule: what is near an incident's lead in space, time and kind belongs to it. Each incident has a *lead*,
//! its earliest observation; another joins it only if it is near the lead itself, so incidents never chain across a
//! front.

use super::rows::{Grid, Manner, Rows, flat_m, kinds_meet};
use super::{Link, Settings, Status};
use crate::place::Region;
use base::Interval;
use evidence::batch::FLAG_ALLEGATION;
use hashbrown::HashMap;

/// No incident.
pub(super) const NONE: u32 = u32::MAX;

/// Incidents by rule: the assignment of every row that links by rule.
pub(super) struct Ruled {
    /// Lead row of each incident, in row order.
    pub leads: Vec<u32>,
    /// By row: its incident, or [`NONE`].
    pub of_row: Vec<u32>,
    /// By row: the reason; that of a lead is its own.
    pub links: Vec<Link>,
    /// Allegations beside the incident that they are near, which they never join.
    pub beside: Vec<(u32, u32)>,
}

/// Takes rows in order; those that are weighed or stand alone are left out.
pub(super) fn ruled(rows: &Rows<'_>, manners: &[Manner], settings: &Settings) -> Ruled {
    let n = manners.len();
    let mut open = Open::new(rows, settings);
    let mut out = Ruled {
        leads: Vec::new(),
        of_row: vec![NONE; n],
        links: vec![Link::of_lead(settings); n],
        beside: Vec::new(),
    };
    for (row, manner) in manners.iter().enumerate() {
        if *manner != Manner::Rule {
            continue;
        }
        let found = open.best(rows, row, &out.leads);
        if rows.batch.flag(row, FLAG_ALLEGATION) {
            out.beside.extend(found.map(|(incident, _)| (row as u32, incident)));
            continue;
        }
        let incident = match found {
            Some((incident, link)) => {
                if let Some(slot) = out.links.get_mut(row) {
                    *slot = link;
                }
                incident
            }
            None => {
                out.leads.push(row as u32);
                open.add(rows, row);
                (out.leads.len() - 1) as u32
            }
        };
        if let Some(slot) = out.of_row.get_mut(row) {
            *slot = incident;
        }
    }
    out
}

/// The link of `row` to `lead`, if they may be one event.
pub(super) fn link(rows: &Rows<'_>, row: usize, lead: usize, settings: &Settings) -> Option<Link> {
    let (a, b) = (rows.at(row)?, rows.at(lead)?);
    let same_kind = kinds_meet(&a, &b)?;
    let gap_ms = a.event.gap_ms(b.event);
    if gap_ms > settings.reach_ms {
        return None;
    }
    let distance_m = flat_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg);
    let allowed_m = settings.reach_m + a.radius_m + b.radius_m;
    if distance_m > allowed_m {
        return None;
    }
    // A bearing says more than a circle around its middle: what was heard in the north was not in the south.
    let heard = rows.sector(row).is_some() || rows.sector(lead).is_some();
    if settings.bearings_must_meet && heard {
        let (here, there) = (Region::of(rows.batch, row)?, Region::of(rows.batch, lead)?);
        if !here.within(&there, settings.reach_m) {
            return None;
        }
    }
    let (space, time) = (distance_m / allowed_m, gap_ms as f64 / settings.reach_ms.max(1) as f64);
    let score = (1.0 - 0.5 * space * space) * (1.0 - 0.5 * time) * if same_kind { 1.0 } else { 0.8 };
    Some(Link {
        distance_m: distance_m as f32,
        allowed_m: allowed_m as f32,
        gap_ms,
        same_kind,
        score: score as f32,
        status: Status::Linked,
    })
}

/// Leads that can still be joined, by cell. Cells are as wide as the farthest reach, so that nine hold every candidate.
/// The leads of a cell are a chain: `first` by cell, `next` by incident.
struct Open {
    settings: Settings,
    grid: Grid,
    first: HashMap<u64, u32>,
    next: Vec<u32>,
}

impl Open {
    fn new(rows: &Rows<'_>, settings: &Settings) -> Open {
        let reach_m = settings.reach_m + 2.0 * rows.radius_m_widest;
        Open { settings: *settings, grid: Grid::of_m(reach_m), first: HashMap::new(), next: Vec::new() }
    }

    /// Opens the next incident with `row` as its lead.
    fn add(&mut self, rows: &Rows<'_>, row: usize) {
        let incident = self.next.len() as u32;
        let before = rows.at(row).map_or(NONE, |seen| {
            let cell = self.grid.cell(seen.lon_deg, seen.lat_deg);
            self.first.insert(cell, incident).unwrap_or(NONE)
        });
        self.next.push(before);
    }

    /// The best lead for `row`: highest score, then the earlier lead. Leads too old for any later row are dropped.
    fn best(&mut self, rows: &Rows<'_>, row: usize, leads: &[u32]) -> Option<(u32, Link)> {
        let seen = rows.at(row)?;
        let mut best: Option<(u32, Link)> = None;
        let (first, next, settings) = (&mut self.first, &mut self.next, &self.settings);
        self.grid.around(seen.lon_deg, seen.lat_deg, 1, |cell| {
            let Some(head) = first.get_mut(&cell) else { return };
            consider(head, next, rows, (row, seen.event), leads, settings, &mut best);
            if *head == NONE {
                first.remove(&cell);
            }
        });
        best
    }
}

/// Looks along the chain that begins at `head`, unchaining what no later row can meet.
fn consider(
    head: &mut u32,
    next: &mut [u32],
    rows: &Rows<'_>,
    (row, event): (usize, Interval),
    leads: &[u32],
    settings: &Settings,
    best: &mut Option<(u32, Link)>,
) {
    let (mut at, mut before) = (*head, NONE);
    while at != NONE {
        let after = next.get(at as usize).copied().unwrap_or(NONE);
        let lead = leads.get(at as usize).map_or(usize::MAX, |l| *l as usize);
        let lead_event = rows.batch.event(lead);
        // Rows come in order of start: a lead that ended a reach before this start can meet no later row either.
        if lead_event.end.0.max(lead_event.start.0).saturating_add(settings.reach_ms) < event.start.0 {
            match next.get_mut(before as usize) {
                Some(slot) if before != NONE => *slot = after,
                _ => *head = after,
            }
        } else {
            if let Some(link) = link(rows, row, lead, settings) {
                let better = best
                    .as_ref()
                    .is_none_or(|(b, l)| link.score > l.score || (link.score == l.score && at < *b));
                if better {
                    *best = Some((at, link));
                }
            }
            before = at;
        }
        at = after;
    }
}
