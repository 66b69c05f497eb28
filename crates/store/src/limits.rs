//! Every limit of the journal, the blobs and the readers, by name; those of the evidence itself are in
//! [`base::limits`].

/// Largest entry before compression, bytes: a full batch with the longest notes fits.
pub const ENTRY_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Entries waiting for the writer; a caller beyond it waits.
pub const QUEUE_ENTRIES_MAX: usize = 64;
/// Entries of one commit.
pub const GROUP_ENTRIES_MAX: usize = 256;
/// Compressed bytes after which a commit takes no further entry.
pub const GROUP_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longest wait for another program that holds the database, milliseconds.
pub const BUSY_MS_MAX: u32 = 5_000;
/// Entries a reader fetches at once.
pub const PAGE_ENTRIES_MAX: usize = 256;
/// Compressed bytes after which a reader's fetch takes no further entry.
pub const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The write-ahead log is cut back to this size after a checkpoint, bytes.
pub const WAL_KEPT_BYTES_MAX: u32 = 64 * 1024 * 1024;

/// Longest name, label, identifier or reason, bytes.
pub const NAME_BYTES_MAX: usize = 1_024;
/// Longest file name or path inside an agreement, bytes.
pub const PATH_BYTES_MAX: usize = 4_096;
/// Longest card of limitations, bytes.
pub const LIMITATIONS_BYTES_MAX: usize = 64 * 1024;
/// Longest value of a rejected row kept in the journal, bytes; the original file is kept whole.
pub const VALUE_BYTES_MAX: usize = 4_096;
/// Most geometry files of one agreement.
pub const GEOMETRY_FILES_MAX: usize = 4_096;
/// Rejected rows of one entry.
pub const REJECTED_ROWS_MAX: usize = base::limits::BATCH_ROWS_MAX;
/// Records of coverage of one entry.
pub const COVERAGE_RECORDS_MAX: usize = base::limits::BATCH_ROWS_MAX;
/// Most kinds of one record of coverage.
pub const COVERAGE_KINDS_MAX: usize = 1_024;
/// Most kinds that a card says a source detects, or is blind to, and most sources that it copies.
pub const CARD_KINDS_MAX: usize = 1_024;
/// Most media and documents of one arrival.
pub const ITEMS_MAX: usize = 256;
/// Most observations that one decision is about.
pub const DECIDED_MAX: usize = 65_536;
/// Longest reason of a decision or note on an item's handling, bytes.
pub const WHY_BYTES_MAX: usize = 64 * 1024;
/// Largest table of records, bytes: it is read again at every fold.
pub const RECORDS_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Largest blob, bytes.
pub const BLOB_BYTES_MAX: u64 = 256 * 1024 * 1024 * 1024;
/// Longest text that is read from a lock file, bytes.
pub const HOLDER_BYTES_MAX: u64 = 4_096;
/// Most layers of a GeoPackage that a message lists.
pub const LAYERS_SHOWN_MAX: usize = 20;
