//! Reads well-known binary (OGC 06-103r4), as GeoPackage and GeoParquet carry it: the seven simple types, either
//! byte order, with or without Z, M or an EWKB reference system, which are read over.

use crate::geometry::{Position, RawGeometry};
use crate::source::SourceError;

/// Deepest nesting of collections that is read.
const DEPTH_MAX: usize = 16;

/// Reads one geometry.
pub fn from_wkb(bytes: &[u8]) -> Result<RawGeometry, SourceError> {
    let mut raw = RawGeometry::default();
    Cursor { bytes, at: 0 }.geometry(&mut raw, 0)?;
    Ok(raw)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Byte order and how many numbers make a position.
#[derive(Clone, Copy)]
struct Layout {
    little: bool,
    dimensions: usize,
}

impl Cursor<'_> {
    fn fail(&self, reason: &'static str) -> SourceError {
        SourceError::NotWkb { at: self.at, reason }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let piece = self.at.checked_add(N).and_then(|end| self.bytes.get(self.at..end));
        let piece = piece.and_then(|p| p.try_into().ok()).ok_or_else(|| self.fail("ends too early"))?;
        self.at += N;
        Ok(piece)
    }

    fn number(&mut self, layout: Layout) -> Result<f64, SourceError> {
        let b = self.take::<8>()?;
        Ok(if layout.little { f64::from_le_bytes(b) } else { f64::from_be_bytes(b) })
    }

    fn word(&mut self, little: bool) -> Result<u32, SourceError> {
        let b = self.take::<4>()?;
        Ok(if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }

    /// A count of items of at least `item_bytes` each, checked against what is left so that a lie costs no memory.
    fn count(&mut self, layout: Layout, item_bytes: usize) -> Result<usize, SourceError> {
        let n = self.word(layout.little)? as usize;
        let left = self.bytes.len() - self.at;
        if n > left / item_bytes { Err(self.fail("counts more items than there are bytes")) } else { Ok(n) }
    }

    fn position(&mut self, layout: Layout) -> Result<Position, SourceError> {
        let position = [self.number(layout)?, self.number(layout)?];
        for _ in 2..layout.dimensions {
            self.number(layout)?;
        }
        Ok(position)
    }

    fn positions(&mut self, layout: Layout) -> Result<Vec<Position>, SourceError> {
        let n = self.count(layout, 8 * layout.dimensions)?;
        (0..n).map(|_| self.position(layout)).collect()
    }

    fn geometry(&mut self, raw: &mut RawGeometry, depth: usize) -> Result<(), SourceError> {
        if depth > DEPTH_MAX {
            return Err(self.fail("is nested too deeply"));
        }
        let little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return Err(self.fail("has no byte-order mark")),
        };
        let code = self.word(little)?;
        let (base, z, m) = (code & 0x0fff_ffff, code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        if code & 0x2000_0000 != 0 {
            self.word(little)?;
        }
        let extra = match base / 1000 {
            0 => usize::from(z) + usize::from(m),
            1 | 2 => 1,
            3 => 2,
            _ => return Err(self.fail("has an unknown geometry type")),
        };
        let layout = Layout { little, dimensions: 2 + extra };
        match base % 1000 {
            1 => {
                // An empty point is written as NaN.
                let point = self.position(layout)?;
                raw.points.extend(Some(point).filter(|p| p.iter().all(|c| !c.is_nan())));
            }
            2 => raw.lines.extend(Some(self.positions(layout)?).filter(|l| !l.is_empty())),
            3 => {
                let n = self.count(layout, 4)?;
                let rings: Vec<_> = (0..n).map(|_| self.positions(layout)).collect::<Result<_, _>>()?;
                raw.polygons.extend(Some(rings).filter(|r| !r.is_empty()));
            }
            4..=7 => {
                let n = self.count(layout, 5)?;
                (0..n).try_for_each(|_| self.geometry(raw, depth + 1))?;
            }
            _ => return Err(self.fail("has an unknown geometry type")),
        }
        Ok(())
    }
}
