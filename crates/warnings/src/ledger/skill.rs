//! The skill ledger: how often warnings were right, false or undetermined, how long before, and what was missed. Open
//! to everybody: who warns has to say how often they were wrong.

use super::{Ledger, Stage};
use crate::act::Outcome;
use serde::Serialize;

/// What a mission's warnings were worth.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Skill {
    /// Warnings that people looked at.
    pub looked_at: u32,
    /// Issued.
    pub issued: u32,
    /// Kept from going out.
    pub suppressed: u32,
    /// Of the issued, those that turned out right.
    pub right: u32,
    /// False.
    pub wrong: u32,
    /// That cannot be told.
    pub undetermined: u32,
    /// Issued and not stood down yet: nothing is known of them.
    pub open: u32,
    /// Of the suppressed, those that turned out right: they should have gone out.
    pub suppressed_right: u32,
    /// What came and of which no warning told.
    pub missed: u32,
    /// The share of right ones of those that could be told, with its 90 % interval (Wilson); `None`: none could.
    pub right_share: Option<[f64; 3]>,
    /// Hours from raising to what came, the middle one of those that have it; `None`: none has.
    pub lead_h: Option<f64>,
    /// How many have it.
    pub leads: u32,
}

/// The skill that a ledger shows.
#[must_use]
pub fn skill(ledger: &Ledger) -> Skill {
    let mut out =
        Skill { missed: u32::try_from(ledger.missed.len()).unwrap_or(u32::MAX), ..Skill::default() };
    let mut leads = Vec::new();
    for life in ledger.lives.values() {
        out.looked_at += 1;
        let was_issued = life.issued.is_some();
        let was_suppressed = !was_issued && life.history.iter().any(|l| l.deed == "suppress");
        out.issued += u32::from(was_issued);
        out.suppressed += u32::from(was_suppressed);
        match life.outcome {
            None => out.open += u32::from(was_issued && life.stage == Stage::Issued),
            Some((Outcome::Right, came_ms)) => {
                out.right += u32::from(was_issued);
                out.suppressed_right += u32::from(was_suppressed);
                let lead_ms =
                    came_ms.zip(life.facts.as_ref()).map(|(came, f)| came.saturating_sub(f.raised_ms));
                leads.extend(lead_ms.filter(|_| was_issued).map(|ms| ms as f64 / 3_600_000.0));
            }
            Some((Outcome::False, _)) => out.wrong += u32::from(was_issued),
            Some((Outcome::Undetermined, _)) => out.undetermined += u32::from(was_issued),
        }
    }
    out.right_share = wilson(out.right, out.right + out.wrong);
    out.leads = u32::try_from(leads.len()).unwrap_or(u32::MAX);
    out.lead_h = middle(&mut leads);
    out
}

fn middle(all: &mut [f64]) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

/// The share `k` of `n` with its 90 % interval (Wilson 1927): `[low, share, high]`.
#[must_use]
pub fn wilson(k: u32, n: u32) -> Option<[f64; 3]> {
    const Z: f64 = 1.644_853_6;
    if n == 0 {
        return None;
    }
    let (k, n) = (f64::from(k), f64::from(n));
    let p = k / n;
    let z2 = Z * Z / n;
    let middle = (p + z2 / 2.0) / (1.0 + z2);
    let half = Z / (1.0 + z2) * (p * (1.0 - p) / n + z2 / (4.0 * n)).sqrt();
    Some([(middle - half).max(0.0), p, (middle + half).min(1.0)])
}
