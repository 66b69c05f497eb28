//! The promises of the desk, on invented agreements and histories. The seeds of failures are kept in
//! `promises.proptest-regressions`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use base::Digest;
use evidence::batch::{Batch, WordIndex};
use evidence::settle::Ledger;
use findings::{Outcome, State, Version};
use incidents::Settings;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use std::collections::BTreeMap;
use testkit::random::Random;
use testkit::scenario::{Answer, Run, difference, mirrored, reports};
use testkit::world::{World, invent, more_reports};

const REPORTS: usize = 24;
const CLAUSES: usize = 5;

fn run(world: &World) -> Run {
    match world.scenario().run() {
        Ok(run) => run,
        Err(why) => panic!("an invented agreement is not accepted: {why}\n{}", world.scenario().texts[0].1),
    }
}

/// Every report under every clause, with what is missing.
fn all_answers(run: &Run) -> Vec<Answer> {
    let mut questions = Vec::new();
    for id in run.names.keys() {
        for clause in &run.versions[0].agreement.clauses {
            let (id, clause) = (id.clone(), clause.label.clone());
            questions.push(Answer { id, clause, outcome: String::new(), missing: String::new() });
        }
    }
    if questions.is_empty() { Vec::new() } else { run.answers(&questions) }
}

fn cases(n: u32) -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("proptest-regressions");
    ProptestConfig {
        cases: n,
        max_shrink_iters: 60,
        failure_persistence: Some(Box::new(beside)),
        ..Default::default()
    }
}

fn derive(batch: Batch, versions: &[&Version]) -> State {
    State::derive(batch, versions, &Settings::default())
}

/// The rows of a world's reports as one batch a source, before settling.
fn arrivals(world: &World, run: &Run) -> Vec<Batch> {
    let scenario = world.scenario();
    reports::batches(&scenario.reports[0], &run.versions[0].agreement.zone).unwrap()
}

/// Outcomes of one observation by clause, and of the incident that holds it.
fn outcomes_by_id(state: &State) -> BTreeMap<u128, (Vec<u8>, Vec<u8>)> {
    let found = &state.versions[0];
    let incident_of = |row: usize| state.incidents.of_row[row] as usize;
    (0..state.observations.len())
        .map(|row| {
            let own = found.outcomes.iter().map(|c| c[row]).collect();
            let incident =
                found.incident_outcomes.iter().filter_map(|c| c.get(incident_of(row)).copied()).collect();
            (state.observations.id[row].0, (own, incident))
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_desk_says_what_the_slow_reference_says(seed in any::<u64>(), clauses in 1..CLAUSES, n in 1..REPORTS) {
        let world = invent(seed, clauses, n);
        let run = run(&world);
        let differs = world.scenario().against_reference(&run);
        prop_assert!(differs.is_empty(), "{}\n{}\n{}", differs.join("\n"), world.scenario().texts[0].1, world.reports.join("\n"));
    }

    #[test]
    fn with_the_parties_exchanged_and_east_for_west_nothing_else_changes(
        seed in any::<u64>(), clauses in 1..CLAUSES, n in 1..REPORTS,
    ) {
        let world = invent(seed, clauses, n);
        let plain = all_answers(&run(&world));
        let turned = mirrored(&world.scenario(), "KA", "VE").run().unwrap();
        let differs = difference(&plain, &all_answers(&turned));
        prop_assert!(differs.is_empty(), "{differs}\n{}", world.scenario().texts[0].1);
    }

    #[test]
    fn any_arrival_order_batching_and_repetition_settles_to_the_same_state(seed in any::<u64>(), n in 1..REPORTS) {
        let world = invent(seed, 3, n);
        let run = run(&world);
        let mut random = Random::seeded(seed ^ 0x5eed);
        let mut rows: Vec<Batch> = Vec::new();
        for batch in arrivals(&world, &run) {
            for row in 0..batch.len() {
                for _ in 0..1 + random.below(2) {
                    let mut one = Batch::default();
                    one.push_row(&batch, row, &mut WordIndex::default());
                    rows.push(one);
                }
            }
        }
        random.shuffle(&mut rows);
        let mut ledger = Ledger::new();
        let mut waiting = rows.as_slice();
        while !waiting.is_empty() {
            let (now, later) = waiting.split_at((1 + random.below(5)).min(waiting.len()));
            let (mut together, mut words) = (Batch::default(), WordIndex::default());
            now.iter().for_each(|one| together.push_row(one, 0, &mut words));
            ledger.add(&together);
            waiting = later;
        }
        let again = derive(ledger.settle().observations, &[&run.versions[0]]);
        prop_assert_eq!(again.digest(), run.state.digest());
    }

    #[test]
    fn deriving_twice_gives_the_same_bytes(seed in any::<u64>(), n in 1..REPORTS) {
        let run = run(&invent(seed, 3, n));
        let again = derive(run.state.observations.clone(), &[&run.versions[0]]);
        prop_assert_eq!(again.digest(), run.state.digest());
        prop_assert_ne!(again.digest(), Digest::of(b""));
    }

    #[test]
    fn a_report_from_elsewhere_or_another_time_changes_no_other_outcome(
        seed in any::<u64>(), n in 1..REPORTS, elsewhere in any::<bool>(),
    ) {
        let mut world = invent(seed, 4, n);
        let before = outcomes_by_id(&run(&world).state);
        // 1,200 km to the east, or a year later.
        let (day, lon) = if elsewhere { ("2026-03-05 10:00", "-14.2") } else { ("2027-03-05 10:00", "-30") };
        world.reports.push(format!("far,post-9,explosion,{day},,{lon},47,50,,,,,mortar,82,KA,outgoing,3,,,"));
        let after = outcomes_by_id(&run(&world).state);
        prop_assert_eq!(after.len(), before.len() + 1);
        for (id, outcomes) in &before {
            prop_assert_eq!(after.get(id), Some(outcomes));
        }
    }

    #[test]
    fn more_evidence_never_turns_a_breach_into_silence(seed in any::<u64>(), n in 1..REPORTS, more in 1..REPORTS) {
        let mut world = invent(seed, 4, n);
        let before = outcomes_by_id(&run(&world).state);
        world.reports.extend(more_reports(seed.rotate_left(9), more));
        let after = outcomes_by_id(&run(&world).state);
        let breached = Outcome::Breached as u8;
        for (id, (own, _)) in &before {
            let (own_after, incident_after) = &after[id];
            for (clause, outcome) in own.iter().enumerate().filter(|(_, o)| **o == breached) {
                prop_assert_eq!(own_after[clause], *outcome);
                prop_assert_eq!(incident_after[clause], breached, "the incident that holds it is breached too");
            }
        }
    }

    #[test]
    fn the_order_of_clauses_never_matters(seed in any::<u64>(), n in 1..REPORTS) {
        let world = invent(seed, CLAUSES, n);
        let mut shuffled = world.clone();
        Random::seeded(seed ^ 0xc1a5).shuffle(&mut shuffled.clauses);
        let sorted = |world: &World| {
            let mut answers = all_answers(&run(world));
            answers.sort_by(|a, b| (&a.id, &a.clause).cmp(&(&b.id, &b.clause)));
            answers
        };
        let differs = difference(&sorted(&world), &sorted(&shuffled));
        prop_assert!(differs.is_empty(), "{differs}");
    }
}

#[test]
fn invented_worlds_reach_every_outcome() {
    // A comparison over worlds in which nothing ever happens would prove nothing.
    let mut counts = [0_usize; 6];
    for seed in 0..90 {
        for answer in all_answers(&run(&invent(seed, CLAUSES, REPORTS))) {
            counts[Outcome::named(&answer.outcome).map_or(5, |o| o as usize)] += 1;
        }
    }
    assert!(
        counts[..5].iter().all(|n| *n >= 40),
        "not applicable, kept, excused, undetermined, breached: {counts:?}"
    );
    assert_eq!(counts[5], 0, "a question without an answer");
}
