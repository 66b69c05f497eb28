//! The subset of CBOR (RFC 8949) that entries use: deterministic (section 4.2.1), so that one entry has one encoding.
//! Reading refuses every other spelling: long heads for short numbers, indefinite lengths, keys out of order.

use super::BadEntry;
use base::Digest;
use minicbor::{Decoder, Encoder, data::Tag};

/// Tag of 64-bit floating-point numbers, little-endian (RFC 8746, section 2).
pub(super) const TAG_F64: u64 = 86;

/// Writes deterministic CBOR into memory.
pub(super) struct Pack(Encoder<Vec<u8>>);

// Writing to a `Vec` cannot fail (its error type has no value), so the results of the encoder say nothing.
impl Pack {
    pub(super) fn new() -> Pack {
        Pack(Encoder::new(Vec::new()))
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }

    pub(super) fn array(&mut self, n: usize) {
        let _ = self.0.array(n as u64);
    }

    pub(super) fn map(&mut self, n: u64) {
        let _ = self.0.map(n);
    }

    pub(super) fn uint(&mut self, n: u64) {
        let _ = self.0.u64(n);
    }

    pub(super) fn int(&mut self, n: i64) {
        let _ = self.0.i64(n);
    }

    pub(super) fn text(&mut self, text: &str) {
        let _ = self.0.str(text);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let _ = self.0.bytes(bytes);
    }

    pub(super) fn digest(&mut self, digest: Digest) {
        self.bytes(&digest.0);
    }

    /// Numbers as a typed array.
    pub(super) fn floats(&mut self, values: &[f64]) {
        self.column(TAG_F64, values, f64::to_le_bytes);
    }

    /// A typed array of RFC 8746: its tag, then the values as little-endian bytes.
    pub(super) fn column<T: Copy, const N: usize>(&mut self, tag: u64, values: &[T], to: fn(T) -> [u8; N]) {
        let mut bytes = Vec::with_capacity(values.len().saturating_mul(N));
        values.iter().for_each(|v| bytes.extend_from_slice(&to(*v)));
        let _ = self.0.tag(Tag::new(tag));
        self.bytes(&bytes);
    }
}

/// Reads what [`Pack`] writes, and nothing else.
pub(super) struct Unpack<'b>(Decoder<'b>);

/// Bytes of the shortest head that carries `n`.
fn head_bytes(n: u64) -> usize {
    match n {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

type Decoded<T> = Result<T, minicbor::decode::Error>;

impl<'b> Unpack<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Unpack<'b> {
        Unpack(Decoder::new(bytes))
    }

    /// Runs one decoder step and refuses it unless it took exactly the bytes of the shortest spelling.
    fn step<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut Decoder<'b>) -> Decoded<T>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Result<T, BadEntry> {
        let before = self.0.position();
        let value = read(&mut self.0).map_err(|_| BadEntry::Malformed { what })?;
        if self.0.position().checked_sub(before) != Some(bytes(&value)) {
            return Err(BadEntry::Malformed { what });
        }
        Ok(value)
    }

    pub(super) fn end(&self) -> Result<(), BadEntry> {
        let all = self.0.position() == self.0.input().len();
        if all { Ok(()) } else { Err(BadEntry::Malformed { what: "end: bytes follow it" }) }
    }

    fn left(&self) -> usize {
        self.0.input().len().saturating_sub(self.0.position())
    }

    pub(super) fn uint(&mut self, what: &'static str) -> Result<u64, BadEntry> {
        self.step(what, Decoder::u64, |n| head_bytes(*n))
    }

    pub(super) fn int(&mut self, what: &'static str) -> Result<i64, BadEntry> {
        // A negative number -1 - n is spelt by n, which is its bits turned around.
        self.step(what, Decoder::i64, |n| head_bytes(if *n < 0 { !*n } else { *n } as u64))
    }

    pub(super) fn uint32(&mut self, what: &'static str) -> Result<u32, BadEntry> {
        u32::try_from(self.uint(what)?).map_err(|_| BadEntry::Malformed { what })
    }

    /// The key of a map: keys stand in ascending order without gaps.
    pub(super) fn key(&mut self, key: u64, what: &'static str) -> Result<(), BadEntry> {
        if self.uint(what)? == key { Ok(()) } else { Err(BadEntry::Malformed { what }) }
    }

    pub(super) fn map(&mut self, n: u64, what: &'static str) -> Result<(), BadEntry> {
        let found = self.step(what, Decoder::map, |n| n.map_or(0, head_bytes))?;
        if found == Some(n) { Ok(()) } else { Err(BadEntry::Malformed { what }) }
    }

    /// The length of an array, at most `max`; each element takes a byte at least, so a length beyond the input is
    /// refused before anything is allocated for it.
    pub(super) fn array(&mut self, max: usize, what: &'static str) -> Result<usize, BadEntry> {
        let n = self.step(what, Decoder::array, |n| n.map_or(0, head_bytes))?;
        let n = n.and_then(|n| usize::try_from(n).ok()).ok_or(BadEntry::Malformed { what })?;
        if n > max || n > self.left() { Err(BadEntry::Malformed { what }) } else { Ok(n) }
    }

    /// An array of exactly `n`.
    pub(super) fn array_of(&mut self, n: usize, what: &'static str) -> Result<(), BadEntry> {
        if self.array(n, what)? == n { Ok(()) } else { Err(BadEntry::Malformed { what }) }
    }

    pub(super) fn text(&mut self, what: &'static str) -> Result<&'b str, BadEntry> {
        self.step(what, Decoder::str, |t| head_bytes(t.len() as u64).saturating_add(t.len()))
    }

    pub(super) fn string(&mut self, what: &'static str) -> Result<String, BadEntry> {
        self.text(what).map(str::to_owned)
    }

    pub(super) fn bytes(&mut self, what: &'static str) -> Result<&'b [u8], BadEntry> {
        self.step(what, Decoder::bytes, |b| head_bytes(b.len() as u64).saturating_add(b.len()))
    }

    pub(super) fn digest(&mut self, what: &'static str) -> Result<Digest, BadEntry> {
        self.bytes(what)?.try_into().map(Digest).map_err(|_| BadEntry::Malformed { what })
    }

    /// A typed array of `rows` values.
    pub(super) fn column<T, const N: usize>(
        &mut self,
        tag: u64,
        rows: usize,
        from: fn([u8; N]) -> T,
        what: &'static str,
    ) -> Result<Vec<T>, BadEntry> {
        let values = self.values(tag, from, what)?;
        if values.len() == rows { Ok(values) } else { Err(BadEntry::Malformed { what }) }
    }

    /// Numbers of a typed array.
    pub(super) fn floats(&mut self, what: &'static str) -> Result<Vec<f64>, BadEntry> {
        self.values(TAG_F64, f64::from_le_bytes, what)
    }

    /// A typed array of any length.
    pub(super) fn values<T, const N: usize>(
        &mut self,
        tag: u64,
        from: fn([u8; N]) -> T,
        what: &'static str,
    ) -> Result<Vec<T>, BadEntry> {
        let found = self.step(what, Decoder::tag, |t| head_bytes(t.as_u64()))?;
        let (values, rest) = self.bytes(what)?.as_chunks::<N>();
        if found.as_u64() != tag || !rest.is_empty() {
            return Err(BadEntry::Malformed { what });
        }
        Ok(values.iter().map(|v| from(*v)).collect())
    }
}
