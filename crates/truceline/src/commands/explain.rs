//! `truceline explain FILE [CLAUSE …]`

use super::draft;
use crate::cli::Explain;
use crate::exit::{Code, Failure};
use std::collections::BTreeSet;
use terms::{Checked, Language};

pub fn run(args: &Explain) -> Result<Code, Failure> {
    let language = Language::named(&args.lang).ok_or_else(|| {
        let known: Vec<&str> = Language::ALL.iter().map(|(_, code)| *code).collect();
        Failure::bad_input(format!("nothing is explained in `{}`", args.lang))
            .hint(format!("the languages are {}", known.join(", ")))
    })?;
    let markdown = draft::read(&args.file)?;
    let name = args.file.display().to_string();
    let checked = terms::check(&name, &markdown);
    let Some(agreement) = &checked.agreement else {
        eprint!("{}", draft::problems(&checked, &name, &markdown));
        return Err(draft::has_errors(&checked, &name));
    };
    known(&checked, &args.clauses, &name)?;
    if args.clauses.is_empty() {
        println!("{}", agreement.title);
        terms::explain_instrument(agreement, language).iter().for_each(|s| println!("  {s}"));
        let brackets = checked.brackets.iter().map(|b| terms::explain_bracket(b, language));
        brackets.for_each(|s| println!("  {s}"));
    }
    print!("{}", clauses(&checked, &args.clauses, language));
    Ok(Code::Done)
}

/// Refuses labels that no clause of any reading has.
fn known(checked: &Checked, wanted: &[String], name: &str) -> Result<(), Failure> {
    let all = checked.readings.iter().flat_map(|r| &r.agreement.clauses);
    let labels: BTreeSet<&str> = all.map(|c| c.label.as_str()).collect();
    match wanted.iter().find(|w| !labels.contains(w.as_str())) {
        None => Ok(()),
        Some(missing) => {
            let there: Vec<&str> = labels.into_iter().collect();
            Err(Failure::bad_input(format!("`{name}` has no clause {missing}"))
                .hint(format!("its clauses are {}", there.join(", "))))
        }
    }
}

/// Each clause of those labels (of all, if none is named) with what it says, in the order of the text. Where readings
/// differ each sentence stands once, with the readings it belongs to.
pub fn clauses(checked: &Checked, wanted: &[String], language: Language) -> String {
    let all = checked.readings.iter().flat_map(|r| &r.agreement.clauses);
    let named = all.filter(|c| wanted.is_empty() || wanted.contains(&c.label));
    let order: BTreeSet<(usize, &str)> = named.map(|c| (c.span.start, c.label.as_str())).collect();
    let mut out = String::new();
    for (start, label) in order {
        let told = terms::explain_readings(checked, start, label, language);
        for (n, (sentences, readings)) in told.iter().enumerate() {
            let head = if n == 0 { label } else { "" };
            let of = if readings.is_empty() { String::new() } else { format!("[{}] ", readings.join("; ")) };
            out.push_str(&format!("  {head:<6} {of}{sentences}\n"));
        }
    }
    out
}
