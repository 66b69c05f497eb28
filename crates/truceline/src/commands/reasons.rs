//! Why each outcome is what it is, as a table: one row a reason.

use crate::exit::Failure;
use base::Truth;
use findings::standing::{Decided, Settled};
use findings::trace::trace_decided;
use findings::{Outcome, Version};
use std::path::Path;

/// Writes, for every observation that a clause is about, the outcome, what is missing and each reason with its truth.
pub fn write(path: &Path, settled: &Settled, versions: &[&Version]) -> Result<(), Failure> {
    let failed = |e: &dyn std::fmt::Display| {
        Failure::failed(format!("`{}` could not be written: {e}", path.display()))
    };
    let mut out = csv::Writer::from_path(path).map_err(|e| failed(&e))?;
    let header = ["event_id", "text", "clause", "outcome", "missing", "about", "holds", "reason"];
    out.write_record(header).map_err(|e| failed(&e))?;
    let batch = &settled.state.observations;
    let none = Decided::default();
    for (index, version) in versions.iter().enumerate() {
        let bindings = findings::bind::Bindings::of(&version.agreement, batch);
        let decided = settled.decided.get(index).unwrap_or(&none);
        let Some(found) = settled.state.versions.get(index) else { continue };
        for row in 0..batch.len() {
            let id = batch.id.get(row).map_or_else(String::new, ToString::to_string);
            let mut answers = None;
            for (clause, told) in version.agreement.clauses.iter().enumerate() {
                let code = found.outcomes.get(clause).and_then(|o| o.get(row)).copied().unwrap_or(0);
                if Outcome::from_code(code) == Outcome::NotApplicable {
                    continue;
                }
                let answers =
                    answers.get_or_insert_with(|| findings::state::answers_for(version, batch, row..row + 1));
                let traced = trace_decided(version, batch, row, clause, &bindings, answers, decided);
                let Some(trace) = traced else { continue };
                let missing = trace.missing.names().join(";");
                for reason in &trace.reasons {
                    let holds = match reason.truth {
                        Truth::True => "yes",
                        Truth::False => "no",
                        Truth::Undetermined => "undetermined",
                    };
                    let row = [
                        id.as_str(),
                        version.label.as_str(),
                        told.label.as_str(),
                        trace.outcome.name(),
                        missing.as_str(),
                        reason.about.name(),
                        holds,
                        reason.text.as_str(),
                    ];
                    out.write_record(row).map_err(|e| failed(&e))?;
                }
            }
        }
    }
    out.flush().map_err(|e| failed(&e))
}
