//! The desk: everything the server shows, as known at one moment. It is never changed; a newer one takes its place.

use crate::collect::Collectors;
use crate::index::Index;
use crate::keep::Keeper;
use crate::people::Accounts;
use publication::{Head, Policy, Record};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;

/// Where desks come from: the command line implements this over a mission directory, tests over memory.
pub trait DeskSource: Send + Sync {
    /// The last entry of the journal. Cheap: it is asked every second.
    fn head(&self) -> Result<Head, DeskError>;

    /// The desk as known at a moment, milliseconds since 1970: folded from the entries recorded until then; `None`:
    /// from all of them.
    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError>;

    /// Where what arrives is kept; `None`: this desk only shows.
    fn keeper(&self) -> Option<Arc<dyn Keeper>> {
        None
    }

    /// The mission's directory, where the list of enrolled devices and uploads on their way are; `None`: nothing is
    /// taken from the field.
    fn field_dir(&self) -> Option<PathBuf> {
        None
    }

    /// The mission's accounts; `None`: there are none, and can be none, as in stand-ins. Asked once.
    fn accounts(&self) -> Option<Arc<Accounts>> {
        None
    }

    /// Who sends warnings out while this desk is open; `None`: nobody does.
    fn sender(&self) -> Option<crate::out::Sender> {
        None
    }

    /// What is collected from while this desk is open; `None`: nothing.
    fn collectors(&self) -> Option<Arc<Collectors>> {
        None
    }
}

/// The journal could not be read or folded. The last good desk stays up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DeskError(pub String);

/// What is shown beside the record, and is not evidence.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// The basemap: rivers, towns, water, as a GeoJSON FeatureCollection.
    pub basemap: Option<Value>,
    /// Boundaries as the mission draws them, as a GeoJSON FeatureCollection.
    pub boundaries: Option<Value>,
    /// How the findings compare with the truth, where a simulated world knows it.
    pub rehearsal: Option<Rehearsal>,
}

/// Findings beside the truth of a simulated world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Breaches that the world contains.
    pub injected: u64,
    /// Of these, found.
    pub found: u64,
    /// Of these, not found.
    pub missed: u64,
    /// Findings of a breach where there was none.
    pub false_findings: u64,
}

/// One moment's desk.
pub struct Desk {
    /// The record.
    pub record: Record,
    /// What officers may be told.
    pub policy: Policy,
    /// Basemap and the like.
    pub extras: Extras,
    pub(crate) index: Index,
    watch: crate::watch::Cache,
}

impl Desk {
    /// A desk for the mission's officers; what lists and charts need is computed here, once.
    #[must_use]
    pub fn new(record: Record, extras: Extras) -> Desk {
        let policy = Policy::desk();
        let index = Index::of(&record, &policy);
        Desk { record, policy, extras, index, watch: crate::watch::Cache::default() }
    }

    /// The watch over this record as of now; worked out when it is first asked for.
    pub(crate) fn watched(
        &self,
        board: &crate::watch::BoardAt,
        now_ms: i64,
    ) -> Option<Arc<crate::watch::Watched>> {
        self.watch.of(&self.record, board, now_ms)
    }
}
