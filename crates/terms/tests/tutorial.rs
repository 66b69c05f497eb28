//! `docs/tutorial.md` is executed: its blocks build one draft, and every output that it shows is what the library says.
//! `BLESS=1 cargo test -p terms --test tutorial` writes the outputs anew; read the difference before you keep it.
//!
//! A block `terms` is added to the draft; `terms instead` takes the place of the one before it. `text check` shows what
//! is said of the draft so far, `text explain LABEL CODE` one clause in a language, `text brackets` what is left open.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;
use terms::{Checked, Language, Severity, check, explain_bracket, explain_in, render};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tutorial.md");
const FILE: &str = "ridge.md";

/// What a page is made of: prose, or a fenced block with its info words.
enum Part {
    Prose(String),
    Block { info: String, body: String },
}

fn parts(page: &str) -> Vec<Part> {
    let mut all = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("```") {
            Some(info) => {
                let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
                all.push(Part::Block { info: info.to_owned(), body: body.join("\n") });
            }
            None => all.push(Part::Prose(line.to_owned())),
        }
    }
    all
}

fn draft(blocks: &[String]) -> String {
    format!("# Agreement on the Ridge\n\n```terms\n{}\n```\n", blocks.join("\n\n"))
}

fn said(checked: &Checked, text: &str) -> String {
    match render(&checked.problems, FILE, text).trim_end() {
        "" => "(nothing)".to_owned(),
        words => words.to_owned(),
    }
}

/// What the library says to a block that shows an output; `None`: it is no such block.
fn output(info: &str, blocks: &[String]) -> Option<String> {
    let words: Vec<&str> = info.split(' ').collect();
    let text = draft(blocks);
    let checked = check(FILE, text.as_bytes());
    match words.as_slice() {
        ["text", "check"] => Some(said(&checked, &text)),
        ["text", "brackets"] => {
            let all = checked.brackets.iter().map(|b| explain_bracket(b, Language::English));
            let readings = format!("{} readings", checked.readings.len());
            Some(all.chain([readings]).collect::<Vec<_>>().join("\n"))
        }
        ["text", "explain", label, code] => {
            let agreement = checked.agreement.unwrap_or_else(|| panic!("{text} has errors"));
            let index =
                agreement.clauses.iter().position(|c| c.label == *label).expect("the clause is there");
            Some(explain_in(&agreement, index, Language::named(code).expect("a language")))
        }
        _ => None,
    }
}

/// The page as it should be, the last draft, and every error and warning that a step ran into.
struct Run {
    page: String,
    last: String,
    met: BTreeSet<&'static str>,
}

fn run(page: &str) -> Run {
    let mut blocks: Vec<String> = Vec::new();
    let (mut out, mut met) = (Vec::new(), BTreeSet::new());
    for part in parts(page) {
        let (info, body) = match part {
            Part::Prose(line) => {
                out.push(line);
                continue;
            }
            Part::Block { info, body } => (info, body),
        };
        if info.starts_with("terms") {
            if info == "terms instead" {
                blocks.pop();
            }
            blocks.push(body.clone());
            let problems = check(FILE, draft(&blocks).as_bytes()).problems;
            let loud = problems.iter().filter(|p| p.severity != Severity::Note).map(|p| p.code);
            // The declarations stand in a block of their own before the first clause.
            met.extend(loud.filter(|code| *code != "no-clauses"));
        }
        let body = output(&info, &blocks).unwrap_or(body);
        out.push(format!("```{info}\n{body}\n```"));
    }
    Run { page: out.join("\n") + "\n", last: draft(&blocks), met }
}

fn page() -> String {
    fs::read_to_string(PATH).expect("it is in the repository")
}

#[test]
fn every_output_that_the_tutorial_shows_is_what_the_library_says() {
    let page = page();
    let run = run(&page);
    if std::env::var_os("BLESS").is_some() {
        // In one go: the other tests read the page at the same time.
        let fresh = format!("{PATH}.new");
        fs::write(&fresh, &run.page).and_then(|()| fs::rename(&fresh, PATH)).expect("writable");
    } else {
        assert!(run.page == page, "the tutorial should read:\n{}", run.page);
    }
}

#[test]
fn every_error_and_warning_that_a_step_runs_into_is_shown() {
    let run = run(&page());
    assert!(run.met.len() >= 5, "{:?}", run.met);
    for code in run.met {
        assert!(run.page.contains(&format!("[{code}]")), "{code} is not shown");
    }
}

#[test]
fn the_tutorial_ends_with_a_sound_text_in_two_readings() {
    let text = run(&page()).last;
    let checked = check(FILE, text.as_bytes());
    let loud: Vec<_> = checked.problems.iter().filter(|p| p.severity != Severity::Note).collect();
    assert!(loud.is_empty(), "{}", render(&checked.problems, FILE, &text));
    assert_eq!(checked.readings.len(), 2);
    let kinds: BTreeSet<&str> =
        checked.readings.iter().flat_map(|r| &r.agreement.clauses).map(|c| c.duty.kind().name()).collect();
    assert!(kinds.len() >= 3, "{kinds:?}");
}

#[test]
fn the_tutorial_is_short_and_names_no_other_blocks() {
    let page = page();
    let mut words = 0;
    for part in parts(&page) {
        match part {
            Part::Prose(line) => words += line.split_whitespace().count(),
            Part::Block { info, .. } => {
                let known = ["terms", "terms instead", "text check", "text brackets"];
                assert!(known.contains(&info.as_str()) || info.starts_with("text explain "), "{info}");
            }
        }
    }
    assert!(words < 900, "{words} words of prose");
}
