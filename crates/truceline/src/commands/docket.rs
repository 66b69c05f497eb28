//! `truceline docket [CASE]`: what people's acts come to, as text or JSON, now or as known at a moment. Everything is
//! printed, to whoever may read the mission's directory.

use super::acts::line;
use super::init::mission_failure;
use super::now_ms;
use crate::cli::DocketOf;
use crate::exit::{Code, Failure, chain};
use crate::source;
use base::{CivilZone, Instant};
use cases::act::{ClauseRef, Length};
use cases::allegation::{Allegation, State};
use cases::case::{Case, Task};
use cases::clock::{Clock, State as Running};
use cases::docket::Docket;
use cases::finding::Finding;
use cases::remedy::Remedy;
use cases::{Ref, Refusal};
use serde::Serialize;
use store::Mission;

const MINUTE_MS: i64 = 60_000;
/// Characters of a text that are shown in a list.
const SHOWN_CHARS: usize = 72;

pub fn run(args: &DocketOf) -> Result<Code, Failure> {
    let known = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let sitting =
        store::docket::sitting(&mission, known.map(|t| t.0)).map_err(|e| Failure::failed(chain(&e)))?;
    let view = View { docket: &sitting.docket, now_ms: known.map_or_else(now_ms, |t| t.0) };
    match &args.case {
        None => print(args.json, &view.queue(), text_of_queue),
        Some(reference) => {
            let case = view.docket.case(&Ref(reference.clone())).map_err(|refusal| no_such(&refusal))?;
            print(args.json, &view.file(case), text_of_file)
        }
    }
}

fn no_such(refusal: &Refusal) -> Failure {
    Failure::bad_input(refusal).hint("`truceline docket` lists the cases, such as CASE-2026-0001")
}

fn print<T: Serialize>(json: bool, what: &T, text: fn(&T) -> Vec<String>) -> Result<Code, Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(what).map_err(Failure::failed)?);
    } else {
        text(what).iter().for_each(|line| println!("{}", line.trim_end()));
    }
    Ok(Code::Done)
}

/// The docket. Moments are RFC 3339 with the offset of the zone; `show` gives the same for people.
#[derive(Serialize)]
struct Queue {
    zone: String,
    as_known_at: String,
    cases: Vec<CaseLine>,
    allegations: Vec<AllegationLine>,
    clocks: Vec<ClockLine>,
    remedies: Vec<RemedyLine>,
    /// Acts in the journal that the rules of this release do not take.
    not_taken: usize,
}

#[derive(Serialize)]
struct CaseFile {
    zone: String,
    as_known_at: String,
    case: CaseLine,
    allegations: Vec<AllegationLine>,
    tasks: Vec<TaskLine>,
    clocks: Vec<ClockLine>,
    remedies: Vec<RemedyLine>,
    history: Vec<HistoryLine>,
}

#[derive(Serialize)]
struct CaseLine {
    reference: String,
    title: String,
    stage: &'static str,
    suspended: Option<Suspension>,
    taken_by: Option<String>,
    taken_until: Option<String>,
    opened: String,
    revision: u64,
    clauses: Vec<String>,
    incidents: Vec<String>,
    allegations: Vec<String>,
    findings: Vec<FindingLine>,
}

#[derive(Serialize)]
struct Suspension {
    cause: &'static str,
    of: String,
    since: String,
    why: String,
}

#[derive(Serialize)]
struct FindingLine {
    reference: String,
    clause: String,
    about: String,
    outcome: &'static str,
    standing: &'static str,
}

#[derive(Serialize)]
struct AllegationLine {
    reference: String,
    state: &'static str,
    dismissed: Option<&'static str>,
    complainant: String,
    against: String,
    clauses: Vec<String>,
    from: Option<String>,
    until: Option<String>,
    place: String,
    text: String,
    material: Vec<String>,
    channel: String,
    by: String,
    received: String,
    answer_due: Option<String>,
    answers: usize,
    case: Option<String>,
    lacks: Vec<&'static str>,
    alike: Option<String>,
}

#[derive(Serialize)]
struct ClockLine {
    reference: String,
    case: String,
    purpose: String,
    length: String,
    state: &'static str,
    zone: String,
    due: String,
    /// Milliseconds left; negative: since it ran out; absent: it was stopped in time.
    left_ms: Option<i64>,
    expiry: &'static str,
}

#[derive(Serialize)]
struct RemedyLine {
    reference: String,
    case: String,
    finding: String,
    actor: String,
    act: String,
    quantity: String,
    place: String,
    due: String,
    test: String,
    paired: Option<String>,
    standing: &'static str,
    is_overdue: bool,
}

#[derive(Serialize)]
struct TaskLine {
    reference: String,
    kind: &'static str,
    what: String,
    place: String,
    to: String,
    due: String,
    end: Option<&'static str>,
    said: Option<String>,
}

#[derive(Serialize)]
struct HistoryLine {
    revision: u64,
    at: String,
    by: String,
    deed: &'static str,
    on: String,
    to: Option<&'static str>,
    why: String,
}

/// The docket as it is looked at.
struct View<'a> {
    docket: &'a Docket,
    now_ms: i64,
}

impl View<'_> {
    fn zone(&self) -> &CivilZone {
        &self.docket.setting.zone
    }

    fn at(&self, ms: i64) -> String {
        self.zone().rfc3339(Instant(ms))
    }

    fn queue(&self) -> Queue {
        Queue {
            zone: self.zone().name().to_owned(),
            as_known_at: self.at(self.now_ms),
            cases: self.docket.cases.iter().map(|c| self.case(c)).collect(),
            allegations: self.docket.allegations.iter().map(|a| self.allegation(a)).collect(),
            clocks: self.docket.clocks.iter().map(|c| self.clock(c)).collect(),
            remedies: self.docket.remedies.iter().map(|r| self.remedy(r)).collect(),
            not_taken: self.docket.refused.len(),
        }
    }

    fn file(&self, case: &Case) -> CaseFile {
        let of = &case.reference;
        let alleged = self.docket.allegations.iter().filter(|a| a.case.as_ref() == Some(of));
        let history = case.history.iter().map(|h| HistoryLine {
            revision: h.revision,
            at: self.at(h.at_ms),
            by: h.by.to_string(),
            deed: h.deed,
            on: h.on.to_string(),
            to: h.to.map(|s| s.name()),
            why: h.why.clone(),
        });
        CaseFile {
            zone: self.zone().name().to_owned(),
            as_known_at: self.at(self.now_ms),
            case: self.case(case),
            allegations: alleged.map(|a| self.allegation(a)).collect(),
            tasks: case.tasks.iter().map(|t| self.task(t)).collect(),
            clocks: self.docket.clocks.iter().filter(|c| c.case == *of).map(|c| self.clock(c)).collect(),
            remedies: self.docket.remedies.iter().filter(|r| r.case == *of).map(|r| self.remedy(r)).collect(),
            history: history.collect(),
        }
    }

    fn case(&self, case: &Case) -> CaseLine {
        let taken = case.taken_by(self.now_ms);
        let findings = self.docket.findings.iter().filter(|f| f.case == case.reference);
        CaseLine {
            reference: case.reference.to_string(),
            title: case.title.clone(),
            stage: case.stage.name(),
            suspended: case.suspended.as_ref().map(|s| Suspension {
                cause: s.cause.name(),
                of: s.of.clone(),
                since: self.at(s.since_ms),
                why: s.why.clone(),
            }),
            taken_by: taken.map(|t| t.by.clone()),
            taken_until: taken.map(|t| self.at(t.until_ms)),
            opened: self.at(case.opened_ms),
            revision: case.revision,
            clauses: case.clauses.iter().map(clause).collect(),
            incidents: case.incidents.clone(),
            allegations: case.allegations.iter().map(Ref::to_string).collect(),
            findings: findings.map(finding).collect(),
        }
    }

    fn allegation(&self, allegation: &Allegation) -> AllegationLine {
        let claim = &allegation.claim;
        AllegationLine {
            reference: allegation.reference.to_string(),
            state: allegation.state.name(),
            dismissed: if let State::Dismissed(reason) = &allegation.state {
                Some(reason.name())
            } else {
                None
            },
            complainant: claim.complainant.clone(),
            against: claim.against.clone(),
            clauses: claim.clauses.clone(),
            from: claim.from_ms.map(|ms| self.at(ms)),
            until: claim.until_ms.map(|ms| self.at(ms)),
            place: claim.place.clone(),
            text: claim.text.clone(),
            material: claim.material.clone(),
            channel: claim.channel.clone(),
            by: allegation.by.to_string(),
            received: self.at(allegation.received_ms),
            answer_due: allegation.answer_due_ms.map(|ms| self.at(ms)),
            answers: allegation.answers.len(),
            case: allegation.case.as_ref().map(Ref::to_string),
            lacks: allegation.lacks.clone(),
            alike: allegation.alike.as_ref().map(Ref::to_string),
        }
    }

    fn clock(&self, clock: &Clock) -> ClockLine {
        let state = clock.state(self.now_ms);
        // Its own zone is one that was known when it was started.
        let zone = CivilZone::named(&clock.text.zone).unwrap_or_else(|_| self.zone().clone());
        ClockLine {
            reference: clock.reference.to_string(),
            case: clock.case.to_string(),
            purpose: clock.text.purpose.clone(),
            length: match clock.text.length {
                Length::Hours(n) => format!("{n} h"),
                Length::Days(n) => format!("{n} days"),
            },
            state: state.name(),
            due: zone.rfc3339(Instant(clock.due_ms(self.now_ms))),
            zone: zone.name().to_owned(),
            left_ms: match state {
                Running::Running(ms) | Running::Paused(ms) => Some(ms),
                Running::Expired(ms) => Some(-ms),
                Running::Stopped => None,
            },
            expiry: clock.text.expiry.name(),
        }
    }

    fn remedy(&self, remedy: &Remedy) -> RemedyLine {
        RemedyLine {
            reference: remedy.reference.to_string(),
            case: remedy.case.to_string(),
            finding: remedy.finding.to_string(),
            actor: remedy.text.actor.clone(),
            act: remedy.text.act.clone(),
            quantity: remedy.text.quantity.clone(),
            place: remedy.text.place.clone(),
            due: self.at(remedy.text.due_ms),
            test: remedy.text.test.clone(),
            paired: remedy.paired.as_ref().map(Ref::to_string),
            standing: remedy.standing().name(),
            is_overdue: remedy.is_overdue(self.now_ms),
        }
    }

    fn task(&self, task: &Task) -> TaskLine {
        TaskLine {
            reference: task.reference.to_string(),
            kind: task.kind.name(),
            what: task.what.clone(),
            place: task.place.clone(),
            to: task.to.clone(),
            due: self.at(task.due_ms),
            end: task.end.as_ref().map(|e| e.end.name()),
            said: task.end.as_ref().map(|e| e.said.text.clone()),
        }
    }
}

fn clause(of: &ClauseRef) -> String {
    format!("{} {}", of.text, of.clause)
}

fn finding(finding: &Finding) -> FindingLine {
    FindingLine {
        reference: finding.versioned().to_string(),
        clause: clause(&finding.text.clause),
        about: finding.text.about.clone(),
        outcome: finding.text.outcome.name(),
        standing: finding.signing.standing.name(),
    }
}

fn text_of_queue(queue: &Queue) -> Vec<String> {
    let mut out = vec![format!("docket as known at {} {}", queue.as_known_at, queue.zone)];
    section(&mut out, "cases", &queue.cases, text_of_case);
    let states = ["received", "registered", "dismissed", "withdrawn"];
    for state in states {
        let those: Vec<&AllegationLine> = queue.allegations.iter().filter(|a| a.state == state).collect();
        if !those.is_empty() {
            section(&mut out, &format!("allegations {state}"), &those, |a| text_of_allegation(a));
        }
    }
    if queue.allegations.is_empty() {
        out.push("allegations: none".to_owned());
    }
    section(&mut out, "clocks", &queue.clocks, text_of_clock);
    section(&mut out, "remedies", &queue.remedies, text_of_remedy);
    if queue.not_taken > 0 {
        out.push(format!(
            "{} acts in the journal are not taken by the rules of this release",
            queue.not_taken
        ));
    }
    out
}

fn text_of_file(file: &CaseFile) -> Vec<String> {
    let mut out = vec![format!("as known at {} {}", file.as_known_at, file.zone)];
    out.extend(text_of_case(&file.case));
    out.push(format!("  opened {}, revision {}", file.case.opened, file.case.revision));
    if !file.case.incidents.is_empty() {
        out.push(format!("  incidents {}", line(&file.case.incidents.join(", "))));
    }
    section(&mut out, "allegations", &file.allegations, text_of_allegation);
    section(&mut out, "steps of verification", &file.tasks, |t| {
        let end = t.end.map_or_else(|| format!("open, due {}", t.due), str::to_owned);
        let said = t.said.as_deref().map_or_else(String::new, |s| format!(": {}", short(s)));
        vec![format!("{}  {} by {}: {}; {end}{said}", t.reference, t.kind, line(&t.to), short(&t.what))]
    });
    section(&mut out, "clocks", &file.clocks, text_of_clock);
    section(&mut out, "remedies", &file.remedies, text_of_remedy);
    section(&mut out, "history", &file.history, |h| {
        let to = h.to.map_or_else(String::new, |to| format!(" → {to}"));
        let on = if h.on == file.case.reference { String::new() } else { format!(" {}", h.on) };
        let why = if h.why.is_empty() { String::new() } else { format!(": {}", line(&h.why)) };
        vec![format!("{:>4}  {}  {} {}{on}{to}{why}", h.revision, h.at, line(&h.by), h.deed)]
    });
    out
}

fn section<T>(out: &mut Vec<String>, name: &str, all: &[T], text: impl Fn(&T) -> Vec<String>) {
    if all.is_empty() {
        out.push(format!("{name}: none"));
        return;
    }
    out.push(format!("{name}: {}", all.len()));
    out.extend(all.iter().flat_map(text).map(|line| format!("  {line}")));
}

fn text_of_case(case: &CaseLine) -> Vec<String> {
    let mut out = vec![format!("{}  {}  {}", case.reference, case.stage, line(&case.title))];
    if let Some(s) = &case.suspended {
        let of = if s.of.is_empty() { "nobody named" } else { &s.of };
        out.push(format!("  suspended since {}: {}, by {}: {}", s.since, s.cause, line(of), line(&s.why)));
    }
    if let (Some(by), Some(until)) = (&case.taken_by, &case.taken_until) {
        out.push(format!("  taken by {} until {until}", line(by)));
    }
    if !case.clauses.is_empty() {
        out.push(format!("  clauses {}", case.clauses.join(", ")));
    }
    out.extend(case.findings.iter().map(|f| {
        let about = if f.about.is_empty() { "occurrence only" } else { &f.about };
        format!("  {}  {}: {} ({about}), {}", f.reference, f.clause, f.outcome, f.standing)
    }));
    out
}

fn text_of_allegation(a: &AllegationLine) -> Vec<String> {
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { line(text) };
    let mut first = format!(
        "{}  {} against {}  {}  {}",
        a.reference,
        or(&a.complainant, "the public"),
        or(&a.against, "nobody named"),
        a.from.as_deref().unwrap_or("no time"),
        short(&a.text)
    );
    first = first.trim_end().to_owned();
    let mut rest = Vec::new();
    rest.extend(a.dismissed.map(|reason| format!("dismissed as {reason}")));
    rest.extend(a.case.as_ref().map(|case| format!("part of {case}")));
    rest.extend(a.answer_due.as_ref().map(|due| format!("answer due {due}, {} given", a.answers)));
    rest.extend(a.alike.as_ref().map(|earlier| format!("looks like {earlier}")));
    if !a.lacks.is_empty() {
        rest.push(format!("lacks {}", a.lacks.join(", ")));
    }
    let mut out = vec![first];
    if !rest.is_empty() {
        out.push(format!("  {}", rest.join("; ")));
    }
    out
}

fn text_of_clock(c: &ClockLine) -> Vec<String> {
    let left = match (c.state, c.left_ms) {
        (_, Some(ms)) if ms < 0 => format!("ran out {} ago", span(-ms)),
        ("paused", Some(ms)) => format!("paused with {} left", span(ms)),
        (_, Some(ms)) => format!("{} left", span(ms)),
        (state, None) => state.to_owned(),
    };
    vec![format!(
        "{}  {}  {}: {left}; {}, due {} {}, then {}",
        c.reference,
        c.case,
        short(&c.purpose),
        c.length,
        c.due,
        c.zone,
        c.expiry
    )]
}

fn text_of_remedy(r: &RemedyLine) -> Vec<String> {
    let overdue = if r.is_overdue { ", overdue" } else { "" };
    let paired = r.paired.as_ref().map_or_else(String::new, |p| format!(", beside {p}"));
    let what = format!("{} {}", r.act, r.quantity);
    vec![format!(
        "{}  {}  {}: {}  {}{overdue}, due {}{paired}",
        r.reference,
        r.case,
        line(&r.actor),
        short(&what),
        r.standing,
        r.due
    )]
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    let plain = line(text);
    if plain.chars().count() <= SHOWN_CHARS {
        return plain;
    }
    format!("{}…", plain.chars().take(SHOWN_CHARS - 1).collect::<String>())
}

/// A length of time for people.
fn span(ms: i64) -> String {
    let minutes = ms / MINUTE_MS;
    match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => format!("{m} min"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}
