//! Tables of outcomes for people and programs.

use findings::{Outcome, State, Version};
use serde_json::{Value, json};

/// The four counts of one clause, as JSON.
pub fn counts(counts: [u64; 4]) -> Value {
    let [breached, undetermined, excused, kept] = counts;
    json!({ "breached": breached, "undetermined": undetermined, "excused": excused, "kept": kept })
}

/// Prints per version and clause the four outcomes of observations and incidents.
pub fn print(state: &State, versions: &[&Version]) {
    for (version, found) in versions.iter().zip(&state.versions) {
        println!("{}  ({})", version.agreement.title, version.label);
        println!(
            "  {:<8} {:<13} {:>10} {:>13} {:>9} {:>10}   article",
            "clause",
            "counted",
            Outcome::Breached.name(),
            Outcome::Undetermined.name(),
            Outcome::Excused.name(),
            Outcome::Kept.name()
        );
        for (i, clause) in version.agreement.clauses.iter().enumerate() {
            let heading = version.agreement.articles.get(clause.article).map_or("", |a| a.heading.as_str());
            line(&clause.label, "observations", found.observation_counts(i), heading);
            line("", "incidents", found.incident_counts(i), "");
        }
        println!();
    }
}

fn line(label: &str, what: &str, counts: [u64; 4], heading: &str) {
    let [breached, undetermined, excused, kept] = counts;
    let text = format!(
        "  {label:<8} {what:<13} {breached:>10} {undetermined:>13} {excused:>9} {kept:>10}   {heading}"
    );
    println!("{}", text.trim_end());
}
