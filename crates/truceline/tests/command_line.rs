//! The built binary as people use it: exit codes, messages, files.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn truceline(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_truceline")).args(arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("written");
        path.display().to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn named(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

const AGREEMENT: &str = "# Quiet\n\n## Article 1. No heat\n\n```terms\ninstrument quiet \"Quiet\", draft 1\n  \
    time zone \"UTC\"\n  entry into force 2023-01-01 00:00\n  \
    D = entry into force\nact burn = thermal anomaly\nzone field from \"field.geojson\" tolerance 0 m\n\
    1 nobody shall burn in field\n  from D\n```\n";
const FIELD: &str = r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":
    [[[-30,46],[-29,46],[-29,47],[-30,47],[-30,46]]]}}"#;
const FIRES: &str = "latitude,longitude,acq_date\n46.5,-29.5,2023-05-01\n46.5,-29.5,2023-05-01\n47.5,-29.5,2023-05-01\n\
    99,-29.5,2023-05-01\n46.5,nan,2023-05-01\n46.4,-29.4,2202-01-01\n46.4,-29.4,2022-12-31\n";

fn quiet() -> (Folder, String, String) {
    let folder = Folder::new();
    folder.write("field.geojson", FIELD);
    let agreement = folder.write("quiet.md", AGREEMENT);
    let fires = folder.write("fires.csv", FIRES);
    (folder, agreement, fires)
}

#[test]
fn replay_counts_the_outcomes_and_names_every_rejected_row() {
    let (folder, agreement, fires) = quiet();
    let (answers, rejects) = (folder.named("answers.csv"), folder.named("rejects.csv"));
    let evidence = format!("firms:{fires}");
    let out = truceline(&[
        "replay",
        "--agreement",
        &agreement,
        "--evidence",
        &evidence,
        "--format",
        "json",
        "--observations",
        &answers,
        "--rejects",
        &rejects,
    ]);
    assert_eq!(out.status.code(), Some(3), "done, with rejected rows: {}", text(&out.stderr));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let clause = &json["versions"][0]["clauses"][0];
    assert_eq!(clause["observations"]["breached"], 1);
    assert_eq!(clause["observations"]["kept"], 1);
    assert_eq!((&json["duplicates"], &json["observations"]), (&1.into(), &3.into()));
    let rejected = fs::read_to_string(&rejects).expect("the rejects file");
    assert_eq!(rejected.lines().count(), 4, "a header and three rows:\n{rejected}");
    assert!(rejected.contains("2202-01-01"), "{rejected}");
    let answers = fs::read_to_string(&answers).expect("the answers");
    assert!(answers.starts_with("event_id,event_time,event_end,lon,lat,field\n"), "{answers}");
    assert_eq!(answers.matches(",inside\n").count(), 2, "{answers}");
    assert_eq!(answers.matches(",outside\n").count(), 1, "{answers}");
}

#[test]
fn replay_output_has_exactly_the_members_of_its_published_schema() {
    let (_folder, agreement, fires) = quiet();
    let out = truceline(&[
        "replay",
        "--agreement",
        &agreement,
        "--evidence",
        &format!("firms:{fires}"),
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/replay.schema.json");
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> =
        schema.iter_errors(&json).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let mut other = json;
    other["versions"][0]["clauses"][0]["opinion"] = serde_json::Value::from("bad");
    assert!(!schema.is_valid(&other), "nothing but what is published");
}

#[test]
fn a_duty_over_a_period_is_judged_by_records_and_has_no_counts() {
    let folder = Folder::new();
    let deed = AGREEMENT.replace(
        "1 nobody shall",
        "party KA \"Karsk\"\n2 KA shall do \"open the road\"\n  from D\n  complete 2023-02-01 00:00\n1 nobody shall",
    );
    folder.write("field.geojson", FIELD);
    let agreement = folder.write("deed.md", &deed);
    let fires = folder.write("fires.csv", FIRES);
    let rows =
        "id,record,at,by,subject,status\na,deed,2023-01-20,KA,2,verified\nb,deed,never,KA,2,verified\n";
    let records = folder.write("records.csv", rows);
    let (fires, records) = (format!("firms:{fires}"), format!("records:{records}"));
    let mut arguments = vec!["replay", "--agreement", &agreement, "--evidence", &fires, "--format", "json"];
    arguments.extend(["--evidence", &records]);
    let out = truceline(&arguments);
    assert_eq!(out.status.code(), Some(3), "a row was rejected: {}", text(&out.stderr));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/replay.schema.json");
    let schema = serde_json::from_slice(&fs::read(path).expect("the schema")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = schema.iter_errors(&json).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let clauses = json["versions"][0]["clauses"].as_array().expect("clauses");
    let duty = clauses.iter().find(|c| c["clause"] == "2").expect("the deed");
    assert_eq!((&duty["kind"], &duty["observations"]), (&"deadline".into(), &serde_json::Value::Null));
    assert_eq!(duty["standing"][0]["outcome"], "kept", "{duty}");
    assert_eq!(duty["standing"][0]["records"], serde_json::json!(["a"]));
}

#[test]
fn every_outcome_has_its_trace() {
    let (folder, agreement, fires) = quiet();
    let reasons = folder.named("reasons.csv");
    let fires = format!("firms:{fires}");
    let out = truceline(&["replay", "--agreement", &agreement, "--evidence", &fires, "--reasons", &reasons]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stderr));
    let table = fs::read_to_string(&reasons).expect("a table");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("event_id,text,clause,outcome,missing,about,holds,reason"));
    assert!(lines.clone().any(|l| l.contains(",breached,") && l.contains(",place,yes,")), "{table}");
    assert!(lines.any(|l| l.contains(",kept,") && l.contains(",place,no,")), "{table}");
}

#[test]
fn a_clause_is_explained_in_four_languages_and_an_unknown_one_is_refused_with_what_there_is() {
    let (_folder, agreement, _) = quiet();
    for (language, word) in [("en", "thermal"), ("uk", "теплова"), ("ru", "тепловая"), ("fr", "thermique")]
    {
        let said = text(&truceline(&["explain", &agreement, "1", "--lang", language]).stdout);
        assert!(said.contains(word), "{language}: {said}");
    }
    let out = truceline(&["explain", &agreement, "7"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("its clauses are 1"), "{}", text(&out.stderr));
    let out = truceline(&["explain", &agreement, "--lang", "la"]);
    assert!(text(&out.stderr).contains("en, uk, ru, fr"), "{}", text(&out.stderr));
}

#[test]
fn a_text_is_laid_out_once_and_for_all() {
    let folder = Folder::new();
    let untidy = folder.write("quiet.md", &AGREEMENT.replace("1 nobody shall", "1   nobody   shall"));
    let out = truceline(&["fmt", "--check", &untidy]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stdout).contains("quiet.md"), "it is named");
    assert!(fs::read_to_string(&untidy).expect("a text").contains("nobody   shall"), "and left alone");
    assert_eq!(truceline(&["fmt", &untidy]).status.code(), Some(0));
    let tidy = fs::read_to_string(&untidy).expect("a text");
    assert!(tidy.contains("1  nobody shall burn in field\n"), "{tidy}");
    assert_eq!(truceline(&["fmt", "--check", &untidy]).status.code(), Some(0));
    assert_eq!(fs::read_dir(folder.0.path()).expect("a folder").count(), 1, "nothing is left beside it");
    let latin = folder.path("latin.md");
    fs::write(&latin, b"# \xe9\n").expect("written");
    let out = truceline(&["fmt", &latin.display().to_string()]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("UTF-8"), "{}", text(&out.stderr));
}

#[test]
fn the_checked_form_is_exported_and_so_are_the_errors_of_a_bad_text() {
    let (folder, agreement, _) = quiet();
    let out = truceline(&["export", &agreement]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(json["readings"][0]["agreement"]["clauses"][0]["kind"], "prohibition");
    let bad = folder.write("bad.md", &AGREEMENT.replace("in field", "in feild"));
    let out = truceline(&["export", &bad]);
    assert_eq!(out.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(json["readings"], serde_json::json!([]));
    let problems = json["problems"].as_array().expect("problems");
    assert!(problems.iter().any(|p| p["code"] == "undefined-zone"), "{json}");
}

#[test]
fn a_malformed_agreement_gets_every_error_at_once_and_exit_code_2() {
    let folder = Folder::new();
    let bad = AGREEMENT.replace("in field", "in feild").replace("nobody shall burn", "nobody shall brun");
    let path = folder.write("bad.md", &bad);
    let out = truceline(&["check", &path]);
    assert_eq!(out.status.code(), Some(2));
    let said = text(&out.stdout);
    assert!(said.contains("`feild`") && said.contains("`brun`"), "{said}");
    assert!(said.contains("bad.md:12:"), "place: {said}");
    assert!(said.contains("help:"), "{said}");
}

#[test]
fn a_truncated_gzip_keeps_its_good_rows_and_says_that_it_was_cut() {
    let (folder, agreement, _) = quiet();
    let mut rows = String::from("latitude,longitude,acq_date\n");
    (0..20_000).for_each(|i| rows += &format!("46.{i:05},-29.5{},2023-05-01\n", i * 7919 % 10_007));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(rows.as_bytes()).expect("compressed");
    let bytes = gz.finish().expect("compressed");
    let path = folder.path("cut.csv.gz");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    let evidence = format!("firms:{}", path.display());
    let out = truceline(&["replay", "--agreement", &agreement, "--evidence", &evidence, "--format", "json"]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stderr));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(json["rejected_by_reason"]["truncated-file"], 1);
    assert!(json["observations"].as_u64().expect("a number") > 1_000);
    assert_eq!(json["evidence"][0]["incomplete"], true);
}

#[test]
fn a_binary_file_a_missing_file_and_an_unknown_format_are_refused_with_a_reason() {
    let (folder, agreement, _) = quiet();
    let binary = folder.path("noise.bin");
    fs::write(&binary, (0..4_096_u32).flat_map(|i| (i * 2_654_435_761).to_le_bytes()).collect::<Vec<u8>>())
        .expect("written");
    for (evidence, code) in [
        (format!("firms:{}", binary.display()), 2),
        (format!("viina:{}", binary.display()), 2),
        (format!("firms:{}", folder.named("nowhere.csv")), 1),
        (format!("fires:{}", binary.display()), 2),
        ("no-colon".to_owned(), 2),
    ] {
        let out = truceline(&["replay", "--agreement", &agreement, "--evidence", &evidence]);
        assert_eq!(out.status.code(), Some(code), "{evidence}: {}", text(&out.stderr));
        assert!(text(&out.stderr).contains("error: "), "{evidence}");
    }
}

#[test]
fn importing_twice_adds_nothing_and_rebuild_gives_the_same_bytes() {
    let (folder, agreement, fires) = quiet();
    let mission = folder.named("mission");
    assert!(truceline(&["init", &mission, "--agreement", &agreement]).status.success());
    let import = ["import", "firms", &fires, "--source", "orbit", "--mission", &mission, "--judge"];
    let first = truceline(&import);
    assert_eq!(first.status.code(), Some(3), "{}", text(&first.stderr));
    let model = fs::read(folder.path("mission/desk.db")).expect("the read model");
    let second = truceline(&import);
    assert!(
        text(&second.stdout).contains("all of it was in the journal already"),
        "{}",
        text(&second.stdout)
    );
    assert!(fs::remove_file(folder.path("mission/desk.db")).is_ok());
    let rebuilt = truceline(&["rebuild", "--mission", &mission]);
    assert!(rebuilt.status.success(), "{}", text(&rebuilt.stderr));
    let again = fs::read(folder.path("mission/desk.db")).expect("the read model");
    assert!(model == again, "deleted and made again, the read model has other bytes");
    assert!(
        text(&truceline(&["rebuild", "--mission", &mission]).stdout).contains("the same bytes as before")
    );
}

#[test]
fn a_second_writer_is_told_who_holds_the_mission() {
    let (folder, agreement, fires) = quiet();
    let mission = folder.path("mission");
    assert!(truceline(&["init", &folder.named("mission"), "--agreement", &agreement]).status.success());
    let held = store::Mission::open(&mission, "a long import", 1_000).expect("opens");
    let out =
        truceline(&["import", "firms", &fires, "--source", "orbit", "--mission", &folder.named("mission")]);
    assert_eq!(out.status.code(), Some(4));
    let said = text(&out.stderr);
    assert!(said.contains("a long import") && said.contains(&std::process::id().to_string()), "{said}");
    drop(held);
}

#[test]
fn the_past_is_what_was_recorded_then() {
    let (folder, agreement, fires) = quiet();
    let mission = folder.named("mission");
    assert!(truceline(&["init", &mission, "--agreement", &agreement]).status.success());
    truceline(&["import", "firms", &fires, "--source", "orbit", "--mission", &mission]);
    let past = [
        "report",
        "daily",
        "--date",
        "2023-05-01",
        "--mission",
        &mission,
        "--as-known-at",
        "2000-01-01T00:00:00Z",
    ];
    let then = text(&truceline(&past).stdout);
    let now = text(&truceline(&past[..6]).stdout);
    assert!(then.contains("0 incidents from 0 observations"), "{then}");
    assert!(now.contains("2 incidents from 2 observations"), "{now}");
    assert!(then.to_lowercase().contains("coverage"), "no zero without a word on coverage: {then}");
}

#[test]
fn a_dry_run_lists_errors_and_keeps_nothing() {
    let (folder, agreement, fires) = quiet();
    let mission = folder.named("mission");
    assert!(truceline(&["init", &mission, "--agreement", &agreement]).status.success());
    let out =
        truceline(&["import", "firms", &fires, "--source", "orbit", "--mission", &mission, "--dry-run"]);
    assert_eq!(out.status.code(), Some(3));
    assert!(text(&out.stdout).contains("nothing was kept"));
    let reader = store::Mission::open_read(&folder.path("mission")).expect("opens");
    let kinds: Vec<String> = reader
        .journal()
        .read(.., None)
        .expect("readable")
        .map(|r| r.expect("sound").entry.kind().to_owned())
        .collect();
    assert!(!kinds.iter().any(|k| k.contains("observations") || k.contains("import")), "{kinds:?}");
}

#[test]
fn the_web_desk_is_typed_by_the_interface_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/openapi.json");
    let printed = text(&truceline(&["openapi"]).stdout);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &printed).expect("written");
    }
    let kept = fs::read_to_string(path).expect("the document");
    assert!(
        kept == printed,
        "ui/openapi.json is of another interface: run `truceline openapi > ui/openapi.json` and `npm run types` in ui/"
    );
}

#[test]
fn the_agreement_in_the_readme_checks() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md"))
        .expect("the README");
    let start = readme.find("````markdown\n").expect("the example") + "````markdown\n".len();
    let end = start + readme[start..].find("````").expect("its end");
    let folder = Folder::new();
    let path = folder.write("quiet.md", &readme[start..end]);
    let out = truceline(&["check", &path]);
    assert!(out.status.success(), "{}{}", text(&out.stdout), text(&out.stderr));
}

#[test]
fn geometry_may_stand_in_another_folder_and_never_outside_it() {
    let (folder, _, fires) = quiet();
    let elsewhere = Folder::new();
    let text = elsewhere.write("quiet.md", AGREEMENT);
    let evidence = format!("firms:{fires}");
    let replay = ["replay", "--agreement", &text, "--evidence", &evidence];
    let alone = truceline(&replay);
    assert_eq!(alone.status.code(), Some(2), "the geometry is not beside the text");
    let from = folder.named("");
    let helped = truceline(&[&replay[..], &["--geometry-from", &from]].concat());
    assert_eq!(helped.status.code(), Some(3), "{}", self::text(&helped.stderr));
    let outside = elsewhere.write("outside.md", &AGREEMENT.replace("field.geojson", "../field.geojson"));
    let refused = truceline(&["check", &outside, "--geometry-from", &from]);
    assert_eq!(refused.status.code(), Some(2), "{}", self::text(&refused.stdout));
}

#[test]
fn an_archive_is_played_back_with_its_bad_rows_told_and_too_little_of_it_refused() {
    let folder = Folder::new();
    let mut rows = String::from("date,longitude,latitude\n");
    for day in 0..260_u32 {
        // Two cells: one busier in its second half, one quiet.
        let date = format!("2020-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        for _ in 0..(1 + day % 3 + day / 130) {
            rows.push_str(&format!("{date},36.2,48.6\n"));
        }
        if day % 4 == 0 {
            rows.push_str(&format!("{date},38.2,48.6\n"));
        }
    }
    let good = folder.write("events.csv", &rows);
    let out = truceline(&["backtest", "forecast", &good, "--events-min", "5", "--json"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(told["horizons"].as_array().map(Vec::len), Some(3));
    let again = truceline(&["backtest", "forecast", &good, "--events-min", "5", "--json"]);
    assert_eq!(out.stdout, again.stdout, "the same seed gives the same bytes");

    let bad = folder.write("bad.csv", &rows.replacen("36.2,48.6", "36.2,north", 1));
    let out = truceline(&["backtest", "detection", &bad, "--events-min", "5", "--trials", "50"]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stderr));
    assert!(text(&out.stderr).contains("row 1:"), "{}", text(&out.stderr));

    let out = truceline(&["backtest", "detection", &good, "--events-min", "100000"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("--events-min"), "{}", text(&out.stderr));
    let out = truceline(&["backtest", "scan", &good, "--to", "2020-02-01"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("too few"), "{}", text(&out.stderr));
}

#[test]
fn an_archive_that_knows_the_future_is_refused_and_one_without_times_of_receipt_is_told() {
    let folder = Folder::new();
    let planted = |before: u32| {
        let mut rows = String::from("date,longitude,latitude,received\n");
        for day in 0..260_u32 {
            // Those planted were there on the first of a month, before what they report of its last days.
            let (month, of_month) = (1 + day / 28, 1 + day % 28);
            let received = if day < before && of_month > 1 { 1 } else { of_month };
            rows.push_str(&format!(
                "2020-{month:02}-{of_month:02},36.2,48.6,2020-{month:02}-{received:02}\n"
            ));
        }
        rows
    };
    let detection = |file: &str| {
        truceline(&["backtest", "detection", file, "--events-min", "5", "--trials", "20", "--json"])
    };
    let leaking = detection(&folder.write("leaking.csv", &planted(60)));
    assert_eq!(leaking.status.code(), Some(2), "{}", text(&leaking.stderr));
    assert!(text(&leaking.stderr).contains("dated before what they report"), "{}", text(&leaking.stderr));
    assert!(leaking.stdout.is_empty(), "nothing is measured on it");
    let slip = detection(&folder.write("slip.csv", &planted(3)));
    assert!(slip.status.success(), "{}", text(&slip.stderr));
    assert!(text(&slip.stderr).contains("2 of 260"), "{}", text(&slip.stderr));
    let kept = planted(0);
    let dropped = kept.lines().map(|l| format!("{}\n", l.rsplit_once(',').map_or(l, |(l, _)| l)));
    let dropped = detection(&folder.write("dropped.csv", &dropped.collect::<String>()));
    assert!(dropped.status.success(), "{}", text(&dropped.stderr));
    assert!(text(&dropped.stderr).contains("no time of receipt"), "{}", text(&dropped.stderr));
}

#[test]
fn the_simulated_control_needs_no_table_and_stands_beside_what_is_published() {
    let out = truceline(&["backtest", "control", "--series", "1", "--json"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!((told["scenarios"].as_u64(), told["outbreaks"].as_u64()), (Some(42), Some(42)));
    assert_eq!(told["published"]["pod"][0], 0.433);
    let out = truceline(&["backtest", "control", "events.csv"]);
    assert_eq!(out.status.code(), Some(2));
    let out = truceline(&["backtest", "detection"]);
    assert!(!out.status.success());
}

#[test]
fn fusion_is_scored_on_the_rehearsal_with_nothing_but_the_program() {
    let folder = Folder::new();
    let plot = folder.named("reliability.svg");
    let out = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["score", "rehearsal", "--plot", &plot])
        .current_dir(folder.path(""))
        .output()
        .expect("the binary runs");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    let figures = |rule: &str| -> Vec<f64> {
        let line =
            told.lines().find(|l| l.trim_start().starts_with(rule)).unwrap_or_else(|| panic!("{told}"));
        let rest = line.trim_start().trim_start_matches(rule).replace(['±', '%'], " ");
        rest.split_whitespace().filter_map(|f| f.parse().ok()).collect()
    };
    let (fusion, boxed) = (figures("truceline fusion 2"), figures("same day, 25 km box"));
    assert_eq!((fusion.len(), boxed.len()), (5, 5), "P, R, F1, pair F1 and count, of one set without spread");
    assert!(fusion[2] > boxed[2] && fusion[3] > boxed[3], "B³ and pair F1 beat the box:\n{told}");
    assert!(fusion[2] >= 0.94 && fusion[3] >= 0.75 && fusion[4].abs() < 5.0, "{told}");
    assert!(told.contains("a link by rule is of the lead's event"), "{told}");
    let drawn = fs::read_to_string(&plot).expect("the plot");
    assert!(drawn.contains("a link by rule is right"), "only what was stated is drawn");
}
