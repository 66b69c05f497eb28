//! From the answers of one submission to what it states. The answers are read as an export of ODK is, so that a form
//! sent here and the same form imported from elsewhere come to the same observations.

use super::wording::{self, Door};
use crate::problem::FieldError;
use base::CivilZone;
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::intake::{Options, ReadError, Sink, SinkError};
use evidence::{Format, RejectReason, Rejected};
use serde_json::{Map, Value, json};

/// Columns that say nothing if nobody knew: when it was.
const MAY_BE_UNSAID: [&str; 3] = ["start", "not_seen_start", "not_seen_end"];

/// What a submission states.
#[derive(Default)]
pub(super) struct Stated {
    /// Observations; a submission has few, so there is one batch at most.
    pub batch: Batch,
    /// What could and could not be seen.
    pub coverage: Vec<Coverage>,
    /// What cannot be read.
    pub rejected: Vec<Rejected>,
}

impl Sink for Stated {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.batch = batch;
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        self.coverage.push(coverage);
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

impl Stated {
    /// The first observation.
    pub fn observation(&self) -> Option<base::ObservationId> {
        self.batch.id.first().copied()
    }

    /// What is wrong and can be corrected, by field. A time that an observer could not say is no fault: it is kept as
    /// rejected with that reason, and the original with it. Anything else that is missing is the sender's to add, for
    /// what is acknowledged is erased on the device.
    pub fn errors(&self) -> Vec<FieldError> {
        let is_unsaid = |r: &Rejected| {
            r.reason == RejectReason::MissingValue && MAY_BE_UNSAID.contains(&r.column.as_str())
        };
        let wrong = self.rejected.iter().filter(|r| !is_unsaid(r));
        let told = wrong.map(|r| FieldError {
            field: r.column.clone(),
            detail: if r.value.is_empty() {
                r.reason.to_string()
            } else {
                format!("{}: `{}`", r.reason, r.value)
            },
        });
        told.collect()
    }
}

/// Reads the answers that came by `door`, of the submission `instance`, sent at `sent` (RFC 3339; empty: not stated).
/// `note` is added to the observer's words. Dates without an offset are civil in `zone`.
pub(super) fn read(
    door: Door,
    source: &str,
    instance: &str,
    sent: &str,
    answers: &Map<String, Value>,
    note: &str,
    zone: &CivilZone,
) -> Result<Stated, ReadError> {
    let mut record = wording::plain(answers, door);
    record.insert("instanceID".to_owned(), json!(instance));
    if !sent.is_empty() {
        record.insert("submissionDate".to_owned(), json!(sent));
    }
    if !note.is_empty() {
        wording::say(&mut record, note);
    }
    let mut stated = Stated::default();
    let options = Options { zone: Some(zone.clone()), ..Options::default() };
    let bytes = serde_json::to_vec(&json!({ "value": [record] })).unwrap_or_default();
    evidence::read(Format::Odk, &options, source, Box::new(bytes.as_slice()), &mut stated)?;
    Ok(stated)
}
