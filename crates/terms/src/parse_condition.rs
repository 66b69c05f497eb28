//! Exceptions and preconditions: what must hold, all of it.

use crate::cursor::{Cursor, Read};
use crate::parse::{area, skip_separators};
use crate::parse_clause::{PHRASES, what};
use crate::parsed::{Area, Condition, Exception, Name};
use crate::source::Stretch;
use crate::token::Kind;

/// `2.1a unless return fire: conditions`; the title may be missing.
pub(crate) fn labelled_exception<'a>(c: &mut Cursor<'_, 'a>, label: Name<'a>) -> Read<Exception<'a>> {
    let whole = c.whole();
    let mark = c.mark();
    let mut title = String::new();
    if !c.is_word("shown") {
        if let Some((words, _)) = c.free_words(|c| c.is_sign(":")) {
            title = words;
        }
        if !c.take_sign(":") {
            c.back_to(mark);
            title.clear();
        }
    }
    let found = exception(c, Some(label), title, whole)?;
    skip_separators(c);
    if !c.done() {
        let help = "join conditions with `, and` at the end of the line; then `to be shown by …`";
        return Err(c.unexpected("the end of the exception", help));
    }
    Ok(found)
}

pub(crate) fn exception<'a>(
    c: &mut Cursor<'_, 'a>,
    label: Option<Name<'a>>,
    title: String,
    start: Stretch,
) -> Read<Exception<'a>> {
    let conditions = conditions(c)?;
    let mut burden = String::new();
    let mark = c.mark();
    skip_separators(c);
    if c.take_all(&["to", "be", "shown", "by"]) {
        match c.free_words(|_| false) {
            Some((words, _)) => burden = words,
            None => {
                return Err(c.unexpected("who must show it", "write `to be shown by the party that fired`"));
            }
        }
    } else {
        c.back_to(mark);
    }
    Ok(Exception { label, title, at: start.to(c.last()), conditions, burden, guard: Vec::new() })
}

/// Conditions joined by `, and`.
pub(crate) fn conditions<'a>(c: &mut Cursor<'_, 'a>) -> Read<Vec<Condition<'a>>> {
    let mut all = vec![condition(c)?];
    loop {
        let (comma, plain) = (c.is_sign(",") && c.word_ahead(1, "and"), c.is_word("and"));
        // `and step` goes on with the steps of an effect.
        let step = c.word_ahead(if comma { 2 } else { 1 }, "step");
        if !(comma || plain) || step {
            return Ok(all);
        }
        c.take_sign(",");
        c.take("and");
        all.push(condition(c)?);
    }
}

fn condition<'a>(c: &mut Cursor<'_, 'a>) -> Read<Condition<'a>> {
    const HELP: &str = "write `at storage`, `in an exercise`, `notified under 6.1`, `2.1 is breached by VE`, `buffer was silent for 7 days of fire`, `found by commission: \"…\"` or `shown: \"…\"`";
    if let Some(found) = of_records(c, HELP)? {
        return Ok(found);
    }
    if c.take("shown") {
        if !c.take_sign(":") {
            return Err(c.unexpected("`:`", HELP));
        }
        let words = c.text("what is to be shown, in quotes", HELP)?;
        return Ok(Condition::Shown { words: words.text.to_owned(), at: words.at, explicit: true });
    }
    let exercise = [&["in", "an", "exercise"][..], &["during", "an", "exercise"], &["in", "exercise"]];
    let mark = c.mark();
    for words in exercise {
        if c.take_all(words) && condition_ends(c) {
            return Ok(Condition::Exercise);
        }
        c.back_to(mark);
    }
    if let Some(area) = place_condition(c) {
        return Ok(Condition::Area(area));
    }
    c.back_to(mark);
    match c.free_words(words_end) {
        Some((words, at)) => Ok(Condition::Shown { words, at, explicit: false }),
        None => Err(c.unexpected("a condition", HELP)),
    }
}

/// Conditions that records decide, not observations: notices, deeds, breaches, silence, events, findings.
fn of_records<'a>(c: &mut Cursor<'_, 'a>, help: &str) -> Read<Option<Condition<'a>>> {
    if c.take_all(&["notified", "under"]) {
        return c.label_named(help).map(Condition::Notified).map(Some);
    }
    if c.take_all(&["found", "by"]) {
        let body = c.name("a body", help)?;
        if !c.take_sign(":") {
            return Err(c.unexpected("`:` and what it found", help));
        }
        let what = c.text("what it found, in quotes", help)?;
        return Ok(Some(Condition::FoundBy { body, what }));
    }
    if c.peek().is_some_and(|t| t.kind == Kind::Digits) && c.word_ahead(1, "is") {
        return of_clause(c, help).map(Some);
    }
    if c.word_ahead(1, "was") && c.word_ahead(2, "silent") {
        return silence(c, help).map(Some);
    }
    if c.word_ahead(1, "has") && c.word_ahead(2, "come") {
        let moment = c.name("a moment", help)?;
        c.take_all(&["has", "come"]);
        return Ok(Some(Condition::Come(moment)));
    }
    Ok(None)
}

/// `2.1 is breached by VE`, `5.1 is done`
fn of_clause<'a>(c: &mut Cursor<'_, 'a>, help: &str) -> Read<Condition<'a>> {
    let label = c.label_named(help)?;
    c.expect("is", help)?;
    let breached = c.take("breached");
    if !breached {
        c.expect("done", help)?;
    }
    let by: Option<Vec<Name<'a>>> = if c.take("by") { Some(c.names("by whom", help)?) } else { None };
    Ok(if breached { Condition::Breached { label, by } } else { Condition::Done { label, by } })
}

/// `buffer was silent for 7 days of fire with coverage >= 80 %`
fn silence<'a>(c: &mut Cursor<'_, 'a>, help: &str) -> Read<Condition<'a>> {
    let at = c.here();
    let zone = c.name("a zone", help)?;
    c.take_all(&["was", "silent"]);
    c.expect("for", help)?;
    let lasts_ms = c.exact_ms()?;
    c.expect("of", "say of what it was silent: `… was silent for 7 days of fire`")?;
    let what = what(c, false)?;
    let mut coverage = None;
    let mark = c.mark();
    c.take_sign(",");
    if !c.take_all(&["with", "coverage"]) {
        c.back_to(mark);
    } else {
        let least = c.take_sign(">=") || c.take_sign("\u{2265}") || c.take_all(&["at", "least"]);
        if !least {
            return Err(c.unexpected("`>=`", "write `with coverage >= 80 %`"));
        }
        coverage = Some(c.percent()?);
    }
    Ok(Condition::Silent { zone, what, lasts_ms, coverage, at: at.to(c.last()) })
}

/// `at storage`, `in buffer`, `within 5 km of contact`: only if the condition ends there. Anything longer is words.
fn place_condition<'a>(c: &mut Cursor<'_, 'a>) -> Option<Area<'a>> {
    let found = if c.take("at") || c.take("in") {
        c.name("a zone", "").ok().map(Area::Named)
    } else {
        area(c).ok().flatten()
    };
    found.filter(|_| condition_ends(c))
}

/// The next token is no word of this condition any more.
fn condition_ends(c: &Cursor<'_, '_>) -> bool {
    let phrase = c.peek().is_some_and(|t| t.kind == Kind::Word && PHRASES.contains(&t.text));
    c.done() || c.at_line_start() || c.is_sign(";") || phrase || words_end(c)
}

/// Where free words stop short of the end of their line.
fn words_end(c: &Cursor<'_, '_>) -> bool {
    let goes_on =
        c.ahead(1).is_some_and(|t| t.kind == Kind::Word && (t.text == "and" || PHRASES.contains(&t.text)));
    let joined = c.is_sign(",") && (goes_on || c.ahead(1).is_none_or(|t| t.breaks));
    let trailing = c.is_word("and") && c.ahead(1).is_some_and(|t| t.breaks);
    let from = usize::from(c.is_sign(","));
    let burden = ["to", "be", "shown", "by"].iter().enumerate().all(|(i, w)| c.word_ahead(from + i, w));
    joined || trailing || burden
}
