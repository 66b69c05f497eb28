//! One alert, as its elements state it.

use crate::draft::TimePrecision;
use crate::formats::fields::{self, key_part};
use crate::formats::moments::Clock;
use crate::formats::xml::Element;
use crate::intake::Intake;
use crate::reject::{Fault, RECORD_BYTES_MAX, RejectReason, shown};
use base::limits::{ALERT_AREAS_MAX, NOTE_BYTES_MAX, RADIUS_M_MAX};
use base::{Instant, Interval, LonLat, Place};
use jiff::fmt::rfc2822;

const SECOND_MS: i64 = 1_000;
/// Words of an event, or of its code, that make it an air alert; hyphens and underscores are spaces.
const OF_THE_AIR: [&str; 11] = [
    "air raid",
    "airraid",
    "air alert",
    "air attack",
    "missile",
    "rocket attack",
    "rocket fire",
    "drone attack",
    "uav attack",
    "повітряна тривога",
    "воздушная тревога",
];

/// Words that say the opposite.
const OVER: [&str; 3] = ["all clear", "відбій", "отбой"];

/// Who ends or changes what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    Alert,
    Update,
    Cancel,
}

/// An alert that is referred to.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) key: Vec<u8>,
    pub(super) text: String,
}

/// One area of an alert: an observation of its own.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    /// Its place among the areas of the alert, faulty ones counted.
    pub(super) index: u32,
    /// What the area is called: its description and codes.
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) event: Interval,
    pub(super) precision: TimePrecision,
    pub(super) place: Place,
    pub(super) note: String,
    pub(super) links: String,
    pub(super) exercise: bool,
    /// It says that the danger is over.
    pub(super) is_over: bool,
}

/// An alert.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub(super) key: Vec<u8>,
    pub(super) message: Message,
    pub(super) sent: Instant,
    pub(super) references: Vec<Reference>,
    pub(super) areas: Vec<Stated>,
    /// Areas that cannot be used.
    pub(super) faults: Vec<Fault>,
    /// Where it stands, and its beginning.
    pub(super) line: u64,
    pub(super) raw: Vec<u8>,
}

impl Alert {
    /// What it holds in memory, bytes, about.
    pub(super) fn held_bytes(&self) -> usize {
        let place = |p: &Place| match p {
            Place::Polygon(rings) => rings.iter().map(|r| r.len() * size_of::<LonLat>()).sum(),
            _ => 0,
        };
        let area =
            |a: &Stated| size_of::<Stated>() + a.name.len() + a.note.len() + a.links.len() + place(&a.place);
        let references: usize = self.references.iter().map(|r| r.key.len() + r.text.len()).sum();
        self.areas.iter().map(area).sum::<usize>() + references + self.key.len() + self.raw.len()
    }

    /// The alert with its place in the file.
    pub(super) fn standing(mut self, line: u64, raw: &[u8]) -> Alert {
        self.line = line;
        self.raw = raw.get(..raw.len().min(RECORD_BYTES_MAX)).unwrap_or(raw).to_vec();
        self
    }
}

/// Reads alerts.
pub(super) struct Reader {
    pub(super) clock: Clock,
    /// Radius to assume where a point states none, metres.
    pub(super) assumed_m: Option<f64>,
}

fn missing(name: &str) -> Fault {
    Fault::new(name, RejectReason::MissingValue, "")
}

fn needed<'e>(element: &'e Element, name: &str) -> Result<&'e str, Fault> {
    element.text_of(name).ok_or_else(|| missing(name))
}

/// What an alert is known by: its sender, its identifier, and when it was sent.
fn key(sender: &str, identifier: &str, sent: Instant) -> Vec<u8> {
    let mut key = Vec::new();
    [&b"alert"[..], sender.as_bytes(), identifier.as_bytes(), &sent.0.to_le_bytes()]
        .iter()
        .for_each(|part| key_part(&mut key, part));
    key
}

fn message(element: &Element) -> Result<Message, Fault> {
    match needed(element, "msgType")? {
        "Alert" => Ok(Message::Alert),
        "Update" => Ok(Message::Update),
        "Cancel" => Ok(Message::Cancel),
        other @ ("Ack" | "Error") => Err(Fault::new("msgType", RejectReason::NotActual, other)),
        other => Err(Fault::new("msgType", RejectReason::UnknownWord, other)),
    }
}

/// Whether it is an exercise; tests, drafts and messages between systems are rejected.
fn exercise(element: &Element) -> Result<bool, Fault> {
    match needed(element, "status")? {
        "Actual" => Ok(false),
        "Exercise" => Ok(true),
        other @ ("Test" | "Draft" | "System") => Err(Fault::new("status", RejectReason::NotActual, other)),
        other => Err(Fault::new("status", RejectReason::UnknownWord, other)),
    }
}

impl Reader {
    fn at(&self, name: &str, text: &str) -> Result<Instant, Fault> {
        self.clock.read(name, text, &[]).map(|s| s.event.start)
    }

    /// A whole alert.
    pub(super) fn alert(&self, alert: &Element, intake: &mut Intake<'_>) -> Result<Alert, Fault> {
        let (identifier, sender) = (needed(alert, "identifier")?, needed(alert, "sender")?);
        let sent = self.at("sent", needed(alert, "sent")?)?;
        let exercise = exercise(alert)?;
        let message = message(alert)?;
        if [identifier, sender].iter().any(|t| t.contains([' ', ',', '<', '&'])) {
            intake.warn("identifiers with characters that CAP forbids; references to them may not be found");
        }
        let mut out = Alert {
            key: key(sender, identifier, sent),
            message,
            sent,
            references: self.references(alert),
            areas: Vec::new(),
            faults: Vec::new(),
            line: 0,
            raw: Vec::new(),
        };
        let infos = first_language(alert, intake);
        if infos.is_empty() && message != Message::Cancel {
            return Err(missing("info"));
        }
        let mut index = 0;
        for info in infos {
            self.info(alert, info, exercise, &mut index, &mut out, intake)?;
        }
        Ok(out)
    }

    /// `sender,identifier,sent` triples, parted by white space.
    fn references(&self, alert: &Element) -> Vec<Reference> {
        let triples = alert.text_of("references").unwrap_or("").split_whitespace();
        let read = |text: &str| {
            let (sender, rest) = text.split_once(',')?;
            let (identifier, sent) = rest.rsplit_once(',')?;
            let sent = self.at("references", sent).ok()?;
            Some(Reference { key: key(sender, identifier, sent), text: text.to_owned() })
        };
        triples.filter_map(read).collect()
    }

    fn info(
        &self,
        alert: &Element,
        info: &Element,
        exercise: bool,
        index: &mut u32,
        out: &mut Alert,
        intake: &mut Intake<'_>,
    ) -> Result<(), Fault> {
        let event = needed(info, "event")?;
        let (interval, precision) = self.interval(info, out.sent, intake)?;
        let of = Stated {
            index: 0,
            name: String::new(),
            kind: kind(event, info),
            event: interval,
            precision,
            place: Place::Undetermined,
            note: note(event, alert, info),
            links: web(info),
            exercise,
            is_over: is_over(event, info),
        };
        if (*index as usize).saturating_add(shapes(info)) > ALERT_AREAS_MAX {
            let says = format!("more than {ALERT_AREAS_MAX} areas");
            return Err(Fault::new("area", RejectReason::TooLarge, says));
        }
        let mut areas = info.all("area").peekable();
        if areas.peek().is_none() {
            out.areas.push(Stated { index: *index, ..of });
            *index += 1;
            return Ok(());
        }
        for area in areas {
            let name = described(area);
            for place in self.places(area) {
                match place {
                    Ok(place) => {
                        let note = short(&format!("{}{name}", of.note));
                        let name = name.clone();
                        out.areas.push(Stated { index: *index, name, place, note, ..of.clone() });
                    }
                    Err(fault) => out.faults.push(fault),
                }
                *index += 1;
            }
        }
        Ok(())
    }

    /// Onset, or effective, or sent, to expires.
    fn interval(
        &self,
        info: &Element,
        sent: Instant,
        intake: &mut Intake<'_>,
    ) -> Result<(Interval, TimePrecision), Fault> {
        let stated = ["onset", "effective"].into_iter().find_map(|n| info.text_of(n).map(|t| (n, t)));
        let start = stated.map_or(Ok(sent), |(name, text)| self.at(name, text))?;
        let Some(text) = info.text_of("expires") else {
            intake.warn("alerts that do not say when they expire; they stand for the moment of their start");
            let end = Instant(start.0.saturating_add(SECOND_MS));
            return Ok((Interval { start, end }, TimePrecision::Second));
        };
        let end = self.at("expires", text)?;
        if end < start {
            return Err(Fault::new("expires", RejectReason::EndsBeforeStart, text));
        }
        Ok((Interval { start, end }, TimePrecision::Second))
    }

    /// Where an area is: one place for each polygon and circle; an area by name or code alone is undetermined.
    fn places(&self, area: &Element) -> Vec<Result<Place, Fault>> {
        let texts = |name| area.all(name).map(Element::text).filter(|t| !t.is_empty());
        let mut places: Vec<_> = texts("polygon").map(polygon).collect();
        places.extend(texts("circle").map(|c| circle(c, self.assumed_m)));
        if places.is_empty() {
            places.push(Ok(Place::Undetermined));
        }
        places
    }

    /// An entry of an index feed, which announces an alert with some of its elements.
    pub(super) fn entry(&self, entry: &Element, intake: &mut Intake<'_>) -> Result<Alert, Fault> {
        let id_name = if entry.name == "item" { "guid" } else { "id" };
        let id = needed(entry, id_name)?;
        let title = needed(entry, "title")?;
        let link =
            entry.all("link").find_map(|l| l.attribute("href").or(Some(l.text()).filter(|t| !t.is_empty())));
        let link = link.ok_or_else(|| missing("link"))?;
        let has_cap = ["effective", "onset", "expires", "msgType"].iter().any(|n| entry.child(n).is_some());
        // Without any element of CAP an entry only points to an alert.
        let event = entry.text_of("event").or(Some(title).filter(|_| has_cap));
        let event = event.ok_or_else(|| missing("event"))?;
        let exercise = exercise(entry)?;
        let message = match entry.text_of("msgType") {
            None => Message::Alert,
            Some(_) => message(entry)?,
        };
        let sent = self.updated(entry)?;
        let mut entry_key = Vec::new();
        [&b"entry"[..], id.as_bytes()].iter().for_each(|part| key_part(&mut entry_key, part));
        let mut out = Alert {
            key: entry_key,
            message,
            sent,
            references: Vec::new(),
            areas: Vec::new(),
            faults: Vec::new(),
            line: 0,
            raw: Vec::new(),
        };
        let (interval, precision) = self.interval(entry, sent, intake)?;
        let name = described(entry);
        let of = Stated {
            index: 0,
            kind: kind(event, entry),
            event: interval,
            precision,
            place: Place::Undetermined,
            note: short(&format!("{}{name}", note(event, entry, entry))),
            // All its places have one name, which tells none from another; they are known by their order.
            name: String::new(),
            links: short(link),
            exercise,
            is_over: is_over(event, entry),
        };
        if entry.children.len() > ALERT_AREAS_MAX {
            let says = format!("more than {ALERT_AREAS_MAX} elements");
            return Err(Fault::new("", RejectReason::TooLarge, says));
        }
        for (index, place) in (0u32..).zip(self.places(entry)) {
            match place {
                Ok(place) => out.areas.push(Stated { index, place, ..of.clone() }),
                Err(fault) => out.faults.push(fault),
            }
        }
        Ok(out)
    }

    fn updated(&self, entry: &Element) -> Result<Instant, Fault> {
        let names = ["sent", "updated", "published"];
        if let Some((name, text)) = names.into_iter().find_map(|n| entry.text_of(n).map(|t| (n, t))) {
            return self.at(name, text);
        }
        let text = entry.text_of("pubDate").ok_or_else(|| missing("updated"))?;
        let bad = || Fault::new("pubDate", RejectReason::BadDate, text);
        let at = rfc2822::parse(text).map_err(|_| bad())?;
        Ok(Instant(at.timestamp().as_millisecond()))
    }
}

fn short(text: &str) -> String {
    shown(text.as_bytes(), NOTE_BYTES_MAX)
}

fn web(info: &Element) -> String {
    short(info.text_of("web").filter(|w| w.starts_with("http")).unwrap_or(""))
}

/// How many observations the areas of a block make.
fn shapes(info: &Element) -> usize {
    info.all("area").map(|a| a.children.len().max(1)).fold(0, usize::saturating_add)
}

/// The blocks in the language of the first: others repeat them.
fn first_language<'e>(alert: &'e Element, intake: &mut Intake<'_>) -> Vec<&'e Element> {
    let language = |info: &Element| info.text_of("language").unwrap_or("en-US").to_lowercase();
    let all: Vec<&Element> = alert.all("info").collect();
    let first = all.first().map(|i| language(i)).unwrap_or_default();
    let (kept, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|i| language(i) == first);
    if !others.is_empty() {
        intake.warn("alerts in several languages; the first is read");
    }
    kept
}

/// Whether the event or one of its codes has one of these words.
fn speaks_of(event: &str, info: &Element, words: &[&str]) -> bool {
    let codes = info.all("eventCode").filter_map(|c| c.text_of("value"));
    [event].into_iter().chain(codes).any(|text| {
        let text = text.to_lowercase().replace(['-', '_'], " ");
        words.iter().any(|word| text.contains(word))
    })
}

fn is_over(event: &str, info: &Element) -> bool {
    let answers = info.all("responseType").any(|r| r.text() == "AllClear");
    answers || speaks_of(event, info, &OVER)
}

fn kind(event: &str, info: &Element) -> &'static str {
    // "Air raid: all clear" is no air alert.
    let is_air = !is_over(event, info) && speaks_of(event, info, &OF_THE_AIR);
    if is_air { "air alert" } else { "other" }
}

/// The event, the headline, and how urgent, severe and certain the sender calls it.
fn note(event: &str, alert: &Element, info: &Element) -> String {
    let mut note = event.to_owned();
    if let Some(headline) = info.text_of("headline").filter(|h| *h != event) {
        note.push_str(": ");
        note.push_str(headline);
    }
    for name in ["urgency", "severity", "certainty", "senderName"] {
        if let Some(value) = info.text_of(name) {
            note.push_str(&format!("; {name} {value}"));
        }
    }
    if let Some(scope) = alert.text_of("scope").filter(|s| *s != "Public") {
        note.push_str(&format!("; scope {scope}"));
    }
    short(&note)
}

/// The area's name and codes.
fn described(area: &Element) -> String {
    let mut out = String::new();
    if let Some(name) = area.text_of("areaDesc") {
        out.push_str("; ");
        out.push_str(name);
    }
    for code in area.all("geocode") {
        let names = code.all("valueName").zip(code.all("value"));
        for (name, value) in names.filter(|(_, v)| !v.text().is_empty()) {
            out.push_str(&format!("; {} {}", name.text(), value.text()));
        }
    }
    out
}

/// `latitude,longitude`.
fn pair(name: &str, text: &str) -> Result<LonLat, Fault> {
    let bad = || Fault::new(name, RejectReason::BadGeometry, text);
    let (lat, lon) = text.split_once(',').ok_or_else(bad)?;
    let number = |t: &str| t.trim().parse::<f64>().map_err(|_| bad());
    fields::position((name, number(lon)?), (name, number(lat)?))
}

/// `latitude,longitude` pairs, the last equal to the first.
fn polygon(text: &str) -> Result<Place, Fault> {
    let ring = text.split_whitespace().map(|p| pair("polygon", p)).collect::<Result<_, _>>()?;
    Ok(Place::Polygon(vec![fields::closed("polygon", ring)?]))
}

/// `latitude,longitude radius`, kilometres; a radius of nothing is not stated.
fn circle(text: &str, assumed_m: Option<f64>) -> Result<Place, Fault> {
    let bad = || Fault::new("circle", RejectReason::BadGeometry, text);
    let (at, radius) = text.rsplit_once(char::is_whitespace).ok_or_else(bad)?;
    let radius_m = fields::number("circle", radius.as_bytes())? * 1_000.0;
    if !(0.0..=RADIUS_M_MAX).contains(&radius_m) {
        return Err(Fault::new("circle", RejectReason::OutOfRange, text));
    }
    let radius_m = Some(radius_m).filter(|r| *r > 0.0).or(assumed_m);
    Ok(Place::Point { at: pair("circle", at.trim())?, radius_m })
}
