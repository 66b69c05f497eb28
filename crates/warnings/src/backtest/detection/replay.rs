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
}

/// What was expected of a step as it was seen; the baseline then takes the step.
pub fn expect(baseline: &mut Baseline, area: &Area, seen: Option<(u32, f32)>) -> Option<NegBin> {
    let (count, part) = seen?;
    let full = baseline.law(area);
    baseline.push(count, part, full.as_ref());
    full.map(|law| law.with_mean(law.mean() * f64::from(part)))
}
