//! Who asks, told to who asks.

use super::types::{Me, PersonCard};
use crate::access::Standing;
use crate::api::AppState;
use axum::{Extension, Json};

/// Who is signed in, and whether the mission has accounts at all.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = Me)))]
pub(super) async fn me(app: AppState, Extension(standing): Extension<Standing>) -> Json<Me> {
    let accounts = if standing == Standing::OpenDesk { None } else { app.0.accounts() };
    Json(Me {
        sign_on: accounts.and_then(|a| a.sign_on_name()),
        accounts: standing != Standing::OpenDesk,
        person: standing.person().map(PersonCard::of),
        staff: standing.person().is_some_and(::people::Person::is_staff),
    })
}
