//! The parts of sentences that every kind of clause needs: who, what, where, when, and unless.

use super::Language;
use super::phrases::{self as p, Phrase, Unit};
use crate::agreement::{
    ActorIx, Agreement, Bound, CategoryIx, Clause, Condition, DistanceItem, Duty, Exception, Offset,
    Reference, What, When,
};
use crate::check::metres;
use atlas::plan::{LineIx, Side, ZoneIx, ZoneShape};
use base::time::{DAY_MS, HOUR_MS};

const MINUTE_MS: i64 = 60_000;
/// Up to so many days a length is told in hours if it divides: `72 h` is how people say it.
const IN_HOURS_MS: i64 = 3 * DAY_MS;

/// Whether the verb of those bound stands in the singular.
fn one(bound: &Bound) -> bool {
    bound.actors.as_ref().is_some_and(|a| a.len() == 1)
}

/// An agreement, told in a language.
#[derive(Clone, Copy)]
pub(super) struct Speech<'a> {
    pub agreement: &'a Agreement,
    pub language: Language,
}

impl Speech<'_> {
    pub fn say(&self, phrase: &Phrase, holes: &[(&str, &str)]) -> String {
        phrase.say(self.language, holes)
    }

    pub fn plain(&self, phrase: &Phrase) -> String {
        phrase.plain(self.language)
    }

    /// The main sentence of a clause without its end, and what has to be said after it.
    pub fn duty(&self, clause: &Clause) -> (String, Vec<String>) {
        match &clause.duty {
            Duty::Prohibition { bound, what, zone, objects } => {
                (self.prohibition(bound, what, *zone, &self.objects(objects)), Vec::new())
            }
            Duty::Abstention { bound, what, zone, of } => {
                let owner =
                    of.map(|o| self.say(&p::OF_OWNER, &[("owner", &self.name(o))])).unwrap_or_default();
                (self.prohibition(bound, what, *zone, &owner), Vec::new())
            }
            Duty::Distance { bound, items, reference } => {
                (self.distance(bound, items, *reference), Vec::new())
            }
            Duty::Limit(d) => self.limit(d),
            Duty::Share(d) => self.share(d),
            Duty::Deed(d) => self.deed(d),
            Duty::Notify(d) => self.notify(d),
            Duty::Access(d) => (self.access(d), Vec::new()),
            Duty::Remedy(d) => (self.remedy(d), Vec::new()),
            Duty::Guarantee(d) => self.guarantee(d),
            Duty::Respond(d) => self.respond(d),
            Duty::Effect(d) => self.effect(d),
            Duty::Indicator(d) => self.indicator(d),
            Duty::Mandate(d) => match self.agreement.mandates.get(d.mandate) {
                Some(mandate) => self.mandate(mandate),
                None => (self.name(d.body), Vec::new()),
            },
        }
    }

    fn prohibition(&self, bound: &Bound, what: &What, zone: Option<ZoneIx>, against: &str) -> String {
        let head = match &bound.actors {
            None => self.say(&p::NOBODY, &[("except", &self.except(bound))]),
            Some(actors) => {
                let phrase = if actors.len() > 1 { &p::SHALL_NOT_MANY } else { &p::SHALL_NOT };
                self.say(phrase, &[("who", &self.names(actors)), ("except", &self.except(bound))])
            }
        };
        format!("{head} {}{against} {}", self.act(what), self.place(zone))
    }

    fn objects(&self, objects: &[CategoryIx]) -> String {
        let titles: Vec<&str> = objects
            .iter()
            .filter_map(|c| self.agreement.categories.get(usize::from(c.0)))
            .map(|c| c.title.as_str())
            .collect();
        match titles.as_slice() {
            [] => String::new(),
            all => self.say(&p::ON_OBJECTS, &[("objects", &self.join(all, &p::OR))]),
        }
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn join<T: AsRef<str>>(&self, all: &[T], last: &Phrase) -> String {
        match all {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [first @ .., end] => {
                let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
                format!("{} {} {}", first.join(", "), self.plain(last), end.as_ref())
            }
        }
    }

    pub fn name(&self, actor: ActorIx) -> String {
        self.agreement.actor(actor).map(|a| a.name.clone()).unwrap_or_default()
    }

    pub fn names(&self, actors: &[ActorIx]) -> String {
        let all: Vec<String> = actors.iter().map(|a| self.name(*a)).collect();
        self.join(&all, &p::AND)
    }

    pub fn except(&self, bound: &Bound) -> String {
        match bound.except.as_slice() {
            [] => String::new(),
            all => self.say(&p::EXCEPT, &[("who", &self.names(all))]),
        }
    }

    /// `Karsk shall …`
    pub fn shall(&self, bound: &Bound, deed: &str) -> String {
        let who = bound.actors.as_deref().map_or_else(|| self.plain(&p::EVERYBODY), |a| self.names(a));
        let phrase = if one(bound) { &p::SHALL } else { &p::SHALL_MANY };
        self.say(phrase, &[("who", &who), ("except", &self.except(bound)), ("deed", deed)])
    }

    pub fn act(&self, what: &What) -> String {
        match what {
            What::Act { .. } => self.thing(what),
            What::Weapon { .. } => self.say(&p::PLACE, &[("what", &self.thing(what))]),
        }
    }

    pub fn thing(&self, what: &What) -> String {
        match what {
            What::Act { name, kinds } => {
                let kinds: Vec<String> = kinds.iter().map(|k| p::kind(self.language, k)).collect();
                let kinds = self.join(&kinds, &p::OR);
                // No declared name has a space in it: these words are of the language, not of the text.
                let Some(targets) = name.strip_prefix("interfere with ") else {
                    return format!("{name} ({kinds})");
                };
                let targets: Vec<String> = targets.split(", ").map(|t| self.target(t)).collect();
                self.say(&p::INTERFERE, &[("targets", &targets.join(", ")), ("kinds", &kinds)])
            }
            What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
                let class = self.agreement.weapon(*class).map(|w| w.name.clone()).unwrap_or_default();
                let number = |n: &f64| self.number(n.to_string());
                let calibre = match (calibre_min_mm, calibre_below_mm) {
                    (Some(min), Some(below)) => {
                        self.say(&p::CALIBRE_BETWEEN, &[("min", &number(min)), ("below", &number(below))])
                    }
                    (Some(min), None) => self.say(&p::CALIBRE_FROM, &[("min", &number(min))]),
                    (None, Some(below)) => self.say(&p::CALIBRE_BELOW, &[("below", &number(below))]),
                    (None, None) => String::new(),
                };
                format!("{class}{calibre}")
            }
        }
    }

    /// What may not be meddled with.
    fn target(&self, word: &str) -> String {
        match word {
            "sensors" => self.plain(&p::SENSORS),
            "signals" => self.plain(&p::SIGNALS),
            "markers" => self.plain(&p::MARKERS),
            "seals" => self.plain(&p::SEALS),
            "staff" => self.plain(&p::STAFF),
            other => other.to_owned(),
        }
    }

    /// A zone with a name of its own stands "in" it; an unnamed one carries its words.
    pub fn place(&self, zone: Option<ZoneIx>) -> String {
        let Some(zone) = zone else { return self.plain(&p::ANYWHERE) };
        let name = self.zone(zone);
        // No declared name has a space in it, so these words are of the language.
        let unnamed =
            name.contains(' ').then(|| self.agreement.plan.zones.get(usize::from(zone.0))).flatten();
        match unnamed.map(|z| &z.shape) {
            Some(ZoneShape::Band { line, from_m, to_m, side }) => {
                let who = side.map(|s| self.say(&p::SIDE, &[("who", &self.on_side(*line, s))]));
                let (from, to) = (self.metres(*from_m), self.metres(*to_m));
                let holes = [
                    ("from", from.as_str()),
                    ("to", &to),
                    ("line", &self.line(*line)),
                    ("side", &who.unwrap_or_default()),
                ];
                self.say(if *from_m > 0.0 { &p::BETWEEN_OF } else { &p::WITHIN }, &holes)
            }
            Some(ZoneShape::SideOf { line, side }) => {
                let holes = [("who", self.on_side(*line, *side)), ("line", self.line(*line))];
                let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
                self.say(&p::ON_SIDE, &holes)
            }
            _ => self.say(&p::IN_ZONE, &[("zone", &name)]),
        }
    }

    /// Whose side of a line it is, as people call them.
    fn on_side(&self, line: LineIx, side: Side) -> String {
        let line = self.agreement.plan.lines.get(usize::from(line.0));
        let code = line.and_then(|l| if side == Side::Left { l.left.as_ref() } else { l.right.as_ref() });
        let named = code.and_then(|c| self.agreement.actor_of_code(c)).map(|a| self.name(a));
        named.or_else(|| code.map(ToString::to_string)).unwrap_or_default()
    }

    pub fn zone(&self, zone: ZoneIx) -> String {
        self.agreement.plan.zones.get(usize::from(zone.0)).map(|z| z.name.clone()).unwrap_or_default()
    }

    pub fn line(&self, line: LineIx) -> String {
        self.agreement.plan.lines.get(usize::from(line.0)).map(|l| l.name.clone()).unwrap_or_default()
    }

    fn distance(&self, bound: &Bound, items: &[DistanceItem], reference: Reference) -> String {
        let who = bound.actors.as_deref().map_or_else(|| self.plain(&p::EVERYBODY), |a| self.names(a));
        let rows: Vec<String> = items.iter().map(|item| self.row(item)).collect();
        let quoted = |line: LineIx| format!("`{}`", self.line(line));
        let line = match reference {
            Reference::Line(line) => quoted(line),
            Reference::PerParty => {
                let each: Vec<String> = bound
                    .actors
                    .iter()
                    .flatten()
                    .filter_map(|a| {
                        let line = quoted(self.agreement.reference_of(*a)?);
                        Some(self.say(&p::LINE_FOR, &[("line", &line), ("who", &self.name(*a))]))
                    })
                    .collect();
                self.say(&p::OWN_LINE, &[("each", &each.join(", "))])
            }
        };
        let first = if items.len() > 1 { self.plain(&p::LARGEST) } else { String::new() };
        let holes = [
            ("who", who.as_str()),
            ("except", &self.except(bound)),
            ("rows", &rows.join(", ")),
            ("line", &line),
            ("first", &first),
        ];
        self.say(if one(bound) { &p::KEEP } else { &p::KEEP_MANY }, &holes)
    }

    fn row(&self, item: &DistanceItem) -> String {
        let (thing, distance) = (self.thing(&item.what), self.metres(item.at_least_m));
        match item.side_to_side_m {
            None => self.say(&p::ROW, &[("thing", &thing), ("distance", &distance)]),
            Some(whole) => {
                let holes =
                    [("thing", thing.as_str()), ("distance", &distance), ("whole", &self.metres(whole))];
                self.say(&p::ROW_SIDES, &holes)
            }
        }
    }

    /// When the clause binds.
    pub fn times(&self, clause: &Clause) -> String {
        let mut out = self.say(&p::FROM, &[("moment", &self.moment(&clause.from))]);
        if let Some(complete) = &clause.complete {
            out.push_str(&self.say(&p::COMPLETE, &[("moment", &self.moment(complete))]));
        }
        if let Some(until) = &clause.until {
            out.push_str(&self.say(&p::UNTIL, &[("moment", &self.moment(until))]));
        }
        out
    }

    pub fn moment(&self, when: &When) -> String {
        let entry = self.plain(&p::ENTRY);
        let words = match *when {
            When::At(moment) => return self.agreement.zone.show(moment),
            When::Entry => entry,
            When::EntryPlusDays(days) => self.after(Offset::Days(days), &entry),
            When::DayAfterEntry(days) => self.after(Offset::WholeDays(days), &entry),
            When::EntryPlusMs(ms) => self.after(Offset::Ms(ms), &entry),
            When::EntryPlusMonths(months) => self.after(Offset::Months(months), &entry),
            When::After(moment, offset) => {
                let named = self.agreement.moments.get(usize::from(moment.0));
                let event = named.map(|m| if m.event.is_empty() { m.name.clone() } else { m.event.clone() });
                let event = self.say(&p::EVENT, &[("event", &event.unwrap_or_default())]);
                self.after(offset, &event)
            }
            When::Then(offset) => self.after(offset, &self.plain(&p::PRECONDITION)),
        };
        match self.agreement.resolve_when(when) {
            Some(at) => format!("{words} ({})", self.agreement.zone.show(at)),
            None => format!("{words} ({})", self.plain(&p::NOT_YET_KNOWN)),
        }
    }

    fn after(&self, offset: Offset, what: &str) -> String {
        let day = |phrase: &Phrase| self.say(phrase, &[("what", what)]);
        match offset {
            Offset::None => what.to_owned(),
            Offset::WholeDays(0) => day(&p::START_OF_DAY),
            Offset::WholeDays(1) => day(&p::START_FIRST_DAY),
            Offset::WholeDays(n) => self.say(&p::START_DAY_N, &[("n", &n.to_string()), ("what", what)]),
            other => self.say(&p::AFTER, &[("time", &self.length(other)), ("what", what)]),
        }
    }

    /// A length of time that is counted in hours wherever it stands, in the largest unit that fits.
    pub fn span(&self, ms: i64) -> String {
        match i32::try_from(ms / DAY_MS) {
            Ok(days) if ms % DAY_MS == 0 && ms > IN_HOURS_MS => self.length(Offset::Days(days)),
            _ => self.length(Offset::Ms(ms)),
        }
    }

    /// A distance, with the decimal sign and the unit of the language.
    pub fn metres(&self, m: f64) -> String {
        let words = self.number(metres(m));
        match self.language {
            Language::Ukrainian | Language::Russian => words.replace("km", "км").replace(" m", " м"),
            _ => words,
        }
    }

    /// A number as the language writes it.
    pub fn number(&self, digits: String) -> String {
        if self.language == Language::English { digits } else { digits.replace('.', ",") }
    }

    /// A length of time.
    pub fn length(&self, offset: Offset) -> String {
        let (n, unit) = match offset {
            Offset::None => (0, Unit::Minute),
            Offset::Days(days) | Offset::WholeDays(days) => (i64::from(days), Unit::Day),
            Offset::Months(months) => (i64::from(months), Unit::Month),
            Offset::Ms(ms) if ms % HOUR_MS == 0 => (ms / HOUR_MS, Unit::Hour),
            Offset::Ms(ms) => (ms / MINUTE_MS, Unit::Minute),
        };
        p::counted(self.language, n, unit)
    }

    pub fn length_or_unsaid(&self, offset: Option<Offset>) -> String {
        offset.map_or_else(|| format!("({})", self.plain(&p::NOT_SAID)), |o| self.length(o))
    }

    /// Conditions joined by "and".
    pub fn conditions(&self, all: &[Condition]) -> String {
        let all: Vec<String> = all.iter().map(|c| self.condition(c)).collect();
        self.join(&all, &p::AND)
    }

    fn condition(&self, condition: &Condition) -> String {
        let by = |by: &Option<Vec<ActorIx>>| {
            by.as_ref().map(|b| self.say(&p::BY, &[("who", &self.names(b))])).unwrap_or_default()
        };
        match condition {
            Condition::InZone(zone) => self.say(&p::LIES, &[("place", &self.place(Some(*zone)))]),
            Condition::Exercise => self.plain(&p::EXERCISE),
            Condition::ToBeShown(words) => self.say(&p::SHOWN, &[("words", words)]),
            Condition::Notified(label) => self.say(&p::NOTIFIED, &[("label", label)]),
            Condition::Silent { zone, what, lasts_ms, coverage_min } => {
                let offset = if lasts_ms % DAY_MS == 0 {
                    Offset::Days(i32::try_from(lasts_ms / DAY_MS).unwrap_or(i32::MAX))
                } else {
                    Offset::Ms(*lasts_ms)
                };
                let share = self.number(format!("{}", coverage_min * 100.0));
                let holes = [
                    ("zone", self.zone(*zone)),
                    ("what", self.thing(what)),
                    ("time", self.length(offset)),
                    ("share", share),
                ];
                let holes: Vec<(&str, &str)> = holes.iter().map(|(h, w)| (*h, w.as_str())).collect();
                self.say(&p::SILENT, &holes)
            }
            Condition::Come(moment) => {
                let named = self.agreement.moments.get(usize::from(moment.0));
                let event = named.map(|m| if m.event.is_empty() { m.name.clone() } else { m.event.clone() });
                self.say(&p::COME, &[("event", &event.unwrap_or_default())])
            }
            Condition::Breached { clause, by: who } => {
                self.say(&p::BREACHED, &[("label", clause), ("by", &by(who))])
            }
            Condition::Done { clause, by: who } => self.say(&p::DONE, &[("label", clause), ("by", &by(who))]),
            Condition::FoundBy { what, body } => {
                self.say(&p::FOUND, &[("body", &self.name(*body)), ("words", what)])
            }
        }
    }

    pub fn excuse(&self, exception: &Exception) -> String {
        let title =
            if exception.title.is_empty() { String::new() } else { format!(" ({})", exception.title) };
        let burden = match exception.burden.as_str() {
            "" => String::new(),
            who => self.say(&p::BURDEN, &[("who", who)]),
        };
        let holes = [
            ("label", exception.label.as_str()),
            ("title", &title),
            ("conditions", &self.conditions(&exception.conditions)),
            ("burden", &burden),
        ];
        self.say(&p::EXCUSED, &holes)
    }

    /// What a clause of any kind may say besides.
    pub fn frame(&self, clause: &Clause) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(standard) = &clause.standard {
            out.push(self.say(&p::STANDARD, &[("words", standard)]));
        }
        if let Some(body) = clause.decided_by {
            out.push(self.say(&p::DECIDED_BY, &[("body", &self.name(body))]));
        }
        if !clause.verified_by.is_empty() {
            let titles: Vec<String> = clause
                .verified_by
                .iter()
                .map(|v| {
                    let sensor = self.agreement.sensors.iter().find(|s| s.name == *v);
                    sensor.map_or_else(|| v.clone(), |s| s.title.clone())
                })
                .collect();
            out.push(self.say(&p::VERIFIED_BY, &[("all", &titles.join(", "))]));
        }
        if !clause.remedies.is_empty() {
            out.push(self.say(&p::REMEDIES, &[("all", &clause.remedies.join(", "))]));
        }
        if !clause.paired.is_empty() {
            out.push(self.say(&p::PAIRED, &[("labels", &clause.paired.join(", "))]));
        }
        if let Some(label) = &clause.replaces {
            out.push(self.say(&p::REPLACES, &[("label", label)]));
        }
        out
    }
}
