//! What holds of every history, whatever people do: most of what they try here is refused, and nothing breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use base::Role;
use cases::act::*;
use cases::equal::{Side, sides};
use cases::words::*;
use cases::{Act, By, Deed, Docket, Ref};
use common::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// One try: who, what, on which object, in which variant.
type Try = (u8, u8, u8, u8);

fn person(n: u8) -> By {
    match n % 8 {
        0 => officer("v.1"),
        1 => officer("v.2"),
        2 => liaison("KA"),
        3 => liaison("VE"),
        4 => chair(),
        5 => member("KA"),
        6 => member("VE"),
        _ => By { person: "w.1".into(), role: Role::WatchOfficer, of: String::new() },
    }
}

fn one<'a>(mut of: impl Iterator<Item = &'a Ref> + Clone, n: u8) -> Ref {
    let len = of.clone().count().max(1);
    of.nth(usize::from(n) % len).cloned().unwrap_or_else(|| r("CASE-1900-0001"))
}

const STAGES: &[Stage] = Stage::ALL;

/// The deed of a try. Parties come by the variant, so that a mirrored try is the mirrored deed.
fn deed(docket: &Docket, (_, what, object, variant): Try, sides: [&str; 2]) -> Deed {
    let [a, b] = if variant % 2 == 0 { sides } else { [sides[1], sides[0]] };
    let case = one(docket.cases.iter().map(|c| &c.reference), object);
    let finding = one(docket.findings.iter().map(|f| &f.reference), object);
    let alg = one(docket.allegations.iter().map(|a| &a.reference), object);
    let remedy = one(docket.remedies.iter().map(|m| &m.reference), object);
    let clock = one(docket.clocks.iter().map(|c| &c.reference), object);
    let task = one(docket.cases.iter().flat_map(|c| &c.tasks).map(|t| &t.reference), object);
    let why = || "as seen".to_owned();
    let cites = || vec![OBSERVATION.to_owned()];
    match what % 26 {
        0 | 1 => Deed::Allege(claim(a, b, usize::from(object % 9))),
        2 => Deed::Register { allegations: vec![alg], why: why() },
        3 => Deed::Dismiss { allegations: vec![alg], reason: Dismissal::Incomplete, why: why() },
        4 => Deed::Answer { allegation: alg, text: why() },
        5 => Deed::Withdraw { allegation: alg, why: why() },
        6 => Deed::Join { case, allegations: vec![alg], why: why() },
        7 | 8 => Deed::Open {
            title: why(),
            clauses: vec![clause()],
            incidents: vec![INCIDENT.into()],
            allegations: if variant % 3 == 0 { vec![alg] } else { vec![] },
            why: why(),
        },
        9..=11 => Deed::Move { case, to: STAGES[usize::from(variant) % STAGES.len()], why: why() },
        12 => Deed::Suspend { case, cause: Cause::NoAccess, of: a.into(), why: why() },
        13 => Deed::Resume { case, why: why() },
        14 => Deed::Task { case, kind: TaskKind::Imagery, what: why(), place: why(), to: why(), due_ms: 0 },
        15 => {
            let end = if variant % 3 == 0 { TaskEnd::Refused } else { TaskEnd::Done };
            Deed::Return { task, end, of: a.into(), text: why(), cites: cites() }
        }
        16 | 17 => {
            let outcome = Outcome::ALL[usize::from(variant / 2) % 4];
            let text = FindingText { outcome, would_settle: vec![why()], ..violation(a) };
            Deed::Draft { case, finding: text }
        }
        18 | 19 => Deed::Sign {
            on: if variant % 3 == 0 {
                one(docket.attributions.iter().map(|x| &x.reference), object)
            } else {
                finding
            },
        },
        20 => {
            let adopted = (variant % 3 > 0).then(|| Hypothesis::Party(a.to_owned()));
            Deed::Attribute { finding, attribution: attribution(adopted) }
        }
        21 => Deed::Comment {
            on: finding,
            stand: Stand::ALL[usize::from(variant) % 4],
            component: String::new(),
            text: why(),
        },
        22 => match variant % 3 {
            0 => Deed::Confirm { on: finding },
            1 => Deed::Appeal { finding, text: why() },
            _ => Deed::Rule { finding, upheld: object % 2 == 0, why: why() },
        },
        23 => Deed::Order {
            finding,
            remedies: vec![RemedyText {
                actor: a.into(),
                act: why(),
                quantity: why(),
                place: why(),
                due_ms: START_MS + 400 * HOUR_MS,
                test: why(),
                paired_with: None,
            }],
        },
        24 => match variant % 3 {
            0 => Deed::Check {
                remedy,
                check: Check::ALL[usize::from(object) % 3],
                text: why(),
                cites: cites(),
            },
            1 => Deed::Reported { remedy, text: why(), cites: vec![] },
            _ => Deed::Recuse { case, why: why() },
        },
        _ => match variant % 4 {
            0 => Deed::Start {
                case,
                clock: ClockText {
                    purpose: why(),
                    started_by: INCIDENT.into(),
                    from_ms: None,
                    length: Length::Hours(30),
                    zone: "Europe/Kyiv".into(),
                    pauses: true,
                    expiry: Expiry::Told,
                },
            },
            1 => Deed::Pause { clock, why: why() },
            2 => Deed::Continue { clock, why: why() },
            _ => Deed::Stop { clock, why: why() },
        },
    }
}

/// The person on the other side of the mirror.
fn mirrored(n: u8) -> u8 {
    match n % 8 {
        2 => 3,
        3 => 2,
        5 => 6,
        6 => 5,
        same => same,
    }
}

/// Some cases that have come far already: random steps alone rarely do.
fn begun(story: &mut Story, [a, b]: [&str; 2]) {
    story.drafting(b, a);
    let case = story.drafting(a, b);
    story.issued(&case, violation(b));
    let case = story.drafting(b, a);
    let finding = story.issued(&case, violation(a));
    let blame = attribution(Some(Hypothesis::Party(a.to_owned())));
    story.does(chair(), Deed::Attribute { finding, attribution: blame });
}

fn play(tries: &[Try], sides: [&str; 2], who: impl Fn(u8) -> u8) -> Story {
    let mut story = Story::begin();
    begun(&mut story, sides);
    for n in tries {
        let deed = deed(&story.docket, *n, sides);
        // Refusals are part of the play.
        let _ = story.act(person(who(n.0)), deed);
    }
    story
}

/// A history in which cases come far: officers' steps are tried in order between random ones.
fn tries() -> impl Strategy<Value = Vec<Try>> {
    let random = any::<Try>();
    let spine: Vec<u8> = vec![0, 2, 7, 9, 9, 9, 16, 18, 18, 21, 21, 22, 20, 18, 18, 23, 24];
    let step = (prop::sample::select(spine), any::<(u8, u8, u8)>())
        .prop_map(|(what, (who, object, variant))| (who, what, object, variant));
    prop::collection::vec(prop_oneof![random, step], 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_same_acts_give_the_same_docket(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        let again = Docket::of(setting(), &story.acts);
        let told = |d: &Docket| format!("{:?}{:?}", d.cases, d.findings);
        prop_assert_eq!(told(&again), told(&story.docket));
        let bytes: Vec<String> = story.acts.iter().map(|a| serde_json::to_string(a).unwrap()).collect();
        let read: Vec<Act> = bytes.iter().map(|b| serde_json::from_str(b).unwrap()).collect();
        prop_assert_eq!(read, story.acts, "what the journal holds reads back as it was");
    }

    #[test]
    fn a_refused_act_changes_nothing(tries in tries()) {
        let mut story = play(&tries, ["KA", "VE"], |n| n);
        let before = format!("{:?}", story.docket.cases);
        let numbers = format!("{:?}{:?}", story.docket.allegations, story.docket.remedies);
        for by in [liaison("KA"), officer("v.9")] {
            let bad = Deed::Order { finding: r("FND-2026-0001"), remedies: vec![] };
            prop_assert!(story.act(by, bad).is_err());
        }
        prop_assert_eq!(format!("{:?}", story.docket.cases), before);
        prop_assert_eq!(format!("{:?}{:?}", story.docket.allegations, story.docket.remedies), numbers);
    }

    #[test]
    fn allegations_never_raise_a_count_of_violations(tries in tries(), more in 1_usize..40) {
        let mut story = play(&tries, ["KA", "VE"], |n| n);
        let counts = |d: &Docket, now| sides(d, now).into_iter().map(|s| s.findings).collect::<Vec<_>>();
        let before = counts(&story.docket, story.now_ms);
        for n in 0..more {
            story.does(liaison("VE"), Deed::Allege(claim("VE", "KA", n)));
        }
        prop_assert_eq!(counts(&story.docket, story.now_ms), before);
    }

    #[test]
    fn every_finding_states_its_grounds_and_every_attribution_has_a_finding(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        for finding in &story.docket.findings {
            prop_assert!(story.docket.setting.clause(&finding.text.clause).is_some());
            prop_assert!(finding.text.reasons.iter().all(|r| !r.cites.is_empty()));
            prop_assert!(finding.text.outcome != Outcome::Undetermined || !finding.text.would_settle.is_empty());
            let signers: Vec<&str> = finding.signing.signed.iter().map(|(by, _)| by.person.as_str()).collect();
            prop_assert!(!finding.signing.counts() || (signers.len() == 2 && signers[0] != signers[1]));
        }
        for attribution in &story.docket.attributions {
            let finding = story.docket.finding(&attribution.finding).unwrap();
            prop_assert_eq!(finding.text.outcome, Outcome::Violation);
            for (by, _) in &attribution.signing.signed {
                prop_assert_eq!(by.body(), "commission", "it is decided by its own body");
            }
        }
        for remedy in &story.docket.remedies {
            let text = &remedy.text;
            prop_assert!([&text.act, &text.quantity, &text.place, &text.test].iter().all(|t| !t.trim().is_empty()));
        }
    }

    #[test]
    fn at_most_one_version_of_a_finding_counts(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        for finding in &story.docket.findings {
            let versions = story.docket.findings.iter().filter(|f| f.reference == finding.reference);
            prop_assert!(versions.filter(|f| f.signing.counts()).count() <= 1);
        }
    }

    #[test]
    fn undetermined_becomes_something_else_only_by_a_new_version(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        for (ix, act) in story.acts.iter().enumerate() {
            let before = Docket::of(setting(), &story.acts[..ix]);
            let after = Docket::of(setting(), &story.acts[..=ix]);
            for old in &before.findings {
                let new = after.finding(&old.versioned()).unwrap();
                prop_assert_eq!(&new.text, &old.text, "{:?}", act.deed.name());
            }
            if ix > 30 { break; }
        }
    }

    #[test]
    fn what_was_said_or_decided_is_never_gone_and_never_another(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        let said = |d: &Docket| {
            let claims = d.allegations.iter().map(|a| format!("{} {:?}", a.reference, a.claim));
            let findings = d.findings.iter().map(|f| format!("{} {:?}", f.versioned(), f.text));
            let blamed = d.attributions.iter().map(|a| format!("{} {:?}", a.reference, a.text));
            let ordered = d.remedies.iter().map(|m| format!("{} {:?}", m.reference, m.text));
            claims.chain(findings).chain(blamed).chain(ordered).collect::<BTreeSet<String>>()
        };
        let last = said(&story.docket);
        for ix in (0..story.acts.len()).step_by(7) {
            let before = said(&Docket::of(setting(), &story.acts[..ix]));
            prop_assert!(before.is_subset(&last), "{:?}", before.difference(&last).next());
        }
    }

    #[test]
    fn every_total_is_the_sum_of_its_parts_and_a_share_is_of_something(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        let all = sides(&story.docket, story.now_ms);
        for side in &all {
            for l in [&side.by, &side.against] {
                let dismissed: u64 = l.dismissed.iter().sum();
                prop_assert_eq!(l.made, l.waiting + l.registered + dismissed + l.withdrawn);
                let decided = l.substantiated + l.unsubstantiated + l.undetermined;
                prop_assert_eq!(l.registered, decided + l.pending);
                prop_assert_eq!(l.substantiation.map(|s| s.all), (decided > 0).then_some(decided));
            }
            let shares = [side.by.substantiation, side.against.substantiation, side.answered, side.access];
            for share in shares.into_iter().flatten() {
                let (low, high) = share.interval;
                let point = share.of as f64 / share.all as f64;
                prop_assert!(share.all > 0 && 0.0 <= low && low <= point && point <= high && high <= 1.0);
            }
            prop_assert!(side.steps[1] <= side.steps[0]);
        }
        let by: u64 = all.iter().map(|s| s.by.made).sum();
        let against: u64 = all.iter().map(|s| s.against.made).sum();
        prop_assert_eq!(by, story.docket.allegations.len() as u64);
        prop_assert_eq!(against, by);
    }

    #[test]
    fn no_finding_and_no_word_of_ours_says_that_a_guarantee_is_due(tries in tries()) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        // What people typed in the play is known; every other word is the software's.
        let told = format!(
            "{:?}{:?}{:?}{:?}{:?}",
            story.docket.cases,
            story.docket.findings,
            story.docket.attributions,
            story.docket.remedies,
            story.docket.clocks
        );
        let told = told.to_lowercase();
        for never in ["armed attack", "armedattack", "casus", "foederis", "guarantee is due", "aggressor"] {
            prop_assert!(!told.contains(never), "{never}");
        }
    }

    #[test]
    fn a_clock_that_ran_out_permits_nothing_and_decides_nothing(tries in tries(), more_h in 0_i64..2_000) {
        let story = play(&tries, ["KA", "VE"], |n| n);
        let later_ms = story.now_ms + more_h * HOUR_MS;
        // Time alone moves no case, signs nothing and turns no finding into another.
        let again = Docket::of(setting(), &story.acts);
        let told = |d: &Docket| format!("{:?}{:?}{:?}", d.cases, d.findings, d.attributions);
        prop_assert_eq!(told(&again), told(&story.docket));
        let findings = |now_ms| sides(&again, now_ms).into_iter().map(|s| s.findings).collect::<Vec<_>>();
        prop_assert_eq!(findings(later_ms), findings(story.now_ms));
    }

    #[test]
    fn the_mirrored_history_gives_the_mirrored_figures(tries in tries()) {
        let world = play(&tries, ["KA", "VE"], |n| n);
        let mirror = play(&tries, ["VE", "KA"], mirrored);
        let [ka, ve]: [Side; 2] = sides(&world.docket, world.now_ms).try_into().unwrap();
        let [mirror_ka, mirror_ve]: [Side; 2] = sides(&mirror.docket, mirror.now_ms).try_into().unwrap();
        prop_assert_eq!(Side { party: "VE".into(), ..ka }, mirror_ve);
        prop_assert_eq!(Side { party: "KA".into(), ..ve }, mirror_ka);
        let stages = |d: &Docket| d.cases.iter().map(|c| (c.stage, c.revision)).collect::<Vec<_>>();
        prop_assert_eq!(stages(&world.docket), stages(&mirror.docket));
    }
}

#[test]
fn random_histories_come_far_enough_to_mean_something() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut reached = [0_usize; 4];
    for _ in 0..100 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        let docket = play(&tries, ["KA", "VE"], |n| n).docket;
        let counting = docket.findings.iter().filter(|f| f.signing.counts()).count();
        for (n, of) in reached.iter_mut().zip([
            docket.findings.len(),
            counting,
            docket.attributions.len(),
            docket.remedies.len(),
        ]) {
            *n += of;
        }
    }
    // Beyond the two drafts and findings, and the attribution, with which each begins.
    let beyond = [reached[0] - 200, reached[1] - 200, reached[2] - 100, reached[3]];
    assert!(beyond.iter().all(|n| *n >= 3), "drafts, findings, attributions, remedies: {beyond:?}");
}
