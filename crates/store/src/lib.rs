//! Takes: entries from outside, bytes of originals. Gives: the journal of a mission directory, its blobs, its lock,
//! features of GeoPackage files. Never: holds a second truth; what is derived can be deleted.

pub mod blobs;
pub mod copies;
pub mod docket;
pub mod erase;
pub mod fold;
pub mod geopackage;
pub mod journal;
pub mod limits;
pub mod lock;
pub mod mission;
pub mod reader;
pub mod readmodel;
pub mod record;
pub mod rooms;
mod schema;
pub mod texts;
pub mod writer;

pub use blobs::{BlobError, Blobs};
pub use copies::Copies;
pub use erase::EraseError;
pub use journal::{Journal, Key};
pub use mission::{Mission, MissionError, MissionReader};
pub use reader::{Broken, Entries, Head, ReadError, Reader, Recorded, Verified};
pub use record::{BadEntry, Entry, Received, RejectedRow};
pub use rooms::RoomAct;
pub use writer::{Again, AppendError, Appended, Pending};
