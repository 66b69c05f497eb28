//! Every limit that outside data can run into, by name.

/// Longest line or record of a text format that is read, bytes.
pub const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most columns of a table.
pub const COLUMNS_MAX: usize = 4_096;
/// Longest narrative kept with an observation, bytes; the original record is always kept whole.
pub const NOTE_BYTES_MAX: usize = 4_096;
/// Most distinct words (kinds, classes, actors, sources, units) of one batch.
pub const WORDS_MAX: usize = 60_000;
/// Observations of one batch, and so of one journal entry.
pub const BATCH_ROWS_MAX: usize = 16_384;
/// Largest agreement file, bytes.
pub const AGREEMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Largest geometry file after decompression, bytes.
pub const GEOMETRY_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// Most vertices of one line or zone in one epoch.
pub const VERTICES_MAX: usize = 4_000_000;
/// Deepest nesting of a JSON document.
pub const JSON_DEPTH_MAX: usize = 64;
/// Deepest nesting of an XML element that is read.
pub const XML_DEPTH_MAX: usize = 64;
/// Most elements inside one XML element that is read.
pub const XML_ELEMENTS_MAX: usize = 100_000;
/// Most attributes of one XML element.
pub const XML_ATTRIBUTES_MAX: usize = 256;
/// Longest document type of an XML document that is looked through, bytes.
pub const XML_DOCTYPE_BYTES_MAX: usize = 64 * 1024;
/// Longest Cursor on Target event that a stream waits for, bytes.
pub const COT_EVENT_BYTES_MAX: usize = 1024 * 1024;
/// Largest ZIP archive that is read, packed, bytes.
pub const ARCHIVE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most bytes that all entries of one ZIP archive unpack to, those of archives inside it included.
pub const ARCHIVE_UNPACKED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most bytes that an entry of a ZIP archive unpacks to, as a multiple of its packed size (beyond the first 1 MiB).
pub const ARCHIVE_RATIO_MAX: u64 = 200;
/// Most entries of one ZIP archive.
pub const ARCHIVE_ENTRIES_MAX: usize = 10_000;
/// Deepest nesting of ZIP archives: a KMZ in a data package is the second.
pub const ARCHIVE_DEPTH_MAX: usize = 2;
/// Most alerts of one file that are held together to follow their references.
pub const ALERTS_HELD_MAX: usize = 20_000;
/// Most bytes of the alerts that are held together.
pub const ALERTS_HELD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most areas (polygons, circles, geocodes) of one alert.
pub const ALERT_AREAS_MAX: usize = 1_000;
/// Largest position uncertainty that is still a position, metres; beyond it the place is undetermined.
pub const RADIUS_M_MAX: f64 = 500_000.0;
/// Earliest event time accepted: 1900-01-01T00:00Z, milliseconds since 1970.
pub const EVENT_MS_MIN: i64 = -2_208_988_800_000;
/// Latest event time accepted: 2100-01-01T00:00Z, milliseconds since 1970.
pub const EVENT_MS_MAX: i64 = 4_102_444_800_000;
/// Rejected rows listed one by one in a summary; all are counted and written to the rejects file.
pub const REJECTS_SHOWN_MAX: usize = 20;
/// Longest text of an allegation that is handed in, bytes; what the docket keeps of one.
pub const CLAIM_TEXT_BYTES_MAX: usize = 16_384;
/// Longest name, label or key of an allegation that is handed in, bytes.
pub const CLAIM_NAME_BYTES_MAX: usize = 256;
/// Most clauses that one allegation names.
pub const CLAIM_CLAUSES_MAX: usize = 100;
/// Largest e-mail that is read, with everything attached, bytes.
pub const MAIL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest head of an e-mail, or of one of its parts, bytes.
pub const MAIL_HEAD_BYTES_MAX: usize = 64 * 1024;
/// Most parts of an e-mail.
pub const MAIL_PARTS_MAX: usize = 256;
/// Deepest nesting of the parts of an e-mail; an e-mail within it is kept whole, and not opened.
pub const MAIL_DEPTH_MAX: usize = 8;
/// Most attachments of an e-mail.
pub const MAIL_ATTACHMENTS_MAX: usize = 64;
/// Largest attachment of an e-mail, unpacked, bytes.
pub const MAIL_ATTACHMENT_BYTES_MAX: usize = 32 * 1024 * 1024;
