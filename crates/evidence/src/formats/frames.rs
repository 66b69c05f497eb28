//! Elements of a large JSON document, one at a time: the document is cut at the brackets, and each element is parsed
//! by itself. So one bad element costs one row, its text can be shown, and memory holds one element.

use crate::intake::ReadError;
use crate::unpack::Failed;
use base::limits::LINE_BYTES_MAX;
use std::io::{self, Read};

const CHUNK_BYTES: usize = 256 * 1024;
const KEY_BYTES_MAX: usize = 256;

/// What is taken apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// An object whose members are arrays: every element of every one.
    EveryMember,
    /// The array of an object whose member has one of these names, the elements of an array, or whole objects, one
    /// after another.
    Listed(&'static [&'static str]),
}

/// A GeoJSON collection.
pub(crate) const FEATURES: Cut = Cut::Listed(&["features"]);
/// Most bytes kept of what stands around the listed arrays of one document.
const AROUND_BYTES_MAX: usize = 4_096;

/// What came next.
pub(crate) enum Frame {
    /// An element: [`Frames::element`]; with the name of the member it stands in (empty: none).
    Element,
    /// An element beyond the limits; passed over.
    TooLong,
    /// The input failed.
    Failed(io::Error),
    /// The text ends inside brackets.
    CutOff,
    /// No more.
    End,
}

/// A JSON document being taken apart.
pub(crate) struct Frames<'a> {
    input: Box<dyn Read + 'a>,
    cut: Cut,
    buffer: Vec<u8>,
    position: usize,
    end: usize,
    /// Brackets open.
    depth: usize,
    /// Inside quotation marks.
    in_string: bool,
    escaped: bool,
    /// Depth at which elements stand; 0: whole values.
    element_depth: usize,
    /// The document is an array.
    top_is_array: bool,
    /// The last string at depth 1: the member's name.
    key: Vec<u8>,
    element: Vec<u8>,
    /// What stands in the object around its listed array.
    around: Vec<u8>,
    in_element: bool,
    too_long: bool,
    line: u64,
    started_on: u64,
    /// Whole values stand one a line; known after the first.
    one_a_line: Option<bool>,
}

impl<'a> Frames<'a> {
    /// Opens a document; its first character must be a bracket.
    pub(crate) fn open(
        format: &'static str,
        input: Box<dyn Read + 'a>,
        cut: Cut,
    ) -> Result<Frames<'a>, ReadError> {
        let mut frames = Frames {
            input,
            cut,
            buffer: vec![0; CHUNK_BYTES],
            position: 0,
            end: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            element_depth: 0,
            top_is_array: false,
            key: Vec::new(),
            element: Vec::new(),
            around: Vec::new(),
            in_element: false,
            too_long: false,
            line: 1,
            started_on: 1,
            one_a_line: None,
        };
        while frames.end < 4096 {
            match frames.input.read(frames.buffer.get_mut(frames.end..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(n) => frames.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if frames.end == 0 => return Err(ReadError::at_start(format, e)),
                Err(e) => {
                    frames.input = Box::new(Failed(Some(e)));
                    break;
                }
            }
        }
        let head = frames.buffer.get(..frames.end).unwrap_or_default();
        let skip = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let start =
            head.iter().skip(skip).position(|b| !b.is_ascii_whitespace() && *b != 0x1e).map(|n| n + skip);
        let wrong = |found: &str| ReadError::WrongKind { format, found: found.to_owned() };
        match start.and_then(|s| head.get(s)) {
            None => Err(ReadError::Empty),
            Some(b'{' | b'[') => {
                frames.position = skip;
                Ok(frames)
            }
            Some(_) => Err(wrong(
                super::rows::not_text(head).unwrap_or("it does not begin with `{` or `[`, as JSON does"),
            )),
        }
    }

    /// The next element.
    pub(crate) fn next(&mut self) -> Frame {
        self.element.clear();
        self.too_long = false;
        loop {
            while let Some(byte) =
                self.buffer.get(self.position).filter(|_| self.position < self.end).copied()
            {
                if self.take(byte) {
                    return if self.too_long { Frame::TooLong } else { Frame::Element };
                }
            }
            match self.input.read(&mut self.buffer) {
                Ok(0) if self.in_element && self.depth == 0 && !self.in_string => {
                    self.in_element = false;
                    return Frame::Element;
                }
                Ok(0) if self.depth > 0 || self.in_string || self.in_element => {
                    (self.depth, self.in_string, self.in_element) = (0, false, false);
                    return Frame::CutOff;
                }
                Ok(0) => return Frame::End,
                Ok(n) => (self.position, self.end) = (0, n),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Frame::Failed(e),
            }
        }
    }

    /// Takes one byte, or leaves it for the next element; true: an element is complete.
    fn take(&mut self, byte: u8) -> bool {
        if self.in_element
            && !self.in_string
            && self.depth == self.element_depth
            && matches!(byte, b',' | b']' | b'}')
        {
            // The end of a number or word; the byte belongs to what is around it.
            self.in_element = false;
            return true;
        }
        self.position += 1;
        if self.depth == 1 && !self.in_element && !self.top_is_array && self.around.len() < AROUND_BYTES_MAX {
            self.around.push(byte);
        }
        if byte == b'\n' {
            self.line += 1;
            let bare = self.depth == 0 && !self.in_string;
            if self.in_element && self.element_depth == 0 && (bare || self.one_a_line == Some(true)) {
                // A line of its own that is not whole spoils no other line.
                (self.depth, self.in_string, self.escaped, self.in_element) = (0, false, false, false);
                return true;
            }
        }
        if self.in_string {
            return self.take_in_string(byte);
        }
        match byte {
            b'"' => self.open_string(),
            b'{' | b'[' => self.open_bracket(byte),
            b'}' | b']' => return self.close_bracket(byte),
            _ if self.in_element => self.keep(byte),
            b',' | b':' | 0x1e => {}
            _ if byte.is_ascii_whitespace() => {}
            _ if self.depth == self.element_depth && (self.element_depth > 0 || self.depth == 0) => {
                self.begin();
                self.keep(byte);
            }
            _ => {}
        }
        false
    }

    fn take_in_string(&mut self, byte: u8) -> bool {
        if self.in_element {
            self.keep(byte);
        } else if self.depth == 1 && (byte != b'"' || self.escaped) && self.key.len() < KEY_BYTES_MAX {
            self.key.push(byte);
        }
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            if self.in_element && self.depth == self.element_depth {
                self.in_element = false;
                return true;
            }
        }
        false
    }

    fn open_string(&mut self) {
        self.in_string = true;
        if self.in_element {
            self.keep(b'"');
        } else if self.element_depth > 0 && self.depth == self.element_depth {
            self.begin();
            self.keep(b'"');
        } else if self.depth == 1 {
            self.key.clear();
        }
    }

    fn open_bracket(&mut self, byte: u8) {
        if self.in_element {
            if self.depth == 1 && self.element_depth == 0 && byte == b'[' && self.last_key_is_listed() {
                // The whole value turns out to be a collection: what it lists are the elements.
                self.in_element = false;
                let left = AROUND_BYTES_MAX.saturating_sub(self.around.len());
                let around = self.element.get(..self.element.len().min(left));
                self.around.extend_from_slice(around.unwrap_or_default());
                self.element.clear();
                self.too_long = false;
                self.element_depth = 2;
            } else {
                self.keep(byte);
            }
        } else if self.depth == self.element_depth && (self.element_depth > 0 || self.cut != Cut::EveryMember)
        {
            if self.depth == 0 && byte == b'[' {
                (self.top_is_array, self.element_depth) = (true, 1);
            } else {
                self.begin();
                self.keep(byte);
            }
        } else if self.cut == Cut::EveryMember && self.depth == 1 && byte == b'[' {
            self.element_depth = 2;
        }
        self.depth += 1;
    }

    fn close_bracket(&mut self, byte: u8) -> bool {
        self.depth = self.depth.saturating_sub(1);
        if self.in_element {
            self.keep(byte);
            if self.depth == self.element_depth {
                self.in_element = false;
                if self.element_depth == 0 && self.one_a_line.is_none() {
                    self.one_a_line = Some(self.line == self.started_on);
                }
                return true;
            }
        } else if self.depth < self.element_depth && !self.top_is_array {
            self.element_depth = 0;
        } else if self.depth == 0 {
            (self.top_is_array, self.element_depth) = (false, 0);
        }
        false
    }

    /// Whether what has been read of the object ends in the name of a listed member.
    fn last_key_is_listed(&self) -> bool {
        let Cut::Listed(names) = self.cut else { return false };
        let Some(text) = self.element.trim_ascii_end().strip_suffix(b":") else { return false };
        let quoted = text.trim_ascii_end().strip_suffix(b"\"");
        let ends = |t: &[u8], name: &str| {
            t.strip_suffix(name.as_bytes()).is_some_and(|before| before.ends_with(b"\""))
        };
        quoted.is_some_and(|t| names.iter().any(|name| ends(t, name)))
    }

    /// The members of the object around its listed array as they stand, as far as they have been met; where pages
    /// name the next page.
    pub(crate) fn around(&self) -> &[u8] {
        &self.around
    }

    fn begin(&mut self) {
        self.in_element = true;
        self.element.clear();
        self.started_on = self.line;
    }

    fn keep(&mut self, byte: u8) {
        if self.element.len() < LINE_BYTES_MAX {
            self.element.push(byte);
        } else {
            self.too_long = true;
        }
    }

    /// The element's text.
    pub(crate) fn element(&self) -> &[u8] {
        &self.element
    }

    /// The name of the member in whose array it stands; empty for whole values.
    pub(crate) fn member(&self) -> &[u8] {
        &self.key
    }

    /// The line on which it starts, from 1.
    pub(crate) fn starts_on_line(&self) -> u64 {
        self.started_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, cut: Cut) -> Vec<(String, String)> {
        let mut frames = Frames::open("json", Box::new(text.as_bytes()), cut).unwrap();
        let mut out = Vec::new();
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        loop {
            match frames.next() {
                Frame::Element => out.push((text(frames.member()), text(frames.element()))),
                Frame::CutOff => out.push((String::new(), "cut off".into())),
                _ => return out,
            }
        }
    }

    fn pair(a: &str, b: &str) -> (String, String) {
        (a.into(), b.into())
    }

    #[test]
    fn every_element_of_every_member_is_found() {
        let got =
            cut(r#"{"a": [[1,"]"], 2 ,"x,\"y"], "n": 3, "o": {"k": [9]}, "b":[{"c":[]}]}"#, Cut::EveryMember);
        let want =
            [pair("a", r#"[1,"]"]"#), pair("a", "2 "), pair("a", r#""x,\"y""#), pair("b", r#"{"c":[]}"#)];
        assert_eq!(got, want);
    }

    #[test]
    fn features_of_a_collection_are_found_wherever_it_stands() {
        let got = cut(
            r#"{"type":"FeatureCollection","crs":{"a":[1]},"features": [{"id":1},{"id":2}],"x":[5]}"#,
            FEATURES,
        );
        let elements: Vec<_> = got.into_iter().map(|(_, e)| e).collect();
        assert_eq!(elements, [r#"{"id":1}"#, r#"{"id":2}"#]);
    }

    #[test]
    fn objects_line_by_line_and_in_a_plain_array_are_found() {
        let lines = cut("{\"id\":1}\n{\"id\":2}\n", FEATURES);
        assert_eq!(lines, [pair("", r#"{"id":1}"#), pair("", r#"{"id":2}"#)]);
        let array = cut(r#"[{"id":1}, {"id":2}]"#, FEATURES);
        assert_eq!(array, [pair("", r#"{"id":1}"#), pair("", r#"{"id":2}"#)]);
    }

    #[test]
    fn a_broken_line_spoils_no_other_line() {
        let got = cut("{\"id\":1}\n{\"id\":\"2\nno\n{\"id\":3}\n", FEATURES);
        let elements: Vec<_> = got.into_iter().map(|(_, e)| e).collect();
        assert_eq!(elements, ["{\"id\":1}", "{\"id\":\"2", "no", "{\"id\":3}"]);
    }

    #[test]
    fn what_stands_around_is_kept_up_to_a_limit_however_many_collections_there_are() {
        let one = format!(r#"{{"a":"{}","features":[1],"next":"x"}}"#, "y".repeat(1_000));
        let text = one.repeat(100);
        let mut frames = Frames::open("json", Box::new(text.as_bytes()), FEATURES).unwrap();
        let mut elements = 0;
        while !matches!(frames.next(), Frame::End) {
            elements += 1;
        }
        assert_eq!(elements, 100);
        assert!(frames.around().len() <= AROUND_BYTES_MAX, "{}", frames.around().len());
    }

    #[test]
    fn a_document_that_stops_is_cut_off() {
        let got = cut(r#"{"a":[[1],[2"#, Cut::EveryMember);
        assert_eq!(got, [pair("a", "[1]"), pair("", "cut off")]);
    }
}
