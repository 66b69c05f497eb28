//! Texts with something wrong in them, and what is said of each: `scenarios/bad/*.md` beside `*.expected`.
//! `BLESS=1 cargo test -p terms --test bad` writes the expectations anew; read the difference before you keep it.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

fn texts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/bad");
    let mut all: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    all.sort();
    all
}

#[test]
fn each_bad_text_gets_the_messages_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let all = texts();
    assert!(all.len() >= 120, "only {} texts", all.len());
    for path in all {
        let bytes = fs::read(&path).expect("readable");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let checked = terms::check(&name, &bytes);
        let said = terms::render(&checked.problems, &name, &String::from_utf8_lossy(&bytes));
        assert!(!said.is_empty(), "{name}: nothing is wrong with it");
        let expected = path.with_extension("expected");
        if bless {
            fs::write(&expected, &said).expect("writable");
        } else if fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{name} now says:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_agreement_comes_out_if_and_only_if_there_is_no_error() {
    for path in texts() {
        let checked = terms::check("x.md", &fs::read(&path).expect("readable"));
        let error = checked.problems.iter().any(|p| p.severity == terms::Severity::Error);
        assert_eq!(checked.agreement.is_none(), error, "{}", path.display());
    }
}
