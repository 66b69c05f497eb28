//! The shape of `truceline people`.

use super::At;
use clap::{Args, Subcommand};

/// `people`
#[derive(Debug, Args)]
pub struct People {
    /// What to do.
    #[command(subcommand)]
    pub command: PeopleCommand,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum PeopleCommand {
    /// Make the first administrator, and print the one-time link. From then on the desk asks who somebody is.
    Init(PeopleInit),
    /// Give somebody an account, and print the one-time link.
    Add(PeopleAdd),
    /// Give somebody a role: `grant v.7 liaison:KA`.
    Grant(PeopleRole),
    /// Take a role from somebody.
    Revoke(PeopleRole),
    /// Print a new one-time link, for somebody who is new or has lost the password or the device.
    Link(PeopleLink),
    /// Bind an account that there is to a person of the provider that the mission signs on by.
    Bind(PeopleBind),
    /// Read the mission's sign-on.yaml and say which roles follow from what.
    SignOn(PeopleSignOn),
    /// List who has an account.
    List(PeopleList),
    /// Let nobody sign in as that person any more, and end what is signed in; `--undo` takes it back.
    Disable(PeopleDisable),
    /// Make a token for a program, list tokens, or revoke one.
    Token(PeopleToken),
    /// Print who did and saw what, the newest last.
    Audit(PeopleAudit),
}

/// `people init`
#[derive(Debug, Args)]
pub struct PeopleInit {
    /// Pseudonym of the administrator.
    #[arg(long, default_value = "admin")]
    pub id: String,
    /// Name that is shown.
    #[arg(long, default_value = "Administrator")]
    pub name: String,
    /// Where people reach the desk.
    #[arg(long, default_value = "http://127.0.0.1:8480", value_name = "URL")]
    pub url: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people add`
#[derive(Debug, Args)]
pub struct PeopleAdd {
    /// Name that is shown.
    pub name: String,
    /// Pseudonym, which stands in decisions and in the log; the next of v.1, v.2, … if not given.
    #[arg(long)]
    pub id: Option<String>,
    /// A role, such as analyst or liaison:KA; several times.
    #[arg(long = "role", value_name = "ROLE[:OF]")]
    pub roles: Vec<String>,
    /// Where people reach the desk.
    #[arg(long, default_value = "http://127.0.0.1:8480", value_name = "URL")]
    pub url: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people bind`
#[derive(Debug, Args)]
pub struct PeopleBind {
    /// Whose account.
    pub id: String,
    /// The person's subject (`sub`) at the provider.
    pub subject: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people sign-on`
#[derive(Debug, Args)]
pub struct PeopleSignOn {
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people grant`, `people revoke`
#[derive(Debug, Args)]
pub struct PeopleRole {
    /// Whose.
    pub id: String,
    /// The role, such as analyst or liaison:KA.
    #[arg(value_name = "ROLE[:OF]")]
    pub role: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people link`
#[derive(Debug, Args)]
pub struct PeopleLink {
    /// Whose.
    pub id: String,
    /// Where people reach the desk.
    #[arg(long, default_value = "http://127.0.0.1:8480", value_name = "URL")]
    pub url: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people list`
#[derive(Debug, Args)]
pub struct PeopleList {
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people disable`
#[derive(Debug, Args)]
pub struct PeopleDisable {
    /// Who.
    pub id: String,
    /// Let the person sign in again.
    #[arg(long)]
    pub undo: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people token`
#[derive(Debug, Args)]
pub struct PeopleToken {
    /// Whose.
    #[arg(required_unless_present_any = ["list", "revoke"])]
    pub id: Option<String>,
    /// What it is for.
    #[arg(long, default_value = "a program")]
    pub label: String,
    /// What it may do: read or act.
    #[arg(long, default_value = "read")]
    pub scope: String,
    /// For how many days it holds.
    #[arg(long, default_value_t = 90)]
    pub days: u32,
    /// List tokens.
    #[arg(long, conflicts_with = "revoke")]
    pub list: bool,
    /// Revoke the token of that number.
    #[arg(long, value_name = "NUMBER")]
    pub revoke: Option<i64>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `people audit`
#[derive(Debug, Args)]
pub struct PeopleAudit {
    /// How many of the newest lines.
    #[arg(long, default_value_t = 100)]
    pub limit: u32,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}
