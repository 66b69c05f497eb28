//! Measures the space-time kernel: `cargo run --release -p incidents --example near -- events1m.csv`, or without a
//! file on made rows. The file has columns id, lon, lat, t (ms since the epoch). CPU seconds of all threads, index
//! included.

use incidents::near::{Index, Points, Reach, Stream, Surface, clusters};

const REACH: Reach = Reach { reach_m: 5_000.0, reach_ms: 6 * 3_600_000 };

type Columns = (Vec<f64>, Vec<f64>, Vec<i64>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (lon, lat, t) = match std::env::args().nth(1) {
        Some(file) => read(&std::fs::read_to_string(file)?),
        None => made(1_000_000),
    };
    let (x, y): (Vec<f64>, Vec<f64>) = lon.iter().zip(&lat).map(|(x, y)| laea(*x, *y)).unzip();
    for run in 1..=3 {
        for (name, x, y, surface) in [
            ("plane (equal-area at 48 N 36 E)", &x, &y, Surface::Plane),
            ("ellipsoid (geodesic)", &lon, &lat, Surface::Ellipsoid),
        ] {
            let points = Points { x, y, start_ms: &t, surface };
            let before = cpu_s();
            let found = clusters(points, REACH, 5);
            let spent_s = cpu_s() - before;
            let sum = found.label.iter().fold(0_u64, |s, l| s.wrapping_mul(31).wrapping_add(u64::from(*l)));
            println!(
                "run {run}, {name}: {:.2} M a core-second ({spent_s:.2} CPU s), {} clusters, {} noise, {} pairs, \
                 checksum {sum:016x}",
                t.len() as f64 / spent_s.max(1e-9) / 1e6,
                found.count,
                found.noise,
                found.pairs
            );
        }
    }
    println!("peak memory {}", status("VmHWM"));
    let points = Points { x: &lon, y: &lat, start_ms: &t, surface: Surface::Ellipsoid };
    let before = cpu_s();
    drop(Index::new(points, REACH));
    println!("index alone {:.2} CPU s", cpu_s() - before);
    stream(&lon, &lat, &t);
    Ok(())
}

/// In the order of time. Rows are timed in blocks of 100: the counter of CPU time has no finer hand without unsafe
/// code.
fn stream(lon: &[f64], lat: &[f64], t: &[i64]) {
    let (mut stream, mut near, mut pairs) = (Stream::new(REACH, 0), Vec::new(), 0);
    let mut blocks_us = Vec::new();
    let (before, mut block) = (cpu_s(), std::time::Instant::now());
    for (row, ((x, y), t)) in lon.iter().zip(lat).zip(t).enumerate() {
        stream.push(row as u32, [*x, *y], *t, &mut near);
        pairs += near.len();
        if row % 100 == 99 {
            blocks_us.push(block.elapsed().as_secs_f64() * 1e4);
            block = std::time::Instant::now();
        }
    }
    let mean_us = (cpu_s() - before) / t.len().max(1) as f64 * 1e6;
    blocks_us.sort_by(f64::total_cmp);
    let at = |share: f64| blocks_us.get((blocks_us.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!(
        "streamed: {mean_us:.2} us of CPU a row on average, {pairs} pairs; wall by blocks of 100 rows: p50 {:.2} us, \
         p99 {:.2} us a row",
        at(0.5),
        at(0.99)
    );
}

fn read(text: &str) -> Columns {
    let mut out = Columns::default();
    for line in text.lines().skip(1) {
        let mut fields = line.split(',').skip(1);
        let mut number = || fields.next()?.parse::<f64>().ok();
        if let (Some(x), Some(y), Some(t)) = (number(), number(), number()) {
            out.0.push(x);
            out.1.push(y);
            out.2.push(t as i64);
        }
    }
    out
}

/// Bursts of 22 rows within some 1.5 km and two hours, and as many rows alone.
fn made(n: usize) -> Columns {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut unit = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut out, mut burst) = (Columns::default(), [0.0; 3]);
    for i in 0..n {
        let place = [-34.0 + 10.0 * unit(), 45.0 + 4.0 * unit(), 1.2e11 * unit()];
        if i % 44 == 0 {
            burst = place;
        }
        let [x, y, t] = if i % 2 == 0 { burst } else { place };
        out.0.push(x + 0.03 * (unit() - 0.5));
        out.1.push(y + 0.03 * (unit() - 0.5));
        out.2.push((t + 1.4e7 * unit()) as i64);
    }
    out
}

/// Lambert's azimuthal equal-area plane on WGS84 at 48 N 36 E, metres (Snyder 1987, equations 24-2 and 24-17 to 24-20).
fn laea(lon_deg: f64, lat_deg: f64) -> (f64, f64) {
    let (a, f) = (6_378_137.0_f64, 1.0 / 298.257_223_563_f64);
    let e2 = f * (2.0 - f);
    let e = e2.sqrt();
    let q = |s: f64| (1.0 - e2) * (s / (1.0 - e2 * s * s) + (e * s).atanh() / e);
    let polar = q(1.0);
    let radius_m = a * (polar / 2.0).sqrt();
    let authalic = |lat: f64| (q(lat.sin()) / polar).clamp(-1.0, 1.0).asin();
    let (lat0, lat) = (48_f64.to_radians(), lat_deg.to_radians());
    let (b0, b, l) = (authalic(lat0), authalic(lat), (lon_deg - 36.0).to_radians());
    let m0 = lat0.cos() / (1.0 - e2 * lat0.sin().powi(2)).sqrt();
    let d = a * m0 / (radius_m * b0.cos());
    let k = radius_m * (2.0 / (1.0 + b0.sin() * b.sin() + b0.cos() * b.cos() * l.cos())).sqrt();
    (k * d * b.cos() * l.sin(), k / d * (b0.cos() * b.sin() - b0.sin() * b.cos() * l.cos()))
}

/// CPU seconds of this process, all threads: /proc counts them in ticks of 10 ms.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn status(key: &str) -> String {
    let all = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    all.lines().find(|l| l.starts_with(key)).unwrap_or_default().to_owned()
}
