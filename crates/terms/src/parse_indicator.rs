//! Indicators: what is counted, over how long, against what, and what meets them.

use crate::agreement::Measure;
use crate::cursor::{Cursor, Read};
use crate::parse::once;
use crate::parse_clause::what;
use crate::parsed::{Duty, Indicator, LevelRead, SignalRead, TurnRead, Versus};
use crate::problem::Bad;
use crate::token::Kind;

const HELP: &str = "write `9.1 indicator \"denials rise\" of denial in buffer over 7 days against the 28 days before rises to 3 times, told to mechanism`";

/// `indicator "…"`: no actor comes before words in quotes.
pub(crate) fn begins(c: &Cursor<'_, '_>) -> bool {
    c.word_ahead(0, "indicator") && c.ahead(1).is_some_and(|t| t.kind == Kind::Text)
}

/// `indicator "denials rise" of denial`
pub(crate) fn indicator<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    c.take("indicator");
    let title = c.text("what people call it, in quotes", HELP)?;
    c.expect("of", HELP)?;
    let signal = signal(c)?;
    Ok(Duty::Indicator(Box::new(Indicator {
        title,
        signal,
        window_ms: None,
        versus: None,
        turn: None,
        coverage: None,
        told: Vec::new(),
    })))
}

fn signal<'a>(c: &mut Cursor<'_, 'a>) -> Read<SignalRead<'a>> {
    if c.take_all(&["hotline", "calls"]) {
        return Ok(SignalRead::Calls);
    }
    if c.take("notices") {
        let mut of = Vec::new();
        if c.take("of") {
            of.push(what(c, false)?);
            while c.is_sign(",") && c.ahead(1).is_some_and(|t| !t.breaks && is_name(t)) {
                c.advance();
                of.push(what(c, false)?);
            }
        }
        return Ok(SignalRead::Notices(of));
    }
    let placed = c.take("place");
    let found = what(c, placed)?;
    if !placed && c.take("missing") {
        return Ok(SignalRead::Missing(found));
    }
    Ok(SignalRead::Facts(found))
}

fn is_name(token: &crate::token::Token<'_>) -> bool {
    token.kind == Kind::Word && !crate::cursor::RESERVED.contains(&token.text)
}

/// Reads a phrase of an indicator; `false`: it is none of its own.
pub(crate) fn phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Indicator<'a>) -> Read<bool> {
    let at = c.here();
    if c.take("over") {
        let window = c.exact_ms()?;
        return once(&mut found.window_ms, (window, at.to(c.last())), "over how long it is counted", at)
            .map(|()| true);
    }
    if c.take("against") {
        let versus = versus(c)?;
        return once(&mut found.versus, (versus, at.to(c.last())), "what it is compared with", at)
            .map(|()| true);
    }
    if c.is_word("rises") || c.is_word("falls") || c.is_word("stops") {
        let turn = turn(c)?;
        return once(&mut found.turn, (turn, at.to(c.last())), "what meets it", at).map(|()| true);
    }
    if c.take_all(&["with", "coverage"]) {
        if !c.take_sign(">=") && !c.take_sign("\u{2265}") && !c.take_all(&["at", "least"]) {
            return Err(c.unexpected("`>=`", "write `with coverage >= 80 %`"));
        }
        let share = c.percent()?;
        return once(&mut found.coverage, share, "the share that is watched", at).map(|()| true);
    }
    if c.take_all(&["told", "to"]) {
        found.told.extend(c.names("who is told", "write `told to mechanism`")?);
        return Ok(true);
    }
    Ok(false)
}

fn versus<'a>(c: &mut Cursor<'_, 'a>) -> Read<Versus<'a>> {
    const HELP: &str =
        "write `against the 28 days before`, `against since D` or `against from D to D + 28 days`";
    if c.take("the") {
        let before = c.exact_ms()?;
        c.expect("before", HELP)?;
        return Ok(Versus::Before(before));
    }
    if c.take("since") {
        return c.moment().map(Versus::Since);
    }
    if c.take("from") {
        let from = c.moment()?;
        c.expect("to", HELP)?;
        return c.moment().map(|to| Versus::Between(from, to));
    }
    Err(c.unexpected("`the … before`, `since …` or `from … to …`", HELP))
}

fn turn<'a>(c: &mut Cursor<'_, 'a>) -> Read<TurnRead> {
    if c.take("stops") {
        return Ok(TurnRead::Stops);
    }
    let rises = c.take("rises");
    if !rises {
        c.take("falls");
    }
    c.expect("to", "write `rises to 5`, `rises to 3 times and at least 4`, `falls to 0.5 per watched hour`")?;
    let level = level(c, rises)?;
    Ok(if rises { TurnRead::Rises(level) } else { TurnRead::Falls(level) })
}

fn level(c: &mut Cursor<'_, '_>, rises: bool) -> Read<LevelRead> {
    let number = c.number()?;
    let measure = if c.take("times") {
        Measure::Times
    } else if c.take_all(&["per", "watched", "hour"]) {
        Measure::PerWatchedHour
    } else {
        Measure::Count
    };
    let mut at_least = None;
    let at = c.here();
    if c.take_all(&["and", "at", "least"]) {
        let least = c.number()?;
        if !rises || measure != Measure::Times {
            let message = "only a rise in times the baseline has a least number besides";
            return Err(Bad::new("unexpected-word", at.to(c.last()), message, "leave `and at least …` out"));
        }
        at_least = Some(least);
    }
    Ok(LevelRead { number, measure, at_least })
}
