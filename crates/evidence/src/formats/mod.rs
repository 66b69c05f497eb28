//! The formats that are read, one file each.

mod acled;
mod adsb;
mod air_raid;
mod cap;
mod compass;
mod corridors;
pub mod cot;
mod csv;
pub(crate) mod fields;
mod firms;
mod frames;
mod geojson;
mod gpkg;
mod gpsjam;
mod gpx;
mod json;
mod kml;
mod mapped;
pub(crate) mod moments;
pub mod odk;
pub(crate) mod rows;
mod sensor_json;
mod sensorthings;
pub mod smm;
mod timemap;
mod ucdp;
mod viina;
mod waypoints;
mod xlsx;
pub(crate) mod xml;

use crate::intake::{At, Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::CivilZone;
use rows::{Next, Rows};
use std::io::Read;

/// A format of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// VIINA 2.0 events by day, JSON.
    Viina,
    /// NASA FIRMS active fires, CSV.
    Firms,
    /// UCDP GED events, CSV.
    Ucdp,
    /// Tables of ceasefire violations as the OSCE SMM annexed them to its reports, CSV.
    Smm,
    /// Points and polygons with properties, GeoJSON.
    GeoJson,
    /// Any table, by a mapping.
    Csv,
    /// Cursor on Target events of field devices, XML.
    Cot,
    /// Alerts of the Common Alerting Protocol, XML.
    Cap,
    /// Placemarks with a time, KML and KMZ.
    Kml,
    /// Waypoints and tracks, GPX.
    Gpx,
    /// Entities of the OGC SensorThings API, JSON.
    SensorThings,
    /// Messages of sensors in a schema of our own, JSON.
    SensorJson,
    /// Submissions of the field form from ODK Central or KoboToolbox, CSV or JSON.
    Odk,
    /// Geolocated incidents as TimeMap shows them, JSON.
    TimeMap,
    /// ACLED events, CSV.
    Acled,
    /// A layer of a GeoPackage, by a mapping.
    Gpkg,
    /// A sheet of a workbook, by a mapping.
    Xlsx,
    /// Daily interference with satellite navigation by cell, CSV.
    Gpsjam,
    /// Positions that aircraft broadcast, JSON.
    Adsb,
    /// Air-raid alerts, CSV.
    AirRaid,
    /// Humanitarian corridors, CSV.
    Corridors,
}

impl Format {
    /// All formats: name and one line for people.
    pub const ALL: &'static [(Format, &'static str, &'static str)] = &[
        (Format::Viina, "viina", "VIINA 2.0 events by day, from news reports on Ukraine (JSON)"),
        (Format::Firms, "firms", "NASA FIRMS active fires: MODIS, VIIRS or bare positions (CSV)"),
        (Format::Ucdp, "ucdp", "UCDP GED events of organised violence, all releases (CSV)"),
        (Format::Smm, "smm", "tables of ceasefire violations as annexed to OSCE SMM daily reports (CSV)"),
        (
            Format::GeoJson,
            "geojson",
            "points and polygons with properties: collection, array or one a line (GeoJSON)",
        ),
        (Format::Csv, "csv", "any table, its columns named by a mapping (CSV, semicolon or tab too)"),
        (Format::Cot, "cot", "Cursor on Target events of ATAK, WinTAK and TAK servers (XML, data packages)"),
        (Format::Cap, "cap", "alerts of the Common Alerting Protocol 1.1 and 1.2, alone or in a feed (XML)"),
        (Format::Kml, "kml", "placemarks that state a time: points and polygons (KML, KMZ)"),
        (Format::Gpx, "gpx", "waypoints as observations and tracks as coverage of patrols (GPX)"),
        (Format::SensorThings, "sensorthings", "observations of the OGC SensorThings API (JSON)"),
        (Format::SensorJson, "sensor-json", "messages of acoustic, camera, radar and seismic sensors (JSON)"),
        (Format::Odk, "odk", "submissions of the field form from ODK or KoboToolbox (CSV or JSON)"),
        (Format::TimeMap, "timemap", "geolocated incidents of Bellingcat's TimeMap (JSON)"),
        (Format::Acled, "acled", "ACLED events of political violence, from the news (CSV)"),
        (Format::Gpkg, "gpkg", "points and polygons with properties: a layer of a file (GeoPackage)"),
        (Format::Xlsx, "xlsx", "any table in a sheet, its columns named by a mapping (.xlsx)"),
        (Format::Gpsjam, "gpsjam", "daily interference with satellite navigation by H3 cell (CSV)"),
        (Format::Adsb, "adsb", "positions that aircraft broadcast, put together to flights (JSON)"),
        (Format::AirRaid, "air-raid", "Ukrainian air-raid alerts, official or of volunteers (CSV)"),
        (Format::Corridors, "corridors", "PeaceRep humanitarian corridors with announced windows (CSV)"),
    ];

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(_, n, _)| n.eq_ignore_ascii_case(name.trim())).map(|(f, _, _)| *f)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Format::ALL.iter().find(|(f, _, _)| *f == self).map_or("", |(_, n, _)| n)
    }

    /// One line for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        Format::ALL.iter().find(|(f, _, _)| *f == self).map_or("", |(_, _, d)| d)
    }

    /// The IANA name of the civil zone in which the format's dates without an offset stand.
    #[must_use]
    pub fn zone(self) -> &'static str {
        match self {
            Format::Viina | Format::Smm | Format::Corridors => "Europe/Kyiv",
            _ => "UTC",
        }
    }
}

/// Reads `input` as `format`.
pub(crate) fn run(
    format: Format,
    options: &Options,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let zone = match &options.zone {
        Some(zone) => zone.clone(),
        None => CivilZone::named(format.zone()).map_err(|e| ReadError::Options(e.to_string()))?,
    };
    match format {
        Format::Viina => viina::run(zone, input, intake),
        Format::Firms => firms::run(options, input, intake),
        Format::Ucdp => ucdp::run(zone, input, intake),
        Format::Smm => smm::run(zone, input, intake),
        Format::GeoJson => geojson::run(options, zone, input, intake),
        Format::Csv => csv::run(options, zone, input, intake),
        Format::Cot => cot::run(zone, input, intake),
        Format::Cap => cap::run(zone, input, intake),
        Format::Kml => kml::run(options, zone, input, intake),
        Format::Gpx => gpx::run(options, zone, input, intake),
        Format::SensorThings => sensorthings::run(options, zone, input, intake),
        Format::SensorJson => sensor_json::run(input, intake),
        Format::Odk => odk::run(zone, input, intake),
        Format::TimeMap => timemap::run(zone, input, intake),
        Format::Acled => acled::run(zone, input, intake),
        Format::Gpkg => gpkg::run(options, zone, input, intake),
        Format::Xlsx => xlsx::run(options, zone, input, intake),
        Format::Gpsjam => gpsjam::run(options, input, intake),
        Format::Adsb => adsb::run(input, intake),
        Format::AirRaid => air_raid::run(zone, input, intake),
        Format::Corridors => corridors::run(zone, input, intake),
    }
}

/// What a table's adapter does with what came next.
pub(crate) enum Step {
    /// A record with as many fields as the header has columns.
    Row,
    /// A record that has been rejected.
    Skip,
    /// No more.
    Done,
}

/// The part of reading a table that all its adapters share.
pub(crate) fn step(
    next: Next,
    rows: &Rows<'_>,
    columns: usize,
    intake: &mut Intake<'_>,
) -> Result<Step, ReadError> {
    let reason = match next {
        Next::Record if rows.len() == columns => return Ok(Step::Row),
        Next::Record if rows.len() > columns => RejectReason::TooManyFields,
        Next::Record => RejectReason::TooFewFields,
        Next::TooLong => RejectReason::RecordTooLong,
        Next::Unclosed => RejectReason::UnclosedQuote,
        Next::Failed(e) => {
            intake.ended(e, At { line: rows.line(), raw: &rows.raw() })?;
            return Ok(Step::Done);
        }
        Next::End => return Ok(Step::Done),
    };
    let mut value = match reason {
        RejectReason::TooManyFields | RejectReason::TooFewFields => {
            format!("{} fields, {columns} columns", rows.len())
        }
        _ => String::new(),
    };
    if let Some((first, last)) = rows.lines() {
        let space = if value.is_empty() { "" } else { ", " };
        value.push_str(&format!("{space}lines {first} to {last}: a quotation mark may be missing"));
    }
    intake.rejected(At { line: rows.line(), raw: &rows.raw() }, Fault::new("", reason, value));
    Ok(Step::Skip)
}
