//! Entities of the SensorThings API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/told.rs"]
mod told;

use common::{data, read, read_file, try_read};
use evidence::Options;
use evidence::mapping::Mapping;
use serde_json::{Value, json};
use told::{coverages, faults, ids, observations};

fn thing(properties: Value) -> Value {
    json!({"@iot.id": 7, "name": "Post 7", "description": "a post", "properties": properties,
           "Locations": [{"name": "post", "description": "", "encodingType": "application/geo+json",
                          "location": {"type": "Point", "coordinates": [-30.5, 47.25]}}]})
}

fn stream(property: &str, unit: Value, thing: Value) -> Value {
    json!({"@iot.id": 3, "name": format!("{property} at post 7"), "observationType": "http://example.org/OM_Measurement",
           "unitOfMeasurement": unit, "ObservedProperty": {"name": property, "definition": "http://example.org/x"},
           "Thing": thing})
}

fn counted() -> Value {
    json!({"name": "count", "symbol": "", "definition": ""})
}

fn text(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn a_count_of_a_known_kind_lies_within_the_range_of_its_thing() {
    let observation = json!({"@iot.id": 11, "phenomenonTime": "2026-03-02T10:00:00Z/2026-03-02T10:05:00Z",
        "resultTime": "2026-03-02T10:05:01Z", "result": 3, "resultQuality": "good",
        "Datastream": stream("Explosion", counted(), thing(json!({"range_m": 4500, "means": "acoustic"})))});
    let (kept, summary) = read("sensorthings", text(&observation));
    assert_eq!(
        observations(&kept),
        [
            "explosion; 2026-03-02T10:00:00Z +300s; second; from -30.5 47.25 ±100 bearing 0±180 range 0-4500 [means \
          acoustic | count 3-3 | reported 2026-03-02T10:05:01Z | note quality good; datastream Explosion at post 7]"
        ]
    );
    assert!(summary.warnings.is_empty(), "{summary:?}");
}

#[test]
fn a_feature_of_interest_elsewhere_goes_before_the_thing() {
    let mut observation = json!({"@iot.id": 11, "phenomenonTime": "2026-03-02T10:00:00Z", "result": true,
        "FeatureOfInterest": {"feature": {"type": "Point", "coordinates": [-30.4, 47.3]}},
        "Datastream": stream("muzzle_flash", Value::Null, thing(json!({"range_m": 4500})))});
    let told = observations(&read("sensorthings", text(&observation)).0);
    assert!(
        told[0].starts_with("muzzle flash; 2026-03-02T10:00:00Z +1s; second; -30.4 47.3 ±NaN"),
        "{told:?}"
    );
    // Services copy the thing's own place where none is stated.
    observation["FeatureOfInterest"]["feature"]["coordinates"] = json!([-30.5, 47.25]);
    let told = observations(&read("sensorthings", text(&observation)).0);
    assert!(told[0].contains("from -30.5 47.25 ±100 bearing 0±180 range 0-4500"), "{told:?}");
    observation["Datastream"]["Thing"]["properties"] = json!({});
    let (kept, summary) = read("sensorthings", text(&observation));
    assert!(observations(&kept)[0].contains("; nowhere ["), "{:?}", observations(&kept));
    assert_eq!(summary.warnings.len(), 1, "{summary:?}");
}

#[test]
fn the_place_of_a_thing_never_becomes_that_of_the_event() {
    // Some forty metres from the thing: rounded by one program and not by another.
    let near = json!({"feature": {"type": "Point", "coordinates": [-30.5004, 47.2503]}});
    let of = |thing: Value| {
        json!({"@iot.id": 11, "phenomenonTime": "2026-03-02T10:00:00Z", "result": 2, "FeatureOfInterest": near,
            "Datastream": stream("shot", counted(), thing)})
    };
    let told = observations(&read("sensorthings", text(&of(thing(json!({"range_m": 900}))))).0);
    assert!(told[0].contains("from -30.5 47.25 ±100 bearing 0±180 range 0-900"), "{told:?}");
    let (kept, summary) = read("sensorthings", text(&of(thing(json!({})))));
    let told = observations(&kept);
    assert!(told[0].contains("; nowhere [") && !told[0].contains("47.25"), "{told:?}");
    assert!(summary.warnings[0].starts_with("observations whose only place is that of their thing"));
    // Nobody can tell whose place it is.
    let (kept, summary) = read("sensorthings", text(&of(Value::Null)));
    assert!(observations(&kept)[0].contains("; -30.5004 47.2503 ±NaN ["), "{:?}", observations(&kept));
    assert_eq!(
        summary.warnings,
        ["places of features whose thing is not stated; it may be the sensor's own place (1 rows)"]
    );
}

#[test]
fn what_is_measured_is_told_and_counts_nothing() {
    let of = |result: Value| {
        let unit = json!({"name": "Decibel", "symbol": "dB", "definition": "x"});
        json!({"phenomenonTime": "2026-03-02T10:00:00Z", "result": result, "Datastream": stream("explosion", unit, Value::Null)})
    };
    let told = observations(
        &read("sensorthings", text(&json!([of(json!(101)), of(json!("loud")), of(json!({"count": 2}))]))).0,
    );
    assert!(
        told[0].ends_with("; nowhere [note explosion 101 dB; datastream explosion at post 7]"),
        "{told:?}"
    );
    assert!(told[1].contains("explosion loud dB"), "{told:?}");
    let heat = json!({"phenomenonTime": "2026-03-02T10:00:00Z", "result": 21.5, "Datastream": stream("Temperature", json!({"symbol": "C"}), Value::Null)});
    let told = observations(&read("sensorthings", text(&heat)).0);
    assert!(told[0].starts_with("other; "), "{told:?}");
    assert!(told[0].contains("note Temperature 21.5 C"), "{told:?}");
}

#[test]
fn nothing_perceived_over_an_interval_is_coverage_and_otherwise_nothing() {
    let of = |time: &str, range: Value| json!({"phenomenonTime": time, "result": 0, "Datastream": stream("shot", counted(), thing(range))});
    let all = json!([
        of("2026-03-02T10:00:00Z/2026-03-02T11:00:00Z", json!({"range_m": 900})),
        of("2026-03-02T10:00:00Z", json!({"range_m": 900})),
        of("2026-03-02T10:00:00Z/2026-03-02T11:00:00Z", json!({})),
    ]);
    let (kept, _) = read("sensorthings", text(&all));
    assert_eq!(
        coverages(&kept),
        ["effective; 2026-03-02T10:00:00Z +3600s; 900 m around -30.5 47.25; [shot]"]
    );
    assert_eq!(faults(&kept).len(), 2);
    assert!(
        faults(&kept).iter().all(|f| f.contains("result out-of-range nothing perceived")),
        "{:?}",
        faults(&kept)
    );
}

#[test]
fn nothing_perceived_is_no_observation_however_it_is_written() {
    let of = |result: &Value, unit: Value| {
        json!({"phenomenonTime": "2026-03-02T10:00:00Z", "result": result,
            "Datastream": stream("shot", unit, Value::Null)})
    };
    let nothing =
        [json!("false"), json!("False"), json!("0"), json!(" 0.0 "), json!(false), json!(0), json!(0.0)];
    let units = [Value::Null, counted(), json!({"name": "shots", "symbol": "{count}"})];
    for (result, unit) in nothing.iter().flat_map(|r| units.iter().map(move |u| (r, u))) {
        let (kept, summary) = read("sensorthings", text(&of(result, unit.clone())));
        assert_eq!(summary.observations, 0, "{result} {unit}: {:?}", observations(&kept));
        assert!(faults(&kept)[0].contains("result out-of-range nothing perceived"), "{result} {unit}");
    }
    let counts = json!([of(&json!({"count": 0}), counted()), of(&json!({"count": "0"}), counted())]);
    assert_eq!(read("sensorthings", text(&counts)).1.observations, 0);
    let told = observations(
        &read("sensorthings", text(&json!([of(&json!("3"), counted()), of(&json!("true"), Value::Null)]))).0,
    );
    assert!(told[0].contains("[count 3-3 | "), "{told:?}");
    assert!(told[1].starts_with("shot; ") && !told[1].contains("count"), "{told:?}");
    let decibel = json!({"name": "Decibel", "symbol": "dB"});
    let told = observations(&read("sensorthings", text(&of(&json!("0"), decibel))).0);
    assert!(told[0].contains("note shot 0 dB"), "what is measured counts nothing: {told:?}");
}

#[test]
fn nothing_perceived_is_no_observation_by_a_mapping_either() {
    let mapping = r#"{"kind": {"column": "ObservedProperty/name", "values": {"BANG": "explosion", "shot": "shot"}},
        "start": "phenomenonTime"}"#;
    let options = Options { mapping: Some(Mapping::parse(mapping).unwrap()), ..Options::default() };
    for (name, result) in
        ["shot", "BANG"].iter().flat_map(|n| [json!(0), json!(false), json!("0")].map(|r| (n, r)))
    {
        let observation = json!({"phenomenonTime": "2026-03-02T10:00:00Z", "result": result,
            "Datastream": stream(name, counted(), Value::Null)});
        let (kept, summary) = try_read("sensorthings", &options, text(&observation).as_bytes()).unwrap();
        assert_eq!((summary.observations, summary.rejected()), (0, 1), "{name} {result}");
        assert!(faults(&kept)[0].contains("result out-of-range nothing perceived"), "{:?}", faults(&kept));
    }
}

#[test]
fn what_lasted_for_days_is_not_known_to_the_second() {
    let of = |time: &str| {
        let observation = json!({"phenomenonTime": time, "result": 2});
        observations(&read("sensorthings", text(&observation)).0).concat()
    };
    assert!(
        of("2026-03-02T10:00:00Z/2026-03-05T10:00:00Z")
            .starts_with("other; 2026-03-02T10:00:00Z +259200s; coarser;")
    );
    assert!(of("2026-03-02T10:00:00Z/2026-03-03T10:00:00Z").contains("; second;"));
    assert!(of("2026-03-02/2026-03-04").starts_with("other; 2026-03-02T00:00:00Z +259200s; coarser;"));
    assert!(of("2026-03-02/2026-03-02").contains("; day;"));
}

#[test]
fn coverage_that_could_not_be_kept_is_a_rejected_row() {
    let of = |kinds: Value, cause: &str| {
        json!({"phenomenonTime": "2026-03-02T10:00:00Z/2026-03-02T11:00:00Z", "result": "down", "resultQuality": cause,
            "Datastream": stream("availability", Value::Null, thing(json!({"range_m": 4500, "kinds": kinds})))})
    };
    let many: Vec<String> = (0..1_025).map(|i| format!("k{i}")).collect();
    let all = json!([
        of(json!([""]), ""),
        of(json!(["x".repeat(1_025)]), ""),
        of(json!(many), ""),
        of(json!(["shot"]), "off")
    ]);
    let (kept, summary) = read("sensorthings", text(&all));
    let found: Vec<String> = faults(&kept).iter().map(|f| f.chars().take(23).collect()).collect();
    assert_eq!(found, ["1 kinds missing-value", "2 kinds too-large 1025 ", "3 kinds too-large 1025 "]);
    assert_eq!(summary.coverage, 1);
}

#[test]
fn availability_is_coverage() {
    let of = |result: Value, more: Value| {
        let mut all = json!({"phenomenonTime": "2026-03-02T10:00:00Z/2026-03-02T11:00:00Z", "result": result,
            "Datastream": stream("availability", Value::Null, thing(json!({"range_m": 4500, "kinds": ["explosion"]})))});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let instant = json!({"phenomenonTime": "2026-03-02T10:00:00Z", "validTime": "2026-03-02T10:00:00Z/2026-03-02T10:10:00Z"});
    let all = json!([
        of(json!(true), json!({})),
        of(json!(false), json!({"resultQuality": "no power"})),
        of(json!("jammed"), instant),
        of(json!("asleep"), json!({})),
        of(json!(true), json!({"phenomenonTime": "2026-03-02T10:00:00Z"})),
    ]);
    let (kept, _) = read("sensorthings", text(&all));
    assert_eq!(
        coverages(&kept),
        [
            "effective; 2026-03-02T10:00:00Z +3600s; 4500 m around -30.5 47.25; [explosion]",
            "down; 2026-03-02T10:00:00Z +3600s; 4500 m around -30.5 47.25; [explosion] no power",
            "jammed; 2026-03-02T10:00:00Z +600s; 4500 m around -30.5 47.25; [explosion]",
        ]
    );
    assert_eq!(
        faults(&kept),
        ["4 result unknown-word \"asleep\"", "5 phenomenonTime missing-value no interval"]
    );
}

#[test]
fn a_data_array_is_read_row_by_row() {
    let page = json!({"@iot.nextLink": "http://example.org/next", "value": [{
        "Datastream@iot.navigationLink": "http://example.org/Datastreams(3)",
        "components": ["id", "phenomenonTime", "resultTime", "result"], "dataArray@iot.count": 3,
        "dataArray": [[1, "2026-03-02T10:00:00Z", null, 3], [2, "2026-03-02T10:01:00Z", null], [3, "soon", null, 4]]}]});
    let (kept, summary) = read("sensorthings", text(&page));
    assert_eq!(observations(&kept), ["other; 2026-03-02T10:00:00Z +1s; second; nowhere [note 3]"]);
    assert_eq!(
        faults(&kept),
        [
            "2 dataArray wrong-shape a row of a data array needs a value for each of its components",
            "3 phenomenonTime bad-date soon",
        ]
    );
    assert_eq!(kept.rejected[0].record, r#"[2,"2026-03-02T10:01:00Z",null]"#);
    assert_eq!(summary.warnings.len(), 1, "{summary:?}");
    let posted = json!([{"Datastream": stream("shot", counted(), thing(json!({"range_m": 900}))),
        "components": ["phenomenonTime", "result"], "dataArray": [["2026-03-02T10:00:00Z", 2]]}]);
    let told = observations(&read("sensorthings", text(&posted)).0);
    assert!(told[0].starts_with("shot; ") && told[0].contains("count 2-2"), "{told:?}");
}

#[test]
fn several_results_of_a_multidatastream_are_one_observation_of_the_kind_that_is_known() {
    let observation = json!({"@iot.id": "m1", "phenomenonTime": "2026-03-02T10:00:00Z", "result": [98.5, 2],
        "MultiDatastream": {"name": "shots", "multiObservationDataTypes": ["a", "b"],
            "unitOfMeasurements": [{"symbol": "dB", "name": "Decibel"}, {"symbol": "", "name": "count"}],
            "ObservedProperties": [{"name": "loudness"}, {"name": "shot"}], "Thing": thing(json!({"range_m": 900}))}});
    let told = observations(&read("sensorthings", text(&observation)).0);
    assert_eq!(
        told,
        [
            "shot; 2026-03-02T10:00:00Z +1s; second; from -30.5 47.25 ±100 bearing 0±180 range 0-900 [count 2-2 | note \
          loudness 98.5 dB; datastream shots]"
        ]
    );
}

#[test]
fn entities_that_are_no_observations_are_rejected_by_their_name() {
    let all = json!([
        {"name": "DHT 22", "description": "", "encodingType": "PDF", "metadata": "x"},
        {"name": "Temperature", "description": "", "definition": "x"},
        thing(json!({})),
        {"name": "x", "location": {"type": "Point", "coordinates": [0, 0]}},
        {"name": "x", "feature": {}},
        stream("shot", counted(), Value::Null),
        {"@iot.selfLink": "http://example.org/v1.1/HistoricalLocations(3)", "time": "2026-03-02T10:00:00Z"},
        {"hello": 1},
        7,
        {"@iot.id": 3, "phenomenonTime": "2026-03-02T10:00:00Z"},
        {"@iot.id": 3, "result": 4},
        {"@iot.id": 3, "result": 4, "phenomenonTime": "2026-03-02T11:00:00Z/2026-03-02T10:00:00Z"},
    ]);
    let (kept, summary) = read("sensorthings", text(&all));
    let alone = |row: u32, what: &str| format!("{row} wrong-shape a {what} without observations");
    let found = faults(&kept);
    let names = [
        "Sensor",
        "ObservedProperty",
        "Thing",
        "Location",
        "FeatureOfInterest",
        "Datastream",
        "HistoricalLocation",
    ];
    for (i, name) in names.iter().enumerate() {
        assert_eq!(found[i], alone(i as u32 + 1, name));
    }
    assert_eq!(
        found[7..],
        [
            "8 wrong-shape no entity of the SensorThings API",
            "9 wrong-shape no entity of the SensorThings API",
            "10 result missing-value",
            "11 phenomenonTime missing-value",
            "12 phenomenonTime ends-before-start 2026-03-02T11:00:00Z/2026-03-02T10:00:00Z",
        ]
    );
    assert_eq!((summary.rows, summary.rejected()), (12, 12));
}

#[test]
fn a_mapping_says_what_a_datastream_is_of() {
    let mapping = r#"{"kind": {"column": "ObservedProperty/name", "values": {"BANG": "explosion"}},
        "start": "phenomenonTime", "end": "phenomenonTime/end", "count": "result", "means": {"constant": "acoustic"},
        "note": "Thing/name"}"#;
    let options = Options { mapping: Some(Mapping::parse(mapping).unwrap()), ..Options::default() };
    let observation = json!({"@iot.id": 5, "phenomenonTime": "2026-03-02T10:00:00Z/2026-03-02T10:05:00Z", "result": 2,
        "Datastream": stream("BANG", counted(), thing(json!({"range_m": 900})))});
    let (kept, _) = try_read("sensorthings", &options, text(&observation).as_bytes()).unwrap();
    assert_eq!(
        observations(&kept),
        [
            "explosion; 2026-03-02T10:00:00Z +301s; second; from -30.5 47.25 ±100 bearing 0±180 range 0-900 [means acoustic \
          | count 2-2 | note Post 7]"
        ]
    );
}

#[test]
fn an_observation_has_one_id_wherever_it_stands() {
    let mut bare = json!({"@iot.id": 5, "phenomenonTime": "2026-03-02T10:00:00Z", "result": 2});
    let alone = ids(&read("sensorthings", text(&bare)).0);
    let mut inside = thing(json!({}));
    inside["Datastreams"] = json!([{"name": "d", "Observations": [bare.clone()]}]);
    assert_eq!(ids(&read("sensorthings", text(&json!({"value": [inside]}))).0), alone);
    bare["Datastream"] = stream("shot", counted(), Value::Null);
    assert_eq!(ids(&read("sensorthings", text(&bare)).0), alone);
}

#[test]
fn the_samples_of_a_service_give_their_observations_and_say_what_the_rest_is() {
    let Some(path) = data("sensorthings-samples/frost/entitiesDefault.json") else { return };
    let (kept, summary) = read_file("sensorthings", &Options::default(), &path).unwrap();
    assert_eq!((summary.rows, summary.observations), (4, 4), "{:?}", faults(&kept));
    let told = observations(&kept);
    // The sample has no place but that of its thing.
    let first = "other; 2015-03-03T00:00:00Z +1s; second; nowhere [note Luminous Flux 3 lm; datastream datastream \
                 name 1]";
    assert_eq!(told[0], first);
    let mut distinct = ids(&kept);
    distinct.dedup();
    assert_eq!(distinct.len(), 4);

    let (kept, summary) =
        read_file("sensorthings", &Options::default(), &path.with_file_name("dataBatchPost.json")).unwrap();
    assert_eq!((summary.rows, summary.observations, summary.rejected()), (54, 32, 22));
    let of = |name: &str| {
        let says = format!("a {name} without observations");
        kept.rejected.iter().filter(|r| r.value == says).count()
    };
    let counts = ["Location", "Thing", "Sensor", "ObservedProperty", "Datastream"].map(of);
    assert_eq!(counts, [4, 4, 1, 2, 0], "{:?}", faults(&kept));
}

#[test]
fn every_other_sample_is_rejected_row_by_row_and_none_is_lost() {
    let Some(dir) = data("sensorthings-samples/frost") else { return };
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["entitiesDefault.json", "dataBatchPost.json"].contains(&name.as_str()) {
            continue;
        }
        let (kept, summary) = read_file("sensorthings", &Options::default(), &path).unwrap();
        assert!(
            summary.rows > 0 && summary.rejected() == summary.rows,
            "{name}: {summary:?} {:?}",
            observations(&kept)
        );
    }
}
