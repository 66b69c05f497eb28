//! The committed rehearsal mission: it is what the generator makes, byte for byte (`BLESS=1` writes it anew); every
//! file of it is accepted; and the desk finds what was there to find.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod mission_files;

use atlas::answer::{NO_SHAPE, Shape};
use atlas::source::read_geojson;
use base::{CivilZone, Instant, Sector};
use evidence::batch::{Batch, WordIndex};
use evidence::coverage::{Status, read_coverage};
use evidence::draft::Assessment;
use findings::State;
use findings::rehearse::{Injected, Score, Tolerance, score};
use incidents::Settings;
use mission_files::{file, folder, observations, version};
use std::fs;
use testkit::reference::Reference;
use testkit::rehearsal::{DEMO_SEED, mission};

fn truth(text: &str) -> Vec<Injected> {
    let table = String::from_utf8(file("truth.csv")).unwrap();
    let rows = table.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    rows.filter(|r| r[2] == "both" || r[2] == text)
        .map(|r| Injected {
            id: r[0].to_owned(),
            clause: r[1].to_owned(),
            at: Instant::parse(r[4]).unwrap(),
            lon_deg: r[5].parse().unwrap(),
            lat_deg: r[6].parse().unwrap(),
            detectable: r[7] == "yes",
        })
        .collect()
}

#[test]
fn the_committed_mission_is_what_the_generator_makes() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differing = Vec::new();
    for file in mission(DEMO_SEED) {
        let path = folder().join(&file.path);
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.text).unwrap();
        }
        if fs::read_to_string(&path).ok().as_deref() != Some(file.text.as_str()) {
            differing.push(file.path);
        }
    }
    assert!(differing.is_empty(), "differ from the generator (BLESS=1 writes them anew): {differing:?}");
}

#[test]
fn every_hour_of_coverage_is_accepted() {
    let zone = CivilZone::named("Etc/GMT-2").unwrap();
    let bytes = file("coverage.csv");
    let mut rejected = Vec::new();
    let mut down = 0;
    read_coverage(Box::new(bytes.as_slice()), &zone, &mut |row| match row {
        Ok(record) => down += usize::from(record.status == Status::Down),
        Err(row) => rejected.push(row),
    })
    .unwrap();
    assert!(rejected.is_empty(), "{:?}", rejected.first());
    assert_eq!(down, 6, "six sensors fail for a while");
}

#[test]
fn the_desk_finds_what_the_sensors_saw_and_admits_what_nobody_could_see() {
    let versions = [version("agreement-karsk.md"), version("agreement-velia.md")];
    let state = State::derive(observations(), &[&versions[0], &versions[1]], &Settings::default());
    for (index, text) in ["karsk", "velia"].into_iter().enumerate() {
        let scores = score(&state, &versions[index], index, &truth(text), Tolerance::default());
        for s in scores.iter().filter(|s| s.injected > 0) {
            println!("{text} {s:?}");
            let Score { injected, found, undetermined, missed, undetectable, .. } = s;
            assert_eq!(*injected, found + undetermined + missed + undetectable);
            assert!(
                missed * 20 <= *injected,
                "{text} {}: missed {missed} of {injected}: {:?}",
                s.clause,
                s.missed_ids
            );
        }
        assert!(scores.iter().any(|s| s.undetectable > 10), "some of it nobody could see");
        assert!(scores.iter().any(|s| s.undetermined > 3), "some of it stays undetermined");
    }
}

#[test]
fn the_slow_reference_agrees_on_a_day_of_the_rehearsal() {
    let version = version("agreement-karsk.md");
    let all = observations();
    let state = State::derive(all, &[&version], &Settings::default());
    let reference = Reference::new(&version.agreement, |path| read_geojson(&file(path)).unwrap().0);
    // Around the ninth day, when the line is surveyed anew; every fourth observation.
    let from = Instant::parse("2026-03-10T12:00:00+02:00").unwrap().0;
    let batch = &state.observations;
    let rows =
        (0..batch.len()).filter(|r| (from..from + 86_400_000).contains(&batch.start_ms[*r])).step_by(4);
    // The reference knows points and circles; sectors have a test of their own.
    let rows = rows.filter(|r| batch.shape[*r] == NO_SHAPE);
    let mut compared = 0;
    for row in rows.filter(|r| !reference.on_the_edge(batch, *r)) {
        for (i, clause) in version.agreement.clauses.iter().enumerate() {
            let real = findings::Outcome::from_code(state.versions[0].outcomes[i][row]);
            assert_eq!(real, reference.outcome(batch, row, clause), "row {row}, clause {}", clause.label);
            compared += 1;
        }
    }
    assert!(compared > 150, "only {compared} compared");
}

/// The observation with its sector replaced by points well inside of it, one copy for each.
fn points_within(batch: &Batch, row: usize, sector: &Sector) -> Batch {
    let (mut copies, mut words) = (Batch::default(), WordIndex::default());
    for (along, across) in [(0.1, -0.9), (0.1, 0.9), (0.9, -0.9), (0.9, 0.9)] {
        copies.push_row(batch, row, &mut words);
        let at = copies.len() - 1;
        let range_m = sector.range_min_m + along * (sector.range_max_m - sector.range_min_m);
        let (sin, cos) = (sector.bearing_deg + across * sector.half_width_deg).to_radians().sin_cos();
        let lat = sector.observer.lat_deg();
        copies.lat_deg[at] = lat + range_m * cos / 111_170.0;
        copies.lon_deg[at] = sector.observer.lon_deg() + range_m * sin / (111_500.0 * lat.to_radians().cos());
        copies.radius_m[at] = 0.0;
        copies.shape[at] = NO_SHAPE;
    }
    copies
}

#[test]
fn what_was_heard_in_a_sector_is_judged_only_where_all_of_the_sector_would_be_judged_alike() {
    let version = version("agreement-karsk.md");
    let state = State::derive(observations(), &[&version], &Settings::default());
    let reference = Reference::new(&version.agreement, |path| read_geojson(&file(path)).unwrap().0);
    let batch = &state.observations;
    let (mut judged, mut open) = (0, 0);
    // Where a weapon stood decides only of weapons that are known to have fired from there.
    let fired = |row: &usize| {
        batch.assessment_at(*row) == Assessment::Outgoing && !batch.word_at(&batch.weapon, *row).is_empty()
    };
    for row in (0..batch.len()).filter(fired).step_by(16) {
        let Some(Shape::Sector(sector)) = batch.shapes.get(batch.shape[row] as usize) else { continue };
        let points = points_within(batch, row, sector);
        for (i, clause) in version.agreement.clauses.iter().enumerate() {
            let real = findings::Outcome::from_code(state.versions[0].outcomes[i][row]);
            if real == findings::Outcome::Undetermined {
                open += 1;
                continue;
            }
            for point in (0..points.len()).filter(|p| !reference.on_the_edge(&points, *p)) {
                let here = reference.outcome(&points, point, clause);
                assert_eq!(real, here, "row {row}, clause {}: {sector:?}", clause.label);
                judged += 1;
            }
        }
    }
    println!("{judged} judged, {open} open");
    assert!(judged > 150 && open > 3, "{judged} judged, {open} open");
}
