//! A small mission for the tests: two parties, a body with three components, a text that says who decides.
#![allow(dead_code, reason = "each test uses its part")]

use base::{CivilZone, Role, Takes};
use cases::act::*;
use cases::words::*;
use cases::{Act, By, Deed, Docket, Done, Ref, Refusal, Setting};
use std::sync::Arc;

pub const TEXT: &str = r#"# Agreement of the mill

```terms
instrument mill "Agreement of the mill", core text
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn"
body commission "Special Commission" of TA, KA, VE
  decides occurrence, attribution, remedy
  by majority, quorum 2, standard balance of probabilities
act fire = explosion or shot
```

## Article 2
> Neither shall fire.

```terms
2.1  KA, VE shall not fire
       anywhere
       from D
2.1a unless return fire: shown: "the hotline was tried first" to be shown by the party that fired
```
"#;

pub const HOUR_MS: i64 = 3_600_000;
/// 2026-03-10T08:00Z.
pub const START_MS: i64 = 1_773_129_600_000;
pub const INCIDENT: &str = "inc-0123456789abcdef0123456789abcdef";
pub const OBSERVATION: &str = "obs-0123456789abcdef0123456789abcdef";

pub fn setting() -> Arc<Setting> {
    let checked = terms::check("mill.md", TEXT.as_bytes());
    let agreement = checked.agreement.unwrap_or_else(|| panic!("{:?}", checked.problems));
    Arc::new(Setting::of(&[("signed", &agreement)], CivilZone::named("Europe/Kyiv").unwrap()))
}

/// A mission in which people act one after another, an hour apart.
pub struct Story {
    pub docket: Docket,
    pub acts: Vec<Act>,
    pub now_ms: i64,
}

pub fn officer(person: &str) -> By {
    By { person: person.into(), role: Role::VerificationOfficer, of: String::new() }
}

pub fn liaison(party: &str) -> By {
    By { person: format!("l.{}", party.to_lowercase()), role: Role::Liaison, of: party.into() }
}

pub fn member(component: &str) -> By {
    By {
        person: format!("m.{}", component.to_lowercase()),
        role: Role::Member,
        of: format!("commission/{component}"),
    }
}

pub fn chair() -> By {
    By { person: "m.ta".into(), role: Role::Chair, of: "commission/TA".into() }
}

pub fn r(text: &str) -> Ref {
    Ref(text.into())
}

pub fn clause() -> ClauseRef {
    ClauseRef { text: "signed".into(), clause: "2.1".into() }
}

pub fn claim(complainant: &str, against: &str, n: usize) -> Claim {
    Claim {
        complainant: complainant.into(),
        against: against.into(),
        clauses: vec!["2.1".into()],
        from_ms: Some(START_MS - HOUR_MS * 5),
        place: format!("the mill, field {n}"),
        text: format!("mortar fire on the mill, {n}"),
        channel: "api".into(),
        ..Claim::default()
    }
}

pub fn violation(about: &str) -> FindingText {
    FindingText {
        clause: clause(),
        about: about.into(),
        outcome: Outcome::Violation,
        severity: Some(Severity::Serious),
        standard: Standard::Balance,
        likelihood: Likelihood::VeryLikely,
        confidence: Confidence::Moderate,
        grade: "B2".into(),
        reasons: vec![Reason { text: "three craters".into(), cites: vec![OBSERVATION.into()] }],
        would_settle: vec![],
    }
}

pub fn strand(kind: &str, side: &str, weight: Weight) -> Strand {
    Strand {
        kind: kind.into(),
        text: format!("{kind} of the craters"),
        cites: vec![OBSERVATION.into()],
        side: side.into(),
        weight,
        ratio: Some((2.0, 5.0)),
    }
}

/// `adopted` is held to be very likely, on what nobody's patrol found.
pub fn attribution(adopted: Option<Hypothesis>) -> AttributionText {
    let of = |hypothesis: Hypothesis| {
        let is_it = adopted.as_ref() == Some(&hypothesis);
        Weighed {
            strands: if is_it { vec![strand("direction", "", Weight::Supports)] } else { Vec::new() },
            likelihood: if is_it { Likelihood::VeryLikely } else { Likelihood::Unlikely },
            hypothesis,
        }
    };
    let names = matches!(adopted, Some(Hypothesis::Party(_) | Hypothesis::Proxy(_) | Hypothesis::Both));
    AttributionText {
        weighed: vec![
            of(Hypothesis::Party("KA".into())),
            of(Hypothesis::Party("VE".into())),
            of(Hypothesis::Accident),
            of(Hypothesis::NoEvent),
        ],
        responsibility: names.then_some(Responsibility::Direct),
        adopted,
        intent: Intent::Undetermined,
        standard: Standard::Balance,
        confidence: Confidence::Moderate,
        would_settle: vec!["radar tracks of that hour".into()],
    }
}

impl Story {
    pub fn begin() -> Story {
        Story { docket: Docket::new(setting()), acts: Vec::new(), now_ms: START_MS }
    }

    pub fn act(&mut self, by: By, deed: Deed) -> Result<Done, Refusal> {
        self.now_ms += HOUR_MS;
        let key = format!("k{}", self.acts.len() + 1);
        let act = Act { key, by, at_ms: self.now_ms, seen: None, deed };
        let done = self.docket.take(&act);
        self.acts.push(act);
        done
    }

    pub fn does(&mut self, by: By, deed: Deed) -> Ref {
        let said = format!("{by}: {deed:?}");
        self.act(by, deed).unwrap_or_else(|e| panic!("{said}: {e}")).on
    }

    pub fn refused(&mut self, by: By, deed: Deed) -> String {
        let before = format!("{:?}", self.docket);
        let why = self.act(by, deed).expect_err("it is refused").to_string();
        assert_eq!(format!("{:?}", self.docket), before, "a refusal changes nothing");
        why
    }

    /// A case about a registered allegation of `by` against `against`, at the stage of drafting.
    pub fn drafting(&mut self, by: &str, against: &str) -> Ref {
        let n = self.acts.len();
        let alleged = self.does(liaison(by), Deed::Allege(claim(by, against, n)));
        self.does(
            officer("v.1"),
            Deed::Register { allegations: vec![alleged.clone()], why: "complete, in the mandate".into() },
        );
        let case = self.does(
            officer("v.1"),
            Deed::Open {
                title: format!("mortar fire {n}"),
                clauses: vec![clause()],
                incidents: vec![INCIDENT.into()],
                allegations: vec![alleged],
                why: "alleged and seen".into(),
            },
        );
        self.moves(&case, Stage::Preliminary);
        self.moves(&case, Stage::Drafting);
        case
    }

    pub fn moves(&mut self, case: &Ref, to: Stage) {
        self.does(officer("v.1"), Deed::Move { case: case.clone(), to, why: "the next step".into() });
    }

    /// A finding of it that two officers have signed.
    pub fn issued(&mut self, case: &Ref, text: FindingText) -> Ref {
        let on = self.does(officer("v.1"), Deed::Draft { case: case.clone(), finding: text });
        self.does(officer("v.1"), Deed::Sign { on: on.clone() });
        self.does(officer("v.2"), Deed::Sign { on: on.clone() });
        on
    }
}
