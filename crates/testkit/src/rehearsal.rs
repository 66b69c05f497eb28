//! The simulated world: a seeded fortnight of an invented truce, with everything that makes evidence hard: duplicates
//! across sensors, late, lost and repeated reports, clocks that are wrong, outages, and lawful noise. The program
//! embeds the files that this wrote; this itself never ships.

mod acts;
pub mod land;
pub mod sensors;
pub mod story;
mod texts;

use crate::random::Random;
use land::Land;
use sensors::{Seen, Watch, moment};
use std::fmt::Write as _;
use story::{Event, broken, events};

/// The seed of the fortnight that is committed in `scenarios/demo`.
pub const DEMO_SEED: u64 = 20_260_303;

/// A file of a mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionFile {
    /// Path below the mission's folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Makes all files of the rehearsal mission.
#[must_use]
pub fn mission(seed: u64) -> Vec<MissionFile> {
    let mut random = Random::seeded(seed);
    let land = Land::build(&mut random);
    let happened = events(&land, &mut random);
    let mut watch = Watch::set_up(&land, Random::seeded(seed.rotate_left(17)));
    let mut truth = "id,clause,texts,kind,start,lon,lat,detectable,why\n".to_owned();
    for (i, event) in happened.iter().enumerate() {
        let seen = watch.meet(i, event);
        for breach in broken(&land, event) {
            let _ = writeln!(truth, "{}", truth_row(i, event, breach, &seen));
        }
    }
    watch.allegations(&land);
    let mut files = texts::files();
    files.extend(land.files());
    files.extend(watch.files());
    let cameras = files.iter().find(|(path, _)| path == "cameras.csv").map_or("", |(_, text)| text.as_str());
    let acts = acts::file(cameras);
    files.push(acts);
    files.push(("truth.csv".to_owned(), truth));
    let mut files: Vec<MissionFile> =
        files.into_iter().map(|(path, text)| MissionFile { path, text }).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn truth_row(i: usize, event: &Event, breach: story::Broken, seen: &Seen) -> String {
    let (lon, lat) = event.at.degrees();
    // Whoever hears a gun and cannot name it cannot know that it stands too near.
    let asks_weapon = breach.clause == "3.1" && event.kind != "weapon";
    let by = if asks_weapon { &seen.told_weapon } else { &seen.by };
    let detectable = if by.is_empty() { "no" } else { "yes" };
    let why = if !by.is_empty() {
        by.join("; ")
    } else if asks_weapon && !seen.by.is_empty() {
        "nobody could name the weapon and say that it fired from there".to_owned()
    } else if !seen.lost.is_empty() {
        format!("the reports of {} were lost", seen.lost.join("; "))
    } else if !seen.down.is_empty() {
        format!("{} down", seen.down.join("; "))
    } else {
        "beyond the reach of every sensor or overlooked".to_owned()
    };
    let start = moment(event.start_ms);
    format!(
        "truth-{i:04},{},{},{},{start},{lon},{lat},{detectable},{why}",
        breach.clause, breach.texts, event.kind
    )
}

#[cfg(test)]
mod tests {
    use super::{DEMO_SEED, mission};

    #[test]
    fn the_same_seed_makes_the_same_fortnight_and_another_seed_another() {
        assert_eq!(mission(DEMO_SEED), mission(DEMO_SEED));
        assert_ne!(mission(DEMO_SEED), mission(DEMO_SEED + 1));
    }

    #[test]
    fn the_mission_is_small_enough_to_be_carried_in_the_program() {
        let files = mission(DEMO_SEED);
        let bytes: usize = files.iter().map(|f| f.text.len()).sum();
        assert!(bytes < 900_000, "{bytes} bytes");
        let tables = ["cameras.csv", "acoustic.csv", "patrols.csv", "satellite.csv", "open-source.csv"];
        let rows: usize = files
            .iter()
            .filter(|f| tables.contains(&f.path.as_str()))
            .map(|f| f.text.lines().count() - 1)
            .sum();
        assert!((4_000..8_000).contains(&rows), "{rows} observations");
    }
}
