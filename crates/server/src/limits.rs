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
/// Most media and documents listed in one answer.
pub const ITEMS_SHOWN_MAX: usize = 1_000;
/// Bytes of an original handed out at once.
pub const ORIGINAL_PIECE_BYTES: u64 = 256 * 1024;

// Accounts.

/// Largest body that the addresses of accounts take, bytes.
pub const PEOPLE_BODY_BYTES_MAX: u64 = 16 * 1024;
/// Strangers who wait for the check of a password at a time; more are told to come again.
pub const PASSWORD_CHECKS_WAITING_MAX: usize = 32;
/// Lines of the log in an answer when no number is asked for.
pub const AUDIT_LINES_DEFAULT: u32 = 100;
/// Most lines of the log in one answer.
pub const AUDIT_LINES_MAX: u32 = 1_000;

// The field's door.

/// Largest submission from the web form, bytes, media apart.
pub const SUBMISSION_BYTES_MAX: u64 = 256 * 1024;
/// Largest XML of an OpenRosa submission, bytes.
pub const SUBMISSION_XML_BYTES_MAX: u64 = 1024 * 1024;
/// Largest OpenRosa submission with its media, bytes; told to clients, which then send their media in several.
pub const OPENROSA_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most parts of one OpenRosa submission.
pub const OPENROSA_PARTS_MAX: usize = 64;
/// Largest medium, bytes.
pub const MEDIUM_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Largest piece of a medium taken at once, bytes.
pub const CHUNK_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Most media of one submission.
pub const MEDIA_MAX: usize = 20;
/// Everything that may lie half-uploaded at one time, bytes.
pub const UPLOADS_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;
/// How long an upload on which nothing has arrived is kept, milliseconds.
pub const UPLOAD_KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// Longest name of a medium, an instance id or a form version, bytes.
pub const FIELD_NAME_BYTES_MAX: usize = 255;
/// Most fields of one submission.
pub const FIELDS_MAX: usize = 200;
/// Longest answer in one field, bytes.
pub const ANSWER_BYTES_MAX: usize = base::limits::NOTE_BYTES_MAX;
/// Deepest nesting of an OpenRosa submission.
pub const XML_DEPTH_MAX: usize = 16;
/// How long a sender may send nothing in the middle of a request, seconds.
pub const BODY_IDLE_S: u64 = 20;
/// What one device may ask for in one burst: a submission costs [`RATE_SUBMISSION`], everything else 1.
pub const RATE_BURST: i64 = 400;
/// How much of that comes back each second.
pub const RATE_PER_S: i64 = 10;
/// What a submission costs.
pub const RATE_SUBMISSION: i64 = 5;
/// A device clock that differs by more than this is told in the observation's note, milliseconds.
pub const CLOCK_SKEW_TOLD_MS: i64 = 120_000;
/// Largest list of enrolled devices, bytes.
pub const ACCESS_BYTES_MAX: u64 = 4 * 1024 * 1024;
