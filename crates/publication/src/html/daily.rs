//! The daily report as a page.

use super::Page;
use crate::report::{DailyReport, Figures, KindRow, Listed, Pair, Tally, VersionTable};
use crate::view::ObservationView;
use crate::words;
use base::{CivilZone, Count};
use findings::Outcome;

/// The daily report as a file that stands alone, without links.
#[must_use]
pub fn daily(report: &DailyReport, zone: &CivilZone) -> String {
    daily_page(report, zone, None)
}

/// The daily report as a whole document for screen and print. `address` is where an incident's page stands, before its
/// id, such as `/incident/`; `None`: incidents are not linked.
#[must_use]
pub fn daily_page(report: &DailyReport, zone: &CivilZone, address: Option<&str>) -> String {
    let mut page = Page::new();
    let title = format!("Daily report {} · {}", words::date(report.date), report.mission);
    page.element("h1", &title);
    head(&mut page, report, zone);
    totals(&mut page, report);
    report.versions.iter().for_each(|v| findings(&mut page, report, v));
    kinds(&mut page, report);
    listed(&mut page, report, zone, address);
    allegations(&mut page, report, zone);
    sources(&mut page, report);
    basis(&mut page, report, zone);
    page.finish(&title)
}

fn head(page: &mut Page, report: &DailyReport, zone: &CivilZone) {
    page.markup("<dl>");
    row(page, "Day", &format!("{} to {}", zone.show(report.day.start), zone.show(report.day.end)));
    row(page, "As known at", &zone.show(report.as_known_at));
    row(page, "Coverage", &report.coverage);
    page.markup("</dl>");
    page.element(
        "p class=\"soft\"",
        "A finding says what occurred. Who is responsible is another decision, taken by the bodies the agreement names. \
         “Undetermined” means that the evidence does not decide it; it is neither a breach nor compliance.",
    );
}

fn row(page: &mut Page, name: &str, value: &str) {
    page.element("dt", name).element("dd", value);
}

/// A figure of the day; a zero says what was watched.
fn figure(report: &DailyReport, n: u64) -> String {
    match (n, report.coverage_stated) {
        (0, false) => "0 recorded; coverage not stated".to_owned(),
        (0, true) => "0 recorded under the coverage stated".to_owned(),
        _ => n.to_string(),
    }
}

fn totals(page: &mut Page, report: &DailyReport) {
    page.element("h2", "Totals");
    page.table(
        "What begins on this day; incidents and observations are different units",
        &["", "this day", "day before"],
    );
    let Pair { day, before } = report.totals;
    for (name, today, yesterday) in [
        ("incidents", day.incidents, before.incidents),
        ("observations", day.observations, before.observations),
    ] {
        page.markup("<tr>")
            .element("th scope=\"row\"", name)
            .element("td class=\"n\"", &figure(report, today));
        page.element("td class=\"n\"", &yesterday.to_string()).markup("</tr>");
    }
    page.end_table();
    if report.reaching_in > 0 {
        let many = words::number_of(report.reaching_in, "incident");
        page.element(
            "p",
            &format!("{many} of earlier days, whose time is not known finely enough, may reach into this day; each is counted on the day it begins."),
        );
    }
    if report.withheld > 0 {
        let many = words::number_of(report.withheld, "incident");
        page.element("p", &format!("{many} of this day cannot be spoken of yet."));
    }
}

fn findings(page: &mut Page, report: &DailyReport, table: &VersionTable) {
    page.markup("<h2>").text("Findings under ").text(&table.title);
    if !table.version.is_empty() {
        page.text(", ").text(&table.version);
    }
    page.text(" (").text(&table.label).markup(")</h2>");
    for (unit, of) in [
        ("Incidents", (|f: &Figures| f.incidents) as fn(&Figures) -> Pair<Tally>),
        ("Observations", |f: &Figures| f.observations),
    ] {
        let caption = format!("{unit} by clause and outcome; in brackets the day before");
        page.table(
            &caption,
            &["clause", "article", "breached", "undetermined", "excused", "kept", "watched"],
        );
        for clause in &table.clauses {
            page.markup("<tr>").element("th scope=\"row\"", &clause.label).element("td", &clause.article);
            match &clause.figures {
                Some(figures) => tally(page, report, of(figures)),
                None => {
                    page.element("td colspan=\"4\" class=\"soft\"", words::OVER_PERIOD);
                }
            }
            page.element("td class=\"soft\"", &clause.watched).markup("</tr>");
        }
        page.end_table();
    }
}

fn tally(page: &mut Page, report: &DailyReport, pair: Pair<Tally>) {
    if pair.day.iter().chain(&pair.before).all(|n| *n == 0) {
        page.element("td colspan=\"4\" class=\"soft\"", &figure(report, 0));
        return;
    }
    for (today, yesterday) in pair.day.iter().zip(&pair.before) {
        page.element("td class=\"n\"", &format!("{today} ({yesterday})"));
    }
}

fn counts(list: &[(String, Count)]) -> String {
    let parts: Vec<String> = list.iter().map(|(unit, count)| format!("{count} {unit}")).collect();
    if parts.is_empty() { "no count stated".to_owned() } else { parts.join("; ") }
}

fn kinds(page: &mut Page, report: &DailyReport) {
    page.element("h2", "What was recorded");
    if report.kinds.is_empty() {
        page.element("p", &figure(report, 0));
        return;
    }
    page.table(
        "By kind; counts are reconciled: what several sources saw of one event is counted once, units are not added",
        &["kind", "incidents", "day before", "observations", "counts", "incidents without a count"],
    );
    for KindRow { kind, incidents, observations, uncounted, counts: list } in &report.kinds {
        page.markup("<tr>").element("th scope=\"row\"", kind);
        page.element("td class=\"n\"", &incidents.day.to_string());
        page.element("td class=\"n\"", &incidents.before.to_string());
        page.element("td class=\"n\"", &observations.to_string());
        page.element("td", &counts(list)).element("td class=\"n\"", &uncounted.to_string()).markup("</tr>");
    }
    page.end_table();
}

fn listed(page: &mut Page, report: &DailyReport, zone: &CivilZone, address: Option<&str>) {
    page.element("h2", "Breached and undetermined incidents");
    if report.listed_total == 0 {
        page.element("p", &figure(report, 0));
    }
    let shown = report.listed.len() as u64;
    if shown < report.listed_total {
        page.element(
            "p",
            &format!("The first {shown} of {} in order of time; all are in the list.", report.listed_total),
        );
    }
    report.listed.iter().for_each(|one| incident(page, zone, one, address));
}

fn incident(page: &mut Page, zone: &CivilZone, one: &Listed, address: Option<&str>) {
    let i = &one.incident;
    page.markup("<article><h3>");
    match address {
        Some(address) => page.link(&format!("{address}{}", i.id), &i.reference),
        None => page.text(&i.reference),
    };
    page.text(" · ").text(&i.kind).markup("</h3><dl>");
    row(page, "Id", &i.id.to_string());
    row(page, "When", &words::when(zone, i.event, i.precision));
    row(page, "Where", &place(i.spot, i.precision_stated));
    row(page, "Counted", &counts(&i.counts));
    let rested = format!(
        "{} from {}",
        words::number_of(i.observations as u64, "observation"),
        words::number_of(i.sources as u64, "source")
    );
    row(page, "Rests on", &rested);
    if !i.note.is_empty() {
        row(page, "Note", &i.note);
    }
    page.markup("</dl><ul>");
    for finding in &one.findings {
        page.markup("<li>")
            .outcome(finding.outcome)
            .text(" ")
            .text(&finding.clause)
            .text(" (")
            .text(&finding.version);
        page.text("): ").text(&finding.reasons.join("; "));
        if finding.outcome == Outcome::Undetermined && !finding.missing.is_empty() {
            page.text(". Missing: ").text(&finding.missing.join("; "));
        }
        page.markup("</li>");
    }
    page.markup("</ul></article>");
}

/// A place in words: degrees, and how well it is known.
#[must_use]
pub fn place(spot: Option<crate::Spot>, precision_stated: bool) -> String {
    let Some(spot) = spot else { return "place undetermined".to_owned() };
    let at = format!("{:.5}°, {:.5}° (latitude, longitude, WGS84)", spot.lat_deg, spot.lon_deg);
    let known = match (spot.radius_m, precision_stated) {
        (Some(radius_m), _) => format!("within {}", words::metres(radius_m)),
        (None, true) => "an area is stated; this is a point of it".to_owned(),
        (None, false) => "precision not stated".to_owned(),
    };
    let coarse = if spot.coarse { ", drawn coarsely" } else { "" };
    format!("{at}, {known}{coarse}")
}

fn allegations(page: &mut Page, report: &DailyReport, zone: &CivilZone) {
    page.element("h2", "Allegations");
    page.element("p class=\"soft\"", "Claims, not perceptions: they are in none of the figures above.");
    if report.allegations_total == 0 {
        page.element("p", "None received that concern this day.");
        return;
    }
    let shown = report.allegations.len() as u64;
    let caption = format!("{shown} of {} allegations that concern this day", report.allegations_total);
    page.table(&caption, &["when", "kind", "against", "source", "words"]);
    for ObservationView { event, precision, kind, actor, source, note, .. } in &report.allegations {
        page.markup("<tr>").element("td", &words::when(zone, *event, *precision)).element("td", kind);
        page.element("td", if actor.is_empty() { "not stated" } else { actor });
        page.element("td", source).element("td", note).markup("</tr>");
    }
    page.end_table();
}

fn sources(page: &mut Page, report: &DailyReport) {
    page.element("h2", "Sources");
    page.table(
        "What each source gave this day, what was rejected until the cut-off, and what it cannot see",
        &["source", "observations", "rows rejected", "reliability", "limitations"],
    );
    for source in &report.sources {
        page.markup("<tr>").element("th scope=\"row\"", &source.id);
        page.element("td class=\"n\"", &figure(report, source.observations)).markup("<td>");
        page.text(&source.rejected.to_string());
        for (reason, rows) in &source.rejects {
            page.markup("<br>").text(&format!("{rows}: {reason}"));
        }
        page.markup("</td>");
        let reliability = match source.reliability {
            '?' => "not assessed".to_owned(),
            letter => letter.to_string(),
        };
        page.element("td", &reliability).element("td", &source.limitations).markup("</tr>");
    }
    page.end_table();
}

fn basis(page: &mut Page, report: &DailyReport, zone: &CivilZone) {
    page.element("h2", "What this rests on").markup("<dl>");
    row(
        page,
        "Journal",
        &format!("entry {}, recorded {}", report.head.seq, zone.show(base::Instant(report.head.recorded_ms))),
    );
    page.element("dt", "Digest")
        .markup("<dd><code>")
        .text(&report.head.digest.to_string())
        .markup("</code></dd>");
    for version in &report.versions {
        page.element("dt", &format!("Text {}", version.label));
        page.markup("<dd><code>").text(&version.text.to_string()).markup("</code></dd>");
    }
    row(page, "Algorithms", &report.algorithms.join(", "));
    row(page, "Civil time", &report.zone);
    page.markup("</dl>");
}
