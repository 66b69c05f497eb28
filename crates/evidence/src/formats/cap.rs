//! Common Alerting Protocol 1.1 and 1.2: alerts alone, in Atom feeds and RSS channels, in EDXL distributions, and the
//! entries of index feeds that carry CAP elements.

mod alert;
mod chain;

use crate::formats::moments::Clock;
use crate::formats::xml::archive::{self, Wanted};
use crate::formats::xml::{self, Element, Piece, Xml};
use crate::intake::{Intake, ReadError};
use crate::reject::Fault;
use alert::{Alert, Reader};
use base::CivilZone;
use chain::Chains;
use std::io::Read;

const NAME: &str = "cap";
const WANTED: &[&str] = &["alert", "entry", "item"];
/// What a feed is told by when it has no entries.
const MARKED: &[&str] = &["feed", "rss", "channel", "EDXLDistribution"];

/// Reads alerts.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let reader = Reader { clock: Clock::new(zone), assumed_m: intake.radius_m };
    let (is_archive, input) = xml::is_archive(input);
    if !is_archive {
        return alerts(&reader, input, intake);
    }
    let before = intake.rows();
    let wanted = Wanted { format: NAME, endings: &[".cap", ".xml", ".atom", ".rss", ".zip"] };
    archive::read(&wanted, input, intake, &mut |text, intake| alerts(&reader, text, intake))?;
    if intake.rows() == before {
        let found = "the archive has no alert and no feed in it".to_owned();
        return Err(ReadError::WrongKind { format: NAME, found });
    }
    Ok(())
}

fn alerts(reader: &Reader, text: Box<dyn Read + '_>, intake: &mut Intake<'_>) -> Result<(), ReadError> {
    let mut xml = Xml::open(NAME, text, WANTED, MARKED)?;
    let mut chains = Chains::default();
    let mut seen = false;
    loop {
        let piece = xml.next();
        let is_end = matches!(piece, Piece::End);
        if is_end && !seen {
            let found = "it has no `alert` in it, and no feed".to_owned();
            return Err(ReadError::WrongKind { format: NAME, found });
        }
        seen = true;
        match piece {
            Piece::Mark => {}
            Piece::Element => match xml::element(xml.bytes()).and_then(|e| stated(reader, &e, intake)) {
                Err(fault) => intake.rejected(xml.at(), fault),
                Ok(alert) => {
                    let raw = xml.at();
                    chains.hold(alert.standing(raw.line, raw.raw), raw, intake)?;
                }
            },
            Piece::End => return chains.tell(intake),
            other => {
                if !xml.reject(other, intake)? {
                    return chains.tell(intake);
                }
            }
        }
    }
}

/// The alert that an element is, holds or announces.
fn stated(reader: &Reader, element: &Element, intake: &mut Intake<'_>) -> Result<Alert, Fault> {
    match element.find("alert") {
        Some(alert) => reader.alert(alert, intake),
        None => reader.entry(element, intake),
    }
}
