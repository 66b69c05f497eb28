//! How long lists and charts take over a large record: `cargo run --release -p server --example speed -- 1000000`.

#[path = "../tests/common/mod.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]
mod common;

use base::{Instant, Interval, LonLat, Place};
use evidence::batch::{Batch, Builder};
use evidence::draft::{Draft, TimePrecision};
use publication::Head;
use server::{App, Desk, DeskError, DeskSource, Extras};
use std::sync::Arc;
use std::time::Instant as Clock;

struct Large(Arc<Desk>);

impl DeskSource for Large {
    fn head(&self) -> Result<Head, DeskError> {
        Ok(self.0.record.head)
    }

    fn desk(&self, _: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        Ok(self.0.clone())
    }
}

fn observations(n: u64) -> Batch {
    let mut b = Builder::new("post-1");
    for i in 0..n {
        // Three and a bit reports of one event: the same place and minute.
        let event = i * 3 / 10;
        let spread = |salt: u64| (event.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17) ^ salt) % 10_000;
        let lon = 36.0 + spread(1) as f64 / 10_000.0;
        let lat = 48.0 + spread(77) as f64 / 10_000.0;
        let draft = Draft {
            native_key: &i.to_le_bytes(),
            kind: if event % 5 == 0 { "burst" } else { "explosion" },
            event: Interval::at(Instant(common::DAY_MS + event as i64 * 60_000)),
            precision: TimePrecision::Minute,
            place: LonLat::new(lon, lat)
                .map_or(Place::Undetermined, |at| Place::Point { at, radius_m: Some(50.0) }),
            note: "heard to the north of the village, direction of the mill",
            ..Draft::default()
        };
        let _ = b.push(&draft);
    }
    b.take()
}

#[tokio::main]
async fn main() {
    let n = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1_000_000);
    let version = common::version();
    let started = Clock::now();
    let mut record = common::record(&version, common::SECOND_MS);
    record.state =
        findings::State::derive(observations(n), &[version.as_ref()], &incidents::Settings::default());
    println!(
        "derived {} observations, {} incidents: {:?}",
        n,
        record.state.incidents.len(),
        started.elapsed()
    );
    let started = Clock::now();
    let desk = Arc::new(Desk::new(record, Extras::default()));
    println!("desk: {:?}", started.elapsed());
    let Ok(app) = App::open(Arc::new(Large(desk))) else { return };
    for address in [
        "/api/v1/incidents",
        "/api/v1/incidents?sort=-time&outcome=breached&kind=explosion&source=post-1&limit=100",
        "/api/v1/incidents?q=village&bbox=36.2,48.2,36.8,48.8",
        "/api/v1/incidents?q=notthere",
        "/api/v1/histogram",
        "/api/v1/histogram?kind=burst&outcome=breached&bins=1000",
        "/api/v1/incidents.geojson?outcome=breached",
        "/api/v1/mission",
        "/api/v1/reports/daily?date=2026-06-01",
        "/list",
    ] {
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..5 {
            let started = Clock::now();
            bytes = common::get(&app, address).await.text.len();
            times.push(started.elapsed());
        }
        times.sort();
        println!("{address}: median {:?}, {bytes} bytes", times.get(2).copied().unwrap_or_default());
    }
}
