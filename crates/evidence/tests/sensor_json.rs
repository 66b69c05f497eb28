//! Messages of sensors: what they become, and that the reader keeps to the published schema.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/told.rs"]
mod told;

use common::{Kept, read, try_read};
use evidence::Options;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;
use told::{coverages, faults, ids, observations};

const HEARD: &str = r#"{"id":"a-17","time":"2026-03-02T10:00:00Z","kind":"explosion","count_min":2,"count_max":3,
 "observer":{"lon":-30.5,"lat":47.25,"radius_m":20},"bearing_deg":157.5,"half_width_deg":11.25,"range_min_m":2000,
 "range_max_m":4500,"means":"acoustic","assessment":"impact","confidence":0.82,"weapon":"mortar","calibre_mm":120,
 "topic":"karsk/acoustic/1","clock_offset_ms":-40}"#;

#[test]
fn a_sensor_that_hears_states_a_sector_and_a_guess_stays_a_guess() {
    let (kept, summary) = read("sensor-json", HEARD);
    assert_eq!(
        observations(&kept),
        [
            "explosion; 2026-03-02T10:00:00Z +1s; second; from -30.5 47.25 ±20 bearing 157.5±11.25 range 2000-4500 \
          [means acoustic | assessed impact | count 2-3 | note possibly mortar; possibly 120 mm; confidence 0.82; clock \
          offset -40 ms, not applied; topic karsk/acoustic/1]"
        ]
    );
    assert!(summary.warnings.is_empty() && summary.unread_columns.is_empty(), "{summary:?}");
    let certain = HEARD.replace("\"confidence\":0.82", "\"weapon_certainty\":\"certain\"");
    let told = observations(&read("sensor-json", certain).0);
    assert!(told[0].contains("| weapon mortar | calibre 120 |"), "{told:?}");
}

#[test]
fn a_radar_that_works_out_a_position_states_a_point_and_a_watcher_without_range_states_no_place() {
    let text = r#"{"time":1772445600000,"kind":"flight","lon":-30.4,"lat":47.3,"radius_m":80,"means":"radar"}
{"start":"2026-03-02T12:00:00+02:00","end":"2026-03-02T12:05:00+02:00","kind":"shot","count":4,"means":"seismic","observer":{"lon":-30.5,"lat":47.25,"radius_m":20}}
{"time":"2026-03-02T10:00Z","kind":"shot","observer":{"lon":-30.5,"lat":47.25,"radius_m":20},"range_max_m":900}"#;
    assert_eq!(
        observations(&read("sensor-json", text).0),
        [
            "flight; 2026-03-02T10:00:00Z +0s; second; -30.4 47.3 ±80 [means radar]",
            "shot; 2026-03-02T10:00:00Z +301s; second; nowhere [count 4-4 | note seismic sensor]",
            "shot; 2026-03-02T10:00:00Z +60s; minute; from -30.5 47.25 ±20 bearing 0±180 range 0-900 []",
        ]
    );
}

#[test]
fn the_position_of_the_sensor_never_becomes_that_of_the_event() {
    let own = r#"{"time":1772445600000,"kind":"shot","lon":-30.5,"lat":47.25,"radius_m":5,
        "observer":{"lon":-30.5,"lat":47.25,"radius_m":20}}"#
        .replace("\n        ", "");
    let near = own.replace(
        "\"lon\":-30.5,\"lat\":47.25,\"radius_m\":5",
        "\"lon\":-30.5004,\"lat\":47.2496,\"radius_m\":5",
    );
    for text in [&own, &near] {
        let (kept, summary) = read("sensor-json", text);
        assert_eq!(observations(&kept), ["shot; 2026-03-02T10:00:00Z +0s; second; nowhere []"]);
        let says = "messages whose position is the observer's own; the place is the sector, or undetermined (1 rows)";
        assert_eq!(summary.warnings, [says]);
        let ranged = text.replace("\"kind\"", "\"range_max_m\":900,\"kind\"");
        let told = observations(&read("sensor-json", ranged).0);
        assert!(told[0].contains("; from -30.5 47.25 ±20 bearing 0±180 range 0-900 ["), "{told:?}");
    }
}

#[test]
fn coverage_that_could_not_be_kept_is_a_rejected_row_and_the_rest_is_read() {
    let of = |more: &str| {
        format!(
            r#"{{"status":"down","time":1772445600000,"every_s":60,"lon":-30,"lat":47,"radius_m":9,{more}}}"#
        )
    };
    let many: Vec<String> = (0..1_025).map(|i| format!("\"k{i}\"")).collect();
    let texts = [
        of(&format!("\"kinds\":[\"{}\"]", "x".repeat(1_025))),
        of(&format!("\"kinds\":[{}]", many.join(","))),
        of(&format!("\"cause\":\"{}\"", "x".repeat(4_097))),
        of(&format!("\"kinds\":[\"{}\"],\"cause\":\"{}\"", "x".repeat(1_024), "x".repeat(4_096))),
    ];
    let (kept, summary) = read("sensor-json", texts.join("\n"));
    let found: Vec<String> =
        faults(&kept).iter().map(|f| f.split(' ').take(4).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(found, ["1 kinds too-large 1025", "2 kinds too-large 1025", "3 cause too-large 4097"]);
    assert_eq!((summary.rows, summary.coverage), (4, 1));
}

#[test]
fn what_lasted_for_days_is_not_known_to_the_minute() {
    let text = r#"{"start":"2026-03-02T10:00Z","end":"2026-03-05T10:00Z","kind":"shot"}"#;
    let told = observations(&read("sensor-json", text).0);
    assert_eq!(told, ["shot; 2026-03-02T10:00:00Z +259260s; coarser; nowhere []"]);
}

#[test]
fn messages_are_read_one_a_line_one_after_another_and_in_an_array() {
    let one = |n: u32| format!(r#"{{"id":{n},"time":1772445600000,"kind":"shot"}}"#);
    let all = [one(1), one(2), one(3)];
    let want = ids(&read("sensor-json", all.join("\n")).0);
    assert_eq!(want.len(), 3);
    assert_eq!(ids(&read("sensor-json", all.concat()).0), want);
    assert_eq!(ids(&read("sensor-json", format!("[{}]", all.join(","))).0), want);
    let (kept, _) = read("sensor-json", format!("{}\n{{\"id\":2,\"time\n{}\n", all[0], all[2]));
    assert_eq!(kept.rows().count(), 2, "a broken line spoils no other: {:?}", faults(&kept));
}

#[test]
fn the_same_message_by_another_topic_is_the_same_observation() {
    let one = r#"{"time":1772445600000,"kind":"shot","count":2,"topic":"a"}"#;
    let other = r#"{"topic":"b","count":2,"kind":"shot","time":1772445600000}"#;
    assert_eq!(ids(&read("sensor-json", one).0), ids(&read("sensor-json", other).0));
    let changed = one.replace("\"count\":2", "\"count\":3");
    assert_ne!(ids(&read("sensor-json", one).0), ids(&read("sensor-json", changed).0));
}

#[test]
fn a_heartbeat_is_coverage_for_the_time_it_speaks_for() {
    let text = r#"{"time":"2026-03-02T10:00:00Z","status":"effective","every_s":300,"kinds":["explosion","shot"],
  "observer":{"lon":-30.5,"lat":47.25,"radius_m":20},"range_max_m":4500}
{"time":"2026-03-02T10:05:00Z","status":"jammed","until":"2026-03-02T11:05:00Z","cause":"navigation lost",
  "area":{"type":"Polygon","coordinates":[[[-30.5,47.2],[-30.4,47.2],[-30.4,47.3],[-30.5,47.2]]]}}
{"start":"2026-03-02T10:00:00Z","end":"2026-03-02T10:30:00Z","status":"down","lon":-30.5,"lat":47.25,"radius_m":3000}"#;
    let (kept, summary) = read("sensor-json", text);
    assert_eq!(
        coverages(&kept),
        [
            "effective; 2026-03-02T10:00:00Z +300s; 4500 m around -30.5 47.25; [explosion,shot]",
            "jammed; 2026-03-02T10:05:00Z +3600s; polygon of 1 rings; [] navigation lost",
            "down; 2026-03-02T10:00:00Z +1800s; 3000 m around -30.5 47.25; []",
        ]
    );
    assert_eq!((summary.rows, summary.coverage), (3, 3));
    assert!(kept.coverage.iter().all(|c| c.source == "post"));
}

#[test]
fn what_the_schema_does_not_have_is_rejected_or_told() {
    let texts = [
        r#"{"time":1772445600000}"#,
        r#"{"kind":"shot"}"#,
        r#"{"kind":"shot","time":"2026-03-02T10:00:00"}"#,
        r#"{"kind":"shot","time":"2026-03-02"}"#,
        r#"{"kind":"shot","time":1772445600000,"count":0}"#,
        r#"{"kind":"shot","time":1772445600000,"count":"3"}"#,
        r#"{"kind":"shot","time":1772445600000,"bearing_deg":10}"#,
        r#"{"kind":"shot","time":1772445600000,"range_max_m":10}"#,
        r#"{"kind":"shot","time":1772445600000,"lon":-30}"#,
        r#"{"kind":"shot","time":1772445600000,"confidence":1.2}"#,
        r#"{"kind":"shot","status":"down","time":1772445600000}"#,
        r#"{"status":"down","time":1772445600000,"lon":-30,"lat":47,"radius_m":9}"#,
        r#"{"status":"asleep","time":1772445600000}"#,
        r#"{"status":"down","time":1772445600000,"every_s":60,"bearing_deg":10,"lon":-30,"lat":47,"radius_m":9}"#,
        r#"{"status":"down","time":1772445600000,"until":1772445600000,"lon":-30,"lat":47,"radius_m":9}"#,
        "5",
        r#"{"status":"down","time":1772445600000,"every_s":0,"until":1772449200000,"lon":-30,"lat":47,"radius_m":9}"#,
    ];
    let (kept, summary) = read("sensor-json", texts.join("\n"));
    let found: Vec<String> =
        faults(&kept).iter().map(|f| f.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        found,
        [
            "1 kind missing-value",
            "2 time missing-value",
            "3 time bad-date",
            "4 time bad-date",
            "5 count out-of-range",
            "6 count not-a-number",
            "7 half_width_deg missing-value",
            "8 observer missing-value",
            "9 lat missing-value",
            "10 confidence out-of-range",
            "11 status wrong-shape",
            "12 every_s missing-value",
            "13 status unknown-word",
            "14 area missing-value",
            "15 until ends-before-start",
            "16 wrong-shape a",
            "17 every_s out-of-range",
        ]
    );
    assert_eq!(summary.rows, 17);
    let odd = r#"{"kind":"thud","time":1772445600000,"speed_kmh":3,"clock_offset_ms":90000}"#;
    let (_, summary) = read("sensor-json", format!("{odd}\n{odd}"));
    assert_eq!(summary.unread_columns, ["speed_kmh"]);
    assert_eq!(summary.warnings.len(), 3, "{:?}", summary.warnings);
}

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sensor-json.schema.json");
    let text = std::fs::read_to_string(path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
});

fn is_taken(message: &Value) -> (bool, Kept) {
    let text = serde_json::to_vec(&json!([message])).unwrap();
    let (kept, summary) = try_read("sensor-json", &Options::default(), &text).unwrap();
    assert_eq!(summary.rows, 1);
    (summary.rejected() == 0, kept)
}

/// What a schema cannot say: which of two moments or figures is the larger, that a day exists, that a ring is closed.
fn is_beyond_a_schema(kept: &Kept) -> bool {
    let fault = &kept.rejected[0];
    ["ends-before-start", "date-out-of-limits", "bad-date", "bad-geometry"].contains(&fault.reason.code())
        || ["range_min_m", "count_max"].contains(&fault.column.as_str())
}

fn messages() -> Vec<Value> {
    let mut all: Vec<Value> = vec![serde_json::from_str(HEARD).unwrap()];
    all.push(json!({"time": 1_772_445_600_000_i64, "kind": "shot", "lon": -30, "lat": 47, "radius_m": 9}));
    all.push(json!({"start": "2026-03-02T10:00Z", "end": "2026-03-02T10:05Z", "kind": "shot", "count": 1}));
    let observer = json!({"lon": -30.5, "lat": 47.25, "radius_m": 20});
    all.push(
        json!({"time": "2026-03-02T10:00:00Z", "status": "effective", "every_s": 300, "kinds": ["shot"],
                    "observer": observer, "range_max_m": 4500}),
    );
    let ring = json!([[-30.5, 47.2], [-30.4, 47.2], [-30.4, 47.3], [-30.5, 47.2]]);
    all.push(
        json!({"time": "2026-03-02T10:00:00Z", "status": "jammed", "until": "2026-03-02T12:30:00.5+02:00",
                    "area": {"type": "Polygon", "coordinates": [ring]}}),
    );
    all
}

fn values() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(0),
        json!(1),
        json!(3.0),
        json!(-1),
        json!(0.5),
        json!(200),
        json!(1_772_445_600_000_i64),
        json!(4e14),
        json!(""),
        json!(" "),
        json!("x"),
        json!("heard"),
        json!("impact"),
        json!("down"),
        json!("certain"),
        json!("2026-03-02T10:00:00Z"),
        json!("2026-03-02T10:00:00.25+02:00"),
        json!("2026-03-02 10:00:00Z"),
        json!("2026-03-02T10:00:00"),
        json!("2026-13-02T10:00:00Z"),
        json!("20260302T100000Z"),
        json!(true),
        json!([]),
        json!(["shot"]),
        json!([1]),
        json!({}),
        json!({"lon": -30.5, "lat": 47.25, "radius_m": 20}),
        json!({"lon": -30.5, "lat": 47.25}),
        json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}),
        json!({"type": "Polygon", "coordinates": []}),
        json!({"type": "Point", "coordinates": [0, 0]}),
    ])
}

const MEMBERS: [&str; 36] = [
    "id",
    "time",
    "start",
    "end",
    "reported",
    "kind",
    "count",
    "count_min",
    "count_max",
    "unit",
    "lon",
    "lat",
    "radius_m",
    "observer",
    "bearing_deg",
    "half_width_deg",
    "range_min_m",
    "range_max_m",
    "means",
    "assessment",
    "confidence",
    "weapon",
    "weapon_certainty",
    "calibre_mm",
    "exercise",
    "note",
    "links",
    "status",
    "kinds",
    "area",
    "every_s",
    "until",
    "cause",
    "clock_offset_ms",
    "topic",
    "sensor",
];

#[test]
fn the_schema_names_every_member_that_is_read_and_no_other() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sensor-json.schema.json");
    let text: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut named: Vec<&str> = ["observation", "heartbeat"]
        .iter()
        .flat_map(|d| text["$defs"][d]["properties"].as_object().unwrap().keys().map(String::as_str))
        .collect();
    named.sort_unstable();
    named.dedup();
    let mut members = MEMBERS.to_vec();
    members.sort_unstable();
    assert_eq!(named, members);
    let all = MEMBERS.map(|m| format!("\"{m}\":null")).join(",");
    let all =
        all.replace("\"kind\":null", "\"kind\":\"shot\"").replace("\"time\":null", "\"time\":1772445600000");
    let (_, summary) = read("sensor-json", format!("{{{all}}}"));
    assert_eq!((summary.observations, summary.unread_columns.len()), (1, 0), "{summary:?}");
}

#[test]
fn the_messages_of_the_page_and_of_these_tests_keep_to_the_schema() {
    for message in messages() {
        assert!(SCHEMA.is_valid(&message), "{message}: {:?}", SCHEMA.validate(&message));
        assert!(is_taken(&message).0, "{message}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources/sensor-json.md");
    let page = std::fs::read_to_string(path).unwrap();
    let example = page.split("```json\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let lines: Vec<Value> = example.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(lines.len() >= 3);
    for message in lines {
        assert!(SCHEMA.is_valid(&message) && is_taken(&message).0, "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn the_reader_takes_what_the_schema_takes(
        base in prop::sample::select(messages()),
        changes in prop::collection::vec((prop::sample::select(MEMBERS.to_vec()), prop::option::of(values())), 0..4),
    ) {
        let mut message = base;
        for (name, value) in changes {
            let members = message.as_object_mut().unwrap();
            match value {
                Some(value) => members.insert(name.to_owned(), value),
                None => members.remove(name),
            };
        }
        let is_valid = SCHEMA.is_valid(&message);
        let (is_taken, kept) = is_taken(&message);
        if is_taken {
            prop_assert!(is_valid, "taken against the schema: {message}");
        } else {
            prop_assert!(!is_valid || is_beyond_a_schema(&kept), "{message}: {:?}", faults(&kept));
        }
    }
}
