//! `compare` against brute force: what it says of two texts holds of every observation that both judge.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use findings::Outcome;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use terms::compare::{Package, Verdict, compare};
use testkit::random::Random;
use testkit::scenario::Scenario;
use testkit::world::{COLUMNS, World, invent, more_reports};

/// The clause with its label and those of its exceptions changed to those of another, so that the two are compared.
fn relabelled(clause: &str, from: usize, to: usize) -> String {
    clause
        .lines()
        .map(|line| match line.strip_prefix(&(from + 1).to_string()) {
            Some(rest) => format!("{}{rest}", to + 1),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The clause with some of its numbers changed.
fn mutated(clause: &str, random: &mut Random) -> String {
    let mut out = String::new();
    for word in clause.split_inclusive(' ') {
        let number = word.trim().parse::<u32>().ok().filter(|n| *n > 1 && !word.contains('.'));
        match number {
            Some(n) if random.chance(0.5) && !out.is_empty() => {
                let other = (n + 1 + random.below(n as usize) as u32).max(1);
                out.push_str(&word.replacen(&n.to_string(), &other.to_string(), 1));
            }
            _ => out.push_str(word),
        }
    }
    out
}

fn text(world: &World, title: &str, clause: &str) -> (String, String) {
    (title.to_owned(), format!("# {title}\n\n```terms\n{}\n{clause}\n```\n", world.preamble))
}

fn rank(code: u8) -> u8 {
    match Outcome::from_code(code) {
        Outcome::Breached => 2,
        Outcome::Undetermined => 1,
        _ => 0,
    }
}

/// Rows that only the first breaches for certain, and rows that only the second does.
fn certain_differences(one: &[u8], two: &[u8]) -> (usize, usize) {
    let only = |a: &[u8], b: &[u8]| a.iter().zip(b).filter(|(x, y)| rank(**x) == 2 && rank(**y) == 0).count();
    (only(one, two), only(two, one))
}

fn holds(world: &World, first: &str, second: &str, reports: Vec<String>) -> Result<Verdict, String> {
    let scenario = Scenario {
        texts: vec![text(world, "one", first), text(world, "two", second)],
        geometry: world.geometry.clone(),
        reports: vec![format!("{COLUMNS}\n{}\n", reports.join("\n"))],
        ..Scenario::default()
    };
    // A changed number may make a text that is refused (a ring inverted, an end before its beginning): nothing to
    // compare.
    let Ok(run) = scenario.run() else { return Ok(Verdict::Undetermined) };
    let (a, b) = (&run.versions[0].agreement, &run.versions[1].agreement);
    let found = compare(&Package::of("one", a), &Package::of("two", b));
    let Some(pair) = found.pairs.first() else { return Ok(Verdict::Undetermined) };
    let (x, y) = (&run.state.versions[0].outcomes[0], &run.state.versions[1].outcomes[0]);
    let (only_first, only_second) = certain_differences(x, y);
    let wrong = match pair.verdict {
        Verdict::Same => only_first + only_second > 0,
        Verdict::Stricter => only_first > 0,
        Verdict::Looser => only_second > 0,
        Verdict::Mixed | Verdict::Undetermined => false,
    };
    if wrong {
        let told = format!("{:?}: {only_first} only by one, {only_second} only by two", pair.verdict);
        return Err(format!("{told}\n{first}\n{second}\n{}", world.preamble));
    }
    Ok(pair.verdict)
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

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn compare_agrees_with_brute_force_on_clauses_with_changed_numbers(seed in any::<u64>()) {
        let world = invent(seed, 1, 0);
        let mut random = Random::seeded(seed ^ 0xc0ffee);
        let other = mutated(&world.clauses[0], &mut random);
        let held = holds(&world, &world.clauses[0], &other, more_reports(seed, 160));
        prop_assert!(held.is_ok(), "{}", held.unwrap_err());
    }

    #[test]
    fn compare_agrees_with_brute_force_on_unlike_clauses(seed in any::<u64>()) {
        let world = invent(seed, 2, 0);
        let second = relabelled(&world.clauses[1], 1, 0);
        let held = holds(&world, &world.clauses[0], &second, more_reports(seed, 160));
        prop_assert!(held.is_ok(), "{}", held.unwrap_err());
    }
}

#[test]
fn the_invented_pairs_are_of_every_verdict() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..300 {
        let world = invent(seed, 2, 0);
        let mut random = Random::seeded(seed);
        let mutated = mutated(&world.clauses[0], &mut random);
        for second in [mutated, relabelled(&world.clauses[1], 1, 0)] {
            if let Ok(verdict) = holds(&world, &world.clauses[0], &second, Vec::new()) {
                *seen.entry(verdict.word()).or_insert(0) += 1;
            }
        }
    }
    assert!(
        ["same", "stricter", "looser", "mixed"].iter().all(|v| seen.get(v).is_some_and(|n| *n >= 5)),
        "{seen:?}"
    );
}
