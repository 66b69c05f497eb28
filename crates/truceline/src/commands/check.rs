//! `truceline check FILE`

use super::texts;
use crate::cli::Check;
use crate::exit::{Code, Failure};
use terms::{Severity, render};

pub fn run(args: &Check) -> Result<Code, Failure> {
    let named =
        |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", args.file.display()));
    let size = std::fs::metadata(&args.file).map_err(named)?.len();
    if size > base::limits::AGREEMENT_BYTES_MAX as u64 {
        let limit = base::limits::AGREEMENT_BYTES_MAX;
        return Err(Failure::bad_input(format!("`{}` is larger than {limit} bytes", args.file.display())));
    }
    let markdown = std::fs::read(&args.file).map_err(named)?;
    let name = args.file.display().to_string();
    let checked = terms::check(&name, &markdown);
    print!("{}", render(&checked.problems, &name, &String::from_utf8_lossy(&markdown)));
    let Some(agreement) = checked.agreement else {
        let errors = checked.problems.iter().filter(|p| p.severity == Severity::Error).count();
        let plural = if errors == 1 { "" } else { "s" };
        return Err(Failure::bad_input(format!("`{name}` has {errors} error{plural}")));
    };
    if args.geometry || args.geometry_from.is_some() {
        texts::load(&args.file, args.geometry_from.as_deref(), None)?;
    }
    println!("{}: {} clauses", agreement.title, agreement.clauses.len());
    for (i, clause) in agreement.clauses.iter().enumerate() {
        println!("  {:<6} {}", clause.label, terms::explain(&agreement, i));
    }
    Ok(Code::Done)
}
