//! Walks the tokens of one statement: numbers, units, dates, names, and what is expected where.

use crate::agreement::Offset;
use crate::limits::{DAYS_MAX, DISTANCE_M_MAX, NAME_CHARS_MAX};
use crate::parsed::{Moment, MomentKind, Name, Plus, Quantity};
use crate::problem::Bad;
use crate::source::Stretch;
use crate::token::{Kind, Token};

/// Words of the grammar. None of them can be a name, so that no sentence can be read in two ways.
pub(crate) const RESERVED: &[&str] = &[
    "after",
    "against",
    "all",
    "also",
    "an",
    "and",
    "answers",
    "anywhere",
    "are",
    "at",
    "be",
    "before",
    "below",
    "between",
    "both",
    "bracket",
    "by",
    "calibre",
    "complete",
    "day",
    "decided",
    "decides",
    "each",
    "entry",
    "except",
    "falls",
    "from",
    "in",
    "is",
    "keep",
    "least",
    "may",
    "measures",
    "must",
    "neither",
    "nobody",
    "not",
    "notices",
    "of",
    "on",
    "one",
    "or",
    "ordered",
    "over",
    "paired",
    "passed",
    "per",
    "place",
    "procedure",
    "read",
    "reference",
    "remedy",
    "replaces",
    "reported",
    "rises",
    "says",
    "shall",
    "shown",
    "side",
    "standard",
    "starting",
    "stops",
    "surveyed",
    "tested",
    "the",
    "their",
    "then",
    "tier",
    "to",
    "told",
    "tolerance",
    "unless",
    "until",
    "valid",
    "verified",
    "when",
    "while",
    "with",
    "within",
];

pub(crate) struct Cursor<'t, 'a> {
    tokens: &'t [Token<'a>],
    next: usize,
    source: &'a str,
}

pub(crate) type Read<T> = Result<T, Bad>;

impl<'t, 'a> Cursor<'t, 'a> {
    pub fn new(tokens: &'t [Token<'a>], source: &'a str) -> Cursor<'t, 'a> {
        Cursor { tokens, next: 0, source }
    }

    pub fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.next)
    }

    pub fn ahead(&self, n: usize) -> Option<&'t Token<'a>> {
        self.tokens.get(self.next + n)
    }

    pub fn advance(&mut self) -> Option<&'t Token<'a>> {
        let token = self.tokens.get(self.next);
        self.next += usize::from(token.is_some());
        token
    }

    pub fn mark(&self) -> usize {
        self.next
    }

    pub fn back_to(&mut self, mark: usize) {
        self.next = mark;
    }

    pub fn done(&self) -> bool {
        self.next >= self.tokens.len()
    }

    /// The next token begins a line.
    pub fn at_line_start(&self) -> bool {
        self.peek().is_none_or(|t| t.breaks)
    }

    /// The place of the next token, or of the end.
    pub fn here(&self) -> Stretch {
        match self.peek() {
            Some(token) => token.at,
            None => self.last().after(),
        }
    }

    /// The place of the token read last.
    pub fn last(&self) -> Stretch {
        self.next.checked_sub(1).and_then(|i| self.tokens.get(i)).map(|t| t.at).unwrap_or_default()
    }

    /// The whole statement.
    pub fn whole(&self) -> Stretch {
        let first = self.tokens.first().map(|t| t.at).unwrap_or_default();
        first.to(self.tokens.last().map(|t| t.at).unwrap_or_default())
    }

    pub fn slice(&self, at: Stretch) -> &'a str {
        self.source.get(at.start..at.end).unwrap_or_default()
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Word && t.text == word)
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Sign && t.text == sign)
    }

    pub fn word_ahead(&self, n: usize, word: &str) -> bool {
        self.ahead(n).is_some_and(|t| t.kind == Kind::Word && t.text == word)
    }

    pub fn take(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.next += usize::from(found);
        found
    }

    pub fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.next += usize::from(found);
        found
    }

    /// Takes all of the words, or none.
    pub fn take_all(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(i, w)| self.word_ahead(i, w));
        if found {
            self.next += words.len();
        }
        found
    }

    pub fn expect(&mut self, word: &str, help: &str) -> Read<()> {
        if self.take(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"), help)) }
    }

    pub fn expect_all(&mut self, words: &[&str], help: &str) -> Read<()> {
        words.iter().try_for_each(|w| self.expect(w, help))
    }

    /// "expected so and so, found this".
    pub fn unexpected(&self, wanted: &str, help: &str) -> Bad {
        let found = match self.peek() {
            Some(token) => format!("found `{}`", shown(self.slice(token.at))),
            None => "but the sentence ends".to_owned(),
        };
        Bad::new("unexpected-word", self.here(), format!("expected {wanted}, {found}"), help)
    }

    /// The name of something declared elsewhere.
    pub fn name(&mut self, wanted: &str, help: &str) -> Read<Name<'a>> {
        match self.peek() {
            Some(t) if t.kind == Kind::Word && !RESERVED.contains(&t.text) => {
                self.next += 1;
                Ok(Name { text: t.text, at: t.at })
            }
            _ => Err(self.unexpected(wanted, help)),
        }
    }

    /// A name that is being declared.
    pub fn new_name(&mut self, wanted: &str, help: &str) -> Read<Name<'a>> {
        if let Some(t) = self.peek().filter(|t| t.kind == Kind::Word) {
            if RESERVED.contains(&t.text) {
                let message = format!("`{}` is a word of the language and cannot be a name", t.text);
                return Err(Bad::new(
                    "reserved-word",
                    t.at,
                    message,
                    "choose another name, such as one with a hyphen",
                ));
            }
            if t.text.chars().count() > NAME_CHARS_MAX {
                let message = format!("a name has at most {NAME_CHARS_MAX} characters");
                return Err(Bad::new("name-too-long", t.at, message, "a title in quotes may be longer"));
            }
        }
        self.name(wanted, help)
    }

    pub fn text(&mut self, wanted: &str, help: &str) -> Read<Name<'a>> {
        match self.peek() {
            Some(t) if t.kind == Kind::Text => {
                self.next += 1;
                if t.text.trim().is_empty() {
                    return Err(Bad::new("empty-text", t.at, format!("{wanted} is empty"), help));
                }
                Ok(Name { text: t.text.trim(), at: t.at })
            }
            _ => Err(self.unexpected(wanted, help)),
        }
    }

    /// Names joined by `,` or `and`.
    pub fn names(&mut self, wanted: &str, help: &str) -> Read<Vec<Name<'a>>> {
        let mut all = vec![self.name(wanted, help)?];
        loop {
            let mark = self.next;
            let joined = self.take_sign(",") | self.take("and");
            let another = self.peek().is_some_and(|t| t.kind == Kind::Word && !RESERVED.contains(&t.text));
            if !joined || !another {
                self.next = mark;
                return Ok(all);
            }
            all.push(self.name(wanted, help)?);
        }
    }

    /// Quoted texts joined by `,`.
    pub fn texts(&mut self, wanted: &str, help: &str) -> Read<Vec<Name<'a>>> {
        let mut all = vec![self.text(wanted, help)?];
        while self.is_sign(",") && self.ahead(1).is_some_and(|t| t.kind == Kind::Text) {
            self.next += 1;
            all.push(self.text(wanted, help)?);
        }
        Ok(all)
    }

    /// A number; thousands may be grouped with one space.
    pub fn number(&mut self) -> Read<Quantity> {
        if self.is_sign("-") || self.is_sign("\u{2212}") {
            return Err(Bad::new(
                "not-positive",
                self.here(),
                "a number here is more than 0",
                "leave out the sign",
            ));
        }
        let Some(first) = self.peek().filter(|t| t.kind == Kind::Digits) else {
            return Err(self.unexpected("a number", "write digits, such as `7.5`"));
        };
        self.next += 1;
        let mut digits = first.text.to_owned();
        let mut at = first.at;
        let grouped = |t: &&Token<'a>| t.kind == Kind::Digits && t.one_space && !t.breaks && is_group(t.text);
        if (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            while let Some(more) = self.peek().filter(grouped) {
                digits.push_str(more.text);
                at = at.to(more.at);
                self.next += 1;
                if more.text.len() > 3 {
                    break;
                }
            }
        }
        let value = if is_decimal(&digits) { digits.parse::<f64>().ok() } else { None };
        match value {
            Some(value) => Ok(Quantity { value, at }),
            None => Err(not_a_number(&digits, at)),
        }
    }

    /// A whole number up to `max`.
    pub fn whole_number(&mut self, max: i32) -> Read<i32> {
        let number = self.number()?;
        if number.value.fract() != 0.0 {
            return Err(Bad::new(
                "not-whole",
                number.at,
                "a whole number is wanted here",
                "write days, hours or minutes without a fraction",
            ));
        }
        if number.value > f64::from(max) {
            return Err(too_large(number.at, &format!("{max}")));
        }
        Ok(number.value as i32)
    }

    /// A distance, metres; `zero_too`: 0 is allowed.
    pub fn distance(&mut self, zero_too: bool) -> Read<Quantity> {
        let number = self.number()?;
        let factor = match self.peek().filter(|t| t.kind == Kind::Word).map(|t| t.text) {
            Some("m") => 1.0,
            Some("km") => 1000.0,
            _ => {
                let help = "write metres or kilometres, such as `7.5 km`";
                return Err(Bad { code: "no-unit", ..self.unexpected("`m` or `km`", help) });
            }
        };
        self.next += 1;
        let found = Quantity { value: number.value * factor, at: number.at.to(self.last()) };
        if found.value <= 0.0 && !(zero_too && found.value == 0.0) {
            return Err(Bad::new(
                "not-positive",
                found.at,
                "a distance is more than 0",
                "write a distance such as `25 km`",
            ));
        }
        if found.value > DISTANCE_M_MAX {
            return Err(too_large(found.at, "20 100 km, half way round the Earth"));
        }
        Ok(found)
    }

    /// A moment: `D`, `D + 2 days`, `D + 48 h`, `day D + 2`, `2026-03-03 00:00`, `2026-03-03`.
    pub fn moment(&mut self) -> Read<Moment<'a>> {
        const HELP: &str = "write `D`, `D + 2 days`, `D + 48 h`, `day D + 2` or `2026-03-03 00:00`";
        let start = self.here();
        let whole_day = self.take("day");
        if self.peek().is_some_and(|t| t.kind == Kind::Digits) && !whole_day {
            return self.civil();
        }
        let then_at = self.here();
        let anchor =
            if self.take("then") { Name { text: "then", at: then_at } } else { self.name("a moment", HELP)? };
        if self.is_sign("-") || self.is_sign("\u{2212}") {
            let message = format!("nothing can be counted back from `{}`", anchor.text);
            return Err(Bad::new("counted-back", self.here(), message, HELP));
        }
        if !self.take_sign("+") {
            let plus = if whole_day { Plus::WholeDay(0) } else { Plus::Nothing };
            return Ok(Moment { kind: after(anchor, plus), at: start.to(self.last()) });
        }
        let number_at = self.here();
        let number = self.whole_number(DAYS_MAX * 24 * 60)?;
        let plus = if whole_day { Plus::WholeDay(number) } else { self.plus(number, number_at)? };
        if days_of(plus) > i64::from(DAYS_MAX) {
            return Err(too_large(number_at, "a hundred years"));
        }
        Ok(Moment { kind: after(anchor, plus), at: start.to(self.last()) })
    }

    /// A length of time: `30 min`, `48 h`, `7 days`, `3 months`; more than nothing.
    pub fn duration(&mut self) -> Read<Offset> {
        let at = self.here();
        let number = self.whole_number(DAYS_MAX * 24 * 60)?;
        if number == 0 {
            return Err(Bad::new(
                "not-positive",
                at,
                "a length of time is more than 0",
                "write `48 h` or `7 days`",
            ));
        }
        let plus = self.plus(number, at)?;
        if days_of(plus) > i64::from(DAYS_MAX) {
            return Err(too_large(at, "a hundred years"));
        }
        Ok(match plus {
            Plus::Ms(ms) => Offset::Ms(ms),
            Plus::Months(months) => Offset::Months(months),
            Plus::Days(days) | Plus::WholeDay(days) => Offset::Days(days),
            Plus::Nothing => Offset::None,
        })
    }

    /// A length of time that is exact: a day counts 24 hours, and months are refused. Milliseconds.
    pub fn exact_ms(&mut self) -> Read<i64> {
        let at = self.here();
        match self.duration()? {
            Offset::Ms(ms) => Ok(ms),
            Offset::Days(days) => Ok(i64::from(days) * base::time::DAY_MS),
            _ => {
                let help = "write minutes, hours or days of 24 hours";
                Err(Bad::new("no-unit", at.to(self.last()), "a month has no exact length", help))
            }
        }
    }

    /// A percentage from 0 to 100.
    pub fn percent(&mut self) -> Read<Quantity> {
        const HELP: &str = "write a percentage, such as `50 %`";
        let number = self.number()?;
        if !self.take_sign("%") {
            return Err(Bad { code: "no-unit", ..self.unexpected("`%`", HELP) });
        }
        let at = number.at.to(self.last());
        if number.value > 100.0 {
            return Err(Bad::new("number-too-large", at, "this is more than 100 %", HELP));
        }
        Ok(Quantity { value: number.value, at })
    }

    /// The label of a clause that is referred to, such as `2.1a`.
    pub fn label_named(&mut self, help: &str) -> Read<Name<'a>> {
        match self.peek() {
            Some(t) if t.kind == Kind::Digits => {
                self.next += 1;
                Ok(Name { text: t.text, at: t.at })
            }
            _ => Err(self.unexpected("the label of a clause", help)),
        }
    }

    /// Labels joined by `,` or `and`.
    pub fn labels(&mut self, help: &str) -> Read<Vec<Name<'a>>> {
        let mut all = vec![self.label_named(help)?];
        loop {
            let mark = self.next;
            let joined = self.take_sign(",") | self.take("and");
            if !joined || !self.peek().is_some_and(|t| t.kind == Kind::Digits) {
                self.next = mark;
                return Ok(all);
            }
            all.push(self.label_named(help)?);
        }
    }

    /// The next token is quoted text.
    pub fn is_text(&self) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Text)
    }

    fn plus(&mut self, number: i32, number_at: Stretch) -> Read<Plus> {
        const MINUTE_MS: i64 = 60_000;
        let plus = match self.peek().filter(|t| t.kind == Kind::Word).map(|t| t.text) {
            Some("day" | "days") => Plus::Days(number),
            Some("h" | "hour" | "hours") => Plus::Ms(i64::from(number) * base::time::HOUR_MS),
            Some("min" | "minute" | "minutes") => Plus::Ms(i64::from(number) * MINUTE_MS),
            Some("month" | "months") => Plus::Months(number),
            Some("year" | "years") => Plus::Months(number.saturating_mul(12)),
            Some("week" | "weeks") => Plus::Days(number.saturating_mul(7)),
            _ => {
                let message = format!("`+ {number}` of what?");
                let help = format!("write `D + {number} days`, `D + {number} h`, or `day D + {number}`");
                return Err(Bad::new("no-unit", number_at, message, help));
            }
        };
        self.next += 1;
        Ok(plus)
    }

    fn civil(&mut self) -> Read<Moment<'a>> {
        const HELP: &str = "write a civil date and time of the agreement's zone, such as `2026-03-03 00:00`";
        let Some(token) = self.advance() else { return Err(self.unexpected("a date", HELP)) };
        let date = Some(token.text).filter(|t| t.len() == 10).and_then(base::time::parse_date);
        let Some(date) = date else {
            return Err(Bad::new(
                "bad-date",
                token.at,
                format!("`{}` is not a date", shown(token.text)),
                HELP,
            ));
        };
        let clock = self.peek().filter(|t| t.kind == Kind::Digits && t.text.contains(':') && !t.breaks);
        let time = match clock {
            None => None,
            Some(clock) => {
                self.next += 1;
                let time = parse_clock(clock.text).ok_or_else(|| {
                    Bad::new(
                        "bad-date",
                        clock.at,
                        format!("`{}` is not a time of day", shown(clock.text)),
                        HELP,
                    )
                })?;
                Some(time)
            }
        };
        Ok(Moment { kind: MomentKind::Date { date, time }, at: token.at.to(self.last()) })
    }

    /// Free words up to the end of the line, a `;`, or where `stop` says so; trimmed.
    pub fn free_words(&mut self, stop: impl Fn(&Self) -> bool) -> Option<(String, Stretch)> {
        let from = self.here();
        let mut taken = 0;
        while !self.done() && (taken == 0 || !self.at_line_start()) && !self.is_sign(";") && !stop(self) {
            self.next += 1;
            taken += 1;
        }
        if taken == 0 {
            return None;
        }
        let at = from.to(self.last());
        // How many spaces stand between words, and where lines break, means nothing.
        Some((self.slice(at).split_whitespace().collect::<Vec<_>>().join(" "), at))
    }
}

fn after<'a>(anchor: Name<'a>, plus: Plus) -> MomentKind<'a> {
    if anchor.text == "then" { MomentKind::Then { plus } } else { MomentKind::After { anchor, plus } }
}

fn days_of(plus: Plus) -> i64 {
    match plus {
        Plus::Nothing => 0,
        Plus::Days(days) | Plus::WholeDay(days) => i64::from(days),
        Plus::Ms(ms) => ms / base::time::DAY_MS,
        Plus::Months(months) => i64::from(months) * 30,
    }
}

/// A user's words as they may stand in a message: one line, not too long.
pub(crate) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let mut short: String = text.chars().take(CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn is_group(text: &str) -> bool {
    let (whole, rest) = text.split_at_checked(3).unwrap_or(("", ""));
    whole.bytes().all(|b| b.is_ascii_digit())
        && whole.len() == 3
        && (rest.is_empty() || rest.starts_with('.'))
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.len() <= 15 && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}

fn not_a_number(digits: &str, at: Stretch) -> Bad {
    let split = digits.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
    let help = match (digits.get(..split), digits.get(split..)) {
        (Some(number), Some(unit)) if is_decimal(number) => format!("write `{number} {unit}`, with a space"),
        _ => "write digits, such as `7.5`".to_owned(),
    };
    Bad::new("not-a-number", at, format!("`{}` is not a number", shown(digits)), help)
}

fn too_large(at: Stretch, most: &str) -> Bad {
    Bad::new("number-too-large", at, format!("this is more than {most}"), "check the number and its unit")
}

fn parse_clock(text: &str) -> Option<(i8, i8, i8)> {
    let mut parts = text.split(':');
    let mut part = |max: i8| -> Option<i8> {
        let digits = parts.next()?;
        let value = if digits.len() == 2 { digits.parse::<i8>().ok()? } else { return None };
        (0..=max).contains(&value).then_some(value)
    };
    let (hour, minute) = (part(23)?, part(59)?);
    let second = if text.len() > 5 { part(59)? } else { 0 };
    parts.next().is_none().then_some((hour, minute, second))
}

#[cfg(test)]
mod tests {
    use super::RESERVED;

    #[test]
    fn the_colours_of_editors_know_every_reserved_word_and_every_head() {
        let grammar = include_str!("../../../editors/vscode/syntaxes/terms.tmLanguage.json");
        let apart = |c: char| !c.is_alphanumeric() && c != '_';
        // `\\s+` stands between words in it.
        let words = grammar.replace("\\\\s+", " ");
        let known: std::collections::HashSet<&str> = words.split(apart).collect();
        let heads = crate::parse::HEADS.iter();
        let unknown: Vec<&&str> = RESERVED.iter().chain(heads).filter(|w| !known.contains(**w)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
