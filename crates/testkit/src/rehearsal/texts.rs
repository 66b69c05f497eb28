//! The two texts of the Agreement of Lindmar, the mappings of the tables, and the list of what is imported. Both texts
//! come from one model, so that they differ only where this says so.

/// The model of both texts; words in braces differ.
const MODEL: &str = include_str!("agreement.md");

/// The draft from which both come, with what is not agreed in brackets.
const DRAFT: &str = include_str!("draft.md");

/// Three proposals for the guarantees, beside each other.
const PROTOCOL: &str = include_str!("protocol.md");

const KARSK: &[(&str, &str)] = &[
    ("heading", "The text of Karsk"),
    ("version", "text of Karsk"),
    ("entry", "2026-03-03 00:00"),
    ("line_text", "For the forces of Velia, distances are measured\n> from the line of 19 September."),
    (
        "september",
        "line september from \"geo/line-19-september.geojson\" tolerance 50 m, KA on the left, VE on the right\n",
    ),
    ("reference", "september"),
    ("fire_text", "Announced exercises and\n> blasting are no fire."),
    ("fire_unless", "\n       unless in an exercise"),
    ("calibre", "120"),
    ("complete", "6"),
    ("complete_text", "on the sixth"),
    ("storage_text", "They may stand at storage\n> sites."),
    ("storage_unless", "       unless at storage\n"),
];

const VELIA: &[(&str, &str)] = &[
    ("heading", "The text of Velia"),
    ("version", "text of Velia"),
    ("entry", "2026-03-04 00:00"),
    ("line_text", "All distances are measured from it."),
    ("september", ""),
    ("reference", "contact"),
    ("fire_text", "No exercise excuses it."),
    ("fire_unless", ""),
    ("calibre", "100"),
    ("complete", "3"),
    ("complete_text", "on the third"),
    ("storage_text", "They may stand at storage\n> sites that the Mechanism inspected in the last 14 days."),
    (
        "storage_unless",
        "3.1a unless inspected storage: at storage, and\n       shown: \"inspected by the Mechanism in the last 14 days\"\n       to be shown by the party that stores\n",
    ),
];

const CAMERAS: &str = r#"{
  "about": "fixed cameras along the line; the position is that of the event, not of the camera",
  "id": "id", "time": "time", "lon": "lon", "lat": "lat", "radius": "radius_m",
  "kind": "kind", "assessment": "assessment", "count": "count", "reported": "reported",
  "means": {"constant": "camera"}, "note": "camera"
}
"#;

const ACOUSTIC: &str = r#"{
  "about": "acoustic sensors: a bearing and a range band from the post, whose position is surveyed to 10 m",
  "id": "id", "time": "time",
  "observer_lon": "sensor_lon", "observer_lat": "sensor_lat", "observer_radius": {"constant": 10},
  "bearing": "bearing_deg", "half_width_deg": "half_width_deg", "range_min": "range_min_m", "range_max": "range_max_m",
  "kind": "kind", "assessment": "assessment", "weapon": "weapon", "count": "count", "reported": "reported",
  "means": {"constant": "acoustic"}, "note": "sensor"
}
"#;

const PATROLS: &str = r#"{
  "about": "patrols by day and flights of the Mechanism: what was seen has a position, what was heard a bearing and a range",
  "id": "id", "start": "start", "end": "end", "lon": "lon", "lat": "lat", "radius": "radius_m",
  "observer_lon": "team_lon", "observer_lat": "team_lat", "observer_radius": {"constant": 100},
  "bearing": "bearing", "range_min": {"column": "range_min_km", "unit": "km"}, "range_max": {"column": "range_max_km", "unit": "km"},
  "kind": "kind", "means": "means", "assessment": "assessment", "count": "count", "weapon": "weapon",
  "calibre": "calibre_mm", "actor": "actor", "exercise": "exercise", "reported": "reported",
  "note": {"columns": ["team", "note"]}
}
"#;

const OPEN_SOURCE: &str = r#"{
  "about": "news by place and day, and what the parties allege: allegations are kept apart and never counted",
  "id": "id", "start": "start", "end": "end", "lon": "lon", "lat": "lat", "radius": "radius_m",
  "kind": "kind", "actor": "actor", "nature": "nature", "count": "count", "reported": "reported",
  "means": {"constant": "open source"}, "note": {"columns": ["place", "note"]}
}
"#;

const MISSION: &str = r#"{
  "name": "Lindmar rehearsal",
  "about": "a simulated fortnight on invented land; no state, town or event is real",
  "zone": "Etc/GMT-2",
  "agreements": [
    {"label": "karsk", "file": "agreement-karsk.md"},
    {"label": "velia", "file": "agreement-velia.md"},
    {"label": "draft", "file": "agreement-draft.md"},
    {"label": "protocol", "file": "agreement-protocol.md"}
  ],
  "basemap": "basemap.geojson",
  "coverage": "coverage.csv",
  "acts": "acts.jsonl",
  "truth": "truth.csv",
  "sources": [
    {"id": "cameras", "file": "cameras.csv", "format": "csv", "mapping": "cameras.json"},
    {"id": "acoustic", "file": "acoustic.csv", "format": "csv", "mapping": "acoustic.json"},
    {"id": "patrols", "file": "patrols.csv", "format": "csv", "mapping": "patrols.json"},
    {"id": "satellite", "file": "satellite.csv", "format": "firms", "radius_m": 375},
    {"id": "open-source", "file": "open-source.csv", "format": "csv", "mapping": "open-source.json"}
  ],
  "cards": "cards.json"
}
"#;

const CARDS: &str = r#"[
  {"id": "cameras", "kind": "camera", "format": "csv", "operator": "Monitoring and Verification Mechanism",
   "reliability": "A", "reliability_reason": "compared with patrols on three days before entry into force",
   "detects": [
     {"kind": "explosion", "range_m": 6000, "clear_weather_only": true},
     {"kind": "muzzle flash", "range_m": 6000, "clear_weather_only": true},
     {"kind": "projectile", "range_m": 6000, "clear_weather_only": true},
     {"kind": "burst", "range_m": 6000, "clear_weather_only": true}],
   "blind_to": ["shot", "flight"], "latency_s": {"usual": 60, "longest": 7200},
   "clock_offset_s": {"ahead": 0, "doubt": 8},
   "limitations": "ten fixed cameras, 6 km each; nothing beyond, little in fog; camera 3 runs 7 s fast, camera 8 4 s slow"},
  {"id": "acoustic", "kind": "acoustic", "format": "csv", "operator": "Monitoring and Verification Mechanism",
   "reliability": "B", "reliability_reason": "tells direction well and kind badly",
   "detects": [{"kind": "explosion", "range_m": 14000}],
   "blind_to": ["burst", "shot", "flight", "muzzle flash"], "latency_s": {"usual": 30, "longest": 600},
   "clock_offset_s": {"ahead": 0, "doubt": 1},
   "limitations": "explosions only, up to 14 km; cannot tell a blast at a quarry from a shell; wind above 12 m/s blinds it"},
  {"id": "patrols", "kind": "patrol", "format": "csv", "operator": "Monitoring and Verification Mechanism",
   "reliability": "B", "reliability_reason": "trained observers; two of every three reports agree with a sensor",
   "latency_s": {"usual": 21600, "longest": 172800},
   "limitations": "by day only, 07:00 to 18:00; to the minute; refused passage now and then; some reports come a day late"},
  {"id": "satellite", "kind": "satellite", "format": "firms", "operator": "simulated orbital sensor",
   "reliability": "C", "reliability_reason": "heat is not fire, and fire is not a shot",
   "detects": [{"kind": "thermal anomaly", "clear_weather_only": true}],
   "latency_s": {"usual": 10800, "longest": 43200},
   "limitations": "heat only, two passes a day, blind under cloud; sees burning fields and gun fire alike"},
  {"id": "open-source", "kind": "news", "format": "csv", "operator": "press and parties", "reliability": "D",
   "reliability_reason": "not independent of the parties", "latency_s": {"usual": 86400, "longest": 259200},
   "limitations": "a town and a day at best; what a party says of the other is an allegation and no observation"}
]
"#;

/// The files: name and text.
pub(super) fn files() -> Vec<(String, String)> {
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    vec![
        named("agreement-karsk.md", &filled(KARSK)),
        named("agreement-velia.md", &filled(VELIA)),
        named("agreement-draft.md", DRAFT),
        named("agreement-protocol.md", PROTOCOL),
        named("cameras.json", CAMERAS),
        named("acoustic.json", ACOUSTIC),
        named("patrols.json", PATROLS),
        named("open-source.json", OPEN_SOURCE),
        named("mission.json", MISSION),
        named("cards.json", CARDS),
    ]
}

fn filled(words: &[(&str, &str)]) -> String {
    let fill = |text: String, (hole, word): &(&str, &str)| text.replace(&format!("{{{hole}}}"), word);
    words.iter().fold(MODEL.to_owned(), fill)
}

#[cfg(test)]
mod tests {
    use super::{KARSK, VELIA, filled};

    #[test]
    fn both_texts_fill_every_hole_of_the_model() {
        assert!(KARSK.iter().map(|(h, _)| h).eq(VELIA.iter().map(|(h, _)| h)));
        for words in [KARSK, VELIA] {
            assert!(!filled(words).contains(['{', '}']));
        }
    }
}
