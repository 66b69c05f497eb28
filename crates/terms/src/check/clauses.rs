//! Clauses and their exceptions, checked.

use super::declared;
use super::map::Map;
use super::moments::{Edge, Times};
use super::names::{Names, Sort};
use crate::agreement::{
    ActorIx, Article, Bound, CategoryIx, Clause, DistanceItem, Duty, Instrument, Mandate, Reference, What,
    When,
};
use crate::parse::READABLE;
use crate::parsed;
use crate::problem::{Bad, Problems};
use crate::source::{Lines, Span, Stretch};
use atlas::plan::{LineIx, Plan};
use base::time::{DAY_MS, HOUR_MS};
use std::collections::{HashMap, HashSet};

/// Each actor's own line.
type References = Vec<(ActorIx, LineIx)>;

pub(super) struct Checker<'c, 'a, 'p> {
    pub(super) names: &'c mut Names<'a>,
    pub(super) map: Map,
    pub(super) times: &'c Times,
    pub(super) lines: &'c Lines<'a>,
    pub(super) problems: &'c mut Problems<'p>,
    /// Labels that are referred to, to be looked up when all are known.
    pub(super) labels_used: Vec<parsed::Name<'a>>,
    /// Who may decide what.
    pub(super) mandates: Vec<Mandate>,
    /// Clauses whose clock starts at an entry into force that is not known.
    waiting: Vec<parsed::Name<'a>>,
    references: Vec<(ActorIx, LineIx)>,
    with_reference: HashSet<ActorIx>,
    /// Codes of parties whose reference could not be read.
    references_failed: HashSet<String>,
}

impl<'c, 'a, 'p> Checker<'c, 'a, 'p> {
    pub fn new(
        names: &'c mut Names<'a>,
        map: Map,
        times: &'c Times,
        lines: &'c Lines<'a>,
        problems: &'c mut Problems<'p>,
    ) -> Checker<'c, 'a, 'p> {
        let (references, with_reference, references_failed) = (Vec::new(), HashSet::new(), HashSet::new());
        let (labels_used, mandates) = (Vec::new(), Vec::new());
        Checker {
            names,
            map,
            times,
            lines,
            problems,
            labels_used,
            mandates,
            waiting: Vec::new(),
            references,
            with_reference,
            references_failed,
        }
    }

    /// What the instrument says of itself.
    pub fn standing(&mut self, found: &parsed::Instrument<'a>) -> Instrument {
        declared::standing(found, self.times, self.names, self.lines, self.problems, &mut self.labels_used)
    }

    /// What bodies' declarations say that they may decide.
    pub fn bodies(&mut self) {
        for (index, mandate) in std::mem::take(&mut self.names.mandates) {
            let Ok(index) = u16::try_from(index) else { continue };
            self.mandates.push(declared::mandate(ActorIx(index), "", &mandate, self.lines));
        }
    }

    /// Reference lines, plan, mandates, and the labels that clauses speak of.
    pub fn finish(self) -> (References, Plan, Vec<Mandate>, Vec<parsed::Name<'a>>) {
        (self.references, self.map.plan, self.mandates, self.labels_used)
    }

    fn error(
        &mut self,
        code: &'static str,
        at: Stretch,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.error(Bad::new(code, at, message, help));
    }

    pub fn references(&mut self, all: &[parsed::ReferenceDecl<'a>], failed: &[&'a str]) {
        self.references_failed = failed.iter().map(|s| (*s).to_owned()).collect();
        for decl in all {
            let line = self.map.line_of(decl.line, self.names, self.problems);
            for party in &decl.parties {
                let actor = self.names.actor(*party, self.problems);
                match (actor, line) {
                    (Some(actor), Some(_)) if self.with_reference.contains(&actor) => {
                        let message = format!("`{}` has two reference lines", party.text);
                        self.error("declared-twice", party.at, message, "keep one of them");
                    }
                    (Some(actor), Some(line)) => {
                        self.with_reference.insert(actor);
                        self.references.push((actor, line));
                    }
                    _ => {
                        self.references_failed.insert(party.text.to_owned());
                    }
                }
            }
        }
    }

    /// An article for clauses that stand before any heading, if there are such; each of them is warned about.
    pub fn article_before_all(
        &mut self,
        all: &[parsed::Clause<'a>],
        articles: &[Article],
    ) -> Option<Article> {
        let first = articles.first().map_or(usize::MAX, |a| a.span.start);
        let mut any = false;
        for clause in all.iter().filter(|c| c.at.start < first) {
            any = true;
            let message = format!("clause {} stands under no heading", clause.label.text);
            let help = "put the article's heading above it, such as `## Article 2. Cessation of fire`";
            self.problems.warning(Bad::new("no-article", clause.label.at, message, help));
        }
        any.then(|| Article { heading: String::new(), span: Span::default(), text: String::new() })
    }

    pub fn clauses(
        &mut self,
        all: Vec<parsed::Clause<'a>>,
        exceptions: Vec<parsed::Exception<'a>>,
        labels_failed: &[parsed::Name<'a>],
        articles: &[Article],
    ) -> Vec<Clause> {
        let labels = self.labels(&all, &exceptions, labels_failed);
        let mut built: Vec<Option<Clause>> = Vec::with_capacity(all.len());
        for clause in all {
            let article = articles.partition_point(|a| a.span.start <= clause.at.start).saturating_sub(1);
            let checked = self.clause(clause, article);
            built.push(checked);
        }
        for exception in exceptions {
            self.attach(exception, &labels, &mut built);
        }
        let mut clauses: Vec<Clause> = built.into_iter().flatten().collect();
        self.replaced(&mut clauses);
        self.wait();
        if clauses.is_empty() && !self.problems.any_error() {
            let message = "the text has no clause that can be checked";
            self.problems.warning(Bad::new("no-clauses", Stretch::default(), message, READABLE));
        }
        clauses
    }

    /// Labels with the clause they stand for; `None`: a clause that could not be read.
    fn labels(
        &mut self,
        all: &[parsed::Clause<'a>],
        exceptions: &[parsed::Exception<'a>],
        failed: &[parsed::Name<'a>],
    ) -> HashMap<&'a str, Option<usize>> {
        let mut labels: HashMap<&'a str, Option<usize>> = HashMap::new();
        let mut taken: HashMap<&'a str, Stretch> = HashMap::new();
        let clauses = all.iter().map(|c| c.label);
        let labelled = clauses.chain(exceptions.iter().filter_map(|e| e.label)).chain(failed.iter().copied());
        let mut in_order: Vec<parsed::Name<'a>> = labelled.collect();
        in_order.sort_by_key(|l| l.at.start);
        for label in in_order {
            if let Some(before) = taken.get(label.text) {
                let line = self.lines.line_at(before.start) + 1;
                let message = format!("label `{}` is given twice, first in line {line}", label.text);
                self.error("label-twice", label.at, message, "give one of them another label");
            } else {
                taken.insert(label.text, label.at);
            }
        }
        for (index, clause) in all.iter().enumerate() {
            labels.entry(clause.label.text).or_insert(Some(index));
        }
        for label in failed {
            labels.entry(label.text).or_insert(None);
        }
        labels
    }

    /// An exception belongs to the clause whose label is the longest beginning of its own.
    fn attach(
        &mut self,
        exception: parsed::Exception<'a>,
        labels: &HashMap<&'a str, Option<usize>>,
        built: &mut [Option<Clause>],
    ) {
        let Some(label) = exception.label else { return };
        let owner = beginnings(label.text).find_map(|prefix| labels.get(prefix).copied());
        let checked = self.exception(exception, label.text);
        match owner {
            Some(index) => {
                if let Some(clause) = index.and_then(|i| built.get_mut(i)).and_then(Option::as_mut) {
                    clause.exceptions.extend(checked);
                }
            }
            None => {
                let message = format!("exception `{}` belongs to no clause", label.text);
                let help = "its label starts with that of its clause, as `2.1a` does with `2.1`";
                self.error("no-clause", label.at, message, help);
            }
        }
    }

    fn clause(&mut self, clause: parsed::Clause<'a>, article: usize) -> Option<Clause> {
        if let parsed::Action::Other(verb) = clause.action {
            self.other_duty(verb);
            return None;
        }
        let bound = self.bound(&clause);
        let when = self.conditions(clause.when.clone());
        let zone = clause.area.flatten().map(|area| self.map.area(area, self.names, self.problems));
        let duty = match &clause.action {
            parsed::Action::Duty(_) => {
                self.duty_of_kind(&clause, bound, zone, when.as_deref().unwrap_or(&[]))
            }
            _ => self.duty(&clause, bound, zone),
        };
        self.phrases_fit(&clause);
        let from = match clause.from {
            Some(moment) => self.times.when(moment, Edge::From, self.names, self.problems),
            None => Some(When::Entry),
        };
        let until = clause.until.map(|m| self.times.when(m, Edge::Until, self.names, self.problems));
        let complete = clause.complete.map(|m| self.times.when(m, Edge::Complete, self.names, self.problems));
        self.order_of_moments(&clause, from.as_ref(), until.as_ref(), complete.as_ref());
        self.waits(&clause, from.as_ref(), until.as_ref().and_then(Option::as_ref));
        if let Some(at) = clause.domains {
            let message = "by what means is kept as text: the clause covers every means";
            let help =
                "to prohibit one means only, declare an act of its kinds, such as `act bomb = airstrike`";
            self.problems.note(Bad::new("means-not-checked", at, message, help));
        }
        let mut exceptions = Vec::new();
        let mut whole = true;
        for unless in clause.unless {
            let checked = self.exception(unless, clause.label.text);
            whole &= checked.is_some();
            exceptions.extend(checked);
        }
        let (until, complete) = (lift(until)?, lift(complete)?);
        let decided_by = lift(clause.decided_by.map(|body| self.body(body)))?;
        let verified_by = self.methods(&clause.verified_by);
        let paired = self.labels_of(&clause.paired);
        let replaces = clause.replaces.map(|label| self.label(label));
        // An effect keeps its conditions itself.
        let when = if matches!(duty, Some(Duty::Effect(_))) { Vec::new() } else { when? };
        Some(Clause {
            label: clause.label.text.to_owned(),
            article,
            span: self.lines.span(clause.at),
            source: self.source(clause.at),
            duty: duty?,
            from: from?,
            until,
            complete,
            exceptions: whole.then_some(exceptions)?,
            standard: clause.standard,
            when,
            decided_by,
            verified_by,
            remedies: clause.remedies.iter().map(|r| r.text.to_owned()).collect(),
            paired,
            replaces,
            within: clause.guard,
        })
    }

    /// The clause's lines as written, to the end of the last.
    fn source(&self, at: Stretch) -> String {
        let end = self.lines.line(self.lines.line_at(at.end.saturating_sub(1))).end;
        self.lines.slice(Stretch { start: at.start, end }).trim_end().to_owned()
    }

    fn other_duty(&mut self, verb: parsed::Name<'a>) {
        if self.names.sort_of(verb.text) == Some(Sort::Act) {
            let message = format!("the clause obliges to `{}`", verb.text);
            self.error("missing-not", verb.at, message, format!("did you mean `shall not {}`?", verb.text));
            return;
        }
        let message = format!("the language has no duty to `{}`", verb.text);
        self.error("unknown-duty", verb.at, message, READABLE);
    }

    fn bound(&mut self, clause: &parsed::Clause<'a>) -> Option<Bound> {
        let actors = clause.subject.names.as_ref().map(|names| self.actors(names));
        let exempt: Vec<parsed::Name<'a>> =
            clause.subject.except.iter().chain(&clause.except).copied().collect();
        let except = self.actors(&exempt);
        let (actors, except) = (lift(actors)?, except?);
        if let Some(actors) = actors.as_ref().filter(|a| !a.is_empty()) {
            let exempt_set: HashSet<&ActorIx> = except.iter().map(|(a, _)| a).collect();
            if actors.iter().all(|(a, _)| exempt_set.contains(a)) {
                let message = format!("clause {} binds nobody: all it names are exempt", clause.label.text);
                self.error("binds-nobody", clause.subject.at, message, "name somebody who is not exempt");
                return None;
            }
            let bound: HashSet<&ActorIx> = actors.iter().map(|(a, _)| a).collect();
            for (_, name) in except.iter().filter(|(a, _)| !bound.contains(a)) {
                let message = format!("`{}` is exempt from a clause that does not bind it", name.text);
                let help = "leave the exemption out, or bind everybody with `nobody shall`";
                self.problems.warning(Bad::new("exempt-not-bound", name.at, message, help));
            }
        }
        let plain = |all: Vec<(ActorIx, parsed::Name<'a>)>| all.into_iter().map(|(a, _)| a).collect();
        Some(Bound { actors: actors.map(plain), except: plain(except) })
    }

    /// The actors of a list, once each; `None` if one of them is not known.
    pub(super) fn actors(&mut self, names: &[parsed::Name<'a>]) -> Option<Vec<(ActorIx, parsed::Name<'a>)>> {
        let (mut found, mut seen, mut whole) = (Vec::new(), HashSet::new(), true);
        for name in names {
            match self.names.actor(*name, self.problems) {
                Some(actor) if !seen.insert(actor) => {
                    let message = format!("`{}` is named twice", name.text);
                    self.problems.warning(Bad::new("said-twice", name.at, message, "keep one of them"));
                }
                Some(actor) => found.push((actor, *name)),
                None => whole = false,
            }
        }
        whole.then_some(found)
    }

    /// `zone`: `None`: anywhere; `Some(None)`: could not be known.
    fn duty(
        &mut self,
        clause: &parsed::Clause<'a>,
        bound: Option<Bound>,
        zone: Option<Option<atlas::plan::ZoneIx>>,
    ) -> Option<Duty> {
        match &clause.action {
            parsed::Action::Not(what) => {
                let what = self.what(*what);
                if let (Some(What::Act { .. }), Some(complete)) = (&what, clause.complete) {
                    let message = "only what is moved away can be completed in phases";
                    self.error("phased-act", complete.at, message, "give the clause a `from` instead");
                }
                let zone = match zone {
                    None => None,
                    Some(known) => Some(known?),
                };
                let objects = self.objects(&clause.objects, what.as_ref());
                Some(Duty::Prohibition { bound: bound?, what: what?, zone, objects: objects? })
            }
            parsed::Action::Keep { items, reference, at } => {
                if let Some(area) = clause.area {
                    self.distance_with_place(area, *at);
                }
                let items = self.items(items);
                let reference = self.reference(*reference, *at, bound.as_ref());
                Some(Duty::Distance { bound: bound?, items: items?, reference: reference? })
            }
            parsed::Action::Other(_) | parsed::Action::Duty(_) => None,
        }
    }

    /// Categories of objects that an act is done to.
    fn objects(&mut self, names: &[parsed::Name<'a>], what: Option<&What>) -> Option<Vec<CategoryIx>> {
        let mut found = Vec::new();
        let mut whole = true;
        for name in names {
            match self.names.find(*name, Sort::Category, self.problems).and_then(|i| u16::try_from(i).ok()) {
                Some(index) if found.contains(&CategoryIx(index)) => {
                    let message = format!("`{}` is named twice", name.text);
                    self.problems.warning(Bad::new("said-twice", name.at, message, "keep one of them"));
                }
                Some(index) => found.push(CategoryIx(index)),
                None => whole = false,
            }
        }
        if let (Some(name), Some(What::Weapon { .. })) = (names.first(), what) {
            let message = "a weapon is placed somewhere, not on a category of objects";
            self.error("place-on-category", name.at, message, "name a zone with `in`, or prohibit an act");
        }
        whole.then_some(found)
    }

    /// Phrases that only some kinds of clause have.
    fn phrases_fit(&mut self, clause: &parsed::Clause<'a>) {
        if let Some(name) =
            clause.objects.first().filter(|_| !matches!(clause.action, parsed::Action::Not(_)))
        {
            let message = "only a prohibition of acts says what objects they are done to";
            self.error("objects-elsewhere", name.at, message, "leave `on …` out");
        }
        let limit =
            matches!(&clause.action, parsed::Action::Duty(d) if matches!(**d, parsed::Duty::Limit { .. }));
        if let Some(words) = clause.while_words.filter(|_| !limit) {
            let message = "only a limit says while what it binds";
            self.error("while-elsewhere", words.at, message, "use `from`, `until` or `when`");
        }
        let moments = [clause.from, clause.until, clause.complete];
        let then = moments.into_iter().flatten().find(|m| matches!(m.kind, parsed::MomentKind::Then { .. }));
        if let Some(moment) = then.filter(|_| clause.when.is_empty()) {
            let message = "`then` counts from a precondition, and the clause has none";
            self.error("then-without-when", moment.at, message, "add `when …`, or count from another moment");
        }
    }

    /// A clause that replaces another ends it where it begins.
    fn replaced(&mut self, clauses: &mut [Clause]) {
        let new: Vec<(String, When, Span)> =
            clauses.iter().filter_map(|c| Some((c.replaces.clone()?, c.from.clone(), c.span))).collect();
        for (old, from, span) in new {
            let Some(replaced) = clauses.iter_mut().find(|c| c.label == old) else { continue };
            if replaced.until.is_some() {
                let message = format!("clause {old} ends by itself and is replaced as well");
                let at = Stretch { start: span.start, end: span.end };
                self.problems.warning(Bad::new("replaces-ended", at, message, "keep one of the two ends"));
                continue;
            }
            replaced.until = Some(from);
        }
    }

    fn distance_with_place(&mut self, area: Option<parsed::Area<'a>>, at: Stretch) {
        if area.is_some() {
            let message = "a distance clause applies everywhere and cannot be limited to a zone";
            self.error("distance-in-zone", at, message, "write `shall not place … in …` for a zone");
        }
    }

    pub(super) fn what(&mut self, what: parsed::What<'a>) -> Option<What> {
        let sort = self.names.sort_of(what.name.text);
        if !what.placed && sort == Some(Sort::Weapon) {
            let message = format!("`{}` is a weapon class, not an act", what.name.text);
            self.error(
                "wrong-sort",
                what.name.at,
                message,
                format!("did you mean `place {}`?", what.name.text),
            );
            return None;
        }
        if what.placed { self.weapon(what) } else { self.act(what) }
    }

    pub(super) fn act(&mut self, what: parsed::What<'a>) -> Option<What> {
        let found = self.names.act(what.name, self.problems)?;
        let found = What::Act { name: found.name.clone(), kinds: found.kinds.clone() };
        if let Some(size) = what.calibre_min.or(what.calibre_below) {
            let message = format!("`{}` is an act, and acts have no calibre", what.name.text);
            self.error("no-calibre", size.at, message, "write `shall not place` and a weapon class");
            return None;
        }
        Some(found)
    }

    pub(super) fn weapon(&mut self, what: parsed::What<'a>) -> Option<What> {
        let (class, weapon) = self.names.weapon(what.name, self.problems)?;
        let with_calibre = weapon.with_calibre;
        if let Some(size) = what.calibre_min.or(what.calibre_below).filter(|_| !with_calibre) {
            let message = format!("weapon class `{}` has no calibre", what.name.text);
            self.error(
                "no-calibre",
                size.at,
                message,
                format!("declare `weapon {} with calibre`", what.name.text),
            );
            return None;
        }
        if let (Some(min), Some(below)) = (what.calibre_min, what.calibre_below)
            && min.value >= below.value
        {
            let message = "no calibre is at least the one and below the other";
            self.error(
                "calibre-inverted",
                min.at.to(below.at),
                message,
                "put the smaller calibre after `>=`",
            );
            return None;
        }
        let (min, below) = (what.calibre_min.map(|q| q.value), what.calibre_below.map(|q| q.value));
        Some(What::Weapon { class, calibre_min_mm: min, calibre_below_mm: below })
    }

    fn items(&mut self, items: &[parsed::Item<'a>]) -> Option<Vec<DistanceItem>> {
        let mut found: Vec<DistanceItem> = Vec::with_capacity(items.len());
        let mut whole = true;
        for item in items {
            let what = if self.names.sort_of(item.what.name.text) == Some(Sort::Act) {
                self.act(item.what)
            } else {
                self.weapon(item.what)
            };
            let Some(what) = what else {
                whole = false;
                continue;
            };
            let stated = item.distance.value;
            found.push(DistanceItem {
                what,
                at_least_m: if item.side_to_side { stated / 2.0 } else { stated },
                side_to_side_m: item.side_to_side.then_some(stated),
            });
        }
        if whole {
            self.rows_without_effect(items, &found);
        }
        whole.then_some(found)
    }

    /// A row asks nothing if another, whatever its place, covers all of it and asks at least as much: what fits several
    /// rows has to keep the largest of their distances.
    fn rows_without_effect(&mut self, items: &[parsed::Item<'a>], found: &[DistanceItem]) {
        for (i, (row, item)) in found.iter().zip(items).enumerate() {
            let idle = found.iter().enumerate().any(|(j, other)| {
                let more = other.at_least_m > row.at_least_m || (other.at_least_m == row.at_least_m && j < i);
                j != i && more && covers(&other.what, &row.what)
            });
            if idle {
                let message =
                    format!("this row on `{}` asks no more than another row does", item.what.name.text);
                let help = "what fits several rows keeps the largest of their distances: leave this row out, or ask more";
                self.problems.warning(Bad::new("row-without-effect", item.what.name.at, message, help));
            }
        }
    }

    fn reference(
        &mut self,
        reference: Option<parsed::Ref<'a>>,
        at: Stretch,
        bound: Option<&Bound>,
    ) -> Option<Reference> {
        match reference {
            None => {
                let help = "add `from contact` or `from their reference` after the distance";
                self.error(
                    "no-reference",
                    at,
                    "the clause does not say what the distance is measured from",
                    help,
                );
                None
            }
            Some(parsed::Ref::Line(name)) => {
                if self.names.sort_of(name.text) == Some(Sort::Moment) {
                    let help = "say the line first, `at least 25 km from contact`, and the moment on a line of its own";
                    self.error(
                        "wrong-sort",
                        name.at,
                        format!("`{}` is a moment, not a line", name.text),
                        help,
                    );
                    return None;
                }
                self.map.line_of(name, self.names, self.problems).map(Reference::Line)
            }
            Some(parsed::Ref::PerParty(at)) => {
                for actor in bound.and_then(|b| b.actors.as_deref()).unwrap_or_default() {
                    self.need_reference(*actor, at);
                }
                Some(Reference::PerParty)
            }
        }
    }

    fn need_reference(&mut self, actor: ActorIx, at: Stretch) {
        let code = self.names.actors.get(usize::from(actor.0)).map(|a| a.code.clone()).unwrap_or_default();
        let known = self.with_reference.contains(&actor);
        if !known && !self.references_failed.contains(&code) && !self.problems.names_unknown {
            let message = format!("`{code}` has no reference line");
            self.error("no-reference", at, message, format!("declare `reference of {code} is` and a line"));
        }
    }

    fn order_of_moments(
        &mut self,
        clause: &parsed::Clause<'a>,
        from: Option<&When>,
        until: Option<&Option<When>>,
        complete: Option<&Option<When>>,
    ) {
        let until = until.and_then(Option::as_ref);
        let complete = complete.and_then(Option::as_ref);
        let pairs = [
            (from, until, clause.until, "the clause ends before it begins"),
            (from, complete, clause.complete, "the clause must be complete before it begins"),
            (complete, until, clause.until, "the clause ends before it must be complete"),
        ];
        for (first, second, place, message) in pairs {
            let (Some(first), Some(second), Some(place)) = (first, second, place) else { continue };
            if self.not_before(first, second) {
                self.error("moments-inverted", place.at, message, "the later moment comes last");
                return;
            }
        }
    }

    /// Whether the second moment is certainly not after the first, whatever the entry into force will be.
    pub(super) fn not_before(&self, first: &When, second: &When) -> bool {
        let Some(zone) = &self.times.zone else { return false };
        let at = |when: &When| when.resolve(self.times.entry, zone);
        if let (Some(a), Some(b)) = (at(first), at(second)) {
            return a >= b;
        }
        if !first.waits_for_entry() || !second.waits_for_entry() {
            return false;
        }
        // The entry is not known. Civil days may be an hour or two longer or shorter than 24 hours, and the start of
        // a day lies up to a day before the time of day of the entry: what is within that is not certain.
        let count = |w: &When| match *w {
            When::Entry => Some(0),
            When::EntryPlusDays(d) | When::DayAfterEntry(d) => Some(i64::from(d) * DAY_MS),
            When::EntryPlusMs(ms) => Some(ms),
            When::EntryPlusMonths(_) => None,
            When::At(_) | When::After(..) | When::Then(_) => None,
        };
        let (Some(a), Some(b)) = (count(first), count(second)) else { return false };
        let same_sort = std::mem::discriminant(first) == std::mem::discriminant(second);
        let whole_days = matches!(first, When::DayAfterEntry(_)) || matches!(second, When::DayAfterEntry(_));
        let from_entry = *first == When::Entry && b <= 0;
        let doubt = if same_sort || from_entry {
            0
        } else if whole_days {
            DAY_MS + 2 * HOUR_MS
        } else {
            2 * HOUR_MS
        };
        a >= b + doubt
    }

    /// Says once which clauses wait for the entry into force.
    fn wait(&mut self) {
        const SHOWN: usize = 8;
        let Some(first) = self.waiting.first() else { return };
        let mut labels: Vec<&str> = self.waiting.iter().take(SHOWN).map(|l| l.text).collect();
        if self.waiting.len() > SHOWN {
            labels.push("…");
        }
        let (what, verb) = if self.waiting.len() == 1 { ("clause", "waits") } else { ("clauses", "wait") };
        let message = format!("{what} {} {verb}: the entry into force is not known", labels.join(", "));
        let help = "when it is, write `entry into force 2026-03-03 00:00` under the instrument";
        self.problems.warning(Bad::new("waits-for-entry", first.at, message, help));
    }

    fn waits(&mut self, clause: &parsed::Clause<'a>, from: Option<&When>, until: Option<&When>) {
        let waits = from.into_iter().chain(until).any(When::waits_for_entry);
        if waits && self.times.known && self.times.zone.is_some() && self.times.entry.is_none() {
            self.waiting.push(clause.label);
        }
    }
}

/// `Some(None)` (said, but not to be known) becomes `None`; `None` (not said) becomes `Some(None)`.
pub(super) fn lift<T>(said: Option<Option<T>>) -> Option<Option<T>> {
    match said {
        None => Some(None),
        Some(known) => known.map(Some),
    }
}

/// Whether whatever fits `narrow` fits `wide` already.
fn covers(wide: &What, narrow: &What) -> bool {
    match (wide, narrow) {
        (What::Act { kinds: wide, .. }, What::Act { kinds: narrow, .. }) => {
            narrow.iter().all(|k| wide.contains(k))
        }
        (
            What::Weapon { class, calibre_min_mm, calibre_below_mm },
            What::Weapon { class: other, calibre_min_mm: min, calibre_below_mm: below },
        ) => {
            class == other
                && calibre_min_mm.is_none_or(|wide| min.is_some_and(|m| m >= wide))
                && calibre_below_mm.is_none_or(|wide| below.is_some_and(|b| b <= wide))
        }
        _ => false,
    }
}

/// The beginnings of a label that could be a clause's, longest first: `2.1a` gives `2.1` and `2`. A number is not cut.
pub(super) fn beginnings(label: &str) -> impl Iterator<Item = &str> {
    (1..label.len()).rev().filter_map(|cut| {
        let (head, tail) = label.split_at_checked(cut)?;
        let number_cut =
            head.ends_with(|c: char| c.is_ascii_digit()) && tail.starts_with(|c: char| c.is_ascii_digit());
        (!number_cut && !head.ends_with('.')).then_some(head)
    })
}

#[cfg(test)]
mod tests {
    use super::beginnings;

    #[test]
    fn a_label_is_cut_between_its_parts_and_never_within_a_number() {
        let all = |label| beginnings(label).collect::<Vec<_>>();
        assert_eq!(all("2.1a"), ["2.1", "2"]);
        assert_eq!(all("2.10"), ["2"]);
        assert_eq!(all("12"), Vec::<&str>::new());
    }
}
