//! Writes the rehearsal mission: `cargo run -p testkit --bin make-demo -- scenarios/demo`.

use std::path::Path;
use std::process::ExitCode;
use testkit::rehearsal::{DEMO_SEED, mission};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "scenarios/demo".to_owned());
    for file in mission(DEMO_SEED) {
        let path = Path::new(&folder).join(&file.path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(e) = made.and_then(|()| std::fs::write(&path, &file.text)) {
            eprintln!("{} cannot be written: {e}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!("the rehearsal mission is in {folder}");
    ExitCode::SUCCESS
}
