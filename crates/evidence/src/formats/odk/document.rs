//! Submissions as JSON: KoboToolbox's `results` with `group/field` names, ODK's OData `value` with groups in objects,
//! or one object after another.

use super::submission::Reading;
use super::{Answers, NAME};
use crate::formats::frames::Cut;
use crate::formats::json::{self, Unread, scalar};
use crate::intake::{Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use serde_json::{Map, Value};
use std::io::Read;

/// Reads the document.
pub(super) fn run(
    mut reading: Reading,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut unread = Unread::default();
    let cut = Cut::Listed(&["results", "value"]);
    let around = json::each(NAME, input, cut, intake, &mut |value, at, intake| {
        let Some(members) = value.as_object() else {
            return Ok(Err(Fault::new("", RejectReason::WrongShape, "a submission is a JSON object")));
        };
        let mut walk = Walk { answers: Answers::default(), unread: &mut unread, repeats: false };
        walk.group(members);
        if walk.repeats {
            intake.warn("repeated groups; not read");
        }
        let answers = walk.answers;
        reading.submission(&answers, at, intake)?;
        Ok(Ok(()))
    })?;
    if names_next_page(&around) {
        intake.warn("this is one page of several: `next` names the page that follows; read that too");
    }
    intake.unread(unread.into_names());
    Ok(())
}

fn names_next_page(around: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(around).chars().filter(|c| !c.is_whitespace()).collect();
    text.contains("\"next\":\"http") || text.contains("\"@odata.nextLink\":\"")
}

struct Walk<'u> {
    answers: Answers,
    unread: &'u mut Unread,
    repeats: bool,
}

impl Walk<'_> {
    fn group(&mut self, members: &Map<String, Value>) {
        for (path, value) in members {
            let last = path.rsplit('/').next().unwrap_or("");
            match super::metadata(last).or_else(|| super::named(last)) {
                Some(name) => self.answer(name, value),
                None => self.other(path, last, value),
            }
        }
    }

    fn answer(&mut self, name: &'static str, value: &Value) {
        match value {
            Value::Object(_) => match geopoint(value) {
                Some(text) => self.answers.put(name, &text),
                // Not a value of this form; what stands there is refused where it is used.
                None => self.answers.put(name, &value.to_string()),
            },
            Value::Array(items) => {
                let words: Vec<_> = items.iter().filter_map(|v| scalar(Some(v))).collect();
                self.answers.put(name, &words.join(" "));
            }
            _ => self.answers.put(name, &scalar(Some(value)).unwrap_or_default()),
        }
    }

    fn other(&mut self, path: &str, last: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Object(_) if geopoint(value).is_some() => self.unread.note(path),
            // A group; `__system` and `meta` too.
            Value::Object(members) => self.group(members),
            _ if path.ends_with("@odata.navigationLink") => self.repeats = true,
            _ if super::is_plumbing(last) || path.starts_with('_') || path.starts_with("formhub") => {}
            Value::Array(items) if items.iter().any(Value::is_object) => self.repeats = true,
            _ => self.unread.note(path),
        }
    }
}

/// A GeoJSON point as a geopoint is written in a form.
fn geopoint(value: &Value) -> Option<String> {
    if value.get("type")?.as_str()? != "Point" {
        return None;
    }
    let number = |i: usize| value.get("coordinates")?.get(i)?.as_f64();
    let accuracy = json::at(value, &["properties", "accuracy"]).and_then(Value::as_f64).unwrap_or(0.0);
    Some(format!("{} {} {} {accuracy}", number(1)?, number(0)?, number(2).unwrap_or(0.0)))
}
