//! The house plan as a test: which room may know which, and what the pure rooms never touch.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod tree;

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Each crate with the crates of the house that it may depend on, in pipeline order. `testkit` may know all but the
/// program, and nobody may ship it.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("atlas", &["base"]),
    ("terms", &["base", "atlas"]),
    ("evidence", &["base", "atlas"]),
    ("incidents", &["base", "atlas", "evidence"]),
    ("findings", &["base", "atlas", "terms", "evidence", "incidents"]),
    ("cases", &["base", "atlas", "terms", "evidence", "incidents", "findings"]),
    ("guarantee", &["base", "atlas", "terms", "evidence", "incidents", "findings", "cases"]),
    ("warnings", &["base", "atlas", "terms", "evidence", "incidents", "findings"]),
    ("deconfliction", &["base", "atlas", "terms", "evidence", "incidents", "findings"]),
    (
        "publication",
        &[
            "base",
            "atlas",
            "terms",
            "evidence",
            "incidents",
            "findings",
            "cases",
            "guarantee",
            "warnings",
            "deconfliction",
        ],
    ),
    (
        "store",
        &[
            "base",
            "atlas",
            "terms",
            "evidence",
            "incidents",
            "findings",
            "cases",
            "warnings",
            "guarantee",
            "deconfliction",
        ],
    ),
    ("people", &["base"]),
    ("outbox", &["base"]),
    (
        "server",
        &[
            "base",
            "atlas",
            "terms",
            "evidence",
            "incidents",
            "findings",
            "cases",
            "deconfliction",
            "guarantee",
            "warnings",
            "publication",
            "store",
            "people",
            "outbox",
        ],
    ),
    ("language", &["base", "atlas", "terms"]),
    (
        "truceline",
        &[
            "base",
            "atlas",
            "terms",
            "evidence",
            "incidents",
            "findings",
            "cases",
            "deconfliction",
            "guarantee",
            "publication",
            "store",
            "people",
            "outbox",
            "server",
            "language",
            "warnings",
        ],
    ),
    (
        "testkit",
        &[
            "base",
            "atlas",
            "terms",
            "evidence",
            "incidents",
            "findings",
            "cases",
            "guarantee",
            "deconfliction",
            "warnings",
            "publication",
            "store",
            "people",
            "server",
        ],
    ),
];

/// Crates that do no input or output, read no clock and have no async.
const PURE: &[&str] = &[
    "base",
    "atlas",
    "terms",
    "evidence",
    "incidents",
    "findings",
    "cases",
    "guarantee",
    "warnings",
    "deconfliction",
    "publication",
];
/// Libraries that would bring any of that in.
const IMPURE_LIBRARIES: &[&str] = &[
    "tokio",
    "axum",
    "tower-http",
    "rusqlite",
    "clap",
    "reqwest",
    "hyper",
    "indicatif",
    "getrandom",
    "rand",
];
/// Words of source that would.
const IMPURE_WORDS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "println!",
    "eprintln!",
    "async fn",
    "thread_rng",
    "unsafe ",
];

/// One declared dependency.
struct Arrow {
    from: String,
    to: String,
    dev: bool,
}

fn arrows() -> Vec<Arrow> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(tree::root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let dev = dependency["kind"].as_str() == Some("dev");
            found.push(Arrow { from: text(&package["name"]), to: text(&dependency["name"]), dev });
        }
    }
    found
}

#[test]
fn no_arrow_points_the_wrong_way() {
    let plan: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let mut wrong = Vec::new();
    for arrow in arrows().iter().filter(|a| plan.contains_key(a.to.as_str())) {
        let Some(allowed) = plan.get(arrow.from.as_str()) else {
            wrong.push(format!("`{}` is not in the house plan", arrow.from));
            continue;
        };
        let for_tests = arrow.dev && arrow.to == "testkit";
        if !for_tests && !allowed.contains(&arrow.to.as_str()) {
            wrong.push(format!("`{}` may not know `{}`", arrow.from, arrow.to));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_of_the_workspace_has_its_place_in_the_plan() {
    let folders = tree::crates();
    for folder in &folders {
        assert!(MAY_KNOW.iter().any(|(name, _)| name == folder), "`{folder}` is not in the house plan");
    }
    assert_eq!(folders.len(), MAY_KNOW.len(), "a crate of the plan has no folder");
}

#[test]
fn pure_crates_depend_on_nothing_that_reads_clocks_disks_or_networks() {
    let mut wrong = Vec::new();
    for arrow in arrows().iter().filter(|a| PURE.contains(&a.from.as_str()) && !a.dev) {
        if IMPURE_LIBRARIES.contains(&arrow.to.as_str()) {
            wrong.push(format!("`{}` depends on `{}`", arrow.from, arrow.to));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn threads_are_started_only_where_batches_are_fused_judged_or_served() {
    let allowed = ["incidents", "findings", "warnings", "server", "truceline"];
    for arrow in arrows().iter().filter(|a| a.to == "rayon" && !a.dev) {
        assert!(allowed.contains(&arrow.from.as_str()), "`{}` starts threads", arrow.from);
    }
}

#[test]
fn the_source_of_pure_crates_names_no_clock_disk_network_or_terminal() {
    let mut wrong = Vec::new();
    for (path, source) in tree::sources().iter().filter(|(p, _)| PURE.iter().any(|c| tree::is_of(p, c))) {
        for (number, line) in tree::shipped(source).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in IMPURE_WORDS.iter().filter(|w| code.contains(**w)) {
                wrong.push(format!("{path}:{}: `{}`", number + 1, word.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
