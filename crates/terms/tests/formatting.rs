//! The formatter: doing it twice is doing it once, it never changes what a text says, and prose stays as it is.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail loudly")]

use proptest::prelude::*;
use proptest::sample::select;
use std::fs;
use std::path::{Path, PathBuf};
use terms::{Agreement, Severity, check, explain, format, same_meaning};

fn texts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["agreements", "scenarios/good", "scenarios/bad", "scenarios/demo", "docs"];
    let mut all: Vec<PathBuf> = folders
        .iter()
        .flat_map(|f| fs::read_dir(root.join(f)).unwrap().map(|e| e.unwrap().path()))
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    all.sort();
    all
}

fn same(a: &Agreement, b: &Agreement) -> bool {
    a.clauses.len() == b.clauses.len()
        && (0..a.clauses.len()).all(|i| {
            let (x, y) = (&a.clauses[i], &b.clauses[i]);
            let facts = x.duty.is_of_observations();
            x.label == y.label && explain(a, i) == explain(b, i) && (!facts || same_meaning(a, i, b, i))
        })
        && (a.units == b.units && a.flows == b.flows && a.moments == b.moments && a.plan == b.plan)
}

/// What must hold of any text.
fn holds(text: &str) {
    let once = format(text);
    assert_eq!(format(&once), once, "formatting twice changes more:\n{text}");
    let (before, after) = (check("x.md", text.as_bytes()), check("x.md", once.as_bytes()));
    let codes = |c: &terms::Checked| {
        let mut all: Vec<&str> =
            c.problems.iter().filter(|p| p.severity == Severity::Error).map(|p| p.code).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(codes(&before), codes(&after), "{text}\n{once}");
    assert_eq!(before.readings.len(), after.readings.len());
    for (x, y) in before.readings.iter().zip(&after.readings) {
        assert!(
            x.label == y.label && x.choice == y.choice && same(&x.agreement, &y.agreement),
            "{text}\n{once}"
        );
    }
    // Nothing but white space changes.
    let bare = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(bare(text), bare(&once));
}

#[test]
fn every_text_of_the_project_keeps_its_meaning() {
    let all = texts();
    assert!(all.len() > 200);
    for path in all {
        if let Ok(text) = fs::read_to_string(&path) {
            holds(&text);
        }
    }
}

#[test]
fn what_is_indented_too_far_to_end_a_block_does_not_end_it_afterwards() {
    for fence in ["```", "~~~"] {
        holds(&format!("{fence}terms\n\"a  b\"\n\t{fence}\n> {fence}terms\n{fence}\n"));
        holds(&format!("{fence}terms\n1 KA\n    {fence}  x\n{fence}\n"));
    }
}

#[test]
fn a_text_is_laid_out() {
    let text = concat!(
        "# A  b\n",
        "\n",
        "Prose   stays.\n",
        "\n",
        "```terms\n",
        "\n",
        "  instrument x   \"X  y\" ,  draft\n",
        "      time zone \"UTC\"   # why\n",
        "\n",
        "\n",
        "  # a note\n",
        "  2.1 KA,VE   shall keep tank at least 5 km from contact\n",
        "     rockets of calibre >= 9 mm  at least   25 km\n",
        "   starting day D+ 1\n",
        "  2.1a  unless  drill:\n",
        "   in an exercise\n",
        "   to be shown by  KA\n",
        "\n",
        "```\n",
    );
    let expected = concat!(
        "# A  b\n",
        "\n",
        "Prose   stays.\n",
        "\n",
        "```terms\n",
        "instrument x \"X  y\" , draft\n",
        "  time zone \"UTC\"  # why\n",
        "\n",
        "# a note\n",
        "2.1  KA,VE shall keep tank                       at least 5 km from contact\n",
        "                      rockets of calibre >= 9 mm at least 25 km\n",
        "       starting day D+ 1\n",
        "2.1a unless drill:\n",
        "       in an exercise\n",
        "     to be shown by KA\n",
        "```\n",
    );
    assert_eq!(format(text), expected);
}

#[test]
fn line_endings_and_quotations_are_kept() {
    assert_eq!(format("```terms\r\n  a  b\r\n     c\r\n```\r\n"), "```terms\r\na b\r\n  c\r\n```\r\n");
    assert_eq!(
        format("> ```terms\n>   a  b\n>\n>\n>    c\n> ```\n"),
        "> ```terms\n> a b\n>\n>\n>   c\n> ```\n"
    );
    assert_eq!(format("```terms\n  “a  b”   c\n  \"open\n```\n"), "```terms\n“a  b” c\n  \"open\n```\n");
}

/// Words that are likely to lead a formatter astray.
const WORDS: &[&str] = &[
    "```terms\n",
    "```\n",
    "\n",
    "\r\n",
    "  ",
    "\t",
    "# x",
    "> ",
    "- ",
    "1 000",
    "1  000",
    "2.1 ",
    "2.1a unless ",
    "KA, VE ",
    "shall keep ",
    "at least ",
    "5 km ",
    "\"a  b\"",
    "“",
    "”",
    "\"",
    "[KA: ",
    "] ",
    "bracket 1\n",
    " VE: ",
    "to be shown by ",
    "party KA \"K\"\n",
    "act fire = shot\n",
    "é",
    "ם",
    "\u{200b}",
    ";",
    ",",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_words_keep_their_meaning(words in prop::collection::vec(select(WORDS), 0..60)) {
        holds(&words.concat());
        holds(&format!("```terms\n{}\n```\n", words.concat().replace("```", "")));
    }

    #[test]
    fn odd_spacing_keeps_its_meaning(
        gaps in prop::collection::vec(select(&[" ", "  ", "    ", "\t", " \t "][..]), 40),
    ) {
        let lindmar = include_str!("../../../agreements/lindmar-core.md");
        let mut spaced = String::new();
        let mut inside = false;
        for (i, line) in lindmar.split_inclusive('\n').enumerate() {
            inside ^= line.starts_with("```");
            let odd = inside && !line.contains(['"', '#', '`']) && !line.contains(char::is_numeric);
            let indent = line.len() - line.trim_start().len();
            if odd && indent > 0 {
                spaced.push_str(gaps[i % 40]);
                spaced.push_str(&line.trim_start().replace(' ', gaps[(i + 7) % 40]));
            } else {
                spaced.push_str(line);
            }
        }
        holds(&spaced);
    }
}
