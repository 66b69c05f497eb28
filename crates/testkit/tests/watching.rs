//! The watch over the rehearsal mission: it raises what the story holds, knows nothing before it was received, and says
//! nothing of calm where nobody watched.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod mission_files;

use base::Instant;
use evidence::card::Card;
use evidence::coverage::Coverage;
use findings::{State, Version};
use incidents::{Context, Settings};
use mission_files::{cards, coverage, observations, version, zone};
use warnings::raised::{Level, Raised};
use warnings::streams::{Cadence, Ground, Inputs};
use warnings::watching::{Watching, watch};

struct Mission {
    version: Version,
    state: State,
    cards: Vec<Card>,
    coverage: Vec<Coverage>,
}

fn mission() -> Mission {
    let version = version("agreement-karsk.md");
    let (cards, coverage) = (cards(), coverage());
    let context = Context { cards: &cards, coverage: &coverage, decisions: &[] };
    let state = State::derive_in(observations(), &[&version], &Settings::default(), &context, &[]);
    Mission { version, state, cards, coverage }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

impl Mission {
    fn watch(&self, now: Instant) -> Watching {
        let cards: Vec<&Card> = self.cards.iter().collect();
        // The whole of it came as an archive, half a year later.
        let recorded_ms = vec![at("2026-10-01T00:00:00Z").0; self.state.observations.len()];
        watch(&Inputs {
            observations: &self.state.observations,
            incidents: &self.state.incidents,
            recorded_ms: &recorded_ms,
            version: &self.version,
            coverage: &self.coverage,
            cards: &cards,
            records: &[],
            board: &[],
            zone: &zone(),
            now,
        })
    }
}

fn line(raised: &Raised) -> String {
    let zone = zone();
    format!(
        "{} {} since {} level {} counted {} expected {:.1} {:?} also {}",
        raised.reference,
        zone.show(Instant(raised.raised_ms)),
        zone.show(Instant(raised.since_ms)),
        raised.level.name(),
        raised.counted,
        raised.expected,
        raised.why,
        raised.also.len(),
    )
}

#[test]
fn the_fighting_of_two_days_is_warned_of_before_its_second_evening_and_ordinary_days_are_not() {
    let told = mission().watch(at("2026-03-16T23:00:00+02:00"));
    for raised in &told.raised {
        println!("{}", line(raised));
    }
    let fire = |r: &&Raised| r.what == "fire" && r.level == Level::Warning;
    let grave: Vec<&Raised> = told.raised.iter().filter(fire).collect();
    assert!(!grave.is_empty(), "the fighting of 12 and 13 March is raised as a warning");
    let first = grave[0];
    assert!(first.raised_ms >= at("2026-03-12T00:00:00+02:00").0, "{}", line(first));
    assert!(first.raised_ms <= at("2026-03-13T18:00:00+02:00").0, "{}", line(first));
    let before = told.raised.iter().filter(|r| r.raised_ms < at("2026-03-12T00:00:00+02:00").0);
    assert!(before.count() <= 1, "ordinary days raise next to nothing");
}

#[test]
fn a_warning_is_known_as_soon_as_it_is_raised_and_what_comes_later_does_not_take_it_back() {
    let mission = mission();
    let last = mission.watch(at("2026-03-16T23:00:00+02:00"));
    for hours in [12 * 24, 12 * 24 + 7, 12 * 24 + 20, 14 * 24 + 3] {
        let now = Instant(at("2026-03-01T00:00:00+02:00").0 - 86_400_000 + i64::from(hours) * 3_600_000);
        let then = mission.watch(now);
        let known = |w: &Watching| -> Vec<(String, i64)> {
            let by_now = w.raised.iter().filter(|r| r.raised_ms <= now.0);
            by_now.map(|r| (r.reference.clone(), r.raised_ms)).collect()
        };
        assert_eq!(known(&then), known(&last), "as of {}", zone().show(now));
    }
}

#[test]
fn nothing_is_counted_before_it_was_received_and_every_incident_of_a_warning_is_on_its_ground() {
    let mission = mission();
    let now = at("2026-03-13T18:00:00+02:00");
    let told = mission.watch(now);
    assert!(!told.raised.is_empty(), "the fighting was raised an hour before");
    for stream in &told.streams.all {
        for cadence in Cadence::ALL {
            let members = stream.of(cadence).members.iter().flatten();
            assert!(members.clone().all(|(_, known_ms)| *known_ms <= now.0));
        }
    }
    for raised in &told.raised {
        assert!(!raised.evidence.is_empty(), "{}", line(raised));
        assert!(raised.evidence.iter().all(|e| e.known_ms <= now.0));
        let Ground::Cell { bounds_deg: [w, s, e, n], .. } = raised.ground else { panic!("{}", line(raised)) };
        for one in &raised.evidence {
            let place = mission.state.incidents.place[one.incident as usize];
            let is_in = (w..e).contains(&place.lon_deg) && (s..n).contains(&place.lat_deg);
            assert!(is_in, "{place:?} {:?}", raised.ground);
        }
        assert!(raised.exposure.is_some_and(|e| e > 0.0 && e <= 1.0), "{}", line(raised));
    }
}

#[test]
fn where_nobody_watched_no_step_is_a_zero_and_no_calm_is_said() {
    let mut mission = mission();
    // Every sensor is down from the eighth day on, and says so; its reports are gone too.
    let from = at("2026-03-10T00:00:00+02:00");
    mission.coverage.retain(|c| c.interval.start < from);
    for c in &mut mission.coverage {
        c.interval.end = c.interval.end.min(from);
    }
    let told = mission.watch(at("2026-03-16T23:00:00+02:00"));
    for (stream, state) in told.streams.all.iter().zip(&told.states) {
        if !matches!(stream.ground, Ground::Zone { .. }) || stream.what != "fire" {
            continue;
        }
        let late = state.days.iter().filter(|d| d.day_ms >= from.0);
        assert!(late.clone().count() > 0);
        assert!(late.clone().all(|d| d.unobserved), "{}", stream.key());
        assert_ne!(state.quiet, warnings::detect::watch::Quiet::Calm, "{}", stream.key());
    }
}
