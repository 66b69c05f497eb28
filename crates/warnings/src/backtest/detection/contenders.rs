//! The detectors that are compared, each behind one score and one level of alarm.

use crate::count::NegBin;
use crate::detect::farrington::{Farrington, FarringtonSettings};
use crate::detect::peers::{Cusum, Ears, EarsKind, Glr};
use crate::detect::shiryaev::EDetector;
use crate::detect::tail::TailTest;
use crate::detect::{Budget, Detector, Direction};

/// The weakest level that the Farrington algorithm is published with: probability of at least the count.
const FARRINGTON_WEAKEST: f64 = 0.05;

/// A detector under comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// EARS C1.
    EarsC1,
    /// EARS C2.
    EarsC2,
    /// EARS C3.
    EarsC3,
    /// The improved Farrington algorithm.
    Farrington,
    /// One-step negative binomial tail.
    Tail,
    /// Generalised likelihood ratio, 14 steps.
    Glr,
    /// Cumulative sum for a doubling.
    Cusum,
    /// Cumulative sums for four ratios, averaged.
    CusumMixture,
    /// The mixture Shiryaev–Roberts e-detector.
    EDetector,
    /// The e-detector and the tail, half the budget each.
    Union,
    /// The e-detector with three quarters of the budget, the tail with the rest.
    UnionThreeQuarters,
}

impl Kind {
    /// All of them, peers first.
    pub const ALL: [Kind; 11] = [
        Kind::EarsC1,
        Kind::EarsC2,
        Kind::EarsC3,
        Kind::Farrington,
        Kind::Tail,
        Kind::Glr,
        Kind::Cusum,
        Kind::CusumMixture,
        Kind::EDetector,
        Kind::Union,
        Kind::UnionThreeQuarters,
    ];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::EarsC1 => "EARS C1",
            Kind::EarsC2 => "EARS C2",
            Kind::EarsC3 => "EARS C3",
            Kind::Farrington => "Farrington",
            Kind::Tail => "NB tail",
            Kind::Glr => "NB-GLR 14",
            Kind::Cusum => "NB-CUSUM x2",
            Kind::CusumMixture => "NB-CUSUM mix",
            Kind::EDetector => "e-detector",
            Kind::Union => "union 1/2",
            Kind::UnionThreeQuarters => "union 3/4",
        }
    }

    /// Whether it is what others use, to be compared with.
    #[must_use]
    pub fn is_peer(self) -> bool {
        match self {
            Kind::EarsC1 | Kind::EarsC2 | Kind::EarsC3 | Kind::Farrington => true,
            Kind::Glr | Kind::Cusum | Kind::CusumMixture => true,
            Kind::Tail | Kind::EDetector | Kind::Union | Kind::UnionThreeQuarters => false,
        }
    }

    /// What part of the budget a union gives to the e-detector; the tail has the rest.
    #[must_use]
    pub fn rise_part(self) -> Option<f64> {
        match self {
            Kind::Union => Some(0.5),
            Kind::UnionThreeQuarters => Some(0.75),
            _ => None,
        }
    }

    /// A new one. What the union weighs its two scores by is the pair of levels that `levels` gives.
    #[must_use]
    pub fn begin(self, levels: (f64, f64)) -> Contender {
        match self {
            Kind::EarsC1 => Contender::Ears(Ears::new(EarsKind::C1)),
            Kind::EarsC2 => Contender::Ears(Ears::new(EarsKind::C2)),
            Kind::EarsC3 => Contender::Ears(Ears::new(EarsKind::C3)),
            Kind::Farrington => Contender::Farrington(Farrington::new(&FarringtonSettings::DAILY)),
            Kind::Tail => Contender::Tail(TailTest),
            Kind::Glr => Contender::Glr(Glr::default()),
            Kind::Cusum => Contender::Cusum(Cusum::single(2.0)),
            Kind::CusumMixture => Contender::Cusum(Cusum::mixture()),
            Kind::EDetector => Contender::Evidence(EDetector::new(Direction::Up)),
            Kind::Union | Kind::UnionThreeQuarters => Contender::Union(EDetector::new(Direction::Up), levels),
        }
    }

    /// The level that theory sets for a budget; nothing for a detector whose score is no probability or evidence.
    #[must_use]
    pub fn theory(self, budget: &Budget) -> Option<f64> {
        match self {
            Kind::Tail | Kind::EDetector | Kind::Farrington => Some(budget.log_threshold()),
            Kind::Union | Kind::UnionThreeQuarters => Some(0.0),
            _ => None,
        }
    }

    /// The least level that measuring may set: by theory that of twice the budget, for the tail (which theory keeps far
    /// under its budget where counts are small) of thrice. A quiet past cannot buy a level at which every incident
    /// alarms. Peers have no such floor, as published; the Farrington algorithm is published with 0.05 as its weakest.
    #[must_use]
    pub fn level_min(self, budget: &Budget) -> f64 {
        match self {
            Kind::EDetector => budget.part(2.0).log_threshold(),
            Kind::Tail => budget.part(3.0).log_threshold(),
            Kind::Union | Kind::UnionThreeQuarters => -std::f64::consts::LN_2 / 2.0,
            Kind::Farrington => -FARRINGTON_WEAKEST.ln(),
            _ => f64::NEG_INFINITY,
        }
    }
}

/// A detector at work.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one lives for each zone that is replayed, and none is kept")]
pub enum Contender {
    /// EARS.
    Ears(Ears),
    /// The improved Farrington algorithm.
    Farrington(Farrington),
    /// The tail.
    Tail(TailTest),
    /// The generalised likelihood ratio.
    Glr(Glr),
    /// Cumulative sums.
    Cusum(Cusum),
    /// The e-detector.
    Evidence(EDetector),
    /// E-detector and tail, each measured from its own level; the greater decides.
    Union(EDetector, (f64, f64)),
}

impl Contender {
    /// Whether its scores are the same whenever it has alarmed, and dear: they are then worked out once for all levels.
    #[must_use]
    pub fn scores_once(&self) -> bool {
        matches!(self, Contender::Farrington(_))
    }
}

impl Detector for Contender {
    fn step(&mut self, count: u32, law: &NegBin) -> f64 {
        match self {
            Contender::Ears(d) => d.step(count, law),
            Contender::Farrington(d) => d.step(count, law),
            Contender::Tail(d) => d.step(count, law),
            Contender::Glr(d) => d.step(count, law),
            Contender::Cusum(d) => d.step(count, law),
            Contender::Evidence(d) => d.step(count, law),
            Contender::Union(d, levels) => {
                (d.step(count, law) - levels.0).max(TailTest.step(count, law) - levels.1)
            }
        }
    }

    fn reset(&mut self) {
        match self {
            Contender::Ears(d) => d.reset(),
            Contender::Farrington(d) => d.reset(),
            Contender::Tail(d) => d.reset(),
            Contender::Glr(d) => d.reset(),
            Contender::Cusum(d) => d.reset(),
            Contender::Evidence(d) | Contender::Union(d, _) => d.reset(),
        }
    }
}
