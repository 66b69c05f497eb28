//! Clusters by density (ST-DBSCAN: Birant and Kut 2007) on the cylinder.

use super::{Index, Points, Reach, Scratch};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Label of a row that is in no cluster.
pub const NOISE: u32 = u32::MAX;

/// What [`clusters`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Cluster of each row, numbered from 0; [`NOISE`] for rows in none, and for rows without a position.
    pub label: Vec<u32>,
    /// Number of clusters.
    pub count: u32,
    /// Rows with a position that are in no cluster.
    pub noise: u64,
    /// Near pairs of rows.
    pub pairs: u64,
    /// Rows without a position.
    pub unplaced: u64,
}

/// Clusters by density: a row with at least `points_min` rows near it, itself counted, is a core; cores that are near
/// each other are one cluster; a row that is not a core belongs to the first core near it in the order of the index
/// (time slab, cell, time, position), which does not depend on the order of rows. Any number of threads gives the
/// same answer.
#[must_use]
pub fn clusters(points: Points<'_>, reach: Reach, points_min: u32) -> Clusters {
    let index = Index::new(points, reach);
    let units = index.units();
    let near = count_all(&index, &units);
    let pairs = near.iter().map(|n| u64::from(n.saturating_sub(1))).sum::<u64>() / 2;
    let up: Vec<AtomicU32> = near
        .iter()
        .enumerate()
        .map(|(place, n)| AtomicU32::new(if *n >= points_min { place as u32 } else { NOISE }))
        .collect();
    join_cores(&index, &units, &up);
    let mut label: Vec<u32> = (0..up.len()).into_par_iter().map(|place| root(&up, place as u32)).collect();
    join_borders(&index, &units, &near, &up, &mut label);
    number(&index, label, pairs)
}

/// Rows near each place, itself included.
fn count_all(index: &Index, units: &[(usize, Range<usize>)]) -> Vec<u32> {
    let mut near = vec![0; index.spots.len()];
    let mut parts = Vec::with_capacity(units.len());
    let mut rest = near.as_mut_slice();
    for unit in units {
        let Some((part, after)) = rest.split_at_mut_checked(unit.1.len()) else { break };
        parts.push((unit, part));
        rest = after;
    }
    parts.into_par_iter().for_each_init(Scratch::default, |scratch, (unit, part)| {
        let mut out = part.iter_mut();
        index.walk(
            unit,
            1,
            scratch,
            |_| true,
            |home, around| {
                for (place, n) in home.zip(&mut out) {
                    *n = around.count(index, place);
                }
            },
        );
    });
    near
}

fn load(up: &[AtomicU32], place: u32) -> u32 {
    up.get(place as usize).map_or(NOISE, |u| u.load(Ordering::Relaxed))
}

/// The first place of a core's cluster as far as joined; [`NOISE`] if it is no core. Ways are shortened as they are
/// walked: a place only ever points to an earlier one of its own cluster, so threads cannot disturb each other.
fn root(up: &[AtomicU32], mut place: u32) -> u32 {
    loop {
        let above = load(up, place);
        if above == place || above == NOISE {
            return above;
        }
        let higher = load(up, above);
        if higher != above
            && let Some(u) = up.get(place as usize)
        {
            // A thread that came first has written a place as good.
            let _ = u.compare_exchange_weak(above, higher, Ordering::Relaxed, Ordering::Relaxed);
        }
        place = above;
    }
}

/// Joins two cores under the earlier root; gives that root.
fn join(up: &[AtomicU32], a: u32, b: u32) -> u32 {
    loop {
        let (ra, rb) = (root(up, a), root(up, b));
        let (low, high) = (ra.min(rb), ra.max(rb));
        if low == high || high == NOISE {
            return low;
        }
        let swapped = up
            .get(high as usize)
            .map(|u| u.compare_exchange(high, low, Ordering::Relaxed, Ordering::Relaxed).is_ok());
        if swapped != Some(false) {
            return low;
        }
    }
}

fn join_cores(index: &Index, units: &[(usize, Range<usize>)], up: &[AtomicU32]) {
    let is_core = |place: usize| load(up, place as u32) != NOISE;
    units.par_iter().for_each_init(Scratch::default, |scratch, unit| {
        index.walk(
            unit,
            0,
            scratch,
            |mut home| home.any(is_core),
            |home, around| {
                for place in home.filter(|p| is_core(*p)) {
                    let top = std::cell::Cell::new(root(up, place as u32));
                    let known = |other: usize| {
                        let above = load(up, other as u32);
                        above == NOISE || above == top.get()
                    };
                    around.each_before(index, place, known, |other| {
                        top.set(join(up, place as u32, other as u32));
                    });
                }
            },
        );
    });
}

/// Gives each row that is near a core, but none itself, the label of the first such core.
fn join_borders(
    index: &Index,
    units: &[(usize, Range<usize>)],
    near: &[u32],
    up: &[AtomicU32],
    label: &mut [u32],
) {
    let border = |p: usize| load(up, p as u32) == NOISE && near.get(p).is_some_and(|n| *n > 1);
    let found: Vec<Vec<(u32, u32)>> = units
        .par_iter()
        .map_init(Scratch::default, |scratch, unit| {
            let mut found = Vec::new();
            index.walk(
                unit,
                1,
                scratch,
                |mut home| home.any(border),
                |home, around| {
                    for place in home.filter(|p| border(*p)) {
                        let first = around.first_near(index, place, |p| load(up, p) != NOISE);
                        found.extend(first.map(|core| (place as u32, root(up, core))));
                    }
                },
            );
            found
        })
        .collect();
    for (place, cluster) in found.into_iter().flatten() {
        if let Some(l) = label.get_mut(place as usize) {
            *l = cluster;
        }
    }
}

impl Scratch {
    /// The least place near `place`, itself left out, among those that `wanted` allows.
    fn first_near(&self, index: &Index, place: usize, wanted: impl Fn(u32) -> bool) -> Option<u32> {
        let (spot, test) = (index.spots.get(place)?, index.test.as_ref()?);
        let near = |p: &u32| index.spots.get(*p as usize).is_some_and(|s| test.near(spot, s));
        self.place.iter().copied().filter(|p| *p as usize != place && wanted(*p)).filter(near).min()
    }
}

/// Numbers the clusters in the order of their first cores, and puts the labels into the order of rows.
fn number(index: &Index, of_place: Vec<u32>, pairs: u64) -> Clusters {
    let mut number = vec![NOISE; of_place.len()];
    let mut count = 0;
    for (place, (top, n)) in of_place.iter().zip(&mut number).enumerate() {
        if *top as usize == place {
            *n = count;
            count += 1;
        }
    }
    let of = |place: &u32| {
        let top = of_place.get(*place as usize)?;
        number.get(*top as usize).copied()
    };
    let label: Vec<u32> = index.place_of.iter().map(|p| of(p).unwrap_or(NOISE)).collect();
    let unplaced = (label.len() - of_place.len()) as u64;
    let noise = label.iter().filter(|l| **l == NOISE).count() as u64 - unplaced;
    Clusters { label, count, noise, pairs, unplaced }
}
