//! The ladder's clocks against a slow and obvious reference: minute by minute, as somebody with a clock on the wall
//! would count, over the nights in which clocks change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::{CivilZone, Instant};
use common::World;
use findings::standing::ClockState;
use testkit::random::Random;
use testkit::scenario::Scenario;

const MINUTE_MS: i64 = 60_000;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Lasts {
    Hours(i64),
    Days(i64),
}

impl Lasts {
    fn words(self) -> String {
        match self {
            Lasts::Hours(n) => format!("{n} h"),
            Lasts::Days(n) => format!("{n} days"),
        }
    }
}

/// What the wall shows: date and time of day.
fn wall(zone: &CivilZone, at: i64) -> (String, String) {
    let shown = zone.show(Instant(at));
    let mut words = shown.split(' ');
    (words.next().unwrap().to_owned(), words.next().unwrap().to_owned())
}

/// Counts minute by minute until so many hours have passed, or until the wall shows the same time of day so many dates
/// later. A time that the wall never shows that day, since the clocks went forward, is counted as if they had not.
fn obvious_end(zone: &CivilZone, zero: i64, lasts: Lasts) -> i64 {
    match lasts {
        Lasts::Hours(n) => {
            let (mut at, mut minutes) = (zero, 0);
            while minutes < n * 60 {
                at += MINUTE_MS;
                minutes += 1;
            }
            at
        }
        Lasts::Days(n) => {
            let (mut date, time) = wall(zone, zero);
            let (mut at, mut dates) = (zero, 0);
            while dates <= n {
                at += MINUTE_MS;
                let now = wall(zone, at);
                if now.0 != date {
                    dates += 1;
                    date.clone_from(&now.0);
                }
                if dates == n && now.1 == time {
                    return at;
                }
            }
            zero + n * 24 * 60 * MINUTE_MS
        }
    }
}

#[derive(Clone, Debug)]
struct Play {
    /// When violations happened and were recorded.
    violations: Vec<(i64, i64)>,
    /// When something was done, and of which tier.
    done: Vec<(i64, u32)>,
    recorded: bool,
    restarts: Option<bool>,
    tiers: [Lasts; 2],
    now: i64,
}

fn play(random: &mut Random, night: i64) -> Play {
    let minute = |random: &mut Random, over: usize| random.below(over) as i64 * MINUTE_MS;
    let mut violations = Vec::new();
    for _ in 0..random.below(4) {
        let at = night + minute(random, 60 * 60);
        violations.push((at, at + minute(random, 300)));
    }
    let mut done = Vec::new();
    for _ in 0..random.below(4) {
        done.push((night + minute(random, 7 * 24 * 60), 1 + random.below(2) as u32));
    }
    let lasts = |random: &mut Random| match random.below(2) {
        0 => Lasts::Hours([6, 24, 72][random.below(3)]),
        _ => Lasts::Days(1 + random.below(3) as i64),
    };
    Play {
        violations,
        done,
        recorded: random.chance(0.5),
        restarts: [None, Some(true), Some(false)][random.below(3)],
        tiers: [lasts(random), lasts(random)],
        now: night + minute(random, 8 * 24 * 60),
    }
}

fn scenario(play: &Play) -> Scenario {
    let zero = if play.recorded { "first recorded violation" } else { "first violation" };
    let restarts = match play.restarts {
        None => "",
        Some(true) => "       a later violation restarts it\n",
        Some(false) => "       a later violation does not restart it\n",
    };
    let text = format!(
        "# Ladder\n```terms\ninstrument l \"L\"\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  \
         entry into force 2026-01-01 00:00\nparty KA \"Karsk\"\nguarantor TA \"Tarn\"\nact fire = shot\n\
         1 nobody shall fire from D\n2 TA shall respond of {zero}\n       tier 1 within {}: \"warning\"\n       \
         tier 2 within {}: \"answer\"\n{restarts}       from D\n```\n",
        play.tiers[0].words(),
        play.tiers[1].words(),
    );
    let mut out = Scenario { texts: vec![("l".to_owned(), text)], ..Scenario::default() };
    let mut reports = "id,kind,start,actor,reported\n".to_owned();
    for (n, (at, recorded)) in play.violations.iter().enumerate() {
        reports += &format!("v{n},shot,{},KA,{}\n", Instant(*at), Instant(*recorded));
    }
    let mut records = "id,record,at,by,level,words\n".to_owned();
    for (n, (at, tier)) in play.done.iter().enumerate() {
        records += &format!("d{n},response,{},TA,{tier},done\n", Instant(*at));
    }
    out.reports.push(reports);
    out.records.push(records);
    out
}

/// What one reading comes to: its end and its state.
fn obvious(
    zone: &CivilZone,
    play: &Play,
    tier: usize,
    recorded: bool,
    again: bool,
) -> (Option<i64>, ClockState) {
    // What is recorded later is not known yet.
    let known = play.violations.iter().filter(|(_, r)| *r <= play.now);
    let mut zeros: Vec<i64> = known.map(|(at, r)| if recorded { *r } else { *at }).collect();
    zeros.sort_unstable();
    let zero = if again { zeros.last() } else { zeros.first() };
    let Some(zero) = zero else { return (None, ClockState::NotStarted) };
    let due = obvious_end(zone, *zero, play.tiers[tier]);
    let number = tier as u32 + 1;
    let mut met: Option<i64> = None;
    for (at, of) in &play.done {
        if *of == number && *at <= play.now && at >= zero && met.is_none_or(|m| *at < m) {
            met = Some(*at);
        }
    }
    let state = match met {
        Some(at) if at <= due => ClockState::Met,
        Some(_) => ClockState::MetLate,
        None if play.now > due => ClockState::Expired,
        None => ClockState::Running,
    };
    (Some(due), state)
}

#[test]
fn every_reading_of_every_tier_is_what_the_clock_on_the_wall_says() {
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    let nights = ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z", "2026-06-01T00:00:00Z"];
    let mut seen = std::collections::BTreeMap::new();
    let mut checked = 0;
    for seed in 0..240 {
        let mut random = Random::seeded(seed);
        let night = Instant::parse(nights[random.below(3)]).unwrap().0;
        let play = play(&mut random, night);
        let world = World::at(&scenario(&play), &Instant(play.now).to_string());
        let ladders = world.ladders();
        for (ix, tier) in ladders[0].tiers.iter().filter(|t| t.name != "within").enumerate() {
            for r in &tier.readings {
                let recorded = r.reading.zero_words == "first recorded violation";
                if !r.reading.zero_words.contains("violation") {
                    continue;
                }
                let found = (r.reading.due.map(|d| d.0), r.reading.state);
                let wanted = obvious(&zone, &play, ix, recorded, r.reading.restarts);
                assert_eq!(found, wanted, "seed {seed}, tier {}, {:?}: {play:?}", ix + 1, r.reading);
                // The text takes its own zero; where it says nothing of a restart it leaves both open.
                let own = recorded == play.recorded && play.restarts.is_none_or(|s| s == r.reading.restarts);
                assert_eq!(r.of_the_text, own, "seed {seed}: {:?}", r.reading);
                *seen.entry(format!("{:?}", r.reading.state)).or_insert(0) += 1;
                checked += 1;
            }
        }
    }
    assert!(checked > 1_000, "only {checked}");
    for state in ["Met", "MetLate", "Expired", "Running", "NotStarted"] {
        assert!(seen.get(state).is_some_and(|n| *n > 10), "{seen:?}");
    }
}

#[test]
fn the_reference_itself_counts_the_nights_right() {
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    let at = |text: &str| Instant::parse(text).unwrap().0;
    let lasts = |from: &str, lasts: Lasts| obvious_end(&zone, at(from), lasts) - at(from);
    let hours = |n: i64| n * 60 * MINUTE_MS;
    assert_eq!(lasts("2026-03-28T22:40:00Z", Lasts::Days(1)), hours(23));
    assert_eq!(lasts("2026-10-24T20:00:00Z", Lasts::Days(1)), hours(25));
    assert_eq!(lasts("2026-03-28T22:40:00Z", Lasts::Hours(24)), hours(24));
    // Half past three never comes on 29 March.
    assert_eq!(lasts("2026-03-28T01:30:00Z", Lasts::Days(1)), hours(24));
}
