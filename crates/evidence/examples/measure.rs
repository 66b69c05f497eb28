//! How fast a file is read and settled on one core, and in how much memory (Linux):
//! `cargo run --release -p evidence --example measure -- FORMAT FILE [COLUMN that says how often a row arrives]`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measuring tool may stop")]

use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::intake::SinkError;
use evidence::settle::Ledger;
use evidence::{Format, Options, Rejected, Sink};
use std::io::Read;
use std::time::Duration;

#[derive(Default)]
struct Settling {
    ledger: Option<Ledger>,
    spent: Duration,
}

impl Sink for Settling {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let started = Core::now();
        if let Some(ledger) = &mut self.ledger {
            ledger.add(&batch);
        }
        self.spent += started.elapsed();
        Ok(())
    }

    fn coverage(&mut self, _: Coverage) -> Result<(), SinkError> {
        Ok(())
    }

    fn rejected(&mut self, _: Rejected) {}
}

/// Time on a core, so that what else the machine does is not measured.
#[derive(Clone, Copy)]
struct Core(Duration);

impl Core {
    fn now() -> Core {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        Core(Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap()))
    }

    fn elapsed(self) -> Duration {
        Core::now().0.saturating_sub(self.0)
    }
}

fn peak_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let format = args.next().and_then(|f| Format::named(&f)).expect("a format");
    let path = args.next().expect("a file");
    let options = Options { repeat_by: args.next(), ..Options::default() };
    let started = Core::now();
    let mut text = evidence::decompress(Box::new(std::fs::File::open(&path).unwrap()));
    let bytes = std::io::copy(&mut text, &mut std::io::sink()).unwrap();
    println!("unpack   {:>8.1?}  {} MB", started.elapsed(), bytes / 1_000_000);
    let file = || -> Box<dyn Read> { Box::new(std::fs::File::open(&path).unwrap()) };
    let rate = |rows: u64, spent: Duration| rows as f64 / spent.as_secs_f64() / 1e6;

    let mut settling = Settling { ledger: Some(Ledger::new()), ..Settling::default() };
    evidence::read(format, &options, "measure", file(), &mut settling).unwrap();
    println!("settling peak memory {} MB", peak_mb().unwrap_or_default());
    let ledger = settling.ledger.take().unwrap();
    let started = Core::now();
    let settled = ledger.settle();
    let spent = started.elapsed();
    println!("settle   {spent:>8.1?}  {} observations", settled.observations.len());
    println!("with the sort peak memory {} MB", peak_mb().unwrap_or_default());
    println!("digest   {}", settled.digest());
    let added = settling.spent;
    drop(settled);

    let started = Core::now();
    let summary = evidence::read(format, &options, "measure", file(), &mut Settling::default()).unwrap();
    let spent = started.elapsed();
    println!(
        "read     {spent:>8.1?}  {} rows, {:.2} M/s, unpacking included",
        summary.rows,
        rate(summary.rows, spent)
    );
    println!("add      {added:>8.1?}  {:.2} M/s", rate(summary.rows, added));
}
