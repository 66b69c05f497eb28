//! `truceline enrol`: whose devices may send reports to the desk.

use super::init::mission_failure;
use super::now_ms;
use crate::cli::Enrol;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::Instant;
use evidence::card::{Card, SourceKind};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use server::field::access::{Access, AccessError, Enrolled, new_token};
use server::keep::Keeper as _;
use std::io::IsTerminal as _;
use std::path::Path;
use store::{Entry, Mission};

const HOUR_MS: i64 = 3_600_000;
/// What a team of observers cannot see, where nobody has said it better.
const LIMITATIONS: &str = "people of one team: they see and hear what light, weather and ground allow from where they \
                           stand, count large numbers roughly, and may be kept away";

pub fn run(args: &Enrol) -> Result<Code, Failure> {
    let dir = &args.at.mission;
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    match (&args.revoke, &args.observer, &args.team) {
        _ if args.list => list(dir),
        (Some(observer), ..) => revoke(dir, observer),
        (None, Some(observer), Some(team)) => {
            let operator = mission.name().to_owned();
            let is_known = has_card(&mission, team)?;
            let code = enrol(args, observer, team)?;
            if !is_known {
                describe(dir, team, operator)?;
            }
            Ok(code)
        }
        _ => Err(Failure::bad_input("say whose device it is: --observer and --team")),
    }
}

fn access_failure(error: AccessError) -> Failure {
    match error {
        AccessError::BadName(_) => Failure::bad_input(error),
        other => Failure::failed(chain(&other)),
    }
}

/// Adds a device and prints its link, once.
fn enrol(args: &Enrol, observer: &str, team: &str) -> Result<Code, Failure> {
    let now_ms = now_ms();
    let expires_ms = match &args.expires {
        None => None,
        Some(text) => Some(now_ms.saturating_add(duration_ms(text)?)),
    };
    let host = args.url.trim_end_matches('/');
    if !(host.starts_with("http://") || host.starts_with("https://")) || host.contains('#') {
        return Err(Failure::bad_input(format!("`{}` is not where a desk is", args.url))
            .hint("write it as https://desk.example or http://127.0.0.1:8480"));
    }
    let token = new_token().map_err(|e| Failure::failed(format!("no random token could be made: {e}")))?;
    Access::change(&args.at.mission, |access| access.enrol(observer, team, &token, now_ms, expires_ms))
        .map_err(access_failure)?;
    let link = format!("{host}/field#enrol={token}");
    println!("{link}");
    super::replay::flush();
    if std::io::stdout().is_terminal() {
        // A link of this length always fits a QR code.
        if let Ok(code) = QrCode::new(link.as_bytes()) {
            println!("{}", code.render::<Dense1x2>().quiet_zone(true).build());
        }
    }
    let until = expires_ms.map_or("it is revoked".to_owned(), |ms| Instant(ms).to_string());
    eprintln!("note: for {observer} of {team}, until {until}; the link is shown this once and kept nowhere");
    if host.starts_with("http://")
        && !["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| host.starts_with(h))
    {
        eprintln!("note: over http anybody on the way reads the token; put the desk behind https");
    }
    Ok(Code::Done)
}

/// `30d`, `12h`.
fn duration_ms(text: &str) -> Result<i64, Failure> {
    let unit_ms = match text.chars().last() {
        Some('d') => 24 * HOUR_MS,
        Some('h') => HOUR_MS,
        _ => 0,
    };
    let number = text.get(..text.len().saturating_sub(1)).and_then(|n| n.parse::<u32>().ok());
    match number.filter(|n| *n > 0 && unit_ms > 0) {
        Some(n) => Ok(i64::from(n).saturating_mul(unit_ms)),
        None => Err(Failure::bad_input(format!("`{text}` is not a time")).hint("write it as 30d or 12h")),
    }
}

fn list(dir: &Path) -> Result<Code, Failure> {
    let access = Access::read(dir).map_err(access_failure)?;
    let now_ms = now_ms();
    println!("{:<20} {:<20} {:<24} holds", "observer", "team", "enrolled");
    for enrolled in &access.enrolled {
        let Enrolled { observer, team, made_ms, .. } = enrolled;
        println!(
            "{observer:<20} {team:<20} {:<24} {}",
            Instant(*made_ms).to_string(),
            state(enrolled, now_ms)
        );
    }
    Ok(Code::Done)
}

fn state(enrolled: &Enrolled, now_ms: i64) -> String {
    match (enrolled.revoked_ms, enrolled.expires_ms) {
        (Some(at), _) => format!("revoked {}", Instant(at)),
        (None, Some(end)) if end <= now_ms => format!("expired {}", Instant(end)),
        (None, Some(end)) => format!("until {}", Instant(end)),
        (None, None) => "until revoked".to_owned(),
    }
}

fn revoke(dir: &Path, observer: &str) -> Result<Code, Failure> {
    let revoked =
        Access::change(dir, |access| Ok(access.revoke(observer, now_ms()))).map_err(access_failure)?;
    if revoked == 0 {
        return Err(Failure::bad_input(format!("no device of `{observer}` is enrolled"))
            .hint("`truceline enrol --list` shows who is"));
    }
    println!("revoked {revoked} of {observer}");
    Ok(Code::Done)
}

/// Whether the journal says anything of that source.
fn has_card(mission: &store::MissionReader, team: &str) -> Result<bool, Failure> {
    let entries = mission.journal().read(.., None).map_err(|e| Failure::failed(chain(&e)))?;
    for recorded in entries {
        match recorded.map_err(|e| Failure::failed(chain(&e)))?.entry {
            Entry::SourceRegistered { id, .. } if id == team => return Ok(true),
            Entry::SourceDescribed { card } if card.id == team => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}

/// A source without limitations cannot be relied on, so a new team gets a card that states them.
fn describe(dir: &Path, team: &str, operator: String) -> Result<(), Failure> {
    let card = Card {
        id: team.to_owned(),
        kind: SourceKind::Patrol,
        format: "odk".to_owned(),
        operator,
        limitations: LIMITATIONS.to_owned(),
        ..Card::default()
    };
    let keeper = MissionKeeper::start(dir).map_err(Failure::failed)?;
    keeper.describe(card).map_err(|e| {
        Failure::failed(format!("the device is enrolled, but no card of `{team}` could be kept: {e}"))
            .hint("import a card for it, or enrol another device later")
    })?;
    Ok(())
}
