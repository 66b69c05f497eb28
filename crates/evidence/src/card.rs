//! Source cards: what a source is, who runs it, what it detects and how far, and what it cannot. A figure is worth no
//! more than the card of the source behind it, so a card without limitations is refused.

pub mod wire;

pub use wire::{BadCards, CardWire, read_cards};

use std::fmt;

/// What sort of thing a source is. It decides what its reports may do by themselves: sensors link by rule, people's
/// reports are proposed, machine-coded news never verifies alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub enum SourceKind {
    /// Not stated.
    #[default]
    Unknown,
    /// Monitors of the mission, moving.
    Patrol,
    /// Monitors of the mission at a fixed post.
    Post,
    /// A fixed camera.
    Camera,
    /// An acoustic sensor or array.
    Acoustic,
    /// A seismic or infrasound station or array.
    Seismic,
    /// Radar.
    Radar,
    /// The monitors' uncrewed aircraft.
    Uav,
    /// A satellite, or a service that reads one.
    Satellite,
    /// A network of receivers that belongs to nobody's side, such as of aircraft positions.
    Network,
    /// An authority that announces, such as air-raid alarms.
    Authority,
    /// A party to the agreement, or its liaison.
    Party,
    /// A person or organisation outside the mission.
    Witness,
    /// Journalists.
    News,
    /// Open sources checked by people, such as geolocated media.
    OpenSource,
    /// Events that a program took from news: never verifies alone.
    MachineCoded,
}

impl SourceKind {
    /// All, with their names.
    pub const ALL: [(SourceKind, &'static str); 16] = [
        (SourceKind::Unknown, "unknown"),
        (SourceKind::Patrol, "patrol"),
        (SourceKind::Post, "post"),
        (SourceKind::Camera, "camera"),
        (SourceKind::Acoustic, "acoustic"),
        (SourceKind::Seismic, "seismic"),
        (SourceKind::Radar, "radar"),
        (SourceKind::Uav, "uav"),
        (SourceKind::Satellite, "satellite"),
        (SourceKind::Network, "network"),
        (SourceKind::Authority, "authority"),
        (SourceKind::Party, "party"),
        (SourceKind::Witness, "witness"),
        (SourceKind::News, "news"),
        (SourceKind::OpenSource, "open source"),
        (SourceKind::MachineCoded, "machine-coded news"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        SourceKind::ALL.iter().find(|(k, _)| *k == self).map_or("unknown", |(_, n)| n)
    }

    /// The kind of that name, upper or lower case.
    #[must_use]
    pub fn named(name: &str) -> Option<SourceKind> {
        SourceKind::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map(|(k, _)| *k)
    }

    /// Whether its reports are made by an instrument of known sight: such reports link by rule.
    #[must_use]
    pub fn is_sensor(self) -> bool {
        use SourceKind as K;
        matches!(self, K::Camera | K::Acoustic | K::Seismic | K::Radar | K::Uav | K::Satellite | K::Network)
    }

    /// Whether an incident that rests on it alone can ever be called verified; `None`: what it is was not stated.
    #[must_use]
    pub fn can_verify_alone(self) -> Option<bool> {
        use SourceKind as K;
        match self {
            K::Unknown => None,
            K::MachineCoded | K::News | K::Party | K::Authority => Some(false),
            _ => Some(true),
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// In what light a source detects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Light {
    /// By day and by night.
    #[default]
    Any,
    /// By day only.
    Day,
    /// By night only.
    Night,
}

impl Light {
    /// All, with their names.
    pub const ALL: [(Light, &'static str); 3] =
        [(Light::Any, "any"), (Light::Day, "day"), (Light::Night, "night")];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Light::ALL.iter().find(|(l, _)| *l == self).map_or("any", |(_, n)| n)
    }

    /// The light of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Light> {
        Light::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map(|(l, _)| *l)
    }
}

/// What a source detects, how far, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Kind of fact.
    pub kind: String,
    /// How far it detects nine of ten, metres; `None`: not stated.
    pub range_m: Option<f64>,
    /// In what light.
    pub light: Light,
    /// Whether only in clear weather.
    pub clear_weather_only: bool,
}

/// A source's card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its id in observations.
    pub id: String,
    /// What it is.
    pub kind: SourceKind,
    /// The format it delivers.
    pub format: String,
    /// Who runs it.
    pub operator: String,
    /// Reliability `A` to `F` (the Admiralty scale's first half), or `?`: not assessed.
    pub reliability: char,
    /// Why that reliability, and who says so; may be empty.
    pub reliability_reason: String,
    /// What it detects; empty: not stated.
    pub detects: Vec<Reach>,
    /// Kinds of fact that it never perceives.
    pub blind_to: Vec<String>,
    /// Usual and longest time from event to report, milliseconds; `None`: not stated.
    pub latency_ms: Option<(u64, u64)>,
    /// How far its clock runs ahead (behind, if negative), and the doubt of that, milliseconds; `None`: not measured.
    pub clock_offset_ms: Option<(i64, u64)>,
    /// Sources that it re-publishes, or whose reports it shares: together they count once.
    pub copies: Vec<String>,
    /// What it cannot see, in words. Never empty.
    pub limitations: String,
}

impl Default for Card {
    /// A card that says nothing; it is refused as it stands.
    fn default() -> Card {
        Card {
            id: String::new(),
            kind: SourceKind::Unknown,
            format: String::new(),
            operator: String::new(),
            reliability: '?',
            reliability_reason: String::new(),
            detects: Vec::new(),
            blind_to: Vec::new(),
            latency_ms: None,
            clock_offset_ms: None,
            copies: Vec::new(),
            limitations: String::new(),
        }
    }
}

/// Why a card is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCard {
    /// A field that has to be stated is empty.
    #[error("the card of source `{id}` states no {what}; a source without it cannot be relied on")]
    Empty {
        /// The source.
        id: String,
        /// Which field.
        what: &'static str,
    },
    /// Not `A` to `F` or `?`.
    #[error(
        "the reliability of source `{id}` is `{found}`; it is a letter A to F, or ? if nobody has assessed it"
    )]
    Reliability {
        /// The source.
        id: String,
        /// What stands there.
        found: char,
    },
    /// A range that is not a length.
    #[error("source `{id}` is said to detect `{kind}` to {range_m} m, which is no distance on earth")]
    Range {
        /// The source.
        id: String,
        /// Which kind.
        kind: String,
        /// The range, metres.
        range_m: String,
    },
    /// A word outside a closed list.
    #[error("the card of source `{id}` states the {field} `{found}`; known are {known}")]
    Word {
        /// The source.
        id: String,
        /// Which field.
        field: &'static str,
        /// What stands there.
        found: String,
        /// The words of the list.
        known: String,
    },
    /// A time that is none.
    #[error("the card of source `{id}` states {found} seconds as its `{field}`, which cannot be meant")]
    Seconds {
        /// The source.
        id: String,
        /// Which field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// It claims to detect what it is blind to.
    #[error("source `{id}` is said both to detect and to be blind to `{kind}`")]
    DetectsBlind {
        /// The source.
        id: String,
        /// Which kind.
        kind: String,
    },
}

impl Card {
    /// Refuses a card that says too little or contradicts itself.
    pub fn check(&self) -> Result<(), BadCard> {
        let empty = |what| Err(BadCard::Empty { id: self.id.clone(), what });
        if self.id.trim().is_empty() {
            return empty("id");
        }
        if self.limitations.trim().is_empty() {
            return empty("limitations");
        }
        if !matches!(self.reliability, 'A'..='F' | '?') {
            return Err(BadCard::Reliability { id: self.id.clone(), found: self.reliability });
        }
        for reach in &self.detects {
            if let Some(m) = reach.range_m.filter(|m| !(0.0..=base::limits::RADIUS_M_MAX).contains(m)) {
                let (id, kind) = (self.id.clone(), reach.kind.clone());
                return Err(BadCard::Range { id, kind, range_m: m.to_string() });
            }
            if self.blind_to.contains(&reach.kind) {
                return Err(BadCard::DetectsBlind { id: self.id.clone(), kind: reach.kind.clone() });
            }
        }
        Ok(())
    }

    /// Whether it can perceive that kind at all, as far as its card says: `None`, if the card does not say.
    #[must_use]
    pub fn detects(&self, kind: &str) -> Option<bool> {
        if self.blind_to.iter().any(|k| k == kind) {
            return Some(false);
        }
        if self.detects.is_empty() { None } else { Some(self.detects.iter().any(|r| r.kind == kind)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            id: "cam-1".into(),
            reliability: 'B',
            limitations: "blind in fog".into(),
            detects: vec![Reach {
                kind: "explosion".into(),
                range_m: Some(3_000.0),
                light: Light::Any,
                clear_weather_only: true,
            }],
            blind_to: vec!["shot".into()],
            ..Card::default()
        }
    }

    #[test]
    fn a_card_without_limitations_is_refused() {
        assert_eq!(card().check(), Ok(()));
        let bare = Card { limitations: "  ".into(), ..card() };
        assert!(bare.check().unwrap_err().to_string().contains("states no limitations"));
        let wrong = Card { reliability: 'G', ..card() };
        assert!(wrong.check().is_err());
    }

    #[test]
    fn what_a_card_does_not_say_is_not_known() {
        assert_eq!(card().detects("explosion"), Some(true));
        assert_eq!(card().detects("shot"), Some(false));
        assert_eq!(card().detects("flare"), Some(false));
        assert_eq!(Card::default().detects("flare"), None);
    }
}
