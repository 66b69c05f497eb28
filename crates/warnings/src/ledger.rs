//! What people's acts about warnings come to: the life of each, who has taken notice, and the skill of all of them.

mod skill;

pub use skill::{Skill, skill};

use crate::act::{Act, Audience, By, Deed, Done, Facts, Outcome, Ref};
use crate::raised::Level;
use base::act::Taken;
use base::{CivilZone, Instant, Refusal, Role, Takes};
use std::collections::BTreeMap;

/// Longest text, bytes.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Longest name, bytes.
pub const NAME_BYTES_MAX: usize = 1_024;
/// Most that one act cites.
pub const CITES_MAX: usize = 1_000;
/// For how long a warning may be issued at once, milliseconds. 31 days.
pub const ISSUED_MS_MAX: i64 = 31 * 86_400_000;

/// For each deed, the roles that may do it.
pub const MAY: &[(&str, &[Role])] = &[
    ("raise", &[Role::WatchOfficer, Role::VerificationOfficer]),
    ("check", &[Role::WatchOfficer]),
    ("issue", &[Role::WatchOfficer]),
    ("publish", &[Role::Publisher]),
    ("suppress", &[Role::WatchOfficer]),
    ("update", &[Role::WatchOfficer]),
    (
        "acknowledge",
        &[
            Role::WatchOfficer,
            Role::VerificationOfficer,
            Role::Analyst,
            Role::Member,
            Role::Chair,
            Role::Liaison,
            Role::Guarantor,
            Role::Planner,
        ],
    ),
    ("escalate", &[Role::WatchOfficer]),
    ("stand-down", &[Role::WatchOfficer, Role::VerificationOfficer]),
    ("missed", &[Role::WatchOfficer, Role::VerificationOfficer, Role::Analyst]),
    ("hand-over", &[Role::WatchOfficer]),
];

/// The roles that may do the deed of that name; none: no such deed.
#[must_use]
pub fn may(deed: &str) -> &'static [Role] {
    MAY.iter().find(|(name, _)| *name == deed).map_or(&[], |(_, roles)| roles)
}

/// How far a warning is in people's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nobody has looked.
    Raised,
    /// The watch officer has it in hand.
    Checked,
    /// It was told to those whom it concerns.
    Issued,
    /// It was kept from going out.
    Suppressed,
    /// It has ended.
    StoodDown,
}

impl Stage {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Raised => "raised",
            Stage::Checked => "checked",
            Stage::Issued => "issued",
            Stage::Suppressed => "suppressed",
            Stage::StoodDown => "stood-down",
        }
    }
}

/// What was issued, as it holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct Issued {
    /// Who issued it first.
    pub by: By,
    /// When it was issued first, milliseconds since 1970.
    pub at_ms: i64,
    /// When it was last changed, milliseconds since 1970.
    pub changed_ms: i64,
    /// How often it has been told: 1 as issued, one more with every update.
    pub version: u32,
    /// How grave.
    pub level: Level,
    /// To whom.
    pub audiences: Vec<Audience>,
    /// What they are advised to do.
    pub instruction: String,
    /// Until when it holds, milliseconds since 1970.
    pub expires_ms: i64,
}

/// One line of a warning's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: By,
    /// What was done.
    pub deed: &'static str,
    /// In their words.
    pub words: String,
}

/// The life of one warning in people's hands.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// Its reference.
    pub reference: Ref,
    /// How often something was done about it.
    pub revision: u64,
    /// How far it is.
    pub stage: Stage,
    /// As it stood when somebody first acted on it; `None`: nobody saw more than its reference.
    pub facts: Option<Facts>,
    /// Whether a person raised it, and with which words and citations.
    pub by_hand: Option<(Level, String, Vec<String>)>,
    /// What was issued.
    pub issued: Option<Issued>,
    /// Who has taken notice, and when, milliseconds since 1970.
    pub acknowledged: Vec<(By, i64)>,
    /// To whom it was taken further.
    pub escalated: Vec<(String, i64)>,
    /// How it turned out, and when what it warned of came, milliseconds since 1970.
    pub outcome: Option<(Outcome, Option<i64>)>,
    /// What was done.
    pub history: Vec<Line>,
}

/// Something of which no warning told.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// Where.
    pub ground: String,
    /// What.
    pub what: String,
    /// When it began, milliseconds since 1970.
    pub came_ms: i64,
    /// On what that rests.
    pub why: String,
    /// Who says so, and when.
    pub by: By,
    /// When that was said, milliseconds since 1970.
    pub at_ms: i64,
}

/// All of it. A pure function of the acts.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The mission's civil zone: references carry its days.
    pub zone: CivilZone,
    /// By reference.
    pub lives: BTreeMap<Ref, Life>,
    /// What was missed, in the order told.
    pub missed: Vec<Miss>,
    /// What watches told the next, in order.
    pub hand_overs: Vec<(By, i64, String)>,
    /// Acts of the journal that these rules do not take, with the reason.
    pub refused: Vec<(Act, Refusal)>,
    taken: Taken<Deed>,
}

impl Ledger {
    /// Nothing has been done yet.
    #[must_use]
    pub fn new(zone: CivilZone) -> Ledger {
        Ledger {
            zone,
            lives: BTreeMap::new(),
            missed: Vec::new(),
            hand_overs: Vec::new(),
            refused: Vec::new(),
            taken: Taken::default(),
        }
    }

    /// The life of a warning; `None`: nobody has done anything about it.
    #[must_use]
    pub fn life(&self, reference: &str) -> Option<&Life> {
        self.lives.get(&Ref(reference.to_owned()))
    }

    fn act_on(&mut self, act: &Act) -> Result<Done, Refusal> {
        match &act.deed {
            Deed::Raise { ground, what, level, why, cites } => {
                self.raise(act, ground, what, *level, why, cites)
            }
            Deed::Missed { ground, what, came_ms, why } => {
                self.missed.push(Miss {
                    ground: ground.clone(),
                    what: what.clone(),
                    came_ms: *came_ms,
                    why: why.clone(),
                    by: act.by.clone(),
                    at_ms: act.at_ms,
                });
                Ok(Done::on(Ref(format!("missed-{}", self.missed.len()))))
            }
            Deed::HandOver { text } => {
                self.hand_overs.push((act.by.clone(), act.at_ms, text.clone()));
                Ok(Done::on(Ref(format!("hand-over-{}", self.hand_overs.len()))))
            }
            Deed::Check { warning, facts, text } => {
                self.on(act, warning, facts.as_ref(), |life| life.check(act, text))
            }
            Deed::Issue { warning, facts, level, audiences, instruction, expires_ms, why } => {
                let issued = Issued {
                    by: act.by.clone(),
                    at_ms: act.at_ms,
                    changed_ms: act.at_ms,
                    version: 1,
                    level: *level,
                    audiences: audiences.clone(),
                    instruction: instruction.clone(),
                    expires_ms: *expires_ms,
                };
                self.on(act, warning, facts.as_ref(), |life| life.issue(act, issued, why))
            }
            Deed::Suppress { warning, facts, why } => {
                self.on(act, warning, facts.as_ref(), |life| life.suppress(act, why))
            }
            Deed::Publish { warning } => self.on(act, warning, None, |life| life.publish(act)),
            Deed::Update { warning, level, instruction, expires_ms, why } => {
                self.on(act, warning, None, |life| life.update(act, *level, instruction, *expires_ms, why))
            }
            Deed::Acknowledge { warning } => self.on(act, warning, None, |life| life.acknowledge(act)),
            Deed::Escalate { warning, to, why } => {
                self.on(act, warning, None, |life| life.escalate(act, to, why))
            }
            Deed::StandDown { warning, outcome, came_ms, why } => {
                self.on(act, warning, None, |life| life.stand_down(act, *outcome, *came_ms, why))
            }
        }
    }

    fn raise(
        &mut self,
        act: &Act,
        ground: &str,
        what: &str,
        level: Level,
        why: &str,
        cites: &[String],
    ) -> Result<Done, Refusal> {
        if cites.len() > CITES_MAX {
            return Err(Refusal::wrong(
                "cites",
                format!("{} members; at most {CITES_MAX} at once", cites.len()),
            ));
        }
        let (year, month, day) = self.zone.date_of(Instant(act.at_ms));
        let of_day = format!("WRN-{year:04}-{month:02}-{day:02}-by-hand");
        let number = self.lives.keys().filter(|k| k.0.starts_with(&of_day)).count() + 1;
        let reference = Ref(format!("{of_day}-{number}"));
        let mut life = Life::new(&reference);
        life.facts = Some(Facts {
            ground: ground.to_owned(),
            what: what.to_owned(),
            raised_ms: act.at_ms,
            since_ms: act.at_ms,
            level,
            counted: 0,
            expected_milli: 0,
            only_parties: false,
            one_source: String::new(),
            indicator: String::new(),
            head_seq: 0,
            algorithm: "by hand".to_owned(),
        });
        life.by_hand = Some((level, why.to_owned(), cites.to_vec()));
        life.note(act, why);
        self.lives.insert(reference.clone(), life);
        Ok(Done::on(reference))
    }

    /// Does something to the life of a warning; nothing has changed if it is refused.
    fn on(
        &mut self,
        act: &Act,
        warning: &Ref,
        facts: Option<&Facts>,
        what: impl FnOnce(&mut Life) -> Result<(), Refusal>,
    ) -> Result<Done, Refusal> {
        let before = self.lives.get(warning).cloned();
        // A warning is known by the facts that the desk put into the first act about it.
        if before.is_none() && facts.is_none() {
            return Err(Refusal::NoSuch(warning.clone()));
        }
        let mut life = before.unwrap_or_else(|| Life::new(warning));
        if let Some(seen) = act.seen.filter(|seen| *seen != life.revision) {
            return Err(life.changed(seen));
        }
        if life.facts.is_none() || life.stage == Stage::Raised {
            life.facts = facts.cloned().or(life.facts);
        }
        what(&mut life)?;
        self.lives.insert(warning.clone(), life);
        Ok(Done::on(warning.clone()))
    }
}

impl Takes for Ledger {
    type Deed = Deed;

    fn take(&mut self, act: &Act) -> Result<Done, Refusal> {
        if let Some(done) = self.taken.before(act)? {
            return Ok(done);
        }
        sound(act)?;
        let roles = may(act.deed.name());
        if !roles.contains(&act.by.role) {
            let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
            return Err(Refusal::not_yours(names.join(" or "), &act.by));
        }
        let done = self.act_on(act)?;
        self.taken.note(act, &done);
        Ok(done)
    }

    fn take_recorded(&mut self, act: &Act) {
        if let Err(why) = self.take(act) {
            self.refused.push((act.clone(), why));
        }
    }
}

impl Life {
    fn new(reference: &Ref) -> Life {
        Life {
            reference: reference.clone(),
            revision: 0,
            stage: Stage::Raised,
            facts: None,
            by_hand: None,
            issued: None,
            acknowledged: Vec::new(),
            escalated: Vec::new(),
            outcome: None,
            history: Vec::new(),
        }
    }

    fn note(&mut self, act: &Act, words: &str) {
        self.revision += 1;
        let deed = act.deed.name();
        self.history.push(Line { at_ms: act.at_ms, by: act.by.clone(), deed, words: words.to_owned() });
    }

    fn changed(&self, seen: u64) -> Refusal {
        let since = self.history.iter().skip(usize::try_from(seen).unwrap_or(usize::MAX));
        let since: Vec<String> = since.map(|l| format!("{} by {}", l.deed, l.by.person)).collect();
        let none = "that revision is not of this warning".to_owned();
        let since = if since.is_empty() { none } else { since.join(", ") };
        Refusal::Changed { case: self.reference.clone(), is: self.revision, seen, since }
    }

    fn when(&self, fits: &[Stage], when: &str) -> Result<(), Refusal> {
        if fits.contains(&self.stage) {
            return Ok(());
        }
        Err(Refusal::NotNow {
            what: self.reference.clone(),
            state: self.stage.name().to_owned(),
            when: when.to_owned(),
        })
    }

    fn check(&mut self, act: &Act, text: &str) -> Result<(), Refusal> {
        self.when(&[Stage::Raised, Stage::Checked, Stage::Suppressed], "raised, checked or suppressed")?;
        self.stage = Stage::Checked;
        self.note(act, text);
        Ok(())
    }

    fn issue(&mut self, act: &Act, issued: Issued, why: &str) -> Result<(), Refusal> {
        self.when(&[Stage::Raised, Stage::Checked, Stage::Suppressed], "raised, checked or suppressed")?;
        until(act, issued.expires_ms)?;
        if issued.audiences.is_empty() {
            return Err(Refusal::wrong("audiences", "say to whom it is told"));
        }
        if issued.audiences.contains(&Audience::Public) {
            let says = "the public is told by a publisher, once it has been issued (`publish`)";
            return Err(Refusal::wrong("audiences", says));
        }
        self.stage = Stage::Issued;
        self.issued = Some(issued);
        self.note(act, why);
        Ok(())
    }

    fn suppress(&mut self, act: &Act, why: &str) -> Result<(), Refusal> {
        self.when(&[Stage::Raised, Stage::Checked], "raised or checked; what was issued is stood down")?;
        self.stage = Stage::Suppressed;
        self.note(act, why);
        Ok(())
    }

    fn publish(&mut self, act: &Act) -> Result<(), Refusal> {
        self.when(&[Stage::Issued], "issued")?;
        if self.facts.as_ref().is_some_and(|f| f.only_parties) {
            return Err(Refusal::NotNow {
                what: self.reference.clone(),
                state: "borne out by parties' reports alone".to_owned(),
                when: "borne out by somebody else too".to_owned(),
            });
        }
        let reference = self.reference.clone();
        let Some(issued) = self.issued.as_mut() else { return Err(Refusal::NoSuch(reference)) };
        if issued.by.person == act.by.person {
            let why = format!("{} issued it", act.by.person);
            return Err(Refusal::TwoPersons { what: reference, why });
        }
        if issued.audiences.contains(&Audience::Public) {
            return Err(Refusal::NotNow {
                what: reference,
                state: "public".to_owned(),
                when: "issued and not public yet".to_owned(),
            });
        }
        issued.audiences.push(Audience::Public);
        issued.changed_ms = act.at_ms;
        self.note(act, "");
        Ok(())
    }

    fn update(
        &mut self,
        act: &Act,
        level: Level,
        instruction: &str,
        expires_ms: i64,
        why: &str,
    ) -> Result<(), Refusal> {
        self.when(&[Stage::Issued], "issued")?;
        until(act, expires_ms)?;
        if let Some(issued) = self.issued.as_mut() {
            issued.level = level;
            issued.instruction = instruction.to_owned();
            issued.expires_ms = expires_ms;
            issued.changed_ms = act.at_ms;
            issued.version += 1;
        }
        // What was taken notice of is no longer what holds.
        self.acknowledged.clear();
        self.note(act, why);
        Ok(())
    }

    fn acknowledge(&mut self, act: &Act) -> Result<(), Refusal> {
        self.when(&[Stage::Issued], "issued")?;
        let told = self.issued.as_ref().is_some_and(|i| i.audiences.iter().any(|a| is_of(&act.by, *a)));
        if !told {
            // To whom it was not told it does not exist.
            return Err(Refusal::NoSuch(self.reference.clone()));
        }
        if !self.acknowledged.iter().any(|(by, _)| *by == act.by) {
            self.acknowledged.push((act.by.clone(), act.at_ms));
        }
        self.note(act, "");
        Ok(())
    }

    fn escalate(&mut self, act: &Act, to: &str, why: &str) -> Result<(), Refusal> {
        self.when(&[Stage::Raised, Stage::Checked, Stage::Issued], "raised, checked or issued")?;
        self.escalated.push((to.to_owned(), act.at_ms));
        self.note(act, why);
        Ok(())
    }

    fn stand_down(
        &mut self,
        act: &Act,
        outcome: Outcome,
        came_ms: Option<i64>,
        why: &str,
    ) -> Result<(), Refusal> {
        let fits = [Stage::Raised, Stage::Checked, Stage::Issued, Stage::Suppressed];
        self.when(&fits, "not stood down yet")?;
        if self.facts.is_none() {
            return Err(Refusal::NotNow {
                what: self.reference.clone(),
                state: "not looked at".to_owned(),
                when: "checked".to_owned(),
            });
        }
        if came_ms.is_some() && outcome != Outcome::Right {
            return Err(Refusal::wrong("came_ms", "what did not come has no time"));
        }
        self.stage = Stage::StoodDown;
        self.outcome = Some((outcome, came_ms));
        self.note(act, why);
        Ok(())
    }
}

/// Whether somebody is of an audience.
#[must_use]
pub fn is_of(by: &By, audience: Audience) -> bool {
    is_told(by.role, audience)
}

/// Whether those who hold a role are of an audience.
#[must_use]
pub fn is_told(role: Role, audience: Audience) -> bool {
    match audience {
        Audience::Staff => role.is_staff(),
        Audience::Parties => role == Role::Liaison,
        Audience::Guarantors => role == Role::Guarantor,
        Audience::Organisations => role == Role::Planner,
        Audience::Public => true,
    }
}

fn until(act: &Act, expires_ms: i64) -> Result<(), Refusal> {
    if expires_ms <= act.at_ms {
        return Err(Refusal::wrong(
            "expires_ms",
            "that is over already; nothing is issued without an end to come",
        ));
    }
    if expires_ms.saturating_sub(act.at_ms) > ISSUED_MS_MAX {
        return Err(Refusal::wrong("expires_ms", "more than 31 days ahead; issue it for less and update it"));
    }
    Ok(())
}

/// Whether the texts of an act are there and within what the journal keeps.
fn sound(act: &Act) -> Result<(), Refusal> {
    for (field, name) in [("key", &act.key), ("by", &act.by.person)] {
        if name.trim().is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(Refusal::wrong(field, format!("1 to {NAME_BYTES_MAX} bytes are wanted")));
        }
    }
    for (field, words) in act.deed.words() {
        if words.trim().is_empty() {
            return Err(Refusal::wrong(field, "it is empty; it stands in the record"));
        }
        long(field, words)?;
    }
    match &act.deed {
        Deed::Check { text, .. } => long("text", text),
        Deed::Issue { instruction, .. } | Deed::Update { instruction, .. } => {
            long("instruction", instruction)
        }
        _ => Ok(()),
    }
}

fn long(field: &'static str, words: &str) -> Result<(), Refusal> {
    if words.len() > TEXT_BYTES_MAX {
        return Err(Refusal::wrong(
            field,
            format!("{} bytes; at most {TEXT_BYTES_MAX} are kept", words.len()),
        ));
    }
    Ok(())
}
