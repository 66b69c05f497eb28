//! The drawings of named cases in the manual are what the command above each prints, and pictures come as files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a drawn case's command begins with in the manual.
const COMMAND: &str = "truceline backtest detection ../shared/data/";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn truceline(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_truceline")).args(arguments).current_dir(root()).output();
    command.expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Where the block after `from` that opens with `fence` has its lines, by bytes of `manual`.
fn block(manual: &str, from: usize) -> std::ops::Range<usize> {
    let opens =
        from + manual[from..].find("```text\n").expect("a block follows the command") + "```text\n".len();
    let closes = opens + manual[opens..].find("```").expect("the block ends");
    opens..closes
}

/// `BLESS=1` writes the manual's blocks anew.
#[test]
fn the_manual_shows_the_named_cases_as_the_command_prints_them() {
    let path = root().join("docs/warnings.md");
    let mut manual = std::fs::read_to_string(&path).unwrap();
    let commands: Vec<String> =
        manual.lines().filter(|l| l.starts_with(COMMAND)).map(str::to_owned).collect();
    for wanted in ["iraq-2008", "ethiopia-2022", "syria-2016", "syria-idlib-2019"] {
        assert!(commands.iter().any(|c| c.ends_with(&format!("--case {wanted}"))), "{wanted} is not drawn");
    }
    let bless = std::env::var_os("BLESS").is_some();
    let (mut compared, mut wrong) = (0, Vec::new());
    for command in &commands {
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        if !root().join(arguments[2]).exists() {
            println!("skipped: no {}", arguments[2]);
            continue;
        }
        let out = truceline(&arguments);
        assert!(out.status.success(), "{command}: {}", text(&out.stderr));
        let printed = text(&out.stdout);
        assert!(!printed.contains("```"));
        let at = block(&manual, manual.find(command.as_str()).unwrap());
        compared += 1;
        if manual[at.clone()] != printed {
            wrong.push(format!("{command}\nthe manual:\n{}\nprinted:\n{printed}", &manual[at.clone()]));
            manual.replace_range(at, &printed);
        }
    }
    println!("{compared} drawings compared");
    if bless {
        std::fs::write(&path, manual).unwrap();
    } else {
        assert!(wrong.is_empty(), "BLESS=1 writes them anew:\n{}", wrong.join("\n"));
    }
}

/// Two cells over 260 days, one of which breaks out from day 200 on; a few rows in each month.
fn archive(folder: &Path) -> String {
    let mut rows = String::from("date,longitude,latitude\n");
    for day in 0..260_u32 {
        let date = format!("2020-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let here = if day < 200 { 1 + day % 3 } else { 9 };
        (0..here).for_each(|_| rows.push_str(&format!("{date},36.2,48.6\n")));
        (0..2).for_each(|_| rows.push_str(&format!("{date},38.2,48.6\n")));
    }
    let path = folder.join("events.csv");
    std::fs::write(&path, rows).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn pictures_are_written_as_a_page_and_as_files_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = archive(folder.path());
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let run = |page: &str, svg: &str| {
        let out = truceline(&[
            "backtest",
            "detection",
            &file,
            "--events-min",
            "5",
            "--trials",
            "20",
            "--unobserved",
            "2020-03-01..2020-03-10",
            "--html",
            &at(page),
            "--svg",
            &at(svg),
        ]);
        assert!(out.status.success(), "{}", text(&out.stderr));
        std::fs::read_to_string(at(page)).unwrap()
    };
    let page = run("a.html", "a");
    assert_eq!(page, run("b.html", "b"));
    assert!(
        page.contains("not observed") && page.contains("2020-03-01..2020-03-10") && !page.contains("<script")
    );
    for name in ["achieved-over-promised.svg", "timeline-area.svg", "timeline-zone.svg"] {
        let bytes = std::fs::read(folder.path().join("a").join(name)).unwrap();
        assert_eq!(bytes, std::fs::read(folder.path().join("b").join(name)).unwrap());
        assert!(bytes.starts_with(b"<svg "));
    }
    let out = truceline(&["backtest", "scan", &file, "--every-days", "30", "--svg", &at("scan")]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("stated, not run: SaTScan 10.3.2"), "{}", text(&out.stdout));
    assert!(folder.path().join("scan/scan-timeline-1.svg").exists());
}

#[test]
fn a_ceasefire_of_ones_own_is_drawn_and_one_that_cannot_be_played_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = archive(folder.path());
    let play = |more: &[&str]| truceline(&[&["backtest", "detection", &file][..], more].concat());
    // The 200th day of the file is 5 August.
    let out = play(&["--truce", "2020-04-01..2020-08-05", "--place", "36.2,48.6,40"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    for row in ["counts", "  rise", "  erosion", "  alarms", "  not observed", "ceasefire"] {
        assert!(told.lines().any(|l| l.starts_with(row)), "{row}: {told}");
    }
    assert!(told.contains("area alarms") && told.contains("X breaks 2020-08-05"), "{told}");
    let refused = |more: &[&str], word: &str| {
        let out = play(more);
        assert_eq!(out.status.code(), Some(2), "{}", text(&out.stdout));
        assert!(text(&out.stderr).contains(word), "{}", text(&out.stderr));
    };
    refused(&["--truce", "2020-04-01..2020-08-05"], "--place");
    refused(&["--truce", "2020-08-05..2020-04-01", "--place", "36.2,48.6,40"], "ends before it begins");
    refused(&["--truce", "2020-04-01..2020-08-05", "--place", "north"], "is no place");
    refused(&["--truce", "2019-04-01..2020-08-05", "--place", "36.2,48.6,40"], "after the first day");
    refused(&["--case", "iraq-2008"], "before the ceasefire");
    refused(&["--case", "nowhere"], "iraq-2008");
    let out = truceline(&["backtest", "forecast", &file, "--case", "iraq-2008"]);
    assert_eq!(out.status.code(), Some(2));
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    let out = truceline(&["backtest", "control", "--series", "1", "--html", page.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains("outbreaks found") && page.contains("no archive is read") && !page.contains("in UTC")
    );
}
