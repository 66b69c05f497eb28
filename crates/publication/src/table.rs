//! Observations as a table: the annex of violations of the OSCE SMM with everything else that is known in further
//! columns, or the same under plain names. Where an observer stands is in neither; what else an audience may not be
//! told is left out or coarsened by its [`Policy`].

use crate::coverage::Coverage;
use crate::policy::{PlaceView, Policy};
use crate::record::{Record, SourceCard};
use base::{CivilZone, Instant, Interval, LonLat, Place, Sector};
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE, NOT_STATED_MS};
use evidence::formats::smm;
use std::io::Write;

/// Names of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Those of the mission's annex: reading it as `smm` gives the same facts.
    Smm,
    /// Lower-case names without spaces, for programs.
    Plain,
}

/// What stands beside the observations.
pub struct About<'a> {
    /// Civil zone of the times in the column *Date, time*.
    pub zone: &'a CivilZone,
    /// When each observation was recorded, milliseconds since 1970, by row; may be shorter.
    pub recorded_ms: &'a [i64],
    /// Sources, for their reliability.
    pub sources: &'a [SourceCard],
    /// What was watched.
    pub coverage: &'a [Coverage],
    /// The moment of writing, for what may not yet be spoken of.
    pub now: Instant,
}

impl<'a> About<'a> {
    /// What a record says.
    #[must_use]
    pub fn of(record: &'a Record) -> About<'a> {
        About {
            zone: &record.zone,
            recorded_ms: &record.recorded_ms,
            sources: &record.sources,
            coverage: &record.coverage,
            now: record.as_known_at,
        }
    }
}

/// What became of the observations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of the table.
    pub rows: usize,
    /// Observations that the audience may not yet be told of.
    pub withheld: usize,
}

/// Names in the annex and plain names.
const COLUMNS: [(&str, &str); 33] = [
    ("SMM position", "observer_cell"),
    ("Event location", "location"),
    ("Means", "means"),
    ("No.", "count"),
    ("Observation", "kind"),
    ("Description", "description"),
    ("Weapon", "weapon"),
    ("Date, time", "when"),
    ("Id", "id"),
    ("Source", "source"),
    ("Start UTC", "start"),
    ("End UTC", "end"),
    ("Precision", "precision"),
    ("Zone", "zone"),
    ("Count min", "count_min"),
    ("Count max", "count_max"),
    ("Count about", "count_about"),
    ("Unit", "unit"),
    ("Direction deg", "direction_deg"),
    ("Direction half width deg", "direction_half_width_deg"),
    ("Range min m", "range_min_m"),
    ("Range max m", "range_max_m"),
    ("Exercise", "exercise"),
    ("Nature", "nature"),
    ("Calibre mm", "calibre_mm"),
    ("Actor", "actor"),
    ("Reliability", "reliability"),
    ("Observed", "observed"),
    ("Reported", "reported"),
    ("Recorded", "recorded"),
    ("Coverage", "coverage"),
    ("Remark", "note"),
    ("Links", "link"),
];

/// The rows of `batch` that meet `during`, in order of their time.
#[must_use]
pub fn rows_during(batch: &Batch, during: Interval) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..batch.len())
        .filter(|row| {
            let event = batch.event(*row);
            event.meets(during) || during.holds(event.start)
        })
        .collect();
    rows.sort_by_key(|row| (batch.event(*row).start, batch.id.get(*row).copied()));
    rows
}

/// Writes `rows` of `batch` as a table for the audience of `policy`.
///
/// # Errors
/// When `to` cannot be written.
pub fn write<W: Write>(
    batch: &Batch,
    rows: &[usize],
    about: &About<'_>,
    policy: &Policy,
    form: Form,
    to: &mut csv::Writer<W>,
) -> Result<Written, csv::Error> {
    to.write_record(COLUMNS.map(|(smm, plain)| if form == Form::Smm { smm } else { plain }))?;
    let mut written = Written::default();
    for row in rows {
        if policy.may_speak_of(batch.event(*row), about.now) {
            to.write_record(Line { batch, row: *row, about, policy }.cells())?;
            written.rows += 1;
        } else {
            written.withheld += 1;
        }
    }
    Ok(written)
}

struct Line<'a> {
    batch: &'a Batch,
    row: usize,
    about: &'a About<'a>,
    policy: &'a Policy,
}

/// A cell that a spreadsheet would take for a formula is text: an apostrophe before it says so.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn or_unknown(text: &str) -> String {
    if text.is_empty() { "N/K".to_owned() } else { harmless(text) }
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "" }.to_owned()
}

impl Line<'_> {
    fn cells(&self) -> Vec<String> {
        let (b, row) = (self.batch, self.row);
        let place = self.policy.place(b, row);
        let (_, stated, remark) = smm::note_parts(b.note.get(row));
        let word = |column: &[u16]| harmless(b.word_at(column, row));
        let count = b.count(row);
        let figure =
            |of: fn(&base::Count) -> u32| count.as_ref().map(of).map_or(String::new(), |n| n.to_string());
        let calibre = b.calibre_mm.get(row).filter(|c| !c.is_nan()).map(ToString::to_string);
        let exercise = b.flag(row, FLAG_EXERCISE);
        let event = b.event(row);
        let mut cells = vec![
            self.observer_cell(),
            or_unknown(&self.location(&place, stated)),
            or_unknown(b.means_at(row).name()),
            count.map_or("N/K".to_owned(), |c| c.to_string()),
            word(&b.kind),
            smm::description_text(b.assessment_at(row), exercise),
            or_unknown(b.word_at(&b.weapon, row)),
            smm::time_text(self.about.zone, event, b.precision_at(row)),
            b.id.get(row).map_or(String::new(), ToString::to_string),
            word(&b.source),
            event.start.to_string(),
            event.end.to_string(),
            b.precision_at(row).name().to_owned(),
            self.about.zone.name().to_owned(),
            figure(|c| c.min),
            figure(|c| c.max),
            yes(count.is_some_and(|c| c.approximate)),
            word(&b.unit),
        ];
        cells.extend(direction(&place));
        cells.extend([
            yes(exercise),
            if b.flag(row, FLAG_ALLEGATION) { "allegation" } else { "" }.to_owned(),
            calibre.unwrap_or_default(),
            word(&b.actor),
            self.reliability(),
            moment(&b.observed_ms, row),
            moment(&b.reported_ms, row),
            moment(self.about.recorded_ms, row),
            self.coverage(event),
            harmless(self.policy.narrative(remark)),
            harmless(self.policy.narrative(b.links.get(row))),
        ]);
        cells
    }

    /// The cell that the observer stands in, for those who may be told the direction: never the position itself, and
    /// never the name of the place.
    fn observer_cell(&self) -> String {
        match self.policy.origin_cell(self.batch, self.row) {
            None => String::new(),
            Some([lon, lat]) => {
                format!("in the cell of {} degrees at lat {lat} lon {lon}", self.policy.origin_grid_deg)
            }
        }
    }

    fn location(&self, place: &PlaceView, stated: &str) -> String {
        let shown = match place {
            PlaceView::Undetermined | PlaceView::Polygon(_) => String::new(),
            PlaceView::Point(spot) => match LonLat::new(spot.lon_deg, spot.lat_deg) {
                Ok(at) => smm::location_text(&Place::Point { at, radius_m: spot.radius_m }),
                Err(_) => String::new(),
            },
            // The words are those of a range and a bearing; from where is not among them.
            PlaceView::Sector { bearing_deg, half_width_deg, range_min_m, range_max_m, .. } => {
                LonLat::new(0.0, 0.0).map_or_else(
                    |_| String::new(),
                    |observer| {
                        smm::location_text(&Place::Sector(Sector {
                            observer,
                            observer_radius_m: 0.0,
                            bearing_deg: *bearing_deg,
                            half_width_deg: *half_width_deg,
                            range_min_m: *range_min_m,
                            range_max_m: *range_max_m,
                        }))
                    },
                )
            }
        };
        if shown.is_empty() { self.policy.narrative(stated).to_owned() } else { shown }
    }

    fn reliability(&self) -> String {
        let source = self.batch.word_at(&self.batch.source, self.row);
        let card = self.about.sources.iter().find(|s| s.card.id == source);
        card.map_or("?".to_owned(), |c| c.card.reliability.to_string())
    }

    /// What is known of the source's own watching then.
    fn coverage(&self, event: Interval) -> String {
        let source = self.batch.word_at(&self.batch.source, self.row);
        let met = self
            .about
            .coverage
            .iter()
            .filter(|c| c.source == source && (c.during.meets(event) || c.during.holds(event.start)));
        let mut states: Vec<&str> = met.map(|c| c.status.as_str()).collect();
        states.sort_unstable();
        states.dedup();
        if states.is_empty() { "not stated".to_owned() } else { states.join(", ") }
    }
}

/// Direction and range, where they may be told.
fn direction(place: &PlaceView) -> [String; 4] {
    match place {
        PlaceView::Sector { bearing_deg, half_width_deg, range_min_m, range_max_m, .. } => {
            [bearing_deg, half_width_deg, range_min_m, range_max_m].map(ToString::to_string)
        }
        _ => Default::default(),
    }
}

fn moment(column: &[i64], row: usize) -> String {
    match column.get(row) {
        Some(ms) if *ms != NOT_STATED_MS => Instant(*ms).to_string(),
        _ => String::new(),
    }
}
