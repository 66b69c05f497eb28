//! `truceline routing test` and `truceline outbox`: whom a warning would be told to, and what became of those that
//! were.

use super::init::mission_failure;
use super::now_ms;
use crate::cli::guarantee::{OutboxOf, RoutingCommand, RoutingOf};
use crate::exit::{Code, Failure};
use crate::source;
use base::{CivilZone, Instant};
use outbox::message::{Certainty, Kind, Level, Message, Text, Zone};
use outbox::routing::Outcome;
use outbox::{Outbox, route};
use server::out::routing_of;
use store::Mission;

/// Entries that are listed.
const LISTED: u32 = 100;
const HOUR_MS: i64 = 3_600_000;

pub fn run(args: &RoutingOf) -> Result<Code, Failure> {
    let RoutingCommand::Test { level, zone, what, audience, at_time, at } = &args.command;
    let mission = Mission::open_read(&at.mission).map_err(mission_failure)?;
    let civil = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    let routing = routing_of(&at.mission).map_err(Failure::bad_input)?;
    let routing = routing.ok_or_else(|| {
        Failure::bad_input("the mission has no routing.yaml: nobody is told")
            .hint("docs/routing.md has a whole one")
    })?;
    let level = Level::ALL.into_iter().find(|l| l.name() == level).ok_or_else(|| {
        Failure::bad_input(format!("`{level}` is no level")).hint("advisory, watch or warning")
    })?;
    let at_ms =
        at_time.as_deref().map(|t| source::moment(t, "--at-time")).transpose()?.map_or_else(now_ms, |t| t.0);
    let decisions = route(&routing, &made_up(level, zone, what, audience, at_ms), at_ms);
    for d in &decisions {
        let says = match &d.outcome {
            Outcome::Send { not_before_ms, .. } if *not_before_ms > at_ms => {
                format!("at {}", civil.show(Instant(*not_before_ms)))
            }
            Outcome::Send { .. } => "at once".to_owned(),
            Outcome::Withheld(_) => "not".to_owned(),
        };
        println!("{} by {}: {says}  ({}: {})", d.recipient, d.way, d.rule, d.why);
    }
    if decisions.is_empty() {
        println!("nobody: no rule takes it");
    }
    Ok(Code::Done)
}

fn made_up(level: Level, zone: &str, what: &str, audience: &str, at_ms: i64) -> Message {
    let text = Text {
        language: "en".to_owned(),
        headline: "a made-up warning".to_owned(),
        description: "nothing of it is real".to_owned(),
        instruction: String::new(),
        cancels_when: String::new(),
    };
    Message {
        id: "test:1".to_owned(),
        thread: "test".to_owned(),
        kind: Kind::Alert,
        level,
        certainty: Certainty::Observed,
        audience: audience.to_owned(),
        zones: vec![Zone { name: zone.to_owned(), polygon: None }],
        stream: format!("{zone}/{what}"),
        what: what.to_owned(),
        texts: vec![text],
        sent_ms: at_ms,
        onset_ms: at_ms,
        expires_ms: at_ms.saturating_add(HOUR_MS),
        sender: "test".to_owned(),
        references: Vec::new(),
        link: "http://127.0.0.1/".to_owned(),
        parameters: Vec::new(),
    }
}

pub fn outbox(args: &OutboxOf) -> Result<Code, Failure> {
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    if !args.at.mission.join(outbox::FILE).exists() {
        println!("nothing has gone out: the mission has no outbox yet");
        return Ok(Code::Done);
    }
    let outbox = Outbox::open(&args.at.mission).map_err(Failure::failed)?;
    if let Some(entry) = args.retry {
        outbox.retry(entry, "command line", now_ms()).map_err(Failure::failed)?;
        println!("entry {entry} is tried again when the desk next sends");
        return Ok(Code::Done);
    }
    for e in outbox.latest(None, LISTED).map_err(Failure::failed)? {
        let status = serde_json::to_value(&e.status).unwrap_or_default();
        let status = status.get("status").and_then(|s| s.as_str()).unwrap_or("").to_owned();
        println!(
            "{:>6}  {}  {:<12} {}  to {} by {}",
            e.id,
            zone.show(Instant(e.changed_ms)),
            status,
            e.message,
            e.recipient,
            e.way
        );
    }
    Ok(Code::Done)
}
