//! The parsed tree: what the statements say, with places, before any name is looked up. Never leaves this crate.

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
#[derive(Debug)]
pub(crate) enum Statement<'a> {
    Instrument(Box<Instrument<'a>>),
    Actors(Vec<ActorDecl<'a>>),
    Weapons(Vec<WeaponDecl<'a>>),
    Act(ActDecl<'a>),
    Line(Box<LineDecl<'a>>),
    Zone(Box<ZoneDecl<'a>>),
    Reference(ReferenceDecl<'a>),
    Clause(Box<Clause<'a>>),
    Exception(Exception<'a>),
    /// Could not be read and has been reported: what it would have declared, so that nobody asks for it again.
    Failed(Failed<'a>),
}

#[derive(Debug, Default)]
pub(crate) struct Failed<'a> {
    pub names: Vec<Name<'a>>,
    pub label: Option<Name<'a>>,
    pub instrument: bool,
    pub reference_of: Vec<Name<'a>>,
}

#[derive(Debug)]
pub(crate) struct Instrument<'a> {
    pub name: Name<'a>,
    pub title: &'a str,
    pub version: String,
    pub zone: Option<Name<'a>>,
    pub anchor: Option<Name<'a>>,
    pub entry: Option<Moment<'a>>,
    pub precision: Option<Quantity>,
}

#[derive(Debug)]
pub(crate) struct ActorDecl<'a> {
    pub code: Name<'a>,
    pub name: Name<'a>,
    pub role: crate::agreement::Role,
    pub aliases: Vec<Name<'a>>,
    /// Lines such as `records; decides nothing`, kept in the text and not checked.
    pub unchecked: Option<Stretch>,
}

#[derive(Debug)]
pub(crate) struct WeaponDecl<'a> {
    pub name: Name<'a>,
    pub aliases: Vec<Name<'a>>,
    pub with_calibre: bool,
}

#[derive(Debug)]
pub(crate) struct ActDecl<'a> {
    pub name: Name<'a>,
    pub kinds: Vec<(String, Stretch)>,
}

#[derive(Debug)]
pub(crate) struct Geometry<'a> {
    pub path: &'a str,
    pub layer: Option<&'a str>,
    pub validity: atlas::plan::Validity,
    pub tolerance: Option<Quantity>,
    pub surveyed_by: Option<Name<'a>>,
    pub left: Option<Name<'a>>,
    pub right: Option<Name<'a>>,
}

#[derive(Debug)]
pub(crate) struct LineDecl<'a> {
    pub name: Name<'a>,
    pub geometry: Geometry<'a>,
}

#[derive(Debug)]
pub(crate) struct ZoneDecl<'a> {
    pub name: Name<'a>,
    pub shape: Shape<'a>,
}

#[derive(Debug)]
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

#[derive(Debug)]
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
    Date { date: (i16, i8, i8), time: Option<(i8, i8, i8)> },
    After { anchor: Name<'a>, plus: Plus },
    NotYetKnown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    Nothing,
    Days(i32),
    Ms(i64),
    /// The civil day so many days after the day of the anchor, as a day.
    WholeDay(i32),
}

#[derive(Debug)]
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
}

#[derive(Debug)]
pub(crate) struct Subject<'a> {
    /// `None`: nobody shall.
    pub names: Option<Vec<Name<'a>>>,
    pub except: Vec<Name<'a>>,
    pub at: Stretch,
}

#[derive(Debug)]
pub(crate) enum Action<'a> {
    Not(What<'a>),
    Keep {
        items: Vec<Item<'a>>,
        reference: Option<Ref<'a>>,
        at: Stretch,
    },
    /// A duty to do something else; the verb.
    Other(Name<'a>),
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

#[derive(Debug)]
pub(crate) struct Exception<'a> {
    /// Its own label; `None`: it stands within its clause.
    pub label: Option<Name<'a>>,
    pub title: String,
    pub at: Stretch,
    pub conditions: Vec<Condition<'a>>,
    pub burden: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Condition<'a> {
    Area(Area<'a>),
    Exercise,
    Shown { words: String, at: Stretch, explicit: bool },
}
