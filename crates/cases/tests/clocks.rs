//! Clocks: started by a fact, in a zone, pausing by rule, honest about the night on which the clocks change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use cases::Deed;
use cases::act::{ClockText, Length};
use cases::clock::State;
use cases::words::{Cause, Expiry};
use common::*;

fn clock(length: Length, from_ms: i64) -> ClockText {
    ClockText {
        purpose: "diplomatic warning".into(),
        started_by: INCIDENT.into(),
        from_ms: Some(from_ms),
        length,
        zone: "Europe/Kyiv".into(),
        pauses: true,
        expiry: Expiry::Told,
    }
}

#[test]
fn an_hour_is_an_hour_and_a_day_is_a_civil_day_over_the_change_of_clocks() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    // The night of 28 to 29 March 2026 is an hour short in Kyiv.
    let from_ms = base::Instant::parse("2026-03-28T20:40:00Z").unwrap().0;
    story.now_ms = from_ms;
    let hours = story
        .does(officer("v.1"), Deed::Start { case: case.clone(), clock: clock(Length::Hours(24), from_ms) });
    let days = story.does(officer("v.1"), Deed::Start { case, clock: clock(Length::Days(1), from_ms) });
    let due = |on| story.docket.clock(on).unwrap().due_ms(story.now_ms) - from_ms;
    assert_eq!((due(&hours), due(&days)), (24 * HOUR_MS, 23 * HOUR_MS));
}

#[test]
fn a_clock_stands_still_while_its_case_is_suspended_and_goes_on_with_what_was_left() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let from_ms = story.now_ms;
    let on = story
        .does(officer("v.1"), Deed::Start { case: case.clone(), clock: clock(Length::Hours(24), from_ms) });
    story.does(
        officer("v.1"),
        Deed::Suspend {
            case: case.clone(),
            cause: Cause::NoAccess,
            of: "KA".into(),
            why: "the road is closed".into(),
        },
    );
    let left = |story: &Story| match story.docket.clock(&on).unwrap().state(story.now_ms) {
        State::Paused(ms) | State::Running(ms) => ms / HOUR_MS,
        other => panic!("{other:?}"),
    };
    assert_eq!(left(&story), 22);
    story.now_ms += 100 * HOUR_MS;
    assert_eq!(left(&story), 22, "whoever keeps the mission out does not run down its clock");
    let draft = Deed::Draft { case: case.clone(), finding: violation("KA") };
    assert!(story.refused(officer("v.1"), draft).contains("suspended (no-access, by KA)"));
    story.does(officer("v.1"), Deed::Resume { case: case.clone(), why: "the road is open".into() });
    assert_eq!(left(&story), 22);
    story.now_ms += 23 * HOUR_MS;
    let state = story.docket.clock(&on).unwrap().state(story.now_ms);
    assert_eq!(state, State::Expired(HOUR_MS));
    story.does(officer("v.1"), Deed::Stop { clock: on.clone(), why: "warned, too late".into() });
    assert_eq!(
        story.docket.clock(&on).unwrap().state(story.now_ms).name(),
        "expired",
        "stopped too late is late"
    );
}

#[test]
fn a_clock_has_a_zone_a_length_and_a_fact_that_has_happened() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let good = clock(Length::Hours(24), story.now_ms);
    for (bad, wanted) in [
        (ClockText { zone: "Mars/Base".into(), ..good.clone() }, "unknown time zone"),
        (ClockText { length: Length::Hours(0), ..good.clone() }, "length"),
        (ClockText { from_ms: Some(story.now_ms + 99 * HOUR_MS), ..good.clone() }, "still to come"),
        (ClockText { started_by: " ".into(), ..good.clone() }, "started_by"),
    ] {
        let why = story.refused(officer("v.1"), Deed::Start { case: case.clone(), clock: bad });
        assert!(why.contains(wanted), "{why}");
    }
}
