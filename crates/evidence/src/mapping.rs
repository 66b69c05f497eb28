//! What the columns of somebody's table mean: a mapping file, JSON, described with a complete example in
//! `docs/sources/csv.md`. All problems of a file are found in one pass.

use base::CivilZone;
use serde_json::{Map, Value};
use std::fmt;

/// Something wrong in a mapping file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingProblem {
    /// Where: the member's path, such as `kind.values`.
    pub at: String,
    /// What, and what to do.
    pub says: String,
}

impl fmt::Display for MappingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() { f.write_str(&self.says) } else { write!(f, "`{}`: {}", self.at, self.says) }
    }
}

/// How coordinates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Degrees {
    /// `48.0159`; a decimal comma only where `decimal-comma` is asked for.
    #[default]
    Decimal,
    /// `48,0159`.
    DecimalComma,
    /// `48°00'57"N`, `48 00 57 N`.
    Dms,
}

/// Where the value of one field comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Columns, joined with `; ` when there are several. Each is a list of names of which the first that exists is
    /// taken.
    pub columns: Vec<Vec<String>>,
    /// The value where there is no column, or where its cell is empty or unknown.
    pub constant: Option<String>,
    /// Words of the source and what they are called here; upper and lower case of A–Z are alike.
    pub values: Vec<(String, String)>,
    /// What words that are not in `values` become; `None`: they stay as they are.
    pub otherwise: Option<String>,
    /// Cells that mean "not known", besides empty ones.
    pub unknown: Vec<String>,
    /// Date formats (strftime letters), tried in order; none: ISO 8601 dates and times.
    pub formats: Vec<String>,
    /// How degrees are written.
    pub degrees: Degrees,
    /// Metres (or millimetres, for a calibre) of one unit of the column.
    pub scale: f64,
    /// The pair in one column is latitude first.
    pub lat_first: bool,
    /// Whether the file asks for the column: then it must be there.
    pub required: bool,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $role:ident = [$($default:literal),*];)*) => {
        /// What the columns of a table mean.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Mapping {
            /// Civil zone of dates and times without an offset.
            pub zone: Option<CivilZone>,
            /// The character between fields; `None`: comma, semicolon or tab, whichever the first line has most of.
            pub delimiter: Option<u8>,
            $($(#[$doc])* pub $name: Option<Field>,)*
        }

        impl Default for Mapping {
            /// Columns by their usual names.
            fn default() -> Mapping {
                Mapping { zone: None, delimiter: None, $($name: usual(&[$($default),*]),)* }
            }
        }

        /// Fields that a mapping file can name.
        const FIELDS: &[(&str, Role)] = &[$((stringify!($name), Role::$role),)*];

        impl Mapping {
            fn empty() -> Mapping {
                Mapping { zone: None, delimiter: None, $($name: None,)* }
            }

            fn set(&mut self, name: &str, field: Field) {
                match name {
                    $(stringify!($name) => self.$name = Some(field),)*
                    _ => {}
                }
            }

            /// Every field that has a source, by name.
            #[must_use]
            pub fn fields(&self) -> Vec<(&'static str, &Field)> {
                let mut all = Vec::new();
                $(if let Some(field) = &self.$name { all.push((stringify!($name), field)); })*
                all
            }
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Word,
    Text,
    Coordinate,
    Pair,
    Bearing,
    Angle,
    Length,
    Calibre,
    Moment,
    Clock,
}

fields! {
    /// Native id; several columns together if one is not enough.
    id: Text = ["id"];
    /// Longitude.
    lon: Coordinate = ["lon", "longitude", "lng", "long"];
    /// Latitude.
    lat: Coordinate = ["lat", "latitude"];
    /// Both in one column.
    position: Pair = [];
    /// Radius of the circle that holds the position.
    radius: Length = ["radius_m"];
    /// Longitude of who heard or saw it from a distance.
    observer_lon: Coordinate = ["observer_lon"];
    /// Latitude of the same.
    observer_lat: Coordinate = ["observer_lat"];
    /// Radius of the circle that holds the observer.
    observer_radius: Length = ["observer_radius_m"];
    /// Direction from the observer: degrees clockwise from true north, or a word of the compass.
    bearing: Bearing = ["bearing"];
    /// Half the opening angle around the bearing, degrees.
    half_width_deg: Angle = ["half_width_deg"];
    /// Nearest distance from the observer.
    range_min: Length = ["range_min_m"];
    /// Farthest distance from the observer.
    range_max: Length = ["range_max_m"];
    /// Civil day.
    date: Moment = ["date"];
    /// Time of day if there is a `date` column, a date and time otherwise; `21:30-21:45` is an interval.
    time: Clock = ["time"];
    /// Start of the event: a date, or date and time.
    start: Moment = ["start"];
    /// End of the event: a date (its whole day), or date and time.
    end: Moment = ["end"];
    /// When it was perceived.
    observed: Moment = ["observed"];
    /// When it was reported.
    reported: Moment = ["reported"];
    /// Kind of fact.
    kind: Word = ["kind"];
    /// Weapon class.
    weapon: Word = ["weapon"];
    /// Calibre.
    calibre: Calibre = ["calibre_mm"];
    /// Actor.
    actor: Word = ["actor"];
    /// Count.
    count: Word = ["count"];
    /// Unit of count.
    unit: Word = ["unit"];
    /// Narrative.
    note: Text = ["note"];
    /// Addresses of reports.
    link: Text = ["link", "links"];
    /// How it was perceived, a word of the list of means.
    means: Word = ["means"];
    /// Outgoing, impact, airburst.
    assessment: Word = ["assessment"];
    /// `observation` or `allegation`.
    nature: Word = ["nature"];
    /// `yes` for exercises and demining blasts.
    exercise: Word = ["exercise"];
    /// Who says so, kept in the note: the file's own word for its source.
    origin: Text = ["source"];
}

/// Cells that mean "not known" unless a mapping says otherwise.
const UNKNOWN: [&str; 8] = ["n/k", "unkn", "unkn.", "unknown", "undetermined", "n/a", "na", "-"];

fn unknown_words() -> Vec<String> {
    UNKNOWN.iter().map(|w| (*w).to_owned()).collect()
}

fn usual(names: &[&str]) -> Option<Field> {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    (!names.is_empty()).then(|| Field {
        columns: vec![names],
        scale: 1.0,
        unknown: unknown_words(),
        ..Field::default()
    })
}

impl Mapping {
    /// Reads a mapping file, JSON; or says everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Mapping, Vec<MappingProblem>> {
        let problem = |says: String| vec![MappingProblem { at: String::new(), says }];
        let root = match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
            Ok(Value::Object(root)) => root,
            Ok(_) => return Err(problem("a mapping is a JSON object, `{ … }`".to_owned())),
            Err(e) => return Err(problem(format!("not JSON: {e}"))),
        };
        let mut reading = Reading { problems: Vec::new() };
        let mut mapping = Mapping::empty();
        for (name, value) in &root {
            reading.member(&mut mapping, name, value);
        }
        reading.whole(&mapping);
        if reading.problems.is_empty() { Ok(mapping) } else { Err(reading.problems) }
    }
}

struct Reading {
    problems: Vec<MappingProblem>,
}

impl Reading {
    fn says(&mut self, at: &str, says: impl Into<String>) {
        self.problems.push(MappingProblem { at: at.to_owned(), says: says.into() });
    }

    fn member(&mut self, mapping: &mut Mapping, name: &str, value: &Value) {
        match (name, value) {
            ("about" | "$schema", _) => {}
            ("zone", Value::String(zone)) => match CivilZone::named(zone) {
                Ok(zone) => mapping.zone = Some(zone),
                Err(e) => self.says(name, e.to_string()),
            },
            ("delimiter", Value::String(d)) => match d.as_bytes() {
                [one] if one.is_ascii() && !matches!(one, b'"' | b'\n' | b'\r') => {
                    mapping.delimiter = Some(*one)
                }
                _ => self.says(name, format!("`{d}` is not one character; write `,`, `;` or `\\t`")),
            },
            ("zone" | "delimiter", _) => self.says(name, "is a text"),
            _ => match FIELDS.iter().find(|(n, _)| *n == name) {
                None => self.says(name, format!("there is no such field; fields are {}", names())),
                Some((_, role)) => {
                    if let Some(field) = self.field(name, *role, value) {
                        mapping.set(name, field);
                    }
                }
            },
        }
    }

    fn field(&mut self, name: &str, role: Role, value: &Value) -> Option<Field> {
        let mut field = Field { scale: 1.0, unknown: unknown_words(), required: true, ..Field::default() };
        match value {
            Value::String(column) => field.columns = vec![vec![column.clone()]],
            Value::Object(members) => {
                for (key, value) in members {
                    self.part(name, role, &mut field, key, value);
                }
            }
            _ => {
                self.says(name, "is a column's name, or an object with `column`");
                return None;
            }
        }
        let mappable = !matches!(role, Role::Pair);
        if field.columns.is_empty() && !(mappable && field.constant.is_some()) {
            self.says(name, "needs `column`, `columns` or `constant`");
        }
        Some(field)
    }

    fn part(&mut self, name: &str, role: Role, field: &mut Field, key: &str, value: &Value) {
        let at = format!("{name}.{key}");
        let words = |this: &mut Reading| this.texts(&at, value);
        match key {
            "column" => field.columns = self.text(&at, value).map(|c| vec![vec![c]]).unwrap_or_default(),
            "columns" if role == Role::Text => {
                field.columns = words(self).into_iter().map(|c| vec![c]).collect()
            }
            "constant" => field.constant = self.text(&at, value),
            "unknown" => field.unknown = words(self),
            "values" if matches!(role, Role::Word | Role::Bearing) => field.values = self.pairs(&at, value),
            "otherwise" if role == Role::Word => field.otherwise = self.text(&at, value),
            "formats" if matches!(role, Role::Moment | Role::Clock) => {
                field.formats = words(self);
                self.check_formats(&at, &field.formats);
            }
            "degrees" if matches!(role, Role::Coordinate | Role::Pair) => {
                field.degrees = match value.as_str() {
                    Some("decimal") => Degrees::Decimal,
                    Some("decimal-comma") => Degrees::DecimalComma,
                    Some("dms") => Degrees::Dms,
                    _ => {
                        self.says(&at, "is `decimal`, `decimal-comma` or `dms`");
                        Degrees::Decimal
                    }
                };
            }
            "order" if role == Role::Pair => match value.as_str() {
                Some("lon,lat") => field.lat_first = false,
                Some("lat,lon") => field.lat_first = true,
                _ => self.says(&at, "is `lon,lat` or `lat,lon`"),
            },
            "unit" if matches!(role, Role::Length | Role::Calibre) => {
                field.scale = match (role, value.as_str()) {
                    (Role::Length, Some("m")) | (Role::Calibre, Some("mm")) => 1.0,
                    (Role::Length, Some("km")) => 1_000.0,
                    (Role::Calibre, Some("cm")) => 10.0,
                    _ => {
                        self.says(
                            &at,
                            if role == Role::Length { "is `m` or `km`" } else { "is `mm` or `cm`" },
                        );
                        1.0
                    }
                };
            }
            _ => self.says(&at, format!("`{key}` means nothing here")),
        }
    }

    fn text(&mut self, at: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(s) => Some(s.clone()),
            Value::Number(n) => Some(n.to_string()),
            Value::Bool(b) => Some(b.to_string()),
            _ => {
                self.says(at, "is a text");
                None
            }
        }
    }

    fn texts(&mut self, at: &str, value: &Value) -> Vec<String> {
        let Value::Array(items) = value else {
            self.says(at, "is a list of texts, `[\"…\"]`");
            return Vec::new();
        };
        items.iter().filter_map(|v| self.text(at, v)).collect()
    }

    fn pairs(&mut self, at: &str, value: &Value) -> Vec<(String, String)> {
        let Value::Object(map) = value else {
            self.says(at, "is an object, `{\"word of the source\": \"word here\"}`");
            return Vec::new();
        };
        let map: &Map<String, Value> = map;
        map.iter().filter_map(|(k, v)| Some((k.trim().to_owned(), self.text(at, v)?))).collect()
    }

    fn check_formats(&mut self, at: &str, formats: &[String]) {
        for format in formats.iter().filter(|f| !matches!(f.as_str(), "unix" | "unix-ms")) {
            // A parse that fails at the text and not at the format names the text; try it on its own output.
            let sample = jiff::civil::date(2026, 1, 31).at(13, 14, 15, 0).to_zoned(jiff::tz::TimeZone::UTC);
            let written = sample.ok().and_then(|z| jiff::fmt::strtime::format(format, &z).ok());
            let reads = written
                .is_some_and(|t| jiff::fmt::strtime::parse(format, t).is_ok_and(|p| p.to_date().is_ok()));
            if !reads {
                self.says(at, format!("`{format}` is not a date format; write for example `%d.%m.%Y %H:%M`"));
            }
        }
    }

    /// What no single member shows.
    fn whole(&mut self, m: &Mapping) {
        if m.lon.is_some() != m.lat.is_some() {
            self.says("lon", "`lon` and `lat` go together");
        }
        if m.position.is_some() && m.lon.is_some() {
            self.says("position", "stands instead of `lon` and `lat`, not beside them");
        }
        self.sector(m);
        if m.kind.is_none() {
            self.says("kind", "is missing; name a column, or write {\"constant\": \"explosion\"}");
        }
        if m.date.is_none() && m.time.is_none() && m.start.is_none() {
            self.says("date", "is missing; name a column for `date`, `time` or `start`");
        }
        if m.start.is_some() && (m.date.is_some() || m.time.is_some()) {
            self.says("start", "stands instead of `date` and `time`, not beside them");
        }
    }

    /// A bearing places nothing without where it was taken and how far off the event was.
    fn sector(&mut self, m: &Mapping) {
        let needed = [
            ("observer_lon", &m.observer_lon),
            ("observer_lat", &m.observer_lat),
            ("bearing", &m.bearing),
            ("range_min", &m.range_min),
            ("range_max", &m.range_max),
        ];
        let further = [&m.observer_radius, &m.half_width_deg];
        if needed.iter().any(|(_, f)| f.is_some()) || further.iter().any(|f| f.is_some()) {
            for (name, _) in needed.iter().filter(|(_, f)| f.is_none()) {
                self.says(
                    name,
                    "is missing; a sector needs `observer_lon`, `observer_lat`, `bearing`, `range_min` and `range_max`",
                );
            }
        }
    }
}

fn names() -> String {
    let all: Vec<&str> = FIELDS.iter().map(|(n, _)| *n).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_of_a_mapping_are_said_at_once() {
        let problems = Mapping::parse(
            r#"{"zone":"Europe/Kiew","lon":"x","colour":"c","kind":{"values":{"a":"b"}},"date":{"column":"d","formats":["%H:%M","%d.%m.%Y"]},"radius":{"column":"r","unit":"miles"}}"#,
        )
        .unwrap_err();
        let at: Vec<&str> = problems.iter().map(|p| p.at.as_str()).collect();
        for expected in ["zone", "colour", "kind", "date.formats", "radius.unit", "lon"] {
            assert!(at.contains(&expected), "{expected} in {problems:?}");
        }
        assert_eq!(problems.len(), 6, "{problems:?}");
    }

    #[test]
    fn a_short_mapping_is_enough() {
        let m = Mapping::parse(
            r#"{"date":"Tag","kind":{"constant":"explosion"},"position":{"column":"Ort","order":"lat,lon"}}"#,
        )
        .unwrap();
        assert!(m.position.unwrap().lat_first);
        assert_eq!(m.kind.unwrap().constant.as_deref(), Some("explosion"));
    }
}
