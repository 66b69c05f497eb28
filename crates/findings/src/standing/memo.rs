//! What the map says of observations, asked once: contexts of several rounds and of readings that share a map ask the
//! same questions of the same rows.

use super::context::ToLine;
use crate::state::Version;
use atlas::Atlas;
use atlas::answer::Inside;
use atlas::plan::{LineIx, ZoneIx};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Answers of one map, by zone and by line; one entry an observation.
#[derive(Default)]
pub(crate) struct Columns {
    pub(super) in_zones: RefCell<BTreeMap<ZoneIx, Vec<Inside>>>,
    pub(super) to_lines: RefCell<BTreeMap<LineIx, Vec<ToLine>>>,
}

/// A map, and the precision that a text gives to positions without one, metres.
type Read = (Arc<Atlas>, Option<f64>);

/// The answers of all maps for one and the same batch of observations.
#[derive(Default)]
pub(crate) struct Memo {
    maps: RefCell<Vec<(Read, Rc<Columns>)>>,
}

impl Memo {
    /// The answers of a version's map, read with the precision that it gives to positions without one.
    pub fn of(&self, version: &Version) -> Rc<Columns> {
        let precision_m = version.agreement.unstated_precision_m;
        let mut maps = self.maps.borrow_mut();
        let known = maps.iter().find(|((map, p), _)| Arc::ptr_eq(map, &version.atlas) && *p == precision_m);
        if let Some((_, columns)) = known {
            return Rc::clone(columns);
        }
        let columns = Rc::new(Columns::default());
        maps.push(((Arc::clone(&version.atlas), precision_m), Rc::clone(&columns)));
        columns
    }
}
