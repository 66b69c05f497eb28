//! A comparison as plain text for people: every clause with a sign and a word, what shows it, and the contradictions.

use super::{Comparison, Package, Pair, Place, Shown, Verdict};
use std::fmt::Write as _;

/// The comparison of the two packages that it was made of.
#[must_use]
pub fn render(comparison: &Comparison, first: &Package<'_>, second: &Package<'_>) -> String {
    let mut out = String::new();
    let title = |package: &Package<'_>| {
        let names: Vec<String> =
            package.texts.iter().map(|(name, agreement)| format!("{} ({name})", agreement.title)).collect();
        names.join("\n   with ")
    };
    let _ = writeln!(out, "A: {}\nB: {}\n", title(first), title(second));
    contradictions(comparison, first, second, &mut out);
    let _ = writeln!(out, "Clause by clause, B against A:\n");
    for pair in &comparison.pairs {
        one(pair, first, second, &mut out);
    }
    alone("only in A", "-", &comparison.only_first, first, &mut out);
    alone("only in B", "+", &comparison.only_second, second, &mut out);
    summary(comparison, &mut out);
    out
}

fn contradictions(comparison: &Comparison, first: &Package<'_>, second: &Package<'_>, out: &mut String) {
    let n = comparison.contradictions.len();
    if n == 0 {
        let _ = writeln!(out, "No contradiction between A and B is listed here.\n");
        return;
    }
    let plural = if n == 1 { "contradiction" } else { "contradictions" };
    let _ = writeln!(out, "{n} {plural} between A and B:\n");
    for (i, found) in comparison.contradictions.iter().enumerate() {
        let _ = writeln!(out, "{}. [{}] {}", i + 1, found.matter.name(), found.title);
        let names = |package: &Package<'_>, places: &[Place]| {
            places.iter().map(|p| package.name(*p)).collect::<Vec<_>>().join(", ")
        };
        let (a, b) = (names(first, &found.first), names(second, &found.second));
        if !a.is_empty() || !b.is_empty() {
            let declared = "bodies as declared";
            let or = |s: String| if s.is_empty() { declared.to_owned() } else { s };
            let _ = writeln!(out, "   A: {}   B: {}", or(a), or(b));
        }
        found.shown.iter().for_each(|shown| witness(shown, out));
        let _ = writeln!(out, "   help: {}\n", found.help);
    }
}

fn witness(shown: &Shown, out: &mut String) {
    let _ = writeln!(out, "   witness: {}", shown.sentence);
    let _ = writeln!(out, "     A: {}\n     B: {}", shown.first, shown.second);
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "=",
        Verdict::Stricter => ">",
        Verdict::Looser => "<",
        Verdict::Mixed => "<>",
        Verdict::Undetermined => "?",
    }
}

fn one(pair: &Pair, first: &Package<'_>, second: &Package<'_>, out: &mut String) {
    let (a, b) = (first.name(pair.first), second.name(pair.second));
    let _ = writeln!(out, "{:<3}{a}  /  {b}: {}", sign(pair.verdict), pair.verdict.word());
    pair.shown.iter().for_each(|shown| witness(shown, out));
    if pair.verdict == Verdict::Undetermined {
        let _ = writeln!(out, "   too many cells between the boundaries of the two clauses to go through");
    }
}

fn alone(what: &str, sign: &str, places: &[Place], package: &Package<'_>, out: &mut String) {
    for place in places {
        let clause = package.texts.get(place.text).and_then(|(_, a)| a.clauses.get(place.clause));
        let kind = clause.map_or("", |c| c.duty.kind().name());
        let _ = writeln!(out, "{sign:<3}{}: {what} ({kind})", package.name(*place));
    }
}

fn summary(comparison: &Comparison, out: &mut String) {
    let count = |v: Verdict| comparison.pairs.iter().filter(|p| p.verdict == v).count();
    let _ = writeln!(
        out,
        "\n{} same, {} stricter, {} looser, {} mixed, {} undetermined; {} only in A, {} only in B",
        count(Verdict::Same),
        count(Verdict::Stricter),
        count(Verdict::Looser),
        count(Verdict::Mixed),
        count(Verdict::Undetermined),
        comparison.only_first.len(),
        comparison.only_second.len(),
    );
}
