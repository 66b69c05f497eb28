use super::*;

/// The file that docs/collecting.md shows.
fn example() -> String {
    let page = include_str!("../../../../docs/collecting.md");
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

const CARD: &str = "card: {id: a, kind: acoustic, format: geojson, operator: M, limitations: wind}";

fn problems(text: &str) -> String {
    let all = read_sources(text, Path::new("/none")).unwrap_err();
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documented_file_is_read_and_keeps_to_the_published_schema() {
    let text = example();
    let sources = read_sources(&text, Path::new("/mission")).unwrap_or_else(|e| panic!("{e:?}"));
    let doors: Vec<&str> = sources.iter().map(|s| s.door.name()).collect();
    assert_eq!(doors, ["mqtt", "cot", "pull"]);
    assert!(sources[0].area.is_some());
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/sources.schema.json")).unwrap();
    let valid = jsonschema::validator_for(&schema).unwrap();
    let value: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let wrong: Vec<String> =
        valid.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn schema_and_reader_know_the_same_fields() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/sources.schema.json")).unwrap();
    let valid = jsonschema::validator_for(&schema).unwrap();
    for (place, object) in
        [("/$defs/source", "source"), ("/$defs/cot", "cot"), ("/$defs/mqtt", "mqtt"), ("/$defs/pull", "pull")]
    {
        let names = schema.pointer(&format!("{place}/properties")).unwrap().as_object().unwrap();
        // Each field with a value of the wrong sort: a reader that knows it complains of the value, else of the name.
        for name in names.keys() {
            let text = match object {
                "source" => format!("sources:\n  - {name}: [[]]\n"),
                _ => format!("sources:\n  - {CARD}\n    {object}: {{{name}: [[[]]]}}\n"),
            };
            assert!(!problems(&text).contains("unknown field"), "{object}.{name} is not read");
        }
        let text = match object {
            "source" => format!("sources:\n  - {CARD}\n    surplus: 1\n"),
            _ => format!("sources:\n  - {CARD}\n    {object}: {{surplus: 1}}\n"),
        };
        assert!(problems(&text).contains("surplus"), "{}", problems(&text));
        let value: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        assert!(!valid.is_valid(&value), "the schema takes a surplus field in {object}");
    }
}

#[test]
fn a_mistake_is_told_with_its_line_its_field_and_what_to_do() {
    let pull = "pull: {url: 'http://example.org/a', every: 5 min}";
    for (text, line, says) in [
        (format!("sources:\n  - {CARD}\n    {pull}\n    stale_afer: 5 min\n"), 4, "stale_afer"),
        (format!("sources:\n  - {CARD}\n    stale_after: 5 fortnights\n    {pull}\n"), 3, "5 fortnights"),
        (format!("sources:\n  - {CARD}\n"), 2, "state one of `cot`, `mqtt`, `pull`"),
        (
            format!("sources:\n  - {CARD}\n    {pull}\n    cot: {{listen: '127.0.0.1:1'}}\n"),
            2,
            "more than one door",
        ),
        (format!("sources:\n  - {CARD}\n    pull: {{url: 'file:///etc/passwd', every: 5 s}}\n"), 2, "http"),
        (format!("sources:\n  - {CARD}\n    cot: {{listen: '0.0.0.0:8089'}}\n"), 2, "add `tls`"),
        (format!("sources:\n  - {CARD}\n    {pull}\n    quarantine_share: 7\n"), 2, "quarantine_share"),
        (format!("sources:\n  - {CARD}\n    {pull}\n  - {CARD}\n    {pull}\n"), 4, "twice"),
        (format!("sources:\n  - {}\n    {pull}\n", CARD.replace("geojson", "gejson")), 2, "card.format"),
        (
            format!("sources:\n  - {}\n    {pull}\n", CARD.replace(", limitations: wind", "")),
            2,
            "limitations",
        ),
    ] {
        let told = problems(&text);
        assert!(told.starts_with(&format!("line {line}: ")), "{text}\n{told}");
        assert!(told.contains(says), "{text}\n{told}");
    }
}

#[test]
fn lengths_of_time_are_read_with_their_unit_or_not_at_all() {
    assert_eq!(read_span("250 ms"), Some(Duration::from_millis(250)));
    assert_eq!(read_span("5min"), Some(Duration::from_secs(300)));
    for bad in ["5", "", "s", "-5 s", "5 d", "0 s", "99999999999999999999 s", "9999 h"] {
        assert_eq!(read_span(bad), None, "{bad}");
    }
}
