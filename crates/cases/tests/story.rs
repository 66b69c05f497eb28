//! One case from allegation to verified remedy, and what is refused on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::{Role, Takes};
use cases::act::*;
use cases::allegation::State;
use cases::equal::sides;
use cases::words::*;
use cases::{By, Deed, Docket, Refusal};
use common::*;

fn says(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_case_goes_from_allegation_to_verified_remedy() {
    let mut story = Story::begin();
    let alleged = story.does(liaison("VE"), Deed::Allege(claim("VE", "KA", 1)));
    assert_eq!(alleged.0, "ALG-2026-0001");
    story.does(officer("v.1"), Deed::Register { allegations: vec![alleged.clone()], why: says("complete") });
    story.does(
        liaison("KA"),
        Deed::Answer { allegation: alleged.clone(), text: says("our guns were silent") },
    );
    let case = story.does(
        officer("v.1"),
        Deed::Open {
            title: says("Mortar fire on the mill"),
            clauses: vec![clause()],
            incidents: vec![INCIDENT.into()],
            allegations: vec![alleged.clone()],
            why: says("alleged, and heard by a post"),
        },
    );
    story.does(officer("v.1"), Deed::Claim { case: case.clone() });
    story.moves(&case, Stage::Preliminary);
    let visit = story.does(
        officer("v.1"),
        Deed::Task {
            case: case.clone(),
            kind: TaskKind::SiteVisit,
            what: says("look at the craters"),
            place: says("the mill"),
            to: says("patrol 2"),
            due_ms: story.now_ms + 24 * HOUR_MS,
        },
    );
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Tasked);
    story.does(
        officer("v.1"),
        Deed::Return {
            task: visit,
            end: TaskEnd::Done,
            of: says(""),
            text: says("three craters"),
            cites: vec![OBSERVATION.into()],
        },
    );
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Verifying);
    story.does(
        officer("v.1"),
        Deed::Weigh {
            case: case.clone(),
            clause: clause(),
            element: says("place"),
            source: says("patrols"),
            weight: Weight::Supports,
            cites: vec![OBSERVATION.into()],
            why: says("the craters are there"),
        },
    );
    story.moves(&case, Stage::Drafting);
    let finding = story.issued(&case, violation("KA"));
    assert_eq!(finding.0, "FND-2026-0001/v1");
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Issued);
    let comment = |component: &str, stand, text: &str| {
        let by = if component == "TA" { chair() } else { member(component) };
        (by, Deed::Comment { on: finding.clone(), stand, component: says(component), text: says(text) })
    };
    for (by, deed) in [
        comment("TA", Stand::Agrees, ""),
        comment("VE", Stand::Agrees, ""),
        comment("KA", Stand::Dissents, "the craters are old"),
    ] {
        story.does(by, deed);
    }
    story.does(chair(), Deed::Confirm { on: finding.clone() });
    let signing = &story.docket.finding(&finding).unwrap().signing;
    let confirmed = signing.confirmed.as_ref().unwrap();
    assert_eq!((confirmed.present, confirmed.quorum, confirmed.rule.as_str()), (3, Some(2), "by majority"));
    let dissents: Vec<&str> = signing
        .stands("commission")
        .iter()
        .filter(|c| c.stand == Stand::Dissents)
        .map(|c| c.text.as_str())
        .collect();
    assert_eq!(dissents, ["the craters are old"], "a dissent stands with the finding");

    let blame = attribution(Some(Hypothesis::Party("KA".into())));
    let who = story.does(member("VE"), Deed::Attribute { finding: finding.clone(), attribution: blame });
    story.does(member("VE"), Deed::Sign { on: who.clone() });
    story.does(chair(), Deed::Sign { on: who.clone() });
    assert_eq!(story.docket.attribution(&who).unwrap().signing.standing, Standing::Provisional);

    let remedy = RemedyText {
        actor: says("KA"),
        act: says("move out"),
        quantity: says("2 mortars"),
        place: says("5 km west of the mill"),
        due_ms: story.now_ms + 48 * HOUR_MS,
        test: says("a patrol counts them at the storage site"),
        paired_with: None,
    };
    let remedy = story.does(chair(), Deed::Order { finding: finding.clone(), remedies: vec![remedy] });
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Remedy);
    story.does(liaison("KA"), Deed::Reported { remedy: remedy.clone(), text: says("moved"), cites: vec![] });
    let why = story
        .refused(officer("v.1"), Deed::Move { case: case.clone(), to: Stage::Closed, why: says("done") });
    assert!(why.contains("RMD-2026-0001"), "{why}");
    story.does(
        officer("v.1"),
        Deed::Check {
            remedy,
            check: Check::Passed,
            text: says("2 counted"),
            cites: vec![OBSERVATION.into()],
        },
    );
    story.moves(&case, Stage::Closed);

    let allegation = story.docket.allegation(&alleged).unwrap();
    assert_eq!((&allegation.state, &allegation.case), (&State::Registered, &Some(case.clone())));
    let figures = sides(&story.docket, story.now_ms);
    assert_eq!((figures[0].against.substantiated, figures[1].by.substantiated), (1, 1));
    assert_eq!(figures[0].remedies, [1, 1, 0]);
    let again = Docket::of(setting(), &story.acts);
    assert_eq!(again.refused.len(), 1, "what was refused then is refused again");
    assert_eq!(again.cases, story.docket.cases);
}

#[test]
fn a_refusal_says_who_may_do_it_and_when() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let told = |story: &mut Story, by, deed| story.refused(by, deed);
    let close = Deed::Move { case: case.clone(), to: Stage::Closed, why: says("tired") };
    let why = told(&mut story, officer("v.1"), close);
    assert!(why.contains("`drafting`") && why.contains("comments (by verification-officer)"), "{why}");
    let why = told(&mut story, liaison("KA"), Deed::Draft { case: case.clone(), finding: violation("VE") });
    assert_eq!(why, "that is for verification-officer to do, not for l.ka (liaison of KA)");
    let why = told(&mut story, liaison("KA"), Deed::Allege(claim("VE", "KA", 9)));
    assert!(why.contains("liaison officer of VE") && why.contains("speaks for KA alone"), "{why}");
    let unreasoned =
        Deed::Suspend { case: case.clone(), cause: Cause::NoAccess, of: says("VE"), why: says(" ") };
    assert!(told(&mut story, officer("v.1"), unreasoned).contains("say why"));
    let why = told(&mut story, chair(), Deed::Confirm { on: cases::Ref("FND-2026-0009/v1".into()) });
    assert_eq!(why, "there is no `FND-2026-0009/v1` here");
}

#[test]
fn one_person_never_signs_twice_and_whoever_withdrew_signs_nothing() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let on = story.does(officer("v.1"), Deed::Draft { case: case.clone(), finding: violation("KA") });
    story.does(officer("v.1"), Deed::Sign { on: on.clone() });
    assert!(story.refused(officer("v.1"), Deed::Sign { on: on.clone() }).contains("a second person"));
    story.does(officer("v.3"), Deed::Recuse { case: case.clone(), why: says("my brother serves there") });
    assert!(story.refused(officer("v.3"), Deed::Sign { on: on.clone() }).contains("has not withdrawn"));
    assert_eq!(story.docket.finding(&on).unwrap().signing.standing, Standing::Proposed);
    story.does(officer("v.2"), Deed::Sign { on: on.clone() });
    assert_eq!(story.docket.finding(&on).unwrap().signing.standing, Standing::Provisional);
}

#[test]
fn the_second_of_two_officers_sees_what_the_first_changed() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let seen = Some(story.docket.case(&case).unwrap().revision);
    story.does(officer("v.1"), Deed::Draft { case: case.clone(), finding: violation("KA") });
    let deed = Deed::Draft { case: case.clone(), finding: violation("VE") };
    let act = cases::Act { key: says("late"), by: officer("v.2"), at_ms: story.now_ms, seen, deed };
    let refused = story.docket.take(&act).unwrap_err();
    assert_eq!(refused.kind(), "changed");
    assert!(refused.to_string().ends_with("draft by v.1"), "{refused}");
    story.does(officer("v.1"), Deed::Claim { case: case.clone() });
    let again = cases::Act { key: says("later"), seen: None, ..act };
    assert!(matches!(story.docket.take(&again), Err(Refusal::Taken { by, .. }) if by == "v.1"));
    let tomorrow = cases::Act { key: says("tomorrow"), at_ms: story.now_ms + 9 * HOUR_MS, ..again };
    assert!(story.docket.take(&tomorrow).is_ok(), "a claim lapses");
}

#[test]
fn a_restriction_is_set_beside_work_and_never_over_another_that_was_not_seen() {
    let mut story = Story::begin();
    let case = story.drafting("KA", "VE");
    let seen = story.docket.case(&case).unwrap().revision;
    let restrict = |names: &[&str]| Deed::Restrict {
        case: case.clone(),
        compartments: names.iter().map(|n| (*n).to_owned()).collect(),
        why: "who told us".to_owned(),
    };
    story.does(officer("v.2"), restrict(&["b", "a", "b"]));
    assert_eq!(story.docket.case(&case).unwrap().compartments, ["a", "b"]);
    let act = Act {
        key: "late".into(),
        by: officer("v.1"),
        at_ms: story.now_ms,
        seen: Some(seen),
        deed: restrict(&[]),
    };
    assert!(matches!(story.docket.take(&act), Err(Refusal::Changed { .. })));
    assert_eq!(story.docket.case(&case).unwrap().compartments, ["a", "b"]);
    for bad in [" a", "", "a\nb"] {
        assert!(matches!(story.act(officer("v.1"), restrict(&[bad])), Err(Refusal::Wrong { .. })), "{bad:?}");
    }
}

#[test]
fn the_same_act_twice_has_one_effect_and_a_key_is_used_once() {
    let mut story = Story::begin();
    let alleged = story.does(liaison("VE"), Deed::Allege(claim("VE", "KA", 1)));
    let mut act = story.acts[0].clone();
    act.at_ms += 5_000;
    let again = story.docket.take(&act).unwrap();
    assert_eq!((again.on, again.already, story.docket.allegations.len()), (alleged, true, 1));
    act.deed = Deed::Allege(claim("VE", "KA", 2));
    assert!(matches!(story.docket.take(&act), Err(Refusal::KeyTaken(_))));
}

#[test]
fn a_finding_states_its_standard_its_reasons_and_more_than_claims() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let good = violation("KA");
    let cases: [(FindingText, &str); 6] = [
        (FindingText { standard: Standard::Clear, ..good.clone() }, "balance of probabilities"),
        (FindingText { likelihood: Likelihood::Even, ..good.clone() }, "at least `likely`"),
        (FindingText { reasons: vec![], ..good.clone() }, "reasons"),
        (
            FindingText {
                reasons: vec![Reason { text: says("they say so"), cites: vec![] }],
                ..good.clone()
            },
            "cites",
        ),
        (
            FindingText {
                reasons: vec![Reason { text: says("they say so"), cites: vec![says("ALG-2026-0001")] }],
                ..good.clone()
            },
            "allegations alone show no violation",
        ),
        (FindingText { outcome: Outcome::Undetermined, ..good.clone() }, "what would settle it"),
    ];
    for (text, wanted) in cases {
        let why = story.refused(officer("v.1"), Deed::Draft { case: case.clone(), finding: text });
        assert!(why.contains(wanted), "{why}");
    }
}

#[test]
fn a_party_is_not_blamed_on_the_other_partys_word() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let karsk = Hypothesis::Party("KA".into());
    let early =
        Deed::Attribute { finding: cases::Ref("FND-2026-0001".into()), attribution: attribution(None) };
    assert!(story.refused(member("VE"), early).contains("there is no"), "attribution needs a finding");
    let finding = story.issued(&case, violation("KA"));
    let of = |text: AttributionText| Deed::Attribute { finding: finding.clone(), attribution: text };
    let mut from_one = attribution(Some(karsk.clone()));
    from_one.weighed[0].strands =
        vec![strand("claim", "VE", Weight::Supports), strand("radar", "VE", Weight::Supports)];
    assert!(story.refused(member("VE"), of(from_one)).contains("comes from one party"));
    let mut unsure = attribution(Some(karsk.clone()));
    unsure.weighed[0].likelihood = Likelihood::Likely;
    assert!(story.refused(member("VE"), of(unsure)).contains("at least `very likely`"));
    let mut one_sided = attribution(Some(karsk.clone()));
    one_sided.weighed.remove(1);
    assert!(story.refused(member("VE"), of(one_sided)).contains("VE is not among the hypotheses"));
    let mut contested = attribution(Some(karsk));
    contested.weighed[1].likelihood = Likelihood::Even;
    assert!(story.refused(member("VE"), of(contested)).contains("another hypothesis"));
    assert!(story.refused(officer("v.1"), of(attribution(None))).contains("member or chair"));
    let mut open_ended = attribution(None);
    open_ended.would_settle.clear();
    assert!(story.refused(member("VE"), of(open_ended)).contains("what would settle it"));
    let who = story.does(member("VE"), of(attribution(None)));
    assert_eq!(story.docket.attribution(&who).unwrap().text.adopted, None, "not attributed is a result");
}

#[test]
fn an_absent_component_is_noted_and_the_quorum_decides() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let finding = story.issued(&case, violation("KA"));
    let comment = |by: By, stand, component: &str| {
        (by, Deed::Comment { on: finding.clone(), stand, component: says(component), text: says("") })
    };
    let (by, deed) = comment(chair(), Stand::Agrees, "TA");
    story.does(by, deed);
    let (by, deed) = comment(chair(), Stand::Absent, "KA");
    story.does(by, deed);
    let why = story.refused(chair(), Deed::Confirm { on: finding.clone() });
    assert_eq!(why, "commission decides by majority: 1 of 2 components that have to be present are");
    assert!(story.docket.finding(&finding).unwrap().signing.counts(), "work goes on: it is provisional");
    let (by, deed) = comment(member("VE"), Stand::Agrees, "VE");
    story.does(by, deed);
    story.does(chair(), Deed::Confirm { on: finding.clone() });
    let stands = story.docket.finding(&finding).unwrap().signing.stands("commission").len();
    assert_eq!(stands, 3, "the absence stands beside the votes");
    let by = By { person: says("x"), role: Role::Member, of: says("council/KA") };
    let other =
        Deed::Comment { on: finding, stand: Stand::Dissents, component: says("KA"), text: says("no") };
    assert!(story.refused(by, other).contains("a member of commission"));
}

#[test]
fn an_appeal_is_ruled_by_the_chair_and_a_new_version_supersedes() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let first = story.issued(&case, violation("KA"));
    story.does(liaison("KA"), Deed::Appeal { finding: first.clone(), text: says("the craters are old") });
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Appealed);
    assert_eq!(story.docket.finding(&first).unwrap().signing.standing, Standing::UnderAppeal);
    assert!(
        story
            .refused(officer("v.1"), Deed::Rule { finding: first.clone(), upheld: false, why: says("no") })
            .contains("member or chair")
    );
    story.does(chair(), Deed::Rule { finding: first.clone(), upheld: true, why: says("look again") });
    assert_eq!(story.docket.case(&case).unwrap().stage, Stage::Drafting);
    let open = FindingText {
        outcome: Outcome::Undetermined,
        would_settle: vec![says("soil samples")],
        ..violation("KA")
    };
    let second = story.issued(&case, open);
    assert_eq!(second.0, "FND-2026-0001/v2");
    assert_eq!(
        story.docket.finding(&first).unwrap().signing.standing,
        Standing::Superseded,
        "citable, and no longer counting"
    );
    assert_eq!(sides(&story.docket, story.now_ms)[0].against.undetermined, 1);
}

#[test]
fn a_new_draft_hides_nothing_that_counts() {
    let mut story = Story::begin();
    let case = story.drafting("VE", "KA");
    let first = story.issued(&case, violation("KA"));
    story.moves(&case, Stage::Drafting);
    let second = story.does(officer("v.1"), Deed::Draft { case, finding: violation("KA") });
    assert_eq!(second.0, "FND-2026-0001/v2");
    let without_version = cases::Ref("FND-2026-0001".into());
    let on = story.does(liaison("KA"), Deed::Appeal { finding: without_version, text: says("look again") });
    assert_eq!(on, first, "what is appealed is what counts");
}

#[test]
fn a_member_that_no_deed_has_is_refused_rather_than_lost() {
    let good = serde_json::json!({"deed": "move", "case": "CASE-2026-0001", "to": "closed", "why": "done"});
    assert!(serde_json::from_value::<Deed>(good.clone()).is_ok());
    let mut bad = good;
    bad["reason"] = "done".into();
    assert!(serde_json::from_value::<Deed>(bad).is_err());
    let claim = serde_json::json!({"deed": "allege", "against": "KA", "text": "fire", "palce": "the mill"});
    assert!(serde_json::from_value::<Deed>(claim).unwrap_err().to_string().contains("palce"));
}

#[test]
fn a_flood_of_allegations_is_sorted_and_counts_as_nothing_else() {
    let mut story = Story::begin();
    for n in 0..1_000_usize {
        // 60 say something of their own; the rest repeat one of them, or say nothing.
        let mut of = claim("VE", "KA", n % 60);
        if n >= 60 && n % 3 == 0 {
            of = Claim { complainant: "VE".into(), channel: "api".into(), ..Claim::default() };
        }
        story.now_ms -= HOUR_MS;
        story.does(liaison("VE"), Deed::Allege(of));
    }
    let fresh = story.docket.allegations.iter().filter(|a| a.alike.is_none() && a.lacks.is_empty()).count();
    assert_eq!(fresh, 60);
    let twice: Vec<cases::Ref> =
        story.docket.allegations.iter().filter(|a| a.alike.is_some()).map(|a| a.reference.clone()).collect();
    let empty: Vec<cases::Ref> = story
        .docket
        .allegations
        .iter()
        .filter(|a| !a.lacks.is_empty())
        .map(|a| a.reference.clone())
        .collect();
    assert_eq!(twice.len() + empty.len(), 940);
    story.does(
        officer("v.1"),
        Deed::Dismiss { allegations: twice, reason: Dismissal::Duplicate, why: says("the same again") },
    );
    story.does(
        officer("v.1"),
        Deed::Dismiss { allegations: empty, reason: Dismissal::Incomplete, why: says("empty") },
    );
    let figures = sides(&story.docket, story.now_ms);
    assert_eq!((figures[1].by.made, figures[1].by.waiting, figures[1].by.substantiated), (1_000, 60, 0));
    assert_eq!(figures[1].by.substantiation, None, "no share of nothing");
    assert_eq!(figures[0].findings, [0, 0, 0, 0], "allegations are no findings");
}

#[test]
fn what_happened_too_long_ago_is_told_and_what_says_no_time_is_undetermined() {
    let mut story = Story::begin();
    let old = Claim { from_ms: Some(START_MS - 91 * 24 * HOUR_MS), ..claim("VE", "KA", 1) };
    let timeless = Claim { from_ms: None, ..claim("VE", "KA", 2) };
    for (of, late) in [
        (old, base::Truth::True),
        (timeless, base::Truth::Undetermined),
        (claim("VE", "KA", 3), base::Truth::False),
    ] {
        let on = story.does(liaison("VE"), Deed::Allege(of));
        assert_eq!(story.docket.allegation(&on).unwrap().late, late);
    }
}
