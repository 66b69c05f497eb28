//! The mirror: east becomes west, left becomes right, and the two parties change their names. Whatever is found must be
//! found again: the desk may know neither a direction nor a name.

use super::{Answer, Scenario};
use serde_json::Value;

/// The scenario in the mirror, with `one` and `other` exchanged.
#[must_use]
pub fn mirrored(scenario: &Scenario, one: &str, other: &str) -> Scenario {
    let swaps = [(one, other), ("left", "right")];
    let turned = |text: &String| swaps.iter().fold(text.clone(), |t, (a, b)| exchanged(&t, a, b));
    Scenario {
        texts: scenario
            .texts
            .iter()
            .map(|(label, text)| (exchanged(label, one, other), turned(text)))
            .collect(),
        geometry: scenario.geometry.iter().map(|(path, text)| (path.clone(), reflected(text))).collect(),
        reports: scenario.reports.iter().map(|t| table(t, one, other)).collect(),
        records: scenario.records.iter().map(|t| exchanged(&turned_east(t), one, other)).collect(),
        coverage: scenario.coverage.iter().map(|t| turned_east(t)).collect(),
        sources: scenario.sources.clone(),
        decisions: scenario.decisions.clone(),
        acts: scenario.acts.iter().map(|t| exchanged(t, one, other)).collect(),
        expected: answers(&scenario.expected, one, other),
    }
}

/// Questions or answers with `one` and `other` exchanged: who was asked about in the mirror.
#[must_use]
pub fn answers(of: &[Answer], one: &str, other: &str) -> Vec<Answer> {
    let turn = |text: &String| exchanged(text, one, other);
    of.iter()
        .map(|a| Answer {
            id: turn(&a.id),
            clause: turn(&a.clause),
            outcome: turn(&a.outcome),
            missing: turn(&a.missing),
        })
        .collect()
}

/// A table with the sign of every longitude changed.
fn turned_east(text: &str) -> String {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or("").split(',').map(str::trim).collect();
    let mut out = header.join(",") + "\n";
    for line in lines {
        let cells = line.split(',').map(str::trim).zip(&header).map(|(cell, column)| match *column {
            "lon" if !cell.is_empty() => {
                cell.parse::<f64>().map_or(cell.to_owned(), |lon| format!("{}", -lon))
            }
            _ => cell.to_owned(),
        });
        out += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    out
}

/// The text with two words exchanged wherever they stand as words.
fn exchanged(text: &str, one: &str, other: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let close = |word: &mut String, out: &mut String| {
        out.push_str(if word == one {
            other
        } else if word == other {
            one
        } else {
            word
        });
        word.clear();
    };
    for c in text.chars() {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            word.push(c);
        } else {
            close(&mut word, &mut out);
            out.push(c);
        }
    }
    close(&mut word, &mut out);
    out
}

fn reflected(geojson: &str) -> String {
    match serde_json::from_str::<Value>(geojson) {
        Ok(mut value) => {
            reflect(&mut value);
            value.to_string()
        }
        Err(_) => geojson.to_owned(),
    }
}

/// Turns the first number of every position.
fn reflect(value: &mut Value) {
    match value {
        Value::Array(items) => {
            let is_position = items.len() >= 2 && items.iter().all(Value::is_number);
            if let Some(lon) = items.first().and_then(Value::as_f64).filter(|_| is_position) {
                items[0] = Value::from(-lon);
            } else {
                items.iter_mut().for_each(reflect);
            }
        }
        Value::Object(members) => members.values_mut().for_each(reflect),
        _ => {}
    }
}

fn table(text: &str, one: &str, other: &str) -> String {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or("").split(',').map(str::trim).collect();
    let mut out = header.join(",") + "\n";
    for line in lines {
        let cells = line.split(',').map(str::trim).zip(&header).map(|(cell, column)| match *column {
            "lon" if !cell.is_empty() => {
                cell.parse::<f64>().map_or(cell.to_owned(), |lon| format!("{}", -lon))
            }
            "bearing" if !cell.is_empty() => {
                cell.parse::<f64>().map_or(cell.to_owned(), |b| format!("{}", 360.0 - b))
            }
            "actor" => {
                let upper = exchanged(cell, one, other);
                exchanged(&upper, &one.to_lowercase(), &other.to_lowercase())
            }
            _ => cell.to_owned(),
        });
        out += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::exchanged;

    #[test]
    fn whole_words_change_places_and_parts_of_words_stay() {
        assert_eq!(exchanged("KA, VE and KALE; side VE", "KA", "VE"), "VE, KA and KALE; side KA");
    }
}
