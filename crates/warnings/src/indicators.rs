//! Indicators that the watched text defines, worked out by time of receipt. Each is met, not met or undetermined at
//! every moment: what nobody watched is neither calm nor an alarm. People set their levels, so nothing is promised.

mod decide;
mod log;
mod stores;

pub use decide::{Figures, Lack};
pub use log::Logged;

use crate::raised::STANDS_MS;
use crate::streams::{Cadence, Ground, Inputs, Series, Streams, Tape};
use base::{Instant, Truth};
use decide::{Compared, Told, decide};
use log::Log;
use stores::Stores;
use terms::agreement::{Agreement, Baseline, Clause, Duty, Indicator, Measure, Signal, Turn, What};

/// Most moments at which one indicator is worked out; of more, the last.
const MOMENTS_MAX: usize = 200_000;

/// The figures of an indicator at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// As of when, milliseconds since 1970.
    pub at_ms: i64,
    /// Whether it is met.
    pub met: Truth,
    /// What is lacking, where that cannot be told.
    pub lacks: Vec<Lack>,
    /// What was counted in the window; of missing weapons, how many are.
    pub window: Figures,
    /// What was counted in the baseline; of missing weapons, what was declared. `None`: there is none, or not yet.
    pub baseline: Option<Figures>,
}

/// A time in which an indicator was met, without a break longer than a warning stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// As it was first.
    pub first: Reading,
    /// As it was last.
    pub last: Reading,
}

/// An indicator of the watched text, as it stands and as it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicated {
    /// Index of its clause.
    pub clause: usize,
    /// Its clause's label.
    pub label: String,
    /// Label of the text's version.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// Where.
    pub ground: Ground,
    /// What is counted, as the text calls it.
    pub what: String,
    /// Kinds of fact, where it counts facts.
    pub kinds: Vec<String>,
    /// Its stream, where it has one.
    pub stream: Option<usize>,
    /// What the clause asks for.
    pub asks: Indicator,
    /// Names of those who are told.
    pub told: Vec<String>,
    /// How it stands.
    pub now: Reading,
    /// When it was met.
    pub met: Vec<Met>,
    /// For how long it could be told whether it is met, milliseconds.
    pub judged_ms: i64,
    /// Whether nobody but parties says so when it is met: then it is never for the public.
    pub only_parties: bool,
    /// What certainly counts: when it was known, milliseconds since 1970, and the incident.
    pub members: Vec<(i64, u32)>,
}

impl Indicated {
    /// How often a year it was met, of the time in which that could be told. `None`: it never could.
    #[must_use]
    pub fn met_per_year(&self) -> Option<f64> {
        let years = self.judged_ms as f64 / (crate::detect::DAYS_PER_YEAR * 86_400_000.0);
        (years > 0.0).then(|| self.met.len() as f64 / years)
    }

    /// What of something its level stands for, a window: the level itself, or what the baseline gives.
    #[must_use]
    pub fn expected(&self, reading: &Reading) -> f64 {
        let hours = reading.window.watched_h().unwrap_or_else(|| reading.window.hours());
        match (&reading.baseline, self.asks.turn.level()) {
            (Some(baseline), _) if !matches!(self.asks.signal, Signal::Missing(_)) => {
                baseline.per_hour() * hours
            }
            (_, Some(level)) if level.measure == Measure::Count => level.number,
            (_, Some(level)) if level.measure == Measure::PerWatchedHour => level.number * hours,
            _ => 0.0,
        }
    }
}

/// All indicators of the watched text.
#[must_use]
pub fn indicators(inputs: &Inputs<'_>, streams: &Streams) -> Vec<Indicated> {
    let clauses = inputs.version.agreement.clauses.iter().enumerate();
    let of = |(ix, clause): (usize, &Clause)| match &clause.duty {
        Duty::Indicator(indicator) => Some(indicated(inputs, streams, ix, clause, indicator)),
        _ => None,
    };
    clauses.filter_map(of).collect()
}

fn indicated(
    inputs: &Inputs<'_>,
    streams: &Streams,
    ix: usize,
    clause: &Clause,
    indicator: &Indicator,
) -> Indicated {
    let agreement = &inputs.version.agreement;
    let tape = streams.tapes.iter().find(|t| t.clause == ix);
    let stream = tape.and_then(|t| t.stream);
    let source = Source::of(inputs, streams, indicator, tape);
    let reader = Reader::of(agreement, clause, indicator, &source, streams);
    let (met, judged_ms) = reader.past(streams.edges(Cadence::Quarter), inputs.now.0);
    let now = reader.read(inputs.now.0, inputs.now.0);
    let zone = indicator.zone.and_then(|z| agreement.plan.zones.get(usize::from(z.0)));
    let name = |a| agreement.actor(a).map(|a: &terms::agreement::Actor| a.name.clone());
    Indicated {
        clause: ix,
        label: clause.label.clone(),
        version: inputs.version.label.clone(),
        title: indicator.title.clone(),
        ground: zone.map_or(Ground::Everywhere, |z| Ground::Zone { name: z.name.clone() }),
        what: what_words(agreement, &indicator.signal),
        kinds: stream.and_then(|s| streams.all.get(s)).map_or_else(Vec::new, |s| s.kinds.clone()),
        stream,
        asks: indicator.clone(),
        told: indicator.told.iter().filter_map(|a| name(*a)).collect(),
        only_parties: only_parties(inputs, streams, indicator, &source, met.last().map_or(&now, |m| &m.last)),
        now,
        met,
        judged_ms,
        members: tape.map_or_else(Vec::new, |t| t.certain.clone()),
    }
}

/// What is counted, as the text calls it.
fn what_words(agreement: &Agreement, signal: &Signal) -> String {
    let one = |what: &What| match what {
        What::Act { name, .. } => name.clone(),
        What::Weapon { class, .. } => agreement.weapon(*class).map(|w| w.name.clone()).unwrap_or_default(),
    };
    match signal {
        Signal::Facts(what) => one(what),
        Signal::Missing(what) => format!("{} missing", one(what)),
        Signal::Notices(of) if of.is_empty() => "notices".to_owned(),
        Signal::Notices(of) => format!("notices of {}", of.iter().map(one).collect::<Vec<_>>().join(", ")),
        Signal::Calls => "hotline calls".to_owned(),
    }
}

/// Whether nobody but parties bears it out beside the incidents themselves: who counted the stores, who gave the
/// notices that are more, and who says that it watched where there is less.
fn only_parties(
    inputs: &Inputs<'_>,
    streams: &Streams,
    indicator: &Indicator,
    source: &Source<'_>,
    reading: &Reading,
) -> bool {
    let rises = matches!(indicator.turn, Turn::Rises(_));
    match source {
        Source::Stores(stores) => stores.missing(&reading.window).only_parties,
        Source::Log(_) => rises,
        Source::Facts { .. } if rises => false,
        Source::Facts { .. } => {
            let is_party = |name: &str| {
                let at = streams.sources.iter().position(|s| s == name);
                at.and_then(|at| streams.is_party.get(at)).copied().unwrap_or(false)
            };
            let over = |c: &evidence::coverage::Coverage| {
                c.interval.start.0 < reading.window.to_ms && c.interval.end.0 > reading.window.from_ms
            };
            let mut watched = inputs.coverage.iter().filter(|c| over(c)).peekable();
            watched.peek().is_some() && watched.all(|c| is_party(&c.source))
        }
    }
}

/// Where figures come from.
enum Source<'a> {
    /// Facts, with what could be seen.
    Facts { tape: Option<&'a Tape>, edges_ms: &'a [i64], watched_ms: Option<Vec<f64>>, is_perceived: bool },
    /// A log.
    Log(Log),
    /// Counts at sites.
    Stores(Stores),
}

impl<'a> Source<'a> {
    fn of(
        inputs: &Inputs<'_>,
        streams: &'a Streams,
        indicator: &Indicator,
        tape: Option<&'a Tape>,
    ) -> Source<'a> {
        let version = inputs.version;
        match &indicator.signal {
            Signal::Facts(_) => {
                let stream = tape.and_then(|t| t.stream).and_then(|s| streams.all.get(s));
                let edges_ms = streams.edges(Cadence::Quarter);
                let stated = stream.map(|s| s.of(Cadence::Quarter)).filter(|s| s.alive.iter().any(|a| *a));
                Source::Facts {
                    tape,
                    edges_ms,
                    watched_ms: stated.map(|s| cumulated(s, edges_ms)),
                    is_perceived: stream.is_none_or(|s| s.unperceived.len() < s.kinds.len()),
                }
            }
            Signal::Missing(What::Weapon { class, .. }) => {
                Source::Stores(Stores::of(version, inputs.records, *class, indicator.zone))
            }
            Signal::Missing(What::Act { .. }) => Source::Stores(Stores::default()),
            Signal::Notices(of) => {
                Source::Log(Log::of_notices(&version.agreement, inputs.records, inputs.board, of))
            }
            Signal::Calls => Source::Log(Log::of_calls(inputs.board)),
        }
    }

    /// What was counted over a time, as known at `as_of_ms`.
    fn figures(&self, from_ms: i64, to_ms: i64, as_of_ms: i64) -> Figures {
        let mut out = Figures { from_ms, to_ms, ..Figures::default() };
        match self {
            Source::Facts { tape, edges_ms, watched_ms, .. } => {
                if let Some(tape) = tape {
                    out.counted = between(&tape.certain, |(at, _)| *at, from_ms, to_ms);
                    out.unclear = between(&tape.unclear_ms, |at| *at, from_ms, to_ms);
                    out.late = between(&tape.late_ms, |at| *at, from_ms, to_ms);
                }
                out.watched_ms = watched_ms
                    .as_ref()
                    .map(|all| up_to(edges_ms, all, to_ms) - up_to(edges_ms, all, from_ms));
            }
            Source::Log(log) => {
                out.counted = between(&log.signs_ms, |at| *at, from_ms, to_ms);
                out.watched_ms = Some(log.kept_ms(from_ms, to_ms, as_of_ms));
            }
            Source::Stores(_) => {}
        }
        out
    }

    /// Moments at which something came to be known.
    fn moments(&self) -> Vec<i64> {
        match self {
            Source::Facts { tape, .. } => {
                tape.map_or_else(Vec::new, |t| t.certain.iter().map(|(at, _)| *at).collect())
            }
            Source::Log(log) => log.signs_ms.clone(),
            Source::Stores(stores) => stores.known_ms(),
        }
    }
}

/// How much was watched up to each edge, milliseconds.
fn cumulated(series: &Series, edges_ms: &[i64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut out = vec![0.0];
    for (step, part) in edges_ms.windows(2).zip(&series.part) {
        let [from, to] = step else { continue };
        sum += f64::from(*part) * (to - from) as f64;
        out.push(sum);
    }
    out
}

/// How much was watched up to a moment, milliseconds; within a step as much as of all of it.
fn up_to(edges_ms: &[i64], all: &[f64], at_ms: i64) -> f64 {
    let next = edges_ms.partition_point(|e| *e <= at_ms);
    let Some(step) = next.checked_sub(1) else { return 0.0 };
    let value = |i: usize| all.get(i.min(all.len().saturating_sub(1))).copied().unwrap_or(0.0);
    let (Some(from), Some(to)) = (edges_ms.get(step), edges_ms.get(next)) else { return value(step) };
    let part = (at_ms - from) as f64 / (to - from).max(1) as f64;
    value(step) + (value(next) - value(step)) * part
}

/// How many of a list in order lie from one moment up to another.
fn between<T>(all: &[T], at: impl Fn(&T) -> i64, from_ms: i64, to_ms: i64) -> u32 {
    let first = all.partition_point(|one| at(one) < from_ms);
    let end = all.partition_point(|one| at(one) < to_ms);
    u32::try_from(end.saturating_sub(first)).unwrap_or(u32::MAX)
}

/// Reads one indicator at moments.
struct Reader<'a> {
    source: &'a Source<'a>,
    indicator: &'a Indicator,
    /// When the clause begins; `None`: not known.
    from_ms: Option<i64>,
    until_ms: Option<i64>,
    /// Moments of the baseline, where it names them; `None`: not known.
    named: Option<(i64, i64)>,
    /// When the record begins: nothing is known of before.
    record_ms: i64,
}

impl<'a> Reader<'a> {
    fn of(
        agreement: &Agreement,
        clause: &Clause,
        indicator: &'a Indicator,
        source: &'a Source<'a>,
        streams: &Streams,
    ) -> Reader<'a> {
        let at = |when| agreement.resolve_when(when).map(|Instant(ms)| ms);
        let named = match &indicator.baseline {
            Some(Baseline::Since(from)) => at(from).map(|f| (f, i64::MAX)),
            Some(Baseline::Between(from, to)) => at(from).zip(at(to)),
            _ => None,
        };
        Reader {
            source,
            indicator,
            from_ms: at(&clause.from),
            until_ms: clause.until.as_ref().and_then(at),
            named,
            record_ms: streams.edges(Cadence::Quarter).first().copied().unwrap_or(i64::MAX),
        }
    }

    /// As of a moment: what is known by then, that moment outside. `told_ms` is when it is told.
    fn read(&self, as_of_ms: i64, told_ms: i64) -> Reading {
        let window_from = as_of_ms.saturating_sub(self.indicator.window_ms);
        let begun = self.from_ms.filter(|from| *from < as_of_ms);
        let clips = matches!(self.indicator.turn, Turn::Rises(l) if l.measure == Measure::Count);
        let from_ms = if clips { window_from.max(begun.unwrap_or(window_from)) } else { window_from };
        let mut window = self.source.figures(from_ms, as_of_ms, as_of_ms);
        let mut baseline = self.baseline(window_from, as_of_ms);
        let (met, lacks) = match (begun, self.until_ms.is_some_and(|u| u <= as_of_ms)) {
            (_, true) => (Truth::Undetermined, vec![Lack::Ended]),
            (None, _) => (Truth::Undetermined, vec![Lack::NotBegun]),
            (Some(begun), _) if begun > from_ms => (Truth::Undetermined, vec![Lack::WindowNotWhole]),
            _ => self.decided(&mut window, &mut baseline),
        };
        Reading { at_ms: told_ms, met, lacks, window, baseline }
    }

    fn decided(&self, window: &mut Figures, baseline: &mut Option<Figures>) -> Told {
        if let Source::Stores(stores) = self.source {
            let missing = stores.missing(window);
            window.counted = missing.least.min(f64::from(u32::MAX)) as u32;
            let declared = missing.declared.min(f64::from(u32::MAX)) as u32;
            *baseline = Some(Figures { counted: declared, ..*window });
            let number = self.indicator.turn.level().map_or(f64::INFINITY, |l| l.number);
            return missing.reaches(number);
        }
        let compared = Compared {
            window,
            baseline: self.indicator.baseline.as_ref().map(|_| baseline.as_ref()),
            least: self.indicator.coverage_min,
        };
        let (met, mut lacks) = decide(&self.indicator.turn, &compared);
        if matches!(self.source, Source::Facts { is_perceived: false, .. }) && met == Truth::Undetermined {
            lacks = vec![Lack::NobodySees];
        }
        (met, lacks)
    }

    /// The baseline to a window, if it is whole.
    fn baseline(&self, window_from: i64, as_of_ms: i64) -> Option<Figures> {
        let (from, to) = match self.indicator.baseline.as_ref()? {
            Baseline::Before(ms) => {
                let from = window_from.saturating_sub(*ms);
                (from >= self.from_ms?).then_some((from, window_from))?
            }
            Baseline::Since(_) => {
                let from = self.named?.0;
                let long = window_from.saturating_sub(from) >= self.indicator.window_ms;
                long.then_some((from, window_from))?
            }
            Baseline::Between(..) => self.named.filter(|(_, to)| *to <= window_from)?,
        };
        // Of a time before the record nothing is known; a log says itself from when on it was kept.
        let known = from >= self.record_ms || matches!(self.source, Source::Log(_));
        known.then(|| self.source.figures(from, to, as_of_ms))
    }

    /// When it was met, and for how long it could be told.
    fn past(&self, edges_ms: &[i64], now_ms: i64) -> (Vec<Met>, i64) {
        let begins = self.from_ms.unwrap_or(i64::MAX);
        // At an edge all before it is known; what comes to be known counts from its own millisecond on.
        let edges = edges_ms.iter().map(|e| (*e, *e, true));
        let known = self.source.moments().into_iter().map(|at| (at.saturating_add(1), at, false));
        let mut moments: Vec<(i64, i64, bool)> =
            edges.chain(known).filter(|(as_of, ..)| *as_of > begins && *as_of <= now_ms).collect();
        moments.sort_unstable();
        moments.dedup();
        let first = moments.len().saturating_sub(MOMENTS_MAX);
        let (mut met, mut judged_ms, mut before): (Vec<Met>, i64, i64) = (Vec::new(), 0, begins);
        for (as_of, told_ms, is_edge) in moments.into_iter().skip(first) {
            let reading = self.read(as_of, told_ms);
            if is_edge {
                judged_ms += if reading.met == Truth::Undetermined { 0 } else { as_of - before };
                before = as_of;
            }
            if reading.met != Truth::True {
                continue;
            }
            match met.last_mut() {
                Some(last) if told_ms < last.last.at_ms.saturating_add(STANDS_MS) => last.last = reading,
                _ => met.push(Met { first: reading.clone(), last: reading }),
            }
        }
        (met, judged_ms)
    }
}
