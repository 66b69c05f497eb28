//! Every limit of the interface, by name.

/// Incidents on a page when none is asked for.
pub const PAGE_DEFAULT: u64 = 100;
/// Most incidents on one page.
pub const PAGE_MAX: u64 = 1_000;
/// Most points for the map; the newest are kept.
pub const POINTS_MAX: usize = 50_000;
/// Bins of the histogram when none are asked for.
pub const BINS_DEFAULT: u64 = 120;
/// Most bins.
pub const BINS_MAX: u64 = 1_000;
/// Most members of one incident given with it; all are counted.
pub const MEMBERS_MAX: usize = 500;
/// Most members whose reasons are given with one finding, the gravest first.
pub const TRACES_MAX: usize = 50;
/// Most coverage periods in one answer.
pub const COVERAGE_MAX: usize = 10_000;
/// Most steps of the coverage ledger in one answer.
pub const LEDGER_STEPS_MAX: i64 = 4_000;
/// Most sources of the coverage ledger in one answer.
pub const SOURCES_MAX: usize = 1_000;
/// Most findings over a period given of one clause, the gravest first.
pub const STANDING_MAX: usize = 200;
/// Most reasons of one finding over a period, and most sentences of one sort of what it lacks.
pub const REASONS_MAX: usize = 50;
/// Longest search text, bytes.
pub const SEARCH_BYTES_MAX: usize = 200;
/// Longest query, in parameters.
pub const PARAMETERS_MAX: usize = 64;
/// Desks of earlier moments kept in memory.
pub const DESKS_KEPT_MAX: usize = 4;
/// Folds of the journal at a time.
pub const FOLDS_AT_ONCE: usize = 1;
/// Live streams open at a time.
pub const STREAMS_MAX: usize = 64;
/// How often the journal's head is looked at, milliseconds.
pub const POLL_MS: u64 = 1_000;
/// How often a quiet stream is kept alive, seconds.
pub const HEARTBEAT_S: u64 = 15;
/// Rows of the page `/list`.
pub const LIST_ROWS: u64 = 50;
