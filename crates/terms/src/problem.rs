//! What is wrong with a text, and where: every problem at once, none of them twice.

use crate::limits::{ERRORS_MAX, PROBLEMS_MAX};
use crate::source::{Lines, Span, Stretch};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be judged by.
    Error,
    /// The text can be judged by, but may not say what was meant.
    Warning,
    /// Something a reader should know.
    Note,
}

impl Severity {
    /// The word a reader sees.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One problem of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// Stable name of this sort of problem, such as `undefined-zone`.
    pub code: &'static str,
    /// What is wrong: one line, user values in backticks.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Heading above the place; empty if none.
    pub article: String,
    /// What to do: one line; empty if there is nothing to do.
    pub help: String,
}

/// A problem that ends the reading of a statement.
#[derive(Debug)]
pub(crate) struct Bad {
    pub code: &'static str,
    pub at: Stretch,
    pub message: String,
    pub help: String,
}

impl Bad {
    pub fn new(code: &'static str, at: Stretch, message: impl Into<String>, help: impl Into<String>) -> Bad {
        Bad { code, at, message: message.into(), help: help.into() }
    }
}

/// Collects problems in bounded memory: of each severity the first [`PROBLEMS_MAX`], the rest counted.
pub(crate) struct Problems<'a> {
    lines: &'a Lines<'a>,
    headings: Vec<(usize, String)>,
    kept: Vec<Problem>,
    seen: [usize; 3],
    /// Some names cannot be known (a block that never ends): an undefined name is then no news.
    pub names_unknown: bool,
    /// What has been told, where a text is checked in several readings: nothing is told twice.
    told: Option<HashMap<Told, In>>,
    /// The reading that is being checked, if any, and how many readings there have been.
    reading: Option<String>,
    readings: usize,
    /// Problems of one sort at one place are one problem.
    loose: bool,
}

/// A problem at its place.
type Told = (&'static str, usize, usize, String);

/// In which readings a problem was found.
struct In {
    /// Where it stands among those kept.
    kept: Option<usize>,
    /// The first reading it was found in; `None`: found before any reading.
    first: Option<String>,
    /// The last reading counted.
    last: usize,
    count: usize,
}

impl<'a> Problems<'a> {
    /// `headings`: first byte and text of each heading, in order.
    pub fn new(lines: &'a Lines<'a>, headings: Vec<(usize, String)>) -> Problems<'a> {
        Problems {
            lines,
            headings,
            kept: Vec::new(),
            seen: [0; 3],
            names_unknown: false,
            told: None,
            reading: None,
            readings: 0,
            loose: false,
        }
    }

    /// From now on the same problem at the same place is told once only.
    pub fn tell_once(&mut self) {
        self.told = Some(HashMap::new());
    }

    /// The text is checked once more, in the reading of that label.
    pub fn read_as(&mut self, reading: &str) {
        self.reading = Some(reading.to_owned());
        self.readings += 1;
    }

    /// The readings are gone through once more, from the first.
    pub fn read_again(&mut self) {
        self.say_readings();
        self.told = Some(HashMap::new());
        self.readings = 0;
        self.loose = true;
    }

    /// All readings have been checked: what comes now is about the text as a whole.
    pub fn read_all(&mut self) {
        self.reading = None;
        self.loose = false;
    }

    /// Whether the problem has been told before; if not, it is remembered.
    fn is_known(&mut self, bad: &Bad, room: bool) -> bool {
        let Some(told) = &mut self.told else { return false };
        let next = room.then_some(self.kept.len());
        let readings = self.readings;
        // Of several readings, what is said of a place once is enough, whatever clauses it is about in each.
        let message = if self.loose { String::new() } else { bad.message.clone() };
        let key = (bad.code, bad.at.start, bad.at.end, message);
        match told.entry(key) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.count += usize::from(known.last != readings);
                known.last = readings;
                true
            }
            Entry::Vacant(slot) => {
                slot.insert(In { kept: next, first: self.reading.clone(), last: readings, count: 1 });
                false
            }
        }
    }

    /// What is wrong in some readings only says in which.
    fn say_readings(&mut self) {
        for found in self.told.take().into_iter().flat_map(HashMap::into_values) {
            let some_only = found.count < self.readings;
            let (Some(index), Some(first)) = (found.kept, found.first.filter(|_| some_only)) else {
                continue;
            };
            if let Some(problem) = self.kept.get_mut(index) {
                let more = if found.count > 1 { ", and in other readings" } else { "" };
                problem.message = format!("{} (reading the text {first}{more})", problem.message);
            }
        }
    }

    /// Whether one more of this severity would still be listed; ask before working out a costly suggestion.
    pub fn has_room(&self, severity: Severity) -> bool {
        self.seen.get(severity as usize).is_some_and(|n| *n < PROBLEMS_MAX)
    }

    /// Whether there are so many errors that reading on helps nobody.
    pub fn is_hopeless(&self) -> bool {
        self.seen.first().is_some_and(|n| *n >= ERRORS_MAX)
    }

    /// Whether there is any error.
    pub fn any_error(&self) -> bool {
        self.seen.first().is_some_and(|n| *n > 0)
    }

    /// Adds an error.
    pub fn error(&mut self, bad: Bad) {
        self.add(Severity::Error, bad);
    }

    /// Adds a warning.
    pub fn warning(&mut self, bad: Bad) {
        self.add(Severity::Warning, bad);
    }

    /// Adds a note.
    pub fn note(&mut self, bad: Bad) {
        self.add(Severity::Note, bad);
    }

    fn add(&mut self, severity: Severity, bad: Bad) {
        let room = self.has_room(severity);
        if self.is_known(&bad, room) {
            return;
        }
        if let Some(n) = self.seen.get_mut(severity as usize) {
            *n += 1;
        }
        if !room {
            return;
        }
        let span = self.lines.span(bad.at);
        let above = self.headings.partition_point(|(start, _)| *start <= span.start);
        let article = above.checked_sub(1).and_then(|i| self.headings.get(i));
        self.kept.push(Problem {
            severity,
            code: bad.code,
            message: bad.message,
            span,
            article: article.map(|(_, text)| text.clone()).unwrap_or_default(),
            help: bad.help,
        });
    }

    /// The problems in reading order; when there are too many, errors go before warnings and warnings before notes,
    /// and a closing note says how many are not listed.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.say_readings();
        let all: usize = self.seen.iter().sum();
        self.kept.sort_by_key(|p| (p.severity, p.span.start));
        self.kept.truncate(PROBLEMS_MAX);
        self.kept.sort_by_key(|p| (p.span.start, p.severity, p.code, p.span.end));
        let left_out = all.saturating_sub(self.kept.len());
        if left_out > 0 {
            let end = self.lines.text().len();
            self.kept.push(Problem {
                severity: Severity::Note,
                code: "more-problems",
                message: format!("{left_out} more problems are not listed"),
                span: self.lines.span(Stretch { start: end, end }),
                article: String::new(),
                help: "mend the first ones and check again".to_owned(),
            });
        }
        self.kept
    }
}
