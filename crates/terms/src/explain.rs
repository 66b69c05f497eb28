//! A checked clause in plain English, from the checked tree and not from its source: what is explained is what is
//! computed.

use crate::agreement::{
    ActorIx, Agreement, Bound, Clause, Condition, DistanceItem, Duty, Exception, Reference, What, When,
};
use crate::check::metres;
use std::fmt::Write as _;

/// What clause number `index` of [`Agreement::clauses`] says, in sentences; empty if there is no such clause.
#[must_use]
pub fn explain(agreement: &Agreement, index: usize) -> String {
    let Some(clause) = agreement.clauses.get(index) else { return String::new() };
    let mut out = match &clause.duty {
        Duty::Prohibition { bound, what, zone, .. } | Duty::Abstention { bound, what, zone, .. } => {
            let zone = zone.and_then(|z| agreement.plan.zones.get(usize::from(z.0)));
            let place = zone.map_or("anywhere".to_owned(), |z| place(&z.name));
            format!("{} {} {place}", who(agreement, bound), act(agreement, what))
        }
        Duty::Distance { bound, items, reference } => distance(agreement, bound, items, *reference),
        _ => clause.source.clone(),
    };
    let _ = write!(out, ", {}.", times(agreement, clause));
    for exception in &clause.exceptions {
        let _ = write!(out, " {}", excuse(agreement, exception));
    }
    if let Some(standard) = &clause.standard {
        let _ = write!(out, " Standard of proof: {standard}.");
    }
    out
}

/// A zone with a name of its own stands "in" it; an unnamed one carries its words.
fn place(name: &str) -> String {
    let spoken = ["within ", "between "].iter().any(|w| name.starts_with(w));
    match name.starts_with("the ") {
        true => format!("on {name}"),
        false if spoken => name.to_owned(),
        false => format!("in `{name}`"),
    }
}

fn names(agreement: &Agreement, actors: &[ActorIx], last: &str) -> String {
    let all: Vec<&str> = actors.iter().filter_map(|a| agreement.actor(*a)).map(|a| a.name.as_str()).collect();
    join(&all, last)
}

/// `a`, `a and b`, `a, b and c`.
fn join<T: AsRef<str>>(all: &[T], last: &str) -> String {
    match all {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., end] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", first.join(", "), end.as_ref())
        }
    }
}

fn who(agreement: &Agreement, bound: &Bound) -> String {
    let exempt = names(agreement, &bound.except, "and");
    let exempt = if exempt.is_empty() { exempt } else { format!(", except {exempt},") };
    match &bound.actors {
        None => format!("Nobody{exempt} shall"),
        Some(actors) => format!("{}{exempt} shall not", names(agreement, actors, "and")),
    }
}

fn act(agreement: &Agreement, what: &What) -> String {
    match what {
        What::Act { name, kinds } => format!("{name} ({})", join(kinds, "or")),
        What::Weapon { .. } => format!("place {}", thing(agreement, what)),
    }
}

fn thing(agreement: &Agreement, what: &What) -> String {
    match what {
        What::Act { name, kinds } => format!("{name} ({})", join(kinds, "or")),
        What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
            let mut out = agreement.weapon(*class).map(|w| w.name.clone()).unwrap_or_default();
            match (calibre_min_mm, calibre_below_mm) {
                (Some(min), Some(below)) => {
                    let _ = write!(out, " of {min} mm or more and below {below} mm");
                }
                (Some(min), None) => {
                    let _ = write!(out, " of {min} mm or more");
                }
                (None, Some(below)) => {
                    let _ = write!(out, " below {below} mm");
                }
                (None, None) => {}
            }
            out
        }
    }
}

fn distance(agreement: &Agreement, bound: &Bound, items: &[DistanceItem], reference: Reference) -> String {
    let bound_names = bound.actors.as_deref().map_or("Everybody".to_owned(), |a| names(agreement, a, "and"));
    let exempt = names(agreement, &bound.except, "and");
    let exempt = if exempt.is_empty() { exempt } else { format!(", except {exempt},") };
    let rows: Vec<String> = items.iter().map(|item| row(agreement, item)).collect();
    let line_name = |line: atlas::plan::LineIx| {
        agreement.plan.lines.get(usize::from(line.0)).map(|l| format!("`{}`", l.name)).unwrap_or_default()
    };
    let line = match reference {
        Reference::Line(line) => line_name(line),
        Reference::PerParty => {
            let each: Vec<String> = bound
                .actors
                .iter()
                .flatten()
                .filter_map(|a| {
                    Some(format!(
                        "{} for {}",
                        line_name(agreement.reference_of(*a)?),
                        agreement.actor(*a)?.name
                    ))
                })
                .collect();
            format!("their reference line ({})", each.join(", "))
        }
    };
    let first = if items.len() > 1 { "; what fits several keeps the largest distance" } else { "" };
    format!("{bound_names}{exempt} shall keep {} from {line}{first}", rows.join(", "))
}

fn row(agreement: &Agreement, item: &DistanceItem) -> String {
    let thing = thing(agreement, &item.what);
    match item.side_to_side_m {
        None => format!("{thing} at least {}", metres(item.at_least_m)),
        Some(whole) => {
            format!("{thing} at least {} ({} from side to side)", metres(item.at_least_m), metres(whole))
        }
    }
}

fn times(agreement: &Agreement, clause: &Clause) -> String {
    let mut out = format!("from {}", moment(agreement, &clause.from));
    if let Some(complete) = &clause.complete {
        let _ = write!(out, ", complete before {}", moment(agreement, complete));
    }
    if let Some(until) = &clause.until {
        let _ = write!(out, ", until before {}", moment(agreement, until));
    }
    out
}

fn moment(agreement: &Agreement, when: &When) -> String {
    let words = match when {
        When::At(moment) => return agreement.zone.show(*moment),
        When::Entry => "entry into force".to_owned(),
        When::EntryPlusDays(days) => format!("{days} days after entry into force"),
        When::DayAfterEntry(0) => "the start of the day of entry into force".to_owned(),
        When::DayAfterEntry(1) => "the start of the first day after entry into force".to_owned(),
        When::DayAfterEntry(days) => format!("the start of day {days} after entry into force"),
        When::EntryPlusMs(ms) if ms % base::time::HOUR_MS == 0 => {
            format!("{} h after entry into force", ms / base::time::HOUR_MS)
        }
        When::EntryPlusMs(ms) => format!("{} min after entry into force", ms / 60_000),
        When::After(..) | When::Then(_) | When::EntryPlusMonths(_) => "a later moment".to_owned(),
    };
    match agreement.resolve_when(when) {
        Some(at) => format!("{words} ({})", agreement.zone.show(at)),
        None => format!("{words} (not yet known)"),
    }
}

fn excuse(agreement: &Agreement, exception: &Exception) -> String {
    let conditions: Vec<String> = exception.conditions.iter().map(|c| condition(agreement, c)).collect();
    let title = if exception.title.is_empty() { String::new() } else { format!(" ({})", exception.title) };
    let burden = if exception.burden.is_empty() {
        String::new()
    } else {
        format!(", to be shown by {}", exception.burden)
    };
    format!("Excused under {}{title} if {}{burden}.", exception.label, join(&conditions, "and"))
}

fn condition(agreement: &Agreement, condition: &Condition) -> String {
    match condition {
        Condition::InZone(zone) => {
            let name =
                agreement.plan.zones.get(usize::from(zone.0)).map(|z| z.name.as_str()).unwrap_or_default();
            format!("it lies {}", place(name))
        }
        Condition::Exercise => "it was recorded as an exercise or a controlled blast".to_owned(),
        Condition::ToBeShown(words) => format!("it is shown that: “{words}”"),
        _ => "a condition holds".to_owned(),
    }
}
