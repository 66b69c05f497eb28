//! `truceline import FORMAT FILE… --source ID`

use super::init::{adopt, append_failure, mission_failure};
use super::originals::{import_id, rejects_of};
use super::rejects::Rejects;
use super::{now_ms, rebuild, replay, texts};
use crate::cli::Import;
use crate::exit::{Code, Failure, chain};
use crate::keeper::open_patiently;
use crate::source;
use base::Digest;
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::formats::Format;
use evidence::intake::{Options, Sink, SinkError, Summary};
use evidence::reject::Rejected;
use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use store::{Appended, Entry, Key, Mission, Pending, RejectedRow};

/// Entries on their way to the disk at once.
const PENDING_MAX: usize = 4;
/// Rejected rows of one entry.
const REJECTED_ROWS_MAX: usize = 1_000;
/// Records of coverage of one entry.
const COVERAGE_RECORDS_MAX: usize = 4_096;

pub fn run(args: &Import) -> Result<Code, Failure> {
    if args.format == "agreement" {
        return adopt_files(args);
    }
    if args.source.is_empty() {
        return Err(Failure::bad_input("--source is missing")
            .hint("name where the reports come from, such as --source post-3"));
    }
    let limitations = args.limitations.as_deref();
    let code = if args.format == "coverage" {
        super::coverage::import(args)?
    } else if args.format == "records" {
        super::records::import(args)?
    } else {
        let format = source::format_named(&args.format)?;
        let options = source::options(&args.reading)?;
        if args.dry_run {
            return dry_run(args, format, &options);
        }
        let mission = open_patiently(&args.at.mission, "import").map_err(mission_failure)?;
        let corrected =
            args.corrected.as_deref().map(|rejects| corrected_of(args, format, rejects)).transpose()?;
        let card = Some(Card { operator: &args.operator, reliability: args.reliability, limitations });
        let rejects = args.rejects.as_deref();
        import_files(
            &mission,
            format,
            &options,
            &args.source,
            card,
            corrected.as_ref().unwrap_or(&args.files),
            rejects,
            args.print_acks,
        )?
    };
    if args.judge {
        rebuild::derive_and_print(&args.at.mission)?;
    }
    Ok(code)
}

/// The table of corrected rows that is imported instead of the file they are from.
fn corrected_of(args: &Import, format: Format, rejects: &Path) -> Result<Vec<PathBuf>, Failure> {
    let [original] = args.files.as_slice() else {
        return Err(Failure::bad_input("--corrected goes with one file: the one that the rows are from"));
    };
    let name = rejects.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let name = format!("{}.corrected.csv", name.trim_end_matches(".csv").trim_end_matches(".rejects"));
    let folder = args.at.mission.join("rejects");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Failure::failed(format!("`{}` cannot be made: {e}", folder.display())))?;
    Ok(vec![super::corrected::table(format, original, rejects, folder.join(name))?])
}

/// What a source's card says.
pub struct Card<'a> {
    pub operator: &'a str,
    pub reliability: char,
    pub limitations: Option<&'a str>,
}

/// What stands on a card whose operator stated no limitations: that it did not, and where those of the format are.
fn unstated(format: Format) -> String {
    format!("the operator stated none; those of the format are in docs/sources/{}.md", format.name())
}

/// Imports files of one source, one after the other; `card`: what to register of it, if it is not described.
#[expect(clippy::too_many_arguments, reason = "each is one statement of the command line")]
pub fn import_files(
    mission: &Mission,
    format: Format,
    options: &Options,
    source: &str,
    card: Option<Card<'_>>,
    files: &[PathBuf],
    rejects: Option<&Path>,
    print_acks: bool,
) -> Result<Code, Failure> {
    if let Some(card) = card {
        let entry = Entry::SourceRegistered {
            id: source.to_owned(),
            format: format.name().to_owned(),
            operator: card.operator.to_owned(),
            reliability: card.reliability,
            limitations: card.limitations.map_or_else(|| unstated(format), str::to_owned),
        };
        mission.journal().append(&entry, Key::of_entry(&entry), now_ms()).map_err(append_failure)?;
    }
    let mut code = Code::Done;
    for file in files {
        let rejects = match rejects {
            Some(path) => path.to_owned(),
            None => rejects_of(mission.dir(), file)?,
        };
        let summary = import_file(mission, format, options, source, file, rejects, print_acks)?;
        if summary.rejected() > 0 {
            code = Code::DoneWithRejects;
        }
    }
    Ok(code)
}

fn import_file(
    mission: &Mission,
    format: Format,
    options: &Options,
    source: &str,
    path: &Path,
    rejects: PathBuf,
    print_acks: bool,
) -> Result<Summary, Failure> {
    let file_name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let file = File::open(path).map_err(named)?;
    let bytes = file.metadata().map_err(named)?.len();
    let original = mission.blobs().put(file).map_err(|e| Failure::failed(chain(&e)))?;
    // What the file's name says is part of how it is read.
    let options = &source::options_of_file(format, options, &file_name);
    let import = import_id(source, format.name(), &format!("{options:?}"), original);
    let started = Entry::ImportStarted {
        import,
        source: source.to_owned(),
        format: format.name().to_owned(),
        file_name: file_name.clone(),
        original,
        bytes,
    };
    mission.journal().append(&started, Key::of_entry(&started), now_ms()).map_err(append_failure)?;
    let mut sink = Importing::new(mission, import, &file_name, rejects, print_acks);
    // What is read is the kept original: the file beside it may change while it is read.
    let original = mission.blobs().path_of(original);
    let read = source::read_file(format, options, source, &original, &file_name, &mut sink);
    let (known, rejected) = sink.finish()?;
    let summary = read?;
    let finished =
        Entry::ImportFinished { import, rows: summary.rows, observations: summary.observations, rejected };
    mission.journal().append(&finished, Key::of_entry(&finished), now_ms()).map_err(append_failure)?;
    summary.warnings.iter().for_each(|w| eprintln!("note: {file_name}: {w}"));
    let covered =
        if summary.coverage > 0 { format!("{} of coverage, ", summary.coverage) } else { String::new() };
    let again = if known == summary.observations && known > 0 {
        " (all of it was in the journal already)"
    } else {
        ""
    };
    println!(
        "{file_name}: {} rows, {} observations, {covered}{rejected} rejected{again}",
        summary.rows, summary.observations
    );
    Ok(summary)
}

/// Puts batches and rejected rows into the journal as they are read.
struct Importing<'a> {
    mission: &'a Mission,
    import: Digest,
    file_name: String,
    chunk: u32,
    pending: VecDeque<(Pending, u64)>,
    known: u64,
    coverage_chunk: u32,
    coverage: Vec<Coverage>,
    rejected_chunk: u32,
    rejected_rows: Vec<RejectedRow>,
    rejects: Rejects,
    print_acks: bool,
    failed: Option<Failure>,
}

impl<'a> Importing<'a> {
    fn new(
        mission: &'a Mission,
        import: Digest,
        file_name: &str,
        rejects: PathBuf,
        print_acks: bool,
    ) -> Importing<'a> {
        Importing {
            mission,
            import,
            file_name: file_name.to_owned(),
            chunk: 0,
            pending: VecDeque::new(),
            known: 0,
            coverage_chunk: 0,
            coverage: Vec::new(),
            rejected_chunk: 0,
            rejected_rows: Vec::new(),
            rejects: Rejects::to(Some(rejects)),
            print_acks,
            failed: None,
        }
    }

    fn submit(&mut self, entry: &Entry, rows: u64) -> Result<(), Failure> {
        let pending =
            self.mission.journal().submit(entry, Key::of_entry(entry), now_ms()).map_err(append_failure)?;
        self.pending.push_back((pending, rows));
        while self.pending.len() > PENDING_MAX {
            self.wait_one()?;
        }
        Ok(())
    }

    /// Waits for the oldest entry on its way; only when it is on the disk is it acknowledged.
    fn wait_one(&mut self) -> Result<(), Failure> {
        let Some((pending, rows)) = self.pending.pop_front() else { return Ok(()) };
        let appended = pending.wait().map_err(append_failure)?;
        if matches!(appended, Appended::Already(_)) {
            self.known += rows;
        }
        if self.print_acks {
            println!("acknowledged {} {rows}", appended.seq());
            replay::flush();
        }
        Ok(())
    }

    fn flush_coverage(&mut self) -> Result<(), Failure> {
        if self.coverage.is_empty() {
            return Ok(());
        }
        let records = std::mem::take(&mut self.coverage);
        let entry = Entry::Coverage { import: self.import, chunk: self.coverage_chunk, records };
        self.coverage_chunk += 1;
        self.submit(&entry, 0)
    }

    fn flush_rejected(&mut self) -> Result<(), Failure> {
        if self.rejected_rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rejected_rows);
        let entry = Entry::Rejected { import: self.import, chunk: self.rejected_chunk, rows };
        self.rejected_chunk += 1;
        self.submit(&entry, 0)
    }

    /// Waits for everything; how many observations the journal had already, and how many rows were rejected.
    fn finish(mut self) -> Result<(u64, u64), Failure> {
        self.flush_rejected()?;
        self.flush_coverage()?;
        while !self.pending.is_empty() {
            self.wait_one()?;
        }
        let rejected = self.rejects.finish()?.values().sum();
        self.failed.map_or(Ok((self.known, rejected)), Err)
    }
}

impl Sink for Importing<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let rows = batch.len() as u64;
        let entry = Entry::Observations { import: self.import, chunk: self.chunk, batch };
        self.chunk += 1;
        self.submit(&entry, rows).map_err(|f| f.message.into())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        self.coverage.push(coverage);
        if self.coverage.len() >= COVERAGE_RECORDS_MAX {
            self.flush_coverage().map_err(|f| f.message)?;
        }
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejects.take(&self.file_name, &rejected);
        let (column, reason) = (&rejected.column, rejected.reason.code());
        self.rejected_rows.push(RejectedRow::new(
            rejected.row,
            rejected.line,
            column,
            reason,
            &rejected.value,
        ));
        if self.rejected_rows.len() >= REJECTED_ROWS_MAX
            && let Err(e) = self.flush_rejected()
        {
            self.failed.get_or_insert(e);
        }
    }
}

/// Reads everything and keeps nothing.
struct Trying {
    rejects: Rejects,
    file: String,
    kinds: std::collections::BTreeMap<String, u64>,
    first_ms: i64,
    last_ms: i64,
    placed: u64,
}

impl Sink for Trying {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        for row in 0..batch.len() {
            *self.kinds.entry(batch.word_at(&batch.kind, row).to_owned()).or_default() += 1;
            let event = batch.event(row);
            self.first_ms = self.first_ms.min(event.start.0);
            self.last_ms = self.last_ms.max(event.end.0);
            self.placed += u64::from(batch.lon_deg.get(row).is_some_and(|x| x.is_finite()));
        }
        Ok(())
    }

    fn coverage(&mut self, _: Coverage) -> Result<(), SinkError> {
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejects.take(&self.file, &rejected);
    }
}

fn dry_run(args: &Import, format: Format, options: &Options) -> Result<Code, Failure> {
    let rejects = Rejects::to(args.rejects.clone());
    let kinds = std::collections::BTreeMap::new();
    let mut sink =
        Trying { rejects, file: String::new(), kinds, first_ms: i64::MAX, last_ms: i64::MIN, placed: 0 };
    for path in &args.files {
        sink.file = path.display().to_string();
        let name = sink.file.clone();
        let summary = source::read_file(format, options, &args.source, path, &name, &mut sink)?;
        println!(
            "{name}: {} rows, {} observations, {} of coverage, {} rejected",
            summary.rows,
            summary.observations,
            summary.coverage,
            summary.rejected()
        );
        if !summary.unread_columns.is_empty() {
            println!("  columns not read: {}", summary.unread_columns.join(", "));
        }
        summary.warnings.iter().for_each(|w| println!("  note: {w}"));
    }
    if sink.first_ms <= sink.last_ms {
        println!(
            "events from {} to {}; {} with a position",
            base::Instant(sink.first_ms),
            base::Instant(sink.last_ms),
            sink.placed
        );
    }
    sink.kinds.iter().for_each(|(kind, n)| println!("  {n:>9}  {kind}"));
    let rejected = sink.rejects.finish()?;
    println!("dry run: nothing was kept");
    Ok(if rejected.is_empty() { Code::Done } else { Code::DoneWithRejects })
}

fn adopt_files(args: &Import) -> Result<Code, Failure> {
    let mission = open_patiently(&args.at.mission, "adopt an agreement").map_err(mission_failure)?;
    for path in &args.files {
        let text = texts::load(path, args.geometry_from.as_deref(), None)?;
        let file_name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let seq = adopt(&mission, &file_name, &text)?;
        println!("adopted {} as journal entry {seq}", text.title);
    }
    Ok(Code::Done)
}
