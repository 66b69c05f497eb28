//! Analysis: every sort of flaw is found in the smallest text that has it, a sound text has none, and neither order
//! nor formatting matters. The messages themselves are snapshots: `scenarios/bad/analysis-*`.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use terms::{Severity, check, render};

/// Every code that analysis has, and how many texts show it.
const CODES: &[&str] = &[
    "no-decider",
    "two-deciders",
    "decider-without-power",
    "no-decision-deadline",
    "no-standard",
    "no-verification",
    "not-verifiable",
    "cap-or-floor",
    "unclear-unit",
    "contradiction",
    "net-or-gross",
    "no-meter",
    "share-at-zero",
    "share-not-whole",
    "no-settlement-period",
    "no-tolerance-of-share",
    "element-undefined",
    "undefined-term",
    "twice-defined",
    "clock-zero",
    "restart-not-said",
    "tier-without-condition",
    "no-deadline",
    "no-due-date",
    "no-lead-time",
    "no-access-time",
    "vague-remedy",
    "effect-by-nobody",
    "unpaired",
    "circular-condition",
    "unreachable-condition",
    "never-applies",
    "dead-exception",
    "always-applies",
    "overlap",
    "gap",
    "one-sided",
    "waits-for-entry",
];

fn codes(text: &str) -> Vec<&'static str> {
    let checked = check("x.md", text.as_bytes());
    let errors = checked.problems.iter().any(|p| p.severity == Severity::Error);
    assert!(!errors, "{}", render(&checked.problems, "x.md", text));
    checked.problems.iter().map(|p| p.code).filter(|c| *c != "unused-name").collect()
}

fn text(clauses: &[&str]) -> String {
    format!(
        "# T\n\n```terms\ninstrument x \"X\"\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  entry into force 2026-03-03 00:00\n  positions without stated precision are within 500 m\nparty KA \"Karsk\"\nparty VE \"Velia\"\nguarantor TA \"Tarn\"\nbody commission \"Commission\"\n  decides occurrence, attribution, remedy, guarantee, effect by majority, standard balance of probabilities, decides within 20 h\nweapon artillery with calibre\nact fire = shot or burst\nunit personnel includes \"guards\"\nflow plant \"output\" net in MWh measured at \"feeder\"\nsensor watch \"watch\"\nline contact from \"c.geojson\" tolerance 200 m\nzone buffer within 7.5 km of contact\n{}\n```\n",
        clauses.join("\n")
    )
}

#[test]
fn every_sort_of_flaw_has_a_smallest_text_that_shows_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/bad");
    let mut shown = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("analysis-") && name.ends_with(".md") {
            shown.extend(codes(&fs::read_to_string(path).unwrap()));
        }
    }
    let missing: Vec<_> = CODES.iter().filter(|c| !shown.contains(**c)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A text that says what it has to; none of its parts is odd.
const SOUND: &[&str] = &[
    "1 KA, VE shall not fire in buffer",
    "1a unless drill: in an exercise",
    "2 KA, VE shall keep artillery of calibre >= 100 mm at least 25 km from contact\n  starting day D + 1, complete day D + 9",
    "3 KA, VE shall keep artillery of calibre < 100 mm at least 15 km from contact\n  starting day D + 1, complete day D + 9",
    "4 KA, VE shall hold at most 60 000 personnel",
    "5 plant is shared KA 50 %, VE 50 %\n  per month, tolerance 1 %, nothing to share when output <= 0",
    "6 KA, VE shall do \"release\" complete day D + 30, tested by \"count\"",
    "7 KA, VE shall do \"opening\" complete day D + 60, tested by \"visit\", when 6 is done",
    "8 KA, VE shall admit commission to buffer within 30 min",
    "9 KA, VE shall remedy 1 by \"discipline\" within 7 days, reported to commission",
    "10 guarantee of TA to VE is due on fire by KA; sustained = on 3 of 4 days; across contact",
    "11 TA shall consult within 24 h of first recorded violation\n  tier 1 within 24 h: \"warning\"\n  tier 2 within 72 h when \"it widens\": \"response\"\n  a later violation restarts it",
    "12 10 is void for VE when 1 is breached by VE, ordered by commission",
];

#[test]
fn a_sound_text_has_no_flaw() {
    assert_eq!(codes(&text(SOUND)), Vec::<&str>::new());
}

#[test]
fn near_misses_are_not_flaws() {
    for clauses in [
        // Two clauses of one act in zones that only overlap.
        vec![
            "1 KA, VE shall not fire within 3 km of contact",
            "2 KA, VE shall not fire between 2 km and 9 km of contact",
        ],
        // Calibres that meet.
        vec![
            "1 KA, VE shall not place artillery of calibre < 100 mm in buffer",
            "2 KA, VE shall not place artillery of calibre >= 100 mm in buffer",
        ],
        // Each side bound by a clause of its own.
        vec!["1 KA shall hold at most 5 personnel", "2 VE shall hold at most 6 personnel"],
        // Notified and forbidden unless notified.
        vec![
            "1 KA, VE shall not fire in buffer\n  unless notified under 2",
            "2 KA, VE shall notify fire in buffer at least 48 h before, to commission",
        ],
        // A cap above a floor.
        vec!["1 KA, VE shall hold at most 9 personnel", "2 KA, VE shall hold at least 5 personnel"],
        // Waiting for what comes in time.
        vec![
            "1 KA, VE shall do \"a\" complete day D + 5, tested by \"x\"",
            "2 KA, VE shall do \"b\" complete day D + 9, tested by \"y\", when 1 is done",
        ],
        // An exception that matters in a part of the clause.
        vec!["1 KA, VE shall not fire within 9 km of contact\n  unless in buffer"],
    ] {
        assert_eq!(codes(&text(&clauses)), Vec::<&str>::new(), "{clauses:?}");
    }
}

#[test]
fn a_share_that_no_means_covers_is_none_and_not_minus_none() {
    let clauses = [
        "1 KA, VE shall withdraw forces from buffer\n  when buffer was silent for 7 days of fire with coverage >= 80 %\n  complete day D + 30",
    ];
    let text = text(&clauses);
    let checked = check("x.md", text.as_bytes());
    let said = render(&checked.problems, "x.md", &text);
    assert!(said.contains("cover 0 %") && !said.contains("-0"), "{said}");
}

#[test]
fn a_duty_that_binds_some_parties_and_not_all_is_listed() {
    let three = |clause: &str| {
        let text =
            text(&[clause]).replace("party VE \"Velia\"\n", "party VE \"Velia\"\nparty ZO \"Zorin\"\n");
        codes(&text).contains(&"one-sided")
    };
    assert!(three("1 KA shall not fire in buffer"));
    assert!(three("1 KA, VE shall not fire in buffer"));
    assert!(!three("1 KA, VE, ZO shall not fire in buffer"));
    assert!(!three("1 nobody shall fire in buffer"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_order_of_clauses_changes_no_flaw(
        order in Just((0..SOUND.len()).collect::<Vec<_>>()).prop_shuffle(),
        out in 0..SOUND.len(),
    ) {
        // Clauses that others speak of stay.
        let named = |s: &str| ["1 ", "6 ", "10 "].iter().any(|label| s.starts_with(label));
        let kept = |i: usize, s: &str| i != out || named(s);
        let all: Vec<&str> =
            SOUND.iter().enumerate().filter(|(i, s)| kept(*i, s)).map(|(_, s)| *s).collect();
        let shuffled: Vec<&str> =
            order.iter().filter_map(|i| SOUND.get(*i)).filter(|s| all.contains(s)).copied().collect();
        let sorted = |clauses: &[&str]| {
            let mut codes = codes(&text(clauses));
            codes.sort_unstable();
            codes
        };
        prop_assert_eq!(sorted(&all), sorted(&shuffled));
    }
}
