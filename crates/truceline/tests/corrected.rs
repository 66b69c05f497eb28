//! A rejects file that was corrected is read again: each row that is good now counts once.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use std::path::Path;
use std::process::Command;

fn import(mission: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
    let done = command.arg("import").args(arguments).arg("--mission").arg(mission).output().unwrap();
    String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
}

fn corrects(format: &str, table: &str, wrong: &str, right: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mission = folder.path().join("mission");
    let made = Command::new(env!("CARGO_BIN_EXE_truceline")).arg("init").arg(&mission).output().unwrap();
    assert!(made.status.success());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (file, rejects) = (at("table.csv"), at("table.rejects.csv"));
    std::fs::write(&file, table).unwrap();
    let said = import(&mission, &[format, &file, "--source", "s", "--rejects", &rejects]);
    assert!(said.contains("1 rejected"), "{format}: {said}");
    let text = std::fs::read_to_string(&rejects).unwrap();
    assert!(text.contains(wrong), "{format}: {text}");
    let (head, rows) = text.split_once('\n').unwrap();
    std::fs::write(&rejects, format!("{head}\n{}", rows.replace(wrong, right))).unwrap();
    let again = [format, &file, "--corrected", &rejects, "--source", "s"];
    let said = import(&mission, &again);
    assert!(said.contains("1 rows, 1 observations, 0 rejected"), "{format}: {said}");
    let said = import(&mission, &again);
    assert!(said.contains("all of it was in the journal already"), "{format}: {said}");
}

#[test]
fn corrected_rows_of_every_table_are_taken_once() {
    corrects(
        "firms",
        "LATITUDE,LONGITUDE,ACQ_DATE\n47.1,-30.1,2020-01-01\n470.2,-30.2,2020-01-01\n",
        "470.2",
        "47.2",
    );
    let csv = "id,kind,start,lon,lat\na,explosion,2026-05-10 10:00,-30.1,47.1\nb,explosion,2026-13-10 10:00,-30.1,47.1\n";
    corrects("csv", csv, "2026-13-10", "2026-05-10");
}
