//! The words of the web form in the words of ODK forms, so that both are read by the same rules. What is said already
//! in those words stays as it is; what a position or a list of words cannot hold goes into the observer's narrative.

use serde_json::{Map, Value};

/// Where answers came in, and so how a position is written in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// The web form: a position is the device's, with its accuracy. Other numbers were typed and are words.
    Web,
    /// OpenRosa: numbers answer a question for a position.
    OpenRosa,
}

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
pub(super) fn plain(answers: &Map<String, Value>, door: Door) -> Map<String, Value> {
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
    bounded(&mut out);
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
        let Some(words) = text(&out, name).filter(|t| !is_geopoint(t, door)).map(str::to_owned) else {
            continue;
        };
        out.remove(name);
        if is_told && !matches!(words.as_str(), "" | "undetermined") {
            say(&mut out, &format!("place: {words}"));
        }
    }
    out
}

/// A nearest distance without a farthest bounds nothing: it is told in words, and the rest is kept.
fn bounded(answers: &mut Map<String, Value>) {
    let metres = |name: &str| match answers.get(name) {
        Some(Value::Number(n)) => n.as_f64(),
        Some(Value::String(t)) => t.trim().parse::<f64>().ok(),
        _ => None,
    };
    let is_said = |name: &str| match answers.get(name) {
        Some(Value::String(t)) => !matches!(t.trim(), "" | "undetermined"),
        Some(Value::Number(_)) => true,
        _ => false,
    };
    let Some(min_m) = metres("range_min_m").filter(|m| *m >= 0.0 && m.is_finite()) else { return };
    if !is_said("range_max_m") {
        answers.remove("range_min_m");
        say(answers, &format!("at least {min_m} m away"));
    }
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

/// Whether it is meant as a position: numbers and nothing else, as many as that door has. Whoever writes that means
/// one, and is told if it is wrong. "5 km N of Karsk" and "36U VV 123 456" are words.
fn is_geopoint(text: &str, door: Door) -> bool {
    let numbers = match door {
        Door::Web => 4..=4,
        Door::OpenRosa => 2..=4,
    };
    let is_number = |part: &str| part.parse::<f64>().is_ok_and(f64::is_finite);
    numbers.contains(&text.split(' ').count()) && text.split(' ').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Value {
        read_by(Door::OpenRosa, value)
    }

    fn read_by(door: Door, value: Value) -> Value {
        Value::Object(plain(value.as_object().unwrap(), door))
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

    #[test]
    fn a_place_that_begins_with_a_digit_is_words() {
        for words in
            ["5 km N of Karsk", "36U VV 123 456", "2nd bridge", "47.1, -30.2", "47.1 -30.2 0 5 6", "nan inf"]
        {
            for door in [Door::Web, Door::OpenRosa] {
                assert_eq!(
                    read_by(door, json!({"place": words, "observer_place": words})),
                    json!({"narrative": format!("place: {words}")})
                );
            }
        }
        assert_eq!(read_by(Door::Web, json!({"place": "45 33"})), json!({"narrative": "place: 45 33"}));
        let fix = json!({"place": "47.100000 -30.200000 0 12", "access_place": "147 -30 0 5"});
        assert_eq!(read_by(Door::Web, fix.clone()), fix);
    }

    #[test]
    fn a_nearest_distance_alone_is_told_in_words() {
        for band in [json!("own"), json!("2_to_5_km")] {
            let said = read(json!({"range_band": band, "range_min_m": 900, "narrative": "smoke"}));
            assert_eq!(said["narrative"], "smoke [at least 900 m away]");
            assert!(said.get("range_min_m").is_none());
        }
        let both = json!({"range_min_m": "900", "range_max_m": "1500"});
        assert_eq!(read(both.clone()), both);
        assert_eq!(
            read(json!({"range_min_m": "far"})),
            json!({"range_min_m": "far"}),
            "refused where it is read"
        );
    }
}
