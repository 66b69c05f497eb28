//! The whole derived state: a pure function of settled observations and text versions. Delete it, and it comes back
//! byte for byte.

use crate::bind::Bindings;
use crate::judge::{Facts, Judged, judge_decided, lines_of};
use crate::outcome::{Missing, Outcome};
use crate::standing::Decided;
use atlas::Atlas;
use atlas::answer::{Answers, NO_SHAPE, Positions, Shape};
use atlas::plan::LineIx;
use base::{Digest, id::Hasher};
use evidence::batch::Batch;
use incidents::{Context, Incidents, Settings, fuse};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use terms::agreement::{Agreement, Duty};

/// Rows judged at a time: a batch's columns stay in the cache.
const ROWS_AT_A_TIME: usize = 8_192;

/// One text version, compiled.
pub struct Version {
    /// What distinguishes it, such as a file's name or `draft 4`.
    pub label: String,
    /// Digest of its Markdown.
    pub text: Digest,
    /// The checked text.
    pub agreement: Agreement,
    /// Its lines and zones, compiled; readings of one text that draw the same map share it.
    pub atlas: Arc<Atlas>,
    /// Which reading of the text it is.
    pub reading: ReadingOf,
}

/// Which reading of a text a version is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingOf {
    /// What distinguishes it from the other readings; empty for a text without brackets.
    pub label: String,
    /// By bracket of the text: the alternative taken; `None`: it stands in one that is not taken.
    pub choice: Vec<Option<usize>>,
}

/// The judgements of all observations and incidents under one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionFindings {
    /// [`Outcome`] codes by clause, by observation.
    pub outcomes: Vec<Vec<u8>>,
    /// [`crate::Missing`] bits by clause, by observation.
    pub missing: Vec<Vec<u16>>,
    /// [`Outcome`] codes by clause, by incident.
    pub incident_outcomes: Vec<Vec<u8>>,
}

impl VersionFindings {
    /// How many observations have each outcome under a clause, in the order of [`Outcome::COUNTED`].
    #[must_use]
    pub fn observation_counts(&self, clause: usize) -> [u64; 4] {
        counts(self.outcomes.get(clause))
    }

    /// How many incidents have each outcome under a clause, in the order of [`Outcome::COUNTED`].
    #[must_use]
    pub fn incident_counts(&self, clause: usize) -> [u64; 4] {
        counts(self.incident_outcomes.get(clause))
    }

    /// What is missing for an incident under a clause: of those members whose outcome is the incident's.
    #[must_use]
    pub fn missing_of_incident(&self, incidents: &Incidents, clause: usize, incident: usize) -> Missing {
        let outcome = self.incident_outcomes.get(clause).and_then(|c| c.get(incident));
        let (Some(outcomes), Some(missing)) = (self.outcomes.get(clause), self.missing.get(clause)) else {
            return Missing::default();
        };
        let decisive =
            incidents.members_of(incident).iter().filter(|m| outcomes.get(**m as usize) == outcome);
        decisive.fold(Missing::default(), |all, m| {
            all.with(Missing(missing.get(*m as usize).copied().unwrap_or(0)))
        })
    }

    /// The gravest outcome of an incident over all clauses.
    #[must_use]
    pub fn gravest(&self, incident: usize) -> Outcome {
        let codes = self.incident_outcomes.iter().filter_map(|c| c.get(incident));
        Outcome::from_code(codes.copied().max().unwrap_or(0))
    }
}

fn counts(column: Option<&Vec<u8>>) -> [u64; 4] {
    let mut by_code = [0_u64; 5];
    for code in column.into_iter().flatten() {
        if let Some(n) = by_code.get_mut(usize::from(*code)) {
            *n += 1;
        }
    }
    let [_, kept, excused, undetermined, breached] = by_code;
    [breached, undetermined, excused, kept]
}

/// Observations, incidents and findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Settled observations, by event time and id.
    pub observations: Batch,
    /// Incidents.
    pub incidents: Incidents,
    /// Findings, one for each version given.
    pub versions: Vec<VersionFindings>,
}

impl State {
    /// Derives everything from settled observations.
    #[must_use]
    pub fn derive(observations: Batch, versions: &[&Version], settings: &Settings) -> State {
        State::derive_with(observations, versions, settings, &[])
    }

    /// As [`State::derive`], with what records decide under each version, in the order of `versions`; a version for
    /// which nothing stands there has nothing decided.
    #[must_use]
    pub fn derive_with(
        observations: Batch,
        versions: &[&Version],
        settings: &Settings,
        decided: &[Decided],
    ) -> State {
        State::derive_in(observations, versions, settings, &Context::default(), decided)
    }

    /// As [`State::derive_with`], with what is known of the sources, their coverage, and people's decisions about what
    /// is one event.
    #[must_use]
    pub fn derive_in(
        observations: Batch,
        versions: &[&Version],
        settings: &Settings,
        context: &Context<'_>,
        decided: &[Decided],
    ) -> State {
        let incidents = fuse(&observations, settings, context);
        State { observations, incidents, versions: Vec::new() }.judged_again(versions, decided)
    }

    /// The same observations and incidents, judged under these versions with what records decide.
    #[must_use]
    pub fn judged_again(self, versions: &[&Version], decided: &[Decided]) -> State {
        let found = findings_of(versions, decided, &self.observations, &self.incidents);
        State { versions: found, ..self }
    }

    /// As [`State::judged_again`], but only those versions, and the ones that share a map with them, are judged.
    #[must_use]
    pub fn judged_again_where(mut self, versions: &[&Version], decided: &[Decided], which: &[bool]) -> State {
        let is_changed = |v: usize| which.get(v).copied().unwrap_or(false);
        let is_wanted = |v: &usize| (0..versions.len()).any(|w| is_changed(w) && share(versions, *v, w));
        let wanted: Vec<usize> = (0..versions.len()).filter(is_wanted).collect();
        let some: Vec<&Version> = wanted.iter().filter_map(|v| versions.get(*v).copied()).collect();
        let theirs: Vec<Decided> =
            wanted.iter().map(|v| decided.get(*v).cloned().unwrap_or_default()).collect();
        let found = findings_of(&some, &theirs, &self.observations, &self.incidents);
        for (v, found) in wanted.into_iter().zip(found) {
            if let Some(slot) = self.versions.get_mut(v) {
                *slot = found;
            }
        }
        self
    }

    /// Digest over all of it, for comparing two derivations.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut h = Hasher::new("truceline state 2");
        h.piece(&evidence::settle::digest(&self.observations).0);
        for (id, first) in self.incidents.id.iter().zip(&self.incidents.first) {
            h.number(id.0 as u64);
            h.number((id.0 >> 64) as u64);
            h.number(u64::from(*first));
        }
        for (member, link) in self.incidents.members.iter().zip(&self.incidents.links) {
            h.number(u64::from(*member) | u64::from(link.score.to_bits()) << 32);
            h.number(link.status as u64);
        }
        for (place, independent) in self.incidents.place.iter().zip(&self.incidents.independent) {
            h.number(place.lon_deg.to_bits());
            h.number(place.lat_deg.to_bits());
            h.number(u64::from(place.radius_m.to_bits()) | u64::from(*independent) << 32);
        }
        for p in &self.incidents.proposals {
            h.number(u64::from(p.row) | u64::from(p.incident) << 32);
        }
        for version in &self.versions {
            version.outcomes.iter().chain(&version.incident_outcomes).for_each(|c| h.piece(c));
            for column in &version.missing {
                let bytes: Vec<u8> = column.iter().flat_map(|m| m.to_le_bytes()).collect();
                h.piece(&bytes);
            }
        }
        h.finish()
    }
}

/// Radii as the agreement reads them: a precision that the source did not state counts as the text says, else as 0.
#[must_use]
pub fn radii(agreement: &Agreement, batch: &Batch, rows: Range<usize>) -> Vec<f32> {
    let unstated_m = agreement.unstated_precision_m.unwrap_or(0.0) as f32;
    let column = batch.radius_m.get(rows).unwrap_or(&[]);
    column.iter().map(|r| if r.is_nan() { unstated_m } else { *r }).collect()
}

/// The map's answers for a stretch of rows.
#[must_use]
pub fn answers_for(version: &Version, batch: &Batch, rows: Range<usize>) -> Answers {
    answers_for_all(version, &[version], batch, rows)
}

/// The answers of a map that several versions share, settled where a threshold of any of them lies.
fn answers_for_all(version: &Version, sharing: &[&Version], batch: &Batch, rows: Range<usize>) -> Answers {
    let mut answers = asked(version, batch, rows.clone(), |positions| version.atlas.answer(positions));
    for version in sharing {
        settle_thresholds(version, batch, rows.clone(), &mut answers);
    }
    answers
}

/// What `ask` says of the places of a stretch of rows.
pub(crate) fn asked<R>(
    version: &Version,
    batch: &Batch,
    rows: Range<usize>,
    ask: impl FnOnce(&Positions<'_>) -> R,
) -> R {
    let radius_m = radii(&version.agreement, batch, rows.clone());
    let (shape, shapes) = shapes_of(batch, rows.clone());
    ask(&Positions {
        lon_deg: batch.lon_deg.get(rows.clone()).unwrap_or(&[]),
        lat_deg: batch.lat_deg.get(rows.clone()).unwrap_or(&[]),
        radius_m: &radius_m,
        start_ms: batch.start_ms.get(rows.clone()).unwrap_or(&[]),
        end_ms: batch.end_ms.get(rows).unwrap_or(&[]),
        shape: &shape,
        shapes: &shapes,
    })
}

/// The shapes that a stretch of rows points to, and its rows' indexes into them: the atlas prepares every shape that it
/// is handed, so it is handed no others.
fn shapes_of(batch: &Batch, rows: Range<usize>) -> (Vec<u32>, Vec<Shape>) {
    let mut shapes = Vec::new();
    let column = batch.shape.get(rows).unwrap_or(&[]);
    let shape = column.iter().map(|index| match batch.shapes.get(*index as usize) {
        Some(shape) if *index != NO_SHAPE => {
            shapes.push(shape.clone());
            (shapes.len() - 1) as u32
        }
        _ if *index == NO_SHAPE => NO_SHAPE,
        // It points nowhere: nowhere here either, and so the place is undetermined.
        _ => NO_SHAPE - 1,
    });
    (shape.collect(), shapes)
}

/// Replaces a distance that the atlas knows only to its bound by the exact geodesic, where a threshold of the text
/// lies within that bound. Only points with an instant or a single epoch are settled: elsewhere the margin is wider.
fn settle_thresholds(version: &Version, batch: &Batch, rows: Range<usize>, answers: &mut Answers) {
    for (line, at_least_m) in distance_thresholds(&version.agreement) {
        let Some(column) = answers.lines.get_mut(usize::from(line.0)) else { continue };
        for (i, row) in rows.clone().enumerate() {
            let (Some(distance_m), Some(margin_m)) = (column.distance_m.get_mut(i), column.margin_m.get(i))
            else {
                break;
            };
            let bound_m = atlas::distance_bound_m(*distance_m);
            let margin_m = f64::from(*margin_m);
            let near = |edge_m: f64| (edge_m - at_least_m).abs() <= bound_m;
            let point = batch.shape.get(row).is_some_and(|s| *s == atlas::NO_SHAPE);
            if !point || !(near(*distance_m + margin_m) || near(*distance_m - margin_m)) {
                continue;
            }
            let (Some(lon), Some(lat)) = (batch.lon_deg.get(row), batch.lat_deg.get(row)) else { continue };
            let exact_m = version.atlas.exact_distance_m(line, *lon, *lat, batch.event(row).start);
            if (exact_m - *distance_m).abs() <= bound_m {
                *distance_m = exact_m;
            }
        }
    }
}

/// Every line with a distance that some clause asks of it, metres.
fn distance_thresholds(agreement: &Agreement) -> Vec<(LineIx, f64)> {
    let mut out = Vec::new();
    for clause in &agreement.clauses {
        let Duty::Distance { bound, items, reference } = &clause.duty else { continue };
        for (_, line) in lines_of(agreement, bound, *reference) {
            out.extend(items.iter().map(|i| (line, i.at_least_m)));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    out.dedup();
    out
}

/// Stretches of at most [`ROWS_AT_A_TIME`] rows.
#[must_use]
pub fn stretches(rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(ROWS_AT_A_TIME).map(|from| from..(from + ROWS_AT_A_TIME).min(rows)).collect()
}

/// The findings of all versions. Versions that share a map are answered for once, and a clause that says the same in
/// several of them is judged once.
fn findings_of(
    versions: &[&Version],
    decided: &[Decided],
    batch: &Batch,
    incidents: &Incidents,
) -> Vec<VersionFindings> {
    let nothing = Decided::default();
    let mut out: Vec<VersionFindings> = vec![VersionFindings::default(); versions.len()];
    let mut done = vec![false; versions.len()];
    for first in 0..versions.len() {
        if done.get(first).copied().unwrap_or(true) {
            continue;
        }
        let group: Vec<usize> = (first..versions.len()).filter(|i| share(versions, first, *i)).collect();
        let members: Vec<(&Version, &Decided)> = group
            .iter()
            .filter_map(|i| Some((versions.get(*i).copied()?, decided.get(*i).unwrap_or(&nothing))))
            .collect();
        for (index, found) in group.into_iter().zip(findings_of_group(&members, batch)) {
            let incident_outcomes = found.outcomes.iter().map(|c| over_incidents(c, incidents)).collect();
            if let (Some(slot), Some(mark)) = (out.get_mut(index), done.get_mut(index)) {
                *slot = VersionFindings { incident_outcomes, ..found };
                *mark = true;
            }
        }
    }
    out
}

fn share(versions: &[&Version], a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (versions.get(a), versions.get(b)) else { return false };
    Arc::ptr_eq(&a.atlas, &b.atlas) && a.agreement.unstated_precision_m == b.agreement.unstated_precision_m
}

/// For each clause of a version: the version before it in the group, and the clause, that says the same.
fn judged_before(members: &[(&Version, &Decided)], version: usize) -> Vec<Option<(usize, usize)>> {
    let Some((own, own_decided)) = members.get(version) else { return Vec::new() };
    let earlier = members.get(..version).unwrap_or_default();
    let same = |clause: usize| {
        let label = own.agreement.clauses.get(clause).map(|c| c.label.as_str())?;
        earlier.iter().enumerate().find_map(|(v, (other, decided))| {
            let index = other.agreement.clauses.iter().position(|c| c.label == label)?;
            // What was decided may hang on other clauses, which may differ.
            let alike = own_decided.notices == decided.notices
                && own_decided.clauses.get(clause) == decided.clauses.get(index);
            let same = alike && terms::same_meaning(&own.agreement, clause, &other.agreement, index);
            same.then_some((v, index))
        })
    };
    (0..own.agreement.clauses.len()).map(same).collect()
}

fn findings_of_group(members: &[(&Version, &Decided)], batch: &Batch) -> Vec<VersionFindings> {
    let Some((first, _)) = members.first() else { return Vec::new() };
    let sharing: Vec<&Version> = members.iter().map(|(v, _)| *v).collect();
    let bindings: Vec<Bindings> = sharing.iter().map(|v| Bindings::of(&v.agreement, batch)).collect();
    let known: Vec<Vec<Option<(usize, usize)>>> =
        (0..members.len()).map(|v| judged_before(members, v)).collect();
    let parts: Vec<Vec<Judged>> = stretches(batch.len())
        .into_par_iter()
        .map(|rows| {
            let answers = answers_for_all(first, &sharing, batch, rows.clone());
            let each = members.iter().zip(&bindings).zip(&known);
            each.map(|(((version, decided), bindings), known)| {
                let facts = Facts { batch, rows: rows.clone(), answers: &answers, bindings };
                let wanted = |c: usize| known.get(c).copied().flatten().is_none();
                judge_decided(&version.agreement, &facts, decided, wanted)
            })
            .collect()
        })
        .collect();
    let mut out: Vec<VersionFindings> = sharing
        .iter()
        .map(|v| VersionFindings {
            outcomes: vec![Vec::new(); v.agreement.clauses.len()],
            missing: vec![Vec::new(); v.agreement.clauses.len()],
            ..Default::default()
        })
        .collect();
    for part in parts {
        for (all, judged) in out.iter_mut().zip(part) {
            all.outcomes.iter_mut().zip(judged.outcomes).for_each(|(all, part)| all.extend(part));
            all.missing.iter_mut().zip(judged.missing).for_each(|(all, part)| all.extend(part));
        }
    }
    for (version, known) in known.iter().enumerate() {
        for (clause, before) in known.iter().enumerate() {
            let Some((v, c)) = before else { continue };
            let copied = out.get(*v).map(|f| (f.outcomes.get(*c).cloned(), f.missing.get(*c).cloned()));
            let (Some(found), Some((Some(outcomes), Some(missing)))) = (out.get_mut(version), copied) else {
                continue;
            };
            if let (Some(o), Some(m)) = (found.outcomes.get_mut(clause), found.missing.get_mut(clause)) {
                (*o, *m) = (outcomes, missing);
            }
        }
    }
    out
}

/// The outcome of each incident: the gravest of its observations, in the order of [`Outcome`].
fn over_incidents(column: &[u8], incidents: &Incidents) -> Vec<u8> {
    let mut out = vec![Outcome::NotApplicable as u8; incidents.len()];
    for (row, incident) in incidents.of_row.iter().enumerate() {
        if let (Some(gravest), Some(code)) = (out.get_mut(*incident as usize), column.get(row)) {
            *gravest = (*gravest).max(*code);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::shapes_of;
    use atlas::answer::{NO_SHAPE, Shape};
    use base::{LonLat, Place, Sector};
    use evidence::batch::Builder;
    use evidence::draft::Draft;

    fn heard(bearing_deg: f64) -> Sector {
        let observer = LonLat::new(-30.0, 47.0).unwrap();
        let (range_min_m, range_max_m) = (1_000.0, 4_000.0);
        Sector {
            observer,
            observer_radius_m: 50.0,
            bearing_deg,
            half_width_deg: 11.25,
            range_min_m,
            range_max_m,
        }
    }

    #[test]
    fn a_stretch_is_handed_its_own_shapes_and_no_others() {
        let mut b = Builder::new("post");
        for (key, place) in [
            (b"a", Place::Sector(heard(10.0))),
            (b"b", Place::Undetermined),
            (b"c", Place::Sector(heard(200.0))),
        ] {
            b.push(&Draft { native_key: key, place, ..Draft::default() }).unwrap();
        }
        let batch = b.take();
        assert_eq!(shapes_of(&batch, 1..3), (vec![NO_SHAPE, 0], vec![Shape::Sector(heard(200.0))]));
        assert_eq!(shapes_of(&batch, 0..3).0, vec![0, NO_SHAPE, 1]);
    }
}
