//! The log, as auditors read it.

use super::blocking;
use super::types::{AuditLine, AuditPage};
use crate::api::{Answer, AppState, Pairs};
use crate::limits::{AUDIT_LINES_DEFAULT, AUDIT_LINES_MAX};
use crate::problem::Problem;
use crate::query::Query;
use axum::Json;

/// Who did and saw what, the newest first. Reading it is a line of it.
#[utoipa::path(get, path = "/api/v1/audit", tag = "people",
    params(("before" = Option<i64>, Query, description = "Lines before the one of this number"),
        ("limit" = Option<u32>, Query, description = "At most so many, 1 to 1000")),
    responses((status = 200, body = AuditPage), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn audit(app: AppState, parameters: Pairs) -> Answer<AuditPage> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let query = Query::of(parameters.0)?;
    let before = query.one("before")?.map(|text| {
        text.parse::<i64>().map_err(|_| Problem::parameter("before", "not the number of a line"))
    });
    let before = before.transpose()?;
    let limit = query.one("limit")?.map_or(Ok(AUDIT_LINES_DEFAULT), |text| {
        let number = text.parse::<u32>().ok().filter(|n| (1..=AUDIT_LINES_MAX).contains(n));
        number.ok_or_else(|| Problem::parameter("limit", format!("a number from 1 to {AUDIT_LINES_MAX}")))
    })?;
    blocking(move || {
        let lines: Vec<_> = accounts.store.audit(before, limit)?.into_iter().map(AuditLine::of).collect();
        let is_full = lines.len() == limit as usize;
        let next = lines.last().map(|line| line.seq).filter(|seq| is_full && *seq > 1);
        Ok(Json(AuditPage { lines, next }))
    })
    .await
}
