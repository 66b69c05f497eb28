//! `truceline act FILE.json --by PERSON --as ROLE`: one act of one person, for scripts.

use super::acts::{self, Bench, Taken};
use super::{in_room, now_ms};
use crate::cli::{ActOf, RoomOf};
use crate::exit::{Code, Failure};
use base::id::Hasher;
use cases::{Deed, Done};
use serde::Deserialize;
use serde_json::Value;
use std::fs::File;
use std::io::{Read, stdin};

/// Largest deed file, bytes.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// An act as `POST /api/v1/acts` takes it; or its deed alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    of: Option<String>,
    #[serde(default)]
    seen: Option<u64>,
    deed: Value,
}

pub fn run(args: &ActOf) -> Result<Code, Failure> {
    let by = acts::by(&args.actor)?;
    let shown = args.file.display().to_string();
    let sent = read(args)?;
    let other = |given: &Option<String>, says: &str| given.as_deref().is_some_and(|g| g != says);
    if other(&sent.role, by.role.name()) || other(&sent.of, &by.of) {
        return Err(Failure::bad_input(format!(
            "`{shown}` is an act in another role than --as and --of say"
        ))
        .hint("leave `role` and `of` out of the file, or say the same"));
    }
    let key = args.key.clone().or(sent.key).unwrap_or_else(|| unlike_any(&sent.deed));
    let dir = &args.at.mission;
    let in_room = |deed: Value| in_room::Sent { key: key.clone(), seen: sent.seen, deed };
    match args.room {
        RoomOf::Board => return in_room::run::<deconfliction::Board>(dir, &shown, by, in_room(sent.deed)),
        RoomOf::Guarantee => return in_room::run::<guarantee::Register>(dir, &shown, by, in_room(sent.deed)),
        RoomOf::Cases => {}
    }
    let deed: Deed = serde_json::from_value(sent.deed).map_err(|e| {
        Failure::bad_input(format!("`{shown}`: the deed cannot be read: {e}"))
            .hint("deeds and their members are listed in docs/cases.md")
    })?;
    let mut bench = Bench::open(dir)?;
    match bench.take(key, &by, sent.seen, deed)? {
        Taken::Made(done, seq) => {
            println!("{}: journal entry {seq}{}", done.on, of_case(&bench, &done));
            Ok(Code::Done)
        }
        Taken::Already(done) => {
            println!("{}: the same act had been taken before; nothing was done again", done.on);
            Ok(Code::Done)
        }
        Taken::Refused(refusal) => {
            Err(Failure::failed(acts::refused(&refusal, bench.zone())).hint("nothing was changed"))
        }
    }
}

fn read(args: &ActOf) -> Result<Sent, Failure> {
    let shown = args.file.display();
    let unreadable = |e: std::io::Error| Failure::failed(format!("`{shown}` could not be read: {e}"));
    let mut bytes = Vec::new();
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(stdin())
    } else {
        Box::new(File::open(&args.file).map_err(unreadable)?)
    };
    input.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Failure::bad_input(format!("`{shown}` is larger than {BYTES_MAX} bytes: it is no deed")));
    }
    let bad = |e: serde_json::Error| {
        Failure::bad_input(format!("`{shown}` is no act: {e}"))
            .hint("write {\"deed\": \"claim\", \"case\": \"CASE-2026-0001\"}, or that under \"deed\" beside a \"key\"")
    };
    let value: Value = serde_json::from_slice(&bytes).map_err(bad)?;
    if value.get("deed").is_some_and(Value::is_string) {
        return Ok(Sent { key: None, role: None, of: None, seen: None, deed: value });
    }
    serde_json::from_value(value).map_err(bad)
}

/// A key for an act that was sent without one: run again, it is another act.
fn unlike_any(deed: &Value) -> String {
    let mut h = Hasher::new("truceline act 1");
    h.piece(deed.to_string().as_bytes());
    h.number(now_ms().unsigned_abs());
    h.number(u64::from(std::process::id()));
    h.finish().to_string()
}

fn of_case(bench: &Bench, done: &Done) -> String {
    let case = done.case.as_ref().and_then(|c| bench.docket().case(c).ok());
    case.map_or_else(String::new, |c| {
        format!("; {} is {}, revision {}", c.reference, c.stage.name(), c.revision)
    })
}
