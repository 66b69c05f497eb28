//! XML from outside, taken apart element by element. The text is cut at the elements that a format reads (`scan`), and
//! each is parsed by itself within limits (`tree`): one bad element costs one row, its text can be shown, and memory
//! holds one element. No entity is expanded but XML's own five, nothing that a document points to is fetched, and a
//! document type that declares entities condemns its document.

pub(crate) mod archive;
pub(crate) mod scan;
mod tree;

pub(crate) use tree::{Element, element};

use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason, shown};
use crate::unpack::Failed;
use base::limits::LINE_BYTES_MAX;
use encoding_rs::Encoding;
use scan::{Scanner, Signal};
use std::io::{self, Read};

const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes that are looked at to tell the kind of file and its encoding.
const HEAD_BYTES: usize = 4_096;
/// Bytes of markup kept until it is known whether it begins an element that is read.
const MARKUP_BYTES_MAX: usize = 128;

/// What came next.
pub(crate) enum Piece {
    /// An element that is read: [`Xml::bytes`].
    Element,
    /// The start of an element that only marks a place.
    Mark,
    /// An element beyond the limit of bytes; passed over.
    TooLong,
    /// An end tag without its start tag.
    Stray,
    /// A document type that declares entities; its document is passed over.
    Poisoned,
    /// The input failed.
    Failed(io::Error),
    /// The text ends inside an element.
    CutOff,
    /// No more.
    End,
}

/// An XML text being taken apart.
pub(crate) struct Xml<'a> {
    input: Box<dyn Read + 'a>,
    scanner: Scanner,
    buffer: Vec<u8>,
    position: usize,
    end: usize,
    element: Vec<u8>,
    too_long: bool,
    /// The markup since the last `<`, where no element is open.
    markup: Vec<u8>,
    /// What begins the next element, when it broke off the last.
    next: Option<Vec<u8>>,
    line: u64,
    markup_on: u64,
    started_on: u64,
}

impl<'a> Xml<'a> {
    /// Opens a text (or several, one after another), to find the elements of these names in it. UTF-8, and any encoding
    /// that a byte order mark or the prolog of the first text names.
    ///
    /// # Errors
    /// When it is empty, or not XML, or in an encoding that is not known.
    pub(crate) fn open(
        format: &'static str,
        mut input: Box<dyn Read + 'a>,
        wanted: &'static [&'static str],
        marked: &'static [&'static str],
    ) -> Result<Xml<'a>, ReadError> {
        let (head, failed) = head(&mut input);
        if head.is_empty() {
            return Err(failed.map_or(ReadError::Empty, |e| ReadError::at_start(format, e)));
        }
        let wrong = |found: String| ReadError::WrongKind { format, found };
        let encoding = encoding(&head).map_err(wrong)?;
        let rest: Box<dyn Read + 'a> = match failed {
            Some(e) => Box::new(Failed(Some(e))),
            None => input,
        };
        let whole = io::Cursor::new(head).chain(rest);
        let input: Box<dyn Read + 'a> = match encoding {
            None => Box::new(whole),
            Some(encoding) => Box::new(
                encoding_rs_io::DecodeReaderBytesBuilder::new()
                    .encoding(Some(encoding))
                    .bom_override(true)
                    .build(whole),
            ),
        };
        let mut xml = Xml {
            input,
            scanner: Scanner::new(wanted, marked),
            buffer: vec![0; CHUNK_BYTES],
            position: 0,
            end: 0,
            element: Vec::new(),
            too_long: false,
            markup: Vec::new(),
            next: None,
            line: 1,
            markup_on: 1,
            started_on: 1,
        };
        xml.begin(format)?;
        Ok(xml)
    }

    /// Fills the first chunk and looks for the first `<`.
    fn begin(&mut self, format: &'static str) -> Result<(), ReadError> {
        while self.end < HEAD_BYTES {
            match self.input.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if self.end == 0 => return Err(ReadError::at_start(format, e)),
                Err(e) => {
                    self.input = Box::new(Failed(Some(e)));
                    break;
                }
            }
        }
        let text = self.buffer.get(..self.end).unwrap_or_default();
        let skip = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let first = text.iter().skip(skip).find(|b| !b.is_ascii_whitespace());
        let found = match first {
            None => return Err(ReadError::Empty),
            Some(b'<') => {
                self.position = skip;
                return Ok(());
            }
            Some(_) => "it does not begin with `<`, as XML does",
        };
        Err(ReadError::WrongKind { format, found: found.to_owned() })
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> Piece {
        self.element.clear();
        self.too_long = false;
        if let Some(begun) = self.next.take() {
            self.element = begun;
            self.started_on = self.markup_on;
        }
        loop {
            while let Some(byte) =
                self.buffer.get(self.position).filter(|_| self.position < self.end).copied()
            {
                self.position += 1;
                if let Some(piece) = self.take(byte) {
                    return piece;
                }
            }
            match self.input.read(&mut self.buffer) {
                Ok(0) if self.scanner.is_open() => {
                    self.scanner = Scanner::new(&[], &[]);
                    return Piece::CutOff;
                }
                Ok(0) => return Piece::End,
                Ok(n) => (self.position, self.end) = (0, n),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Piece::Failed(e),
            }
        }
    }

    fn take(&mut self, byte: u8) -> Option<Piece> {
        if byte == b'<' {
            self.markup.clear();
            self.markup_on = self.line;
        }
        if self.markup.len() < MARKUP_BYTES_MAX {
            self.markup.push(byte);
        }
        let was_inside = self.scanner.is_inside();
        let signal = self.scanner.take(byte);
        if byte == b'\n' {
            self.line += 1;
        }
        if was_inside {
            self.keep(byte);
        }
        match signal {
            Signal::None => None,
            Signal::Mark => Some(Piece::Mark),
            Signal::Begins => {
                self.element.clone_from(&self.markup);
                self.started_on = self.markup_on;
                None
            }
            Signal::BeginsAgain => {
                let broken = self.element.len().saturating_sub(self.markup.len());
                self.element.truncate(broken);
                self.next = Some(self.markup.clone());
                Some(self.whole())
            }
            Signal::Ends => Some(self.whole()),
            Signal::Stray => {
                self.element.clone_from(&self.markup);
                self.started_on = self.markup_on;
                Some(Piece::Stray)
            }
            Signal::Poisoned => {
                self.element.clone_from(&self.scanner.doctype);
                self.started_on = self.markup_on;
                Some(Piece::Poisoned)
            }
        }
    }

    fn whole(&self) -> Piece {
        if self.too_long { Piece::TooLong } else { Piece::Element }
    }

    fn keep(&mut self, byte: u8) {
        if self.element.len() < LINE_BYTES_MAX {
            self.element.push(byte);
        } else {
            self.too_long = true;
        }
    }

    /// The text of the piece.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.element
    }

    /// Where the piece stands.
    pub(crate) fn at(&self) -> At<'_> {
        At { line: self.started_on, raw: &self.element }
    }

    /// What all formats do with a piece that is no element or mark: rejects it, or ends the reading (`false`).
    pub(crate) fn reject(&self, piece: Piece, intake: &mut Intake<'_>) -> Result<bool, ReadError> {
        let (reason, says) = match piece {
            Piece::TooLong => (RejectReason::RecordTooLong, ""),
            Piece::Stray => (RejectReason::BadXml, "an end tag without its start tag"),
            Piece::Poisoned => (RejectReason::PoisonedXml, ""),
            Piece::CutOff => (RejectReason::TruncatedFile, ""),
            Piece::Failed(e) => {
                intake.ended(e, self.at())?;
                return Ok(false);
            }
            Piece::Element | Piece::Mark | Piece::End => return Ok(false),
        };
        intake.rejected(self.at(), Fault::new("", reason, says));
        Ok(reason != RejectReason::TruncatedFile)
    }
}

/// The first bytes, and the error that ended them.
fn head(input: &mut dyn Read) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; HEAD_BYTES];
    let mut have = 0;
    let mut failed = None;
    while have < HEAD_BYTES {
        match input.read(head.get_mut(have..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                failed = Some(e);
                break;
            }
        }
    }
    head.truncate(have);
    (head, failed)
}

/// Whether a ZIP archive stands in place of a text; and the whole input again.
pub(crate) fn is_archive<'a>(mut input: Box<dyn Read + 'a>) -> (bool, Box<dyn Read + 'a>) {
    let (head, failed) = head(&mut input);
    let is = archive::is_archive(&head);
    let rest: Box<dyn Read + 'a> = match failed {
        Some(e) => Box::new(Failed(Some(e))),
        None => input,
    };
    (is, Box::new(io::Cursor::new(head).chain(rest)))
}

/// The encoding of a text that begins with `head`, if it has to be changed to UTF-8.
fn encoding(head: &[u8]) -> Result<Option<&'static Encoding>, String> {
    if let Some((marked, _)) = Encoding::for_bom(head) {
        return Ok(Some(marked).filter(|e| *e != encoding_rs::UTF_8));
    }
    if head.starts_with(b"<\0") {
        return Ok(Some(encoding_rs::UTF_16LE));
    }
    if head.starts_with(b"\0<") {
        return Ok(Some(encoding_rs::UTF_16BE));
    }
    if head.starts_with(b"\xbf") {
        let found = "it is TAK's binary protocol; have the server send XML (protocol version 0)";
        return Err(found.to_owned());
    }
    if head.contains(&0) {
        return Err("it holds binary data, not text".to_owned());
    }
    let Some(label) = declared(head) else { return Ok(None) };
    match Encoding::for_label(label) {
        // Eight-bit text that says it has sixteen: programs write the name of the encoding they hold it in.
        Some(named) if named.is_ascii_compatible() => Ok(Some(named).filter(|e| *e != encoding_rs::UTF_8)),
        Some(_) => Ok(None),
        None => Err(format!("its encoding `{}` is not known; save it as UTF-8", shown(label, 40))),
    }
}

/// What the prolog names as the encoding.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let head = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let prolog = head.split(|b| *b == b'>').next()?;
    let at = prolog.windows(8).position(|w| w == b"encoding")?;
    let value = prolog.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = value.first().filter(|q| matches!(q, b'"' | b'\''))?;
    value.get(1..)?.split(|b| b == quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> Result<Xml<'_>, ReadError> {
        Xml::open("cot", Box::new(bytes), &["event"], &[])
    }

    fn pieces(bytes: &[u8]) -> Vec<(String, u64)> {
        let mut xml = open(bytes).unwrap();
        let mut out = Vec::new();
        loop {
            let piece = xml.next();
            let text = String::from_utf8_lossy(xml.bytes()).into_owned();
            let text = match piece {
                Piece::Element => text,
                Piece::Mark => "mark".into(),
                Piece::TooLong => "too long".into(),
                Piece::Stray => format!("stray {text}"),
                Piece::Poisoned => "poisoned".into(),
                Piece::CutOff => format!("cut off {text}"),
                Piece::Failed(e) => e.to_string(),
                Piece::End => return out,
            };
            out.push((text, xml.at().line));
        }
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn elements_stand_on_their_lines_and_broken_ones_by_themselves() {
        let got = pieces(
            b"<?xml version='1.0'?>\n<event>1\n</event><event/>\n<event a='<event>2</event>\n</event>",
        );
        let expected = [
            ("<event>1\n</event>", 2),
            ("<event/>", 3),
            ("<event a='", 4),
            ("<event>2</event>", 4),
            ("stray </event>", 5),
        ];
        assert_eq!(got, expected.map(|(t, l)| (t.to_owned(), l)));
    }

    #[test]
    fn a_text_that_stops_is_cut_off_once() {
        assert_eq!(pieces(b"<event/><event>1"), [("<event/>".into(), 1), ("cut off <event>1".into(), 1)]);
    }

    #[test]
    fn encodings_are_known_by_their_mark_their_bytes_or_their_name() {
        let text = "<event>\u{ef}</event>";
        let expected = [(text.to_owned(), 1)];
        let latin = |prolog: &str| [prolog.as_bytes(), b"<event>\xef</event>"].concat();
        assert_eq!(pieces(text.as_bytes()), expected);
        assert_eq!(pieces(format!("\u{feff}{text}").as_bytes()), expected);
        assert_eq!(pieces(&latin("<?xml version='1.0' encoding='ISO-8859-1'?>")), expected);
        assert_eq!(pieces(&latin("<?xml version=\"1.0\" encoding = \"latin1\" ?>")), expected);
        for big in [false, true] {
            let declared = format!("<?xml version='1.0' encoding='UTF-16'?>{text}");
            assert_eq!(pieces(&utf16(&format!("\u{feff}{declared}"), big)), expected);
            assert_eq!(pieces(&utf16(&declared, big)), expected);
        }
        let windows = "<?xml version='1.0' encoding='windows-1251'?><event>".as_bytes();
        let windows = [windows, b"\xbf</event>"].concat();
        assert_eq!(pieces(&windows), [("<event>ї</event>".into(), 1)]);
    }

    #[test]
    fn what_is_no_xml_is_refused_in_plain_words() {
        let refused = |bytes: &[u8]| open(bytes).err().unwrap().to_string();
        let says = |bytes: &[u8]| refused(bytes).replace("this cannot be read as cot: ", "");
        assert_eq!(says(b"{}"), "it does not begin with `<`, as XML does");
        assert_eq!(
            says(b"\xbf\x01\xbf"),
            "it is TAK's binary protocol; have the server send XML (protocol version 0)"
        );
        assert_eq!(says(b"\0\0\0<"), "it holds binary data, not text");
        assert_eq!(
            says(b"<?xml version='1.0' encoding='klingon'?><event/>"),
            "its encoding `klingon` is not known; save it as UTF-8"
        );
        assert_eq!(refused(b""), "the file is empty");
        assert_eq!(refused(b" \n"), "the file is empty");
    }
}
