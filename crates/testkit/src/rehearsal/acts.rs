//! What people do in the fortnight on the notice board and about the guarantees: windows of silence of which one is
//! broken, notices in time and late, a protected site, calls, a consultation. One act a line, in order of time.

use super::land::Spot;
use super::story::FIRST_DAY_MS;
use base::ObservationId;
use base::time::{DAY_MS, HOUR_MS};
use serde_json::{Value, json};

/// The reading of the protocol that Tarn proposes, and its clause.
const PROPOSED_BY_TARN: (&str, &str) = ("agreement-protocol · as Tarn proposes", "1");

/// Acts so far, and the hour.
struct Story {
    at_ms: i64,
    lines: Vec<(i64, String)>,
}

/// Who acts: a pseudonym, a role, and what it is held of.
type Who = (&'static str, &'static str, &'static str);

const WATCH: Who = ("w.1", "watch-officer", "");
const SECOND_WATCH: Who = ("w.2", "watch-officer", "");
const KARSK: Who = ("l.ka", "liaison", "KA");
const KARSK_TOO: Who = ("l.ka2", "liaison", "KA");
const VELIA: Who = ("l.ve", "liaison", "VE");
const VELIA_TOO: Who = ("l.ve2", "liaison", "VE");
const WATERWORKS: Who = ("o.1", "planner", "Orma Waterworks");
const TARN: Who = ("g.ta", "guarantor", "TA");
const OSMIA: Who = ("g.os", "guarantor", "OS");

impl Story {
    /// Goes on to an hour of a day, 0 being the first, by the clocks of Lindmar.
    fn at(&mut self, day: i64, hour: f64) -> &mut Story {
        self.at_ms = ms(day, hour);
        self
    }

    fn did(&mut self, room: &str, (person, role, of): Who, deed: Value) -> &mut Story {
        let key = format!("rehearsal-{:03}", self.lines.len() + 1);
        let by = json!({"person": person, "role": role, "of": of});
        let act = json!({"room": room, "act": {"key": key, "by": by, "at_ms": self.at_ms, "deed": deed}});
        self.lines.push((self.at_ms, act.to_string()));
        self
    }

    fn board(&mut self, who: Who, deed: Value) -> &mut Story {
        self.did("board", who, deed)
    }

    fn guarantee(&mut self, who: Who, deed: Value) -> &mut Story {
        self.did("guarantee", who, deed)
    }
}

fn ms(day: i64, hour: f64) -> i64 {
    FIRST_DAY_MS + day * DAY_MS + (hour * HOUR_MS as f64) as i64
}

fn position(spot: Spot) -> [f64; 2] {
    let (lon, lat) = spot.degrees();
    [lon, lat]
}

/// A square around a spot.
fn around(spot: Spot, half_km: f64) -> Value {
    let corner = |x: f64, y: f64| position(spot.shifted(x * half_km, y * half_km));
    let edge = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
    json!({"shape": "area", "edge": edge, "doubt_m": 50.0})
}

/// Who watches a window.
const MONITORS: [&str; 2] = ["team at the northern end", "team at the southern end"];
/// The pumping station north of Lindmar that is repaired under fire.
const STATION: Spot = Spot { x_km: 4.0, y_km: 24.0 };
/// The ford where the crew works in peace.
const FORD: Spot = Spot { x_km: 20.0, y_km: -3.0 };

/// The file: JSON, one act a line. `cameras` is the table of the cameras' reports.
pub(super) fn file(cameras: &str) -> (String, String) {
    let mut story = Story { at_ms: FIRST_DAY_MS, lines: Vec::new() };
    quiet_window(&mut story);
    register(&mut story);
    flight(&mut story);
    late_notice(&mut story);
    broken_window(&mut story, cameras);
    calls(&mut story);
    consultation(&mut story);
    story.lines.sort_by_key(|(at_ms, _)| *at_ms);
    let text: String = story.lines.iter().map(|(_, act)| format!("{act}\n")).collect();
    ("acts.jsonl".to_owned(), text)
}

fn window(purpose: &str, ground: Value, (day, from, until): (i64, &str, &str)) -> Value {
    let date = format!("2026-03-{:02}", 3 + day);
    let hours =
        json!([{"zone": "Etc/GMT-2", "from": format!("{date}T{from}"), "until": format!("{date}T{until}")}]);
    let text = json!({"purpose": purpose, "ground": ground, "hours": hours, "parties": ["KA", "VE"],
        "monitors": MONITORS});
    json!({"deed": "request", "text": text})
}

fn in_place(story: &mut Story, window: &str) {
    for post in MONITORS {
        story.board(WATCH, json!({"deed": "post", "window": window, "post": post}));
    }
}

fn promised(story: &mut Story, window: &str, until: (i64, f64)) {
    for (party, who) in [("KA", KARSK), ("VE", VELIA)] {
        story.board(WATCH, json!({"deed": "ask", "window": window, "party": party}));
        let text = "our forces will not fire into it";
        story.board(
            who,
            json!({"deed": "promise", "window": window, "party": party, "until_ms": ms(until.0, until.1), "text": text}),
        );
    }
}

/// The fourth day: asked for, promised, open, completed; nothing was heard, and little was watched.
fn quiet_window(story: &mut Story) {
    story
        .at(2, 9.0)
        .board(WATERWORKS, window("pumps at Sorrel Ford", around(FORD, 1.5), (3, "09:00", "13:00")));
    let window = "WIN-2026-0001";
    promised(story, window, (3, 13.0));
    in_place(story.at(3, 8.75), window);
    story
        .at(3, 9.0)
        .board(WATCH, json!({"deed": "open", "window": window, "why": "both teams report quiet"}));
    let text = "two pumps changed";
    story
        .at(3, 12.5)
        .board(WATCH, json!({"deed": "complete", "window": window, "work": "done", "text": text}));
    let why = "the teams heard nothing; no sensor reaches the eastern half";
    story.at(3, 15.0).board(
        SECOND_WATCH,
        json!({"deed": "evaluate", "window": window, "outcome": "undetermined", "why": why, "cites": []}),
    );
}

/// The tenth day, in the fighting: open for two hours, and broken by what a camera saw.
fn broken_window(story: &mut Story, cameras: &str) {
    let (day, from_ms) = (9, ms(9, 12.0));
    story.at(8, 10.0).board(
        WATERWORKS,
        window("the pumping station at Quellin", around(STATION, 4.0), (day, "12:00", "16:00")),
    );
    let window = "WIN-2026-0002";
    promised(story, window, (day, 16.0));
    in_place(story.at(day, 11.5), window);
    story
        .at(day, 12.0)
        .board(WATCH, json!({"deed": "open", "window": window, "why": "both teams report quiet"}));
    let Some((id, at_ms)) = first_within(cameras, STATION, 4.0, from_ms) else { return };
    story.at_ms = at_ms + 5 * 60_000;
    let seen = ObservationId::of("cameras", id.as_bytes()).to_string();
    let why = "camera 8 saw an explosion inside the area; the crew is called back";
    story.board(WATCH, json!({"deed": "break", "window": window, "observations": [seen], "why": why}));
    let text = "the crew left; the station runs on one pump";
    story
        .at(day, 17.0)
        .board(WATCH, json!({"deed": "complete", "window": window, "work": "partly-done", "text": text}));
    let why = "broken by fire that a camera saw; whose, is for the case";
    story.at(day, 18.0).board(
        SECOND_WATCH,
        json!({"deed": "evaluate", "window": window, "outcome": "broken", "why": why, "cites": [seen]}),
    );
}

/// The first camera report of an explosion in the square, within four hours of a moment: its id and when.
fn first_within(cameras: &str, middle: Spot, half_km: f64, from_ms: i64) -> Option<(String, i64)> {
    let ([west, south], [east, north]) =
        (position(middle.shifted(-half_km, -half_km)), position(middle.shifted(half_km, half_km)));
    cameras.lines().skip(1).find_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let [id, time, _, lon, lat, _, kind, ..] = cells.as_slice() else { return None };
        let at = base::Instant::parse(time)?;
        let (lon, lat): (f64, f64) = (lon.parse().ok()?, lat.parse().ok()?);
        let in_time = (from_ms..from_ms + 4 * HOUR_MS).contains(&at.0);
        let in_space = (west..east).contains(&lon) && (south..north).contains(&lat);
        (in_time && in_space && *kind == "explosion").then(|| ((*id).to_owned(), at.0))
    })
}

/// A hospital: entered, looked up, checked by a second person, told to one side by category and to the other by area.
fn register(story: &mut Story) {
    let site = Spot::new(12.0, -27.0);
    let text = json!({"category": "medical", "name": "Clinic of Mordsey", "owner": "Orma Waterworks",
        "coarse": around(site, 3.0), "site": {"at": position(site), "radius_m": 80.0, "doubt_m": 10.0},
        "expires_ms": ms(60, 0.0)});
    story.at(1, 10.0).board(WATERWORKS, json!({"deed": "enter", "text": text}));
    let entry = "PRT-2026-0001";
    let looked = json!({"gazetteer": "Gazetteer of the Orma, 2025", "name": "Clinic of Mordsey", "at": position(site),
        "doubt_m": 100.0});
    story.at(1, 11.0).board(WATCH, json!({"deed": "look-up", "entry": entry, "looked": looked}));
    story.at(1, 12.0).board(
        SECOND_WATCH,
        json!({"deed": "second", "entry": entry, "why": "seen from the road on patrol"}),
    );
    for (to, level) in [("KA", "category-only"), ("VE", "coarse")] {
        story.board(WATCH, json!({"deed": "disclose", "entry": entry, "to": to, "level": level}));
    }
}

fn addressees() -> Value {
    let of = |to: &str, level: &str| json!({"id": format!("{to}/{level}"), "to": to, "level": level, "channel": "hotline"});
    json!([of("mechanism", "HQ"), of("mechanism", "sector"), of("mechanism", "unit")])
}

fn told(story: &mut Story, notice: &str, (from_ms, until_ms): (i64, i64)) {
    for level in ["HQ", "sector", "unit"] {
        let addressee = format!("mechanism/{level}");
        let at = |deed: &str| json!({"deed": deed, "notice": notice, "version": 1, "addressee": addressee});
        story.board(WATCH, at("sent")).board(WATCH, at("delivered"));
        let repeated =
            json!({"from_ms": from_ms, "until_ms": until_ms, "text": "as written", "place_as_stated": true});
        let deed = json!({"deed": "read-back", "notice": notice, "version": 1, "addressee": addressee, "repeated": repeated});
        story.board(WATCH, deed);
    }
}

/// A flight of evacuation: given in time, in full, and read back at every level.
fn flight(story: &mut Story) {
    let (from_ms, until_ms) = (ms(6, 9.0), ms(6, 11.0));
    let way = [position(Spot::new(34.0, 10.0)), position(Spot::new(3.0, 2.0))];
    let text = json!({"kind": "flight", "what": "helicopter, evacuation of wounded from Lindmar",
        "ground": {"shape": "route", "path": way, "width_m": 2000.0, "speed_kmh": 180.0, "doubt_m": 200.0},
        "height": {"datum": "above-ground", "low_m": 50.0, "high_m": 300.0}, "from_ms": from_ms, "until_ms": until_ms,
        "content": {"purpose": "evacuation of wounded"}, "addressees": addressees()});
    story.at(3, 16.0).board(VELIA, json!({"deed": "draft", "text": text}));
    for who in [VELIA, VELIA_TOO] {
        story.board(who, json!({"deed": "release", "notice": "NTC-2026-0001", "version": 1}));
    }
    told(story, "NTC-2026-0001", (from_ms, until_ms));
}

/// A blast given notice of six hours before it, to headquarters alone.
fn late_notice(story: &mut Story) {
    let text = json!({"kind": "flight", "what": "drone that maps a minefield before demining",
        "ground": {"shape": "point", "at": position(Spot::new(-2.0, -9.0)), "radius_m": 800.0, "doubt_m": 100.0},
        "from_ms": ms(7, 14.0), "until_ms": ms(7, 15.0), "content": {"purpose": "demining"},
        "addressees": [{"id": "mechanism/HQ", "to": "mechanism", "level": "HQ", "channel": "hotline"}]});
    story.at(7, 8.0).board(KARSK, json!({"deed": "draft", "text": text}));
    for who in [KARSK, KARSK_TOO] {
        story.board(who, json!({"deed": "release", "notice": "NTC-2026-0002", "version": 1}));
    }
    let sent = json!({"deed": "sent", "notice": "NTC-2026-0002", "version": 1, "addressee": "mechanism/HQ"});
    story.board(WATCH, sent);
}

/// A call that was passed on and repeated wrongly before it was repeated as it stood, one that nobody took, a drill.
fn calls(story: &mut Story) {
    let call = |from: &str, to: &str, at: (i64, f64), text: &str, drill: bool| {
        let called_ms = ms(at.0, at.1);
        json!({"from": from, "to": to, "called_ms": called_ms, "text": text, "drill": drill})
    };
    let words = "shells fall beside the crew at the pumping station; cease fire there";
    story
        .at(9, 13.2)
        .board(WATCH, json!({"deed": "log", "call": call("VE", "KA", (9, 13.15), words, false)}));
    let log = "HTL-2026-0001";
    story.board(WATCH, json!({"deed": "relay", "call": log, "to": "KA", "text": words}));
    let wrong = "shells fall beside the pumping station";
    story.board(WATCH, json!({"deed": "repeat", "call": log, "text": wrong, "as_stated": false}));
    story.at(9, 13.3).board(WATCH, json!({"deed": "repeat", "call": log, "text": words, "as_stated": true}));
    story.board(WATCH, json!({"deed": "close", "call": log, "text": "KA will ask its sector"}));
    let missed = call("mechanism", "KA", (10, 2.1), "", false);
    story.at(10, 2.2).board(WATCH, json!({"deed": "missed", "call": missed}));
    let drill = call("mechanism", "VE", (11, 9.0), "this is an exercise of the line", true);
    story.at(11, 9.0).board(WATCH, json!({"deed": "log", "call": drill}));
}

/// Tarn asks for a consultation on the second day of the fighting; two guarantors measure "sustained" each their way.
fn consultation(story: &mut Story) {
    let (text, clause) = PROPOSED_BY_TARN;
    let clause = json!({"text": text, "clause": clause});
    let question = "is what has been seen near Lindmar since yesterday what the text speaks of?";
    story
        .at(10, 20.0)
        .guarantee(TARN, json!({"deed": "request", "clause": clause, "question": question, "cites": []}));
    let asked = "CNS-2026-0001";
    for who in [TARN, OSMIA] {
        story.guarantee(who, json!({"deed": "participate", "consultation": asked, "presence": "present"}));
    }
    let view = "two days of fire are on record; intent is not, and the commission has not been asked";
    story.at(10, 21.0).guarantee(TARN, json!({"deed": "position", "consultation": asked, "text": view}));
    let view = "we wait for the attribution by the commission";
    story.guarantee(OSMIA, json!({"deed": "position", "consultation": asked, "text": view}));
    for (who, on, out_of) in [(TARN, 2, 4), (OSMIA, 3, 4)] {
        let tests = json!([{"test": "days", "on": on, "out_of": out_of}]);
        let why = "stated in our parliament before the text was initialled";
        let deed =
            json!({"deed": "gauge", "clause": clause, "element": "sustained", "tests": tests, "why": why});
        story.guarantee(who, deed);
    }
}
