//! Where one message ends and the next begins in a stream of bytes.

use evidence::Format;
use evidence::formats::cot::event_end;

/// Cuts a stream into messages.
pub(crate) struct Framer {
    buffer: Vec<u8>,
    end: fn(&[u8]) -> Option<usize>,
    bytes_max: usize,
}

/// What a framer has.
pub(crate) enum Framed {
    /// A whole message.
    Message(Vec<u8>),
    /// Nothing whole yet.
    More,
    /// A message longer than this.
    TooLong(usize),
}

impl Framer {
    /// For a format: XML events for `cot`, lines for all others.
    pub fn of(format: Format, bytes_max: usize) -> Framer {
        let end = if format == Format::Cot { event_end } else { line_end };
        Framer { buffer: Vec::new(), end, bytes_max }
    }

    /// Where received bytes are put.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        self.buffer.reserve(16 * 1024);
        &mut self.buffer
    }

    pub fn next(&mut self) -> Framed {
        let white = self.buffer.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.buffer.drain(..white);
        match (self.end)(&self.buffer) {
            Some(end) if end <= self.bytes_max => {
                let rest = self.buffer.split_off(end.min(self.buffer.len()));
                let mut message = std::mem::replace(&mut self.buffer, rest);
                message.truncate(message.trim_ascii_end().len());
                Framed::Message(message)
            }
            None if self.buffer.len() <= self.bytes_max => Framed::More,
            _ => Framed::TooLong(self.bytes_max),
        }
    }

    /// What is left without an end when the stream ends; at most as long as a message may be.
    pub fn rest(&mut self) -> Option<Vec<u8>> {
        let mut rest = std::mem::take(&mut self.buffer);
        rest.truncate(self.bytes_max);
        (!rest.trim_ascii().is_empty()).then_some(rest)
    }
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| *b == b'\n').map(|i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(framer: &mut Framer) -> Vec<String> {
        let mut out = Vec::new();
        while let Framed::Message(m) = framer.next() {
            out.push(String::from_utf8(m).unwrap());
        }
        out
    }

    #[test]
    fn messages_are_cut_wherever_the_network_cut_them() {
        let stream = b"<event a='1'></event>\n<event></event><eve".to_vec();
        for cut in 0..stream.len() {
            let mut framer = Framer { buffer: Vec::new(), end: event_end, bytes_max: 100 };
            framer.buffer().extend_from_slice(&stream[..cut]);
            let mut got = all(&mut framer);
            framer.buffer().extend_from_slice(&stream[cut..]);
            got.extend(all(&mut framer));
            assert_eq!(got, ["<event a='1'></event>", "<event></event>"], "{cut}");
            assert_eq!(framer.rest().as_deref(), Some(&b"<eve"[..]));
        }
    }

    #[test]
    fn a_message_without_end_is_not_gathered_for_ever() {
        let mut framer = Framer::of(Format::GeoJson, 10);
        framer.buffer().extend_from_slice(b"{\"a\":1}\n0123456789a");
        assert_eq!(all(&mut framer), ["{\"a\":1}"]);
        assert!(matches!(framer.next(), Framed::TooLong(10)));
        assert_eq!(framer.rest().map(|r| r.len()), Some(10));
    }
}
