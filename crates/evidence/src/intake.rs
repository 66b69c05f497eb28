//! Reading one file of one source: bytes in, batches and rejected rows out, in memory that does not grow with the
//! file.

use crate::batch::{Batch, Builder};
use crate::coverage::Coverage;
use crate::draft::Draft;
use crate::formats::{self, Format};
use crate::mapping::Mapping;
use crate::reject::{Fault, RECORD_BYTES_MAX, RejectReason, Rejected, shown};
use base::CivilZone;
use base::limits::{BATCH_ROWS_MAX, NOTE_BYTES_MAX, RADIUS_M_MAX};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Text of one batch at which it is handed on before it is full, bytes.
const BATCH_TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Civil zone of dates and times without an offset; `None`: the format's own ([`Format::zone`]).
    pub zone: Option<CivilZone>,
    /// Position radius to assume where the file states no precision, metres; `None`: it stays not stated.
    pub radius_m: Option<f64>,
    /// What the columns of a generic CSV or GeoJSON file mean; `None`: columns by their default names.
    pub mapping: Option<Mapping>,
    /// A column whose value says how often the row arrives: replays a deduplicated archive as it came in.
    pub repeat_by: Option<String>,
    /// The day (year, month, day) that a file is of whose rows do not say it.
    pub day: Option<(i16, i8, i8)>,
    /// The sheet of a workbook, or the layer of a GeoPackage; `None`: the first sheet, the only layer.
    pub part: Option<String>,
}

/// Where batches and rejected rows go.
pub trait Sink {
    /// Takes a batch of at most [`base::limits::BATCH_ROWS_MAX`] rows; an error stops the reading.
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError>;

    /// Takes a record of coverage: formats that tell how well something was watched (up-time of a sensor, aircraft that
    /// could or could not see satellites, a patrol's hours) state it beside, or instead of, observations. Coverage that
    /// is dropped turns "not observed" into "nothing happened", so every sink has to say what it does with it; an error
    /// stops the reading.
    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError>;

    /// Takes a row that was not taken.
    fn rejected(&mut self, rejected: Rejected);
}

/// What a sink could not do.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// What one reading came to. INVARIANT: `rows` = `observations` + `coverage` + the sum of `rejected_by_reason`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records met.
    pub rows: u64,
    /// Observations handed to the sink.
    pub observations: u64,
    /// Records of coverage handed to the sink.
    pub coverage: u64,
    /// Rows not taken, by the code of their reason.
    pub rejected_by_reason: BTreeMap<&'static str, u64>,
    /// Columns or members that were not read, by name.
    pub unread_columns: Vec<String>,
    /// Things to know that cost no row.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Rows not taken.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected_by_reason.values().sum()
    }

    /// Whether the file was cut off or damaged, so that rows are missing that nobody counted.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        [RejectReason::TruncatedFile, RejectReason::CorruptFile, RejectReason::UnclosedQuote]
            .iter()
            .any(|r| self.rejected_by_reason.contains_key(r.code()))
    }
}

/// Why a file could not be read at all. Rows read before stay read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The input failed (disk, network): try again.
    #[error("the input could not be read")]
    Input(#[source] io::Error),
    /// The sink failed: the rows since the last batch it took are not kept.
    #[error("the rows could not be kept")]
    Sink(#[source] SinkError),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Another kind of file.
    #[error("this cannot be read as {format}: {found}")]
    WrongKind {
        /// What was asked for.
        format: &'static str,
        /// What stands there instead, and what to do.
        found: String,
    },
    /// Columns are missing.
    #[error("this is not a {format} table: column {missing} is missing; found {found}")]
    MissingColumns {
        /// What was asked for.
        format: &'static str,
        /// The required columns that are not there, quoted.
        missing: String,
        /// The columns that are there.
        found: String,
    },
    /// The options do not fit the format.
    #[error("{0}")]
    Options(String),
}

impl ReadError {
    /// An input that failed before anything could be read of it.
    pub(crate) fn at_start(format: &'static str, error: io::Error) -> ReadError {
        let found = match error.kind() {
            io::ErrorKind::UnexpectedEof => "the compressed file is cut off before its first record",
            io::ErrorKind::InvalidData => "the compressed file is damaged before its first record",
            _ => return ReadError::Input(error),
        };
        ReadError::WrongKind { format, found: found.to_owned() }
    }
}

/// Reads `input`, which states observations of `source` in `format`, into `sink`. Compressed input is unpacked.
///
/// A file that is cut off or damaged gives its good rows and one rejected row that says so
/// ([`RejectReason::TruncatedFile`], [`RejectReason::CorruptFile`]), and `Ok`: see [`Summary::is_incomplete`].
/// Errors are for what cannot be read at all.
pub fn read(
    format: Format,
    options: &Options,
    source: &str,
    input: Box<dyn Read + '_>,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    if let Some(r) = options.radius_m.filter(|r| !(0.0..=RADIUS_M_MAX).contains(r)) {
        return Err(ReadError::Options(format!(
            "a position radius of {r} m is not between 0 and {RADIUS_M_MAX} m"
        )));
    }
    let input = crate::unpack::decompress(input);
    let mut intake = Intake::new(source, options, sink);
    formats::run(format, options, input, &mut intake)?;
    intake.finish()
}

/// The common part of all adapters: numbers rows, fills batches, counts.
pub(crate) struct Intake<'a> {
    sink: &'a mut dyn Sink,
    builder: Builder,
    text_bytes: usize,
    /// Radius to assume, metres.
    pub(crate) radius_m: Option<f64>,
    summary: Summary,
    warned: BTreeMap<&'static str, u64>,
}

/// Where a record stands, and its bytes.
#[derive(Clone, Copy)]
pub(crate) struct At<'r> {
    pub(crate) line: u64,
    pub(crate) raw: &'r [u8],
}

impl<'a> Intake<'a> {
    fn new(source: &str, options: &Options, sink: &'a mut dyn Sink) -> Intake<'a> {
        Intake {
            sink,
            builder: Builder::new(source),
            text_bytes: 0,
            radius_m: options.radius_m,
            summary: Summary::default(),
            warned: BTreeMap::new(),
        }
    }

    /// Rows so far.
    pub(crate) fn rows(&self) -> u64 {
        self.summary.rows
    }

    /// Takes one observation.
    pub(crate) fn observed(&mut self, draft: &Draft<'_>) -> Result<(), ReadError> {
        if self.builder.push(draft).is_err() {
            self.flush()?;
            // A fresh dictionary holds the few words of one row.
            let again = self.builder.push(draft);
            assert!(again.is_ok(), "one row fits an empty batch");
        }
        self.summary.rows += 1;
        self.summary.observations += 1;
        self.text_bytes += draft.note.len().min(NOTE_BYTES_MAX) + draft.links.len().min(NOTE_BYTES_MAX);
        if self.builder.len() >= BATCH_ROWS_MAX || self.text_bytes >= BATCH_TEXT_BYTES_MAX {
            self.flush()?;
        }
        Ok(())
    }

    /// Takes one record of coverage; the intake's source stands on it. Outer error ends the reading, inner is for the
    /// adapter to reject its row with: a record that no store keeps must not cost the rest of the file.
    pub(crate) fn covered(&mut self, mut coverage: Coverage) -> Result<Result<(), Fault>, ReadError> {
        if let Err(fault) = coverage.check() {
            return Ok(Err(fault));
        }
        self.builder.source().clone_into(&mut coverage.source);
        self.summary.rows += 1;
        self.summary.coverage += 1;
        self.sink.coverage(coverage).map_err(ReadError::Sink).map(Ok)
    }

    /// Records a row that is not taken.
    pub(crate) fn rejected(&mut self, at: At<'_>, fault: Fault) {
        self.summary.rows += 1;
        *self.summary.rejected_by_reason.entry(fault.reason.code()).or_default() += 1;
        self.sink.rejected(Rejected {
            row: self.summary.rows,
            line: at.line,
            column: fault.column,
            reason: fault.reason,
            value: fault.value,
            record: shown(at.raw, RECORD_BYTES_MAX),
        });
    }

    /// Records that the input ended badly: cut off or damaged is a rejected row, anything else an error.
    pub(crate) fn ended(&mut self, error: io::Error, at: At<'_>) -> Result<(), ReadError> {
        let reason = match error.kind() {
            io::ErrorKind::UnexpectedEof => RejectReason::TruncatedFile,
            io::ErrorKind::InvalidData => RejectReason::CorruptFile,
            _ => {
                self.flush()?;
                return Err(ReadError::Input(error));
            }
        };
        self.rejected(at, Fault::new("", reason, ""));
        Ok(())
    }

    /// Counts something that costs no row; `says` is printed once with the number of rows.
    pub(crate) fn warn(&mut self, says: &'static str) {
        *self.warned.entry(says).or_default() += 1;
    }

    /// Names the columns that are not read.
    pub(crate) fn unread(&mut self, columns: Vec<String>) {
        self.summary.unread_columns = columns;
    }

    fn flush(&mut self) -> Result<(), ReadError> {
        self.text_bytes = 0;
        let batch = self.builder.take();
        if batch.is_empty() {
            return Ok(());
        }
        assert!(batch.is_sound(), "a batch leaves the adapters sound");
        self.sink.batch(batch).map_err(ReadError::Sink)
    }

    fn finish(mut self) -> Result<Summary, ReadError> {
        self.flush()?;
        for (says, rows) in &self.warned {
            self.summary.warnings.push(format!("{says} ({rows} rows)"));
        }
        let s = self.summary;
        assert_eq!(s.rows, s.observations + s.coverage + s.rejected(), "every row is taken or rejected");
        Ok(s)
    }
}
