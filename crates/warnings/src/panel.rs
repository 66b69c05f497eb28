//! Counts by zone and step of time, with what could have been seen.

/// A place that is counted apart: an area, a sector, a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Its name, as figures and warnings have it.
    pub name: String,
    /// Longitude of its middle, degrees (WGS84).
    pub lon_deg: f64,
    /// Latitude of its middle, degrees (WGS84).
    pub lat_deg: f64,
}

/// Counts of one kind, in zones over equal steps of time. Shape: `zones × steps`, each zone's steps in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    zones: Vec<Zone>,
    steps: usize,
    /// When the first step begins, milliseconds since 1970.
    first_ms: i64,
    /// How long a step is, milliseconds.
    step_ms: i64,
    counts: Vec<u32>,
    /// What part of the step could have been seen, 0 to 1.
    exposure: Vec<f32>,
}

/// What is no panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// The columns do not fit the zones.
    #[error("the columns are not zones × steps long")]
    Shape,
    /// Some exposure is not within 0 and 1.
    #[error("an exposure is not within 0 and 1")]
    Exposure,
    /// A step takes no time.
    #[error("a step is no time long")]
    Step,
}

/// Below this part of a step seen, a count says nothing: the step is unobserved, and never none.
pub const SEEN_MIN: f32 = 0.05;

impl Panel {
    /// A panel of counts, `zones × steps`, all seen in full unless `exposure` says otherwise.
    ///
    /// # Errors
    /// When the columns do not fit, or an exposure is not within 0 and 1.
    pub fn new(
        zones: Vec<Zone>,
        first_ms: i64,
        step_ms: i64,
        counts: Vec<u32>,
        exposure: Option<Vec<f32>>,
    ) -> Result<Panel, PanelError> {
        if step_ms <= 0 {
            return Err(PanelError::Step);
        }
        let steps = counts.len().checked_div(zones.len()).unwrap_or(0);
        let exposure = exposure.unwrap_or_else(|| vec![1.0; counts.len()]);
        if steps * zones.len() != counts.len() || exposure.len() != counts.len() {
            return Err(PanelError::Shape);
        }
        if !exposure.iter().all(|e| (0.0..=1.0).contains(e)) {
            return Err(PanelError::Exposure);
        }
        Ok(Panel { zones, steps, first_ms, step_ms, counts, exposure })
    }

    /// The zones, in the order of the rows.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// How many steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// When step `step` begins, milliseconds since 1970.
    #[must_use]
    pub fn begins_ms(&self, step: usize) -> i64 {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        self.first_ms.saturating_add(self.step_ms.saturating_mul(step))
    }

    /// The counts of zone `zone`, by step; nothing where there is no such zone.
    #[must_use]
    pub fn counts(&self, zone: usize) -> &[u32] {
        let from = zone * self.steps;
        self.counts.get(from..from + self.steps).unwrap_or_default()
    }

    /// What part of each step of zone `zone` could have been seen, 0 to 1.
    #[must_use]
    pub fn exposure(&self, zone: usize) -> &[f32] {
        let from = zone * self.steps;
        self.exposure.get(from..from + self.steps).unwrap_or_default()
    }

    /// Counts and exposure of zone `zone`, by step: `None` where too little was seen for a count to say anything.
    pub fn observed(&self, zone: usize) -> impl Iterator<Item = Option<(u32, f32)>> + '_ {
        let pairs = self.counts(zone).iter().zip(self.exposure(zone));
        pairs.map(|(&count, &seen)| (seen >= SEEN_MIN).then_some((count, seen)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone { name: name.to_owned(), lon_deg: 0.0, lat_deg: 0.0 }
    }

    #[test]
    fn unobserved_is_not_none() {
        let panel =
            Panel::new(vec![zone("a")], 0, 86_400_000, vec![0, 0, 3], Some(vec![1.0, 0.0, 0.5])).unwrap();
        let seen: Vec<_> = panel.observed(0).collect();
        assert_eq!(seen, [Some((0, 1.0)), None, Some((3, 0.5))]);
        assert_eq!(panel.begins_ms(2), 172_800_000);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let two = || vec![zone("a"), zone("b")];
        assert_eq!(Panel::new(two(), 0, 1, vec![1, 2, 3], None), Err(PanelError::Shape));
        assert_eq!(Panel::new(two(), 0, 1, vec![1, 2], Some(vec![1.0])), Err(PanelError::Shape));
        assert_eq!(Panel::new(two(), 0, 1, vec![1, 2], Some(vec![1.0, f32::NAN])), Err(PanelError::Exposure));
        assert_eq!(Panel::new(two(), 0, 0, vec![1, 2], None), Err(PanelError::Step));
        assert_eq!(Panel::new(vec![], 0, 1, vec![], None).unwrap().steps(), 0);
    }
}
