//! Why a clause says what it says of one observation. The trace is taken from the very columns that made the outcome,
//! never from a second evaluation.

use crate::bind::{Bindings, Known};
use crate::judge::{Columns, Facts, Standing, judge_clause, lines_of, side_of};
use crate::outcome::{Missing, Outcome};
use crate::standing::{Decided, DecidedClause};
use crate::state::{Version, answers_for};
use atlas::answer::{Answers, Inside};
use atlas::plan::{LineIx, ZoneIx, ZoneShape};
use base::{Instant, Truth};
use evidence::batch::Batch;
use terms::agreement::{ActorIx, CategoryIx, Clause, Condition, Duty, Exception, What};

/// Which condition a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// Whether the clause was in force.
    Time,
    /// Whether the fact is what the clause is about.
    What,
    /// Whether the clause binds whoever acted.
    Who,
    /// Whether the place is one where it must not be.
    Place,
    /// Whether an exception holds.
    Exception,
}

impl About {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            About::Time => "time",
            About::What => "what",
            About::Who => "who",
            About::Place => "place",
            About::Exception => "exception",
        }
    }
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which condition.
    pub about: About,
    /// Its truth; for an exception: whether it holds.
    pub truth: Truth,
    /// One line for people.
    pub text: String,
}

/// An outcome with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The outcome.
    pub outcome: Outcome,
    /// What is missing, if it is undetermined.
    pub missing: Missing,
    /// Reasons in the order of the conditions.
    pub reasons: Vec<Reason>,
}

/// The trace of one observation under one clause.
#[must_use]
pub fn trace(version: &Version, batch: &Batch, row: usize, clause: usize) -> Option<Trace> {
    let bindings = Bindings::of(&version.agreement, batch);
    let answers = answers_for(version, batch, row..row + 1);
    trace_with(version, batch, row, clause, &bindings, &answers)
}

/// As [`trace`], with bindings and the row's answers at hand.
#[must_use]
pub fn trace_with(
    version: &Version,
    batch: &Batch,
    row: usize,
    clause: usize,
    bindings: &Bindings,
    answers: &Answers,
) -> Option<Trace> {
    trace_decided(version, batch, row, clause, bindings, answers, &Decided::default())
}

/// As [`trace_with`], with what records decide of preconditions, moments and exceptions.
#[must_use]
pub fn trace_decided(
    version: &Version,
    batch: &Batch,
    row: usize,
    ix: usize,
    bindings: &Bindings,
    answers: &Answers,
    decided: &Decided,
) -> Option<Trace> {
    let facts = Facts { batch, rows: row..row + 1, answers, bindings };
    let clause = version.agreement.clauses.get(ix)?;
    let standing = Standing::of(decided, ix);
    let columns = judge_clause(&version.agreement, clause, &facts, &standing);
    let teller = Teller { version, clause, facts: &facts, row, decided: standing.clause };
    Some(Trace {
        outcome: Outcome::from_code(*columns.outcome.first()?),
        missing: columns.missing_at(0),
        reasons: teller.reasons(&columns),
    })
}

struct Teller<'a> {
    version: &'a Version,
    clause: &'a Clause,
    facts: &'a Facts<'a>,
    row: usize,
    decided: Option<&'a DecidedClause>,
}

impl Teller<'_> {
    fn reasons(&self, columns: &Columns) -> Vec<Reason> {
        let first = |column: &[Truth]| column.first().copied().unwrap_or(Truth::Undetermined);
        let mut out = vec![
            Reason { about: About::Time, truth: first(&columns.time), text: self.time(first(&columns.time)) },
            Reason { about: About::What, truth: first(&columns.what), text: self.what(first(&columns.what)) },
            Reason { about: About::Who, truth: first(&columns.who), text: self.who(first(&columns.who)) },
            Reason {
                about: About::Place,
                truth: first(&columns.place),
                text: self.place(first(&columns.place)),
            },
        ];
        for (exception, column) in self.clause.exceptions.iter().zip(&columns.exceptions) {
            let truth = first(column);
            out.push(Reason { about: About::Exception, truth, text: self.exception(exception, truth) });
        }
        out
    }

    fn time(&self, truth: Truth) -> String {
        let agreement = &self.version.agreement;
        let event = self.facts.batch.event(self.row);
        let when = if event.start == event.end {
            agreement.zone.show(event.start)
        } else {
            format!("{} to {}", agreement.zone.show(event.start), agreement.zone.show(event.end))
        };
        if let Some(open) = self.waits() {
            return open;
        }
        let decided = self.decided.and_then(|d| d.force);
        let Some(from) = decided.map(|f| f.start).or_else(|| agreement.resolve_when(&self.clause.from))
        else {
            return if self.clause.from.waits_for_entry() {
                "the clause's clock waits for entry into force, which is not known".to_owned()
            } else {
                "the clause's clock waits for a moment that is not known to have come".to_owned()
            };
        };
        let until = decided.map(|f| f.end).filter(|end| *end != Instant::LAST);
        let until = until.or_else(|| self.clause.until.as_ref().and_then(|u| agreement.resolve_when(u)));
        let force = match until {
            Some(until) => format!("from {} until {}", agreement.zone.show(from), agreement.zone.show(until)),
            None => format!("from {}", agreement.zone.show(from)),
        };
        match truth {
            Truth::True => format!("the event ({when}) lies within the clause's time, {force}"),
            Truth::False => format!("the event ({when}) lies outside the clause's time, {force}"),
            Truth::Undetermined => {
                format!("the event ({when}) straddles the edge of the clause's time, {force}")
            }
        }
    }

    /// What the clause waits for, where that has not come about, or is open.
    fn waits(&self) -> Option<String> {
        if self.clause.when.is_empty() {
            return None;
        }
        match self.decided.map_or(Truth::Undetermined, |d| d.met) {
            Truth::True => None,
            Truth::False => Some("that has not come about before which the clause does not bind".to_owned()),
            Truth::Undetermined => {
                Some("whether that has come about before which the clause does not bind is open".to_owned())
            }
        }
    }

    fn what(&self, truth: Truth) -> String {
        let batch = self.facts.batch;
        let kind = batch.word_at(&batch.kind, self.row);
        let weapon = match batch.word_at(&batch.weapon, self.row) {
            "" => "weapon undetermined".to_owned(),
            word => match batch.calibre_mm.get(self.row).filter(|c| !c.is_nan()) {
                Some(mm) => format!("weapon `{word}`, calibre {mm} mm"),
                None => format!("weapon `{word}`, calibre not stated"),
            },
        };
        let wanted = match &self.clause.duty {
            Duty::Prohibition { what, .. } | Duty::Abstention { what, .. } => self.name_of(what),
            Duty::Distance { items, .. } => {
                items.iter().map(|i| self.name_of(&i.what)).collect::<Vec<_>>().join(", or ")
            }
            other => format!("what a clause of the kind {} is about", other.kind().name()),
        };
        let stated =
            if wanted.starts_with("weapon") { format!("`{kind}`, {weapon}") } else { format!("`{kind}`") };
        match truth {
            Truth::True => format!("{stated} is {wanted}"),
            Truth::False => format!("{stated} is not {wanted}"),
            Truth::Undetermined => format!("whether {stated} is {wanted} is open"),
        }
    }

    fn name_of(&self, what: &What) -> String {
        match what {
            What::Act { name, .. } => format!("the act `{name}`"),
            What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
                let class = self.version.agreement.weapons.get(usize::from(class.0));
                let mut out = format!("weapon class `{}`", class.map_or("?", |w| w.name.as_str()));
                if let Some(mm) = calibre_min_mm {
                    out += &format!(" of {mm} mm and above");
                }
                if let Some(mm) = calibre_below_mm {
                    out += &format!(" below {mm} mm");
                }
                out
            }
        }
    }

    fn who(&self, truth: Truth) -> String {
        let batch = self.facts.batch;
        let word = batch.word_at(&batch.actor, self.row);
        let named = match batch.actor.get(self.row).map(|w| self.facts.bindings.actor(*w)) {
            Some(Known::Named(actor)) => self.actor_name(actor),
            _ if word.is_empty() => String::new(),
            _ => format!("`{word}` (a name the agreement does not know)"),
        };
        match (truth, named.as_str()) {
            (Truth::True, "") => {
                "who acted is not stated; the clause binds everybody, so the occurrence needs no author \
                                  (attribution is another decision)"
                    .to_owned()
            }
            (Truth::True, name) => format!("the report names {name}; the clause binds it"),
            (Truth::False, name) => format!("the report names {name}, whom the clause does not bind"),
            (Truth::Undetermined, "") => {
                "who acted is not stated, and the clause does not bind everybody".to_owned()
            }
            (Truth::Undetermined, name) => {
                format!("the report names {name}; whether the clause binds it is open")
            }
        }
    }

    fn actor_name(&self, actor: ActorIx) -> String {
        self.version.agreement.actors.get(usize::from(actor.0)).map_or_else(String::new, |a| a.name.clone())
    }

    fn place(&self, truth: Truth) -> String {
        match &self.clause.duty {
            Duty::Prohibition { zone, objects, .. } if !objects.is_empty() => {
                let zone = zone.map_or_else(String::new, |z| format!("{}; ", self.zone(z)));
                format!("{zone}{}", self.objects(objects))
            }
            Duty::Prohibition { zone: Some(zone), .. } | Duty::Abstention { zone: Some(zone), .. } => {
                self.zone(*zone)
            }
            Duty::Distance { bound, items, reference } => {
                let least: Vec<String> = items.iter().map(|i| metres(i.at_least_m)).collect();
                let lines = lines_of(&self.version.agreement, bound, *reference);
                let mut told: Vec<String> = Vec::new();
                for (party, line) in lines {
                    let one = self.line(line, party);
                    if !told.contains(&one) {
                        told.push(one);
                    }
                }
                let verdict = match truth {
                    Truth::True => "too near",
                    Truth::False => "far enough, or not of a class that must keep away",
                    Truth::Undetermined => "undetermined",
                };
                format!("{}; at least {} is required: {verdict}", told.join("; "), least.join(" / "))
            }
            _ => "the clause holds anywhere".to_owned(),
        }
    }

    fn line(&self, line: LineIx, party: Option<ActorIx>) -> String {
        let plan = &self.version.agreement.plan;
        let name = plan.lines.get(usize::from(line.0)).map_or("?", |l| l.name.as_str());
        let version = self.version.atlas.line_version(line).0.to_string();
        let version = version.get(..8).unwrap_or("").to_owned();
        let Some(column) = self.facts.answers.lines.get(usize::from(line.0)) else {
            return format!("no answer for `{name}`");
        };
        let (distance_m, margin_m) = (column.distance_m.first().copied(), column.margin_m.first().copied());
        let (Some(distance_m), Some(margin_m)) = (distance_m.filter(|d| !d.is_nan()), margin_m) else {
            return format!("no distance to `{name}` (version {version}): no epoch then, or no place");
        };
        let own = party.map_or(0, |p| side_of(&self.version.agreement, line, p));
        let side = match (own, column.side.first().copied().unwrap_or(0)) {
            (0, _) => "",
            (_, 0) => ", side undecided",
            (own, side) if own == side => ", on the party's own side",
            _ => ", across the line",
        };
        format!(
            "{} ± {} from `{name}` (version {version}){side}",
            metres(distance_m),
            metres(f64::from(margin_m))
        )
    }

    fn zone(&self, zone: ZoneIx) -> String {
        let plan = &self.version.agreement.plan;
        let Some(declared) = plan.zones.get(usize::from(zone.0)) else { return String::new() };
        let version = self.version.atlas.zone_version(zone).0.to_string();
        let version = version.get(..8).unwrap_or("");
        let inside = self.facts.answers.zones.get(usize::from(zone.0)).and_then(|z| z.first()).copied();
        let verdict = match inside {
            Some(Inside::Inside) => "inside",
            Some(Inside::Outside) => "outside",
            Some(Inside::NoEpoch) => "no geometry valid then for",
            _ => "not clear whether inside",
        };
        let measured = match &declared.shape {
            ZoneShape::Band { line, .. } | ZoneShape::SideOf { line, .. } => {
                format!(": {}", self.line(*line, None))
            }
            _ => String::new(),
        };
        format!("{verdict} `{}` (version {version}){measured}", declared.name)
    }

    /// Where it lies with regard to the known sites of protected categories.
    fn objects(&self, objects: &[CategoryIx]) -> String {
        let categories = &self.version.agreement.categories;
        let of = objects.iter().filter_map(|c| categories.get(usize::from(c.0))).map(|category| {
            let sites = match category.sites {
                Some(zone) => self.zone(zone),
                None => "no site of it is known".to_owned(),
            };
            let others =
                if category.sites_only { "only these are protected" } else { "others are protected as well" };
            format!("`{}`: {sites}; {others}", category.name)
        });
        of.collect::<Vec<_>>().join("; ")
    }

    fn exception(&self, exception: &Exception, truth: Truth) -> String {
        let name = if exception.title.is_empty() { &exception.label } else { &exception.title };
        let to_show: Vec<&str> = exception
            .conditions
            .iter()
            .filter_map(|c| match c {
                Condition::ToBeShown(words) => Some(words.as_str()),
                _ => None,
            })
            .collect();
        let burden =
            if exception.burden.is_empty() { String::new() } else { format!(", {}", exception.burden) };
        match truth {
            Truth::True => format!("exception `{name}` holds"),
            Truth::Undetermined => format!("whether exception `{name}` holds is open{burden}"),
            Truth::False if !to_show.is_empty() => {
                format!("exception `{name}` does not excuse until shown: {}{burden}", to_show.join("; "))
            }
            Truth::False => format!("exception `{name}` does not hold"),
        }
    }
}

/// A length for people: metres below a kilometre, else kilometres to the metre.
fn metres(m: f64) -> String {
    if m.abs() < 1_000.0 { format!("{m:.0} m") } else { format!("{:.3} km", m / 1_000.0) }
}
