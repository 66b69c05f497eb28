//! Settling: whatever order observations arrive in, and however they are cut into batches, the same set remains, byte
//! for byte. An observation that arrives twice is one; of two versions the later reported stands.

use crate::batch::{Batch, NO_WORD, Texts};
use atlas::answer::{NO_SHAPE, Shape};
use base::id::{Digest, Hasher};
use base::limits::WORDS_MAX;
use base::{LonLat, ObservationId};
use hashbrown::{HashMap, HashSet, HashTable};

/// Most bytes of narratives, and of addresses, that a settled batch holds; what goes beyond is counted in
/// [`Settled::texts_dropped`].
pub const TEXT_BYTES_MAX: usize = u32::MAX as usize;
/// Rows overtaken by a later version at which the columns are cleaned up, at least.
const DEAD_ROWS_MIN: usize = 65_536;

/// What one batch added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Observations not seen before.
    pub new: u64,
    /// Versions seen before, word for word.
    pub duplicate: u64,
    /// New versions of observations seen before; the later reported stands.
    pub revised: u64,
}

/// What remains.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The observations, by start and then by id; the dictionary is sorted, shapes stand in the order of their rows.
    pub observations: Batch,
    /// Distinct versions that a later one replaced.
    pub superseded: u64,
    /// Words beyond [`base::limits::WORDS_MAX`], left empty ("undetermined"); actors go first, then weapons. 0 on
    /// any archive of sane vocabulary.
    pub words_dropped: u64,
    /// Narratives or addresses beyond [`TEXT_BYTES_MAX`], left empty.
    pub texts_dropped: u64,
}

macro_rules! columns {
    ($($plain:ident: $type:ty),*) => {
        /// Surviving versions in columns, in order of arrival; words and shapes have the ledger's own indexes.
        #[derive(Default)]
        struct Store {
            $($plain: Vec<$type>,)*
            words: [Vec<u32>; 5],
            shape: Vec<u32>,
            note_end: Vec<u64>,
            link_end: Vec<u64>,
            note: String,
            link: String,
            shapes: Vec<Shape>,
        }

        impl Store {
            /// Appends a row of a batch. `words`: the ledger's index of each word of the batch.
            fn push(&mut self, batch: &Batch, row: usize, words: &[u32]) {
                $(if let Some(value) = batch.$plain.get(row) { self.$plain.push(*value); })*
                for (to, from) in self.words.iter_mut().zip(word_columns(batch)) {
                    let word = from.get(row).and_then(|w| words.get(usize::from(*w)));
                    to.push(word.copied().unwrap_or(0));
                }
                let shape = batch.shape.get(row).and_then(|s| batch.shapes.get(*s as usize));
                self.shape.push(shape.map_or(NO_SHAPE, |s| {
                    self.shapes.push(s.clone());
                    (self.shapes.len() - 1) as u32
                }));
                self.note.push_str(batch.note.get(row));
                self.link.push_str(batch.links.get(row));
                self.note_end.push(self.note.len() as u64);
                self.link_end.push(self.link.len() as u64);
            }

            /// Keeps the rows of `order`, in that order.
            fn gather(&mut self, order: &[u32]) {
                $(self.$plain = picked(&self.$plain, order);)*
                for column in &mut self.words {
                    *column = picked(column, order);
                }
                (self.note, self.note_end) = picked_texts(&self.note, &self.note_end, order);
                (self.link, self.link_end) = picked_texts(&self.link, &self.link_end, order);
                let old = std::mem::take(&mut self.shapes);
                let mut old: Vec<Option<Shape>> = old.into_iter().map(Some).collect();
                let mut shape = picked(&self.shape, order);
                for index in &mut shape {
                    if let Some(s) = old.get_mut(*index as usize).and_then(Option::take) {
                        self.shapes.push(s);
                        *index = (self.shapes.len() - 1) as u32;
                    }
                }
                self.shape = shape;
            }

            /// Moves the plain columns into a batch.
            fn give(&mut self, batch: &mut Batch) {
                $(batch.$plain = std::mem::take(&mut self.$plain);)*
                batch.shape = std::mem::take(&mut self.shape);
                batch.shapes = std::mem::take(&mut self.shapes);
            }
        }
    };
}

columns!(
    id: ObservationId,
    content: u64,
    start_ms: i64,
    end_ms: i64,
    precision: u8,
    observed_ms: i64,
    reported_ms: i64,
    lon_deg: f64,
    lat_deg: f64,
    radius_m: f32,
    means: u8,
    assessment: u8,
    count_min: u32,
    count_max: u32,
    calibre_mm: f32,
    flags: u8
);

/// The columns of words, those that must not lack a word first.
fn word_columns(batch: &Batch) -> [&Vec<u16>; 5] {
    [&batch.source, &batch.kind, &batch.unit, &batch.weapon, &batch.actor]
}

fn picked<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    order.iter().filter_map(|row| column.get(*row as usize).copied()).collect()
}

fn text_at<'t>(bytes: &'t str, ends: &[u64], row: usize) -> &'t str {
    let end = ends.get(row).map_or(0, |e| *e as usize);
    let start = row.checked_sub(1).and_then(|r| ends.get(r)).map_or(0, |e| *e as usize);
    bytes.get(start..end).unwrap_or("")
}

fn picked_texts(bytes: &str, ends: &[u64], order: &[u32]) -> (String, Vec<u64>) {
    let length: usize = order.iter().map(|row| text_at(bytes, ends, *row as usize).len()).sum();
    let mut out = String::with_capacity(length);
    let mut out_ends = Vec::with_capacity(order.len());
    for row in order {
        out.push_str(text_at(bytes, ends, *row as usize));
        out_ends.push(out.len() as u64);
    }
    (out, out_ends)
}

/// The ids are parts of SHA-256: any 64 bits of them are a hash.
fn hash_of(id: ObservationId) -> u64 {
    id.0 as u64
}

/// Takes batches in any order.
#[derive(Default)]
pub struct Ledger {
    store: Store,
    /// Live row of each id.
    rows: HashTable<u32>,
    /// Versions that were overtaken: those that arrive again are duplicates too.
    superseded: HashSet<(u128, u64)>,
    words: Vec<String>,
    word_index: HashMap<String, u32>,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Ledger {
        Ledger {
            words: vec![String::new()],
            word_index: HashMap::from_iter([(String::new(), 0)]),
            ..Ledger::default()
        }
    }

    /// Observations so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes the rows of a batch.
    pub fn add(&mut self, batch: &Batch) -> Added {
        assert!(batch.is_sound(), "only sound batches are settled");
        let words: Vec<u32> = batch.words.iter().map(|w| self.word(w)).collect();
        let mut added = Added::default();
        for row in 0..batch.len() {
            self.add_row(batch, row, &words, &mut added);
        }
        self.clean();
        added
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(index) = self.word_index.get(word) {
            return *index;
        }
        let index = self.words.len() as u32;
        self.words.push(word.to_owned());
        self.word_index.insert(word.to_owned(), index);
        index
    }

    fn add_row(&mut self, batch: &Batch, row: usize, words: &[u32], added: &mut Added) {
        let (Some(id), Some(content), Some(reported)) =
            (batch.id.get(row), batch.content.get(row), batch.reported_ms.get(row))
        else {
            return;
        };
        let ids = &self.store.id;
        let entry = self.rows.entry(
            hash_of(*id),
            |r| ids.get(*r as usize) == Some(id),
            |r| ids.get(*r as usize).map_or(0, |i| hash_of(*i)),
        );
        let next_row = self.store.id.len() as u32;
        match entry {
            hashbrown::hash_table::Entry::Vacant(free) => {
                free.insert(next_row);
                added.new += 1;
            }
            hashbrown::hash_table::Entry::Occupied(mut held) => {
                let at = *held.get() as usize;
                let had = self.store.content.get(at).copied().unwrap_or_default();
                let had_reported = self.store.reported_ms.get(at).copied().unwrap_or_default();
                if had == *content || self.superseded.contains(&(id.0, *content)) {
                    added.duplicate += 1;
                    return;
                }
                added.revised += 1;
                if (*reported, *content) < (had_reported, had) {
                    self.superseded.insert((id.0, *content));
                    return;
                }
                self.superseded.insert((id.0, had));
                *held.get_mut() = next_row;
            }
        }
        self.store.push(batch, row, words);
    }

    /// Drops overtaken rows when they are the greater part.
    fn clean(&mut self) {
        let dead = self.store.id.len() - self.rows.len();
        if dead < DEAD_ROWS_MIN || dead < self.rows.len() {
            return;
        }
        let mut order: Vec<u32> = self.rows.iter().copied().collect();
        order.sort_unstable();
        self.store.gather(&order);
        self.rows.clear();
        let ids = &self.store.id;
        for (row, id) in ids.iter().enumerate() {
            let rehash = |r: &u32| ids.get(*r as usize).map_or(0, |i| hash_of(*i));
            self.rows.insert_unique(hash_of(*id), row as u32, rehash);
        }
    }

    /// What remains, in its one order.
    #[must_use]
    pub fn settle(mut self) -> Settled {
        let superseded = self.superseded.len() as u64;
        let mut order: Vec<(i64, ObservationId, u32)> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let at = *row as usize;
            if let (Some(start), Some(id)) = (self.store.start_ms.get(at), self.store.id.get(at)) {
                order.push((*start, *id, *row));
            }
        }
        order.sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(_, _, row)| row).collect();
        self.rows = HashTable::new();
        self.superseded = HashSet::new();
        self.store.gather(&order);
        let mut batch = Batch::default();
        self.store.give(&mut batch);
        let words_dropped = self.settle_words(&mut batch);
        let mut texts_dropped = 0;
        batch.note = texts(&self.store.note, &self.store.note_end, &mut texts_dropped);
        batch.links = texts(&self.store.link, &self.store.link_end, &mut texts_dropped);
        assert!(batch.is_sound(), "a settled batch is sound");
        Settled { observations: batch, superseded, words_dropped, texts_dropped }
    }

    /// Gives the batch a sorted dictionary of the words in use.
    fn settle_words(&mut self, batch: &mut Batch) -> u64 {
        let mut chosen: Vec<u32> = Vec::new();
        let mut is_chosen = vec![false; self.words.len()];
        let mut dropped = 0;
        for column in &self.store.words {
            let mut used: Vec<u32> = column.clone();
            used.sort_unstable();
            used.dedup();
            used.retain(|w| *w != 0 && is_chosen.get(*w as usize) == Some(&false));
            used.sort_unstable_by_key(|w| self.words.get(*w as usize));
            let room = (WORDS_MAX - 1).saturating_sub(chosen.len());
            dropped += used.len().saturating_sub(room) as u64;
            for word in used.into_iter().take(room) {
                chosen.push(word);
                if let Some(flag) = is_chosen.get_mut(word as usize) {
                    *flag = true;
                }
            }
        }
        chosen.sort_unstable_by_key(|w| self.words.get(*w as usize));
        let mut index = vec![NO_WORD; self.words.len()];
        for (new, old) in chosen.iter().enumerate() {
            if let Some(to) = index.get_mut(*old as usize) {
                *to = (new + 1) as u16;
            }
        }
        if !batch.is_empty() {
            batch.words.push(String::new());
        }
        batch.words.extend(chosen.iter().filter_map(|w| self.words.get_mut(*w as usize).map(std::mem::take)));
        let [source, kind, unit, weapon, actor] = std::mem::take(&mut self.store.words).map(|column| {
            column.iter().map(|w| index.get(*w as usize).copied().unwrap_or(NO_WORD)).collect::<Vec<u16>>()
        });
        (batch.source, batch.kind, batch.unit, batch.weapon, batch.actor) =
            (source, kind, unit, weapon, actor);
        dropped
    }
}

fn texts(bytes: &str, ends: &[u64], dropped: &mut u64) -> Texts {
    let mut out = Texts::with_capacity(ends.len(), bytes.len().min(TEXT_BYTES_MAX));
    let mut length = 0;
    for row in 0..ends.len() {
        let text = text_at(bytes, ends, row);
        if length + text.len() > TEXT_BYTES_MAX {
            *dropped += u64::from(!text.is_empty());
            out.push("");
        } else {
            length += text.len();
            out.push(text);
        }
    }
    out
}

impl Settled {
    /// The digest of everything that is settled, in canonical little-endian form: equal digests, equal evidence.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut h = Hasher::new("truceline settled 1");
        h.number(self.superseded);
        h.number(self.words_dropped);
        h.number(self.texts_dropped);
        h.piece(&digest(&self.observations).0);
        h.finish()
    }
}

/// The digest of every column of a batch, in canonical little-endian form.
#[must_use]
pub fn digest(b: &Batch) -> Digest {
    let mut h = Hasher::new("truceline observations 1");
    h.number(b.len() as u64);
    h.number(b.words.len() as u64);
    b.words.iter().for_each(|w| h.piece(w.as_bytes()));
    let mut bytes = Vec::new();
    macro_rules! column {
            ($($column:ident => $value:expr),* $(,)?) => {$(
                bytes.clear();
                b.$column.iter().for_each(|x| bytes.extend_from_slice(&$value(x)));
                h.piece(&bytes);
            )*};
        }
    column!(
        id => |x: &ObservationId| x.0.to_le_bytes(),
        content => |x: &u64| x.to_le_bytes(),
        source => |x: &u16| x.to_le_bytes(),
        kind => |x: &u16| x.to_le_bytes(),
        start_ms => |x: &i64| x.to_le_bytes(),
        end_ms => |x: &i64| x.to_le_bytes(),
        precision => |x: &u8| [*x],
        observed_ms => |x: &i64| x.to_le_bytes(),
        reported_ms => |x: &i64| x.to_le_bytes(),
        lon_deg => |x: &f64| bits64(*x),
        lat_deg => |x: &f64| bits64(*x),
        radius_m => |x: &f32| bits32(*x),
        shape => |x: &u32| x.to_le_bytes(),
        means => |x: &u8| [*x],
        assessment => |x: &u8| [*x],
        count_min => |x: &u32| x.to_le_bytes(),
        count_max => |x: &u32| x.to_le_bytes(),
        unit => |x: &u16| x.to_le_bytes(),
        weapon => |x: &u16| x.to_le_bytes(),
        calibre_mm => |x: &f32| bits32(*x),
        actor => |x: &u16| x.to_le_bytes(),
        flags => |x: &u8| [*x],
    );
    for texts in [&b.note, &b.links] {
        bytes.clear();
        for row in 0..texts.len() {
            bytes.extend_from_slice(&(texts.get(row).len() as u64).to_le_bytes());
            bytes.extend_from_slice(texts.get(row).as_bytes());
        }
        h.piece(&bytes);
    }
    h.number(b.shapes.len() as u64);
    b.shapes.iter().for_each(|s| shape(&mut h, s));
    h.finish()
}

/// One bit pattern for all NaN.
fn bits64(x: f64) -> [u8; 8] {
    (if x.is_nan() { f64::NAN } else { x }).to_bits().to_le_bytes()
}

fn bits32(x: f32) -> [u8; 4] {
    (if x.is_nan() { f32::NAN } else { x }).to_bits().to_le_bytes()
}

fn shape(h: &mut Hasher, shape: &Shape) {
    let mut number = |x: f64| h.number(u64::from_le_bytes(bits64(x)));
    match shape {
        Shape::Sector(s) => {
            number(0.0);
            let observer: LonLat = s.observer;
            [observer.lon_deg(), observer.lat_deg(), s.observer_radius_m, s.bearing_deg, s.half_width_deg]
                .into_iter()
                .chain([s.range_min_m, s.range_max_m])
                .for_each(number);
        }
        Shape::Polygon(rings) => {
            number(1.0);
            number(rings.len() as f64);
            for ring in rings {
                number(ring.len() as f64);
                ring.iter().flatten().for_each(|x| number(*x));
            }
        }
    }
}
