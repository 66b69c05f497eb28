//! The members of one message, each read strictly as the schema has it.

use crate::draft::TimePrecision;
use crate::formats::fields;
use crate::formats::json::scalar;
use crate::formats::moments::{self, Clock, Stated};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Instant, Interval, LonLat};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// One message, or an object in it.
#[derive(Clone, Copy)]
pub(super) struct Message<'v>(&'v Map<String, Value>);

/// A member that has to be there.
pub(super) fn lacks(name: &str) -> Fault {
    Fault::new(name, RejectReason::MissingValue, "")
}

/// A figure that cannot be.
pub(super) fn out_of_range(name: &str, value: &str) -> Fault {
    Fault::new(name, RejectReason::OutOfRange, value)
}

fn wrong(name: &str, reason: RejectReason, value: &Value) -> Fault {
    Fault::new(name, reason, value.to_string())
}

impl<'v> Message<'v> {
    pub(super) fn of(value: &'v Value) -> Option<Message<'v>> {
        value.as_object().map(Message)
    }

    pub(super) fn get(self, name: &str) -> Option<&'v Value> {
        self.0.get(name)
    }

    /// Whether the member is there and not null.
    pub(super) fn has(self, name: &str) -> bool {
        self.stated(name).is_some()
    }

    fn stated(self, name: &str) -> Option<&'v Value> {
        self.0.get(name).filter(|v| !v.is_null())
    }

    /// All names.
    pub(super) fn names(self) -> impl Iterator<Item = &'v String> {
        self.0.keys()
    }

    /// A text that is not blank.
    pub(super) fn text(self, name: &str) -> Result<Option<&'v str>, Fault> {
        match self.stated(name) {
            None => Ok(None),
            Some(Value::String(s)) if s.trim().is_empty() => Err(lacks(name)),
            Some(Value::String(s)) => Ok(Some(s.trim())),
            Some(other) => Err(wrong(name, RejectReason::WrongShape, other)),
        }
    }

    /// A list of texts that are not blank.
    pub(super) fn texts(self, name: &str) -> Result<Vec<&'v str>, Fault> {
        match self.stated(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|v| v.as_str().map(str::trim).filter(|t| !t.is_empty()))
                .collect::<Option<_>>()
                .ok_or_else(|| Fault::new(name, RejectReason::WrongShape, "a list of texts")),
            Some(other) => Err(wrong(name, RejectReason::WrongShape, other)),
        }
    }

    pub(super) fn flag(self, name: &str) -> Result<Option<bool>, Fault> {
        match self.stated(name) {
            None => Ok(None),
            Some(Value::Bool(b)) => Ok(Some(*b)),
            Some(other) => Err(wrong(name, RejectReason::WrongShape, other)),
        }
    }

    pub(super) fn number(self, name: &str) -> Result<Option<f64>, Fault> {
        let Some(value) = self.stated(name) else { return Ok(None) };
        let finite = value.as_f64().filter(|n| n.is_finite());
        finite.map(Some).ok_or_else(|| wrong(name, RejectReason::NotANumber, value))
    }

    pub(super) fn number_in(self, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Fault> {
        match self.number(name)? {
            Some(n) if !range.contains(&n) => Err(out_of_range(name, &n.to_string())),
            n => Ok(n),
        }
    }

    /// A whole number of at least zero.
    pub(super) fn whole(self, name: &str) -> Result<Option<u32>, Fault> {
        match self.number(name)? {
            None => Ok(None),
            Some(n) if n < 0.0 || n.fract() != 0.0 || n > f64::from(u32::MAX - 1) => {
                Err(out_of_range(name, &n.to_string()))
            }
            Some(n) => Ok(Some(n as u32)),
        }
    }

    /// A text or a number.
    pub(super) fn id(self) -> Result<Option<Cow<'v, str>>, Fault> {
        match self.stated("id") {
            None => Ok(None),
            Some(value @ (Value::String(_) | Value::Number(_))) => {
                scalar(Some(value)).map(Some).ok_or_else(|| lacks("id"))
            }
            Some(other) => Err(wrong("id", RejectReason::WrongShape, other)),
        }
    }

    /// RFC 3339 with its offset, or milliseconds since 1970.
    pub(super) fn moment(self, name: &str) -> Result<Option<Stated>, Fault> {
        let Some(value) = self.stated(name) else { return Ok(None) };
        let bad =
            || Fault::new(name, RejectReason::BadDate, scalar(Some(value)).unwrap_or_default().as_bytes());
        let stated = match value {
            // Without an offset nobody knows which moment is meant, and a sensor has no zone of its own.
            Value::String(s) if is_rfc3339(s) && Instant::parse(s).is_some() => {
                Clock::new(CivilZone::utc()).read(name, s, &[]).map_err(|_| bad())?
            }
            Value::Number(n) => {
                let ms = n.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 1e15).ok_or_else(bad)?;
                Stated { event: Interval::at(Instant(ms as i64)), precision: TimePrecision::Second }
            }
            _ => return Err(bad()),
        };
        fields::within_limits(name, stated.event, value.to_string().as_bytes())?;
        Ok(Some(stated))
    }

    /// `time`, or `start` with or without `end`.
    pub(super) fn when(self) -> Result<(Interval, TimePrecision), Fault> {
        let end = self.moment("end")?;
        let start = match (self.moment("time")?, self.moment("start")?) {
            (Some(_), Some(_)) => {
                return Err(Fault::new("time", RejectReason::WrongShape, "a time, or a start and an end"));
            }
            (Some(time), None) if end.is_none() => time,
            (Some(_), None) | (None, None) if end.is_some() => return Err(lacks("start")),
            (_, Some(start)) => start,
            _ => return Err(lacks("time")),
        };
        let Some(end) = end else { return Ok((start.event, start.precision)) };
        if end.event.start < start.event.start {
            return Err(Fault::new("end", RejectReason::EndsBeforeStart, end.event.start.to_string()));
        }
        let event = Interval { start: start.event.start, end: end.event.end.max(start.event.end) };
        Ok((event, moments::over(event, start.precision.max(end.precision))))
    }

    /// `lon` and `lat`, or neither.
    pub(super) fn position(self) -> Result<Option<LonLat>, Fault> {
        match (self.number("lon")?, self.number("lat")?) {
            (Some(lon), Some(lat)) => fields::position(("lon", lon), ("lat", lat)).map(Some),
            (None, None) => Ok(None),
            (None, _) => Err(lacks("lon")),
            (_, None) => Err(lacks("lat")),
        }
    }
}

/// The shape of RFC 3339, seconds optional: other programs read fewer spellings of a moment than we could.
fn is_rfc3339(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let offset = shape.strip_suffix('Z').or_else(|| {
        let (clock, offset) = shape.split_at_checked(shape.len().checked_sub(6)?)?;
        matches!(offset, "+00:00" | "-00:00").then_some(clock)
    });
    let Some(rest) = offset.and_then(|o| o.strip_prefix("0000-00-00T00:00")) else { return false };
    let Some(rest) = rest.strip_prefix(":00") else { return rest.is_empty() };
    rest.is_empty()
        || rest.strip_prefix('.').is_some_and(|f| (1..=9).contains(&f.len()) && f.bytes().all(|b| b == b'0'))
}
