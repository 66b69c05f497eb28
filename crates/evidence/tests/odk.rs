//! Submissions of the field form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/told.rs"]
mod told;

use common::{Kept, read, try_read};
use evidence::Options;
use evidence::formats::odk::FIELDS;
use serde_json::{Value, json};
use std::path::Path;
use told::{coverages, faults, ids, observations};

/// A submission with these answers besides its metadata, as KoboToolbox gives it.
fn kobo(answers: &Value) -> Value {
    let mut all = json!({"_id": 1, "_uuid": "1-2-3", "meta/instanceID": "uuid:1-2-3", "formhub/uuid": "x",
        "_submission_time": "2026-03-02T12:30:00", "_attachments": [{"id": 1}], "_geolocation": [47.2, -30.5]});
    all.as_object_mut().unwrap().extend(answers.as_object().unwrap().clone());
    all
}

fn page(answers: &[Value]) -> Kept {
    let all: Vec<Value> = answers.iter().map(kobo).collect();
    let text = json!({"count": all.len(), "next": null, "previous": null, "results": all}).to_string();
    let (kept, summary) = read("odk", text);
    assert!(summary.unread_columns.is_empty() && summary.warnings.is_empty(), "{summary:?}");
    kept
}

fn heard() -> Value {
    json!({"group/means": "heard", "group/effect": "explosion", "count": "20", "count_about": "yes", "unit": "explosion",
        "direction": "SSE", "range_band": "2_to_5_km", "start": "2026-03-02T14:05:00.000+02:00",
        "end": "2026-03-02T14:20:00.000+02:00", "assessment": "impact", "weapon": "heavy_mortar",
        "weapon_certainty": "probable", "exercise": "no", "zone_relation": "inside", "narrative": "Windows shook.",
        "observer_place": "47.25 -30.5 120.0 8", "observer": "heron", "team": "blue"})
}

const HEARD: &str = "explosion; 2026-03-02T12:05:00Z +960s; minute; from -30.5 47.25 ±8 bearing 157.5±11.25 range \
     2000-5000 [means heard | assessed impact | count about 20-20 explosion | reported 2026-03-02T12:30:00Z | note \
     probably heavy mortar; inside the zone, in the observer's view; Windows shook.]";

#[test]
fn what_an_observer_heard_is_a_sector_and_who_and_where_the_observer_was_is_not_told() {
    let kept = page(&[heard()]);
    assert_eq!(observations(&kept), [HEARD]);
    let told = observations(&kept).concat();
    assert!(!told.contains("heron") && !told.contains("blue"), "{told}");
}

#[test]
fn every_export_of_one_submission_is_the_same_observation() {
    let want = ids(&page(&[heard()]));
    let odata = json!({"value": [{"__id": "uuid:1-2-3", "__system": {"submissionDate": "2026-03-02T12:30:00.000Z",
        "submitterName": "x", "attachmentsPresent": 0}, "meta": {"instanceID": "uuid:1-2-3"}, "group": {"means": "heard",
        "effect": "explosion"}, "count": 20, "count_about": "yes", "unit": "explosion", "direction": "SSE",
        "range_band": "2_to_5_km", "start": "2026-03-02T14:05:00.000+02:00", "end": "2026-03-02T14:20:00.000+02:00",
        "assessment": "impact", "weapon": "heavy_mortar", "weapon_certainty": "probable", "zone_relation": "inside",
        "narrative": "Windows shook.", "observer_place": {"type": "Point", "coordinates": [-30.5, 47.25, 120.0],
        "properties": {"accuracy": 8}}, "photos@odata.navigationLink": "x", "observer": "heron"}]});
    let (kept, summary) = read("odk", odata.to_string());
    assert_eq!(observations(&kept), [HEARD]);
    assert_eq!(summary.warnings, ["repeated groups; not read (1 rows)"]);
    assert_eq!(ids(&kept), want);

    let columns = "SubmissionDate,group-means,group-effect,count,count_about,unit,direction,range_band,start,end,\
        assessment,weapon,weapon_certainty,zone_relation,narrative,observer_place-Latitude,observer_place-Longitude,\
        observer_place-Altitude,observer_place-Accuracy,meta-instanceID,KEY,SubmitterName,SET-OF-photos";
    let row = "2026-03-02T12:30:00.000Z,heard,explosion,20,yes,explosion,SSE,2_to_5_km,2026-03-02T14:05:00.000+02:00,\
        2026-03-02T14:20:00.000+02:00,impact,heavy_mortar,probable,inside,Windows shook.,47.25,-30.5,120,8,uuid:9-9,\
        uuid:1-2-3,x,uuid:1-2-3/photos";
    let (kept, summary) = read("odk", format!("{columns}\n{row}\n"));
    assert_eq!(observations(&kept), [HEARD]);
    assert_eq!(ids(&kept), want);
    assert_eq!(summary.warnings.len(), 1, "{summary:?}");
    assert!(summary.unread_columns.is_empty(), "{summary:?}");

    let columns = "group/means;group/effect;count;count_about;unit;direction;range_band;start;end;assessment;weapon;\
        weapon_certainty;zone_relation;narrative;observer_place;_observer_place_latitude;_observer_place_longitude;\
        _observer_place_altitude;_observer_place_precision;_id;_uuid;_submission_time;_index";
    let row = "heard;explosion;20;yes;explosion;SSE;2_to_5_km;2026-03-02T14:05:00.000+02:00;\
        2026-03-02T14:20:00.000+02:00;impact;heavy_mortar;probable;inside;Windows shook.;;47.25;-30.5;120;8;1;1-2-3;\
        2026-03-02T12:30:00;1";
    let (kept, summary) = read("odk", format!("\u{feff}{columns}\n{row}\n"));
    assert_eq!(observations(&kept), [HEARD]);
    assert_eq!(ids(&kept), want);
    assert!(summary.unread_columns.is_empty(), "{summary:?}");
}

#[test]
fn a_place_that_the_observer_points_at_is_a_point_with_its_accuracy() {
    let seen = json!({"means": "saw", "effect": "muzzle_flash", "start": "2026-03-02T22:41:07.000+02:00",
        "place": "47.3 -30.4 0 25", "observer_place": "47.25 -30.5 120.0 8", "direction": "northerly",
        "range_min_m": "500", "range_max_m": "1500", "weapon": "tank", "weapon_certainty": "certain", "exercise": "yes"});
    assert_eq!(
        observations(&page(&[seen])),
        [
            "muzzle flash; 2026-03-02T20:41:07Z +1s; second; -30.4 47.3 ±25 [means saw | weapon tank | flag exercise | \
          reported 2026-03-02T12:30:00Z | note direction northerly]"
        ]
    );
}

#[test]
fn a_place_that_is_the_observers_own_never_becomes_that_of_the_event() {
    let mut own = heard();
    own["place"] = json!("47.25 -30.5 0 5");
    let (kept, summary) = read("odk", json!([kobo(&own)]).to_string());
    assert_eq!(observations(&kept), [HEARD]);
    assert_eq!(summary.warnings.len(), 1);
    for name in ["range_band", "direction"] {
        own.as_object_mut().unwrap().remove(name);
    }
    let told = observations(&read("odk", json!([kobo(&own)]).to_string()).0);
    assert!(told[0].contains("from -30.5 47.25 ±5 bearing 0±180 range 0-500"), "{told:?}");
}

#[test]
fn undetermined_is_an_answer() {
    let answers = json!({"means": "undetermined", "effect": "undetermined", "count": "undetermined",
        "direction": "undetermined", "range_band": "1_to_2_km", "start": "2026-03-02T14:05:00.000+02:00",
        "assessment": "undetermined", "weapon": "undetermined", "weapon_certainty": "undetermined",
        "exercise": "undetermined", "zone_relation": "undetermined", "observer_place": "47.25 -30.5"});
    assert_eq!(
        observations(&page(&[answers])),
        [
            "other; 2026-03-02T12:05:00Z +60s; minute; from -30.5 47.25 ±100 bearing 0±180 range 1000-2000 [reported \
          2026-03-02T12:30:00Z | note whether it was an exercise is undetermined]"
        ]
    );
    let unbounded = json!({"effect": "shot", "start": "2026-03-02T14:05:00.000+02:00", "direction": "southerly",
        "observer_place": "47.25 -30.5 0 0"});
    let told = observations(&page(&[unbounded]));
    assert!(told[0].contains("nowhere") && told[0].contains("note direction southerly"), "{told:?}");
}

#[test]
fn what_was_asked_and_is_not_known_does_not_become_something_stated() {
    let with = |more: Value| {
        let mut all = json!({"effect": "explosion", "start": "2026-03-02T14:05:00.000+02:00", "weapon": "heavy_mortar",
            "count": "5", "unit": "undetermined"});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        observations(&page(&[all])).concat()
    };
    for unsaid in [json!({}), json!({"weapon_certainty": "undetermined"})] {
        let told = with(unsaid);
        assert!(
            told.contains("note heavy mortar, certainty not stated]") && !told.contains("weapon"),
            "{told}"
        );
        assert!(
            told.contains("count 5-5 undetermined"),
            "a unit that is not known is not the effect: {told}"
        );
    }
    let told = with(json!({"exercise": "undetermined", "unit": "muzzle_flash"}));
    assert!(told.contains("whether it was an exercise is undetermined"), "{told}");
    assert!(told.contains("count 5-5 muzzle flash"), "{told}");
    let told = with(json!({"exercise": "no", "weapon_certainty": "possible"}));
    assert!(told.contains("note possibly heavy mortar]"), "{told}");
    let unkind = json!({"access_start": "2026-03-02T13:00:00.000+02:00", "access_kind": "undetermined"});
    assert_eq!(faults(&page(&[unkind])), ["1 access_kind missing-value"]);
}

#[test]
fn one_submission_may_state_an_event_a_restriction_and_what_could_not_be_seen() {
    let mut all = heard();
    let more = json!({"access_kind": "delayed", "access_start": "2026-03-02T13:00:00.000+02:00",
        "access_end": "2026-03-02T13:25:00.000+02:00", "access_reason": "mines", "not_seen": "fog camera_down",
        "not_seen_start": "2026-03-02T12:00:00.000+02:00"});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let kept = page(&[all.clone()]);
    assert_eq!(
        observations(&kept),
        [
            HEARD,
            "access delayed; 2026-03-02T11:00:00Z +1560s; minute; from -30.5 47.25 ±8 bearing 0±180 range 0-500 [means saw \
             | reported 2026-03-02T12:30:00Z | note reason given: mines]",
        ]
    );
    assert_eq!(
        coverages(&kept),
        [
            "degraded; 2026-03-02T10:00:00Z +8400s; 5000 m around -30.5 47.25; [] fog",
            "down; 2026-03-02T10:00:00Z +8400s; 5000 m around -30.5 47.25; [] camera down",
        ]
    );
    assert_eq!(ids(&kept)[..].len(), 2);
    let alone = json!({"access_kind": "denied", "access_place": "47.3 -30.4 0 30", "narrative": "Turned back.",
        "access_start": "2026-03-02T13:00:00.000+02:00"});
    assert_eq!(
        observations(&page(&[alone])),
        [
            "access denied; 2026-03-02T11:00:00Z +60s; minute; -30.4 47.3 ±30 [means saw | reported 2026-03-02T12:30:00Z | \
          note Turned back.]"
        ]
    );
    // A part that is wrong costs that part.
    all["access_end"] = json!("2026-03-02T12:25:00.000+02:00");
    all["not_seen"] = json!("jamming rain");
    let kept = page(&[all]);
    assert_eq!(observations(&kept), [HEARD]);
    assert_eq!(coverages(&kept).len(), 1);
    assert_eq!(
        faults(&kept),
        ["2 access_end ends-before-start 2026-03-02T12:25:00.000+02:00", "4 not_seen unknown-word rain"]
    );
}

#[test]
fn a_later_edit_is_the_same_observation() {
    let mut edited = kobo(&heard());
    edited["meta/rootUuid"] = json!("uuid:1-2-3");
    edited["_uuid"] = json!("4-5-6");
    edited["meta/instanceID"] = json!("uuid:4-5-6");
    edited["count"] = json!("30");
    let (kept, _) = read("odk", json!([edited]).to_string());
    assert_eq!(ids(&kept), ids(&page(&[heard()])));
}

#[test]
fn answers_that_cannot_be_are_rejected_with_their_field() {
    let with = |name: &str, value: &str| {
        let mut all = heard();
        all[name] = json!(value);
        all
    };
    let kept = page(&[
        with("group/effect", "bang"),
        with("group/effect", ""),
        with("group/means", "smelt"),
        with("count", "several"),
        with("count_about", "maybe"),
        with("direction", "upwards"),
        with("range_band", "far"),
        with("range_min_m", "100"),
        with("start", "this morning"),
        with("start", ""),
        with("end", "2026-03-02T13:20:00.000+02:00"),
        with("observer_place", "147.25 -30.5 0 8"),
        with("observer_place", "here"),
        with("observer_place", "1 2 3 4 5"),
        with("assessment", "scary"),
        with("weapon_certainty", "sure"),
        with("access_kind", "refused"),
    ]);
    let found: Vec<String> =
        faults(&kept).iter().map(|f| f.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        found,
        [
            "effect unknown-word",
            "effect missing-value",
            "means unknown-word",
            "count bad-count",
            "count_about unknown-word",
            "direction unknown-word",
            "range_band unknown-word",
            "range_max_m missing-value",
            "start bad-date",
            "start missing-value",
            "end ends-before-start",
            "observer_place looks-swapped",
            "observer_place not-a-number",
            "observer_place bad-geometry",
            "assessment unknown-word",
            "weapon_certainty unknown-word",
            "access_kind unknown-word",
        ]
    );
    let (kept, _) = read("odk", r#"[{"effect":"shot"}, 5]"#);
    assert_eq!(faults(&kept), ["1 instanceID missing-value", "2 wrong-shape a submission is a JSON object"]);
}

#[test]
fn what_lasted_for_days_is_not_known_to_the_minute() {
    let of = |start: &str, end: &str| {
        observations(&page(&[json!({"effect": "shot", "start": start, "end": end})])).concat()
    };
    let days = of("2026-03-02T14:05:00.000+02:00", "2026-03-05T14:05:00.000+02:00");
    assert!(days.starts_with("shot; 2026-03-02T12:05:00Z +259260s; coarser;"), "{days}");
    let hours = of("2026-03-02T14:05:00.000+02:00", "2026-03-02T23:05:00.000+02:00");
    assert!(hours.contains("; minute;"), "{hours}");
    let access = json!({"access_kind": "denied", "access_start": "2026-03-02T13:00:00.000+02:00",
        "access_end": "2026-03-04T13:00:00.000+02:00"});
    let told = observations(&page(&[access])).concat();
    assert!(told.contains("+172860s; coarser;"), "{told}");
    assert!(of("2026-03-02", "2026-03-02").contains("; day;"));
    assert!(of("2026-03-02", "2026-03-03").contains("+172800s; coarser;"));
}

#[test]
fn what_was_not_seen_has_an_interval_or_names_the_end_that_is_missing() {
    let (one, two, three) =
        ("2026-03-02T12:00:00.000+02:00", "2026-03-02T13:00:00.000+02:00", "2026-03-02T14:00:00.000+02:00");
    let of = |answers: Value| {
        let mut all = json!({"not_seen": "fog", "observer_place": "47.25 -30.5"});
        all.as_object_mut().unwrap().extend(answers.as_object().unwrap().clone());
        let kept = page(&[all]);
        let spans = kept.coverage.iter().map(|c| told::span(c.interval.start, c.interval.end));
        let mut told: Vec<String> = spans.collect();
        told.extend(faults(&kept));
        told.concat()
    };
    let hour = "2026-03-02T10:00:00Z +3600s";
    assert_eq!(of(json!({"not_seen_start": one, "not_seen_end": two})), hour);
    assert_eq!(of(json!({"not_seen_start": one})), "1 not_seen_end missing-value");
    assert_eq!(of(json!({"not_seen_end": two})), "1 not_seen_start missing-value");
    assert_eq!(of(json!({})), "1 not_seen_start missing-value");
    assert_eq!(of(json!({"not_seen_start": one, "start": one})), "1 not_seen_end missing-value");
    // An answer that is empty is that of the event; one that is "not known" is not known.
    assert_eq!(of(json!({"not_seen_start": one, "end": two})), hour);
    assert_eq!(of(json!({"not_seen_end": two, "start": one})), hour);
    let unsaid = json!({"not_seen_start": one, "not_seen_end": "undetermined", "end": three});
    assert_eq!(of(unsaid), "1 not_seen_end missing-value");
    let unsaid = json!({"not_seen_start": "unknown", "not_seen_end": three, "start": one});
    assert_eq!(of(unsaid), "1 not_seen_start missing-value");
}

#[test]
fn tables_of_repeated_groups_and_of_other_forms_are_refused() {
    let refused =
        |text: &str| try_read("odk", &Options::default(), text.as_bytes()).err().unwrap().to_string();
    let repeat = refused("photo,PARENT_KEY,KEY\nx.jpg,uuid:1,uuid:1/photos[1]\n");
    assert!(repeat.contains("the table of a repeated group"), "{repeat}");
    assert!(refused("a,b\n1,2\n").contains("column `instanceID` is missing"));
}

#[test]
fn a_page_that_names_the_next_says_so() {
    let text = json!({"count": 2, "next": "https://example.org/?page=2", "results": [kobo(&heard())]});
    let (_, summary) = read("odk", text.to_string());
    assert!(summary.warnings[0].starts_with("this is one page of several"), "{summary:?}");
}

#[test]
fn the_page_names_every_field_and_its_example_is_taken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources/odk.md");
    let page = std::fs::read_to_string(path).unwrap();
    for field in FIELDS {
        assert!(page.contains(&format!("| `{}` |", field.name)), "{}", field.name);
    }
    let example = page.split("```csv\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let (_, summary) = read("odk", example);
    assert_eq!((summary.observations, summary.coverage, summary.rejected()), (2, 1, 0), "{summary:?}");
}
