//! Indicators in sentences.

use super::Language;
use super::phrases as p;
use super::speech::Speech;
use crate::agreement::{Baseline, Indicator, Level, Measure, Signal, Turn, What};
use crate::compare::grouped;
use base::time::{DAY_MS, HOUR_MS};

/// A length of time in English, wherever no agreement is at hand: `7 days`, `36 h`.
pub(crate) fn length_of(ms: i64) -> String {
    let (n, unit) = match ms {
        ms if ms % DAY_MS == 0 => (ms / DAY_MS, p::Unit::Day),
        ms if ms % HOUR_MS == 0 => (ms / HOUR_MS, p::Unit::Hour),
        ms => (ms / 60_000, p::Unit::Minute),
    };
    p::counted(Language::English, n, unit)
}

impl Speech<'_> {
    pub(super) fn indicator(&self, indicator: &Indicator) -> (String, Vec<String>) {
        let signal = match &indicator.signal {
            Signal::Facts(what @ What::Act { .. }) => self.thing(what),
            Signal::Facts(what) => self.act(what),
            Signal::Missing(what) => self.say(&p::MISSING, &[("what", &self.thing(what))]),
            Signal::Notices(of) if of.is_empty() => self.plain(&p::NOTICES_OF_ALL),
            Signal::Notices(of) => {
                let of: Vec<String> = of.iter().map(|w| self.thing(w)).collect();
                self.say(&p::NOTICES_OF, &[("what", &self.join(&of, &p::AND))])
            }
            Signal::Calls => self.plain(&p::CALLS),
        };
        let place = match &indicator.signal {
            Signal::Notices(_) | Signal::Calls => String::new(),
            _ => format!(" {}", self.place(indicator.zone)),
        };
        let holes = [
            ("title", indicator.title.clone()),
            ("what", signal),
            ("place", place),
            ("window", self.span(indicator.window_ms)),
            ("baseline", self.baseline(indicator.baseline.as_ref())),
            ("turn", self.turn(&indicator.turn)),
        ];
        let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
        (self.say(&p::INDICATOR, &holes), self.around(indicator))
    }

    fn baseline(&self, baseline: Option<&Baseline>) -> String {
        match baseline {
            None => String::new(),
            Some(Baseline::Before(ms)) => self.say(&p::BASE_BEFORE, &[("time", &self.span(*ms))]),
            Some(Baseline::Since(from)) => self.say(&p::BASE_SINCE, &[("moment", &self.moment(from))]),
            Some(Baseline::Between(from, to)) => {
                self.say(&p::BASE_BETWEEN, &[("from", &self.moment(from)), ("to", &self.moment(to))])
            }
        }
    }

    fn turn(&self, turn: &Turn) -> String {
        match turn {
            Turn::Rises(level) => {
                let least =
                    level.at_least.map(|n| self.say(&p::LEVEL_LEAST, &[("n", &self.number(grouped(n)))]));
                let holes = [("level", self.level(*level)), ("least", least.unwrap_or_default())];
                let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
                self.say(&p::RISES, &holes)
            }
            Turn::Falls(level) => self.say(&p::FALLS, &[("level", &self.level(*level))]),
            Turn::Stops => self.plain(&p::STOPS),
        }
    }

    fn level(&self, level: Level) -> String {
        let number = self.number(grouped(level.number));
        let phrase = match level.measure {
            Measure::Count => &p::LEVEL_COUNT,
            Measure::PerWatchedHour => &p::LEVEL_HOUR,
            Measure::Times => &p::LEVEL_TIMES,
        };
        self.say(phrase, &[("n", &number)])
    }

    /// Who is told, what is not said, and what is not promised.
    fn around(&self, indicator: &Indicator) -> Vec<String> {
        let who =
            if indicator.told.is_empty() { self.plain(&p::NOT_SAID) } else { self.names(&indicator.told) };
        let unseen = match &indicator.signal {
            Signal::Facts(_) => {
                let share = self.number(format!("{}", indicator.coverage_min * 100.0));
                self.say(&p::UNSEEN, &[("share", &share)])
            }
            Signal::Missing(_) => self.plain(&p::UNVISITED),
            Signal::Notices(_) | Signal::Calls => self.plain(&p::UNKEPT),
        };
        vec![self.say(&p::TOLD, &[("who", &who)]), unseen, self.plain(&p::NO_PROMISE)]
    }
}
