//! Binds a batch's words to an agreement's names, once a batch: after this no string is compared on the hot path.

use base::{Instant, Interval};
use evidence::batch::Batch;
use terms::agreement::{ActorIx, Agreement, Bound, Role, WeaponIx, What, When};

/// What a word in a report means to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// The agreement names it.
    Named(T),
    /// Nothing stated, or a word the agreement does not know: it may be anybody or anything.
    Unknown,
}

/// The meaning of every word of a batch's dictionary under one agreement.
pub struct Bindings {
    actors: Vec<Known<ActorIx>>,
    weapons: Vec<Known<WeaponIx>>,
}

impl Bindings {
    /// Binds the dictionary of `batch`.
    #[must_use]
    pub fn of(agreement: &Agreement, batch: &Batch) -> Bindings {
        let actors =
            batch.words.iter().map(|w| agreement.resolve_actor_word(w).map_or(Known::Unknown, Known::Named));
        let weapons =
            batch.words.iter().map(|w| agreement.resolve_weapon_word(w).map_or(Known::Unknown, Known::Named));
        Bindings { actors: actors.collect(), weapons: weapons.collect() }
    }

    /// The actor a word names.
    #[must_use]
    pub fn actor(&self, word: u16) -> Known<ActorIx> {
        self.actors.get(usize::from(word)).copied().unwrap_or(Known::Unknown)
    }

    /// The weapon class a word names.
    #[must_use]
    pub fn weapon(&self, word: u16) -> Known<WeaponIx> {
        self.weapons.get(usize::from(word)).copied().unwrap_or(Known::Unknown)
    }
}

/// Which words of a batch are kinds that `what` covers, by word index. For a weapon: the kind `weapon`.
#[must_use]
pub fn kinds_covered(what: &What, batch: &Batch) -> Vec<bool> {
    batch
        .words
        .iter()
        .map(|word| match what {
            What::Act { kinds, .. } => kinds.iter().any(|k| k == word),
            What::Weapon { .. } => word == "weapon",
        })
        .collect()
}

/// Whether a clause binds every declared party and exempts nobody: then an occurrence needs no author.
#[must_use]
pub fn binds_everybody(agreement: &Agreement, bound: &Bound) -> bool {
    if !bound.except.is_empty() {
        return false;
    }
    let Some(actors) = &bound.actors else { return true };
    let mut parties = agreement.actors.iter().enumerate().filter(|(_, a)| a.role == Role::Party).peekable();
    parties.peek().is_some() && parties.all(|(i, _)| actors.contains(&ActorIx(i as u16)))
}

/// When a clause is in force: `None` while its clock waits for entry into force.
#[must_use]
pub fn in_force(agreement: &Agreement, from: &When, until: Option<&When>) -> Option<Interval> {
    let start = agreement.resolve_when(from)?;
    let end = match until {
        None => Instant::LAST,
        Some(when) => agreement.resolve_when(when)?,
    };
    Some(Interval { start, end })
}
