//! How fast the check is: ten thousand active notices; a new one against all of them; a thousand moving routes
//! checked again. `cargo run --release -p deconfliction --example ten_thousand_notices`
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "an example stops aloud")]

use base::{Act, By, CivilZone, Instant, Role, Takes};
use deconfliction::Board;
use deconfliction::act::{Addressee, Deed, NoticeText, Ref};
use deconfliction::conflict::{Field, Margins, World, suggest};
use deconfliction::shape::{Ground, Height, Position};
use deconfliction::words::{Answer, NoticeKind};
use std::collections::BTreeMap;

const HOUR: i64 = 3_600_000;
const T0: i64 = 1_772_400_000_000;

/// A small generator that gives the same on every machine.
struct Draw(u64);

impl Draw {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

fn by(person: &str) -> By {
    By { person: person.to_owned(), role: Role::WatchOfficer, of: String::new() }
}

fn route(draw: &mut Draw) -> Vec<Position> {
    let mut at = [draw.between(30.0, 39.0), draw.between(46.5, 51.0)];
    let mut out = vec![at];
    for _ in 0..6 {
        at = [at[0] + draw.between(-0.06, 0.06), at[1] + draw.between(-0.04, 0.04)];
        out.push(at);
    }
    out
}

fn text(draw: &mut Draw, i: usize) -> NoticeText {
    let kind = [NoticeKind::Convoy, NoticeKind::Movement, NoticeKind::Flight, NoticeKind::Repair][i % 4];
    let ground = match kind {
        NoticeKind::Repair => {
            let at = [draw.between(30.0, 39.0), draw.between(46.5, 51.0)];
            Ground::Point { at, radius_m: 300.0, doubt_m: Some(20.0) }
        }
        _ => Ground::Route {
            path: route(draw),
            width_m: 200.0,
            speed_kmh: Some(40.0),
            late_ms: Some(HOUR / 2),
            doubt_m: Some(50.0),
        },
    };
    let from = T0 + 48 * HOUR + (draw.unit() * 168.0) as i64 * HOUR;
    NoticeText {
        kind,
        act: String::new(),
        giver: if i.is_multiple_of(2) { "KA" } else { "VE" }.to_owned(),
        what: format!("planned activity {i}"),
        ground,
        height: if kind == NoticeKind::Flight {
            Height::AboveGround { low_m: 80.0, high_m: 200.0 }
        } else {
            Height::NotStated
        },
        from_ms: Some(from),
        until_ms: Some(from + 8 * HOUR),
        content: BTreeMap::new(),
        addressees: vec![Addressee {
            id: "HQ".into(),
            to: "KA".into(),
            level: "HQ".into(),
            channel: "radio".into(),
        }],
        under: None,
    }
}

fn take(board: &mut Board, key: &str, person: &str, at_ms: i64, deed: Deed) -> Ref {
    let act = Act { key: key.to_owned(), by: by(person), at_ms, seen: None, deed };
    board.take(&act).unwrap_or_else(|e| panic!("{e}")).on
}

fn main() {
    let mut draw = Draw(7);
    let mut board = Board::new(CivilZone::utc());
    let mut routes = Vec::new();
    let started = std::time::Instant::now();
    for i in 0..10_000 {
        let text = text(&mut draw, i);
        let moves = matches!(text.ground, Ground::Route { .. });
        let made = take(&mut board, &format!("d{i}"), "a", T0, Deed::Draft { text });
        for person in ["a", "b"] {
            let deed = Deed::Release { notice: made.clone(), version: 1 };
            take(&mut board, &format!("r{i}{person}"), person, T0, deed);
        }
        if moves && routes.len() < 1_000 {
            routes.push(made);
        }
    }
    println!("30,000 acts taken: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    let now = Instant(T0 + HOUR);
    let started = std::time::Instant::now();
    let field = Field::build(&board, World::unknown(), &Margins::default(), now);
    println!("index of 10,000 notices: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    let (mut slowest, mut conflicts) = (0.0_f64, 0);
    for i in 0..200 {
        let text = text(&mut draw, i);
        let started = std::time::Instant::now();
        let check = field.check_text(&text, now).expect("something takes place");
        slowest = slowest.max(started.elapsed().as_secs_f64() * 1e3);
        conflicts += usize::from(check.answer == Answer::Conflict);
    }
    println!(
        "a new notice against all, slowest of 200: {slowest:.2} ms ({conflicts} in conflict; wanted: under 20 ms)"
    );
    let started = std::time::Instant::now();
    let met: usize = routes.iter().filter_map(|r| field.check(r, now)).map(|c| c.meetings_all).sum();
    let took = started.elapsed().as_secs_f64() * 1e3;
    println!("1,000 moving routes checked again: {took:.0} ms ({met} meetings; wanted: under 200 ms)");
    let text = text(&mut draw, 1);
    let check = field.check_text(&text, now).expect("something takes place");
    let started = std::time::Instant::now();
    let found = suggest(&field, &text, &check, now);
    println!(
        "suggestions for one ({}): {} in {:.1} ms",
        check.answer,
        found.len(),
        started.elapsed().as_secs_f64() * 1e3
    );
}
