//! The XML of an OpenRosa submission: one flat set of answers, groups opened. No entity is expanded, and a document
//! that declares any is refused.

use super::form;
use super::submissions::is_instance_id;
use crate::limits::{ANSWER_BYTES_MAX, FIELD_NAME_BYTES_MAX, FIELDS_MAX, XML_DEPTH_MAX};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

/// A submission as ODK Collect and its kin send it.
#[derive(Debug, PartialEq)]
pub(super) struct Answers {
    /// The id of this filled-in form.
    pub instance: String,
    /// The version of the form.
    pub version: String,
    /// Answers by field name; empty ones left out.
    pub fields: Map<String, Value>,
    /// The names of the media that belong to it.
    pub media: Vec<String>,
}

/// What is wrong with the document, for people.
type Wrong = String;

/// Reads the document.
pub(super) fn read(bytes: &[u8]) -> Result<Answers, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the XML is not UTF-8".to_owned())?;
    let mut walk = Walk::default();
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|e| format!("not well-formed XML: {e}"))? {
            Event::Start(start) => walk.open(&start)?,
            Event::Empty(start) => {
                walk.open(&start)?;
                walk.close()?;
            }
            Event::End(_) => walk.close()?,
            Event::Text(text) => walk.text(&text.xml10_content())?,
            Event::CData(text) => walk.text(&text.xml10_content())?,
            Event::GeneralRef(name) => walk.refer(&name)?,
            Event::DocType(_) => return Err("a DOCTYPE stands in it; that is refused".to_owned()),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
    }
    walk.finish()
}

#[derive(Default)]
struct Walk {
    /// Local names of the open elements.
    open: Vec<String>,
    /// The text of the innermost.
    text: String,
    /// Whether the innermost has had a child.
    is_group: bool,
    elements: usize,
    form: Option<(String, String)>,
    instance: String,
    fields: Map<String, Value>,
}

impl Walk {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Wrong> {
        self.elements += 1;
        if self.open.len() >= XML_DEPTH_MAX {
            return Err(format!("nested deeper than {XML_DEPTH_MAX}"));
        }
        if self.elements > FIELDS_MAX * 2 {
            return Err(format!("more than {} elements", FIELDS_MAX * 2));
        }
        if self.open.is_empty() {
            if self.form.is_some() {
                return Err("more than one document".to_owned());
            }
            self.form = Some(root(start)?);
        }
        let name: &str = start.local_name().into_inner();
        if name.len() > FIELD_NAME_BYTES_MAX {
            return Err("the name of an element is too long".to_owned());
        }
        self.open.push(name.to_owned());
        self.text.clear();
        self.is_group = false;
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Wrong> {
        self.text.push_str(text);
        if self.text.len() > ANSWER_BYTES_MAX {
            let name = self.open.last().map_or("", String::as_str);
            return Err(format!("`{name}` is longer than {ANSWER_BYTES_MAX} bytes"));
        }
        Ok(())
    }

    fn refer(&mut self, name: &BytesRef<'_>) -> Result<(), Wrong> {
        let unknown = || "it refers to an entity that XML itself does not have; that is refused".to_owned();
        if name.is_char_ref() {
            let one = name.resolve_char_ref().map_err(|_| unknown())?.ok_or_else(unknown)?;
            return self.text(one.encode_utf8(&mut [0; 4]));
        }
        self.text(resolve_xml_entity(name).ok_or_else(unknown)?)
    }

    fn close(&mut self) -> Result<(), Wrong> {
        let name = self.open.pop().ok_or("an end tag without its start tag")?;
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !self.is_group && !text.is_empty() && !self.open.is_empty() {
            if name == "instanceID" {
                text.clone_into(&mut self.instance);
            } else {
                // Of two answers to one question (a repeated group) the first counts; the original has both.
                self.fields.entry(name).or_insert_with(|| Value::from(text));
            }
        }
        self.is_group = true;
        Ok(())
    }

    fn finish(mut self) -> Result<Answers, Wrong> {
        if !self.open.is_empty() {
            return Err("it is cut off: an end tag is missing".to_owned());
        }
        let (id, version) = self.form.ok_or("there is no document in it")?;
        if id != form::ID {
            let shown: String = id.chars().take(80).collect();
            return Err(format!("it is a submission of the form `{shown}`; this desk takes `{}`", form::ID));
        }
        if !is_instance_id(&self.instance) {
            return Err(
                "`meta/instanceID` is missing, or not letters, digits, `-`, `_`, `.` and `:`".to_owned()
            );
        }
        let mut media = Vec::new();
        for name in form::MEDIA {
            if let Some(Value::String(file)) = self.fields.remove(*name) {
                media.push(base_name(&file).to_owned());
            }
        }
        Ok(Answers { instance: self.instance, version, fields: self.fields, media })
    }
}

/// Id and version of the form.
fn root(start: &BytesStart<'_>) -> Result<(String, String), Wrong> {
    let (mut id, mut version) = (String::new(), String::new());
    for attribute in start.attributes().take(64) {
        let attribute = attribute.map_err(|e| format!("not well-formed XML: {e}"))?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|e| format!("not well-formed XML: {e}"))?;
        match attribute.key.local_name().into_inner() {
            "id" => id = value.into_owned(),
            "version" => version = value.into_owned(),
            _ => {}
        }
    }
    Ok((id, version))
}

/// A file's name without the folders that a sender may have put before it. It is never used as a path.
pub(super) fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"<?xml version="1.0"?><data id="truceline_field" version="1"
        xmlns:orx="http://openrosa.org/xforms"><what><effect>explosion</effect><count>3</count></what>
        <narrative>smoke &amp; dust &#62; 1 km</narrative><unit/><photos><photo_1>../a/p1.jpg</photo_1></photos>
        <orx:meta><orx:instanceID>uuid:1-a</orx:instanceID></orx:meta></data>"#;

    #[test]
    fn groups_are_opened_and_empty_answers_left_out() {
        let answers = read(GOOD.as_bytes()).unwrap();
        assert_eq!(answers.instance, "uuid:1-a");
        assert_eq!(answers.version, "1");
        assert_eq!(answers.media, ["p1.jpg"]);
        let fields: Vec<(&str, &str)> =
            answers.fields.iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
        assert_eq!(fields, [("count", "3"), ("effect", "explosion"), ("narrative", "smoke & dust > 1 km")]);
    }

    #[test]
    fn poisoned_and_broken_documents_are_refused() {
        let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><data id=\"truceline_field\">&b;</data>";
        let cases = [
            (bomb.to_owned(), "DOCTYPE"),
            (GOOD.replace("&amp;", "&b;"), "entity"),
            (GOOD.replace("</data>", ""), "cut off"),
            (GOOD.replace("truceline_field", "other"), "`other`"),
            (GOOD.replace("uuid:1-a", "../../etc"), "instanceID"),
            (GOOD.replace("<unit/>", &"<g>".repeat(40)), "nested"),
            (GOOD.replace("<unit/>", &"<g/>".repeat(500)), "elements"),
            (GOOD.replace("smoke", &"x".repeat(5_000)), "longer"),
            (format!("{GOOD}{}", GOOD.replace("<?xml version=\"1.0\"?>", "")), "more than one document"),
            (String::new(), "no document"),
            ("<data".to_owned(), "not well-formed"),
        ];
        for (text, says) in cases {
            let wrong = read(text.as_bytes()).unwrap_err();
            assert!(wrong.contains(says), "{wrong} of {}", text.chars().take(60).collect::<String>());
        }
        assert!(read(b"<data id=\"\xff\"/>").is_err());
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_sent_panics(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            cut in 0..600_usize,
        ) {
            let _ = read(&bytes);
            let _ = read(&GOOD.as_bytes()[..cut.min(GOOD.len())]);
        }
    }
}
