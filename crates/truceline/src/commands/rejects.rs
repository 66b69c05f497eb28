//! Rejected rows: counted, listed, and written to a file that can be corrected and read again.

use crate::exit::Failure;
use base::limits::REJECTS_SHOWN_MAX;
use evidence::reject::Rejected;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Where rejected rows go while a file is read.
pub struct Rejects {
    path: Option<PathBuf>,
    writer: Option<csv::Writer<File>>,
    shown: Vec<String>,
    by_reason: BTreeMap<&'static str, u64>,
    failed: Option<String>,
}

impl Rejects {
    /// Writes to `path` when the first row is rejected; nowhere if `None`.
    pub fn to(path: Option<PathBuf>) -> Rejects {
        Rejects { path, writer: None, shown: Vec::new(), by_reason: BTreeMap::new(), failed: None }
    }

    /// Takes one row of `file`.
    pub fn take(&mut self, file: &str, rejected: &Rejected) {
        *self.by_reason.entry(rejected.reason.code()).or_default() += 1;
        if self.shown.len() < REJECTS_SHOWN_MAX {
            self.shown.push(format!("{file}: {rejected}"));
        }
        if let Err(e) = self.write(file, rejected) {
            self.failed.get_or_insert(e);
        }
    }

    fn write(&mut self, file: &str, r: &Rejected) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let mut writer = csv::Writer::from_path(path).map_err(|e| e.to_string())?;
                let header = ["file", "row", "line", "column", "reason", "explanation", "value", "record"];
                writer.write_record(header).map_err(|e| e.to_string())?;
                self.writer.insert(writer)
            }
        };
        let (row, line, why) = (r.row.to_string(), r.line.to_string(), r.reason.to_string());
        let fields = [file, &row, &line, &r.column, r.reason.code(), &why, &r.value, &r.record];
        writer.write_record(fields).map_err(|e| e.to_string())
    }

    /// Ends the file, and says on standard error what was rejected.
    pub fn finish(mut self) -> Result<BTreeMap<&'static str, u64>, Failure> {
        if let Some(writer) = &mut self.writer
            && let Err(e) = writer.flush()
        {
            self.failed.get_or_insert(e.to_string());
        }
        let total: u64 = self.by_reason.values().sum();
        if total > 0 {
            eprintln!("{total} rows rejected:");
            self.by_reason.iter().for_each(|(reason, n)| eprintln!("  {n:>9}  {reason}"));
            self.shown.iter().for_each(|line| eprintln!("  {line}"));
            if total > self.shown.len() as u64 {
                eprintln!("  … and {} more", total - self.shown.len() as u64);
            }
            if let Some(path) = self.path.as_deref().map(Path::display) {
                eprintln!("all of them with their reasons: {path}");
            }
        }
        match self.failed {
            Some(e) => Err(Failure::failed(format!("the rejects file could not be written: {e}"))),
            None => Ok(self.by_reason),
        }
    }
}
