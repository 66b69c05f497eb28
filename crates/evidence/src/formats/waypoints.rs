//! What placemarks and waypoints share: properties by name, read by a mapping as those of GeoJSON are, with the
//! elements of the format itself under the usual names.

use crate::formats::json::add_note;
use crate::formats::mapped::{Bound, Named};
use crate::intake::{Intake, Options, ReadError};
use crate::mapping::Mapping;
use crate::reject::{Fault, RejectReason};
use base::vocabulary::is_kind;
use base::{CivilZone, Place};
use std::collections::BTreeSet;

/// Most property names listed as not read.
const UNREAD_MAX: usize = 64;

/// Makes observations of records with properties.
pub(crate) struct Waypoints {
    bound: Bound,
    properties: Named,
    unread: BTreeSet<String>,
    /// No mapping was given: the format's own elements have the usual names.
    is_usual: bool,
}

impl Waypoints {
    /// Binds the mapping of `options`, or the usual one.
    ///
    /// # Errors
    /// When the mapping names neither a kind nor a time.
    pub(crate) fn new(options: &Options, zone: CivilZone) -> Result<Waypoints, ReadError> {
        let usual = Mapping::default();
        let mapping = options.mapping.as_ref().unwrap_or(&usual);
        let (bound, properties) = Named::bind(mapping, zone)?;
        Ok(Waypoints { bound, properties, unread: BTreeSet::new(), is_usual: options.mapping.is_none() })
    }

    /// Takes the properties of the next record; of two of one name the first. `own`: names that are the format's own
    /// and not listed as unread.
    pub(crate) fn fill(&mut self, properties: &[(&str, &str)], own: &[&str]) {
        self.properties.clear();
        for (name, value) in properties {
            match self.properties.text(name) {
                Some(text) if text.is_empty() => text.push_str(value),
                Some(_) => {}
                None if own.contains(name) => {}
                None if self.unread.len() < UNREAD_MAX => {
                    self.unread.insert((*name).to_owned());
                }
                None => {}
            }
        }
    }

    fn get(&self, name: &str) -> &str {
        self.properties.value(name)
    }

    fn set(&mut self, name: &str, value: &str) {
        if let Some(text) = self.properties.text(name) {
            value.clone_into(text);
        }
    }

    /// Keeps the stated kind, which the vocabulary does not have, in the note.
    fn keep_word(&mut self, intake: &mut Intake<'_>) {
        intake.warn("kinds that are not in the vocabulary; the word stands in the note");
        let mut note = self.get("note").to_owned();
        add_note(&mut note, &format!("kind stated: {}", self.get("kind")));
        self.set("note", &note);
    }

    /// Whether the record, read without a mapping, states no time.
    pub(crate) fn lacks_time(&self) -> bool {
        self.is_usual && ["start", "date", "time"].iter().all(|n| self.get(n).is_empty())
    }

    /// The radius that the record states, metres.
    pub(crate) fn radius_m(&self, assumed_m: Option<f64>) -> Result<Option<f64>, Fault> {
        Ok(self.bound.radius_m(&self.properties)?.or(assumed_m))
    }

    /// One observation; `whole`: the record's content, its key where it has no id; `called`: what the record calls
    /// itself where it states no kind of the vocabulary.
    pub(crate) fn observe(
        &mut self,
        place: Option<Place>,
        whole: &[u8],
        called: &str,
        intake: &mut Intake<'_>,
    ) -> Result<Result<(), Fault>, ReadError> {
        if self.lacks_time() {
            return Ok(Err(Fault::new("time", RejectReason::MissingValue, "")));
        }
        if self.is_usual {
            let stated = self.get("kind").to_lowercase();
            if !stated.is_empty() && !is_kind(&stated) {
                self.keep_word(intake);
            }
            let called_lower = called.trim().to_lowercase();
            let kind = [stated, called_lower].into_iter().find(|k| is_kind(k));
            self.set("kind", kind.as_deref().unwrap_or("other"));
        }
        self.bound.observe(&self.properties, place, whole, intake)
    }

    /// Names what was not read.
    pub(crate) fn finish(self, intake: &mut Intake<'_>) {
        intake.unread(self.unread.into_iter().collect());
    }
}
