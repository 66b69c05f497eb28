//! The life of a warning in people's hands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use base::{By, CivilZone, Ref, Refusal, Role, Takes};
use proptest::prelude::*;
use warnings::act::{Act, Audience, Deed, Facts, Outcome};
use warnings::ledger::{Ledger, Stage, skill};
use warnings::raised::Level;

const DAY_MS: i64 = 86_400_000;
const WARNING: &str = "WRN-2026-03-12-buffer-fire";

fn by(person: &str, role: Role, of: &str) -> By {
    By { person: person.to_owned(), role, of: of.to_owned() }
}

fn watch() -> By {
    by("w.1", Role::WatchOfficer, "")
}

fn facts(only_parties: bool) -> Option<Facts> {
    Some(Facts {
        ground: "buffer".to_owned(),
        what: "fire".to_owned(),
        raised_ms: 10 * DAY_MS,
        since_ms: 9 * DAY_MS,
        level: Level::Watch,
        counted: 30,
        expected_milli: 7_900,
        only_parties,
        one_source: String::new(),
        indicator: String::new(),
        head_seq: 7,
        algorithm: "watch 1".to_owned(),
    })
}

fn warning() -> Ref {
    Ref(WARNING.to_owned())
}

struct Told {
    ledger: Ledger,
    n: u32,
    at_ms: i64,
}

impl Told {
    fn new() -> Told {
        let ledger = Ledger::new(CivilZone::named("Etc/GMT-2").unwrap());
        Told { ledger, n: 0, at_ms: 11 * DAY_MS }
    }

    fn act(&mut self, by: &By, deed: Deed) -> Result<String, Refusal> {
        self.n += 1;
        self.at_ms += 60_000;
        let act = Act { key: self.n.to_string(), by: by.clone(), at_ms: self.at_ms, seen: None, deed };
        self.ledger.take(&act).map(|d| d.on.0)
    }

    fn issue(&mut self, audiences: &[Audience], only_parties: bool) -> Result<String, Refusal> {
        let deed = Deed::Issue {
            warning: warning(),
            facts: facts(only_parties),
            level: Level::Warning,
            audiences: audiences.to_vec(),
            instruction: "stay off the bridge".to_owned(),
            expires_ms: self.at_ms + DAY_MS,
            why: "three posts heard it".to_owned(),
        };
        self.act(&watch(), deed)
    }

    fn stage(&self) -> Stage {
        self.ledger.life(WARNING).unwrap().stage
    }
}

fn stand_down(outcome: Outcome, came_ms: Option<i64>) -> Deed {
    Deed::StandDown { warning: warning(), outcome, came_ms, why: "seen by the patrol".to_owned() }
}

#[test]
fn a_warning_is_checked_issued_taken_notice_of_and_stood_down_and_then_counts_as_right() {
    let mut told = Told::new();
    let check = Deed::Check { warning: warning(), facts: facts(false), text: "called post 3".to_owned() };
    told.act(&watch(), check).unwrap();
    assert_eq!(told.stage(), Stage::Checked);
    told.issue(&[Audience::Staff, Audience::Parties], false).unwrap();
    let ka = by("l.ka", Role::Liaison, "KA");
    told.act(&ka, Deed::Acknowledge { warning: warning() }).unwrap();
    told.act(&ka, Deed::Acknowledge { warning: warning() }).unwrap();
    assert_eq!(told.ledger.life(WARNING).unwrap().acknowledged.len(), 1, "noticed once, however often said");
    told.act(&watch(), stand_down(Outcome::Right, Some(10 * DAY_MS + 7_200_000))).unwrap();
    let skill = skill(&told.ledger);
    assert_eq!((skill.issued, skill.right, skill.wrong, skill.open), (1, 1, 0, 0));
    assert_eq!(skill.lead_h, Some(2.0));
    let [low, share, high] = skill.right_share.unwrap();
    assert!((share - 1.0).abs() < 1e-9 && low < 0.5 && high > 0.99, "one warning proves next to nothing");
}

#[test]
fn an_update_has_to_be_taken_notice_of_anew_and_what_was_issued_is_not_suppressed() {
    let mut told = Told::new();
    told.issue(&[Audience::Guarantors], false).unwrap();
    let osmia = by("g.os", Role::Guarantor, "OS");
    told.act(&osmia, Deed::Acknowledge { warning: warning() }).unwrap();
    let update = Deed::Update {
        warning: warning(),
        level: Level::Watch,
        instruction: String::new(),
        expires_ms: told.at_ms + 2 * DAY_MS,
        why: "fewer since noon".to_owned(),
    };
    told.act(&watch(), update).unwrap();
    let life = told.ledger.life(WARNING).unwrap();
    assert!(life.acknowledged.is_empty());
    assert_eq!(life.issued.as_ref().unwrap().version, 2);
    let suppress = Deed::Suppress { warning: warning(), facts: facts(false), why: "no".to_owned() };
    assert!(matches!(told.act(&watch(), suppress), Err(Refusal::NotNow { .. })));
}

#[test]
fn the_public_is_told_by_a_second_person_and_never_on_the_word_of_parties_alone() {
    let mut told = Told::new();
    assert!(matches!(told.issue(&[Audience::Public], false), Err(Refusal::Wrong { field: "audiences", .. })));
    told.issue(&[Audience::Staff], false).unwrap();
    let publish = || Deed::Publish { warning: warning() };
    assert!(matches!(told.act(&watch(), publish()), Err(Refusal::NotYours { .. })));
    let same = by("w.1", Role::Publisher, "");
    assert!(matches!(told.act(&same, publish()), Err(Refusal::TwoPersons { .. })));
    told.act(&by("p.1", Role::Publisher, ""), publish()).unwrap();
    assert!(
        told.ledger.life(WARNING).unwrap().issued.as_ref().unwrap().audiences.contains(&Audience::Public)
    );

    let mut parties = Told::new();
    parties.issue(&[Audience::Staff], true).unwrap();
    assert!(matches!(parties.act(&by("p.1", Role::Publisher, ""), publish()), Err(Refusal::NotNow { .. })));
}

#[test]
fn to_whom_it_was_not_told_a_warning_does_not_exist() {
    let mut told = Told::new();
    let unknown = told.act(&by("l.ka", Role::Liaison, "KA"), Deed::Acknowledge { warning: warning() });
    told.issue(&[Audience::Staff], false).unwrap();
    let hidden = told.act(&by("l.ka", Role::Liaison, "KA"), Deed::Acknowledge { warning: warning() });
    assert_eq!(unknown, hidden, "the refusals are alike");
}

#[test]
fn what_was_not_warned_of_counts_as_missed_and_what_was_wrongly_held_back_is_shown() {
    let mut told = Told::new();
    let suppress =
        Deed::Suppress { warning: warning(), facts: facts(false), why: "a drill, we thought".to_owned() };
    told.act(&watch(), suppress).unwrap();
    told.act(&watch(), stand_down(Outcome::Right, None)).unwrap();
    let missed = Deed::Missed {
        ground: "storage".to_owned(),
        what: "muster".to_owned(),
        came_ms: 9 * DAY_MS,
        why: "INC-1".to_owned(),
    };
    told.act(&watch(), missed).unwrap();
    let skill = skill(&told.ledger);
    assert_eq!((skill.issued, skill.right, skill.suppressed_right, skill.missed), (0, 0, 1, 1));
    assert_eq!(skill.right_share, None, "nothing was issued: no share can be told");
}

#[test]
fn a_person_may_raise_what_no_detector_did() {
    let mut told = Told::new();
    let raise = Deed::Raise {
        ground: "the bridge".to_owned(),
        what: "columns".to_owned(),
        level: Level::Watch,
        why: "hotline call".to_owned(),
        cites: vec!["#12".to_owned()],
    };
    let reference = told.act(&watch(), raise).unwrap();
    assert_eq!(reference, "WRN-1970-01-12-by-hand-1");
    assert_eq!(told.ledger.life(&reference).unwrap().stage, Stage::Raised);
}

fn deeds() -> impl Strategy<Value = (u8, u8, i64)> {
    (0_u8..11, 0_u8..6, -2_i64..5)
}

fn person(n: u8) -> By {
    match n {
        0 => watch(),
        1 => by("w.2", Role::WatchOfficer, ""),
        2 => by("l.ka", Role::Liaison, "KA"),
        3 => by("g.os", Role::Guarantor, "OS"),
        4 => by("p.1", Role::Publisher, ""),
        _ => by("v.1", Role::VerificationOfficer, ""),
    }
}

fn deed(n: u8, days: i64) -> Deed {
    let w = warning();
    let why = "because".to_owned();
    match n {
        0 => Deed::Check { warning: w, facts: facts(days < 0), text: String::new() },
        1 => Deed::Issue {
            warning: w,
            facts: facts(days < 0),
            level: Level::Watch,
            audiences: vec![Audience::Staff, Audience::Parties],
            instruction: String::new(),
            expires_ms: (12 + days) * DAY_MS,
            why,
        },
        2 => Deed::Suppress { warning: w, facts: facts(false), why },
        3 => Deed::Publish { warning: w },
        4 => Deed::Update {
            warning: w,
            level: Level::Warning,
            instruction: why.clone(),
            expires_ms: (12 + days) * DAY_MS,
            why,
        },
        5 => Deed::Acknowledge { warning: w },
        6 => Deed::Escalate { warning: w, to: "head of mission".to_owned(), why },
        7 => stand_down(Outcome::False, None),
        8 => Deed::Missed { ground: "x".to_owned(), what: "y".to_owned(), came_ms: days, why },
        9 => Deed::HandOver { text: why },
        _ => Deed::Raise {
            ground: "x".to_owned(),
            what: "y".to_owned(),
            level: Level::Advisory,
            why,
            cites: vec![],
        },
    }
}

proptest! {
    #[test]
    fn replaying_gives_the_same_ledger_and_no_state_is_skipped(all in proptest::collection::vec(deeds(), 0..40)) {
        let mut told = Told::new();
        let mut kept = Vec::new();
        for (n, who, days) in all {
            told.n += 1;
            told.at_ms += 60_000;
            let (key, deed) = (told.n.to_string(), deed(n, days));
            let act = Act { key, by: person(who), at_ms: told.at_ms, seen: None, deed };
            let json = serde_json::to_string(&act).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Act>(&json).unwrap(), &act);
            let before = told.ledger.life(WARNING).cloned();
            match told.ledger.take(&act) {
                Ok(_) => kept.push(act),
                Err(_) => prop_assert_eq!(told.ledger.life(WARNING).cloned(), before, "a refusal changes nothing"),
            }
            if let Some(life) = told.ledger.life(WARNING) {
                // Nothing is public that only parties bear out, and nothing was issued without a watch officer.
                let public = life.issued.as_ref().is_some_and(|i| i.audiences.contains(&Audience::Public));
                prop_assert!(!(public && life.facts.as_ref().is_some_and(|f| f.only_parties)));
                prop_assert!(life.issued.as_ref().is_none_or(|i| i.by.role == Role::WatchOfficer));
                prop_assert_eq!(life.revision as usize, life.history.len());
            }
        }
        let mut again = Ledger::new(CivilZone::named("Etc/GMT-2").unwrap());
        kept.iter().for_each(|act| again.take_recorded(act));
        prop_assert!(again.refused.is_empty());
        prop_assert_eq!(again.lives, told.ledger.lives);
        prop_assert_eq!(again.missed, told.ledger.missed);
    }
}
