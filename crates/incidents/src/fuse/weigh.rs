//! Weighing: for each pair of reports that may be of one event, the log-odds that they are, as a sum of named pieces.
//! The weights are learnt from reports whose truth is known, see `docs/fusion.md`; where a piece is assumed and not
//! learnt, it says so.

use super::Settings;
use super::cluster::{Pair, UNWEIGHED, average_linkage};
use super::rows::{Grid, Manner, Rows, Seen, flat_m, kinds_meet};
use super::rule::{NONE, Ruled};
use evidence::batch::FLAG_ALLEGATION;
use hashbrown::HashMap;
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;
/// Stated precisions below this are not believed: an event has an extent, kilometres.
const SPREAD_KM_MIN: f64 = 0.5;
/// What a precision that is not stated counts as, kilometres.
const SPREAD_KM_UNSTATED: f64 = 2.0;
/// A place known worse than this joins nothing, kilometres.
const SPREAD_KM_MAX: f64 = 25.0;
/// Pairs farther apart than so many spreads, or than this, are not weighed.
const SPREADS_MAX: f64 = 4.0;
const APART_KM_MAX: f64 = 46.0;
/// Density is counted in cells of this width, metres: five across for the usual, nine across for the day's.
const CELL_M: f64 = 4_000.0;
const USUAL_HALF: i32 = 2;
const TODAY_HALF: i32 = 4;
/// Where more reports than this fall on one day around a node (nine cells across), knowing only the day tells nothing
/// apart: such a report stands alone. It bounds the work too.
const TODAY_MAX: f64 = 256.0;
/// Of more pairs than this the likeliest are kept for each report; the others count as too far apart to weigh.
const PAIRS_MAX: usize = 64;
/// The usual density is that of the days this near, without the day itself and its neighbours.
const USUAL_DAYS: std::ops::RangeInclusive<i64> = 2..=30;

/// Learnt: how often two such reports are one event, before anything else is known of them.
const RATE: f64 = 7.653;
/// Learnt: of half the squared distance in spreads.
const OF_DISTANCE: f64 = 0.491;
/// Learnt: of the logarithm of the area that both spreads cover, square kilometres.
const OF_PRECISION: f64 = -0.872;
/// Learnt: of the logarithm of the usual number of reports around.
const OF_USUAL: f64 = -0.851;
/// Learnt: of the logarithm of the day's number of reports around.
const OF_TODAY: f64 = -0.326;
/// Learnt: they are of neighbouring days.
const NEXT_DAY: f64 = -1.907;
/// Learnt: one source, in two documents.
const SAME_SOURCE: f64 = -0.963;
/// Learnt as good as never (63 of 17,000 pairs): one document lists them apart.
const SAME_DOCUMENT: f64 = -30.0;
/// Learnt: the same actor.
const SAME_ACTOR: f64 = 0.17;
/// Assumed (in the data learnt from it never happens): two actors named.
const OTHER_ACTOR: f64 = -3.0;
/// Assumed: kinds that are compatible but not the same.
const OTHER_KIND: f64 = -0.7;

/// What a piece of weighed evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// How often two such reports are one event at all.
    Rate,
    /// How far apart they are, by their stated precisions.
    Distance,
    /// How precise the places are: vague places agree by chance.
    Precision,
    /// How many reports there are around: where much is reported, coincidence is likely.
    Density,
    /// How the times relate.
    Time,
    /// Whether one source or one document gives both.
    Source,
    /// Whether the same actor is named.
    Actor,
    /// Whether the kinds are the same.
    Kind,
}

impl Piece {
    /// All, in the order of [`Weights::pieces`].
    pub const ALL: [Piece; 8] = [
        Piece::Rate,
        Piece::Distance,
        Piece::Precision,
        Piece::Density,
        Piece::Time,
        Piece::Source,
        Piece::Actor,
        Piece::Kind,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Piece::Rate => "how often such reports are one event",
            Piece::Distance => "distance",
            Piece::Precision => "precision of the places",
            Piece::Density => "reports around",
            Piece::Time => "time",
            Piece::Source => "source",
            Piece::Actor => "actor",
            Piece::Kind => "kind",
        }
    }
}

/// Evidence that two reports, or a report and the rest of its incident, are of one event: natural log-odds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weights {
    /// By [`Piece::ALL`]: what each piece adds.
    pub pieces: [f32; 8],
}

impl Weights {
    /// The sum.
    #[must_use]
    pub fn log_odds(&self) -> f32 {
        self.pieces.iter().sum()
    }

    /// The probability that those log-odds mean.
    #[must_use]
    pub fn probability(&self) -> f32 {
        sigmoid(f64::from(self.log_odds())) as f32
    }

    fn plus(self, other: &Weights) -> Weights {
        let mut sum = self;
        sum.pieces.iter_mut().zip(other.pieces).for_each(|(a, b)| *a += b);
        sum
    }

    fn over(self, n: f32) -> Weights {
        Weights { pieces: self.pieces.map(|p| p / n) }
    }
}

/// The probability of natural log-odds.
#[must_use]
pub fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The probability that a group is of one event: learnt from the mean log-odds of its pairs and its size.
fn together(mean_log_odds: f64, nodes: usize) -> f64 {
    sigmoid(0.388 + 0.983 * mean_log_odds - 0.914 * (nodes.saturating_sub(1).max(1) as f64).ln())
}

/// What came of weighing.
#[derive(Default)]
pub(super) struct Weighed {
    /// Rows that were weighed or are leads of incidents that were, each with its node's group: the lead row of the
    /// incident by rule in it, else its earliest row.
    pub groups: Vec<(u32, u32)>,
    /// By weighed row: its evidence, the mean over its pairs within the group.
    pub evidence: BTreeMap<u32, Weights>,
    /// By group: the probability that it is one event.
    pub together: BTreeMap<u32, f32>,
    /// Links not made: row, group, log-odds.
    pub possible: Vec<(u32, u32, f32)>,
    /// Allegations beside a group.
    pub beside: Vec<(u32, u32, f32)>,
}

/// Something that is weighed: a report, or an incident by rule, for which its lead stands.
struct Node {
    row: u32,
    seen: Seen,
    spread_km: f64,
    day: i64,
    is_ruled: bool,
    is_allegation: bool,
    usual: f64,
    today: f64,
}

/// Weighs every row that is to be weighed against the others and against the incidents by rule around it.
pub(super) fn weighed(rows: &Rows<'_>, manners: &[Manner], ruled: &Ruled, settings: &Settings) -> Weighed {
    if !manners.contains(&Manner::Weighed) {
        return Weighed::default();
    }
    let mut nodes = nodes(rows, manners, ruled);
    count_density(&mut nodes);
    let (pairs, weights) = pairs(rows, &nodes);
    let beside: Vec<bool> = nodes.iter().map(|n| n.is_allegation).collect();
    let is_beside = |i: u32| beside.get(i as usize).copied().unwrap_or(false);
    // Allegations are weighed like any report, and join nothing.
    let own: Vec<Pair> = pairs.iter().filter(|p| !is_beside(p.a) && !is_beside(p.b)).copied().collect();
    let is_ruled: Vec<bool> = nodes.iter().map(|n| n.is_ruled).collect();
    let group_of = average_linkage(&is_ruled, &own, settings.join_above);
    report(&nodes, &pairs, &weights, &group_of, settings)
}

/// All pairs that are weighed, by row.
pub(super) fn all_pairs(rows: &Rows<'_>, manners: &[Manner], ruled: &Ruled) -> Vec<(u32, u32, f32)> {
    let mut nodes = nodes(rows, manners, ruled);
    count_density(&mut nodes);
    let row = |i: u32| nodes.get(i as usize).map_or(NONE, |n| n.row);
    pairs(rows, &nodes).0.into_iter().map(|p| (row(p.a), row(p.b), p.log_odds)).collect()
}

fn nodes(rows: &Rows<'_>, manners: &[Manner], ruled: &Ruled) -> Vec<Node> {
    let is_lead = |row: usize| {
        let incident = ruled.of_row.get(row).copied().unwrap_or(NONE);
        ruled.leads.get(incident as usize).is_some_and(|l| *l as usize == row)
    };
    let mut out = Vec::new();
    for (row, manner) in manners.iter().enumerate() {
        let is_ruled = *manner == Manner::Rule && is_lead(row);
        if *manner != Manner::Weighed && !is_ruled {
            continue;
        }
        let Some(seen) = rows.at(row) else { continue };
        let stated = rows.batch.radius_m.get(row).is_some_and(|r| !r.is_nan()) || rows.sector(row).is_some();
        let stated_km = super::radius_m(rows.batch, row) / 1_000.0;
        let spread_km = if stated { stated_km.max(SPREAD_KM_MIN) } else { SPREAD_KM_UNSTATED };
        if spread_km > SPREAD_KM_MAX && !is_ruled {
            continue;
        }
        out.push(Node {
            row: row as u32,
            seen,
            spread_km,
            day: i64::midpoint(seen.event.start.0, seen.event.end.0).div_euclid(DAY_MS),
            is_ruled,
            is_allegation: rows.batch.flag(row, FLAG_ALLEGATION),
            usual: 0.0,
            today: 0.0,
        });
    }
    out
}

/// How many reports and incidents there are around each node, usually and that day. Allegations do not count: a
/// flood of them must not make a coincidence look likely.
fn count_density(nodes: &mut [Node]) {
    let grid = Grid::of_m(CELL_M);
    let mut days: HashMap<u64, Vec<i64>> = HashMap::new();
    for node in nodes.iter().filter(|n| !n.is_allegation) {
        days.entry(grid.cell(node.seen.lon_deg, node.seen.lat_deg)).or_default().push(node.day);
    }
    days.values_mut().for_each(|d| d.sort_unstable());
    let within = |days: &[i64], from: i64, to: i64| {
        days.partition_point(|d| *d <= to) - days.partition_point(|d| *d < from)
    };
    let (near, far) = (*USUAL_DAYS.start(), *USUAL_DAYS.end());
    for node in nodes.iter_mut() {
        let (mut usual, mut today) = (0, 0);
        let (lon, lat, day) = (node.seen.lon_deg, node.seen.lat_deg, node.day);
        grid.around(lon, lat, USUAL_HALF, |cell| {
            if let Some(days) = days.get(&cell) {
                usual += within(days, day - far, day - near) + within(days, day + near, day + far);
            }
        });
        grid.around(lon, lat, TODAY_HALF, |cell| {
            today += days.get(&cell).map_or(0, |days| within(days, day, day));
        });
        (node.usual, node.today) = (usual as f64, (today as f64).max(1.0));
    }
}

/// The pairs that may be one event, each with its evidence.
fn pairs(rows: &Rows<'_>, nodes: &[Node]) -> (Vec<Pair>, Vec<Weights>) {
    let grid = Grid::of_m(APART_KM_MAX * 500.0);
    let mut cells: HashMap<(i64, u64), Vec<u32>> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let cell = grid.cell(node.seen.lon_deg, node.seen.lat_deg);
        cells.entry((node.day, cell)).or_default().push(i as u32);
    }
    let (mut out, mut weights) = (Vec::new(), Vec::new());
    let mut found: Vec<(u32, Weights)> = Vec::new();
    // Incidents by rule are weighed against reports only, so each pair is found from a report.
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| !n.is_ruled && n.today <= TODAY_MAX) {
        found.clear();
        grid.around(node.seen.lon_deg, node.seen.lat_deg, 2, |cell| {
            for day in node.day - 1..=node.day + 1 {
                for other in cells.get(&(day, cell)).into_iter().flatten() {
                    let Some(there) = nodes.get(*other as usize) else { continue };
                    if !there.is_ruled && (*other as usize <= i || there.today > TODAY_MAX) {
                        continue;
                    }
                    found.extend(weigh(rows, node, there).map(|w| (*other, w)));
                }
            }
        });
        if found.len() > PAIRS_MAX {
            // Of equal ones the earlier: the same whatever the order in which cells are visited.
            found.sort_unstable_by(|(a, x), (b, y)| y.log_odds().total_cmp(&x.log_odds()).then(a.cmp(b)));
            found.truncate(PAIRS_MAX);
        }
        for (other, w) in &found {
            out.push(Pair { a: i as u32, b: *other, log_odds: w.log_odds() });
            weights.push(*w);
        }
    }
    (out, weights)
}

/// The evidence that two nodes are one event; `None`: they are too far apart, or of kinds that never meet.
fn weigh(rows: &Rows<'_>, a: &Node, b: &Node) -> Option<Weights> {
    let same_kind = kinds_meet(&a.seen, &b.seen)?;
    let apart_km = flat_m(a.seen.lon_deg, a.seen.lat_deg, b.seen.lon_deg, b.seen.lat_deg) / 1_000.0;
    let spread2 = a.spread_km * a.spread_km + b.spread_km * b.spread_km;
    if apart_km > APART_KM_MAX || apart_km * apart_km > SPREADS_MAX * SPREADS_MAX * spread2 {
        return None;
    }
    let time = time(&a.seen, &b.seen)?;
    let batch = rows.batch;
    let (x, y) = (a.row as usize, b.row as usize);
    let source = if batch.source.get(x) != batch.source.get(y) {
        0.0
    } else if batch.links.get(x) == batch.links.get(y) && !batch.links.get(x).is_empty() {
        SAME_DOCUMENT
    } else {
        SAME_SOURCE
    };
    let actor = match (batch.word_at(&batch.actor, x), batch.word_at(&batch.actor, y)) {
        ("", _) | (_, "") => 0.0,
        (a, b) if a == b => SAME_ACTOR,
        _ => OTHER_ACTOR,
    };
    let usual = f64::midpoint(a.usual, b.usual) + 0.5;
    let today = f64::midpoint(a.today, b.today);
    let pieces = [
        RATE,
        -OF_DISTANCE * apart_km * apart_km / (2.0 * spread2),
        OF_PRECISION * (std::f64::consts::TAU * spread2).ln(),
        OF_USUAL * usual.ln() + OF_TODAY * today.ln(),
        time,
        source,
        actor,
        if same_kind { 0.0 } else { OTHER_KIND },
    ];
    Some(Weights { pieces: pieces.map(|p| p as f32) })
}

/// What the times say: nothing where the intervals share some time; `None` where a day or more lies between.
fn time(a: &Seen, b: &Seen) -> Option<f64> {
    let gap_ms = a.event.gap_ms(b.event);
    let shared_ms = a.event.end.0.min(b.event.end.0) - a.event.start.0.max(b.event.start.0);
    let instant = a.event.start == a.event.end || b.event.start == b.event.end;
    match gap_ms {
        0 if shared_ms > 0 || instant => Some(0.0),
        gap if gap < DAY_MS => Some(NEXT_DAY),
        _ => None,
    }
}

/// What weighing gives, told in rows.
fn report(
    nodes: &[Node],
    pairs: &[Pair],
    weights: &[Weights],
    group_of: &[u32],
    settings: &Settings,
) -> Weighed {
    let mut out = Weighed::default();
    let group = |i: u32| group_of.get(i as usize).copied().unwrap_or(i);
    let size = sizes(group_of, nodes);
    // A group is called by its incident by rule, if it has one, else by its earliest row.
    let mut called: HashMap<u32, u32> = HashMap::new();
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| !n.is_allegation) {
        let name = called.entry(group(i as u32)).or_insert(node.row);
        if node.is_ruled {
            *name = node.row;
        }
    }
    let call = |i: u32| called.get(&group(i)).copied();
    for (i, node) in nodes.iter().enumerate().filter(|(_, n)| !n.is_allegation) {
        out.groups.extend(call(i as u32).map(|name| (node.row, name)));
    }
    let mut inner: HashMap<u32, (Weights, u32)> = HashMap::new();
    let mut outer: BTreeMap<(u32, u32), (f32, u32)> = BTreeMap::new();
    let mut sums: HashMap<u32, (f64, usize)> = HashMap::new();
    for (pair, w) in pairs.iter().zip(weights) {
        for (own, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let (Some(node), Some(name)) = (nodes.get(own as usize), call(other)) else { continue };
            if node.is_allegation || (group(own) != group(other) && !node.is_ruled) {
                let slot = outer.entry((own, name)).or_default();
                *slot = (slot.0 + w.log_odds(), slot.1 + 1);
            } else if group(own) == group(other) {
                let slot = inner.entry(own).or_default();
                *slot = (slot.0.plus(w), slot.1 + 1);
            }
        }
        if group(pair.a) == group(pair.b) {
            let slot = sums.entry(group(pair.a)).or_default();
            *slot = (slot.0 + f64::from(w.log_odds()), slot.1 + 1);
        }
    }
    for (i, (sum, n)) in inner {
        let Some(node) = nodes.get(i as usize) else { continue };
        out.evidence.insert(node.row, sum.over(n as f32));
    }
    for (root, (sum, n)) in sums {
        let (members, name) = (size.get(&root).copied().unwrap_or(1), called.get(&root).copied());
        let all = members * members.saturating_sub(1) / 2;
        let mean = (sum + UNWEIGHED * all.saturating_sub(n) as f64) / all.max(1) as f64;
        if let Some(name) = name {
            out.together.insert(name, together(mean, members) as f32);
        }
    }
    let size_of: HashMap<u32, usize> =
        called.iter().map(|(root, name)| (*name, size.get(root).copied().unwrap_or(1))).collect();
    for ((i, name), (sum, n)) in outer {
        let Some(node) = nodes.get(i as usize) else { continue };
        let all = size_of.get(&name).copied().unwrap_or(1).max(n as usize);
        let mean = (sum + UNWEIGHED as f32 * (all - n as usize) as f32) / all as f32;
        if f64::from(mean) > settings.propose_above {
            let to = if node.is_allegation { &mut out.beside } else { &mut out.possible };
            to.push((node.row, name, mean));
        }
    }
    out
}

fn sizes(group_of: &[u32], nodes: &[Node]) -> HashMap<u32, usize> {
    let mut out = HashMap::new();
    for (group, _) in group_of.iter().zip(nodes).filter(|(_, n)| !n.is_allegation) {
        *out.entry(*group).or_insert(0) += 1;
    }
    out
}
