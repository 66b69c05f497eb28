//! Findings: whether a clause was breached. Drafted by an officer, signed by two people, commented on and confirmed by
//! the body that the text gives the power; superseded, never edited. Also what findings and attributions share.

use crate::act::{Act, By, FindingText, Ref};
use crate::docket::{Docket, Done, done, not_yours, within, written};
use crate::limits::{NAME_BYTES_MAX, PARTS_MAX};
use crate::refusal::Refusal;
use crate::setting::{Body, rule_words};
use crate::words::{Likelihood, Outcome, Stage, Stand, Standard, Standing};
use base::Role;
use terms::agreement::{Power, Rule};

/// What a component of the body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Which body.
    pub body: String,
    /// Which component.
    pub component: String,
    /// What it thinks.
    pub stand: Stand,
    /// In words; a dissent is printed with the finding.
    pub text: String,
    /// Who wrote it.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// That the body made it its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Which body.
    pub body: String,
    /// Its rule, in words.
    pub rule: String,
    /// How many components were present.
    pub present: usize,
    /// How many had to be; `None`: no text says.
    pub quorum: Option<u32>,
    /// Who recorded it.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// An appeal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// Who appealed.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Why.
    pub text: String,
    /// How it stood before.
    pub before: Standing,
    /// What was ruled, why and when; `None`: nothing yet.
    pub ruled: Option<(bool, String, i64)>,
}

/// How far a decision has come: what findings and attributions share.
#[derive(Clone, Debug, PartialEq)]
pub struct Signing {
    /// How far.
    pub standing: Standing,
    /// Who wrote it.
    pub drafted_by: By,
    /// When, milliseconds since 1970.
    pub drafted_ms: i64,
    /// Who signed, and when.
    pub signed: Vec<(By, i64)>,
    /// What the components say: everything, in order. The latest of a component counts.
    pub comments: Vec<Comment>,
    /// That the body confirmed it.
    pub confirmed: Option<Confirmed>,
}

impl Signing {
    pub(crate) fn new(act: &Act) -> Signing {
        Signing {
            standing: Standing::Draft,
            drafted_by: act.by.clone(),
            drafted_ms: act.at_ms,
            signed: Vec::new(),
            comments: Vec::new(),
            confirmed: None,
        }
    }

    /// Whether it counts now.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self.standing, Standing::Provisional | Standing::Confirmed | Standing::UnderAppeal)
    }

    /// When it began to count, milliseconds since 1970.
    #[must_use]
    pub fn issued_ms(&self) -> Option<i64> {
        self.signed.get(1).map(|(_, at_ms)| *at_ms)
    }

    /// The latest word of each component of that body.
    #[must_use]
    pub fn stands(&self, body: &str) -> Vec<&Comment> {
        let mut latest: Vec<&Comment> = Vec::new();
        for comment in self.comments.iter().filter(|c| c.body == body) {
            match latest.iter_mut().find(|l| l.component == comment.component) {
                Some(before) => *before = comment,
                None => latest.push(comment),
            }
        }
        latest
    }

    /// A signature: the second makes it count.
    pub(crate) fn sign(&mut self, what: &Ref, by: &By, at_ms: i64) -> Result<(), Refusal> {
        if !matches!(self.standing, Standing::Draft | Standing::Proposed) {
            return Err(Refusal::NotNow {
                what: what.clone(),
                state: self.standing.name().to_owned(),
                when: "a draft, or proposed".to_owned(),
            });
        }
        if self.signed.iter().any(|(before, _)| before.person == by.person) {
            let why = format!("{} has signed already", by.person);
            return Err(Refusal::TwoPersons { what: what.clone(), why });
        }
        self.signed.push((by.clone(), at_ms));
        self.standing = if self.signed.len() < 2 { Standing::Proposed } else { Standing::Provisional };
        Ok(())
    }

    /// Whether that body has decided for it, by its rule.
    pub(crate) fn decided(&self, body: &Body, by: &By, at_ms: i64) -> Result<Confirmed, Refusal> {
        let stands = self.stands(&body.code);
        let count = |stand: Stand| stands.iter().filter(|c| c.stand == stand).count();
        let (agree, dissent, abstain) =
            (count(Stand::Agrees), count(Stand::Dissents), count(Stand::Abstains));
        let present = agree + dissent + abstain;
        let lacks = if body.quorum.is_some_and(|q| (present as u64) < u64::from(q)) {
            Some(format!("{present} of {} components that have to be present are", body.quorum.unwrap_or(0)))
        } else if !body.absence_noted
            && count(Stand::Absent) > 0
            && matches!(body.rule, Some(Rule::Consensus | Rule::Unanimity))
        {
            Some("a component is absent, and no text lets work go on without it".to_owned())
        } else {
            self.lacking(body.rule, by, at_ms, [agree, dissent, abstain])
        };
        match lacks {
            Some(lacks) => {
                Err(Refusal::NoDecision { body: body.code.clone(), rule: rule_words(body.rule), lacks })
            }
            None => Ok(Confirmed {
                body: body.code.clone(),
                rule: rule_words(body.rule),
                present,
                quorum: body.quorum,
                by: by.clone(),
                at_ms,
            }),
        }
    }

    fn lacking(&self, rule: Option<Rule>, by: &By, at_ms: i64, votes: [usize; 3]) -> Option<String> {
        let [agree, dissent, abstain] = votes;
        let present = agree + dissent + abstain;
        match rule {
            Some(Rule::Chair) => (by.role != Role::Chair).then(|| "the chair has not ruled".to_owned()),
            Some(Rule::Consensus) => {
                (dissent > 0 || agree == 0).then(|| format!("{agree} agree, {dissent} dissent"))
            }
            Some(Rule::Unanimity) => {
                (agree == 0 || agree < present).then(|| format!("{agree} of {present} present agree"))
            }
            Some(Rule::Majority) => {
                (agree * 2 <= present).then(|| format!("{agree} of {present} present agree: no majority"))
            }
            Some(Rule::Silence(ms)) => {
                let since_ms = self.issued_ms().map_or(0, |issued| at_ms.saturating_sub(issued));
                (dissent > 0 || since_ms < ms)
                    .then(|| format!("{dissent} object, {} h have passed", since_ms / 3_600_000))
            }
            Some(Rule::EachForItself) => {
                Some("each member decides for itself: there is no common decision".to_owned())
            }
            None => Some("adopt a text that states the rule".to_owned()),
        }
    }
}

/// One version of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The reference of the finding, without its version.
    pub reference: Ref,
    /// Its version, from 1.
    pub version: u32,
    /// The case.
    pub case: Ref,
    /// What it says.
    pub text: FindingText,
    /// How far it has come.
    pub signing: Signing,
    /// Appeals against it.
    pub appeals: Vec<Appeal>,
}

impl Finding {
    /// The reference of this version: `FND-2026-0007/v2`.
    #[must_use]
    pub fn versioned(&self) -> Ref {
        Ref(format!("{}/v{}", self.reference, self.version))
    }

    /// Whether a reference means it: with this version, or without any.
    #[must_use]
    pub fn is(&self, reference: &Ref) -> bool {
        self.reference == *reference || self.versioned() == *reference
    }
}

impl Docket {
    pub(crate) fn draft(&mut self, act: &Act, case: &Ref, text: &FindingText) -> Result<Done, Refusal> {
        let at = self.may_go_on(act, case)?;
        if at.stage != Stage::Drafting {
            return Err(Refusal::NotNow {
                what: case.clone(),
                state: format!("`{}`", at.stage.name()),
                when: "`drafting`".to_owned(),
            });
        }
        self.known_clause(&text.clause)?;
        self.is_sound(text)?;
        let same =
            |f: &&Finding| f.case == *case && f.text.clause == text.clause && f.text.about == text.about;
        let before = self.findings.iter().rev().find(same).map(|f| (f.reference.clone(), f.version));
        let (reference, version) = match before {
            Some((reference, version)) => (reference, version + 1),
            None => (self.number("FND", act), 1),
        };
        // A draft that nobody signed to the end is replaced by the next.
        for old in self.findings.iter_mut().filter(|f| f.reference == reference && !f.signing.counts()) {
            old.signing.standing = Standing::Superseded;
        }
        let finding = Finding {
            reference,
            version,
            case: case.clone(),
            text: text.clone(),
            signing: Signing::new(act),
            appeals: Vec::new(),
        };
        let on = finding.versioned();
        self.findings.push(finding);
        let at = self.case_at(case)?;
        if !at.clauses.contains(&text.clause) {
            at.clauses.push(text.clause.clone());
        }
        self.note(act, case, &on, None, text.outcome.name());
        Ok(done(on, Some(case.clone())))
    }

    /// A finding needs clause, version, standard of proof, confidence and reasons that cite something.
    fn is_sound(&self, text: &FindingText) -> Result<(), Refusal> {
        if !text.about.is_empty() && !self.setting.is_party(&text.about) {
            return Err(Refusal::wrong("about", format!("`{}` is no party", text.about)));
        }
        if let Some(wanted) = self.setting.usual_standard(&text.clause).filter(|w| *w != text.standard) {
            return Err(Refusal::wrong("standard", format!("the text asks for `{}`", wanted.name())));
        }
        if text.reasons.is_empty() || text.reasons.len() > PARTS_MAX {
            return Err(Refusal::wrong("reasons", format!("1 to {PARTS_MAX} are wanted")));
        }
        for reason in &text.reasons {
            written(&reason.text, "reasons")?;
            if reason.cites.is_empty()
                || reason.cites.iter().any(|c| c.trim().is_empty() || c.len() > NAME_BYTES_MAX)
            {
                return Err(Refusal::wrong("reasons", "each reason cites what it rests on"));
            }
        }
        if text.grade.len() > NAME_BYTES_MAX {
            return Err(Refusal::wrong("grade", "such as `B2`"));
        }
        let only_claims = text.reasons.iter().flat_map(|r| &r.cites).all(|c| c.starts_with("ALG-"));
        if text.outcome == Outcome::Violation && only_claims {
            return Err(Refusal::wrong(
                "reasons",
                "allegations alone show no violation: cite what was observed",
            ));
        }
        let least = match text.standard {
            Standard::Suspicion | Standard::Grounds => Likelihood::AlmostNone,
            Standard::Balance => Likelihood::Likely,
            Standard::Clear => Likelihood::VeryLikely,
        };
        if text.outcome == Outcome::Violation && text.likelihood < least {
            let says = format!("`{}` asks for at least `{}`", text.standard.name(), least.name());
            return Err(Refusal::wrong("likelihood", says));
        }
        if text.outcome == Outcome::Undetermined && text.would_settle.iter().all(|w| w.trim().is_empty()) {
            return Err(Refusal::wrong("would_settle", "say what would settle it"));
        }
        text.would_settle.iter().try_for_each(|w| within(w, "would_settle"))
    }

    pub(crate) fn comment(
        &mut self,
        act: &Act,
        on: &Ref,
        stand: Stand,
        component: &str,
        text: &str,
    ) -> Result<Done, Refusal> {
        let case = self.case_of(on)?;
        let bodies = self.bodies_for(on)?;
        if !bodies.iter().any(|b| b.code == act.by.body()) {
            let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
            return Err(not_yours(format!("a member of {}", or_nobody(&may)), &act.by));
        }
        self.not_recused(act, &case)?;
        within(text, "text")?;
        if stand == Stand::Dissents {
            written(text, "text")?;
        }
        let own = act.by.component();
        let component = if component.is_empty() { own } else { component };
        let notes_absence = act.by.role == Role::Chair && stand == Stand::Absent;
        if component != own && !notes_absence {
            return Err(not_yours(format!("the member for {component}"), &act.by));
        }
        let comment = Comment {
            body: act.by.body().to_owned(),
            component: component.to_owned(),
            stand,
            text: text.to_owned(),
            by: act.by.clone(),
            at_ms: act.at_ms,
        };
        let signing = self.signing_at(on)?;
        if matches!(signing.standing, Standing::Superseded | Standing::Confirmed) {
            return Err(Refusal::NotNow {
                what: on.clone(),
                state: signing.standing.name().to_owned(),
                when: "not yet confirmed or superseded".to_owned(),
            });
        }
        signing.comments.push(comment);
        self.note(act, &case, on, None, &format!("{component} {}", stand.name()));
        Ok(done(on.clone(), Some(case)))
    }

    pub(crate) fn sign(&mut self, act: &Act, on: &Ref) -> Result<Done, Refusal> {
        let case = self.case_of(on)?;
        let seen = self.case(&case)?;
        self.seen(act, seen)?;
        self.not_recused(act, &case)?;
        let is_attribution = self.attributions.iter().any(|a| a.is(on));
        let bodies = self.bodies_for(on)?;
        let in_body = bodies.iter().any(|b| b.code == act.by.body());
        if (is_attribution || Docket::signs_for_body(&act.by)) && !in_body {
            let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
            return Err(not_yours(format!("a member of {}", or_nobody(&may)), &act.by));
        }
        let (by, at_ms) = (act.by.clone(), act.at_ms);
        let signing = self.signing_at(on)?;
        signing.sign(on, &by, at_ms)?;
        let counts = signing.counts();
        if counts {
            self.supersede(on);
        }
        let moved = if counts && !is_attribution { self.brought(&case, Stage::Issued, "sign") } else { None };
        self.note(act, &case, on, moved, "");
        Ok(done(on.clone(), Some(case)))
    }

    /// Earlier versions of what now counts no longer do.
    fn supersede(&mut self, on: &Ref) {
        if let Some((reference, version)) =
            self.findings.iter().rev().find(|f| f.is(on)).map(|f| (f.reference.clone(), f.version))
        {
            for old in self.findings.iter_mut().filter(|f| f.reference == reference && f.version < version) {
                old.signing.standing = Standing::Superseded;
            }
        }
        if let Some((reference, version)) =
            self.attributions.iter().rev().find(|a| a.is(on)).map(|a| (a.reference.clone(), a.version))
        {
            for old in
                self.attributions.iter_mut().filter(|a| a.reference == reference && a.version < version)
            {
                old.signing.standing = Standing::Superseded;
            }
        }
    }

    pub(crate) fn confirm(&mut self, act: &Act, on: &Ref) -> Result<Done, Refusal> {
        let case = self.case_of(on)?;
        self.not_recused(act, &case)?;
        let confirmed = {
            let bodies = self.bodies_for(on)?;
            let Some(body) = bodies.iter().find(|b| b.code == act.by.body()) else {
                let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
                return Err(not_yours(format!("a member of {}", or_nobody(&may)), &act.by));
            };
            let signing = self.signing(on)?;
            if signing.standing != Standing::Provisional {
                return Err(Refusal::NotNow {
                    what: on.clone(),
                    state: signing.standing.name().to_owned(),
                    when: "provisional: two people have signed".to_owned(),
                });
            }
            signing.decided(body, &act.by, act.at_ms)?
        };
        let signing = self.signing_at(on)?;
        signing.standing = Standing::Confirmed;
        signing.confirmed = Some(confirmed);
        self.note(act, &case, on, None, "");
        Ok(done(on.clone(), Some(case)))
    }

    pub(crate) fn appeal(&mut self, act: &Act, finding: &Ref, text: &str) -> Result<Done, Refusal> {
        written(text, "text")?;
        let found = self.counting(finding)?;
        let case = found.case.clone();
        let before = found.signing.standing;
        if !matches!(before, Standing::Provisional | Standing::Confirmed) {
            // A draft is not for a party to know of.
            return Err(Refusal::NoSuch(finding.clone()));
        }
        let appeal =
            Appeal { by: act.by.clone(), at_ms: act.at_ms, text: text.to_owned(), before, ruled: None };
        let on = found.versioned();
        if let Some(f) = self.findings.iter_mut().rev().find(|f| f.is(&on)) {
            f.signing.standing = Standing::UnderAppeal;
            f.appeals.push(appeal);
        }
        let moved = self.brought(&case, Stage::Appealed, "appeal");
        self.note(act, &case, &on, moved, text);
        Ok(done(on, Some(case)))
    }

    pub(crate) fn rule(
        &mut self,
        act: &Act,
        finding: &Ref,
        upheld: bool,
        why: &str,
    ) -> Result<Done, Refusal> {
        let found = self.counting(finding)?;
        let (case, on) = (found.case.clone(), found.versioned());
        let bodies = self.bodies_for(&on)?;
        if act.by.role != Role::Chair || !bodies.iter().any(|b| b.code == act.by.body()) {
            let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
            return Err(not_yours(format!("the chair of {}", or_nobody(&may)), &act.by));
        }
        self.not_recused(act, &case)?;
        let at_ms = act.at_ms;
        let open =
            self.findings.iter_mut().rev().find(|f| f.is(&on) && f.signing.standing == Standing::UnderAppeal);
        let Some(open) = open else {
            return Err(Refusal::NotNow {
                what: on,
                state: "under no appeal".to_owned(),
                when: "a party has appealed".to_owned(),
            });
        };
        if let Some(appeal) = open.appeals.iter_mut().rev().find(|a| a.ruled.is_none()) {
            appeal.ruled = Some((upheld, why.to_owned(), at_ms));
            // Upheld, it counts until a new version does; not upheld, it stands as before.
            open.signing.standing = if upheld { Standing::Provisional } else { appeal.before };
        }
        let to = if upheld { Stage::Drafting } else { Stage::Issued };
        let moved = self.brought(&case, to, "rule");
        self.note(act, &case, &on, moved, why);
        Ok(done(on, Some(case)))
    }

    /// The case of a finding or attribution.
    pub(crate) fn case_of(&self, on: &Ref) -> Result<Ref, Refusal> {
        match self.finding(on) {
            Ok(finding) => Ok(finding.case.clone()),
            Err(_) => self.attribution(on).map(|a| a.case.clone()),
        }
    }

    /// The mandates under which a finding or attribution is decided.
    pub(crate) fn bodies_for(&self, on: &Ref) -> Result<Vec<&Body>, Refusal> {
        match self.finding(on) {
            Ok(finding) => Ok(self.setting.deciders(&finding.text.clause, Power::Occurrence)),
            Err(_) => {
                let finding = self.finding(&self.attribution(on)?.finding)?;
                Ok(self.setting.deciders(&finding.text.clause, Power::Attribution))
            }
        }
    }

    fn signing(&self, on: &Ref) -> Result<&Signing, Refusal> {
        match self.finding(on) {
            Ok(finding) => Ok(&finding.signing),
            Err(_) => self.attribution(on).map(|a| &a.signing),
        }
    }

    fn signing_at(&mut self, on: &Ref) -> Result<&mut Signing, Refusal> {
        let at = self.findings.iter().rposition(|f| f.is(on));
        if let Some(finding) = at.and_then(|at| self.findings.get_mut(at)) {
            return Ok(&mut finding.signing);
        }
        let attribution = self.attributions.iter_mut().rev().find(|a| a.is(on));
        attribution.map(|a| &mut a.signing).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    pub(crate) fn not_recused(&self, act: &Act, case: &Ref) -> Result<(), Refusal> {
        if self.case(case)?.recused.iter().any(|(who, _)| *who == act.by.person) {
            return Err(not_yours("somebody who has not withdrawn from the case".to_owned(), &act.by));
        }
        Ok(())
    }
}

/// The bodies, for people.
pub(crate) fn or_nobody(bodies: &[&str]) -> String {
    if bodies.is_empty() {
        "nobody: no text gives any body that power".to_owned()
    } else {
        bodies.join(" or ")
    }
}
