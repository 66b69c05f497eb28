//! Retention: until when an original may be kept and by which rule, what holds it, and who may let it go. Rules only
//! ever put something on a list; nothing is erased by itself, and what is erased stays on record but for its bytes.

mod wire;

pub use wire::RulesWire;

use crate::item::{ERASED, HELD, Handling, Item, PROPOSED, RECEIVED, RELEASED};

const DAY_MS: i64 = 86_400_000;

/// What a rule asks of the cases that an item is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfCase {
    /// Nothing.
    #[default]
    Any,
    /// It is part of no case.
    None,
    /// It is part of a case, and every such case is closed; the days count from the last closing.
    Closed,
}

/// One rule. The first that fits an item counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its name: the record says by which rule something fell due.
    pub name: String,
    /// How the media type begins, such as `image/`; empty: any.
    pub media: String,
    /// The source, or how its id begins, with `*` at the end; empty: any.
    pub source: String,
    /// What it asks of cases.
    pub case: OfCase,
    /// How long such an item may be kept, days.
    pub keep_days: u32,
}

/// The rules of a mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// In order.
    pub rules: Vec<Rule>,
    /// How many custodians it takes to erase: 1 or 2.
    pub persons: u8,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { rules: Vec::new(), persons: 2 }
    }
}

/// A case that an item is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOf {
    /// Its reference.
    pub reference: String,
    /// When it was closed, milliseconds since 1970; `None`: it is open.
    pub closed_ms: Option<i64>,
}

/// One announcement of an original: the same photo may come with two reports.
#[derive(Clone, Copy, Debug)]
pub struct Announced<'a> {
    /// The item.
    pub item: &'a Item,
    /// The source it came with.
    pub source: &'a str,
    /// When that was recorded, milliseconds since 1970.
    pub recorded_ms: i64,
    /// The cases that it is part of.
    pub cases: &'a [CaseOf],
}

/// Until when something may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// Milliseconds since 1970.
    pub ms: i64,
    /// By which rule.
    pub rule: String,
}

/// Something that a custodian did, with who, why and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// When it was recorded, milliseconds since 1970.
    pub at_ms: i64,
}

/// What keeps an original from lapsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// An open case, by its reference.
    Case(String),
    /// A custodian.
    Custodian(Deed),
}

/// How an original stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether its bytes are here.
    pub is_here: bool,
    /// Until when it may be kept; `None`: nothing gives it a date.
    pub until: Option<Until>,
    /// What holds it.
    pub holds: Vec<Hold>,
    /// Its erasure was proposed, and nothing has undone that.
    pub proposed: Option<Deed>,
    /// It was erased, and has not come again since.
    pub erased: Option<Deed>,
}

/// Why an original is not erased.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotErased {
    /// It is on its way.
    #[error("it is not here")]
    NotHere,
    /// Nothing gives it a date.
    #[error("no rule gives it a date until which it may be kept: it is kept until the archive is closed")]
    NoDate,
    /// Not yet.
    #[error("it may be kept until {until_ms} ms by the rule `{rule}`: it has not lapsed")]
    NotLapsed {
        /// Until when, milliseconds since 1970.
        until_ms: i64,
        /// By which rule.
        rule: String,
    },
    /// Something holds it.
    #[error("it is held by {by}")]
    Held {
        /// By what.
        by: String,
    },
    /// A second person has to do it.
    #[error("{by} proposed it: it takes a second custodian")]
    SamePerson {
        /// Who proposed it.
        by: String,
    },
}

/// What one more custodian does to a lapsed original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first of two proposes.
    Propose,
    /// It is erased, if two are needed as somebody else proposed.
    Erase {
        /// Who proposed it; `None`: one is enough.
        proposed_by: Option<String>,
    },
}

impl Rules {
    /// Until when one announced original may be kept: as was stated when it came, or by the first rule that fits.
    #[must_use]
    pub fn until(&self, of: &Announced<'_>) -> Option<Until> {
        if let Some(ms) = of.item.retain_until_ms {
            return Some(Until { ms, rule: "as stated when it came".to_owned() });
        }
        let rule = self.rules.iter().find(|r| r.fits(of))?;
        let from_ms = match rule.case {
            OfCase::Closed => of.cases.iter().filter_map(|c| c.closed_ms).max().unwrap_or(of.recorded_ms),
            OfCase::Any | OfCase::None => of.recorded_ms,
        };
        let ms = from_ms.saturating_add(i64::from(rule.keep_days).saturating_mul(DAY_MS));
        Some(Until { ms, rule: rule.name.clone() })
    }
}

impl Rule {
    fn fits(&self, of: &Announced<'_>) -> bool {
        let source = match self.source.strip_suffix('*') {
            Some(beginning) => of.source.starts_with(beginning),
            None => self.source.is_empty() || self.source == of.source,
        };
        let case = match self.case {
            OfCase::Any => true,
            OfCase::None => of.cases.is_empty(),
            OfCase::Closed => !of.cases.is_empty() && of.cases.iter().all(|c| c.closed_ms.is_some()),
        };
        source && case && of.item.media_type.to_ascii_lowercase().starts_with(&self.media)
    }
}

impl Standing {
    /// How the original of these announcements stands, after what was done with it, in the order recorded.
    #[must_use]
    pub fn of<'a>(
        announced: &[Announced<'_>],
        custody: impl IntoIterator<Item = (i64, &'a Handling)>,
        rules: &Rules,
    ) -> Standing {
        let mut standing = Standing::default();
        let mut arrivals: Vec<i64> =
            announced.iter().filter(|a| a.item.is_here).map(|a| a.recorded_ms).collect();
        arrivals.sort_unstable();
        let mut arrivals = arrivals.into_iter().peekable();
        for (at_ms, handling) in custody {
            while arrivals.next_if(|a| *a <= at_ms).is_some() {
                standing.arrived();
            }
            standing.take(at_ms, handling);
        }
        if arrivals.next().is_some() {
            standing.arrived();
        }
        let open = announced.iter().flat_map(|a| a.cases).filter(|c| c.closed_ms.is_none());
        for case in open {
            let hold = Hold::Case(case.reference.clone());
            if !standing.holds.contains(&hold) {
                standing.holds.push(hold);
            }
        }
        // Of several announcements the one that keeps it longest counts; one without a date keeps it.
        let dates: Option<Vec<Until>> = announced.iter().map(|a| rules.until(a)).collect();
        standing.until = dates.and_then(|d| d.into_iter().max_by_key(|u| u.ms));
        standing
    }

    fn arrived(&mut self) {
        self.is_here = true;
        self.erased = None;
        self.proposed = None;
    }

    fn take(&mut self, at_ms: i64, handling: &Handling) {
        let deed = || Deed { by: handling.by.clone(), why: handling.note.clone(), at_ms };
        match handling.action.as_str() {
            RECEIVED => self.arrived(),
            // Whoever proposed did not know what the holder knows.
            HELD => {
                self.holds.push(Hold::Custodian(deed()));
                self.proposed = None;
            }
            RELEASED => self.holds.clear(),
            PROPOSED => self.proposed = Some(deed()),
            ERASED => {
                self.is_here = false;
                self.proposed = None;
                self.erased = Some(deed());
            }
            _ => {}
        }
    }

    /// Whether it is here, may be kept no longer, and nothing holds it.
    #[must_use]
    pub fn has_lapsed(&self, now_ms: i64) -> bool {
        self.may_erase(now_ms).is_ok()
    }

    fn may_erase(&self, now_ms: i64) -> Result<(), NotErased> {
        if !self.is_here {
            return Err(NotErased::NotHere);
        }
        match (self.holds.first(), &self.until) {
            (Some(Hold::Case(reference)), _) => {
                Err(NotErased::Held { by: format!("the open case {reference}") })
            }
            (Some(Hold::Custodian(deed)), _) => {
                Err(NotErased::Held { by: format!("{}, who says: {}", deed.by, deed.why) })
            }
            (None, None) => Err(NotErased::NoDate),
            (None, Some(until)) if until.ms > now_ms => {
                Err(NotErased::NotLapsed { until_ms: until.ms, rule: until.rule.clone() })
            }
            (None, Some(_)) => Ok(()),
        }
    }

    /// What this custodian's word does.
    ///
    /// # Errors
    /// When it may not be erased now, or not by this person.
    pub fn erase(&self, by: &str, rules: &Rules, now_ms: i64) -> Result<Step, NotErased> {
        self.may_erase(now_ms)?;
        match &self.proposed {
            _ if rules.persons < 2 => Ok(Step::Erase { proposed_by: None }),
            None => Ok(Step::Propose),
            Some(deed) if deed.by == by => Err(NotErased::SamePerson { by: by.to_owned() }),
            Some(deed) => Ok(Step::Erase { proposed_by: Some(deed.by.clone()) }),
        }
    }
}
