//! What was watched, and the words that must stand beside every zero.

use base::{Interval, LonLat};
use findings::exposure::Watch;

/// A stretch of time over which a source says whether it was able to observe.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The source.
    pub source: String,
    /// `watching`, `impaired`, `down`, `denied`, or the source's own word.
    pub status: String,
    /// When.
    pub during: Interval,
    /// Why it could not, if it could not.
    pub cause: String,
    /// Over what area (closed outer ring); empty: not stated.
    pub area: Vec<LonLat>,
}

/// Grid to which the middle of a watched circle is drawn, degrees: a camera stands in the middle of what it watches,
/// and where it stands is targeting data.
const GRID_DEG: f64 = 0.05;
/// Vertices of a drawn circle.
const CIRCLE_VERTICES: usize = 24;

impl Coverage {
    /// What may be told of a coverage record: the area is drawn coarsely, the same way every time.
    #[must_use]
    pub fn of(record: &evidence::coverage::Coverage) -> Coverage {
        use evidence::coverage::{CoverageArea, Status};
        let status = match record.status {
            Status::Effective => "watching",
            Status::Degraded => "impaired",
            Status::Down => "down",
            Status::Denied => "denied",
            Status::Jammed => "jammed",
        };
        let area = match &record.area {
            CoverageArea::Circle { at, radius_m } => coarse_circle(*at, *radius_m),
            CoverageArea::Polygon(rings) => rings.first().cloned().unwrap_or_default(),
        };
        Coverage {
            source: record.source.clone(),
            status: status.to_owned(),
            during: record.interval,
            cause: record.cause.clone(),
            area,
        }
    }
}

fn coarse_circle(at: LonLat, radius_m: f64) -> Vec<LonLat> {
    let snap = |deg: f64| (deg / GRID_DEG).round() * GRID_DEG;
    let (lon, lat) = (snap(at.lon_deg()), snap(at.lat_deg()));
    let scale = lat.to_radians().cos().max(0.01);
    let ring = (0..=CIRCLE_VERTICES).filter_map(|i| {
        let turn = (i % CIRCLE_VERTICES) as f64 / CIRCLE_VERTICES as f64 * std::f64::consts::TAU;
        let (dx, dy) = (turn.cos() * radius_m / 111_200.0 / scale, turn.sin() * radius_m / 111_200.0);
        LonLat::new(lon + dx, lat + dy).ok()
    });
    ring.collect()
}

/// Whether anything was stated about watching `during`.
#[must_use]
pub fn is_stated(coverage: &[Coverage], during: Interval) -> bool {
    coverage.iter().any(|c| c.during.meets(during))
}

/// The sentence that stands beside every figure over `during`.
#[must_use]
pub fn statement(coverage: &[Coverage], during: Interval) -> String {
    let met: Vec<&Coverage> = coverage.iter().filter(|c| c.during.meets(during)).collect();
    if met.is_empty() {
        return "Coverage not stated: no source has said when and where it was able to observe. Where nothing is \
                recorded, it is not known that nothing happened."
            .to_owned();
    }
    let mut sources: Vec<&str> = met.iter().map(|c| c.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let hindered = met.iter().filter(|c| c.status != "watching").count();
    format!(
        "Coverage stated by {} for {} {}, {hindered} of them hindered. Outside these it is not known that nothing \
         happened.",
        sources.join(", "),
        met.len(),
        if met.len() == 1 { "period" } else { "periods" },
    )
}

/// What share of a clause's ground was watched during `over`, in words; empty where that is no question.
#[must_use]
pub fn watched(watch: Option<&Watch>, over: Interval) -> String {
    match watch {
        None | Some(Watch::NotOfFacts) => String::new(),
        Some(Watch::NotStated) => "coverage not stated".to_owned(),
        Some(Watch::Unbounded) => "no share can be told: no bounded zone".to_owned(),
        Some(known @ Watch::Shares(_)) => match known.over(over) {
            None => String::new(),
            Some(step) if step.share <= 0.0 => "not observed".to_owned(),
            Some(step) => format!("{} of zone and time watched", percent(step.share)),
        },
    }
}

/// A share in per cent. Only nothing is 0 % and only all is 100 %.
#[must_use]
pub fn percent(share: f64) -> String {
    let whole = (share * 100.0).round();
    if share > 0.0 && whole < 1.0 {
        "under 1 %".to_owned()
    } else if share < 1.0 && whole > 99.0 {
        "over 99 %".to_owned()
    } else {
        format!("{whole} %")
    }
}

/// A figure with what makes a zero readable.
#[must_use]
pub fn figure(n: u64, coverage: &[Coverage], during: Interval) -> String {
    match (n, is_stated(coverage, during)) {
        (0, false) => "0 recorded; coverage not stated".to_owned(),
        (0, true) => "0 recorded under the coverage stated".to_owned(),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Instant;

    fn hours(from: i64, to: i64) -> Interval {
        Interval { start: Instant(from * base::time::HOUR_MS), end: Instant(to * base::time::HOUR_MS) }
    }

    #[test]
    fn a_zone_that_nobody_watched_is_not_observed_and_no_share_is_rounded_to_all_or_nothing() {
        let shares = |share| Watch::Shares(std::sync::Arc::new(vec![(hours(0, 12), share)]));
        assert_eq!(watched(Some(&shares(0.0)), hours(0, 24)), "not observed");
        assert_eq!(watched(Some(&shares(1.0)), hours(0, 24)), "50 % of zone and time watched");
        assert_eq!(watched(Some(&Watch::NotStated), hours(0, 24)), "coverage not stated");
        assert_eq!(watched(None, hours(0, 24)), "");
        assert_eq!([percent(0.001), percent(0.999), percent(1.0)], ["under 1 %", "over 99 %", "100 %"]);
    }

    #[test]
    fn a_zero_never_stands_alone() {
        assert_eq!(figure(0, &[], hours(0, 24)), "0 recorded; coverage not stated");
        let watched = Coverage {
            source: "cam-1".to_owned(),
            status: "watching".to_owned(),
            during: hours(3, 9),
            cause: String::new(),
            area: Vec::new(),
        };
        assert_eq!(
            figure(0, std::slice::from_ref(&watched), hours(0, 24)),
            "0 recorded under the coverage stated"
        );
        assert_eq!(
            figure(0, std::slice::from_ref(&watched), hours(24, 48)),
            "0 recorded; coverage not stated"
        );
        assert_eq!(figure(7, &[], hours(0, 24)), "7");
        assert!(statement(&[watched], hours(0, 24)).contains("cam-1 for 1 period, 0 of them hindered"));
    }
}
