//! The four outcomes, and what can be missing.

/// What a clause says of a fact. The order is that of combination over the members of an incident: one breach is a
/// breach, and an open question is not closed by an innocent neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Outcome {
    /// The clause is not about this fact (another kind, another time, somebody it does not bind). Not counted.
    NotApplicable = 0,
    /// The clause is about such facts, and this one does not breach it.
    Kept = 1,
    /// It would be a breach, but an exception holds.
    Excused = 2,
    /// The evidence does not decide it; [`Missing`] says what would.
    Undetermined = 3,
    /// A breach occurred. Who is responsible is another decision, by others.
    Breached = 4,
}

impl Outcome {
    /// The four outcomes that are counted, in the order in which they are shown.
    pub const COUNTED: [Outcome; 4] =
        [Outcome::Breached, Outcome::Undetermined, Outcome::Excused, Outcome::Kept];

    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::NotApplicable => "not_applicable",
            Outcome::Kept => "kept",
            Outcome::Excused => "excused",
            Outcome::Undetermined => "undetermined",
            Outcome::Breached => "breached",
        }
    }

    /// The outcome of that code.
    #[must_use]
    pub fn from_code(code: u8) -> Outcome {
        match code {
            1 => Outcome::Kept,
            2 => Outcome::Excused,
            3 => Outcome::Undetermined,
            4 => Outcome::Breached,
            _ => Outcome::NotApplicable,
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Outcome> {
        [Outcome::NotApplicable].iter().chain(&Outcome::COUNTED).copied().find(|o| o.name() == name)
    }
}

/// What kept a judgement from being decided, as bits; several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Missing(pub u16);

impl Missing {
    /// The event's interval straddles the clause's start or end.
    pub const TIME: Missing = Missing(1);
    /// The weapon class is not stated, or the agreement does not know the word.
    pub const WEAPON: Missing = Missing(2);
    /// The calibre is not stated.
    pub const CALIBRE: Missing = Missing(4);
    /// Who acted is not stated, and the clause does not bind everybody.
    pub const ACTOR: Missing = Missing(8);
    /// The position is not known well enough for the zone or distance.
    pub const PLACE: Missing = Missing(16);
    /// No line or zone is valid at the event's time.
    pub const EPOCH: Missing = Missing(32);
    /// The duty is being phased in: complete only later.
    pub const PHASE: Missing = Missing(64);
    /// Whether an exception holds is open.
    pub const EXCEPTION: Missing = Missing(128);
    /// Not missing, but said with the finding: the source did not state its position's precision.
    pub const PRECISION_NOT_STATED: Missing = Missing(256);

    /// Whether what was hit belongs to a protected category is open: it is at none of the known sites, and the text
    /// does not protect those alone.
    pub const OBJECT: Missing = Missing(512);
    /// Whether that has come about before which the clause does not bind.
    pub const CONDITION: Missing = Missing(1024);

    /// All bits with a stable name and a sentence for people.
    pub const ALL: [(Missing, &'static str, &'static str); 11] = [
        (Missing::TIME, "time", "the event's time straddles the start or end of the clause"),
        (Missing::WEAPON, "weapon", "the weapon class is not stated, or its name is not in the agreement"),
        (Missing::CALIBRE, "calibre", "the calibre is not stated"),
        (Missing::ACTOR, "actor", "who acted is not stated, and the clause does not bind everybody"),
        (
            Missing::PLACE,
            "place",
            "the position is not known well enough to tell on which side of the boundary it lies",
        ),
        (Missing::EPOCH, "epoch", "no line or zone is valid at the event's time"),
        (Missing::PHASE, "phase", "the duty has begun but is not yet due in full"),
        (Missing::EXCEPTION, "exception", "whether an exception holds is open"),
        (
            Missing::PRECISION_NOT_STATED,
            "precision_not_stated",
            "the source does not state how precise its position is",
        ),
        (
            Missing::OBJECT,
            "object",
            "whether what was hit belongs to a protected category is open: it is at none of the known sites",
        ),
        (
            Missing::CONDITION,
            "condition",
            "whether that has come about before which the clause does not bind is open",
        ),
    ];

    /// Both.
    #[must_use]
    pub fn with(self, other: Missing) -> Missing {
        Missing(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    #[must_use]
    pub fn has(self, other: Missing) -> bool {
        self.0 & other.0 == other.0
    }

    /// Stable names of what is missing.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        Missing::ALL.iter().filter(|(m, ..)| self.has(*m)).map(|(_, n, _)| *n).collect()
    }

    /// Sentences of what is missing.
    #[must_use]
    pub fn sentences(self) -> Vec<&'static str> {
        Missing::ALL.iter().filter(|(m, ..)| self.has(*m)).map(|(.., s)| *s).collect()
    }
}
