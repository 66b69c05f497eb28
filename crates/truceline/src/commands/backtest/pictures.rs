//! Plots of a back-test as files.

use crate::cli::{Backtest, Method};
use crate::exit::Failure;
use std::path::Path;
use warnings::plots::{Plot, PlotError, page};

/// Writes the plots as they are asked for; makes none otherwise.
pub fn write(
    args: &Backtest,
    title: &str,
    plots: impl FnOnce() -> Result<Vec<Plot>, PlotError>,
) -> Result<(), Failure> {
    if args.html.is_none() && args.svg.is_none() {
        return Ok(());
    }
    let plots = plots().map_err(Failure::failed)?;
    if let Some(path) = &args.html {
        put(path, &page(title, &notes(args), &plots))?;
    }
    if let Some(folder) = &args.svg {
        std::fs::create_dir_all(folder).map_err(|e| unwritten(folder, &e))?;
        for plot in &plots {
            put(&folder.join(format!("{}.svg", plot.id)), &plot.svg)?;
        }
    }
    Ok(())
}

/// What whoever reads the page has to know of how it was made.
fn notes(args: &Backtest) -> Vec<String> {
    let played = "Played back by `truceline backtest`: each day with nothing of what came later. Days are civil days in \
                  UTC as the record dates them.";
    let simulated = "Drawn by `truceline backtest control`: no archive is read, every series is made up, and where its \
                     outbreaks lie is known.";
    let played = if args.method == Method::Control { simulated } else { played };
    let drawn = format!("Draws begin at seed {}; the same table and flags give the same page.", args.seed);
    let mut notes = vec![played.to_owned(), drawn];
    if !args.unobserved.is_empty() {
        notes.push(format!(
            "Stated as not observed, and not taken for days without any report: {}.",
            args.unobserved.join(", ")
        ));
    }
    notes
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|e| unwritten(path, &e))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{} could not be written: {error}", path.display()))
}
