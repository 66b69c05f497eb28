//! Compressed input, recognised by its first bytes: gzip (several members included), Zstandard, or plain.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

/// Largest window of a Zstandard file, as a power of two: 128 MiB, what archives of long histories use.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;
const CHUNK_BYTES: usize = 256 * 1024;

/// A reader of the plain bytes of `input`. A file that is cut off gives what can be read and then
/// [`io::ErrorKind::UnexpectedEof`]; a damaged one, [`io::ErrorKind::InvalidData`]; other errors are those of
/// `input`.
#[must_use]
pub fn decompress<'a>(mut input: Box<dyn Read + 'a>) -> Box<dyn Read + 'a> {
    let mut magic = [0u8; 4];
    let mut have = 0;
    while have < magic.len() {
        match input.read(magic.get_mut(have..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Box::new(Failed(Some(e))),
        }
    }
    let head = magic.get(..have).unwrap_or_default().to_vec();
    let failed = Rc::new(Cell::new(false));
    let whole = Tap { inner: io::Cursor::new(head).chain(input), failed: Rc::clone(&failed) };
    let whole = BufReader::with_capacity(CHUNK_BYTES, whole);
    match magic {
        [0x1f, 0x8b, ..] if have >= 2 => {
            Box::new(Unpacked { inner: flate2::bufread::MultiGzDecoder::new(whole), failed })
        }
        [0x28, 0xb5, 0x2f, 0xfd] if have == 4 => match zstd::Decoder::with_buffer(whole) {
            Ok(mut decoder) => match decoder.window_log_max(ZSTD_WINDOW_LOG_MAX) {
                Ok(()) => Box::new(Unpacked { inner: decoder, failed }),
                Err(e) => Box::new(Failed(Some(e))),
            },
            Err(e) => Box::new(Failed(Some(e))),
        },
        _ => Box::new(whole),
    }
}

/// Notes whether an error came from the input itself, and not from the decoder above it.
struct Tap<R> {
    inner: R,
    failed: Rc<Cell<bool>>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(to);
        if result.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::Interrupted) {
            self.failed.set(true);
        }
        result
    }
}

/// Gives decoders' errors one meaning: cut off or damaged.
struct Unpacked<R> {
    inner: R,
    failed: Rc<Cell<bool>>,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.inner.read(to).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => e,
            _ if self.failed.get() => e,
            _ => io::Error::new(io::ErrorKind::InvalidData, e),
        })
    }
}

/// An input that fails with an error that was met before, once, and then has no more: what was read ahead of the error
/// is good, and is read first.
pub(crate) struct Failed(pub(crate) Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
