//! `sources.yaml`: which sources are collected from, by which door, within which limits. Read strictly: an unknown or
//! misspelt field is refused, since a limit that is not read is no limit.

use super::limits::{
    CONNECTIONS_MAX, IDLE_S, MESSAGE_BYTES_MAX, QUARANTINE_ROWS, QUARANTINE_ROWS_MIN, SOURCES_MAX,
};
use base::LonLat;
use evidence::card::{Card, CardWire};
use evidence::coverage::CoverageArea;
use evidence::mapping::Mapping;
use evidence::{Format, Options};
use serde::{Deserialize, Deserializer, de};
use serde_saphyr::Spanned;
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A source that is collected from.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is, and what it can see.
    pub card: Card,
    /// What its messages are read as.
    pub format: Format,
    /// How they are read.
    pub options: Options,
    /// Where they come in.
    pub door: Door,
    /// Silent for longer than this it is stale; `None`: silence says nothing.
    pub stale_after: Option<Duration>,
    /// When it is quarantined.
    pub quarantine: Quarantine,
    /// What it watches, if its silence is to be told as coverage.
    pub area: Option<CoverageArea>,
}

/// When a source is quarantined: more than `share` of its last `rows` rows were rejected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quarantine {
    /// 0 to 1; 1: never.
    pub share: f64,
    /// Rows looked back over.
    pub rows: usize,
}

/// Where a source's messages come in.
#[derive(Clone, Debug, PartialEq)]
pub enum Door {
    /// Senders connect to us.
    Cot(Cot),
    /// We subscribe at a broker.
    Mqtt(Mqtt),
    /// We ask again and again.
    Pull(Pull),
}

/// CoT events over TCP or TLS.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cot {
    /// The address listened on.
    pub listen: SocketAddr,
    /// TLS; without it only an address of this machine is taken.
    pub tls: Option<ServerTls>,
    /// Most connections at a time.
    #[serde(default = "connections_max")]
    pub connections_max: usize,
    /// How long a connection may be silent.
    #[serde(default = "idle", deserialize_with = "span")]
    pub idle: Duration,
    /// Largest event, bytes.
    #[serde(default = "message_bytes_max")]
    pub event_bytes_max: usize,
}

/// Our side of TLS where senders connect to us.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerTls {
    /// Our certificate chain, PEM.
    pub cert: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The authority that signs the senders' certificates; absent: senders need none.
    pub client_ca: Option<PathBuf>,
}

/// A subscription at an MQTT broker.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mqtt {
    /// `mqtt://host:port` or `mqtts://host:port`.
    pub url: String,
    /// Topic filters.
    pub topics: Vec<String>,
    /// 0: at most once, for what may be lost; 1: at least once.
    #[serde(default = "one")]
    pub qos: u8,
    /// The name of our session at the broker; it must be ours alone.
    pub client_id: String,
    /// The authority of the broker's certificate, PEM; absent: the system's.
    pub ca: Option<PathBuf>,
    /// User.
    pub user: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// Largest message, bytes.
    #[serde(default = "message_bytes_max")]
    pub message_bytes_max: usize,
}

/// A document that is asked for again and again.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// `http://` or `https://`.
    pub url: String,
    /// How often.
    #[serde(deserialize_with = "span")]
    pub every: Duration,
    /// How long one request may take.
    #[serde(default = "timeout", deserialize_with = "span")]
    pub timeout: Duration,
    /// Further headers, such as of authorisation.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
    /// Largest document, bytes.
    #[serde(default = "pull_bytes_max")]
    pub max_bytes: u64,
    /// Whether it stands on this machine or in a private network.
    #[serde(default)]
    pub allow_private: bool,
    /// The authority of its certificate, PEM; absent: the system's.
    pub ca: Option<PathBuf>,
}

fn connections_max() -> usize {
    CONNECTIONS_MAX
}
fn idle() -> Duration {
    Duration::from_secs(IDLE_S)
}
fn message_bytes_max() -> usize {
    MESSAGE_BYTES_MAX
}
fn one() -> u8 {
    1
}
fn timeout() -> Duration {
    Duration::from_secs(30)
}
fn pull_bytes_max() -> u64 {
    64 * 1024 * 1024
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileWire {
    sources: Vec<Spanned<SourceWire>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceWire {
    card: CardWire,
    mapping: Option<PathBuf>,
    #[serde(default, deserialize_with = "optional_span")]
    stale_after: Option<Duration>,
    quarantine_share: Option<f64>,
    quarantine_rows: Option<usize>,
    area: Option<AreaWire>,
    cot: Option<Cot>,
    mqtt: Option<Mqtt>,
    pull: Option<Pull>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaWire {
    lon: f64,
    lat: f64,
    radius_m: f64,
}

/// A mistake in a sources file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProblem {
    /// Line, from 1; 0: not known.
    pub line: u64,
    /// What is wrong, and what to do.
    pub says: String,
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 { write!(f, "line {}: {}", self.line, self.says) } else { f.write_str(&self.says) }
    }
}

/// Reads a sources file. Files that it names are relative to `folder`; mapping files are read, certificates and
/// passwords only when they are needed.
///
/// # Errors
/// Every mistake that could be found, each with its line.
pub fn read_sources(text: &str, folder: &Path) -> Result<Vec<Source>, Vec<SourceProblem>> {
    let file: FileWire = serde_saphyr::from_str(text).map_err(|e| vec![unreadable(&e)])?;
    if file.sources.len() > SOURCES_MAX {
        let says = format!("{} sources; at most {SOURCES_MAX} are collected from", file.sources.len());
        return Err(vec![SourceProblem { line: 1, says }]);
    }
    let (mut sources, mut problems, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
    for spanned in file.sources {
        let line = spanned.referenced.line();
        let id = spanned.value.card.id.clone();
        if !ids.insert(id.clone()) {
            let says = format!("source `{id}` stands here twice; give each its own `id`");
            problems.push(SourceProblem { line, says });
        }
        match source(spanned.value, folder) {
            Ok(source) => sources.push(source),
            Err(says) => problems.push(SourceProblem { line, says: format!("source `{id}`: {says}") }),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

fn unreadable(error: &serde_saphyr::Error) -> SourceProblem {
    let bare = error.without_snippet();
    let line = bare.location().map_or(0, |l| l.line());
    SourceProblem { line, says: format!("{bare}; docs/collecting.md shows every field") }
}

fn source(wire: SourceWire, folder: &Path) -> Result<Source, String> {
    let card = Card::try_from(wire.card).map_err(|e| e.to_string())?;
    let format = Format::named(&card.format).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|(_, name, _)| *name).collect();
        format!("`card.format` is `{}`; it is one of {}", card.format, known.join(", "))
    })?;
    let door = door(wire.cot, wire.mqtt, wire.pull)?;
    let mapping = wire.mapping.map(|path| mapping(&folder.join(path))).transpose()?;
    let share = wire.quarantine_share.unwrap_or(0.2);
    if !(0.0..=1.0).contains(&share) {
        return Err(format!("`quarantine_share` is {share}; it is a share between 0 and 1 (1: never)"));
    }
    let rows = wire.quarantine_rows.unwrap_or(QUARANTINE_ROWS);
    if !(QUARANTINE_ROWS_MIN..=100_000).contains(&rows) {
        return Err(format!("`quarantine_rows` is {rows}; between {QUARANTINE_ROWS_MIN} and 100000"));
    }
    let stale_after = wire.stale_after.or(match &door {
        Door::Pull(pull) => Some(pull.every.saturating_mul(3)),
        _ => None,
    });
    let area = wire.area.map(area).transpose()?;
    if area.is_some() && stale_after.is_none() {
        return Err("`area` is stated, but not `stale_after`: say how long a silence is one".to_owned());
    }
    let door = door.relative_to(folder);
    let options = Options { mapping, ..Options::default() };
    Ok(Source { card, format, options, door, stale_after, quarantine: Quarantine { share, rows }, area })
}

fn area(wire: AreaWire) -> Result<CoverageArea, String> {
    let at = LonLat::new(wire.lon, wire.lat)
        .map_err(|_| format!("`area` is at lon {}, lat {}, which is nowhere", wire.lon, wire.lat))?;
    if !(wire.radius_m > 0.0 && wire.radius_m <= base::limits::RADIUS_M_MAX) {
        return Err(format!("`area.radius_m` is {}, which is no distance on earth", wire.radius_m));
    }
    Ok(CoverageArea::Circle { at, radius_m: wire.radius_m })
}

fn mapping(path: &Path) -> Result<Mapping, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| format!("the file of `mapping`, `{shown}`, cannot be read: {e}"))?;
    Mapping::parse(&text).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("the file of `mapping`, `{shown}`, is no mapping: {}", all.join("; "))
    })
}

fn door(cot: Option<Cot>, mqtt: Option<Mqtt>, pull: Option<Pull>) -> Result<Door, String> {
    match (cot, mqtt, pull) {
        (Some(cot), None, None) => {
            if cot.tls.is_none() && !cot.listen.ip().is_loopback() {
                let says = "can be reached from outside this machine, and there is no `cot.tls`: \
                            whoever reaches it could write evidence; add `tls`, or listen on 127.0.0.1";
                return Err(format!("`cot.listen` {} {says}", cot.listen));
            }
            if cot.connections_max == 0 || cot.event_bytes_max == 0 {
                return Err("`cot.connections_max` and `cot.event_bytes_max` are at least 1".to_owned());
            }
            Ok(Door::Cot(cot))
        }
        (None, Some(mqtt), None) => {
            broker(&mqtt.url)?;
            if mqtt.topics.is_empty() || mqtt.topics.iter().any(String::is_empty) {
                return Err("`mqtt.topics` names no topic, or an empty one".to_owned());
            }
            if mqtt.qos > 1 {
                return Err(format!("`mqtt.qos` is {}; it is 1 (or 0, for what may be lost)", mqtt.qos));
            }
            if mqtt.client_id.is_empty() {
                return Err("`mqtt.client_id` is empty: the broker keeps our session under it".to_owned());
            }
            Ok(Door::Mqtt(mqtt))
        }
        (None, None, Some(pull)) => {
            super::pull::scheme_of(&pull.url).map_err(|says| format!("`pull.url` {says}"))?;
            if pull.every < Duration::from_secs(1) {
                return Err("`pull.every` is shorter than a second".to_owned());
            }
            Ok(Door::Pull(pull))
        }
        (None, None, None) => Err("it has no door: state one of `cot`, `mqtt`, `pull`".to_owned()),
        _ => Err("it has more than one door; state one of `cot`, `mqtt`, `pull`".to_owned()),
    }
}

/// Host, port and whether TLS is used, of a broker's address.
pub(crate) fn broker(url: &str) -> Result<(String, u16, bool), String> {
    let wrong = || format!("`mqtt.url` is `{url}`; it is mqtt://HOST[:PORT] or mqtts://HOST[:PORT]");
    let (tls, rest) = match url.split_once("://") {
        Some(("mqtt", rest)) => (false, rest),
        Some(("mqtts", rest)) => (true, rest),
        _ => return Err(wrong()),
    };
    if rest.contains('@') {
        return Err("`mqtt.url` holds a user: state `user` and `password_file` instead".to_owned());
    }
    let rest = rest.trim_end_matches('/');
    let usual = if tls { 8883 } else { 1883 };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (rest, usual),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains('/') { Err(wrong()) } else { Ok((host.to_owned(), port, tls)) }
}

impl Door {
    fn relative_to(mut self, folder: &Path) -> Door {
        let within = |path: &mut PathBuf| *path = folder.join(&*path);
        match &mut self {
            Door::Cot(Cot { tls: Some(tls), .. }) => {
                within(&mut tls.cert);
                within(&mut tls.key);
                tls.client_ca.as_mut().map(within).unwrap_or_default();
            }
            Door::Cot(_) => {}
            Door::Mqtt(mqtt) => {
                [&mut mqtt.ca, &mut mqtt.password_file].into_iter().flatten().for_each(within);
            }
            Door::Pull(pull) => pull.ca.as_mut().map(within).unwrap_or_default(),
        }
        self
    }

    /// The door's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Door::Cot(_) => "cot",
            Door::Mqtt(_) => "mqtt",
            Door::Pull(_) => "pull",
        }
    }
}

/// A length of time as people write it: `250 ms`, `10 s`, `5 min`, `2 h`.
#[must_use]
pub fn read_span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let unit_ms: u64 = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let ms = number.parse::<u64>().ok()?.checked_mul(unit_ms)?;
    // A hundred days: longer is a slip.
    (1..=8_640_000_000).contains(&ms).then(|| Duration::from_millis(ms))
}

fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    read_span(&text).ok_or_else(|| {
        de::Error::custom(format!("`{text}` is no length of time; write it as `10 s`, `5 min` or `2 h`"))
    })
}

fn optional_span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    span(from).map(Some)
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
