//! One element with all that is in it, read by quick-xml within limits; names without their prefixes.

use crate::reject::{Fault, RejectReason};
use base::limits::{XML_ATTRIBUTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its local name.
    pub(crate) name: String,
    /// Local names and values, in order.
    pub(crate) attributes: Vec<(String, String)>,
    /// Its own character data, untrimmed, that of its children not included.
    text: String,
    /// Its children, in order.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The value of an attribute, trimmed; nothing if it is missing or empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    /// The character data, trimmed.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The children of that name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of the first child of that name; nothing if it is missing or empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(Element::text).filter(|t| !t.is_empty())
    }

    /// The first element of that name at any depth, this one included.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        // Depth is bounded by the reading.
        self.children.iter().find_map(|c| c.find(name))
    }

    /// The element as bytes: the same content, the same bytes, whatever its prefixes, the order of its attributes and
    /// the white space between its elements. `but`: attributes that are no content, here and in all elements inside.
    pub(crate) fn canonical(&self, but: &[&str], out: &mut Vec<u8>) {
        let part = crate::formats::fields::key_part;
        out.push(b'<');
        part(out, self.name.as_bytes());
        let mut attributes: Vec<&(String, String)> = self.attributes.iter().collect();
        attributes.sort();
        for (name, value) in attributes.into_iter().filter(|(name, _)| !but.contains(&name.as_str())) {
            out.push(b'=');
            part(out, name.as_bytes());
            part(out, value.as_bytes());
        }
        part(out, self.text().as_bytes());
        self.children.iter().for_each(|c| c.canonical(but, out));
        out.push(b'>');
    }
}

fn bad(says: impl AsRef<[u8]>) -> Fault {
    Fault::new("", RejectReason::BadXml, says)
}

fn too_large(says: String) -> Fault {
    Fault::new("", RejectReason::TooLarge, says)
}

/// Reads one element; nothing but comments and instructions may stand beside it.
///
/// # Errors
/// A fault if it is not UTF-8, not well formed, refers to entities that XML does not have itself, or goes beyond the
/// limits of nesting, elements or attributes.
pub(crate) fn element(bytes: &[u8]) -> Result<Element, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let from = bytes.get(e.valid_up_to()..).unwrap_or_default();
        Fault::new("", RejectReason::NotUtf8, from)
    })?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0;
    let mut whole = None;
    loop {
        match reader.read_event().map_err(|e| bad(e.to_string()))? {
            Event::Start(start) => {
                elements += 1;
                open.push(begin(&start, open.len(), elements)?);
            }
            Event::Empty(start) => {
                elements += 1;
                let empty = begin(&start, open.len(), elements)?;
                end(empty, &mut open, &mut whole);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { return Err(bad("an end tag without its start tag")) };
                end(done, &mut open, &mut whole);
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::CData(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(name) => {
                if let Some(element) = open.last_mut() {
                    refer(&name, &mut element.text)?;
                }
            }
            Event::DocType(_) => return Err(Fault::new("", RejectReason::PoisonedXml, "a DOCTYPE inside")),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof if !open.is_empty() => return Err(bad("its end tag is missing")),
            Event::Eof => return whole.ok_or_else(|| bad("no element")),
        }
    }
}

fn begin(start: &BytesStart<'_>, depth: usize, elements: usize) -> Result<Element, Fault> {
    if depth >= XML_DEPTH_MAX {
        return Err(too_large(format!("nested deeper than {XML_DEPTH_MAX}")));
    }
    if elements > XML_ELEMENTS_MAX {
        return Err(too_large(format!("more than {XML_ELEMENTS_MAX} elements")));
    }
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        if attributes.len() >= XML_ATTRIBUTES_MAX {
            return Err(too_large(format!("more than {XML_ATTRIBUTES_MAX} attributes")));
        }
        let attribute = attribute.map_err(|e| bad(e.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| bad(e.to_string()))?;
        let name: &str = attribute.key.local_name().into_inner();
        attributes.push((name.to_owned(), value.into_owned()));
    }
    let name: &str = start.local_name().into_inner();
    Ok(Element { name: name.to_owned(), attributes, ..Element::default() })
}

fn end(done: Element, open: &mut [Element], whole: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None => *whole = Some(done),
    }
}

/// A character by its number, or one of the five entities that XML has; no other is known, and none is looked up.
fn refer(name: &BytesRef<'_>, to: &mut String) -> Result<(), Fault> {
    match name.resolve_char_ref().map_err(|e| bad(e.to_string()))? {
        Some(c) => to.push(c),
        None => match resolve_xml_entity(name) {
            Some(text) => to.push_str(text),
            None => return Err(bad(format!("the entity `&{};` is not one of XML's own", &**name))),
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        element(text.as_bytes()).unwrap_err().reason.code()
    }

    #[test]
    fn names_are_local_and_text_is_put_together() {
        let e = element(b"<x:a y:b=' 1&amp;2\n3 '>p<c/>&lt;&#x457;<![CDATA[<q>&amp;]]> <!-- no -->r</x:a>")
            .unwrap();
        assert_eq!((e.name.as_str(), e.attribute("b")), ("a", Some("1&2 3")));
        assert_eq!(e.text(), "p<ї<q>&amp; r");
        assert_eq!(e.children.len(), 1);
    }

    #[test]
    fn what_is_not_well_formed_is_rejected() {
        for text in [
            "<a>",
            "<a></b>",
            "<a b='1' b='2'/>",
            "<a b=1/>",
            "<a>&nope;</a>",
            "<a b='&nope;'/>",
            "<a>&</a>",
            "<a>&#0;</a>",
            "",
            "x",
        ] {
            assert_eq!(code(text), "bad-xml", "{text}");
        }
        assert_eq!(element(b"<a>\xff</a>").unwrap_err().reason.code(), "not-utf8");
        assert_eq!(code("<a><!DOCTYPE a [<!ENTITY b 'c'>]></a>"), "poisoned-xml");
    }

    #[test]
    fn limits_are_kept() {
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert!(element(deep(XML_DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(code(&deep(XML_DEPTH_MAX + 1)), "too-large");
        assert_eq!(code(&deep(1_000_000)), "too-large");
        let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n - 1));
        assert!(element(wide(XML_ELEMENTS_MAX).as_bytes()).is_ok());
        assert_eq!(code(&wide(XML_ELEMENTS_MAX + 1)), "too-large");
        let attributes =
            |n: usize| format!("<a {}/>", (0..n).map(|i| format!("a{i}='' ")).collect::<String>());
        assert!(element(attributes(XML_ATTRIBUTES_MAX).as_bytes()).is_ok());
        assert_eq!(code(&attributes(XML_ATTRIBUTES_MAX + 1)), "too-large");
    }

    #[test]
    fn the_same_content_has_the_same_canonical_bytes() {
        let canonical = |text: &str| {
            let mut out = Vec::new();
            element(text.as_bytes()).unwrap().canonical(&["id"], &mut out);
            out
        };
        let a = canonical("<a b='1' c='2'><d>x</d></a>");
        assert_eq!(a, canonical("<n:a c=\"2\"\n b='1'> <d>x</d><!-- y --></n:a>"));
        assert_eq!(a, canonical("<a b='1' c='2' id='3'><d id='4'>x</d></a>"));
        assert_ne!(a, canonical("<a b='1' c='2'><d>y</d></a>"));
        assert_ne!(a, canonical("<a b='1' c='2'><d/>x</a>"));
    }
}
