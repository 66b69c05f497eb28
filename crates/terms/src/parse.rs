//! Statements: a line that starts at the margin, with the indented lines below it. Declarations are read here,
//! clauses in [`crate::parse_clause`]. A statement that cannot be read is reported once and remembered as failed.

use crate::agreement::Role;
use crate::bracket::{Brackets, Cut};
use crate::cursor::{Cursor, Read, shown};
use crate::document::Block;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::parse_clause;
use crate::parse_declare;
use crate::parsed::{
    ActDecl, ActorDecl, Area, Failed, Geometry, Instrument, Join, LineDecl, Moment, MomentKind, Name,
    ReferenceDecl, Shape, Statement, WeaponDecl, ZoneDecl,
};
use crate::problem::{Bad, Problems};
use crate::source::{Lines, Stretch};
use crate::suggest;
use crate::token::{self, Kind, Token};
use atlas::plan::Validity;

/// What can be read now; said wherever something else is met.
pub(crate) const READABLE: &str = "a clause says `shall not ACT`, `shall keep … at least …`, `shall hold …`, `shall do \"…\"`, `shall notify …`, `shall admit …`, `shall remedy …`, `shall consult …`, `… is shared …`, `guarantee of … is due on …`, `… is void when …`, `… decides …` or `indicator \"…\" of …`; see docs/language.md";

/// Words that begin a statement; a clause begins with its label.
pub const HEADS: &[&str] = &[
    "instrument",
    "party",
    "guarantor",
    "body",
    "weapon",
    "act",
    "moment",
    "unit",
    "category",
    "flow",
    "sensor",
    "line",
    "zone",
    "reference",
    "bracket",
];

/// Reads all statements of a block, in order.
pub(crate) fn block<'a>(
    block: &Block,
    lines: &Lines<'a>,
    problems: &mut Problems<'_>,
    out: &mut impl FnMut(Statement<'a>, &mut Problems<'_>),
) {
    let margin = block.lines.iter().filter_map(|l| indent(lines.slice(*l))).map(|(width, _)| width).min();
    let mut tokens: Vec<Token<'a>> = Vec::new();
    let mut refused: Option<Bad> = None;
    let mut start = block.at.start;
    for line in &block.lines {
        let text = lines.slice(*line);
        let comment = indent(text).is_none();
        let at_margin = indent(text).is_some_and(|(width, _)| Some(width) == margin);
        if at_margin {
            if problems.is_hopeless() {
                problems.names_unknown = true;
                tokens.clear();
                return;
            }
            finish(&mut tokens, &mut refused, lines, problems, out);
            start = line.start;
        }
        if refused.is_some() {
            continue;
        }
        if !comment && line.end - start > STATEMENT_BYTES_MAX {
            refused = Some(too_long(*line));
            problems.names_unknown = true;
            continue;
        }
        refused = token::read_line(text, line.start, &mut tokens).err();
    }
    finish(&mut tokens, &mut refused, lines, problems, out);
}

/// The words of a block with brackets, cut into the statements of every alternative; `None`: its brackets cannot be
/// followed, which has been reported.
pub(crate) fn cut<'a>(
    block: &Block,
    lines: &Lines<'a>,
    brackets: &mut Brackets<'a>,
    problems: &mut Problems<'_>,
) -> Option<Vec<Cut<'a>>> {
    let margin = block.lines.iter().filter_map(|l| indent(lines.slice(*l))).map(|(width, _)| width).min();
    let mut tokens: Vec<Token<'a>> = Vec::new();
    for line in &block.lines {
        let text = lines.slice(*line);
        let at_margin = indent(text).is_some_and(|(width, _)| Some(width) == margin);
        let first = tokens.len();
        if let Err(bad) = token::read_line(text, line.start, &mut tokens) {
            problems.names_unknown = true;
            problems.error(bad);
            tokens.truncate(first);
        }
        if let Some(token) = tokens.get_mut(first) {
            token.margin = at_margin;
        }
    }
    match brackets.cut(&tokens) {
        Ok(cuts) => Some(cuts),
        Err(bad) => {
            problems.names_unknown = true;
            problems.error(bad);
            None
        }
    }
}

/// Reads one statement from its words.
pub(crate) fn one<'a>(tokens: &[Token<'a>], lines: &Lines<'a>, problems: &mut Problems<'_>) -> Statement<'a> {
    let whole = tokens.first().zip(tokens.last()).map(|(a, b)| a.at.to(b.at)).unwrap_or_default();
    let mut cursor = Cursor::new(tokens, lines.text());
    let read = if whole.end - whole.start > STATEMENT_BYTES_MAX {
        Err(too_long(whole))
    } else {
        statement(&mut cursor)
    };
    read.unwrap_or_else(|bad| {
        problems.error(bad);
        Statement::Failed(failed(tokens))
    })
}

fn too_long(at: Stretch) -> Bad {
    let message = format!("a statement is at most {} KiB long", STATEMENT_BYTES_MAX / 1024);
    Bad::new("statement-too-long", head_of(at), message, "make several clauses of it")
}

/// A short stretch at the start of a line that is too long to show.
fn head_of(line: Stretch) -> Stretch {
    Stretch { start: line.start, end: line.end.min(line.start + 40) }
}

/// Width of the white space before the first word, and its length in bytes; `None`: nothing but a comment.
fn indent(line: &str) -> Option<(usize, usize)> {
    const TAB: usize = 8;
    let mut width = 0;
    for (at, c) in line.char_indices() {
        match c {
            '\t' => width = (width / TAB + 1) * TAB,
            '#' => return None,
            c if c.is_whitespace() => width += 1,
            _ => return Some((width, at)),
        }
    }
    None
}

fn finish<'a>(
    tokens: &mut Vec<Token<'a>>,
    refused: &mut Option<Bad>,
    lines: &Lines<'a>,
    problems: &mut Problems<'_>,
    out: &mut impl FnMut(Statement<'a>, &mut Problems<'_>),
) {
    let refused = refused.take();
    if tokens.is_empty() && refused.is_none() {
        return;
    }
    let mut cursor = Cursor::new(tokens, lines.text());
    let read = match refused {
        Some(bad) => Err(bad),
        None => statement(&mut cursor),
    };
    let statement = match read {
        Ok(statement) => statement,
        Err(bad) => {
            problems.error(bad);
            Statement::Failed(failed(tokens))
        }
    };
    out(statement, problems);
    tokens.clear();
}

/// What a statement that could not be read would have declared, as far as its shape tells.
fn failed<'a>(tokens: &[Token<'a>]) -> Failed<'a> {
    let name = |t: &Token<'a>| Name { text: t.text, at: t.at };
    let mut found = Failed::default();
    let Some(head) = tokens.first() else { return found };
    if head.kind == Kind::Digits {
        found.label = Some(name(head));
        return found;
    }
    found.instrument = head.text == "instrument";
    for pair in tokens.windows(2) {
        let [before, token] = pair else { continue };
        let declares = before.text == "," || before.at == head.at || before.breaks;
        if token.kind == Kind::Word && declares {
            found.names.push(name(token));
        }
        if head.text == "instrument" && token.text == "=" {
            found.names.push(name(before));
        }
    }
    if head.text == "reference" {
        found.reference_of = std::mem::take(&mut found.names);
        found.reference_of.extend(tokens.iter().filter(|t| t.kind == Kind::Word).map(name));
    }
    found
}

fn statement<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    let Some(head) = c.peek() else {
        return Err(c.unexpected("a statement", "such as `party KA \"Karsk\"`"));
    };
    if head.kind == Kind::Digits {
        return parse_clause::clause_or_exception(c);
    }
    let word = if head.kind == Kind::Word { head.text } else { "" };
    match word {
        "instrument" => instrument(c),
        "party" => actors(c, Role::Party).map(Statement::Actors),
        "guarantor" => actors(c, Role::Guarantor).map(Statement::Actors),
        "body" => parse_declare::body(c),
        "moment" => parse_declare::moment(c),
        "unit" => parse_declare::unit(c),
        "category" => parse_declare::category(c),
        "flow" => parse_declare::flow(c),
        "sensor" => parse_declare::sensor(c),
        "weapon" => weapons(c),
        "act" => act(c),
        "line" => line(c),
        "zone" => zone(c),
        "reference" => reference(c),
        _ => Err(unknown_head(c)),
    }
}

fn unknown_head(c: &Cursor<'_, '_>) -> Bad {
    let Some(head) = c.peek() else { return c.unexpected("a statement", "such as `party KA \"Karsk\"`") };
    let word = c.slice(head.at);
    let help = match suggest::nearest(word, HEADS.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("a statement starts with {} or the label of a clause, such as `2.1`", list(HEADS)),
    };
    Bad::new("unknown-statement", head.at, format!("no statement starts with `{}`", shown(word)), help)
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    quoted.join(", ")
}

/// Skips the comma or semicolon between two phrases.
pub(crate) fn skip_separators(c: &mut Cursor<'_, '_>) {
    while c.take_sign(",") || c.take_sign(";") {}
}

pub(crate) fn twice(what: &str, at: Stretch) -> Bad {
    Bad::new("said-twice", at, format!("{what} is said twice"), "keep one of them")
}

/// Keeps a phrase that may be said only once.
pub(crate) fn once<T>(slot: &mut Option<T>, value: T, what: &str, at: Stretch) -> Read<()> {
    if slot.is_some() {
        return Err(twice(what, at));
    }
    *slot = Some(value);
    Ok(())
}

fn instrument<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `instrument lindmar \"Agreement of Lindmar\", draft 4`";
    c.advance();
    let name = c.new_name("the instrument's name", HELP)?;
    let title = c.text("the instrument's title in quotes", HELP)?.text;
    let mut version = String::new();
    if c.take_sign(",") && !c.at_line_start() {
        version = c.free_words(|_| false).map(|(words, _)| words).unwrap_or_default();
    }
    let mut found = Instrument {
        name,
        title,
        version,
        zone: None,
        anchor: None,
        entry: None,
        precision: None,
        claims: Vec::new(),
        status: None,
        adherence: Vec::new(),
        reservations: Vec::new(),
        relations: Vec::new(),
    };
    loop {
        skip_separators(c);
        if c.done() {
            return Ok(Statement::Instrument(Box::new(found)));
        }
        instrument_phrase(c, &mut found)?;
    }
}

fn instrument_phrase<'a>(c: &mut Cursor<'_, 'a>, found: &mut Instrument<'a>) -> Read<()> {
    const HELP: &str = "an instrument has `time zone \"…\"`, `D = entry into force`, `entry into force 2026-03-03 00:00` (or `not yet known`), `positions without stated precision are within 500 m`, `status draft`, `signed by KA 2026-03-02`, `annex to \"main.md\"`";
    let at = c.here();
    if c.take_all(&["time", "zone"]) {
        let zone = c.text("an IANA time zone in quotes", "such as `time zone \"Europe/Kyiv\"`")?;
        return once(&mut found.zone, zone, "the time zone", at);
    }
    if c.take_all(&["entry", "into", "force"]) {
        let moment = if c.take_all(&["not", "yet", "known"]) {
            crate::parsed::Moment { kind: MomentKind::NotYetKnown, at: at.to(c.last()) }
        } else {
            c.moment()?
        };
        if c.is_word("says") {
            return claims(c, moment, found);
        }
        return once(&mut found.entry, moment, "the entry into force", at);
    }
    if c.take_all(&["positions", "without", "stated", "precision", "are", "within"]) {
        let precision = c.distance(false)?;
        return once(&mut found.precision, precision, "what unstated precision counts as", at);
    }
    let names_anchor = c.ahead(1).is_some_and(|t| t.kind == Kind::Sign && t.text == "=");
    if names_anchor {
        let anchor = c.new_name("the name of a moment", HELP)?;
        c.advance();
        c.expect_all(&["entry", "into", "force"], "write `D = entry into force`")?;
        return once(&mut found.anchor, anchor, "the name of the entry into force", at);
    }
    if parse_declare::standing_phrase(c, found)? {
        return Ok(());
    }
    Err(c.unexpected("a line of the instrument", HELP))
}

/// `2025-03-18 00:00 says RU, 2025-03-25 00:00 says UA`: each moment with those who say so.
fn claims<'a>(c: &mut Cursor<'_, 'a>, first: Moment<'a>, found: &mut Instrument<'a>) -> Read<()> {
    const HELP: &str = "write `entry into force 2025-03-18 00:00 says KA, 2025-03-25 00:00 says VE`";
    let mut moment = first;
    loop {
        c.expect("says", HELP)?;
        let who = c.names("who says so", HELP)?;
        found.claims.push((moment, who));
        let mark = c.mark();
        let another = c.take_sign(",") && c.peek().is_some_and(|t| t.kind == Kind::Digits);
        if !another {
            c.back_to(mark);
            return Ok(());
        }
        moment = c.moment()?;
    }
}

pub(crate) fn actors<'a>(c: &mut Cursor<'_, 'a>, role: Role) -> Read<Vec<ActorDecl<'a>>> {
    const HELP: &str =
        "write `party KA \"Karsk\" also \"Republic of Karsk\" answers for \"Northern Volunteers\"`";
    c.advance();
    let mut all = Vec::new();
    loop {
        let code = c.new_name("a short name", HELP)?;
        let name = c.text("a name in quotes", HELP)?;
        let mut actor = ActorDecl { code, name, role, aliases: Vec::new(), mandate: None };
        loop {
            if c.take("also") {
                actor.aliases.extend(c.texts("another name in quotes", HELP)?);
            } else if c.take("answers") {
                c.expect("for", HELP)?;
                actor.aliases.extend(c.texts("a name in quotes", HELP)?);
            } else {
                break;
            }
        }
        all.push(actor);
        if role == Role::Body || c.done() {
            return Ok(all);
        }
        if !c.take_sign(",") {
            return Err(c.unexpected("`also`, `answers for`, `,` or the end", HELP));
        }
    }
}

fn weapons<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `weapon mortar, tank`, `weapon artillery with calibre`, `weapon rockets \"multiple-launch rocket systems\"` or `weapon long-range one of \"R-9\", \"Comet-S\"`";
    c.advance();
    let mut all = Vec::new();
    loop {
        let name = c.new_name("a weapon class", HELP)?;
        let mut weapon = WeaponDecl { name, aliases: Vec::new(), with_calibre: false };
        loop {
            if c.take_all(&["with", "calibre"]) {
                weapon.with_calibre = true;
            } else if c.take("also") || c.take_all(&["one", "of"]) {
                weapon.aliases.extend(c.texts("a name in quotes", HELP)?);
            } else if c.peek().is_some_and(|t| t.kind == Kind::Text) {
                weapon.aliases.push(c.text("a name in quotes", HELP)?);
            } else {
                break;
            }
        }
        all.push(weapon);
        if c.done() {
            return Ok(Statement::Weapons(all));
        }
        if !c.take_sign(",") {
            return Err(c.unexpected("`with calibre`, `also`, `one of`, `,` or the end", HELP));
        }
    }
}

fn act<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `act fire = explosion or burst or shot`";
    c.advance();
    let name = c.new_name("the name of an act", HELP)?;
    if !c.take_sign("=") {
        return Err(c.unexpected("`=`", HELP));
    }
    let mut kinds = Vec::new();
    loop {
        kinds.push(kind(c, HELP, &["or"])?);
        if c.done() {
            return Ok(Statement::Act(ActDecl { name, kinds }));
        }
        c.expect("or", HELP)?;
    }
}

/// A kind of fact in one or several words, up to one of `stops`, a sign or the end of the line.
pub(crate) fn kind(c: &mut Cursor<'_, '_>, help: &str, stops: &[&str]) -> Read<(String, Stretch)> {
    if c.peek().is_some_and(|t| t.kind == Kind::Text) {
        let text = c.text("a kind of fact", help)?;
        return Ok((text.text.to_owned(), text.at));
    }
    let from = c.here();
    let mut words: Vec<&str> = Vec::new();
    while let Some(token) = c.peek().filter(|t| t.kind == Kind::Word && !stops.contains(&t.text)) {
        words.push(token.text);
        c.advance();
    }
    if words.is_empty() {
        return Err(c.unexpected("a kind of fact", help));
    }
    Ok((words.join(" "), from.to(c.last())))
}

fn line<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    c.advance();
    let name = c.new_name(
        "the name of a line",
        "write `line contact from \"geo/contact.geojson\" tolerance 200 m`",
    )?;
    let geometry = geometry(c)?;
    Ok(Statement::Line(Box::new(LineDecl { name, geometry })))
}

fn geometry<'a>(c: &mut Cursor<'_, 'a>) -> Read<Geometry<'a>> {
    const HELP: &str = "write `from \"geo/contact.geojson\"`";
    c.expect("from", HELP)?;
    let path = c.text("a file in quotes", HELP)?;
    check_path(path)?;
    let mut found = Geometry {
        path: path.text,
        layer: None,
        validity: Validity::Always,
        tolerance: None,
        surveyed_by: None,
        left: None,
        right: None,
    };
    let mut validity = None;
    loop {
        skip_separators(c);
        if c.done() {
            found.validity = validity.unwrap_or(Validity::Always);
            return Ok(found);
        }
        geometry_phrase(c, &mut found, &mut validity)?;
    }
}

fn geometry_phrase<'a>(
    c: &mut Cursor<'_, 'a>,
    found: &mut Geometry<'a>,
    validity: &mut Option<Validity>,
) -> Read<()> {
    const HELP: &str = "after the file may stand `layer \"…\"`, `surveyed by …`, `valid each day by \"…\"`, `valid from \"…\" until the next`, `valid from \"…\" until \"…\"`, `tolerance 200 m`, `KA on the left, VE on the right`";
    let at = c.here();
    if c.take("layer") {
        let layer = c.text("a layer in quotes", HELP)?.text;
        return once(&mut found.layer, layer, "the layer", at);
    }
    if c.take("surveyed") {
        c.expect("by", HELP)?;
        let body = c.name("who surveys it", HELP)?;
        return once(&mut found.surveyed_by, body, "who surveys it", at);
    }
    if c.take("tolerance") {
        let tolerance = c.distance(true)?;
        return once(&mut found.tolerance, tolerance, "the tolerance", at);
    }
    if c.take("valid") {
        let how = valid(c)?;
        return once(validity, how, "the validity", at);
    }
    if c.word_ahead(1, "on") {
        let party = c.name("a party", HELP)?;
        c.expect_all(&["on", "the"], HELP)?;
        if c.take("left") {
            return once(&mut found.left, party, "who is on the left", at);
        }
        c.expect(
            "right",
            "a side is `left` or `right`, as one walks the line from its first vertex to its last",
        )?;
        return once(&mut found.right, party, "who is on the right", at);
    }
    Err(c.unexpected("a word about the geometry", HELP))
}

fn valid(c: &mut Cursor<'_, '_>) -> Read<Validity> {
    const HELP: &str = "write `valid each day by \"date\"`, `valid from \"start\" until the next` or `valid from \"start\" until \"end\"`";
    if c.take_all(&["each", "day", "by"]) {
        let property = c.text("a property in quotes", HELP)?.text.to_owned();
        return Ok(Validity::EachDay { property });
    }
    c.expect("from", HELP)?;
    let from = c.text("a property in quotes", HELP)?.text.to_owned();
    c.expect("until", HELP)?;
    if c.take_all(&["the", "next"]) {
        return Ok(Validity::From { property: from });
    }
    let until = c.text("`the next` or a property in quotes", HELP)?.text.to_owned();
    Ok(Validity::Between { from, until })
}

/// A path that would leave the agreement's folder is refused: an agreement must be whole when it is copied.
fn check_path(path: Name<'_>) -> Read<()> {
    let climbs = path.text.split(['/', '\\']).any(|part| part == "..");
    let absolute = path.text.starts_with(['/', '\\', '~']) || path.text.contains(':');
    if !climbs && !absolute && !path.text.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("`{}` does not stand beside the agreement", shown(path.text));
    Err(Bad::new(
        "path-outside",
        path.at,
        message,
        "give a path below the agreement's folder, such as `geo/line.geojson`",
    ))
}

fn zone<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `zone NAME` and then `from \"file\"`, `within 7.5 km of LINE`, `between 15 km and 50 km of LINE`, `side KA of LINE`, or `= A and B`";
    c.advance();
    let name = c.new_name("the name of a zone", HELP)?;
    let shape = if c.is_word("from") {
        let geometry = geometry(c)?;
        if let Some(party) = geometry.left.or(geometry.right) {
            let message = "a zone has no left and right";
            return Err(Bad::new("sides-of-zone", party.at, message, "say it of a line"));
        }
        Shape::Drawn(geometry)
    } else if c.take_sign("=") {
        chain(c)?
    } else {
        match area(c)? {
            Some(Area::Named(_)) | None => return Err(c.unexpected("what the zone covers", HELP)),
            Some(area) => Shape::Area(area),
        }
    };
    skip_separators(c);
    if !c.done() {
        return Err(c.unexpected("the end of the statement", HELP));
    }
    Ok(Statement::Zone(Box::new(ZoneDecl { name, shape })))
}

fn chain<'a>(c: &mut Cursor<'_, 'a>) -> Read<Shape<'a>> {
    const HELP: &str = "write `zone x = a and b`, `zone x = a or b` or `zone x = a except b`";
    let first = c.name("a zone", HELP)?;
    let join_of = |c: &Cursor<'_, '_>| match c.peek().map(|t| t.text) {
        Some("and") => Some(Join::And),
        Some("or") => Some(Join::Or),
        Some("except") => Some(Join::Except),
        _ => None,
    };
    let Some(join) = join_of(c) else { return Err(c.unexpected("`and`, `or` or `except`", HELP)) };
    let mut rest = Vec::new();
    while let Some(next) = join_of(c) {
        if next != join {
            let message = format!("`{}` after `{}` can be read in two ways", next.word(), join.word());
            return Err(Bad::new(
                "mixed-chain",
                c.here(),
                message,
                "name the inner zone first, in a statement of its own",
            ));
        }
        c.advance();
        rest.push(c.name("a zone", HELP)?);
    }
    Ok(Shape::Chain { first, join, rest })
}

/// A place in words, if the next words are one: `within … of …`, `between … of …`, `side KA of …`,
/// `on the KA side of …`.
pub(crate) fn area<'a>(c: &mut Cursor<'_, 'a>) -> Read<Option<Area<'a>>> {
    const HELP: &str =
        "write `within 7.5 km of contact`, `between 15 km and 50 km of contact` or `side KA of contact`";
    let start = c.here();
    let (from_m, to_m) = if c.take("within") {
        (0.0, c.distance(false)?.value)
    } else if c.take("between") {
        let from = c.distance(false)?;
        c.expect("and", HELP)?;
        let to = c.distance(false)?;
        if from.value >= to.value {
            let message = "the ring ends before it begins";
            return Err(Bad::new(
                "ring-inverted",
                from.at.to(to.at),
                message,
                "put the smaller distance first",
            ));
        }
        (from.value, to.value)
    } else if c.take("side") || c.take_all(&["on", "the"]) {
        let party = c.name("a party", HELP)?;
        c.take("side");
        c.expect("of", HELP)?;
        let line = c.name("a line", HELP)?;
        return Ok(Some(Area::SideOf { party, line }));
    } else {
        return Ok(None);
    };
    c.expect("of", HELP)?;
    let line = c.name("a line", HELP)?;
    let mut side = None;
    if c.is_word("on") && c.word_ahead(1, "the") {
        c.take_all(&["on", "the"]);
        side = Some(c.name("a party", HELP)?);
        c.expect("side", HELP)?;
    }
    Ok(Some(Area::Band { from_m, to_m, line, side, at: start.to(c.last()) }))
}

fn reference<'a>(c: &mut Cursor<'_, 'a>) -> Read<Statement<'a>> {
    const HELP: &str = "write `reference of KA is contact`";
    c.advance();
    c.expect("of", HELP)?;
    let parties = c.names("a party", HELP)?;
    c.expect("is", HELP)?;
    let line = c.name("a line", HELP)?;
    if !c.done() {
        return Err(c.unexpected("the end of the statement", HELP));
    }
    Ok(Statement::Reference(ReferenceDecl { parties, line }))
}
