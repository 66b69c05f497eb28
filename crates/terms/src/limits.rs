//! Limits of the language, by name. What is beyond one of them is an error that says so.

/// Problems listed of one file; the rest are counted.
pub const PROBLEMS_MAX: usize = 500;
/// Errors after which no further statement is read: such a file is not an agreement.
pub const ERRORS_MAX: usize = 50_000;
/// Longest statement, bytes.
pub const STATEMENT_BYTES_MAX: usize = 64 * 1024;
/// Most clauses (labelled exceptions among them) of one file.
pub const CLAUSES_MAX: usize = 100_000;
/// Most headings of one file.
pub const HEADINGS_MAX: usize = 100_000;
/// Most names of one sort: actors, weapon classes, acts, lines, zones (unnamed zones among them).
pub const NAMES_MAX: usize = 10_000;
/// Longest name, characters.
pub const NAME_CHARS_MAX: usize = 64;
/// Largest distance, metres: a little more than half way round the Earth.
pub const DISTANCE_M_MAX: f64 = 20_100_000.0;
/// Largest calibre, millimetres.
pub const CALIBRE_MM_MAX: f64 = 2_000.0;
/// Most days after entry into force that a clause may count.
pub const DAYS_MAX: i32 = 36_525;
/// Brackets within each other.
pub const BRACKET_DEPTH_MAX: usize = 64;
/// Most brackets of one file.
pub const BRACKETS_MAX: usize = 1_000;
/// Most forms of one statement: the combinations of the alternatives within it.
pub const VARIANTS_MAX: usize = 256;
/// Most readings of a file: texts in which every combination of alternatives that some clause depends on stands.
pub const READINGS_MAX: usize = 256;
/// Most cells that a question about clauses goes through.
pub const CELLS_MAX: usize = 400_000;
/// Most pairs of clauses that analysis holds against each other.
pub const CLAUSE_PAIRS_MAX: usize = 5_000;
/// Most contradictions that a comparison lists; what is beyond is said to be left out.
pub const CONTRADICTIONS_MAX: usize = 1_000;
/// Most pairs of clauses that a comparison holds against each other in search of contradictions.
pub const CONTRADICTING_PAIRS_MAX: usize = 250_000;
/// Readings beyond which analysis does not go through the cells of each.
pub const READINGS_ANALYSED_MAX: usize = 32;
