//! The files of the repository, for tests about the repository.
#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names of the folders in `crates`, in order.
pub fn crates() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("crates"))
        .expect("crates")
        .flatten()
        .filter(|e| e.path().join("Cargo.toml").is_file())
        .filter_map(|e| e.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Every file below `folder` of the root with one of the endings, with its path from the root, in order.
pub fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    let keep = |p: &PathBuf| p.extension().is_some_and(|e| endings.contains(&e.to_string_lossy().as_ref()));
    found
        .into_iter()
        .filter(keep)
        .filter_map(|p| {
            let shown = p.strip_prefix(root()).ok()?.to_string_lossy().into_owned();
            Some((shown, fs::read_to_string(&p).ok()?))
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "corpus", "artifacts"].contains(&name.as_str())
                && !name.starts_with('.')
            {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

/// Rust sources that ship or could: `crates/*/src`, without test files.
pub fn sources() -> Vec<(String, String)> {
    let is_test = |p: &str| p.ends_with("/tests.rs") || p.contains("/tests/");
    let all = files("crates", &["rs"]);
    all.into_iter().filter(|(p, _)| p.contains("/src/") && !is_test(p)).collect()
}

/// Whether a path is in the sources of that crate.
pub fn is_of(path: &str, name: &str) -> bool {
    path.starts_with(&format!("crates/{name}/src/"))
}

/// A source without its test module at the bottom.
pub fn shipped(source: &str) -> &str {
    source.split("\n#[cfg(test)]\nmod ").next().unwrap_or(source)
}
