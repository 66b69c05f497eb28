//! Promises that hold for any text.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use terms::agreement::{Agreement, Condition, Duty};
use terms::compare::{Package, Verdict, compare};
use terms::{
    Language, Severity, check, explain, explain_bracket, explain_in, explain_instrument, format, limits,
    reader, render,
};

const LINDMAR: &str = include_str!("../../../agreements/lindmar-core.md");

/// Statements whose order must not matter; continuation lines are marked by a leading bar.
const STATEMENTS: &[&str] = &[
    "instrument x \"Agreement of X\"\n|time zone \"Europe/Kyiv\"\n|D = entry into force\n|entry into force 2026-03-03 14:30\n|positions without stated precision are within 500 m",
    "party KA \"Karsk\" answers for \"Volunteers\"",
    "party VE \"Velia\"",
    "body mechanism \"Mechanism\"",
    "weapon tank, artillery with calibre",
    "act fire = shot\n|or burst",
    "line contact from \"geo/c.geojson\"\n|tolerance 200 m\n|KA on the left, VE on the right",
    "reference of KA is contact",
    "reference of VE is contact",
    "zone far = ring or buffer or dam",
    "zone buffer within 7.5 km of contact",
    "zone ring = wide except buffer",
    "zone wide between 1 km and 50 km of contact on the VE side",
    "zone dam from \"geo/d.geojson\"\n|tolerance 5 m",
    "1 KA, VE shall not fire\n|in far\n|from D + 2 days",
    "1a unless return:\n|answers an offensive, and\n|in an exercise\n|to be shown by the party that fired",
    "1b unless at dam",
    "2 nobody except mechanism shall place artillery of calibre >= 100 mm within 3 km of contact",
    "3 KA, VE shall keep artillery at least 25 km from their reference\n|tank at least 60 000 m\n|starting day D + 2, complete day D + 14\n|unless at dam",
];

fn text(statements: &[&str], indent: impl Fn(usize) -> String, after: impl Fn(usize) -> String) -> String {
    let mut out = String::from("# Article 1\n\n```terms\n");
    let mut line = 0;
    for statement in statements {
        for part in statement.lines() {
            let (margin, words) = match part.strip_prefix('|') {
                Some(words) => (indent(line), words),
                None => (String::new(), part),
            };
            out.push_str(&format!("{margin}{words}{}\n", after(line)));
            line += 1;
        }
    }
    out.push_str("```\n");
    out
}

fn zone_words(a: &Agreement, zone: atlas::plan::ZoneIx) -> String {
    use atlas::plan::ZoneShape::{Both, Either, Except};
    let plan = &a.plan.zones[usize::from(zone.0)];
    match &plan.shape {
        Both(p, q) => format!("({} and {})", zone_words(a, *p), zone_words(a, *q)),
        Either(p, q) => format!("({} or {})", zone_words(a, *p), zone_words(a, *q)),
        Except(p, q) => format!("({} except {})", zone_words(a, *p), zone_words(a, *q)),
        shape => format!("{shape:?} ± {}", plan.tolerance_m),
    }
}

/// What an agreement means, without places and without the order of anything.
fn meaning(a: &Agreement) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (index, clause) in a.clauses.iter().enumerate() {
        let zone = match &clause.duty {
            Duty::Prohibition { zone: Some(zone), .. } => zone_words(a, *zone),
            _ => String::new(),
        };
        let mut excuses: Vec<String> = Vec::new();
        for exception in &clause.exceptions {
            let conditions: Vec<String> = exception
                .conditions
                .iter()
                .map(|c| match c {
                    Condition::InZone(zone) => zone_words(a, *zone),
                    other => format!("{other:?}"),
                })
                .collect();
            let (label, title, burden) = (&exception.label, &exception.title, &exception.burden);
            excuses.push(format!("{label} {title}: {conditions:?} {burden}"));
        }
        excuses.sort();
        let said = explain(a, index);
        let duty = said.split(" Excused").next().unwrap_or_default().to_owned();
        let times = format!("{:?} {:?} {:?}", clause.from, clause.until, clause.complete);
        all.insert(clause.label.clone(), format!("{duty} {zone} {times} {excuses:?}"));
    }
    let mut names: Vec<String> = a.actors.iter().map(|x| format!("{x:?}")).collect();
    names.extend(a.weapons.iter().map(|x| format!("{x:?}")));
    names.extend(a.acts.iter().map(|x| format!("{x:?}")));
    names.sort();
    all.insert("names".to_owned(), names.join("\n"));
    all
}

fn checked(text: &str) -> Agreement {
    let checked = check("x.md", text.as_bytes());
    let said = render(&checked.problems, "x.md", text);
    checked.agreement.unwrap_or_else(|| panic!("{said}\n{text}"))
}

fn plain() -> Agreement {
    checked(&text(STATEMENTS, |_| "  ".to_owned(), |_| String::new()))
}

/// What must hold of any text at all.
fn holds_together(bytes: &[u8]) {
    let checked = check("x.md", bytes);
    assert!(checked.problems.len() <= limits::PROBLEMS_MAX + 1);
    let error = checked.problems.iter().any(|p| p.severity == Severity::Error);
    assert_eq!(checked.agreement.is_none(), error);
    let source = String::from_utf8_lossy(bytes);
    let shown = render(&checked.problems, "x.md", &source);
    assert_eq!(shown.is_empty(), checked.problems.is_empty());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut last = 0;
    for problem in &checked.problems {
        let span = problem.span;
        assert!(last <= span.start, "not in reading order");
        last = span.start;
        assert!(text.get(span.start..span.end).is_some(), "{problem:?} does not lie in the text");
        assert!(!problem.message.is_empty() && !problem.message.contains('\n'), "{problem:?}");
        assert!(!problem.help.is_empty(), "{problem:?} offers no help");
    }
    let clauses = checked.agreement.as_ref().map(|a| a.clauses.clone()).unwrap_or_default();
    for (index, clause) in clauses.iter().enumerate() {
        assert!(text.get(clause.span.start..clause.span.end).is_some());
        assert!(!explain(checked.agreement.as_ref().unwrap(), index).is_empty());
    }
    let choice = checked.readings.first().map(|r| r.choice.clone()).unwrap_or_default();
    let pieces = reader::sections(text, &clauses, &checked.brackets, &choice);
    assert!(pieces.len() <= text.len());
    for piece in &pieces {
        let reader::Piece::Terms { lines } = piece else { continue };
        for line in lines {
            let whole: String = line.parts.iter().map(|p| p.text.as_str()).collect();
            assert_eq!(whole, line.text, "the parts are not the line");
        }
    }
    assert!(reader::declarations(&pieces).len() <= text.len());
}

/// Words that are likely to lead a parser astray.
const WORDS: &[&str] = &[
    "```terms\n",
    "```",
    "~~~",
    "\n",
    "\r",
    "\r\n",
    "  ",
    "\t",
    "# ",
    "> ",
    "- ",
    "shall",
    " not ",
    "unless ",
    "at ",
    "from ",
    "until ",
    "D + ",
    "day ",
    "2 days",
    "1 000",
    "7,5",
    "1e9",
    "99999999999999999999",
    "\"",
    "“",
    "”",
    ",",
    ";",
    ":",
    "and ",
    "or ",
    "except ",
    "within ",
    "between ",
    "km ",
    "of ",
    "contact",
    "buffer",
    "zone z = z or z\n",
    "KA",
    "nobody ",
    "keep ",
    "place ",
    "at least ",
    "calibre ",
    ">= ",
    "2.1a ",
    "\u{feff}",
    "\u{202e}",
    "\u{200b}",
    "é",
    "停",
    "ם",
    "e\u{301}",
    "\u{0}",
    "bracket ",
    "instrument ",
    "party ",
    "2026-02-30",
    "24:00",
    "shown: ",
    "-",
    "+",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_checked_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        holds_together(&bytes);
    }

    #[test]
    fn any_words_of_the_language_in_any_order_are_checked_without_panic(
        words in prop::collection::vec(select(WORDS), 0..120),
    ) {
        holds_together(words.concat().as_bytes());
        holds_together(format!("```terms\n{}", words.concat()).as_bytes());
    }

    #[test]
    fn a_valid_text_with_a_few_changes_is_checked_without_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..30, select(WORDS)), 1..6),
    ) {
        let mut text = LINDMAR.to_owned();
        for (at, cut, word) in changes {
            let floor = |mut i: usize| { while !text.is_char_boundary(i) { i -= 1; } i };
            let start = floor(at.index(text.len()));
            let end = floor((start + cut).min(text.len())).max(start);
            text.replace_range(start..end, word);
        }
        holds_together(text.as_bytes());
    }

    #[test]
    fn the_order_of_statements_never_changes_their_meaning(
        order in Just(STATEMENTS.to_vec()).prop_shuffle(),
    ) {
        let shuffled = checked(&text(&order, |_| "  ".to_owned(), |_| String::new()));
        prop_assert_eq!(meaning(&plain()), meaning(&shuffled));
    }

    #[test]
    fn comments_blank_lines_and_the_width_of_indents_never_change_meaning(
        widths in prop::collection::vec(1usize..9, 60),
        tails in prop::collection::vec(select(&["", " # zone x within", "\n", "\n# \"", "\n   # shall", "   ", "\t#", "\n\t\n"][..]), 60),
        tabs in any::<bool>(),
    ) {
        let blank = if tabs { "\t" } else { " " };
        let spaced = text(STATEMENTS, |i| blank.repeat(widths[i % 60]), |i| tails[i % 60].to_owned());
        prop_assert_eq!(meaning(&plain()), meaning(&checked(&spaced)));
    }

    #[test]
    fn line_endings_never_change_meaning(crlf in prop::collection::vec(any::<bool>(), 60), bom in any::<bool>()) {
        let plain_text = text(STATEMENTS, |_| "  ".to_owned(), |_| String::new());
        let mut mixed = String::from(if bom { "\u{feff}" } else { "" });
        for (i, line) in plain_text.lines().enumerate() {
            mixed.push_str(line);
            mixed.push_str(if crlf[i % 60] { "\r\n" } else { "\n" });
        }
        prop_assert_eq!(meaning(&plain()), meaning(&checked(&mixed)));
    }
}

#[test]
fn a_change_of_substance_changes_the_meaning() {
    for (old, new) in [
        ("25 km", "26 km"),
        ("D + 2 days", "D + 2 h"),
        ("wide except buffer", "buffer except wide"),
        ("VE side", "KA side"),
        ("1b unless at dam", "3b unless at dam"),
        (" answers for \"Volunteers\"", ""),
        (">= 100 mm", "< 100 mm"),
        ("KA, VE shall not", "VE shall not"),
    ] {
        let changed: Vec<String> = STATEMENTS.iter().map(|s| s.replace(old, new)).collect();
        let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
        let other = checked(&text(&changed, |_| "  ".to_owned(), |_| String::new()));
        assert_ne!(meaning(&plain()), meaning(&other), "{old} → {new}");
    }
}

#[test]
fn five_hundred_problems_are_listed_and_the_rest_counted() {
    let clauses: String = (1..=2000).map(|i| format!("{i} KA shall not fire in nowhere\n")).collect();
    let text = format!(
        "# A\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\nparty KA \"K\"\nact fire = shot\n{clauses}```\n"
    );
    let checked = check("x.md", text.as_bytes());
    assert_eq!(checked.problems.len(), limits::PROBLEMS_MAX + 1);
    let last = checked.problems.last().unwrap();
    assert_eq!((last.severity, last.code), (Severity::Note, "more-problems"));
    holds_together(text.as_bytes());
}

#[test]
fn a_file_beyond_the_limit_is_refused_whole() {
    let big = vec![b'a'; base::limits::AGREEMENT_BYTES_MAX + 1];
    let checked = check("x.md", &big);
    assert_eq!(checked.problems.len(), 1);
    assert_eq!(checked.problems[0].code, "file-too-large");
}

/// A statement of every kind, once without and once with brackets.
fn of_every_kind(brackets: bool) -> Vec<String> {
    let page = include_str!("../../../docs/language.md");
    let mut all: Vec<String> = Vec::new();
    let blocks = page.split("```terms\n").skip(1).filter_map(|b| b.split("```").next());
    for line in blocks.flat_map(str::lines).filter(|l| !l.trim().is_empty()) {
        match all.last_mut() {
            Some(statement) if line.starts_with(' ') => {
                statement.push('\n');
                statement.push_str(line);
            }
            _ => all.push(line.to_owned()),
        }
    }
    all.retain(|s| brackets || !(s.starts_with("bracket") || s.contains('[')));
    all
}

fn page_of(statements: &[String]) -> String {
    format!("# Article 1\n\n```terms\n{}\n```\n", statements.join("\n"))
}

/// Every clause of every reading in plain words, without order.
fn told(text: &str) -> Vec<String> {
    let checked = check("x.md", text.as_bytes());
    assert!(checked.agreement.is_some(), "{}", render(&checked.problems, "x.md", text));
    let mut all: Vec<String> = Vec::new();
    for reading in &checked.readings {
        let a = &reading.agreement;
        all.extend((0..a.clauses.len()).map(|i| format!("{} {}", a.clauses[i].label, explain(a, i))));
    }
    all.sort_unstable();
    all
}

/// All that is ever done with a text.
fn everything(text: &str) {
    let checked = check("x.md", text.as_bytes());
    let _ = render(&checked.problems, "x.md", text);
    let _ = format(text);
    for (language, _) in Language::ALL {
        checked.brackets.iter().for_each(|b| drop(explain_bracket(b, language)));
        for reading in checked.readings.iter().take(4) {
            drop(explain_instrument(&reading.agreement, language));
            for index in 0..=reading.agreement.clauses.len() {
                drop(explain_in(&reading.agreement, index, language));
            }
        }
    }
    if let (Some(first), Some(last)) = (checked.readings.first(), checked.readings.last()) {
        let (p, q) = (Package::of("a", &first.agreement), Package::of("b", &last.agreement));
        let _ = terms::compare::render(&compare(&p, &q), &p, &q);
    }
}

fn words() -> Vec<String> {
    of_every_kind(true).iter().flat_map(|s| s.split_inclusive([' ', '\n'])).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn clause_order_never_matters(
        order in Just((0..of_every_kind(true).len()).collect::<Vec<_>>()).prop_shuffle(),
        brackets in any::<bool>(),
    ) {
        let plain = of_every_kind(brackets);
        let shuffled: Vec<String> = order.iter().filter_map(|i| plain.get(*i)).cloned().collect();
        prop_assert_eq!(shuffled.len(), plain.len());
        prop_assert_eq!(told(&page_of(&shuffled)), told(&page_of(&plain)));
    }

    #[test]
    fn a_text_compared_with_itself_is_the_same(
        order in Just((0..of_every_kind(true).len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let plain = of_every_kind(true);
        let shuffled: Vec<String> = order.iter().filter_map(|i| plain.get(*i)).cloned().collect();
        for reading in check("x.md", page_of(&shuffled).as_bytes()).readings {
            let package = Package::of("x", &reading.agreement);
            let found = compare(&package, &package);
            prop_assert!(found.pairs.iter().all(|p| p.verdict == Verdict::Same), "{:?}", found.pairs);
            prop_assert_eq!(found.pairs.len(), reading.agreement.clauses.len());
            prop_assert!(found.contradictions.is_empty(), "{:?}", found.contradictions);
        }
    }

    #[test]
    fn a_text_with_words_cut_doubled_and_swapped_never_panics(
        changes in prop::collection::vec((0..3_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
    ) {
        let mut all = words();
        for (change, a, b) in changes {
            let (a, b) = (a.index(all.len()), b.index(all.len()));
            match change {
                0 => drop(all.remove(a)),
                1 => all.insert(a, all[a].clone()),
                _ => all.swap(a, b),
            }
        }
        everything(&format!("# Article 1\n\n```terms\n{}\n```\n", all.concat()));
    }
}
