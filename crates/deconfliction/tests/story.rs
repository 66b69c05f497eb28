//! The board in stories: notices, windows of silence, the protected register and the hotline.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::Truth;
use base::{Instant, Refusal, Takes};
use common::*;
use deconfliction::act::{Deed, Looked, Ref, Repeated, Site};
use deconfliction::register::near_entries;
use deconfliction::shape::{Ground, Hours};
use deconfliction::view::{self, Audience};
use deconfliction::window::{breaks, verified};
use deconfliction::words::{
    CallState, Delivery, Disclosure, DutyState, EntryState, NoticeKind, NoticeState, Outcome, PromiseState,
    WindowState, Work,
};

#[test]
fn a_notice_goes_out_once_two_people_have_released_it() {
    let mut desk = Desk::new();
    let made = desk.ok(liaison("ana", "KA"), Deed::Draft { text: flight("KA") });
    assert_eq!(made.0, "NTC-2026-0001");
    let release = || Deed::Release { notice: made.clone(), version: 1 };
    desk.ok(liaison("ana", "KA"), release());
    assert_eq!(desk.notice(&made).state(desk.now()), NoticeState::HalfReleased);
    assert!(matches!(desk.no(liaison("ana", "KA"), release()), Refusal::TwoPersons { .. }));
    let sent = || Deed::Sent { notice: made.clone(), version: 1, addressee: "VE/HQ".into() };
    assert!(matches!(desk.no(watch("wes"), sent()), Refusal::NotNow { .. }));
    desk.ok(watch("wes"), release());
    assert_eq!(desk.notice(&made).state(desk.now()), NoticeState::Released);
    desk.ok(watch("wes"), sent());
    assert_eq!(desk.delivery(&made, "VE/HQ"), Delivery::Sent);
}

#[test]
fn a_notice_read_back_at_headquarters_and_not_at_the_unit_shows_where_the_chain_broke() {
    let mut desk = Desk::new();
    let made = desk.released(flight("KA"));
    for addressee in ["VE/HQ", "VE/unit"] {
        desk.ok(watch("wes"), Deed::Sent { notice: made.clone(), version: 1, addressee: addressee.into() });
    }
    let text = flight("KA");
    let repeated = Repeated {
        from_ms: text.from_ms,
        until_ms: text.until_ms,
        text: "one flight, Karsk to Velia".into(),
        place_as_stated: true,
    };
    let read = |addressee: &str, repeated: Repeated| Deed::ReadBack {
        notice: made.clone(),
        version: 1,
        addressee: addressee.into(),
        repeated,
    };
    desk.ok(liaison("vic", "VE"), read("VE/HQ", repeated.clone()));
    assert_eq!(desk.delivery(&made, "VE/HQ"), Delivery::ReadBack);
    assert_eq!(desk.delivery(&made, "VE/unit"), Delivery::Sent);
    // An hour wrong is not read back.
    let wrong = Repeated { from_ms: text.from_ms.map(|f| f + HOUR), ..repeated };
    desk.ok(liaison("vic", "VE"), read("VE/unit", wrong));
    assert_eq!(desk.delivery(&made, "VE/unit"), Delivery::Misread);
    // The giver does not say that it arrived.
    let forged = Deed::Delivered { notice: made.clone(), version: 1, addressee: "VE/unit".into() };
    assert!(matches!(desk.no(liaison("ana", "KA"), forged), Refusal::NotYours { .. }));
}

#[test]
fn an_addressee_without_a_channel_is_shown_and_nothing_is_sent_there() {
    let mut desk = Desk::new();
    let mut text = flight("KA");
    text.addressees[1].channel.clear();
    let made = desk.released(text);
    let sent = || Deed::Sent { notice: made.clone(), version: 1, addressee: "VE/unit".into() };
    assert!(matches!(desk.no(watch("wes"), sent()), Refusal::Wrong { field: "addressee", .. }));
    assert_eq!(desk.delivery(&made, "VE/unit"), Delivery::NoChannel);
    assert!(desk.notice(&made).lacks().contains(&"a channel to `VE/unit`".to_owned()));
    let channel =
        Deed::Channel { notice: made.clone(), addressee: "VE/unit".into(), channel: "44.1 MHz".into() };
    desk.ok(watch("wes"), channel);
    desk.ok(watch("wes"), sent());
}

#[test]
fn what_is_over_is_no_notice_and_one_amendment_waits_for_the_other() {
    let mut desk = Desk::new();
    let past = deconfliction::act::NoticeText {
        from_ms: Some(T0 - 2 * HOUR),
        until_ms: Some(T0 - HOUR),
        ..flight("KA")
    };
    assert!(matches!(
        desk.no(liaison("ana", "KA"), Deed::Draft { text: past }),
        Refusal::Wrong { field: "until_ms", .. }
    ));
    let made = desk.released(flight("KA"));
    desk.ok(watch("wes"), Deed::Sent { notice: made.clone(), version: 1, addressee: "VE/HQ".into() });
    let later = || deconfliction::act::NoticeText { until_ms: Some(T0 + 40 * HOUR), ..flight("KA") };
    let amend = |after_version| Deed::Amend {
        notice: made.clone(),
        after_version,
        text: later(),
        why: "the wind".into(),
    };
    desk.ok(liaison("ana", "KA"), amend(1));
    assert!(matches!(desk.no(liaison("ana", "KA"), amend(1)), Refusal::NotNow { .. }));
    // Until two people have released it, the first version counts.
    assert_eq!(desk.notice(&made).version(), 1);
    for person in ["ana", "ben"] {
        desk.ok(liaison(person, "KA"), Deed::Release { notice: made.clone(), version: 2 });
    }
    assert_eq!(desk.notice(&made).version(), 2);
    assert_eq!(desk.delivery(&made, "VE/HQ"), Delivery::Stale);
    assert!(matches!(desk.no(liaison("ana", "KA"), amend(1)), Refusal::Wrong { .. }));
}

#[test]
fn a_notice_expires_and_then_counts_for_nothing() {
    let mut desk = Desk::new();
    let made = desk.released(flight("KA"));
    let end = Instant(flight("KA").until_ms.unwrap());
    assert_eq!(desk.notice(&made).state(Instant(end.0 - 1)), NoticeState::UnderWay);
    assert_eq!(desk.notice(&made).state(end), NoticeState::Expired);
    assert!(!desk.notice(&made).is_active(end));
}

#[test]
fn another_party_knows_nothing_of_a_notice_that_was_not_addressed_to_it() {
    let mut desk = Desk::new();
    let made = desk.released(flight("KA"));
    let sees = |who: &str| view::board(&Audience::Actor(who.into()), &desk.board, desk.now()).notices;
    assert_eq!(sees("KA")[0].ledger.len(), 2);
    assert_eq!(sees("VE").len(), 1);
    assert!(sees("XX").is_empty());
    let object =
        Deed::Object { notice: made.clone(), version: 1, addressee: "VE/HQ".into(), why: "no".into() };
    assert!(matches!(desk.no(liaison("xi", "XX"), object), Refusal::NoSuch(_)));
}

#[test]
fn a_window_is_open_only_while_every_partys_promise_stands() {
    let mut desk = Desk::new();
    let made = desk.ok(planner("pia", "WATERWORKS"), Deed::Request { text: window() });
    assert_eq!(made.0, "WIN-2026-0001");
    let state = |desk: &Desk| desk.board.windows[&made].state(desk.now());
    assert_eq!(state(&desk), WindowState::Requested);
    let promise = |party: &str, until_ms| Deed::Promise {
        window: made.clone(),
        party: party.into(),
        until_ms,
        text: "we shall not fire".into(),
    };
    for party in ["KA", "VE"] {
        desk.ok(watch("wes"), Deed::Ask { window: made.clone(), party: party.into() });
    }
    desk.ok(liaison("ana", "KA"), promise("KA", T0 + 14 * HOUR));
    assert!(matches!(desk.no(liaison("ana", "KA"), promise("VE", T0 + 14 * HOUR)), Refusal::NotYours { .. }));
    assert_eq!(state(&desk), WindowState::Pending);
    desk.at_ms = T0 + 10 * HOUR;
    let open = || Deed::Open { window: made.clone(), why: "both ends report quiet".into() };
    assert!(matches!(desk.no(watch("wes"), open()), Refusal::NotNow { .. }));
    desk.ok(liaison("vic", "VE"), promise("VE", T0 + 12 * HOUR));
    assert_eq!(state(&desk), WindowState::Promised);
    assert!(matches!(desk.no(watch("wes"), open()), Refusal::NotNow { .. }), "no monitor is in place");
    desk.ok(watch("wes"), Deed::Post { window: made.clone(), post: "north end".into() });
    desk.ok(watch("wes"), open());
    assert_eq!(state(&desk), WindowState::Open);
    let countdown = desk.board.windows[&made].countdown(desk.now()).unwrap();
    assert_eq!((countdown.left_ms, countdown.ends_by[0].as_str()), (2 * HOUR, "the promise of VE"));
    desk.at_ms = T0 + 12 * HOUR;
    assert_eq!(state(&desk), WindowState::Lapsed);
    assert_eq!(desk.board.windows[&made].promise("VE", desk.now()), PromiseState::Expired);
    assert_eq!(desk.board.windows[&made].countdown(desk.now()), None);
    desk.ok(liaison("vic", "VE"), promise("VE", T0 + 15 * HOUR));
    assert_eq!(state(&desk), WindowState::Open);
}

#[test]
fn one_observed_shot_breaks_a_window_and_one_that_is_only_said_does_not() {
    let mut desk = Desk::new();
    let made = desk.opened();
    let at = T0 + 11 * HOUR;
    let said = observed(&[("shot", at, [36.1, 48.1], Some(50.0), true)]);
    let found = breaks(&desk.board.windows[&made], &said, Instant(at + HOUR));
    assert_eq!((found.sure.len(), found.may.len(), found.only_said), (0, 0, 1));
    let rows = [
        ("shot", at, [36.1, 48.1], Some(50.0), false),
        ("shot", at, [36.199, 48.1], Some(5_000.0), false),
        ("shot", at, [36.9, 48.1], Some(50.0), false),
        ("flare", at, [36.1, 48.1], Some(50.0), false),
    ];
    let found = breaks(&desk.board.windows[&made], &observed(&rows), Instant(at + HOUR));
    assert_eq!((found.sure.len(), found.may.len(), found.only_said), (1, 1, 0));
    let by =
        |observations: Vec<String>| Deed::Break { window: made.clone(), observations, why: "heard".into() };
    assert!(matches!(desk.no(watch("wes"), by(Vec::new())), Refusal::Wrong { .. }));
    desk.ok(watch("wes"), by(vec![found.sure[0].0.to_string()]));
    assert_eq!(desk.board.windows[&made].state(desk.now()), WindowState::Broken);
    let held =
        Deed::Evaluate { window: made.clone(), outcome: Outcome::Held, cites: vec![], why: "-".into() };
    assert!(matches!(desk.no(watch("wes"), held), Refusal::Wrong { field: "outcome", .. }));
    desk.ok(watch("wes"), Deed::Complete { window: made.clone(), work: Work::Partly, text: "left".into() });
    assert_eq!(desk.board.windows[&made].outcome(), Some(Outcome::Broken));
}

#[test]
fn silence_that_nobody_watched_is_undetermined() {
    let mut desk = Desk::new();
    let made = desk.opened();
    let window = &desk.board.windows[&made];
    let none = observed(&[]);
    let now = Instant(T0 + 20 * HOUR);
    assert_eq!(verified(window, &none, &[], 0.9, now).truth, Truth::Undetermined);
    let all_day = watched(T0, T0 + 24 * HOUR);
    let silence = verified(window, &none, &[all_day], 0.9, now);
    assert_eq!((silence.truth, silence.gaps.len()), (Truth::True, 0));
    let half = verified(window, &none, &[watched(T0, T0 + 11 * HOUR)], 0.9, now);
    assert_eq!((half.truth, half.gaps.len()), (Truth::Undetermined, 1));
    let shot = observed(&[("shot", T0 + 11 * HOUR, [36.1, 48.1], Some(50.0), false)]);
    assert_eq!(verified(window, &shot, &[], 0.9, now).truth, Truth::False);
}

#[test]
fn hours_that_two_zones_state_differently_are_shown_and_only_what_all_state_is_open() {
    let mut desk = Desk::new();
    let mut text = window();
    let hours = |zone: &str, from: &str, until: &str| Hours {
        zone: zone.into(),
        from: from.into(),
        until: until.into(),
        by: String::new(),
    };
    // In winter Moscow is an hour ahead of Kyiv, and these are the same moments.
    text.hours = vec![
        hours("Europe/Kyiv", "2026-03-02T09:00", "2026-03-02T16:00"),
        hours("Europe/Moscow", "2026-03-02T10:00", "2026-03-02T17:00"),
    ];
    let same = desk.ok(watch("wes"), Deed::Request { text: text.clone() });
    assert!(desk.board.windows[&same].times.agree);
    text.hours[1] = hours("Europe/Moscow", "2026-03-02T09:00", "2026-03-02T16:00");
    let other = desk.ok(watch("wes"), Deed::Request { text });
    let times = desk.board.windows[&other].times;
    assert!(!times.agree);
    assert_eq!(times.core.unwrap().end.0 - times.core.unwrap().start.0, 6 * HOUR);
    assert_eq!(times.hull.unwrap().end.0 - times.hull.unwrap().start.0, 8 * HOUR);
}

#[test]
fn an_entry_is_current_once_the_gazetteer_fits_and_a_second_person_has_checked_it() {
    let mut desk = Desk::new();
    let made = desk.ok(planner("pia", "RED"), Deed::Enter { text: hospital() });
    let state = |desk: &Desk| desk.board.register[&made].state(desk.now());
    let second = || Deed::Second { entry: made.clone(), why: "imagery of May".into() };
    assert!(matches!(desk.no(watch("wes"), second()), Refusal::NotNow { .. }));
    let looked =
        |at| Looked { gazetteer: "G 2026".into(), name: "Hospital 2".into(), at: Some(at), doubt_m: 100.0 };
    desk.ok(watch("wes"), Deed::LookUp { entry: made.clone(), looked: looked([36.6, 48.1]) });
    assert_eq!(state(&desk), EntryState::Differs);
    assert!(matches!(desk.no(watch("wes"), second()), Refusal::NotNow { .. }));
    let site = Site { at: [36.6, 48.1], radius_m: 100.0, doubt_m: Some(10.0) };
    desk.ok(planner("pia", "RED"), Deed::Correct { entry: made.clone(), site, why: "swapped digits".into() });
    desk.ok(watch("wes"), Deed::LookUp { entry: made.clone(), looked: looked([36.6, 48.1]) });
    assert_eq!(state(&desk), EntryState::Checked);
    desk.ok(watch("wes"), second());
    assert_eq!(state(&desk), EntryState::Current);
    let expires = Instant(hospital().expires_ms);
    assert_eq!(desk.board.register[&made].state(expires), EntryState::Expired);
}

#[test]
fn each_recipient_sees_of_an_entry_what_was_disclosed_to_it() {
    let mut desk = Desk::new();
    let made = desk.ok(planner("pia", "RED"), Deed::Enter { text: hospital() });
    let sees = |desk: &Desk, who: &str| {
        view::entry(&Audience::Actor(who.into()), &made, &desk.board.register[&made], desk.now())
    };
    assert_eq!(sees(&desk, "KA"), None);
    let disclose = |level| Deed::Disclose { entry: made.clone(), to: "KA".into(), level };
    desk.ok(watch("wes"), disclose(Disclosure::CategoryOnly));
    let seen = sees(&desk, "KA").unwrap();
    assert!(seen.name.is_none() && seen.coarse.is_none() && seen.site.is_none());
    desk.ok(watch("wes"), disclose(Disclosure::Coarse));
    let seen = sees(&desk, "KA").unwrap();
    assert!(seen.coarse.is_some() && seen.site.is_none());
    desk.ok(watch("wes"), disclose(Disclosure::Exact));
    assert!(sees(&desk, "KA").unwrap().site.is_some());
    assert!(matches!(desk.no(watch("wes"), disclose(Disclosure::Coarse)), Refusal::Wrong { .. }));
    assert_eq!(sees(&desk, "VE"), None);
}

#[test]
fn a_strike_near_an_entry_is_told_even_after_it_was_removed() {
    let mut desk = Desk::new();
    let made = desk.ok(planner("pia", "RED"), Deed::Enter { text: hospital() });
    let at = T0 + HOUR;
    let rows = [
        ("explosion", at, [36.501, 48.1], Some(20.0), false),
        ("explosion", at + 5 * HOUR, [36.501, 48.1], Some(20.0), true),
        ("explosion", at, [36.6, 48.1], Some(20.0), false),
        ("flight", at, [36.5, 48.1], Some(20.0), false),
    ];
    desk.at_ms = T0 + 3 * HOUR;
    desk.ok(planner("pia", "RED"), Deed::Remove { entry: made, why: "moved out".into() });
    let found = near_entries(&desk.board.register, &observed(&rows), 1_000.0);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].is_near, found[0].state), (Truth::True, EntryState::Entered));
    assert_eq!((found[1].is_only_said, found[1].state), (true, EntryState::Removed));
    assert!(found[0].words.contains("near a protected entry"), "{}", found[0].words);
}

#[test]
fn drills_never_enter_the_real_record() {
    let mut desk = Desk::new();
    let real = desk.ok(watch("wes"), Deed::Log { call: call(false) });
    let drill = desk.ok(watch("wes"), Deed::Log { call: call(true) });
    let missed = desk.ok(watch("wes"), Deed::Missed { call: call(false) });
    assert_eq!([&real.0, &drill.0, &missed.0], ["HTL-2026-0001", "DRILL-2026-0001", "HTL-2026-0002"]);
    desk.ok(watch("wes"), Deed::Relay { call: drill.clone(), to: "VE".into(), text: "test".into() });
    assert_eq!(desk.board.drills[&drill].state(), CallState::Relayed);
    assert_eq!((desk.board.calls.len(), desk.board.drills.len()), (2, 1));
    assert_eq!(desk.board.calls[&missed].state(), CallState::Missed);
    desk.ok(watch("wes"), Deed::Relay { call: real.clone(), to: "VE".into(), text: "cease".into() });
    desk.ok(watch("wes"), Deed::Repeat { call: real.clone(), text: "seize".into(), as_stated: false });
    assert_eq!(desk.board.calls[&real].state(), CallState::Misread);
    desk.ok(watch("wes"), Deed::Repeat { call: real.clone(), text: "cease".into(), as_stated: true });
    assert_eq!(desk.board.calls[&real].state(), CallState::ReadBack);
}

#[test]
fn the_same_act_again_does_nothing_again_and_an_outdated_one_is_refused() {
    let mut desk = Desk::new();
    let act = desk.act(liaison("ana", "KA"), Deed::Draft { text: flight("KA") });
    let first = desk.board.take(&act).unwrap();
    let again = desk.board.take(&act).unwrap();
    assert!(again.already && again.on == first.on);
    assert_eq!(desk.board.notices.len(), 1);
    let mut late = desk.act(watch("wes"), Deed::Withdraw { notice: first.on, why: "off".into() });
    late.seen = Some(7);
    assert!(matches!(desk.board.take(&late), Err(Refusal::Changed { .. })));
}

const TERMS: &str = include_str!("terms.md");

#[test]
fn the_clauses_that_ask_for_notice_say_how_each_notice_stands() {
    let checked = terms::check("terms.md", TERMS.as_bytes());
    let agreement = checked.agreement.as_ref().unwrap_or_else(|| panic!("{:?}", checked.problems));
    let mut desk = Desk::new();
    let mut text = flight("KA");
    text.act = "fly".into();
    text.addressees.iter_mut().for_each(|a| a.to = "mechanism".into());
    let made = desk.released(text);
    let of = |desk: &Desk, now: i64| {
        deconfliction::duties::asked(agreement, None, &made, desk.notice(&made), Instant(now)).remove(0)
    };
    assert_eq!(of(&desk, T0).state, DutyState::NotSent);
    assert_eq!(of(&desk, T0 + 20 * HOUR).state, DutyState::Missing);
    let asked = |id: &str| Deed::Sent { notice: made.clone(), version: 1, addressee: id.into() };
    desk.ok(watch("wes"), asked("VE/HQ"));
    let stands = of(&desk, T0);
    assert_eq!((stands.state, stands.broken_at.as_deref()), (DutyState::UnderWay, Some("HQ")));
    assert_eq!(of(&desk, T0 + 20 * HOUR).state, DutyState::Defective);
    let records = deconfliction::duties::records(&desk.board);
    assert_eq!(records.len(), 1);
    let repeated = Repeated {
        from_ms: flight("KA").from_ms,
        until_ms: flight("KA").until_ms,
        text: "as you say".into(),
        place_as_stated: true,
    };
    for addressee in ["VE/HQ", "VE/unit"] {
        let (notice, addressee) = (made.clone(), addressee.to_owned());
        desk.ok(watch("wes"), Deed::ReadBack { notice, version: 1, addressee, repeated: repeated.clone() });
    }
    assert_eq!(of(&desk, T0 + 20 * HOUR).state, DutyState::Timely);
    // The notice, and delivered and read back at two levels.
    assert_eq!(deconfliction::duties::records(&desk.board).len(), 5);
}

#[test]
fn a_deed_reads_again_as_it_was_written_and_an_unknown_member_is_refused() {
    let deed = Deed::Draft { text: flight("KA") };
    let json = serde_json::to_string(&deed).unwrap();
    assert_eq!(serde_json::from_str::<Deed>(&json).unwrap(), deed);
    let more = json.replacen("\"deed\"", "\"extra\":1,\"deed\"", 1);
    assert!(serde_json::from_str::<Deed>(&more).is_err());
    let kind = serde_json::to_string(&NoticeKind::Blast).unwrap();
    assert_eq!(kind, "\"demining-blast\"");
    let _ = (Ground::default(), Ref::default());
}
