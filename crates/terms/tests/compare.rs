//! Comparing two texts: verdicts with witnesses, and what contradicts what.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use terms::compare::{Comparison, Matter, Package, Verdict, compare, render};
use terms::{Agreement, Severity, check};

const HEAD: &str = r#"# T

```terms
instrument x "X"
  time zone "Europe/Kyiv"
  D = entry into force
  entry into force 2026-03-03 00:00
  positions without stated precision are within 500 m
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn"
body commission "Commission"
body council "Council"
weapon tank, artillery with calibre
act fire = shot or burst
act shots = shot
unit personnel includes "soldiers"
flow plant "output" net in MWh measured at "feeder"
category refinery "refineries"
category gas "gas production"
line contact from "c.geojson" tolerance 200 m, KA on the left, VE on the right
line other from "o.geojson" tolerance 200 m
zone near within 5 km of contact
zone town from "t.geojson" tolerance 1 m
reference of KA is contact
reference of VE is contact
"#;

fn read(clauses: &str) -> Agreement {
    let text = format!("{HEAD}{clauses}\n```\n");
    let checked = check("x.md", text.as_bytes());
    let errors: Vec<_> = checked.problems.iter().filter(|p| p.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    checked.agreement.unwrap()
}

fn of(a: &str, b: &str) -> Comparison {
    let (a, b) = (read(a), read(b));
    compare(&Package::of("a", &a), &Package::of("b", &b))
}

/// The verdict on the one clause that both texts have.
fn verdict(a: &str, b: &str) -> Verdict {
    let found = of(a, b);
    assert_eq!(found.pairs.len(), 1, "{found:#?}");
    let pair = &found.pairs[0];
    let mirrored = of(b, a).pairs[0].verdict;
    assert_eq!(mirrored, pair.verdict.mirrored(), "{a} / {b}");
    assert_eq!(
        pair.shown.is_empty(),
        pair.verdict == Verdict::Same,
        "a witness of each difference: {pair:#?}"
    );
    pair.verdict
}

#[test]
fn clauses_of_facts_are_compared_cell_by_cell() {
    use Verdict::{Looser, Mixed, Same, Stricter};
    for (a, b, expected) in [
        ("1 KA, VE shall not fire in near", "1 VE, KA shall not fire within 5 km of contact", Same),
        ("1 KA shall not fire in near", "1 KA shall not fire within 7 km of contact", Stricter),
        ("1 KA shall not fire in near", "1 KA shall not fire", Stricter),
        ("1 KA shall not fire", "1 KA shall not shots", Looser),
        ("1 KA shall not fire", "1 KA, VE shall not fire", Stricter),
        ("1 KA shall not fire in near", "1 KA shall not fire in town", Mixed),
        ("1 KA shall not fire in near", "1 KA shall not fire within 5 km of other", Mixed),
        ("1 KA shall not fire", "1 KA shall not fire from D + 2 days", Looser),
        (
            "1 KA shall not fire from D until D + 9 days",
            "1 KA shall not fire from D + 2 days until D + 12 days",
            Mixed,
        ),
        ("1 KA shall not fire", "1 KA shall not fire unless in an exercise", Looser),
        ("1 KA shall not fire unless shown: \"a\"", "1 KA shall not fire unless shown: \"A\"", Same),
        (
            "1 KA shall not fire unless at town",
            "1 KA shall not fire unless at town\n1a unless in an exercise",
            Looser,
        ),
        ("1 KA shall not fire on refinery", "1 KA shall not fire on refinery, gas", Stricter),
        (
            "1 KA shall not place artillery of calibre >= 100 mm in town",
            "1 KA shall not place artillery of calibre >= 120 mm in town",
            Looser,
        ),
        (
            "1 KA shall keep artillery at least 25 km from contact",
            "1 KA shall keep artillery at least 50 km side to side from contact",
            Same,
        ),
        (
            "1 KA shall keep artillery of calibre >= 100 mm at least 25 km from contact",
            "1 KA shall keep artillery of calibre >= 100 mm at least 30 km from their reference",
            Stricter,
        ),
        (
            "1 KA shall keep tank at least 15 km from contact\n  complete day D + 3",
            "1 KA shall keep tank at least 15 km from contact\n  complete day D + 9",
            Looser,
        ),
        ("1 nobody shall fire in town", "1 KA, VE shall not fire in town", Same),
        ("1 nobody shall fire in town", "1 nobody except commission shall fire in town", Looser),
    ] {
        assert_eq!(verdict(a, b), expected, "{a}\n{b}");
    }
}

#[test]
fn clauses_of_figures_are_compared_figure_by_figure() {
    use Verdict::{Looser, Mixed, Same, Stricter};
    for (a, b, expected) in [
        ("1 VE shall hold at most 600 000 personnel", "1 VE shall hold at most 600 000 personnel", Same),
        ("1 VE shall hold at most 600 000 personnel", "1 VE shall hold at most 500 000 personnel", Stricter),
        ("1 VE shall hold at least 600 000 personnel", "1 VE shall hold at least 500 000 personnel", Looser),
        ("1 VE shall hold at most 600 000 personnel", "1 VE shall hold at least 600 000 personnel", Mixed),
        ("1 plant is shared KA 50 %, VE 50 %", "1 plant is shared KA 60 %, VE 40 %", Mixed),
        (
            "1 KA shall do \"release\" complete day D + 9",
            "1 KA shall do \"release\" complete day D + 3",
            Stricter,
        ),
        (
            "1 KA shall admit commission to town within 60 min",
            "1 KA shall admit commission to town within 30 min",
            Stricter,
        ),
        (
            "1 KA shall notify fire at least 48 h before, to commission",
            "1 KA shall notify fire at least 24 h before, to commission",
            Looser,
        ),
        (
            "1 TA shall consult within 24 h of first violation",
            "1 TA shall consult within 72 h of first violation",
            Looser,
        ),
        (
            "1 guarantee of TA to VE is due on armed attack by KA",
            "1 guarantee of TA to VE is due on fire by KA",
            Stricter,
        ),
        (
            "1 guarantee of TA to VE is due on armed attack by KA",
            "1 guarantee of TA to VE is due on armed attack by KA; sustained",
            Looser,
        ),
        (
            "1 guarantee of TA to VE is due on fire by KA; deliberate",
            "1 guarantee of TA to VE is due on fire by KA; sustained",
            Mixed,
        ),
    ] {
        assert_eq!(verdict(a, b), expected, "{a}\n{b}");
    }
}

#[test]
fn a_text_is_the_same_as_itself() {
    for path in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements")).unwrap() {
        let path = path.unwrap().path();
        if path.extension().is_none_or(|e| e != "md") {
            continue;
        }
        for reading in check("x.md", &fs::read(&path).unwrap()).readings {
            let p = Package::of("x", &reading.agreement);
            let found = compare(&p, &p);
            let other: Vec<_> = found.pairs.iter().filter(|p| p.verdict != Verdict::Same).collect();
            assert!(other.is_empty(), "{}: {other:#?}", path.display());
            assert!(
                found.only_first.is_empty()
                    && found.only_second.is_empty()
                    && found.contradictions.is_empty()
            );
            assert_eq!(found.pairs.len(), reading.agreement.clauses.len());
        }
    }
}

#[test]
fn the_order_of_clauses_never_matters() {
    let (a, b, c) = (
        "1 KA shall not fire in near",
        "2 VE shall hold at most 9 personnel",
        "3 KA shall not place tank in town",
    );
    let (x, y) = ("4 KA shall not fire in town", "5 VE shall hold at least 3 personnel");
    let verdicts = |first: &str, second: &str| {
        let mut all: Vec<(Verdict, usize)> =
            of(first, second).pairs.iter().map(|p| (p.verdict, p.shown.len())).collect();
        all.sort_by_key(|(v, n)| (v.word(), *n));
        all
    };
    let plain = verdicts(&format!("{a}\n{b}\n{c}"), &format!("{x}\n{y}"));
    assert_eq!(verdicts(&format!("{c}\n{b}\n{a}"), &format!("{y}\n{x}")), plain);
    assert_eq!(plain.len(), 2);
}

#[test]
fn a_clause_that_only_one_text_has_is_told() {
    let found = of(
        "1 KA shall not fire\n2 TA shall consult within 24 h of request",
        "1 KA shall not fire\n3 VE shall hold at most 5 personnel",
    );
    assert_eq!((found.only_first.len(), found.only_second.len()), (1, 1));
    let (a, b) = (read("1 KA shall not fire"), read("1 KA shall not fire in near"));
    let (p, q) = (Package::of("a", &a), Package::of("b", &b));
    let told = render(&compare(&p, &q), &p, &q);
    assert!(
        told.contains("looser") && told.contains("witness: ") && told.contains("km from `contact`"),
        "{told}"
    );
}

/// What a contradiction is about, with one witness that shows it.
fn contradictions(a: &str, b: &str) -> Vec<(Matter, usize)> {
    of(a, b).contradictions.iter().map(|c| (c.matter, c.shown.len())).collect()
}

#[test]
fn triggers_counts_deciders_and_lists_that_differ_contradict_each_other() {
    let trigger = contradictions(
        "1 guarantee of TA to VE is due on armed attack by KA; significant; across contact",
        "1 guarantee of TA to VE is due on fire by KA",
    );
    assert_eq!(trigger, [(Matter::Trigger, 1)]);
    assert_eq!(
        contradictions(
            "1 VE shall hold at most 600 000 personnel",
            "1 TA shall support VE in holding 800 000 personnel"
        ),
        [(Matter::Count, 1)]
    );
    assert_eq!(
        contradictions("1 commission decides attribution", "1 council decides attribution by consensus"),
        [(Matter::Decider, 1)]
    );
    let lists = contradictions(
        "1 KA shall not fire on refinery from D",
        "1 KA shall not fire on refinery, gas from D + 7 days",
    );
    assert_eq!(lists, [(Matter::Protection, 2)]);
    let same = "1 KA shall not fire on refinery\n2 VE shall hold at most 5 personnel\n3 commission decides remedy\n4 guarantee of TA to VE is due on fire by KA";
    assert!(contradictions(same, same).is_empty());
}

#[test]
fn the_drafts_of_2025_contradict_each_other_in_four_matters() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements");
    let load = |name: &str| {
        let checked = check(name, &fs::read(folder.join(format!("{name}.md"))).unwrap());
        (
            name.to_owned(),
            checked.readings.into_iter().next().unwrap_or_else(|| panic!("{name} has errors")).agreement,
        )
    };
    let first = ["us-framework-2025", "twenty-eight-points-2025", "energy-moratorium-2025-list-r"].map(load);
    let second = ["twenty-points-2025", "energy-moratorium-2025-list-u"].map(load);
    let p = Package { texts: first.iter().map(|(n, a)| (n.clone(), a)).collect() };
    let q = Package { texts: second.iter().map(|(n, a)| (n.clone(), a)).collect() };
    let found = compare(&p, &q);
    let matters: Vec<Matter> = found.contradictions.iter().map(|c| c.matter).collect();
    assert_eq!(matters, [Matter::Trigger, Matter::Count, Matter::Decider, Matter::Protection]);
    assert!(found.contradictions.iter().all(|c| !c.shown.is_empty()));
    let told = render(&found, &p, &q);
    for words in [
        "a single shot by Russia",
        "700 000 personnel of UA",
        "a decision on attribution",
        "on oil and gas production",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

/// Limits of one thing that all differ.
fn limits(n: usize, from: usize) -> String {
    (0..n).map(|i| format!("{} VE shall hold at most {} personnel\n", from + i, from + i)).collect()
}

#[test]
fn many_limits_are_compared_and_a_list_that_is_cut_says_so() {
    let found = of(&limits(600, 1), &limits(600, 5_000));
    let last = found.contradictions.last().unwrap();
    assert_eq!(found.contradictions.len(), terms::limits::CONTRADICTIONS_MAX + 1);
    assert!(last.title.contains("cut") && last.first.is_empty() && !last.shown.is_empty(), "{last:?}");
    let few = of(&limits(20, 1), &limits(20, 5_000));
    assert_eq!(few.contradictions.len(), 400);
    assert!(few.contradictions.iter().all(|c| !c.title.contains("cut")));
}

#[test]
fn the_places_of_a_contradiction_stand_in_the_order_of_the_text() {
    let triggers = |n: usize| -> String {
        (1..=n).map(|i| format!("{i} guarantee of TA to VE is due on fire by KA; \"e{i}\"\n")).collect()
    };
    let found = of(&triggers(5), "9 guarantee of TA to VE is due on armed attack by KA\n");
    let places: Vec<usize> = found.contradictions[0].first.iter().map(|p| p.clause).collect();
    assert_eq!(places, [0, 1, 2, 3, 4]);
    let bodies = of(
        "2 council decides remedy\n3 commission decides attribution\n",
        "1 commission decides remedy\n2 council decides attribution\n",
    );
    assert_eq!(bodies.contradictions[0].first.iter().map(|p| p.clause).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn an_effect_without_steps_takes_no_days_and_not_minus_none() {
    let found = of(
        "1 KA shall not fire\n2 1 is void when 1 is breached by KA",
        "1 KA shall not fire\n2 1 is void when 1 is breached by KA after step \"talks\" 5 days",
    );
    let shown: Vec<&str> = found.pairs.iter().flat_map(|p| &p.shown).map(|s| s.first.as_str()).collect();
    assert!(shown.contains(&"0 days"), "{found:#?}");
}

#[test]
fn the_order_in_which_parties_stand_changes_no_meaning() {
    let text = format!(
        "{HEAD}1 KA, VE shall not fire in near\n2 nobody except commission, council shall fire\n```\n"
    );
    let ka = "party KA \"Karsk\"\n";
    let turned = text
        .replace(ka, "")
        .replace("party VE \"Velia\"\n", "party VE \"Velia\"\nparty KA \"Karsk\"\n")
        .replace("KA, VE shall", "VE, KA shall")
        .replace("commission, council shall", "council, commission shall");
    assert_ne!(text, turned);
    let (a, b) = (
        check("x.md", text.as_bytes()).agreement.unwrap(),
        check("x.md", turned.as_bytes()).agreement.unwrap(),
    );
    assert!(terms::same_meaning(&a, 0, &b, 0) && terms::same_meaning(&a, 1, &b, 1));
    assert!(!terms::same_meaning(&a, 0, &b, 1));
}

#[test]
fn what_both_texts_say_is_no_contradiction_between_them() {
    let both = "1 VE shall hold at most 60 000 personnel\n2 TA shall support VE in holding at least 50 000 personnel";
    assert!(contradictions(both, both).is_empty());
    let (cap, floor) = ("1 VE shall hold at most 9 personnel", "2 VE shall hold at least 7 personnel");
    assert_eq!(contradictions(cap, floor), [(Matter::Count, 1)]);
}

#[test]
fn two_indicators_with_another_level_window_or_baseline_differ_and_neither_is_stricter() {
    let with = |window: &str, baseline: &str, level: &str| {
        format!(
            "1 indicator \"a\" of fire in near over {window} {baseline} rises to {level}, told to commission"
        )
    };
    let base = with("7 days", "against the 28 days before", "3 times");
    assert_eq!(verdict(&base, &base.replace("\"a\"", "\"b\"")), Verdict::Same);
    for other in [
        with("7 days", "against the 28 days before", "4 times"),
        with("7 days", "against the 28 days before", "3 times and at least 4"),
        with("7 days", "against the 28 days before", "3"),
        with("6 days", "against the 28 days before", "3 times"),
        with("7 days", "against since D", "3 times"),
        base.replace("commission", "council"),
        base.replace("3 times", "3 times, with coverage >= 70 %"),
        base.replace("rises", "falls"),
    ] {
        assert_eq!(verdict(&base, &other), Verdict::Mixed, "{other}");
    }
    let found = of(&base, &with("7 days", "against the 28 days before", "4 times"));
    let shown = &found.pairs[0].shown[0];
    assert_eq!(
        (shown.first.as_str(), shown.second.as_str()),
        ("rises to 3 times the baseline", "rises to 4 times the baseline")
    );
    let apart = of(&base, "1 indicator \"a\" of notices over 7 days against the 28 days before stops");
    assert_eq!(apart.pairs.len(), 1, "the label joins them");
}
