//! The space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção & Mostashari 2005), as a peer.
//!
//! Its null takes places and days of cases to be independent, with every case on its own. Where one attack brings the next
//! that does not hold, and the scan finds clusters on ordinary days. It is here to be compared with.

use rand_pcg::Pcg64;
use rayon::prelude::*;

use super::circles::Circles;
use super::expected::Field;
use super::kernel::{Column, Peak, Statistic, peak};
use super::null::below;
use super::tail::Maxima;

/// The permutation statistic of cases of which there are `cases` in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permutation {
    /// How many cases, all places and days together.
    pub cases: f64,
}

impl Statistic for Permutation {
    fn variance(&self, expected: f32) -> f32 {
        expected * (1.0 - expected / self.cases as f32)
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

/// The scan of all steps up to and with `last`: its greatest statistic with what is counted and expected there, and those
/// of `replicas` replicas. Replica `n` rests on `seed` and `n` alone.
#[must_use]
pub fn permutation_scan(
    field: &Field,
    circles: &Circles,
    last: usize,
    steps_max: usize,
    replicas: u32,
    seed: u64,
) -> (Peak, Maxima) {
    let steps_max = steps_max.min(super::kernel::LANES).min(last);
    let cases = Cases::new(field, circles.places(), last, steps_max);
    let statistic = Permutation { cases: cases.place_of.len() as f64 };
    let observed = peak(circles, &cases.columns, steps_max, &statistic);
    let scratch = || (cases.columns.clone(), cases.place_of.clone(), Vec::new());
    let replica = |(columns, order, swaps): &mut (Vec<Column>, Vec<u32>, Vec<usize>), number: u32| {
        cases.draw(seed, number, columns, order, swaps);
        peak(circles, columns, steps_max, &statistic).value
    };
    let maxima = (0..replicas).into_par_iter().map_init(scratch, replica).collect();
    (observed, Maxima::new(maxima, f64::INFINITY))
}

struct Cases {
    /// What is counted, and what is expected when places and days are independent.
    columns: Vec<Column>,
    /// The place of each case.
    place_of: Vec<u32>,
    /// How many cases each of the last steps has, latest first.
    of_step: Vec<usize>,
}

impl Cases {
    fn new(field: &Field, places: usize, last: usize, steps_max: usize) -> Cases {
        let totals: Vec<u64> = (0..places).map(|p| field.sums(p, last + 1, last + 1).0).collect();
        let all: u64 = totals.iter().sum();
        let within = |steps: usize| (0..places).map(|p| field.sums(p, last + 1, steps).0).sum::<u64>();
        let sums: Vec<u64> = (0..=steps_max).map(within).collect();
        let of_step = sums.iter().zip(sums.iter().skip(1)).map(|(less, more)| (more - less) as usize);
        let column = |(place, total): (usize, &u64)| {
            let mut column = field.column(place, last, steps_max);
            for (mean, sum) in column.expected.iter_mut().zip(sums.iter().skip(1)) {
                *mean = (*total as f64 * *sum as f64 / (all as f64).max(1.0)) as f32;
            }
            column
        };
        let place_of = (0_u32..).zip(&totals).flat_map(|(p, n)| std::iter::repeat_n(p, *n as usize));
        Cases {
            of_step: of_step.collect(),
            columns: totals.iter().enumerate().map(column).collect(),
            place_of: place_of.collect(),
        }
    }

    /// Deals the last steps to cases drawn without return; only those cases are drawn, as no other is looked at.
    fn draw(
        &self,
        seed: u64,
        number: u32,
        columns: &mut [Column],
        order: &mut [u32],
        swaps: &mut Vec<usize>,
    ) {
        let mut draws = Pcg64::new(u128::from(seed), u128::from(number));
        columns.iter_mut().for_each(|c| c.counts = Column::NONE.counts);
        swaps.clear();
        for (step, cases) in self.of_step.iter().enumerate() {
            for _ in 0..*cases {
                let at = swaps.len();
                let with = at + below(&mut draws, order.len() - at);
                order.swap(at, with);
                swaps.push(with);
                let place = order.get(at).copied().unwrap_or(0);
                let lane = columns.get_mut(place as usize).and_then(|c| c.counts.get_mut(step));
                if let Some(count) = lane {
                    *count += 1.0;
                }
            }
        }
        for column in columns.iter_mut() {
            let mut sum = 0.0;
            for count in column.counts.iter_mut().take(self.of_step.len()) {
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
