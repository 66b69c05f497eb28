//! B4: ceasefires that broke, replayed as they would have been known, with the watch as it ships and levels by theory.
//!
//! A day is judged `judged_after_days` after its end, on the reports that had arrived by then: of events that the
//! record dates the first source of, by that date; of the rest, by a lag drawn from a stated law. What part arrives
//! in time is the exposure of the day, estimated on the days before the ceasefire.

use rand_distr::{Distribution, Geometric};
use rand_pcg::Pcg64;

use super::played::{Log, Play, mark, play, timeline, zone_name};
use super::timeline::{Mark, Raised, Timeline, Truce};
use crate::backtest::archive::{DAY_MS, Event, Window, cells_panel, date_of};
use crate::detect::DAYS_PER_YEAR;
use crate::detect::across::apart_km;
use crate::detect::watch::{Alarm, Ground, WatchSettings};
use crate::panel::{Panel, Zone};

/// A case.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// First and last day of the record that is played, days since 1970.
    pub record: (i32, i32),
    /// The day the ceasefire entered into force.
    pub entry_into_force: i32,
    /// The day it broke.
    pub broke: i32,
    /// Where it broke: longitude, latitude (degrees), and how far around it zones are named, km.
    pub place: (f64, f64, f64),
    /// Least events of a zone before the ceasefire.
    pub events_min: u32,
    /// Days, first and last, on which nobody could look: what the record has of them is not known, and not none.
    pub unobserved: Vec<(i32, i32)>,
}

/// How reports lag.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct LagModel {
    /// Of events whose first source is not dated: the probability that it is there by the end of the day; each further
    /// day brings the same part of the rest.
    pub same_day: f64,
    /// How many days after its end a day is judged.
    pub judged_after_days: i32,
    /// Where the draws begin.
    pub seed: u64,
}

/// What a case gave. Days count from the day the ceasefire broke; negative days lie before it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct NamedResult {
    /// The case.
    pub case: Case,
    /// The lag.
    pub lag: LagModel,
    /// Zones watched.
    pub zones: usize,
    /// What part of the reports is there when a day is judged.
    pub exposure: f32,
    /// Zone alarms (rise or shock) per zone-year of the ceasefire, after warm-up.
    pub zone_alarms_per_zone_year: f64,
    /// Days of area alarms (rise or shock of the total) during the ceasefire.
    pub area_alarm_days: Vec<i32>,
    /// The same per year of ceasefire.
    pub area_alarms_per_year: f64,
    /// Days on which neighbouring zones rose together during the ceasefire.
    pub together_days: Vec<i32>,
    /// First alarm of a zone at the place, on or after the day it broke.
    pub place_alarm: Option<i32>,
    /// First area alarm on or after the day it broke.
    pub area_alarm: Option<i32>,
    /// First day on or after it on which neighbouring zones rose together.
    pub together: Option<i32>,
    /// Day of the area's alarm of erosion, whenever it came.
    pub erosion: Option<i32>,
    /// Zones with an alarm of erosion from 14 days before to 14 after it broke.
    pub zones_eroded: usize,
    /// Zone alarms on that day and the next.
    pub zone_alarms_first_two_days: usize,
    /// As many were expected on two days, at the rate of the ceasefire before.
    pub zone_alarms_expected: f64,
    /// Day by day: the whole area, then the zone at the place that alarmed first when it broke (the busiest if none
    /// did).
    pub timelines: Vec<Timeline>,
}

/// Runs a case on the events of its record.
#[must_use]
pub fn named(events: &[Event], case: &Case, lag: &LagModel, settings: &WatchSettings) -> Option<NamedResult> {
    let (known, exposure) = known_in_time(events, case, lag);
    // Zones are those where something happened before the ceasefire; what was late by days is known by then. The area
    // is all that arrives, in a zone or not.
    let floor_days = case.record.0..case.entry_into_force;
    let window = Window { floor_days, ..Window::of_days(case.record.0, case.record.1, case.events_min, 1.0) };
    let zones = cells_panel(events, &window).ok()?;
    let seen: Vec<f32> = (case.record.0..=case.record.1)
        .map(|day| if case.is_unobserved(day) { 0.0 } else { exposure })
        .collect();
    let panel = on_zones(&known, &zones, &window, &seen)?;
    let area: Vec<(u32, f32)> = by_day(&known, &window).into_iter().zip(seen).collect();
    let at_place = case.zones_at_place(&panel);
    let entry = usize::try_from(case.entry_into_force - case.record.0).ok();
    let log = play(&Play { panel: &panel, area: &area, entry, traced: &at_place, settings });
    let mut told = result(case, lag, exposure, &panel, &log);
    told.timelines = timelines(case, lag, &panel, log, &at_place, settings);
    Some(told)
}

impl Case {
    fn is_unobserved(&self, day: i32) -> bool {
        self.unobserved.iter().any(|(from, to)| (*from..=*to).contains(&day))
    }

    fn zones_at_place(&self, panel: &Panel) -> Vec<usize> {
        let (lon_deg, lat_deg, radius_km) = self.place;
        let place = Zone { name: String::new(), lon_deg, lat_deg };
        let zones = panel.zones().iter().enumerate();
        zones.filter(|(_, zone)| apart_km(zone, &place) <= radius_km).map(|(at, _)| at).collect()
    }
}

/// The events that had arrived when their day was judged, and what part of all that is.
fn known_in_time(events: &[Event], case: &Case, lag: &LagModel) -> (Vec<Event>, f32) {
    let mut rng = Pcg64::new(u128::from(lag.seed), 0x5851_f42d_4c95_7f2d_1405_7b7e_f767_814f);
    let geometric = Geometric::new(lag.same_day.clamp(0.01, 1.0)).ok();
    let mut known = Vec::with_capacity(events.len());
    let (mut before, mut in_time) = (0_u32, 0_u32);
    for event in events.iter().filter(|e| (case.record.0..=case.record.1).contains(&e.day)) {
        let drawn = geometric.map_or(0, |g| i32::try_from(g.sample(&mut rng)).unwrap_or(i32::MAX));
        let days = event.reported_day.map_or(drawn, |d| d.saturating_sub(event.day));
        let is_in_time = days <= lag.judged_after_days;
        if event.day < case.entry_into_force {
            before += 1;
            in_time += u32::from(is_in_time);
        }
        if is_in_time && !case.is_unobserved(event.day) {
            known.push(event.clone());
        }
    }
    // One added on either side: a record that begins with the ceasefire says nothing of its lag.
    let exposure = (f64::from(in_time) + 1.0) / (f64::from(before) + 1.0);
    (known, exposure.clamp(0.05, 1.0) as f32)
}

/// The counts of `events` in the zones of another panel, and what part of each day was seen.
fn on_zones(events: &[Event], zones: &Panel, window: &Window, seen: &[f32]) -> Option<Panel> {
    let all_days = window.first_day..i32::MAX;
    let known =
        cells_panel(events, &Window { events_min: 0, floor_days: all_days, ..window.clone() }).ok()?;
    let mut counts = Vec::with_capacity(zones.zones().len() * window.days);
    for zone in zones.zones() {
        match known.zones().iter().position(|k| k.name == zone.name) {
            Some(at) => counts.extend_from_slice(known.counts(at)),
            None => counts.extend(std::iter::repeat_n(0, window.days)),
        }
    }
    let exposure = (0..zones.zones().len()).flat_map(|_| seen).copied().collect();
    Panel::new(zones.zones().to_vec(), i64::from(window.first_day) * DAY_MS, DAY_MS, counts, Some(exposure))
        .ok()
}

/// How many events each day of the window has.
fn by_day(events: &[Event], window: &Window) -> Vec<u32> {
    let mut days = vec![0_u32; window.days];
    for event in events {
        let at = usize::try_from(i64::from(event.day) - i64::from(window.first_day)).ok();
        if let Some(count) = at.and_then(|at| days.get_mut(at)) {
            *count = count.saturating_add(event.weight);
        }
    }
    days
}

/// The timelines of the area, and of one zone at the place.
fn timelines(
    case: &Case,
    lag: &LagModel,
    panel: &Panel,
    log: Log,
    at_place: &[usize],
    settings: &WatchSettings,
) -> Vec<Timeline> {
    let first_day = case.record.0;
    let truce = Some(Truce { entry_into_force: case.entry_into_force, broke: case.broke });
    let of = |alarm: &Alarm| mark(alarm, first_day, lag.judged_after_days);
    let mut marks: Vec<Mark> = log.area.iter().map(of).collect();
    let together = log.together.iter().filter_map(|(step, _)| i32::try_from(*step).ok());
    marks.extend(
        together.map(|s| Mark { day: s + first_day + lag.judged_after_days, raised: Raised::Together }),
    );
    let area = timeline("whole area".to_owned(), first_day, log.area_days, marks, truce, settings);
    let broken = |zone: usize| {
        let days = log.zones.iter().filter(|z| z.0 == zone).map(|z| of(&z.1).day);
        days.filter(|d| *d >= case.broke).min().unwrap_or(i32::MAX)
    };
    let events = |zone: usize| panel.counts(zone).iter().map(|c| u64::from(*c)).sum::<u64>();
    let shown =
        at_place.iter().enumerate().min_by_key(|(_, z)| (broken(**z), std::cmp::Reverse(events(**z))));
    let Some((at, zone)) = shown else { return vec![area] };
    let marks = log.zones.iter().filter(|z| z.0 == *zone).map(|z| of(&z.1)).collect();
    let name = panel.zones().get(*zone).map_or_else(String::new, zone_name);
    let days = log.traced_days.get(at).cloned().unwrap_or_default();
    vec![area, timeline(name, first_day, days, marks, truce, settings)]
}

fn result(case: &Case, lag: &LagModel, exposure: f32, panel: &Panel, log: &Log) -> NamedResult {
    // The day on which a step is judged, from the day it broke.
    let day = |step: u64| {
        i32::try_from(step).unwrap_or(i32::MAX) + case.record.0 - case.broke + lag.judged_after_days
    };
    let begins = case.entry_into_force - case.broke;
    let is_change = |alarm: &Alarm| alarm.ground != Ground::Erosion;
    let in_truce = |d: &i32| (begins..0).contains(d);
    let after = |d: &i32| *d >= 0;
    let zone_days: Vec<(usize, i32)> =
        log.zones.iter().filter(|z| is_change(&z.1)).map(|(z, a)| (*z, day(a.step))).collect();
    let area_days: Vec<i32> = log.area.iter().filter(|a| is_change(a)).map(|a| day(a.step)).collect();
    let together_days: Vec<i32> = log.together.iter().map(|t| day(t.0 as u64)).collect();
    let truce_years = f64::from(-begins) / DAYS_PER_YEAR;
    let watched_years = (f64::from(-begins) - 35.0).max(1.0) / DAYS_PER_YEAR;
    let zone_alarms = zone_days.iter().filter(|z| in_truce(&z.1)).count() as f64;
    let zones = panel.zones().len();
    let here = case.zones_at_place(panel);
    let at_place = |z: usize| here.contains(&z);
    let eroded = |a: &Alarm| a.ground == Ground::Erosion;
    let area_alarm_days: Vec<i32> = area_days.iter().copied().filter(in_truce).collect();
    NamedResult {
        zones,
        exposure,
        zone_alarms_per_zone_year: zone_alarms / watched_years / zones.max(1) as f64,
        area_alarms_per_year: area_alarm_days.len() as f64 / truce_years,
        area_alarm_days,
        together_days: together_days.iter().copied().filter(in_truce).collect(),
        place_alarm: zone_days.iter().filter(|z| at_place(z.0)).map(|z| z.1).find(after),
        area_alarm: area_days.iter().copied().find(after),
        together: together_days.iter().copied().find(after),
        erosion: log.area.iter().find(|a| eroded(a)).map(|a| day(a.step)),
        zones_eroded: log
            .zones
            .iter()
            .filter(|z| eroded(&z.1) && (-14..=14).contains(&day(z.1.step)))
            .count(),
        zone_alarms_first_two_days: zone_days.iter().filter(|z| (0..=1).contains(&z.1)).count(),
        zone_alarms_expected: 2.0 * zone_alarms / (watched_years * DAYS_PER_YEAR),
        timelines: Vec::new(),
        case: case.clone(),
        lag: *lag,
    }
}

impl NamedResult {
    /// A plain-text paragraph.
    #[must_use]
    pub fn table(&self) -> String {
        let day = |d: Option<i32>| d.map_or_else(|| "none".to_owned(), |d| format!("{d:+}"));
        let dates = |days: &[i32]| {
            let dates: Vec<String> = days.iter().map(|d| date_of(self.case.broke + d)).collect();
            if dates.is_empty() { "none".to_owned() } else { dates.join(", ") }
        };
        format!(
            "B4 {}: entry into force {}, broke {}; judged {} d after, {:.0} % of reports there; {} zones\n  \
             in the ceasefire: {:.2} zone alarms per zone-year; area alarms {} ({:.2} a year); \
             neighbours together {}\n  \
             after: place {} d, area {} d, neighbours together {} d; \
             zone alarms on the first two days {} (expected {:.2})\n  \
             erosion of the area {} d ({}), {} zones eroded within 14 d\n",
            self.case.name,
            date_of(self.case.entry_into_force),
            date_of(self.case.broke),
            self.lag.judged_after_days,
            self.exposure * 100.0,
            self.zones,
            self.zone_alarms_per_zone_year,
            dates(&self.area_alarm_days),
            self.area_alarms_per_year,
            dates(&self.together_days),
            day(self.place_alarm),
            day(self.area_alarm),
            day(self.together),
            self.zone_alarms_first_two_days,
            self.zone_alarms_expected,
            day(self.erosion),
            self.erosion.map(|d| date_of(self.case.broke + d)).unwrap_or_default(),
            self.zones_eroded,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: i32, lon_deg: f64, reported_day: Option<i32>) -> Event {
        Event { day, lon_deg, lat_deg: 33.2, weight: 1, reported_day, deaths: None }
    }

    fn case() -> Case {
        let place = (44.2, 33.2, 30.0);
        Case {
            name: "made up".to_owned(),
            record: (0, 299),
            entry_into_force: 100,
            broke: 250,
            place,
            events_min: 1,
            unobserved: Vec::new(),
        }
    }

    /// Three a day in two cells, two a day in the ceasefire, nine in the first cell when it breaks.
    fn events(lag: i32) -> Vec<Event> {
        let daily = |day: i32| if day < 100 { 3 } else { 2 };
        let first = |day: i32| if day < 250 { daily(day) } else { 9 };
        let of_day = |day: i32| {
            let here = (0..first(day)).map(move |_| event(day, 44.2, Some(day + lag)));
            here.chain((0..daily(day)).map(move |_| event(day, 45.2, Some(day + lag))))
        };
        (0..300).flat_map(of_day).collect()
    }

    #[test]
    fn a_collapse_is_raised_at_its_place_and_what_is_not_yet_reported_is_not_known() {
        let lag = LagModel { same_day: 1.0, judged_after_days: 0, seed: 1 };
        let known = named(&events(0), &case(), &lag, &WatchSettings::default()).unwrap();
        assert!(known.place_alarm.is_some_and(|d| (0..=2).contains(&d)), "{}", known.table());
        assert!(known.area_alarm_days.is_empty() && known.zones == 2);
        let late = named(&events(5), &case(), &lag, &WatchSettings::default()).unwrap();
        assert_eq!((late.place_alarm, late.exposure), (None, 0.05));
        let waited = LagModel { judged_after_days: 5, ..lag };
        let waited = named(&events(5), &case(), &waited, &WatchSettings::default()).unwrap();
        assert_eq!(waited.place_alarm, known.place_alarm.map(|d| d + 5));
    }

    #[test]
    fn days_on_which_nobody_looked_are_not_days_of_none_and_raise_nothing() {
        let lag = LagModel { same_day: 1.0, judged_after_days: 0, seed: 1 };
        let gap = Case { unobserved: vec![(180, 199)], ..case() };
        let told = named(&events(0), &gap, &lag, &WatchSettings::default()).unwrap();
        let area = &told.timelines[0];
        let days = |from: usize, to: usize| area.days.iter().skip(from).take(to - from);
        assert!(days(180, 200).all(|d| d.count.is_none() && d.expected.is_none() && d.rise_log10.is_none()));
        assert!(days(0, 180).chain(days(200, 300)).all(|d| d.count.is_some_and(|c| c > 0)));
        assert!(told.place_alarm.is_some_and(|d| (0..=2).contains(&d)), "{}", told.table());
        assert!(told.area_alarm_days.is_empty());
        assert_eq!(told.timelines.len(), 2);
        assert_eq!(told.timelines[1].days.len(), 300);
    }

    #[test]
    fn a_leak_from_the_future_would_be_seen_for_later_events_change_no_earlier_alarm() {
        let lag = LagModel { same_day: 1.0, judged_after_days: 0, seed: 1 };
        let whole = named(&events(0), &case(), &lag, &WatchSettings::default()).unwrap();
        let mut flooded = events(0);
        flooded.extend((280..300).flat_map(|day| (0..500).map(move |_| event(day, 44.2, Some(day)))));
        let flooded = named(&flooded, &case(), &lag, &WatchSettings::default()).unwrap();
        assert_eq!(whole.place_alarm, flooded.place_alarm);
        assert_eq!(whole.area_alarm_days, flooded.area_alarm_days);
    }
}
