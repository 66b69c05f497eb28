//! Prospective space-time scan: *where* counts rose, and since when.
//!
//! Circles of nearest places (Kulldorff 1997) and windows that end today (Kulldorff 2001) are taken over from the
//! field; the null is not. Its replicas are blocks of the record's own past, so that a scan is rare only when
//! ordinary times, with their spread and their chains of events, do not give its like.

pub mod circles;
pub mod expected;
pub mod kernel;
pub mod null;
pub mod permutation;
pub mod prospective;
pub mod tail;
#[cfg(test)]
mod tests;

pub use expected::Baseline;
pub use kernel::Dispersion;
pub use permutation::Permuted;
pub use prospective::{Cluster, Part, Scan, ScanError, Scanner, Settings};
pub use tail::{Maxima, Tail};
