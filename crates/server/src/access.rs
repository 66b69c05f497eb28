//! Who may ask for what: one table, a line for each route. A route without a line is refused, and a test fails.

use ::people::{Admitted, Person, Scope, Via};
use base::Role;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everybody.
    Open,
    /// Whoever shows a token of the door's own; the door looks at it itself.
    OwnTokens,
    /// Whoever is signed in, by a session or a token.
    SignedIn,
    /// The mission's own staff.
    Staff,
    /// The mission's own staff, and these roles.
    StaffOr(&'static [Role]),
    /// Whoever holds one of these roles.
    AnyOf(&'static [Role]),
}

/// By what right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// A session, or any token.
    Read,
    /// A session, or a token that may act.
    Act,
    /// A session only: no program manages accounts, links or tokens.
    Session,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// `GET` (and with it `HEAD`), `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The route, as the router has it.
    pub path: &'static str,
    /// Who may ask.
    pub rule: Rule,
    /// By what right.
    pub right: Right,
    /// Whether it is there for everybody while the mission has no account.
    pub on_open_desk: bool,
    /// What the log calls the asking, where the asking is logged.
    pub logged: Option<&'static str>,
}

/// What is read today on an open desk stays readable there.
const fn read(path: &'static str, rule: Rule) -> Line {
    Line { method: "GET", path, rule, right: Right::Read, on_open_desk: true, logged: None }
}

/// Changes the record or what is collected.
const fn act(method: &'static str, path: &'static str, rule: Rule) -> Line {
    Line { method, path, rule, right: Right::Act, on_open_desk: false, logged: None }
}

/// Changes accounts, links, tokens or sessions.
const fn manage(method: &'static str, path: &'static str, rule: Rule) -> Line {
    Line { method, path, rule, right: Right::Session, on_open_desk: false, logged: None }
}

impl Line {
    /// Also while the mission has no account.
    const fn on_open_desk(self) -> Line {
        Line { on_open_desk: true, ..self }
    }

    /// Only once the mission has accounts.
    const fn with_accounts(self) -> Line {
        Line { on_open_desk: false, ..self }
    }

    /// The log calls it so.
    const fn logged(self, what: &'static str) -> Line {
        Line { logged: Some(what), ..self }
    }
}

/// The texts, their lines on the map, and the daily report as published.
const PARTIES: Rule = Rule::StaffOr(&[Role::Liaison, Role::Guarantor, Role::Auditor]);
/// Those who work on cases, and those to whom something of them is told.
const DOCKET: Rule = Rule::StaffOr(&[Role::Liaison, Role::Guarantor, Role::Planner]);
const ADMINISTRATOR: Rule = Rule::AnyOf(&[Role::Administrator]);

/// The table.
pub const TABLE: &[Line] = &[
    // What is no secret.
    read("/api/openapi.json", Rule::Open),
    read("/healthz", Rule::Open),
    // What a person has published, for everybody.
    read("/feeds/warnings.atom", Rule::Open),
    read("/feeds/warnings/{file}", Rule::Open),
    // Who is there.
    read("/api/v1/me", Rule::Open),
    manage("POST", "/api/v1/session", Rule::Open),
    manage("DELETE", "/api/v1/session", Rule::Open),
    manage("POST", "/api/v1/session/first", Rule::Open).on_open_desk(),
    manage("POST", "/api/v1/session/sign-on", Rule::Open),
    read("/api/v1/session/sign-on/back", Rule::Open).with_accounts(),
    read("/api/v1/people", Rule::AnyOf(&[Role::Administrator, Role::Auditor]))
        .with_accounts()
        .logged("people viewed"),
    manage("POST", "/api/v1/people", ADMINISTRATOR),
    manage("PATCH", "/api/v1/people/{id}", ADMINISTRATOR),
    manage("POST", "/api/v1/people/{id}/link", ADMINISTRATOR),
    read("/api/v1/audit", Rule::AnyOf(&[Role::Auditor])).with_accounts().logged("log viewed"),
    read("/api/v1/tokens", Rule::SignedIn).with_accounts(),
    manage("POST", "/api/v1/tokens", Rule::SignedIn),
    manage("DELETE", "/api/v1/tokens/{number}", Rule::SignedIn),
    // Browsers in which somebody is told of warnings: their own.
    read("/api/v1/push", Rule::SignedIn).with_accounts(),
    manage("POST", "/api/v1/push", Rule::SignedIn).logged("browser added"),
    manage("DELETE", "/api/v1/push/{id}", Rule::SignedIn).logged("browser removed"),
    manage("POST", "/api/v1/push/{id}/test", Rule::SignedIn),
    // The texts and what is published.
    read("/api/v1/agreements/{version}", PARTIES),
    read("/api/v1/agreements/compare", PARTIES),
    read("/api/v1/layers", PARTIES),
    read("/api/v1/layers/{id}", PARTIES),
    read("/api/v1/layers/boundaries", PARTIES),
    read("/api/v1/basemap", PARTIES),
    read("/api/v1/reports/daily", PARTIES),
    read("/reports/daily/{date}", PARTIES),
    // The record.
    read("/api/v1/mission", Rule::Staff),
    read("/api/v1/coverage", Rule::Staff),
    read("/api/v1/coverage/ledger", Rule::Staff),
    read("/api/v1/incidents", Rule::Staff),
    read("/api/v1/incidents.geojson", Rule::Staff),
    read("/api/v1/incidents/{id}", Rule::Staff),
    read("/api/v1/histogram", Rule::Staff),
    read("/api/v1/sources", Rule::Staff),
    read("/api/v1/stream", Rule::Staff),
    read("/list", Rule::Staff),
    read("/incident/{id}", Rule::Staff),
    act("POST", "/api/v1/sources/{id}/release", Rule::Staff).on_open_desk().logged("source released"),
    // The docket: each reader sees what the policy lets them see.
    read("/api/v1/docket", DOCKET),
    read("/api/v1/cases/{reference}", DOCKET),
    read("/api/v1/allegations", DOCKET),
    read("/api/v1/equal-treatment", DOCKET),
    // The door itself asks who acts: on an open desk nobody can.
    act("POST", "/api/v1/acts", Rule::StaffOr(&[Role::Liaison, Role::Planner])).on_open_desk(),
    // The watch: each reader sees what was issued to them, staff all of it.
    read("/api/v1/watch", DOCKET),
    read("/api/v1/watch/warnings/{reference}", DOCKET),
    read("/api/v1/watch/stream", Rule::Staff),
    act("POST", "/api/v1/watch/acts", DOCKET).on_open_desk(),
    // The guarantee's file: each reader sees what is of their audience.
    read("/api/v1/guarantee", PARTIES),
    read("/api/v1/guarantee/page", PARTIES),
    act("POST", "/api/v1/guarantee/acts", PARTIES).on_open_desk(),
    // The notice board: each reader sees their own and what is addressed to them.
    read("/api/v1/board", DOCKET),
    read("/api/v1/board/windows", DOCKET),
    act("POST", "/api/v1/board/acts", DOCKET).on_open_desk(),
    // Originals.
    read("/api/v1/items", Rule::Staff).logged("items viewed"),
    read("/api/v1/items/{sha256}", Rule::Staff).logged("original read"),
    read("/api/v1/items/{sha256}/copy", Rule::Staff).logged("working copy seen"),
    // The field's doors.
    read("/api/v1/field/me", Rule::OwnTokens),
    act("POST", "/api/v1/field/submissions", Rule::OwnTokens).on_open_desk(),
    read("/api/v1/field/media/{sha256}", Rule::OwnTokens),
    act("PATCH", "/api/v1/field/media/{sha256}", Rule::OwnTokens).on_open_desk(),
    read("/openrosa/formList", Rule::OwnTokens),
    read("/openrosa/forms/field.xml", Rule::OwnTokens),
    read("/openrosa/submission", Rule::OwnTokens),
    act("POST", "/openrosa/submission", Rule::OwnTokens).on_open_desk(),
];

/// Who asks, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Whoever reaches this machine: the mission has no account.
    OpenDesk,
    /// Nobody who is known.
    Nobody,
    /// Somebody.
    Known(Admitted),
}

impl Standing {
    /// Who asks, if somebody is known.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Standing::Known(admitted) => Some(&admitted.person),
            _ => None,
        }
    }

    /// Whether what officers are told may be told.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        *self == Standing::OpenDesk || self.person().is_some_and(Person::is_staff)
    }
}

/// Why something is refused. Neither says whether what was asked for is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not known who asks.
    SignIn,
    /// It is known, and they may not.
    NotAllowed,
    /// It is there only once the mission has accounts.
    NoAccounts,
}

/// The line of a route.
#[must_use]
pub fn line_of(method: &str, path: &str) -> Option<&'static Line> {
    let method = if method == "HEAD" { "GET" } else { method };
    TABLE.iter().find(|line| line.method == method && line.path == path)
}

/// Whether that method changes something and is taken at that address: the address fits a line.
#[must_use]
pub fn takes(method: &str, address: &str) -> bool {
    TABLE.iter().any(|line| line.method == method && fits(line.path, address))
}

/// Whether an address is of a route. A name in braces stands for one piece that is not empty.
fn fits(route: &str, address: &str) -> bool {
    let mut pieces = address.split('/');
    let all = route.split('/').all(|wanted| {
        let piece = pieces.next();
        if wanted.starts_with('{') { piece.is_some_and(|p| !p.is_empty()) } else { piece == Some(wanted) }
    });
    all && pieces.next().is_none()
}

/// Whether `standing` may ask for what `line` is of.
///
/// # Errors
/// Why not.
pub fn decide(line: &Line, standing: &Standing) -> Result<(), Refusal> {
    let admitted = match standing {
        Standing::OpenDesk if line.on_open_desk => return Ok(()),
        _ if line.rule == Rule::OwnTokens => return Ok(()),
        Standing::Known(admitted) => Some(admitted),
        // Nobody can sign in, or manage anything, where nobody has an account.
        Standing::OpenDesk => return Err(Refusal::NoAccounts),
        Standing::Nobody if line.rule == Rule::Open => return Ok(()),
        Standing::Nobody => None,
    };
    let Some(Admitted { person, via }) = admitted else { return Err(Refusal::SignIn) };
    let by_right = match (line.right, via) {
        (_, Via::Session) | (Right::Read, _) | (Right::Act, Via::Token(Scope::Act)) => true,
        (Right::Act | Right::Session, Via::Token(_)) => false,
    };
    let any = |roles: &[Role]| roles.iter().any(|role| person.has(*role));
    let by_role = match line.rule {
        Rule::Open | Rule::OwnTokens | Rule::SignedIn => true,
        Rule::Staff => person.is_staff(),
        Rule::StaffOr(roles) => person.is_staff() || any(roles),
        Rule::AnyOf(roles) => any(roles),
    };
    if by_right && by_role { Ok(()) } else { Err(Refusal::NotAllowed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fit_their_routes_piece_by_piece() {
        assert!(takes("PATCH", "/api/v1/people/v.1") && takes("DELETE", "/api/v1/tokens/7"));
        for other in [
            "/api/v1/people",
            "/api/v1/people/",
            "/api/v1/people/a/b",
            "/api/v1/people/a/",
            "api/v1/people/a",
        ] {
            assert!(!takes("PATCH", other), "{other}");
        }
        assert!(takes("POST", "/api/v1/sources/cam-1/release") && !takes("POST", "/api/v1/sources/cam-1"));
        assert!(!takes("PUT", "/api/v1/people/v.1") && !takes("OPTIONS", "/api/v1/session"));
    }

    #[test]
    fn a_route_has_one_line_and_no_line_lets_a_stranger_change_anything() {
        for (i, line) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(i + 1).any(|l| l.method == line.method && l.path == line.path);
            assert!(!again, "{} {}", line.method, line.path);
            let is_sign_in = line.path.starts_with("/api/v1/session") || line.path == "/api/v1/me";
            if line.method != "GET" && !is_sign_in && line.rule != Rule::OwnTokens {
                assert_eq!(
                    decide(line, &Standing::Nobody),
                    Err(Refusal::SignIn),
                    "{} {}",
                    line.method,
                    line.path
                );
            }
        }
    }
}
