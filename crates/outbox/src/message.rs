//! A message as it goes out, whatever it is about: neutral, complete, and already worded for one audience.

use crate::limits::*;
use crate::text::is_plain;
use base::LonLat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How grave it is. Certainty and audience are fields of their own, never folded into this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth a look.
    Advisory,
    /// A rise that is borne out.
    Watch,
    /// A grave rise. Nothing delays it, and a silence withholds it only if it names it.
    Warning,
}

impl Level {
    /// From the least to the gravest.
    pub const ALL: [Level; 3] = [Level::Advisory, Level::Watch, Level::Warning];

    /// Its name in files and formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Advisory => "advisory",
            Level::Watch => "watch",
            Level::Warning => "warning",
        }
    }
}

/// What the message does in its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The first of its thread.
    Alert,
    /// Takes the place of those that it references.
    Update,
    /// Ends those that it references.
    Cancel,
    /// Nothing of it is real. With references it updates an earlier exercise.
    Exercise,
}

impl Kind {
    /// Its name in files and formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Alert => "alert",
            Kind::Update => "update",
            Kind::Cancel => "cancel",
            Kind::Exercise => "exercise",
        }
    }
}

/// How sure it is, in the words of CAP 1.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It has happened or goes on.
    Observed,
    /// More than an even chance.
    Likely,
    /// At most an even chance.
    Possible,
    /// Hardly to be expected.
    Unlikely,
    /// Not stated.
    #[default]
    Unknown,
}

/// What it says in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// BCP 47 tag, such as `uk` or `ar`.
    pub language: String,
    /// One line.
    pub headline: String,
    /// What happened, and what is not known.
    pub description: String,
    /// What people can do; empty: nothing is advised.
    #[serde(default)]
    pub instruction: String,
    /// What would cancel it; empty: not stated.
    #[serde(default)]
    pub cancels_when: String,
}

/// Where it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// A coarse ring of `[lon, lat]`, degrees, first and last alike or not; none: only the name goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polygon: Option<Vec<[f64; 2]>>,
}

/// An earlier message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its id.
    pub id: String,
    /// Who sent it.
    pub sender: String,
    /// When, milliseconds since 1970.
    pub sent_ms: i64,
}

/// What goes out. Its `id` is the same in every format and at every attempt, so that receivers drop doubles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Its own id: letters, digits, `-`, `_`, `.` and `:`.
    pub id: String,
    /// What its updates and its end share.
    pub thread: String,
    /// What it does in its thread.
    pub kind: Kind,
    /// How grave it is.
    pub level: Level,
    /// How sure.
    #[serde(default)]
    pub certainty: Certainty,
    /// For whom it is worded: only recipients of this audience get it.
    pub audience: String,
    /// Where; may be empty.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// The stream that it is about.
    pub stream: String,
    /// What is counted there, such as `shelling`.
    pub what: String,
    /// In one language or more; the first stands for the rest where one must do.
    pub texts: Vec<Text>,
    /// When it was made, milliseconds since 1970.
    pub sent_ms: i64,
    /// Since or from when it holds, milliseconds since 1970.
    pub onset_ms: i64,
    /// When it lapses, milliseconds since 1970.
    pub expires_ms: i64,
    /// Who sends it: an address or a name without spaces, the same in all messages of a mission.
    pub sender: String,
    /// Those that it updates or cancels.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// Its page at the desk; `https://`, or `http://` in a network of one's own.
    pub link: String,
    /// What else is to be said to machines: promised and achieved rate, version of the method.
    #[serde(default)]
    pub parameters: Vec<(String, String)>,
}

/// What is wrong with a message, all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot go out: {}", .0.join("; "))]
pub struct MessageError(pub Vec<String>);

impl Message {
    /// Whether it can go out in every format.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self) -> Result<(), MessageError> {
        let mut wrong = Vec::new();
        self.check_names(&mut wrong);
        self.check_times(&mut wrong);
        self.check_references(&mut wrong);
        self.check_texts(&mut wrong);
        self.check_zones(&mut wrong);
        for (name, value) in &self.parameters {
            short("a parameter's name", name, NAME_CHARS_MAX, &mut wrong);
            at_most("a parameter's value", value, PARAMETER_CHARS_MAX, &mut wrong);
        }
        most("parameters", self.parameters.len(), PARAMETERS_MAX, &mut wrong);
        if wrong.is_empty() { Ok(()) } else { Err(MessageError(wrong)) }
    }

    /// The text in the first of the languages that it has; else its first.
    #[must_use]
    pub fn text_for(&self, languages: &[String]) -> Option<&Text> {
        let speaks = |l: &String| self.texts.iter().find(|t| t.language.eq_ignore_ascii_case(l));
        languages.iter().find_map(speaks).or_else(|| self.texts.first())
    }

    /// The texts in those languages, in their order; its first, if it has none of them.
    #[must_use]
    pub fn texts_for(&self, languages: &[String]) -> Vec<&Text> {
        let speaks = |l: &String| self.texts.iter().find(|t| t.language.eq_ignore_ascii_case(l));
        let found: Vec<&Text> = languages.iter().filter_map(speaks).collect();
        if found.is_empty() { self.texts.first().into_iter().collect() } else { found }
    }

    /// Whether any of its zones has a polygon.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.zones.iter().any(|z| z.polygon.is_some())
    }

    fn check_names(&self, wrong: &mut Vec<String>) {
        for (what, id) in [("`id`", &self.id), ("`thread`", &self.thread)] {
            if !is_id(id) {
                wrong.push(format!(
                    "{what} has 1 to {ID_BYTES_MAX} letters, digits, `-`, `_`, `.` or `:`, the first a letter or digit"
                ));
            }
        }
        if !is_sender(&self.sender) {
            wrong.push("`sender` is a name or address without spaces, commas, `<` or `&`".to_owned());
        }
        for (what, name) in
            [("`audience`", &self.audience), ("`stream`", &self.stream), ("`what`", &self.what)]
        {
            short(what, name, NAME_CHARS_MAX, wrong);
        }
        let is_web = self.link.starts_with("https://") || self.link.starts_with("http://");
        if !is_web || self.link.len() > LINK_CHARS_MAX || !self.link.bytes().all(|b| b.is_ascii_graphic()) {
            wrong.push("`link` is an `https://` address".to_owned());
        }
    }

    fn check_times(&self, wrong: &mut Vec<String>) {
        // Years 1970 to 9999: what every format can write.
        let is_time = |ms: i64| (0..253_402_300_800_000).contains(&ms);
        if ![self.sent_ms, self.onset_ms, self.expires_ms].into_iter().all(is_time) {
            wrong.push("a time lies before 1970 or after 9999".to_owned());
        }
        if self.expires_ms <= self.sent_ms {
            wrong.push("`expires_ms` is not after `sent_ms`".to_owned());
        }
    }

    fn check_references(&self, wrong: &mut Vec<String>) {
        most("references", self.references.len(), REFERENCES_MAX, wrong);
        match (self.kind, self.references.is_empty()) {
            (Kind::Alert, false) => wrong.push("an alert references nothing; send an update".to_owned()),
            (Kind::Update | Kind::Cancel, true) => {
                wrong.push(format!("`references` names no message that it would {}", self.kind.name()));
            }
            _ => {}
        }
        for reference in &self.references {
            let is_time = (0..253_402_300_800_000).contains(&reference.sent_ms);
            if !is_id(&reference.id) || !is_sender(&reference.sender) || !is_time {
                wrong.push(format!("the reference `{}` cannot be one", reference.id.escape_debug()));
            }
            if reference.id == self.id {
                wrong.push("it references itself".to_owned());
            }
        }
    }

    fn check_texts(&self, wrong: &mut Vec<String>) {
        if self.texts.is_empty() {
            wrong.push("it has no text".to_owned());
        }
        most("languages", self.texts.len(), LANGUAGES_MAX, wrong);
        let mut seen = BTreeSet::new();
        for text in &self.texts {
            if !is_language(&text.language) {
                wrong.push(format!("`{}` is no tag of a language", text.language.escape_debug()));
            }
            if !seen.insert(text.language.to_ascii_lowercase()) {
                wrong.push(format!("language `{}` stands there twice", text.language));
            }
            short("a headline", &text.headline, HEADLINE_CHARS_MAX, wrong);
            at_most("a description", &text.description, TEXT_CHARS_MAX, wrong);
            at_most("an instruction", &text.instruction, TEXT_CHARS_MAX, wrong);
            at_most("`cancels_when`", &text.cancels_when, TEXT_CHARS_MAX, wrong);
        }
    }

    fn check_zones(&self, wrong: &mut Vec<String>) {
        most("zones", self.zones.len(), ZONES_MAX, wrong);
        for zone in &self.zones {
            short("the name of a zone", &zone.name, NAME_CHARS_MAX, wrong);
            let Some(ring) = &zone.polygon else { continue };
            let is_place = |p: &[f64; 2]| LonLat::new(p[0], p[1]).is_ok();
            if !(3..=VERTICES_MAX).contains(&ring.len()) || !ring.iter().all(is_place) {
                wrong.push(format!(
                    "the polygon of `{}` has 3 to {VERTICES_MAX} vertices of longitude and latitude, degrees",
                    zone.name
                ));
            }
        }
    }
}

/// Whether a text can be an id.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let begins = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    begins && text.len() <= ID_BYTES_MAX && text.bytes().all(fits)
}

/// Whether a text can be a sender in CAP.
pub(crate) fn is_sender(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b',' | b'<' | b'>' | b'&' | b'"');
    (1..=ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether a text can be a tag of a language.
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_first = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
    is_first && text.len() <= 35 && parts.all(fits)
}

fn short(what: &str, text: &str, chars_max: usize, wrong: &mut Vec<String>) {
    let one_line = !text.contains(['\n', '\t']) && text.chars().all(is_plain);
    if text.trim().is_empty() || text.chars().count() > chars_max || !one_line {
        wrong
            .push(format!("{what} has 1 to {chars_max} characters on one line, none that turns the writing"));
    }
}

fn at_most(what: &str, text: &str, chars_max: usize, wrong: &mut Vec<String>) {
    if text.chars().count() > chars_max || !text.chars().all(is_plain) {
        wrong.push(format!(
            "{what} has at most {chars_max} characters, none that controls or turns the writing"
        ));
    }
}

fn most(what: &str, count: usize, max: usize, wrong: &mut Vec<String>) {
    if count > max {
        wrong.push(format!("it has {count} {what}; at most {max}"));
    }
}
