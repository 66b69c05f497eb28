//! What is exported keeps to the published schema, for every text there is.
#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use language::export;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("docs/agreement.schema.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// Every Markdown file under a folder of the project.
fn texts(folder: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn exported(path: &Path) -> Value {
    export::json("text.md", &terms::check("text.md", &fs::read(path).unwrap()))
}

fn faults(schema: &jsonschema::Validator, path: &Path) -> Vec<String> {
    let value = exported(path);
    let told = schema.iter_errors(&value).take(3);
    told.map(|e| format!("{}: {} at {}", path.display(), e, e.instance_path())).collect()
}

#[test]
fn every_text_keeps_to_the_schema_with_its_brackets_and_its_errors() {
    let schema = schema();
    let mut paths = texts("agreements");
    paths.extend(texts("scenarios/bad"));
    paths.push(root().join("docs/language.md"));
    paths.push(root().join("crates/testkit/src/rehearsal/draft.md"));
    assert!(paths.len() > 140, "{} texts", paths.len());
    let faults: Vec<String> = paths.iter().flat_map(|p| faults(&schema, p)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_schema_refuses_what_is_not_exported() {
    let schema = schema();
    let mut value = exported(&root().join("docs/language.md"));
    assert!(schema.is_valid(&value));
    let clause = value.pointer_mut("/readings/0/agreement/clauses/0").unwrap();
    *clause.get_mut("kind").unwrap() = Value::from("share");
    assert!(!schema.is_valid(&value), "a duty has the members of its kind");
}

#[test]
fn every_kind_of_obligation_is_exported() {
    let value = exported(&root().join("docs/language.md"));
    let clauses = value.pointer("/readings/0/agreement/clauses").unwrap().as_array().unwrap();
    let kinds: std::collections::BTreeSet<&str> =
        clauses.iter().map(|c| c.get("kind").unwrap().as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 13, "{kinds:?}");
}
