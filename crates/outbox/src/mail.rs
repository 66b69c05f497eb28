//! A message as e-mail: plain text and HTML, each language in its own direction. The bytes of a message to somebody are
//! the same at every attempt, `Message-ID` and `Date` included, so that mail servers and readers drop doubles.

use crate::message::{Kind, Message, Text};
use crate::text::{direction, html, one_line, plain};
use base::{CivilZone, Digest, Instant};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address that is none.
    #[error("`{0}` is no address of mail")]
    Address(String),
    /// The library refuses it.
    #[error("the mail cannot be written: {0}")]
    Refused(#[from] lettre::error::Error),
}

/// The message as a mail from `from` to `to`, in those of `languages` that it has.
///
/// # Errors
/// An address that is none.
pub fn write(
    message: &Message,
    from: &str,
    to: &str,
    languages: &[String],
) -> Result<lettre::Message, MailError> {
    let address = |text: &str| text.parse::<Mailbox>().map_err(|_| MailError::Address(text.to_owned()));
    let (sender, receiver) = (address(from)?, address(to)?);
    let domain = sender.email.domain().to_owned();
    let texts = message.texts_for(languages);
    let sent = UNIX_EPOCH + Duration::from_millis(u64::try_from(message.sent_ms).unwrap_or_default());
    let mut mail = lettre::Message::builder()
        .from(sender)
        .to(receiver)
        .subject(subject(message, texts.first().copied()))
        .date(sent)
        .message_id(Some(format!("<{}>", mail_id(&message.id, to, &domain))))
        // RFC 3834: nobody's absence note answers this.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Truceline-Message", &message.id));
    let earlier: Vec<String> =
        message.references.iter().map(|r| format!("<{}>", mail_id(&r.id, to, &domain))).collect();
    if let Some(last) = earlier.last() {
        mail = mail.in_reply_to(last.clone()).references(earlier.join(" "));
    }
    let boundary = format!("truceline-{}", Digest::of(mail_id(&message.id, to, &domain).as_bytes()));
    let boundary: String = boundary.chars().take(50).collect();
    let parts = MultiPart::alternative()
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, plain_part(message, &texts)))
        .singlepart(part(ContentType::TEXT_HTML, html_part(message, &texts)));
    Ok(mail.multipart(parts)?)
}

/// The `Message-ID` of a message to somebody, without its brackets.
#[must_use]
pub fn mail_id(message: &str, to: &str, domain: &str) -> String {
    let whose: String = Digest::of(to.as_bytes()).to_string().chars().take(16).collect();
    format!("{}.{whose}@{domain}", message.replace(':', "."))
}

fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).body(body)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The headline is isolated, so that its direction does not turn the level before it.
fn subject(message: &Message, text: Option<&Text>) -> String {
    let headline = text.map(|t| one_line(&t.headline)).unwrap_or_default();
    let is_rtl = text.is_some_and(|t| direction(&t.language) == "rtl");
    let headline = if is_rtl { format!("\u{2067}{headline}\u{2069}") } else { headline };
    format!("{} {headline}", mark(message))
}

fn mark(message: &Message) -> String {
    let level = message.level.name().to_uppercase();
    match message.kind {
        Kind::Alert => format!("[{level}]"),
        Kind::Update => format!("[{level}, UPDATE]"),
        Kind::Cancel => "[CANCELLED]".to_owned(),
        Kind::Exercise => format!("[EXERCISE, {level}]"),
    }
}

fn sections(text: &Text) -> impl Iterator<Item = &str> {
    let all = [&text.description, &text.instruction, &text.cancels_when];
    all.into_iter().map(String::as_str).filter(|t| !t.trim().is_empty())
}

fn times(message: &Message) -> String {
    let utc = |ms| CivilZone::utc().show(Instant(ms));
    format!("{} – {}", utc(message.onset_ms), utc(message.expires_ms))
}

fn zones(message: &Message) -> String {
    message.zones.iter().map(|z| one_line(&z.name)).collect::<Vec<_>>().join(", ")
}

fn plain_part(message: &Message, texts: &[&Text]) -> String {
    let mut out = format!("{}\n{}\n", mark(message), times(message));
    if !message.zones.is_empty() {
        let _ = writeln!(out, "{}", zones(message));
    }
    for text in texts {
        // A mark of direction at the head of each paragraph: readers without HTML go by the first strong letter.
        let mark = if direction(&text.language) == "rtl" { "\u{200F}" } else { "\u{200E}" };
        let _ = write!(out, "\n{mark}{}\n", one_line(&text.headline));
        for section in sections(text) {
            out.push('\n');
            plain(section).lines().for_each(|line| out.push_str(&format!("{mark}{line}\n")));
        }
    }
    let _ = write!(out, "\n{}\n{}\n", message.link, message.id);
    out
}

fn html_part(message: &Message, texts: &[&Text]) -> String {
    let mut out = String::from("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n");
    let _ = writeln!(
        out,
        "<p dir=\"ltr\"><strong>{}</strong><br>{}</p>",
        html(&mark(message)),
        html(&times(message))
    );
    if !message.zones.is_empty() {
        let _ = writeln!(out, "<p dir=\"auto\">{}</p>", html(&zones(message)));
    }
    for text in texts {
        let (language, turned) = (html(&text.language), direction(&text.language));
        let _ = writeln!(
            out,
            "<div lang=\"{language}\" dir=\"{turned}\"><h2>{}</h2>",
            html(&one_line(&text.headline))
        );
        for section in sections(text) {
            let _ = writeln!(out, "<p>{}</p>", html(section).replace('\n', "<br>"));
        }
        out.push_str("</div>\n");
    }
    let (link, id) = (html(&message.link), html(&message.id));
    let _ = writeln!(out, "<p dir=\"ltr\"><a href=\"{link}\">{link}</a><br>{id}</p></body></html>");
    out
}
