//! What is valid when: stretches of time, each with its geometry, built from dated features.

use crate::geometry::{Notice, Position};
use crate::index::zone::Rings;
use crate::plan::Validity;
use crate::repair::{LENGTH_DEG_MAX, Refused, Repair};
use crate::source::Feature;
use base::id::Hasher;
use base::time::parse_date;
use base::{CivilZone, Digest, Instant, Interval};
use hashbrown::HashMap;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The drawn geometry of one epoch, repaired. Lines have `lines`, zones `polygons`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Lines of at least two vertices, degrees; longitudes run on across the antimeridian.
    pub lines: Vec<Vec<Position>>,
    /// Polygons of closed rings, the outer first.
    pub polygons: Vec<Rings>,
}

impl Drawing {
    /// How many vertices it has.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.all().map(Vec::len).sum()
    }

    /// Every line and ring.
    pub fn all(&self) -> impl Iterator<Item = &Vec<Position>> {
        self.lines.iter().chain(self.polygons.iter().flatten())
    }

    fn digest(&self) -> Digest {
        let mut h = Hasher::new("truceline drawing 1");
        let mut curve = |vertices: &[Position]| {
            let bytes: Vec<u8> = vertices.iter().flatten().flat_map(|c| c.to_bits().to_le_bytes()).collect();
            h.piece(&bytes);
        };
        self.lines.iter().for_each(|l| curve(l));
        for rings in &self.polygons {
            curve(&[]);
            rings.iter().for_each(|r| curve(r));
        }
        h.finish()
    }
}

/// One stretch of validity.
pub struct Epoch<T> {
    /// When it is valid; epochs of a timeline do not overlap and stand in order.
    pub valid: Interval,
    /// What is valid then, shared between epochs with the same drawing.
    pub shape: Arc<T>,
}

/// Epochs in order of time.
pub struct Timeline<T> {
    epochs: Vec<Epoch<T>>,
}

/// The epochs that an event meets.
pub struct Met<'a, T> {
    /// The epochs, in order.
    pub epochs: &'a [Epoch<T>],
    /// Whether every moment of the event has an epoch.
    pub complete: bool,
}

impl<T> Timeline<T> {
    /// A timeline of epochs in order that do not overlap.
    pub(crate) fn of(epochs: Vec<Epoch<T>>) -> Timeline<T> {
        Timeline { epochs }
    }

    /// All epochs.
    #[must_use]
    pub fn epochs(&self) -> &[Epoch<T>] {
        &self.epochs
    }

    /// The epoch valid at `moment`.
    #[must_use]
    pub fn at(&self, moment: Instant) -> Option<&Epoch<T>> {
        self.met(Interval::at(moment)).epochs.first()
    }

    /// The epochs that `event` shares a moment with.
    #[must_use]
    pub fn met(&self, event: Interval) -> Met<'_, T> {
        let event = Interval { start: event.start, end: event.end.max(event.start) };
        let from =
            self.epochs.partition_point(|e| e.valid.end <= event.start && e.valid.end != Instant::LAST);
        let rest = self.epochs.get(from..).unwrap_or_default();
        let count = rest.partition_point(|e| e.valid.start < event.end || e.valid.start <= event.start);
        let epochs = rest.get(..count).unwrap_or_default();
        Met { epochs, complete: complete(epochs, event) }
    }
}

fn complete<T>(epochs: &[Epoch<T>], event: Interval) -> bool {
    let (Some(first), Some(last)) = (epochs.first(), epochs.last()) else { return false };
    let joined = epochs.iter().zip(epochs.iter().skip(1)).all(|(a, b)| a.valid.end == b.valid.start);
    first.valid.start <= event.start && last.valid.end >= event.end && joined
}

/// What kind of geometry is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Lines,
    Polygons,
}

/// Builds timelines from the features of one file.
pub(crate) struct Builder<'a> {
    pub(crate) validity: &'a Validity,
    pub(crate) zone: &'a CivilZone,
    pub(crate) wanted: Wanted,
    pub(crate) notices: Vec<Notice>,
}

/// A feature's part of an epoch; `None`: it could not be used, and its epochs must not stand without it.
type Part = Option<Arc<Drawing>>;

impl Builder<'_> {
    /// The drawings valid at each time, and the digest of all of it. Features with the same validity are one epoch;
    /// where validities overlap, both are valid, and a notice says so. An epoch one of whose features cannot be
    /// used is left out whole, so that its answers are "no epoch" and not an answer from half of the geometry.
    pub(crate) fn build(&mut self, features: &[Feature]) -> Result<(Timeline<Drawing>, Digest), Refused> {
        let spans = self.spans(features);
        let mut parts: Vec<(Interval, Part)> = Vec::new();
        for (index, valid) in spans {
            let Some(feature) = features.get(index) else { continue };
            match self.drawing(index, feature) {
                Ok(None) => {}
                Ok(Some(drawing)) => parts.push((valid, Some(Arc::new(drawing)))),
                Err(refused) if *self.validity == Validity::Always => {
                    let message = format!("feature {index} {}", refused.message);
                    return Err(Refused { message, ..refused });
                }
                Err(refused) => {
                    let message = format!("{}; its validity {} is left out", refused.message, show(valid));
                    self.notices.push(Notice::about(Some(index), refused.at, message));
                    parts.push((valid, None));
                }
            }
        }
        let epochs = self.merge(parts)?;
        if epochs.is_empty() {
            let kind = if self.wanted == Wanted::Lines { "line" } else { "polygon" };
            return Err(Refused { at: None, message: format!("has no usable {kind} with a validity") });
        }
        let mut hasher = Hasher::new("truceline timeline 1");
        for epoch in &epochs {
            hasher.number(epoch.valid.start.0 as u64);
            hasher.number(epoch.valid.end.0 as u64);
            hasher.piece(&epoch.shape.digest().0);
        }
        Ok((Timeline { epochs }, hasher.finish()))
    }

    fn note(&mut self, feature: usize, message: String) {
        self.notices.push(Notice::about(Some(feature), None, message));
    }

    /// When each feature is valid, by feature number.
    fn spans(&mut self, features: &[Feature]) -> Vec<(usize, Interval)> {
        let indexed = features.iter().enumerate();
        match self.validity {
            Validity::Always => indexed.map(|(i, _)| (i, Interval::ALWAYS)).collect(),
            Validity::EachDay { property } => {
                indexed.filter_map(|(i, f)| Some((i, self.moment(i, f, property)?.1))).collect()
            }
            Validity::From { property } => {
                let starts: Vec<(usize, Instant)> =
                    indexed.filter_map(|(i, f)| Some((i, self.moment(i, f, property)?.0))).collect();
                let mut all: Vec<Instant> = starts.iter().map(|s| s.1).collect();
                all.sort_unstable();
                all.dedup();
                let end = |start: Instant| all.get(all.partition_point(|s| *s <= start)).copied();
                starts
                    .into_iter()
                    .map(|(i, start)| (i, Interval { start, end: end(start).unwrap_or(Instant::LAST) }))
                    .collect()
            }
            Validity::Between { from, until } => {
                indexed.filter_map(|(i, f)| Some((i, self.between(i, f, from, until)?))).collect()
            }
        }
    }

    fn between(&mut self, index: usize, feature: &Feature, from: &str, until: &str) -> Option<Interval> {
        let (start, _) = self.moment(index, feature, from)?;
        let open = match feature.properties.get(until) {
            None | Some(Value::Null) => true,
            Some(value) => value.as_str().is_some_and(|s| s.trim().is_empty()),
        };
        let end = if open { Instant::LAST } else { self.moment(index, feature, until)?.0 };
        if end <= start {
            self.note(index, format!("is valid until `{until}` before `{from}` and is left out"));
            return None;
        }
        Some(Interval { start, end })
    }

    /// The instant a property names and the civil day it lies in.
    fn moment(&mut self, index: usize, feature: &Feature, property: &str) -> Option<(Instant, Interval)> {
        let text = match feature.properties.get(property) {
            Some(Value::String(s)) => s.clone(),
            Some(Value::Number(n)) => n.to_string(),
            _ => {
                self.note(index, format!("has no property `{property}` and is left out"));
                return None;
            }
        };
        let read = read_moment(&text, self.zone);
        if read.is_none() {
            let shown: String = text.chars().take(40).collect();
            self.note(index, format!("property `{property}` is `{shown}`, not a date or instant; left out"));
        }
        read
    }

    /// The repaired geometry of one feature; `Ok(None)` if it has none of the wanted kind.
    fn drawing(&mut self, index: usize, feature: &Feature) -> Result<Option<Drawing>, Refused> {
        let mut out = Drawing::default();
        let raw = &feature.geometry;
        let mut repair = Repair { feature: index, notices: &mut self.notices };
        match self.wanted {
            Wanted::Lines => {
                for line in &raw.lines {
                    out.lines.extend(repair.line(line)?);
                }
            }
            Wanted::Polygons => {
                for rings in &raw.polygons {
                    out.polygons.extend(repair.polygon(rings)?);
                }
            }
        }
        if out.vertices() == 0 {
            let kind = if self.wanted == Wanted::Lines { "line" } else { "polygon" };
            self.note(index, format!("has no {kind} and is left out"));
            return Ok(None);
        }
        Ok(Some(out))
    }

    /// Epochs from parts: cut at every start and end, joined where nothing changes.
    fn merge(&mut self, parts: Vec<(Interval, Part)>) -> Result<Vec<Epoch<Drawing>>, Refused> {
        let mut together: BTreeMap<Interval, Vec<Part>> = BTreeMap::new();
        for (valid, part) in parts {
            together.entry(valid).or_default().push(part);
        }
        let groups: Vec<(Interval, Vec<Part>)> = together.into_iter().collect();
        let mut cuts: Vec<Instant> = groups.iter().flat_map(|(v, _)| [v.start, v.end]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut shared: HashMap<Digest, Arc<Drawing>> = HashMap::new();
        let mut epochs: Vec<Epoch<Drawing>> = Vec::new();
        let mut active: Vec<&(Interval, Vec<Part>)> = Vec::new();
        let mut coming = groups.iter().peekable();
        let mut vertices_total = 0usize;
        for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
            active.retain(|(valid, _)| valid.end > *start);
            while let Some(group) = coming.next_if(|(valid, _)| valid.start <= *start) {
                active.push(group);
            }
            let valid = Interval { start: *start, end: *end };
            if active.len() > 1 {
                let message = format!(
                    "{} validities overlap {}: all of them are valid then",
                    active.len(),
                    show(valid)
                );
                self.notices.push(Notice::about(None, None, message));
            }
            let members: Vec<&Part> = active.iter().flat_map(|(_, parts)| parts).collect();
            let Some(drawing) = joined(&members) else { continue };
            vertices_total = vertices_total.saturating_add(drawing.vertices());
            check_size(&drawing, vertices_total, valid)?;
            let shape = shared.entry(drawing.digest()).or_insert_with(|| Arc::new(drawing)).clone();
            epochs.push(Epoch { valid, shape });
        }
        Ok(epochs)
    }
}

/// Vertices of all epochs of one file, counting shared ones each time.
const VERTICES_TOTAL_MAX: usize = 100_000_000;

fn check_size(drawing: &Drawing, total: usize, valid: Interval) -> Result<(), Refused> {
    let length: f64 = drawing
        .all()
        .flat_map(|c| c.iter().zip(c.iter().skip(1)))
        .map(|(a, b)| (b[0] - a[0]).abs() + (b[1] - a[1]).abs())
        .sum();
    let limit = base::limits::VERTICES_MAX;
    let message = if drawing.vertices() > limit {
        format!("has more than {limit} vertices {}", show(valid))
    } else if total > VERTICES_TOTAL_MAX {
        format!("has more than {VERTICES_TOTAL_MAX} vertices over all times")
    } else if length > LENGTH_DEG_MAX {
        format!("has lines of more than {LENGTH_DEG_MAX} degrees {}", show(valid))
    } else {
        return Ok(());
    };
    Err(Refused { at: None, message: format!("{message}: simplify it") })
}

/// All parts as one drawing; `None` if there is none, or one could not be used.
fn joined(parts: &[&Part]) -> Option<Drawing> {
    let mut out = Drawing::default();
    for part in parts {
        let drawing = part.as_ref()?;
        out.lines.extend(drawing.lines.iter().cloned());
        out.polygons.extend(drawing.polygons.iter().cloned());
    }
    (out.vertices() > 0).then_some(out)
}

/// An instant, or the first moment of a civil day; and the civil day around it.
fn read_moment(text: &str, zone: &CivilZone) -> Option<(Instant, Interval)> {
    if let Some((year, month, day)) = parse_date(text) {
        let day = zone.day(year, month, day)?;
        return Some((day.start, day));
    }
    let at = Instant::parse(text)?;
    let (year, month, day) = zone.date_of(at);
    Some((at, zone.day(year, month, day)?))
}

fn show(valid: Interval) -> String {
    match (valid.start == Instant::FIRST, valid.end == Instant::LAST) {
        (true, true) => "at all times".to_owned(),
        (true, false) => format!("until {}", valid.end),
        (false, true) => format!("from {}", valid.start),
        (false, false) => format!("from {} until {}", valid.start, valid.end),
    }
}
