//! Records from a table.

use super::{
    AccessOutcome, DecisionOutcome, DeedStatus, FigureBasis, MeterBasis, MeterStatus, Record, Recorded,
    Stage, VisitOutcome,
};
use crate::draft::TimePrecision;
use crate::formats::fields;
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows, read_each};
use crate::intake::{ReadError, Summary};
use crate::reject::{Fault, RejectReason, Rejected};
use base::{CivilZone, Instant, Interval, LonLat};
use std::io::Read;

const NAME: &str = "records";

/// Reads records from CSV. Required columns: `id, record`; the others count as empty where they are missing.
/// Every record may have `place` (name of a zone or site) or `lon, lat, radius_m`, `words` and `reported`.
/// Further, by kind, those it cannot do without in bold:
///
/// - `declaration`: **`of`** or `by` (whose), **`subject`** (unit or class), **`value`**, `uncertainty`,
///   **`at`** (as of), `status`
/// - `reading`: **`subject`** (flow), `of` (meter), **`from`**, **`until`**, `value` (inward: negative),
///   `uncertainty`, `unit`, `status`, `content` (`net` or `gross`)
/// - `delivery`: **`subject`** (flow), **`of`** or `by` (who received), **`from`**, **`until`**, **`value`**,
///   `unit`, `status` (`ceded`)
/// - `notice`: **`by`**, **`subject`** (act), `of` (to whom), `from`, `until` (of what is planned), **`at`**
///   (sent), `content` (fields it states)
/// - `receipt`: **`subject`** (id of the notice), **`level`**, **`status`**, **`at`**
/// - `access`: `by` (who asks), **`of`** (who is asked), **`at`** (asked), `from` (decided), `until` (let in),
///   `status`
/// - `visit`: `by`, **`of`** (whose site), **`at`**, **`status`**, `subject` (item), `value` (how many),
///   `content` (serial numbers)
/// - `deed`: **`by`**, **`subject`** (label of a clause) or `words` (as the clause has them), `value` (how
///   many), **`at`**, `status`, `content` (who was told)
/// - `decision`: **`by`** (body), `subject` (power), `of` (label of a clause), **`at`**, `until` (of an
///   extension), **`status`**, `content` (whom it concerns), `words`
/// - `event`: **`subject`** or `words`, **`at`**, or **`from`** and `until`
/// - `request`: **`by`**, **`at`**
/// - `response`: **`by`**, **`at`**, `subject` (label of a clause), `level` (number of the tier), `words`
///
/// Lists are parted by `;`. The words of `status` stand with the types of [`super`]. Dates and times without an
/// offset are civil in `zone`; an `until` that is a date means that whole day. `each` takes every record or its
/// rejection. In the summary, `observations` counts the records taken.
///
/// # Errors
/// When the input fails, is empty, or is another table.
pub fn read_records(
    input: Box<dyn Read + '_>,
    zone: &CivilZone,
    each: &mut dyn FnMut(Result<Record, Rejected>),
) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(NAME, crate::unpack::decompress(input), None)?;
    let header = Header::read(NAME, &mut rows)?;
    let missing: Vec<&str> = ["id", "record"].into_iter().filter(|n| header.find(n).is_none()).collect();
    if !missing.is_empty() {
        return Err(header.missing(NAME, &missing));
    }
    let clock = Clock::new(zone.clone());
    let taken = |rows: &Rows<'_>| Row { rows, header: &header, clock: &clock }.record();
    read_each(&mut rows, Summary::default(), taken, &mut |_, one| each(one))
}

/// One row with its header.
struct Row<'r, 'i> {
    rows: &'r Rows<'i>,
    header: &'r Header,
    clock: &'r Clock,
}

impl<'r> Row<'r, '_> {
    fn record(&self) -> Result<Record, Fault> {
        if self.rows.len() != self.header.len() {
            let more = self.rows.len() > self.header.len();
            let reason = if more { RejectReason::TooManyFields } else { RejectReason::TooFewFields };
            let told = format!("{} fields, {} columns", self.rows.len(), self.header.len());
            return Err(Fault::new("", reason, told));
        }
        let id = self.needed("id")?.to_owned();
        let what = self.what()?;
        let from = self.time("from")?.map(|i| i.start);
        let end = self.time("until")?;
        let until = end.map(|i| i.end);
        if let (Some(from), Some(end)) = (from, end)
            && (end.end < from || (end.end == from && end.start != end.end))
        {
            return Err(Fault::new("until", RejectReason::EndsBeforeStart, self.text("until")?));
        }
        Ok(Record {
            id,
            at: self.time("at")?,
            from,
            until,
            reported: self.time("reported")?.map(|i| i.start),
            place: self.owned("place")?,
            point: self.point()?,
            words: self.owned("words")?,
            what,
        })
    }

    fn what(&self) -> Result<Recorded, Fault> {
        let name = self.needed("record")?.to_lowercase();
        match name.as_str() {
            "declaration" | "reading" | "delivery" => self.figure(&name),
            "notice" | "receipt" | "access" | "visit" => self.contact(&name),
            "deed" | "decision" | "event" | "request" | "response" => self.act(&name),
            _ => Err(Fault::new("record", RejectReason::UnknownWord, name)),
        }
    }

    /// What has a figure.
    fn figure(&self, name: &str) -> Result<Recorded, Fault> {
        match name {
            "declaration" => {
                self.needed("at")?;
                Ok(Recorded::Declaration {
                    party: self.either("of", "by")?,
                    subject: self.needed("subject")?.to_owned(),
                    figure: self.number("value")?.ok_or_else(|| missing("value"))?,
                    doubt: self.doubt()?,
                    basis: self.word("status", FigureBasis::named)?.unwrap_or(FigureBasis::Declared),
                })
            }
            "reading" => {
                self.period()?;
                let value = self.number("value")?;
                let status = self.word("status", MeterStatus::named)?;
                let status = status.unwrap_or(match value {
                    Some(_) => MeterStatus::Measured,
                    None => MeterStatus::Missing,
                });
                if status != MeterStatus::Missing && value.is_none() {
                    return Err(missing("value"));
                }
                Ok(Recorded::Reading {
                    flow: self.needed("subject")?.to_owned(),
                    meter: self.owned("of")?,
                    value: value.filter(|_| status != MeterStatus::Missing),
                    doubt: self.doubt()?,
                    unit: self.owned("unit")?,
                    status,
                    basis: self.word("content", MeterBasis::named)?,
                })
            }
            _ => {
                self.period()?;
                let ceded = match self.text("status")? {
                    "" => false,
                    "ceded" => true,
                    other => return Err(Fault::new("status", RejectReason::UnknownWord, other)),
                };
                Ok(Recorded::Delivery {
                    flow: self.needed("subject")?.to_owned(),
                    actor: self.either("of", "by")?,
                    value: self.number("value")?.ok_or_else(|| missing("value"))?,
                    unit: self.owned("unit")?,
                    ceded,
                })
            }
        }
    }

    /// What passes between people.
    fn contact(&self, name: &str) -> Result<Recorded, Fault> {
        self.needed("at")?;
        match name {
            "notice" => Ok(Recorded::Notice {
                by: self.needed("by")?.to_owned(),
                act: self.needed("subject")?.to_owned(),
                to: self.list("of")?,
                content: self.list("content")?,
            }),
            "receipt" => Ok(Recorded::Receipt {
                notice: self.needed("subject")?.to_owned(),
                level: self.needed("level")?.to_owned(),
                stage: self.word("status", Stage::named)?.ok_or_else(|| missing("status"))?,
            }),
            "access" => Ok(Recorded::Access {
                by: self.owned("by")?,
                of: self.needed("of")?.to_owned(),
                outcome: self.word("status", AccessOutcome::named)?.unwrap_or(AccessOutcome::Pending),
            }),
            _ => {
                let count = self.number("value")?;
                if count.is_some_and(|n| n < 0.0) {
                    return Err(Fault::new("value", RejectReason::OutOfRange, self.text("value")?));
                }
                Ok(Recorded::Visit {
                    by: self.owned("by")?,
                    of: self.needed("of")?.to_owned(),
                    outcome: self.word("status", VisitOutcome::named)?.ok_or_else(|| missing("status"))?,
                    item: self.owned("subject")?,
                    count,
                    serials: self.list("content")?,
                })
            }
        }
    }

    /// What is done or decided.
    fn act(&self, name: &str) -> Result<Recorded, Fault> {
        match name {
            "deed" => {
                self.needed("at")?;
                if self.text("subject")?.is_empty() {
                    self.needed("words")?;
                }
                Ok(Recorded::Deed {
                    by: self.needed("by")?.to_owned(),
                    subject: self.owned("subject")?,
                    amount: self.number("value")?,
                    status: self.word("status", DeedStatus::named)?.unwrap_or(DeedStatus::Reported),
                    told: self.list("content")?,
                })
            }
            "decision" => {
                self.needed("at")?;
                Ok(Recorded::Decision {
                    body: self.needed("by")?.to_owned(),
                    power: self.owned("subject")?,
                    about: self.owned("of")?,
                    outcome: self.word("status", DecisionOutcome::named)?.ok_or_else(|| missing("status"))?,
                    parties: self.list("content")?,
                })
            }
            "event" => {
                if self.text("at")?.is_empty() {
                    self.needed("from")?;
                }
                Ok(Recorded::Event { name: self.either("subject", "words")? })
            }
            "request" => {
                self.needed("at")?;
                Ok(Recorded::Request { by: self.needed("by")?.to_owned() })
            }
            _ => {
                self.needed("at")?;
                let level = self.text("level")?;
                let tier =
                    if level.is_empty() { None } else { Some(fields::whole("level", level.as_bytes())?) };
                Ok(Recorded::Response {
                    by: self.needed("by")?.to_owned(),
                    subject: self.owned("subject")?,
                    tier,
                })
            }
        }
    }

    fn text(&self, column: &str) -> Result<&'r str, Fault> {
        self.header.find(column).map_or(Ok(""), |c| fields::text(column, self.rows.field(c)))
    }

    fn owned(&self, column: &str) -> Result<String, Fault> {
        self.text(column).map(str::to_owned)
    }

    fn needed(&self, column: &str) -> Result<&'r str, Fault> {
        let text = self.text(column)?;
        if text.is_empty() { Err(missing(column)) } else { Ok(text) }
    }

    fn either(&self, column: &str, other: &str) -> Result<String, Fault> {
        let text = self.text(column)?;
        if text.is_empty() { self.needed(other).map(str::to_owned) } else { Ok(text.to_owned()) }
    }

    fn list(&self, column: &str) -> Result<Vec<String>, Fault> {
        let parts = self.text(column)?.split(';').map(str::trim).filter(|p| !p.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    fn number(&self, column: &str) -> Result<Option<f64>, Fault> {
        let text = self.text(column)?;
        if text.is_empty() { Ok(None) } else { fields::number(column, text.as_bytes()).map(Some) }
    }

    fn doubt(&self) -> Result<f64, Fault> {
        let doubt = self.number("uncertainty")?.unwrap_or(0.0);
        if doubt < 0.0 {
            return Err(Fault::new("uncertainty", RejectReason::OutOfRange, self.text("uncertainty")?));
        }
        Ok(doubt)
    }

    fn word<T>(&self, column: &str, named: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(None);
        }
        named(text).map(Some).ok_or_else(|| Fault::new(column, RejectReason::UnknownWord, text))
    }

    /// An instant; or the whole day, where only a date is stated.
    fn time(&self, column: &str) -> Result<Option<Interval>, Fault> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(None);
        }
        let stated = self.clock.read(column, text, &[])?;
        let whole = stated.precision == TimePrecision::Day;
        Ok(Some(if whole { stated.event } else { Interval::at(stated.event.start) }))
    }

    /// The period that the record cannot do without.
    fn period(&self) -> Result<(Instant, Instant), Fault> {
        let side = |column: &str| self.time(column)?.ok_or_else(|| missing(column));
        Ok((side("from")?.start, side("until")?.end))
    }

    fn point(&self) -> Result<Option<(LonLat, f64)>, Fault> {
        let (Some(lon), Some(lat)) = (self.number("lon")?, self.number("lat")?) else { return Ok(None) };
        let at = fields::position(("lon", lon), ("lat", lat))?;
        let radius_m = fields::radius("radius_m", self.text("radius_m")?.as_bytes(), 1.0)?;
        Ok(Some((at, radius_m.unwrap_or(0.0))))
    }
}

fn missing(column: &str) -> Fault {
    Fault::new(column, RejectReason::MissingValue, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Record>, Vec<Rejected>, Summary) {
        let (mut taken, mut rejected) = (Vec::new(), Vec::new());
        let zone = CivilZone::named("Europe/Kyiv").unwrap();
        let summary = read_records(Box::new(text.as_bytes()), &zone, &mut |r| match r {
            Ok(r) => taken.push(r),
            Err(r) => rejected.push(r),
        });
        (taken, rejected, summary.unwrap())
    }

    #[test]
    fn every_kind_of_record_is_read_from_one_table() {
        let (taken, rejected, summary) = read(
            "id,record,at,from,until,by,of,subject,value,unit,status,level,content,words,reported\n\
             1,declaration,2026-03-01,,,,VE,personnel,812000,,,,,,\n\
             2,reading,,2026-03-01,2026-03-31,,feeder 1,plant,-38,MW,,,net,,\n\
             3,delivery,,2026-03-01,2026-03-31,,KA,plant,12,MWh,ceded,,,,\n\
             4,notice,2026-03-01 08:00,2026-03-04 08:00,2026-03-04 10:00,KA,mechanism; joint,fly,,,,,route;time,,\n\
             5,receipt,2026-03-01 09:00,,,,,4,,,read back,brigade,,,\n\
             6,access,2026-03-01 09:00,,2026-03-01 09:45,mechanism,KA,,,,granted,,,roadworks,\n\
             7,visit,2026-03-01 09:00,,,mechanism,KA,rockets,6,,accessible,,r-1;r-2,,\n\
             8,deed,2026-03-01,,,KA,,5.1,400,,verified,,,,2026-03-02 08:00\n\
             9,decision,2026-03-01 12:00,,,commission,2.1,occurrence,,,found,,VE,shelling,\n\
             10,event,2026-03-01,,,,,referendum,,,,,,,\n\
             11,request,2026-03-01 12:00,,,KA,,,,,,,,,\n\
             12,response,2026-03-01 12:00,,,KA,,,,,,1,,warning,\n",
        );
        assert!(rejected.is_empty(), "{rejected:?}");
        assert_eq!((taken.len(), summary.observations), (12, 12));
        let names: Vec<&str> = taken.iter().map(|r| r.what.name()).collect();
        assert_eq!(names, Recorded::NAMES);
        let month = taken[1].period().unwrap();
        assert_eq!(month.end.to_string(), "2026-03-31T21:00:00Z");
        assert_eq!(taken[7].at.unwrap().end.0 - taken[7].at.unwrap().start.0, base::time::DAY_MS);
    }

    #[test]
    fn bad_records_are_rejected_one_by_one_with_row_column_and_reason() {
        let (taken, rejected, summary) = read(
            "id,record,at,from,until,by,of,subject,value,status\n\
             1,declaration,2026-03-01,,,,VE,personnel,many,\n\
             2,rumour,2026-03-01,,,,VE,personnel,1,\n\
             3,reading,,2026-03-02,2026-03-01,,,plant,1,\n\
             4,declaration,,,,,VE,personnel,1,\n\
             ,declaration,2026-03-01,,,,VE,personnel,1,\n\
             6,visit,2026-03-01,,,,KA,rockets,-1,accessible\n\
             7,deed,2026-03-01,,,KA,,5.1,,claimed\n\
             8,event\n\
             9,declaration,2026-03-01,,,,VE,personnel,1,inspected\n",
        );
        let told: Vec<(u64, &str, &str)> =
            rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.code())).collect();
        let expected = [
            (1, "value", "not-a-number"),
            (2, "record", "unknown-word"),
            (3, "until", "ends-before-start"),
            (4, "at", "missing-value"),
            (5, "id", "missing-value"),
            (6, "value", "out-of-range"),
            (7, "status", "unknown-word"),
            (8, "", "too-few-fields"),
        ];
        assert_eq!(told, expected);
        assert_eq!((taken.len(), summary.rejected()), (1, 8));
    }
}
