//! Common Alerting Protocol 1.2 (OASIS, 2010): one `info` a language, all of them in every file, so that the same
//! message is the same bytes to whomever it goes.

use crate::message::{Certainty, Kind, Level, Message, Reference, Text, Zone};
use crate::xml::Xml;
use base::{CivilZone, Instant};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// The audience whose messages are for everybody.
const PUBLIC: &str = "public";
/// Milliseconds within which a beginning is *expected* (CAP: within the next hour).
const EXPECTED_MS: i64 = 3_600_000;

/// The media type of a CAP file.
pub const MEDIA_TYPE: &str = "application/cap+xml";

/// The message as a CAP 1.2 document.
#[must_use]
pub fn write(message: &Message) -> String {
    let mut xml = Xml::new();
    xml.begin("alert", &[("xmlns", NAMESPACE)]);
    xml.text("identifier", &message.id);
    xml.text("sender", &message.sender);
    xml.text("sent", &time(message.sent_ms));
    let is_exercise = message.kind == Kind::Exercise;
    xml.text("status", if is_exercise { "Exercise" } else { "Actual" });
    xml.text("msgType", kind(message));
    if message.audience == PUBLIC {
        xml.text("scope", "Public");
    } else {
        xml.text("scope", "Restricted");
        xml.text("restriction", &message.audience);
    }
    if is_exercise {
        xml.text("note", "This is an exercise: nothing of it is real.");
    }
    if !message.references.is_empty() {
        let all: Vec<String> = message.references.iter().map(reference).collect();
        xml.text("references", &all.join(" "));
    }
    xml.text("incidents", &message.thread);
    message.texts.iter().for_each(|text| info(&mut xml, message, text));
    xml.end("alert");
    xml.finish()
}

fn info(xml: &mut Xml, message: &Message, text: &Text) {
    xml.begin("info", &[]);
    xml.text("language", &text.language);
    xml.text("category", "Security");
    xml.text("event", &message.what);
    xml.text("responseType", if message.kind == Kind::Cancel { "AllClear" } else { "Assess" });
    xml.text("urgency", urgency(message));
    xml.text("severity", severity(message.level));
    xml.text("certainty", certainty(message.certainty));
    xml.text("effective", &time(message.sent_ms));
    xml.text("onset", &time(message.onset_ms));
    xml.text("expires", &time(message.expires_ms));
    xml.text("senderName", &message.sender);
    xml.text("headline", &text.headline);
    let parts = [text.description.as_str(), text.cancels_when.as_str()];
    xml.some(
        "description",
        &parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("\n\n"),
    );
    xml.some("instruction", &text.instruction);
    xml.text("web", &message.link);
    let own =
        [("level", message.level.name()), ("stream", &message.stream), ("cancels-when", &text.cancels_when)];
    for (name, value) in own.into_iter().filter(|(_, v)| !v.is_empty()) {
        parameter(xml, name, value);
    }
    message.parameters.iter().for_each(|(name, value)| parameter(xml, name, value));
    message.zones.iter().for_each(|zone| area(xml, zone));
    xml.end("info");
}

fn parameter(xml: &mut Xml, name: &str, value: &str) {
    xml.begin("parameter", &[]);
    xml.text("valueName", name);
    xml.text("value", value);
    xml.end("parameter");
}

fn area(xml: &mut Xml, zone: &Zone) {
    xml.begin("area", &[]);
    xml.text("areaDesc", &zone.name);
    if let Some(ring) = &zone.polygon {
        let closing = ring.first().filter(|first| ring.last() != Some(*first));
        let pairs: Vec<String> =
            ring.iter().chain(closing).map(|[lon, lat]| format!("{lat:.4},{lon:.4}")).collect();
        xml.text("polygon", &pairs.join(" "));
    }
    xml.end("area");
}

fn kind(message: &Message) -> &'static str {
    match message.kind {
        Kind::Exercise if !message.references.is_empty() => "Update",
        Kind::Alert | Kind::Exercise => "Alert",
        Kind::Update => "Update",
        Kind::Cancel => "Cancel",
    }
}

fn urgency(message: &Message) -> &'static str {
    let ahead_ms = message.onset_ms.saturating_sub(message.sent_ms);
    match message.kind {
        Kind::Cancel => "Past",
        _ if ahead_ms <= 0 && message.level == Level::Warning => "Immediate",
        _ if ahead_ms <= EXPECTED_MS => "Expected",
        _ => "Future",
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Advisory => "Minor",
        Level::Watch => "Moderate",
        Level::Warning => "Severe",
    }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Observed => "Observed",
        Certainty::Likely => "Likely",
        Certainty::Possible => "Possible",
        Certainty::Unlikely => "Unlikely",
        Certainty::Unknown => "Unknown",
    }
}

fn reference(reference: &Reference) -> String {
    format!("{},{},{}", reference.sender, reference.id, time(reference.sent_ms))
}

/// CAP writes UTC as `-00:00`, and no fractions of a second.
fn time(at_ms: i64) -> String {
    CivilZone::utc().rfc3339(Instant(at_ms)).replace("+00:00", "-00:00")
}
