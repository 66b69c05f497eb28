//! What the tests of this crate share: a sink that keeps everything, and the real samples.
#![allow(dead_code, reason = "each test file uses a part")]

use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::{Format, Options, ReadError, Rejected, Sink, Summary};
use std::path::{Path, PathBuf};

#[derive(Default)]
pub struct Kept {
    pub batches: Vec<Batch>,
    pub coverage: Vec<Coverage>,
    pub rejected: Vec<Rejected>,
}

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), evidence::intake::SinkError> {
        assert!(batch.is_sound());
        assert!(batch.len() <= base::limits::BATCH_ROWS_MAX);
        self.batches.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), evidence::intake::SinkError> {
        self.coverage.push(coverage);
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

impl Kept {
    pub fn rows(&self) -> impl Iterator<Item = (&Batch, usize)> {
        self.batches.iter().flat_map(|b| (0..b.len()).map(move |r| (b, r)))
    }

    pub fn reasons(&self) -> Vec<(&'static str, u64)> {
        self.rejected.iter().map(|r| (r.reason.code(), r.row)).collect()
    }
}

pub fn try_read(format: &str, options: &Options, input: &[u8]) -> Result<(Kept, Summary), ReadError> {
    let mut kept = Kept::default();
    let format = Format::named(format).unwrap();
    let summary = evidence::read(format, options, "post", Box::new(input), &mut kept)?;
    assert_eq!(summary.rows, summary.observations + summary.coverage + summary.rejected());
    assert_eq!(summary.coverage, kept.coverage.len() as u64);
    assert_eq!(summary.rejected(), kept.rejected.len() as u64);
    assert_eq!(summary.observations, kept.rows().count() as u64);
    Ok((kept, summary))
}

pub fn read(format: &str, input: impl AsRef<[u8]>) -> (Kept, Summary) {
    try_read(format, &Options::default(), input.as_ref()).unwrap()
}

pub fn data(path: &str) -> Option<PathBuf> {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !at.exists() {
        // Not through `println!`, which the test runner keeps to itself.
        let says = format!("skipped: {path} is not here\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), says.as_bytes());
        return None;
    }
    Some(at)
}

pub fn read_file(format: &str, options: &Options, path: &Path) -> Result<(Kept, Summary), ReadError> {
    let mut kept = Kept::default();
    let file = std::fs::File::open(path).unwrap();
    let summary = evidence::read(Format::named(format).unwrap(), options, "file", Box::new(file), &mut kept)?;
    Ok((kept, summary))
}
