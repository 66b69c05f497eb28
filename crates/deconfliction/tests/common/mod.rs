//! A desk for the tests: people, texts and observations.
#![allow(dead_code, reason = "each test file uses what it needs")]

use base::{CivilZone, Instant, Interval, LonLat, Place, Refusal, Role, Takes};
use deconfliction::Board;
use deconfliction::act::{Act, Addressee, By, CallText, Deed, EntryText, NoticeText, Ref, Site, WindowText};
use deconfliction::notice::Notice;
use deconfliction::shape::{Ground, Height, Hours, Position};
use deconfliction::words::{Category, Delivery, NoticeKind};
use evidence::batch::{Batch, Builder};
use evidence::coverage::{Coverage, CoverageArea, Status};
use evidence::draft::Draft;
use std::collections::BTreeMap;

pub const HOUR: i64 = 3_600_000;
/// 2026-03-02T00:00Z.
pub const T0: i64 = 1_772_409_600_000;

pub fn by(person: &str, role: Role, of: &str) -> By {
    By { person: person.into(), role, of: of.into() }
}

pub fn liaison(person: &str, of: &str) -> By {
    by(person, Role::Liaison, of)
}

pub fn planner(person: &str, of: &str) -> By {
    by(person, Role::Planner, of)
}

pub fn watch(person: &str) -> By {
    by(person, Role::WatchOfficer, "")
}

/// A board, the time, and the next key.
pub struct Desk {
    pub board: Board,
    pub at_ms: i64,
    pub key: u32,
}

impl Desk {
    pub fn new() -> Desk {
        Desk { board: Board::new(CivilZone::utc()), at_ms: T0, key: 0 }
    }

    pub fn now(&self) -> Instant {
        Instant(self.at_ms)
    }

    pub fn act(&mut self, by: By, deed: Deed) -> Act {
        self.key += 1;
        Act { key: format!("k{}", self.key), by, at_ms: self.at_ms, seen: None, deed }
    }

    pub fn ok(&mut self, by: By, deed: Deed) -> Ref {
        let act = self.act(by, deed);
        self.board.take(&act).unwrap_or_else(|e| panic!("{e}")).on
    }

    pub fn no(&mut self, by: By, deed: Deed) -> Refusal {
        let act = self.act(by, deed);
        self.board.take(&act).expect_err("it is refused")
    }

    pub fn notice(&self, id: &Ref) -> &Notice {
        &self.board.notices[id]
    }

    pub fn delivery(&self, id: &Ref, addressee: &str) -> Delivery {
        let notice = self.notice(id);
        let row = notice.ledger.iter().find(|r| r.addressee.id == addressee).unwrap();
        notice.delivery(row, self.now())
    }

    /// A notice that two people have released.
    pub fn released(&mut self, text: NoticeText) -> Ref {
        let giver = text.giver.clone();
        let made = self.ok(liaison("ana", &giver), Deed::Draft { text });
        for person in ["ana", "ben"] {
            self.ok(liaison(person, &giver), Deed::Release { notice: made.clone(), version: 1 });
        }
        made
    }

    /// A window that is open; its hours are 9 to 16 h.
    pub fn opened(&mut self) -> Ref {
        let made = self.ok(watch("wes"), Deed::Request { text: window() });
        for party in ["KA", "VE"] {
            let (window, party) = (made.clone(), party.to_owned());
            let text = "we shall not fire".to_owned();
            self.ok(watch("wes"), Deed::Promise { window, party, until_ms: T0 + 20 * HOUR, text });
        }
        self.at_ms = T0 + 9 * HOUR;
        self.ok(watch("wes"), Deed::Post { window: made.clone(), post: "north end".into() });
        self.ok(watch("wes"), Deed::Open { window: made.clone(), why: "quiet".into() });
        made
    }
}

pub fn addressee(id: &str, to: &str, level: &str) -> Addressee {
    Addressee { id: id.into(), to: to.into(), level: level.into(), channel: "radio 4".into() }
}

/// A convoy's or flight's text between two times, along a way.
pub fn route(kind: NoticeKind, giver: &str, path: &[Position], from_ms: i64, until_ms: i64) -> NoticeText {
    NoticeText {
        kind,
        act: String::new(),
        giver: giver.into(),
        what: "as planned".into(),
        ground: Ground::Route {
            path: path.to_vec(),
            width_m: 200.0,
            speed_kmh: None,
            late_ms: None,
            doubt_m: Some(20.0),
        },
        height: Height::NotStated,
        from_ms: Some(from_ms),
        until_ms: Some(until_ms),
        content: BTreeMap::new(),
        addressees: vec![addressee("VE/HQ", "VE", "HQ"), addressee("VE/unit", "VE", "unit")],
        under: None,
    }
}

pub fn flight(giver: &str) -> NoticeText {
    NoticeText {
        height: Height::AboveGround { low_m: 100.0, high_m: 150.0 },
        ..route(NoticeKind::Flight, giver, &[[36.0, 48.0], [36.3, 48.2]], T0 + 30 * HOUR, T0 + 36 * HOUR)
    }
}

pub fn square() -> Ground {
    Ground::Area { edge: vec![[36.0, 48.0], [36.2, 48.0], [36.2, 48.2], [36.0, 48.2]], doubt_m: Some(10.0) }
}

pub fn window() -> WindowText {
    WindowText {
        purpose: "repair of the water main".into(),
        asked_for: String::new(),
        ground: square(),
        hours: vec![Hours {
            zone: "UTC".into(),
            from: "2026-03-02T09:00".into(),
            until: "2026-03-02T16:00".into(),
            by: String::new(),
        }],
        parties: vec!["KA".into(), "VE".into()],
        without: Vec::new(),
        monitors: vec!["north end".into()],
    }
}

pub fn hospital() -> EntryText {
    EntryText {
        category: Category::Medical,
        name: "Hospital 2".into(),
        owner: "RED".into(),
        coarse: square(),
        site: Some(Site { at: [36.5, 48.1], radius_m: 100.0, doubt_m: Some(10.0) }),
        expires_ms: T0 + 2_000 * HOUR,
    }
}

pub fn call(drill: bool) -> CallText {
    CallText { from: "KA".into(), to: "VE".into(), called_ms: T0, text: "shells at the mill".into(), drill }
}

/// Kind, moment, place, radius, and whether it is only said.
pub type Row<'a> = (&'a str, i64, Position, Option<f64>, bool);

pub fn observed(rows: &[Row<'_>]) -> Batch {
    let mut builder = Builder::new("post");
    for (i, (kind, at_ms, at, radius_m, allegation)) in rows.iter().enumerate() {
        let place = Place::Point { at: LonLat::new(at[0], at[1]).unwrap(), radius_m: *radius_m };
        let draft = Draft {
            native_key: &i.to_be_bytes(),
            kind,
            event: Interval::at(Instant(*at_ms)),
            place,
            allegation: *allegation,
            ..Draft::default()
        };
        builder.push(&draft).unwrap();
    }
    builder.take()
}

pub fn watched(from_ms: i64, until_ms: i64) -> Coverage {
    Coverage {
        source: "post".into(),
        kinds: Vec::new(),
        interval: Interval { start: Instant(from_ms), end: Instant(until_ms) },
        area: CoverageArea::Circle { at: LonLat::new(36.1, 48.1).unwrap(), radius_m: 60_000.0 },
        status: Status::Effective,
        cause: String::new(),
    }
}
