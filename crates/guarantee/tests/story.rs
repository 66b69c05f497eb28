//! Consultations and decisions: people's entries, by the rules of the texts; what a clock or a silence does, and what
//! it does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::{By, CivilZone, Instant, Ref, Refusal, Role, Takes};
use common::{HOUR_MS, Story, by, clause, cns, dec};
use guarantee::act::Deed;
use guarantee::words::{Outcome, Presence, Progress, Quiet, Stage, Standing, Step, Vote};
use guarantee::{Act, Register, Setting};
use std::sync::Arc;

const TEXT: &str = r#"# Pact
```terms
instrument pact "Pact of the mill"
  time zone "Europe/Kyiv"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn", OS "Osmark"
body council "Council of the pact" of "TA, OS"
  by consensus
body board "Board" of "TA, OS, KA, VE"
  by majority, quorum 3
body clerks "Clerks"
  decides nothing
act fire = explosion or shot
1    KA, VE shall not fire
       from D
9.1  guarantee of TA, OS to KA is due on armed attack by VE, from D
9.2  guarantee of TA, OS to VE is due on armed attack by KA, from D
9.3  TA, OS shall consult within 24 h of request
       measures "armed forces", "intelligence and logistics", "economic action", "diplomatic action"
       procedure "each by its own national procedures"
       from D
9.4  council decides guarantee by consensus
9.5  board decides guarantee by majority
```
"#;

fn setting() -> Arc<Setting> {
    let checked = terms::check("pact.md", TEXT.as_bytes());
    let agreement = checked.agreement.unwrap_or_else(|| panic!("{:?}", checked.problems));
    Arc::new(Setting::of(&[("pact", &agreement)], CivilZone::named("Europe/Kyiv").unwrap()))
}

fn ta() -> By {
    by("g.ta", Role::Guarantor, "TA")
}

fn seat(of: &str) -> By {
    by(&format!("m.{of}"), Role::Member, of)
}

fn request(label: &str) -> Deed {
    Deed::Request {
        clause: clause("pact", label),
        question: "what was seen in the night of 9 March".into(),
        cites: vec!["FND-2026-0001/v1".into()],
    }
}

fn propose(body: &str) -> Deed {
    Deed::Propose { consultation: cns(1), body: body.into(), text: "measures follow".into() }
}

fn vote(decision: Ref, vote: Vote) -> Deed {
    Deed::Vote { decision, vote, why: String::new() }
}

fn decide(decision: Ref, outcome: Outcome) -> Deed {
    Deed::Decide { decision, outcome, why: "as voted".into() }
}

fn measure(decision: Ref, menu: &str) -> Deed {
    Deed::Measure { decision, menu: menu.into(), what: "two ships".into(), tier: None, by_ms: None }
}

/// A story in which a consultation has been asked for.
fn asked() -> Story {
    let mut story = Story::new(setting());
    story.done(ta(), request("9.3"));
    story
}

#[test]
fn a_consultation_goes_from_its_request_to_the_measures_and_their_follow_up() {
    let mut story = asked();
    let stage = |s: &Story| s.register.stage(s.register.consultation(&cns(1)).unwrap());
    assert_eq!(stage(&story), Stage::Requested);
    // The text's own clock: 24 hours from the request.
    let asked_ms = story.register.consultations[0].requested.at_ms;
    assert_eq!(story.register.consultations[0].due_ms, Some(asked_ms + 24 * HOUR_MS));
    let here = |presence| Deed::Participate {
        consultation: cns(1),
        who: String::new(),
        presence,
        why: String::new(),
    };
    story.done(seat("council/OS"), here(Presence::Present));
    assert_eq!(stage(&story), Stage::Consulting);
    story.done(ta(), Deed::Position { consultation: cns(1), text: "we saw fire".into() });
    story.done(
        by("l.ka", Role::Liaison, "KA"),
        Deed::Position { consultation: cns(1), text: "and so did we".into() },
    );
    let put = story.done(seat("council/TA"), propose("council"));
    assert_eq!((put.clone(), story.register.decisions[0].rule()), (dec(1), "by consensus".to_owned()));
    story.done(seat("council/TA"), vote(dec(1), Vote::Yes));
    story.done(seat("council/OS"), vote(dec(1), Vote::Abstains));
    story.done(seat("council/TA"), decide(dec(1), Outcome::Adopted));
    assert_eq!((stage(&story), story.register.decisions[0].standing()), (Stage::Decided, Standing::Adopted));
    // By the menu of the text, and by no other word.
    let refused = story.act(ta(), measure(dec(1), "a strong letter")).unwrap_err();
    assert!(refused.to_string().contains("intelligence and logistics"), "{refused}");
    let taken = story.done(ta(), measure(dec(1), "economic action"));
    assert_eq!(stage(&story), Stage::FollowUp);
    let note = |progress| Deed::FollowUp {
        measure: taken.clone(),
        progress,
        text: "order signed".into(),
        cites: vec![],
    };
    assert!(
        story.act(by("g.os", Role::Guarantor, "OS"), note(Progress::Done)).is_err(),
        "that is Tarn's to say"
    );
    story.done(ta(), note(Progress::Done));
    assert_eq!(story.register.measures[0].progress(), Progress::Done);
    story.done(by("w.1", Role::WatchOfficer, ""), Deed::Close { consultation: cns(1), why: "done".into() });
    assert_eq!(stage(&story), Stage::Closed);
    assert!(matches!(story.act(ta(), propose("")), Err(Refusal::NotNow { .. })));
}

#[test]
fn who_has_no_vote_changes_nothing() {
    let mut story = asked();
    story.done(seat("council/TA"), propose("council"));
    let before = format!("{:?}", story.register.decisions);
    for stranger in [
        ta(),
        by("l.ve", Role::Liaison, "VE"),
        seat("board/VE"),
        seat("clerks/one"),
        by("o.1", Role::Observer, ""),
        by("v.1", Role::VerificationOfficer, ""),
    ] {
        let refused = story.act(stranger, vote(dec(1), Vote::No)).unwrap_err();
        assert_eq!(refused.kind(), "not-yours", "{refused}");
    }
    assert_eq!(before, format!("{:?}", story.register.decisions));
    // A body to which the text gives no such power is asked nothing.
    assert_eq!(story.act(seat("clerks/one"), propose("clerks")).unwrap_err().kind(), "wrong");
    // Nor does a stranger to the text have a voice.
    let far = by("g.xx", Role::Guarantor, "XX");
    assert_eq!(story.act(far, request("9.3")).unwrap_err().kind(), "not-yours");
    assert_eq!(story.act(ta(), request("1")).unwrap_err().kind(), "wrong");
}

#[test]
fn votes_come_to_what_the_rule_of_the_text_says_and_nobody_records_otherwise() {
    let mut story = asked();
    let put = story.done(seat("board/KA"), propose("board"));
    story.done(seat("board/KA"), vote(put.clone(), Vote::Yes));
    story.done(seat("board/VE"), vote(put.clone(), Vote::No));
    let refused = story.act(seat("board/KA"), decide(put.clone(), Outcome::Adopted)).unwrap_err();
    assert!(refused.to_string().contains("2 of 3 components that have to be present are"), "{refused}");
    story.done(seat("board/TA"), vote(put.clone(), Vote::Yes));
    story.done(seat("board/OS"), vote(put.clone(), Vote::Abstains));
    // Two of four are no majority; then one thinks again, and both votes are kept.
    assert_eq!(
        story.act(seat("board/KA"), decide(put.clone(), Outcome::Adopted)).unwrap_err().kind(),
        "no-decision"
    );
    story.done(seat("board/OS"), vote(put.clone(), Vote::Yes));
    let chair = by("c.ve", Role::Chair, "board/VE");
    assert_eq!(
        story.act(chair.clone(), decide(put.clone(), Outcome::NotAdopted)).unwrap_err().kind(),
        "no-decision"
    );
    story.done(chair, decide(put, Outcome::Adopted));
    let decision = &story.register.decisions[0];
    assert_eq!(decision.first.earlier["OS"].len(), 1);
    assert_eq!(decision.decided.as_ref().unwrap().counted, "3 for, 1 against, 0 neither");
}

#[test]
fn what_is_invoked_on_a_condition_lets_nobody_act_before_it_is_confirmed() {
    let mut story = asked();
    let put = story.done(
        seat("council/TA"),
        Deed::Invoke {
            consultation: cns(1),
            body: "council".into(),
            text: "the pact applies".into(),
            condition: "it is determined that the attack came from outside".into(),
        },
    );
    for of in ["council/TA", "council/OS"] {
        story.done(seat(of), vote(put.clone(), Vote::Yes));
    }
    story.done(seat("council/OS"), decide(put.clone(), Outcome::Adopted));
    assert_eq!(story.register.decisions[0].standing(), Standing::OnCondition);
    assert_eq!(story.act(ta(), measure(put.clone(), "armed forces")).unwrap_err().kind(), "not-now");
    let confirm = |outcome| Deed::Confirm {
        decision: put.clone(),
        outcome,
        cites: vec!["ATT-2026-0001/v1".into()],
        why: "shown to us".into(),
    };
    // The first round says nothing of the condition: a round of its own does.
    assert_eq!(story.act(seat("council/TA"), confirm(Outcome::Adopted)).unwrap_err().kind(), "no-decision");
    let mut other =
        Story { register: story.register.clone(), acts: story.acts.clone(), now_ms: story.now_ms };
    for of in ["council/TA", "council/OS"] {
        story.done(seat(of), vote(put.clone(), Vote::Yes));
    }
    story.done(seat("council/TA"), confirm(Outcome::Adopted));
    assert_eq!(story.register.decisions[0].standing(), Standing::Adopted);
    story.done(ta(), measure(put.clone(), "armed forces"));
    other.done(seat("council/OS"), vote(put.clone(), Vote::No));
    other.done(seat("council/TA"), confirm(Outcome::NotAdopted));
    assert_eq!(other.register.decisions[0].standing(), Standing::Lapsed);
    assert_eq!(other.act(ta(), measure(put.clone(), "armed forces")).unwrap_err().kind(), "not-now");
}

#[test]
fn a_silence_that_holds_decides_nothing_until_somebody_records_it() {
    let mut story = asked();
    let put = story.done(seat("council/TA"), propose("council"));
    let quiet = |hours| Deed::Silence { decision: put.clone(), hours, why: "by noon".into() };
    assert!(story.act(seat("council/TA"), quiet(0)).is_err());
    let silence = story.done(seat("council/TA"), quiet(24));
    assert_eq!(story.act(seat("council/OS"), quiet(24)).unwrap_err().kind(), "not-now", "one runs already");
    assert_eq!(
        story.act(seat("council/OS"), decide(put.clone(), Outcome::Adopted)).unwrap_err().kind(),
        "no-decision"
    );
    story.now_ms += 24 * HOUR_MS;
    let state = |s: &Story| s.register.silence_of(&silence).unwrap().state(s.now_ms);
    assert_eq!(state(&story), Quiet::RanOut);
    // It ran out; that alone lets nobody do anything.
    assert_eq!(story.register.decisions[0].standing(), Standing::Put);
    assert_eq!(story.act(ta(), measure(put.clone(), "economic action")).unwrap_err().kind(), "not-now");
    let late = Deed::Object { silence: silence.clone(), why: "no".into() };
    assert_eq!(story.act(seat("council/OS"), late).unwrap_err().kind(), "not-now");
    story.done(seat("council/OS"), decide(put, Outcome::Adopted));
    assert_eq!(
        story.register.decisions[0].decided.as_ref().unwrap().counted,
        "0 for, 0 against, 0 neither; the silence held"
    );
}

#[test]
fn one_objection_breaks_the_silence_and_who_has_no_vote_cannot() {
    let mut story = asked();
    let put = story.done(seat("council/TA"), propose("council"));
    let silence = story
        .done(seat("council/TA"), Deed::Silence { decision: put.clone(), hours: 48, why: "by noon".into() });
    let object = || Deed::Object { silence: silence.clone(), why: "we have questions".into() };
    assert_eq!(story.act(by("l.ka", Role::Liaison, "KA"), object()).unwrap_err().kind(), "not-yours");
    story.done(seat("council/OS"), object());
    story.now_ms += 100 * HOUR_MS;
    assert_eq!(story.register.silences[0].state(story.now_ms), Quiet::Broken);
    assert_eq!(
        story.act(seat("council/TA"), decide(put.clone(), Outcome::Adopted)).unwrap_err().kind(),
        "no-decision"
    );
    story.done(seat("council/TA"), decide(put, Outcome::NotAdopted));
    // Under a majority silence is no agreement.
    let by_majority = story.done(seat("board/KA"), propose("board"));
    let quiet = Deed::Silence { decision: by_majority, hours: 48, why: "x".into() };
    assert_eq!(story.act(seat("board/KA"), quiet).unwrap_err().kind(), "no-decision");
}

#[test]
fn a_guarantor_decides_for_itself_alone_and_binds_nobody_else() {
    let mut story = asked();
    let put = story.done(ta(), propose(""));
    assert_eq!(
        story.act(by("g.os", Role::Guarantor, "OS"), vote(put.clone(), Vote::Yes)).unwrap_err().kind(),
        "not-yours"
    );
    story.done(ta(), vote(put.clone(), Vote::Yes));
    story.done(ta(), decide(put.clone(), Outcome::Adopted));
    let os = by("g.os", Role::Guarantor, "OS");
    assert_eq!(story.act(os, measure(put.clone(), "economic action")).unwrap_err().kind(), "not-yours");
    story.done(ta(), measure(put, "economic action"));
}

#[test]
fn national_procedures_keep_their_steps_and_stop_nothing_by_themselves() {
    let mut story = asked();
    let step = |step, text: &str| Deed::National {
        consultation: cns(1),
        procedure: "parliament".into(),
        step,
        text: text.into(),
        due_ms: None,
    };
    let one = story.done(ta(), step(Step::Begun, "laid before the committee"));
    let again = story.done(ta(), step(Step::Agreed, "by 301 votes"));
    assert_eq!(one, again);
    let other = story.done(by("g.os", Role::Guarantor, "OS"), step(Step::NotNeeded, "by our law"));
    assert_ne!(one, other);
    assert_eq!(story.register.nationals[0].steps.len(), 2);
    assert!(story.act(by("l.ka", Role::Liaison, "KA"), step(Step::Agreed, "x")).is_err());
}

#[test]
fn what_people_did_reaches_the_ladder_as_records_and_says_no_more_than_the_acts() {
    let mut story = asked();
    let put = story.done(
        seat("council/TA"),
        Deed::Invoke {
            consultation: cns(1),
            body: "council".into(),
            text: "it applies".into(),
            condition: "x".into(),
        },
    );
    let told = |s: &Story| -> Vec<String> {
        let all = s.register.records("pact");
        all.iter().map(|r| format!("{} {}", r.id, r.what.name())).collect()
    };
    assert_eq!(told(&story), ["CNS-2026-0001 request", "DEC-2026-0001 decision"]);
    let outcome = |s: &Story| match &s.register.records("pact")[1].what {
        evidence::records::Recorded::Decision { outcome, .. } => outcome.word(),
        _ => "",
    };
    assert_eq!(outcome(&story), "pending");
    for of in ["council/TA", "council/OS"] {
        story.done(seat(of), vote(put.clone(), Vote::Yes));
    }
    story.done(seat("council/OS"), decide(put.clone(), Outcome::Adopted));
    assert_eq!(outcome(&story), "pending", "on a condition is not yet");
    assert!(story.register.records("another text").is_empty());
}

#[test]
fn the_register_as_known_at_an_hour_holds_what_had_been_done_by_then() {
    let mut story = asked();
    story.done(ta(), Deed::Position { consultation: cns(1), text: "later".into() });
    let then = Register::known_at(setting(), &story.acts, story.now_ms - 1);
    assert!(then.consultations[0].positions.is_empty());
    let now = Register::known_at(setting(), &story.acts, story.now_ms);
    assert_eq!(now.consultations, story.register.consultations);
}

#[test]
fn the_same_act_again_has_one_effect_and_another_under_its_key_none() {
    let mut story = asked();
    let act = story.acts[0].clone();
    assert!(story.register.take(&act).unwrap().already);
    let other = Act { deed: request("9.1"), ..act };
    assert_eq!(story.register.take(&other).unwrap_err().kind(), "key-taken");
    assert_eq!(story.register.consultations.len(), 1);
}

#[test]
fn who_saw_an_older_revision_is_told_what_was_done_since() {
    let mut story = asked();
    story.done(ta(), Deed::Position { consultation: cns(1), text: "a".into() });
    let deed = Deed::Position { consultation: cns(1), text: "b".into() };
    let act = Act { key: "late".into(), by: ta(), at_ms: story.now_ms, seen: Some(1), deed };
    let refused = story.register.take(&act).unwrap_err();
    assert!(refused.to_string().contains("position by g.ta"), "{refused}");
}

#[test]
fn acts_are_json_that_names_every_member_and_takes_no_other() {
    let told = serde_json::to_string(&request("9.3")).unwrap();
    let wanted = r#"{"deed":"request","clause":{"text":"pact","clause":"9.3"},"question":"what was seen in the night of 9 March","cites":["FND-2026-0001/v1"]}"#;
    assert_eq!(told, wanted);
    assert!(serde_json::from_str::<Deed>(&told.replace("cites", "sites")).is_err());
    let wanted = r#"{"deed":"follow-up","measure":"MSR-2026-0001","progress":"done","text":"x","cites":[]}"#;
    assert!(serde_json::from_str::<Deed>(wanted).is_ok());
    assert!(Instant::parse("2026-03-10T08:00:00Z").is_some_and(|i| i.0 == common::START_MS));
}
