//! What the JSON formats share: elements parsed strictly and one at a time, values as text, and the names that were
//! not read.

use crate::formats::fields::key_part;
use crate::formats::frames::{Cut, Frame, Frames};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::JSON_DEPTH_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

/// Most names listed as not read.
const UNREAD_MAX: usize = 64;

/// What an adapter does with one element: the inner error rejects it, the outer one ends the reading.
pub(crate) type Take<'t> =
    dyn FnMut(&Value, At<'_>, &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> + 't;

/// Hands every element of the document to `take`. Gives what stands around the listed array.
pub(crate) fn each(
    format: &'static str,
    input: Box<dyn Read + '_>,
    cut: Cut,
    intake: &mut Intake<'_>,
    take: &mut Take<'_>,
) -> Result<Vec<u8>, ReadError> {
    let mut frames = Frames::open(format, input, cut)?;
    loop {
        let next = frames.next();
        let at = At { line: frames.starts_on_line(), raw: frames.element() };
        let fault = match next {
            Frame::Element => match parse(frames.element()) {
                Ok(value) => match take(&value, at, intake)? {
                    Ok(()) => continue,
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            },
            Frame::TooLong => Fault::new("", RejectReason::RecordTooLong, ""),
            Frame::CutOff => {
                intake.rejected(at, Fault::new("", RejectReason::TruncatedFile, ""));
                return Ok(frames.around().to_vec());
            }
            Frame::Failed(e) => {
                intake.ended(e, at)?;
                return Ok(frames.around().to_vec());
            }
            Frame::End => return Ok(frames.around().to_vec()),
        };
        intake.rejected(at, fault);
    }
}

/// One value. Stricter than JSON asks for: a member that is named twice is refused, because programs differ in which
/// of the two they believe, and so is nesting deeper than [`JSON_DEPTH_MAX`].
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Fault> {
    if let Err(e) = std::str::from_utf8(bytes) {
        let from = bytes.get(e.valid_up_to()..).unwrap_or_default();
        return Err(Fault::new("", RejectReason::NotUtf8, from));
    }
    let bad = |e: serde_json::Error| Fault::new("", RejectReason::BadJson, e.to_string());
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader).map_err(bad)?;
    reader.end().map_err(bad)?;
    Ok(value)
}

/// Builds a value; see [`parse`].
struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.depth > JSON_DEPTH_MAX {
            return Err(D::Error::custom(format_args!("nested deeper than {JSON_DEPTH_MAX}")));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Value, E> {
        Ok(Number::from_f64(n).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, s: &str) -> Result<Value, E> {
        Ok(Value::String(s.to_owned()))
    }

    fn visit_string<E>(self, s: String) -> Result<Value, E> {
        Ok(Value::String(s))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Strict { depth: self.depth + 1 })? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                let short: String = name.chars().take(40).collect();
                return Err(A::Error::custom(format_args!("the member `{short}` stands twice")));
            }
            let value = members.next_value_seed(Strict { depth: self.depth + 1 })?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

/// The value with its members in order of their names: the same value, the same bytes, however it was written.
pub(crate) fn canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push(b'{');
            for (name, value) in members {
                key_part(out, name.as_bytes());
                canonical(value, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            items.iter().for_each(|v| canonical(v, out));
            out.push(b']');
        }
        Value::String(s) => {
            out.push(b'"');
            key_part(out, s.as_bytes());
        }
        Value::Number(n) if n.is_f64() => {
            out.push(b'f');
            out.extend_from_slice(&n.as_f64().unwrap_or_default().to_bits().to_le_bytes());
        }
        other => {
            out.push(b'.');
            key_part(out, other.to_string().as_bytes());
        }
    }
}

/// A text, number or truth value as text, trimmed; `None`: null, missing, empty, or made of other values.
pub(crate) fn scalar(value: Option<&Value>) -> Option<Cow<'_, str>> {
    match value? {
        Value::String(s) => Some(s.trim()).filter(|s| !s.is_empty()).map(Cow::Borrowed),
        Value::Number(n) => Some(Cow::Owned(n.to_string())),
        Value::Bool(b) => Some(Cow::Borrowed(if *b { "true" } else { "false" })),
        _ => None,
    }
}

/// What stands at a path of member names.
pub(crate) fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |v, name| v.get(name)).filter(|v| !v.is_null())
}

/// Appends a part of a note, parted from what is there.
pub(crate) fn add_note(note: &mut String, part: &str) {
    let part = part.trim();
    if !part.is_empty() {
        if !note.is_empty() {
            note.push_str("; ");
        }
        note.push_str(part);
    }
}

/// Names of members or columns that are not read.
#[derive(Default)]
pub(crate) struct Unread(BTreeSet<String>);

impl Unread {
    /// Keeps a name, up to a limit.
    pub(crate) fn note(&mut self, name: &str) {
        if self.0.len() < UNREAD_MAX && !self.0.contains(name) {
            self.0.insert(name.chars().take(120).collect());
        }
    }

    /// All names, in order.
    pub(crate) fn into_names(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_and_nesting_without_end_are_refused() {
        let reason = |t: &str| parse(t.as_bytes()).map_err(|f| (f.reason, f.value));
        let twice = reason(r#"{"count":1,"count":100}"#).unwrap_err();
        assert_eq!(twice.0, RejectReason::BadJson);
        assert!(twice.1.starts_with("the member `count` stands twice"), "{}", twice.1);
        let deep = format!("{}{}", "[".repeat(66), "]".repeat(66));
        assert!(reason(&deep).unwrap_err().1.starts_with("nested deeper than 64"));
        assert!(reason(&format!("{}{}", "[".repeat(65), "]".repeat(65))).is_ok());
        for bad in ["NaN", "[1e999]", "{\"a\":1} x", "{'a':1}", "[1,]"] {
            assert_eq!(reason(bad).unwrap_err().0, RejectReason::BadJson, "{bad}");
        }
        assert_eq!(parse(b"\"\xff\"").unwrap_err().reason, RejectReason::NotUtf8);
    }

    #[test]
    fn a_value_is_what_json_says() {
        let text = r#"{"a":[1,-2,2.5,"x",true,null,18446744073709551615]}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }
}
