//! Margins of the check. They are the mission's to set, and every answer says which it was made with.

use crate::words::{NoticeKind, WithKind};
use serde::{Deserialize, Serialize};

/// Margins. Across the ground a pair has the greater of its two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Margins {
    /// Around a movement, metres.
    pub movement_m: f64,
    /// Around a flight, metres.
    pub flight_m: f64,
    /// Around a repair, metres.
    pub repair_m: f64,
    /// Around an exercise, metres.
    pub exercise_m: f64,
    /// Around a demining blast, metres.
    pub blast_m: f64,
    /// Around a convoy, metres.
    pub convoy_m: f64,
    /// Around a window of silence, metres.
    pub window_m: f64,
    /// Around a protected object, metres.
    pub protected_m: f64,
    /// Around something observed, metres.
    pub activity_m: f64,
    /// Between heights, metres.
    pub up_m: f64,
    /// Before and after each period, milliseconds.
    pub around_ms: i64,
    /// For how long something observed is held against what is planned there, milliseconds.
    pub activity_ms: i64,
    /// A place whose precision is not stated is taken to be known no better than this, metres.
    pub unstated_doubt_m: f64,
}

impl Default for Margins {
    fn default() -> Margins {
        Margins {
            movement_m: 500.0,
            flight_m: 1_000.0,
            repair_m: 500.0,
            exercise_m: 2_000.0,
            blast_m: 1_500.0,
            convoy_m: 500.0,
            window_m: 0.0,
            protected_m: 500.0,
            activity_m: 2_000.0,
            up_m: 150.0,
            around_ms: 15 * 60_000,
            activity_ms: 6 * base::time::HOUR_MS,
            unstated_doubt_m: 1_000.0,
        }
    }
}

impl Margins {
    /// The margin around an activity, metres.
    #[must_use]
    pub fn of(&self, kind: NoticeKind) -> f64 {
        match kind {
            NoticeKind::Movement => self.movement_m,
            NoticeKind::Flight => self.flight_m,
            NoticeKind::Repair => self.repair_m,
            NoticeKind::Exercise => self.exercise_m,
            NoticeKind::Blast => self.blast_m,
            NoticeKind::Convoy => self.convoy_m,
            NoticeKind::Message | NoticeKind::Protest => 0.0,
        }
    }

    /// The margin around what it is compared with, metres, where that is no notice.
    #[must_use]
    pub fn around(&self, with: WithKind) -> f64 {
        match with {
            WithKind::Window => self.window_m,
            WithKind::Protected => self.protected_m,
            WithKind::Activity => self.activity_m,
            WithKind::Notice | WithKind::Zone => 0.0,
        }
    }

    /// The same, with nothing that would hang the check: finite, not negative, and no more than 100 km or 31 days.
    #[must_use]
    pub fn bounded(&self) -> Margins {
        let m = |v: f64| if v.is_finite() { v.clamp(0.0, 100_000.0) } else { 100_000.0 };
        let ms = |v: i64| v.clamp(0, 31 * base::time::DAY_MS);
        Margins {
            movement_m: m(self.movement_m),
            flight_m: m(self.flight_m),
            repair_m: m(self.repair_m),
            exercise_m: m(self.exercise_m),
            blast_m: m(self.blast_m),
            convoy_m: m(self.convoy_m),
            window_m: m(self.window_m),
            protected_m: m(self.protected_m),
            activity_m: m(self.activity_m),
            up_m: m(self.up_m),
            around_ms: ms(self.around_ms),
            activity_ms: ms(self.activity_ms),
            unstated_doubt_m: m(self.unstated_doubt_m),
        }
    }

    /// The greatest of those across the ground, metres.
    #[must_use]
    pub fn widest_m(&self) -> f64 {
        [
            self.movement_m,
            self.flight_m,
            self.repair_m,
            self.exercise_m,
            self.blast_m,
            self.convoy_m,
            self.window_m,
            self.protected_m,
            self.activity_m,
        ]
        .into_iter()
        .fold(0.0, f64::max)
    }
}
