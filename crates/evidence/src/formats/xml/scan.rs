//! Where the elements of an XML text begin and end, byte by byte: tags, comments, CDATA, instructions and document
//! types are told apart, and nothing is interpreted. Broken markup spoils the element that it stands in and no other:
//! an element of the wanted kind ends at its first end tag, or where the next one begins.

use base::limits::XML_DOCTYPE_BYTES_MAX;

/// Longest name, with its prefix, that is compared, bytes.
const NAME_BYTES_MAX: usize = 100;
const CDATA: &[u8] = b"[CDATA[";
const DOCTYPE: &[u8] = b"DOCTYPE";

/// What the last byte completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Nothing.
    None,
    /// The name of a wanted element's start tag.
    Begins,
    /// The same, inside an element of the same name, which is broken off.
    BeginsAgain,
    /// A wanted element.
    Ends,
    /// An end tag of a wanted element that never began.
    Stray,
    /// The start tag's name of an element that is marked.
    Mark,
    /// A document type that declares entities, or is too long to be looked through.
    Poisoned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`.
    Open,
    /// After `<!`.
    Bang,
    Comment,
    Cdata,
    Instruction,
    Doctype,
    StartName,
    InTag,
    EndName,
}

/// The state between two bytes.
pub(crate) struct Scanner {
    wanted: &'static [&'static str],
    marked: &'static [&'static str],
    state: State,
    /// Bytes of the name or keyword being read.
    word: Vec<u8>,
    /// Bytes of the name, its prefix included.
    name_bytes: usize,
    /// The quotation mark that is open.
    quote: Option<u8>,
    /// How many of the characters that end the construct have been met in a row.
    run: u8,
    /// The last byte of a tag was `/`.
    slash: bool,
    /// The text of the document type; kept for showing it.
    pub(crate) doctype: Vec<u8>,
    angles: usize,
    /// Elements open.
    depth: usize,
    /// The wanted element that is open, and the depth around it.
    inside: Option<(&'static str, usize)>,
    /// The tag being read is the start tag of the wanted element.
    own: bool,
    /// The document has a poisoned document type: nothing of it is wanted.
    poisoned: bool,
}

fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|b| *b == b':').next().unwrap_or_default()
}

impl Scanner {
    /// A scanner for elements of these local names.
    pub(crate) fn new(wanted: &'static [&'static str], marked: &'static [&'static str]) -> Scanner {
        Scanner {
            wanted,
            marked,
            state: State::Text,
            word: Vec::new(),
            name_bytes: 0,
            quote: None,
            run: 0,
            slash: false,
            doctype: Vec::new(),
            angles: 0,
            depth: 0,
            inside: None,
            own: false,
            poisoned: false,
        }
    }

    /// Whether a wanted element is open.
    pub(crate) fn is_inside(&self) -> bool {
        self.inside.is_some()
    }

    /// Whether the text may not end here: an element or some markup is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.poisoned && (self.inside.is_some() || self.depth > 0 || self.state != State::Text)
    }

    /// Takes the next byte.
    pub(crate) fn take(&mut self, byte: u8) -> Signal {
        match self.state {
            State::Text if byte != b'<' => Signal::None,
            State::Text => self.markup(),
            State::Open => self.opened(byte),
            State::Bang => self.bang(byte),
            State::Comment => self.until(byte, b'-'),
            State::Cdata => self.until(byte, b']'),
            State::Instruction => self.instruction(byte),
            State::Doctype => self.in_doctype(byte),
            State::StartName => self.start_name(byte),
            State::InTag => self.in_tag(byte),
            State::EndName => self.end_name(byte),
        }
    }

    /// A `<` that begins markup.
    fn markup(&mut self) -> Signal {
        self.state = State::Open;
        Signal::None
    }

    fn enter(&mut self, state: State) -> Signal {
        self.state = state;
        self.word.clear();
        (self.name_bytes, self.run, self.quote, self.slash) = (0, 0, None, false);
        Signal::None
    }

    fn opened(&mut self, byte: u8) -> Signal {
        match byte {
            b'/' => self.enter(State::EndName),
            b'!' => self.enter(State::Bang),
            b'?' => self.enter(State::Instruction),
            b'<' => Signal::None,
            b if b.is_ascii_alphabetic() || b == b'_' || b == b':' || b >= 0x80 => {
                self.enter(State::StartName);
                self.letter(byte);
                Signal::None
            }
            _ => self.enter(State::Text),
        }
    }

    fn letter(&mut self, byte: u8) {
        self.name_bytes += 1;
        if self.name_bytes <= NAME_BYTES_MAX {
            self.word.push(byte);
        } else {
            self.word.clear();
        }
    }

    fn bang(&mut self, byte: u8) -> Signal {
        self.word.push(byte.to_ascii_uppercase());
        match self.word.as_slice() {
            b"--" => self.enter(State::Comment),
            CDATA => self.enter(State::Cdata),
            DOCTYPE => {
                self.enter(State::Doctype);
                self.doctype.clear();
                self.doctype.extend_from_slice(b"<!DOCTYPE");
                self.angles = 1;
                Signal::None
            }
            word if b"--".starts_with(word) || CDATA.starts_with(word) || DOCTYPE.starts_with(word) => {
                Signal::None
            }
            // No declaration stands outside a document type.
            _ if byte == b'<' => self.markup(),
            _ => self.enter(State::Text),
        }
    }

    /// Comments and CDATA: to two of `end` and `>`.
    fn until(&mut self, byte: u8, end: u8) -> Signal {
        if byte == end {
            self.run = (self.run + 1).min(2);
        } else if byte == b'>' && self.run == 2 {
            return self.enter(State::Text);
        } else {
            self.run = 0;
        }
        Signal::None
    }

    fn instruction(&mut self, byte: u8) -> Signal {
        if byte == b'>' && self.run == 1 {
            if self.word == b"xml" && self.inside.is_none() {
                // A prolog: another document begins.
                (self.depth, self.poisoned) = (0, false);
            }
            return self.enter(State::Text);
        }
        self.run = u8::from(byte == b'?');
        if self.name_bytes == 0 && (byte.is_ascii_alphanumeric() || byte == b'-') && self.word.len() < 8 {
            self.word.push(byte.to_ascii_lowercase());
        } else {
            self.name_bytes = 1;
        }
        Signal::None
    }

    fn in_doctype(&mut self, byte: u8) -> Signal {
        if self.doctype.len() >= XML_DOCTYPE_BYTES_MAX {
            return self.poison();
        }
        self.doctype.push(byte);
        // `run` 1: inside a comment.
        if self.run == 1 {
            self.run = u8::from(!self.doctype.ends_with(b"-->"));
            return Signal::None;
        }
        match (self.quote, byte) {
            (Some(quote), b) if b == quote => self.quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => self.quote = Some(byte),
            (None, b'<') => self.angles += 1,
            (None, b'>') => self.angles -= 1,
            (None, _) if self.doctype.ends_with(b"<!--") => (self.run, self.angles) = (1, self.angles - 1),
            _ => {}
        }
        if self.angles > 0 {
            return Signal::None;
        }
        let upper = self.doctype.to_ascii_uppercase();
        if upper.windows(8).any(|w| w == b"<!ENTITY") { self.poison() } else { self.enter(State::Text) }
    }

    fn poison(&mut self) -> Signal {
        self.enter(State::Text);
        if self.inside.is_some() {
            // The element's own reading says so.
            return Signal::None;
        }
        (self.poisoned, self.depth) = (true, 0);
        Signal::Poisoned
    }

    fn start_name(&mut self, byte: u8) -> Signal {
        if !(byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<')) {
            self.letter(byte);
            return Signal::None;
        }
        let signal = self.begin();
        self.enter(State::InTag);
        self.depth += 1;
        // The byte that ends the name may end the tag, and never the element.
        self.in_tag(byte);
        signal
    }

    fn begin(&mut self) -> Signal {
        let name = local(&self.word);
        let is = |known: &&&str| known.as_bytes() == name;
        self.own = false;
        match self.inside {
            Some((open, depth)) if open.as_bytes() == name => {
                (self.depth, self.own) = (depth, true);
                Signal::BeginsAgain
            }
            Some(_) => Signal::None,
            None if self.poisoned => Signal::None,
            None => {
                if let Some(known) = self.wanted.iter().find(is).copied() {
                    (self.inside, self.own) = (Some((known, self.depth)), true);
                    return Signal::Begins;
                }
                if self.marked.iter().any(|m| m.as_bytes() == name) { Signal::Mark } else { Signal::None }
            }
        }
    }

    fn in_tag(&mut self, byte: u8) -> Signal {
        // No attribute holds `<`: a tag or a quotation mark has not been closed.
        if byte == b'<' {
            self.enter(State::Text);
            return self.markup();
        }
        match self.quote {
            Some(quote) if byte == quote => self.quote = None,
            Some(_) => {}
            None if byte == b'>' => {
                let is_empty = self.slash;
                self.enter(State::Text);
                return if is_empty { self.close(None) } else { Signal::None };
            }
            None if byte == b'"' || byte == b'\'' => self.quote = Some(byte),
            None => {}
        }
        self.slash = byte == b'/' && self.quote.is_none();
        Signal::None
    }

    fn end_name(&mut self, byte: u8) -> Signal {
        match byte {
            b'<' => {
                self.enter(State::Text);
                self.markup()
            }
            b'>' => {
                let name = std::mem::take(&mut self.word);
                self.enter(State::Text);
                self.close(Some(&name))
            }
            b if b.is_ascii_whitespace() => Signal::None,
            _ => {
                self.letter(byte);
                Signal::None
            }
        }
    }

    /// An end tag (`name`), or the end of an element without content.
    fn close(&mut self, name: Option<&[u8]>) -> Signal {
        self.depth = self.depth.saturating_sub(1);
        if self.poisoned {
            self.poisoned = self.depth > 0;
            return Signal::None;
        }
        let name = name.map(local);
        match self.inside {
            Some((open, around)) if name.map_or(self.own, |n| open.as_bytes() == n) => {
                (self.inside, self.depth) = (None, around);
                Signal::Ends
            }
            None if name.is_some_and(|n| self.wanted.iter().any(|w| w.as_bytes() == n)) => Signal::Stray,
            _ => Signal::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The signals other than none, each with the text up to it.
    fn signals(text: &str) -> Vec<(Signal, usize)> {
        let mut scanner = Scanner::new(&["event"], &["part"]);
        let each = text.bytes().enumerate().map(|(i, b)| (scanner.take(b), i + 1));
        each.filter(|(s, _)| *s != Signal::None).collect()
    }

    fn names(text: &str) -> Vec<Signal> {
        signals(text).into_iter().map(|(s, _)| s).collect()
    }

    #[test]
    fn end_tags_in_comments_cdata_attributes_and_instructions_end_nothing() {
        for inner in [
            "<!-- </event> -->",
            "<![CDATA[ </event> ]] ]> ]]>",
            "<a b='</ event' c=\"/>\"/>",
            "<?p </event> ?>",
            "<!-- <event> don't -- > -->",
            "1 < 2 <> <1/>",
        ] {
            let text = format!("<event a='>'>{inner}</event>");
            let expected = [(Signal::Begins, 7), (Signal::Ends, text.len())];
            assert_eq!(signals(&text), expected, "{inner}");
        }
    }

    #[test]
    fn prefixes_white_space_and_empty_elements_are_read() {
        use Signal::{Begins, Ends, Mark};
        assert_eq!(names("<x:event></x:event >"), [Begins, Ends]);
        assert_eq!(names("<event a='/'\n/>"), [Begins, Ends]);
        assert_eq!(names("<event/><event></event>"), [Begins, Ends, Begins, Ends]);
        assert_eq!(names("<events><part><event a='1'/></part></events>"), [Mark, Begins, Ends]);
    }

    #[test]
    fn a_broken_element_spoils_no_other() {
        use Signal::{Begins, BeginsAgain, Ends, Stray};
        assert_eq!(names("<event><point></event><event></event>"), [Begins, Ends, Begins, Ends]);
        assert_eq!(names("<event a='1><point/><event b='2'></event>"), [Begins, BeginsAgain, Ends]);
        assert_eq!(names("<event a='1<event></event>"), [Begins, BeginsAgain, Ends]);
        assert_eq!(names("<evnt></event><event></event>"), [Stray, Begins, Ends]);
    }

    #[test]
    fn a_document_type_with_entities_hides_its_document_and_no_other() {
        use Signal::{Begins, Ends, Poisoned};
        let bomb = "<!DOCTYPE event [ <!-- don't > --> <!entity a \"'>\"> ]><event>&a;</event>";
        assert_eq!(names(&format!("{bomb}<event></event>")), [Poisoned, Begins, Ends]);
        assert_eq!(names(&format!("{bomb}<?xml version='1.0'?><event></event>")), [Poisoned, Begins, Ends]);
        assert_eq!(names("<!DOCTYPE event SYSTEM 'a>b' [<!ELEMENT a ANY>]><event></event>"), [Begins, Ends]);
        let long = format!("<!DOCTYPE event [{}", " ".repeat(XML_DOCTYPE_BYTES_MAX));
        assert_eq!(names(&long), [Poisoned]);
    }

    #[test]
    fn a_text_that_ends_inside_an_element_is_open() {
        let open = |text: &str| {
            let mut scanner = Scanner::new(&["event"], &[]);
            text.bytes().for_each(|b| {
                scanner.take(b);
            });
            scanner.is_open()
        };
        for text in ["<a>", "<event><a/>", "<!-- ", "<a/><", "<?xml", "<a><event></event>"] {
            assert!(open(text), "{text}");
        }
        for text in ["", "x", "<a/>", "<a><event><b></event></a>\n", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>"] {
            assert!(!open(text), "{text}");
        }
    }
}
