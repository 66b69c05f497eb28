//! The watch as it ships, played over a panel and over its area, with what it raised and, of some zones, each day.

use super::timeline::{DayTold, Mark, Raised, Timeline, Truce};
use crate::backtest::archive::{DAY_MS, day_of_ms};
use crate::baseline::Area;
use crate::detect::across::{Neighbours, Together, TogetherSettings, TogetherWatch};
use crate::detect::watch::{Alarm, Ground, Report, Seen, WatchSettings, ZoneWatch};
use crate::detect::{Budget, tail};
use crate::panel::{Panel, SEEN_MIN};

/// Neighbouring cells of half a degree are at most so far apart, km.
const NEIGHBOURS_KM: f64 = 85.0;
/// Budget of the low alarms that neighbours together are made of, per zone-year.
const LOW_ALARMS_PER_YEAR: f64 = 4.0;

/// What is played.
pub(super) struct Play<'p> {
    /// Counts and exposure by zone.
    pub panel: &'p Panel,
    /// Counts and exposure of the whole area, by step, in a zone or not.
    pub area: &'p [(u32, f32)],
    /// The step on which a ceasefire enters into force.
    pub entry: Option<usize>,
    /// The zones of which every day is kept.
    pub traced: &'p [usize],
    /// How zones and area are watched.
    pub settings: &'p WatchSettings,
}

/// What happened, by step.
#[derive(Default)]
pub(super) struct Log {
    pub zones: Vec<(usize, Alarm)>,
    pub area: Vec<Alarm>,
    pub together: Vec<(usize, Together)>,
    /// The days of the area.
    pub area_days: Vec<DayTold>,
    /// The days of the traced zones, in their order.
    pub traced_days: Vec<Vec<DayTold>>,
}

/// Plays it, each step with nothing of later ones.
pub(super) fn play(what: &Play<'_>) -> Log {
    let Play { panel, settings, .. } = what;
    let mut watches = vec![ZoneWatch::new(settings); panel.zones().len()];
    let mut total = ZoneWatch::new(settings);
    let low = Budget::daily(LOW_ALARMS_PER_YEAR).per_step();
    let neighbours = Neighbours::within(panel.zones(), NEIGHBOURS_KM);
    let mut together = TogetherWatch::new(neighbours, &TogetherSettings::default(), low);
    let mut raised = vec![false; watches.len()];
    let mut log = Log { traced_days: vec![Vec::new(); what.traced.len()], ..Log::default() };
    for (step, (total_count, part)) in what.area.iter().enumerate() {
        if Some(step) == what.entry {
            watches.iter_mut().for_each(ZoneWatch::entry_into_force);
            total.entry_into_force();
        }
        let area = Area::of(watches.iter().map(ZoneWatch::baseline));
        for (number, (watch, up)) in watches.iter_mut().zip(&mut raised).enumerate() {
            let seen = seen(panel.counts(number).get(step), panel.exposure(number).get(step));
            let expected = seen.and_then(|s| Some((s, watch.law(&area)?)));
            let law = expected.map(|(s, l)| (s.count, l.with_mean(l.mean() * f64::from(s.part))));
            *up = law.is_some_and(|(count, l)| count > 0 && tail::probability(count, &l) <= low);
            let report = watch.step(step as u64, seen, &area);
            if let Some(at) = what.traced.iter().position(|z| *z == number) {
                let day = told(seen, law.map(|(_, l)| l.mean()), watch, &report);
                log.traced_days.iter_mut().skip(at).take(1).for_each(|days| days.push(day));
            }
            log.zones.extend(report.alarm.map(|alarm| (number, alarm)));
        }
        log.together.extend(together.step(&raised).map(|t| (step, t)));
        let own = total.baseline().inverse_size().unwrap_or(Area::default().inverse_size);
        let alone = Area { inverse_size: own, ..Area::default() };
        let seen = seen(Some(total_count), Some(part));
        let expected = seen.and_then(|s| Some(total.law(&alone)?.mean() * f64::from(s.part)));
        let report = total.step(step as u64, seen, &alone);
        log.area_days.push(told(seen, expected, &total, &report));
        log.area.extend(report.alarm);
    }
    log
}

/// A step as it could be seen; nothing where too little of it was.
fn seen(count: Option<&u32>, part: Option<&f32>) -> Option<Seen> {
    let part = part.copied().unwrap_or(0.0);
    (part >= SEEN_MIN).then(|| Seen { part, ..Seen::fully(count.copied().unwrap_or(0)) })
}

fn told(seen: Option<Seen>, expected: Option<f64>, watch: &ZoneWatch, report: &Report) -> DayTold {
    let log10 = |evidence: f64| evidence.max(1e-9).log10();
    let weighed = !report.flags.unobserved && !report.flags.warming_up && !report.flags.held;
    DayTold {
        count: seen.map(|s| s.count),
        part: seen.map_or(0.0, |s| s.part),
        expected,
        rise_log10: weighed.then(|| log10(report.evidence_up)),
        erosion_log10: seen.and(watch.erosion_evidence()).map(log10),
    }
}

/// The timeline of a stream from its days and alarms.
pub(super) fn timeline(
    name: String,
    first_day: i32,
    days: Vec<DayTold>,
    marks: Vec<Mark>,
    truce: Option<Truce>,
    settings: &WatchSettings,
) -> Timeline {
    let (rise, erosion) = ZoneWatch::new(settings).evidence_levels();
    let mut marks = marks;
    marks.sort_by_key(|m| (m.day, m.raised));
    Timeline {
        name,
        first_day,
        days,
        marks,
        truce,
        rise_level_log10: rise.log10(),
        erosion_level_log10: erosion.log10(),
        promised: settings.budget.alarms_per_zone_year,
    }
}

/// The mark of an alarm.
pub(super) fn mark(alarm: &Alarm, first_day: i32, later_days: i32) -> Mark {
    let raised = match alarm.ground {
        Ground::Rise => Raised::Rise,
        Ground::Shock => Raised::Shock,
        Ground::Erosion => Raised::Erosion,
    };
    Mark { day: i32::try_from(alarm.step).unwrap_or(i32::MAX).saturating_add(first_day + later_days), raised }
}

/// The timelines of the whole area and of the zone with the most counts in the first half, as the watch that ships has
/// them, each day judged on what is counted of it in the end.
#[must_use]
pub fn timelines(panel: &Panel, settings: &WatchSettings) -> Vec<Timeline> {
    let half = panel.steps() / 2;
    let early = |zone: usize| panel.counts(zone).iter().take(half).map(|c| u64::from(*c)).sum::<u64>();
    let Some(busiest) = (0..panel.zones().len()).max_by_key(|z| (early(*z), std::cmp::Reverse(*z))) else {
        return Vec::new();
    };
    let area: Vec<(u32, f32)> = (0..panel.steps()).map(|step| of_area(panel, step)).collect();
    let log = play(&Play { panel, area: &area, entry: None, traced: &[busiest], settings });
    let first_day = day_of_ms(panel.begins_ms(0));
    let marks = |alarms: Vec<&Alarm>| alarms.into_iter().map(|a| mark(a, first_day, 0)).collect::<Vec<_>>();
    let mut area_marks = marks(log.area.iter().collect());
    area_marks.extend(
        log.together
            .iter()
            .map(|(step, _)| Mark { day: day_of_ms(panel.begins_ms(*step)), raised: Raised::Together }),
    );
    let of_zone = marks(log.zones.iter().filter(|z| z.0 == busiest).map(|z| &z.1).collect());
    let name = panel.zones().get(busiest).map_or_else(String::new, zone_name);
    let days = log.traced_days.into_iter().next().unwrap_or_default();
    vec![
        timeline("all zones together".to_owned(), first_day, log.area_days, area_marks, None, settings),
        timeline(format!("busiest zone, {name}"), first_day, days, of_zone, None, settings),
    ]
}

/// What all zones counted on a step, and what part of it could be seen, averaged over zones.
fn of_area(panel: &Panel, step: usize) -> (u32, f32) {
    let zones = 0..panel.zones().len();
    let parts: f32 = zones.clone().filter_map(|z| panel.exposure(z).get(step)).sum();
    let count =
        zones.clone().filter_map(|z| panel.counts(z).get(step)).fold(0_u32, |a, c| a.saturating_add(*c));
    (count, (parts / zones.len().max(1) as f32).clamp(0.0, 1.0))
}

/// A cell of half a degree, by its number and its middle.
pub(super) fn zone_name(zone: &crate::panel::Zone) -> String {
    let (north, east) =
        (if zone.lat_deg < 0.0 { 'S' } else { 'N' }, if zone.lon_deg < 0.0 { 'W' } else { 'E' });
    format!("cell {} ({:.2}°{north} {:.2}°{east})", zone.name, zone.lat_deg.abs(), zone.lon_deg.abs())
}

/// Takes days out of a panel: nobody could look.
///
/// # Errors
/// When the panel cannot be made again.
pub fn without_days(panel: &Panel, unobserved: &[(i32, i32)]) -> Result<Panel, crate::panel::PanelError> {
    let zones = 0..panel.zones().len();
    let mut exposure: Vec<f32> = zones.clone().flat_map(|z| panel.exposure(z)).copied().collect();
    let mut counts: Vec<u32> = zones.flat_map(|z| panel.counts(z)).copied().collect();
    for (at, (part, count)) in exposure.iter_mut().zip(&mut counts).enumerate() {
        let day = day_of_ms(panel.begins_ms(at % panel.steps().max(1)));
        if unobserved.iter().any(|(from, to)| (*from..=*to).contains(&day)) {
            (*part, *count) = (0.0, 0);
        }
    }
    Panel::new(panel.zones().to_vec(), panel.begins_ms(0), DAY_MS, counts, Some(exposure))
}
