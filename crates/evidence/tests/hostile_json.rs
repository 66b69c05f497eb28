//! JSON that nobody means well with: one bad record costs one row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::try_read;
use evidence::Options;
use proptest::prelude::*;

const JSON_FORMATS: [&str; 4] = ["sensorthings", "sensor-json", "odk", "timemap"];

/// One good record of each JSON format.
fn good(format: &str) -> &'static str {
    match format {
        "sensorthings" => r#"{"result":1,"phenomenonTime":"2026-03-01T10:00:00Z"}"#,
        "sensor-json" => r#"{"kind":"shot","time":1772445600000}"#,
        "odk" => r#"{"effect":"shot","start":"2026-03-01T10:00Z","_uuid":"1"}"#,
        _ => r#"{"date":"2026-03-01","latitude":47,"longitude":-30}"#,
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

#[test]
fn members_of_every_wrong_type_are_rejected_or_passed_over() {
    let wrong = ["null", "true", "-1", "1e308", "\"\"", "\"x\"", "[]", "[1]", "{}", "[[[]]]", "{\"a\":[{}]}"];
    for format in JSON_FORMATS {
        let serde_json::Value::Object(members) = serde_json::from_str(good(format)).unwrap() else {
            panic!()
        };
        for name in members.keys() {
            for value in wrong {
                let mut changed = members.clone();
                changed.insert(name.clone(), serde_json::from_str(value).unwrap());
                let text = serde_json::to_vec(&vec![changed]).unwrap();
                let (_, summary) = try_read(format, &Options::default(), &text).unwrap();
                assert_eq!(summary.rows, 1, "{format} {name} {value}");
            }
        }
    }
}

#[test]
fn a_json_file_that_stops_anywhere_keeps_its_good_records() {
    for format in JSON_FORMATS {
        let text = format!("[{},{}]", good(format), good(format));
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
