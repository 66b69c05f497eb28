//! JSON that nobody means well with: one bad record costs one row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::try_read;
use evidence::Options;
use proptest::prelude::*;

const JSON_FORMATS: [&str; 5] = ["sensorthings", "sensor-json", "odk", "timemap", "adsb"];

/// One good record of each JSON format.
fn good(format: &str) -> &'static str {
    match format {
        "sensorthings" => r#"{"result":1,"phenomenonTime":"2026-03-01T10:00:00Z"}"#,
        "sensor-json" => r#"{"kind":"shot","time":1772445600000}"#,
        "odk" => r#"{"effect":"shot","start":"2026-03-01T10:00Z","_uuid":"1"}"#,
        "timemap" => r#"{"date":"2026-03-01","latitude":47,"longitude":-30}"#,
        "adsb" => r#"{"icao24":"a","timestamp":"2026-03-01T10:00:00Z","latitude":47,"longitude":-30}"#,
        other => panic!("no record of {other}"),
    }
}

/// What a document of one record came to.
fn outcome(format: &str, text: &[u8]) -> String {
    let (kept, summary) = try_read(format, &Options::default(), text).unwrap();
    match (summary.observations, summary.coverage, kept.rejected.as_slice()) {
        (1, 0, []) => "taken".to_owned(),
        (0, 0, []) => "passed over".to_owned(),
        (0, 0, [fault]) => format!("{} {}", fault.column, fault.reason.code()).trim().to_owned(),
        other => panic!("{format}: {other:?}"),
    }
}

#[test]
fn nesting_without_end_duplicate_members_and_what_is_no_json_cost_one_row_each() {
    for format in JSON_FORMATS {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let bad = [
            deep.as_str(),
            r#"{"kind":"shot","kind":"explosion"}"#,
            r#"{"time":NaN}"#,
            r#"{"time":1e999}"#,
            r#"{"a":"\ud800"}"#,
            "null",
            "[]",
            "\"x\"",
        ];
        let text = format!("[{},{}]", bad.join(","), good(format));
        let (kept, summary) = try_read(format, &Options::default(), text.as_bytes()).unwrap();
        let rejected = [summary.rows, summary.observations, summary.rejected()];
        assert_eq!(rejected, [bad.len() as u64 + 1, 1, bad.len() as u64], "{format}: {:?}", kept.reasons());
        assert!(kept.rejected.iter().take(5).all(|r| r.reason.code() == "bad-json"), "{format}");
    }
}

const WRONG: [&str; 11] =
    ["null", "true", "-1", "1e308", "\"\"", "\"x\"", "[]", "[1]", "{}", "[[[]]]", "{\"a\":[{}]}"];

/// What a good record comes to when one of its members is of a wrong type: taken, passed over, or rejected for the
/// column that begins the answer.
fn expected(format: &str, member: &str, value: &str) -> String {
    let is = |values: &[&str]| values.contains(&value);
    let is_taken = match (format, member) {
        // A result of whatever shape is told in the note.
        ("sensorthings", "result") => value != "null",
        ("sensor-json", "kind") | ("adsb", "icao24") => is(&["\"x\""]),
        // An id is a text or a number; whatever else stands there is one as it is written.
        ("odk", "_uuid") => !is(&["null", "\"\"", "[]", "[[[]]]"]),
        ("sensor-json", "time") | ("timemap" | "adsb", "latitude" | "longitude") => is(&["-1"]),
        ("adsb", "timestamp") => is(&["-1"]),
        _ => false,
    };
    match (format, member) {
        _ if is_taken => "taken".to_owned(),
        ("adsb", "timestamp") if is(&["null"]) => "wrong-shape".to_owned(),
        ("adsb", "timestamp") => "passed over".to_owned(),
        ("adsb", "latitude" | "longitude") if !is(&["1e308"]) => "passed over".to_owned(),
        ("odk", "_uuid") => "instanceID ".to_owned(),
        _ => format!("{member} "),
    }
}

#[test]
fn members_of_every_wrong_type_are_rejected_by_their_name_or_passed_over() {
    for format in JSON_FORMATS {
        let serde_json::Value::Object(members) = serde_json::from_str(good(format)).unwrap() else {
            panic!()
        };
        assert_eq!(outcome(format, good(format).as_bytes()), "taken");
        for (name, value) in members.keys().flat_map(|n| WRONG.map(|v| (n, v))) {
            let mut changed = members.clone();
            changed.insert(name.clone(), serde_json::from_str(value).unwrap());
            let text = serde_json::to_vec(&vec![changed]).unwrap();
            let (found, expected) = (outcome(format, &text), expected(format, name, value));
            assert!(found.starts_with(&expected), "{format} {name} {value}: {found}, not {expected}");
        }
    }
}

#[test]
fn a_json_file_that_stops_anywhere_keeps_its_good_records() {
    for format in JSON_FORMATS {
        // Two positions of one aircraft would be one flight.
        let second = good(format).replace("\"icao24\":\"a\"", "\"icao24\":\"b\"");
        let text = format!("[{},{second}]", good(format));
        for end in 1..text.len() {
            let (_, summary) = try_read(format, &Options::default(), &text.as_bytes()[..end]).unwrap();
            let first_ends = good(format).len() + 1;
            assert_eq!(summary.observations, u64::from(end >= first_ends) + u64::from(end == text.len() - 1));
            assert!(summary.is_incomplete(), "{format} {end}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn records_of_any_order_have_the_same_ids(
        format in prop::sample::select(JSON_FORMATS.to_vec()),
        days in prop::collection::vec(1u8..28, 1..20).prop_shuffle(),
    ) {
        let record = |day: &u8| good(format)
            .replace("2026-03-01", &format!("2026-03-{day:02}"))
            .replace("1772445600000", &(1_772_445_600_000_i64 + i64::from(*day)).to_string())
            .replace("\"_uuid\":\"1\"", &format!("\"_uuid\":\"{day}\""));
        let ids = |days: &[u8]| {
            let text = days.iter().map(record).collect::<Vec<_>>().join("\n");
            let (kept, _) = try_read(format, &Options::default(), text.as_bytes()).unwrap();
            let mut ids: Vec<u128> = kept.rows().map(|(b, row)| b.id[row].0).collect();
            ids.sort_unstable();
            ids
        };
        let mut sorted = days.clone();
        sorted.sort_unstable();
        let found = ids(&days);
        prop_assert_eq!(&found, &ids(&sorted));
        let distinct = |mut v: Vec<u128>| { v.dedup(); v.len() };
        sorted.dedup();
        prop_assert_eq!(distinct(found), sorted.len());
    }
}
