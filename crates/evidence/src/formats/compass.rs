//! Bearings in words: `SSE`, `SSE-SSW`, `southerly`.

/// The 16-point compass, clockwise from north.
const COMPASS: [&str; 16] =
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];
/// Between two points, degrees.
pub(crate) const POINT_DEG: f64 = 22.5;
/// Eight directions as people say them: a quarter of the horizon each.
const LOOSE: [&str; 8] = [
    "northerly",
    "north-easterly",
    "easterly",
    "south-easterly",
    "southerly",
    "south-westerly",
    "westerly",
    "north-westerly",
];
/// What people put between two ends of a range.
pub(crate) const DASHES: [char; 3] = ['-', '–', '—'];

/// Middle and half-width, degrees: a point of the compass is ± 11.25, two points span the smaller arc between them
/// and half a point beyond each, "southerly" is ± 45.
pub(crate) fn bearing(text: &str) -> Option<(f64, f64)> {
    let lower = text.trim().to_lowercase();
    let plain = lower.trim_end_matches(" directions").trim_end_matches(" direction");
    if let Some(n) = LOOSE.iter().position(|l| *l == plain || l.replace('-', "") == plain) {
        return Some((n as f64 * 45.0, 45.0));
    }
    let upper = text.to_uppercase();
    let mut parts = upper.split(DASHES).map(str::trim);
    let from = compass_deg(parts.next()?)?;
    let Some(to) = parts.next() else { return Some((from, POINT_DEG / 2.0)) };
    if parts.next().is_some() {
        return None;
    }
    // The smaller arc between the two; of exact opposites neither is smaller, and nothing is known.
    let turn = (compass_deg(to)? - from).rem_euclid(360.0);
    if turn == 180.0 {
        return None;
    }
    let turn = if turn > 180.0 { turn - 360.0 } else { turn };
    Some(((from + turn / 2.0).rem_euclid(360.0), turn.abs() / 2.0 + POINT_DEG / 2.0))
}

fn compass_deg(point: &str) -> Option<f64> {
    COMPASS.iter().position(|p| *p == point).map(|n| n as f64 * POINT_DEG)
}

/// The point of the compass at exactly that bearing.
pub(crate) fn point_at(bearing_deg: f64) -> Option<&'static str> {
    let n = bearing_deg.rem_euclid(360.0) / POINT_DEG;
    (n.fract() == 0.0).then(|| COMPASS.get(n as usize).copied()).flatten()
}

/// The loose direction around that bearing.
pub(crate) fn loose_at(bearing_deg: f64) -> Option<&'static str> {
    LOOSE.get((bearing_deg / 45.0) as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearings_in_words_are_as_wide_as_the_word() {
        assert_eq!(bearing("SSE"), Some((157.5, 11.25)));
        assert_eq!(bearing(" nnw "), Some((337.5, 11.25)));
        assert_eq!(bearing("NNW–NNE"), Some((0.0, 33.75)));
        assert_eq!(bearing("southerly directions"), Some((180.0, 45.0)));
        assert_eq!(bearing("Northwesterly"), Some((315.0, 45.0)));
        for bad in ["", "N-S", "NOP", "90", "N-E-S", "south of the mill"] {
            assert_eq!(bearing(bad), None, "{bad}");
        }
    }
}
