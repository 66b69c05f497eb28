//! The corridors that were announced in Ukraine in 2022 (PeaceRep), as windows of silence: each side's hours in its
//! own zone, each side's promise for itself, and the outcome as it was coded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::{CivilZone, Instant, Takes};
use common::{by, watch};
use deconfliction::Board;
use deconfliction::act::{Act, Deed, Ref, WindowText};
use deconfliction::shape::{Ground, Hours, civil_minute};
use deconfliction::words::{Outcome, PromiseState, WindowState};
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::{Format, Options, Rejected, Sink};
use std::path::Path;

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), evidence::intake::SinkError> {
        self.0.push(batch);
        Ok(())
    }

    fn coverage(&mut self, _: Coverage) -> Result<(), evidence::intake::SinkError> {
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{rejected:?}");
    }
}

/// An announcement or outcome as the adapter tells it.
struct Told {
    note: String,
    start: Instant,
    from: Option<[f64; 2]>,
}

fn told() -> Option<Vec<Told>> {
    let path = "humanitarian-corridors-2022/HC_geocoded.csv";
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !at.exists() {
        // Not through `println!`, which the test runner keeps to itself.
        let says = format!("skipped: {path} is not here\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), says.as_bytes());
        return None;
    }
    let mut kept = Kept::default();
    let file = Box::new(std::fs::File::open(at).unwrap());
    let options = Options::default();
    evidence::read(Format::named("corridors").unwrap(), &options, "file", file, &mut kept).unwrap();
    let mut out = Vec::new();
    for batch in &kept.0 {
        for row in 0..batch.len() {
            let (lon, lat) = (batch.lon_deg[row], batch.lat_deg[row]);
            out.push(Told {
                note: batch.note.get(row).to_owned(),
                start: batch.event(row).start,
                from: (lon.is_finite() && lat.is_finite()).then_some([lon, lat]),
            });
        }
    }
    Some(out)
}

/// The hours of a note, once for each zone in which they are stated; a time without a zone is kept as either side's.
fn hours(note: &str, day: Instant) -> Vec<Hours> {
    let kyiv = CivilZone::named("Europe/Kyiv").unwrap();
    let date = |days: i32| civil_minute(&kyiv, kyiv.plus_days(day, days))[..10].to_owned();
    let mut out = Vec::new();
    for window in note.split("; ").filter_map(|p| p.strip_prefix("window: ")).take(1) {
        for reading in window.split(", stated also as ") {
            let (from, rest) = (&reading[..5], &reading[5..]);
            let until = rest.strip_prefix(" to ").map(|r| r[..5].to_owned());
            let zones: &[&str] = match () {
                () if reading.contains("Europe/Moscow") => &["Europe/Moscow"],
                () if reading.contains("UTC") => &["UTC"],
                () if reading.contains("zone not stated") => &["Europe/Kyiv", "Europe/Moscow"],
                () => &["Europe/Kyiv"],
            };
            for zone in zones {
                let past_midnight = until.as_deref().is_some_and(|u| u <= from);
                out.push(Hours {
                    zone: (*zone).to_owned(),
                    from: format!("{}T{from}", date(0)),
                    until: until
                        .as_ref()
                        .map_or(String::new(), |u| format!("{}T{u}", date(i32::from(past_midnight)))),
                    by: String::new(),
                });
            }
        }
    }
    if out.is_empty() {
        // Only the day is stated.
        let (from, until) = (format!("{}T00:00", date(0)), format!("{}T00:00", date(1)));
        out.push(Hours { zone: "Europe/Kyiv".into(), from, until, by: String::new() });
    }
    out
}

fn proposer(note: &str) -> &str {
    note.split("proposed by: ").nth(1).and_then(|r| r.split(';').next()).unwrap_or("").trim()
}

fn ground(told: &Told) -> Ground {
    let end = told.note.split("(ends at lat ").nth(1).and_then(|r| r.split(')').next());
    let to = end
        .and_then(|e| e.split_once(" lon "))
        .map(|(lat, lon)| [lon, lat].map(|t| t.parse::<f64>().unwrap()));
    match (told.from, to) {
        (Some(from), Some(to)) if from != to => Ground::Route {
            path: vec![from, to],
            width_m: 0.0,
            speed_kmh: None,
            late_ms: None,
            doubt_m: None,
        },
        (Some(at), _) => Ground::Point { at, radius_m: 0.0, doubt_m: None },
        _ => Ground::Undetermined,
    }
}

/// The board on which an announcement is asked for and promised, and its outcome is looked back on.
struct Archive {
    board: Board,
    key: u32,
}

impl Archive {
    fn take(&mut self, at_ms: i64, by: deconfliction::act::By, deed: Deed) -> Ref {
        self.key += 1;
        let act = Act { key: format!("k{}", self.key), by, at_ms, seen: None, deed };
        self.board.take(&act).unwrap_or_else(|e| panic!("{e}: {act:?}")).on
    }

    fn announce(&mut self, told: &Told) -> Ref {
        let text = WindowText {
            purpose: told.note.chars().take(1_000).collect(),
            asked_for: String::new(),
            ground: ground(told),
            hours: hours(&told.note, told.start),
            parties: vec!["Russia".into(), "Ukraine".into()],
            without: Vec::new(),
            monitors: Vec::new(),
        };
        let at_ms = told.start.0 - 48 * common::HOUR;
        let made = self.take(at_ms, watch("wes"), Deed::Request { text });
        let who = proposer(&told.note);
        for party in ["Russia", "Ukraine"] {
            if who.eq_ignore_ascii_case("agreed") || who.eq_ignore_ascii_case(party) {
                let (window, until_ms) = (made.clone(), told.start.0 + 48 * common::HOUR);
                let text = "as announced".to_owned();
                self.take(at_ms, watch("wes"), Deed::Promise { window, party: party.into(), until_ms, text });
            }
        }
        made
    }

    fn look_back(&mut self, window: &Ref, told: &Told, outcome: Outcome) {
        let officer = by("vera", base::Role::VerificationOfficer, "");
        let why = told.note.chars().take(1_000).collect();
        let (window, cites) = (window.clone(), Vec::new());
        self.take(told.start.0 + 72 * common::HOUR, officer, Deed::Evaluate { window, outcome, cites, why });
    }
}

#[test]
fn the_282_corridors_of_2022_become_windows_with_both_times_and_their_outcomes() {
    let Some(all) = told() else { return };
    let mut archive = Archive { board: Board::new(CivilZone::utc()), key: 0 };
    let mut known: Vec<(String, Ref)> = Vec::new();
    for told in &all {
        let head = told.note.split(':').next().unwrap().to_owned();
        let (corridor, what) = head.rsplit_once(' ').unwrap();
        if what == "announced" {
            let made = archive.announce(told);
            known.push((corridor.to_owned(), made));
        }
    }
    let announced = archive.board.clone();
    for told in &all {
        let head = told.note.split(':').next().unwrap();
        let (corridor, what) = head.rsplit_once(' ').unwrap();
        let outcome = match what {
            "used" => Outcome::Held,
            "disrupted" => Outcome::Broken,
            "disputed" => Outcome::Disputed,
            _ => continue,
        };
        let (_, window) = known.iter().find(|(id, _)| id == corridor).unwrap();
        archive.look_back(&window.clone(), told, outcome);
    }
    let windows = &archive.board.windows;
    let having = |o: Option<Outcome>| windows.values().filter(|w| w.outcome() == o).count();
    assert_eq!(windows.len(), 282);
    let outcomes = [Some(Outcome::Held), Some(Outcome::Broken), Some(Outcome::Disputed), None].map(having);
    assert_eq!(outcomes, [125, 5, 7, 145]);
    // Nobody on the ground opened one here: the archive says nothing of monitors. A lone promise opens nothing.
    let mut promised = 0;
    for window in announced.windows.values() {
        let now = Instant(window.times.from.0);
        let both = ["Russia", "Ukraine"].iter().all(|p| window.promise(p, now) == PromiseState::Given);
        assert_ne!(window.state(now), WindowState::Open);
        assert_eq!(window.is_promised(now), both);
        promised += usize::from(both);
    }
    let agreed =
        all.iter().filter(|t| t.note.contains("announced:") && proposer(&t.note) == "Agreed").count();
    assert_eq!(promised, agreed);
    assert!(agreed > 0);
    let both_zones = |w: &&deconfliction::window::Window| {
        let has = |zone: &str| w.text.hours.iter().any(|h| h.zone == zone);
        has("Europe/Kyiv") && has("Europe/Moscow")
    };
    let stated: Vec<_> = windows.values().filter(both_zones).collect();
    let agree = stated.iter().filter(|w| w.times.agree).count();
    let says = format!(
        "{} state both zones, {agree} of them the same moments; {agreed} promised by both\n",
        stated.len()
    );
    let _ = std::io::Write::write_all(&mut std::io::stderr(), says.as_bytes());
    assert!(agree > 0 && agree < stated.len());
}
