//! One name, one meaning: actors, weapon classes, acts, lines, zones and moments share one space of names.

use crate::agreement::{Act, Actor, ActorIx, WeaponClass, WeaponIx, folded};
use crate::limits::NAMES_MAX;
use crate::parsed::{ActDecl, ActorDecl, MandateDecl, Name, WeaponDecl};
use crate::problem::{Bad, Problems, Severity};
use crate::source::Stretch;
use crate::suggest;
use std::collections::{HashMap, HashSet};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    Actor,
    Weapon,
    Act,
    Line,
    Zone,
    Moment,
    Unit,
    Category,
    Flow,
    Sensor,
    /// Its declaration could not be read; whoever uses it is not bothered again.
    Unknown,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Sort::Actor => "actor",
            Sort::Weapon => "weapon class",
            Sort::Act => "act",
            Sort::Line => "line",
            Sort::Zone => "zone",
            Sort::Moment => "moment",
            Sort::Unit => "unit of count",
            Sort::Category => "category",
            Sort::Flow => "flow",
            Sort::Sensor => "means of verification",
            Sort::Unknown => "name",
        }
    }

    fn article(self) -> &'static str {
        if matches!(self, Sort::Actor | Sort::Act) { "an" } else { "a" }
    }

    fn undefined(self) -> &'static str {
        match self {
            Sort::Actor => "undefined-actor",
            Sort::Weapon => "undefined-weapon",
            Sort::Act => "undefined-act",
            Sort::Line => "undefined-line",
            Sort::Zone => "undefined-zone",
            Sort::Unit => "undefined-unit",
            Sort::Category => "undefined-category",
            Sort::Flow => "undefined-flow",
            Sort::Sensor => "undefined-sensor",
            Sort::Moment | Sort::Unknown => "undefined-moment",
        }
    }

    fn how_to_declare(self) -> &'static str {
        match self {
            Sort::Actor => "declare it, such as `party KA \"Karsk\"`",
            Sort::Weapon => "declare it, such as `weapon artillery with calibre`",
            Sort::Act => "declare it, such as `act fire = explosion or burst or shot`",
            Sort::Line => "declare it, such as `line contact from \"geo/contact.geojson\"`",
            Sort::Zone => "declare it, such as `zone buffer within 7.5 km of contact`",
            Sort::Unit => "declare it, such as `unit personnel includes \"called-up reservists\"`",
            Sort::Category => "declare it, such as `category refinery \"oil refineries\"`",
            Sort::Flow => "declare it, such as `flow plant \"output of the plant\" net in MWh`",
            Sort::Sensor => {
                "declare it, such as `sensor camera \"fixed cameras\" detects explosion`, or write a method in quotes"
            }
            Sort::Moment | Sort::Unknown => {
                "name the entry into force under the instrument: `D = entry into force`"
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    sort: Sort,
    index: usize,
    at: Stretch,
    used: bool,
}

/// Every name of the file, and the actors, weapon classes and acts that some of them stand for.
#[derive(Default)]
pub(super) struct Names<'a> {
    entries: HashMap<&'a str, Entry>,
    order: Vec<&'a str>,
    skeletons: HashMap<String, &'a str>,
    counts: HashMap<Sort, usize>,
    pub actors: Vec<Actor>,
    pub weapons: Vec<WeaponClass>,
    pub acts: Vec<Act>,
    /// Where names are spoken of, and where what they stand for is declared.
    uses: Vec<(Stretch, Stretch)>,
    /// What bodies say of themselves, by index of the actor.
    pub mandates: Vec<(usize, MandateDecl<'a>)>,
    actor_words: HashMap<String, (usize, Stretch)>,
    weapon_words: HashMap<String, (usize, Stretch)>,
}

impl<'a> Names<'a> {
    /// Enters a name; false if it is taken (which has then been reported).
    pub fn declare(&mut self, name: Name<'a>, sort: Sort, index: usize, problems: &mut Problems<'_>) -> bool {
        if let Some(known) = self.entries.get_mut(name.text) {
            if known.sort == Sort::Unknown {
                *known = Entry { sort, index, at: name.at, used: false };
                return true;
            }
            let message = format!(
                "`{}` is declared twice: here, and before as {} {}",
                name.text,
                known.sort.article(),
                known.sort.word()
            );
            problems.error(Bad::new("declared-twice", name.at, message, "give one of them another name"));
            return false;
        }
        let count = self.counts.entry(sort).or_default();
        *count += 1;
        if *count > NAMES_MAX {
            if *count == NAMES_MAX + 1 {
                let message = format!("a file names at most {NAMES_MAX} of one sort ({})", sort.word());
                problems.error(Bad::new("too-many-names", name.at, message, "divide it"));
            }
            problems.names_unknown = true;
            return false;
        }
        if let Some(twin) = self.skeletons.insert(suggest::skeleton(name.text), name.text) {
            let message = format!("`{}` and `{twin}` look alike but are two names", name.text);
            problems.error(Bad::new("look-alike-names", name.at, message, "give one of them another name"));
        }
        self.entries.insert(name.text, Entry { sort, index, at: name.at, used: false });
        self.order.push(name.text);
        true
    }

    /// Enters a name whose declaration could not be read.
    pub fn declare_unknown(&mut self, name: Name<'a>) {
        let entry = Entry { sort: Sort::Unknown, index: 0, at: name.at, used: true };
        if !self.entries.contains_key(name.text) {
            self.entries.insert(name.text, entry);
            self.order.push(name.text);
        }
    }

    pub fn add_actor(&mut self, decl: ActorDecl<'a>, problems: &mut Problems<'_>) {
        let index = self.actors.len();
        if !self.declare(decl.code, Sort::Actor, index, problems) {
            return;
        }
        let mut aliases: Vec<String> = Vec::new();
        enter_word(&mut self.actor_words, decl.code, index, "actors", problems);
        enter_word(&mut self.actor_words, decl.name, index, "actors", problems);
        for alias in &decl.aliases {
            enter_word(&mut self.actor_words, *alias, index, "actors", problems);
            aliases.push(alias.text.to_owned());
        }
        if let Some(mandate) = decl.mandate {
            self.mandates.push((index, mandate));
        }
        let (code, name) = (decl.code.text.to_owned(), decl.name.text.to_owned());
        self.actors.push(Actor { code, name, role: decl.role, aliases });
    }

    pub fn add_weapon(&mut self, decl: WeaponDecl<'a>, problems: &mut Problems<'_>) {
        let index = self.weapons.len();
        if !self.declare(decl.name, Sort::Weapon, index, problems) {
            return;
        }
        let mut aliases: Vec<String> = Vec::new();
        enter_word(&mut self.weapon_words, decl.name, index, "weapon classes", problems);
        for alias in &decl.aliases {
            enter_word(&mut self.weapon_words, *alias, index, "weapon classes", problems);
            aliases.push(alias.text.to_owned());
        }
        let name = decl.name.text.to_owned();
        self.weapons.push(WeaponClass { name, aliases, with_calibre: decl.with_calibre });
    }

    pub fn add_act(&mut self, decl: ActDecl<'a>, problems: &mut Problems<'_>) {
        if !self.declare(decl.name, Sort::Act, self.acts.len(), problems) {
            return;
        }
        let mut kinds: Vec<String> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        for (kind, at) in decl.kinds {
            if !seen.insert(kind.clone()) {
                problems.warning(Bad::new(
                    "said-twice",
                    at,
                    format!("`{kind}` is said twice"),
                    "keep one of them",
                ));
                continue;
            }
            if !base::vocabulary::is_kind(&kind) {
                problems.warning(unknown_kind(&kind, at));
            }
            kinds.push(kind);
        }
        self.acts.push(Act { name: decl.name.text.to_owned(), kinds });
    }

    /// What a name stands for, if it stands for this sort; otherwise says why not. `None` without a word if its
    /// declaration could not be read.
    pub fn find(&mut self, name: Name<'_>, sort: Sort, problems: &mut Problems<'_>) -> Option<usize> {
        if let Some(entry) = self.entries.get_mut(name.text) {
            entry.used = true;
            let declared = entry.at;
            self.uses.push((name.at, declared));
            if entry.sort == sort {
                return Some(entry.index);
            }
            if entry.sort != Sort::Unknown {
                let (is, not) = (entry.sort, sort);
                let message = format!(
                    "`{}` is {} {}, not {} {}",
                    name.text,
                    is.article(),
                    is.word(),
                    not.article(),
                    not.word()
                );
                let help = if (is, not) == (Sort::Line, Sort::Zone) {
                    format!("write `within 5 km of {}`, or declare a zone", name.text)
                } else {
                    sort.how_to_declare().to_owned()
                };
                problems.error(Bad::new("wrong-sort", name.at, message, help));
            }
            return None;
        }
        if !problems.names_unknown {
            let help =
                if problems.has_room(Severity::Error) { self.advice(name.text, sort) } else { String::new() };
            let message = format!("{} `{}` is not declared", sort.word(), name.text);
            problems.error(Bad::new(sort.undefined(), name.at, message, help));
        }
        None
    }

    /// Every name with what it stands for and where it is declared.
    pub fn declared(&self) -> impl Iterator<Item = (&'a str, &'static str, Stretch)> + '_ {
        let known = self.order.iter().filter_map(|name| Some((*name, self.entries.get(name)?)));
        known.filter(|(_, e)| e.sort != Sort::Unknown).map(|(name, e)| (name, e.sort.word(), e.at))
    }

    /// Where names are spoken of, with where each is declared.
    pub fn uses(&self) -> impl Iterator<Item = (Stretch, Stretch)> + '_ {
        self.uses.iter().copied()
    }

    /// What a name stands for, without complaint.
    pub fn sort_of(&self, name: &str) -> Option<Sort> {
        self.entries.get(name).map(|e| e.sort)
    }

    /// Which declaration of a zone the name stands for.
    pub fn zone_index(&self, name: &str) -> Option<usize> {
        self.entries.get(name).filter(|e| e.sort == Sort::Zone).map(|e| e.index)
    }

    pub fn actor(&mut self, name: Name<'_>, problems: &mut Problems<'_>) -> Option<ActorIx> {
        self.find(name, Sort::Actor, problems).and_then(|i| u16::try_from(i).ok()).map(ActorIx)
    }

    pub fn weapon(
        &mut self,
        name: Name<'_>,
        problems: &mut Problems<'_>,
    ) -> Option<(WeaponIx, &WeaponClass)> {
        let index = self.find(name, Sort::Weapon, problems)?;
        Some((WeaponIx(u16::try_from(index).ok()?), self.weapons.get(index)?))
    }

    pub fn act(&mut self, name: Name<'_>, problems: &mut Problems<'_>) -> Option<&Act> {
        let index = self.find(name, Sort::Act, problems)?;
        self.acts.get(index)
    }

    fn advice(&self, word: &str, sort: Sort) -> String {
        if sort == Sort::Actor
            && let Some((index, _)) = self.actor_words.get(&folded(word))
        {
            let code = self.actors.get(*index).map(|a| a.code.as_str()).unwrap_or_default();
            return format!("did you mean `{code}`?");
        }
        let could_be =
            |n: &&&str| self.entries.get(**n).is_some_and(|e| e.sort == sort || e.sort == Sort::Unknown);
        let Some(near) = suggest::nearest(word, self.order.iter().filter(could_be).copied()) else {
            return self.declared_instead(sort);
        };
        if near.is_ascii() != word.is_ascii() && suggest::skeleton(near) == suggest::skeleton(word) {
            return format!("did you mean `{near}`? the letters look alike but come from two alphabets");
        }
        format!("did you mean `{near}`?")
    }

    fn declared_instead(&self, sort: Sort) -> String {
        const NAMES_SHOWN: usize = 6;
        let is_of_sort = |n: &&&str| self.entries.get(**n).map(|e| e.sort) == Some(sort);
        let known: Vec<String> = self.order.iter().filter(is_of_sort).map(|n| format!("`{n}`")).collect();
        let how = sort.how_to_declare();
        if known.is_empty() || known.len() > NAMES_SHOWN {
            return how.to_owned();
        }
        format!("{how}, or use a name that is: {}", known.join(", "))
    }

    /// Notes about names that no clause leans on.
    pub fn unused(&self) -> Vec<Bad> {
        let mut out = Vec::new();
        for name in &self.order {
            let Some(entry) = self.entries.get(name).filter(|e| !e.used) else { continue };
            if matches!(
                entry.sort,
                Sort::Act | Sort::Zone | Sort::Line | Sort::Weapon | Sort::Unit | Sort::Category | Sort::Flow
            ) {
                let message = format!("{} `{name}` is not used", entry.sort.word());
                out.push(Bad::new("unused-name", entry.at, message, "no clause leans on it"));
            }
        }
        out
    }
}

/// Enters a word under which reports may know somebody; one word for two of them would be a guess.
fn enter_word(
    words: &mut HashMap<String, (usize, Stretch)>,
    word: Name<'_>,
    index: usize,
    of: &str,
    problems: &mut Problems<'_>,
) {
    match words.get(&folded(word.text)) {
        Some((other, _)) if *other != index => {
            let message = format!("`{}` is a word for two {of}", word.text);
            problems.error(Bad::new(
                "ambiguous-word",
                word.at,
                message,
                "reports with it could not be told apart",
            ));
        }
        Some(_) => {}
        None => {
            words.insert(folded(word.text), (index, word.at));
        }
    }
}

pub(super) fn unknown_kind(kind: &str, at: Stretch) -> Bad {
    let help = match suggest::nearest(kind, base::vocabulary::KINDS.iter().map(|k| k.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "it fits only reports that use this very word".to_owned(),
    };
    Bad::new("unknown-kind", at, format!("`{kind}` is not a known kind of fact"), help)
}
