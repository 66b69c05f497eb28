//! KML: placemarks that state a time, with their points and polygons; KMZ and other ZIP archives of them.

use crate::formats::fields;
use crate::formats::waypoints::Waypoints;
use crate::formats::xml::archive::{self, Wanted};
use crate::formats::xml::{self, Element, Piece, Xml};
use crate::intake::{Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, LonLat, Place};
use std::io::Read;

const NAME: &str = "kml";
const WANTED: &[&str] = &["Placemark"];
const MARKED: &[&str] = &["kml", "Document", "Folder"];
/// Elements of a placemark that hold its geometry.
const GEOMETRIES: [&str; 7] =
    ["Point", "Polygon", "MultiGeometry", "LineString", "LinearRing", "Track", "Model"];

/// Reads placemarks.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut waypoints = Waypoints::new(options, zone)?;
    let (is_archive, input) = xml::is_archive(input);
    if is_archive {
        let before = intake.rows();
        let mut seen = false;
        let wanted = Wanted { format: NAME, endings: &[".kml", ".kmz", ".zip"] };
        archive::read(&wanted, input, intake, &mut |text, intake| {
            placemarks(&mut waypoints, text, intake)?;
            seen = true;
            Ok(())
        })?;
        if !seen && intake.rows() == before {
            let found = "the archive has no KML in it".to_owned();
            return Err(ReadError::WrongKind { format: NAME, found });
        }
    } else {
        placemarks(&mut waypoints, input, intake)?;
    }
    waypoints.finish(intake);
    Ok(())
}

fn placemarks(
    waypoints: &mut Waypoints,
    text: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut xml = Xml::open(NAME, text, WANTED, MARKED)?;
    let mut seen = false;
    let mut whole = Vec::new();
    loop {
        let piece = xml.next();
        if matches!(piece, Piece::End) && !seen {
            let found = "it has no `Placemark` in it, as KML has".to_owned();
            return Err(ReadError::WrongKind { format: NAME, found });
        }
        seen = true;
        match piece {
            Piece::Mark => {}
            Piece::Element => {
                let done = match xml::element(xml.bytes()) {
                    Ok(placemark) => one(waypoints, &placemark, &mut whole, intake)?,
                    Err(fault) => Err(fault),
                };
                if let Err(fault) = done {
                    intake.rejected(xml.at(), fault);
                }
            }
            Piece::End => return Ok(()),
            other => {
                if !xml.reject(other, intake)? {
                    return Ok(());
                }
            }
        }
    }
}

/// One placemark: outer error ends the reading, inner rejects it.
fn one(
    waypoints: &mut Waypoints,
    placemark: &Element,
    whole: &mut Vec<u8>,
    intake: &mut Intake<'_>,
) -> Result<Result<(), Fault>, ReadError> {
    let name = placemark.text_of("name").unwrap_or("");
    let description = placemark.text_of("description").unwrap_or("");
    let between = if name.is_empty() || description.is_empty() { "" } else { "; " };
    let note = format!("{name}{between}{description}");
    let mut properties = extended(placemark);
    let called = properties.iter().find(|(n, _)| *n == "type").map_or("", |(_, v)| *v).to_owned();
    properties.extend(times(placemark));
    let own = [("note", note.as_str()), ("name", name), ("description", description)];
    properties.extend(own.into_iter().filter(|(_, v)| !v.is_empty()));
    waypoints.fill(&properties, &["note", "name", "description", "start", "end", "type"]);
    let place = match place(placemark, &|| waypoints.radius_m(intake.radius_m)) {
        Ok(place) => place,
        Err(fault) => return Ok(Err(fault)),
    };
    whole.clear();
    placemark.canonical(&["id"], whole);
    waypoints.observe(place, whole, &called, intake)
}

/// `ExtendedData`: `Data` with a value, and the fields of schemas.
fn extended(placemark: &Element) -> Vec<(&str, &str)> {
    let Some(data) = placemark.child("ExtendedData") else { return Vec::new() };
    let plain = data.all("Data").filter_map(|d| Some((d.attribute("name")?, d.text_of("value")?)));
    let typed = data.all("SchemaData").flat_map(|s| s.all("SimpleData"));
    let typed = typed.filter_map(|d| Some((d.attribute("name")?, Some(d.text()).filter(|t| !t.is_empty())?)));
    plain.chain(typed).collect()
}

/// `TimeStamp` or `TimeSpan`.
fn times(placemark: &Element) -> Vec<(&'static str, &str)> {
    let stamp = placemark.child("TimeStamp").and_then(|t| t.text_of("when")).map(|t| ("start", t));
    let span = placemark.child("TimeSpan");
    let begin = span.and_then(|s| s.text_of("begin")).map(|t| ("start", t));
    let end = span.and_then(|s| s.text_of("end")).map(|t| ("end", t));
    stamp.into_iter().chain(begin).chain(end).collect()
}

fn bad(says: impl AsRef<[u8]>) -> Fault {
    Fault::new("geometry", RejectReason::BadGeometry, says)
}

type Radius<'f> = dyn Fn() -> Result<Option<f64>, Fault> + 'f;

/// Where the placemark is; nothing if it has no geometry.
fn place(of: &Element, radius_m: &Radius<'_>) -> Result<Option<Place>, Fault> {
    let mut geometries = of.children.iter().filter(|c| GEOMETRIES.contains(&c.name.as_str()));
    let Some(geometry) = geometries.next() else { return Ok(None) };
    if geometries.next().is_some() {
        return Err(bad("several geometries: give each its own placemark"));
    }
    match geometry.name.as_str() {
        "Point" => {
            let text = geometry.text_of("coordinates").unwrap_or("");
            Ok(Some(Place::Point { at: tuple(text)?, radius_m: radius_m()? }))
        }
        "Polygon" => polygon(geometry).map(Some),
        // Depth is bounded by the reading.
        "MultiGeometry" => place(geometry, radius_m),
        "LineString" | "LinearRing" => Err(bad(
            "a line is where something runs, not where something happened; lines of an agreement are geometry",
        )),
        "Track" => Err(bad("a track is where somebody went: import it as GPX, which makes coverage of it")),
        other => Err(bad(other)),
    }
}

/// `longitude,latitude` or `longitude,latitude,altitude`.
fn tuple(text: &str) -> Result<LonLat, Fault> {
    let numbers = text.trim().split(',').map(|n| n.trim().parse::<f64>().ok());
    match numbers.collect::<Option<Vec<f64>>>().as_deref() {
        Some([lon, lat] | [lon, lat, _]) => fields::position(("geometry", *lon), ("geometry", *lat)),
        _ => Err(bad(format!("not a position: {}", text.trim()))),
    }
}

fn polygon(polygon: &Element) -> Result<Place, Fault> {
    let outer = polygon.child("outerBoundaryIs").ok_or_else(|| bad("a polygon without its outer ring"))?;
    let mut rings = vec![ring(outer)?];
    for inner in polygon.all("innerBoundaryIs") {
        rings.push(ring(inner)?);
    }
    Ok(Place::Polygon(rings))
}

fn ring(boundary: &Element) -> Result<Vec<LonLat>, Fault> {
    let text = boundary.child("LinearRing").and_then(|r| r.text_of("coordinates")).unwrap_or("");
    fields::closed("geometry", text.split_whitespace().map(tuple).collect::<Result<_, _>>()?)
}
