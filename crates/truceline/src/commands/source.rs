//! `truceline source describe|list|show`: cards of sources.

use super::desk::fold_failure;
use super::init::mission_failure;
use crate::cli::{Source, SourceCommand, SourceDescribe, SourceShow};
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::{CivilZone, Instant};
use evidence::card::{Card, CardWire, Light, Reach, read_cards};
use server::keep::{Keeper, Kept};
use store::fold::{SourceInfo, fold};
use store::{Mission, MissionReader};

pub fn run(args: &Source) -> Result<Code, Failure> {
    match &args.command {
        SourceCommand::Describe(args) => describe(args),
        SourceCommand::List(args) => {
            let mission = Mission::open_read(&args.mission).map_err(mission_failure)?;
            let folded = fold(&mission, None).map_err(|e| fold_failure(&e))?;
            folded.sources.iter().for_each(|(id, info)| println!("{}", line_of(id, info)));
            if folded.sources.is_empty() {
                println!("no source yet; describe one with `truceline source describe CARD.json`");
            }
            Ok(Code::Done)
        }
        SourceCommand::Show(args) => show(args),
        SourceCommand::Check { file } => super::sources::check(file),
        SourceCommand::Health { desk } => super::sources::health(*desk),
    }
}

fn describe(args: &SourceDescribe) -> Result<Code, Failure> {
    let named = |e: String| Failure::bad_input(format!("`{}`: {e}", args.file.display()));
    let json = std::fs::read(&args.file).map_err(|e| named(e.to_string()))?;
    let cards = read_cards(&json).map_err(|e| named(chain(&e)))?;
    Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let keeper = MissionKeeper::start(&args.at.mission).map_err(Failure::failed)?;
    for card in cards {
        let id = card.id.clone();
        match keeper.describe(card).map_err(|e| Failure::failed(chain(&e)))? {
            Kept::New(seq) => println!("{id}: described as journal entry {seq}"),
            Kept::Already(seq) => println!("{id}: the same card stands already as journal entry {seq}"),
        }
    }
    Ok(Code::Done)
}

fn line_of(id: &str, info: &SourceInfo) -> String {
    let card = &info.card;
    let reliability =
        if card.reliability == '?' { "not assessed".to_owned() } else { card.reliability.to_string() };
    let alone = if card.kind.can_verify_alone() == Some(false) { "; never verifies alone" } else { "" };
    let limits = if card.limitations.is_empty() { "NOT DESCRIBED" } else { card.limitations.as_str() };
    format!("{id}: {}, reliability {reliability}{alone}; {} taken; {limits}", card.kind, info.taken)
}

fn show(args: &SourceShow) -> Result<Code, Failure> {
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let folded = fold(&mission, None).map_err(|e| fold_failure(&e))?;
    let Some(info) = folded.sources.get(&args.id) else {
        let known: Vec<&str> = folded.sources.keys().map(String::as_str).collect();
        return Err(Failure::bad_input(format!("no source `{}`", args.id))
            .hint(format!("known are {}", known.join(", "))));
    };
    if args.json {
        let json = serde_json::to_string_pretty(&CardWire::from(&info.card)).map_err(Failure::failed)?;
        println!("{json}");
        return Ok(Code::Done);
    }
    let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    println!("{}", line_of(&args.id, info));
    tell_card(&info.card);
    tell_record(&mission, &zone, info);
    Ok(Code::Done)
}

fn tell_card(card: &Card) {
    println!("  operator     {}", or_not_stated(&card.operator));
    println!("  format       {}", or_not_stated(&card.format));
    if !card.reliability_reason.is_empty() {
        println!("  assessed     {}", card.reliability_reason);
    }
    if card.detects.is_empty() {
        println!("  detects      not stated");
    }
    card.detects.iter().for_each(|reach| println!("  detects      {}", reach_of(reach)));
    if !card.blind_to.is_empty() {
        println!("  blind to     {}", card.blind_to.join(", "));
    }
    if let Some((usual, longest)) = card.latency_ms {
        println!(
            "  latency      {} s as a rule, {} s at the longest",
            seconds(usual as i64),
            seconds(longest as i64)
        );
    }
    if let Some((offset, doubt)) = card.clock_offset_ms {
        println!("  clock        {} s ahead, give or take {} s", seconds(offset), seconds(doubt as i64));
    }
    if !card.copies.is_empty() {
        println!("  copies       {} (together they count once)", card.copies.join(", "));
    }
}

fn tell_record(mission: &MissionReader, zone: &CivilZone, info: &SourceInfo) {
    for (ms, letter) in &info.reliabilities {
        println!("  reliability  {letter} since {}", zone.show(Instant(*ms)));
    }
    match info.last_recorded_ms {
        Some(ms) => println!("  last heard   {}", zone.show(Instant(ms))),
        None => println!("  last heard   never"),
    }
    if let Some(ahead) = info.clock_ahead_ms {
        println!("  clock seen   {} s ahead at the last arrival", seconds(ahead));
    }
    info.rejected.iter().for_each(|(reason, rows)| println!("  rejected     {rows} rows: {reason}"));
    println!("  mission      {}, days counted in {}", mission.name(), zone.name());
}

fn or_not_stated(text: &str) -> &str {
    if text.is_empty() { "not stated" } else { text }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

fn reach_of(reach: &Reach) -> String {
    let far = reach.range_m.map_or_else(|| "range not stated".to_owned(), |m| format!("to {m} m"));
    let light =
        if reach.light == Light::Any { String::new() } else { format!(", by {} only", reach.light.name()) };
    let weather = if reach.clear_weather_only { ", in clear weather only" } else { "" };
    format!("{} {far}{light}{weather}", reach.kind)
}
