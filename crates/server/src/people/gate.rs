//! The door that every request passes: who asks is found out, the table is asked, and what must be logged is.

use super::{Accounts, Client, blocking};
use crate::access::{self, Line, Refusal, Rule, Standing};
use crate::live::App;
use crate::problem::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// The name of the cookie that a session is carried in.
pub(crate) const COOKIE: &str = "truceline";

/// What the door needs.
#[derive(Clone)]
pub(crate) struct Gate {
    /// The desk.
    pub app: App,
    /// Whether a proxy stands before it that ends TLS and says where requests come from.
    pub behind_proxy: bool,
}

/// What somebody shows to say who they are.
enum Shown {
    Nothing,
    Session(String),
    Token(String),
}

/// The cookie of that name in a request.
pub(crate) fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// The secret of the session in a request.
pub(crate) fn session_in(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

fn shown(headers: &HeaderMap) -> Shown {
    let told = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = told.and_then(|v| v.split_once(' ')).filter(|(s, _)| s.eq_ignore_ascii_case("bearer"));
    match (token, session_in(headers)) {
        // A program that shows a token is not helped by a cookie.
        (Some((_, token)), _) => Shown::Token(token.trim().to_owned()),
        (None, Some(session)) => Shown::Session(session),
        (None, None) => Shown::Nothing,
    }
}

fn standing(accounts: &Accounts, shown: Shown) -> Result<Standing, Problem> {
    if !accounts.store.has_accounts()? {
        return Ok(Standing::OpenDesk);
    }
    let now_ms = accounts.now_ms();
    let admitted = match shown {
        Shown::Nothing => None,
        Shown::Session(secret) => accounts.store.by_session(&secret, now_ms)?,
        Shown::Token(secret) => accounts.store.by_token(&secret, now_ms)?,
    };
    Ok(admitted.map_or(Standing::Nobody, Standing::Known))
}

/// Lets a request through, or refuses it.
pub(crate) async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, gate.behind_proxy);
    request.extensions_mut().insert(client.clone());
    let Some(route) = request.extensions().get::<MatchedPath>().cloned() else {
        // No route: a file of the app, or nothing.
        return next.run(request).await;
    };
    let is_page = !route.as_str().starts_with("/api/");
    let asked = Asked {
        line: access::line_of(request.method().as_str(), route.as_str()),
        shown: shown(request.headers()),
        what: format!("{} {}", request.method(), request.uri().path()),
        client,
    };
    match judged(gate.app.accounts(), asked).await {
        Ok(standing) => {
            request.extensions_mut().insert(standing);
            next.run(request).await
        }
        Err(problem) if is_page => crate::pages::answer(Err(problem)),
        Err(problem) => problem.into_response(),
    }
}

/// What of a request it is judged by.
struct Asked {
    line: Option<&'static Line>,
    shown: Shown,
    what: String,
    client: Client,
}

async fn judged(accounts: Option<Arc<Accounts>>, asked: Asked) -> Result<Standing, Problem> {
    // INVARIANT: what stands in no line of the table is asked for by nobody.
    let line = asked.line.ok_or_else(|| told(Refusal::NotAllowed))?;
    let (Some(accounts), true) = (accounts, line.rule != Rule::OwnTokens) else {
        // A door of its own tokens asks for them itself, whatever accounts there are.
        let standing = if line.rule == Rule::OwnTokens { Standing::Nobody } else { Standing::OpenDesk };
        return access::decide(line, &standing).map(|()| standing).map_err(told);
    };
    blocking(move || looked_at(&accounts, line, asked)).await
}

fn looked_at(accounts: &Accounts, line: &Line, asked: Asked) -> Result<Standing, Problem> {
    let standing = standing(accounts, asked.shown)?;
    let decided = access::decide(line, &standing);
    let who = standing.person().map_or("", |p| p.id.as_str());
    // Strangers who are refused fill no log.
    let what = match decided {
        Ok(()) => line.logged,
        Err(_) if who.is_empty() => None,
        Err(_) => Some("refused"),
    };
    if let Some(what) = what {
        // What is to be logged and cannot be is not shown.
        accounts.store.note(asked.client.by(who, accounts.now_ms()), what, &asked.what)?;
    }
    decided.map(|()| standing).map_err(told)
}

fn told(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::SignIn => Problem::not_signed_in(),
        Refusal::NotAllowed => Problem::refused("you may not ask for this"),
        Refusal::NoAccounts => Problem::refused(
            "this mission has no accounts yet: `truceline people init` makes the first administrator",
        ),
    }
}
