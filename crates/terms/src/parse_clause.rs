//! Clauses and exceptions: *who* shall or shall not *do what*, *where*, *when*, *unless*.

use crate::cursor::{Cursor, Read, shown};
use crate::parse::{READABLE, area, once, skip_separators, twice};
use crate::parse_condition::{exception, labelled_exception};
use crate::parse_duty;
use crate::parsed::{Action, Area, Clause, Item, Name, Quantity, Ref, Statement, Subject, What};
use crate::problem::Bad;
use crate::source::Stretch;
use crate::suggest;
use crate::token::Kind;

const STANDARD_HELP: &str = "write `standard balance of probabilities`";
const CLAUSE_HELP: &str = "write `2.1 KA, VE shall not fire in buffer` or `2.1 nobody shall fire in buffer`";

/// Words that may begin a phrase of a clause.
pub(crate) const PHRASES: &[&str] = &[
    "anywhere", "in", "within", "between", "on", "from", "until", "starting", "complete", "except", "by",
    "standard", "unless", "when", "while", "decided", "verified", "remedy", "paired", "replaces", "ordered",
    "reported",
];

/// Words that begin phrases of some kinds of clause and not of others.
const LATER: &[&str] =
    &["per", "each", "due", "excused", "at", "with", "to", "without", "if", "provided", "during"];

/// Reads what starts with a label.
pub(crate) fn clause_or_exception<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    let label = label(c)?;
    if c.take("unless") {
        return labelled_exception(c, label).map(Statement::Exception);
    }
    clause(c, label).map(|clause| Statement::Clause(Box::new(clause)))
}

fn label<'a>(c: &mut Cursor<'_, 'a>) -> Read<Name<'a>> {
    let Some(token) = c.advance() else { return Err(c.unexpected("a label", CLAUSE_HELP)) };
    let good = token.text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && token.text.len() <= 24;
    if !good {
        let message = format!("`{}` is not a label", shown(token.text));
        return Err(Bad::new("bad-label", token.at, message, "labels look like `2`, `2.1` or `2.1a`"));
    }
    for sign in [".", ")", ":"] {
        if c.take_sign(sign) {
            break;
        }
    }
    Ok(Name { text: token.text, at: token.at })
}

fn clause<'a>(c: &mut Cursor<'_, 'a>, label: Name<'a>) -> Read<Clause<'a>> {
    let whole = c.whole();
    let at = c.here();
    let (subject, action, when) = match parse_duty::without_subject(c)? {
        Some((duty, when)) => {
            let subject = Subject { names: Some(Vec::new()), except: Vec::new(), at };
            (subject, Action::Duty(Box::new(duty)), when)
        }
        None => {
            refuse_without_shall(c)?;
            let subject = subject(c)?;
            c.expect("shall", CLAUSE_HELP)?;
            let action = action(c, &subject)?;
            (subject, action, Vec::new())
        }
    };
    let mut found = Clause {
        label,
        at: whole,
        subject,
        action,
        area: None,
        from: None,
        until: None,
        complete: None,
        except: Vec::new(),
        unless: Vec::new(),
        standard: None,
        domains: None,
        when,
        decided_by: None,
        verified_by: Vec::new(),
        remedies: Vec::new(),
        paired: Vec::new(),
        replaces: None,
        while_words: None,
        objects: Vec::new(),
        guard: Vec::new(),
    };
    if matches!(found.action, Action::Other(_)) {
        return Ok(found);
    }
    loop {
        skip_separators(c);
        if c.done() {
            return Ok(found);
        }
        if let Action::Duty(duty) = &mut found.action
            && parse_duty::phrase(c, duty)?
        {
            continue;
        }
        phrase(c, &mut found)?;
    }
}

/// A sentence without `shall` is no clause that can be read: said once, without guessing at its words.
fn refuse_without_shall(c: &mut Cursor<'_, '_>) -> Read<()> {
    let mark = c.mark();
    let mut other = None;
    while let Some(token) = c.advance() {
        if token.kind == Kind::Word && token.text == "shall" {
            c.back_to(mark);
            return Ok(());
        }
        let near =
            matches!(token.text, "may" | "must" | "will" | "should" | "can" | "cannot" | "Shall" | "SHALL");
        other = other.or((token.kind == Kind::Word && near).then_some(token));
    }
    c.back_to(mark);
    if let Some(token) = other {
        let message = format!("a clause says `shall` or `shall not`, not `{}`", token.text);
        return Err(Bad::new("no-shall", token.at, message, CLAUSE_HELP));
    }
    Err(Bad::new("unknown-duty", c.whole(), "the language has no clause of this kind", READABLE))
}

fn subject<'a>(c: &mut Cursor<'_, 'a>) -> Read<Subject<'a>> {
    const HELP: &str = "name the parties: `KA, VE shall not …`, or write `nobody shall …`";
    let start = c.here();
    let collective =
        ["neither", "both", "all", "each", "everybody", "everyone", "the", "parties", "any", "no"];
    if let Some(token) = c.peek().filter(|t| collective.contains(&t.text)) {
        let message = format!("`{}` does not say who is bound", token.text);
        return Err(Bad::new("who", token.at, message, HELP));
    }
    let mut except = Vec::new();
    let names = if c.take("nobody") { None } else { Some(c.names("who is bound", HELP)?) };
    skip_separators(c);
    if c.take("except") {
        except = c.names("who is exempt", HELP)?;
        skip_separators(c);
    }
    Ok(Subject { names, except, at: start.to(c.last()) })
}

fn action<'a>(c: &mut Cursor<'_, 'a>, subject: &Subject<'a>) -> Read<Action<'a>> {
    let at = c.here();
    let negated = c.take("not");
    if negated && subject.names.is_none() {
        return Err(Bad::new(
            "double-negative",
            at,
            "`nobody shall not` would oblige everybody",
            "write `nobody shall …`",
        ));
    }
    if c.is_word("keep") && !negated {
        if subject.names.is_none() {
            let help = "write `nobody shall place artillery within 25 km of contact`";
            return Err(Bad::new("nobody-keeps", at, "`nobody shall keep` forbids keeping a distance", help));
        }
        return keep(c);
    }
    if let Some(duty) = parse_duty::interfere(c)? {
        if !negated && subject.names.is_some() {
            let help = "write `shall not interfere with …` or `nobody shall interfere with …`";
            return Err(Bad::new("missing-not", at, "the clause obliges to interfere", help));
        }
        return Ok(Action::Duty(Box::new(duty)));
    }
    if !negated && subject.names.is_some() {
        if let Some(duty) = parse_duty::of_verb(c)? {
            return Ok(Action::Duty(Box::new(duty)));
        }
        let Some(verb) = c.peek().filter(|t| t.kind == Kind::Word) else {
            return Err(c.unexpected("`not`, `keep` or another verb", CLAUSE_HELP));
        };
        return Ok(Action::Other(Name { text: verb.text, at: verb.at }));
    }
    let placed = c.take("place");
    let what = what(c, placed)?;
    let more = (c.is_sign(",") && c.ahead(1).is_some_and(|t| t.kind == Kind::Word && !is_phrase(t.text)))
        || c.is_word("or")
        || c.is_word("and");
    if more {
        let message = "a clause is about one act or one weapon class";
        let help =
            "name several acts as one, `act strike = airstrike or drone strike`, or write a clause for each";
        return Err(Bad::new("one-act", c.here(), message, help));
    }
    Ok(Action::Not(what))
}

fn is_phrase(word: &str) -> bool {
    PHRASES.contains(&word) || LATER.contains(&word)
}

pub(crate) fn what<'a>(c: &mut Cursor<'_, 'a>, placed: bool) -> Read<What<'a>> {
    let wanted = if placed { "a weapon class" } else { "an act, or `place` and a weapon class" };
    let name = c.name(wanted, CLAUSE_HELP)?;
    let mut found = What { name, placed, calibre_min: None, calibre_below: None };
    if c.take("of") {
        c.expect("calibre", "write `of calibre >= 100 mm`")?;
        calibre_bound(c, &mut found)?;
        if c.is_word("and") {
            c.advance();
            calibre_bound(c, &mut found)?;
        }
    }
    Ok(found)
}

fn calibre_bound(c: &mut Cursor<'_, '_>, found: &mut What<'_>) -> Read<()> {
    const HELP: &str =
        "write `of calibre >= 100 mm`, `of calibre < 120 mm` or `of calibre >= 100 mm and < 152 mm`";
    let at = c.here();
    if c.take_sign(">=") || c.take_sign("\u{2265}") || c.take_all(&["at", "least"]) {
        let size = millimetres(c, HELP)?;
        return once(&mut found.calibre_min, size, "the least calibre", at);
    }
    if c.take_sign("<") || c.take("below") {
        let size = millimetres(c, HELP)?;
        return once(&mut found.calibre_below, size, "the calibre below which it applies", at);
    }
    let strict = c.is_sign(">") || c.is_sign("<=") || c.is_sign("\u{2264}");
    let code = if strict { "calibre-bound" } else { "unexpected-word" };
    Err(Bad { code, ..c.unexpected("`>=` or `<`", HELP) })
}

fn millimetres(c: &mut Cursor<'_, '_>, help: &str) -> Read<Quantity> {
    let number = c.number()?;
    if !c.take("mm") {
        return Err(Bad { code: "no-unit", ..c.unexpected("`mm`", help) });
    }
    let at = number.at.to(c.last());
    if number.value <= 0.0 {
        return Err(Bad::new(
            "not-positive",
            at,
            "a calibre is more than 0",
            "calibres are in millimetres, such as `100 mm`",
        ));
    }
    if number.value > crate::limits::CALIBRE_MM_MAX {
        return Err(Bad::new(
            "number-too-large",
            at,
            "this is more than any calibre",
            "calibres are in millimetres",
        ));
    }
    Ok(Quantity { value: number.value, at })
}

fn keep<'a>(c: &mut Cursor<'_, 'a>) -> Read<Action<'a>> {
    let start = c.here();
    c.advance();
    let mut items = Vec::new();
    let mut reference = None;
    row(c, &mut items, &mut reference)?;
    loop {
        let mark = c.mark();
        skip_separators(c);
        let is_row = c.peek().is_some_and(|t| t.kind == Kind::Word && !is_phrase(t.text)) && !c.done();
        if !is_row || !(c.at_line_start() || c.mark() > mark) {
            c.back_to(mark);
            return Ok(Action::Keep { items, reference, at: start.to(c.last()) });
        }
        row(c, &mut items, &mut reference)?;
    }
}

/// `artillery of calibre >= 100 mm at least 25 km [side to side] [from …]`; several classes may share a distance.
fn row<'a>(c: &mut Cursor<'_, 'a>, items: &mut Vec<Item<'a>>, reference: &mut Option<Ref<'a>>) -> Read<()> {
    const HELP: &str = "write `artillery of calibre >= 100 mm at least 25 km from contact`";
    let mut kept = vec![what(c, false)?];
    while c.take_sign(",") || c.take("and") {
        kept.push(what(c, false)?);
    }
    c.expect_all(&["at", "least"], HELP)?;
    let distance = c.distance(false)?;
    let side_to_side = c.take_all(&["side", "to", "side"]) || c.take_all(&["from", "side", "to", "side"]);
    items.extend(kept.into_iter().map(|what| Item { what, distance, side_to_side }));
    // On a line of its own, `from` begins a moment, unless it can only be a line.
    let to_line = c.word_ahead(1, "their") || (reference.is_none() && !c.at_line_start());
    let from_here = c.is_word("from") && to_line;
    if !from_here {
        return Ok(());
    }
    let at = c.here();
    c.advance();
    let found = if c.take_all(&["their", "reference"]) {
        c.take("line");
        Ref::PerParty(at.to(c.last()))
    } else {
        Ref::Line(c.name("`their reference` or a line", HELP)?)
    };
    once(reference, found, "the line that distances are measured from", at)
}

/// The words of a standard of proof, up to a comma or the next phrase.
fn standard(c: &mut Cursor<'_, '_>) -> Read<String> {
    let words = c.free_words(|c| c.is_sign(",") || c.peek().is_some_and(|t| PHRASES.contains(&t.text)));
    words.map(|(words, _)| words).ok_or_else(|| c.unexpected("a standard of proof", STANDARD_HELP))
}

fn phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Clause<'a>) -> Read<()> {
    let Some(token) = c.peek() else { return Ok(()) };
    let at = token.at;
    let word = if token.kind == Kind::Word { token.text } else { "" };
    match word {
        "anywhere" => {
            c.advance();
            once(&mut found.area, None, "where the clause applies", at)
        }
        "on" if !c.word_ahead(1, "the") => {
            c.advance();
            if !found.objects.is_empty() {
                return Err(twice("what it is done to", at));
            }
            found.objects = c.names(
                "a category of objects",
                "write `on refinery, pipeline`, or `on the KA side of contact`",
            )?;
            Ok(())
        }
        "in" | "within" | "between" | "on" => {
            let place = place(c)?;
            once(&mut found.area, Some(place), "where the clause applies", at)
        }
        "from" | "starting" => {
            c.advance();
            let moment = c.moment()?;
            once(&mut found.from, moment, "when the clause begins", at)
        }
        "until" => {
            c.advance();
            let moment = c.moment()?;
            once(&mut found.until, moment, "when the clause ends", at)
        }
        "complete" => {
            c.advance();
            c.take("by");
            let moment = c.moment()?;
            once(&mut found.complete, moment, "when it must be complete", at)
        }
        "except" => {
            c.advance();
            if !found.except.is_empty() {
                return Err(twice("who is exempt", at));
            }
            found.except = c.names("who is exempt", "name them by their codes, as in `except mechanism`")?;
            Ok(())
        }
        "by" => {
            c.advance();
            let words = means(c)?;
            once(&mut found.domains, at.to(words), "by what means", at)
        }
        "standard" => {
            c.advance();
            once(&mut found.standard, standard(c)?, "the standard of proof", at)
        }
        "unless" => {
            c.advance();
            let exception = exception(c, None, String::new(), at)?;
            found.unless.push(exception);
            Ok(())
        }
        _ if parse_duty::common_phrase(c, found)? => Ok(()),
        _ => Err(unknown_phrase(c)),
    }
}

/// `air, land and sea`: nothing else, so that no other phrase with `by` is taken for it.
fn means(c: &mut Cursor<'_, '_>) -> Read<Stretch> {
    const MEANS: &[&str] = &["air", "land", "sea", "water", "river", "any", "means", "whatever"];
    let from = c.here();
    let mut said = false;
    loop {
        let mark = c.mark();
        while c.take_sign(",") || c.take("and") || c.take("or") {}
        let known = c.peek().is_some_and(|t| t.kind == Kind::Word && MEANS.contains(&t.text));
        if !known {
            if !said {
                return Err(
                    c.unexpected("`air`, `land` or `sea`", "write `by air, land, sea`, or leave it out")
                );
            }
            c.back_to(mark);
            return Ok(from.to(c.last()));
        }
        c.advance();
        said = true;
    }
}

fn place<'a>(c: &mut Cursor<'_, 'a>) -> Read<Area<'a>> {
    const HELP: &str = "write `in buffer`, `within 15 km of contact` or `anywhere`";
    if c.take("in") {
        if c.ahead(1).is_some_and(|t| t.kind == Kind::Word && !t.breaks && !is_phrase(t.text)) {
            c.take("zone");
        }
        return c.name("a zone", HELP).map(Area::Named);
    }
    match area(c)? {
        Some(area) => Ok(area),
        None => Err(c.unexpected("a zone", HELP)),
    }
}

fn unknown_phrase(c: &Cursor<'_, '_>) -> Bad {
    let Some(token) = c.peek() else {
        return c.unexpected("a phrase", "such as `from D` or `in buffer`; docs/language.md has all of them");
    };
    let word = c.slice(token.at);
    if LATER.contains(&word) {
        let message = format!("a phrase with `{word}` does not fit here");
        return Bad::new("unknown-duty", token.at, message, READABLE);
    }
    if word == "or" || word == "and" {
        let message = format!("a phrase cannot go on with `{word}`");
        let help = "name two zones as one, `zone both = a or b`; write a clause for each act";
        return Bad::new("unknown-phrase", token.at, message, help);
    }
    let help = match suggest::nearest(word, PHRASES.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if token.kind == Kind::Digits => "a new clause starts at the margin, not indented".to_owned(),
        None => "a clause goes on with `anywhere` or `in …`, `from …`, `until …`, `except …`, `unless …`, `standard …`"
            .to_owned(),
    };
    Bad::new("unknown-phrase", token.at, format!("`{}` begins no phrase of a clause", shown(word)), help)
}
