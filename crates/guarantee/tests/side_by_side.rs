//! The same evidence under three texts: elements and clocks differ as the texts do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::{Instant, Role};
use common::{Story, World, by, clause, read, right};
use guarantee::act::{Deed, Yardstick};
use guarantee::view::{NOT_IN_TEXT, Table, clocks, elements};
use guarantee::words::{Audience, State};
use testkit::scenario::Scenario;

/// A straight line, and squares for the zones that the texts name and nothing here lies in.
const LINE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
    {"type":"LineString","coordinates":[[-30.0,46.5],[-30.0,47.0],[-30.0,47.5]]}}]}"#;
const SQUARE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
    {"type":"Polygon","coordinates":[[[-20.0,46.0],[-19.0,46.0],[-19.0,46.5],[-20.0,46.5],[-20.0,46.0]]]}}]}"#;

const ENTRY: &str = "2026-03-20T00:00:00Z";

/// The three texts as they stand in the library, with one exchange of fire across the line. The night of the first
/// shots is the one in which clocks go forward in Kyiv.
fn three_texts() -> Scenario {
    let mut out = Scenario::default();
    for (label, file) in [
        ("us-draft", "us-framework-2025.md"),
        ("20-points", "twenty-points-2025.md"),
        ("ladder", "response-ladder-2026.md"),
    ] {
        out.texts.push((label.to_owned(), read(&format!("agreements/{file}"))));
    }
    for line in ["geo/armistice-line.geojson", "geo/contact-line.geojson"] {
        out.geometry.insert(line.to_owned(), LINE.to_owned());
    }
    for zone in ["geo/four-regions.geojson", "geo/kinburn.geojson", "geo/dnipro-and-black-sea.geojson"] {
        out.geometry.insert(zone.to_owned(), SQUARE.to_owned());
    }
    out.reports.push(
        "id,kind,start,lon,lat,radius_m,actor,assessment,reported\n\
         one,explosion,2026-03-28T22:10:00Z,-29.95,47.0,100,RU,impact,2026-03-28T22:40:00Z\n\
         two,explosion,2026-03-29T10:00:00Z,-29.95,47.0,100,RU,impact,2026-03-29T10:05:00Z\n\
         three,explosion,2026-03-30T10:00:00Z,-29.94,47.0,100,RU,impact,2026-03-30T10:05:00Z\n"
            .to_owned(),
    );
    out.records.push(
        "id,record,at,by,of,subject,level,status,words\n\
         w-1,response,2026-03-29T19:40:00Z,coalition,,2,1,,diplomatic warning\n"
            .to_owned(),
    );
    out
}

fn world(now: &str) -> World {
    World::supposed(&three_texts(), now, Instant::parse(ENTRY), &[])
}

/// A row of a table by the columns whose text begins so.
fn row<'t>(table: &'t Table, name: &str, text: &str) -> &'t str {
    let column = table.texts.iter().position(|t| t.starts_with(text)).unwrap();
    let row = table.rows.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}: {table:?}"));
    &row.cells[column].words
}

#[test]
fn elements_differ_as_the_texts_do() {
    let world = world("2026-03-31T12:00:00Z");
    let table = elements(&world.cases(&right(), None, None));
    assert_eq!(table.rows.len(), 6, "{table:?}");
    let told: Vec<[&str; 3]> = ["armed attack", "significant", "deliberate", "sustained", "across", "fire"]
        .iter()
        .map(|name| [*name, row(&table, name, "us-draft"), row(&table, name, "20-points")])
        .collect();
    assert_eq!(
        told,
        [
            ["armed attack", "undetermined", NOT_IN_TEXT],
            ["significant", "undetermined", NOT_IN_TEXT],
            ["deliberate", "undetermined", NOT_IN_TEXT],
            ["sustained", "undetermined", NOT_IN_TEXT],
            ["across", "met", NOT_IN_TEXT],
            ["fire", NOT_IN_TEXT, "met"],
        ]
    );
    // The ladder names no trigger of a guarantee, and so has no column here; its clocks are another table.
    assert!(!table.texts.iter().any(|t| t.starts_with("ladder")), "{:?}", table.texts);
}

#[test]
fn clocks_differ_as_the_texts_do_and_two_zeros_of_one_text_stand_side_by_side() {
    let world = world("2026-03-31T12:00:00Z");
    let table = clocks(&world.ladders());
    let columns = |text: &str| table.texts.iter().filter(|t| t.starts_with(text)).count();
    // Two readings of the ladder by its brackets; the US draft has consultations without a time; the 20 points none.
    assert_eq!(
        (columns("ladder"), columns("us-draft"), columns("20-points")),
        (2, 1, 0),
        "{:?}",
        table.texts
    );
    let column = |ix: usize, name: &str| {
        let at: Vec<usize> =
            (0..table.texts.len()).filter(|c| table.texts[*c].starts_with("ladder")).collect();
        let row = table.rows.iter().find(|r| r.name == name).unwrap();
        row.cells[at[ix]].words.clone()
    };
    let (one, other) = (column(0, "tier 3"), column(1, "tier 3"));
    // 72 h of what happened at 22:10Z, or of what was recorded at 22:40Z; across the change of clocks these are hours.
    assert!(one.contains("from first violation, 2026-03-31T22:10:00Z"), "{one}");
    assert!(other.contains("from first recorded violation, 2026-03-31T22:40:00Z"), "{other}");
    // Whether a later violation starts it anew no report says: both stand there.
    assert!(one.contains("started anew by later violations, 2026-04-02T10:00:00Z"), "{one}");
    assert!(column(0, "tier 1").starts_with("met from first violation"), "{}", column(0, "tier 1"));
    let draft = table.texts.iter().position(|t| t.starts_with("us-draft")).unwrap();
    let within = table.rows.iter().find(|r| r.name == "within").unwrap();
    assert_eq!(within.cells[draft].words, "no time is set; no zero has come");
}

#[test]
fn a_measure_of_somebodys_own_stands_beside_the_texts_and_changes_nothing_of_it() {
    let world = world("2026-03-31T12:00:00Z");
    let mut story = Story::new(world.setting());
    let gauge = |element: &str, tests: Vec<Yardstick>| Deed::Gauge {
        clause: clause("us-draft", "1"),
        element: element.to_owned(),
        tests,
        why: "for our parliament".to_owned(),
    };
    let us = || by("g.1", Role::Guarantor, "US");
    story.done(us(), gauge("sustained", vec![Yardstick::Days { on: 2, out_of: 5 }]));
    story.done(
        by("g.2", Role::Guarantor, "EU"),
        gauge("sustained", vec![Yardstick::Days { on: 5, out_of: 5 }]),
    );
    story.done(
        us(),
        gauge("significant", vec![Yardstick::Weapon { class: "mortar".into(), or_heavier: false }]),
    );
    assert!(story.act(us(), gauge("sustained", vec![Yardstick::Days { on: 5, out_of: 3 }])).is_err());
    assert!(story.act(us(), gauge("grave", vec![Yardstick::FirstShot])).is_err());
    let plain = world.cases(&right(), None, None);
    let files = world.cases(&right(), None, Some(&story.register));
    let of = |files: &[guarantee::elements::CaseFile], word: &str| {
        files[0].elements.iter().find(|e| e.word == word).unwrap().clone()
    };
    let sustained = of(&files, "sustained");
    assert_eq!(sustained.state, of(&plain, "sustained").state);
    let told: Vec<(&str, State)> =
        sustained.gauged.iter().map(|g| (g.measure.by.as_str(), g.state)).collect();
    assert_eq!(told, [("US", State::Met), ("EU", State::NotMet)]);
    assert_eq!(sustained.gauged[0].measure.words, ["on 2 days out of 5"]);
    // The text has no such weapon class: nothing is made of it.
    assert_eq!(of(&files, "significant").gauged[0].state, State::Undetermined);
}

/// Words that no file may say of what people have to decide.
const NEVER: [&str; 20] = [
    "casus",
    "foederis",
    "has arisen",
    "case arose",
    "is due",
    "falls due",
    "fell due",
    "must respond",
    "must act",
    "obliged to",
    "recommend",
    "advise",
    "we suggest",
    "should",
    "score",
    "overall",
    "is triggered",
    "was triggered",
    "all elements",
    "likelihood of",
];

#[test]
fn no_word_of_any_file_says_that_the_case_has_come_about_and_none_advises() {
    let world = world("2026-03-31T12:00:00Z");
    let mut story = Story::new(world.setting());
    story.done(
        by("g.1", Role::Guarantor, "US"),
        Deed::Request { clause: clause("us-draft", "2.2"), question: "?".into(), cites: vec![] },
    );
    for audience in [Audience::Internal, Audience::Guarantors, Audience::Parties, Audience::Public] {
        let file = world.file(&story.register, &right(), audience);
        let json = serde_json::to_string(&file).unwrap();
        let zone = &world.versions[0].agreement.zone;
        let page = guarantee::dossier::html::page(&file, "Case file", zone);
        for told in [&json, &page] {
            let told = told.to_lowercase();
            for never in NEVER {
                assert!(!told.contains(never), "{never}: …{}…", around(&told, never));
            }
        }
    }
}

fn around<'t>(text: &'t str, word: &str) -> &'t str {
    let at = text.find(word).unwrap_or(0);
    text.get(at.saturating_sub(60)..(at + 60).min(text.len())).unwrap_or("")
}

#[test]
fn no_text_within_the_source_says_so_either() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = 0;
    for path in files(&folder) {
        let source = std::fs::read_to_string(&path).unwrap();
        for text in quoted(&source) {
            texts += 1;
            let told = text.to_lowercase();
            for never in NEVER {
                assert!(!told.contains(never), "{}: `{text}` says `{never}`", path.display());
            }
        }
    }
    assert!(texts > 300, "only {texts} texts were found");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out
}

/// The texts in quotes of a source, comments left out.
fn quoted(source: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in source.lines() {
        let code = line.split("//").next().unwrap_or_default();
        out.extend(code.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    out
}

#[test]
fn the_public_sees_no_sources_people_positions_or_records() {
    let world = world("2026-03-31T12:00:00Z");
    let mut story = Story::new(world.setting());
    let us = || by("pseudonym-17", Role::Guarantor, "US");
    let on = story.done(
        us(),
        Deed::Request { clause: clause("us-draft", "2.2"), question: "what now?".into(), cites: vec![] },
    );
    story.done(us(), Deed::Position { consultation: on.clone(), text: "behind closed doors".into() });
    let step = guarantee::words::Step::Begun;
    let text = "hearing in committee".to_owned();
    story.done(
        us(),
        Deed::National { consultation: on, procedure: "parliament".into(), step, text, due_ms: None },
    );
    let told =
        |audience: Audience| serde_json::to_string(&world.file(&story.register, &right(), audience)).unwrap();
    for secret in ["behind closed doors", "hearing in committee"] {
        assert!(told(Audience::Internal).contains(secret) && told(Audience::Guarantors).contains(secret));
        assert!(!told(Audience::Parties).contains(secret) && !told(Audience::Public).contains(secret));
    }
    assert!(told(Audience::Internal).contains("pseudonym-17"));
    assert!(told(Audience::Internal).contains("obs-"));
    for audience in [Audience::Guarantors, Audience::Parties, Audience::Public] {
        assert!(!told(audience).contains("pseudonym-17") && !told(audience).contains("obs-"), "{audience:?}");
    }
}

#[test]
fn of_a_text_that_has_not_entered_into_force_every_element_is_undetermined_and_none_is_left_out() {
    let world = World::supposed(&three_texts(), "2026-03-31T12:00:00Z", None, &[]);
    let cases = world.cases(&right(), None, None);
    let table = elements(&cases);
    assert_eq!(table.rows.len(), 6, "{table:?}");
    for case in &cases {
        assert!(case.missing.iter().any(|l| l.code == "entry_into_force"), "{:?}", case.missing);
        assert!(!case.elements.is_empty(), "{:?}", case.clause);
        for element in &case.elements {
            assert_eq!(element.state, State::Undetermined, "{:?} {}", case.clause, element.word);
            assert!(!element.missing.is_empty(), "{:?} {} says what is missing", case.clause, element.word);
        }
    }
}
