//! What is asked for, compiled once into a test over incident columns.

use crate::desk::Desk;
use crate::limits::SEARCH_BYTES_MAX;
use crate::problem::Problem;
use crate::query::Query;
use base::{Instant, Interval};
use findings::Outcome;

/// A test of incidents. Conditions on observations (kind, source, words) hold if one member meets all of them.
pub(crate) struct Filter<'a> {
    desk: &'a Desk,
    outcomes: Option<[bool; 5]>,
    column: &'a [u8],
    about_clause: bool,
    bbox: Option<Bbox>,
    from: Instant,
    to: Instant,
    marked: Option<Vec<bool>>,
}

/// West, south, east, north; west beyond east: across the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bbox([f64; 4]);

impl<'a> Filter<'a> {
    /// Compiles `query` over `desk`. A source that only the `latest` desk knows is no mistake: nothing was known from
    /// it then.
    pub fn of(query: &Query, desk: &'a Desk, latest: &Desk) -> Result<Filter<'a>, Problem> {
        let version = version_of(query, desk)?;
        let clause = clause_of(query, desk, version)?;
        let findings = desk.record.state.versions.get(version);
        let column = match clause {
            Some(clause) => findings.and_then(|f| f.incident_outcomes.get(clause)),
            None => desk.index.gravest.get(version),
        };
        let (from, to) = (query.instant("from")?, query.instant("to")?);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(Problem::parameter("to", "lies before `from`"));
        }
        Ok(Filter {
            desk,
            outcomes: outcomes_of(query)?,
            column: column.map_or(&[], Vec::as_slice),
            about_clause: clause.is_some(),
            bbox: query.one("bbox")?.map(Bbox::parse).transpose()?,
            from: from.unwrap_or(Instant::FIRST),
            to: to.unwrap_or(Instant::LAST),
            marked: marked(query, desk, latest)?,
        })
    }

    /// The outcome the filter looks at: under its clause, or the gravest of its version.
    pub fn outcome(&self, incident: usize) -> Outcome {
        self.column.get(incident).map_or(Outcome::NotApplicable, |c| Outcome::from_code(*c))
    }

    /// Whether an incident is asked for.
    pub fn holds(&self, incident: usize) -> bool {
        self.outcome_fits(incident)
            && self.time_fits(incident)
            && self.marked.as_ref().is_none_or(|m| m.get(incident).copied().unwrap_or(false))
            && self.place_fits(incident)
    }

    fn outcome_fits(&self, incident: usize) -> bool {
        let code = self.column.get(incident).copied().unwrap_or(0);
        match &self.outcomes {
            Some(wanted) => wanted.get(usize::from(code)).copied().unwrap_or(false),
            None => !self.about_clause || code != Outcome::NotApplicable as u8,
        }
    }

    /// An incident whose time is only known as an interval is asked for if the interval reaches into the time.
    fn time_fits(&self, incident: usize) -> bool {
        let at = |column: &[i64]| Instant(column.get(incident).copied().unwrap_or(0));
        let event = Interval { start: at(&self.desk.index.start_ms), end: at(&self.desk.index.end_ms) };
        event.start < self.to && (event.start >= self.from || event.end > self.from)
    }

    fn place_fits(&self, incident: usize) -> bool {
        let Some(bbox) = self.bbox else { return true };
        let at = |column: &[f64]| column.get(incident).copied().unwrap_or(f64::NAN);
        bbox.holds(at(&self.desk.index.lon_deg), at(&self.desk.index.lat_deg))
    }

    /// All incidents asked for, by time and id.
    pub fn all(&self) -> Vec<u32> {
        self.desk.index.order.iter().copied().filter(|i| self.holds(*i as usize)).collect()
    }
}

/// The version asked for.
pub(crate) fn version_of(query: &Query, desk: &Desk) -> Result<usize, Problem> {
    let Some(version) = query.number("version", 0, u64::from(u16::MAX))? else { return Ok(0) };
    let known = desk.record.texts.len();
    let version = version as usize;
    if version < known {
        return Ok(version);
    }
    Err(Problem::parameter(
        "version",
        format!("no version {version}; the record has {known}, counted from 0"),
    ))
}

fn clause_of(query: &Query, desk: &Desk, version: usize) -> Result<Option<usize>, Problem> {
    let Some(label) = query.one("clause")? else { return Ok(None) };
    let clauses = desk.record.version(version).map(|v| v.agreement.clauses.as_slice()).unwrap_or_default();
    let found = clauses.iter().position(|c| c.label == label);
    let bad = || {
        let labels: Vec<&str> = clauses.iter().map(|c| c.label.as_str()).take(40).collect();
        let shown: String = label.chars().take(40).collect();
        Problem::parameter(
            "clause",
            format!("no clause `{shown}` in version {version}; it has {}", labels.join(", ")),
        )
    };
    found.map(Some).ok_or_else(bad)
}

fn outcomes_of(query: &Query) -> Result<Option<[bool; 5]>, Problem> {
    let names = query.many("outcome");
    if names.is_empty() {
        return Ok(None);
    }
    let mut wanted = [false; 5];
    for name in names {
        let known = Outcome::named(name).and_then(|o| wanted.get_mut(o as usize));
        let Some(slot) = known else {
            let shown: String = name.chars().take(40).collect();
            let help = "expected breached, undetermined, excused, kept or not_applicable";
            return Err(Problem::parameter("outcome", format!("`{shown}` is no outcome; {help}")));
        };
        *slot = true;
    }
    Ok(Some(wanted))
}

/// Incidents with a member that meets every condition on observations; `None`: there is no such condition.
fn marked(query: &Query, desk: &Desk, latest: &Desk) -> Result<Option<Vec<bool>>, Problem> {
    let kinds = words_of(query, "kind", desk, latest)?;
    let sources = words_of(query, "source", desk, latest)?;
    let search = query.one("q")?.map(|q| q.to_lowercase());
    if search.as_ref().is_some_and(|q| q.len() > SEARCH_BYTES_MAX) {
        return Err(Problem::parameter("q", format!("longer than {SEARCH_BYTES_MAX} bytes")));
    }
    if kinds.is_none() && sources.is_none() && search.is_none() {
        return Ok(None);
    }
    let state = &desk.record.state;
    let batch = &state.observations;
    let fits = |words: &Option<Vec<bool>>, column: &[u16], row: usize| match (words, column.get(row)) {
        (None, _) => true,
        (Some(words), Some(w)) => words.get(usize::from(*w)).copied().unwrap_or(false),
        (Some(_), None) => false,
    };
    let mut marks = vec![false; state.incidents.len()];
    if let Some(search) = &search {
        mark_reference(desk, search, &mut marks);
    }
    for (row, incident) in state.incidents.of_row.iter().enumerate() {
        let Some(mark) = marks.get_mut(*incident as usize) else { continue };
        if !*mark
            && fits(&kinds, &batch.kind, row)
            && fits(&sources, &batch.source, row)
            && search.as_ref().is_none_or(|s| says(desk.policy.narrative(batch.note.get(row)), s))
        {
            *mark = true;
        }
    }
    Ok(Some(marks))
}

/// An incident's reference or id, read out over the telephone, finds it.
fn mark_reference(desk: &Desk, search: &str, marks: &mut [bool]) {
    let digits = search.strip_prefix("inc-").unwrap_or("");
    let digits = digits.split_once('-').map_or(digits, |(_, short)| short);
    if digits.len() < 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return;
    }
    for (id, mark) in desk.record.state.incidents.id.iter().zip(marks) {
        *mark |= format!("{:032x}", id.0).starts_with(digits);
    }
}

/// Which words of the record's dictionary are asked for.
fn words_of(query: &Query, name: &str, desk: &Desk, latest: &Desk) -> Result<Option<Vec<bool>>, Problem> {
    let wanted = query.many(name);
    if wanted.is_empty() {
        return Ok(None);
    }
    let batch = &desk.record.state.observations;
    for word in &wanted {
        let known = |d: &Desk| {
            let named = d.record.state.observations.words.iter().any(|w| w == word);
            named || (name == "source" && d.record.sources.iter().any(|s| s.card.id == *word))
        };
        let in_vocabulary = name == "kind" && base::vocabulary::is_kind(word);
        if !(in_vocabulary || known(desk) || known(latest)) {
            let shown: String = word.chars().take(40).collect();
            return Err(Problem::parameter(name, format!("no {name} `{shown}` in the record")));
        }
    }
    Ok(Some(batch.words.iter().map(|w| wanted.contains(&w.as_str())).collect()))
}

/// Whether `text` says `lower`, in upper or lower case. Plain letters are compared without copying the text.
fn says(text: &str, lower: &str) -> bool {
    let Some(first) = lower.bytes().next() else { return true };
    if !lower.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    let (text, wanted) = (text.as_bytes(), lower.as_bytes());
    let last = (text.len() + 1).saturating_sub(wanted.len());
    let starts =
        text.get(..last).unwrap_or(&[]).iter().enumerate().filter(|(_, b)| b.to_ascii_lowercase() == first);
    starts
        .into_iter()
        .any(|(at, _)| text.get(at..at + wanted.len()).is_some_and(|t| t.eq_ignore_ascii_case(wanted)))
}

impl Bbox {
    fn parse(text: &str) -> Result<Bbox, Problem> {
        let bad = |why: &str| {
            Problem::parameter(
                "bbox",
                format!("{why}; expected west,south,east,north in degrees, such as 30.5,47,37,50"),
            )
        };
        let numbers: Vec<f64> = text.split(',').map_while(|n| n.trim().parse().ok()).collect();
        let (Ok([west, south, east, north]), 4) = (<[f64; 4]>::try_from(numbers), text.split(',').count())
        else {
            return Err(bad("not four numbers"));
        };
        // A map that was panned around the world names longitudes beyond 180; a turn or more too many is a mistake.
        if !(west.abs() <= 540.0 && east.abs() <= 540.0) {
            return Err(bad("a longitude is out of range"));
        }
        if !(-90.0..=90.0).contains(&south) || !(-90.0..=90.0).contains(&north) || south > north {
            return Err(bad("latitudes are out of range or south lies north of north"));
        }
        if east - west >= 360.0 {
            return Ok(Bbox([-180.0, south, 180.0, north]));
        }
        Ok(Bbox([turned(west), south, turned(east), north]))
    }

    fn holds(self, lon_deg: f64, lat_deg: f64) -> bool {
        let Bbox([west, south, east, north]) = self;
        let across = west > east;
        let lon_fits =
            if across { lon_deg >= west || lon_deg <= east } else { (west..=east).contains(&lon_deg) };
        lon_fits && lon_deg.is_finite() && (south..=north).contains(&lat_deg)
    }
}

/// A longitude within ±180.
fn turned(lon_deg: f64) -> f64 {
    if lon_deg > 180.0 {
        lon_deg - 360.0
    } else if lon_deg < -180.0 {
        lon_deg + 360.0
    } else {
        lon_deg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_may_cross_the_antimeridian() {
        let bbox = Bbox::parse("170,-10,-170,10").unwrap();
        assert!(bbox.holds(175.0, 0.0) && bbox.holds(-175.0, 0.0) && bbox.holds(180.0, 0.0));
        assert!(!bbox.holds(0.0, 0.0) && !bbox.holds(175.0, 11.0) && !bbox.holds(f64::NAN, f64::NAN));
    }

    #[test]
    fn a_box_of_a_panned_map_is_turned_back_and_nonsense_is_named() {
        assert_eq!(Bbox::parse("350,0,370,1").unwrap(), Bbox([-10.0, 0.0, 10.0, 1.0]));
        assert_eq!(Bbox::parse("-200,0,200,1").unwrap(), Bbox([-180.0, 0.0, 180.0, 1.0]));
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "0,5,1,4",
            "0,-91,1,4",
            "999,0,1,1",
            "NaN,0,1,1",
            "inf,0,1,1",
        ] {
            assert_eq!(Bbox::parse(bad).unwrap_err().parameter.as_deref(), Some("bbox"), "{bad}");
        }
    }

    #[test]
    fn words_are_found_in_any_case_and_script() {
        assert!(says("Shelling near the MILL", "mill") && says("Біля Млина", "млина") && says("x", ""));
        assert!(!says("mil", "mill") && !says("", "a"));
    }
}
