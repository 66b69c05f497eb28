//! The case file of one text: each element of its trigger, met, not met or undetermined, with what speaks for it and
//! against it, what is missing, and whose the measure is. What it adds up to is for people: nothing is added up here.

use crate::act::{ClauseRef, Ref, Yardstick};
use crate::loss::{Loss, losses};
use crate::measure::Gauge;
use crate::register::{Register, capacity};
use crate::shots::{Clocks, FIRE, Shots, shots};
use crate::words::{Bearing, State};
use base::{Instant, Truth};
use cases::act::Hypothesis;
use cases::words::{Confidence, Intent, Outcome, Standing};
use cases::{Docket, Setting as CasesSetting};
use findings::standing::{Lack, Part, StandingFacts, StandingFinding};
use findings::{Version, standing};
use std::collections::BTreeSet;
use std::sync::Arc;
use terms::agreement::{ActorIx, Agreement, Duty, Element, ElementName, Guarantee, Status, Test, What, When};

/// What a case file rests on: one text version and what stands under it at a moment.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The text version.
    pub version: &'a Version,
    /// What stands under it as of `now`.
    pub standing: &'a [StandingFinding],
    /// What that rests on: for measures of people's own.
    pub facts: StandingFacts<'a>,
    /// The docket, for findings and attributions.
    pub docket: Option<&'a Docket>,
    /// The register, for measures of people's own.
    pub register: Option<&'a Register>,
    /// The clocks of sources.
    pub clocks: &'a Clocks,
    /// As of when.
    pub now: Instant,
}

/// One thing that speaks for an element, against it, or leaves it open.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Reference of a finding or attribution, with its version.
    pub reference: Ref,
    /// Which way.
    pub bearing: Bearing,
    /// What it says, in words.
    pub says: String,
    /// How good its evidence is.
    pub confidence: Confidence,
    /// How far it has come.
    pub standing: Standing,
    /// Under which text it was found.
    pub text: String,
    /// Whether it moves the element here: only what a body confirmed under this text does.
    pub counts: bool,
}

/// Whose a measure is, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureOf {
    /// Whose.
    pub by: String,
    /// What meets the element: any one of these. Empty: nobody said.
    pub words: Vec<String>,
}

/// How an element stands by a measure of somebody's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauged {
    /// Reference of the measure.
    pub reference: Ref,
    /// Whose, and what.
    pub measure: MeasureOf,
    /// Since when, milliseconds since 1970, and why.
    pub set: (i64, String),
    /// How it stands by that measure alone.
    pub state: State,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<Lack>,
}

/// One element.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementOf {
    /// Its word in the language, by which texts are laid side by side: `across`.
    pub word: String,
    /// Its name with whom or what it names: `across contact`.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// How it stands by records and observations alone, before findings and the clocks of sources.
    pub on_record: State,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<Lack>,
    /// What findings and attributions say of it.
    pub evidence: Vec<Evidence>,
    /// Whose the measure is.
    pub measure: MeasureOf,
    /// How it stands by measures of people's own: beside the text's, never in its place.
    pub gauged: Vec<Gauged>,
}

/// The case file of one clause of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// The clause.
    pub clause: ClauseRef,
    /// The text's title.
    pub title: String,
    /// Its status, in the words of the language; empty: it states none.
    pub status: &'static str,
    /// Name of its civil zone.
    pub zone: String,
    /// Its entry into force; `None`: not known, and so it binds nobody yet.
    pub entry_into_force: Option<Instant>,
    /// Codes of the guarantors.
    pub guarantors: Vec<String>,
    /// Code of whom it protects.
    pub beneficiary: String,
    /// Codes of those whom it is against; empty: the text names none.
    pub against: Vec<String>,
    /// The elements, in order of the text; empty: the clause waits, and `missing` says for what.
    pub elements: Vec<ElementOf>,
    /// What the clause waits for.
    pub missing: Vec<Lack>,
    /// The order of the first shots.
    pub shots: Shots,
    /// When the guarantee would be lost or something come back.
    pub losses: Vec<Loss>,
    /// As of when.
    pub as_of: Instant,
}

/// The case files of a text: one for each clause of a guarantee.
#[must_use]
pub fn case_files(seen: &Seen<'_>) -> Vec<CaseFile> {
    let agreement = &seen.version.agreement;
    let clauses = agreement.clauses.iter().enumerate();
    clauses
        .filter_map(|(ix, clause)| match &clause.duty {
            Duty::Guarantee(duty) => Some(case_file(seen, ix, duty)),
            _ => None,
        })
        .collect()
}

/// The text as if it were in force since `entry`: what the same evidence would come to under a draft. The map is the
/// same.
#[must_use]
pub fn supposing(version: &Version, entry: Instant) -> Version {
    let mut agreement = version.agreement.clone();
    agreement.entry_into_force = Some(entry);
    with(version, agreement)
}

fn with(version: &Version, agreement: Agreement) -> Version {
    Version {
        label: version.label.clone(),
        text: version.text,
        agreement,
        atlas: Arc::clone(&version.atlas),
        reading: version.reading.clone(),
    }
}

/// Those whom a guarantee names as acting.
#[must_use]
pub fn attackers(duty: &Guarantee) -> Vec<ActorIx> {
    let named = duty.elements.iter().flat_map(|e| match &e.name {
        ElementName::Fire(actors) | ElementName::ArmedAttack(actors) => actors.clone(),
        _ => Vec::new(),
    });
    let mut out: Vec<ActorIx> = Vec::new();
    named.for_each(|a| {
        if !out.contains(&a) {
            out.push(a);
        }
    });
    out
}

fn case_file(seen: &Seen<'_>, ix: usize, duty: &Guarantee) -> CaseFile {
    let agreement = &seen.version.agreement;
    let code = |a: &ActorIx| agreement.actor(*a).map_or_else(String::new, |a| a.code.clone());
    let label = agreement.clauses.get(ix).map_or_else(String::new, |c| c.label.clone());
    let found = seen.standing.iter().find(|f| f.clause == ix);
    let against = attackers(duty);
    let from = binds_from(agreement, ix).unwrap_or(seen.now);
    let observations = seen.facts.observations;
    let shots = shots(agreement, observations, seen.clocks, (&against, duty.beneficiary), (from, seen.now));
    let parts = parts_of(duty, found);
    let elements = duty.elements.iter().zip(&parts);
    let status = agreement.instrument.status;
    let against_codes: Vec<String> = against.iter().map(code).collect();
    let about = About {
        seen,
        clause: ClauseRef { text: seen.version.label.clone(), clause: label },
        against: &against_codes,
        beneficiary: code(&duty.beneficiary),
        shots: &shots,
    };
    CaseFile {
        elements: elements.enumerate().map(|(n, (e, part))| about.element(ix, n, e, part)).collect(),
        missing: match found {
            Some(found) if found.parts.is_empty() => found.missing.clone(),
            _ => Vec::new(),
        },
        title: agreement.title.clone(),
        status: status.and_then(|s| Status::ALL.iter().find(|(o, _)| *o == s)).map_or("", |(_, w)| w),
        zone: agreement.zone.name().to_owned(),
        entry_into_force: agreement.entry_into_force,
        guarantors: duty.guarantors.iter().map(code).collect(),
        beneficiary: about.beneficiary.clone(),
        losses: losses(agreement, seen.standing, &about.clause.clause),
        clause: about.clause.clone(),
        as_of: seen.now,
        against: against_codes.clone(),
        shots,
    }
}

/// The parts of a trigger, one an element. Where nothing was judged, as under a text that has not entered into
/// force, each is undetermined with what is missing: it stands in the text all the same.
fn parts_of(duty: &Guarantee, found: Option<&StandingFinding>) -> Vec<Part> {
    let judged = found.map_or(&[][..], |f| f.parts.as_slice());
    let not_judged = |element: &Element| Part {
        name: element.name.word().to_owned(),
        truth: Truth::Undetermined,
        reasons: Vec::new(),
        missing: found.map_or_else(Vec::new, |f| f.missing.clone()),
    };
    let part = |(n, element)| judged.get(n).cloned().unwrap_or_else(|| not_judged(element));
    duty.elements.iter().enumerate().map(part).collect()
}

/// From when a clause binds, where the text alone says.
fn binds_from(agreement: &Agreement, ix: usize) -> Option<Instant> {
    let clause = agreement.clauses.get(ix)?;
    agreement
        .resolve_when(&clause.from)
        .or_else(|| When::Entry.resolve(agreement.entry_into_force, &agreement.zone))
}

/// What every element of one clause is told by.
struct About<'a> {
    seen: &'a Seen<'a>,
    clause: ClauseRef,
    against: &'a [String],
    beneficiary: String,
    shots: &'a Shots,
}

impl About<'_> {
    fn element(&self, ix: usize, number: usize, element: &Element, part: &Part) -> ElementOf {
        let agreement = &self.seen.version.agreement;
        let mut out = ElementOf {
            word: element.name.word().to_owned(),
            name: part.name.clone(),
            state: part.truth.into(),
            on_record: part.truth.into(),
            reasons: part.reasons.clone(),
            missing: part.missing.clone(),
            evidence: self.evidence(&element.name),
            measure: measure_of(agreement, &self.clause.clause, element),
            gauged: self.gauged(ix, number, element),
        };
        if hangs_on_first_shot(element) && !by_decision(part) {
            self.by_shots(&mut out);
        }
        self.moved(&element.name, &mut out);
        out
    }

    /// Who fired first, with the clocks of sources: where they leave it open, so it stays.
    fn by_shots(&self, out: &mut ElementOf) {
        let same = self.shots.first == out.state;
        if same && out.state != State::Undetermined {
            out.reasons.extend(self.shots.reasons.iter().cloned());
            return;
        }
        if !same {
            let before = out.state.name();
            out.reasons = vec![format!("{before} by the times as stated, without the clocks of sources")];
            out.reasons.extend(self.shots.reasons.iter().cloned());
            out.missing.clear();
        }
        out.state = self.shots.first;
        if out.state == State::Undetermined {
            let lacks = self.shots.missing.iter();
            out.missing.extend(lacks.map(|w| Lack { code: "order", words: w.clone() }));
        }
    }

    /// What a body confirmed under this text moves: only towards what it says.
    fn moved(&self, name: &ElementName, out: &mut ElementOf) {
        let counting = |bearing: Bearing| {
            let of = out.evidence.iter().filter(move |e| e.counts && e.bearing == bearing);
            of.map(|e| e.reference.to_string()).collect::<Vec<_>>()
        };
        let (for_it, against) = (counting(Bearing::For), counting(Bearing::Against));
        if out.state != State::Undetermined || !matches!(name, ElementName::Deliberate | ElementName::Fire(_))
        {
            return;
        }
        if !for_it.is_empty() {
            out.state = State::Met;
            out.reasons.push(format!("confirmed by the body that decides it: {}", for_it.join(", ")));
            out.missing.clear();
        } else if matches!(name, ElementName::Deliberate)
            && !against.is_empty()
            && self.all_attributed(&against)
        {
            out.state = State::NotMet;
            out.reasons.push(format!("every violation found was found accidental: {}", against.join(", ")));
            out.missing.clear();
        }
    }

    /// Whether every violation found of theirs under this text has one of these attributions.
    fn all_attributed(&self, accidental: &[String]) -> bool {
        let Some(docket) = self.seen.docket else { return false };
        let theirs = docket.findings.iter().filter(|f| {
            f.signing.counts()
                && f.text.clause.text == self.clause.text
                && self.is_theirs(&f.text.about)
                && f.text.outcome == Outcome::Violation
        });
        let is_told = |finding: &Ref| {
            let of = docket.attributions.iter().filter(|a| a.finding == *finding);
            of.into_iter().any(|a| accidental.contains(&a.versioned().to_string()))
        };
        theirs.map(|f| f.versioned()).all(|f| is_told(&f))
    }

    fn is_theirs(&self, about: &str) -> bool {
        if self.against.is_empty() {
            about != self.beneficiary
        } else {
            self.against.iter().any(|a| a == about)
        }
    }

    fn evidence(&self, name: &ElementName) -> Vec<Evidence> {
        let Some(docket) = self.seen.docket else { return Vec::new() };
        match name {
            ElementName::Deliberate => self.intents(docket),
            ElementName::Fire(_) | ElementName::ArmedAttack(_) => self.occurrences(docket, name),
            ElementName::Unprovoked => self.provocations(docket),
            _ => Vec::new(),
        }
    }

    fn intents(&self, docket: &Docket) -> Vec<Evidence> {
        let counts = docket.attributions.iter().filter(|a| a.signing.counts());
        let theirs = counts.filter(|a| match &a.text.adopted {
            Some(Hypothesis::Party(who) | Hypothesis::Proxy(who)) => self.is_theirs(who),
            _ => false,
        });
        theirs
            .map(|a| {
                let text = docket.finding(&a.finding).map(|f| f.text.clause.text.clone()).unwrap_or_default();
                Evidence {
                    reference: a.versioned(),
                    bearing: match a.text.intent {
                        Intent::Deliberate => Bearing::For,
                        Intent::Accidental => Bearing::Against,
                        Intent::Undetermined => Bearing::Open,
                    },
                    says: format!("intent {}, of {}", a.text.intent.name(), a.finding),
                    confidence: a.text.confidence,
                    standing: a.signing.standing,
                    counts: a.signing.standing == Standing::Confirmed && text == self.clause.text,
                    text,
                }
            })
            .collect()
    }

    fn occurrences(&self, docket: &Docket, name: &ElementName) -> Vec<Evidence> {
        let counts = docket.findings.iter().filter(|f| f.signing.counts());
        let of_fire = counts.filter(|f| self.is_theirs(&f.text.about) && is_of_fire(docket, f, self.seen));
        of_fire
            .map(|f| {
                let here = f.text.clause.text == self.clause.text;
                Evidence {
                    reference: f.versioned(),
                    bearing: bearing(f.text.outcome),
                    says: format!(
                        "{} of {} by {}",
                        f.text.outcome.name(),
                        f.text.clause.clause,
                        f.text.about
                    ),
                    confidence: f.text.confidence,
                    standing: f.signing.standing,
                    text: f.text.clause.text.clone(),
                    // That fire was found is not yet an attack: no finding of a clause says that.
                    counts: here
                        && f.signing.standing == Standing::Confirmed
                        && matches!(name, ElementName::Fire(_)),
                }
            })
            .collect()
    }

    /// Fire found of the side that is protected speaks against *unprovoked*; whether it came before is for the order
    /// of shots.
    fn provocations(&self, docket: &Docket) -> Vec<Evidence> {
        let counts =
            docket.findings.iter().filter(|f| f.signing.counts() && f.text.about == self.beneficiary);
        let found =
            counts.filter(|f| f.text.outcome == Outcome::Violation && is_of_fire(docket, f, self.seen));
        found
            .map(|f| Evidence {
                reference: f.versioned(),
                bearing: Bearing::Against,
                says: format!("violation of {} by {}", f.text.clause.clause, f.text.about),
                confidence: f.text.confidence,
                standing: f.signing.standing,
                text: f.text.clause.text.clone(),
                counts: false,
            })
            .collect()
    }

    fn gauged(&self, ix: usize, number: usize, element: &Element) -> Vec<Gauged> {
        let gauges = self.seen.register.map(|r| r.gauges.as_slice()).unwrap_or_default();
        let own = gauges
            .iter()
            .filter(|g| g.clause == self.clause && g.element == element.name.word() && g.withdrawn.is_none());
        own.filter_map(|gauge| self.by_gauge(ix, number, gauge)).collect()
    }

    fn by_gauge(&self, ix: usize, number: usize, gauge: &Gauge) -> Option<Gauged> {
        let mut agreement = self.seen.version.agreement.clone();
        let tests: Vec<Test> = gauge.tests.iter().filter_map(|t| test_of(&agreement, t)).collect();
        let clause = agreement.clauses.get_mut(ix)?;
        let Duty::Guarantee(duty) = &mut clause.duty else { return None };
        let unknown = tests.len() < gauge.tests.len();
        let words = tests.iter().map(|t| test_words(&self.seen.version.agreement, t)).collect();
        duty.elements.get_mut(number)?.tests = tests;
        let version = with(self.seen.version, agreement);
        let all = standing(&version, &self.seen.facts, self.seen.now);
        let part = all.iter().find(|f| f.clause == ix)?.parts.get(number)?.clone();
        let mut missing = part.missing;
        if unknown {
            let words = "a weapon class of the measure is not in the text".to_owned();
            missing.push(Lack { code: "test_not_said", words });
        }
        Some(Gauged {
            reference: gauge.reference.clone(),
            measure: MeasureOf { by: capacity(&gauge.set.by), words },
            set: (gauge.set.at_ms, gauge.set.text.clone()),
            // What is not understood may be what would have met it.
            state: if unknown && part.truth != base::Truth::True {
                State::Undetermined
            } else {
                part.truth.into()
            },
            reasons: part.reasons,
            missing,
        })
    }
}

fn bearing(outcome: Outcome) -> Bearing {
    match outcome {
        Outcome::Violation => Bearing::For,
        Outcome::NoViolation => Bearing::Against,
        Outcome::Undetermined | Outcome::OutOfMandate => Bearing::Open,
    }
}

/// Whether the clause of a finding prohibits fire. A clause of another text counts as one where the docket's setting
/// says that its elements are an act's.
fn is_of_fire(docket: &Docket, finding: &cases::finding::Finding, seen: &Seen<'_>) -> bool {
    let of = &finding.text.clause;
    if of.text == seen.version.label {
        let clauses = &seen.version.agreement.clauses;
        return clauses.iter().filter(|c| c.label == of.clause).any(|c| match &c.duty {
            Duty::Prohibition { what: What::Act { kinds, .. }, .. } => {
                kinds.iter().any(|k| FIRE.contains(&k.as_str()))
            }
            _ => false,
        });
    }
    let setting: &CasesSetting = &docket.setting;
    setting.clause(of).is_some_and(|c| c.elements.first().is_some_and(|e| e == "act"))
}

/// Whether a part was met or not by a body's decision on record.
fn by_decision(part: &Part) -> bool {
    part.reasons.iter().any(|r| r.contains("by decision "))
}

fn hangs_on_first_shot(element: &Element) -> bool {
    match element.tests.as_slice() {
        [] => element.name == ElementName::Unprovoked,
        tests => tests.iter().all(|t| *t == Test::FirstShot),
    }
}

/// Whose the text's measure of an element is.
fn measure_of(agreement: &Agreement, clause: &str, element: &Element) -> MeasureOf {
    let said: BTreeSet<String> = element.tests.iter().map(|t| test_words(agreement, t)).collect();
    let words: Vec<String> = said.into_iter().collect();
    if !words.is_empty() {
        return MeasureOf { by: format!("the text, in {clause}"), words };
    }
    let own = match element.name {
        ElementName::Fire(_) => "any fire on record by those whom it names",
        ElementName::Across(_) => "fire or forces on record on the other side of that line",
        ElementName::Unprovoked => "nobody of the other side fired before",
        ElementName::ArmedAttack(_) => {
            return MeasureOf { by: "nobody: it is for a body to find".to_owned(), words };
        }
        _ => return MeasureOf { by: "nobody: the text does not say what meets it".to_owned(), words },
    };
    MeasureOf {
        by: "the word of the text, as the language defines it".to_owned(),
        words: vec![own.to_owned()],
    }
}

/// A test, in words.
fn test_words(agreement: &Agreement, test: &Test) -> String {
    match test {
        Test::Weapon { what, or_heavier } => {
            let name = match what {
                What::Weapon { class, .. } => agreement.weapon(*class).map_or("", |w| w.name.as_str()),
                What::Act { name, .. } => name,
            };
            format!("fire of {name}{}", if *or_heavier { " or heavier" } else { "" })
        }
        Test::Casualties(least) => format!("at least {least} casualties"),
        Test::DepthM(depth_m) => format!("at least {depth_m} m across the line"),
        Test::Days { on, out_of } => format!("on {on} days out of {out_of}"),
        Test::FoundBy { what, body } => {
            let name = agreement.actor(*body).map_or("", |a| a.name.as_str());
            format!("found by {name}: {what}")
        }
        Test::FirstShot => "nobody of the other side fired before".to_owned(),
        Test::Words(words) => format!("a person judges: {words}"),
    }
}

/// A person's measure as a test of the text; `None`: the text has no such weapon class.
fn test_of(agreement: &Agreement, yardstick: &Yardstick) -> Option<Test> {
    Some(match yardstick {
        Yardstick::Casualties { least } => Test::Casualties(*least),
        Yardstick::Depth { least_m } => Test::DepthM(*least_m),
        Yardstick::Days { on, out_of } => Test::Days { on: *on, out_of: *out_of },
        Yardstick::FirstShot => Test::FirstShot,
        Yardstick::Weapon { class, or_heavier } => Test::Weapon {
            what: What::Weapon {
                class: agreement.resolve_weapon_word(class)?,
                calibre_min_mm: None,
                calibre_below_mm: None,
            },
            or_heavier: *or_heavier,
        },
    })
}
