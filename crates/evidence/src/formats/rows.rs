//! Records of a CSV file, one at a time, with a bound on every buffer: a record that is too long or has too many
//! fields is passed over, and the next one is read.

use crate::intake::{ReadError, Summary};
use crate::reject::{Fault, RECORD_BYTES_MAX, RejectReason, Rejected, shown};
use crate::unpack::Failed;
use base::limits::{COLUMNS_MAX, LINE_BYTES_MAX};
use csv_core::ReadRecordResult as Got;
use std::borrow::Cow;
use std::io::{self, Read};

const CHUNK_BYTES: usize = 256 * 1024;
/// Bytes of a record kept from earlier chunks, for showing it when it is rejected.
const CARRY_BYTES_MAX: usize = crate::reject::RECORD_BYTES_MAX;

/// What came next.
pub(crate) enum Next {
    /// A record: see [`Rows::field`].
    Record,
    /// A record beyond the limits; passed over.
    TooLong,
    /// The last record, whose quotation marks are not closed.
    Unclosed,
    /// The input failed.
    Failed(io::Error),
    /// No more records.
    End,
}

/// A CSV file being read.
pub(crate) struct Rows<'a> {
    input: Box<dyn Read + 'a>,
    core: csv_core::Reader,
    buffer: Vec<u8>,
    position: usize,
    end: usize,
    raw_from: usize,
    carry: Vec<u8>,
    output: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    line: u64,
    newlines: u64,
}

fn count(bytes: &[u8], byte: u8) -> u64 {
    bytes.iter().filter(|b| **b == byte).count() as u64
}

impl<'a> Rows<'a> {
    /// Opens a table; looks at its first bytes to tell text from anything else. `delimiter`: `None` takes the
    /// likeliest of comma, semicolon and tab from the first line.
    pub(crate) fn open(
        format: &'static str,
        input: Box<dyn Read + 'a>,
        delimiter: Option<u8>,
    ) -> Result<Rows<'a>, ReadError> {
        let mut rows = Rows {
            input,
            core: csv_core::Reader::new(),
            buffer: vec![0; CHUNK_BYTES],
            position: 0,
            end: 0,
            raw_from: 0,
            carry: Vec::new(),
            output: vec![0; 64 * 1024],
            ends: vec![0; 256],
            fields: 0,
            line: 1,
            newlines: 0,
        };
        let head_error = rows.first_chunk();
        let head = rows.buffer.get(..rows.end).unwrap_or_default();
        if head.is_empty() {
            return Err(head_error.map_or(ReadError::Empty, |e| ReadError::at_start(format, e)));
        }
        if let Some(found) = not_text(head) {
            return Err(ReadError::WrongKind { format, found: found.to_owned() });
        }
        let delimiter = delimiter.unwrap_or_else(|| likeliest_delimiter(head));
        rows.core = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Ok(rows)
    }

    /// Fills the first chunk as far as it goes, and passes over a byte order mark.
    fn first_chunk(&mut self) -> Option<io::Error> {
        let mut error = None;
        while self.end < 4096 {
            match self.input.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    error = Some(e);
                    break;
                }
            }
        }
        if self.buffer.get(..self.end).unwrap_or_default().starts_with(b"\xef\xbb\xbf") {
            self.position = 3;
        }
        if let Some(e) = error {
            // What was read is good; the error is met again when it is used up.
            self.input = Box::new(Failed(Some(io::Error::new(e.kind(), e.to_string()))));
            return Some(e);
        }
        None
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.position..self.end).unwrap_or_default()
    }

    /// Reads the next chunk; keeps the beginning of the record that it cuts. `Ok(false)`: no more.
    fn refill(&mut self) -> io::Result<bool> {
        let cut = self.buffer.get(self.raw_from..self.end).unwrap_or_default();
        let room = CARRY_BYTES_MAX.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(cut.get(..cut.len().min(room)).unwrap_or_default());
        (self.position, self.end, self.raw_from) = (0, 0, 0);
        loop {
            match self.input.read(&mut self.buffer) {
                Ok(n) => {
                    self.end = n;
                    return Ok(n > 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Passes over empty lines. `Ok(false)`: nothing follows.
    fn skip_newlines(&mut self) -> io::Result<bool> {
        loop {
            let rest = self.rest();
            let n = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
            let newlines = count(rest.get(..n).unwrap_or_default(), b'\n');
            let more = n < rest.len();
            self.newlines += newlines;
            self.position += n;
            self.raw_from = self.position;
            if more {
                return Ok(true);
            }
            if !self.refill()? {
                return Ok(false);
            }
            self.carry.clear();
        }
    }

    /// Reads the next record.
    pub(crate) fn next(&mut self) -> Next {
        self.carry.clear();
        self.raw_from = self.position;
        self.fields = 0;
        self.line = self.newlines + 1;
        match self.skip_newlines() {
            Ok(true) => {}
            Ok(false) => return Next::End,
            Err(e) => return Next::Failed(e),
        }
        self.line = self.newlines + 1;
        self.record()
    }

    fn record(&mut self) -> Next {
        let (mut length, mut fields, mut quotes) = (0, 0, 0);
        let mut too_long = false;
        let mut at_end = false;
        loop {
            let input = self.buffer.get(self.position..self.end).unwrap_or_default();
            let output = self.output.get_mut(length..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (got, n_in, n_out, n_ends) = self.core.read_record(input, output, ends);
            let used = input.get(..n_in).unwrap_or_default();
            quotes += count(used, b'"');
            self.newlines += count(used, b'\n');
            self.position += n_in;
            if !too_long {
                length += n_out;
                fields += n_ends;
            }
            match got {
                Got::InputEmpty if at_end => return Next::End,
                Got::InputEmpty => match self.refill() {
                    Ok(true) => {}
                    Ok(false) => at_end = true,
                    Err(e) => return Next::Failed(e),
                },
                Got::OutputFull if self.output.len() < LINE_BYTES_MAX && !too_long => {
                    let bytes = (self.output.len() * 2).min(LINE_BYTES_MAX);
                    self.output.resize(bytes, 0);
                }
                Got::OutputEndsFull if self.ends.len() < COLUMNS_MAX && !too_long => {
                    let columns = (self.ends.len() * 2).min(COLUMNS_MAX);
                    self.ends.resize(columns, 0);
                }
                Got::OutputFull | Got::OutputEndsFull => {
                    too_long = true;
                    (length, fields) = (0, 0);
                }
                Got::Record if too_long => return Next::TooLong,
                Got::Record => {
                    self.fields = fields;
                    return if at_end && quotes % 2 == 1 { Next::Unclosed } else { Next::Record };
                }
                Got::End => return Next::End,
            }
        }
    }

    /// The line on which the record starts, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The lines that the record covers, if more than one: a missing quotation mark swallows what follows.
    pub(crate) fn lines(&self) -> Option<(u64, u64)> {
        let ends_line = self.buffer.get(self.raw_from..self.position).is_some_and(|raw| raw.ends_with(b"\n"));
        let last = self.newlines + u64::from(!ends_line);
        (last > self.line).then_some((self.line, last))
    }

    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.fields
    }

    /// One field, quotation marks undone; empty if there is none.
    pub(crate) fn field(&self, index: usize) -> &[u8] {
        if index >= self.fields {
            return b"";
        }
        let start = index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.output.get(start..end).unwrap_or_default()
    }

    /// The record as it stands in the file; only its beginning if it is long.
    pub(crate) fn raw(&self) -> Cow<'_, [u8]> {
        let here = self.buffer.get(self.raw_from..self.position).unwrap_or_default();
        let here = here.get(..here.len().min(CARRY_BYTES_MAX)).unwrap_or_default();
        let here = here.strip_suffix(b"\n").unwrap_or(here);
        let here = here.strip_suffix(b"\r").unwrap_or(here);
        if self.carry.is_empty() {
            return Cow::Borrowed(here);
        }
        let mut all = self.carry.clone();
        all.extend_from_slice(here);
        Cow::Owned(all)
    }
}

/// Reads the records after the header: each is taken by its number from 1, or rejected with its reason, and the rest
/// goes on. In the summary, `observations` counts what was taken.
pub(crate) fn read_each<T>(
    rows: &mut Rows<'_>,
    mut summary: Summary,
    record: impl Fn(&Rows<'_>) -> Result<T, Fault>,
    each: &mut dyn FnMut(u64, Result<T, Rejected>),
) -> Result<Summary, ReadError> {
    loop {
        let (fault, last) = match rows.next() {
            Next::End => return Ok(summary),
            Next::Record => match record(rows) {
                Ok(taken) => {
                    summary.rows += 1;
                    summary.observations += 1;
                    each(summary.rows, Ok(taken));
                    continue;
                }
                Err(fault) => (fault, false),
            },
            Next::TooLong => (Fault::new("", RejectReason::RecordTooLong, ""), false),
            Next::Unclosed => (Fault::new("", RejectReason::UnclosedQuote, ""), false),
            Next::Failed(e) => match e.kind() {
                io::ErrorKind::UnexpectedEof => (Fault::new("", RejectReason::TruncatedFile, ""), true),
                io::ErrorKind::InvalidData => (Fault::new("", RejectReason::CorruptFile, ""), true),
                _ => return Err(ReadError::Input(e)),
            },
        };
        summary.rows += 1;
        *summary.rejected_by_reason.entry(fault.reason.code()).or_default() += 1;
        let rejected = Rejected {
            row: summary.rows,
            line: rows.line(),
            column: fault.column,
            reason: fault.reason,
            value: fault.value,
            record: shown(&rows.raw(), RECORD_BYTES_MAX),
        };
        each(summary.rows, Err(rejected));
        if last {
            return Ok(summary);
        }
    }
}

/// Why the first bytes of a file are not text, if they are not.
pub(crate) fn not_text(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some("it is UTF-16 text; save it as UTF-8");
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some("it is a ZIP archive or a spreadsheet; unpack it, or save the sheet as CSV");
    }
    let head = head.get(..head.len().min(4096)).unwrap_or_default();
    head.contains(&0).then_some("it holds binary data, not text")
}

fn likeliest_delimiter(head: &[u8]) -> u8 {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    [b',', b';', b'\t'].into_iter().max_by_key(|d| (count(line, *d), *d == b',')).unwrap_or(b',')
}

/// The names of a table's columns.
pub(crate) struct Header {
    /// Trimmed, in lower case.
    names: Vec<String>,
    /// As written.
    pub(crate) written: Vec<String>,
}

impl Header {
    /// Reads the first record as the header.
    pub(crate) fn read(format: &'static str, rows: &mut Rows<'_>) -> Result<Header, ReadError> {
        let wrong = |found: &str| ReadError::WrongKind { format, found: found.to_owned() };
        match rows.next() {
            Next::Record => {}
            Next::Failed(e) => return Err(ReadError::at_start(format, e)),
            Next::End => return Err(ReadError::Empty),
            Next::TooLong => return Err(wrong("its first line is longer than a table's header can be")),
            Next::Unclosed => return Err(wrong("the quotation marks of its first line are not closed")),
        }
        let written: Vec<String> =
            (0..rows.len()).map(|i| String::from_utf8_lossy(rows.field(i)).trim().to_owned()).collect();
        if written.iter().any(|n| n.chars().any(|c| c.is_control() && !c.is_whitespace())) {
            return Err(wrong("its first line holds control characters, not column names"));
        }
        Ok(Header { names: written.iter().map(|n| n.to_lowercase()).collect(), written })
    }

    /// How many columns.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The column of that name, upper or lower case.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim().to_lowercase();
        self.names.iter().position(|n| *n == name)
    }

    /// The first column that has one of these names.
    pub(crate) fn any(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|n| self.find(n))
    }

    /// The name of a column as written.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.written.get(index).map_or("", String::as_str)
    }

    /// In lower case.
    pub(crate) fn lower(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    /// An error that names what is missing and what is there.
    pub(crate) fn missing(&self, format: &'static str, missing: &[&str]) -> ReadError {
        let quoted = |names: &mut dyn Iterator<Item = &str>| {
            let mut out = String::new();
            for name in names.take(64) {
                let short: String = name.chars().take(40).collect();
                out.push_str(if out.is_empty() { "`" } else { ", `" });
                out.push_str(&short);
                out.push('`');
            }
            out
        };
        ReadError::MissingColumns {
            format,
            missing: quoted(&mut missing.iter().copied()),
            found: quoted(&mut self.written.iter().map(String::as_str)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Vec<String>> {
        let mut rows = Rows::open("csv", Box::new(text), None).unwrap();
        let mut out = Vec::new();
        while let Next::Record = rows.next() {
            out.push((0..rows.len()).map(|i| String::from_utf8_lossy(rows.field(i)).into_owned()).collect());
        }
        out
    }

    #[test]
    fn a_byte_order_mark_crlf_and_quoted_newlines_are_read() {
        let rows = all(b"\xef\xbb\xbfa,b\r\n\r\n1,\"x\r\ny\"\r\n2,\"say \"\"no\"\"\"\r\n");
        assert_eq!(rows, [["a", "b"], ["1", "x\r\ny"], ["2", "say \"no\""]]);
    }

    #[test]
    fn lines_are_counted_through_quoted_newlines_and_blank_lines() {
        let mut rows = Rows::open("csv", Box::new(&b"a\n\n\"1\n2\"\n3\n"[..]), None).unwrap();
        let mut lines = Vec::new();
        while let Next::Record = rows.next() {
            lines.push((rows.line(), String::from_utf8_lossy(&rows.raw()).into_owned()));
        }
        assert_eq!(lines, [(1, "a".into()), (3, "\"1\n2\"".into()), (5, "3".into())]);
    }

    #[test]
    fn the_delimiter_is_taken_from_the_first_line() {
        assert_eq!(all(b"a;b\n1,5;2\n"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(all(b"a\tb\n1\t2"), [["a", "b"], ["1", "2"]]);
    }
}
