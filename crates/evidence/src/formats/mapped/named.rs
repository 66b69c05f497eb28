//! Values by name, for records without columns: every name that the mapping asks for has a slot.

use super::{Bound, Record};
use crate::intake::ReadError;
use crate::mapping::Mapping;
use base::CivilZone;

/// The values of one record that the mapping can name, as texts.
#[derive(Default)]
pub(crate) struct Named {
    names: Vec<String>,
    texts: Vec<String>,
}

impl Record for Named {
    fn get(&self, slot: usize) -> &[u8] {
        self.texts.get(slot).map_or(b"", |t| t.as_bytes())
    }
}

impl Named {
    /// Binds `mapping`, and makes a slot for every name in it.
    ///
    /// # Errors
    /// When the mapping itself lacks something: every name has a slot, so that nothing else can be missing.
    pub(crate) fn bind(mapping: &Mapping, zone: CivilZone) -> Result<(Bound, Named), ReadError> {
        let mut named = Named::default();
        let bound = Bound::bind(mapping, zone, &mut |name| vec![named.slot(name)]);
        let missing = |m: Vec<String>| ReadError::Options(format!("the mapping names no {}", m.join(", ")));
        Ok((bound.map_err(missing)?, named))
    }

    fn slot(&mut self, name: &str) -> usize {
        let slot = self.position(name).unwrap_or(self.names.len());
        if slot == self.names.len() {
            self.names.push(name.to_owned());
            self.texts.push(String::new());
        }
        slot
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// Whether the mapping asks for that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The value of that name; empty if there is none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.position(name).and_then(|slot| self.texts.get(slot)).map_or("", String::as_str)
    }

    /// The text of that name, to be written.
    pub(crate) fn text(&mut self, name: &str) -> Option<&mut String> {
        self.position(name).and_then(|slot| self.texts.get_mut(slot))
    }

    /// Forgets the last record.
    pub(crate) fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
    }

    /// Every name with its text, emptied for the next record.
    pub(crate) fn emptied(&mut self) -> impl Iterator<Item = (&str, &mut String)> {
        self.clear();
        self.names.iter().map(String::as_str).zip(&mut self.texts)
    }
}
