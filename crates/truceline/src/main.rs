//! Takes: a command line. Gives: what it asks for, on the terminal; the only crate that prints or reads the
//! environment. Never: holds logic.

mod cli;
mod commands;
mod exit;
mod keeper;
mod layers;
mod progress;
mod source;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A closed pipe (`| head`) ends the output, not the program in a panic.
    reset_broken_pipe();
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(code) => code.into(),
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            for hint in &failure.hints {
                eprintln!("help: {hint}");
            }
            failure.code.into()
        }
    }
}

/// Turns the panic of a print to a closed pipe into a quiet end: the default hook would print a backtrace.
fn reset_broken_pipe() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload_as_str().unwrap_or_default();
        if text.contains("failed printing to stdout") {
            std::process::exit(0);
        }
        default(info);
    }));
}
