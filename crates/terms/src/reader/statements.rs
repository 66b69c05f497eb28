//! Declarations as statements of the reading that is shown, so that two texts can be laid side by side.

use super::{Piece, TermsLine};

/// The words of each clause as the reading has them, by index, line by line: without what is left aside, without the
/// signs of brackets and without comments. `clauses`: how many there are.
#[must_use]
pub fn clause_texts(pieces: &[Piece], clauses: usize) -> Vec<String> {
    let mut out = vec![String::new(); clauses];
    let blocks = pieces.iter().filter_map(|p| match p {
        Piece::Terms { lines } => Some(lines),
        _ => None,
    });
    for line in blocks.flatten() {
        let Some(text) = line.clause.and_then(|index| out.get_mut(index)) else { continue };
        let words = words_of(line);
        if words.is_empty() || words.starts_with("bracket ") {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n  ");
        }
        text.push_str(&words);
    }
    out
}

/// A statement that is no clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What it declares, such as `zone buffer`: its first words.
    pub name: String,
    /// Its words in the reading, one space between them, without comments.
    pub text: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// The declarations in the text's order. Words that the reading leaves aside are not among them.
#[must_use]
pub fn declarations(pieces: &[Piece]) -> Vec<Declaration> {
    let mut out: Vec<Declaration> = Vec::new();
    for piece in pieces {
        let Piece::Terms { lines } = piece else { continue };
        // Where the statement before stands; `None`: at the beginning of a block.
        let mut before: Option<Option<(usize, usize)>> = None;
        for line in lines.iter().filter(|l| l.clause.is_none()) {
            let words = words_of(line);
            if words.is_empty() || words.starts_with("bracket ") {
                continue;
            }
            let stands = line.bracket.map(|b| (b, alternative_of(line)));
            let goes_on = match stands {
                None => line.text.starts_with([' ', '\t']),
                Some(_) => !line.parts.iter().any(|p| p.is_proposer && p.taken),
            };
            match out.last_mut() {
                Some(last) if goes_on && before == Some(stands) => {
                    last.text = format!("{} {words}", last.text);
                }
                _ => out.push(Declaration { name: String::new(), text: words, line: line.number }),
            }
            before = Some(stands);
        }
    }
    for declaration in &mut out {
        declaration.name = name_of(&declaration.text);
    }
    out
}

fn alternative_of(line: &TermsLine) -> usize {
    line.parts.iter().find_map(|p| p.within).map_or(usize::MAX, |(_, alternative)| alternative)
}

/// The words of the line in the reading, without signs of brackets and without a comment.
fn words_of(line: &TermsLine) -> String {
    let taken = line.parts.iter().filter(|p| p.taken && !p.is_proposer);
    let mut out = String::new();
    let mut quoted = false;
    let bracketed = line.parts.iter().any(|p| p.within.is_some());
    for sign in taken.flat_map(|p| p.text.chars()) {
        match sign {
            '#' if !quoted => break,
            '[' | ']' if bracketed && !quoted => continue,
            '"' => quoted = !quoted,
            _ => {}
        }
        out.push(sign);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name_of(text: &str) -> String {
    let mut words = text.split_whitespace();
    let head = words.next().unwrap_or_default();
    match head {
        "instrument" => head.to_owned(),
        "reference" => text.split(" is ").next().unwrap_or(text).to_owned(),
        _ => format!("{head} {}", words.next().unwrap_or_default()).trim().trim_end_matches(',').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sections;
    use super::*;

    const TEXT: &str = "```terms\ninstrument x \"X #1\"   # a comment\n  time zone \"UTC\"\n\
        party A1 \"Aland\"\nparty B1 \"Bland\"\nact fire = shot\n\
        line near from \"a\"\nline far from \"b\"\n\
        bracket 1 \"line\"\n  A1: reference of B1 is near\n  B1: reference of B1 is far\n\
        zone z within [A1: 1 km] [B1: 2 km] of near\n1 nobody shall fire\n   in z\n```\n";

    #[test]
    fn declarations_are_those_of_the_reading() {
        let checked = crate::check("x.md", TEXT.as_bytes());
        let read = |reading: usize| {
            let reading = checked.readings.get(reading).unwrap_or_else(|| panic!("{:?}", checked.problems));
            declarations(&sections(TEXT, &reading.agreement.clauses, &checked.brackets, &reading.choice))
        };
        let told = |all: Vec<Declaration>| all.into_iter().map(|d| (d.name, d.text)).collect::<Vec<_>>();
        let first = told(read(0));
        let has = |name: &str, text: &str| first.contains(&(name.to_owned(), text.to_owned()));
        assert!(has("instrument", "instrument x \"X #1\" time zone \"UTC\""), "{first:?}");
        assert!(
            has("reference of B1", "reference of B1 is near") && has("zone z", "zone z within 1 km of near"),
            "{first:?}"
        );
        assert_eq!(first.len(), 8, "{first:?}");
        let texts = |reading: usize| {
            let reading = checked.readings.get(reading).expect("a reading");
            let pieces = sections(TEXT, &reading.agreement.clauses, &checked.brackets, &reading.choice);
            clause_texts(&pieces, reading.agreement.clauses.len())
        };
        assert_eq!(texts(0), ["1 nobody shall fire\n  in z"]);
        let second = told(read(1));
        assert!(
            second.contains(&("reference of B1".to_owned(), "reference of B1 is far".to_owned())),
            "{second:?}"
        );
    }
}
