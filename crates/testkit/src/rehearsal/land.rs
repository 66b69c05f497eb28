//! The land of the rehearsal: a river, towns, roads and a line, all invented, laid into the open North Atlantic
//! (27°–33° W, 46°–48° N) so that no real country, border or town lies under it.

use crate::random::Random;
use std::fmt::Write as _;

/// Middle of the land, degrees.
const ORIGIN: (f64, f64) = (-30.0, 47.0);
/// Kilometres of a degree of longitude and of latitude, as the land's builder counts; judged distances are geodesic.
const KM_PER_DEG: (f64, f64) = (76.06, 111.18);
/// Vertices of one survey of the line.
const VERTICES: usize = 601;
/// The line runs from so far south to so far north of the middle, kilometres.
const REACH_KM: f64 = 60.0;

/// A position on the builder's plane: kilometres east and north of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// East.
    pub x_km: f64,
    /// North.
    pub y_km: f64,
}

impl Spot {
    /// A spot so far east and north.
    #[must_use]
    pub fn new(x_km: f64, y_km: f64) -> Spot {
        Spot { x_km, y_km }
    }

    /// Longitude and latitude, degrees, rounded to a metre or so.
    #[must_use]
    pub fn degrees(self) -> (f64, f64) {
        let round = |d: f64| (d * 1e5).round() / 1e5;
        (round(ORIGIN.0 + self.x_km / KM_PER_DEG.0), round(ORIGIN.1 + self.y_km / KM_PER_DEG.1))
    }

    /// Kilometres between two spots.
    #[must_use]
    pub fn km_to(self, other: Spot) -> f64 {
        let (dx, dy) = (self.x_km - other.x_km, self.y_km - other.y_km);
        (dx * dx + dy * dy).sqrt()
    }

    /// So much further east and north.
    #[must_use]
    pub fn shifted(self, x_km: f64, y_km: f64) -> Spot {
        Spot::new(self.x_km + x_km, self.y_km + y_km)
    }
}

/// A place with a name.
#[derive(Clone, Copy, Debug)]
pub struct Town {
    /// Its name.
    pub name: &'static str,
    /// Where.
    pub at: Spot,
    /// Whose hinterland it is in: `KA`, `VE`, or empty for Lindmar on the line.
    pub side: &'static str,
}

const fn town(name: &'static str, x_km: f64, y_km: f64, side: &'static str) -> Town {
    Town { name, at: Spot { x_km, y_km }, side }
}

/// The towns.
pub const TOWNS: [Town; 14] = [
    town("Lindmar", 1.5, 2.0, ""),
    town("Brennick", -7.0, 25.0, "KA"),
    town("Tolvane", -9.0, -32.0, "KA"),
    town("Karsholm", -62.0, 8.0, "KA"),
    town("Ithmere", -24.0, 47.0, "KA"),
    town("Dunvarrow", -38.0, -18.0, "KA"),
    town("Peldran", -17.0, 6.0, "KA"),
    town("Ombrel", -95.0, -40.0, "KA"),
    town("Velstead", 66.0, -4.0, "VE"),
    town("Quellin", 15.0, 22.0, "VE"),
    town("Mordsey", 12.0, -27.0, "VE"),
    town("Estrel", 34.0, 41.0, "VE"),
    town("Havnor", 41.0, -38.0, "VE"),
    town("Sorrel Ford", 20.0, -3.0, "VE"),
];

const ROADS: [(usize, usize); 15] = [
    (0, 6),
    (6, 1),
    (6, 3),
    (6, 5),
    (1, 4),
    (2, 5),
    (5, 7),
    (3, 7),
    (0, 13),
    (13, 8),
    (13, 9),
    (13, 10),
    (9, 11),
    (10, 12),
    (8, 12),
];

/// A storage site: its owner, a name, its middle; a square of 1.6 km.
pub const STORAGE: [(&str, &str, Spot); 6] = [
    ("KA", "Storage site Ombrel", Spot { x_km: -92.0, y_km: -36.0 }),
    ("KA", "Storage site Dunvarrow", Spot { x_km: -41.0, y_km: -21.0 }),
    ("KA", "Storage site Peldran", Spot { x_km: -20.0, y_km: 9.0 }),
    ("VE", "Storage site Velstead", Spot { x_km: 69.0, y_km: -8.0 }),
    ("VE", "Storage site Estrel", Spot { x_km: 37.0, y_km: 44.0 }),
    ("VE", "Storage site Sorrel Ford", Spot { x_km: 22.0, y_km: -6.0 }),
];

/// The land with its line.
#[derive(Clone, Debug)]
pub struct Land {
    /// The line as first surveyed, from south to north: Karsk on the left hand, Velia on the right.
    pub contact: Vec<Spot>,
    /// The same, as surveyed anew on the ninth day: 8 km lie up to 300 m further east.
    pub resurveyed: Vec<Spot>,
    /// The line of 19 September, from which Karsk wants Velia's distances measured.
    pub september: Vec<Spot>,
    /// The river Orma, from its source to its mouth.
    pub river: Vec<Spot>,
}

/// A wiggle that is the same on every machine: a few slow waves, as polynomials of a triangle wave.
fn wave(at: f64) -> f64 {
    let phase = (at - at.floor()) * 4.0;
    let t = if phase < 2.0 { phase - 1.0 } else { 3.0 - phase };
    t * (1.5 - 0.5 * t * t)
}

/// 0 outside, rising to 1 and falling again between `from` and `to`, with ramps of 1.5 km.
fn bump(y_km: f64, from: f64, to: f64) -> f64 {
    let ramp = |d: f64| (d / 1.5).clamp(0.0, 1.0);
    ramp(y_km - from).min(ramp(to - y_km))
}

impl Land {
    /// Builds it.
    #[must_use]
    pub fn build(random: &mut Random) -> Land {
        let mut contact = Vec::with_capacity(VERTICES);
        let mut wobble = 0.0;
        for i in 0..VERTICES {
            let y = -REACH_KM + 2.0 * REACH_KM * i as f64 / (VERTICES - 1) as f64;
            wobble = 0.9 * wobble + 0.035 * random.bell();
            let x = 5.0 * wave(y / 75.0 + 0.2) + 2.2 * wave(y / 21.0) + 0.7 * wave(y / 6.3 + 0.4) + wobble;
            contact.push(Spot::new(x, y));
        }
        let moved = |s: &Spot| s.shifted(0.3 * bump(s.y_km, 12.0, 20.0), 0.0);
        let september = |s: &Spot| s.shifted(4.5 * bump(s.y_km / 6.0, -4.0, 6.0), 0.0);
        let resurveyed = contact.iter().map(moved).collect();
        let september = contact.iter().step_by(4).map(september).collect();
        let river = (0..=160)
            .map(|i| {
                let t = f64::from(i) / 160.0;
                let x = 80.0 - 165.0 * t;
                Spot::new(x, 38.0 - 52.0 * t + 6.0 * wave(x / 47.0) + 1.3 * wave(x / 9.0))
            })
            .collect();
        Land { contact, resurveyed, september, river }
    }

    /// Kilometres to the nearest vertex of the first survey: good to a tenth of a kilometre.
    #[must_use]
    pub fn km_to_contact(&self, spot: Spot) -> f64 {
        self.contact.iter().map(|v| v.km_to(spot)).fold(f64::INFINITY, f64::min)
    }

    /// Kilometres to the nearest vertex of the September line.
    #[must_use]
    pub fn km_to_september(&self, spot: Spot) -> f64 {
        self.september.iter().map(|v| v.km_to(spot)).fold(f64::INFINITY, f64::min)
    }

    /// How far east the line lies at that northing, kilometres.
    #[must_use]
    pub fn line_x_km(&self, y_km: f64) -> f64 {
        let near = |s: &&Spot| ((s.y_km - y_km).abs() * 1e6) as i64;
        self.contact.iter().min_by_key(near).map_or(0.0, |s| s.x_km)
    }

    /// The files: name and text.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        let contact = [
            line_feature(
                &self.contact,
                r#""name":"Line of Contact, first survey","valid_from":"2026-02-15""#,
            ),
            line_feature(
                &self.resurveyed,
                r#""name":"Line of Contact, second survey","valid_from":"2026-03-11""#,
            ),
        ];
        let september = [line_feature(&self.september, r#""name":"Line of 19 September""#)];
        let sites: Vec<String> = STORAGE
            .iter()
            .map(|(owner, name, at)| square_feature(*at, &format!(r#""name":"{name}","party":"{owner}""#)))
            .collect();
        vec![
            ("geo/contact.geojson".to_owned(), collection(&contact)),
            ("geo/line-19-september.geojson".to_owned(), collection(&september)),
            ("geo/storage-sites.geojson".to_owned(), collection(&sites)),
            ("basemap.geojson".to_owned(), collection(&self.basemap())),
        ]
    }

    fn basemap(&self) -> Vec<String> {
        let mut features = vec![line_feature(&self.river, r#""class":"river","name":"Orma""#)];
        let lake: Vec<Spot> = (0..=24)
            .map(|i| {
                let t = f64::from(i % 24) / 24.0;
                Spot::new(-71.0 + 7.0 * wave(t), -17.0 + 3.2 * wave(t + 0.25) + 0.5 * wave(3.0 * t))
            })
            .collect();
        features.push(polygon_feature(&lake, r#""class":"water","name":"Lake Orma""#));
        for (from, to) in ROADS {
            if let (Some(a), Some(b)) = (TOWNS.get(from), TOWNS.get(to)) {
                let name = format!(r#""class":"road","name":"{} to {}""#, a.name, b.name);
                features.push(line_feature(&road(a.at, b.at), &name));
            }
        }
        for t in TOWNS {
            let (lon, lat) = t.at.degrees();
            let side = if t.side.is_empty() { "\"\"".to_owned() } else { format!("\"{}\"", t.side) };
            features.push(format!(
                r#"{{"type":"Feature","properties":{{"class":"town","name":"{}","side":{side}}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#,
                t.name
            ));
        }
        features
    }
}

/// A road that does not run dead straight.
fn road(a: Spot, b: Spot) -> Vec<Spot> {
    (0..=12)
        .map(|i| {
            let t = f64::from(i) / 12.0;
            let bend = t * (1.0 - t);
            let (dx, dy) = (b.x_km - a.x_km, b.y_km - a.y_km);
            let sway = bend * (0.25 + 0.15 * wave(2.0 * t + a.x_km / 10.0));
            Spot::new(a.x_km + dx * t - dy * sway, a.y_km + dy * t + dx * sway)
        })
        .collect()
}

fn coordinates(spots: &[Spot]) -> String {
    let mut out = String::new();
    for (i, spot) in spots.iter().enumerate() {
        let (lon, lat) = spot.degrees();
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(out, "{comma}[{lon},{lat}]");
    }
    out
}

fn line_feature(spots: &[Spot], properties: &str) -> String {
    let at = coordinates(spots);
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"LineString","coordinates":[{at}]}}}}"#
    )
}

fn polygon_feature(ring: &[Spot], properties: &str) -> String {
    let at = coordinates(ring);
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":[[{at}]]}}}}"#
    )
}

fn square_feature(at: Spot, properties: &str) -> String {
    let corners = [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8), (-0.8, -0.8)];
    let ring: Vec<Spot> = corners.iter().map(|(x, y)| at.shifted(*x, *y)).collect();
    polygon_feature(&ring, properties)
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", features.join(",\n"))
}
