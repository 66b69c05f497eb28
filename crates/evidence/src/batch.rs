//! Observations in columns. A batch is what a journal entry carries and what every later stage reads; one row is one
//! observation. Words (kinds, classes, actors, units, sources) are kept once in the batch's dictionary.

use crate::draft::{Assessment, Draft, Means, TimePrecision};
use atlas::answer::{NO_SHAPE, Shape};
use base::{Count, Digest, Instant, Interval, ObservationId, Place};
use hashbrown::HashMap;

/// A time that the source did not state, in [`Batch::observed_ms`] and [`Batch::reported_ms`].
pub const NOT_STATED_MS: i64 = i64::MIN;
/// A count that the source did not state, in [`Batch::count_min`] and [`Batch::count_max`].
pub const NO_COUNT: u32 = u32::MAX;
/// The word at index 0 of every dictionary: empty, "undetermined".
pub const NO_WORD: u16 = 0;

/// The witness said "about".
pub const FLAG_APPROXIMATE: u8 = 1;
/// Recorded as an exercise, demining or the like.
pub const FLAG_EXERCISE: u8 = 2;
/// A claim, not a perception.
pub const FLAG_ALLEGATION: u8 = 4;

/// A column of texts in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    /// A column with room for so many texts and bytes.
    #[must_use]
    pub fn with_capacity(rows: usize, bytes: usize) -> Texts {
        Texts { bytes: String::with_capacity(bytes), ends: Vec::with_capacity(rows) }
    }

    /// Appends one text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// The text of `row`; empty if there is none.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        let end = self.ends.get(row).map_or(0, |e| *e as usize);
        let start = row.checked_sub(1).and_then(|r| self.ends.get(r)).map_or(0, |e| *e as usize);
        self.bytes.get(start..end).unwrap_or("")
    }

    /// How many texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Observations in columns; all columns have the same length, except the dictionary and the shapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Dictionary; index 0 is the empty word.
    pub words: Vec<String>,
    /// Sectors and polygons that `shape` points to.
    pub shapes: Vec<Shape>,
    /// Ids.
    pub id: Vec<ObservationId>,
    /// Digest (64 bits) of everything the record states; two versions of one observation differ here.
    pub content: Vec<u64>,
    /// Source, a word.
    pub source: Vec<u16>,
    /// Kind of fact, a word.
    pub kind: Vec<u16>,
    /// Start of the event, milliseconds since 1970.
    pub start_ms: Vec<i64>,
    /// End of the event (exclusive; equal to the start for an instant).
    pub end_ms: Vec<i64>,
    /// [`TimePrecision`] codes.
    pub precision: Vec<u8>,
    /// When perceived, or [`NOT_STATED_MS`].
    pub observed_ms: Vec<i64>,
    /// When reported, or [`NOT_STATED_MS`].
    pub reported_ms: Vec<i64>,
    /// Longitude, degrees; NaN: place undetermined. For a sector the middle of its band, for a polygon the mean of
    /// its outer ring: good for drawing, never for judging.
    pub lon_deg: Vec<f64>,
    /// Latitude, degrees.
    pub lat_deg: Vec<f64>,
    /// Radius of the circle that holds the position, metres; NaN: not stated.
    pub radius_m: Vec<f32>,
    /// Index into `shapes`, or [`NO_SHAPE`].
    pub shape: Vec<u32>,
    /// [`Means`] codes.
    pub means: Vec<u8>,
    /// [`Assessment`] codes.
    pub assessment: Vec<u8>,
    /// Least count, or [`NO_COUNT`].
    pub count_min: Vec<u32>,
    /// Most, or [`NO_COUNT`].
    pub count_max: Vec<u32>,
    /// Unit of count, a word.
    pub unit: Vec<u16>,
    /// Weapon class, a word.
    pub weapon: Vec<u16>,
    /// Calibre, millimetres; NaN: not stated.
    pub calibre_mm: Vec<f32>,
    /// Actor, a word.
    pub actor: Vec<u16>,
    /// Flags.
    pub flags: Vec<u8>,
    /// Narratives.
    pub note: Texts,
    /// Addresses of reports, newline-separated.
    pub links: Texts,
}

impl Batch {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The word of that index; empty if there is none.
    #[must_use]
    pub fn word(&self, index: u16) -> &str {
        self.words.get(usize::from(index)).map_or("", String::as_str)
    }

    /// The word that `column` holds in `row`.
    #[must_use]
    pub fn word_at(&self, column: &[u16], row: usize) -> &str {
        column.get(row).map_or("", |w| self.word(*w))
    }

    /// The event's interval in `row`.
    #[must_use]
    pub fn event(&self, row: usize) -> Interval {
        let start = self.start_ms.get(row).copied().unwrap_or_default();
        let end = self.end_ms.get(row).copied().unwrap_or(start);
        Interval { start: Instant(start), end: Instant(end) }
    }

    /// The count in `row`, if stated.
    #[must_use]
    pub fn count(&self, row: usize) -> Option<Count> {
        let min = *self.count_min.get(row)?;
        let max = *self.count_max.get(row)?;
        let approximate = self.flag(row, FLAG_APPROXIMATE);
        (min != NO_COUNT).then_some(Count { min, max, approximate })
    }

    /// Whether `row` has that flag.
    #[must_use]
    pub fn flag(&self, row: usize, flag: u8) -> bool {
        self.flags.get(row).is_some_and(|f| f & flag != 0)
    }

    /// The means in `row`.
    #[must_use]
    pub fn means_at(&self, row: usize) -> Means {
        self.means.get(row).and_then(|c| Means::from_code(*c)).unwrap_or_default()
    }

    /// The assessment in `row`.
    #[must_use]
    pub fn assessment_at(&self, row: usize) -> Assessment {
        self.assessment.get(row).and_then(|c| Assessment::from_code(*c)).unwrap_or_default()
    }

    /// The time precision in `row`.
    #[must_use]
    pub fn precision_at(&self, row: usize) -> TimePrecision {
        self.precision.get(row).and_then(|c| TimePrecision::from_code(*c)).unwrap_or_default()
    }

    /// Copies `row` of `other`, its words and shape included.
    pub fn push_row(&mut self, other: &Batch, row: usize, words: &mut WordIndex) {
        let mut word = |batch: &mut Batch, column: &[u16]| {
            let w = words.of(batch, other.word_at(column, row));
            w.unwrap_or(NO_WORD)
        };
        let source = word(self, &other.source);
        let kind = word(self, &other.kind);
        let unit = word(self, &other.unit);
        let weapon = word(self, &other.weapon);
        let actor = word(self, &other.actor);
        let shape = other.shape.get(row).and_then(|s| other.shapes.get(*s as usize));
        let shape = shape.map_or(NO_SHAPE, |s| {
            self.shapes.push(s.clone());
            (self.shapes.len() - 1) as u32
        });
        macro_rules! copy {
            ($($column:ident),*) => {$(
                if let Some(value) = other.$column.get(row) {
                    self.$column.push(*value);
                }
            )*};
        }
        copy!(id, content, start_ms, end_ms, precision, observed_ms, reported_ms, lon_deg, lat_deg, radius_m);
        copy!(means, assessment, count_min, count_max, calibre_mm, flags);
        self.source.push(source);
        self.kind.push(kind);
        self.unit.push(unit);
        self.weapon.push(weapon);
        self.actor.push(actor);
        self.shape.push(shape);
        self.note.push(other.note.get(row));
        self.links.push(other.links.get(row));
    }

    /// Whether every column has the same length and every index points into its table: asserted where batches
    /// cross a joint.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let n = self.len();
        let words = self.words.len();
        let lengths = [
            self.content.len(),
            self.source.len(),
            self.kind.len(),
            self.start_ms.len(),
            self.end_ms.len(),
            self.precision.len(),
            self.observed_ms.len(),
            self.reported_ms.len(),
            self.lon_deg.len(),
            self.lat_deg.len(),
            self.radius_m.len(),
            self.shape.len(),
            self.means.len(),
            self.assessment.len(),
            self.count_min.len(),
            self.count_max.len(),
            self.unit.len(),
            self.weapon.len(),
            self.calibre_mm.len(),
            self.actor.len(),
            self.flags.len(),
            self.note.len(),
            self.links.len(),
        ];
        let word_columns = [&self.source, &self.kind, &self.unit, &self.weapon, &self.actor];
        lengths.iter().all(|l| *l == n)
            && (n == 0 || self.words.first().is_some_and(String::is_empty))
            && word_columns.iter().all(|c| c.iter().all(|w| usize::from(*w) < words))
            && self.shape.iter().all(|s| *s == NO_SHAPE || (*s as usize) < self.shapes.len())
            && self.start_ms.iter().zip(&self.end_ms).all(|(s, e)| s <= e)
    }
}

/// Finds words in a growing batch's dictionary.
#[derive(Clone, Debug, Default)]
pub struct WordIndex(HashMap<String, u16>);

/// The dictionary of a batch is full ([`base::limits::WORDS_MAX`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {} distinct words in one batch", base::limits::WORDS_MAX)]
pub struct TooManyWords;

impl WordIndex {
    /// The index over the dictionary that `batch` already has.
    #[must_use]
    pub fn over(batch: &Batch) -> WordIndex {
        WordIndex(batch.words.iter().enumerate().map(|(i, w)| (w.clone(), i as u16)).collect())
    }

    /// The index of `word` in the dictionary of `batch`, added if new.
    pub fn of(&mut self, batch: &mut Batch, word: &str) -> Result<u16, TooManyWords> {
        if batch.words.is_empty() {
            batch.words.push(String::new());
            self.0.insert(String::new(), NO_WORD);
        }
        if word.is_empty() {
            return Ok(NO_WORD);
        }
        if let Some(index) = self.0.get(word) {
            return Ok(*index);
        }
        if batch.words.len() >= base::limits::WORDS_MAX {
            return Err(TooManyWords);
        }
        let index = batch.words.len() as u16;
        batch.words.push(word.to_owned());
        self.0.insert(word.to_owned(), index);
        Ok(index)
    }
}

/// Builds a batch of one source from drafts.
#[derive(Clone, Debug)]
pub struct Builder {
    source: String,
    batch: Batch,
    words: WordIndex,
    fed: Fed,
}

impl Builder {
    /// A builder for `source`.
    #[must_use]
    pub fn new(source: &str) -> Builder {
        Builder {
            source: source.to_owned(),
            batch: Batch::default(),
            words: WordIndex::default(),
            fed: Fed::default(),
        }
    }

    /// The source whose observations it takes.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Rows so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.batch.is_empty()
    }

    /// The batch so far; the builder starts anew.
    pub fn take(&mut self) -> Batch {
        self.words = WordIndex::default();
        std::mem::take(&mut self.batch)
    }

    /// Appends one observation.
    pub fn push(&mut self, draft: &Draft<'_>) -> Result<(), TooManyWords> {
        let (lon_deg, lat_deg, radius_m, shape) = placed(&draft.place);
        let b = &mut self.batch;
        let source = self.words.of(b, &self.source)?;
        let kind = self.words.of(b, draft.kind)?;
        let unit = self.words.of(b, draft.unit)?;
        let weapon = self.words.of(b, draft.weapon)?;
        let actor = self.words.of(b, draft.actor)?;
        b.source.push(source);
        b.kind.push(kind);
        b.unit.push(unit);
        b.weapon.push(weapon);
        b.actor.push(actor);
        b.id.push(ObservationId::of(&self.source, draft.native_key));
        b.content.push(content_of(draft, &mut self.fed));
        b.start_ms.push(draft.event.start.0);
        b.end_ms.push(draft.event.end.0.max(draft.event.start.0));
        b.precision.push(draft.precision as u8);
        b.observed_ms.push(draft.observed_ms.unwrap_or(NOT_STATED_MS));
        b.reported_ms.push(draft.reported_ms.unwrap_or(NOT_STATED_MS));
        b.lon_deg.push(lon_deg);
        b.lat_deg.push(lat_deg);
        b.radius_m.push(radius_m);
        b.shape.push(match shape {
            None => NO_SHAPE,
            Some(s) => {
                b.shapes.push(s);
                (b.shapes.len() - 1) as u32
            }
        });
        b.means.push(draft.means as u8);
        b.assessment.push(draft.assessment as u8);
        b.count_min.push(draft.count.map_or(NO_COUNT, |c| c.min.min(NO_COUNT - 1)));
        b.count_max.push(draft.count.map_or(NO_COUNT, |c| c.max.min(NO_COUNT - 1)));
        b.calibre_mm.push(draft.calibre_mm.unwrap_or(f32::NAN));
        b.flags.push(flags_of(draft));
        b.note.push(cut(draft.note));
        b.links.push(cut(draft.links));
        Ok(())
    }
}

fn flags_of(draft: &Draft<'_>) -> u8 {
    let approximate = draft.count.is_some_and(|c| c.approximate);
    u8::from(approximate) * FLAG_APPROXIMATE
        + u8::from(draft.exercise) * FLAG_EXERCISE
        + u8::from(draft.allegation) * FLAG_ALLEGATION
}

/// A text cut at the limit, at a character's edge; the original record is kept whole elsewhere.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(base::limits::NOTE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// Position columns of a place. A sector is drawn at the middle of its band, on the sphere: for the map only.
fn placed(place: &Place) -> (f64, f64, f32, Option<Shape>) {
    match place {
        Place::Undetermined => (f64::NAN, f64::NAN, f32::NAN, None),
        Place::Point { at, radius_m } => {
            (at.lon_deg(), at.lat_deg(), radius_m.map_or(f32::NAN, |r| r as f32), None)
        }
        Place::Sector(s) => {
            let metres = f64::midpoint(s.range_min_m, s.range_max_m);
            let (sin, cos) = s.bearing_deg.to_radians().sin_cos();
            let lat = s.observer.lat_deg() + metres * cos / 111_200.0;
            let scale = 111_200.0 * s.observer.lat_deg().to_radians().cos().max(0.01);
            let lon = s.observer.lon_deg() + metres * sin / scale;
            let lon = if lon > 180.0 {
                lon - 360.0
            } else if lon < -180.0 {
                lon + 360.0
            } else {
                lon
            };
            (lon, lat.clamp(-90.0, 90.0), f32::NAN, Some(Shape::Sector(*s)))
        }
        Place::Polygon(rings) => {
            let rings: Vec<Vec<[f64; 2]>> =
                rings.iter().map(|r| r.iter().map(|p| [p.lon_deg(), p.lat_deg()]).collect()).collect();
            let (mut lon, mut lat, mut n) = (0.0, 0.0, 0.0);
            for p in rings.first().into_iter().flatten() {
                let [x, y] = *p;
                lon += x;
                lat += y;
                n += 1.0;
            }
            (lon / n, lat / n, f32::NAN, Some(Shape::Polygon(rings)))
        }
    }
}

/// What a [`base::id::Hasher`] would be fed, gathered first: one call of SHA-256 a row and not forty.
#[derive(Clone, Debug, Default)]
struct Fed(Vec<u8>);

impl Fed {
    fn piece(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, n: u64) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }
}

/// The digest of everything the draft states, for telling versions of one record apart.
fn content_of(d: &Draft<'_>, h: &mut Fed) -> u64 {
    h.0.clear();
    h.piece(b"truceline content 1");
    h.piece(d.kind.as_bytes());
    h.number(d.event.start.0 as u64);
    h.number(d.event.end.0 as u64);
    h.number(d.precision as u64 | (d.means as u64) << 8 | (d.assessment as u64) << 16);
    h.number(u64::from(flags_of(d)));
    h.number(d.observed_ms.unwrap_or(NOT_STATED_MS) as u64);
    h.number(d.reported_ms.unwrap_or(NOT_STATED_MS) as u64);
    h.number(d.count.map_or(u64::MAX, |c| u64::from(c.min) << 32 | u64::from(c.max)));
    h.number(u64::from(d.calibre_mm.map_or(u32::MAX, f32::to_bits)));
    for text in [d.unit, d.weapon, d.actor, d.note, d.links] {
        h.piece(text.as_bytes());
    }
    hash_place(h, &d.place);
    let [a, b, c, d, e, f, g, i, ..] = Digest::of(&h.0).0;
    u64::from_be_bytes([a, b, c, d, e, f, g, i])
}

fn hash_place(h: &mut Fed, place: &Place) {
    match place {
        Place::Undetermined => h.number(0),
        Place::Point { at, radius_m } => {
            h.number(1);
            h.number(at.lon_deg().to_bits());
            h.number(at.lat_deg().to_bits());
            h.number(radius_m.map_or(u64::MAX, f64::to_bits));
        }
        Place::Sector(s) => {
            h.number(2);
            let parts = [s.observer.lon_deg(), s.observer.lat_deg(), s.observer_radius_m, s.bearing_deg];
            parts
                .iter()
                .chain(&[s.half_width_deg, s.range_min_m, s.range_max_m])
                .for_each(|x| h.number(x.to_bits()));
        }
        Place::Polygon(rings) => {
            h.number(3);
            for ring in rings {
                h.number(ring.len() as u64);
                ring.iter().for_each(|p| {
                    h.number(p.lon_deg().to_bits());
                    h.number(p.lat_deg().to_bits());
                });
            }
        }
    }
}
