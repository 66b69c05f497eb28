//! Grouping by average linkage: two groups join while the mean log-odds over all pairs between them is high enough. A
//! chain of near neighbours does not become one group, because its ends speak against it. All sums are whole
//! millionths, so that the order of adding changes nothing.

use hashbrown::HashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Log-odds of a pair that is too far apart to be weighed.
pub(super) const UNWEIGHED: f64 = -6.0;

/// A pair of nodes with its log-odds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub a: u32,
    pub b: u32,
    pub log_odds: f32,
}

/// Joined sets of numbers from 0.
pub(crate) struct Union(Vec<u32>);

impl Union {
    pub fn of(n: usize) -> Union {
        Union((0..n as u32).collect())
    }

    pub fn root(&mut self, of: usize) -> usize {
        let mut at = of;
        while let Some(up) = self.0.get(at).map(|u| *u as usize).filter(|u| *u != at) {
            let above = self.0.get(up).copied().unwrap_or(up as u32);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = above;
            }
            at = up;
        }
        at
    }

    /// Joins two sets; the smaller number stays the root.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b) as u32;
        }
    }

    pub fn groups(&self) -> usize {
        self.0.iter().enumerate().filter(|(i, u)| *i == **u as usize).count()
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    micro: i64,
    pairs: i64,
}

struct Nodes {
    /// Per group: the sums to groups it has weighed pairs with.
    near: Vec<HashMap<u32, Sum>>,
    size: Vec<i64>,
    version: Vec<u32>,
    /// Whether it holds an incident by rule: two of those never join here.
    ruled: Vec<bool>,
}

fn micro(log_odds: f64) -> i64 {
    (log_odds * 1e6).round() as i64
}

impl Nodes {
    fn sum(&self, a: u32, b: u32) -> Option<Sum> {
        self.near.get(a as usize)?.get(&b).copied()
    }

    fn size(&self, a: u32) -> i64 {
        self.size.get(a as usize).copied().unwrap_or(0)
    }

    fn version(&self, a: u32) -> u32 {
        self.version.get(a as usize).copied().unwrap_or(0)
    }

    fn is_ruled(&self, a: u32) -> bool {
        self.ruled.get(a as usize).copied().unwrap_or(false)
    }

    /// Mean log-odds between two groups, millionths.
    fn mean(&self, a: u32, b: u32) -> Option<i64> {
        if self.is_ruled(a) && self.is_ruled(b) {
            return None;
        }
        let sum = self.sum(a, b)?;
        let all = self.size(a) * self.size(b);
        (sum.micro + micro(UNWEIGHED) * (all - sum.pairs)).checked_div(all)
    }

    /// `b` becomes part of `a`.
    fn absorb(&mut self, a: u32, b: u32) {
        let lost = self.near.get_mut(b as usize).map(std::mem::take).unwrap_or_default();
        for (other, sum) in lost {
            if let Some(theirs) = self.near.get_mut(other as usize) {
                theirs.remove(&b);
            }
            if other == a {
                continue;
            }
            for (from, to) in [(a, other), (other, a)] {
                if let Some(near) = self.near.get_mut(from as usize) {
                    let slot = near.entry(to).or_default();
                    slot.micro += sum.micro;
                    slot.pairs += sum.pairs;
                }
            }
        }
        let (grown, is_ruled) = (self.size(b), self.is_ruled(b));
        if let (Some(size), Some(version), Some(ruled)) =
            (self.size.get_mut(a as usize), self.version.get_mut(a as usize), self.ruled.get_mut(a as usize))
        {
            *size += grown;
            *version += 1;
            *ruled |= is_ruled;
        }
    }
}

/// The group of each of `ruled.len()` nodes, by its smallest node. `ruled`: the node is an incident by rule.
pub(super) fn average_linkage(ruled: &[bool], pairs: &[Pair], join_above: f64) -> Vec<u32> {
    let n = ruled.len();
    let mut nodes =
        Nodes { near: vec![HashMap::new(); n], size: vec![1; n], version: vec![0; n], ruled: ruled.to_vec() };
    for pair in pairs {
        let sum = Sum { micro: micro(f64::from(pair.log_odds)), pairs: 1 };
        for (from, to) in [(pair.a, pair.b), (pair.b, pair.a)] {
            if let Some(near) = nodes.near.get_mut(from as usize) {
                near.insert(to, sum);
            }
        }
    }
    let least = micro(join_above);
    // Highest mean first; of equal ones the earlier nodes.
    let mut queue = BinaryHeap::new();
    for pair in pairs {
        let (a, b) = (pair.a.min(pair.b), pair.a.max(pair.b));
        if let Some(mean) = nodes.mean(a, b).filter(|m| *m > least) {
            queue.push((mean, Reverse(a), Reverse(b), 0, 0));
        }
    }
    let mut joined = Union::of(n);
    while let Some((_, Reverse(a), Reverse(b), version_a, version_b)) = queue.pop() {
        let is_current = nodes.version(a) == version_a && nodes.version(b) == version_b;
        if !is_current || nodes.sum(a, b).is_none() {
            continue;
        }
        joined.join(a as usize, b as usize);
        nodes.absorb(a, b);
        let near: Vec<u32> = nodes.near.get(a as usize).into_iter().flatten().map(|(k, _)| *k).collect();
        for other in near {
            if let Some(mean) = nodes.mean(a, other).filter(|m| *m > least) {
                let (x, y) = (a.min(other), a.max(other));
                queue.push((mean, Reverse(x), Reverse(y), nodes.version(x), nodes.version(y)));
            }
        }
    }
    (0..n).map(|i| joined.root(i) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::{Pair, average_linkage};

    fn chain(n: u32) -> Vec<Pair> {
        (1..n).map(|b| Pair { a: b - 1, b, log_odds: 2.0 }).collect()
    }

    #[test]
    fn a_chain_of_near_neighbours_does_not_become_one() {
        let groups = average_linkage(&[false; 12], &chain(12), -1.5);
        let mut distinct = groups.clone();
        distinct.dedup();
        assert!(distinct.len() >= 4, "{groups:?}");
    }

    #[test]
    fn two_incidents_by_rule_are_not_joined_by_a_report_that_fits_both() {
        let pairs = [Pair { a: 0, b: 2, log_odds: 3.0 }, Pair { a: 1, b: 2, log_odds: 3.0 }];
        let groups = average_linkage(&[true, true, false], &pairs, -1.5);
        assert_eq!(groups, vec![0, 1, 0]);
    }
}
