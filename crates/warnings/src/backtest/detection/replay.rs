//! A panel played step by step: what was expected of every zone and step by what came before it.

use crate::baseline::{Area, Baseline, BaselineSettings};
use crate::count::NegBin;
use crate::panel::Panel;

/// One zone's streams: counts, what of them could be seen, and what was expected of them as seen.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneReplay {
    /// The counts, by step; nothing where unobserved.
    pub seen: Vec<Option<(u32, f32)>>,
    /// What was expected, by step; nothing where unobserved or in the warm-up.
    pub laws: Vec<Option<NegBin>>,
}

/// All zones, and the area at each step.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The zones, in the order of the panel.
    pub zones: Vec<ZoneReplay>,
    /// The area as it stood before each step.
    pub areas: Vec<Area>,
    /// How many steps.
    pub steps: usize,
    /// How the baselines remember.
    pub settings: BaselineSettings,
}

impl Replay {
    /// Plays a panel: every expectation rests on earlier steps alone.
    #[must_use]
    pub fn of(panel: &Panel, settings: &BaselineSettings) -> Replay {
        let steps = panel.steps();
        let mut zones: Vec<ZoneReplay> = (0..panel.zones().len())
            .map(|z| ZoneReplay { seen: panel.observed(z).collect(), laws: Vec::with_capacity(steps) })
            .collect();
        let mut baselines = vec![Baseline::new(settings); zones.len()];
        let mut areas = Vec::with_capacity(steps);
        for step in 0..steps {
            let area = Area::of(&baselines);
            areas.push(area);
            for (zone, baseline) in zones.iter_mut().zip(&mut baselines) {
                let seen = zone.seen.get(step).copied().flatten();
                zone.laws.push(expect(baseline, &area, seen));
            }
        }
        Replay { zones, areas, steps, settings: *settings }
    }

    /// The total of all zones as one stream that stands for itself.
    #[must_use]
    pub fn of_total(panel: &Panel, settings: &BaselineSettings) -> Replay {
        let totals: Vec<u32> = totals(panel);
        let zone = crate::panel::Zone { name: "area".to_owned(), lon_deg: 0.0, lat_deg: 0.0 };
        let first_ms = panel.begins_ms(0);
        let step_ms = panel.begins_ms(1) - first_ms;
        match Panel::new(vec![zone], first_ms, step_ms, totals, None) {
            Ok(total) => Replay::of(&total, settings),
            Err(_) => Replay { zones: Vec::new(), areas: Vec::new(), steps: 0, settings: *settings },
        }
    }
}

/// The sum over zones, by step.
#[must_use]
pub fn totals(panel: &Panel) -> Vec<u32> {
    let mut totals = vec![0_u32; panel.steps()];
    for zone in 0..panel.zones().len() {
        for (total, count) in totals.iter_mut().zip(panel.counts(zone)) {
            *total = total.saturating_add(*count);
        }
    }
    totals
}

/// What was expected of a step as it was seen; the baseline then takes the step.
pub fn expect(baseline: &mut Baseline, area: &Area, seen: Option<(u32, f32)>) -> Option<NegBin> {
    let (count, part) = seen?;
    let full = baseline.law(area);
    baseline.push(count, part, full.as_ref());
    full.map(|law| law.with_mean(law.mean() * f64::from(part)))
}
