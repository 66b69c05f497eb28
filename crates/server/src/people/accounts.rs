//! The accounts, as administrators manage them.

use super::types::{AccountCard, Everybody, NewPerson, Nothing, OneTimeLink, PersonChange};
use super::who::Sent;
use super::{Client, Who, blocking};
use crate::api::{Answer, AppState};
use crate::problem::Problem;
use ::people::Change;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base::Instant;
use publication::words::rfc3339;

/// Everybody who has an account.
#[utoipa::path(get, path = "/api/v1/people", tag = "people",
    responses((status = 200, body = Everybody), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn people(app: AppState) -> Answer<Everybody> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    blocking(move || {
        let people = accounts.store.accounts()?.iter().map(AccountCard::of).collect();
        Ok(Json(Everybody { people }))
    })
    .await
}

/// Gives somebody an account. It can do nothing until a one-time link of it is used.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewPerson,
    responses((status = 201, body = AccountCard), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn add(
    app: AppState,
    Who(who): Who,
    client: Client,
    Sent(sent): Sent<NewPerson>,
) -> Result<(StatusCode, Json<AccountCard>), Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    blocking(move || {
        let grants = sent.grants.into_iter().map(super::types::Held::grant).collect::<Result<Vec<_>, _>>()?;
        let by = client.by(&who.id, accounts.now_ms());
        let made = accounts.store.add(sent.id.as_deref(), &sent.name, &grants, by)?;
        Ok((StatusCode::CREATED, Json(AccountCard::of(&made))))
    })
    .await
}

/// Changes an account: gives or takes a role, disables it, signs it out. Nobody changes their own power.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", request_body = PersonChange,
    params(("id" = String, Path, description = "The pseudonym")),
    responses((status = 200, body = AccountCard), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn change(
    app: AppState,
    Who(who): Who,
    client: Client,
    Path(id): Path<String>,
    Sent(sent): Sent<PersonChange>,
) -> Answer<AccountCard> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    blocking(move || {
        let by = client.by(&who.id, accounts.now_ms());
        let changed = accounts.store.apply(&id, &changes(sent)?, by)?;
        Ok(Json(AccountCard::of(&changed)))
    })
    .await
}

fn changes(sent: PersonChange) -> Result<Vec<Change>, Problem> {
    let mut out = Vec::new();
    if let Some(held) = sent.revoke {
        out.push(Change::Revoke(held.grant()?));
    }
    if let Some(held) = sent.grant {
        out.push(Change::Grant(held.grant()?));
    }
    out.extend(sent.name.map(Change::Rename));
    out.extend(sent.compartments.map(Change::Compartments));
    out.extend(sent.disabled.map(|on| if on { Change::Disable } else { Change::Enable }));
    out.extend(sent.sign_out.then_some(Change::SignOut));
    Ok(out)
}

/// Makes a one-time link, with which the person sets a password and a second factor. It replaces those before.
#[utoipa::path(post, path = "/api/v1/people/{id}/link", tag = "people", request_body = Nothing,
    params(("id" = String, Path, description = "The pseudonym")),
    responses((status = 201, body = OneTimeLink), (status = 404, body = Problem)))]
pub(super) async fn link(
    app: AppState,
    Who(who): Who,
    client: Client,
    Path(id): Path<String>,
    Sent(_): Sent<Nothing>,
) -> Result<(StatusCode, Json<OneTimeLink>), Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    blocking(move || {
        let link = accounts.store.link(&id, client.by(&who.id, accounts.now_ms()))?;
        let address = format!("/signin#first={}", link.secret.text());
        let expires = rfc3339(Instant(link.expires_ms));
        Ok((StatusCode::CREATED, Json(OneTimeLink { id: link.id, address, expires })))
    })
    .await
}
