//! Brackets: text that is not agreed, cut into the statements of every alternative before any of them is read. An
//! alternative may hold a part of a sentence, a sentence or several statements, and brackets of its own.

use crate::limits::{BRACKET_DEPTH_MAX, BRACKETS_MAX, VARIANTS_MAX};
use crate::parse::HEADS;
use crate::parsed::Name;
use crate::problem::Bad;
use crate::source::Stretch;
use crate::token::{Kind, Token};

/// The alternatives within which something stands: bracket and alternative, outermost first.
pub(crate) type Guard = Vec<(usize, usize)>;

/// A statement's words under the alternatives that bring them about.
pub(crate) type Cut<'a> = (Guard, Vec<Token<'a>>);

/// A bracket as found.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub label: String,
    pub title: String,
    pub at: Stretch,
    pub within: Option<(usize, usize)>,
    pub alternatives: Vec<Proposal<'a>>,
}

/// An alternative as found.
#[derive(Clone, Debug)]
pub(crate) struct Proposal<'a> {
    pub proposers: Vec<Name<'a>>,
    /// Its words; empty for the alternative to leave it out.
    pub at: Stretch,
}

/// All brackets of a file.
#[derive(Default)]
pub(crate) struct Brackets<'a> {
    pub found: Vec<Found<'a>>,
}

enum Item<'a> {
    Token(Token<'a>),
    Group(Group<'a>),
}

struct Group<'a> {
    bracket: usize,
    /// It holds whole statements.
    of_statements: bool,
    alternatives: Vec<Vec<Item<'a>>>,
}

/// Whether the text may hold a bracket or a disputed entry into force; if not, it is read the plain way.
pub(crate) fn may_have(text: &str) -> bool {
    text.contains(['[', ']']) || text.contains("bracket ") || text.contains(" says ")
}

struct Walk<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
}

impl<'a> Walk<'_, 'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|t| is_sign(t, sign))
    }
}

fn is_sign(token: &Token<'_>, sign: &str) -> bool {
    token.kind == Kind::Sign && token.text == sign
}

impl<'a> Brackets<'a> {
    /// Cuts a block's words into statements, each under its alternatives.
    pub fn cut(&mut self, tokens: &[Token<'a>]) -> Result<Vec<Cut<'a>>, Bad> {
        let mut walk = Walk { tokens, at: 0 };
        let items = self.sequence(&mut walk, None, 0)?;
        let mut out = Vec::new();
        self.statements(items, &Vec::new(), &mut out)?;
        Ok(out)
    }

    /// Everything up to the closing bracket of this depth, which is left standing.
    fn sequence(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        within: Option<(usize, usize)>,
        depth: usize,
    ) -> Result<Vec<Item<'a>>, Bad> {
        let mut items = Vec::new();
        while let Some(token) = walk.peek().copied() {
            if is_sign(&token, "]") {
                if depth > 0 {
                    return Ok(items);
                }
                let help = "open it with `[`, or delete it";
                return Err(Bad::new("bracket-unopened", token.at, "this `]` closes no bracket", help));
            }
            if is_sign(&token, "[") {
                items.push(Item::Group(self.group(walk, within, depth)?));
                continue;
            }
            let named = token.margin && token.kind == Kind::Word && token.text == "bracket";
            if named {
                items.push(Item::Group(self.named(walk, within, depth)?));
                continue;
            }
            walk.at += 1;
            items.push(Item::Token(token));
        }
        Ok(items)
    }

    fn open(&mut self, at: Stretch, within: Option<(usize, usize)>, depth: usize) -> Result<usize, Bad> {
        if depth >= BRACKET_DEPTH_MAX {
            let message = format!("brackets stand within each other at most {BRACKET_DEPTH_MAX} deep");
            return Err(Bad::new(
                "brackets-too-deep",
                at,
                message,
                "write the inner ones as clauses of their own",
            ));
        }
        if self.found.len() >= BRACKETS_MAX {
            let message = format!("a file has at most {BRACKETS_MAX} brackets");
            return Err(Bad::new("too-many-brackets", at, message, "divide it"));
        }
        let (label, title) = (String::new(), String::new());
        self.found.push(Found { label, title, at, within, alternatives: Vec::new() });
        Ok(self.found.len() - 1)
    }

    /// `[KA: …] [VE: …]`: groups that stand side by side are alternatives of one bracket; groups of whole statements
    /// only if they begin alike.
    fn group(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        within: Option<(usize, usize)>,
        depth: usize,
    ) -> Result<Group<'a>, Bad> {
        let opening = walk.peek().map(|t| t.at).unwrap_or_default();
        let bracket = self.open(opening, within, depth)?;
        let of_statements = walk.peek().is_some_and(|t| t.margin);
        let mut group = Group { bracket, of_statements, alternatives: Vec::new() };
        let mut head = None;
        while walk.is_sign("[") {
            let at_margin = walk.peek().is_some_and(|t| t.margin);
            let beside = at_margin == of_statements && (!of_statements || head == Some(head_of(walk)));
            if head.is_some() && !beside {
                break;
            }
            head = Some(head_of(walk));
            let open = walk.peek().map(|t| t.at).unwrap_or_default();
            walk.at += 1;
            let proposers = proposers(walk);
            let first = walk.at;
            let alternative = group.alternatives.len();
            let mut items = self.sequence(walk, Some((bracket, alternative)), depth + 1)?;
            if !walk.is_sign("]") {
                let help = "close it with `]`";
                return Err(Bad::new("bracket-unclosed", open, "this bracket does not close", help));
            }
            if of_statements {
                put_at_margin(&mut items);
            }
            let at = words_at(walk, first);
            self.propose(bracket, proposers, at);
            group.alternatives.push(items);
            walk.at += 1;
        }
        self.leave_out(&mut group, walk);
        Ok(group)
    }

    /// `bracket 4.1 "title"` and then, a line each, `KA: statement`.
    fn named(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        within: Option<(usize, usize)>,
        depth: usize,
    ) -> Result<Group<'a>, Bad> {
        const HELP: &str = "write `bracket 4.1 \"strength\"` and below it, a line each, `KA: …` and `VE: …`";
        let head = walk.peek().map(|t| t.at).unwrap_or_default();
        let bracket = self.open(head, within, depth)?;
        walk.at += 1;
        let Some(label) = walk.peek().copied().filter(|t| t.kind == Kind::Digits) else {
            return Err(Bad::new("unexpected-word", head, "a bracket has a label", HELP));
        };
        walk.at += 1;
        let title = walk.peek().filter(|t| t.kind == Kind::Text).map(|t| t.text.trim().to_owned());
        walk.at += usize::from(title.is_some());
        let mut group = Group { bracket, of_statements: true, alternatives: Vec::new() };
        while walk.peek().is_some_and(|t| !t.margin && !is_sign(t, "]")) {
            let proposers = proposers(walk);
            if proposers.is_empty() {
                let at = walk.peek().map_or(head, |t| t.at);
                return Err(Bad::new(
                    "unexpected-word",
                    at,
                    "an alternative begins with who proposes it",
                    HELP,
                ));
            }
            let first = walk.at;
            let alternative = group.alternatives.len();
            let mut items = self.line(walk, (bracket, alternative), depth + 1)?;
            let at = words_at(walk, first);
            complete(&mut items, label);
            self.propose(bracket, proposers, at);
            group.alternatives.push(items);
        }
        if group.alternatives.is_empty() {
            return Err(Bad::new("empty-bracket", head, "a bracket without alternatives", HELP));
        }
        if let Some(found) = self.found.get_mut(bracket) {
            label.text.clone_into(&mut found.label);
            found.title = title.unwrap_or_default();
        }
        self.leave_out(&mut group, walk);
        Ok(group)
    }

    /// The words of one alternative of a named bracket: up to the next alternative or the end of the statement.
    fn line(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        within: (usize, usize),
        depth: usize,
    ) -> Result<Vec<Item<'a>>, Bad> {
        let mut items = Vec::new();
        let start = walk.at;
        while let Some(token) = walk.peek().copied() {
            let next = walk.at > start && token.breaks && begins_alternative(walk);
            if token.margin || next || is_sign(&token, "]") {
                break;
            }
            if is_sign(&token, "[") {
                items.push(Item::Group(self.group(walk, Some(within), depth)?));
                continue;
            }
            walk.at += 1;
            items.push(Item::Token(token));
        }
        Ok(items)
    }

    fn propose(&mut self, bracket: usize, proposers: Vec<Name<'a>>, at: Stretch) {
        if let Some(found) = self.found.get_mut(bracket) {
            found.at = found.at.to(at);
            found.alternatives.push(Proposal { proposers, at });
        }
    }

    /// Where one alternative only is proposed, the other is to leave it out.
    fn leave_out(&mut self, group: &mut Group<'a>, walk: &Walk<'_, 'a>) {
        if group.alternatives.len() == 1 {
            let last = walk.tokens.get(walk.at.saturating_sub(1)).map(|t| t.at.after()).unwrap_or_default();
            self.propose(group.bracket, Vec::new(), last);
            group.alternatives.push(Vec::new());
        }
    }

    fn statements(&mut self, items: Vec<Item<'a>>, guard: &Guard, out: &mut Vec<Cut<'a>>) -> Result<(), Bad> {
        let mut current: Vec<Item<'a>> = Vec::new();
        for item in items {
            let starts = match &item {
                Item::Token(token) => token.margin,
                Item::Group(group) => group.of_statements,
            };
            if starts && !current.is_empty() {
                self.statement(std::mem::take(&mut current), guard, out)?;
            }
            match item {
                Item::Group(group) if group.of_statements => {
                    self.name(group.bracket, &group.alternatives);
                    for (alternative, items) in group.alternatives.into_iter().enumerate() {
                        let mut inner = guard.clone();
                        inner.push((group.bracket, alternative));
                        self.statements(items, &inner, out)?;
                    }
                }
                item => current.push(item),
            }
        }
        if current.is_empty() { Ok(()) } else { self.statement(current, guard, out) }
    }

    /// A bracket of whole statements is called by the first label or name in it.
    fn name(&mut self, bracket: usize, alternatives: &[Vec<Item<'a>>]) {
        let label = alternatives.iter().find_map(|items| label_of(items));
        if let (Some(found), Some(label)) = (self.found.get_mut(bracket), label)
            && found.label.is_empty()
        {
            found.label = label;
        }
    }

    fn statement(&mut self, items: Vec<Item<'a>>, guard: &Guard, out: &mut Vec<Cut<'a>>) -> Result<(), Bad> {
        let label = label_of(&items).unwrap_or_else(|| "the text".to_owned());
        self.label_inner(&items, &label, &mut 0);
        let at = items.iter().find_map(|i| match i {
            Item::Token(t) => Some(t.at),
            Item::Group(_) => None,
        });
        let variants = expand(&items, vec![(guard.clone(), Vec::new())]);
        let Some(variants) = variants else {
            let message = format!("a statement has at most {VARIANTS_MAX} forms");
            let help = "bracket whole statements instead of many parts of one";
            return Err(Bad::new("too-many-combinations", at.unwrap_or_default(), message, help));
        };
        out.extend(variants.into_iter().filter(|(_, tokens)| !tokens.is_empty()));
        Ok(())
    }

    fn label_inner(&mut self, items: &[Item<'a>], label: &str, count: &mut usize) {
        for item in items {
            let Item::Group(group) = item else { continue };
            *count += 1;
            if let Some(found) = self.found.get_mut(group.bracket) {
                found.label = if *count == 1 { label.to_owned() } else { format!("{label}[{count}]") };
            }
            for alternative in &group.alternatives {
                self.label_inner(alternative, label, count);
            }
        }
    }
}

/// Every form of a statement; `None`: more than [`VARIANTS_MAX`].
fn expand<'a>(items: &[Item<'a>], mut forms: Vec<Cut<'a>>) -> Option<Vec<Cut<'a>>> {
    for item in items {
        match item {
            Item::Token(token) => forms.iter_mut().for_each(|(_, tokens)| tokens.push(*token)),
            Item::Group(group) => {
                let mut all = Vec::new();
                for (alternative, items) in group.alternatives.iter().enumerate() {
                    let mut taken = forms.clone();
                    taken.iter_mut().for_each(|(guard, _)| guard.push((group.bracket, alternative)));
                    all.extend(expand(items, taken)?);
                    if all.len() > VARIANTS_MAX {
                        return None;
                    }
                }
                forms = all;
            }
        }
    }
    Some(forms)
}

/// Who proposes: `KA, VE:` at the start of an alternative; empty if nobody is named.
fn proposers<'a>(walk: &mut Walk<'_, 'a>) -> Vec<Name<'a>> {
    if !begins_alternative(walk) {
        return Vec::new();
    }
    let mut all = Vec::new();
    while let Some(token) = walk.peek().copied() {
        walk.at += 1;
        match token.kind {
            Kind::Word => all.push(Name { text: token.text, at: token.at }),
            _ if token.text == ":" => break,
            _ => {}
        }
    }
    all
}

fn begins_alternative(walk: &Walk<'_, '_>) -> bool {
    let mut wants_name = true;
    for token in walk.tokens.get(walk.at..).unwrap_or_default() {
        match (token.kind, token.text) {
            (Kind::Word, word) if wants_name && !crate::cursor::RESERVED.contains(&word) => {
                wants_name = false
            }
            (Kind::Sign, ",") if !wants_name => wants_name = true,
            (Kind::Sign, ":") => return !wants_name,
            _ => return false,
        }
    }
    false
}

/// The first words of an alternative of statements: its label, or what it declares.
fn head_of<'a>(walk: &Walk<'_, 'a>) -> (&'a str, &'a str) {
    let mut ahead = Walk { tokens: walk.tokens, at: walk.at + 1 };
    proposers(&mut ahead);
    let text = |n: usize| ahead.tokens.get(ahead.at + n).map_or("", |t| t.text);
    let labelled = ahead.peek().is_some_and(|t| t.kind == Kind::Digits);
    (text(0), if labelled { "" } else { text(1) })
}

fn words_at(walk: &Walk<'_, '_>, first: usize) -> Stretch {
    let at = |i: usize| walk.tokens.get(i).map(|t| t.at).unwrap_or_default();
    if walk.at > first { at(first).to(at(walk.at - 1)) } else { at(first.saturating_sub(1)).after() }
}

fn put_at_margin(items: &mut [Item<'_>]) {
    if let Some(Item::Token(token)) = items.first_mut() {
        token.margin = true;
    }
}

/// Makes the words of an alternative a statement: `nothing` none, a sentence without a label that of the bracket.
fn complete<'a>(items: &mut Vec<Item<'a>>, label: Token<'a>) {
    let nothing = matches!(items.as_slice(), [Item::Token(t)] if t.kind == Kind::Word && t.text == "nothing");
    if nothing {
        items.clear();
    }
    let stands = match items.first() {
        None => true,
        Some(Item::Token(t)) => t.kind == Kind::Digits || (t.kind == Kind::Word && HEADS.contains(&t.text)),
        Some(Item::Group(_)) => false,
    };
    // An effect begins with labels as well: `7.1 is void …` is a sentence, not a labelled one.
    let sentence = matches!(items.as_slice(), [Item::Token(a), Item::Token(b), ..]
        if a.kind == Kind::Digits && (b.text == "," || b.text == "is" || b.text == "are"));
    if !stands || sentence {
        // Its place is that of the words, so that the clause stands where its alternative does.
        let start = items.iter().find_map(|i| match i {
            Item::Token(t) => Some(t.at.start),
            Item::Group(_) => None,
        });
        let at = start.map_or(label.at, |start| Stretch { start, end: start });
        items.insert(0, Item::Token(Token { margin: true, breaks: true, at, ..label }));
    }
    put_at_margin(items);
}

fn label_of(items: &[Item<'_>]) -> Option<String> {
    match items.first()? {
        Item::Token(t) if t.kind == Kind::Digits => Some(t.text.to_owned()),
        Item::Token(t) => match items.get(1) {
            Some(Item::Token(name)) => Some(format!("{} {}", t.text, name.text)),
            _ => Some(t.text.to_owned()),
        },
        Item::Group(group) => group.alternatives.iter().find_map(|inner| label_of(inner)),
    }
}
