//! An allegation that comes by e-mail. Who it says it is from is words, not an identity: anybody can write any
//! address there.
//!
//! The parts are taken apart here, within bounds on their size, number and depth; heads and transfer encodings are read
//! by the library. It would take apart e-mails within e-mails to any depth, and a long chain of them ends a program.

use base::Instant;
use base::limits::{
    CLAIM_NAME_BYTES_MAX, CLAIM_TEXT_BYTES_MAX, MAIL_ATTACHMENT_BYTES_MAX, MAIL_ATTACHMENTS_MAX,
    MAIL_BYTES_MAX, MAIL_DEPTH_MAX, MAIL_HEAD_BYTES_MAX, MAIL_PARTS_MAX,
};
use mail_parser::decoders::html::html_to_text;
use mail_parser::{ContentType, Message, MessageParser, MessagePart, MimeHeaders};

/// What stands in place of the rest of a text that is too long.
const CUT: &str = "\n… (the text is longer; the e-mail is kept whole)";
/// Room for what is said of the sender, bytes.
const SENT_BYTES: usize = 1_024;

/// An e-mail, as an allegation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailClaim {
    /// Its message id; empty: it has none.
    pub key: String,
    /// When it says that it was sent, milliseconds since 1970.
    pub sent_ms: Option<i64>,
    /// Subject, plain text and what it says of its sender: that is words, and nobody's identity.
    pub text: String,
    /// Whether a part of the text is left out, because there is more than an allegation holds.
    pub is_cut: bool,
    /// What came with it.
    pub attachments: Vec<Attachment>,
}

/// What came with an e-mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its name as the sender wrote it: words, never a path. May be empty.
    pub name: String,
    /// Its media type as the sender wrote it: `image/jpeg`.
    pub media_type: String,
    /// The bytes, transfer encoding undone.
    pub bytes: Vec<u8>,
}

/// Why an e-mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It has no head that can be read.
    #[error("this is no e-mail: it does not begin with header fields such as `From:` and `Subject:`")]
    NotMail,
    /// It says nothing and nothing is attached.
    #[error("the e-mail says nothing, and nothing is attached to it")]
    Empty,
    /// It is beyond a limit.
    #[error("the e-mail has {has} {what}, and {most} are read at most; hand in its parts as files")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many there are; at least.
        has: usize,
        /// How many are read.
        most: usize,
    },
}

/// Reads an e-mail (RFC 5322, MIME): subject and plain text, or the text of its HTML where there is no other; the
/// message id as key; attachments, an attached e-mail whole. Nothing of it is fetched or opened.
///
/// # Errors
/// When it is no e-mail, says nothing, or is beyond the limits.
pub fn read_mail(bytes: &[u8]) -> Result<MailClaim, MailError> {
    within("bytes", bytes.len(), MAIL_BYTES_MAX)?;
    let (head, body) = parted(bytes);
    within("bytes in its head", head.len(), MAIL_HEAD_BYTES_MAX)?;
    let message = MessageParser::default().parse_headers(head).ok_or(MailError::NotMail)?;
    if message.from().is_none() && message.subject().is_none() && message.date().is_none() {
        return Err(MailError::NotMail);
    }
    let mut walk = Walk::default();
    walk.part(message.part(0), body, 0)?;
    let said = walk.said();
    let subject = plain(message.subject().unwrap_or_default(), CLAIM_NAME_BYTES_MAX);
    if said.is_empty() && subject.is_empty() && walk.attachments.is_empty() {
        return Err(MailError::Empty);
    }
    let sent_ms = sent_ms(&message);
    let whole = [subject.as_str(), said.as_str()].into_iter().filter(|t| !t.is_empty());
    let mut text = whole.collect::<Vec<_>>().join("\n\n");
    let room = CLAIM_TEXT_BYTES_MAX - SENT_BYTES - CUT.len();
    let is_cut = text.len() > room;
    if is_cut {
        text = format!("{}{CUT}", cut(&text, room));
    }
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(&sent_as(&message, sent_ms));
    let key = plain(message.message_id().unwrap_or_default(), CLAIM_NAME_BYTES_MAX);
    Ok(MailClaim { key, sent_ms, text, is_cut, attachments: walk.attachments })
}

fn within(what: &'static str, has: usize, most: usize) -> Result<(), MailError> {
    if has > most { Err(MailError::TooLarge { what, has, most }) } else { Ok(()) }
}

/// Head and body, parted by the first empty line.
fn parted(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let end = at + line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return (bytes.get(..at).unwrap_or_default(), bytes.get(end..).unwrap_or_default());
        }
        at = end;
    }
    (bytes, b"")
}

/// When it says that it was sent.
fn sent_ms(message: &Message<'_>) -> Option<i64> {
    let date = message.date().filter(|d| d.is_valid())?;
    date.to_timestamp().checked_mul(1_000)
}

/// What it says of its sender.
fn sent_as(message: &Message<'_>, sent_ms: Option<i64>) -> String {
    let from = message.from().and_then(|a| a.first());
    let name = plain(from.and_then(|a| a.name()).unwrap_or_default(), CLAIM_NAME_BYTES_MAX);
    let address = plain(from.and_then(|a| a.address()).unwrap_or_default(), CLAIM_NAME_BYTES_MAX);
    let who = match (name.as_str(), address.as_str()) {
        ("", "") => "nobody named".to_owned(),
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    let when = sent_ms.map_or("no date".to_owned(), |ms| Instant(ms).to_string());
    format!("(Sent as {who}, dated {when}. An e-mail proves neither.)")
}

/// One line without control characters, of at most so many bytes.
fn plain(text: &str, bytes_max: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(line.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), bytes_max).to_owned()
}

/// The beginning of a text, cut at a character's edge.
fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The parts of an e-mail as they are met.
#[derive(Default)]
struct Walk {
    parts: usize,
    /// Plain texts, and texts of HTML: the second count only where there are no others.
    plain: Vec<String>,
    html: Vec<String>,
    attachments: Vec<Attachment>,
}

impl Walk {
    fn part(&mut self, head: Option<&MessagePart<'_>>, body: &[u8], depth: usize) -> Result<(), MailError> {
        self.parts += 1;
        within("parts", self.parts, MAIL_PARTS_MAX)?;
        let kind = head.and_then(MimeHeaders::content_type);
        let boundary = kind.filter(|k| k.ctype() == "multipart").and_then(|k| k.attribute("boundary"));
        let Some(boundary) = boundary.filter(|b| !b.is_empty()) else { return self.leaf(head, body) };
        within("levels of parts", depth + 1, MAIL_DEPTH_MAX)?;
        for part in split(body, boundary.as_bytes()) {
            let (head, body) = parted(part);
            within("bytes in the head of a part", head.len(), MAIL_HEAD_BYTES_MAX)?;
            // A part without a head is plain text.
            let head = MessageParser::default().parse_headers(head);
            self.part(head.as_ref().and_then(|h| h.part(0)), body, depth + 1)?;
        }
        Ok(())
    }

    fn leaf(&mut self, head: Option<&MessagePart<'_>>, body: &[u8]) -> Result<(), MailError> {
        let encoding = head.and_then(MimeHeaders::content_transfer_encoding);
        let bytes = decoded(encoding.unwrap_or_default(), body);
        let kind = head.and_then(MimeHeaders::content_type);
        let name = head.and_then(MimeHeaders::attachment_name);
        let disposition = head.and_then(MimeHeaders::content_disposition);
        let is_attached = name.is_some() || disposition.is_some_and(ContentType::is_attachment);
        let media_type = kind.map_or("text/plain".to_owned(), |k| {
            format!("{}/{}", k.ctype(), k.subtype().unwrap_or("octet-stream")).to_lowercase()
        });
        match media_type.as_str() {
            "text/plain" if !is_attached => self.plain.push(words(kind, &bytes)),
            "text/html" if !is_attached => self.html.push(html_to_text(&words(kind, &bytes))),
            _ => {
                within("attachments", self.attachments.len() + 1, MAIL_ATTACHMENTS_MAX)?;
                within("bytes in one attachment", bytes.len(), MAIL_ATTACHMENT_BYTES_MAX)?;
                self.attachments.push(Attachment {
                    name: plain(name.unwrap_or_default(), CLAIM_NAME_BYTES_MAX),
                    media_type: plain(&media_type, CLAIM_NAME_BYTES_MAX),
                    bytes,
                });
            }
        }
        Ok(())
    }

    /// What it says.
    fn said(&self) -> String {
        let texts = |of: &[String]| {
            let texts = of.iter().map(|t| t.trim()).filter(|t| !t.is_empty());
            texts.collect::<Vec<_>>().join("\n\n").replace("\r\n", "\n")
        };
        let plain = texts(&self.plain);
        let said = if plain.is_empty() { texts(&self.html) } else { plain };
        said.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
    }
}

/// The parts between the lines that carry the boundary. What stands before the first and after the last is no part;
/// where the last line is missing, the last part goes to the end.
fn split<'b>(body: &'b [u8], boundary: &[u8]) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    let (mut at, mut begins) = (0, None);
    for line in body.split_inclusive(|b| *b == b'\n') {
        let end = at + line.len();
        let after = line.strip_prefix(b"--").and_then(|l| l.strip_prefix(boundary)).map(<[u8]>::trim_ascii);
        if matches!(after, Some(b"" | b"--")) {
            if let Some(begin) = begins {
                parts.push(body.get(begin..at).map(without_line_end).unwrap_or_default());
            }
            // One more than are taken is enough to say so.
            if after == Some(b"--") || parts.len() > MAIL_PARTS_MAX {
                return parts;
            }
            begins = Some(end);
        }
        at = end;
    }
    parts.extend(begins.and_then(|begin| body.get(begin..)).filter(|rest| !rest.is_empty()));
    parts
}

/// The end of the line before a boundary belongs to the boundary.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// A body, its transfer encoding undone; as it stands where it does not keep to that encoding.
fn decoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let named = ["base64", "quoted-printable"].into_iter().find(|n| n.eq_ignore_ascii_case(encoding.trim()));
    let Some(encoding) = named else { return body.to_vec() };
    let mut alone =
        format!("Content-Type: application/octet-stream\nContent-Transfer-Encoding: {encoding}\n\n")
            .into_bytes();
    alone.extend_from_slice(body);
    let part = MessageParser::default().parse(&alone);
    let part = part.as_ref().and_then(|m| m.part(0)).filter(|p| !p.is_encoding_problem);
    part.map_or_else(|| body.to_vec(), |p| p.contents().to_vec())
}

/// Bytes as text in the character set that the part names; UTF-8 if it names none that is known.
fn words(kind: Option<&ContentType<'_>>, bytes: &[u8]) -> String {
    let charset = kind.and_then(|k| k.attribute("charset")).unwrap_or_default();
    let charset = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    charset.decode(bytes).0.into_owned()
}
