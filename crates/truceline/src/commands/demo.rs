//! `truceline demo`: rehearse an invented fortnight with known truth, say what was found, and open the desk.

use super::import::import_files;
use super::init::{adopt, append_failure, mission_failure};
use super::{coverage, now_ms, rebuild, serve, texts};
use crate::cli::{Demo, Reading};
use crate::exit::{Code, Failure};
use crate::source;
use base::{CivilZone, Instant, Takes as _};
use evidence::card::read_cards;
use findings::Version;
use findings::rehearse::{Injected, Score, Tolerance, score};
use rust_embed::RustEmbed;
use server::Rehearsal;
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Entry, Key, Mission, RoomAct};

/// The files that the rehearsal generator made (`crates/testkit`).
#[derive(RustEmbed)]
#[folder = "../../scenarios/demo"]
struct Files;

/// What the rehearsal consists of: `mission.json`.
#[derive(serde::Deserialize)]
pub struct Manifest {
    name: String,
    about: String,
    pub zone: String,
    agreements: Vec<Text>,
    basemap: String,
    pub coverage: String,
    truth: String,
    acts: String,
    pub cards: String,
    pub sources: Vec<Source>,
}

#[derive(serde::Deserialize)]
struct Text {
    file: String,
}

/// One of its sources, with how its table is read.
#[derive(serde::Deserialize)]
pub struct Source {
    pub id: String,
    pub file: String,
    pub format: String,
    pub mapping: Option<String>,
    pub radius_m: Option<f64>,
}

/// One of the rehearsal's files, as the program carries it.
pub fn embedded(name: &str) -> Result<Cow<'static, [u8]>, Failure> {
    let lacks = || Failure::failed(format!("this program carries no rehearsal file `{name}`"));
    Files::get(name).map(|file| file.data).ok_or_else(lacks)
}

pub fn run(args: &Demo) -> Result<Code, Failure> {
    let scratch = std::env::temp_dir().join(format!("truceline-demo-{}", std::process::id()));
    let dir = args.dir.clone().unwrap_or_else(|| scratch.clone());
    let files = dir.join("rehearsal");
    let mission_dir = dir.join("mission");
    unpack(&files)?;
    let manifest: Manifest = read_json(&files.join("mission.json"))?;
    println!("{}: {}", manifest.name, manifest.about);
    build(&manifest, &files, &mission_dir)?;
    let record = rebuild::derive_and_print(&mission_dir)?;
    let truth = read_truth(&files.join(&manifest.truth))?;
    let versions: Vec<&Version> = record.texts.iter().map(|t| t.version.as_ref()).collect();
    let mut rehearsal = None;
    for (i, version) in versions.iter().enumerate() {
        // The truth was told under the two texts; the draft beside them has none.
        if !truth.iter().any(|(text, _)| *text == stem(&version.label)) {
            continue;
        }
        let of = |text: &str| text == "both" || text == stem(&version.label);
        let theirs: Vec<Injected> =
            truth.iter().filter(|(text, _)| of(text)).map(|(_, t)| t.clone()).collect();
        let scores = score(&record.state, version, i, &theirs, Tolerance::default());
        print_scores(version, &scores);
        if i == 0 {
            rehearsal = Some(total(&scores));
        }
    }
    println!("the mission is in {}", mission_dir.display());
    if args.no_serve {
        return Ok(Code::Done);
    }
    drop(record);
    let mut extras = serve::extras_of(&mission_dir)?;
    extras.rehearsal = rehearsal;
    let options = server::Options { listen: args.listen, ..server::Options::default() };
    serve::open(&mission_dir, extras, options, !args.no_browser, None, false)
}

/// What the truth file calls a text: `karsk` for `agreement-karsk`.
fn stem(label: &str) -> &str {
    label.strip_prefix("agreement-").unwrap_or(label)
}

fn total(scores: &[Score]) -> Rehearsal {
    let sum = |of: fn(&Score) -> u64| scores.iter().map(of).sum();
    Rehearsal {
        injected: sum(|s| s.injected),
        found: sum(|s| s.found),
        missed: sum(|s| s.missed),
        false_findings: sum(|s| s.raised_falsely),
    }
}

fn print_scores(version: &Version, scores: &[Score]) {
    println!("truth under {} ({}):", version.agreement.title, version.label);
    println!(
        "  {:<8} {:>9} {:>7} {:>13} {:>8} {:>19} {:>15}",
        "clause", "injected", "found", "undetermined", "missed", "nobody could see", "raised falsely"
    );
    for s in scores {
        println!(
            "  {:<8} {:>9} {:>7} {:>13} {:>8} {:>19} {:>15}",
            s.clause, s.injected, s.found, s.undetermined, s.missed, s.undetectable, s.raised_falsely
        );
    }
    println!();
}

fn unpack(to: &Path) -> Result<(), Failure> {
    for name in Files::iter() {
        let path = to.join(name.as_ref());
        let named =
            |e: std::io::Error| Failure::failed(format!("`{}` could not be written: {e}", path.display()));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(named)?;
        }
        if let Some(file) = Files::get(&name) {
            fs::write(&path, &file.data).map_err(named)?;
        }
    }
    Ok(())
}

fn build(manifest: &Manifest, files: &Path, mission_dir: &Path) -> Result<(), Failure> {
    let zone = CivilZone::named(&manifest.zone).map_err(Failure::bad_input)?;
    let mission = Mission::create(mission_dir, &manifest.name, &zone, now_ms()).map_err(mission_failure)?;
    for text in &manifest.agreements {
        let loaded = texts::load(&files.join(&text.file), None, None)?;
        adopt(&mission, &text.file, &loaded)?;
    }
    for card in read_cards(&read_bytes(&files.join(&manifest.cards))?).map_err(Failure::failed)? {
        let entry = Entry::SourceDescribed { card };
        mission.journal().append(&entry, Key::of_entry(&entry), now_ms()).map_err(append_failure)?;
    }
    for one in &manifest.sources {
        let reading = Reading {
            mapping: one.mapping.as_ref().map(|m| files.join(m)),
            zone: None,
            radius_m: one.radius_m,
            repeat_by: None,
            day: None,
            sheet: None,
            layer: None,
        };
        let paths: [PathBuf; 1] = [files.join(&one.file)];
        let format = source::format_named(&one.format)?;
        import_files(&mission, format, &source::options(&reading)?, &one.id, None, &paths, None, false)?;
    }
    coverage::import_file(&mission, "coverage", &files.join(&manifest.coverage), None, None)?;
    act(&mission, mission_dir, &zone, &files.join(&manifest.acts))?;
    let layers = mission_dir.join("layers");
    let named =
        |e: std::io::Error| Failure::failed(format!("`{}` could not be written: {e}", layers.display()));
    fs::create_dir_all(&layers).map_err(named)?;
    fs::copy(files.join(&manifest.basemap), layers.join("basemap.geojson")).map_err(named)?;
    Ok(())
}

/// An act of the rehearsal.
#[derive(serde::Deserialize)]
#[serde(tag = "room", content = "act", rename_all = "kebab-case")]
enum Acted {
    Board(Box<deconfliction::Act>),
    Guarantee(Box<guarantee::Act>),
}

/// Takes what people did on the notice board and about guarantees, each act by the rules of its room.
fn act(mission: &Mission, dir: &Path, zone: &CivilZone, path: &Path) -> Result<(), Failure> {
    let mut board = deconfliction::Board::new(zone.clone());
    let setting = super::desk::agreements(&Mission::open_read(dir).map_err(mission_failure)?)?;
    let mut register = guarantee::Register::new(Arc::new(setting));
    for (line, text) in read_text(path)?.lines().enumerate() {
        let named = |e: &dyn std::fmt::Display| {
            Failure::failed(format!("`{}`, line {}: {e}", path.display(), line + 1))
        };
        let act = match serde_json::from_str(text).map_err(|e| named(&e))? {
            Acted::Board(act) => board.take(&act).map(|_| RoomAct::Notice(*act)),
            Acted::Guarantee(act) => register.take(&act).map(|_| RoomAct::Guarantee(*act)),
        };
        let entry = Entry::InRoom(act.map_err(|e| named(&e))?);
        mission.journal().append(&entry, Key::of_entry(&entry), now_ms()).map_err(append_failure)?;
    }
    Ok(())
}

fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::failed(format!("`{}`: {e}", path.display())))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|e| Failure::failed(format!("`{}`: {e}", path.display())))
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = read_bytes(path)?;
    serde_json::from_slice(&text).map_err(|e| Failure::failed(format!("`{}`: {e}", path.display())))
}

#[derive(serde::Deserialize)]
struct TruthRow {
    id: String,
    texts: String,
    clause: String,
    start: String,
    lon: f64,
    lat: f64,
    detectable: String,
}

/// The truth file, with the text that each row is about, or `both`.
fn read_truth(path: &Path) -> Result<Vec<(String, Injected)>, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::failed(format!("`{}`: {e}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|e| failed(&e))?;
    let mut out = Vec::new();
    for row in reader.deserialize() {
        let row: TruthRow = row.map_err(|e| failed(&e))?;
        let at =
            Instant::parse(&row.start).ok_or_else(|| failed(&format!("`{}` is not a moment", row.start)))?;
        let (lon_deg, lat_deg) = (row.lon, row.lat);
        let detectable = row.detectable == "yes";
        out.push((row.texts, Injected { id: row.id, clause: row.clause, at, lon_deg, lat_deg, detectable }));
    }
    Ok(out)
}
