//! One observation as an adapter states it, borrowing from the record it was read from.

use base::{Count, Interval, Place};

/// How the fact was perceived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Means {
    /// Not stated.
    #[default]
    Undetermined = 0,
    /// A person saw it.
    Saw = 1,
    /// A person heard it.
    Heard = 2,
    /// A person saw and heard it.
    SawAndHeard = 3,
    /// A fixed camera.
    Camera = 4,
    /// An uncrewed aircraft.
    Uav = 5,
    /// An acoustic sensor.
    Acoustic = 6,
    /// Radar.
    Radar = 7,
    /// A satellite.
    Satellite = 8,
    /// News, social media, other open sources.
    OpenSource = 9,
    /// What somebody told.
    Testimony = 10,
}

impl Means {
    /// All means, in order of their codes.
    pub const ALL: [(Means, &'static str); 11] = [
        (Means::Undetermined, "undetermined"),
        (Means::Saw, "saw"),
        (Means::Heard, "heard"),
        (Means::SawAndHeard, "saw and heard"),
        (Means::Camera, "camera"),
        (Means::Uav, "uav"),
        (Means::Acoustic, "acoustic"),
        (Means::Radar, "radar"),
        (Means::Satellite, "satellite"),
        (Means::OpenSource, "open source"),
        (Means::Testimony, "testimony"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Means::ALL.iter().find(|(m, _)| *m == self).map_or("undetermined", |(_, n)| n)
    }

    /// The means of that name, lower or upper case.
    #[must_use]
    pub fn named(name: &str) -> Option<Means> {
        Means::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map(|(m, _)| *m)
    }

    /// The means of that code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Means> {
        Means::ALL.get(usize::from(code)).map(|(m, _)| *m)
    }
}

/// What the witness made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Assessment {
    /// Not assessed, or could not be.
    #[default]
    Undetermined = 0,
    /// Fired from there.
    Outgoing = 1,
    /// Landed there.
    Impact = 2,
    /// Burst in the air.
    Airburst = 3,
}

impl Assessment {
    /// All assessments, in order of their codes.
    pub const ALL: [(Assessment, &'static str); 4] = [
        (Assessment::Undetermined, "undetermined"),
        (Assessment::Outgoing, "outgoing"),
        (Assessment::Impact, "impact"),
        (Assessment::Airburst, "airburst"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Assessment::ALL.iter().find(|(a, _)| *a == self).map_or("undetermined", |(_, n)| n)
    }

    /// The assessment of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Assessment> {
        Assessment::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map(|(a, _)| *a)
    }

    /// The assessment of that code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Assessment> {
        Assessment::ALL.get(usize::from(code)).map(|(a, _)| *a)
    }
}

/// How finely the event's time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
#[repr(u8)]
pub enum TimePrecision {
    /// To the second or better.
    Second = 0,
    /// To the minute.
    Minute = 1,
    /// To the hour.
    Hour = 2,
    /// To the civil day.
    #[default]
    Day = 3,
    /// Coarser than a day: the interval says how coarse.
    Coarser = 4,
}

impl TimePrecision {
    /// All precisions, in order of their codes.
    pub const ALL: [(TimePrecision, &'static str); 5] = [
        (TimePrecision::Second, "second"),
        (TimePrecision::Minute, "minute"),
        (TimePrecision::Hour, "hour"),
        (TimePrecision::Day, "day"),
        (TimePrecision::Coarser, "coarser"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        TimePrecision::ALL.iter().find(|(p, _)| *p == self).map_or("day", |(_, n)| n)
    }

    /// The precision of that code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<TimePrecision> {
        TimePrecision::ALL.get(usize::from(code)).map(|(p, _)| *p)
    }
}

/// One observation (or allegation) as its source states it. No judgement stands in it.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// What makes the record itself in its source: its native id, or, where it has none, its whole content in a
    /// canonical form. Same source and same key: the same observation.
    pub native_key: &'a [u8],
    /// Kind of fact, a word of [`base::vocabulary`] or the source's own.
    pub kind: &'a str,
    /// When it happened.
    pub event: Interval,
    /// How finely that is known.
    pub precision: TimePrecision,
    /// When it was perceived, milliseconds since 1970, if that differs or is stated.
    pub observed_ms: Option<i64>,
    /// When the source reported it, milliseconds since 1970, if stated.
    pub reported_ms: Option<i64>,
    /// Where.
    pub place: Place,
    /// How it was perceived.
    pub means: Means,
    /// Outgoing, impact, …
    pub assessment: Assessment,
    /// How many, in `unit`.
    pub count: Option<Count>,
    /// What was counted: `explosion`, `deaths`, `reports`, …; empty: the kind itself.
    pub unit: &'a str,
    /// Weapon class in the source's words; empty: undetermined.
    pub weapon: &'a str,
    /// Calibre, millimetres, if stated.
    pub calibre_mm: Option<f32>,
    /// Whose act or weapon, in the source's words; empty: undetermined.
    pub actor: &'a str,
    /// Recorded as a live-fire exercise, a demining blast or the like.
    pub exercise: bool,
    /// A claim by a party or another person, not a perception: never counted.
    pub allegation: bool,
    /// Narrative or place name.
    pub note: &'a str,
    /// Addresses of the reports, separated by newlines.
    pub links: &'a str,
}

impl Default for Draft<'_> {
    fn default() -> Self {
        Draft {
            native_key: b"",
            kind: "other",
            event: Interval::at(base::Instant(0)),
            precision: TimePrecision::Day,
            observed_ms: None,
            reported_ms: None,
            place: Place::Undetermined,
            means: Means::Undetermined,
            assessment: Assessment::Undetermined,
            count: None,
            unit: "",
            weapon: "",
            calibre_mm: None,
            actor: "",
            exercise: false,
            allegation: false,
            note: "",
            links: "",
        }
    }
}
