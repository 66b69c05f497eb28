//! The checked agreement: what the `terms` blocks mean, after every name has been resolved. This is the tree that is
//! evaluated, explained and compared; the parsed tree never leaves this crate.

mod duty;
mod indicator;
mod instrument;

pub use duty::{
    Access, Amount, Becomes, Counted, DeedDuty, Effect, Element, ElementName, ForWhom, Guarantee, Kind,
    Limit, MandateClause, Notify, Period, Quota, Remedy, Respond, Share, Step, Test, Tier, Zero,
};
pub use indicator::{Baseline, Indicator, Level, Measure, Signal, Turn};
pub use instrument::{
    Adherence, AdherenceAct, Basis, Category, CategoryIx, Flow, FlowIx, Instrument, Mandate, Moment,
    MomentIx, Power, Relation, RelationKind, Reservation, Rule, Sensor, Status, Unit, UnitIx,
};

use crate::source::Span;
use atlas::plan::{LineIx, Plan, ZoneIx};
use base::{CivilZone, Instant};

/// Index of an actor in [`Agreement::actors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorIx(pub u16);

/// Index of a weapon class in [`Agreement::weapons`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeaponIx(pub u16);

/// One text version of one instrument, checked.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Name in the terms, such as `lindmar`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Version or status as written after the title, such as `draft 4`; empty if none.
    pub version: String,
    /// Civil days and hours of this text are counted here.
    pub zone: CivilZone,
    /// Entry into force; `None`: not yet known, and every clock that starts at it waits.
    pub entry_into_force: Option<Instant>,
    /// Its status, adherence, reservations and relations to other instruments.
    pub instrument: Instrument,
    /// What a position without stated precision counts as, metres; `None`: as stated, and findings say so.
    pub unstated_precision_m: Option<f64>,
    /// Parties, guarantors and bodies.
    pub actors: Vec<Actor>,
    /// Weapon classes.
    pub weapons: Vec<WeaponClass>,
    /// Acts: named groups of kinds of fact.
    pub acts: Vec<Act>,
    /// Named moments, entry into force not among them.
    pub moments: Vec<Moment>,
    /// Units of count.
    pub units: Vec<Unit>,
    /// Categories of protected objects.
    pub categories: Vec<Category>,
    /// Metered flows.
    pub flows: Vec<Flow>,
    /// Means of verification that the text declares.
    pub sensors: Vec<Sensor>,
    /// Who may decide what: of bodies' declarations and of clauses.
    pub mandates: Vec<Mandate>,
    /// Lines and zones.
    pub plan: Plan,
    /// Reference line of each party, where one is declared.
    pub references: Vec<(ActorIx, LineIx)>,
    /// Clauses in order of the text.
    pub clauses: Vec<Clause>,
    /// Articles in order of the text (headings with what stands under them).
    pub articles: Vec<Article>,
}

/// An actor the text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Code in the terms, such as `KA`.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Other names under which reports may know it, and those it answers for.
    pub aliases: Vec<String>,
}

/// What an actor is to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Bound by the cease-fire.
    Party,
    /// Undertook measures in case of attack.
    Guarantor,
    /// A body of the mechanism.
    Body,
}

/// A weapon class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeaponClass {
    /// Name in the terms, such as `artillery`.
    pub name: String,
    /// Other names under which reports may know it.
    pub aliases: Vec<String>,
    /// Whether clauses may ask for its calibre.
    pub with_calibre: bool,
}

/// A named group of kinds of fact ([`base::vocabulary`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Name in the terms, such as `fire`.
    pub name: String,
    /// Kinds it covers.
    pub kinds: Vec<String>,
}

/// A heading and what stands under it, for readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The heading's text.
    pub heading: String,
    /// Where the heading stands.
    pub span: Span,
    /// The Markdown under the heading, `terms` blocks left out.
    pub text: String,
}

/// One clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its label, such as `3.1`.
    pub label: String,
    /// Index of its article in [`Agreement::articles`].
    pub article: usize,
    /// Where it stands in the Markdown.
    pub span: Span,
    /// Its source lines, as written.
    pub source: String,
    /// What it obliges to.
    pub duty: Duty,
    /// When it binds: from (inclusive).
    pub from: When,
    /// When it ceases: until (exclusive); `None`: open.
    pub until: Option<When>,
    /// For phased duties: when it must be complete; between `from` and this, a breach is *undetermined* (under way).
    pub complete: Option<When>,
    /// Labelled exceptions.
    pub exceptions: Vec<Exception>,
    /// Standard of proof, where the text says.
    pub standard: Option<String>,
    /// What must have come about before the clause binds, all of it.
    pub when: Vec<Condition>,
    /// Who decides on its breach, where the clause says.
    pub decided_by: Option<ActorIx>,
    /// How it is verified: names of [`Agreement::sensors`], or words of the text. Empty: the clause does not say.
    pub verified_by: Vec<String>,
    /// Remedies that the clause foresees, in the words of the text.
    pub remedies: Vec<String>,
    /// Labels of the clauses that are paired with it: each is shown beside the other.
    pub paired: Vec<String>,
    /// Label of the clause that it replaces from its beginning on.
    pub replaces: Option<String>,
    /// The alternatives within which it stands, outermost first: indices of [`crate::Bracket`] and of its alternative.
    pub within: Vec<(usize, usize)>,
}

/// A moment that the text fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// A fixed instant.
    At(Instant),
    /// Civil days (in the agreement's zone) after entry into force, at the same time of day: `D + 2 days`.
    EntryPlusDays(i32),
    /// The start of the civil day (in the agreement's zone) that is so many days after the day of entry into force:
    /// `day D + 2`.
    DayAfterEntry(i32),
    /// Milliseconds after entry into force.
    EntryPlusMs(i64),
    /// Calendar months after entry into force, at the same day of the month (or its last) and time of day.
    EntryPlusMonths(i32),
    /// From entry into force.
    Entry,
    /// After a named moment.
    After(MomentIx, Offset),
    /// After the clause's own precondition was met.
    Then(Offset),
}

/// How long after a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// At the moment itself.
    None,
    /// Civil days at the same time of day.
    Days(i32),
    /// Exact milliseconds.
    Ms(i64),
    /// The start of the civil day so many days after that of the moment.
    WholeDays(i32),
    /// Calendar months at the same day of the month, or its last day.
    Months(i32),
}

/// The obligation kinds of the core.
#[derive(Clone, Debug, PartialEq)]
pub enum Duty {
    /// Somebody shall not do something somewhere.
    Prohibition {
        /// Who is bound.
        bound: Bound,
        /// What is prohibited.
        what: What,
        /// Where; `None`: anywhere.
        zone: Option<ZoneIx>,
        /// Only against objects of these categories; empty: against anything.
        objects: Vec<CategoryIx>,
    },
    /// Sensors, signals, markers, seals and staff are left alone: judged as a prohibition of the acts that meddle.
    Abstention {
        /// Who is bound.
        bound: Bound,
        /// What would be meddling: an act named for what it is done to, with its kinds of fact.
        what: What,
        /// Where; `None`: anywhere.
        zone: Option<ZoneIx>,
        /// Whose they are; `None`: anybody's.
        of: Option<ActorIx>,
    },
    /// Something must stay a distance away from a line.
    Distance {
        /// Who is bound.
        bound: Bound,
        /// What, and how far. Every item that fits counts: a fact breaches if it is nearer than any fitting item asks.
        items: Vec<DistanceItem>,
        /// From which line.
        reference: Reference,
    },
    /// At most or at least so many.
    Limit(Limit),
    /// A metered flow is shared.
    Share(Share),
    /// Something is done.
    Deed(DeedDuty),
    /// Something is notified ahead.
    Notify(Notify),
    /// Somebody is let in.
    Access(Access),
    /// A breach is made good.
    Remedy(Remedy),
    /// What a guarantee falls due on.
    Guarantee(Guarantee),
    /// Consultation or response.
    Respond(Respond),
    /// Something lapses, is suspended or comes back.
    Effect(Effect),
    /// Who may decide what.
    Mandate(MandateClause),
    /// What somebody is told of before anything is breached.
    Indicator(Indicator),
}

impl Duty {
    /// Its obligation kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Duty::Prohibition { .. } => Kind::Prohibition,
            Duty::Distance { .. } => Kind::Withdrawal,
            Duty::Limit(_) => Kind::Limit,
            Duty::Share(_) => Kind::Share,
            Duty::Deed(_) => Kind::Deadline,
            Duty::Notify(_) => Kind::Notification,
            Duty::Access(_) => Kind::Access,
            Duty::Abstention { .. } => Kind::Abstention,
            Duty::Remedy(_) => Kind::Remedy,
            Duty::Guarantee(_) | Duty::Respond(_) => Kind::Response,
            Duty::Effect(_) => Kind::Effect,
            Duty::Mandate(_) => Kind::Mandate,
            Duty::Indicator(_) => Kind::Indicator,
        }
    }

    /// Whom it binds; `None`: it binds nobody by itself (shares, effects, mandates, indicators, what a guarantee falls
    /// due on).
    #[must_use]
    pub fn bound(&self) -> Option<&Bound> {
        match self {
            Duty::Prohibition { bound, .. }
            | Duty::Abstention { bound, .. }
            | Duty::Distance { bound, .. } => Some(bound),
            Duty::Limit(d) => Some(&d.bound),
            Duty::Deed(d) => Some(&d.bound),
            Duty::Notify(d) => Some(&d.bound),
            Duty::Access(d) => Some(&d.bound),
            Duty::Remedy(d) => Some(&d.bound),
            Duty::Respond(d) => Some(&d.bound),
            Duty::Share(_) | Duty::Guarantee(_) | Duty::Effect(_) | Duty::Mandate(_) | Duty::Indicator(_) => {
                None
            }
        }
    }

    /// Whether single observations are judged by it; the others are judged over a period, by what was declared,
    /// notified, metered, done or decided.
    #[must_use]
    pub fn is_of_observations(&self) -> bool {
        matches!(self, Duty::Prohibition { .. } | Duty::Abstention { .. } | Duty::Distance { .. })
    }
}

/// One class with its distance. Where several items of a clause fit a fact, all of them count.
#[derive(Clone, Debug, PartialEq)]
pub struct DistanceItem {
    /// What must stay away.
    pub what: What,
    /// Least distance from the reference line, metres. A side-to-side distance has been halved here.
    pub at_least_m: f64,
    /// The distance as the text has it, metres, when it is counted from side to side.
    pub side_to_side_m: Option<f64>,
}

/// The line a distance is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// One line for everybody.
    Line(LineIx),
    /// Each party's own reference line ([`Agreement::references`]).
    PerParty,
}

/// Who a clause binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Those bound; `None`: everybody ("nobody shall").
    pub actors: Option<Vec<ActorIx>>,
    /// Those exempt by name.
    pub except: Vec<ActorIx>,
}

/// What a clause is about: a fact fits if it fits all that is stated.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// An act: any of these kinds of fact.
    Act {
        /// Name in the terms.
        name: String,
        /// Kinds.
        kinds: Vec<String>,
    },
    /// A weapon of a class being somewhere.
    Weapon {
        /// The class.
        class: WeaponIx,
        /// Least calibre, millimetres (inclusive).
        calibre_min_mm: Option<f64>,
        /// Calibre below which it applies, millimetres (exclusive).
        calibre_below_mm: Option<f64>,
    },
}

/// A labelled exception: a rule with its own evidence and burden of proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception {
    /// Its label, such as `2.1a`.
    pub label: String,
    /// Its name for people.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// What must hold, all of it.
    pub conditions: Vec<Condition>,
    /// Who must show it, as the text says; empty: the text does not say.
    pub burden: String,
}

/// What an exception asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The fact lies in a zone.
    InZone(ZoneIx),
    /// The fact was recorded as a live-fire exercise, a demining blast or the like.
    Exercise,
    /// Something that somebody has to show and that no observation can: the words of the text. Holds only when a
    /// person's entry in the journal says that it was shown; until then the exception does not excuse, and the
    /// finding lists it as open.
    ToBeShown(String),
    /// It was notified under the clause of that label.
    Notified(String),
    /// No such act happened in the zone for so long, where coverage held; anything less is not silence.
    Silent {
        /// The zone.
        zone: ZoneIx,
        /// What is not to happen.
        what: What,
        /// For how long: whole days of 24 hours each, or milliseconds.
        lasts_ms: i64,
        /// Least share of the zone covered at every moment, 0 to 1.
        coverage_min: f64,
    },
    /// A named moment has come.
    Come(MomentIx),
    /// The clause of that label was breached, by these (`None`: by anybody).
    Breached {
        /// Its label.
        clause: String,
        /// By whom.
        by: Option<Vec<ActorIx>>,
    },
    /// What the clause of that label asks for is done, by these (`None`: by all it binds).
    Done {
        /// Its label.
        clause: String,
        /// By whom.
        by: Option<Vec<ActorIx>>,
    },
    /// A body has found something, in the words of the text.
    FoundBy {
        /// What.
        what: String,
        /// Which body.
        body: ActorIx,
    },
}

impl Agreement {
    /// The actor of that index.
    #[must_use]
    pub fn actor(&self, actor: ActorIx) -> Option<&Actor> {
        self.actors.get(usize::from(actor.0))
    }

    /// The actor of that code, exactly as declared.
    #[must_use]
    pub fn actor_of_code(&self, code: &str) -> Option<ActorIx> {
        index_of(&self.actors, |a| a.code == code).map(ActorIx)
    }

    /// The actor a report means: by code, name or another name, in upper or lower case. `None`: a stranger to the
    /// text, who stays unknown.
    #[must_use]
    pub fn resolve_actor_word(&self, word: &str) -> Option<ActorIx> {
        let wanted = folded(word);
        let is_meant = |a: &Actor| {
            folded(&a.code) == wanted
                || folded(&a.name) == wanted
                || a.aliases.iter().any(|alias| folded(alias) == wanted)
        };
        index_of(&self.actors, is_meant).map(ActorIx)
    }

    /// The weapon class of that index.
    #[must_use]
    pub fn weapon(&self, weapon: WeaponIx) -> Option<&WeaponClass> {
        self.weapons.get(usize::from(weapon.0))
    }

    /// The weapon class a report means: by name or another name, in upper or lower case.
    #[must_use]
    pub fn resolve_weapon_word(&self, word: &str) -> Option<WeaponIx> {
        let wanted = folded(word);
        let is_meant =
            |w: &WeaponClass| folded(&w.name) == wanted || w.aliases.iter().any(|a| folded(a) == wanted);
        index_of(&self.weapons, is_meant).map(WeaponIx)
    }

    /// The parties: actors whose role is [`Role::Party`].
    pub fn parties(&self) -> impl Iterator<Item = (ActorIx, &Actor)> {
        let numbered = self.actors.iter().enumerate();
        numbered.filter(|(_, a)| a.role == Role::Party).map(|(i, a)| (ActorIx(narrow(i)), a))
    }

    /// The reference line of a party.
    #[must_use]
    pub fn reference_of(&self, actor: ActorIx) -> Option<LineIx> {
        self.references.iter().find(|(a, _)| *a == actor).map(|(_, line)| *line)
    }

    /// The instant of a moment; `None`: it waits for an entry into force that is not yet known.
    #[must_use]
    pub fn resolve_when(&self, when: &When) -> Option<Instant> {
        match *when {
            When::After(moment, offset) => {
                let at = self.moments.get(usize::from(moment.0))?.at.as_ref()?;
                // A moment counts from entry into force or from a date, never from another moment.
                offset.after(at.resolve(self.entry_into_force, &self.zone)?, &self.zone)
            }
            ref other => other.resolve(self.entry_into_force, &self.zone),
        }
    }
}

impl When {
    /// The instant, given the entry into force and the zone in which civil days are counted.
    #[must_use]
    pub fn resolve(&self, entry: Option<Instant>, zone: &CivilZone) -> Option<Instant> {
        match *self {
            When::At(moment) => Some(moment),
            When::Entry => entry,
            When::EntryPlusDays(days) => entry.map(|e| zone.plus_days(e, days)),
            When::EntryPlusMonths(months) => Offset::Months(months).after(entry?, zone),
            When::EntryPlusMs(ms) => entry.map(|e| Instant(e.0.saturating_add(ms))),
            When::DayAfterEntry(days) => Offset::WholeDays(days).after(entry?, zone),
            When::After(..) | When::Then(_) => None,
        }
    }

    /// Whether it counts from the entry into force.
    #[must_use]
    pub fn waits_for_entry(&self) -> bool {
        !matches!(self, When::At(_) | When::After(..) | When::Then(_))
    }
}

impl Offset {
    /// The instant so long after `moment`, civil days counted in `zone`; `None`: beyond the calendar.
    #[must_use]
    pub fn after(self, moment: Instant, zone: &CivilZone) -> Option<Instant> {
        match self {
            Offset::None => Some(moment),
            Offset::Days(days) => Some(zone.plus_days(moment, days)),
            Offset::Ms(ms) => Some(Instant(moment.0.saturating_add(ms))),
            Offset::Months(months) => zone.plus_months(moment, months),
            Offset::WholeDays(days) => {
                let (year, month, day) = zone.date_of(moment);
                let noon = zone.at((year, month, day), 12, 0, 0)?;
                let (year, month, day) = zone.date_of(zone.plus_days(noon, days));
                Some(zone.day(year, month, day)?.start)
            }
        }
    }
}

fn index_of<T>(all: &[T], is_meant: impl Fn(&T) -> bool) -> Option<u16> {
    all.iter().position(is_meant).map(narrow)
}

/// Indices fit: [`crate::limits::NAMES_MAX`] is below 65 536.
fn narrow(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// How words of reports are compared: without case and without white space around them.
pub(crate) fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}
