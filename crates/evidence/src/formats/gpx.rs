//! GPX: waypoints with a time are observations; tracks say where a patrol was, and are coverage.

mod corridor;

use crate::formats::fields;
use crate::formats::moments::Clock;
use crate::formats::waypoints::Waypoints;
use crate::formats::xml::archive::{self, Wanted};
use crate::formats::xml::{self, Element, Piece, Xml};
use crate::intake::{Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, LonLat, Place};
use corridor::{Corridor, Fix};
use std::io::Read;

const NAME: &str = "gpx";
const WANTED: &[&str] = &["wpt", "trkpt", "rte"];
const MARKED: &[&str] = &["trkseg", "trk", "gpx"];
/// Elements of a waypoint that are not listed as unread.
const OWN: &[&str] =
    &["note", "start", "link", "name", "desc", "cmt", "type", "time", "ele", "sym", "extensions"];

/// Reads waypoints and tracks.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut reading = Reading {
        clock: Clock::new(zone.clone()),
        waypoints: Waypoints::new(options, zone)?,
        corridor: Corridor::new(options.radius_m),
        whole: Vec::new(),
    };
    let (is_archive, input) = xml::is_archive(input);
    if is_archive {
        let before = intake.rows();
        let mut seen = false;
        let wanted = Wanted { format: NAME, endings: &[".gpx", ".zip"] };
        archive::read(&wanted, input, intake, &mut |text, intake| {
            reading.text(text, intake)?;
            seen = true;
            Ok(())
        })?;
        if !seen && intake.rows() == before {
            let found = "the archive has no GPX in it".to_owned();
            return Err(ReadError::WrongKind { format: NAME, found });
        }
    } else {
        reading.text(input, intake)?;
    }
    reading.waypoints.finish(intake);
    Ok(())
}

struct Reading {
    clock: Clock,
    waypoints: Waypoints,
    corridor: Corridor,
    whole: Vec<u8>,
}

impl Reading {
    fn text(&mut self, text: Box<dyn Read + '_>, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let mut xml = Xml::open(NAME, text, WANTED, MARKED)?;
        let mut seen = false;
        loop {
            let piece = xml.next();
            if matches!(piece, Piece::End) && !seen {
                let found = "it has no waypoint and no track in it, as GPX has".to_owned();
                return Err(ReadError::WrongKind { format: NAME, found });
            }
            seen = true;
            match piece {
                // A segment begins: the receiver was off before it.
                Piece::Mark => self.corridor.close(intake)?,
                Piece::Element => {
                    let done = match xml::element(xml.bytes()) {
                        Ok(element) => self.element(&element, intake)?,
                        Err(fault) => Err(fault),
                    };
                    if let Err(fault) = done {
                        intake.rejected(xml.at(), fault);
                    }
                }
                Piece::End => return self.corridor.close(intake),
                other => {
                    if !xml.reject(other, intake)? {
                        return self.corridor.close(intake);
                    }
                }
            }
        }
    }

    fn element(&mut self, of: &Element, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        match of.name.as_str() {
            "wpt" => self.waypoint(of, intake),
            "trkpt" => match self.fix(of) {
                Ok(fix) => self.corridor.go(fix, intake),
                Err(fault) => Ok(Err(fault)),
            },
            _ => {
                intake.warn("routes: where somebody means to go; not read");
                Ok(Ok(()))
            }
        }
    }

    fn fix(&self, of: &Element) -> Result<Fix, Fault> {
        let at = position(of)?;
        let time = of.text_of("time").ok_or_else(|| Fault::new("time", RejectReason::MissingValue, ""))?;
        Ok(Fix { at, time: self.clock.read("time", time, &[])?.event.start })
    }

    fn waypoint(&mut self, of: &Element, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        let at = match position(of) {
            Ok(at) => at,
            Err(fault) => return Ok(Err(fault)),
        };
        let mut note = String::new();
        for text in ["name", "desc", "cmt"].iter().filter_map(|n| of.text_of(n)) {
            if !note.is_empty() {
                note.push_str("; ");
            }
            note.push_str(text);
        }
        let extensions = of.child("extensions").map_or(&[][..], |e| &e.children);
        let leaf = |e: &'_ &Element| e.children.is_empty() && !e.text().is_empty();
        let mut properties: Vec<(&str, &str)> =
            extensions.iter().filter(leaf).map(|e| (e.name.as_str(), e.text())).collect();
        let own = of.children.iter().filter(leaf).filter(|e| e.name != "link");
        properties.extend(own.map(|e| (e.name.as_str(), e.text())));
        let link = of.child("link").and_then(|l| l.attribute("href"));
        let named = [("start", of.text_of("time")), ("link", link), ("note", Some(note.as_str()))];
        properties.extend(named.iter().filter_map(|(name, value)| value.map(|v| (*name, v))));
        self.waypoints.fill(&properties, OWN);
        let radius_m = match self.waypoints.radius_m(intake.radius_m) {
            Ok(radius_m) => radius_m,
            Err(fault) => return Ok(Err(fault)),
        };
        self.whole.clear();
        of.canonical(&[], &mut self.whole);
        let called = of.text_of("type").unwrap_or("");
        self.waypoints.observe(Some(Place::Point { at, radius_m }), &self.whole, called, intake)
    }
}

fn position(of: &Element) -> Result<LonLat, Fault> {
    let number = |name: &str| fields::number(name, of.attribute(name).unwrap_or("").as_bytes());
    fields::position(("lon", number("lon")?), ("lat", number("lat")?))
}
