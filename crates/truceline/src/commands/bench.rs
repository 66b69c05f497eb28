//! `truceline bench`: the whole pipeline, stage by stage, in CPU time of this process.

use crate::cli::Bench;
use crate::exit::{Code, Failure, chain};
use atlas::{Atlas, read_geojson};
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::formats::Format;
use evidence::intake::{Options, Sink, SinkError, read};
use evidence::mapping::Mapping;
use evidence::reject::Rejected;
use evidence::settle::Ledger;
use findings::state::{answers_for, stretches};
use findings::{State, Version, threshold};
use incidents::{Context, Settings, fuse};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The text that is judged: fire near a line, at three distances.
const TEXT: &str = "# Bench\n```terms\ninstrument bench \"Bench\"\n  time zone \"UTC\"\n  \
    entry into force 2000-01-01 00:00\n  D = entry into force\n\
    act fire = explosion\nline front from \"line.geojson\" tolerance 0 m\n\
    1 nobody shall fire within 15 km of front\n  from D\n2 nobody shall fire within 30 km of front\n  from D\n\
    3 nobody shall fire within 50 km of front\n  from D\n```\n";

pub fn run(args: &Bench) -> Result<Code, Failure> {
    let (line, input): (Vec<u8>, Box<dyn Read>) = match &args.inputs {
        Some(folder) => {
            let name = if args.observations > 1_000_000 { "points10m.csv" } else { "points1m.csv" };
            (read_all(&folder.join("line.geojson"))?, Box::new(open(&folder.join(name))?))
        }
        None => (made_line(), Box::new(std::io::Cursor::new(made_points(args.observations)))),
    };
    let mapping = Mapping::parse(MAPPING).map_err(|p| Failure::failed(format!("{p:?}")))?;
    let options = Options { mapping: Some(mapping), ..Options::default() };
    let mut sink = Kept::default();
    let (summary, read_s) = timed(|| read(Format::Csv, &options, "bench", input, &mut sink));
    let summary = summary.map_err(|e| Failure::bad_input(chain(&e)))?;
    let rows = summary.observations;
    report("read CSV into batches", rows, read_s, Some(("DuckDB reads 2.84 M rows", 2.84)));
    let (settled, settle_s) = timed(|| {
        let mut ledger = Ledger::new();
        sink.0.drain(..).for_each(|b| {
            ledger.add(&b);
        });
        ledger.settle()
    });
    report("settle (any order, no doubles)", rows, settle_s, None);
    let batch = settled.observations;
    let (incidents, fuse_s) = timed(|| fuse(&batch, &Settings::default(), &Context::default()));
    report("fuse into incidents", rows, fuse_s, Some(("scipy's exact clusters 0.067 M", 0.067)));
    let version = version(&line)?;
    let (state, judge_s) = timed(|| State::derive(batch, &[&version], &Settings::default()));
    report("fuse and judge three distances", rows, judge_s, Some(("numba brute force 0.107 M", 0.107)));
    rethreshold(&version, &state, rows);
    println!(
        "{} incidents; counts of the nearest clause: {:?}",
        incidents.len(),
        state.versions.first().map(|v| v.observation_counts(0))
    );
    Ok(Code::Done)
}

/// An edited threshold over stored distances, as often as makes ten million.
fn rethreshold(version: &Version, state: &State, rows: u64) {
    let (mut distance_m, mut margin_m): (Vec<f64>, Vec<f32>) = (Vec::new(), Vec::new());
    for stretch in stretches(state.observations.len()) {
        if let Some(column) = answers_for(version, &state.observations, stretch).lines.into_iter().next() {
            distance_m.extend(column.distance_m);
            margin_m.extend(column.margin_m);
        }
    }
    let times = (10_000_000 / rows.max(1)).max(1);
    let (nearer, seconds) = timed(|| {
        // Each pass asks another distance and all are added up, so that none can be left out.
        (0..times).map(|i| threshold::tally(&distance_m, &margin_m, 25_000.0 + i as f64).nearer).sum::<u64>()
    });
    let done = rows * times;
    report("re-judge an edited threshold", done, seconds, Some(("re-running the best peer 0.1 M", 0.1)));
    println!("  {:.0} ms of CPU for {done} stored observations; {nearer} times nearer", seconds * 1e3);
}

const MAPPING: &str = r#"{
  "id": "id", "lon": "lon", "lat": "lat", "radius": "r_m", "time": { "column": "t", "formats": ["unix-ms"] },
  "kind": { "constant": "explosion" }
}"#;

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.0.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        Err(format!("no coverage is expected here: {coverage:?}").into())
    }

    fn rejected(&mut self, rejected: Rejected) {
        eprintln!("{rejected}");
    }
}

fn version(line: &[u8]) -> Result<Version, Failure> {
    let checked = terms::check("bench", TEXT.as_bytes());
    let agreement =
        checked.agreement.ok_or_else(|| Failure::failed("the bench's own text does not check"))?;
    let mut load = |_: &atlas::GeometryRef| read_geojson(line).map_err(|e| e.to_string());
    let compiled = Atlas::compile(&agreement.plan, &agreement.zone, &mut load)
        .map_err(|e| Failure::failed(e.first().map_or_else(String::new, ToString::to_string)))?;
    let text = base::Digest::of(TEXT.as_bytes());
    let atlas = std::sync::Arc::new(compiled.atlas);
    let (label, reading) = ("bench".to_owned(), findings::ReadingOf::default());
    Ok(Version { label, text, agreement, atlas, reading })
}

fn report(what: &str, rows: u64, seconds: f64, peer: Option<(&str, f64)>) {
    let rate = rows as f64 / seconds.max(1e-9) / 1e6;
    let against = peer.map_or_else(String::new, |(name, peer)| format!("   {:.1}× ({name})", rate / peer));
    println!("{what:<34} {rate:>9.2} M a core-second, {seconds:>7.2} CPU s{against}");
}

/// CPU seconds of this process, all threads: /proc counts them in ticks of 10 ms.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let out = work();
    (out, cpu_seconds() - before)
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|e| Failure::failed(format!("`{}` could not be read: {e}", path.display())))
}

fn read_all(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(Failure::failed)?;
    Ok(bytes)
}

/// A wiggling line of 5,000 vertices.
fn made_line() -> Vec<u8> {
    let vertex = |i: u32| {
        let t = f64::from(i) / 4_999.0;
        format!("[{:.6},{:.6}]", -34.0 + 10.0 * t, 47.0 + (t * 9.0).sin() + 0.05 * (t * 400.0).sin())
    };
    let vertices: Vec<String> = (0..5_000).map(vertex).collect();
    format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, vertices.join(",")).into_bytes()
}

/// Points around the line, in the columns of the recorded inputs.
fn made_points(n: usize) -> Vec<u8> {
    let mut out = String::with_capacity(n * 48);
    out.push_str("id,lon,lat,t,r_m\n");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut unit = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for i in 0..n {
        let (lon, lat) = (-34.5 + 11.0 * unit(), 45.0 + 4.0 * unit());
        let t = 1_700_000_000_000_u64 + (i as u64) * 40_000_000_000 / n.max(1) as u64;
        let _ = writeln!(out, "{i},{lon:.6},{lat:.6},{t},{:.0}", 50.0 + 500.0 * unit());
    }
    out.into_bytes()
}
