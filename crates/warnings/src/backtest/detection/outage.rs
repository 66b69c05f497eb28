//! B8: a stream of sirens under simulated outages. An outage must never be called calm, and must leave the alarms of
//! other zones and days as they were.

use rand_distr::{Binomial, Distribution, Uniform};
use rand_pcg::Pcg64;

use crate::baseline::Area;
use crate::count::NegBin;
use crate::detect::across::{SharedFall, feed_looks_dead};
use crate::detect::watch::{Quiet, Report, Seen, WatchSettings, ZoneWatch};
use crate::panel::Panel;

/// What goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// One zone sends nothing, and says so.
    Declared,
    /// One zone sends 40 % of its reports, and says so.
    DeclaredInPart,
    /// One zone sends nothing, and nobody says so.
    Undeclared,
    /// All zones send nothing, and nobody says so.
    UndeclaredEverywhere,
    /// All zones send 20 % of their reports, and nobody says so.
    ThinnedEverywhere,
    /// One zone sends 20 % of its reports, and nobody says so: without a second source this cannot be told from calm.
    Thinned,
}

impl Outage {
    /// All of them.
    pub const ALL: [Outage; 6] = [
        Outage::Declared,
        Outage::DeclaredInPart,
        Outage::Undeclared,
        Outage::UndeclaredEverywhere,
        Outage::ThinnedEverywhere,
        Outage::Thinned,
    ];

    fn is_everywhere(self) -> bool {
        matches!(self, Outage::UndeclaredEverywhere | Outage::ThinnedEverywhere)
    }

    fn part_sent(self) -> f64 {
        match self {
            Outage::Declared | Outage::Undeclared | Outage::UndeclaredEverywhere => 0.0,
            Outage::DeclaredInPart => 0.4,
            Outage::ThinnedEverywhere | Outage::Thinned => 0.2,
        }
    }

    fn part_declared(self) -> f32 {
        match self {
            Outage::Declared => 0.0,
            Outage::DeclaredInPart => 0.4,
            _ => 1.0,
        }
    }
}

/// What outages of one kind gave.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OutageRow {
    /// The kind.
    pub outage: Outage,
    /// How many were simulated.
    pub outages: usize,
    /// Zone-days in outage.
    pub zone_days: usize,
    /// Outages in which a zone that was out was called calm.
    pub called_calm: usize,
    /// Outages of which nothing was said that was not calm: silence, held, unobserved.
    pub noticed: usize,
    /// Alarms of all zones and days with outages over those without.
    pub alarms_ratio: f64,
}

/// What the back-test gives.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OutageResult {
    /// Zones.
    pub zones: usize,
    /// Steps.
    pub steps: usize,
    /// Alarms without any outage.
    pub alarms: usize,
    /// Times calm was said without any outage.
    pub calms: usize,
    /// The rows.
    pub rows: Vec<OutageRow>,
}

/// An outage in time: from a step on, for so many.
struct Span {
    zone: Option<usize>,
    from: usize,
    steps: usize,
}

impl Span {
    fn holds(&self, zone: usize, step: usize) -> bool {
        self.zone.is_none_or(|z| z == zone) && (self.from..self.from + self.steps).contains(&step)
    }
}

/// Simulates `outages` of each kind, 3 to 45 steps long, each in a replay of its own.
#[must_use]
pub fn outages(panel: &Panel, outages: usize, settings: &WatchSettings, seed: u64) -> OutageResult {
    let clean = play(panel, None, settings, &mut Pcg64::new(0, 1));
    let mut rng = Pcg64::new(u128::from(seed), 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let rows = Outage::ALL.map(|kind| row(panel, kind, outages, settings, &clean, &mut rng));
    OutageResult {
        zones: panel.zones().len(),
        steps: panel.steps(),
        alarms: clean.alarms,
        calms: clean.calms.len(),
        rows: rows.to_vec(),
    }
}

fn row(
    panel: &Panel,
    outage: Outage,
    outages: usize,
    settings: &WatchSettings,
    clean: &Played,
    rng: &mut Pcg64,
) -> OutageRow {
    let mut row =
        OutageRow { outage, outages: 0, zone_days: 0, called_calm: 0, noticed: 0, alarms_ratio: 1.0 };
    let zones = Uniform::new(0, panel.zones().len());
    let from = Uniform::new(90, panel.steps().saturating_sub(60));
    let (Ok(zones), Ok(from), Ok(lengths)) = (zones, from, Uniform::new(3, 46)) else { return row };
    let mut alarms = 0;
    for _ in 0..outages {
        let zone = zones.sample(rng);
        let zone = if outage.is_everywhere() { None } else { Some(zone) };
        let span = Span { zone, from: from.sample(rng), steps: lengths.sample(rng) };
        let played = play(panel, Some((outage, &span)), settings, rng);
        alarms += played.alarms;
        row.outages += 1;
        row.zone_days += span.steps * zone.map_or(panel.zones().len(), |_| 1);
        // Calm that is said without the outage too is not the outage's doing.
        let new = played.calms.iter().filter(|c| span.holds(c.0, c.1) && !clean.calms.contains(c));
        row.called_calm += usize::from(new.count() > 0);
        row.noticed += usize::from(played.noticed);
    }
    row.alarms_ratio = alarms as f64 / (clean.alarms.max(1) * outages.max(1)) as f64;
    row
}

/// What a replay gave.
#[derive(Default)]
struct Played {
    alarms: usize,
    calms: Vec<(usize, usize)>,
    noticed: bool,
}

fn play(panel: &Panel, out: Option<(Outage, &Span)>, settings: &WatchSettings, rng: &mut Pcg64) -> Played {
    let mut watches = vec![ZoneWatch::new(settings); panel.zones().len()];
    let mut seen: Vec<Seen> = Vec::with_capacity(watches.len());
    let mut reports: Vec<Report> = Vec::with_capacity(watches.len());
    let mut played = Played::default();
    let mut fall = SharedFall::default();
    for step in 0..panel.steps() {
        let area = Area::of(watches.iter().map(ZoneWatch::baseline));
        seen.clear();
        seen.extend((0..watches.len()).map(|zone| sent(panel, zone, step, out, rng)));
        let laws: Vec<_> = watches.iter().filter_map(|w| w.law(&area)).collect();
        let counted = seen.iter().map(|s| u64::from(s.count)).sum();
        let dead = feed_looks_dead(&laws, counted);
        // In full: what is declared is set against what was expected of it.
        let parts = seen.iter().map(|s| f64::from(s.part)).sum::<f64>() / seen.len().max(1) as f64;
        let common = fall.step(counted, parts * laws.iter().map(NegBin::mean).sum::<f64>());
        reports.clear();
        for (watch, seen) in watches.iter_mut().zip(&seen) {
            reports.push(watch.step(
                step as u64,
                (!dead).then_some(Seen { shared_fall: common, ..*seen }),
                &area,
            ));
        }
        for (zone, report) in reports.iter().enumerate() {
            played.alarms += usize::from(report.alarm.is_some());
            if report.quiet == Quiet::Calm {
                played.calms.push((zone, step));
            }
            let flagged = dead || common || report.flags.unobserved || report.quiet == Quiet::Silent;
            let is_out = out.is_some_and(|(_, span)| span.holds(zone, step));
            let in_part = seen.get(zone).is_some_and(|s| s.part < 0.6);
            played.noticed |= is_out && (flagged || in_part);
        }
    }
    played
}

/// What a zone sends on a step.
fn sent(panel: &Panel, zone: usize, step: usize, out: Option<(Outage, &Span)>, rng: &mut Pcg64) -> Seen {
    let count = panel.counts(zone).get(step).copied().unwrap_or(0);
    let whole = Seen { alive: false, ..Seen::fully(count) };
    let Some((outage, _)) = out.filter(|(_, span)| span.holds(zone, step)) else { return whole };
    let left = Binomial::new(u64::from(count), outage.part_sent()).map_or(0, |b| b.sample(rng));
    Seen { count: u32::try_from(left).unwrap_or(u32::MAX), part: outage.part_declared(), ..whole }
}

impl OutageResult {
    /// A plain-text table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "B8: {} zones, {} steps; without outages {} alarms, calm said {} times\n\
             outage                outages  zone-days  called calm  noticed  alarms with / without\n",
            self.zones, self.steps, self.alarms, self.calms
        );
        for row in &self.rows {
            text += &format!(
                "{:<21} {:>7} {:>10} {:>12} {:>8} {:>22.3}\n",
                format!("{:?}", row.outage),
                row.outages,
                row.zone_days,
                row.called_calm,
                row.noticed,
                row.alarms_ratio
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::archive::{DAY_MS, zone_of};
    use rand_distr::Poisson;

    #[test]
    fn no_outage_of_a_made_up_feed_is_called_calm() {
        let mut rng = Pcg64::new(8, 3);
        let counts = (0..8 * 300).map(|_| Poisson::new(3.0).unwrap().sample(&mut rng) as u32).collect();
        let zones = (0..8).map(|z| zone_of(150_000 + z)).collect();
        let panel = Panel::new(zones, 0, DAY_MS, counts, None).unwrap();
        let result = outages(&panel, 12, &WatchSettings::default(), 4);
        for row in result.rows.iter().filter(|r| r.outage != Outage::Thinned) {
            assert_eq!(row.called_calm, 0, "{}", result.table());
            assert_eq!(row.noticed, row.outages, "{}", result.table());
        }
    }
}
