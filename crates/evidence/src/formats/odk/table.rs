//! Submissions as CSV: groups stand before a field's name, parted by `/` or `-`; a geopoint is one column or four.

use super::submission::Reading;
use super::{Answers, NAME};
use crate::formats::json::Unread;
use crate::formats::rows::{Header, Rows};
use crate::formats::{Step, step};
use crate::intake::{At, Intake, ReadError};
use std::io::Read;

/// What one column is for.
enum Target {
    /// An answer, or metadata.
    Answer(&'static str),
    /// One part of a geopoint: latitude, longitude, altitude, accuracy.
    Part(&'static str, usize),
    /// The rows of a repeated group stand in a file of their own.
    Repeat,
    /// Nothing.
    Unread,
}

const PARTS: [&str; 4] = ["latitude", "longitude", "altitude", "accuracy"];

/// Reads the table.
pub(super) fn run(
    mut reading: Reading,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut rows = Rows::open(NAME, input, None)?;
    let header = Header::read(NAME, &mut rows)?;
    if header.any(&["parent_key", "_parent_index"]).is_some() {
        let found = "it is the table of a repeated group; read the table of the submissions".to_owned();
        return Err(ReadError::WrongKind { format: NAME, found });
    }
    let targets: Vec<Target> = (0..header.len()).map(|i| target(header.name(i))).collect();
    let has_id = targets.iter().any(|t| matches!(t, Target::Answer(name) if super::IDS.contains(name)));
    if !has_id {
        return Err(header.missing(NAME, &["instanceID"]));
    }
    if targets.iter().any(|t| matches!(t, Target::Repeat)) {
        intake.warn("repeated groups, which stand in tables of their own; not read");
    }
    let mut unread = Unread::default();
    for (i, _) in targets.iter().enumerate().filter(|(_, t)| matches!(t, Target::Unread)) {
        let last = header.name(i).rsplit(['/', '-']).next().unwrap_or("");
        if !super::is_plumbing(last) && !super::is_plumbing(header.name(i)) {
            unread.note(header.name(i));
        }
    }
    intake.unread(unread.into_names());
    loop {
        let next = rows.next();
        match step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        let answers = answers(&rows, &targets);
        reading.submission(&answers, At { line: rows.line(), raw: &rows.raw() }, intake)?;
    }
}

fn target(column: &str) -> Target {
    if column.starts_with("SET-OF-") {
        return Target::Repeat;
    }
    let mut segments = column.rsplit(['/', '-']);
    let last = segments.next().unwrap_or("");
    if let Some(name) = super::metadata(last).or_else(|| super::named(last)) {
        return Target::Answer(name);
    }
    let lower = last.to_ascii_lowercase();
    // ODK: `place-Latitude`.
    let part = PARTS.iter().position(|p| *p == lower);
    if let Some((part, name)) = part.zip(segments.next().and_then(super::named)) {
        return Target::Part(name, part);
    }
    // Kobo: `_place_latitude`, and `_place_precision` for the accuracy.
    let kobo = lower.strip_prefix('_').and_then(|l| l.rsplit_once('_'));
    let part = kobo
        .and_then(|(_, p)| PARTS.iter().position(|x| *x == if p == "precision" { "accuracy" } else { p }));
    match part.zip(kobo.and_then(|(name, _)| super::named(name))) {
        Some((part, name)) => Target::Part(name, part),
        None => Target::Unread,
    }
}

fn answers(rows: &Rows<'_>, targets: &[Target]) -> Answers {
    let mut answers = Answers::default();
    let mut points: Vec<(&'static str, [String; 4])> = Vec::new();
    for (i, target) in targets.iter().enumerate() {
        let cell = String::from_utf8_lossy(rows.field(i));
        match target {
            Target::Answer(name) => answers.put(name, &cell),
            Target::Part(name, part) => {
                let place = points.iter().position(|(n, _)| n == name).unwrap_or(points.len());
                if place == points.len() {
                    points.push((name, Default::default()));
                }
                if let Some(slot) = points.get_mut(place).and_then(|(_, parts)| parts.get_mut(*part)) {
                    cell.trim().clone_into(slot);
                }
            }
            Target::Repeat | Target::Unread => {}
        }
    }
    for (name, [lat, lon, altitude, accuracy]) in points {
        if !lat.is_empty() || !lon.is_empty() {
            let or_zero = |t: &str| if t.is_empty() { "0".to_owned() } else { t.to_owned() };
            // A missing coordinate stays missing, and the point is refused.
            answers.put(name, &format!("{lat} {lon} {} {}", or_zero(&altitude), or_zero(&accuracy)));
        }
    }
    answers
}
