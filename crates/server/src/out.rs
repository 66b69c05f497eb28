//! How warnings leave the mission. What has to go out is worked out from the ledger again and again and put into the
//! outbox under ids that never change: whatever stops the program between an act and its messages loses and doubles
//! nothing.

use crate::live::App;
use base::CivilZone;
use outbox::browsers::{Browser, BrowserError, KeptBrowser};
use outbox::dispatch::{Clock, Dispatcher};
use outbox::message::{Certainty, Kind, Level, Message, Reference, Text, Zone};
use outbox::push::PushSettings;
use outbox::routing::{Routing, read_routing};
use outbox::secret::Secrets;
use outbox::ways::{Push, Ways};
use outbox::{Outbox, OutboxError, route};
use std::collections::{BTreeMap, HashSet};
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
    let admits = |account: &str, audience: &str| admits(app, account, audience);
    let push = routing.push.as_ref().filter(|_| app.accounts().is_some());
    let push = push.map(|settings| Push { outbox: &outbox, settings, admits: &admits });
    let secrets = Secrets::new(&sender.dir, sender.environment);
    let ways = Ways::new(&sender.dir, routing.mail.clone(), secrets).with_push(push);
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

/// Whether an account may be told what is worded for an audience: it is open, and one of its roles is of it.
fn admits(app: &App, account: &str, audience: &str) -> Result<(), String> {
    let accounts = app.accounts().ok_or("this desk has no accounts")?;
    let known = accounts.store.account(account).map_err(|_| format!("there is no account `{account}`"))?;
    if known.disabled_ms.is_some() {
        return Err(format!("the account `{account}` is disabled"));
    }
    let is_told = Audience::ALL.into_iter().filter(|a| a.name() == audience).any(|audience| {
        known.person.grants.iter().any(|g| g.role.is_staff() || warnings::ledger::is_told(g.role, audience))
    });
    if is_told { Ok(()) } else { Err(format!("no role of `{account}` is of the audience `{audience}`")) }
}

/// Browsers that can be told, as their owners manage them at the desk.
pub(crate) struct Browsers {
    outbox: Outbox,
    settings: PushSettings,
    routing: Routing,
}

impl Browsers {
    /// Of a mission whose `routing.yaml` says that browsers are told; `None`: of another, or whose file is not right
    /// (which whoever serves is told elsewhere).
    pub fn open(sender: &Sender) -> Option<Browsers> {
        let routing = routing_of(&sender.dir).ok()??;
        let settings = routing.push.clone()?;
        let outbox =
            Outbox::open(&sender.dir).map_err(|e| eprintln!("note: no browser is told: {e}")).ok()?;
        Some(Browsers { outbox, settings, routing })
    }

    /// The public half of the mission's key.
    pub fn key(&self) -> Result<String, OutboxError> {
        self.outbox.push_key().map(|k| k.public())
    }

    /// Whether the file names that account.
    pub fn is_told(&self, account: &str) -> bool {
        self.routing.pushes_to(account)
    }

    /// Its browsers.
    pub fn of(&self, account: &str) -> Result<Vec<KeptBrowser>, OutboxError> {
        self.outbox.browsers_of(account)
    }

    /// Keeps one.
    pub fn add(&self, account: &str, browser: &Browser, at_ms: i64) -> Result<KeptBrowser, BrowserError> {
        self.outbox.subscribe(account, browser, &self.settings, at_ms)
    }

    /// Forgets one; whether it was there.
    pub fn remove(&self, account: &str, id: &str) -> Result<bool, OutboxError> {
        self.outbox.unsubscribe(account, id)
    }

    /// Sends a trial to one; what its push service said, or why it did not go through.
    pub fn trial(&self, account: &str, id: &str, at_ms: i64) -> Result<String, String> {
        let push = Push { outbox: &self.outbox, settings: &self.settings, admits: &|_, _| Ok(()) };
        outbox::ways::trial(&push, account, id, at_ms).map_err(|e| e.says)
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
    let Some(message) = as_heard(message) else { return Ok(()) };
    outbox.enqueue(&message, &route(routing, &message, at_ms), at_ms).map(|_| ())
}

/// A message as those hear it who heard what it refers to: of what refers to nothing it is the first, and an end of
/// what nobody heard is told to nobody.
fn as_heard(mut message: Message) -> Option<Message> {
    if message.references.is_empty() {
        if message.kind == Kind::Cancel {
            return None;
        }
        message.kind = Kind::Alert;
    }
    Some(message)
}

/// What is told to everybody, of each warning its last version or its end. Only these are worded: whoever asks may be
/// anybody.
pub(crate) fn public_messages(app: &App, sender: &Sender) -> Vec<Message> {
    let Ok(keeper) = app.keeper() else { return Vec::new() };
    let desk = app.latest();
    let zone = desk.record.zone.clone();
    let public = |life: &Life| {
        let issued = life.issued.as_ref().filter(|i| i.audiences.contains(&Audience::Public))?;
        let is_over = life.stage == Stage::StoodDown;
        as_heard(message(life, issued, Audience::Public, is_over, &zone, sender)?)
    };
    let all = |ledger: &Ledger| ledger.lives.values().filter_map(public).collect();
    app.warnings().read(keeper.as_ref(), &desk, all).unwrap_or_default()
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
    let before = version.checked_sub(1).and_then(|before| {
        let sent_ms = *told_ms(life, audience).get(&before)?;
        Some(Reference { id: id_of(life, before, audience), sender: sender.name.clone(), sent_ms })
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

/// When each version was told to an audience, milliseconds since 1970.
fn told_ms(life: &Life, audience: Audience) -> BTreeMap<u32, i64> {
    let (mut version, mut is_told, mut out) = (0_u32, audience != Audience::Public, BTreeMap::new());
    for line in &life.history {
        match line.deed {
            "issue" | "update" => version = version.saturating_add(1),
            "publish" => is_told = true,
            _ => continue,
        }
        if is_told {
            out.entry(version).or_insert(line.at_ms);
        }
    }
    out
}

/// What was promised: of what an indicator of the text raised, nothing, and its clause says what it rests on.
fn promised(facts: &warnings::act::Facts) -> (String, String) {
    if facts.indicator.is_empty() {
        ("promised false alarms a stream and year".to_owned(), PROMISED_PER_YEAR.to_string())
    } else {
        ("indicator of the agreement".to_owned(), facts.indicator.clone())
    }
}
