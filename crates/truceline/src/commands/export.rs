//! `truceline export FILE`

use super::draft;
use crate::cli::Export;
use crate::exit::{Code, Failure};

pub fn run(args: &Export) -> Result<Code, Failure> {
    let markdown = draft::read(&args.file)?;
    let path = args.file.display().to_string();
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let checked = terms::check(&name, &markdown);
    let value = language::export::json(&name, &checked);
    let text = serde_json::to_string_pretty(&value).map_err(Failure::failed)?;
    println!("{text}");
    match checked.agreement {
        Some(_) => Ok(Code::Done),
        None => Err(draft::has_errors(&checked, &path).hint(format!("`truceline check {path}` tells them"))),
    }
}
