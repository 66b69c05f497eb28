//! Promises about duties that are judged over a period, and the slow obvious answer to whether a zone was silent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use atlas::Atlas;
use atlas::source::read_geojson;
use base::time::HOUR_MS;
use base::{CivilZone, Digest, Instant, Interval, LonLat, Place, Truth};
use evidence::batch::{Batch, Builder};
use evidence::coverage::{Coverage, CoverageArea, Status, read_coverage};
use evidence::draft::Draft;
use evidence::records::{Record, read_records};
use findings::silence::{Asked, Facts, silence};
use findings::standing::{Decided, DecidedClause, Holds, LACKS, STATES, Settled, StandingFinding};
use findings::{ReadingOf, StandingOutcome, State, Version};
use incidents::Settings;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use terms::Agreement;
use terms::agreement::What;
use testkit::random::Random;
use testkit::scenario::{Run, Scenario};
use testkit::world::invent;

/// Every scenario that has records or coverage.
fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/good");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    files.sort();
    let read = |p: &PathBuf| (p.display().to_string(), Scenario::read(&fs::read_to_string(p).unwrap()));
    let all: Vec<(String, Scenario)> = files
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .map(read)
        .filter(|(_, s)| !s.records.is_empty() || !s.coverage.is_empty())
        .collect();
    assert!(all.len() >= 12, "only {}", all.len());
    all
}

/// Rows of a table, without its header.
fn rows(table: &str) -> (String, Vec<String>) {
    let mut lines = table.lines().map(str::to_owned);
    (lines.next().unwrap_or_default(), lines.collect())
}

fn table(header: &str, rows: &[String]) -> String {
    format!("{header}\n{}\n", rows.join("\n"))
}

fn findings(run: &Run) -> Vec<(Instant, usize, &StandingFinding)> {
    let at = run.at.iter();
    at.flat_map(|(now, settled)| {
        settled.standing.iter().enumerate().flat_map(move |(v, all)| all.iter().map(move |f| (*now, v, f)))
    })
    .collect()
}

#[test]
fn the_order_of_records_never_matters() {
    let mut random = Random::seeded(11);
    for (name, scenario) in scenarios() {
        let plain = scenario.run().unwrap();
        for _ in 0..4 {
            let mut other = scenario.clone();
            for text in other.records.iter_mut().chain(&mut other.coverage).chain(&mut other.reports) {
                let (header, mut lines) = rows(text);
                random.shuffle(&mut lines);
                *text = table(&header, &lines);
            }
            assert_eq!(findings(&plain), findings(&other.run().unwrap()), "{name}");
        }
    }
}

/// Records and coverage of a scenario, read.
fn known(scenario: &Scenario, zone: &CivilZone) -> (Vec<Record>, Vec<Coverage>) {
    let (mut records, mut coverage) = (Vec::new(), Vec::new());
    for table in &scenario.records {
        let each = &mut |r: Result<Record, _>| records.extend(r.ok());
        read_records(Box::new(table.as_bytes()), zone, each).unwrap();
    }
    for table in &scenario.coverage {
        let each = &mut |c: Result<Coverage, _>| coverage.extend(c.ok());
        read_coverage(Box::new(table.as_bytes()), zone, each).unwrap();
    }
    (records, coverage)
}

#[test]
fn the_order_of_clauses_never_matters() {
    for (name, scenario) in scenarios() {
        let run = scenario.run().unwrap();
        for version in &run.versions {
            let mut turned = Version {
                label: version.label.clone(),
                text: version.text,
                agreement: version.agreement.clone(),
                atlas: Arc::clone(&version.atlas),
                reading: version.reading.clone(),
            };
            turned.agreement.clauses.reverse();
            let (records, coverage) = known(&scenario, &version.agreement.zone);
            for now in run.at.keys() {
                let told = |version: &Version| {
                    let observations = run.state.observations.clone();
                    let facts = (records.as_slice(), coverage.as_slice());
                    let settled =
                        Settled::derive(observations, &[version], &Settings::default(), facts, *now);
                    let label = |ix: usize| version.agreement.clauses[ix].label.clone();
                    let mut all: Vec<String> = settled.standing[0]
                        .iter()
                        .map(|f| {
                            format!("{} {:?}", label(f.clause), StandingFinding { clause: 0, ..f.clone() })
                        })
                        .collect();
                    all.sort();
                    all
                };
                assert_eq!(told(version), told(&turned), "{name}");
            }
        }
    }
}

#[test]
fn every_code_and_word_of_a_finding_is_listed_for_those_who_translate_them() {
    for (name, scenario) in scenarios() {
        for (_, _, finding) in findings(&scenario.run().unwrap()) {
            let lacks = finding.missing.iter().chain(finding.parts.iter().flat_map(|p| &p.missing));
            for lack in lacks {
                assert!(LACKS.iter().any(|(code, _)| *code == lack.code), "{name}: {}", lack.code);
            }
            let state = finding.state;
            assert!(state.is_empty() || STATES.contains(&state), "{name}: {state}");
        }
    }
}

#[test]
fn every_listed_code_and_word_stands_in_the_evaluators_and_no_other_code_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../findings/src/standing");
    let mut source = fs::read_to_string(folder.join("../silence.rs")).unwrap();
    for file in fs::read_dir(folder).unwrap().flatten().filter(|f| f.file_name() != "codes.rs") {
        source += &fs::read_to_string(file.path()).unwrap();
    }
    let codes = LACKS.iter().map(|(code, _)| *code);
    let idle: Vec<&str> =
        codes.chain(STATES).filter(|word| !source.contains(&format!("\"{word}\""))).collect();
    assert!(idle.is_empty(), "{idle:?}");
    let ways = [
        "lacking(",
        "lacks(",
        "Met::open(",
        "Told::open(",
        "code: ",
        "lack(lacks, ",
        "lack(&mut out.lacks, ",
    ];
    for way in ways {
        for (at, _) in source.match_indices(way) {
            let after = source[at + way.len()..].trim_start();
            let Some(word) = after.strip_prefix('"').and_then(|w| w.split('"').next()) else { continue };
            assert!(LACKS.iter().any(|(code, _)| *code == word), "`{word}` is not listed");
        }
    }
}

#[test]
fn without_any_record_no_duty_over_a_period_is_kept() {
    for (name, scenario) in scenarios() {
        let bare = Scenario { records: Vec::new(), coverage: Vec::new(), reports: Vec::new(), ..scenario };
        let run = bare.run().unwrap();
        for (now, _, finding) in findings(&run) {
            let kept = matches!(finding.outcome, StandingOutcome::Kept | StandingOutcome::Excused);
            assert!(!kept, "{name} at {now}: {finding:?}");
        }
    }
}

#[test]
fn the_record_alone_never_meets_an_armed_attack_and_nothing_says_that_a_guarantee_is_due() {
    let mut asked = 0;
    for (name, scenario) in scenarios() {
        let run = scenario.run().unwrap();
        for (_, _, finding) in findings(&run) {
            let told = format!("{finding:?}").to_lowercase();
            for never in ["casus", "foederis", "guarantee is due", "must come to the aid"] {
                assert!(!told.contains(never), "{name}: {never}");
            }
            for part in finding.parts.iter().filter(|p| p.name.starts_with("armed attack")) {
                asked += 1;
                let by_a_body = part.reasons.iter().any(|r| r.contains("by decision"));
                assert!(part.truth == base::Truth::Undetermined || by_a_body, "{name}: {part:?}");
            }
        }
    }
    assert!(asked > 0, "no scenario asks for an armed attack");
}

#[test]
fn what_is_recorded_later_does_not_change_what_stood_before() {
    for (name, scenario) in scenarios().iter().filter(|(_, s)| !s.records.is_empty()) {
        let full = scenario.run().unwrap();
        for text in 0..scenario.records.len() {
            let (header, mut lines) = rows(&scenario.records[text]);
            lines.push(late_row(&header));
            let mut more = scenario.clone();
            more.records[text] = table(&header, &lines);
            assert_eq!(findings(&full), findings(&more.run().unwrap()), "{name}");
        }
    }
}

/// A declaration, a deed and whatever the columns allow, that happens after every `now`.
fn late_row(header: &str) -> String {
    let cell = |column: &str| match column.trim() {
        "id" => "late",
        "record" => "event",
        "at" => "2027-01-01 00:00",
        "from" => "2027-01-01 00:00",
        "until" => "2027-01-02 00:00",
        "subject" | "words" => "the fighting goes on",
        _ => "",
    };
    header.split(',').map(cell).collect::<Vec<_>>().join(",")
}

#[test]
fn leaving_out_any_record_never_fails_and_spoilt_records_are_rejected_by_name() {
    let mut random = Random::seeded(7);
    for (name, scenario) in scenarios() {
        for text in 0..scenario.records.len() {
            let (header, lines) = rows(&scenario.records[text]);
            for left_out in 0..lines.len() {
                let mut fewer = scenario.clone();
                let kept: Vec<String> =
                    (0..lines.len()).filter(|i| *i != left_out).map(|i| lines[i].clone()).collect();
                fewer.records[text] = table(&header, &kept);
                fewer.run().unwrap_or_else(|why| panic!("{name}: {why}"));
            }
            for _ in 0..40 {
                let mut cells: Vec<String> =
                    lines[random.below(lines.len())].split(',').map(str::to_owned).collect();
                let at = random.below(cells.len());
                let nonsense = ["", "-1", "1e308", "9999999999", "2026-02-30", "KA;KA", "NaN", "\u{202e}x"];
                cells[at] = nonsense[random.below(nonsense.len())].to_owned();
                let mut spoilt = scenario.clone();
                let mut more = lines.clone();
                more.push(cells.join(","));
                spoilt.records[text] = table(&header, &more);
                if let Err(why) = spoilt.run() {
                    assert!(why.contains("row "), "{name}: {why}");
                }
            }
        }
    }
}

#[test]
fn what_is_decided_counts_alike_for_the_desk_and_the_slow_reference() {
    for seed in 0..300 {
        let mut random = Random::seeded(seed);
        let world = invent(seed, 1 + random.below(6), 1 + random.below(20));
        let scenario = world.scenario();
        let run = scenario.run().unwrap();
        let versions: Vec<&Version> = run.versions.iter().collect();
        let decided: Vec<Decided> = versions.iter().map(|v| decided(&mut random, &v.agreement)).collect();
        let observations = run.state.observations.clone();
        let state = State::derive_with(observations, &versions, &Settings::default(), &decided);
        let differs = scenario.state_against_reference(&run, &state, &decided);
        assert!(differs.is_empty(), "seed {seed}: {}", differs.join("\n"));
    }
}

/// Anything that records might decide.
fn decided(random: &mut Random, agreement: &Agreement) -> Decided {
    let truths = [Truth::True, Truth::Undetermined, Truth::False];
    let start = agreement.entry_into_force.unwrap_or(Instant(0));
    let moment = |random: &mut Random| Instant(start.0 + random.below(200) as i64 * HOUR_MS);
    let clauses = agreement.clauses.iter().map(|clause| {
        let from = moment(random);
        let force = Interval { start: from, end: from.max(moment(random)) };
        let exceptions = clause.exceptions.iter().map(|e| {
            let mut one = || Holds {
                truth: truths[random.below(3)],
                since: random.chance(0.5).then(|| moment(random)),
            };
            e.conditions.iter().map(|_| Some(one())).collect()
        });
        DecidedClause {
            exceptions: exceptions.collect(),
            met: truths[random.below(3)],
            force: random.chance(0.9).then_some(force),
            complete: random.chance(0.3).then(|| moment(random)),
        }
    });
    Decided { clauses: clauses.collect(), notices: None }
}

#[test]
fn neither_long_chains_nor_crowded_circles_are_too_much() {
    let deed = |i: usize, waits: &str| format!("{i} KA shall do \"deed {i}\"\n  from then\n  {waits}\n");
    let chain: String = (1..3_000).map(|i| deed(i, &format!("when {} is done", i + 1))).collect();
    let crowd: String = (1..=40)
        .map(|i| {
            let others = (1..=40).filter(|o| *o != i).map(|o| format!("{o} is done")).collect::<Vec<_>>();
            deed(i, &format!("when {}", others.join(", and ")))
        })
        .collect();
    for (clauses, code) in
        [(format!("{chain}3000 KA shall do \"deed\" from D\n"), "condition"), (crowd, "circular")]
    {
        let text = format!(
            "# X\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  D = entry into force\n  \
             entry into force 2026-03-01 00:00\nparty KA \"Karsk\"\n{clauses}```\n"
        );
        let scenario = Scenario {
            texts: vec![("x".to_owned(), text)],
            records: vec!["id,record,at,by,subject,status\n1,deed,2026-03-02,KA,2999,verified\n".to_owned()],
            expected: Scenario::read("```expect\nnow 2026-03-10T00:00:00Z\n```\n").expected,
            ..Scenario::default()
        };
        let run = scenario.run().unwrap();
        let all = findings(&run);
        assert!(all.iter().any(|(_, _, f)| f.codes().contains(&code)), "{code}");
    }
}

const SQUARE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
    {"type":"Polygon","coordinates":[[[-29.75,46.99],[-29.73,46.99],[-29.73,47.01],[-29.75,47.01],[-29.75,46.99]]]}}]}"#;
const MIDDLE: (f64, f64) = (-29.74, 47.0);

fn version() -> Version {
    let text = "# X\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2026-03-01 00:00\n\
                party KA \"Karsk\"\nact fire = shot or explosion\nzone square from \"square.geojson\"\n\
                1 KA shall not fire in square\n```\n";
    let agreement = terms::check("x.md", text.as_bytes()).agreement.expect("no error");
    let mut load = |_: &atlas::GeometryRef| read_geojson(SQUARE.as_bytes()).map_err(|e| e.to_string());
    let compiled = Atlas::compile(&agreement.plan, &agreement.zone, &mut load);
    let atlas = Arc::new(compiled.unwrap_or_else(|all| panic!("{all:?}")).atlas);
    Version {
        label: "x".to_owned(),
        text: Digest::of(text.as_bytes()),
        agreement,
        atlas,
        reading: ReadingOf::default(),
    }
}

/// One stretch of one source.
struct Watch {
    source: usize,
    /// First hour, and first hour after.
    hours: (usize, usize),
    status: Status,
    kinds: Vec<String>,
    /// Whether it reaches the square.
    reaches: bool,
}

/// Whole hours of one history.
struct History {
    watches: Vec<Watch>,
    /// Shots: the hour, and whether in the square.
    shots: Vec<(usize, bool)>,
}

const HOURS: usize = 24 * 12;

fn history(random: &mut Random) -> History {
    let mut watches = Vec::new();
    for source in 0..2 {
        let mut hour = random.below(12);
        while hour < HOURS {
            let until = hour + 1 + random.below(120);
            let status = if random.chance(0.7) { Status::Effective } else { Status::Down };
            let kinds = if random.chance(0.3) { vec!["shot".to_owned()] } else { Vec::new() };
            let reaches = random.chance(0.85);
            watches.push(Watch { source, hours: (hour, until), status, kinds, reaches });
            if random.chance(0.25) {
                let (hours, status) = ((hour, hour + 1), Status::Jammed);
                watches.push(Watch { source, hours, status, kinds: Vec::new(), reaches: true });
            }
            hour = until + if random.chance(0.5) { 0 } else { random.below(8) };
        }
    }
    let shots = (0..random.below(8)).map(|_| (random.below(HOURS), random.chance(0.7))).collect();
    History { watches, shots }
}

/// Hour by hour: the first hour until which the square was watched for both kinds, and silent, for so many hours.
fn obvious(history: &History, lasts: usize, over: usize) -> Option<usize> {
    let covers = |source: &usize, hour: usize, kind: &str| {
        let then = |w: &&Watch| w.source == *source && w.hours.0 <= hour && hour < w.hours.1;
        let able = |w: &Watch| w.kinds.is_empty() || w.kinds.iter().any(|k| k == kind);
        let all: Vec<&Watch> = history.watches.iter().filter(then).collect();
        let lost = all.iter().any(|w| w.status != Status::Effective);
        !lost && all.iter().any(|w| able(w) && w.reaches)
    };
    let watched = |hour: usize| ["shot", "explosion"].iter().all(|k| (0..3).any(|s| covers(&s, hour, k)));
    let silent = |hour: usize| !history.shots.iter().any(|(h, inside)| *inside && *h == hour);
    let mut run = 0;
    for hour in 0..over {
        // A shot at the beginning of an hour ends the run before it and is none in the hour itself.
        run = if silent(hour) { run } else { 0 };
        run = if watched(hour) { run + 1 } else { 0 };
        if run >= lasts {
            return Some(hour + 1);
        }
    }
    None
}

#[test]
fn verified_silence_is_what_the_hours_one_by_one_say() {
    let version = version();
    let kinds = vec!["shot".to_owned(), "explosion".to_owned()];
    let what = What::Act { name: "fire".to_owned(), kinds };
    let zone = version.agreement.plan.zone("square").unwrap();
    let start = version.agreement.entry_into_force.unwrap();
    let at = |hour: usize| Instant(start.0 + hour as i64 * HOUR_MS);
    let mut seen = [0; 3];
    for seed in 0..400 {
        let mut random = Random::seeded(seed);
        let history = history(&mut random);
        let lasts = [24, 72, 120, 168][random.below(4)];
        let (coverage, observations) = (coverage(&history, at), observations(&history, at));
        let facts = Facts { observations: &observations, coverage: &coverage };
        let asked = Asked {
            zone,
            what: &what,
            lasts_ms: lasts as i64 * HOUR_MS,
            coverage_min: 0.8,
            from: Some(start),
        };
        let found = silence(&version, &facts, &asked, at(HOURS));
        let expected = obvious(&history, lasts, HOURS).map(at);
        assert_eq!(found.fulfilled, expected, "seed {seed}, {lasts} h: {found:?}");
        assert_eq!(found.truth == Truth::True, expected.is_some(), "seed {seed}");
        if found.truth == Truth::Undetermined {
            assert!(!found.gaps.is_empty(), "seed {seed}: undetermined, and no gap is listed");
        }
        seen[found.truth as usize] += 1;
    }
    assert!(seen.iter().all(|n| *n >= 10), "{seen:?}");
}

fn coverage(history: &History, at: impl Fn(usize) -> Instant) -> Vec<Coverage> {
    let area = |reaches: bool| {
        let lon = if reaches { MIDDLE.0 } else { MIDDLE.0 + 1.0 };
        CoverageArea::Circle { at: LonLat::new(lon, MIDDLE.1).unwrap(), radius_m: 5_000.0 }
    };
    let of = |w: &Watch| Coverage {
        source: format!("cam-{}", w.source),
        kinds: w.kinds.clone(),
        interval: Interval { start: at(w.hours.0), end: at(w.hours.1) },
        area: area(w.reaches),
        status: w.status,
        cause: String::new(),
    };
    history.watches.iter().map(of).collect()
}

fn observations(history: &History, at: impl Fn(usize) -> Instant) -> Batch {
    let mut builder = Builder::new("post");
    for (i, (hour, inside)) in history.shots.iter().enumerate() {
        let lon = if *inside { MIDDLE.0 } else { MIDDLE.0 + 0.1 };
        let place = Place::Point { at: LonLat::new(lon, MIDDLE.1).unwrap(), radius_m: Some(50.0) };
        let key = i.to_string();
        let draft = Draft {
            native_key: key.as_bytes(),
            kind: "shot",
            event: Interval::at(at(*hour)),
            place,
            ..Draft::default()
        };
        builder.push(&draft).unwrap();
    }
    builder.take()
}
