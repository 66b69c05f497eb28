//! `truceline people`: who may sign in to the desk. It works beside a running desk, and is what whoever holds the
//! machine can always do.

use super::init::mission_failure;
use super::now_ms;
use crate::cli::{
    At, PeopleAdd, PeopleAudit, PeopleBind, PeopleCommand, PeopleDisable, PeopleInit, PeopleRole,
    PeopleSignOn, PeopleToken,
};
use crate::exit::{Code, Failure};
use ::people::{Account, By, Change, Link, People, PeopleError, Scope, TokenCard};
use base::time::DAY_MS;
use base::{Grant, Instant, Role};
use server::sign_on::SignOn;
use std::path::Path;
use store::Mission;

/// The file of a mission that says which provider people sign on by.
const SIGN_ON: &str = "sign-on.yaml";
/// Whoever works on the machine itself; no account can have this name.
const OPERATOR: &str = "operator@machine";

pub fn run(command: &PeopleCommand) -> Result<Code, Failure> {
    match command {
        PeopleCommand::Init(args) => init(args)?,
        PeopleCommand::Add(args) => add(args)?,
        PeopleCommand::Grant(args) => change(&args.at, &args.id, Change::Grant(grant_of(&args.role)?))?,
        PeopleCommand::Revoke(args) => revoke(args)?,
        PeopleCommand::Link(args) => {
            let link = open(&args.at)?.link(&args.id, by()).map_err(failure)?;
            print_link(&args.url, &link)?;
        }
        PeopleCommand::Bind(args) => bind(args)?,
        PeopleCommand::SignOn(args) => tell_sign_on(args)?,
        PeopleCommand::List(args) => list(&open(&args.at)?)?,
        PeopleCommand::Disable(args) => disable(args)?,
        PeopleCommand::Token(args) => token(args)?,
        PeopleCommand::Audit(args) => audit(args)?,
    }
    Ok(Code::Done)
}

fn by() -> By<'static> {
    By { who: OPERATOR, address: "terminal", now_ms: now_ms() }
}

/// The accounts of the mission, which must be one.
fn open(at: &At) -> Result<People, Failure> {
    Mission::open_read(&at.mission).map_err(mission_failure)?;
    People::open(&at.mission).map_err(failure)
}

fn failure(error: PeopleError) -> Failure {
    match error {
        PeopleError::Failed(_) | PeopleError::Newer(_) => Failure::failed(error),
        PeopleError::Unknown => Failure::bad_input(error).hint("`truceline people list` shows who there is"),
        other => Failure::bad_input(other),
    }
}

/// `analyst`, `liaison:KA`.
fn grant_of(text: &str) -> Result<Grant, Failure> {
    let (name, of) = text.split_once(':').unwrap_or((text, ""));
    let names = || Role::ALL.map(Role::name).join(", ");
    let role = Role::named(name).ok_or_else(|| {
        Failure::bad_input(format!("there is no role `{name}`")).hint(format!("the roles are: {}", names()))
    })?;
    Ok(Grant { role, of: of.to_owned() })
}

/// The address of a link at the desk.
pub fn address(url: &str, link: &Link) -> String {
    format!("{}/signin#first={}", url.trim_end_matches('/'), link.secret.text())
}

/// The link of the first administrator, unless there is an account.
pub fn first_link(people: &People) -> Result<Option<Link>, Failure> {
    people.first_link("admin", by()).map_err(failure)
}

fn print_link(url: &str, link: &Link) -> Result<(), Failure> {
    if !(url.starts_with("http://") || url.starts_with("https://")) || url.contains('#') {
        return Err(Failure::bad_input(format!("`{url}` is not where a desk is"))
            .hint("write it as https://desk.example or http://127.0.0.1:8480, and make a new link"));
    }
    println!("{}", address(url, link));
    super::replay::flush();
    let until = Instant(link.expires_ms);
    eprintln!(
        "note: for {}, once, until {until}; it is shown this once: send it by a way you trust",
        link.id
    );
    Ok(())
}

fn init(args: &PeopleInit) -> Result<(), Failure> {
    let people = open(&args.at)?;
    if people.has_accounts().map_err(failure)? {
        return Err(Failure::bad_input("this mission has accounts already")
            .hint("`truceline people link ID` makes a new link for somebody, `people add` another account"));
    }
    let administrator = Grant { role: Role::Administrator, of: String::new() };
    people.add(Some(&args.id), &args.name, &[administrator], by()).map_err(failure)?;
    let link = people.link(&args.id, by()).map_err(failure)?;
    print_link(&args.url, &link)?;
    eprintln!("note: from now on the desk asks who somebody is");
    Ok(())
}

fn add(args: &PeopleAdd) -> Result<(), Failure> {
    let grants = args.roles.iter().map(|r| grant_of(r)).collect::<Result<Vec<_>, _>>()?;
    let people = open(&args.at)?;
    if !people.has_accounts().map_err(failure)? {
        return Err(Failure::bad_input("this mission has no accounts yet")
            .hint("`truceline people init` makes the first, of an administrator"));
    }
    let made = people.add(args.id.as_deref(), &args.name, &grants, by()).map_err(failure)?;
    let link = people.link(&made.person.id, by()).map_err(failure)?;
    print_link(&args.url, &link)
}

fn change(at: &At, id: &str, change: Change) -> Result<(), Failure> {
    let account = open(at)?.apply(id, &[change], by()).map_err(failure)?;
    println!("{id}: {}", roles(&account));
    if account.lacks_code() && account.has_password {
        eprintln!(
            "note: these roles need a code, and {id} has none: `truceline people link {id}` lets it be set up"
        );
    }
    Ok(())
}

fn revoke(args: &PeopleRole) -> Result<(), Failure> {
    let grant = grant_of(&args.role)?;
    let held = open(&args.at)?.account(&args.id).map_err(failure)?.person.grants;
    if !held.contains(&grant) {
        return Err(Failure::bad_input(format!("{} does not hold `{}`", args.id, args.role))
            .hint("`truceline people list` shows who holds what"));
    }
    change(&args.at, &args.id, Change::Revoke(grant))
}

/// The provider that a mission signs on by: `sign-on.yaml` in its directory; `None`: there is no such file.
pub fn sign_on(mission: &Path) -> Result<Option<SignOn>, Failure> {
    let path = mission.join(SIGN_ON);
    let text = match std::fs::read_to_string(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|e| Failure::bad_input(format!("`{}`: {e}", path.display())))?,
    };
    let read = SignOn::read(&text, mission);
    read.map(Some).map_err(|e| {
        Failure::bad_input(format!("`{}`: {e}", path.display())).hint("docs/people.md shows every member")
    })
}

/// What there must be for a command about the provider.
fn sign_on_of(at: &At) -> Result<SignOn, Failure> {
    sign_on(&at.mission)?.ok_or_else(|| {
        let path = at.mission.join(SIGN_ON);
        Failure::bad_input(format!("there is no `{}`", path.display()))
            .hint("docs/people.md says how to write it")
    })
}

fn bind(args: &PeopleBind) -> Result<(), Failure> {
    let provider = sign_on_of(&args.at)?.issuer_id();
    open(&args.at)?.bind(&args.id, &provider, &args.subject, by()).map_err(failure)?;
    println!("{} is `{}` of {provider}", args.id, args.subject);
    eprintln!("note: from the next sign-on its roles are what the provider says");
    Ok(())
}

fn tell_sign_on(args: &PeopleSignOn) -> Result<(), Failure> {
    let settings = sign_on_of(&args.at)?;
    println!("{} ({}), as client `{}`", settings.name, settings.issuer_id(), settings.client_id);
    println!("the provider must know the address to come back to: {}", settings.back());
    for mapped in &settings.roles {
        let of = if mapped.grant.of.is_empty() { String::new() } else { format!(":{}", mapped.grant.of) };
        println!("    {}  →  {}{of}", mapped.group, mapped.grant.role.name());
    }
    Ok(())
}

fn disable(args: &PeopleDisable) -> Result<(), Failure> {
    let change = if args.undo { Change::Enable } else { Change::Disable };
    open(&args.at)?.apply(&args.id, &[change], by()).map_err(failure)?;
    println!("{} {}", args.id, if args.undo { "may sign in again" } else { "is disabled" });
    Ok(())
}

fn roles(account: &Account) -> String {
    let told = |g: &Grant| match g.of.as_str() {
        "" => g.role.name().to_owned(),
        of => format!("{}:{of}", g.role.name()),
    };
    let all: Vec<String> = account.person.grants.iter().map(told).collect();
    if all.is_empty() { "no role".to_owned() } else { all.join(" ") }
}

fn list(people: &People) -> Result<(), Failure> {
    println!("{:<16} {:<24} {:<26} roles", "id", "name", "state");
    for account in people.accounts().map_err(failure)? {
        let state = match (account.disabled_ms, account.has_password) {
            (Some(_), _) => "disabled",
            (None, false) => "link not used yet",
            _ if account.lacks_code() => "needs a link for a code",
            _ if account.has_code => "password and code",
            _ => "password",
        };
        println!("{:<16} {:<24} {state:<26} {}", account.person.id, account.person.name, roles(&account));
    }
    Ok(())
}

fn token(args: &PeopleToken) -> Result<(), Failure> {
    let people = open(&args.at)?;
    if let Some(number) = args.revoke {
        let unknown = |e| match e {
            PeopleError::Unknown => Failure::bad_input(format!("no token {number} holds"))
                .hint("`truceline people token --list` shows which do"),
            other => failure(other),
        };
        people.revoke_token(number, None, by()).map_err(unknown)?;
        println!("revoked {number}");
        return Ok(());
    }
    let Some(id) = args.id.as_deref().filter(|_| !args.list) else {
        return list_tokens(&people, args.id.as_deref());
    };
    let scope = Scope::named(&args.scope).ok_or_else(|| {
        Failure::bad_input(format!("`{}` is not what a token may do", args.scope)).hint("write read or act")
    })?;
    let life_ms = i64::from(args.days).saturating_mul(DAY_MS);
    let made = people.make_token(id, &args.label, scope, life_ms, by());
    let (card, secret) = made.map_err(failure)?;
    println!("{}", secret.text());
    super::replay::flush();
    let until = Instant(card.expires_ms);
    eprintln!(
        "note: token {} of {id}, to {}, until {until}; it is shown this once",
        card.number,
        scope.name()
    );
    Ok(())
}

fn list_tokens(people: &People, id: Option<&str>) -> Result<(), Failure> {
    let now_ms = now_ms();
    println!("{:<8} {:<16} {:<6} {:<32} label", "number", "of", "scope", "holds");
    for TokenCard { number, id, label, scope, expires_ms, ended_ms, .. } in
        people.tokens(id).map_err(failure)?
    {
        let holds = match ended_ms {
            Some(at) => format!("revoked {}", Instant(at)),
            None if expires_ms <= now_ms => format!("expired {}", Instant(expires_ms)),
            None => format!("until {}", Instant(expires_ms)),
        };
        println!("{number:<8} {id:<16} {:<6} {holds:<32} {label}", scope.name());
    }
    Ok(())
}

fn audit(args: &PeopleAudit) -> Result<(), Failure> {
    let people = open(&args.at)?;
    let mut lines = Vec::new();
    let mut before = None;
    let wanted = args.limit as usize;
    while lines.len() < wanted {
        let left = u32::try_from(wanted - lines.len()).unwrap_or(u32::MAX);
        let page = people.audit(before, left).map_err(failure)?;
        before = page.last().map(|line| line.seq);
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    for line in lines.iter().rev() {
        let at = Instant(line.at_ms).to_string();
        println!(
            "{:<6} {at:<26} {:<18} {:<18} {:<40} {}",
            line.seq, line.who, line.address, line.what, line.object
        );
    }
    Ok(())
}
