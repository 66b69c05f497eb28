//! What may be written next: heads of statements, phrases of clauses, declared names, kinds of fact and time zones.

use terms::Symbol;

/// Heads of statements with what each declares.
pub(super) const HEADS: &[(&str, &str)] = &[
    ("instrument", "the text's name, title, status, time zone and entry into force"),
    ("party", "a party: `party KA \"Karsk\"`"),
    ("guarantor", "a guarantor"),
    ("body", "a body, what it decides and how"),
    ("weapon", "a weapon class"),
    ("act", "a group of kinds of fact"),
    ("moment", "a moment with a name"),
    ("unit", "a unit of count"),
    ("category", "a category of protected objects"),
    ("flow", "a metered flow"),
    ("sensor", "a means of verification"),
    ("line", "a line on the map"),
    ("zone", "a zone on the map"),
    ("reference", "the reference line of a party"),
    ("bracket", "text that is not agreed"),
];

/// Phrases of clauses with what each says.
pub(super) const PHRASES: &[(&str, &str)] = &[
    ("anywhere", "it holds everywhere"),
    ("in", "in a zone"),
    ("within", "within a distance of a line, or a time"),
    ("from", "when it begins"),
    ("starting", "when a phased duty begins"),
    ("complete", "when it must be complete"),
    ("until", "when it ends"),
    ("except", "who is exempt"),
    ("unless", "an exception"),
    ("when", "a precondition"),
    ("standard", "the standard of proof"),
    ("decided by", "who decides on a breach"),
    ("verified by", "how it is verified"),
    ("remedy", "a remedy that is foreseen"),
    ("paired with", "clauses shown beside it"),
    ("replaces", "the clause that it replaces"),
    ("shall not", "a prohibition"),
    ("shall keep", "a distance"),
    ("shall hold at most", "a cap"),
    ("shall hold at least", "a floor"),
    ("shall do", "a deed"),
    ("shall withdraw forces from", "a withdrawal"),
    ("shall notify", "a notice"),
    ("shall admit", "access"),
    ("shall accept", "inspections"),
    ("shall remedy", "a remedy"),
    ("shall consult within", "consultation"),
    ("indicator", "what somebody is told of before anything is breached"),
    ("over", "over how long an indicator counts"),
    ("against the", "the time before that an indicator compares with"),
    ("against since", "the moment since which it compares"),
    ("rises to", "the level that meets an indicator"),
    ("falls to", "the level that meets an indicator"),
    ("stops", "an indicator of something that comes no more"),
    ("told to", "who is told of an indicator"),
];

/// What the words before the cursor ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The head of a statement, or a label.
    Head,
    /// A declared name of these sorts.
    Names(&'static [&'static str]),
    /// A kind of fact.
    Kind,
    /// A time zone, in quotes.
    TimeZone,
    /// A phrase, or any name.
    Anything,
}

/// What may follow on a line of a `terms` block up to the cursor.
pub(super) fn wanted(before: &str) -> Wanted {
    let words: Vec<&str> = before.split_whitespace().collect();
    let typing = !before.ends_with(char::is_whitespace);
    let done = if typing { words.len().saturating_sub(1) } else { words.len() };
    let word = |back: usize| done.checked_sub(back).and_then(|i| words.get(i)).copied().unwrap_or("");
    if done == 0 && !before.starts_with([' ', '\t']) {
        return Wanted::Head;
    }
    if word(2) == "time" && word(1) == "zone" {
        return Wanted::TimeZone;
    }
    if words.first() == Some(&"act") && matches!(word(1), "=" | "or") {
        return Wanted::Kind;
    }
    match word(1) {
        "in" | "sites" | "covers" | "at" => Wanted::Names(&["zone"]),
        "is" if words.first() == Some(&"reference") => Wanted::Names(&["line"]),
        "of" if matches!(word(2), "km" | "m" | "side") => Wanted::Names(&["line"]),
        "not" => Wanted::Names(&["act", "weapon class"]),
        "place" | "keep" => Wanted::Names(&["weapon class"]),
        "to" if word(2) == "told" => Wanted::Names(&["actor"]),
        "except" | "by" => Wanted::Names(&["actor", "means of verification"]),
        "under" | "with" | "replaces" => Wanted::Names(&["clause"]),
        "on" => Wanted::Names(&["category"]),
        _ => Wanted::Anything,
    }
}

/// Whether a name is of a sort that is wanted.
pub(super) fn fits(symbol: &Symbol, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Names(sorts) => sorts.contains(&symbol.sort),
        Wanted::Anything => symbol.sort != "clause",
        Wanted::Head | Wanted::Kind | Wanted::TimeZone => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_head_of_a_statement_is_offered() {
        let mut offered: Vec<&str> = HEADS.iter().map(|(head, _)| *head).collect();
        let mut known = terms::HEADS.to_vec();
        offered.sort_unstable();
        known.sort_unstable();
        assert_eq!(offered, known);
    }

    #[test]
    fn the_words_before_the_cursor_say_what_is_wanted() {
        for (before, expected) in [
            ("", Wanted::Head),
            ("zo", Wanted::Head),
            ("  time zone ", Wanted::TimeZone),
            ("  time zone \"Eur", Wanted::TimeZone),
            ("act fire = shot or ", Wanted::Kind),
            ("2.1 KA shall not fire in bu", Wanted::Names(&["zone"])),
            ("zone b within 5 km of ", Wanted::Names(&["line"])),
            ("2.1 KA shall not ", Wanted::Names(&["act", "weapon class"])),
            ("       unless notified under ", Wanted::Names(&["clause"])),
            ("       told to ", Wanted::Names(&["actor"])),
            ("       ", Wanted::Anything),
        ] {
            assert_eq!(wanted(before), expected, "{before:?}");
        }
    }
}
