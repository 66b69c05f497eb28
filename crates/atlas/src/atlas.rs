//! A plan with its geometry, compiled.

use crate::answer::EpochInfo;
use crate::geometry::{Notice, Position};
use crate::index::{LineIndex, ZoneIndex};
use crate::plan::{GeometryRef, GeometryVersion, LineIx, Plan, Validity, ZoneIx, ZonePlan, ZoneShape};
use crate::source::Feature;
use crate::timeline::{Builder, Drawing, Epoch, Timeline, Wanted};
use base::id::Hasher;
use base::{CivilZone, Digest};
use hashbrown::HashMap;
use std::sync::{Arc, OnceLock};

/// All lines and zones of one text version, ready to answer. Shared between threads; indexes are built the first time
/// an epoch is asked about and then kept.
pub struct Atlas {
    pub(crate) plan: Plan,
    pub(crate) lines: Vec<Compilation<LineShape>>,
    /// `None` for derived zones.
    pub(crate) zones: Vec<Option<Compilation<ZoneShapes>>>,
    zone_versions: Vec<GeometryVersion>,
}

/// One line or drawn zone over time.
pub(crate) struct Compilation<T> {
    pub(crate) timeline: Timeline<T>,
    version: GeometryVersion,
}

/// The line of one epoch.
pub(crate) struct LineShape {
    pub(crate) drawing: Arc<Drawing>,
    index: OnceLock<LineIndex>,
}

/// The zone of one epoch.
pub(crate) struct ZoneShapes {
    pub(crate) drawing: Arc<Drawing>,
    index: OnceLock<ZoneIndex>,
}

impl LineShape {
    pub(crate) fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::build(&self.drawing.lines))
    }
}

impl ZoneShapes {
    pub(crate) fn index(&self) -> &ZoneIndex {
        self.index.get_or_init(|| ZoneIndex::build(vec![self.drawing.polygons.clone()]))
    }
}

/// A compiled plan and what was said on the way.
pub struct Compiled {
    /// Ready to answer.
    pub atlas: Atlas,
    /// What was repaired or left out in the files.
    pub notices: Vec<Notice>,
}

/// Why a plan cannot be compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AtlasError {
    /// A file could not be had or read.
    #[error("geometry `{path}` of `{name}` cannot be read: {reason}")]
    NotLoaded {
        /// The line or zone.
        name: String,
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file was read, and its geometry cannot be used.
    #[error("geometry `{path}` of `{name}`: {reason}{}", place(*at))]
    Refused {
        /// The line or zone.
        name: String,
        /// The file.
        path: String,
        /// Why.
        reason: String,
        /// Where, longitude and latitude in degrees.
        at: Option<Position>,
    },
    /// A number of the plan that cannot be: a tolerance or distance below 0 or not finite.
    #[error("`{name}`: {reason}")]
    BadPlan {
        /// The line or zone.
        name: String,
        /// Why.
        reason: String,
    },
}

fn place(at: Option<Position>) -> String {
    at.map_or_else(String::new, |[lon, lat]| format!(" (at {lon:.6}, {lat:.6})"))
}

type Load<'a> = &'a mut dyn FnMut(&GeometryRef) -> Result<(Vec<Feature>, Vec<Notice>), String>;

impl Atlas {
    /// Compiles `plan`. Civil days of dated features are days of `zone`. `load` reads one file; it is called once for
    /// each file and layer. All errors are found, not only the first.
    pub fn compile(plan: &Plan, zone: &CivilZone, load: Load<'_>) -> Result<Compiled, Vec<AtlasError>> {
        let mut work =
            Compiler { zone, load, files: HashMap::new(), drawn: HashMap::new(), notices: Vec::new() };
        let mut errors = check_plan(plan);
        let mut lines = Vec::new();
        for line in &plan.lines {
            match work.drawn(&line.name, &line.geometry, Wanted::Lines) {
                Ok((timeline, digest)) => lines.push(Compilation {
                    version: version("line", digest, line.tolerance_m),
                    timeline: share(&timeline, |drawing| LineShape { drawing, index: OnceLock::new() }),
                }),
                Err(e) => errors.push(e),
            }
        }
        let mut zones = Vec::new();
        for zone in &plan.zones {
            let ZoneShape::Drawn(geometry) = &zone.shape else {
                zones.push(None);
                continue;
            };
            match work.drawn(&zone.name, geometry, Wanted::Polygons) {
                Ok((timeline, digest)) => zones.push(Some(Compilation {
                    version: version("zone", digest, zone.tolerance_m),
                    timeline: share(&timeline, |drawing| ZoneShapes { drawing, index: OnceLock::new() }),
                })),
                Err(e) => errors.push(e),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let zone_versions = zone_versions(plan, &lines, &zones);
        let atlas = Atlas { plan: plan.clone(), lines, zones, zone_versions };
        Ok(Compiled { atlas, notices: work.notices })
    }

    /// The plan it was compiled from.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The version of a zone; of a derived zone: of what it is derived from, and how.
    #[must_use]
    pub fn zone_version(&self, zone: ZoneIx) -> GeometryVersion {
        self.zone_versions.get(usize::from(zone.0)).copied().unwrap_or(NO_VERSION)
    }

    /// The version of a line.
    #[must_use]
    pub fn line_version(&self, line: LineIx) -> GeometryVersion {
        self.lines.get(usize::from(line.0)).map_or(NO_VERSION, |l| l.version)
    }

    /// When a line is valid.
    #[must_use]
    pub fn line_epochs(&self, line: LineIx) -> Vec<EpochInfo> {
        let Some(line) = self.lines.get(usize::from(line.0)) else { return Vec::new() };
        infos(line.timeline.epochs(), |s| s.drawing.vertices())
    }

    /// When a zone is valid. A derived zone is valid when everything is that it is derived from; its vertices are
    /// theirs together.
    #[must_use]
    pub fn zone_epochs(&self, zone: ZoneIx) -> Vec<EpochInfo> {
        let i = usize::from(zone.0);
        if let Some(Some(drawn)) = self.zones.get(i) {
            return infos(drawn.timeline.epochs(), |s| s.drawing.vertices());
        }
        match self.plan.zones.get(i).map(|z| &z.shape) {
            Some(ZoneShape::Band { line, .. } | ZoneShape::SideOf { line, .. }) => self.line_epochs(*line),
            Some(ZoneShape::Both(a, b) | ZoneShape::Either(a, b) | ZoneShape::Except(a, b))
                if a.0 < zone.0 && b.0 < zone.0 =>
            {
                common(&self.zone_epochs(*a), &self.zone_epochs(*b))
            }
            _ => Vec::new(),
        }
    }

    /// West, south, east and north of everything drawn at any time, degrees; east may be beyond 180. `None`:
    /// nothing is drawn.
    #[must_use]
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let lines = self.lines.iter().flat_map(|l| l.timeline.epochs()).map(|e| &e.shape.drawing);
        let zones = self.zones.iter().flatten().flat_map(|z| z.timeline.epochs()).map(|e| &e.shape.drawing);
        let mut bounds: Option<[f64; 4]> = None;
        for drawing in lines.chain(zones) {
            for [lon, lat] in drawing.all().flatten() {
                let [w, s, e, n] = bounds.unwrap_or([*lon, *lat, *lon, *lat]);
                bounds = Some([w.min(*lon), s.min(*lat), e.max(*lon), n.max(*lat)]);
            }
        }
        bounds
    }
}

/// The version of what is not in the plan.
const NO_VERSION: GeometryVersion = GeometryVersion(Digest([0; 32]));

struct Compiler<'a> {
    zone: &'a CivilZone,
    load: Load<'a>,
    /// Features by file and layer.
    files: HashMap<(String, Option<String>), Result<Read, String>>,
    /// What came of it, by reference: one file may serve several names.
    drawn: HashMap<(GeometryRef, bool), Result<Drawn, AtlasError>>,
    notices: Vec<Notice>,
}

type Drawn = (Arc<Timeline<Drawing>>, Digest);
type Read = Arc<Vec<Feature>>;

impl Compiler<'_> {
    fn drawn(&mut self, name: &str, geometry: &GeometryRef, wanted: Wanted) -> Result<Drawn, AtlasError> {
        let key = (geometry.clone(), wanted == Wanted::Lines);
        if let Some(known) = self.drawn.get(&key) {
            return known.clone();
        }
        let result = self.draw(name, geometry, wanted);
        self.drawn.insert(key, result.clone());
        result
    }

    fn draw(&mut self, name: &str, geometry: &GeometryRef, wanted: Wanted) -> Result<Drawn, AtlasError> {
        let features = self.features(geometry).map_err(|reason| AtlasError::NotLoaded {
            name: name.to_owned(),
            path: geometry.path.clone(),
            reason,
        })?;
        let mut builder =
            Builder { validity: &geometry.validity, zone: self.zone, wanted, notices: Vec::new() };
        let built = builder.build(&features);
        self.notices.extend(builder.notices.into_iter().map(|n| Notice { file: geometry.path.clone(), ..n }));
        let (timeline, digest) = built.map_err(|refused| AtlasError::Refused {
            name: name.to_owned(),
            path: geometry.path.clone(),
            reason: refused.message,
            at: refused.at,
        })?;
        Ok((Arc::new(timeline), digest))
    }

    fn features(&mut self, geometry: &GeometryRef) -> Result<Arc<Vec<Feature>>, String> {
        let key = (geometry.path.clone(), geometry.layer.clone());
        if let Some(known) = self.files.get(&key) {
            return known.clone();
        }
        let result = (self.load)(geometry).map(|(features, notices)| {
            let named = notices.into_iter().map(|n| Notice { file: geometry.path.clone(), ..n });
            self.notices.extend(named);
            Arc::new(features)
        });
        self.files.insert(key, result.clone());
        result
    }
}

/// The same epochs with shapes made once for each drawing.
fn share<T>(timeline: &Timeline<Drawing>, make: impl Fn(Arc<Drawing>) -> T) -> Timeline<T> {
    let mut made: HashMap<*const Drawing, Arc<T>> = HashMap::new();
    let epochs = timeline.epochs().iter().map(|epoch| {
        let shape =
            made.entry(Arc::as_ptr(&epoch.shape)).or_insert_with(|| Arc::new(make(Arc::clone(&epoch.shape))));
        Epoch { valid: epoch.valid, shape: Arc::clone(shape) }
    });
    Timeline::of(epochs.collect())
}

fn infos<T>(epochs: &[Epoch<T>], vertices: impl Fn(&T) -> usize) -> Vec<EpochInfo> {
    epochs.iter().map(|e| EpochInfo { valid: e.valid, vertices: vertices(&e.shape) }).collect()
}

/// The stretches in which both are valid.
fn common(a: &[EpochInfo], b: &[EpochInfo]) -> Vec<EpochInfo> {
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let (start, end) = (x.valid.start.max(y.valid.start), x.valid.end.min(y.valid.end));
        if start < end {
            let valid = base::Interval { start, end };
            out.push(EpochInfo { valid, vertices: x.vertices + y.vertices });
        }
        if x.valid.end <= y.valid.end { i += 1 } else { j += 1 }
    }
    out
}

fn version(kind: &str, digest: Digest, tolerance_m: f64) -> GeometryVersion {
    let mut h = Hasher::new("truceline geometry version 1");
    h.piece(kind.as_bytes());
    h.piece(&digest.0);
    h.number(tolerance_m.to_bits());
    GeometryVersion(h.finish())
}

fn zone_versions(
    plan: &Plan,
    lines: &[Compilation<LineShape>],
    zones: &[Option<Compilation<ZoneShapes>>],
) -> Vec<GeometryVersion> {
    let mut out: Vec<GeometryVersion> = Vec::with_capacity(plan.zones.len());
    for (zone, compiled) in plan.zones.iter().zip(zones) {
        let version = match compiled {
            Some(drawn) => drawn.version,
            None => derived_version(zone, lines, &out),
        };
        out.push(version);
    }
    out
}

fn derived_version(
    zone: &ZonePlan,
    lines: &[Compilation<LineShape>],
    before: &[GeometryVersion],
) -> GeometryVersion {
    let mut h = Hasher::new("truceline derived zone 1");
    h.number(zone.tolerance_m.to_bits());
    let of_line = |h: &mut Hasher, line: LineIx| {
        h.piece(&lines.get(usize::from(line.0)).map_or(NO_VERSION, |l| l.version).0.0);
    };
    let of_zones = |h: &mut Hasher, kind: &str, pair: [ZoneIx; 2]| {
        h.piece(kind.as_bytes());
        for zone in pair {
            h.piece(&before.get(usize::from(zone.0)).copied().unwrap_or(NO_VERSION).0.0);
        }
    };
    match &zone.shape {
        ZoneShape::Drawn(_) => h.piece(b"drawn"),
        ZoneShape::Band { line, from_m, to_m, side } => {
            h.piece(format!("band {side:?}").as_bytes());
            h.number(from_m.to_bits());
            h.number(to_m.to_bits());
            of_line(&mut h, *line);
        }
        ZoneShape::SideOf { line, side } => {
            h.piece(format!("side {side:?}").as_bytes());
            of_line(&mut h, *line);
        }
        ZoneShape::Both(a, b) => of_zones(&mut h, "both", [*a, *b]),
        ZoneShape::Either(a, b) => of_zones(&mut h, "either", [*a, *b]),
        ZoneShape::Except(a, b) => of_zones(&mut h, "except", [*a, *b]),
    }
    GeometryVersion(h.finish())
}

/// Numbers and references of the plan that cannot be.
fn check_plan(plan: &Plan) -> Vec<AtlasError> {
    let bad =
        |name: &str, reason: &str| AtlasError::BadPlan { name: name.to_owned(), reason: reason.to_owned() };
    let length = |m: f64| m.is_finite() && m >= 0.0;
    let mut errors = Vec::new();
    for line in &plan.lines {
        if !length(line.tolerance_m) {
            errors.push(bad(&line.name, "the tolerance is not a length"));
        }
        errors.extend(check_validity(&line.name, &line.geometry.validity));
    }
    for (i, zone) in plan.zones.iter().enumerate() {
        if !length(zone.tolerance_m) {
            errors.push(bad(&zone.name, "the tolerance is not a length"));
        }
        let no_line = |l: LineIx| usize::from(l.0) >= plan.lines.len();
        match &zone.shape {
            ZoneShape::Drawn(geometry) => errors.extend(check_validity(&zone.name, &geometry.validity)),
            ZoneShape::Band { from_m, to_m, .. } if !length(*from_m) || !length(*to_m) || from_m >= to_m => {
                errors.push(bad(&zone.name, "a band needs an inner distance below its outer distance"));
            }
            ZoneShape::Band { line, .. } | ZoneShape::SideOf { line, .. } if no_line(*line) => {
                errors.push(bad(&zone.name, "refers to a line that is not declared"));
            }
            ZoneShape::Both(a, b) | ZoneShape::Either(a, b) | ZoneShape::Except(a, b)
                if usize::from(a.0.max(b.0)) >= i =>
            {
                errors.push(bad(&zone.name, "refers to a zone that is not declared before it"));
            }
            _ => {}
        }
    }
    errors
}

fn check_validity(name: &str, validity: &Validity) -> Option<AtlasError> {
    let empty = match validity {
        Validity::Always => false,
        Validity::EachDay { property } | Validity::From { property } => property.is_empty(),
        Validity::Between { from, until } => from.is_empty() || until.is_empty(),
    };
    let reason = "names no property that says when its features are valid".to_owned();
    empty.then(|| AtlasError::BadPlan { name: name.to_owned(), reason })
}
