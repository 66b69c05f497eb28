//! Incidents: as a list in pages, as points for the map, as bins over time, and one with everything it rests on.

use super::{Answer, AppState, FilterParameters, Pairs, convert, types};
use crate::desk::Desk;
use crate::filter::Filter;
use crate::limits::{BINS_DEFAULT, BINS_MAX, MEMBERS_MAX, PAGE_DEFAULT, PAGE_MAX, POINTS_MAX, TRACES_MAX};
use crate::live::Asked;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use base::{IncidentId, Instant};
use findings::Outcome;
use publication::view::{self, Explainer};
use publication::words::{rfc3339, rounded};

/// Incidents in pages, in order of time.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "desk",
    params(FilterParameters,
        ("sort" = Option<String>, Query, description = "`time` (default) or `-time`"),
        ("limit" = Option<u32>, Query, description = "Incidents on a page, at most 1000"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before, with the same filters and sort")),
    responses((status = 200, body = types::IncidentPage), (status = 400, body = Problem)))]
pub(super) async fn incidents(State(app): AppState, parameters: Pairs) -> Answer<types::IncidentPage> {
    app.on_desk(parameters.0, |asked| {
        let page = page_of(asked, PAGE_DEFAULT)?;
        let record = &asked.desk.record;
        let label = |version, clause| convert::label_of(record, version, clause);
        let items = page.incidents.iter().filter_map(|(i, gravest)| {
            let incident = view::incident(record, &asked.desk.policy, *i)?;
            Some(convert::summary(incident, *gravest, &label))
        });
        Ok(Json(types::IncidentPage { items: items.collect(), total: page.total, next: page.next }))
    })
    .await
}

/// One page: incidents with the outcome under the filter.
pub(crate) struct PageOf {
    /// Incidents.
    pub incidents: Vec<(usize, Outcome)>,
    /// How many on all pages.
    pub total: u64,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The page asked for. Pages follow each other by time and id, so that entries recorded between two requests neither
/// repeat nor hide what stands after.
pub(crate) fn page_of(asked: &Asked, limit_default: u64) -> Result<PageOf, Problem> {
    let desk = asked.desk.as_ref();
    let filter = Filter::of(&asked.query, desk, &asked.latest)?;
    let newest_first = match asked.query.one("sort")? {
        None | Some("time") => false,
        Some("-time") => true,
        Some(_) => return Err(Problem::parameter("sort", "expected `time` or `-time`")),
    };
    let limit = asked.query.number("limit", 1, PAGE_MAX)?.unwrap_or(limit_default) as usize;
    let after = asked.query.one("cursor")?.map(|text| Cursor::parse(text, newest_first)).transpose()?;
    let mut all = filter.all();
    if newest_first {
        all.reverse();
    }
    let from = after.map_or(0, |after| {
        all.partition_point(|i| {
            let here = key(desk, *i as usize);
            if newest_first { here >= after.key } else { here <= after.key }
        })
    });
    let rest = all.get(from..).unwrap_or(&[]);
    let chosen = rest.get(..limit.min(rest.len())).unwrap_or(&[]);
    let more = rest.len() > chosen.len();
    let next =
        chosen.last().filter(|_| more).map(|i| Cursor { newest_first, key: key(desk, *i as usize) }.text());
    let incidents = chosen.iter().map(|i| (*i as usize, filter.outcome(*i as usize))).collect();
    Ok(PageOf { incidents, total: all.len() as u64, next })
}

fn key(desk: &Desk, incident: usize) -> (i64, u128) {
    let start = desk.index.start_ms.get(incident).copied().unwrap_or(0);
    (start, desk.record.state.incidents.id.get(incident).map_or(0, |id| id.0))
}

/// Where a page ended.
struct Cursor {
    newest_first: bool,
    key: (i64, u128),
}

impl Cursor {
    fn text(&self) -> String {
        let sort = if self.newest_first { 'd' } else { 'a' };
        format!("1{sort}{:016x}{:032x}", self.key.0, self.key.1)
    }

    fn parse(text: &str, newest_first: bool) -> Result<Cursor, Problem> {
        let bad =
            || Problem::parameter("cursor", "not a cursor of this list; take `next` of the page before");
        let sort = text.get(..2).ok_or_else(bad)?;
        let digits = text.get(2..).filter(|d| d.len() == 48 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let (start, id) = digits.and_then(|d| d.split_at_checked(16)).ok_or_else(bad)?;
        if !matches!(sort, "1a" | "1d") {
            return Err(bad());
        }
        if (sort == "1d") != newest_first {
            return Err(Problem::parameter("cursor", "belongs to the other `sort`"));
        }
        let start = u64::from_str_radix(start, 16).map_err(|_| bad())? as i64;
        let id = u128::from_str_radix(id, 16).map_err(|_| bad())?;
        Ok(Cursor { newest_first, key: (start, id) })
    }
}

/// Incidents as points, the newest 50,000.
#[utoipa::path(get, path = "/api/v1/incidents.geojson", tag = "desk", params(FilterParameters),
    responses((status = 200, body = types::Points), (status = 400, body = Problem)))]
pub(super) async fn points(State(app): AppState, parameters: Pairs) -> Answer<types::Points> {
    app.on_desk(parameters.0, |asked| points_of(asked).map(Json)).await
}

fn points_of(asked: &Asked) -> Result<types::Points, Problem> {
    let desk = asked.desk.as_ref();
    let filter = Filter::of(&asked.query, desk, &asked.latest)?;
    let (state, batch) = (&desk.record.state, &desk.record.state.observations);
    let all = filter.all();
    let placed = |i: &&u32| desk.index.lon_deg.get(**i as usize).is_some_and(|x| x.is_finite());
    let with_place: Vec<u32> = all.iter().filter(placed).copied().collect();
    let newest = with_place.get(with_place.len().saturating_sub(POINTS_MAX)..).unwrap_or(&[]);
    let features = newest.iter().filter_map(|i| {
        let i = *i as usize;
        let lead = *state.incidents.lead.get(i)? as usize;
        Some(types::PointFeature {
            r#type: "Feature",
            geometry: types::PointGeometry {
                r#type: "Point",
                coordinates: [rounded(*desk.index.lon_deg.get(i)?), rounded(*desk.index.lat_deg.get(i)?)],
            },
            properties: types::PointProperties {
                id: state.incidents.id.get(i)?.to_string(),
                gravest: filter.outcome(i).name(),
                kind: batch.word_at(&batch.kind, lead).to_owned(),
                observations: state.incidents.members_of(i).len(),
                start: rfc3339(Instant(*desk.index.start_ms.get(i)?)),
            },
        })
    });
    Ok(types::Points {
        r#type: "FeatureCollection",
        features: features.collect(),
        properties: types::PointsProperties {
            truncated: with_place.len() > POINTS_MAX,
            total: all.len() as u64,
            without_place: (all.len() - with_place.len()) as u64,
        },
    })
}

/// One incident with its observations and findings.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "desk",
    params(("id" = String, Path, description = "Its id"), FilterParameters),
    responses((status = 200, body = types::IncidentDetail), (status = 404, body = Problem)))]
pub(super) async fn incident(
    State(app): AppState,
    Path(id): Path<String>,
    parameters: Pairs,
) -> Answer<types::IncidentDetail> {
    app.on_desk(parameters.0, move |asked| {
        let incident = find(asked, &id)?;
        detail_of(asked, incident).map(Json)
    })
    .await
}

/// The incident of that id.
pub(crate) fn find(asked: &Asked, id: &str) -> Result<usize, Problem> {
    let known = id.parse::<IncidentId>().ok().and_then(|id| asked.desk.record.state.incidents.find(id));
    known.ok_or_else(|| {
        let shown: String = id.chars().take(48).collect();
        let until = asked.as_known_at.map_or_else(String::new, |t| format!(" as known at {}", rfc3339(t)));
        Problem::not_found(format!("no incident `{shown}`{until}"))
    })
}

fn detail_of(asked: &Asked, incident: usize) -> Result<types::IncidentDetail, Problem> {
    let desk = asked.desk.as_ref();
    let (record, policy) = (&desk.record, &desk.policy);
    let filter = Filter::of(&asked.query, desk, &asked.latest)?;
    let gone = || Problem::not_found("the incident is gone");
    let seen = view::incident(record, policy, incident).ok_or_else(gone)?;
    let (rows, links) =
        (record.state.incidents.members_of(incident), record.state.incidents.links_of(incident));
    let members = rows.iter().zip(links).take(MEMBERS_MAX).enumerate().filter_map(|(n, (row, link))| {
        let weights = record.state.incidents.weighed.get(row);
        Some(convert::member(view::observation(record, policy, *row as usize)?, link, weights, n == 0))
    });
    let findings = Explainer::new(record, policy).findings(incident, TRACES_MAX);
    let (previous, next) = neighbours(desk, incident);
    let ids: Vec<_> =
        rows.iter().filter_map(|row| record.state.observations.id.get(*row as usize).copied()).collect();
    let items = publication::items::items_of(record, policy, &ids);
    Ok(types::IncidentDetail {
        summary: convert::summary(seen, filter.outcome(incident), &|v, c| convert::label_of(record, v, c)),
        members: members.collect(),
        members_left_out: rows.len().saturating_sub(MEMBERS_MAX),
        findings: findings.into_iter().filter_map(|f| convert::finding(record, f)).collect(),
        fusion: convert::fusion(publication::fusion::fusion(record, policy, incident)),
        neighbours: types::Neighbours { previous, next },
        items: items.into_iter().map(convert::item).collect(),
    })
}

/// Ids of the incidents just before and after in time.
pub(crate) fn neighbours(desk: &Desk, incident: usize) -> (Option<String>, Option<String>) {
    let here = key(desk, incident);
    let at = desk.index.order.partition_point(|i| key(desk, *i as usize) < here);
    let id = |place: Option<usize>| {
        let other = *desk.index.order.get(place?)? as usize;
        desk.record.state.incidents.id.get(other).map(ToString::to_string)
    };
    (id(at.checked_sub(1)), id(at.checked_add(1)))
}

/// Incidents over time by gravest outcome. With `from` or `to` the bins span just that.
#[utoipa::path(get, path = "/api/v1/histogram", tag = "desk",
    params(FilterParameters, ("bins" = Option<u32>, Query, description = "How many at most, up to 1000; 120 if absent")),
    responses((status = 200, body = types::Histogram), (status = 400, body = Problem)))]
pub(super) async fn histogram(State(app): AppState, parameters: Pairs) -> Answer<types::Histogram> {
    app.on_desk(parameters.0, |asked| histogram_of(asked).map(Json)).await
}

fn histogram_of(asked: &Asked) -> Result<types::Histogram, Problem> {
    let desk = asked.desk.as_ref();
    let filter = Filter::of(&asked.query, desk, &asked.latest)?;
    let bins = asked.query.number("bins", 1, BINS_MAX)?.unwrap_or(BINS_DEFAULT) as i64;
    let (from, to) = (asked.query.instant("from")?, asked.query.instant("to")?);
    let from_ms = from.map(|t| t.0).or(desk.index.start_ms.iter().min().copied());
    let to_ms = to.map(|t| t.0).or(desk.index.start_ms.iter().max().map(|last| last.saturating_add(1)));
    let (Some(from_ms), Some(to_ms)) = (from_ms, to_ms) else {
        return Ok(types::Histogram { from: None, to: None, bin_ms: 0, bins: Vec::new() });
    };
    let span_ms = to_ms.saturating_sub(from_ms).max(1);
    let bin_ms = span_ms.div_euclid(bins) + i64::from(span_ms.rem_euclid(bins) > 0);
    let needed = (span_ms.div_euclid(bin_ms) + i64::from(span_ms.rem_euclid(bin_ms) > 0)) as usize;
    let mut counts = vec![[0_u64; 5]; needed];
    for incident in 0..desk.index.start_ms.len() {
        if !filter.holds(incident) {
            continue;
        }
        let start = desk.index.start_ms.get(incident).copied().unwrap_or(0).max(from_ms);
        let bin = (start - from_ms).div_euclid(bin_ms) as usize;
        let slot = counts.get_mut(bin).and_then(|b| b.get_mut(filter.outcome(incident) as usize));
        if let Some(n) = slot {
            *n += 1;
        }
    }
    let bins =
        counts.into_iter().enumerate().map(|(i, [not_applicable, kept, excused, undetermined, breached])| {
            let start = rfc3339(Instant(from_ms + bin_ms * i as i64));
            types::Bin { start, breached, undetermined, excused, kept, not_applicable }
        });
    let end = Instant(from_ms.saturating_add(bin_ms.saturating_mul(needed as i64)));
    Ok(types::Histogram {
        from: Some(rfc3339(Instant(from_ms))),
        to: Some(rfc3339(end)),
        bin_ms,
        bins: bins.collect(),
    })
}
