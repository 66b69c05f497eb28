//! Submissions of the field form as ODK Central and KoboToolbox export them: CSV or JSON. The same fields are those of
//! the web form and of the XLSForm that the server gives out, so they stand here, by name.

mod document;
mod submission;
mod table;

use crate::intake::{Intake, ReadError};
use crate::unpack::Failed;
use base::CivilZone;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

const NAME: &str = "odk";

/// What a question of the form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Free text.
    Text,
    /// A whole number of at least zero.
    Whole,
    /// A length, metres.
    Metres,
    /// A date and time with its offset.
    Moment,
    /// A geopoint: latitude, longitude, altitude and accuracy in metres, parted by spaces.
    Place,
    /// One word of the list; `undetermined` too, which is an answer like any other.
    One(&'static [&'static str]),
    /// Any words of the list, parted by spaces.
    Several(&'static [&'static str]),
}

/// A field of the form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What is asked for.
    pub asks: Asks,
    /// What the answer means.
    pub meaning: &'static str,
}

const fn field(name: &'static str, asks: Asks, meaning: &'static str) -> Field {
    Field { name, asks, meaning }
}

/// Words for how it was perceived; spaces of [`crate::draft::Means`] are underscores in a form.
pub const MEANS: &[&str] = &[
    "saw",
    "heard",
    "saw_and_heard",
    "camera",
    "uav",
    "acoustic",
    "radar",
    "open_source",
    "testimony",
    "undetermined",
];
/// The effects that the form offers. Any other kind of [`base::vocabulary`] is read too.
pub const EFFECTS: &[&str] = &[
    "explosion",
    "burst",
    "shot",
    "projectile",
    "muzzle_flash",
    "flare",
    "airstrike",
    "drone_strike",
    "artillery_fire",
    "firefight",
    "weapon",
    "troops",
    "armour",
    "flight",
    "movement",
    "mine",
    "casualty",
    "damage",
    "jamming",
    "staff_threatened",
    "staff_attacked",
    "other",
    "undetermined",
];
/// What the form offers as directions. Two points (`SSE-SSW`) are read too.
pub const DIRECTIONS: &[&str] = &[
    "N",
    "NNE",
    "NE",
    "ENE",
    "E",
    "ESE",
    "SE",
    "SSE",
    "S",
    "SSW",
    "SW",
    "WSW",
    "W",
    "WNW",
    "NW",
    "NNW",
    "northerly",
    "north-easterly",
    "easterly",
    "south-easterly",
    "southerly",
    "south-westerly",
    "westerly",
    "north-westerly",
    "undetermined",
];
/// Range bands: name, nearest and farthest distance, metres. What is farther than ten kilometres is taken to be within
/// thirty.
pub const RANGE_BANDS: &[(&str, f64, f64)] = &[
    ("under_500_m", 0.0, 500.0),
    ("500_m_to_1_km", 500.0, 1_000.0),
    ("1_to_2_km", 1_000.0, 2_000.0),
    ("2_to_5_km", 2_000.0, 5_000.0),
    ("5_to_10_km", 5_000.0, 10_000.0),
    ("over_10_km", 10_000.0, 30_000.0),
];
const BAND_NAMES: &[&str] =
    &["under_500_m", "500_m_to_1_km", "1_to_2_km", "2_to_5_km", "5_to_10_km", "over_10_km", "undetermined"];
const YES_NO: &[&str] = &["yes", "no", "undetermined"];

/// All fields of the form that are read, in the order in which a form asks for them. The id of a submission and the
/// time at which it was sent are metadata of the exports and no questions.
pub const FIELDS: &[Field] = &[
    field("observer", Asks::Text, "pseudonym of who observed; never leaves the original file"),
    field("team", Asks::Text, "team or patrol; never leaves the original file"),
    field("means", Asks::One(MEANS), "how it was perceived"),
    field("effect", Asks::One(EFFECTS), "kind of fact; `undetermined` becomes `other`"),
    field("count", Asks::Whole, "how many; `about 20` and `3-4` are read too"),
    field("count_about", Asks::One(YES_NO), "whether the count is rounded or estimated"),
    field("unit", Asks::Text, "what was counted; empty: the effect itself; `undetermined`: not that"),
    field(
        "direction",
        Asks::One(DIRECTIONS),
        "from the observer: a point of the compass, or in general words",
    ),
    field("range_band", Asks::One(BAND_NAMES), "how far from the observer"),
    field("range_min_m", Asks::Metres, "nearest distance from the observer, instead of a band"),
    field("range_max_m", Asks::Metres, "farthest distance from the observer, instead of a band"),
    field("start", Asks::Moment, "when it began, or when it was"),
    field("end", Asks::Moment, "when it ended"),
    field(
        "assessment",
        Asks::One(&["outgoing", "impact", "airburst", "undetermined"]),
        "what the observer made of it",
    ),
    field("weapon", Asks::Text, "weapon class"),
    field(
        "weapon_certainty",
        Asks::One(&["certain", "probable", "possible", "undetermined"]),
        "how sure the observer is of the class; only a certain one is judged on",
    ),
    field("exercise", Asks::One(YES_NO), "whether it was a live-fire exercise, demining blast or the like"),
    field(
        "zone_relation",
        Asks::One(&["inside", "near", "outside", "undetermined"]),
        "where it was in relation to the zone, in the observer's view; told, not judged on",
    ),
    field("place", Asks::Place, "where it happened, where the observer can point at it"),
    field("observer_place", Asks::Place, "where the observer stood; restricted"),
    field("narrative", Asks::Text, "in the observer's words"),
    field("access_kind", Asks::One(&["denied", "delayed", "conditional"]), "a restriction of movement"),
    field("access_start", Asks::Moment, "when the restriction began"),
    field("access_end", Asks::Moment, "when it ended"),
    field("access_reason", Asks::Text, "the reason that was given"),
    field("access_place", Asks::Place, "where it was, if not where the observer stood"),
    field(
        "not_seen",
        Asks::Several(&["fog", "night", "jamming", "camera_down", "other"]),
        "what kept the observer from seeing or hearing",
    ),
    field("not_seen_start", Asks::Moment, "since when; empty: `start`"),
    field("not_seen_end", Asks::Moment, "until when; empty: `end`"),
    field(
        "not_seen_radius_m",
        Asks::Metres,
        "how far the observer sees otherwise; empty: the range, or 5 km",
    ),
];

/// The field of that name.
fn named(name: &str) -> Option<&'static str> {
    FIELDS.iter().find(|f| f.name.eq_ignore_ascii_case(name)).map(|f| f.name)
}

/// Metadata of the exports that make the id of a submission, the most lasting first: an edited submission has a new
/// instance id, and keeps what stands before it here.
const IDS: [&str; 5] = ["rootuuid", "key", "__id", "_uuid", "instanceid"];
/// When it was sent, or last edited.
const SENT: [&str; 3] = ["_submission_time", "submissiondate", "updatedat"];
/// Other metadata, which says nothing of the event.
const METADATA: [&str; 17] = [
    "deviceid",
    "submitterid",
    "submittername",
    "attachmentspresent",
    "attachmentsexpected",
    "status",
    "reviewstate",
    "edits",
    "formversion",
    "instancename",
    "deprecatedid",
    "deletedat",
    "uuid",
    "today",
    "username",
    "audit",
    "phonenumber",
];

/// The word under which metadata of that name is kept, if it is needed.
fn metadata(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    IDS.into_iter().chain(SENT).find(|n| *n == lower)
}

/// Whether a name says nothing of the event.
fn is_plumbing(name: &str) -> bool {
    name.starts_with('_') || METADATA.contains(&name.to_ascii_lowercase().as_str())
}

/// The answers of one submission, by the names of fields and of metadata.
#[derive(Default)]
struct Answers(BTreeMap<&'static str, String>);

impl Answers {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Keeps an answer, unless it is empty or there is one already.
    fn put(&mut self, name: &'static str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.0.entry(name).or_insert_with(|| value.to_owned());
        }
    }
}

/// Reads the submissions, CSV or JSON.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let (is_json, input) = look(input)?;
    let reading = submission::Reading::new(zone);
    if is_json { document::run(reading, input, intake) } else { table::run(reading, input, intake) }
}

/// Whether the first character is a bracket; and the input, whole again.
fn look(mut input: Box<dyn Read + '_>) -> Result<(bool, Box<dyn Read + '_>), ReadError> {
    let mut head = Vec::new();
    let mut one = [0_u8];
    let failed = loop {
        match input.read(&mut one) {
            Ok(0) => break None,
            Ok(_) => head.extend_from_slice(&one),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) if head.is_empty() => return Err(ReadError::at_start(NAME, e)),
            Err(e) => break Some(e),
        }
        let [last] = one;
        let is_mark = head.len() <= 3 && b"\xef\xbb\xbf".starts_with(&head);
        if head.len() >= 4_096 || !(is_mark || last.is_ascii_whitespace()) {
            break None;
        }
    };
    let is_json = matches!(head.last(), Some(b'{' | b'['));
    let head = Cursor::new(head);
    match failed {
        Some(e) => Ok((is_json, Box::new(head.chain(Failed(Some(e)))))),
        None => Ok((is_json, Box::new(head.chain(input)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Means;

    #[test]
    fn every_word_that_the_form_offers_is_one_that_is_read() {
        let plain = |w: &str| w.replace('_', " ");
        assert!(MEANS.iter().all(|w| Means::named(&plain(w)).is_some()));
        let kinds = EFFECTS.iter().filter(|w| **w != "undetermined");
        assert!(kinds.clone().all(|w| base::vocabulary::is_kind(&plain(w))), "{kinds:?}");
        assert!(
            DIRECTIONS.iter().all(|w| *w == "undetermined" || crate::formats::compass::bearing(w).is_some())
        );
        let bands: Vec<&str> = RANGE_BANDS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(BAND_NAMES.split_last(), Some((&"undetermined", bands.as_slice())));
    }

    #[test]
    fn names_of_fields_are_distinct_and_fit_for_a_form() {
        let mut names: Vec<&str> = FIELDS.iter().map(|f| f.name).collect();
        let fits = |n: &str| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(names.iter().all(|n| fits(n) && metadata(n).is_none() && !is_plumbing(n)));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
    }
}
