//! The places between the borders that clauses name: bands of distance and sides of lines, insides of drawn zones.

use super::conditions_of;
use crate::agreement::{Agreement, Clause, Condition, Duty, Reference};
use atlas::plan::{GeometryRef, LineIx, LinePlan, Side, ZoneIx, ZonePlan, ZoneShape};
use base::Truth;
use std::collections::{HashMap, HashSet};

/// A line of some agreement, met again in another by its geometry or its name.
struct LineCells {
    name: String,
    geometry: GeometryRef,
    /// Distances at which something changes, metres.
    borders_m: Vec<f64>,
    /// One distance for each band between them, metres.
    bands_m: Vec<f64>,
    sided: bool,
    left: Option<String>,
    right: Option<String>,
}

/// A place as a cell has it.
struct Cut<'c> {
    lines: &'c [(f64, i8)],
    zones: &'c [bool],
}

struct ZoneCells {
    name: String,
    geometry: GeometryRef,
}

/// All lines and drawn zones that some clauses lean on.
pub(super) struct Map {
    lines: Vec<LineCells>,
    zones: Vec<ZoneCells>,
}

impl Map {
    pub fn of(subjects: &[(&Agreement, &Clause)]) -> Map {
        let mut map = Map { lines: Vec::new(), zones: Vec::new() };
        for (agreement, clause) in subjects {
            map.lean(agreement, clause);
        }
        for line in &mut map.lines {
            line.borders_m.sort_by(f64::total_cmp);
            line.borders_m.dedup();
            line.bands_m = bands(&line.borders_m);
        }
        map
    }

    fn lean(&mut self, agreement: &Agreement, clause: &Clause) {
        let zone = match &clause.duty {
            Duty::Prohibition { zone, .. } | Duty::Abstention { zone, .. } => *zone,
            Duty::Distance { bound, items, reference } => {
                for line in lines_of(agreement, bound.actors.as_deref(), *reference) {
                    let sided = agreement
                        .plan
                        .lines
                        .get(usize::from(line.0))
                        .is_some_and(|l| l.left.is_some() || l.right.is_some());
                    items.iter().for_each(|item| self.border(agreement, line, item.at_least_m, sided));
                }
                None
            }
            _ => None,
        };
        let conditions = conditions_of(clause).filter_map(|c| match c {
            Condition::InZone(zone) => Some(*zone),
            _ => None,
        });
        let mut seen = HashSet::new();
        zone.into_iter().chain(conditions).for_each(|zone| self.zone(agreement, zone, &mut seen));
    }

    /// A derived zone refers only to zones before it, so this ends.
    fn zone(&mut self, agreement: &Agreement, zone: ZoneIx, seen: &mut HashSet<ZoneIx>) {
        if !seen.insert(zone) {
            return;
        }
        let Some(plan) = agreement.plan.zones.get(usize::from(zone.0)) else { return };
        match &plan.shape {
            ZoneShape::Drawn(geometry) => {
                if self.zone_at(plan, geometry).is_none() {
                    self.zones.push(ZoneCells { name: plan.name.clone(), geometry: geometry.clone() });
                }
            }
            ZoneShape::Band { line, from_m, to_m, side } => {
                if *from_m > 0.0 {
                    self.border(agreement, *line, *from_m, side.is_some());
                }
                self.border(agreement, *line, *to_m, side.is_some());
            }
            ZoneShape::SideOf { line, .. } => self.border(agreement, *line, 0.0, true),
            ZoneShape::Both(a, b) | ZoneShape::Either(a, b) | ZoneShape::Except(a, b) => {
                self.zone(agreement, *a, seen);
                self.zone(agreement, *b, seen);
            }
        }
    }

    fn border(&mut self, agreement: &Agreement, line: LineIx, border_m: f64, sided: bool) {
        let Some(plan) = agreement.plan.lines.get(usize::from(line.0)) else { return };
        let at = match self.line_at(plan) {
            Some(at) => at,
            None => {
                self.lines.push(LineCells {
                    name: plan.name.clone(),
                    geometry: plan.geometry.clone(),
                    borders_m: Vec::new(),
                    bands_m: Vec::new(),
                    sided: false,
                    left: plan.left.clone(),
                    right: plan.right.clone(),
                });
                self.lines.len() - 1
            }
        };
        if let Some(known) = self.lines.get_mut(at) {
            known.sided |= sided;
            if border_m > 0.0 {
                known.borders_m.push(border_m);
            }
        }
    }

    fn line_at(&self, plan: &LinePlan) -> Option<usize> {
        self.lines.iter().position(|l| l.geometry == plan.geometry || l.name == plan.name)
    }

    fn zone_at(&self, plan: &ZonePlan, geometry: &GeometryRef) -> Option<usize> {
        self.zones.iter().position(|z| z.geometry == *geometry || z.name == plan.name)
    }

    /// How many places; `None`: more than can be counted.
    pub fn size(&self) -> Option<usize> {
        let mut all = 2usize.checked_pow(u32::try_from(self.zones.len()).ok()?)?;
        for line in &self.lines {
            all = all.checked_mul(line.bands_m.len() * if line.sided { 2 } else { 1 })?;
        }
        Some(all)
    }

    /// The place that `take` picks: it gives a number below the one it is asked with.
    pub fn place(&self, take: &mut impl FnMut(usize) -> usize) -> (Vec<(f64, i8)>, Vec<bool>) {
        let mut lines = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let band = line.bands_m.get(take(line.bands_m.len())).copied().unwrap_or(0.0);
            let side = if line.sided && take(2) == 1 { -1 } else { 1 };
            lines.push((band, side));
        }
        (lines, self.zones.iter().map(|_| take(2) == 1).collect())
    }

    /// Whether the cell lies in the zone.
    pub fn inside(&self, agreement: &Agreement, zone: ZoneIx, lines: &[(f64, i8)], zones: &[bool]) -> Truth {
        self.inside_once(agreement, zone, &Cut { lines, zones }, &mut HashMap::new())
    }

    /// Each zone is asked once, however often others are made of it.
    fn inside_once(
        &self,
        agreement: &Agreement,
        zone: ZoneIx,
        cut: &Cut<'_>,
        known: &mut HashMap<ZoneIx, Truth>,
    ) -> Truth {
        if let Some(truth) = known.get(&zone) {
            return *truth;
        }
        let truth = self.inside_shape(agreement, zone, cut, known);
        known.insert(zone, truth);
        truth
    }

    fn inside_shape(
        &self,
        agreement: &Agreement,
        zone: ZoneIx,
        cut: &Cut<'_>,
        known: &mut HashMap<ZoneIx, Truth>,
    ) -> Truth {
        let Cut { lines, zones } = *cut;
        let Some(plan) = agreement.plan.zones.get(usize::from(zone.0)) else { return Truth::Undetermined };
        let mut both = |a: &ZoneIx, b: &ZoneIx| {
            let first = self.inside_once(agreement, *a, cut, known);
            (first, self.inside_once(agreement, *b, cut, known))
        };
        match &plan.shape {
            ZoneShape::Drawn(geometry) => {
                let at = self.zone_at(plan, geometry).and_then(|i| zones.get(i));
                at.map_or(Truth::Undetermined, |inside| Truth::from(*inside))
            }
            ZoneShape::Band { line, from_m, to_m, side } => {
                let Some((distance_m, at_side)) = self.on(agreement, *line, lines) else {
                    return Truth::Undetermined;
                };
                let near = distance_m >= *from_m && distance_m <= *to_m;
                Truth::from(near && side.is_none_or(|s| at_side == sign(s)))
            }
            ZoneShape::SideOf { line, side } => match self.on(agreement, *line, lines) {
                Some((_, at_side)) => Truth::from(at_side == sign(*side)),
                None => Truth::Undetermined,
            },
            ZoneShape::Both(a, b) => {
                let (a, b) = both(a, b);
                a.and(b)
            }
            ZoneShape::Either(a, b) => {
                let (a, b) = both(a, b);
                a.or(b)
            }
            ZoneShape::Except(a, b) => {
                let (a, b) = both(a, b);
                a.and(!b)
            }
        }
    }

    /// Distance from a line and the side of it.
    pub fn on(&self, agreement: &Agreement, line: LineIx, lines: &[(f64, i8)]) -> Option<(f64, i8)> {
        let plan = agreement.plan.lines.get(usize::from(line.0))?;
        lines.get(self.line_at(plan)?).copied()
    }

    /// The place in words.
    pub fn words(&self, lines: &[(f64, i8)], zones: &[bool]) -> Vec<String> {
        let mut out = Vec::new();
        for (zone, inside) in self.zones.iter().zip(zones) {
            out.push(format!("{} `{}`", if *inside { "in" } else { "outside" }, zone.name));
        }
        for (line, (distance_m, side)) in self.lines.iter().zip(lines) {
            let owner = if *side > 0 { line.left.as_ref() } else { line.right.as_ref() };
            let side = match (line.sided, owner) {
                (true, Some(party)) => format!(" on the {party} side"),
                _ => String::new(),
            };
            out.push(format!("{} from `{}`{side}", crate::check::metres(*distance_m), line.name));
        }
        out
    }
}

fn sign(side: Side) -> i8 {
    match side {
        Side::Left => 1,
        Side::Right => -1,
    }
}

/// One distance within each band: half way between borders, and a kilometre beyond the last.
fn bands(borders_m: &[f64]) -> Vec<f64> {
    let Some(last) = borders_m.last() else { return vec![1_000.0] };
    let starts = std::iter::once(0.0).chain(borders_m.iter().copied());
    let middles = starts.zip(borders_m).map(|(a, b)| (a + b) / 2.0);
    middles.chain([last + 1_000.0]).collect()
}

/// The lines that the distances of those who are bound are measured from.
pub(super) fn lines_of(
    agreement: &Agreement,
    bound: Option<&[crate::agreement::ActorIx]>,
    reference: Reference,
) -> Vec<LineIx> {
    match reference {
        Reference::Line(line) => vec![line],
        Reference::PerParty => {
            let own =
                agreement.references.iter().filter(|(party, _)| bound.is_none_or(|b| b.contains(party)));
            let mut lines: Vec<LineIx> = own.map(|(_, line)| *line).collect();
            lines.sort_unstable();
            lines.dedup();
            lines
        }
    }
}
