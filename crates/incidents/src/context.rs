//! What fusion may know beside the observations: the sources' cards, who watched what, and what people decided.

use crate::decision::Decision;
use evidence::batch::Batch;
use evidence::card::{Card, SourceKind};
use evidence::coverage::Coverage;
use hashbrown::HashMap;

/// What is known beside the observations. By default nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Cards of sources; a later one of the same source replaces an earlier one.
    pub cards: &'a [Card],
    /// Who watched what and when.
    pub coverage: &'a [Coverage],
    /// Decisions in the order in which they were made.
    pub decisions: &'a [Decision],
}

/// The sources of a batch with their cards and copy groups, by word.
pub struct Sources<'a> {
    card: Vec<Option<&'a Card>>,
    group: Vec<u32>,
    copies: Vec<bool>,
}

impl<'a> Sources<'a> {
    /// The sources that `batch` names, as `cards` know them.
    #[must_use]
    pub fn of(batch: &Batch, cards: &'a [Card]) -> Sources<'a> {
        let mut names: HashMap<&str, usize> = HashMap::new();
        let words = batch.words.len();
        let cited = cards.iter().flat_map(|c| std::iter::once(&c.id).chain(&c.copies));
        for name in batch.words.iter().chain(cited) {
            let next = names.len();
            names.entry(name.as_str()).or_insert(next);
        }
        let mut groups = crate::fuse::Union::of(names.len());
        let mut card = vec![None; words];
        let mut copies = vec![false; words];
        for one in cards {
            let Some(own) = names.get(one.id.as_str()).copied() else { continue };
            for other in one.copies.iter().filter_map(|c| names.get(c.as_str()).copied()) {
                groups.join(own, other);
            }
            if let (Some(slot), Some(is_copy)) = (card.get_mut(own), copies.get_mut(own)) {
                *slot = Some(one);
                *is_copy = !one.copies.is_empty();
            }
        }
        let group = (0..words).map(|w| groups.root(w) as u32).collect();
        Sources { card, group, copies }
    }

    fn word(batch: &Batch, row: usize) -> usize {
        batch.source.get(row).map_or(usize::MAX, |w| usize::from(*w))
    }

    /// The card of the source of `row`, if there is one.
    #[must_use]
    pub fn card(&self, batch: &Batch, row: usize) -> Option<&'a Card> {
        self.card.get(Sources::word(batch, row)).copied().flatten()
    }

    /// The kind of the source of `row`; `None`: it has no card.
    #[must_use]
    pub fn kind(&self, batch: &Batch, row: usize) -> Option<SourceKind> {
        self.card(batch, row).map(|c| c.kind)
    }

    /// The copy group of the source of `row`: sources that copy each other share it.
    #[must_use]
    pub fn group(&self, batch: &Batch, row: usize) -> u32 {
        self.group.get(Sources::word(batch, row)).copied().unwrap_or(u32::MAX)
    }

    /// Whether the source of `row` declares that it copies others.
    #[must_use]
    pub fn is_copy(&self, batch: &Batch, row: usize) -> bool {
        self.copies.get(Sources::word(batch, row)).copied().unwrap_or(false)
    }
}
