//! Progress on long work: a bar with rate and time left, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Read};

/// A bar over the bytes of a file; hidden when standard error is not a terminal.
pub fn bar(bytes: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    let style = "{msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A reader that moves a bar as it is read.
pub struct Watched<R> {
    inner: R,
    bar: ProgressBar,
}

impl<R> Watched<R> {
    /// `inner`, moving `bar`.
    pub fn new(inner: R, bar: ProgressBar) -> Watched<R> {
        Watched { inner, bar }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bar.inc(n as u64);
        Ok(n)
    }
}
