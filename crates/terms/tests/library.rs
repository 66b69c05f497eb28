//! The clause library `agreements/`: every text checks without an error, what is said of it stands beside it in
//! `expected/`, its flaws are explained in it, and the register of clauses leads to labels that exist.
//! `BLESS=1 cargo test -p terms --test library` writes the expectations anew; read the difference before you keep it.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use terms::{Checked, Severity};

/// Rows of the register by block; block G is one row.
const BLOCKS: [(&str, u32); 6] = [("A", 15), ("B", 10), ("C", 6), ("D", 6), ("E", 11), ("F", 12)];

/// Pages about the library, which are no texts of it.
const PAGES: [&str; 2] = ["README.md", "register.md"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_default()
}

fn in_folder(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = fs::read_dir(folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    all.sort();
    all
}

fn texts() -> Vec<String> {
    let is_text = |name: &String| name.ends_with(".md") && !PAGES.contains(&name.as_str());
    in_folder(&folder()).into_iter().filter(is_text).collect()
}

/// Texts of real negotiations; the other is invented.
fn real() -> impl Iterator<Item = String> {
    texts().into_iter().filter(|name| !name.starts_with("lindmar"))
}

fn checked(name: &str) -> Checked {
    terms::check(name, read(name).as_bytes())
}

/// What stands under the heading of that name, up to the next of its level.
fn section(text: &str, heading: &str) -> String {
    let start = format!("## {heading}");
    text.lines()
        .skip_while(|line| line.trim_end() != start)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Labels of clauses and of their exceptions, in whatever reading they stand.
fn labels(checked: &Checked) -> BTreeSet<String> {
    checked
        .readings
        .iter()
        .flat_map(|reading| &reading.agreement.clauses)
        .flat_map(|c| std::iter::once(&c.label).chain(c.exceptions.iter().map(|e| &e.label)))
        .cloned()
        .collect()
}

#[test]
fn no_text_has_an_error_and_what_is_said_of_each_stands_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for name in texts() {
        let checked = checked(&name);
        let said = terms::render(&checked.problems, &name, &read(&name));
        if checked.agreement.is_none() {
            wrong.push(format!("{name} has errors:\n{said}"));
            continue;
        }
        let expected = folder().join("expected").join(name.replace(".md", ".txt"));
        if bless {
            fs::write(&expected, &said).expect("writable");
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(said.as_str()) {
            wrong.push(format!("{name} now says:\n{said}"));
        }
    }
    for name in
        in_folder(&folder().join("expected")).iter().filter(|n| read(&n.replace(".txt", ".md")).is_empty())
    {
        wrong.push(format!("expected/{name} is of no text"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_clause_is_explained_in_every_reading() {
    for name in texts() {
        for reading in &checked(&name).readings {
            for (index, clause) in reading.agreement.clauses.iter().enumerate() {
                let explained = terms::explain(&reading.agreement, index);
                assert!(!explained.trim().is_empty(), "{name}: {} is not explained", clause.label);
            }
        }
    }
}

/// Codes of problems that a section names: words in backticks with a hyphen in them.
fn codes_in(section: &str) -> BTreeSet<&str> {
    let word = |w: &&str| w.contains('-') && w.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    section.split('`').skip(1).step_by(2).filter(word).collect()
}

#[test]
fn every_real_text_names_its_sources_and_explains_the_warnings_it_gets_and_no_others() {
    let mut wrong = Vec::new();
    for name in real() {
        let text = read(&name);
        if section(&text, "Sources").trim().is_empty() {
            wrong.push(format!("{name} has no section `## Sources`"));
        }
        let section = section(&text, "What the linter says");
        let explained = codes_in(&section);
        let problems = checked(&name).problems;
        let given: BTreeSet<&str> = problems.iter().map(|p| p.code).collect();
        let warned = problems.iter().filter(|p| p.severity == Severity::Warning).map(|p| p.code);
        for code in warned.collect::<BTreeSet<&str>>().difference(&explained) {
            wrong.push(format!("{name} does not explain `{code}` under `## What the linter says`"));
        }
        for code in explained.difference(&given) {
            wrong.push(format!("{name} explains `{code}`, which it does not get"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_clause_of_a_real_text_stands_under_words() {
    for name in real() {
        for reading in &checked(&name).readings {
            for clause in &reading.agreement.clauses {
                let article =
                    reading.agreement.articles.get(clause.article).expect("it stands under a heading");
                assert!(!article.text.trim().is_empty(), "{name}: {} stands under no words", clause.label);
            }
        }
    }
}

/// Whether what a register names is in the text: a label, or `line contact` and the like.
fn names_something(text: &Checked, word: &str) -> bool {
    match word.split_once(' ') {
        Some(("line", line)) => text.readings.iter().any(|r| r.agreement.plan.line(line).is_some()),
        Some(_) => false,
        None => labels(text).contains(word),
    }
}

#[test]
fn every_row_of_the_register_leads_to_clauses_that_exist_or_says_why_there_is_none() {
    let register = read("register.md");
    let mut wrong = Vec::new();
    let mut found = Vec::new();
    for line in register.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, places, remark] = cells.as_slice() else {
            wrong.push(format!("not four cells: {line}"));
            continue;
        };
        if *id == "Id" || id.starts_with("---") {
            continue;
        }
        found.push((*id).to_owned());
        if *places == "not expressed" {
            if remark.is_empty() {
                wrong.push(format!("{id}: neither a clause nor a reason"));
            }
            continue;
        }
        for place in places.split(';').map(str::trim) {
            let Some((file, named)) = place.strip_prefix('`').and_then(|p| p.split_once("` ")) else {
                wrong.push(format!("{id}: `{place}` is not a file and labels"));
                continue;
            };
            let text = checked(file);
            for word in named.split(", ").filter(|word| !names_something(&text, word)) {
                wrong.push(format!("{id}: {file} has no {word}"));
            }
        }
    }
    let mut ids: Vec<String> =
        BLOCKS.iter().flat_map(|(block, last)| (1..=*last).map(move |n| format!("{block}{n}"))).collect();
    ids.push("G".to_owned());
    assert_eq!(found, ids, "the rows, each once and in order");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_the_library_has_every_text() {
    let readme = read("README.md");
    for name in texts() {
        assert!(readme.contains(&format!("`{name}`")), "README.md does not list {name}");
    }
}

#[test]
fn every_text_is_laid_out() {
    let untidy: Vec<String> =
        texts().into_iter().filter(|name| terms::format(&read(name)) != read(name)).collect();
    assert!(untidy.is_empty(), "`truceline fmt` lays out: {}", untidy.join(", "));
}
