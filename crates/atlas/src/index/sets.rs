//! Interned sets of numbers: a set is made once, known by its id, and reached from its neighbours by adding or
//! removing one member.

use hashbrown::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// The empty set's id.
pub const EMPTY: u32 = 0;

/// Sets of `u32`. Ids are never reused, so an id read once stays good; which number a set gets depends on the order
/// of first use.
pub struct Sets {
    inner: RwLock<Inner>,
}

/// The sets known so far.
pub struct Inner {
    members: Vec<Box<[u32]>>,
    ids: HashMap<Box<[u32]>, u32>,
    toggled: HashMap<(u32, u32), u32>,
}

impl Default for Sets {
    fn default() -> Sets {
        let mut inner = Inner { members: Vec::new(), ids: HashMap::new(), toggled: HashMap::new() };
        inner.id_of(Vec::new());
        Sets { inner: RwLock::new(inner) }
    }
}

impl Sets {
    /// Reads what is known. Drop it before [`Sets::toggle`].
    pub fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of `set` with `member` added, or removed if it is there.
    pub fn toggle(&self, set: u32, member: u32) -> u32 {
        self.inner.write().unwrap_or_else(PoisonError::into_inner).toggle(set, member)
    }

    /// The id of the set of these members, which stand in order, each once.
    pub fn insert(&self, members: &[u32]) -> u32 {
        self.inner.write().unwrap_or_else(PoisonError::into_inner).id_of(members.to_vec())
    }

    /// Bytes held, about.
    pub fn bytes(&self) -> usize {
        let inner = self.read();
        let members: usize = inner.members.iter().map(|m| m.len() * 4 + 16).sum();
        2 * members + inner.toggled.capacity() * 17 + inner.ids.capacity() * 24
    }
}

impl Inner {
    /// The members of a set, in order.
    pub fn members(&self, set: u32) -> &[u32] {
        self.members.get(set as usize).map_or(&[], |m| m)
    }

    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The set with `member` added or removed, if it has been asked for before.
    pub fn toggled(&self, set: u32, member: u32) -> Option<u32> {
        self.toggled.get(&(set, member)).copied()
    }

    /// The set of these members, if it is known; they stand in order, each once.
    pub fn find(&self, members: &[u32]) -> Option<u32> {
        self.ids.get(members).copied()
    }

    /// As [`Sets::toggle`].
    pub fn toggle(&mut self, set: u32, member: u32) -> u32 {
        if let Some(known) = self.toggled(set, member) {
            return known;
        }
        let mut members = self.members(set).to_vec();
        match members.binary_search(&member) {
            Ok(at) => drop(members.remove(at)),
            Err(at) => members.insert(at, member),
        }
        let other = self.id_of(members);
        self.toggled.insert((set, member), other);
        self.toggled.insert((other, member), set);
        other
    }

    fn id_of(&mut self, members: Vec<u32>) -> u32 {
        let members = members.into_boxed_slice();
        if let Some(id) = self.ids.get(&members) {
            return *id;
        }
        let id = self.members.len() as u32;
        self.members.push(members.clone());
        self.ids.insert(members, id);
        id
    }

    /// Mutable access while nobody else has the sets.
    pub fn of(sets: &mut Sets) -> &mut Inner {
        sets.inner.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}
