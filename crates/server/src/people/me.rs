//! Who asks, told to who asks.

use super::types::{Me, PersonCard};
use crate::access::Standing;
use axum::{Extension, Json};

/// Who is signed in, and whether the mission has accounts at all.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = Me)))]
pub(super) async fn me(Extension(standing): Extension<Standing>) -> Json<Me> {
    Json(Me {
        accounts: standing != Standing::OpenDesk,
        person: standing.person().map(PersonCard::of),
        staff: standing.person().is_some_and(::people::Person::is_staff),
    })
}
