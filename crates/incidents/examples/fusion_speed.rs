//! How fast plain rows fuse on this machine: made-up points in space and time, spread like a front.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example that is run by hand")]
use base::{Instant, Interval, LonLat, Place};
use evidence::batch::{Batch, Builder, WordIndex};
use evidence::draft::Draft;
use incidents::{Context, Settings, fuse};

fn main() {
    let n = 1_000_000_u64;
    let mut seed = 7_u64;
    let mut unit = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut all, mut words) = (Batch::default(), WordIndex::default());
    let mut b = Builder::new("points");
    for i in 0..n {
        let at = LonLat::new(-30.0 + 8.0 * unit(), 46.0 + 5.0 * unit()).unwrap();
        let start = Instant((i as i64) * 31_536);
        let (event, place) = (Interval::at(start), Place::Point { at, radius_m: Some(100.0) });
        b.push(&Draft { native_key: &i.to_le_bytes(), kind: "explosion", event, place, ..Draft::default() })
            .unwrap();
        if b.len() == 16_384 || i + 1 == n {
            let part = b.take();
            (0..part.len()).for_each(|r| all.push_row(&part, r, &mut words));
        }
    }
    let from = std::time::Instant::now();
    let incidents = fuse(&all, &Settings::default(), &Context::default());
    let s = from.elapsed().as_secs_f64();
    println!(
        "{} rows, {} incidents, {s:.3} s, {:.2} M rows/s",
        all.len(),
        incidents.len(),
        n as f64 / s / 1e6
    );
}
