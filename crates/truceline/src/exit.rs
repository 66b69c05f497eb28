//! Exit codes mean something; `docs/command-line.md` lists them.

use std::fmt::Display;
use std::process::ExitCode;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Done.
    Done = 0,
    /// The operation failed: disk, network, permission. The message says whether to try again.
    Failed = 1,
    /// What was given does not read: an agreement, a mapping, an evidence file of another kind, a command line.
    BadInput = 2,
    /// Done, but rows were rejected: see the rejects file.
    DoneWithRejects = 3,
    /// Another process holds the mission.
    Held = 4,
    /// The record does not hold together: the journal's chain is broken, or derived data differ from their rebuild.
    Broken = 5,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> ExitCode {
        ExitCode::from(code as u8)
    }
}

/// Why a run ended without its result.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub code: Code,
    /// One line: what, where.
    pub message: String,
    /// What to do.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failed operation.
    pub fn failed(message: impl Display) -> Failure {
        Failure { code: Code::Failed, message: message.to_string(), hints: Vec::new() }
    }

    /// Input that does not read.
    pub fn bad_input(message: impl Display) -> Failure {
        Failure { code: Code::BadInput, message: message.to_string(), hints: Vec::new() }
    }

    /// With one line of help.
    pub fn hint(mut self, hint: impl Display) -> Failure {
        self.hints.push(hint.to_string());
        self
    }
}

/// A message with its causes: `what: why: why`.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(c) = cause {
        let text = c.to_string();
        if !out.ends_with(&text) {
            out = format!("{out}: {text}");
        }
        cause = c.source();
    }
    out
}
