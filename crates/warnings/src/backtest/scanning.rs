//! The prospective scan on published records (B5): does it find the clusters of a collapse, and is it silent on
//! ordinary dates? The space-time permutation scan stands beside it on the same circles, windows and dates.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;
use serde::Serialize;

use super::archive::{DAY_MS, Event, date_of, day_of_ms};
use crate::panel::{Panel, PanelError, Zone};
use crate::scan::{Cluster, Permuted, ScanError, Scanner, Settings, Tail};

/// How many places × days a panel may hold.
const PANEL_MAX: usize = 200_000_000;
/// From how many steps before a rise its rate is taken.
const RISE_BEFORE_STEPS: usize = 28;
/// Mean length of a degree of latitude, km.
const DEGREE_KM: f64 = 111.195;

/// Daily counts of events in cells of `cell_deg` degrees, for all days of the events. Every cell where something
/// happened on any day is a place. Cells seen by all days' events are a choice of area only: the scan of a day takes
/// nothing else from later days.
///
/// # Errors
/// When the panel would be larger than any record needs.
pub fn places_panel(events: &[Event], cell_deg: f64) -> Result<Panel, PanelError> {
    let first = events.iter().map(|e| i64::from(e.day)).min().unwrap_or(0);
    let last = events.iter().map(|e| i64::from(e.day)).max().unwrap_or(first - 1);
    let days = usize::try_from(last + 1 - first).unwrap_or(0);
    let cell = |event: &Event| {
        ((event.lat_deg / cell_deg).floor() as i32, (event.lon_deg / cell_deg).floor() as i32)
    };
    let mut rows: BTreeMap<(i32, i32), usize> = events.iter().map(|e| (cell(e), 0)).collect();
    rows.values_mut().enumerate().for_each(|(at, row)| *row = at);
    let size = rows.len().checked_mul(days).filter(|s| *s <= PANEL_MAX).ok_or(PanelError::Shape)?;
    let mut counts = vec![0_u32; size];
    for event in events {
        let row = rows.get(&cell(event)).copied().unwrap_or(0);
        let day = usize::try_from(i64::from(event.day) - first).unwrap_or(0);
        if let Some(count) = counts.get_mut(row * days + day) {
            *count = count.saturating_add(event.weight);
        }
    }
    let middle = |at: i32| (f64::from(at) + 0.5) * cell_deg;
    let zone = |(lat, lon): &(i32, i32)| {
        let (lat_deg, lon_deg) = (middle(*lat), middle(*lon));
        Zone { name: format!("{lon_deg:.2} {lat_deg:.2}"), lon_deg, lat_deg }
    };
    Panel::new(rows.keys().map(zone).collect(), first * DAY_MS, DAY_MS, counts, None)
}

/// A date that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scanned {
    /// The day, days since 1970.
    pub day: i32,
    /// How many events the day has, over all places.
    pub events: u64,
    /// Once in how many scans ordinary times give the like of the first cluster; 1 where there is none.
    pub recurrence_steps: f64,
    /// The same, of the permutation scan.
    pub permutation_steps: f64,
}

/// How often each scan alarms on a set of dates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ordinary {
    /// What the dates are.
    pub name: String,
    /// How many dates were scanned.
    pub dates: usize,
    /// On how many the scan gave a cluster at the recurrence interval asked for.
    pub alarms: usize,
    /// In how many runs of neighbouring dates those fall.
    pub alarm_runs: usize,
    /// The dates with such a cluster.
    pub alarm_dates: Vec<String>,
    /// On how many the rank among the replicas alone would have alarmed.
    pub rank_alarms: usize,
    /// On how many the permutation scan gave a cluster at that interval.
    pub permutation_alarms: usize,
    /// How many such clusters it gave on a date, at least and at most.
    pub permutation_clusters: (usize, usize),
    /// Each date.
    pub scanned: Vec<Scanned>,
}

impl Ordinary {
    /// The share of dates on which the scan alarmed.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.alarms as f64 / self.dates.max(1) as f64
    }
}

/// What both scans are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// A cluster is an alarm when ordinary times give its like at most once in so many scans.
    pub recurrence_steps: f64,
    /// How many replicas the permutation scan takes.
    pub permutation_replicas: u32,
}

impl Default for Alarm {
    fn default() -> Self {
        Alarm { recurrence_steps: 200.0, permutation_replicas: 199 }
    }
}

impl Alarm {
    fn of(&self, p_value: f64) -> bool {
        // The least rank of 199 replicas is exactly one in 200.
        p_value * self.recurrence_steps <= 1.0 + 1e-9
    }
}

/// Scans each of `steps`, none of which is part of a collapse, with both scans.
///
/// # Errors
/// When a step cannot be scanned.
pub fn ordinary(
    name: &str,
    scanner: &Scanner,
    panel: &Panel,
    steps: &[usize],
    alarm: &Alarm,
) -> Result<Ordinary, ScanError> {
    let mut out = Ordinary {
        name: name.to_owned(),
        dates: steps.len(),
        alarms: 0,
        alarm_runs: 0,
        alarm_dates: Vec::new(),
        rank_alarms: 0,
        permutation_alarms: 0,
        permutation_clusters: (usize::MAX, 0),
        scanned: Vec::with_capacity(steps.len()),
    };
    let mut before = false;
    for step in steps {
        let scan = scanner.scan(*step)?;
        let first = scan.clusters.first();
        let now = first.is_some_and(|c| alarm.of(c.p_value));
        if now {
            out.alarms += 1;
            out.alarm_runs += usize::from(!before);
            out.alarm_dates.push(date_of(day_of_ms(panel.begins_ms(*step))));
        }
        before = now;
        let rank = first.map_or(1.0, |c| scan.maxima.p_value(c.statistic, Tail::Rank));
        out.rank_alarms += usize::from(alarm.of(rank));
        let permuted = scanner.permutation(*step, alarm.permutation_replicas)?;
        let clusters = permuted.iter().filter(|c| alarm.of(c.p_value)).count();
        out.permutation_alarms += usize::from(clusters > 0);
        let (least, most) = out.permutation_clusters;
        out.permutation_clusters = (least.min(clusters), most.max(clusters));
        let counts = (0..panel.zones().len()).filter_map(|zone| panel.counts(zone).get(*step));
        out.scanned.push(Scanned {
            day: day_of_ms(panel.begins_ms(*step)),
            events: counts.map(|c| u64::from(*c)).sum(),
            recurrence_steps: first.map_or(1.0, |c| c.recurrence_steps.max(1.0)),
            permutation_steps: permuted.iter().map(|c| c.p_value.recip()).fold(1.0, f64::max),
        });
    }
    out.permutation_clusters.0 = out.permutation_clusters.0.min(out.permutation_clusters.1);
    Ok(out)
}

/// A cluster that is known to be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The place, as maps name it.
    pub name: String,
    /// Longitude of the place, degrees.
    pub lon_deg: f64,
    /// Latitude of the place, degrees.
    pub lat_deg: f64,
    /// A cluster is this one when its nearest place lies within so many km.
    pub within_km: f64,
    /// The step on which it is looked for first.
    pub from_step: usize,
    /// The last step on which it is looked for.
    pub to_step: usize,
}

/// What a scan says of a known cluster on one date.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sighting {
    /// The date of the scan.
    pub date: String,
    /// Which cluster of that scan it is, 1 for the greatest statistic.
    pub order: usize,
    /// How many events were counted.
    pub observed: u64,
    /// How many were expected.
    pub expected: f64,
    /// How many places it has.
    pub places: usize,
    /// The first day of its window.
    pub since: String,
    /// Once in how many scans ordinary times give its like.
    pub recurrence_steps: f64,
}

/// A known cluster, as both scans have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The place.
    pub name: String,
    /// The date on which it is looked for first.
    pub from: String,
    /// What the scan says on that date.
    pub at_first: Option<Sighting>,
    /// What the permutation scan says on that date.
    pub permutation: Option<Sighting>,
    /// The first date on which the scan gives it at the recurrence interval asked for.
    pub alarm: Option<Sighting>,
    /// The date on which it is rarest.
    pub rarest: Option<Sighting>,
}

/// Looks for known clusters on their dates.
///
/// # Errors
/// When a step cannot be scanned.
pub fn known(
    scanner: &Scanner,
    panel: &Panel,
    known: &[Known],
    alarm: &Alarm,
) -> Result<Vec<Found>, ScanError> {
    known.iter().map(|one| found(scanner, panel, one, alarm)).collect()
}

fn found(scanner: &Scanner, panel: &Panel, known: &Known, alarm: &Alarm) -> Result<Found, ScanError> {
    let date = |step: usize| date_of(day_of_ms(panel.begins_ms(step)));
    let near: Vec<bool> = panel
        .zones()
        .iter()
        .map(|zone| distance_km(zone, known.lon_deg, known.lat_deg) <= known.within_km)
        .collect();
    let holds = |zone: usize| near.get(zone).copied().unwrap_or(false);
    let mut out = Found {
        name: known.name.clone(),
        from: date(known.from_step),
        at_first: None,
        permutation: None,
        alarm: None,
        rarest: None,
    };
    let permuted = scanner.permutation(known.from_step, alarm.permutation_replicas)?;
    let place = permuted.iter().position(|c| c.places.iter().any(|zone| holds(*zone)));
    out.permutation = place.and_then(|at| {
        permuted
            .get(at)
            .map(|cluster| permuted_sighting(cluster, at, date(known.from_step), date(cluster.since_step)))
    });
    for step in known.from_step..=known.to_step {
        let scan = scanner.scan(step)?;
        let Some(at) = scan.clusters.iter().position(|c| c.by_place.iter().any(|part| holds(part.at))) else {
            continue;
        };
        let sighting = |cluster: &Cluster| sighting(cluster, at, date(step), date(cluster.since_step));
        let Some(seen) = scan.clusters.get(at).map(sighting) else { continue };
        if step == known.from_step {
            out.at_first = Some(seen.clone());
        }
        if out.alarm.is_none() && seen.recurrence_steps >= alarm.recurrence_steps - 1e-6 {
            out.alarm = Some(seen.clone());
        }
        if out.rarest.as_ref().is_none_or(|r| r.recurrence_steps < seen.recurrence_steps) {
            out.rarest = Some(seen);
        }
    }
    Ok(out)
}

fn sighting(cluster: &Cluster, at: usize, date: String, since: String) -> Sighting {
    Sighting {
        date,
        order: at + 1,
        observed: cluster.observed,
        expected: cluster.expected,
        places: cluster.by_place.len(),
        since,
        recurrence_steps: cluster.recurrence_steps,
    }
}

fn permuted_sighting(cluster: &Permuted, at: usize, date: String, since: String) -> Sighting {
    Sighting {
        date,
        order: at + 1,
        observed: cluster.observed,
        expected: cluster.expected,
        places: cluster.places.len(),
        since,
        recurrence_steps: 1.0 / cluster.p_value,
    }
}

/// A rise that is added to ordinary dates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rise {
    /// How many times the rate of the four weeks before.
    pub ratio: f64,
    /// For how many steps up to the date of the scan.
    pub steps: usize,
    /// Around a place, drawn with the weight of its events, km.
    pub radius_km: f64,
    /// At least so many events a step are added in the middle.
    pub events_min: f64,
}

/// How many of the added rises the scans found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Raised {
    /// What the dates are.
    pub name: String,
    /// What was added.
    pub rise: Rise,
    /// On how many dates, one rise on each.
    pub trials: usize,
    /// Events added, on average.
    pub events_mean: f64,
    /// How often a cluster that holds the middle was an alarm.
    pub alarms: usize,
    /// How often the first cluster held the middle, alarm or not.
    pub first: usize,
    /// How often a cluster of the permutation scan that holds the middle was an alarm.
    pub permutation_alarms: usize,
}

/// Adds one rise to each of `steps` and scans. The draws rest on `settings.seed`.
///
/// # Errors
/// When a step cannot be scanned.
pub fn raised(
    name: &str,
    panel: &Panel,
    settings: &Settings,
    steps: &[usize],
    rise: Rise,
    alarm: &Alarm,
) -> Result<Raised, ScanError> {
    let mut out = Raised {
        name: name.to_owned(),
        rise,
        trials: 0,
        events_mean: 0.0,
        alarms: 0,
        first: 0,
        permutation_alarms: 0,
    };
    let mut draws = Pcg64::new(u128::from(settings.seed), 0x9e37_79b9);
    for step in steps {
        let Some((with, middle, added)) = with_rise(panel, *step, &rise, &mut draws) else { continue };
        let scanner = Scanner::new(&with, *settings)?;
        let scan = scanner.scan(*step)?;
        let permuted = scanner.permutation(*step, alarm.permutation_replicas)?;
        out.trials += 1;
        out.events_mean += added;
        out.alarms += usize::from(scan.clusters.iter().any(|c| c.holds(middle) && alarm.of(c.p_value)));
        out.first += usize::from(scan.clusters.first().is_some_and(|c| c.holds(middle)));
        let found = permuted.iter().any(|c| c.places.contains(&middle) && alarm.of(c.p_value));
        out.permutation_alarms += usize::from(found);
    }
    out.events_mean /= out.trials.max(1) as f64;
    Ok(out)
}

/// The panel with a rise that ends with `step`, the row of its middle, and how many events were added.
fn with_rise(panel: &Panel, step: usize, rise: &Rise, draws: &mut Pcg64) -> Option<(Panel, usize, f64)> {
    let begin = (step + 1).checked_sub(rise.steps)?;
    let before = begin.checked_sub(RISE_BEFORE_STEPS)?..begin;
    let rate = |zone: usize| {
        let counts = panel.counts(zone).get(before.clone()).unwrap_or_default();
        counts.iter().map(|c| f64::from(*c)).sum::<f64>() / RISE_BEFORE_STEPS as f64
    };
    let rates: Vec<f64> = (0..panel.zones().len()).map(rate).collect();
    let mut left = rates.iter().sum::<f64>() * draws.next_u64() as f64 / u64::MAX as f64;
    let middle = rates.iter().position(|rate| {
        left -= rate;
        left <= 0.0 && *rate > 0.0
    })?;
    let centre = panel.zones().get(middle)?;
    let mut counts: Vec<u32> = (0..rates.len()).flat_map(|zone| panel.counts(zone)).copied().collect();
    let mut added = 0.0;
    for (row, (zone, rate)) in panel.zones().iter().zip(&rates).enumerate() {
        if distance_km(zone, centre.lon_deg, centre.lat_deg) > rise.radius_km {
            continue;
        }
        let least = if row == middle { rise.events_min } else { 0.0 };
        let Ok(more) = Poisson::new(((rise.ratio - 1.0) * rate).max(least)) else { continue };
        let from = row * panel.steps() + begin;
        for count in counts.get_mut(from..from + rise.steps)? {
            let events: f64 = more.sample(draws);
            *count = count.saturating_add(events as u32);
            added += events;
        }
    }
    let exposure = (0..rates.len()).flat_map(|zone| panel.exposure(zone)).copied().collect();
    let with = Panel::new(panel.zones().to_vec(), panel.begins_ms(0), DAY_MS, counts, Some(exposure)).ok()?;
    Some((with, middle, added))
}

/// On a plane that touches the place: right to a part in a thousand within 100 km.
fn distance_km(zone: &Zone, lon_deg: f64, lat_deg: f64) -> f64 {
    let east = (zone.lon_deg - lon_deg) * lat_deg.to_radians().cos();
    east.hypot(zone.lat_deg - lat_deg) * DEGREE_KM
}

/// What another program did on a record, as measured once and stated here: it is not run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StatedPeer {
    /// The program.
    pub program: &'static str,
    /// On what, and how it was got.
    pub source: &'static str,
    /// Ordinary dates it was run on.
    pub dates: usize,
    /// On how many of them it gave a cluster at a recurrence interval of 200 days or more.
    pub alarms: usize,
    /// How many such clusters on a date, at least and at most.
    pub clusters: (usize, usize),
    /// Replicas, and the seconds of processor time they took on one core for 61,823 cases at 1,156 places.
    pub timed: [(u32, f64); 3],
}

/// The program that health agencies scan with, on the record of Iraq.
pub const STATED_PEER: StatedPeer = StatedPeer {
    program: "SaTScan 10.3.2, space-time permutation",
    source: "Iraq 2007-08, 12 ordinary dates of Sep 2007 - Mar 2008, 199 replicas; built from the published C++ \
             (commit 0cd87a67 of its public mirror) and run once before this back-test was written; not run here",
    dates: 12,
    alarms: 12,
    clusters: (1, 8),
    timed: [(9, 0.37), (99, 1.24), (999, 10.0)],
};

/// The result of the back-test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScanBacktest {
    /// The record, and as of when.
    pub vintage: String,
    /// How many places.
    pub places: usize,
    /// How many circles, each with every window.
    pub circles: usize,
    /// How many replicas a scan takes.
    pub replicas: u32,
    /// What an alarm is.
    pub alarm: Alarm,
    /// Sets of dates that are part of no collapse.
    pub ordinary: Vec<Ordinary>,
    /// Clusters that are known to be there.
    pub known: Vec<Found>,
    /// Rises added to ordinary dates.
    pub raised: Vec<Raised>,
    /// What another program did, as stated.
    pub stated: StatedPeer,
}

impl ScanBacktest {
    /// The result as plain text.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{}: {} places, {} circles, {} replicas; alarm at a recurrence interval of {} scans",
            self.vintage, self.places, self.circles, self.replicas, self.alarm.recurrence_steps
        );
        let _ = writeln!(
            text,
            "\n{:<44}{:>7}{:>8}{:>8}{:>7}{:>11}{:>13}{:>10}",
            "ordinary dates", "dates", "alarms", "share", "runs", "rank only", "permutation", "clusters"
        );
        for row in &self.ordinary {
            let (least, most) = row.permutation_clusters;
            let _ = writeln!(
                text,
                "{:<44}{:>7}{:>8}{:>7.1}%{:>7}{:>11}{:>13}{:>10}",
                row.name,
                row.dates,
                row.alarms,
                100.0 * row.share(),
                row.alarm_runs,
                row.rank_alarms,
                row.permutation_alarms,
                format!("{least}-{most}")
            );
        }
        self.stated_lines(&mut text);
        self.raised_lines(&mut text);
        let _ = writeln!(
            text,
            "\n{:<12}{:<18}{:<12}{:<12}{:>7}{:>9}{:>8}{:>8}{:>7}{:>10}",
            "cluster", "scan", "date", "since", "order", "observed", "exp.", "ratio", "places", "recurs"
        );
        for row in &self.known {
            let lines = [
                ("on its date", &row.at_first),
                ("permutation", &row.permutation),
                ("first alarm", &row.alarm),
                ("rarest", &row.rarest),
            ];
            for (name, seen) in lines {
                line(&mut text, &row.name, name, seen.as_ref());
            }
        }
        text
    }

    fn stated_lines(&self, text: &mut String) {
        let StatedPeer { program, source, dates, alarms, clusters: (least, most), timed } = self.stated;
        let share = 100.0 * alarms as f64 / dates.max(1) as f64;
        let clusters = format!("{least}-{most}");
        let _ = writeln!(
            text,
            "{:<44}{dates:>7}{alarms:>8}{share:>7.1}%{:>7}{:>11}{:>13}{clusters:>10}",
            "stated, not run: SaTScan 10.3.2", "-", "-", "-"
        );
        let timed: Vec<String> = timed.iter().map(|(n, s)| format!("{n} replicas {s} s")).collect();
        let _ = writeln!(text, "  {program}: {source};\n  61,823 cases, one core: {}", timed.join(", "));
    }

    fn raised_lines(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\n{:<44}{:>7}{:>6}{:>8}{:>8}{:>8}{:>8}{:>13}",
            "added rises", "ratio", "days", "trials", "events", "alarms", "first", "permutation"
        );
        for row in &self.raised {
            let _ = writeln!(
                text,
                "{:<44}{:>7.0}{:>6}{:>8}{:>8.0}{:>8}{:>8}{:>13}",
                row.name,
                row.rise.ratio,
                row.rise.steps,
                row.trials,
                row.events_mean,
                row.alarms,
                row.first,
                row.permutation_alarms
            );
        }
    }
}

fn line(text: &mut String, place: &str, name: &str, seen: Option<&Sighting>) {
    let Some(s) = seen else {
        let _ = writeln!(text, "{place:<12}{name:<18}none");
        return;
    };
    let ratio = s.observed as f64 / s.expected.max(1e-9);
    let recurs = s.recurrence_steps.min(99_999.0);
    let _ = writeln!(
        text,
        "{place:<12}{name:<18}{:<12}{:<12}{:>7}{:>9}{:>8.1}{ratio:>8.1}{:>7}{recurs:>10.0}",
        s.date, s.since, s.order, s.observed, s.expected, s.places
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: i32, lon_deg: f64, lat_deg: f64) -> Event {
        Event { day, lon_deg, lat_deg, weight: 1, reported_day: None, deaths: None }
    }

    #[test]
    fn events_are_counted_in_cells_by_day() {
        let events =
            [event(5, 44.01, 33.02), event(5, 44.09, 33.09), event(7, 44.11, 33.0), event(6, -0.01, -0.01)];
        let panel = places_panel(&events, 0.1).unwrap();
        assert_eq!((panel.zones().len(), panel.steps()), (3, 3));
        assert_eq!(panel.begins_ms(0), 5 * DAY_MS);
        assert_eq!((panel.zones()[0].name.as_str(), panel.counts(0)), ("-0.05 -0.05", &[0, 1, 0][..]));
        assert_eq!((panel.zones()[1].name.as_str(), panel.counts(1)), ("44.05 33.05", &[2, 0, 0][..]));
        assert_eq!(panel.counts(2), [0, 0, 1]);
        assert_eq!(places_panel(&[], 0.1).unwrap().steps(), 0);
    }

    #[test]
    fn a_burst_is_found_on_its_day_and_is_an_alarm_while_quiet_dates_are_not() {
        let mut events = Vec::new();
        for day in 0..200 {
            for at in 0..25 {
                let (lon, lat) = (44.05 + 0.1 * f64::from(at % 5), 33.05 + 0.1 * f64::from(at / 5));
                let often = 1 + (day * 7 + at * 5) % 3;
                events.extend((0..often).map(|_| event(day, lon, lat)));
                if day >= 198 && at == 12 {
                    events.extend((0..30).map(|_| event(day, lon, lat)));
                }
            }
        }
        let panel = places_panel(&events, 0.1).unwrap();
        let settings = Settings { replicas: 199, ..Settings::default() };
        let scanner = Scanner::new(&panel, settings).unwrap();
        let alarm = Alarm::default();
        let row = ordinary("quiet", &scanner, &panel, &[150, 160, 170], &alarm).unwrap();
        assert_eq!((row.dates, row.alarms, row.share()), (3, 0, 0.0));
        let burst = Known {
            name: "burst".to_owned(),
            lon_deg: 44.25,
            lat_deg: 33.25,
            within_km: 5.0,
            from_step: 197,
            to_step: 199,
        };
        let found = known(&scanner, &panel, &[burst], &alarm).unwrap();
        let alarmed = found[0].alarm.clone().unwrap();
        assert_eq!((alarmed.date.as_str(), alarmed.order), ("1970-07-18", 1));
        assert_eq!(alarmed.since, "1970-07-18");
        let rise = Rise { ratio: 3.0, steps: 7, radius_km: 12.0, events_min: 6.0 };
        let raised_row = raised("made up", &panel, &settings, &[150, 170], rise, &alarm).unwrap();
        assert_eq!((raised_row.trials, raised_row.alarms, raised_row.first), (2, 2, 2));
        let result = ScanBacktest {
            vintage: "made up".to_owned(),
            places: 25,
            circles: scanner.circles(),
            replicas: 199,
            alarm,
            ordinary: vec![row],
            known: found,
            raised: vec![raised_row],
            stated: STATED_PEER,
        };
        assert!(result.table().contains("first alarm       1970-07-18"), "{}", result.table());
    }
}
