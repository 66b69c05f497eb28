//! The sentences of the obligation kinds beyond prohibition and distance.

use crate::agreement::{Becomes, Period};
use crate::cursor::{Cursor, Read};
use crate::parse::{once, skip_separators};
use crate::parse_clause::what;
use crate::parse_condition::conditions;
use crate::parse_declare::{decides, mandate_phrase};
use crate::parse_indicator;
use crate::parsed::{
    AmountRead, Clause, Duty, Effect, Element, ElementWord, ForWhom, MandateDecl, Name, Respond, Step, Test,
    Tier, Zero,
};
use crate::problem::Bad;
use crate::token::Kind;

/// Words for what is left alone, each with the name that findings use.
const TARGETS: &[&str] = &["sensors", "signals", "markers", "seals", "staff"];

/// A sentence that begins otherwise than with those who shall: shares, guarantees, effects, mandates, indicators.
/// `None`: it is none of them. The conditions of an effect come with it.
pub(crate) fn without_subject<'a>(
    c: &mut Cursor<'_, 'a>,
) -> Read<Option<(Duty<'a>, Vec<crate::parsed::Condition<'a>>)>> {
    if c.word_ahead(0, "guarantee") && c.word_ahead(1, "of") {
        return guarantee(c).map(|d| Some((d, Vec::new())));
    }
    if parse_indicator::begins(c) {
        return parse_indicator::indicator(c).map(|d| Some((d, Vec::new())));
    }
    if c.word_ahead(1, "is") && c.word_ahead(2, "shared") {
        return share(c).map(|d| Some((d, Vec::new())));
    }
    if c.word_ahead(1, "decides") {
        return mandate(c).map(|d| Some((d, Vec::new())));
    }
    if c.is_text() || c.peek().is_some_and(|t| t.kind == Kind::Digits) {
        return effect(c).map(Some);
    }
    Ok(None)
}

/// A duty that names who shall, after `shall`; `None`: the verb is another one.
pub(crate) fn of_verb<'a>(c: &mut Cursor<'_, 'a>) -> Read<Option<Duty<'a>>> {
    let verb = c.peek().map_or("", |t| if t.kind == Kind::Word { t.text } else { "" });
    let read = match verb {
        "hold" => hold(c),
        "support" => support(c),
        "do" => deed(c),
        "withdraw" => withdraw(c),
        "notify" => notify(c),
        "admit" => admit(c),
        "accept" => accept(c),
        "remedy" => remedy(c),
        "consult" | "respond" => respond(c),
        "take" if c.word_ahead(1, "measures") => respond(c),
        _ => return Ok(None),
    };
    read.map(Some)
}

/// `interfere with sensors, markers of mechanism`, after `shall not` or `nobody shall`.
pub(crate) fn interfere<'a>(c: &mut Cursor<'_, 'a>) -> Read<Option<Duty<'a>>> {
    const HELP: &str = "write `interfere with sensors, signals, markers, seals, staff of mechanism`";
    if !c.take("interfere") {
        return Ok(None);
    }
    c.expect("with", HELP)?;
    let mut targets = Vec::new();
    loop {
        let at = c.here();
        let Some(target) = TARGETS.iter().find(|t| c.take(t)) else {
            return Err(c.unexpected("`sensors`, `signals`, `markers`, `seals` or `staff`", HELP));
        };
        targets.push((*target, at));
        let mark = c.mark();
        let joined = c.take_sign(",") | c.take("and") | c.take("or");
        if !joined || !TARGETS.iter().any(|t| c.is_word(t)) {
            c.back_to(mark);
            break;
        }
    }
    let of = if c.take("of") { Some(c.name("whose they are", HELP)?) } else { None };
    Ok(Some(Duty::Interfere { targets, of }))
}

/// `at most 600 000`, `at least 80 000 and at most 90 000`, `800 000`
fn amount(c: &mut Cursor<'_, '_>) -> Read<AmountRead> {
    let mut found = AmountRead { least: None, most: None, level: None };
    if c.take_all(&["at", "most"]) {
        found.most = Some(c.number()?);
        return Ok(found);
    }
    if !c.take_all(&["at", "least"]) {
        found.level = Some(c.number()?);
        return Ok(found);
    }
    let least = c.number()?;
    found.least = Some(least);
    if c.take_all(&["and", "at", "most"]) {
        let most = c.number()?;
        if most.value < least.value {
            let message = "nothing is at least the one and at most the other";
            let at = least.at.to(most.at);
            return Err(Bad::new("limits-inverted", at, message, "put the smaller number after `at least`"));
        }
        found.most = Some(most);
    }
    Ok(found)
}

fn hold<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    c.advance();
    let amount = amount(c)?;
    let thing = what(c, false)?;
    Ok(Duty::Limit { amount, thing, supported: None })
}

fn support<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `US shall support UA in holding at least 800 000 personnel`";
    c.advance();
    let supported = c.name("who is supported", HELP)?;
    c.expect_all(&["in", "holding"], HELP)?;
    let amount = amount(c)?;
    let thing = what(c, false)?;
    Ok(Duty::Limit { amount, thing, supported: Some(supported) })
}

fn deed<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `KA shall do \"release of prisoners\" of 1 000 prisoners, complete day D + 30`";
    c.advance();
    let words = c.text("what is done, in quotes", HELP)?;
    let mut amount = None;
    if c.take("of") {
        let number = c.number()?;
        amount = Some((number, c.name("a unit of count", HELP)?));
    }
    Ok(Duty::Deed { words, amount, test: None })
}

fn withdraw<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str =
        "write `KA shall withdraw forces from town` or `KA shall withdraw tank, mortar from town`";
    c.advance();
    let mut leaves = Vec::new();
    if !c.take("forces") {
        leaves.push(what(c, false)?);
        while c.take_sign(",") || c.take("and") {
            leaves.push(what(c, false)?);
        }
    }
    c.expect("from", HELP)?;
    let zone = c.name("the zone that is left", HELP)?;
    Ok(Duty::Withdraw { leaves, zone })
}

fn notify<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    c.advance();
    let mut of = vec![what(c, false)?];
    loop {
        let mark = c.mark();
        let joined = c.take_sign(",") | c.take("and");
        let another =
            c.peek().is_some_and(|t| t.kind == Kind::Word) && !c.is_word("at") && !c.is_word("with");
        if !joined
            || !another
            || c.at_line_start()
            || crate::cursor::RESERVED.contains(&c.peek().map_or("", |t| t.text))
        {
            c.back_to(mark);
            break;
        }
        of.push(what(c, false)?);
    }
    Ok(Duty::Notify {
        of,
        lead: None,
        content: Vec::new(),
        to: Vec::new(),
        levels: Vec::new(),
        read_back: false,
    })
}

fn admit<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `KA shall admit mechanism to buffer within 30 min`";
    c.advance();
    let who = c.names("who is let in", HELP)?;
    let mut found = (None, None);
    if c.take("to") {
        found.0 = Some(c.name("a zone", HELP)?);
    }
    if c.is_word("within") && duration_ahead(c) {
        c.advance();
        found.1 = Some(c.exact_ms()?);
    }
    Ok(Duty::Admit { who, zone: found.0, within_ms: found.1 })
}

fn accept<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `KA shall accept 3 inspections per year by mechanism within 48 h`";
    c.advance();
    let times = u32::try_from(c.whole_number(100_000)?).unwrap_or(0);
    if !c.take("inspections") && !c.take("inspection") {
        return Err(c.unexpected("`inspections`", HELP));
    }
    c.expect("per", HELP)?;
    let per = period(c, HELP)?;
    let who = if c.take("by") { c.names("who inspects", HELP)? } else { Vec::new() };
    Ok(Duty::Inspect { times, per, who, within_ms: None })
}

fn period(c: &mut Cursor<'_, '_>, help: &str) -> Read<Period> {
    match Period::ALL.iter().find(|(_, word)| c.take(word)) {
        Some((period, _)) => Ok(*period),
        None => Err(c.unexpected("`hour`, `day`, `week`, `month` or `year`", help)),
    }
}

fn remedy<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str =
        "write `KA shall remedy 2.1 by \"disciplinary action\" within 7 days, reported to mechanism`";
    c.advance();
    let of = c.labels(HELP)?;
    c.expect("by", HELP)?;
    let by = c.text("the act, in quotes", HELP)?;
    Ok(Duty::Remedy { of, by, within: None, report_to: Vec::new() })
}

fn share<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `plant is shared KA 50 %, VE 50 % per month, tolerance 1 %`";
    let flow = c.name("a flow", HELP)?;
    c.take_all(&["is", "shared"]);
    let mut shares = Vec::new();
    loop {
        let actor = c.name("whose share", HELP)?;
        shares.push((actor, c.percent()?));
        let mark = c.mark();
        let next_is_share =
            c.take_sign(",") && c.ahead(1).is_some_and(|t| t.kind == Kind::Digits) && !c.is_word("tolerance");
        if !next_is_share {
            c.back_to(mark);
            return Ok(Duty::Share { flow, shares, per: None, tolerance: None, nothing_at_zero: false });
        }
    }
}

fn mandate<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `commission decides attribution, remedy by majority`";
    let at = c.whole();
    let body = c.name("a body", HELP)?;
    c.advance();
    let mut mandate = MandateDecl { at, ..MandateDecl::default() };
    decides(c, &mut mandate, HELP)?;
    Ok(Duty::Mandate { body, mandate })
}

fn guarantee<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `guarantee of US, UK to UA is due on armed attack by RU; significant = casualties 10; across contact`";
    c.take_all(&["guarantee", "of"]);
    let guarantors = c.names("who gives it", HELP)?;
    c.expect("to", HELP)?;
    let beneficiary = c.name("whom it protects", HELP)?;
    c.expect_all(&["is", "due", "on"], HELP)?;
    let mut elements = vec![element(c, HELP)?];
    loop {
        let mark = c.mark();
        let parted = c.is_sign(",") || c.is_sign(";");
        skip_separators(c);
        if !(parted || c.at_line_start()) || !begins_element(c) {
            c.back_to(mark);
            return Ok(Duty::Guarantee { guarantors, beneficiary, elements });
        }
        elements.push(element(c, HELP)?);
    }
}

fn begins_element(c: &Cursor<'_, '_>) -> bool {
    const WORDS: [&str; 7] =
        ["fire", "armed", "significant", "deliberate", "sustained", "across", "unprovoked"];
    c.is_text() || WORDS.iter().any(|w| c.is_word(w))
}

fn element<'a>(c: &mut Cursor<'_, 'a>, help: &str) -> Read<Element<'a>> {
    let at = c.here();
    let name = if c.take_all(&["fire", "by"]) {
        ElementWord::Fire(c.names("who fires", help)?)
    } else if c.take_all(&["armed", "attack", "by"]) {
        ElementWord::ArmedAttack(c.names("who attacks", help)?)
    } else if c.take("significant") {
        ElementWord::Significant
    } else if c.take("deliberate") {
        ElementWord::Deliberate
    } else if c.take("sustained") {
        ElementWord::Sustained
    } else if c.take("unprovoked") {
        ElementWord::Unprovoked
    } else if c.take("across") {
        ElementWord::Across(c.name("a line", help)?)
    } else {
        ElementWord::Other(c.text("an element: `fire by …`, `armed attack by …`, `significant`, `deliberate`, `sustained`, `across …`, `unprovoked` or words in quotes", help)?)
    };
    let mut tests = Vec::new();
    if c.take_sign("=") {
        tests.push(test(c)?);
        while c.take("or") {
            tests.push(test(c)?);
        }
    }
    Ok(Element { name, tests, at: at.to(c.last()) })
}

fn test<'a>(c: &mut Cursor<'_, 'a>) -> Read<Test<'a>> {
    const HELP: &str = "an element is met by `weapon artillery or heavier`, `casualties 10`, `depth 5 km`, `on 3 of 4 days`, `found by commission: \"intent\"`, `first shot` or words in quotes";
    if c.take("weapon") {
        let what = what(c, false)?;
        let or_heavier = c.take_all(&["or", "heavier"]);
        return Ok(Test::Weapon { what, or_heavier });
    }
    if c.take("casualties") {
        c.take_sign(">=");
        return c.number().map(|n| Test::Casualties(n.value));
    }
    if c.take("depth") {
        c.take_sign(">=");
        return c.distance(false).map(|d| Test::DepthM(d.value));
    }
    if c.take("on") {
        let (on_at, on) = (c.here(), c.whole_number(366)?);
        c.expect("of", HELP)?;
        let out_of = c.whole_number(366)?;
        c.expect("days", HELP)?;
        if on > out_of {
            return Err(Bad::new("limits-inverted", on_at, "more days than there are", HELP));
        }
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        return Ok(Test::Days { on: count(on), out_of: count(out_of) });
    }
    if c.take_all(&["found", "by"]) {
        let body = c.name("a body", HELP)?;
        let what = if c.take_sign(":") { Some(c.text("what it found", HELP)?) } else { None };
        return Ok(Test::FoundBy { body, what });
    }
    if c.take_all(&["first", "shot"]) {
        return Ok(Test::FirstShot);
    }
    c.text("what meets the element", HELP).map(Test::Words)
}

fn respond<'a>(c: &mut Cursor<'_, 'a>) -> Read<Duty<'a>> {
    const HELP: &str = "write `guarantors … shall consult within 24 h of first recorded violation`";
    let verb = match c.advance().map(|t| t.text) {
        Some("consult") => "consult",
        Some("respond") => "respond",
        _ => {
            c.advance();
            "take measures"
        }
    };
    let mut found = Respond {
        verb,
        within: None,
        zero: None,
        restarts: None,
        tiers: Vec::new(),
        measures: Vec::new(),
        procedure: None,
    };
    if c.take("within") {
        found.within = Some(c.duration()?);
    }
    if c.take("of") {
        found.zero = Some(zero(c, HELP)?);
    }
    Ok(Duty::Respond(Box::new(found)))
}

fn zero<'a>(c: &mut Cursor<'_, 'a>, help: &str) -> Read<Zero<'a>> {
    if c.take_all(&["first", "violation"]) {
        return Ok(Zero::FirstViolation);
    }
    if c.take_all(&["first", "recorded", "violation"]) {
        return Ok(Zero::FirstRecorded);
    }
    if c.take("request") {
        return Ok(Zero::Request);
    }
    if c.take_all(&["decision", "of"]) {
        return c.name("a body", help).map(Zero::Decision);
    }
    c.moment().map(Zero::Moment)
}

/// `7.1, 7.2 are void for VE when 2.1 is breached by VE`
fn effect<'a>(c: &mut Cursor<'_, 'a>) -> Read<(Duty<'a>, Vec<crate::parsed::Condition<'a>>)> {
    const HELP: &str = "write `7.1 is void for VE when 2.1 is breached by VE`; what becomes is `void`, `suspended`, `released`, `reimposed` or `ended`";
    let (mut labels, mut words) = (Vec::new(), None);
    if c.is_text() {
        words = Some(c.text("what it is about", HELP)?);
    } else {
        labels = c.labels(HELP)?;
    }
    if !c.take("is") {
        c.expect("are", HELP)?;
    }
    let Some((becomes, _)) = Becomes::ALL.iter().find(|(_, word)| c.take(word)) else {
        return Err(c.unexpected("what becomes of it", HELP));
    };
    let mut whom = None;
    if c.take_all(&["for", "the", "other"]) {
        whom = Some(ForWhom::TheOther);
    } else if c.take("for") {
        whom = Some(ForWhom::Actors(c.names("for whom", HELP)?));
    }
    c.expect("when", HELP)?;
    let when = conditions(c)?;
    let effect = Effect {
        labels,
        words,
        becomes: *becomes,
        whom,
        steps: Vec::new(),
        ordered_by: None,
        unless_decided_by: None,
    };
    Ok((Duty::Effect(Box::new(effect)), when))
}

/// `within` is followed by a length of time, not by a distance.
fn duration_ahead(c: &Cursor<'_, '_>) -> bool {
    const UNITS: [&str; 10] =
        ["min", "minute", "minutes", "h", "hour", "hours", "day", "days", "months", "month"];
    let unit = (2..5).find_map(|n| c.ahead(n).filter(|t| t.kind == Kind::Word));
    unit.is_some_and(|t| UNITS.contains(&t.text))
}

/// Reads a phrase that belongs to this duty alone; `false`: it is none of its own.
pub(crate) fn phrase<'a>(c: &mut Cursor<'_, 'a>, duty: &mut Duty<'a>) -> Read<bool> {
    let at = c.here();
    match duty {
        Duty::Share { per, tolerance, nothing_at_zero, .. } => {
            if c.take("per") {
                let found = period(c, "write `per month`")?;
                return once(per, found, "the period", at).map(|()| true);
            }
            if c.take("tolerance") {
                let found = c.percent()?;
                return once(tolerance, found, "the tolerance", at).map(|()| true);
            }
            if c.take_all(&["nothing", "to", "share", "when", "output"]) {
                return zero_output(c).map(|()| {
                    *nothing_at_zero = true;
                    true
                });
            }
            Ok(false)
        }
        Duty::Deed { test, .. } if c.take_all(&["tested", "by"]) => {
            let found =
                c.text("how it is tested, in quotes", "write `tested by \"count at the crossing\"`")?;
            once(test, found, "how it is tested", at).map(|()| true)
        }
        Duty::Notify { .. } => notify_phrase(c, duty),
        Duty::Admit { within_ms, .. } | Duty::Inspect { within_ms, .. } => {
            if c.is_word("within") && duration_ahead(c) {
                c.advance();
                let found = c.exact_ms()?;
                return once(within_ms, found, "within which time", at).map(|()| true);
            }
            Ok(false)
        }
        Duty::Remedy { within, report_to, .. } => {
            if c.is_word("within") && duration_ahead(c) {
                c.advance();
                let found = c.duration()?;
                return once(within, found, "within which time", at).map(|()| true);
            }
            if c.take_all(&["reported", "to"]) {
                report_to.extend(c.names("who is told", "write `reported to mechanism`")?);
                return Ok(true);
            }
            Ok(false)
        }
        Duty::Respond(found) => respond_phrase(c, found),
        Duty::Effect(found) => effect_phrase(c, found),
        Duty::Indicator(found) => parse_indicator::phrase(c, found),
        Duty::Mandate { mandate, .. } => {
            let own = ["by", "quorum", "standard", "an"].iter().any(|w| c.is_word(w))
                || (c.is_word("decides") && c.word_ahead(1, "within"));
            if own {
                mandate_phrase(c, mandate)?;
            }
            Ok(own)
        }
        _ => Ok(false),
    }
}

fn zero_output(c: &mut Cursor<'_, '_>) -> Read<()> {
    const HELP: &str = "write `nothing to share when output <= 0`";
    let at = c.here();
    if !c.take_sign("<=") && !c.take_sign("\u{2264}") {
        return Err(c.unexpected("`<=`", HELP));
    }
    match c.advance() {
        Some(t) if t.kind == Kind::Digits && t.text == "0" => Ok(()),
        _ => Err(Bad::new("unexpected-word", at, "only an output of 0 or less can be named here", HELP)),
    }
}

fn notify_phrase<'a>(c: &mut Cursor<'_, 'a>, duty: &mut Duty<'a>) -> Read<bool> {
    const HELP: &str = "write `at least 48 h before, with \"route\", \"altitude\", to mechanism, passed to \"HQ\", \"unit\", read back`";
    let Duty::Notify { lead, content, to, levels, read_back, .. } = duty else { return Ok(false) };
    let at = c.here();
    if c.take_all(&["at", "least"]) {
        let found = c.duration()?;
        c.expect("before", HELP)?;
        return once(lead, found, "how long before", at).map(|()| true);
    }
    if c.take("with") {
        content.extend(c.texts("what a notice states, in quotes", HELP)?);
        return Ok(true);
    }
    if c.take("to") {
        to.extend(c.names("who is told", HELP)?);
        return Ok(true);
    }
    if c.take_all(&["passed", "to"]) {
        levels.extend(c.texts("a level in quotes", HELP)?);
        return Ok(true);
    }
    if c.take_all(&["read", "back"]) {
        *read_back = true;
        return Ok(true);
    }
    Ok(false)
}

fn respond_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Respond<'a>) -> Read<bool> {
    const HELP: &str = "write `tier 2 within 72 h when \"it widens\": \"coordinated response\"`";
    let at = c.here();
    if c.take("tier") {
        let number = u32::try_from(c.whole_number(100)?).unwrap_or(0);
        let mut tier = (None, None);
        if c.take("within") {
            tier.0 = Some(c.duration()?);
        }
        if c.take("when") {
            tier.1 = Some(c.text("the condition in quotes", HELP)?);
        }
        if !c.take_sign(":") {
            return Err(c.unexpected("`:` and what follows", HELP));
        }
        let what = c.text("what follows, in quotes", HELP)?;
        found.tiers.push(Tier { number, within: tier.0, when: tier.1, what, at: at.to(c.last()) });
        return Ok(true);
    }
    if c.take("measures") {
        found
            .measures
            .extend(c.texts("a measure in quotes", "write `measures \"armed forces\", \"sanctions\"`")?);
        return Ok(true);
    }
    if c.take("procedure") {
        let words =
            c.text("the procedure in quotes", "write `procedure \"each by its own constitution\"`")?;
        return once(&mut found.procedure, words, "the procedure", at).map(|()| true);
    }
    for (words, restarts) in [
        (&["a", "later", "violation", "restarts", "it"][..], true),
        (&["a", "later", "violation", "does", "not", "restart", "it"][..], false),
    ] {
        if c.take_all(words) {
            return once(&mut found.restarts, restarts, "whether a later violation restarts it", at)
                .map(|()| true);
        }
    }
    Ok(false)
}

fn effect_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Effect<'a>) -> Read<bool> {
    const HELP: &str =
        "write `after step \"the commission\" 15 days extendable, and step \"the board\" 15 days`";
    let at = c.here();
    let parallel = c.is_word("and") && c.word_ahead(1, "step");
    if parallel || (c.is_word("after") && c.word_ahead(1, "step")) {
        c.advance();
        c.advance();
        let who = c.text("whose step it is, in quotes", HELP)?;
        let within = c.duration()?;
        let extendable = c.take("extendable");
        found.steps.push(Step { who, within, parallel, extendable });
        return Ok(true);
    }
    if c.take_all(&["ordered", "by"]) {
        let body = c.name("a body", "write `ordered by commission`")?;
        return once(&mut found.ordered_by, body, "who orders it", at).map(|()| true);
    }
    if c.is_word("unless") && c.word_ahead(1, "decided") {
        c.take_all(&["unless", "decided"]);
        c.expect("by", "write `unless decided by council`")?;
        let body = c.name("a body", "write `unless decided by council`")?;
        return once(&mut found.unless_decided_by, body, "who may decide otherwise", at).map(|()| true);
    }
    Ok(false)
}

/// Phrases that any clause may have beyond place, time and exceptions; `false`: it is none of them.
pub(crate) fn common_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Clause<'a>) -> Read<bool> {
    let at = c.here();
    if c.take("when") {
        if !found.when.is_empty() {
            return Err(crate::parse::twice("the precondition", at));
        }
        found.when = conditions(c)?;
        return Ok(true);
    }
    if c.take_all(&["decided", "by"]) {
        let body = c.name("a body", "write `decided by commission`")?;
        return once(&mut found.decided_by, body, "who decides", at).map(|()| true);
    }
    if c.take_all(&["verified", "by"]) {
        return methods(c, found).map(|()| true);
    }
    if c.take("remedy") {
        found.remedies.extend(c.texts("a remedy in quotes", "write `remedy \"withdrawal of the unit\"`")?);
        return Ok(true);
    }
    if c.take_all(&["paired", "with"]) {
        found.paired.extend(c.labels("write `paired with 5.2`")?);
        return Ok(true);
    }
    if c.take("replaces") {
        let label = c.label_named("write `replaces 3.1`")?;
        return once(&mut found.replaces, label, "what it replaces", at).map(|()| true);
    }
    if c.take("while") {
        let words = c.text("while what, in quotes", "write `while \"peacetime\"`")?;
        return once(&mut found.while_words, words, "while what it binds", at).map(|()| true);
    }
    Ok(false)
}

fn methods<'a>(c: &mut Cursor<'_, 'a>, found: &mut Clause<'a>) -> Read<()> {
    const HELP: &str = "write `verified by camera` or `verified by \"inspection on site\"`";
    loop {
        let is_text = c.is_text();
        let name: Name<'a> =
            if is_text { c.text("a method", HELP)? } else { c.name("a means of verification", HELP)? };
        found.verified_by.push(crate::parsed::Method { name, is_text });
        let mark = c.mark();
        let joined = c.take_sign(",") | c.take("and");
        let another = c.is_text()
            || c.peek().is_some_and(|t| {
                t.kind == Kind::Word && !t.breaks && !crate::cursor::RESERVED.contains(&t.text)
            });
        if !joined || !another {
            c.back_to(mark);
            return Ok(());
        }
    }
}
