//! One file a command.

mod act;
mod acts;
mod allege;
mod backtest;
mod bench;
mod board;
mod check;
mod compare;
mod corrected;
mod coverage;
mod daily;
mod demo;
mod desk;
mod docket;
mod dossier;
mod draft;
mod enrol;
mod explain;
mod export;
mod fmt;
mod form;
mod guarantee;
mod import;
mod in_room;
mod init;
mod items;
mod link;
mod observations;
mod originals;
mod package;
mod people;
mod reasons;
mod rebuild;
mod records;
mod rejects;
mod replay;
mod routing;
mod score;
mod serve;
mod source;
mod sources;
mod table;
mod texts;
mod watch;

use crate::cli::{Cli, Command, ReportKind};
use crate::exit::{Code, Failure};
use evidence::formats::Format;
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Result<Code, Failure> {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Lsp => {
            let served = language::lsp::run_stdio();
            served
                .map(|()| Code::Done)
                .map_err(|e| Failure::failed(format!("the language server stopped: {e}")))
        }
        Command::Compare(args) => compare::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Allege(args) => allege::run(&args),
        Command::Act(args) => act::run(&args),
        Command::Docket(args) => docket::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Board(args) => board::run(&args),
        Command::Routing(args) => routing::run(&args),
        Command::Outbox(args) => routing::outbox(&args),
        Command::Guarantee(args) => guarantee::run(&args),
        Command::Dossier(args) => dossier::run(&args),
        Command::Items(args) => items::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Source(args) => source::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Report(args) => match args.kind {
            ReportKind::Daily => daily::run(&args),
            ReportKind::Table => observations::run(&args),
        },
        Command::Enrol(args) => enrol::run(&args),
        Command::People(args) => people::run(&args.command),
        Command::Form(args) => form::run(&args),
        Command::Rebuild(args) => rebuild::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Backtest(args) => backtest::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Formats => {
            Format::ALL.iter().for_each(|(_, name, words)| println!("{name:<10} {words}"));
            println!("{:<10} what sources could and could not see (docs/sources/coverage.md)", "coverage");
            println!(
                "{:<10} what was declared, metered, notified, visited, done (docs/sources/records.md)",
                "records"
            );
            Ok(Code::Done)
        }
        Command::Openapi => {
            println!("{}", server::openapi());
            Ok(Code::Done)
        }
    }
}

/// Milliseconds since 1970. The only clock that is read.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
