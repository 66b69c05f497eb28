//! A batch of observations as bytes: dictionary, shapes, then one typed array (RFC 8746) a column.

use super::{
    BadEntry,
    cbor::{Pack, TAG_F64, Unpack},
};
use atlas::answer::{NO_SHAPE, Shape};
use base::{LonLat, ObservationId, Sector, limits};
use evidence::{
    batch::{Batch, FLAG_ALLEGATION, FLAG_APPROXIMATE, FLAG_EXERCISE, Texts},
    draft::{Assessment, Means, TimePrecision},
};

// Tags of RFC 8746, section 2.
const TAG_U8: u64 = 64;
const TAG_U16: u64 = 69;
const TAG_U32: u64 = 70;
const TAG_U64: u64 = 71;
const TAG_I64: u64 = 79;
const TAG_F32: u64 = 85;

/// Parts of a batch: rows, words, shapes, 22 columns, and two texts of two parts.
const PARTS: u64 = 29;

/// Writes `batch`. Ids go as one byte string of little-endian 128-bit numbers: RFC 8746 has no tag for them.
pub(super) fn put_batch(p: &mut Pack, batch: &Batch) {
    let mut key = 0;
    let mut next = |p: &mut Pack| {
        p.uint(key);
        key += 1;
    };
    macro_rules! columns {
        ($($column:ident $tag:ident $to:path;)*) => {$(
            next(p);
            p.column($tag, &batch.$column, $to);
        )*};
    }
    p.map(PARTS);
    next(p);
    p.uint(batch.len() as u64);
    next(p);
    p.array(batch.words.len());
    batch.words.iter().for_each(|w| p.text(w));
    next(p);
    p.array(batch.shapes.len());
    batch.shapes.iter().for_each(|s| put_shape(p, s));
    next(p);
    p.bytes(&batch.id.iter().flat_map(|id| id.0.to_le_bytes()).collect::<Vec<u8>>());
    columns! {
        content TAG_U64 u64::to_le_bytes; source TAG_U16 u16::to_le_bytes; kind TAG_U16 u16::to_le_bytes;
        start_ms TAG_I64 i64::to_le_bytes; end_ms TAG_I64 i64::to_le_bytes; precision TAG_U8 u8::to_le_bytes;
        observed_ms TAG_I64 i64::to_le_bytes; reported_ms TAG_I64 i64::to_le_bytes;
        lon_deg TAG_F64 f64::to_le_bytes; lat_deg TAG_F64 f64::to_le_bytes; radius_m TAG_F32 f32::to_le_bytes;
        shape TAG_U32 u32::to_le_bytes; means TAG_U8 u8::to_le_bytes; assessment TAG_U8 u8::to_le_bytes;
        count_min TAG_U32 u32::to_le_bytes; count_max TAG_U32 u32::to_le_bytes; unit TAG_U16 u16::to_le_bytes;
        weapon TAG_U16 u16::to_le_bytes; calibre_mm TAG_F32 f32::to_le_bytes; actor TAG_U16 u16::to_le_bytes;
        flags TAG_U8 u8::to_le_bytes;
    }
    for texts in [&batch.note, &batch.links] {
        let (text, ends) = joined(texts);
        next(p);
        p.text(&text);
        next(p);
        p.column(TAG_U32, &ends, u32::to_le_bytes);
    }
}

/// Reads a batch of at most [`limits::BATCH_ROWS_MAX`] rows. The caller checks what it says ([`check_batch`]).
pub(super) fn take_batch(u: &mut Unpack<'_>) -> Result<Batch, BadEntry> {
    let mut key = 0;
    let mut next = |u: &mut Unpack<'_>, what: &'static str| {
        key += 1;
        u.key(key - 1, what)
    };
    let mut batch = Batch::default();
    u.map(PARTS, "batch")?;
    next(u, "rows")?;
    let rows = u.uint("rows")? as usize;
    if rows > limits::BATCH_ROWS_MAX {
        return Err(BadEntry::Malformed { what: "rows: too many for a batch" });
    }
    next(u, "words")?;
    for _ in 0..u.array(limits::WORDS_MAX, "words")? {
        batch.words.push(u.string("words")?);
    }
    next(u, "shapes")?;
    for _ in 0..u.array(limits::BATCH_ROWS_MAX, "shapes")? {
        batch.shapes.push(take_shape(u)?);
    }
    next(u, "ids")?;
    batch.id = take_ids(u, rows)?;
    macro_rules! columns {
        ($($column:ident $tag:ident $from:path;)*) => {$(
            next(u, stringify!($column))?;
            batch.$column = u.column($tag, rows, $from, stringify!($column))?;
        )*};
    }
    columns! {
        content TAG_U64 u64::from_le_bytes; source TAG_U16 u16::from_le_bytes; kind TAG_U16 u16::from_le_bytes;
        start_ms TAG_I64 i64::from_le_bytes; end_ms TAG_I64 i64::from_le_bytes; precision TAG_U8 u8::from_le_bytes;
        observed_ms TAG_I64 i64::from_le_bytes; reported_ms TAG_I64 i64::from_le_bytes;
        lon_deg TAG_F64 f64::from_le_bytes; lat_deg TAG_F64 f64::from_le_bytes; radius_m TAG_F32 f32::from_le_bytes;
        shape TAG_U32 u32::from_le_bytes; means TAG_U8 u8::from_le_bytes; assessment TAG_U8 u8::from_le_bytes;
        count_min TAG_U32 u32::from_le_bytes; count_max TAG_U32 u32::from_le_bytes; unit TAG_U16 u16::from_le_bytes;
        weapon TAG_U16 u16::from_le_bytes; calibre_mm TAG_F32 f32::from_le_bytes; actor TAG_U16 u16::from_le_bytes;
        flags TAG_U8 u8::from_le_bytes;
    }
    for texts in [&mut batch.note, &mut batch.links] {
        next(u, "texts")?;
        let text = u.text("texts")?;
        next(u, "ends of texts")?;
        let ends = u.column(TAG_U32, rows, u32::from_le_bytes, "ends of texts")?;
        *texts = parted(text, &ends)?;
    }
    Ok(batch)
}

fn take_ids(u: &mut Unpack<'_>, rows: usize) -> Result<Vec<ObservationId>, BadEntry> {
    let (ids, rest) = u.bytes("ids")?.as_chunks::<16>();
    if ids.len() != rows || !rest.is_empty() {
        return Err(BadEntry::Malformed { what: "ids" });
    }
    Ok(ids.iter().map(|id| ObservationId(u128::from_le_bytes(*id))).collect())
}

fn joined(texts: &Texts) -> (String, Vec<u32>) {
    let mut all = String::new();
    let mut ends = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        all.push_str(texts.get(row));
        ends.push(all.len() as u32);
    }
    (all, ends)
}

fn parted(text: &str, ends: &[u32]) -> Result<Texts, BadEntry> {
    let what = "ends of texts";
    let mut texts = Texts::with_capacity(ends.len(), text.len());
    let mut start = 0;
    for end in ends {
        let end = *end as usize;
        texts.push(text.get(start..end).ok_or(BadEntry::Malformed { what })?);
        start = end;
    }
    if start == text.len() { Ok(texts) } else { Err(BadEntry::Malformed { what }) }
}

fn put_shape(p: &mut Pack, shape: &Shape) {
    p.array(2);
    match shape {
        Shape::Sector(s) => {
            p.uint(0);
            let parts = [
                s.observer.lon_deg(),
                s.observer.lat_deg(),
                s.observer_radius_m,
                s.bearing_deg,
                s.half_width_deg,
                s.range_min_m,
                s.range_max_m,
            ];
            p.floats(&parts);
        }
        Shape::Polygon(rings) => {
            p.uint(1);
            put_rings(p, rings, |point| *point);
        }
    }
}

fn take_shape(u: &mut Unpack<'_>) -> Result<Shape, BadEntry> {
    let what = "shape";
    u.array_of(2, what)?;
    match u.uint(what)? {
        0 => {
            let parts = u.floats(what)?;
            let [lon, lat, observer_radius_m, bearing_deg, half_width_deg, range_min_m, range_max_m] =
                *parts.as_array().ok_or(BadEntry::Malformed { what })?;
            let observer = LonLat::new(lon, lat).map_err(|_| BadEntry::Malformed { what })?;
            Ok(Shape::Sector(Sector {
                observer,
                observer_radius_m,
                bearing_deg,
                half_width_deg,
                range_min_m,
                range_max_m,
            }))
        }
        1 => Ok(Shape::Polygon(take_rings(u, Ok)?)),
        _ => Err(BadEntry::Malformed { what }),
    }
}

/// Rings of a polygon: an array, and for each ring longitude and latitude of its vertices in one typed array.
pub(super) fn put_rings<T>(p: &mut Pack, rings: &[Vec<T>], point: impl Fn(&T) -> [f64; 2]) {
    p.array(rings.len());
    for ring in rings {
        p.floats(&ring.iter().flat_map(&point).collect::<Vec<f64>>());
    }
}

/// Reads what [`put_rings`] writes.
pub(super) fn take_rings<T>(
    u: &mut Unpack<'_>,
    point: impl Fn([f64; 2]) -> Result<T, BadEntry>,
) -> Result<Vec<Vec<T>>, BadEntry> {
    let what = "rings";
    let mut rings = Vec::new();
    for _ in 0..u.array(limits::VERTICES_MAX, what)? {
        let flat = u.floats(what)?;
        let (points, rest) = flat.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(BadEntry::Malformed { what });
        }
        rings.push(points.iter().map(|p| point(*p)).collect::<Result<_, _>>()?);
    }
    Ok(rings)
}

/// Refuses a batch that breaks what every later stage relies on. Asked before writing and after reading, so that
/// what was written can always be read.
pub(super) fn check_batch(batch: &Batch) -> Result<(), BadEntry> {
    if batch.len() > limits::BATCH_ROWS_MAX {
        return Err(BadEntry::unsound("a batch has more rows than a journal entry may carry"));
    }
    if batch.words.len() > limits::WORDS_MAX || batch.shapes.len() > limits::BATCH_ROWS_MAX {
        return Err(BadEntry::unsound("a batch has more words or shapes than a journal entry may carry"));
    }
    if !batch.is_sound() {
        return Err(BadEntry::unsound("the columns of a batch do not fit together"));
    }
    for row in 0..batch.len() {
        check_row(batch, row).map_err(|what| BadEntry::unsound(&format!("row {row} of a batch: {what}")))?;
    }
    for (index, shape) in batch.shapes.iter().enumerate() {
        check_shape(shape).map_err(|what| BadEntry::unsound(&format!("shape {index} of a batch: {what}")))?;
    }
    Ok(())
}

fn check_row(batch: &Batch, row: usize) -> Result<(), &'static str> {
    let code = |column: &[u8]| column.get(row).copied().unwrap_or_default();
    if TimePrecision::from_code(code(&batch.precision)).is_none()
        || Means::from_code(code(&batch.means)).is_none()
        || Assessment::from_code(code(&batch.assessment)).is_none()
        || code(&batch.flags) & !(FLAG_APPROXIMATE | FLAG_EXERCISE | FLAG_ALLEGATION) != 0
    {
        return Err("a code that has no meaning");
    }
    let number = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
    let (lon, lat) = (number(&batch.lon_deg), number(&batch.lat_deg));
    if !(lon.is_nan() && lat.is_nan()) && LonLat::new(lon, lat).is_err() {
        return Err("a position outside the Earth");
    }
    let size = |column: &[f32]| column.get(row).copied().unwrap_or(f32::NAN);
    if [size(&batch.radius_m), size(&batch.calibre_mm)].iter().any(|x| *x < 0.0 || x.is_infinite()) {
        return Err("a radius or calibre that is negative or infinite");
    }
    if batch.count_min.get(row) > batch.count_max.get(row) {
        return Err("a count whose least is above its most");
    }
    let note_bytes = batch.note.get(row).len().max(batch.links.get(row).len());
    if note_bytes > limits::NOTE_BYTES_MAX {
        return Err("a note or its links are longer than may be kept");
    }
    Ok(())
}

fn check_shape(shape: &Shape) -> Result<(), &'static str> {
    match shape {
        Shape::Sector(s) => {
            let parts = [s.observer_radius_m, s.bearing_deg, s.half_width_deg, s.range_min_m, s.range_max_m];
            if parts.iter().any(|x| x.is_nan()) {
                Err("a sector with a part that is not a number")
            } else {
                Ok(())
            }
        }
        Shape::Polygon(rings) => {
            let vertices = rings.iter().map(Vec::len).fold(0usize, usize::saturating_add);
            if vertices > limits::VERTICES_MAX {
                return Err("a polygon with too many vertices");
            }
            let off = |p: &[f64; 2]| LonLat::new(p[0], p[1]).is_err();
            if rings.iter().flatten().any(off) { Err("a vertex outside the Earth") } else { Ok(()) }
        }
    }
}

const _: () = assert!(NO_SHAPE as usize > limits::BATCH_ROWS_MAX, "no index of a shape is taken for `none`");
