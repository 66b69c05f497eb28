//! Cards as their authors write them: JSON, or any notation that says the same. The shape is
//! `docs/source-card.schema.json`.

use super::{BadCard, Card, Light, Reach, SourceKind};
use serde::{Deserialize, Serialize};

/// A card as it is written. Unknown fields are refused: a misspelt limitation would be no limitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardWire {
    /// Its id in observations.
    pub id: String,
    /// What it is: a name of [`SourceKind::ALL`].
    pub kind: String,
    /// The format it delivers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// Who runs it.
    pub operator: String,
    /// `A` to `F`, or `?`.
    #[serde(default = "not_assessed")]
    pub reliability: char,
    /// Why that reliability, and who says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reliability_reason: String,
    /// What it detects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detects: Vec<ReachWire>,
    /// Kinds of fact that it never perceives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind_to: Vec<String>,
    /// Usual and longest time from event to report, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_s: Option<LatencyWire>,
    /// How far its clock runs ahead, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_s: Option<ClockWire>,
    /// Sources that it re-publishes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
    /// What it cannot see. Never empty.
    pub limitations: String,
}

fn not_assessed() -> char {
    '?'
}

/// What a source detects, as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachWire {
    /// Kind of fact.
    pub kind: String,
    /// How far it detects nine of ten, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range_m: Option<f64>,
    /// `any`, `day` or `night`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// Whether only in clear weather.
    #[serde(default)]
    pub clear_weather_only: bool,
}

/// Time from event to report.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyWire {
    /// As a rule, seconds.
    pub usual: f64,
    /// At the longest, seconds.
    pub longest: f64,
}

/// How far a clock runs ahead.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockWire {
    /// Ahead, seconds; behind, if negative.
    pub ahead: f64,
    /// The doubt of that, seconds.
    pub doubt: f64,
}

/// Longest time that a card may state, seconds: ten years.
const SECONDS_MAX: f64 = 10.0 * 366.0 * 86_400.0;

impl TryFrom<CardWire> for Card {
    type Error = BadCard;

    fn try_from(wire: CardWire) -> Result<Card, BadCard> {
        let id = wire.id.clone();
        let word = |field, found: &str, known: String| BadCard::Word {
            id: id.clone(),
            field,
            found: found.to_owned(),
            known,
        };
        let names = |all: &[&str]| all.join(", ");
        let kind = SourceKind::named(&wire.kind)
            .ok_or_else(|| word("kind", &wire.kind, names(&SourceKind::ALL.map(|(_, n)| n))))?;
        let mut detects = Vec::with_capacity(wire.detects.len());
        for reach in wire.detects {
            let light = reach.light.as_deref().unwrap_or("any");
            let light = Light::named(light)
                .ok_or_else(|| word("light", light, names(&Light::ALL.map(|(_, n)| n))))?;
            let (range_m, clear_weather_only) = (reach.range_m, reach.clear_weather_only);
            detects.push(Reach { kind: reach.kind, range_m, light, clear_weather_only });
        }
        let seconds = |field, s: f64| {
            let fits = s.is_finite() && s.abs() <= SECONDS_MAX;
            if fits {
                Ok((s * 1000.0).round())
            } else {
                Err(BadCard::Seconds { id: id.clone(), field, found: s.to_string() })
            }
        };
        let positive = |field, s: f64| match seconds(field, s)? {
            ms if ms >= 0.0 => Ok(ms as u64),
            _ => Err(BadCard::Seconds { id: id.clone(), field, found: s.to_string() }),
        };
        let latency =
            |l: LatencyWire| Ok((positive("latency_s", l.usual)?, positive("latency_s", l.longest)?));
        let clock = |c: ClockWire| {
            Ok((seconds("clock_offset_s", c.ahead)? as i64, positive("clock_offset_s", c.doubt)?))
        };
        let card = Card {
            kind,
            format: wire.format,
            operator: wire.operator,
            reliability: wire.reliability,
            reliability_reason: wire.reliability_reason,
            detects,
            blind_to: wire.blind_to,
            latency_ms: wire.latency_s.map(latency).transpose()?,
            clock_offset_ms: wire.clock_offset_s.map(clock).transpose()?,
            copies: wire.copies,
            limitations: wire.limitations,
            id: id.clone(),
        };
        card.check()?;
        Ok(card)
    }
}

impl From<&Card> for CardWire {
    fn from(card: &Card) -> CardWire {
        let seconds = |ms: u64| ms as f64 / 1000.0;
        let reach = |r: &Reach| ReachWire {
            kind: r.kind.clone(),
            range_m: r.range_m,
            light: (r.light != Light::Any).then(|| r.light.name().to_owned()),
            clear_weather_only: r.clear_weather_only,
        };
        CardWire {
            id: card.id.clone(),
            kind: card.kind.name().to_owned(),
            format: card.format.clone(),
            operator: card.operator.clone(),
            reliability: card.reliability,
            reliability_reason: card.reliability_reason.clone(),
            detects: card.detects.iter().map(reach).collect(),
            blind_to: card.blind_to.clone(),
            latency_s: card
                .latency_ms
                .map(|(usual, longest)| LatencyWire { usual: seconds(usual), longest: seconds(longest) }),
            clock_offset_s: card
                .clock_offset_ms
                .map(|(ahead, doubt)| ClockWire { ahead: ahead as f64 / 1000.0, doubt: seconds(doubt) }),
            copies: card.copies.clone(),
            limitations: card.limitations.clone(),
        }
    }
}

/// Why a file of cards is refused. Nothing of it is taken.
#[derive(Debug, thiserror::Error)]
pub enum BadCards {
    /// Not JSON, or of another shape.
    #[error("this is no source card: {0}; see docs/source-cards.md")]
    Shape(#[from] serde_json::Error),
    /// A card says too little or contradicts itself.
    #[error(transparent)]
    Card(#[from] BadCard),
    /// One source has two cards.
    #[error("the source `{0}` has two cards in this file")]
    Twice(String),
}

/// Reads one card, or a list of cards, from JSON.
pub fn read_cards(json: &[u8]) -> Result<Vec<Card>, BadCards> {
    let is_list = json.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let wires: Vec<CardWire> =
        if is_list { serde_json::from_slice(json)? } else { vec![serde_json::from_slice(json)?] };
    let cards = wires.into_iter().map(Card::try_from).collect::<Result<Vec<Card>, BadCard>>()?;
    let mut ids: Vec<&str> = cards.iter().map(|c| c.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
        Some(twice) => Err(BadCards::Twice((*twice).to_owned())),
        None => Ok(cards),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMERA: &str = r#"{"id": "cam-1", "kind": "camera", "operator": "the mission", "reliability": "B",
        "detects": [{"kind": "explosion", "range_m": 3000, "light": "night", "clear_weather_only": true}],
        "blind_to": ["shot"], "latency_s": {"usual": 2, "longest": 90.5},
        "clock_offset_s": {"ahead": -1.5, "doubt": 0.2}, "limitations": "blind in fog"}"#;

    #[test]
    fn a_card_reads_back_as_it_was_written() {
        let card = read_cards(CAMERA.as_bytes()).unwrap().remove(0);
        assert_eq!((card.latency_ms, card.clock_offset_ms), (Some((2_000, 90_500)), Some((-1_500, 200))));
        let json = serde_json::to_vec(&[CardWire::from(&card)]).unwrap();
        assert_eq!(read_cards(&json).unwrap(), [card]);
    }

    #[test]
    fn what_is_wrong_with_a_card_is_said_with_what_to_do() {
        let says = |json: &str| read_cards(json.as_bytes()).unwrap_err().to_string();
        assert!(says(&CAMERA.replace("camera", "kamera")).contains("`kamera`"));
        assert!(says(&CAMERA.replace("limitations", "limitation")).contains("unknown field `limitation`"));
        assert!(says(&CAMERA.replace("blind in fog", " ")).contains("states no limitations"));
        assert!(says(&CAMERA.replace("90.5", "1e300")).contains("latency_s"));
        assert!(
            says(&CAMERA.replace("[\"shot\"]", "[\"explosion\"]")).contains("both to detect and to be blind")
        );
        assert!(says(&format!("[{CAMERA}, {CAMERA}]")).contains("two cards"));
        assert!(says("").contains("no source card"));
    }
}
