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
    let mut out = String::new();
    let mut order: Vec<(usize, &str)> = Vec::new();
    for clause in checked.readings.iter().flat_map(|r| &r.agreement.clauses) {
        let is_wanted = wanted.is_empty() || wanted.contains(&clause.label);
        let place = (clause.span.start, clause.label.as_str());
        if is_wanted && !order.contains(&place) {
            order.push(place);
        }
    }
    order.sort_unstable();
    for (start, label) in order {
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        for reading in &checked.readings {
            let mut all = reading.agreement.clauses.iter().enumerate();
            let found = all.find(|(_, c)| c.span.start == start && c.label == label);
            let Some((index, _)) = found else { continue };
            let sentences = terms::explain_in(&reading.agreement, index, language);
            match told.iter_mut().find(|(s, _)| *s == sentences) {
                Some((_, readings)) => readings.push(&reading.label),
                None => told.push((sentences, vec![&reading.label])),
            }
        }
        let everywhere = told.first().is_some_and(|(_, r)| r.len() == checked.readings.len());
        for (n, (sentences, readings)) in told.iter().enumerate() {
            let head = if n == 0 { label } else { "" };
            let of = if everywhere { String::new() } else { format!("[{}] ", readings.join("; ")) };
            out.push_str(&format!("  {head:<6} {of}{sentences}\n"));
        }
    }
    out
}
