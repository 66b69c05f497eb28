//! Declarations beyond actors, classes, acts, lines and zones: what the instrument says of itself, bodies, moments,
//! units of count, categories, metered flows and means of verification.

use crate::agreement::{AdherenceAct, Basis, Power, RelationKind, Role, Rule, Status};
use crate::cursor::{Cursor, Read};
use crate::parse::{actors, kind, once, skip_separators};
use crate::parsed::{
    CategoryDecl, FlowDecl, Instrument, MandateDecl, MomentDecl, MomentKind, Name, SensorDecl, Statement,
    UnitDecl,
};
use crate::problem::Bad;
use crate::token::Kind;

/// The words of a phrase, in order of the longest first where one begins another.
fn words_of(phrase: &str) -> Vec<&str> {
    phrase.split(' ').collect()
}

/// A phrase of the instrument that says where it stands; `false`: it is none of them.
pub(crate) fn standing_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Instrument<'a>) -> Read<bool> {
    let at = c.here();
    if c.take("status") {
        let known = Status::ALL.iter().find(|(_, words)| c.take_all(&words_of(words)));
        let Some((status, _)) = known else {
            let all: Vec<&str> = Status::ALL.iter().map(|(_, w)| *w).collect();
            return Err(c.unexpected("a status", &format!("a status is one of: {}", all.join(", "))));
        };
        return once(&mut found.status, *status, "the status", at).map(|()| true);
    }
    for (act, words) in AdherenceAct::ALL {
        let mut phrase = words_of(words);
        phrase.push("by");
        if c.take_all(&phrase) {
            return adherents(c, act, found).map(|()| true);
        }
    }
    for (relation, words) in RelationKind::ALL {
        if c.take_all(&words_of(words)) {
            let other = c.text("a file or a title in quotes", "such as `annex to \"main.md\"`")?;
            found.relations.push((relation, other));
            return Ok(true);
        }
    }
    if c.take_all(&["reservation", "of"]) {
        const HELP: &str = "write `reservation of VE to 2.1: \"…\"`";
        let actor = c.name("who reserves", HELP)?;
        c.expect("to", HELP)?;
        let labels = c.labels(HELP)?;
        c.take_sign(":");
        let words = c.text("the words of the reservation in quotes", HELP)?;
        found.reservations.push((actor, labels, words));
        return Ok(true);
    }
    Ok(false)
}

/// `KA 2026-03-02, VE`: names, each with a date or without.
fn adherents<'a>(c: &mut Cursor<'_, 'a>, act: AdherenceAct, found: &mut Instrument<'a>) -> Read<()> {
    const HELP: &str = "write `signed by KA 2026-03-02, VE 2026-03-03`";
    loop {
        let actor = c.name("who did it", HELP)?;
        let dated = c.peek().is_some_and(|t| t.kind == Kind::Digits);
        let moment = if dated { Some(c.moment()?) } else { None };
        if let Some(moment) = moment.filter(|m| !matches!(m.kind, MomentKind::Date { .. })) {
            return Err(Bad::new("bad-date", moment.at, "an act of adherence has a civil date", HELP));
        }
        found.adherence.push((act, actor, moment));
        let mark = c.mark();
        let another = c.take_sign(",") && c.peek().is_some_and(|t| t.kind == Kind::Word && !t.breaks);
        if !another {
            c.back_to(mark);
            return Ok(());
        }
    }
}

/// `body commission "Special Commission" of TA, KA and 2 of guarantors; decides …; by majority …`
pub(crate) fn body<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    let mut all = actors(c, Role::Body)?;
    let mut mandate = MandateDecl { at: c.whole(), ..MandateDecl::default() };
    let mut said = false;
    loop {
        skip_separators(c);
        if c.done() {
            break;
        }
        mandate_phrase(c, &mut mandate)?;
        said = true;
    }
    if let Some(actor) = all.first_mut().filter(|_| said) {
        actor.mandate = Some(mandate);
    }
    Ok(Statement::Actors(all))
}

/// One phrase about what a body may do and how it decides.
pub(crate) fn mandate_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut MandateDecl<'a>) -> Read<()> {
    const HELP: &str = "a body has `of …`, `records`, `decides occurrence, attribution, remedy`, `decides nothing`, `by majority`, `quorum 3`, `standard …`, `decides within 15 days`, `an absent member is noted and the work goes on`";
    let at = c.here();
    if c.take("of") {
        let words = c.free_words(|_| false);
        let Some((_, place)) = words else { return Err(c.unexpected("who sits in it", HELP)) };
        return once(&mut found.members, c.slice(place), "who sits in it", at);
    }
    if c.take("records") {
        push_power(found, Power::Record);
        return Ok(());
    }
    if c.take("decides") {
        return decides(c, found, HELP);
    }
    if c.take("by") {
        let rule = rule(c, HELP)?;
        return once(&mut found.rule, rule, "the rule", at);
    }
    if c.take("quorum") {
        let number = c.whole_number(10_000)?;
        return once(&mut found.quorum, u32::try_from(number).unwrap_or(0), "the quorum", at);
    }
    if c.take("standard") {
        let words = c.free_words(|c| c.is_sign(","));
        let Some((words, _)) = words else { return Err(c.unexpected("a standard of proof", HELP)) };
        return once(&mut found.standard, words, "the standard of proof", at);
    }
    let absent = ["an", "absent", "member", "is", "noted", "and", "the", "work", "goes", "on"];
    if c.take_all(&absent) {
        found.absence_noted = true;
        return Ok(());
    }
    Err(c.unexpected("a word about the body", HELP))
}

fn push_power(found: &mut MandateDecl<'_>, power: Power) {
    if !found.powers.contains(&power) {
        found.powers.push(power);
    }
}

/// What follows `decides`: powers, `nothing`, or `within` a time.
pub(crate) fn decides(c: &mut Cursor<'_, '_>, found: &mut MandateDecl<'_>, help: &str) -> Read<()> {
    if c.take("nothing") {
        found.decides_nothing = true;
        return Ok(());
    }
    let at = c.here();
    if c.take("within") {
        let ms = c.exact_ms()?;
        return once(&mut found.within_ms, ms, "within which time it decides", at);
    }
    loop {
        let Some(power) = take_power(c) else { return Err(c.unexpected("a power", help)) };
        push_power(found, power);
        let mark = c.mark();
        let joined = c.take_sign(",") | c.take("and");
        if !joined || c.at_line_start() || !is_power(c) {
            c.back_to(mark);
            return Ok(());
        }
    }
}

fn is_power(c: &Cursor<'_, '_>) -> bool {
    Power::ALL.iter().any(|(_, word)| c.is_word(word))
}

fn take_power(c: &mut Cursor<'_, '_>) -> Option<Power> {
    Power::ALL.iter().find(|(_, word)| c.take(word)).map(|(p, _)| *p)
}

pub(crate) fn rule(c: &mut Cursor<'_, '_>, help: &str) -> Read<Rule> {
    const NAMED: [(&str, Rule); 4] = [
        ("chair", Rule::Chair),
        ("consensus", Rule::Consensus),
        ("unanimity", Rule::Unanimity),
        ("majority", Rule::Majority),
    ];
    if let Some((_, rule)) = NAMED.iter().find(|(word, _)| c.take(word)) {
        return Ok(*rule);
    }
    if c.take("silence") {
        c.expect("for", "write `by silence for 72 h`: adopted unless somebody objects in that time")?;
        return c.exact_ms().map(Rule::Silence);
    }
    if c.take_all(&["each", "for", "itself"]) {
        return Ok(Rule::EachForItself);
    }
    let wanted = "`chair`, `consensus`, `unanimity`, `majority`, `silence for …` or `each for itself`";
    Err(c.unexpected(wanted, help))
}

fn ends(c: &mut Cursor<'_, '_>, help: &str) -> Read<()> {
    skip_separators(c);
    if c.done() { Ok(()) } else { Err(c.unexpected("the end of the statement", help)) }
}

pub(crate) fn moment<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str =
        "write `moment exchange = D + 10 days` or `moment ref = when \"the referendum approves the text\"`";
    c.advance();
    let name = c.new_name("the name of a moment", HELP)?;
    if !c.take_sign("=") {
        return Err(c.unexpected("`=`", HELP));
    }
    let mut found = MomentDecl { name, event: None, at: None };
    if c.take("when") {
        found.event = Some(c.text("the event in quotes", HELP)?);
    } else {
        found.at = Some(c.moment()?);
    }
    ends(c, HELP)?;
    Ok(Statement::Moment(found))
}

pub(crate) fn unit<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `unit personnel \"military personnel\" includes \"called-up reservists\" excludes \"civilians\"`";
    c.advance();
    let name = c.new_name("the name of a unit of count", HELP)?;
    let title = if c.is_text() { Some(c.text("its title", HELP)?) } else { None };
    let mut found = UnitDecl { name, title, includes: Vec::new(), excludes: Vec::new() };
    loop {
        skip_separators(c);
        if c.done() {
            return Ok(Statement::Unit(found));
        }
        if c.take("includes") {
            found.includes.extend(c.texts("what counts, in quotes", HELP)?);
        } else if c.take("excludes") {
            found.excludes.extend(c.texts("what does not count, in quotes", HELP)?);
        } else {
            return Err(c.unexpected("`includes` or `excludes`", HELP));
        }
    }
}

pub(crate) fn category<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str =
        "write `category refinery \"oil refineries\"`, with `sites ZONE` where sites are drawn";
    c.advance();
    let name = c.new_name("the name of a category", HELP)?;
    let title = c.text("its title in quotes", HELP)?;
    let mut found = CategoryDecl { name, title, sites: None, sites_only: false };
    skip_separators(c);
    if c.take("sites") {
        found.sites = Some(c.name("a zone", HELP)?);
        found.sites_only = c.take("only");
    }
    ends(c, HELP)?;
    Ok(Statement::Category(found))
}

pub(crate) fn flow<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `flow plant \"output of the plant\" net in MWh measured at \"feeders 1 to 4\"`";
    c.advance();
    let name = c.new_name("the name of a flow", HELP)?;
    let title = c.text("its title in quotes", HELP)?;
    let mut found = FlowDecl { name, title, basis: None, unit: None, measured_at: Vec::new() };
    loop {
        skip_separators(c);
        if c.done() {
            return Ok(Statement::Flow(found));
        }
        let at = c.here();
        if c.take("net") {
            once(&mut found.basis, Basis::Net, "net or gross", at)?;
        } else if c.take("gross") {
            once(&mut found.basis, Basis::Gross, "net or gross", at)?;
        } else if c.take("in") {
            let unit = c.name("a unit of measure", HELP)?;
            once(&mut found.unit, unit, "the unit of measure", at)?;
        } else if c.take_all(&["measured", "at"]) {
            found.measured_at.extend(c.texts("a meter in quotes", HELP)?);
        } else {
            return Err(c.unexpected("`net`, `gross`, `in …` or `measured at …`", HELP));
        }
    }
}

pub(crate) fn sensor<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `sensor camera \"fixed cameras\" detects explosion or burst within 5 km, blind at night, covers buffer 40 %`";
    let at = c.whole();
    c.advance();
    let name = c.new_name("the name of a means of verification", HELP)?;
    let title = c.text("its title in quotes", HELP)?;
    let mut found = SensorDecl {
        name,
        title,
        at,
        detects: Vec::new(),
        blind_to: Vec::new(),
        blind_at_night: false,
        range: None,
        covers: Vec::new(),
    };
    loop {
        skip_separators(c);
        if c.done() {
            return Ok(Statement::Sensor(Box::new(found)));
        }
        sensor_phrase(c, &mut found, HELP)?;
    }
}

fn sensor_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut SensorDecl<'a>, help: &str) -> Read<()> {
    let at = c.here();
    if c.take("detects") {
        return kinds(c, &mut found.detects, help);
    }
    if c.take_all(&["blind", "at", "night"]) {
        found.blind_at_night = true;
        return Ok(());
    }
    if c.take_all(&["blind", "to"]) {
        return kinds(c, &mut found.blind_to, help);
    }
    if c.take("within") {
        let range = c.distance(false)?;
        return once(&mut found.range, range, "how far it sees", at);
    }
    if c.take("covers") {
        return covers(c, &mut found.covers, help);
    }
    Err(c.unexpected("`detects`, `within`, `blind …` or `covers`", help))
}

fn kinds(c: &mut Cursor<'_, '_>, out: &mut Vec<(String, crate::source::Stretch)>, help: &str) -> Read<()> {
    loop {
        out.push(kind(c, help, &["or", "within", "blind", "covers", "detects"])?);
        if !c.take("or") {
            return Ok(());
        }
    }
}

fn covers<'a>(c: &mut Cursor<'_, 'a>, out: &mut Vec<(Name<'a>, f64)>, help: &str) -> Read<()> {
    loop {
        let zone = c.name("a zone", help)?;
        let stated = c.peek().is_some_and(|t| t.kind == Kind::Digits);
        let share = if stated { c.percent()?.value / 100.0 } else { 1.0 };
        out.push((zone, share));
        let mark = c.mark();
        let another = c.take_sign(",")
            && c.peek().is_some_and(|t| t.kind == Kind::Word && !t.breaks && !is_sensor_word(t.text));
        if !another {
            c.back_to(mark);
            return Ok(());
        }
    }
}

fn is_sensor_word(word: &str) -> bool {
    ["detects", "within", "blind", "covers"].contains(&word)
}
