//! The list of incidents as a page.

use crate::api::incidents;
use crate::api::{AppState, Pairs, day_of};
use crate::limits::LIST_ROWS;
use crate::live::Asked;
use crate::problem::Problem;
use crate::query::Query;
use axum::extract::State;
use axum::response::Response;
use base::time::parse_date;
use findings::Outcome;
use publication::html::{Page, place};
use publication::words::{self, rfc3339};
use publication::{coverage, view};

/// The list.
pub(super) async fn list(State(app): AppState, parameters: Pairs) -> Response {
    let page = app.on_desk(parameters.0, |asked| {
        let query = with_days(asked)?;
        let asked = Asked {
            query,
            desk: asked.desk.clone(),
            latest: asked.latest.clone(),
            as_known_at: asked.as_known_at,
        };
        list_of(&asked)
    });
    super::answer(page.await)
}

/// The query with its civil days, both inclusive, turned into instants; a form asks for days.
fn with_days(asked: &Asked) -> Result<Query, Problem> {
    let mut pairs: Vec<(String, String)> = asked.query.pairs().to_vec();
    for (name, instant) in [("from_day", "from"), ("to_day", "to")] {
        let Some(text) = asked.query.one(name)? else { continue };
        let day = parse_date(text).and_then(|(y, m, d)| asked.desk.record.zone.day(y, m, d));
        let day = day.ok_or_else(|| Problem::parameter(name, "no such date; expected YYYY-MM-DD"))?;
        let moment = if instant == "from" { day.start } else { day.end };
        pairs.retain(|(n, _)| n != instant);
        pairs.push((instant.to_owned(), rfc3339(moment)));
    }
    Query::of(pairs)
}

fn list_of(asked: &Asked) -> Result<String, Problem> {
    let found = incidents::page_of(asked, LIST_ROWS)?;
    let desk = asked.desk.as_ref();
    let record = &desk.record;
    let title = format!("Incidents · {}", record.mission);
    let mut page = Page::new();
    page.element("h1", &title).markup("<nav><p>").link("/", "Map").text(" · ");
    page.link(&format!("/reports/daily/{}", words::date(day_of(asked))), "Daily report").markup("</p></nav>");
    form(&mut page, asked)?;
    let during = desk.index.reach.map_or(base::Interval::ALWAYS, |(first, last)| base::Interval {
        start: base::Instant(first),
        end: base::Instant(last),
    });
    let total = coverage::figure(found.total, &record.coverage, during);
    let known =
        asked.as_known_at.map_or_else(String::new, |t| format!(", as known at {}", record.zone.show(t)));
    page.element("p role=\"status\"", &format!("Incidents with these filters: {total}{known}"));
    page.element("p class=\"soft\"", &coverage::statement(&record.coverage, during));
    page.table(
        &format!("Incidents in order of time; civil time of {}", record.zone.name()),
        &["incident", "when", "kind", "gravest finding", "where", "counted", "rests on"],
    );
    for (incident, gravest) in &found.incidents {
        row(&mut page, asked, *incident, *gravest);
    }
    page.end_table().markup("<nav aria-label=\"pages\"><p>");
    if asked.query.one("cursor")?.is_some() {
        page.link(&format!("/list{}", address(asked, None)), "First page").text(" ");
    }
    if let Some(next) = &found.next {
        page.link(&format!("/list{}", address(asked, Some(next))), "Next page");
    } else {
        page.text("This is the last page.");
    }
    page.markup("</p></nav>");
    Ok(page.finish(&title))
}

fn row(page: &mut Page, asked: &Asked, incident: usize, gravest: Outcome) {
    let record = &asked.desk.record;
    let Some(seen) = view::incident(record, &asked.desk.policy, incident) else { return };
    page.markup("<tr><th scope=\"row\">").link(&detail_address(asked, &seen.id.to_string()), &seen.reference);
    page.markup("</th>").element("td", &words::when(&record.zone, seen.event, seen.precision));
    page.element("td", &seen.kind).markup("<td>").outcome(gravest).markup("</td>");
    page.element("td", &place(seen.spot, seen.precision_stated));
    let counts: Vec<String> = seen.counts.iter().map(|(unit, count)| format!("{count} {unit}")).collect();
    page.element("td", if counts.is_empty() { "not stated".to_owned() } else { counts.join("; ") }.as_str());
    let observations = words::number_of(seen.observations as u64, "observation");
    page.element("td", &format!("{observations} from {}", words::number_of(seen.sources as u64, "source")))
        .markup("</tr>");
}

/// The page of an incident, at the same cut-off.
fn detail_address(asked: &Asked, id: &str) -> String {
    match asked.as_known_at {
        Some(moment) => format!("/incident/{id}?as_known_at={}", encoded(&rfc3339(moment))),
        None => format!("/incident/{id}"),
    }
}

/// The query of this page with another cursor.
fn address(asked: &Asked, cursor: Option<&str>) -> String {
    let mut parts: Vec<String> = asked
        .query
        .pairs()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "from_day" | "to_day"))
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    parts.extend(cursor.map(|c| format!("cursor={c}")));
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// A value of a query, percent-encoded.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b',' => {
                char::from(b).to_string()
            }
            b => format!("%{b:02X}"),
        })
        .collect()
}

fn form(page: &mut Page, asked: &Asked) -> Result<(), Problem> {
    let record = &asked.desk.record;
    page.markup("<form class=\"filters\" method=\"get\" action=\"/list\">");
    let versions: Vec<(String, String)> =
        record.texts.iter().enumerate().map(|(i, t)| (i.to_string(), t.version.label.clone())).collect();
    select(page, asked, "version", "Text", &versions)?;
    let version = crate::filter::version_of(&asked.query, &asked.desk)?;
    let clauses = record.version(version).map(|v| v.agreement.clauses.as_slice()).unwrap_or_default();
    let clauses: Vec<(String, String)> = clauses.iter().map(|c| (c.label.clone(), c.label.clone())).collect();
    select(page, asked, "clause", "Clause", &with_any(clauses))?;
    let outcomes = Outcome::COUNTED.iter().chain(&[Outcome::NotApplicable]);
    let outcomes: Vec<(String, String)> =
        outcomes.map(|o| (o.name().to_owned(), o.name().replace('_', " "))).collect();
    select(page, asked, "outcome", "Outcome", &with_any(outcomes))?;
    let kinds = asked.desk.index.kinds.iter().map(|(k, n)| (k.clone(), format!("{k} ({n})"))).collect();
    select(page, asked, "kind", "Kind", &with_any(kinds))?;
    let sources = record.sources.iter().map(|s| (s.card.id.clone(), s.card.id.clone())).collect();
    select(page, asked, "source", "Source", &with_any(sources))?;
    let sorts = [("time", "earliest first"), ("-time", "latest first")];
    let sorts: Vec<(String, String)> =
        sorts.iter().map(|(v, t)| ((*v).to_owned(), (*t).to_owned())).collect();
    select(page, asked, "sort", "Order", &sorts)?;
    input(page, asked, "from_day", "From day (inclusive)", "date")?;
    input(page, asked, "to_day", "To day (inclusive)", "date")?;
    input(page, asked, "q", "Words", "search")?;
    input(page, asked, "as_known_at", "As known at (RFC 3339)", "text")?;
    page.markup("<button type=\"submit\">Show</button></form>");
    Ok(())
}

fn with_any(mut options: Vec<(String, String)>) -> Vec<(String, String)> {
    options.insert(0, (String::new(), "any".to_owned()));
    options
}

fn select(
    page: &mut Page,
    asked: &Asked,
    name: &'static str,
    label: &str,
    options: &[(String, String)],
) -> Result<(), Problem> {
    let chosen = asked.query.many(name);
    page.markup("<label>").text(label).markup("<select").attribute("name", name).markup(">");
    // A choice of several, as an address may hold, stays one option: the form must not widen the filter unseen.
    let several = chosen.join(",");
    if chosen.len() > 1 {
        page.markup("<option selected")
            .attribute("value", &several)
            .markup(">")
            .text(&several)
            .markup("</option>");
    }
    for (value, text) in options {
        page.markup("<option").attribute("value", value);
        if chosen.as_slice() == [value.as_str()] {
            page.markup(" selected");
        }
        page.markup(">").text(text).markup("</option>");
    }
    page.markup("</select></label>");
    Ok(())
}

fn input(
    page: &mut Page,
    asked: &Asked,
    name: &'static str,
    label: &str,
    kind: &'static str,
) -> Result<(), Problem> {
    let value = asked.query.one(name)?.unwrap_or("");
    page.markup("<label>").text(label).markup("<input").attribute("type", kind).attribute("name", name);
    page.attribute("value", value).markup("></label>");
    Ok(())
}
