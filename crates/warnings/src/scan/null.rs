//! What ordinary times look like: replicas made of the record's own past.
//!
//! The area is cut into square tiles at a random offset, and each tile shows the windows that ended on a day drawn
//! from the past, with what had been expected for them then. Within a tile the past is left as it was: the spread of
//! daily counts, runs of days in which one attack brings the next, places that flare together, and the error of the
//! baseline all stay in. A space-time block bootstrap, after Künsch (1989) in time and Hall (1985) in space.

use std::ops::RangeInclusive;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;
use rayon::prelude::*;

use super::circles::Circles;
use super::expected::Field;
use super::kernel::{Columns, Dispersion, LANES, peak};

/// Most tiles along one side.
const TILES_MAX: usize = 1_000;
/// Between these expected counts the variance over the mean is taken for its part that does not grow.
const LITTLE: std::ops::Range<f64> = 0.5..4.0;
/// From this expected count on the growing part is read.
const MUCH: f64 = 16.0;

/// The past from which replicas are drawn.
#[derive(Clone, Debug)]
pub struct Past<'f> {
    /// Counts and what is expected.
    pub field: &'f Field,
    /// The shapes that are looked at.
    pub circles: &'f Circles,
    /// The last steps of the windows that may be drawn.
    pub ends: RangeInclusive<usize>,
    /// The longest window, steps.
    pub steps_max: usize,
    /// Side of a tile, km.
    pub tile_km: f64,
}

impl Past<'_> {
    /// How many steps.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.ends.end() + 1).saturating_sub(*self.ends.start())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The greatest statistic of each of `replicas` replicas, in their order. Replica `n` rests on `seed` and `n`
    /// alone, so that the number of threads changes nothing.
    #[must_use]
    pub fn maxima(&self, dispersion: &Dispersion, replicas: u32, seed: u64) -> Vec<f64> {
        let scratch = || (self.field.blank(self.steps_max), Vec::new());
        let replica = |(columns, days): &mut (Columns, Vec<usize>), number: u32| {
            self.draw(seed, number, columns, days);
            peak(self.circles, columns, self.steps_max, dispersion).value
        };
        (0..replicas).into_par_iter().map_init(scratch, replica).collect()
    }

    /// Fills `columns` with replica `number`.
    fn draw(&self, seed: u64, number: u32, columns: &mut Columns, days: &mut Vec<usize>) {
        let mut draws = Pcg64::new(u128::from(seed), u128::from(number));
        let tile_km = self.tile_km.max(1.0);
        let plane = self.circles.plane_km();
        let reach = plane.iter().fold((0.0, 0.0), |(x, y): (f64, f64), (a, b)| (x.max(*a), y.max(*b)));
        let offset = (unit(&mut draws) * tile_km, unit(&mut draws) * tile_km);
        let tile = |at: f64, offset: f64| (((at + offset) / tile_km) as usize).min(TILES_MAX - 1);
        let (wide, high) = (tile(reach.0, offset.0) + 1, tile(reach.1, offset.1) + 1);
        days.clear();
        days.extend((0..wide * high).map(|_| self.ends.start() + below(&mut draws, self.len())));
        for (place, (east, north)) in plane.iter().enumerate() {
            let at = tile(*north, offset.1) * wide + tile(*east, offset.0);
            let day = days.get(at).copied().unwrap_or(*self.ends.end());
            self.field.fill(columns, place, day, self.steps_max);
        }
    }

    /// The dispersion of counts about what was expected, by moments over all circles and windows of the past, taken
    /// at steps a longest window apart.
    #[must_use]
    pub fn dispersion(&self) -> Dispersion {
        let mut sums = Moments::default();
        for day in self.ends.clone().rev().step_by(self.steps_max.max(1)) {
            sums.add(self.circles, &self.field.columns(day, self.steps_max), self.steps_max);
        }
        sums.dispersion()
    }
}

/// A number below `count`, by multiplication: the bias is at most `count / 2^64`.
pub(super) fn below(draws: &mut Pcg64, count: usize) -> usize {
    ((u128::from(draws.next_u64()) * count as u128) >> 64) as usize
}

fn unit(draws: &mut Pcg64) -> f64 {
    (draws.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Sums from which a dispersion is read.
#[derive(Default)]
struct Moments {
    little: (f64, f64),
    much: (f64, f64, f64),
}

impl Moments {
    fn add(&mut self, circles: &Circles, columns: &Columns, steps_max: usize) {
        for ring in circles.rings() {
            let mut sums = [(0.0, 0.0); LANES];
            for member in ring.members {
                for (steps, (count, mean)) in (1..=steps_max).zip(&mut sums) {
                    let (counted, expected) = columns.at(*member as usize, steps);
                    *count += counted;
                    *mean += expected;
                    self.one(*count, *mean);
                }
            }
        }
    }

    fn one(&mut self, count: f64, mean: f64) {
        let square = (count - mean) * (count - mean);
        if LITTLE.contains(&mean) {
            self.little.0 += square;
            self.little.1 += mean;
        } else if mean >= MUCH {
            self.much.0 += square;
            self.much.1 += mean;
            self.much.2 += mean * mean;
        }
    }

    fn dispersion(&self) -> Dispersion {
        let (square, mean) = self.little;
        let factor = if mean > 0.0 { (square / mean).clamp(1.0, 100.0) } else { 1.0 };
        let (square, mean, mean_square) = self.much;
        let over = square - factor * mean;
        let slope = if mean_square > 0.0 { (over / mean_square).clamp(0.0, 100.0) } else { 0.0 };
        Dispersion { factor, slope }
    }
}
