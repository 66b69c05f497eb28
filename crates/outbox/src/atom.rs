//! An Atom feed (RFC 4287) of messages, each with a link to its CAP file and its page.

use crate::cap;
use crate::message::Message;
use crate::text::direction;
use crate::xml::Xml;
use base::{CivilZone, Instant};

/// What a feed says of itself.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// Its own address; also its id.
    pub address: String,
    /// Where the CAP files stand: `{cap_base}{id}.xml`. It also makes the ids of the entries, so it never changes.
    pub cap_base: String,
    /// Languages in the order in which a reader of this feed wants them.
    pub languages: Vec<String>,
    /// When it began, milliseconds since 1970: told as the time of its last change while it has no entry.
    pub since_ms: i64,
}

/// The feed with these messages, in the order given: newest first, by custom.
#[must_use]
pub fn write(feed: &Feed, messages: &[Message]) -> String {
    let updated_ms = messages.iter().map(|m| m.sent_ms).max().unwrap_or(feed.since_ms);
    let mut xml = Xml::new();
    xml.begin("feed", &[("xmlns", "http://www.w3.org/2005/Atom")]);
    xml.text("id", &feed.address);
    xml.text("title", &feed.title);
    xml.text("updated", &time(updated_ms));
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.address)]);
    messages.iter().for_each(|message| entry(&mut xml, feed, message));
    xml.end("feed");
    xml.finish()
}

fn entry(xml: &mut Xml, feed: &Feed, message: &Message) {
    let Some(text) = message.text_for(&feed.languages) else { return };
    let file = format!("{}{}.xml", feed.cap_base, message.id);
    let language = [("xml:lang", text.language.as_str())];
    xml.begin("entry", &[]);
    xml.text("id", &file);
    xml.text_with("title", &language, &text.headline);
    xml.text("updated", &time(message.sent_ms));
    xml.text("published", &time(message.sent_ms));
    xml.begin("author", &[]);
    xml.text("name", &message.sender);
    xml.end("author");
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &message.link)]);
    xml.empty("link", &[("rel", "enclosure"), ("type", cap::MEDIA_TYPE), ("href", &file)]);
    xml.empty("category", &[("term", message.level.name())]);
    xml.empty("category", &[("term", message.kind.name())]);
    xml.text_with("summary", &language, &text.description);
    xml.begin("content", &[("type", "xhtml"), ("xml:lang", &text.language)]);
    let turned = direction(&text.language);
    xml.begin("div", &[("xmlns", "http://www.w3.org/1999/xhtml"), ("dir", turned)]);
    let parts = [&text.description, &text.instruction, &text.cancels_when];
    parts.into_iter().filter(|p| !p.is_empty()).for_each(|part| xml.text("p", part));
    xml.end("div");
    xml.end("content");
    xml.end("entry");
}

fn time(at_ms: i64) -> String {
    CivilZone::utc().rfc3339(Instant(at_ms)).replace("+00:00", "Z")
}
