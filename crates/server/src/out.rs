//! How warnings leave the mission. What has to go out is worked out from the ledger again and again and put into the
//! outbox under ids that never change: whatever stops the program between an act and its messages loses and doubles
//! nothing.

use crate::live::App;
use base::CivilZone;
use outbox::dispatch::{Clock, Dispatcher};
use outbox::message::{Certainty, Kind, Level, Message, Reference, Text, Zone};
use outbox::routing::{Routing, read_routing};
use outbox::secret::Secrets;
use outbox::ways::Ways;
use outbox::{Outbox, OutboxError, route};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use warnings::act::Audience;
use warnings::ledger::{Issued, Ledger, Life, Stage, is_of};
use warnings::raised::Level as Grave;
use warnings::watching::{ALGORITHM, PROMISED_PER_YEAR};

/// How often the ledger is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Who sends, and where the desk is.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The mission's directory, where `routing.yaml` and the outbox are.
    pub dir: PathBuf,
    /// The sender's name, without spaces.
    pub name: String,
    /// Address of the desk: `https://desk.example`.
    pub desk: String,
    /// What the environment holds under a name, for secrets that `routing.yaml` points to.
    pub environment: fn(&str) -> Option<String>,
    /// The time now, milliseconds since 1970.
    pub now_ms: fn() -> i64,
}

struct SystemClock(fn() -> i64);

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

/// A sender's name of a mission's: letters and digits of it.
#[must_use]
pub fn sender_name(mission: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = mission.chars().map(plain).collect();
    let name = name.trim_matches('-').to_owned();
    if name.is_empty() { "mission".to_owned() } else { name }
}

/// The routing of a mission; nothing, if it has no `routing.yaml`.
///
/// # Errors
/// What is wrong with the file, a line each.
pub fn routing_of(dir: &Path) -> Result<Option<Routing>, String> {
    let path = dir.join(outbox::routing::FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("{}: {e}", path.display())),
    };
    let told = |all: Vec<outbox::routing::RoutingProblem>| {
        let lines: Vec<String> = all.iter().map(|p| format!("{}: {p}", path.display())).collect();
        lines.join("\n")
    };
    read_routing(&text).map(Some).map_err(told)
}

/// Sends what the ledger of a desk asks for, until the program ends. Blocks; a thread of its own runs it.
pub(crate) fn run(app: &App, routing: &Routing, sender: &Sender) -> Result<(), OutboxError> {
    let outbox = Outbox::open(&sender.dir)?;
    let clock = SystemClock(sender.now_ms);
    let mut dispatcher = Dispatcher::new(&sender.dir, &outbox, &clock)?;
    let ways = Ways::new(&sender.dir, routing.mail.clone(), Secrets::new(&sender.dir, sender.environment));
    let mut settled = Settled::default();
    loop {
        for due in due_of(app, sender) {
            let at_ms = clock.now_ms();
            // One message that cannot go out keeps no other from going.
            settled.once(due, |due| put(&outbox, routing, due, at_ms));
        }
        if let Err(error) = dispatcher.run_due(routing, &ways) {
            settled.tell(format!("the outbox could not send: {error}; it tries again"));
        }
        std::thread::sleep(EVERY);
    }
}

/// What a ledger asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Due {
    /// A message goes out.
    Tell(Box<Message>),
    /// Somebody has taken notice of the message of that id at the desk: who, and when, milliseconds since 1970.
    Heard(String, String, i64),
}

impl Due {
    fn key(&self) -> String {
        match self {
            Due::Tell(message) => message.id.clone(),
            Due::Heard(id, ..) => format!("heard {id}"),
        }
    }
}

/// What was done since the program began: the outbox is not asked for it again, and a failure is told once.
#[derive(Default)]
struct Settled {
    done: HashSet<String>,
    told: HashSet<String>,
}

impl Settled {
    fn once(&mut self, due: Due, put: impl FnOnce(Due) -> Result<(), OutboxError>) {
        let key = due.key();
        if self.done.contains(&key) {
            return;
        }
        match put(due) {
            Ok(()) => {
                self.done.insert(key);
            }
            Err(error) => {
                self.tell(format!("{key} could not be put into the outbox: {error}; it tries again"))
            }
        }
    }

    fn tell(&mut self, what: String) {
        if !self.told.contains(&what) {
            eprintln!("note: {what}");
            self.told.insert(what);
        }
    }
}

/// Puts a message into the outbox, once. It refers to the one before it as that went out; where none did, it is the
/// first that its readers hear.
fn put(outbox: &Outbox, routing: &Routing, due: Due, at_ms: i64) -> Result<(), OutboxError> {
    let mut message = match due {
        Due::Tell(message) => *message,
        Due::Heard(id, who, heard_ms) => return outbox.heard(&id, &who, heard_ms),
    };
    if outbox.message(&message.id)?.is_some() {
        return Ok(());
    }
    let mut references = Vec::new();
    for reference in std::mem::take(&mut message.references) {
        if let Some(before) = outbox.message(&reference.id)? {
            references.push(Reference { sent_ms: before.sent_ms, ..reference });
        }
    }
    message.references = references;
    if message.references.is_empty() {
        if message.kind == Kind::Cancel {
            // Nobody was told: nobody has to hear of its end.
            return Ok(());
        }
        message.kind = Kind::Alert;
    }
    outbox.enqueue(&message, &route(routing, &message, at_ms), at_ms).map(|_| ())
}

fn due_of(app: &App, sender: &Sender) -> Vec<Due> {
    let Ok(keeper) = app.keeper() else { return Vec::new() };
    let desk = app.latest();
    let zone = desk.record.zone.clone();
    app.warnings().read(keeper.as_ref(), &desk, |ledger| due(ledger, &zone, sender)).unwrap_or_default()
}

/// What a ledger asks for: each version of each issued warning, to each audience, and its end; and that somebody has
/// taken notice, so that nobody is told in their place. The same ledger gives the same.
#[must_use]
pub fn due(ledger: &Ledger, zone: &CivilZone, sender: &Sender) -> Vec<Due> {
    let mut out = Vec::new();
    for life in ledger.lives.values() {
        let Some(issued) = &life.issued else { continue };
        for audience in &issued.audiences {
            let over = life.stage == Stage::StoodDown;
            let told = message(life, issued, *audience, over, zone, sender);
            out.extend(told.map(|m| Due::Tell(Box::new(m))));
            let heard = life.acknowledged.iter().find(|(by, _)| !over && is_of(by, *audience));
            out.extend(heard.map(|(by, at_ms)| {
                let who = format!("{} {}", by.role.name(), by.of);
                Due::Heard(id_of(life, issued.version, *audience), who.trim_end().to_owned(), *at_ms)
            }));
        }
    }
    out
}

fn id_of(life: &Life, version: u32, audience: Audience) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let reference: String = life.reference.0.chars().map(plain).collect();
    format!("{reference}:{version}:{}", audience.name())
}

fn message(
    life: &Life,
    issued: &Issued,
    audience: Audience,
    is_over: bool,
    zone: &CivilZone,
    sender: &Sender,
) -> Option<Message> {
    let facts = life.facts.as_ref()?;
    // The end is one version more than what was last told.
    let version = issued.version + u32::from(is_over);
    let sent_ms = if is_over { life.history.last()?.at_ms } else { issued.changed_ms };
    let words = publication::alert::worded(life, issued, is_over, zone);
    let texts = words.into_iter().map(|w| Text {
        language: w.language.to_owned(),
        headline: w.headline,
        description: w.description,
        instruction: w.instruction,
        cancels_when: w.cancels_when,
    });
    let before = (version > 1).then(|| Reference {
        id: id_of(life, version - 1, audience),
        sender: sender.name.clone(),
        sent_ms: issued.at_ms,
    });
    Some(Message {
        id: id_of(life, version, audience),
        thread: id_of(life, 0, audience),
        kind: match (is_over, version) {
            (true, _) => Kind::Cancel,
            (false, 1) => Kind::Alert,
            (false, _) => Kind::Update,
        },
        level: match issued.level {
            Grave::Advisory => Level::Advisory,
            Grave::Watch => Level::Watch,
            Grave::Warning => Level::Warning,
        },
        certainty: Certainty::Observed,
        audience: audience.name().to_owned(),
        zones: vec![Zone { name: facts.ground.clone(), polygon: None }],
        stream: format!("{}/{}", facts.ground, facts.what),
        what: facts.what.clone(),
        texts: texts.collect(),
        sent_ms,
        onset_ms: facts.since_ms,
        expires_ms: issued.expires_ms.max(sent_ms + 60_000),
        sender: sender.name.clone(),
        references: before.into_iter().collect(),
        link: format!("{}/watch/{}", sender.desk, life.reference.0),
        parameters: vec![
            promised(facts),
            ("algorithm".to_owned(), ALGORITHM.to_owned()),
            ("journal entry".to_owned(), facts.head_seq.to_string()),
        ],
    })
}

/// What was promised: of what an indicator of the text raised, nothing, and its clause says what it rests on.
fn promised(facts: &warnings::act::Facts) -> (String, String) {
    if facts.indicator.is_empty() {
        ("promised false alarms a stream and year".to_owned(), PROMISED_PER_YEAR.to_string())
    } else {
        ("indicator of the agreement".to_owned(), facts.indicator.clone())
    }
}
