//! Lines and zones become a plan in which a derived zone refers only to zones before it.

use super::names::{Names, Sort};
use crate::limits::NAMES_MAX;
use crate::parsed::{Area, Geometry, Join, LineDecl, Name, Shape, ZoneDecl};
use crate::problem::{Bad, Problems};
use crate::source::Stretch;
use atlas::plan::{GeometryRef, LineIx, LinePlan, Plan, Side, ZoneIx, ZonePlan, ZoneShape};
use std::collections::HashMap;

/// The plan while it grows, with what each declaration became.
#[derive(Default)]
pub(super) struct Map {
    pub plan: Plan,
    /// By declaration; `None`: it could not be built, and that has been reported.
    lines: Vec<Option<LineIx>>,
    zones: Vec<Option<ZoneIx>>,
    /// Zones without a name of their own, by their words.
    unnamed: HashMap<String, Option<ZoneIx>>,
}

impl Map {
    pub fn of<'a>(
        lines: &[LineDecl<'a>],
        zones: &[ZoneDecl<'a>],
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Map {
        let mut map = Map::default();
        for decl in lines {
            let built = map.line(decl, names, problems);
            map.lines.push(built);
        }
        map.zones = vec![None; zones.len()];
        for index in order(zones, names, problems) {
            let Some(decl) = zones.get(index) else { continue };
            let built = map.zone(decl, names, problems);
            if let Some(slot) = map.zones.get_mut(index) {
                *slot = built;
            }
        }
        map
    }

    fn line<'a>(
        &mut self,
        decl: &LineDecl<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<LineIx> {
        let tolerance_m = tolerance(&decl.geometry, decl.name, "line", problems);
        if let Some(body) = decl.geometry.surveyed_by {
            names.actor(body, problems);
        }
        let mut side = |name: Option<Name<'a>>| -> Option<String> {
            let actor = names.actor(name?, problems)?;
            names.actors.get(usize::from(actor.0)).map(|a| a.code.clone())
        };
        let (left, right) = (side(decl.geometry.left), side(decl.geometry.right));
        if left.is_some() && left == right {
            let at = decl.geometry.right.map_or(decl.name.at, |n| n.at);
            let message = format!("`{}` cannot be on both sides of a line", left.unwrap_or_default());
            problems.error(Bad::new("both-sides", at, message, "name the party on each side"));
            return None;
        }
        let index = u16::try_from(self.plan.lines.len()).ok().map(LineIx)?;
        let name = decl.name.text.to_owned();
        self.plan.lines.push(LinePlan {
            name,
            geometry: reference(&decl.geometry),
            tolerance_m,
            left,
            right,
        });
        Some(index)
    }

    fn zone<'a>(
        &mut self,
        decl: &ZoneDecl<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        let name = decl.name.text;
        match &decl.shape {
            Shape::Drawn(geometry) => {
                if let Some(body) = geometry.surveyed_by {
                    names.actor(body, problems);
                }
                let tolerance_m = tolerance(geometry, decl.name, "zone", problems);
                self.push(
                    name.to_owned(),
                    ZoneShape::Drawn(reference(geometry)),
                    tolerance_m,
                    decl.name.at,
                    problems,
                )
            }
            Shape::Area(area) => {
                let shape = self.area_shape(*area, names, problems)?;
                self.push(name.to_owned(), shape, 0.0, decl.name.at, problems)
            }
            Shape::Chain { first, join, rest } => self.chain(decl.name, *first, *join, rest, names, problems),
        }
    }

    /// `a and b and c` is `(a and b) and c`; the inner zones have no name of their own.
    fn chain<'a>(
        &mut self,
        name: Name<'a>,
        first: Name<'a>,
        join: Join,
        rest: &[Name<'a>],
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        let mut left = self.named(first, names, problems);
        let mut words = first.text.to_owned();
        for (i, next) in rest.iter().enumerate() {
            let right = self.named(*next, names, problems);
            words = format!("{words} {} {}", join.word(), next.text);
            let (Some(a), Some(b)) = (left, right) else {
                left = None;
                continue;
            };
            let shape = match join {
                Join::And => ZoneShape::Both(a, b),
                Join::Or => ZoneShape::Either(a, b),
                Join::Except => ZoneShape::Except(a, b),
            };
            let last = i + 1 == rest.len();
            left = if last {
                self.push(name.text.to_owned(), shape, 0.0, name.at, problems)
            } else {
                self.unnamed(words.clone(), shape, name.at, problems)
            };
        }
        left
    }

    /// The zone a clause or an exception speaks of.
    pub fn area<'a>(
        &mut self,
        area: Area<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        let (words, at) = match area {
            Area::Named(name) => return self.named(name, names, problems),
            Area::Band { from_m, to_m, line, side, at } => {
                let side = side.map(|p| format!(" on the {} side", p.text)).unwrap_or_default();
                let extent = if from_m > 0.0 {
                    format!("between {} and {}", metres(from_m), metres(to_m))
                } else {
                    format!("within {}", metres(to_m))
                };
                (format!("{extent} of {}{side}", line.text), at)
            }
            Area::SideOf { party, line } => (format!("the {} side of {}", party.text, line.text), party.at),
        };
        let shape = self.area_shape(area, names, problems)?;
        self.unnamed(words, shape, at, problems)
    }

    fn area_shape<'a>(
        &self,
        area: Area<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneShape> {
        match area {
            Area::Named(_) => None,
            Area::Band { from_m, to_m, line, side, .. } => {
                let found = self.line_of(line, names, problems);
                let side = match side {
                    None => None,
                    Some(party) => Some(self.side(party, found, line, names, problems)?),
                };
                Some(ZoneShape::Band { line: found?, from_m, to_m, side })
            }
            Area::SideOf { party, line } => {
                let found = self.line_of(line, names, problems);
                let side = self.side(party, found, line, names, problems)?;
                Some(ZoneShape::SideOf { line: found?, side })
            }
        }
    }

    fn side<'a>(
        &self,
        party: Name<'a>,
        line: Option<LineIx>,
        line_name: Name<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<Side> {
        names.actor(party, problems)?;
        let plan = self.plan.lines.get(usize::from(line?.0))?;
        if plan.left.as_deref() == Some(party.text) {
            return Some(Side::Left);
        }
        if plan.right.as_deref() == Some(party.text) {
            return Some(Side::Right);
        }
        let message = format!("line `{}` does not say on which side `{}` is", line_name.text, party.text);
        let help = format!(
            "say it where the line is declared: `{} on the left` (or `right`), as one walks it from its first vertex",
            party.text
        );
        problems.error(Bad::new("no-sides", party.at, message, help));
        None
    }

    /// The line of that name.
    pub fn line_of<'a>(
        &self,
        name: Name<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<LineIx> {
        let index = names.find(name, Sort::Line, problems)?;
        self.lines.get(index).copied().flatten()
    }

    fn named<'a>(
        &self,
        name: Name<'a>,
        names: &mut Names<'a>,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        let index = names.find(name, Sort::Zone, problems)?;
        self.zones.get(index).copied().flatten()
    }

    fn unnamed(
        &mut self,
        words: String,
        shape: ZoneShape,
        at: Stretch,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        if let Some(known) = self.unnamed.get(&words) {
            return *known;
        }
        let built = self.push(words.clone(), shape, 0.0, at, problems);
        self.unnamed.insert(words, built);
        built
    }

    fn push(
        &mut self,
        name: String,
        shape: ZoneShape,
        tolerance_m: f64,
        at: Stretch,
        problems: &mut Problems<'_>,
    ) -> Option<ZoneIx> {
        if self.plan.zones.len() >= NAMES_MAX {
            let message = format!("a file speaks of at most {NAMES_MAX} zones, unnamed ones among them");
            problems.error(Bad::new("too-many-names", at, message, "name a zone once and use it often"));
            return None;
        }
        let index = u16::try_from(self.plan.zones.len()).ok().map(ZoneIx)?;
        self.plan.zones.push(ZonePlan { name, shape, tolerance_m });
        Some(index)
    }
}

/// Declarations in an order in which each zone comes after those it is made of; otherwise as declared. A circle is
/// reported once, and its zones are left out.
fn order<'a>(zones: &[ZoneDecl<'a>], names: &Names<'a>, problems: &mut Problems<'_>) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let parts: Vec<Vec<usize>> = zones.iter().map(|z| parts_of(z, names)).collect();
    let mut seen = vec![Seen::No; zones.len()];
    let mut ordered = Vec::with_capacity(zones.len());
    for root in 0..zones.len() {
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((zone, next)) = path.pop() {
            let mark = seen.get(zone).copied().unwrap_or(Seen::Done);
            if mark == Seen::Done || (mark == Seen::Open && next == 0) {
                continue;
            }
            set(&mut seen, zone, Seen::Open);
            match parts.get(zone).and_then(|p| p.get(next)) {
                None => {
                    set(&mut seen, zone, Seen::Done);
                    ordered.push(zone);
                }
                Some(part) => {
                    path.push((zone, next + 1));
                    if seen.get(*part) == Some(&Seen::Open) {
                        report_circle(zones, zone, problems);
                        path.iter().for_each(|(z, _)| set(&mut seen, *z, Seen::Done));
                        path.clear();
                    } else {
                        path.push((*part, 0));
                    }
                }
            }
        }
    }
    return ordered;

    fn set(seen: &mut [Seen], at: usize, value: Seen) {
        if let Some(slot) = seen.get_mut(at) {
            *slot = value;
        }
    }
}

fn report_circle(zones: &[ZoneDecl<'_>], zone: usize, problems: &mut Problems<'_>) {
    if let Some(decl) = zones.get(zone) {
        let message = format!("zone `{}` is made of itself", decl.name.text);
        let help = "a zone can only be made of others that do not lead back to it";
        problems.error(Bad::new("circular-zone", decl.name.at, message, help));
    }
}

fn parts_of<'a>(decl: &ZoneDecl<'a>, names: &Names<'a>) -> Vec<usize> {
    match &decl.shape {
        Shape::Chain { first, rest, .. } => {
            std::iter::once(first).chain(rest).filter_map(|name| names.zone_index(name.text)).collect()
        }
        _ => Vec::new(),
    }
}

fn tolerance(geometry: &Geometry<'_>, name: Name<'_>, what: &str, problems: &mut Problems<'_>) -> f64 {
    if let Some(stated) = geometry.tolerance {
        return stated.value;
    }
    let message = format!("{what} `{}` has no tolerance and counts as exact", name.text);
    problems.note(Bad::new(
        "no-tolerance",
        name.at,
        message,
        "add `tolerance 200 m`, or `tolerance 0 m` if it is exact",
    ));
    0.0
}

fn reference(geometry: &Geometry<'_>) -> GeometryRef {
    GeometryRef {
        path: geometry.path.to_owned(),
        layer: geometry.layer.map(str::to_owned),
        validity: geometry.validity.clone(),
    }
}

/// A length as people say it.
pub(crate) fn metres(m: f64) -> String {
    if m >= 1000.0 { format!("{} km", m / 1000.0) } else { format!("{m} m") }
}
