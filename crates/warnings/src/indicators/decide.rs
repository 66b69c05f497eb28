//! Whether an indicator is met, from the figures of its window and of its baseline. More is told however little was
//! watched, as far as it is certain; less or none only where enough was.

use base::Truth;
use serde::Serialize;
use terms::agreement::{Level, Measure, Turn};

/// Milliseconds of an hour.
const HOUR_MS: f64 = 3_600_000.0;

/// What was counted over a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// When it begins, milliseconds since 1970.
    pub from_ms: i64,
    /// When it ends; that moment is outside.
    pub to_ms: i64,
    /// What certainly counts.
    pub counted: u32,
    /// What may count or not.
    pub unclear: u32,
    /// What came too late to be counted.
    pub late: u32,
    /// How long all of the place was watched, as if at once, milliseconds; `None`: nothing says what was watched.
    pub watched_ms: Option<f64>,
}

impl Figures {
    /// Hours by the clock.
    #[must_use]
    pub fn hours(&self) -> f64 {
        (self.to_ms - self.from_ms).max(1) as f64 / HOUR_MS
    }

    /// Hours in which all of the place was watched; `None`: nothing says what was watched.
    #[must_use]
    pub fn watched_h(&self) -> Option<f64> {
        self.watched_ms.map(|ms| ms / HOUR_MS)
    }

    /// What part of it was watched, 0 to 1; `None`: nothing says.
    #[must_use]
    pub fn part(&self) -> Option<f64> {
        self.watched_h().map(|h| (h / self.hours()).clamp(0.0, 1.0))
    }

    /// How many an hour: of hours watched where that is known, else of hours by the clock.
    #[must_use]
    pub fn per_hour(&self) -> f64 {
        f64::from(self.counted) / self.hours_told()
    }

    fn is_well(&self, least: f64) -> bool {
        self.part().is_some_and(|p| p > 0.0 && p >= least - 1e-9)
    }

    /// With what may count as well.
    fn most(&self) -> f64 {
        f64::from(self.counted) + f64::from(self.unclear)
    }

    /// Hours that rates are told of.
    fn hours_told(&self) -> f64 {
        self.watched_h().filter(|h| *h > 0.0).unwrap_or_else(|| self.hours())
    }
}

/// Why it cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// The clause does not hold yet, or the moment from which it does is not known.
    NotBegun,
    /// The clause holds no more.
    Ended,
    /// The window has not passed in whole since the clause began.
    WindowNotWhole,
    /// The baseline has not passed in whole, or its moments are not known.
    BaselineNotWhole,
    /// Too little was watched in the baseline.
    BaselineUnwatched,
    /// Too little was watched in the window: sources were down.
    WindowUnwatched,
    /// No source says what it watched.
    WatchNotStated,
    /// No source can perceive what is counted.
    NobodySees,
    /// It hangs on what may count or not.
    Unclear,
    /// Nothing was declared against which to count.
    NotDeclared,
    /// A site was not counted in the window, or could not be entered.
    NotVisited,
}

/// The figures of a window, and of the baseline as far as it is whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared<'a> {
    pub window: &'a Figures,
    /// `None`: the text names none.
    pub baseline: Option<Option<&'a Figures>>,
    /// Least part watched.
    pub least: f64,
}

/// What is known, and what is lacking where it is not.
pub(super) type Told = (Truth, Vec<Lack>);

fn open(lacks: Vec<Lack>) -> Told {
    (Truth::Undetermined, lacks)
}

fn sure(met: bool) -> Told {
    (met.into(), Vec::new())
}

/// Whether it is met.
pub(super) fn decide(turn: &Turn, of: &Compared<'_>) -> Told {
    match turn {
        Turn::Rises(level) => rises(level, of),
        Turn::Falls(level) => falls(level, of),
        Turn::Stops => stops(of),
    }
}

impl Compared<'_> {
    fn is_well(&self) -> bool {
        self.window.is_well(self.least)
    }

    /// Why less cannot be told of the window.
    fn unwatched(&self) -> Lack {
        if self.window.watched_ms.is_none() { Lack::WatchNotStated } else { Lack::WindowUnwatched }
    }

    /// The least and the most that a level stands for, an hour or in all; or why that is not known.
    fn level(&self, level: &Level) -> Result<(f64, f64), Lack> {
        if level.measure != Measure::Times {
            return Ok((level.number, level.number));
        }
        let Some(baseline) = self.baseline.flatten() else { return Err(Lack::BaselineNotWhole) };
        // Where nothing says what was watched, both are told by the clock, and a rise alone can be told.
        if baseline.watched_ms.is_some() && !baseline.is_well(self.least) {
            return Err(Lack::BaselineUnwatched);
        }
        let hours = baseline.hours_told();
        Ok((level.number * f64::from(baseline.counted) / hours, level.number * baseline.most() / hours))
    }

    /// What was counted at the least if nothing happened unseen, and what if all of it was as what was seen; with what
    /// may count as well: in the measure of a level.
    fn value(&self, level: &Level) -> (f64, f64, f64) {
        let counted = f64::from(self.window.counted);
        match level.measure {
            Measure::Count => (counted, counted, self.window.most()),
            Measure::PerWatchedHour | Measure::Times => {
                let hours = self.window.hours_told();
                (counted / self.window.hours(), counted / hours, self.window.most() / hours)
            }
        }
    }
}

fn rises(level: &Level, of: &Compared<'_>) -> Told {
    let (low, high) = match of.level(level) {
        Ok(found) => found,
        Err(lack) => return open(vec![lack]),
    };
    let least = if level.measure == Measure::Times { level.at_least.unwrap_or(1.0).max(1.0) } else { 0.0 };
    let (certain, seen, most) = of.value(level);
    let best = if of.is_well() { seen } else { certain };
    let enough = f64::from(of.window.counted) >= least;
    if best >= high && enough {
        return sure(true);
    }
    if !of.is_well() {
        return open(vec![of.unwatched()]);
    }
    if most < low || of.window.most() < least {
        return sure(false);
    }
    open(vec![Lack::Unclear])
}

fn falls(level: &Level, of: &Compared<'_>) -> Told {
    let (low, high) = match of.level(level) {
        Ok(found) => found,
        Err(lack) => return open(vec![lack]),
    };
    let (certain, seen, most) = of.value(level);
    if certain > high {
        return sure(false);
    }
    if !of.is_well() {
        return open(vec![of.unwatched()]);
    }
    if level.measure == Measure::Times {
        let baseline = of.baseline.flatten();
        // What never came cannot fall.
        if baseline.is_some_and(|b| b.counted == 0) {
            let none = baseline.is_some_and(|b| b.unclear == 0 && b.watched_ms.is_some());
            return if none { sure(false) } else { open(vec![Lack::Unclear]) };
        }
    }
    if most <= low {
        return sure(true);
    }
    if seen > high { sure(false) } else { open(vec![Lack::Unclear]) }
}

fn stops(of: &Compared<'_>) -> Told {
    if of.window.counted > 0 {
        return sure(false);
    }
    if !of.is_well() {
        return open(vec![of.unwatched()]);
    }
    if of.window.unclear > 0 {
        return open(vec![Lack::Unclear]);
    }
    match of.baseline {
        None => sure(true),
        Some(None) => open(vec![Lack::BaselineNotWhole]),
        Some(Some(baseline)) if baseline.counted > 0 => sure(true),
        Some(Some(baseline)) if baseline.unclear > 0 => open(vec![Lack::Unclear]),
        // What never came cannot stop; where nobody watched, it may have come.
        Some(Some(baseline)) if baseline.is_well(of.least) => sure(false),
        Some(Some(_)) => open(vec![Lack::BaselineUnwatched]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn figures(days: i64, counted: u32, unclear: u32, part: Option<f64>) -> Figures {
        let to_ms = days * DAY_MS;
        let watched_ms = part.map(|p| p * to_ms as f64);
        Figures { from_ms: 0, to_ms, counted, unclear, late: 0, watched_ms }
    }

    fn times(number: f64, at_least: Option<f64>) -> Level {
        Level { number, measure: Measure::Times, at_least }
    }

    fn told(turn: Turn, window: Figures, baseline: Option<Option<Figures>>) -> Told {
        let baseline = baseline.as_ref().map(Option::as_ref);
        decide(&turn, &Compared { window: &window, baseline, least: 0.6 })
    }

    #[test]
    fn more_is_told_however_little_was_watched_and_not_more_only_where_enough_was() {
        let five = Turn::Rises(Level { number: 5.0, measure: Measure::Count, at_least: None });
        let of = |counted, unclear, part| told(five, figures(7, counted, unclear, part), None);
        assert_eq!(of(5, 0, Some(0.1)), (Truth::True, vec![]));
        assert_eq!(of(5, 0, None), (Truth::True, vec![]));
        assert_eq!(of(4, 0, Some(0.9)), (Truth::False, vec![]));
        assert_eq!(of(4, 1, Some(0.9)), (Truth::Undetermined, vec![Lack::Unclear]));
        assert_eq!(of(4, 0, Some(0.5)), (Truth::Undetermined, vec![Lack::WindowUnwatched]));
        assert_eq!(of(0, 0, None), (Truth::Undetermined, vec![Lack::WatchNotStated]));
    }

    #[test]
    fn a_fall_or_a_stop_while_nobody_watched_is_neither_calm_nor_an_alarm() {
        let base = || Some(Some(figures(28, 56, 0, Some(1.0))));
        for turn in [Turn::Stops, Turn::Falls(times(0.5, None))] {
            let dark = told(turn, figures(7, 0, 0, Some(0.2)), base());
            assert_eq!(dark, (Truth::Undetermined, vec![Lack::WindowUnwatched]), "{turn:?}");
            assert_eq!(told(turn, figures(7, 0, 0, None), base()).0, Truth::Undetermined);
            assert_eq!(told(turn, figures(7, 0, 0, Some(0.9)), base()).0, Truth::True);
            assert_eq!(told(turn, figures(7, 14, 0, Some(0.9)), base()).0, Truth::False);
            assert_eq!(told(turn, figures(7, 0, 9, Some(0.9)), base()).0, Truth::Undetermined);
            // What never came neither falls nor stops, and what nobody would have seen is open.
            let none = |part| Some(Some(figures(28, 0, 0, part)));
            assert_eq!(told(turn, figures(7, 0, 0, Some(1.0)), none(Some(1.0))).0, Truth::False);
            assert_eq!(told(turn, figures(7, 0, 0, Some(1.0)), none(Some(0.1))).0, Truth::Undetermined);
        }
    }

    #[test]
    fn times_are_of_the_rate_per_watched_hour() {
        let rise = Turn::Rises(times(3.0, Some(4.0)));
        // Two a watched day in the baseline, of which three quarters were watched: 42 in 21 watched days.
        let base = || Some(Some(figures(28, 42, 0, Some(0.75))));
        assert_eq!(told(rise, figures(7, 42, 0, Some(1.0)), base()).0, Truth::True);
        assert_eq!(told(rise, figures(7, 41, 0, Some(1.0)), base()).0, Truth::False);
        assert_eq!(told(rise, figures(7, 34, 0, Some(0.8)), base()).0, Truth::True);
        // Under the share asked for, only what was seen counts.
        assert_eq!(told(rise, figures(7, 30, 0, Some(0.5)), base()).0, Truth::Undetermined);
        assert_eq!(told(rise, figures(7, 42, 0, Some(0.5)), base()).0, Truth::True);
        assert_eq!(told(rise, figures(7, 42, 0, Some(1.0)), Some(None)).1, [Lack::BaselineNotWhole]);
        let dark = Some(Some(figures(28, 2, 0, Some(0.1))));
        assert_eq!(told(rise, figures(7, 42, 0, Some(1.0)), dark).1, [Lack::BaselineUnwatched]);
    }

    #[test]
    fn after_none_at_all_a_rise_takes_as_many_as_the_text_says_at_least() {
        let base = || Some(Some(figures(28, 0, 0, Some(1.0))));
        let of = |least, n| told(Turn::Rises(times(3.0, least)), figures(7, n, 0, Some(1.0)), base()).0;
        assert_eq!([of(None, 0), of(None, 1)], [Truth::False, Truth::True]);
        assert_eq!([of(Some(4.0), 3), of(Some(4.0), 4)], [Truth::False, Truth::True]);
    }

    #[test]
    fn a_rate_is_of_hours_watched() {
        let rise = Turn::Rises(Level { number: 0.5, measure: Measure::PerWatchedHour, at_least: None });
        let of = |n, part| told(rise, figures(1, n, 0, part), None).0;
        assert_eq!([of(9, Some(0.75)), of(8, Some(0.75))], [Truth::True, Truth::False]);
        assert_eq!(
            [of(11, Some(0.5)), of(12, Some(0.5)), of(12, None)],
            [Truth::Undetermined, Truth::True, Truth::True]
        );
    }
}
