//! The parsed tree: what the statements say, with places, before any name is looked up. Never leaves this crate.

use crate::agreement::{
    AdherenceAct, Basis, Becomes, Measure, Offset, Period, Power, RelationKind, Rule, Status,
};
use crate::source::Stretch;

/// A name as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a> {
    pub text: &'a str,
    pub at: Stretch,
}

/// A number with its unit worked in (metres or millimetres).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    pub value: f64,
    pub at: Stretch,
}

/// One statement.
#[derive(Clone, Debug)]
pub(crate) enum Statement<'a> {
    Instrument(Box<Instrument<'a>>),
    Actors(Vec<ActorDecl<'a>>),
    Weapons(Vec<WeaponDecl<'a>>),
    Act(ActDecl<'a>),
    Moment(MomentDecl<'a>),
    Unit(UnitDecl<'a>),
    Category(CategoryDecl<'a>),
    Flow(FlowDecl<'a>),
    Sensor(Box<SensorDecl<'a>>),
    Line(Box<LineDecl<'a>>),
    Zone(Box<ZoneDecl<'a>>),
    Reference(ReferenceDecl<'a>),
    Clause(Box<Clause<'a>>),
    Exception(Exception<'a>),
    /// Could not be read and has been reported: what it would have declared, so that nobody asks for it again.
    Failed(Failed<'a>),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Failed<'a> {
    pub names: Vec<Name<'a>>,
    pub label: Option<Name<'a>>,
    pub instrument: bool,
    pub reference_of: Vec<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Instrument<'a> {
    pub name: Name<'a>,
    pub title: &'a str,
    pub version: String,
    pub zone: Option<Name<'a>>,
    pub anchor: Option<Name<'a>>,
    pub entry: Option<Moment<'a>>,
    pub precision: Option<Quantity>,
    /// Who says that it entered into force when, where that is disputed.
    pub claims: Vec<(Moment<'a>, Vec<Name<'a>>)>,
    pub status: Option<Status>,
    pub adherence: Vec<(AdherenceAct, Name<'a>, Option<Moment<'a>>)>,
    pub reservations: Vec<(Name<'a>, Vec<Name<'a>>, Name<'a>)>,
    pub relations: Vec<(RelationKind, Name<'a>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct ActorDecl<'a> {
    pub code: Name<'a>,
    pub name: Name<'a>,
    pub role: crate::agreement::Role,
    pub aliases: Vec<Name<'a>>,
    /// What a body may do, where the text says.
    pub mandate: Option<MandateDecl<'a>>,
}

/// What a body may decide, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct MandateDecl<'a> {
    pub at: Stretch,
    pub powers: Vec<Power>,
    pub decides_nothing: bool,
    pub rule: Option<Rule>,
    pub quorum: Option<u32>,
    pub standard: Option<String>,
    pub members: Option<&'a str>,
    pub absence_noted: bool,
    pub within_ms: Option<i64>,
}

/// `moment ref = when "the referendum approves the text"`
#[derive(Clone, Debug)]
pub(crate) struct MomentDecl<'a> {
    pub name: Name<'a>,
    /// For an event: its words.
    pub event: Option<Name<'a>>,
    pub at: Option<Moment<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) struct UnitDecl<'a> {
    pub name: Name<'a>,
    pub title: Option<Name<'a>>,
    pub includes: Vec<Name<'a>>,
    pub excludes: Vec<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) struct CategoryDecl<'a> {
    pub name: Name<'a>,
    pub title: Name<'a>,
    pub sites: Option<Name<'a>>,
    pub sites_only: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct FlowDecl<'a> {
    pub name: Name<'a>,
    pub title: Name<'a>,
    pub basis: Option<Basis>,
    pub unit: Option<Name<'a>>,
    pub measured_at: Vec<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) struct SensorDecl<'a> {
    pub name: Name<'a>,
    pub title: Name<'a>,
    pub at: Stretch,
    pub detects: Vec<(String, Stretch)>,
    pub blind_to: Vec<(String, Stretch)>,
    pub blind_at_night: bool,
    pub range: Option<Quantity>,
    pub covers: Vec<(Name<'a>, f64)>,
}

#[derive(Clone, Debug)]
pub(crate) struct WeaponDecl<'a> {
    pub name: Name<'a>,
    pub aliases: Vec<Name<'a>>,
    pub with_calibre: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ActDecl<'a> {
    pub name: Name<'a>,
    pub kinds: Vec<(String, Stretch)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Geometry<'a> {
    pub path: &'a str,
    pub layer: Option<&'a str>,
    pub validity: atlas::plan::Validity,
    pub tolerance: Option<Quantity>,
    pub surveyed_by: Option<Name<'a>>,
    pub left: Option<Name<'a>>,
    pub right: Option<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) struct LineDecl<'a> {
    pub name: Name<'a>,
    pub geometry: Geometry<'a>,
}

#[derive(Clone, Debug)]
pub(crate) struct ZoneDecl<'a> {
    pub name: Name<'a>,
    pub shape: Shape<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape<'a> {
    Drawn(Geometry<'a>),
    Area(Area<'a>),
    Chain { first: Name<'a>, join: Join, rest: Vec<Name<'a>> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    And,
    Or,
    Except,
}

impl Join {
    pub fn word(self) -> &'static str {
        match self {
            Join::And => "and",
            Join::Or => "or",
            Join::Except => "except",
        }
    }
}

/// A place in words.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Area<'a> {
    Named(Name<'a>),
    Band { from_m: f64, to_m: f64, line: Name<'a>, side: Option<Name<'a>>, at: Stretch },
    SideOf { party: Name<'a>, line: Name<'a> },
}

#[derive(Clone, Debug)]
pub(crate) struct ReferenceDecl<'a> {
    pub parties: Vec<Name<'a>>,
    pub line: Name<'a>,
}

/// A moment as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub kind: MomentKind<'a>,
    pub at: Stretch,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum MomentKind<'a> {
    Date {
        date: (i16, i8, i8),
        time: Option<(i8, i8, i8)>,
    },
    After {
        anchor: Name<'a>,
        plus: Plus,
    },
    /// After the clause's own precondition.
    Then {
        plus: Plus,
    },
    NotYetKnown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    Nothing,
    Days(i32),
    Ms(i64),
    Months(i32),
    /// The civil day so many days after the day of the anchor, as a day.
    WholeDay(i32),
}

#[derive(Clone, Debug)]
pub(crate) struct Clause<'a> {
    pub label: Name<'a>,
    /// From its label to its last word.
    pub at: Stretch,
    pub subject: Subject<'a>,
    pub action: Action<'a>,
    /// `Some(None)`: anywhere, in so many words.
    pub area: Option<Option<Area<'a>>>,
    pub from: Option<Moment<'a>>,
    pub until: Option<Moment<'a>>,
    pub complete: Option<Moment<'a>>,
    pub except: Vec<Name<'a>>,
    pub unless: Vec<Exception<'a>>,
    pub standard: Option<String>,
    /// `by air, land, sea`.
    pub domains: Option<Stretch>,
    pub when: Vec<Condition<'a>>,
    pub decided_by: Option<Name<'a>>,
    /// Names of sensors, or words in quotes.
    pub verified_by: Vec<Method<'a>>,
    pub remedies: Vec<Name<'a>>,
    pub paired: Vec<Name<'a>>,
    pub replaces: Option<Name<'a>>,
    /// `while "peacetime"`.
    pub while_words: Option<Name<'a>>,
    /// Categories of objects that it is about.
    pub objects: Vec<Name<'a>>,
    /// The alternatives within which it stands: bracket and alternative, outermost first.
    pub guard: Vec<(usize, usize)>,
}

/// A name of a sensor, or the words of a method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method<'a> {
    pub name: Name<'a>,
    pub is_text: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    /// `None`: nobody shall.
    pub names: Option<Vec<Name<'a>>>,
    pub except: Vec<Name<'a>>,
    pub at: Stretch,
}

#[derive(Clone, Debug)]
pub(crate) enum Action<'a> {
    Not(What<'a>),
    Keep {
        items: Vec<Item<'a>>,
        reference: Option<Ref<'a>>,
        at: Stretch,
    },
    /// Another kind of duty.
    Duty(Box<Duty<'a>>),
    /// A duty to do something else; the verb.
    Other(Name<'a>),
}

/// The kinds of duty beyond prohibition and distance.
#[derive(Clone, Debug)]
pub(crate) enum Duty<'a> {
    Interfere {
        targets: Vec<(&'static str, Stretch)>,
        of: Option<Name<'a>>,
    },
    Limit {
        amount: AmountRead,
        thing: What<'a>,
        supported: Option<Name<'a>>,
    },
    Share {
        flow: Name<'a>,
        shares: Vec<(Name<'a>, Quantity)>,
        per: Option<Period>,
        tolerance: Option<Quantity>,
        nothing_at_zero: bool,
    },
    Deed {
        words: Name<'a>,
        amount: Option<(Quantity, Name<'a>)>,
        test: Option<Name<'a>>,
    },
    Withdraw {
        leaves: Vec<What<'a>>,
        zone: Name<'a>,
    },
    Notify {
        of: Vec<What<'a>>,
        lead: Option<Offset>,
        content: Vec<Name<'a>>,
        to: Vec<Name<'a>>,
        levels: Vec<Name<'a>>,
        read_back: bool,
    },
    Admit {
        who: Vec<Name<'a>>,
        zone: Option<Name<'a>>,
        within_ms: Option<i64>,
    },
    Inspect {
        times: u32,
        per: Period,
        who: Vec<Name<'a>>,
        within_ms: Option<i64>,
    },
    Remedy {
        of: Vec<Name<'a>>,
        by: Name<'a>,
        within: Option<Offset>,
        report_to: Vec<Name<'a>>,
    },
    Guarantee {
        guarantors: Vec<Name<'a>>,
        beneficiary: Name<'a>,
        elements: Vec<Element<'a>>,
    },
    Respond(Box<Respond<'a>>),
    Effect(Box<Effect<'a>>),
    Mandate {
        body: Name<'a>,
        mandate: MandateDecl<'a>,
    },
    Indicator(Box<Indicator<'a>>),
}

/// `indicator "denials rise" of denial over 7 days …`
#[derive(Clone, Debug)]
pub(crate) struct Indicator<'a> {
    pub title: Name<'a>,
    pub signal: SignalRead<'a>,
    pub window_ms: Option<(i64, Stretch)>,
    pub versus: Option<(Versus<'a>, Stretch)>,
    pub turn: Option<(TurnRead, Stretch)>,
    pub coverage: Option<Quantity>,
    pub told: Vec<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) enum SignalRead<'a> {
    Facts(What<'a>),
    Missing(What<'a>),
    Notices(Vec<What<'a>>),
    Calls,
}

/// What an indicator is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Versus<'a> {
    Before(i64),
    Since(Moment<'a>),
    Between(Moment<'a>, Moment<'a>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum TurnRead {
    Rises(LevelRead),
    Falls(LevelRead),
    Stops,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelRead {
    pub number: Quantity,
    pub measure: Measure,
    pub at_least: Option<Quantity>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AmountRead {
    pub least: Option<Quantity>,
    pub most: Option<Quantity>,
    pub level: Option<Quantity>,
}

#[derive(Clone, Debug)]
pub(crate) struct Element<'a> {
    pub name: ElementWord<'a>,
    pub tests: Vec<Test<'a>>,
    pub at: Stretch,
}

#[derive(Clone, Debug)]
pub(crate) enum ElementWord<'a> {
    Fire(Vec<Name<'a>>),
    ArmedAttack(Vec<Name<'a>>),
    Significant,
    Deliberate,
    Sustained,
    Across(Name<'a>),
    Unprovoked,
    Other(Name<'a>),
}

#[derive(Clone, Debug)]
pub(crate) enum Test<'a> {
    Weapon { what: What<'a>, or_heavier: bool },
    Casualties(f64),
    DepthM(f64),
    Days { on: u32, out_of: u32 },
    FoundBy { body: Name<'a>, what: Option<Name<'a>> },
    FirstShot,
    Words(Name<'a>),
}

#[derive(Clone, Debug)]
pub(crate) enum Zero<'a> {
    FirstViolation,
    FirstRecorded,
    Request,
    Decision(Name<'a>),
    Moment(Moment<'a>),
}

#[derive(Clone, Debug)]
pub(crate) struct Tier<'a> {
    pub number: u32,
    pub within: Option<Offset>,
    pub when: Option<Name<'a>>,
    pub what: Name<'a>,
    pub at: Stretch,
}

#[derive(Clone, Debug)]
pub(crate) struct Respond<'a> {
    pub verb: &'static str,
    pub within: Option<Offset>,
    pub zero: Option<Zero<'a>>,
    pub restarts: Option<bool>,
    pub tiers: Vec<Tier<'a>>,
    pub measures: Vec<Name<'a>>,
    pub procedure: Option<Name<'a>>,
}

#[derive(Clone, Debug)]
pub(crate) enum ForWhom<'a> {
    Actors(Vec<Name<'a>>),
    TheOther,
}

#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub who: Name<'a>,
    pub within: Offset,
    pub parallel: bool,
    pub extendable: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Effect<'a> {
    pub labels: Vec<Name<'a>>,
    pub words: Option<Name<'a>>,
    pub becomes: Becomes,
    pub whom: Option<ForWhom<'a>>,
    pub steps: Vec<Step<'a>>,
    pub ordered_by: Option<Name<'a>>,
    pub unless_decided_by: Option<Name<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct What<'a> {
    pub name: Name<'a>,
    /// `place NAME`: only a weapon class can be meant.
    pub placed: bool,
    pub calibre_min: Option<Quantity>,
    pub calibre_below: Option<Quantity>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub what: What<'a>,
    pub distance: Quantity,
    pub side_to_side: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Ref<'a> {
    PerParty(Stretch),
    Line(Name<'a>),
}

#[derive(Clone, Debug)]
pub(crate) struct Exception<'a> {
    /// Its own label; `None`: it stands within its clause.
    pub label: Option<Name<'a>>,
    pub title: String,
    pub at: Stretch,
    pub conditions: Vec<Condition<'a>>,
    pub burden: String,
    /// The alternatives within which it stands.
    pub guard: Vec<(usize, usize)>,
}

#[derive(Clone, Debug)]
pub(crate) enum Condition<'a> {
    Area(Area<'a>),
    Exercise,
    Shown { words: String, at: Stretch, explicit: bool },
    Notified(Name<'a>),
    Silent { zone: Name<'a>, what: What<'a>, lasts_ms: i64, coverage: Option<Quantity>, at: Stretch },
    Come(Name<'a>),
    Breached { label: Name<'a>, by: Option<Vec<Name<'a>>> },
    Done { label: Name<'a>, by: Option<Vec<Name<'a>>> },
    FoundBy { body: Name<'a>, what: Name<'a> },
}
