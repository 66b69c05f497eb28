//! `truceline check FILE`

use super::draft::{self, counted};
use super::{explain, texts};
use crate::cli::Check;
use crate::exit::{Code, Failure};
use terms::Language;

pub fn run(args: &Check) -> Result<Code, Failure> {
    let markdown = draft::read(&args.file)?;
    let name = args.file.display().to_string();
    let checked = terms::check(&name, &markdown);
    print!("{}", draft::problems(&checked, &name, &markdown));
    let Some(agreement) = &checked.agreement else { return Err(draft::has_errors(&checked, &name)) };
    if args.geometry || args.geometry_from.is_some() {
        texts::load(&args.file, args.geometry_from.as_deref(), None)?;
    }
    print!("{}: {}", agreement.title, counted(agreement.clauses.len(), "clause", "clauses"));
    if !checked.brackets.is_empty() {
        let brackets = counted(checked.brackets.len(), "bracket", "brackets");
        print!(", {brackets}, {}", counted(checked.readings.len(), "reading", "readings"));
    }
    println!();
    print!("{}", explain::clauses(&checked, &[], Language::English));
    Ok(Code::Done)
}
