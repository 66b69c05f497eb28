//! Allegations that come as a table or as an e-mail: somebody's words, taken as they are. What is alleged is never an
//! observation, and nothing here decides whether it is taken up.

mod mail;

pub use mail::{Attachment, MailClaim, MailError, read_mail};

use crate::draft::TimePrecision;
use crate::formats::fields;
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows, read_each};
use crate::intake::{ReadError, Summary};
use crate::reject::{Fault, RejectReason, Rejected};
use base::CivilZone;
use base::limits::{CLAIM_CLAUSES_MAX, CLAIM_NAME_BYTES_MAX, CLAIM_TEXT_BYTES_MAX};
use std::io::Read;

const NAME: &str = "claims";

/// One allegation of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimRow {
    /// Number of the record, from 1; the header is not counted.
    pub row: u64,
    /// What the complainant calls it, unlike for every row; empty: nothing.
    pub key: String,
    /// Who complains; empty: not said.
    pub complainant: String,
    /// Against which party; empty: not said.
    pub against: String,
    /// Labels of the clauses said to be breached.
    pub clauses: Vec<String>,
    /// When it is said to have happened, from, milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Until. Of a date alone, without an end: the end of that day.
    pub until_ms: Option<i64>,
    /// Where, in words.
    pub place: String,
    /// What, in words. Never empty.
    pub text: String,
}

/// Reads allegations from CSV with the columns `text` and `against`, and, where they are there, `complainant`,
/// `clauses` (labels parted by spaces), `from`, `until`, `place` and `key`. Dates and times without an offset are civil
/// in `zone`; an `until` that is a date means that whole day. `each` takes every allegation or its rejection. In the
/// summary, `observations` counts the allegations taken: they are none for that.
///
/// # Errors
/// When the input fails, is empty, or is another table.
pub fn read_claims(
    input: Box<dyn Read + '_>,
    zone: &CivilZone,
    each: &mut dyn FnMut(Result<ClaimRow, Rejected>),
) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(NAME, crate::unpack::decompress(input), None)?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header)?;
    let clock = Clock::new(zone.clone());
    let summary = Summary { unread_columns: unread(&header), ..Summary::default() };
    let taken = |rows: &Rows<'_>| columns.record(rows, &header, &clock);
    read_each(&mut rows, summary, taken, &mut |row, one| each(one.map(|claim| ClaimRow { row, ..claim })))
}

const REQUIRED: [&str; 2] = ["text", "against"];
const OPTIONAL: [&str; 6] = ["complainant", "clauses", "from", "until", "place", "key"];

/// The columns that nothing is taken from; a second column of a name that is read is one of them.
fn unread(header: &Header) -> Vec<String> {
    let is_read = |i: &usize| {
        let mut known = REQUIRED.iter().chain(&OPTIONAL);
        known.any(|name| header.find(name) == Some(*i))
    };
    (0..header.len()).filter(|i| !is_read(i)).map(|i| header.name(i).to_owned()).collect()
}

/// Places of the columns.
struct Columns {
    text: usize,
    against: usize,
    optional: [Option<usize>; 6],
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let missing: Vec<&str> = REQUIRED.into_iter().filter(|n| header.find(n).is_none()).collect();
        if !missing.is_empty() {
            return Err(header.missing(NAME, &missing));
        }
        let [text, against] = REQUIRED.map(|n| header.find(n).unwrap_or_default());
        Ok(Columns { text, against, optional: OPTIONAL.map(|n| header.find(n)) })
    }

    fn record(&self, rows: &Rows<'_>, header: &Header, clock: &Clock) -> Result<ClaimRow, Fault> {
        if rows.len() != header.len() {
            let more = rows.len() > header.len();
            let reason = if more { RejectReason::TooManyFields } else { RejectReason::TooFewFields };
            return Err(Fault::new("", reason, format!("{} fields, {} columns", rows.len(), header.len())));
        }
        let bounded = |column: usize, most: usize| {
            let text = fields::text(header.name(column), rows.field(column))?;
            let too_long = || {
                let says = format!("{} bytes, {most} at most", text.len());
                Fault::new(header.name(column), RejectReason::TooLarge, says)
            };
            if text.len() > most { Err(too_long()) } else { Ok(text) }
        };
        let optional = |column: Option<usize>, most| column.map_or(Ok(""), |c| bounded(c, most));
        let [complainant, clauses, from, until, place, key] = self.optional;
        let text = bounded(self.text, CLAIM_TEXT_BYTES_MAX)?;
        if text.is_empty() {
            return Err(Fault::new(header.name(self.text), RejectReason::MissingValue, ""));
        }
        let times = [optional(from, CLAIM_NAME_BYTES_MAX)?, optional(until, CLAIM_NAME_BYTES_MAX)?];
        let (from_ms, until_ms) = when(clock, times)?;
        Ok(ClaimRow {
            row: 0,
            key: optional(key, CLAIM_NAME_BYTES_MAX)?.to_owned(),
            complainant: optional(complainant, CLAIM_NAME_BYTES_MAX)?.to_owned(),
            against: bounded(self.against, CLAIM_NAME_BYTES_MAX)?.to_owned(),
            clauses: labels(optional(clauses, CLAIM_TEXT_BYTES_MAX)?)?,
            from_ms,
            until_ms,
            place: optional(place, CLAIM_TEXT_BYTES_MAX)?.to_owned(),
            text: text.to_owned(),
        })
    }
}

fn labels(text: &str) -> Result<Vec<String>, Fault> {
    let mut labels: Vec<String> = Vec::new();
    for label in text.split_whitespace() {
        if label.len() > CLAIM_NAME_BYTES_MAX || labels.len() == CLAIM_CLAUSES_MAX {
            let says =
                format!("at most {CLAIM_CLAUSES_MAX} labels, each of at most {CLAIM_NAME_BYTES_MAX} bytes");
            return Err(Fault::new("clauses", RejectReason::TooLarge, says));
        }
        if !labels.iter().any(|l| l == label) {
            labels.push(label.to_owned());
        }
    }
    Ok(labels)
}

/// From when until when, as wide as the statement is vague.
fn when(clock: &Clock, [from, until]: [&str; 2]) -> Result<(Option<i64>, Option<i64>), Fault> {
    let read = |column: &str, text: &str| {
        if text.is_empty() { Ok(None) } else { clock.read(column, text, &[]).map(Some) }
    };
    let (first, last) = (read("from", from)?, read("until", until)?);
    let is_day = |precision| precision == TimePrecision::Day;
    let until_ms = match (&first, &last) {
        (_, Some(last)) if is_day(last.precision) => Some(last.event.end.0),
        (_, Some(last)) => Some(last.event.start.0),
        (Some(first), None) if is_day(first.precision) => Some(first.event.end.0),
        _ => None,
    };
    let from_ms = first.map(|f| f.event.start.0);
    if from_ms.zip(until_ms).is_some_and(|(from, until)| until < from) {
        return Err(Fault::new("until", RejectReason::EndsBeforeStart, until));
    }
    Ok((from_ms, until_ms))
}

#[cfg(test)]
mod tests;
