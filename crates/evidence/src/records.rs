//! Records of what is not perceived by a sensor but declared, metered, notified, visited, asked, done or decided. Their
//! words stay words: what they mean to an agreement is found out elsewhere.

mod read;

pub use read::read_records;

use base::{Instant, Interval, LonLat};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item])* $variant,)* }

        impl $name {
            /// All, with their words in tables.
            pub const ALL: &'static [($name, &'static str)] = &[$(($name::$variant, $word),)*];

            /// Its word in tables and interfaces.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The one of that word, upper or lower case.
            #[must_use]
            pub fn named(word: &str) -> Option<$name> {
                $name::ALL.iter().find(|(_, w)| w.eq_ignore_ascii_case(word.trim())).map(|(v, _)| *v)
            }
        }
    };
}

words! {
    /// How a figure came about.
    FigureBasis {
        /// Stated by the party itself.
        Declared = "declared",
        /// Estimated by others.
        Estimated = "estimated",
        /// Counted in an inspection.
        Inspected = "inspected",
    }
}

words! {
    /// How a meter's value came about.
    MeterStatus {
        /// Read.
        Measured = "measured",
        /// Put in its place by an agreed rule.
        Estimated = "estimated",
        /// There is no value.
        Missing = "missing",
    }
}

words! {
    /// Whether own use is left out.
    MeterBasis {
        /// Net of own use.
        Net = "net",
        /// Before own use.
        Gross = "gross",
    }
}

words! {
    /// How far a notice came at one level. None of them is a permission.
    Stage {
        /// It arrived.
        Delivered = "delivered",
        /// It was read back.
        ReadBack = "read back",
        /// The level objected.
        Objected = "objected",
    }
}

words! {
    /// What came of a request for access.
    AccessOutcome {
        /// No answer yet.
        Pending = "pending",
        /// Let in.
        Granted = "granted",
        /// Let in on conditions, such as an escort.
        Conditional = "conditional",
        /// Refused.
        Denied = "denied",
        /// Refused or put off for the visitors' own safety.
        Safety = "safety",
    }
}

words! {
    /// Whether a visited site could be seen.
    VisitOutcome {
        /// It was seen.
        Accessible = "accessible",
        /// The team was kept out: that is neither presence nor absence of anything.
        Denied = "denied",
    }
}

words! {
    /// How well a deed is known.
    DeedStatus {
        /// Somebody says that it was done.
        Reported = "reported",
        /// It was verified.
        Verified = "verified",
        /// It is said not to have been done as reported.
        Disputed = "disputed",
    }
}

words! {
    /// What a body decided.
    DecisionOutcome {
        /// It asks the question and has not decided.
        Pending = "pending",
        /// Yes: it found, ordered or adopted it.
        Found = "found",
        /// No: it rejected or averted it.
        Rejected = "rejected",
        /// It gave more time, until the end of the record's period.
        Extended = "extended",
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its id in the source. A later report with the same id supersedes the earlier.
    pub id: String,
    /// When it happened: an instant, or the whole civil day if only that is stated.
    pub at: Option<Interval>,
    /// Begin of the period it is about; for access: when it was decided.
    pub from: Option<Instant>,
    /// End (exclusive) of the period it is about; for access: when the team was in.
    pub until: Option<Instant>,
    /// When it was reported; `None`: not stated.
    pub reported: Option<Instant>,
    /// Name of a zone or site, as written; empty: not stated.
    pub place: String,
    /// Position and radius in metres; `None`: not stated.
    pub point: Option<(LonLat, f64)>,
    /// Free words.
    pub words: String,
    /// What it records.
    pub what: Recorded,
}

impl Record {
    /// The period it is about; `None`: not stated in full.
    #[must_use]
    pub fn period(&self) -> Option<Interval> {
        Some(Interval { start: self.from?, end: self.until? })
    }
}

/// What a record records.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// A figure as of a moment.
    Declaration {
        /// Whose forces it counts.
        party: String,
        /// Unit or class counted.
        subject: String,
        /// How many.
        figure: f64,
        /// Half-width of its doubt, in the same unit; 0 if none is stated.
        doubt: f64,
        /// How it came about.
        basis: FigureBasis,
    },
    /// A meter's value over the record's period.
    Reading {
        /// Flow, as written.
        flow: String,
        /// Meter, as written; may be empty.
        meter: String,
        /// Energy or power in `unit`, positive outward, negative inward; `None`: missing.
        value: Option<f64>,
        /// Half-width of its doubt, in the same unit.
        doubt: f64,
        /// Unit of measure.
        unit: String,
        /// How the value came about.
        status: MeterStatus,
        /// Net or gross; `None`: not stated.
        basis: Option<MeterBasis>,
    },
    /// What one actor received of a flow over the record's period.
    Delivery {
        /// Flow, as written.
        flow: String,
        /// Who received it, or ceded it.
        actor: String,
        /// How much, in `unit`.
        value: f64,
        /// Unit of measure.
        unit: String,
        /// It was the actor's to take, and left to another.
        ceded: bool,
    },
    /// A notice of something planned in the record's period, sent at `at`.
    Notice {
        /// Who gives notice.
        by: String,
        /// Of what: the name of an act, or a kind of fact.
        act: String,
        /// To whom.
        to: Vec<String>,
        /// Fields it states, such as `route`.
        content: Vec<String>,
    },
    /// How far a notice came at one level, at `at`.
    Receipt {
        /// Id of the notice.
        notice: String,
        /// Level, such as `brigade`.
        level: String,
        /// How far.
        stage: Stage,
    },
    /// A request for access, made at `at`.
    Access {
        /// Who asks to be let in.
        by: String,
        /// Who is asked.
        of: String,
        /// What came of it.
        outcome: AccessOutcome,
    },
    /// A visit to a site at `at`, with what was counted of one item.
    Visit {
        /// Who visits.
        by: String,
        /// Whose site.
        of: String,
        /// Whether it could be seen.
        outcome: VisitOutcome,
        /// Unit or class that was counted; empty: nothing was.
        item: String,
        /// How many were there; `None`: not counted.
        count: Option<f64>,
        /// Serial numbers of those there.
        serials: Vec<String>,
    },
    /// Something done at `at`.
    Deed {
        /// Who did it.
        by: String,
        /// What: the label of a clause; empty: the record's words say it.
        subject: String,
        /// How many; `None`: all of it.
        amount: Option<f64>,
        /// How well that is known.
        status: DeedStatus,
        /// Who was told.
        told: Vec<String>,
    },
    /// What a body decided at `at`, in the record's words.
    Decision {
        /// The body.
        body: String,
        /// Which power it used, such as `occurrence`; may be empty.
        power: String,
        /// Label of the clause it is about; may be empty.
        about: String,
        /// What it decided.
        outcome: DecisionOutcome,
        /// Whom it concerns.
        parties: Vec<String>,
    },
    /// A moment that has come at `at`, or a state that lasts for the record's period.
    Event {
        /// Its name or words.
        name: String,
    },
    /// A request for consultation, made at `at`.
    Request {
        /// Who asks.
        by: String,
    },
    /// A consultation held, or a measure taken, at `at`, in the record's words.
    Response {
        /// Who.
        by: String,
        /// Label of the clause under which; may be empty.
        subject: String,
        /// Number of the tier; `None`: not stated.
        tier: Option<u32>,
    },
}

impl Recorded {
    /// All words of the column `record`.
    pub const NAMES: [&'static str; 12] = [
        "declaration",
        "reading",
        "delivery",
        "notice",
        "receipt",
        "access",
        "visit",
        "deed",
        "decision",
        "event",
        "request",
        "response",
    ];

    /// Its word in the column `record`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let [
            declaration,
            reading,
            delivery,
            notice,
            receipt,
            access,
            visit,
            deed,
            decision,
            event,
            request,
            response,
        ] = Recorded::NAMES;
        match self {
            Recorded::Declaration { .. } => declaration,
            Recorded::Reading { .. } => reading,
            Recorded::Delivery { .. } => delivery,
            Recorded::Notice { .. } => notice,
            Recorded::Receipt { .. } => receipt,
            Recorded::Access { .. } => access,
            Recorded::Visit { .. } => visit,
            Recorded::Deed { .. } => deed,
            Recorded::Decision { .. } => decision,
            Recorded::Event { .. } => event,
            Recorded::Request { .. } => request,
            Recorded::Response { .. } => response,
        }
    }
}
