//! The obligation kinds beyond prohibition and distance: what they bind to, in the words of the text.

use super::{ActorIx, Bound, Condition, FlowIx, Offset, Power, UnitIx, What, When, ZoneIx};
use atlas::plan::LineIx;

/// The obligation kinds of the field, numbered as the data model numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 1: somebody shall not do something somewhere.
    Prohibition = 1,
    /// 2: something stays a distance away from a line.
    Withdrawal = 2,
    /// 3: at most or at least so many, somewhere.
    Limit = 3,
    /// 4: a metered flow is shared.
    Share = 4,
    /// 5: something is done by a date, in an order, on a condition.
    Deadline = 5,
    /// 6: something is notified ahead.
    Notification = 6,
    /// 7: somebody is let in.
    Access = 7,
    /// 8: sensors, markers, seals and staff are left alone.
    Abstention = 8,
    /// 9: a breach is made good.
    Remedy = 9,
    /// 10: consultation or response, and what it falls due on.
    Response = 10,
    /// 11: something lapses, is suspended or comes back.
    Effect = 11,
    /// 12: who may decide what.
    Mandate = 12,
    /// 13: what somebody is told of before anything is breached.
    Indicator = 13,
}

impl Kind {
    /// All, with their names in interfaces.
    pub const ALL: [(Kind, &'static str); 13] = [
        (Kind::Prohibition, "prohibition"),
        (Kind::Withdrawal, "distance"),
        (Kind::Limit, "limit"),
        (Kind::Share, "share"),
        (Kind::Deadline, "deadline"),
        (Kind::Notification, "notification"),
        (Kind::Access, "access"),
        (Kind::Abstention, "abstention"),
        (Kind::Remedy, "remedy"),
        (Kind::Response, "response"),
        (Kind::Effect, "effect"),
        (Kind::Mandate, "mandate"),
        (Kind::Indicator, "indicator"),
    ];

    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(k, _)| *k == self).map_or("", |(_, n)| n)
    }
}

/// A period over which something is counted or settled, in civil time of the agreement's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// A civil hour.
    Hour,
    /// A civil day.
    Day,
    /// Seven civil days, from a Monday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Period {
    /// All, with the words of the language.
    pub const ALL: [(Period, &'static str); 5] = [
        (Period::Hour, "hour"),
        (Period::Day, "day"),
        (Period::Week, "week"),
        (Period::Month, "month"),
        (Period::Year, "year"),
    ];

    /// Its word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        Period::ALL.iter().find(|(p, _)| *p == self).map_or("", |(_, w)| w)
    }
}

/// What a limit counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Counted {
    /// Units that the text declares.
    Unit(UnitIx),
    /// Weapons of a class.
    Weapon(What),
}

/// Which way a figure binds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// At most so many.
    AtMost(f64),
    /// At least so many.
    AtLeast(f64),
    /// From so many to so many.
    Between(f64, f64),
    /// So many: the text does not say whether that is a cap or a floor.
    Level(f64),
}

/// 3: a zonal limit, ceiling or floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Who is bound.
    pub bound: Bound,
    /// Whose forces are counted, if not those of who is bound: `shall support VE in holding …`.
    pub supported: Option<ActorIx>,
    /// What is counted.
    pub counted: Counted,
    /// How many.
    pub amount: Amount,
    /// Where; `None`: anywhere.
    pub zone: Option<ZoneIx>,
    /// While what, in the words of the text, such as `peacetime`; empty: always.
    pub while_words: String,
}

/// 4: the share of a metered flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// What is shared.
    pub flow: FlowIx,
    /// Whose share, percent.
    pub shares: Vec<(ActorIx, f64)>,
    /// Settled over; `None`: not said.
    pub per: Option<Period>,
    /// How far a delivery may lie from the entitlement, percent of the flow; `None`: not said.
    pub tolerance_pct: Option<f64>,
    /// The text says that there is nothing to share when the flow is zero or negative.
    pub nothing_at_zero: bool,
}

/// 5: something is done.
#[derive(Clone, Debug, PartialEq)]
pub struct DeedDuty {
    /// Who is bound.
    pub bound: Bound,
    /// What, in the words of the text.
    pub words: String,
    /// For `withdraw`: the zone that is left; otherwise where it is done.
    pub zone: Option<ZoneIx>,
    /// For `withdraw`: what leaves; empty: everything and everybody.
    pub leaves: Vec<What>,
    /// Whether it is a withdrawal from `zone`.
    pub withdrawal: bool,
    /// How many; the deed is complete when so many are done.
    pub amount: Option<(f64, UnitIx)>,
    /// How its completion is tested, as the text words it; empty: not said.
    pub test: String,
}

/// 6: prior notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Notify {
    /// Who is bound.
    pub bound: Bound,
    /// What is notified: acts of the text.
    pub of: Vec<What>,
    /// Where; `None`: anywhere.
    pub zone: Option<ZoneIx>,
    /// How long before; `None`: not said.
    pub lead: Option<Offset>,
    /// What a notice states, such as `route`.
    pub content: Vec<String>,
    /// To whom.
    pub to: Vec<ActorIx>,
    /// Levels to which it is passed on, such as `HQ`, `sector`, `unit`.
    pub levels: Vec<String>,
    /// Each level reads it back.
    pub read_back: bool,
}

/// How often something must be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many times.
    pub times: u32,
    /// In which period.
    pub per: Period,
}

/// 7: access and cooperation.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// Who is bound.
    pub bound: Bound,
    /// Who is let in; empty: not said.
    pub admit: Vec<ActorIx>,
    /// To where; `None`: anywhere.
    pub zone: Option<ZoneIx>,
    /// Within which time of the request, milliseconds; `None`: not said.
    pub within_ms: Option<i64>,
    /// Inspections that must be accepted; `None`: any number.
    pub quota: Option<Quota>,
}

/// 9: remedy or conduct after a breach.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Who is bound.
    pub bound: Bound,
    /// Labels of the clauses whose breach is to be made good.
    pub of: Vec<String>,
    /// By what, in the words of the text.
    pub by: String,
    /// Within which time of the finding; `None`: not said.
    pub within: Option<Offset>,
    /// Who is told that it was done.
    pub report_to: Vec<ActorIx>,
}

/// 10: what a guarantee falls due on.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarantee {
    /// Who gives it.
    pub guarantors: Vec<ActorIx>,
    /// Whom it protects.
    pub beneficiary: ActorIx,
    /// What must be met, all of it.
    pub elements: Vec<Element>,
}

/// An element of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Which.
    pub name: ElementName,
    /// What meets it: any one of these. Empty: the text does not say what meets it.
    pub tests: Vec<Test>,
}

/// The elements that texts name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementName {
    /// Fire of any kind by these actors.
    Fire(Vec<ActorIx>),
    /// An armed attack by these actors.
    ArmedAttack(Vec<ActorIx>),
    /// Significant.
    Significant,
    /// Deliberate.
    Deliberate,
    /// Sustained.
    Sustained,
    /// Across a line.
    Across(LineIx),
    /// Unprovoked.
    Unprovoked,
    /// Another word of the text.
    Other(String),
}

impl ElementName {
    /// Its word in the language, without actors and line.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            ElementName::Fire(_) => "fire",
            ElementName::ArmedAttack(_) => "armed attack",
            ElementName::Significant => "significant",
            ElementName::Deliberate => "deliberate",
            ElementName::Sustained => "sustained",
            ElementName::Across(_) => "across",
            ElementName::Unprovoked => "unprovoked",
            ElementName::Other(word) => word,
        }
    }
}

/// What meets an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A weapon of this class, or of one declared after it where the text says `or heavier`.
    Weapon {
        /// The class.
        what: What,
        /// Classes declared after it count as well.
        or_heavier: bool,
    },
    /// At least so many casualties.
    Casualties(f64),
    /// At least so deep across the line, metres.
    DepthM(f64),
    /// On so many civil days out of so many.
    Days {
        /// On how many days.
        on: u32,
        /// Out of how many.
        out_of: u32,
    },
    /// A body found it.
    FoundBy {
        /// What it must have found, such as `intent`.
        what: String,
        /// Which body.
        body: ActorIx,
    },
    /// Nobody of the other side fired first.
    FirstShot,
    /// Words that a person has to judge.
    Words(String),
}

/// Where a clock of a response starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Zero {
    /// The first violation, when it happened.
    FirstViolation,
    /// The first violation, when it was recorded.
    FirstRecorded,
    /// The request for consultation.
    Request,
    /// The decision of a body.
    Decision(ActorIx),
    /// A moment of the text.
    Moment(When),
    /// The text does not say.
    NotSaid,
}

/// A tier of a response.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Its number.
    pub number: u32,
    /// Within which time of the zero; `None`: not said.
    pub within: Option<Offset>,
    /// On which condition, in the words of the text; empty: none.
    pub when: String,
    /// What follows, in the words of the text.
    pub what: String,
}

/// 10: consultation or response.
#[derive(Clone, Debug, PartialEq)]
pub struct Respond {
    /// Who is bound.
    pub bound: Bound,
    /// `consult`, `respond` or `take measures`.
    pub verb: String,
    /// Within which time of the zero; `None`: not said.
    pub within: Option<Offset>,
    /// Where the clock starts.
    pub zero: Zero,
    /// Whether a later violation starts the clock anew; `None`: not said.
    pub restarts: Option<bool>,
    /// Tiers in order.
    pub tiers: Vec<Tier>,
    /// The menu of measures.
    pub measures: Vec<String>,
    /// By which procedure, in the words of the text; empty: not said.
    pub procedure: String,
}

/// What becomes of something under a legal effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Becomes {
    /// Void.
    Void,
    /// Suspended.
    Suspended,
    /// The other is released from it.
    Released,
    /// Re-imposed: snap-back.
    Reimposed,
    /// Ended.
    Ended,
}

impl Becomes {
    /// All, with the words of the language.
    pub const ALL: [(Becomes, &'static str); 5] = [
        (Becomes::Void, "void"),
        (Becomes::Suspended, "suspended"),
        (Becomes::Released, "released"),
        (Becomes::Reimposed, "reimposed"),
        (Becomes::Ended, "ended"),
    ];

    /// Its word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        Becomes::ALL.iter().find(|(b, _)| *b == self).map_or("", |(_, w)| w)
    }
}

/// For whom an effect holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForWhom {
    /// For everybody.
    All,
    /// For these.
    Actors(Vec<ActorIx>),
    /// For the one who did not commit what the condition names.
    TheOther,
}

/// A step of a procedure on the way to an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who acts, in the words of the text.
    pub who: String,
    /// How long, civil days or exact time.
    pub within: Offset,
    /// It runs at the same time as the step before it.
    pub parallel: bool,
    /// By consensus the time may be extended.
    pub extendable: bool,
}

/// 11: legal effect or reversion. A condition that others read; the program enacts nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Labels of clauses, or words such as `the sanctions`.
    pub of: Vec<String>,
    /// What becomes of them.
    pub becomes: Becomes,
    /// For whom.
    pub whom: ForWhom,
    /// When: all of it.
    pub when: Vec<Condition>,
    /// The steps before it takes effect.
    pub steps: Vec<Step>,
    /// Who orders it; `None`: nobody is named.
    pub ordered_by: Option<ActorIx>,
    /// It takes effect by itself unless this body decides otherwise within the steps.
    pub unless_decided_by: Option<ActorIx>,
}

/// 12: a mandate given by a clause: index into [`super::Agreement::mandates`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateClause {
    /// The body.
    pub body: ActorIx,
    /// What it may decide.
    pub powers: Vec<Power>,
    /// Index of the whole mandate.
    pub mandate: usize,
}
