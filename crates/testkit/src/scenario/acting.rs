//! What people do, in a scenario, and questions about what it comes to.
//!
//! A block `acts` has one line an act: `INSTANT | PERSON | ROLE of WHAT | DEED`. The deed is the JSON of
//! [`cases::Deed`]; `N × DEED` stands for N acts like it. An incident is named by the id of a report that is part of
//! it.
//!
//! Questions: `act N` (taken, or what refused it); a reference (`ALG-…`, `CASE-…`, `FND-…`, `ATT-…`, `RMD-…`, `CLK-…`);
//! `allegations of PARTY`, `allegations against PARTY`, `findings about PARTY`.

use super::Run;
use base::{CivilZone, Grant, IncidentId, Instant, Role, Takes};
use cases::allegation::State as Alleged;
use cases::equal::{Ledger, sides};
use cases::words::Outcome;
use cases::{Act, By, Deed, Docket, Ref, Refusal, Setting};
use serde_json::Value;
use std::sync::Arc;

/// What people's acts come to.
pub struct Acted {
    /// The docket.
    pub docket: Docket,
    /// For each line of the file: what refused it.
    pub lines: Vec<Result<(), Refusal>>,
    /// When the last act was done, milliseconds since 1970.
    pub last_ms: i64,
}

/// Takes the acts of the scenario one after another.
pub fn act(run: &Run, blocks: &[String], zone: &CivilZone) -> Result<Acted, String> {
    let texts: Vec<_> = run.versions.iter().map(|v| (v.label.as_str(), &v.agreement)).collect();
    let docket = Docket::new(Arc::new(Setting::of(&texts, zone.clone())));
    let mut acted = Acted { docket, lines: Vec::new(), last_ms: 0 };
    for line in blocks.iter().flat_map(|b| b.lines()).filter(|l| !l.trim().is_empty()) {
        let (times, act) = read(run, line).map_err(|e| format!("`{line}`: {e}"))?;
        acted.last_ms = act.at_ms;
        let number = acted.lines.len() + 1;
        let mut outcome = Ok(());
        for n in 0..times {
            let act = Act { key: format!("{number}.{n}"), ..act.clone() };
            outcome = acted.docket.take(&act).map(|_| ());
        }
        acted.lines.push(outcome);
    }
    Ok(acted)
}

fn read(run: &Run, line: &str) -> Result<(usize, Act), String> {
    let mut parts = line.splitn(4, '|').map(str::trim);
    let mut next = |what: &str| parts.next().ok_or_else(|| format!("no {what}"));
    let (at, person, role, deed) = (next("instant")?, next("person")?, next("role")?, next("deed")?);
    let at = Instant::parse(at).ok_or("no instant")?;
    let (role, of) = role.split_once(" of ").unwrap_or((role, ""));
    let role = Role::named(role).ok_or_else(|| format!("no role is called `{role}`"))?;
    let (times, deed) = match deed.split_once('×') {
        Some((n, deed)) => (n.trim().parse().map_err(|_| "no number before ×".to_owned())?, deed),
        None => (1, deed),
    };
    let mut deed: Value = serde_json::from_str(deed).map_err(|e| e.to_string())?;
    for incident in deed.get_mut("incidents").and_then(Value::as_array_mut).into_iter().flatten() {
        let id = incident.as_str().and_then(|report| run.incident_of(report));
        *incident = Value::from(id.ok_or("no such report")?.to_string());
    }
    let deed: Deed = serde_json::from_value(deed).map_err(|e| e.to_string())?;
    let by = By::under(person, &Grant { role, of: of.to_owned() });
    Ok((times, Act { key: String::new(), by, at_ms: at.0, seen: None, deed }))
}

impl Run {
    fn incident_of(&self, report: &str) -> Option<IncidentId> {
        let row = self.row_in(&self.state, report)?;
        self.state.incidents.id.get(*self.state.incidents.of_row.get(row)? as usize).copied()
    }
}

impl Acted {
    /// The answer to a question about the docket, with what is to be said of it; `None`: it is about something else.
    #[must_use]
    pub fn answer(&self, id: &str, now_ms: i64) -> Option<(String, String)> {
        if let Some(n) = id.strip_prefix("act ") {
            let line = self.lines.get(n.trim().parse::<usize>().ok()?.checked_sub(1)?)?;
            return Some(match line {
                Ok(()) => ("taken".to_owned(), String::new()),
                Err(why) => (format!("refused: {}", why.kind()), why.to_string()),
            });
        }
        for (prefix, of) in [("allegations of ", true), ("allegations against ", false)] {
            if let Some(party) = id.strip_prefix(prefix) {
                let side = sides(&self.docket, now_ms).into_iter().find(|s| s.party == party)?;
                return Some(ledger(if of { &side.by } else { &side.against }));
            }
        }
        if let Some(party) = id.strip_prefix("findings about ") {
            let side = sides(&self.docket, now_ms).into_iter().find(|s| s.party == party)?;
            let counted = Outcome::ALL.iter().zip(&side.findings).map(|(o, n)| format!("{} {n}", o.name()));
            return Some((counted.collect::<Vec<_>>().join(", "), String::new()));
        }
        self.of(&Ref(id.to_owned()), now_ms)
    }

    fn of(&self, on: &Ref, now_ms: i64) -> Option<(String, String)> {
        let d = &self.docket;
        if let Ok(a) = d.allegation(on) {
            let state = match &a.state {
                Alleged::Dismissed(reason) => format!("dismissed: {}", reason.name()),
                other => other.name().to_owned(),
            };
            let alike = a.alike.as_ref().map(|r| format!("like {r}"));
            return Some((state, alike.unwrap_or_default()));
        }
        if let Ok(c) = d.case(on) {
            let suspended =
                c.suspended.as_ref().map(|s| format!("suspended: {}, by {}", s.cause.name(), s.of));
            return Some((c.stage.name().to_owned(), suspended.unwrap_or_default()));
        }
        if let Ok(f) = d.finding(on) {
            let about =
                if f.text.about.is_empty() { String::new() } else { format!(", about {}", f.text.about) };
            let said = stands(&f.signing);
            return Some((format!("{} {}{about}", f.signing.standing.name(), f.text.outcome.name()), said));
        }
        if let Ok(a) = d.attribution(on) {
            let adopted =
                a.text.adopted.as_ref().map_or_else(|| "not attributed".to_owned(), |h| format!("to {h}"));
            let said = format!("intent {}", a.text.intent.name());
            return Some((format!("{} {adopted}", a.signing.standing.name()), said));
        }
        if let Ok(r) = d.remedy(on) {
            let overdue = if r.is_overdue(now_ms) { "overdue" } else { "" };
            return Some((r.standing().name().to_owned(), overdue.to_owned()));
        }
        let clock = d.clock(on).ok()?;
        let zone = CivilZone::named(&clock.text.zone).ok()?;
        Some((
            clock.state(now_ms).name().to_owned(),
            format!("due {}", zone.show(Instant(clock.due_ms(now_ms)))),
        ))
    }
}

fn stands(signing: &cases::finding::Signing) -> String {
    let mut bodies: Vec<&str> = signing.comments.iter().map(|c| c.body.as_str()).collect();
    bodies.sort_unstable();
    bodies.dedup();
    let mut said: Vec<String> = bodies
        .iter()
        .flat_map(|body| signing.stands(body))
        .map(|c| format!("{} {}", c.component, c.stand.name()))
        .collect();
    if let Some(c) = &signing.confirmed {
        let quorum = c.quorum.map_or_else(|| "no quorum".to_owned(), |q| format!("quorum {q}"));
        said.push(format!("{} present, {quorum}", c.present));
    }
    said.join(", ")
}

fn ledger(l: &Ledger) -> (String, String) {
    let dismissed: u64 = l.dismissed.iter().sum();
    let Ledger { made, waiting, registered, withdrawn, substantiated, unsubstantiated, undetermined, .. } = l;
    let outcome = format!(
        "made {made}, waiting {waiting}, registered {registered}, dismissed {dismissed}, withdrawn {withdrawn}"
    );
    let missing = format!(
        "substantiated {substantiated}, not {unsubstantiated}, undetermined {undetermined}, pending {}",
        l.pending
    );
    (outcome, missing)
}
