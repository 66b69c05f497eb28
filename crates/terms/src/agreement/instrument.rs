//! What the text says of itself: its status, who adhered, what it stands with, who decides, and what it counts and
//! measures by.

use super::{ActorIx, Span, When, ZoneIx};
use base::Instant;

/// Index of a named moment in [`super::Agreement::moments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MomentIx(pub u16);

/// Index of a unit of count in [`super::Agreement::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitIx(pub u16);

/// Index of a metered flow in [`super::Agreement::flows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowIx(pub u16);

/// Index of a category of objects in [`super::Agreement::categories`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoryIx(pub u16);

/// Where an instrument stands on its way to force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Known from a leak only.
    LeakedDraft,
    /// A draft.
    Draft,
    /// Known from reports about it; no text was published.
    Reported,
    /// A political statement.
    PoliticalStatement,
    /// Initialled.
    Initialled,
    /// Signed.
    Signed,
    /// Ratified.
    Ratified,
    /// In force.
    InForce,
    /// Suspended.
    Suspended,
    /// Denounced.
    Denounced,
    /// Expired.
    Expired,
}

impl Status {
    /// All, with the words of the language.
    pub const ALL: [(Status, &'static str); 11] = [
        (Status::LeakedDraft, "leaked draft"),
        (Status::Draft, "draft"),
        (Status::Reported, "reported"),
        (Status::PoliticalStatement, "political statement"),
        (Status::Initialled, "initialled"),
        (Status::Signed, "signed"),
        (Status::Ratified, "ratified"),
        (Status::InForce, "in force"),
        (Status::Suspended, "suspended"),
        (Status::Denounced, "denounced"),
        (Status::Expired, "expired"),
    ];

    /// Its words in the language.
    #[must_use]
    pub fn words(self) -> &'static str {
        Status::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, w)| w)
    }
}

/// The instrument: what the text says of itself beside its name, title, time zone and entry into force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instrument {
    /// Its status; `None`: the text does not say.
    pub status: Option<Status>,
    /// Who did what about it.
    pub adherence: Vec<Adherence>,
    /// Reservations.
    pub reservations: Vec<Reservation>,
    /// Other instruments that it stands in a relation to.
    pub relations: Vec<Relation>,
}

/// An act of adherence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adherence {
    /// Who.
    pub actor: ActorIx,
    /// What.
    pub act: AdherenceAct,
    /// When, if the text says: the start of that civil day, or the moment.
    pub at: Option<Instant>,
}

/// What an actor did about an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AdherenceAct {
    /// Initialled it.
    Initialled,
    /// Signed it.
    Signed,
    /// Accepted or adopted it without signature.
    Accepted,
    /// Ratified it.
    Ratified,
    /// Denounced it.
    Denounced,
    /// Did not sign it, which the text or its record says in so many words.
    NotSigned,
}

impl AdherenceAct {
    /// All, with the words of the language.
    pub const ALL: [(AdherenceAct, &'static str); 6] = [
        (AdherenceAct::Initialled, "initialled"),
        (AdherenceAct::Signed, "signed"),
        (AdherenceAct::Accepted, "accepted"),
        (AdherenceAct::Ratified, "ratified"),
        (AdherenceAct::Denounced, "denounced"),
        (AdherenceAct::NotSigned, "not signed"),
    ];

    /// Its words in the language.
    #[must_use]
    pub fn words(self) -> &'static str {
        AdherenceAct::ALL.iter().find(|(a, _)| *a == self).map_or("", |(_, w)| w)
    }
}

/// A reservation of one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Whose.
    pub actor: ActorIx,
    /// Labels of the clauses it is about.
    pub clauses: Vec<String>,
    /// Its words.
    pub words: String,
}

/// How one instrument stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// It is an annex to the other.
    AnnexTo,
    /// It is a side letter to the other.
    SideLetterTo,
    /// It amends the other.
    Amends,
    /// It supersedes the other.
    Supersedes,
    /// It is read together with the other: a package.
    StandsWith,
}

impl RelationKind {
    /// All, with the words of the language.
    pub const ALL: [(RelationKind, &'static str); 5] = [
        (RelationKind::AnnexTo, "annex to"),
        (RelationKind::SideLetterTo, "side letter to"),
        (RelationKind::Amends, "amends"),
        (RelationKind::Supersedes, "supersedes"),
        (RelationKind::StandsWith, "stands with"),
    ];

    /// Its words in the language.
    #[must_use]
    pub fn words(self) -> &'static str {
        RelationKind::ALL.iter().find(|(k, _)| *k == self).map_or("", |(_, w)| w)
    }
}

/// A relation to another instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Which.
    pub kind: RelationKind,
    /// The other: the file beside this one (it ends in `.md`), or its title.
    pub other: String,
    /// Where it is said.
    pub span: Span,
}

impl Relation {
    /// Whether the other is a file beside this one, to be read with it.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.other.ends_with(".md")
    }
}

/// A moment with a name: fixed by the text, or an event that a person's entry in the journal dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Name in the terms.
    pub name: String,
    /// For an event: its words, such as `the referendum approves the text`; empty for a fixed moment.
    pub event: String,
    /// When: stated in the text; for an event `None` until it is known to have come.
    pub at: Option<When>,
}

/// A unit of count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Name in the terms, such as `personnel`.
    pub name: String,
    /// For people; empty if the text gives none.
    pub title: String,
    /// What counts.
    pub includes: Vec<String>,
    /// What does not.
    pub excludes: Vec<String>,
}

/// A category of protected objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Name in the terms, such as `refinery`.
    pub name: String,
    /// For people, such as `oil refineries`.
    pub title: String,
    /// Known sites of it, drawn.
    pub sites: Option<ZoneIx>,
    /// Only those sites are protected; otherwise an object elsewhere may belong to the category as well.
    pub sites_only: bool,
}

/// Whether what is metered is net of own use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Net of own use.
    Net,
    /// Before own use.
    Gross,
}

/// A metered flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Name in the terms, such as `orma`.
    pub name: String,
    /// For people, such as `electricity of the Orma dam`.
    pub title: String,
    /// Net or gross; `None`: not said.
    pub basis: Option<Basis>,
    /// Unit of measure, such as `MWh`; empty: not said.
    pub unit: String,
    /// Where it is measured; empty: the text names no meter.
    pub measured_at: Vec<String>,
}

/// Means that the text declares for verifying it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Name in the terms.
    pub name: String,
    /// For people.
    pub title: String,
    /// Kinds of fact it can perceive; empty: any.
    pub detects: Vec<String>,
    /// Kinds it cannot.
    pub blind_to: Vec<String>,
    /// It perceives nothing at night.
    pub blind_at_night: bool,
    /// How far it perceives, metres; `None`: not said.
    pub range_m: Option<f64>,
    /// Zones it covers, with the share of them that it covers, 0 to 1.
    pub covers: Vec<(ZoneIx, f64)>,
    /// Where it is declared.
    pub span: Span,
}

/// Something that a body may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Power {
    /// Record what is reported.
    Record,
    /// Verify what is reported.
    Verify,
    /// Decide whether a breach occurred.
    Occurrence,
    /// Decide who is responsible.
    Attribution,
    /// Set remedies.
    Remedy,
    /// Decide that the guarantee falls due, or which measures follow.
    Guarantee,
    /// Decide that something is void, suspended or re-imposed.
    Effect,
    /// Settle what the text means.
    Interpretation,
}

impl Power {
    /// All, with the words of the language.
    pub const ALL: [(Power, &'static str); 8] = [
        (Power::Record, "records"),
        (Power::Verify, "verification"),
        (Power::Occurrence, "occurrence"),
        (Power::Attribution, "attribution"),
        (Power::Remedy, "remedy"),
        (Power::Guarantee, "guarantee"),
        (Power::Effect, "effect"),
        (Power::Interpretation, "interpretation"),
    ];

    /// Its word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        Power::ALL.iter().find(|(p, _)| *p == self).map_or("", |(_, w)| w)
    }
}

/// The rule by which a body decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Its chair or head rules.
    Chair,
    /// Consensus.
    Consensus,
    /// All members vote for it.
    Unanimity,
    /// Majority.
    Majority,
    /// Adopted unless somebody objects within so many milliseconds.
    Silence(i64),
    /// Each member decides for itself.
    EachForItself,
}

/// A body, and what it may decide. A body with several mandates (one power by another rule) has several entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The body: an actor.
    pub body: ActorIx,
    /// Label of the clause that gives the mandate; empty: the body's declaration.
    pub clause: String,
    /// What it may do.
    pub powers: Vec<Power>,
    /// The text says that it decides nothing.
    pub decides_nothing: bool,
    /// By which rule; `None`: not said.
    pub rule: Option<Rule>,
    /// Members that must be present.
    pub quorum: Option<u32>,
    /// Standard of proof, as the text words it.
    pub standard: Option<String>,
    /// Who sits in it, as the text words it; empty: not said.
    pub members: String,
    /// Work goes on without an absent member, whose absence is noted.
    pub absence_noted: bool,
    /// Within which time it decides, milliseconds; `None`: no deadline.
    pub within_ms: Option<i64>,
    /// Where it is said.
    pub span: Span,
}
