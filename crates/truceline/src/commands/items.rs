//! `truceline items`: media and documents, until when each may be kept, what holds it; and the custodian's acts.

mod media;
mod shelf;

use super::init::mission_failure;
use super::{acts, now_ms, replay};
use crate::cli::items::{ItemsAct, ItemsCommand, ItemsList, ItemsOf};
use crate::exit::{Code, Failure, chain};
use crate::keeper::open_patiently;
use crate::source;
use base::{CivilZone, Digest, Instant, Role};
use evidence::item::{ERASED, HELD, Handling, PROPOSED, RELEASED};
use evidence::retention::{Hold, NotErased, Step};
use serde_json::{Value, json};
use shelf::{Original, Shelf};
use store::{Entry, Key, Mission};

/// Shortest beginning of a digest that names an original.
const DIGITS_MIN: usize = 8;

pub fn run(args: &ItemsOf) -> Result<Code, Failure> {
    match &args.command {
        ItemsCommand::List(list) => listed(list, |_, _| true),
        ItemsCommand::Due(list) => listed(list, is_due),
        ItemsCommand::Show { item, at } => show(item, &at.mission),
        ItemsCommand::Copy { item, file, at } => media::copy(item, file, &at.mission),
        ItemsCommand::Proof { item, by, at } => media::proof(item, by.as_deref(), &at.mission),
        ItemsCommand::Hold(act) => hold(act, HELD),
        ItemsCommand::Release(act) => hold(act, RELEASED),
        ItemsCommand::Erase(act) => erase(act),
    }
}

/// Lapsed, or erased and yet here: a mission that was restored from a copy has such.
fn is_due(original: &Original, now_ms: i64) -> bool {
    original.standing.has_lapsed(now_ms) || original.has_come_back()
}

fn listed(args: &ItemsList, is_wanted: fn(&Original, i64) -> bool) -> Result<Code, Failure> {
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let now_ms =
        args.on.as_deref().map(|t| source::moment(t, "--on")).transpose()?.map_or_else(now_ms, |t| t.0);
    let shelf = Shelf::of(&mission)?;
    let wanted: Vec<(&Digest, &Original)> =
        shelf.originals.iter().filter(|(_, o)| is_wanted(o, now_ms)).collect();
    if args.json {
        let rows: Vec<Value> = wanted.iter().map(|(digest, o)| as_json(digest, o, now_ms)).collect();
        println!("{}", Value::Array(rows));
        return Ok(Code::Done);
    }
    for (digest, original) in &wanted {
        println!("{digest}  {}", line(original, &shelf.zone, now_ms));
    }
    let lapsed = shelf.originals.values().filter(|o| o.standing.has_lapsed(now_ms)).count();
    println!("{} originals, {lapsed} lapsed and not held", shelf.originals.len());
    if shelf.rules.rules.is_empty() {
        println!("the mission has no retention.yaml with rules: nothing lapses by rule (docs/retention.md)");
    }
    Ok(Code::Done)
}

fn line(original: &Original, zone: &CivilZone, now_ms: i64) -> String {
    let standing = &original.standing;
    let when = |ms: i64| zone.show(Instant(ms));
    let mut says =
        vec![format!("{} of {} bytes from {}", original.media_type(), original.bytes(), original.sources())];
    says.extend(standing.erased.as_ref().map(|e| format!("erased {} by {}: {}", when(e.at_ms), e.by, e.why)));
    if original.has_come_back() {
        says.push("its bytes are here again, from a copy of the mission: erase it again".to_owned());
    } else if standing.erased.is_none() {
        says.push(match &standing.until {
            Some(until) => {
                let lapsed = if until.ms <= now_ms { "to be kept until" } else { "may be kept until" };
                format!("{lapsed} {} by `{}`", when(until.ms), until.rule)
            }
            None => "no rule gives it a date".to_owned(),
        });
        if !standing.is_here {
            says.push("not here yet".to_owned());
        }
    }
    says.extend(standing.holds.iter().map(|hold| match hold {
        Hold::Case(reference) => format!("held by the open case {reference}"),
        Hold::Custodian(deed) => format!("held by {} since {}: {}", deed.by, when(deed.at_ms), deed.why),
    }));
    says.extend(standing.proposed.as_ref().map(|p| format!("erasure proposed by {}: {}", p.by, p.why)));
    acts::line(&says.join("; "))
}

fn as_json(digest: &Digest, original: &Original, now_ms: i64) -> Value {
    let standing = &original.standing;
    let deed =
        |d: &evidence::retention::Deed| json!({"by": d.by, "why": d.why, "at": Instant(d.at_ms).to_string()});
    let holds: Vec<Value> = standing
        .holds
        .iter()
        .map(|hold| match hold {
            Hold::Case(reference) => json!({"case": reference}),
            Hold::Custodian(d) => json!({"custodian": deed(d)}),
        })
        .collect();
    json!({
        "sha256": digest.to_string(),
        "media_type": original.media_type(),
        "bytes": original.bytes(),
        "sources": original.sources(),
        "is_here": standing.is_here,
        "until": standing.until.as_ref().map(|u| Instant(u.ms).to_string()),
        "rule": standing.until.as_ref().map(|u| u.rule.as_str()),
        "lapsed": standing.has_lapsed(now_ms),
        "holds": holds,
        "proposed": standing.proposed.as_ref().map(deed),
        "erased": standing.erased.as_ref().map(deed),
        "came_back": original.has_come_back(),
    })
}

fn show(item: &str, mission: &std::path::Path) -> Result<Code, Failure> {
    let mission = Mission::open_read(mission).map_err(mission_failure)?;
    let shelf = Shelf::of(&mission)?;
    let digest = named(&shelf, item)?;
    let original = shelf.get(digest)?;
    println!("{digest}  {}", line(original, &shelf.zone, now_ms()));
    for (at_ms, handling) in &original.custody {
        let (by, note) = (acts::line(&handling.by), acts::line(&handling.note));
        println!("  {}  {} by {by}: {note}", shelf.zone.show(Instant(*at_ms)), acts::line(&handling.action));
    }
    Ok(Code::Done)
}

/// The original of that digest, or of the one digest that begins so.
fn named(shelf: &Shelf, text: &str) -> Result<Digest, Failure> {
    let wanted = text.trim().to_ascii_lowercase();
    if wanted.len() < DIGITS_MIN {
        return Err(Failure::bad_input(format!(
            "`{text}` is too short: {DIGITS_MIN} digits of a SHA-256 at least"
        )));
    }
    let mut found = shelf.originals.keys().filter(|d| d.to_string().starts_with(&wanted));
    match (found.next(), found.next()) {
        (Some(digest), None) => Ok(*digest),
        (Some(_), Some(_)) => Err(Failure::bad_input(format!("more than one original begins with `{text}`"))),
        (None, _) => Err(Failure::bad_input(format!("there is no medium or document `{text}`"))
            .hint("`truceline items list` prints all of them")),
    }
}

/// Only a custodian keeps and lets go.
fn custodian(args: &ItemsAct) -> Result<String, Failure> {
    let by = acts::by(&args.actor)?;
    if by.role != Role::Custodian {
        return Err(Failure::failed(format!("that is for a custodian to do, not for a {}", by.role.name())));
    }
    if args.why.trim().is_empty() {
        return Err(Failure::bad_input("--why says nothing; the reason is part of the record"));
    }
    Ok(by.person)
}

fn hold(args: &ItemsAct, action: &str) -> Result<Code, Failure> {
    let by = custodian(args)?;
    let mission = open_patiently(&args.at.mission, "items").map_err(mission_failure)?;
    let shelf = Shelf::of(&Mission::open_read(&args.at.mission).map_err(mission_failure)?)?;
    let all: Vec<Digest> = args.items.iter().map(|i| named(&shelf, i)).collect::<Result<_, _>>()?;
    for digest in all {
        let seq = append(&mission, did(digest, action, &by, args.why.trim()))?;
        println!("{digest} {action}: journal entry {seq}");
    }
    Ok(Code::Done)
}

fn did(item: Digest, action: &str, by: &str, note: &str) -> Handling {
    Handling { item, action: action.to_owned(), by: by.to_owned(), note: note.to_owned(), copy: None }
}

fn append(mission: &Mission, handling: Handling) -> Result<u64, Failure> {
    let entry = Entry::Handled(handling);
    let now = now_ms();
    let bytes = entry.to_bytes().map_err(|e| Failure::bad_input(chain(&e)))?;
    let key = Key::of("handled", &[&now.to_le_bytes(), &bytes]);
    Ok(mission.journal().append(&entry, key, now).map_err(super::init::append_failure)?.seq())
}

fn erase(args: &ItemsAct) -> Result<Code, Failure> {
    let by = custodian(args)?;
    let mission = open_patiently(&args.at.mission, "items erase").map_err(mission_failure)?;
    let shelf = Shelf::of(&Mission::open_read(&args.at.mission).map_err(mission_failure)?)?;
    let all: Vec<Digest> = args.items.iter().map(|i| named(&shelf, i)).collect::<Result<_, _>>()?;
    // All are looked at before the first is touched.
    let mut steps = Vec::new();
    for digest in all {
        let original = shelf.get(digest)?;
        let step = if original.has_come_back() {
            Step::Erase { proposed_by: None }
        } else {
            original
                .standing
                .erase(&by, &shelf.rules, now_ms())
                .map_err(|e| refused(digest, &e, &shelf.zone))?
        };
        steps.push((digest, original, step));
    }
    for (digest, original, step) in steps {
        match step {
            Step::Propose => {
                let seq = append(&mission, did(digest, PROPOSED, &by, args.why.trim()))?;
                println!("{digest} erasure proposed: journal entry {seq}; a second custodian erases it");
            }
            Step::Erase { proposed_by } => {
                let note = reason(args.why.trim(), original, proposed_by.as_deref());
                let done = mission.erase(did(digest, ERASED, &by, &note), now_ms());
                let seq = done.map_err(|e| Failure::failed(chain(&e)))?.seq();
                println!("{digest} erased: journal entry {seq}");
            }
        }
        replay::flush();
    }
    Ok(Code::Done)
}

/// The reason with what the erasure rests on.
fn reason(why: &str, original: &Original, proposed_by: Option<&str>) -> String {
    let mut note = why.to_owned();
    if let Some(until) = &original.standing.until {
        note.push_str(&format!(" (to be kept until {} by the rule `{}`)", Instant(until.ms), until.rule));
    }
    if let Some(by) = proposed_by {
        note.push_str(&format!(" (proposed by {by})"));
    }
    if original.has_come_back() {
        note.push_str(" (erased before; its bytes had come back from a copy)");
    }
    note
}

fn refused(digest: Digest, why: &NotErased, zone: &CivilZone) -> Failure {
    let says = match why {
        NotErased::NotLapsed { until_ms, rule } => {
            format!("it may be kept until {} by the rule `{rule}`", zone.show(Instant(*until_ms)))
        }
        other => other.to_string(),
    };
    Failure::failed(format!("refused: `{digest}` is not erased: {}", acts::line(&says)))
        .hint("nothing was changed")
}
