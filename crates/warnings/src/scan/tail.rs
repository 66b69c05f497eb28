//! From the greatest statistics of replicas to the probability of one as great.

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;
/// Standard errors of a Gumbel's location and scale by moments, in scales, for one observation (Phien 1987).
const LOCATION_ERROR: f64 = 1.08;
const SCALE_ERROR: f64 = 1.05;

/// How a probability is read off the replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// The rank among the replicas (Dwass 1957): never below one over the replicas and one.
    Rank,
    /// A Gumbel distribution of the same mean and variance (Abrams, Kulldorff & Kleinman 2010): needs fewer replicas.
    /// One standard error of its location and of its scale is added, for as many independent windows as the past
    /// holds.
    Gumbel,
    /// The greater of both: a cluster is rare only when it is beyond what the past holds *and* far beyond it.
    Larger,
}

/// The greatest statistics of the replicas, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Maxima {
    sorted: Vec<f64>,
    location: f64,
    scale: f64,
    /// One over the root of the number of independent windows of the past.
    doubt: f64,
}

impl Maxima {
    /// Of the replicas' greatest statistics, drawn from a past that holds `independent` windows that do not overlap;
    /// infinitely many when the null is known without one.
    #[must_use]
    pub fn new(mut maxima: Vec<f64>, independent: f64) -> Maxima {
        maxima.sort_by(f64::total_cmp);
        let count = maxima.len().max(1) as f64;
        let mean = maxima.iter().sum::<f64>() / count;
        let square = maxima.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (count - 1.0).max(1.0);
        let scale = (6.0 * square).sqrt() / std::f64::consts::PI;
        let doubt = independent.max(1.0).sqrt().recip();
        Maxima { location: mean - EULER * scale, scale, doubt, sorted: maxima }
    }

    /// How many replicas.
    #[must_use]
    pub fn replicas(&self) -> usize {
        self.sorted.len()
    }

    /// The probability that ordinary times give a statistic as great as `value` somewhere.
    #[must_use]
    pub fn p_value(&self, value: f64, tail: Tail) -> f64 {
        match tail {
            Tail::Rank => self.rank(value),
            Tail::Gumbel => self.gumbel(value),
            Tail::Larger => self.rank(value).max(self.gumbel(value)),
        }
    }

    /// The statistic that a share `p` of the replicas reaches.
    #[must_use]
    pub fn reached_by(&self, p: f64) -> f64 {
        let above = (p.clamp(0.0, 1.0) * self.sorted.len() as f64) as usize;
        self.sorted.iter().rev().nth(above).or(self.sorted.first()).copied().unwrap_or(0.0)
    }

    fn rank(&self, value: f64) -> f64 {
        let reach = self.sorted.len() - self.sorted.partition_point(|m| *m < value);
        (reach as f64 + 1.0) / (self.sorted.len() as f64 + 1.0)
    }

    fn gumbel(&self, value: f64) -> f64 {
        if self.scale <= 0.0 {
            return self.rank(value);
        }
        let location = self.location + LOCATION_ERROR * self.scale * self.doubt;
        let scale = self.scale * (1.0 + SCALE_ERROR * self.doubt);
        let reduced = (value - location) / scale;
        (-(-(-reduced).exp()).exp_m1()).max(f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gumbel_gives_back_its_own_tail() {
        // Quantiles of a Gumbel with location 7 and scale 2.
        let quantile = |p: f64| 7.0 - 2.0 * (-p.ln()).ln();
        let maxima =
            Maxima::new((1..2_000).map(|k| quantile(f64::from(k) / 2_000.0)).collect(), f64::INFINITY);
        for p in [0.5, 0.05, 0.005] {
            let value = quantile(1.0 - p);
            assert!((maxima.p_value(value, Tail::Gumbel) / p - 1.0).abs() < 0.06, "{p}");
            assert!((maxima.p_value(value, Tail::Rank) / p - 1.0).abs() < 0.15, "{p}");
            assert!((maxima.reached_by(p) - value).abs() < 0.3, "{p}");
        }
    }

    #[test]
    fn the_rank_counts_the_scan_itself_among_the_replicas() {
        let maxima = Maxima::new(vec![1.0, 2.0, 3.0], 3.0);
        assert_eq!(maxima.p_value(2.5, Tail::Rank), 0.5);
        assert_eq!(maxima.p_value(9.0, Tail::Rank), 0.25);
        assert_eq!(maxima.p_value(0.0, Tail::Rank), 1.0);
        assert_eq!(Maxima::new(vec![], 1.0).p_value(1.0, Tail::Larger), 1.0);
    }
}
