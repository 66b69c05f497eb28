//! What repeats what: the same words from another source, or a source that declares that it copies one. A repetition
//! is no second witness.

use crate::context::Sources;
use evidence::batch::Batch;
use std::collections::{BTreeMap, BTreeSet};

/// Texts shorter than this are too common to tell a copy, characters.
const TEXT_CHARS_MIN: usize = 40;
/// Two texts are the same words if this share of their fragments is common to both.
const COMMON_MIN: f64 = 0.85;
/// Fragments of so many characters are compared.
const FRAGMENT: usize = 5;
/// Of a text so many bytes are compared, and of an incident so many members.
const TEXT_BYTES_MAX: usize = 2_000;
const MEMBERS_MAX: usize = 64;

/// Members that repeat another member, in row order.
#[must_use]
pub fn repeats(batch: &Batch, members: &[u32], sources: &Sources<'_>) -> Vec<u32> {
    let mut out: BTreeSet<u32> = declared(batch, members, sources);
    let mut read: Vec<(u32, BTreeSet<u64>)> = Vec::new();
    for member in members.iter().filter(|m| !out.contains(m)).take(MEMBERS_MAX) {
        if let Some(own) = fragments(batch.note.get(*member as usize)) {
            read.push((*member, own));
        }
    }
    read.sort_by_key(|(row, _)| *row);
    let mut kept: Vec<(u32, BTreeSet<u64>)> = Vec::new();
    for (row, own) in read {
        let source = |row: u32| batch.source.get(row as usize);
        let copied = kept.iter().any(|(other, theirs)| source(*other) != source(row) && alike(&own, theirs));
        if copied {
            out.insert(row);
        } else {
            kept.push((row, own));
        }
    }
    out.into_iter().collect()
}

/// Members of copying sources whose group has a member of another source that it may have copied from.
fn declared(batch: &Batch, members: &[u32], sources: &Sources<'_>) -> BTreeSet<u32> {
    // Of each group the source that stands for it: one that copies nobody before one that does, then the earlier row.
    let mut stands: BTreeMap<u32, (bool, u32, Option<u16>)> = BTreeMap::new();
    for row in members.iter().copied() {
        let at = row as usize;
        let candidate = (sources.is_copy(batch, at), row, batch.source.get(at).copied());
        let best = stands.entry(sources.group(batch, at)).or_insert(candidate);
        if (candidate.0, candidate.1) < (best.0, best.1) {
            *best = candidate;
        }
    }
    let repeats = |row: &u32| {
        let at = *row as usize;
        let standing = stands.get(&sources.group(batch, at));
        standing.is_some_and(|(_, _, source)| *source != batch.source.get(at).copied())
    };
    members.iter().filter(|m| repeats(m)).copied().collect()
}

/// Hashes of the fragments of a text, letters and digits only; `None`: too short to tell.
fn fragments(text: &str) -> Option<BTreeSet<u64>> {
    let letters =
        text.chars().take(TEXT_BYTES_MAX).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let letters: Vec<char> = letters.collect();
    (letters.len() >= TEXT_CHARS_MIN).then(|| letters.windows(FRAGMENT).map(hash).collect())
}

/// FNV-1a over the code points.
fn hash(of: &[char]) -> u64 {
    of.iter().fold(0xcbf2_9ce4_8422_2325, |h, c| (h ^ u64::from(*c)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn alike(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> bool {
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    common as f64 >= COMMON_MIN * all as f64
}

#[cfg(test)]
mod tests {
    use super::{alike, fragments};

    #[test]
    fn the_same_words_with_another_comma_are_a_copy_and_other_words_are_not() {
        let a =
            fragments("Three shells fell on the market of Brennick on Tuesday morning, two wounded").unwrap();
        let b = fragments("Three shells fell on the market of Brennick on Tuesday morning - two wounded.")
            .unwrap();
        let c = fragments("Two shells fell on the mill of Mordsey on Wednesday evening, nobody was hurt")
            .unwrap();
        assert!(alike(&a, &b));
        assert!(!alike(&a, &c));
        assert!(fragments("explosion heard").is_none(), "short texts are everybody's");
    }
}
