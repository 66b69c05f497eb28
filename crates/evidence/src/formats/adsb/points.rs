//! Positions out of the layouts that there are.

use crate::formats::json;
use crate::reject::{Fault, RejectReason};
use base::limits::{EVENT_MS_MAX, EVENT_MS_MIN};
use base::{Instant, LonLat};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Longest address or call sign, bytes.
const NAME_BYTES_MAX: usize = 64;
/// Times since 1970 beyond this are milliseconds, not seconds.
const SECONDS_MAX: f64 = 1e11;
const FEET_PER_METRE: f64 = 3.280_84;

/// One position of one aircraft.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    /// Index of the aircraft.
    pub(super) aircraft: u32,
    pub(super) at_ms: i64,
    pub(super) lon_deg: f64,
    pub(super) lat_deg: f64,
    /// Height by the barometer, feet; NaN: not stated.
    pub(super) height_ft: f32,
    /// Navigation accuracy and integrity categories, as the aircraft states them.
    pub(super) nac_p: Option<u8>,
    pub(super) nic: Option<u8>,
}

/// All positions of a file.
#[derive(Default)]
pub(super) struct Points {
    pub(super) all: Vec<Point>,
    pub(super) without_position: u64,
    names: Vec<(String, String)>,
    index: HashMap<String, u32>,
}

type Object = Map<String, Value>;

fn shape(what: &str) -> Fault {
    Fault::new("", RejectReason::WrongShape, what)
}

fn number(value: Option<&Value>) -> Option<f64> {
    value?.as_f64().filter(|x| x.is_finite())
}

fn first<'v>(object: &'v Object, names: &[&str]) -> Option<&'v Value> {
    names.iter().filter_map(|n| object.get(*n)).find(|v| !v.is_null())
}

/// Milliseconds since 1970 of seconds or milliseconds, or of a text; nothing that cannot be meant.
fn moment_ms(value: &Value) -> Option<i64> {
    let ms = match value.as_str() {
        Some(text) => Instant::parse(text)?.0,
        None => {
            let stated = value.as_f64().filter(|x| x.is_finite())?;
            let ms = if stated.abs() < SECONDS_MAX { stated * 1_000.0 } else { stated };
            ms.round() as i64
        }
    };
    (EVENT_MS_MIN..=EVENT_MS_MAX).contains(&ms).then_some(ms)
}

/// A height in metres as one in feet.
fn feet(metres: Option<&Value>) -> Option<Value> {
    number(metres).map(|m| Value::from(m * FEET_PER_METRE))
}

/// The address of an aircraft. Without it nobody knows which positions are of one aircraft, and those of two would look
/// like interference.
fn address(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.len() {
        0 => Err(Fault::new("icao24", RejectReason::MissingValue, "")),
        1..=NAME_BYTES_MAX => Ok(text.to_ascii_lowercase()),
        _ => Err(Fault::new("icao24", RejectReason::OutOfRange, text)),
    }
}

fn category(value: Option<&Value>) -> Option<u8> {
    value?.as_u64().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 11)
}

/// What one record states, before it is known whether it is a point at all.
#[derive(Default)]
struct Stated<'v> {
    address: &'v str,
    call: &'v str,
    at: Option<&'v Value>,
    lon: Option<&'v Value>,
    lat: Option<&'v Value>,
    height: Option<&'v Value>,
    nac_p: Option<u8>,
    nic: Option<u8>,
}

impl Points {
    /// Address and call sign of an aircraft.
    pub(super) fn name(&self, aircraft: u32) -> (&str, &str) {
        self.names.get(aircraft as usize).map_or(("", ""), |(a, c)| (a, c))
    }

    /// Takes one element of the document; what is wrong in it comes back.
    pub(super) fn take(&mut self, text: &[u8]) -> Vec<Fault> {
        let value = match json::parse(text) {
            Ok(value) => value,
            Err(fault) => return vec![fault],
        };
        let Value::Object(object) = &value else { return vec![shape("not an object")] };
        let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or("");
        if let Some(Value::Array(trace)) = object.get("trace") {
            self.readsb(text("icao"), object, trace)
        } else if let Some(Value::Object(times)) = object.get("timestamp") {
            self.columns(object, times)
        } else if let Some(Value::Array(states)) = object.get("states") {
            self.opensky(states)
        } else if let Some(Value::Array(aircraft)) = object.get("aircraft") {
            self.snapshot(object, aircraft)
        } else if let Some(flight) = value.pointer("/result/response/data/flight") {
            self.playback(flight)
        } else if first(object, &["timestamp", "time"]).is_some() {
            self.record(object).err().into_iter().collect()
        } else {
            vec![shape("no layout of positions that is known: see docs/sources/adsb.md")]
        }
    }

    fn aircraft(&mut self, address: String, call: &str) -> u32 {
        let next = self.names.len() as u32;
        let index = *self.index.entry(address.clone()).or_insert(next);
        if index == next {
            self.names.push((address, String::new()));
        }
        let call = call.trim();
        if let Some((_, known)) = self.names.get_mut(index as usize)
            && known.is_empty()
            && call.len() <= NAME_BYTES_MAX
        {
            call.clone_into(known);
        }
        index
    }

    fn add(&mut self, s: &Stated<'_>) -> Result<(), Fault> {
        let (Some(at), Some(lon), Some(lat)) = (s.at.and_then(moment_ms), number(s.lon), number(s.lat))
        else {
            self.without_position += 1;
            return Ok(());
        };
        let at_place: LonLat = crate::formats::fields::position(("longitude", lon), ("latitude", lat))?;
        let aircraft = self.aircraft(address(s.address)?, s.call);
        self.all.push(Point {
            aircraft,
            at_ms: at,
            lon_deg: at_place.lon_deg(),
            lat_deg: at_place.lat_deg(),
            height_ft: number(s.height).map_or(f32::NAN, |h| h as f32),
            nac_p: s.nac_p,
            nic: s.nic,
        });
        Ok(())
    }

    /// One record of a table by rows.
    fn record(&mut self, o: &Object) -> Result<(), Fault> {
        let text = |names: &[&str]| first(o, names).and_then(Value::as_str).unwrap_or("");
        // OpenSky's tables have metres.
        let metres = feet(o.get("baroaltitude"));
        self.add(&Stated {
            address: text(&["icao24", "hex", "icao"]),
            call: text(&["callsign", "flight"]),
            at: first(o, &["timestamp", "time"]),
            lon: first(o, &["longitude", "lon"]),
            lat: first(o, &["latitude", "lat"]),
            height: first(o, &["altitude", "alt_baro"]).or(metres.as_ref()),
            nac_p: category(o.get("nac_p")),
            nic: category(o.get("nic")),
        })
    }

    /// A table by columns: every column an object from row to value.
    fn columns(&mut self, o: &Object, times: &Object) -> Vec<Fault> {
        let column = |names: &[&str]| first(o, names).and_then(Value::as_object);
        let lon = column(&["longitude", "lon"]);
        let lat = column(&["latitude", "lat"]);
        let (address, call) = (column(&["icao24", "hex", "icao"]), column(&["callsign", "flight"]));
        let (height, metres) = (column(&["altitude", "alt_baro"]), column(&["baroaltitude"]));
        let (nac_p, nic) = (column(&["nac_p"]), column(&["nic"]));
        let mut faults = Vec::new();
        for (row, at) in times {
            let of = |column: Option<&'_ Object>| column.and_then(|c| c.get(row)).cloned();
            let (address, call) = (of(address), of(call));
            let (lon, lat) = (of(lon), of(lat));
            let height = of(height).filter(|h| !h.is_null()).or_else(|| feet(of(metres).as_ref()));
            let stated = Stated {
                address: address.as_ref().and_then(Value::as_str).unwrap_or(""),
                call: call.as_ref().and_then(Value::as_str).unwrap_or(""),
                at: Some(at),
                lon: lon.as_ref(),
                lat: lat.as_ref(),
                height: height.as_ref(),
                nac_p: category(of(nac_p).as_ref()),
                nic: category(of(nic).as_ref()),
            };
            faults.extend(self.add(&stated).err());
        }
        faults
    }

    /// A trace of readsb: seconds since its time stamp, latitude, longitude, height, …, details at 8.
    fn readsb(&mut self, address: &str, o: &Object, trace: &[Value]) -> Vec<Fault> {
        let Some(from_ms) = o.get("timestamp").and_then(moment_ms) else {
            return vec![Fault::new("timestamp", RejectReason::MissingValue, "")];
        };
        // One address stands for the whole trace; without it the trace is one rejected row.
        if let Err(fault) = self::address(address) {
            return vec![fault];
        }
        let mut faults = Vec::new();
        for point in trace {
            let Some(point) = point.as_array() else {
                faults.push(shape("a point of the trace is not a list"));
                continue;
            };
            let at = number(point.first()).map(|s| Value::from(from_ms as f64 + s * 1_000.0));
            let details = point.get(8).and_then(Value::as_object);
            let detail = |name: &str| details.and_then(|d| d.get(name));
            let stated = Stated {
                address,
                call: detail("flight").and_then(Value::as_str).unwrap_or(""),
                at: at.as_ref(),
                lat: point.get(1),
                lon: point.get(2),
                height: point.get(3),
                nac_p: category(detail("nac_p")),
                nic: category(detail("nic")),
            };
            faults.extend(self.add(&stated).err());
        }
        faults
    }

    /// State vectors of OpenSky: address, call sign, country, time of position, last contact, longitude, latitude,
    /// height in metres, …
    fn opensky(&mut self, states: &[Value]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for state in states {
            let Some(state) = state.as_array() else {
                faults.push(shape("a state is not a list"));
                continue;
            };
            let text = |i: usize| state.get(i).and_then(Value::as_str).unwrap_or("");
            let height = feet(state.get(7));
            let stated = Stated {
                address: text(0),
                call: text(1),
                at: state.get(3),
                lon: state.get(5),
                lat: state.get(6),
                height: height.as_ref(),
                ..Stated::default()
            };
            faults.extend(self.add(&stated).err());
        }
        faults
    }

    /// A snapshot `aircraft.json`: each position is as old as it says.
    fn snapshot(&mut self, o: &Object, aircraft: &[Value]) -> Vec<Fault> {
        let Some(now_ms) = o.get("now").and_then(moment_ms) else {
            return vec![Fault::new("now", RejectReason::MissingValue, "")];
        };
        let mut faults = Vec::new();
        for one in aircraft {
            let Some(one) = one.as_object() else {
                faults.push(shape("an aircraft is not an object"));
                continue;
            };
            let age_s = number(one.get("seen_pos")).unwrap_or(0.0);
            let at = Value::from(now_ms as f64 - age_s * 1_000.0);
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or("");
            let stated = Stated {
                address: text("hex"),
                call: text("flight"),
                at: Some(&at),
                lon: one.get("lon"),
                lat: one.get("lat"),
                height: one.get("alt_baro"),
                nac_p: category(one.get("nac_p")),
                nic: category(one.get("nic")),
            };
            faults.extend(self.add(&stated).err());
        }
        faults
    }

    /// A playback of Flightradar24.
    fn playback(&mut self, flight: &Value) -> Vec<Fault> {
        let text = |path: &str| flight.pointer(path).and_then(Value::as_str).unwrap_or("");
        let address = text("/aircraft/identification/modes");
        let call = text("/identification/callsign");
        let Some(track) = flight.get("track").and_then(Value::as_array) else {
            return vec![Fault::new("track", RejectReason::MissingValue, "")];
        };
        if let Err(fault) = self::address(address) {
            return vec![fault];
        }
        let mut faults = Vec::new();
        for point in track {
            let stated = Stated {
                address,
                call,
                at: point.get("timestamp"),
                lon: point.get("longitude"),
                lat: point.get("latitude"),
                height: point.pointer("/altitude/feet"),
                ..Stated::default()
            };
            faults.extend(self.add(&stated).err());
        }
        faults
    }
}
