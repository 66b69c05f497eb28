//! Invented agreements and histories for the promises: lines that wiggle and are redrawn, zones of every sort, clauses
//! of both duties, and reports with every doubt that the language knows.

use crate::random::Random;
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Kilometres of a degree of longitude and latitude about 47° N.
const KM_PER_DEG: (f64, f64) = (76.06, 111.18);
/// Lines run from so far south to so far north, kilometres.
const REACH_KM: f64 = 18.0;
/// Kilometres from vertex to vertex, northwards: short enough that any way to draw the edge is the same to a metre.
const STEP_KM: f64 = 2.0;

/// An agreement with its geometry and a history, in pieces that can be put together in another order.
#[derive(Clone, Debug)]
pub struct World {
    /// Everything the clauses lean on.
    pub preamble: String,
    /// The clauses, each with its exceptions.
    pub clauses: Vec<String>,
    /// Geometry files by path.
    pub geometry: BTreeMap<String, String>,
    /// The reports, one line each.
    pub reports: Vec<String>,
}

/// The columns of a world's reports.
pub const COLUMNS: &str = "id,source,kind,start,end,lon,lat,radius_m,bearing,half_width,range_min_m,range_max_m,weapon,\
                           calibre_mm,actor,assessment,count,exercise,allegation,reported";

impl World {
    /// The world as a scenario.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        let text = format!(
            "# An invented agreement\n\n```terms\n{}\n{}\n```\n",
            self.preamble,
            self.clauses.join("\n")
        );
        Scenario {
            texts: vec![("world".to_owned(), text)],
            geometry: self.geometry.clone(),
            reports: vec![format!("{COLUMNS}\n{}\n", self.reports.join("\n"))],
            expected: Vec::new(),
            ..Scenario::default()
        }
    }
}

/// What the inventor knows while inventing.
struct Inventor {
    random: Random,
    parties: Vec<&'static str>,
    lines: Vec<String>,
    zones: Vec<String>,
    preamble: String,
    geometry: BTreeMap<String, String>,
}

/// Invents a world of so many clauses and reports.
#[must_use]
pub fn invent(seed: u64, clauses: usize, reports: usize) -> World {
    let mut it = Inventor {
        random: Random::seeded(seed),
        parties: vec!["KA", "VE"],
        lines: Vec::new(),
        zones: Vec::new(),
        preamble: String::new(),
        geometry: BTreeMap::new(),
    };
    it.declare();
    let clauses = (0..clauses).map(|i| it.clause(i)).collect();
    let reports = (0..reports).map(|i| it.report(&format!("r{i:03}"))).collect();
    World { preamble: it.preamble, clauses, geometry: it.geometry, reports }
}

/// So many further reports of the same sort, for a world invented from any seed.
#[must_use]
pub fn more_reports(seed: u64, reports: usize) -> Vec<String> {
    let mut it = Inventor {
        random: Random::seeded(seed),
        parties: vec!["KA", "VE"],
        lines: Vec::new(),
        zones: Vec::new(),
        preamble: String::new(),
        geometry: BTreeMap::new(),
    };
    (0..reports).map(|i| it.report(&format!("more{i:03}"))).collect()
}

impl Inventor {
    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        self.random.pick(of).copied().unwrap_or("")
    }

    fn declare(&mut self) {
        let entry =
            if self.random.chance(0.05) { "not yet known".to_owned() } else { "2026-03-03 12:00".to_owned() };
        let unstated = if self.random.chance(0.3) {
            "  positions without stated precision are within 500 m\n"
        } else {
            ""
        };
        self.preamble = format!(
            "instrument world \"Invented agreement\"\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  \
             entry into force {entry}\n{unstated}\nparty KA \"Karsk\" answers for \"Northern Volunteers\"\nparty VE \"Velia\"\n"
        );
        if self.random.chance(0.4) {
            self.parties.push("TA");
            self.preamble += "party TA \"Tarn\"\n";
        }
        self.preamble += "body mechanism \"Mechanism\"\n\nweapon mortar, artillery with calibre\nweapon rockets \
                          \"MLRS\"\nact fire = explosion or burst\nact fly = flight\n\n";
        for i in 0..1 + self.random.below(2) {
            self.line(i);
        }
        for i in 0..2 + self.random.below(4) {
            self.zone(i);
        }
        let (listed, open) = (self.any_zone(), self.any_zone());
        let _ = writeln!(
            self.preamble,
            "category depot \"depots\" sites {listed} only\ncategory refinery \"refineries\" sites {open}\n\
             category pipeline \"pipelines\"\nmoment truce = when \"the guns fall silent\""
        );
        for party in self.parties.clone() {
            let line = self.any_line();
            let _ = writeln!(self.preamble, "reference of {party} is {line}");
        }
    }

    fn any_line(&mut self) -> String {
        self.random.pick(&self.lines).cloned().unwrap_or_default()
    }

    fn any_zone(&mut self) -> String {
        self.random.pick(&self.zones).cloned().unwrap_or_default()
    }

    fn line(&mut self, i: usize) {
        let name = format!("line-{i}");
        let (valid, dates): (&str, &[&str]) = match self.random.below(4) {
            0 => {
                (" valid from \"date\" until the next", &["2026-03-01", "2026-03-05", "2026-03-09T06:00:00Z"])
            }
            1 => (
                " valid each day by \"date\"",
                &["2026-03-03", "2026-03-04", "2026-03-06", "20260307", "2026-03-08"],
            ),
            _ => ("", &["2026-03-01"]),
        };
        let features: Vec<String> = dates.iter().map(|date| self.line_feature(i, date)).collect();
        self.file(&name, &features);
        let tolerance = self.one(&["0 m", "50 m", "300 m"]);
        let sides = if self.random.chance(0.8) { ", KA on the left, VE on the right" } else { "" };
        let _ = writeln!(
            self.preamble,
            "line {name} from \"{name}.geojson\"{valid}, tolerance {tolerance}{sides}"
        );
        self.lines.push(name.clone());
        if !sides.is_empty() {
            self.zones.push(format!("side-{i}"));
            let _ = writeln!(self.preamble, "zone side-{i} side KA of {name}");
        }
    }

    fn line_feature(&mut self, i: usize, date: &str) -> String {
        let mut x = 4.0 * i as f64 + 2.0 * self.random.bell();
        let steps = (2.0 * REACH_KM / STEP_KM) as i32;
        let mut at = Vec::new();
        for step in 0..=steps {
            at.push(degrees(x, -REACH_KM + STEP_KM * f64::from(step)));
            x += self.random.between(-1.2, 1.2);
        }
        let at: Vec<String> = at.iter().map(|(lon, lat)| format!("[{lon},{lat}]")).collect();
        feature(date, &format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, at.join(",")))
    }

    fn file(&mut self, name: &str, features: &[String]) {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        self.geometry.insert(format!("{name}.geojson"), text);
    }

    fn zone(&mut self, i: usize) {
        let name = format!("zone-{i}");
        let line = self.any_line();
        let sided = self.preamble.contains(&format!("side KA of {line}\n"));
        let shape = match self.random.below(6) {
            0 => format!("within {} km of {line}", self.one(&["2", "7.5", "15"])),
            1 => format!("between 3 km and 9 km of {line}"),
            2 if sided => format!("within 7.5 km of {line} on the VE side"),
            3 if self.zones.len() >= 2 => {
                let (a, b) = (self.any_zone(), self.any_zone());
                let join = self.one(&["and", "or", "except"]);
                if a == b { format!("within 6 km of {line}") } else { format!("= {a} {join} {b}") }
            }
            _ => {
                let ring = self.star();
                self.file(&name, &[feature("2026-03-01", &ring)]);
                format!("from \"{name}.geojson\" tolerance {}", self.one(&["0 m", "100 m"]))
            }
        };
        let _ = writeln!(self.preamble, "zone {name} {shape}");
        self.zones.push(name);
    }

    /// A polygon that a walk around its middle draws: no two edges cross. Edges are short, by added vertices.
    fn star(&mut self) -> String {
        let (x, y) = (self.random.between(-12.0, 12.0), self.random.between(-8.0, 8.0));
        let corners = 5 + self.random.below(4);
        let mut ring: Vec<(f64, f64)> = Vec::new();
        for corner in 0..corners {
            let angle = std::f64::consts::TAU * corner as f64 / corners as f64;
            let reach = self.random.between(3.0, 9.0);
            ring.push((x + reach * angle.cos(), y + reach * angle.sin()));
        }
        let mut at = Vec::new();
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            at.extend((0..4).map(|k| {
                let t = f64::from(k) / 4.0;
                degrees(a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
            }));
        }
        at.push(at[0]);
        let at: Vec<String> = at.iter().map(|(lon, lat)| format!("[{lon},{lat}]")).collect();
        format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, at.join(","))
    }

    fn clause(&mut self, i: usize) -> String {
        let label = format!("{}.{}", 2 + i / 3, 1 + i % 3);
        let keeps = self.random.chance(0.5);
        let mut text = if keeps { self.distance(&label) } else { self.prohibition(&label) };
        let from = self.one(&["D", "D + 1 days", "day D + 2", "D + 36 h", "2026-03-04 00:00"]);
        let _ = write!(text, "\n  from {from}");
        match self.random.below(5) {
            0 => text += "\n  until day D + 6",
            1 => text += "\n  until 2026-03-07 10:00",
            2 if keeps => text += "\n  complete day D + 5",
            _ => {}
        }
        if self.random.chance(0.08) {
            text += "\n  when truce has come";
        }
        match self.random.below(5) {
            0 => text += "\n  unless in an exercise",
            1 => {
                let zone = self.any_zone();
                let _ = write!(text, "\n  unless in {zone}");
            }
            2 => {
                let _ = write!(
                    text,
                    "\n{label}a unless shown: \"it was return fire\"\n  to be shown by whoever fired"
                );
            }
            3 if self.random.chance(0.2) => text += &format!("\n{label}a unless peace: truce has come"),
            3 => {
                let zone = self.any_zone();
                let _ = write!(text, "\n{label}a unless listed: in {zone}, and\n  in an exercise");
            }
            _ => {}
        }
        text
    }

    fn bound(&mut self) -> String {
        match self.random.below(3) {
            0 => self.parties.join(", "),
            1 => "VE".to_owned(),
            _ => "KA, VE".to_owned(),
        }
    }

    fn prohibition(&mut self, label: &str) -> String {
        let who = match self.random.below(4) {
            0 => "nobody shall ".to_owned(),
            1 => "nobody except mechanism shall ".to_owned(),
            _ => format!("{} shall not ", self.bound()),
        };
        let what = self.one(&[
            "fire",
            "fly",
            "place mortar",
            "place artillery of calibre >= 100 mm",
            "place rockets",
        ]);
        let place =
            if self.random.chance(0.25) { "anywhere".to_owned() } else { format!("in {}", self.any_zone()) };
        let objects = match self.random.below(6) {
            _ if what.starts_with("place") => "",
            0 => " on depot",
            1 => " on refinery",
            2 => " on depot, pipeline",
            _ => "",
        };
        format!("{label} {who}{what}{objects}\n  {place}")
    }

    fn distance(&mut self, label: &str) -> String {
        let who = self.bound();
        let from = if self.random.chance(0.6) { "their reference".to_owned() } else { self.any_line() };
        let (first, second) = (self.one(&["6", "12", "25"]), self.one(&["9", "20"]));
        let gun = self.one(&["artillery of calibre >= 100 mm", "artillery of calibre < 152 mm", "mortar"]);
        match self.random.below(3) {
            0 => format!("{label} {who} shall keep {gun} at least {first} km from {from}"),
            1 => format!(
                "{label} {who} shall keep {gun} at least {first} km from {from}\n  rockets at least {second} km"
            ),
            _ => format!("{label} {who} shall keep rockets at least {first} km side to side from {from}"),
        }
    }

    fn report(&mut self, id: &str) -> String {
        let kind = self.one(&[
            "explosion",
            "burst",
            "flight",
            "weapon",
            "weapon",
            "weapon",
            "weapon",
            "thermal anomaly",
        ]);
        let (start, end) = self.times();
        let place = self.place();
        let weapon = self.one(&[
            "",
            "mortar",
            "mortar",
            "Artillery",
            "artillery",
            "artillery",
            "mlrs",
            "rockets",
            "catapult",
        ]);
        let weapon = if kind == "weapon" && weapon.is_empty() { "artillery" } else { weapon };
        let calibre = self.one(&["", "82", "100", "122", "152"]);
        let actor = self.one(&[
            "",
            "",
            "KA",
            "KA",
            "VE",
            "VE",
            "ve",
            "TA",
            "mechanism",
            "Northern Volunteers",
            "pirates",
        ]);
        let assessment = self.one(&["", "outgoing", "impact"]);
        let source = self.one(&["post-1", "post-2", "camera"]);
        let exercise = if self.random.chance(0.1) { "yes" } else { "" };
        let allegation = if self.random.chance(0.08) { "yes" } else { "" };
        let count = self.random.below(20);
        format!(
            "{id},{source},{kind},{start},{end},{place},{weapon},{calibre},{actor},{assessment},{count},{exercise},\
             {allegation},2026-03-20 12:00"
        )
    }

    /// A start and, for an interval, an end; whole days now and then, and now and then the very edge of a clause.
    fn times(&mut self) -> (String, String) {
        let day = if self.random.chance(0.2) { 1 + self.random.below(4) } else { 4 + self.random.below(6) };
        let clock = format!("{:02}:{:02}", self.random.below(24), self.random.below(60));
        match self.random.below(8) {
            0 => (format!("2026-03-{day:02}"), String::new()),
            1 => (format!("2026-03-{day:02} {clock}"), format!("2026-03-{:02} {clock}", day + 1)),
            2 => (format!("2026-03-{day:02} {clock}"), format!("2026-03-{:02} {clock}", day + 3)),
            3 => (format!("2026-03-{day:02} 12:00"), String::new()),
            4 => (format!("2026-03-{day:02} 00:00"), format!("2026-03-{day:02} 12:00")),
            _ => (format!("2026-03-{day:02} {clock}"), String::new()),
        }
    }

    /// The columns from `lon` to `range_max_m`.
    fn place(&mut self) -> String {
        let (lon, lat) = degrees(self.random.between(-26.0, 26.0), self.random.between(-15.0, 15.0));
        match self.random.below(12) {
            0 => ",,,,,,".to_owned(),
            1 => {
                let bearing = self.random.below(16) as f64 * 22.5;
                format!("{lon},{lat},10,{bearing},11.25,1000,4000")
            }
            _ => format!("{lon},{lat},{},,,,", self.one(&["", "0", "50", "50", "300", "2000"])),
        }
    }
}

fn degrees(x_km: f64, y_km: f64) -> (f64, f64) {
    let round = |d: f64| (d * 1e6).round() / 1e6;
    (round(-30.0 + x_km / KM_PER_DEG.0), round(47.0 + y_km / KM_PER_DEG.1))
}

fn feature(date: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{"date":"{date}"}},"geometry":{geometry}}}"#)
}
