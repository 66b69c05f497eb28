//! Tokens for programs of one's own.

use super::types::{NewToken, Token, Tokens};
use super::who::Sent;
use super::{Client, Scope, Who, blocking};
use crate::api::{Answer, AppState};
use crate::problem::Problem;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base::Role;
use base::time::DAY_MS;

/// One's own tokens; of everybody, for administrators.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "people",
    responses((status = 200, body = Tokens), (status = 401, body = Problem)))]
pub(super) async fn tokens(app: AppState, Who(who): Who) -> Answer<Tokens> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    blocking(move || {
        let of = (!who.has(Role::Administrator)).then_some(who.id.as_str());
        let tokens = accounts.store.tokens(of)?.iter().map(|card| Token::of(card, None)).collect();
        Ok(Json(Tokens { tokens }))
    })
    .await
}

/// Makes a token for a program: it may do what its holder may, or only read it.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "people", request_body = NewToken,
    responses((status = 201, body = Token), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn make(
    app: AppState,
    Who(who): Who,
    client: Client,
    Sent(sent): Sent<NewToken>,
) -> Result<(StatusCode, Json<Token>), Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let scope = Scope::named(&sent.scope).ok_or_else(|| Problem::member("scope", "`read` or `act`"))?;
    blocking(move || {
        let by = client.by(&who.id, accounts.now_ms());
        let life_ms = i64::from(sent.days).saturating_mul(DAY_MS);
        let (card, secret) = accounts.store.make_token(&who.id, &sent.label, scope, life_ms, by)?;
        Ok((StatusCode::CREATED, Json(Token::of(&card, Some(secret.text())))))
    })
    .await
}

/// Revokes a token: one's own; any, for administrators.
#[utoipa::path(delete, path = "/api/v1/tokens/{number}", tag = "people",
    params(("number" = i64, Path, description = "Its number")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn revoke(
    app: AppState,
    Who(who): Who,
    client: Client,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let unknown = || Problem::not_found("there is no such token of yours");
    let number = number.parse::<i64>().map_err(|_| unknown())?;
    blocking(move || {
        let of = (!who.has(Role::Administrator)).then_some(who.id.as_str());
        let by = client.by(&who.id, accounts.now_ms());
        match accounts.store.revoke_token(number, of, by) {
            Err(::people::PeopleError::Unknown) => Err(unknown()),
            other => Ok(other.map(|()| StatusCode::NO_CONTENT)?),
        }
    })
    .await
}
