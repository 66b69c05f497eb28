//! `truceline watch [WARNING]`: what the watch raises over a mission's record, as text or JSON, now or as known at a
//! moment. Everything is printed, to whoever may read the mission's directory.

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use super::now_ms;
use crate::cli::WatchOf;
use crate::exit::{Code, Failure, chain};
use crate::source;
use base::{CivilZone, Instant, Truth};
use publication::Record;
use publication::watch::{OnBoard, archive_end, moment, text_of, watching};
use serde_json::{Value, json};
use store::Mission;
use warnings::indicators::{Figures, Indicated, Lack};
use warnings::ledger::{Ledger, skill};
use warnings::raised::{Indication, Raised};
use warnings::streams::Ground;
use warnings::watching::{ALGORITHM, PROMISED_PER_YEAR, Watching, asked};

/// Incidents of a warning that are printed.
const EVIDENCE_SHOWN: usize = 20;
/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

pub fn run(args: &WatchOf) -> Result<Code, Failure> {
    let known = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let record = record(&mission, known.map(|t| t.0)).map_err(|e| fold_failure(&e))?;
    let as_of = moment(archive_end(&record), known.unwrap_or_else(|| Instant(now_ms())));
    let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    let until = known.map(|t| t.0);
    let board = store::rooms::notice_board(mission.journal(), zone.clone(), until);
    let board = OnBoard::of(&board.map_err(|e| Failure::failed(chain(&e)))?);
    let watching = watching(&record, &board, as_of.at).ok_or_else(|| {
        Failure::bad_input("no text says what to watch for")
            .hint("adopt one: `truceline init --agreement FILE`")
    })?;
    let ledger = store::rooms::warnings_ledger(mission.journal(), zone, until);
    let ledger = ledger.map_err(|e| Failure::failed(chain(&e)))?;
    let view = View { record: &record, watching: &watching, ledger: &ledger, is_archive: as_of.is_archive };
    match &args.warning {
        None if args.json => print_json(&view.all_json()),
        None => Ok(print(&view.all_text())),
        Some(reference) => {
            let raised = watching.warning(reference).ok_or_else(|| {
                Failure::bad_input(format!("the record raises no warning `{reference}`"))
                    .hint("`truceline watch` lists them")
            })?;
            if args.json { print_json(&view.one_json(raised)) } else { Ok(print(&view.one_text(raised))) }
        }
    }
}

fn print_json(value: &Value) -> Result<Code, Failure> {
    println!("{}", serde_json::to_string_pretty(value).map_err(Failure::failed)?);
    Ok(Code::Done)
}

fn print(lines: &[String]) -> Code {
    lines.iter().for_each(|line| println!("{}", line.trim_end()));
    Code::Done
}

struct View<'a> {
    record: &'a Record,
    watching: &'a Watching,
    ledger: &'a Ledger,
    is_archive: bool,
}

impl View<'_> {
    fn show(&self, ms: i64) -> String {
        self.record.zone.show(Instant(ms))
    }

    fn rfc3339(&self, ms: i64) -> String {
        self.record.zone.rfc3339(Instant(ms))
    }

    fn head(&self) -> Vec<String> {
        let of_archive = if self.is_archive { " (the last receipt: the record is an archive)" } else { "" };
        let text = text_of(self.record).map_or("", |v| v.label.as_str());
        let achieved = self.watching.achieved_per_year();
        let achieved = achieved.map_or_else(|| "not known yet".to_owned(), |a| format!("{a:.1}"));
        vec![
            format!(
                "as of {}{of_archive}; clauses of `{text}`; {ALGORITHM}",
                self.show(self.watching.now_ms)
            ),
            format!(
                "{} streams; promised {PROMISED_PER_YEAR} false alarms a stream and year, achieved {achieved} \
                 (true ones included, over {:.1} stream-years)",
                self.watching.streams.all.len(),
                self.watching.stream_years
            ),
        ]
    }

    fn stage(&self, reference: &str) -> &'static str {
        self.ledger.life(reference).map_or("raised", |l| l.stage.name())
    }

    fn all_text(&self) -> Vec<String> {
        let mut lines = self.head();
        lines.push(String::new());
        for raised in &self.watching.raised {
            let stands = if raised.stands_at(self.watching.now_ms) { "stands" } else { "lapsed" };
            lines.push(format!(
                "{:<9} {:<11} {stands:<7} {}  {} counted, {:.1} expected, since {}",
                raised.level.name(),
                self.stage(&raised.reference),
                raised.reference,
                raised.counted,
                raised.expected,
                self.show(raised.since_ms)
            ));
        }
        if self.watching.raised.is_empty() {
            lines.push("nothing has been raised".to_owned());
        }
        lines.push(String::new());
        lines.push(
            "streams of zones: counted today, expected of a fully seen day, what is said of quiet".to_owned(),
        );
        for (stream, state) in self.watching.streams.all.iter().zip(&self.watching.states) {
            if matches!(stream.ground, Ground::Cell { .. }) {
                continue;
            }
            let today = state.days.last().map_or(0, |d| d.count);
            let expected = state.law.map_or_else(|| "not yet".to_owned(), |l| format!("{:.1}", l.mean()));
            let key = stream.key();
            lines.push(format!("  {key:<28} {today:>5}  {expected:>8}  {:?}", state.quiet));
        }
        lines.extend(self.indicators());
        let skill = skill(self.ledger);
        lines.push(String::new());
        lines.push(format!(
            "skill: {} issued, {} right, {} false, {} undetermined, {} missed",
            skill.issued, skill.right, skill.wrong, skill.undetermined, skill.missed
        ));
        lines
    }

    fn one_text(&self, raised: &Raised) -> Vec<String> {
        let mut lines = self.head();
        let why: Vec<String> = raised.why.iter().map(|w| format!("{w:?}")).collect();
        lines.push(String::new());
        lines.push(format!("{}  {}  {}", raised.reference, raised.level.name(), why.join(", ")));
        lines.push(format!(
            "  {} on {}, clauses {}",
            raised.what,
            raised.ground.name(),
            raised.clauses.join(", ")
        ));
        let more = if raised.alarms.is_empty() { "" } else { "more than expected " };
        let (at, since) = (self.show(raised.raised_ms), self.show(raised.since_ms));
        lines.push(format!("  raised {at}, {more}since {since}"));
        let seen = raised.exposure.map_or_else(
            || "what was watched is not stated".to_owned(),
            |part| format!("{:.0} % of the time and ground seen", part * 100.0),
        );
        lines.push(format!(
            "  {} counted, {:.1} expected; {} more may lie there or not; {}",
            raised.counted, raised.expected, raised.unclear, seen
        ));
        for s in &raised.sources {
            let party = if s.is_party { ", a party" } else { "" };
            lines.push(format!("  {}{party}: {} incidents, {} alone", s.source, s.incidents, s.alone));
        }
        if let Some(one) = &raised.one_source {
            lines.push(format!(
                "  without `{one}` next to nothing is left of it: that source may have changed"
            ));
        }
        for e in raised.evidence.iter().take(EVIDENCE_SHOWN) {
            let label = publication::view::reference(self.record, e.incident as usize);
            lines.push(format!("  {:>6.2}  {label}  known {}", e.log_evidence, self.show(e.known_ms)));
        }
        let more = raised.evidence.len().saturating_sub(EVIDENCE_SHOWN);
        if more > 0 {
            lines.push(format!("          and {more} more (--json)"));
        }
        lines.extend(raised.indications.iter().flat_map(|i| self.indication(i)));
        lines.push(match raised.calm_below_per_day {
            Some(n) => {
                format!("  lapses {} if fewer than {n} a day come until then", self.show(raised.expires_ms))
            }
            None => format!("  lapses {} if it is not met until then", self.show(raised.expires_ms)),
        });
        lines
    }

    fn all_json(&self) -> Value {
        let warnings: Vec<Value> = self.watching.raised.iter().map(|r| self.one_json(r)).collect();
        json!({
            "as_of": self.rfc3339(self.watching.now_ms),
            "zone": self.record.zone.name(),
            "is_archive": self.is_archive,
            "algorithm": ALGORITHM,
            "head_seq": self.record.head.seq,
            "promised_per_stream_year": PROMISED_PER_YEAR,
            "achieved_per_stream_year": self.watching.achieved_per_year(),
            "stream_years": self.watching.stream_years,
            "streams": self.watching.streams.all.len(),
            "indicators": self.watching.indicators.iter().map(|i| self.indicator_json(i)).collect::<Vec<_>>(),
            "warnings": warnings,
            "skill": skill(self.ledger),
        })
    }

    /// Indicators of the text, as they stand.
    fn indicators(&self) -> Vec<String> {
        let all = &self.watching.indicators;
        if all.is_empty() {
            return Vec::new();
        }
        let mut lines =
            vec![String::new(), "indicators of the text: how they stand, and their figures".to_owned()];
        for i in all {
            lines.push(format!(
                "  {:<13} {:<6} {} ({} on {}: {})",
                met(i.now.met),
                i.label,
                i.title,
                i.what,
                i.ground.name(),
                asked(&i.asks.turn)
            ));
            lines.push(format!("                       {}", figures("window", Some(&i.now.window))));
            if i.asks.baseline.is_some() {
                lines
                    .push(format!("                       {}", figures("baseline", i.now.baseline.as_ref())));
            }
            if !i.now.lacks.is_empty() {
                lines.push(format!("                       lacking: {}", lacks(&i.now.lacks)));
            }
            let rate = i.met_per_year().map_or_else(|| "not known".to_owned(), |r| format!("{r:.1} a year"));
            lines.push(format!(
                "                       met {} times in {:.0} days of which it can be told: {rate}; nothing is promised",
                i.met.len(),
                i.judged_ms as f64 / DAY_MS
            ));
        }
        lines
    }

    /// What an indicator says of a warning.
    fn indication(&self, i: &Indication) -> Vec<String> {
        let rate = i.met_per_year.map_or_else(|| "not known".to_owned(), |r| format!("{r:.1} a year"));
        vec![
            format!(
                "  indicator {} of `{}`, {}: met since {}",
                i.clause,
                i.version,
                i.title,
                self.show(i.since_ms)
            ),
            format!("    {}", figures("window", Some(&i.window))),
            format!("    {}", figures("baseline", i.baseline.as_ref())),
            format!(
                "    people set the level: no rate of false alarms is promised; met {} times before, {rate}",
                i.met_before
            ),
        ]
    }

    fn indicator_json(&self, i: &Indicated) -> Value {
        json!({
            "clause": i.label, "text": i.version, "title": i.title, "ground": i.ground.name(), "what": i.what,
            "asks": asked(&i.asks.turn), "met": met(i.now.met), "lacks": i.now.lacks,
            "window": i.now.window, "baseline": i.now.baseline, "told": i.told, "times_met": i.met.len(),
            "since": i.met.iter().map(|m| self.rfc3339(m.first.at_ms)).collect::<Vec<_>>(),
            "judged_days": i.judged_ms as f64 / DAY_MS, "met_per_year": i.met_per_year(),
        })
    }

    fn one_json(&self, raised: &Raised) -> Value {
        let mut value = serde_json::to_value(raised).unwrap_or_default();
        if let Value::Object(members) = &mut value {
            members.insert("stage".to_owned(), json!(self.stage(&raised.reference)));
            members.insert("stands".to_owned(), json!(raised.stands_at(self.watching.now_ms)));
            let ids = raised
                .evidence
                .iter()
                .filter_map(|e| self.record.state.incidents.id.get(e.incident as usize));
            let ids: Vec<String> = ids.map(ToString::to_string).collect();
            members.insert("incidents".to_owned(), json!(ids));
        }
        value
    }
}

fn met(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "not met",
        Truth::Undetermined => "undetermined",
    }
}

fn lacks(all: &[Lack]) -> String {
    let word = |l: &Lack| match serde_json::to_value(l) {
        Ok(Value::String(word)) => word.replace('-', " "),
        _ => String::new(),
    };
    all.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What was counted, over how long, and how much of that was watched.
fn figures(name: &str, of: Option<&Figures>) -> String {
    let Some(f) = of else { return format!("{name}: not whole yet, or none") };
    let watched = f.watched_h().map_or_else(
        || "what was watched is not stated".to_owned(),
        |h| format!("{h:.0} of {:.0} h watched", f.hours()),
    );
    let more = [(f.unclear, "may count or not"), (f.late, "came too late")];
    let more = more.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!(", {n} {words}"));
    format!("{name}: {} counted{}, {watched}", f.counted, more.collect::<String>())
}
