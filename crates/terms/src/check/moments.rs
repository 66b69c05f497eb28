//! Civil dates and days become moments.

use super::names::{Names, Sort};
use crate::agreement::{MomentIx, Offset, When};
use crate::parsed::{Instrument, Moment, MomentKind, Plus};
use crate::problem::{Bad, Problems};
use crate::source::Stretch;
use base::limits::{EVENT_MS_MAX, EVENT_MS_MIN};
use base::time::HOUR_MS;
use base::{CivilZone, Instant};

/// What a date without a time of day stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// `from`: the start of the day.
    From,
    /// `until`: the start of the day, which is outside.
    Until,
    /// `complete`: the end of the day, which still counts.
    Complete,
}

/// The clock of an agreement.
pub(super) struct Times {
    /// `None`: missing or wrong, and reported.
    pub zone: Option<CivilZone>,
    pub entry: Option<Instant>,
    /// There is an instrument that could be read.
    pub known: bool,
}

impl Times {
    pub fn of(instrument: Option<&Instrument<'_>>, problems: &mut Problems<'_>) -> Times {
        let Some(instrument) = instrument else { return Times { zone: None, entry: None, known: false } };
        let zone = match instrument.zone {
            None => {
                let message = "the instrument has no time zone, so no civil day or hour of it is defined";
                let help = "add `time zone \"Europe/Kyiv\"` under it, or the zone that the text means";
                problems.error(Bad::new("no-time-zone", instrument.name.at, message, help));
                None
            }
            Some(name) => match CivilZone::named(name.text) {
                Ok(zone) => Some(zone),
                Err(unknown) => {
                    let message = format!("time zone `{}` is not known", unknown.0);
                    let help = "use an IANA name such as `Europe/Kyiv` or `Etc/GMT-2` (which is UTC+02:00)";
                    problems.error(Bad::new("unknown-time-zone", name.at, message, help));
                    None
                }
            },
        };
        if instrument.precision.is_none() {
            let message = "the text does not say what a position without stated precision counts as";
            let help =
                "add `positions without stated precision are within 500 m`, or they are judged as stated";
            problems.note(Bad::new("no-stated-precision", instrument.name.at, message, help));
        }
        let mut times = Times { zone, entry: None, known: true };
        times.entry = instrument.entry.and_then(|moment| times.entry_of(moment, problems));
        times
    }

    fn entry_of(&self, moment: Moment<'_>, problems: &mut Problems<'_>) -> Option<Instant> {
        match moment.kind {
            MomentKind::NotYetKnown => None,
            MomentKind::Date { date, time } => self.civil(date, time, moment.at, problems),
            MomentKind::After { .. } | MomentKind::Then { .. } => {
                let message = "the entry into force cannot be counted from another moment";
                let help =
                    "write a date, `entry into force 2026-03-03 00:00`, or `entry into force not yet known`";
                problems.error(Bad::new("bad-entry", moment.at, message, help));
                None
            }
        }
    }

    /// The moment as the agreement keeps it; `None` if it cannot be known, which has been reported.
    pub fn when(
        &self,
        moment: Moment<'_>,
        edge: Edge,
        names: &mut Names<'_>,
        problems: &mut Problems<'_>,
    ) -> Option<When> {
        match moment.kind {
            MomentKind::NotYetKnown => None,
            MomentKind::Date { date, time } => {
                let start = self.civil(date, time, moment.at, problems)?;
                if time.is_some() {
                    return Some(When::At(start));
                }
                self.remark_until(edge, moment.at, problems);
                let day = self.zone.as_ref()?.day(date.0, date.1, date.2)?;
                Some(When::At(if edge == Edge::Complete { day.end } else { day.start }))
            }
            MomentKind::After { anchor, plus } => {
                if !self.known && names.sort_of(anchor.text).is_none() {
                    return None;
                }
                let index = names.find(anchor, Sort::Moment, problems)?;
                let offset = self.offset(plus, edge, moment.at, problems);
                if index > 0 {
                    return u16::try_from(index - 1).ok().map(|i| When::After(MomentIx(i), offset));
                }
                Some(match offset {
                    Offset::None | Offset::Days(0) => When::Entry,
                    Offset::Days(days) => When::EntryPlusDays(days),
                    Offset::Ms(ms) => When::EntryPlusMs(ms),
                    Offset::Months(months) => When::EntryPlusMonths(months),
                    Offset::WholeDays(days) => When::DayAfterEntry(days),
                })
            }
            MomentKind::Then { plus } => Some(When::Then(self.offset(plus, edge, moment.at, problems))),
        }
    }

    fn offset(&self, plus: Plus, edge: Edge, at: Stretch, problems: &mut Problems<'_>) -> Offset {
        match plus {
            Plus::Nothing => Offset::None,
            Plus::Days(days) => Offset::Days(days),
            Plus::Ms(ms) => Offset::Ms(ms),
            Plus::Months(months) => Offset::Months(months),
            Plus::WholeDay(days) => {
                self.remark_until(edge, at, problems);
                Offset::WholeDays(if edge == Edge::Complete { days.saturating_add(1) } else { days })
            }
        }
    }

    /// "Until 17 March" is read both ways in life; say which way it is read here.
    fn remark_until(&self, edge: Edge, at: Stretch, problems: &mut Problems<'_>) {
        if edge == Edge::Until {
            let message = "`until` a day ends as that day begins";
            let help = "to include the day, write the day after it, or a time of day";
            problems.note(Bad::new("until-day", at, message, help));
        }
    }

    fn civil(
        &self,
        date: (i16, i8, i8),
        time: Option<(i8, i8, i8)>,
        at: Stretch,
        problems: &mut Problems<'_>,
    ) -> Option<Instant> {
        let zone = self.zone.as_ref()?;
        let found = match time {
            None => zone.day(date.0, date.1, date.2).map(|day| day.start),
            Some((hour, minute, second)) => zone.at(date, hour, minute, second),
        };
        let found = found.filter(|m| (EVENT_MS_MIN..=EVENT_MS_MAX).contains(&m.0));
        let Some(found) = found else {
            problems.error(Bad::new(
                "date-out-of-range",
                at,
                "dates lie between 1900 and 2100",
                "check the year",
            ));
            return None;
        };
        if let Some((hour, minute, second)) = time {
            let clock = format!(" {hour:02}:{minute:02}:{second:02} ");
            let skipped = !zone.show(found).contains(&clock);
            let twice = zone.show(Instant(found.0.saturating_add(HOUR_MS))).contains(&clock);
            if skipped || twice {
                let how = if skipped { "does not exist" } else { "comes twice" };
                let message =
                    format!("this time of day {how} on this date in `{}`: the clocks change", zone.name());
                let help = format!("it is read as {found}; choose another time if that is not meant");
                problems.warning(Bad::new("clock-change", at, message, help));
            }
        }
        Some(found)
    }
}
