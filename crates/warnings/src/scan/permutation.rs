//! The space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção & Mostashari 2005), as a peer.
//!
//! Its null takes places and days of cases to be independent, with every case on its own. Where one attack brings the
//! next that does not hold, and the scan finds clusters on ordinary days. It is here to be compared with.

use rand_pcg::Pcg64;
use rayon::prelude::*;

use super::circles::Circles;
use super::expected::Field;
use super::kernel::{Columns, LANES, Means, Peak, Statistic, peak, peaks};
use super::null::below;
use super::tail::{Maxima, Tail};

/// Most cases that are dealt one by one.
const CASES_MAX: u64 = 50_000_000;

/// The permutation statistic of cases of which there are `cases` in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permutation {
    /// How many cases, all places and days together.
    pub cases: f64,
}

impl Statistic for Permutation {
    fn variance(&self) -> (f32, f32) {
        (1.0, -1.0 / self.cases.max(1.0) as f32)
    }

    /// No cluster holds more than half of the cases.
    fn value(&self, count: f64, expected: f64) -> f64 {
        if count <= expected || expected <= 0.0 || 2.0 * count > self.cases {
            return 0.0;
        }
        let rest = (self.cases - count) * ((self.cases - count) / (self.cases - expected)).ln();
        count * (count / expected).ln() + rest
    }
}

/// A cluster of the space-time permutation scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Permuted {
    /// Rows of its places in the panel, nearest to the middle first.
    pub places: Vec<usize>,
    /// The first step of the window.
    pub since_step: usize,
    /// How many cases were counted.
    pub observed: u64,
    /// How many are expected when places and days are independent.
    pub expected: f64,
    /// The statistic: a log-likelihood ratio.
    pub statistic: f64,
    /// The rank among the replicas.
    pub p_value: f64,
}

/// The scan of all steps up to and with `last`: its clusters that share no place, greatest statistic first, against
/// `replicas` replicas. Replica `n` rests on `seed` and `n` alone. No clusters when there are more cases than can be
/// dealt one by one.
#[must_use]
pub fn permutation_scan(
    field: &Field,
    circles: &Circles,
    last: usize,
    steps_max: usize,
    clusters_max: usize,
    (replicas, seed): (u32, u64),
) -> Vec<Permuted> {
    let Some(mut cases) = Cases::new(field, circles.places(), last, steps_max) else { return Vec::new() };
    let statistic = Permutation { cases: cases.place_of.len() as f64 };
    let scratch = || (cases.columns.clone(), cases.place_of.clone(), Vec::new());
    let replica = |(columns, order, swaps): &mut (Columns, Vec<u32>, Vec<usize>), number: u32| {
        cases.draw(seed, number, columns, order, swaps);
        peak(circles, columns, steps_max, &statistic).value
    };
    let maxima: Vec<f64> = (0..replicas).into_par_iter().map_init(scratch, replica).collect();
    let maxima = Maxima::new(maxima, f64::INFINITY);
    let counted = cases.columns.clone();
    let found = peaks(circles, &mut cases.columns, steps_max, clusters_max, &statistic);
    let cluster = |found: &Peak| {
        let members = circles.ring(found.centre).members.iter().take(found.places);
        let sums = members.clone().map(|m| counted.at(*m as usize, found.steps));
        let (observed, expected) = sums.fold((0.0, 0.0), |(all, mean), (c, e)| (all + c, mean + e));
        Permuted {
            places: members
                .clone()
                .filter_map(|m| circles.zones().get(*m as usize))
                .map(|z| *z as usize)
                .collect(),
            since_step: last + 1 - found.steps,
            observed: observed as u64,
            expected,
            statistic: found.value,
            p_value: maxima.p_value(found.value, Tail::Rank),
        }
    };
    found.iter().map(cluster).collect()
}

struct Cases {
    /// What is counted, and what is expected when places and days are independent.
    columns: Columns,
    /// The place of each case.
    place_of: Vec<u32>,
    /// How many cases each of the last steps has, latest first.
    of_step: Vec<usize>,
}

impl Cases {
    fn new(field: &Field, places: usize, last: usize, steps_max: usize) -> Option<Cases> {
        let totals: Vec<u64> = (0..places).map(|p| field.sums(p, last + 1, last + 1).0).collect();
        let all: u64 = totals.iter().sum();
        if all > CASES_MAX {
            return None;
        }
        let within = |steps: usize| (0..places).map(|p| field.sums(p, last + 1, steps).0).sum::<u64>();
        let sums: Vec<u64> = (0..=steps_max).map(within).collect();
        let of_step = sums.iter().zip(sums.iter().skip(1)).map(|(less, more)| (more - less) as usize);
        let mut profile = [0.0; LANES];
        for (part, sum) in profile.iter_mut().zip(sums.iter().skip(1)) {
            *part = (*sum as f64 / (all as f64).max(1.0)) as f32;
        }
        let counts = field.columns(last, steps_max).counts;
        let means = Means::Shared(totals.iter().map(|total| *total as f32).collect(), profile);
        let place_of = (0_u32..).zip(&totals).flat_map(|(p, n)| std::iter::repeat_n(p, *n as usize));
        Some(Cases {
            of_step: of_step.collect(),
            columns: Columns { counts, means },
            place_of: place_of.collect(),
        })
    }

    /// Deals the last steps to cases drawn without return; only those cases are drawn, as no other is looked at.
    fn draw(&self, seed: u64, number: u32, columns: &mut Columns, order: &mut [u32], swaps: &mut Vec<usize>) {
        let mut draws = Pcg64::new(u128::from(seed), u128::from(number));
        columns.counts.fill([0.0; LANES]);
        swaps.clear();
        for (step, cases) in self.of_step.iter().enumerate() {
            for _ in 0..*cases {
                let at = swaps.len();
                let with = at + below(&mut draws, order.len() - at);
                order.swap(at, with);
                swaps.push(with);
                let place = order.get(at).copied().unwrap_or(0);
                let lane = columns.counts.get_mut(place as usize).and_then(|c| c.get_mut(step));
                if let Some(count) = lane {
                    *count += 1.0;
                }
            }
        }
        for column in &mut columns.counts {
            let mut sum = 0.0;
            for count in column.iter_mut().take(self.of_step.len()) {
                sum += *count;
                *count = sum;
            }
        }
        // Back to the order that all replicas begin with: a replica must not rest on those before it.
        for (at, with) in swaps.iter().enumerate().rev() {
            order.swap(at, *with);
        }
    }
}
