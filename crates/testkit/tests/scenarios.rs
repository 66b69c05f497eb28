//! Runs every scenario of `scenarios/good`: what the file expects is found, the slow reference agrees, and the mirror
//! shows the same. `BLESS=1` writes what is found into the files: read the difference before committing it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};
use testkit::scenario::{Scenario, blessed, difference, mirrored, mirrored_answers};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/good");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    files.retain(|p| {
        p.extension().is_some_and(|e| e == "md") && p.file_name().is_some_and(|n| n != "README.md")
    });
    files.sort();
    files
}

fn over_all(check: impl Fn(&Path, &Scenario) -> Result<(), String>) {
    let files = files();
    assert!(files.len() >= 14, "only {} scenarios found", files.len());
    let mut failures = Vec::new();
    for file in &files {
        let scenario = Scenario::read(&fs::read_to_string(file).unwrap());
        if let Err(why) = check(file, &scenario) {
            failures.push(format!("{}\n{why}", file.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_scenario_finds_what_it_expects() {
    let bless = std::env::var_os("BLESS").is_some();
    over_all(|file, scenario| {
        let found = scenario.run()?.answers(&scenario.expected);
        if bless {
            let text = fs::read_to_string(file).unwrap();
            fs::write(file, blessed(&text, &found)).unwrap();
            return Ok(());
        }
        if scenario.expected.is_empty() {
            return Err("expects nothing".to_owned());
        }
        let differs = difference(&scenario.expected, &found);
        if differs.is_empty() { Ok(()) } else { Err(differs) }
    });
}

#[test]
fn the_slow_reference_agrees_with_every_scenario() {
    over_all(|_, scenario| {
        let differs = scenario.against_reference(&scenario.run()?);
        if differs.is_empty() { Ok(()) } else { Err(differs.join("\n")) }
    });
}

#[test]
fn in_the_mirror_with_the_parties_exchanged_every_scenario_finds_the_same() {
    over_all(|_, scenario| {
        let plain = mirrored_answers(&scenario.run()?.answers(&scenario.expected), "KA", "VE");
        let mirror = mirrored(scenario, "KA", "VE");
        let turned = mirror.run()?.answers(&mirror.expected);
        let differs = difference(&plain, &turned);
        if differs.is_empty() { Ok(()) } else { Err(differs) }
    });
}
