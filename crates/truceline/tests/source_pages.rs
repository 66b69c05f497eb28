//! Every page of a source shows a command that works: what stands in its `sh` blocks is run as it stands, on samples
//! that come with the program; and dry runs once more without being dry, into a mission.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs `truceline …` as a reader would who stands in the project's folder; here it is another with the same `docs`.
fn run(folder: &Path, line: &str, more: &[&str]) -> Output {
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("truceline"), "a page runs nothing but this program: {line}");
    let arguments = words.filter(|w| more.is_empty() || *w != "--dry-run");
    let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
    command.current_dir(folder).args(arguments).args(more).output().expect("the binary runs")
}

/// The lines of the `sh` blocks of a page.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).filter(|l| !l.trim().is_empty()).map(str::to_owned).collect()
}

fn pages() -> Vec<(String, String)> {
    let folder = fs::read_dir(root().join("docs/sources")).expect("docs/sources");
    let paths =
        folder.map(|e| e.expect("an entry").path()).filter(|p| p.extension().is_some_and(|e| e == "md"));
    let mut pages: Vec<(String, String)> = paths
        .map(|p| {
            let name = p.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&p).expect("a page"))
        })
        .collect();
    pages.sort();
    pages
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&[out.stdout.as_slice(), &out.stderr].concat()).into_owned()
}

#[test]
fn every_page_of_a_source_shows_a_command_that_works_on_a_sample() {
    let scratch = tempfile::tempdir().expect("a folder");
    let here = scratch.path();
    std::os::unix::fs::symlink(root().join("docs").canonicalize().expect("docs"), here.join("docs"))
        .expect("linked");
    let made = run(here, "truceline init", &["kept", "--name", "Lindmar", "--zone", "Etc/GMT-2"]);
    assert!(made.status.success(), "{}", told(&made));
    let formats = run(here, "truceline formats", &[]);
    let listed = String::from_utf8_lossy(&formats.stdout).into_owned();
    for format in listed.lines().filter_map(|l| l.split_whitespace().next()) {
        assert!(pages().iter().any(|(name, _)| name == format), "`{format}` has no page");
    }
    for (name, page) in pages() {
        let lines = commands(&page);
        let is_own = |l: &&String| l.starts_with(&format!("truceline import {name} docs/sources/samples/"));
        assert!(lines.iter().any(|l| is_own(&l)), "docs/sources/{name}.md has no command on a sample");
        for line in &lines {
            let out = run(here, line, &[]);
            assert_eq!(out.status.code(), Some(0), "{line}\n{}", told(&out));
            assert!(!told(&out).contains(" 0 rows"), "{line}\n{}", told(&out));
            if line.contains(" --dry-run") {
                let kept = run(here, line, &["--mission", "kept"]);
                assert_eq!(kept.status.code(), Some(0), "{line}\n{}", told(&kept));
            }
        }
    }
}
