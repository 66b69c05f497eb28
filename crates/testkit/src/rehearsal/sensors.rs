//! Who sees what: sensors with a reach, hours when they were down, clocks that are wrong, reports that come late, twice
//! or never. Each source writes its own table.

use super::land::{Land, Spot, TOWNS};
use super::story::{DAYS, Event, FIRST_DAY_MS, Nature};
use crate::random::Random;
use base::Instant;
use base::time::{DAY_MS, HOUR_MS};
use std::fmt::Write as _;

const MINUTE_MS: i64 = 60_000;

/// A stretch during which a source saw nothing, or less.
#[derive(Clone, Debug)]
pub struct Outage {
    /// The sensor, such as `camera 4`.
    pub sensor: String,
    /// `effective`, `down`, `jammed` or `denied`.
    pub status: &'static str,
    /// From, milliseconds since 1970.
    pub start_ms: i64,
    /// Until.
    pub end_ms: i64,
    /// Around where, within `reach_m`.
    pub at: Spot,
    /// Reach, metres.
    pub reach_m: u32,
    /// What it would have seen.
    pub kinds: &'static str,
    /// Why.
    pub cause: &'static str,
}

/// One row of a table with the time it arrived.
#[derive(Clone, Debug)]
struct Row {
    arrived_ms: i64,
    text: String,
    /// Of which event, by its number in the truth; `None`: an allegation.
    event: Option<usize>,
}

/// How an event fared.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Sensors whose report arrived.
    pub by: Vec<String>,
    /// Sensors whose report was lost.
    pub lost: Vec<String>,
    /// Sensors that would have seen it but were down.
    pub down: Vec<String>,
    /// Sensors whose report arrived and says that a named weapon fired from there.
    pub told_weapon: Vec<String>,
}

/// What the sensors made of the fortnight.
pub struct Watch {
    random: Random,
    cameras: Vec<(String, Spot)>,
    acoustic: Vec<(String, Spot)>,
    /// Coverage, by sensor.
    pub coverage: Vec<Outage>,
    tables: [Vec<Row>; 5],
    serial: u32,
    /// The event that is being met, by its number in the truth.
    met: Option<usize>,
}

const CAMERAS: usize = 0;
const ACOUSTIC: usize = 1;
const PATROLS: usize = 2;
const SATELLITE: usize = 3;
const OPEN: usize = 4;

/// Table names with their headers, in the order of the constants above.
pub const TABLES: [(&str, &str); 5] = [
    ("cameras.csv", "id,time,camera,lon,lat,radius_m,kind,assessment,count,reported"),
    (
        "acoustic.csv",
        "id,time,sensor,sensor_lon,sensor_lat,bearing_deg,half_width_deg,range_min_m,range_max_m,kind,\
         assessment,weapon,count,reported",
    ),
    (
        "patrols.csv",
        "id,start,end,team,lon,lat,radius_m,team_lon,team_lat,bearing,range_min_km,range_max_km,kind,means,assessment,\
         count,weapon,calibre_mm,actor,exercise,reported,note",
    ),
    (
        "satellite.csv",
        "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,frp",
    ),
    ("open-source.csv", "id,start,end,place,lon,lat,radius_m,kind,actor,nature,count,reported,note"),
];

const CAMERA_REACH_KM: f64 = 6.0;
const ACOUSTIC_REACH_KM: f64 = 14.0;

impl Watch {
    /// Sets up the sensors along the line and the hours when they were down.
    #[must_use]
    pub fn set_up(land: &Land, random: Random) -> Watch {
        let mut watch = Watch {
            random,
            cameras: Vec::new(),
            acoustic: Vec::new(),
            coverage: Vec::new(),
            tables: Default::default(),
            serial: 0,
            met: None,
        };
        for i in 0..10 {
            let y_km = -51.0 + 11.3 * f64::from(i);
            let off_km = if i % 2 == 0 { -1.4 } else { 1.4 };
            watch.cameras.push((format!("camera {}", i + 1), Spot::new(land.line_x_km(y_km) + off_km, y_km)));
        }
        for i in 0..8 {
            let y_km = -52.0 + 14.8 * f64::from(i);
            let off_km = if i % 2 == 0 { 3.2 } else { -3.2 };
            watch
                .acoustic
                .push((format!("acoustic {}", i + 1), Spot::new(land.line_x_km(y_km) + off_km, y_km)));
        }
        watch.plan_outages(land);
        watch
    }

    fn plan_outages(&mut self, land: &Land) {
        let end_ms = FIRST_DAY_MS + DAYS * DAY_MS;
        let down: [(&str, f64, f64, &str); 6] = [
            ("camera 4", 4.6, 8.3, "power cut at the mast"),
            ("camera 5", 9.1, 9.9, "lens covered by unknown persons"),
            ("camera 6", 9.25, 11.5, "mast hit by shrapnel"),
            ("camera 9", 1.7, 2.2, "fog"),
            ("acoustic 4", 6.0, 6.5, "wind above 12 m/s"),
            ("acoustic 5", 9.3, 10.6, "cable cut"),
        ];
        let sensors: Vec<(String, Spot)> = self.cameras.iter().chain(&self.acoustic).cloned().collect();
        for (sensor, at) in sensors {
            let camera = sensor.starts_with("camera");
            let reach_m = if camera { CAMERA_REACH_KM * 1e3 } else { ACOUSTIC_REACH_KM * 1e3 } as u32;
            let kinds = if camera { "explosion;muzzle flash;projectile;burst" } else { "explosion" };
            let mut from_ms = FIRST_DAY_MS;
            let part = |status, start_ms, end_ms, cause| Outage {
                sensor: sensor.clone(),
                status,
                start_ms,
                end_ms,
                at,
                reach_m,
                kinds,
                cause,
            };
            for (_, from, until, cause) in down.iter().filter(|(s, ..)| *s == sensor) {
                let (start, end) = (day_ms(*from), day_ms(*until));
                self.coverage.push(part("effective", from_ms, start, ""));
                self.coverage.push(part("down", start, end, cause));
                from_ms = end;
            }
            self.coverage.push(part("effective", from_ms, end_ms, ""));
        }
        let place = |y_km: f64| Spot::new(land.line_x_km(y_km), y_km);
        for (from, until, y_km, status, cause) in [
            (3.40, 3.65, 22.0, "jammed", "satellite navigation lost on long-range flights"),
            (9.50, 9.75, 3.0, "jammed", "satellite navigation lost on long-range flights"),
            (10.10, 10.32, 3.0, "jammed", "satellite navigation lost on long-range flights"),
            (5.42, 5.45, -30.0, "denied", "patrol turned back at a checkpoint, 38 minutes"),
            (9.40, 9.62, 6.0, "denied", "patrol refused passage, reason given: demining"),
            (11.35, 11.37, -9.0, "denied", "patrol delayed at a bridge, 24 minutes"),
        ] {
            let sensor = if status == "jammed" { "flights" } else { "patrols" }.to_owned();
            let (start_ms, end_ms, at) = (day_ms(from), day_ms(until), place(y_km));
            let kinds = "weapon;troops";
            self.coverage.push(Outage {
                sensor,
                status,
                start_ms,
                end_ms,
                at,
                reach_m: 12_000,
                kinds,
                cause,
            });
        }
    }

    fn is_down(&self, sensor: &str, at_ms: i64) -> bool {
        let covers =
            |o: &&Outage| o.sensor == sensor && o.status == "down" && (o.start_ms..o.end_ms).contains(&at_ms);
        self.coverage.iter().any(|o| covers(&o))
    }

    /// Lets every sensor meet the event of that number.
    pub fn meet(&mut self, number: usize, event: &Event) -> Seen {
        self.met = Some(number);
        let mut seen = Seen::default();
        match event.nature {
            Nature::Fire | Nature::Blast => {
                self.cameras(event, &mut seen);
                self.acoustic(event, &mut seen);
                self.patrol_hears(event, &mut seen);
                self.media(event, &mut seen);
            }
            Nature::Weapon => self.sighting(event, 0.62, &mut seen),
            Nature::Flight | Nature::Troops => self.sighting(event, 0.75, &mut seen),
            Nature::Jamming => self.sighting(event, 0.9, &mut seen),
            Nature::Farming => self.satellite(event, &mut seen),
        }
        seen
    }

    fn cameras(&mut self, event: &Event, seen: &mut Seen) {
        if matches!(event.kind, "shot") || event.nature == Nature::Blast && self.random.chance(0.7) {
            return;
        }
        for (i, (name, at)) in self.cameras.clone().into_iter().enumerate() {
            let km = at.km_to(event.at);
            if km > CAMERA_REACH_KM || self.random.chance(0.12) {
                continue;
            }
            if self.is_down(&name, event.start_ms) {
                seen.down.push(name);
                continue;
            }
            let wrong_ms = match i {
                2 => 7_000,
                7 => -4_000,
                _ => 0,
            };
            let spread_km = 0.04 * km;
            let off = (self.random.bell() * spread_km * 0.4, self.random.bell() * spread_km * 0.4);
            let (lon, lat) = event.at.shifted(off.0, off.1).degrees();
            let radius_m = (60.0 + 45.0 * km).round();
            let time = moment(event.start_ms + wrong_ms);
            let reported = moment(event.start_ms + 2 * MINUTE_MS);
            let assessment = if self.random.chance(0.5) { direction(event) } else { "" };
            let id = self.next_id("cam");
            let count = event.count;
            let kind = event.kind;
            let row =
                format!("{id},{time},{name},{lon},{lat},{radius_m},{kind},{assessment},{count},{reported}");
            self.send(CAMERAS, event.start_ms + 2 * MINUTE_MS, row, name, seen);
        }
    }

    fn acoustic(&mut self, event: &Event, seen: &mut Seen) {
        if event.kind != "explosion" {
            return;
        }
        for (i, (name, at)) in self.acoustic.clone().into_iter().enumerate() {
            let km = at.km_to(event.at);
            if !(0.5..ACOUSTIC_REACH_KM).contains(&km) || self.random.chance(0.18) {
                continue;
            }
            if self.is_down(&name, event.start_ms) {
                seen.down.push(name);
                continue;
            }
            let row = self.acoustic_row(event, &name, at, if i == 4 { 2_000 } else { 0 });
            let tells = says_who_fired(&row, event);
            if self.send(ACOUSTIC, event.start_ms + MINUTE_MS, row, name.clone(), seen) && tells {
                seen.told_weapon.push(name);
            }
        }
    }

    fn acoustic_row(&mut self, event: &Event, name: &str, at: Spot, wrong_ms: i64) -> String {
        let km = at.km_to(event.at);
        let (dx, dy) = (event.at.x_km - at.x_km, event.at.y_km - at.y_km);
        let bearing = (dx.atan2(dy).to_degrees() + 2.0 * self.random.bell()).rem_euclid(360.0).round();
        let (near_m, far_m) = ((km * 880.0 / 50.0).floor() * 50.0, (km * 1_140.0 / 50.0).ceil() * 50.0);
        let (sensor_lon, sensor_lat) = at.degrees();
        let weapon = if self.random.chance(0.45) { event.weapon } else { "" };
        let assessment = if self.random.chance(0.6) { direction(event) } else { "" };
        let (time, reported) = (moment(event.start_ms + wrong_ms), moment(event.start_ms + MINUTE_MS));
        let id = self.next_id("ac");
        format!(
            "{id},{time},{name},{sensor_lon},{sensor_lat},{bearing},7,{near_m},{far_m},{},\
             {assessment},{weapon},{},{reported}",
            event.kind, event.count
        )
    }

    /// A patrol within earshot, by day, writes down what it heard and when, to the minute or the quarter of an hour.
    fn patrol_hears(&mut self, event: &Event, seen: &mut Seen) {
        let hour = (event.start_ms - FIRST_DAY_MS).rem_euclid(DAY_MS) / HOUR_MS;
        let chance = if event.nature == Nature::Blast { 0.85 } else { 0.45 };
        if !(7..18).contains(&hour) || !self.random.chance(chance) {
            return;
        }
        let team = format!("team {}", 1 + self.random.below(6));
        let heard = self.heard_from(event.at);
        let start_ms = event.start_ms / MINUTE_MS * MINUTE_MS;
        let length_ms = if self.random.chance(0.2) { 15 * MINUTE_MS } else { MINUTE_MS };
        let late = self.random.chance(0.06);
        let reported_ms = event.start_ms + if late { 30 * HOUR_MS } else { 3 * HOUR_MS };
        let told = self.random.chance(0.5);
        let weapon = if told { event.weapon } else { "" };
        let about = if event.count > 12 {
            format!("about {}", event.count / 10 * 10)
        } else {
            event.count.to_string()
        };
        let exercise = if event.announced { "yes" } else { "" };
        let note = match (event.announced, late) {
            (true, _) => "announced blasting",
            (_, true) => "outside the reporting period",
            _ => "",
        };
        let id = self.next_id("pat");
        let row = format!(
            "{id},{},{},{team},,,,{heard},{},heard,{},{about},{weapon},,,{exercise},{},{note}",
            moment(start_ms),
            moment(start_ms + length_ms),
            event.kind,
            if self.random.chance(0.5) { direction(event) } else { "" },
            moment(reported_ms),
        );
        let tells = says_who_fired(&row, event);
        if self.send(PATROLS, reported_ms, row, team.clone(), seen) && tells {
            seen.told_weapon.push(team);
        }
    }

    /// Where a patrol stands that hears something, and the direction and distance it writes down, the direction in
    /// points of the compass, the distance in half kilometres: `lon,lat,bearing,from,to`.
    fn heard_from(&mut self, event: Spot) -> String {
        // Patrols stop where they have stopped before.
        let stop = |km: f64| (km / 2.0).round() * 2.0;
        let (x_km, y_km) = (self.random.between(-4.0, 4.0), self.random.between(-4.0, 4.0));
        let at = Spot::new(stop(event.x_km + x_km), stop(event.y_km + y_km));
        let (dx, dy) = (event.x_km - at.x_km, event.y_km - at.y_km);
        let bearing = dx.atan2(dy).to_degrees() + 1.5 * self.random.bell();
        let km = at.km_to(event);
        let (near_km, far_km) = ((km * 1.4).floor() / 2.0, (km * 2.6).ceil() / 2.0);
        let (lon, lat) = at.degrees();
        format!("{lon},{lat},{},{near_km},{far_km}", in_words(bearing))
    }

    /// A weapon, flight, persons or jamming, seen by a patrol or a flight of the Mechanism.
    fn sighting(&mut self, event: &Event, chance: f64, seen: &mut Seen) {
        if !self.random.chance(chance) {
            return;
        }
        let team = if self.random.chance(0.5) {
            "long-range flight".to_owned()
        } else {
            format!("team {}", 1 + self.random.below(6))
        };
        let (lon, lat) = event.at.shifted(0.02 * self.random.bell(), 0.02 * self.random.bell()).degrees();
        let radius_m = *self.random.pick(&[25, 50, 100, 250]).unwrap_or(&100);
        let start_ms = event.start_ms / MINUTE_MS * MINUTE_MS;
        let reported_ms = start_ms + 4 * HOUR_MS;
        let calibre = if event.calibre_mm > 0 && event.weapon == "artillery" && !self.random.chance(0.15) {
            event.calibre_mm.to_string()
        } else {
            String::new()
        };
        let actor = if self.random.chance(0.12) { "" } else { event.actor };
        let means = if team.starts_with("team") { "saw" } else { "uav" };
        let id = self.next_id("pat");
        let row = format!(
            "{id},{},{},{team},{lon},{lat},{radius_m},,,,,,{},{means},,{},{},{calibre},{actor},,{},",
            moment(start_ms),
            moment(start_ms + MINUTE_MS),
            event.kind,
            event.count,
            event.weapon,
            moment(reported_ms),
        );
        self.send(PATROLS, reported_ms, row, team, seen);
    }

    /// Heat seen from orbit; clouds hide a third.
    fn satellite(&mut self, event: &Event, seen: &mut Seen) {
        if self.random.chance(0.33) {
            return;
        }
        let (lon, lat) = event.at.degrees();
        let time = moment(event.start_ms);
        let (date, clock) = (time.get(..10).unwrap_or(""), time.get(11..16).unwrap_or("").replace(':', ""));
        let confidence = if self.random.chance(0.8) { "n" } else { "l" };
        let brightness = (3_050 + self.random.below(500)) as f64 / 10.0;
        let power = (10 + self.random.below(180)) as f64 / 10.0;
        let row = format!("{lat},{lon},{brightness},0.39,0.36,{date},{clock},N,VIIRS,{confidence},{power}");
        self.send(SATELLITE, event.start_ms + 3 * HOUR_MS, row, "satellite".to_owned(), seen);
    }

    /// A news item: a place by its town, a time by its day.
    fn media(&mut self, event: &Event, seen: &mut Seen) {
        if event.nature != Nature::Fire || !self.random.chance(0.05) {
            return;
        }
        let row = self.open_row(event.start_ms, event.at, event.kind, "", "observation", "local news");
        self.send(OPEN, event.start_ms + DAY_MS, row, "local news".to_owned(), seen);
    }

    fn open_row(
        &mut self,
        at_ms: i64,
        at: Spot,
        kind: &str,
        actor: &str,
        nature: &str,
        note: &str,
    ) -> String {
        let town =
            TOWNS.iter().min_by_key(|t| (t.at.km_to(at) * 1_000.0) as i64).copied().unwrap_or(TOWNS[0]);
        let (lon, lat) = town.at.degrees();
        let radius_m = (((town.at.km_to(at) + 1.0) * 2.0).ceil() * 500.0).max(3_000.0);
        let day = FIRST_DAY_MS + (at_ms - FIRST_DAY_MS).div_euclid(DAY_MS) * DAY_MS;
        let id = self.next_id("os");
        let (start, end, reported) = (moment(day), moment(day + DAY_MS), moment(at_ms + 9 * HOUR_MS));
        format!(
            "{id},{start},{end},{},{lon},{lat},{radius_m},{kind},{actor},{nature},,{reported},{note}",
            town.name
        )
    }

    /// What the parties say of each other: some of it true, much of it not, and on the tenth day a flood of it.
    pub fn allegations(&mut self, land: &Land) {
        self.met = None;
        for day in 0..DAYS {
            let many = if day == 9 { 420 } else { 30 };
            for _ in 0..many {
                let y_km = self.random.between(-55.0, 55.0);
                let off_km = self.random.between(-6.0, 6.0);
                let at = Spot::new(land.line_x_km(y_km) + off_km, y_km);
                let (speaker, accused) = if self.random.chance(0.5) { ("KA", "VE") } else { ("VE", "KA") };
                let at_ms = FIRST_DAY_MS + day * DAY_MS + (self.random.unit() * 24.0 * HOUR_MS as f64) as i64;
                let kind =
                    *self.random.pick(&["explosion", "burst", "drone strike", "flight"]).unwrap_or(&"burst");
                let note = format!("said by {speaker}");
                let row = self.open_row(at_ms, at, kind, accused, "allegation", &note);
                let mut nobody = Seen::default();
                self.send(OPEN, at_ms + 9 * HOUR_MS, row, note, &mut nobody);
            }
        }
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}-{:05}", self.serial)
    }

    /// Sends a row on its way: some are lost, some come twice. Whether it arrived.
    fn send(&mut self, table: usize, arrived_ms: i64, text: String, sensor: String, seen: &mut Seen) -> bool {
        if self.random.chance(0.04) {
            seen.lost.push(sensor);
            return false;
        }
        seen.by.push(sensor);
        let again = self.random.chance(0.02);
        if let Some(rows) = self.tables.get_mut(table) {
            if again {
                rows.push(Row { arrived_ms: arrived_ms + 5 * HOUR_MS, text: text.clone(), event: self.met });
            }
            rows.push(Row { arrived_ms, text, event: self.met });
        }
        true
    }

    /// The tables as files, rows in order of arrival, and `reports.csv`: of which event each row of each table is, in
    /// the order of the rows; `-`: of none, an allegation.
    #[must_use]
    pub fn files(mut self) -> Vec<(String, String)> {
        let mut files = vec![("coverage.csv".to_owned(), coverage_table(&self.coverage))];
        let mut reports = "file,events\n".to_owned();
        for ((name, header), rows) in TABLES.iter().zip(&mut self.tables) {
            rows.sort_by_key(|r| r.arrived_ms);
            let event = |row: &Row| row.event.map_or_else(|| "-".to_owned(), |e| e.to_string());
            let events: Vec<String> = rows.iter().map(event).collect();
            let _ = writeln!(reports, "{name},{}", events.join(" "));
            let mut text = format!("{header}\n");
            for row in rows.iter() {
                let _ = writeln!(text, "{}", row.text);
            }
            files.push(((*name).to_owned(), text));
        }
        files.push(("reports.csv".to_owned(), reports));
        files
    }
}

fn coverage_table(coverage: &[Outage]) -> String {
    let mut text = "source,sensor,status,start,end,lon,lat,radius_m,kinds,cause\n".to_owned();
    for o in coverage {
        let source = match o.sensor.split(' ').next() {
            Some("camera") => "cameras",
            Some("acoustic") => "acoustic",
            _ => "patrols",
        };
        let (lon, lat) = o.at.degrees();
        let (start, end) = (moment(o.start_ms), moment(o.end_ms));
        let (sensor, status, reach_m, kinds) = (&o.sensor, o.status, o.reach_m, o.kinds);
        let cause = if o.cause.contains(',') { format!("\"{}\"", o.cause) } else { o.cause.to_owned() };
        let _ =
            writeln!(text, "{source},{sensor},{status},{start},{end},{lon},{lat},{reach_m},{kinds},{cause}");
    }
    text
}

/// Whether a row names the weapon and says that it fired from there.
fn says_who_fired(row: &str, event: &Event) -> bool {
    let has = |cell: &str| row.split(',').any(|c| c == cell);
    !event.weapon.is_empty() && has(event.weapon) && has("outgoing")
}

/// The nearest point of the compass, or two where the direction lies between them.
fn in_words(bearing_deg: f64) -> String {
    const POINTS: [&str; 16] =
        ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];
    let in_points = bearing_deg.rem_euclid(360.0) / 22.5;
    let point = |n: f64| POINTS[n as usize % POINTS.len()];
    if (in_points - in_points.round()).abs() < 0.25 {
        point(in_points.round()).to_owned()
    } else {
        format!("{}-{}", point(in_points.floor()), point(in_points.floor() + 1.0))
    }
}

fn direction(event: &Event) -> &'static str {
    if event.outgoing { "outgoing" } else { "impact" }
}

fn day_ms(days: f64) -> i64 {
    FIRST_DAY_MS + (days * 24.0 * 60.0).round() as i64 * MINUTE_MS
}

/// To the second, UTC.
pub(super) fn moment(ms: i64) -> String {
    Instant(ms.div_euclid(1_000) * 1_000).to_string()
}
