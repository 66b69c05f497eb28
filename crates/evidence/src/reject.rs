//! Rows that were not taken, and why. Bad outside data is normal: it is recorded with its reason, counted, and the
//! rest goes on.

use std::fmt;

/// Longest offending value kept with a rejection, characters.
pub const VALUE_CHARS_MAX: usize = 120;
/// Longest raw record kept with a rejection, bytes.
pub const RECORD_BYTES_MAX: usize = 4_096;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $says:literal;)*) => {
        /// Why a row was not taken. The code is stable; it is what rejects files and figures are keyed by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RejectReason {
            $($(#[$doc])* $name,)*
        }

        impl RejectReason {
            /// All reasons.
            pub const ALL: &'static [RejectReason] = &[$(RejectReason::$name,)*];

            /// Its stable code, in kebab case.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(RejectReason::$name => $code,)* }
            }
        }

        impl fmt::Display for RejectReason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(RejectReason::$name => $says,)* })
            }
        }
    };
}

reasons! {
    /// A coordinate or figure is NaN or infinite.
    NotFinite = "not-finite", "the number is not finite";
    /// The text is not a number.
    NotANumber = "not-a-number", "not a number";
    /// Latitude and longitude look exchanged.
    LooksSwapped = "looks-swapped", "latitude is outside -90..90; longitude and latitude look swapped";
    /// A coordinate is out of range.
    PositionOutOfRange = "position-out-of-range", "longitude is outside -180..180 or latitude outside -90..90";
    /// A figure is outside what its column can hold.
    OutOfRange = "out-of-range", "outside the range of this column";
    /// Not a date of the format's kind.
    BadDate = "bad-date", "not a date that can be read, or no such day";
    /// Not a time of day.
    BadTime = "bad-time", "not a time of day that can be read";
    /// A date that cannot be meant.
    DateOutOfLimits = "date-out-of-limits", "the date is before 1900 or after 2099";
    /// The end lies before the start.
    EndsBeforeStart = "ends-before-start", "the end lies before the start";
    /// A value that the observation cannot do without is empty.
    MissingValue = "missing-value", "the value is missing";
    /// More fields than columns.
    TooManyFields = "too-many-fields", "more fields than the header has columns";
    /// Fewer fields than columns.
    TooFewFields = "too-few-fields", "fewer fields than the header has columns";
    /// Bytes that are not UTF-8 where a fact is stated.
    NotUtf8 = "not-utf8", "not UTF-8 text";
    /// Longer than `base::limits::LINE_BYTES_MAX`.
    RecordTooLong = "record-too-long", "the record is longer than 8 MiB; a quotation mark may be missing";
    /// The file ends inside quotation marks.
    UnclosedQuote = "unclosed-quote", "the file ends inside quotation marks";
    /// Not JSON.
    BadJson = "bad-json", "not valid JSON";
    /// Not well-formed XML.
    BadXml = "bad-xml", "not well-formed XML";
    /// A document type that declares entities: they can stand for files, addresses or endless text.
    PoisonedXml = "poisoned-xml", "the document declares entities; they are never expanded, and it is not read";
    /// Beyond a limit of `base::limits`: nesting, elements, attributes, or what an archive unpacks to.
    TooLarge = "too-large", "beyond the limits of what is read";
    /// An entry of an archive whose name would lead out of a directory.
    UnsafeName = "unsafe-name", "a name in the archive leads out of it";
    /// An entry of an archive that is encrypted or packed by a method that is not read.
    PackedOtherwise = "packed-otherwise", "encrypted, or packed by a method that is not read";
    /// A message that takes back or ends one that is not in this input.
    Withdrawn = "withdrawn", "it takes back an earlier message; evidence is never deleted, and this is its trace";
    /// A test, a draft, an acknowledgement, a simulation.
    NotActual = "not-actual", "a test, draft, acknowledgement or simulation states no fact";
    /// Where observers or their devices are.
    OwnPosition = "own-position", "the position of an observer or a device of ours, not an observation";
    /// Valid JSON or XML of another shape than the format has.
    WrongShape = "wrong-shape", "not of the shape that this format has";
    /// A count that cannot be read.
    BadCount = "bad-count", "not a count that can be read";
    /// A word outside a closed list.
    UnknownWord = "unknown-word", "not a word of this column's list";
    /// A geometry that cannot be used.
    BadGeometry = "bad-geometry", "not a geometry that can be used; points and polygons are read";
    /// The file stops in the middle.
    TruncatedFile = "truncated-file", "the file is cut off here; what came before is kept";
    /// The source is quarantined: too much of it could not be read.
    Quarantined = "quarantined", "held back: too many rows of this source were rejected; an officer can release it";
    /// The compression is damaged.
    CorruptFile = "corrupt-file", "the compressed file is damaged here; what came before is kept";
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Number of the record, from 1; the header is not counted.
    pub row: u64,
    /// Line of the file on which the record starts, from 1.
    pub line: u64,
    /// Column or member at fault; empty: the record as a whole.
    pub column: String,
    /// Why.
    pub reason: RejectReason,
    /// The offending text, at most [`VALUE_CHARS_MAX`] characters.
    pub value: String,
    /// The record as it stands in the file, at most [`RECORD_BYTES_MAX`] bytes; bytes that are not UTF-8 replaced.
    pub record: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} (line {}): ", self.row, self.line)?;
        if !self.column.is_empty() {
            write!(f, "column `{}`: ", self.column)?;
        }
        write!(f, "{}", self.reason)?;
        if self.value.is_empty() { Ok(()) } else { write!(f, ": `{}`", self.value) }
    }
}

/// What is wrong with one value of a record, before it is known which record that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Column at fault; empty: the record.
    pub column: String,
    /// Why.
    pub reason: RejectReason,
    /// The offending text.
    pub value: String,
}

impl Fault {
    /// A fault of one column.
    #[must_use]
    pub fn new(column: &str, reason: RejectReason, value: impl AsRef<[u8]>) -> Fault {
        let value = shown(value.as_ref(), VALUE_CHARS_MAX * 4);
        Fault { column: column.to_owned(), reason, value: value.chars().take(VALUE_CHARS_MAX).collect() }
    }
}

/// Bytes as text, at most `bytes_max` of them, cut at a character's edge.
#[must_use]
pub fn shown(bytes: &[u8], bytes_max: usize) -> String {
    let mut end = bytes.len().min(bytes_max);
    while end > 0
        && end < bytes.len()
        && bytes.get(end).is_some_and(|b| b & 0xC0 == 0x80)
        && bytes_max - end < 4
    {
        end -= 1;
    }
    String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_in_kebab_case() {
        let mut codes: Vec<_> = RejectReason::ALL.iter().map(|r| r.code()).collect();
        assert!(
            codes
                .iter()
                .all(|c| c.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()))
        );
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RejectReason::ALL.len());
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let fault = Fault::new("place", RejectReason::NotANumber, "ї".repeat(500));
        assert_eq!(fault.value.chars().count(), VALUE_CHARS_MAX);
        assert!(fault.value.chars().all(|c| c == 'ї'));
    }
}
