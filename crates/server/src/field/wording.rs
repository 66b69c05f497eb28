//! The words of the web form in the words of ODK forms, so that both are read by the same rules. What is said already
//! in those words stays as it is; what a position or a list of words cannot hold goes into the observer's narrative.

use serde_json::{Map, Value};

/// Bands of distance: the web form's word and ODK's.
const BANDS: [(&str, &str); 6] = [
    ("0-500", "under_500_m"),
    ("500-1000", "500_m_to_1_km"),
    ("1000-2000", "1_to_2_km"),
    ("2000-5000", "2_to_5_km"),
    ("5000-10000", "5_to_10_km"),
    ("10000+", "over_10_km"),
];
/// Units of count: many and one.
const UNITS: [(&str, &str); 10] = [
    ("explosions", "explosion"),
    ("bursts", "burst"),
    ("shots", "shot"),
    ("projectiles", "projectile"),
    ("flashes", "muzzle flash"),
    ("flares", "flare"),
    ("weapons", "weapon"),
    ("vehicles", "vehicle"),
    ("persons", "person"),
    ("objects", "object"),
];
/// Positions, and whether words in the place of one may stand in the narrative: where the observer stood may not.
const PLACES: [(&str, bool); 3] = [("place", true), ("access_place", true), ("observer_place", false)];

/// The answers in ODK's words.
pub(super) fn plain(answers: &Map<String, Value>) -> Map<String, Value> {
    let mut out = answers.clone();
    if let Some(band) = text(&out, "range_band") {
        if let Some((_, word)) = BANDS.iter().find(|(code, _)| *code == band) {
            out.insert("range_band".to_owned(), Value::from(*word));
            // The band says it; its last one has no farthest distance.
            out.remove("range_min_m");
            out.remove("range_max_m");
        } else if band == "own" {
            out.remove("range_band");
        }
    }
    if let Some(unit) = text(&out, "unit")
        && let Some((_, one)) = UNITS.iter().find(|(many, _)| *many == unit)
    {
        out.insert("unit".to_owned(), Value::from(*one));
    }
    if let Some(causes) = text(&out, "not_seen").filter(|c| c.contains(',') || *c == "camera down") {
        let words: Vec<String> = causes.split(',').map(|c| c.trim().replace(' ', "_")).collect();
        out.insert("not_seen".to_owned(), Value::from(words.join(" ")));
    }
    for (name, is_told) in PLACES {
        let Some(words) = text(&out, name).filter(|t| !is_geopoint(t)).map(str::to_owned) else { continue };
        out.remove(name);
        if is_told && !matches!(words.as_str(), "" | "undetermined") {
            say(&mut out, &format!("place: {words}"));
        }
    }
    out
}

/// Adds to the narrative.
pub(super) fn say(answers: &mut Map<String, Value>, words: &str) {
    let before = text(answers, "narrative").unwrap_or("").trim();
    let all = if before.is_empty() { words.to_owned() } else { format!("{before} [{words}]") };
    answers.insert("narrative".to_owned(), Value::from(all));
}

fn text<'a>(answers: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    answers.get(name).and_then(Value::as_str)
}

/// Whether it is meant as a position: whoever writes numbers means one, and is told if they are wrong.
fn is_geopoint(text: &str) -> bool {
    text.split_ascii_whitespace().next().is_some_and(|first| first.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Value {
        Value::Object(plain(value.as_object().unwrap()))
    }

    #[test]
    fn words_of_the_web_form_become_those_of_odk() {
        let said = read(json!({"range_band": "10000+", "range_min_m": 10_000, "unit": "flashes",
            "not_seen": "fog, camera down", "count": 3}));
        let expected = json!({"range_band": "over_10_km", "unit": "muzzle flash",
            "not_seen": "fog camera_down", "count": 3});
        assert_eq!(said, expected);
        let own = read(json!({"range_band": "own", "range_min_m": 100, "range_max_m": 250}));
        assert_eq!(own, json!({"range_min_m": 100, "range_max_m": 250}));
    }

    #[test]
    fn words_of_odk_stay() {
        let said = json!({"range_band": "2_to_5_km", "unit": "shot", "not_seen": "fog camera_down",
            "place": "47.1 -30.2 0 5", "observer_place": "47 -30", "narrative": "near the mill"});
        assert_eq!(read(said.clone()), said);
    }

    #[test]
    fn a_place_in_words_is_told_and_where_the_observer_stood_is_not() {
        let said =
            read(json!({"place": "behind the mill", "observer_place": "our cellar", "narrative": "smoke"}));
        assert_eq!(said, json!({"narrative": "smoke [place: behind the mill]"}));
        assert_eq!(read(json!({"place": "undetermined"})), json!({}));
    }
}
