//! Three-valued truth (strong Kleene): *undetermined* is a result, never coerced to yes or no.

use std::fmt;

/// The truth of a statement about the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// The evidence does not decide it.
    Undetermined,
    /// It holds.
    True,
}

impl Truth {
    /// Conjunction: false if either is false, true only if both are.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Disjunction: true if either is true, false only if both are.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Undetermined => Truth::Undetermined,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Truth::False => "no",
            Truth::Undetermined => "undetermined",
            Truth::True => "yes",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Undetermined};

    const ALL: [Truth; 3] = [False, Undetermined, True];

    #[test]
    fn undetermined_survives_unless_the_other_side_decides() {
        assert_eq!(Undetermined.and(False), False);
        assert_eq!(Undetermined.and(True), Undetermined);
        assert_eq!(Undetermined.or(True), True);
        assert_eq!(Undetermined.or(False), Undetermined);
        assert_eq!(!Undetermined, Undetermined);
    }

    #[test]
    fn de_morgan_holds_for_all_nine_pairs() {
        for a in ALL {
            for b in ALL {
                assert_eq!(!(a.and(b)), (!a).or(!b));
            }
        }
    }
}
