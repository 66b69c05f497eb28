//! What was observed near an entry of the protected register: told at once, whatever the state of the entry.

use crate::conflict::Margins;
use crate::conflict::flat::separation_m;
use crate::conflict::subject::{Piece, Subject, place_of};
use crate::register::Entry;
use crate::window::WITHOUT;
use crate::words::{Category, EntryState};
use base::{Instant, ObservationId, Ref, Truth};
use evidence::batch::{Batch, FLAG_ALLEGATION};
use std::collections::BTreeMap;

/// An observation near an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct NearEntry {
    /// The entry.
    pub entry: Ref,
    /// Its category.
    pub category: Category,
    /// How the entry stood when it happened. One that had expired or been removed stands for the same object.
    pub state: EntryState,
    /// What was observed.
    pub observation: ObservationId,
    /// When it began.
    pub at: Instant,
    /// Whether it was near: [`Truth::True`], or undetermined.
    pub is_near: Truth,
    /// Distance between the two places as stated, metres, from the object's edge; negative within it.
    pub apart_m: f64,
    /// By how much both are in doubt together, metres.
    pub doubt_m: f64,
    /// It is only said, not observed.
    pub is_only_said: bool,
    /// One sentence.
    pub words: String,
}

/// Weapons' effects within `near_m` metres of an entry, or perhaps so, in order of time. Observations without a place
/// are near nothing that could be named, and left out.
#[must_use]
pub fn near_entries(register: &BTreeMap<Ref, Entry>, observations: &Batch, near_m: f64) -> Vec<NearEntry> {
    let margins = Margins::default();
    let near_m = if near_m.is_finite() { near_m.clamp(0.0, 100_000.0) } else { 0.0 };
    let entries: Vec<(&Ref, &Entry, Vec<Piece>)> =
        register.iter().map(|(id, e)| (id, e, Subject::entry("", e, &margins).pieces)).collect();
    let mut out = Vec::new();
    for row in 0..observations.len() {
        if !WITHOUT.contains(&observations.word_at(&observations.kind, row)) {
            continue;
        }
        let Some(place) = place_of(observations, row) else { continue };
        for (id, entry, pieces) in &entries {
            let doubt_m = |p: &Piece| {
                p.doubt_m.unwrap_or(margins.unstated_doubt_m)
                    + place.doubt_m.unwrap_or(margins.unstated_doubt_m)
            };
            let of = |p: &Piece| {
                let doubt = doubt_m(p);
                let (sure, may) = (p.extent_m + near_m - doubt, p.extent_m + near_m + doubt);
                (separation_m(&p.flat, &place.flat, &[sure, may]) - p.extent_m, doubt)
            };
            let nearest = pieces.iter().map(of).min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((apart_m, doubt_m)) = nearest.filter(|(apart, doubt)| apart - doubt <= near_m) else {
                continue;
            };
            out.extend(found(id, entry, observations, row, (apart_m, doubt_m, near_m)));
        }
    }
    out.sort_by(|a, b| (a.at, a.observation, &a.entry).cmp(&(b.at, b.observation, &b.entry)));
    out
}

fn found(
    id: &Ref,
    entry: &Entry,
    observations: &Batch,
    row: usize,
    (apart_m, doubt_m, near_m): (f64, f64, f64),
) -> Option<NearEntry> {
    let at = observations.event(row).start;
    let removed_later = entry.removed.as_ref().is_some_and(|(ms, _)| *ms > at.0);
    let state =
        if removed_later { Entry { removed: None, ..entry.clone() }.state(at) } else { entry.state(at) };
    let is_near = if apart_m + doubt_m <= near_m { Truth::True } else { Truth::Undetermined };
    let is_only_said = observations.flag(row, FLAG_ALLEGATION);
    let kind = observations.word_at(&observations.kind, row);
    let how = if is_only_said { "said to have been" } else { "observed" };
    let maybe = if is_near == Truth::True { "near" } else { "perhaps near" };
    let words = format!(
        "{kind} {how} {maybe} a protected entry ({}): {:.0} m from it, known to {doubt_m:.0} m; the entry was {state}",
        entry.text.category,
        apart_m.max(0.0)
    );
    Some(NearEntry {
        entry: id.clone(),
        category: entry.text.category,
        state,
        observation: *observations.id.get(row)?,
        at,
        is_near,
        apart_m,
        doubt_m,
        is_only_said,
        words,
    })
}
