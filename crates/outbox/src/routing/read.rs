//! Reads `routing.yaml` strictly, and tells every mistake at once.

use super::wire::*;
use super::*;
use crate::limits::{NAME_CHARS_MAX, ROUTING_BYTES_MAX, RULES_MAX, STEPS_MAX, WAIT_MS_MAX, WAYS_MAX};
use crate::message::is_language;
use crate::text::is_plain;
use crate::ways::http::check_url;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeSet;
use std::fmt;

/// A mistake in a routing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingProblem {
    /// Line at which the recipient, route or silence with the mistake begins, from 1; 0: not known.
    pub line: u64,
    /// What is wrong.
    pub says: String,
    /// What to do about it; empty: the first half says it.
    pub help: String,
}

impl fmt::Display for RoutingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.says)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, "; {}", self.help) }
    }
}

/// Mistakes as they are found.
struct Problems {
    all: Vec<RoutingProblem>,
    line: u64,
    whose: String,
}

impl Problems {
    fn add(&mut self, says: impl fmt::Display, help: impl Into<String>) {
        let says = format!("{}: {says}", self.whose);
        self.all.push(RoutingProblem { line: self.line, says, help: help.into() });
    }

    /// From here on mistakes are of this item.
    fn at<T: DeserializeOwned>(&mut self, sort: &str, item: Spanned<Value>) -> Option<T> {
        self.line = item.referenced.line();
        let name = item.value.get("name").and_then(Value::as_str).map(str::to_owned);
        self.whose = name.map_or_else(|| sort.to_owned(), |n| format!("{sort} `{}`", n.escape_debug()));
        match serde_json::from_value(item.value) {
            Ok(wire) => Some(wire),
            Err(error) => {
                self.add(error, "docs/routing.md shows every field");
                None
            }
        }
    }

    fn name(&mut self, what: &str, text: &str) {
        let is_name = !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX;
        if !is_name || !text.chars().all(|c| is_plain(c) && c != '\n' && c != '\t') {
            self.add(format!("{what} is no name"), format!("1 to {NAME_CHARS_MAX} characters on one line"));
        }
    }
}

/// What the top of the file states, so that a way may lead there.
#[derive(Clone, Copy)]
struct Has {
    mail: bool,
    push: bool,
}

/// Reads a routing file. Files that it names are looked for only when they are needed.
///
/// # Errors
/// Every mistake that could be found, each with its line and what to do.
pub fn read_routing(text: &str) -> Result<Routing, Vec<RoutingProblem>> {
    let whole = |line, says: String, help: &str| vec![RoutingProblem { line, says, help: help.to_owned() }];
    if text.len() > ROUTING_BYTES_MAX {
        return Err(whole(
            0,
            format!("the file has more than {ROUTING_BYTES_MAX} bytes"),
            "name fewer recipients",
        ));
    }
    let file: FileWire = serde_saphyr::from_str(text).map_err(|error| {
        let bare = error.without_snippet();
        whole(bare.location().map_or(0, |l| l.line()), bare.to_string(), "docs/routing.md shows every field")
    })?;
    let mut problems = Problems { all: Vec::new(), line: 0, whose: "the file".to_owned() };
    for (what, list) in
        [("recipients", &file.recipients), ("routes", &file.routes), ("silences", &file.silences)]
    {
        if list.len() > RULES_MAX {
            return Err(whole(1, format!("{} {what}", list.len()), "there may be at most 1000"));
        }
    }
    let mail = file.mail.and_then(|m| problems.at("mail", m)).and_then(|w| mail_server(w, &mut problems));
    let push = file.push.and_then(|p| problems.at("push", p)).map(|w| push_settings(w, &mut problems));
    let has = Has { mail: mail.is_some(), push: push.is_some() };
    let recipients = recipients(file.recipients, has, &mut problems);
    let known: BTreeSet<String> = recipients.iter().map(|(name, _)| name.clone()).collect();
    let routes = routes(file.routes, &known, &mut problems);
    let silences = file.silences.into_iter().filter_map(|s| {
        let wire = problems.at("a silence", s)?;
        silence(wire, &mut problems)
    });
    let silences = silences.collect();
    if problems.all.is_empty() {
        let recipients = recipients.into_iter().filter_map(|(_, r)| r).collect();
        Ok(Routing { mail, push, recipients, routes, silences })
    } else {
        Err(problems.all)
    }
}

fn mail_server(wire: MailWire, problems: &mut Problems) -> Option<MailServer> {
    let tls = match wire.tls.as_deref().unwrap_or("implicit") {
        "implicit" => MailTls::Implicit,
        "starttls" => MailTls::Starttls,
        "none" if matches!(wire.host.as_str(), "localhost" | "127.0.0.1" | "::1") => MailTls::None,
        "none" => {
            problems.add(
                "`tls: none` to another machine",
                "use `implicit` or `starttls`; `none` is for this machine",
            );
            return None;
        }
        other => {
            problems.add(format!("`tls` is `{other}`"), "it is `implicit`, `starttls` or `none`");
            return None;
        }
    };
    if wire.from.parse::<lettre::Address>().is_err() {
        problems.add("`from` is no address of mail", "write it as `warnings@mission.example`");
    }
    if wire.host.is_empty() || wire.host.contains(['/', ' ', '@']) {
        problems.add("`host` is no name of a server", "state the name alone, without port or scheme");
    }
    let password = secret("password", wire.password_env, wire.password_file, false, problems);
    let login = match (wire.user, password) {
        (Some(user), Some(at)) => Some((user, at)),
        (None, None) => None,
        _ => {
            problems.add(
                "a user without password, or the other way round",
                "state `user` and `password_env` or `password_file`",
            );
            None
        }
    };
    let usual = match tls {
        MailTls::Implicit => 465,
        MailTls::Starttls => 587,
        MailTls::None => 25,
    };
    Some(MailServer {
        host: wire.host,
        port: wire.port.unwrap_or(usual),
        tls,
        from: wire.from,
        login,
        ca: wire.ca,
    })
}

fn secret(
    what: &str,
    env: Option<String>,
    file: Option<PathBuf>,
    is_needed: bool,
    problems: &mut Problems,
) -> Option<SecretAt> {
    let is_variable = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match (env, file) {
        (Some(name), None) if is_variable(&name) => Some(SecretAt::Env(name)),
        (Some(_), None) => {
            // It may be the secret itself: it is not repeated.
            problems.add(
                format!("`{what}_env` is no name of a variable"),
                "state the variable's name, never the secret",
            );
            None
        }
        (None, Some(path)) => Some(SecretAt::File(path)),
        (Some(_), Some(_)) => {
            problems.add(format!("`{what}_env` and `{what}_file` are both stated"), "state one of them");
            None
        }
        (None, None) => {
            if is_needed {
                problems.add(format!("no {what} is named"), format!("state `{what}_env` or `{what}_file`"));
            }
            None
        }
    }
}

/// Recipients by name; `None` for one with a mistake, so that rules that name it are not wrong too.
fn recipients(
    items: Vec<Spanned<Value>>,
    has: Has,
    problems: &mut Problems,
) -> Vec<(String, Option<Recipient>)> {
    let mut found: Vec<(String, Option<Recipient>)> = Vec::new();
    for item in items {
        let name = item.value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let wire = problems.at("recipient", item);
        if found.iter().any(|(n, _)| *n == name) {
            problems.add("it stands there twice", "give each its own `name`");
            continue;
        }
        let read = wire.map(|w| recipient(w, has, problems));
        found.push((name, read));
    }
    found
}

fn recipient(wire: RecipientWire, has: Has, problems: &mut Problems) -> Recipient {
    problems.name("`name`", &wire.name);
    wire.audiences.iter().for_each(|a| problems.name("an audience", a));
    if wire.audiences.is_empty() {
        problems.add("`audiences` is empty", "name those whose messages it may see");
    }
    if wire.languages.is_empty() || !wire.languages.iter().all(|l| is_language(l)) {
        problems.add("`languages` names no language", "state tags such as `uk`, the one wanted most first");
    }
    if wire.ways.is_empty() || wire.ways.len() > WAYS_MAX {
        problems.add("it has no way, or too many", format!("state 1 to {WAYS_MAX} under `ways`"));
    }
    let mut ways: Vec<WayTo> = Vec::new();
    for wire in wire.ways {
        let Some(way) = way(wire, has, problems) else { continue };
        problems.name("the name of a way", &way.name);
        if ways.iter().any(|w| w.name == way.name) {
            problems.add(format!("two ways are called `{}`", way.name), "give each its own `name`");
        }
        ways.push(way);
    }
    let quiet = wire.quiet.and_then(|q| quiet(q, problems));
    Recipient { name: wire.name, audiences: wire.audiences, languages: wire.languages, quiet, ways }
}

fn quiet(wire: QuietWire, problems: &mut Problems) -> Option<Quiet> {
    let levels = match wire.levels {
        Some(names) => levels(&names, problems),
        None => vec![Level::Advisory, Level::Watch],
    };
    if levels.contains(&Level::Warning) {
        problems.add(
            "quiet hours for `warning`",
            "the gravest level is told at any hour; take it out of `quiet.levels`",
        );
    }
    let (from, until) = (clock(&wire.from), clock(&wire.until));
    let zone = CivilZone::named(&wire.zone).map_err(|e| problems.add(e, "")).ok()?;
    match (from, until) {
        (Some(from), Some(until)) if from != until => Some(Quiet { from, until, zone, levels }),
        _ => {
            problems.add(
                "`quiet.from` and `quiet.until` are no hours",
                "write two different ones as `22:00` and `06:00`",
            );
            None
        }
    }
}

fn clock(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

fn way(wire: WayWire, has: Has, problems: &mut Problems) -> Option<WayTo> {
    let to = match (wire.mail, wire.webhook, wire.directory, wire.cot, wire.push) {
        (Some(mail), None, None, None, None) => {
            if mail.to.parse::<lettre::Address>().is_err() {
                problems.add("`mail.to` is no address of mail", "write it as `duty@mission.example`");
            }
            if !has.mail {
                problems.add(
                    "it is told by mail, and the file has no (right) `mail`",
                    "state the mail server at its top",
                );
            }
            Address::Mail { to: mail.to }
        }
        (None, Some(hook), None, None, None) => Address::Webhook(webhook(hook, problems)?),
        (None, None, Some(directory), None, None) => Address::Directory { path: directory.path },
        (None, None, None, Some(cot), None) => Address::Cot(cot_server(cot, problems)?),
        (None, None, None, None, Some(push)) => push_to(push, has, problems)?,
        _ => {
            problems.add(
                "a way leads nowhere, or to several places",
                "state one of `mail`, `webhook`, `directory`, `cot`, `push`",
            );
            return None;
        }
    };
    Some(WayTo { name: wire.name.unwrap_or_else(|| to.sort().to_owned()), to })
}

fn push_settings(wire: PushWire, problems: &mut Problems) -> PushSettings {
    let is_mail =
        wire.contact.strip_prefix("mailto:").is_some_and(|to| to.parse::<lettre::Address>().is_ok());
    if !is_mail && check_url(&wire.contact, false).is_err() {
        problems.add(
            "`push.contact` is no address that a push service can write to",
            "write it as `mailto:ops@mission.example` or `https://mission.example/contact`",
        );
    }
    for service in &wire.services {
        let bare = service.strip_prefix("*.").unwrap_or(service);
        let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        if !bare.contains('.') || !bare.chars().all(is_sign) || bare.starts_with('.') {
            problems.add(
                format!("`{}` under `push.services` is no host", service.escape_debug()),
                "write it as `push.mission.example` or `*.push.mission.example`, in small letters",
            );
        }
    }
    PushSettings {
        contact: wire.contact,
        services: wire.services,
        allow_insecure_loopback: wire.allow_insecure_loopback,
    }
}

fn push_to(wire: PushToWire, has: Has, problems: &mut Problems) -> Option<Address> {
    problems.name("`push.account`", &wire.account);
    if !has.push {
        problems.add(
            "its browsers are told, and the file has no (right) `push`",
            "state `push: {contact: \"mailto:ops@mission.example\"}` at its top",
        );
    }
    let shows = match wire.shows.as_deref() {
        None | Some("level") => Shows::Level,
        Some("headline") => Shows::Headline,
        Some(other) => {
            problems
                .add(format!("`push.shows` is `{}`", other.escape_debug()), "it is `level` or `headline`");
            return None;
        }
    };
    Some(Address::Push { account: wire.account, shows })
}

fn webhook(wire: WebhookWire, problems: &mut Problems) -> Option<Webhook> {
    let allow_insecure_loopback = wire.allow_insecure_loopback;
    let url = check_url(&wire.url, allow_insecure_loopback)
        .map_err(|says| problems.add(format!("`webhook.url` {says}"), ""))
        .ok();
    let secret = secret("secret", wire.secret_env, wire.secret_file, true, problems);
    let mut allow_private = Vec::new();
    for text in &wire.allow_private {
        match Net::parse(text) {
            Some(net) => allow_private.push(net),
            None => problems.add(format!("`{text}` is no network"), "write it as `10.20.0.0/16`"),
        }
    }
    url?;
    Some(Webhook { url: wire.url, secret: secret?, allow_insecure_loopback, allow_private, ca: wire.ca })
}

fn cot_server(wire: CotWire, problems: &mut Problems) -> Option<Cot> {
    let split =
        wire.address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
    let is_host = |h: &str| !h.is_empty() && !h.contains(['/', '@', ' ']);
    let Some((host, port)) = split.filter(|(h, p)| is_host(h) && *p > 0) else {
        problems
            .add(format!("`cot.address` is `{}`", wire.address), "write it as `tak.mission.example:8089`");
        return None;
    };
    if wire.tls.is_some() == wire.plain {
        problems.add(
            "`cot` says neither or both of `tls` and `plain: true`",
            "state `tls`, or that it goes in the clear",
        );
    }
    let tls = wire.tls.map(|tls| {
        if tls.cert.is_some() != tls.key.is_some() {
            problems.add("`cot.tls` has a certificate without a key, or the other way round", "state both");
        }
        CotTls { ca: tls.ca, identity: tls.cert.zip(tls.key) }
    });
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(Cot { host, port, tls })
}

fn levels(names: &[String], problems: &mut Problems) -> Vec<Level> {
    one_of(names, &Level::ALL, Level::name, "level", problems)
}

fn one_of<T: Copy>(
    names: &[String],
    all: &[T],
    name: impl Fn(T) -> &'static str,
    what: &str,
    problems: &mut Problems,
) -> Vec<T> {
    let mut found = Vec::new();
    for text in names {
        match all.iter().find(|one| name(**one) == text) {
            Some(one) => found.push(*one),
            None => {
                let known: Vec<&str> = all.iter().map(|one| name(*one)).collect();
                problems.add(format!("`{text}` is no {what}"), format!("it is one of {}", known.join(", ")));
            }
        }
    }
    found
}

fn matches(wire: MatchWire, problems: &mut Problems) -> Match {
    let lists = [&wire.levels, &wire.zones, &wire.streams, &wire.what, &wire.kinds, &wire.audiences];
    if lists.into_iter().flatten().any(Vec::is_empty) {
        problems
            .add("a list under `match` is empty, so that nothing fits", "leave the field out to take all");
    }
    let kinds = [Kind::Alert, Kind::Update, Kind::Cancel, Kind::Exercise];
    Match {
        levels: wire.levels.map(|names| levels(&names, problems)),
        zones: wire.zones,
        streams: wire.streams,
        what: wire.what,
        kinds: wire.kinds.map(|names| one_of(&names, &kinds, Kind::name, "kind of message", problems)),
        audiences: wire.audiences,
    }
}

fn routes(items: Vec<Spanned<Value>>, known: &BTreeSet<String>, problems: &mut Problems) -> Vec<Rule> {
    let (mut found, mut names) = (Vec::new(), BTreeSet::new());
    for item in items {
        let Some(wire) = problems.at::<RuleWire>("route", item) else { continue };
        problems.name("`name`", &wire.name);
        if !names.insert(wire.name.clone()) {
            problems.add("it stands there twice", "give each its own `name`: decisions cite it");
        }
        if wire.to.is_empty() {
            problems.add("`to` is empty", "name those who are told");
        }
        if wire.escalate.len() > STEPS_MAX {
            problems.add("it has too many steps", format!("at most {STEPS_MAX} under `escalate`"));
        }
        for name in wire.to.iter().chain(wire.escalate.iter().flat_map(|s| &s.to)) {
            if !known.contains(name) {
                problems.add(
                    format!("there is no recipient `{}`", name.escape_debug()),
                    "add it, or correct the name",
                );
            }
        }
        let group = wire.group.and_then(|g| grouping(&g, problems));
        let mut escalate = Vec::new();
        for step in wire.escalate {
            let Some(after_ms) = span(&step.after, problems) else { continue };
            if escalate.last().is_some_and(|last: &Step| last.after_ms >= after_ms) {
                problems.add(
                    "a step of `escalate` comes no later than the one before",
                    "put them in order of time",
                );
            }
            escalate.push(Step { after_ms, to: step.to });
        }
        let matches = matches(wire.matches, problems);
        found.push(Rule { name: wire.name, matches, to: wire.to, goes_on: wire.goes_on, group, escalate });
    }
    found
}

fn grouping(wire: &GroupWire, problems: &mut Problems) -> Option<Grouping> {
    let by = match wire.by.as_str() {
        "zone" => Some(GroupBy::Zone),
        "stream" => Some(GroupBy::Stream),
        other => {
            problems.add(format!("`group.by` is `{other}`"), "it is `zone` or `stream`");
            None
        }
    };
    let (wait, interval) = (span(&wire.wait, problems), span(&wire.interval, problems));
    Some(Grouping { by: by?, wait_ms: wait?, interval_ms: interval? })
}

fn silence(wire: SilenceWire, problems: &mut Problems) -> Option<Silence> {
    problems.name("`by`", &wire.by);
    problems.name("`reason`", &wire.reason);
    let matches = matches(wire.matches, problems);
    let times = Instant::parse(&wire.from).zip(Instant::parse(&wire.until));
    match times {
        Some((from, until)) if from < until => {
            Some(Silence { matches, from_ms: from.0, until_ms: until.0, reason: wire.reason, by: wire.by })
        }
        _ => {
            problems
                .add("`from` and `until` are no times in order", "write them as `2026-05-10T06:00:00+03:00`");
            None
        }
    }
}

fn span(text: &str, problems: &mut Problems) -> Option<i64> {
    let found = span_ms(text);
    if found.is_none() {
        problems.add(
            format!("`{}` is no length of time", text.escape_debug()),
            "write it as `30 s`, `15 min` or `2 h`, a week at most",
        );
    }
    found
}

/// A length of time as people write it, milliseconds: `30 s`, `15 min`, `2 h`; a week at most.
#[must_use]
pub fn span_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(end)?;
    let unit_ms = match unit.trim() {
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let ms = number.parse::<i64>().ok()?.checked_mul(unit_ms)?;
    (1..=WAIT_MS_MAX).contains(&ms).then_some(ms)
}
