//! What holds of every board, by random acts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::{CivilZone, Instant, Role, Takes};
use common::*;
use deconfliction::Board;
use deconfliction::act::{
    Act, By, CallText, Deed, EntryText, Looked, NoticeText, Ref, Repeated, Site, WindowText,
};
use deconfliction::conflict::{Field, Margins, Subject, World, suggest};
use deconfliction::shape::{Ground, Height, Hours};
use deconfliction::view::{self, Audience};
use deconfliction::words::{
    Category, Disclosure, NoticeKind, NoticeState, Outcome, WindowState, WithKind, Work, every_word,
};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// Draws that a seed repeats.
struct Draw {
    state: u64,
    /// Whether values that nobody should send are drawn too.
    wild: bool,
}

impl Draw {
    fn n(&mut self, below: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below.max(1)
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.n(all.len())].clone()
    }

    fn ms(&mut self) -> i64 {
        if self.wild && self.n(6) == 0 {
            return self.of(&[i64::MIN, i64::MAX, -1, 0, i64::MAX - 1]);
        }
        T0 + self.n(96) as i64 * HOUR / 2
    }

    fn degrees(&mut self, low: f64) -> f64 {
        if self.wild && self.n(8) == 0 {
            return self.of(&[f64::NAN, f64::INFINITY, -180.0, 180.0, 1e300, 90.0]);
        }
        low + self.n(400) as f64 / 1_000.0
    }

    fn metres(&mut self) -> f64 {
        if self.wild && self.n(8) == 0 {
            return self.of(&[f64::NAN, -1.0, f64::MAX, 1e9]);
        }
        self.n(800) as f64
    }

    fn at(&mut self) -> [f64; 2] {
        [self.degrees(36.0), self.degrees(48.0)]
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.n(4) != 0).then_some(value)
    }

    fn ground(&mut self) -> Ground {
        let metres = self.metres();
        let doubt_m = self.maybe(metres);
        let corners = self.n(5) + 2;
        match self.n(4) {
            0 => Ground::Point { at: self.at(), radius_m: self.metres(), doubt_m },
            1 => {
                let path = (0..corners).map(|_| self.at()).collect();
                let (speed, late) = (self.metres(), self.n(5) as i64 * HOUR);
                let (speed_kmh, late_ms) = (self.maybe(speed), self.maybe(late));
                Ground::Route { path, width_m: self.metres(), speed_kmh, late_ms, doubt_m }
            }
            2 => Ground::Area { edge: (0..=corners).map(|_| self.at()).collect(), doubt_m },
            _ => Ground::Undetermined,
        }
    }

    fn height(&mut self) -> Height {
        let (low_m, high_m) = (self.metres(), self.metres() + 800.0);
        match self.n(4) {
            0 => Height::NotStated,
            1 => Height::Surface,
            2 => Height::AboveGround { low_m, high_m },
            _ => Height::AboveSea { low_m, high_m },
        }
    }

    fn by(&mut self) -> By {
        let of = self.of(&["KA", "VE"]);
        match self.n(8) {
            0 | 1 => liaison(self.of(&["ana", "ben"]), of),
            2 => planner("pia", "RED"),
            3 if self.wild => by("oto", self.of(&Role::ALL), self.of(&["", "KA", "X/Y"])),
            4 => by("vera", Role::VerificationOfficer, ""),
            _ => watch(self.of(&["wes", "zoe"])),
        }
    }

    fn refer(&mut self, prefix: &str) -> Ref {
        Ref(format!("{prefix}-2026-{:04}", self.n(4) + 1))
    }

    fn notice(&mut self) -> NoticeText {
        let (from, hours) = (self.ms(), self.n(20) as i64 * HOUR);
        let until = from.saturating_add(hours);
        NoticeText {
            kind: self.of(NoticeKind::ALL),
            act: String::new(),
            giver: self.of(&["", "KA", "VE"]).to_owned(),
            what: "as planned".into(),
            ground: self.ground(),
            height: self.height(),
            from_ms: self.maybe(from),
            until_ms: self.maybe(until),
            content: BTreeMap::from([("route".to_owned(), "north".to_owned())]),
            addressees: vec![addressee("one", "KA", "HQ"), addressee("two", "VE", "unit")],
            under: if self.n(6) == 0 { Some(self.refer("WIN")) } else { None },
        }
    }

    fn window(&mut self) -> WindowText {
        if !self.wild && self.n(4) != 0 {
            let (from, until) = (format!("2026-03-02T{:02}:00", self.n(6)), "2026-03-04T12:00".to_owned());
            let hours = vec![Hours { zone: "UTC".into(), from, until, by: String::new() }];
            return WindowText { hours, monitors: Vec::new(), ..window() };
        }
        let hour = self.n(24);
        WindowText {
            ground: self.ground(),
            hours: vec![Hours {
                zone: self.of(&["UTC", "Europe/Kyiv", "Nowhere/At-All"]).into(),
                from: format!("2026-03-0{}T{hour:02}:00", self.n(3) + 2),
                until: self.of(&["", "2026-03-05T00:00", "2026-03-01T00:00", "noon"]).into(),
                by: String::new(),
            }],
            monitors: Vec::new(),
            ..window()
        }
    }

    fn entry(&mut self) -> EntryText {
        let site = Site { at: self.at(), radius_m: self.metres(), doubt_m: None };
        EntryText {
            category: self.of(Category::ALL),
            coarse: self.ground(),
            site: self.maybe(site),
            expires_ms: self.ms().saturating_add(1_000 * HOUR),
            ..hospital()
        }
    }

    fn deed(&mut self) -> Deed {
        match self.n(3) {
            0 => self.about_a_notice(),
            1 => self.about_a_window(),
            _ => self.about_the_rest(),
        }
    }

    fn about_a_notice(&mut self) -> Deed {
        let (notice, version) = (self.refer("NTC"), self.n(3) as u32 + u32::from(!self.wild));
        let addressee = self.of(&["one", "two"]).to_owned();
        match self.n(12) {
            0..=2 => Deed::Draft { text: self.notice() },
            3 => Deed::Amend { notice, after_version: version, text: self.notice(), why: "more".into() },
            4..=6 => Deed::Release { notice, version },
            7 => Deed::Sent { notice, version, addressee },
            8 => Deed::Delivered { notice, version, addressee },
            9 => {
                let repeated =
                    Repeated { text: "as said".into(), place_as_stated: true, ..Repeated::default() };
                Deed::ReadBack { notice, version, addressee, repeated }
            }
            10 => Deed::Object { notice, version, addressee, why: "too near".into() },
            _ => Deed::Withdraw { notice, why: "off".into() },
        }
    }

    fn about_a_window(&mut self) -> Deed {
        let few = if self.wild { 4 } else { 2 };
        let window = Ref(format!("WIN-2026-{:04}", self.n(few) + 1));
        let party = if self.wild { self.of(&["KA", "VE", "XX"]) } else { self.of(&["KA", "VE"]) }.to_owned();
        let why = "because".to_owned();
        match self.n(if self.wild { 14 } else { 20 }) {
            14..=18 => {
                Deed::Promise { window, party, until_ms: T0 + 60 * HOUR, text: "we shall not fire".into() }
            }
            19 => Deed::Open { window, why },
            0 | 1 => Deed::Request { text: self.window() },
            2 => Deed::Ask { window, party },
            3..=5 => Deed::Promise { window, party, until_ms: self.ms(), text: "we shall not fire".into() },
            6 => Deed::Refuse { window, party, why },
            7 => Deed::TakeBack { window, party, why },
            8 | 9 => Deed::Open { window, why },
            10 => self.of(&[
                Deed::Suspend { window: window.clone(), why: why.clone() },
                Deed::Resume { window, why },
            ]),
            11 => Deed::Break { window, observations: vec!["obs-1".into()], why },
            12 => Deed::Complete { window, work: self.of(Work::ALL), text: "left".into() },
            _ => Deed::Evaluate { window, outcome: self.of(Outcome::ALL), cites: Vec::new(), why },
        }
    }

    fn about_the_rest(&mut self) -> Deed {
        let of = self.of(&["HTL", "DRILL"]);
        let (entry, call) = (self.refer("PRT"), self.refer(of));
        let why = "because".to_owned();
        match self.n(11) {
            0 | 1 => Deed::Enter { text: self.entry() },
            2 => {
                let place = self.at();
                let (at, doubt_m) = (self.maybe(place), self.metres());
                Deed::LookUp {
                    entry,
                    looked: Looked { gazetteer: "G".into(), name: "H".into(), at, doubt_m },
                }
            }
            3 => Deed::Second { entry, why },
            4 => Deed::Correct {
                entry,
                site: Site { at: self.at(), radius_m: self.metres(), doubt_m: None },
                why,
            },
            5 => Deed::Disclose { entry, to: self.of(&["KA", "VE"]).into(), level: self.of(Disclosure::ALL) },
            6 => Deed::Remove { entry, why },
            7 => {
                let (drill, called_ms) = (self.n(2) == 0, self.ms());
                Deed::Log { call: CallText { called_ms, ..call_text(drill) } }
            }
            8 => Deed::Relay { call, to: self.of(&["KA", "VE"]).into(), text: "hold fire".into() },
            9 => Deed::Repeat { call, text: "hold fire".into(), as_stated: self.n(2) == 0 },
            _ => Deed::Close { call, text: "ended".into() },
        }
    }

    fn acts(&mut self, count: usize) -> Vec<Act> {
        let mut at_ms = T0;
        let mut out = Vec::new();
        for i in 0..count {
            at_ms += self.n(3) as i64 * HOUR / 2;
            let (by, deed) = (self.by(), self.deed());
            let at_ms = if self.wild && self.n(20) == 0 { self.ms() } else { at_ms };
            let key = if self.n(20) == 0 { "same".to_owned() } else { format!("k{i}") };
            out.push(Act { key, by, at_ms, seen: None, deed });
        }
        out
    }
}

fn call_text(drill: bool) -> CallText {
    call(drill)
}

fn played(acts: &[Act]) -> Board {
    let mut board = Board::new(CivilZone::utc());
    for act in acts {
        board.take_recorded(act);
    }
    board
}

const NOW: i64 = T0 + 40 * HOUR;

/// Everything that is printed of a board, for every audience.
fn printed(board: &Board, now: i64) -> String {
    let now = Instant(now);
    let audiences = [
        Audience::Staff,
        Audience::Actor("KA".into()),
        Audience::Actor("VE".into()),
        Audience::Actor("RED".into()),
        Audience::Nobody,
    ];
    let field = Field::build(board, World::unknown(), &Margins::default(), now);
    let checks = field.check_all(now);
    let mut out = String::new();
    for audience in &audiences {
        out.push_str(&serde_json::to_string(&view::board(audience, board, now)).unwrap());
        for check in checks.values() {
            out.push_str(&serde_json::to_string(&view::check(audience, check, board, now)).unwrap());
        }
    }
    for (id, check) in checks.iter().take(3) {
        let text = &board.notices[id].counts().unwrap().text;
        out.push_str(&serde_json::to_string(&suggest(&field, text, check, now)).unwrap());
    }
    for (_, refusal) in &board.refused {
        out.push_str(&refusal.to_string());
    }
    out.push_str(&format!("{:?}", deconfliction::duties::records(board)));
    out
}

/// No word that says or implies that somebody may do something.
fn says_no_leave(text: &str) {
    let lower = text.to_lowercase();
    for word in [
        "approv",
        "permit",
        "permission",
        "authoris",
        "authoriz",
        "clear-to",
        "clear to",
        "cleared",
        "go ahead",
        "allowed",
    ] {
        assert!(!lower.contains(word), "`{word}` in {text}");
    }
}

#[test]
fn the_random_acts_reach_what_they_are_to_try() {
    let (mut active, mut open, mut shown) = (0, 0, 0);
    for seed in 0..400 {
        let board = played(&Draw { state: seed * 7_919, wild: false }.acts(80));
        for now in (0..60).map(|h| Instant(T0 + h * HOUR)) {
            active += board.notices.values().filter(|n| n.is_active(now)).count();
            open += board.windows.values().filter(|w| w.state(now) == WindowState::Open).count();
        }
        shown += seen(&Audience::Actor("KA".into()), &board).matches("reference").count();
    }
    assert!(active > 100 && open > 0 && shown > 100, "{active} active, {open} open, {shown} shown");
}

#[test]
fn no_fixed_word_says_that_anybody_may_do_anything() {
    for word in every_word() {
        says_no_leave(word.word);
        says_no_leave(word.meaning);
    }
    for (deed, _) in deconfliction::rules::MAY {
        says_no_leave(deed);
    }
}

/// A value whose lists do not depend on the order of their members.
fn canonical(value: Value) -> Value {
    match value {
        Value::Array(all) => {
            let mut all: Vec<Value> = all.into_iter().map(canonical).collect();
            all.sort_by_key(Value::to_string);
            Value::Array(all)
        }
        Value::Object(all) => Value::Object(all.into_iter().map(|(k, v)| (k, canonical(v))).collect()),
        other => other,
    }
}

fn swapped(text: &str) -> String {
    text.replace("KA", "\u{1}").replace("VE", "KA").replace('\u{1}', "VE")
}

fn seen(audience: &Audience, board: &Board) -> String {
    serde_json::to_string(&view::board(audience, board, Instant(NOW))).unwrap()
}

fn sorted(text: &str) -> Value {
    canonical(serde_json::from_str(text).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_panics_on_arbitrary_deeds_and_nothing_printed_gives_leave(seed in any::<u64>(), wild in any::<bool>()) {
        let board = played(&Draw { state: seed, wild }.acts(60));
        for now in [i64::MIN, T0, NOW, i64::MAX] {
            says_no_leave(&printed(&board, now));
        }
        let rows = observed(&[("shot", T0 + 9 * HOUR, [36.1, 48.1], None, false)]);
        for window in board.windows.values() {
            let _ = deconfliction::window::verified(window, &rows, &[watched(T0, NOW)], 0.9, Instant(NOW));
        }
        let _ = deconfliction::register::near_entries(&board.register, &rows, 1_000.0);
    }

    #[test]
    fn the_record_played_again_gives_the_same_board(seed in any::<u64>()) {
        let acts = Draw { state: seed, wild: false }.acts(60);
        let again: Vec<Act> =
            acts.iter().map(|a| serde_json::from_str(&serde_json::to_string(a).unwrap()).unwrap()).collect();
        prop_assert_eq!(&acts, &again);
        prop_assert_eq!(printed(&played(&acts), NOW), printed(&played(&again), NOW));
    }

    #[test]
    fn the_index_leaves_out_nothing_that_all_pairs_would_find(seed in any::<u64>(), wild in any::<bool>()) {
        let board = played(&Draw { state: seed, wild }.acts(120));
        let now = Instant(T0 + 2 * HOUR);
        let rows = observed(&[("shot", T0 + HOUR, [36.2, 48.2], None, false)]);
        let world = World { observed: Some(&rows), ..World::unknown() };
        let field = Field::build(&board, world, &Margins::default(), now);
        for notice in field.notices() {
            let subject = field.subject(WithKind::Notice, &notice.0).unwrap();
            prop_assert_eq!(field.check_subject(subject, now), field.check_all_pairs(subject, now));
        }
        // Drafts too, which are on no index.
        for notice in board.notices.values() {
            let text = &notice.versions[0].text;
            let Some(subject) = Subject::notice("", text, field.margins()) else { continue };
            prop_assert_eq!(field.check_subject(&subject, now), field.check_all_pairs(&subject, now));
        }
    }

    #[test]
    fn a_refused_act_changes_nothing(seed in any::<u64>()) {
        let mut board = Board::new(CivilZone::utc());
        let acts = Draw { state: seed, wild: true }.acts(60);
        for act in acts {
            let before = seen(&Audience::Staff, &board);
            if board.take(&act).is_err() {
                prop_assert_eq!(before, seen(&Audience::Staff, &board));
            }
        }
    }

    #[test]
    fn what_has_expired_never_counts(seed in any::<u64>()) {
        let board = played(&Draw { state: seed, wild: false }.acts(80));
        for now in (0..100).map(|h| Instant(T0 + h * HOUR)) {
            for notice in board.notices.values() {
                let over = notice.counts().and_then(|v| v.text.until_ms).is_some_and(|u| u <= now.0);
                prop_assert!(!(over && notice.is_active(now)));
                prop_assert!(!over || matches!(notice.state(now), NoticeState::Expired | NoticeState::Withdrawn));
            }
            for window in board.windows.values() {
                let stands = window.promises.values().all(|p| matches!(
                    p.last().map(|s| &s.said),
                    Some(deconfliction::window::Said::Given { until_ms, .. }) if *until_ms > now.0
                ));
                let open = window.state(now) == WindowState::Open;
                prop_assert!(!open || stands);
                prop_assert_eq!(open, window.countdown(now).is_some());
            }
        }
    }

    #[test]
    fn in_the_mirror_world_every_view_mirrors(seed in any::<u64>()) {
        let acts = Draw { state: seed, wild: false }.acts(60);
        let mirror: Vec<Act> = acts
            .iter()
            .map(|a| serde_json::from_str(&swapped(&serde_json::to_string(a).unwrap())).unwrap())
            .collect();
        let (board, other) = (played(&acts), played(&mirror));
        for (one, two) in [("KA", "VE"), ("VE", "KA"), ("RED", "RED")] {
            let (a, b) = (seen(&Audience::Actor(one.into()), &board), seen(&Audience::Actor(two.into()), &other));
            prop_assert_eq!(sorted(&swapped(&a)), sorted(&b));
        }
        prop_assert_eq!(sorted(&swapped(&seen(&Audience::Staff, &board))), sorted(&seen(&Audience::Staff, &other)));
    }

    #[test]
    fn the_order_in_which_two_people_act_on_their_own_things_changes_numbers_alone(
        seed in any::<u64>(), order in proptest::collection::vec(any::<bool>(), 12),
    ) {
        // Two people of two parties, each with a notice of their own, in any order.
        let mut draw = Draw { state: seed, wild: false };
        let texts = ["KA", "VE"].map(|giver| {
            let way = [[36.0, 48.0], [36.1, 48.1]];
            let mut text = route(NoticeKind::Convoy, giver, &way, T0 + 9 * HOUR, T0 + 60 * HOUR);
            text.ground = draw.of(&[square(), text.ground.clone()]);
            text.height = Height::Surface;
            text
        });
        let play = |order: &[bool]| {
            let mut desk = Desk::new();
            let mut own: [Option<Ref>; 2] = [None, None];
            let mut step = [0, 0];
            let rest = std::iter::repeat_n(false, 4).chain(std::iter::repeat_n(true, 4));
            for who in order.iter().copied().chain(rest).map(usize::from) {
                let giver = ["KA", "VE"][who];
                let (first, second) = (liaison(["ana", "vic"][who], giver), liaison(["ben", "val"][who], giver));
                let notice = own[who].clone().unwrap_or_default();
                match step[who] {
                    0 => own[who] = Some(desk.ok(first, Deed::Draft { text: texts[who].clone() })),
                    1 => drop(desk.ok(first, Deed::Release { notice, version: 1 })),
                    2 => drop(desk.ok(second, Deed::Release { notice, version: 1 })),
                    3 => drop(desk.ok(first, Deed::Sent { notice, version: 1, addressee: "VE/HQ".into() })),
                    _ => {}
                }
                step[who] += 1;
            }
            let text = printed(&desk.board, T0 + HOUR);
            let view = seen(&Audience::Staff, &desk.board);
            let own = own.map(|o| o.unwrap().0);
            let named = |t: &str| t.replace(&own[0], "first").replace(&own[1], "second");
            (named(&text).len(), sorted(&named(&view)))
        };
        let straight: Vec<bool> = Vec::new();
        prop_assert_eq!(play(&order), play(&straight));
    }
}
