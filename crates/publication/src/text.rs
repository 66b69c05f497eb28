//! The daily report as plain text, for terminals and e-mail.

use crate::report::{DailyReport, Tally};
use base::CivilZone;
use findings::Outcome;
use std::fmt::Write;

/// The daily report in lines of text. Every time stands with its zone.
#[must_use]
pub fn daily(report: &DailyReport, zone: &CivilZone) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_daily(&mut out, report, zone);
    out
}

fn write_daily(out: &mut String, report: &DailyReport, zone: &CivilZone) -> std::fmt::Result {
    let (year, month, day) = report.date;
    writeln!(out, "DAILY REPORT {year:04}-{month:02}-{day:02}  {}", report.mission)?;
    writeln!(out, "from {} to {}", zone.show(report.day.start), zone.show(report.day.end))?;
    writeln!(out, "as known at {}", zone.show(report.as_known_at))?;
    writeln!(out, "journal entry {}, head {}", report.head.seq, report.head.digest)?;
    writeln!(out, "\n{}", report.coverage)?;
    let totals = &report.totals;
    writeln!(
        out,
        "\n{} incidents from {} observations (the day before: {} and {})",
        totals.day.incidents, totals.day.observations, totals.before.incidents, totals.before.observations
    )?;
    write_versions(out, report)?;
    write_kinds(out, report)?;
    write_listed(out, report, zone)?;
    writeln!(out, "\nALLEGATIONS (claims; never counted above): {}", report.allegations_total)?;
    writeln!(out, "\nSOURCES")?;
    for source in &report.sources {
        writeln!(
            out,
            "  {}: {} observations, {} rows rejected; reliability {}; {}",
            source.id, source.observations, source.rejected, source.reliability, source.limitations
        )?;
    }
    writeln!(out, "\nalgorithms: {}", report.algorithms.join(", "))
}

fn write_versions(out: &mut String, report: &DailyReport) -> std::fmt::Result {
    for version in &report.versions {
        writeln!(out, "\n{} ({}), text {}", version.title, version.label, version.text)?;
        let [a, b, c, d] = Outcome::COUNTED.map(Outcome::name);
        writeln!(
            out,
            "  {:<8} {a:>10} {b:>13} {c:>9} {d:>8}   (incidents; the day before in brackets)",
            "clause"
        )?;
        for clause in &version.clauses {
            let Some(figures) = &clause.figures else {
                writeln!(
                    out,
                    "  {:<8} {:<43}   {}",
                    clause.label,
                    crate::words::OVER_PERIOD,
                    clause.article
                )?;
                continue;
            };
            let [breached, open, excused, kept] = pairs(figures.incidents.day, figures.incidents.before);
            writeln!(
                out,
                "  {:<8} {breached:>10} {open:>13} {excused:>9} {kept:>8}   {}",
                clause.label, clause.article
            )?;
            if !clause.watched.is_empty() {
                writeln!(out, "  {:<8} {:>43}", "", clause.watched)?;
            }
        }
    }
    Ok(())
}

fn pairs(day: Tally, before: Tally) -> [String; 4] {
    let [a, b, c, d] = day;
    let [p, q, r, s] = before;
    [(a, p), (b, q), (c, r), (d, s)].map(|(now, then)| format!("{now} ({then})"))
}

fn write_kinds(out: &mut String, report: &DailyReport) -> std::fmt::Result {
    writeln!(out, "\nBY KIND (counts reconciled between sources; units are never added)")?;
    for kind in &report.kinds {
        let counts: Vec<String> = kind.counts.iter().map(|(unit, count)| format!("{count} {unit}")).collect();
        let counts =
            if counts.is_empty() { "not counted by any source".to_owned() } else { counts.join(", ") };
        writeln!(
            out,
            "  {:<16} {} incidents ({}); {counts}",
            kind.kind, kind.incidents.day, kind.incidents.before
        )?;
    }
    Ok(())
}

fn write_listed(out: &mut String, report: &DailyReport, zone: &CivilZone) -> std::fmt::Result {
    writeln!(out, "\nBREACHED AND UNDETERMINED: {} of {} listed", report.listed.len(), report.listed_total)?;
    writeln!(out, "  a breach is an occurrence; who is responsible is not decided here")?;
    for listed in &report.listed {
        let incident = &listed.incident;
        writeln!(
            out,
            "  {}  {}  {}  {}",
            incident.reference,
            zone.show(incident.event.start),
            incident.kind,
            crate::html::place(incident.spot, incident.precision_stated)
        )?;
        for finding in &listed.findings {
            writeln!(out, "      {} {}: {}", finding.version, finding.clause, finding.outcome.name())?;
            finding.reasons.iter().try_for_each(|r| writeln!(out, "        {r}"))?;
            finding.missing.iter().try_for_each(|m| writeln!(out, "        missing: {m}"))?;
        }
    }
    Ok(())
}
