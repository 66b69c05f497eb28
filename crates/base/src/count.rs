//! Counts as witnesses give them: "about 160", "two or three", "several". A count has a unit elsewhere;
//! counts of different units are never added.

use std::fmt;

/// A count with its doubt: at least `min`, at most `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    /// The fewest that fit the statement.
    pub min: u32,
    /// The most that fit the statement; equal to `min` when exact.
    pub max: u32,
    /// The witness said "about".
    pub approximate: bool,
}

impl Count {
    /// Exactly `n`.
    #[must_use]
    pub fn exactly(n: u32) -> Count {
        Count { min: n, max: n, approximate: false }
    }

    /// About `n`.
    #[must_use]
    pub fn about(n: u32) -> Count {
        Count { min: n, max: n, approximate: true }
    }

    /// The sum of two counts of one unit; an approximate part makes the total approximate.
    #[must_use]
    pub fn plus(self, other: Count) -> Count {
        Count {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
            approximate: self.approximate || other.approximate,
        }
    }

    /// The count of one event that two independent witnesses counted: not their sum, but what covers the larger.
    #[must_use]
    pub fn reconciled(self, other: Count) -> Count {
        Count {
            min: self.min.max(other.min),
            max: self.max.max(other.max),
            approximate: self.approximate || other.approximate,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.approximate {
            f.write_str("about ")?;
        }
        if self.min == self.max {
            write!(f, "{}", self.min)
        } else {
            write!(f, "{}–{}", self.min, self.max)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn an_approximate_part_makes_the_total_approximate() {
        let total = Count::exactly(3).plus(Count::about(160));
        assert_eq!(total.to_string(), "about 163");
    }

    #[test]
    fn one_explosion_heard_by_two_posts_is_one() {
        assert_eq!(Count::exactly(1).reconciled(Count::exactly(1)), Count::exactly(1));
    }
}
