//! One incident as a page.

use crate::api::incidents;
use crate::api::{AppState, Pairs};
use crate::limits::{MEMBERS_MAX, TRACES_MAX};
use crate::live::Asked;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use findings::Outcome;
use publication::html::{Page, place};
use publication::policy::PlaceView;
use publication::view::{self, Explainer, FindingView, IncidentView, ObservationView};
use publication::words::{self, rfc3339};

/// The page.
pub(super) async fn incident(State(app): AppState, Path(id): Path<String>, parameters: Pairs) -> Response {
    let page = app.on_desk(parameters.0, move |asked| page_of(asked, incidents::find(asked, &id)?));
    super::answer(page.await)
}

fn page_of(asked: &Asked, incident: usize) -> Result<String, Problem> {
    let (record, policy) = (&asked.desk.record, &asked.desk.policy);
    let gone = || Problem::not_found("the incident is gone");
    let seen = view::incident(record, policy, incident).ok_or_else(gone)?;
    let title = format!("{} · {}", seen.reference, seen.kind);
    let mut page = Page::new();
    page.markup("<nav><p>").link("/list", "List of incidents").text(" · ");
    let day = words::date(record.zone.date_of(seen.event.start));
    page.link(&format!("/reports/daily/{day}"), "Report of the day")
        .markup("</p></nav>")
        .element("h1", &title);
    head(&mut page, asked, &seen);
    page.element("h2", "Findings");
    page.element(
        "p class=\"soft\"",
        "A finding says what occurred. Who is responsible is another decision, taken by the bodies the agreement names.",
    );
    let findings = Explainer::new(record, policy).findings(incident, TRACES_MAX);
    if findings.is_empty() {
        page.element("p", "No clause of any text is about this incident.");
    }
    findings.iter().for_each(|f| finding(&mut page, asked, f));
    members(&mut page, asked, incident);
    let (previous, next) = incidents::neighbours(&asked.desk, incident);
    page.markup("<nav aria-label=\"neighbours in time\"><p>");
    for (id, text) in [(previous, "Previous in time"), (next, "Next in time")] {
        if let Some(id) = id {
            page.link(&with_cut_off(asked, &format!("/incident/{id}")), text).text(" ");
        }
    }
    page.markup("</p></nav>");
    Ok(page.finish(&title))
}

fn with_cut_off(asked: &Asked, address: &str) -> String {
    match asked.as_known_at {
        Some(moment) => format!("{address}?as_known_at={}", rfc3339(moment)),
        None => address.to_owned(),
    }
}

fn row(page: &mut Page, name: &str, value: &str) {
    page.element("dt", name).element("dd", value);
}

fn head(page: &mut Page, asked: &Asked, seen: &IncidentView) {
    let record = &asked.desk.record;
    let counts: Vec<String> = seen.counts.iter().map(|(unit, count)| format!("{count} {unit}")).collect();
    page.markup("<dl>");
    row(page, "Id", &seen.id.to_string());
    row(page, "When", &words::when(&record.zone, seen.event, seen.precision));
    row(page, "Where", &place(seen.spot, seen.precision_stated));
    row(
        page,
        "Counted",
        if counts.is_empty() { "not stated".to_owned() } else { counts.join("; ") }.as_str(),
    );
    let observations = words::number_of(seen.observations as u64, "observation");
    row(
        page,
        "Rests on",
        &format!("{observations} from {}", words::number_of(seen.sources as u64, "source")),
    );
    row(page, "As known at", &record.zone.show(record.as_known_at));
    if !seen.note.is_empty() {
        row(page, "Note", &seen.note);
    }
    page.markup("</dl>");
}

fn finding(page: &mut Page, asked: &Asked, found: &FindingView) {
    let Some(version) = asked.desk.record.version(found.version) else { return };
    let Some(clause) = version.agreement.clauses.get(found.clause) else { return };
    page.markup("<article><h3>")
        .text(&format!("{} under {} ", clause.label, version.label))
        .outcome(found.outcome);
    page.markup("</h3>").element("p", &terms::explain(&version.agreement, found.clause));
    page.element("pre", &clause.source);
    if !found.missing.sentences().is_empty() {
        let intro =
            if found.outcome == Outcome::Undetermined { "Missing or open: " } else { "To be said with it: " };
        page.markup("<p>").text(intro).text(&found.missing.sentences().join("; ")).markup("</p>");
    }
    for (id, trace) in &found.traces {
        page.table(&format!("Observation {id}"), &["condition", "holds", "reason"]);
        for reason in &trace.reasons {
            page.markup("<tr>").element("th scope=\"row\"", reason.about.name());
            page.element("td", &reason.truth.to_string()).element("td", &reason.text).markup("</tr>");
        }
        page.markup("<tr><th scope=\"row\">so</th><td colspan=\"2\">")
            .outcome(trace.outcome)
            .markup("</td></tr>");
        page.end_table();
    }
    if found.traces_left_out > 0 {
        page.element(
            "p",
            &format!("{} further observations are judged alike but not shown.", found.traces_left_out),
        );
    }
    page.markup("</article>");
}

fn members(page: &mut Page, asked: &Asked, incident: usize) {
    let (record, policy) = (&asked.desk.record, &asked.desk.policy);
    let (rows, links) =
        (record.state.incidents.members_of(incident), record.state.incidents.links_of(incident));
    page.element("h2", "Observations");
    for (n, (row, link)) in rows.iter().zip(links).take(MEMBERS_MAX).enumerate() {
        let Some(seen) = view::observation(record, policy, *row as usize) else { continue };
        member(page, asked, &seen, &view::link_words(link, n == 0));
    }
    if rows.len() > MEMBERS_MAX {
        page.element("p", &format!("{} further observations are not shown.", rows.len() - MEMBERS_MAX));
    }
}

fn member(page: &mut Page, asked: &Asked, seen: &ObservationView, link: &str) {
    let zone = &asked.desk.record.zone;
    let or = |word: &str| if word.is_empty() { "not stated".to_owned() } else { word.to_owned() };
    let at = |moment: Option<base::Instant>| moment.map_or_else(|| "not stated".to_owned(), |m| zone.show(m));
    page.markup("<article>").element("h3", &format!("{} from {}", seen.kind, seen.source)).markup("<dl>");
    row(page, "Id", &seen.id.to_string());
    row(page, "Joined because", link);
    row(page, "When", &words::when(zone, seen.event, seen.precision));
    row(page, "Observed", &at(seen.observed));
    row(page, "Reported", &at(seen.reported));
    row(page, "Recorded", &at(seen.recorded));
    row(page, "Where", &place_words(&seen.place));
    row(page, "Perceived by", seen.means);
    row(page, "Assessed", seen.assessment);
    let count = seen
        .count
        .as_ref()
        .map_or_else(|| "not stated".to_owned(), |(count, unit)| format!("{count} {unit}"));
    row(page, "Count", &count);
    row(page, "Weapon", &or(&seen.weapon));
    row(page, "Calibre", &seen.calibre_mm.map_or_else(|| "not stated".to_owned(), |mm| format!("{mm} mm")));
    row(page, "Actor, in the source's words", &or(&seen.actor));
    if seen.exercise {
        row(page, "Exercise", "recorded as an exercise, demining or the like");
    }
    if !seen.note.is_empty() {
        row(page, "Note", &seen.note);
    }
    row(page, "Journal entry", &seen.entry_seq.map_or_else(|| "not known".to_owned(), |n| n.to_string()));
    page.markup("</dl>");
    for address in &seen.links {
        page.markup("<p>").link(address, address).markup("</p>");
    }
    page.markup("</article>");
}

fn place_words(seen: &PlaceView) -> String {
    match seen {
        PlaceView::Undetermined => place(None, false),
        PlaceView::Point(spot) => place(Some(*spot), spot.radius_m.is_some()),
        PlaceView::Sector { bearing_deg, half_width_deg, range_min_m, range_max_m, .. } => format!(
            "between {} and {} from the observer, bearing {bearing_deg:.0}° ± {half_width_deg:.0}° (the observer's own \
             position is not shown)",
            words::metres(*range_min_m),
            words::metres(*range_max_m),
        ),
        PlaceView::Polygon(rings) => {
            let corners = rings.first().map_or(0, |r| r.len().saturating_sub(1));
            format!("somewhere in an area with {corners} corners")
        }
    }
}
