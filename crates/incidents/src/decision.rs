//! People's decisions about what is one event. They stand in the journal, are reasoned and signed, and can be
//! overruled only by later ones.

use base::ObservationId;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// All of the observations named are of one event.
    Together,
    /// None of `these` is of the same event as any of `those`.
    Apart,
}

impl Verdict {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Together => "together",
            Verdict::Apart => "apart",
        }
    }
}

/// One decision. A later one overrules an earlier one about the same pair of observations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// The observations that it is about.
    pub these: Vec<ObservationId>,
    /// For `Apart`, those they are parted from; for `Together`, further ones, or none.
    pub those: Vec<ObservationId>,
    /// Who decided.
    pub by: String,
    /// Why. Never empty.
    pub why: String,
}
